//! Aftercare as a table of instructions against time, each told once with how long it holds.

use needlepoint_care::aftercare::{Aftercare, ExpectedDay, Instruction, Stretch};

use super::words;
use crate::numbers::number;

const HOURS_A_DAY: f64 = 24.0;

/// Instructions against stretches of time.
pub(crate) struct Timetable<'a> {
    /// Stretches in order.
    pub(crate) columns: Vec<Column>,
    /// What to do.
    pub(crate) act: Vec<Row<'a>>,
    /// What to leave.
    pub(crate) avoid: Vec<Row<'a>>,
}

/// A stretch of time.
pub(crate) struct Column {
    /// "2\u{2013}6" hours, or the number of a day.
    pub(crate) label: String,
    /// Told in hours.
    pub(crate) in_hours: bool,
}

/// An instruction.
pub(crate) struct Row<'a> {
    /// What, when in words, and what it rests on.
    pub(crate) told: &'a Instruction,
    /// Whether it holds in each stretch.
    pub(crate) holds: Vec<bool>,
}

impl<'a> Timetable<'a> {
    /// Every instruction against every stretch.
    pub(crate) fn of(aftercare: &'a Aftercare) -> Self {
        let stretches = &aftercare.stretches;
        let rows = |is_to_do: bool| {
            let told = aftercare.instructions.iter().filter(|told| told.is_to_do == is_to_do);
            told.map(|told| Row {
                told,
                holds: stretches
                    .iter()
                    .map(|stretch| told.holds_between(stretch.from_hours, stretch.until_hours))
                    .collect(),
            })
            .collect()
        };
        Self {
            columns: stretches.iter().map(Column::of).collect(),
            act: rows(true),
            avoid: rows(false),
        }
    }
}

impl Column {
    fn of(stretch: &Stretch) -> Self {
        let (from, until) = (stretch.from_hours, stretch.until_hours);
        if until <= HOURS_A_DAY {
            let label = format!("{}\u{2013}{}", number(from, 1.0), number(until, 1.0));
            return Self { label, in_hours: true };
        }
        let (first, last) = ((from / HOURS_A_DAY).floor(), (until / HOURS_A_DAY).ceil() - 1.0);
        let label = if last > first {
            format!("{}\u{2013}{}", number(first, 1.0), number(last, 1.0))
        } else {
            number(first, 1.0)
        };
        Self { label, in_hours: false }
    }
}

/// Days on which the same is seen, told once.
pub(crate) struct Seen<'a> {
    /// "Day 3", "Days 9 to 14".
    pub(crate) label: String,
    /// The first of them.
    pub(crate) day: &'a ExpectedDay,
    /// How many show redness, swelling and flaking, in words.
    pub(crate) shares: [String; 3],
}

/// The course with days that read alike put together.
pub(crate) fn seen(course: &[ExpectedDay]) -> Vec<Seen<'_>> {
    let shares = |day: &ExpectedDay| day.shares.map(words::in_ten_words);
    let mut groups: Vec<(&ExpectedDay, &ExpectedDay)> = Vec::new();
    for day in course {
        match groups.last_mut() {
            Some((first, last))
                if first.text == day.text
                    && shares(first) == shares(day)
                    && last.day + 1 == day.day =>
            {
                *last = day;
            }
            _ => groups.push((day, day)),
        }
    }
    groups
        .into_iter()
        .map(|(first, last)| Seen {
            label: match (first.day, last.day) {
                (0, 0) => "On the day".to_owned(),
                (from, to) if from == to => format!("Day {from}"),
                (from, to) => format!("Days {from} to {to}"),
            },
            day: first,
            shares: shares(first),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use needlepoint_care::plan::Because;

    use super::*;

    #[test]
    fn an_instruction_holds_in_the_stretches_that_it_reaches_into() {
        let stretch = |from_hours, until_hours| Stretch {
            from_hours,
            until_hours,
            label: String::new(),
            act: Vec::new(),
            avoid: Vec::new(),
        };
        let told = |is_to_do, from_hours, until_hours| Instruction {
            is_to_do,
            from_hours,
            until_hours,
            when: String::new(),
            what: Because {
                text: String::new(),
                rule: None,
                strength: None,
                sources: Vec::new(),
                disagreement: None,
            },
            plain: String::new(),
        };
        let aftercare = Aftercare {
            instructions: vec![told(true, 0.0, 48.0), told(false, 24.0, 168.0)],
            stretches: vec![
                stretch(0.0, 2.0),
                stretch(2.0, 24.0),
                stretch(24.0, 48.0),
                stretch(48.0, 168.0),
            ],
            course: Vec::new(),
        };
        let table = Timetable::of(&aftercare);
        let labels: Vec<&str> = table.columns.iter().map(|column| column.label.as_str()).collect();
        assert_eq!(labels, ["0\u{2013}2", "2\u{2013}24", "1", "2\u{2013}6"]);
        assert_eq!(table.act[0].holds, [true, true, true, false]);
        assert_eq!(table.avoid[0].holds, [false, false, true, true]);
    }

    #[test]
    fn days_that_read_alike_are_told_once() {
        let day = |day, text: &str, red| ExpectedDay {
            day,
            text: text.to_owned(),
            shares: [red, 0.0, 0.0],
            because: Vec::new(),
        };
        let course =
            [day(0, "red", 0.9), day(1, "calm", 0.0), day(2, "calm", 0.001), day(4, "calm", 0.0)];
        let labels: Vec<String> = seen(&course).into_iter().map(|seen| seen.label).collect();
        assert_eq!(labels, ["On the day", "Days 1 to 2", "Day 4"]);
    }
}
