//! Injury is conserved, grows with depth and vanishes without needles.
#![allow(clippy::unwrap_used)]

mod shelf;

use needlepoint_needling::{
    ChannelShape, Puncture, Treatment, injury, sample_punctures, summarize,
};
use needlepoint_skin::LayerKind;
use proptest::prelude::*;
use shelf::*;

#[test]
fn without_passes_nothing_happens() {
    let hits = punctures(PEN, &setting(1.5, 0), 10.0, &HAND, 1);
    let injury = injury(&hits, patch(10.0), &cheek(), &SIGNALS);
    let json = serde_json::to_value(injury).unwrap();
    assert_all_zero(&json);
}

fn assert_all_zero(json: &serde_json::Value) {
    match json {
        serde_json::Value::Object(fields) => fields.values().for_each(assert_all_zero),
        serde_json::Value::Array(items) => items.iter().for_each(assert_all_zero),
        serde_json::Value::Number(n) => assert_eq!(n.as_f64(), Some(0.0)),
        _ => {}
    }
}

/// Twice as many channels of half the volume are the same injury.
#[test]
fn dose_is_density_times_volume() {
    let hit = |x_mm, mouth_diameter_um| Puncture { x_mm, ..round(mouth_diameter_um, 900.0) };
    let few: Vec<Puncture> = (0..50).map(|i| hit(f64::from(i) * 0.1, 100.0)).collect();
    let many: Vec<Puncture> =
        (0..100).map(|i| hit(f64::from(i) * 0.05, 100.0 / 2f64.sqrt())).collect();
    let (few, many) = (
        injury(&few, patch(10.0), &cheek(), &SIGNALS),
        injury(&many, patch(10.0), &cheek(), &SIGNALS),
    );
    for (a, b) in few.layers.iter().zip(&many.layers) {
        assert!((a.injured_volume_mm3_per_cm2 - b.injured_volume_mm3_per_cm2).abs() < 1e-15);
        assert!(b.halo_coverage >= a.halo_coverage);
    }
}

fn round(mouth_diameter_um: f64, depth_um: f64) -> Puncture {
    Puncture {
        x_mm: 5.0,
        y_mm: 5.0,
        depth_um,
        mouth_diameter_um,
        tear_um: 0.0,
        direction_deg: 0.0,
        pass: 1,
        shape: ChannelShape::Cone,
    }
}

/// One channel by hand: a cone 1 mm deep in skin whose dermis begins at 77 um.
#[test]
fn one_channel_by_hand() {
    let hit = round(100.0, 1000.0);
    let one = injury(&[hit], patch(10.0), &cheek(), &SIGNALS);
    let below = |z: f64| std::f64::consts::PI * 2500.0 * 1000.0 / 3.0 * (1.0 - z / 1000.0).powi(3);
    let papillary = one.layer(LayerKind::PapillaryDermis);
    let volume_um3 = below(77.0) - below(277.0);
    assert!((papillary.injured_volume_mm3_per_cm2 * 1e9 / volume_um3 - 1.0).abs() < 1e-12);
    assert!((papillary.injured_fraction / (volume_um3 / (1e8 * 200.0)) - 1.0).abs() < 1e-12);
    assert!((papillary.mean_radius_um - 50.0 * (1.0 - 0.177)).abs() < 1e-9);
    assert!((papillary.holes_per_cm2 - 1.0).abs() < 1e-12);
    let bleeds = 1.0 / (1.0 + (-(1000.0f64 - 450.0) / 60.0).exp());
    assert!((one.bleeding_points_per_cm2 - bleeds).abs() < 1e-12);
    let blood = 0.3 * bleeds * papillary.injured_fraction;
    assert!((papillary.blood_fraction / blood - 1.0).abs() < 1e-12);
    assert!(one.layer(LayerKind::ViableEpidermis).blood_fraction.abs() < 1e-300);
    assert!(one.layer(LayerKind::Subcutis).holes_per_cm2.abs() < 1e-300);
}

#[test]
fn a_summary_adds_up() {
    let (device, setting, patch) = (device(PEN), setting(1.5, 4), patch(10.0));
    let mut hits = Vec::new();
    let count = sample_punctures(&device, &setting, patch, &HAND, &mut rng(2), &mut hits).unwrap();
    let treatment =
        Treatment { device: &device, setting: &setting, patch, hits: count, punctures: &hits };
    let summary = summarize(&treatment, &cheek(), &SIGNALS, 15);
    let bars: f64 = summary.depth_histogram.iter().map(|bar| bar.holes_per_cm2).sum();
    assert_eq!(summary.depth_histogram.len(), 15);
    assert!((bars / summary.holes_per_cm2 - 1.0).abs() < 1e-9);
    assert!((summary.holes_per_cm2_per_pass * 4.0 - summary.holes_per_cm2).abs() < 1e-9);
    assert!((0.0..=1.0).contains(&summary.coverage));
    assert!(
        (summary.coverage / summary.injury.layer(LayerKind::StratumCorneum).halo_coverage - 1.0)
            .abs()
            < 0.05
    );
    assert!(summary.nearest_neighbour.unwrap().p05_mm < 0.2);
    let json = serde_json::to_string(&summary).unwrap();
    assert!(json.contains("\"upper_reticular_dermis\"") && !json.contains("null"));

    let empty = Treatment { punctures: &[], ..treatment };
    let summary = summarize(&empty, &cheek(), &SIGNALS, 0);
    assert!(summary.nearest_neighbour.is_none() && summary.depth_histogram.is_empty());
    assert!(summary.coverage.abs() < 1e-300);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn layers_add_up_to_the_cones(
        which in 0..MOTIONS.len(), length in 0.1..3.0f64, passes in 1..6u32, seed: u64,
    ) {
        let hits = punctures(MOTIONS[which], &setting(length, passes), 10.0, &HAND, seed);
        let cones_um3: f64 = hits.iter().map(|hit| hit.channel().volume_um3()).sum();
        let sum = injury(&hits, patch(10.0), &cheek(), &SIGNALS).injured_volume_mm3_per_cm2();
        prop_assert!((sum - cones_um3 / 1e9).abs() <= 1e-12 * sum);
    }

    #[test]
    fn a_longer_needle_never_injures_a_layer_less(
        which in 0..MOTIONS.len(), length in 0.1..2.0f64, more in 0.1..1.0f64, seed: u64,
    ) {
        let hurt = |length| {
            let hand = driven(MOTIONS[which], length, 1.0);
            let hits = punctures(MOTIONS[which], &setting(length, 2), 8.0, &hand, seed);
            injury(&hits, patch(8.0), &cheek(), &SIGNALS)
        };
        for (short, long) in hurt(length).layers.iter().zip(&hurt(length + more).layers) {
            let slack = 1e-12 * long.injured_volume_mm3_per_cm2;
            prop_assert!(short.injured_volume_mm3_per_cm2 <= long.injured_volume_mm3_per_cm2 + slack);
            prop_assert!(short.holes_per_cm2 <= long.holes_per_cm2);
            prop_assert!(short.halo_coverage <= long.halo_coverage + 1e-12);
        }
    }

    #[test]
    fn reaching_deeper_never_bleeds_less(
        which in 0..MOTIONS.len(), excess in 0.2..3.0f64, less in 0.05..0.2f64, seed: u64,
    ) {
        let bleed = |dent_excess| {
            let hand = driven(MOTIONS[which], 1.0, dent_excess);
            let hits = punctures(MOTIONS[which], &setting(1.0, 2), 8.0, &hand, seed);
            injury(&hits, patch(8.0), &cheek(), &SIGNALS).bleeding_points_per_cm2
        };
        prop_assert!(bleed(excess) <= bleed(excess - less) * (1.0 + 1e-9));
    }

    #[test]
    fn shares_are_shares(which in 0..MOTIONS.len(), passes in 0..30u32, seed: u64) {
        let hits = punctures(MOTIONS[which], &setting(2.5, passes), 6.0, &HAND, seed);
        let injury = injury(&hits, patch(6.0), &cheek(), &SIGNALS);
        let share = 0.0..=1.0;
        prop_assert!(share.contains(&injury.open_area_fraction));
        prop_assert!(share.contains(&injury.plexus_share));
        for layer in &injury.layers {
            prop_assert!(share.contains(&layer.halo_coverage));
            prop_assert!(layer.local_dose >= layer.injured_fraction);
            prop_assert!(layer.blood_fraction <= layer.injured_fraction);
        }
    }
}
