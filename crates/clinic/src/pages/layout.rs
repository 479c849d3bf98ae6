//! The frame around every page.

use std::path::Path;

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use needlepoint_records::{Id, clinical::Patient, document::Document};

use crate::{
    app::App,
    security::{Right, Visitor},
};

/// A page.
pub(crate) struct Page<'p> {
    /// What it is called, in the window and as its heading.
    pub(crate) title: &'p str,
    /// Whose page it is; the steps of the story stand above it then.
    pub(crate) patient: Option<(&'p Document<Patient>, Step)>,
    /// What is on it, below the heading.
    pub(crate) body: Markup,
    /// Styles and scripts of its own, by their names in `assets`.
    pub(crate) files: &'p [&'p str],
}

/// Where in the story a page of a patient stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// All at a glance.
    Overview,
    /// History, medicines, concerns.
    Consult,
    /// What to do.
    Plan,
    /// The sessions.
    Treat,
    /// Visits.
    Follow,
    /// Photographs.
    Photographs,
}

impl Step {
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Overview, "step-overview", ""),
        (Self::Consult, "step-consult", "/consultations"),
        (Self::Plan, "step-plan", "/plans"),
        (Self::Treat, "step-treat", "/sessions"),
        (Self::Follow, "step-follow", "/visits"),
        (Self::Photographs, "step-photographs", "/photographs"),
    ];
}

/// The page of somebody who is signed in.
pub(crate) fn page(app: &App, visitor: &Visitor, page: &Page<'_>) -> Html<String> {
    let words = &app.words;
    let header = html! {
        header.masthead {
            a.brand href="/" { (sign()) "Needlepoint" }
            nav aria-label=(words.say("nav-label")) {
                ul {
                    li { a href="/" { (words.say("nav-patients")) } }
                    @if visitor.may(Right::Manage) {
                        li { a href="/accounts" { (words.say("nav-accounts")) } }
                        li { a href="/records" { (words.say("nav-records")) } }
                    }
                }
            }
            div.who {
                a href="/account" { (visitor.account) }
                form method="post" action="/sign-out" { button.quiet type="submit" { (words.say("sign-out")) } }
            }
        }
    };
    let content = html! {
        @if let Some((patient, step)) = page.patient { (patient_bar(app, patient, step)) }
        div.heading { h1 { (page.title) } }
        (page.body)
    };
    document(app, page.title, page.files, &header, &content)
}

/// A page before anybody is signed in.
pub(crate) fn outer_page(app: &App, title: &str, body: &Markup) -> Html<String> {
    let header = html! { header.masthead { a.brand href="/" { (sign()) "Needlepoint" } } };
    let content = html! { div.heading { h1 { (title) } } (body) };
    document(app, title, &[], &header, &content)
}

fn document(
    app: &App,
    title: &str,
    files: &[&str],
    header: &Markup,
    content: &Markup,
) -> Html<String> {
    let words = &app.words;
    let page = html! {
        (DOCTYPE)
        html lang=(words.language()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " \u{2013} Needlepoint" }
                link rel="icon" href=(app.assets.path("sign.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(app.assets.path("palette.css"));
                link rel="stylesheet" href=(app.assets.path("clinic.css"));
                @for file in files {
                    @if is_style(file) {
                        link rel="stylesheet" href=(app.assets.path(file));
                    } @else {
                        script type="module" src=(app.assets.path(file)) {}
                    }
                }
            }
            body {
                a.skip href="#main" { (words.say("skip-to-content")) }
                @if app.demo { p.demo role="note" { (words.say("demo-practice")) } }
                (header)
                main id="main" tabindex="-1" { (content) }
                footer.foot { p { (words.say("not-a-device")) } }
            }
        }
    };
    Html(page.into_string())
}

fn is_style(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "css")
}

/// Who it is, and the steps of the story.
fn patient_bar(app: &App, patient: &Document<Patient>, step: Step) -> Markup {
    let words = &app.words;
    html! {
        div.patient-bar {
            p.patient-name {
                a href=(patient_path(patient.id, "")) { (full_name(&patient.content)) }
                @if let Some(birth) = patient.content.birth_date {
                    span.quiet { " " (words.say_with("born", [("date", birth.to_string().into())])) }
                }
                @if patient.content.fictitious { " " span.tag { (words.say("fictitious")) } }
            }
            nav aria-label=(words.say("steps-label")) {
                ul.steps {
                    @for (known, name, path) in Step::ALL {
                        li {
                            a href=(patient_path(patient.id, path)) aria-current=[(known == step).then_some("page")] {
                                (words.say(name))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The address of a page of a patient.
pub(crate) fn patient_path(patient: Id, path: &str) -> String {
    format!("/patients/{patient}{path}")
}

/// Family name first, as in a file.
pub(crate) fn full_name(patient: &Patient) -> String {
    match (patient.family_name.is_empty(), patient.given_name.is_empty()) {
        (false, false) => format!("{}, {}", patient.family_name, patient.given_name),
        _ => format!("{}{}", patient.family_name, patient.given_name),
    }
}

/// A remark that stands out; `kind` is `good`, `warn` or `bad`.
pub(crate) fn remark(kind: &str, text: &str) -> Markup {
    html! { p class={ "remark " (kind) } role="status" { (text) } }
}

fn sign() -> Markup {
    html! {
        svg.sign viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false" {
            path d="M12 2v11" stroke="currentColor" stroke-width="2" stroke-linecap="round" {}
            path d="M10.6 13h2.8L12 21z" fill="currentColor" {}
            path d="M2 15.5h7M15 15.5h7" stroke="currentColor" stroke-width="1.5" opacity=".55" {}
        }
    }
}
