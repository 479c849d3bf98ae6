//! Choices: as forms send them, as records keep them, as the planner takes them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use needlepoint_care::{
    chosen::{Chosen, ChosenZone, Room},
    plan::Plan,
};
use needlepoint_records::clinical::{Settings, ZoneSettings};

use crate::{pages::forms::number, refusal::Refusal};

/// Zones that a form may hold; there are fewer sites.
const MOST_ZONES: usize = 64;

/// What is kept, as the planner takes it.
pub(crate) fn chosen(settings: &Settings, dates: &[Date]) -> Chosen {
    let zones = settings.zones.iter().map(|zone| ChosenZone {
        site: zone.site.clone(),
        needle_mm: zone.needle_mm,
        passes: zone.passes,
    });
    Chosen {
        device: settings.device.clone(),
        zones: zones.collect(),
        sessions: settings.sessions,
        interval_days: settings.interval_days,
        serum: settings.serum.clone(),
        aftercare_kept: settings.aftercare_kept,
        dates: dates.to_vec(),
    }
}

/// What is proposed, as a choice.
pub(crate) fn proposed(plan: &Plan, room: &Room) -> Settings {
    const DAYS_PER_WEEK: f64 = 7.0;
    let zones = plan.zones.iter().map(|zone| ZoneSettings {
        site: zone.site.clone(),
        needle_mm: zone.needle_mm,
        passes: zone.passes,
    });
    let serum = plan.protocol.products.first().map(|product| product.name.clone());
    Settings {
        device: room.device.clone(),
        zones: zones.collect(),
        sessions: plan.dates.len() as u32,
        interval_days: (plan.interval_weeks * DAYS_PER_WEEK).round() as u32,
        serum: serum.filter(|name| room.serums.iter().any(|(known, _)| known == name)),
        aftercare_kept: true,
    }
}

/// What a form of settings sends: `device`, `sessions`, `interval_days`, `serum`, `aftercare`, and for each zone
/// `needle.SITE` and `passes.SITE`.
///
/// # Errors
/// A sentence when a field is missing or is no number.
pub(super) fn of_form(fields: &[(String, String)]) -> Result<Settings, Refusal> {
    let field = |name: &str| {
        fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    let count = |name: &str| whole(field(name).unwrap_or_default(), name);
    let mut zones: BTreeMap<&str, (Option<f64>, Option<u32>)> = BTreeMap::new();
    for (name, value) in fields {
        if let Some(site) = name.strip_prefix("needle.") {
            zones.entry(site).or_default().0 = number(value)?;
        } else if let Some(site) = name.strip_prefix("passes.") {
            zones.entry(site).or_default().1 = Some(whole(value, "passes")?);
        }
    }
    if zones.is_empty() || zones.len() > MOST_ZONES {
        return Err(Refusal::bad("The settings name no zone. Reload the page."));
    }
    let zones = zones.into_iter().map(|(site, chosen)| match chosen {
        (Some(needle_mm), Some(passes)) => {
            Ok(ZoneSettings { site: site.to_owned(), needle_mm, passes })
        }
        _ => Err(Refusal::bad("A zone needs a needle length and passes. Reload the page.")),
    });
    Ok(Settings {
        device: field("device").unwrap_or_default().to_owned(),
        zones: zones.collect::<Result<_, _>>()?,
        sessions: count("sessions")?,
        interval_days: count("interval_days")?,
        serum: field("serum").filter(|name| !name.is_empty()).map(str::to_owned),
        aftercare_kept: field("aftercare").is_some(),
    })
}

/// The fields of a form as it is sent.
pub(super) fn fields(body: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn whole(value: &str, what: &str) -> Result<u32, Refusal> {
    let whole = value.trim().parse::<u32>();
    whole.map_err(|_| Refusal::bad(format!("{what}: a whole number is needed.")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FORM: &str = "device=skinpen&sessions=3&interval_days=28&serum=&aftercare=yes&needle.cheek=1.5&passes.cheek=4&needle.forehead=0.5&passes.forehead=4";

    #[test]
    fn a_form_is_a_choice() {
        let settings = of_form(&fields(FORM)).unwrap();
        assert_eq!((settings.sessions, settings.interval_days), (3, 28));
        assert!(settings.aftercare_kept && settings.serum.is_none());
        let sites: Vec<&str> = settings.zones.iter().map(|zone| zone.site.as_str()).collect();
        assert_eq!(sites, ["cheek", "forehead"]);
        assert_eq!(chosen(&settings, &[]).zones.len(), 2);
    }

    #[test]
    fn a_broken_form_is_told() {
        for broken in [
            "",
            "device=a&sessions=3&interval_days=28",
            "sessions=three&interval_days=28&needle.cheek=1&passes.cheek=2",
            "sessions=3&interval_days=-1&needle.cheek=1&passes.cheek=2",
            "sessions=3&interval_days=28&needle.cheek=NaN&passes.cheek=2",
            "sessions=3&interval_days=28&needle.cheek=1",
        ] {
            assert!(matches!(of_form(&fields(broken)), Err(Refusal::BadInput(_))), "{broken}");
        }
    }
}
