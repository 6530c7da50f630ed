//! Votes on amendments and on decisions of G0.

use comity_constitution::amendment::Amendment;
use comity_constitution::phase::Standing;
use comity_constitution::vote::Vote;
use comity_constitution::{ConstitutionFact, Stage};
use comity_wire::{SovereignId, StatementId, Time};

use super::super::{Acts, Draft, state};
use crate::node::Node;

impl Node {
    /// The next step of every question that waits for the clerk.
    pub(super) fn votes(&self, me: SovereignId, at: Time, acts: &mut Acts) {
        let Some(polity) = self.world.polity(me) else { return };
        for (id, amendment) in polity.amendments() {
            match amendment.vote() {
                Some(vote) => self.vote(me, at, (id, vote), acts),
                None if amendment.stage() == Stage::Confirmed => {
                    if let Ok(activated) = polity.activation_of(id) {
                        self.constitutional(me, at, id, activated, acts);
                    }
                }
                None if may_be_called(amendment, at) => self.call_chamber(me, at, id, acts),
                None => {}
            }
        }
        for (id, decision) in polity.decisions() {
            if polity.phase().decision(&id.digest()) != Some(Standing::Provisional) {
                continue;
            }
            match decision.vote() {
                Some((vote, _)) => self.vote(me, at, (id, vote), acts),
                None => self.call_chamber(me, at, id, acts),
            }
        }
    }

    /// A pool is drawn from once its beacon is there, and called anew if the draw failed; a chamber is counted.
    fn vote(&self, me: SovereignId, at: Time, (id, vote): (StatementId, &Vote), acts: &mut Acts) {
        let is_known = |round| self.world.beacon_of(me, round).is_some();
        if vote.awaits_round().is_some_and(is_known) {
            match self.world.seating_for(me, id) {
                Ok(seated) => return self.constitutional(me, at, id, seated, acts),
                Err(_) => self.call_chamber(me, at, id, acts),
            }
        }
        let count = self.world.polity(me).map(|polity| polity.count_for(id, at));
        if acts.is_empty()
            && let Some(Ok(count)) = count
        {
            self.constitutional(me, at, id, count, acts);
        }
    }

    fn call_chamber(&self, me: SovereignId, at: Time, id: StatementId, acts: &mut Acts) {
        let Some(round) = self.round_ahead(me, at) else { return };
        if let Ok(pool) = self.world.pool_for(me, id, round, at) {
            self.constitutional(me, at, id, pool, acts);
        }
    }

    /// States what the rules accept.
    fn constitutional(
        &self,
        me: SovereignId,
        at: Time,
        question: StatementId,
        fact: impl Into<ConstitutionFact>,
        acts: &mut Acts,
    ) {
        let fact = fact.into();
        if self.world.try_constitution(me, &fact, at).is_ok() {
            state(acts, Draft::constitution(&fact, ("question", question.digest())));
        }
    }
}

/// What can be told without looking at everybody in the register.
fn may_be_called(amendment: &Amendment, at: Time) -> bool {
    let sponsors = amendment.sponsors().len() as u64;
    let waits = amendment.waits_until().is_some_and(|until| at <= until);
    !amendment.stage().is_end()
        && amendment.terms().charter.amendment().sponsors_min <= sponsors
        && !waits
}
