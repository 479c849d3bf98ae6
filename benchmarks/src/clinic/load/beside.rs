//! What goes on beside the rooms: simulations, and people who sign in.

use std::{
    net::SocketAddr,
    thread::sleep,
    time::{Duration, Instant},
};

use super::{
    ACCOUNTS, ROOM_PASSWORD, Window, account,
    asked::{Asked, Seen},
};
use crate::clinic::browser::{Browser, Sent};

/// What is simulated: five sessions and the year after.
const CASE: &str = include_str!("../../../../examples/lotfi-2013.toml");
/// Between two people who sign in: more often, and the server holds them up.
const BETWEEN_SIGN_INS: Duration = Duration::from_secs(4);

/// A simulation that came to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ran {
    /// How long it took, s.
    pub(super) seconds: f64,
    /// Whether it ended within the window.
    pub(super) within: bool,
}

/// One simulation after the other until the window closes; what ran, and what went wrong.
pub(super) fn simulations(
    mut browser: Browser,
    members: u16,
    number: u16,
    window: &Window,
) -> (Vec<Ran>, Seen) {
    let (mut ran, mut seen) = (Vec::new(), Seen::default());
    let case = Sent::of("application/toml", CASE.as_bytes().to_vec());
    while window.ends().is_none_or(|ends| Instant::now() < ends) {
        let seed = 1 + usize::from(number) + 100 * ran.len();
        match browser.post(&format!("/api/run?members={members}&seed={seed}"), &case) {
            Ok(answer) if answer.status == 200 => ran.push(Ran {
                seconds: answer.took.as_secs_f64(),
                within: window.ends().is_none_or(|ends| Instant::now() < ends),
            }),
            Ok(answer) => seen.errors.push(format!("simulation: answered with {}", answer.status)),
            Err(why) => seen.errors.push(format!("simulation: {why}")),
        }
        if seen.errors.len() > 2 {
            break;
        }
    }
    (ran, seen)
}

/// Somebody signs in every few seconds until the window closes.
pub(super) fn sign_ins(address: SocketAddr, window: &Window) -> Seen {
    let mut seen = Seen::default();
    let ends = window.opened();
    for number in 0.. {
        sleep(BETWEEN_SIGN_INS);
        if Instant::now() >= ends {
            break;
        }
        let begun = Instant::now();
        match Browser::new(address, "").sign_in(&account(number % ACCOUNTS), ROOM_PASSWORD) {
            Ok(_) => seen.waits.push((Asked::SignIn, 1e3 * begun.elapsed().as_secs_f64())),
            Err(why) => seen.errors.push(format!("sign in: {why}")),
        }
    }
    seen
}
