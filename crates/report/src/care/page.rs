//! The page: verdict, plan and everything around it, for the person who treats.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use needlepoint_care::{
    aftercare::{Aftercare, Urgency},
    plan::{Because, Expected, Plan, ZonePlan},
    screening::{Reason, Verdict},
};
use needlepoint_knowledge::Knowledge;

use super::{
    CareInput, pareto,
    references::References,
    timetable::{Column, Row, Timetable, seen},
    words,
};
use crate::{
    numbers::{Style, THIN, number},
    page::{STYLE, brand, unbroken},
    sources::doi_link,
};

pub(crate) const OWN_STYLE: &str = include_str!("care.css");

/// The whole answer as one self-contained HTML file: no script, nothing loaded from anywhere.
///
/// The same input gives the same bytes.
pub fn care_html(input: &CareInput<'_>) -> String {
    let references = References::of(input.care);
    let page = Page { input, references: &references };
    let parts: Vec<Part> =
        page.parts().into_iter().filter(|part| !part.inside.0.is_empty()).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Needlepoint " (input.provenance.version) };
                title { "Treatment plan: " (input.title) " \u{2013} Needlepoint" }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.care-page {
                a.skip href="#main" { "Skip to the plan" }
                header.masthead {
                    (brand())
                    nav aria-label="Sections" {
                        ul { @for part in &parts { li { a href={ "#" (part.id) } { (part.short) } } } }
                    }
                }
                main id="main" {
                    (page.opening())
                    @for part in &parts {
                        section id=(part.id) aria-labelledby={ (part.id) "-h" } {
                            h2 id={ (part.id) "-h" } { (part.title) }
                            @if !part.lead.is_empty() { p.lead { (part.lead) } }
                            (part.inside)
                        }
                    }
                }
                footer { p { (words::DISCLAIMER) } p { "Needlepoint " (input.provenance.version) } }
            }
        }
    }
    .into_string()
}

/// A section; left out if there is nothing inside.
struct Part {
    id: &'static str,
    short: &'static str,
    title: &'static str,
    lead: &'static str,
    inside: Markup,
}

struct Page<'a> {
    input: &'a CareInput<'a>,
    references: &'a References<'a>,
}

impl Page<'_> {
    fn parts(&self) -> Vec<Part> {
        let care = self.input.care;
        let part = |id, short, title, lead, inside| Part { id, short, title, lead, inside };
        let nothing = || html! {};
        let plan = care.plan.as_ref();
        let of_plan =
            |tell: fn(&Self, &Plan) -> Markup| plan.map_or_else(nothing, |plan| tell(self, plan));
        let aftercare = |tell: fn(&Self, &Aftercare) -> Markup| {
            care.aftercare.as_ref().map_or_else(nothing, |aftercare| tell(self, aftercare))
        };
        vec![
            part(
                "questions",
                "Questions",
                "Ask before you rely on this",
                "What nobody answered is not assumed.",
                self.questions(),
            ),
            part(
                "why",
                "Why",
                "Why",
                "Each rule that an answer brings up, the most careful first. Where sources disagree, both are told and the careful one is followed.",
                self.reasons(),
            ),
            part("instead", "Instead", "Instead of needling, or beside it", "", self.instead()),
            part("plan", "Plan", "The plan", "", of_plan(Self::plan)),
            part(
                "expect",
                "Outcome",
                "What to expect",
                "The typical person of the simulated group, with the bands that hold half of them and 95 of 100. In blinded trials a quarter to a half of people saw no change: where the model promises more, count on less.",
                of_plan(Self::expected),
            ),
            part(
                "other",
                "Other ways",
                "Other ways, weighed",
                "As the model sees them, within the limits that rules and labels set.",
                self.alternatives(),
            ),
            part(
                "aftercare",
                "Aftercare",
                "Aftercare",
                "Hours count from the end of the session.",
                aftercare(Self::aftercare),
            ),
            part(
                "days",
                "Days",
                "Day by day",
                "What most people see, and in how many of ten redness, swelling and flaking show.",
                aftercare(Self::days),
            ),
            part("flags", "Red flags", "When and whom to call", "", self.flags()),
            part(
                "consent",
                "Consent",
                "Consent",
                "Gone through before the first session. Items marked \u{201c}for this patient\u{201d} stand here because of an answer.",
                self.consent(),
            ),
            part("home", "At home", "Needling at home", "", self.home()),
            part("basis", "Basis", "What it rests on", "", self.basis()),
        ]
    }

    fn opening(&self) -> Markup {
        let care = self.input.care;
        let (tone, sign) = match care.screening.verdict {
            _ if words::is_open(&care.screening) => ("wait", "?"),
            Verdict::Go => ("go", "\u{2713}"),
            Verdict::GoWithChanges => ("change", "\u{2260}"),
            Verdict::Wait => ("wait", "\u{2026}"),
            Verdict::Refer => ("refer", "?"),
            Verdict::DoNotTreat => ("stop", "\u{d7}"),
        };
        html! {
            div.opening {
                p.kicker { "Treatment plan \u{b7} " (words::day(care.assessed)) }
                h1 { (unbroken(self.input.title)) }
                div.verdict.(tone) {
                    span.sign aria-hidden="true" { (sign) }
                    div {
                        p.says { (words::headline(care)) }
                        p { (words::meaning(care)) }
                    }
                }
                @if let Some(plan) = &care.plan { (dates(plan)) }
                @if !self.input.facts.is_empty() {
                    dl.who {
                        @for (name, value) in self.input.facts { div { dt { (name) } dd { (value) } } }
                    }
                }
                p.device { strong { "Not a medical device. " } "It supports qualified people, and does not replace an examination or the judgement of the person who treats." }
            }
        }
    }

    fn questions(&self) -> Markup {
        let questions = &self.input.care.screening.questions;
        html! {
            @if !questions.is_empty() {
                ul.ask {
                    @for question in questions {
                        li {
                            p { strong { (question.ask) } }
                            p.quiet { "The answer could mean: " (words::asks(question.could_be)) "." }
                        }
                    }
                }
            }
        }
    }

    fn reasons(&self) -> Markup {
        let screening = &self.input.care.screening;
        html! {
            @for reason in &screening.reasons { (self.reason(reason)) }
            @if !screening.overridden.is_empty() {
                h3 { "Advice set aside" }
                @for set_aside in &screening.overridden {
                    article.reason {
                        p.asks {
                            strong { (words::outcome(set_aside)) }
                            span { "it asked for: " (words::asks(set_aside.verdict)) }
                        }
                        div {
                            p { (words::rule(&set_aside.rule, self.input.knowledge)) }
                            p.quiet { "Reason given: " (set_aside.reason) ". Signed by " (set_aside.by) "." }
                        }
                    }
                }
            }
        }
    }

    fn reason(&self, reason: &Reason) -> Markup {
        html! {
            article.reason.quieter[!reason.followed] {
                p.asks {
                    strong { (words::asks_capital(reason.verdict)) }
                    @if let Some(until) = reason.until { span { "until " (words::day(until)) } }
                    @if !reason.followed { span.quiet { "not followed: a more careful rule stands" } }
                }
                div {
                    p.rule { (reason.statement) " " (self.links(&reason.sources)) }
                    p.quiet {
                        "Because of: " (reason.because)
                        @if let Some(site) = &reason.site { " (" (words::site(site, self.input.knowledge)) ")" }
                        " \u{b7} strength: " (reason.strength)
                    }
                    (disagreement(reason.disagreement.as_deref()))
                }
            }
        }
    }

    fn instead(&self) -> Markup {
        let advice = &self.input.care.instead;
        html! {
            @for one in advice {
                article.reason {
                    p.asks {
                        strong { (words::advice(one.kind)) }
                        @if let Some(concern) = &one.concern { span { (concern) } }
                    }
                    div { (self.because(&one.because)) }
                }
            }
        }
    }

    fn plan(&self, plan: &Plan) -> Markup {
        let numbing = plan.numbing.as_ref();
        html! {
            @for (i, zone) in plan.zones.iter().enumerate() { (self.zone(i + 1, zone)) }
            (self.lines("Why this many sessions, this far apart", &plan.course_because))
            (self.lines("In the days before", &plan.before))
            @if let Some(numbing) = numbing {
                h3 { "Numbing" }
                p { (words::numbing(numbing)) }
                (self.list(&numbing.because))
            } @else if let Some(without) = &plan.without_numbing {
                (self.lines("No numbing cream", std::slice::from_ref(without)))
            }
            (self.lines("Hygiene", &plan.hygiene))
            (self.lines("On the skin during the session", &plan.on_the_day))
            (self.lines("How the hand is led", &plan.technique))
            (self.lines("What goes on afterwards", &plan.after))
            (self.lines("What must not be used", &plan.not_to_use))
            (self.lines("Judging the result", &plan.follow_up))
            (self.lines("After the course", &plan.maintenance))
            (self.sheets())
        }
    }

    fn zone(&self, place: usize, zone: &ZonePlan) -> Markup {
        html! {
            article.zone-plan {
                h3 { (place) ". " (zone.label) span.quiet { " for " (zone.concerns.join(", ")) } }
                dl.who {
                    div { dt { "Needle" } dd.large { (words::needle(zone.start_mm, zone.needle_mm)) } }
                    div { dt { "Passes" } dd.large { (zone.passes) } }
                    div { dt { "Area" } dd.large { (number(zone.area_cm2, 1.0)) (THIN) "cm\u{b2}" } }
                    div { dt { "Needling" } dd.large { (words::minutes(zone.minutes)) } }
                    div.wide { dt { "Endpoint" } dd { (zone.endpoint) } }
                    div { dt { "Device" } dd { (zone.device_label) } }
                }
                @if !zone.caution.is_empty() {
                    div.look-out { p { strong { "Look out" } } (self.list(&zone.caution)) }
                }
                @if !zone.because.is_empty() {
                    details { summary { "What these settings rest on (" (zone.because.len()) ")" } (self.list(&zone.because)) }
                }
            }
        }
    }

    /// Steps of the sessions, folded: they are printed on sheets of their own.
    fn sheets(&self) -> Markup {
        html! {
            @for sheet in &self.input.care.sessions {
                details.fold {
                    summary { "Session " (sheet.number) " of " (sheet.of) ", " (words::weekday(sheet.date)) ": " (words::minutes(sheet.minutes)) ", " (sheet.steps.len()) " steps" }
                    h3 { "Lay out" }
                    (self.list(&sheet.prepare))
                    h3 { "Ask and look first" }
                    (self.list(&sheet.check_first))
                    h3 { "Steps" }
                    ol.steps {
                        @for step in &sheet.steps {
                            li { (self.because(&step.what)) span.quiet { (words::minutes(step.minutes)) } }
                        }
                    }
                }
            }
        }
    }

    fn expected(&self, plan: &Plan) -> Markup {
        html! {
            @if !plan.expected.is_empty() {
                div.cards { @for expected in &plan.expected { (self.card(expected)) } }
            }
        }
    }

    fn card(&self, expected: &Expected) -> Markup {
        let style = Style { signed: true, unit: &expected.unit, finest: 0.1 };
        html! {
            article.card {
                p.kicker { (expected.concern) ", " (expected.site) }
                h3 { (words::capital(&expected.what)) }
                p.big { (style.typical(&expected.change)) }
                p.sub { "typically, " (expected.when) }
                p.ranges {
                    "half of people: " strong { (style.band50(&expected.change)) } br;
                    "95 of 100: " strong { (style.band95(&expected.change)) }
                }
                @if let Some(share) = expected.visible_share {
                    p.visible { (words::capital(&words::in_ten_words(share))) " would see a change." }
                }
                p.chip { "Evidence: " (expected.strength) " " (self.links(&expected.sources)) }
            }
        }
    }

    fn alternatives(&self) -> Markup {
        let alternatives = &self.input.care.alternatives;
        html! { @if !alternatives.is_empty() { (pareto::alternatives(alternatives)) } }
    }

    fn aftercare(&self, aftercare: &Aftercare) -> Markup {
        let table = Timetable::of(aftercare);
        html! {
            @for (heading, rows, class) in [("Do", &table.act, "do"), ("Leave", &table.avoid, "leave")] {
                @if !rows.is_empty() { (self.timetable(heading, &table.columns, rows, class)) }
            }
        }
    }

    /// Instructions against time. The strip of bars says the same as the words, so it is hidden from readers of screens.
    fn timetable(
        &self,
        heading: &str,
        columns: &[Column],
        rows: &[Row<'_>],
        class: &str,
    ) -> Markup {
        html! {
            h3 { (heading) }
            table.data.timetable {
                thead {
                    tr {
                        th scope="col" { "What" }
                        th scope="col" { "When" }
                        td aria-hidden="true" {
                            div.strip style=(tracks(columns)) {
                                @for column in columns { span.hours[column.in_hours] { (column.label) @if column.in_hours { "h" } } }
                            }
                        }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            td { (self.because(&row.told.what)) }
                            td { (words::capital(&row.told.when)) }
                            td aria-hidden="true" {
                                div.strip.(class) style=(tracks(columns)) { @for holds in &row.holds { i.on[*holds] {} } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn days(&self, aftercare: &Aftercare) -> Markup {
        html! {
            @if !aftercare.course.is_empty() {
                table.data.course {
                    thead { tr { th scope="col" { "Day" } th scope="col" { "What most people see" } th scope="col" { "Redness" } th scope="col" { "Swelling" } th scope="col" { "Flaking" } } }
                    tbody {
                        @for seen in seen(&aftercare.course) {
                            tr {
                                th scope="row" { (seen.label) }
                                td { (seen.day.text) " " @for because in &seen.day.because { (self.links(&because.sources)) } }
                                @for share in seen.shares { td { (share) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn flags(&self) -> Markup {
        let flags = &self.input.care.red_flags;
        html! {
            @for urgency in [Urgency::Emergency, Urgency::SameDay, Urgency::Soon] {
                @let group: Vec<_> = flags.iter().filter(|flag| flag.urgency == urgency).collect();
                @if !group.is_empty() {
                    h3 { (words::how_soon(urgency)) }
                    table.data {
                        thead { tr { th scope="col" { "What is seen or felt" } th scope="col" { "What to do" } } }
                        tbody {
                            @for flag in group {
                                tr { th scope="row" { (flag.sign) } td { (flag.act) " " (self.links(&flag.because.sources)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn consent(&self) -> Markup {
        html! {
            @for item in &self.input.care.consent {
                article.reason {
                    p.asks {
                        strong { (item.heading) }
                        @if item.personal { span.personal { "for this patient" } }
                    }
                    div { (self.because(&item.text)) }
                }
            }
        }
    }

    fn home(&self) -> Markup {
        html! {
            @for answer in &self.input.care.home {
                details.fold { summary { (answer.question) } (self.list(&answer.answer)) }
            }
        }
    }

    fn basis(&self) -> Markup {
        let provenance = self.input.provenance;
        html! {
            @if !self.input.warnings.is_empty() {
                h3 { "Remarks on the file" }
                ul.plain {
                    @for warning in self.input.warnings {
                        li { (warning.message) span.quiet { ", line " (warning.line) } }
                    }
                }
            }
            @if !self.references.ids().is_empty() {
                h3 { "Sources" }
                ol.sources {
                    @for (i, id) in self.references.ids().iter().enumerate() {
                        li id={ "source-" (i + 1) } { (source(id, self.input.knowledge)) }
                    }
                }
            }
            h3 { "To repeat it" }
            dl.provenance {
                dt { "Needlepoint" } dd { (provenance.version) }
                dt { "Patient" } dd { (provenance.patient_file) code.hash { "sha256 " (provenance.patient_sha256) } }
                dt { "Knowledge" } dd { code.hash { "sha256 " (provenance.knowledge_sha256) } }
                dt { "Assessed" } dd { (self.input.care.assessed) }
                dt { "Ensemble" } dd { (provenance.ensemble) }
            }
        }
    }

    fn lines(&self, heading: &str, lines: &[Because]) -> Markup {
        html! { @if !lines.is_empty() { h3 { (heading) } (self.list(lines)) } }
    }

    fn list(&self, lines: &[Because]) -> Markup {
        html! { ul.plain { @for line in lines { li { (self.because(line)) } } } }
    }

    /// A sentence with what it rests on.
    fn because(&self, because: &Because) -> Markup {
        html! {
            (because.text) " " (self.links(&because.sources))
            @if let Some(strength) = &because.strength { span.strength { (strength) } }
            (disagreement(because.disagreement.as_deref()))
        }
    }

    /// Links to the entries of the list of sources.
    fn links(&self, ids: &[String]) -> Markup {
        html! {
            @for number in self.references.numbers(ids) {
                a.cite href={ "#source-" (number) } aria-label={ "Source " (number) } { (number) }
                " "
            }
        }
    }
}

/// Widths of a strip: stretches told in hours have longer labels.
fn tracks(columns: &[Column]) -> String {
    let widths: Vec<&str> =
        columns.iter().map(|column| if column.in_hours { "1.7fr" } else { "1fr" }).collect();
    format!("grid-template-columns:{}", widths.join(" "))
}

fn disagreement(other: Option<&str>) -> Markup {
    html! {
        @if let Some(other) = other {
            details.why { summary { "Sources disagree" } p { (other) } }
        }
    }
}

/// The sessions as a strip of dates.
fn dates(plan: &Plan) -> Markup {
    html! {
        ol.dates aria-label="Sessions" {
            @for (i, date) in plan.dates.iter().enumerate() {
                li { span { "Session " (i + 1) } strong { (words::weekday(*date)) } }
            }
        }
    }
}

fn source(id: &str, knowledge: &Knowledge) -> Markup {
    let Some(source) = knowledge.source(id) else { return html! { (id) } };
    html! { (source.citation) @if let Some(doi) = &source.doi { " " (doi_link(doi)) } }
}
