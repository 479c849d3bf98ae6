//! The report of a made-up result, looked at from all sides.

mod fixture;

use std::{
    collections::BTreeSet,
    sync::{LazyLock, atomic::AtomicBool},
};

use fixture::{CASE, fixture};
use needlepoint_case::read_case;
use needlepoint_course::{Progress, simulate};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{ReportInput, course_csv, html, run_json, write_outputs};

/// The page of a small course that was truly simulated, with a product, for what a made-up result
/// can't show: the shape of real numbers.
static SIMULATED: LazyLock<String> = LazyLock::new(|| {
    let knowledge = Knowledge::embedded().expect("the shipped knowledge is sound");
    let text = CASE.replace(
        "[simulate]",
        "[[protocol.zone]]\nsite = \"neck\"\nneedle_length = \"0.75 mm\"\npasses = 2\n\n\
         [[protocol.product]]\nname = \"minoxidil-5\"\nwhen = \"daily\"\nfor = \"12 weeks\"\n\n[simulate]",
    );
    let (case, problems) = read_case("small.toml", &text, &knowledge);
    let mut case = case.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    case.simulate.members = 16;
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
    let result = simulate(&case, &knowledge, progress).expect("it can be simulated");
    let made_up = fixture();
    html(&ReportInput { case: &case, result: &result, knowledge: &knowledge, ..made_up.input() })
});

/// The made-up page and the simulated one.
fn pages() -> [String; 2] {
    [html(&fixture().input()), SIMULATED.clone()]
}

/// The part of the page from the tag with `id` to the end of its element.
fn part(page: &str, tag: &str, mark: &str) -> String {
    let at = page.find(mark).unwrap_or_else(|| panic!("no {mark} on the page"));
    let start = page[..at].rfind(&format!("<{tag}")).expect("the mark stands in a tag");
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let (mut depth, mut here) = (0, start);
    loop {
        let next_open = page[here + 1..].find(&open).map(|i| here + 1 + i);
        let next_close = page[here + 1..].find(&close).map(|i| here + 1 + i).expect("it closes");
        match next_open {
            Some(open) if open < next_close => {
                depth += 1;
                here = open;
            }
            _ if depth == 0 => return page[start..next_close + close.len()].to_owned(),
            _ => {
                depth -= 1;
                here = next_close;
            }
        }
    }
}

/// One tag a line and long drawings cut, so that a person can read a change of the snapshot.
fn readable(html: &str) -> String {
    let lines = html.replace("><", ">\n<");
    lines
        .lines()
        .map(|line| {
            let short: String = line.chars().take(180).collect();
            if short.len() < line.len() { format!("{short}…") } else { short }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn sections_are_as_reviewed() {
    let fixture = fixture();
    let page = html(&fixture.input());
    for id in ["expect", "calendar", "months", "needling", "section", "products", "basis"] {
        let text = part(&page, "section", &format!("id=\"{id}\""));
        insta::assert_snapshot!(id, readable(&text));
    }
    insta::assert_snapshot!("study", readable(&part(&page, "section", "class=\"study\"")));
    insta::assert_snapshot!("masthead", readable(&part(&page, "header", "class=\"masthead\"")));
    insta::assert_snapshot!("answer", readable(&part(&page, "div", "class=\"answer\"")));
}

#[test]
fn sections_stand_in_their_order() {
    let fixture = fixture();
    let page = html(&fixture.input());
    let order = [
        "<h1>",
        "class=\"answer\"",
        "Not yet calibrated",
        "Not a medical device",
        "The study that this case restates",
        "What to expect</h2>",
        "The calendar of the skin</h2>",
        "The months</h2>",
        "The needling</h2>",
        "Inside the skin</h2>",
        "Products</h2>",
        "What the numbers rest on</h2>",
    ];
    let places: Vec<_> = order.iter().map(|title| page.find(title).expect(title)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_calibrated_ensemble_needs_no_notice() {
    let mut fixture = fixture();
    fixture.result.ensemble = "posterior".to_owned();
    assert!(!html(&fixture.input()).contains("Not yet calibrated"));
}

/// Every element closes in its turn, every identifier is given once and every reference has its aim.
#[test]
fn the_page_is_well_formed() {
    for page in pages() {
        is_well_formed(&page);
    }
}

fn is_well_formed(page: &str) {
    const VOID: [&str; 4] = ["meta", "br", "input", "link"];
    let style_end = page.find("</style>").expect("a style");
    let style_start = page.find("<style>").expect("a style") + "<style>".len();
    let text = format!("{}{}", &page[..style_start], &page[style_end..]);
    let mut open: Vec<&str> = Vec::new();
    let (mut ids, mut aims) = (BTreeSet::new(), BTreeSet::new());
    for piece in text.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("a tag that ends");
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed out of turn");
            continue;
        }
        let name = tag.split([' ', '/', '\n']).next().expect("a name");
        for at in ["id", "aria-labelledby", "href"] {
            let Some((_, rest)) = tag.split_once(&format!(" {at}=\"")) else { continue };
            for value in rest.split('"').next().unwrap_or("").split(' ') {
                if at == "id" {
                    assert!(ids.insert(value.to_owned()), "{value} is given twice");
                } else if at != "href" || value.starts_with('#') {
                    aims.insert(value.trim_start_matches('#').to_owned());
                }
            }
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes of <{tag}>");
        if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    let lost: Vec<_> = aims.difference(&ids).collect();
    assert!(lost.is_empty(), "references without an aim: {lost:?}");
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    for page in pages().map(|page| page.to_lowercase()) {
        for load in
            ["src=", "url(", "@import", "<script", "<link", "<iframe", "<object", "onload", "http:"]
        {
            assert!(!page.contains(load), "{load} on the page");
        }
        for (at, _) in page.match_indices("https://") {
            assert!(page[at..].starts_with("https://doi.org/"), "{}", &page[at..at + 40]);
            assert!(page[..at].ends_with("href=\""), "only links leave the page");
        }
    }
}

#[test]
fn what_a_user_wrote_is_escaped() {
    assert!(CASE.contains("<1.5 mm>"));
    let fixture = fixture();
    let page = html(&fixture.input());
    assert!(!page.contains("<1.5 mm>"));
    assert!(page.contains("&lt;1.5 mm&gt;"));
}

#[test]
fn every_drawing_has_a_text_alternative() {
    for page in pages() {
        for piece in page.split("<svg").skip(1) {
            let tag = piece.split('>').next().expect("a tag");
            let told = tag.contains("role=\"img\"")
                && (tag.contains("aria-labelledby=") || tag.contains("aria-label="));
            assert!(told || tag.contains("aria-hidden=\"true\""), "<svg{tag}>");
        }
        assert!(!page.contains("#FEDC"), "a stand-in colour was left");
    }
}

#[test]
fn headings_nest_without_a_jump() {
    for page in pages() {
        let levels: Vec<u32> = page
            .split("<h")
            .skip(1)
            .filter_map(|piece| piece.chars().next()?.to_digit(10))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn no_number_has_a_sign_or_digits_that_mean_nothing() {
    for page in pages() {
        for odd in ["NaN", "+0\u{202f}", "\u{2212}0\u{202f}", ">0 minutes"] {
            assert!(!page.contains(odd), "{odd} on the page");
        }
        // A signed nothing; "+0.05" is something.
        for sign in ["+0.0", "\u{2212}0.0"] {
            for (at, _) in page.match_indices(sign) {
                let rest = page[at + sign.len()..].trim_start_matches('0');
                let number: String = page[at..].chars().take(12).collect();
                assert!(
                    rest.starts_with(|next: char| next.is_ascii_digit()),
                    "{number} on the page"
                );
            }
        }
    }
}

/// The first thing said is of what is treated, with its band and how many would see it, and that
/// where the ensemble comes from.
#[test]
fn the_answer_is_honest() {
    for page in pages() {
        let answer = part(&page, "div", "class=\"answer\"");
        for word in [
            "The wrinkles are expected",
            "95 of 100 simulated people",
            "would see the change",
            "calibrated",
        ] {
            assert!(answer.contains(word), "{word} is not in {answer}");
        }
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let (one, two) = (fixture(), fixture());
    assert_eq!(html(&one.input()), html(&two.input()));
    assert_eq!(run_json(&one.input()), run_json(&two.input()));
    assert_eq!(course_csv(&one.result), course_csv(&two.result));
}

#[test]
fn a_result_with_nothing_in_it_is_still_a_page() {
    let mut fixture = fixture();
    let zone = &mut fixture.result.zones[0];
    zone.outcomes.clear();
    zone.scales.clear();
    zone.series.clear();
    zone.durations.clear();
    zone.punctures.clear();
    zone.summary.depth_histogram.clear();
    zone.stages.clear();
    zone.uptake.clear();
    let page = html(&fixture.input());
    assert!(page.contains("What the numbers rest on") && !page.contains("The months"));
    fixture.result.zones.clear();
    fixture.result.sessions.clear();
    assert!(html(&fixture.input()).contains("What the numbers rest on"));
}

#[test]
fn two_zones_are_told_apart() {
    let mut fixture = fixture();
    let mut second = fixture.result.zones[0].clone();
    second.label = "Neck".to_owned();
    second.site = "neck".to_owned();
    fixture.result.zones.push(second);
    let page = html(&fixture.input());
    assert_eq!(page.matches("<h3 class=\"zone\">Neck</h3>").count(), 6);
    let csv = course_csv(&fixture.result);
    assert!(csv.contains("\nneck,redness,"));
}

#[test]
fn numbers_that_are_no_numbers_do_not_break_the_page() {
    let mut fixture = fixture();
    let series = &mut fixture.result.zones[0].series;
    for one in series.iter_mut() {
        one.bands[3].hi95 = f64::NAN;
        one.bands[4].median = f64::INFINITY;
    }
    fixture.result.zones[0].outcomes[0].value.median = f64::NAN;
    let page = html(&fixture.input());
    assert!(!page.contains("NaN") && !page.contains(">inf"));
}

#[test]
fn the_csv_has_a_row_for_each_site_observable_and_day() {
    let fixture = fixture();
    let csv = course_csv(&fixture.result);
    let rows: usize = fixture.result.zones[0].series.iter().map(|s| s.days.len()).sum();
    assert_eq!(csv.lines().count(), rows + 1);
    assert!(csv.lines().all(|line| line.split(',').count() == 10));
    insta::assert_snapshot!("csv", csv.lines().take(12).collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_json_has_what_is_needed_to_repeat_the_run() {
    let fixture = fixture();
    let run: serde_json::Value = serde_json::from_str(&run_json(&fixture.input())).expect("JSON");
    assert_eq!(run["provenance"]["seed"], 1);
    assert_eq!(run["provenance"]["case_sha256"], "9f".repeat(32));
    assert_eq!(run["sessions"][4]["day"], 112.0);
    let first = &run["observables"][0];
    assert_eq!(first["unit"], "Δa*");
    assert_eq!(first["at_days"].as_array().map(Vec::len), first["hi95"].as_array().map(Vec::len));
    assert_eq!(run["zones"][0]["outcomes"][0]["unit"], "%");
    assert_eq!(run["zones"][0]["outcomes"][0]["observable"], "wrinkle_depth");
}

/// Writes the files into `$NEEDLEPOINT_FIXTURE_OUT`, where `scripts/screenshot-report.sh` can look at
/// them, or into a temporary folder.
#[test]
fn all_files_are_written() {
    let fixture = fixture();
    let input = fixture.input();
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = std::env::var_os("NEEDLEPOINT_FIXTURE_OUT")
        .map_or_else(|| temporary.path().join("out"), std::path::PathBuf::from);
    let files = [
        ("report.html", html(&input).into_bytes()),
        ("course.csv", course_csv(input.result).into_bytes()),
        ("run.json", run_json(&input).into_bytes()),
    ];
    write_outputs(&out, &files).expect("the folder can be written");
    let size = std::fs::metadata(out.join("report.html")).expect("the report").len();
    assert!(size < 2_000_000, "the report has {size} bytes: too many to send by mail");
}
