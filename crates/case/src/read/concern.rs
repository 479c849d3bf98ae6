//! `[[concern]]`: what is treated, where, and how severe it is.

use std::ops::Range;

use needlepoint_knowledge::{
    concern::ConcernKind,
    problem::Problem,
    quantity::Share,
    reader::{Field, Table},
    scale::Measures,
};
use needlepoint_skin::PigmentDepth;
use uom::si::{f64::Time, time::day};

use crate::{
    case::{Concern, Rating, ScarTypes, Size, StriaColour},
    limits,
    units::{HairDensity, in_mm},
};

use super::{DAYS_PER_YEAR, Desk, named, optional, with, word};

/// A concern as far as it could be read.
pub(super) struct Draft {
    /// The concern, if all of it could be read.
    pub(super) concern: Option<Concern>,
    /// Its kind.
    pub(super) kind: Option<ConcernKind>,
    /// Its site and where that is written.
    pub(super) site: Option<(String, Range<usize>)>,
}

pub(super) fn read(desk: Desk<'_>, table: &Table<'_>) -> Draft {
    let kind = table.require("kind", "\"acne_scars\"").and_then(|field| {
        if field.text().is_some_and(|name| NO_MAGNITUDE.contains(&name)) {
            field.error(
                "nobody has measured what needles do to dark circles: no number could be given",
                "leave this concern out",
            );
            return None;
        }
        word(&field, &ConcernKind::NAMED)
    });
    let site_field = table.require("site", "\"cheek\"");
    let site = site_field
        .and_then(|field| desk.site(&field).map(|site| (site.name.clone(), field.span())));
    let scar_types = stated(table, "scar_types", kind)
        .map(|field| field.table().and_then(|table| with(table, scar_types)));
    let severity = table.get("severity").map(|field| {
        field.table().and_then(|table| with(table, |table| rating(desk, table, kind)))
    });
    let size = size(table, kind);
    let lesion_age = table.get("lesion_age").map(|field| {
        let days = |time: Time| time.get::<day>();
        field.quantity_within::<Time>(days, "days", 0.0, limits::AGE_YEARS * DAYS_PER_YEAR)
    });
    if let (Some(kind), None, Some(size)) = (kind, &severity, &size)
        && size.measured(kind).is_none()
    {
        desk.report(
            Problem::error(table.span(), format!("{} does not say how severe it is", table.name()))
                .help(how_to_state(desk, kind)),
        );
    }
    let missing = size.as_ref().and_then(|size| size.missing_collagen_share);
    if let Some(share) = missing.filter(|share| *share > limits::MUCH_MISSING_COLLAGEN)
        && let Some(field) = table.get("missing_collagen")
    {
        desk.report(
            Problem::warning(
                field.span(),
                format!(
                    "{:.0} % of the collagen missing: no living skin is known with so little",
                    100.0 * share
                ),
            )
            .help("skin is simulated with at least 40 % of young skin's collagen; what is per cent of \
                   the start is per cent of that"),
        );
    }
    let place = site.clone();
    let concern = (|| {
        Some(Concern {
            kind: kind?,
            site: site?.0,
            scar_types: optional(scar_types)?,
            severity: optional(severity)?,
            size: size?,
            lesion_age_days: optional(lesion_age)?,
        })
    })();
    Draft { concern, kind, site: place }
}

/// What is asked for and can't be answered with a number.
const NO_MAGNITUDE: [&str; 2] = ["dark-circles", "dark_circles"];

/// Keys that say something about a kind of concern; with the first of them, its size is known.
const fn keys_of(kind: ConcernKind) -> &'static [&'static str] {
    match kind {
        ConcernKind::AcneScars => &["depth", "width", "scar_types"],
        ConcernKind::SurgicalScar => &["depth", "height", "width"],
        ConcernKind::BurnScar => &["height", "depth", "width"],
        ConcernKind::Wrinkles => &["depth", "wavelength"],
        ConcernKind::Striae => &["missing_collagen", "width", "colour"],
        ConcernKind::Photoageing => &["missing_collagen"],
        ConcernKind::Laxity => &["missing_elasticity"],
        ConcernKind::Melasma | ConcernKind::Hyperpigmentation => {
            &["excess_melanin", "pigment_depth"]
        }
        ConcernKind::HairLoss => &["hair_density"],
        ConcernKind::Pores => &["excess_area"],
        ConcernKind::Healthy => &[],
    }
}

/// How the size of a kind of concern is written.
const fn size_example(kind: ConcernKind) -> &'static str {
    match kind {
        ConcernKind::AcneScars => "depth = \"0.4 mm\"",
        ConcernKind::SurgicalScar => "depth = \"0.3 mm\" or height = \"1 mm\"",
        ConcernKind::BurnScar => "height = \"1 mm\" or depth = \"0.3 mm\"",
        ConcernKind::Wrinkles => "depth = \"0.12 mm\"",
        ConcernKind::Striae | ConcernKind::Photoageing => "missing_collagen = \"20 %\"",
        ConcernKind::Laxity => "missing_elasticity = \"20 %\"",
        ConcernKind::Melasma | ConcernKind::Hyperpigmentation => "excess_melanin = \"40 %\"",
        ConcernKind::HairLoss => "hair_density = \"120 /cm2\"",
        ConcernKind::Pores => "excess_area = \"50 %\"",
        ConcernKind::Healthy => "",
    }
}

/// The value of `key`, if it is there and says something about this kind of concern.
fn stated<'r>(
    table: &Table<'r>,
    key: &'static str,
    kind: Option<ConcernKind>,
) -> Option<Field<'r>> {
    let field = table.get(key)?;
    let Some(kind) = kind else { return Some(field) };
    let keys = keys_of(kind);
    if keys.contains(&key) {
        return Some(field);
    }
    let instead = match keys {
        [] => "leave it out".to_owned(),
        keys => format!("leave it out; what may be stated: {}", keys.join(", ")),
    };
    field.error(format!("`{key}` says nothing about {}", kind.name()), instead);
    None
}

fn how_to_state(desk: Desk<'_>, kind: ConcernKind) -> String {
    let size = size_example(kind);
    match severity_scales(desk, kind).as_slice() {
        [] => format!("add {size}"),
        scales => format!(
            "add severity = {{ scale = \"{}\", score = 2 }} or {size}; scales: {}",
            scales[0],
            scales.join(", ")
        ),
    }
}

/// Scales that say how bad a concern is at one time.
fn severity_scales(desk: Desk<'_>, kind: ConcernKind) -> Vec<&str> {
    let scales = desk.knowledge.scales.iter();
    scales
        .filter(|scale| scale.rates(kind) && scale.measures == Measures::Severity)
        .map(|scale| scale.name.as_str())
        .collect()
}

fn scar_types(table: &Table<'_>) -> Option<ScarTypes> {
    /// Shares may be rounded to a few tenths of a per cent.
    const ROUNDING: f64 = 0.005;
    let share = |key| {
        table.get(key).map_or(Some(0.0), |field| {
            field.quantity_within::<Share>(|share| 100.0 * share.0, "%", 0.0, 100.0)
        })
    };
    let (boxcar, rolling, ice_pick) = (share("boxcar"), share("rolling"), share("ice_pick"));
    let types = ScarTypes {
        boxcar_share: boxcar? / 100.0,
        rolling_share: rolling? / 100.0,
        ice_pick_share: ice_pick? / 100.0,
    };
    let sum = types.boxcar_share + types.rolling_share + types.ice_pick_share;
    if (sum - 1.0).abs() > ROUNDING {
        table.error(format!(
            "the shares of the scar types sum to {:.1} %; they must sum to 100 %",
            100.0 * sum
        ));
        return None;
    }
    Some(types)
}

fn rating(desk: Desk<'_>, table: &Table<'_>, kind: Option<ConcernKind>) -> Option<Rating> {
    let scale_field = table.require("scale", "\"goodman-baron-qualitative\"");
    let score_field = table.require("score", "2");
    let score = score_field.as_ref().and_then(Field::number);
    let scale_field = scale_field?;
    let scale = named("scale", &scale_field, &desk.knowledge.scales, |scale| &scale.name)?;
    if let Some(kind) = kind.filter(|kind| !scale.rates(*kind)) {
        let help = match severity_scales(desk, kind).as_slice() {
            [] => format!("no scale of {} is known: write {}", kind.name(), size_example(kind)),
            names => format!("scales of {}: {}", kind.name(), names.join(", ")),
        };
        scale_field.error(
            format!(
                "\"{}\" is a scale of {}, not of {}",
                scale.name,
                scale.concern.name(),
                kind.name()
            ),
            help,
        );
        return None;
    }
    if scale.measures == Measures::Improvement {
        scale_field.error(
            format!("\"{}\" rates an improvement, not how severe something is", scale.name),
            how_to_state(desk, kind.unwrap_or(scale.concern)),
        );
        return None;
    }
    let score = score_field?.within(score?, "", scale.least, scale.most)?;
    Some(Rating { scale: scale.name.clone(), score })
}

fn size(table: &Table<'_>, kind: Option<ConcernKind>) -> Option<Size> {
    let length = |key, (least, most): (f64, f64)| {
        stated(table, key, kind).map(|field| field.quantity_within(in_mm, "mm", least, most))
    };
    let share = |key, (least, most): (f64, f64)| {
        stated(table, key, kind).map(|field| {
            let per_cent = |share: Share| 100.0 * share.0;
            field
                .quantity_within::<Share>(per_cent, "%", 100.0 * least, 100.0 * most)
                .map(|per_cent| per_cent / 100.0)
        })
    };
    let depth_limits = match kind {
        Some(ConcernKind::Wrinkles) => limits::WRINKLE_DEPTH_MM,
        _ => limits::SCAR_DEPTH_MM,
    };
    let depth_mm = length("depth", depth_limits);
    let height_mm = length("height", limits::SCAR_HEIGHT_MM);
    if depth_mm.is_some()
        && height_mm.is_some()
        && let Some(field) = table.get("height")
    {
        field.error("a scar is either raised or sunken", "write `height` or `depth`, not both");
        return None;
    }
    let width_mm = length("width", limits::WIDTH_MM);
    let wavelength_mm = length("wavelength", limits::WAVELENGTH_MM);
    let excess_melanin_share = share("excess_melanin", limits::EXCESS_SHARE);
    let missing_collagen_share = share("missing_collagen", limits::MISSING_SHARE);
    let missing_elasticity_share = share("missing_elasticity", limits::MISSING_SHARE);
    let excess_area_share = share("excess_area", limits::EXCESS_SHARE);
    let stria_colour = stated(table, "colour", kind)
        .map(|field| word(&field, &[("rubra", StriaColour::Rubra), ("alba", StriaColour::Alba)]));
    let pigment_depth = stated(table, "pigment_depth", kind).map(|field| {
        let depths = [
            ("epidermal", PigmentDepth::Epidermal),
            ("dermal", PigmentDepth::Dermal),
            ("mixed", PigmentDepth::Mixed),
        ];
        word(&field, &depths)
    });
    let hairs_per_cm2 = stated(table, "hair_density", kind).map(|field| {
        let (least, most) = limits::HAIRS_PER_CM2;
        field.quantity_within::<HairDensity>(|hairs| hairs.per_cm2, "/cm2", least, most)
    });
    Some(Size {
        depth_mm: optional(depth_mm)?,
        height_mm: optional(height_mm)?,
        stria_colour: optional(stria_colour)?,
        width_mm: optional(width_mm)?,
        wavelength_mm: optional(wavelength_mm)?,
        excess_melanin_share: optional(excess_melanin_share)?,
        pigment_depth: optional(pigment_depth)?,
        missing_collagen_share: optional(missing_collagen_share)?,
        missing_elasticity_share: optional(missing_elasticity_share)?,
        excess_area_share: optional(excess_area_share)?,
        hairs_per_cm2: optional(hairs_per_cm2)?,
    })
}
