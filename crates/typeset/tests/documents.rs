//! Documents of made-up data, set and read back.

use jiff::civil::Date;
use lopdf::{Document as Pdf, Object};
use needlepoint_typeset::{
    Answer, Banner, Candidate, Day, Document, Expectation, Fact, Field, Flag, Frame, Instruction,
    Item, Line, Lines, Paper, Paragraphs, PatientDocument, PlanDocument, Question, Reason,
    SessionDocument, SetAside, Step, Timetable, Tone, Zone, pdf,
};

/// What would be markup, if it were read as such.
const HOSTILE: &str = "#panic() $x_1$ *b* _i_ = h `r` <l> @r // c \\ \"q\" -- ~ [x] {y} #import";

fn frame(kind: &str, paper: Paper) -> Frame {
    Frame {
        kind: kind.to_owned(),
        title: format!("{kind}: made-up patient"),
        subject: format!("Made-up patient {HOSTILE}"),
        author: "Needlepoint".to_owned(),
        date: Date::constant(2027, 2, 15),
        date_in_words: "15 February 2027".to_owned(),
        disclaimer: "Supports qualified people; not a medical device.".to_owned(),
        provenance: "Made up for a test.".to_owned(),
        ident: kind.to_owned(),
        paper,
    }
}

fn line(text: &str) -> Line {
    Line {
        text: text.to_owned(),
        strength: Some("review".to_owned()),
        sources: vec![1, 2],
        disagreement: Some("Others hold the opposite.".to_owned()),
    }
}

fn plain(text: &str) -> Line {
    Line { text: text.to_owned(), strength: None, sources: Vec::new(), disagreement: None }
}

fn facts() -> Vec<Fact> {
    ["34 years, female", "V", "Acne scars, cheeks", "none"]
        .map(|value| Fact { name: "Name".to_owned(), value: value.to_owned() })
        .to_vec()
}

fn zone() -> Zone {
    Zone {
        label: "Cheeks".to_owned(),
        concerns: "acne scars".to_owned(),
        device: "A pen".to_owned(),
        needle: "1.0 mm, up to 1.5 mm".to_owned(),
        passes: "4".to_owned(),
        endpoint: "Even redness".to_owned(),
        area: "120 cm\u{b2}".to_owned(),
        minutes: "9 minutes".to_owned(),
        because: vec![line("By the label.")],
        caution: vec![plain("Lighten the hand over bone.")],
    }
}

fn flags() -> Vec<Flag> {
    ["Emergency: call at once", "A doctor, today", "A doctor, today"]
        .map(|urgency| Flag {
            sign: "Something seen".to_owned(),
            act: "Something to do".to_owned(),
            urgency: urgency.to_owned(),
            sources: vec![2],
        })
        .to_vec()
}

fn course() -> Vec<Day> {
    (0..4)
        .map(|day| Day {
            label: format!("Day {day}"),
            text: "Red and warm, as after a day in the sun.".to_owned(),
            shares: ["about 9 in 10", "about 5 in 10", "nobody"].map(str::to_owned),
            levels: [0.9, 0.5, 0.0],
        })
        .collect()
}

fn timetable() -> Timetable {
    let instruction = |text: &str| Instruction {
        line: line(text),
        span: "From the start to the end of day 1".to_owned(),
        holds: vec![true, true, false],
    };
    Timetable {
        hours: vec!["0\u{2013}24".to_owned()],
        days: vec!["1".to_owned(), "2".to_owned()],
        act: vec![instruction("Leave the skin in peace.")],
        avoid: vec![instruction(HOSTILE)],
    }
}

fn plan(paper: Paper) -> PlanDocument {
    PlanDocument {
        frame: frame("Treatment plan", paper),
        banner: Banner {
            tone: Tone::Change,
            headline: "Go ahead, with changes".to_owned(),
            meaning: HOSTILE.to_owned(),
        },
        facts: facts(),
        reasons: vec![Reason {
            asks: "Change the plan".to_owned(),
            line: line(HOSTILE),
            because: "phototype V".to_owned(),
            site: Some("Cheeks".to_owned()),
            until: None,
            followed: false,
        }],
        questions: vec![Question { ask: HOSTILE.to_owned(), could_be: "Wait".to_owned() }],
        set_aside: vec![SetAside {
            rule: "A rule".to_owned(),
            asked: "Wait".to_owned(),
            by: "Dr Example".to_owned(),
            reason: HOSTILE.to_owned(),
            outcome: "Set aside".to_owned(),
        }],
        instead: vec![Lines { heading: "Later".to_owned(), lines: vec![line("Later.")] }],
        dates: vec!["Monday 22 February 2027".to_owned(); 4],
        interval: "4 sessions, 6 weeks apart.".to_owned(),
        zones: vec![zone()],
        parts: vec![Lines { heading: "Hygiene".to_owned(), lines: vec![line("Clean.")] }],
        expected: vec![Expectation {
            about: "Acne scars, cheeks".to_owned(),
            what: "Depth".to_owned(),
            when: "3 months after".to_owned(),
            typical: "\u{2212}24 %".to_owned(),
            half: "\u{2212}34 to \u{2212}15 %".to_owned(),
            most: "\u{2212}52 to \u{2212}3 %".to_owned(),
            visible: "about 6 in 10".to_owned(),
            strength: "moderate".to_owned(),
            sources: vec![1],
        }],
        looked_at: 12,
        alternatives: vec![Candidate {
            label: "1.0 mm, 4 sessions".to_owned(),
            standing: "the plan above".to_owned(),
            proposed: true,
            improvement: "24 % (15 to 34 %)".to_owned(),
            improvement_bar: [0.2, 0.4, 0.6],
            downtime: "0 days".to_owned(),
            downtime_bar: [0.0, 0.0, 0.0],
            risk: "about 4 in 100".to_owned(),
        }],
        aftercare: Some(timetable()),
        course: course(),
        red_flags: flags(),
        consent: vec![Item {
            heading: "Dark marks".to_owned(),
            line: line("May come."),
            personal: true,
        }],
        home: vec![Answer { question: "How long?".to_owned(), lines: vec![line("Short.")] }],
        sources: vec!["First source".to_owned(), "Second source".to_owned()],
    }
}

/// A verdict and nothing else.
fn bare() -> PlanDocument {
    PlanDocument {
        facts: Vec::new(),
        reasons: Vec::new(),
        questions: Vec::new(),
        set_aside: Vec::new(),
        instead: Vec::new(),
        dates: Vec::new(),
        interval: String::new(),
        zones: Vec::new(),
        parts: Vec::new(),
        expected: Vec::new(),
        alternatives: Vec::new(),
        aftercare: None,
        course: Vec::new(),
        red_flags: Vec::new(),
        consent: Vec::new(),
        home: Vec::new(),
        sources: Vec::new(),
        ..plan(Paper::A4)
    }
}

fn session(paper: Paper) -> SessionDocument {
    let field =
        |label: &str, long| Field { label: label.to_owned(), hint: "in words".to_owned(), long };
    SessionDocument {
        frame: frame("Session sheet", paper),
        headline: "Session 1 of 4".to_owned(),
        date: "Monday 22 February 2027".to_owned(),
        minutes: "105 minutes".to_owned(),
        facts: facts(),
        prepare: vec![plain("Pen"), plain(HOSTILE)],
        check_first: vec![plain("Anything new?")],
        zones: vec![zone(), zone(), zone()],
        steps: vec![Step {
            line: line("Photographs."),
            minutes: "5 min".to_owned(),
            begins: "start".to_owned(),
        }],
        record: vec![field("Device lot", false), field("Adverse events", true)],
        red_flags: flags(),
    }
}

fn patient(paper: Paper) -> PatientDocument {
    PatientDocument {
        frame: frame("For you", paper),
        title: HOSTILE.to_owned(),
        letter: vec![Paragraphs {
            heading: "What we plan".to_owned(),
            paragraphs: vec![HOSTILE.to_owned()],
            points: vec!["Come without make-up.".to_owned()],
        }],
        dates: vec!["Monday 22 February 2027".to_owned()],
        course: course(),
        aftercare: Some(timetable()),
        red_flags: flags(),
    }
}

fn set(document: &impl Document) -> Vec<u8> {
    pdf(document).unwrap_or_else(|why| panic!("{why}"))
}

fn text(bytes: &[u8]) -> String {
    let pdf = Pdf::load_mem(bytes).expect("a PDF");
    let pages: Vec<u32> = pdf.get_pages().keys().copied().collect();
    pdf.extract_text(&pages).expect("its text can be read").split_whitespace().collect()
}

#[test]
fn all_documents_can_be_set_on_both_papers() {
    for (paper, size) in [(Paper::A4, [595, 842]), (Paper::Letter, [612, 792])] {
        for bytes in [set(&plan(paper)), set(&session(paper)), set(&patient(paper))] {
            let pdf = Pdf::load_mem(&bytes).expect("a PDF");
            for page in pdf.get_pages().values() {
                let page = pdf.get_dictionary(*page).expect("a page");
                let sides = page.get(b"MediaBox").and_then(Object::as_array).expect("a size");
                let sides: Vec<i32> = sides[2..]
                    .iter()
                    .map(|side| side.as_float().expect("a number").round() as i32)
                    .collect();
                assert_eq!(sides, size);
            }
        }
    }
    set(&bare());
}

#[test]
fn nothing_that_is_written_is_read_as_markup() {
    let solid: String = HOSTILE.split_whitespace().collect();
    let plan = text(&set(&plan(Paper::A4)));
    // Header of each page, banner, reason, question, what was set aside.
    assert!(plan.matches(&solid).count() >= 5, "{plan}");
    assert!(text(&set(&session(Paper::A4))).contains(&solid));
    assert!(text(&set(&patient(Paper::A4))).matches(&solid).count() >= 2);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(set(&plan(Paper::A4)), set(&plan(Paper::A4)));
}
