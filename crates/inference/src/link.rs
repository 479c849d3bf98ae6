//! Scales on which an output may be nearest to quadratic.

use serde::Serialize;

/// A scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// As it is.
    Identity,
    /// The logarithm of what is positive.
    Log,
    /// The logarithm of the negative of what is negative.
    LogOfNegative,
    /// `ln(y / (100 - y))` of a share in per cent.
    LogitOfPercent,
}

impl Link {
    /// Onto the scale.
    pub fn forward(self, y: f64) -> f64 {
        match self {
            Self::Identity => y,
            Self::Log => y.ln(),
            Self::LogOfNegative => (-y).ln(),
            Self::LogitOfPercent => (y / (100.0 - y)).ln(),
        }
    }

    /// Back, with the slope there: `(y, dy/dx)`.
    pub fn back(self, x: f64) -> (f64, f64) {
        match self {
            Self::Identity => (x, 1.0),
            Self::Log => (x.exp(), x.exp()),
            Self::LogOfNegative => (-x.exp(), -x.exp()),
            Self::LogitOfPercent => {
                let share = 1.0 / (1.0 + (-x).exp());
                (100.0 * share, 100.0 * share * (1.0 - share))
            }
        }
    }

    /// The scales that hold all of these values.
    pub fn fitting(values: &[f64]) -> Vec<Self> {
        let mut links = vec![Self::Identity];
        if values.iter().all(|y| *y > 0.0) {
            links.push(Self::Log);
        }
        if values.iter().all(|y| *y < 0.0) {
            links.push(Self::LogOfNegative);
        }
        links
    }
}

#[cfg(test)]
mod tests {
    use super::Link;

    #[test]
    fn a_scale_and_its_slope_lead_back() {
        for (link, y) in [
            (Link::Identity, -3.0),
            (Link::Log, 0.2),
            (Link::LogOfNegative, -7.0),
            (Link::LogitOfPercent, 12.5),
        ] {
            let x = link.forward(y);
            let (back, slope) = link.back(x);
            let ahead = link.back(x + 1e-6).0;
            assert!((back - y).abs() < 1e-9 && ((ahead - back) / 1e-6 - slope).abs() < 1e-3);
        }
    }
}
