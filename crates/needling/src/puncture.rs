//! One hole in the skin.

use std::f64::consts::PI;

use serde::Serialize;

/// How a channel narrows with depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelShape {
    /// To a point where the tip was: needles.
    Cone,
    /// Not at all: the spots of a laser.
    Column,
}

/// One needle that got through.
// Ten million of these are drawn at once, so what needs no double precision has none: 48 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Puncture {
    /// Position on the patch, mm from its left edge.
    pub x_mm: f64,
    /// Position on the patch, mm from its lower edge.
    pub y_mm: f64,
    /// Depth reached by the tip while in place, um.
    pub depth_um: f64,
    /// Width of the hole at the surface after the needle has left, um: its diameter where it is
    /// round, across the way of the hand where it is torn.
    pub mouth_diameter_um: f64,
    /// How much longer than wide the mouth was torn, um; 0 where it is round.
    pub tear_um: f32,
    /// Direction of the hand, along which the mouth is torn, 0 to 180 deg from the width of the patch.
    pub direction_deg: f32,
    /// Pass in which it was made, from 1.
    pub pass: u32,
    /// How it narrows with depth.
    pub shape: ChannelShape,
}

impl Puncture {
    /// Length of the mouth along [`Self::direction_deg`], um.
    pub fn mouth_length_um(&self) -> f64 {
        self.mouth_diameter_um + f64::from(self.tear_um)
    }

    /// The tissue that this needle broke.
    pub fn channel(&self) -> Channel {
        Channel {
            mouth_diameter_um: self.mouth_diameter_um,
            mouth_length_um: self.mouth_length_um(),
            depth_um: self.depth_um,
            shape: self.shape,
        }
    }

    /// A point relative to this one, turned so that the first number is along the mouth and the second
    /// across it; lengths stay.
    pub(crate) fn along_and_across(&self, x: f64, y: f64) -> (f64, f64) {
        if self.tear_um == 0.0 {
            return (x, y);
        }
        let (sin, cos) = f64::from(self.direction_deg).to_radians().sin_cos();
        (x * cos + y * sin, y * cos - x * sin)
    }
}

/// A channel with its mouth at the surface, an ellipse at every depth.
///
/// ```text
/// a(z) = (l / 2) g(z)      b(z) = (m / 2) g(z)      for 0 <= z <= h
/// g(z) = 1 - z / h         cone
/// g(z) = 1                 column
/// ```
///
/// with mouth width m and length l, half axes a and b, and depth h. The small radius of a needle's tip
/// is neglected. A needle that turns in rigid skin would tear less evenly: widest at the surface, but
/// still most of that at half the depth, so the torn volume of a roller's channel is a lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Channel {
    /// m, width at the surface, um.
    pub mouth_diameter_um: f64,
    /// l, length at the surface, um; as wide where the mouth is round.
    pub mouth_length_um: f64,
    /// h, depth of the end, um.
    pub depth_um: f64,
    /// How it narrows with depth.
    pub shape: ChannelShape,
}

impl Channel {
    /// A cone with a round mouth.
    pub const fn cone(mouth_diameter_um: f64, depth_um: f64) -> Self {
        Self {
            mouth_diameter_um,
            mouth_length_um: mouth_diameter_um,
            depth_um,
            shape: ChannelShape::Cone,
        }
    }

    /// The channel that stays open once the skin has sprung back: the same mouth and
    /// `residual_share` (0 to 1) of the depth. Serum goes through this one; injury is the whole.
    #[must_use]
    pub fn recoiled(self, residual_share: f64) -> Self {
        Self { depth_um: self.depth_um * residual_share, ..self }
    }

    /// g, size of the cross-section at a depth within the channel relative to that of the mouth.
    fn narrowed(&self, depth_um: f64) -> f64 {
        match self.shape {
            ChannelShape::Cone => 1.0 - depth_um / self.depth_um,
            ChannelShape::Column => 1.0,
        }
    }

    /// Half axes along and across at a depth, um; zero outside the channel.
    pub fn half_axes_um(&self, depth_um: f64) -> [f64; 2] {
        if (0.0..self.depth_um).contains(&depth_um) {
            [self.mouth_length_um, self.mouth_diameter_um]
                .map(|axis| 0.5 * axis * self.narrowed(depth_um))
        } else {
            [0.0, 0.0]
        }
    }

    /// Radius of a circle as large as the cross-section at a depth, um; zero outside the channel.
    ///
    /// ```text
    /// r = sqrt(a b)
    /// ```
    pub fn radius_um(&self, depth_um: f64) -> f64 {
        let [a, b] = self.half_axes_um(depth_um);
        (a * b).sqrt()
    }

    /// Area of the mouth, um2.
    ///
    /// ```text
    /// pi / 4 m l
    /// ```
    pub fn mouth_area_um2(&self) -> f64 {
        PI / 4.0 * self.mouth_diameter_um * self.mouth_length_um
    }

    /// Volume of the whole channel, um3: mouth area times depth, of a cone a third of it.
    pub fn volume_um3(&self) -> f64 {
        let column = self.mouth_area_um2() * self.depth_um;
        match self.shape {
            ChannelShape::Cone => column / 3.0,
            ChannelShape::Column => column,
        }
    }

    /// Volume between two depths, um3.
    pub fn volume_between_um3(&self, top_um: f64, bottom_um: f64) -> f64 {
        self.frustum(top_um, bottom_um).map_or(0.0, |piece| piece.volume_um3)
    }

    /// The piece between two depths, if the channel reaches it.
    ///
    /// ```text
    /// V = pi a_0 b_0 / 3 (g_a^2 + g_a g_b + g_b^2) (z_b - z_a)
    /// ```
    pub(crate) fn frustum(&self, top_um: f64, bottom_um: f64) -> Option<Frustum> {
        let (z_a, z_b) = (top_um.max(0.0), bottom_um.min(self.depth_um));
        (z_b > z_a).then(|| {
            let (g_a, g_b) = (self.narrowed(z_a), self.narrowed(z_b));
            let (g, l) = (0.5 * (g_a + g_b), z_b - z_a);
            Frustum {
                length_um: l,
                half_axes_um: [0.5 * self.mouth_length_um * g, 0.5 * self.mouth_diameter_um * g],
                volume_um3: self.mouth_area_um2() / 3.0 * (g_a * g_a + g_a * g_b + g_b * g_b) * l,
            }
        })
    }
}

/// What lies of one channel between two depths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frustum {
    pub(crate) length_um: f64,
    /// Half axes along and across, each the mean over the length, um.
    pub(crate) half_axes_um: [f64; 2],
    pub(crate) volume_um3: f64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cone_narrows_to_a_point() {
        let channel = Channel::cone(80.0, 400.0);
        assert!((channel.radius_um(0.0) - 40.0).abs() < 1e-12);
        assert!((channel.radius_um(200.0) - 20.0).abs() < 1e-12);
        assert!(channel.radius_um(400.0).abs() < 1e-12);
        assert!(channel.radius_um(-1.0).abs() < 1e-12);
        assert!((channel.recoiled(0.25).depth_um - 100.0).abs() < 1e-12);
    }

    #[test]
    fn a_torn_mouth_is_an_ellipse() {
        let torn = Channel { mouth_length_um: 320.0, ..Channel::cone(80.0, 400.0) };
        assert!((torn.mouth_area_um2() / (PI * 160.0 * 40.0) - 1.0).abs() < 1e-12);
        assert!((torn.radius_um(0.0) - 80.0).abs() < 1e-12);
        assert!((torn.volume_um3() / Channel::cone(80.0, 400.0).volume_um3() - 4.0).abs() < 1e-12);
        let column = Channel { shape: ChannelShape::Column, ..torn };
        assert!((column.volume_um3() / torn.volume_um3() - 3.0).abs() < 1e-12);
        assert!((column.radius_um(399.0) - 80.0).abs() < 1e-12);
    }

    #[test]
    fn ten_million_fit() {
        assert_eq!(size_of::<Puncture>(), 48);
    }

    proptest! {
        #[test]
        fn slices_add_up_to_the_channel(
            mouth in 1.0..400.0f64, tear in 0.0..400.0f64, depth in 1.0..3000.0f64,
            cut in 0.0..1.0f64, column: bool,
        ) {
            let shape = if column { ChannelShape::Column } else { ChannelShape::Cone };
            let channel =
                Channel { mouth_length_um: mouth + tear, shape, ..Channel::cone(mouth, depth) };
            let volume = |a, b| channel.frustum(a, b).map_or(0.0, |f| f.volume_um3);
            let sum = volume(0.0, cut * depth) + volume(cut * depth, f64::INFINITY);
            prop_assert!((sum / channel.volume_um3() - 1.0).abs() < 1e-12);
        }

        #[test]
        fn without_a_tear_the_mouth_is_round(mouth in 1.0..400.0f64, at in 0.0..1.0f64) {
            let hit = Puncture {
                x_mm: 0.0,
                y_mm: 0.0,
                depth_um: 500.0,
                mouth_diameter_um: mouth,
                tear_um: 0.0,
                direction_deg: 30.0,
                pass: 1,
                shape: ChannelShape::Cone,
            };
            let channel = hit.channel();
            prop_assert_eq!(channel, Channel::cone(mouth, 500.0));
            let r = 0.5 * mouth * (1.0 - at);
            prop_assert!((channel.radius_um(500.0 * at) - r).abs() < 1e-9);
            let volume = PI * 0.25 * mouth * mouth * 500.0 / 3.0;
            prop_assert!((channel.volume_um3() / volume - 1.0).abs() < 1e-12);
        }
    }
}
