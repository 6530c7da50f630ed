use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, parse};

use super::*;
use crate::schema::Field as _;

fn at() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn edge(from: &str, to: &str, treaty_id: &str, seconds: i64) -> Edge {
    Edge {
        from: from.into(),
        to: to.into(),
        treaty_id: treaty_id.into(),
        status: "active".into(),
        lifecycle_state: "active".into(),
        expiry_risk: "low".into(),
        valid_from: at().isoformat(),
        expires_at: at().plus(seconds).isoformat(),
    }
}

fn graph() -> RecognitionGraph {
    let mut revoked = edge("A", "E", "t5", 9000);
    revoked.status = "revoked".into();
    let mut unreadable = edge("A", "F", "t6", 9000);
    unreadable.expires_at = "soon".into();
    let silent = parse(br#"{"treaty_id":"t1","scope":{"accepted_statuses":[]}}"#).unwrap();
    RecognitionGraph {
        sovereigns: vec![],
        recognition_edges: vec![
            edge("A", "B", "t1", 9000),
            edge("B", "C", "t2", 60),
            edge("A", "D", "t3", -90_000),
            edge("A", "D", "t4", -10),
            revoked,
            unreadable,
        ],
        active_treaties: vec![ActiveTreaty::Read(silent), ActiveTreaty::Read(Value::Null)],
        revoked_trust_material: vec![],
    }
}

fn cache(secret: &SigningKey) -> TrustPathCache {
    let maker = AtlasMaker { operator_sovereign_id: "A", secret, at: at() };
    let pairs =
        [("A", "B"), ("A", "C"), ("B", "A"), ("A", "D"), ("A", "E"), ("A", "F"), ("A", "A")];
    let ids = (0..=pairs.len()).map(|number| format!("id{number}"));
    TrustPathCache::build(&graph(), pairs, ids, PATH_SECONDS, maker)
}

#[test]
fn cached_paths_are_directed_and_end_with_their_treaties() {
    let cache = cache(&key(1));
    let digest = graph().digest().to_string();
    assert_eq!(cache.cache_id, "id0");
    for (from, to, verdict, path, seconds) in [
        ("A", "B", "allow", &["A", "B"][..], PATH_SECONDS),
        ("A", "C", "allow", &["A", "B", "C"], 60),
        ("B", "A", "no_path", &[], PATH_SECONDS),
        ("A", "D", "no_path", &[], PATH_SECONDS),
        ("A", "E", "block", &[], PATH_SECONDS),
        ("A", "F", "no_path", &[], PATH_SECONDS),
        ("A", "A", "no_path", &[], PATH_SECONDS),
    ] {
        let entry = cache.lookup(from, to, Some(&digest), at()).unwrap();
        assert_eq!(
            (entry.verdict.as_str(), entry.path_sovereign_ids.as_slice()),
            (verdict, path.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>().as_slice())
        );
        assert_eq!(entry.hop_count, path.len().saturating_sub(1) as u64);
        assert_eq!(entry.valid_until, at().plus(seconds), "{from} {to}");
    }
    assert_eq!(TrustPathCache::read(&cache.write()), Ok(cache));
}

#[test]
fn every_reason_has_a_cache_that_earns_it() {
    let (good, keys) = (cache(&key(1)), [MeshKey::from(key(1).public())]);
    assert_eq!(good.verify(&keys), Ok(()));
    for reason in AtlasReason::ALL {
        let mut cache = good.clone();
        let answer = match reason {
            AtlasReason::MissingSignature => {
                cache.entries[2].signature = None;
                cache.sign(&key(1), "A");
                cache.verify(&keys)
            }
            AtlasReason::InvalidSignature => {
                cache.entries.pop();
                cache.verify(&keys)
            }
            AtlasReason::GraphDigestMismatch => {
                cache.entries[0].graph_digest = "00".into();
                assert_eq!(cache.lookup("A", "B", None, at()).err(), Some(*reason));
                cache.lookup("A", "C", Some("00"), at()).map(|_| ())
            }
            AtlasReason::NotCached => cache.lookup("C", "A", None, at()).map(|_| ()),
            AtlasReason::Expired => cache.lookup("A", "C", None, at().plus(61)).map(|_| ()),
        };
        assert_eq!(answer, Err(*reason));
    }
}

fn policy() -> GraphPruningPolicy {
    let json = br#"{"policy_id":"p","operator_sovereign_id":"A"}"#;
    GraphPruningPolicy::read(&parse(json).unwrap()).unwrap()
}

#[test]
fn pruning_removes_what_is_over_and_says_why() {
    let secret = key(1);
    let maker = AtlasMaker { operator_sovereign_id: "A", secret: &secret, at: at() };
    let (pruned, export) = policy().prune(&graph(), Some(at()), "x".into(), maker).unwrap();
    let removed: Vec<(&str, &str)> = export
        .audit_entries
        .iter()
        .map(|entry| (entry.edge_id.as_str(), entry.removal_reason.as_str()))
        .collect();
    assert_eq!(removed, [("t1", "empty_scope"), ("t3", "expired_treaty"), ("t5", "revoked_cert")]);
    assert_eq!(
        (export.original_edge_count, export.pruned_edge_count, export.removed_edge_count),
        (6, 3, 3)
    );
    assert_eq!(export.pruned_graph_digest, pruned.digest().to_string());
    let keys = [MeshKey::from(secret.public())];
    assert_eq!(export.check_signatures(&keys), SignatureCheck::Valid);
    let keep = GraphPruningPolicy {
        prune_revoked_certificates: false,
        prune_empty_scopes: false,
        prune_expired_treaties_after_seconds: 100_000,
        ..policy()
    };
    let (kept, _) = keep.prune(&graph(), None, "x".into(), maker).unwrap();
    assert_eq!(kept, graph());
    let old = policy().prune(&graph(), Some(at().plus(-3601)), "x".into(), maker).unwrap_err();
    assert_eq!((old, old.code()), (GraphTooOld { age: 3601, max: 3600 }, "mesh.graph_too_old"));
}
