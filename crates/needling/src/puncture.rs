//! One hole in the skin.

use std::f64::consts::PI;

use serde::Serialize;

/// One needle that got through.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Puncture {
    /// Position on the patch, mm from its left edge.
    pub x_mm: f64,
    /// Position on the patch, mm from its lower edge.
    pub y_mm: f64,
    /// Depth reached by the tip while in place, um.
    pub depth_um: f64,
    /// Diameter of the hole at the surface after the needle has left, um.
    pub mouth_diameter_um: f64,
    /// Pass in which it was made, from 1.
    pub pass: u32,
}

impl Puncture {
    /// The tissue that this needle broke.
    pub const fn channel(&self) -> Channel {
        Channel { mouth_diameter_um: self.mouth_diameter_um, depth_um: self.depth_um }
    }
}

/// A channel: a straight cone with its mouth at the surface and its point where the tip was.
///
/// ```text
/// r(z) = (m / 2) (1 - z / h)    for 0 <= z <= h
/// ```
///
/// with mouth diameter m and depth h. The small radius of the tip itself is neglected, and so is the
/// slant of a roller's needles as they turn in and out, which tears the mouth along the way of rolling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Channel {
    /// Diameter at the surface, um.
    pub mouth_diameter_um: f64,
    /// Depth of the point, um.
    pub depth_um: f64,
}

impl Channel {
    /// The channel that stays open once the skin has sprung back: the same mouth and
    /// `residual_share` (0 to 1) of the depth. Serum goes through this one; injury is the whole.
    #[must_use]
    pub fn recoiled(self, residual_share: f64) -> Self {
        Self { depth_um: self.depth_um * residual_share, ..self }
    }

    /// Radius at a depth, um; zero outside the channel.
    pub fn radius_um(&self, depth_um: f64) -> f64 {
        if (0.0..self.depth_um).contains(&depth_um) {
            0.5 * self.mouth_diameter_um * (1.0 - depth_um / self.depth_um)
        } else {
            0.0
        }
    }

    /// Area of the mouth, um2.
    pub fn mouth_area_um2(&self) -> f64 {
        PI / 4.0 * self.mouth_diameter_um * self.mouth_diameter_um
    }

    /// Volume of the whole cone, um3.
    pub fn volume_um3(&self) -> f64 {
        self.mouth_area_um2() * self.depth_um / 3.0
    }

    /// The piece between two depths, if the channel reaches it.
    ///
    /// ```text
    /// V = pi / 3 (r_a^2 + r_a r_b + r_b^2) (z_b - z_a)
    /// ```
    pub(crate) fn frustum(&self, top_um: f64, bottom_um: f64) -> Option<Frustum> {
        let (z_a, z_b) = (top_um.max(0.0), bottom_um.min(self.depth_um));
        (z_b > z_a).then(|| {
            let (r_a, r_b) = (self.radius_um(z_a), self.radius_um(z_b));
            Frustum {
                length_um: z_b - z_a,
                mean_radius_um: 0.5 * (r_a + r_b),
                volume_um3: PI / 3.0 * (r_a * r_a + r_a * r_b + r_b * r_b) * (z_b - z_a),
            }
        })
    }
}

/// What lies of one channel between two depths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frustum {
    pub(crate) length_um: f64,
    pub(crate) mean_radius_um: f64,
    pub(crate) volume_um3: f64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cone_narrows_to_a_point() {
        let channel = Channel { mouth_diameter_um: 80.0, depth_um: 400.0 };
        assert!((channel.radius_um(0.0) - 40.0).abs() < 1e-12);
        assert!((channel.radius_um(200.0) - 20.0).abs() < 1e-12);
        assert!(channel.radius_um(400.0).abs() < 1e-12);
        assert!(channel.radius_um(-1.0).abs() < 1e-12);
        assert!((channel.recoiled(0.25).depth_um - 100.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn slices_add_up_to_the_cone(
            mouth in 1.0..400.0f64, depth in 1.0..3000.0f64, cut in 0.0..1.0f64,
        ) {
            let channel = Channel { mouth_diameter_um: mouth, depth_um: depth };
            let volume = |a, b| channel.frustum(a, b).map_or(0.0, |f| f.volume_um3);
            let sum = volume(0.0, cut * depth) + volume(cut * depth, f64::INFINITY);
            prop_assert!((sum / channel.volume_um3() - 1.0).abs() < 1e-12);
        }
    }
}
