//! Appeals and disputes in the world: part of the constitution of the record in which they are stated.

use comity_constitution::vote::EpochClose;
use comity_constitution::{AppealFact, Appeals, ConstitutionRefusal};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

use super::World;
use super::constitution::Around;
use super::record::Step;
use crate::refusal::Refusal;

impl World {
    /// The cases of a record; none until the first is opened.
    pub fn appeals(&self, record: SovereignId) -> Option<&Appeals> {
        self.appeals.get(&record)
    }

    /// The root of the pool for a case's panel: what the clerk states at `at`.
    ///
    /// # Errors
    ///
    /// No constitution, or as [`Appeals::pool_for`].
    pub fn appeal_pool_for(
        &self,
        record: SovereignId,
        case: StatementId,
        at: Time,
    ) -> Result<Digest, Refusal> {
        let polity = self.polity(record).ok_or(ConstitutionRefusal::NotFounded)?;
        let appeals = self.appeals.get(&record).cloned().unwrap_or_default();
        Ok(appeals.pool_for(case, at, polity, &Around { world: self, record, at })?)
    }

    /// The panel that the beacon has drawn for a case: what the clerk states.
    ///
    /// # Errors
    ///
    /// As [`Appeals::panel_for`].
    pub fn appeal_panel_for(
        &self,
        record: SovereignId,
        case: StatementId,
    ) -> Result<Vec<KeyId>, Refusal> {
        let at = self.record(record).map_or(Time::MIN, |view| view.last);
        let appeals = self.appeals.get(&record).cloned().unwrap_or_default();
        Ok(appeals.panel_for(case, &Around { world: self, record, at })?)
    }

    /// A complaint is about a statement that the record has, or has cited.
    pub(super) fn apply_appeal(
        &mut self,
        step: &Step<'_>,
        fact: &AppealFact,
    ) -> Result<(), Refusal> {
        let (record, stamp) = (step.record, step.stamp_of_constitution());
        let polity = self.polity(record).ok_or(ConstitutionRefusal::NotFounded)?;
        if let AppealFact::Opened(body) = fact {
            self.require_seen(step, body.subject)?;
            self.require_appealable(step, body)?;
        }
        let around = Around { world: self, record, at: stamp.at };
        let mut appeals = self.appeals.get(&record).cloned().unwrap_or_default();
        appeals.apply(&stamp, fact, polity, &around)?;
        self.appeals.insert(record, appeals);
        Ok(())
    }

    /// Pools that wait are announced when an epoch of their record closes.
    pub(super) fn appeals_epoch(&mut self, step: &Step<'_>, close: &EpochClose) {
        let (record, at) = (step.record, step.place.at);
        if let Some(mut appeals) = self.appeals.remove(&record) {
            appeals.epoch_closed(close, &Around { world: self, record, at });
            self.appeals.insert(record, appeals);
        }
    }
}
