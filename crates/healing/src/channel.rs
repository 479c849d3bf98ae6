//! The four clocks by which a needle channel closes.
//!
//! "Closed" means four different things, and one closing time can't fit what was measured:
//!
//! | clock | what closes | seen as |
//! | --- | --- | --- |
//! | physical seal | recoil, clot and drying fluid, only in air | impedance back within 2 h |
//! | bridging | keratinocytes grow in from the rim | dye path closed in 12-18 h |
//! | biological closure | the same under occlusion | impedance half-life 20-26 h |
//! | horny layer | corneocytes rebuilt | water loss normal in days |

use needlepoint_knowledge::parameters;

parameters! {
    /// How fast channels close and how much water they lose.
    pub struct ChannelClosure in "channel" {
        /// Half-time of the physical seal in air.
        seal_half_time: "h",
        /// Wait before keratinocytes move.
        bridging_lag: "h",
        /// Speed of the epidermal front.
        front_speed: "um/h",
        /// Half-life of the open area under occlusion.
        occluded_half_life: "h",
        /// Age from which the slowing of cells counts.
        slowing_begins: "y",
        /// Each decade above it slows cells by this factor.
        slowing_per_decade: "1",
        /// Time scale of the horny layer's repair.
        horny_layer_time: "h",
        /// Exponent of the horny layer's repair.
        horny_layer_exponent: "1",
        /// Evaporation from bare wet tissue.
        wound_evaporation: "g/m2/h",
        /// Area that loses water (mouth, cracks, lifted rim) over the area of the mouth.
        edge_gain: "1",
        /// Share of the water path that the physical seal shuts; the rest needs horny layer.
        sealed_share: "1",
    }
}

/// A person's closing channels after one session.
#[derive(Debug, Clone, Copy)]
pub struct ClosingChannel {
    closure: ChannelClosure,
    slowing: f64,
    mouth_radius_um: f64,
    occluded_h: f64,
}

impl ClosingChannel {
    /// Channels with mouths of radius `mouth_radius_um` in a person of `age_years`, covered for the
    /// first `occluded_h` hours.
    pub fn new(
        closure: ChannelClosure,
        mouth_radius_um: f64,
        age_years: f64,
        occluded_h: f64,
    ) -> Self {
        let decades = ((age_years - closure.slowing_begins) / 10.0).max(0.0);
        Self {
            closure,
            slowing: closure.slowing_per_decade.powf(decades),
            mouth_radius_um,
            occluded_h,
        }
    }

    /// Share of the channels without physical seal, `hours` after needling.
    ///
    /// `s = 1` under occlusion; afterwards `s = 2^(-t_air / t_seal)`.
    pub fn unsealed(&self, hours: f64) -> f64 {
        let in_air = (hours - self.occluded_h).max(0.0);
        (-in_air / self.closure.seal_half_time).exp2()
    }

    /// Share of the electrical path left: unsealed channels, by their open area.
    pub fn electrical_path(&self, hours: f64) -> f64 {
        self.unsealed(hours) * self.open_area(hours)
    }

    /// Hours until the share `left` (above 0) of the electrical path is left.
    pub fn hours_until_path(&self, left: f64) -> f64 {
        let (mut open, mut closed) = (0.0, self.bridged_after_h());
        // The path falls all the time; halving finds the place to a hundredth of a minute.
        while closed - open > 1e-4 {
            let middle = 0.5 * (open + closed);
            if self.electrical_path(middle) > left { open = middle } else { closed = middle }
        }
        closed
    }

    /// Open radius relative to the mouth, `hours` after needling.
    ///
    /// `a/r = max(0, 2^(-t_c / (2 t_half)) - v (t - t_0) / r)`: while covered (`t_c`) the open *area*
    /// falls with its half-life; the front moves from `t_0` on, the end of the cover or of the lag,
    /// whichever is later.
    pub fn relative_radius(&self, hours: f64) -> f64 {
        if self.mouth_radius_um <= 0.0 {
            return 0.0;
        }
        let moving_h = (hours - self.front_starts_h()).max(0.0);
        let front_um = self.closure.front_speed / self.slowing * moving_h;
        (self.shrunk_under_cover(hours) - front_um / self.mouth_radius_um).max(0.0)
    }

    fn front_starts_h(&self) -> f64 {
        self.occluded_h.max(self.closure.bridging_lag)
    }

    fn shrunk_under_cover(&self, hours: f64) -> f64 {
        let covered_h = hours.min(self.occluded_h);
        (-covered_h / (2.0 * self.occluded_half_life_h())).exp2()
    }

    /// Share of the open area left for a dye or a serum: `(a/r)^2`.
    pub fn open_area(&self, hours: f64) -> f64 {
        self.relative_radius(hours).powi(2)
    }

    /// Half-life of the open area under occlusion, hours.
    pub fn occluded_half_life_h(&self) -> f64 {
        self.closure.occluded_half_life * self.slowing
    }

    /// Hours until the front has bridged the channels.
    pub fn bridged_after_h(&self) -> f64 {
        let left_um = self.shrunk_under_cover(self.occluded_h) * self.mouth_radius_um;
        self.front_starts_h() + left_um * self.slowing / self.closure.front_speed
    }

    /// Share of the horny layer over the channels rebuilt: `1 - exp(-(t / tau)^beta)`.
    pub fn horny_layer(&self, hours: f64) -> f64 {
        let c = &self.closure;
        let tau = c.horny_layer_time * self.slowing;
        1.0 - (-(hours.max(0.0) / tau).powf(c.horny_layer_exponent)).exp()
    }

    /// Water lost above rest, g/m2/h, when channels take up the share `open_share` of the surface.
    ///
    /// `dTEWL = J_wound f e [w s + (1 - w)(1 - R)]` with the unsealed share `s` and the rebuilt share
    /// `R` of the horny layer. `J_wound f e` can't exceed `J_wound`, bare tissue all over.
    pub fn extra_water_loss(&self, hours: f64, open_share: f64) -> f64 {
        let c = &self.closure;
        let bare = (open_share * c.edge_gain).clamp(0.0, 1.0);
        let path = c.sealed_share * self.unsealed(hours)
            + (1.0 - c.sealed_share) * (1.0 - self.horny_layer(hours));
        c.wound_evaporation * bare * path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLOSURE: ChannelClosure = ChannelClosure {
        seal_half_time: 0.4,
        bridging_lag: 1.0,
        front_speed: 4.0,
        occluded_half_life: 24.0,
        slowing_begins: 26.0,
        slowing_per_decade: 1.1,
        horny_layer_time: 40.0,
        horny_layer_exponent: 0.5,
        wound_evaporation: 130.0,
        edge_gain: 3.0,
        sealed_share: 0.7,
    };

    #[test]
    fn in_air_the_seal_halves_on_its_clock() {
        let channel = ClosingChannel::new(CLOSURE, 35.0, 26.0, 0.0);
        assert!((channel.unsealed(0.4) - 0.5).abs() < 1e-12);
        assert!((channel.unsealed(0.8) - 0.25).abs() < 1e-12);
        // Nothing has grown yet after 0.8 h, so the path is that of the seal.
        assert!((channel.hours_until_path(0.25) - 0.8).abs() < 1e-3);
    }

    #[test]
    fn under_occlusion_nothing_seals_and_the_area_halves_on_the_slow_clock() {
        let channel = ClosingChannel::new(CLOSURE, 35.0, 26.0, 72.0);
        assert_eq!(channel.unsealed(48.0), 1.0);
        assert!((channel.open_area(24.0) - 0.5).abs() < 1e-12);
        assert!((channel.hours_until_path(0.25) - 48.0).abs() < 1e-3);
    }

    #[test]
    fn the_front_crosses_the_radius_after_the_lag() {
        let channel = ClosingChannel::new(CLOSURE, 40.0, 26.0, 0.0);
        assert_eq!(channel.relative_radius(1.0), 1.0);
        assert!((channel.relative_radius(6.0) - 0.5).abs() < 1e-12);
        assert!((channel.bridged_after_h() - 11.0).abs() < 1e-12);
        assert_eq!(channel.relative_radius(11.0), 0.0);
    }

    #[test]
    fn a_cover_never_makes_channels_close_sooner() {
        let bridged = |hours| ClosingChannel::new(CLOSURE, 40.0, 26.0, hours).bridged_after_h();
        assert!(bridged(0.1) >= bridged(0.0) - 0.02 && bridged(6.0) > bridged(0.0));
    }

    #[test]
    fn the_old_close_later() {
        let young = ClosingChannel::new(CLOSURE, 40.0, 26.0, 0.0).bridged_after_h();
        let old = ClosingChannel::new(CLOSURE, 40.0, 77.0, 0.0).bridged_after_h();
        assert!((old - (1.0 + 10.0 * 1.1f64.powf(5.1))).abs() < 1e-9 && old > young);
    }

    #[test]
    fn no_channel_loses_no_water() {
        let channel = ClosingChannel::new(CLOSURE, 0.0, 26.0, 0.0);
        assert_eq!(channel.extra_water_loss(0.0, 0.0), 0.0);
        assert_eq!(channel.relative_radius(0.0), 0.0);
    }

    proptest! {
        #[test]
        fn every_clock_runs_one_way(
            radius in 1.0..150.0f64, age in 18.0..90.0f64, occluded in 0.0..48.0f64,
            before in 0.0..200.0f64, later in 0.0..200.0f64,
        ) {
            let channel = ClosingChannel::new(CLOSURE, radius, age, occluded);
            let after = before + later;
            prop_assert!(channel.unsealed(after) <= channel.unsealed(before));
            prop_assert!(channel.relative_radius(after) <= channel.relative_radius(before) + 1e-12);
            prop_assert!(channel.horny_layer(after) >= channel.horny_layer(before));
            prop_assert!((0.0..=1.0).contains(&channel.open_area(after)));
            prop_assert!(
                channel.extra_water_loss(after, 0.02) <= channel.extra_water_loss(before, 0.02) + 1e-12
            );
        }
    }
}
