//! What a page shows while somebody moves the settings of a treatment.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, atomic::AtomicBool},
};

use needlepoint_care::care;
use needlepoint_case::{Case, Consultation, read_case, read_consultation};
use needlepoint_course::{
    Progress,
    live::LiveCourse,
    own::{Measured, Own, Seen, own_people},
    result::CourseResult,
};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::live::{
    LiveFigures, LiveInput, compare, follow_chart, live_css, live_figures,
};

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::embedded().expect("the shipped knowledge is sound"));

/// Something treated, and how it is stated.
const CONCERNS: [(&str, &str, &str, &str); 9] = [
    (
        "acne-scars",
        "cheek",
        "III",
        "severity = { scale = \"goodman-baron-qualitative\", score = 3 }",
    ),
    ("wrinkles", "periorbital", "I", "depth = \"0.2 mm\""),
    ("melasma", "cheek", "V", "excess_melanin = \"60 %\"\npigment_depth = \"epidermal\""),
    (
        "striae",
        "abdomen",
        "IV",
        "colour = \"rubra\"\nwidth = \"5 mm\"\nmissing_collagen = \"30 %\"",
    ),
    ("surgical-scar", "abdomen", "II", "height = \"2 mm\"\nwidth = \"4 mm\""),
    ("laxity", "neck", "II", "missing_elasticity = \"40 %\""),
    ("pores", "nose", "III", "excess_area = \"100 %\""),
    ("hair-loss", "scalp", "VI", "hair_density = \"110 /cm2\""),
    ("healthy", "cheek", "VI", ""),
];

fn case_of((kind, site, phototype, size): (&str, &str, &str, &str), more: &str) -> Case {
    let text = format!(
        "[patient]\nage = \"40 years\"\nsex = \"female\"\nphototype = \"{phototype}\"\nhistory = [\"none\"]\n\
         [[concern]]\nkind = \"{kind}\"\nsite = \"{site}\"\n{size}\n\
         [protocol]\ndevice = \"skinpen\"\nsessions = 3\ninterval = \"30 days\"\naftercare = \"followed\"\n\
         [[protocol.zone]]\nsite = \"{site}\"\nneedle_length = \"1.0 mm\"\npasses = 4\n{more}\n"
    );
    let (case, problems) = read_case("case.toml", &text, &KNOWLEDGE);
    case.unwrap_or_else(|| panic!("{}", problems.to_lines()))
}

/// A face in two zones, with numbing and a serum.
fn face() -> Case {
    case_of(
        CONCERNS[0],
        "[[protocol.zone]]\nsite = \"forehead\"\nneedle_length = \"0.75 mm\"\npasses = 4\n\
         [[protocol.product]]\nname = \"hyaluronic-acid\"\nwhen = \"in-session\"\n",
    )
}

fn simulated(case: &Case) -> CourseResult {
    let course = LiveCourse::new(case, &KNOWLEDGE).expect("the knowledge holds all");
    course.simulate(case, &KNOWLEDGE).expect("it can be simulated")
}

fn told(case: &Case, result: &CourseResult, tag: &str) -> LiveFigures {
    live_figures(&LiveInput { case, result, knowledge: &KNOWLEDGE, tag })
}

fn learned(case: &Case) -> Own {
    let what = Measured::Scale("goodman-baron-qualitative".to_owned());
    let seen = |day, value| Seen {
        site: "cheek".to_owned(),
        what: what.clone(),
        day,
        value,
        baseline: None,
    };
    let progress = Progress { member_done: &|| (), cancelled: &AtomicBool::new(false) };
    own_people(case, &KNOWLEDGE, &[seen(60.0, 3.0), seen(150.0, 2.0)], progress).expect("grades")
}

/// Everything there is, by name.
fn fragments() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut add = |name: &str, figures: LiveFigures| {
        let LiveFigures { calendar, months, map, section, skin, numbers } = figures;
        assert!(!numbers.is_empty(), "{name}");
        let drawn = [calendar, months, map, section, skin];
        for (part, text) in ["calendar", "months", "map", "section", "skin"].iter().zip(drawn) {
            all.insert(format!("{name} {part}"), text);
        }
    };
    for concern in CONCERNS {
        let case = case_of(concern, "");
        add(concern.0, told(&case, &simulated(&case), "a"));
    }
    let face = face();
    let result = simulated(&face);
    add("face", told(&face, &result, "a"));
    let mut other = face.clone();
    other.protocol.zones[0].needle_length_mm = 0.5;
    let other_result = simulated(&other);
    let of = |case, result, tag| LiveInput { case, result, knowledge: &KNOWLEDGE, tag };
    all.insert(
        "compare".to_owned(),
        compare(&[of(&face, &result, "a"), of(&other, &other_result, "b")]),
    );
    for (nth, followed) in learned(&face).followed.iter().enumerate() {
        all.insert(format!("follow {nth}"), follow_chart(followed, "p"));
    }
    all
}

static FRAGMENTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(fragments);

/// Attributes of every tag: name and value, if it has one.
fn attributes(html: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for piece in html.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else { continue };
        let mut rest = tag.split_once(' ').map_or("", |(_, rest)| rest);
        while let Some((name, after)) = rest.split_once('=') {
            let value = after.trim_start_matches('"');
            let Some((value, next)) = value.split_once('"') else { break };
            let name = name.split_whitespace().last().unwrap_or("").to_lowercase();
            found.push((name, value.to_owned()));
            rest = next;
        }
    }
    found
}

#[test]
fn the_strictest_policy_of_a_page_lets_every_fragment_through() {
    for (name, html) in FRAGMENTS.iter() {
        let lower = html.to_lowercase();
        for bad in
            ["<style", "<script", "javascript:", "http:", "https:", "data:", "<img", "@import"]
        {
            assert!(!lower.contains(bad), "{name}: {bad}");
        }
        let attributes = attributes(html);
        assert!(attributes.len() > 10, "{name}");
        for (attribute, value) in attributes {
            assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute}");
            let refers = ["href", "src", "xlink:href"].contains(&attribute.as_str());
            assert!(!refers || value.starts_with('#'), "{name}: {attribute} {value}");
            if let Some(at) = value.find("url(") {
                assert!(value[at..].starts_with("url(#"), "{name}: {value}");
            }
        }
    }
}

#[test]
fn identifiers_are_given_once_and_every_reference_has_its_aim() {
    for name in ["face", "striae", "hair-loss"] {
        let parts = ["calendar", "months", "map", "section", "skin"];
        let page: String = parts.map(|part| FRAGMENTS[&format!("{name} {part}")].as_str()).concat();
        let (mut given, mut wanted) = (BTreeSet::new(), BTreeSet::new());
        for (attribute, value) in attributes(&page) {
            match attribute.as_str() {
                "id" => assert!(given.insert(value.clone()), "{name}: {value} twice"),
                "href" => drop(wanted.insert(value.trim_start_matches('#').to_owned())),
                "aria-labelledby" => wanted.extend(value.split(' ').map(str::to_owned)),
                _ => {
                    if let Some((_, id)) = value.split_once("url(#") {
                        wanted.insert(id.trim_end_matches(')').to_owned());
                    }
                }
            }
        }
        let missing: Vec<_> = wanted.difference(&given).collect();
        assert!(missing.is_empty() && given.len() > 20, "{name}: {missing:?}");
    }
}

#[test]
fn two_plans_on_one_page_share_no_identifier() {
    let case = case_of(CONCERNS[1], "");
    let result = simulated(&case);
    let ids = |tag: &str| -> BTreeSet<String> {
        let LiveFigures { calendar, months, map, section, skin, .. } = told(&case, &result, tag);
        let page = [calendar, months, map, section, skin].concat();
        attributes(&page).into_iter().filter(|(name, _)| name == "id").map(|(_, id)| id).collect()
    };
    assert_eq!(ids("a").intersection(&ids("b")).count(), 0);
}

#[test]
fn what_is_sent_at_a_move_stays_small() {
    for name in ["face", "acne-scars", "hair-loss"] {
        let parts = ["calendar", "months", "map", "section", "skin"];
        let bytes: usize =
            parts.iter().map(|part| FRAGMENTS[&format!("{name} {part}")].len()).sum();
        assert!(bytes < 400_000, "{name}: {bytes}");
    }
}

#[test]
fn the_same_plan_is_told_in_the_same_bytes() {
    let case = face();
    assert!(told(&case, &simulated(&case), "a") == told(&case, &simulated(&case), "a"));
}

#[test]
fn the_section_has_a_frame_for_each_moment_and_shows_the_first() {
    let section = &FRAGMENTS["acne-scars section"];
    let hours: Vec<f64> = section
        .split("<g class=\"frame\" ")
        .skip(1)
        .map(|piece| {
            let (_, rest) = piece.split_once("data-hours=\"").expect("hours");
            rest.split_once('"').and_then(|(hours, _)| hours.parse().ok()).expect("a number")
        })
        .collect();
    // Once in the wide picture, once close up.
    let (wide, close) = hours.split_at(hours.len() / 2);
    assert_eq!(wide, close);
    assert!((14..=20).contains(&wide.len()), "{}", wide.len());
    assert!(wide[0] == 0.0 && wide.windows(2).all(|pair| pair[0] < pair[1]), "{wide:?}");
    assert!(wide[wide.len() - 1] > 24.0 * 300.0, "{wide:?}");
    assert_eq!(section.matches("<li class=\"still\"").count(), wide.len());
    let shown = section
        .split("<g class=\"frame\"")
        .skip(1)
        .filter(|piece| !piece.split_once('>').expect("a tag").0.contains("hidden"));
    assert_eq!(shown.count(), 2);
}

#[test]
fn more_collagen_is_drawn_as_more_fibres() {
    let weak = case_of(CONCERNS[0], "");
    let mut strong = weak.clone();
    strong.protocol.zones[0].needle_length_mm = 1.5;
    strong.protocol.zones[0].passes = 8;
    let fibres =
        |case: &Case| told(case, &simulated(case), "a").section.matches("id=\"a0-n").count();
    assert!(fibres(&strong) > fibres(&weak), "{} {}", fibres(&strong), fibres(&weak));
}

/// The opacities with which the relief of a lesion is drawn: before, after typically, little, much.
fn depths(skin: &str) -> Vec<f64> {
    skin.split("<use href=\"#a0-l0-h\" opacity=\"")
        .skip(1)
        .filter_map(|piece| piece.split_once('"')?.0.parse().ok())
        .collect()
}

#[test]
fn depth_in_the_pictures_is_that_of_the_numbers() {
    let case = case_of(CONCERNS[0], "");
    let result = simulated(&case);
    let figures = told(&case, &result, "a");
    let drawn = depths(&figures.skin);
    let [before, typical, little, much] = drawn[..] else { panic!("{drawn:?}") };
    let depth = figures.numbers.iter().find(|number| number.name == "scar_depth").expect("scars");
    for (drawn, change) in
        [(typical, depth.band.median), (little, depth.band.hi95), (much, depth.band.lo95)]
    {
        assert!(
            (drawn / before - (1.0 + change / 100.0)).abs() < 0.03,
            "{drawn} {before} {change}"
        );
    }
    assert!(much < typical && typical < little && little <= before);
}

#[test]
fn the_drawing_says_that_it_is_no_promise() {
    for concern in CONCERNS {
        let skin = &FRAGMENTS[&format!("{} skin", concern.0)];
        assert!(skin.contains("not a photograph and not a promise"), "{}", concern.0);
    }
}

#[test]
fn hairs_are_drawn_one_for_one() {
    let skin = &FRAGMENTS["hair-loss skin"];
    let hairs: Vec<usize> = skin
        .split("<path d=\"M")
        .filter(|path| {
            path.contains("stroke-width=\"1.5\" stroke-linecap=\"round\" opacity=\".86\"")
        })
        .map(|path| path.split_once('"').map_or(0, |(d, _)| 1 + d.matches('M').count()))
        .collect();
    // 110 hairs per cm2 on 12 by 8.8 mm.
    assert_eq!(hairs[0], 116, "{hairs:?}");
    assert!(hairs.len() == 4 && hairs[2] >= hairs[0] && hairs[3] > hairs[1], "{hairs:?}");
}

#[test]
fn every_class_of_a_fragment_has_its_style() {
    // Names for scripts and for who reads the page; they look like what is around them.
    const HOOKS: [&str; 4] = ["healing", "skin", "cal-strip", "close"];
    let css = live_css();
    for (name, html) in FRAGMENTS.iter() {
        for (attribute, value) in attributes(html) {
            if attribute != "class" {
                continue;
            }
            for class in value.split_whitespace() {
                let styled = css.contains(&format!(".{class} "))
                    || css.contains(&format!(".{class},"))
                    || css.contains(&format!(".{class}["))
                    || css.contains(&format!(".{class}:"))
                    || css.contains(&format!(".{class}."));
                assert!(styled || HOOKS.contains(&class), "{name}: {class}");
            }
        }
    }
}

#[test]
fn the_style_holds_inside_of_fragments_only() {
    let mut depth = 0_u32;
    let mut outer = Vec::new();
    let mut selector = String::new();
    for letter in live_css().chars() {
        match letter {
            '{' => {
                if depth == 0 {
                    outer.push(selector.trim().to_owned());
                }
                selector.clear();
                depth += 1;
            }
            '}' => {
                selector.clear();
                depth -= 1;
            }
            ';' => selector.clear(),
            _ => selector.push(letter),
        }
    }
    assert_eq!(depth, 0);
    outer.dedup();
    assert_eq!(outer, [".np", "@media screen and (prefers-color-scheme: dark)", ".np"]);
    assert!(!live_css().contains("http") && !live_css().contains("@import"));
}

#[test]
fn two_plans_stand_on_the_same_axes() {
    let html = &FRAGMENTS["compare"];
    assert!(html.contains("Plan A") && html.contains("Plan B"));
    let charts = html.matches("<figure class=\"chart\">").count();
    assert!(charts >= 2 && html.matches("<polyline").count() == 2 * charts, "{charts}");
}

#[test]
fn the_next_plan_is_made_for_the_patients_own_people() {
    let text = include_str!("../../../examples/patients/healthy-type-ii-acne-scars.toml");
    let (consultation, problems) = read_consultation("patient.toml", text, &KNOWLEDGE);
    let mut consultation = consultation.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    let today = jiff::civil::date(2026, 11, 30);
    let expected = |consultation: &Consultation| {
        let care = care(consultation, &KNOWLEDGE, today).expect("a plan");
        care.plan.expect("a plan").expected[0].change
    };
    let at_large = expected(&consultation);
    consultation.simulate.members_of = Some(learned(&face()).members);
    let own = expected(&consultation);
    assert!(own != at_large && own.median.is_finite(), "{own:?}");
}

#[test]
fn what_is_followed_shows_both_bands_and_what_was_seen() {
    let html = &FRAGMENTS["follow 0"];
    assert_eq!((html.matches("<polygon").count(), html.matches("<circle").count()), (2, 3));
    for text in ["<title", "<desc", "<details", "for this patient, after what was seen"] {
        assert!(html.contains(text), "{text}");
    }
}
