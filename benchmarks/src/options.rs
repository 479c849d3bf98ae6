//! What may be written on the command line, and the files it names.

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};
use needlepoint_case::{Case, read_case_file};
use needlepoint_knowledge::Knowledge;

use crate::{Outcome, clinic::ClinicCommand};

/// How the program measured here comes to be.
pub(crate) const HOW_TO_BUILD: &str = "cargo build --release -p needlepoint";

/// Speed and memory of Needlepoint, beside a fixed kernel measured in the same run.
#[derive(Debug, Parser)]
#[command(name = "needlepoint-benchmarks", version, arg_required_else_help = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Print one JSON object instead of a table.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How often each problem is repeated after its warm-up; each has its own number if left out.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) repeats: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The machine alone: a small linear system solved over and over, and a sweep through memory.
    Baseline,
    /// A whole case: in memory, and as a process with its peak memory.
    Run {
        #[command(flatten)]
        case: CaseFile,
        #[command(flatten)]
        ensemble: Ensemble,
        #[command(flatten)]
        program: Program,
    },
    /// One member, one zone, twelve months, on one thread.
    MemberYear {
        #[command(flatten)]
        case: CaseFile,
        #[command(flatten)]
        people: People,
    },
    /// From the start of the process to the first byte it prints.
    Startup {
        #[command(flatten)]
        case: CaseFile,
        #[command(flatten)]
        program: Program,
    },
    /// 1 cm2 under four passes of a pen, a whole face with its statistics, and millions of hits.
    Punctures {
        #[command(flatten)]
        hits: Hits,
    },
    /// The whole face once, and nothing printed: what `punctures` starts to look at its memory.
    #[command(hide = true)]
    Face,
    /// A plan simulated and told anew at each move of its sliders.
    Live {
        /// Number of threads.
        #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
        threads: u16,
    },
    /// The clinic as a program: under load, or killed while it saves.
    Clinic {
        #[command(subcommand)]
        what: ClinicCommand,
    },
    /// One channel in four media for a day, against converged reference values; a peer beside it.
    T1 {
        #[command(flatten)]
        peer: Peer,
        /// Solve once to 1 %, print what came of it, and measure nothing else.
        #[arg(long)]
        once: bool,
    },
    /// A cohort of healing skins, twelve stiff equations over a year, against converged reference values.
    T3 {
        #[command(flatten)]
        cohort: Cohort,
        /// Number of threads.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
        threads: u16,
    },
    /// Everything.
    All {
        #[command(flatten)]
        case: CaseFile,
        #[command(flatten)]
        ensemble: Ensemble,
        #[command(flatten)]
        people: People,
        #[command(flatten)]
        hits: Hits,
        #[command(flatten)]
        program: Program,
        #[command(flatten)]
        peer: Peer,
        #[command(flatten)]
        cohort: Cohort,
    },
}

/// How many patients of T3.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Cohort {
    /// Number of patients of T3; they are solved eight at once.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) patients: u32,
}

/// How many hits are sampled at once.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Hits {
    /// Millions of hits sampled at once.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=15))]
    pub(crate) million_hits: u32,
}

/// Which case.
#[derive(Debug, Args)]
pub(crate) struct CaseFile {
    /// The case file.
    #[arg(long, value_name = "FILE", default_value = "examples/lotfi-2013.toml")]
    pub(crate) case: PathBuf,
}

impl CaseFile {
    /// Where the file is: as named from here, or else from the root of the repository.
    pub(crate) fn path(&self) -> PathBuf {
        let in_repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&self.case);
        if !self.case.exists() && in_repository.exists() {
            in_repository
        } else {
            self.case.clone()
        }
    }

    /// The case.
    pub(crate) fn read(&self, knowledge: &Knowledge) -> Outcome<Case> {
        let (case, problems) = read_case_file(&self.path(), knowledge);
        case.ok_or_else(|| {
            format!("this case can't be run\n{}", problems.to_snippets(false)).into()
        })
    }
}

/// The Python that runs peers.
#[derive(Debug, Clone, Args)]
pub(crate) struct Peer {
    /// Python with `SciPy`, which runs the peer; without it the peer is left out, and a note says so.
    #[arg(long, value_name = "FILE", default_value = "python3")]
    pub(crate) python: PathBuf,
    /// Leave the peer out.
    #[arg(long)]
    pub(crate) no_peer: bool,
}

/// How large an ensemble, on how many threads.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Ensemble {
    /// Number of ensemble members, instead of the case's.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) members: u32,
    /// Number of threads.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: u16,
}

/// How many people are simulated one by one.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct People {
    /// Number of people simulated one by one.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) people: u32,
}

/// Which program is started.
#[derive(Debug, Args)]
pub(crate) struct Program {
    /// The needlepoint program; the one next to this program if left out.
    #[arg(long, visible_alias = "program", value_name = "FILE")]
    pub(crate) binary: Option<PathBuf>,
}

impl Program {
    /// The program, if it is there; otherwise why not and what to do.
    pub(crate) fn find(&self) -> Result<PathBuf, String> {
        let beside = || {
            let name = format!("needlepoint{}", env::consts::EXE_SUFFIX);
            Some(env::current_exe().ok()?.with_file_name(name))
        };
        match self.binary.clone().or_else(beside) {
            Some(binary) if binary.is_file() => Ok(binary),
            Some(binary) => Err(format!(
                "processes were not measured: {} is not there; `{HOW_TO_BUILD}` makes it, --binary \
                 names another",
                binary.display()
            )),
            None => Err(format!(
                "processes were not measured: `{HOW_TO_BUILD}` makes the program, --binary names it"
            )),
        }
    }
}
