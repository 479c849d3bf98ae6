//! What is advised for made-up patients, looked at as people and programs get it.

mod care_fixture;

use std::collections::{BTreeMap, BTreeSet};

use calcard::{
    Entry, Parser,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue,
    },
};
use care_fixture::{CareFixture, at_ten, options, treated, waiting};
use jiff::civil::Date;
use lopdf::{Document, Object};
use needlepoint_care::screening::Verdict;
use needlepoint_report::{CareOptions, Paper, care_files, care_html, care_json};

/// A name that every format has to carry as it is.
const HOSTILE: &str =
    "#let x = 1 $a_b$ *bold* <script>alert(\"1\")</script> & 'q' \\n; a,b:c @x https://a.example";

fn files(fixture: &CareFixture) -> BTreeMap<String, Vec<u8>> {
    files_with(fixture, &options())
}

fn files_with(fixture: &CareFixture, options: &CareOptions) -> BTreeMap<String, Vec<u8>> {
    care_files(&fixture.input(), options).expect("the documents can be made").into_iter().collect()
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

fn text_of_pdf(bytes: &[u8]) -> String {
    let pdf = Document::load_mem(bytes).expect("a PDF");
    let pages: Vec<u32> = pdf.get_pages().keys().copied().collect();
    let text = pdf.extract_text(&pages).expect("its text can be read");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_plan_gives_all_documents_and_a_wait_those_that_make_sense() {
    let all = files(&treated());
    assert_eq!(
        names(&all),
        [
            "aftercare.ics",
            "patient.pdf",
            "plan.html",
            "plan.pdf",
            "session-1.pdf",
            "session-2.pdf",
            "session-3.pdf",
            "session-4.pdf"
        ]
    );
    let wait = files(&waiting());
    assert_eq!(names(&wait), ["aftercare.ics", "patient.pdf", "plan.html", "plan.pdf"]);
    let mut never = waiting();
    never.care.screening.until = None;
    assert_eq!(names(&files(&never)), ["patient.pdf", "plan.html", "plan.pdf"]);
}

#[test]
fn the_same_patient_gives_the_same_bytes() {
    assert_eq!(files(&treated()), files(&treated()));
    assert_eq!(care_json(&treated().input()), care_json(&treated().input()));
}

/// Tagged, in a language, with a title, a date that no clock gave, and its fonts inside.
#[test]
fn documents_are_accessible_and_self_contained() {
    for (name, bytes) in files(&treated()) {
        if !bytes.starts_with(b"%PDF-") {
            continue;
        }
        let pdf = Document::load_mem(&bytes).expect("a PDF");
        let catalog = pdf.catalog().expect("a catalogue");
        assert!(catalog.get(b"StructTreeRoot").is_ok(), "{name} is tagged");
        let marked = pdf.get_dict_in_dict(catalog, b"MarkInfo").expect("a mark");
        assert!(marked.get(b"Marked").and_then(Object::as_bool).expect("it is said"), "{name}");
        let language = catalog.get(b"Lang").and_then(Object::as_str).expect("a language");
        assert_eq!(language, b"en-GB", "{name}");
        let info =
            pdf.trailer.get(b"Info").and_then(|info| pdf.dereference(info)).expect("information");
        let info = info.1.as_dict().expect("a dictionary");
        for key in [&b"Title"[..], b"Author", b"CreationDate"] {
            assert!(info.get(key).is_ok(), "{name}: {}", String::from_utf8_lossy(key));
        }
        let created = info.get(b"CreationDate").and_then(Object::as_str).expect("a date");
        assert!(created.starts_with(b"D:20270215"), "{name}: {}", String::from_utf8_lossy(created));
        let metadata = pdf
            .get_object(catalog.get(b"Metadata").and_then(Object::as_reference).expect("metadata"))
            .and_then(Object::as_stream)
            .expect("a stream");
        let xmp = String::from_utf8_lossy(&metadata.content).into_owned();
        assert!(xmp.contains("pdfuaid:part"), "{name} claims PDF/UA");
        let mut fonts = 0;
        for object in pdf.objects.values() {
            let Ok(dict) = object.as_dict() else { continue };
            if dict.get(b"Type").and_then(Object::as_name).ok() != Some(b"FontDescriptor") {
                continue;
            }
            fonts += 1;
            assert!(
                dict.has(b"FontFile2") || dict.has(b"FontFile3"),
                "{name}: a font is not embedded"
            );
        }
        assert!(fonts >= 2, "{name} has {fonts} fonts");
    }
}

#[test]
fn documents_say_what_they_have_to() {
    let all = files(&treated());
    let text = |name: &str| text_of_pdf(&all[name]);
    let plan = text("plan.pdf");
    for part in [
        "Go ahead, with changes",
        "Ask before you rely on this",
        "Sources disagree",
        "Cheeks",
        "1.0",
        "Numbing",
        "What to expect",
        "Other ways, weighed",
        "Aftercare",
        "Red flags",
        "Consent",
        "Needling at home",
        "Dr A. Example",
        "not a medical device",
        "Page 1 of",
    ] {
        assert!(plan.contains(part), "plan.pdf lacks {part}: {plan}");
    }
    let sheet = text("session-2.pdf");
    for part in [
        "Session 2 of 4",
        "Monday 5 April 2027",
        "Device lot",
        "Cartridge lot",
        "Adverse events",
        "Signature",
        "Endpoint",
        "Bone lies close below",
    ] {
        assert!(sheet.contains(part), "session-2.pdf lacks {part}: {sheet}");
    }
    let patient = text("patient.pdf");
    for part in [
        "Your microneedling",
        "What your skin may look like",
        "Hour 2 to 12",
        "When to call for help",
        "six in ten",
    ] {
        assert!(patient.contains(part), "patient.pdf lacks {part}: {patient}");
    }
    let waiting = files(&waiting());
    assert!(text_of_pdf(&waiting["plan.pdf"]).contains("Wait until 30 July 2027"));
    assert!(text_of_pdf(&waiting["patient.pdf"]).contains("Why we wait"));
}

/// Unknown means ask: as long as an answer could bring a no, nothing says yes.
#[test]
fn a_yes_that_hangs_on_an_answer_is_none() {
    let mut fixture = treated();
    let json = |fixture: &CareFixture| -> serde_json::Value {
        serde_json::from_str(&care_json(&fixture.input())).expect("JSON")
    };
    assert_eq!(json(&fixture)["hangs_on_answers"], false);
    fixture.care.screening.questions[0].could_be = Verdict::DoNotTreat;
    assert_eq!(json(&fixture)["hangs_on_answers"], true);
    let made = files(&fixture);
    let page = String::from_utf8(made["plan.html"].clone()).expect("text");
    for text in [text_of_pdf(&made["plan.pdf"]), page] {
        assert!(text.contains("Not yet: answers are missing"), "{text}");
        assert!(!text.contains("Go ahead, with changes"), "{text}");
    }
    // A no stays a no.
    fixture.care.screening.verdict = Verdict::Refer;
    assert_eq!(json(&fixture)["hangs_on_answers"], false);
}

#[test]
fn a_session_fits_on_a_sheet() {
    let fixture = treated();
    for paper in [Paper::A4, Paper::Letter] {
        let made = files_with(&fixture, &CareOptions { paper, ..options() });
        let pdf = Document::load_mem(&made["session-1.pdf"]).expect("a PDF");
        let pages = pdf.get_pages();
        assert!(pages.len() <= 2, "{} pages", pages.len());
        let page = pdf.get_dictionary(*pages.values().next().expect("a page")).expect("a page");
        let size: Vec<f32> = page
            .get(b"MediaBox")
            .and_then(Object::as_array)
            .expect("a size")
            .iter()
            .map(|side| side.as_float().expect("a number").round())
            .collect();
        let expected =
            if paper == Paper::A4 { [0.0, 0.0, 595.0, 842.0] } else { [0.0, 0.0, 612.0, 792.0] };
        assert_eq!(size, expected);
    }
}

#[test]
fn whatever_stands_in_a_name_comes_out_as_it_is() {
    let mut fixture = treated();
    fixture.title = HOSTILE.to_owned();
    fixture.care.letter.title = HOSTILE.to_owned();
    fixture.care.screening.reasons[0].because = HOSTILE.to_owned();
    fixture.care.screening.questions[0].ask = HOSTILE.to_owned();
    let made = files(&fixture);
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    for name in ["plan.pdf", "session-1.pdf", "patient.pdf"] {
        let text = solid(&text_of_pdf(&made[name]));
        assert!(text.contains(&solid(HOSTILE)), "{name}: {text}");
    }
    let page = String::from_utf8(made["plan.html"].clone()).expect("text");
    assert!(!page.contains("<script"), "a tag got through");
    assert!(
        page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; 'q' \\n; a,b:c")
    );
    let json: serde_json::Value = serde_json::from_str(&care_json(&fixture.input())).expect("JSON");
    assert_eq!(json["title"], HOSTILE);
    let calendar = read(&made["aftercare.ics"]);
    assert_eq!(calendar.name, format!("Microneedling: {HOSTILE}"));
}

/// A letter that no font holds is named, not lost, and does not stop the document.
#[test]
fn a_letter_that_no_font_holds_is_named() {
    let mut fixture = treated();
    fixture.title = "\u{674e} Example\u{7}".to_owned();
    let made = files(&fixture);
    assert!(text_of_pdf(&made["plan.pdf"]).contains("U+674E"));
}

#[test]
fn json_has_what_programs_look_for() {
    let fixture = treated();
    let json: serde_json::Value = serde_json::from_str(&care_json(&fixture.input())).expect("JSON");
    assert_eq!(json["verdict"], "go_with_changes");
    assert_eq!(json["until"], serde_json::Value::Null);
    let reason = &json["reasons"][0];
    assert_eq!(reason["rule"], "dark-skin-settings");
    assert_eq!(reason["strength"], "review");
    assert!(reason["source"].as_str().expect("a citation").len() > 20, "{}", reason["source"]);
    assert!(reason["disagreement"].as_str().is_some() && reason["statement"].as_str().is_some());
    for key in ["questions", "alternatives", "sessions", "red_flags", "consent", "home"] {
        assert!(!json[key].as_array().expect(key).is_empty(), "{key}");
    }
    assert_eq!(json["plan"]["dates"][1], "2027-04-05");
    assert_eq!(json["provenance"]["patient_sha256"], fixture.provenance.patient_sha256);
    let wait: serde_json::Value =
        serde_json::from_str(&care_json(&waiting().input())).expect("JSON");
    assert_eq!((&wait["verdict"], &wait["until"]), (&"wait".into(), &"2027-07-30".into()));
    assert_eq!(wait["plan"], serde_json::Value::Null);
}

#[test]
fn the_page_is_as_reviewed() {
    insta::assert_snapshot!("care-page", readable(&care_html(&treated().input())));
    insta::assert_snapshot!("care-page-waiting", readable(&care_html(&waiting().input())));
}

/// One tag a line, without the style.
fn readable(html: &str) -> String {
    let (head, rest) = html.split_once("<style>").expect("a style");
    let (_, body) = rest.split_once("</style>").expect("a style");
    format!("{head}{body}").replace("><", ">\n<")
}

/// A calendar as another program reads it.
struct Read {
    name: String,
    events: Vec<ReadEvent>,
}

#[derive(Debug, Clone, PartialEq)]
struct ReadEvent {
    uid: String,
    sequence: i64,
    summary: String,
    description: String,
    starts: String,
    ends: String,
    alarms: usize,
}

fn read(bytes: &[u8]) -> Read {
    let text = std::str::from_utf8(bytes).expect("text");
    let Entry::ICalendar(calendar) = Parser::new(text).entry() else {
        panic!("not a calendar: {text}")
    };
    let first = &calendar.components[0];
    Read { name: value(first, &ICalendarProperty::Name), events: events(&calendar) }
}

fn events(calendar: &ICalendar) -> Vec<ReadEvent> {
    calendar
        .components
        .iter()
        .filter(|component| component.component_type == ICalendarComponentType::VEvent)
        .map(|event| ReadEvent {
            uid: value(event, &ICalendarProperty::Uid),
            sequence: value(event, &ICalendarProperty::Sequence).parse().expect("a number"),
            summary: value(event, &ICalendarProperty::Summary),
            description: value(event, &ICalendarProperty::Description),
            starts: value(event, &ICalendarProperty::Dtstart),
            ends: value(event, &ICalendarProperty::Dtend),
            alarms: event
                .component_ids
                .iter()
                .filter(|id| {
                    calendar.components[**id as usize].component_type
                        == ICalendarComponentType::VAlarm
                })
                .count(),
        })
        .collect()
}

/// The value of a property as text: dates as "2027-03-29", times as "2027-03-29 08:00 UTC" or, floating, "2027-03-29 08:00".
fn value(component: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let Some(entry) = component.entries.iter().find(|entry| entry.name == *property) else {
        return String::new();
    };
    match entry.values.first() {
        Some(ICalendarValue::Text(text)) => text.clone(),
        Some(ICalendarValue::Integer(number)) => number.to_string(),
        Some(ICalendarValue::PartialDateTime(time)) => {
            let date = format!(
                "{:04}-{:02}-{:02}",
                time.year.expect("a year"),
                time.month.expect("a month"),
                time.day.expect("a day")
            );
            match (time.hour, time.minute) {
                (Some(hour), Some(minute)) => {
                    let utc = if time.tz_hour == Some(0) { " UTC" } else { "" };
                    format!("{date} {hour:02}:{minute:02}{utc}")
                }
                _ => date,
            }
        }
        other => panic!("{property:?}: {other:?}"),
    }
}

fn calendar_of(fixture: &CareFixture, zone: Option<&str>, revision: u32) -> Read {
    let made = files_with(fixture, &CareOptions { time: at_ten(zone, revision), ..options() });
    read(&made["aftercare.ics"])
}

fn session<'a>(calendar: &'a Read, which: &str) -> &'a ReadEvent {
    let summary = format!("Microneedling, session {which}");
    calendar.events.iter().find(|event| event.summary == summary).expect("the session")
}

#[test]
fn the_calendar_holds_sessions_and_aftercare_with_alarms() {
    let calendar = calendar_of(&treated(), Some("Europe/Berlin"), 0);
    // Seven stretches and a session, four times, and a day on which the result is judged.
    assert_eq!(calendar.events.len(), 4 * 8 + 1);
    assert!(calendar.events.iter().all(|event| event.alarms >= 1));
    let first = session(&calendar, "1 of 4");
    assert_eq!(
        (first.starts.as_str(), first.ends.as_str()),
        ("2027-02-22 09:00 UTC", "2027-02-22 10:45 UTC")
    );
    assert_eq!(first.alarms, 2);
    assert!(first.description.contains("No sun and no tanning for four weeks."));
    let after = |label: &str| {
        let summary = format!("Aftercare, session 1: {label}");
        calendar.events.iter().find(|event| event.summary == summary).expect("the item").clone()
    };
    let hours = after("The first two hours");
    assert_eq!(
        (hours.starts.as_str(), hours.ends.as_str()),
        ("2027-02-22 10:45 UTC", "2027-02-22 12:45 UTC")
    );
    assert!(hours.description.contains("swollen tongue"), "{}", hours.description);
    assert!(hours.description.contains("Red and warm"), "{}", hours.description);
    // From the fourth day on whole days, whose end is the day after the last.
    let days = after("Days 3 to 6");
    assert_eq!((days.starts.as_str(), days.ends.as_str()), ("2027-02-25", "2027-03-01"));
}

/// Clocks go forward on 28 March in Berlin and on 14 March in New York: ten o'clock stays ten o'clock there.
#[test]
fn ten_o_clock_stays_ten_o_clock_over_a_change_of_clocks() {
    let berlin = calendar_of(&treated(), Some("Europe/Berlin"), 0);
    assert_eq!(session(&berlin, "1 of 4").starts, "2027-02-22 09:00 UTC");
    assert_eq!(session(&berlin, "2 of 4").starts, "2027-04-05 08:00 UTC");
    let new_york = calendar_of(&treated(), Some("America/New_York"), 0);
    assert_eq!(session(&new_york, "1 of 4").starts, "2027-02-22 15:00 UTC");
    assert_eq!(session(&new_york, "2 of 4").starts, "2027-04-05 14:00 UTC");
    let floating = calendar_of(&treated(), None, 0);
    assert_eq!(session(&floating, "2 of 4").starts, "2027-04-05 10:00");
    // A stretch that begins a day after a session counts hours, not clocks: 11:45 before the change is 12:45 after it.
    let mut moved = treated();
    moved.care.plan.as_mut().expect("a plan").dates[0] = Date::constant(2027, 3, 27);
    let calendar = calendar_of(&moved, Some("Europe/Berlin"), 0);
    let day = calendar.events.iter().find(|event| event.summary == "Aftercare, session 1: Day 1");
    assert_eq!(day.expect("the item").starts, "2027-03-28 10:45 UTC");
}

#[test]
fn a_moved_session_keeps_its_identifier_and_raises_its_sequence() {
    let before = calendar_of(&treated(), Some("Europe/Berlin"), 0);
    let mut later = treated();
    later.care.assessed = Date::constant(2027, 3, 1);
    later.care.plan.as_mut().expect("a plan").dates[1] = Date::constant(2027, 4, 12);
    let after = calendar_of(&later, Some("Europe/Berlin"), 0);
    let uids =
        |calendar: &Read| calendar.events.iter().map(|event| event.uid.clone()).collect::<Vec<_>>();
    assert_eq!(uids(&before), uids(&after));
    assert_eq!(
        uids(&before).iter().collect::<BTreeSet<_>>().len(),
        before.events.len(),
        "each its own"
    );
    for (old, new) in before.events.iter().zip(&after.events) {
        assert!(new.sequence > old.sequence, "{}", old.summary);
    }
    assert_eq!(session(&after, "2 of 4").starts, "2027-04-12 08:00 UTC");
    // A second plan of the same day says so itself.
    let second = calendar_of(&treated(), Some("Europe/Berlin"), 1);
    assert_eq!(second.events[0].sequence, before.events[0].sequence + 1);
    assert!(after.events[0].sequence > calendar_of(&treated(), None, 99).events[0].sequence);
    // Another patient's events are others.
    let mut other = treated();
    other.provenance.patient_file = "another.toml".to_owned();
    let theirs: BTreeSet<_> = uids(&calendar_of(&other, None, 0)).into_iter().collect();
    assert!(uids(&before).iter().all(|uid| !theirs.contains(uid)));
}

#[test]
fn a_day_to_wait_for_is_called_to_mind() {
    let calendar = calendar_of(&waiting(), None, 0);
    assert_eq!(calendar.events.len(), 1);
    let event = &calendar.events[0];
    assert_eq!((event.starts.as_str(), event.ends.as_str()), ("2027-07-30", "2027-07-31"));
    assert_eq!(event.alarms, 1);
}

/// Lines of no more than 75 bytes, ended as the standard says, and no clock in them.
#[test]
fn calendar_lines_are_folded() {
    let mut fixture = treated();
    fixture.title = "\u{c4}\u{f6}\u{fc}\u{df} \u{674e} ".repeat(40);
    let made = files(&fixture);
    let text = std::str::from_utf8(&made["aftercare.ics"]).expect("text");
    for line in text.strip_suffix("\r\n").expect("an end").split("\r\n") {
        assert!(line.len() <= 75, "{} bytes: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line}");
        if let Some(stamp) = line.strip_prefix("DTSTAMP:") {
            assert_eq!(stamp, "20270215T000000Z");
        }
    }
    assert_eq!(read(&made["aftercare.ics"]).name, format!("Microneedling: {}", fixture.title));
}
