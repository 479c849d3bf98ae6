//! Pores: holes in stretched skin.

/// Excess area of a wide pore after over before, where the ring of dermis around it has become `ring`
/// times as stiff: `1/ring`.
///
/// A round hole of radius r in a sheet under even tension S opens by `2 S r/E` (Kirsch), so that its
/// area grows by the share `4 S/E`. What makes a pore wider than ordinary is taken to be that opening
/// alone.
///
/// Sebum, hair and the opening's own wall are left out, though sebum output goes with pore size. No
/// trial of plain needles gives a magnitude to hold this against.
pub fn pore_excess_left(ring: f64) -> f64 {
    if ring <= 0.0 { f64::INFINITY } else { 1.0 / ring }
}

#[cfg(test)]
mod tests {
    use super::pore_excess_left;

    #[test]
    fn a_stiffer_ring_closes_but_never_shuts() {
        assert_eq!(pore_excess_left(1.0), 1.0);
        assert!((pore_excess_left(1.25) - 0.8).abs() < 1e-12);
        assert!(pore_excess_left(1e6) > 0.0);
    }
}
