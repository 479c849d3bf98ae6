//! What happens by chance, the same again from the same seed.

use std::time::Duration;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// Letters that no form and no page writes in another way.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz 01234";

/// A stream of chances.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// One of many that share a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// From 0 up to 1.
    pub(crate) fn share(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    /// From 0 up to a number, without it.
    pub(crate) fn below(&mut self, number: usize) -> usize {
        (self.share() * number as f64) as usize
    }

    /// One of several by their weights.
    pub(crate) fn weighed<T: Copy>(&mut self, several: &[(T, f64)]) -> T {
        let all: f64 = several.iter().map(|(_, weight)| weight).sum();
        let mut left = self.share() * all;
        for (one, weight) in several {
            if left < *weight {
                return *one;
            }
            left -= weight;
        }
        several[several.len() - 1].0
    }

    /// A time without memory, with this mean, and never longer than five times the mean.
    pub(crate) fn pause(&mut self, mean: f64) -> Duration {
        let seconds = -(1.0 - self.share()).ln() * mean;
        Duration::from_secs_f64(seconds.min(5.0 * mean))
    }

    /// A text of so many letters, none of them a space at its ends.
    pub(crate) fn text(&mut self, letters: usize) -> String {
        let mut bytes = vec![0; letters];
        self.0.fill_bytes(&mut bytes);
        let text: String =
            bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An identifier of a record.
    pub(crate) fn identifier(&mut self) -> String {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        // The version and variant of a UUID whose every other bit is random.
        bytes[6] = 0x40 | bytes[6] & 0x0f;
        bytes[8] = 0x80 | bytes[8] & 0x3f;
        let hex = format!("{:032x}", u128::from_be_bytes(bytes));
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_and_another_stream_does_not() {
        let of = |stream| Chance::new(7, stream).text(200);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn weights_and_means_are_kept() {
        let mut chance = Chance::new(1, 0);
        let often = (0..10_000).filter(|_| chance.weighed(&[(true, 0.8), (false, 0.2)])).count();
        assert!((7_800..8_200).contains(&often), "{often}");
        let pauses: Vec<f64> = (0..10_000).map(|_| chance.pause(1.0).as_secs_f64()).collect();
        let mean = pauses.iter().sum::<f64>() / pauses.len() as f64;
        assert!((0.95..1.03).contains(&mean), "{mean}");
        assert!(pauses.iter().all(|pause| *pause <= 5.0));
        assert!((0..1000).all(|_| chance.below(3) < 3));
    }

    #[test]
    fn identifiers_are_written_as_uuids() {
        let identifier = Chance::new(1, 0).identifier();
        let lengths: Vec<usize> = identifier.split('-').map(str::len).collect();
        assert_eq!((lengths, &identifier[14..15]), (vec![8, 4, 4, 4, 12], "4"));
    }
}
