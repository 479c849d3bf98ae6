//! A case told back in sentences.

use std::fmt::Write as _;

use needlepoint_knowledge::device::DeviceRecord;

use crate::case::{
    Case, Concern, Patient, ProductUse, Protocol, Simulate, Size, SkinSupport, StriaColour,
    StudyNote, SunExposure, When, Zone,
};

impl Case {
    /// The case in plain words, one sentence or two each: for the report.
    pub fn in_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.study.iter().map(StudyNote::in_words).collect();
        words.push(self.patient.in_words());
        words.extend(self.concerns.iter().map(Concern::in_words));
        words.extend(self.protocol.in_words());
        words.push(self.simulate.in_words());
        words
    }
}

impl StudyNote {
    fn in_words(&self) -> String {
        format!(
            "The case restates a published study ({}): {} stated there, {} assumed here.",
            self.citation,
            counted(self.stated.len(), "point is", "points are"),
            self.assumed.len(),
        )
    }
}

impl Patient {
    fn in_words(&self) -> String {
        let mut text = format!(
            "A {} patient of {} years, Fitzpatrick phototype {}",
            self.sex,
            short(self.age_years),
            self.phototype
        );
        if let Some(weight_kg) = self.weight_kg {
            let _ = write!(text, ", {} kg", short(weight_kg));
        }
        match self.smoker {
            Some(true) => text.push_str(", who smokes"),
            Some(false) => text.push_str(", who does not smoke"),
            None => {}
        }
        text.push_str(match self.sun_exposure {
            SunExposure::Low => ", with little sun on the skin.",
            SunExposure::Usual => ".",
            SunExposure::High => ", with much sun on the skin.",
        });
        if !self.history.is_empty() {
            let conditions: Vec<String> =
                self.history.iter().map(|condition| condition.word().replace('-', " ")).collect();
            let _ = write!(text, " History: {}.", conditions.join(", "));
        }
        if !self.medicines.is_empty() {
            let _ = write!(text, " Medicines: {}.", self.medicines.join(", "));
        }
        if !self.history.is_empty() || !self.medicines.is_empty() {
            text.push_str(" These are recorded, not screened.");
        }
        text
    }
}

impl Concern {
    fn in_words(&self) -> String {
        let mut details = Vec::new();
        if let Some(rating) = &self.severity {
            details.push(format!("score {} on the scale {}", short(rating.score), rating.scale));
        }
        details.extend(self.size.in_words());
        if let Some(types) = &self.scar_types {
            details.push(format!(
                "{} % boxcar, {} % rolling, {} % ice-pick",
                short(100.0 * types.boxcar_share),
                short(100.0 * types.rolling_share),
                short(100.0 * types.ice_pick_share)
            ));
        }
        if let Some(days) = self.lesion_age_days {
            details.push(format!("there since {}", duration(days)));
        }
        let details =
            if details.is_empty() { String::new() } else { format!(": {}", details.join("; ")) };
        format!("{}, site {}{details}.", self.kind.label(), self.site)
    }
}

impl Size {
    fn in_words(&self) -> Vec<String> {
        let mm =
            |value: Option<f64>, what: &str| value.map(|mm| format!("{} mm {what}", short(mm)));
        let share = |value: Option<f64>, what: &str| {
            value.map(|share| format!("{} % {what}", short(100.0 * share)))
        };
        [
            mm(self.depth_mm, "deep"),
            mm(self.height_mm, "high"),
            mm(self.width_mm, "wide"),
            mm(self.wavelength_mm, "from wrinkle to wrinkle"),
            share(self.excess_melanin_share, "more melanin than the skin around"),
            self.stria_colour.map(|colour| {
                match colour {
                    StriaColour::Rubra => "red or purple",
                    StriaColour::Alba => "white",
                }
                .to_owned()
            }),
            share(self.missing_collagen_share, "of the collagen missing"),
            share(self.missing_elasticity_share, "of the elasticity missing"),
            share(self.excess_area_share, "more area than ordinary pores"),
            self.hairs_per_cm2.map(|hairs| format!("{} hairs/cm2", short(hairs))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl Protocol {
    fn in_words(&self) -> Vec<String> {
        let mut words = vec![self.sessions_in_words()];
        words.extend(self.zones.iter().map(|zone| zone.in_words(&self.device)));
        if let Some(numbing) = &self.numbing {
            words.push(format!(
                "Numbing before each session: {} for {} minutes{}{}.",
                numbing.product,
                short(numbing.duration_min),
                numbing
                    .amount_mg_per_cm2
                    .map_or_else(String::new, |amount| format!(", {} mg/cm2", short(amount))),
                match numbing.covered {
                    None => "",
                    Some(true) => ", under a dressing",
                    Some(false) => ", not covered",
                }
            ));
        }
        words.extend(self.products.iter().map(ProductUse::in_words));
        let aftercare = if self.aftercare_followed { "is" } else { "is not" };
        let cover = if self.occlusion_hours > 0.0 {
            format!(
                "; the skin stays covered for {} h after each session",
                short(self.occlusion_hours)
            )
        } else {
            String::new()
        };
        words.push(format!("The aftercare {aftercare} followed{cover}."));
        words
    }

    fn sessions_in_words(&self) -> String {
        let start = self.start.map_or(String::new(), |date| format!(", the first on {date}"));
        let [first, second, ..] = self.session_days.as_slice() else {
            return format!("One session with {}{start}.", self.device.label);
        };
        let interval = second - first;
        let even =
            self.session_days.windows(2).all(|pair| (pair[1] - pair[0] - interval).abs() < 1e-6);
        let spacing = if even {
            format!("{} apart", duration(interval))
        } else {
            let days: Vec<String> = self.session_days.iter().map(|day| short(*day)).collect();
            format!("on days {}", days.join(", "))
        };
        format!(
            "{} with {}, {spacing}{start}.",
            counted(self.session_days.len(), "session", "sessions"),
            self.device.label
        )
    }
}

impl Zone {
    fn in_words(&self, device: &DeviceRecord) -> String {
        let length = short(self.needle_length_mm);
        let mut text = format!(
            "Site {}: {}, {}",
            self.site,
            if device.has_needles() {
                format!("needles of {length} mm")
            } else {
                format!("spots {length} mm deep")
            },
            counted(self.passes as usize, "pass", "passes")
        );
        if let Some(area) = self.area_cm2 {
            let _ = write!(text, ", {} cm2", short(area));
        }
        if let Some(speed) = self.glide_speed_mm_per_s {
            let _ = write!(text, ", moved at {} mm/s", short(speed));
        }
        if self.support == SkinSupport::Board {
            text.push_str(", skin cut out and pinned on a board");
        }
        text.push('.');
        if let Some(reason) = &self.override_reason {
            let _ = write!(
                text,
                " The length is beyond those evaluated for the device; the reason given: {reason}."
            );
        }
        text
    }
}

impl ProductUse {
    fn in_words(&self) -> String {
        let when = match self.when {
            When::InSession => "on the skin during each session".to_owned(),
            When::AfterSession => "after each session".to_owned(),
            When::Daily { for_days } => format!("daily for {}", duration(for_days)),
        };
        let amount = self
            .amount_mg_per_cm2
            .map_or(String::new(), |amount| format!(", {} mg/cm2 each time", short(amount)));
        format!("Product: {} {when}{amount}.", self.name)
    }
}

impl Simulate {
    fn in_words(&self) -> String {
        let times: Vec<String> = self.times_days.iter().copied().map(duration).collect();
        let looked_at = if times.is_empty() {
            String::new()
        } else {
            format!(" Looked at after {}.", times.join(", "))
        };
        format!(
            "Simulated for {} from the first session with {} possible truths (seed {}).{looked_at}",
            duration(self.horizon_days),
            self.members,
            self.seed
        )
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A number with at most two decimals.
pub(crate) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Days, or months where they come out even.
fn duration(days: f64) -> String {
    use needlepoint_knowledge::quantity::DAYS_PER_MONTH;
    let even = |unit: f64| (days / unit - (days / unit).round()).abs() < 1e-6 && days >= unit;
    let in_unit = |unit: f64, one, many| counted((days / unit).round() as usize, one, many);
    if even(12.0 * DAYS_PER_MONTH) && days > 13.0 * DAYS_PER_MONTH {
        in_unit(12.0 * DAYS_PER_MONTH, "year", "years")
    } else if even(DAYS_PER_MONTH) {
        in_unit(DAYS_PER_MONTH, "month", "months")
    } else if even(7.0) {
        in_unit(7.0, "week", "weeks")
    } else if even(1.0) {
        in_unit(1.0, "day", "days")
    } else if even(1.0 / 24.0) {
        in_unit(1.0 / 24.0, "hour", "hours")
    } else {
        format!("{} days", short(days))
    }
}
