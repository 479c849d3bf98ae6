//! Runs the model beside the pages: on threads of its own that give way to them, and no longer than somebody waits.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

use crate::{refusal::Refusal, server::ClinicError};

/// Works of a kind at a time; more wait in line. Each uses all threads of its kind.
const AT_A_TIME: usize = 2;
/// How far threads stand back behind those that answer: drawings that a hand on a slider waits for less than what takes seconds.
const SOON: i32 = 5;
const LATER: i32 = 19;

/// Threads that simulate, of two kinds.
pub(crate) struct Simulator {
    soon: Threads,
    later: Threads,
}

/// Threads of one kind.
struct Threads {
    pool: Arc<ThreadPool>,
    turns: Arc<Semaphore>,
}

/// Tells work that nobody waits for it any longer, once it is dropped.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Simulator {
    /// One with so many threads of each kind, or with one on each core.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(crate) fn new(threads: Option<usize>) -> Result<Self, ClinicError> {
        Ok(Self { soon: Threads::new(threads, SOON)?, later: Threads::new(threads, LATER)? })
    }

    /// Do work that takes seconds; it is told to stop when the answer is no longer waited for.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        self.later.work(work).await
    }

    /// Do work that takes no longer than somebody can wait with a finger on the mouse. It goes before all else that is simulated.
    pub(crate) async fn work_soon<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        self.soon.work(work).await
    }
}

impl Threads {
    fn new(threads: Option<usize>, niceness: i32) -> Result<Self, ClinicError> {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads.unwrap_or(0))
            .thread_name(|n| format!("simulate-{n}"))
            .start_handler(move |_| stand_back(niceness))
            // Who waits for the answer is told of a fault; the server goes on.
            .panic_handler(|_| ())
            .build()
            .map_err(|why| ClinicError::Threads(why.to_string()))?;
        Ok(Self { pool: Arc::new(pool), turns: Arc::new(Semaphore::new(AT_A_TIME)) })
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let cancelled = Arc::new(AtomicBool::new(false));
        let waiting = Waiting(Arc::clone(&cancelled));
        let (answer, answered) = oneshot::channel();
        self.pool.spawn(move || {
            let _turn = turn;
            if !cancelled.load(Ordering::Relaxed) {
                // Who asked may have gone.
                let _ = answer.send(work(&cancelled));
            }
        });
        let answer = answered.await;
        drop(waiting);
        answer.map_err(|_| Refusal::Fault("a simulation ended without an answer".to_owned()))
    }
}

/// Let threads that answer go first. Where the system does not know niceness of threads, nothing is lost but speed.
fn stand_back(niceness: i32) {
    // Tests share the processors with each other, and would wait for ever.
    #[cfg(all(target_os = "linux", not(test)))]
    {
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), niceness);
    }
    #[cfg(any(not(target_os = "linux"), test))]
    let _ = niceness;
}
