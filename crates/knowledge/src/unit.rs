//! Quantities of the knowledge files that `uom` has no type for.

use crate::quantity::Quantity;

/// A quantity with a single accepted unit.
macro_rules! single_unit {
    ($(#[$meta:meta])* $name:ident, $kind:literal, $example:literal, $unit:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name(
            #[doc = concat!("In ", $unit, ".")] pub f64,
        );

        impl Quantity for $name {
            const KIND: &'static str = $kind;
            const EXAMPLE: &'static str = $example;
            const UNITS: &'static [&'static str] = &[$unit];
            fn from_unit(number: f64, unit: &str) -> Option<Self> {
                (unit == $unit).then_some(Self(number))
            }
        }
    };
}

single_unit!(
    /// Water given off by an area in a time.
    WaterFlux, "a loss of water", "10 g/m2/h", "g/m2/h"
);
single_unit!(
    /// Mass of a molecule.
    MolarMass, "a molecular weight", "176 Da", "Da"
);
single_unit!(
    /// Mass of a solute in a volume.
    MassConcentration, "a concentration", "300 mg/mL", "mg/mL"
);
single_unit!(
    /// Mass of a solute in a volume of plasma or tissue.
    Level, "a level in plasma or tissue", "0.16 ug/mL", "ug/mL"
);
single_unit!(
    /// Mass of a product.
    Grams, "a mass of cream", "60 g", "g"
);
single_unit!(
    /// Mass of a cream on an area of skin.
    AreaMass, "a mass of cream on an area", "0.1 g/cm2", "g/cm2"
);
single_unit!(
    /// Mass of a person.
    BodyMass, "a body weight", "20 kg", "kg"
);
single_unit!(
    /// Volume of distribution for each kilogram of the person.
    BodyVolume, "a volume by body weight", "1.4 L/kg", "L/kg"
);
single_unit!(
    /// Blood cleared in a time for each kilogram of the person.
    BodyClearance, "a clearance by body weight", "0.85 L/kg/h", "L/kg/h"
);
single_unit!(
    /// Amount of a medicine for each kilogram of the person.
    BodyDose, "a dose by body weight", "3 mg/kg", "mg/kg"
);
