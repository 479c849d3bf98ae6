//! Reads a case: one module a section, then the checks that span sections.

mod checks;
mod concern;
mod health;
mod overrides;
mod parts;
mod patient;
mod protocol;
mod simulate;
mod study;
mod syntax;
mod wishes;

pub use parts::{read_concern, read_protocol};

use std::sync::Arc;

use needlepoint_knowledge::{
    Knowledge,
    document::Document,
    problem::{Problem, Problems, Severity},
    quantity::DAYS_PER_MONTH,
    reader::{Field, Reader, Table},
    site::Site,
};

use crate::{
    case::{Case, Consultation, Wishes},
    limits,
};

const DAYS_PER_YEAR: f64 = 12.0 * DAYS_PER_MONTH;

/// Read and check a case; `name` is how the file is called in messages.
///
/// All that is wrong is found in one go. The case is handed out if nothing in it is an error;
/// warnings may come along with it.
pub fn read_case(name: &str, text: &str, knowledge: &Knowledge) -> (Option<Case>, Problems) {
    read(name, text, knowledge, |desk| {
        let consultation = desk.consultation(Protocols::Required)?;
        desk.case(consultation)
    })
}

/// Read and check a consultation, which may do without a protocol; otherwise as [`read_case`].
pub fn read_consultation(
    name: &str,
    text: &str,
    knowledge: &Knowledge,
) -> (Option<Consultation>, Problems) {
    read(name, text, knowledge, |desk| desk.consultation(Protocols::MayBeLeftOut))
}

fn read<T>(
    name: &str,
    text: &str,
    knowledge: &Knowledge,
    read: impl FnOnce(Desk<'_>) -> Option<T>,
) -> (Option<T>, Problems) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, problems) = Document::parse(name, text);
    let whole = problems.is_empty();
    let reader = Reader::new(&document, problems);
    let value = read(Desk { reader: &reader, knowledge, whole });
    let problems = shortened(&document, reader.into_problems());
    let problems = syntax::explained(&document, &problems);
    (value.filter(|_| !problems.has_errors()), problems)
}

/// Whether `[protocol]` must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocols {
    Required,
    MayBeLeftOut,
}

/// What every section needs while it is read.
#[derive(Clone, Copy)]
struct Desk<'r> {
    reader: &'r Reader<'r>,
    knowledge: &'r Knowledge,
    /// Whether the whole text could be parsed; if not, what seems missing may just be unreadable.
    whole: bool,
}

impl<'r> Desk<'r> {
    /// The case that a consultation is whose protocol is there.
    fn case(self, mut consultation: Consultation) -> Option<Case> {
        let protocol = consultation.protocol.take()?;
        let case = consultation.into_case(protocol);
        case.map_err(|error| {
            self.report(Problem::error(self.reader.root().span(), error.to_string()));
        })
        .ok()
    }

    fn consultation(self, protocols: Protocols) -> Option<Consultation> {
        let file = self.reader.root();
        let title = file.get("title").map(|field| field.text().map(str::to_owned));
        let study =
            file.get("study").map(|field| field.table().and_then(|table| with(table, study::read)));
        let assessed = file.get("assessed").map(|field| health::date(&field));
        let today = assessed.flatten();
        let patient = self
            .section(&file, "patient", "a section [patient] with age, sex and phototype")
            .map(|table| with(table, |table| patient::read(self, table, today)));
        let sex = patient.as_ref().and_then(|patient| patient.as_ref()).map(|patient| patient.sex);
        let concerns = self.concerns(&file);
        let wishes = match file.get("wishes") {
            Some(field) => {
                field.table().and_then(|table| with(table, |table| wishes::read(self, table)))
            }
            None => Some(Wishes::default()),
        };
        let overrides = overrides::read(self, &file);
        let protocol = match protocols {
            Protocols::Required => self.section(
                &file,
                "protocol",
                "a section [protocol] with device, sessions and interval",
            ),
            Protocols::MayBeLeftOut => file.table("protocol"),
        };
        let no_protocol = protocol.is_none() && file.get("protocol").is_none();
        let protocol = protocol.map(|table| with(table, |table| protocol::read(self, table, sex)));
        let last_session_day = protocol.as_ref().and_then(protocol::Draft::last_session_day);
        let simulate = match file.get("simulate") {
            Some(field) => field.table().and_then(|table| {
                with(table, |table| simulate::read(self, Some(table), last_session_day))
            }),
            None => simulate::read(self, None, last_session_day),
        };
        file.finish();
        let zones = protocol
            .as_ref()
            .is_none_or(|protocol| checks::every_concern_has_a_zone(self, &concerns, protocol));
        checks::no_concern_twice(self, &concerns);
        if let Some(Some(patient)) = &patient {
            checks::nothing_older_than_the_patient(self, &concerns, patient.age_years);
        }
        zones.then_some(())?;
        Some(Consultation {
            title: optional(title)?,
            study: optional(study)?,
            assessed: optional(assessed)?,
            patient: patient??,
            concerns: concerns.into_iter().map(|draft| draft.concern).collect::<Option<_>>()?,
            wishes: wishes?,
            overrides: overrides?,
            protocol: if no_protocol { None } else { Some(protocol?.protocol?) },
            simulate: simulate?,
        })
    }

    fn concerns(self, file: &Table<'r>) -> Vec<concern::Draft> {
        const EXPECTED: &str = "a section [[concern]] with kind and site";
        let Some(field) = file.get("concern") else {
            self.missing(file, "[[concern]]", EXPECTED);
            return Vec::new();
        };
        if field.is_table() {
            if self.whole {
                field.error("`concern` is a single table", "write [[concern]] with two brackets");
            }
            return Vec::new();
        }
        let tables = not_too_many(&field, field.tables());
        if tables.is_empty() {
            field.error("there is no concern to treat", format!("add {EXPECTED}"));
        }
        tables.into_iter().map(|table| with(table, |table| concern::read(self, table))).collect()
    }

    /// A section that must be there.
    fn section(self, file: &Table<'r>, key: &'static str, expected: &str) -> Option<Table<'r>> {
        let field = file.get(key);
        if field.is_none() {
            self.missing(file, &format!("[{key}]"), expected);
        }
        field?.table()
    }

    fn missing(self, table: &Table<'_>, section: &str, expected: &str) {
        if !self.whole {
            return;
        }
        self.report(
            Problem::error(table.span(), format!("{} has no {section}", table.name())).help(
                format!("add {expected}; `needlepoint new` writes a whole case to start from"),
            ),
        );
    }

    fn report(self, problem: Problem) {
        self.reader.report(problem);
    }

    /// The site that a field names.
    fn site(self, field: &Field<'_>) -> Option<&'r Site> {
        named("site", field, &self.knowledge.sites, |site| &site.name)
    }
}

/// The record whose name a field gives; a name that nobody has is an error.
fn named<'k, T>(
    what: &str,
    field: &Field<'_>,
    records: &'k [T],
    name_of: impl Fn(&T) -> &str,
) -> Option<&'k T> {
    let name = field.text()?;
    let found = records.iter().find(|record| name_of(record) == name);
    if found.is_none() {
        field.unknown_name(what, name, records.iter().map(name_of));
    }
    found
}

/// The first entries of a list, and an error if there are more than anybody needs.
fn not_too_many<T>(list: &Field<'_>, mut entries: Vec<T>) -> Vec<T> {
    if entries.len() > limits::LIST_LENGTH {
        list.error(
            format!("there are {} entries under `{}`", entries.len(), list.key()),
            format!("a case has at most {} of them", limits::LIST_LENGTH),
        );
        entries.truncate(limits::LIST_LENGTH);
    }
    entries
}

/// The texts of a list.
fn texts(list: &Field<'_>) -> Vec<String> {
    let texts = not_too_many(list, list.texts());
    texts.into_iter().map(|(text, _)| text.to_owned()).collect()
}

/// Read a table and report the keys that nobody asked for.
fn with<'r, T>(table: Table<'r>, read: impl FnOnce(&Table<'r>) -> T) -> T {
    let value = read(&table);
    table.finish();
    value
}

/// One of a few words; hyphens may be written as underscores.
fn word<T: Copy>(field: &Field<'_>, words: &[(&str, T)]) -> Option<T> {
    let spelled = field.text()?.replace('_', "-");
    match words.iter().find(|(word, _)| *word == spelled) {
        Some((_, meaning)) => Some(*meaning),
        None => field.choice(words),
    }
}

/// Of a value that may be left out: nothing if it was, and no value at all if it could not be read.
#[expect(clippy::option_option, reason = "left out and unreadable are two different things")]
fn optional<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    value.map_or(Some(None), |read| read.map(Some))
}

/// The first problems of very many.
fn shortened(document: &Document, problems: Problems) -> Problems {
    let all = problems.in_order();
    let Some(rest) = all.len().checked_sub(limits::PROBLEMS_SHOWN).filter(|rest| *rest > 0) else {
        return problems;
    };
    let mut shown = Problems::new(Arc::clone(&document.source));
    let errors_first = |severity| all.iter().filter(move |problem| problem.severity == severity);
    shown.extend(
        errors_first(Severity::Error)
            .chain(errors_first(Severity::Warning))
            .take(limits::PROBLEMS_SHOWN)
            .map(|problem| (*problem).clone()),
    );
    let end = document.source.text.len();
    let more = format!("{rest} more problems are not shown");
    let severity = if problems.has_errors() { Severity::Error } else { Severity::Warning };
    shown.push(Problem { severity, span: end..end, message: more, help: None });
    shown
}
