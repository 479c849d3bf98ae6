//! Numbers for [`WIDTH`] people at once, one to a lane.
//!
//! Every operation works on each lane by itself and rounds as IEEE 754 says: nothing is contracted or
//! reordered. So a lane gives the same bits whatever the other lanes hold, and whether the processor
//! takes eight lanes in one instruction or one after the other.
//!
//! The compiler turns these operations into vector instructions where it knows that the processor has
//! them. A program built for every processor of its kind does not know; [`with_vectors`] asks the
//! processor once and runs a piece of work that is compiled for its widest instructions.

// A call would leave the vector instructions behind; see `with_vectors`.
#![allow(clippy::inline_always)]

use std::ops::{
    Add, AddAssign, Div, DivAssign, Index, IndexMut, Mul, MulAssign, Neg, Sub, SubAssign,
};

use pulp::{Arch, NullaryFnOnce};

/// Number of lanes: doubles in the widest register there is.
pub const WIDTH: usize = 8;

/// One number for each of [`WIDTH`] people.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub struct Lanes(pub [f64; WIDTH]);

impl Lanes {
    /// Zero in every lane.
    pub const ZERO: Self = Self([0.0; WIDTH]);

    /// One in every lane.
    pub const ONE: Self = Self([1.0; WIDTH]);

    /// The same number in every lane.
    #[inline(always)]
    pub const fn splat(value: f64) -> Self {
        Self([value; WIDTH])
    }

    /// What `of` gives for each lane, counted from 0.
    #[inline(always)]
    pub fn from_fn(mut of: impl FnMut(usize) -> f64) -> Self {
        // Written out: as a loop it would be unrolled once for each operation, which takes the compiler
        // half a minute for a system of some size.
        Self([of(0), of(1), of(2), of(3), of(4), of(5), of(6), of(7)])
    }

    /// `of` each lane.
    #[inline(always)]
    #[must_use]
    pub fn map(self, mut of: impl FnMut(f64) -> f64) -> Self {
        Self::from_fn(|at| of(self.0[at]))
    }

    /// `of` each pair of lanes.
    #[inline(always)]
    #[must_use]
    pub fn zip(self, other: Self, mut of: impl FnMut(f64, f64) -> f64) -> Self {
        Self::from_fn(|at| of(self.0[at], other.0[at]))
    }

    /// The size of each lane without its sign.
    #[inline(always)]
    #[must_use]
    pub fn abs(self) -> Self {
        self.map(f64::abs)
    }

    /// Square root of each lane.
    #[inline(always)]
    #[must_use]
    pub fn sqrt(self) -> Self {
        self.map(f64::sqrt)
    }

    /// The greater of two lanes: `other` unless `self` is greater, so a NaN in `other` stays and one in
    /// `self` is lost.
    #[inline(always)]
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    /// The lesser of two lanes: `other` unless `self` is less, so a NaN in `other` stays and one in
    /// `self` is lost.
    #[inline(always)]
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    /// The greatest of all lanes; NaN if one of them is NaN.
    #[inline(always)]
    pub fn greatest(self) -> f64 {
        self.0.iter().skip(1).fold(self.0[0], |most, &lane| {
            // Whatever is not certainly less takes over, NaN too; and a NaN is never given up.
            if lane <= most || most.is_nan() { most } else { lane }
        })
    }

    /// Whether no lane is infinite or NaN.
    #[inline(always)]
    pub fn is_finite(self) -> bool {
        // Zero times a finite number is zero, and what is not finite makes NaN of it.
        let zeros = self * 0.0;
        zeros.0.iter().fold(0.0, |sum, zero| sum + zero) == 0.0
    }
}

impl Index<usize> for Lanes {
    type Output = f64;

    #[inline(always)]
    fn index(&self, lane: usize) -> &f64 {
        &self.0[lane]
    }
}

impl IndexMut<usize> for Lanes {
    #[inline(always)]
    fn index_mut(&mut self, lane: usize) -> &mut f64 {
        &mut self.0[lane]
    }
}

macro_rules! operators {
    ($($operator:ident $of:ident $assign:ident $to:ident $sign:tt;)*) => {$(
        impl $operator for Lanes {
            type Output = Self;

            #[inline(always)]
            fn $of(self, other: Self) -> Self {
                self.zip(other, |a, b| a $sign b)
            }
        }

        impl $operator<f64> for Lanes {
            type Output = Self;

            #[inline(always)]
            fn $of(self, other: f64) -> Self {
                self.map(|a| a $sign other)
            }
        }

        impl $operator<Lanes> for f64 {
            type Output = Lanes;

            #[inline(always)]
            fn $of(self, other: Lanes) -> Lanes {
                other.map(|b| self $sign b)
            }
        }

        impl $assign for Lanes {
            #[inline(always)]
            fn $to(&mut self, other: Self) {
                *self = *self $sign other;
            }
        }

        impl $assign<f64> for Lanes {
            #[inline(always)]
            fn $to(&mut self, other: f64) {
                *self = *self $sign other;
            }
        }
    )*};
}

operators! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
    Div div DivAssign div_assign /;
}

impl Neg for Lanes {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|a| -a)
    }
}

/// A piece of work that [`with_vectors`] compiles once for each kind of processor.
pub trait Work {
    /// What the work gives.
    type Given;

    /// Does the work. Mark it `#[inline(always)]`, and everything on the hot path below it.
    fn done(self) -> Self::Given;
}

/// Work in the words of the crate that knows processors.
struct Inlined<W>(W);

impl<W: Work> NullaryFnOnce for Inlined<W> {
    type Output = W::Given;

    #[inline(always)]
    fn call(self) -> W::Given {
        self.0.done()
    }
}

/// Does `work` with the widest vector instructions of this processor, found out while it runs.
///
/// Only what is inlined into `work` is compiled for them; a function that is called stays as it is for
/// every processor. That is why work is no closure: a closure can't be marked `#[inline(always)]`.
/// Call it once around a whole piece of work, a solution of many steps, not around each operation. It
/// changes the speed and never the numbers.
#[inline(always)]
pub fn with_vectors<W: Work>(work: W) -> W::Given {
    Arch::new().dispatch(Inlined(work))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Enough operations of every kind that a rounding done otherwise would show.
    #[derive(Clone, Copy)]
    struct Mixture(Lanes, Lanes);

    impl Work for Mixture {
        type Given = Lanes;

        #[inline(always)]
        fn done(self) -> Lanes {
            let Self(mut a, b) = self;
            for turn in 0..50 {
                a = a * b + 0.3 * a / (1.0 + b * b) - (a - b).abs().sqrt();
                a -= (a * 1.7 + b).max(b) * 0.1;
                a += -a.min(0.5 * b) / (2.0 + f64::from(turn));
            }
            a
        }
    }

    proptest! {
        #[test]
        fn a_lane_gives_the_same_bits_on_any_processor_and_beside_anybody(
            a in prop::array::uniform8(-1.0..1.0f64),
            b in prop::array::uniform8(-1.0..1.0f64),
            lane in 0..WIDTH,
        ) {
            let wide = with_vectors(Mixture(Lanes(a), Lanes(b)));
            let plain = Mixture(Lanes(a), Lanes(b)).done();
            prop_assert_eq!(wide.0.map(f64::to_bits), plain.0.map(f64::to_bits));
            let alone = with_vectors(Mixture(Lanes::splat(a[lane]), Lanes::splat(b[lane])));
            prop_assert_eq!(alone.0.map(f64::to_bits), [wide[lane].to_bits(); WIDTH]);
        }
    }

    #[test]
    fn what_is_not_finite_is_found_in_any_lane() {
        assert!(Lanes::splat(f64::MAX).is_finite());
        for lane in 0..WIDTH {
            for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let mut lanes = Lanes::from_fn(|at| at as f64 - 3.0);
                assert_eq!(lanes.greatest(), 4.0);
                lanes[lane] = bad;
                assert!(!lanes.is_finite());
                assert_eq!(lanes.greatest().is_nan(), bad.is_nan());
            }
        }
    }

    #[test]
    fn a_group_is_one_line_of_the_cache() {
        assert_eq!((size_of::<Lanes>(), align_of::<Lanes>()), (64, 64));
    }
}
