//! Exit codes, and what leads to them.

use std::{path::PathBuf, process::ExitCode};

use needlepoint_care::CareError;
use needlepoint_clinic::ClinicError;
use needlepoint_course::{
    CourseError, absorb::AbsorbError, equivalence::EquivalenceError, punctures::PuncturesError,
    sensitivity::VariantError,
};
use needlepoint_evidence::{
    calibrate::CalibrateError, claims::ClaimsError, library::LibraryError,
    scoreboard::ScoreboardError, validate::ValidateError,
};
use needlepoint_exchange::{ExchangeError, TableError};
use needlepoint_knowledge::KnowledgeError;
use needlepoint_records::RecordsError;
use needlepoint_report::{CareFilesError, OutputError, TimeZoneError};

/// What the program's exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Ok,
    /// What was asked came out with a no: a score fell, or a patient is not to be needled now.
    No,
    /// The input can't be used.
    BadInput,
    /// A fault of Needlepoint.
    OurFault,
    /// Stopped by the user.
    Stopped,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::No => 1,
            Exit::BadInput => 2,
            Exit::OurFault => 3,
            Exit::Stopped => 130,
        })
    }
}

/// Why a command did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The knowledge can't be used.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The case can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// The plan does not fit what the file asks of the simulation.
    #[error(transparent)]
    Planned(#[from] needlepoint_case::CannotSimulate),
    /// A choice goes beyond what is advised.
    #[error(transparent)]
    Beyond(needlepoint_care::chosen::Beyond),
    /// The punctures can't be given.
    #[error(transparent)]
    Punctures(#[from] PuncturesError),
    /// The two cases can't be likened.
    #[error(transparent)]
    Equivalence(#[from] EquivalenceError),
    /// The punctures can't be told.
    #[error(transparent)]
    Pictures(#[from] needlepoint_report::PuncturesError),
    /// The products can't be followed.
    #[error(transparent)]
    Absorb(#[from] AbsorbError),
    /// Variants of the case can't be given.
    #[error(transparent)]
    Variant(#[from] VariantError),
    /// A picture can't be made.
    #[error(transparent)]
    Maps(#[from] needlepoint_report::PictureError),
    /// The studies can't be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The studies can't be run.
    #[error(transparent)]
    Validate(#[from] ValidateError),
    /// The model can't be fitted.
    #[error(transparent)]
    Calibrate(#[from] CalibrateError),
    /// The claims can't be held against the model.
    #[error(transparent)]
    Claims(#[from] ClaimsError),
    /// The scoreboard can't be used.
    #[error(transparent)]
    Scoreboard(#[from] ScoreboardError),
    /// A time that was asked for on the command line is not simulated.
    #[error(
        "--at \"{time}\" lies outside the time simulated, day 0 to day {horizon_days:.0}; write another, or a \
         longer `horizon` into the case"
    )]
    NotSimulated {
        /// The time as written.
        time: String,
        /// End of the simulation.
        horizon_days: f64,
    },
    /// The documents of a plan can't be made.
    #[error(transparent)]
    Documents(#[from] CareFilesError),
    /// There is no such time zone.
    #[error("--time-zone: {0}")]
    TimeZone(#[from] TimeZoneError),
    /// The results can't be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A template would overwrite a file.
    #[error("{} is there already; name another file, or move it away", .0.display())]
    WouldOverwrite(PathBuf),
    /// A file can't be written.
    #[error("{} can't be written: {why}", .file.display())]
    CannotWrite {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// Standard output can't be written to.
    #[error("the answer can't be printed: {0}")]
    CannotAnswer(std::io::Error),
    /// Threads can't be started.
    #[error("the worker threads can't be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// Ctrl-C can't be caught.
    #[error("interrupts can't be caught: {0}")]
    Interrupts(#[from] ctrlc::Error),
    /// The clinic can't be served.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// The records can't be used.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// Records can't be taken out or in.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// Tables can't be written.
    #[error(transparent)]
    Tables(#[from] TableError),
    /// A file can't be read.
    #[error("{} can't be read: {why}", .file.display())]
    CannotRead {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// No practice where one was looked for.
    #[error("there is no practice at {}: name its folder with --data", .0.display())]
    NoPractice(PathBuf),
    /// No passphrase was given.
    #[error("no passphrase: set {variable}, or run this in a terminal that can ask for it ({why})")]
    NoPassphrase {
        /// The variable of the environment.
        variable: &'static str,
        /// Why it can't be asked for.
        why: std::io::Error,
    },
    /// The runtime can't be started.
    #[error("the server can't be started: {0}")]
    Runtime(std::io::Error),
    /// A result can't be put into JSON.
    #[error("the result can't be put into JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<CareError> for Fault {
    fn from(error: CareError) -> Self {
        match error {
            CareError::Course(why) => why.into(),
            CareError::Alternatives(why) => why.into(),
            CareError::CannotSimulate(why) => why.into(),
            CareError::Beyond(why) => Self::Beyond(why),
        }
    }
}

impl Fault {
    /// The exit code that fits.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Course(course)
            | Self::Claims(ClaimsError::Course(course))
            | Self::Punctures(PuncturesError::Course(course))
            | Self::Absorb(AbsorbError::Course(course))
            | Self::Variant(VariantError::Course(course))
            | Self::Equivalence(EquivalenceError::Course(course)) => of_course(course),
            Self::Validate(ValidateError::Cancelled)
            | Self::Calibrate(CalibrateError::Cancelled) => Exit::Stopped,
            Self::Knowledge(_)
            | Self::Library(_)
            | Self::Claims(_)
            | Self::Punctures(_)
            | Self::Absorb(_)
            | Self::Equivalence(_)
            | Self::Variant(_)
            | Self::Scoreboard(_)
            | Self::Validate(ValidateError::Knowledge(_))
            | Self::NotSimulated { .. }
            | Self::TimeZone(_)
            | Self::Documents(CareFilesError::Calendar(_))
            | Self::Planned(_)
            | Self::Calibrate(
                CalibrateError::Knowledge(_)
                | CalibrateError::UnknownStudy(_)
                | CalibrateError::NothingToFit,
            )
            | Self::Output(_)
            | Self::Beyond(_)
            | Self::Clinic(
                ClinicError::Records(_)
                | ClinicError::Words(_)
                | ClinicError::Listen { .. }
                | ClinicError::Tls(_),
            )
            | Self::Records(_)
            | Self::Exchange(_)
            | Self::CannotRead { .. }
            | Self::NoPassphrase { .. }
            | Self::NoPractice(_)
            | Self::WouldOverwrite(_)
            | Self::CannotWrite { .. }
            | Self::CannotAnswer(_) => Exit::BadInput,
            Self::Pictures(_)
            | Self::Documents(CareFilesError::Typeset(_))
            | Self::Maps(_)
            | Self::Validate(_)
            | Self::Calibrate(_)
            | Self::Clinic(_)
            | Self::Runtime(_)
            | Self::Tables(_)
            | Self::Threads(_)
            | Self::Interrupts(_)
            | Self::Json(_) => Exit::OurFault,
        }
    }
}

fn of_course(error: &CourseError) -> Exit {
    match error {
        CourseError::Cancelled => Exit::Stopped,
        CourseError::Knowledge(_)
        | CourseError::UnknownSite(_)
        | CourseError::UnknownCream(_)
        | CourseError::NoNeedles(_) => Exit::BadInput,
        CourseError::Needling(_)
        | CourseError::Skin(_)
        | CourseError::Healing(_)
        | CourseError::Absorption(_) => Exit::OurFault,
    }
}
