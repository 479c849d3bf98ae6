//! A numbing cream on intact skin: how deep it numbs, and how much of it gets into the blood.
//!
//! Each anaesthetic of the mixture is followed by the solver of [`crate::cell`] through horny layer,
//! living epidermis, dermis and a layer of subcutis, below which a sink lies. With `u_i` the
//! concentration in the water of the tissue, all forms together,
//!
//! ```text
//! numb where  sum_i u_i(z, t) / T_i >= 1,       T_i = T / potency_i
//! ```
//!
//! and the numb depth is the greatest such depth below the horny layer, in which no nerve ends. Under a
//! cream three things differ from a watery product on the same skin, each by factors from the group
//! `numbing` of the parameters:
//!
//! ```text
//! kp = cream_permeability kp_law         times uncovered if it is not covered, face_permeability on the face
//! D_sc = corneum_speed D_law           K_sc so that D_sc K_sc / L_ref = kp
//! k_clear = clearance_share k_law        in dermis and subcutis, times face_clearance on the face
//! ```
//!
//! What the vessels take, and what leaves through the bottom, goes into the blood. There each
//! anaesthetic has one compartment,
//!
//! ```text
//! dA/dt = F(t) - k A,      k = CL / V,      C = A / V
//! ```
//!
//! with F in ug/h over the whole area, the volume V and the clearance CL from the body weight. The
//! share of the error of the law of permeability that belongs to the molecule is left out: the factor
//! of the cream was fitted to what was absorbed from one, and carries the error instead.

use needlepoint_knowledge::parameters;
use serde::Serialize;

use crate::{
    Pathways,
    cell::{
        Bottom, Cell, CellError, Donor, Event, Exposure, Layer, Medium, Setting, Snapshot,
        Solution, solve,
    },
    molecule::{Molecule, SkinTransport, TissueConstants},
    uptake::medium,
};

/// Layers: horny layer, living epidermis, papillary, upper and lower reticular dermis, subcutis.
pub const LAYERS: usize = 6;

const SECONDS_PER_MINUTE: f64 = 60.0;
const MINUTES_PER_HOUR: f64 = 60.0;
/// um of cream per mg/cm2, as dense as water.
const UM_PER_MG_PER_CM2: f64 = 10.0;
/// ug/cm3 for a mass share of 1.
const UG_PER_CM3: f64 = 1e6;
/// ug/cm2 per (ug/cm3 times um).
const CM_PER_UM: f64 = 1e-4;

/// Fineness of the solver: depth within six in a hundred of the converged one from half an hour on (a
/// test), far inside what is not known of a threshold.
const SETTING: Setting = Setting { fineness: 1.0, tolerance: 0.02, change: 0.2 };

/// Minutes told while the cream is on.
const ON_MIN: [f64; 19] = [
    5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 60.0, 75.0, 90.0, 120.0, 150.0,
    180.0, 240.0, 300.0, 360.0,
];
/// Minutes told after it came off.
const OFF_MIN: [f64; 12] =
    [10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0, 480.0, 720.0];

parameters! {
    /// What numbing rests on, besides the transport of the molecules.
    pub struct NumbingConstants in "numbing" {
        /// Cream put on where the case does not say how much.
        cream_layer: "mg/cm2",
        /// pH of a cream that does not state its own.
        cream_ph: "1",
        /// Permeability of the horny layer from a covered cream over that of the law.
        cream_permeability: "1",
        /// That permeability on the face over that elsewhere.
        face_permeability: "1",
        /// Diffusion in the horny layer under a cream over that of the law.
        corneum_speed: "1",
        /// Permeability from an uncovered cream over that from a covered one.
        uncovered: "1",
        /// Clearance from skin under the cream over that of the law.
        clearance_share: "1",
        /// That clearance on the face over that elsewhere.
        face_clearance: "1",
        /// Level of lidocaine in the water of tissue that numbs.
        threshold: "ug/mL",
        /// Body weight of an adult.
        adult_weight: "kg",
        /// Body weight at birth.
        birth_weight: "kg",
        /// Gain of body weight in childhood.
        weight_per_year: "kg/y",
    }
}

impl NumbingConstants {
    /// Body weight of somebody who did not state it, kg: `min(w_0 + g age, w_adult)`.
    pub fn assumed_weight_kg(&self, age_years: f64) -> f64 {
        (self.birth_weight + self.weight_per_year * age_years.max(0.0)).min(self.adult_weight)
    }

    /// How an anaesthetic of a cream of this pH moves through skin under that cream.
    pub fn transport(
        &self,
        molecule: &Molecule,
        ph: f64,
        laid: Laid,
        pathways: &Pathways,
        tissue: &TissueConstants,
    ) -> SkinTransport {
        let law = Pathways { intact_log_error: 0.0, ..*pathways };
        let mut transport = SkinTransport::new(molecule, ph, &law, tissue);
        let cover = if laid.covered { 1.0 } else { self.uncovered };
        let (face_flow, face_clearance) =
            if laid.on_face { (self.face_permeability, self.face_clearance) } else { (1.0, 1.0) };
        let permeability = self.cream_permeability * cover * face_flow;
        let horny = &mut transport.stratum_corneum;
        horny.diffusivity_cm2_per_s *= self.corneum_speed;
        horny.partition *= permeability / self.corneum_speed;
        transport.intact_permeability_cm_per_h *= permeability;
        transport.dermis.clearance_per_s *= self.clearance_share * face_clearance;
        transport
    }
}

/// How and where a cream lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Laid {
    /// Under a dressing.
    pub covered: bool,
    /// On the face.
    pub on_face: bool,
}

/// One anaesthetic of a cream.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agent {
    /// How it moves, see [`NumbingConstants::transport`].
    pub transport: SkinTransport,
    /// Its mass share in the cream, 0 to 1.
    pub strength: f64,
    /// Level in the water of tissue at which it numbs alone, ug/mL, above 0.
    pub threshold_ug_per_ml: f64,
}

/// A cream on skin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wear {
    /// Cream on the skin, mg/cm2, above 0.
    pub amount_mg_per_cm2: f64,
    /// Minutes until it is wiped off, above 0.
    pub stay_min: f64,
}

impl Wear {
    /// Minutes after the cream was put on at which everything is told; the last while it is on is that
    /// at which it comes off.
    pub fn told_min(&self) -> Vec<f64> {
        let on = ON_MIN.into_iter().filter(|minutes| *minutes < self.stay_min);
        let off = OFF_MIN.into_iter().map(|minutes| self.stay_min + minutes);
        on.chain([self.stay_min]).chain(off).collect()
    }
}

/// What became of one anaesthetic, at each of the minutes told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentCourse {
    /// Gone from the cream into the skin, ug/cm2.
    pub entered_ug_per_cm2: Vec<f64>,
    /// In the skin below the horny layer, and in the subcutis, ug/cm2.
    pub in_skin_ug_per_cm2: Vec<f64>,
    /// Gone into the blood, ug/cm2.
    pub in_blood_ug_per_cm2: Vec<f64>,
    /// Mean concentration in epidermis and dermis, ug/mL: what a piece of skin would hold.
    pub skin_ug_per_ml: Vec<f64>,
}

/// Skin under a cream, at each of the minutes told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Numbed {
    /// Minutes after the cream was put on, rising.
    pub minutes: Vec<f64>,
    /// Depth to which the skin is numb, um; 0 if it is not.
    pub depth_um: Vec<f64>,
    /// The anaesthetics, in the order in which they were given.
    pub agents: Vec<AgentCourse>,
}

impl Numbed {
    /// Numb depth, um, so many minutes after the cream was put on; straight between the minutes told
    /// and from 0 before the first, the last one after.
    pub fn depth_at(&self, minutes: f64) -> f64 {
        between(&self.minutes, &self.depth_um, minutes)
    }

    /// First minute at which the skin is numb to a depth, if it gets so.
    pub fn minutes_to(&self, depth_um: f64) -> Option<f64> {
        let at = self.depth_um.iter().position(|numb| *numb >= depth_um && *numb > 0.0)?;
        let (before_min, before_um) =
            at.checked_sub(1).map_or((0.0, 0.0), |b| (self.minutes[b], self.depth_um[b]));
        let (after_min, after_um) = (self.minutes[at], self.depth_um[at]);
        let share = if after_um > before_um {
            ((depth_um - before_um) / (after_um - before_um)).clamp(0.0, 1.0)
        } else {
            1.0
        };
        // A depth of nothing is numb as soon as anything is.
        Some(if depth_um <= 0.0 {
            after_min
        } else {
            before_min + share * (after_min - before_min)
        })
    }
}

/// `values` over `at`, straight between and from 0 at 0.
fn between(at: &[f64], values: &[f64], wanted: f64) -> f64 {
    let after = at.partition_point(|time| *time < wanted);
    let Some((&t1, &v1)) = at.get(after).zip(values.get(after)) else {
        return values.last().copied().unwrap_or(0.0);
    };
    let (t0, v0) = after.checked_sub(1).map_or((0.0, 0.0), |b| (at[b], values[b]));
    if t1 > t0 { v0 + (v1 - v0) * ((wanted - t0) / (t1 - t0)).max(0.0) } else { v1 }
}

/// Follow every anaesthetic of a cream.
///
/// # Errors
/// When a thickness, diffusivity, amount or time is out of its range.
pub fn numb(
    thickness_um: &[f64; LAYERS],
    agents: &[Agent],
    wear: &Wear,
) -> Result<Numbed, CellError> {
    numb_with(thickness_um, agents, wear, SETTING)
}

fn numb_with(
    thickness_um: &[f64; LAYERS],
    agents: &[Agent],
    wear: &Wear,
    setting: Setting,
) -> Result<Numbed, CellError> {
    let minutes = wear.told_min();
    let times_s: Vec<f64> = minutes.iter().map(|at| at * SECONDS_PER_MINUTE).collect();
    let exposure = Exposure {
        events: vec![
            (0.0, Event::Apply(Donor::film(wear.amount_mg_per_cm2 * UM_PER_MG_PER_CM2, 1.0))),
            (wear.stay_min * SECONDS_PER_MINUTE, Event::WipeOff),
        ],
        open_area: Vec::new(),
    };
    let solutions = agents
        .iter()
        .map(|agent| {
            let cell = cell(thickness_um, &agent.transport);
            Ok((solve(&cell, &exposure, &times_s, setting)?, cell.area_um2()))
        })
        .collect::<Result<Vec<_>, CellError>>()?;
    let depth_um = (0..minutes.len())
        .map(|at| {
            let profiles: Vec<Profile> = solutions
                .iter()
                .zip(agents)
                .map(|((solution, _), agent)| Profile::of(solution, at, agent))
                .collect();
            numb_depth_um(&profiles, thickness_um[0], thickness_um.iter().sum())
        })
        .collect();
    let agents = solutions
        .iter()
        .zip(agents)
        .map(|((solution, area_um2), agent)| agent_course(solution, *area_um2, agent, thickness_um))
        .collect();
    Ok(Numbed { minutes, depth_um, agents })
}

/// Intact skin of any width, subcutis like dermis.
fn cell(thickness_um: &[f64; LAYERS], transport: &SkinTransport) -> Cell {
    const UM_PER_CM: f64 = 1e4;
    let dermis = medium(&transport.dermis);
    let media: [Medium; LAYERS] = [
        medium(&transport.stratum_corneum),
        medium(&transport.viable_epidermis),
        dermis,
        dermis,
        dermis,
        dermis,
    ];
    let layers = thickness_um
        .iter()
        .zip(media)
        .map(|(&thickness_um, medium)| Layer { thickness_um, medium })
        .collect();
    Cell { radius_um: UM_PER_CM, layers, channel: None, bottom: Bottom::Sink }
}

/// Level over threshold in each row.
struct Profile {
    depths_um: Vec<f64>,
    ratios: Vec<f64>,
}

impl Profile {
    fn of(solution: &Solution, at: usize, agent: &Agent) -> Self {
        let per_threshold = agent.strength * UG_PER_CM3 / agent.threshold_ug_per_ml;
        let (depths_um, ratios) = solution
            .depth_profile(&solution.snapshots[at].level)
            .into_iter()
            .map(|(depth, level)| (depth, level.max(0.0) * per_threshold))
            .unzip();
        Self { depths_um, ratios }
    }

    /// Straight in the logarithm between rows, as levels fall by powers over a row.
    fn at(&self, depth_um: f64) -> f64 {
        let after = self.depths_um.partition_point(|depth| *depth < depth_um);
        let last = self.ratios.len() - 1;
        if after == 0 || after > last {
            return self.ratios[after.min(last)];
        }
        let (a, b) = (self.ratios[after - 1], self.ratios[after]);
        let (z0, z1) = (self.depths_um[after - 1], self.depths_um[after]);
        let share = (depth_um - z0) / (z1 - z0);
        if a > 0.0 && b > 0.0 { a * (b / a).powf(share) } else { a + (b - a) * share }
    }
}

/// Greatest depth at which all together reach their thresholds; 0 if that is within the horny layer.
fn numb_depth_um(profiles: &[Profile], horny_um: f64, deepest_um: f64) -> f64 {
    const HALVINGS: usize = 30;
    let sum = |depth: f64| profiles.iter().map(|profile| profile.at(depth)).sum::<f64>();
    let Some(first) = profiles.first() else { return 0.0 };
    let rows = &first.depths_um;
    let Some(at) = rows.iter().rposition(|depth| *depth > horny_um && sum(*depth) >= 1.0) else {
        return 0.0;
    };
    let Some(&below) = rows.get(at + 1) else { return deepest_um };
    let (mut numb, mut awake) = (rows[at], below);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (numb + awake);
        *(if sum(middle) >= 1.0 { &mut numb } else { &mut awake }) = middle;
    }
    numb
}

fn agent_course(
    solution: &Solution,
    area_um2: f64,
    agent: &Agent,
    thickness_um: &[f64; LAYERS],
) -> AgentCourse {
    let strength = agent.strength * UG_PER_CM3;
    let per_cm2 = |amount: f64| amount / area_um2 * CM_PER_UM * strength;
    let told = |read: &dyn Fn(&Snapshot) -> f64| solution.snapshots.iter().map(read).collect();
    let living_um: f64 = thickness_um[1..LAYERS - 1].iter().sum();
    AgentCourse {
        entered_ug_per_cm2: told(&|s| per_cm2(s.entered)),
        in_skin_ug_per_cm2: told(&|s| per_cm2(s.in_layers[1..].iter().sum())),
        in_blood_ug_per_cm2: told(&|s| per_cm2(s.cleared.iter().sum::<f64>() + s.left)),
        skin_ug_per_ml: told(&|s| {
            s.in_layers[1..LAYERS - 1].iter().sum::<f64>() / area_um2 / living_um * strength
        }),
    }
}

/// What the body does with an anaesthetic in the blood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disposition {
    /// Volume V, L/kg, above 0.
    pub volume_l_per_kg: f64,
    /// Clearance CL, L/kg/h, above 0.
    pub clearance_l_per_kg_per_h: f64,
}

/// Level in plasma, ug/mL, at each of the minutes, from the amount that has gone into the blood until
/// then, ug: exact for an input that is steady from one minute told to the next.
///
/// ```text
/// A_1 = A_0 e^(-k h) + (I_1 - I_0)/(k h) (1 - e^(-k h))
/// ```
pub fn plasma_ug_per_ml(
    minutes: &[f64],
    into_blood_ug: &[f64],
    weight_kg: f64,
    disposition: &Disposition,
) -> Vec<f64> {
    const ML_PER_L: f64 = 1000.0;
    let k_per_h = disposition.clearance_l_per_kg_per_h / disposition.volume_l_per_kg;
    let volume_ml = disposition.volume_l_per_kg * weight_kg * ML_PER_L;
    let (mut before_min, mut before_ug, mut held_ug) = (0.0, 0.0, 0.0);
    minutes
        .iter()
        .zip(into_blood_ug)
        .map(|(&minute, &gone_ug)| {
            let kh = k_per_h * (minute - before_min) / MINUTES_PER_HOUR;
            let kept = if kh > 0.0 { -(-kh).exp_m1() / kh } else { 1.0 };
            held_ug = held_ug * (-kh).exp() + (gone_ug - before_ug) * kept;
            (before_min, before_ug) = (minute, gone_ug);
            held_ug / volume_ml
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use needlepoint_knowledge::Knowledge;
    use proptest::prelude::*;

    use super::*;

    const THIGH_UM: [f64; LAYERS] = [14.9, 81.5, 290.0, 580.0, 580.0, 12_000.0];
    const CHEEK_UM: [f64; LAYERS] = [16.8, 62.0, 174.0, 348.0, 348.0, 4_000.0];
    const LAID: Laid = Laid { covered: true, on_face: false };
    const LIDOCAINE: Disposition =
        Disposition { volume_l_per_kg: 1.4, clearance_l_per_kg_per_h: 0.85 };

    /// The anaesthetics of lidocaine and prilocaine cream, everything at its median.
    fn cream(laid: Laid) -> Vec<Agent> {
        let knowledge = Knowledge::embedded().expect("shipped knowledge is valid");
        let draw = knowledge.parameters.medians();
        let (p, t, n): (Pathways, TissueConstants, NumbingConstants) =
            (draw.set(), draw.set(), draw.set());
        ["lidocaine", "prilocaine"]
            .map(|name| {
                let molecule = Molecule::of(knowledge.active(name).expect("an active"));
                Agent {
                    transport: n.transport(&molecule, 9.0, laid, &p, &t),
                    strength: 0.025,
                    threshold_ug_per_ml: n.threshold,
                }
            })
            .to_vec()
    }

    fn on(thickness_um: &[f64; LAYERS], agents: &[Agent], stay_min: f64) -> Numbed {
        numb(thickness_um, agents, &Wear { amount_mg_per_cm2: 150.0, stay_min }).expect("solved")
    }

    #[test]
    fn depths_are_those_of_the_punch_it_was_fitted_to() {
        let agents = cream(LAID);
        for (minutes, measured_mm) in [(60.0, 2.9), (120.0, 4.5)] {
            let depth_mm = on(&THIGH_UM, &agents, minutes).depth_at(minutes) / 1000.0;
            assert!((depth_mm / measured_mm - 1.0).abs() < 0.1, "{minutes} min: {depth_mm} mm");
        }
        let depth_mm = on(&THIGH_UM, &agents, 180.0).depth_at(180.0) / 1000.0;
        assert!(depth_mm > 5.4, "the punch ended at 6 mm, bearable in all: {depth_mm} mm");
    }

    #[test]
    fn the_thigh_takes_up_what_the_label_says() {
        let numbed = on(&THIGH_UM, &cream(LAID), 180.0);
        let at = numbed.minutes.iter().position(|minute| *minute == 180.0).expect("told");
        let dose_ug_per_cm2 = 150.0 * 1000.0 * 0.025;
        let share = numbed.agents[0].entered_ug_per_cm2[at] / dose_ug_per_cm2;
        assert!((0.04..0.06).contains(&share), "label: 5 %, here {share}");
        let blood: Vec<f64> =
            numbed.agents[0].in_blood_ug_per_cm2.iter().map(|ug| 400.0 * ug).collect();
        let levels = plasma_ug_per_ml(&numbed.minutes, &blood, 70.0, &LIDOCAINE);
        let (at, peak) = levels
            .iter()
            .enumerate()
            .fold((0, 0.0), |best, (at, c)| if *c > best.1 { (at, *c) } else { best });
        assert!((0.08..0.18).contains(&peak), "label: 0.12 ug/mL, here {peak}");
        let hours = numbed.minutes[at] / 60.0;
        assert!((2.0..=6.5).contains(&hours), "label: 2 to 6 h, here {hours}");
    }

    #[test]
    fn nothing_gets_lost() {
        let numbed = on(&CHEEK_UM, &cream(LAID), 60.0);
        for agent in &numbed.agents {
            for at in 0..numbed.minutes.len() {
                let (entered, held) = (agent.entered_ug_per_cm2[at], agent.in_skin_ug_per_cm2[at]);
                // What is neither in living skin nor in the blood is in the horny layer.
                let horny = entered - held - agent.in_blood_ug_per_cm2[at];
                assert!((-1e-9 * entered..=entered).contains(&horny), "{horny} of {entered}");
            }
            let rises = |values: &[f64]| values.windows(2).all(|pair| pair[0] <= pair[1]);
            assert!(rises(&agent.in_blood_ug_per_cm2));
        }
    }

    #[test]
    fn two_anaesthetics_numb_deeper_than_one_and_halves_make_a_whole() {
        let both = cream(LAID);
        let one = on(&CHEEK_UM, &both[..1], 60.0);
        let together = on(&CHEEK_UM, &both, 60.0);
        assert!(together.depth_at(60.0) > one.depth_at(60.0));
        let half = Agent { strength: 0.5 * both[0].strength, ..both[0] };
        let halves = on(&CHEEK_UM, &[half, half], 60.0);
        assert!((halves.depth_at(60.0) / one.depth_at(60.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_cover_and_the_face_hasten_numbness() {
        let minutes = |covered, on_face| {
            let agents = cream(Laid { covered, on_face });
            on(&CHEEK_UM, &agents, 240.0).minutes_to(1000.0).expect("numb")
        };
        assert!(minutes(true, false) < minutes(false, false));
        assert!(minutes(true, true) < minutes(false, true));
    }

    #[test]
    fn the_grid_is_fine_enough() {
        let agents = cream(LAID);
        let wear = Wear { amount_mg_per_cm2: 150.0, stay_min: 60.0 };
        let fine = Setting { fineness: 0.3, tolerance: 1e-4, change: 0.02 };
        let coarse = numb(&CHEEK_UM, &agents, &wear).expect("solved");
        let fine = numb_with(&CHEEK_UM, &agents, &wear, fine).expect("solved");
        for minutes in [30.0, 60.0, 120.0] {
            let (depth, exact) = (coarse.depth_at(minutes), fine.depth_at(minutes));
            assert!((depth / exact - 1.0).abs() < 0.06, "{minutes} min: {depth} for {exact}");
        }
    }

    #[test]
    fn a_steady_input_gives_the_level_of_the_textbook() {
        // C(t) = R/CL (1 - e^(-k t)), then C e^(-k t).
        let (weight_kg, rate_ug_per_h) = (70.0, 25_000.0);
        let minutes = [30.0, 60.0, 180.0, 240.0];
        let into_blood_ug = [12_500.0, 25_000.0, 75_000.0, 75_000.0];
        let levels = plasma_ug_per_ml(&minutes, &into_blood_ug, weight_kg, &LIDOCAINE);
        let k = LIDOCAINE.clearance_l_per_kg_per_h / LIDOCAINE.volume_l_per_kg;
        let clearance_ml_per_h = LIDOCAINE.clearance_l_per_kg_per_h * weight_kg * 1000.0;
        let during = |hours: f64| rate_ug_per_h / clearance_ml_per_h * (1.0 - (-k * hours).exp());
        let expected = [during(0.5), during(1.0), during(3.0), during(3.0) * (-k).exp()];
        for (level, expected) in levels.iter().zip(expected) {
            assert!((level / expected - 1.0).abs() < 1e-12, "{level} for {expected}");
        }
    }

    #[test]
    fn the_assumed_weight_grows_up() {
        let knowledge = Knowledge::embedded().expect("shipped knowledge is valid");
        let numbing: NumbingConstants = knowledge.parameters.medians().set();
        let weights = [0.0, 1.0, 10.0, 40.0].map(|age| numbing.assumed_weight_kg(age));
        assert!(weights.is_sorted() && weights[0] > 2.0 && weights[3] == numbing.adult_weight);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn longer_under_cream_is_never_less_deep(stay in 5.0..200.0f64, more in 1.0..100.0f64) {
            let agents = cream(LAID);
            let depth = |stay| on(&CHEEK_UM, &agents, stay).depth_at(stay);
            prop_assert!(depth(stay + more) >= 0.99 * depth(stay));
        }

        #[test]
        fn a_shallower_depth_is_numb_no_later(depth in 0.0..3000.0f64, less in 0.0..1.0f64) {
            let numbed = on(&CHEEK_UM, &cream(LAID), 360.0);
            let (deep, shallow) = (numbed.minutes_to(depth), numbed.minutes_to(less * depth));
            prop_assert!(deep.is_none() || shallow.is_some_and(|s| s <= deep.unwrap_or(0.0) + 1e-9));
        }

        #[test]
        fn odd_creams_are_solved_or_refused(
            thickness in prop::array::uniform6(-1.0..5000.0f64),
            amount in -1.0..2000.0f64,
            stay in -1.0..2000.0f64,
            strength in 0.0..1.0f64,
        ) {
            let agents: Vec<Agent> =
                cream(LAID).into_iter().map(|agent| Agent { strength, ..agent }).collect();
            let wear = Wear { amount_mg_per_cm2: amount, stay_min: stay };
            if let Ok(numbed) = numb(&thickness, &agents, &wear) {
                prop_assert!(numbed.depth_um.iter().all(|depth| depth.is_finite() && *depth >= 0.0));
            }
        }
    }
}
