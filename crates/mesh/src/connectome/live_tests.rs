use std::collections::BTreeMap;
use std::sync::Arc;

use comity_wire::mesh_json::Datetime;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::attestation::Status;
use crate::recognition::{RecognitionTreaty, RecognitionTreatyScope};

fn start() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").unwrap()
}

fn stored(from: u8, to: u8, id: u8, hours: i64) -> StoredTreaty {
    let issued_at = start().plus(i64::from(id) * 7 % 13);
    StoredTreaty {
        treaty: Arc::new(RecognitionTreaty {
            treaty_id: format!("t{id:02}"),
            issuer_sovereign_id: format!("S{from}"),
            subject_sovereign_id: format!("S{to}"),
            subject_public_keys: vec!["key".into()],
            scope: RecognitionTreatyScope {
                allowed_roles: if id.is_multiple_of(2) {
                    vec![]
                } else {
                    vec!["role:client".into()]
                },
                ..RecognitionTreatyScope::default()
            },
            status: if id == 19 { Status::Suspended } else { Status::Active },
            issued_at,
            valid_from: issued_at,
            expires_at: start().plus(hours * 3600),
            issued_by: "na".into(),
            metadata: BTreeMap::new(),
            signatures: vec![],
        }),
        revoked_at: None,
        reason: None,
    }
}

fn revocation(issuer: &str, id: &str) -> RevokedAttestation {
    RevokedAttestation {
        id: id.into(),
        issuer_sovereign_id: issuer.into(),
        feed_id: "f".into(),
        sequence: 1,
        reason: None,
        revoked_at: None,
    }
}

/// What happens at an hour: a treaty is put (0 to 4), revoked (5), replaced (6) or removed (7).
type Step = (u8, u8, u8, u8, i64, i64);

fn step() -> impl Strategy<Value = Step> {
    (0_u8..8, 0_u8..6, 0_u8..6, 0_u8..20, 1_i64..200, 0_i64..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Taking changes one at a time while time goes by ends where starting afresh at the end does.
    #[test]
    fn a_connectome_that_lived_is_one_that_was_made_now(steps in vec(step(), 0..40)) {
        let mut rows: Vec<StoredTreaty> = Vec::new();
        let (mut lived, mut now) = (Connectome::new(start()), start());
        for (what, from, to, id, hours, later) in steps {
            now = now.plus(later * 3600);
            lived.advance(now);
            let key = format!("t{id:02}");
            let reason = if what == 6 { "replaced_by:t99" } else { "unspecified" };
            let at = rows.iter().position(|row| row.treaty.treaty_id == key);
            match what {
                0..5 => {
                    let row = stored(from, to, id, hours);
                    lived.put(row.clone());
                    match at {
                        Some(at) => rows[at] = row,
                        None => rows.push(row),
                    }
                }
                5 | 6 => {
                    let known = at.map(|at| &mut rows[at]);
                    prop_assert_eq!(lived.revoke(&key, now, Some(reason.into())), known.is_some());
                    if let Some(row) = known && row.revoked_at.is_none() {
                        (row.revoked_at, row.reason) = (Some(now), Some(reason.into()));
                    }
                }
                _ => prop_assert_eq!(lived.remove(&key), at.map(|at| rows.remove(at))),
            }
        }
        let mut fresh = Connectome::new(now);
        for row in rows {
            fresh.put(row);
        }
        prop_assert_eq!(&lived, &fresh);
        prop_assert_eq!(lived.graph(), fresh.graph());
        let (graph, mut scratch) = (fresh.graph(), Scratch::new());
        for (from, to) in (0..6).flat_map(|from| (0..6).map(move |to| (from, to))) {
            let (from, to) = (format!("S{from}"), format!("S{to}"));
            prop_assert_eq!(lived.explain(&mut scratch, &from, &to), graph.explain(&from, &to));
            let roles = vec!["role:client".to_owned()];
            prop_assert_eq!(
                lived.decide(&mut scratch, &from, &to, roles.clone()),
                graph.decide(&from, &to, roles, DecisionRules::Strict, now)
            );
        }
    }
}

#[test]
fn labels_change_at_the_microsecond_at_which_the_lifecycle_does() {
    let end = start().plus(100 * 3600);
    for hours in [72_i64, 24, 0] {
        let mut connectome = Connectome::new(start());
        connectome.put(stored(0, 1, 0, 100));
        let edge = end.instant() - hours * 3_600_000_000 - 1_000_000;
        for instant in [edge, edge + 1] {
            let second =
                Datetime::from(comity_wire::Time::from_unix(instant.div_euclid(1_000_000)));
            let text = second.to_string().replace('Z', "");
            let at =
                Datetime::parse(&format!("{text}.{:06}Z", instant.rem_euclid(1_000_000))).unwrap();
            assert_eq!(at.instant(), instant);
            connectome.advance(at);
            let expected = connectome.treaty("t00").unwrap().lifecycle(at);
            let graph = connectome.graph();
            assert_eq!(graph.recognition_edges[0].lifecycle_state, expected.state.as_str());
            assert_eq!(graph.recognition_edges[0].expiry_risk, expected.expiry_risk.as_str());
        }
    }
}

#[test]
fn treaties_of_one_date_stay_in_the_order_in_which_they_came() {
    let mut connectome = Connectome::new(start());
    let ids = ["t13", "t00", "t05", "t07"];
    for treaty_id in ids {
        let mut row = stored(0, 1, 0, 100);
        Arc::make_mut(&mut row.treaty).treaty_id = treaty_id.to_owned();
        connectome.put(row);
    }
    let mut early = stored(0, 1, 1, 100);
    Arc::make_mut(&mut early.treaty).issued_at = start().plus(-5);
    connectome.put(early);
    let order = |connectome: &Connectome| {
        let edges = connectome.graph().recognition_edges.into_iter();
        edges.map(|edge| edge.treaty_id).collect::<Vec<_>>()
    };
    assert_eq!(order(&connectome), ["t01", "t13", "t00", "t05", "t07"]);
    assert!(connectome.revoke("t13", start(), None));
    connectome.remove("t05");
    assert_eq!(order(&connectome), ["t01", "t13", "t00", "t07"]);
    assert_eq!((connectome.len(), connectome.is_empty()), (4, false));
}

#[test]
fn what_is_due_is_said_before_it_is_done() {
    let mut connectome = Connectome::new(start());
    connectome.put(stored(0, 1, 0, 100));
    let (before, after) = (start().plus(27 * 3600), start().plus(29 * 3600));
    assert!(!connectome.is_due(before) && connectome.is_due(after));
    let same = connectome.clone();
    assert_eq!(connectome.advance(after), 1);
    assert!(!connectome.is_due(after));
    assert_eq!(connectome, same);
    connectome.import(revocation("S1", "a1"));
    assert_ne!(connectome, same);
    assert_eq!(connectome.revocations().len(), 1);
}

#[test]
fn changes_are_seen_and_nothing_else_is() {
    let mut connectome = Connectome::new(start());
    connectome.put(stored(0, 1, 2, 100));
    let generation = connectome.generation();
    assert_eq!(connectome.advance(start().plus(3600)), 0);
    assert_eq!(connectome.advance(start()), 0);
    assert!(!connectome.revoke("t77", start(), None));
    assert_eq!(connectome.remove("t77"), None);
    assert_eq!(connectome.generation(), generation);
    assert_eq!(connectome.now(), start().plus(3600));
    assert_eq!(connectome.advance(start().plus(99 * 3600)), 1);
    connectome.import(revocation("S1", "a1"));
    connectome.import(revocation("S10", "a2"));
    assert!(connectome.generation() > generation);
    assert!(connectome.is_revoked("S1", "a1") && !connectome.is_revoked("S1", "a2"));
    let mut scratch = Scratch::new();
    let decision = connectome.decide(&mut scratch, "S0", "S1", vec![]);
    assert_eq!(decision.reason, "recognition_under_revocation_pressure");
    assert_eq!(decision.signals.len(), 2);
    let (reason, later) = (Some("replaced_by:t03".to_owned()), start().plus(7200));
    assert!(connectome.revoke("t02", later, reason.clone()));
    assert!(connectome.revoke("t02", later.plus(5), None));
    assert_eq!(connectome.treaty("t02").unwrap().reason, reason);
    let path = connectome.explain(&mut scratch, "S0", "S1");
    assert_eq!(path.reason, PathReason::DirectTreatyRevoked);
    assert_eq!(connectome.graph().revoked_trust_material.len(), 3);
}
