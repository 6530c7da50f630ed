//! Appeals and disputes: a complaint about a statement, heard by people whom the beacon draws.
//!
//! ```text
//!  opened ──response window, or all have responded──▶ panel called ──epoch closes──▶ announced
//!    │  evidence is disclosed here                                                      │ beacon
//!    │                                                                               seated
//!    │                                                   decisions, signed and reasoned │
//!    │        ┌──────────────── appealed once, by a party ◀── decided ◀──all, or the deadline
//!    └◀───────┘  a fresh panel, nobody of the first              │ nobody appealed in time, or it was the appeal
//!                                                              final ──▶ Effect
//! ```
//!
//! # Invariants
//!
//! 1. Until a case is final, what it is about stands as it did.
//! 2. Nobody sits who is a party, who sat before in the case, who is no person, or whose trust is below the charter's.
//! 3. Evidence is disclosed before the panel is called; snapshot and round are fixed before the beacon can be known.
//! 4. A complaint is upheld by the charter's share of all seats, rounded up; silence is no vote and stalls nothing.
//! 5. A case is appealed once at most, by a party, within the window, to a panel that shares nobody with the first.
//! 6. A case keeps the rules that were in force when it was opened.
//! 7. Nothing is erased: an outcome is one more statement, and is taken once. A refusal changes nothing.
//!
//! # Where the rules come from
//!
//! Blueprint §8, last but four rows; panel, windows and shares from the author's later files (`spec/constitution.md` A2 and
//! A11). That a panel is drawn by the beacon as chambers are, and how long it deliberates, is decided here.

mod case;
mod error;
pub mod facts;
mod panel;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::{
    polity::{Polity, Stamp},
    surroundings::Surroundings,
    vote::EpochClose,
};

pub use case::{Case, Effect, Outcome, Relief, Standing};
pub use error::AppealRefusal;
pub use facts::{AppealFact, Code, Finding, Ground};

/// Every case of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appeals {
    cases: BTreeMap<StatementId, Arc<Case>>,
    /// Cases whose outcome has not been taken yet.
    open: BTreeSet<StatementId>,
}

/// A case that became final, for whoever keeps what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The statement that it is about.
    pub subject: StatementId,
    /// Why somebody complained.
    pub ground: Ground,
    /// What it means.
    pub effect: Effect,
}

impl Appeals {
    /// No case.
    pub fn new() -> Self {
        Self::default()
    }

    /// A case, by the statement that opened it.
    pub fn case(&self, id: StatementId) -> Option<&Case> {
        self.cases.get(&id).map(AsRef::as_ref)
    }

    /// All cases, by the statements that opened them.
    pub fn cases(&self) -> impl Iterator<Item = (StatementId, &Case)> {
        self.cases.iter().map(|(id, case)| (*id, case.as_ref()))
    }

    /// The case about a statement on a ground, open or final.
    pub fn about(&self, subject: StatementId, ground: Ground) -> Option<(StatementId, &Case)> {
        self.cases().find(|(_, case)| case.subject() == subject && case.ground() == ground)
    }

    /// Folds one statement.
    ///
    /// # Errors
    ///
    /// An [`AppealRefusal`]; nothing has changed.
    pub fn apply(
        &mut self,
        stamp: &Stamp,
        fact: &AppealFact,
        polity: &Polity,
        around: &dyn Surroundings,
    ) -> Result<(), AppealRefusal> {
        let (id, case) = match fact {
            AppealFact::Opened(fact) => {
                if let Some((id, _)) = self.about(fact.subject, fact.ground) {
                    return Err(AppealRefusal::HeardAlready { id });
                }
                (stamp.id, Case::open(stamp, fact, polity, around)?)
            }
            AppealFact::Responded(fact) => {
                (fact.case, self.found(fact.case)?.respond(stamp, fact)?)
            }
            AppealFact::PanelCalled(fact) => {
                (fact.case, self.found(fact.case)?.call(stamp, fact, polity, around)?)
            }
            AppealFact::PanelSeated(fact) => {
                (fact.case, self.found(fact.case)?.seat(stamp, fact, around)?)
            }
            AppealFact::Decided(fact) => (fact.case, self.found(fact.case)?.decide(stamp, fact)?),
            AppealFact::Closed(fact) => (fact.case, self.found(fact.case)?.close(stamp, fact)?),
            AppealFact::Appealed(fact) => (fact.case, self.found(fact.case)?.appeal(stamp, fact)?),
        };
        if self.cases.insert(id, Arc::new(case)).is_none() {
            self.open.insert(id);
        }
        Ok(())
    }

    /// The cases that are final at `now` and were not taken before, in the order in which they were decided. Whoever keeps
    /// what they are about takes each once.
    pub fn take_final(&mut self, now: Time) -> Vec<Settled> {
        let is_final = |id: &StatementId| self.case(*id).is_some_and(|case| case.is_final(now));
        let mut taken: Vec<StatementId> = self.open.iter().copied().filter(is_final).collect();
        taken.sort_by_key(|id| {
            let decided = self.case(*id).and_then(|case| case.outcomes().last());
            (decided.map(|outcome| outcome.at), *id)
        });
        self.open.retain(|id| !taken.contains(id));
        let settled = |id: &StatementId| {
            let case = self.case(*id)?;
            let (subject, ground) = (case.subject(), case.ground());
            Some(Settled { subject, ground, effect: case.effect(now) })
        };
        taken.iter().filter_map(settled).collect()
    }

    /// An epoch of the record closed: pools that wait are announced under its commitment.
    pub fn epoch_closed(&mut self, close: &EpochClose, around: &dyn Surroundings) {
        for case in self.cases.values_mut() {
            if let Some(announced) = case.announce(close, around) {
                *case = Arc::new(announced);
            }
        }
    }

    /// The root of the pool that a panel would be called from: what the clerk states.
    ///
    /// # Errors
    ///
    /// No such case.
    pub fn pool_for(
        &self,
        id: StatementId,
        at: Time,
        polity: &Polity,
        around: &dyn Surroundings,
    ) -> Result<Digest, AppealRefusal> {
        self.found(id)?.pool(at, polity, around)
    }

    /// The panel that the beacon has drawn: what the clerk states.
    ///
    /// # Errors
    ///
    /// No such case, no draw yet, or a draw that failed.
    pub fn panel_for(
        &self,
        id: StatementId,
        around: &dyn Surroundings,
    ) -> Result<Vec<KeyId>, AppealRefusal> {
        self.found(id)?.drawn(around)
    }

    fn found(&self, id: StatementId) -> Result<&Case, AppealRefusal> {
        self.case(id).ok_or(AppealRefusal::UnknownCase { id })
    }
}
