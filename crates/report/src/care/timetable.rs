//! Aftercare as a table of instructions against time, each told once with how long it holds.

use needlepoint_care::{
    aftercare::{Aftercare, ExpectedDay, Stretch},
    plan::Because,
};

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
    /// The sentence with what it rests on.
    pub(crate) because: &'a Because,
    /// Whether it holds in each stretch.
    pub(crate) holds: Vec<bool>,
    /// When it holds, in words.
    pub(crate) span: String,
}

impl<'a> Timetable<'a> {
    /// Every instruction once, in the order in which it first appears.
    pub(crate) fn of(aftercare: &'a Aftercare) -> Self {
        let stretches = &aftercare.stretches;
        Self {
            columns: stretches.iter().map(Column::of).collect(),
            act: rows(stretches, |stretch| &stretch.act),
            avoid: rows(stretches, |stretch| &stretch.avoid),
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

fn rows<'a>(stretches: &'a [Stretch], of: fn(&'a Stretch) -> &'a Vec<Because>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for (place, stretch) in stretches.iter().enumerate() {
        for because in of(stretch) {
            let known = rows.iter().position(|row| row.because == because).unwrap_or_else(|| {
                rows.push(Row {
                    because,
                    holds: vec![false; stretches.len()],
                    span: String::new(),
                });
                rows.len() - 1
            });
            rows[known].holds[place] = true;
        }
    }
    for row in &mut rows {
        row.span = span(&row.holds, stretches);
    }
    rows
}

/// "The first 2 hours to day 2"; several where it holds with gaps.
fn span(holds: &[bool], stretches: &[Stretch]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for place in (0..holds.len()).filter(|place| holds[*place]) {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => spans.push((place, place)),
        }
    }
    let told = |(first, last): &(usize, usize)| {
        let (first, last) = (&stretches[*first], &stretches[*last]);
        let begins = if first.from_hours <= 0.0 { "from the start" } else { &*first.label };
        if first.label == last.label {
            first.label.clone()
        } else {
            format!("{begins} to the end of {}", last.label)
        }
    };
    let all: Vec<String> = spans.iter().map(told).collect();
    words::capital(&all.join("; ").to_lowercase())
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
    use super::*;

    fn because(text: &str) -> Because {
        Because {
            text: text.to_owned(),
            rule: None,
            strength: None,
            sources: Vec::new(),
            disagreement: None,
        }
    }

    fn stretch(from_hours: f64, until_hours: f64, label: &str, act: &[&str]) -> Stretch {
        Stretch {
            from_hours,
            until_hours,
            label: label.to_owned(),
            act: act.iter().map(|text| because(text)).collect(),
            avoid: Vec::new(),
        }
    }

    #[test]
    fn each_instruction_is_told_once_with_its_span() {
        let aftercare = Aftercare {
            stretches: vec![
                stretch(0.0, 2.0, "The first 2 hours", &["rest", "cool"]),
                stretch(2.0, 24.0, "Hour 2 to 24", &["cool"]),
                stretch(24.0, 48.0, "Day 1", &["cool", "sunscreen"]),
                stretch(48.0, 168.0, "Days 2 to 6", &["rest"]),
            ],
            course: Vec::new(),
        };
        let table = Timetable::of(&aftercare);
        let labels: Vec<&str> = table.columns.iter().map(|column| column.label.as_str()).collect();
        assert_eq!(labels, ["0\u{2013}2", "2\u{2013}24", "1", "2\u{2013}6"]);
        let told: Vec<(&str, &str)> =
            table.act.iter().map(|row| (row.because.text.as_str(), row.span.as_str())).collect();
        assert_eq!(
            told,
            [
                ("rest", "The first 2 hours; days 2 to 6"),
                ("cool", "From the start to the end of day 1"),
                ("sunscreen", "Day 1"),
            ]
        );
        assert_eq!(table.act[0].holds, [true, false, false, true]);
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
