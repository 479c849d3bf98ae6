//! The clinic, killed at random moments while others save: whatever was acknowledged is there afterwards, whole, and of
//! what was not acknowledged nothing is there by halves. `needlepoint-benchmarks clinic kill` does the same for longer.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

const KILLS: u64 = 15;
const WRITERS: usize = 4;
/// Longest that is written before a kill.
const LONGEST: Duration = Duration::from_millis(120);
/// Most letters of a note: some fill a few pages of the database.
const LONGEST_NOTE: usize = 9000;

/// The clinic while it serves.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
            .args(["serve", "--demo", "--port", "0", "--threads", "1", "--data"])
            .arg(folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        told.read_line(&mut line).unwrap();
        // What it says later has to go somewhere.
        thread::spawn(move || io::copy(&mut told, &mut io::sink()));
        let address = line.strip_prefix("Needlepoint listens at http://");
        let address = address.unwrap_or_else(|| panic!("{line}")).trim_end().trim_end_matches('/');
        Self { child, address: address.to_owned() }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// An answer that arrived whole.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Asks once, on a connection of its own; an error if the answer does not come to its end.
fn ask(address: &str, cookie: &str, path: &str, form: Option<&str>) -> io::Result<Answer> {
    let mut connection = TcpStream::connect(address)?;
    let method = if form.is_some() { "POST" } else { "GET" };
    let body = form.unwrap_or_default();
    write!(
        connection,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n\
         Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let answer = Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    };
    let bytes = answer.header("content-length").map(|length| length.parse::<usize>().unwrap());
    if bytes.is_some_and(|bytes| bytes != body.len()) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

/// Numbers that look drawn, the same from the same seed (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, number: usize) -> usize {
        for (left, by) in [(true, 13), (false, 7), (true, 17)] {
            self.0 ^= if left { self.0 << by } else { self.0 >> by };
        }
        (self.0 % number as u64) as usize
    }
}

/// A patient as far as this test writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Patient {
    name: String,
    note: String,
    version: u64,
}

impl Patient {
    fn form(&self) -> String {
        let Self { name, note, version } = self;
        format!("family_name={name}&note={note}&version={}", version - 1)
    }
}

/// What was promised, and what nobody had an answer to.
#[derive(Default)]
struct Promised {
    patients: BTreeMap<String, Patient>,
    /// A version that may have taken the place of the promised one.
    unsure: BTreeMap<String, Patient>,
    unsure_new: BTreeSet<Patient>,
    count: usize,
}

impl Promised {
    /// Saves until nobody answers; how often that was acknowledged.
    fn write(&mut self, address: &str, cookie: &str, writer: u64, chance: &mut Chance) -> usize {
        for acknowledged in 0.. {
            let note = "n".repeat(1 + chance.below(LONGEST_NOTE));
            // One in a few is new.
            let one = chance.below(3 + self.patients.len());
            let saved = match self.patients.keys().nth(one).cloned() {
                Some(id) => self.change(address, cookie, &id, note),
                None => self.make(address, cookie, writer, note),
            };
            if saved.is_err() {
                return acknowledged;
            }
        }
        0
    }

    fn make(&mut self, address: &str, cookie: &str, writer: u64, note: String) -> io::Result<()> {
        self.count += 1;
        let patient = Patient { name: format!("w{writer}x{}", self.count), note, version: 1 };
        self.unsure_new.insert(patient.clone());
        let answer = ask(address, cookie, "/patients/new", Some(&patient.form()))?;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let id = answer.header("location").unwrap().strip_prefix("/patients/").unwrap().to_owned();
        self.unsure_new.remove(&patient);
        self.patients.insert(id, patient);
        Ok(())
    }

    fn change(&mut self, address: &str, cookie: &str, id: &str, note: String) -> io::Result<()> {
        let before = &self.patients[id];
        let patient = Patient { note, version: before.version + 1, ..before.clone() };
        self.unsure.insert(id.to_owned(), patient.clone());
        let answer = ask(address, cookie, &format!("/patients/{id}/edit"), Some(&patient.form()))?;
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.unsure.remove(id);
        self.patients.insert(id.to_owned(), patient);
        Ok(())
    }
}

/// What the records hold: verified, and taken out.
fn recorded(folder: &Path) -> BTreeMap<String, Patient> {
    let file = folder.join("everything.json");
    for what in [vec!["verify"], vec!["export", "json", file.to_str().unwrap()]] {
        assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
            .args(["records", "--data", folder.to_str().unwrap()])
            .args(what)
            .assert()
            .success();
    }
    let everything: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    fs::remove_file(file).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let patients = everything["records"]["patients"].as_array().unwrap().iter().map(|patient| {
        let content = &patient["content"];
        let seen = Patient {
            name: text(&content["family_name"]),
            note: text(&content["note"]),
            version: patient["version"].as_u64().unwrap(),
        };
        (text(&patient["id"]), seen)
    });
    patients.collect()
}

/// Holds the records against what was promised, and takes what nobody had an answer to as it turned out.
fn settle(
    there: &BTreeMap<String, Patient>,
    first: &BTreeMap<String, Patient>,
    promised: &mut [Promised],
) {
    let mut known = first.len();
    for promised in promised {
        for (id, patient) in &mut promised.patients {
            let seen = there.get(id).unwrap_or_else(|| panic!("{id} is lost: {patient:?}"));
            if promised.unsure.get(id) == Some(seen) {
                *patient = seen.clone();
            }
            assert_eq!(seen, patient, "{id}");
        }
        promised.unsure.clear();
        for patient in std::mem::take(&mut promised.unsure_new) {
            if let Some((id, _)) = there.iter().find(|(_, seen)| **seen == patient) {
                promised.patients.insert(id.clone(), patient);
            }
        }
        known += promised.patients.len();
    }
    assert!(first.iter().all(|(id, patient)| there.get(id) == Some(patient)));
    assert_eq!(there.len(), known, "somebody is there whom nobody made");
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path());
    let form = "account=doctor&password=needlepoint-demo";
    let signed_in = ask(&served.address, "", "/sign-in", Some(form)).unwrap();
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap();
    served.kill();
    let first = recorded(folder.path());
    let mut promised: Vec<_> = (0..WRITERS).map(|_| Promised::default()).collect();
    let mut chance = Chance(2026);
    let mut acknowledged = 0;
    for kill in 1..=KILLS {
        let Served { mut child, address } = Served::start(folder.path());
        let address = address.as_str();
        // A session is promised as well.
        assert_eq!(ask(address, cookie, "/", None).unwrap().status, 200);
        acknowledged += thread::scope(|scope| {
            let writing: Vec<_> = (1..)
                .zip(&mut promised)
                .map(|(writer, promised)| {
                    let mut chance = Chance(100 * kill + writer);
                    scope.spawn(move || promised.write(address, cookie, writer, &mut chance))
                })
                .collect();
            thread::sleep(LONGEST.mul_f64(chance.below(1000) as f64 / 1000.0));
            child.kill().unwrap();
            child.wait().unwrap();
            writing.into_iter().map(|writing| writing.join().unwrap()).sum::<usize>()
        });
        settle(&recorded(folder.path()), &first, &mut promised);
    }
    assert!(acknowledged > 0, "nothing was ever acknowledged, so nothing was tested");
}
