//! The nearest valid name to a mistyped one.

/// The candidate most like `name`, if any is like enough to be worth suggesting.
///
/// Likeness is the Jaro-Winkler similarity, which rewards a common beginning; hyphens, underscores
/// and letter case are ignored.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE_ENOUGH: f64 = 0.75;
    let wanted = normalised(name);
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wanted, &normalised(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn normalised(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_error_finds_its_name() {
        let devices = ["dermaroller-192", "skinpen", "home-roller-192"];
        assert_eq!(nearest("skinpan", devices), Some("skinpen"));
        assert_eq!(nearest("Dermaroller_192", devices), Some("dermaroller-192"));
    }

    #[test]
    fn a_name_like_nothing_finds_nothing() {
        assert_eq!(nearest("xqz", ["dermaroller-192", "skinpen"]), None);
    }
}
