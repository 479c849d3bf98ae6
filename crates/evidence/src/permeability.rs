//! Permeability of intact human skin: a compilation of measurements with known structures, held
//! against the law of the absorption room.
//!
//! `knowledge/permeability.csv` holds one measurement a row, with its primary source and the
//! compilation it was read in. A compound's role is the same in all its rows.
//!
//! - [`fit`]: how the law was chosen and fitted

use std::collections::BTreeMap;

use needlepoint_absorption::{Pathways, Solute};
use needlepoint_knowledge::{Knowledge, parameter::SamplePoint};
use needlepoint_numerics::quantile::quantile;
use serde::Deserialize;

use crate::{cohort::CohortSize, predict::Prediction, study::Role};

pub mod fit;

const SHIPPED: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/permeability.csv"));

/// A row of the compilation.
#[derive(Debug, Clone, Deserialize)]
struct Row {
    compound: String,
    molecular_weight_da: f64,
    log_kow: f64,
    log_kp_cm_per_h: f64,
    primary: String,
    layer: String,
    donor: String,
    flag: String,
    role: String,
}

impl Row {
    /// Whether it tells of the horny layer from a watery donor: dermis alone, stripped skin, neat
    /// liquids and other solvents do not, and rows far off their compound's median are set aside.
    fn is_of_the_horny_layer_from_water(&self) -> bool {
        // Salts of boron: no partition between octanol and water was measured, and the one reckoned from
        // the formula is absurd.
        const ABSURD_LOG_KOW: f64 = 10.0;
        let stripped = self.layer == "dermis" || self.layer.contains("without stratum corneum");
        let other_donor = ["neat", "glycol", "Ethanol", "ethanol", "oil", "Acetone", "acetone"]
            .iter()
            .any(|solvent| self.donor.contains(solvent));
        let has_lipophilicity = self.log_kow.abs() < ABSURD_LOG_KOW;
        !stripped && !other_donor && has_lipophilicity && self.flag.is_empty()
    }
}

/// One compound: the median over its primary sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Compound {
    /// Name.
    pub name: String,
    /// The molecule.
    pub solute: Solute,
    /// log10 of the permeability measured, cm/h.
    pub log_kp: f64,
    /// Number of primary sources.
    pub sources: usize,
    /// Role.
    pub role: Role,
}

/// The compounds of the shipped compilation, in the order of their names.
///
/// # Errors
/// When a row can't be read (a test rules that out).
pub fn compounds() -> Result<Vec<Compound>, csv::Error> {
    let mut by_name: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in csv::Reader::from_reader(SHIPPED.as_bytes()).deserialize() {
        let row: Row = row?;
        if row.is_of_the_horny_layer_from_water() {
            by_name.entry(row.compound.to_lowercase()).or_default().push(row);
        }
    }
    Ok(by_name
        .into_values()
        .filter_map(|rows| {
            // The same primary value stands in both compilations; count each source once.
            let mut by_source: BTreeMap<String, Vec<f64>> = BTreeMap::new();
            for row in &rows {
                let key = source_key(&row.primary);
                by_source.entry(key).or_default().push(row.log_kp_cm_per_h);
            }
            let first = rows.first()?;
            let values: Vec<f64> = by_source.into_values().map(median).collect();
            Some(Compound {
                name: first.compound.clone(),
                solute: Solute {
                    molecular_weight_da: first.molecular_weight_da,
                    log_p: first.log_kow,
                },
                sources: values.len(),
                log_kp: median(values),
                role: if first.role == "validate" { Role::Validate } else { Role::Calibrate },
            })
        })
        .collect())
}

/// First author and year, as both compilations give them in one way or another.
fn source_key(primary: &str) -> String {
    let author: String = primary
        .trim_start_matches("du ")
        .chars()
        .take_while(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    let year = primary.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 4);
    format!("{author} {}", year.unwrap_or_default())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}

/// What the law predicts for a compound under each truth.
pub fn predict(compound: &Compound, knowledge: &Knowledge, size: CohortSize) -> Prediction {
    let mut sample: Vec<f64> = (0..size.truths * size.people)
        .map(|member| SamplePoint { seed: size.seed, member })
        .map(|point| knowledge.parameters.draw(point, point).set::<Pathways>())
        .map(|pathways| compound.solute.intact_permeability_cm_per_h(&pathways).log10())
        .collect();
    sample.sort_by(f64::total_cmp);
    Prediction { sample }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compilation_can_be_read_and_keeps_a_third_for_validation() {
        let compounds = compounds().expect("read");
        let kept = compounds.iter().filter(|c| c.role == Role::Validate).count();
        let share = kept as f64 / compounds.len() as f64;
        assert!(compounds.len() > 150 && (0.2..0.45).contains(&share), "{kept} {share}");
    }

    #[test]
    fn the_same_source_in_both_compilations_counts_once() {
        assert_eq!(
            source_key("Plessis et al. 2002"),
            source_key("du Plessis 2002 doi:10.1016/S09")
        );
        assert_ne!(source_key("Parry et al. 1990"), source_key("Parry et al. 1991"));
    }
}
