//! Medicines found by any name that people know them by.

use axum::{
    Json,
    extract::{Query, State},
};
use needlepoint_knowledge::medicine::Medicine;
use serde::{Deserialize, Serialize};

use crate::{app::App, refusal::Refusal, security::Visitor};

/// Names that are offered at once.
const OFFERED: usize = 10;
/// Longest text that is looked for, characters.
const LONGEST: usize = 60;

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

/// A name that begins with, or holds, what was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Found {
    /// The name.
    name: String,
    /// The generic name, if that is another.
    of: Option<String>,
}

/// Names of medicines, the likeliest first.
pub(super) async fn find(
    State(app): State<App>,
    _visitor: Visitor,
    Query(search): Query<Search>,
) -> Result<Json<Vec<Found>>, Refusal> {
    Ok(Json(found(&app.knowledge.medicines.medicines, &search.q)))
}

fn found(medicines: &[Medicine], asked: &str) -> Vec<Found> {
    let asked: String = asked.trim().to_lowercase().chars().take(LONGEST).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(bool, Found)> = Vec::new();
    for medicine in medicines {
        for name in std::iter::once(&medicine.name).chain(&medicine.also) {
            let Some(at) = name.find(&asked) else { continue };
            let of = (*name != medicine.name).then(|| medicine.name.clone());
            found.push((at > 0, Found { name: name.clone(), of }));
        }
    }
    // Stable: generic names stand before others that begin in the same way.
    found.sort_by_key(|(inside, one)| (*inside, one.of.is_some()));
    found.into_iter().map(|(_, one)| one).take(OFFERED).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use needlepoint_knowledge::Knowledge;

    use super::*;

    #[test]
    fn brands_lead_to_the_medicine_and_beginnings_come_first() {
        let knowledge = Knowledge::embedded().unwrap();
        let found = |asked: &str| found(&knowledge.medicines.medicines, asked);
        assert_eq!(found("Roaccut")[0].of.as_deref(), Some("isotretinoin"));
        assert_eq!(found("isotret")[0], Found { name: "isotretinoin".to_owned(), of: None });
        assert!(found("a").len() == OFFERED);
        assert!(found("a").iter().all(|one| one.name.starts_with('a')));
        assert!(found("  ").is_empty());
        assert!(found(&"\u{1f489}".repeat(5000)).is_empty());
    }
}
