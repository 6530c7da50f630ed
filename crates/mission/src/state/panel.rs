//! Who judges a bundle: the reviewers, the people above them, and who left and came in either.

use std::collections::BTreeMap;
use std::sync::Arc;

use comity_wire::{Digest, KeyId, StatementId, Time};

use super::phase::{Bundle, Plan, Scope};
use crate::facts::{Decision, Flag, Judgement, TaskId};
use crate::profile::ReviewerProfile;

/// A review: who decides, and what was decided so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// What is under review.
    pub bundle: Arc<Bundle>,
    /// The beacon value the reviewers were drawn with; zero where chambers decide.
    pub beacon: Digest,
    /// The amendment that puts the work before human chambers, where they decide.
    pub amendment: Option<StatementId>,
    /// The reviewers who sit, as they were when seated.
    pub assigned: BTreeMap<KeyId, ReviewerProfile>,
    /// Who left, and who came.
    pub turnover: Turnover,
    /// Decisions by reviewer, of those who sit.
    pub reviews: BTreeMap<KeyId, ReviewRecord>,
    /// `evidence_of_trust` statements by reviewer and task, of those who sit.
    pub vouched: BTreeMap<(KeyId, TaskId), StatementId>,
    /// The owner's statement that people must judge, if there is one.
    pub escalated: Option<StatementId>,
    /// The people who judge, once they have been drawn.
    pub people: Option<People>,
}

/// One reviewer's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRecord {
    /// The `reviewed` statement.
    pub statement: StatementId,
    /// The decision.
    pub decision: Decision,
    /// What the reviewer asks for beyond it.
    pub flag: Option<Flag>,
    /// The verifier report it rests on, if there is an order.
    pub report: Option<StatementId>,
    /// Date the reviewer gave it.
    pub at: Time,
}

/// The people who judge what reviewers alone cannot close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct People {
    /// Who sits, as they were when seated. Humans all.
    pub assigned: BTreeMap<KeyId, ReviewerProfile>,
    /// Who left, and who came.
    pub turnover: Turnover,
    /// What each has said, with reasons; dissents stay.
    pub judgements: BTreeMap<KeyId, JudgementRecord>,
}

/// What one panellist said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgementRecord {
    /// The `panel_decided` statement.
    pub statement: StatementId,
    /// The judgement.
    pub judgement: Judgement,
    /// The written reason.
    pub reason: String,
    /// Date the panellist gave it.
    pub at: Time,
}

/// Who left a panel, and who came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// The statement that seated those who were drawn first.
    pub opened: StatementId,
    /// Its date.
    pub at: Time,
    /// `reviewer_silent` statements, by whom they are about.
    pub silent: BTreeMap<KeyId, StatementId>,
    /// Replacements, in order.
    pub replaced: Vec<Replacement>,
}

/// One change of a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The `reviewer_replaced` statement.
    pub statement: StatementId,
    /// Its date.
    pub at: Time,
    /// Who left, as seated.
    pub left: ReviewerProfile,
    /// Who came.
    pub came: KeyId,
}

impl Turnover {
    pub(super) const fn new(opened: StatementId, at: Time) -> Self {
        Self { opened, at, silent: BTreeMap::new(), replaced: Vec::new() }
    }

    /// The statement that seated somebody who sits, and its date.
    pub fn seated_by(&self, key: &KeyId) -> (StatementId, Time) {
        let came = self.replaced.iter().find(|change| change.came == *key);
        came.map_or((self.opened, self.at), |change| (change.statement, change.at))
    }

    /// Whether somebody sat here once and left.
    pub fn has_left(&self, key: &KeyId) -> bool {
        self.replaced.iter().any(|change| change.left.key() == key)
    }

    /// Who was drawn first for the seat of somebody who sits: whoever comes inherits its duties.
    pub fn first_of<'a>(&'a self, key: &'a KeyId) -> &'a KeyId {
        self.replaced
            .iter()
            .rev()
            .fold(key, |seat, change| if change.came == *seat { change.left.key() } else { seat })
    }

    /// Those who were drawn first, given those who sit now.
    pub fn first<'a>(
        &'a self,
        sitting: &'a BTreeMap<KeyId, ReviewerProfile>,
    ) -> BTreeMap<&'a KeyId, &'a ReviewerProfile> {
        let left = self.replaced.iter().map(|change| &change.left);
        let ever = sitting.values().chain(left);
        let came = |key: &KeyId| self.replaced.iter().any(|change| change.came == *key);
        ever.filter(|who| !came(who.key())).map(|who| (who.key(), who)).collect()
    }
}

impl Panel {
    /// How it is to be done.
    pub fn plan(&self) -> &Plan {
        &self.bundle.work.plan
    }

    /// What is to be done.
    pub fn scope(&self) -> &Scope {
        &self.plan().scope
    }

    /// Whether a reviewer who sits has said everything: a decision, and an approval with the
    /// evidence of trust for the final task.
    pub fn has_finished(&self, reviewer: &KeyId) -> bool {
        let Some(review) = self.reviews.get(reviewer) else { return false };
        let slot = (reviewer.clone(), self.plan().graph.final_task().clone());
        review.decision != Decision::Approve || self.vouched.contains_key(&slot)
    }

    /// Whether every reviewer who sits has decided.
    pub fn is_whole(&self) -> bool {
        self.assigned.keys().all(|reviewer| self.reviews.contains_key(reviewer))
    }
}

impl People {
    /// What the panel says, once everybody who sits has spoken: what more than half of them say;
    /// a tie rejects.
    pub fn outcome(&self) -> Option<Judgement> {
        if !self.assigned.keys().all(|who| self.judgements.contains_key(who)) {
            return None;
        }
        let approvals =
            self.judgements.values().filter(|said| said.judgement == Judgement::Approve);
        let is_majority = self.assigned.len() < approvals.count().saturating_mul(2);
        Some(if is_majority { Judgement::Approve } else { Judgement::Reject })
    }

    /// Who judged otherwise than the panel, with the reasons given.
    pub fn dissents(&self) -> impl Iterator<Item = (&KeyId, &JudgementRecord)> {
        let outcome = self.outcome();
        self.judgements.iter().filter(move |(_, said)| outcome.is_some_and(|o| o != said.judgement))
    }
}
