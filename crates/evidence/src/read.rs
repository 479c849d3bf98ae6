//! Reads a study file and reports all that is wrong with it.

use needlepoint_case::{Concern, read_concern, read_protocol};
use needlepoint_knowledge::{
    Knowledge,
    document::Document,
    problem::{Problems, Severity},
    quantity::Share,
    reader::{Field, Reader, Table},
    source::ReadIn,
};
use needlepoint_skin::Phototype;
use uom::si::{
    f64::{Length, Time},
    length::micrometer,
    time::{day, minute},
};

use crate::{
    catalogue::{ENTRIES, Entry, NumbingNumber, Produced, SkinNumber, TransportNumber, find},
    study::{
        Amount, Applied, Arm, Comparison, Counted, Layer, Loaded, Measurement, Method, Mounted,
        OfSkin, OfTransport, Rater, Role, Statement, Study, Subjects, When,
    },
    unit::{self, Converted},
};

mod transport;

const DAYS_PER_YEAR: f64 = 365.2425;

/// Read a study; `name` is how the file is called in messages and `id` its stem.
///
/// Warnings of the case vocabulary (a prescription product, say) are nothing wrong with a study and
/// are left out.
pub fn read_study(
    name: &str,
    id: &str,
    text: &str,
    knowledge: &Knowledge,
) -> (Option<Study>, Problems) {
    let (document, problems) = Document::parse(name, text);
    let reader = Reader::new(&document, problems);
    let study = Desk { reader: &reader, knowledge, document: &document }.study(id);
    let all = reader.into_problems();
    let mut errors = Problems::new(std::sync::Arc::clone(&document.source));
    errors.extend(all.in_order().into_iter().filter(|p| p.severity == Severity::Error).cloned());
    let usable = !errors.has_errors();
    (study.filter(|_| usable), errors)
}

#[derive(Clone, Copy)]
struct Desk<'r> {
    reader: &'r Reader<'r>,
    knowledge: &'r Knowledge,
    document: &'r Document,
}

impl<'r> Desk<'r> {
    fn study(self, id: &str) -> Option<Study> {
        let file = self.reader.root();
        let text = |key, example: &str| {
            file.require(key, example).and_then(|f| f.text()).map(str::to_owned)
        };
        let citation = text("citation", "\"Authors. Title. Journal year;volume:pages\"");
        let doi = file.get("doi").and_then(|f| f.text()).map(str::to_owned);
        let read_in = file.require("read_in", "\"abstract\"").and_then(|f| {
            f.choice(&[
                ("full text", ReadIn::FullText),
                ("abstract", ReadIn::Abstract),
                ("secondary", ReadIn::Secondary),
            ])
        });
        let role = file.require("role", "\"calibrate\"").and_then(|f| {
            f.choice(&[("calibrate", Role::Calibrate), ("validate", Role::Validate)])
        });
        let design = file.require("design", "\"randomised\"").and_then(|f| {
            let words = [
                "randomised",
                "controlled",
                "single-arm",
                "case-series",
                "bench",
                "pooled",
                "review",
            ];
            f.choice(&words.map(|word| (word, word)))
        });
        let rater = file.require("rater", "\"instrument\"").and_then(|f| rater(&f));
        let assumed = file
            .get("assumed")
            .map(|f| f.texts().into_iter().map(|(text, _)| text.to_owned()).collect())
            .unwrap_or_default();
        let subjects = file
            .require("subjects", "{ n = 30, species = \"human\", skin = \"in-vivo\", ... }")
            .and_then(|f| f.table())
            .and_then(|table| subjects(table, None));
        let concerns: Vec<Option<Concern>> = file
            .tables("concern")
            .into_iter()
            .map(|table| {
                let concern = read_concern(self.reader, &table, self.knowledge);
                table.finish();
                concern
            })
            .collect();
        let arms = self.arms(&file);
        let names: Vec<String> = arms.iter().map(|(name, _)| name.clone()).collect();
        let first_site = arms
            .first()
            .and_then(|(_, arm)| arm.as_ref())
            .and_then(|arm| arm.protocol.zones.first())
            .map(|zone| zone.site.clone());
        let n = subjects.as_ref().and_then(|subjects| subjects.n);
        let list = file.get("measurement");
        if list.is_none() {
            file.error("the study has no [[measurement]]");
        }
        let measurements: Vec<Option<Measurement>> = list
            .map(|field| field.tables())
            .unwrap_or_default()
            .into_iter()
            .map(|table| {
                let context = Context {
                    arms: &names,
                    read: &arms,
                    site: first_site.as_deref(),
                    rater,
                    n,
                    subjects: subjects.as_ref(),
                };
                let measurement = self.measurement(&table, &context);
                table.finish();
                measurement
            })
            .collect();
        file.finish();
        Some(Study {
            id: id.to_owned(),
            citation: citation?,
            doi: doi.filter(|doi| !doi.is_empty()),
            read_in: read_in?,
            role: role?,
            design: design?.to_owned(),
            subjects: subjects?,
            concerns: concerns.into_iter().collect::<Option<_>>()?,
            arms: arms.into_iter().map(|(_, arm)| arm).collect::<Option<_>>()?,
            assumed,
            measurements: measurements.into_iter().collect::<Option<_>>()?,
        })
    }

    /// `[arm.NAME]`: a protocol as in a case, or `like = "OTHER"` with what differs; and what a trial of
    /// transport adds to it.
    fn arms(self, file: &Table<'r>) -> Vec<(String, Option<Arm>)> {
        let Some(list) = file.require("arm", "... : write [arm.needled] with a protocol") else {
            return Vec::new();
        };
        let Some(table) = list.table() else { return Vec::new() };
        let mut arms: Vec<(String, Option<Arm>)> = Vec::new();
        for record in table.records() {
            let name = record.key().to_owned();
            let Some(arm) = record.table() else {
                arms.push((name, None));
                continue;
            };
            let base = match arm.get("like") {
                Some(like) => Self::variant(&arm, &like, &arms),
                None => read_protocol(self.reader, &arm, self.knowledge).map(|protocol| Arm {
                    name: String::new(),
                    protocol,
                    applied: None,
                    mounted: None,
                }),
            };
            let applied = arm.get("applied").map(|f| transport::applied(&f, self.knowledge));
            let mounted = arm.get("mounted").map(|f| transport::mounted(&f));
            arm.finish();
            arms.push((name.clone(), Self::completed(name, base, applied, mounted)));
        }
        if arms.is_empty() {
            list.error("there is no arm", "write [arm.needled] with a protocol");
        }
        arms
    }

    /// The arm with what it states itself; none where anything of it is wrong.
    fn completed(
        name: String,
        base: Option<Arm>,
        applied: Option<Option<Applied>>,
        mounted: Option<Option<Mounted>>,
    ) -> Option<Arm> {
        let mut arm = Arm { name, ..base? };
        if let Some(applied) = applied {
            arm.applied = Some(applied?);
        }
        if let Some(mounted) = mounted {
            arm.mounted = Some(mounted?);
        }
        Some(arm)
    }

    /// An arm like an earlier one, without its needles or its products.
    fn variant(
        arm: &Table<'r>,
        like: &Field<'r>,
        earlier: &[(String, Option<Arm>)],
    ) -> Option<Arm> {
        let name = like.text()?;
        let found = earlier.iter().find(|(known, _)| known == name);
        if found.is_none() {
            like.unknown_name("earlier arm", name, earlier.iter().map(|(known, _)| known.as_str()));
        }
        let mut like = found?.1.clone()?;
        if arm.get("needles").is_some_and(|f| f.choice(&[("none", ())]).is_some()) {
            for zone in &mut like.protocol.zones {
                zone.passes = 0;
            }
        }
        if arm.get("products").is_some_and(|f| f.choice(&[("none", ())]).is_some()) {
            like.protocol.products.clear();
            like.applied = None;
        }
        Some(like)
    }

    fn measurement(self, table: &Table<'r>, context: &Context<'_>) -> Option<Measurement> {
        let entry = table.require("observable", "\"papillary_collagen\"").and_then(|field| {
            let name = field.text()?;
            let entry = find(name);
            if entry.is_none() {
                field.unknown_name("observable", name, ENTRIES.iter().map(|e| e.name));
            }
            entry
        });
        let arm_named = |field: Field<'_>| {
            let name = field.text()?;
            let at = context.arms.iter().position(|arm| arm == name);
            if at.is_none() {
                field.unknown_name("arm", name, context.arms.iter().map(String::as_str));
            }
            at
        };
        let arm = match table.get("arm") {
            Some(field) => arm_named(field),
            None if context.arms.len() == 1 => Some(0),
            None => {
                table.error("the study has several arms; say which with `arm = \"...\"`");
                None
            }
        };
        let (against, has_against) = Self::against(table, &arm_named);
        let site = match table.get("site") {
            Some(field) => {
                let name = field.text();
                let known = name.filter(|name| self.knowledge.site(name).is_some());
                if let (Some(name), None) = (name, known) {
                    let sites = self.knowledge.sites.iter().map(|site| site.name.as_str());
                    field.unknown_name("site", name, sites);
                }
                known.map(str::to_owned)
            }
            None => context.site.map(str::to_owned),
        };
        let at = table.get("at").map(|field| when(&field));
        let scale = table.get("scale").map(|field| self.scale(&field));
        let product = table.get("product").map(|field| self.product(&field));
        let numbing = NumbingKeys::of(table);
        let n = table.get("n").map(|field| field.within(field.number()?, "", 1.0, 1e6));
        let rater = table.get("rater").map_or(context.rater, |field| rater(&field));
        let note = table.get("note").and_then(|f| f.text()).unwrap_or_default().to_owned();
        let not_scored = table.get("not_scored").map(|field| reason(&field));
        let these = table
            .get("subjects")
            .map(|field| field.table().and_then(|table| subjects(table, Some(context.subjects?))));
        let skin = SkinKeys::of(table);
        let entry = entry?;
        let of_skin = skin.read(table, entry);
        let of_transport = transport::of_transport(
            table,
            entry,
            &transport::Read {
                arms: [arm, against.map(|(arm, _)| arm)]
                    .into_iter()
                    .flatten()
                    .map(|at| &context.read[at])
                    .collect(),
                product: product.is_some(),
                at: at.flatten(),
                layer: skin.layer.as_ref(),
                subjects: match &these {
                    Some(these) => these.as_ref(),
                    None => context.subjects,
                },
            },
        );
        let (active, after_min) = numbing.read(table, entry, self.knowledge)?;
        let counted = counted(table, entry);
        let people = n.flatten().or(context.n);
        let statement = statement(table, entry, counted.is_some(), has_against, people);
        Self::needs(table, entry, at.is_some(), scale.is_some());
        let unwrap = |value: Option<Option<_>>| value.map_or(Some(None), |read| read.map(Some));
        Some(Measurement {
            observable: entry.name.to_owned(),
            arm: arm?,
            against: if has_against { Some(against?) } else { None },
            site: site?,
            at: at.map_or(Some(None), |read| read.map(Some))?,
            scale: unwrap(scale)?,
            product: unwrap(product)?,
            of_transport: of_transport?,
            active,
            after_min,
            of_skin: of_skin?,
            subjects: match these {
                Some(these) => these?,
                None => context.subjects?.clone(),
            },
            not_scored: unwrap(not_scored)?,
            counted: counted.map_or(Some(None), |read| read.map(Some))?,
            statement: statement?,
            n: people,
            rater: rater?,
            note,
            line: self.document.source.line_column(table.span().start).0,
            entry,
        })
    }

    fn scale(self, field: &Field<'r>) -> Option<String> {
        let name = field.text()?;
        if self.knowledge.scale(name).is_none() {
            let scales = self.knowledge.scales.iter().map(|scale| scale.name.as_str());
            field.unknown_name("scale", name, scales);
            return None;
        }
        Some(name.to_owned())
    }

    fn product(self, field: &Field<'r>) -> Option<String> {
        let name = field.text()?;
        if self.knowledge.product(name).is_none() {
            let products = self.knowledge.products.iter().map(|p| p.name.as_str());
            field.unknown_name("product", name, products);
            return None;
        }
        Some(name.to_owned())
    }

    /// What an observable can't do without.
    fn needs(table: &Table<'r>, entry: &Entry, at: bool, scale: bool) {
        if entry.timed && !at {
            let example = match entry.produced {
                Produced::Transport(_) => "6 h after application",
                _ => "8 weeks after last",
            };
            table.error(format!("`{}` changes with time; add `at = \"{example}\"`", entry.name));
        }
        let scored = matches!(entry.produced, Produced::ScoreChange | Produced::ScoreChangePercent);
        if scored && !scale {
            table.error(format!("`{}` needs `scale = \"...\"`", entry.name));
        }
    }

    /// The arm compared with, and how.
    fn against(
        table: &Table<'r>,
        arm_named: &impl Fn(Field<'_>) -> Option<usize>,
    ) -> (Option<(usize, Comparison)>, bool) {
        for (key, how) in [
            ("minus", Comparison::Difference),
            ("over", Comparison::Ratio),
            ("than", Comparison::Order),
        ] {
            if let Some(field) = table.get(key) {
                return (arm_named(field).map(|arm| (arm, how)), true);
            }
        }
        (None, false)
    }
}

struct Context<'c> {
    arms: &'c [String],
    read: &'c [(String, Option<Arm>)],
    site: Option<&'c str>,
    rater: Option<Rater>,
    n: Option<f64>,
    subjects: Option<&'c Subjects>,
}

fn rater(field: &Field<'_>) -> Option<Rater> {
    field.choice(&[
        ("instrument", Rater::Instrument),
        ("blinded", Rater::Blinded),
        ("open", Rater::Open),
        ("patient", Rater::Patient),
    ])
}

/// Who took part, or, where `all` of them are known, some of them: what is not said is as in all.
fn subjects(table: Table<'_>, all: Option<&Subjects>) -> Option<Subjects> {
    let n = match all {
        None => table.get("n").map(|field| field.within(field.number()?, "", 1.0, 1e6)),
        Some(all) => all.n.map(Some),
    };
    let species = match all {
        None => table.require("species", "\"human\"").and_then(|f| f.text()).map(str::to_owned),
        Some(all) => Some(all.species.clone()),
    };
    let kept = |f: Field<'_>| {
        f.choice(&["in-vivo", "ex-vivo", "cultured"].map(|word| (word, word))).map(str::to_owned)
    };
    let skin = match all {
        None => table.require("skin", "\"in-vivo\"").and_then(kept),
        Some(all) => table.get("skin").map_or_else(|| Some(all.skin.clone()), kept),
    };
    let usual_age = all.map_or((30.0, 50.0), |all| all.age_years);
    let age_years = table.get("age").map_or(Some(usual_age), |field| {
        let years: Vec<f64> = field
            .texts()
            .into_iter()
            .filter_map(|(_, field)| {
                let years = |age: Time| age.get::<day>() / DAYS_PER_YEAR;
                field.quantity_within::<Time>(years, "years", 0.0, 110.0)
            })
            .collect();
        match years[..] {
            [one] => Some((one, one)),
            [young, old] if young <= old => Some((young, old)),
            _ => {
                field.error("an age is one or two durations", "write [\"20 years\", \"45 years\"]");
                None
            }
        }
    });
    let female_share =
        table.get("female").map_or(Some(all.map_or(0.5, |all| all.female_share)), |field| {
            field.quantity_within::<Share>(|share| share.0, "", 0.0, 1.0)
        });
    let phototypes: Option<Vec<Phototype>> = table.get("phototypes").map_or_else(
        || {
            let usual = vec![Phototype::II, Phototype::III, Phototype::IV];
            Some(all.map_or(usual, |all| all.phototypes.clone()))
        },
        |field| {
            let types = field.texts();
            types
                .into_iter()
                .map(|(text, field)| {
                    text.parse().ok().or_else(|| {
                        field.unknown_name("phototype", text, ["I", "II", "III", "IV", "V", "VI"]);
                        None
                    })
                })
                .collect()
        },
    );
    table.finish();
    Some(Subjects {
        n: n.map_or(Some(None), |read| read.map(Some))?,
        species: species?,
        skin: skin?,
        age_years: age_years?,
        female_share: female_share?,
        phototypes: phototypes?,
    })
}

/// Why a measurement is only counted, in a sentence.
fn reason(field: &Field<'_>) -> Option<String> {
    let text = field.text()?.trim();
    if text.is_empty() {
        field.error("the reason is empty", "say why the model can't be held against this number");
        return None;
    }
    Some(text.to_owned())
}

/// `layer`, `method` and `probe_radius`: what of the skin a thickness or stiffness belongs to.
struct SkinKeys<'r> {
    layer: Option<Field<'r>>,
    method: Option<Field<'r>>,
    probe_radius: Option<Field<'r>>,
}

impl<'r> SkinKeys<'r> {
    fn of(table: &Table<'r>) -> Self {
        let [layer, method, probe_radius] =
            ["layer", "method", "probe_radius"].map(|key| table.get(key));
        Self { layer, method, probe_radius }
    }

    /// The outer none is a mistake; the inner one another observable.
    fn read(&self, table: &Table<'_>, entry: &Entry) -> Option<Option<OfSkin>> {
        match entry.produced {
            Produced::Skin(SkinNumber::Thickness) => self.thickness(table, entry).map(Some),
            Produced::Skin(SkinNumber::Stiffness) => self.stiffness(table, entry).map(Some),
            // A layer of transport is read with the rest of it.
            Produced::Transport(number) if number.has_layer() => {
                let given = [&self.method, &self.probe_radius].into_iter().flatten();
                given
                    .map(|field| Self::means_nothing(field, entry))
                    .next()
                    .map_or(Some(None), |()| None)
            }
            _ => {
                let given = [&self.layer, &self.method, &self.probe_radius].into_iter().flatten();
                given
                    .map(|field| Self::means_nothing(field, entry))
                    .next()
                    .map_or(Some(None), |()| None)
            }
        }
    }

    fn means_nothing(field: &Field<'_>, entry: &Entry) {
        field.error(
            format!("`{}` means nothing for `{}`", field.key(), entry.name),
            "leave it out, or write it into `note`",
        );
    }

    fn thickness(&self, table: &Table<'_>, entry: &Entry) -> Option<OfSkin> {
        if let Some(field) = &self.probe_radius {
            Self::means_nothing(field, entry);
        }
        let layer = self.layer_named(table, entry, &Layer::NAMED);
        let method = if let Some(field) = &self.method {
            field.choice(&Method::NAMED)
        } else {
            table.error(format!(
                "`{}` needs `method = \"...\"`, one of {}",
                entry.name,
                names(&Method::NAMED)
            ));
            None
        };
        self.probe_radius.is_none().then_some(OfSkin::Thickness(layer?, method?))
    }

    fn stiffness(&self, table: &Table<'_>, entry: &Entry) -> Option<OfSkin> {
        if let Some(field) = &self.method {
            Self::means_nothing(field, entry);
            return None;
        }
        let Some(field) = &self.probe_radius else {
            // Horny layer and living epidermis have moduli of their own; together they have none.
            let alone = Layer::NAMED.map(|named| (named, named.1 != Layer::Epidermis));
            let alone: Vec<_> = alone.iter().filter(|(_, has)| *has).map(|(n, _)| *n).collect();
            let layer = self.layer_named(table, entry, &alone)?;
            return Some(OfSkin::Stiffness(Loaded::Layer(layer)));
        };
        if self.layer.is_some() {
            field.error(
                "a probe feels all layers at once, not the one named by `layer`",
                "keep one of `layer` and `probe_radius`",
            );
            return None;
        }
        let um = |radius: Length| radius.get::<micrometer>();
        let radius_um = field.quantity_within::<Length>(um, "um", 0.01, 1e5)?;
        Some(OfSkin::Stiffness(Loaded::Probe(radius_um)))
    }

    fn layer_named(
        &self,
        table: &Table<'_>,
        entry: &Entry,
        known: &[(&'static str, Layer)],
    ) -> Option<Layer> {
        let Some(field) = &self.layer else {
            table.error(format!(
                "`{}` needs `layer = \"...\"`, one of {}",
                entry.name,
                names(known)
            ));
            return None;
        };
        field.choice(known)
    }
}

/// `active` and `after`: of which anaesthetic a level in plasma is, and when a numb depth was read.
struct NumbingKeys<'r> {
    active: Option<Field<'r>>,
    after: Option<Field<'r>>,
}

impl<'r> NumbingKeys<'r> {
    fn of(table: &Table<'r>) -> Self {
        Self { active: table.get("active"), after: table.get("after") }
    }

    /// The anaesthetic and the minutes; none if something is wrong.
    fn read(
        &self,
        table: &Table<'_>,
        entry: &Entry,
        knowledge: &Knowledge,
    ) -> Option<(Option<String>, Option<f64>)> {
        const LATEST_MIN: f64 = 720.0;
        let plasma = entry.produced == Produced::Numbing(NumbingNumber::PlasmaPeak);
        let depth = entry.produced == Produced::Numbing(NumbingNumber::Depth);
        let mut whole = true;
        for (field, means) in [(&self.active, plasma), (&self.after, depth)] {
            if let Some(field) = field.as_ref().filter(|_| !means) {
                SkinKeys::means_nothing(field, entry);
                whole = false;
            }
        }
        let active = match &self.active {
            Some(field) if plasma => {
                let name = field.text()?;
                let all = &knowledge.actives;
                if !all.iter().any(|a| a.name == name && a.anaesthetic.is_some()) {
                    let numbing = all.iter().filter(|active| active.anaesthetic.is_some());
                    field.unknown_name("anaesthetic", name, numbing.map(|a| a.name.as_str()));
                    return None;
                }
                Some(name.to_owned())
            }
            None if plasma => {
                table.error(format!("`{}` needs `active = \"lidocaine\"`", entry.name));
                return None;
            }
            _ => None,
        };
        let minutes = |time: Time| time.get::<minute>();
        let after_min = match &self.after {
            Some(field) if depth => {
                Some(field.quantity_within::<Time>(minutes, "min", 0.0, LATEST_MIN)?)
            }
            _ => None,
        };
        whole.then_some((active, after_min))
    }
}

fn names<T>(named: &[(&str, T)]) -> String {
    named.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// "8 weeks after last", "day 7 after first" is written "7 days after first".
fn when(field: &Field<'_>) -> Option<When> {
    let text = field.text()?;
    let wrong = || {
        field.error(
            format!("`at = \"{text}\"` is not a time"),
            "write \"8 weeks after last\" or \"7 days after first\" (session), or for what was put on \
             \"6 h after application\"",
        );
        None
    };
    let Some((span, session)) = text.split_once(" after ") else { return wrong() };
    let Ok(time) = needlepoint_knowledge::quantity::parse::<Time>(span) else { return wrong() };
    let days = time.get::<day>();
    match session {
        "first" => Some(When::AfterFirst(days)),
        "last" => Some(When::AfterLast(days)),
        "application" => Some(When::AfterApplication(days)),
        _ => wrong(),
    }
}

/// `people = { at_least = "50 %" }`: the value is the share of people who reach that.
fn counted(table: &Table<'_>, entry: &Entry) -> Option<Option<Counted>> {
    let field = table.get("people")?;
    Some((|| {
        let limits = field.table()?;
        let limit = |key| limits.get(key).map(|field| converted(&field, entry.unit));
        let (least, most) = (limit("at_least"), limit("at_most"));
        limits.finish();
        match (least, most) {
            (Some(least), None) => Some(Counted::AtLeast(least?)),
            (None, Some(most)) => Some(Counted::AtMost(most?)),
            (Some(least), Some(most)) => Some(Counted::Between(least?, most?)),
            (None, None) => {
                field.error("`people` has no limit", "write { at_least = \"50 %\" }");
                None
            }
        }
    })())
}

/// A value with a unit that converts to `unit`.
fn converted(field: &Field<'_>, unit: &str) -> Option<f64> {
    let text = field.text()?;
    match unit::convert(text, unit) {
        Converted::Value(value) => Some(value),
        Converted::NoNumber => {
            field.error(
                format!("`{} = \"{text}\"` does not begin with a number", field.key()),
                format!("write a number in {unit}"),
            );
            None
        }
        Converted::WrongUnit => {
            field.error(
                format!("`{} = \"{text}\"` does not convert to {unit}", field.key()),
                format!("write a number in one of: {}", unit::known(unit).join(", ")),
            );
            None
        }
    }
}

fn statement(
    table: &Table<'_>,
    entry: &Entry,
    counts_people: bool,
    compares: bool,
    n: Option<f64>,
) -> Option<Statement> {
    let unit = if counts_people { "%" } else { entry.unit };
    let number = |key: &'static str| table.get(key).map(|field| converted(&field, unit));
    if let Some(field) = table.get("order") {
        if !compares {
            field.error("an order needs an arm to compare with", "add than = \"OTHER ARM\"");
        }
        return field.choice(&[
            ("more", Statement::Order { less: false }),
            ("less", Statement::Order { less: true }),
            ("no difference", Statement::NoDifference),
        ]);
    }
    if let Some(bound) = number("at_most") {
        return bound.map(Statement::AtMost);
    }
    if let Some(bound) = number("at_least") {
        return bound.map(Statement::AtLeast);
    }
    let value = table
        .require("value", "\"53 %\", or at_least / at_most / order")
        .and_then(|field| converted(&field, unit));
    let sd = number("sd");
    let se = number("se");
    let interval = |key: &'static str, z: f64| {
        table.get(key).map(|field| {
            let ends: Vec<f64> =
                field.texts().iter().filter_map(|(_, end)| converted(end, unit)).collect();
            match ends[..] {
                [low, high] if low <= high => Some((high - low) / (2.0 * z)),
                _ => {
                    field.error("an interval has two ends", "write [\"1 %\", \"5 %\"]");
                    None
                }
            }
        })
    };
    let from_interval = interval("ci95", 1.959_964).or(interval("ci99", 2.575_829));
    if sd.is_none() && se.is_none() && from_interval.is_none() && n.is_none() {
        table.error(
            "the value has no spread: add sd, se, ci95 or ci99, or n to take the spread from the cohort",
        );
    }
    let sd = sd.map_or(Some(None), |read| read.map(Some))?;
    let se = se.or(from_interval).map_or(Some(None), |read| read.map(Some))?;
    let se = se.or_else(|| Some(sd? / n?.sqrt()));
    Some(Statement::Mean { value: value?, se, sd })
}
