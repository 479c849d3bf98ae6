//! What physiology and mechanics demand of lesions.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, read_case};
use needlepoint_course::{
    Progress,
    observable::Observable,
    result::{Band, CourseResult},
    simulate,
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

/// A course of four monthly sessions for `concern`, with 64 members; `protocol` is added to it.
fn case(knowledge: &Knowledge, site: &str, length_mm: f64, concern: &str, protocol: &str) -> Case {
    let text = format!(
        "[patient]\nage = \"40 years\"\nsex = \"female\"\nphototype = \"III\"\n\
         [[concern]]\nsite = \"{site}\"\n{concern}\n\
         [protocol]\ndevice = \"generic-pen-12\"\nsessions = 4\ninterval = \"28 days\"\n{protocol}\n\
         [[protocol.zone]]\nsite = \"{site}\"\nneedle_length = \"{length_mm} mm\"\npasses = 4\n\
         [simulate]\nhorizon = \"8 months\"\nmembers = 64\nseed = 1\n"
    );
    let (case, problems) = read_case("lesion", &text, knowledge);
    case.unwrap_or_else(|| panic!("{}\n{text}", problems.to_lines()))
}

fn run(case: &Case, knowledge: &Knowledge) -> CourseResult {
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
    simulate(case, knowledge, progress).expect("simulated")
}

fn series(result: &CourseResult, observable: Observable) -> &[Band] {
    let series = &result.zones[0].series;
    &series.iter().find(|s| s.observable == observable).expect("observed").bands
}

/// At the end of the course, about five months after the last session.
fn late(result: &CourseResult, observable: Observable) -> Band {
    *series(result, observable).last().expect("a time")
}

fn peak(result: &CourseResult, observable: Observable) -> f64 {
    series(result, observable).iter().map(|band| band.median).fold(f64::MIN, f64::max)
}

fn wrinkle(depth: &str, wavelength: &str) -> String {
    format!("kind = \"wrinkles\"\ndepth = \"{depth}\"\nwavelength = \"{wavelength}\"")
}

#[test]
fn coarse_wrinkles_need_depth_and_fine_lines_do_not() {
    let knowledge = knowledge();
    let fall = |concern: &str, length| {
        let result = run(&case(&knowledge, "cheek", length, concern, ""), &knowledge);
        -late(&result, Observable::WrinkleDepth).mean
    };
    let (fine, coarse) = (wrinkle("0.08 mm", "0.5 mm"), wrinkle("0.7 mm", "4.5 mm"));
    // Half a millimetre stays in the papillary dermis, which carries the fine line only; its signals reach a
    // tenth of a millimetre farther.
    let (fine_short, fine_long) = (fall(&fine, 0.5), fall(&fine, 2.0));
    let (coarse_short, coarse_long) = (fall(&coarse, 0.5), fall(&coarse, 2.0));
    assert!(fine_short > 2.0 * coarse_short, "{fine_short} {coarse_short}");
    assert!(coarse_long > 3.0 * coarse_short, "{coarse_long} {coarse_short}");
    assert!(coarse_long / coarse_short > 2.0 * fine_long / fine_short);
}

#[test]
fn ice_pick_scars_hardly_change_because_needles_do_not_get_below_their_floor() {
    let knowledge = knowledge();
    let fall = |shape: &str| {
        let concern = format!("kind = \"acne-scars\"\n{shape}");
        let result = run(&case(&knowledge, "cheek", 1.0, &concern, ""), &knowledge);
        -late(&result, Observable::ScarDepth).mean
    };
    let of_type =
        |shape: &str| fall(&format!("depth = \"0.4 mm\"\nscar_types = {{ {shape} = \"100 %\" }}"));
    let [boxcar, rolling, ice_pick] = ["boxcar", "rolling", "ice_pick"].map(of_type);
    assert!(boxcar > rolling && rolling > 2.0 * ice_pick, "{boxcar} {rolling} {ice_pick}");
    // The reason: of two pits equally deep in the same skin, the narrow one is passed over.
    let (narrow, wide) =
        (fall("depth = \"1 mm\"\nwidth = \"1 mm\""), fall("depth = \"1 mm\"\nwidth = \"8 mm\""));
    assert!(wide > 3.0 * narrow, "{wide} {narrow}");
}

#[test]
fn a_raised_scar_never_gets_higher() {
    let knowledge = knowledge();
    let raised = "kind = \"burn-scar\"\nheight = \"1 mm\"";
    let result = run(&case(&knowledge, "abdomen", 1.5, raised, ""), &knowledge);
    let heights = series(&result, Observable::ScarHeight);
    assert!(heights.windows(2).all(|pair| pair[1].mean <= pair[0].mean + 1e-9));
    assert!(heights.iter().all(|band| band.hi95 <= 0.0));
    // It is softer for it, and it has no depth.
    let soft = late(&result, Observable::ScarStiffness).mean;
    assert!(soft < late(&result, Observable::ScarHeight).mean);
    assert!(result.zones[0].series.iter().all(|s| s.observable != Observable::ScarDepth));
    // A sunken scar of a burn is lifted as others are.
    let sunken = "kind = \"burn-scar\"\ndepth = \"0.3 mm\"";
    let result = run(&case(&knowledge, "abdomen", 1.5, sunken, ""), &knowledge);
    assert!(late(&result, Observable::ScarDepth).mean < -10.0);
}

#[test]
fn dermal_pigment_hardly_answers_to_a_product_on_melanocytes() {
    let knowledge = knowledge();
    let gain = |depth: &str| {
        let concern =
            format!("kind = \"melasma\"\nexcess_melanin = \"40 %\"\npigment_depth = \"{depth}\"");
        let product =
            "product = [{ name = \"tranexamic-acid\", when = \"daily\", for = \"8 months\" }]";
        let of = |protocol| {
            let case = case(&knowledge, "cheek", 0.5, &concern, protocol);
            -late(&run(&case, &knowledge), Observable::LesionPigment).mean
        };
        of(product) - of("")
    };
    let (epidermal, mixed, dermal) = (gain("epidermal"), gain("mixed"), gain("dermal"));
    assert!(epidermal > mixed && mixed > dermal && dermal >= 0.0, "{epidermal} {mixed} {dermal}");
    assert!(dermal < 0.4 * epidermal, "{dermal} {epidermal}");
}

#[test]
fn a_dark_mark_fades_by_itself_and_melasma_does_not() {
    let knowledge = knowledge();
    let left_alone = |kind: &str| {
        let concern = format!("kind = \"{kind}\"\nexcess_melanin = \"40 %\"");
        let mut case = case(&knowledge, "cheek", 0.5, &concern, "");
        case.protocol.zones[0].passes = 0;
        run(&case, &knowledge)
    };
    let mark = left_alone("hyperpigmentation");
    let fell = late(&mark, Observable::LesionPigment);
    assert!((-75.0..-30.0).contains(&fell.median), "{fell:?}");
    assert!(fell.hi95 > -20.0, "some hardly fade in eight months: {fell:?}");
    assert_eq!(late(&left_alone("melasma"), Observable::LesionPigment).mean, 0.0);
}

#[test]
fn darkening_rises_with_phototype_without_aftercare_and_with_sessions_two_days_apart() {
    let knowledge = knowledge();
    let melasma = "kind = \"melasma\"\nexcess_melanin = \"40 %\"";
    let with = |change: &dyn Fn(&mut Case)| {
        let mut case = case(&knowledge, "cheek", 1.0, melasma, "");
        change(&mut case);
        peak(&run(&case, &knowledge), Observable::Darkening)
    };
    let usual = with(&|_| {});
    let dark = with(&|case| case.patient.phototype = needlepoint_skin::Phototype::V);
    let careless = with(&|case| case.protocol.aftercare_followed = false);
    let crowded = with(&|case| case.protocol.session_days = vec![0.0, 2.0, 4.0, 6.0]);
    assert!(dark > 1.3 * usual, "{dark} {usual}");
    assert!(careless > 1.2 * usual, "{careless} {usual}");
    assert!(crowded > 1.1 * usual, "{crowded} {usual}");
}

#[test]
fn without_hairs_there_is_nothing_to_wake() {
    let knowledge = knowledge();
    let gain = |hairs: u32| {
        let concern = format!("kind = \"hair-loss\"\nhair_density = \"{hairs} /cm2\"");
        let result = run(&case(&knowledge, "scalp", 1.0, &concern, ""), &knowledge);
        (late(&result, Observable::HairDensity), late(&result, Observable::HairDiameter))
    };
    let (bald, bald_diameter) = gain(0);
    assert_eq!((bald.lo95, bald.hi95, bald_diameter.mean), (0.0, 0.0, 0.0));
    assert!(gain(120).0.mean > 2.0);
}

#[test]
fn elastin_and_colour_stay() {
    let knowledge = knowledge();
    let lax = "kind = \"laxity\"\nmissing_elasticity = \"20 %\"";
    let lax = run(&case(&knowledge, "cheek", 2.0, lax, ""), &knowledge);
    // At least the least share of elastin that is drawn is still missing in everybody.
    assert!(late(&lax, Observable::Laxity).lo95 > -70.1);
    let mark = |colour: &str| {
        let concern =
            format!("kind = \"striae\"\nmissing_collagen = \"20 %\"\ncolour = \"{colour}\"");
        run(&case(&knowledge, "thigh", 1.5, &concern, ""), &knowledge)
    };
    let (red, white) = (mark("rubra"), mark("alba"));
    let seen = |result| late(result, Observable::StriaVisibility);
    assert!(seen(&white).lo95 > -80.1 && seen(&red).mean < seen(&white).mean);
    // It is tissue that was torn: the mark hardly gets narrower.
    assert!((-10.0..=0.0).contains(&late(&white, Observable::StriaWidth).lo50));
}

#[test]
fn pores_close_as_the_dermis_around_them_stiffens_and_never_shut() {
    let knowledge = knowledge();
    let at = |length| {
        let concern = "kind = \"pores\"\nexcess_area = \"50 %\"";
        let result = run(&case(&knowledge, "cheek", length, concern, ""), &knowledge);
        late(&result, Observable::PoreArea)
    };
    let (short, long) = (at(0.3), at(1.0));
    assert!(long.mean < short.mean && long.lo95 > -80.0, "{short:?} {long:?}");
}

#[test]
fn roughness_keeps_the_fine_relief_of_all_skin() {
    let knowledge = knowledge();
    let result =
        run(&case(&knowledge, "cheek", 2.0, &wrinkle("0.08 mm", "0.5 mm"), ""), &knowledge);
    let (rough, wrinkles) =
        (late(&result, Observable::Roughness), late(&result, Observable::WrinkleDepth));
    assert!(wrinkles.mean < rough.mean && rough.mean < 0.0, "{wrinkles:?} {rough:?}");
    // Flakes raise it in the days after a session.
    assert!(peak(&result, Observable::Roughness) > 0.0);
}

#[test]
fn skin_with_next_to_no_collagen_gives_no_absurd_gain() {
    let knowledge = knowledge();
    let gain = |missing: &str| {
        let concern = format!("kind = \"photoageing\"\nmissing_collagen = \"{missing}\"");
        let result = run(&case(&knowledge, "cheek", 1.5, &concern, ""), &knowledge);
        late(&result, Observable::DermalCollagen).mean
    };
    // 60 % missing is the least that is simulated, so more missing changes nothing.
    assert_eq!(gain("95 %"), gain("60 %"));
}
