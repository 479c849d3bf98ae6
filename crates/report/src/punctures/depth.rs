//! How deep: the histogram of the typical person with the band of the ensemble.

use needlepoint_course::punctures::ZonePunctures;

use super::is_light;
use crate::{
    art::Art,
    chart::FINE,
    depths::DepthChart,
    numbers::{Style, number},
};

const SIZE: (i32, i32) = (820, 520);

pub(super) fn depths(zone: &ZonePunctures) -> Art {
    let um = Style::plain("µm");
    let (typical, bands) = (&zone.typical.depth_um, &zone.bands.depth_um);
    let desc = format!(
        "Histogram of depth. In the typical person the mean is {} and 90 of 100 holes end between {} and \
         {}; {} to {} mm. The mean depth of 95 of 100 simulated people is {}.",
        um.value(typical.mean, 1.0),
        um.value(typical.p05, 1.0),
        um.value(typical.p95, 1.0),
        if is_light(zone) { "the laser is set" } else { "the needle is set" },
        zone.needle_length_mm,
        um.band95(&bands.mean),
    );
    let chart = DepthChart {
        size: SIZE,
        layers: &zone.layers,
        bars: &zone.summary.depth_histogram,
        bands: &zone.histogram_bands,
        mean_um: &bands.mean,
        // Light has no needle, and its spots are as deep as they are set.
        set_um: (!is_light(zone)).then_some(1000.0 * zone.needle_length_mm),
    };
    let markup = chart.draw("depths", &desc).into_string();
    // The inside of the chart, at the size of the page.
    let inside = markup.split_once("</desc>").map_or("", |(_, inside)| inside);
    let inside = inside.strip_suffix("</svg>").unwrap_or(inside);
    Art {
        width: f64::from(SIZE.0),
        height: f64::from(SIZE.1),
        title: format!("{}: how deep the holes go", zone.label),
        facts: format!(
            "Bars: typical person, mean {} µm. Whiskers: 95 of 100 people. Interval on the right: mean \
             depth over all, half and 95 of 100.",
            number(typical.mean, 1.0)
        ),
        desc,
        body: format!("<g transform=\"scale({})\">{inside}</g>", 1.0 / f64::from(FINE)),
    }
}
