//! Short answers that a record has no field of its own for (pain, serial number), kept as lines at the head of its note.
//!
//! A line reads `· Pain: 4`. So whoever reads the record elsewhere reads it too, and nothing is lost on the way.

/// What a line begins with.
const MARK: &str = "· ";
/// What stands between label and answer.
const COLON: &str = ": ";
/// Longest label, characters.
const LABEL: usize = 120;

/// A note taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Lines {
    /// Label and answer of each line, in order.
    pub(crate) answers: Vec<(String, String)>,
    /// What was written besides.
    pub(crate) text: String,
}

impl Lines {
    /// Take a note apart.
    pub(crate) fn of(note: Option<&str>) -> Self {
        let mut lines = Self::default();
        let mut text = Vec::new();
        for line in note.unwrap_or_default().lines() {
            match line.strip_prefix(MARK).and_then(|line| line.split_once(COLON)) {
                Some((label, answer)) if text.is_empty() => {
                    lines.answers.push((label.to_owned(), answer.to_owned()));
                }
                _ => text.push(line),
            }
        }
        lines.text = text.join("\n");
        lines
    }

    /// The answer under a label; empty without one.
    pub(crate) fn answer(&self, label: &str) -> &str {
        let found = self.answers.iter().find(|(known, _)| *known == clean(label));
        found.map_or("", |(_, answer)| answer)
    }

    /// Write an answer down; an empty one takes the line away.
    pub(crate) fn put(&mut self, label: &str, answer: &str) {
        let (label, answer) = (clean(label), one_line(answer));
        self.answers.retain(|(known, _)| *known != label || !answer.is_empty());
        match self.answers.iter_mut().find(|(known, _)| *known == label) {
            Some((_, known)) => *known = answer,
            None if !answer.is_empty() => self.answers.push((label, answer)),
            None => {}
        }
    }

    /// The note; none if there is nothing in it.
    pub(crate) fn note(&self) -> Option<String> {
        let answers =
            self.answers.iter().map(|(label, answer)| format!("{MARK}{label}{COLON}{answer}"));
        // Text that looks like a line of ours would come back as one.
        let text = self.text.trim_end().trim_start_matches('\n');
        let text = text.strip_prefix(MARK).unwrap_or(text).to_owned();
        let all: Vec<String> = answers.chain((!text.is_empty()).then_some(text)).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }
}

/// A label that can be found again.
fn clean(label: &str) -> String {
    one_line(&label.replace(COLON, ", ")).chars().take(LABEL).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_text_come_back() {
        let mut lines = Lines::of(Some("Calm throughout.\nSlight swelling."));
        lines.put("Pain", "4");
        lines.put("Device and serial number", "A  17\n9");
        let note = lines.note().unwrap();
        assert_eq!(
            note,
            "· Pain: 4\n· Device and serial number: A 17 9\nCalm throughout.\nSlight swelling."
        );
        assert_eq!(Lines::of(Some(&note)), lines);
        assert_eq!(lines.answer("Pain"), "4");
    }

    #[test]
    fn an_empty_answer_takes_its_line_away() {
        let mut lines = Lines::of(Some("· Pain: 4"));
        lines.put("Pain", " ");
        assert_eq!((lines.note(), lines.answer("Pain")), (None, ""));
    }

    #[test]
    fn a_label_with_a_colon_is_found_again() {
        let mut lines = Lines::default();
        lines.put("Numbing: product", "cream");
        assert_eq!(Lines::of(lines.note().as_deref()).answer("Numbing: product"), "cream");
    }

    #[test]
    fn text_never_turns_into_an_answer() {
        let lines = Lines { answers: Vec::new(), text: "· Pain: 9".to_owned() };
        assert_eq!(Lines::of(lines.note().as_deref()).answers, Vec::new());
    }
}
