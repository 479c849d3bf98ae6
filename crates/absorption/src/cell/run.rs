//! Through time, from event to event.
//!
//! The network is constant within a *segment*. A segment ends at an event, or when the open area of
//! the channel or the thickness of an evaporating product has changed by [`Setting::change`]; both are
//! taken as they are in its middle, an error of second order in the change. What passes from segment to
//! segment are the *amounts* in the rings, not the levels: a channel that closes changes what a ring is made
//! of, and what it holds stays, to the last bit but for one division and one product.

use needlepoint_numerics::{
    stepping::{Ladder, POLE, Step},
    strip::{Factors, Levels, Reservoir},
};

use super::{
    Cell, CellError, Donor, Event, Exposure, Grid, Snapshot, Solution, discrete::Discrete,
    grid::COLUMNS, problem::check_times,
};

/// How finely space and time are cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Widths of the grid, 1 is coarse; see [`Grid::of`].
    pub fineness: f64,
    /// Error allowed in a step, of the amount in a layer.
    pub tolerance: f64,
    /// Change of the open area or of a product's relative thickness within a segment.
    pub change: f64,
}

/// First step after an event, of the time until something is asked for.
const FIRST_STEP: f64 = 2e-3;

/// Solve, and look at the cell at `times_s`, in order.
///
/// An output at the time of an event shows the cell before it; only at time 0 after it.
///
/// # Errors
/// If something is out of its range, not in order, or needs too fine a grid.
pub fn solve(
    cell: &Cell,
    exposure: &Exposure,
    times_s: &[f64],
    setting: Setting,
) -> Result<Solution, CellError> {
    let grid = {
        cell.check()?;
        exposure.check()?;
        Grid::of(cell, exposure, setting.fineness)?
    };
    solve_on(grid, cell, exposure, times_s, setting)
}

/// The same on a grid of one's own, which has faces on all boundaries.
///
/// # Errors
/// If something is out of its range, not in order, or the grid has too many columns.
pub fn solve_on(
    grid: Grid,
    cell: &Cell,
    exposure: &Exposure,
    times_s: &[f64],
    setting: Setting,
) -> Result<Solution, CellError> {
    cell.check()?;
    exposure.check()?;
    check_times(times_s)?;
    let run = match COLUMNS.into_iter().find(|columns| *columns >= grid.columns()) {
        Some(1) => march::<1>,
        Some(4) => march::<4>,
        Some(8) => march::<8>,
        Some(12) => march::<12>,
        Some(16) => march::<16>,
        Some(24) => march::<24>,
        Some(32) => march::<32>,
        Some(40) => march::<40>,
        Some(56) => march::<56>,
        _ => return Err(CellError::TooFine),
    };
    Ok(run(grid, cell, exposure, times_s, setting))
}

fn march<const N: usize>(
    grid: Grid,
    cell: &Cell,
    exposure: &Exposure,
    times_s: &[f64],
    setting: Setting,
) -> Solution {
    let Some(&end) = times_s.last() else {
        return March::<N>::new(grid, cell, exposure, times_s, setting).told;
    };
    let mut march = March::<N>::new(grid, cell, exposure, times_s, setting);
    let mut events = exposure.events.iter().peekable();
    loop {
        let mut disturbed = march.time == 0.0;
        while let Some((_, event)) = events.next_if(|(time, _)| *time <= march.time) {
            march.happens(*event);
            disturbed = true;
        }
        let next_event = events.peek().map_or(f64::INFINITY, |(time, _)| *time);
        march.begin_segment(next_event.min(end));
        if disturbed {
            march.wish = march.first_step(next_event);
            march.shortest = march.wish;
        }
        if march.time == 0.0 && times_s[0] == 0.0 {
            let (levels, integral) = (march.levels.clone(), Levels::zero(march.grid_rows()));
            march.look(0.0, &levels, &integral);
        }
        if march.time >= end {
            return march.told;
        }
        march.run_segment();
    }
}

/// What lies on the skin.
#[derive(Debug, Clone, Copy, PartialEq)]
enum OnSkin {
    Nothing,
    Endless { level: f64 },
    Film { donor: Donor, thickness_um: f64, amount: f64 },
}

/// What has been added up until the segment began.
#[derive(Debug, Clone, Default)]
struct Sums {
    applied: f64,
    wiped: f64,
    evaporated: f64,
    entered: f64,
    filled: f64,
    cleared: Vec<f64>,
    metabolised: Vec<f64>,
    left: f64,
}

struct March<'a, const N: usize> {
    cell: &'a Cell,
    exposure: &'a Exposure,
    times_s: &'a [f64],
    setting: Setting,
    /// First row of each layer, and the number of rows.
    layer_rows: Vec<usize>,
    /// Volume of each ring, um3.
    volumes: Vec<[f64; N]>,
    /// Where the open area has changed by the share of the setting.
    area_breaks: Vec<f64>,
    time: f64,
    segment_begin: f64,
    segment_end: f64,
    on_skin: OnSkin,
    area: f64,
    net: Discrete<N>,
    factors: Factors<N>,
    /// Step length for which the factors are; not a number if for none.
    factored: f64,
    step: Step<N>,
    levels: Levels<N>,
    /// Integral of the levels since the segment began.
    integral: Levels<N>,
    scratch: Levels<N>,
    sums: Sums,
    most_held: f64,
    wish: f64,
    shortest: f64,
    /// The step before was refused: one stretched to the segment's end would be as long again.
    cut_back: bool,
    next_look: usize,
    told: Solution,
}

impl<'a, const N: usize> March<'a, N> {
    fn new(
        grid: Grid,
        cell: &'a Cell,
        exposure: &'a Exposure,
        times_s: &'a [f64],
        setting: Setting,
    ) -> Self {
        let rows = grid.rows();
        let area = exposure.open_area_at(0.0);
        let net = Discrete::of(cell, &grid, area);
        let mut volumes = vec![[0.0; N]; rows];
        for (row, faces) in volumes.iter_mut().zip(grid.depths_um.windows(2)) {
            for (volume, ring) in row.iter_mut().zip(grid.rings_um2()) {
                *volume = ring * (faces[1] - faces[0]);
            }
        }
        let none = vec![0.0; cell.layers.len()];
        let mut sums = Sums { cleared: none.clone(), metabolised: none, ..Sums::default() };
        let mut levels = Levels::zero(rows);
        if let Some(channel) = &cell.channel {
            let per_capacity = channel.filled_with / channel.medium.partition;
            for k in 0..rows {
                for i in 0..N {
                    let amount = net.in_channel[k][i] * per_capacity;
                    sums.filled += amount;
                    levels.cells[k][i] = amount / net.strip.capacity[k][i];
                }
            }
        }
        Self {
            cell,
            exposure,
            times_s,
            setting,
            layer_rows: grid.layer_rows(cell),
            volumes,
            area_breaks: area_breaks(exposure, setting.change),
            time: 0.0,
            segment_begin: 0.0,
            segment_end: 0.0,
            on_skin: OnSkin::Nothing,
            area,
            net,
            factors: Factors::with_rows(rows),
            factored: f64::NAN,
            step: Step::with_rows(rows),
            levels,
            integral: Levels::zero(rows),
            scratch: Levels::zero(rows),
            sums,
            most_held: 0.0,
            wish: 0.0,
            shortest: 0.0,
            cut_back: false,
            next_look: 0,
            told: Solution {
                snapshots: Vec::with_capacity(times_s.len()),
                grid,
                surface_level: 0.0,
                steps: 0,
                repeated: 0,
                factorisations: 0,
            },
        }
    }

    fn grid_rows(&self) -> usize {
        self.told.grid.rows()
    }

    fn happens(&mut self, event: Event) {
        let area = self.cell.area_um2();
        let left = match self.on_skin {
            OnSkin::Film { amount, thickness_um, .. } => (amount, thickness_um),
            OnSkin::Nothing | OnSkin::Endless { .. } => (0.0, 0.0),
        };
        match event {
            Event::WipeOff => {
                self.sums.wiped += left.0;
                self.on_skin = OnSkin::Nothing;
            }
            Event::ApplyEndless { level } => {
                self.sums.wiped += left.0;
                self.on_skin = OnSkin::Endless { level };
            }
            Event::Apply(donor) => {
                let amount = donor.concentration * donor.thickness_um * area;
                self.sums.applied += amount;
                self.on_skin = OnSkin::Film {
                    donor,
                    thickness_um: left.1 + donor.thickness_um,
                    amount: left.0 + amount,
                };
            }
        }
    }

    /// Where the network changes next, and what it is until then.
    fn begin_segment(&mut self, latest: f64) {
        let thinned = match self.on_skin {
            OnSkin::Film { donor, thickness_um, .. }
                if donor.vehicle_evaporation_um_per_s > 0.0 =>
            {
                let above = (thickness_um - donor.residue_um).max(0.0);
                let falls = above.min(2.0 * self.setting.change * thickness_um);
                if falls > 0.0 { falls / donor.vehicle_evaporation_um_per_s } else { f64::INFINITY }
            }
            _ => f64::INFINITY,
        };
        let next = self.area_breaks.partition_point(|time| *time <= self.time);
        let next = self.area_breaks.get(next).copied().unwrap_or(f64::INFINITY);
        self.segment_begin = self.time;
        self.segment_end = latest.min(next).min(self.time + thinned);
        let middle = 0.5 * (self.time + self.segment_end);
        let area = self.exposure.open_area_at(middle);
        let before = self.net.strip.reservoir.clone();
        if area != self.area && self.cell.channel.is_some() {
            let mut net = Discrete::of(self.cell, &self.told.grid, area);
            std::mem::swap(&mut self.net, &mut net);
            for k in 0..self.grid_rows() {
                for i in 0..N {
                    let amount = self.levels.cells[k][i] * net.strip.capacity[k][i];
                    self.levels.cells[k][i] = amount / self.net.strip.capacity[k][i];
                }
            }
            self.area = area;
            self.factored = f64::NAN;
        }
        let to_first = self.net.to_surface;
        let skin = self.cell.area_um2();
        let after = match self.on_skin {
            OnSkin::Nothing => Reservoir::None,
            OnSkin::Endless { level } => Reservoir::Level { level, to_first },
            OnSkin::Film { donor, thickness_um, .. } => {
                let falls = donor.vehicle_evaporation_um_per_s * (middle - self.time);
                let thickness = (thickness_um - falls).max(donor.residue_um.min(thickness_um));
                Reservoir::Vessel {
                    capacity: donor.partition * thickness * skin,
                    leak: donor.solute_evaporation_um_per_s * skin,
                    to_first,
                }
            }
        };
        self.levels.reservoir = match (&after, self.on_skin) {
            (Reservoir::Level { level, .. }, _) => *level,
            (Reservoir::Vessel { capacity, .. }, OnSkin::Film { amount, .. }) => amount / capacity,
            _ => 0.0,
        };
        self.told.surface_level = self.told.surface_level.max(self.levels.reservoir);
        if after != before {
            self.factored = f64::NAN;
            self.net.strip.reservoir = after;
        }
    }

    /// Start small after a disturbance, against the time until the result matters.
    fn first_step(&self, next_event: f64) -> f64 {
        let next_look = self.times_s.iter().find(|time| **time > self.time);
        let until = next_look.copied().unwrap_or(next_event).min(next_event) - self.time;
        (FIRST_STEP * until).max(f64::MIN_POSITIVE)
    }

    fn run_segment(&mut self) {
        // What is left over at the end of a step by rounding is no step of its own.
        let grain = 1e-12 * self.segment_end;
        while self.segment_end - self.time > grain {
            let remaining = self.segment_end - self.time;
            let length = self.next_length(remaining);
            if self.factored != length {
                self.factors.factorise(&self.net.strip, POLE * length);
                self.factored = length;
                self.told.factorisations += 1;
            }
            self.step.take(&self.net.strip, &self.factors, &self.levels, length);
            let error = self.error();
            let ladder = Ladder { tolerance: self.setting.tolerance, shortest: self.shortest };
            match ladder.judge(length, error) {
                Err(shorter) => {
                    self.wish = shorter;
                    self.cut_back = true;
                    self.factored = f64::NAN;
                    self.told.repeated += 1;
                    continue;
                }
                // A step cut short by the segment says nothing against a longer wish.
                Ok(next) if length < self.wish => self.wish = self.wish.max(next),
                Ok(next) => self.wish = next,
            }
            self.cut_back = false;
            self.told.steps += 1;
            let goes = length.min(remaining);
            self.look_within(goes, length);
            let q = goes / length;
            self.step.add_integral(q, &mut self.integral);
            self.step.solution(&self.levels, q, &mut self.scratch);
            std::mem::swap(&mut self.levels, &mut self.scratch);
            self.time = if remaining - goes <= grain { self.segment_end } else { self.time + goes };
        }
        self.time = self.segment_end;
        self.close_segment();
    }

    /// Length of the next step: that of the factors at hand where it pays.
    fn next_length(&self, remaining: f64) -> f64 {
        /// A factorisation costs about as much as so many steps.
        const STEPS_PER_FACTORISATION: f64 = 2.5;
        let at_hand = self.factored;
        let enough = self.wish >= at_hand && remaining <= STEPS_PER_FACTORISATION * at_hand;
        if at_hand == self.wish || enough {
            at_hand
        } else if self.wish >= 0.7 * remaining && !self.cut_back {
            remaining.min(self.wish * 1.5)
        } else {
            self.wish.min(remaining)
        }
    }

    /// Largest error of a layer's amount, relative to it; layers that hold little count against all.
    fn error(&mut self) -> f64 {
        const OF_ALL: f64 = 0.1;
        const OF_MOST: f64 = 1e-3;
        self.step.error(&self.levels, &mut self.scratch);
        let errors = self.by_layer();
        self.step.solution(&self.levels, 1.0, &mut self.scratch);
        let amounts = self.by_layer();
        let all: f64 = amounts.iter().sum();
        self.most_held = self.most_held.max(all);
        let floor = OF_ALL * all + OF_MOST * self.most_held;
        let relative = errors
            .iter()
            .zip(&amounts)
            .map(|(error, amount)| if *error == 0.0 { 0.0 } else { error / (amount + floor) });
        relative.fold(0.0, f64::max)
    }

    /// Sums of the absolute amounts that belong to the levels in `scratch`.
    fn by_layer(&self) -> Vec<f64> {
        let sum = |rows: std::ops::Range<usize>| -> f64 {
            let mut lanes = [0.0; N];
            for (levels, capacity) in
                self.scratch.cells[rows.clone()].iter().zip(&self.net.strip.capacity[rows])
            {
                for ((lane, u), c) in lanes.iter_mut().zip(levels).zip(capacity) {
                    *lane += u.abs() * c;
                }
            }
            lanes.iter().sum()
        };
        self.layer_rows.windows(2).map(|ends| sum(ends[0]..ends[1])).collect()
    }

    /// Look at the cell at all times asked for within the step.
    fn look_within(&mut self, goes: f64, length: f64) {
        while let Some(time) = self.times_s.get(self.next_look).copied() {
            let into = time - self.time;
            if into > goes * (1.0 + 1e-12) {
                break;
            }
            let q = (into / length).clamp(0.0, goes / length);
            let mut levels = Levels::zero(self.grid_rows());
            self.step.solution(&self.levels, q, &mut levels);
            let mut integral = self.integral.clone();
            self.step.add_integral(q, &mut integral);
            self.look(time, &levels, &integral);
        }
    }

    fn look(&mut self, time_s: f64, levels: &Levels<N>, integral: &Levels<N>) {
        let sums = self.summed(integral);
        let net = &self.net;
        let columns = self.told.grid.columns();
        let mut in_channel = 0.0;
        let mut in_layers = Vec::with_capacity(self.cell.layers.len());
        let mut flow = Vec::with_capacity(self.cell.layers.len());
        for ends in self.layer_rows.windows(2) {
            let mut in_layer = 0.0;
            for k in ends[0]..ends[1] {
                for i in 0..columns {
                    let u = levels.cells[k][i];
                    in_channel += u * net.in_channel[k][i];
                    in_layer += u * (net.strip.capacity[k][i] - net.in_channel[k][i]);
                }
            }
            in_layers.push(in_layer);
            let through = |i: usize| match ends[0].checked_sub(1) {
                Some(k) => net.strip.along[k][i] * (levels.cells[k][i] - levels.cells[k + 1][i]),
                None => {
                    net.strip.to_first().map_or(0.0, |g| g[i])
                        * (levels.reservoir - levels.cells[0][i])
                }
            };
            flow.push((0..columns).map(through).sum());
        }
        let in_donor = match net.strip.reservoir {
            Reservoir::Vessel { capacity, .. } => capacity * levels.reservoir,
            Reservoir::None | Reservoir::Level { .. } => 0.0,
        };
        let field = |value: fn(f64, f64, f64) -> f64| {
            let mut field = Vec::with_capacity(columns * levels.cells.len());
            for ((row, capacities), volumes) in
                levels.cells.iter().zip(&net.strip.capacity).zip(&self.volumes)
            {
                let cells = row.iter().zip(capacities).zip(volumes).take(columns);
                field.extend(cells.map(|((u, capacity), volume)| value(*u, *capacity, *volume)));
            }
            field
        };
        let snapshot = Snapshot {
            time_s,
            in_layers,
            in_channel,
            in_donor,
            applied: sums.applied,
            wiped: sums.wiped,
            evaporated: sums.evaporated,
            entered: sums.entered,
            filled: sums.filled,
            cleared: sums.cleared,
            metabolised: sums.metabolised,
            left: sums.left,
            flow,
            level: field(|u, _, _| u),
            concentration: field(|u, capacity, volume| u * capacity / volume),
        };
        self.told.snapshots.push(snapshot);
        self.next_look += 1;
    }

    /// The sums with what belongs to `integral` added.
    fn summed(&self, integral: &Levels<N>) -> Sums {
        let mut sums = self.sums.clone();
        let net = &self.net;
        let dot = |weights: &[[f64; N]], levels: &[[f64; N]]| -> f64 {
            weights.iter().flatten().zip(levels.iter().flatten()).map(|(w, u)| w * u).sum()
        };
        for (layer, ends) in self.layer_rows.windows(2).enumerate() {
            let rows = ends[0]..ends[1];
            let levels = &integral.cells[rows.clone()];
            sums.cleared[layer] += dot(&net.clearance[rows.clone()], levels);
            sums.metabolised[layer] += dot(&net.metabolism[rows], levels);
        }
        if let (Some(first), Some(last)) = (integral.cells.first(), integral.cells.last()) {
            sums.left += net.to_sink.iter().zip(last).map(|(g, u)| g * u).sum::<f64>();
            if let Some(to_first) = net.strip.to_first() {
                let flow = |(g, u): (&f64, &f64)| g * (integral.reservoir - u);
                sums.entered += to_first.iter().zip(first).map(flow).sum::<f64>();
            }
        }
        if let Reservoir::Vessel { leak, .. } = net.strip.reservoir {
            sums.evaporated += leak * integral.reservoir;
        }
        sums
    }

    fn close_segment(&mut self) {
        self.sums = self.summed(&self.integral);
        self.integral = Levels::zero(self.grid_rows());
        if let (OnSkin::Film { donor, thickness_um, amount }, Reservoir::Vessel { capacity, .. }) =
            (&mut self.on_skin, &self.net.strip.reservoir)
        {
            *amount = capacity * self.levels.reservoir;
            let falls =
                donor.vehicle_evaporation_um_per_s * (self.segment_end - self.segment_begin);
            let thinner = *thickness_um - falls;
            let done = thinner <= donor.residue_um * (1.0 + 1e-9);
            *thickness_um = if done { donor.residue_um.min(*thickness_um) } else { thinner };
        }
    }
}

/// Times at which the open area has changed by `change` since the one before.
fn area_breaks(exposure: &Exposure, change: f64) -> Vec<f64> {
    let mut breaks = Vec::new();
    for pair in exposure.open_area.windows(2) {
        let ((from, a), (to, b)) = (pair[0], pair[1]);
        let parts = ((b - a).abs() / change).ceil().max(1.0);
        breaks.extend((0..parts as u32).map(|part| from + (to - from) * f64::from(part) / parts));
    }
    breaks.extend(exposure.open_area.last().map(|(time, _)| *time));
    breaks
}
