//! Looking up bands between the days at which they were computed.

use needlepoint_course::{
    observable::Observable,
    result::{Band, Series, ZoneCourse},
};

/// The series of an observable, if the zone has it.
pub(crate) fn series_of(zone: &ZoneCourse, observable: Observable) -> Option<&Series> {
    zone.series.iter().find(|series| series.observable == observable && !series.days.is_empty())
}

/// The band at a day, straight between neighbours; before the first and after the last day as there.
/// Where a day occurs twice (before and after a session), the later one counts.
pub(crate) fn band_at(series: &Series, day: f64) -> Option<Band> {
    let after = series.days.partition_point(|d| *d <= day);
    if after == 0 {
        return series.bands.first().copied();
    }
    let (Some(a), Some(b)) = (series.bands.get(after - 1), series.bands.get(after)) else {
        return series.bands.last().copied();
    };
    let (from, to) = (series.days[after - 1], series.days[after]);
    let share = if to > from { (day - from) / (to - from) } else { 0.0 };
    let mix = |x: f64, y: f64| x + (y - x) * share;
    Some(Band {
        mean: mix(a.mean, b.mean),
        median: mix(a.median, b.median),
        lo95: mix(a.lo95, b.lo95),
        lo50: mix(a.lo50, b.lo50),
        hi50: mix(a.hi50, b.hi50),
        hi95: mix(a.hi95, b.hi95),
    })
}

/// Days and bands of a series within a window, with its ends; days count from the window's start.
pub(crate) fn window(series: &Series, from: f64, to: f64) -> Vec<(f64, Band)> {
    let inside = series
        .days
        .iter()
        .zip(&series.bands)
        .filter(|(day, _)| **day > from && **day < to)
        .map(|(day, band)| (day - from, *band));
    let start = band_at(series, from).map(|band| (0.0, band));
    let end = band_at(series, to - 1e-9).map(|band| (to - from, band));
    start.into_iter().chain(inside).chain(end).filter(|(_, band)| is_finite(band)).collect()
}

/// Whether every number of a band is one.
pub(crate) fn is_finite(band: &Band) -> bool {
    [band.mean, band.median, band.lo95, band.lo50, band.hi50, band.hi95]
        .iter()
        .all(|value| value.is_finite())
}

/// The strongest value of each day after `from`, for each quantile by itself.
pub(crate) fn daily_peaks(series: &Series, from: f64, days: usize) -> Vec<Band> {
    (0..days)
        .filter_map(|day| {
            let (start, end) = (from + day as f64, from + day as f64 + 1.0);
            window(series, start, end)
                .iter()
                // The end of the window belongs to the next day.
                .filter(|(at, _)| *at < 1.0)
                .map(|(_, band)| *band)
                .reduce(stronger)
        })
        .collect()
}

fn stronger(a: Band, b: Band) -> Band {
    Band {
        mean: a.mean.max(b.mean),
        median: a.median.max(b.median),
        lo95: a.lo95.max(b.lo95),
        lo50: a.lo50.max(b.lo50),
        hi50: a.hi50.max(b.hi50),
        hi95: a.hi95.max(b.hi95),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(v: f64) -> Band {
        Band { mean: v, median: v, lo95: v, lo50: v, hi50: v, hi95: v }
    }

    fn series() -> Series {
        Series {
            observable: Observable::Redness,
            days: vec![0.0, 0.0, 0.25, 1.0, 3.0],
            bands: [0.0, 4.0, 9.0, 5.0, 1.0].map(flat).to_vec(),
        }
    }

    fn at(day: f64) -> f64 {
        band_at(&series(), day).map_or(f64::NAN, |band| band.median)
    }

    #[test]
    fn between_days_it_is_straight_and_at_a_session_the_later_value() {
        assert!((at(-1.0) - 0.0).abs() < 1e-12);
        assert!((at(0.0) - 4.0).abs() < 1e-12);
        assert!((at(2.0) - 3.0).abs() < 1e-12);
        assert!((at(9.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_day_shows_its_strongest_hour() {
        let peaks: Vec<f64> = daily_peaks(&series(), 0.0, 3).iter().map(|b| b.median).collect();
        assert_eq!(peaks, vec![9.0, 5.0, 3.0]);
    }
}
