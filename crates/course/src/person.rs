//! One member of the ensemble: a possible truth about the parameters, in one person.

use needlepoint_case::{Case, Patient, SkinSupport, SunExposure, Zone};
use needlepoint_healing::surface::Sun;
use needlepoint_knowledge::{
    Knowledge,
    device::{DeviceRecord, MotionRecord, SpotGridRecord, Taper},
    estimate::Estimate,
    parameter::SamplePoint,
    site::Site,
};
use needlepoint_needling::{
    Approach, DepthLaw, Device, Hand, Insertion, Motion, NeedleGeometry, NeedlingError, SpotGrid,
    Support, Tissue, treatment_minutes,
};
use needlepoint_skin::{LayerThicknesses, LayeredSkin, LayersError, Sex};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::parameters::Parameters;

const UM_PER_MM: f64 = 1000.0;
/// Dimensions kept for the values of products.
const PRODUCTS: u32 = 16;
/// Dimensions kept for the values of anaesthetics: three for each of four.
const ANAESTHETICS: u32 = 12;

/// Which member.
#[derive(Debug, Clone, Copy)]
pub enum Member {
    /// Everything at its median: nobody in particular, for drawings.
    Typical {
        /// Seed of the ensemble, for where the needles fall.
        seed: u32,
    },
    /// A possible truth in a person. The two points are the same in an ensemble of one person each;
    /// in a cohort many people share one truth.
    Drawn {
        /// What is not known.
        known: SamplePoint,
        /// The person.
        person: SamplePoint,
    },
}

impl Member {
    /// Member `member` of an ensemble of one person each.
    pub fn of_ensemble(seed: u32, member: u32) -> Self {
        let point = SamplePoint { seed, member };
        Self::Drawn { known: point, person: point }
    }

    /// Quantile along a dimension of what is not known.
    fn known(self, dimension: u32) -> f64 {
        match self {
            Self::Typical { .. } => 0.5,
            Self::Drawn { known, .. } => known.coordinate(dimension),
        }
    }

    /// Quantile along a dimension in which people differ.
    fn personal(self, dimension: u32) -> f64 {
        match self {
            Self::Typical { .. } => 0.5,
            Self::Drawn { person, .. } => person.coordinate(dimension),
        }
    }

    /// Where this member's needles fall in zone `zone`: a stream of its own.
    pub fn hits(self, zone: u64) -> ChaCha8Rng {
        let (seed, member) = match self {
            Self::Typical { seed } => (seed, 0),
            Self::Drawn { person, .. } => (person.seed, u64::from(person.member) + 1),
        };
        let mut stream = ChaCha8Rng::seed_from_u64(u64::from(seed));
        stream.set_stream((zone << 32) | member);
        stream
    }
}

/// A person with all that was drawn for them.
#[derive(Debug, Clone)]
pub struct Person {
    /// Which member.
    pub member: Member,
    /// Parameters.
    pub parameters: Parameters,
    /// First dimension of the sampling sequence that the parameters leave free.
    free_dimension: u32,
}

/// What is drawn beyond the parameters, each with a dimension of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
    StratumCorneum,
    ViableEpidermis,
    Dermis,
    WaterLoss,
    Fat,
    Shaft,
    Tip,
    Layout,
    Frequency,
    GlideSpeed,
    Taper,
    Product,
}

impl Drawn {
    /// Whether it differs from person to person; otherwise it is the same, but unknown, for all.
    fn is_personal(self) -> bool {
        matches!(
            self,
            Self::StratumCorneum
                | Self::ViableEpidermis
                | Self::Dermis
                | Self::Fat
                | Self::WaterLoss
        )
    }
}

impl Person {
    /// Draw a member.
    pub fn new(knowledge: &Knowledge, member: Member) -> Self {
        let table = &knowledge.parameters;
        let draw = match member {
            Member::Typical { .. } => table.medians(),
            Member::Drawn { known, person } => table.draw(known, person),
        };
        Self {
            member,
            parameters: Parameters::from_draw(&draw),
            free_dimension: table.dimensions(),
        }
    }

    fn estimate(&self, drawn: Drawn, estimate: &Estimate) -> f64 {
        let dimension = self.free_dimension + drawn as u32;
        estimate.quantile(if drawn.is_personal() {
            self.member.personal(dimension)
        } else {
            self.member.known(dimension)
        })
    }

    /// The layers of this person's skin at a site.
    ///
    /// # Errors
    /// When drawn thicknesses are not those of skin.
    pub fn skin(&self, site: &Site, patient: &Patient) -> Result<LayeredSkin, LayersError> {
        let dermis = match patient.sex {
            Sex::Female => &site.dermis_female_um,
            Sex::Male => &site.dermis_male_um,
        };
        let adult = LayerThicknesses {
            stratum_corneum_um: self.estimate(Drawn::StratumCorneum, &site.stratum_corneum_um),
            viable_epidermis_um: self.estimate(Drawn::ViableEpidermis, &site.viable_epidermis_um),
            dermis_um: self.parameters.skin.dermis_scale * self.estimate(Drawn::Dermis, dermis),
            papillary_share: self.parameters.skin.papillary_share.min(0.4),
            upper_reticular_share: self.parameters.skin.upper_reticular_share.min(0.55),
        };
        LayeredSkin::new(&self.parameters.ageing().thin(&adult, patient.age_years))
    }

    /// Water lost at rest, g/m2/h.
    pub fn water_loss_at_rest(&self, site: &Site) -> f64 {
        self.estimate(Drawn::WaterLoss, &site.water_loss_g_m2_h)
    }

    /// The device in this hand, as a zone of the case uses it: with its glide speed, if it gives one,
    /// and for a laser with its depth.
    pub fn device(&self, record: &DeviceRecord, zone: &Zone) -> Device {
        let hand = &self.parameters.hand;
        let overlap = hand.overlap.clamp(-0.5, 0.5);
        let count = |estimate: &Estimate| estimate.value.round().max(1.0) as u32;
        let motion = match &record.motion {
            MotionRecord::Roller { drum_diameter_mm, drum_width_mm, rings, rows, stagger } => {
                Motion::Roller {
                    drum_diameter_mm: drum_diameter_mm.value,
                    drum_width_mm: drum_width_mm.value,
                    rings: count(rings),
                    rows: count(rows),
                    stagger: stagger.value,
                    slip: hand.slip.clamp(0.0, 0.9),
                    overlap,
                }
            }
            MotionRecord::Pen {
                needles,
                tip_diameter_mm,
                frequency_hz,
                glide_speed_mm_per_s: glide,
            } => Motion::Pen {
                needles: count(needles),
                layout_diameter_mm: self.estimate(Drawn::Layout, tip_diameter_mm),
                frequency_hz: self.estimate(Drawn::Frequency, frequency_hz),
                glide_speed_mm_per_s: zone
                    .glide_speed_mm_per_s
                    .unwrap_or_else(|| self.estimate(Drawn::GlideSpeed, glide)),
                in_skin_share: hand.in_skin_share,
                overlap,
            },
            MotionRecord::Stamp { columns, rows, pitch_mm } => Motion::Stamp {
                columns: count(columns),
                rows: count(rows),
                pitch_mm: self.estimate(Drawn::Layout, pitch_mm),
                overlap: 0.0,
            },
            MotionRecord::Spots { grid, spots_per_cm2, square_side_mm, diameter_um } => {
                Motion::Spots {
                    grid: match grid {
                        SpotGridRecord::Square => SpotGrid::Square,
                        SpotGridRecord::Hexagonal => SpotGrid::Hexagonal,
                    },
                    spots_per_cm2: spots_per_cm2.value,
                    square_side_mm: square_side_mm.value,
                    overlap: 0.0,
                    diameter_um: self.estimate(Drawn::Shaft, diameter_um),
                    depth_um: zone.needle_length_mm * UM_PER_MM,
                }
            }
        };
        let shaft_diameter_um = self.estimate(Drawn::Shaft, &record.shaft_diameter_um);
        let longest_um = record.maximum_mm * UM_PER_MM;
        // Drawn apart from each other, a blunt tip could come out wider than a thin shaft.
        let tip_diameter_um =
            self.estimate(Drawn::Tip, &record.tip_diameter_um).min(shaft_diameter_um / 2.0);
        let widening_um = shaft_diameter_um - tip_diameter_um;
        Device {
            motion,
            needle: NeedleGeometry {
                tip_diameter_um,
                shaft_diameter_um,
                taper_length_um: match &record.taper {
                    None => longest_um,
                    Some(Taper::LengthUm(length)) => self.estimate(Drawn::Taper, length),
                    Some(Taper::ConeDeg(angle)) => {
                        0.5 * widening_um
                            / (0.5 * self.estimate(Drawn::Taper, angle)).to_radians().tan()
                    }
                    Some(Taper::BevelDeg(angle)) => {
                        widening_um / self.estimate(Drawn::Taper, angle).to_radians().tan()
                    }
                },
            },
            maximum_length_mm: record.maximum_mm,
        }
    }

    /// What the skin at a site rests on.
    pub fn support(&self, site: &Site, support: SkinSupport) -> Support {
        match support {
            SkinSupport::Board => Support::Board,
            SkinSupport::Body => Support::Body {
                fat_thickness_um: self.estimate(Drawn::Fat, &site.fat_um),
                fat_bulk_mpa: self.parameters.insertion.fat_bulk,
                tension_n_per_m: self.parameters.insertion.tension
                    * self.parameters.insertion.stretching,
            },
        }
    }

    /// Skin as a needle feels it.
    pub fn tissue<'s>(&self, skin: &'s LayeredSkin, support: Support) -> Tissue<'s> {
        Tissue {
            skin,
            stiffness: self.parameters.stiffness(),
            toughness: self.parameters.toughness(),
            support,
            dent_excess: self.parameters.insertion.dent_excess,
        }
    }

    /// How this hand drives a needle of the device into skin: the law of its depths, and the median
    /// needle at its deepest. None for a laser.
    pub fn insertion(
        &self,
        device: &Device,
        skin: &LayeredSkin,
        support: Support,
        needle_length_mm: f64,
    ) -> Option<(DepthLaw, Insertion)> {
        let length_mm = (needle_length_mm + self.parameters.hand.length_error).max(0.0);
        let tissue = self.tissue(skin, support);
        let approach =
            Approach::new(&device.motion, length_mm * UM_PER_MM, &self.parameters.grip())?;
        let scatter = self.parameters.insertion.resistance_scatter;
        Some(DepthLaw::new(&device.needle, &tissue, &approach, scatter))
    }

    /// The hand, with needles that go as deep as `depth` says.
    pub fn hand(&self, depth: DepthLaw) -> Hand {
        let hand = &self.parameters.hand;
        Hand {
            tilt_sd_deg: hand.tilt,
            position_scatter_sd_mm: hand.position_scatter,
            wobble_sd_mm: hand.wander,
            wobble_length_mm: hand.wander_length,
            tear_share: hand.tear_share,
            depth,
            mouth_ratio: hand.mouth_ratio,
        }
    }

    /// Minutes of needling for an area.
    ///
    /// # Errors
    /// When the drawn device is impossible.
    pub fn minutes(
        &self,
        device: &Device,
        area_cm2: f64,
        passes: u32,
    ) -> Result<f64, NeedlingError> {
        treatment_minutes(&device.motion, area_cm2, passes, &self.parameters.pace())
    }

    /// First dimension of the sampling sequence that nothing here draws along.
    pub fn next_dimension(&self) -> u32 {
        self.free_dimension + Drawn::Product as u32 + PRODUCTS + ANAESTHETICS
    }

    /// Fat below the dermis at a site, um.
    pub fn fat_um(&self, site: &Site) -> f64 {
        self.estimate(Drawn::Fat, &site.fat_um)
    }

    /// A value of an anaesthetic, the `nth` of all values of the cream, drawn for this member.
    pub fn anaesthetic(&self, nth: u32, estimate: &Estimate) -> f64 {
        let dimension = self.free_dimension + Drawn::Product as u32 + PRODUCTS + nth;
        estimate.quantile(self.member.known(dimension))
    }

    /// A value of the product in place `nth` of the case, drawn for this member.
    pub fn product(&self, nth: usize, estimate: &Estimate) -> f64 {
        let dimension = self.free_dimension + Drawn::Product as u32 + nth as u32;
        estimate.quantile(self.member.known(dimension))
    }
}

/// How much sun, in the words of the healing room.
pub fn sun(case: &Case) -> Sun {
    match case.patient.sun_exposure {
        SunExposure::Low => Sun::Low,
        SunExposure::Usual => Sun::Usual,
        SunExposure::High => Sun::High,
    }
}
