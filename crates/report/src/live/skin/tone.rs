//! Colours of skin by phototype.

/// A colour of a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colour(f64, f64, f64);

impl Colour {
    pub(super) fn css(self) -> String {
        let whole = |part: f64| part.round().clamp(0.0, 255.0) as u8;
        format!("#{:02x}{:02x}{:02x}", whole(self.0), whole(self.1), whole(self.2))
    }

    /// On the way to another colour.
    pub(super) fn towards(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let part = |a: f64, b: f64| a + share * (b - a);
        Self(part(self.0, other.0), part(self.1, other.1), part(self.2, other.2))
    }

    /// Its parts from 0 to 1, for a filter.
    pub(super) fn parts(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|part| part / 255.0)
    }
}

/// The colours of one phototype. They are those of ordinary skin by eye, and measure nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tone {
    /// Skin at rest.
    pub(super) skin: Colour,
    /// Where melanin gathers.
    pub(super) melanin: Colour,
    /// Where blood shows through.
    pub(super) red: Colour,
    /// Where melanin is missing: old stretch marks, scars.
    pub(super) pale: Colour,
    /// Shadow and light on it.
    pub(super) shadow: Colour,
    pub(super) light: Colour,
    /// Hair.
    pub(super) hair: Colour,
}

impl Tone {
    /// Of a phototype from 1 to 6.
    pub(super) fn of(phototype: u8) -> Self {
        let place = usize::from(phototype).clamp(1, 6) - 1;
        let rgb = |code: u32| {
            let part = |shift: u32| f64::from((code >> shift) & 0xff);
            Colour(part(16), part(8), part(0))
        };
        let of = |codes: [u32; 6]| rgb(codes[place]);
        Self {
            skin: of([0xf3_d3c3, 0xee_c6ad, 0xdd_ad8b, 0xbd_8862, 0x8c_5b3e, 0x59_392b]),
            melanin: of([0xa9_6c48, 0xa0_6440, 0x8a_5434, 0x66_3a22, 0x42_2415, 0x25_140d]),
            red: of([0xd4_4a50, 0xd0_464a, 0xc0_3c3e, 0xa6_3230, 0x7c_2422, 0x58_1a1a]),
            pale: of([0xff_efe8, 0xfd_ebde, 0xf3_d8c3, 0xe0_bb9c, 0xbb_8f72, 0x8f_6a57]),
            shadow: of([0x70_3e30, 0x68_3826, 0x54_2c1a, 0x3e_1f10, 0x26_1208, 0x14_0804]),
            light: of([0xff_ffff, 0xff_fdf8, 0xff_f6e8, 0xff_e9cf, 0xf3_cfae, 0xd9_b196]),
            hair: of([0x6b_4a2c, 0x54_3a24, 0x35_2417, 0x22_1811, 0x17_110d, 0x10_0c0a]),
        }
    }

    /// With more melanin, as a share of that at rest.
    pub(super) fn darkened(self, share: f64) -> Self {
        Self { skin: self.skin.towards(self.melanin, 0.6 * share), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phototype_is_darker_than_the_one_before() {
        let brightness = |phototype| Tone::of(phototype).skin.parts().iter().sum::<f64>();
        assert!([1, 2, 3, 4, 5, 6].map(brightness).windows(2).all(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn darkening_moves_towards_melanin() {
        let tone = Tone::of(3);
        let [before, after] = [tone, tone.darkened(0.3)].map(|tone| tone.skin.parts()[1]);
        assert!(tone.melanin.parts()[1] < after && after < before);
    }
}
