//! Likeness in sentences and rows.

use needlepoint_course::{
    equivalence::{LengthMatch, MOST_PASSES},
    result::Band,
};

use super::LikedZone;
use crate::numbers::{number, step_of, two_digits};

/// Passes below which a whole pass would give far too much.
const FEW: f64 = 0.5;
/// Passes beyond which nobody goes on: twice what the longest protocols with rollers ask for.
const MANY: f64 = 30.0;
/// Share of the other's depth from which a gap is worth a warning.
const WIDE: f64 = 1.0 / 3.0;

/// A length of this device in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikeRow {
    /// Needle length, mm.
    pub length: String,
    /// Passes for the same volume, median.
    pub passes: String,
    /// The band of passes that holds 95 of 100.
    pub passes_band: String,
    /// Mean depth, um.
    pub depth: String,
    /// Mean distance of the depths from the other's, um.
    pub gap: String,
    /// The band of that distance.
    pub gap_band: String,
    /// Holes over those of the other.
    pub holes: String,
    /// Whether the length was evaluated for the label.
    pub evaluated: bool,
    /// Whether its depths are most like the other's.
    pub most_like: bool,
}

/// Every length that was looked at, shortest first.
pub fn like_rows(liked: &LikedZone<'_>) -> Vec<LikeRow> {
    let like = liked.like;
    like.lengths
        .iter()
        .enumerate()
        .map(|(at, length)| {
            let (depth, gap) = (step_of(&length.depth_um), step_of(&length.depth_gap_um));
            LikeRow {
                length: millimetres(length.needle_length_mm),
                passes: passes(length.passes.median),
                passes_band: format!(
                    "{} to {}",
                    passes(length.passes.lo95),
                    passes(length.passes.hi95)
                ),
                depth: number(length.depth_um.median, depth),
                gap: number(length.depth_gap_um.median, gap),
                gap_band: format!(
                    "{} to {}",
                    number(length.depth_gap_um.lo95, gap),
                    number(length.depth_gap_um.hi95, gap)
                ),
                holes: if no_passes_do(length) {
                    "\u{2013}".to_owned()
                } else {
                    two_digits(length.holes_ratio.median)
                },
                evaluated: length.evaluated,
                most_like: at == like.most_like,
            }
        })
        .collect()
}

/// What a device engineer would want to be told, as paragraphs.
pub fn like_words(liked: &LikedZone<'_>) -> Vec<String> {
    let warnings = warnings(liked);
    let mut said = vec![setting(liked), as_written(liked)];
    if !warnings.is_empty() {
        said.push(warnings.join(" "));
    }
    said.push(
        "In brackets: what holds for 95 of 100 possible truths. Each of them is one skin under both devices, so the band is what is \
         not known of their difference; what is unknown of the skin itself cancels."
            .to_owned(),
    );
    said
}

/// The setting that is most like the other, and how like it is.
fn setting(liked: &LikedZone<'_>) -> String {
    let (like, best) = (liked.like, best(liked));
    let other = format!(
        "To be like the other case ({}: {} mm, {}), set {} to {} mm",
        like.other.device,
        millimetres(like.other.needle_length_mm),
        counted(like.other.passes),
        liked.device,
        millimetres(best.needle_length_mm),
    );
    let dose = if no_passes_do(best) {
        format!("{other}. No number of passes there breaks the same volume of living skin.")
    } else {
        format!(
            "{other}: {} break the same volume of living skin; asked whole, {} {} {} {} of it.",
            needed(best),
            counted(like.whole_passes),
            if like.whole_passes == 1 { "breaks" } else { "break" },
            two_digits(like.volume_ratio.median),
            ratios(&like.volume_ratio),
        )
    };
    let depth = |band: &Band| number(band.median, step_of(band));
    format!(
        "{dose} Depths then differ by {} on average: the holes of the other are {} µm deep in the mean, these {} µm.",
        apart(best),
        depth(&like.other.depth_um),
        depth(&best.depth_um),
    )
}

/// Passes for the same volume, with their band.
fn needed(length: &LengthMatch) -> String {
    let band = &length.passes;
    format!("{} passes [{}, {}]", passes(band.median), passes(band.lo95), passes(band.hi95))
}

/// Distance of the depths, with its band.
fn apart(length: &LengthMatch) -> String {
    let band = &length.depth_gap_um;
    let step = step_of(band);
    format!(
        "{} µm [{}, {}]",
        number(band.median, step),
        number(band.lo95, step),
        number(band.hi95, step)
    )
}

fn as_written(liked: &LikedZone<'_>) -> String {
    let (like, zone) = (liked.like, liked.zone);
    let own = counted(u32::try_from(zone.directions_deg.len()).unwrap_or(u32::MAX));
    let written = format!(
        "As written ({} mm, {own}) this case breaks {} {} times the volume of the other.",
        millimetres(zone.needle_length_mm),
        two_digits(like.as_written.median),
        ratios(&like.as_written),
    );
    match &like.glide_speed_mm_per_s {
        Some(speed) if !no_passes_do(best(liked)) => format!(
            "{written} With {own} at {} mm, the hand would have to move at {} mm/s {} to give just that volume.",
            millimetres(best(liked).needle_length_mm),
            two_digits(speed.median),
            ratios(speed),
        ),
        _ => written,
    }
}

/// What does not fit, each in a sentence.
fn warnings(liked: &LikedZone<'_>) -> Vec<String> {
    let (like, best) = (liked.like, best(liked));
    let mut said = Vec::new();
    let mut warn = |holds: bool, words: String| {
        if holds {
            said.push(words);
        }
    };
    let count = best.passes.median;
    warn(
        no_passes_do(best),
        "At that length this device hardly opens the skin: the dose can't be met there.".to_owned(),
    );
    warn(
        count > MANY && !no_passes_do(best),
        format!(
            "More than {MANY} passes are asked for, which nobody does: the dose can't be met there."
        ),
    );
    warn(
        count < FEW,
        format!(
            "Less than half a pass would do: even a single one gives more than twice the dose. {}",
            if like.glide_speed_mm_per_s.is_some() {
                "Move faster, or set a shorter length."
            } else {
                "Set a shorter length."
            }
        ),
    );
    if let Some(other) = within_reach(liked).filter(|_| !(FEW..=MANY).contains(&count)) {
        warn(
            true,
            format!(
                "The length nearest in depth that meets the dose is {} mm: {}, depths apart by {}.",
                millimetres(other.needle_length_mm),
                needed(other),
                apart(other)
            ),
        );
    }
    let their_depth = like.other.depth_um.median;
    let gap = best.depth_gap_um.median;
    warn(
        gap > WIDE * their_depth,
        format!(
            "No length gives the same depths: at the nearest they lie apart by {} % of the other's mean depth. The volume alone does \
             not make the two alike.",
            number(100.0 * gap / their_depth, 1.0)
        ),
    );
    let nearer =
        like.lengths.iter().find(|length| !length.evaluated && length.depth_gap_um.median < gap);
    if let Some(nearer) = nearer {
        warn(
            true,
            format!(
                "{} mm would come nearer in depth, but is beyond what was evaluated for this device.",
                millimetres(nearer.needle_length_mm)
            ),
        );
    }
    warn(
        !best.evaluated,
        format!(
            "{} mm is beyond what was evaluated for this device.",
            millimetres(best.needle_length_mm)
        ),
    );
    said
}

/// The evaluated length most like the other among those that meet the dose in a number of passes that
/// people do.
fn within_reach<'a>(liked: &LikedZone<'a>) -> Option<&'a LengthMatch> {
    liked
        .like
        .lengths
        .iter()
        .filter(|length| length.evaluated && (FEW..=MANY).contains(&length.passes.median))
        .min_by(|a, b| a.depth_gap_um.median.total_cmp(&b.depth_gap_um.median))
}

fn best<'a>(liked: &LikedZone<'a>) -> &'a LengthMatch {
    &liked.like.lengths[liked.like.most_like]
}

/// Whether nothing, or next to nothing, gets in at this length.
pub(super) fn no_passes_do(length: &LengthMatch) -> bool {
    length.passes.median >= MOST_PASSES
}

/// Passes or a share of one; a sign that stands for more than anybody could do.
fn passes(count: f64) -> String {
    if count >= MOST_PASSES { "any number".to_owned() } else { two_digits(count) }
}

/// The band of a number that is multiplied: two digits at either end, however far apart.
fn ratios(band: &Band) -> String {
    format!("[{}, {}]", two_digits(band.lo95), two_digits(band.hi95))
}

fn counted(passes: u32) -> String {
    if passes == 1 { "1 pass".to_owned() } else { format!("{passes} passes") }
}

/// A length as set: to a hundredth of a millimetre, without idle zeros.
pub(super) fn millimetres(length_mm: f64) -> String {
    let text = format!("{length_mm:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
