//! The products in numbers, for programs.

use needlepoint_absorption::uptake::TOLD_HOURS;
use needlepoint_course::absorb::{ProductAbsorption, ZoneAbsorption};
use serde_json::{Value, json};

use super::AbsorbInput;

/// The products as JSON.
///
/// `zones` holds every zone with its `products`; the top level holds those of the first zone. Numbers
/// of a product are bands over the ensemble, and under `typical` those of the typical person. Arrays
/// of a quantity over time are at `hours`.
pub fn absorb_json(input: &AbsorbInput<'_>) -> String {
    let zones: Vec<Value> = input.zones.iter().map(zone).collect();
    let all = json!({
        "format": "needlepoint-absorb/1",
        "not_a_medical_device": true,
        "provenance": input.provenance,
        "title": input.case.title,
        "device_name": input.case.protocol.device_name,
        "hours": TOLD_HOURS,
        "products": zones.first().map(|zone| zone["products"].clone()),
        "zones": zones,
    });
    format!("{all:#}\n")
}

fn zone(zone: &ZoneAbsorption) -> Value {
    json!({
        "zone": zone.site,
        "label": zone.label,
        "layers": zone.layers,
        "channels_closed_hours": zone.channels_closed_hours,
        "products": zone.products.iter().map(product).collect::<Vec<_>>(),
    })
}

fn product(product: &ProductAbsorption) -> Value {
    let mut value = json!(product);
    let typical = &product.typical;
    value["typical"] = json!({
        "punctured": typical.punctured,
        "intact": typical.intact,
        "enhancement": typical.punctured.enhancement_over(&typical.intact),
        "channels_per_cm2": typical.channels.per_cm2,
        "mouth_radius_um": typical.channels.mouth_radius_um,
        "channel_length_um": typical.channels.length_um,
        "open_area": typical.open_area,
    });
    value
}
