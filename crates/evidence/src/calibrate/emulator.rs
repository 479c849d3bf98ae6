//! A fast stand-in for the model: one response surface a measurement.

use needlepoint_inference::{
    link::Link,
    surface::{Points, Surface},
};
use rayon::prelude::*;

use crate::predict::Finding;

use super::design::{Output, Row};

/// Weight of points over the priors once there are points around the posterior.
const WEIGHT_OF_PRIOR: f64 = 0.1;
/// The error of a surface can't be told to be less than this share of its variance: how much of it is the
/// chance of who was drawn is known from few pairs of runs.
const LEAST_SHARE: f64 = 0.2;

/// Designs run so far, the latest nearest to where surfaces are needed.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// `[point][fitted input]`.
    pub(super) points: Points,
    /// What the model said of each measurement at each point.
    pub(super) outputs: Vec<Vec<Finding>>,
    /// Measurements that the model has a finite number for, everywhere.
    pub(super) usable: Vec<bool>,
    /// Deviation between people here and there, from the latest design.
    pub(super) sds: Vec<(f64, Option<f64>)>,
    /// Pairs of findings at the same points in other people, from the latest design.
    pairs: Vec<Vec<(f64, f64)>>,
}

impl Known {
    /// Add a design; from the second on, what was there before counts less.
    pub(super) fn add(&mut self, inputs: &[Vec<f64>], outputs: &[Output], again: &[Output]) {
        if self.usable.is_empty() {
            self.outputs = vec![Vec::new(); outputs.len()];
            self.usable = vec![true; outputs.len()];
        }
        let weight = if self.points.inputs.is_empty() { 1.0 } else { WEIGHT_OF_PRIOR };
        if weight < 1.0 {
            self.points.weights.iter_mut().for_each(|w| *w = w.min(weight));
            self.points.counted.iter_mut().for_each(|counted| *counted = false);
        }
        self.points.inputs.extend_from_slice(inputs);
        self.points.weights.resize(self.points.inputs.len(), 1.0);
        self.points.counted.resize(self.points.inputs.len(), true);
        self.sds = vec![(0.0, None); outputs.len()];
        self.pairs = vec![Vec::new(); outputs.len()];
        for (at, (output, again)) in outputs.iter().zip(again).enumerate() {
            let (Some(findings), Some(others)) = (&output.findings, again.centres()) else {
                self.usable[at] = false;
                continue;
            };
            self.usable[at] &= findings.of_truth.iter().all(|finding| finding.centre.is_finite());
            self.sds[at] = (findings.sd_here, findings.sd_there);
            self.outputs[at].extend(findings.of_truth.iter().copied());
            self.pairs[at] =
                findings.of_truth.iter().map(|finding| finding.centre).zip(others).collect();
        }
    }

    /// The same points with other inputs: those that turned out to be worth fitting.
    pub(super) fn narrowed(&mut self, which: &[usize]) {
        for point in &mut self.points.inputs {
            *point = which.iter().map(|input| point[*input]).collect();
        }
    }

    /// A surface for each measurement.
    pub(super) fn emulators(&self, rows: &[Row<'_>]) -> Vec<Option<Emulator>> {
        (0..rows.len()).into_par_iter().map(|at| self.emulator(&rows[at], at)).collect()
    }

    fn emulator(&self, row: &Row<'_>, at: usize) -> Option<Emulator> {
        if !self.usable[at] {
            return None;
        }
        let centres: Vec<f64> = self.outputs[at].iter().map(|finding| finding.centre).collect();
        let of_link = |link: Link| {
            let values: Vec<f64> = centres.iter().map(|y| link.forward(*y)).collect();
            let surface = Surface::fit(&self.points, &values)?;
            Some((link, surface))
        };
        let unseen = |surface: &Surface| {
            if surface.spread > 0.0 { surface.error / surface.spread } else { 0.0 }
        };
        let (link, surface) = links(row, &centres)
            .into_iter()
            .filter_map(of_link)
            .min_by(|(_, a), (_, b)| unseen(a).total_cmp(&unseen(b)))?;
        let by_chance = by_chance(link, &self.pairs[at]);
        let variance = surface.error.powi(2);
        let error = (variance - by_chance).max(LEAST_SHARE * variance).sqrt();
        let counted: Vec<f64> = centres
            .iter()
            .zip(&self.points.counted)
            .filter(|(_, counted)| **counted)
            .map(|(y, _)| link.forward(*y))
            .collect();
        let middle = counted.iter().sum::<f64>() / counted.len().max(1) as f64;
        let (centre, slope) = link.back(middle);
        Some(Emulator { surface, link, error, by_chance: by_chance.sqrt(), centre, slope })
    }
}

/// Scales on which a measurement may be fitted.
pub(super) fn links(row: &Row<'_>, centres: &[f64]) -> Vec<Link> {
    let measurement = row.measurement;
    if measurement.counted.is_some() && measurement.against.is_none() {
        return vec![Link::LogitOfPercent];
    }
    Link::fitting(centres)
}

/// Variance of a finding by the chance of who was drawn: half of the mean square between pairs.
fn by_chance(link: Link, pairs: &[(f64, f64)]) -> f64 {
    let squares: Vec<f64> = pairs
        .iter()
        .map(|(one, other)| (link.forward(*one) - link.forward(*other)).powi(2))
        .filter(|square| square.is_finite())
        .collect();
    if squares.is_empty() { 0.0 } else { 0.5 * squares.iter().sum::<f64>() / squares.len() as f64 }
}

/// What stands in for the model at one measurement.
#[derive(Debug, Clone)]
pub(super) struct Emulator {
    pub(super) surface: Surface,
    pub(super) link: Link,
    /// Error on the link's scale without the chance of who was drawn: bends that the surface lacks, and what
    /// is not fitted.
    pub(super) error: f64,
    /// That chance, a standard deviation on the same scale.
    pub(super) by_chance: f64,
    /// The middle of what the model says in the region where the surface is used.
    pub(super) centre: f64,
    /// Slope from the link's scale there.
    pub(super) slope: f64,
}

impl Emulator {
    /// Value and slope from the link's scale.
    pub(super) fn at(&self, z: &[f64]) -> (f64, f64) {
        self.link.back(self.surface.value(z))
    }
}
