//! The contract's rules in Rust: the same order of checks, the same refusals. The stand-in follows them; the checks against a
//! real chain compare both.

use std::collections::BTreeMap;

use comity_bls::{Certificate, Decision, GroupKey, Kind};
use comity_wire::{Digest, sha256};

use crate::contract::{Entry, Founding, Publication, Rotation, State};
use crate::eip2537;
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::refusal::Refusal;

/// What the contract keeps.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    genesis: Digest,
    head: Digest,
    group: GroupKey,
    key_epoch: u64,
    key_from: u64,
    next_epoch: u64,
    last_epoch: u64,
    entries: Vec<Entry>,
    decisions: BTreeMap<Digest, u64>,
}

impl Ledger {
    pub(crate) fn new(founding: &Founding) -> Self {
        Self {
            genesis: founding.genesis,
            head: founding.genesis,
            group: founding.key.group(),
            key_epoch: founding.key.epoch().0,
            key_from: founding.key_from,
            next_epoch: founding.key_from,
            last_epoch: 0,
            entries: Vec::new(),
            decisions: BTreeMap::new(),
        }
    }

    pub(crate) fn state(&self) -> State {
        State {
            genesis: self.genesis,
            head: self.head,
            length: self.length(),
            next_epoch: self.next_epoch,
            key_epoch: self.key_epoch,
            key_from: self.key_from,
            key: eip2537::g1(&self.group),
        }
    }

    fn length(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap_or(u64::MAX)
    }

    /// The entry with this number.
    pub(crate) fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(number).ok()?)
    }

    /// Adds an entry, in the block of this height, and returns its number.
    pub(crate) fn publish(
        &mut self,
        publication: &Publication,
        block_number: u64,
    ) -> Result<u64, Refusal> {
        let Publication { certificate, previous, payload } = publication;
        let decision = *certificate.decision();
        let Decision { kind, epoch, commitment, parameters } = decision;
        if kind == Kind::Handover {
            return Err(Refusal::UnknownKind(kind as u8));
        }
        if *previous != self.head {
            return Err(Refusal::OutOfOrder { head: self.head, previous: *previous });
        }
        self.in_force(epoch)?;
        check_payload(payload, commitment)?;
        let number = self.length();
        let message = decision.message();
        let next = epoch.saturating_add(1);
        if kind == Kind::Commitment {
            if epoch < self.next_epoch {
                return Err(Refusal::EpochNotLater { next: self.next_epoch, epoch });
            }
        } else {
            if next < self.next_epoch {
                return Err(Refusal::EpochNotLater {
                    next: self.next_epoch.saturating_sub(1),
                    epoch,
                });
            }
            if let Some(number) = self.decisions.get(&message) {
                return Err(Refusal::AlreadyPublished { number: *number });
            }
        }
        self.verify(&decision, certificate)?;
        if kind == Kind::Commitment {
            self.next_epoch = next;
        } else {
            self.decisions.insert(message, number);
        }
        self.last_epoch = self.last_epoch.max(epoch);
        self.head = commitment;
        let (key_epoch, kind) = (self.key_epoch, kind as u8);
        self.entries.push(Entry { commitment, parameters, epoch, key_epoch, block_number, kind });
        Ok(number)
    }

    /// Puts the next key in place of the present one.
    pub(crate) fn rotate(&mut self, rotation: &Rotation) -> Result<(), Refusal> {
        let Decision { epoch, parameters, .. } = *rotation.certificate.decision();
        self.in_force(epoch)?;
        if epoch < self.last_epoch {
            return Err(Refusal::EpochNotLater { next: self.last_epoch, epoch });
        }
        let next = rotation.next.epoch().0;
        if next <= self.key_epoch {
            return Err(Refusal::KeyNotLater { current: self.key_epoch, next });
        }
        let commitment = sha256(&rotation.next.encode());
        // What the certificate itself says does not count, as in the contract, which does not see it.
        let decision = Decision { kind: Kind::Handover, epoch, commitment, parameters };
        self.verify(&decision, &rotation.certificate)?;
        let from = epoch.saturating_add(1);
        (self.group, self.key_epoch) = (rotation.next.group(), next);
        (self.key_from, self.next_epoch) = (from, from);
        Ok(())
    }

    const fn in_force(&self, epoch: u64) -> Result<(), Refusal> {
        if epoch < self.key_from || epoch == u64::MAX {
            return Err(Refusal::KeyNotInForce { from: self.key_from, epoch });
        }
        Ok(())
    }

    fn verify(&self, decision: &Decision, certificate: &Certificate) -> Result<(), Refusal> {
        let message = decision.message();
        let verified = self.group.verify(message.as_bytes(), certificate.signature());
        verified.map_err(|_| Refusal::BadSignature)
    }
}

fn check_payload(payload: &[u8], commitment: Digest) -> Result<(), Refusal> {
    if PAYLOAD_BYTES_MAX < payload.len() {
        let number = |length| u64::try_from(length).unwrap_or(u64::MAX);
        let (max, length) = (number(PAYLOAD_BYTES_MAX), number(payload.len()));
        return Err(Refusal::PayloadTooLong { max, length });
    }
    let found = sha256(payload);
    if !payload.is_empty() && found != commitment {
        return Err(Refusal::PayloadMismatch { commitment, found });
    }
    Ok(())
}
