//! The answer as data for the typesetter.

use needlepoint_care::{
    aftercare::{Aftercare, RedFlag, Urgency},
    plan::{Advice, Alternative, Because, Expected, Plan, ZonePlan},
    screening::{Reason, Verdict},
    session::SessionSheet,
};
use needlepoint_typeset::{
    Answer, Banner, Candidate, Day, Expectation, Fact, Field, Flag, Frame, Instruction, Item, Line,
    Lines, Paper, Paragraphs, PatientDocument, PlanDocument, Question, SessionDocument, SetAside,
    Step, Tone, TypesetError, Zone, pdf,
};

use super::{
    CareInput, pareto,
    references::References,
    timetable::{Row, Timetable, seen},
    words,
};
use crate::numbers::{Style, THIN, number};

/// Author in the files.
const AUTHOR: &str = "Needlepoint";

/// Hint of a field that takes sentences.
const IN_WORDS: &str = "in words";

/// plan.pdf
pub(crate) fn plan(input: &CareInput<'_>, paper: Paper) -> Result<Vec<u8>, TypesetError> {
    let care = input.care;
    let references = References::of(care);
    let told = Teller { input, references: &references };
    let planned = care.plan.as_ref();
    pdf(&PlanDocument {
        frame: frame(input, "Treatment plan", paper, "plan"),
        banner: banner(input),
        facts: facts(input),
        reasons: care.screening.reasons.iter().map(|r| told.reason(r)).collect(),
        questions: care
            .screening
            .questions
            .iter()
            .map(|q| Question { ask: q.ask.clone(), could_be: words::asks_capital(q.could_be) })
            .collect(),
        set_aside: care
            .screening
            .overridden
            .iter()
            .map(|o| SetAside {
                rule: words::rule(&o.rule, input.knowledge).to_owned(),
                asked: words::asks_capital(o.verdict),
                by: o.by.clone(),
                reason: o.reason.clone(),
                outcome: words::outcome(o).to_owned(),
            })
            .collect(),
        instead: told.instead(&care.instead),
        dates: planned.map(dates).unwrap_or_default(),
        interval: planned.map(words::interval).unwrap_or_default(),
        zones: planned.map(|p| told.zones(&p.zones)).unwrap_or_default(),
        parts: planned.map(|p| told.parts(p)).unwrap_or_default(),
        expected: planned
            .map(|p| p.expected.iter().map(|e| told.expectation(e)).collect())
            .unwrap_or_default(),
        looked_at: care.alternatives.len(),
        alternatives: candidates(&care.alternatives),
        aftercare: care.aftercare.as_ref().map(|a| timetable(a, |row| told.line(&row.told.what))),
        course: care.aftercare.as_ref().map(course).unwrap_or_default(),
        red_flags: told.flags(&care.red_flags),
        consent: care
            .consent
            .iter()
            .map(|item| Item {
                heading: item.heading.clone(),
                line: told.line(&item.text),
                personal: item.personal,
            })
            .collect(),
        home: care
            .home
            .iter()
            .map(|answer| Answer {
                question: answer.question.clone(),
                lines: told.lines(&answer.answer),
            })
            .collect(),
        sources: references.citations(input.knowledge),
    })
}

/// session-N.pdf
pub(crate) fn session(
    input: &CareInput<'_>,
    sheet: &SessionSheet,
    paper: Paper,
) -> Result<Vec<u8>, TypesetError> {
    let references = References::of(input.care);
    let told = Teller { input, references: &references };
    let headline = format!("Session {} of {}", sheet.number, sheet.of);
    let kind = format!("Session sheet {} of {}", sheet.number, sheet.of);
    let mut gone = 0.0;
    let steps = sheet
        .steps
        .iter()
        .map(|step| {
            let begins = if gone == 0.0 {
                "start".to_owned()
            } else {
                format!("{} min", number(f64::round(gone), 1.0))
            };
            gone += step.minutes;
            Step {
                line: plain(step.what.text.clone()),
                minutes: format!("{} min", number(step.minutes.ceil(), 1.0)),
                begins,
            }
        })
        .collect();
    pdf(&SessionDocument {
        frame: frame(input, &kind, paper, &format!("session-{}", sheet.number)),
        headline,
        date: words::weekday(sheet.date),
        minutes: words::minutes(sheet.minutes),
        facts: facts(input),
        prepare: brief(told.lines(&sheet.prepare)),
        check_first: brief(told.lines(&sheet.check_first)),
        zones: told.zones(&sheet.zones),
        steps,
        record: sheet
            .record
            .iter()
            .map(|field| Field {
                label: field.label.clone(),
                hint: field.hint.clone(),
                long: field.hint == IN_WORDS,
            })
            .collect(),
        red_flags: told
            .flags(input.care.red_flags.iter().filter(|flag| flag.urgency <= Urgency::SameDay)),
    })
}

/// On a sheet to work by: what to do. What it rests on stands in the plan.
fn brief(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().map(|line| plain(line.text)).collect()
}

/// patient.pdf
pub(crate) fn patient(input: &CareInput<'_>, paper: Paper) -> Result<Vec<u8>, TypesetError> {
    let care = input.care;
    let references = References::of(care);
    let told = Teller { input, references: &references };
    pdf(&PatientDocument {
        frame: frame(input, "For you", paper, "patient"),
        title: care.letter.title.clone(),
        letter: care
            .letter
            .sections
            .iter()
            .map(|section| Paragraphs {
                heading: section.heading.clone(),
                paragraphs: section.paragraphs.clone(),
                points: section.points.clone(),
            })
            .collect(),
        dates: care.plan.as_ref().map(dates).unwrap_or_default(),
        course: care.aftercare.as_ref().map(course).unwrap_or_default(),
        aftercare: care
            .aftercare
            .as_ref()
            .map(|a| timetable(a, |row| plain(row.told.plain.clone()))),
        red_flags: told.flags(&care.red_flags),
    })
}

fn frame(input: &CareInput<'_>, kind: &str, paper: Paper, part: &str) -> Frame {
    let provenance = input.provenance;
    let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
    Frame {
        kind: kind.to_owned(),
        title: format!("{kind}: {}", input.title),
        subject: input.title.to_owned(),
        author: AUTHOR.to_owned(),
        date: input.care.assessed,
        date_in_words: words::day(input.care.assessed),
        disclaimer: words::DISCLAIMER.to_owned(),
        provenance: format!(
            "Needlepoint {}, assessed on {}. Patient file {} (sha256 {}\u{2026}), knowledge {}\u{2026}.",
            provenance.version,
            words::day(input.care.assessed),
            provenance.patient_file,
            short(&provenance.patient_sha256),
            short(&provenance.knowledge_sha256),
        ),
        ident: format!("{part}:{}", provenance.patient_sha256),
        paper,
    }
}

fn banner(input: &CareInput<'_>) -> Banner {
    let tone = match input.care.screening.verdict {
        _ if words::is_open(&input.care.screening) => Tone::Wait,
        Verdict::Go => Tone::Go,
        Verdict::GoWithChanges => Tone::Change,
        Verdict::Wait => Tone::Wait,
        Verdict::Refer => Tone::Refer,
        Verdict::DoNotTreat => Tone::Stop,
    };
    Banner { tone, headline: words::headline(input.care), meaning: words::meaning(input.care) }
}

fn facts(input: &CareInput<'_>) -> Vec<Fact> {
    let fact = |(name, value): &(String, String)| Fact { name: name.clone(), value: value.clone() };
    input.facts.iter().map(fact).collect()
}

fn dates(plan: &Plan) -> Vec<String> {
    plan.dates.iter().map(|date| words::weekday(*date)).collect()
}

fn course(aftercare: &Aftercare) -> Vec<Day> {
    seen(&aftercare.course)
        .into_iter()
        .map(|seen| Day {
            label: seen.label,
            text: seen.day.text.clone(),
            shares: seen.shares,
            levels: seen
                .day
                .shares
                .map(|share| if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }),
        })
        .collect()
}

/// Alternatives worth telling, with their bars over one scale.
fn candidates(alternatives: &[Alternative]) -> Vec<Candidate> {
    let most = |of: fn(&Alternative) -> f64| {
        let told = pareto::told(alternatives).into_iter().map(|place| &alternatives[place]);
        told.map(of).filter(|v| v.is_finite()).fold(1e-9, f64::max)
    };
    let (gain, loss) = (most(|a| a.improvement.hi50), most(|a| a.downtime_days.hi50));
    let share = |value: f64, of: f64| {
        if value.is_finite() { (value / of).clamp(0.0, 1.0) } else { 0.0 }
    };
    let percent = Style { signed: false, unit: "%", finest: 1.0 };
    let days = Style { signed: false, unit: "days", finest: 1.0 };
    let in_words = |style: Style<'_>, band: &needlepoint_course::result::Band| {
        format!("{} ({})", style.typical(band), style.band50(band))
    };
    let told = pareto::told(alternatives);
    told.into_iter()
        .map(|place| &alternatives[place])
        .map(|a| Candidate {
            label: a.label.clone(),
            standing: words::standing(a).to_owned(),
            proposed: a.proposed,
            improvement: in_words(percent, &a.improvement),
            improvement_bar: [a.improvement.lo50, a.improvement.median, a.improvement.hi50]
                .map(|v| share(v, gain)),
            downtime: in_words(days, &a.downtime_days),
            downtime_bar: [a.downtime_days.lo50, a.downtime_days.median, a.downtime_days.hi50]
                .map(|v| share(v, loss)),
            risk: words::in_hundred(a.risk),
        })
        .collect()
}

/// Tells parts of the answer with the numbers of their sources.
struct Teller<'a> {
    input: &'a CareInput<'a>,
    references: &'a References<'a>,
}

impl Teller<'_> {
    fn line(&self, because: &Because) -> Line {
        Line {
            text: because.text.clone(),
            strength: because.strength.clone(),
            sources: self.references.numbers(&because.sources),
            disagreement: because.disagreement.clone(),
        }
    }

    fn lines<'b>(&self, all: impl IntoIterator<Item = &'b Because>) -> Vec<Line> {
        all.into_iter().map(|because| self.line(because)).collect()
    }

    fn reason(&self, reason: &Reason) -> needlepoint_typeset::Reason {
        needlepoint_typeset::Reason {
            asks: words::asks_capital(reason.verdict),
            line: Line {
                text: reason.statement.clone(),
                strength: Some(reason.strength.clone()),
                sources: self.references.numbers(&reason.sources),
                disagreement: reason.disagreement.clone(),
            },
            because: reason.because.clone(),
            site: reason
                .site
                .as_ref()
                .map(|site| words::site(site, self.input.knowledge).to_owned()),
            until: reason.until.map(|until| format!("until {}", words::day(until))),
            followed: reason.followed,
        }
    }

    /// Advice under a heading for each kind.
    fn instead(&self, advice: &[Advice]) -> Vec<Lines> {
        let mut groups: Vec<Lines> = Vec::new();
        for one in advice {
            let heading = words::advice(one.kind);
            let mut line = self.line(&one.because);
            if let Some(concern) = &one.concern {
                line.text = format!("{}: {}", words::capital(concern), line.text);
            }
            match groups.iter_mut().find(|group| group.heading == heading) {
                Some(group) => group.lines.push(line),
                None => groups.push(Lines { heading: heading.to_owned(), lines: vec![line] }),
            }
        }
        groups
    }

    fn zones(&self, zones: &[ZonePlan]) -> Vec<Zone> {
        zones
            .iter()
            .map(|zone| Zone {
                label: zone.label.clone(),
                concerns: zone.concerns.join(", "),
                device: zone.device_label.clone(),
                needle: words::needle(zone.start_mm, zone.needle_mm),
                passes: zone.passes.to_string(),
                endpoint: zone.endpoint.clone(),
                area: format!("{}{THIN}cm\u{b2}", number(zone.area_cm2, 1.0)),
                minutes: words::minutes(zone.minutes),
                because: self.lines(&zone.because),
                caution: self.lines(&zone.caution),
            })
            .collect()
    }

    fn parts(&self, plan: &Plan) -> Vec<Lines> {
        let numbing = plan.numbing.as_ref().map_or_else(
            || self.lines(&plan.without_numbing),
            |numbing| {
                let mut lines = self.lines(&numbing.because);
                lines.insert(0, plain(words::numbing(numbing)));
                lines
            },
        );
        let part = |heading: &str, lines: Vec<Line>| Lines { heading: heading.to_owned(), lines };
        [
            part("Why this many sessions, this far apart", self.lines(&plan.course_because)),
            part("In the days before", self.lines(&plan.before)),
            part("Numbing", numbing),
            part("Hygiene", self.lines(&plan.hygiene)),
            part("On the skin during the session", self.lines(&plan.on_the_day)),
            part("How the hand is led", self.lines(&plan.technique)),
            part("What goes on afterwards", self.lines(&plan.after)),
            part("What must not be used", self.lines(&plan.not_to_use)),
            part("Judging the result", self.lines(&plan.follow_up)),
            part("After the course", self.lines(&plan.maintenance)),
        ]
        .into_iter()
        .filter(|part| !part.lines.is_empty())
        .collect()
    }

    fn expectation(&self, expected: &Expected) -> Expectation {
        let style = Style { signed: true, unit: &expected.unit, finest: 0.1 };
        Expectation {
            about: format!(
                "{}, {}",
                words::capital(&expected.concern),
                expected.site.to_lowercase()
            ),
            what: words::capital(&expected.what),
            when: expected.when.clone(),
            typical: style.typical(&expected.change),
            half: style.band50(&expected.change),
            most: style.band95(&expected.change),
            visible: expected
                .visible_share
                .map_or_else(|| "not seen by eye".to_owned(), words::in_ten_words),
            strength: expected.strength.clone(),
            sources: self.references.numbers(&expected.sources),
        }
    }

    fn flags<'b>(&self, flags: impl IntoIterator<Item = &'b RedFlag>) -> Vec<Flag> {
        let mut by_urgency: Vec<&RedFlag> = flags.into_iter().collect();
        by_urgency.sort_by_key(|flag| flag.urgency);
        by_urgency
            .into_iter()
            .map(|flag| Flag {
                sign: flag.sign.clone(),
                act: flag.act.clone(),
                urgency: words::how_soon(flag.urgency).to_owned(),
                sources: self.references.numbers(&flag.because.sources),
            })
            .collect()
    }
}

/// Instructions against time, each as a reader needs it: the plan with its sources, the patient in plain words.
fn timetable(
    aftercare: &Aftercare,
    line: impl Fn(&Row<'_>) -> Line,
) -> needlepoint_typeset::Timetable {
    let table = Timetable::of(aftercare);
    let columns = |in_hours: bool| {
        let of_kind = table.columns.iter().filter(move |column| column.in_hours == in_hours);
        of_kind.map(|column| column.label.clone()).collect()
    };
    let instructions = |rows: &[Row<'_>]| {
        rows.iter()
            .map(|row| Instruction {
                line: line(row),
                span: words::capital(&row.told.when),
                holds: row.holds.clone(),
            })
            .collect()
    };
    needlepoint_typeset::Timetable {
        hours: columns(true),
        days: columns(false),
        act: instructions(&table.act),
        avoid: instructions(&table.avoid),
    }
}

fn plain(text: String) -> Line {
    Line { text, strength: None, sources: Vec::new(), disagreement: None }
}
