//! Closing a session, and opening it again.

use jiff::Timestamp;
use maud::{Markup, html};
use needlepoint_records::clinical::Session;

use super::{
    lines::Lines,
    missing::{Missing, missing},
    sheet::Told,
    view::View,
};
use crate::pages::forms::local;

/// The end of the page: what is missing, and closing; or when it was closed, and opening again.
pub(crate) fn ending(view: &View<'_>, told: Option<&Told<'_>>) -> Markup {
    let session = view.session();
    if let Some(at) = session.finished_at {
        let closed = view.app.words.say_with("treat-closed", [("at", local(at).into())]);
        return html! {
            section.card.ending #finish {
                p { (closed) }
                @if view.may {
                    form method="post" action=(view.path("/reopen")) {
                        button.second type="submit" { (view.say("treat-reopen")) }
                    }
                    p.quiet { (view.say("treat-reopen-noted")) }
                }
            }
        };
    }
    let missing = missing(session, told);
    html! {
        @if view.edit {
            section.card.ending #finish aria-labelledby="finish-title" {
                h2 #finish-title { (view.say("treat-finish")) }
                @if view.closing && !missing.is_empty() {
                    div.remark.warn role="alert" {
                        @let (ticks, rest): (Vec<&Missing>, Vec<&Missing>) =
                            missing.iter().partition(|one| matches!(one, Missing::Tick(_)));
                        @for (title, list) in [("treat-missing-ticks", ticks), ("treat-missing", rest)] {
                            @if !list.is_empty() {
                                p { strong { (view.app.words.say_with(title, [("count", list.len().into())])) } }
                                ul { @for one in list { li { (in_words(view, one)) } } }
                            }
                        }
                        p { (view.say("treat-missing-what-now")) }
                    }
                }
                form method="post" action=(view.path("/finish")) {
                    div.actions {
                        @if view.closing && !missing.is_empty() {
                            button type="submit" name="anyway" value="yes" { (view.say("treat-finish-anyway")) }
                            a.button.second href=(view.path("")) { (view.say("treat-go-back")) }
                        } @else {
                            button.big type="submit" { (view.say("treat-finish-now")) }
                        }
                    }
                }
                p.quiet { (view.say("treat-finish-what")) }
            }
        }
    }
}

/// What is missing, in words.
pub(crate) fn in_words(view: &View<'_>, missing: &Missing) -> String {
    let at = |name: &str, site: &str| {
        view.app.words.say_with(name, [("site", view.site(site).to_lowercase().into())])
    };
    match missing {
        Missing::Tick(what) => shortened(what),
        Missing::CreamOff => view.say("treat-missing-cream-off"),
        Missing::CreamLot => view.say("treat-missing-cream-lot"),
        Missing::Lot => view.say("treat-missing-lot"),
        Missing::Needle(site) => at("treat-missing-needle", site),
        Missing::Passes(site) => at("treat-missing-passes", site),
        Missing::Endpoint(site) => at("treat-missing-endpoint", site),
        Missing::Reason(site) => at("treat-missing-reason", site),
        Missing::Line(label) => label.clone(),
    }
}

/// Enough of a step to know it again.
fn shortened(what: &str) -> String {
    const ENOUGH: usize = 60;
    if what.chars().count() <= ENOUGH {
        return what.to_owned();
    }
    let start: String = what.chars().take(ENOUGH).collect();
    let whole_words = start.rsplit_once(' ').map_or(start.as_str(), |(words, _)| words);
    format!("{} \u{2026}", whole_words.trim_end_matches([',', ':', ';', '.']))
}

/// Close a session; what was left open stays in its note. Products that were taken back go.
pub(crate) fn close(session: &mut Session, at: Timestamp, left: Option<&str>) {
    if session.finished_at.is_some() {
        return;
    }
    session.products.retain(|product| !product.product.is_empty());
    if let Some(left) = left {
        let mut lines = Lines::of(session.note.as_deref());
        let before = lines.text.trim_end();
        lines.text = if before.is_empty() { left.to_owned() } else { format!("{before}\n{left}") };
        session.note = lines.note();
    }
    session.finished_at = Some(at);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use needlepoint_records::clinical::ProductRecord;

    use super::*;
    use crate::pages::treat::sheet::tests::session;

    #[test]
    fn a_long_step_is_cut_between_words() {
        assert_eq!(shortened("Wait."), "Wait.");
        let long = "Ask for anything new: illness, fever, pregnancy, a cold sore, a medicine, sun.";
        assert_eq!(
            shortened(long),
            "Ask for anything new: illness, fever, pregnancy, a cold \u{2026}"
        );
    }

    #[test]
    fn closing_notes_what_was_left_and_happens_once() {
        let mut session = session();
        let nothing =
            ProductRecord { product: String::new(), lot: Some("A".to_owned()), expires: None };
        session.products.push(nothing);
        let at: Timestamp = "2026-11-30T11:00:00Z".parse().unwrap();
        close(&mut session, at, Some("Left open: lot of the needles."));
        assert_eq!(session.finished_at, Some(at));
        assert!(session.products.iter().all(|product| !product.product.is_empty()));
        let closed = session.clone();
        close(&mut session, at, Some("again"));
        assert_eq!(session, closed);
        assert_eq!(Lines::of(session.note.as_deref()).text, "Left open: lot of the needles.");
    }
}
