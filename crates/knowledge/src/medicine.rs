//! Medicines: by which names people know them, and which class a rule asks about.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::Serialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::reader::{Field, Table};

/// A class of medicines that some rule asks about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MedicineClass {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// The question as one puts it to the patient.
    pub question: String,
}

/// A medicine with all the names it is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Medicine {
    /// Generic name, lower case.
    pub name: String,
    /// Brands and other names, lower case.
    pub also: Vec<String>,
    /// Names of its classes; empty where no rule says anything about it.
    pub classes: Vec<String>,
    /// Names of conditions that people who take it often have: reason to ask.
    pub suggests: Vec<String>,
}

impl Medicine {
    /// Whether it belongs to the class of this name.
    pub fn is_of(&self, class: &str) -> bool {
        self.classes.iter().any(|own| own == class)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.also.iter().map(String::as_str))
    }
}

/// All classes and medicines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Medicines {
    /// Classes that rules ask about.
    pub classes: Vec<MedicineClass>,
    /// Medicines that are known, with those about which no rule says anything.
    pub medicines: Vec<Medicine>,
    /// Place in `medicines` by every name without accents, spaces and capitals.
    #[serde(skip)]
    by_key: BTreeMap<String, usize>,
}

impl Medicines {
    /// Read the file; `conditions` are the names that `suggests` may hold.
    pub fn read(root: &Table<'_>, conditions: &[&str]) -> Self {
        for field in root.records() {
            if !["class", "medicine"].contains(&field.key()) {
                field.error(
                    format!("the file knows no `{}`", field.key()),
                    "known here: class, medicine",
                );
            }
        }
        let class_fields = root.table("class").map(|table| table.records()).unwrap_or_default();
        let classes: Vec<MedicineClass> = class_fields.iter().filter_map(read_class).collect();
        let known: Vec<&str> = class_fields.iter().map(Field::key).collect();
        let mut medicines: Vec<Medicine> = Vec::new();
        let mut by_key = BTreeMap::new();
        for field in root.table("medicine").map(|table| table.records()).unwrap_or_default() {
            let Some(medicine) = read_medicine(&field, &known, conditions) else { continue };
            for name in medicine.names() {
                match by_key.entry(words(name).concat()) {
                    Entry::Vacant(entry) => {
                        entry.insert(medicines.len());
                    }
                    Entry::Occupied(entry) => {
                        let other = medicines.get(*entry.get()).unwrap_or(&medicine);
                        field.error(
                            format!("\"{name}\" is also a name of `{}`", other.name),
                            "keep one of the two",
                        );
                    }
                }
            }
            medicines.push(medicine);
        }
        Self { classes, medicines, by_key }
    }

    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<&MedicineClass> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// The medicine that goes by `name`. Letter case, accents, hyphens, and a strength, form or frequency
    /// behind it ("Xarelto 20 mg daily") make no difference; anything else behind it does, since it may be
    /// a second medicine. A misspelt name finds nothing: see [`Medicines::nearest`].
    pub fn named(&self, name: &str) -> Option<&Medicine> {
        let words = words(name);
        // "13-cis-retinoic acid 10 mg" as it stands; "hydrocortisone 1 % cream" without what lies between.
        let bare: Vec<String> = words.iter().filter(|word| !is_amount(word)).cloned().collect();
        [words, bare]
            .iter()
            .filter_map(|words| self.of_first_words(words))
            .max_by_key(|(length, _)| *length)
            .map(|(_, medicine)| medicine)
    }

    /// The medicine that the first of `words` name, if the others say no name, and the length of that name.
    fn of_first_words(&self, words: &[String]) -> Option<(usize, &Medicine)> {
        (1..=words.len())
            .rev()
            .take_while(|length| words[*length..].iter().all(|word| says_no_name(word)))
            .find_map(|length| {
                let key = words[..length].concat();
                self.of_key(&key).map(|medicine| (key.len(), medicine))
            })
    }

    fn of_key(&self, key: &str) -> Option<&Medicine> {
        self.medicines.get(*self.by_key.get(key)?)
    }

    /// The known name most like `name`, to ask whether it was meant; never to be taken for it unasked.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let mut words = words(name);
        words.retain(|word| !says_no_name(word));
        crate::nearest::nearest(&words.join(" "), self.medicines.iter().flat_map(Medicine::names))
    }
}

/// The words of a name without accents, in lower case.
fn words(name: &str) -> Vec<String> {
    let plain: String =
        name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words for how much, after a number or by themselves.
const UNITS: &[&str] =
    &["mg", "g", "ug", "mcg", "ml", "l", "iu", "ie", "ui", "units", "unit", "percent", "x"];

/// Words behind a name that say in which form or how often, and not what it is.
const FORMS: &[&str] = &[
    "tablet",
    "tablets",
    "tab",
    "tabs",
    "capsule",
    "capsules",
    "cap",
    "caps",
    "pill",
    "pills",
    "cream",
    "gel",
    "ointment",
    "lotion",
    "solution",
    "drops",
    "spray",
    "inhaler",
    "patch",
    "injection",
    "injections",
    "daily",
    "weekly",
    "monthly",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "a",
    "per",
    "every",
    "once",
    "twice",
    "times",
    "morning",
    "evening",
    "night",
    "od",
    "bd",
    "tds",
    "prn",
    "oral",
    "orally",
    "topical",
    "er",
    "xl",
    "xr",
    "sr",
    "mr",
    "cr",
    "la",
    "retard",
    "sodium",
    "potassium",
    "calcium",
    "hydrochloride",
    "hcl",
    "succinate",
    "tartrate",
    "maleate",
    "besylate",
    "besilate",
    "mesylate",
    "mesilate",
    "etexilate",
    "acetate",
    "phosphate",
    "sulphate",
    "sulfate",
    "citrate",
    "fumarate",
    "magnesium",
    "hydrate",
    "low",
    "dose",
];

/// Whether a word is a number, a unit or both: "20", "mg", "20mg", "2x".
fn is_amount(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.is_empty() || UNITS.contains(&unit)
}

fn says_no_name(word: &str) -> bool {
    is_amount(word) || FORMS.contains(&word)
}

fn read_class(field: &Field<'_>) -> Option<MedicineClass> {
    let table = field.table()?;
    let label = table.require("label", "\"Blood thinners\"").and_then(|f| f.text());
    let question =
        table.require("question", "\"Do you take a blood thinner?\"").and_then(|f| f.text());
    table.finish();
    Some(MedicineClass {
        name: field.key().to_owned(),
        label: label?.to_owned(),
        question: question?.to_owned(),
    })
}

fn read_medicine(field: &Field<'_>, classes: &[&str], conditions: &[&str]) -> Option<Medicine> {
    let table = field.table()?;
    let texts = |f: &Field<'_>| f.list(|item| item.text().map(str::to_owned));
    let also = table.optional("also", texts);
    let own =
        table.optional("class", |f| f.list(|item| known_name(item, "class of medicines", classes)));
    let suggests =
        table.optional("suggests", |f| f.list(|item| known_name(item, "condition", conditions)));
    table.finish();
    let (name, also) = (field.key().to_owned(), also?.unwrap_or_default());
    for name in std::iter::once(&name).chain(&also) {
        if *name != name.to_lowercase() || words(name).is_empty() {
            field.error(format!("\"{name}\" is not in lower case"), "write names in lower case");
        }
    }
    Some(Medicine {
        name,
        also,
        classes: own?.unwrap_or_default(),
        suggests: suggests?.unwrap_or_default(),
    })
}

/// The name in `field`, if it is among `known`.
pub(crate) fn known_name(field: &Field<'_>, what: &str, known: &[&str]) -> Option<String> {
    let name = field.text()?;
    if known.contains(&name) {
        return Some(name.to_owned());
    }
    field.unknown_name(what, name, known.iter().copied());
    None
}
