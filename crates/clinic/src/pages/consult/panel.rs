//! The screening beside the form: the verdict, why, what is still to be asked, what it means for a plan.

use maud::{Markup, html};
use needlepoint_care::{
    plan::AdviceKind,
    screening::{Change, Question, Reason, Screening, Verdict},
};
use needlepoint_case::UNKNOWN_MEDICINE;
use needlepoint_knowledge::Knowledge;
use needlepoint_report::is_open;

use super::{
    answers::Answers,
    screened::{Screened, Trouble},
};
use crate::{app::App, words::Words};

/// Questions that are shown at once; more are folded away.
const QUESTIONS: usize = 6;
/// Characters behind the first sentence of a question that are shown at once; more are folded away.
const AT_ONCE: usize = 160;

/// What the panel is made from.
pub(super) struct Panel<'a> {
    pub(super) app: &'a App,
    /// The form, if it is one and not a file.
    pub(super) answers: Option<&'a Answers>,
    pub(super) screened: &'a Screened,
    /// Whether advice may be set aside here.
    pub(super) may_set_aside: bool,
}

/// Tone, sign and words of a verdict: told by colour, by a sign and in words.
pub(super) fn told(words: &Words, screening: &Screening) -> (&'static str, &'static str, String) {
    if is_open(screening) {
        return ("open", "?", words.say("consult-verdict-open"));
    }
    let (tone, sign) = tone(screening.verdict);
    let says = match (screening.verdict, screening.until) {
        (Verdict::Wait, Some(until)) => {
            words.say_with("consult-verdict-wait-until", [("date", until.to_string().into())])
        }
        (verdict, _) => words.say(verdict_words(verdict)),
    };
    (tone, sign, says)
}

/// Tone and sign.
pub(super) fn tone(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Go => ("go", "\u{2713}"),
        Verdict::GoWithChanges => ("change", "\u{2260}"),
        Verdict::Wait => ("wait", "\u{2026}"),
        Verdict::Refer => ("refer", "\u{2192}"),
        Verdict::DoNotTreat => ("stop", "\u{d7}"),
    }
}

/// Name of the words of a verdict.
pub(super) fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "consult-verdict-go",
        Verdict::GoWithChanges => "consult-verdict-changes",
        Verdict::Wait => "consult-verdict-wait",
        Verdict::Refer => "consult-verdict-refer",
        Verdict::DoNotTreat => "consult-verdict-stop",
    }
}

/// Name of the words for what a rule asks for.
fn asks(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "consult-asks-go",
        Verdict::GoWithChanges => "consult-asks-change",
        Verdict::Wait => "consult-asks-wait",
        Verdict::Refer => "consult-asks-refer",
        Verdict::DoNotTreat => "consult-asks-stop",
    }
}

impl Panel<'_> {
    /// The panel.
    pub(super) fn markup(&self) -> Markup {
        let words = &self.app.words;
        let (tone, sign, says) = self.headline();
        html! {
            div.verdict.(tone) data-says=(says) {
                span.mark aria-hidden="true" { (sign) }
                div {
                    p.says { (says) }
                    @if let Some(offer) = &self.screened.offer { p { (self.meaning(&offer.screening)) } }
                }
            }
            (self.troubles())
            @if let Some(offer) = &self.screened.offer {
                (self.questions(&offer.screening))
                (self.reasons(&offer.screening, true, "consult-why"))
                (self.overridden(&offer.screening))
                (self.changes(&offer.screening))
                (self.reasons(&offer.screening, false, "consult-other-opinions"))
                @if !offer.instead.is_empty() {
                    h3 { (words.say("consult-instead")) }
                    @for advice in &offer.instead {
                        article.reason {
                            p.asks { strong { (words.say(advice_words(advice.kind))) }
                                @if let Some(concern) = &advice.concern { " \u{b7} " (concern) } }
                            p { (advice.because.text) }
                            (self.basis(
                                advice.because.strength.as_deref(),
                                &advice.because.sources,
                                advice.because.disagreement.as_deref(),
                            ))
                        }
                    }
                }
            }
        }
    }

    fn headline(&self) -> (&'static str, &'static str, String) {
        let words = &self.app.words;
        match &self.screened.offer {
            Some(offer) if self.screened.consultation.is_none() && !is_open(&offer.screening) => {
                let (tone, sign, says) = told(words, &offer.screening);
                // What is not told to the end is no yes.
                let yes = offer.screening.verdict <= Verdict::GoWithChanges;
                let (tone, sign) = if yes { ("open", "?") } else { (tone, sign) };
                (tone, sign, words.say_with("consult-verdict-so-far", [("verdict", says.into())]))
            }
            Some(offer) => told(words, &offer.screening),
            None if self.screened.has_wrong_answers() => {
                ("open", "!", words.say("consult-verdict-wrong"))
            }
            None => ("open", "\u{2026}", words.say("consult-verdict-not-yet")),
        }
    }

    fn meaning(&self, screening: &Screening) -> String {
        let words = &self.app.words;
        let open = screening.questions.len();
        let graver = screening.questions.iter().map(|question| question.could_be).max();
        let graver = graver.filter(|could_be| *could_be > screening.verdict);
        match (open, graver) {
            (0, _) => words.say(match screening.verdict {
                Verdict::Go => "consult-meaning-go",
                Verdict::GoWithChanges => "consult-meaning-changes",
                Verdict::Wait if screening.until.is_some() => "consult-meaning-wait-until",
                Verdict::Wait => "consult-meaning-wait",
                Verdict::Refer => "consult-meaning-refer",
                Verdict::DoNotTreat => "consult-meaning-stop",
            }),
            (_, Some(graver)) => words.say_with(
                "consult-meaning-open",
                [("open", open.into()), ("verdict", words.say(asks(graver)).into())],
            ),
            (_, None) => words.say_with("consult-meaning-questions", [("open", open.into())]),
        }
    }

    /// What is missing, as links to the fields, and what is wrong.
    fn troubles(&self) -> Markup {
        let words = &self.app.words;
        let troubles = &self.screened.troubles;
        let missing: Vec<&Trouble> = troubles.iter().filter(|one| one.missing.is_some()).collect();
        let wrong: Vec<&Trouble> = troubles.iter().filter(|one| one.missing.is_none()).collect();
        html! {
            @if !missing.is_empty() {
                h3 { (words.say("consult-still-needed")) }
                ul.ask { @for one in missing { li { (self.linked(one, &self.missing_words(one))) } } }
            }
            @if !wrong.is_empty() {
                h3 { (words.say("consult-look-again")) }
                ul.ask.wrongs { @for one in wrong {
                    li data-field=[(one.stops && self.answers.is_some()).then_some(&one.field)] {
                        (self.linked(one, &one.message))
                        @if let Some(help) = &one.help { span.quiet { (help) } }
                    }
                } }
            }
        }
    }

    fn linked(&self, trouble: &Trouble, text: &str) -> Markup {
        html! {
            @if self.answers.is_none() {
                span.quiet { (self.app.words.say_with("consult-line", [("line", trouble.line.into())])) } " " (text)
            } @else if trouble.field.is_empty() {
                (text)
            } @else {
                a href={ "#" (trouble.field) } { (text) }
            }
        }
    }

    fn missing_words(&self, trouble: &Trouble) -> String {
        let name = match trouble.missing.as_deref() {
            Some("age") => "consult-missing-age",
            Some("sex") => "consult-missing-sex",
            Some("phototype") => "consult-missing-phototype",
            Some("concern") => "consult-missing-concern",
            Some("kind") => "consult-missing-kind",
            Some("site") => "consult-missing-site",
            Some("severity") => "consult-missing-severity",
            Some("scale") => "consult-missing-scale",
            Some("score") => "consult-missing-score",
            Some("name") => "consult-missing-medicine",
            _ => return trouble.message.clone(),
        };
        self.app.words.say(name)
    }

    fn questions(&self, screening: &Screening) -> Markup {
        let words = &self.app.words;
        let questions = &screening.questions;
        let (first, more) = questions.split_at(questions.len().min(QUESTIONS));
        html! {
            @if !questions.is_empty() {
                h3 { (words.say_with("consult-to-ask", [("open", questions.len().into())])) }
                ul.ask { @for question in first { (self.question(question)) } }
                @if !more.is_empty() {
                    details data-keep="questions" {
                        summary { (words.say_with("consult-more-questions", [("more", more.len().into())])) }
                        ul.ask { @for question in more { (self.question(question)) } }
                    }
                }
            }
        }
    }

    fn question(&self, question: &Question) -> Markup {
        let words = &self.app.words;
        let (first, more) = first_sentence(&question.ask);
        let could_be = words.say_with(
            "consult-could-mean",
            [("verdict", words.say(asks(question.could_be)).into())],
        );
        html! {
            li {
                @match self.answers {
                    Some(answers) => a href={ "#" (field_of(&question.about, answers, &self.app.knowledge)) } { (first) },
                    None => (first),
                }
                (self.asked_too(&question.about, more))
                span.quiet { (could_be) }
            }
        }
    }

    /// What belongs to a question beside its first sentence; folded away if it is long.
    fn asked_too(&self, about: &str, more: &str) -> Markup {
        html! {
            @if more.chars().count() > AT_ONCE {
                details data-keep=(about) {
                    summary data-keep=(about) { (self.app.words.say("consult-question-whole")) }
                    ul.sentences { @for sentence in more.split_inclusive("? ") { li { (sentence.trim_end()) } } }
                }
            } @else if !more.is_empty() { " " (more) }
        }
    }

    /// Reasons that the verdict follows, or what others say and it does not follow.
    fn reasons(&self, screening: &Screening, followed: bool, title: &str) -> Markup {
        let mut reasons =
            screening.reasons.iter().filter(|reason| reason.followed == followed).peekable();
        html! {
            @if reasons.peek().is_some() {
                h3 { (self.app.words.say(title)) }
                @for reason in reasons { (self.reason(reason)) }
            }
        }
    }

    fn reason(&self, reason: &Reason) -> Markup {
        let words = &self.app.words;
        let asked = words.say(asks(reason.verdict));
        let (tone, sign, says) = if reason.followed {
            let (tone, sign) = tone(reason.verdict);
            (tone, sign, asked)
        } else {
            let says = words.say_with("consult-not-followed", [("verdict", asked.into())]);
            ("unfollowed", "i", says)
        };
        let site = reason.site.as_deref().and_then(|site| self.app.knowledge.site(site));
        html! {
            article.reason.quieter[!reason.followed] {
                p.asks {
                    span.mark.(tone) aria-hidden="true" { (sign) }
                    strong { (says) }
                    @if let Some(until) = reason.until {
                        " " (words.say_with("consult-until", [("date", until.to_string().into())]))
                    }
                }
                p { (reason.statement) }
                p.quiet {
                    (words.say_with("consult-because", [("because", reason.because.as_str().into())]))
                    @if let Some(site) = site { " (" (site.label) ")" }
                }
                (self.basis(Some(&reason.strength), &reason.sources, reason.disagreement.as_deref()))
                @if self.may_be_set_aside(reason) {
                    button.quiet type="submit" form="consultation" name="do" value={ "set-aside:" (reason.rule) } data-part="part-aside" {
                        (words.say("consult-set-aside"))
                    }
                }
            }
        }
    }

    /// Advice that is followed, that keeps from something, that may be set aside and that is not yet.
    fn may_be_set_aside(&self, reason: &Reason) -> bool {
        let fixed = self.app.knowledge.rule(&reason.rule).is_none_or(|rule| rule.fixed);
        let set_aside = |answers: &Answers| {
            let entries = answers.entries("override");
            entries.iter().any(|entry| answers.one(&entry.field("rule")) == reason.rule)
        };
        self.may_set_aside
            && reason.followed
            && reason.verdict > Verdict::Go
            && (!fixed || reason.rule == UNKNOWN_MEDICINE)
            && self.answers.is_some_and(|answers| !set_aside(answers))
    }

    /// Strength, sources and what speaks against it, folded away.
    fn basis(
        &self,
        strength: Option<&str>,
        sources: &[String],
        disagreement: Option<&str>,
    ) -> Markup {
        let words = &self.app.words;
        html! {
            @if strength.is_some() || !sources.is_empty() || disagreement.is_some() {
                details {
                    summary {
                        (words.say("consult-basis"))
                        @if let Some(strength) = strength { ": " (strength) }
                        @if disagreement.is_some() { span.tag.disagree { (words.say("consult-sources-disagree")) } }
                    }
                    @if let Some(against) = disagreement {
                        p { strong { (words.say("consult-disagreement")) } " " (against) }
                    }
                    @if !sources.is_empty() {
                        ul.sources { @for id in sources { li { (self.source(id)) } } }
                    }
                }
            }
        }
    }

    fn source(&self, id: &str) -> Markup {
        let Some(source) = self.app.knowledge.source(id) else { return html! { (id) } };
        let doi = source.doi.as_deref().map(|doi| {
            doi.trim_start_matches("https://doi.org/").trim_start_matches("doi:").to_owned()
        });
        html! {
            (source.citation)
            @if let Some(doi) = doi {
                " " a href={ "https://doi.org/" (doi) } rel="noreferrer" { "doi:" (doi) }
            }
        }
    }

    fn overridden(&self, screening: &Screening) -> Markup {
        let words = &self.app.words;
        html! {
            @if !screening.overridden.is_empty() {
                h3 { (words.say("consult-advice-set-aside")) }
                @for one in &screening.overridden {
                    article.reason {
                        p.asks { strong { (words.say(if one.refused { "consult-set-aside-refused" } else { "consult-set-aside-done" })) } }
                        p { (rule_says(&one.rule, self.app)) }
                        p.quiet { (words.say_with("consult-set-aside-why", [
                            ("by", one.by.as_str().into()),
                            ("reason", one.reason.as_str().into()),
                            ("verdict", words.say(asks(one.verdict)).into()),
                        ])) }
                    }
                }
            }
        }
    }

    fn changes(&self, screening: &Screening) -> Markup {
        let words = &self.app.words;
        let mut told: Vec<String> = Vec::new();
        for change in screening.changes.iter().map(|change| self.change(change)) {
            if !told.contains(&change) {
                told.push(change);
            }
        }
        html! {
            @if !told.is_empty() {
                h3 { (words.say("consult-changes")) }
                ul.changes { @for change in &told { li { (change) } } }
            }
        }
    }

    fn change(&self, change: &Change) -> String {
        let (words, knowledge) = (&self.app.words, &self.app.knowledge);
        match change {
            Change::OmitNumbing { actives, .. } if actives.is_empty() => {
                words.say("consult-change-no-numbing")
            }
            Change::OmitNumbing { actives, .. } => words.say_with(
                "consult-change-no-numbing-with",
                [("actives", actives.join(", ").into())],
            ),
            Change::Shallower { most_mm, sites, .. } => {
                let sites = self.sites(sites);
                match most_mm {
                    Some(most) => words.say_with(
                        "consult-change-at-most",
                        [("most", format!("{most} mm").into()), ("sites", sites.into())],
                    ),
                    None => words.say_with("consult-change-shallower", [("sites", sites.into())]),
                }
            }
            Change::LeaveOut { sites, .. } => {
                words.say_with("consult-change-leave-out", [("sites", self.sites(sites).into())])
            }
            Change::OmitProduct { product, .. } => {
                let label = knowledge.product(product).map_or(product, |known| &known.label);
                words.say_with("consult-change-no-product", [("product", label.as_str().into())])
            }
            Change::AlsoDo { what_to_do, .. } => what_to_do.clone(),
        }
    }

    fn sites(&self, sites: &[String]) -> String {
        if sites.is_empty() {
            return self.app.words.say("consult-all-sites");
        }
        let label = |name: &String| {
            self.app.knowledge.site(name).map_or_else(|| name.clone(), |site| site.label.clone())
        };
        sites.iter().map(label).collect::<Vec<_>>().join(", ")
    }
}

/// The first sentence of a question up to its question mark, and the rest.
fn first_sentence(ask: &str) -> (&str, &str) {
    let end = ask.find("? ").map_or(ask.len(), |mark| mark + 1);
    let (first, more) = ask.split_at(end);
    (first, more.trim_start())
}

/// What a rule says, or its name where nobody knows it.
pub(super) fn rule_says(name: &str, app: &App) -> String {
    match app.knowledge.rule(name) {
        Some(rule) => rule.says.clone(),
        None if name == UNKNOWN_MEDICINE => app.words.say("consult-rule-unknown-medicine"),
        None => name.to_owned(),
    }
}

fn advice_words(kind: AdviceKind) -> &'static str {
    match kind {
        AdviceKind::NoTreatment => "consult-advice-nothing",
        AdviceKind::HomeCare => "consult-advice-home",
        AdviceKind::OtherProcedure => "consult-advice-other",
        AdviceKind::Referral => "consult-advice-referral",
        AdviceKind::Later => "consult-advice-later",
    }
}

/// Where a question is answered.
fn field_of(about: &str, answers: &Answers, knowledge: &Knowledge) -> String {
    if knowledge.condition(about).is_some() {
        return format!("about.{about}");
    }
    match about {
        "weight" => "weight".to_owned(),
        "lesion_age" => {
            let concerns = answers.entries("concern");
            let open = concerns
                .iter()
                .map(|concern| concern.field("lesion_age"))
                .find(|field| answers.one(field).is_empty());
            open.unwrap_or_else(|| "concerns".to_owned())
        }
        _ if answers
            .all("product")
            .chain(answers.all("product_more"))
            .any(|name| name == about) =>
        {
            "products".to_owned()
        }
        _ => "part-medicines".to_owned(),
    }
}
