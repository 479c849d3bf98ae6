//! What was measured, as a table for people and as JSON for programs.

use std::{collections::BTreeMap, env, fmt, thread};

use needlepoint_numerics::quantile::quantile;
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{t1::T1, t3::T3};

/// The kernel's speed may vary by this factor within a run before the reader is warned.
const CALM: f64 = 1.25;

/// Problems in the order in which they are shown.
const ORDER: [&str; 8] =
    ["baseline", "run", "member_year", "live", "startup", "punctures", "t1", "t3"];

/// One quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Figure {
    #[serde(skip)]
    name: &'static str,
    /// What it is.
    what: String,
    unit: &'static str,
    median: f64,
    /// 5 % of the repeats gave less.
    p05: f64,
    /// 95 % of the repeats gave less.
    p95: f64,
    repeats: usize,
    /// What it costs in core kernels, both undisturbed; see [`undisturbed`].
    core_kernels: Option<f64>,
    /// What it shall not exceed.
    target: Option<f64>,
    /// Whether the median does not.
    target_met: Option<bool>,
}

impl Figure {
    /// A quantity from its repeats; `name` begins with the problem and a dot.
    pub(crate) fn new(
        name: &'static str,
        what: String,
        unit: &'static str,
        values: &[f64],
    ) -> Self {
        let sorted = ascending(values);
        Self {
            name,
            what,
            unit,
            median: quantile(&sorted, 0.5),
            p05: quantile(&sorted, 0.05),
            p95: quantile(&sorted, 0.95),
            repeats: values.len(),
            core_kernels: None,
            target: None,
            target_met: None,
        }
    }

    /// A time, measured in seconds, to be told in seconds.
    pub(crate) fn seconds(
        name: &'static str,
        what: String,
        seconds: &[f64],
        core_ns: &[f64],
    ) -> Self {
        let figure = Self::new(name, what, "s", seconds);
        let kernels = 1e9 * figure.p05 / undisturbed(core_ns);
        Self { core_kernels: Some(kernels), ..figure }
    }

    /// A time, measured in seconds, to be told in milliseconds.
    pub(crate) fn milliseconds(
        name: &'static str,
        what: String,
        seconds: &[f64],
        core_ns: &[f64],
    ) -> Self {
        let milliseconds: Vec<f64> = seconds.iter().map(|s| 1e3 * s).collect();
        let figure = Self::new(name, what, "ms", &milliseconds);
        let kernels = 1e6 * figure.p05 / undisturbed(core_ns);
        Self { core_kernels: Some(kernels), ..figure }
    }

    /// How much is done in a second, from the seconds that `amount` of it takes.
    pub(crate) fn per_second(
        name: &'static str,
        what: String,
        amount: f64,
        seconds: &[f64],
        core_ns: &[f64],
    ) -> Self {
        let rates: Vec<f64> = seconds.iter().map(|s| amount / s).collect();
        let figure = Self::new(name, what, "1/s", &rates);
        let kernels = 1e9 / figure.p95 / undisturbed(core_ns);
        Self { core_kernels: Some(kernels), ..figure }
    }

    /// A time whose values come from different people, each undisturbed: the one in the middle is
    /// compared, not the quickest.
    pub(crate) fn over_people(self) -> Self {
        let kernels = self.core_kernels.map(|kernels| kernels * self.median / self.p05);
        Self { core_kernels: kernels, ..self }
    }

    /// With what it shall not exceed, in its own unit.
    pub(crate) fn at_most(self, target: f64) -> Self {
        Self { target: Some(target), target_met: Some(self.median <= target), ..self }
    }

    /// With what it shall reach, in its own unit.
    pub(crate) fn at_least(self, target: f64) -> Self {
        Self { target: Some(target), target_met: Some(self.median >= target), ..self }
    }

    /// The value in the middle of the repeats, in its own unit.
    pub(crate) fn median(&self) -> f64 {
        self.median
    }

    fn place(&self) -> usize {
        let problem = self.name.split('.').next();
        ORDER.iter().position(|known| Some(*known) == problem).unwrap_or(ORDER.len())
    }
}

fn ascending(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The 5 % point: whatever else a machine does can only lengthen a time, so this end of the repeats
/// hardly moves on a busy one, where medians move much.
fn undisturbed(values: &[f64]) -> f64 {
    quantile(&ascending(values), 0.05)
}

/// What the figures were taken on.
#[derive(Debug, Serialize)]
struct Machine {
    system: &'static str,
    architecture: &'static str,
    cores: usize,
    optimised: bool,
}

/// All that was measured in one run of this program.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// What T1 came to, where it was asked for alone.
    #[serde(flatten)]
    t1: Option<T1>,
    /// The same of T3.
    #[serde(flatten)]
    t3: Option<T3>,
    version: &'static str,
    machine: Machine,
    /// Settings of the problems.
    settings: BTreeMap<&'static str, String>,
    #[serde(serialize_with = "by_name")]
    figures: Vec<Figure>,
    /// What the reader should know before trusting the figures.
    notes: Vec<String>,
    /// Every measurement of the core kernel.
    #[serde(skip)]
    core_ns: Vec<f64>,
}

impl Report {
    pub(crate) fn new() -> Self {
        let optimised = !cfg!(debug_assertions);
        let mut notes = Vec::new();
        if !optimised {
            notes.push("built without --release: these figures say nothing about speed".to_owned());
        }
        Self {
            t1: None,
            t3: None,
            version: env!("CARGO_PKG_VERSION"),
            machine: Machine {
                system: env::consts::OS,
                architecture: env::consts::ARCH,
                cores: thread::available_parallelism().map_or(1, usize::from),
                optimised,
            },
            settings: BTreeMap::new(),
            figures: Vec::new(),
            notes,
            core_ns: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, figure: Figure) {
        self.figures.push(figure);
        self.figures.sort_by_key(Figure::place);
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl fmt::Display) {
        self.settings.insert(name, value.to_string());
    }

    /// Tell what T1 came to at the top of the JSON.
    pub(crate) fn t1_came_to(&mut self, t1: T1) {
        self.t1 = Some(t1);
    }

    /// Tell what T3 came to at the top of the JSON.
    pub(crate) fn t3_came_to(&mut self, t3: T3) {
        self.t3 = Some(t3);
    }

    pub(crate) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Keep measurements of the core kernel; [`Self::baseline_took`] judges them.
    pub(crate) fn core_took(&mut self, core_ns: &[f64]) {
        self.core_ns.extend_from_slice(core_ns);
    }

    /// The last measurements of the core kernel: was the machine calm all along?
    pub(crate) fn baseline_took(&mut self, core_ns: &[f64]) {
        self.core_took(core_ns);
        let sorted = ascending(&self.core_ns);
        let varied = quantile(&sorted, 0.95) / quantile(&sorted, 0.05);
        if varied > CALM {
            self.note(format!(
                "the machine was busy with other things: the kernel's own time varied {varied:.1}-fold; \
                 trust ratios and processor time, not seconds"
            ));
        }
    }
}

fn by_name<S: Serializer>(figures: &[Figure], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(figures.len()))?;
    for figure in figures {
        map.serialize_entry(figure.name, figure)?;
    }
    map.end()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { system, architecture, cores, .. } = self.machine;
        writeln!(f, "{system} {architecture}, {cores} cores")?;
        for (name, value) in &self.settings {
            writeln!(f, "{name}: {value}")?;
        }
        writeln!(
            f,
            "\n{:<24} {:>10} {:>10} {:>10} {:<4} {:>13} {:>12}",
            "", "median", "5 %", "95 %", "", "core kernels", "target",
        )?;
        for figure in &self.figures {
            let kernels = figure.core_kernels.map_or(String::new(), number);
            let target = match (figure.target, figure.target_met) {
                (Some(target), Some(true)) => format!("{} met", number(target)),
                (Some(target), _) => format!("{} MISSED", number(target)),
                (None, _) => String::new(),
            };
            writeln!(
                f,
                "{:<24} {:>10} {:>10} {:>10} {:<4} {kernels:>13} {target:>12}  {} ({} repeats)",
                figure.name,
                number(figure.median),
                number(figure.p05),
                number(figure.p95),
                figure.unit,
                figure.what,
                figure.repeats,
            )?;
        }
        for note in &self.notes {
            writeln!(f, "\nNote: {note}")?;
        }
        Ok(())
    }
}

/// Three digits that count, or all before the point.
fn number(value: f64) -> String {
    let before_point = value.abs().max(1e-9).log10().floor();
    let decimals = (2.0 - before_point).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_medians_and_ratios() {
        let core = [5.0, 5.0, 9.0];
        let figure =
            Figure::milliseconds("run.x", String::new(), &[2.0, 1.0, 1.0, 9.0, 2.0], &core)
                .at_most(1999.0);
        assert_eq!((figure.median, figure.core_kernels), (2000.0, Some(2e8)));
        assert_eq!(figure.clone().over_people().core_kernels, Some(4e8));
        assert_eq!(figure.target_met, Some(false));
        let rate = Figure::per_second("run.y", String::new(), 8.0, &[2.0], &[5.0]);
        assert_eq!((rate.median, rate.core_kernels), (4.0, Some(5e7)));
    }

    #[test]
    fn numbers_keep_three_digits() {
        assert_eq!(number(0.012_345), "0.0123");
        assert_eq!(number(5.0), "5.00");
        assert_eq!(number(12_345.6), "12346");
    }

    #[test]
    fn a_busy_machine_is_told() {
        let mut calm = Report::new();
        calm.baseline_took(&[1.0, 1.1, 1.2]);
        let mut busy = Report::new();
        busy.baseline_took(&[1.0, 1.1, 2.0]);
        assert_eq!(busy.notes.len(), calm.notes.len() + 1);
    }
}
