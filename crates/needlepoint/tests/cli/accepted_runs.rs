//! What is accepted can be simulated: whatever a person writes, the answer is either a list of
//! problems or a result whose numbers are numbers.

use std::{
    fs,
    sync::{LazyLock, atomic::AtomicBool},
};

use needlepoint_case::read_case;
use needlepoint_course::{Progress, result::Band, simulate};
use needlepoint_knowledge::Knowledge;
use proptest::{prelude::*, sample::Index};

use crate::common::examples;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::embedded().unwrap());
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let own_device = crate::common::SMALL.replace("device = \"dermaroller-192\"\n", "").replace(
        "[[protocol.zone]]",
        "[protocol.device]\nshaft_diameter = \"250 um\"\ntip_diameter = \"8 um\"\n\
         minimum_length = \"0 mm\"\nmaximum_length = \"3 mm\"\n\
         [protocol.device.pen]\nneedles = 12\ntip_diameter = \"8 mm\"\nfrequency = \"100 Hz\"\n\
         glide_speed = \"20 mm/s\"\n[[protocol.zone]]",
    );
    let files = examples().into_iter().map(|path| fs::read_to_string(path).unwrap());
    files.chain([own_device]).collect()
});

/// What a key may be given, odd and impossible values among them.
fn values_of(key: &str) -> &'static [&'static str] {
    match key {
        "age" => &["\"0 years\"", "\"18.0 years\"", "\"110 years\"", "\"-1 years\"", "\"9 days\""],
        "sex" => &["\"male\"", "\"female\"", "\"m\""],
        "phototype" => &["\"I\"", "\"VI\"", "\"4\"", "6"],
        "kind" => &[
            "\"wrinkles\"",
            "\"acne-scars\"",
            "\"surgical-scar\"",
            "\"burn-scar\"",
            "\"striae\"",
            "\"melasma\"",
            "\"hyperpigmentation\"",
            "\"photoageing\"",
            "\"laxity\"",
            "\"hair-loss\"",
            "\"pores\"",
            "\"healthy\"",
        ],
        "site" => {
            &["\"scalp\"", "\"periorbital\"", "\"hand\"", "\"cheek\"", "\"neck\"", "\"back\""]
        }
        "severity" => &[
            "{ scale = \"goodman-baron-qualitative\", score = 1 }",
            "{ scale = \"goodman-baron-quantitative\", score = 84 }",
            "{ scale = \"norwood\", score = 7 }",
            "{ scale = \"lemperle\", score = 0 }",
            "{ scale = \"masi\", score = 48 }",
        ],
        "missing_collagen" => &["\"1 %\"", "\"95 %\"", "\"100 %\""],
        "device" => &[
            "\"dermaroller-192\"",
            "\"home-roller\"",
            "\"skinpen\"",
            "\"exceed\"",
            "\"generic-pen-36\"",
            "\"stamp-10x10\"",
            "\"dermaroler\"",
        ],
        "sessions" => &["1", "2", "24", "0", "25"],
        "interval" => &["\"1 day\"", "\"1.37 days\"", "\"7 weeks\"", "\"1e308 weeks\"", "\"23 h\""],
        "needle_length" => &[
            "\"0.2 mm\"",
            "\"0.05 mm\"",
            "\"1e-9 mm\"",
            "\"1.5 mm\"",
            "\"2.5 mm\"",
            "\"3 mm\"",
            "\"1 m\"",
        ],
        "passes" => &["1", "50", "100", "101"],
        "horizon" => &["\"8 days\"", "\"36 months\"", "\"100 days\"", "\"0 days\""],
        "when" => &["\"in-session\"", "\"after-session\"", "\"daily\""],
        "for" => &["\"1 day\"", "\"36 months\""],
        "name" => &["\"minoxidil-5\"", "\"vitamin-c-serum\"", "\"tretinoin-cream\""],
        "shaft_diameter" => &["\"1 um\"", "\"9 um\"", "\"1500 um\""],
        "tip_diameter" => &["\"1 um\"", "\"300 um\"", "\"0.05 mm\"", "\"60 mm\""],
        "minimum_length" | "maximum_length" => &["\"0 mm\"", "\"5 mm\"", "\"1 mm\""],
        "cone_angle" => &["\"1 deg\"", "\"20 deg\"", "\"90 deg\"", "\"200 deg\""],
        "support" => &["\"board\"", "\"body\"", "\"table\""],
        "needles" => &["1", "400", "1.5"],
        "frequency" => &["\"0.2 Hz\"", "\"500 Hz\""],
        "glide_speed" => &["\"0.5 mm/s\"", "\"300 mm/s\""],
        _ => &["\"\"", "0", "1e300", "nan", "[]", "{}", "true", "\"5 %\"", "\"5 days\""],
    }
}

/// Lines that may be added to the section they end up in.
const LINES: [&str; 17] = [
    "occlusion = \"48 h\"",
    "occlusion = \"72 h\"",
    "aftercare = \"not-followed\"",
    "sun_exposure = \"high\"",
    "smoker = true",
    "depth = \"5 mm\"",
    "depth = \"0.005 mm\"",
    "width = \"0.01 mm\"",
    "hair_density = \"0 /cm2\"",
    "excess_melanin = \"500 %\"",
    "pigment_depth = \"dermal\"",
    "glide_speed = \"1 mm/s\"",
    "area = \"2000 cm2\"",
    "taper_length = \"1 um\"",
    "times = [\"0 days\", \"2 seconds\", \"26 h\", \"7 days\"]",
    "times = [\"30 days\", \"3 years\"]",
    "numbing = { product = \"lidocaine-prilocaine-cream\", duration = \"6 h\" }",
];

#[derive(Debug, Clone)]
enum Change {
    Value(Index, Index),
    Add(Index, Index),
    Drop(Index),
    Byte(Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        8 => any::<(Index, Index)>().prop_map(|(at, to)| Change::Value(at, to)),
        3 => any::<(Index, Index)>().prop_map(|(at, line)| Change::Add(at, line)),
        1 => any::<Index>().prop_map(Change::Drop),
        1 => any::<(Index, u8)>().prop_map(|(at, byte)| Change::Byte(at, byte)),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    match change {
        Change::Value(at, to) => {
            // The study's words are not simulated.
            let keyed: Vec<usize> = (0..lines.len())
                .filter(|&n| {
                    lines[n].contains(" = ")
                        && !lines[n].starts_with(['#', ' '])
                        && !lines[n].contains('[')
                })
                .collect();
            if keyed.is_empty() {
                return text.to_owned();
            }
            let line = &mut lines[*at.get(&keyed)];
            let key = line.split(" = ").next().unwrap_or_default().to_owned();
            *line = format!("{key} = {}", to.get(values_of(&key)));
        }
        Change::Add(at, line) => {
            lines.insert(at.index(lines.len()), (*line.get(&LINES)).to_owned());
        }
        Change::Drop(at) => {
            lines.remove(at.index(lines.len()));
        }
        Change::Byte(at, byte) => {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = *byte;
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    lines.join("\n") + "\n"
}

fn assert_a_band(band: &Band, what: &str) -> Result<(), TestCaseError> {
    let ordered = [band.lo95, band.lo50, band.median, band.hi50, band.hi95];
    prop_assert!(ordered.iter().all(|value| value.is_finite()), "{what}: {band:?}");
    prop_assert!(band.mean.is_finite() && ordered.is_sorted(), "{what}: {band:?}");
    Ok(())
}

/// Read the text, and if it is a case, simulate it. Whether it was.
fn read_and_run(text: &str) -> Result<bool, TestCaseError> {
    let (case, problems) = read_case("case.toml", text, &KNOWLEDGE);
    prop_assert_eq!(case.is_none(), problems.has_errors());
    let Some(mut case) = case else { return Ok(false) };
    case.simulate.members = 2;
    let (member_done, cancelled) = (|| (), AtomicBool::new(false));
    let progress = Progress { member_done: &member_done, cancelled: &cancelled };
    let result = simulate(&case, &KNOWLEDGE, progress);
    let result = result.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(result.zones.len(), case.protocol.zones.len());
    for zone in &result.zones {
        for series in &zone.series {
            for band in &series.bands {
                assert_a_band(band, series.observable.name())?;
            }
        }
        for outcome in &zone.outcomes {
            assert_a_band(&outcome.value, outcome.observable.name())?;
        }
        for scale in &zone.scales {
            assert_a_band(&scale.score, &scale.scale)?;
        }
        for duration in &zone.durations {
            assert_a_band(&duration.days, &duration.what)?;
        }
        for taken in &zone.uptake {
            assert_a_band(&taken.punctured_ug_per_cm2, &taken.product)?;
            assert_a_band(&taken.intact_ug_per_cm2, &taken.product)?;
        }
        assert_a_band(&zone.pain, "pain")?;
        assert_a_band(&zone.depth_um, "depth")?;
        prop_assert!((0.0..=10.0).contains(&zone.pain.mean));
        prop_assert!(zone.depth_um.lo95 >= 0.0);
        prop_assert!(zone.minutes.is_finite() && zone.minutes >= 0.0);
    }
    Ok(true)
}

#[test]
fn the_examples_themselves_run() {
    for text in TEXTS.iter() {
        assert!(read_and_run(text).unwrap(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_accepted_case_can_be_simulated(
        text in any::<Index>(),
        changes in proptest::collection::vec(change(), 1..5),
    ) {
        let text = changes.iter().fold(text.get(&TEXTS).clone(), |text, change| apply(&text, change));
        read_and_run(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
    }
}
