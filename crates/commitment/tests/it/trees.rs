//! Records, streams and trees.

use comity_commitment::{
    Circumstances, CommitmentFact, EpochId, EpochRecords, EventRecord, EventTree, MerkleError,
    Proof, Root, Stream, merkle::root_of,
};
use comity_wire::{Digest, KeyId, Statement, StatementId, Subject, Time, jcs, sha256};
use proptest::prelude::*;
use serde_json::{json, value::RawValue};

fn record(number: u32) -> EventRecord {
    EventRecord {
        actor_id: format!("actor-{}", number % 3),
        event_id: format!("event-{number:04}"),
        event_timestamp: Time::from_unix(1_770_987_600 + i64::from(number)),
        event_type: ["trust", "review", "mission"][number as usize % 3].to_owned(),
        payload: json!({ "number": number, "note": "\u{17e}lu\u{165}" }),
    }
}

fn records(count: u32) -> Vec<EventRecord> {
    (0..count).map(record).collect()
}

#[test]
fn a_leaf_is_the_hash_of_the_records_canonical_json() {
    let text = "{\"actor_id\":\"actor-1\",\"event_id\":\"event-0001\",\
                \"event_timestamp\":\"2026-02-13T13:00:01Z\",\"event_type\":\"review\",\
                \"payload\":{\"note\":\"\u{17e}lu\u{165}\",\"number\":1}}";
    assert_eq!(record(1).leaf().unwrap().hash, sha256(text.as_bytes()));
    assert_eq!(jcs::from_slice::<EventRecord>(text.as_bytes()).unwrap(), record(1));
}

#[test]
fn order_is_by_kind_then_id_and_not_by_arrival() {
    let tree = EventTree::of_records(&records(6)).unwrap();
    let expected: Vec<_> =
        [2, 5, 1, 4, 0, 3].map(|number| record(number).leaf().unwrap().hash).into();
    assert_eq!(tree.leaves(), expected);
    assert_eq!(tree.index_of(&record(4).leaf().unwrap().order), Some(3));
    assert_eq!(tree.index_of(&record(9).leaf().unwrap().order), None);
}

#[test]
fn every_record_is_found_where_it_stands_and_trees_that_were_asked_are_equal() {
    let (asked, other) = (
        EventTree::of_records(&records(99)).unwrap(),
        EventTree::of_records(&records(99)).unwrap(),
    );
    for number in 0..99 {
        let leaf = record(number).leaf().unwrap();
        let index = asked.index_of(&leaf.order).unwrap();
        assert_eq!(asked.leaves()[usize::try_from(index).unwrap()], leaf.hash);
    }
    for number in 99..200 {
        assert_eq!(asked.index_of(&record(number).leaf().unwrap().order), None);
    }
    assert_eq!(asked, other);
    assert_eq!(EventTree::default().index_of(&record(1).leaf().unwrap().order), None);
}

#[test]
fn the_empty_tree_has_the_hash_of_nothing() {
    let root = EventTree::of_records(&[]).unwrap().root();
    assert_eq!(root, Root { count: 0, hash: sha256(b"") });
    assert_eq!(root, root_of(&[]));
    assert!(EventTree::default().prove(0).is_err());
}

#[test]
fn an_event_happens_once() {
    let mut twice = records(4);
    twice.push(EventRecord { payload: json!({ "other": true }), ..record(2) });
    let error = EventTree::of_records(&twice).unwrap_err();
    assert_eq!(error.code(), "commitment.duplicate_record");
    let half = EventRecord { payload: json!({ "half": 0.5 }), ..record(2) };
    assert_eq!(EventTree::of_records(&[half]), Err(MerkleError::Unhashable { index: 0 }));
}

#[test]
fn every_kind_has_its_stream() {
    let of = |kind| Stream::of_kind(kind);
    assert_eq!(of("comity:trust/updated/v1"), Some(Stream::Trust));
    assert_eq!(of("comity:mission/reviewed/v1"), Some(Stream::Review));
    assert_eq!(of("comity:mycel/reported/v1"), Some(Stream::Review));
    assert_eq!(of("comity:mission/evidence_of_work/v1"), Some(Stream::Mission));
    assert_eq!(of("comity:mycel/escrow_released/v1"), Some(Stream::Mission));
    assert_eq!(of("comity:commitment/beacon_revealed/v1"), Some(Stream::Mission));
    assert_eq!(of("comity:mesh/genesis/v1"), Some(Stream::Governance));
    assert_eq!(of("comity:commitment/epoch_closed/v1"), None);
    for kind in CommitmentFact::KINDS {
        let is_of_order = kind.contains("/beacon_committed/") || kind.contains("/beacon_revealed/");
        if !is_of_order && !kind.contains("/epoch_closed/") {
            assert_eq!(of(kind), Some(Stream::Governance), "{kind}");
        }
    }
}

pub(crate) fn statement(kind: &str, number: u64) -> (StatementId, Statement) {
    let body = RawValue::from_string(format!("{{\"number\":{number}}}")).unwrap();
    let statement = Statement {
        kind: kind.to_owned(),
        subject: Subject { name: "test".to_owned(), sha256: sha256(b"test") },
        issuer: None,
        signer: KeyId::parse("did:key:z6MkTest").unwrap(),
        at: Time::from_unix(1_770_987_600),
        cites: Vec::new(),
        body,
    };
    (StatementId::from_digest(sha256(&number.to_be_bytes())), statement)
}

#[test]
fn a_closed_epoch_is_what_its_statements_give_and_nothing_else() {
    let kinds = [
        "comity:trust/updated/v1",
        "comity:mission/drafted/v1",
        "comity:mission/reviewed/v1",
        "comity:mesh/genesis/v1",
        "comity:commitment/epoch_closed/v1",
    ];
    let mut epoch = EpochRecords::new();
    for (number, kind) in (0..).zip(kinds.iter().cycle().take(15)) {
        let (id, statement) = statement(kind, number);
        epoch.add(id, &statement);
    }
    assert_eq!(epoch.len(), 12);
    let circumstances = Circumstances {
        epoch: EpochId::from_start(Time::from_unix(1_770_987_600)).unwrap(),
        previous: Digest::ZERO,
        beacon_round: 7,
        chamber_nonce: Digest::ZERO,
        parameters: sha256(b"parameters"),
    };
    let closed = epoch.close(&circumstances).unwrap();
    assert_eq!(epoch.verify(&closed), Ok(()));
    for stream in Stream::ALL {
        let tree = epoch.tree(stream).unwrap();
        assert_eq!(closed.root(stream), tree.root());
        assert_eq!(closed.root(stream).count, 3);
        let proof = tree.prove(1).unwrap();
        assert_eq!(proof.verify(&tree.leaves()[1], &closed.root(stream)), Ok(()));
    }
    let mut fewer = closed.clone();
    fewer.counts.review = 2;
    assert_eq!(epoch.verify(&fewer).unwrap_err().code(), "commitment.count_mismatch");
    let mut other = closed;
    other.commitment.trust_delta_root = sha256(b"other");
    assert_eq!(epoch.verify(&other).unwrap_err().code(), "commitment.root_mismatch");
}

proptest! {
    #[test]
    fn invariant_1_arrival_does_not_matter(
        order in Just((0..40_u32).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let shuffled: Vec<_> = order.into_iter().map(record).collect();
        let tree = EventTree::of_records(&shuffled).unwrap();
        prop_assert_eq!(tree, EventTree::of_records(&records(40)).unwrap());
    }

    #[test]
    fn invariant_2_a_proof_holds_for_its_leaf_place_and_count_only(
        count in 1..70_u32, place in 0..70_usize, other in 0..70_usize, step in 0..8_usize,
    ) {
        let tree = EventTree::of_records(&records(count)).unwrap();
        let root = tree.root();
        let (place, other) = (place % tree.leaves().len(), other % tree.leaves().len());
        let leaf = tree.leaves()[place];
        let proof = tree.prove(place as u64).unwrap();
        prop_assert_eq!(proof.verify(&leaf, &root), Ok(()));
        prop_assert_eq!(proof.sides().len(), proof.path.len());
        if other != place {
            prop_assert!(proof.verify(&tree.leaves()[other], &root).is_err());
            let moved = Proof { index: other as u64, ..proof.clone() };
            prop_assert!(moved.verify(&leaf, &root).is_err());
        }
        let claimed = Root { count: root.count + 1, ..root };
        prop_assert!(proof.verify(&leaf, &claimed).is_err());
        let mut shorter = proof.clone();
        if shorter.path.pop().is_some() {
            prop_assert!(shorter.verify(&leaf, &root).is_err());
        }
        let mut bent = proof;
        if let Some(sibling) = bent.path.get_mut(step) {
            *sibling = sha256(sibling.as_bytes());
            prop_assert!(bent.verify(&leaf, &root).is_err());
        }
    }
}
