//! What others send: entries of their records, cosignatures, questions, openings.

use comity_replay::Refusal;
use comity_sign::Claim;
use comity_tlog::{Cosignature, SignedCheckpoint};
use comity_wire::{SovereignId, Statement};

use super::{Node, refused};
use crate::error::NodeError;
use crate::follow::witness_key;
use crate::io::{Effect, Now, Witnessed};
use crate::message::Message;

impl Node {
    /// A message from a peer. Whatever is wrong with it is reported and changes nothing.
    pub(super) fn receive(&mut self, _now: Now, from: SovereignId, message: Message) {
        let taken = match message {
            Message::Announce { checkpoint } => self.announced(from, &checkpoint),
            Message::Fetch { from: index } => self.fetch(from, index),
            Message::Entries { from: index, envelopes, checkpoint } => {
                self.entries(from, index, &envelopes, &checkpoint)
            }
            Message::WantCosign { checkpoint } => self.want_cosign(from, &checkpoint),
            Message::Cosign { size, line } => self.cosigned(from, size, &line),
            Message::Ask(ask) => {
                // Only who is entitled is remembered, so that nobody can fill this node's memory. Who asks before this
                // node has read why asks again.
                if self.me.is_some_and(|me| self.is_entitled(me, &ask, from)) {
                    self.questions.insert(ask, from);
                }
                Ok(())
            }
            Message::Give { ask, opening, disclosure } => {
                // Only what was asked for is kept, and only from whom it was asked.
                if self.asked.get(&ask).is_some_and(|(asked, _)| *asked == from) {
                    self.given.insert(ask, (opening, disclosure));
                }
                Ok(())
            }
        };
        if let Err(error) = taken {
            self.effects.push_back(refused("message", &error));
        }
    }

    fn announced(&mut self, from: SovereignId, checkpoint: &[u8]) -> Result<(), NodeError> {
        let Some(follow) = self.follows.get_mut(&from) else { return Ok(()) };
        let Some(vkey) = follow.vkey() else { return Ok(()) };
        let signed = SignedCheckpoint::decode_open(checkpoint, vkey, &[], 0)?;
        let size = signed.checkpoint().size();
        if follow.announced < size {
            follow.announced = size;
            self.fetched.remove(&from);
        }
        Ok(())
    }

    fn fetch(&mut self, to: SovereignId, index: u64) -> Result<(), NodeError> {
        let Some(me) = self.me else { return Ok(()) };
        if let Some(message) = self.own.entries(me, index, &self.secrets.authority)? {
            self.send(to, message);
        }
        Ok(())
    }

    fn entries(
        &mut self,
        from: SovereignId,
        index: u64,
        envelopes: &[Vec<u8>],
        checkpoint: &[u8],
    ) -> Result<(), NodeError> {
        let Some(follow) = self.follows.get_mut(&from) else { return Ok(()) };
        if follow.refused.is_some() {
            return Ok(());
        }
        self.fetched.remove(&from);
        let taken = follow.take(from, index, envelopes, checkpoint);
        if let Err(error @ NodeError::Forked { .. }) = &taken {
            follow.refused = Some(error.code());
        }
        taken
    }

    fn want_cosign(&mut self, from: SovereignId, checkpoint: &[u8]) -> Result<(), NodeError> {
        let Some(follow) = self.follows.get_mut(&from) else { return Ok(()) };
        let Some(vkey) = follow.vkey() else { return Ok(()) };
        let signed = SignedCheckpoint::decode_open(checkpoint, vkey, &[], 0)?;
        follow.announced = follow.announced.max(signed.checkpoint().size());
        follow.wanted = Some(signed);
        Ok(())
    }

    fn cosigned(&mut self, from: SovereignId, size: u64, line: &str) -> Result<(), NodeError> {
        let witness = self.follows.get(&from).and_then(|follow| witness_key(follow.vkey()?));
        match witness {
            Some(witness) => self.own.cosigned(from, size, line, &witness),
            None => Ok(()),
        }
    }

    /// Cosigns what is wanted and has been followed to exactly that size and root, never going back.
    pub(super) fn cosign(&mut self, now: Now, me: SovereignId) {
        let ready: Vec<(SovereignId, SignedCheckpoint)> = self
            .follows
            .iter_mut()
            .filter_map(|(peer, follow)| {
                let wanted = follow.wanted.as_ref()?.checkpoint();
                let reached = follow.refused.is_none()
                    && follow.proven() == Some((wanted.size(), wanted.root()))
                    && follow.waiting.is_empty();
                if reached { Some((*peer, follow.wanted.take()?)) } else { None }
            })
            .collect();
        for (peer, signed) in ready {
            let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
            let before = self.witnessed.get(&peer);
            let contradicts = before.is_some_and(|before| {
                size < before.size || (size == before.size && root != before.root)
            });
            if contradicts {
                let error = NodeError::Forked { size };
                self.effects.push_back(refused("cosign", &error));
                continue;
            }
            let key = self.secrets.authority.ed25519();
            match Cosignature::sign(
                &comity_replay::export::origin(me),
                key,
                signed.checkpoint(),
                now.wall,
            ) {
                Ok(cosignature) => {
                    let seen = Witnessed { record: peer, size, root };
                    self.witnessed.insert(peer, seen);
                    self.effects.push_back(Effect::Witness(seen));
                    let line = cosignature.to_line().encode();
                    self.send(peer, Message::Cosign { size, line });
                }
                Err(error) => self.effects.push_back(refused("cosign", &error.into())),
            }
        }
    }

    /// Folds in whatever was received and can be applied now, own and foreign, until nothing moves.
    pub(super) fn drain_waiting(&mut self) {
        loop {
            let mut progress = match self.drain_own() {
                Ok(progress) => progress,
                Err(error) => {
                    self.effects.push_back(refused("reopen", &error));
                    false
                }
            };
            let peers: Vec<SovereignId> = self.follows.keys().copied().collect();
            for peer in peers {
                progress |= self.drain_peer(peer);
            }
            if !progress {
                break;
            }
        }
    }

    fn drain_peer(&mut self, peer: SovereignId) -> bool {
        let mut progress = false;
        while let Some(bytes) = self.waiting(peer) {
            match self.admit(peer, &bytes) {
                Ok(()) => progress = true,
                Err(NodeError::Refused(Refusal::CitationMissing { .. })) => break,
                Err(error) => {
                    self.effects.push_back(refused("foreign statement", &error));
                    if let Some(follow) = self.follows.get_mut(&peer) {
                        follow.refused = Some(error.code());
                        follow.waiting.clear();
                    }
                    break;
                }
            }
            if let Some(follow) = self.follows.get_mut(&peer) {
                follow.waiting.pop_front();
            }
        }
        progress
    }

    fn waiting(&self, peer: SovereignId) -> Option<Box<[u8]>> {
        self.follows.get(&peer)?.waiting.front().cloned()
    }

    fn admit(&mut self, peer: SovereignId, bytes: &[u8]) -> Result<(), NodeError> {
        let claim = Claim::<Statement>::decode(bytes)?;
        // Before paying for the signature: what is cited must be here.
        for cited in &claim.claimed().cites {
            if self.world.place(*cited).is_none() {
                return Err(Refusal::CitationMissing { cited: *cited }.into());
            }
        }
        self.world.remember_key(&claim.claimed().signer);
        let signed = self.world.keyring().verify(claim)?;
        self.world.apply(peer, &signed)?;
        Ok(())
    }
}
