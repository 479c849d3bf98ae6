//! One browser at its work with one patient.

use std::{
    io,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    Window,
    asked::{Asked, Seen},
};
use crate::{
    Outcome,
    clinic::{
        browser::{Answer, Browser, Sent},
        chance::Chance,
        practice::Treated,
    },
};

/// What each browser's work is drawn from.
const SEED: u64 = 1;
/// How often each page is read.
const READS: [(Asked, f64); 10] = [
    (Asked::Patients, 12.0),
    (Asked::Search, 5.0),
    (Asked::Overview, 18.0),
    (Asked::Consultation, 12.0),
    (Asked::Choices, 5.0),
    (Asked::Plan, 12.0),
    (Asked::Sessions, 6.0),
    (Asked::Session, 15.0),
    (Asked::SessionState, 10.0),
    (Asked::Visits, 5.0),
];
/// How often each thing is saved.
const SAVES: [(Asked, f64); 3] =
    [(Asked::SaveNote, 0.4), (Asked::SaveTick, 0.4), (Asked::SaveVisit, 0.2)];
/// Share of what is begun that saves. Forms are read before, and pages after, so one request in five saves.
const SAVING: f64 = 0.26;
/// Share of saved notes that come with a version that is too old.
const OVERTAKEN: f64 = 0.03;
/// Letters of a note.
const NOTE: usize = 300;

/// One browser and its patient.
#[derive(Debug)]
pub(super) struct Room {
    browser: Browser,
    treated: Treated,
    chance: Chance,
    think: f64,
    /// The address of the session that is under way.
    session: String,
    ticks: Vec<bool>,
    /// Version of the patient.
    version: u32,
    seen: Seen,
}

impl Room {
    /// Opens it: files of the pages, plan, session; and the milliseconds that the plan took.
    pub(super) fn open(
        mut browser: Browser,
        treated: &Treated,
        number: usize,
        think: f64,
    ) -> Outcome<(Self, f64)> {
        let whole = |answer: Answer, what: &str| match answer.status {
            200 | 303 => Ok(answer),
            status => Err(format!("{what}: {status}")),
        };
        let mut plain = browser.same_session();
        let plan = treated.path(&format!("/plans/{}", treated.plan));
        let answer = whole(browser.get(&plan)?, &plan)?;
        let first = 1e3 * answer.took.as_secs_f64();
        let begin = format!("{plan}/sessions/{}", treated.next);
        let begun = whole(plain.post(&begin, &Sent::form(&[]))?, &begin)?;
        let session = begun.location.ok_or("a session begins nowhere")?;
        for page in ["/", &session] {
            let page = whole(plain.get(page)?, page)?.text();
            for file in files(&page) {
                whole(browser.get(file)?, file)?;
            }
        }
        let state: Value = serde_json::from_slice(&plain.get(&format!("{session}/state"))?.body)?;
        let fields = state["fields"].as_object().ok_or("a session without fields")?;
        let ticks = fields.iter().filter(|(name, _)| name.starts_with("tick."));
        let ticks = ticks.map(|(_, value)| value != "").collect();
        let chance = Chance::new(SEED, number as u64);
        let treated = treated.clone();
        let seen = Seen::default();
        Ok((Self { browser, treated, chance, think, session, ticks, version: 1, seen }, first))
    }

    /// Works until the window closes.
    pub(super) fn work(mut self, window: &Window) -> Seen {
        let ends = window.opened();
        // Its connection has been idle since the room was opened, and the server does not wait for long.
        self.browser = self.browser.same_session().packed();
        sleep(Duration::from_secs_f64(self.chance.share() * self.think));
        while Instant::now() < ends {
            let saves = self.chance.share() < SAVING;
            let asked = self.chance.weighed(if saves { &SAVES[..] } else { &READS[..] });
            if let Err(why) = self.does(asked) {
                self.seen.errors.push(format!("{}: {why}", asked.name()));
            }
            self.thinks();
        }
        self.seen
    }

    fn thinks(&mut self) {
        sleep(self.chance.pause(self.think));
    }

    fn does(&mut self, asked: Asked) -> io::Result<()> {
        match asked {
            Asked::SaveNote => self.saves_note(),
            Asked::SaveTick => self.saves_tick(),
            Asked::SaveVisit => self.saves_visit(),
            _ => {
                let path = self.path(asked);
                let expected: &[u16] =
                    if asked == Asked::SessionState { &[200, 204] } else { &[200] };
                self.reads(asked, &path, expected).map(|_| ())
            }
        }
    }

    fn path(&mut self, asked: Asked) -> String {
        let treated = &self.treated;
        match asked {
            Asked::Search => {
                let names = ["saga", "tale", "ta", "example 1", "ida fic", "nobody of this name"];
                format!("/?q={}&list=true", names[self.chance.below(names.len())].replace(' ', "+"))
            }
            Asked::Overview => treated.path(""),
            Asked::Consultation => {
                treated.path(&format!("/consultations/{}", treated.consultation))
            }
            Asked::Choices => {
                treated.path(&format!("/consultations/{}/plan", treated.consultation))
            }
            Asked::Plan => treated.path(&format!("/plans/{}", treated.plan)),
            Asked::Sessions => treated.path("/sessions"),
            Asked::Session => self.session.clone(),
            Asked::SessionState => format!("{}/state?version=1", self.session),
            Asked::Visits => treated.path("/visits"),
            _ => "/".to_owned(),
        }
    }

    fn reads(&mut self, asked: Asked, path: &str, expected: &[u16]) -> io::Result<Answer> {
        let answer = self.browser.get(path)?;
        self.took(asked, answer, expected)
    }

    fn took(&mut self, asked: Asked, answer: Answer, expected: &[u16]) -> io::Result<Answer> {
        self.seen.waits.push((asked, 1e3 * answer.took.as_secs_f64()));
        if expected.contains(&answer.status) {
            return Ok(answer);
        }
        Err(io::Error::other(format!("answered with {}", answer.status)))
    }

    /// Where an answer leads, as a browser goes there.
    fn follows(&mut self, asked: Asked, answer: &Answer) -> io::Result<()> {
        let Some(path) = &answer.location else { return Err(io::Error::other("leads nowhere")) };
        self.reads(asked, path, &[200]).map(|_| ())
    }

    fn saves_note(&mut self) -> io::Result<()> {
        let path = self.treated.path("/edit");
        self.reads(Asked::Form, &path, &[200])?;
        self.thinks();
        let overtaken = self.version > 1 && self.chance.share() < OVERTAKEN;
        let version = (self.version - u32::from(overtaken)).to_string();
        let note = self.chance.text(NOTE);
        let form = Sent::form(&[
            ("family_name", "Saga"),
            ("given_name", "Sven"),
            ("birth_date", "1998-05-17"),
            ("sex", "male"),
            ("note", &note),
            ("version", &version),
        ]);
        let answer = self.browser.post(&path, &form)?;
        if overtaken {
            self.took(Asked::SaveNote, answer, &[409])?;
            self.seen.conflicts += 1;
            return Ok(());
        }
        let answer = self.took(Asked::SaveNote, answer, &[303])?;
        self.version += 1;
        self.follows(Asked::Overview, &answer)
    }

    fn saves_tick(&mut self) -> io::Result<()> {
        let step = self.chance.below(self.ticks.len());
        let done = !self.ticks[step];
        let tick = json!({ "step": step, "done": done }).to_string();
        let sent = Sent::of("application/json", tick.into_bytes());
        let answer = self.browser.post(&format!("{}/check", self.session), &sent)?;
        self.took(Asked::SaveTick, answer, &[200])?;
        self.ticks[step] = done;
        Ok(())
    }

    fn saves_visit(&mut self) -> io::Result<()> {
        let path = self.treated.path("/visits/new");
        self.reads(Asked::Form, &path, &[200])?;
        self.thinks();
        let note = self.chance.text(NOTE);
        let form = Sent::form_with_file(&[("seen_on", "2026-11-30"), ("note", &note)], None);
        let answer = self.browser.post(&path, &form)?;
        let answer = self.took(Asked::SaveVisit, answer, &[303])?;
        self.follows(Asked::Visits, &answer)
    }
}

/// Addresses of the files that a page names.
fn files(page: &str) -> impl Iterator<Item = &str> {
    page.split('"').filter(|text| text.starts_with("/assets/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_files() {
        let page = r#"<link href="/assets/1/a.css"><a href="/"></a><script src="/assets/1/b.js">"#;
        assert_eq!(files(page).collect::<Vec<_>>(), ["/assets/1/a.css", "/assets/1/b.js"]);
    }
}
