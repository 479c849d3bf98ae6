//! What vessels, epidermis, pigment and follicles make of the healing below them.
//!
//! Every state is a first-order lag, so each is advanced exactly for an input that goes in straight
//! lines between the times at which the network was sampled ([`lag`]). Times in days.
//!
//! | state | equation |
//! | --- | --- |
//! | hyperaemia `H` | `H' = -k_H H`, a session adds `h q_v` |
//! | inflammatory redness `V` | `V' = g_V I_v - k_V V` |
//! | swelling `O` | `O' = g_O I_v - k_O O`, a session adds `o q_v` |
//! | shedding `s1`, `s2`, `s3` | `s1' = -k_s s1`, `s2' = k_s (s1 - s2)`, `s3' = k_s (s2 - s3)`; a session adds `q_e` to `s1` by chance overlap |
//! | epidermis `e` | `e' = g_e b s3 - k_e (e - d_e G)` |
//! | activation of melanocytes `p` | `p' = w I (1 + a_p p / (p_h + p)) - k_p p` |
//! | melanin around `m` | `m' = k_m (d - m)`, `d = p / (1 + p/p_max)` |
//! | melanocytes of the lesion `z` | `z' = -k_z z`; a session: `1+z -> (1+z)(1 - y q_e)(1 - E)` |
//! | pigment of the lesion `x` | `x' = k_m ((1+z)(1-E_d) + d - 1 - x)` |
//! | dermal pigment of the lesion `y` | `y' = k_d ((1+z)(1-E_d) + d - 1 - y) - k_g I (1+y)` |
//! | hairs by needling `u` | `u' = g_u J - k_u u` |
//! | hairs by a drug `v` | `v' = k_v (v_E - v)` |
//!
//! `I` is the inflammation of the papillary dermis, `I_v` that of the layers with vessels, `J` the growth signal at the follicles, `G` the
//! papillary gain of collagen, `q_v` and `q_e` the shares of the vessels' layer and of the epidermis
//! within reach of a channel, `E` and `E_d` the inhibition of melanin by a product put on in the
//! session and daily. `m`, `x`, `e` are deviations from rest.

use needlepoint_knowledge::parameters;
use needlepoint_numerics::filter::lag;

parameters! {
    /// Rates and gains of what is seen.
    pub struct SurfaceRates in "surface" {
        /// `h`: hyperaemia straight after a session that reaches every vessel.
        hyperaemia: "a*",
        /// `k_H`
        hyperaemia_fading: "1/d",
        /// `g_V`
        redness_gain: "a*/d",
        /// `k_V`
        redness_fading: "1/d",
        /// Most redness skin can show.
        redness_ceiling: "a*",
        /// `o`: swelling straight after a session that reaches every vessel, share of thickness.
        swelling: "1",
        /// `g_O`
        swelling_gain: "1/d",
        /// `k_O`
        swelling_fading: "1/d",
        /// `b`: extra turnover when the whole horny layer is gone.
        turnover_boost: "1",
        /// `k_s`: shedding peaks after `2/k_s`.
        shedding_rate: "1/d",
        /// `g_e`
        epidermal_growth: "1/d",
        /// `k_e`
        epidermal_return: "1/d",
        /// `d_e`: how far the epidermis follows the collagen below it.
        dermal_support: "1",
        /// `w` for phototype I.
        melanocyte_activation: "1/d",
        /// `w` grows by this factor from one phototype to the next.
        activation_per_phototype: "1",
        /// `w` is multiplied with this when aftercare (sunscreen, no irritants) is not kept.
        activation_without_aftercare: "1",
        /// `w` is multiplied with this in strong sun, divided by it in little sun.
        activation_by_sun: "1",
        /// `a_p`: most by which activated melanocytes answer more strongly.
        activation_priming: "1",
        /// `p_h`: activation at which half of that is reached.
        activation_primed: "1",
        /// `p_max`: most that activation darkens.
        darkening_ceiling: "1",
        /// `k_p`
        activation_fading: "1/d",
        /// `k_m`
        melanin_turnover: "1/d",
        /// `y`: share of a lesion's melanin production quietened by a session that reaches all of it.
        lesion_quietening: "1",
        /// `k_z`: the lesion's melanocytes recover.
        lesion_relapse: "1/d",
        /// `k_d`: melanin of the dermis is carried off, and as much falls in from above.
        dermal_pigment_loss: "1/d",
        /// `k_g`: it is carried off by the macrophages of an inflammation.
        dermal_pigment_clearance: "1/d",
        /// `g_u`
        follicle_gain: "hairs/cm2/d",
        /// `k_u`
        follicle_return: "1/d",
        /// `v_E` at full effect of a hair product.
        hair_product_gain: "hairs/cm2",
        /// `k_v`
        hair_product_rate: "1/d",
    }
}

/// Sun a person gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sun {
    /// Mostly indoors.
    Low,
    /// As most people.
    Usual,
    /// Outdoors without much cover.
    High,
}

/// What of a person matters to the surface.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Fitzpatrick phototype, 1 to 6.
    pub phototype: u8,
    /// Sun.
    pub sun: Sun,
    /// Whether aftercare is kept.
    pub aftercare_followed: bool,
    /// Inhibition of melanin production by products used daily, 0 to 1.
    pub daily_melanin_inhibition: f64,
    /// Effect of a daily hair product, 0 to 1.
    pub daily_hair_effect: f64,
}

impl Person {
    /// `w`: activation of melanocytes per inflammation.
    fn activation(&self, rates: &SurfaceRates) -> f64 {
        let type_factor = rates.activation_per_phototype.powi(i32::from(self.phototype) - 1);
        let care_factor =
            if self.aftercare_followed { 1.0 } else { rates.activation_without_aftercare };
        let sun_factor = match self.sun {
            Sun::Low => 1.0 / rates.activation_by_sun,
            Sun::Usual => 1.0,
            Sun::High => rates.activation_by_sun,
        };
        rates.melanocyte_activation * type_factor * care_factor * sun_factor
    }
}

/// What a session does to the surface.
#[derive(Debug, Clone, Copy, Default)]
pub struct SurfaceWound {
    /// `q_v`: share of the vessels' layer within reach of a channel.
    pub vascular_halo: f64,
    /// `q_e`: share of the epidermis within reach of a channel.
    pub epidermal_halo: f64,
    /// `E`: inhibition of the lesion's melanin by a product put on in the session, 0 to 1.
    pub melanin_inhibition: f64,
}

/// What comes from below at one time.
#[derive(Debug, Clone, Copy, Default)]
pub struct FromBelow {
    /// `I`: inflammation of the papillary dermis.
    pub inflammation: f64,
    /// `I_v`: inflammation where the vessels lie.
    pub vascular_inflammation: f64,
    /// `J`
    pub growth_signal: f64,
    /// `G`
    pub papillary_gain: f64,
}

/// The state of the surface, as deviations from rest.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SurfaceState {
    hyperaemia: f64,
    inflammatory_redness: f64,
    swelling: f64,
    shedding_to_come: f64,
    shedding_soon: f64,
    shedding: f64,
    epidermis: f64,
    activation: f64,
    melanin: f64,
    lesion_activity: f64,
    lesion_pigment: f64,
    dermal_pigment: f64,
    hairs_by_needling: f64,
    hairs_by_product: f64,
}

impl SurfaceState {
    /// The surface straight after a session.
    #[must_use]
    pub fn wounded(mut self, rates: &SurfaceRates, wound: &SurfaceWound) -> Self {
        self.hyperaemia += rates.hyperaemia * wound.vascular_halo;
        self.swelling += rates.swelling * wound.vascular_halo;
        self.shedding_to_come = 1.0 - (1.0 - self.shedding_to_come) * (1.0 - wound.epidermal_halo);
        let quietened = (rates.lesion_quietening * wound.epidermal_halo).clamp(0.0, 1.0);
        self.lesion_activity = (1.0 + self.lesion_activity)
            * (1.0 - quietened)
            * (1.0 - wound.melanin_inhibition.clamp(0.0, 1.0))
            - 1.0;
        self
    }

    /// The surface `span` days later, while what comes from below goes in a straight line.
    #[must_use]
    pub fn advanced(
        &self,
        k: &SurfaceRates,
        person: &Person,
        before: &FromBelow,
        after: &FromBelow,
        span: f64,
    ) -> Self {
        let w = person.activation(k);
        let inhibited = 1.0 - person.daily_melanin_inhibition.clamp(0.0, 1.0);
        // Three equal lags in a row have their own exact solution.
        let (x, left) = (k.shedding_rate * span, (-k.shedding_rate * span).exp());
        let shedding_to_come = self.shedding_to_come * left;
        let shedding_soon = (self.shedding_soon + self.shedding_to_come * x) * left;
        let shedding =
            (self.shedding + self.shedding_soon * x + self.shedding_to_come * x * x / 2.0) * left;
        // Melanocytes that are activated answer more strongly: the input hangs on the state, so it is
        // taken at the state before, and once more with what comes of it at the end.
        let answer = |activation: f64| {
            1.0 + k.activation_priming * activation / (k.activation_primed + activation)
        };
        let activated = |end: f64| {
            lag(
                self.activation,
                k.activation_fading,
                w * before.inflammation * answer(self.activation),
                w * after.inflammation * answer(end),
                span,
            )
        };
        let activation = activated(activated(self.activation));
        let darker = |activation: f64| activation / (1.0 + activation / k.darkening_ceiling);
        let lesion_activity = lag(self.lesion_activity, k.lesion_relapse, 0.0, 0.0, span);
        let made = |activity: f64, activation: f64| {
            (1.0 + activity) * inhibited + darker(activation) - 1.0
        };
        // Taken off after the exchange with the epidermis; steps are short while inflammation lasts.
        let carried_off =
            k.dermal_pigment_clearance * 0.5 * (before.inflammation + after.inflammation) * span;
        let epidermis_drive = |shedding: f64, gain: f64| {
            k.epidermal_growth * k.turnover_boost * shedding
                + k.epidermal_return * k.dermal_support * gain
        };
        Self {
            hyperaemia: lag(self.hyperaemia, k.hyperaemia_fading, 0.0, 0.0, span),
            inflammatory_redness: lag(
                self.inflammatory_redness,
                k.redness_fading,
                k.redness_gain * before.vascular_inflammation,
                k.redness_gain * after.vascular_inflammation,
                span,
            ),
            swelling: lag(
                self.swelling,
                k.swelling_fading,
                k.swelling_gain * before.vascular_inflammation,
                k.swelling_gain * after.vascular_inflammation,
                span,
            ),
            shedding_to_come,
            shedding_soon,
            shedding,
            epidermis: lag(
                self.epidermis,
                k.epidermal_return,
                epidermis_drive(self.shedding, before.papillary_gain),
                epidermis_drive(shedding, after.papillary_gain),
                span,
            ),
            activation,
            melanin: lag(
                self.melanin,
                k.melanin_turnover,
                k.melanin_turnover * darker(self.activation),
                k.melanin_turnover * darker(activation),
                span,
            ),
            lesion_activity,
            lesion_pigment: lag(
                self.lesion_pigment,
                k.melanin_turnover,
                k.melanin_turnover * made(self.lesion_activity, self.activation),
                k.melanin_turnover * made(lesion_activity, activation),
                span,
            ),
            dermal_pigment: (1.0
                + lag(
                    self.dermal_pigment,
                    k.dermal_pigment_loss,
                    k.dermal_pigment_loss * made(self.lesion_activity, self.activation),
                    k.dermal_pigment_loss * made(lesion_activity, activation),
                    span,
                ))
                * (-carried_off.max(0.0)).exp()
                - 1.0,
            hairs_by_needling: lag(
                self.hairs_by_needling,
                k.follicle_return,
                k.follicle_gain * before.growth_signal,
                k.follicle_gain * after.growth_signal,
                span,
            ),
            hairs_by_product: lag(
                self.hairs_by_product,
                k.hair_product_rate,
                k.hair_product_rate * k.hair_product_gain * person.daily_hair_effect,
                k.hair_product_rate * k.hair_product_gain * person.daily_hair_effect,
                span,
            ),
        }
    }

    /// Redness above rest, delta a*: `V_max (1 - exp(-(H+V)/V_max))`.
    pub fn redness(&self, k: &SurfaceRates) -> f64 {
        // Calm skin is calm to the last digit of the solver.
        let sum = (self.hyperaemia + self.inflammatory_redness).max(0.0);
        k.redness_ceiling * (1.0 - (-sum / k.redness_ceiling).exp())
    }

    /// Extra thickness by swelling, share of the skin's thickness.
    pub fn swelling(&self) -> f64 {
        self.swelling.max(0.0)
    }

    /// Shedding of the horny layer relative to rest: `1 + b s3 / p`, where `p = 2 exp(-2)` is the peak
    /// of `s3` when the whole surface is injured, so that `b` is the peak of the extra turnover then.
    pub fn flaking(&self, k: &SurfaceRates) -> f64 {
        let peak = 2.0 * (-2.0f64).exp();
        1.0 + k.turnover_boost * self.shedding / peak
    }

    /// Thickness of the living epidermis, relative change.
    pub fn epidermis(&self) -> f64 {
        self.epidermis
    }

    /// Melanin of the skin around, relative change.
    pub fn darkening(&self) -> f64 {
        self.melanin
    }

    /// Pigment of the lesion above the skin around that lies in its epidermis, relative change.
    pub fn lesion_pigment(&self) -> f64 {
        self.lesion_pigment
    }

    /// Pigment of the lesion that lies in its dermis, relative change.
    pub fn dermal_pigment(&self) -> f64 {
        self.dermal_pigment
    }

    /// Hairs per cm2 gained where follicles are plenty.
    pub fn hairs(&self) -> f64 {
        self.hairs_by_needling + self.hairs_by_product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: SurfaceRates = SurfaceRates {
        hyperaemia: 25.0,
        hyperaemia_fading: 3.0,
        redness_gain: 14.0,
        redness_fading: 1.0,
        redness_ceiling: 12.0,
        swelling: 0.2,
        swelling_gain: 0.15,
        swelling_fading: 1.2,
        turnover_boost: 2.75,
        shedding_rate: 2.0 / 3.0,
        epidermal_growth: 0.02,
        epidermal_return: 1.0 / 30.0,
        dermal_support: 0.7,
        melanocyte_activation: 0.4,
        activation_per_phototype: 1.5,
        activation_without_aftercare: 2.0,
        activation_by_sun: 1.6,
        activation_priming: 0.0,
        activation_primed: 0.3,
        darkening_ceiling: 1e9,
        activation_fading: 1.0 / 14.0,
        melanin_turnover: 1.0 / 28.0,
        lesion_quietening: 0.25,
        lesion_relapse: 1.0 / 150.0,
        dermal_pigment_loss: 1.0 / 500.0,
        dermal_pigment_clearance: 0.05,
        follicle_gain: 2.0,
        follicle_return: 1.0 / 180.0,
        hair_product_gain: 15.0,
        hair_product_rate: 1.0 / 60.0,
    };
    const PERSON: Person = Person {
        phototype: 3,
        sun: Sun::Usual,
        aftercare_followed: true,
        daily_melanin_inhibition: 0.0,
        daily_hair_effect: 0.0,
    };
    const CALM: FromBelow = FromBelow {
        inflammation: 0.0,
        vascular_inflammation: 0.0,
        growth_signal: 0.0,
        papillary_gain: 0.0,
    };
    const WOUND: SurfaceWound =
        SurfaceWound { vascular_halo: 0.2, epidermal_halo: 0.3, melanin_inhibition: 0.0 };

    fn advance(state: SurfaceState, person: &Person, below: FromBelow, days: f64) -> SurfaceState {
        state.advanced(&RATES, person, &below, &below, days)
    }

    #[test]
    fn left_alone_nothing_changes() {
        let state = advance(SurfaceState::default(), &PERSON, CALM, 100.0);
        assert_eq!(state, SurfaceState::default());
        assert_eq!(state.flaking(&RATES), 1.0);
    }

    #[test]
    fn hyperaemia_and_swelling_fade_exponentially() {
        let state = advance(SurfaceState::default().wounded(&RATES, &WOUND), &PERSON, CALM, 0.5);
        assert!((state.hyperaemia - 5.0 * (-1.5f64).exp()).abs() < 1e-12);
        assert!((state.swelling - 0.04 * (-0.6f64).exp()).abs() < 1e-12);
    }

    #[test]
    fn redness_approaches_its_analytic_plateau_and_never_the_ceiling() {
        let inflamed = FromBelow { vascular_inflammation: 0.2, ..CALM };
        let state = advance(SurfaceState::default(), &PERSON, inflamed, 60.0);
        assert!((state.inflammatory_redness - 2.8).abs() < 1e-9);
        let severe = FromBelow { vascular_inflammation: 9.0, ..CALM };
        assert!(advance(state, &PERSON, severe, 60.0).redness(&RATES) <= RATES.redness_ceiling);
    }

    #[test]
    fn shedding_peaks_on_day_three_in_any_number_of_steps() {
        let start = SurfaceState::default().wounded(&RATES, &WOUND);
        let at = |day: f64| {
            let mut state = start;
            for _ in 0..7 {
                state = advance(state, &PERSON, CALM, day / 7.0);
            }
            state.flaking(&RATES)
        };
        assert!((at(3.0) - (1.0 + 2.75 * 0.3)).abs() < 1e-9);
        assert!(at(3.0) > at(2.5) && at(3.0) > at(3.5));
        assert!(at(10.0) - 1.0 < 0.15 * (at(3.0) - 1.0));
    }

    #[test]
    fn a_lesion_pales_and_relapses_on_its_clock() {
        let wounded = SurfaceState::default().wounded(&RATES, &WOUND);
        assert!((wounded.lesion_activity + 0.25 * 0.3).abs() < 1e-12);
        let month = advance(wounded, &PERSON, CALM, 30.0);
        let year = advance(month, &PERSON, CALM, 600.0);
        assert!(month.lesion_pigment() < -0.03 && year.lesion_pigment() > -0.01);
        let with_serum = SurfaceWound { melanin_inhibition: 0.1, ..WOUND };
        let serum =
            advance(SurfaceState::default().wounded(&RATES, &with_serum), &PERSON, CALM, 30.0);
        assert!(serum.lesion_pigment() < month.lesion_pigment());
    }

    #[test]
    fn darkening_follows_phototype_sun_and_aftercare() {
        let darkening = |person: Person| {
            let inflamed = FromBelow { inflammation: 0.2, ..CALM };
            let after = advance(SurfaceState::default(), &person, inflamed, 3.0);
            advance(after, &person, CALM, 25.0).darkening()
        };
        let usual = darkening(PERSON);
        assert!(usual > 0.0);
        for (person, factor) in [
            (Person { phototype: 4, ..PERSON }, 1.5),
            (Person { aftercare_followed: false, ..PERSON }, 2.0),
            (Person { sun: Sun::High, ..PERSON }, 1.6),
        ] {
            assert!((darkening(person) / usual - factor).abs() < 1e-6);
        }
    }

    #[test]
    fn darkening_peaks_weeks_after_the_inflammation() {
        let inflamed = FromBelow { inflammation: 0.2, ..CALM };
        let mut state = advance(SurfaceState::default(), &PERSON, inflamed, 3.0);
        let mut days: Vec<f64> = Vec::new();
        for _ in 0..90 {
            state = advance(state, &PERSON, CALM, 1.0);
            days.push(state.darkening());
        }
        let peak = days.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("some").0;
        assert!((14..=30).contains(&peak), "{peak}");
    }

    /// A second burst of inflammation two days after the first darkens more than twice as much where
    /// melanocytes are primed, and just twice where they are not.
    #[test]
    fn primed_melanocytes_answer_more_strongly() {
        let inflamed = FromBelow { inflammation: 0.2, ..CALM };
        let bursts = |rates: &SurfaceRates, number: u32| {
            let mut state = SurfaceState::default();
            for _ in 0..number {
                for _ in 0..20 {
                    state = state.advanced(rates, &PERSON, &inflamed, &inflamed, 0.1);
                }
            }
            state.advanced(rates, &PERSON, &CALM, &CALM, 30.0).darkening()
        };
        let primed = SurfaceRates { activation_priming: 4.0, ..RATES };
        assert!(bursts(&primed, 2) > 2.2 * bursts(&primed, 1));
        assert!(bursts(&RATES, 2) < 2.1 * bursts(&RATES, 1));
    }

    #[test]
    fn darkening_never_exceeds_its_ceiling() {
        let rates = SurfaceRates { darkening_ceiling: 0.6, ..RATES };
        let severe = FromBelow { inflammation: 50.0, ..CALM };
        let state = SurfaceState::default().advanced(&rates, &PERSON, &severe, &severe, 300.0);
        assert!((0.5..=0.6).contains(&state.darkening()));
    }

    #[test]
    fn a_product_on_melanocytes_reaches_dermal_pigment_slowly() {
        let person = Person { daily_melanin_inhibition: 0.5, ..PERSON };
        let state = advance(SurfaceState::default(), &person, CALM, 90.0);
        assert!((state.dermal_pigment() + 0.5 * (1.0 - (-90.0f64 / 500.0).exp())).abs() < 1e-9);
        assert!(state.lesion_pigment() < 4.0 * state.dermal_pigment());
    }

    #[test]
    fn macrophages_carry_dermal_pigment_off_and_calm_skin_keeps_it() {
        assert_eq!(advance(SurfaceState::default(), &PERSON, CALM, 300.0).dermal_pigment(), 0.0);
        let rates =
            SurfaceRates { melanocyte_activation: 0.0, dermal_pigment_loss: 1e-12, ..RATES };
        let inflamed = FromBelow { inflammation: 0.2, ..CALM };
        let state = SurfaceState::default().advanced(&rates, &PERSON, &inflamed, &inflamed, 10.0);
        assert!((state.dermal_pigment() - (-0.1f64).exp_m1()).abs() < 1e-9);
        // No share of the epidermis' pigment goes that way.
        assert!(state.lesion_pigment().abs() < 1e-12);
    }

    #[test]
    fn a_hair_product_reaches_its_plateau() {
        let person = Person { daily_hair_effect: 0.5, ..PERSON };
        let state = advance(SurfaceState::default(), &person, CALM, 60.0);
        assert!((state.hairs() - 7.5 * (1.0 - (-1.0f64).exp())).abs() < 1e-9);
    }
}
