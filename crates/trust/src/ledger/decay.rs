//! Decay without work: whole days of it, so that it does not matter how often it is taken.

use comity_constitution::{ActorKind, Nano};
use comity_wire::{KeyId, Time};

use super::{Ledger, Stamp, in_service, not_before};
use crate::{
    account::{Account, later},
    error::TrustError,
    facts::Decayed,
    policy::{DAY_S, Policy},
};

impl Ledger {
    /// The decay that is due: what the sovereign signs.
    ///
    /// # Errors
    ///
    /// [`TrustError::NothingDue`] unless a whole day has passed since the last one that was taken;
    /// as for updates if the actor is not known, not in service, or the date goes back.
    pub fn propose_decay(
        &self,
        policy: &Policy,
        actor: &KeyId,
        at: Time,
    ) -> Result<Decayed, TrustError> {
        let account = self.known(actor)?;
        not_before(account, at)?;
        let idle_s = account.idle_s(at).unwrap_or(0);
        let (grace_s, per_day) = match account.kind {
            ActorKind::Human => (policy.dormancy_grace_s, policy.dormancy_per_day),
            ActorKind::Machine => (0, policy.rules.lambda_age),
        };
        let mut days = idle_s.saturating_sub(grace_s) / DAY_S;
        if let Some(zero) = account.zero_at(policy) {
            // A machine that lies at zero loses nothing more.
            days = days.min(account.idle_s(zero).unwrap_or(0) / DAY_S);
        }
        if days <= account.days {
            in_service(account, policy, actor, at)?;
            return Err(TrustError::NothingDue { actor: actor.clone(), at });
        }
        let lost = i128::from(days - account.days) * i128::from(per_day.get().max(0));
        let floor = policy.rules.of(account.kind).floor;
        let after = account.trust.minus(Nano::saturating(lost)).max(floor).min(account.trust);
        Ok(Decayed { actor: actor.clone(), after, before: account.trust, days })
    }

    /// Recomputes a decay and, if every number agrees, takes it. A machine that reaches zero is
    /// quarantined in the same step, from the day on which it got there.
    ///
    /// # Errors
    ///
    /// As [`Self::propose_decay`], and [`TrustError::Differs`].
    pub fn decay(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        claimed: &Decayed,
    ) -> Result<(), TrustError> {
        let computed = self.propose_decay(policy, &claimed.actor, stamp.at)?;
        let wide = |count: u64| Nano::new(i64::try_from(count).unwrap_or(i64::MAX));
        for (field, claimed, computed) in [
            ("before", claimed.before, computed.before),
            ("after", claimed.after, computed.after),
            ("days", wide(claimed.days), wide(computed.days)),
        ] {
            if claimed != computed {
                return Err(TrustError::Differs { field, claimed, computed });
            }
        }
        self.set_trust(&computed.actor, computed.after, stamp.at);
        if let Some(account) = self.accounts.get_mut(&computed.actor) {
            account.days = computed.days;
            let reached = later(account.active, computed.days.saturating_mul(DAY_S));
            if is_spent(account) {
                self.spend(&computed.actor, stamp, reached);
            }
        }
        Ok(())
    }
}

fn is_spent(account: &Account) -> bool {
    account.kind == ActorKind::Machine && account.trust <= Nano::ZERO
}
