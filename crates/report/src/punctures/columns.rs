//! The columns of the tables of punctures, once for all formats.

use needlepoint_course::punctures::Puncture;

/// One column of numbers.
pub(super) struct Column {
    /// Name, with the unit in it.
    pub(super) name: &'static str,
    /// Unit and meaning.
    pub(super) meaning: &'static str,
    /// Its value in a row.
    pub(super) read: fn(&Puncture) -> f64,
}

/// Numbers of a puncture, after `zone` and `pass`.
pub(super) const COLUMNS: [Column; 6] = [
    Column { name: "x_mm", meaning: "mm from the left edge of the patch", read: |hole| hole.x_mm },
    Column { name: "y_mm", meaning: "mm from the lower edge of the patch", read: |hole| hole.y_mm },
    Column {
        name: "depth_um",
        meaning: "micrometres below the surface that the tip reached in place",
        read: |hole| hole.depth_um,
    },
    Column {
        name: "mouth_diameter_um",
        meaning: "micrometres, width of the hole at the surface across the way of the hand, after the needle has left",
        read: |hole| hole.mouth_diameter_um,
    },
    Column {
        name: "mouth_length_um",
        meaning: "micrometres, length of the hole along the way of the hand, which tears it",
        read: Puncture::mouth_length_um,
    },
    Column {
        name: "direction_deg",
        meaning: "degrees, way of the hand from the lower edge of the patch",
        read: |hole| f64::from(hole.direction_deg),
    },
];
