//! Numbers for the sources of a plan, the same on the page and in the documents.

use needlepoint_care::{Care, plan::Because};
use needlepoint_knowledge::Knowledge;

/// Identifiers in the order in which a reader meets them, each once.
pub(crate) struct References<'a> {
    ids: Vec<&'a str>,
}

impl<'a> References<'a> {
    /// All sources of the whole answer.
    pub(crate) fn of(care: &'a Care) -> Self {
        let mut references = Self { ids: Vec::new() };
        for reason in &care.screening.reasons {
            references.add(&reason.sources);
        }
        for advice in &care.instead {
            references.because(&advice.because);
        }
        if let Some(plan) = &care.plan {
            references.plan(plan);
        }
        if let Some(aftercare) = &care.aftercare {
            for stretch in &aftercare.stretches {
                references.all(stretch.act.iter().chain(&stretch.avoid));
            }
            references.all(aftercare.course.iter().flat_map(|day| &day.because));
        }
        references.all(care.red_flags.iter().map(|flag| &flag.because));
        references.all(care.consent.iter().map(|item| &item.text));
        references.all(care.home.iter().flat_map(|answer| &answer.answer));
        for sheet in &care.sessions {
            references.all(sheet.prepare.iter().chain(&sheet.check_first));
            references.all(sheet.steps.iter().map(|step| &step.what));
        }
        references
    }

    fn plan(&mut self, plan: &'a needlepoint_care::plan::Plan) {
        for zone in &plan.zones {
            self.all(zone.because.iter().chain(&zone.caution));
        }
        self.all(&plan.course_because);
        if let Some(numbing) = &plan.numbing {
            self.all(&numbing.because);
        }
        self.all(&plan.without_numbing);
        for lines in [
            &plan.before,
            &plan.hygiene,
            &plan.on_the_day,
            &plan.technique,
            &plan.after,
            &plan.not_to_use,
            &plan.follow_up,
            &plan.maintenance,
        ] {
            self.all(lines);
        }
        for expected in &plan.expected {
            self.add(&expected.sources);
        }
    }

    fn all(&mut self, lines: impl IntoIterator<Item = &'a Because>) {
        for line in lines {
            self.because(line);
        }
    }

    fn because(&mut self, line: &'a Because) {
        self.add(&line.sources);
    }

    fn add(&mut self, ids: &'a [String]) {
        for id in ids {
            if !self.ids.contains(&id.as_str()) {
                self.ids.push(id);
            }
        }
    }

    /// Numbers of sources, from 1.
    pub(crate) fn numbers(&self, ids: &[String]) -> Vec<usize> {
        let place = |id: &String| self.ids.iter().position(|known| known == id);
        ids.iter().filter_map(place).map(|at| at + 1).collect()
    }

    /// Identifiers in the order of their numbers.
    pub(crate) fn ids(&self) -> &[&'a str] {
        &self.ids
    }

    /// Citations in the order of their numbers; the identifier where the knowledge has none.
    pub(crate) fn citations(&self, knowledge: &Knowledge) -> Vec<String> {
        self.ids.iter().map(|id| citation(id, knowledge)).collect()
    }
}

/// A source in words, with its DOI.
pub(crate) fn citation(id: &str, knowledge: &Knowledge) -> String {
    let Some(source) = knowledge.source(id) else { return id.to_owned() };
    match &source.doi {
        Some(doi) => format!("{} doi:{doi}", source.citation),
        None => source.citation.clone(),
    }
}
