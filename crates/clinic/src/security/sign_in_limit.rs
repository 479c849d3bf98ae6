//! How often somebody may try to sign in: so often to one account, from wherever, and so often from one address.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DashMapStateStore,
};

/// Tries at once, and then this many a minute.
const TRIES_PER_ACCOUNT: u32 = 5;
/// A practice shares an address.
const TRIES_PER_ADDRESS: u32 = 30;

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

/// Counts tries.
pub(crate) struct SignInLimit {
    accounts: Limiter<String>,
    addresses: Limiter<IpAddr>,
    clock: DefaultClock,
}

impl SignInLimit {
    pub(crate) fn new() -> Self {
        let quota = |tries| Quota::per_minute(NonZeroU32::new(tries).unwrap_or(NonZeroU32::MIN));
        Self {
            accounts: RateLimiter::dashmap(quota(TRIES_PER_ACCOUNT)),
            addresses: RateLimiter::dashmap(quota(TRIES_PER_ADDRESS)),
            clock: DefaultClock::default(),
        }
    }

    /// Count a try.
    ///
    /// # Errors
    /// The seconds to wait before the next.
    pub(crate) fn try_once(&self, account: &str, address: IpAddr) -> Result<(), u64> {
        // Names nobody has fill the table as well as others: forget who has not tried for long.
        self.accounts.retain_recent();
        self.addresses.retain_recent();
        let now = self.clock.now();
        // An address first: one that tries too often neither fills the table of names nor uses up the tries of others.
        let told = self.addresses.check_key(&network(address));
        told.and_then(|()| self.accounts.check_key(&known_as(account)))
            .map_err(|not| not.wait_time_from(now).as_secs().max(1))
    }
}

/// Where an address is: whoever has one of IPv6 has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    const HOST_BITS: u32 = 64;
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() >> HOST_BITS << HOST_BITS).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// A name as it is counted; no account has one that is longer.
fn known_as(account: &str) -> String {
    const LONGEST: usize = 60;
    account.chars().take(LONGEST).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_account_is_tried_a_few_times_from_anywhere_and_others_are_not_held_up() {
        let limit = SignInLimit::new();
        let from = |n: u8| IpAddr::V4(Ipv4Addr::new(10, 0, 0, n));
        for n in 0..5 {
            assert_eq!(limit.try_once("anna", from(n)), Ok(()));
        }
        assert!(limit.try_once("Anna", from(9)).is_err_and(|seconds| seconds >= 1));
        assert_eq!(limit.try_once("berta", from(9)), Ok(()));
    }

    #[test]
    fn an_address_does_not_try_many_names() {
        let limit = SignInLimit::new();
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let tried = (0..40).filter(|n| limit.try_once(&format!("name {n}"), address).is_ok());
        assert_eq!(tried.count(), 30);
    }

    #[test]
    fn an_address_that_tries_too_often_uses_up_no_tries_of_others() {
        let limit = SignInLimit::new();
        let from = |n: u8| IpAddr::V4(Ipv4Addr::new(10, 0, 0, n));
        for n in 0..30 {
            assert_eq!(limit.try_once(&format!("name {n}"), from(1)), Ok(()));
        }
        for _ in 0..20 {
            assert!(limit.try_once("anna", from(1)).is_err());
        }
        assert_eq!(limit.try_once("anna", from(2)), Ok(()));
        assert_eq!(limit.accounts.len(), 31);
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let limit = SignInLimit::new();
        let from = |n: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, n, n, n, n));
        let tried = (0..40).filter(|n| limit.try_once(&format!("name {n}"), from(*n)).is_ok());
        assert_eq!(tried.count(), 30);
        let mapped = |n: u8| IpAddr::V6(Ipv4Addr::new(10, 0, 0, n).to_ipv6_mapped());
        assert_eq!(network(mapped(7)), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7)));
        assert_ne!(network(mapped(7)), network(mapped(8)));
    }
}
