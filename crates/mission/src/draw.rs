//! The draw of a mission without an order: one value from two hands.
//!
//! ```text
//!  committed  SHA-256("comity-own-share/v1" 00 ‖ mission[32] ‖ attempt u64 BE ‖ share[32])
//!  beacon     SHA-256("comity-own-draw/v1" 00 ‖ mission[32] ‖ attempt u64 BE ‖ share[32] ‖ nonces, in order of their tasks)
//! ```
//!
//! With an order, several sovereigns make the beacon. Here there is one record, so its steward and the
//! worker make it: the steward commits to a share when the attempt starts, the worker gives the
//! nonces of the evidence without knowing it, and the share is shown when the review opens. Neither can
//! choose the reviewers alone. Both together could, and a steward who does not like the outcome can
//! leave the mission where it is, in sight of everybody.

use comity_wire::{Digest, StatementId, sha256_concat};

/// What `started` says about a share that nobody knows yet.
pub fn commit(mission: StatementId, attempt: u64, share: &Digest) -> Digest {
    let attempt = attempt.to_be_bytes();
    let tag = b"comity-own-share/v1\0";
    sha256_concat(&[tag, mission.digest().as_bytes(), &attempt, share.as_bytes()])
}

/// The beacon value of an attempt.
pub fn beacon<'a>(
    mission: StatementId,
    attempt: u64,
    share: &Digest,
    nonces: impl IntoIterator<Item = &'a Digest>,
) -> Digest {
    let (mission, attempt) = (mission.digest(), attempt.to_be_bytes());
    let tag = b"comity-own-draw/v1\0";
    let mut parts: Vec<&[u8]> = vec![tag, mission.as_bytes(), &attempt, share.as_bytes()];
    parts.extend(nonces.into_iter().map(|nonce| nonce.as_bytes().as_slice()));
    sha256_concat(&parts)
}
