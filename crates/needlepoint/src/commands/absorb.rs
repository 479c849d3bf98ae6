//! `needlepoint absorb`: where the products go, in each zone.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_case::Case;
use needlepoint_course::{
    CourseError, Progress,
    absorb::{AbsorbError, AskedActive, ProductAbsorption, Question, ZoneAbsorption, absorb},
};
use needlepoint_knowledge::{Knowledge, product::OpenChannelUse};
use needlepoint_report::{AbsorbInput, absorb_files, absorb_json, product_rows, write_outputs};

use crate::{
    commands::{
        ReadCase, answer, knowledge, no_file_in_the_way, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
    },
    exit::{Exit, Fault},
    options::{Absorb, Common},
};

pub(crate) fn run(options: &Absorb, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let Some(mut read) = ReadCase::read(&options.file, &knowledge, common.quiet) else {
        return Ok(Exit::BadInput);
    };
    if let Some(out) = &options.out {
        no_file_in_the_way(out)?;
    }
    let simulate = &mut read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    simulate.members = options.members.unwrap_or(simulate.members);
    let case = &read.case;
    let cancelled = stopped_by_interrupts()?;
    if !common.quiet {
        tell(format_args!("{}: {} members\n", options.file.display(), case.simulate.members));
    }
    let question = Question {
        zone: options.zone.as_deref(),
        product: options.product.as_deref(),
        active: options
            .active
            .as_deref()
            .map(|name| AskedActive { name, strength: options.strength }),
    };
    let zones =
        with_threads(common, || watched(case, &knowledge, question, &cancelled, common.quiet))??;
    let provenance = read.provenance(&options.file, &knowledge);
    let input = AbsorbInput { case, zones: &zones, knowledge: &knowledge, provenance: &provenance };
    if let Some(out) = &options.out {
        let (names, contents): (Vec<_>, Vec<_>) = absorb_files(&input)?.into_iter().unzip();
        let files: Vec<_> = names.iter().map(String::as_str).zip(contents).collect();
        if cancelled.load(Ordering::Relaxed) {
            return Err(CourseError::Cancelled.into());
        }
        write_outputs(out, &files)?;
    }
    if options.json {
        answer(&absorb_json(&input))?;
    } else if !common.quiet {
        let mut text = String::new();
        for zone in &zones {
            for product in &zone.products {
                text.push_str(&table(zone, product));
            }
        }
        text.push_str(
            "\nThe law for intact skin is wrong by a factor of ten at one standard deviation, and no vehicle is \
             reckoned with.\n",
        );
        if let Some(out) = &options.out {
            let _ = writeln!(text, "The page: {}", out.join("absorb.html").display());
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

/// Follow the products with a progress bar, where it takes long enough for one.
fn watched(
    case: &Case,
    knowledge: &Knowledge,
    question: Question<'_>,
    cancelled: &AtomicBool,
    quiet: bool,
) -> Result<Vec<ZoneAbsorption>, AbsorbError> {
    let zones = if question.zone.is_some() { 1 } else { case.protocol.zones.len() };
    let bar = LateBar::new(u64::from(case.simulate.members) * zones as u64, "people", quiet);
    let member_done = || bar.step();
    let followed =
        absorb(case, knowledge, question, Progress { member_done: &member_done, cancelled });
    bar.clear();
    followed
}

/// The numbers of a product for a person to read.
fn table(zone: &ZoneAbsorption, product: &ProductAbsorption) -> String {
    let mut text = format!(
        "\n{}, {}: {} {:.3} %, {}\n{:<38} {:>9} {:>9}   {}\n",
        zone.label,
        product.label,
        product.active_label,
        100.0 * product.strength,
        product.when,
        "",
        "typical",
        "median",
        "95 of 100 people"
    );
    for row in product_rows(product) {
        let line = format!(
            "  {:<36} {:>9} {:>9}   {:<20} {}",
            row.what, row.typical, row.median, row.band95, row.unit
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let later: Vec<String> = product
        .put_on_later
        .iter()
        .map(|later| format!("{} h {:.0} %", later.hours, 100.0 * later.relative.median))
        .collect();
    let _ = writeln!(text, "  Put on later, relative to at once: {}", later.join(", "));
    let best = &product.best_moment;
    let rule = match best.answer {
        OpenChannelUse::Yes => "used on open channels",
        OpenChannelUse::No => "not for open channels",
        OpenChannelUse::Unknown => "never tested on open channels",
    };
    let _ = writeln!(text, "  Best moment: {}", best.words);
    let _ = writeln!(
        text,
        "    {rule}: {}{}",
        best.reason,
        if best.sources.is_empty() {
            String::new()
        } else {
            format!(" [{}]", best.sources.join(", "))
        }
    );
    let stays = &product.stays;
    let _ = if stays.longer_than_a_day >= 0.5 {
        writeln!(text, "  Stays {} for more than a day", product.place)
    } else {
        writeln!(
            text,
            "  Stays {} for {:.0} h ({:.0} to {:.0}), down to a tenth of its peak",
            product.place, stays.hours.median, stays.hours.lo95, stays.hours.hi95
        )
    };
    text
}
