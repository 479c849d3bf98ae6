//! What is solved: skin around one channel, what is put on it, and when.

use std::fmt;

/// A medium in which a solute moves. The level `u = c / K` is continuous from medium to medium.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Medium {
    /// Diffusivity `D`, um2/s, above 0.
    pub diffusivity_um2_per_s: f64,
    /// Partition `K` against the medium in which levels are counted, above 0.
    pub partition: f64,
    /// Clearance into capillaries, 1/s.
    pub clearance_per_s: f64,
    /// Metabolism, 1/s.
    pub metabolism_per_s: f64,
}

impl Medium {
    /// A medium with partition 1 that keeps what it holds.
    pub fn inert(diffusivity_um2_per_s: f64) -> Self {
        Self { diffusivity_um2_per_s, partition: 1.0, clearance_per_s: 0.0, metabolism_per_s: 0.0 }
    }

    /// `D K`, um2/s.
    pub(super) fn conductivity(&self) -> f64 {
        self.diffusivity_um2_per_s * self.partition
    }
}

/// A layer of skin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layer {
    /// Thickness, um, above 0.
    pub thickness_um: f64,
    /// What it is made of.
    pub medium: Medium,
}

/// Radius of a channel at a depth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// Depth below the surface, um.
    pub depth_um: f64,
    /// Radius there, um.
    pub radius_um: f64,
}

/// A channel on the axis of the cell, open to the surface.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// What fills it.
    pub medium: Medium,
    /// Its wall from depth 0 to its end, at least two stations, deeper and deeper; straight between.
    pub wall: Vec<Station>,
    /// What takes the place of the channel as it closes; the layer around it if `None`.
    pub closes_with: Option<Medium>,
    /// Concentration in it at time 0, in the unit of the donor's.
    pub filled_with: f64,
}

impl Channel {
    /// A channel of the same radius from top to end.
    pub fn cylinder(radius_um: f64, length_um: f64, medium: Medium) -> Self {
        Self::cone(radius_um, radius_um, length_um, medium)
    }

    /// A channel whose radius falls from the mouth to the end.
    pub fn cone(mouth_um: f64, end_um: f64, length_um: f64, medium: Medium) -> Self {
        let wall = vec![
            Station { depth_um: 0.0, radius_um: mouth_um },
            Station { depth_um: length_um, radius_um: end_um },
        ];
        Self { medium, wall, closes_with: None, filled_with: 0.0 }
    }

    /// Depth of its end, um.
    pub fn length_um(&self) -> f64 {
        self.wall.last().map_or(0.0, |station| station.depth_um)
    }

    /// Its largest radius, um.
    pub fn widest_um(&self) -> f64 {
        self.wall.iter().map(|station| station.radius_um).fold(0.0, f64::max)
    }

    /// Mean of the squared radius between two depths, um2; 0 below the end. By Simpson's rule between
    /// stations, which is exact there.
    pub(super) fn squared_radius_um2(&self, from_um: f64, to_um: f64) -> f64 {
        let pieces = self.wall.windows(2).filter_map(|ends| {
            let (a, b) = (ends[0], ends[1]);
            let (from, to) = (from_um.max(a.depth_um), to_um.min(b.depth_um));
            let slope = (b.radius_um - a.radius_um) / (b.depth_um - a.depth_um);
            let radius = |depth: f64| a.radius_um + slope * (depth - a.depth_um);
            let squared = |depth: f64| radius(depth).powi(2);
            (to > from).then(|| {
                (to - from) / 6.0 * (squared(from) + 4.0 * squared(0.5 * (from + to)) + squared(to))
            })
        });
        pieces.sum::<f64>() / (to_um - from_um)
    }
}

/// What is below the last layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bottom {
    /// Nothing passes.
    NoFlux,
    /// Whatever arrives is carried away.
    Sink,
}

/// The unit cell: a cylinder of skin around one channel, or of intact skin. Nothing passes its wall,
/// as between neighbours of a regular pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Radius, um. Of `n` channels per area it is `1 / sqrt(pi n)`.
    pub radius_um: f64,
    /// Layers from the surface down.
    pub layers: Vec<Layer>,
    /// The channel, if there is one.
    pub channel: Option<Channel>,
    /// What is below.
    pub bottom: Bottom,
}

impl Cell {
    /// Area of the surface, um2. Amounts divided by it are amounts per area of skin.
    pub fn area_um2(&self) -> f64 {
        std::f64::consts::PI * self.radius_um.powi(2)
    }

    /// Thickness of all layers, um.
    pub fn depth_um(&self) -> f64 {
        self.layers.iter().map(|layer| layer.thickness_um).sum()
    }
}

/// A product lying on the skin, well mixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Donor {
    /// Thickness, um, above 0.
    pub thickness_um: f64,
    /// Concentration; all results are in its unit.
    pub concentration: f64,
    /// Partition `K` of the vehicle.
    pub partition: f64,
    /// Speed at which the vehicle evaporates, um/s. Under occlusion 0.
    pub vehicle_evaporation_um_per_s: f64,
    /// Thickness that does not evaporate, um, above 0 if the vehicle evaporates.
    pub residue_um: f64,
    /// Speed at which the solute itself evaporates, um/s: the flux to the air is this times the
    /// concentration over the partition.
    pub solute_evaporation_um_per_s: f64,
}

impl Donor {
    /// A layer that does not evaporate, of partition 1.
    pub fn film(thickness_um: f64, concentration: f64) -> Self {
        Self {
            thickness_um,
            concentration,
            partition: 1.0,
            vehicle_evaporation_um_per_s: 0.0,
            residue_um: 0.0,
            solute_evaporation_um_per_s: 0.0,
        }
    }
}

/// Something done to the surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// A product is put on, over what is left of one before.
    Apply(Donor),
    /// A product is put on that never runs out: its level `u` stays. Takes the place of one before.
    ApplyEndless {
        /// The level.
        level: f64,
    },
    /// Whatever lies on the skin is wiped off.
    WipeOff,
}

/// What happens at the surface over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exposure {
    /// Events with their times in s, in order.
    pub events: Vec<(f64, Event)>,
    /// Share of the channel's open area over time: times in s, in order, and shares; straight between,
    /// constant before and after. Empty: open all the time.
    pub open_area: Vec<(f64, f64)>,
}

impl Exposure {
    /// A product from time 0 on.
    pub fn of(event: Event) -> Self {
        Self { events: vec![(0.0, event)], open_area: Vec::new() }
    }

    /// Share of the open area at a time.
    pub fn open_area_at(&self, time_s: f64) -> f64 {
        let after = self.open_area.partition_point(|(time, _)| *time <= time_s);
        match (after.checked_sub(1).map(|i| self.open_area[i]), self.open_area.get(after)) {
            (None, None) => 1.0,
            (Some((_, share)), None) | (None, Some(&(_, share))) => share,
            (Some((t0, a)), Some(&(t1, b))) => a + (b - a) * (time_s - t0) / (t1 - t0),
        }
    }
}

/// Why a cell can't be solved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellError {
    /// A quantity is out of its range.
    OutOfRange {
        /// Which.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it has to be.
        needed: &'static str,
    },
    /// There is no layer.
    NoLayers,
    /// A list of times is not in order.
    NotInOrder {
        /// Which list.
        what: &'static str,
    },
    /// The accuracy asked for needs a finer grid than is offered.
    TooFine,
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { what, value, needed } => {
                write!(f, "{what} is {value}, but has to be {needed}")
            }
            Self::NoLayers => write!(f, "the skin has no layers: name at least one"),
            Self::NotInOrder { what } => {
                write!(f, "{what} have to be in order, each later than the one before")
            }
            Self::TooFine => write!(
                f,
                "this accuracy needs more columns than the solver has: ask for less, or make the cell \
                 narrower against its channel"
            ),
        }
    }
}

impl std::error::Error for CellError {}

fn above_zero(what: &'static str, value: f64) -> Result<(), CellError> {
    let fine = value > 0.0 && value.is_finite();
    if fine { Ok(()) } else { Err(CellError::OutOfRange { what, value, needed: "above 0" }) }
}

fn not_negative(what: &'static str, value: f64) -> Result<(), CellError> {
    let fine = value >= 0.0 && value.is_finite();
    if fine { Ok(()) } else { Err(CellError::OutOfRange { what, value, needed: "0 or above" }) }
}

fn in_order(what: &'static str, times: impl Iterator<Item = f64>) -> Result<(), CellError> {
    let mut before = f64::NEG_INFINITY;
    for time in times {
        if time <= before {
            return Err(CellError::NotInOrder { what });
        }
        before = time;
    }
    Ok(())
}

impl Medium {
    fn check(&self) -> Result<(), CellError> {
        above_zero("a diffusivity (um2/s)", self.diffusivity_um2_per_s)?;
        above_zero("a partition", self.partition)?;
        not_negative("a clearance (1/s)", self.clearance_per_s)?;
        not_negative("a metabolism (1/s)", self.metabolism_per_s)
    }
}

impl Cell {
    /// Whether it can be solved.
    ///
    /// # Errors
    /// The first thing that is out of range.
    pub fn check(&self) -> Result<(), CellError> {
        above_zero("the radius of the cell (um)", self.radius_um)?;
        if self.layers.is_empty() {
            return Err(CellError::NoLayers);
        }
        for layer in &self.layers {
            above_zero("the thickness of a layer (um)", layer.thickness_um)?;
            layer.medium.check()?;
        }
        let Some(channel) = &self.channel else { return Ok(()) };
        channel.medium.check()?;
        channel.closes_with.iter().try_for_each(Medium::check)?;
        not_negative("the concentration in the channel", channel.filled_with)?;
        in_order("depths along the channel", channel.wall.iter().map(|s| s.depth_um))?;
        for station in &channel.wall {
            not_negative("a depth along the channel (um)", station.depth_um)?;
            not_negative("a radius of the channel (um)", station.radius_um)?;
        }
        let out_of_range = |what, value, needed| Err(CellError::OutOfRange { what, value, needed });
        if channel.wall.len() < 2 || channel.wall[0].depth_um != 0.0 {
            let first = channel.wall.first().map_or(f64::NAN, |s| s.depth_um);
            return out_of_range(
                "the first depth along the channel (um)",
                first,
                "0, with another after it",
            );
        }
        let (length, widest) = (channel.length_um(), channel.widest_um());
        if length > self.depth_um() * (1.0 + 1e-12) {
            return out_of_range(
                "the length of the channel (um)",
                length,
                "at most that of all layers",
            );
        }
        above_zero("the largest radius of the channel (um)", widest)?;
        if widest >= self.radius_um {
            return out_of_range(
                "the radius of the channel (um)",
                widest,
                "below that of the cell",
            );
        }
        Ok(())
    }
}

impl Exposure {
    /// Whether it can be followed.
    ///
    /// # Errors
    /// The first thing that is out of range.
    pub fn check(&self) -> Result<(), CellError> {
        in_order("times of events", self.events.iter().map(|(time, _)| *time))?;
        in_order("times of the open area", self.open_area.iter().map(|(time, _)| *time))?;
        for (time, event) in &self.events {
            not_negative("the time of an event (s)", *time)?;
            match event {
                Event::WipeOff => {}
                Event::ApplyEndless { level } => not_negative("the level of a product", *level)?,
                Event::Apply(donor) => {
                    above_zero("the thickness of a product (um)", donor.thickness_um)?;
                    not_negative("the concentration of a product", donor.concentration)?;
                    above_zero("the partition of a product", donor.partition)?;
                    let speed = donor.vehicle_evaporation_um_per_s;
                    not_negative("the evaporation of a vehicle (um/s)", speed)?;
                    let speed_of_solute = donor.solute_evaporation_um_per_s;
                    not_negative("the evaporation of a solute (um/s)", speed_of_solute)?;
                    if speed > 0.0 {
                        above_zero(
                            "the residue of a vehicle that evaporates (um)",
                            donor.residue_um,
                        )?;
                    }
                }
            }
        }
        for (_, share) in &self.open_area {
            if !(0.0..=1.0).contains(share) {
                let needed = "between 0 and 1";
                return Err(CellError::OutOfRange { what: "an open area", value: *share, needed });
            }
        }
        Ok(())
    }
}

/// Whether times can be looked at.
pub(super) fn check_times(times_s: &[f64]) -> Result<(), CellError> {
    in_order("the times asked for", times_s.iter().copied())?;
    times_s.iter().try_for_each(|time| not_negative("a time asked for (s)", *time))
}
