//! The form, part by part.

use maud::{Markup, html};
use needlepoint_knowledge::product::ProductKind;

use super::{fields::Form, file::NUMBING, history, panel::rule_says, what};

const SEXES: [(&str, &str); 2] = [("female", "sex-female"), ("male", "sex-male")];
const NUMERALS: [(&str, &str); 6] = [
    ("I", "consult-phototype-1"),
    ("II", "consult-phototype-2"),
    ("III", "consult-phototype-3"),
    ("IV", "consult-phototype-4"),
    ("V", "consult-phototype-5"),
    ("VI", "consult-phototype-6"),
];

/// Every part of the form, in the order in which it is gone through.
pub(super) fn parts(form: &Form<'_>) -> Markup {
    html! {
        (who(form))
        (what::part(form))
        (history::part(form))
        (medicines(form))
        (wishes(form))
        (set_aside(form))
    }
}

fn who(form: &Form<'_>) -> Markup {
    let none = ("", "not-stated");
    html! {
        section.card id="part-who" aria-labelledby="who" {
            h2 #who { (form.say("consult-who")) }
            div.fields {
                (form.day("assessed", &form.say("consult-assessed")))
                (form.input("age", &form.say("consult-age"), &form.say("consult-unit-years")))
                (form.input("weight", &form.say("consult-weight"), "kg"))
            }
            (form.pills("sex", &form.say("patient-sex"), &form.choices(&[none, SEXES[0], SEXES[1]])))
            (phototype(form))
            div.fields {
                (form.pills("smoker", &form.say("consult-smoker"), &form.choices(&[none, ("no", "consult-no"), ("yes", "consult-yes")])))
                (form.pills("sun_exposure", &form.say("consult-sun"), &form.choices(&[
                    none,
                    ("low", "consult-sun-low"),
                    ("usual", "consult-sun-usual"),
                    ("high", "consult-sun-high"),
                ])))
            }
        }
    }
}

/// Six kinds of skin, in plain words and with a colour each.
fn phototype(form: &Form<'_>) -> Markup {
    let value = form.value("phototype");
    let known = NUMERALS.iter().any(|(numeral, _)| *numeral == value);
    html! {
        fieldset.field.bare #phototype tabindex="-1" {
            legend { (form.say("consult-phototype")) }
            div.tones {
                @for (at, (numeral, words)) in NUMERALS.iter().enumerate() {
                    label.tone {
                        input type="radio" name="phototype" value=(numeral) checked[*numeral == value];
                        span.card-of-tone {
                            span class={ "swatch tone-" (at + 1) } aria-hidden="true" {}
                            strong { (numeral) }
                            span.quiet { (form.say(words)) }
                        }
                    }
                }
            }
            div.pills {
                (super::fields::pill("phototype", "", &form.say("not-stated"), value.is_empty(), false))
                @if !known && !value.is_empty() { (super::fields::pill("phototype", value, value, true, false)) }
            }
            (form.wrong("phototype"))
        }
    }
}

fn medicines(form: &Form<'_>) -> Markup {
    let mut entries = form.answers.entries("medicine");
    // There is always a row to write into.
    entries.push(form.answers.next_entry("medicine"));
    let rows = entries.len() > 1;
    html! {
        section.card #part-medicines aria-labelledby="medicines-title" tabindex="-1" {
            h2 #medicines-title { (form.say("consult-medicines")) }
            (form.pills("medicines", &form.say("consult-medicines-taken"), &form.choices(&[
                ("", "consult-not-asked"),
                ("none", "consult-medicines-none"),
                ("some", "consult-medicines-some"),
            ])))
            div.rows data-medicines="/consult/medicines" data-known=(form.say("consult-medicine-known"))
                data-unknown=(form.say("consult-medicine-unknown")) {
                p.quiet { (form.say("consult-medicines-how")) }
                @for (at, entry) in entries.iter().enumerate() {
                    @let name = entry.field("name");
                    div.entry {
                        div.fields {
                            (medicine_name(form, &name))
                            (form.day(&entry.field("since"), &form.say("consult-since")))
                            (form.day(&entry.field("stopped"), &form.say("consult-stopped")))
                        }
                        details open[form.answers.all(&entry.field("place")).next().is_some()] {
                            summary { (form.say("consult-put-on-skin")) }
                            (form.places(&entry.field("place")))
                        }
                        @if rows && at + 1 < entries.len() {
                            (remove(&entry.name(), "part-medicines", &form.say("consult-remove-medicine")))
                        }
                    }
                }
                button.second type="submit" name="do" value="add:medicine" data-part="part-medicines" {
                    (form.say("consult-add-medicine"))
                }
            }
            (form.wrong("medicines"))
        }
    }
}

/// The name of a medicine, with what is known of it.
fn medicine_name(form: &Form<'_>, name: &str) -> Markup {
    let value = form.value(name);
    let known = form.app.knowledge.medicine(value);
    let remark = match known {
        _ if value.is_empty() => String::new(),
        Some(known) if known.name == value.to_lowercase() => form.say("consult-medicine-known"),
        Some(known) => known.name.clone(),
        None => form.say("consult-medicine-unknown"),
    };
    html! {
        div.field.medicine {
            label for=(name) { (form.say("consult-medicine")) }
            input id=(name) name=(name) value=(value) maxlength="500" autocomplete="off" data-medicine=""
                aria-invalid=[form.invalid(name)] aria-describedby=[form.described(name)]
                autofocus[form.focus == name];
            p.remark-of-name.unknown[known.is_none() && !value.is_empty()] { (remark) }
            (form.wrong(name))
        }
    }
}

/// A button that takes out an entry.
pub(super) fn remove(entry: &str, part: &str, label: &str) -> Markup {
    html! {
        button.quiet type="submit" name="do" value={ "remove:" (entry) } data-part=(part) { (label) }
    }
}

fn wishes(form: &Form<'_>) -> Markup {
    let knowledge = &form.app.knowledge;
    let devices: Vec<_> = knowledge
        .devices
        .iter()
        .map(|device| (device.name.clone(), device.label.clone()))
        .collect();
    let numbs = |kind: ProductKind| kind == ProductKind::Numbing;
    let labels = |numbing: bool| {
        let products = knowledge.products.iter().filter(move |one| numbs(one.kind) == numbing);
        products.map(|one| (one.name.clone(), one.label.clone()))
    };
    let mut numbing = form
        .choices(&[(NUMBING[1].0, "consult-numbing-no"), (NUMBING[0].0, "consult-numbing-yes")]);
    numbing.extend(labels(true));
    html! {
        section.card #part-wishes aria-labelledby="wishes" {
            h2 #wishes { (form.say("consult-wishes")) }
            p.quiet { (form.say("consult-wishes-optional")) }
            (form.several("device", &form.say("consult-devices"), &devices))
            div.fields {
                (form.day("start", &form.say("consult-start")))
                (form.input("downtime", &form.say("consult-downtime"), &form.say("consult-unit-days")))
                (form.select("numbing", &form.say("consult-numbing"), &form.say("not-stated"), &numbing))
            }
            div #products tabindex="-1" {
                (form.several("product", &form.say("consult-products"), &labels(false).collect::<Vec<_>>()))
                (form.input("product_more", &form.say("consult-product-more"), ""))
            }
            div.fields {
                (form.pills("setting", &form.say("consult-setting"), &form.choices(&[
                    ("", "not-stated"),
                    ("clinic", "consult-setting-clinic"),
                    ("home", "consult-setting-home"),
                ])))
                (form.input("home_roller", &form.say("consult-home-roller"), "mm"))
            }
        }
    }
}

/// Advice that somebody sets aside and signs for; a reason of the screening brings a row here.
fn set_aside(form: &Form<'_>) -> Markup {
    let entries = form.answers.entries("override");
    html! {
        section #part-aside.card.nothing[entries.is_empty()] aria-labelledby="aside" {
            @if !entries.is_empty() {
                h2 #aside { (form.say("consult-advice-set-aside")) }
                p.quiet { (form.say("consult-set-aside-how")) }
                @for entry in &entries {
                    @let rule = form.value(&entry.field("rule"));
                    div.entry {
                        p { strong { (rule_says(rule, form.app)) } }
                        input type="hidden" name=(entry.field("rule")) value=(rule);
                        input type="hidden" name=(entry.field("by")) value=(form.value(&entry.field("by")));
                        (form.input(&entry.field("reason"), &form.say("consult-set-aside-reason"), ""))
                        p.quiet { (form.app.words.say_with("consult-signed-by", [("by", form.value(&entry.field("by")).into())])) }
                        (form.wrong(&entry.field("rule")))
                        (remove(&entry.name(), "part-aside", &form.say("consult-follow-again")))
                    }
                }
            }
        }
    }
}
