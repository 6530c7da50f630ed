//! Actors, missions and contributions for the other modules.

use std::sync::LazyLock;

use comity_constitution::{ActorKind, Nano, Parameters, RiskTier};
use comity_trust::{
    Alignment, Ended, Endorser, Excluded, Governance, Ledger, Policy, Role, Stamp, TrustError,
    Updated, Work,
};
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
    let name: String = format!("{number:04}").bytes().map(|digit| char::from(digit + 50)).collect();
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

/// The founding policy, but newcomers may vouch: people of high trust take years to make.
pub(crate) fn young() -> Policy {
    let mut young = policy();
    young.endorser_trust_min = young.rules.human.baseline;
    young
}

/// First of the people who vouch.
pub(crate) const VOUCHERS: u32 = 100;

/// [`ledger`], and forty people of four regions and five organisations.
pub(crate) fn town() -> Ledger {
    let mut ledger = ledger();
    for number in VOUCHERS..VOUCHERS + 40 {
        ledger.admit(&policy(), key(number), ActorKind::Human, at(0)).unwrap();
    }
    ledger
}

/// A person with the labels of the town.
pub(crate) fn endorser(number: u32) -> Endorser {
    Endorser {
        key: key(number),
        organisation: format!("org {}", number % 5),
        region: format!("region {}", number % 4),
    }
}

/// These people vouch, in statements numbered from `first`; the ids of those.
pub(crate) fn vouch(
    ledger: &mut Ledger,
    about: StatementId,
    people: impl IntoIterator<Item = u32>,
    first: u32,
    when: Time,
) -> Vec<StatementId> {
    let mut ids = Vec::new();
    for (number, person) in (first..).zip(people) {
        let (stamp, by) = (stamp(number, when), endorser(person));
        let nobody = Excluded::default();
        ledger.endorse(&young(), Governance::FULL, stamp, (by, about), &nobody).unwrap();
        ids.push(stamp.id);
    }
    ids
}

/// Two good missions in one epoch, of which the second is held; its statement.
pub(crate) fn hold(ledger: &mut Ledger, actor: u32) -> StatementId {
    settle(ledger, actor, 0, EPOCH, good_work(), at(60));
    let updated = propose(ledger, actor, 1, EPOCH, good_work(), at(60)).unwrap();
    assert!(updated.held);
    let stamp = stamp(actor, at(60));
    ledger.apply(&young(), stamp, at(60), &updated).unwrap();
    stamp.id
}

/// Machine 0 loses everything.
pub(crate) fn ruin(ledger: &mut Ledger, machine: u32, of: u32, when: Time) {
    let epoch = u64::try_from(when.unix()).unwrap() / 3_600;
    let failed = Work { severe: 1, accepted: false, proof_of_trust: None, ..good_work() };
    settle(ledger, machine, of, epoch, failed, when);
    assert!(ledger.account(&key(machine)).unwrap().is_quarantined());
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
