//! What may be written on the command line.

// The comments are what `--help` prints, where marks around names would show.
#![allow(clippy::doc_markdown)]

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::{Date, Time};
use needlepoint_case::limits;
use needlepoint_course::{
    response::USUAL_MEMBERS,
    sensitivity::{SAMPLES, USUAL_SAMPLES},
};
use needlepoint_evidence::{catalogue::Domain, cohort::CohortSize, study::Role};
use needlepoint_knowledge::{nearest::nearest, quantity::days as days_of};

/// Microneedling, simulated: from a case file to a year of skin.
///
/// Needlepoint supports qualified people and research. It is not a medical device: it does not
/// diagnose, and it does not replace the judgement of the person who treats.
#[derive(Debug, Parser)]
#[command(name = "needlepoint", version, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 all is well, 1 a score fell (validate --against) or the answer is no (plan), 2 the input can't be used, 3 a fault of \
                        Needlepoint, 130 stopped with Ctrl-C."
)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Folder with the knowledge files, instead of those built in.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) knowledge: Option<PathBuf>,
    /// Number of threads; as many as there are cores if left out. The results do not depend on it.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Print no progress and no summary, only what went wrong.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented case file to start from.
    New(New),
    /// Explain everything that is wrong with a case file.
    Check(Check),
    /// Simulate a case file and write the report.
    Run(Run),
    /// Say whether needling is safe for a patient, what exactly to do, and what to do afterwards.
    Plan(Plan),
    /// Say where the needles go in, how deep, and what they injure.
    Punctures(Punctures),
    /// Say where the products go, how deep, how much and for how long.
    Absorb(Absorb),
    /// Say what an outcome hangs on: the treatment, the patient, people, or what nobody knows.
    Sensitivity(Sensitivity),
    /// Say what comes out at every needle length, interval and number of sessions.
    Response(Response),
    /// Hold the model against published studies.
    Validate(Validate),
    /// Fit the model to the studies that are set apart for it.
    Calibrate(Calibrate),
    /// Hold what popular articles say against the evidence and the model.
    Claims(Claims),
    /// Open the clinic: patients, plans, sessions and visits, in a browser.
    Serve(Serve),
    /// Keep the clinic's records: back up, restore, check, take out and in.
    Records(Records),
}

/// Where the records of a practice are, and what opens them.
#[derive(Debug, Args)]
pub(crate) struct RecordsAt {
    /// Folder of the records: practice.db, and practice.key unless --key-file or --passphrase says otherwise. Made if it is
    /// not there.
    #[arg(long, global = true, value_name = "DIR", default_value = "needlepoint-data")]
    pub(crate) data: PathBuf,
    /// Another database: postgres://USER:PASSWORD@HOST/NAME, for several rooms. Better given in the environment, where
    /// others on the machine do not see it.
    #[arg(
        long,
        global = true,
        value_name = "DATABASE",
        env = "NEEDLEPOINT_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// File with the key that opens the records; kept on another disk than the records it protects them best. Made for a
    /// new practice.
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "passphrase")]
    pub(crate) key_file: Option<PathBuf>,
    /// Open the records with a passphrase: that of NEEDLEPOINT_PASSPHRASE, or it is asked for.
    #[arg(long, global = true)]
    pub(crate) passphrase: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  needlepoint serve --demo --port 8080 --data demo-data\n\n\
    The first start makes an administrator and prints the password once. Nothing is asked of any network: the pages, their \
    scripts and the database are part of the program. Stop with Ctrl-C; what was acknowledged is on the disk.")]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) records: RecordsAt,
    /// Address to listen at. Another than the loopback's lets other machines in: use --tls-certificate or a proxy then.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) address: IpAddr,
    /// Port to listen at; 0 for any that is free.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub(crate) port: u16,
    /// Fill an empty database with a practice whose people are made up.
    #[arg(long)]
    pub(crate) demo: bool,
    /// Certificate chain for HTTPS, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Its private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A proxy in front speaks HTTPS with the browsers and sets X-Forwarded-For.
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// Catalogue of words in another language, in the format of Project Fluent.
    #[arg(long, value_name = "FILE")]
    pub(crate) words: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Records {
    #[command(subcommand)]
    pub(crate) what: RecordsCommand,
    #[command(flatten)]
    pub(crate) at: RecordsAt,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RecordsCommand {
    /// Write everything into one file, still encrypted with the same key, and read it back. A server may go on meanwhile.
    Backup {
        /// The file to write; none of that name may be there.
        to: PathBuf,
    },
    /// Take a backup into an empty database: after a loss, or to move between SQLite and PostgreSQL.
    Restore {
        /// The backup.
        from: PathBuf,
    },
    /// Read and decrypt every document and picture, and follow the trail of changes.
    Verify {
        /// Check a backup instead; needs no key.
        #[arg(long, value_name = "FILE")]
        backup: Option<PathBuf>,
    },
    /// Take everything out of the encryption into a file.
    Export {
        /// In which form.
        #[arg(value_enum)]
        form: ExportForm,
        /// The file to write, or for a study the folder.
        to: PathBuf,
    },
    /// Take in what was taken out: an export as JSON, or an HL7 FHIR R4 bundle.
    Import {
        /// The file.
        from: PathBuf,
        /// Leave out what is there already in another version, instead of refusing all.
        #[arg(long)]
        skip: bool,
    },
    /// Open the records with another key from now on.
    ChangeKey {
        /// File with the new key; made if it is not there.
        #[arg(long, value_name = "FILE", required_unless_present = "new_passphrase")]
        new_key_file: Option<PathBuf>,
        /// A passphrase: that of NEEDLEPOINT_NEW_PASSPHRASE, or it is asked for.
        #[arg(long, conflicts_with = "new_key_file")]
        new_passphrase: bool,
    },
}

/// A form in which records leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// Everything.
    Json,
    /// Everything, as an HL7 FHIR R4 bundle.
    Fhir,
    /// For research, without identities.
    StudyCsv,
    /// The same as Parquet.
    StudyParquet,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The file to write; printed if left out.
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The case file.
    pub(crate) file: PathBuf,
    /// Print the problems as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  needlepoint run my-case.toml --json --at \"6 hours, 3 days, 6 months\"\n\n\
    Keys of the JSON, among others: `observables`, each with site, observable, label, unit and, at all times of the calendar, at_days \
    and the band (mean, median, lo95, lo50, hi50, hi95); and `requested`, the same with `day`, one entry for each time that --at or the \
    case (`times` in [simulate]) asks for. A time at a session is just after it."
)]
pub(crate) struct Run {
    /// The case file.
    pub(crate) file: PathBuf,
    /// Folder for report.html, course.csv and run.json; nothing is written if left out.
    #[arg(long, value_name = "DIR", required_unless_present = "json")]
    pub(crate) out: Option<PathBuf>,
    /// Print the result (run.json) instead of the summary.
    #[arg(long)]
    pub(crate) json: bool,
    /// Times since the first session to tell the skin at, besides the case's, separated by commas:
    /// "6 hours, 3 days, 6 months".
    #[arg(long, value_name = "TIMES", value_delimiter = ',', value_parser = time)]
    pub(crate) at: Vec<SinceFirst>,
    /// Seed of the ensemble, instead of the case's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<u32>,
    /// Number of ensemble members, instead of the case's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) members: Option<u32>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  needlepoint plan examples/patients/type-v-melasma.toml --out out/plan --time-zone Europe/Berlin\n\n\
    Exit codes: 0 go ahead, with or without changes; 1 wait, ask a doctor first, do not needle, or a yes that \
    hangs on an answer nobody gave; 2 the file can't be used.\n\n\
    Keys of the JSON, among others: `verdict` (go, go_with_changes, wait, refer, do_not_treat), `until`, `hangs_on_answers`, `reasons` (each with rule, \
    strength, source, statement, disagreement), `questions` (what must still be asked), `plan`, `alternatives`.\n\n\
    Events of aftercare.ics keep their identifiers when a plan is made again, so that importing it once more moves them. They belong to \
    the patient's file and title: a file of another name makes new ones."
)]
pub(crate) struct Plan {
    /// The patient's file.
    pub(crate) file: PathBuf,
    /// Folder for the plan (plan.html, plan.pdf), a sheet for each session (session-1.pdf and so on), the patient's
    /// letter (patient.pdf) and calendar (aftercare.ics); nothing is written if left out.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the answer as JSON instead of the summary.
    #[arg(long)]
    pub(crate) json: bool,
    /// The day on which the answers were given, YYYY-MM-DD, instead of the file's `assessed`; if neither is there, the
    /// day that the machine's clock shows. Waiting times count from it.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) today: Option<Date>,
    /// Paper of the PDF documents.
    #[arg(long, value_enum, default_value_t = PaperSize::A4)]
    pub(crate) paper: PaperSize,
    /// Time zone of the sessions, such as Europe/Berlin; without it calendar programs take their own.
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// When sessions begin, HH:MM.
    #[arg(long, value_name = "HH:MM", default_value = "10:00", value_parser = time_of_day)]
    pub(crate) time: Time,
    /// Count of plans made for this patient on the same day, 0 for the first: tells calendar programs which is newer.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=99))]
    pub(crate) revision: u32,
}

/// Size of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PaperSize {
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  needlepoint punctures examples/lotfi-2013.toml --out out/p\n  needlepoint punctures \
    examples/kenkel-2021.toml --like examples/lotfi-2013.toml\n\n\
    The numbers are those of the typical person, with the median and the band that holds 95 of 100 people of the \
    ensemble. With --json the top level holds the first zone of the case (or that of --zone), and `zones` all of them."
)]
pub(crate) struct Punctures {
    /// The case file.
    pub(crate) file: PathBuf,
    /// Only this zone of the case, by the name of its site.
    #[arg(long, value_name = "SITE")]
    pub(crate) zone: Option<String>,
    /// Another case: say which needle length, passes and speed of this case's device give its dose and,
    /// as near as can be, its depths. It treats the same sites, or has a single zone that stands for
    /// all.
    #[arg(long, value_name = "OTHER_CASE")]
    pub(crate) like: Option<PathBuf>,
    /// Area of the square patch whose punctures are drawn and written, cm2; at most that of the zone.
    #[arg(long, value_name = "CM2", default_value_t = 1.0, value_parser = area, allow_negative_numbers = true)]
    pub(crate) area: f64,
    /// Folder for tables (punctures.csv, .parquet, .json), a page (punctures.html) and pictures (map,
    /// section and depths, with --like also like, as SVG and PNG).
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the numbers as JSON (punctures.json) instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Seed, instead of the case's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<u32>,
    /// Number of ensemble members, instead of the case's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) members: Option<u32>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  needlepoint absorb examples/absorb-serums.toml --out out/a\n  \
    needlepoint absorb examples/lotfi-2013.toml --active caffeine --strength 2%\n\n\
    Keys of the JSON: `hours`, the hours told after a use; `zones`, each with `zone`, `label`, `layers`, \
    `channels_closed_hours` and `products` (those of the first zone also stand at the top). A product has\n  \
    product, key, label, active, strength, when, contact_hours, acts_on, place (where it acts)\n  \
    punctured, intact: taken_up_ug_per_cm2 (in 24 h), level_at_target_ug_per_ml, mean_level_at_target_ug_per_ml and over_time: \
    on_skin, in_channels, in_<layer>, gone, wiped_off (all _ug_per_cm2), flux_ug_per_cm2_per_h, basal, papillary_dermis, dermis \
    (all _ug_per_ml), reach_um and deepest_reach_um (depth at which a tenth of the surface level arrives)\n  \
    enhancement: taken up through needled over intact skin\n  \
    put_on_later: hours, relative (to at once), taken_up_ug_per_cm2, mean_level_at_target_ug_per_ml\n  \
    best_moment: hours, words, answer, reason, sources\n  \
    stays: hours (until the level falls below a tenth of its peak), longer_than_a_day\n  \
    typical: the typical person in numbers\nWhat differs between people is a band (mean, median, lo95, lo50, hi50, hi95); the molecule, strength, hours and `typical` are plain numbers."
)]
pub(crate) struct Absorb {
    /// The case file.
    pub(crate) file: PathBuf,
    /// Only this product of the case.
    #[arg(long, value_name = "NAME", conflicts_with = "active")]
    pub(crate) product: Option<String>,
    /// An active of knowledge/actives.toml instead of the case's products, put on straight after the
    /// session.
    #[arg(long, value_name = "NAME")]
    pub(crate) active: Option<String>,
    /// Mass share of that active, such as 2%; its usual strength if left out.
    #[arg(long, value_name = "SHARE", requires = "active", value_parser = share)]
    pub(crate) strength: Option<f64>,
    /// Only this zone of the case, by the name of its site.
    #[arg(long, value_name = "SITE")]
    pub(crate) zone: Option<String>,
    /// Folder for tables (absorb.csv, .json), a page (absorb.html), pictures (map, curve and profile as
    /// SVG and PNG) and the typical person's cell as a VTK grid (cell.vtu).
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the numbers as JSON (absorb.json) instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Seed, instead of the case's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<u32>,
    /// Number of ensemble members, instead of the case's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) members: Option<u32>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  needlepoint sensitivity examples/lotfi-2013.toml --out out/s\n\n\
    Sobol indices: shares of the variance of an outcome over treatments, patients, people and possible truths drawn from \
    ranges, which the output states. `first_order` is what a factor explains by itself, `total` what it explains with its \
    interplay. How people differ and what nobody knows count as one factor each.\n\n\
    Keys of the JSON: `samples`, `courses`, `factors` (name, label, group, range) and `outcomes`, each with name, label, unit, \
    `value` (band over everything drawn), `varies` and `factors`: name, `first_order` and `total` with value, lo95, hi95."
)]
pub(crate) struct Sensitivity {
    /// The case file.
    pub(crate) file: PathBuf,
    /// The main outcome, by the name of an observable in course.csv; that of the concern if left out.
    /// Days of redness, greatest darkening and pain are told beside it.
    #[arg(long, value_name = "OBSERVABLE")]
    pub(crate) outcome: Option<String>,
    /// The zone of the case, by the name of its site; that of the first concern if left out.
    #[arg(long, value_name = "SITE")]
    pub(crate) zone: Option<String>,
    /// Points of the design, best a power of two; each takes two courses and one for each factor.
    #[arg(long, value_name = "N", default_value_t = USUAL_SAMPLES,
        value_parser = clap::value_parser!(u32).range(i64::from(*SAMPLES.start())..=i64::from(*SAMPLES.end())))]
    pub(crate) samples: u32,
    /// Folder for tables (sensitivity.csv, .json), a page (sensitivity.html) and the picture
    /// (sensitivity as SVG and PNG).
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the indices as JSON (sensitivity.json) instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Seed, instead of the case's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<u32>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  needlepoint response examples/lotfi-2013.toml --out out/r\n  \
    needlepoint response my-case.toml --lengths 0.5,1,1.5 --intervals 7,14,28 --sessions 1,3,6\n\n\
    The same people are treated at every point of the grid, everything else as in the case. Keys of the JSON: `outcome`, `case` \
    (its own setting), `cells`, each with needle_length_mm, interval_days (null for one session), sessions, `gain` (change for the \
    better 3 months after the last session), `red_days`, `peak_darkening`, `darkened_share` and `pain`; and `by_sessions` at the \
    case's length and interval: `added_per_session` and `later` (months, gain, left_share). What differs between people is a band \
    (mean, median, lo95, lo50, hi50, hi95)."
)]
pub(crate) struct Response {
    /// The case file.
    pub(crate) file: PathBuf,
    /// The outcome, by the name of an observable in course.csv; that of the concern if left out.
    #[arg(long, value_name = "OBSERVABLE")]
    pub(crate) outcome: Option<String>,
    /// The zone of the case, by the name of its site; that of the first concern if left out.
    #[arg(long, value_name = "SITE")]
    pub(crate) zone: Option<String>,
    /// Needle lengths in mm, separated by commas; the usual ones of the device if left out.
    #[arg(long, value_name = "MM", value_delimiter = ',', value_parser = length)]
    pub(crate) lengths: Option<Vec<f64>>,
    /// Days between sessions, separated by commas.
    #[arg(long, value_name = "DAYS", value_delimiter = ',', value_parser = days)]
    pub(crate) intervals: Option<Vec<f64>>,
    /// Numbers of sessions, separated by commas.
    #[arg(long, value_name = "N", value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::SESSIONS)))]
    pub(crate) sessions: Option<Vec<u32>>,
    /// Folder for tables (response.csv, .json), a page (response.html) and pictures (surface and lines,
    /// as SVG and PNG).
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the numbers as JSON (response.json) instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
    /// Seed, instead of the case's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<u32>,
    /// Number of ensemble members.
    #[arg(long, value_name = "N", default_value_t = USUAL_MEMBERS, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) members: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Claims {
    /// Only claims about this: a word, a part of the story such as "aftercare", or a verdict.
    pub(crate) word: Option<String>,
    /// Print the claims as JSON.
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// Print a page in Markdown, as kept in docs/claims.md.
    #[arg(long)]
    pub(crate) markdown: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Folder of study files, instead of those built in.
    #[arg(long, value_name = "DIR")]
    pub(crate) studies: Option<PathBuf>,
    /// Only this domain.
    #[arg(long, value_name = "D", value_parser = domain)]
    pub(crate) domain: Option<Domain>,
    /// Only studies with this role.
    #[arg(long, value_name = "R", value_parser = role)]
    pub(crate) role: Option<Role>,
    /// Possible truths in a cohort.
    #[arg(long, value_name = "N", default_value_t = CohortSize::default().truths, value_parser = clap::value_parser!(u32).range(8..=4096))]
    pub(crate) truths: u32,
    /// People under each truth.
    #[arg(long, value_name = "N", default_value_t = CohortSize::default().people, value_parser = clap::value_parser!(u32).range(2..=256))]
    pub(crate) people: u32,
    /// Seed.
    #[arg(long, value_name = "N", default_value_t = CohortSize::default().seed)]
    pub(crate) seed: u32,
    /// Print the scores as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a page with all measurements.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the scores by domain, as kept in knowledge/scoreboard.json.
    #[arg(long, value_name = "FILE")]
    pub(crate) scoreboard: Option<PathBuf>,
    /// Fail if a domain does worse than in this scoreboard.
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
    /// Folder in which predictions are kept, so that a stopped run goes on where it was.
    #[arg(long, value_name = "DIR", env = "NEEDLEPOINT_CACHE")]
    pub(crate) cache: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "To use a fit: copy DIR/ensemble.csv into the folder of the knowledge (`knowledge/`, or that of \
    --knowledge). What is fitted, and with how much work, stands in calibration.toml there.\n\n\
    The fit begins from the priors, whatever ensemble the knowledge holds, and reads no study with role \"validate\"."
)]
pub(crate) struct Calibrate {
    /// Folder of study files, instead of those built in.
    #[arg(long, value_name = "DIR")]
    pub(crate) studies: Option<PathBuf>,
    /// Folder for the draws (ensemble.csv), the chains (trace.csv), a page (calibration.html) and the same in
    /// Markdown (calibration.md); nothing is written if left out.
    #[arg(long, value_name = "DIR", required_unless_present = "json")]
    pub(crate) out: Option<PathBuf>,
    /// A small fit of few parameters to few studies, to see that all works: no ensemble to be used.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Seed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u32,
    /// Print the result as JSON instead of the summary.
    #[arg(long)]
    pub(crate) json: bool,
}

/// An area that holds a few holes at least.
fn area(text: &str) -> Result<f64, String> {
    const LEAST_CM2: f64 = 0.01;
    match text.parse::<f64>() {
        Ok(area) if area.is_finite() && area >= LEAST_CM2 => Ok(area),
        Ok(_) => Err(format!("an area of {LEAST_CM2} cm2 or more is needed")),
        Err(_) => Err("an area in cm2 is needed, such as 4".to_owned()),
    }
}

/// A needle length.
fn length(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(length) if length > 0.0 && length <= limits::NEEDLE_MM => Ok(length),
        Ok(_) => {
            Err(format!("a needle length above 0 and up to {} mm is needed", limits::NEEDLE_MM))
        }
        Err(_) => Err("needle lengths in mm are needed, such as 0.5,1,1.5".to_owned()),
    }
}

/// A time between sessions.
fn days(text: &str) -> Result<f64, String> {
    let (least, most) = (limits::INTERVAL_DAYS, limits::HORIZON_DAYS);
    match text.trim().parse::<f64>() {
        Ok(days) if (least..=most).contains(&days) => Ok(days),
        Ok(_) => Err(format!("between {least:.0} and {most:.0} days are needed")),
        Err(_) => Err("days are needed, such as 7,14,28".to_owned()),
    }
}

/// A day of the calendar.
fn date(text: &str) -> Result<Date, String> {
    Date::strptime("%Y-%m-%d", text.trim())
        .map_err(|_| "a day is needed, such as 2027-03-15".to_owned())
}

/// A time of the day.
fn time_of_day(text: &str) -> Result<Time, String> {
    Time::strptime("%H:%M", text.trim())
        .map_err(|_| "a time of the day is needed, such as 10:00".to_owned())
}

/// A time since the first session.
#[derive(Debug, Clone)]
pub(crate) struct SinceFirst {
    pub(crate) text: String,
    pub(crate) days: f64,
}

/// A time with its unit, as in a case.
fn time(text: &str) -> Result<SinceFirst, String> {
    let text = text.trim();
    Ok(SinceFirst { text: text.to_owned(), days: days_of(text)? })
}

/// A share above nothing and not above all, such as `2%` or `2 %`.
fn share(text: &str) -> Result<f64, String> {
    let percent = text.trim().strip_suffix('%').and_then(|count| count.trim().parse::<f64>().ok());
    match percent {
        Some(percent) if percent > 0.0 && percent <= 100.0 => Ok(percent / 100.0),
        Some(_) => Err("a share above 0% and up to 100% is needed".to_owned()),
        None => Err("a share in per cent is needed, such as 2%".to_owned()),
    }
}

fn domain(name: &str) -> Result<Domain, String> {
    let known = || Domain::NAMED.iter().map(|(known, _)| *known);
    Domain::NAMED
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, domain)| *domain)
        .ok_or_else(|| suggestion(name, known()))
}

fn role(name: &str) -> Result<Role, String> {
    match name {
        "calibrate" => Ok(Role::Calibrate),
        "validate" => Ok(Role::Validate),
        _ => Err(suggestion(name, ["calibrate", "validate"])),
    }
}

fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let all: Vec<&str> = known.clone().into_iter().collect();
    match nearest(name, known) {
        Some(near) => format!("did you mean \"{near}\"? known: {}", all.join(", ")),
        None => format!("known: {}", all.join(", ")),
    }
}
