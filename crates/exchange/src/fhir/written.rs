//! The order in which members are written.

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value};

/// Writes a tree with `resourceType` and `fullUrl` first and the other members by name.
///
/// Maps of the library are in another order depending on what any crate of a build asks of it; bytes must not be.
pub(super) struct Written<'a>(pub(super) &'a Value);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in in_order(members) {
                    map.serialize_entry(key, &Written(value))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Written)),
            plain => plain.serialize(serializer),
        }
    }
}

fn in_order(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(key, _)| (!matches!(key.as_str(), "resourceType" | "fullUrl"), *key));
    members
}
