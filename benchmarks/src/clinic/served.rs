//! The program, started on a folder and ended.

use std::{
    ffi::OsStr,
    fs,
    io::{self, BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use wait4::{ResourceUsage, Wait4 as _};

use crate::Outcome;

/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// What it says when it can be asked.
const LISTENS: &str = "Needlepoint listens at http://";
/// Accounts of the demonstration share it.
pub(super) const PASSWORD: &str = "needlepoint-demo";
/// Linux counts the time of processes in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// The program while it serves; it ends with this.
#[derive(Debug)]
pub(super) struct Served {
    child: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// From its start until it said so.
    pub(super) after: Duration,
}

impl Served {
    /// Starts it on a folder of records, with the demonstration where they are new.
    pub(super) fn start(program: &Path, folder: &Path) -> Outcome<Self> {
        let begun = Instant::now();
        let mut child = serving(program, folder).stderr(Stdio::piped()).spawn()?;
        let Some(told) = child.stderr.take() else { return Err("nothing is told".into()) };
        let (listens, listening) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(told).lines().map_while(Result::ok) {
                match line.strip_prefix(LISTENS) {
                    // Whoever waited may have lost patience.
                    Some(address) => drop(listens.send(address.trim_end_matches('/').to_owned())),
                    None if line.starts_with("fault") || line.contains("panic") => {
                        eprintln!("the program says: {line}");
                    }
                    None => {}
                }
            }
        });
        let mut served = Self { child, address: SocketAddr::from(([0; 4], 0)), after: PATIENCE };
        let address = listening.recv_timeout(PATIENCE);
        served.after = begun.elapsed();
        served.address =
            address.map_err(|_| format!("{} does not serve", program.display()))?.parse()?;
        Ok(served)
    }

    /// Starts it and kills it after a time, whether it serves by then or not.
    pub(super) fn killed_at_start(
        program: &Path,
        folder: &Path,
        after: Duration,
    ) -> io::Result<()> {
        let mut child = serving(program, folder).stderr(Stdio::null()).spawn()?;
        thread::sleep(after);
        child.kill()?;
        child.wait().map(|_| ())
    }

    /// Kills it between two of its instructions: nothing of its own runs any more.
    pub(super) fn kill(mut self) -> io::Result<ResourceUsage> {
        self.child.kill()?;
        Ok(self.child.wait4()?.rusage)
    }

    /// Processor time so far, s; none where the system does not say it this way.
    pub(super) fn processor_seconds(&self) -> Option<f64> {
        processor_seconds(&self.child.id().to_string())
    }

    /// Most memory it had at once so far, MB; none where the system does not say it this way.
    pub(super) fn peak_megabytes(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: f64 = peak.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024.0 / 1e6)
    }
}

fn serving(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["serve", "--demo", "--port", "0", "--data"]).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time of this program so far, s; none where the system does not say it this way.
pub(super) fn own_processor_seconds() -> Option<f64> {
    processor_seconds("self")
}

fn processor_seconds(process: &str) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name, which may hold anything: state, and 10 fields later the ticks for itself and in the system.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let own: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((own + system) / TICKS_PER_SECOND)
}

/// How many processes wanted to run over the last minute, as the system tells it.
pub(super) fn load_average() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Runs `needlepoint records` on a folder; what went wrong, if something did.
pub(super) fn records(program: &Path, folder: &Path, what: &[&OsStr]) -> Outcome<()> {
    let output =
        Command::new(program).args(["records", "--data"]).arg(folder).args(what).output()?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(format!("needlepoint records {what:?}: {}\n{told}", output.status).into())
}
