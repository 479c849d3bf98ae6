//! A grid of cells in which neighbours are found fast.

use crate::{Patch, Puncture};

/// Punctures sorted into square cells that hold about one each.
pub(crate) struct CellGrid<'a> {
    punctures: &'a [Puncture],
    cell_mm: f64,
    /// Cells along one side.
    side: usize,
    /// Where each cell's members begin in `members`, and one entry for the end.
    starts: Vec<usize>,
    members: Vec<usize>,
}

impl<'a> CellGrid<'a> {
    pub(crate) fn new(punctures: &'a [Puncture], patch: Patch) -> Self {
        let side = (punctures.len() as f64).sqrt().ceil().max(1.0) as usize;
        let mut grid = Self {
            punctures,
            cell_mm: patch.side_mm() / side as f64,
            side,
            starts: vec![0; side * side + 1],
            members: vec![0; punctures.len()],
        };
        for hit in punctures {
            let cell = grid.cell_of(hit);
            grid.starts[cell + 1] += 1;
        }
        for cell in 0..side * side {
            grid.starts[cell + 1] += grid.starts[cell];
        }
        let mut next = grid.starts.clone();
        for (index, hit) in punctures.iter().enumerate() {
            let cell = grid.cell_of(hit);
            grid.members[next[cell]] = index;
            next[cell] += 1;
        }
        grid
    }

    /// Column or row of a coordinate; coordinates beyond the patch go to the cells at its edge.
    fn line(&self, coordinate_mm: f64) -> usize {
        ((coordinate_mm / self.cell_mm) as usize).min(self.side - 1)
    }

    fn cell_of(&self, hit: &Puncture) -> usize {
        self.line(hit.y_mm) * self.side + self.line(hit.x_mm)
    }

    /// Distance from one puncture to the nearest other, mm; none if it is alone.
    pub(crate) fn nearest_mm(&self, index: usize) -> Option<f64> {
        let hit = self.punctures.get(index)?;
        let (column, row) = (self.line(hit.x_mm), self.line(hit.y_mm));
        let mut best2 = f64::INFINITY;
        for ring in 0..self.side {
            self.for_each_in_ring(column, row, ring, |other| {
                if other != index {
                    best2 = best2.min(distance2(
                        hit,
                        self.punctures[other].x_mm,
                        self.punctures[other].y_mm,
                    ));
                }
            });
            // All that is nearer than `ring` whole cells has now been seen.
            if best2.sqrt() <= ring as f64 * self.cell_mm {
                break;
            }
        }
        best2.is_finite().then(|| best2.sqrt())
    }

    /// Whether some puncture within `reach_mm` of a place satisfies `test(puncture, distance_mm)`.
    pub(crate) fn any_within(
        &self,
        x_mm: f64,
        y_mm: f64,
        reach_mm: f64,
        test: impl Fn(&Puncture, f64) -> bool,
    ) -> bool {
        let (left, right) = (self.line(x_mm - reach_mm), self.line(x_mm + reach_mm));
        let (below, above) = (self.line(y_mm - reach_mm), self.line(y_mm + reach_mm));
        (below..=above).any(|row| {
            let cells = row * self.side + left..row * self.side + right + 1;
            self.members[self.starts[cells.start]..self.starts[cells.end]].iter().any(|&member| {
                let hit = &self.punctures[member];
                let d2 = distance2(hit, x_mm, y_mm);
                d2 <= reach_mm * reach_mm && test(hit, d2.sqrt())
            })
        })
    }

    /// Visits the members of the cells that lie `ring` cells from a given one.
    fn for_each_in_ring(
        &self,
        column: usize,
        row: usize,
        ring: usize,
        mut visit: impl FnMut(usize),
    ) {
        let last = self.side - 1;
        for y in row.saturating_sub(ring)..=(row + ring).min(last) {
            let edge_row = y + ring == row || y == row + ring;
            for x in column.saturating_sub(ring)..=(column + ring).min(last) {
                if edge_row || x + ring == column || x == column + ring {
                    let cell = y * self.side + x;
                    self.members[self.starts[cell]..self.starts[cell + 1]]
                        .iter()
                        .for_each(|&member| visit(member));
                }
            }
        }
    }
}

fn distance2(hit: &Puncture, x_mm: f64, y_mm: f64) -> f64 {
    (hit.x_mm - x_mm).powi(2) + (hit.y_mm - y_mm).powi(2)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hits(points: &[(f64, f64)]) -> Vec<Puncture> {
        points
            .iter()
            .map(|&(x_mm, y_mm)| Puncture {
                x_mm,
                y_mm,
                depth_um: 1.0,
                mouth_diameter_um: 1.0,
                pass: 1,
            })
            .collect()
    }

    #[test]
    fn one_alone_has_no_neighbour() {
        let alone = hits(&[(1.0, 1.0)]);
        assert_eq!(CellGrid::new(&alone, Patch::new(2.0).unwrap()).nearest_mm(0), None);
        assert_eq!(CellGrid::new(&[], Patch::new(2.0).unwrap()).nearest_mm(0), None);
    }

    proptest! {
        #[test]
        fn agrees_with_trying_all(
            points in prop::collection::vec((0.0..10.0f64, 0.0..10.0f64), 2..80),
            x in 0.0..10.0f64, y in 0.0..10.0f64, reach in 0.0..4.0f64,
        ) {
            let hits = hits(&points);
            let grid = CellGrid::new(&hits, Patch::new(10.0).unwrap());
            for (i, hit) in hits.iter().enumerate() {
                let brute = hits.iter().enumerate().filter(|&(j, _)| j != i)
                    .map(|(_, o)| distance2(hit, o.x_mm, o.y_mm)).fold(f64::INFINITY, f64::min);
                prop_assert!((grid.nearest_mm(i).unwrap() - brute.sqrt()).abs() < 1e-12);
            }
            let brute = hits.iter().any(|h| distance2(h, x, y) <= reach * reach);
            prop_assert_eq!(grid.any_within(x, y, reach, |_, _| true), brute);
        }
    }
}
