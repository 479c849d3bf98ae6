//! The form of a visit: what it sends, and what is meant.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use jiff::Timestamp;
use needlepoint_records::{
    Id,
    clinical::{AdverseEvent, Score, Visit},
};

use super::offered::Zone;
use crate::{
    app::App,
    pages::{
        forms::{day, number, text, today},
        treat::events::{EventFields, MOST_EVENTS},
    },
    refusal::Refusal,
};

/// Longest text of a field, characters.
const LONGEST: usize = 10_000;
/// Most fields of a form: scores of all zones, and the pictures of a long story.
const MOST_FIELDS: usize = 2000;
/// Most photographs of a visit.
const MOST_PHOTOGRAPHS: usize = 100;

/// What a form sends.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    /// Fields by name.
    values: BTreeMap<String, String>,
    /// Photographs picked.
    pub(super) photographs: Vec<Id>,
    /// A photograph sent along.
    pub(super) picture: Vec<u8>,
    /// Site of it.
    pub(super) picture_site: Option<String>,
}

impl Fields {
    /// Read a form.
    ///
    /// # Errors
    /// When it does not arrive whole, or is larger than any form of a visit.
    pub(super) async fn read(mut form: Multipart) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        let broken = |why: axum::extract::multipart::MultipartError| match why.status() {
            axum::http::StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
            _ => Refusal::bad("The form did not arrive whole. Try again."),
        };
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "picture" {
                fields.picture = field.bytes().await.map_err(broken)?.to_vec();
                continue;
            }
            let value = field.text().await.map_err(broken)?;
            if value.chars().count() > LONGEST || fields.values.len() >= MOST_FIELDS {
                return Err(Refusal::TooLarge);
            }
            match name.as_str() {
                "photograph" => fields.photographs.extend(value.parse::<Id>()),
                "picture_site" => fields.picture_site = text(&value),
                _ => {
                    fields.values.insert(name, value);
                }
            }
        }
        fields.photographs.truncate(MOST_PHOTOGRAPHS);
        Ok(fields)
    }

    /// What a visit says, as a form would send it.
    pub(super) fn of(visit: &Visit, version: u32) -> Self {
        let mut fields = Self { photographs: visit.photographs.clone(), ..Self::default() };
        fields.put("seen_on", visit.seen_on.to_string());
        fields.put("note", visit.note.clone().unwrap_or_default());
        fields.put("version", version.to_string());
        let rater = visit.scores.iter().find_map(|score| score.rater.clone());
        fields.put("rater", rater.unwrap_or_default());
        for score in &visit.scores {
            fields.put(&score_field(&score.site, &score.scale), score.value.to_string());
        }
        fields
    }

    /// A field; empty if it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    pub(super) fn put(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), value);
    }

    /// The version that was seen; none is the oldest.
    pub(super) fn version(&self) -> u32 {
        self.get("version").parse().unwrap_or(0)
    }

    /// An event that is being written down.
    pub(super) fn event(&self) -> EventFields {
        let get = |name: &str| self.get(name).to_owned();
        EventFields {
            what: get("event-what"),
            severity: get("event-severity"),
            action: get("event-action"),
        }
    }

    /// The visit that is meant; scores that the form does not offer are taken from `before`.
    ///
    /// # Errors
    /// A sentence when something can't be used.
    pub(super) fn visit(
        &self,
        app: &App,
        (patient, plan): (Id, Option<Id>),
        zones: &[Zone],
        before: Option<&Visit>,
    ) -> Result<Visit, Refusal> {
        let words = &app.words;
        let seen_on = day(self.get("seen_on"))?;
        let seen_on = seen_on.ok_or_else(|| Refusal::bad(words.say("follow-needs-day")))?;
        if seen_on > today() {
            let date = ("date", seen_on.to_string().into());
            return Err(Refusal::bad(words.say_with("follow-future", [date])));
        }
        let rater = text(self.get("rater"));
        let mut scores = self.scores(app, zones, rater.as_ref())?;
        let kept = before.into_iter().flat_map(|before| &before.scores);
        scores.extend(kept.filter(|score| !offers(zones, score)).cloned());
        let mut adverse_events: Vec<AdverseEvent> =
            before.map(|before| before.adverse_events.clone()).unwrap_or_default();
        if let Some(event) = self.event().event(app, Timestamp::now())? {
            if adverse_events.len() >= MOST_EVENTS {
                return Err(Refusal::bad(words.say("treat-events-full")));
            }
            adverse_events.push(event);
        }
        Ok(Visit {
            patient,
            plan,
            seen_on,
            scores,
            photographs: self.photographs.clone(),
            adverse_events,
            note: text(self.get("note")),
        })
    }

    fn scores(
        &self,
        app: &App,
        zones: &[Zone],
        rater: Option<&String>,
    ) -> Result<Vec<Score>, Refusal> {
        let mut scores = Vec::new();
        for zone in zones {
            for offered in zone.scores.iter().chain(&zone.measured) {
                let Some(value) = number(self.get(&score_field(&zone.site, &offered.name)))? else {
                    continue;
                };
                let (least, most) = offered.ends.unwrap_or((-1000.0, 1000.0));
                if !(least..=most).contains(&value) {
                    return Err(Refusal::bad(app.words.say_with(
                        "follow-out-of-range",
                        [
                            ("what", offered.label.clone().into()),
                            ("least", least.to_string().into()),
                            ("most", most.to_string().into()),
                        ],
                    )));
                }
                scores.push(Score {
                    site: zone.site.clone(),
                    scale: offered.name.clone(),
                    value,
                    rater: rater.cloned(),
                });
            }
        }
        Ok(scores)
    }
}

/// Name of the field of a score.
pub(super) fn score_field(site: &str, scale: &str) -> String {
    format!("score.{site}.{scale}")
}

/// Whether the form asks for a score.
fn offers(zones: &[Zone], score: &Score) -> bool {
    let here = zones.iter().filter(|zone| zone.site == score.site);
    let mut all = here.flat_map(|zone| zone.scores.iter().chain(&zone.measured));
    all.any(|offered| offered.name == score.scale)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::ToSpan as _;
    use needlepoint_records::clinical::Severity;

    use super::*;
    use crate::pages::{follow::days::tests::day, treat::tests::clinic};

    #[test]
    fn a_visit_comes_back_from_its_form() {
        let score = |scale: &str, value| Score {
            site: "cheek".to_owned(),
            scale: scale.to_owned(),
            value,
            rater: Some("doctor".to_owned()),
        };
        let visit = Visit {
            patient: Id::new(),
            plan: Some(Id::new()),
            seen_on: day("2026-04-09"),
            scores: vec![score("gais", 1.5), score("of-another-time", 3.0)],
            photographs: vec![Id::new()],
            adverse_events: vec![AdverseEvent {
                at: Timestamp::UNIX_EPOCH,
                what: "dark marks".to_owned(),
                severity: Severity::Moderate,
                action: None,
            }],
            note: Some("better".to_owned()),
        };
        let fields = Fields::of(&visit, 7);
        assert_eq!(
            (fields.version(), fields.get("seen_on"), fields.get("score.cheek.gais")),
            (7, "2026-04-09", "1.5")
        );
        assert_eq!(fields.photographs, visit.photographs);
        // What the form does not ask for is not lost.
        assert!(!offers(&[], &visit.scores[1]));
    }

    #[tokio::test]
    async fn a_visit_that_is_still_to_come_is_refused() {
        let clinic = clinic().await;
        let on = |days: i64| {
            let mut fields = Fields::default();
            fields.put("seen_on", today().checked_add(days.days()).unwrap().to_string());
            fields.visit(&clinic.app, (Id::new(), None), &[], None)
        };
        assert!(on(0).is_ok());
        // Two days, should midnight pass meanwhile.
        assert!(matches!(on(2), Err(Refusal::BadInput(why)) if why.contains("still to come")));
    }
}
