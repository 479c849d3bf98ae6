//! Numbers of an active applied in an arm, over the cohort.

use needlepoint_absorption::{
    molecule::Molecule,
    molecule::SkinTransport,
    trial::{Amount as Put, Reading, Trial},
    uptake::FOR_COURSES,
};
use needlepoint_course::{
    CourseError,
    person::Person,
    zone::{Needled, ZoneTask, closing_channel, needle},
};
use needlepoint_knowledge::{Knowledge, active::Active};

use crate::{
    catalogue::{Produced, TransportNumber, UptakeNumber},
    cohort::{CohortSize, over_cohort},
    study::{Amount, Applied, Arm, Layer, Measurement, Mounted, OfTransport, Study},
};

/// What the measurement asks of `arm`: `values[truth][person]`; `None` where the arm applies nothing.
///
/// # Errors
/// When a drawn skin is impossible, or the active can't be followed through it.
pub fn transported(
    study: &Study,
    measurement: &Measurement,
    of: OfTransport,
    arm: &Arm,
    size: CohortSize,
    knowledge: &Knowledge,
) -> Result<Option<Vec<Vec<f64>>>, CourseError> {
    let Some((applied, active)) = arm
        .applied
        .as_ref()
        .and_then(|applied| Some((applied, knowledge.active(&applied.active)?)))
    else {
        return Ok(None);
    };
    let laboratory = Laboratory { measurement, of, arm, applied, active };
    let (site, subjects) = (measurement.site.as_str(), &measurement.subjects);
    over_cohort(study, arm, site, subjects, of.hours / 24.0, size, knowledge, |group| {
        group.iter().map(|(task, person)| laboratory.value(task, person)).collect()
    })
    .map(Some)
}

struct Laboratory<'l> {
    measurement: &'l Measurement,
    of: OfTransport,
    arm: &'l Arm,
    applied: &'l Applied,
    active: &'l Active,
}

impl Laboratory<'_> {
    fn value(&self, task: &ZoneTask<'_>, person: &Person) -> Result<f64, CourseError> {
        let produced = self.measurement.entry().produced;
        if produced == Produced::Transport(TransportNumber::Diffusivity) {
            return Ok(self.diffusivity(person));
        }
        let needled = needle(task, person)?;
        let trial = self.trial(person, &needled);
        let read = |trial: &Trial| -> Result<Reading, CourseError> {
            let channel = closing_channel(task, person, &needled);
            // Skin that was cut out no longer heals.
            let open_area = |hours: f64| match self.arm.mounted {
                Some(_) => 1.0,
                None => channel.open_area(self.applied.after_hours + hours),
            };
            Ok(trial.read(self.of.hours, &open_area, FOR_COURSES)?)
        };
        let reading = read(&trial)?;
        Ok(match produced {
            Produced::Uptake(UptakeNumber::Enhancement) => {
                let intact = read(&Trial { channels: None, carried_in: false, ..trial })?;
                reading.enhancement_over(&intact)
            }
            Produced::Transport(number) => self.of_reading(number, &reading, &trial),
            _ => reading.taken_up_ug_per_cm2(),
        })
    }

    fn diffusivity(&self, person: &Person) -> f64 {
        let p = &person.parameters;
        let ph = self.applied.ph.unwrap_or(p.tissue.surface_ph);
        let molecule = Molecule::of(self.active);
        let transport = SkinTransport::new(&molecule, ph, &p.pathways, &p.tissue);
        match self.of.layer {
            Some(Layer::StratumCorneum) => transport.stratum_corneum,
            Some(Layer::ViableEpidermis) => transport.viable_epidermis,
            _ => transport.dermis,
        }
        .diffusivity_cm2_per_s
    }

    fn trial(&self, person: &Person, needled: &Needled) -> Trial {
        let living = person.skin_at_ph(&needled.skin, self.applied.ph, self.active);
        let channels = person.open_channels(needled);
        Trial {
            skin: match self.arm.mounted {
                None => living,
                Some(Mounted::FullThickness) => living.mounted(None),
                Some(Mounted::CutTo(um)) => living.mounted(Some(um)),
            },
            channels: (channels.per_cm2 > 0.0).then_some(channels),
            strength: self.applied.strength,
            amount: match self.applied.amount {
                Amount::Usual => Put::Finite(person.parameters.pathways.product_layer),
                Amount::MgPerCm2(mg) => Put::Finite(mg),
                Amount::Infinite => Put::Endless,
            },
            contact_hours: self.applied.contact_hours,
            carried_in: self.applied.carried_in && channels.per_cm2 > 0.0,
        }
    }

    fn of_reading(&self, number: TransportNumber, reading: &Reading, trial: &Trial) -> f64 {
        match number {
            TransportNumber::Permeated => reading.gone_ug_per_cm2,
            // The reader refuses shares of an infinite amount.
            TransportNumber::PermeatedShare => {
                100.0 * reading.gone_ug_per_cm2 / reading.dose_ug_per_cm2.unwrap_or(f64::INFINITY)
            }
            TransportNumber::Retained => reading.retained_ug_per_cm2(),
            TransportNumber::Flux => reading.flux_ug_per_cm2_per_h,
            TransportNumber::Reach => reading.reach_um,
            TransportNumber::TissueLevel | TransportNumber::Diffusivity => {
                let layers = match self.of.layer {
                    Some(Layer::StratumCorneum) => 0..1,
                    Some(Layer::ViableEpidermis) => 1..2,
                    Some(Layer::Epidermis) => 0..2,
                    Some(Layer::Dermis) => 2..5,
                    Some(Layer::Skin) | None => 0..5,
                };
                reading.level_ug_per_ml(&trial.skin, layers)
            }
        }
    }
}
