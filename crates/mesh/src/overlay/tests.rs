use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, parse};

use super::*;
use crate::schema::Field as _;

fn at() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn draft(sovereign: &str, seed: u8, sequence_no: u64) -> OverlayDiscoveryRecord {
    OverlayDiscoveryRecord {
        record_id: format!("{sovereign}-{sequence_no}"),
        sovereign_id: sovereign.into(),
        na_public_key_b64: MeshKey::from(key(seed).public()).to_string(),
        endpoints: vec!["https://a".into()],
        capabilities_hash: "00".into(),
        announced_at: at(),
        valid_until: at().plus(RECORD_SECONDS),
        sequence_no,
        signature: None,
    }
}

fn record(sovereign: &str, seed: u8, sequence_no: u64) -> OverlayDiscoveryRecord {
    draft(sovereign, seed, sequence_no).announce(&key(seed)).unwrap()
}

#[test]
fn every_reason_has_a_record_that_earns_it_and_changes_nothing() {
    for reason in OverlayReason::ALL {
        let mut cache = OverlayCache::new();
        assert_eq!(cache.offer(&record("A", 1, 5), at()), Ok(OverlayChange::Added));
        let other =
            OverlayDiscoveryRecord { endpoints: vec!["https://b".into()], ..draft("A", 1, 5) };
        let mut later = at();
        let offered = match reason {
            OverlayReason::MissingSignature => draft("A", 1, 6),
            OverlayReason::InvalidSignature => {
                OverlayDiscoveryRecord { sequence_no: 7, ..record("A", 1, 6) }
            }
            OverlayReason::Expired => {
                later = at().plus(RECORD_SECONDS + 1);
                record("A", 1, 6)
            }
            OverlayReason::SovereignIdTaken => record("A", 2, 9),
            OverlayReason::Superseded => record("A", 1, 4),
            OverlayReason::SequenceReused => other.announce(&key(1)).unwrap(),
            OverlayReason::CacheFull => {
                for number in 1..CACHE_RECORDS_MAX {
                    cache.tie(&format!("S{number}"), &MeshKey::from(key(1).public())).unwrap();
                }
                assert_eq!(cache.tie("S0", &key(1).public().into()), Err(OverlayReason::CacheFull));
                record("B", 2, 1)
            }
        };
        let before = cache.clone();
        assert_eq!(cache.offer(&offered, later), Err(*reason));
        assert!(cache == before, "{reason}");
    }
}

#[test]
fn newer_records_replace_older_ones_and_known_ones_are_seen_again() {
    let mut cache = OverlayCache::new();
    assert_eq!(cache.offer(&record("A", 1, 1), at()), Ok(OverlayChange::Added));
    assert_eq!(cache.offer(&record("A", 1, 1), at().plus(60)), Ok(OverlayChange::SeenAgain));
    let entry = cache.lookup("A", at()).unwrap();
    assert_eq!((entry.cached_at, entry.last_seen_at), (at(), at().plus(60)));
    assert_eq!(cache.offer(&record("A", 1, 2), at().plus(90)), Ok(OverlayChange::Updated));
    assert_eq!(cache.lookup("A", at()).unwrap().cached_at, at().plus(90));
    assert_eq!(cache.lookup("A", at().plus(RECORD_SECONDS + 1)), None);
    assert_eq!(cache.entries(at()).count(), 1);
    assert_eq!(cache.entries(at().plus(RECORD_SECONDS + 1)).count(), 0);
}

/// The id stays with its key when the record is out of date; only the operator changes that.
#[test]
fn an_id_stays_with_its_key() {
    let mut cache = OverlayCache::new();
    cache.offer(&record("A", 1, 1), at()).unwrap();
    let late = at().plus(RECORD_SECONDS * 2);
    let claim = OverlayDiscoveryRecord { valid_until: late, ..draft("A", 2, 9) };
    let claim = claim.announce(&key(2)).unwrap();
    assert_eq!(cache.offer(&claim, late), Err(OverlayReason::SovereignIdTaken));
    let mut told = cache.clone();
    told.tie("A", &key(2).public().into()).unwrap();
    assert_eq!(told.lookup("A", at()), None);
    assert_eq!(told.offer(&claim, late), Ok(OverlayChange::Added));
    assert!(cache.release("A") && !cache.release("A"));
    assert_eq!(cache.offer(&claim, late), Ok(OverlayChange::Added));
}

#[test]
fn records_by_themselves_are_judged_in_the_order_of_the_reference() {
    let good = record("A", 1, 3);
    assert_eq!(good.verify(at(), Some(3)), Ok(()));
    assert_eq!(good.verify(at(), Some(4)), Err(OverlayReason::Superseded));
    assert_eq!(good.verify(at().plus(RECORD_SECONDS + 1), Some(4)), Err(OverlayReason::Expired));
    let bad = OverlayDiscoveryRecord { na_public_key_b64: "?".into(), ..good.clone() };
    assert_eq!(bad.verify(at(), None), Err(OverlayReason::InvalidSignature));
    assert_eq!(OverlayDiscoveryRecord::read(&good.write()), Ok(good));
    assert_eq!(draft("A", 1, 1).announce(&key(2)).unwrap_err().path, "na_public_key_b64");
    assert_eq!(draft("A", 1, 0).announce(&key(1)).unwrap_err().path, "sequence_no");
    let nowhere = OverlayDiscoveryRecord { endpoints: vec![], ..draft("A", 1, 1) };
    assert_eq!(nowhere.announce(&key(1)).unwrap_err().path, "endpoints");
}

#[test]
fn messages_and_feeds_have_their_limits() {
    let json =
        br#"{"message_id":"m","records":[],"origin_sovereign_id":"A","sent_at":"2026-06-01"}"#;
    let message = DiscoveryGossipMessage::read(&parse(json).unwrap()).unwrap();
    assert!(message.is_forwarded());
    for (hop_count, max_hops, is_forwarded) in
        [(4, 5, true), (5, 5, false), (5, 99, false), (1, 1, false)]
    {
        let message = DiscoveryGossipMessage { hop_count, max_hops, ..message.clone() };
        assert_eq!(message.is_forwarded(), is_forwarded);
    }
    let none = DiscoveryGossipMessage { max_hops: 0, ..message }.settle().unwrap_err();
    assert_eq!(none.path, "max_hops");
    let mut feed = DiscoveryFeed {
        feed_id: "f".into(),
        operator_sovereign_id: "A".into(),
        entries: vec![record("A", 1, 1)],
        published_at: at(),
        valid_until: at().plus(FEED_SECONDS),
        signature: None,
    };
    let keys = [MeshKey::from(key(1).public())];
    assert_eq!(feed.verify(&keys, at()), Err(OverlayReason::MissingSignature));
    feed.sign(&key(1), "A");
    assert_eq!(feed.verify(&keys, at()), Ok(()));
    assert_eq!(feed.verify(&keys, at().plus(FEED_SECONDS + 1)), Err(OverlayReason::Expired));
    feed.entries.clear();
    assert_eq!(feed.verify(&keys, at()), Err(OverlayReason::InvalidSignature));
}
