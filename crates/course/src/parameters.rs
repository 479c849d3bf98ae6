//! The parameters the models need, held against `knowledge/parameters.toml`.

use needlepoint_absorption::{Pathways, molecule::TissueConstants, numbing::NumbingConstants};
use needlepoint_healing::{channel::ChannelClosure, network::NetworkRates, surface::SurfaceRates};
use needlepoint_knowledge::{
    device::NeedleMaterial,
    parameter::{Declaration, Draw, declaration},
    parameters,
};
use needlepoint_needling::{Grip, InjuryParameters, Material, Pace, PainLaw, Stiffness, Toughness};
use needlepoint_skin::Ageing;

parameters! {
    /// How skin differs from person to person and with age.
    pub struct SkinParameters in "skin" {
        /// Share of the dermis that is papillary.
        papillary_share: "1",
        /// Share of the dermis that is upper reticular.
        upper_reticular_share: "1",
        /// Thickness of the dermis over that given with the site.
        dermis_scale: "1",
        /// Collagen lost a year.
        collagen_loss_per_year: "1/y",
        /// Age from which losses count.
        ageing_begins: "y",
        /// Least collagen left.
        least_collagen: "1",
        /// Epidermis lost a decade.
        epidermal_thinning: "1/decade",
        /// Dermis lost a decade.
        dermal_thinning: "1/decade",
        /// Synthesis of old relative to young fibroblasts.
        old_synthesis: "1",
        /// Age of the old.
        old_synthesis_age: "y",
        /// Age of the young.
        young_synthesis_age: "y",
        /// Readiness to make collagen from person to person, before [`Parameters::readiness`] says how much it matters.
        response: "1",
        /// Standard deviation of the logarithm of readiness in people.
        response_spread: "1",
    }
}

parameters! {
    /// How far one reading of one person lies from what is so: standard deviations.
    pub struct RatingNoise in "rating" {
        /// Of a score, share of the length of its scale.
        score_noise: "1",
        /// Of a score, beside that: neighbouring grades are taken for each other.
        grade_noise: "points",
        /// Of a change by measurement, of what was there before.
        change_noise: "%",
        /// Of a colour by measurement.
        colour_noise: "Δa*",
        /// Of a count of hairs.
        hair_noise: "hairs/cm2",
    }
}

parameters! {
    /// The hand and what its needles leave.
    pub struct HandParameters in "hand" {
        /// Stray of the direction of a pass.
        tilt: "deg",
        /// Stray of a guided tip.
        position_scatter: "mm",
        /// Force of the hand on a roller.
        roller_force: "N",
        /// Force of the hand on a pen.
        pen_force: "N",
        /// Force of the hand on a stamp.
        stamp_force: "N",
        /// Time in which a stamp is pressed down.
        press_time: "s",
        /// How much further needles stand out than set.
        length_error: "mm",
        /// Share of its way that a drum slides.
        slip: "1",
        /// Share of its width by which a lane or strip lies over the one beside it.
        overlap: "1",
        /// Sideways wander of a lane or strip.
        wander: "mm",
        /// Way after which that wander is forgotten.
        wander_length: "mm",
        /// Share of a pen's stroke in which its needles are in the skin.
        in_skin_share: "1",
        /// Share of a needle's way along the surface that the skin does not follow.
        tear_share: "1",
        /// Mouth of a channel over the width of the needle there.
        mouth_ratio: "1",
    }
}

parameters! {
    /// What a needle meets on its way in.
    pub struct InsertionConstants in "insertion" {
        /// Force for each width of a sharp tip.
        cutting: "mN/um",
        /// Pressure under a blunt tip.
        pressure: "MPa",
        /// Depth at which the tougher layer gives way.
        breakthrough_depth: "um",
        /// Share of the force a tip needs beyond.
        kept_share: "1",
        /// Shear on the side of the needle.
        wall_friction: "MPa",
        /// Coefficient of that friction.
        friction_coefficient: "1",
        /// Young's modulus of the stratum corneum.
        stratum_corneum_modulus: "MPa",
        /// Young's modulus of the living epidermis.
        epidermis_modulus: "MPa",
        /// Young's modulus of the dermis.
        dermis_modulus: "MPa",
        /// Young's modulus of fat.
        fat_modulus: "MPa",
        /// Bulk modulus of fat.
        fat_bulk: "MPa",
        /// Power of time with which loaded skin relaxes.
        relaxation_exponent: "1",
        /// Time of loading at which the moduli hold.
        reference_time: "s",
        /// Tension of skin at rest.
        tension: "N/m",
        /// Tension under the stretching hand over that at rest.
        stretching: "1",
        /// How many times farther skin gives way than the contact laws say.
        dent_excess: "1",
        /// Standard deviation of the logarithm of resistance from hit to hit.
        resistance_scatter: "1",
    }
}

parameters! {
    /// What needles are made of.
    pub struct NeedleMaterials in "needle" {
        /// Young's modulus of steel.
        steel_modulus: "GPa",
        /// Yield of steel.
        steel_strength: "MPa",
        /// Young's modulus of a stiff polymer.
        polymer_modulus: "GPa",
        /// Yield of a stiff polymer.
        polymer_strength: "MPa",
    }
}

parameters! {
    /// From holes to signals and blood.
    pub struct InjuryConstants in "injury" {
        /// Depth of the channel that stays open over the depth reached.
        residual_depth: "1",
        /// How far signals reach.
        signalling_range: "um",
        /// Depth at which half of the hits bleed.
        plexus_depth: "um",
        /// Width of that step.
        plexus_width: "um",
        /// Clot over the volume of a bleeding channel.
        blood_share: "1",
    }
}

parameters! {
    /// Pain of a session.
    pub struct PainConstants in "pain" {
        /// Pain at the reference.
        reference: "VAS",
        /// Needle length at the reference.
        reference_length: "mm",
        /// Exponent of length.
        length_exponent: "1",
        /// Exponent of number.
        number_exponent: "1",
        /// Holes of the session at the reference.
        reference_holes: "1",
        /// Share of pain taken by numbing where all of the needle's way is numb, as at the reference.
        reference_relief: "1",
    }
}

parameters! {
    /// How fast the hand works.
    pub struct PaceConstants in "pace" {
        /// Speed of a rolled drum.
        roll_speed: "mm/s",
        /// Stamps set in a second.
        placements: "1/s",
        /// Share of the session with needles on the skin.
        contact_share: "1",
    }
}

parameters! {
    /// From the state of the skin to what is measured and seen.
    pub struct LinkParameters in "link" {
        /// Ultrasound density for each unit of collagen gained.
        density_gain: "1",
        /// Weight of new collagen in density.
        new_collagen_weight: "1",
        /// Elasticity for each unit of collagen gained.
        elasticity_gain: "1",
        /// Power of collagen with which tissue stiffens.
        collagen_stiffness: "1",
        /// Wavelength of a wrinkle over its depth, where not stated.
        wrinkle_aspect: "1",
        /// Depth of the wrinkles of sun-damaged skin.
        wrinkle_depth: "um",
        /// Share of a wrinkle's depth that is imprinted.
        wrinkle_set: "1",
        /// Fine relief of all skin.
        micro_relief: "um",
        /// How far down the dermis holds a pore shut.
        pore_depth: "um",
        /// Share of a wide pore's excess that the ring of dermis explains.
        pore_ring: "1",
        /// Share of missing elasticity that is elastin's.
        elastin_share: "1",
        /// Fall of depth for each unit of swelling.
        swelling_smoothing: "1",
        /// Rise of a scar's floor for each unit of thickness its dermis gains.
        scar_lift: "1",
        /// Width over depth at which half of the wounds lie below a scar's floor.
        scar_half_aspect: "1",
        /// Steepness of that law.
        scar_steepness: "1",
        /// Width of a boxcar scar.
        boxcar_width: "um",
        /// Width of a rolling scar.
        rolling_width: "um",
        /// Share of the lift that strands take from a rolling scar.
        rolling_tether: "1",
        /// Width of an ice-pick scar.
        ice_pick_width: "um",
        /// Depth of an ice-pick scar relative to the others.
        ice_pick_depth: "1",
        /// Collagen under a scar relative to the skin around.
        scar_deficit: "1",
        /// Height of a raised scar taken down for each unit and day of inflammation.
        scar_breakdown: "1/d",
        /// Share of a stretch mark's look that needling gives nothing for.
        stria_unanswered: "1",
        /// The colour of red stretch marks fades.
        stria_fading: "1/d",
        /// Share of mixed pigment that lies in the dermis.
        mixed_dermal_share: "1",
        /// A dark mark fades by itself.
        mark_fading: "1/d",
        /// Hairs of a full scalp.
        full_hair: "hairs/cm2",
        /// Diameter of hairs for each hair per cm2 gained.
        hair_diameter_gain: "um",
        /// Size that a score stands for over that of its table.
        scale_size: "1",
        /// Redness just visible.
        visible_redness: "a*",
        /// Share of redness hidden from one phototype to the next.
        redness_masking: "1",
        /// Shedding relative to rest that is seen as flakes.
        visible_flaking: "x",
        /// Fall of scar or wrinkle depth that is seen.
        visible_smoothing: "1",
        /// Fall of excess pigment that is seen.
        visible_pigment: "1",
        /// Darkening that is seen.
        visible_darkening: "1",
        /// Gain in hairs that is seen.
        visible_hair: "hairs/cm2",
    }
}

/// Every parameter the models declare.
pub const DECLARATIONS: [Declaration; 15] = [
    declaration::<SkinParameters>(),
    declaration::<HandParameters>(),
    declaration::<InsertionConstants>(),
    declaration::<NeedleMaterials>(),
    declaration::<InjuryConstants>(),
    declaration::<PainConstants>(),
    declaration::<PaceConstants>(),
    declaration::<LinkParameters>(),
    declaration::<ChannelClosure>(),
    declaration::<NetworkRates>(),
    declaration::<SurfaceRates>(),
    declaration::<Pathways>(),
    declaration::<TissueConstants>(),
    declaration::<NumbingConstants>(),
    declaration::<RatingNoise>(),
];

/// One value for each parameter: a possible truth in a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Skin.
    pub skin: SkinParameters,
    /// Hand.
    pub hand: HandParameters,
    /// Needle entering skin.
    pub insertion: InsertionConstants,
    /// Materials.
    pub needle: NeedleMaterials,
    /// Injury.
    pub injury: InjuryConstants,
    /// Pain.
    pub pain: PainConstants,
    /// Pace.
    pub pace: PaceConstants,
    /// Measures.
    pub link: LinkParameters,
    /// Channels.
    pub channel: ChannelClosure,
    /// Healing network.
    pub network: NetworkRates,
    /// Surface.
    pub surface: SurfaceRates,
    /// Ways in.
    pub pathways: Pathways,
    /// Transport in the layers.
    pub tissue: TissueConstants,
    /// Numbing creams.
    pub numbing: NumbingConstants,
}

impl Parameters {
    /// Fill every set from a draw.
    pub fn from_draw(draw: &Draw<'_>) -> Self {
        Self {
            skin: draw.set(),
            hand: draw.set(),
            insertion: draw.set(),
            needle: draw.set(),
            injury: draw.set(),
            pain: draw.set(),
            pace: draw.set(),
            link: draw.set(),
            channel: draw.set(),
            network: draw.set(),
            surface: draw.set(),
            pathways: draw.set(),
            tissue: draw.set(),
            numbing: draw.set(),
        }
    }

    /// Readiness of this person's fibroblasts, 1 in the typical person: `response^response_spread`, whose logarithm has
    /// the standard deviation `response_spread` in people.
    pub fn readiness(&self) -> f64 {
        self.skin.response.powf(self.skin.response_spread)
    }

    /// What age does.
    pub fn ageing(&self) -> Ageing {
        let skin = &self.skin;
        Ageing {
            age_ref_y: skin.ageing_begins,
            collagen_loss_per_y: skin.collagen_loss_per_year,
            epidermis_loss_per_decade: skin.epidermal_thinning,
            dermis_loss_per_decade: skin.dermal_thinning,
            floor: skin.least_collagen,
            synthesis_young_age_y: skin.young_synthesis_age,
            synthesis_old_age_y: skin.old_synthesis_age,
            synthesis_old_over_young: skin.old_synthesis,
        }
    }

    /// Stiffness of the layers.
    pub fn stiffness(&self) -> Stiffness {
        let insertion = &self.insertion;
        Stiffness {
            stratum_corneum_mpa: insertion.stratum_corneum_modulus,
            viable_epidermis_mpa: insertion.epidermis_modulus,
            dermis_mpa: insertion.dermis_modulus,
            fat_mpa: insertion.fat_modulus,
            relaxation_exponent: insertion.relaxation_exponent,
            reference_time_s: insertion.reference_time,
        }
    }

    /// What it takes to break skin open.
    pub fn toughness(&self) -> Toughness {
        let insertion = &self.insertion;
        Toughness {
            cutting_mn_per_um: insertion.cutting,
            pressure_mpa: insertion.pressure,
            breakthrough_depth_um: insertion.breakthrough_depth,
            kept_share: insertion.kept_share,
            wall_friction_mpa: insertion.wall_friction,
            friction_coefficient: insertion.friction_coefficient,
        }
    }

    /// How firmly the hand holds a device.
    pub fn grip(&self) -> Grip {
        Grip {
            roller_force_n: self.hand.roller_force,
            pen_force_n: self.hand.pen_force,
            stamp_force_n: self.hand.stamp_force,
            roll_speed_mm_per_s: self.pace.roll_speed,
            press_time_s: self.hand.press_time,
        }
    }

    /// What a needle is made of.
    pub fn material(&self, material: NeedleMaterial) -> Material {
        let needle = &self.needle;
        match material {
            NeedleMaterial::Steel => Material {
                young_modulus_gpa: needle.steel_modulus,
                yield_strength_mpa: needle.steel_strength,
            },
            NeedleMaterial::Polymer => Material {
                young_modulus_gpa: needle.polymer_modulus,
                yield_strength_mpa: needle.polymer_strength,
            },
        }
    }

    /// From holes to signals and blood.
    pub fn injury(&self) -> InjuryParameters {
        InjuryParameters {
            halo_um: self.injury.signalling_range,
            plexus_depth_um: self.injury.plexus_depth,
            plexus_width_um: self.injury.plexus_width,
            // A channel holds no more blood than there is room in it.
            blood_share: self.injury.blood_share.min(1.0),
        }
    }

    /// Pain without numbing.
    ///
    /// The reference was read under cream; relief acts on the odds `x` of the law, so it is taken off
    /// there: `x_0 = VAS / (10 - VAS) / (1 - relief)`.
    pub fn pain_law(&self) -> PainLaw {
        let reference = self.pain.reference.clamp(0.0, 9.9);
        let odds = reference / (10.0 - reference) / (1.0 - self.pain.reference_relief);
        PainLaw {
            anchor_vas: 10.0 * odds / (1.0 + odds),
            anchor_length_mm: self.pain.reference_length,
            anchor_needles: self.pain.reference_holes,
            length_exponent: self.pain.length_exponent,
            needles_exponent: self.pain.number_exponent,
        }
    }

    /// Speed of the hand.
    pub fn pace(&self) -> Pace {
        Pace {
            roll_speed_mm_per_s: self.pace.roll_speed,
            placements_per_s: self.pace.placements,
            contact_share: self.pace.contact_share,
        }
    }
}
