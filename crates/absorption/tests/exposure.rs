//! Products and channels over time: balance, events, closing.

use needlepoint_absorption::cell::{
    self, Bottom, Cell, CellError, Channel, Donor, Event, Exposure, Layer, Medium, Setting,
    Snapshot, Station,
};
use proptest::prelude::*;

const SETTING: Setting = Setting { fineness: 1.0, tolerance: 0.02, change: 0.05 };

fn skin() -> Cell {
    let layer = |thickness_um, medium| Layer { thickness_um, medium };
    let cleared = Medium { clearance_per_s: 2e-4, ..Medium::inert(80.0) };
    Cell {
        radius_um: 300.0,
        layers: vec![
            layer(15.0, Medium { partition: 4.0, ..Medium::inert(0.01) }),
            layer(80.0, Medium { metabolism_per_s: 1e-5, ..Medium::inert(30.0) }),
            layer(900.0, cleared),
        ],
        channel: Some(Channel::cone(40.0, 5.0, 400.0, Medium::inert(300.0))),
        bottom: Bottom::NoFlux,
    }
}

fn solve(cell: &Cell, exposure: &Exposure, times: &[f64]) -> Vec<Snapshot> {
    cell::solve(cell, exposure, times, SETTING).expect("solved").snapshots
}

/// What was put on is on the skin, in it, wiped off or evaporated.
fn donor_imbalance(snapshot: &Snapshot) -> f64 {
    let found = snapshot.in_donor + snapshot.entered + snapshot.wiped + snapshot.evaporated;
    (found - snapshot.applied).abs() / snapshot.applied.max(f64::MIN_POSITIVE)
}

fn medium() -> impl Strategy<Value = Medium> {
    (-2.0..3.0f64, -2.0..2.0f64, 0.0..1e-3f64, 0.0..1e-3f64).prop_map(|(d, k, clear, met)| Medium {
        diffusivity_um2_per_s: 10f64.powf(d),
        partition: 10f64.powf(k),
        clearance_per_s: clear,
        metabolism_per_s: met,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the layers, the channel, the products and how the channel closes.
    #[test]
    fn everything_balances(
        layers in prop::collection::vec((5.0..500.0f64, medium()), 1..5),
        (inside, closing) in (medium(), prop::option::of(medium())),
        (mouth, end, share) in (5.0..80.0f64, 0.0..80.0f64, 0.1..1.0f64),
        (sink, carried) in (any::<bool>(), 0.0..2.0f64),
        (thickness, evaporation, volatile) in (1.0..200.0f64, 0.0..0.05f64, 0.0..0.01f64),
        (again, off) in (100.0..2000.0f64, 2100.0..9000.0f64),
        left_open in 0.0..1.0f64,
    ) {
        let layers: Vec<Layer> =
            layers.into_iter().map(|(thickness_um, medium)| Layer { thickness_um, medium }).collect();
        let depth: f64 = layers.iter().map(|layer| layer.thickness_um).sum();
        let channel = Channel {
            closes_with: closing,
            filled_with: carried,
            ..Channel::cone(mouth, end, share * depth, inside)
        };
        let bottom = if sink { Bottom::Sink } else { Bottom::NoFlux };
        let cell = Cell { radius_um: 150.0, layers, channel: Some(channel), bottom };
        let donor = Donor {
            vehicle_evaporation_um_per_s: evaporation,
            residue_um: 0.2 * thickness,
            solute_evaporation_um_per_s: volatile,
            ..Donor::film(thickness, 1.0)
        };
        let exposure = Exposure {
            events: vec![(0.0, Event::Apply(donor)), (again, Event::Apply(donor)), (off, Event::WipeOff)],
            open_area: vec![(500.0, 1.0), (5000.0, left_open), (7000.0, 0.0)],
        };
        let told = cell::solve(&cell, &exposure, &[0.0, 1000.0, off, 20_000.0], Setting {
            fineness: 1.5, ..SETTING
        }).expect("solved");
        for snapshot in &told.snapshots {
            prop_assert!(snapshot.imbalance().abs() < 1e-10, "skin: {}", snapshot.imbalance());
            prop_assert!(donor_imbalance(snapshot) < 1e-10, "donor: {}", donor_imbalance(snapshot));
        }
        prop_assert_eq!(told.snapshots[3].in_donor, 0.0);
        prop_assert_eq!(told.snapshots[3].in_channel, 0.0);
    }
}

#[test]
fn after_wiping_off_nothing_enters() {
    let events = vec![(0.0, Event::Apply(Donor::film(20.0, 1.0))), (3600.0, Event::WipeOff)];
    let exposure = Exposure { events, open_area: vec![] };
    let told = solve(&skin(), &exposure, &[3600.0, 7200.0, 36_000.0]);
    assert!(told[0].entered > 0.0 && told[0].wiped == 0.0);
    assert_eq!(told[0].entered, told[1].entered);
    assert_eq!(told[1].wiped, told[2].wiped);
    assert!((told[1].wiped / told[0].in_donor - 1.0).abs() < 1e-12);
    assert!(told[2].held() < told[1].held(), "clearance goes on");
}

#[test]
fn a_product_put_on_again_adds_to_what_is_left() {
    let film = Event::Apply(Donor::film(20.0, 1.0));
    let twice = Exposure { events: vec![(0.0, film), (1800.0, film)], open_area: vec![] };
    let once = solve(&skin(), &Exposure::of(film), &[7200.0]);
    let twice = solve(&skin(), &twice, &[7200.0]);
    assert_eq!(twice[0].applied, 2.0 * once[0].applied);
    assert!(twice[0].entered > once[0].entered);
}

/// What does not pass the skin is concentrated as its vehicle evaporates, and its surface level with it.
#[test]
fn an_evaporating_vehicle_concentrates_what_it_holds() {
    let tight = Medium { partition: 1e-6, ..Medium::inert(1e-6) };
    let cell = Cell {
        radius_um: 100.0,
        layers: vec![Layer { thickness_um: 100.0, medium: tight }],
        channel: None,
        bottom: Bottom::NoFlux,
    };
    let donor =
        Donor { vehicle_evaporation_um_per_s: 0.01, residue_um: 2.0, ..Donor::film(20.0, 1.0) };
    let told =
        cell::solve(&cell, &Exposure::of(Event::Apply(donor)), &[3600.0], SETTING).expect("solved");
    assert!((told.surface_level - 10.0).abs() < 1e-3, "{}", told.surface_level);
    assert!((told.snapshots[0].in_donor / told.snapshots[0].applied - 1.0).abs() < 1e-3);
}

/// A channel half closed lets less in than an open one and more than a closed one; a closed one lets in
/// what intact skin does.
#[test]
fn a_closing_channel_lets_less_and_less_in() {
    let film = Event::ApplyEndless { level: 1.0 };
    let with = |open_area: Vec<(f64, f64)>| {
        let exposure = Exposure { events: vec![(0.0, film)], open_area };
        solve(&skin(), &exposure, &[21_600.0])[0].entered
    };
    let (open, closing, shut) =
        (with(vec![]), with(vec![(0.0, 1.0), (10_000.0, 0.0)]), with(vec![(0.0, 0.0)]));
    let intact =
        solve(&Cell { channel: None, ..skin() }, &Exposure::of(film), &[21_600.0])[0].entered;
    assert!(open > 1.5 * closing && closing > 1.5 * shut, "{open} {closing} {shut}");
    assert!((shut / intact - 1.0).abs() < 0.01, "{shut} {intact}");
}

/// Holding the radius for a share of its way is an error that falls with the square of the share.
#[test]
fn the_closing_is_followed_with_second_order() {
    let film = Event::ApplyEndless { level: 1.0 };
    let exposure =
        Exposure { events: vec![(0.0, film)], open_area: vec![(0.0, 1.0), (10_000.0, 0.1)] };
    let with = |change| {
        let setting = Setting { fineness: 1.0, tolerance: 1e-5, change };
        cell::solve(&skin(), &exposure, &[10_000.0], setting).expect("solved").snapshots[0].entered
    };
    let exact = with(0.9 / 96.0);
    let (coarse, fine) = ((with(0.9 / 6.0) - exact).abs(), (with(0.9 / 12.0) - exact).abs());
    let order = (coarse / fine).log2();
    println!(
        "closing channel: errors {:.1e} {:.1e}, order {order:.2}",
        coarse / exact,
        fine / exact
    );
    assert!(coarse / exact < 0.01 && order > 1.5, "{order}");
}

/// A cone and the cylinders it is made of, ever shorter, hold the same.
#[test]
fn a_leaning_wall_keeps_the_volume() {
    let cell = skin();
    let exposure = Exposure::of(Event::WipeOff);
    let filled = Cell {
        channel: cell.channel.clone().map(|channel| Channel { filled_with: 1.0, ..channel }),
        ..cell
    };
    let told = solve(&filled, &exposure, &[0.0]);
    let volume = std::f64::consts::PI / 3.0 * 400.0 * (40.0f64.powi(2) + 40.0 * 5.0 + 25.0);
    assert!((told[0].filled / volume - 1.0).abs() < 1e-12);
    assert!(
        (told[0].in_channel + told[0].in_layers.iter().sum::<f64>() - volume).abs() < 1e-6 * volume
    );
}

/// The concentration a needle carried in goes from the channel to the layers around it.
#[test]
fn what_a_channel_carried_in_spreads() {
    let mut cell = skin();
    if let Some(channel) = &mut cell.channel {
        channel.filled_with = 1.0;
    }
    let told = solve(&cell, &Exposure::default(), &[0.0, 600.0, 36_000.0]);
    assert!(told[0].in_channel > 0.5 * told[0].filled);
    assert!(told[1].in_channel < told[0].in_channel && told[2].cleared[2] > told[1].cleared[2]);
    assert_eq!(told[2].entered, 0.0);
}

#[test]
fn what_can_not_be_solved_is_told() {
    let said = |cell: &Cell, exposure: &Exposure, times: &[f64]| {
        cell::solve(cell, exposure, times, SETTING).expect_err("refused").to_string()
    };
    let film = Exposure::of(Event::ApplyEndless { level: 1.0 });
    let no_layers = Cell { layers: vec![], ..skin() };
    assert_eq!(said(&no_layers, &film, &[1.0]), CellError::NoLayers.to_string());
    let long =
        Cell { channel: Some(Channel::cylinder(40.0, 2000.0, Medium::inert(1.0))), ..skin() };
    assert!(said(&long, &film, &[1.0]).contains("length of the channel (um) is 2000"));
    assert!(said(&skin(), &film, &[2.0, 1.0]).contains("in order"));
    let dry = Donor { vehicle_evaporation_um_per_s: 1.0, ..Donor::film(10.0, 1.0) };
    assert!(said(&skin(), &Exposure::of(Event::Apply(dry)), &[1.0]).contains("residue"));
    let bent = Channel {
        wall: vec![
            Station { depth_um: 10.0, radius_um: 5.0 },
            Station { depth_um: 20.0, radius_um: 5.0 },
        ],
        ..Channel::cylinder(1.0, 1.0, Medium::inert(1.0))
    };
    assert!(said(&Cell { channel: Some(bent), ..skin() }, &film, &[1.0]).contains("first depth"));
}

#[test]
fn the_same_call_gives_the_same_bits() {
    let exposure = Exposure::of(Event::Apply(Donor::film(20.0, 1.0)));
    assert_eq!(solve(&skin(), &exposure, &[3600.0]), solve(&skin(), &exposure, &[3600.0]));
}
