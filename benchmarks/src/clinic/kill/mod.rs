//! Killed at random moments while several browsers save: what was acknowledged has to be there, and nothing by halves.
//!
//! A save is acknowledged when its answer arrived whole. One whose answer did not is there or is not: either is right, and is
//! settled when the program serves again. After every kill all that was written since the one before is read back through the
//! pages; every so often, and at the end, the records are verified, taken out, and held against everything ever
//! acknowledged.
//!
//! - [`writer`]: one browser, and all that it was promised
//! - [`pictures`]: photographs whose bytes are known
//! - [`whole`]: all of the records against all that was promised
//! - [`figures`]: what came of it

mod figures;
mod pictures;
mod whole;
mod writer;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use self::{
    figures::Figures,
    pictures::Pictures,
    whole::Whole,
    writer::{Read, Writer},
};
use super::{
    browser::Browser,
    chance::Chance,
    options::Kill,
    practice::make,
    served::{PASSWORD, Served},
};
use crate::Outcome;

/// One in so many kills comes while the program starts and puts its records in order.
const AT_START: u32 = 8;
/// A start takes about so long, ms.
const START_MILLISECONDS: f64 = 60.0;

/// What is printed.
pub(super) fn told(asked: &Kill, json: bool) -> Outcome<String> {
    let program = asked.program.find()?;
    let folder = tempfile::tempdir()?;
    let figures = killed(asked, &program, folder.path())?;
    let told =
        if json { serde_json::to_string_pretty(&figures)? + "\n" } else { figures.to_string() };
    if figures.kept_all() { Ok(told) } else { Err(format!("{told}\nwrites were lost").into()) }
}

fn killed(asked: &Kill, program: &Path, folder: &Path) -> Outcome<Figures> {
    let writing = usize::from(asked.writers);
    let treated = make(program, folder, 1, writing)?;
    let served = Served::start(program, folder)?;
    let mut doctor = Browser::new(served.address, "");
    let cookie = doctor.sign_in("doctor", PASSWORD)?;
    let pictures = Pictures::new(&mut doctor, &treated[0])?;
    let mut writers = (0..writing)
        .map(|number| {
            Writer::new(&mut doctor, &cookie, &treated[number], number, asked.seed, &pictures)
        })
        .collect::<Outcome<Vec<_>>>()?;
    served.kill()?;
    let whole = Whole::before(program, folder)?;
    let mut figures = Figures::default();
    let mut chance = Chance::new(asked.seed, u64::MAX);
    let begun = Instant::now();
    for kill in 1..=asked.kills {
        round(asked, program, folder, &mut writers, &mut chance, &mut figures)?;
        if kill % AT_START == 0 {
            let moment = chance.share() * START_MILLISECONDS / 1e3;
            Served::killed_at_start(program, folder, Duration::from_secs_f64(moment))?;
            figures.kills_at_start += 1;
        }
        if kill % asked.every == 0 || kill == asked.kills {
            let served = Served::start(program, folder)?;
            read_back(&served, &mut writers, &mut figures)?;
            served.kill()?;
            figures.lost.extend(whole.held_against(program, folder, &writers)?);
            figures.verified += 1;
        }
        if !figures.kept_all() {
            break;
        }
    }
    figures.seconds = begun.elapsed().as_secs_f64();
    Ok(figures)
}

/// Serves, reads back what was written before, writes, and is killed.
fn round(
    asked: &Kill,
    program: &Path,
    folder: &Path,
    writers: &mut [Writer],
    chance: &mut Chance,
    figures: &mut Figures,
) -> Outcome<()> {
    let begun = Instant::now();
    let served = Served::start(program, folder)?;
    figures.listened_after.push(served.after.as_secs_f64());
    let first = writers[0].first_page(served.address)?;
    if first != 200 {
        return Err(format!("nobody is signed in after a restart: {first}").into());
    }
    figures.served_after.push(begun.elapsed().as_secs_f64());
    read_back(&served, writers, figures)?;
    let address = served.address;
    let moment = Duration::from_secs_f64(chance.share() * f64::from(asked.longest) / 1e3);
    thread::scope(|scope| {
        let writing: Vec<_> =
            writers.iter_mut().map(|writer| scope.spawn(move || writer.writes(address))).collect();
        thread::sleep(moment);
        served.kill()?;
        figures.kills += 1;
        for writer in writing {
            figures.add(&writer.join().map_err(|_| "a writer broke off")?);
        }
        Ok(())
    })
}

fn read_back(served: &Served, writers: &mut [Writer], figures: &mut Figures) -> Outcome<()> {
    let address = served.address;
    let read: Vec<Read> = thread::scope(|scope| {
        let reading: Vec<_> = writers
            .iter_mut()
            .map(|writer| scope.spawn(move || writer.reads_back(address)))
            .collect();
        let read = reading
            .into_iter()
            .map(|reading| Ok(reading.join().map_err(|_| "a reader broke off")??));
        read.collect::<Outcome<_>>()
    })?;
    for read in read {
        figures.lost.extend(read.lost);
        figures.settled_there += read.settled_there;
        figures.settled_not_there += read.settled_not_there;
    }
    Ok(())
}
