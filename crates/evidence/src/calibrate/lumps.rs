//! What is fitted and with how much work: `calibration.toml`.

use std::{collections::BTreeMap, path::Path};

use needlepoint_knowledge::{
    Knowledge, KnowledgeError,
    document::Document,
    parameter::Spread,
    reader::{Field, Reader, Table},
};
use serde::Serialize;

const FILE: &str = "calibration.toml";
const SHIPPED: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/calibration.toml"));

/// How much work to put into a fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effort {
    /// Points of the design over the priors.
    pub points: u32,
    /// Further points around the posterior, round by round.
    pub focus: Vec<u32>,
    /// Draws of the posterior that are run through the model in the end.
    pub check: u32,
    /// People in each cohort.
    pub people: u32,
    /// Chains.
    pub chains: u32,
    /// Draws of each that tune the sampler.
    pub warm_up: u32,
    /// Draws of each that are kept.
    pub draws: u32,
    /// Rows of the ensemble.
    pub rows: u32,
    /// Only these studies; all where it is empty.
    pub studies: Vec<String>,
    /// Only these of the parameters listed; all where it is empty.
    pub lumps: Vec<String>,
}

/// `calibration.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// Work of a full fit.
    pub full: Effort,
    /// Work of a quick one.
    pub quick: Effort,
    /// Scale of the half-normal prior of how studies differ, as a share of what they find.
    pub between_studies: f64,
    /// Share of that variance that the measurements of a study have in common: median of its prior.
    pub shared: f64,
    /// Least shrinkage that a parameter must be able to reach to be fitted.
    pub least_shrinkage: f64,
    /// Parameters that may be fitted, with the reason.
    pub lumps: BTreeMap<String, String>,
}

impl Settings {
    /// The settings shipped.
    ///
    /// # Errors
    /// When they held mistakes at build time (a test rules that out).
    pub fn shipped(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Self::parse(&format!("knowledge/{FILE}"), SHIPPED, knowledge)
    }

    /// Those of a folder of knowledge, or those shipped where it has none.
    ///
    /// # Errors
    /// When the file can't be read or holds mistakes; all are reported.
    pub fn from_folder(folder: &Path, knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path.display().to_string(), &text, knowledge),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
                Self::shipped(knowledge)
            }
            Err(source) => Err(KnowledgeError::Io { path, source }),
        }
    }

    /// Read the file.
    ///
    /// # Errors
    /// All mistakes.
    pub fn parse(name: &str, text: &str, knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let (document, problems) = Document::parse(name, text);
        let reader = Reader::new(&document, problems);
        let settings = {
            let root = reader.root();
            let settings = settings(&root, knowledge);
            root.finish();
            settings
        };
        let problems = reader.into_problems();
        match settings {
            Some(settings) if !problems.has_errors() => Ok(settings),
            _ => Err(KnowledgeError::Problems(vec![problems])),
        }
    }
}

fn settings(root: &Table<'_>, knowledge: &Knowledge) -> Option<Settings> {
    let table = |key, holds| root.require(key, holds).and_then(|field| field.table());
    let lumps = table("lumps", "a table for each group").map(|table| lumps(&table, knowledge));
    let listed: Vec<&str> =
        lumps.iter().flat_map(|lumps| lumps.keys().map(String::as_str)).collect();
    let full = table("full", "{ points = 1024, ... }").and_then(|table| effort(table, &listed));
    let quick = table("quick", "{ points = 128, ... }").and_then(|table| effort(table, &listed));
    let prior = table("prior", "{ between_studies = 0.4, ... }")?;
    let within = |key, least, most| {
        prior.require(key, "0.4").and_then(|f| f.within(f.number()?, "", least, most))
    };
    let between_studies = within("between_studies", 0.01, 5.0);
    let shared = within("shared", 0.05, 0.95);
    let least_shrinkage = within("least_shrinkage", 0.0, 0.9);
    prior.finish();
    Some(Settings {
        full: full?,
        quick: quick?,
        between_studies: between_studies?,
        shared: shared?,
        least_shrinkage: least_shrinkage?,
        lumps: lumps?,
    })
}

fn lumps(table: &Table<'_>, knowledge: &Knowledge) -> BTreeMap<String, String> {
    let mut lumps = BTreeMap::new();
    for group in table.records() {
        let Some(of_group) = group.table() else { continue };
        for field in of_group.records() {
            let name = format!("{}.{}", group.key(), field.key());
            match knowledge.parameters.get(&name) {
                None => field.unknown_name(
                    "parameter",
                    &name,
                    knowledge.parameters.iter().map(|p| p.name.as_str()),
                ),
                Some(parameter) if parameter.spread == Spread::Exact => field.error(
                    format!("`{name}` is known exactly: there is nothing to fit"),
                    "give it a spread in parameters.toml, or take it off the list",
                ),
                Some(_) => {
                    if let Some(reason) = field.text() {
                        lumps.insert(name, reason.to_owned());
                    }
                }
            }
        }
    }
    lumps
}

fn effort(table: Table<'_>, listed: &[&str]) -> Option<Effort> {
    let whole = |key, least: u32, most: u32| {
        let field = table.require(key, &least.to_string());
        field.and_then(|f| f.whole(i64::from(least), i64::from(most))).map(|n| n as u32)
    };
    let points = whole("points", 64, 65_536);
    let check = whole("check", 64, 4096);
    let people = whole("people", 2, 64);
    let chains = whole("chains", 2, 64);
    let warm_up = whole("warm_up", 100, 100_000);
    let draws = whole("draws", 100, 100_000);
    let rows = whole("rows", 64, 65_536);
    let focus = table.get("focus").map_or(Some(Vec::new()), |field| rounds(&field));
    let names = |key| table.get(key).map(|field: Field<'_>| field.texts()).unwrap_or_default();
    let owned = |(text, _): &(&str, Field<'_>)| (*text).to_owned();
    let studies = names("studies").iter().map(owned).collect();
    let lumps = names("lumps");
    for (name, field) in &lumps {
        if !listed.contains(name) {
            field.unknown_name("parameter on the list", name, listed.iter().copied());
        }
    }
    let lumps = lumps.iter().map(owned).collect();
    table.finish();
    let effort = Effort {
        points: points?,
        focus: focus?,
        check: check?,
        people: people?,
        chains: chains?,
        warm_up: warm_up?,
        draws: draws?,
        rows: rows?,
        studies,
        lumps,
    };
    Some(effort)
}

fn rounds(field: &Field<'_>) -> Option<Vec<u32>> {
    let least = 32.0;
    field
        .numbers()?
        .into_iter()
        .map(|count| field.within(count, "points", least, 65_536.0).map(|count| count as u32))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let knowledge = Knowledge::embedded().expect("knowledge");
        match Settings::parse("c.toml", text, &knowledge) {
            Ok(_) => String::new(),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn the_shipped_settings_are_good() {
        assert_eq!(said(SHIPPED), "");
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_the_nearest_name() {
        let name = said(&SHIPPED.replace("scar_lift =", "scar_lfit ="));
        assert!(name.contains("no parameter is called \"link.scar_lfit\""), "{name}");
        assert!(name.contains("did you mean \"link.scar_lift\"?"), "{name}");
        assert!(name.contains("no parameter on the list is called \"link.scar_lift\""), "{name}");
        let exact = said(&SHIPPED.replace("dermis_scale =", "ageing_begins ="));
        assert!(exact.contains("`skin.ageing_begins` is known exactly"), "{exact}");
        let few = said(&SHIPPED.replacen("points = ", "points = 2 # ", 1));
        assert!(few.contains("expected a whole number from 64 to 65536"), "{few}");
        let key = said(&SHIPPED.replacen("people = ", "poeple = ", 1));
        assert!(key.contains("did you mean `people`?"), "{key}");
        let missing = said(&SHIPPED.replacen("shared", "#", 1));
        assert!(missing.contains("has no `shared`"), "{missing}");
    }
}
