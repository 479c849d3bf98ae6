//! The cells into which the skin is cut.

use needlepoint_numerics::grid::{Grading, graded, with_cells};

use super::{Bottom, Cell, CellError, Exposure};

/// Sizes of blocks for which the solver is compiled: columns of the grid.
pub(super) const COLUMNS: [usize; 9] = [1, 4, 8, 12, 16, 24, 32, 40, 56];

/// Faces in radius and depth.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Radii, um, from 0 to the radius of the cell.
    pub radii_um: Vec<f64>,
    /// Depths, um, from 0 to that of all layers.
    pub depths_um: Vec<f64>,
}

/// Widths at fineness 1; they shrink with it. Found by a search for the least error per cell on
/// benchmark T1, rounded; the end of the channel, which hardly counts there, is kept narrower.
///
/// A layer has its narrowest cells where it meets another and grows away from there; the wall and
/// the end of the channel are edges too, with the radius of the channel as their length.
mod width {
    /// At the surface, of the first layer's thickness.
    pub(super) const AT_SURFACE: f64 = 0.12;
    /// Where two layers meet, of the thinner one's thickness.
    pub(super) const AT_LAYERS: f64 = 0.12;
    /// At the end of the channel, of its widest radius.
    pub(super) const AT_END: f64 = 1.0;
    /// At the wall, of the widest radius.
    pub(super) const AT_WALL: f64 = 0.33;
    /// Widest within the channel, of its radius.
    pub(super) const IN_CHANNEL: f64 = 1.2;
    /// The same, if the wall moves or leans.
    pub(super) const IN_MOVING_CHANNEL: f64 = 0.25;
    /// Widest of all, of the depth or the radius of the cell.
    pub(super) const WIDEST: f64 = 0.35;
    /// Growth per distance.
    pub(super) const SLOPE: f64 = 0.55;
}

impl Grid {
    /// A grid of a fineness: 1 is coarse, half of it has about twice the cells in each direction.
    ///
    /// Faces lie on all boundaries between layers, on the end of the channel and on its widest radius.
    ///
    /// # Errors
    /// If it needs more columns than the solver offers.
    pub fn of(cell: &Cell, exposure: &Exposure, fineness: f64) -> Result<Self, CellError> {
        Self::split(cell, exposure, fineness, 1)
    }

    /// The same with each cell cut into `parts` in both directions, along the smooth function that graded
    /// the cells: what Richardson's extrapolation needs.
    ///
    /// # Errors
    /// If it needs more columns than the solver offers.
    pub fn split(
        cell: &Cell,
        exposure: &Exposure,
        fineness: f64,
        parts: usize,
    ) -> Result<Self, CellError> {
        let depths_um = depths(cell, fineness, parts);
        let radii_um = match &cell.channel {
            None => vec![0.0, cell.radius_um],
            Some(channel) => {
                let widest = channel.widest_um();
                let straight = channel.wall.iter().all(|station| station.radius_um == widest);
                let moving = exposure.open_area.iter().any(|(_, share)| *share != 1.0);
                let within =
                    if straight && !moving { width::IN_CHANNEL } else { width::IN_MOVING_CHANNEL };
                radii(widest, cell.radius_um, within, fineness, parts)?
            }
        };
        Ok(Self { radii_um, depths_um })
    }

    /// Columns.
    pub fn columns(&self) -> usize {
        self.radii_um.len() - 1
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.depths_um.len() - 1
    }

    /// Finite volumes.
    pub fn cells(&self) -> usize {
        self.columns() * self.rows()
    }

    /// Area of each ring, um2.
    pub(super) fn rings_um2(&self) -> impl Iterator<Item = f64> {
        let area = |radius: f64| std::f64::consts::PI * radius.powi(2);
        self.radii_um.windows(2).map(move |faces| area(faces[1]) - area(faces[0]))
    }

    /// For each layer the row with which it begins, and after the last the number of rows.
    pub(super) fn layer_rows(&self, cell: &Cell) -> Vec<usize> {
        let mut depth = 0.0;
        let mut rows = vec![0];
        for layer in &cell.layers {
            depth += layer.thickness_um;
            // Faces lie on boundaries up to rounding.
            let edge = depth - 1e-9 * layer.thickness_um;
            rows.push(self.depths_um.partition_point(|face| *face < edge));
        }
        rows
    }
}

fn depths(cell: &Cell, fineness: f64, parts: usize) -> Vec<f64> {
    let thickness = |at: usize| cell.layers.get(at).map_or(f64::INFINITY, |l| l.thickness_um);
    // Edges with the width there: the surface, where layers meet, the bottom.
    let mut edges = vec![(0.0, width::AT_SURFACE * thickness(0))];
    let mut depth = 0.0;
    for at in 0..cell.layers.len() {
        depth += thickness(at);
        let last = at + 1 == cell.layers.len();
        let closed = last && cell.bottom == Bottom::NoFlux;
        let share = if closed { f64::INFINITY } else { width::AT_LAYERS };
        edges.push((depth, share * thickness(at).min(thickness(at + 1))));
    }
    if let Some(channel) = &cell.channel {
        let end = (channel.length_um(), width::AT_END * channel.widest_um());
        let near = 1e-6 * channel.length_um();
        match edges.iter_mut().find(|(depth, _)| (depth - end.0).abs() < near) {
            Some(edge) => edge.1 = edge.1.min(end.1),
            None => edges.push(end),
        }
        edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let widest = fineness * width::WIDEST * depth;
    let mut faces = vec![0.0];
    for pair in edges.windows(2) {
        let grading = Grading {
            first: fineness * pair[0].1,
            last: fineness * pair[1].1,
            slope: fineness * width::SLOPE,
            widest,
        };
        let cells = parts * (graded(pair[0].0, pair[1].0, grading).len() - 1);
        faces.extend(with_cells(pair[0].0, pair[1].0, grading, cells).into_iter().skip(1));
    }
    faces
}

fn radii(
    wall: f64,
    rim: f64,
    within: f64,
    fineness: f64,
    parts: usize,
) -> Result<Vec<f64>, CellError> {
    let at_wall = fineness * width::AT_WALL * wall.min(rim - wall);
    let slope = fineness * width::SLOPE;
    let widest = |share: f64| fineness * share;
    let inner =
        Grading { first: f64::INFINITY, last: at_wall, slope, widest: widest(within * wall) };
    let outer =
        Grading { first: at_wall, last: f64::INFINITY, slope, widest: widest(width::WIDEST * rim) };
    let inside = graded(0.0, wall, inner).len() - 1;
    let outside = graded(wall, rim, outer).len() - 1;
    // A block that is not full costs as much as a full one.
    let full = COLUMNS.into_iter().find(|columns| *columns >= inside + outside);
    let outside = full.ok_or(CellError::TooFine)? - inside;
    let mut radii = with_cells(0.0, wall, inner, parts * inside);
    radii.extend(with_cells(wall, rim, outer, parts * outside).into_iter().skip(1));
    Ok(radii)
}
