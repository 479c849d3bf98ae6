//! What lesions look like, read off the healed state.
//!
//! One module for each kind; the mechanics they rest on are those of `needlepoint_skin`. Every function
//! gives one value at each time of the calendar, a change from before in per cent unless its
//! observable says otherwise. Equations and limits: docs/model/lesions.md.

pub(crate) mod hair;
pub(crate) mod laxity;
pub(crate) mod pigment;
pub(crate) mod pore;
pub(crate) mod roughness;
pub(crate) mod scar;
pub(crate) mod stria;
pub(crate) mod wrinkle;

use needlepoint_case::Concern;
use needlepoint_healing::network::LayerState;
use needlepoint_knowledge::concern::ConcernKind;
use needlepoint_skin::{LayerKind, holding_share, relative_stiffness};

use crate::{
    healing::{DERMIS, History},
    observable::Observable,
    parameters::LinkParameters,
    person::Person,
    zone::{Needled, ZoneTask},
};

/// Whether an observable says something about a concern.
pub(crate) fn is_about(observable: Observable, concern: &Concern) -> bool {
    use ConcernKind as K;
    let kind = concern.kind;
    match observable {
        Observable::WrinkleDepth => matches!(kind, K::Wrinkles | K::Photoageing),
        Observable::ScarDepth => concern.is_sunken(),
        Observable::ScarHeight | Observable::ScarStiffness => concern.is_raised(),
        Observable::StriaVisibility | Observable::StriaWidth => kind == K::Striae,
        Observable::LesionPigment => matches!(kind, K::Melasma | K::Hyperpigmentation),
        Observable::PoreArea => kind == K::Pores,
        Observable::Roughness => {
            matches!(kind, K::Wrinkles | K::Photoageing) || concern.is_sunken()
        }
        Observable::Laxity => kind == K::Laxity,
        Observable::HairDensity | Observable::HairMissing | Observable::HairDiameter => {
            kind == K::HairLoss
        }
        _ => false,
    }
}

/// What a concern's scales and raters look at; per cent of what was wrong before.
pub fn rated_by(concern: &Concern) -> Option<Observable> {
    match concern.kind {
        ConcernKind::Wrinkles | ConcernKind::Photoageing => Some(Observable::WrinkleDepth),
        ConcernKind::AcneScars | ConcernKind::SurgicalScar | ConcernKind::BurnScar => {
            Some(if concern.is_raised() { Observable::ScarHeight } else { Observable::ScarDepth })
        }
        ConcernKind::Striae => Some(Observable::StriaVisibility),
        ConcernKind::Melasma | ConcernKind::Hyperpigmentation => Some(Observable::LesionPigment),
        ConcernKind::Laxity => Some(Observable::Laxity),
        ConcernKind::HairLoss => Some(Observable::HairMissing),
        ConcernKind::Pores => Some(Observable::PoreArea),
        ConcernKind::Healthy => None,
    }
}

/// The healed skin of one zone of one person.
#[derive(Clone, Copy)]
pub(crate) struct Healed<'a> {
    pub(crate) task: &'a ZoneTask<'a>,
    pub(crate) person: &'a Person,
    pub(crate) needled: &'a Needled,
    pub(crate) history: &'a History,
}

impl<'a> Healed<'a> {
    pub(crate) fn link(&self) -> &'a LinkParameters {
        &self.person.parameters.link
    }

    /// The first concern that `observable` is about.
    fn concern(&self, observable: Observable) -> Option<&'a Concern> {
        self.task.concerns().find(|concern| is_about(observable, concern))
    }

    /// Size of a concern: as measured, else what its score stands for in this member.
    fn size(&self, concern: &Concern) -> f64 {
        let size = concern.size(self.task.knowledge).unwrap_or(0.0);
        let counted = concern.kind == ConcernKind::HairLoss;
        if counted || concern.size.measured(concern.kind).is_some() {
            size
        } else {
            size * self.link().scale_size
        }
    }

    /// Days of the calendar.
    fn days(&self) -> Vec<f64> {
        self.task.calendar.days()
    }

    /// `value` at every time.
    fn unchanged(&self, value: f64) -> Vec<f64> {
        vec![value; self.history.layers.len()]
    }

    /// Mean of a number of each layer over the dermis, weighted with thickness.
    pub(crate) fn dermal_mean(&self, values: &[f64; 3]) -> f64 {
        let thickness = DERMIS.map(|kind| self.needled.skin.thickness_um(kind));
        let weighted: f64 = thickness.iter().zip(values).map(|(t, v)| t * v).sum();
        weighted / thickness.iter().sum::<f64>()
    }

    /// `mean(n + C) / X_a`: gain of collagen relative to before, mean of the dermis.
    pub(crate) fn gain(&self, layers: &[LayerState; 3]) -> f64 {
        let x_a = self.history.ground.collagen_at_rest;
        self.dermal_mean(&layers.each_ref().map(LayerState::collagen)) / x_a
    }

    /// How stiff the support below `top_um` has become, over before: each layer by its modulus and by
    /// its share of what holds the surface, which fades as `exp(-z/reach)` below `top_um`. Fat gains
    /// nothing.
    fn support(&self, layers: &[LayerState; 3], top_um: f64, reach_um: f64) -> f64 {
        let moduli = self.person.parameters.stiffness();
        let exponent = self.link().collagen_stiffness;
        let x_a = self.history.ground.collagen_at_rest;
        let skin = &self.needled.skin;
        let fat = holding_share(reach_um, skin.total_um() - top_um, f64::INFINITY);
        let mut before = moduli.fat_mpa * fat;
        let mut after = before;
        for (kind, layer) in DERMIS.iter().zip(layers) {
            let (top, bottom) = (skin.top_um(*kind) - top_um, skin.bottom_um(*kind) - top_um);
            let held = moduli.dermis_mpa * holding_share(reach_um, top, bottom);
            before += held;
            after += held * relative_stiffness(1.0 + layer.collagen() / x_a, exponent);
        }
        if before > 0.0 { after / before } else { 1.0 }
    }

    /// Where the dermis begins, um.
    fn dermis_top_um(&self) -> f64 {
        self.needled.skin.top_um(LayerKind::PapillaryDermis)
    }

    /// Inflammation of the dermis summed over time, days, at every time.
    fn inflammation_days(&self) -> Vec<f64> {
        let days = self.days();
        let now: Vec<f64> = self
            .history
            .layers
            .iter()
            .map(|layers| self.dermal_mean(&layers.each_ref().map(LayerState::inflammation)))
            .collect();
        let mut sum = 0.0;
        (0..days.len())
            .map(|at| {
                if at > 0 {
                    sum += 0.5 * (now[at - 1] + now[at]).max(0.0) * (days[at] - days[at - 1]);
                }
                sum
            })
            .collect()
    }
}
