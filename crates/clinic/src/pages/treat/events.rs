//! What goes wrong: written down, beside the signs on which somebody has to act.

use jiff::Timestamp;
use maud::{Markup, html};
use needlepoint_care::aftercare::{RedFlag, Urgency};
use needlepoint_records::clinical::{AdverseEvent, Severity};
use serde::Deserialize;

use super::view::View;
use crate::{
    app::App,
    pages::forms::{local, text},
    refusal::Refusal,
};

/// Longest description, characters.
const LONGEST: usize = 1000;
/// Most events of a session or a visit.
pub(crate) const MOST_EVENTS: usize = 50;

/// How bad, in forms and in words.
const SEVERITIES: [(Severity, &str, &str); 3] = [
    (Severity::Mild, "mild", "treat-mild"),
    (Severity::Moderate, "moderate", "treat-moderate"),
    (Severity::Severe, "severe", "treat-severe"),
];

/// What the form of an event sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EventFields {
    /// What.
    pub(crate) what: String,
    /// How bad.
    pub(crate) severity: String,
    /// What was done about it.
    pub(crate) action: String,
}

impl EventFields {
    /// The event that is meant; none if nothing is written down.
    ///
    /// # Errors
    /// A sentence when it can't be used.
    pub(crate) fn event(&self, app: &App, at: Timestamp) -> Result<Option<AdverseEvent>, Refusal> {
        let Some(what) = text(&self.what) else {
            let nothing = text(&self.action).is_none();
            return if nothing {
                Ok(None)
            } else {
                Err(Refusal::bad(app.words.say("treat-event-what-missing")))
            };
        };
        if what.chars().count().max(self.action.chars().count()) > LONGEST {
            return Err(Refusal::bad(app.words.say("treat-event-long")));
        }
        let known = SEVERITIES.iter().find(|(_, name, _)| *name == self.severity);
        let (severity, ..) =
            known.ok_or_else(|| Refusal::bad(app.words.say("treat-event-severity-missing")))?;
        Ok(Some(AdverseEvent { at, what, severity: *severity, action: text(&self.action) }))
    }
}

/// How bad something is, in words.
pub(crate) fn severity_label(severity: Severity) -> &'static str {
    SEVERITIES
        .iter()
        .find(|(known, ..)| *known == severity)
        .map_or("treat-severe", |(.., label)| label)
}

/// Events of a session, the form for another, and what signs mean.
pub(crate) fn events(view: &View<'_>) -> Markup {
    let flags = view.care.map(|care| care.red_flags.as_slice()).unwrap_or_default();
    html! {
        section.card.events #events aria-labelledby="events-title" {
            h2 #events-title { (view.say("treat-events")) }
            (list(view.app, &view.session().adverse_events, "treat-events-none"))
            @if view.edit {
                form method="post" action=(view.path("/event")) {
                    (event_fields(view.app, &EventFields::default(), ""))
                    div.actions { button.second type="submit" { (view.say("treat-event-add")) } }
                }
            }
            (red_flags(view.app, flags))
        }
    }
}

/// What was written down, or the message `none`.
pub(crate) fn list(app: &App, events: &[AdverseEvent], none: &str) -> Markup {
    html! {
        @if events.is_empty() { p.empty { (app.words.say(none)) } }
        @else {
            ul.written-events { @for event in events { (one(app, event, &local(event.at))) } }
        }
    }
}

/// An event, and when it was noted.
pub(crate) fn one(app: &App, event: &AdverseEvent, when: &str) -> Markup {
    html! {
        li {
            span.tag.severe[event.severity == Severity::Severe] { (app.words.say(severity_label(event.severity))) }
            " " strong { (event.what) } " " span.quiet { (when) }
            @if let Some(action) = &event.action { p { (app.words.say("treat-event-action")) ": " (action) } }
        }
    }
}

/// Fields for an event; their names begin with `prefix`.
pub(crate) fn event_fields(app: &App, fields: &EventFields, prefix: &str) -> Markup {
    let words = &app.words;
    let name = |part: &str| format!("{prefix}{part}");
    html! {
        div.fields {
            div { label for=(name("what")) { (words.say("treat-event-what")) }
                input id=(name("what")) name=(name("what")) value=(fields.what) maxlength="1000" placeholder=" " required[prefix.is_empty()]; }
            div { label for=(name("severity")) { (words.say("treat-event-severity")) }
                select id=(name("severity")) name=(name("severity")) {
                    @for (_, value, label) in SEVERITIES {
                        option value=(value) selected[fields.severity == value] { (words.say(label)) }
                    }
                } }
            div { label for=(name("action")) { (words.say("treat-event-action")) }
                input id=(name("action")) name=(name("action")) value=(fields.action) maxlength="1000"; }
        }
    }
}

/// Signs on which somebody has to act, the most urgent first.
pub(crate) fn red_flags(app: &App, flags: &[RedFlag]) -> Markup {
    let words = &app.words;
    html! {
        @if !flags.is_empty() {
            details.flags {
                summary { (words.say("treat-flags")) }
                dl {
                    @for flag in flags {
                        div.urgent[flag.urgency == Urgency::Emergency] {
                            dt { (flag.sign) }
                            dd { strong { (words.say(urgency_label(flag.urgency))) } " " (flag.act) }
                        }
                    }
                }
            }
        }
    }
}

fn urgency_label(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Emergency => "treat-urgency-emergency",
        Urgency::SameDay => "treat-urgency-same-day",
        Urgency::Soon => "treat-urgency-soon",
    }
}
