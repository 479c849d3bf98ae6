//! Bars of the shares of each factor, one panel for each outcome.

use maud::{Markup, html};
use needlepoint_course::sensitivity::{FactorIndices, Group, OutcomeSensitivity, Sensitivity};

use super::sensitivity::{percent, sorted};
use crate::{art::Art, numbers::Style, section::r1};

const WIDTH: f64 = 1000.0;
/// Width of a panel; two stand side by side.
const PANEL: f64 = 476.0;
/// Where the bars begin and end within a panel.
const BARS: (f64, f64) = (158.0, 428.0);
const ROW: f64 = 27.0;
/// Room for the legend.
const LEGEND: f64 = 44.0;
/// Room for the name of the outcome.
const HEAD: f64 = 58.0;
/// Room for the axis.
const FOOT: f64 = 58.0;
const GROUPS: [(Group, &str, &str); 4] = [
    (Group::Choice, "what the doctor chooses", "var(--by-choice)"),
    (Group::Patient, "the patient", "var(--by-patient)"),
    (Group::People, "how people differ", "var(--by-people)"),
    (Group::Unknown, "what nobody knows", "var(--by-unknown)"),
];

fn colour(group: Group) -> &'static str {
    GROUPS.iter().find(|(known, ..)| *known == group).map_or("var(--ink)", |(.., colour)| colour)
}

/// The axis of all panels.
#[derive(Clone, Copy)]
struct Axis {
    /// Greatest share drawn: an interval may reach beyond all of the variance.
    most: f64,
}

impl Axis {
    /// As long as the longest interval needs, in quarters.
    fn holding(sensitivity: &Sensitivity) -> Self {
        let all = sensitivity.outcomes.iter().flat_map(|outcome| outcome.factors.iter().flatten());
        let longest =
            all.map(|indices| indices.total.hi95.max(indices.first.hi95)).fold(0.0, f64::max);
        Self { most: (longest.clamp(0.5, 1.0) * 4.0).ceil() / 4.0 }
    }

    /// Place of a share within a panel.
    fn place(self, share: f64) -> f64 {
        BARS.0 + (share.clamp(0.0, self.most) / self.most) * (BARS.1 - BARS.0)
    }
}

pub(super) fn shares(sensitivity: &Sensitivity) -> Art {
    let panel_height = HEAD + ROW * sensitivity.factors.len() as f64 + FOOT;
    let axis = Axis::holding(sensitivity);
    let lines = sensitivity.outcomes.len().div_ceil(2);
    let body = html! {
        (legend())
        @for (at, outcome) in sensitivity.outcomes.iter().enumerate() {
            @let x = if at % 2 == 0 { 0.0 } else { WIDTH - PANEL };
            @let y = LEGEND + (at / 2) as f64 * panel_height;
            g transform={ "translate(" (x) " " (r1(y)) ")" } { (panel(sensitivity, outcome, axis)) }
        }
    };
    Art {
        width: WIDTH,
        height: LEGEND + lines as f64 * panel_height - 16.0,
        title: format!("{}: what the outcome hangs on", sensitivity.label),
        facts: format!(
            "Shares of the variance of each outcome, in numbers with interplay; thin lines: 95 % intervals. {} points, {} courses.",
            sensitivity.samples, sensitivity.courses
        ),
        desc: description(sensitivity),
        body: body.into_string(),
    }
}

fn description(sensitivity: &Sensitivity) -> String {
    let mut words = String::from("Bars of the share of variance that each factor explains. ");
    for outcome in &sensitivity.outcomes {
        let pairs = sorted(sensitivity, outcome);
        let told: Vec<String> = pairs
            .iter()
            .take(3)
            .map(|(factor, indices)| {
                format!("{} {} %", factor.label.to_lowercase(), percent(indices.total.value))
            })
            .collect();
        words.push_str(&outcome.label);
        words.push_str(": ");
        words.push_str(&if told.is_empty() { "does not vary".to_owned() } else { told.join(", ") });
        words.push_str(". ");
    }
    words.trim_end().to_owned()
}

/// The colours of the groups.
fn legend() -> Markup {
    let starts = [0.0, 205.0, 330.0, 495.0];
    html! {
        @for ((_, words, colour), x) in GROUPS.iter().zip(starts) {
            rect x=(x) y="2" width="15" height="15" rx="3" fill=(colour) {}
            text x=(x + 22.0) y="14.5" font-size="14" fill="var(--ink)" { (words) }
        }
        g transform="translate(668 0)" {
            rect x="0" y="1" width="52" height="17" rx="2" fill="var(--ink-2)" fill-opacity="0.28" {}
            rect x="0" y="9" width="30" height="9" fill="var(--ink-2)" {}
            text x="60" y="14.5" font-size="14" fill="var(--ink)" { "solid: alone, pale: with interplay" }
        }
    }
}

fn panel(sensitivity: &Sensitivity, outcome: &OutcomeSensitivity, axis: Axis) -> Markup {
    let pairs = sorted(sensitivity, outcome);
    let style = Style { unit: outcome.unit, signed: outcome.value.lo95 < 0.0, finest: 0.1 };
    let bottom = HEAD + ROW * sensitivity.factors.len() as f64;
    html! {
        text x="0" y="18" font-size="15" font-weight="bold" fill="var(--ink)" { (outcome.label) }
        text x="0" y="38" font-size="13" fill="var(--ink-2)" {
            "median " (style.typical(&outcome.value)) ", 95 of 100 " (style.band95(&outcome.value))
        }
        @if pairs.is_empty() {
            text x=(0.5 * PANEL) y=(r1(0.5 * (HEAD + bottom))) text-anchor="middle" font-size="14" fill="var(--ink-2)" { "does not vary: nothing to attribute" }
        } @else {
            @for percent in [0_u8, 25, 50, 75, 100].into_iter().filter(|percent| f64::from(*percent) <= 100.0 * axis.most) {
                @let x = r1(axis.place(f64::from(percent) / 100.0));
                line x1=(x) x2=(x) y1=(HEAD - 4.0) y2=(r1(bottom)) stroke=(if percent == 0 { "var(--axis)" } else { "var(--grid)" }) {}
                text x=(x) y=(r1(bottom + 18.0)) text-anchor="middle" font-size="12.5" fill="var(--ink-2)" { (percent) }
            }
            text x=(BARS.1) y=(r1(bottom + 36.0)) text-anchor="end" font-size="12.5" fill="var(--ink-2)" { "% of the variance" }
            @for (at, (factor, indices)) in pairs.iter().enumerate() {
                @let y = r1(HEAD + ROW * (at as f64 + 0.5));
                text x=(BARS.0 - 10.0) y=(y + 4.5) text-anchor="end" font-size="13.5" fill="var(--ink)" { (factor.label) }
                (bar(indices, colour(factor.group), y, axis))
                text x=(PANEL) y=(y + 4.5) text-anchor="end" font-size="13" fill="var(--ink-2)" { (percent(indices.total.value)) " %" }
            }
        }
    }
}

/// The pale bar of the total, with the solid one of the first order in its lower half.
fn bar(indices: &FactorIndices, colour: &str, y: f64, axis: Axis) -> Markup {
    let zero = axis.place(0.0);
    let width = |share: f64| r1((axis.place(share) - zero).max(0.0));
    html! {
        rect x=(zero) y=(y - 9.0) width=(width(indices.total.value)) height="18" fill=(colour) fill-opacity="0.28" {}
        rect x=(zero) y=(y) width=(width(indices.first.value)) height="9" fill=(colour) {}
        (whisker(indices.total.lo95, indices.total.hi95, y - 4.5, axis))
        (whisker(indices.first.lo95, indices.first.hi95, y + 4.5, axis))
    }
}

/// An interval; where it is too short to see, nothing.
fn whisker(low: f64, high: f64, y: f64, axis: Axis) -> Markup {
    let (from, to) = (r1(axis.place(low)), r1(axis.place(high)));
    html! {
        @if to - from > 1.5 {
            path d={ "M" (from) " " (y - 2.5) "v5m0 -2.5H" (to) "m0 -2.5v5" } fill="none" stroke="var(--ink)" stroke-width="1.2" {}
        }
    }
}
