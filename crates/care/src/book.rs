//! The rules that hold for one person, and how they are told.

use needlepoint_case::{Concern, Consultation, Place, StatedCondition};
use needlepoint_knowledge::{
    Knowledge,
    device::DeviceRecord,
    product::{Product, ProductKind},
    rule::{self, Part, Rule, RuleStrength, Taken, When},
    site::{Region, Site},
};

use crate::plan::Because;

/// What a rule is asked about; what is left out is anything of the whole consultation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) site: Option<&'a Site>,
    pub(crate) concern: Option<&'a Concern>,
    pub(crate) device: Option<&'a DeviceRecord>,
    pub(crate) needle_mm: Option<f64>,
    pub(crate) product: Option<&'a Product>,
}

/// One person and everything that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Book<'a> {
    pub(crate) consultation: &'a Consultation,
    pub(crate) knowledge: &'a Knowledge,
}

impl<'a> Book<'a> {
    /// Rules of a part that hold, in the order of the file.
    pub(crate) fn rules(&self, part: Part, asked: Asked<'_>) -> Vec<&'a Rule> {
        self.part(part).filter(|rule| self.holds(&rule.when, asked)).collect()
    }

    /// Every rule of a part.
    pub(crate) fn part(&self, part: Part) -> impl Iterator<Item = &'a Rule> + use<'a> {
        self.knowledge.rules.iter().filter(move |rule| rule.part == part)
    }

    /// The rule of this name.
    pub(crate) fn rule(&self, name: &str) -> Option<&'a Rule> {
        self.knowledge.rules.iter().find(|rule| rule.name == name)
    }

    /// Sites of the concerns.
    fn sites(&self) -> impl Iterator<Item = &'a Site> + use<'a> {
        let knowledge = self.knowledge;
        self.consultation.concerns.iter().filter_map(move |c| knowledge.site(&c.site))
    }

    fn holds(&self, when: &When, asked: Asked<'_>) -> bool {
        when.outside.is_none()
            && when.home != Some(true)
            && self.condition_holds(when, asked)
            && self.medicine_holds(when)
            && self.place_holds(when, asked)
            && self.concern_holds(when, asked)
            && (when.device.is_empty()
                || asked.device.is_some_and(|device| when.device.contains(&device.name)))
            && (when.product.is_empty()
                || asked.product.is_some_and(|product| names(&when.product, product)))
            && (when.phototype.is_empty()
                || when.phototype.contains(&self.consultation.patient.phototype.index()))
            && when
                .age_years
                .is_none_or(|range| range.contains(self.consultation.patient.age_years))
            && when
                .up_to_kg
                .is_none_or(|most| self.consultation.patient.weight_kg.is_some_and(|kg| kg <= most))
            && when.needle_mm.is_none_or(|(least, most)| {
                asked.needle_mm.is_some_and(|mm| (least - SAME_MM..=most + SAME_MM).contains(&mm))
            })
    }

    fn condition_holds(&self, when: &When, asked: Asked<'_>) -> bool {
        let mut stated = self.consultation.patient.history.iter();
        when.condition.is_empty()
            || stated.any(|condition| {
                let named = when.condition.contains(&condition.name);
                named
                    && (when.status.is_empty()
                        || condition.status.is_some_and(|status| when.status.contains(&status)))
                    && (when.grade.is_empty()
                        || condition
                            .grade
                            .is_some_and(|grade| when.grade.iter().any(|g| u32::from(*g) == grade)))
                    && (!when.here || self.lies_here(condition, asked))
            })
    }

    fn lies_here(&self, condition: &StatedCondition, asked: Asked<'_>) -> bool {
        let here = |site: &Site| condition.sites.iter().any(|place| covers(place, site));
        asked.site.map_or_else(|| self.sites().any(here), here)
    }

    fn medicine_holds(&self, when: &When) -> bool {
        let medicines = self.consultation.patient.medicines.iter().flatten();
        when.medicine.is_empty()
            || medicines.into_iter().any(|stated| {
                let known = self.knowledge.medicines.named(&stated.name);
                let of_class =
                    known.is_some_and(|known| when.medicine.iter().any(|class| known.is_of(class)));
                let taken = if stated.stopped.is_some() { Taken::Stopped } else { Taken::Now };
                of_class && (when.taken.is_empty() || when.taken.contains(&taken))
            })
    }

    fn place_holds(&self, when: &When, asked: Asked<'_>) -> bool {
        let here = |site: &Site| {
            (when.site.is_empty() || when.site.contains(&site.name))
                && (when.region.is_empty() || when.region.contains(&site.region))
                && match when.place {
                    None => true,
                    Some(rule::Place::InsideOrbitalRim) => site.inside_orbital_rim,
                    Some(rule::Place::OverBone) => site.over_bone,
                }
        };
        asked.site.map_or_else(|| self.sites().any(here), here)
    }

    fn concern_holds(&self, when: &When, asked: Asked<'_>) -> bool {
        let about = |concern: &Concern| {
            (when.concern.is_empty() || when.concern.contains(&concern.kind))
                && when.lesion_age_days.is_none_or(|range| {
                    concern.lesion_age_days.is_some_and(|days| range.contains(days))
                })
        };
        match asked.concern {
            Some(concern) => about(concern),
            None => self.consultation.concerns.iter().any(about),
        }
    }
}

/// Whether a place is, or holds, a site.
fn covers(place: &Place, site: &Site) -> bool {
    match place {
        Place::Site(name) => *name == site.name,
        Place::Face => site.region == Region::Face,
        Place::Elsewhere => false,
    }
}

/// Lengths nearer than this are the same, mm.
pub(crate) const SAME_MM: f64 = 1e-9;

/// Whether a product is named in a list, by its name or its kind.
fn names(list: &[String], product: &Product) -> bool {
    let kind = kind_name(product.kind);
    list.iter().any(|name| *name == product.name || name == kind)
}

/// The name of a kind of product in files.
pub(crate) fn kind_name(kind: ProductKind) -> &'static str {
    ProductKind::NAMED.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name)
}

/// A rule as it is told.
pub(crate) fn because(rule: &Rule) -> Because {
    Because {
        text: rule.says.clone(),
        rule: Some(rule.name.clone()),
        strength: Some(rule.strength.words().to_owned()),
        sources: rule.sources.clone(),
        disagreement: rule.against.clone(),
    }
}

/// A sentence that follows from the case or the model.
pub(crate) fn by_itself(text: impl Into<String>) -> Because {
    Because {
        text: text.into(),
        rule: None,
        strength: None,
        sources: Vec::new(),
        disagreement: None,
    }
}

/// A rule that is followed, with the others of its group beside it as what speaks against it.
pub(crate) fn followed(rule: &Rule, others: &[&Rule]) -> Because {
    let mut told = because(rule);
    let beside: Vec<String> = rule
        .against
        .iter()
        .cloned()
        .chain(others.iter().filter(|other| other.name != rule.name).map(|other| beside(other)))
        .collect();
    told.disagreement = (!beside.is_empty()).then(|| beside.join(" "));
    told
}

/// What a rule that is not followed says, with what it rests on.
fn beside(rule: &Rule) -> String {
    format!("Not followed ({}): {}", rule.strength.words(), rule.says)
}

/// How much a kind of source weighs: 0 weighs most.
pub(crate) fn rank(strength: RuleStrength) -> u8 {
    match strength {
        RuleStrength::Label | RuleStrength::Regulation | RuleStrength::MedicineLabel => 0,
        RuleStrength::Guideline | RuleStrength::Consensus => 1,
        RuleStrength::Review | RuleStrength::Trial => 2,
        RuleStrength::Hospital | RuleStrength::PublicHealth => 3,
        RuleStrength::Manufacturer => 4,
        RuleStrength::CaseReport => 5,
        RuleStrength::Opinion => 6,
        RuleStrength::Article => 7,
    }
}

/// Rules as they are told: of each group the one that `careful` puts highest, the others beside it. What few ask
/// for is never followed.
pub(crate) fn careful_side(rules: &[&Rule], careful: impl Fn(&Rule) -> f64) -> Vec<Because> {
    let mut seen: Vec<&str> = Vec::new();
    let mut told = Vec::new();
    for rule in rules {
        let Some(group) = rule.group.as_deref() else {
            told.push(because(rule));
            continue;
        };
        if seen.contains(&group) {
            continue;
        }
        seen.push(group);
        let members: Vec<&Rule> =
            rules.iter().copied().filter(|other| other.group.as_deref() == Some(group)).collect();
        let most = members
            .iter()
            .copied()
            .filter(|rule| !rule.minority)
            .reduce(|a, b| if careful(b) > careful(a) { b } else { a });
        match most {
            Some(most) => told.push(followed(most, &members)),
            None => told.extend(members.into_iter().map(because)),
        }
    }
    told
}
