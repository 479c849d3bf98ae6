//! Where and what: the drawing, a button for each site, and the concerns.

use maud::{Markup, html};
use needlepoint_knowledge::{concern::ConcernKind, scale::Scale, site::Region};

use super::{
    answers::Entry,
    body_map::body_map,
    fields::{Choice, Form, pill},
    file::LESION_AGE_UNITS,
    form::remove,
    kinds::{self, Given},
};

/// A scale with no more whole scores than this is answered by a press.
const PRESSED: f64 = 10.0;

/// Sites are offered region by region.
const REGIONS: [(&[Region], &str); 2] = [
    (&[Region::Face, Region::Scalp], "consult-region-head"),
    (&[Region::Neck, Region::Trunk, Region::Limb, Region::Hand], "consult-region-body"),
];

/// The part of the form.
pub(super) fn part(form: &Form<'_>) -> Markup {
    let concerns = form.answers.entries("concern");
    let chosen =
        |site: &str| concerns.iter().any(|concern| form.value(&concern.field("site")) == site);
    let named = |site: &str| {
        form.app.knowledge.site(site).map_or_else(|| site.to_owned(), |site| site.label.clone())
    };
    html! {
        section.card #part-what aria-labelledby="what" {
            h2 #what { (form.say("consult-what")) }
            p.quiet { (form.say("consult-what-how")) }
            (body_map(&form.app.words, chosen, named))
            div #concerns tabindex="-1" {
                @for (regions, label) in REGIONS {
                    fieldset.bare.sites {
                        legend { (form.say(label)) }
                        div.ticks {
                            @for site in form.app.knowledge.sites.iter().filter(|site| regions.contains(&site.region)) {
                                button.chip-button type="submit" name="do" value={ "site:" (site.name) }
                                    data-part="part-what" data-site=(site.name) aria-pressed=(chosen(&site.name)) {
                                    (site.label)
                                }
                            }
                        }
                    }
                }
            }
            @for concern in &concerns { (card(form, concern)) }
        }
    }
}

fn card(form: &Form<'_>, concern: &Entry) -> Markup {
    let kind = ConcernKind::named(form.value(&concern.field("kind")));
    let site = form.value(&concern.field("site"));
    let kinds: Vec<Choice> = ConcernKind::NAMED
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), kind.label().to_owned()))
        .collect();
    let title = form.app.knowledge.site(site).map_or(site, |site| site.label.as_str());
    let open = form.say("consult-choose");
    html! {
        fieldset.concern id=(concern.name()) data-site=(site) tabindex="-1" {
            legend {
                (title) @if let Some(kind) = kind { ": " (kind.label()) }
            }
            input type="hidden" name=(concern.field("was")) value=(form.value(&concern.field("kind")));
            div.fields {
                (form.select_in(&concern.field("kind"), &form.say("consult-kind"), &open, &kinds, Some("part-what")))
                (form.select_in(&concern.field("site"), &form.say("site"), &open, &form.sites(), Some("part-what")))
            }
            (severity(form, concern, kind))
            (measures(form, concern, kind))
            (form.wrong(&concern.name()))
            div.actions {
                button.quiet type="submit" name="do" value={ "add-concern:" (site) } data-part="part-what" {
                    (form.say("consult-another-concern"))
                }
                (remove(&concern.name(), "part-what", &form.say("consult-remove-concern")))
            }
        }
    }
}

fn lesion_age(form: &Form<'_>, concern: &Entry) -> Markup {
    let (age, unit) = (concern.field("lesion_age"), concern.field("lesion_age_unit"));
    let chosen = Some(form.value(&unit)).filter(|unit| !unit.is_empty()).unwrap_or("years");
    html! {
        div.field {
            label for=(age) { (form.say("consult-lesion-age")) }
            div.with-unit {
                input id=(age) name=(age) value=(form.value(&age)) maxlength="60" autocomplete="off" inputmode="decimal"
                    aria-invalid=[form.invalid(&age)] aria-describedby=[form.described(&age)];
                select name=(unit) aria-label=(form.say("consult-unit")) {
                    @for (many, _, label) in LESION_AGE_UNITS {
                        option value=(many) selected[many == chosen] { (form.say(label)) }
                    }
                }
            }
            (form.wrong(&age))
        }
    }
}

/// How severe on a scale, with what each score stands for.
fn severity(form: &Form<'_>, concern: &Entry, kind: Option<ConcernKind>) -> Markup {
    let (scale_field, score_field) = (concern.field("scale"), concern.field("score"));
    let offered: Vec<&Scale> =
        kind.map(|kind| kinds::scales(&form.app.knowledge, kind).collect()).unwrap_or_default();
    if offered.is_empty()
        && form.value(&scale_field).is_empty()
        && form.value(&score_field).is_empty()
    {
        return html! {};
    }
    let choices: Vec<Choice> =
        offered.iter().map(|scale| (scale.name.clone(), scale.label.clone())).collect();
    let scale = form.app.knowledge.scale(form.value(&scale_field));
    html! {
        div.fields {
            (form.select_in(&scale_field, &form.say("consult-scale"), &form.say("consult-no-scale"), &choices, Some("part-what")))
            @if let Some(scale) = scale {
                @if pressed(scale, form.value(&score_field)) {
                    (scores(form, &score_field, scale, kind))
                } @else {
                    (form.input(&score_field, &form.app.words.say_with("consult-score-between", [
                        ("least", scale.least.into()), ("most", scale.most.into()),
                    ]), ""))
                }
            } @else if !form.value(&score_field).is_empty() {
                (form.input(&score_field, &form.say("consult-score"), ""))
            }
        }
        @if let Some(scale) = scale {
            p.quiet {
                @if !pressed(scale, form.value(&score_field)) { (anchors(form, scale, kind)) " " }
                (scale.note)
            }
        }
    }
}

/// Whether the scores are few and whole, and the one that is told is one of them.
fn pressed(scale: &Scale, score: &str) -> bool {
    let few = scale.most - scale.least <= PRESSED;
    few && (score.is_empty()
        || score.parse::<i32>().is_ok_and(|score| whole(scale).contains(&score)))
}

fn whole(scale: &Scale) -> std::ops::RangeInclusive<i32> {
    scale.least.ceil() as i32..=scale.most.floor() as i32
}

fn scores(form: &Form<'_>, field: &str, scale: &Scale, kind: Option<ConcernKind>) -> Markup {
    let value = form.value(field);
    let kind = kind.unwrap_or(scale.concern);
    html! {
        fieldset.field.bare.scores id=(field) tabindex="-1" {
            legend { (form.say("consult-score")) }
            div.pills {
                @for score in whole(scale) {
                    @let size = kinds::size_in_words(kind, scale.size_of(f64::from(score)));
                    (pill(field, &score.to_string(), &format!("{score} \u{b7} {size}"), score.to_string() == value, false))
                }
            }
            (form.wrong(field))
        }
    }
}

/// What some scores stand for.
fn anchors(form: &Form<'_>, scale: &Scale, kind: Option<ConcernKind>) -> String {
    let kind = kind.unwrap_or(scale.concern);
    let anchors = scale
        .steps
        .iter()
        .map(|(score, size)| format!("{score}: {}", kinds::size_in_words(kind, *size)));
    let list = anchors.collect::<Vec<_>>().join(", ");
    form.app.words.say_with("consult-anchors", [("list", list.into())])
}

/// What was measured: what says something about this kind, and whatever else is told.
fn measures(form: &Form<'_>, concern: &Entry, kind: Option<ConcernKind>) -> Markup {
    let shown = |key: &str| {
        kind.is_some_and(|kind| kinds::fits(kind, key))
            || !form.value(&concern.field(key)).is_empty()
    };
    let types = [
        ("boxcar", "consult-boxcar"),
        ("rolling", "consult-rolling"),
        ("ice_pick", "consult-ice-pick"),
    ];
    html! {
        div.fields {
            (lesion_age(form, concern))
            @for measure in kinds::MEASURES.iter().filter(|measure| shown(measure.key)) {
                @let (field, label) = (concern.field(measure.key), form.say(measure.label));
                @match measure.given {
                    Given::Unit(unit) => (form.input(&field, &label, unit)),
                    Given::Words(known) => (form.select(&field, &label, &form.say("not-stated"), &form.choices(known))),
                }
            }
        }
        @if types.iter().any(|(key, _)| shown(key)) {
            fieldset.bare.field {
                legend { (form.say("consult-scar-types")) }
                div.fields.three { @for (key, label) in types { (form.input(&concern.field(key), &form.say(label), "%")) } }
            }
        }
    }
}
