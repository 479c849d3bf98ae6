//! The sheet of a session as a page: a checklist for hands in gloves.

use std::{cmp::Ordering, collections::BTreeMap};

use jiff::Timestamp;
use maud::{Markup, html};
use needlepoint_care::{Care, plan::Because, session::Field};
use needlepoint_knowledge::product::ProductKind;
use needlepoint_records::{
    clinical::{Patient, Session, ZoneRecord},
    document::Document,
};

use super::{
    changes::{MOST_PRODUCTS, NOW, TICKED, fields, wall},
    ending::ending,
    events::events,
    lines::Lines,
    missing::{Deviation, deviation, reason_label},
    numbing::{Cream, clock, cream, far_above, most_allowed},
    sheet::{At, Part, Point, Told, points},
};
use crate::{
    app::App,
    pages::{forms::today, layout::patient_path},
};

/// Everything a page of a session needs.
pub(crate) struct View<'v> {
    /// What every page has at hand.
    pub(crate) app: &'v App,
    /// Whose it is.
    pub(crate) patient: &'v Document<Patient>,
    /// What is written down.
    pub(crate) document: &'v Document<Session>,
    /// What the plan says; none if it can't be worked out any more.
    pub(crate) care: Option<&'v Care>,
    /// Whether something can be written down.
    pub(crate) edit: bool,
    /// Whether this account may write down at all, in a session that is open.
    pub(crate) may: bool,
    /// Somebody wants to close it.
    pub(crate) closing: bool,
    /// This moment.
    pub(crate) now: Timestamp,
}

/// What can be seen at the end, in the records and in words.
const ENDPOINTS: [(&str, &str); 4] = [
    ("erythema", "treat-endpoint-erythema"),
    ("pinpoint-bleeding", "treat-endpoint-pinpoint"),
    ("more-bleeding", "treat-endpoint-more"),
    ("none", "treat-endpoint-none"),
];
/// Seconds in a minute.
const MINUTE: f64 = 60.0;

impl View<'_> {
    pub(crate) fn session(&self) -> &Session {
        &self.document.content
    }

    pub(crate) fn say(&self, name: &str) -> String {
        self.app.words.say(name)
    }

    /// The address of the session, or of something below it.
    pub(crate) fn path(&self, below: &str) -> String {
        patient_path(self.patient.id, &format!("/sessions/{}{below}", self.document.id))
    }

    /// A site in words.
    pub(crate) fn site<'n>(&'n self, name: &'n str) -> &'n str {
        self.app.knowledge.site(name).map_or(name, |site| site.label.as_str())
    }

    fn product<'n>(&'n self, name: &'n str) -> &'n str {
        self.app.knowledge.product(name).map_or(name, |product| product.label.as_str())
    }

    pub(crate) fn told(&self) -> Option<Told<'_>> {
        Told::of(self.care?, self.session().number)
    }

    /// The page below its heading.
    pub(crate) fn body(&self) -> Markup {
        let session = self.session();
        let told = self.told();
        let points = points(session, told.as_ref());
        let placed = |at: At| points.iter().any(|point| point.at == at);
        html! {
            div #session .read[!self.edit] data-address=(self.path("")) data-version=(self.document.version)
                data-now=(self.now.as_millisecond()) data-edit[self.edit]
                data-unsaved=(self.say("treat-unsaved")) data-saved=(self.say("treat-saved"))
                data-left=(self.say("treat-cream-left")) data-over=(self.say("treat-cream-over"))
                data-soon=(self.say("treat-cream-soon")) data-off-now=(self.say("treat-cream-off-now")) {
                (self.bar(&points))
                @if self.edit { (self.templates()) }
                form #sheet method="post" action=(self.path("")) autocomplete="off" {
                    @if self.edit { input type="hidden" name="shown" value=(self.shown(told.as_ref())); }
                    (self.part(&points, Part::Prepare, "treat-prepare"))
                    (self.part(&points, Part::First, "treat-first"))
                    (self.part(&points, Part::Step, "treat-steps"))
                    @if !placed(At::CreamOn) { (self.cream_unplanned()) }
                    @if !(0..session.zones.len()).all(|zone| placed(At::Zone(zone))) {
                        section.card aria-labelledby="zones" {
                            h2 #zones { (self.say("treat-settings")) }
                            @for (number, zone) in session.zones.iter().enumerate() {
                                @if !placed(At::Zone(number)) { (self.zone(number, zone)) }
                            }
                        }
                    }
                    (self.lots())
                    (self.answers(told.as_ref()))
                    @if self.edit {
                        div.actions.save { button type="submit" { (self.say("save")) } }
                    }
                }
                (events(self))
                (ending(self, told.as_ref()))
            }
        }
    }

    /// What the script says when others write in the session too.
    fn templates(&self) -> Markup {
        html! {
            template #clash {
                div.clash role="alert" {
                    p { (self.say("treat-clash-title")) }
                    div.row {
                        button type="button" { (self.say("treat-clash-theirs")) }
                        button.second type="button" { (self.say("treat-clash-mine")) }
                    }
                }
            }
            template #elsewhere {
                p.remark.warn #changed role="status" { (self.say("treat-changed-by")) " "
                    a href=(self.path("")) { (self.say("treat-reload")) } }
            }
        }
    }

    /// Fields of the form and what stands in them, so that the server can tell what was touched.
    fn shown(&self, told: Option<&Told<'_>>) -> String {
        let mut shown = fields(self.session());
        for label in self.labels(told).iter().map(|field| &field.label) {
            shown.entry(format!("line.{label}")).or_default();
        }
        serde_json::to_string(&shown).unwrap_or_default()
    }

    /// Fields of the sheet that are lines, and lines that another sheet asked for.
    fn labels(&self, told: Option<&Told<'_>>) -> Vec<Field> {
        let session = self.session();
        let mut labels: Vec<Field> = told.into_iter().flat_map(Told::lines).cloned().collect();
        let of = |label: &str| Field { label: label.to_owned(), hint: String::new() };
        let reasons: Vec<String> =
            session.zones.iter().map(|zone| reason_label(&zone.site)).collect();
        for (label, _) in Lines::of(session.note.as_deref()).answers {
            if !reasons.contains(&label) && labels.iter().all(|known| known.label != label) {
                labels.push(of(&label));
            }
        }
        labels.extend(reasons.iter().map(|label| of(label)));
        labels
    }

    /// What stays in sight: how far it is, how long the cream lies, how long the step takes.
    fn bar(&self, points: &[Point<'_>]) -> Markup {
        let session = self.session();
        let done = points.iter().filter(|point| point.check.done_at.is_some()).count();
        let open = points.iter().find(|point| point.check.done_at.is_none());
        let step_since =
            points.iter().filter_map(|point| point.check.done_at).max().or(session.started_at);
        html! {
            div.session-bar {
                div.progress {
                    span #progress { (progress(self.app, session)) }
                    progress max=(points.len()) value=(done) aria-labelledby="progress" {}
                }
                @if self.edit {
                    div.clock #step-clock hidden data-since=[step_since.map(Timestamp::as_millisecond)]
                        data-minutes=[open.and_then(|point| point.minutes)] {
                        span.name { (self.say("treat-step-clock")) }
                        span.time role="timer" {}
                        span.of {}
                    }
                }
                (self.cream_clock())
                p #saving role="status" hidden {}
                p.hidden #spoken aria-live="polite" {}
            }
        }
    }

    fn cream_clock(&self) -> Markup {
        let Some(numbing) = &self.session().numbing else { return html! {} };
        let state = cream(numbing, self.now);
        let (name, time, over) = match state {
            Cream::NotOn => ("treat-cream", String::new(), false),
            Cream::Lies { left: Some(left), .. } => ("treat-cream-left", clock(left), false),
            Cream::Lies { since, left: None } => ("treat-cream-on", clock(since), false),
            Cream::Over { by, .. } => ("treat-cream-over", clock(by), true),
            Cream::Off { lay } => ("treat-cream-lay", clock(lay), false),
        };
        let hidden = state == Cream::NotOn || !self.edit;
        html! {
            div.clock.cream #cream-clock hidden[hidden] .over[over]
                data-on=[numbing.applied_at.map(Timestamp::as_millisecond)]
                data-off=[numbing.removed_at.map(Timestamp::as_millisecond)]
                data-seconds=[numbing.planned_minutes.map(|minutes| (minutes * MINUTE) as i64)]
                data-lay=(self.say("treat-cream-lay")) data-lies=(self.say("treat-cream-on")) {
                span.name { (self.say(name)) }
                span.time role="timer" { (time) }
                @if self.edit {
                    button.second #sound type="button" hidden aria-pressed="false" { (self.say("treat-sound")) }
                }
            }
        }
    }

    fn part(&self, points: &[Point<'_>], part: Part, title: &str) -> Markup {
        let of_part: Vec<&Point<'_>> = points.iter().filter(|point| point.part == part).collect();
        let done = of_part.iter().filter(|point| point.check.done_at.is_some()).count();
        let id = format!("part-{title}");
        html! {
            @if !of_part.is_empty() {
                section.card.checks aria-labelledby=(id) {
                    h2 id=(id) { (self.say(title)) " " span.count data-count { (done) " / " (of_part.len()) } }
                    ol .numbered[part == Part::Step] {
                        @for point in of_part { (self.point(point)) }
                    }
                }
            }
        }
    }

    fn point(&self, point: &Point<'_>) -> Markup {
        let field = format!("tick.{}", point.number);
        let done = point.check.done_at.is_some();
        html! {
            li.point data-minutes=[point.minutes] .done[done] {
                label.target {
                    @if self.edit {
                        input type="checkbox" name=(field) value=(TICKED) data-field=(field) checked[done];
                    } @else {
                        span.mark aria-hidden="true" { @if done { "\u{2713}" } @else { "\u{25cb}" } }
                        span.hidden { (self.say(if done { "treat-done" } else { "treat-open" })) }
                    }
                    span.what { (point.check.what)
                        @if let Some(minutes) = point.minutes {
                            " " span.quiet { (self.app.words.say_with("treat-minutes", [("minutes", minutes.round().into())])) }
                        }
                        span.by data-by=(point.number) { (ticked(point.check.done_at, point.check.by.as_deref())) }
                    }
                }
                @if let Some(because) = point.because { (self.why(because)) }
                @match point.at {
                    At::Nothing => {},
                    At::CreamOn => (self.cream_on()),
                    At::CreamOff => (self.cream_off()),
                    At::Zone(number) => @if let Some(zone) = self.session().zones.get(number) { (self.zone(number, zone)) },
                }
            }
        }
    }

    /// What a sentence rests on, folded; nothing if it rests on nothing.
    pub(crate) fn why(&self, because: &Because) -> Markup {
        let sources: Vec<String> = because
            .sources
            .iter()
            .map(|id| {
                self.app
                    .knowledge
                    .source(id)
                    .map_or_else(|| id.clone(), |source| source.citation.clone())
            })
            .collect();
        html! {
            @if because.strength.is_some() || because.disagreement.is_some() || !sources.is_empty() {
                details.why {
                    summary { (self.say("treat-why")) }
                    @if let Some(strength) = &because.strength {
                        p { (self.app.words.say_with("treat-strength", [("strength", strength.as_str().into())])) }
                    }
                    @if let Some(against) = &because.disagreement { p { (self.say("treat-against")) " " (against) } }
                    @if !sources.is_empty() { ul { @for source in &sources { li { (source) } } } }
                }
            }
        }
    }

    /// A field to write in, or what stands in it.
    pub(crate) fn field(&self, field: &str, label: &str, input: Input<'_>) -> Markup {
        let value = super::changes::get(self.session(), field).unwrap_or_default();
        let id = format!("f-{field}");
        html! {
            div.field {
                label for=[self.edit.then_some(&id)] { (label) }
                @if self.edit {
                    @match input {
                        Input::Text => input id=(id) name=(field) data-field=(field) value=(value) maxlength="500";
                        Input::Day => input id=(id) name=(field) data-field=(field) value=(value) type="date";
                        Input::PastDay => input id=(id) name=(field) data-field=(field) value=(value) type="date" max=(today());
                        Input::Time => input id=(id) name=(field) data-field=(field) value=(value) type="time";
                        Input::Number(step, most) => input id=(id) name=(field) data-field=(field) value=(value)
                            type="number" inputmode="decimal" min="0" max=(most) step=(step);
                        Input::Long => textarea id=(id) name=(field) data-field=(field) rows="4" maxlength="10000" { (value) },
                        Input::Choice(options) => select id=(id) name=(field) data-field=(field) {
                            option value="" selected[value.is_empty()] { (self.say("not-stated")) }
                            @for (name, label) in options { option value=(name) selected[value == *name] { (label) } }
                            @if !value.is_empty() && options.iter().all(|(name, _)| *name != value) {
                                option value=(value) selected { (value) }
                            }
                        },
                    }
                } @else {
                    p.value { (self.shown_value(&value, input)) }
                }
            }
        }
    }

    fn shown_value(&self, value: &str, input: Input<'_>) -> String {
        let known = match input {
            Input::Choice(options) => options.iter().find(|(name, _)| name == value),
            _ => None,
        };
        match known {
            Some((_, label)) => label.clone(),
            None if value.is_empty() => self.say("not-stated"),
            None => value.to_owned(),
        }
    }

    fn cream_on(&self) -> Markup {
        let session = self.session();
        let grams = self.told().and_then(|told| told.numbing).map(|planned| planned.grams);
        let grams = grams.map(|grams| {
            self.app.words.say_with("treat-grams-planned", [("grams", grams.round().into())])
        });
        let grams = grams.unwrap_or_else(|| self.say("treat-grams"));
        let on = session.numbing.as_ref().and_then(|numbing| numbing.applied_at);
        html! {
            div.fields.written {
                (self.field("numbing.product", &self.say("treat-cream-product"), Input::Choice(&self.products(true))))
                (self.field("numbing.lot", &self.say("treat-lot"), Input::Text))
                (self.field("numbing.grams", &grams, Input::Number("any", 500)))
                (self.field("numbing.on", &self.say("treat-cream-on-at"), Input::Time))
            }
            (self.too_much())
            @if self.edit {
                button.big type="submit" name="numbing.on" value=(NOW) data-now="numbing.on" hidden[on.is_some()] {
                    (self.say("treat-cream-goes-on"))
                }
            }
        }
    }

    /// Far more cream than planned, or more than its label allows; the script shows and hides each.
    fn too_much(&self) -> Markup {
        let numbing = self.session().numbing.as_ref();
        let grams = numbing.and_then(|numbing| numbing.grams).unwrap_or(0.0);
        let used = numbing.map(|numbing| numbing.product.as_str()).unwrap_or_default();
        let told = |name: &str, grams: f64| {
            self.app.words.say_with(name, [("grams", grams.to_string().into())])
        };
        let planned = self.told().and_then(|told| told.numbing).map(|planned| planned.grams);
        let labels = self.app.knowledge.numbing.iter();
        let labels =
            labels.filter_map(|label| Some((label.product.as_str(), most_allowed(label)?)));
        html! {
            ul.differs {
                @if let Some(planned) = planned {
                    @let most = far_above(planned);
                    li.warn data-above=(most) hidden[grams <= most] { (told("treat-grams-more", planned.round())) }
                }
                @for (product, most) in labels {
                    li.warn data-above=(most) data-cream=(product) hidden[grams <= most || used != product] {
                        (told("treat-grams-label", most))
                    }
                }
            }
        }
    }

    fn cream_off(&self) -> Markup {
        let numbing = self.session().numbing.as_ref();
        let lies = numbing
            .is_some_and(|numbing| numbing.applied_at.is_some() && numbing.removed_at.is_none());
        html! {
            div.fields.written { (self.field("numbing.off", &self.say("treat-cream-off-at"), Input::Time)) }
            @if self.edit {
                button.big type="submit" name="numbing.off" value=(NOW) data-now="numbing.off" hidden[!lies] {
                    (self.say("treat-cream-is-off"))
                }
            }
        }
    }

    /// Numbing that no step speaks of, folded while there is none.
    fn cream_unplanned(&self) -> Markup {
        let used = self.session().numbing.is_some();
        html! {
            @if used || self.edit {
                section.card {
                    details.plain open[used] {
                        summary { h2 { (self.say("treat-cream-unplanned")) } }
                        (self.cream_on())
                        (self.cream_off())
                    }
                }
            }
        }
    }

    fn zone(&self, number: usize, zone: &ZoneRecord) -> Markup {
        let site = self.site(&zone.site);
        let planned = self.app.words.say_with(
            "treat-planned",
            [("mm", zone.planned_mm.to_string().into()), ("passes", zone.planned_passes.into())],
        );
        let name = |part: &str| format!("zone.{number}.{part}");
        let endpoints = self.endpoints();
        let differs = deviation(zone);
        let reason = reason_label(&zone.site);
        let care = self.care.and_then(|care| care.plan.as_ref());
        let planned_zone =
            care.and_then(|plan| plan.zones.iter().find(|planned| planned.site == zone.site));
        let as_planned = BTreeMap::from([
            (name("needle_mm"), zone.planned_mm.to_string()),
            (name("passes"), zone.planned_passes.to_string()),
        ]);
        html! {
            fieldset.zone data-planned-mm=(zone.planned_mm) data-planned-passes=(zone.planned_passes) {
                legend { (site) }
                p.planned { (planned)
                    @if self.edit {
                        button.second type="button" hidden data-fill=(serde_json::to_string(&as_planned).unwrap_or_default()) {
                            (self.say("treat-as-planned"))
                        }
                    }
                }
                @if let Some(planned) = planned_zone {
                    @for caution in &planned.caution { p.caution { (caution.text) } }
                }
                div.fields {
                    (self.field(&name("needle_mm"), &self.say("treat-needle"), Input::Number("any", 6)))
                    (self.field(&name("passes"), &self.say("treat-passes"), Input::Number("1", 200)))
                    (self.field(&name("endpoint"), &self.say("treat-endpoint"), Input::Choice(&endpoints)))
                }
                (self.differs(differs))
                div.reason hidden[!differs.is_longer()] {
                    (self.field(&format!("line.{reason}"), &self.say("treat-reason"), Input::Text))
                }
            }
        }
    }

    /// In which way a zone was treated otherwise; the script shows and hides each.
    fn differs(&self, differs: Deviation) -> Markup {
        let each = [
            ("longer", differs.needles == Ordering::Greater, "treat-longer"),
            ("shorter", differs.needles == Ordering::Less, "treat-shorter"),
            ("more", differs.passes == Ordering::Greater, "treat-more-passes"),
            ("fewer", differs.passes == Ordering::Less, "treat-fewer-passes"),
        ];
        html! {
            ul.differs {
                @for (name, so, words) in each {
                    li data-differs=(name) .warn[name == "longer"] hidden[!so] { (self.say(words)) }
                }
            }
        }
    }

    fn endpoints(&self) -> Vec<(String, String)> {
        ENDPOINTS.map(|(name, label)| (name.to_owned(), self.say(label))).to_vec()
    }

    fn products(&self, numbing: bool) -> Vec<(String, String)> {
        let products = self.app.knowledge.products.iter();
        products
            .filter(|product| (product.kind == ProductKind::Numbing) == numbing)
            .map(|product| (product.name.clone(), product.label.clone()))
            .collect()
    }

    /// Lots of what was used.
    fn lots(&self) -> Markup {
        let session = self.session();
        let device = session.zones.first().map(|zone| zone.device.as_str()).unwrap_or_default();
        let device =
            self.app.knowledge.device(device).map_or(device, |device| device.label.as_str());
        let most = if self.edit { session.products.len() + 1 } else { session.products.len() };
        let products = self.products(false);
        html! {
            section.card aria-labelledby="lots" {
                h2 #lots { (self.say("treat-lots")) }
                div.fields { (self.field("lot", &self.app.words.say_with("treat-needle-lot", [("device", device.to_owned().into())]), Input::Text)) }
                @for number in 0..most.min(MOST_PRODUCTS) {
                    @let known = session.products.get(number).map(|known| known.product.as_str()).filter(|name| !name.is_empty());
                    @let old = session.products.get(number).and_then(|known| known.expires).is_some_and(|day| day < session.held_on);
                    fieldset.product {
                        legend { @match known { Some(name) => (self.product(name)), None => (self.say("treat-product-more")) } }
                        div.fields {
                            (self.field(&format!("product.{number}.product"), &self.say("treat-product"), Input::Choice(&products)))
                            (self.field(&format!("product.{number}.lot"), &self.say("treat-lot"), Input::Text))
                            (self.field(&format!("product.{number}.expires"), &self.say("treat-expires"), Input::Day))
                        }
                        p.expired.warn data-expired=(session.held_on) hidden[!old] { (self.say("treat-expired")) }
                    }
                }
            }
        }
    }

    /// Everything else that the sheet asks for, and the note.
    fn answers(&self, told: Option<&Told<'_>>) -> Markup {
        let session = self.session();
        let yes_no = [("yes", "treat-yes"), ("no", "treat-no")]
            .map(|(name, label)| (name.to_owned(), self.say(label)));
        let pain: Vec<(String, String)> =
            (0..=10).map(|n: u32| (n.to_string(), n.to_string())).collect();
        let reasons: Vec<String> =
            session.zones.iter().map(|zone| reason_label(&zone.site)).collect();
        html! {
            section.card aria-labelledby="record" {
                h2 #record { (self.say("treat-record")) }
                div.fields {
                    (self.field("held_on", &self.say("treat-day"), Input::PastDay))
                    @for field in self.labels(told).iter().filter(|field| !reasons.contains(&field.label)) {
                        @let name = format!("line.{}", field.label);
                        @match field.hint.as_str() {
                            "yes / no" => (self.field(&name, &capital(&field.label), Input::Choice(&yes_no))),
                            "0 to 10" => (self.field(&name, &capital(&field.label), Input::Choice(&pain))),
                            "date" => (self.field(&name, &capital(&field.label), Input::Day)),
                            _ => (self.field(&name, &capital(&field.label), Input::Text)),
                        }
                    }
                }
                (self.field("note", &self.say("note"), Input::Long))
            }
        }
    }
}

/// How something is written in a field.
#[derive(Clone, Copy)]
pub(crate) enum Input<'i> {
    /// In a few words.
    Text,
    /// In many.
    Long,
    /// As a day.
    Day,
    /// As a day that is not still to come.
    PastDay,
    /// As a time of day.
    Time,
    /// As a number: its step and the greatest.
    Number(&'i str, u32),
    /// As one of several: name and label.
    Choice(&'i [(String, String)]),
}

/// Time and account of a tick.
pub(crate) fn ticked(at: Option<Timestamp>, by: Option<&str>) -> String {
    match at {
        Some(_) => format!("{} {}", wall(at), by.unwrap_or_default()).trim_end().to_owned(),
        None => String::new(),
    }
}

/// With a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How far a session is, in words.
pub(crate) fn progress(app: &App, session: &Session) -> String {
    let done = session.checks.iter().filter(|check| check.done_at.is_some()).count();
    app.words
        .say_with("treat-progress", [("done", done.into()), ("of", session.checks.len().into())])
}
