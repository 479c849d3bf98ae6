//! What long commands share: threads, Ctrl-C and a progress bar.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::options::Common;

/// Runs shorter than this show no progress bar.
const BAR_AFTER: Duration = Duration::from_secs(1);

/// Do `work` on the number of threads asked for.
pub(crate) fn with_threads<T: Send>(
    common: &Common,
    work: impl FnOnce() -> T + Send,
) -> Result<T, rayon::ThreadPoolBuildError> {
    let threads = common.threads.map_or(0, usize::from);
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).build()?.install(work))
}

/// Set once the user presses Ctrl-C.
pub(crate) fn stopped_by_interrupts() -> Result<Arc<AtomicBool>, ctrlc::Error> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&cancelled);
    ctrlc::set_handler(move || told.store(true, Ordering::Relaxed))?;
    Ok(cancelled)
}

/// A progress bar that appears only when the work takes long enough for one.
pub(crate) struct LateBar {
    bar: ProgressBar,
    begun: Instant,
    shown: AtomicBool,
}

impl LateBar {
    /// A bar over `all` of what is `counted`; never shown if `quiet`.
    pub(crate) fn new(all: u64, counted: &str, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::hidden());
        let template = format!("{{bar:40}} {{pos}}/{{len}} {counted}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now(), shown: AtomicBool::new(quiet) }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        if self.begun.elapsed() > BAR_AFTER && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    /// Take the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
