//! The whole result for programs, with what is needed to repeat it.

use needlepoint_course::result::{CourseResult, Outcome, Series, ZoneCourse};
use serde_json::{Value, json};

use crate::input::ReportInput;

/// The run as JSON: case, provenance, sessions, observables and, for each zone, outcomes, scales,
/// durations, needling and products. `requested` holds the observables once more, one entry for each
/// time that was asked for.
///
/// Keys are in the order of the alphabet and arrays in that of the report, so that the same run
/// gives the same bytes.
pub fn run_json(report: &ReportInput<'_>) -> String {
    let result = report.result;
    let run = json!({
        "format": "needlepoint-run/1",
        "not_a_medical_device": true,
        "provenance": report.provenance,
        "case": report.case,
        "case_in_words": report.case.in_words(),
        "warnings": report.warnings,
        "ensemble": result.ensemble,
        "members": result.members,
        "seed": result.seed,
        "fidelity": result.fidelity,
        "horizon_days": result.horizon_days,
        "sessions": result.sessions,
        "zones": result.zones.iter().map(zone).collect::<Vec<_>>(),
        "observables": observables(result),
        "requested": requested(result),
    });
    format!("{run:#}\n")
}

fn zone(zone: &ZoneCourse) -> Value {
    json!({
        "site": zone.site,
        "label": zone.label,
        "outcomes": zone.outcomes.iter().map(outcome).collect::<Vec<_>>(),
        "scales": zone.scales,
        "durations": zone.durations,
        "needling": {
            "needle_length_mm": zone.needle_length_mm,
            "passes": zone.passes,
            "area_cm2": zone.area_cm2,
            "minutes": zone.minutes,
            "depth_um": zone.depth_um,
            "holes_per_cm2": zone.holes_per_cm2,
            "injured_percent": zone.injured_percent.iter()
                .map(|(layer, band)| json!({ "layer": layer, "percent": band }))
                .collect::<Vec<_>>(),
            "pain": zone.pain,
            "typical": zone.summary,
        },
        "products": zone.uptake,
    })
}

fn outcome(outcome: &Outcome) -> Value {
    let mut value = serde_json::to_value(outcome).unwrap_or(Value::Null);
    value["unit"] = json!(outcome.observable.unit());
    value
}

fn observables(result: &CourseResult) -> Vec<Value> {
    result
        .zones
        .iter()
        .flat_map(|zone| zone.series.iter().map(|series| observable(&zone.site, series)))
        .collect()
}

fn observable(site: &str, series: &Series) -> Value {
    let each = |of: fn(&needlepoint_course::result::Band) -> f64| -> Vec<f64> {
        series.bands.iter().map(of).collect()
    };
    json!({
        "site": site,
        "observable": series.observable.name(),
        "label": series.observable.label(),
        "unit": series.observable.unit(),
        "at_days": series.days,
        "mean": each(|b| b.mean),
        "median": each(|b| b.median),
        "lo95": each(|b| b.lo95),
        "lo50": each(|b| b.lo50),
        "hi50": each(|b| b.hi50),
        "hi95": each(|b| b.hi95),
    })
}

/// Each observable of each zone at each time that was asked for.
fn requested(result: &CourseResult) -> Vec<Value> {
    let mut values = Vec::new();
    for zone in &result.zones {
        for series in &zone.series {
            let asked = result.requested_days.iter();
            values.extend(asked.filter_map(|day| {
                let band = series.at(*day)?;
                Some(json!({
                    "site": zone.site,
                    "observable": series.observable.name(),
                    "label": series.observable.label(),
                    "unit": series.observable.unit(),
                    "day": day,
                    "mean": band.mean,
                    "median": band.median,
                    "lo95": band.lo95,
                    "lo50": band.lo50,
                    "hi50": band.hi50,
                    "hi95": band.hi95,
                }))
            }));
        }
    }
    values
}
