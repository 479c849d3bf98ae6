//! Benchmark T1: one channel in four media for a day, against converged reference values.

use std::{env, ffi::OsStr, path::Path, process::Command};

use needlepoint_absorption::cell::{
    Bottom, Setting, solve_extrapolated,
    t1::{self, ONE_PERCENT, TENTH_PERCENT},
};
use serde::{Deserialize, Serialize};

use crate::{
    Outcome,
    options::Peer,
    report::{Figure, Report},
    startup::first_byte,
    timing::{clocked, repeat},
};

/// Repeats unless told otherwise.
const REPEATS: u16 = 51;

/// Longest a solution to 1 % may take, ms.
const TARGET_MILLISECONDS: f64 = 2.0;

/// Longest a solution to 0.1 % may take, ms.
const TARGET_FINE_MILLISECONDS: f64 = 20.0;

/// Longest a whole process that solves to 1 % may take, ms.
const TARGET_PROCESS_MILLISECONDS: f64 = 15.0;

/// The peer, as it stands beside this crate.
const PEER: &str = include_str!("../peers/t1_scipy.py");

/// What T1 came to at one setting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Solved {
    /// Largest of the nine relative errors.
    error: f64,
    /// Median of the seconds of a solution, both its grids, from the problem to the numbers.
    seconds: f64,
    /// Finite volumes of both grids.
    cells: usize,
    /// Steps in time on both grids.
    steps: usize,
}

/// Both settings, and the peer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct T1 {
    #[serde(flatten)]
    one_percent: Solved,
    fine: Solved,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<Solved>,
}

#[derive(Debug, Deserialize)]
struct OfPeer {
    error: f64,
    seconds: Vec<f64>,
    cells: usize,
    steps: usize,
}

/// Solve once and tell: what the whole process is measured with.
pub(crate) fn once() -> Outcome<Solved> {
    solve(ONE_PERCENT)
}

fn solve(setting: Setting) -> Outcome<Solved> {
    let (cell, exposure) = (t1::cell(Bottom::NoFlux), t1::exposure());
    let (told, seconds) = clocked(|| solve_extrapolated(&cell, &exposure, &t1::TIMES_S, setting));
    let told = told?;
    let error = t1::largest_error(&told.solution, &t1::REFERENCE);
    Ok(Solved { error, seconds, cells: told.cells, steps: told.steps })
}

/// Solve at both settings, over and over; as a process; and let the peer do it.
pub(crate) fn measure(peer: &Peer, repeats: Option<u16>, report: &mut Report) -> Outcome<T1> {
    let times = usize::from(repeats.unwrap_or(REPEATS));
    let own = env::current_exe()?;
    let process = repeat(times, |_| first_byte(&own, &["t1", "--once"].map(OsStr::new)))?;
    report.core_took(&process.core_ns);
    report.push(
        Figure::milliseconds(
            "t1.process",
            "a whole process that solves T1 to 1 %".to_owned(),
            &process.values[1],
            &process.core_ns,
        )
        .at_most(TARGET_PROCESS_MILLISECONDS),
    );
    let one_percent = at(ONE_PERCENT, "t1.one_percent", 1e-2, TARGET_MILLISECONDS, times, report)?;
    let fine =
        at(TENTH_PERCENT, "t1.tenth_percent", 1e-3, TARGET_FINE_MILLISECONDS, times, report)?;
    let peer = beside(peer, times, report)?;
    Ok(T1 { one_percent, fine, peer })
}

fn at(
    setting: Setting,
    name: &'static str,
    allowed: f64,
    target: f64,
    times: usize,
    report: &mut Report,
) -> Outcome<Solved> {
    let mut solved = solve(setting)?;
    if solved.error > allowed {
        return Err(format!("{name}: the error is {:.2e}, above {allowed}", solved.error).into());
    }
    let repeats = repeat(times, |_| Ok([solve(setting)?.seconds]))?;
    report.core_took(&repeats.core_ns);
    let Solved { error, cells, steps, .. } = solved;
    let what = format!("T1 solved, error {:.3} %, {cells} cells, {steps} steps", 100.0 * error);
    let figure = Figure::milliseconds(name, what, &repeats.values[0], &repeats.core_ns);
    solved.seconds = middle(&repeats.values[0]);
    report.push(figure.at_most(target));
    Ok(solved)
}

/// The peer in its own process, which repeats by itself; a note, where it can't run.
fn beside(peer: &Peer, times: usize, report: &mut Report) -> Outcome<Option<Solved>> {
    if peer.no_peer {
        report.note("T1: the peer was left out, as asked".to_owned());
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("t1_scipy.py");
    std::fs::write(&script, PEER)?;
    match run_peer(&peer.python, &script, times) {
        Ok(told) => {
            let OfPeer { error, ref seconds, cells, steps } = told;
            let what = format!(
                "the same by SciPy's sparse LU, error {:.3} %, {cells} cells, {steps} steps",
                100.0 * error
            );
            let milliseconds: Vec<f64> = seconds.iter().map(|s| 1e3 * s).collect();
            report.push(Figure::new("t1.scipy", what, "ms", &milliseconds));
            Ok(Some(Solved { error, seconds: middle(seconds), cells, steps }))
        }
        Err(why) => {
            report.note(format!("T1: peer not installed or not able to run: {why}"));
            Ok(None)
        }
    }
}

fn run_peer(python: &Path, script: &Path, times: usize) -> Outcome<OfPeer> {
    // One thread, as ours.
    let ended = Command::new(python)
        .arg(script)
        .arg(times.to_string())
        .env("OPENBLAS_NUM_THREADS", "1")
        .env("OMP_NUM_THREADS", "1")
        .output()?;
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr);
        return Err(said.lines().last().unwrap_or("it said nothing").to_owned().into());
    }
    Ok(serde_json::from_slice(&ended.stdout)?)
}

fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    needlepoint_numerics::quantile::quantile(&sorted, 0.5)
}
