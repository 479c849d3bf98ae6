//! One-dimensional grids that are fine where they have to be.

/// How cells grow away from the two ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grading {
    /// Width of the cell at the start.
    pub first: f64,
    /// Width of the cell at the end.
    pub last: f64,
    /// Growth of the width with distance from the nearer end, at least 0.
    pub slope: f64,
    /// No cell is wider.
    pub widest: f64,
}

/// Faces of the cells between `start` and `end`, both among them.
///
/// The width wanted at distance `s` from the start of an interval of length `L` is
/// `w(s) = min(first + slope s, last + slope (L - s), widest)`. The number of cells is
/// `n = round(F(L))` with `F(s) = integral_0^s ds / w`, at least 1, and the faces lie where
/// `F = i F(L) / n`: so neighbours differ by the factor `1 + slope` at most, about, and a grid of
/// half the widths is close to the halved grid, which Richardson's estimate needs.
pub fn graded(start: f64, end: f64, grading: Grading) -> Vec<f64> {
    let wanted = Wanted::new(end - start, grading);
    let cells = wanted.number_until(wanted.length).round().max(1.0) as usize;
    with_cells(start, end, grading, cells)
}

/// The same with a given number of cells, at least 1.
pub fn with_cells(start: f64, end: f64, grading: Grading, cells: usize) -> Vec<f64> {
    let wanted = Wanted::new(end - start, grading);
    let total = wanted.number_until(wanted.length);
    let cells = cells.max(1);
    let inner = (1..cells).map(|i| start + wanted.distance_at(total * i as f64 / cells as f64));
    std::iter::once(start).chain(inner).chain(std::iter::once(end)).collect()
}

/// Growing from the start over `rise`, constant, falling to the end over `fall`.
struct Wanted {
    first: f64,
    last: f64,
    slope: f64,
    length: f64,
    rise: f64,
    fall: f64,
    widest: f64,
}

impl Wanted {
    fn new(length: f64, g: Grading) -> Self {
        let slope = g.slope.max(1e-9);
        let (first, last) = (g.first.min(g.widest), g.last.min(g.widest));
        // Where the two slopes meet, if they do so below the widest.
        let meet = ((last - first + slope * length) / (2.0 * slope)).clamp(0.0, length);
        let rise = meet.min((g.widest - first) / slope);
        let fall = (length - meet).min((g.widest - last) / slope);
        Self { first, last, slope, length, rise, fall, widest: g.widest }
    }

    /// Cells from the start to distance `s`.
    fn number_until(&self, s: f64) -> f64 {
        let grown = |distance: f64, from: f64| (self.slope * distance / from).ln_1p() / self.slope;
        let rising = grown(s.min(self.rise), self.first);
        let flat = (s.min(self.length - self.fall) - self.rise).max(0.0) / self.widest;
        let falling = if s > self.length - self.fall {
            grown(self.fall, self.last) - grown(self.length - s, self.last)
        } else {
            0.0
        };
        rising + flat + falling
    }

    /// Distance at which `number` cells are passed.
    fn distance_at(&self, number: f64) -> f64 {
        let at_rise = self.number_until(self.rise);
        let at_fall = self.number_until(self.length - self.fall);
        if number <= at_rise {
            self.first / self.slope * (self.slope * number).exp_m1()
        } else if number <= at_fall {
            self.rise + (number - at_rise) * self.widest
        } else {
            let left = self.number_until(self.length) - number;
            self.length - self.last / self.slope * (self.slope * left).exp_m1()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn faces_rise_from_start_to_end_and_widths_follow_the_wish(
            length in 1.0..1000.0f64, first in 0.1..50.0f64, last in 0.1..50.0f64,
            slope in 0.05..0.8f64, widest in 5.0..100.0f64,
        ) {
            let grading = Grading { first, last, slope, widest };
            let faces = graded(3.0, 3.0 + length, grading);
            prop_assert_eq!((faces[0], *faces.last().expect("faces")), (3.0, 3.0 + length));
            let widths: Vec<f64> = faces.windows(2).map(|pair| pair[1] - pair[0]).collect();
            for (at, width) in widths.iter().enumerate() {
                prop_assert!(*width > 0.0);
                // Rounding the number of cells stretches all of them, by half a cell in the worst case.
                let stretch = (widths.len() as f64 + 0.5) / widths.len() as f64;
                prop_assert!(*width <= widest * stretch * 1.000_001, "{at}: {width}");
            }
            for pair in widths.windows(2) {
                let ratio = pair[0].max(pair[1]) / pair[0].min(pair[1]);
                prop_assert!(ratio < (1.6 * slope).exp() + 1e-9, "{ratio} of {slope}");
            }
        }
    }

    #[test]
    fn half_the_widths_are_twice_the_cells() {
        let grading =
            |f: f64| Grading { first: f, last: 4.0 * f, slope: 0.3 * f, widest: 40.0 * f };
        let (coarse, fine) = (graded(0.0, 900.0, grading(0.5)), graded(0.0, 900.0, grading(0.25)));
        let ratio = (fine.len() - 1) as f64 / (coarse.len() - 1) as f64;
        assert!((ratio - 2.0).abs() < 0.06, "{ratio}");
    }
}
