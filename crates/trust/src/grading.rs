//! From contributions to quality, reliability, volume and effort.
//!
//! ```text
//!  Q worker    0.60 consensus + 0.20 evidence + 0.20 complexity
//!              consensus  = trust of approving reviewers / trust of deciding reviewers, 0 if none
//!              evidence   = min(1, items / items expected in the tier)
//!              complexity = the tier's multiplier
//!  Q reviewer  0.70 alignment + 0.30 calibration
//!  R           (accepted + 1) / (accepted + rejected + 2)
//!  V           accepted / (accepted + half)
//!  E           min(1, items / items expected in the tier)
//! ```
//!
//! Weights are parameters; the values shown are the founding ones. `R` and `V` look at the history
//! before the mission, per role. `R` starts at one half and needs evidence to move either way; `V`
//! rises slowly to one and counts accepted work only, so that volume cannot be bought with bad work.
//!
//! # Deviations
//!
//! The reference measures a reviewer's calibration as `1 - 2 * |mean alignment - 0.5|`, which gives
//! nothing to one who is always right and the most to one who is right half the time. That rewards
//! chance. Here calibration is the mean alignment of the last reviews; only its prior, one half
//! until there are five reviews, is kept.

use std::collections::VecDeque;

use comity_constitution::{Nano, Parameters, QualityParameters, RiskTier, round_half_even};

use crate::facts::{Alignment, Role, Work};

/// Outcomes of an actor's contributions in one role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Work accepted, or reviews that agreed with the outcome.
    pub accepted: u64,
    /// Work refused, or reviews that disagreed with it.
    pub rejected: u64,
}

/// What is remembered of an actor's contributions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    worker: Tally,
    reviewer: Tally,
    /// Alignment scores of the last reviews, oldest first, at most the calibration window.
    alignments: VecDeque<Nano>,
}

impl History {
    /// Outcomes in one role.
    pub const fn tally(&self, role: Role) -> Tally {
        match role {
            Role::Worker => self.worker,
            Role::Reviewer => self.reviewer,
        }
    }

    /// Remembers one contribution.
    pub(crate) fn record(&mut self, grading: &Grading, work: &Work) {
        if let Some(count) = self.count(Deed::of(work)) {
            *count = count.saturating_add(1);
        }
        if let Some(alignment) = work.alignment {
            self.alignments.push_back(grading.alignment(alignment));
            while grading.calibration_window() < self.alignments.len() {
                self.alignments.pop_front();
            }
        }
    }

    /// Forgets one contribution, as far as it is still remembered.
    pub(crate) fn forget(&mut self, grading: &Grading, deed: Deed) {
        if let Some(count) = self.count(deed) {
            *count = count.saturating_sub(1);
        }
        let score = deed.alignment.map(|alignment| grading.alignment(alignment));
        if let Some(last) = self.alignments.iter().rposition(|known| Some(*known) == score) {
            self.alignments.remove(last);
        }
    }

    /// Where a contribution is counted; none for one that is neither good nor bad.
    const fn count(&mut self, deed: Deed) -> Option<&mut u64> {
        let is_good = match (deed.role, deed.alignment) {
            (Role::Worker, _) => deed.accepted,
            (Role::Reviewer, Some(Alignment::CorrectApprove | Alignment::CorrectReject)) => true,
            (Role::Reviewer, Some(Alignment::WrongApprove | Alignment::WrongReject)) => false,
            (Role::Reviewer, Some(Alignment::Abstain) | None) => return None,
        };
        let tally = match deed.role {
            Role::Worker => &mut self.worker,
            Role::Reviewer => &mut self.reviewer,
        };
        Some(if is_good { &mut tally.accepted } else { &mut tally.rejected })
    }
}

/// What a history remembers of one contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Deed {
    role: Role,
    alignment: Option<Alignment>,
    accepted: bool,
}

impl Deed {
    pub(crate) const fn of(work: &Work) -> Self {
        Self { role: work.role, alignment: work.alignment, accepted: work.accepted }
    }
}

/// How contributions are graded, from the parameter file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grading {
    quality: QualityParameters,
    volume_half: u64,
}

impl Grading {
    /// The grading of a parameter file.
    pub const fn from_parameters(parameters: &Parameters) -> Self {
        Self { quality: *parameters.quality(), volume_half: parameters.trust().volume_half }
    }

    /// Quality of a worker's contribution, 0..=1.
    ///
    /// `approving` and `deciding` are sums of the reviewers' trust. Reviewers without any trust
    /// decide nothing, so their consensus is zero.
    pub fn worker_quality(
        &self,
        tier: RiskTier,
        approving: Nano,
        deciding: Nano,
        evidence: u64,
    ) -> Nano {
        let sum = |trust: Nano| u64::try_from(trust.get()).unwrap_or(0);
        let consensus = Nano::ratio(sum(approving), sum(deciding)).clamp_unit();
        let weights = self.quality.worker;
        weighted(&[
            (weights.consensus, consensus),
            (weights.evidence, self.effort(tier, evidence)),
            (weights.complexity, *self.quality.complexity.of(tier)),
        ])
    }

    /// Quality of a review, 0..=1, given the reviewer's history before it.
    pub fn reviewer_quality(&self, alignment: Alignment, history: &History) -> Nano {
        let weights = self.quality.reviewer;
        weighted(&[
            (weights.alignment, self.alignment(alignment)),
            (weights.calibration, self.calibration(history)),
        ])
    }

    /// Mean alignment of the last reviews, or the prior while there are too few.
    pub fn calibration(&self, history: &History) -> Nano {
        let reviews = u64::try_from(history.alignments.len()).unwrap_or(u64::MAX);
        if reviews < self.quality.calibration_min || reviews == 0 {
            return self.quality.calibration_prior;
        }
        let sum: i128 = history.alignments.iter().map(|score| i128::from(score.get())).sum();
        Nano::saturating(round_half_even(sum, i128::from(reviews)))
    }

    /// Score of one review by how it compares with the outcome.
    pub const fn alignment(&self, alignment: Alignment) -> Nano {
        let scores = &self.quality.alignment;
        match alignment {
            Alignment::Abstain => scores.abstain,
            Alignment::CorrectApprove => scores.correct_approve,
            Alignment::CorrectReject => scores.correct_reject,
            Alignment::WrongApprove => scores.wrong_approve,
            Alignment::WrongReject => scores.wrong_reject,
        }
    }

    /// Share of good outcomes, drawn towards one half while there are few.
    pub fn reliability(&self, tally: Tally) -> Nano {
        let good = tally.accepted.saturating_add(1);
        let all = tally.accepted.saturating_add(tally.rejected).saturating_add(2);
        Nano::ratio(good, all)
    }

    /// Saturating count of good outcomes.
    pub fn volume(&self, tally: Tally) -> Nano {
        Nano::ratio(tally.accepted, tally.accepted.saturating_add(self.volume_half))
    }

    /// Delivered evidence against what the tier expects, at most one.
    pub fn effort(&self, tier: RiskTier, evidence: u64) -> Nano {
        Nano::ratio(evidence, *self.quality.evidence_expected.of(tier)).clamp_unit()
    }

    fn calibration_window(&self) -> usize {
        usize::try_from(self.quality.calibration_window).unwrap_or(usize::MAX)
    }
}

/// Weighted sum, rounded once and taken in 0..=1.
fn weighted(parts: &[(Nano, Nano)]) -> Nano {
    let sum: i128 = parts
        .iter()
        .map(|(weight, value)| i128::from(weight.get()) * i128::from(value.get()))
        .sum();
    Nano::saturating(round_half_even(sum, i128::from(Nano::ONE.get()))).clamp_unit()
}

#[cfg(test)]
mod tests;
