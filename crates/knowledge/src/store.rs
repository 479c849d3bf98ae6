//! All knowledge files together, read and held against each other.

use std::{
    fmt::Write as _,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    active::Active,
    claim::Claim,
    condition::Condition,
    device::DeviceRecord,
    document::{Document, Node, SourceText, Value},
    ensemble::{self, Ensemble},
    medicine::{Medicine, Medicines},
    nearest::nearest,
    numbing::NumbingLabel,
    outcome::OutcomeEvidence,
    parameter::{Declaration, ParameterTable},
    problem::{Problem, Problems},
    product::{Product, ProductKind},
    reader::{Reader, Table},
    rule::{Names, Part, Rule},
    scale::Scale,
    site::Site,
    source::Source,
};

macro_rules! shipped {
    ($($name:literal),+) => {
        [$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/", $name)),
        )),+]
    };
}

/// Name and text of every knowledge file, in the order of their names.
const SHIPPED: [(&str, &str); 13] = shipped!(
    "actives.toml",
    "claims.toml",
    "conditions.toml",
    "devices.toml",
    "medicines.toml",
    "numbing.toml",
    "outcomes.toml",
    "parameters.toml",
    "products.toml",
    "rules.toml",
    "scales.toml",
    "sites.toml",
    "sources.toml"
);

/// The draws that were fitted, as shipped; remarks alone where nothing is.
const SHIPPED_ENSEMBLE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/ensemble.csv"));

/// Everything that is known about the world.
#[derive(Debug, Clone, Serialize)]
pub struct Knowledge {
    /// Parameters of the models.
    pub parameters: ParameterTable,
    /// Places on the body.
    pub sites: Vec<Site>,
    /// Needling devices.
    pub devices: Vec<DeviceRecord>,
    /// Actives.
    pub actives: Vec<Active>,
    /// Products.
    pub products: Vec<Product>,
    /// Numbing creams: limits of labels, levels in plasma, harm.
    pub numbing: Vec<NumbingLabel>,
    /// Clinical scales.
    pub scales: Vec<Scale>,
    /// Where numbers were read.
    pub sources: Vec<Source>,
    /// Strength of the evidence by outcome.
    pub outcomes: Vec<OutcomeEvidence>,
    /// What is said in public, held against the evidence.
    pub claims: Vec<Claim>,
    /// What a patient may have that some rule asks about.
    pub conditions: Vec<Condition>,
    /// What a patient may take.
    pub medicines: Medicines,
    /// Clinical rules.
    pub rules: Vec<Rule>,
    /// SHA-256 over names and bytes of all files, in hexadecimal: the same if nothing changed. Draws that
    /// were fitted are part of it, where there are any.
    pub hash: String,
    /// The same without draws that were fitted.
    pub prior_hash: String,
    /// Whether there are fitted draws that were set aside, because a prior of what was fitted has been
    /// changed since.
    pub ensemble_is_stale: bool,
    #[serde(skip)]
    parameters_source: Arc<SourceText>,
}

/// What keeps the knowledge from being used.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// A file can't be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Files hold mistakes; each entry has those of one file.
    #[error("{}", .0.iter().map(Problems::to_lines).collect::<String>())]
    Problems(Vec<Problems>),
}

impl Knowledge {
    /// The knowledge the program was built with.
    ///
    /// # Errors
    /// When a file held mistakes at build time (a test of this crate rules that out).
    pub fn embedded() -> Result<Self, KnowledgeError> {
        let shown = |name: &str| format!("knowledge/{name}");
        let ensemble = Some((shown(ensemble::FILE), SHIPPED_ENSEMBLE.to_owned()));
        Self::load(|name, text| Ok((shown(name), text.to_owned())), ensemble)
    }

    /// Read the files of a folder.
    ///
    /// # Errors
    /// When a file is missing or holds mistakes; all mistakes of all files are reported.
    pub fn from_folder(folder: &Path) -> Result<Self, KnowledgeError> {
        let read = |name: &str| {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok((path.display().to_string(), text)),
                Err(source) => Err(KnowledgeError::Io { path, source }),
            }
        };
        // Draws that were fitted may be missing: all draws are those of the priors then.
        let ensemble = match read(ensemble::FILE) {
            Ok(file) => Some(file),
            Err(KnowledgeError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => None,
            Err(other) => return Err(other),
        };
        Self::load(|name, _| read(name), ensemble)
    }

    /// Load all files; `text_of` is given name and shipped text of each, and answers with the name
    /// to show and the text to use. `ensemble` is name and text of the draws that were fitted.
    fn load(
        text_of: impl Fn(&str, &str) -> Result<(String, String), KnowledgeError>,
        ensemble: Option<(String, String)>,
    ) -> Result<Self, KnowledgeError> {
        let mut hasher = Sha256::new();
        let mut files = Vec::with_capacity(SHIPPED.len());
        for (name, shipped) in SHIPPED {
            let (shown, text) = text_of(name, shipped)?;
            add_to_hash(&mut hasher, name, &text);
            files.push((name, Document::parse(shown, text)));
        }
        let actives = record_names(&files, "actives.toml");
        let products = record_names(&files, "products.toml");
        let known = record_names(&files, "sources.toml");
        let conditions = record_names(&files, "conditions.toml");
        let kinds = ProductKind::NAMED.iter().map(|(name, _)| *name);
        let names = Names {
            conditions: &conditions,
            classes: &names_under(&files, "medicines.toml", "class"),
            sites: &record_names(&files, "sites.toml"),
            devices: &record_names(&files, "devices.toml"),
            products: &products.iter().copied().chain(kinds).collect::<Vec<_>>(),
            actives: &actives,
        };
        let mut checked = Checked { known, wrong: Vec::new(), files: &files };
        let prior_hash = hexadecimal(&hasher.clone().finalize());
        let mut knowledge = Self {
            parameters: checked.read("parameters.toml", ParameterTable::read),
            sites: checked.read("sites.toml", Site::read_all),
            devices: checked.read("devices.toml", DeviceRecord::read_all),
            actives: checked.read("actives.toml", Active::read_all),
            products: checked.read("products.toml", |root| Product::read_all(root, &actives)),
            numbing: checked
                .read("numbing.toml", |root| NumbingLabel::read_all(root, &products, &actives)),
            scales: checked.read("scales.toml", Scale::read_all),
            sources: checked.read("sources.toml", Source::read_all),
            outcomes: checked.read("outcomes.toml", OutcomeEvidence::read_all),
            claims: checked.read("claims.toml", Claim::read_all),
            conditions: checked.read("conditions.toml", Condition::read_all),
            medicines: checked.read("medicines.toml", |root| Medicines::read(root, &conditions)),
            rules: checked.read("rules.toml", |root| Rule::read_all(root, &names)),
            hash: prior_hash.clone(),
            prior_hash,
            ensemble_is_stale: false,
            parameters_source: checked.source("parameters.toml"),
        };
        if let Some((shown, text)) = ensemble {
            let (ensemble, problems) = Ensemble::read(&shown, &text, &knowledge.parameters);
            if problems.has_errors() {
                checked.wrong.push(problems);
            }
            let fits = |e: &Ensemble| {
                e.fitted_with.priors == knowledge.parameters.fingerprint_of(e.columns())
            };
            let (ensemble, stale) = match ensemble {
                Some(ensemble) if !fits(&ensemble) => (None, true),
                other => (other, false),
            };
            knowledge.ensemble_is_stale = stale;
            if ensemble.is_some() {
                add_to_hash(&mut hasher, ensemble::FILE, &text);
                knowledge.hash = hexadecimal(&hasher.finalize());
                knowledge.parameters = knowledge.parameters.with_ensemble(ensemble);
            }
        }
        if checked.wrong.is_empty() {
            Ok(knowledge)
        } else {
            Err(KnowledgeError::Problems(checked.wrong))
        }
    }

    /// Hold the parameters against what the models declare.
    ///
    /// # Errors
    /// When a parameter is missing, in another unit, or used by no model.
    pub fn check_parameters(&self, declared: &[Declaration]) -> Result<(), KnowledgeError> {
        let mut problems = Problems::new(Arc::clone(&self.parameters_source));
        problems.extend(self.parameters.check(declared));
        if problems.is_empty() { Ok(()) } else { Err(KnowledgeError::Problems(vec![problems])) }
    }

    /// Whether draws of parameters are those of a fit, or of each prior by itself: "posterior" or "prior".
    pub fn ensemble_name(&self) -> &'static str {
        if self.parameters.ensemble().is_some() { "posterior" } else { "prior" }
    }

    /// The same knowledge before anything was fitted.
    #[must_use]
    pub fn prior(mut self) -> Self {
        self.parameters = self.parameters.with_ensemble(None);
        self.hash.clone_from(&self.prior_hash);
        self
    }

    /// The same knowledge with draws of `ensemble`. The fingerprint stays: for designs, not for results.
    #[must_use]
    pub fn with_ensemble(&self, ensemble: Ensemble) -> Self {
        let mut knowledge = self.clone();
        knowledge.parameters = knowledge.parameters.with_ensemble(Some(ensemble));
        knowledge
    }

    /// The site of this name.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.name == name)
    }

    /// The device of this name.
    pub fn device(&self, name: &str) -> Option<&DeviceRecord> {
        self.devices.iter().find(|device| device.name == name)
    }

    /// The product of this name.
    pub fn product(&self, name: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.name == name)
    }

    /// The active of this name.
    pub fn active(&self, name: &str) -> Option<&Active> {
        self.actives.iter().find(|active| active.name == name)
    }

    /// The leading active of a product; there is one for every product of these files.
    pub fn active_of(&self, product: &Product) -> Option<&Active> {
        self.active(&product.active)
    }

    /// What is known of the numbing product of this name: limits, levels and harm.
    pub fn numbing(&self, product: &str) -> Option<&NumbingLabel> {
        self.numbing.iter().find(|label| label.product == product)
    }

    /// The scale of this name.
    pub fn scale(&self, name: &str) -> Option<&Scale> {
        self.scales.iter().find(|scale| scale.name == name)
    }

    /// The condition of this name.
    pub fn condition(&self, name: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.name == name)
    }

    /// The medicine that goes by this name, as [`Medicines::named`] finds it.
    pub fn medicine(&self, name: &str) -> Option<&Medicine> {
        self.medicines.named(name)
    }

    /// The rule of this name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// The rules of a part, in the order of the file.
    pub fn rules_of(&self, part: Part) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.part == part)
    }

    /// The source of this identifier.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// Strength of the evidence for `observable` in `concern`: its own entry, else the general one.
    pub fn outcome(
        &self,
        observable: &str,
        concern: Option<crate::concern::ConcernKind>,
    ) -> Option<&OutcomeEvidence> {
        let of = |wanted| {
            self.outcomes
                .iter()
                .find(move |entry| entry.observable == observable && entry.concern == wanted)
        };
        of(concern).or_else(|| of(None))
    }
}

type File = (&'static str, (Document, Problems));

/// The files as they are read and held against the sources.
struct Checked<'f> {
    files: &'f [File],
    known: Vec<&'f str>,
    wrong: Vec<Problems>,
}

impl Checked<'_> {
    /// The text of a file, empty if it was not given.
    fn source(&self, name: &str) -> Arc<SourceText> {
        find(self.files, name).map_or_else(
            || Arc::new(SourceText { name: name.to_owned(), text: String::new() }),
            |(document, _)| Arc::clone(&document.source),
        )
    }

    /// Read the file `name` with `records`, check the sources it names, keep what is wrong.
    fn read<T>(&mut self, name: &str, records: impl Fn(&Table<'_>) -> T) -> T {
        let nothing = Document::parse(name, "");
        let (document, problems) = find(self.files, name).unwrap_or(&nothing);
        let reader = Reader::new(document, problems.clone());
        let value = {
            let root = reader.root();
            records(&root)
        };
        check_sources(&document.root, &self.known, &reader);
        let problems = reader.into_problems();
        if problems.has_errors() {
            self.wrong.push(problems);
        }
        value
    }
}

fn find<'f>(files: &'f [File], name: &str) -> Option<&'f (Document, Problems)> {
    files.iter().find(|(known, _)| *known == name).map(|(_, parsed)| parsed)
}

/// Every text in a list called `sources` or `anchors`, wherever it stands, has to be a known source.
fn check_sources(node: &Node, known: &[&str], reader: &Reader<'_>) {
    match &node.value {
        Value::Table(entries) => {
            for entry in entries {
                match (entry.key.as_str(), &entry.node.value) {
                    ("sources" | "anchors", Value::Array(items)) => {
                        for item in items {
                            check_source(item, known, reader);
                        }
                    }
                    _ => check_sources(&entry.node, known, reader),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                check_sources(item, known, reader);
            }
        }
        _ => {}
    }
}

fn check_source(item: &Node, known: &[&str], reader: &Reader<'_>) {
    let Value::Text(id) = &item.value else { return };
    if known.contains(&id.as_str()) {
        return;
    }
    let problem = Problem::error(item.span.clone(), format!("no source is called \"{id}\""));
    reader.report(problem.help(match nearest(id, known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "add it to sources.toml".to_owned(),
    }));
}

/// Names of the records of a file whose keys are their names.
fn record_names<'f>(files: &'f [File], name: &str) -> Vec<&'f str> {
    match find(files, name).map(|(document, _)| &document.root.value) {
        Some(Value::Table(entries)) => entries.iter().map(|entry| entry.key.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Names of the records of a file in the table `key`.
fn names_under<'f>(files: &'f [File], name: &str, key: &str) -> Vec<&'f str> {
    let Some(Value::Table(entries)) = find(files, name).map(|(document, _)| &document.root.value)
    else {
        return Vec::new();
    };
    match entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node.value) {
        Some(Value::Table(records)) => records.iter().map(|record| record.key.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Name, length and bytes of a file.
fn add_to_hash(hasher: &mut Sha256, name: &str, text: &str) {
    hasher.update(name.as_bytes());
    hasher.update((text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

/// The SHA-256 fingerprint of `bytes`, in hexadecimal.
pub fn fingerprint(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
