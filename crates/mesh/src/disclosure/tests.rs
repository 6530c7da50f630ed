#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

use std::collections::BTreeSet;

use comity_wire::sha256;
use proptest::prelude::{any, prop_assert_eq, proptest};

use super::{
    CapabilityCommitment, CapabilityMembershipProof, CapabilityNullifier, CapabilityTree,
    DisclosureError, DisclosureGate, DisclosureReason, MerklePathNode, NULLIFIER_LIFE_SECONDS,
    NullifierCheck,
};
use crate::agreement::AgreementRecord;
use crate::agreement::tests::{at, context, key, noon, record, secret, texts};
use crate::boundary::Gate as _;
use crate::keys::SignedObject as _;

fn commitment(capabilities: &[String]) -> CapabilityCommitment {
    let id = "commitment".to_owned();
    CapabilityCommitment::issue(capabilities, id, "agreement", noon(), &secret(1), "a").unwrap()
}

fn proof(capability: &str, capabilities: &[String]) -> CapabilityMembershipProof {
    let (commitment, id) = (commitment(capabilities), "proof".to_owned());
    CapabilityMembershipProof::make(capability, capabilities, &commitment, id, "B", noon()).unwrap()
}

fn nullifier(proof: &CapabilityMembershipProof) -> CapabilityNullifier {
    let (id, times) = ("nullifier".to_owned(), (noon(), NULLIFIER_LIFE_SECONDS));
    CapabilityNullifier::issue(proof, id, [7; 16], times, &secret(2), "b")
}

#[test]
fn every_reason_to_refuse_a_proof_is_found() {
    let capabilities = texts(&["admin", "read", "write"]);
    let good = (commitment(&capabilities), proof("read", &capabilities));
    for &reason in DisclosureReason::ALL {
        let (mut commitment, mut proof) = good.clone();
        let mut nullifier = nullifier(&proof);
        let (mut used, mut now) = (BTreeSet::new(), at("2026-06-01T12:00:59.999999Z"));
        match reason {
            DisclosureReason::CommitmentNotSigned => commitment.signature = None,
            DisclosureReason::CommitmentInvalidSignature => commitment.capability_count = 4,
            DisclosureReason::PathLengthInconsistent => drop(proof.merkle_path.pop()),
            DisclosureReason::LeafHashMismatch => proof.revealed_capability = "x".to_owned(),
            DisclosureReason::RootMismatch => proof.merkle_path[0].is_left ^= true,
            DisclosureReason::NullifierExpired => now = at("2026-06-01T12:01:00Z"),
            DisclosureReason::NullifierAlreadyUsed => {
                used.insert("nullifier".to_owned());
            }
            DisclosureReason::CommitmentIdMismatch => proof.commitment_id = "x".to_owned(),
            DisclosureReason::EmptyCapability => proof = of_padding(),
            DisclosureReason::NullifierProofMismatch => proof.proof_id = "x".to_owned(),
            DisclosureReason::NullifierNotSigned => nullifier.signature = None,
            DisclosureReason::NullifierInvalidSignature => nullifier.nonce = "00".to_owned(),
        }
        let check =
            NullifierCheck { nullifier: &nullifier, prover_keys: &[key(2)], used: &used, at: now };
        let result = proof.verify(&commitment, &[key(1)], Some(check));
        assert_eq!(result, Err(reason), "{reason}");
    }
}

/// What the reference would accept: the padding of a tree of three, as a proof of the empty capability.
fn of_padding() -> CapabilityMembershipProof {
    let capabilities = texts(&["admin", "read", "write"]);
    let mut proof = proof("write", &capabilities);
    let write = proof.leaf_hash.clone();
    proof.revealed_capability = String::new();
    proof.leaf_hash = sha256(b"").to_string();
    proof.merkle_path[0] = MerklePathNode { sibling_hash: write, is_left: true };
    proof
}

#[test]
fn a_good_proof_is_accepted_with_and_without_a_nullifier() {
    let capabilities = texts(&["admin", "read", "write"]);
    let (commitment, proof) = (commitment(&capabilities), proof("read", &capabilities));
    let (nullifier, used) = (nullifier(&proof), BTreeSet::new());
    let check =
        NullifierCheck { nullifier: &nullifier, prover_keys: &[key(2)], used: &used, at: noon() };
    assert_eq!(proof.verify(&commitment, &[key(1)], Some(check)), Ok(()));
    assert_eq!(proof.verify(&commitment, &[key(1)], None), Ok(()));
    assert_eq!(nullifier.nonce, "07".repeat(16));
}

#[test]
fn odd_siblings_and_empty_commitments_are_refused() {
    let capabilities = texts(&["admin", "read"]);
    let (good, proof) = (commitment(&capabilities), proof("read", &capabilities));
    let sibling = &proof.merkle_path[0].sibling_hash;
    for other in [sibling.to_uppercase(), format!("{sibling}00"), "x".to_owned(), String::new()] {
        let mut proof = proof.clone();
        proof.merkle_path[0].sibling_hash = other;
        assert_eq!(proof.verify(&good, &[key(1)], None), Err(DisclosureReason::RootMismatch));
    }
    for count in [0, u64::MAX] {
        let mut commitment = good.clone();
        commitment.capability_count = count;
        commitment.sign(&secret(1), "a");
        let result = proof.verify(&commitment, &[key(1)], None);
        assert_eq!(result, Err(DisclosureReason::PathLengthInconsistent));
    }
}

#[test]
fn what_cannot_be_shown_is_not_made() {
    let tree = |list: &[&str]| CapabilityTree::new(&texts(list)).map(drop);
    let commit = |list: &[&str]| {
        let id = "commitment".to_owned();
        CapabilityCommitment::issue(&texts(list), id, "agreement", noon(), &secret(1), "a")
            .map(drop)
    };
    let (three, two) = (texts(&["admin", "read", "write"]), texts(&["admin", "read"]));
    let make = |capability: &str| {
        let (commitment, id) = (commitment(&three), "proof".to_owned());
        CapabilityMembershipProof::make(capability, &three, &commitment, id, "B", noon())
            .map(drop)
            .unwrap_err()
    };
    let other = {
        let (commitment, id) = (commitment(&three), "proof".to_owned());
        CapabilityMembershipProof::make("read", &two, &commitment, id, "B", noon()).unwrap_err()
    };
    let cases: [(DisclosureError, &str); 6] = [
        (tree(&[]).unwrap_err(), "mesh.disclosure_no_capabilities"),
        (commit(&[]).unwrap_err(), "mesh.disclosure_no_capabilities"),
        (commit(&["read", ""]).unwrap_err(), "mesh.disclosure_empty_capability"),
        (make(""), "mesh.disclosure_empty_capability"),
        (make("x"), "mesh.disclosure_not_a_member"),
        (other, "mesh.disclosure_other_commitment"),
    ];
    for (error, code) in cases {
        assert_eq!(error.code(), code, "{error}");
    }
}

#[test]
fn the_gate_opens_on_what_is_asked_for_under_the_same_agreement() {
    let capabilities = texts(&["admin", "read"]);
    let (commitment, proof) = (commitment(&capabilities), proof("read", &capabilities));
    let (nullifier, used, issuer) = (nullifier(&proof), BTreeSet::new(), [key(1)]);
    let check = NullifierCheck {
        nullifier: &nullifier,
        prover_keys: &[key(2)],
        used: &used,
        at: at("2030-01-01"),
    };
    let gate = DisclosureGate {
        commitment: &commitment,
        proof: &proof,
        issuer_keys: &issuer,
        nullifier: Some(check),
    };
    let mut record = record();
    let open = |asked, record: &AgreementRecord, when| {
        gate.check(&context(asked), &record.agreed(), when).unwrap_or_else(|refusal| refusal)
    };
    assert_eq!(open("read", &record, noon()), "selective disclosure proof valid for 'read'");
    let late = open("read", &record, at("2026-06-01T12:01:00Z"));
    assert_eq!(late, "proof verification failed: nullifier_expired");
    let other = open("admin", &record, noon());
    assert_eq!(other, "disclosed capability 'read' != requested capability 'admin'");
    record.agreement_id = "other".to_owned();
    assert_eq!(open("read", &record, noon()), "commitment is about 'agreement'");
    assert_eq!(gate.name(), "selective_disclosure");
}

proptest! {
    #[test]
    fn every_capability_of_a_set_is_proved_whatever_the_order(count in 1_usize..40, pick in any::<usize>()) {
        let capabilities: Vec<String> = (0..count).map(|at| format!("capability-{at}")).collect();
        let mut reversed = capabilities.clone();
        reversed.reverse();
        let chosen = &capabilities[pick % count];
        let result = proof(chosen, &reversed).verify(&commitment(&capabilities), &[key(1)], None);
        prop_assert_eq!(result, Ok(()));
    }
}
