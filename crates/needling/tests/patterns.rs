//! Punctures land where geometry says they must.
#![allow(clippy::unwrap_used)]

mod shelf;

use std::f64::consts::PI;

use needlepoint_needling::{
    FOUR_WAY_STAR_DEG, Hand, Motion, NeedlingError, Setting, coverage, nearest_neighbour,
    repeated_hit_share, sample_punctures, sample_strikes,
};
use proptest::prelude::*;
use shelf::*;

/// The mean over many seeds is the nominal density, within four standard errors.
#[test]
fn mean_density_is_nominal() {
    for motion in MOTIONS {
        for angle_deg in [0.0, 30.0, 45.0] {
            let setting =
                Setting { needle_length_mm: 1.0, passes: 1, directions_deg: vec![angle_deg] };
            let seeds = 400;
            let mut strikes = Vec::new();
            let counts: Vec<f64> = (0..seeds)
                .map(|seed| {
                    let (device, patch) = (device(motion), patch(12.0));
                    sample_strikes(&device, &setting, patch, &HAND, &mut rng(seed), &mut strikes)
                        .unwrap();
                    strikes.len() as f64 / patch.area_cm2()
                })
                .collect();
            let n = counts.len() as f64;
            let mean = counts.iter().sum::<f64>() / n;
            let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / (n - 1.0);
            let nominal = motion.nominal_holes_per_cm2_per_pass();
            let error = 4.0 * (variance / n).sqrt() + 1e-9;
            assert!(
                (mean - nominal).abs() < error,
                "{motion:?} at {angle_deg}: {mean} for {nominal} +/- {error}"
            );
        }
    }
}

/// One pass of a straight hand is a lattice: every puncture has its neighbour at one distance.
#[test]
fn one_straight_pass_is_a_lattice() {
    // So wide a drum that this seed's patch lies in one lane, with its one phase.
    let wide = |rows, stagger| Motion::Roller {
        drum_diameter_mm: 20.0,
        drum_width_mm: 2000.0,
        rings: 800,
        rows,
        stagger,
    };
    let along = |rows: f64| PI * 20.0 / rows;
    let across = 2.5f64;
    for (motion, spacing) in [
        (wide(24, false), across),
        (wide(48, false), along(48.0)),
        (wide(24, true), across),
        (wide(48, true), along(48.0).hypot(0.5 * across)),
        (STAMP, 0.8),
    ] {
        for angle_deg in [0.0, 30.0] {
            let straight =
                Setting { needle_length_mm: 1.0, passes: 1, directions_deg: vec![angle_deg] };
            let hits = punctures(motion, &straight, 20.0, &MACHINE, 4);
            let near = nearest_neighbour(&hits, patch(20.0)).unwrap();
            assert!((near.p05_mm - spacing).abs() < 1e-9, "{motion:?}: {near:?} for {spacing}");
            assert!((near.p95_mm - spacing).abs() < 1e-9, "{motion:?}: {near:?} for {spacing}");
        }
    }
}

/// Many passes in any direction are as good as random: Poisson spacing.
#[test]
fn many_passes_are_as_good_as_random() {
    let wild = Hand { tilt_sd_deg: 90.0, ..HAND };
    let (side, halo_um) = (30.0, 60.0);
    let hits = punctures(STAGGERED, &setting(1.0, 80), side, &wild, 11);
    let n_per_mm2 = hits.len() as f64 / patch(side).area_mm2();
    let near = nearest_neighbour(&hits, patch(side)).unwrap();
    let close = |got: f64, want: f64, share: f64| {
        assert!((got / want - 1.0).abs() < share, "{got} for {want}");
    };
    close(near.mean_mm, 1.0 / (2.0 * n_per_mm2.sqrt()), 0.03);
    let poisson = |share: f64| (-(1.0f64 - share).ln() / (n_per_mm2 * PI)).sqrt();
    close(near.p50_mm, poisson(0.50), 0.04);
    close(near.p95_mm, poisson(0.95), 0.04);
    let reach_mm2: f64 = hits
        .iter()
        .map(|hit| PI * ((0.5 * hit.mouth_diameter_um + halo_um) / 1000.0).powi(2))
        .sum::<f64>()
        / patch(side).area_mm2();
    close(coverage(&hits, patch(side), halo_um), 1.0 - (-reach_mm2).exp(), 0.03);
}

/// A regular pattern keeps its needles apart, and none strikes twice.
#[test]
fn few_passes_lie_farther_apart_than_random() {
    let hits = punctures(STAMP, &setting(1.0, 1), 30.0, &MACHINE, 5);
    let n_per_mm2 = hits.len() as f64 / patch(30.0).area_mm2();
    let near = nearest_neighbour(&hits, patch(30.0)).unwrap();
    assert!(near.mean_mm > 1.5 / (2.0 * n_per_mm2.sqrt()));
    assert!(repeated_hit_share(&hits, patch(30.0)).abs() < 1e-12);
}

#[test]
fn crowded_needles_strike_twice() {
    let one = repeated_hit_share(&punctures(PEN, &setting(2.0, 2), 10.0, &HAND, 1), patch(10.0));
    let many = repeated_hit_share(&punctures(PEN, &setting(2.0, 20), 10.0, &HAND, 1), patch(10.0));
    assert!(one < many && many < 1.0);
}

#[test]
fn short_needles_mostly_dent() {
    let mut hits = Vec::new();
    let mut dents = |length_mm| {
        sample_punctures(
            &device(PEN),
            &setting(length_mm, 4),
            patch(10.0),
            &HAND,
            &mut rng(3),
            &mut hits,
        )
        .unwrap()
        .dent_share()
    };
    let (none, short, long) = (dents(0.0), dents(0.1), dents(1.5));
    assert!((none - 1.0).abs() < 1e-12 && short > 0.4 && long < 0.01, "{none} {short} {long}");
}

#[test]
fn impossible_requests_are_refused_in_words() {
    let mut hits = Vec::new();
    let mut refuse = |motion, setting: &Setting, hand: &Hand| {
        sample_punctures(&device(motion), setting, patch(10.0), hand, &mut rng(0), &mut hits)
            .unwrap_err()
    };
    let long = refuse(PEN, &setting(9.0, 1), &HAND);
    assert_eq!(long.to_string(), "needle length is 9 mm; this device reaches at most 3 mm");
    let still = Motion::Pen {
        needles: 12,
        layout_diameter_mm: 5.0,
        frequency_hz: 100.0,
        glide_speed_mm_per_s: 0.0,
    };
    assert!(matches!(
        refuse(still, &setting(1.0, 1), &HAND),
        NeedlingError::NotPositive { name: "glide_speed_mm_per_s", .. }
    ));
    let slow = Motion::Pen {
        needles: 12,
        layout_diameter_mm: 5.0,
        frequency_hz: 100.0,
        glide_speed_mm_per_s: 1e-9,
    };
    let too_many = refuse(slow, &setting(1.0, 1), &HAND);
    assert!(matches!(too_many, NeedlingError::TooManyStrikes { .. }));
    let endless = refuse(ROLLER, &setting(1.0, u32::MAX), &HAND);
    assert!(matches!(endless, NeedlingError::TooManyStrikes { .. }));
    let dizzy = Hand { tilt_sd_deg: f64::NAN, ..HAND };
    assert!(matches!(refuse(PEN, &setting(1.0, 1), &dizzy), NeedlingError::Negative { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn punctures_lie_on_the_patch_and_within_the_needle(
        which in 0..MOTIONS.len(), side in 2.0..15.0f64, length in 0.1..3.0f64,
        passes in 0..6u32, seed: u64,
    ) {
        for hit in punctures(MOTIONS[which], &setting(length, passes), side, &HAND, seed) {
            prop_assert!((0.0..side).contains(&hit.x_mm) && (0.0..side).contains(&hit.y_mm));
            prop_assert!(hit.depth_um > 0.0 && hit.depth_um <= length * 1000.0);
            prop_assert!(hit.mouth_diameter_um <= 0.5 * 250.0);
        }
    }

    #[test]
    fn one_seed_gives_one_pattern(which in 0..MOTIONS.len(), seed: u64) {
        let draw = |seed| punctures(MOTIONS[which], &setting(1.0, 4), 8.0, &HAND, seed);
        prop_assert_eq!(draw(seed), draw(seed));
        prop_assert_ne!(draw(seed), draw(seed.wrapping_add(1)));
    }

    #[test]
    fn places_and_punctures_agree(which in 0..MOTIONS.len(), seed: u64) {
        let mut strikes = Vec::new();
        let setting = setting(2.0, 2);
        sample_strikes(
            &device(MOTIONS[which]), &setting, patch(8.0), &MACHINE, &mut rng(seed), &mut strikes,
        ).unwrap();
        let places: Vec<[f64; 2]> = punctures(MOTIONS[which], &setting, 8.0, &MACHINE, seed)
            .iter().map(|hit| [hit.x_mm, hit.y_mm]).collect();
        prop_assert_eq!(strikes, places);
    }
}

#[test]
fn the_star_has_four_arms() {
    let setting = setting(1.0, 6);
    let taken: Vec<f64> = (0..6).map(|pass| setting.direction_deg(pass)).collect();
    assert_eq!(taken[..4], FOUR_WAY_STAR_DEG);
    assert_eq!(taken[4..], FOUR_WAY_STAR_DEG[..2]);
}
