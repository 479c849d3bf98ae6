//! The page of a made-up validation, looked at from all sides.

use std::{collections::BTreeSet, sync::LazyLock};

use needlepoint_evidence::{
    catalogue::Domain,
    cohort::CohortSize,
    library::Filed,
    read_study,
    score::{Scored, Unscored, by_domain},
    study::Study,
    validate::Validation,
};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{ValidationInput, validation_html};

/// `lotfi-2013` is one that a parameter was set to; `strange & co` tests what a name may hold.
const STUDIES: [(&str, &str); 2] = [
    (
        "lotfi-2013",
        r#"citation = "Lotfi E <and others>. Needling. J Test 2013;1:1-2"
doi = "10.1000/test.1"
read_in = "abstract"
role = "calibrate"
design = "single-arm"
rater = "open"
subjects = { n = 30, species = "human", skin = "in-vivo" }
assumed = ["not stated: the device"]

[[concern]]
kind = "acne-scars"
site = "cheek"
depth = "0.4 mm"
scar_types = { boxcar = "0 %", rolling = "100 %", ice_pick = "0 %" }

[arm.roller]
device = "dermaroller-192"
sessions = 3
interval = "30 days"
zone = [{ site = "cheek", needle_length = "1.5 mm", passes = 15 }]

[arm.twice-as-long]
device = "dermaroller-192"
sessions = 6
interval = "30 days"
zone = [{ site = "cheek", needle_length = "1.5 mm", passes = 15 }]

[[measurement]]
observable = "scar_improvement"
arm = "roller"
at = "8 weeks after last"
value = "45 %"
note = "mean of both cheeks"

[[measurement]]
observable = "scar_improvement"
arm = "twice-as-long"
at = "8 weeks after last"
order = "more"
than = "roller"

[[measurement]]
observable = "redness_time"
arm = "roller"
at_most = "48 h"
"#,
    ),
    (
        "strange & co",
        r#"citation = "Somebody. Something. 2020"
read_in = "secondary"
role = "validate"
design = "pooled"
rater = "instrument"
subjects = { n = 12, species = "human", skin = "in-vivo" }

[arm.needled]
device = "dermaroller-192"
sessions = 1
interval = "30 days"
zone = [{ site = "cheek", needle_length = "1.5 mm", passes = 15 }]

[[measurement]]
observable = "pain"
value = "3 VAS"
n = 12
"#,
    ),
];

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::embedded().expect("the shipped knowledge is sound"));

fn studies() -> Vec<Filed> {
    let read = |(id, text): &(&str, &str)| {
        let (study, problems) = read_study("test.toml", id, text, &KNOWLEDGE);
        let study = study.unwrap_or_else(|| panic!("{}", problems.to_lines()));
        Filed { study, fingerprint: String::new() }
    };
    STUDIES.iter().map(read).collect()
}

/// The score of the n-th measurement of a study; the prediction is made up.
fn scored(study: &Study, nth: usize, kind: &str, observed: Option<f64>, z: f64) -> Scored {
    let measurement = &study.measurements[nth];
    let entry = measurement.entry();
    let centre = observed.unwrap_or(20.0) - 10.0 * z;
    Scored {
        study: study.id.clone(),
        observable: measurement.observable.clone(),
        arm: "roller".to_owned(),
        at: "56 days after the last session".to_owned(),
        unit: entry.unit.to_owned(),
        kind: kind.to_owned(),
        observed,
        se: (kind == "mean").then_some(2.5),
        predicted: centre,
        lo95: centre - 19.6,
        hi95: centre + 19.6,
        z,
        inside: z.abs() < 1.96,
        role: study.role,
        domain: entry.domain,
        crps: observed.map(|_| 4.0),
        naive_crps: observed.map(|_| 5.0),
        scale: Some(10.0),
        line: measurement.line,
    }
}

fn validation(studies: &[Filed]) -> Validation {
    let (first, second) = (&studies[0].study, &studies[1].study);
    let measurements = vec![
        scored(first, 0, "mean", Some(45.0), 0.5),
        scored(first, 1, "more", None, 0.0),
        scored(first, 2, "at-most", Some(48.0), -1.2),
        scored(second, 0, "mean", Some(3.0), -4.25),
    ];
    let unscored = |study: &Study, observable: &str| Unscored {
        study: study.id.clone(),
        observable: observable.to_owned(),
        domain: Domain::Hair,
        role: study.role,
        reason: "the model has no such number yet".to_owned(),
    };
    Validation {
        domains: by_domain(&measurements),
        measurements,
        unscored: vec![unscored(first, "hair_diameter"), unscored(first, "hair_diameter")],
        cohort: CohortSize::default(),
        studies: studies.len(),
    }
}

fn page_of(validation: &Validation, studies: &[Filed]) -> String {
    validation_html(&ValidationInput {
        validation,
        studies,
        folder: "knowledge/studies",
        only: &[],
        knowledge: &KNOWLEDGE,
        version: "0.0.0",
    })
}

fn page() -> String {
    let studies = studies();
    page_of(&validation(&studies), &studies)
}

/// The part from the mark to the next section or the end.
fn part<'p>(page: &'p str, mark: &str) -> &'p str {
    let start = page.find(mark).unwrap_or_else(|| panic!("no {mark} on the page"));
    let end = page[start..].find("</section>").map_or(page.len(), |end| start + end);
    &page[start..end]
}

/// What does not depend on the shipped knowledge is held as it was reviewed.
#[test]
fn sections_are_as_reviewed() {
    let page = page();
    let readable = |mark: String| part(&page, &mark).replace("><", ">\n<");
    let opening = page.split("class=\"opening\"").nth(1).expect("an opening");
    let opening = opening.split("<section").next().expect("it ends");
    insta::assert_snapshot!("validation-opening", opening.replace("><", ">\n<"));
    for id in ["scores", "misses", "d-acute-reaction", "d-scar", "unscored", "studies"] {
        insta::assert_snapshot!(format!("validation-{id}"), readable(format!("id=\"{id}\"")));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(page(), page());
}

/// A page that is opened without a network, or years later, is whole: links to DOIs are the only
/// addresses, and nothing is fetched for them.
#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = page();
    for loads in
        ["<script", "<link", "<img", "<iframe", "<object", "src=", "srcset", "url(", "@import"]
    {
        assert!(!page.contains(loads), "{loads}");
    }
    assert!(page.contains("https://doi.org/10.1000/test.1"));
    for (at, _) in page.match_indices("http") {
        assert!(page[..at].ends_with("<a class=\"doi\" href=\""), "{}", &page[at..at + 40]);
    }
}

#[test]
fn every_link_on_the_page_has_its_aim_and_no_name_is_given_twice() {
    let page = page();
    let after = |mark: &str| -> Vec<String> {
        page.split(mark).skip(1).map(|s| s.split('"').next().unwrap_or("").to_owned()).collect()
    };
    let ids = after(" id=\"");
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for aim in after("href=\"#").iter().chain(&after("aria-labelledby=\"")) {
        assert!(unique.contains(aim), "{aim}");
    }
}

#[test]
fn what_files_say_is_text_and_not_markup() {
    let page = page();
    assert!(page.contains("Lotfi E &lt;and others&gt;") && !page.contains("<and others>"));
    assert!(page.contains("strange &amp; co"));
}

/// Neither inside and outside, nor the role, is told by colour alone.
#[test]
fn verdicts_and_roles_are_words_too() {
    let page = page();
    let studies = studies();
    let line = |study: usize, name: &str| {
        let line = studies[study].study.measurements[0].line;
        let start = page.find(&format!("<tr id=\"m-{name}-{line}\"")).expect("a row");
        page[start..].split("</tr>").next().expect("it ends").to_owned()
    };
    let outside = line(1, "strange___co");
    assert!(outside.contains("outside") && outside.contains("href=\"#v-out\""));
    assert!(outside.contains(">validate<"));
    let inside = line(0, "lotfi-2013");
    assert!(inside.contains("inside") && inside.contains("href=\"#v-in\""));
    assert!(inside.contains(">calibrate<") && inside.contains(">anchor<"));
}

#[test]
fn the_worst_comes_first() {
    let page = page();
    let misses = part(&page, "id=\"misses\"");
    assert!(misses.contains("Pain") && !misses.contains("Scar improvement"));
}

#[test]
fn nothing_scored_is_said_so() {
    let studies = studies();
    let mut validation = validation(&studies);
    validation.measurements.clear();
    validation.domains.clear();
    let page = page_of(&validation, &studies);
    assert!(page.contains("Nothing was scored") && !page.contains("NaN"));
}
