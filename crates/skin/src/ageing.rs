//! What the years do: less collagen, thinner layers, slower synthesis.

use serde::{Deserialize, Serialize};

use crate::LayerThicknesses;

/// What is left of a quantity that falls in a straight line after a reference age.
///
/// ```text
/// y(age) = max(floor, 1 - loss * (age - age_ref))   for age > age_ref,   1 before
/// ```
///
/// `loss` is a share per unit of `age - age_ref` (per year if ages are in years). Linear decline is
/// what cross-sectional studies can support; it is not a law for one person, and the floor only
/// keeps a far extrapolation from reaching zero.
pub fn relative_after_linear_loss(age: f64, age_ref: f64, loss: f64, floor: f64) -> f64 {
    (1.0 - loss * (age - age_ref).max(0.0)).max(floor)
}

/// A value between a young and an old group, by age.
///
/// ```text
/// y(age) = y_young + (y_old - y_young) * clamp((age - age_young) / (age_old - age_young), 0, 1)
/// ```
///
/// Outside the two groups the nearer one's value holds: no extrapolation. Where the ages coincide
/// the step between the groups is at that age.
pub fn interpolate_by_age(
    age_y: f64,
    (age_young_y, young): (f64, f64),
    (age_old_y, old): (f64, f64),
) -> f64 {
    let span_y = age_old_y - age_young_y;
    let share = if span_y > 0.0 {
        ((age_y - age_young_y) / span_y).clamp(0.0, 1.0)
    } else {
        f64::from(u8::from(age_y >= age_old_y))
    };
    young + (old - young) * share
}

/// How fast skin ages; every value comes from `/knowledge`.
///
/// Chronological ageing only: sun and smoke come on top, and the sites differ. Studies disagree on
/// whether the epidermis thins at all (6 to 7 % a decade on the inner arm, nothing on the forearm).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ageing {
    /// Age from which losses count and at which the given thicknesses hold, years.
    pub age_ref_y: f64,
    /// Collagen lost per year, share of the young amount.
    pub collagen_loss_per_y: f64,
    /// Living epidermis lost per decade, share of its thickness at `age_ref_y`.
    pub epidermis_loss_per_decade: f64,
    /// Dermis lost per decade, share of its thickness at `age_ref_y`.
    pub dermis_loss_per_decade: f64,
    /// Least share that any of these may fall to.
    pub floor: f64,
    /// Mean age of the young group in which synthesis was measured, years.
    pub synthesis_young_age_y: f64,
    /// Mean age of the old group in which synthesis was measured, years.
    pub synthesis_old_age_y: f64,
    /// Collagen synthesis of the old group relative to the young.
    pub synthesis_old_over_young: f64,
}

impl Ageing {
    /// Collagen relative to young skin, `C_a = max(floor, 1 - a (age - age_ref))`.
    pub fn relative_collagen(&self, age_y: f64) -> f64 {
        relative_after_linear_loss(age_y, self.age_ref_y, self.collagen_loss_per_y, self.floor)
    }

    /// Collagen synthesis relative to the young group.
    pub fn relative_synthesis(&self, age_y: f64) -> f64 {
        interpolate_by_age(
            age_y,
            (self.synthesis_young_age_y, 1.0),
            (self.synthesis_old_age_y, self.synthesis_old_over_young),
        )
    }

    /// Thickness of the living epidermis relative to the reference age.
    pub fn relative_epidermis(&self, age_y: f64) -> f64 {
        self.relative_thickness(age_y, self.epidermis_loss_per_decade)
    }

    /// Thickness of the dermis relative to the reference age.
    pub fn relative_dermis(&self, age_y: f64) -> f64 {
        self.relative_thickness(age_y, self.dermis_loss_per_decade)
    }

    /// The layers of a person of this age, from those at the reference age. The stratum corneum
    /// keeps its thickness.
    pub fn thin(&self, at_reference: &LayerThicknesses, age_y: f64) -> LayerThicknesses {
        LayerThicknesses {
            viable_epidermis_um: at_reference.viable_epidermis_um * self.relative_epidermis(age_y),
            dermis_um: at_reference.dermis_um * self.relative_dermis(age_y),
            ..*at_reference
        }
    }

    fn relative_thickness(&self, age_y: f64, loss_per_decade: f64) -> f64 {
        const YEARS_PER_DECADE: f64 = 10.0;
        relative_after_linear_loss(
            age_y / YEARS_PER_DECADE,
            self.age_ref_y / YEARS_PER_DECADE,
            loss_per_decade,
            self.floor,
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SLOW: Ageing = Ageing {
        age_ref_y: 25.0,
        collagen_loss_per_y: 0.0065,
        epidermis_loss_per_decade: 0.065,
        dermis_loss_per_decade: 0.06,
        floor: 0.3,
        synthesis_young_age_y: 25.0,
        synthesis_old_age_y: 80.0,
        synthesis_old_over_young: 0.5,
    };

    #[test]
    fn nothing_is_lost_before_the_reference_age() {
        assert!((SLOW.relative_collagen(18.0) - 1.0).abs() < 1e-15);
        assert!((SLOW.relative_dermis(25.0) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn losses_are_linear_and_stop_at_the_floor() {
        assert!((SLOW.relative_collagen(65.0) - (1.0 - 0.0065 * 40.0)).abs() < 1e-12);
        assert!((SLOW.relative_dermis(55.0) - (1.0 - 0.06 * 3.0)).abs() < 1e-12);
        assert!((SLOW.relative_collagen(1000.0) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn synthesis_joins_the_two_groups() {
        assert!((SLOW.relative_synthesis(10.0) - 1.0).abs() < 1e-12);
        assert!((SLOW.relative_synthesis(52.5) - 0.75).abs() < 1e-12);
        assert!((SLOW.relative_synthesis(99.0) - 0.5).abs() < 1e-12);
        let step = interpolate_by_age(30.0, (30.0, 1.0), (30.0, 0.5));
        assert!((step - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_horny_layer_keeps_its_thickness() {
        let young = LayerThicknesses {
            stratum_corneum_um: 17.0,
            viable_epidermis_um: 60.0,
            dermis_um: 1000.0,
            papillary_share: 0.2,
            upper_reticular_share: 0.4,
        };
        let old = SLOW.thin(&young, 75.0);
        assert!((old.stratum_corneum_um - 17.0).abs() < 1e-12);
        assert!(old.viable_epidermis_um < young.viable_epidermis_um);
        assert!((old.dermis_um - 700.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn older_is_never_more(age in 0.0..100.0f64, more in 0.0..30.0f64) {
            prop_assert!(SLOW.relative_collagen(age + more) <= SLOW.relative_collagen(age));
            prop_assert!(SLOW.relative_synthesis(age + more) <= SLOW.relative_synthesis(age));
        }
    }
}
