//! What the authority of a record could state as its clerk: tried on a copy, so that nothing is drafted to be refused.

use comity_constitution::appeal::facts::PanelCalled;
use comity_constitution::polity::Stamp;
use comity_constitution::{AppealFact, ConstitutionFact, ConstitutionRefusal};
use comity_wire::{Digest, SovereignId, StatementId, Time};

use super::World;
use super::constitution::Around;
use crate::refusal::Refusal;

impl World {
    /// Whether the authority of `record` could state this about its constitution at `at`.
    ///
    /// # Errors
    ///
    /// Why it could not.
    pub fn try_constitution(
        &self,
        record: SovereignId,
        fact: &ConstitutionFact,
        at: Time,
    ) -> Result<(), Refusal> {
        let polity = self.polity(record).ok_or(ConstitutionRefusal::NotFounded)?;
        let around = Around { world: self, record, at };
        Ok(polity.clone().apply(&self.clerk(record, at)?, fact, &around)?)
    }

    /// Whether the authority of `record` could state this about a case at `at`.
    ///
    /// # Errors
    ///
    /// Why it could not.
    pub fn try_appeal(
        &self,
        record: SovereignId,
        fact: &AppealFact,
        at: Time,
    ) -> Result<(), Refusal> {
        let polity = self.polity(record).ok_or(ConstitutionRefusal::NotFounded)?;
        let around = Around { world: self, record, at };
        let mut appeals = self.appeals(record).cloned().unwrap_or_default();
        Ok(appeals.apply(&self.clerk(record, at)?, fact, polity, &around)?)
    }

    /// The call of a panel that is due in a case at `at`, to be drawn with a round of the beacon.
    ///
    /// # Errors
    ///
    /// No such case, or none that may call a panel now.
    pub fn panel_call_for(
        &self,
        record: SovereignId,
        case: StatementId,
        round: u64,
        at: Time,
    ) -> Result<PanelCalled, Refusal> {
        // Cheaper than the pool, and asked often.
        if let Some(found) = self.appeals(record).and_then(|appeals| appeals.case(case)) {
            found.may_call(at, &Around { world: self, record, at })?;
        }
        let snapshot = self.appeal_pool_for(record, case, at)?;
        let called = PanelCalled { case, round, snapshot };
        self.try_appeal(record, &called.into(), at)?;
        Ok(called)
    }

    /// The header that a statement of the authority would have; no rule compares its id.
    fn clerk(&self, record: SovereignId, at: Time) -> Result<Stamp, Refusal> {
        let by = self.directory.sovereign(record)?.genesis.authority.clone();
        Ok(Stamp { id: StatementId::from_digest(Digest::ZERO), by, is_authority: true, at })
    }
}
