//! What a consultation says, in the terms of the rules.

use jiff::civil::Date;
use needlepoint_case::{
    Concern, Consultation, NumbingWish, Override, Place, Setting, StatedCondition, StatedMedicine,
    UNKNOWN_MEDICINE,
};
use needlepoint_knowledge::{
    Knowledge,
    condition::{AskedSex, Condition, Detail, Occasion, Status},
    medicine::Medicine,
    rule::{Rule, Taken},
    site::{Region, Site},
};
use needlepoint_skin::Sex;

/// A consultation with what the knowledge says of its names.
pub(super) struct Facts<'a> {
    pub(super) consultation: &'a Consultation,
    pub(super) knowledge: &'a Knowledge,
    /// The day of the consultation.
    pub(super) assessed: Date,
    /// What the patient has: the history, and concerns that are conditions themselves.
    pub(super) history: Vec<StatedCondition>,
    /// Where needles would go, and for what.
    pub(super) treated: Vec<Treated<'a>>,
    /// Names of the devices at hand or chosen; empty if that is open.
    pub(super) devices: Vec<&'a str>,
    /// Names and kinds of the products that are asked for or planned.
    pub(super) products: Vec<&'a str>,
    /// Lengths of the needles that are planned or asked about, mm; empty if that is open.
    pub(super) needles_mm: Vec<f64>,
    /// Whether the person would needle at home.
    pub(super) home: bool,
}

/// A site and a concern there; a site that a protocol needles may have none.
#[derive(Clone, Copy)]
pub(super) struct Treated<'a> {
    pub(super) site: &'a Site,
    pub(super) concern: Option<&'a Concern>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(
        consultation: &'a Consultation,
        knowledge: &'a Knowledge,
        assessed: Date,
    ) -> Self {
        let wishes = &consultation.wishes;
        let protocol = consultation.protocol.as_ref();
        let zones = protocol.map_or(&[][..], |protocol| &protocol.zones);
        let of_concerns = consultation.concerns.iter().filter_map(|concern| {
            Some(Treated { site: knowledge.site(&concern.site)?, concern: Some(concern) })
        });
        let has_concern =
            |site: &str| consultation.concerns.iter().any(|concern| concern.site == site);
        let of_zones = zones
            .iter()
            .filter(|zone| !has_concern(&zone.site))
            .filter_map(|zone| Some(Treated { site: knowledge.site(&zone.site)?, concern: None }));
        let chosen = protocol.and_then(|protocol| protocol.device_name.as_deref());
        let devices = match (protocol, chosen) {
            (Some(_), chosen) => chosen.into_iter().collect(),
            (None, _) => wishes.devices.iter().map(String::as_str).collect(),
        };
        let planned = protocol.map_or(&[][..], |protocol| &protocol.products);
        let asked = wishes.products.iter().map(String::as_str);
        let named = asked.chain(planned.iter().map(|product| product.name.as_str()));
        let home = match wishes.setting {
            Some(setting) => setting == Setting::Home,
            None => wishes.home_roller_mm.is_some() && protocol.is_none(),
        };
        let mut needles_mm: Vec<f64> = zones.iter().map(|zone| zone.needle_length_mm).collect();
        if home {
            needles_mm.extend(wishes.home_roller_mm);
        }
        Self {
            consultation,
            knowledge,
            assessed,
            history: history(consultation, knowledge),
            treated: of_concerns.chain(of_zones).collect(),
            devices,
            products: named.flat_map(|name| with_kind(knowledge, name)).collect(),
            needles_mm,
            home,
        }
    }

    /// What is stated of a condition; more than one entry if it lies or happened more than once.
    pub(super) fn stated<'s>(
        &'s self,
        condition: &'s str,
    ) -> impl Iterator<Item = &'s StatedCondition> {
        self.history.iter().filter(move |stated| stated.name == condition)
    }

    /// Who set a rule aside.
    pub(super) fn signed(&self, rule: &str) -> Option<&'a Override> {
        self.consultation.overrides.iter().find(|signed| signed.rule == rule)
    }

    /// Whether a rule is set aside; some can't be.
    pub(super) fn sets_aside(&self, rule: &Rule) -> bool {
        !rule.fixed && self.signed(&rule.name).is_some()
    }

    /// Whether somebody signed that the medicines nobody knows here are known to them.
    pub(super) fn sets_aside_unknown_medicines(&self) -> bool {
        self.signed(UNKNOWN_MEDICINE).is_some()
    }

    /// Whether a numbing cream might be used.
    pub(super) fn may_numb(&self) -> bool {
        match &self.consultation.protocol {
            Some(protocol) => protocol.numbing.is_some(),
            None => self.consultation.wishes.numbing != Some(NumbingWish::Without),
        }
    }

    /// Whether the condition has to be asked about at all.
    pub(super) fn has_to_ask(&self, condition: &Condition) -> bool {
        let patient = &self.consultation.patient;
        let sex = match condition.sex {
            Some(AskedSex::Female) => patient.sex == Sex::Female,
            Some(AskedSex::Male) => patient.sex == Sex::Male,
            None => true,
        };
        sex && (condition.occasion == Occasion::Needling || self.may_numb())
            && condition.age_years.is_none_or(|range| range.contains(patient.age_years))
            && (condition.regions.is_empty()
                || self.treated.iter().any(|one| condition.regions.contains(&one.site.region)))
    }

    /// How things may stand with a condition that is stated; more than one if that is not told.
    pub(super) fn statuses(&self, stated: &StatedCondition) -> Vec<Status> {
        let Some(condition) = self.knowledge.condition(&stated.name) else {
            return stated.status.into_iter().collect();
        };
        if let Some(status) = stated.status {
            return vec![status];
        }
        let allowed = &condition.statuses;
        let happened = allowed.first() == Some(&Status::Past);
        let certain = match (stated.ended, stated.on, stated.since) {
            (Some(ended), _, _) if ended <= self.assessed => Some(Status::Past),
            (_, Some(on), _) if on > self.assessed => Some(Status::Planned),
            (_, Some(_), _) if happened => Some(Status::Past),
            (_, _, Some(since)) if since > self.assessed => Some(Status::Planned),
            _ => None,
        };
        if let Some(status) = certain.filter(|status| allowed.contains(status)) {
            return vec![status];
        }
        // What is planned has a day to come, and what lasts has not ended.
        let lasts = stated.since.is_some() || stated.ended.is_some();
        let open: Vec<Status> = allowed
            .iter()
            .copied()
            .filter(|status| *status != Status::Planned && !(lasts && *status == Status::Past))
            .collect();
        if open.is_empty() {
            return allowed.clone();
        }
        if condition.details.contains(&Detail::Status) { open } else { open[..1].to_vec() }
    }

    /// Names of the treated sites on which the stated places lie.
    pub(super) fn on(&self, places: &[Place]) -> Vec<&'a str> {
        let lies = |site: &Site| {
            places.iter().any(|place| match place {
                Place::Site(name) => *name == site.name,
                Place::Face => site.region == Region::Face,
                Place::Elsewhere => false,
            })
        };
        let mut names: Vec<&str> = Vec::new();
        for one in &self.treated {
            if lies(one.site) && !names.contains(&one.site.name.as_str()) {
                names.push(&one.site.name);
            }
        }
        names
    }

    /// The medicine that a name stands for.
    pub(super) fn medicine(&self, stated: &StatedMedicine) -> Option<&'a Medicine> {
        self.knowledge.medicine(&stated.name)
    }

    /// Whether a medicine is taken. One that will be stopped is taken still.
    pub(super) fn taken(&self, stated: &StatedMedicine) -> Taken {
        if stated.since.is_some_and(|since| since > self.assessed) {
            Taken::Planned
        } else if stated.stopped.is_some_and(|stopped| stopped <= self.assessed) {
            Taken::Stopped
        } else {
            Taken::Now
        }
    }

    /// A stated condition with its name in plain words.
    pub(super) fn told(&self, stated: &StatedCondition) -> String {
        let label = self.knowledge.condition(&stated.name).map(|condition| &*condition.label);
        stated.told_as(&uncapitalised(label.unwrap_or(&stated.name)))
    }

    /// A stated medicine with its generic name, if it was called otherwise.
    pub(super) fn told_medicine(&self, stated: &StatedMedicine) -> String {
        match self.medicine(stated) {
            Some(known) if !stated.name.to_lowercase().contains(&known.name) => {
                stated.told_as(&format!("{} ({})", stated.name, known.name))
            }
            _ => stated.in_words(),
        }
    }
}

/// The history, with what is to be treated where that is a condition too (melasma): it is there, whatever is denied.
fn history(consultation: &Consultation, knowledge: &Knowledge) -> Vec<StatedCondition> {
    let mut history = consultation.patient.history.clone();
    for concern in &consultation.concerns {
        let Some(condition) = knowledge.condition(concern.kind.name()) else { continue };
        let there = |stated: &StatedCondition| {
            stated.name == condition.name && stated.status != Some(Status::Past)
        };
        if !history.iter().any(there) {
            history.push(StatedCondition {
                status: Some(Status::Active),
                sites: vec![Place::Site(concern.site.clone())],
                ..StatedCondition::named(&condition.name)
            });
        }
    }
    history
}

/// A product by its name, with its kind if it is known.
fn with_kind<'a>(knowledge: &'a Knowledge, name: &'a str) -> impl Iterator<Item = &'a str> {
    let kind = knowledge.product(name).map(|product| product.kind.name());
    std::iter::once(name).chain(kind)
}

/// A label as it stands within a sentence: abbreviations keep their capitals.
pub(super) fn uncapitalised(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(label.chars().skip(1)).collect()
        }
        _ => label.to_owned(),
    }
}
