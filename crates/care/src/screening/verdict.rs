//! From rules that hold to a verdict.

use jiff::civil::Date;
use needlepoint_case::{Consultation, Override, StatedMedicine, UNKNOWN_MEDICINE};
use needlepoint_knowledge::{
    Knowledge,
    rule::{Consequence, Rule, RuleChange},
};

use super::{
    Change, Overridden, Reason, Screening, Verdict,
    facts::Facts,
    holds::{Evaluation, Fired, evaluate},
    questions::questions,
    rules, time, verdict_of,
};

/// Is it safe? The answers of a consultation, given on the day `assessed`, against all rules of screening.
///
/// A rule about one device holds where only that device is at hand or chosen: whoever picks another asks again.
pub fn screen(consultation: &Consultation, knowledge: &Knowledge, assessed: Date) -> Screening {
    let facts = Facts::new(consultation, knowledge, assessed);
    let all: Vec<Evaluation<'_>> = rules(knowledge).map(|rule| evaluate(rule, &facts)).collect();
    let overridden = overridden(&facts, &all);
    let kept: Vec<Evaluation<'_>> =
        all.into_iter().filter(|one| !facts.sets_aside(one.rule)).collect();
    let mut reasons = reasons(&facts, &kept);
    reasons.extend(unknown_medicine(&facts));
    let changes = kept.iter().flat_map(changes).collect();
    let followed = || reasons.iter().filter(|reason| reason.followed);
    let verdict = followed().map(|reason| reason.verdict).max().unwrap_or(Verdict::Go);
    let until = (verdict == Verdict::Wait).then(|| latest(followed())).flatten();
    // Sorting is stable: what is equally careful keeps the order of the rules.
    reasons.sort_by_key(|reason| std::cmp::Reverse((reason.verdict, reason.followed)));
    Screening { verdict, until, questions: questions(&facts, &kept), reasons, overridden, changes }
}

/// The latest day until which to wait, if every reason to wait has one.
fn latest<'r>(followed: impl Iterator<Item = &'r Reason>) -> Option<Date> {
    let waits = followed.filter(|reason| reason.verdict == Verdict::Wait);
    let days: Option<Vec<Date>> = waits.map(|reason| reason.until).collect();
    days?.into_iter().max()
}

/// A reason for each rule that fires; within a group, the most careful are followed.
fn reasons(facts: &Facts<'_>, evaluations: &[Evaluation<'_>]) -> Vec<Reason> {
    let mut reasons: Vec<(Option<&str>, Reason)> = evaluations
        .iter()
        .filter_map(|one| {
            let fired = one.fired.as_ref()?;
            Some((one.rule.group.as_deref(), reason(facts, one.rule, fired)))
        })
        .collect();
    for at in 0..reasons.len() {
        let Some(group) = reasons[at].0 else { continue };
        let others =
            reasons.iter().filter(|(other, reason)| *other == Some(group) && reason.followed);
        let most = others.map(|(_, reason)| care(reason)).max();
        // What few ask for is not followed, whatever stands beside it; what can't be set aside is.
        let rule = facts.knowledge.rule(&reasons[at].1.rule);
        if rule.is_some_and(|rule| !rule.minority && !rule.fixed) {
            reasons[at].1.followed = Some(care(&reasons[at].1)) >= most;
        }
    }
    reasons.into_iter().map(|(_, reason)| reason).collect()
}

/// How careful a reason is: by verdict, then by how long it makes one wait. To wait without an end known is longest.
fn care(reason: &Reason) -> (Verdict, Date) {
    (reason.verdict, reason.until.unwrap_or(Date::MAX))
}

fn reason(facts: &Facts<'_>, rule: &Rule, fired: &Fired) -> Reason {
    Reason {
        rule: rule.name.clone(),
        verdict: verdict_when(rule, fired),
        followed: !rule.minority,
        because: because(facts, rule, fired),
        site: match fired.sites.as_slice() {
            [site] => Some(site.clone()),
            _ => None,
        },
        statement: rule.says.clone(),
        strength: rule.strength.words().to_owned(),
        sources: rule.sources.clone(),
        disagreement: rule.against.clone(),
        until: fired.until,
    }
}

/// What the answers say, with the spread of what is advised, the last day for a session, and who tried to set a rule aside that
/// can't be.
fn because(facts: &Facts<'_>, rule: &Rule, fired: &Fired) -> String {
    let spread = rule.wait_days.filter(|(shortest, longest)| shortest < longest);
    let spread = spread.map(|(shortest, longest)| {
        let (shortest, longest) = (time::in_words(shortest), time::in_words(longest));
        format!(" ({shortest} to {longest} are advised; the longest is followed)")
    });
    let last_day = fired.last_day.map(|day| format!(" (no session after {day})"));
    let refused = facts.signed(&rule.name).filter(|_| rule.fixed);
    let refused = refused
        .map(|signed| format!(" ({} set this rule aside; it can't be set aside)", signed.by));
    [Some(fired.because.join("; ")), spread, last_day, refused].into_iter().flatten().collect()
}

/// What a rule asks for: where sessions only have to end before something that is planned, it changes the plan.
fn verdict_when(rule: &Rule, fired: &Fired) -> Verdict {
    if fired.last_day.is_some() { Verdict::GoWithChanges } else { verdict_of(rule) }
}

/// Medicines that nobody knows send the patient to a prescriber.
fn unknown_medicine(facts: &Facts<'_>) -> Option<Reason> {
    if facts.sets_aside_unknown_medicines() {
        return None;
    }
    let unknown = unknown_names(facts);
    (!unknown.is_empty()).then(|| Reason {
        rule: UNKNOWN_MEDICINE.to_owned(),
        verdict: Verdict::Refer,
        followed: true,
        because: unknown.join("; "),
        site: None,
        statement: "A medicine that is not known here may matter: a prescriber or pharmacist is asked before \
                    anything is planned. It is not stopped."
            .to_owned(),
        strength: "default of this program".to_owned(),
        sources: Vec::new(),
        disagreement: None,
        until: None,
    })
}

fn unknown_names(facts: &Facts<'_>) -> Vec<String> {
    let stated = facts.consultation.patient.medicines.iter().flatten();
    stated.filter(|one| facts.medicine(one).is_none()).map(StatedMedicine::in_words).collect()
}

/// Every override of the consultation, with what its rule had asked for.
fn overridden(facts: &Facts<'_>, evaluations: &[Evaluation<'_>]) -> Vec<Overridden> {
    let asked = |signed: &Override| {
        if signed.rule == UNKNOWN_MEDICINE {
            return if unknown_names(facts).is_empty() { Verdict::Go } else { Verdict::Refer };
        }
        let evaluation = evaluations.iter().find(|one| one.rule.name == signed.rule);
        evaluation
            .and_then(|one| Some(verdict_when(one.rule, one.fired.as_ref()?)))
            .unwrap_or(Verdict::Go)
    };
    let signed = facts.consultation.overrides.iter();
    signed
        .map(|signed| Overridden {
            rule: signed.rule.clone(),
            by: signed.by.clone(),
            reason: signed.reason.clone(),
            verdict: asked(signed),
            refused: facts.knowledge.rule(&signed.rule).is_some_and(|rule| rule.fixed),
        })
        .collect()
}

/// What a rule that fires means for a plan. What few ask for changes nothing.
fn changes(evaluation: &Evaluation<'_>) -> Vec<Change> {
    let rule = evaluation.rule;
    let Some(fired) = evaluation.fired.as_ref().filter(|_| !rule.minority) else {
        return Vec::new();
    };
    if let Some(day) = fired.last_day {
        return vec![Change::AlsoDo {
            rule: rule.name.clone(),
            what_to_do: format!("No session after {day}: {}", fired.because.join("; ")),
        }];
    }
    if let Some(most_mm) = rule.numbers.most_depth_mm.filter(|_| rule.then.is_none()) {
        let rule = rule.name.clone();
        return if most_mm > 0.0 {
            vec![Change::Shallower { rule, most_mm: Some(most_mm), sites: fired.sites.clone() }]
        } else {
            vec![Change::AlsoDo { rule, what_to_do: evaluation.rule.says.clone() }]
        };
    }
    let changes = rule.changes.iter();
    changes.map(|change| change_of(rule, fired, change)).collect()
}

fn change_of(rule: &Rule, fired: &Fired, change: &RuleChange) -> Change {
    let name = rule.name.clone();
    match change {
        RuleChange::OmitNumbing { actives } => {
            Change::OmitNumbing { rule: name, actives: actives.clone() }
        }
        RuleChange::Shallower { most_mm } => {
            Change::Shallower { rule: name, most_mm: *most_mm, sites: fired.sites.clone() }
        }
        RuleChange::LeaveOut => Change::LeaveOut { rule: name, sites: fired.sites.clone() },
        RuleChange::OmitProduct { product } => {
            Change::OmitProduct { rule: name, product: product.clone() }
        }
        RuleChange::AlsoDo { text } => Change::AlsoDo { rule: name, what_to_do: text.clone() },
    }
}

impl Verdict {
    /// What a consequence comes to.
    pub(super) const fn of(consequence: Consequence) -> Self {
        match consequence {
            Consequence::Inform => Self::Go,
            Consequence::Change => Self::GoWithChanges,
            Consequence::Wait => Self::Wait,
            Consequence::Prescriber | Consequence::Refer => Self::Refer,
            Consequence::DoNotTreat => Self::DoNotTreat,
        }
    }
}
