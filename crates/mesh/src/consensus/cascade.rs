//! Whether approvals look copied from one another: same context, same moment.
//!
//! ```text
//! score = 0.7 * same + 0.3 * close        blocked if score > threshold
//! same  = (votes with the commonest context - 1) / (votes - 1)
//! close = 1 - s / deliberation, not below 0; s = standard deviation of the times, with n - 1 below the line
//! ```
//!
//! The decision takes no root and no float: with k = threshold - 0.7 * same, and 0 <= k < 0.3, the score is above the
//! threshold exactly if s² < (deliberation * (1 - k / 0.3))², and n (n - 1) s² is an integer of squared microseconds.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

use super::{VOTES_MAX, ValidatorVote};

/// Parts per million in a whole: the unit of scores.
pub const PPM: u64 = 1_000_000;
const MICROS: u64 = 1_000_000;
/// Weight of equal contexts, in percent.
const SAME_WEIGHT: u64 = 70;
/// Weight of close times, in percent.
const CLOSE_WEIGHT: u64 = 30;

/// When approvals look copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CascadeRule {
    /// Scores above this are refused, in percent; 0 refuses none.
    pub threshold_percent: u8,
    /// How long validators are expected to think, in seconds.
    pub deliberation_seconds: u16,
}

impl Default for CascadeRule {
    /// As in the reference.
    fn default() -> Self {
        Self { threshold_percent: 40, deliberation_seconds: 30 }
    }
}

/// How much approvals look copied. Scores are rounded for people; the decision is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CascadeAssessment {
    /// Approvals that were looked at.
    pub approvals: u64,
    /// Different contexts among them.
    pub contexts: u64,
    /// The commonest context, the first of them; empty if none is named.
    pub modal_context: String,
    /// How much contexts are the same, in parts per million.
    pub same_ppm: u64,
    /// How close the times are, in parts per million.
    pub close_ppm: u64,
    /// The score, in parts per million.
    pub score_ppm: u64,
    /// Whether the score is above the threshold.
    pub is_blocked: bool,
    /// The threshold, in percent.
    pub threshold_percent: u8,
}

impl CascadeAssessment {
    /// Looks at approvals, the first [`VOTES_MAX`] of them.
    pub fn of(approvals: &[&ValidatorVote], rule: CascadeRule) -> Self {
        let approvals = approvals.get(..VOTES_MAX).unwrap_or(approvals);
        let count = approvals.len() as u64;
        let contexts = Contexts::of(approvals);
        let (same, of) = contexts.same(count);
        let spread = Spread::of(approvals, rule);
        let is_blocked = 0 < rule.threshold_percent
            && 0 < count
            && exceeds(u64::from(rule.threshold_percent), same, of, &spread);
        let same_ppm = (same * PPM).checked_div(of).unwrap_or_default();
        let close_ppm = spread.close_ppm();
        Self {
            approvals: count,
            contexts: contexts.different,
            modal_context: contexts.commonest,
            same_ppm,
            close_ppm,
            score_ppm: (SAME_WEIGHT * same_ppm + CLOSE_WEIGHT * close_ppm) / 100,
            is_blocked,
            threshold_percent: rule.threshold_percent,
        }
    }

    /// SHA-256 of the assessment in the reference's form.
    pub fn digest(&self, assessment_id: &str, consensus_id: &str, assessed_at: Datetime) -> String {
        let value = Value::from([
            ("assessment_id", Value::from(assessment_id)),
            ("consensus_id", Value::from(consensus_id)),
            ("cascade_score", fraction(self.score_ppm)),
            ("context_divergence_score", fraction(self.same_ppm)),
            ("temporal_clustering_score", fraction(self.close_ppm)),
            ("modal_context_digest", Value::from(self.modal_context.as_str())),
            ("approve_vote_count", Value::from(self.approvals)),
            ("unique_context_count", Value::from(self.contexts)),
            ("assessed_at", Value::from(assessed_at)),
            ("blocked", Value::from(self.is_blocked)),
            ("threshold_used", fraction(u64::from(self.threshold_percent) * (PPM / 100))),
        ]);
        sha256(&canonical(&value)).to_string()
    }
}

/// Parts per million as the float that the reference's form has.
fn fraction(ppm: u64) -> Value {
    let text = format!("{}.{:06}", ppm / PPM, ppm % PPM);
    Value::Float(text.parse().unwrap_or_default())
}

/// What approvals looked at.
struct Contexts {
    different: u64,
    commonest: String,
    /// Approvals with the commonest; `None` if none names any.
    votes: Option<u64>,
}

impl Contexts {
    fn of(approvals: &[&ValidatorVote]) -> Self {
        let named = || approvals.iter().filter_map(|vote| vote.context_digest.as_deref());
        let mut counts = BTreeMap::new();
        for context in named() {
            *counts.entry(context).or_insert(0) += 1;
        }
        let votes = counts.values().copied().max();
        let commonest = named().find(|context| counts.get(context).copied() == votes);
        Self {
            different: counts.len() as u64,
            commonest: commonest.unwrap_or_default().to_owned(),
            votes,
        }
    }

    /// How much contexts are the same, as a fraction. Approvals that name none are all the same.
    fn same(&self, count: u64) -> (u64, u64) {
        let others = count.saturating_sub(1);
        match self.votes {
            None if count == 0 => (0, 1),
            None => (others.max(1), others.max(1)),
            Some(votes) => (votes.saturating_sub(1).min(others), others.max(1)),
        }
    }
}

/// How far apart approvals are in time.
struct Spread {
    count: u64,
    /// n (n - 1) s² in squared microseconds; `None` if there are fewer than two votes, or s is the deliberation or more.
    variance: Option<u128>,
    deliberation: u64,
}

impl Spread {
    fn of(approvals: &[&ValidatorVote], rule: CascadeRule) -> Self {
        let times = || approvals.iter().map(|vote| vote.voted_at.instant());
        let count = approvals.len() as u64;
        let deliberation = u64::from(rule.deliberation_seconds) * MICROS;
        let first = times().min().unwrap_or_default();
        let after = || times().map(|time| u128::from(time.abs_diff(first)));
        let range = after().max().unwrap_or_default();
        // s² is at least range² / (2 (n - 1)). Beyond this, sums of squares might not fit either.
        let others = u128::from(count.saturating_sub(1));
        let is_far = 2 * others * u128::from(deliberation).pow(2) <= range * range;
        let variance = (2 <= count && !is_far).then(|| {
            let sum: u128 = after().sum();
            let squares: u128 = after().map(|time| time * time).sum();
            u128::from(count) * squares - sum * sum
        });
        Self { count, variance, deliberation }
    }

    /// How close the times are, in parts per million, rounded up.
    fn close_ppm(&self) -> u64 {
        let Some(variance) = self.variance else { return 0 };
        let pairs = u128::from(self.count) * u128::from(self.count - 1);
        let deviation = (variance / pairs).isqrt();
        let far = (deviation * u128::from(PPM)).checked_div(u128::from(self.deliberation));
        PPM.saturating_sub(far.and_then(|far| u64::try_from(far).ok()).unwrap_or(PPM))
    }
}

/// Whether 70 * same / of + 30 * close > `threshold`. `of` is the number of votes less one, or 1.
fn exceeds(threshold: u64, same: u64, of: u64, spread: &Spread) -> bool {
    let Some(missing) = (threshold * of).checked_sub(SAME_WEIGHT * same) else { return true };
    let Some(variance) = spread.variance else { return false };
    let Some(room) = (CLOSE_WEIGHT * of).checked_sub(missing) else { return false };
    // s < deliberation * room / (30 of), squared, times n (n - 1) = n of, and of once on the left. With at most 1024
    // votes and 2^16 seconds the left side is below 10^37, the right below 10^34.
    let weight = u128::from(CLOSE_WEIGHT * CLOSE_WEIGHT);
    let left = variance * weight * u128::from(of);
    let right = u128::from(spread.deliberation).pow(2) * u128::from(room).pow(2);
    left < right * u128::from(spread.count)
}

#[cfg(test)]
mod tests;
