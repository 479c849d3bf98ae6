//! Prior, posterior and chains of one quantity, side by side.

use std::fmt::Write as _;

use maud::Markup;
use needlepoint_evidence::calibrate::outcome::Fitted;

use crate::chart::Picture;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 96.0;
/// Where the distributions end and the chains begin.
const SPLIT: f64 = 210.0;
/// Coordinates drawn.
const EXTENT: f64 = 3.5;
/// Points of a curve.
const POINTS: usize = 57;
/// Points of a chain.
const STEPS: usize = 100;

/// The picture; coordinates in which the prior is a standard normal run from left to right, and of the
/// chains upwards.
pub(super) fn picture(number: usize, fitted: &Fitted) -> Markup {
    let all: Vec<f64> = fitted.trace.concat();
    let (low, high) = extent(fitted, &all);
    let across = |z: f64| (z - low) / (high - low);
    let posterior = density(&all, low, high);
    let highest = posterior.iter().copied().fold(0.45, f64::max);
    let mut body = String::new();
    let _ = write!(
        body,
        "<path d=\"M0 {HEIGHT}H{SPLIT}M{SPLIT} 0V{HEIGHT}\" stroke=\"var(--axis)\" fill=\"none\"/>"
    );
    let curve = |values: &[f64]| {
        let mut path = String::new();
        for (at, value) in values.iter().enumerate() {
            let x = SPLIT * at as f64 / (values.len() - 1) as f64;
            let y = HEIGHT - 0.95 * HEIGHT * value / highest;
            let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" });
        }
        path
    };
    let _ = write!(
        body,
        "<path d=\"{}L{SPLIT} {HEIGHT}L0 {HEIGHT}Z\" fill=\"var(--tissue)\" fill-opacity=\".3\" stroke=\"var(--tissue)\"/>",
        curve(&posterior)
    );
    if fitted.shrinkage.is_some() {
        let prior: Vec<f64> = (0..POINTS)
            .map(|at| low + (high - low) * at as f64 / (POINTS - 1) as f64)
            .map(|z| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt())
            .collect();
        let _ = write!(
            body,
            "<path d=\"{}\" fill=\"none\" stroke=\"var(--ink-2)\" stroke-dasharray=\"4 3\"/>",
            curve(&prior)
        );
    }
    let inks = ["--tissue", "--session", "--seen", "--ink-2"];
    for (chain, draws) in fitted.trace.iter().enumerate() {
        let mut path = String::new();
        let step = (draws.len() / STEPS).max(1);
        for (at, z) in draws.iter().enumerate().step_by(step) {
            let x = SPLIT + 12.0 + (WIDTH - SPLIT - 12.0) * at as f64 / draws.len().max(2) as f64;
            let y = HEIGHT * (1.0 - across(*z).clamp(0.0, 1.0));
            let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" });
        }
        let ink = inks[chain % inks.len()];
        let _ = write!(
            body,
            "<path d=\"{path}\" fill=\"none\" stroke=\"var({ink})\" stroke-opacity=\".65\" stroke-width=\".8\"/>"
        );
    }
    Picture {
        id: &format!("c{number}"),
        title: &fitted.name,
        desc: "Left: the prior (dashed) and the posterior (filled). Right: the chains, draw by draw.",
        size: (WIDTH as i32, HEIGHT as i32),
    }
    .wrap(&body, 1)
}

fn extent(fitted: &Fitted, all: &[f64]) -> (f64, f64) {
    if fitted.shrinkage.is_some() {
        return (-EXTENT, EXTENT);
    }
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low < high { (low, high) } else { (low - 1.0, low + 1.0) }
}

/// Density of the draws, smoothed with a normal of Silverman's width.
fn density(all: &[f64], low: f64, high: f64) -> Vec<f64> {
    let n = all.len().max(1) as f64;
    let mean = all.iter().sum::<f64>() / n;
    let sd = (all.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / n).sqrt();
    let width = (1.06 * sd * n.powf(-0.2)).max(1e-6);
    (0..POINTS)
        .map(|at| low + (high - low) * at as f64 / (POINTS - 1) as f64)
        .map(|x| {
            let sum: f64 = all.iter().map(|z| (-0.5 * ((x - z) / width).powi(2)).exp()).sum();
            sum / (n * width * std::f64::consts::TAU.sqrt())
        })
        .collect()
}
