//! What may be written after `clinic`.

use clap::{Args, Subcommand};

use crate::options::Program;

#[derive(Debug, Subcommand)]
pub(crate) enum ClinicCommand {
    /// Many browsers read and save, while two simulations run all the time.
    Load(Load),
    /// Killed over and over while others save: is everything there that was acknowledged?
    Kill(Kill),
}

#[derive(Debug, Args)]
pub(crate) struct Load {
    #[command(flatten)]
    pub(crate) program: Program,
    /// Browsers at once, each with a patient of its own.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub(crate) browsers: u16,
    /// How long is measured, s.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub(crate) seconds: u16,
    /// Mean time between an answer and the next request of a browser, s; people are slower.
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
    pub(crate) think: f64,
    /// Simulations that run all the time.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(0..=16))]
    pub(crate) simulations: u16,
    /// Members of each of them.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) members: u16,
    /// Patients of the practice, at least.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) patients: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Kill {
    #[command(flatten)]
    pub(crate) program: Program,
    /// How often it is killed.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) kills: u32,
    /// Browsers that save at once.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) writers: u16,
    /// Longest that is written between start and kill, ms; each time is drawn anew.
    #[arg(long, value_name = "MS", default_value_t = 400, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) longest: u16,
    /// What the moments and the writes are drawn from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Everything is read back, and the records verified, after every so many kills and at the end.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: u32,
}
