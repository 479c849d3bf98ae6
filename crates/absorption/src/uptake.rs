//! A product on skin with closing channels: where its active is, and how much, over a day.
//!
//! The skin is cut into equal cylinders, one around each channel, of radius
//!
//! ```text
//! R = 1 / sqrt(pi n)          n open channels per area
//! ```
//!
//! and the solver of [`crate::cell`] is asked for one of them. The channel is the cone that the skin
//! leaves after it has sprung back; its open area falls with time, and what closes becomes the
//! layer around it again. Below the dermis lies a sink. Levels are those of the donor: 1 is the
//! strength of the product, and amounts follow by `c_0 = strength` in ug/cm3.

use serde::Serialize;

pub use crate::cell::Setting;

use crate::{
    SECONDS_PER_HOUR,
    cell::{
        Bottom, Cell, CellError, Channel, Donor, Event, Exposure, Layer, Medium, Snapshot,
        Solution, solve,
    },
    molecule::{LayerTransport, SkinTransport},
};

/// Layers of the cell, from the outside in: stratum corneum, living epidermis, papillary dermis, upper
/// and lower reticular dermis.
pub const LAYERS: usize = 5;

const STRATUM_CORNEUM: usize = 0;
const VIABLE_EPIDERMIS: usize = 1;
const PAPILLARY_DERMIS: usize = 2;

/// um2/s per cm2/s.
const UM2_PER_CM2: f64 = 1e8;
/// ug/cm2 per (ug/cm3 times um).
const CM_PER_UM: f64 = 1e-4;
/// um of product per mg/cm2 of one as dense as water.
const UM_PER_MG_PER_CM2: f64 = 10.0;
/// ug/cm3 of active in a product as dense as water, for a mass share of 1.
const UG_PER_CM3: f64 = 1e6;
/// Largest radius of a channel relative to its cell's: beyond it channels run into each other.
const WIDEST: f64 = 0.7;
/// Share of the surface level that counts as arrived.
pub const REACH_SHARE: f64 = 0.1;

/// Hours after a use at which amounts are told.
pub const TOLD_HOURS: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 12.0, 18.0, 24.0];

/// Hours after a use at which the open area is asked for; between them it runs straight.
const OPEN_AREA_HOURS: [f64; 11] = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 18.0, 24.0];

/// Widths of the grid and steps for courses: within a few in a hundred of the converged amounts (a
/// test), far inside what is not known of any molecule.
pub const FOR_COURSES: Setting = Setting { fineness: 1.4, tolerance: 0.05, change: 0.2 };
/// Intact skin, which has depth alone, costs little and lets everything through its horny layer: it is
/// never solved coarser than this.
const INTACT_FINENESS: f64 = 0.5;
/// For pictures and single questions.
pub const FOR_PICTURES: Setting = Setting { fineness: 0.7, tolerance: 0.01, change: 0.05 };

/// The skin that a product meets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skin {
    /// Thickness of each of the [`LAYERS`], um.
    pub thickness_um: [f64; LAYERS],
    /// How the active moves in them.
    pub transport: SkinTransport,
}

/// Channels as they are left by needles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenChannels {
    /// n, channels per cm2.
    pub per_cm2: f64,
    /// Radius of the mouth, um.
    pub mouth_radius_um: f64,
    /// Length of what stays open, um.
    pub length_um: f64,
}

/// How a product is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// Product left on the skin, mg/cm2.
    pub amount_mg_per_cm2: f64,
    /// Mass share of the active in it, 0 to 1.
    pub strength: f64,
    /// Hours it stays wet on the skin, more than 0.
    pub contact_hours: f64,
    /// Hours after needling at which it is put on.
    pub after_hours: f64,
    /// Whether needles carry it in, so that the channels are full of it from the start.
    pub carried_in: bool,
    /// Put on again every day; what is told is then the third day.
    pub daily: bool,
}

/// The active some time after a use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Amounts {
    /// Hours after the product was put on.
    pub hours: f64,
    /// Left on the skin, ug/cm2.
    pub on_skin_ug_per_cm2: f64,
    /// In the open channels, ug/cm2.
    pub in_channels_ug_per_cm2: f64,
    /// In each layer, ug/cm2.
    pub in_layers_ug_per_cm2: [f64; LAYERS],
    /// Gone into blood, lymph and what lies below, since the product was put on, ug/cm2.
    pub gone_ug_per_cm2: f64,
    /// Wiped off the skin, or replaced by the next use, since the product was put on, ug/cm2.
    pub wiped_off_ug_per_cm2: f64,
    /// Flow into the living epidermis and the channels below the horny layer, ug/cm2/h.
    pub flux_ug_per_cm2_per_h: f64,
    /// Concentration among the basal cells, ug/mL: the lowest row of the living epidermis.
    pub basal_ug_per_ml: f64,
    /// Mean concentration in the papillary dermis, ug/mL.
    pub papillary_ug_per_ml: f64,
    /// Mean concentration in the whole dermis, ug/mL.
    pub dermis_ug_per_ml: f64,
    /// Depth to which a tenth of the level at the surface has come, on the mean over the cell, um.
    pub reach_um: f64,
    /// The same where it is deepest.
    pub deepest_reach_um: f64,
}

/// What became of one use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uptake {
    /// Put on, ug/cm2.
    pub dose_ug_per_cm2: f64,
    /// In the channels from the start, where needles carried it in, ug/cm2: besides the dose.
    pub carried_in_ug_per_cm2: f64,
    /// Taken up into living skin within the day, ug/cm2: what is in it and what has gone from it.
    pub taken_up_ug_per_cm2: f64,
    /// Mean over the day of the concentration among the basal cells, ug/mL.
    pub mean_basal_ug_per_ml: f64,
    /// The same in the papillary dermis.
    pub mean_papillary_ug_per_ml: f64,
    /// The same in the whole dermis.
    pub mean_dermis_ug_per_ml: f64,
    /// At [`TOLD_HOURS`].
    pub told: Vec<Amounts>,
}

pub(crate) fn medium(layer: &LayerTransport) -> Medium {
    Medium {
        diffusivity_um2_per_s: layer.diffusivity_cm2_per_s * UM2_PER_CM2,
        partition: layer.partition,
        clearance_per_s: layer.clearance_per_s,
        metabolism_per_s: layer.metabolism_per_s,
    }
}

impl Skin {
    /// The cell of skin around one channel; without channels, skin of any width.
    pub fn cell(&self, channels: Option<&OpenChannels>, carried_in: bool) -> Cell {
        const UM_PER_CM: f64 = 1e4;
        let t = &self.transport;
        let dermis = medium(&t.dermis);
        let media =
            [medium(&t.stratum_corneum), medium(&t.viable_epidermis), dermis, dermis, dermis];
        let layers: Vec<Layer> = self
            .thickness_um
            .into_iter()
            .zip(media)
            .map(|(thickness_um, medium)| Layer { thickness_um, medium })
            .collect();
        let open =
            channels.filter(|c| c.per_cm2 > 0.0 && c.mouth_radius_um > 0.0 && c.length_um > 0.0);
        let Some(open) = open else {
            return Cell { radius_um: UM_PER_CM, layers, channel: None, bottom: Bottom::Sink };
        };
        let radius_um = UM_PER_CM / (std::f64::consts::PI * open.per_cm2).sqrt();
        let mouth_um = open.mouth_radius_um.min(WIDEST * radius_um);
        let deepest_um: f64 = self.thickness_um.iter().sum();
        // A cone to a point; the last tenth of its width is cut off, where no solver would look.
        let mut channel = Channel::cone(
            mouth_um,
            0.1 * mouth_um,
            open.length_um.min(0.95 * deepest_um),
            medium(&t.channel),
        );
        // The clock of the open area is that of dyes and serums: what has closed keeps them out as the
        // skin around it does.
        channel.closes_with = None;
        channel.filled_with = if carried_in { 1.0 } else { 0.0 };
        Cell { radius_um, layers, channel: Some(channel), bottom: Bottom::Sink }
    }
}

impl Use {
    /// Put on, ug/cm2.
    pub fn dose_ug_per_cm2(&self) -> f64 {
        const UG_PER_MG: f64 = 1e3;
        self.amount_mg_per_cm2 * self.strength * UG_PER_MG
    }

    /// What happens on the skin, from the moment the product is put on. `open_area(hours)` is the share
    /// of the channels' area still open so long after needling.
    fn exposure(&self, days: u32, open_area: &dyn Fn(f64) -> f64) -> Exposure {
        const HOURS_PER_DAY: f64 = 24.0;
        let donor = Donor::film(self.amount_mg_per_cm2 * UM_PER_MG_PER_CM2, 1.0);
        let mut events = Vec::new();
        for day in 0..days {
            let start = f64::from(day) * HOURS_PER_DAY;
            events.push((start * SECONDS_PER_HOUR, Event::Apply(donor)));
            // What lies on the skin all day is replaced by the next use, not wiped off before it.
            if self.contact_hours < HOURS_PER_DAY {
                events.push(((start + self.contact_hours) * SECONDS_PER_HOUR, Event::WipeOff));
            }
        }
        let open_area = OPEN_AREA_HOURS
            .into_iter()
            .map(|hours| (hours * SECONDS_PER_HOUR, open_area(self.after_hours + hours)))
            .collect();
        Exposure { events, open_area }
    }
}

/// Follow one use of a product for a day.
///
/// `open_area(hours)` is the share of the channels' area left so long after needling; without
/// `channels` the skin is intact.
///
/// # Errors
/// When a thickness, diffusivity, amount or time is out of its range.
pub fn uptake(
    skin: &Skin,
    channels: Option<&OpenChannels>,
    product: &Use,
    open_area: &dyn Fn(f64) -> f64,
    setting: Setting,
) -> Result<Uptake, CellError> {
    let (cell, solution, first) = follow(skin, channels, product, open_area, setting)?;
    Ok(sum_up(skin, product, &cell, &solution, first))
}

/// What became of a use that was followed; the last three are what [`follow`] gave.
pub fn sum_up(
    skin: &Skin,
    product: &Use,
    cell: &Cell,
    solution: &Solution,
    first: Option<usize>,
) -> Uptake {
    let strength_ug_per_cm3 = product.strength * UG_PER_CM3;
    let start = first.map(|at| &solution.snapshots[at]);
    let told: Vec<Amounts> = solution
        .snapshots
        .iter()
        .skip(first.map_or(0, |at| at + 1))
        .zip(TOLD_HOURS)
        .map(|(snapshot, hours)| {
            amounts(skin, cell, solution, (start, snapshot), hours, strength_ug_per_cm3)
        })
        .collect();
    let carried_in_ug_per_cm2 = solution
        .snapshots
        .first()
        .map_or(0.0, |first| first.filled / cell.area_um2() * CM_PER_UM * strength_ug_per_cm3);
    let taken_up_ug_per_cm2 = told.last().map_or(0.0, Amounts::taken_up_ug_per_cm2);
    Uptake {
        dose_ug_per_cm2: product.dose_ug_per_cm2(),
        carried_in_ug_per_cm2,
        taken_up_ug_per_cm2,
        mean_basal_ug_per_ml: mean_over_the_day(&told, |a| a.basal_ug_per_ml),
        mean_papillary_ug_per_ml: mean_over_the_day(&told, |a| a.papillary_ug_per_ml),
        mean_dermis_ug_per_ml: mean_over_the_day(&told, |a| a.dermis_ug_per_ml),
        told,
    }
}

/// The solution itself, for pictures and files; its snapshots are at [`TOLD_HOURS`], after one at the
/// start of the third day where the product is used daily. Levels are relative to the product's.
///
/// # Errors
/// As [`uptake`].
pub fn follow(
    skin: &Skin,
    channels: Option<&OpenChannels>,
    product: &Use,
    open_area: &dyn Fn(f64) -> f64,
    setting: Setting,
) -> Result<(Cell, Solution, Option<usize>), CellError> {
    const HOURS_PER_DAY: f64 = 24.0;
    // Channels that are closed all along are no channels.
    let closed = !product.carried_in
        && OPEN_AREA_HOURS.iter().all(|hours| open_area(product.after_hours + hours) <= 0.0);
    let cell = skin.cell(channels.filter(|_| !closed), product.carried_in);
    let setting = match cell.channel {
        Some(_) => setting,
        None => Setting { fineness: setting.fineness.min(INTACT_FINENESS), ..setting },
    };
    let days = if product.daily { 3 } else { 1 };
    let start_h = f64::from(days - 1) * HOURS_PER_DAY;
    let mut times: Vec<f64> =
        TOLD_HOURS.iter().map(|hours| (start_h + hours) * SECONDS_PER_HOUR).collect();
    if product.daily {
        times.insert(0, start_h * SECONDS_PER_HOUR);
    }
    let solution = solve(&cell, &product.exposure(days, open_area), &times, setting)?;
    Ok((cell, solution, product.daily.then_some(0)))
}

/// All that has left living skin, in the solver's units.
fn gone(snapshot: &Snapshot) -> f64 {
    snapshot.cleared.iter().chain(&snapshot.metabolised).sum::<f64>() + snapshot.left
}

fn amounts(
    skin: &Skin,
    cell: &Cell,
    solution: &Solution,
    (start, snapshot): (Option<&Snapshot>, &Snapshot),
    hours: f64,
    strength_ug_per_cm3: f64,
) -> Amounts {
    let area = cell.area_um2();
    let per_cm2 = |amount: f64| amount / area * CM_PER_UM * strength_ug_per_cm3;
    let per_ml =
        |amount: f64, thickness_um: f64| amount / area / thickness_um * strength_ug_per_cm3;
    let layers = &snapshot.in_layers;
    let dermis: f64 = layers[PAPILLARY_DERMIS..].iter().sum();
    let dermis_um: f64 = skin.thickness_um[PAPILLARY_DERMIS..].iter().sum();
    let basal_depth_um = skin.thickness_um[STRATUM_CORNEUM] + skin.thickness_um[VIABLE_EPIDERMIS];
    let basal = solution
        .depth_profile(&snapshot.concentration)
        .into_iter()
        .take_while(|(depth_um, _)| *depth_um < basal_depth_um)
        .last()
        .map_or(0.0, |(_, level)| level);
    Amounts {
        hours,
        on_skin_ug_per_cm2: per_cm2(snapshot.in_donor),
        in_channels_ug_per_cm2: per_cm2(snapshot.in_channel),
        in_layers_ug_per_cm2: std::array::from_fn(|at| per_cm2(layers[at])),
        gone_ug_per_cm2: per_cm2(gone(snapshot) - start.map_or(0.0, gone)),
        wiped_off_ug_per_cm2: per_cm2(snapshot.wiped - start.map_or(0.0, |start| start.wiped)),
        flux_ug_per_cm2_per_h: per_cm2(snapshot.flow[VIABLE_EPIDERMIS]) * SECONDS_PER_HOUR,
        basal_ug_per_ml: basal * strength_ug_per_cm3,
        papillary_ug_per_ml: per_ml(layers[PAPILLARY_DERMIS], skin.thickness_um[PAPILLARY_DERMIS]),
        dermis_ug_per_ml: per_ml(dermis, dermis_um),
        reach_um: solution.reach_um(snapshot, REACH_SHARE),
        deepest_reach_um: solution.farthest_reach_um(snapshot, REACH_SHARE),
    }
}

/// Mean over the day by the trapezoidal rule, from nothing at the start of it.
fn mean_over_the_day(told: &[Amounts], read: impl Fn(&Amounts) -> f64) -> f64 {
    let mut sum = 0.0;
    let (mut before_h, mut before) = (0.0, told.first().map_or(0.0, &read));
    for at in told {
        sum += 0.5 * (before + read(at)) * (at.hours - before_h);
        (before_h, before) = (at.hours, read(at));
    }
    if before_h > 0.0 { sum / before_h } else { 0.0 }
}

impl Uptake {
    /// Taken up here over taken up through `intact` skin, at most a million: what hardly passes intact
    /// skin at all has no meaningful ratio.
    pub fn enhancement_over(&self, intact: &Self) -> f64 {
        enhancement(self.taken_up_ug_per_cm2, intact.taken_up_ug_per_cm2)
    }

    /// Taken up into living skin `hours` after the product was put on, ug/cm2; straight between the
    /// times told, constant after the last.
    pub fn taken_up_at(&self, hours: f64) -> f64 {
        let (mut before_h, mut before) = (0.0, 0.0);
        for at in &self.told {
            let here = at.taken_up_ug_per_cm2();
            if hours <= at.hours {
                return before + (here - before) * (hours - before_h) / (at.hours - before_h);
            }
            (before_h, before) = (at.hours, here);
        }
        before
    }
}

impl Amounts {
    /// Taken up into living skin until then, ug/cm2: what is in it and what has gone from it.
    pub fn taken_up_ug_per_cm2(&self) -> f64 {
        self.gone_ug_per_cm2 + self.in_layers_ug_per_cm2[VIABLE_EPIDERMIS..].iter().sum::<f64>()
    }
}

/// Taken up through needled over intact skin, at most a million.
pub fn enhancement(needled: f64, intact: f64) -> f64 {
    const MOST: f64 = 1e6;
    if needled <= 0.0 { 1.0 } else { needled / intact.max(needled / MOST) }
}
