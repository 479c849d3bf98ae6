//! Many browsers that read and save, each with a patient of its own, while simulations run all the time.
//!
//! - [`asked`]: what is asked for, and how often
//! - [`room`]: one browser at its work
//! - [`beside`]: what goes on beside them: simulations, and people who sign in
//! - [`figures`]: what came of it

mod asked;
mod beside;
mod figures;
mod room;

use std::{
    path::Path,
    sync::{Barrier, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use self::{
    asked::Seen,
    beside::{sign_ins, simulations},
    figures::{Figures, Machine},
    room::Room,
};
use super::{
    browser::{Browser, Sent},
    options::Load,
    practice::{Treated, make},
    served::{PASSWORD, Served, load_average, own_processor_seconds},
};
use crate::Outcome;

/// Accounts that the browsers share: an account may not sign in so often that each had its own.
const ACCOUNTS: usize = 16;
/// Their password.
const ROOM_PASSWORD: &str = "a garden behind sixteen rooms";
/// Rooms that are opened at once before anything is measured.
const OPENED_AT_ONCE: usize = 4;
/// Simulations have begun for so long before anything is measured.
const AHEAD: Duration = Duration::from_secs(2);

/// What is printed.
pub(super) fn told(asked: &Load, json: bool) -> Outcome<String> {
    let program = asked.program.find()?;
    let folder = tempfile::tempdir()?;
    let figures = measured(asked, &program, folder.path())?;
    let told =
        if json { serde_json::to_string_pretty(&figures)? + "\n" } else { figures.to_string() };
    if figures.errors == 0 {
        return Ok(told);
    }
    Err(format!("{told}\n{} requests went wrong", figures.errors).into())
}

fn measured(asked: &Load, program: &Path, folder: &Path) -> Outcome<Figures> {
    let browsers = usize::from(asked.browsers);
    let mut treated = make(program, folder, asked.patients as usize, browsers)?;
    treated.truncate(browsers);
    let served = Served::start(program, folder)?;
    let cookies = signed_in(&served)?;
    let (rooms, first_sights) = opened(&served, &treated, &cookies, asked.think)?;
    let window = &Window::new(asked, rooms.len());
    let mut machine = Machine { load_before: load_average(), ..Machine::default() };
    let (mut seen, ran) = thread::scope(|scope| -> Outcome<_> {
        let simulating = (0..asked.simulations).map(|number| {
            let browser = Browser::new(served.address, &cookies[0]);
            scope.spawn(move || simulations(browser, asked.members, number, window))
        });
        let simulating: Vec<_> = simulating.collect();
        let signing = scope.spawn(|| sign_ins(served.address, window));
        let working: Vec<_> =
            rooms.into_iter().map(|room| scope.spawn(move || room.work(window))).collect();
        thread::sleep(AHEAD);
        window.open();
        let before = (served.processor_seconds(), own_processor_seconds());
        let mut seen = Vec::with_capacity(working.len() + 1);
        for room in working {
            seen.push(room.join().map_err(|_| "a browser broke off")?);
        }
        machine.of_program = since(before.0, served.processor_seconds());
        machine.of_browsers = since(before.1, own_processor_seconds());
        machine.load_after = load_average();
        seen.push(signing.join().map_err(|_| "signing in broke off")?);
        let mut all = Vec::new();
        for simulation in simulating {
            let (ran, wrong) = simulation.join().map_err(|_| "a simulation broke off")?;
            all.extend(ran);
            seen.push(wrong);
        }
        Ok((seen, all))
    })?;
    seen.retain(|seen| !seen.is_empty());
    machine.peak_megabytes = served.peak_megabytes();
    let used = served.kill()?;
    machine.peak_megabytes = machine.peak_megabytes.or(Some(used.maxrss as f64 / 1e6));
    Ok(Figures::of(asked, &Seen::all(seen), &ran, &first_sights, machine))
}

fn since(before: Option<f64>, after: Option<f64>) -> Option<f64> {
    Some(after? - before?)
}

/// When everybody works.
pub(super) struct Window {
    begins: Barrier,
    ends: Mutex<Option<Instant>>,
    lasts: Duration,
}

impl Window {
    fn new(asked: &Load, rooms: usize) -> Self {
        // The rooms, whoever signs in, and whoever opens.
        let begins = Barrier::new(rooms + 2);
        Self { begins, ends: Mutex::new(None), lasts: Duration::from_secs(asked.seconds.into()) }
    }

    fn open(&self) {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Instant::now() + self.lasts);
        self.begins.wait();
    }

    /// Waits until it is open; the moment at which it closes.
    fn opened(&self) -> Instant {
        self.begins.wait();
        self.ends().unwrap_or_else(Instant::now)
    }

    /// The moment at which it closes, once that is known.
    fn ends(&self) -> Option<Instant> {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accounts made by the administrator, and a session of each.
fn signed_in(served: &Served) -> Outcome<Vec<String>> {
    let mut administrator = Browser::new(served.address, "");
    administrator.sign_in("admin", PASSWORD)?;
    let mut cookies = Vec::with_capacity(ACCOUNTS);
    for account in (0..ACCOUNTS).map(account) {
        let form = Sent::form(&[
            ("name", &account),
            ("role", "practitioner"),
            ("password", ROOM_PASSWORD),
        ]);
        let made = administrator.post("/accounts", &form)?.status;
        if made != 303 {
            return Err(format!("the account {account} was not made: {made}").into());
        }
        cookies.push(Browser::new(served.address, "").sign_in(&account, ROOM_PASSWORD)?);
    }
    Ok(cookies)
}

/// The name of an account.
fn account(number: usize) -> String {
    format!("room-{number}")
}

/// Each browser loads its files and opens the plan and the session of its patient, which makes the server work out that plan;
/// the milliseconds that each waited for its plan.
fn opened(
    served: &Served,
    treated: &[Treated],
    cookies: &[String],
    think: f64,
) -> Outcome<(Vec<Room>, Vec<f64>)> {
    let share = treated.len().div_ceil(OPENED_AT_ONCE);
    let numbered: Vec<(usize, &Treated)> = treated.iter().enumerate().collect();
    let open = |(number, treated): &(usize, &Treated)| {
        let browser = Browser::new(served.address, &cookies[number % cookies.len()]).packed();
        Room::open(browser, treated, *number, think).map_err(|why| why.to_string())
    };
    let open_all = |some: &[_]| some.iter().map(open).collect::<Result<Vec<_>, String>>();
    thread::scope(|scope| {
        let opening: Vec<_> =
            numbered.chunks(share).map(|some| scope.spawn(move || open_all(some))).collect();
        let mut rooms = Vec::new();
        for some in opening {
            rooms.extend(some.join().map_err(|_| "opening broke off")??);
        }
        Ok(rooms.into_iter().unzip())
    })
}
