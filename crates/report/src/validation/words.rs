//! Names and units of the catalogue as a person would write them.

use needlepoint_evidence::{catalogue::Domain, study::Rater};

use crate::numbers::number;

/// "acute-reaction" as "Acute reaction".
pub(super) fn capitalised(name: &str) -> String {
    capitalised_sentence(&spaced(name))
}

/// A sentence that begins with a capital.
pub(super) fn capitalised_sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name of a file without its hyphens, underscores and plain exponents.
pub(super) fn spaced(name: &str) -> String {
    name.replace(['-', '_'], " ").replace("cm2", "cm²")
}

/// A domain as a heading.
pub(super) fn domain(domain: Domain) -> String {
    capitalised(domain.name())
}

/// A unit with its true signs.
pub(super) fn unit(unit: &str) -> String {
    match unit {
        "x" => "×".to_owned(),
        "a*" => "Δa*".to_owned(),
        "d" => "days".to_owned(),
        "um" => "µm".to_owned(),
        "1/cm2" => "per cm²".to_owned(),
        _ => unit.replace("cm2", "cm²").replace("m2", "m²").replace("ug", "µg"),
    }
}

/// A text of the scores with true minus signs and exponents.
pub(super) fn sentence(text: &str) -> String {
    // 0 hours after a session is not 10 hours after it: only whole words are replaced.
    let text = text.strip_prefix("0 h after").map_or_else(
        || text.replace(", 0 h after", ", right after"),
        |rest| format!("right after{rest}"),
    );
    text.replace(" -", " \u{2212}").replace("cm2", "cm²").replace(" 1/cm²", " per cm²")
}

/// A stated number: three digits, no idle zeros.
pub(super) fn stated(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return number(value, 1.0);
    }
    let step = 10f64.powf(value.abs().log10().floor() - 2.0).min(1.0);
    let text = number(value, step);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A share in whole per cent.
pub(super) fn percent(share: f64) -> String {
    format!("{}\u{a0}%", number(100.0 * share, 1.0))
}

/// "1 study", "3 studies".
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count}\u{a0}{}", if count == 1 { one } else { many })
}

/// Who judged.
pub(super) fn rater(rater: Rater) -> &'static str {
    match rater {
        Rater::Instrument => "by instrument or count",
        Rater::Blinded => "by a blinded rater",
        Rater::Open => "by a rater who knew the treatment",
        Rater::Patient => "by the patient",
    }
}

/// A name of anything as (part of) an identifier of the page.
pub(super) fn identifier(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stated_numbers_keep_three_digits() {
        let said = [0.0, 1.08, 0.292_95, 459.999_999, 250.0, -2.636, 1234.0].map(stated);
        assert_eq!(said, ["0", "1.08", "0.293", "460", "250", "−2.64", "1234"]);
    }

    #[test]
    fn names_are_said_as_one_would() {
        assert_eq!(capitalised("holes_per_cm2"), "Holes per cm²");
        assert_eq!(unit("g/m2/h"), "g/m²/h");
        assert_eq!(sentence("people with at most -1 points"), "people with at most −1 points");
        assert_eq!(sentence("0 h after the last session"), "right after the last session");
        assert_eq!(sentence("10 h after the last session"), "10 h after the last session");
    }
}
