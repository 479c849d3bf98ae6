//! A case told back in sentences.

use std::fmt::Write as _;

use needlepoint_knowledge::{condition::Status, device::DeviceRecord};

use crate::case::{
    Case, Concern, Consultation, Denied, NumbingWish, Override, Patient, Place, ProductUse,
    Protocol, Setting, Simulate, SimulateWishes, Size, SkinSupport, StatedCondition,
    StatedMedicine, StriaColour, StudyNote, SunExposure, When, Wishes, Zone,
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

impl Consultation {
    /// The consultation in plain words, one sentence or two each.
    pub fn in_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.study.iter().map(StudyNote::in_words).collect();
        words.extend(self.assessed.map(|day| format!("Seen on {day}.")));
        words.push(self.patient.in_words());
        words.extend(self.concerns.iter().map(Concern::in_words));
        words.extend(self.wishes.in_words());
        words.extend(self.overrides.iter().map(Override::in_words));
        match &self.protocol {
            Some(protocol) => words.extend(protocol.in_words()),
            None => words.push("No protocol is stated: one is planned.".to_owned()),
        }
        words.extend(self.simulate.in_words());
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
            let _ = write!(text, " History: {}.", listed(&self.history, StatedCondition::in_words));
        }
        match &self.denies {
            Denied::AllOthers => text.push_str(" Everything else that is asked is denied."),
            Denied::Listed(names) if names.is_empty() => {}
            Denied::Listed(names) => {
                let _ = write!(text, " Denied: {}.", listed(names, |name| spoken(name)));
            }
        }
        match self.medicines.as_deref() {
            None => {}
            Some([]) => text.push_str(" No medicines."),
            Some(medicines) => {
                let _ =
                    write!(text, " Medicines: {}.", listed(medicines, StatedMedicine::in_words));
            }
        }
        text
    }
}

impl StatedCondition {
    /// "dermal filler, on 2026-08-01, cheek".
    pub fn in_words(&self) -> String {
        self.told_as(&spoken(&self.name))
    }

    /// The same with another name for the condition.
    pub fn told_as(&self, name: &str) -> String {
        let mut words = vec![name.to_owned()];
        words.extend(self.status.map(|status| {
            match status {
                Status::Active => "active",
                Status::Past => "earlier, not now",
                Status::Controlled => "controlled",
                Status::Uncontrolled => "not controlled",
                Status::Planned => "planned",
            }
            .to_owned()
        }));
        words.extend(self.grade.map(|grade| format!("grade {grade}")));
        words.extend(self.since.map(|since| format!("since {since}")));
        words.extend(self.ended.map(|ended| format!("until {ended}")));
        words.extend(self.on.map(|on| format!("on {on}")));
        words.extend(self.sites.iter().map(Place::in_words));
        words.join(", ")
    }
}

impl StatedMedicine {
    /// "isotretinoin, stopped on 2026-06-30".
    pub fn in_words(&self) -> String {
        self.told_as(&self.name)
    }

    /// The same with another name for the medicine.
    pub fn told_as(&self, name: &str) -> String {
        let mut words = vec![name.to_owned()];
        words.extend(self.since.map(|since| format!("since {since}")));
        words.extend(self.stopped.map(|stopped| format!("stopped on {stopped}")));
        words.extend(self.sites.iter().map(Place::in_words));
        words.join(", ")
    }
}

impl Place {
    /// The name of the site, or "face" or "elsewhere".
    pub fn in_words(&self) -> String {
        match self {
            Self::Site(site) => spoken(site),
            Self::Face => "face".to_owned(),
            Self::Elsewhere => "elsewhere".to_owned(),
        }
    }
}

/// Entries with semicolons between them.
fn listed<T>(entries: &[T], words: impl Fn(&T) -> String) -> String {
    entries.iter().map(words).collect::<Vec<_>>().join("; ")
}

/// A name of a file as words.
fn spoken(name: &str) -> String {
    name.replace('-', " ")
}

impl Wishes {
    fn in_words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if !self.devices.is_empty() {
            words.push(format!("Devices at hand: {}.", self.devices.join(", ")));
        }
        words.extend(self.start.map(|start| format!("Not before {start}.")));
        if !self.products.is_empty() {
            words.push(format!("Products asked for: {}.", self.products.join(", ")));
        }
        words.extend(self.numbing.as_ref().map(|numbing| match numbing {
            NumbingWish::Without => "No numbing is wanted.".to_owned(),
            NumbingWish::With => "Numbing is wanted.".to_owned(),
            NumbingWish::Product(name) => format!("Numbing with {name} is wanted."),
        }));
        words.extend(self.downtime_days.map(|days| format!("Days off at most: {}.", short(days))));
        words.extend(
            self.home_roller_mm
                .map(|mm| format!("Asks about a roller of {} mm at home.", short(mm))),
        );
        words.extend(self.setting.map(|setting| {
            match setting {
                Setting::Clinic => "Wants to be needled by a practitioner.",
                Setting::Home => "Wants to needle at home.",
            }
            .to_owned()
        }));
        words
    }
}

impl Override {
    fn in_words(&self) -> String {
        let reason = self.reason.trim_end_matches('.');
        format!("{} asks to set the rule {} aside: {reason}.", self.by, self.rule)
    }
}

impl SimulateWishes {
    fn in_words(&self) -> Option<String> {
        self.horizon_days.map(|days| format!("To be simulated for {}.", duration(days)))
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
