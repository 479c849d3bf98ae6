//! The numbers of a zone as rows, for the page and the terminal.

use needlepoint_course::{
    punctures::{PunctureNumbers, ZonePunctures},
    result::Band,
};

use crate::numbers::{number, step_of};

/// A number of a zone in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRow {
    /// What it is.
    pub what: String,
    /// Its unit; may be empty.
    pub unit: &'static str,
    /// The typical person.
    pub typical: String,
    /// Median of the ensemble.
    pub median: String,
    /// The band that holds 95 of 100 people.
    pub band95: String,
}

/// All numbers of a zone, in the order of a reader's questions.
pub fn number_rows(zone: &ZonePunctures) -> Vec<NumberRow> {
    let (typical, bands) = (&zone.typical, &zone.bands);
    let mut rows = Rows { typical, bands, told: Vec::new() };
    rows.add("Holes in a session", "per cm²", 1.0, |n| &n.holes_per_cm2, |n| &n.holes_per_cm2);
    rows.add(
        "Holes in a pass",
        "per cm²",
        1.0,
        |n| &n.holes_per_cm2_per_pass,
        |n| &n.holes_per_cm2_per_pass,
    );
    rows.add("Mean depth", "µm", 1.0, |n| &n.depth_um.mean, |n| &n.depth_um.mean);
    rows.add("Depth varies by (SD)", "µm", 1.0, |n| &n.depth_um.sd, |n| &n.depth_um.sd);
    rows.add("5 % of holes end above", "µm", 1.0, |n| &n.depth_um.p05, |n| &n.depth_um.p05);
    rows.add("95 % of holes end above", "µm", 1.0, |n| &n.depth_um.p95, |n| &n.depth_um.p95);
    rows.add("Strikes that only dent", "%", 100.0, |n| &n.dent_share, |n| &n.dent_share);
    if let (Some(typical), Some(band)) = (typical.nearest_neighbour_mm, &bands.nearest_neighbour_mm)
    {
        rows.push("To the nearest other hole".to_owned(), "mm", 1.0, typical, band);
    }
    rows.add(
        "Struck into another hole",
        "%",
        100.0,
        |n| &n.repeated_hit_share,
        |n| &n.repeated_hit_share,
    );
    rows.add("Surface in reach of signals", "%", 100.0, |n| &n.coverage, |n| &n.coverage);
    for (at, (kind, share)) in typical.injured_volume_fraction.0.iter().enumerate() {
        if let Some((_, band)) = bands.injured_volume_fraction.0.get(at) {
            rows.push(format!("Injured, {}", kind.name()), "%", 100.0, *share, band);
        }
    }
    for (at, (kind, share)) in typical.ending_share.0.iter().enumerate() {
        let band = bands.ending_share.0.get(at).map(|(_, band)| band);
        // Layers in which nobody's holes end are not worth a line.
        if let Some(band) = band.filter(|band| *share > 0.0 || band.hi95 > 0.0) {
            rows.push(format!("Holes ending in {}", kind.name()), "%", 100.0, *share, band);
        }
    }
    rows.add(
        "Bleeding points",
        "per cm²",
        1.0,
        |n| &n.bleeding_points_per_cm2,
        |n| &n.bleeding_points_per_cm2,
    );
    if let (Some(typical), Some(bands)) = (&typical.needle, &bands.needle) {
        let mut push = |what: &str, unit, times, typical, band| {
            rows.push(what.to_owned(), unit, times, typical, band);
        };
        push(
            "Force of one needle, greatest",
            "mN",
            1.0,
            typical.peak_force_mn,
            &bands.peak_force_mn,
        );
        push("Work of one needle", "µJ", 1.0, typical.work_uj, &bands.work_uj);
        push("Surface dented by it", "µm", 1.0, typical.dent_um, &bands.dent_um);
        push("Skin gives way by", "µm", 1.0, typical.give_um, &bands.give_um);
        push("Device stands off by", "µm", 1.0, typical.standoff_um, &bands.standoff_um);
        push(
            "Of the force that buckles it",
            "%",
            100.0,
            typical.buckling_share,
            &bands.buckling_share,
        );
        push(
            "Of the force that dulls its tip",
            "%",
            100.0,
            typical.dulling_share,
            &bands.dulling_share,
        );
        push(
            "Of the side force that bends it",
            "%",
            100.0,
            typical.bending_share,
            &bands.bending_share,
        );
    }
    rows.add("Pain, 0 to 10", "", 1.0, |n| &n.pain_vas, |n| &n.pain_vas);
    rows.add("Time for the zone", "min", 1.0, |n| &n.minutes, |n| &n.minutes);
    rows.told
}

struct Rows<'a> {
    typical: &'a PunctureNumbers<f64>,
    bands: &'a PunctureNumbers<Band>,
    told: Vec<NumberRow>,
}

impl Rows<'_> {
    fn add(
        &mut self,
        what: &str,
        unit: &'static str,
        times: f64,
        typical: fn(&PunctureNumbers<f64>) -> &f64,
        band: fn(&PunctureNumbers<Band>) -> &Band,
    ) {
        self.push(what.to_owned(), unit, times, *typical(self.typical), band(self.bands));
    }

    fn push(&mut self, what: String, unit: &'static str, times: f64, typical: f64, band: &Band) {
        let scaled = Band {
            mean: times * band.mean,
            median: times * band.median,
            lo95: times * band.lo95,
            lo50: times * band.lo50,
            hi50: times * band.hi50,
            hi95: times * band.hi95,
        };
        let step = step_of(&scaled);
        self.told.push(NumberRow {
            what,
            unit,
            typical: number(times * typical, step),
            median: number(scaled.median, step),
            band95: format!("{} to {}", number(scaled.lo95, step), number(scaled.hi95, step)),
        });
    }
}
