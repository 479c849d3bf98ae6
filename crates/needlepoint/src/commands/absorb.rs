//! `needlepoint absorb`: where the products go, in each zone.

use std::fmt::Write as _;

use needlepoint_course::absorb::{
    AskedActive, ProductAbsorption, Question, ZoneAbsorption, absorb,
};
use needlepoint_knowledge::product::OpenChannelUse;
use needlepoint_report::{AbsorbInput, absorb_files, absorb_json, product_rows};

use crate::{
    commands::{frame::Opened, watch::with_threads},
    exit::{Exit, Fault},
    options::{Absorb, Common},
};

pub(crate) fn run(options: &Absorb, common: &Common) -> Result<Exit, Fault> {
    let Some(mut opened) =
        Opened::case(&options.file, (options.out.as_ref(), options.json), common)?
    else {
        return Ok(Exit::BadInput);
    };
    let simulate = &mut opened.read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    simulate.members = options.members.unwrap_or(simulate.members);
    let (case, knowledge) = (&opened.read.case, &opened.knowledge);
    opened.begin(&options.file, &format!("{} members", case.simulate.members));
    let question = Question {
        zone: options.zone.as_deref(),
        product: options.product.as_deref(),
        active: options
            .active
            .as_deref()
            .map(|name| AskedActive { name, strength: options.strength }),
    };
    let zones = if question.zone.is_some() { 1 } else { case.protocol.zones.len() };
    let people = (u64::from(case.simulate.members) * zones as u64, "people");
    let zones = with_threads(common, || {
        opened.watched(people, |progress| absorb(case, knowledge, question, progress))
    })??;
    let provenance = opened.read.provenance(&options.file, knowledge);
    let input = AbsorbInput { case, zones: &zones, knowledge, provenance: &provenance };
    opened.give(
        || Ok(absorb_files(&input)?),
        || absorb_json(&input),
        || words(&zones),
        ("The page", "absorb.html"),
    )?;
    Ok(Exit::Ok)
}

/// All products in all zones for a person to read.
fn words(zones: &[ZoneAbsorption]) -> String {
    let mut text = String::new();
    for zone in zones {
        for product in &zone.products {
            text.push_str(&table(zone, product));
        }
    }
    text.push_str(
        "\nThe law for intact skin is wrong by a factor of ten at one standard deviation, and no vehicle is \
         reckoned with.\n",
    );
    text
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
