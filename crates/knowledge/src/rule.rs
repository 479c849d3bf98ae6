//! Clinical rules: what is asked of whom, what follows, with strength, source and what speaks against it.
//!
//! A rule holds plain data. Whether it holds for a patient is decided in the crate `care`.

use serde::Serialize;
use uom::si::{
    area::square_centimeter,
    f64::{Area, Length, Time},
    length::millimeter,
    time::{hour, minute},
};

use crate::{
    concern::ConcernKind,
    condition::{Range, Status, days, years},
    medicine::known_name,
    quantity::Share,
    reader::{Field, Table},
    site::Region,
    unit::{AreaMass, BodyMass, Grams},
};

/// Declares an enum of names once: variant, name in files, meaning.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $( $variant:ident = $word:literal, $meaning:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $( #[doc = $meaning] $variant, )+
        }

        impl $name {
            /// Every value with its name in files.
            pub const NAMED: &'static [(&'static str, Self)] =
                &[ $( ($word, Self::$variant) ),+ ];

            /// The name in files.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $word ),+ }
            }
        }
    };
}

named! {
    /// Where a rule is used.
    Part {
        Screening = "screening", "Is it safe? Only these rules have a consequence.";
        Preparation = "preparation", "In the days before a session.";
        Depth = "depth", "How long the needles are.";
        Course = "course", "How many sessions, how far apart, and after them.";
        Technique = "technique", "How the hand is led, photographs, how long it takes.";
        Endpoint = "endpoint", "When a site is done.";
        Numbing = "numbing", "Numbing creams.";
        Hygiene = "hygiene", "Antisepsis, single use, records.";
        Products = "products", "What goes onto the skin during and right after a session, and what does not.";
        Aftercare = "aftercare", "What to do and to leave afterwards.";
        Expected = "expected", "What is to be seen afterwards.";
        RedFlag = "red-flag", "On what somebody has to act.";
        Home = "home", "Needling at home.";
        Consent = "consent", "What is agreed on.";
        Device = "device", "What a device is cleared for and can do.";
    }
}

named! {
    /// What kind of source a rule rests on, by its strongest.
    RuleStrength {
        Label = "label", "Label or clearance of a device, or a notice of the agency that clears it.";
        Regulation = "regulation", "Law.";
        Manufacturer = "manufacturer", "Manual or handout of a maker.";
        Guideline = "guideline", "Guideline of a professional body or hospital.";
        Consensus = "consensus", "Consensus of a panel.";
        Review = "review", "Review of studies.";
        Trial = "trial", "Trial or series.";
        Hospital = "hospital", "Leaflet of a hospital.";
        PublicHealth = "public-health", "Report of a public health agency.";
        MedicineLabel = "medicine-label", "Label or leaflet of a medicine.";
        CaseReport = "case-report", "Reports of single cases.";
        Opinion = "opinion", "Opinion or habit of practitioners.";
        Article = "article", "Popular article.";
    }
}

impl RuleStrength {
    /// The strength in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Label => "label of a device or notice of its agency",
            Self::Regulation => "regulation",
            Self::Manufacturer => "manual of a maker",
            Self::Guideline => "guideline",
            Self::Consensus => "consensus of a panel",
            Self::Review => "review of studies",
            Self::Trial => "trial",
            Self::Hospital => "leaflet of a hospital",
            Self::PublicHealth => "report of a public health agency",
            Self::MedicineLabel => "label of a medicine",
            Self::CaseReport => "case report",
            Self::Opinion => "opinion of practitioners",
            Self::Article => "popular article",
        }
    }
}

named! {
    /// What follows from a screening rule, from the mildest to the most careful.
    Consequence {
        Inform = "inform", "Something to know and to tell.";
        Change = "change", "Needle with the changes of the rule.";
        Wait = "wait", "Not before a date, or not before it has settled.";
        Prescriber = "prescriber", "A prescriber decides first.";
        Refer = "refer", "A doctor or dermatologist decides first.";
        DoNotTreat = "do-not-treat", "Not at all.";
    }
}

named! {
    /// A part of a site.
    Place {
        InsideOrbitalRim = "inside-orbital-rim", "Inside the rim of the orbit.";
        OverBone = "over-bone", "Where bone lies close under the skin.";
    }
}

named! {
    /// Whether a medicine is taken.
    Taken {
        Now = "now", "It is taken.";
        Stopped = "stopped", "It was taken; the day of the last dose counts.";
        Planned = "planned", "It will be taken from a date that is known.";
    }
}

named! {
    /// Whether something is to be done or to be left.
    Act {
        Do = "do", "To be done.";
        Leave = "leave", "To be left.";
    }
}

named! {
    /// How soon somebody has to act, the most urgent first.
    RuleUrgency {
        Emergency = "emergency", "An emergency service, now.";
        SameDay = "same-day", "A doctor, today.";
        Soon = "soon", "The practitioner or a dermatologist, within days.";
    }
}

/// What a screening rule changes in a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum RuleChange {
    /// No numbing cream that holds one of these actives.
    OmitNumbing {
        /// Names in `knowledge/actives.toml`; empty: no numbing cream at all.
        actives: Vec<String>,
    },
    /// Shorter needles.
    Shallower {
        /// Longest needle, mm; `None`: the short end of what is advised otherwise.
        most_mm: Option<f64>,
    },
    /// Needle around what the rule is about, not over it.
    LeaveOut,
    /// Do not use a product.
    OmitProduct {
        /// Name in `knowledge/products.toml`, or a kind of product.
        product: String,
    },
    /// Something that has to be done or agreed on.
    AlsoDo {
        /// What, as a sentence.
        text: String,
    },
}

/// What must be true for a rule to hold, all of it; of each list, any one. What is empty or `None` asks for
/// nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct When {
    /// Names in `knowledge/conditions.toml`.
    pub condition: Vec<String>,
    /// How things stand with that condition; empty: however.
    pub status: Vec<Status>,
    /// How severe that condition is, 1 to 4.
    pub grade: Vec<u8>,
    /// Only where the condition lies on a treated site.
    pub here: bool,
    /// Classes in `knowledge/medicines.toml`.
    pub medicine: Vec<String>,
    /// Whether the medicine is taken; empty: however.
    pub taken: Vec<Taken>,
    /// Names in `knowledge/sites.toml`, among those treated.
    pub site: Vec<String>,
    /// Regions, among those treated.
    pub region: Vec<Region>,
    /// Only a part of the site.
    pub place: Option<Place>,
    /// Concerns, among those treated.
    pub concern: Vec<ConcernKind>,
    /// For how long the concern has been there, days.
    pub lesion_age_days: Option<Range>,
    /// Names in `knowledge/devices.toml`.
    pub device: Vec<String>,
    /// Something that this program does not plan, in words ("radiofrequency"): such a rule is there to be told,
    /// and never holds for a plan.
    pub outside: Option<String>,
    /// Names in `knowledge/products.toml`, or kinds of product.
    pub product: Vec<String>,
    /// Fitzpatrick phototypes, 1 to 6.
    pub phototype: Vec<u8>,
    /// Age, years.
    pub age_years: Option<Range>,
    /// Most body weight, kg.
    pub up_to_kg: Option<f64>,
    /// Needle lengths, mm: both ends belong to it.
    pub needle_mm: Option<(f64, f64)>,
    /// At home, or by a practitioner.
    pub home: Option<bool>,
}

impl When {
    /// Whether it asks for nothing, so that the rule always holds.
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

/// A line of a chart of needle lengths.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChartLine {
    /// What the source calls it.
    pub label: String,
    /// Names in `knowledge/sites.toml`; empty: wherever.
    pub site: Vec<String>,
    /// Concerns; empty: whatever.
    pub concern: Vec<ConcernKind>,
    /// Shortest and longest needle, mm.
    pub depth_mm: (f64, f64),
}

/// Numbers that a rule carries; pairs are least and most.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Numbers {
    /// Needle length, mm.
    pub depth_mm: Option<(f64, f64)>,
    /// Longest needle, mm.
    pub most_depth_mm: Option<f64>,
    /// Needle length that did best, mm.
    pub best_depth_mm: Option<f64>,
    /// Needle lengths by site and concern.
    pub chart: Vec<ChartLine>,
    /// Passes.
    pub passes: Option<(u32, u32)>,
    /// Sessions.
    pub sessions: Option<(u32, u32)>,
    /// From session to session, days.
    pub interval_days: Option<(f64, f64)>,
    /// Least time from session to session, days.
    pub shortest_interval_days: Option<f64>,
    /// From session to session once the course is over, days.
    pub maintenance_days: Option<(f64, f64)>,
    /// Uses in a week.
    pub per_week: Option<(u32, u32)>,
    /// Uses in a day.
    pub per_day: Option<(u32, u32)>,
    /// Times after the last session at which results are judged, days.
    pub follow_up_days: Vec<f64>,
    /// Length of a session, or time that a cream stays on, minutes.
    pub minutes: Option<(f64, f64)>,
    /// Most cream at once, g.
    pub most_g: Option<f64>,
    /// Largest area, cm2.
    pub most_cm2: Option<f64>,
    /// Most of the active in the product, as a share, 0 to 1.
    pub most_share: Option<f64>,
    /// Cream on an area, g/cm2.
    pub amount_g_per_cm2: Option<(f64, f64)>,
    /// How deep the skin is numb after how long: minutes, mm.
    pub numb_depth: Vec<(f64, f64)>,
    /// So long before a session, hours: least and most that is advised.
    pub before_hours: Option<(f64, f64)>,
    /// Hours after a session: from, until.
    pub hours: Option<(f64, f64)>,
    /// Days after a session: from, until; the day of the session is 0.
    pub days: Option<(f64, f64)>,
    /// Days of downtime by needle length: mm, days.
    pub downtime: Vec<(f64, f64)>,
    /// Least sun protection factor.
    pub least_spf: Option<u32>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Name in files.
    pub name: String,
    /// Where it is used.
    pub part: Part,
    /// Finer heading within the part, in words joined by hyphens.
    pub topic: String,
    /// Rules of the same group speak to the same question and may disagree.
    pub group: Option<String>,
    /// The rule in words.
    pub says: String,
    /// What it rests on.
    pub strength: RuleStrength,
    /// Identifiers in `knowledge/sources.toml`; the first is where it was read.
    pub sources: Vec<String>,
    /// What other sources say against it.
    pub against: Option<String>,
    /// Part of it is a default of this program or general medical knowledge.
    pub inferred: bool,
    /// A practitioner can't set it aside.
    pub fixed: bool,
    /// Asked for by few and without evidence: shown beside the others of its group, never followed.
    pub minority: bool,
    /// What must be true.
    pub when: When,
    /// What follows; screening alone has a consequence.
    pub then: Option<Consequence>,
    /// Shortest and longest wait that is advised, days, counted from the end of what the rule is about.
    pub wait_days: Option<(f64, f64)>,
    /// Days that must lie between a session and the beginning of what is planned.
    pub wait_before_days: Option<f64>,
    /// What it changes in a plan.
    pub changes: Vec<RuleChange>,
    /// Whether it is about something to do or something to leave (aftercare, preparation, products, home).
    pub act: Option<Act>,
    /// The same for a patient, in plain words and without the time, which stands beside it (aftercare).
    pub plain: Option<String>,
    /// How soon somebody has to act (red flags).
    pub urgency: Option<RuleUrgency>,
    /// What to do at once (red flags).
    pub act_now: Option<String>,
    /// Points of a list (what consent covers, what a record holds, views of a photograph).
    pub items: Vec<String>,
    /// Numbers.
    pub numbers: Numbers,
}

/// Names that rules may use.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'k> {
    /// Conditions.
    pub conditions: &'k [&'k str],
    /// Classes of medicines.
    pub classes: &'k [&'k str],
    /// Sites.
    pub sites: &'k [&'k str],
    /// Devices.
    pub devices: &'k [&'k str],
    /// Products and kinds of product.
    pub products: &'k [&'k str],
    /// Actives.
    pub actives: &'k [&'k str],
}

impl Rule {
    /// Read every rule of the file.
    pub fn read_all(root: &Table<'_>, names: &Names<'_>) -> Vec<Self> {
        let fields = root.records();
        let rules = fields.iter().filter_map(|field| Self::read(field, names)).collect();
        check_groups(&fields);
        rules
    }

    fn read(field: &Field<'_>, names: &Names<'_>) -> Option<Self> {
        let table = field.table()?;
        let part = table.require("part", "\"screening\"").and_then(|f| f.choice(Part::NAMED));
        let topic = table.require("topic", "\"infection\"").and_then(|f| f.text());
        let group = table.optional("group", |f| f.text().map(str::to_owned));
        let says = table.require("says", "\"the rule in a sentence\"").and_then(|f| sentence(&f));
        let strength =
            table.require("strength", "\"opinion\"").and_then(|f| f.choice(RuleStrength::NAMED));
        let sources = table.require("sources", "[\"chu-2021\"]").and_then(|f| texts(&f));
        if sources.as_ref().is_some_and(Vec::is_empty) {
            table.error("a rule needs a source");
        }
        let against = table.optional("against", sentence);
        let flag = |key| table.optional(key, Field::flag).map(|flag| flag.unwrap_or(false));
        let (inferred, fixed, minority) = (flag("inferred"), flag("fixed"), flag("minority"));
        let when = table.optional("when", |f| read_when(f, names));
        let then = table.optional("then", |f| f.choice(Consequence::NAMED));
        let wait_days = table.optional("wait", |f| f.pair(|item| span_days(item, 3660.0)));
        let wait_before_days = table.optional("wait_before", |f| span_days(f, 3660.0));
        let changes = table.optional("change", |f| f.list(|item| read_change(item, names)));
        let act = table.optional("act", |f| f.choice(Act::NAMED));
        let urgency = table.optional("urgency", |f| f.choice(RuleUrgency::NAMED));
        let plain = table.optional("plain", sentence);
        let act_now = table.optional("act_now", sentence);
        let items = table.optional("items", texts);
        let numbers = read_numbers(&table, names);
        let name = field.key().to_owned();
        let rule = (|| {
            Some(Self {
                name,
                part: part?,
                topic: topic?.to_owned(),
                group: group?,
                says: says?,
                strength: strength?,
                sources: sources?,
                against: against?,
                inferred: inferred?,
                fixed: fixed?,
                minority: minority?,
                when: when?.unwrap_or_default(),
                then: then?,
                wait_days: wait_days?,
                wait_before_days: wait_before_days?,
                changes: changes?.unwrap_or_default(),
                act: act?,
                plain: plain?,
                urgency: urgency?,
                act_now: act_now?,
                items: items?.unwrap_or_default(),
                numbers: numbers?,
            })
        })();
        if let Some(rule) = &rule {
            for message in rule.contradictions() {
                table.error(message);
            }
        }
        table.finish();
        rule
    }

    /// What does not go together, in sentences.
    fn contradictions(&self) -> Vec<&'static str> {
        let when = &self.when;
        let screens = self.part == Part::Screening;
        let timed = self.wait_days.is_some() || self.wait_before_days.is_some();
        let follows = |is: bool, wanted: bool| is && !wanted;
        [
            (screens && self.then.is_none(), "a rule of screening needs `then`"),
            (!screens && self.then.is_some(), "only rules of screening have `then`"),
            (
                follows(timed, self.then == Some(Consequence::Wait)),
                "`wait` and `wait_before` need `then = \"wait\"`",
            ),
            (
                self.then == Some(Consequence::Change) && self.changes.is_empty(),
                "`then = \"change\"` needs `change`",
            ),
            (
                follows(!self.changes.is_empty(), screens)
                    || (self.then == Some(Consequence::Inform) && !self.changes.is_empty()),
                "`change` needs a rule of screening that does more than inform",
            ),
            (
                self.part == Part::Aftercare
                    && (self.act.is_none() || self.numbers.hours.is_none() || self.plain.is_none()),
                "a rule of aftercare needs `act`, `hours` and `plain`",
            ),
            (
                self.part == Part::RedFlag && (self.urgency.is_none() || self.act_now.is_none()),
                "a red flag needs `urgency` and `act_now`",
            ),
            (
                self.part == Part::Expected && self.numbers.days.is_none(),
                "what is expected needs `days`",
            ),
            (
                self.part == Part::Preparation && self.act.is_none(),
                "a rule of preparation needs `act`",
            ),
            (
                when.condition.is_empty()
                    && (when.here || !when.status.is_empty() || !when.grade.is_empty()),
                "`status`, `grade` and `here` need a `condition`",
            ),
            (when.medicine.is_empty() && !when.taken.is_empty(), "`taken` needs a `medicine`"),
            (
                self.minority && self.group.is_none(),
                "a minority needs a `group` that it stands beside",
            ),
            (self.minority && self.fixed, "what few ask for can't be fixed"),
        ]
        .into_iter()
        .filter_map(|(wrong, message)| wrong.then_some(message))
        .collect()
    }
}

/// Every group has to have two rules: one alone is a slip of the pen.
fn check_groups(fields: &[Field<'_>]) {
    let groups: Vec<(&str, Field<'_>)> = fields
        .iter()
        .filter(|field| field.is_table())
        .filter_map(|field| field.table()?.get("group"))
        .filter_map(|field| Some((field.text_if()?, field)))
        .collect();
    for (group, field) in &groups {
        if groups.iter().filter(|(other, _)| other == group).count() < 2 {
            let others = groups.iter().map(|(other, _)| *other).filter(|other| other != group);
            let help = crate::nearest::nearest(group, others).map_or_else(
                || "leave `group` out".to_owned(),
                |near| format!("did you mean \"{near}\"?"),
            );
            field.error(format!("no other rule is of the group \"{group}\""), help);
        }
    }
}

fn texts(field: &Field<'_>) -> Option<Vec<String>> {
    field.list(|item| item.text().map(str::to_owned))
}

/// A sentence, without addresses of the web: they move, and sources are named elsewhere.
fn sentence(field: &Field<'_>) -> Option<String> {
    let text = field.text()?;
    if ["://", "www."].iter().any(|part| text.contains(part)) {
        field.error("the text holds an address of the web", "name a source instead");
        return None;
    }
    if !text.ends_with(['.', '!', '?']) {
        field.error("the text is no whole sentence", "end it with a full stop");
        return None;
    }
    Some(text.to_owned())
}

fn known_names(field: &Field<'_>, what: &str, known: &[&str]) -> Option<Vec<String>> {
    field.list(|item| known_name(item, what, known))
}

fn concerns(field: &Field<'_>) -> Option<Vec<ConcernKind>> {
    field.list(|item| item.choice(&ConcernKind::NAMED))
}

fn span_days(field: &Field<'_>, most: f64) -> Option<f64> {
    field.quantity_within::<Time>(days, "days", 0.0, most)
}

fn needle_mm(field: &Field<'_>) -> Option<f64> {
    field.quantity_within::<Length>(|l| l.get::<millimeter>(), "mm", 0.0, 5.0)
}

fn read_when(field: &Field<'_>, names: &Names<'_>) -> Option<When> {
    let table = field.table()?;
    let known = |key, what: &str, known: &[&str]| {
        table.optional(key, |f| known_names(f, what, known)).map(Option::unwrap_or_default)
    };
    let condition = known("condition", "condition", names.conditions);
    let status = table.optional("status", |f| f.list(|item| item.choice(&Status::NAMED)));
    let grade = table.optional("grade", |f| f.list(|item| item.whole(1, 4).map(|g| g as u8)));
    let here = table.optional("here", Field::flag);
    let medicine = known("medicine", "class of medicines", names.classes);
    let taken = table.optional("taken", |f| f.list(|item| item.choice(Taken::NAMED)));
    let site = known("site", "site", names.sites);
    let region = table.optional("region", |f| f.list(|item| item.choice(&Region::NAMED)));
    let place = table.optional("place", |f| f.choice(Place::NAMED));
    let concern = table.optional("concern", concerns);
    let lesion_age_days = table.optional("lesion_age", |f| Range::read(f, days, "days", 36_600.0));
    let device = known("device", "device", names.devices);
    let outside = table.optional("outside", |f| f.text().map(str::to_owned));
    let product = known("product", "product or kind of product", names.products);
    let phototype = table.optional("phototype", |f| f.list(|item| item.choice(&PHOTOTYPES)));
    let age_years = table.optional("age", |f| Range::read(f, years, "years", 130.0));
    let up_to_kg =
        table.optional("up_to", |f| f.quantity_within::<BodyMass>(|m| m.0, "kg", 0.0, 500.0));
    let needle = table.optional("needle", |f| f.pair(needle_mm));
    let home = table.optional("home", Field::flag);
    table.finish();
    Some(When {
        condition: condition?,
        status: status?.unwrap_or_default(),
        grade: grade?.unwrap_or_default(),
        here: here?.unwrap_or(false),
        medicine: medicine?,
        taken: taken?.unwrap_or_default(),
        site: site?,
        region: region?.unwrap_or_default(),
        place: place?,
        concern: concern?.unwrap_or_default(),
        lesion_age_days: lesion_age_days?,
        device: device?,
        outside: outside?,
        product: product?,
        phototype: phototype?.unwrap_or_default(),
        age_years: age_years?,
        up_to_kg: up_to_kg?,
        needle_mm: needle?,
        home: home?,
    })
}

/// Fitzpatrick phototypes as they are written in files.
const PHOTOTYPES: [(&str, u8); 6] =
    [("I", 1), ("II", 2), ("III", 3), ("IV", 4), ("V", 5), ("VI", 6)];

/// The kinds of change, by their names in files.
#[derive(Clone, Copy)]
enum ChangeKind {
    OmitNumbing,
    Shallower,
    LeaveOut,
    OmitProduct,
    AlsoDo,
}

fn read_change(field: &Field<'_>, names: &Names<'_>) -> Option<RuleChange> {
    let table = field.table()?;
    let kind = table.require("what", "\"also-do\"").and_then(|f| {
        f.choice(&[
            ("omit-numbing", ChangeKind::OmitNumbing),
            ("shallower", ChangeKind::Shallower),
            ("leave-out", ChangeKind::LeaveOut),
            ("omit-product", ChangeKind::OmitProduct),
            ("also-do", ChangeKind::AlsoDo),
        ])
    })?;
    let change = match kind {
        ChangeKind::OmitNumbing => table
            .optional("active", |f| known_names(f, "active", names.actives))
            .map(|actives| RuleChange::OmitNumbing { actives: actives.unwrap_or_default() }),
        ChangeKind::Shallower => {
            table.optional("most", needle_mm).map(|most_mm| RuleChange::Shallower { most_mm })
        }
        ChangeKind::LeaveOut => Some(RuleChange::LeaveOut),
        ChangeKind::OmitProduct => table
            .require("product", "\"vitamin-c\"")
            .and_then(|f| known_name(&f, "product or kind of product", names.products))
            .map(|product| RuleChange::OmitProduct { product }),
        ChangeKind::AlsoDo => table
            .require("text", "\"Do a patch test first.\"")
            .and_then(|f| sentence(&f))
            .map(|text| RuleChange::AlsoDo { text }),
    };
    table.finish();
    change
}

fn read_numbers(table: &Table<'_>, names: &Names<'_>) -> Option<Numbers> {
    let count = |most| move |f: &Field<'_>| f.whole(0, most).map(|whole| whole as u32);
    let stay =
        |f: &Field<'_>| f.quantity_within::<Time>(|time| time.get::<minute>(), "min", 0.0, 1440.0);
    let in_hours =
        |f: &Field<'_>| f.quantity_within::<Time>(|time| time.get::<hour>(), "h", 0.0, 17_568.0);
    let within_year = |f: &Field<'_>| span_days(f, 1100.0);
    let depth_mm = table.optional("depth", |f| f.pair(needle_mm));
    let most_depth_mm = table.optional("most_depth", needle_mm);
    let best_depth_mm = table.optional("best_depth", needle_mm);
    let chart = table.optional("chart", |f| f.list(|item| read_chart_line(item, names)));
    let passes = table.optional("passes", |f| f.pair(count(100)));
    let sessions = table.optional("sessions", |f| f.pair(count(60)));
    let interval_days = table.optional("interval", |f| f.pair(within_year));
    let shortest_interval_days = table.optional("shortest_interval", within_year);
    let maintenance_days = table.optional("maintenance", |f| f.pair(within_year));
    let per_week = table.optional("per_week", |f| f.pair(count(14)));
    let per_day = table.optional("per_day", |f| f.pair(count(24)));
    let follow_up_days = table.optional("follow_up", |f| f.list(within_year));
    let minutes = table.optional("minutes", |f| f.pair(stay));
    let most_g =
        table.optional("most_grams", |f| f.quantity_within::<Grams>(|m| m.0, "g", 0.0, 500.0));
    let most_cm2 = table.optional("most_area", |f| {
        f.quantity_within::<Area>(|a| a.get::<square_centimeter>(), "cm2", 0.0, 5000.0)
    });
    let most_share =
        table.optional("most_percent", |f| f.quantity_within::<Share>(|s| s.0, "of 1", 0.0, 1.0));
    let amount_g_per_cm2 = table.optional("amount", |f| {
        f.pair(|item| item.quantity_within::<AreaMass>(|m| m.0, "g/cm2", 0.0, 2.0))
    });
    let numb_depth = table.optional("numb_depth", |f| f.list(|item| two(item, stay, needle_mm)));
    let before_hours = table.optional("before", |f| f.pair(in_hours));
    let hours = table.optional("hours", |f| f.pair(in_hours));
    let days = table.optional("days", |f| f.pair(within_year));
    let downtime = table.optional("downtime", |f| f.list(|item| two(item, needle_mm, within_year)));
    let least_spf = table.optional("least_spf", count(100));
    Some(Numbers {
        depth_mm: depth_mm?,
        most_depth_mm: most_depth_mm?,
        best_depth_mm: best_depth_mm?,
        chart: chart?.unwrap_or_default(),
        passes: passes?,
        sessions: sessions?,
        interval_days: interval_days?,
        shortest_interval_days: shortest_interval_days?,
        maintenance_days: maintenance_days?,
        per_week: per_week?,
        per_day: per_day?,
        follow_up_days: follow_up_days?.unwrap_or_default(),
        minutes: minutes?,
        most_g: most_g?,
        most_cm2: most_cm2?,
        most_share: most_share?,
        amount_g_per_cm2: amount_g_per_cm2?,
        numb_depth: numb_depth?.unwrap_or_default(),
        before_hours: before_hours?,
        hours: hours?,
        days: days?,
        downtime: downtime?.unwrap_or_default(),
        least_spf: least_spf?,
    })
}

fn read_chart_line(field: &Field<'_>, names: &Names<'_>) -> Option<ChartLine> {
    let table = field.table()?;
    let label = table.require("label", "\"cheeks\"").and_then(|f| f.text());
    let site = table.optional("site", |f| known_names(f, "site", names.sites));
    let concern = table.optional("concern", concerns);
    let depth_mm =
        table.require("depth", "[\"0.5 mm\", \"1.0 mm\"]").and_then(|f| f.pair(needle_mm));
    if let (Some(None), Some(None)) = (&site, &concern) {
        table.error("the line says nothing of where or what for: give `site` or `concern`");
    }
    table.finish();
    Some(ChartLine {
        label: label?.to_owned(),
        site: site?.unwrap_or_default(),
        concern: concern?.unwrap_or_default(),
        depth_mm: depth_mm?,
    })
}

/// A list of two values of different kinds.
fn two<A, B>(
    field: &Field<'_>,
    first: impl Fn(&Field<'_>) -> Option<A>,
    second: impl Fn(&Field<'_>) -> Option<B>,
) -> Option<(A, B)> {
    let items = field.items()?;
    let [a, b] = items.as_slice() else {
        field.error(
            format!("`{}` has {} values, expected two", field.key(), items.len()),
            "write two values",
        );
        return None;
    };
    let (a, b) = (first(a), second(b));
    Some((a?, b?))
}
