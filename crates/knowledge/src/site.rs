//! Places on the body: how thick the layers are and how the barrier rests there.

use serde::Serialize;
use uom::si::{
    area::square_centimeter,
    f64::{Area, Length, Time},
    length::micrometer,
    time::day,
};

use crate::{
    estimate::Estimate,
    reader::{Field, Table},
    unit::WaterFlux,
};

/// Part of the body a site belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// Face.
    Face,
    /// Neck.
    Neck,
    /// Chest, abdomen, back.
    Trunk,
    /// Arm, thigh.
    Limb,
    /// Hand.
    Hand,
    /// Hairy scalp.
    Scalp,
}

impl Region {
    /// Every region with its name in files.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("face", Self::Face),
        ("neck", Self::Neck),
        ("trunk", Self::Trunk),
        ("limb", Self::Limb),
        ("hand", Self::Hand),
        ("scalp", Self::Scalp),
    ];
}

/// A place on the body. Thicknesses are those of an adult in middle life at rest.
#[derive(Debug, Clone, Serialize)]
pub struct Site {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// Part of the body.
    pub region: Region,
    /// Stratum corneum, um.
    pub stratum_corneum_um: Estimate,
    /// Living epidermis (histology or confocal, never ultrasound, which reads 2-3 times too much), um.
    pub viable_epidermis_um: Estimate,
    /// Dermis of women, um.
    pub dermis_female_um: Estimate,
    /// Dermis of men, um.
    pub dermis_male_um: Estimate,
    /// Fat below the skin, down to bone or muscle, um.
    pub fat_um: Estimate,
    /// Transepidermal water loss at rest, g/m2/h.
    pub water_loss_g_m2_h: Estimate,
    /// Time in which the stratum corneum is replaced, days.
    pub turnover_days: Estimate,
    /// Area usually treated, cm2.
    pub area_cm2: Estimate,
    /// Bone lies close under the skin, so that a needle meets a hard support.
    pub over_bone: bool,
    /// Part of the site lies inside the rim of the orbit, where needles are not used.
    pub inside_orbital_rim: bool,
}

impl Site {
    /// Read every site of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        root.records().iter().filter_map(Self::read).collect()
    }

    fn read(field: &Field<'_>) -> Option<Self> {
        let table = field.table()?;
        let label = table.require("label", "\"Forehead\"").and_then(|f| f.text());
        let region = table.require("region", "\"face\"").and_then(|f| f.choice(&Region::NAMED));
        let thickness = |key, least, most| {
            let field =
                table.require(key, "{ value = \"17 um\", basis = \"assumed\", note = \"\" }")?;
            Estimate::quantity::<Length>(&field, |l| l.get::<micrometer>(), "um", least, most)
        };
        let stratum_corneum_um = thickness("stratum_corneum", 3.0, 300.0);
        let viable_epidermis_um = thickness("viable_epidermis", 15.0, 600.0);
        let dermis_female_um = thickness("dermis_female", 200.0, 8000.0);
        let dermis_male_um = thickness("dermis_male", 200.0, 8000.0);
        let fat_um = thickness("fat", 200.0, 80_000.0);
        let water_loss_g_m2_h = table
            .require("water_loss", "{ value = \"10 g/m2/h\", basis = \"assumed\", note = \"\" }")
            .and_then(|f| Estimate::quantity::<WaterFlux>(&f, |w| w.0, "g/m2/h", 0.5, 80.0));
        let turnover_days = table
            .require("turnover", "{ value = \"14 days\", basis = \"assumed\", note = \"\" }")
            .and_then(|f| Estimate::quantity::<Time>(&f, |t| t.get::<day>(), "days", 1.0, 60.0));
        let area_cm2 = table
            .require("area", "{ value = \"50 cm2\", basis = \"assumed\", note = \"\" }")
            .and_then(|f| {
                Estimate::quantity::<Area>(&f, |a| a.get::<square_centimeter>(), "cm2", 0.5, 5000.0)
            });
        let over_bone = table.require("over_bone", "false").and_then(|f| f.flag());
        let inside_orbital_rim =
            table.require("inside_orbital_rim", "false").and_then(|f| f.flag());
        table.finish();
        Some(Self {
            name: field.key().to_owned(),
            label: label?.to_owned(),
            region: region?,
            stratum_corneum_um: stratum_corneum_um?,
            viable_epidermis_um: viable_epidermis_um?,
            dermis_female_um: dermis_female_um?,
            dermis_male_um: dermis_male_um?,
            fat_um: fat_um?,
            water_loss_g_m2_h: water_loss_g_m2_h?,
            turnover_days: turnover_days?,
            area_cm2: area_cm2?,
            over_bone: over_bone?,
            inside_orbital_rim: inside_orbital_rim?,
        })
    }
}
