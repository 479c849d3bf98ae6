//! A product on skin with closing channels: balance, order, and how near courses are to a converged
//! solution.

#![allow(clippy::unwrap_used)]

use needlepoint_absorption::{
    Pathways,
    molecule::{Molecule, SkinTransport, TissueConstants},
    uptake::{
        FOR_COURSES, FOR_PICTURES, OpenChannels, Setting, Skin, TOLD_HOURS, Uptake, Use, uptake,
    },
};
use needlepoint_knowledge::Knowledge;
use proptest::prelude::*;

/// Actives over the range of weight and log P: small and polar, lipophilic, charged, a polymer.
const ACTIVES: [&str; 6] = [
    "niacinamide",
    "tranexamic-acid",
    "caffeine",
    "lidocaine",
    "ascorbic-acid",
    "hyaluronate-300-kda",
];

fn skin(active: &str) -> Skin {
    let knowledge = Knowledge::embedded().unwrap();
    let medians = knowledge.parameters.medians();
    let (pathways, tissue): (Pathways, TissueConstants) = (medians.set(), medians.set());
    let molecule = Molecule::of(knowledge.active(active).expect(active));
    Skin {
        thickness_um: [15.0, 60.0, 150.0, 500.0, 800.0],
        transport: SkinTransport::new(&molecule, 5.5, &pathways, &tissue),
    }
}

/// A pen's session on the face.
const PEN: OpenChannels = OpenChannels { per_cm2: 200.0, mouth_radius_um: 35.0, length_um: 500.0 };

const ONCE: Use = Use {
    amount_mg_per_cm2: 2.0,
    strength: 0.05,
    contact_hours: 0.5,
    after_hours: 0.0,
    carried_in: false,
    daily: false,
};

/// Channels that close on a straight line within 16 hours.
fn closing(hours: f64) -> f64 {
    (1.0 - hours / 16.0).max(0.0).powi(2)
}

fn with(skin: &Skin, channels: Option<&OpenChannels>, product: &Use, setting: Setting) -> Uptake {
    uptake(skin, channels, product, &closing, setting).expect("solved")
}

/// What is found at a told hour, in all places, ug/cm2.
fn found(uptake: &Uptake, at: usize) -> f64 {
    let told = &uptake.told[at];
    told.on_skin_ug_per_cm2
        + told.in_channels_ug_per_cm2
        + told.in_layers_ug_per_cm2.iter().sum::<f64>()
        + told.gone_ug_per_cm2
        + told.wiped_off_ug_per_cm2
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Nothing is lost, nothing comes from nowhere, and never more goes in than was put on.
    #[test]
    fn the_dose_is_found_again_at_every_hour(
        active in prop::sample::select(ACTIVES.to_vec()),
        (per_cm2, mouth_radius_um, length_um) in (5.0..800.0f64, 5.0..80.0f64, 20.0..1400.0f64),
        (amount_mg_per_cm2, strength) in (0.5..20.0f64, 0.001..0.2f64),
        (contact_hours, after_hours) in (0.1..24.0f64, 0.0..20.0f64),
        carried_in in any::<bool>(),
    ) {
        let channels = OpenChannels { per_cm2, mouth_radius_um, length_um };
        let product = Use {
            amount_mg_per_cm2, strength, contact_hours, after_hours, carried_in, daily: false,
        };
        let taken = with(&skin(active), Some(&channels), &product, FOR_COURSES);
        let given = taken.dose_ug_per_cm2 + taken.carried_in_ug_per_cm2;
        prop_assert!((taken.dose_ug_per_cm2 - 1e3 * amount_mg_per_cm2 * strength).abs() < 1e-9 * given);
        for at in 0..TOLD_HOURS.len() {
            prop_assert!((found(&taken, at) / given - 1.0).abs() < 1e-6, "{at}");
        }
        prop_assert!(taken.taken_up_ug_per_cm2 <= given * (1.0 + 1e-6));
    }
}

#[test]
fn closed_channels_let_through_what_intact_skin_does() {
    for active in ACTIVES {
        let skin = skin(active);
        let intact = with(&skin, None, &ONCE, FOR_PICTURES).taken_up_ug_per_cm2;
        let sealed = uptake(&skin, Some(&PEN), &ONCE, &|_| 0.0, FOR_PICTURES).unwrap();
        let apart = (sealed.taken_up_ug_per_cm2 - intact).abs() / sealed.dose_ug_per_cm2;
        assert!(apart < 1e-5, "{active}: {apart}");
        // All but closed, so that the cell around the channel is solved.
        let closed = uptake(&skin, Some(&PEN), &ONCE, &|_| 1e-12, FOR_PICTURES).unwrap();
        if intact < 1e-6 * closed.dose_ug_per_cm2 {
            assert!(closed.taken_up_ug_per_cm2 < 1e-6 * closed.dose_ug_per_cm2, "{active}");
            continue;
        }
        let off = closed.taken_up_ug_per_cm2 / intact - 1.0;
        assert!(off.abs() < 0.05, "{active}: {off}");
        let none = OpenChannels { per_cm2: 0.0, ..PEN };
        assert_eq!(with(&skin, Some(&none), &ONCE, FOR_PICTURES).taken_up_ug_per_cm2, intact);
    }
}

#[test]
fn more_wider_and_longer_channels_let_more_in() {
    for active in ACTIVES {
        let skin = skin(active);
        let taken = |per_cm2, mouth_radius_um, length_um| {
            let channels = OpenChannels { per_cm2, mouth_radius_um, length_um };
            with(&skin, Some(&channels), &ONCE, FOR_PICTURES).taken_up_ug_per_cm2
        };
        let rises = |series: [f64; 4]| series.windows(2).all(|pair| pair[1] >= 0.995 * pair[0]);
        assert!(
            rises([10.0, 50.0, 200.0, 600.0].map(|n| taken(n, 30.0, 500.0))),
            "{active}: count"
        );
        assert!(rises([10.0, 20.0, 40.0, 70.0].map(|a| taken(150.0, a, 500.0))), "{active}: width");
        let few_many = taken(600.0, 30.0, 500.0) / taken(10.0, 30.0, 500.0);
        assert!(few_many > 1.01, "{active}: {few_many}");
    }
}

#[test]
fn the_later_it_is_put_on_the_less_goes_in() {
    for active in ACTIVES {
        let skin = skin(active);
        let taken = [0.0, 0.25, 1.0, 2.0, 6.0, 12.0].map(|after_hours| {
            with(&skin, Some(&PEN), &Use { after_hours, ..ONCE }, FOR_PICTURES).taken_up_ug_per_cm2
        });
        assert!(taken.is_sorted_by(|a, b| b <= &(a * 1.005)), "{active}: {taken:?}");
        assert!(taken[5] < taken[0], "{active}: {taken:?}");
    }
}

#[test]
fn what_needles_carry_in_comes_on_top() {
    for active in ACTIVES {
        let skin = skin(active);
        let put_on = with(&skin, Some(&PEN), &ONCE, FOR_PICTURES);
        let carried = with(&skin, Some(&PEN), &Use { carried_in: true, ..ONCE }, FOR_PICTURES);
        // A cone, its last tenth of width cut off, 200 to the square centimetre, full of product.
        let cone_um3 = std::f64::consts::PI / 3.0
            * PEN.length_um
            * PEN.mouth_radius_um.powi(2)
            * (1.0 + 0.1 + 0.01);
        let filled = PEN.per_cm2 * cone_um3 * 1e-12 * ONCE.strength * 1e6;
        assert!((carried.carried_in_ug_per_cm2 / filled - 1.0).abs() < 0.02, "{active}");
        assert_eq!(put_on.carried_in_ug_per_cm2, 0.0);
        assert!(carried.taken_up_ug_per_cm2 > put_on.taken_up_ug_per_cm2, "{active}");
    }
}

#[test]
fn daily_use_fills_the_skin_up() {
    let skin = skin("lidocaine");
    let day = Use { contact_hours: 24.0, ..ONCE };
    let first = with(&skin, None, &day, FOR_PICTURES);
    let third = with(&skin, None, &Use { daily: true, ..day }, FOR_PICTURES);
    assert_eq!((first.told.len(), third.told.len()), (TOLD_HOURS.len(), TOLD_HOURS.len()));
    assert!(third.mean_basal_ug_per_ml > first.mean_basal_ug_per_ml);
}

/// Amounts and mean levels, against a solution on a grid and with steps several times finer; what is less
/// than a millionth of the product counts as nothing.
#[test]
fn courses_stay_near_the_converged_solution() {
    type Number = (&'static str, f64, fn(&Uptake) -> f64);
    const CONVERGED: Setting = Setting { fineness: 0.35, tolerance: 1e-3, change: 0.01 };
    const NOTHING: f64 = 1e-6;
    const SHORT: OpenChannels =
        OpenChannels { per_cm2: 60.0, mouth_radius_um: 20.0, length_um: 150.0 };
    const DENSE: OpenChannels =
        OpenChannels { per_cm2: 600.0, mouth_radius_um: 50.0, length_um: 900.0 };
    const READ: [Number; 4] = [
        ("taken up", 1e3 * ONCE.amount_mg_per_cm2 * ONCE.strength, |u| u.taken_up_ug_per_cm2),
        ("basal", 1e6 * ONCE.strength, |u| u.mean_basal_ug_per_ml),
        ("papillary", 1e6 * ONCE.strength, |u| u.mean_papillary_ug_per_ml),
        ("dermis", 1e6 * ONCE.strength, |u| u.mean_dermis_ug_per_ml),
    ];
    let mut off: Vec<(f64, String)> = Vec::new();
    for active in ACTIVES {
        let skin = skin(active);
        for (name, channels) in [
            ("intact", None),
            ("short", Some(&SHORT)),
            ("pen", Some(&PEN)),
            ("dense", Some(&DENSE)),
        ] {
            let quick = with(&skin, channels, &ONCE, FOR_COURSES);
            let converged = with(&skin, channels, &ONCE, CONVERGED);
            for (what, all, read) in READ {
                let (quick, converged) = (read(&quick) / all, read(&converged) / all);
                if quick.max(converged) > NOTHING {
                    off.push((
                        (quick / converged - 1.0).abs(),
                        format!("{active}, {name}: {what}"),
                    ));
                }
            }
        }
    }
    off.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (median, worst) = (off[off.len() / 2].0, &off[off.len() - 1]);
    for (off, what) in off.iter().rev().take(12) {
        println!("{off:.4} {what}");
    }
    println!("median {median:.4} of {}", off.len());
    assert!(off.len() > 80, "{}", off.len());
    assert!(median < 0.01, "{median}");
    assert!(worst.0 < 0.05, "{worst:?}");
}
