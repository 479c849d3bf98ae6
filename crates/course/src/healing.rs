//! The healing of one zone in one person, from session to session.

use needlepoint_case::{Fidelity, When};
use needlepoint_healing::{
    network::{
        Dermis, Ground, LayerState, Profile, Section,
        cell::{Cell, FINE},
        depth::{self, Group, Member},
    },
    surface::{self, FromBelow, SurfaceState, SurfaceWound},
};
use needlepoint_knowledge::{concern::ConcernKind, product::Target};
use needlepoint_needling::volumes_above;
use needlepoint_numerics::rosenbrock::StepTooSmall;
use needlepoint_skin::LayerKind;

use crate::{
    absorption::ProductCourse,
    calendar::Stretch,
    person::{Person, sun},
    run::CourseError,
    zone::{Events, Needled, ZoneTask},
};

/// Layers in which the network runs.
pub(crate) const DERMIS: [LayerKind; 3] =
    [LayerKind::PapillaryDermis, LayerKind::UpperReticularDermis, LayerKind::LowerReticularDermis];
pub(crate) const PAPILLARY: usize = 0;
const UPPER_RETICULAR: usize = 1;

/// Effects of the products on one target: in the session, and day by day.
#[derive(Debug, Clone, Copy, Default)]
struct Effects {
    in_session: f64,
    daily: f64,
    daily_until: f64,
}

fn effects(task: &ZoneTask<'_>, products: &[ProductCourse], target: Target) -> Effects {
    let mut sum = Effects::default();
    for (used, course) in task.case.protocol.products.iter().zip(products) {
        let acts = task.knowledge.product(&used.name).and_then(|product| product.acts_on);
        if acts != Some(target) {
            continue;
        }
        // Two products that block the same thing leave (1-a)(1-b) of it.
        match used.when {
            When::InSession | When::AfterSession => {
                sum.in_session = 1.0 - (1.0 - sum.in_session) * (1.0 - course.effect);
            }
            When::Daily { for_days } => {
                sum.daily = 1.0 - (1.0 - sum.daily) * (1.0 - course.effect);
                sum.daily_until = sum.daily_until.max(for_days);
            }
        }
    }
    sum
}

/// States at every time of the calendar.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) ground: Ground,
    pub(crate) layers: Vec<Dermis>,
    pub(crate) surface: Vec<SurfaceState>,
    pub(crate) clot: Vec<f64>,
    /// Collagen synthesis of the papillary dermis, relative to rest.
    pub(crate) synthesis: Vec<f64>,
    pub(crate) events: Events,
}

/// Somebody whose zone is to heal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToHeal<'h> {
    pub(crate) task: &'h ZoneTask<'h>,
    pub(crate) person: &'h Person,
    pub(crate) needled: &'h Needled,
    pub(crate) products: &'h [ProductCourse],
}

/// Somebody on the way from session to session.
struct Healing<'h> {
    of: ToHeal<'h>,
    ground: Ground,
    section: Section,
    surface_wound: SurfaceWound,
    melanin: Effects,
    hair: Effects,
    collagen: Effects,
    surface: SurfaceState,
    history: History,
}

impl<'h> Healing<'h> {
    fn at_rest(of: ToHeal<'h>) -> Self {
        let ToHeal { task, person, needled, products } = of;
        let halo = |kind| needled.injury.layer(kind).halo_coverage;
        let melanin = effects(task, products, Target::MelaninProduction);
        let ground = ground(task, person);
        Self {
            of,
            ground,
            section: section(person, needled),
            surface_wound: SurfaceWound {
                vascular_halo: 0.5 * (halo(DERMIS[PAPILLARY]) + halo(DERMIS[UPPER_RETICULAR])),
                epidermal_halo: halo(LayerKind::ViableEpidermis),
                melanin_inhibition: melanin.in_session,
            },
            melanin,
            hair: effects(task, products, Target::HairGrowth),
            collagen: effects(task, products, Target::CollagenSynthesis),
            surface: SurfaceState::default(),
            history: History {
                ground,
                layers: Vec::new(),
                surface: Vec::new(),
                clot: Vec::new(),
                synthesis: Vec::new(),
                events: Events::default(),
            },
        }
    }

    /// This member in the stretch of healing that begins on day `start`: a daily product raises the making
    /// of collagen at rest too, one put on in the session only the answer to it; the former counts until
    /// the session after its last use.
    fn member(&self, start: f64) -> Member<'_> {
        let daily = if start < self.collagen.daily_until { self.collagen.daily } else { 0.0 };
        Member {
            rates: &self.of.person.parameters.network,
            ground: Ground {
                synthesis: self.ground.synthesis * (1.0 + self.collagen.in_session),
                stimulus: 1.0 + daily,
                ..self.ground
            },
            section: &self.section,
        }
    }

    fn surface_person(&self, day: f64) -> surface::Person {
        let daily = |of: &Effects| if day < of.daily_until { of.daily } else { 0.0 };
        let case = self.of.task.case;
        surface::Person {
            phototype: case.patient.phototype.index(),
            sun: sun(case),
            aftercare_followed: case.protocol.aftercare_followed,
            daily_melanin_inhibition: daily(&self.melanin),
            daily_hair_effect: daily(&self.hair),
        }
    }

    /// Carry the surface through a stretch whose dermis was `seen` at `times`, and write down what belongs
    /// to it: its end is the start of the next, unless it is the last.
    fn follow(&mut self, stretch: &Stretch, times: &[f64], seen: &[Dermis]) {
        let rates = &self.of.person.parameters.surface;
        self.surface = self.surface.wounded(rates, &self.surface_wound);
        let mut before = (0.0, from_below(&seen[0], &self.ground));
        for (time, layers) in times.iter().zip(seen) {
            let below = from_below(layers, &self.ground);
            let person = self.surface_person(stretch.start + before.0);
            self.surface =
                self.surface.advanced(rates, &person, &before.1, &below, time - before.0);
            before = (*time, below);
            if stretch.offsets.contains(time) {
                self.history.layers.push(*layers);
                self.history.surface.push(self.surface);
                self.history.clot.push(layers[PAPILLARY].clot);
                self.history.synthesis.push(layers[PAPILLARY].synthesis);
            }
        }
        if stretch.start == 0.0 {
            self.history.events = events(times, seen);
        }
    }
}

/// The dermis of up to [`PEOPLE`](needlepoint_healing::network::depth::PEOPLE) people on the grid of the case.
enum Grids {
    Depth(Box<Group>),
    Cell(Vec<Cell>),
}

impl Grids {
    /// `None` where nobody is there to heal.
    fn at_rest(fidelity: Fidelity, members: &[Member<'_>]) -> Option<Self> {
        Some(match fidelity {
            Fidelity::Depth => Self::Depth(Box::new(Group::at_rest(members)?)),
            Fidelity::Cell => {
                Self::Cell(members.iter().map(|member| Cell::at_rest(member, FINE)).collect())
            }
        })
    }

    /// A session, and the healing until the last of `times`: the dermis of each person at each time.
    fn treat(
        &mut self,
        members: &[Member<'_>],
        times: &[f64],
    ) -> Result<Vec<Vec<Dermis>>, StepTooSmall> {
        let mut seen = vec![vec![Dermis::default(); times.len()]; members.len()];
        match self {
            Self::Depth(group) => {
                group.stand_on(members);
                group.wound();
                group.heal(times, |time, person, dermis| seen[person][time] = *dermis)?;
            }
            Self::Cell(cells) => {
                for ((cell, member), seen) in cells.iter_mut().zip(members).zip(&mut seen) {
                    cell.stand_on(member);
                    cell.wound();
                    cell.heal(times, |time, dermis| seen[time] = *dermis)?;
                }
            }
        }
        Ok(seen)
    }
}

/// Let the zones of people heal from session to session, in groups of
/// [`PEOPLE`](depth::PEOPLE), on the grid and under the calendar of the first; the skin of the moment is
/// where the next session starts.
pub(crate) fn heal(people: &[ToHeal<'_>]) -> Result<Vec<History>, CourseError> {
    let groups = people.chunks(depth::PEOPLE).map(heal_group).collect::<Result<Vec<_>, _>>()?;
    Ok(groups.into_iter().flatten().collect())
}

fn heal_group(people: &[ToHeal<'_>]) -> Result<Vec<History>, CourseError> {
    let Some(first) = people.first() else { return Ok(Vec::new()) };
    let mut healing: Vec<Healing<'_>> = people.iter().map(|of| Healing::at_rest(*of)).collect();
    let at_rest = Grids::at_rest(first.task.case.simulate.fidelity, &members(&healing, 0.0));
    let Some(mut grids) = at_rest else { return Ok(Vec::new()) };
    for stretch in &first.task.calendar.stretches {
        let mut times = stretch.offsets.clone();
        if times.last() != Some(&stretch.length) {
            times.push(stretch.length);
        }
        let seen = grids.treat(&members(&healing, stretch.start), &times)?;
        for (one, seen) in healing.iter_mut().zip(&seen) {
            one.follow(stretch, &times, seen);
        }
    }
    Ok(healing.into_iter().map(|one| one.history).collect())
}

fn members<'h>(healing: &'h [Healing<'_>], start: f64) -> Vec<Member<'h>> {
    healing.iter().map(|one| one.member(start)).collect()
}

/// The dermis of a person under the needles of a session. Injury is told on the slabs of the fine grid whatever
/// the grid: the widest part of a channel, and where short needles end, are not for few slabs to blur.
fn section(person: &Person, needled: &Needled) -> Section {
    let thickness_um = DERMIS.map(|kind| needled.skin.thickness_um(kind));
    let top_um = needled.skin.top_um(DERMIS[PAPILLARY]);
    let depth_um = FINE.depths_um(&thickness_um);
    let bounds: Vec<f64> = depth_um.iter().map(|depth| top_um + depth).collect();
    let parameters = person.parameters.injury();
    let volumes = volumes_above(&needled.punctures, needled.patch, &bounds, &parameters);
    let profile = |read: fn(&(f64, f64)) -> f64| Profile {
        depth_um: depth_um.clone(),
        above_um: volumes.iter().map(read).collect(),
    };
    Section {
        thickness_um,
        holes_per_cm2: needled.injury.layer(DERMIS[PAPILLARY]).holes_per_cm2,
        signalling_range_um: parameters.halo_um,
        injured: profile(|volume| volume.0),
        clot: profile(|volume| volume.1),
    }
}

/// When cells are most and inflammation is over, in one stretch of healing.
fn events(times: &[f64], seen: &[Dermis]) -> Events {
    let papillary = || times.iter().zip(seen.iter().map(|layers| &layers[PAPILLARY]));
    let peak = |read: &dyn Fn(&LayerState) -> f64| {
        // Where no needle reaches the dermis nothing peaks.
        let some = papillary().filter(|(_, state)| read(state) > 0.0);
        let top = some.max_by(|a, b| read(a.1).total_cmp(&read(b.1)));
        top.map_or((0.0, 0.0), |(time, state)| (*time, read(state)))
    };
    let (_, most) = peak(&LayerState::inflammation);
    let last_inflamed = papillary().rev().find(|(_, state)| state.inflammation() > most / 20.0);
    Events {
        neutrophil_peak: peak(&|state| state.neutrophils).0,
        macrophage_peak: peak(&|state| state.macrophages).0,
        inflammation_over: last_inflamed.map_or(0.0, |(time, _)| *time),
    }
}

fn from_below(layers: &Dermis, ground: &Ground) -> FromBelow {
    FromBelow {
        inflammation: layers[PAPILLARY].inflammation(),
        vascular_inflammation: 0.5
            * (layers[PAPILLARY].inflammation() + layers[UPPER_RETICULAR].inflammation()),
        growth_signal: layers[UPPER_RETICULAR].growth_signal(),
        papillary_gain: layers[PAPILLARY].collagen() / ground.collagen_at_rest,
    }
}

/// The tissue the network runs in: that of the lesion, where there is one.
fn ground(task: &ZoneTask<'_>, person: &Person) -> Ground {
    let p = &person.parameters;
    let ageing = p.ageing();
    let age = task.case.patient.age_years;
    let missing = |kind| {
        let concern = task.concerns().find(|concern| concern.kind == kind)?;
        concern.size.missing_collagen_share
    };
    let scarred = task.concerns().any(needlepoint_case::Concern::is_sunken);
    let mut collagen = ageing.relative_collagen(age);
    if scarred {
        collagen *= p.link.scar_deficit;
    }
    // A stria is stated relative to the skin beside it, sun damage relative to healthy young skin.
    collagen *= 1.0 - missing(ConcernKind::Striae).unwrap_or(0.0);
    collagen = collagen.min(1.0 - missing(ConcernKind::Photoageing).unwrap_or(0.0));
    // No living skin is known with less; as much mature as new collagen is left even so.
    let least = p.skin.least_collagen.max(2.0 * p.network.new_collagen_at_rest);
    Ground {
        collagen_at_rest: collagen.max(least),
        synthesis: ageing.relative_synthesis(age) * p.readiness(),
        stimulus: 1.0,
    }
}
