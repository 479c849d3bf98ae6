//! `needlepoint claims`: what is said about needling, the evidence, and what the model gives.

use std::fmt::Write as _;

use needlepoint_course::result::Band;
use needlepoint_evidence::claims::{Answer, MEMBERS, ask, cases};
use needlepoint_knowledge::{
    Knowledge,
    claim::{Claim, System, Verdict},
    nearest::nearest,
};
use serde::Serialize;

use crate::{
    commands::{
        answer, knowledge, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
    },
    exit::{Exit, Fault},
    options::{Claims, Common},
};

/// Width of the list in a terminal.
const WIDTH: usize = 96;

/// A claim beside what the model gives.
#[derive(Serialize)]
struct Held<'c> {
    id: &'c str,
    claim: &'c str,
    system: System,
    verdict: Verdict,
    evidence: &'c str,
    sources: &'c [String],
    model: Vec<Answer>,
}

#[derive(Serialize)]
struct All<'c> {
    members: u32,
    claims: Vec<Held<'c>>,
}

pub(crate) fn run(options: &Claims, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let claims = wanted(&knowledge.claims, options.word.as_deref());
    if claims.is_empty() {
        tell(nothing_found(&knowledge.claims, options.word.as_deref().unwrap_or_default()));
        return Ok(Exit::BadInput);
    }
    let cancelled = stopped_by_interrupts()?;
    let bar = LateBar::new(cases(&claims).len() as u64, "cases", common.quiet);
    let case_done = || bar.step();
    let answers = with_threads(common, || ask(&claims, &knowledge, &case_done, &cancelled));
    bar.clear();
    let held: Vec<Held<'_>> =
        claims.iter().zip(answers??).map(|(claim, a)| held(claim, a)).collect();
    answer(&if options.json {
        let all = All { members: MEMBERS, claims: held };
        format!("{}\n", serde_json::to_string_pretty(&all)?)
    } else if options.markdown {
        page(&held, &knowledge)
    } else {
        list(&held)
    })?;
    Ok(Exit::Ok)
}

/// The claims about `word`, in the order of the story.
fn wanted<'c>(claims: &'c [Claim], word: Option<&str>) -> Vec<&'c Claim> {
    let word = word.unwrap_or_default().to_lowercase();
    let about = |claim: &&Claim| {
        [&claim.id, &claim.claim, &claim.evidence].iter().any(|t| t.to_lowercase().contains(&word))
            || [claim.system.name(), claim.verdict.name()].contains(&word.as_str())
            || claim.verdict.label().to_lowercase() == word
    };
    let mut found: Vec<&Claim> = claims.iter().filter(about).collect();
    found.sort_by_key(|claim| claim.system);
    found
}

fn nothing_found(claims: &[Claim], word: &str) -> String {
    let names = System::NAMED.iter().map(|(name, _)| *name);
    let names = names.chain(Verdict::NAMED.iter().map(|(name, _)| *name));
    let near = nearest(word, names.chain(claims.iter().map(|claim| claim.id.as_str())));
    let help = near.map_or(String::new(), |near| format!(" (did you mean \"{near}\"?)"));
    format!("no claim speaks of \"{word}\"{help}\n")
}

fn held(claim: &Claim, model: Vec<Answer>) -> Held<'_> {
    Held {
        id: &claim.id,
        claim: &claim.claim,
        system: claim.system,
        verdict: claim.verdict,
        evidence: &claim.evidence,
        sources: &claim.sources,
        model,
    }
}

fn list(held: &[Held<'_>]) -> String {
    let mut text = String::new();
    for claims in held.chunk_by(|a, b| a.system == b.system) {
        let title = claims[0].system.label();
        let _ = writeln!(text, "{title}\n{}\n", "=".repeat(title.len()));
        for claim in claims {
            text += &wrapped("", &format!("\"{}\" [{}]", claim.claim, claim.id));
            let verdict = claim.verdict.label();
            text += &wrapped("  ", &format!("{verdict}. {}", claim.evidence));
            for answer in &claim.model {
                text += &wrapped("  ", &format!("Model: {}", in_words(answer)));
            }
            if !claim.sources.is_empty() {
                text += &wrapped("  ", &format!("Sources: {}", claim.sources.join(", ")));
            }
            text.push('\n');
        }
    }
    text + &wrapped("", &caution(held))
}

fn page(held: &[Held<'_>], knowledge: &Knowledge) -> String {
    let mut text = format!(
        "<!-- Written by `needlepoint claims --markdown` from knowledge/claims.toml; a test keeps the \
         two the same. -->\n\n# What is said about needling\n\n{} claims of popular articles, in our \
         own words, held against the evidence that was read:\n\n| | |\n| --- | ---: |\n",
        held.len()
    );
    for (_, verdict) in Verdict::NAMED {
        let count = held.iter().filter(|claim| claim.verdict == verdict).count();
        let _ = writeln!(text, "| {} | {count} |", verdict.label());
    }
    let _ = writeln!(
        text,
        "\nWhere the model can speak, its answer stands below the evidence. {}",
        caution(held)
    );
    for claims in held.chunk_by(|a, b| a.system == b.system) {
        let _ = writeln!(text, "\n## {}", claims[0].system.label());
        for claim in claims {
            let verdict = claim.verdict.label();
            let _ = writeln!(text, "\n### {}\n\n**{verdict}.** {}", claim.claim, claim.evidence);
            if !claim.model.is_empty() {
                text.push('\n');
            }
            for answer in &claim.model {
                let _ = writeln!(text, "- Model: {}", in_words(answer));
            }
            let links: Vec<String> =
                claim.sources.iter().map(|id| format!("[{id}](#{id})")).collect();
            if !links.is_empty() {
                let _ = writeln!(text, "\nSources: {}", links.join(", "));
            }
        }
    }
    text + &sources(held, knowledge)
}

/// Every source named, once.
fn sources(held: &[Held<'_>], knowledge: &Knowledge) -> String {
    let mut ids: Vec<&String> = held.iter().flat_map(|claim| claim.sources).collect();
    ids.sort();
    ids.dedup();
    let mut text = "\n## Sources\n\n".to_owned();
    for source in ids.into_iter().filter_map(|id| knowledge.source(id)) {
        let doi = source.doi.as_ref().map_or(String::new(), |doi| format!(", doi {doi}"));
        let _ = writeln!(
            text,
            "- <a id=\"{}\"></a>**{}**: {}{doi}",
            source.id, source.id, source.citation
        );
    }
    text
}

/// What a reader has to know about the numbers and about what stands here.
fn caution(held: &[Held<'_>]) -> String {
    let mut given = held.iter().flat_map(|claim| &claim.model).peekable();
    let mut text = String::new();
    if given.peek().is_some() {
        let priors = if given.any(|answer| answer.ensemble == "prior") {
            "come from priors that are not calibrated yet, and "
        } else {
            ""
        };
        let _ = write!(
            text,
            "The model's numbers are the median and 95 % interval over {MEMBERS} possible truths in \
             one example. They {priors}are no evidence for or against a claim. "
        );
    }
    text + "Needlepoint is not a medical device. Don't stop or change a prescribed medicine because \
            of what stands here; ask the person who prescribed it."
}

/// "Scar depth, 3 months after the last session: -12 % (-20 to -4) - 5 sessions ... (lotfi-2013)".
fn in_words(answer: &Answer) -> String {
    let when = answer.when.as_ref().map_or(String::new(), |when| format!(", {when}"));
    let changed = if answer.changed { ", changed" } else { "" };
    format!(
        "{}{when}: {} ({}; example {}{changed})",
        answer.what,
        band_in_words(&answer.band, answer.unit, answer.change),
        answer.setting,
        answer.example
    )
}

/// "-12 % [-20, -4]"; a number without a band stands alone.
fn band_in_words(band: &Band, unit: &str, change: bool) -> String {
    let width = band.hi95 - band.lo95;
    let size = if width > 0.0 { width } else { band.median.abs() };
    // Steps of a tenth to a hundredth of the band are fine enough.
    let decimals =
        if size > 0.0 { (1.0 - size.log10().floor()).clamp(0.0, 3.0) as usize } else { 0 };
    let number = |value: f64| {
        // Two digits are enough for what is large.
        let step = 10f64.powf((value.abs().max(1.0).log10().floor() - 1.0).max(0.0));
        let rounded = if step > 1.0 { (value / step).round() * step } else { value };
        let digits = format!("{:.decimals$}", rounded.abs());
        let is_zero = digits.chars().all(|c| matches!(c, '0' | '.'));
        let sign = if value < 0.0 && !is_zero {
            "\u{2212}"
        } else if change && !is_zero {
            "+"
        } else {
            ""
        };
        format!("{sign}{digits}")
    };
    if width > 0.0 {
        let (low, high) = (number(band.lo95), number(band.hi95));
        format!("{} {unit} [{low}, {high}]", number(band.median))
    } else {
        format!("{} {unit}", number(band.median))
    }
}

/// `text` in lines of at most [`WIDTH`], each behind `indent`.
fn wrapped(indent: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = indent.len() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && longer > WIDTH {
            let _ = writeln!(lines, "{indent}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(lines, "{indent}{line}");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(lo95: f64, median: f64, hi95: f64) -> Band {
        Band { mean: median, median, lo95, lo50: lo95, hi50: hi95, hi95 }
    }

    #[test]
    fn numbers_have_the_digits_that_the_band_allows() {
        assert_eq!(band_in_words(&band(-20.4, -12.3, -4.2), "%", true), "−12 % [−20, −4]");
        assert_eq!(band_in_words(&band(-0.04, 1.26, 2.5), "h", true), "+1.3 h [0.0, +2.5]");
        assert_eq!(band_in_words(&band(9.4, 406.2, 26569.0), "×", false), "410 × [9, 27000]");
        assert_eq!(band_in_words(&band(9.2, 9.2, 9.2), "min", false), "9.2 min");
        assert_eq!(band_in_words(&band(0.0, 0.0, 0.0), "%", true), "0 %");
    }

    #[test]
    fn long_lines_are_wrapped_between_words() {
        let text = wrapped("  ", &"word ".repeat(40));
        assert!(text.lines().count() == 3, "{text}");
        assert!(text.lines().all(|line| line.starts_with("  ") && line.len() <= WIDTH));
    }
}
