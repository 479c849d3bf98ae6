//! The whole result for programs, with what is needed to repeat it.

use needlepoint_course::result::{CourseResult, Outcome, Series, ZoneCourse};
use serde_json::{Value, json};

use crate::input::ReportInput;

/// The run as JSON: case, provenance, sessions, observables and, for each zone, outcomes, scales,
/// durations, needling and products.
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
