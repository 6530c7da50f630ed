//! Who may be drawn to hear a case, and the draw.

use std::collections::BTreeSet;

use comity_wire::{Digest, KeyId, Time};

use super::AppealRefusal;
use crate::{
    chamber::Snapshot,
    charter::AppealRules,
    nano::Nano,
    sortition::{Encoding, Quotas, Ranking, SeedInputs, Share},
    surroundings::Chain,
    vote::EpochClose,
};

/// A pool that waits for its round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pool {
    pub(super) snapshot: Snapshot,
    pub(super) excluded: BTreeSet<KeyId>,
    pub(super) round: u64,
    pub(super) called: Time,
    /// The first close over the pool, if it came before the round could be known.
    pub(super) announced: Option<EpochClose>,
}

impl Pool {
    /// The members that the beacon draws, in order.
    pub(super) fn draw(
        &self,
        rules: &AppealRules,
        chain: &dyn Chain,
    ) -> Result<Vec<KeyId>, AppealRefusal> {
        let close = self.announced.ok_or(AppealRefusal::NotAnnounced)?;
        let round = self.round;
        let value: Digest = chain.beacon(round).ok_or(AppealRefusal::BeaconMissing { round })?;
        let inputs = SeedInputs {
            beacon: *value.as_bytes(),
            previous_commitment: close.commitment,
            nonce: *close.nonce.as_bytes(),
        };
        let candidates = self.snapshot.candidates();
        let ranking = Ranking::new(&inputs.seed(Encoding::Raw32), &candidates)?;
        let recused = self.excluded.iter().map(KeyId::as_str).collect();
        let panel = ranking.draw(&recused, &quotas(rules)?)?;
        let id_of = |wanted: &str| self.snapshot.ids().find(|id| id.as_str() == wanted).cloned();
        Ok(panel.members().iter().filter_map(|member| id_of(member.id)).collect())
    }

    /// Whether nothing can come of it any more, for all to see: the draw failed, or its round is still missing when the
    /// panel should have decided.
    pub(super) fn has_failed(&self, rules: &AppealRules, at: Time, chain: &dyn Chain) -> bool {
        let is_overdue = super::case::after(self.called, rules.deliberation_s) < at;
        match self.draw(rules, chain) {
            Ok(_) => false,
            Err(AppealRefusal::BeaconMissing { .. } | AppealRefusal::NotAnnounced) => is_overdue,
            Err(_) => true,
        }
    }
}

/// A cap that leaves a seat for each of the regions, and of the organisations, that there must be: then a draw rarely
/// fails for want of them.
fn quotas(rules: &AppealRules) -> Result<Quotas, AppealRefusal> {
    let cap = |least: u32| {
        let (one, seats) = (Nano::ONE.get(), i64::from(rules.panel));
        let most = i64::from((rules.panel + 1).saturating_sub(least));
        // Rounded up, so that the floor of the share of the seats is the number again.
        Share::from_nano(Nano::new(((one * most) + seats - 1) / seats.max(1)))
    };
    Ok(Quotas {
        seats: rules.panel,
        region_share_max: cap(rules.regions_min)?,
        organisation_share_max: Some(cap(rules.organisations_min)?),
        regions_min: rules.regions_min,
        organisations_min: rules.organisations_min,
    })
}
