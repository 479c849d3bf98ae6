//! Products on the needled and on the intact skin of one person.

use needlepoint_absorption::{
    cell::CellError,
    effect,
    molecule::{Molecule, SkinTransport},
    uptake::{Amounts, FOR_COURSES, OpenChannels, Skin, Uptake, Use, uptake},
};
use needlepoint_case::{ProductUse, When};
use needlepoint_healing::channel::ClosingChannel;
use needlepoint_knowledge::{
    Knowledge,
    active::Active,
    product::{Product, Target},
};
use needlepoint_skin::{LayerKind, LayeredSkin};

use crate::{
    person::Person,
    run::CourseError,
    zone::{Needled, ZoneTask, mean_mouth_radius_um},
};

/// Layers that a product is followed through.
pub(crate) const FOLLOWED: [LayerKind; 5] = [
    LayerKind::StratumCorneum,
    LayerKind::ViableEpidermis,
    LayerKind::PapillaryDermis,
    LayerKind::UpperReticularDermis,
    LayerKind::LowerReticularDermis,
];

/// One product of the case with what the knowledge says of it.
#[derive(Debug, Clone, Copy)]
pub struct Used<'a> {
    /// Its place in the case.
    pub nth: usize,
    /// As the case uses it.
    pub used: &'a ProductUse,
    /// The product.
    pub product: &'a Product,
    /// Its leading active.
    pub active: &'a Active,
}

/// The products of a case, in its order.
pub fn used_products<'a>(
    products: &'a [ProductUse],
    knowledge: &'a Knowledge,
) -> impl Iterator<Item = Used<'a>> {
    products.iter().enumerate().filter_map(|(nth, used)| {
        let product = knowledge.product(&used.name)?;
        Some(Used { nth, used, product, active: knowledge.active_of(product)? })
    })
}

/// One product on one person.
#[derive(Debug, Clone)]
pub struct ProductCourse {
    /// Through needled skin.
    pub punctured: Uptake,
    /// Through the same skin without channels.
    pub intact: Uptake,
    /// Hours of the use.
    pub contact_hours: f64,
    /// Effect on its target, share of what is possible.
    pub effect: f64,
}

impl Person {
    /// The skin of this person as an active meets it in a product.
    pub fn skin_for(&self, skin: &LayeredSkin, product: &Product, active: &Active) -> Skin {
        self.skin_at_ph(skin, product.ph.as_ref().map(|ph| ph.value), active)
    }

    /// The same for an active at a pH; without one, at that of the surface of the skin.
    pub fn skin_at_ph(&self, skin: &LayeredSkin, ph: Option<f64>, active: &Active) -> Skin {
        let p = &self.parameters;
        let ph = ph.unwrap_or(p.tissue.surface_ph);
        Skin {
            thickness_um: FOLLOWED.map(|kind| skin.thickness_um(kind)),
            transport: SkinTransport::new(&Molecule::of(active), ph, &p.pathways, &p.tissue),
        }
    }

    /// The channels that a session leaves open for a product.
    pub fn open_channels(&self, needled: &Needled) -> OpenChannels {
        OpenChannels {
            per_cm2: needled.injury.holes_per_cm2,
            mouth_radius_um: mean_mouth_radius_um(needled),
            length_um: needled.injury.depth.mean_um * self.parameters.injury.residual_depth,
        }
    }

    /// How a product of the case is put on.
    pub fn product_use(&self, used: &Used<'_>) -> Use {
        self.use_of(used.product.strength.value, used.used.when, used.used.amount_mg_per_cm2)
    }

    /// How an active of a mass share from 0 to 1 is put on; without an amount, as a usual layer.
    pub fn use_of(&self, strength: f64, when: When, amount_mg_per_cm2: Option<f64>) -> Use {
        const HOURS_PER_DAY: f64 = 24.0;
        let pathways = &self.parameters.pathways;
        let daily = matches!(when, When::Daily { .. });
        Use {
            amount_mg_per_cm2: amount_mg_per_cm2.unwrap_or(pathways.product_layer),
            strength,
            contact_hours: if daily { HOURS_PER_DAY } else { pathways.session_contact },
            after_hours: 0.0,
            carried_in: when == When::InSession,
            daily,
        }
    }
}

/// What each product of the case does in this person.
///
/// # Errors
/// When a drawn skin or product can't be solved.
pub(crate) fn products(
    task: &ZoneTask<'_>,
    person: &Person,
    needled: &Needled,
    channel: &ClosingChannel,
) -> Result<Vec<ProductCourse>, CourseError> {
    let channels = person.open_channels(needled);
    used_products(&task.case.protocol.products, task.knowledge)
        .map(|used| {
            let skin = person.skin_for(&needled.skin, used.product, used.active);
            let put_on = person.product_use(&used);
            let through = |channels: Option<&OpenChannels>| -> Result<Uptake, CellError> {
                uptake(&skin, channels, &put_on, &|hours| channel.open_area(hours), FOR_COURSES)
            };
            let (punctured, intact) = (through(Some(&channels))?, through(None)?);
            // What is used every day meets closed skin on all days but those of a session.
            let acting = if put_on.daily { &intact } else { &punctured };
            let level = used.product.acts_on.map_or(0.0, |target| level_at(target, acting));
            let effect = product_effect(person, used.nth, used.product, level);
            Ok(ProductCourse { contact_hours: put_on.contact_hours, effect, punctured, intact })
        })
        .collect()
}

/// Level at one time where a product acts, ug/mL.
pub fn level_then(target: Target, then: &Amounts) -> f64 {
    match target {
        Target::MelaninProduction => then.basal_ug_per_ml,
        Target::CollagenSynthesis => then.papillary_ug_per_ml,
        Target::HairGrowth | Target::Pain => then.dermis_ug_per_ml,
    }
}

/// Where a product acts, in words.
pub fn place_of(target: Target) -> &'static str {
    match target {
        Target::MelaninProduction => "among the basal cells",
        Target::CollagenSynthesis => "in the papillary dermis",
        Target::HairGrowth | Target::Pain => "in the dermis",
    }
}

/// Mean level over a day where a product acts, ug/mL: melanocytes sit among the basal cells, the
/// fibroblasts that needling wakes in the papillary dermis, follicles and nerves all over the dermis.
pub fn level_at(target: Target, uptake: &Uptake) -> f64 {
    match target {
        Target::MelaninProduction => uptake.mean_basal_ug_per_ml,
        Target::CollagenSynthesis => uptake.mean_papillary_ug_per_ml,
        Target::HairGrowth | Target::Pain => uptake.mean_dermis_ug_per_ml,
    }
}

fn product_effect(person: &Person, nth: usize, product: &Product, level: f64) -> f64 {
    let half = person.product(2 * nth, &product.half_effect_ug_per_ml);
    let largest = person.product(2 * nth + 1, &product.largest_effect);
    effect(level, half, largest.clamp(0.0, 1.0))
}
