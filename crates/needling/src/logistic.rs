//! The logistic step, used for chances that rise with depth.

/// `1 / (1 + exp(-(x - centre) / width))`; a width of zero or less gives a sharp step at the centre.
pub(crate) fn logistic(x: f64, centre: f64, width: f64) -> f64 {
    if width > 0.0 {
        1.0 / (1.0 + (-(x - centre) / width).exp())
    } else {
        f64::from(u8::from(x >= centre))
    }
}
