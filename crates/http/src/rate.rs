//! Rates: how often one address may ask for one kind of thing, in a sliding minute.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits;

const MINUTE: Duration = Duration::from_mins(1);

/// How often things may be asked for, per minute and address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// By operators.
    pub admin: usize,
    /// To join.
    pub join: usize,
    /// To join with an invite that is none.
    pub bad_invite: usize,
    /// Of the registry of agents.
    pub registry: usize,
    /// By nodes.
    pub node: usize,
    /// To check trust objects, each kind apart.
    pub trust_checks: usize,
    /// Of the licence to use data.
    pub data_license: usize,
    /// Refusals that are recorded, of all addresses together.
    pub notes: usize,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            admin: limits::ADMIN_PER_MINUTE,
            join: limits::JOIN_PER_MINUTE,
            bad_invite: limits::BAD_INVITE_PER_MINUTE,
            registry: limits::REGISTRY_PER_MINUTE,
            node: limits::NODE_PER_MINUTE,
            trust_checks: limits::TRUST_CHECKS_PER_MINUTE,
            data_license: limits::DATA_LICENSE_PER_MINUTE,
            notes: limits::NOTES_PER_MINUTE,
        }
    }
}

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bucket {
    Admin,
    Join,
    BadInvite,
    Registry,
    Node,
    /// One kind of check, by its name in the record.
    TrustChecks(&'static str),
    DataLicense,
    Notes,
}

/// When whom was granted what.
#[derive(Debug)]
pub(crate) struct Limiter {
    rates: Rates,
    granted: Mutex<Granted>,
}

/// The times of the last minute, by what was asked for and who asked.
type Granted = BTreeMap<(Bucket, Option<IpAddr>), VecDeque<Instant>>;

impl Limiter {
    pub(crate) const fn new(rates: Rates) -> Self {
        Self { rates, granted: Mutex::new(BTreeMap::new()) }
    }

    /// Counts a request, unless there were too many in the last minute.
    pub(crate) fn allow(&self, bucket: Bucket, from: Option<IpAddr>, now: Instant) -> bool {
        let max = match bucket {
            Bucket::Admin => self.rates.admin,
            Bucket::Join => self.rates.join,
            Bucket::BadInvite => self.rates.bad_invite,
            Bucket::Registry => self.rates.registry,
            Bucket::Node => self.rates.node,
            Bucket::TrustChecks(_) => self.rates.trust_checks,
            Bucket::DataLicense => self.rates.data_license,
            Bucket::Notes => self.rates.notes,
        };
        let is_over = |at: &Instant| MINUTE < now.saturating_duration_since(*at);
        let mut granted = self.granted.lock().unwrap_or_else(PoisonError::into_inner);
        if limits::ADDRESSES_MAX <= granted.len() {
            granted.retain(|_, times| times.back().is_some_and(|last| !is_over(last)));
            if limits::ADDRESSES_MAX <= granted.len() && !granted.contains_key(&(bucket, from)) {
                return false;
            }
        }
        let times = granted.entry((bucket, from)).or_default();
        while times.front().is_some_and(is_over) {
            times.pop_front();
        }
        let is_allowed = times.len() < max;
        if is_allowed {
            times.push_back(now);
        }
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Limiter, MINUTE, Rates};
    use crate::clock;

    #[test]
    fn a_minute_slides() {
        let limiter = Limiter::new(Rates { join: 2, ..Rates::default() });
        let start = clock::instant();
        let at = |seconds: u32| start + MINUTE / 60 * seconds;
        let allow = |seconds| limiter.allow(Bucket::Join, None, at(seconds));
        assert!(allow(0) && allow(30) && !allow(31) && !allow(60));
        assert!(allow(61) && !allow(62));
        assert!(limiter.allow(Bucket::Admin, None, at(62)));
    }
}
