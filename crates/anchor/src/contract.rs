//! The contract's calls, answers, events and errors, as bytes.
//!
//! # Invariants
//!
//! 1. A call carries what the certificate says, and nothing of its own but where the entry goes.
//! 2. What is read from a node is refused unless it has exactly the form that the contract gives it.

use comity_bls::{Certificate, CommitteeKey, Kind};
use comity_wire::Digest;

use crate::abi::{Arguments, Returned, number};
use crate::account::{Address, keccak};
use crate::artifact::artifact;
use crate::eip2537;
use crate::limits::PAYLOAD_BYTES_MAX;
use crate::refusal::Refusal;

const PUBLISH: &str = "publish(uint8,uint64,bytes32,bytes32,bytes32,bytes,bytes)";
const ROTATE: &str = "rotate(uint64,bytes32,bytes,bytes32[4],bytes)";
const STATE: &str = "state()";
const ENTRY: &str = "entry(uint256)";
const ANCHORED: &str = "Anchored(uint256,uint64,bytes32,uint8,uint64,bytes32,bytes32,bytes)";
const ROTATED: &str = "Rotated(uint64,uint64,bytes32[4])";

/// What the first key of a contract is, and what the commitments are of.
#[derive(Clone, Debug)]
pub struct Founding {
    /// What the commitments are of; the first entry names it as the one before.
    pub genesis: Digest,
    /// The committee's key.
    pub key: CommitteeKey,
    /// The first epoch that it certifies.
    pub key_from: u64,
}

/// Something certified, and where it goes.
#[derive(Clone, Debug)]
pub struct Publication {
    /// What is certified, by whom.
    pub certificate: Certificate,
    /// The commitment of the last entry, or the genesis.
    pub previous: Digest,
    /// Empty, or what the commitment is the SHA-256 of, for everybody to read.
    pub payload: Vec<u8>,
}

/// A committee's next key, certified by the present one.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The handover.
    pub certificate: Certificate,
    /// The key that it is about.
    pub next: CommitteeKey,
}

/// Everything that a contract holds but its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// What the commitments are of.
    pub genesis: Digest,
    /// The commitment of the last entry, or the genesis.
    pub head: Digest,
    /// How many entries there are.
    pub length: u64,
    /// The first epoch whose commitment would be taken.
    pub next_epoch: u64,
    /// The number of the committee's key.
    pub key_epoch: u64,
    /// The first epoch that it certifies.
    pub key_from: u64,
    /// The key, both coordinates.
    pub key: [u8; eip2537::G1_BYTES],
}

/// An entry as the contract keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is anchored.
    pub commitment: Digest,
    /// The parameters in force.
    pub parameters: Digest,
    /// Its epoch.
    pub epoch: u64,
    /// The number of the key that certified it.
    pub key_epoch: u64,
    /// The height of the block that took it.
    pub block_number: u64,
    /// What kind of thing it is.
    pub kind: u8,
}

/// What the contract logs about an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// Its number.
    pub number: u64,
    /// Its epoch.
    pub epoch: u64,
    /// What is anchored.
    pub commitment: Digest,
    /// What kind of thing it is.
    pub kind: u8,
    /// The number of the key that certified it.
    pub key_epoch: u64,
    /// The entry before.
    pub previous: Digest,
    /// The parameters in force.
    pub parameters: Digest,
    /// Empty, or what the commitment is the hash of.
    pub payload: Vec<u8>,
}

fn selector(signature: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = keccak(signature.as_bytes());
    [a, b, c, d]
}

impl Founding {
    /// The code that deploys the contract, and its arguments.
    pub fn code(&self) -> Vec<u8> {
        let arguments = Arguments::default()
            .word(*self.genesis.as_bytes())
            .number(self.key.epoch().0)
            .number(self.key_from)
            .words(&eip2537::g1(&self.key.group()));
        arguments.encode(&artifact().deploys)
    }
}

impl Publication {
    /// The call.
    pub fn call(&self) -> Vec<u8> {
        let decision = self.certificate.decision();
        Arguments::default()
            .number(u64::from(decision.kind as u8))
            .number(decision.epoch)
            .word(*decision.commitment.as_bytes())
            .word(*decision.parameters.as_bytes())
            .word(*self.previous.as_bytes())
            .bytes(&self.payload)
            .bytes(&eip2537::g2(self.certificate.signature()))
            .encode(&selector(PUBLISH))
    }
}

impl Rotation {
    /// The call.
    pub fn call(&self) -> Vec<u8> {
        let decision = self.certificate.decision();
        Arguments::default()
            .number(decision.epoch)
            .word(*decision.parameters.as_bytes())
            .bytes(&self.next.encode())
            .words(&eip2537::g1(&self.next.group()))
            .bytes(&eip2537::g2(self.certificate.signature()))
            .encode(&selector(ROTATE))
    }
}

/// The question for [`State`].
pub(crate) fn state_call() -> Vec<u8> {
    Arguments::default().encode(&selector(STATE))
}

/// The question for [`Entry`].
pub(crate) fn entry_call(number: u64) -> Vec<u8> {
    Arguments::default().number(number).encode(&selector(ENTRY))
}

fn digest(returned: &Returned<'_>, place: usize) -> Option<Digest> {
    returned.word(place).map(Digest::from_bytes)
}

/// What `state` answers.
pub fn read_state(bytes: &[u8]) -> Option<State> {
    let returned = Returned::new(bytes);
    if !returned.is(10) {
        return None;
    }
    Some(State {
        genesis: digest(&returned, 0)?,
        head: digest(&returned, 1)?,
        length: returned.number(2)?,
        next_epoch: returned.number(3)?,
        key_epoch: returned.number(4)?,
        key_from: returned.number(5)?,
        key: *bytes.last_chunk()?,
    })
}

/// What `entry` answers.
pub fn read_entry(bytes: &[u8]) -> Option<Entry> {
    let returned = Returned::new(bytes);
    if !returned.is(6) {
        return None;
    }
    Some(Entry {
        commitment: digest(&returned, 0)?,
        parameters: digest(&returned, 1)?,
        epoch: returned.number(2)?,
        key_epoch: returned.number(3)?,
        block_number: returned.number(4)?,
        kind: returned.number(5).and_then(|kind| u8::try_from(kind).ok())?,
    })
}

/// The first topic of the event about an entry.
pub(crate) fn anchored_topic() -> [u8; 32] {
    keccak(ANCHORED.as_bytes())
}

/// The first topic of the event about a key.
pub(crate) fn rotated_topic() -> [u8; 32] {
    keccak(ROTATED.as_bytes())
}

/// The event about an entry.
pub fn read_anchored(topics: &[[u8; 32]], data: &[u8]) -> Option<Anchored> {
    let [topic, place, epoch, commitment] = topics else { return None };
    if *topic != anchored_topic() {
        return None;
    }
    let returned = Returned::new(data);
    let payload = returned.bytes(4).filter(|payload| payload.len() <= PAYLOAD_BYTES_MAX)?;
    Some(Anchored {
        number: number(place)?,
        epoch: number(epoch)?,
        commitment: Digest::from_bytes(*commitment),
        kind: returned.number(0).and_then(|kind| u8::try_from(kind).ok())?,
        key_epoch: returned.number(1)?,
        previous: digest(&returned, 2)?,
        parameters: digest(&returned, 3)?,
        payload: payload.to_vec(),
    })
}

/// The kind with this number, if such things are anchored.
pub(crate) const fn kind(number: u8) -> Option<Kind> {
    match number {
        1 => Some(Kind::Commitment),
        2 => Some(Kind::Decision),
        _ => None,
    }
}

/// The contract's own error in what a failed call returned.
pub fn read_refusal(bytes: &[u8]) -> Option<Refusal> {
    let (found, rest) = bytes.split_first_chunk::<4>()?;
    let returned = Returned::new(rest);
    let is = |signature: &str| *found == selector(signature);
    let at = |place| returned.number(place);
    if is("UnknownKind(uint8)") {
        return Some(Refusal::UnknownKind(u8::try_from(at(0)?).ok()?));
    }
    if is("OutOfOrder(bytes32,bytes32)") {
        let (head, previous) = (digest(&returned, 0)?, digest(&returned, 1)?);
        return Some(Refusal::OutOfOrder { head, previous });
    }
    if is("EpochNotLater(uint64,uint64)") {
        return Some(Refusal::EpochNotLater { next: at(0)?, epoch: at(1)? });
    }
    if is("KeyNotInForce(uint64,uint64)") {
        return Some(Refusal::KeyNotInForce { from: at(0)?, epoch: at(1)? });
    }
    if is("AlreadyPublished(uint256)") {
        return Some(Refusal::AlreadyPublished { number: at(0)? });
    }
    if is("PayloadTooLong(uint256,uint256)") {
        return Some(Refusal::PayloadTooLong { max: at(0)?, length: at(1)? });
    }
    if is("PayloadMismatch(bytes32,bytes32)") {
        let (commitment, found) = (digest(&returned, 0)?, digest(&returned, 1)?);
        return Some(Refusal::PayloadMismatch { commitment, found });
    }
    if is("KeyNotLater(uint64,uint64)") {
        return Some(Refusal::KeyNotLater { current: at(0)?, next: at(1)? });
    }
    if is("NoPrecompile(address)") {
        let address = returned.word(0)?.last_chunk().copied()?;
        return Some(Refusal::NoPrecompile(Address(address)));
    }
    let plain = [("BadSignature()", Refusal::BadSignature), ("BadKey()", Refusal::BadKey)];
    plain.into_iter().find(|(signature, _)| is(signature)).map(|(_, refusal)| refusal)
}

#[cfg(test)]
mod tests;
