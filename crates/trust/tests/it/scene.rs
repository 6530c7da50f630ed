//! Actors, missions and contributions for the other modules.

use std::sync::LazyLock;

use comity_constitution::{ActorKind, Nano, Parameters, RiskTier};
use comity_trust::{Alignment, Ended, Ledger, Policy, Role, Stamp, TrustError, Updated, Work};
use comity_wire::{KeyId, StatementId, Time, sha256};

/// First second of an epoch in February 2026.
pub(crate) const START: i64 = 1_770_987_600;
/// The epoch that begins at [`START`].
pub(crate) const EPOCH: u64 = 491_941;

static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::from_parameters(&Parameters::founding()));

pub(crate) fn policy() -> Policy {
    *POLICY
}

pub(crate) fn at(seconds: i64) -> Time {
    Time::from_unix(START + seconds)
}

pub(crate) fn key(number: u32) -> KeyId {
    let name: String = format!("{number:04}").bytes().map(|digit| char::from(digit + 17)).collect();
    KeyId::parse(&format!("did:key:z6Mk{name}")).unwrap()
}

pub(crate) fn mission(number: u32) -> StatementId {
    StatementId::from_digest(sha256(&number.to_be_bytes()))
}

/// Proven, agreed and complete work of tier R1.
pub(crate) fn good_work() -> Work {
    Work {
        accepted: true,
        alignment: None,
        approving: Nano::new(200_000_000),
        deciding: Nano::new(200_000_000),
        env_drift: Nano::ZERO,
        evidence: 2,
        minor: 0,
        proof_of_trust: Some(mission(u32::MAX)),
        risk_tier: RiskTier::R1,
        role: Role::Worker,
        severe: 0,
    }
}

pub(crate) fn good_review() -> Work {
    Work {
        alignment: Some(Alignment::CorrectApprove),
        approving: Nano::ZERO,
        deciding: Nano::ZERO,
        role: Role::Reviewer,
        ..good_work()
    }
}

/// Machines 0 to 3 and people 4 to 7.
pub(crate) fn ledger() -> Ledger {
    let mut ledger = Ledger::new();
    for number in 0..8 {
        let kind = if number < 4 { ActorKind::Machine } else { ActorKind::Human };
        ledger.admit(&policy(), key(number), kind, at(0)).unwrap();
    }
    ledger
}

/// A statement with this number and date.
pub(crate) fn stamp(number: u32, when: Time) -> Stamp {
    Stamp {
        id: StatementId::from_digest(sha256(format!("statement {number}").as_bytes())),
        at: when,
    }
}

/// The id of a statement with this number.
pub(crate) fn id(number: u32) -> StatementId {
    stamp(number, at(0)).id
}

/// A mission that ended at the date of its updates.
pub(crate) fn propose(
    ledger: &Ledger,
    actor: u32,
    of: u32,
    epoch: u64,
    work: Work,
    when: Time,
) -> Result<Updated, TrustError> {
    let ended = Ended { mission: mission(of), at: when };
    ledger.propose(&policy(), &key(actor), ended, epoch, work, when)
}

/// Applies an update, in a statement named after its mission and actor.
pub(crate) fn apply(ledger: &mut Ledger, updated: &Updated, when: Time) -> Result<(), TrustError> {
    let name = format!("{} {}", updated.mission, updated.actor);
    let stamp = Stamp { id: StatementId::from_digest(sha256(name.as_bytes())), at: when };
    ledger.apply(&policy(), stamp, when, updated)
}

/// Proposes and applies one update, as a sovereign and its verifier would.
pub(crate) fn settle(ledger: &mut Ledger, actor: u32, of: u32, epoch: u64, work: Work, when: Time) {
    let updated = propose(ledger, actor, of, epoch, work, when).unwrap();
    apply(ledger, &updated, when).unwrap();
}
