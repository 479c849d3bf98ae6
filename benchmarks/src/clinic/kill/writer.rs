//! One browser that saves, and all that it was promised.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::SocketAddr,
};

use serde_json::{Value, json};

use super::pictures::{Pictures, found, send};
use crate::{
    Outcome,
    clinic::{
        browser::{Browser, Sent},
        chance::Chance,
        practice::Treated,
    },
};

/// Most letters of a note: some fill a few pages of a database.
const LONGEST_NOTE: usize = 6000;

/// What is saved.
#[derive(Debug, Clone, Copy)]
enum Save {
    Patient,
    Change,
    Tick,
    Picture,
}

const SAVES: [(Save, f64); 4] =
    [(Save::Patient, 0.25), (Save::Change, 0.35), (Save::Tick, 0.3), (Save::Picture, 0.1)];

/// What was acknowledged, and what may have taken its place without an answer.
#[derive(Debug, Clone)]
struct Promised<T> {
    sure: T,
    maybe: Option<T>,
}

impl<T: PartialEq + Clone> Promised<T> {
    fn new(sure: T) -> Self {
        Self { sure, maybe: None }
    }

    fn acknowledged(&mut self) {
        if let Some(new) = self.maybe.take() {
            self.sure = new;
        }
    }

    /// Takes what is there; whether it is one of both.
    fn settle(&mut self, seen: &T, read: &mut Read) -> bool {
        let maybe = self.maybe.take();
        let there = maybe.as_ref() == Some(seen);
        if there {
            self.sure = seen.clone();
        }
        read.settled_there += usize::from(there);
        read.settled_not_there += usize::from(maybe.is_some() && !there);
        self.sure == *seen
    }
}

/// A patient in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patient {
    pub(super) version: u32,
    pub(super) name: String,
    pub(super) note: String,
}

/// A photograph that was sent.
#[derive(Debug, Clone)]
struct Sending {
    patient: String,
    caption: String,
    picture: usize,
}

/// What was saved in a round.
#[derive(Debug, Default)]
pub(super) struct Saved {
    pub(super) patients: usize,
    pub(super) changes: usize,
    pub(super) ticks: usize,
    pub(super) pictures: usize,
    /// Why it ended, if it was not the kill.
    pub(super) refused: Option<String>,
}

/// What was read back.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// What was acknowledged and is not there, or not as it was.
    pub(super) lost: Vec<String>,
    /// Saves without an answer that are there.
    pub(super) settled_there: usize,
    /// Saves without an answer that are not.
    pub(super) settled_not_there: usize,
}

/// One browser that saves.
#[derive(Debug)]
pub(super) struct Writer {
    number: usize,
    cookie: String,
    chance: Chance,
    pictures: Pictures,
    /// Patients made here, by their identifiers.
    patients: BTreeMap<String, Promised<Patient>>,
    /// Identifiers of those, in the order in which they were made.
    made: Vec<String>,
    /// Patients and photographs that may be there without an answer.
    maybe_made: Vec<Patient>,
    maybe_sent: Vec<Sending>,
    /// Photographs since they were last read back, and all before by caption.
    sent: Vec<Sending>,
    captions: BTreeMap<String, usize>,
    /// Patients since they were last read back.
    touched: BTreeSet<String>,
    session: String,
    ticks: Vec<Promised<bool>>,
    count: usize,
}

impl Writer {
    /// One that ticks in a session that it begins.
    pub(super) fn new(
        doctor: &mut Browser,
        cookie: &str,
        treated: &Treated,
        number: usize,
        seed: u64,
        pictures: &Pictures,
    ) -> Outcome<Self> {
        let begin = treated.path(&format!("/plans/{}/sessions/{}", treated.plan, treated.next));
        let session = doctor.post(&begin, &Sent::form(&[]))?.location;
        let session = session.ok_or("a session begins nowhere")?;
        let ticks = ticked(doctor, &session)?.into_iter().map(Promised::new).collect();
        Ok(Self {
            number,
            cookie: cookie.to_owned(),
            chance: Chance::new(seed, number as u64),
            pictures: pictures.clone(),
            patients: BTreeMap::new(),
            made: Vec::new(),
            maybe_made: Vec::new(),
            maybe_sent: Vec::new(),
            sent: Vec::new(),
            captions: BTreeMap::new(),
            touched: BTreeSet::new(),
            session,
            ticks,
            count: 0,
        })
    }

    /// The status of the list of patients.
    pub(super) fn first_page(&self, address: SocketAddr) -> io::Result<u16> {
        Ok(Browser::new(address, &self.cookie).get("/")?.status)
    }

    /// Patients that are promised, by their identifiers.
    pub(super) fn promised(&self) -> impl Iterator<Item = (&str, &Patient)> {
        self.patients.iter().map(|(id, promised)| (id.as_str(), &promised.sure))
    }

    /// Captions of the photographs that are promised, and the bytes of each.
    pub(super) fn photographs(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let kept = |picture: usize| self.pictures.get(picture).kept.as_slice();
        self.captions.iter().map(move |(caption, picture)| (caption.as_str(), kept(*picture)))
    }

    /// Identifier of the session, and its ticks.
    pub(super) fn session(&self) -> (&str, Vec<bool>) {
        let identifier = self.session.rsplit('/').next().unwrap_or_default();
        (identifier, self.ticks.iter().map(|tick| tick.sure).collect())
    }

    /// Saves until nobody answers.
    pub(super) fn writes(&mut self, address: SocketAddr) -> Saved {
        let mut browser = Browser::new(address, &self.cookie);
        let mut saved = Saved::default();
        loop {
            let save = self.chance.weighed(&SAVES);
            let count = match save {
                Save::Patient => &mut saved.patients,
                Save::Change => &mut saved.changes,
                Save::Tick => &mut saved.ticks,
                Save::Picture => &mut saved.pictures,
            };
            match self.saves(save, &mut browser) {
                Ok(200 | 303) => *count += 1,
                Ok(status) => {
                    saved.refused = Some(format!("{save:?} was answered with {status}"));
                    return saved;
                }
                // Nobody is there any more.
                Err(_) => return saved,
            }
        }
    }

    /// Saves something; the status of the answer, if it arrived whole.
    fn saves(&mut self, save: Save, browser: &mut Browser) -> io::Result<u16> {
        self.count += 1;
        match (save, self.made.len()) {
            (Save::Tick, _) => self.ticks_one(browser),
            // Before anybody is there, nobody can be changed.
            (Save::Patient, _) | (_, 0) => self.makes(browser),
            (Save::Change, made) => {
                let id = self.made[self.chance.below(made)].clone();
                self.changes(browser, id)
            }
            (Save::Picture, made) => {
                let patient = self.made[self.chance.below(made)].clone();
                let caption = format!("w{:02}x{:06} ends", self.number, self.count);
                let picture = self.chance.below(self.pictures.count());
                self.sends(browser, Sending { patient, caption, picture })
            }
        }
    }

    fn note(&mut self) -> String {
        let letters = 1 + self.chance.below(LONGEST_NOTE);
        self.chance.text(letters)
    }

    fn makes(&mut self, browser: &mut Browser) -> io::Result<u16> {
        let name = format!("w{:02}x{:06}", self.number, self.count);
        let patient = Patient { version: 1, name, note: self.note() };
        self.maybe_made.push(patient.clone());
        let answer = browser.post("/patients/new", &form(&patient, 0))?;
        let id = answer.location.as_deref().and_then(|path| path.strip_prefix("/patients/"));
        if let Some(id) = id.filter(|_| answer.status == 303) {
            self.maybe_made.pop();
            self.is_made(id, patient);
        }
        Ok(answer.status)
    }

    fn is_made(&mut self, id: &str, patient: Patient) {
        self.patients.insert(id.to_owned(), Promised::new(patient));
        self.made.push(id.to_owned());
        self.touched.insert(id.to_owned());
    }

    fn changes(&mut self, browser: &mut Browser, id: String) -> io::Result<u16> {
        let note = self.note();
        let path = format!("/patients/{id}/edit");
        let Some(promised) = self.patients.get_mut(&id) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        self.touched.insert(id);
        let (version, name) = (promised.sure.version, promised.sure.name.clone());
        let new = Patient { version: version + 1, name, note };
        promised.maybe = Some(new.clone());
        let status = browser.post(&path, &form(&new, version))?.status;
        if status == 303 {
            promised.acknowledged();
        }
        Ok(status)
    }

    fn ticks_one(&mut self, browser: &mut Browser) -> io::Result<u16> {
        let step = self.chance.below(self.ticks.len());
        let tick = &mut self.ticks[step];
        let done = !tick.sure;
        tick.maybe = Some(done);
        let sent = json!({ "step": step, "done": done }).to_string().into_bytes();
        let sent = Sent::of("application/json", sent);
        let status = browser.post(&format!("{}/check", self.session), &sent)?.status;
        if status == 200 {
            tick.acknowledged();
        }
        Ok(status)
    }

    fn sends(&mut self, browser: &mut Browser, sending: Sending) -> io::Result<u16> {
        self.maybe_sent.push(sending.clone());
        let png = &self.pictures.get(sending.picture).png;
        let status = send(browser, &sending.patient, &sending.caption, png)?;
        if status == 303 {
            self.maybe_sent.pop();
            self.sent.push(sending);
        }
        Ok(status)
    }

    /// Reads everything back that was saved since the last time, and settles what was left without an answer.
    pub(super) fn reads_back(&mut self, address: SocketAddr) -> io::Result<Read> {
        let mut browser = Browser::new(address, &self.cookie);
        let mut read = Read::default();
        for patient in std::mem::take(&mut self.maybe_made) {
            match id_of(&mut browser, &patient.name)? {
                Some(id) => {
                    read.settled_there += 1;
                    self.is_made(&id, patient);
                }
                None => read.settled_not_there += 1,
            }
        }
        for id in std::mem::take(&mut self.touched) {
            let page = browser.get(&format!("/patients/{id}/edit"))?.text();
            let Some(promised) = self.patients.get_mut(&id) else { continue };
            let expected = promised.clone();
            if !in_form(&page).is_some_and(|seen| promised.settle(&seen, &mut read)) {
                read.lost.push(format!(
                    "patient {id}: promised {expected:?}, seen {:?}",
                    in_form(&page)
                ));
            }
        }
        for (step, seen) in ticked(&mut browser, &self.session)?.into_iter().enumerate() {
            if !self.ticks[step].settle(&seen, &mut read) {
                read.lost.push(format!("tick {step} of {}: not as it was", self.session));
            }
        }
        self.photographs_back(&mut browser, &mut read)?;
        Ok(read)
    }

    fn photographs_back(&mut self, browser: &mut Browser, read: &mut Read) -> io::Result<()> {
        let sure = std::mem::take(&mut self.sent).into_iter().map(|sending| (sending, true));
        let maybe =
            std::mem::take(&mut self.maybe_sent).into_iter().map(|sending| (sending, false));
        for (Sending { patient, caption, picture }, sure) in sure.chain(maybe) {
            let seen = found(browser, &patient, &caption)?;
            if !sure {
                read.settled_there += usize::from(seen.is_some());
                read.settled_not_there += usize::from(seen.is_none());
            }
            match seen {
                Some(bytes) if bytes == self.pictures.get(picture).kept => {
                    self.captions.insert(caption, picture);
                }
                None if !sure => {}
                _ => read
                    .lost
                    .push(format!("photograph {caption} of {patient}: not there, or another")),
            }
        }
        Ok(())
    }
}

fn form(patient: &Patient, version: u32) -> Sent {
    Sent::form(&[
        ("family_name", &patient.name),
        ("note", &patient.note),
        ("version", &version.to_string()),
    ])
}

/// The identifier of the only patient of a name.
fn id_of(browser: &mut Browser, name: &str) -> io::Result<Option<String>> {
    let list = browser.get(&format!("/?q={name}&list=true"))?.text();
    Ok(between(&list, "href=\"/patients/", "\"").map(str::to_owned))
}

/// The patient in a form.
fn in_form(page: &str) -> Option<Patient> {
    let note = &page[page.find("name=\"note\"")?..];
    Some(Patient {
        version: between(page, "name=\"version\" value=\"", "\"")?.parse().ok()?,
        name: between(page, "name=\"family_name\" value=\"", "\"")?.to_owned(),
        note: between(note, ">", "</textarea>")?.to_owned(),
    })
}

/// What is ticked in a session.
fn ticked(browser: &mut Browser, session: &str) -> io::Result<Vec<bool>> {
    let state = browser.get(&format!("{session}/state"))?;
    let state: Value = serde_json::from_slice(&state.body)?;
    let ticks = (0..).map_while(|step| state["fields"].get(format!("tick.{step}")));
    Ok(ticks.map(|tick| tick != "").collect())
}

/// What stands between two pieces of a text.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let rest = &text[text.find(before)? + before.len()..];
    Some(&rest[..rest.find(after)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_answer_either_is_right_and_nothing_else() {
        for (seen, right, sure) in [(1, true, 1), (2, true, 2), (3, false, 1)] {
            let mut promised = Promised { sure: 1, maybe: Some(2) };
            let mut read = Read::default();
            assert_eq!(promised.settle(&seen, &mut read), right);
            assert_eq!((promised.sure, promised.maybe), (sure, None));
            assert_eq!(read.settled_there + read.settled_not_there, 1);
        }
        let mut promised = Promised { sure: 1, maybe: Some(2) };
        promised.acknowledged();
        assert!(!promised.settle(&1, &mut Read::default()));
    }

    #[test]
    fn a_form_is_read() {
        let page = r#"<input name="version" value="3"><input name="family_name" value="w">
            <textarea id="note" name="note" rows="3">a b</textarea>"#;
        let patient = Patient { version: 3, name: "w".to_owned(), note: "a b".to_owned() };
        assert_eq!(in_form(page), Some(patient));
        assert_eq!(in_form(&page[..page.len() - 5]), None);
    }
}
