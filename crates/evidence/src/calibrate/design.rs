//! Points in the space of what is not known, and what the model says the studies find there.
//!
//! A design is an ensemble like any other: its rows hold the inputs that may be fitted, all else is drawn
//! from the priors, and a study is run over it as over any cohort, many people under each row. People are
//! others at each point: their chance is then averaged by the fit of a surface, where the same few
//! people everywhere would bend it all in the same wrong direction.

use needlepoint_inference::normal::{below, quantile};
use needlepoint_knowledge::{
    Knowledge,
    ensemble::{Ensemble, FittedWith, RATERS},
    parameter::{SamplePoint, Spread},
};
use rayon::prelude::*;

use crate::{
    circular::read_from_study,
    cohort::CohortSize,
    library::Filed,
    predict::{Finding, Findings},
    study::{Measurement, OfSkin, Study},
    validate::{read_off, why_not},
};

use super::{CalibrateError, Watch};

/// How much wider than the priors the first design is: surfaces are used a little beyond it.
const WIDTH: f64 = 1.25;
/// Points run at once for a study.
const CHUNK: u32 = 64;
/// Dimensions of the sequence left between the parameters and the raters: those of people and devices.
const LEFT_FREE: u32 = 100;

/// One thing that is not known, as a standard normal coordinate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input {
    /// Parameter, or bias of a kind of raters.
    pub(super) name: String,
    /// Median and spread; none of a rater's bias, which is told in the coordinate itself.
    pub(super) spread: Option<(f64, Spread)>,
    /// Unit.
    pub(super) unit: String,
    /// Whether it may be fitted.
    pub(super) listed: bool,
    /// Dimension of the sequence it is drawn along.
    dimension: u32,
}

impl Input {
    /// The value at a coordinate.
    pub(super) fn value(&self, z: f64) -> f64 {
        self.spread.map_or(z, |(median, spread)| spread.quantile(median, below(z)))
    }
}

/// All that is not known about parameters and raters.
pub(super) fn inputs(knowledge: &Knowledge, lumps: &[String]) -> Vec<Input> {
    let parameters = knowledge.parameters.iter().filter_map(|parameter| {
        Some(Input {
            name: parameter.name.clone(),
            spread: Some((parameter.value, parameter.spread)),
            unit: parameter.unit.clone(),
            listed: lumps.contains(&parameter.name),
            dimension: parameter.known_dimension()?,
        })
    });
    let first = knowledge.parameters.dimensions() + LEFT_FREE;
    let raters = RATERS.iter().zip(first..).map(|(name, dimension)| Input {
        name: (*name).to_owned(),
        spread: None,
        unit: "sd".to_owned(),
        listed: true,
        dimension,
    });
    parameters.chain(raters).collect()
}

/// Points at which the model is run.
#[derive(Debug, Clone)]
pub(super) struct Design {
    seed: u32,
    /// `[point][input]`, standard normal coordinates.
    pub(super) points: Vec<Vec<f64>>,
}

impl Design {
    /// Points over the priors, somewhat wider along what may be fitted.
    pub(super) fn over_priors(inputs: &[Input], count: u32, seed: u32) -> Self {
        let width = |input: &Input| if input.listed { WIDTH } else { 1.0 };
        Self::drawn(inputs, count, seed, width)
    }

    /// Points with the coordinates of `which` inputs taken from `values`, one row a point, and all else from
    /// the priors.
    pub(super) fn around(
        inputs: &[Input],
        which: &[usize],
        values: &[Vec<f64>],
        seed: u32,
    ) -> Self {
        let mut design = Self::drawn(inputs, values.len() as u32, seed, |_| 1.0);
        for (point, row) in design.points.iter_mut().zip(values) {
            for (input, z) in which.iter().zip(row) {
                point[*input] = *z;
            }
        }
        design
    }

    fn drawn(inputs: &[Input], count: u32, seed: u32, width: impl Fn(&Input) -> f64) -> Self {
        let point = |member| {
            let point = SamplePoint { seed, member };
            let z = |input: &Input| width(input) * quantile(point.coordinate(input.dimension));
            inputs.iter().map(z).collect()
        };
        Self { seed, points: (0..count).map(point).collect() }
    }

    fn ensemble(&self, inputs: &[Input]) -> Option<Ensemble> {
        let listed = || inputs.iter().enumerate().filter(|(_, input)| input.listed);
        let rows = self
            .points
            .iter()
            .map(|point| listed().map(|(at, input)| input.value(point[at])).collect())
            .collect();
        let columns = listed().map(|(_, input)| input.name.clone()).collect();
        Ensemble::new(columns, rows, FittedWith::default()).map(Ensemble::in_order)
    }
}

/// A measurement that can be fitted to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'s> {
    /// Place of its study among those fitted to.
    pub(super) study_at: usize,
    pub(super) study: &'s Study,
    pub(super) measurement: &'s Measurement,
}

/// Every measurement that the model is to be held against. A parameter whose value was read from the very
/// study holds that number in its prior already, and would count it twice; where it was set by hand to the
/// study, with a spread of its own, the study knows more than the prior does. Thicknesses of sites are no
/// parameters: they are not fitted, and what scales them all was read from no single study.
pub(super) fn rows<'s>(filed: &'s [Filed], knowledge: &Knowledge) -> Vec<Row<'s>> {
    let of_study = |(study_at, filed): (usize, &'s Filed)| {
        let study = &filed.study;
        study
            .measurements
            .iter()
            .filter(|measurement| wanted(study, measurement, knowledge))
            .map(move |measurement| Row { study_at, study, measurement })
            .collect::<Vec<_>>()
    };
    filed.iter().enumerate().flat_map(of_study).collect()
}

fn wanted(study: &Study, measurement: &Measurement, knowledge: &Knowledge) -> bool {
    let is_anchor = || knowledge.parameters.iter().any(|p| p.anchors.contains(&study.id));
    why_not(study, measurement, knowledge).is_none()
        && (matches!(measurement.of_skin, Some(OfSkin::Thickness(..)))
            || is_anchor()
            || !read_from_study(study, measurement, knowledge))
}

/// What the model gives for a measurement over a design.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Output {
    /// A finding for each point; none where the model has no such number.
    pub(super) findings: Option<Findings>,
}

impl Output {
    pub(super) fn centres(&self) -> Option<Vec<f64>> {
        let findings = self.findings.as_ref()?;
        Some(findings.of_truth.iter().map(|finding| finding.centre).collect())
    }
}

/// Run the model at the first `count` points of a design, with the people of `draw_of_people`; one
/// output for each of `rows`.
pub(super) fn run(
    filed: &[Filed],
    rows: &[Row<'_>],
    knowledge: &Knowledge,
    inputs: &[Input],
    design: &Design,
    (count, people, draw_of_people): (u32, u32, u32),
    watch: &Watch<'_>,
) -> Result<Vec<Output>, CalibrateError> {
    let Some(ensemble) = design.ensemble(inputs) else { return Err(CalibrateError::NothingToFit) };
    let drawn = knowledge.with_ensemble(ensemble);
    let count = count.min(design.points.len() as u32);
    let starts: Vec<u32> = (0..count).step_by(CHUNK as usize).collect();
    let tasks: Vec<(usize, u32)> = (0..filed.len())
        .flat_map(|study| starts.iter().map(move |start| (study, *start)))
        .collect();
    watch.begin("runs of studies", tasks.len() as u64);
    let parts: Vec<Vec<Option<Findings>>> =
        tasks
            .par_iter()
            .map(|(at, first_truth)| {
                watch.check()?;
                let size = CohortSize {
                    truths: CHUNK.min(count - first_truth),
                    people,
                    seed: design.seed,
                    first_truth: *first_truth,
                    draw_of_people,
                };
                let study = &filed[*at].study;
                let asked = |measurement: &Measurement| wanted(study, measurement, knowledge);
                let readings = read_off(study, asked, &drawn, size)
                    .map_err(|why| CalibrateError::Course { study: study.id.clone(), why })?;
                watch.step();
                let found =
                    study.measurements.iter().zip(readings).filter(|(m, _)| asked(m)).map(
                        |(measurement, reading)| reading.map(|r| Findings::of(measurement, &r)),
                    );
                Ok(found.collect())
            })
            .collect::<Result<_, CalibrateError>>()?;
    let mut outputs: Vec<Output> = Vec::with_capacity(rows.len());
    for of_study in parts.chunks(starts.len()) {
        let count = of_study.first().map_or(0, Vec::len);
        outputs.extend((0..count).map(|at| joined(of_study.iter().map(|part| part[at].as_ref()))));
    }
    debug_assert_eq!(outputs.len(), rows.len());
    Ok(outputs)
}

/// The findings of all parts in their order; deviations between people are the mean over the points.
fn joined<'f>(parts: impl Iterator<Item = Option<&'f Findings>>) -> Output {
    let mut of_truth: Vec<Finding> = Vec::new();
    let (mut here, mut there) = (0.0, 0.0);
    let mut compares = false;
    for part in parts {
        let Some(part) = part else { return Output { findings: None } };
        let points = part.of_truth.len() as f64;
        here += points * part.sd_here;
        if let Some(sd) = part.sd_there {
            compares = true;
            there += points * sd;
        }
        of_truth.extend(part.of_truth.iter().copied());
    }
    let points = of_truth.len().max(1) as f64;
    let sd_there = compares.then_some(there / points);
    Output { findings: Some(Findings { of_truth, sd_here: here / points, sd_there }) }
}
