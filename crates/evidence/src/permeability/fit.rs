//! The law of intact-skin permeability, fitted to the compounds of role `calibrate` and to no others.
//!
//! Candidates are forms of the law of the absorption room. Each is fitted to all compounds but one, in
//! turn, and judged by how far it misses the one left out. A few measured values are off by a
//! thousandfold and more, slips of units or of the vehicle most likely; squares would let them decide. So
//! the fit minimises `sum 2 (sqrt(1 + r^2) - 1)`, square for small residuals r (powers of ten) and
//! straight for large ones, and the judge is the mean of `|r|`.

use needlepoint_absorption::{Pathways, Solute};
use needlepoint_numerics::dense::Factors;

use super::Compound;
use crate::study::Role;

/// A form of the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form {
    /// Published coefficients, nothing fitted: intercept (log10 cm/h), weight of log P, weight of
    /// molecular weight (1/Da); no pores.
    Published(f64, f64, f64),
    /// Lipids alone, coefficients fitted.
    Lipids,
    /// Lipids and pores of this radius (nm), coefficients fitted.
    LipidsAndPores(f64),
}

/// Every form that was tried, with its name.
pub const CANDIDATES: [(&str, Form); 7] = [
    ("Potts and Guy 1992", Form::Published(-2.744, 0.71, -0.0061)),
    ("EPA refit 2004", Form::Published(-2.80, 0.66, -0.0056)),
    ("lipids, fitted", Form::Lipids),
    ("lipids and pores of 1 nm, fitted", Form::LipidsAndPores(1.0)),
    ("lipids and pores of 1.5 nm, fitted", Form::LipidsAndPores(1.5)),
    ("lipids and pores of 2 nm, fitted", Form::LipidsAndPores(2.0)),
    ("lipids and pores of 3 nm, fitted", Form::LipidsAndPores(3.0)),
];

/// Coefficients: intercept, weight of log P, weight of molecular weight, pores.
pub type Coefficients = [f64; 4];

/// A fitted form and how it does.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The form.
    pub form: Form,
    /// Fitted to all compounds.
    pub coefficients: Coefficients,
    /// Standard errors by the jackknife; 0 for what is not fitted.
    pub standard_errors: Coefficients,
    /// Residuals, prediction less measurement in powers of ten, each of a compound left out of the fit.
    pub left_out: Vec<f64>,
}

impl Fitted {
    /// Root mean square of the residuals left out.
    pub fn root_mean_square(&self) -> f64 {
        mean(self.left_out.iter().map(|r| r * r)).sqrt()
    }

    /// Mean of their absolute values.
    pub fn mean_absolute(&self) -> f64 {
        mean(self.left_out.iter().map(|r| r.abs()))
    }

    /// Their mean.
    pub fn bias(&self) -> f64 {
        mean(self.left_out.iter().copied())
    }

    /// Share of them within one power of ten.
    pub fn within_ten(&self) -> f64 {
        mean(self.left_out.iter().map(|r| f64::from(u8::from(r.abs() < 1.0))))
    }

    /// The law, with what it does not fit taken from `other`.
    pub fn law(&self, other: &Pathways) -> Pathways {
        law(self.form, self.coefficients, other)
    }
}

/// Mean of some numbers, 0 if there are none.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

/// Residuals of a law, prediction less measurement in powers of ten, without its error.
pub fn residuals<'c>(
    law: &Pathways,
    compounds: impl IntoIterator<Item = &'c Compound>,
) -> Vec<f64> {
    let law = Pathways { intact_log_error: 0.0, ..*law };
    compounds
        .into_iter()
        .map(|c| c.solute.intact_permeability_cm_per_h(&law).log10() - c.log_kp)
        .collect()
}

/// Fit a form to the compounds of role `calibrate`, all and each left out in turn. What it does not fit
/// is taken from `other`.
pub fn fit(form: Form, compounds: &[Compound], other: &Pathways) -> Fitted {
    let used: Vec<&Compound> = compounds.iter().filter(|c| c.role == Role::Calibrate).collect();
    let coefficients = minimise(form, &used, start(form), other);
    let mut left_out = Vec::with_capacity(used.len());
    let mut without: Vec<Coefficients> = Vec::with_capacity(used.len());
    for at in 0..used.len() {
        let rest: Vec<&Compound> =
            used.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| *c).collect();
        let fitted = minimise(form, &rest, coefficients, other);
        left_out.extend(residuals(&law(form, fitted, other), [used[at]]));
        without.push(fitted);
    }
    let n = used.len() as f64;
    let standard_errors = std::array::from_fn(|k| {
        let centre = mean(without.iter().map(|c| c[k]));
        let square = mean(without.iter().map(|c| (c[k] - centre).powi(2)));
        ((n - 1.0) * square).sqrt()
    });
    Fitted { form, coefficients, standard_errors, left_out }
}

fn start(form: Form) -> Coefficients {
    match form {
        Form::Published(a, b, c) => [a, b, c, f64::NEG_INFINITY],
        Form::Lipids => [-2.7, 0.7, -0.006, f64::NEG_INFINITY],
        Form::LipidsAndPores(_) => [-2.7, 0.7, -0.006, -3.5],
    }
}

fn law(form: Form, [a, b, c, d]: Coefficients, other: &Pathways) -> Pathways {
    let radius = match form {
        Form::LipidsAndPores(radius) => radius,
        Form::Published(..) | Form::Lipids => other.intact_pore_radius,
    };
    Pathways {
        intact_intercept: a,
        intact_lipophilicity: b,
        intact_size: c,
        intact_pore: d,
        intact_pore_radius: radius,
        intact_log_error: 0.0,
        ..*other
    }
}

/// Gauss and Newton's method with Levenberg's damping on reweighted squares.
fn minimise(
    form: Form,
    compounds: &[&Compound],
    start: Coefficients,
    other: &Pathways,
) -> Coefficients {
    const ROUNDS: usize = 200;
    const SETTLED: f64 = 1e-12;
    if matches!(form, Form::Published(..)) {
        return start;
    }
    let loss = |at: Coefficients| {
        residuals(&law(form, at, other), compounds.iter().copied())
            .iter()
            .map(|r| 2.0 * (r.mul_add(*r, 1.0).sqrt() - 1.0))
            .sum::<f64>()
    };
    let (mut best, mut least, mut damping) = (start, loss(start), 1e-3);
    for _ in 0..ROUNDS {
        let law = law(form, best, other);
        let (mut matrix, mut right) = ([[0.0; 4]; 4], [0.0; 4]);
        for compound in compounds {
            let slopes = slopes(&compound.solute, &law);
            for r in residuals(&law, [*compound]) {
                let weight = 1.0 / r.mul_add(r, 1.0).sqrt();
                for i in 0..4 {
                    right[i] -= weight * slopes[i] * r;
                    for k in 0..4 {
                        matrix[i][k] += weight * slopes[i] * slopes[k];
                    }
                }
            }
        }
        for (i, row) in matrix.iter_mut().enumerate() {
            // A coefficient that changes nothing, as that of the pores where there are none, stays.
            row[i] = if row[i] == 0.0 { 1.0 } else { row[i] * (1.0 + damping) };
        }
        let Some(factors) = Factors::new(matrix) else { return best };
        factors.solve(&mut right);
        let next: Coefficients = std::array::from_fn(|k| best[k] + right[k]);
        let value = loss(next);
        if value < least {
            let gain = least - value;
            (best, least, damping) = (next, value, damping * 0.3);
            if gain < SETTLED * least {
                break;
            }
        } else {
            damping *= 10.0;
            if damping > 1e12 {
                break;
            }
        }
    }
    best
}

/// Derivatives of `log10 kp` by the coefficients; `kp = L + P` with lipids L and pores P:
/// `L/kp`, `log P L/kp`, `MW L/kp`, `P/kp`.
fn slopes(solute: &Solute, law: &Pathways) -> Coefficients {
    let lipids = solute.lipid_permeability_cm_per_h(law);
    let pores = solute.pore_permeability_cm_per_h(law);
    let share = lipids / (lipids + pores);
    [share, share * solute.log_p, share * solute.molecular_weight_da, 1.0 - share]
}

#[cfg(test)]
mod tests {
    use needlepoint_knowledge::Knowledge;

    use super::*;

    fn pathways() -> Pathways {
        Knowledge::embedded().expect("knowledge").parameters.medians().set::<Pathways>()
    }

    /// Compounds that follow a law exactly give it back, and a few wild ones hardly move it.
    #[test]
    fn a_known_law_is_found_again_in_spite_of_wild_values() {
        let truth = law(Form::LipidsAndPores(2.0), [-2.2, 0.6, -0.007, -3.3], &pathways());
        let mut compounds = Vec::new();
        for size in 0..12 {
            for step in 0..12 {
                let solute = Solute {
                    molecular_weight_da: 60.0 + 40.0 * f64::from(size),
                    log_p: -3.5 + 0.7 * f64::from(step),
                };
                compounds.push(Compound {
                    name: format!("{size} {step}"),
                    solute,
                    log_kp: solute.intact_permeability_cm_per_h(&truth).log10(),
                    sources: 1,
                    role: Role::Calibrate,
                });
            }
        }
        let exact = fit(Form::LipidsAndPores(2.0), &compounds, &pathways());
        for (found, true_value) in exact.coefficients.iter().zip([-2.2, 0.6, -0.007, -3.3]) {
            assert!((found - true_value).abs() < 1e-6, "{:?}", exact.coefficients);
        }
        assert!(exact.root_mean_square() < 1e-6);
        for wild in [20, 70, 110] {
            compounds[wild].log_kp -= 5.0;
        }
        let moved = fit(Form::LipidsAndPores(2.0), &compounds, &pathways());
        assert!((moved.coefficients[1] - 0.6).abs() < 0.03, "{:?}", moved.coefficients);
    }

    #[test]
    fn compounds_for_validation_do_not_move_the_fit() {
        let all = super::super::compounds().expect("read");
        let mut changed = all.clone();
        for compound in changed.iter_mut().filter(|c| c.role == Role::Validate) {
            compound.log_kp += 3.0;
        }
        let of = |compounds: &[Compound]| {
            let used: Vec<&Compound> =
                compounds.iter().filter(|c| c.role == Role::Calibrate).collect();
            minimise(Form::Lipids, &used, start(Form::Lipids), &pathways())
        };
        assert_eq!(of(&all), of(&changed));
    }
}
