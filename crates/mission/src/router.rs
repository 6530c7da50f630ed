//! Drawing reviewers: deterministic from the beacon, checkable by anybody, complete within a bound.
//!
//! Candidates are ranked by `SHA-256("comity-route/v1" ‖ 0x00 ‖ beacon ‖ mission ‖ key)`. The draw is
//! the first admissible set in that order: the best-ranked candidate is in it if any admissible set
//! holds it, then the next, and so on. A greedy pass could end without the rare region it still
//! needs; this search backs up instead.
//!
//! The beacon must be fixed after the evidence commitment; whoever calls sees to that. A bad draw is
//! never repeated with another nonce: there is none.
//!
//! Source: blueprint §4.3, §8 "reviewer heterogeneity gate"; fact sheet A5.

use std::collections::BTreeSet;

use comity_constitution::{MethodType, TierPolicy};
use comity_wire::{Digest, KeyId, StatementId, sha256_concat};

use crate::diversity::{self, Shortfall, Tally};
use crate::limits::{POOL_MAX, SEARCH_STEPS_MAX};
use crate::profile::{Independence, ReviewerProfile};

/// Who is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Reviewers.
    Reviewers,
    /// The people who judge above them; machines are left out.
    People,
}

impl Purpose {
    /// What separates the two rankings under one beacon.
    const fn tag(self) -> &'static [u8] {
        match self {
            Self::Reviewers => b"comity-route/v1\0",
            Self::People => b"comity-people/v1\0",
        }
    }
}

/// What a draw is for. A mission makes one: see
/// [`Mission::route_request`](crate::Mission::route_request).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRequest {
    /// The mission.
    pub mission: StatementId,
    /// The beacon value of this attempt.
    pub beacon: Digest,
    /// Who is drawn.
    pub purpose: Purpose,
    /// How many, and how different.
    pub policy: TierPolicy,
    /// Who may not be drawn for an interest in the mission.
    pub independence: Independence,
    /// Who may not be drawn for having sat in a panel of it.
    pub involved: BTreeSet<KeyId>,
}

/// A draw of one more: who comes when somebody leaves a panel. See
/// [`Mission::next_request`](crate::Mission::next_request).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextRequest {
    /// The draw that the panel came from.
    pub draw: RouteRequest,
    /// Who stays.
    pub staying: Vec<ReviewerProfile>,
}

/// Why no reviewers were drawn, or why a draw is not the right one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RouteError {
    /// The tier has no reviewer topology: its decisions belong to human chambers.
    #[error("a tier without reviewers is decided by human chambers only")]
    HumanChambersOnly,
    /// More candidates than [`POOL_MAX`].
    #[error("{count} candidates, at most {max} are allowed")]
    PoolTooLarge {
        /// Candidates given.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// One key stands in the pool twice.
    #[error("{key} stands in the pool twice")]
    DuplicateKey {
        /// The key.
        key: KeyId,
    },
    /// All independent candidates together fall short.
    #[error("the independent candidates fall short: {0}")]
    PoolFallsShort(Shortfall),
    /// Each demand can be met, but not all of them by one set of the size asked for.
    #[error("no {reviewers} of the {candidates} independent candidates meet all demands together")]
    NoAdmissibleSet {
        /// Independent candidates.
        candidates: usize,
        /// Size of the set asked for.
        reviewers: u64,
    },
    /// Nobody is left with whom the panel would be what it must be.
    #[error("none of {candidates} further candidates can take the seat")]
    NobodyNext {
        /// Independent candidates who have not sat.
        candidates: usize,
    },
    /// The one named is not the next of the draw.
    #[error("{named} was named, the draw gives {drawn}")]
    NotTheNext {
        /// Who was named.
        named: KeyId,
        /// Who is next.
        drawn: KeyId,
    },
    /// The search bound was reached with no answer either way.
    #[error("no answer after {steps} search steps, at most {max} are allowed")]
    SearchTooLong {
        /// Steps taken.
        steps: u64,
        /// The limit.
        max: u64,
    },
    /// The reviewers named are not the ones drawn.
    #[error("{named} reviewers were named and {drawn} drawn; they differ at place {place}")]
    NotTheDraw {
        /// First place, from 0, at which the two sorted lists differ.
        place: usize,
        /// Reviewers named.
        named: usize,
        /// Reviewers drawn.
        drawn: usize,
    },
}

impl RouteError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HumanChambersOnly => "mission.route_human_chambers_only",
            Self::PoolTooLarge { .. } => "mission.route_pool_too_large",
            Self::DuplicateKey { .. } => "mission.route_duplicate_key",
            Self::PoolFallsShort(_) => "mission.route_pool_falls_short",
            Self::NoAdmissibleSet { .. } => "mission.route_no_admissible_set",
            Self::NobodyNext { .. } => "mission.route_nobody_next",
            Self::NotTheNext { .. } => "mission.route_not_the_next",
            Self::SearchTooLong { .. } => "mission.route_search_too_long",
            Self::NotTheDraw { .. } => "mission.route_not_the_draw",
        }
    }
}

/// Draws reviewers, best rank first.
///
/// The order of `pool` does not matter. Candidates who are not independent of the mission are left
/// out, not refused. Cost: one hash per candidate and at most [`SEARCH_STEPS_MAX`] search steps.
pub fn route(pool: &[ReviewerProfile], request: &RouteRequest) -> Result<Vec<KeyId>, RouteError> {
    let policy = &request.policy;
    let need = policy.reviewers_required;
    if policy.constitutional || need == 0 {
        return Err(RouteError::HumanChambersOnly);
    }
    let candidates = ranked(pool, request)?;
    diversity::check(candidates.iter().copied(), need, policy)
        .map_err(RouteError::PoolFallsShort)?;

    let mut search = Search { policy, candidates: &candidates, chosen: Vec::new(), steps: 0 };
    if search.extend(0, need)? {
        Ok(search.chosen.into_iter().map(|who| who.key().clone()).collect())
    } else {
        Err(RouteError::NoAdmissibleSet { candidates: candidates.len(), reviewers: need })
    }
}

/// Checks that `named`, in any order, is what [`route`] draws.
pub fn verify_route(
    pool: &[ReviewerProfile],
    request: &RouteRequest,
    named: &[KeyId],
) -> Result<(), RouteError> {
    let mut drawn = route(pool, request)?;
    let mut sorted = named.to_vec();
    drawn.sort();
    sorted.sort();
    if drawn == sorted {
        return Ok(());
    }
    let place = drawn.iter().zip(&sorted).take_while(|(drawn, named)| drawn == named).count();
    Err(RouteError::NotTheDraw { place, named: sorted.len(), drawn: drawn.len() })
}

/// Draws who comes for somebody who leaves: the first in the ranking of the same draw who is
/// independent, has not sat, and with whom the panel meets every demand again.
///
/// # Errors
///
/// [`RouteError::NobodyNext`] when no candidate is left; the seat stays as it is.
pub fn route_next(pool: &[ReviewerProfile], request: &NextRequest) -> Result<KeyId, RouteError> {
    let NextRequest { draw, staying } = request;
    let candidates = ranked(pool, draw)?;
    let need = draw.policy.reviewers_required;
    let fits = |who: &&&ReviewerProfile| {
        let set = staying.iter().chain([**who]);
        diversity::check(set, need, &draw.policy).is_ok()
    };
    let next = candidates.iter().find(fits).map(|who| who.key().clone());
    next.ok_or(RouteError::NobodyNext { candidates: candidates.len() })
}

/// Checks that `named` is what [`route_next`] draws.
///
/// # Errors
///
/// Why nobody is drawn, or [`RouteError::NotTheNext`].
pub fn verify_next(
    pool: &[ReviewerProfile],
    request: &NextRequest,
    named: &KeyId,
) -> Result<(), RouteError> {
    let drawn = route_next(pool, request)?;
    if drawn == *named {
        Ok(())
    } else {
        Err(RouteError::NotTheNext { named: named.clone(), drawn })
    }
}

/// Who may be drawn, best rank first. Each key once, no more than the bound.
fn ranked<'a>(
    pool: &'a [ReviewerProfile],
    request: &RouteRequest,
) -> Result<Vec<&'a ReviewerProfile>, RouteError> {
    if POOL_MAX < pool.len() {
        return Err(RouteError::PoolTooLarge { count: pool.len(), max: POOL_MAX });
    }
    let mut keys = BTreeSet::new();
    if let Some(twin) = pool.iter().find(|candidate| !keys.insert(candidate.key())) {
        return Err(RouteError::DuplicateKey { key: twin.key().clone() });
    }
    let may_sit = |who: &&ReviewerProfile| {
        request.independence.conflict(who).is_none()
            && !request.involved.contains(who.key())
            && (request.purpose == Purpose::Reviewers || who.is_human())
    };
    let mut ranked: Vec<(Digest, &ReviewerProfile)> =
        pool.iter().filter(may_sit).map(|who| (rank(request, who.key()), who)).collect();
    ranked.sort_by_key(|(rank, who)| (*rank, who.key()));
    Ok(ranked.into_iter().map(|(_, who)| who).collect())
}

/// `SHA-256(tag ‖ beacon ‖ mission ‖ key)`. All parts but the last have a fixed length.
fn rank(request: &RouteRequest, key: &KeyId) -> Digest {
    let (beacon, mission) = (request.beacon, request.mission.digest());
    sha256_concat(&[
        request.purpose.tag(),
        beacon.as_bytes(),
        mission.as_bytes(),
        key.as_str().as_bytes(),
    ])
}

/// What of a candidate the demands can see. Two candidates of one kind are interchangeable.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind<'a> {
    family: &'a str,
    method: MethodType,
    region: &'a str,
    organisation: &'a str,
}

fn kind_of(who: &ReviewerProfile) -> Kind<'_> {
    Kind {
        family: who.family().as_str(),
        method: who.method(),
        region: who.region().as_str(),
        organisation: who.organisation().as_str(),
    }
}

/// Depth-first search for the first admissible set in rank order. Its depth is the set's size.
struct Search<'a> {
    policy: &'a TierPolicy,
    candidates: &'a [&'a ReviewerProfile],
    chosen: Vec<&'a ReviewerProfile>,
    steps: u64,
}

impl Search<'_> {
    /// Completes the chosen set with `left` more candidates from place `from` on. On `false` the
    /// chosen set is as it was.
    fn extend(&mut self, from: usize, left: u64) -> Result<bool, RouteError> {
        let (policy, candidates) = (self.policy, self.candidates);
        let mut tally = Tally::default();
        self.chosen.iter().for_each(|who| tally.add(who));
        let gaps = tally.gaps(policy);
        let Some(left) = left.checked_sub(1) else { return Ok(gaps == [0; 4]) };

        let rest = candidates.iter().copied().enumerate().skip(from);
        self.look(rest.len())?;
        let gains: Vec<u8> = rest.clone().map(|(_, who)| tally.gain(who, policy)).collect();
        let floors = floors(gaps, &gains, left);

        let mut failed = BTreeSet::new();
        for ((place, who), gain) in rest.zip(gains) {
            let is_enough = |(group, floor): &(u8, u64)| *floor <= count(gain & group);
            // A twin that failed with more candidates behind it speaks for this one.
            if !floors.iter().all(is_enough) || failed.contains(&kind_of(who)) {
                continue;
            }
            self.chosen.push(who);
            if self.extend(place + 1, left)? {
                return Ok(true);
            }
            self.chosen.pop();
            failed.insert(kind_of(who));
        }
        Ok(false)
    }

    fn look(&mut self, candidates: usize) -> Result<(), RouteError> {
        self.steps = self.steps.saturating_add(u64::try_from(candidates).unwrap_or(u64::MAX));
        if SEARCH_STEPS_MAX < self.steps {
            return Err(RouteError::SearchTooLong { steps: self.steps, max: SEARCH_STEPS_MAX });
        }
        Ok(())
    }
}

/// For each group of axes (a bit set), how many of its missing values the next reviewer must add at
/// least, because `left` others cannot add more than the best `left` gains. Gains only shrink as the
/// set grows, so nothing admissible is lost. Groups with a closed axis say no more than without it;
/// they are left out, and so are groups without a floor.
fn floors(gaps: [u64; 4], gains: &[u8], left: u64) -> Vec<(u8, u64)> {
    let left = usize::try_from(left).unwrap_or(usize::MAX);
    let is_open =
        |group: u8| (0..).zip(gaps).all(|(axis, gap)| group & (1 << axis) == 0 || 0 < gap);
    (1..16_u8)
        .filter(|group| is_open(*group))
        .filter_map(|group| {
            let gaps = gaps.iter().enumerate().filter(|(axis, _)| group & (1 << axis) != 0);
            let missing: u64 = gaps.map(|(_, gap)| gap).sum();
            let mut best: Vec<u64> = gains.iter().map(|gain| count(gain & group)).collect();
            best.sort_unstable_by(|a, b| b.cmp(a));
            let floor = missing.saturating_sub(best.into_iter().take(left).sum());
            (floor != 0).then_some((group, floor))
        })
        .collect()
}

fn count(axes: u8) -> u64 {
    u64::from(axes.count_ones())
}

#[cfg(test)]
mod tests;
