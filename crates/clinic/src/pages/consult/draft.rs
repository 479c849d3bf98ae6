//! A consultation while it is written.

use jiff::civil::Date;
use needlepoint_case::{Override, read_consultation};
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{
    Id,
    clinical::{Consultation, Patient, RecordedSex},
    document::Document,
};

use super::{
    age_on,
    answers::{Answers, CONCERNS},
    file,
    screened::{self, Screened},
};
use crate::{app::App, refusal::Refusal};

/// The answers: as a form, or as the text of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// As a form.
    Form(Answers),
    /// As text.
    File {
        /// The file.
        text: String,
        /// Why it is not shown as a form; none if somebody wants it as text.
        why: Option<String>,
    },
}

/// A consultation while it is written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) body: Body,
    pub(super) note: String,
    /// The version that was opened.
    pub(super) version: u32,
    /// The consultation whose answers were taken over.
    pub(super) from: Option<String>,
    /// Answers that were taken over were gone through again.
    pub(super) confirmed: bool,
    /// The field that is looked at next.
    pub(super) focus: String,
}

/// What a button asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Keep it.
    Save,
    /// Show it with its screening.
    Screen,
    /// Treat a site, or no longer.
    Site(String),
    /// One more concern at a site.
    AddConcern(String),
    /// One more entry of a list.
    Add(String),
    /// Take out an entry.
    Remove(String),
    /// Set a rule aside.
    SetAside(String),
    /// Show the file as text.
    AsFile,
    /// Show the file as a form.
    AsForm,
}

impl Act {
    fn named(name: &str) -> Self {
        let (what, of) = name.split_once(':').unwrap_or((name, ""));
        match what {
            "save" => Self::Save,
            "site" => Self::Site(of.to_owned()),
            "add-concern" => Self::AddConcern(of.to_owned()),
            "add" => Self::Add(of.to_owned()),
            "remove" => Self::Remove(of.to_owned()),
            "set-aside" => Self::SetAside(of.to_owned()),
            "as-file" => Self::AsFile,
            "as-form" => Self::AsForm,
            _ => Self::Screen,
        }
    }
}

impl Draft {
    fn with(body: Body) -> Self {
        Self {
            body,
            note: String::new(),
            version: 0,
            from: None,
            confirmed: false,
            focus: String::new(),
        }
    }

    /// A first consultation: what is known of the patient, and nothing else.
    pub(super) fn new(patient: &Patient, today: Date) -> Self {
        let mut answers = Answers::default();
        answers.add("assessed", today.to_string());
        answers.add("age", age_on(patient, today).map(|age| age.to_string()).unwrap_or_default());
        answers.add("sex", sex(patient));
        Self::with(Body::Form(answers))
    }

    /// The answers of an earlier consultation, to be gone through again. What was set aside then is not set aside now.
    pub(super) fn taken_over(
        patient: &Patient,
        before: &Document<Consultation>,
        knowledge: &Knowledge,
        today: Date,
    ) -> Self {
        let mut draft = Self::of(before, knowledge);
        if let Body::Form(answers) = &mut draft.body {
            answers.set("assessed", today.to_string());
            answers.remove("override");
            if let Some(age) = age_on(patient, today) {
                answers.set("age", age.to_string());
            }
        }
        draft.note = String::new();
        draft.version = 0;
        draft.from = Some(before.id.to_string());
        draft
    }

    /// A consultation that is kept.
    pub(super) fn of(document: &Document<Consultation>, knowledge: &Knowledge) -> Self {
        let content = &document.content;
        let mut draft = Self::with(as_form(&content.file, knowledge));
        if let Body::Form(answers) = &mut draft.body
            && answers.one("assessed").is_empty()
        {
            answers.set("assessed", content.held_on.to_string());
        }
        draft.note = content.note.clone().unwrap_or_default();
        draft.version = document.version;
        draft
    }

    /// What a browser sent, and what for.
    ///
    /// # Errors
    /// See [`Answers::sent`].
    pub(super) fn sent(
        pairs: Vec<(String, String)>,
        knowledge: &Knowledge,
    ) -> Result<(Self, Act), Refusal> {
        let mut answers = Answers::sent(pairs)?;
        answers.settle(knowledge);
        let act = Act::named(answers.one("do"));
        let mut draft = Self::with(Body::Form(Answers::default()));
        answers.one("note").clone_into(&mut draft.note);
        draft.version = answers.one("version").parse().unwrap_or_default();
        draft.confirmed = answers.one("confirmed") == "yes";
        draft.from = answers.one("from").parse::<Id>().ok().map(|id| id.to_string());
        let text = answers.one("file").replace("\r\n", "\n");
        let is_file = answers.one("view") == "file";
        for name in ["do", "note", "version", "confirmed", "from", "view", "file"] {
            answers.remove(name);
        }
        draft.body = if is_file { Body::File { text, why: None } } else { Body::Form(answers) };
        Ok((draft, act))
    }

    /// Do what a button asks for.
    ///
    /// # Errors
    /// A sentence when it can't be done.
    pub(super) fn act(&mut self, act: &Act, account: &str, app: &App) -> Result<(), String> {
        match (&mut self.body, act) {
            (Body::Form(answers), Act::Site(site)) => {
                self.focus = toggle(answers, site)?;
            }
            (Body::Form(answers), Act::AddConcern(site)) => {
                self.focus = add_concern(answers, site)?;
            }
            (Body::Form(answers), Act::Add(list)) => {
                self.focus = add(answers, list);
            }
            (Body::Form(answers), Act::Remove(entry)) => answers.remove(entry),
            (Body::Form(answers), Act::SetAside(rule)) => {
                let entry = answers.next_entry("override");
                answers.set(&entry.field("rule"), rule.as_str());
                answers.set(&entry.field("by"), account);
                self.focus = entry.field("reason");
            }
            (Body::Form(answers), Act::AsFile) => {
                // A file has no place for it: it would be lost.
                if let Some(field) = without_reason(answers) {
                    self.focus = field;
                    return Err(app.words.say("consult-reason-needed"));
                }
                let text = file::write(answers)?.text;
                self.body = Body::File { text, why: None };
            }
            (Body::File { text, .. }, Act::AsForm) => self.body = as_form(text, &app.knowledge),
            _ => {}
        }
        Ok(())
    }

    /// The file that says what is said here.
    ///
    /// # Errors
    /// A sentence, when the form did not arrive whole.
    pub(super) fn file(&self) -> Result<String, String> {
        match &self.body {
            Body::Form(answers) => Ok(file::write(answers)?.text),
            Body::File { text, .. } => Ok(text.clone()),
        }
    }

    /// What it comes to.
    ///
    /// # Errors
    /// As [`Draft::file`].
    pub(super) fn screened(&self, knowledge: &Knowledge, today: Date) -> Result<Screened, String> {
        match &self.body {
            Body::Form(answers) => screened::of_form(answers, knowledge, today),
            Body::File { text, .. } => Ok(screened::of_file(text, knowledge, today)),
        }
    }

    /// The day of the answers.
    pub(super) fn held_on(&self, today: Date) -> Date {
        let stated = match &self.body {
            Body::Form(answers) => answers.one("assessed").trim().parse().ok(),
            Body::File { text, .. } => {
                let table = text.parse::<toml::Table>().ok();
                table.and_then(|table| {
                    table.get("assessed")?.to_string().trim_matches('"').parse().ok()
                })
            }
        };
        stated.unwrap_or(today)
    }

    /// The field in which a reason is missing for advice that is set aside.
    pub(super) fn without_reason(&self) -> Option<String> {
        match &self.body {
            Body::Form(answers) => without_reason(answers),
            Body::File { .. } => None,
        }
    }

    /// Advice set aside is signed by who saves it, except what was signed before and is unchanged.
    pub(super) fn sign(&mut self, account: &str, signed: &[Override]) {
        let Body::Form(answers) = &mut self.body else { return };
        for entry in answers.entries("override") {
            let said = |key: &str| answers.one(&entry.field(key)).trim().to_owned();
            let now = Override { rule: said("rule"), by: said("by"), reason: said("reason") };
            if !signed.contains(&now) {
                answers.set(&entry.field("by"), account);
            }
        }
    }
}

fn without_reason(answers: &Answers) -> Option<String> {
    let mut fields = answers.entries("override").into_iter().map(|entry| entry.field("reason"));
    fields.find(|field| answers.one(field).is_empty())
}

/// Advice that a file sets aside.
pub(super) fn signed(file: &str, knowledge: &Knowledge) -> Vec<Override> {
    let (read, _) = read_consultation("consultation", file, knowledge);
    read.map(|read| read.overrides).unwrap_or_default()
}

fn as_form(text: &str, knowledge: &Knowledge) -> Body {
    match file::read(text, knowledge) {
        Ok(answers) => Body::Form(answers),
        Err(why) => Body::File { text: text.to_owned(), why: Some(why.to_string()) },
    }
}

fn sex(patient: &Patient) -> &'static str {
    match patient.sex {
        Some(RecordedSex::Female) => "female",
        Some(RecordedSex::Male) => "male",
        Some(RecordedSex::Other) | None => "",
    }
}

/// Treat a site; if it is treated already and nothing is told of it, no longer. Where something is told, that is looked
/// at instead: a slip of the finger takes nothing away.
fn toggle(answers: &mut Answers, site: &str) -> Result<String, String> {
    let here: Vec<_> = answers
        .entries("concern")
        .into_iter()
        .filter(|concern| answers.one(&concern.field("site")) == site)
        .collect();
    let Some(first) = here.first() else { return add_concern(answers, site) };
    for concern in &here {
        if answers.one(&concern.field("kind")).is_empty() {
            answers.remove(&concern.name());
        }
    }
    Ok(if answers.one(&first.field("site")).is_empty() {
        String::new()
    } else {
        first.field("kind")
    })
}

fn add_concern(answers: &mut Answers, site: &str) -> Result<String, String> {
    if answers.entries("concern").len() >= CONCERNS {
        return Err(format!("A consultation has at most {CONCERNS} concerns."));
    }
    let concern = answers.next_entry("concern");
    answers.set(&concern.field("site"), site);
    Ok(concern.field("kind"))
}

/// One more entry; the field that is looked at next.
fn add(answers: &mut Answers, list: &str) -> String {
    if list.starts_with("history.") {
        // The first entry is shown even while nothing is told of it.
        if answers.entries(list).is_empty() {
            answers.set(&answers.next_entry(list).field("told"), "yes");
        }
        let entry = answers.next_entry(list);
        answers.set(&entry.field("told"), "yes");
        return entry.field("status");
    }
    answers.next_entry(list).field("name")
}
