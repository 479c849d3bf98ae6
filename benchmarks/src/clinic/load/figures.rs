//! What came of the load, as a table for people and as JSON for programs.

use std::{collections::BTreeMap, fmt};

use needlepoint_numerics::quantile::quantile;
use serde::Serialize;

use super::{
    asked::{Asked, Seen, Way},
    beside::Ran,
};
use crate::clinic::options::Load;

/// Longest that 99 of 100 answers may take, ms.
const TARGET_MILLISECONDS: f64 = 200.0;
/// Most memory that the program may have at once, MB.
const TARGET_MEGABYTES: f64 = 400.0;
/// So many errors are told one by one.
const TOLD_ERRORS: usize = 10;

/// How long answers took, ms.
#[derive(Debug, Clone, Copy, Serialize)]
struct Waits {
    requests: usize,
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

impl Waits {
    fn of(mut milliseconds: Vec<f64>) -> Option<Self> {
        milliseconds.sort_by(f64::total_cmp);
        let max = *milliseconds.last()?;
        let at = |share| quantile(&milliseconds, share);
        Some(Self { requests: milliseconds.len(), p50: at(0.5), p95: at(0.95), p99: at(0.99), max })
    }
}

/// What the machine did meanwhile; none of what a system does not say.
#[derive(Debug, Default, Serialize)]
pub(super) struct Machine {
    pub(super) load_before: Option<f64>,
    pub(super) load_after: Option<f64>,
    /// Processor time of the program, simulations and all, s.
    pub(super) of_program: Option<f64>,
    /// Processor time of the browsers, which the program did not have, s.
    pub(super) of_browsers: Option<f64>,
    pub(super) peak_megabytes: Option<f64>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    browsers: u16,
    seconds: u16,
    think_seconds: f64,
    members: u16,
    requests: usize,
    conflicts_meant: usize,
    pub(super) errors: usize,
    first_errors: Vec<String>,
    ways: BTreeMap<Way, Waits>,
    pages: BTreeMap<Asked, Waits>,
    /// Opening a plan that nobody had opened before, a few at once, before the measurement.
    first_sight_of_a_plan: Option<Waits>,
    simulations_finished: usize,
    /// How long one took.
    simulation_seconds: Option<f64>,
    machine: Machine,
    target_milliseconds: f64,
    target_megabytes: f64,
    targets_met: bool,
}

impl Figures {
    pub(super) fn of(
        load: &Load,
        seen: &Seen,
        ran: &[Ran],
        first_sights: &[f64],
        machine: Machine,
    ) -> Self {
        let of = |meant: &dyn Fn(Asked) -> bool| {
            let waits = seen.waits.iter().filter(|(asked, _)| meant(*asked));
            Waits::of(waits.map(|(_, milliseconds)| *milliseconds).collect())
        };
        let ways: BTreeMap<Way, Waits> = [Way::Reading, Way::Saving, Way::SigningIn]
            .into_iter()
            .filter_map(|way| Some((way, of(&|asked| asked.way() == way)?)))
            .collect();
        let pages: BTreeMap<Asked, Waits> = Asked::ALL
            .into_iter()
            .filter_map(|page| Some((page, of(&|asked| asked == page)?)))
            .collect();
        let quick = [Way::Reading, Way::Saving]
            .iter()
            .all(|way| ways.get(way).is_some_and(|waits| waits.p99 < TARGET_MILLISECONDS));
        let small = machine.peak_megabytes.is_some_and(|peak| peak < TARGET_MEGABYTES);
        let seconds: Vec<f64> = ran.iter().map(|ran| ran.seconds).collect();
        Self {
            browsers: load.browsers,
            seconds: load.seconds,
            think_seconds: load.think,
            members: load.members,
            requests: seen.waits.len(),
            conflicts_meant: seen.conflicts,
            errors: seen.errors.len(),
            first_errors: seen.errors.iter().take(TOLD_ERRORS).cloned().collect(),
            ways,
            pages,
            first_sight_of_a_plan: Waits::of(first_sights.to_vec()),
            simulations_finished: ran.iter().filter(|ran| ran.within).count(),
            simulation_seconds: Waits::of(seconds).map(|seconds| seconds.p50),
            machine,
            target_milliseconds: TARGET_MILLISECONDS,
            target_megabytes: TARGET_MEGABYTES,
            targets_met: quick && small,
        }
    }
}

fn told(value: Option<f64>) -> String {
    value.map_or_else(|| "not told by this system".to_owned(), |value| format!("{value:.1}"))
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { browsers, seconds, think_seconds, machine, .. } = self;
        writeln!(
            f,
            "{browsers} browsers for {seconds} s, {think_seconds} s of thinking between requests\n\
             {} requests, {:.0} a second; {} errors; {} saves refused because they were meant to be\n",
            self.requests,
            self.requests as f64 / f64::from(*seconds),
            self.errors,
            self.conflicts_meant,
        )?;
        let head = ["requests", "p50 ms", "p95 ms", "p99 ms", "max ms"];
        write!(f, "{:<32}", "")?;
        for column in head {
            write!(f, "{column:>10}")?;
        }
        writeln!(f)?;
        let mut row = |name: &str, waits: &Waits| {
            let Waits { requests, p50, p95, p99, max } = waits;
            writeln!(f, "{name:<32}{requests:>10}{p50:>10.1}{p95:>10.1}{p99:>10.1}{max:>10.1}")
        };
        for (way, waits) in &self.ways {
            row(&format!("{way:?}").to_uppercase(), waits)?;
            for (page, waits) in self.pages.iter().filter(|(page, _)| page.way() == *way) {
                row(&format!("  {}", page.name()), waits)?;
            }
        }
        if let Some(waits) = &self.first_sight_of_a_plan {
            row("before: first sight of a plan", waits)?;
        }
        writeln!(
            f,
            "\nsimulations of {} members finished: {}, each in {} s",
            self.members,
            self.simulations_finished,
            told(self.simulation_seconds),
        )?;
        writeln!(f, "peak memory of the program, MB: {}", told(machine.peak_megabytes))?;
        writeln!(
            f,
            "processor time, s: program {}, browsers {}",
            told(machine.of_program),
            told(machine.of_browsers)
        )?;
        writeln!(
            f,
            "load average of the machine: {} before, {} after",
            told(machine.load_before),
            told(machine.load_after)
        )?;
        writeln!(
            f,
            "target: p99 of reading and of saving below {TARGET_MILLISECONDS} ms, memory below {TARGET_MEGABYTES} MB: {}",
            if self.targets_met { "met" } else { "MISSED" }
        )?;
        for error in &self.first_errors {
            writeln!(f, "error: {error}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_told_in_order() {
        let waits = Waits::of((1..=101).rev().map(f64::from).collect()).expect("some");
        assert_eq!((waits.p50, waits.p95, waits.p99, waits.max), (51.0, 96.0, 100.0, 101.0));
        assert!(Waits::of(Vec::new()).is_none());
    }
}
