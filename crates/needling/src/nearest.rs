//! A grid of cells in which neighbours are found fast.

use crate::{Patch, Puncture};

/// Punctures sorted into square cells that hold about one each.
///
/// Places lie in memory in the order of the cells, row by row, so that a look around one of them reads
/// a few short stretches.
pub(crate) struct CellGrid<'a> {
    punctures: &'a [Puncture],
    cells_per_mm: f64,
    columns: usize,
    rows: usize,
    /// Where each cell begins in `places` and `members`, and one entry for the end.
    starts: Vec<u32>,
    places: Vec<[f64; 2]>,
    /// Which puncture lies at each place. Four bytes are enough for 200 GB of punctures.
    members: Vec<u32>,
}

impl<'a> CellGrid<'a> {
    pub(crate) fn new(punctures: &'a [Puncture], patch: Patch) -> Self {
        let n = punctures.len().max(1) as f64;
        let (width, height) = (patch.width_mm(), patch.height_mm());
        // On a very long patch never more cells than punctures.
        let cell_mm = (patch.area_mm2() / n).sqrt().max(width / n).max(height / n);
        let lines = |length: f64| (length / cell_mm).ceil().max(1.0) as usize;
        let mut grid = Self {
            punctures,
            cells_per_mm: 1.0 / cell_mm,
            columns: lines(width),
            rows: lines(height),
            starts: Vec::new(),
            places: vec![[0.0; 2]; punctures.len()],
            members: vec![0; punctures.len()],
        };
        grid.starts = vec![0; grid.columns * grid.rows + 1];
        for hit in punctures {
            let cell = grid.cell_of(hit);
            grid.starts[cell] += 1;
        }
        // Ends of the cells, which filling from behind turns into their starts.
        let mut end = 0;
        for start in &mut grid.starts {
            end += *start;
            *start = end;
        }
        for (index, hit) in punctures.iter().enumerate().rev() {
            let cell = grid.cell_of(hit);
            grid.starts[cell] -= 1;
            let slot = grid.starts[cell] as usize;
            grid.places[slot] = [hit.x_mm, hit.y_mm];
            grid.members[slot] = index as u32;
        }
        grid
    }

    /// Column of a coordinate; coordinates beyond the patch go to the cells at its edge.
    fn column(&self, x_mm: f64) -> usize {
        ((x_mm * self.cells_per_mm) as usize).min(self.columns - 1)
    }

    /// Row of a coordinate.
    fn row(&self, y_mm: f64) -> usize {
        ((y_mm * self.cells_per_mm) as usize).min(self.rows - 1)
    }

    fn cell_of(&self, hit: &Puncture) -> usize {
        self.row(hit.y_mm) * self.columns + self.column(hit.x_mm)
    }

    /// Slots of the cells from one column to another, both included, in one row.
    fn stretch(&self, row: usize, from: usize, to: usize) -> std::ops::Range<usize> {
        let cells = row * self.columns;
        self.starts[cells + from] as usize..self.starts[cells + to + 1] as usize
    }

    /// Every puncture with the distance to the nearest other, mm, in the order of the cells; none are
    /// given where one lies alone.
    pub(crate) fn nearest_mm(&self) -> impl Iterator<Item = (&'a Puncture, f64)> {
        (0..self.places.len()).filter_map(|slot| {
            let d2 = self.nearest2(slot);
            d2.is_finite().then(|| (&self.punctures[self.members[slot] as usize], d2.sqrt()))
        })
    }

    /// Square of the distance to the nearest other, infinite where there is none.
    fn nearest2(&self, slot: usize) -> f64 {
        let here = self.places[slot];
        let (column, row) = (self.column(here[0]), self.row(here[1]));
        let mut best2 = f64::INFINITY;
        for ring in 1..self.columns.max(self.rows).max(2) {
            let (left, right) =
                (column.saturating_sub(ring), (column + ring).min(self.columns - 1));
            for y in row.saturating_sub(ring)..=(row + ring).min(self.rows - 1) {
                let mut look = |slots: std::ops::Range<usize>| {
                    for other in slots {
                        if other != slot {
                            best2 = best2.min(distance2(here, self.places[other]));
                        }
                    }
                };
                // The first look takes the cell and all around it, later ones the rim alone.
                if ring == 1 || y + ring == row || y == row + ring {
                    look(self.stretch(y, left, right));
                } else {
                    if column >= ring {
                        look(self.stretch(y, left, left));
                    }
                    if column + ring < self.columns {
                        look(self.stretch(y, right, right));
                    }
                }
            }
            // All that is nearer than `ring` whole cells has now been seen.
            if best2.sqrt() * self.cells_per_mm <= ring as f64 {
                break;
            }
        }
        best2
    }

    /// Whether some puncture within `reach_mm` of a place satisfies `test`, which is given the
    /// puncture's number and the way to it in x and y, mm.
    pub(crate) fn any_within(
        &self,
        x_mm: f64,
        y_mm: f64,
        reach_mm: f64,
        test: impl Fn(usize, f64, f64) -> bool,
    ) -> bool {
        let (left, right) = (self.column(x_mm - reach_mm), self.column(x_mm + reach_mm));
        let (below, above) = (self.row(y_mm - reach_mm), self.row(y_mm + reach_mm));
        (below..=above).any(|row| {
            self.stretch(row, left, right).any(|slot| {
                let place = self.places[slot];
                distance2(place, [x_mm, y_mm]) <= reach_mm * reach_mm
                    && test(self.members[slot] as usize, place[0] - x_mm, place[1] - y_mm)
            })
        })
    }

    /// The punctures.
    pub(crate) const fn punctures(&self) -> &'a [Puncture] {
        self.punctures
    }
}

fn distance2(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ChannelShape;

    fn hits(points: &[(f64, f64)]) -> Vec<Puncture> {
        points
            .iter()
            .map(|&(x_mm, y_mm)| Puncture {
                x_mm,
                y_mm,
                depth_um: 1.0,
                mouth_diameter_um: 1.0,
                tear_um: 0.0,
                direction_deg: 0.0,
                pass: 1,
                shape: ChannelShape::Cone,
            })
            .collect()
    }

    #[test]
    fn one_alone_has_no_neighbour() {
        let patch = Patch::square(2.0).unwrap();
        assert_eq!(CellGrid::new(&hits(&[(1.0, 1.0)]), patch).nearest_mm().count(), 0);
        assert_eq!(CellGrid::new(&[], patch).nearest_mm().count(), 0);
    }

    proptest! {
        #[test]
        fn agrees_with_trying_all(
            points in prop::collection::vec((0.0..10.0f64, 0.0..1.0f64), 2..80),
            height in 0.01..20.0f64,
            x in 0.0..10.0f64, y in 0.0..1.0f64, reach in 0.0..4.0f64,
        ) {
            let points: Vec<(f64, f64)> = points.iter().map(|&(x, y)| (x, y * height)).collect();
            let y = y * height;
            let hits = hits(&points);
            let grid = CellGrid::new(&hits, Patch::rectangle(10.0, height).unwrap());
            prop_assert_eq!(grid.nearest_mm().count(), hits.len());
            let apart2 = |a: &Puncture, b: &Puncture| {
                (a.x_mm - b.x_mm).powi(2) + (a.y_mm - b.y_mm).powi(2)
            };
            for (hit, nearest) in grid.nearest_mm() {
                let brute = hits.iter().filter(|other| !std::ptr::eq(*other, hit))
                    .map(|other| apart2(hit, other)).fold(f64::INFINITY, f64::min);
                prop_assert!((nearest - brute.sqrt()).abs() < 1e-12);
            }
            let brute = hits.iter().any(|h| {
                (h.x_mm - x).powi(2) + (h.y_mm - y).powi(2) <= reach * reach
            });
            prop_assert_eq!(grid.any_within(x, y, reach, |_, _, _| true), brute);
        }
    }
}
