//! Needling devices: their needles, how they move, what the label allows.

use serde::Serialize;
use uom::si::{
    angle::degree,
    f64::{Angle, Frequency, Length, Velocity},
    frequency::hertz,
    length::{micrometer, millimeter},
    velocity::millimeter_per_second,
};

use crate::{
    concern::ConcernKind,
    estimate::Estimate,
    parameter::owned_texts,
    reader::{Field, Table},
    site::{Region, Site},
};

/// How a device brings its needles into the skin.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "motion", rename_all = "snake_case")]
pub enum MotionRecord {
    /// A drum with needles that rolls over the skin.
    Roller {
        /// Diameter of the drum without needles, mm.
        drum_diameter_mm: Estimate,
        /// Width of the drum, mm.
        drum_width_mm: Estimate,
        /// Needles side by side across the width of the drum.
        rings: Estimate,
        /// Needles around the drum.
        rows: Estimate,
        /// Shift of every second row sideways, as a share of the distance between rings (0 to 1).
        stagger: Estimate,
    },
    /// A cartridge of needles that is driven in and out while it glides over the skin.
    Pen {
        /// Needles in the cartridge.
        needles: Estimate,
        /// Diameter of the circle the needles stand in, mm.
        tip_diameter_mm: Estimate,
        /// Strokes per second, Hz.
        frequency_hz: Estimate,
        /// Speed at which the hand moves it, mm/s.
        glide_speed_mm_per_s: Estimate,
    },
    /// A flat array that is pressed onto the skin.
    Stamp {
        /// Needles along one side.
        columns: Estimate,
        /// Needles along the other side.
        rows: Estimate,
        /// Distance between neighbours, mm.
        pitch_mm: Estimate,
    },
    /// Spots of a scanned fractional laser, to be set beside needles. What a case calls needle length
    /// is then the depth of the spots.
    Spots {
        /// How the spots lie.
        grid: SpotGridRecord,
        /// Spots per cm2 and pass.
        spots_per_cm2: Estimate,
        /// Side of the square scanned at once, mm.
        square_side_mm: Estimate,
        /// Diameter of a spot, um.
        diameter_um: Estimate,
    },
}

/// How the spots of a scanned laser lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpotGridRecord {
    /// Rows and columns.
    Square,
    /// Every second row shifted by half a step.
    Hexagonal,
}

/// How the point of a needle widens to its shaft.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Taper {
    /// Over this length, um.
    LengthUm(Estimate),
    /// As a cone with this full angle, deg.
    ConeDeg(Estimate),
    /// By one ground face at this angle to the axis, deg.
    BevelDeg(Estimate),
}

/// What needles are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedleMaterial {
    /// Stainless steel.
    Steel,
    /// A stiff polymer, moulded or dissolving.
    Polymer,
}

/// A use that a label is cleared for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cleared {
    /// The concern.
    pub concern: ConcernKind,
    /// The region; any if none is named.
    pub region: Option<Region>,
    /// Names of sites; all of the region if none is named.
    pub sites: Vec<String>,
}

impl Cleared {
    /// Whether it holds for a concern of this kind at this site.
    pub fn covers(&self, kind: ConcernKind, site: &Site) -> bool {
        self.concern == kind
            && self.region.is_none_or(|region| region == site.region)
            && (self.sites.is_empty() || self.sites.contains(&site.name))
    }

    fn read_all(table: &Table<'_>) -> Option<Vec<Self>> {
        let Some(field) = table.get("cleared_for") else { return Some(Vec::new()) };
        field.list(|item| {
            let table = item.table()?;
            let concern = table
                .require("concern", "\"acne-scars\"")
                .and_then(|f| f.choice(&ConcernKind::NAMED));
            let region = table.optional("region", |f| f.choice(&Region::NAMED));
            let sites = table.optional("site", |f| Some(owned_texts(f)));
            table.finish();
            Some(Self { concern: concern?, region: region?, sites: sites?.unwrap_or_default() })
        })
    }
}

/// A device.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceRecord {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// How it moves.
    pub motion: MotionRecord,
    /// Diameter of a needle at its base, um.
    pub shaft_diameter_um: Estimate,
    /// Diameter of the very tip of a needle, um.
    pub tip_diameter_um: Estimate,
    /// How its point widens to the shaft; not known for every device.
    pub taper: Option<Taper>,
    /// What the needles are made of.
    pub material: NeedleMaterial,
    /// Shortest needle length that can be set, mm.
    pub minimum_mm: f64,
    /// Longest needle length that can be set, mm.
    pub maximum_mm: f64,
    /// Greatest length whose safety was evaluated for the label, mm.
    pub evaluated_to_mm: Option<f64>,
    /// What its label is cleared for.
    pub cleared_for: Vec<Cleared>,
    /// Sold for use at home.
    pub home_use: bool,
    /// What the maker's label says.
    pub label_says: String,
    /// What others measured on it.
    pub measured: String,
    /// Identifiers in `knowledge/sources.toml` for the device as a whole.
    pub sources: Vec<String>,
}

impl DeviceRecord {
    /// Read every device of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        root.records().iter().filter_map(Self::read).collect()
    }

    fn read(field: &Field<'_>) -> Option<Self> {
        let table = field.table()?;
        for key in ["label", "label_says", "measured", "sources"] {
            table.require(key, "...");
        }
        let device = read_geometry(&table);
        table.finish();
        device.map(|device| Self { name: field.key().to_owned(), ..device })
    }

    /// Number of needles on the device (drum, cartridge or array), or of spots in a laser's square.
    pub fn needles(&self) -> f64 {
        match &self.motion {
            MotionRecord::Roller { rings, rows, .. } => rings.value * rows.value,
            MotionRecord::Pen { needles, .. } => needles.value,
            MotionRecord::Stamp { columns, rows, .. } => columns.value * rows.value,
            MotionRecord::Spots { spots_per_cm2, square_side_mm, .. } => {
                const MM2_PER_CM2: f64 = 100.0;
                spots_per_cm2.value * square_side_mm.value.powi(2) / MM2_PER_CM2
            }
        }
    }

    /// Whether it works by needles, and not by light.
    pub fn has_needles(&self) -> bool {
        !matches!(self.motion, MotionRecord::Spots { .. })
    }
}

/// Read one device from a table of the schema of `knowledge/devices.toml`, for instance a device
/// that a case file describes itself. The name and, where missing, the label are those of the table;
/// the caller finishes the table.
pub fn read_geometry(table: &Table<'_>) -> Option<DeviceRecord> {
    let text = |key| table.get(key).and_then(|f| f.text()).unwrap_or_default().to_owned();
    let label = table.get("label").and_then(|f| f.text()).unwrap_or_else(|| table.name());
    let (label_says, measured) = (text("label_says"), text("measured"));
    let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
    let motion = motion(table);
    // A laser has no needle; its spots stand in, as wide at the end as at the surface.
    let spot = motion.as_ref().and_then(|motion| match motion {
        MotionRecord::Spots { diameter_um, .. } => Some(diameter_um.clone()),
        _ => None,
    });
    let (shaft_diameter_um, tip_diameter_um) = match spot {
        Some(diameter) => (Some(diameter.clone()), Some(diameter)),
        None => (
            diameter(table, "shaft_diameter", 1.0, 1500.0),
            diameter(table, "tip_diameter", 0.1, 300.0),
        ),
    };
    let taper = taper(table);
    let material = table.get("material").map_or(Some(NeedleMaterial::Steel), |f| {
        f.choice(&[("steel", NeedleMaterial::Steel), ("polymer", NeedleMaterial::Polymer)])
    });
    let length = |field: Field<'_>| {
        field.quantity_within::<Length>(|l| l.get::<millimeter>(), "mm", 0.0, 5.0)
    };
    let minimum = table.require("minimum_length", "\"0.25 mm\"").and_then(length);
    let maximum = table.require("maximum_length", "\"2.5 mm\"").and_then(length);
    let evaluated_to = table.get("evaluated_to").map(length);
    if let (Some(least), Some(most), Some(field)) = (minimum, maximum, table.get("minimum_length"))
        && least > most
    {
        field.error(
            format!("`minimum_length` is {least} mm, longer than `maximum_length`, {most} mm"),
            "swap the two",
        );
    }
    let cleared_for = Cleared::read_all(table);
    let home_use = table.get("home_use").map_or(Some(false), |f| f.flag());
    Some(DeviceRecord {
        name: table.name().trim_matches('`').to_owned(),
        label: label.trim_matches('`').to_owned(),
        motion: motion?,
        shaft_diameter_um: shaft_diameter_um?,
        tip_diameter_um: tip_diameter_um?,
        taper: taper?,
        material: material?,
        minimum_mm: minimum?,
        maximum_mm: maximum?,
        evaluated_to_mm: evaluated_to.map_or(Some(None), |length| length.map(Some))?,
        cleared_for: cleared_for?,
        home_use: home_use?,
        label_says,
        measured,
        sources,
    })
}

/// The point of the needle, by its length or by one angle; the outer none is a mistake, the inner one
/// a point that nobody described.
fn taper(table: &Table<'_>) -> Option<Option<Taper>> {
    let given: Vec<Field<'_>> = ["taper_length", "cone_angle", "bevel_angle"]
        .into_iter()
        .filter_map(|key| table.get(key))
        .collect();
    let [field] = given.as_slice() else {
        if let Some(second) = given.get(1) {
            second.error(
                format!("{} describes the point of its needles twice", table.name()),
                "keep one of `taper_length`, `cone_angle` and `bevel_angle`",
            );
            return None;
        }
        return Some(None);
    };
    let angle = || Estimate::quantity::<Angle>(field, |a| a.get::<degree>(), "deg", 0.5, 120.0);
    Some(Some(match field.key() {
        "cone_angle" => Taper::ConeDeg(angle()?),
        "bevel_angle" => Taper::BevelDeg(angle()?),
        _ => Taper::LengthUm(Estimate::quantity::<Length>(
            field,
            |l| l.get::<micrometer>(),
            "um",
            1.0,
            5000.0,
        )?),
    }))
}

fn diameter(table: &Table<'_>, key: &'static str, least: f64, most: f64) -> Option<Estimate> {
    let field = table.require(key, "{ value = \"8 um\", basis = \"assumed\", note = \"\" }")?;
    Estimate::quantity::<Length>(&field, |l| l.get::<micrometer>(), "um", least, most)
}

fn motion(table: &Table<'_>) -> Option<MotionRecord> {
    let given = ["roller", "pen", "stamp", "spots"].map(|key| table.get(key));
    match given {
        [Some(field), None, None, None] => read_roller(&field),
        [None, Some(field), None, None] => read_pen(&field),
        [None, None, Some(field), None] => read_stamp(&field),
        [None, None, None, Some(field)] => read_spots(&field),
        _ => {
            table.error(format!(
                "{} needs exactly one of the tables `roller`, `pen`, `stamp` and `spots`",
                table.name()
            ));
            None
        }
    }
}

fn count(table: &Table<'_>, key: &'static str, most: f64) -> Option<Estimate> {
    let field = table.require(key, "8")?;
    Estimate::number(&field, 1.0, most)
}

fn millimetres(table: &Table<'_>, key: &'static str, most: f64) -> Option<Estimate> {
    let field = table.require(key, "\"20 mm\"")?;
    Estimate::quantity::<Length>(&field, |l| l.get::<millimeter>(), "mm", 0.05, most)
}

fn read_roller(field: &Field<'_>) -> Option<MotionRecord> {
    let table = field.table()?;
    let drum_diameter_mm = millimetres(&table, "drum_diameter", 60.0);
    let drum_width_mm = millimetres(&table, "drum_width", 60.0);
    let rings = count(&table, "rings", 60.0);
    let rows = count(&table, "rows", 120.0);
    let stagger = table.require("stagger", "0.5").and_then(|f| Estimate::number(&f, 0.0, 1.0));
    table.finish();
    Some(MotionRecord::Roller {
        drum_diameter_mm: drum_diameter_mm?,
        drum_width_mm: drum_width_mm?,
        rings: rings?,
        rows: rows?,
        stagger: stagger?,
    })
}

fn read_pen(field: &Field<'_>) -> Option<MotionRecord> {
    let table = field.table()?;
    let needles = count(&table, "needles", 400.0);
    let tip_diameter_mm = millimetres(&table, "tip_diameter", 60.0);
    let frequency_hz = table
        .require("frequency", "\"100 Hz\"")
        .and_then(|f| Estimate::quantity::<Frequency>(&f, |f| f.get::<hertz>(), "Hz", 0.2, 500.0));
    let glide_speed_mm_per_s = table.require("glide_speed", "\"20 mm/s\"").and_then(|f| {
        Estimate::quantity::<Velocity>(&f, |v| v.get::<millimeter_per_second>(), "mm/s", 0.5, 300.0)
    });
    table.finish();
    Some(MotionRecord::Pen {
        needles: needles?,
        tip_diameter_mm: tip_diameter_mm?,
        frequency_hz: frequency_hz?,
        glide_speed_mm_per_s: glide_speed_mm_per_s?,
    })
}

fn read_stamp(field: &Field<'_>) -> Option<MotionRecord> {
    let table = field.table()?;
    let columns = count(&table, "columns", 200.0);
    let rows = count(&table, "rows", 200.0);
    let pitch_mm = millimetres(&table, "pitch", 20.0);
    table.finish();
    Some(MotionRecord::Stamp { columns: columns?, rows: rows?, pitch_mm: pitch_mm? })
}

fn read_spots(field: &Field<'_>) -> Option<MotionRecord> {
    let table = field.table()?;
    let grid = table.require("grid", "\"square\"").and_then(|f| {
        f.choice(&[("square", SpotGridRecord::Square), ("hexagonal", SpotGridRecord::Hexagonal)])
    });
    let spots_per_cm2 =
        table.require("spots_per_cm2", "400").and_then(|f| Estimate::number(&f, 1.0, 5000.0));
    let square_side_mm = millimetres(&table, "square_side", 60.0);
    let diameter_um = diameter(&table, "diameter", 1.0, 1500.0);
    table.finish();
    Some(MotionRecord::Spots {
        grid: grid?,
        spots_per_cm2: spots_per_cm2?,
        square_side_mm: square_side_mm?,
        diameter_um: diameter_um?,
    })
}
