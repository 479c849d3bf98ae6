//! The mechanics of one needle, against its limits.
#![allow(clippy::unwrap_used)]

mod shelf;

use std::f64::consts::PI;

use needlepoint_needling::{
    Approach, DepthLaw, Grip, Insertion, Motion, NeedleGeometry, Stiffness, Support, Tissue, insert,
};
use needlepoint_skin::{LayerKind, LayeredSkin};
use proptest::prelude::*;
use shelf::{CHEEK, GRIP, PEN, ROLLER, STAMP, STIFFNESS, TOUGHNESS, cheek};

const NEEDLE: NeedleGeometry =
    NeedleGeometry { tip_diameter_um: 8.0, shaft_diameter_um: 250.0, taper_length_um: 1400.0 };

fn tissue(skin: &LayeredSkin, support: Support) -> Tissue<'_> {
    Tissue { skin, stiffness: STIFFNESS, toughness: TOUGHNESS, support, dent_excess: 1.0 }
}

fn even(modulus_mpa: f64) -> Stiffness {
    Stiffness {
        stratum_corneum_mpa: modulus_mpa,
        viable_epidermis_mpa: modulus_mpa,
        dermis_mpa: modulus_mpa,
        fat_mpa: modulus_mpa,
        ..STIFFNESS
    }
}

fn deep_fat() -> Support {
    Support::Body { fat_thickness_um: 1e12, fat_bulk_mpa: 0.036, tension_n_per_m: 15.0 }
}

fn drive(motion: &Motion, needle: &NeedleGeometry, length_um: f64, support: Support) -> Insertion {
    let skin = cheek();
    insert(needle, &tissue(&skin, support), &Approach::new(motion, length_um, &GRIP).unwrap())
}

#[test]
fn even_material_is_felt_as_it_is_at_any_width() {
    let skin = cheek();
    let even = Tissue { stiffness: even(0.3), ..tissue(&skin, deep_fat()) };
    for radius_um in [0.1, 10.0, 1000.0, 1e5] {
        assert!((even.contact_modulus_mpa(radius_um) / 0.3 - 1.0).abs() < 1e-6, "{radius_um}");
    }
}

#[test]
fn a_narrow_contact_feels_the_horny_layer_and_a_wide_one_what_lies_below() {
    let skin = cheek();
    let cheek = tissue(&skin, deep_fat());
    assert!((cheek.contact_modulus_mpa(0.01) / 2.0 - 1.0).abs() < 0.01);
    assert!((cheek.contact_modulus_mpa(1e7) / 0.0025 - 1.0).abs() < 0.05);
    // Stiffer all the way up from wide to narrow.
    let radii = [1e5, 1e4, 1e3, 1e2, 1e1, 1e0];
    let felt: Vec<f64> = radii.iter().map(|&r| cheek.contact_modulus_mpa(r)).collect();
    assert!(felt.windows(2).all(|pair| pair[0] < pair[1]), "{felt:?}");
}

#[test]
fn bone_below_the_fat_stiffens_a_wide_contact() {
    let skin = cheek();
    let modulus = |fat_thickness_um| {
        let support =
            Support::Body { fat_thickness_um, fat_bulk_mpa: 0.036, tension_n_per_m: 15.0 };
        tissue(&skin, support).contact_modulus_mpa(3000.0)
    };
    assert!(modulus(1500.0) > 1.5 * modulus(20_000.0));
    assert!(tissue(&skin, Support::Board).contact_modulus_mpa(3000.0) > modulus(1500.0));
}

/// A load spread over a clamped plate, against the mean of its closed form `q (b^2 - r^2)^2 / (64 D)`.
#[test]
fn the_support_of_a_plate_alone_is_its_closed_form() {
    let skin = cheek();
    let plate = Support::Body { fat_thickness_um: 1e15, fat_bulk_mpa: 0.0, tension_n_per_m: 0.0 };
    let (b, t) = (4000.0, skin.top_um(LayerKind::Subcutis));
    let d = 0.12 * t.powi(3) / (12.0 * 0.75);
    let steps = 2000;
    let h = b / f64::from(steps);
    let mean: f64 = (0..steps)
        .map(|n| (f64::from(n) + 0.5) * h)
        .map(|r| (b * b - r * r).powi(2) / (64.0 * d) * 2.0 * r * h / (b * b))
        .sum();
    let load = PI * b * b;
    let found = tissue(&skin, plate).support_mn_per_um(b);
    assert!((found / (load / mean * 1e-3) - 1.0).abs() < 1e-4);
}

#[test]
fn faster_is_stiffer_by_the_power_of_time() {
    assert!((STIFFNESS.rate_factor(1.0) - 1.0).abs() < 1e-12);
    assert!((STIFFNESS.rate_factor(1e-3) - 10f64.powf(0.3)).abs() < 1e-12);
}

#[test]
fn travel_is_spent_on_depth_dent_give_and_standoff() {
    for motion in [PEN, ROLLER, STAMP] {
        for length_um in [250.0, 500.0, 1000.0, 1500.0, 2500.0] {
            let i = drive(&motion, &NEEDLE, length_um, CHEEK);
            let spent = i.depth_um + i.dent_um + i.give_um + i.standoff_um;
            assert!((spent / length_um - 1.0).abs() < 1e-3, "{motion:?} {length_um} {i:?}");
            assert!(i.peak_force_mn >= i.force_mn && i.work_uj > 0.0);
        }
    }
}

/// Nothing to push aside: skin so stiff that it can't dent lets the needle in whole.
#[test]
fn stiff_skin_takes_the_whole_needle() {
    let skin = cheek();
    let stiff = Tissue { stiffness: even(1e6), ..tissue(&skin, Support::Board) };
    let i = insert(&NEEDLE, &stiff, &Approach::new(&PEN, 1500.0, &GRIP).unwrap());
    assert!(i.broke_through && (i.depth_um / 1500.0 - 1.0).abs() < 1e-4, "{i:?}");
}

#[test]
fn a_needle_without_length_left_only_pricks() {
    let short = drive(&ROLLER, &NEEDLE, 200.0, CHEEK);
    assert!(!short.broke_through && short.depth_um < 160.0, "{short:?}");
    let long = drive(&ROLLER, &NEEDLE, 1500.0, CHEEK);
    assert!(long.broke_through && long.depth_um > 1000.0, "{long:?}");
    // At the drop of force the tip jumps: no length ends just beyond the breakthrough depth.
    let depths: Vec<f64> =
        (2..120).map(|n| drive(&ROLLER, &NEEDLE, 10.0 * f64::from(n), CHEEK).depth_um).collect();
    assert!(depths.windows(2).all(|pair| pair[1] > pair[0] - 1e-2));
    let jump = depths.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    assert!(jump > 50.0, "{jump}");
}

#[test]
fn a_weak_hand_leaves_the_device_off_the_skin() {
    let skin = cheek();
    let with = |roller_force_n| {
        let grip = Grip { roller_force_n, ..GRIP };
        insert(&NEEDLE, &tissue(&skin, CHEEK), &Approach::new(&ROLLER, 1500.0, &grip).unwrap())
    };
    let (firm, weak, feeble) = (with(5.0), with(0.35), with(0.02));
    assert!(firm.standoff_um < 1.0 && firm.depth_um > weak.depth_um);
    assert!(weak.standoff_um > 0.0 && weak.depth_um > feeble.depth_um);
    assert!(!feeble.broke_through && feeble.standoff_um > 500.0, "{feeble:?}");
}

#[test]
fn more_needles_in_a_cartridge_go_less_deep() {
    let depth = |needles| {
        let pen = Motion::Pen {
            needles,
            layout_diameter_mm: 8.0,
            frequency_hz: 100.0,
            glide_speed_mm_per_s: 50.0,
            in_skin_share: 0.5,
            overlap: 0.0,
        };
        drive(&pen, &NEEDLE, 1500.0, CHEEK).depth_um
    };
    assert!(depth(6) > depth(12) && depth(12) > depth(36));
}

#[test]
fn skin_on_a_board_takes_more_than_a_cheek() {
    let (board, cheek) =
        (drive(&PEN, &NEEDLE, 1500.0, Support::Board), drive(&PEN, &NEEDLE, 1500.0, CHEEK));
    assert!(board.depth_um > cheek.depth_um && board.give_um == 0.0);
}

#[test]
fn the_law_of_depths_passes_through_the_median_and_falls() {
    let skin = cheek();
    let tissue = tissue(&skin, CHEEK);
    for (motion, length_um) in [(ROLLER, 250.0), (ROLLER, 500.0), (PEN, 1500.0), (STAMP, 1000.0)] {
        let approach = Approach::new(&motion, length_um, &GRIP).unwrap();
        let (law, median) = DepthLaw::new(&NEEDLE, &tissue, &approach, 0.4);
        let at = |z: f64| law.depth_um(z).unwrap_or(0.0);
        assert!((at(0.0) / median.depth_um - 1.0).abs() < 0.02, "{} {median:?}", at(0.0));
        let depths: Vec<f64> = (-40..=40).map(|n| at(0.1 * f64::from(n))).collect();
        assert!(depths.windows(2).all(|pair| pair[0] >= pair[1]), "{depths:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_needle_goes_deeper_than_it_is_long(
        length_um in 50.0..3000.0f64, tip in 2.0..60.0f64, shaft in 70.0..400.0f64,
        taper in 0.0..1500.0f64, dermis in 0.02..3.0f64, which in 0usize..3,
        force in 0.05..30.0f64, scatter in 0.0..1.0f64,
    ) {
        let skin = cheek();
        let soft = Tissue {
            stiffness: Stiffness { dermis_mpa: dermis, ..STIFFNESS },
            ..tissue(&skin, CHEEK)
        };
        let grip = Grip {
            roller_force_n: force, pen_force_n: force, stamp_force_n: force, ..GRIP
        };
        let motion = [PEN, ROLLER, STAMP][which];
        let needle = NeedleGeometry {
            tip_diameter_um: tip, shaft_diameter_um: shaft, taper_length_um: taper,
        };
        let approach = Approach::new(&motion, length_um, &grip).unwrap();
        let (law, i) = DepthLaw::new(&needle, &soft, &approach, scatter);
        prop_assert!((0.0..=length_um).contains(&i.depth_um), "{:?}", i);
        prop_assert!(i.dent_um >= 0.0 && i.give_um >= 0.0 && i.standoff_um >= 0.0);
        for z in [-5.0, -1.0, 0.0, 1.0, 5.0] {
            let depth = law.depth_um(z).unwrap_or(0.0);
            prop_assert!((0.0..=length_um).contains(&depth), "{} {:?}", depth, law);
        }
    }
}
