//! How long people wait for the records when many work at once.
//!
//! ```sh
//! cargo run --release -p needlepoint-records --example load -- [DATABASE] [PEOPLE] [SECONDS]
//! ```
//!
//! Each of the people reads a patient's documents, thinks for up to a second, and saves a change. Without a database it
//! is a new file in a temporary folder. What one flush of that folder's disk costs is measured first.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

use needlepoint_records::{
    Author, Database, Id, KeySource, Practice, RecordsError,
    clinical::{Consultation, Patient},
};

type Failed = Box<dyn std::error::Error + Send + Sync>;

const PATIENTS: usize = 1000;
const FLUSHES: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir()?;
    let database = match arguments.next() {
        Some(text) => text.parse()?,
        None => Database::Sqlite(folder.path().join("load.db")),
    };
    let people = arguments.next().map_or(Ok(200), |text| text.parse())?;
    let seconds = arguments.next().map_or(Ok(10), |text| text.parse())?;
    tell("one flush of the disk", flushes(folder.path())?);

    let key = KeySource::KeyFile(folder.path().join("load.key"));
    let practice = Practice::open(&database, &key).await?;
    let patients = fill(&practice).await?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let work = (0..people).map(|number| {
        let (practice, patient) = (practice.clone(), patients[number % PATIENTS]);
        tokio::spawn(async move { person(&practice, patient, number, until).await })
    });
    let (mut reads, mut saves, mut searches) = (Vec::new(), Vec::new(), Vec::new());
    for task in work.collect::<Vec<_>>() {
        let waited = task.await??;
        reads.extend(waited.reads);
        saves.extend(waited.saves);
        searches.extend(waited.searches);
    }
    println!("{people} people, {PATIENTS} patients, {seconds} s, {database}");
    tell("reading a patient's documents", reads);
    tell("saving", saves);
    tell("searching patients", searches);
    practice.close().await;
    Ok(())
}

/// How long each of some flushes takes.
fn flushes(folder: &std::path::Path) -> std::io::Result<Vec<Duration>> {
    let mut file = std::fs::File::create(folder.join("flushed"))?;
    let flush = |_| {
        file.write_all(&[0; 8192])?;
        let begun = Instant::now();
        file.sync_data()?;
        Ok(begun.elapsed())
    };
    (0..FLUSHES).map(flush).collect()
}

/// Patients with a consultation each, written by many at once.
async fn fill(practice: &Practice) -> Result<Vec<Id>, Failed> {
    let begun = Instant::now();
    let writes = (0..PATIENTS).map(|number| {
        let practice = practice.clone();
        tokio::spawn(async move {
            let author = Author::new("load");
            let patient = practice.create(&author, &patient(number)).await?;
            practice.create(&author, &consultation(patient.id, number)).await?;
            Ok::<_, RecordsError>(patient.id)
        })
    });
    let mut patients = Vec::with_capacity(PATIENTS);
    for write in writes.collect::<Vec<_>>() {
        patients.push(write.await??);
    }
    let rate = 2.0 * PATIENTS as f64 / begun.elapsed().as_secs_f64();
    println!("written by all at once: {rate:.0} documents a second");
    Ok(patients)
}

fn patient(number: usize) -> Patient {
    Patient {
        family_name: format!("Family {number}"),
        given_name: "Given".to_owned(),
        birth_date: None,
        sex: None,
        phone: None,
        email: None,
        note: None,
        fictitious: true,
        confidential_to: Vec::new(),
    }
}

fn consultation(patient: Id, number: usize) -> Consultation {
    Consultation {
        patient,
        held_on: jiff::civil::date(2026, 3, 1),
        file: format!("# {number}\n{}", "answer = true\n".repeat(150)),
        verdict: Some("go".to_owned()),
        note: None,
    }
}

/// What somebody waited for.
#[derive(Default)]
struct Waited {
    reads: Vec<Duration>,
    saves: Vec<Duration>,
    searches: Vec<Duration>,
}

async fn person(
    practice: &Practice,
    patient: Id,
    number: usize,
    until: Instant,
) -> Result<Waited, RecordsError> {
    let author = Author::new(format!("person {number}"));
    let mut waited = Waited::default();
    let mut count = number;
    while Instant::now() < until {
        let begun = Instant::now();
        let documents = practice.of_patient::<Consultation>(patient).await?;
        waited.reads.push(begun.elapsed());
        // Up to a second, and another each time.
        count = (count * 37 + 11) % 1000;
        tokio::time::sleep(Duration::from_millis(count as u64)).await;
        let document = &documents[0];
        let content = consultation(patient, count);
        let begun = Instant::now();
        match practice.update(&author, document.id, document.version, &content).await {
            Ok(_) | Err(RecordsError::Conflict { .. }) => waited.saves.push(begun.elapsed()),
            Err(error) => return Err(error),
        }
        let begun = Instant::now();
        practice.search_patients(&format!("family {count}")).await?;
        waited.searches.push(begun.elapsed());
    }
    Ok(waited)
}

/// Middle, 99th of a hundred, and longest.
fn tell(what: &str, mut waits: Vec<Duration>) {
    waits.sort();
    let Some(longest) = waits.last() else { return };
    let milliseconds = |wait: Duration| wait.as_secs_f64() * 1e3;
    println!(
        "{what}: {} times, median {:.2} ms, 99th percentile {:.2} ms, longest {:.2} ms",
        waits.len(),
        milliseconds(waits[waits.len() / 2]),
        milliseconds(waits[waits.len() * 99 / 100]),
        milliseconds(*longest),
    );
}
