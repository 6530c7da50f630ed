//! Rows of the blueprint's control matrix (§8): each gate fails closed.

use comity_bls::Kind;
use comity_commitment::{Chain, Circumstances, EpochId};
use comity_commitment::{Commitment, EpochClosed, EpochRecords, Layer, LifecycleEvent, Stream};
use comity_constitution::CommitmentTier;
use comity_wire::{Digest, Time, sha256};
use proptest::prelude::*;

use crate::council::{Council, DAY, START};
use crate::trees::statement;

fn records(count: u64) -> EpochRecords {
    let kinds = [
        "comity:mission/drafted/v1",
        "comity:trust/updated/v1",
        "comity:constitution/voted/v1",
        "comity:mission/reviewed/v1",
    ];
    let mut records = EpochRecords::new();
    for (number, kind) in (0..count).zip(kinds.into_iter().cycle()) {
        let (id, statement) = statement(kind, number);
        records.add(id, &statement);
    }
    records
}

fn closed(records: &EpochRecords) -> EpochClosed {
    let epoch = EpochId::from_start(Time::from_unix(START)).unwrap();
    let (previous, chamber_nonce) = (Digest::ZERO, Digest::ZERO);
    let parameters = sha256(b"parameters");
    let circumstances =
        Circumstances { epoch, previous, beacon_round: 0, chamber_nonce, parameters };
    records.close(&circumstances).unwrap()
}

/// Inputs: roots plus certificates. Invariant: roots are reproducible. Gate: block the commit.
#[test]
fn control_blockchain_commitments() {
    let (mut council, made) = Council::keyed(2, 3);
    let hash = council.close().hash;
    // Without the committee's certificate nothing is published.
    let body = council.anchored(Layer::L1, 0);
    assert_eq!(council.anchor(&body).unwrap_err().code(), "commitment.not_certified");
    // A certificate over other roots is not one of this record.
    let other = made.certificate(council.decision(Kind::Commitment, sha256(b"other roots")));
    assert_eq!(council.certify(&other).unwrap_err().code(), "commitment.no_such_commitment");
    council.certified(&made, Kind::Commitment, hash);
    // What is published is what every reader recomputes.
    let mut changed = body.clone();
    changed.payload = sha256(b"other payload");
    assert_eq!(council.anchor(&changed).unwrap_err().code(), "commitment.payload");
    council.anchor(&body).unwrap();
    // Roots: one record more or less, and the close is refused.
    let good = closed(&records(9));
    assert_eq!(records(9).verify(&good), Ok(()));
    assert_eq!(records(8).verify(&good).unwrap_err().code(), "commitment.count_mismatch");
}

/// Inputs: participants and the schedule. Invariants: least frequency per tier, no way back. Gate: lifecycle events force
/// an anchor at once.
#[test]
fn control_commitment_tier_controller() {
    let (mut council, made) = Council::keyed(2, 3);
    let parameters = council.parameters.clone();
    let charter = council.charter.clone();
    let rules = comity_commitment::Rules { charter: &charter, parameters: &parameters };
    let (lots, few, now) = (5_000, 10, council.now);
    assert!(council.anchors.advance(&rules, lots, now));
    assert!(!council.anchors.advance(&rules, few, now));
    assert_eq!(council.anchors.tier(), CommitmentTier::C2);
    let digest = council.event(LifecycleEvent::TierChanged);
    assert_eq!(council.anchors.due(now, &rules).len(), 1);
    council.wait(DAY);
    assert!(council.anchors.is_violated(council.now, &rules));
    council.certified(&made, Kind::Decision, digest);
    let body = council.anchored(Layer::L1, 0);
    council.anchor(&body).unwrap();
    assert!(council.anchors.is_violated(council.now, &rules), "a late anchor does not heal");
}

/// Inputs: public records and proofs. Invariant: signatures and inclusion proofs hold. Gate: the state is not verifiable.
#[test]
fn control_verification() {
    let (mut council, made) = Council::keyed(2, 3);
    let hash = council.close().hash;
    let mut certificate = made.certificate(council.decision(Kind::Commitment, hash));
    let last = certificate.len() - 1;
    certificate[last] ^= 1;
    let before = council.committee.clone();
    assert!(council.certify(&certificate).is_err());
    assert_eq!(council.committee, before);
    council.certified(&made, Kind::Commitment, hash);
    let body = council.anchored(Layer::L1, 0);
    council.anchor(&body).unwrap();
    let proof = council.anchors.prove(&hash).unwrap();
    assert!(proof.verify(&hash, &sha256(b"another transaction")).is_err());
    let tree = records(9).tree(Stream::Mission).unwrap();
    let inclusion = tree.prove(1).unwrap();
    assert!(inclusion.verify(&tree.leaves()[0], &tree.root()).is_err());
}

/// One bit of a digest.
fn flip(digest: &Digest, bit: usize) -> Digest {
    let mut bytes = *digest.as_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Digest::from_bytes(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Threat model, invariant 7: one bit of a leaf, a root or a certificate, and the verifier refuses and keeps its state.
    #[test]
    fn invariant_7_no_critical_decision_without_reproducible_commitment(
        bit in 0_usize..256, part in 0_usize..6, place in 0_usize..1_500,
    ) {
        let kept = records(9);
        let good = closed(&kept);
        let mut bad = good.clone();
        let root = |commitment: &mut Commitment| match part {
            0 => commitment.mission_event_root = flip(&commitment.mission_event_root, bit),
            1 => commitment.trust_delta_root = flip(&commitment.trust_delta_root, bit),
            2 => commitment.governance_ballot_root = flip(&commitment.governance_ballot_root, bit),
            3 => commitment.review_decision_root = flip(&commitment.review_decision_root, bit),
            _ => {}
        };
        root(&mut bad.commitment);
        bad.hash = if part == 4 { flip(&bad.hash, bit) } else { bad.commitment.hash().unwrap() };
        let mut chain = Chain::new(3_600);
        let taken = kept.verify(&bad).and_then(|()| chain.close(&bad, good.parameters));
        prop_assert_eq!(taken.is_ok(), part == 5);
        prop_assert_eq!(chain.is_empty(), part != 5);
        // A leaf.
        let tree = kept.tree(Stream::Mission).unwrap();
        let proof = tree.prove(0).unwrap();
        prop_assert!(proof.verify(&flip(&tree.leaves()[0], bit), &tree.root()).is_err());
        // A certificate.
        let (mut council, made) = Council::keyed(2, 3);
        let hash = council.close().hash;
        let mut certificate = made.certificate(council.decision(Kind::Commitment, hash));
        let place = place % (certificate.len() * 8);
        certificate[place / 8] ^= 1 << (place % 8);
        let before = council.committee.clone();
        prop_assert!(council.certify(&certificate).is_err());
        prop_assert_eq!(&council.committee, &before);
    }
}
