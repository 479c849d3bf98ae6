//! Punctures land where geometry says they must.
#![allow(clippy::unwrap_used)]

mod shelf;

use std::f64::consts::PI;

use needlepoint_needling::{
    ChannelShape, FOUR_WAY_STAR_DEG, Hand, Motion, NeedlingError, Patch, Puncture, Setting,
    SpotGrid, coverage, nearest_neighbour, repeated_hit_share, sample_punctures, sample_strikes,
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
        slip: 0.0,
        overlap: 0.0,
    };
    let along = |rows: f64| PI * 20.0 / rows;
    let across = 2.5f64;
    for (motion, spacing) in [
        (wide(24, 0.0), across),
        (wide(48, 0.0), along(48.0)),
        (wide(24, 0.5), across),
        (wide(48, 0.5), along(48.0).hypot(0.5 * across)),
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
    let (mut reach_mm2, halo) = (0.0, halo_um / 1000.0);
    for hit in hits.iter().step_by(10) {
        let (a, b) = (0.0005 * hit.mouth_length_um(), 0.0005 * hit.mouth_diameter_um);
        reach_mm2 += 10.0 * (PI * (a * b + halo * halo) + circumference(a, b) * halo);
    }
    reach_mm2 /= patch(side).area_mm2();
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
            &driven(PEN, length_mm, 1.0),
            &mut rng(3),
            &mut hits,
        )
        .unwrap()
        .dent_share()
    };
    let (none, short, long) = (dents(0.0), dents(0.04), dents(1.5));
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
        in_skin_share: 0.4,
        overlap: 0.0,
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
        in_skin_share: 0.4,
        overlap: 0.0,
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
        let hand = driven(MOTIONS[which], length, 1.0);
        for hit in punctures(MOTIONS[which], &setting(length, passes), side, &hand, seed) {
            prop_assert!((0.0..side).contains(&hit.x_mm) && (0.0..side).contains(&hit.y_mm));
            prop_assert!(hit.depth_um > 0.0);
            prop_assert!((0.0..180.5).contains(&hit.direction_deg));
            if hit.shape == ChannelShape::Column {
                prop_assert_eq!((hit.depth_um, hit.mouth_length_um()), (500.0, 120.0));
            } else {
                prop_assert!(hit.depth_um <= length * 1000.0);
                prop_assert!(hit.mouth_diameter_um <= 0.5 * 250.0);
                let tear = 0.1 * MOTIONS[which].sweep_um(hit.depth_um);
                prop_assert!((f64::from(hit.tear_um) - tear).abs() <= 1e-6 * tear);
            }
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

/// The 192-needle roller of the trials, rolled 15 times: about 250 holes per cm2, they say.
#[test]
fn fifteen_passes_of_192_needles_make_229_holes_per_cm2() {
    let area = Patch::rectangle(120.0, 80.0).unwrap();
    let counts = |passes| {
        let mut strikes = Vec::new();
        let setting = setting(1.5, passes);
        sample_strikes(&device(STAGGERED), &setting, area, &HAND, &mut rng(1), &mut strikes)
            .unwrap();
        strikes.len() as f64 / area.area_cm2()
    };
    let (one, fifteen) = (counts(1), counts(15));
    assert!((one - 15.3).abs() < 0.2, "{one}");
    assert!((fifteen - 229.0).abs() < 2.0, "{fifteen}");
}

/// Counts in small cells under many passes in any direction are Poisson.
#[test]
fn many_passes_fill_cells_as_chance_does() {
    let wild = Hand { tilt_sd_deg: 90.0, ..HAND };
    let (side, cells) = (30.0, 100usize);
    let mut strikes = Vec::new();
    let request = setting(1.0, 80);
    sample_strikes(&device(STAGGERED), &request, patch(side), &wild, &mut rng(5), &mut strikes)
        .unwrap();
    let mut counts = vec![0u32; cells * cells];
    for [x, y] in &strikes {
        let line = |at: f64| (at / side * cells as f64) as usize;
        counts[line(*y) * cells + line(*x)] += 1;
    }
    let n = counts.len() as f64;
    let mean = strikes.len() as f64 / n;
    let dispersion: f64 =
        counts.iter().map(|&c| (f64::from(c) - mean).powi(2)).sum::<f64>() / mean / (n - 1.0);
    // Four standard errors, and what is missing because a cell takes at most one needle a pass.
    let missing = mean / 80.0;
    let error = 4.0 * (2.0 / n).sqrt() + missing;
    assert!((dispersion - 1.0).abs() < error, "{dispersion} +/- {error}");
    let mut expected = n * (-mean).exp();
    let mut chi2 = 0.0;
    let classes = 5;
    for k in 0..classes {
        let seen = counts.iter().filter(|&&c| c == k).count() as f64;
        chi2 += (seen - expected).powi(2) / expected;
        expected *= mean / f64::from(k + 1);
    }
    // 99.99 % point of chi-square with five degrees of freedom.
    assert!(chi2 < 25.7, "{chi2}");
}

/// The nearest neighbour of chance does not depend on the shape of the patch or its edge.
#[test]
fn spacing_is_the_same_on_any_rectangle() {
    let wild = Hand { tilt_sd_deg: 90.0, ..HAND };
    for (width, height) in [(60.0, 15.0), (6.0, 150.0), (30.0, 30.0)] {
        let area = Patch::rectangle(width, height).unwrap();
        let mut hits = Vec::new();
        let (device, request) = (device(STAGGERED), setting(1.0, 80));
        sample_punctures(&device, &request, area, &wild, &mut rng(8), &mut hits).unwrap();
        let n_per_mm2 = hits.len() as f64 / area.area_mm2();
        let near = nearest_neighbour(&hits, area).unwrap();
        let chance = 1.0 / (2.0 * n_per_mm2.sqrt());
        assert!((near.mean_mm / chance - 1.0).abs() < 0.03, "{width} {height} {near:?} {chance}");
        assert!(hits.iter().all(|hit| hit.x_mm < width && hit.y_mm < height));
    }
}

/// One pass of a laser keeps its spots apart as its grid does.
#[test]
fn spots_lie_on_their_grid() {
    for (grid, spacing) in
        [(SpotGrid::Square, 0.25), (SpotGrid::Hexagonal, 0.25 * (2.0 / 3.0f64.sqrt()).sqrt())]
    {
        let laser = Motion::Spots {
            grid,
            spots_per_cm2: 1600.0,
            square_side_mm: 100.0,
            overlap: 0.0,
            diameter_um: 100.0,
            depth_um: 300.0,
        };
        let straight = Setting { needle_length_mm: 0.0, passes: 1, directions_deg: vec![0.0] };
        let spots = punctures(laser, &straight, 40.0, &MACHINE, 4);
        let near = nearest_neighbour(&spots, patch(40.0)).unwrap();
        assert!((near.p50_mm / spacing - 1.0).abs() < 0.01, "{grid:?}: {near:?} for {spacing}");
        assert!((near.p95_mm / near.p05_mm - 1.0).abs() < 0.01, "{grid:?}: {near:?}");
        assert!(repeated_hit_share(&spots, patch(40.0)).abs() < 1e-12);
    }
}

/// A hand that wanders lets strips crowd and part: the same mean, less even.
#[test]
fn a_wandering_hand_makes_the_pattern_uneven() {
    let spread = |wobble_sd_mm| {
        let hand = Hand { wobble_sd_mm, position_scatter_sd_mm: 0.0, ..HAND };
        let straight = Setting { needle_length_mm: 1.0, passes: 1, directions_deg: Vec::new() };
        let mut strikes = Vec::new();
        let area = Patch::rectangle(200.0, 200.0).unwrap();
        sample_strikes(&device(PEN), &straight, area, &hand, &mut rng(6), &mut strikes).unwrap();
        let mut counts = vec![0.0; 100 * 100];
        for [x, y] in &strikes {
            counts[(y / 2.0) as usize * 100 + (x / 2.0) as usize] += 1.0;
        }
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        let squares: f64 = counts.iter().map(|c| (c - mean).powi(2)).sum();
        (mean, squares / mean / counts.len() as f64)
    };
    let ((mean, steady), (wandering_mean, wandering)) = (spread(0.0), spread(1.5));
    assert!((wandering_mean / mean - 1.0).abs() < 0.01, "{mean} {wandering_mean}");
    assert!(wandering > 1.5 * steady, "{steady} {wandering}");
}

fn torn(x_mm: f64, y_mm: f64, tear_um: f32, direction_deg: f32) -> Puncture {
    Puncture {
        x_mm,
        y_mm,
        depth_um: 500.0,
        mouth_diameter_um: 100.0,
        tear_um,
        direction_deg,
        pass: 1,
        shape: ChannelShape::Cone,
    }
}

/// A slot along 30 deg is struck again from along it, and not from across.
#[test]
fn a_torn_mouth_is_struck_along_its_length() {
    let (sin, cos) = 30f64.to_radians().sin_cos();
    let share = |along_mm: f64, across_mm: f64| {
        let slot = torn(5.0, 5.0, 300.0, 30.0);
        let x = 5.0 + along_mm * cos - across_mm * sin;
        let y = 5.0 + along_mm * sin + across_mm * cos;
        repeated_hit_share(&[slot, torn(x, y, 0.0, 0.0)], patch(10.0))
    };
    // The slot reaches 0.4 mm along; the round one only 0.1 mm.
    assert!((share(0.39, 0.0) - 0.5).abs() < 1e-12 && share(0.41, 0.0).abs() < 1e-12);
    assert!(share(0.0, 0.11).abs() < 1e-12 && (share(0.0, 0.09) - 1.0).abs() < 1e-12);
}

/// The share covered is the area around the slots, wherever they point.
#[test]
fn coverage_counts_ellipses() {
    let slots: Vec<Puncture> = (0..1600)
        .map(|nth| {
            let direction_deg = (nth % 100) as f32 * 1.8;
            torn(0.5 + f64::from(nth % 40), 0.5 + f64::from(nth / 40), 300.0, direction_deg)
        })
        .collect();
    // Steiner: the ellipse, a strip along its circumference, and a circle.
    let (a, b, halo) = (0.2, 0.05, 0.15);
    let covered = PI * a * b + circumference(a, b) * halo + PI * halo * halo;
    // A slot in every square millimetre, but for the rim that is left out.
    let seen = coverage(&slots, patch(40.0), 1000.0 * halo);
    assert!((seen / covered - 1.0).abs() < 0.03, "{seen} for {covered}");
}

/// Of an ellipse with these half axes, by adding up chords.
fn circumference(a: f64, b: f64) -> f64 {
    let at = |nth: u32| {
        let (sin, cos) = (f64::from(nth) * PI / 500.0).sin_cos();
        (a * cos, b * sin)
    };
    (0..1000)
        .map(|nth| {
            let ((x_a, y_a), (x_b, y_b)) = (at(nth), at(nth + 1));
            (x_b - x_a).hypot(y_b - y_a)
        })
        .sum()
}

#[test]
fn the_star_has_four_arms() {
    let setting = setting(1.0, 6);
    let taken: Vec<f64> = (0..6).map(|pass| setting.direction_deg(pass)).collect();
    assert_eq!(taken[..4], FOUR_WAY_STAR_DEG);
    assert_eq!(taken[4..], FOUR_WAY_STAR_DEG[..2]);
}
