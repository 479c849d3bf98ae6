//! What a patient may have that some rule asks about.

use serde::Serialize;
use uom::si::{f64::Time, time::day};

use crate::{
    quantity::DAYS_PER_MONTH,
    reader::{Field, Table},
    site::Region,
};

/// How things stand with a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// There now, or suspected.
    Active,
    /// Was there.
    Past,
    /// There, and well controlled.
    Controlled,
    /// There, and not controlled.
    Uncontrolled,
    /// Will begin on a date that is known.
    Planned,
}

impl Status {
    /// Every status with its name in files.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("active", Self::Active),
        ("past", Self::Past),
        ("controlled", Self::Controlled),
        ("uncontrolled", Self::Uncontrolled),
        ("planned", Self::Planned),
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, status)| *status == self).map_or("", |(name, _)| name)
    }
}

/// What has to be known of a condition beside that it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// How things stand.
    Status,
    /// When it ended or was done, or, if planned, when it begins.
    Date,
    /// On which sites.
    Site,
    /// How severe, 1 to 4.
    Grade,
}

impl Detail {
    /// Every detail with its name in files.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("status", Self::Status),
        ("date", Self::Date),
        ("site", Self::Site),
        ("grade", Self::Grade),
    ];
}

/// Sex, where only one of them is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskedSex {
    /// Only women.
    Female,
    /// Only men.
    Male,
}

/// When a condition has to be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// Before any needling.
    Needling,
    /// Only if a numbing cream is to be used.
    Numbing,
}

impl Occasion {
    /// Every occasion with its name in files.
    pub const NAMED: [(&'static str, Self); 2] =
        [("needling", Self::Needling), ("numbing", Self::Numbing)];
}

/// A range of ages or durations with open ends: the lower end belongs to it, the upper does not.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Range {
    /// It begins here; `None` without a lower end.
    pub from: Option<f64>,
    /// It ends here; `None` without an upper end.
    pub below: Option<f64>,
}

impl Range {
    /// Whether `value` lies in it.
    pub fn contains(&self, value: f64) -> bool {
        self.from.is_none_or(|from| value >= from) && self.below.is_none_or(|below| value < below)
    }

    /// Read `{ from = "6 months", below = "2 years" }`; either end may be left out, not both.
    pub(crate) fn read(
        field: &Field<'_>,
        in_unit: impl Fn(Time) -> f64,
        unit: &str,
        most: f64,
    ) -> Option<Self> {
        let table = field.table()?;
        let end = |f: &Field<'_>| f.quantity_within::<Time>(&in_unit, unit, 0.0, most);
        let from = table.optional("from", end);
        let below = table.optional("below", end);
        match (from, below) {
            (Some(None), Some(None)) => table.error("the range has no end: give `from` or `below`"),
            (Some(Some(from)), Some(Some(below))) if below <= from => {
                table.error("the range ends before it begins");
            }
            _ => {}
        }
        table.finish();
        Some(Self { from: from?, below: below? })
    }
}

pub(crate) fn years(time: Time) -> f64 {
    days(time) / (12.0 * DAYS_PER_MONTH)
}

pub(crate) fn days(time: Time) -> f64 {
    time.get::<day>()
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// The question as one puts it to the patient.
    pub question: String,
    /// How things may stand with it; the order is that in which it is asked.
    pub statuses: Vec<Status>,
    /// What else has to be known.
    pub details: Vec<Detail>,
    /// When it has to be asked about.
    pub occasion: Occasion,
    /// Only where one of these regions is treated; empty: wherever.
    pub regions: Vec<Region>,
    /// Only people of this sex; `None`: everybody.
    pub sex: Option<AskedSex>,
    /// Only people of this age, years.
    pub age_years: Option<Range>,
}

impl Condition {
    /// Read every condition of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        root.records().iter().filter_map(Self::read).collect()
    }

    fn read(field: &Field<'_>) -> Option<Self> {
        let table = field.table()?;
        let label = table.require("label", "\"Cold sores\"").and_then(|f| f.text());
        let question = table.require("question", "\"Do you get cold sores?\"").and_then(|f| {
            let text = f.text()?;
            if !text.ends_with('?') {
                f.error("the question does not end in a question mark", "write it as a question");
            }
            Some(text)
        });
        let statuses = table
            .require("status", "[\"active\", \"past\"]")
            .and_then(|f| f.list(|item| item.choice(&Status::NAMED)));
        let details = table.optional("details", |f| f.list(|item| item.choice(&Detail::NAMED)));
        let occasion = table.optional("before", |f| f.choice(&Occasion::NAMED));
        let regions = table.optional("region", |f| f.list(|item| item.choice(&Region::NAMED)));
        let sex = table.optional("sex", |f| {
            f.choice(&[("female", AskedSex::Female), ("male", AskedSex::Male)])
        });
        let age_years = table.optional("age", |f| Range::read(f, years, "years", 120.0));
        if statuses.as_ref().is_some_and(Vec::is_empty) {
            table.error("a condition needs a status that it may have");
        }
        table.finish();
        Some(Self {
            name: field.key().to_owned(),
            label: label?.to_owned(),
            question: question?.to_owned(),
            statuses: statuses?,
            details: details?.unwrap_or_default(),
            occasion: occasion?.unwrap_or(Occasion::Needling),
            regions: regions?.unwrap_or_default(),
            sex: sex?,
            age_years: age_years?,
        })
    }
}
