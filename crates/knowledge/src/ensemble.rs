//! Draws of parameters that were fitted together: `knowledge/ensemble.csv`.
//!
//! ```text
//! # written by `needlepoint calibrate`: don't edit
//! # version: 0.1.0
//! # seed: 1
//! # priors: SHA-256 over the priors of the parameters fitted
//! # studies: SHA-256 over the studies fitted to
//! healing.maturation,link.scar_lift,between_studies.scar,rater_bias.open
//! 0.0171,0.93,0.41,-0.6
//! ```
//!
//! A row is one possible truth. Columns are parameters in their units, and what was fitted beside them:
//!
//! - `between_studies.DOMAIN`: how much studies differ beyond their sampling error, as a share of what
//!   they find (a standard deviation)
//! - `rater_bias.open`, `rater_bias.patient`: where the bias of such raters lies within the spread that
//!   their scale states, in standard deviations of a normal
//!
//! The file is optional: without rows, all draws are those of the priors. So they are where a prior of what
//! was fitted has been changed since: the fit is set aside then.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    document::SourceText,
    nearest::nearest,
    parameter::{ParameterTable, SamplePoint, Spread},
    problem::{Problem, Problems},
};

/// Name of the file.
pub const FILE: &str = "ensemble.csv";

/// Group of the columns that tell how studies differ.
pub const BETWEEN_STUDIES: &str = "between_studies";

/// Columns of raters' bias.
pub const RATERS: [&str; 2] = ["rater_bias.open", "rater_bias.patient"];

/// Domains of evidence, as in the catalogue of observables; a test of the evidence room keeps the two
/// the same.
pub const DOMAINS: [&str; 14] = [
    "insertion",
    "channel",
    "barrier",
    "acute-reaction",
    "absorption",
    "numbing",
    "healing-biology",
    "structure",
    "wrinkle",
    "scar",
    "stria",
    "pigment",
    "hair",
    "safety",
];

/// Fewer rows can't stand for a distribution.
pub const LEAST_ROWS: usize = 64;

/// Farther from its median no parameter was ever drawn: standard deviations of the prior.
const FARTHEST: f64 = 6.5;
/// Studies that differ by more than this are no longer studies of the same thing.
const MOST_BETWEEN_STUDIES: f64 = 20.0;

/// What an ensemble was fitted with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FittedWith {
    /// Version of the program.
    pub version: String,
    /// Seed.
    pub seed: String,
    /// Fingerprint of the priors of what was fitted.
    pub priors: String,
    /// Fingerprint of the studies.
    pub studies: String,
}

impl FittedWith {
    fn keys(&mut self) -> [(&'static str, &mut String); 4] {
        [
            ("version", &mut self.version),
            ("seed", &mut self.seed),
            ("priors", &mut self.priors),
            ("studies", &mut self.studies),
        ]
    }
}

/// Draws of parameters that were fitted together.
#[derive(Debug, Clone, Serialize)]
pub struct Ensemble {
    /// What it was fitted with.
    pub fitted_with: FittedWith,
    columns: Vec<String>,
    #[serde(skip)]
    rows: Vec<Vec<f64>>,
    medians: Vec<f64>,
    /// Whether member and row have the same number, as in a design.
    #[serde(skip)]
    in_order: bool,
}

impl Ensemble {
    /// An ensemble of these rows, each with a value for every column; none of columns that are named
    /// twice or of rows of another length.
    pub fn new(columns: Vec<String>, rows: Vec<Vec<f64>>, fitted_with: FittedWith) -> Option<Self> {
        let twice = columns.iter().enumerate().any(|(at, name)| columns[..at].contains(name));
        if twice || rows.is_empty() || rows.iter().any(|row| row.len() != columns.len()) {
            return None;
        }
        let medians = (0..columns.len())
            .map(|column| {
                let mut values: Vec<f64> = rows.iter().map(|row| row[column]).collect();
                values.sort_by(f64::total_cmp);
                let half = values.len() / 2;
                if values.len() % 2 == 1 {
                    values[half]
                } else {
                    0.5 * (values[half - 1] + values[half])
                }
            })
            .collect();
        Some(Self { fitted_with, columns, rows, medians, in_order: false })
    }

    /// The same, with member 7 on row 7 under every seed: for a design.
    #[must_use]
    pub fn in_order(self) -> Self {
        Self { in_order: true, ..self }
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The rows.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// The row of a possible truth.
    ///
    /// Rows lie in no order, so that the first few are as good a sample as any; each seed begins at
    /// another.
    pub fn row(&self, known: SamplePoint) -> &[f64] {
        let first = if self.in_order { 0 } else { known.seed.wrapping_mul(0x9e37_79b9) >> 8 };
        let at = (first as usize).wrapping_add(known.member as usize) % self.rows.len();
        &self.rows[at]
    }

    /// Place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The value of a column for a possible truth; none where nothing of that name was fitted.
    pub fn value(&self, name: &str, known: SamplePoint) -> Option<f64> {
        self.column(name).map(|at| self.row(known)[at])
    }

    /// The medians, in the order of the columns.
    pub fn medians(&self) -> &[f64] {
        &self.medians
    }

    /// The median of a column.
    pub fn median(&self, name: &str) -> Option<f64> {
        self.column(name).map(|at| self.medians[at])
    }

    /// The file.
    pub fn to_csv(&self) -> String {
        let mut with = self.fitted_with.clone();
        let mut text = String::from("# written by `needlepoint calibrate`: don't edit\n");
        for (key, value) in with.keys() {
            text.extend(["# ", key, ": ", value.as_str(), "\n"]);
        }
        text.push_str(&self.columns.join(","));
        text.push('\n');
        for row in &self.rows {
            let row: Vec<String> = row.iter().map(|value| format!("{value:.6e}")).collect();
            text.push_str(&row.join(","));
            text.push('\n');
        }
        text
    }

    /// Read the file; no ensemble where it has no rows, or where something is wrong with it.
    pub fn read(name: &str, text: &str, parameters: &ParameterTable) -> (Option<Self>, Problems) {
        let source = Arc::new(SourceText { name: name.to_owned(), text: text.to_owned() });
        let mut problems = Problems::new(source);
        let mut with = FittedWith::default();
        let mut columns: Option<Vec<Column<'_>>> = None;
        let mut rows = Vec::new();
        let mut end = 0;
        for line in text.split_inclusive('\n') {
            let start = end;
            end += line.len();
            let content = line.trim_end();
            if let Some(comment) = content.strip_prefix('#') {
                for (key, value) in with.keys() {
                    if let Some(said) = comment.trim().strip_prefix(key)
                        && let Some(said) = said.strip_prefix(':')
                    {
                        said.trim().clone_into(value);
                    }
                }
                continue;
            }
            if content.is_empty() {
                continue;
            }
            let cells = cells(start, content);
            match &columns {
                None => {
                    let read: Vec<Column<'_>> = cells
                        .iter()
                        .enumerate()
                        .map(|(at, (place, name))| {
                            if cells[..at].iter().any(|(_, before)| before == name) {
                                let message = format!("the column `{name}` stands here twice");
                                problems.push(Problem::error(place.clone(), message));
                            }
                            Column::of(name, parameters).unwrap_or_else(|problem| {
                                problems.push(Problem { span: place.clone(), ..problem });
                                Column::Unknown
                            })
                        })
                        .collect();
                    columns = Some(read);
                }
                Some(columns) if columns.len() != cells.len() => {
                    let message = format!("{} values for {} columns", cells.len(), columns.len());
                    problems.push(Problem::error(start..start + content.len(), message));
                }
                Some(columns) => {
                    rows.push(row(columns, &cells, &mut problems));
                }
            }
        }
        if columns.is_some() && rows.len() < LEAST_ROWS && !problems.has_errors() {
            let message = format!("{} rows can't stand for a distribution", rows.len());
            problems.push(Problem::error(0..0, message).help(format!(
                "expected {LEAST_ROWS} or more; `needlepoint calibrate` writes them"
            )));
        }
        if problems.has_errors() {
            return (None, problems);
        }
        let names = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
        let names = names.map(|line| line.split(',').map(|name| name.trim().to_owned()).collect());
        (names.and_then(|names| Self::new(names, rows, with)), problems)
    }
}

type Cell<'t> = (std::ops::Range<usize>, &'t str);

/// The cells of a line that begins at byte `start`. Names and numbers hold neither commas nor quotes.
fn cells(start: usize, line: &str) -> Vec<Cell<'_>> {
    let mut at = start;
    line.split(',')
        .map(|cell| {
            let place = at..at + cell.len();
            at += cell.len() + 1;
            (place, cell.trim())
        })
        .collect()
}

/// What a column may hold.
enum Column<'p> {
    Parameter { name: &'p str, value: f64, spread: Spread },
    BetweenStudies,
    RaterBias,
    Unknown,
}

impl<'p> Column<'p> {
    fn of(name: &str, parameters: &'p ParameterTable) -> Result<Self, Problem> {
        if RATERS.contains(&name) {
            return Ok(Self::RaterBias);
        }
        let domain = name.strip_prefix(BETWEEN_STUDIES).and_then(|rest| rest.strip_prefix('.'));
        if domain.is_some_and(|domain| DOMAINS.contains(&domain)) {
            return Ok(Self::BetweenStudies);
        }
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            let nuisances = RATERS.iter().map(|rater| (*rater).to_owned());
            let between = DOMAINS.iter().map(|domain| format!("{BETWEEN_STUDIES}.{domain}"));
            let nuisances: Vec<String> = nuisances.chain(between).collect();
            let known = parameters.iter().map(|p| p.name.as_str());
            let near = nearest(name, known.chain(nuisances.iter().map(String::as_str)));
            let problem = Problem::error(0..0, format!("no parameter is called `{name}`"));
            return Err(problem.help(near.map_or_else(
                || "fit anew: `needlepoint calibrate`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            )));
        };
        if parameter.spread == Spread::Exact {
            let message = format!("`{name}` is known exactly: it has no spread to be fitted in");
            return Err(Problem::error(0..0, message).help(
                "give it a spread in parameters.toml, or fit anew: `needlepoint calibrate`",
            ));
        }
        Ok(Self::Parameter {
            name: &parameter.name,
            value: parameter.value,
            spread: parameter.spread,
        })
    }

    /// Why it can't hold `value`.
    fn refuses(&self, value: f64) -> Option<String> {
        match self {
            Self::Parameter { name, value: median, spread } => {
                let far = spread.coordinate(*median, value).is_none_or(|z| z.abs() > FARTHEST);
                far.then(|| format!("`{name}` can't be {value}: its spread does not reach there"))
            }
            Self::BetweenStudies => (!(0.0..=MOST_BETWEEN_STUDIES).contains(&value)).then(|| {
                format!(
                    "a standard deviation between studies can't be {value} times what they find"
                )
            }),
            Self::RaterBias => (value.abs() > FARTHEST)
                .then(|| format!("{value} standard deviations are too many for a rater's bias")),
            Self::Unknown => None,
        }
    }
}

fn row(columns: &[Column<'_>], cells: &[Cell<'_>], problems: &mut Problems) -> Vec<f64> {
    columns
        .iter()
        .zip(cells)
        .map(|(column, (place, text))| {
            let Ok(value) = text.parse::<f64>() else {
                let message = format!("`{text}` is not a number");
                problems.push(Problem::error(place.clone(), message));
                return f64::NAN;
            };
            let refused = if value.is_finite() {
                column.refuses(value)
            } else {
                Some(format!("`{text}` is not a finite number"))
            };
            if let Some(message) = refused {
                problems.push(
                    Problem::error(place.clone(), message)
                        .help("fit anew: `needlepoint calibrate`"),
                );
            }
            value
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::{document::Document, reader::Reader};

    const PARAMETERS: &str = r#"
        [healing.rate]
        value = 0.4
        unit = "1/d"
        spread = { factor = 1.5 }
        basis = "assumed"
        note = "n"
        [healing.share]
        value = 0.5
        unit = "1"
        spread = { range = [0.2, 0.9] }
        basis = "assumed"
        note = "n"
        [healing.exact]
        value = 3
        unit = "d"
        basis = "assumed"
        note = "n"
    "#;

    fn table() -> ParameterTable {
        let (document, problems) = Document::parse("parameters.toml", PARAMETERS);
        let reader = Reader::new(&document, problems);
        let root = reader.root();
        ParameterTable::read(&root)
    }

    fn good(rows: usize) -> String {
        let mut text = String::from(
            "# written\n# seed: 7\n# priors: abc\n\
             healing.rate,healing.share,rater_bias.open,between_studies.scar\n",
        );
        for row in 0..rows {
            let _ = writeln!(text, "{},0.5,-0.2,0.3", 0.3 + 0.001 * row as f64);
        }
        text
    }

    #[test]
    fn a_file_comes_back_as_it_was_written() {
        let (read, problems) = Ensemble::read("ensemble.csv", &good(64), &table());
        assert!(problems.is_empty(), "{}", problems.to_lines());
        let read = read.expect("an ensemble");
        assert_eq!((read.fitted_with.seed.as_str(), read.rows().len()), ("7", 64));
        let (again, problems) = Ensemble::read("ensemble.csv", &read.to_csv(), &table());
        assert!(problems.is_empty(), "{}", problems.to_lines());
        assert_eq!(again.expect("an ensemble").to_csv(), read.to_csv());
        assert!((read.median("healing.rate").expect("there") - 0.3315).abs() < 1e-9);
    }

    #[test]
    fn a_file_of_remarks_is_no_ensemble() {
        let (read, problems) = Ensemble::read("ensemble.csv", "# not fitted yet\n\n", &table());
        assert!(read.is_none() && problems.is_empty());
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let wrong = |text: &str| Ensemble::read("e.csv", text, &table()).1.to_lines();
        let mistyped = wrong(&good(64).replace("healing.rate", "healing.rat"));
        assert!(mistyped.contains("e.csv:4:1: no parameter is called `healing.rat`"), "{mistyped}");
        assert!(mistyped.contains("did you mean `healing.rate`?"), "{mistyped}");
        let domain = wrong(&good(64).replace("studies.scar", "studies.scars"));
        assert!(domain.contains("did you mean `between_studies.scar`?"), "{domain}");
        let exact = wrong(&good(64).replace("healing.rate", "healing.exact"));
        assert!(exact.contains("is known exactly"), "{exact}");
        let twice = wrong(&good(64).replace("healing.share", "healing.rate"));
        assert!(
            twice.contains("e.csv:4:14: the column `healing.rate` stands here twice"),
            "{twice}"
        );
        let outside = wrong(&good(64).replacen("0.5,", "0.95,", 1));
        assert!(outside.contains("e.csv:5:5: `healing.share` can't be 0.95"), "{outside}");
        let text = wrong(&good(64).replacen("-0.2", "much", 1));
        assert!(text.contains("`much` is not a number"), "{text}");
        let not_finite = wrong(&good(64).replacen("-0.2", "NaN", 1));
        assert!(not_finite.contains("not a finite number"), "{not_finite}");
        let short = wrong(&good(64).replacen(",-0.2", "", 1));
        assert!(short.contains("e.csv:5:1: 3 values for 4 columns"), "{short}");
        let few = wrong(&good(63));
        assert!(few.contains("63 rows can't stand for a distribution"), "{few}");
        let negative = wrong(&good(64).replacen(",0.3", ",-0.3", 1));
        assert!(negative.contains("a standard deviation between studies"), "{negative}");
    }

    #[test]
    fn members_of_one_seed_take_every_row_once_and_designs_keep_their_order() {
        let (read, _) = Ensemble::read("e.csv", &good(100), &table());
        let read = read.expect("an ensemble");
        let rates = |e: &Ensemble, seed| -> Vec<f64> {
            (0..100).map(|member| e.row(SamplePoint { seed, member })[0]).collect()
        };
        let mut seen = rates(&read, 3);
        assert_ne!(seen, rates(&read, 4));
        seen.sort_by(f64::total_cmp);
        let in_order = read.in_order();
        assert_eq!(seen, rates(&in_order, 3));
    }
}
