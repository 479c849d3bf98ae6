//! From the start of the process to the first byte it prints.

use std::{
    env,
    ffi::OsStr,
    io::{self, Read as _},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use needlepoint_knowledge::Knowledge;

use crate::{
    Outcome,
    options::{CaseFile, Program},
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Longest that the first byte may take, ms.
const TARGET_MILLISECONDS: f64 = 50.0;

/// Repeats unless told otherwise.
const REPEATS: u16 = 21;

/// Start the program over and over; also what of its start can be measured within this process.
pub(crate) fn measure(
    file: &CaseFile,
    program: &Program,
    repeats: Option<u16>,
    report: &mut Report,
) -> Outcome<()> {
    let times = usize::from(repeats.unwrap_or(REPEATS));
    let path = file.path();
    report.set("case", file.case.display());
    match program.find() {
        Ok(binary) => processes(&binary, &path, times, report)?,
        Err(why) => report.note(why),
    }
    let own = env::current_exe()?;
    let bare = repeat(times, |_| first_byte(&own, &[OsStr::new("--version")]))?;
    push(
        report,
        "startup.bare",
        "this program, --version: what the system itself needs",
        &bare.values[0],
        &bare.core_ns,
    );
    let reading = repeat(times, |_| {
        let (knowledge, learning) = clocked(Knowledge::embedded);
        let knowledge = knowledge?;
        let (case, reading) = clocked(|| file.read(&knowledge));
        case?;
        Ok([learning, reading])
    })?;
    let [knowledge, case] = &reading.values;
    push(report, "startup.knowledge", "reading the knowledge", knowledge, &reading.core_ns);
    push(report, "startup.case", "reading the case", case, &reading.core_ns);
    report.core_took(&bare.core_ns);
    report.core_took(&reading.core_ns);
    Ok(())
}

fn processes(binary: &Path, case: &Path, times: usize, report: &mut Report) -> Outcome<()> {
    let run = [
        OsStr::new("run"),
        case.as_os_str(),
        OsStr::new("--members"),
        OsStr::new("1"),
        OsStr::new("--json"),
    ];
    let run = repeat(times, |_| first_byte(binary, &run))?;
    let version = repeat(times, |_| first_byte(binary, &[OsStr::new("--version")]))?;
    let what = "needlepoint run with one member, first byte";
    report.push(
        Figure::milliseconds("startup.run", what.to_owned(), &run.values[0], &run.core_ns)
            .at_most(TARGET_MILLISECONDS),
    );
    push(report, "startup.run_end", "the same, to its end", &run.values[1], &run.core_ns);
    let what = "needlepoint --version, first byte";
    let (first, core) = (&version.values[0], &version.core_ns);
    report.push(
        Figure::milliseconds("startup.version", what.to_owned(), first, core)
            .at_most(TARGET_MILLISECONDS),
    );
    report.core_took(&run.core_ns);
    report.core_took(&version.core_ns);
    Ok(())
}

fn push(report: &mut Report, name: &'static str, what: &str, seconds: &[f64], core_ns: &[f64]) {
    report.push(Figure::milliseconds(name, what.to_owned(), seconds, core_ns));
}

/// Seconds until the first byte on either output, and until the end.
pub(crate) fn first_byte(binary: &Path, arguments: &[&OsStr]) -> Outcome<[f64; 2]> {
    let (mut output, theirs) = io::pipe()?;
    let mut command = Command::new(binary);
    command.args(arguments).stdin(Stdio::null()).stdout(theirs.try_clone()?).stderr(theirs);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let said = format!("{command:?}");
    drop(command); // and with it our writing ends, or the pipe would never end
    let mut byte = [0];
    let printed = output.read(&mut byte)?;
    let first = begun.elapsed().as_secs_f64();
    io::copy(&mut output, &mut io::sink())?;
    let status = child.wait()?;
    if printed == 0 || !status.success() {
        return Err(format!("{said} printed nothing or failed: {status}").into());
    }
    Ok([first, begun.elapsed().as_secs_f64()])
}
