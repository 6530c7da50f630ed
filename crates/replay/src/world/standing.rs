//! Whom a mission may name: machines without trust work and review nowhere.
//!
//! In its own record a machine stands as it does when it is named; in another, as far as that record
//! has been cited. What decay alone takes from a machine counts at once in its own record, and
//! elsewhere from the statement on that says so.

use comity_constitution::RiskTier;
use comity_trust::Standing;
use comity_wire::{KeyId, Time};

use super::World;
use super::record::{Place, Step};
use crate::refusal::Refusal;

impl World {
    /// How an actor stands at a date, by its own record; none for a stranger.
    pub fn standing(&self, actor: &KeyId, at: Time) -> Option<Standing> {
        let (policy, ledger) = self.trust(self.directory.actor(actor).ok()?.sovereign)?;
        ledger.standing(policy, actor, at)
    }

    /// Whether an actor may be named for work or review in a tier at a date.
    pub fn is_privileged(&self, actor: &KeyId, tier: RiskTier, at: Time) -> bool {
        self.standing(actor, at).is_some_and(|standing| standing.allows(tier))
    }

    /// Why an actor may not serve its record at a date, as the name of how it stands: no chamber, no panel, no committee, no
    /// ballot of its own. None for whoever may.
    pub fn suspension(&self, actor: &KeyId, at: Time) -> Option<&'static str> {
        if self.is_unadmitted(actor) {
            return Some("suspended");
        }
        match self.standing(actor, at)? {
            Standing::Active | Standing::Probation { .. } => None,
            standing @ (Standing::Quarantined { .. } | Standing::Decommissioned { .. }) => {
                Some(standing.name())
            }
        }
    }

    /// Refuses whoever may not serve at the date of a statement.
    pub(super) fn require_service(&self, step: &Step<'_>, actor: &KeyId) -> Result<(), Refusal> {
        match self.suspension(actor, step.place.at) {
            Some(standing) => Err(Refusal::OutOfService { actor: actor.clone(), standing }),
            None => Ok(()),
        }
    }

    /// How an actor stood before a place in its own record.
    pub(super) fn standing_before(&self, actor: &KeyId, before: Place) -> Standing {
        self.standing_after(actor, &|place| {
            place.record == before.record && place.index < before.index
        })
    }

    /// Refuses a worker whose trust does not allow a tier.
    pub(super) fn require_standing(
        &self,
        step: &Step<'_>,
        actor: &KeyId,
        tier: RiskTier,
    ) -> Result<(), Refusal> {
        let home = self.directory.actor(actor)?.sovereign;
        let standing = if home == step.record {
            self.standing(actor, step.place.at).unwrap_or(Standing::Active)
        } else {
            self.standing_after(actor, &|place| self.has_seen(step, place))
        };
        if standing.allows(tier) {
            Ok(())
        } else {
            Err(Refusal::Standing { actor: actor.clone(), standing: standing.name(), tier })
        }
    }

    /// How an actor stands by those of its marks that are past.
    fn standing_after(&self, actor: &KeyId, is_past: &dyn Fn(Place) -> bool) -> Standing {
        let home = self.directory.actor(actor).ok().map(|found| found.sovereign);
        let ledger = home.and_then(|home| self.trust(home)).map(|(_, ledger)| ledger);
        let account = ledger.and_then(|ledger| ledger.account(actor));
        let is_past = |id| self.place(id).is_some_and(is_past);
        account.map_or(Standing::Active, |account| account.standing_after(&is_past))
    }
}
