//! The needling in numbers, for programs.

use serde_json::{Map, Value, json};

use super::PuncturesInput;

/// The needling as JSON.
///
/// The top level holds the numbers of the first zone (or the one asked for) in the *typical* person,
/// and under `bands` the same names with the band of each over the ensemble. `zones` holds the same
/// for every zone. Beside another case each zone has `like`, and the top level `like_case`. The punctures themselves are in the CSV and Parquet.
pub fn punctures_json(input: &PuncturesInput<'_>) -> String {
    let zones: Vec<Map<String, Value>> = (0..input.zones.len()).map(|at| zone(input, at)).collect();
    let mut top = zones.first().cloned().unwrap_or_default();
    top.insert("format".to_owned(), json!("needlepoint-punctures/1"));
    top.insert("not_a_medical_device".to_owned(), json!(true));
    top.insert("provenance".to_owned(), json!(input.provenance));
    top.insert("title".to_owned(), json!(input.case.title));
    top.insert("device_name".to_owned(), json!(input.case.protocol.device_name));
    if let Some(like) = input.like {
        let case = json!({"file": like.case_file, "sha256": like.case_sha256, "title": like.title});
        top.insert("like_case".to_owned(), case);
    }
    top.insert("zones".to_owned(), zones.into_iter().map(Value::Object).collect());
    format!("{:#}\n", Value::Object(top))
}

fn zone(input: &PuncturesInput<'_>, at: usize) -> Map<String, Value> {
    let zone = &input.zones[at];
    let mut map = match json!(zone.typical) {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let about = json!({
        "zone": zone.site,
        "label": zone.label,
        "area_cm2": zone.area_cm2,
        "patch_area_cm2": zone.patch_side_mm * zone.patch_side_mm / 100.0,
        "holes_on_patch": zone.punctures.len(),
        "needle_length_mm": zone.needle_length_mm,
        "passes": zone.directions_deg.len(),
        "nominal_holes_per_cm2_per_pass": zone.summary.nominal_holes_per_cm2_per_pass,
        "layers": zone.layers,
        "depth_histogram": zone.summary.depth_histogram,
        "bands": zone.bands,
    });
    if let Value::Object(about) = about {
        map.extend(about);
    }
    if let Some(liked) = input.liked(at) {
        map.insert("like".to_owned(), json!(liked.like));
    }
    map
}
