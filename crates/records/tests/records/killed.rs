//! A process that is killed in the middle of writing loses nothing that it has acknowledged.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use needlepoint_records::{
    Database, Id, KeySource, Practice, clinical::Patient, document::Document,
};

use crate::{
    common::{Place, anna},
    samples::named,
};

/// Tells a process of this test that it is the one to be killed: database and key file.
const CHILD: &str = "NEEDLEPOINT_TEST_KILLED";
const ROUNDS: u32 = 25;
const WRITERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    if let Ok(told) = std::env::var(CHILD) {
        let (database, key) = told.split_once('\n').expect("database and key");
        return write_until_killed(database, key).await;
    }
    survive(Place::sqlite(), ROUNDS).await;
    if let Some(place) = Place::postgres().await {
        survive(place, ROUNDS / 5).await;
    }
}

/// Writes and changes documents, and says of each version when it is saved.
async fn write_until_killed(database: &str, key: &str) {
    let database: Database = database.parse().expect("a database");
    let key = KeySource::KeyFile(key.into());
    let practice = Practice::open(&database, &key).await.expect("the practice opens");
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let practice = practice.clone();
        writers.spawn(async move {
            let content = named("Writer", &writer.to_string());
            loop {
                let document = practice.create(&anna(), &content).await.expect("written");
                acknowledge(document.id, 1);
                practice.update(&anna(), document.id, 1, &content).await.expect("written");
                acknowledge(document.id, 2);
            }
        });
    }
    writers.join_all().await;
}

fn acknowledge(id: Id, version: u32) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "saved {id} {version}").and_then(|()| out.flush()).expect("told");
}

async fn survive(place: Place, rounds: u32) {
    let mut acknowledged = Vec::new();
    let mut killed_while_writing = 0;
    for _ in 0..rounds {
        let saved = kill_a_writer(&place);
        killed_while_writing += u32::from(!saved.is_empty());
        acknowledged.extend(saved);
        // Killed before the key was wrapped or after: either way it opens again.
        let practice = place.open().await;
        for (id, version) in &acknowledged {
            let read: Document<Patient> = practice.read(*id).await.expect("it was acknowledged");
            assert!(read.version >= *version, "{id}: {} of {version}", read.version);
        }
        let verified = practice.verify().await.expect("verified");
        assert_eq!(verified.problems, [""; 0]);
        practice.close().await;
    }
    assert!(killed_while_writing > rounds / 2, "only {killed_while_writing} were writing");
}

/// Starts a process that writes, kills it at a moment nobody knows, and tells what it had acknowledged.
fn kill_a_writer(place: &Place) -> Vec<(Id, u32)> {
    let KeySource::KeyFile(key) = &place.key else { panic!("a key file") };
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "killed::what_was_acknowledged_survives_a_kill", "--nocapture"])
        .env(CHILD, format!("{}\n{}", connection_string(&place.database), path(key)))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
    let out = child.stdout.take().expect("piped");
    let reading = std::thread::spawn(move || {
        let mut saved = Vec::new();
        let mut lines = BufReader::new(out);
        let mut line = String::new();
        // A line without its end was cut off by the kill, so nobody was told.
        while lines.read_line(&mut line).expect("read") > 0 && line.ends_with('\n') {
            saved.extend(parsed(line.trim_end()));
            line.clear();
        }
        saved
    });
    std::thread::sleep(moment());
    child.kill().expect("killed");
    child.wait().expect("ended");
    reading.join().expect("no panic")
}

fn parsed(line: &str) -> Option<(Id, u32)> {
    let (_, told) = line.split_once("saved ")?;
    let (id, version) = told.split_once(' ')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

/// From 0 to 255 milliseconds and a bit; the end of a new identifier is random.
fn moment() -> Duration {
    let id = Id::new().to_string();
    let random = u64::from_str_radix(&id[id.len() - 4..], 16).expect("hexadecimal");
    Duration::from_micros(4 * random)
}

fn connection_string(database: &Database) -> String {
    match database {
        Database::Sqlite(file) => path(file),
        Database::Postgres(url) => url.clone(),
    }
}

fn path(path: &Path) -> String {
    path.to_str().expect("text").to_owned()
}
