//! Windows, payloads, proofs, and every anchor that is refused.

use comity_bls::Kind;
use comity_commitment::anchor::WINDOW_ITEMS_MAX;
use comity_commitment::{
    AnchorError, Anchored, Certified, Layer, LifecycleEvent, Window, WindowProof,
};
use comity_wire::{Digest, jcs, sha256, sha256_concat};

use crate::council::{Council, HOUR, Made};

/// Three epochs, the last of them certified, and what should be stated about them.
fn three() -> (Council, Made, Anchored) {
    let (mut council, made) = Council::keyed(2, 3);
    let mut last = Digest::ZERO;
    for _ in 0..3 {
        last = council.close().hash;
        council.next_epoch();
    }
    council.wait(-HOUR);
    council.certified(&made, Kind::Commitment, last);
    council.wait(HOUR);
    let body = council.anchored(Layer::L1, 2);
    (council, made, body)
}

#[test]
fn a_window_is_the_hash_of_the_raw_hashes_and_its_payload_is_canonical_json() {
    let (council, _, body) = three();
    let raw: Vec<&[u8]> =
        council.anchors.items().iter().map(|item| item.digest.as_bytes().as_slice()).collect();
    let window = sha256_concat(&raw);
    let state = sha256(b"state");
    let text =
        format!("{{\"from\":0,\"state_root\":\"{state}\",\"to\":2,\"window_hash\":\"{window}\"}}");
    assert_eq!(body.payload, sha256(text.as_bytes()));
    assert_eq!(jcs::from_slice::<Window>(text.as_bytes()).unwrap(), body.window);
}

#[test]
fn an_anchor_makes_its_items_final_and_each_of_them_provable() {
    let (mut council, made, body) = three();
    let first = council.anchors.items()[0].digest;
    assert_eq!(council.anchors.final_anchor(&first), None);
    council.anchor(&body).unwrap();
    for (place, item) in council.anchors.items().iter().enumerate() {
        let view = council.anchors.final_anchor(&item.digest).unwrap();
        assert_eq!((&view.anchored, view.late_s), (&body, 0));
        let proof = council.anchors.prove(&item.digest).unwrap();
        assert_eq!(proof.verify(&item.digest, &body.payload), Ok(place as u64));
    }
    // What comes later is not final yet, and the next window begins with it.
    let digest = council.event(LifecycleEvent::Activated);
    assert_eq!(council.anchors.final_anchor(&digest), None);
    assert_eq!(council.anchors.prove(&digest), None);
    assert_eq!(council.anchors.next(Layer::L1), 3);
    council.certified(&made, Kind::Decision, digest);
    council.wait(12);
    let next = council.anchored(Layer::L1, 3);
    council.anchor(&next).unwrap();
    assert!(council.anchors.final_anchor(&digest).is_some());
}

#[test]
fn a_removed_added_or_exchanged_commitment_breaks_the_proof() {
    let (mut council, _, body) = three();
    council.anchor(&body).unwrap();
    let digest = council.anchors.items()[1].digest;
    let good = council.anchors.prove(&digest).unwrap();
    let refused = |change: &dyn Fn(&mut WindowProof), expected: &str| {
        let mut proof = good.clone();
        change(&mut proof);
        assert_eq!(proof.verify(&digest, &body.payload).unwrap_err().code(), expected);
    };
    refused(&|proof| proof.hashes = proof.hashes.split_off(1), "commitment.window_proof_payload");
    refused(&|proof| proof.hashes.truncate(2), "commitment.window_proof_payload");
    refused(&|proof| proof.hashes.push(digest), "commitment.window_proof_payload");
    refused(&|proof| proof.hashes.swap(0, 2), "commitment.window_proof_payload");
    refused(&|proof| proof.from = 1, "commitment.window_proof_payload");
    refused(&|proof| proof.state_root = digest, "commitment.window_proof_payload");
    refused(&|proof| proof.hashes.clear(), "commitment.window_proof_length");
    refused(&|proof| proof.hashes = vec![digest; 1025], "commitment.window_proof_length");
    refused(&|proof| proof.from = u64::MAX, "commitment.window_proof_length");
    let stranger = good.verify(&sha256(b"stranger"), &body.payload).unwrap_err();
    assert_eq!(stranger.code(), "commitment.window_proof_not_inside");
}

#[test]
fn every_rule_about_an_anchor_has_its_refusal() {
    let (mut council, _, good) = three();
    let mut refused = |change: &dyn Fn(&mut Anchored), expected: &str| {
        let (before, mut body) = (council.anchors.clone(), good.clone());
        change(&mut body);
        let result = council.anchor(&body).map_err(|error| error.code());
        assert_eq!((result, &council.anchors), (Err(expected), &before));
    };
    refused(&|body| body.chain.name.clear(), "commitment.chain_name");
    refused(&|body| body.chain.name = "x".repeat(65), "commitment.chain_name");
    refused(&|body| body.chain.name = "a\nb".to_owned(), "commitment.chain_name");
    refused(&|body| body.contract = "0xAA".to_owned(), "commitment.contract_address");
    refused(&|body| body.contract.make_ascii_uppercase(), "commitment.contract_address");
    refused(&|body| body.depth = 63, "commitment.shallow");
    refused(&|body| body.block.time = body.block.time.plus(61), "commitment.block_from_the_future");
    refused(&|body| body.window.from = 1, "commitment.window_not_next");
    refused(&|body| body.window.to = 3, "commitment.no_such_items");
    refused(&|body| body.window.to = WINDOW_ITEMS_MAX, "commitment.window_too_long");
    refused(&|body| body.window.to = 1, "commitment.window_hash");
    refused(&|body| body.window.window_hash = Digest::ZERO, "commitment.window_hash");
    refused(&|body| body.window.state_root = Digest::ZERO, "commitment.state_root");
    refused(&|body| body.payload = Digest::ZERO, "commitment.payload");
    refused(
        &|body| body.block.time = body.block.time.plus(-HOUR - 61),
        "commitment.block_before_items",
    );
}

#[test]
fn nothing_is_anchored_that_the_committee_did_not_certify() {
    let (mut council, made, _) = three();
    let shorter = council.anchored(Layer::L1, 1);
    let digest = council.anchors.items()[1].digest;
    assert_eq!(council.anchor(&shorter), Err(AnchorError::NotCertified { digest }));
    let event = council.event(LifecycleEvent::ProposalPassed);
    let longer = council.anchored(Layer::L1, 3);
    assert_eq!(council.anchor(&longer), Err(AnchorError::NotCertified { digest: event }));
    // The window's payload will do as well as its last item.
    let payload = longer.payload;
    assert_eq!(council.anchors.is_window(&payload, 3), Ok(()));
    assert_eq!(council.anchors.is_window(&event, 3).unwrap_err().code(), "commitment.payload");
    let other = council.anchors.is_window(&payload, 4).unwrap_err();
    assert_eq!(other.code(), "commitment.no_such_items");
    council.certified(&made, Kind::Decision, payload);
    council.anchor(&longer).unwrap();
}

#[test]
fn a_certificate_of_a_window_is_one_of_a_decision() {
    let (mut council, made, body) = three();
    council.wait(-HOUR);
    let decision = council.decision(Kind::Handover, body.payload);
    let certificate = comity_wire::b64::encode(&made.certificate(decision));
    let (stamp, fact) = (council.authority(), Certified { certificate, window_to: Some(2) });
    let result = council.step(|committee, rules| committee.certify(&stamp, &fact, rules));
    assert_eq!(result.unwrap_err().code(), "commitment.no_decision");
}

#[test]
fn a_record_stays_with_its_chain_and_its_clock_and_names_a_transaction_once() {
    let (mut council, made, body) = three();
    council.anchor(&body).unwrap();
    council.wait(60);
    let event = council.event(LifecycleEvent::Activated);
    council.certified(&made, Kind::Decision, event);
    let good = council.anchored(Layer::L1, 3);
    let mut refused = |change: &dyn Fn(&mut Anchored), expected: &str| {
        let mut next = good.clone();
        change(&mut next);
        assert_eq!(council.anchor(&next).unwrap_err().code(), expected);
    };
    refused(&|next| next.chain.id = 11_155_111, "commitment.other_chain");
    refused(&|next| next.contract.clear(), "commitment.other_chain");
    refused(&|next| next.block.number = body.block.number - 1, "commitment.block_back");
    refused(&|next| next.block.time = body.block.time.plus(-1), "commitment.block_back");
    refused(&|next| next.transaction = body.transaction, "commitment.transaction_twice");
    council.anchor(&good).unwrap();
}

#[test]
fn on_l2_items_go_one_by_one_and_what_is_on_l1_may_be_left_out() {
    let (mut council, made, l1) = three();
    let first = council.anchored(Layer::L2, 0);
    assert_eq!(first.payload, council.anchors.items()[0].digest);
    let second = council.anchored(Layer::L2, 1);
    assert_eq!(council.anchor(&second).unwrap_err().code(), "commitment.window_not_next");
    let mut both = first.clone();
    both.window.to = 1;
    assert_eq!(council.anchor(&both).unwrap_err().code(), "commitment.window_not_next");
    let mut shallow = first.clone();
    shallow.depth = 0;
    assert_eq!(council.anchor(&shallow).unwrap_err().code(), "commitment.shallow");
    council.anchor(&first).unwrap();
    assert!(council.anchors.final_anchor(&first.payload).is_none(), "L2 makes nothing final");
    council.anchor(&l1).unwrap();
    let event = council.event(LifecycleEvent::Activated);
    council.certified(&made, Kind::Decision, event);
    let later = council.anchored(Layer::L2, 3);
    council.anchor(&later).unwrap();
    assert_eq!(council.anchors.of(Layer::L2).len(), 2);
}
