//! What is seen around the form.

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use needlepoint_records::{
    clinical::{Consultation, Patient, Photograph},
    document::Document,
};

use super::{
    answers::Answers,
    draft::{Body, Draft},
    fields::Form,
    form, form_of, latest_first,
    panel::{Panel, told},
    path_of,
    screened::{self, Screened, Trouble},
};
use crate::{
    app::App,
    pages::{
        forms::{local, today},
        layout::{Page, Step, page, patient_path, remark},
        photographs::gallery,
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Whose consultation is written, and which.
pub(super) enum Target<'a> {
    /// One that is not kept yet.
    New(&'a Document<Patient>),
    /// One that is kept.
    Kept(&'a Document<Patient>, &'a Document<Consultation>),
}

impl Target<'_> {
    fn patient(&self) -> &Document<Patient> {
        match self {
            Self::New(patient) | Self::Kept(patient, _) => patient,
        }
    }
}

/// What is said above the form.
pub(super) enum Remark {
    None,
    Saved,
    Wrong(String),
    /// A field that it can't be saved without, and why.
    Lacking(String, String),
}

/// Consultations that are listed, the latest ones.
const SHOWN: usize = 100;

/// Styles and scripts.
const FILES: [&str; 3] = ["consult.css", "consult.js", "consult-medicines.js"];

/// All consultations of a patient.
pub(super) fn list(
    app: &App,
    visitor: &Visitor,
    patient: &Document<Patient>,
    consultations: &[Document<Consultation>],
) -> Response {
    let words = &app.words;
    let body = html! {
        @if consultations.is_empty() {
            p.empty { (words.say("consult-none")) }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (words.say("consult-assessed")) }
                    th scope="col" { (words.say("consult-verdict")) }
                    th scope="col" { (words.say("changed")) }
                } }
                tbody { @for one in consultations.iter().take(SHOWN) { tr {
                    th scope="row" { a href=(path_of(patient.id, one.id, "")) { (one.content.held_on) } }
                    td { (verdict_in_list(app, &one.content)) }
                    td.quiet { (local(one.written_at)) ", " (one.written_by) }
                } } }
            }
        }
        @if visitor.may(Right::Decide) {
            p { a.button href=(patient_path(patient.id, "/consultations/new")) { (words.say("consultation-new")) } }
        }
    };
    let title = words.say("consult-all");
    let files = ["consult.css"];
    let shown =
        Page { title: &title, patient: Some((patient, Step::Consult)), body, files: &files };
    page(app, visitor, &shown).into_response()
}

/// What the screening says of a consultation on its day. It is asked anew: a yes that hangs on a missing answer is no
/// yes, and the verdict that is kept does not tell.
fn verdict_in_list(app: &App, consultation: &Consultation) -> Markup {
    let words = &app.words;
    let screened = screened::of_file(&consultation.file, &app.knowledge, consultation.held_on);
    html! {
        @match &screened.offer {
            Some(offer) => {
                @let (tone, sign, says) = told(words, &offer.screening);
                span.mark.(tone) aria-hidden="true" { (sign) } " " (says)
            }
            None => span.quiet { (words.say("consult-verdict-not-yet")) },
        }
    }
}

/// The screening beside the form.
pub(super) fn panel(app: &App, visitor: &Visitor, draft: &Draft, screened: &Screened) -> Markup {
    let may_set_aside = visitor.may(Right::Decide);
    Panel { app, answers: form_of(&draft.body), screened, may_set_aside }.markup()
}

/// The page on which a consultation is written, or read.
pub(super) async fn edit(
    app: &App,
    visitor: &Visitor,
    target: &Target<'_>,
    draft: &Draft,
    said: &Remark,
) -> Result<Response, Refusal> {
    let patient = target.patient();
    let mut screened = draft.screened(&app.knowledge, today()).map_err(Refusal::bad)?;
    if let Remark::Lacking(field, why) = said {
        screened.lacks(field, why.clone());
    }
    let photographs: Vec<Document<Photograph>> = app.practice.of_patient(patient.id).await?;
    let earlier = match target {
        Target::New(_) => latest_first(app, patient.id).await?.into_iter().next(),
        Target::Kept(..) => None,
    };
    let words = &app.words;
    let view = View { app, visitor, target, draft, screened: &screened };
    let body = html! {
        (view.remarks(said))
        @if draft.from.is_none() && let Some(earlier) = &earlier {
            p { a href=(patient_path(patient.id, &format!("/consultations/new?from={}", earlier.id))) {
                (words.say_with("consult-take-over", [("date", earlier.content.held_on.to_string().into())]))
            } }
        }
        div.consult {
            (view.form())
            aside.screening aria-labelledby="screening-title" {
                h2 #screening-title { (words.say("consult-screening")) }
                div #screening tabindex="-1" { (panel(app, visitor, draft, &screened)) }
                p.hidden role="status" #screening-says {}
            }
            a.verdict-bar href="#screening" hidden { span.mark aria-hidden="true" {} " " span.says {} }
        }
        section.photographs aria-labelledby="photographs" {
            h2 #photographs { (words.say("step-photographs")) }
            @if photographs.is_empty() { p.empty { (words.say("photographs-none")) } }
            (gallery(app, patient.id, &photographs))
            p { a href=(patient_path(patient.id, "/photographs")) { (words.say("consult-to-photographs")) } }
        }
    };
    let title = match target {
        Target::New(_) => words.say("consultation-new"),
        Target::Kept(_, document) => words
            .say_with("consult-of-day", [("date", document.content.held_on.to_string().into())]),
    };
    let shown =
        Page { title: &title, patient: Some((patient, Step::Consult)), body, files: &FILES };
    Ok(page(app, visitor, &shown).into_response())
}

struct View<'a> {
    app: &'a App,
    visitor: &'a Visitor,
    target: &'a Target<'a>,
    draft: &'a Draft,
    screened: &'a Screened,
}

impl View<'_> {
    fn remarks(&self, said: &Remark) -> Markup {
        let words = &self.app.words;
        html! {
            @if !self.visitor.may(Right::Decide) { (remark("warn", &words.say("consult-read-only"))) }
            @match said {
                Remark::None => {}
                Remark::Saved if self.screened.has_wrong_answers() => (remark("warn", &words.say("consult-saved-wrong"))),
                Remark::Saved => (remark("good", &words.say("consult-saved"))),
                Remark::Wrong(why) | Remark::Lacking(_, why) => (remark("bad", why)),
            }
            @if let Target::Kept(_, document) = self.target {
                (self.next(document))
                @if self.has_comments(&document.content.file) { (remark("warn", &words.say("consult-comments-lost"))) }
            }
        }
    }

    /// The next step: the plan, where the verdict allows one.
    fn next(&self, document: &Document<Consultation>) -> Markup {
        let words = &self.app.words;
        let Some(offer) = &self.screened.offer else { return html! {} };
        html! {
            @if offer.plan.is_some() {
                p.next { a.button href=(path_of(self.target.patient().id, document.id, "/plan")) { (words.say("consult-plan")) }
                    " " span.quiet { (words.say("consult-plan-of-saved")) } }
            } @else {
                p.next.quiet { (words.say("consult-no-plan")) }
            }
        }
    }

    /// Whether a form would lose something of the file that only a reader of text sees.
    fn has_comments(&self, file: &str) -> bool {
        let comment = |line: &str| {
            line.split_once('#').is_some_and(|(before, _)| before.matches('"').count() % 2 == 0)
        };
        matches!(self.draft.body, Body::Form(_)) && file.lines().any(comment)
    }

    fn form(&self) -> Markup {
        let words = &self.app.words;
        let patient = self.target.patient().id;
        let action = match self.target {
            Target::New(_) => patient_path(patient, "/consultations"),
            Target::Kept(_, document) => path_of(patient, document.id, ""),
        };
        let may = self.visitor.may(Right::Decide);
        html! {
            form #consultation method="post" action=(action) novalidate data-screen=(patient_path(patient, "/consultations/screen")) {
                // Enter in a field sends the first button: it must not be one that saves or takes away.
                button.hidden type="submit" name="do" value="screen" tabindex="-1" aria-hidden="true" {}
                input type="hidden" name="version" value=(self.draft.version);
                @if let Some(from) = &self.draft.from {
                    input type="hidden" name="from" value=(from);
                }
                fieldset.whole disabled[!may] {
                    @match &self.draft.body {
                        Body::Form(answers) => (self.as_form(answers)),
                        Body::File { text, why } => (self.as_file(text, why.as_deref())),
                    }
                    section.card {
                        label for="note" { (words.say("note")) }
                        textarea #note name="note" rows="3" maxlength="4000" { (self.draft.note) }
                        @if self.draft.from.is_some() {
                            label.tick.confirm { input type="checkbox" name="confirmed" value="yes" checked[self.draft.confirmed];
                                span { (words.say("consult-confirmed")) } }
                        }
                        @if may { div.actions {
                            button type="submit" name="do" value="save" { (words.say("save")) }
                            button.second.screen type="submit" name="do" value="screen" { (words.say("consult-screen")) }
                            @match &self.draft.body {
                                Body::Form(_) => button.quiet type="submit" name="do" value="as-file" { (words.say("consult-as-file")) },
                                Body::File { .. } => button.quiet type="submit" name="do" value="as-form" { (words.say("consult-as-form")) },
                            }
                        } }
                    }
                }
            }
        }
    }

    fn as_form(&self, answers: &Answers) -> Markup {
        let form =
            Form { app: self.app, answers, screened: self.screened, focus: &self.draft.focus };
        html! {
            input type="hidden" name="kept" value=(answers.one("kept"));
            @if !answers.one("kept").is_empty() {
                details.card { summary { (self.app.words.say("consult-kept")) } pre { (answers.one("kept")) } }
            }
            (form::parts(&form))
        }
    }

    fn as_file(&self, text: &str, why: Option<&str>) -> Markup {
        let words = &self.app.words;
        let lines = text.lines().count().clamp(12, 40);
        html! {
            @if let Some(why) = why { (remark("warn", why)) }
            section.card aria-labelledby="file-title" {
                h2 #file-title { (words.say("consult-file")) }
                p.quiet { (words.say("consult-file-how")) }
                input type="hidden" name="view" value="file";
                textarea.file #file name="file" rows=(lines) spellcheck="false" aria-labelledby="file-title" { (text) }
                (line_by_line(self.app, text, &self.screened.troubles))
            }
        }
    }
}

/// What is wrong with a file, each with its line.
fn line_by_line(app: &App, text: &str, troubles: &[Trouble]) -> Markup {
    let line = |number: usize| text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
    html! {
        @if !troubles.is_empty() {
            ul.lines { @for one in troubles { li {
                p.wrong { (app.words.say_with("consult-line", [("line", one.line.into())])) " " (one.message)
                    @if let Some(help) = &one.help { ": " (help) } }
                code { (line(one.line)) }
            } } }
        }
    }
}
