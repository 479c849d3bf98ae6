//! Fields of the form: each with its label, what was typed, and what is wrong with it.

use maud::{Markup, html};

use super::{answers::Answers, screened::Screened};
use crate::app::App;

/// What every part of the form needs.
pub(super) struct Form<'a> {
    pub(super) app: &'a App,
    pub(super) answers: &'a Answers,
    pub(super) screened: &'a Screened,
    /// The field that is looked at next: something was just added there.
    pub(super) focus: &'a str,
}

/// Something that can be chosen: what is sent, and what is read.
pub(super) type Choice = (String, String);

impl<'a> Form<'a> {
    pub(super) fn say(&self, name: &str) -> String {
        self.app.words.say(name)
    }

    pub(super) fn value(&self, name: &str) -> &'a str {
        self.answers.one(name)
    }

    /// Choices from names and names of words.
    pub(super) fn choices(&self, known: &[(&str, &str)]) -> Vec<Choice> {
        known.iter().map(|(value, name)| ((*value).to_owned(), self.say(name))).collect()
    }

    /// What is wrong with a field, below it.
    pub(super) fn wrong(&self, name: &str) -> Markup {
        html! {
            @if let Some(trouble) = self.screened.wrong(name).filter(|trouble| trouble.stops) {
                p.wrong id={ "wrong." (name) } {
                    (trouble.message) @if let Some(help) = &trouble.help { ": " (help) }
                }
            }
        }
    }

    pub(super) fn invalid(&self, name: &str) -> Option<&'static str> {
        self.screened.wrong(name).filter(|trouble| trouble.stops).map(|_| "true")
    }

    pub(super) fn described(&self, name: &str) -> Option<String> {
        self.invalid(name).map(|_| format!("wrong.{name}"))
    }

    /// A text or a number with its unit behind it.
    pub(super) fn input(&self, name: &str, label: &str, unit: &str) -> Markup {
        let decimal = !unit.is_empty();
        html! {
            div.field {
                label for=(name) { (label) }
                div.with-unit {
                    input id=(name) name=(name) value=(self.value(name)) maxlength="500" autocomplete="off"
                        inputmode=[decimal.then_some("decimal")]
                        aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name)]
                        autofocus[self.focus == name];
                    @if decimal { span.unit { (unit) } }
                }
                (self.wrong(name))
            }
        }
    }

    /// A day. One that a browser's calendar could not show is shown as the text it is.
    pub(super) fn day(&self, name: &str, label: &str) -> Markup {
        let value = self.value(name);
        let is_day = value.is_empty() || value.parse::<jiff::civil::Date>().is_ok();
        html! {
            div.field {
                label for=(name) { (label) }
                input id=(name) name=(name) value=(value) type=(if is_day { "date" } else { "text" })
                    min=[is_day.then_some("1900-01-01")] max=[is_day.then_some("2200-12-31")]
                    aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name)];
                (self.wrong(name))
            }
        }
    }

    /// One of several. What is said and is none of them stays, so that nothing is lost.
    pub(super) fn select(
        &self,
        name: &str,
        label: &str,
        empty: &str,
        choices: &[Choice],
    ) -> Markup {
        self.select_in(name, label, empty, choices, None)
    }

    /// The same; another choice brings other fields into a part of the form.
    pub(super) fn select_in(
        &self,
        name: &str,
        label: &str,
        empty: &str,
        choices: &[Choice],
        part: Option<&str>,
    ) -> Markup {
        let value = self.value(name);
        let odd = !value.is_empty() && choices.iter().all(|(choice, _)| choice != value);
        html! {
            div.field {
                label for=(name) { (label) }
                select id=(name) name=(name) data-rerender=[part] aria-invalid=[self.invalid(name)]
                    aria-describedby=[self.described(name)] autofocus[self.focus == name] {
                    option value="" { (empty) }
                    @if odd { option value=(value) selected { (value) } }
                    @for (choice, label) in choices {
                        option value=(choice) selected[choice == value] { (label) }
                    }
                }
                (self.wrong(name))
            }
        }
    }

    /// One of a few, side by side.
    pub(super) fn pills(&self, name: &str, label: &str, choices: &[Choice]) -> Markup {
        let value = self.value(name);
        let odd = !value.is_empty() && choices.iter().all(|(choice, _)| choice != value);
        html! {
            fieldset.field.bare id=(name) tabindex="-1" {
                legend { (label) }
                div.pills {
                    @if odd { (pill(name, value, value, true, false)) }
                    @for (choice, label) in choices {
                        (pill(name, choice, label, choice == value, self.focus == name && choice.is_empty()))
                    }
                }
                (self.wrong(name))
            }
        }
    }

    /// Any of several, each once: those that are said first, in the order in which they were said.
    pub(super) fn several(&self, name: &str, label: &str, choices: &[Choice]) -> Markup {
        let said: Vec<&str> = self.answers.all(name).collect();
        let label_of = |value: &'a str| {
            choices
                .iter()
                .find(|(choice, _)| choice == value)
                .map_or(value, |(_, label)| label.as_str())
        };
        html! {
            fieldset.field.bare {
                legend { (label) }
                div.ticks {
                    @for value in &said {
                        label.chip { input type="checkbox" name=(name) value=(value) checked; span { (label_of(value)) } }
                    }
                    @for (choice, label) in choices.iter().filter(|(choice, _)| !said.contains(&choice.as_str())) {
                        label.chip { input type="checkbox" name=(name) value=(choice); span { (label) } }
                    }
                }
                (self.wrong(name))
            }
        }
    }

    /// Sites, the whole face and elsewhere.
    pub(super) fn places(&self, name: &str) -> Markup {
        let mut choices = self
            .choices(&[("face", "consult-place-face"), ("elsewhere", "consult-place-elsewhere")]);
        choices.extend(self.sites());
        self.several(name, &self.say("consult-where"), &choices)
    }

    pub(super) fn sites(&self) -> Vec<Choice> {
        let sites = self.app.knowledge.sites.iter();
        sites.map(|site| (site.name.clone(), site.label.clone())).collect()
    }
}

/// One of a few.
pub(super) fn pill(name: &str, value: &str, label: &str, chosen: bool, focus: bool) -> Markup {
    html! {
        label.pill { input type="radio" name=(name) value=(value) checked[chosen] autofocus[focus]; span { (label) } }
    }
}
