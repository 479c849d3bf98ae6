//! The form of a consultation from a patient file, and the file from the form.
//!
//! What a file says and the form has no field for travels along unseen in the field `kept`. A file that says something the
//! form would have to change (a word where a list belongs, a key that nobody knows inside an entry) is not shown as a
//! form: it is edited as text. Comments and the order of keys are not kept.

use std::{fmt::Write as _, ops::Range};

use needlepoint_knowledge::Knowledge;
use toml::{Table, Value};

use super::{
    answers::{Answers, Entry},
    kinds::{self, Given},
};

/// Units in which the age of a lesion is given.
pub(super) const LESION_AGE_UNITS: [(&str, &str, &str); 4] = [
    ("days", "day", "consult-unit-days"),
    ("weeks", "week", "consult-unit-weeks"),
    ("months", "month", "consult-unit-months"),
    ("years", "year", "consult-unit-years"),
];

/// Words of `numbing` for a wish and for its opposite.
pub(super) const NUMBING: [(&str, bool); 2] = [("yes", true), ("no", false)];

/// Why a file is not shown as a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoForm {
    /// It is no TOML.
    #[error("The file has a line that can't be read, so it is shown as text.")]
    NoToml,
    /// Something in it has no place in the form.
    #[error("The form has no place for what the file says under `{0}`, so it is shown as text.")]
    NoPlace(String),
}

/// A file as it is written, with the place of every field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// The file.
    pub(super) text: String,
    /// Bytes of the file and the name of the field that they come from; inner ones behind outer ones.
    pub(super) places: Vec<(Range<usize>, String)>,
}

impl Written {
    /// The field that is written at a byte of the file; empty where none is.
    pub(super) fn field_at(&self, at: usize) -> &str {
        let mut around = self.places.iter().filter(|(range, _)| range.contains(&at));
        around.next_back().map_or("", |(_, field)| field.as_str())
    }
}

/// The form that says what a file says.
///
/// # Errors
/// See [`NoForm`].
pub(super) fn read(file: &str, knowledge: &Knowledge) -> Result<Answers, NoForm> {
    let text = file.strip_prefix('\u{feff}').unwrap_or(file);
    let mut root = Taken::new("", text.parse::<Table>().map_err(|_| NoForm::NoToml)?);
    let mut answers = Answers::default();
    let assessed = root.text("assessed")?;
    answers.add("assessed", assessed.unwrap_or_default());
    let mut kept = Table::new();
    if let Some(mut patient) = root.table("patient")? {
        read_patient(&mut answers, &mut patient)?;
        keep(&mut kept, "patient", patient);
    }
    for (number, concern) in root.tables("concern")?.into_iter().enumerate() {
        read_concern(&mut answers, number, concern)?;
    }
    if let Some(mut wishes) = root.table("wishes")? {
        read_wishes(&mut answers, &mut wishes)?;
        keep(&mut kept, "wishes", wishes);
    }
    for (number, mut signed) in root.tables("override")?.into_iter().enumerate() {
        for key in ["rule", "by", "reason"] {
            let value = signed.text(key)?;
            answers.add(format!("override.{number}.{key}"), value.unwrap_or_default());
        }
        signed.finish()?;
    }
    kept.extend(root.table);
    let unknown = |name: &&str| knowledge.condition(name).is_none();
    if let Some(name) = answers.names("history.").into_iter().find(unknown) {
        return Err(NoForm::NoPlace(format!("history: {name}")));
    }
    if !kept.is_empty() {
        answers.add("kept", kept.to_string());
    }
    Ok(answers)
}

/// What is left of a section stays under its name.
fn keep(kept: &mut Table, name: &str, section: Taken) {
    if !section.table.is_empty() {
        kept.insert(name.to_owned(), Value::Table(section.table));
    }
}

fn read_patient(answers: &mut Answers, patient: &mut Taken) -> Result<(), NoForm> {
    answers.add("age", without_unit(&patient.text("age")?.unwrap_or_default(), "years"));
    answers.add("weight", without_unit(&patient.text("weight")?.unwrap_or_default(), "kg"));
    answers.add("sex", patient.text("sex")?.unwrap_or_default());
    answers.add("phototype", numeral(&patient.text("phototype")?.unwrap_or_default()));
    answers.add("sun_exposure", patient.text("sun_exposure")?.unwrap_or_default());
    answers.add("smoker", patient.flag("smoker")?.map(yes_or_no).unwrap_or_default());
    for entry in patient.list("history")?.unwrap_or_default() {
        read_condition(answers, entry)?;
    }
    match patient.take("denies") {
        Some(Value::String(word)) if spelled(&word) == "all-others" => {
            answers.add("all_others", "yes");
        }
        Some(Value::Array(names)) => {
            for name in names {
                let Value::String(name) = name else { return Err(patient.no_place("denies")) };
                let field = format!("history.{}", spelled(&name));
                if field.contains(char::is_whitespace) || !answers.one(&field).is_empty() {
                    return Err(patient.no_place("denies"));
                }
                answers.add(field, "no");
            }
        }
        None => {}
        Some(_) => return Err(patient.no_place("denies")),
    }
    let Some(medicines) = patient.list("medicines")? else { return Ok(()) };
    answers.add("medicines", if medicines.is_empty() { "none" } else { "some" });
    for (number, medicine) in medicines.into_iter().enumerate() {
        read_medicine(answers, number, medicine)?;
    }
    Ok(())
}

fn read_condition(answers: &mut Answers, entry: Value) -> Result<(), NoForm> {
    let mut table = match entry {
        Value::String(name) if spelled(&name) == "none" => return Ok(()),
        Value::String(name) => Taken::new("history", Table::from_iter([condition_named(name)])),
        Value::Table(table) => Taken::new("history", table),
        _ => return Err(NoForm::NoPlace("history".to_owned())),
    };
    let name = spelled(&table.text("condition")?.unwrap_or_default());
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '.') {
        return Err(table.no_place("condition"));
    }
    let list = format!("history.{name}");
    if answers.one(&list).is_empty() {
        answers.add(&list, "yes");
    }
    let entry = answers.next_entry(&list);
    // An entry is there even if nothing is told about it.
    answers.add(entry.field("told"), "yes");
    for key in ["status", "on", "since", "ended"] {
        let value = table.text(key)?.unwrap_or_default();
        answers.add(entry.field(key), if key == "status" { spelled(&value) } else { value });
    }
    answers.add(entry.field("grade"), table.number("grade")?);
    for place in table.texts("site")? {
        answers.add(entry.field("place"), place);
    }
    table.finish()
}

fn condition_named(name: String) -> (String, Value) {
    ("condition".to_owned(), Value::String(name))
}

fn read_medicine(answers: &mut Answers, number: usize, medicine: Value) -> Result<(), NoForm> {
    let field = |key: &str| format!("medicine.{number}.{key}");
    let mut table = match medicine {
        Value::String(name) => {
            answers.add(field("name"), name);
            return Ok(());
        }
        Value::Table(table) => Taken::new("medicines", table),
        _ => return Err(NoForm::NoPlace("medicines".to_owned())),
    };
    for key in ["name", "since", "stopped"] {
        answers.add(field(key), table.text(key)?.unwrap_or_default());
    }
    for place in table.texts("site")? {
        answers.add(field("place"), place);
    }
    table.finish()
}

fn read_concern(answers: &mut Answers, number: usize, mut concern: Taken) -> Result<(), NoForm> {
    let field = |key: &str| format!("concern.{number}.{key}");
    let kind = concern.text("kind")?.unwrap_or_default().replace('_', "-");
    answers.add(field("was"), kind.as_str());
    answers.add(field("kind"), kind);
    answers.add(field("site"), concern.text("site")?.unwrap_or_default());
    for measure in &kinds::MEASURES {
        let value = concern.text(measure.key)?.unwrap_or_default();
        let shown = match measure.given {
            Given::Unit(unit) => without_unit(&value, unit),
            Given::Words(_) => spelled(&value),
        };
        answers.add(field(measure.key), shown);
    }
    if let Some(mut types) = concern.table("scar_types")? {
        for key in kinds::SCAR_TYPES {
            answers.add(field(key), without_unit(&types.text(key)?.unwrap_or_default(), "%"));
        }
        types.finish()?;
    }
    if let Some(mut severity) = concern.table("severity")? {
        answers.add(field("scale"), severity.text("scale")?.unwrap_or_default());
        answers.add(field("score"), severity.number("score")?);
        severity.finish()?;
    }
    let (amount, unit) = lesion_age(&concern.text("lesion_age")?.unwrap_or_default());
    answers.add(field("lesion_age"), amount);
    answers.add(field("lesion_age_unit"), unit);
    concern.finish()
}

fn read_wishes(answers: &mut Answers, wishes: &mut Taken) -> Result<(), NoForm> {
    let device = wishes.text("device")?;
    let devices = wishes.texts("devices")?;
    if device.is_some() && !devices.is_empty() {
        return Err(wishes.no_place("device"));
    }
    for device in device.into_iter().chain(devices) {
        answers.add("device", device);
    }
    for product in wishes.texts("products")? {
        answers.add("product", product);
    }
    answers.add("start", wishes.text("start")?.unwrap_or_default());
    let numbing = match wishes.take("numbing") {
        Some(Value::Boolean(wanted)) => yes_or_no(wanted),
        Some(Value::String(product)) => product,
        None => String::new(),
        Some(_) => return Err(wishes.no_place("numbing")),
    };
    answers.add("numbing", numbing);
    answers.add("downtime", without_unit(&wishes.text("downtime")?.unwrap_or_default(), "days"));
    let roller = wishes.text("home_roller")?.unwrap_or_default();
    answers.add("home_roller", without_unit(&roller, "mm"));
    answers.add("setting", wishes.text("setting")?.unwrap_or_default());
    Ok(())
}

/// A table from which what is known is taken.
struct Taken {
    name: &'static str,
    table: Table,
}

impl Taken {
    fn new(name: &'static str, table: Table) -> Self {
        Self { name, table }
    }

    fn no_place(&self, key: &str) -> NoForm {
        let within = if self.name.is_empty() { "" } else { "." };
        NoForm::NoPlace(format!("{}{within}{key}", self.name))
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        self.table.remove(key)
    }

    /// A text; dates are texts in a form.
    fn text(&mut self, key: &str) -> Result<Option<String>, NoForm> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text)),
            Some(Value::Datetime(date)) => Ok(Some(date.to_string())),
            Some(_) => Err(self.no_place(key)),
        }
    }

    /// A number; also what somebody typed for one and is none, as [`number`] writes it.
    fn number(&mut self, key: &str) -> Result<String, NoForm> {
        match self.take(key) {
            None => Ok(String::new()),
            Some(Value::Integer(number)) => Ok(number.to_string()),
            Some(Value::Float(number)) => Ok(number.to_string()),
            Some(Value::String(typed)) if is_no_number(&typed) => Ok(typed),
            Some(_) => Err(self.no_place(key)),
        }
    }

    fn flag(&mut self, key: &str) -> Result<Option<bool>, NoForm> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.no_place(key)),
        }
    }

    fn list(&mut self, key: &str) -> Result<Option<Vec<Value>>, NoForm> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Array(values)) => Ok(Some(values)),
            Some(_) => Err(self.no_place(key)),
        }
    }

    /// One text or a list of them.
    fn texts(&mut self, key: &str) -> Result<Vec<String>, NoForm> {
        let values = match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value) => vec![value],
        };
        let texts = values.into_iter().map(|value| match value {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.no_place(key)),
        });
        texts.collect()
    }

    fn table(&mut self, key: &'static str) -> Result<Option<Self>, NoForm> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Self::new(key, table))),
            Some(_) => Err(self.no_place(key)),
        }
    }

    fn tables(&mut self, key: &'static str) -> Result<Vec<Self>, NoForm> {
        let tables = self.list(key)?.unwrap_or_default().into_iter().map(|value| match value {
            Value::Table(table) => Ok(Self::new(key, table)),
            _ => Err(NoForm::NoPlace(key.to_owned())),
        });
        tables.collect()
    }

    /// Nothing may be left of an entry of a list.
    fn finish(self) -> Result<(), NoForm> {
        self.table.keys().next().map_or(Ok(()), |key| Err(self.no_place(key)))
    }
}

fn yes_or_no(yes: bool) -> String {
    let word = NUMBING.iter().find(|(_, meant)| *meant == yes);
    word.map_or("", |(word, _)| word).to_owned()
}

fn spelled(word: &str) -> String {
    word.trim().replace('_', "-")
}

/// A phototype in any spelling as the form names it; what is none stays as it is.
fn numeral(written: &str) -> String {
    const NUMERALS: [&str; 6] = ["I", "II", "III", "IV", "V", "VI"];
    let word = written.trim();
    let digit = word.parse::<usize>().ok();
    let found = NUMERALS
        .iter()
        .enumerate()
        .find(|(at, numeral)| word.eq_ignore_ascii_case(numeral) || digit == Some(at + 1));
    found.map_or_else(|| written.to_owned(), |(_, numeral)| (*numeral).to_owned())
}

/// A number as somebody types it: digits, perhaps a point or a comma.
fn plain_number(text: &str) -> Option<String> {
    let text = text.trim().replace(',', ".");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction)).then_some(text)
}

/// "34" for "34 years"; what is written otherwise stays as it is.
fn without_unit(written: &str, unit: &str) -> String {
    let number = written.trim().strip_suffix(unit).map(str::trim);
    let number = number.filter(|number| plain_number(number).is_some());
    number.map_or_else(|| written.to_owned(), str::to_owned)
}

/// A number gets its unit; what is written otherwise stays as it is.
fn with_unit(shown: &str, unit: &str) -> String {
    plain_number(shown).map_or_else(|| shown.to_owned(), |number| format!("{number} {unit}"))
}

/// Amount and unit of the age of a lesion.
fn lesion_age(written: &str) -> (String, &'static str) {
    for (many, one, _) in LESION_AGE_UNITS {
        for unit in [many, one] {
            let number = without_unit(written, unit);
            if number != written {
                return (number, many);
            }
        }
        let typed = written.trim().strip_suffix(many).map(str::trim_end);
        if let Some(typed) = typed.filter(|typed| !typed.is_empty() && !has_unit(typed)) {
            return (typed.to_owned(), many);
        }
    }
    (written.to_owned(), "")
}

/// Amount and unit as they are written. What is no number keeps the unit that was chosen beside it, unless it has its own.
fn lesion_age_in_words(amount: &str, unit: &str) -> String {
    let (amount, unit) = (amount.trim(), unit.trim());
    let known = LESION_AGE_UNITS.iter().any(|(many, ..)| *many == unit);
    if plain_number(amount).is_some() || amount.is_empty() || !known || has_unit(amount) {
        return with_unit(amount, if unit.is_empty() { "years" } else { unit });
    }
    format!("{amount} {unit}")
}

/// Whether a text has a unit of its own, as "8 mo" or "six months".
fn has_unit(text: &str) -> bool {
    let mut names = LESION_AGE_UNITS.iter().flat_map(|(many, one, _)| [many, one]);
    let abbreviated = text.ends_with(char::is_alphabetic) && text.contains(char::is_numeric);
    abbreviated || names.any(|name| text.ends_with(name))
}

/// The file that says what the form says.
///
/// # Errors
/// A sentence when what was kept of a file is no TOML, so that it did not come from this form.
pub(super) fn write(answers: &Answers) -> Result<Written, String> {
    let kept: Table = answers.one("kept").parse().map_err(|_| {
        "What was kept of the file did not arrive whole. Reload the page and try again.".to_owned()
    })?;
    let mut kept = Taken::new("", kept);
    let of_patient = kept.table("patient").ok().flatten().map(|taken| taken.table);
    let of_wishes = kept.table("wishes").ok().flatten().map(|taken| taken.table);
    let mut writer = Writer::default();
    // Keys of the file itself have to stand before its sections.
    let (sections, keys): (Table, Table) = kept.table.into_iter().partition(|(_, value)| {
        let tables = |values: &Vec<Value>| values.iter().any(Value::is_table);
        value.is_table() || value.as_array().is_some_and(tables)
    });
    writer.kept(&keys);
    writer.line("assessed", "assessed", date(answers.one("assessed")));
    writer.section("[patient]", "patient", |writer| {
        write_patient(writer, answers);
        writer.kept(&of_patient.unwrap_or_default());
    });
    for concern in answers.entries("concern") {
        // A card on which nothing is chosen says nothing.
        let unit_alone = |key: &&str| ["was", "lesion_age_unit"].contains(key);
        let name = format!("{}.", concern.name());
        if answers.names(&name).iter().all(unit_alone) {
            continue;
        }
        writer.section("[[concern]]", &concern.name(), |writer| {
            write_concern(writer, answers, &concern);
        });
    }
    write_wishes(&mut writer, answers, &of_wishes.unwrap_or_default());
    for signed in answers.entries("override") {
        // Without a reason nothing is set aside yet.
        if answers.one(&signed.field("reason")).is_empty() {
            continue;
        }
        writer.section("[[override]]", &signed.name(), |writer| {
            for key in ["rule", "by", "reason"] {
                let field = signed.field(key);
                writer.line(key, &field, text(answers.one(&field)));
            }
        });
    }
    if !sections.is_empty() {
        writer.text.push('\n');
        writer.text.push_str(&sections.to_string());
    }
    Ok(Written { text: writer.text, places: writer.places })
}

fn write_patient(writer: &mut Writer, answers: &Answers) {
    writer.line("age", "age", text(&with_unit(answers.one("age"), "years")));
    writer.line("sex", "sex", text(answers.one("sex")));
    writer.line("phototype", "phototype", text(answers.one("phototype")));
    writer.line("weight", "weight", text(&with_unit(answers.one("weight"), "kg")));
    writer.line("smoker", "smoker", flag(answers.one("smoker")));
    writer.line("sun_exposure", "sun_exposure", text(answers.one("sun_exposure")));
    let conditions = answers.names("history.");
    let answered = |word: &'static str| {
        let named = conditions.iter().copied();
        named.filter(move |name| answers.one(&format!("history.{name}")) == word)
    };
    writer.list("history", answered("yes").count() > 0, |writer| {
        for name in answered("yes") {
            write_condition(writer, answers, name);
        }
    });
    if answers.one("all_others") == "yes" {
        writer.line("denies", "all_others", text("all-others"));
    } else {
        writer.list("denies", answered("no").count() > 0, |writer| {
            for name in answered("no") {
                writer.entry(&format!("history.{name}"), text(name).as_ref());
            }
        });
    }
    let medicines = answers.entries("medicine");
    if answers.one("medicines") == "none" {
        writer.line("medicines", "medicines", Some("[]".to_owned()));
    } else {
        writer.list("medicines", !medicines.is_empty(), |writer| {
            for medicine in &medicines {
                write_medicine(writer, answers, medicine);
            }
        });
    }
}

fn write_condition(writer: &mut Writer, answers: &Answers, name: &str) {
    let list = format!("history.{name}");
    let entries = answers.entries(&list);
    if entries.is_empty() {
        writer.entry(&list, text(name).as_ref());
    }
    for entry in entries {
        let mut inline = Inline::new(&entry);
        inline.key("condition", &list, text(name));
        inline.told("status", text(answers.one(&entry.field("status"))));
        let grade = answers.one(&entry.field("grade"));
        inline.told("grade", number(grade));
        for key in ["since", "ended", "on"] {
            inline.told(key, date(answers.one(&entry.field(key))));
        }
        inline.told("site", texts(answers.all(&entry.field("place"))));
        writer.inline(text(name).as_ref(), inline);
    }
}

fn write_medicine(writer: &mut Writer, answers: &Answers, medicine: &Entry) {
    let name = answers.one(&medicine.field("name"));
    let mut inline = Inline::new(medicine);
    inline.told("name", text(name));
    for key in ["since", "stopped"] {
        inline.told(key, date(answers.one(&medicine.field(key))));
    }
    inline.told("site", texts(answers.all(&medicine.field("place"))));
    writer.inline(text(name).as_ref(), inline);
}

fn write_concern(writer: &mut Writer, answers: &Answers, concern: &Entry) {
    for key in ["kind", "site"] {
        writer.line(key, &concern.field(key), text(answers.one(&concern.field(key))));
    }
    for measure in &kinds::MEASURES {
        let field = concern.field(measure.key);
        let shown = answers.one(&field);
        let value = match measure.given {
            Given::Unit(unit) => with_unit(shown, unit),
            Given::Words(_) => shown.to_owned(),
        };
        writer.line(measure.key, &field, text(&value));
    }
    let mut types = Inline::new(concern);
    for key in kinds::SCAR_TYPES {
        types.told(key, text(&with_unit(answers.one(&concern.field(key)), "%")));
    }
    writer.inline_line("scar_types", types);
    let mut severity = Inline::new(concern);
    severity.told("scale", text(answers.one(&concern.field("scale"))));
    severity.told("score", number(answers.one(&concern.field("score"))));
    writer.inline_line("severity", severity);
    let age = answers.one(&concern.field("lesion_age"));
    let age = lesion_age_in_words(age, answers.one(&concern.field("lesion_age_unit")));
    writer.line("lesion_age", &concern.field("lesion_age"), text(&age));
}

fn write_wishes(writer: &mut Writer, answers: &Answers, kept: &Table) {
    let mut wishes = Writer { offset: writer.end() + "\n[wishes]\n".len(), ..Writer::default() };
    wishes.line("devices", "device", texts_of_list(answers.all("device")));
    wishes.line("start", "start", date(answers.one("start")));
    let products = answers.all("product").chain(answers.all("product_more"));
    wishes.line("products", "product", texts_of_list(products));
    let numbing = answers.one("numbing");
    let numbing = flag(numbing).or_else(|| text(numbing));
    wishes.line("numbing", "numbing", numbing);
    wishes.line("downtime", "downtime", text(&with_unit(answers.one("downtime"), "days")));
    wishes.line("home_roller", "home_roller", text(&with_unit(answers.one("home_roller"), "mm")));
    wishes.line("setting", "setting", text(answers.one("setting")));
    wishes.kept(kept);
    if !wishes.text.is_empty() {
        writer.text.push_str("\n[wishes]\n");
        writer.text.push_str(&wishes.text);
        writer.places.append(&mut wishes.places);
    }
}

/// A text in quotes; none if it says nothing.
fn text(value: &str) -> Option<String> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let mut quoted = String::from('"');
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Some(quoted)
}

/// One text by itself, several as a list.
fn texts<'a>(values: impl Iterator<Item = &'a str>) -> Option<String> {
    let quoted: Vec<String> = values.filter_map(text).collect();
    match quoted.as_slice() {
        [one] => Some(one.clone()),
        _ => in_brackets(&quoted),
    }
}

fn texts_of_list<'a>(values: impl Iterator<Item = &'a str>) -> Option<String> {
    in_brackets(&values.filter_map(text).collect::<Vec<_>>())
}

fn in_brackets(quoted: &[String]) -> Option<String> {
    (!quoted.is_empty()).then(|| format!("[{}]", quoted.join(", ")))
}

/// A day as TOML has it; what is none is left to the reader as a text, who says so.
fn date(value: &str) -> Option<String> {
    let value = value.trim();
    let is_day = value.len() == "2026-11-30".len() && value.parse::<jiff::civil::Date>().is_ok();
    if is_day { Some(value.to_owned()) } else { text(value) }
}

/// A number as TOML has it; what is none is left to the reader as a text.
fn number(value: &str) -> Option<String> {
    let (sign, bare) = match value.trim().strip_prefix('-') {
        Some(bare) => ("-", bare),
        None => ("", value.trim()),
    };
    let Some(plain) = plain_number(bare) else { return text(value) };
    match plain.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number < 1e15 => Some(format!("{sign}{number:.0}")),
        Ok(number) if number < 1e15 => Some(format!("{sign}{number:?}")),
        _ => text(value),
    }
}

/// Whether something was typed that [`number`] leaves to the reader as a text.
fn is_no_number(value: &str) -> bool {
    let as_text = text(value);
    as_text.is_some() && number(value) == as_text
}

fn flag(value: &str) -> Option<String> {
    NUMBING.iter().find(|(word, _)| *word == value).map(|(_, yes)| yes.to_string())
}

/// Writes a file and notes what stands where.
#[derive(Default)]
struct Writer {
    text: String,
    places: Vec<(Range<usize>, String)>,
    /// Where in the file this text begins.
    offset: usize,
}

impl Writer {
    fn end(&self) -> usize {
        self.offset + self.text.len()
    }

    fn line(&mut self, key: &str, field: &str, value: Option<String>) {
        let Some(value) = value else { return };
        let start = self.end();
        let _ = writeln!(self.text, "{key} = {value}");
        self.places.push((start..self.end(), field.to_owned()));
    }

    fn section(&mut self, header: &str, field: &str, inside: impl FnOnce(&mut Self)) {
        self.text.push('\n');
        let start = self.end();
        self.text.push_str(header);
        self.text.push('\n');
        let place = self.places.len();
        self.places.push((start..start, field.to_owned()));
        inside(self);
        self.places[place].0.end = self.end();
    }

    /// A list with an entry a line; left out unless it is said.
    fn list(&mut self, key: &str, said: bool, inside: impl FnOnce(&mut Self)) {
        if said {
            let _ = writeln!(self.text, "{key} = [");
            inside(self);
            self.text.push_str("]\n");
        }
    }

    fn entry(&mut self, field: &str, value: Option<&String>) {
        let Some(value) = value else { return };
        let start = self.end();
        let _ = writeln!(self.text, "    {value},");
        self.places.push((start..self.end(), field.to_owned()));
    }

    /// An entry of a list: a word if there is nothing but a name, or else a table.
    fn inline(&mut self, name: Option<&String>, inline: Inline) {
        if let ([_], Some(name)) = (inline.keys.as_slice(), name) {
            let field = inline.keys[0].1.clone();
            return self.entry(&field, Some(name));
        }
        self.text.push_str("    ");
        self.put(inline);
        self.text.push_str(",\n");
    }

    fn inline_line(&mut self, key: &str, inline: Inline) {
        if !inline.keys.is_empty() {
            let _ = write!(self.text, "{key} = ");
            self.put(inline);
            self.text.push('\n');
        }
    }

    fn put(&mut self, inline: Inline) {
        let start = self.end();
        let place = self.places.len();
        self.places.push((start..start, inline.field));
        self.text.push_str("{ ");
        for (at, (key, field, value)) in inline.keys.into_iter().enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            let start = self.end();
            let _ = write!(self.text, "{key} = {value}");
            self.places.push((start..self.end(), field));
        }
        self.text.push_str(" }");
        self.places[place].0.end = self.end();
    }

    fn kept(&mut self, keys: &Table) {
        for (key, value) in keys {
            let key = Table::from_iter([(key.clone(), Value::Boolean(true))]).to_string();
            let key = key.split(" = ").next().unwrap_or_default();
            let _ = writeln!(self.text, "{key} = {value}");
        }
    }
}

/// A table on one line.
struct Inline {
    entry: Entry,
    field: String,
    /// Key, field and value.
    keys: Vec<(&'static str, String, String)>,
}

impl Inline {
    fn new(entry: &Entry) -> Self {
        Self { entry: entry.clone(), field: entry.name(), keys: Vec::new() }
    }

    /// Something told about the entry, in the field of the same name.
    fn told(&mut self, key: &'static str, value: Option<String>) {
        let name = if key == "site" { "place" } else { key };
        let field = self.entry.field(name);
        self.key(key, &field, value);
    }

    fn key(&mut self, key: &'static str, field: &str, value: Option<String>) {
        self.keys.extend(value.map(|value| (key, field.to_owned(), value)));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{fs, path::PathBuf, sync::LazyLock};

    use needlepoint_case::{Consultation, read_consultation};
    use proptest::prelude::*;

    use super::*;

    /// What the planner reads, with everything that is wrong.
    fn told(file: &str, knowledge: &Knowledge) -> (String, Option<Consultation>) {
        let (consultation, _) = read_consultation("test", file, knowledge);
        (format!("{consultation:?}"), consultation)
    }

    /// The file after it went through the form, as a browser sends it back.
    fn through_the_form(file: &str, knowledge: &Knowledge) -> String {
        let answers = read(file, knowledge).unwrap();
        write(&Answers::sent(answers.pairs()).unwrap()).unwrap().text
    }

    #[test]
    fn every_example_patient_goes_through_the_form_unchanged() {
        let knowledge = Knowledge::embedded().unwrap();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/patients");
        let mut seen = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let toml = path.extension().is_some_and(|extension| extension == "toml");
            if !toml || name == "expected.toml" {
                continue;
            }
            let file = fs::read_to_string(&path).unwrap();
            let again = through_the_form(&file, &knowledge);
            let (before, consultation) = told(&file, &knowledge);
            assert!(consultation.is_some(), "{name}");
            assert_eq!(before, told(&again, &knowledge).0, "{name}\n{again}");
            // And once more: the form says the same as before.
            assert_eq!(read(&file, &knowledge), read(&again, &knowledge), "{name}");
            seen += 1;
        }
        assert_eq!(seen, 69);
    }

    const WHOLE: &str = r#"
title = "Made up: \"everything\" at once"
assessed = 2026-11-30
[patient]
age = "8 months"
sex = "female"
phototype = "3"
weight = "70.5 kg"
smoker = false
sun_exposure = "high"
history = [
    "none_of_these",
]
"#;

    #[test]
    fn a_file_that_says_everything_goes_through_the_form_unchanged() {
        let knowledge = Knowledge::embedded().unwrap();
        let file = WHOLE.replace(
            "\"none_of_these\",",
            r#""nickel_allergy", { condition = "diabetes", status = "controlled", since = 2020-01-01 },
    { condition = "dermal-filler", on = 2026-08-01, site = ["upper-lip", "cheek"] },
    { condition = "dermal-filler", on = 2026-09-01, site = "elsewhere" },
    { condition = "active-acne", grade = 1, site = "face" },"#,
        ) + r#"denies = ["pregnancy", "keloid"]
medicines = ["metformin 500 mg", { name = "it's \"odd\"\\", since = 2020-02-02, stopped = 2026-06-30, site = ["neck", "cheek"] }]

[[concern]]
kind = "acne_scars"
site = "cheek"
scar_types = { boxcar = "40 %", rolling = "60 %" }
severity = { scale = "goodman-baron-quantitative", score = 12.5 }
depth = "400 um"
width = "2 mm"
lesion_age = "1 year"

[[concern]]
kind = "striae"
site = "thigh"
missing_collagen = "20%"
colour = "rubra"
lesion_age = "11 weeks"

[wishes]
devices = ["skinpen", "dermapen"]
start = 2027-01-10
products = ["zzz", "vitamin-c"]
numbing = "lidocaine-4-cream"
downtime = "1 week"
home_roller = "0.25 mm"
setting = "home"

[[override]]
rule = "isotretinoin-6mo"
by = "who signs"
reason = "why"

[protocol]
device = "skinpen"
sessions = 3
interval = "30 days"
[[protocol.zone]]
site = "cheek"
needle_length = "1 mm"
passes = 4
[[protocol.zone]]
site = "thigh"
needle_length = "1 mm"
passes = 4

[simulate]
seed = 7
"#;
        let (before, consultation) = told(&file, &knowledge);
        let problems = read_consultation("test", &file, &knowledge).1.to_lines();
        assert!(consultation.is_some(), "{problems}");
        let again = through_the_form(&file, &knowledge);
        assert_eq!(before, told(&again, &knowledge).0, "{again}");
        insta::assert_snapshot!(again);
    }

    #[test]
    fn what_the_form_has_no_field_for_is_kept_or_the_file_is_shown_as_text() {
        let knowledge = Knowledge::embedded().unwrap();
        let patient = |more: &str| format!("[patient]\nage = \"30 years\"\n{more}\n");
        for kept in ["shoe_size = 42", "x = { y = [1, 2] }", "\"odd key\" = 2026-01-01"] {
            let again = through_the_form(&patient(kept), &knowledge);
            assert!(again.contains(kept.split(" = ").next().unwrap()), "{again}");
            let problems = |file: &str| read_consultation("t", file, &knowledge).1.in_order().len();
            assert_eq!(problems(&again), problems(&patient(kept)));
        }
        let shown_as_text = [
            "age = 30",
            "history = \"keloid\"",
            "history = [\"a-thing-nobody-knows\"]",
            "history = [3]",
            "history = [{ condition = \"keloid\", colour = \"red\" }]",
            "history = [\"keloid\"]\ndenies = [\"keloid\"]",
            "denies = \"nothing\"",
            "medicines = [{ name = \"warfarin\", dose = 3 }]",
            "[[concern]]\nkind = \"pores\"\nshape = \"round\"",
            "[wishes]\ndevice = \"skinpen\"\ndevices = [\"skinpen\"]",
        ];
        for more in shown_as_text {
            let file = format!("[patient]\n{more}\n");
            assert!(matches!(read(&file, &knowledge), Err(NoForm::NoPlace(_))), "{more}");
        }
        assert_eq!(read("[patient\n", &knowledge), Err(NoForm::NoToml));
    }

    #[test]
    fn every_problem_is_found_at_the_field_it_comes_from() {
        let knowledge = Knowledge::embedded().unwrap();
        let fields = [
            ("age", "200"),
            ("sex", "female"),
            ("phototype", "IX"),
            ("history.eczema", "yes"),
            ("history.eczema.0.status", "planned"),
            ("medicine.0.since", "2027-01-01"),
            ("medicine.0.name", "warfarin"),
            ("assessed", "2026-11-30"),
            ("concern.3.kind", "pores"),
            ("concern.3.site", "cheek"),
            ("concern.3.excess_area", "much"),
            ("downtime", "900"),
            ("override.0.rule", "no-such-rule"),
            ("override.0.by", "doctor"),
            ("override.0.reason", "because"),
        ];
        let pairs = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let written = write(&Answers::sent(pairs.to_vec()).unwrap()).unwrap();
        let (_, problems) = read_consultation("test", &written.text, &knowledge);
        let at: Vec<&str> = problems
            .in_order()
            .iter()
            .map(|problem| written.field_at(problem.span.start))
            .collect();
        let expected = [
            "age",
            "phototype",
            "history.eczema.0.status",
            "medicine.0.since",
            "concern.3.excess_area",
            "downtime",
            "override.0.rule",
        ];
        assert_eq!(at, expected, "{}", written.text);
    }

    #[test]
    fn the_unit_beside_an_age_that_is_no_number_is_kept() {
        for (amount, unit, written) in [
            ("6", "months", "6 months"),
            ("6", "", "6 years"),
            ("six", "months", "six months"),
            ("1-2", "weeks", "1-2 weeks"),
            ("8 mo", "years", "8 mo"),
            ("3 months", "years", "3 months"),
        ] {
            assert_eq!(lesion_age_in_words(amount, unit), written);
        }
        assert_eq!(lesion_age("six months"), ("six".to_owned(), "months"));
        assert_eq!(lesion_age("1 year"), ("1".to_owned(), "years"));
        assert_eq!(lesion_age("8 mo"), ("8 mo".to_owned(), ""));
    }

    /// Any of a few words, or anything else that somebody may type.
    fn value(words: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop_oneof![
            4 => prop::sample::select(words).prop_map(str::to_owned),
            1 => any::<String>(),
            1 => Just(String::new()),
        ]
    }

    fn answers() -> impl Strategy<Value = Vec<(String, String)>> {
        const NAMES: &[&str] = &[
            "assessed",
            "age",
            "sex",
            "phototype",
            "weight",
            "smoker",
            "sun_exposure",
            "history.keloid",
            "history.eczema",
            "history.eczema.0.status",
            "history.eczema.0.on",
            "history.eczema.1.place",
            "history.active-acne",
            "history.active-acne.0.grade",
            "all_others",
            "medicines",
            "medicine.0.name",
            "medicine.1.name",
            "medicine.1.stopped",
            "medicine.1.place",
            "concern.0.kind",
            "concern.0.site",
            "concern.0.depth",
            "concern.0.scale",
            "concern.0.score",
            "concern.0.boxcar",
            "concern.0.rolling",
            "concern.0.lesion_age",
            "concern.0.lesion_age_unit",
            "concern.4.kind",
            "concern.4.site",
            "concern.4.excess_melanin",
            "concern.4.pigment_depth",
            "device",
            "product",
            "product_more",
            "start",
            "numbing",
            "downtime",
            "home_roller",
            "setting",
            "override.0.rule",
            "override.0.by",
            "override.0.reason",
        ];
        const VALUES: &[&str] = &[
            "yes",
            "no",
            "none",
            "some",
            "female",
            "male",
            "III",
            "30",
            "0.4",
            "100",
            "2",
            "months",
            "2026-01-02",
            "active",
            "past",
            "cheek",
            "face",
            "acne-scars",
            "melasma",
            "ecca",
            "skinpen",
            "epidermal",
            "vitamin-c",
            "isotretinoin-6mo",
            "aspirin 100 mg",
            "home",
        ];
        let name = prop::sample::select(NAMES).prop_map(str::to_owned);
        prop::collection::vec((name, value(VALUES)), 0..60)
    }

    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().unwrap());

    proptest! {
        #[test]
        fn any_answers_make_a_file_that_makes_the_same_answers(pairs in answers()) {
            let knowledge = &*KNOWLEDGE;
            let mut sent = Answers::sent(pairs).unwrap();
            sent.settle(knowledge);
            let written = write(&sent).unwrap();
            prop_assert!(written.text.parse::<Table>().is_ok(), "{}", written.text);
            // What can be shown as a form means the same when it is sent back, and then stays as it is.
            if let Ok(shown) = read(&written.text, knowledge) {
                let again = write(&shown).unwrap().text;
                let (before, after) = (told(&written.text, knowledge).0, told(&again, knowledge).0);
                prop_assert_eq!(before, after);
                let third = write(&read(&again, knowledge).unwrap()).unwrap().text;
                prop_assert_eq!(again, third);
            }
        }
    }
}
