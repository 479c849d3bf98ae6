use needlepoint_knowledge::Knowledge;
use proptest::prelude::*;

use super::*;

fn shipped() -> (Knowledge, Pathways, TissueConstants) {
    let knowledge = match Knowledge::embedded() {
        // The laws as they were read; a fit may move their constants.
        Ok(knowledge) => knowledge.prior(),
        Err(error) => panic!("{error}"),
    };
    let medians = knowledge.parameters.medians();
    let (pathways, tissue) = (medians.set(), medians.set());
    (knowledge, pathways, tissue)
}

fn molecule(knowledge: &Knowledge, active: &str) -> Molecule {
    Molecule::of(knowledge.active(active).expect(active))
}

fn plain(molecular_weight_da: f64, log_p: f64) -> Molecule {
    Molecule {
        solute: Solute { molecular_weight_da, log_p },
        acids: Vec::new(),
        bases: Vec::new(),
        unbound: 1.0,
        metabolism_per_s: 0.0,
    }
}

/// Henderson and Hasselbalch: lidocaine of pKa 7.9 is 24 % uncharged at pH 7.4 and half at its pKa.
#[test]
fn bases_and_acids_follow_henderson_and_hasselbalch() {
    let base = Molecule { bases: vec![7.9], ..plain(234.3, 2.48) };
    assert!((base.uncharged_share(7.4) - 0.2403).abs() < 1e-3);
    assert!((base.uncharged_share(7.9) - 0.5).abs() < 1e-12);
    let acid = Molecule { acids: vec![4.17], ..plain(176.1, -1.85) };
    assert!((acid.uncharged_share(3.17) - 10.0 / 11.0).abs() < 1e-9);
    assert!(acid.uncharged_share(7.4) < 1e-3);
}

/// An amino acid has no net charge between its constants; a strong salt never.
#[test]
fn a_zwitterion_is_without_net_charge_between_its_constants() {
    let amino_acid = Molecule { acids: vec![4.3], bases: vec![10.2], ..plain(157.2, -2.0) };
    assert!(amino_acid.uncharged_share(7.4) > 0.99);
    assert!((amino_acid.uncharged_share(4.3) - 0.5).abs() < 1e-5);
    assert!((amino_acid.uncharged_share(10.2) - 0.5).abs() < 1e-5);
    assert!(amino_acid.uncharged_share(2.0) < 0.01);
}

/// log D of lidocaine at pH 7.4: 1.87 by the constants; labels give 1.63 (pH 7.4) and 2.26 (pH 7.3).
#[test]
fn lidocaine_distributes_between_what_two_labels_say() {
    let (knowledge, _, tissue) = shipped();
    let log_d = molecule(&knowledge, "lidocaine").log_d(7.4, &tissue);
    assert!((1.63..2.26).contains(&log_d), "{log_d}");
}

/// Free diffusion in dermis as worked out by hand from log D = -4.15 - 0.655 log MW.
#[test]
fn dermal_diffusion_is_that_of_the_worked_examples() {
    let (knowledge, pathways, _) = shipped();
    for (active, expected) in [
        ("niacinamide", 3.0e-6),
        ("tranexamic-acid", 2.6e-6),
        ("ascorbic-acid", 2.4e-6),
        ("lidocaine", 2.0e-6),
        ("ghk-cu", 1.4e-6),
        ("egf", 2.4e-7),
        ("dextran-70-kda", 4.7e-8),
        ("dextran-500-kda", 1.3e-8),
    ] {
        let free = molecule(&knowledge, active).solute.dermal_diffusivity_cm2_per_s(&pathways);
        assert!((free / expected - 1.0).abs() < 0.05, "{active}: {free}");
    }
}

/// Measured in human skin: 1e-8 to 2e-7 cm2/s in dermis, 1e-8 to 8e-8 in the living epidermis, for dextrans of
/// 70 kDa and more (Wei 2018). The law was fitted below 500 Da.
#[test]
fn dextrans_diffuse_within_the_range_measured() {
    let (knowledge, pathways, tissue) = shipped();
    for active in ["dextran-70-kda", "dextran-500-kda"] {
        let molecule = molecule(&knowledge, active);
        let skin = SkinTransport::new(&molecule, tissue.surface_ph, &pathways, &tissue);
        let dermis = skin.dermis.diffusivity_cm2_per_s;
        let epidermis = skin.viable_epidermis.diffusivity_cm2_per_s;
        assert!((1e-8..2e-7).contains(&dermis), "{active}: {dermis}");
        assert!((1e-8..8e-8).contains(&epidermis), "{active}: {epidermis}");
    }
}

/// By hand for unbound lidocaine: 1.8e-3 per second and 330 um through the walls alone.
#[test]
fn lidocaine_is_cleared_as_worked_out_by_hand() {
    let (knowledge, pathways, tissue) = shipped();
    let lidocaine = Molecule { unbound: 1.0, ..molecule(&knowledge, "lidocaine") };
    let free = lidocaine.free_clearance_per_s(&tissue);
    assert!((free / 1.83e-3 - 1.0).abs() < 0.03, "{free}");
    let diffusivity = lidocaine.solute.dermal_diffusivity_cm2_per_s(&pathways);
    assert!(((diffusivity / free).sqrt() * 1e4 - 330.0).abs() < 10.0);
}

/// Found in mammalian dermis: 0.9e-4 to 14e-4 per second, and 210 to 920 um.
#[test]
fn clearances_of_small_molecules_lie_within_the_range_found() {
    let (knowledge, pathways, tissue) = shipped();
    for active in ["ascorbic-acid", "niacinamide", "tranexamic-acid", "lidocaine", "caffeine"] {
        let molecule = molecule(&knowledge, active);
        let skin = SkinTransport::new(&molecule, 7.4, &pathways, &tissue);
        let clearance = skin.dermis.clearance_per_s;
        assert!((0.85e-4..14e-4).contains(&clearance), "{active}: {clearance}");
    }
    let lidocaine = SkinTransport::new(&molecule(&knowledge, "lidocaine"), 7.4, &pathways, &tissue);
    assert!((210.0..920.0).contains(&lidocaine.decay_length_um()));
}

/// Lymph took 4, 21, 39 and 60 % of four polar molecules, capillaries the rest.
#[test]
fn lymph_takes_the_share_that_was_measured() {
    let (_, _, tissue) = shipped();
    for (weight, share) in [(246.2, 0.04), (5200.0, 0.21), (12_300.0, 0.386), (19_000.0, 0.595)] {
        let total = plain(weight, -12.0).free_clearance_per_s(&tissue);
        let lymph = tissue.lymph_clearance / total;
        assert!((lymph - share).abs() < 0.03, "{weight}: {lymph}");
    }
}

/// Lag of lidocaine through a partly hydrated horny layer: 2.9 h; its flux is that of its permeability.
#[test]
fn the_horny_layer_has_the_lag_and_the_flux_of_its_laws() {
    let (knowledge, pathways, tissue) = shipped();
    let lidocaine = molecule(&knowledge, "lidocaine");
    let skin = SkinTransport::new(&lidocaine, 9.0, &pathways, &tissue);
    assert!((skin.lag_h(tissue.corneum_reference) - 2.9).abs() < 0.05);
    let layer = skin.stratum_corneum;
    let flux = layer.diffusivity_cm2_per_s * layer.partition / (tissue.corneum_reference * 1e-4);
    assert!((flux * 3600.0 / skin.intact_permeability_cm_per_h - 1.0).abs() < 1e-12);
}

/// Measured from water: 3.0e-3 and 4.0e-3 cm/h; out of the cream of pH 9, 2.5e-3 (thigh) and 5.0e-3 (face).
#[test]
fn lidocaine_passes_intact_skin_as_measured_and_faster_the_more_alkaline_the_cream() {
    let (knowledge, pathways, tissue) = shipped();
    let lidocaine = molecule(&knowledge, "lidocaine");
    let at = |ph| lidocaine.intact_permeability_cm_per_h(ph, &pathways, &tissue);
    assert!((1.5e-3..6.0e-3).contains(&at(9.0)), "{}", at(9.0));
    assert!(at(9.0) > 2.0 * at(7.4) && at(7.4) > 2.0 * at(5.0));
}

/// Ascorbic acid enters below pH 3.5 and hardly above, but the channel does not ask.
#[test]
fn ascorbic_acid_needs_its_acid_only_on_intact_skin() {
    let (knowledge, pathways, tissue) = shipped();
    let vitamin_c = molecule(&knowledge, "ascorbic-acid");
    let at = |ph| SkinTransport::new(&vitamin_c, ph, &pathways, &tissue);
    assert!(at(3.2).intact_permeability_cm_per_h >= at(7.0).intact_permeability_cm_per_h);
    assert_eq!(at(3.2).channel, at(7.0).channel);
}

#[test]
fn every_active_gives_layers_a_solver_can_use() {
    let (knowledge, pathways, tissue) = shipped();
    for active in &knowledge.actives {
        let skin = SkinTransport::new(&Molecule::of(active), tissue.surface_ph, &pathways, &tissue);
        for layer in [skin.stratum_corneum, skin.viable_epidermis, skin.dermis, skin.channel] {
            assert!(layer.diffusivity_cm2_per_s > 1e-14, "{}: {layer:?}", active.name);
            assert!(layer.diffusivity_cm2_per_s < 3e-5, "{}: {layer:?}", active.name);
            assert!(layer.partition > 1e-9 && layer.partition.is_finite(), "{}", active.name);
            assert!(layer.clearance_per_s >= 0.0 && layer.metabolism_per_s >= 0.0);
        }
    }
}

proptest! {
    #[test]
    fn shares_are_shares_and_binding_only_slows(
        weight in 18.0..1e6f64, log_p in -6.0..10.0f64, unbound in 0.01..1.0f64,
        acids in prop::collection::vec(0.0..14.0f64, 0..4),
        bases in prop::collection::vec(0.0..14.0f64, 0..4), ph in 2.0..10.0f64,
    ) {
        let (_, pathways, tissue) = shipped();
        let free = Molecule { acids, bases, ..plain(weight, log_p) };
        let share = free.uncharged_share(ph);
        prop_assert!((0.0..=1.0).contains(&share));
        prop_assert!(free.log_d(ph, &tissue) <= log_p + 1e-9);
        let bound = Molecule { unbound, ..free.clone() };
        let at = |m: &Molecule| SkinTransport::new(m, ph, &pathways, &tissue);
        let (free, bound) = (at(&free), at(&bound));
        prop_assert!(bound.dermis.clearance_per_s <= free.dermis.clearance_per_s * (1.0 + 1e-12));
        prop_assert!(bound.dermis.partition >= free.dermis.partition * (1.0 - 1e-12));
        prop_assert!(free.intact_permeability_cm_per_h >= 1e-12 * 0.999);
    }
}
