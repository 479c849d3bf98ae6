//! What is said about needling in public, and what the evidence says to it.

use serde::Serialize;
use uom::si::{
    f64::{Length, Time},
    length::millimeter,
    time::day,
};

use crate::{
    outcome::OBSERVABLES,
    parameter::owned_texts,
    quantity,
    reader::{Field, Table},
};

/// Names of what a claim can ask of the model besides [`OBSERVABLES`]; they need no time.
pub const NUMBERS: [&str; 10] = [
    "reached_depth",
    "session_minutes",
    "pain",
    "redness_time",
    "swelling_time",
    "flaking_time",
    "water_loss_time",
    "seal_time",
    "bridged_time",
    "enhancement",
];

/// Names of the phototypes.
const PHOTOTYPES: [(&str, &str); 6] =
    [("I", "I"), ("II", "II"), ("III", "III"), ("IV", "IV"), ("V", "V"), ("VI", "VI")];

/// Which part of the story a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Length and number of needles.
    Needle,
    /// Pens, rollers, stamps.
    Device,
    /// The skin before anything is done.
    Skin,
    /// The punctures.
    Channel,
    /// From the wound to new tissue, and what is felt meanwhile.
    Healing,
    /// What gets in.
    Absorption,
    /// What changes in the end.
    Outcome,
    /// How many sessions, how long, how far apart.
    Schedule,
    /// What is done in a session.
    Procedure,
    /// What is done afterwards.
    Aftercare,
    /// Who should wait, ask, or not be treated.
    Screening,
    /// Needling beside other treatments.
    Comparison,
}

impl System {
    /// Every system with its name in files, in the order of the story.
    pub const NAMED: [(&'static str, Self); 12] = [
        ("needle", Self::Needle),
        ("device", Self::Device),
        ("skin", Self::Skin),
        ("channel", Self::Channel),
        ("healing", Self::Healing),
        ("absorption", Self::Absorption),
        ("outcome", Self::Outcome),
        ("schedule", Self::Schedule),
        ("procedure", Self::Procedure),
        ("aftercare", Self::Aftercare),
        ("screening", Self::Screening),
        ("comparison", Self::Comparison),
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, system)| *system == self).map_or("", |(name, _)| name)
    }

    /// The name in plain words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Needle => "Needles",
            Self::Device => "Devices",
            Self::Skin => "Skin as it is",
            Self::Channel => "Punctures",
            Self::Healing => "Healing",
            Self::Absorption => "What gets in",
            Self::Outcome => "Results",
            Self::Schedule => "Sessions",
            Self::Procedure => "During a session",
            Self::Aftercare => "Aftercare",
            Self::Screening => "Who should wait or ask first",
            Self::Comparison => "Beside other treatments",
        }
    }
}

/// What the evidence that was read says about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It agrees.
    Supports,
    /// It agrees in part, or only under conditions.
    Qualifies,
    /// It disagrees.
    Contradicts,
    /// None was read.
    NotExamined,
}

impl Verdict {
    /// Every verdict with its name in files.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("supports", Self::Supports),
        ("qualifies", Self::Qualifies),
        ("contradicts", Self::Contradicts),
        ("not-examined", Self::NotExamined),
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, verdict)| *verdict == self).map_or("", |(name, _)| name)
    }

    /// The verdict in plain words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Supports => "Supported",
            Self::Qualifies => "Partly true",
            Self::Contradicts => "Contradicted",
            Self::NotExamined => "Not examined",
        }
    }
}

/// A time in a course of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// Days after the first session.
    AfterFirst(f64),
    /// Days after the last session.
    AfterLast(f64),
}

/// A case to simulate: an example, with or without small changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelCase {
    /// Name of the example without its ending.
    pub example: String,
    /// So many sessions instead of its own.
    pub sessions: Option<u32>,
    /// So many days from session to session.
    pub interval_days: Option<f64>,
    /// Needles of this length in every zone, mm.
    pub needle_length_mm: Option<f64>,
    /// Another phototype: "I" to "VI".
    pub phototype: Option<&'static str>,
    /// Leave out its products.
    pub without_products: bool,
}

impl ModelCase {
    /// Whether it differs from its example.
    pub fn is_changed(&self) -> bool {
        self.sessions.is_some()
            || self.interval_days.is_some()
            || self.needle_length_mm.is_some()
            || self.phototype.is_some()
            || self.without_products
    }
}

/// A number that the model gives about a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelReading {
    /// What to simulate.
    pub case: ModelCase,
    /// The zone to look at, as a name in `knowledge/sites.toml`.
    pub site: String,
    /// What to read: one of [`OBSERVABLES`] or [`NUMBERS`].
    pub observable: String,
    /// When to read it; `None` for [`NUMBERS`].
    pub at: Option<Moment>,
}

/// A claim.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// Name in files.
    pub id: String,
    /// What is claimed.
    pub claim: String,
    /// Which part of the story it is about.
    pub system: System,
    /// What the evidence says about it.
    pub verdict: Verdict,
    /// Why.
    pub evidence: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// What the model is asked.
    pub model: Vec<ModelReading>,
}

impl Claim {
    /// Read every `[[claim]]` of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        let mut claims: Vec<Self> = Vec::new();
        for table in root.tables("claim") {
            let Some((claim, id)) = Self::read(table) else { continue };
            if claims.iter().any(|other| other.id == claim.id) {
                id.error(format!("\"{}\" stands here twice", claim.id), "keep one of the two");
                continue;
            }
            claims.push(claim);
        }
        claims
    }

    fn read(table: Table<'_>) -> Option<(Self, Field<'_>)> {
        let id = table.require("id", "\"acne-scars\"");
        let text = |key, expected| table.require(key, expected).and_then(|f| plain_text(&f));
        let name = id.as_ref().and_then(Field::text);
        let claim = text("claim", "\"what is claimed\"");
        let system = table.require("system", "\"healing\"").and_then(|f| f.choice(&System::NAMED));
        let verdict_field = table.require("verdict", "\"qualifies\"");
        let verdict = verdict_field.as_ref().and_then(|f| f.choice(&Verdict::NAMED));
        let evidence = text("evidence", "\"what the evidence says\"");
        let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
        if let (Some(field), Some(verdict)) = (&verdict_field, verdict)
            && verdict != Verdict::NotExamined
            && sources.is_empty()
        {
            field.error("a verdict needs a source", "add `sources`, or write \"not-examined\"");
        }
        let model: Option<Vec<_>> =
            table.tables("model").into_iter().map(ModelReading::read).collect();
        table.finish();
        let claim = Self {
            id: name?.to_owned(),
            claim: claim?,
            system: system?,
            verdict: verdict?,
            evidence: evidence?,
            sources,
            model: model?,
        };
        Some((claim, id?))
    }
}

impl ModelReading {
    fn read(table: Table<'_>) -> Option<Self> {
        let example = table.require("case", "\"lotfi-2013\"").and_then(|f| f.text());
        let site = table.require("site", "\"cheek\"").and_then(|f| f.text());
        let observable = table.require("observable", "\"scar_depth\"").and_then(|f| readable(&f));
        let at = table.get("at");
        match observable {
            Some(name) if OBSERVABLES.contains(&name) && at.is_none() => table
                .error(format!("`{name}` changes with time; add `at = \"8 weeks after last\"`")),
            Some(name) if NUMBERS.contains(&name) => {
                if let Some(at) = &at {
                    at.error(format!("`{name}` belongs to no time"), "leave out `at`");
                }
            }
            _ => {}
        }
        let at = at.map(|field| moment(&field));
        let sessions = table.get("sessions").map(|f| f.whole(1, 60));
        let interval = table
            .get("interval")
            .map(|f| f.quantity_within::<Time>(|time| time.get::<day>(), "days", 1.0, 366.0));
        let length = table.get("needle_length").map(|f| {
            f.quantity_within::<Length>(|length| length.get::<millimeter>(), "mm", 0.1, 3.0)
        });
        let phototype = table.get("phototype").map(|f| f.choice(&PHOTOTYPES));
        let products = table.get("products").map(|f| f.choice(&[("none", ())]));
        table.finish();
        Some(Self {
            case: ModelCase {
                example: example?.to_owned(),
                sessions: optional(sessions)?.map(|sessions| sessions as u32),
                interval_days: optional(interval)?,
                needle_length_mm: optional(length)?,
                phototype: optional(phototype)?,
                without_products: optional(products)?.is_some(),
            },
            site: site?.to_owned(),
            observable: observable?.to_owned(),
            at: optional(at)?,
        })
    }
}

/// `None` if the value is there but wrong.
fn optional<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    value.map_or(Some(None), |read| read.map(Some))
}

/// A text without addresses of the web: they move, and sources are named elsewhere.
fn plain_text(field: &Field<'_>) -> Option<String> {
    let text = field.text()?;
    if ["://", "www."].iter().any(|part| text.contains(part)) {
        field.error("the text holds an address of the web", "name a source instead");
        return None;
    }
    Some(text.to_owned())
}

fn readable<'r>(field: &Field<'r>) -> Option<&'r str> {
    let name = field.text()?;
    let known = || OBSERVABLES.into_iter().chain(NUMBERS);
    if known().any(|known| known == name) {
        return Some(name);
    }
    field.unknown_name("observable", name, known());
    None
}

/// "8 weeks after last", "3 days after first" (session).
fn moment(field: &Field<'_>) -> Option<Moment> {
    let text = field.text()?;
    let read = || {
        let (span, session) = text.split_once(" after ")?;
        let days = quantity::parse::<Time>(span).ok()?.get::<day>();
        match session {
            "first" => Some(Moment::AfterFirst(days)),
            "last" => Some(Moment::AfterLast(days)),
            _ => None,
        }
    };
    let moment = read().filter(|(Moment::AfterFirst(days) | Moment::AfterLast(days))| *days >= 0.0);
    if moment.is_none() {
        field.error(
            format!("`at = \"{text}\"` is not a time"),
            "write \"8 weeks after last\" or \"3 days after first\" (session)",
        );
    }
    moment
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::Document, reader::Reader};

    const HEAD: &str = "[[claim]]\nid = \"a\"\nclaim = \"It helps.\"\nsystem = \"outcome\"\n\
                        verdict = \"qualifies\"\nevidence = \"A little.\"\nsources = [\"x\"]\n";

    fn read(text: &str) -> (Vec<Claim>, String) {
        let (document, problems) = Document::parse("claims.toml", text);
        let reader = Reader::new(&document, problems);
        let claims = {
            let root = reader.root();
            let claims = Claim::read_all(&root);
            root.finish();
            claims
        };
        (claims, reader.into_problems().to_lines())
    }

    fn with_model(lines: &str) -> (Vec<Claim>, String) {
        read(&format!("{HEAD}[[claim.model]]\ncase = \"lotfi-2013\"\nsite = \"cheek\"\n{lines}"))
    }

    #[test]
    fn a_claim_with_readings_is_read() {
        let (claims, problems) = with_model(
            "observable = \"scar_depth\"\nat = \"2 weeks after last\"\nsessions = 1\n\
             interval = \"14 days\"\nneedle_length = \"0.5 mm\"\nphototype = \"VI\"\n\
             products = \"none\"\n[[claim.model]]\ncase = \"b\"\nsite = \"cheek\"\n\
             observable = \"pain\"\n",
        );
        assert_eq!(problems, "");
        let reading = &claims[0].model[0];
        assert_eq!(reading.at, Some(Moment::AfterLast(14.0)));
        assert_eq!(reading.case.sessions, Some(1));
        assert_eq!(reading.case.interval_days, Some(14.0));
        assert_eq!(reading.case.needle_length_mm, Some(0.5));
        assert_eq!(reading.case.phototype, Some("VI"));
        assert!(reading.case.without_products);
        assert_eq!(claims[0].model[1].at, None);
    }

    #[test]
    fn mistakes_are_named_where_they_stand() {
        let (_, problems) = read(&HEAD.replace("qualifies", "qualifys"));
        assert!(problems.contains("claims.toml:5:11: "), "{problems}");
        assert!(problems.contains("did you mean \"qualifies\"?"), "{problems}");
        let (_, problems) = read(&HEAD.replace("sources = [\"x\"]\n", ""));
        assert!(problems.contains("claims.toml:5:11: a verdict needs a source"), "{problems}");
        let (_, problems) = read(&HEAD.replace("A little.", "See https://example.org."));
        assert!(problems.contains("an address of the web"), "{problems}");
        let (_, problems) = read(&HEAD.replace("system", "sistem"));
        assert!(problems.contains("did you mean `system`?"), "{problems}");
        let (claims, problems) = read(&HEAD.repeat(2));
        assert_eq!(claims.len(), 1);
        assert!(problems.contains("claims.toml:9:6: \"a\" stands here twice"), "{problems}");
    }

    #[test]
    fn mistakes_of_a_reading_are_named() {
        let (_, problems) = with_model("observable = \"scar_dept\"\nat = \"3 days after last\"\n");
        assert!(problems.contains("did you mean \"scar_depth\"?"), "{problems}");
        let (_, problems) = with_model("observable = \"scar_depth\"\n");
        assert!(problems.contains("add `at = "), "{problems}");
        let (_, problems) = with_model("observable = \"pain\"\nat = \"3 days after last\"\n");
        assert!(problems.contains("belongs to no time"), "{problems}");
        for wrong in ["soon", "3 days after second", "3 mm after last", "-3 days after last"] {
            let line = format!("observable = \"redness\"\nat = \"{wrong}\"\n");
            let (_, problems) = with_model(&line);
            assert!(problems.contains("is not a time"), "{problems}");
        }
    }

    #[test]
    fn what_was_not_examined_needs_no_source() {
        let text = HEAD.replace("qualifies", "not-examined").replace("[\"x\"]", "[]");
        let (claims, problems) = read(&text);
        assert_eq!(problems, "");
        assert_eq!(claims[0].verdict, Verdict::NotExamined);
    }
}
