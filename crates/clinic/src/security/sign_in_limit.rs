//! How often somebody may try to sign in: so often to one account, from wherever, and so often from one address.

use std::{net::IpAddr, num::NonZeroU32};

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
        let account = account.to_lowercase();
        let now = self.clock.now();
        let waits = [
            self.accounts.check_key(&account).err().map(|not| not.wait_time_from(now)),
            self.addresses.check_key(&address).err().map(|not| not.wait_time_from(now)),
        ];
        match waits.into_iter().flatten().max() {
            Some(wait) => Err(wait.as_secs().max(1)),
            None => Ok(()),
        }
    }
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
}
