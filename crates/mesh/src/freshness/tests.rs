use comity_wire::mesh_json::Datetime;

use super::*;
use crate::conformance::suite_key;

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn proof() -> FreshnessProof {
    let feed = FeedState { sovereign_id: "b".into(), sequence: 4, digest: "00".repeat(32) };
    let secret = suite_key("a").unwrap();
    FreshnessProof::issue("p".into(), feed, "a".into(), at("12:00:00"), (&secret, "a"))
}

fn verify(proof: &FreshnessProof, signer: &str, time: &str) -> Result<(), FreshnessReason> {
    let keys = [MeshKey::from(suite_key(signer).unwrap().public())];
    let demand = FreshnessDemand { issuer_keys: &keys, feed: Some("b"), required_sequence: 4 };
    proof.verify(&demand, at(time))
}

#[test]
fn a_proof_is_good_to_its_last_instant() {
    assert_eq!(verify(&proof(), "a", "12:00:00"), Ok(()));
    assert_eq!(verify(&proof(), "a", "12:05:00"), Ok(()));
    assert_eq!(verify(&proof(), "a", "11:55:00"), Ok(()), "clocks may differ");
}

#[test]
fn every_reason_is_given() {
    let signed = |change: fn(&mut FreshnessProof)| {
        let mut proof = proof();
        change(&mut proof);
        proof.sign(&suite_key("a").unwrap(), "a");
        proof
    };
    for reason in FreshnessReason::ALL {
        let (proof, signer, time) = match reason {
            FreshnessReason::MissingSignature => {
                (FreshnessProof { signature: None, ..proof() }, "a", "12:00:00")
            }
            FreshnessReason::InvalidSignature => (proof(), "b", "12:00:00"),
            FreshnessReason::Expired => (proof(), "a", "12:05:01"),
            FreshnessReason::SequenceInsufficient => {
                (signed(|proof| proof.feed_sequence = 3), "a", "12:00:00")
            }
            FreshnessReason::WrongFeed => {
                (signed(|proof| proof.feed_sovereign_id = "c".into()), "a", "12:00:00")
            }
            FreshnessReason::NotYetValid => (proof(), "a", "11:54:59"),
        };
        assert_eq!(verify(&proof, signer, time), Err(*reason), "{reason}");
    }
}

#[test]
fn a_changed_proof_is_not_signed() {
    let raised = FreshnessProof { feed_sequence: 9, ..proof() };
    assert_eq!(verify(&raised, "a", "12:00:00"), Err(FreshnessReason::InvalidSignature));
}
