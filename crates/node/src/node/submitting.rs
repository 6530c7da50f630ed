//! Statements of actors whose keys live elsewhere: signed over a copy of the record, taken in by its clerk.

use comity_replay::World;
use comity_sign::{Claim, IssuerSecret, Signed, SigningKey};
use comity_wire::{SovereignId, Statement, StatementId, Time};

use super::Node;
use crate::error::NodeError;
use crate::fact::Fact;
use crate::io::{Effect, Now};

impl Node {
    /// Takes statements into the record that its actors have signed elsewhere, in this order, before anything that is due:
    /// all of them, or none. The effects must be carried out as those of a step.
    ///
    /// # Errors
    ///
    /// A named refusal, of the first that is refused; nothing was recorded.
    pub fn submit(
        &mut self,
        now: Now,
        envelopes: &[Vec<u8>],
    ) -> Result<(Vec<StatementId>, Vec<Effect>), NodeError> {
        let me = self.me.ok_or(NodeError::NotFounded)?;
        if !self.reapply.is_empty() {
            return Err(NodeError::NotCaughtUp { waiting: self.reapply.len() });
        }
        let mut world = self.world.clone();
        let taken = envelopes.iter().map(|bytes| take(&mut world, me, now.wall, bytes));
        let taken = taken.collect::<Result<Vec<_>, _>>()?;
        self.world = world;
        for signed in &taken {
            self.own.push(signed);
            self.appended.push(signed.bytes().to_vec());
        }
        Ok((taken.iter().map(Signed::id).collect(), self.settle(now)))
    }
}

fn take(
    world: &mut World,
    me: SovereignId,
    now: Time,
    bytes: &[u8],
) -> Result<Signed<Statement>, NodeError> {
    let claim = Claim::<Statement>::decode(bytes)?;
    let Statement { signer, at, .. } = claim.claimed();
    let is_own = world.directory().actor(signer).is_ok_and(|actor| actor.sovereign == me);
    if !is_own {
        return Err(NodeError::NotByActor { key: signer.clone() });
    }
    // It would keep everybody else from stating anything until then.
    if now < *at {
        return Err(NodeError::FromTheFuture { at: *at, now });
    }
    world.remember_key(&claim.claimed().signer);
    let signed = world.keyring().verify(claim)?;
    world.apply(me, &signed)?;
    Ok(signed)
}

/// A fact as an actor signs it over a copy of the record, to be [submitted](Node::submit) before anything else is stated there.
///
/// # Errors
///
/// What the rules refuse by what the copy says.
pub fn sign_away(
    world: &World,
    record: SovereignId,
    key: &SigningKey,
    fact: &Fact,
    now: Time,
) -> Result<Signed<Statement>, NodeError> {
    let draft = fact.draft()?;
    let cites = world.unseen(record, &draft.cites);
    let last = world.record(record).map_or(now, |view| view.last.max(now));
    let cited = cites.iter().filter_map(|id| world.place(*id)).map(|place| place.at);
    let secret = IssuerSecret::classical(key.clone());
    let statement = Statement {
        kind: draft.kind.to_owned(),
        subject: draft.subject,
        issuer: Some(record),
        signer: secret.id(),
        at: cited.fold(last, Time::max),
        cites,
        body: draft.body,
    };
    let signed = Signed::sign(&secret, statement)?;
    take(&mut world.clone(), record, signed.body().at, signed.bytes())
}
