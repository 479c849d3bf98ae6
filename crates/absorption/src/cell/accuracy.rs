//! How exact a solution is, and which setting keeps an accuracy, judged on the problem itself.
//!
//! The method is of second order in space. With a solution on a grid and one on the same grid with
//! every cell cut in two along the function that graded it, a quantity `Q` is off by about
//! `(Q_c - Q_f) / 3` on the finer and four times that on the coarser (Richardson 1911), and
//! `(4 Q_f - Q_c) / 3` is better than both. A linear combination of two solutions that balance balances.
//! The error in time is the same in both; the tolerance keeps it well below that in space.

use super::{Cell, CellError, Exposure, Grid, Setting, Snapshot, Solution, run::solve_on};

/// Fineness of the grid with which an estimate begins.
const COARSE: f64 = 1.4;

/// Share of the accuracy that the error in space may use up by its estimate: corners cost some order, the
/// number of cells is whole, and time takes its part.
const RESERVE: f64 = 0.7;

/// Tolerance of a step over the accuracy wanted: the error of the results is about a hundredth of the
/// tolerance, as steps correct each other where diffusion forgets.
const TOLERANCE: f64 = 5.0;

/// Change of the channel or the product within a segment, over the accuracy: of second order.
const CHANGE: f64 = 0.5;

/// Finest grid offered, as fineness.
const FINEST: f64 = 0.1;

/// An accuracy wanted: the largest relative error of what has entered, of what is in each layer and of
/// what was cleared, each at every time asked for. A layer counts with a tenth of all that entered if
/// it holds less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Accuracy {
    /// One in a hundred.
    OnePercent,
    /// One in a thousand.
    TenthPercent,
    /// Any other share, between 0 and 1.
    Share(f64),
}

impl Accuracy {
    /// As a share.
    pub fn share(self) -> f64 {
        match self {
            Self::OnePercent => 1e-2,
            Self::TenthPercent => 1e-3,
            Self::Share(share) => share,
        }
    }
}

/// A setting and what is known of its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chosen {
    /// The setting, for [`super::solve`].
    pub setting: Setting,
    /// Largest error in space to be expected with it.
    pub estimate: f64,
}

/// Two solutions and what they give together.
#[derive(Debug, Clone, PartialEq)]
pub struct Extrapolated {
    /// Of all amounts and flows the extrapolated, of the fields those of the finer grid.
    pub solution: Solution,
    /// Largest error in space of the finer solution by itself, estimated; the extrapolated one is better.
    pub estimate: f64,
    /// Volumes of both grids.
    pub cells: usize,
    /// Steps of both.
    pub steps: usize,
}

/// Solve on the grid of the setting and on that with every cell cut in two, and extrapolate.
///
/// # Errors
/// As [`super::solve`].
pub fn solve_extrapolated(
    cell: &Cell,
    exposure: &Exposure,
    times_s: &[f64],
    setting: Setting,
) -> Result<Extrapolated, CellError> {
    let (coarse, mut fine) = pair(cell, exposure, times_s, setting)?;
    let estimate = difference(&coarse, &fine) / 3.0;
    let cells = coarse.grid.cells() + fine.grid.cells();
    let steps = coarse.steps + fine.steps;
    for (fine, coarse) in fine.snapshots.iter_mut().zip(&coarse.snapshots) {
        extrapolate(fine, coarse);
    }
    Ok(Extrapolated { solution: fine, estimate, cells, steps })
}

/// The setting that keeps an accuracy of this problem. It costs two coarse solutions, and pays where
/// problems alike are solved many times.
///
/// # Errors
/// If the problem can't be solved, or not that finely.
pub fn choose(
    cell: &Cell,
    exposure: &Exposure,
    times_s: &[f64],
    accuracy: Accuracy,
) -> Result<Chosen, CellError> {
    let wanted = accuracy.share();
    if !(wanted > 0.0 && wanted < 1.0) {
        let what = "an accuracy";
        return Err(CellError::OutOfRange { what, value: wanted, needed: "between 0 and 1" });
    }
    let setting =
        Setting { fineness: COARSE, tolerance: TOLERANCE * wanted, change: CHANGE * wanted.sqrt() };
    let (coarse, fine) = pair(cell, exposure, times_s, setting)?;
    let of_coarse = difference(&coarse, &fine) * 4.0 / 3.0;
    let factor = (RESERVE * wanted / of_coarse.max(f64::MIN_POSITIVE)).sqrt().min(1.0);
    let setting = Setting { fineness: COARSE * factor, ..setting };
    if setting.fineness < FINEST {
        return Err(CellError::TooFine);
    }
    Ok(Chosen { setting, estimate: of_coarse * factor * factor })
}

fn pair(
    cell: &Cell,
    exposure: &Exposure,
    times_s: &[f64],
    setting: Setting,
) -> Result<(Solution, Solution), CellError> {
    cell.check()?;
    exposure.check()?;
    let on = |parts| {
        let grid = Grid::split(cell, exposure, setting.fineness, parts)?;
        solve_on(grid, cell, exposure, times_s, setting)
    };
    Ok((on(1)?, on(2)?))
}

fn extrapolate(fine: &mut Snapshot, coarse: &Snapshot) {
    let one = |fine: &mut f64, coarse: f64| *fine += (*fine - coarse) / 3.0;
    one(&mut fine.in_channel, coarse.in_channel);
    one(&mut fine.in_donor, coarse.in_donor);
    one(&mut fine.wiped, coarse.wiped);
    one(&mut fine.evaporated, coarse.evaporated);
    one(&mut fine.entered, coarse.entered);
    one(&mut fine.left, coarse.left);
    for (fine, coarse) in [
        (&mut fine.in_layers, &coarse.in_layers),
        (&mut fine.cleared, &coarse.cleared),
        (&mut fine.metabolised, &coarse.metabolised),
        (&mut fine.flow, &coarse.flow),
    ] {
        fine.iter_mut().zip(coarse).for_each(|(fine, coarse)| one(fine, *coarse));
    }
}

/// Largest difference of two solutions at the same times, relative as [`Accuracy`] says.
pub fn difference(one: &Solution, other: &Solution) -> f64 {
    let pairs = one.snapshots.iter().zip(&other.snapshots);
    pairs.map(|(a, b)| between(a, b)).fold(0.0, f64::max)
}

fn between(one: &Snapshot, other: &Snapshot) -> f64 {
    const OF_ALL: f64 = 0.1;
    let all = other.entered.abs().max(other.filled);
    let of = |a: f64, b: f64, floor: f64| {
        let size = b.abs().max(floor);
        if size > 0.0 { (a - b).abs() / size } else { 0.0 }
    };
    let layers = one.in_layers.iter().zip(&other.in_layers);
    let cleared = of(one.cleared.iter().sum(), other.cleared.iter().sum(), OF_ALL * all);
    layers
        .map(|(a, b)| of(*a, *b, OF_ALL * all))
        .fold(of(one.entered, other.entered, OF_ALL * other.filled), f64::max)
        .max(cleared)
}
