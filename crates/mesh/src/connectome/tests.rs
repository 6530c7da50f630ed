use comity_wire::mesh_json::{Datetime, Value, parse};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::schema::Field as _;

/// What can be said about a treaty: status, state, risk. The first two carry trust.
const LABELS: [(&str, &str, &str); 8] = [
    ("active", "active", "low"),
    ("active", "expiring_soon", "medium"),
    ("active", "expired", "expired"),
    ("revoked", "revoked", "none"),
    ("active", "replaced", "none"),
    ("suspended", "active", "low"),
    ("", "expiring_soon", "high"),
    ("revoked", "active", ""),
];

fn edge(from: &str, to: &str, treaty_id: &str, label: usize) -> Edge {
    let (status, state, risk) = LABELS[label];
    Edge {
        from: from.into(),
        to: to.into(),
        treaty_id: treaty_id.into(),
        status: status.into(),
        lifecycle_state: state.into(),
        expiry_risk: risk.into(),
        valid_from: "2026-06-01T12:00:00+00:00".into(),
        expires_at: "2026-06-10T12:00:00+00:00".into(),
    }
}

fn graph(edges: Vec<Edge>) -> RecognitionGraph {
    let treaty = |edge: &Edge| {
        let scope = Value::from([("allowed_roles", Value::List(vec![Value::from("role:client")]))]);
        Value::from([("treaty_id", Value::from(edge.treaty_id.as_str())), ("scope", scope)])
    };
    RecognitionGraph {
        sovereigns: Vec::new(),
        active_treaties: edges.iter().map(treaty).map(ActiveTreaty::Read).collect(),
        recognition_edges: edges,
        revoked_trust_material: Vec::new(),
    }
}

/// A name for each number; the empty one and some that sort in another order than the numbers.
fn name(number: u8) -> String {
    if number == 0 { String::new() } else { format!("S{}", u32::from(number) * 7 % 13) }
}

/// A change to the graph: from, to, which treaty, how it is labelled; `label` past the end removes the treaty.
fn change() -> impl Strategy<Value = (u8, u8, u8, usize)> {
    (0_u8..12, 0_u8..12, 0_u8..40, 0_usize..=LABELS.len() + 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Whatever is added, relabelled, replaced and removed, the index answers as the plain search does (invariants 2, 3).
    #[test]
    fn the_index_answers_as_the_plain_search(
        changes in vec(change(), 0..60),
        mostly_active in any::<bool>(),
    ) {
        let (mut index, mut plain, mut scratch) = (EdgeIndex::new(), graph(vec![]), Scratch::new());
        for (from, to, treaty, label) in changes {
            let id = format!("t{}", u32::from(treaty) * 17 % 41);
            let edges = &mut plain.recognition_edges;
            if LABELS.len() < label {
                prop_assert_eq!(index.remove(&id).is_some(), edges.iter().any(|it| it.treaty_id == id));
                edges.retain(|it| it.treaty_id != id);
                continue;
            }
            let label = if mostly_active && label != 3 { label % 2 } else { label % LABELS.len() };
            let known = edges.iter_mut().find(|it| it.treaty_id == id);
            if let Some(known) = known && from % 2 == 0 {
                let (status, state, risk) = LABELS[label];
                prop_assert!(index.relabel(&id, status, state, risk));
                *known = edge(&known.from, &known.to, &id, label);
            } else {
                edges.retain(|it| it.treaty_id != id);
                edges.push(edge(&name(from), &name(to), &id, label));
                index.put(edge(&name(from), &name(to), &id, label));
            }
        }
        prop_assert_eq!(index.len(), plain.recognition_edges.len());
        for from in 0..13 {
            for to in 0..13 {
                let (from, to) = (name(from), name(to));
                prop_assert_eq!(index.explain(&mut scratch, &from, &to), plain.explain(&from, &to));
            }
        }
    }

    /// The same on long, thin graphs, where the two halves of the search are several hops each.
    #[test]
    fn long_paths_are_those_of_the_plain_search(
        links in vec((0_u8..60, 1_u8..4, 0_usize..9), 40..200),
        asks in vec((0_u8..64, 0_u8..64), 24),
    ) {
        let of = |number: u8| format!("{:03}", u32::from(number) * 37 % 64);
        let edges: Vec<Edge> = links
            .iter()
            .enumerate()
            .map(|(at, (from, step, label))| {
                let label = if *label < 6 { 0 } else { *label % LABELS.len() };
                edge(&of(*from), &of((*from + *step) % 64), &format!("t{}", at * 31 % 211), label)
            })
            .collect();
        let plain = graph(edges);
        let (index, mut scratch) = (EdgeIndex::of(&plain), Scratch::new());
        for (from, to) in asks {
            let (from, to) = (of(from), of(to));
            prop_assert_eq!(index.explain(&mut scratch, &from, &to), plain.explain(&from, &to));
        }
    }
}

#[test]
fn every_path_reason_has_its_case() {
    let graph = graph(vec![
        edge("A", "B", "t2", 0),
        edge("A", "B", "t1", 0),
        edge("B", "C", "t3", 1),
        edge("B", "D", "t5", 4),
        edge("B", "D", "t4", 3),
        edge("A", "E", "t6", 2),
    ]);
    let (index, mut scratch) = (EdgeIndex::of(&graph), Scratch::new());
    for reason in PathReason::ALL {
        let (from, to, ids, hops): (&str, &str, &[&str], u64) = match reason {
            PathReason::ActiveTreatyPath => ("A", "C", &["t1", "t3"], 2),
            PathReason::DirectTreatyRevoked => ("B", "D", &["t4"], 0),
            PathReason::NoActiveTreatyPath => ("A", "E", &[], 0),
        };
        for path in [graph.explain(from, to), index.explain(&mut scratch, from, to)] {
            let found: Vec<&str> = path.path.iter().map(|edge| edge.treaty_id.as_str()).collect();
            assert_eq!((path.reason, &*found, path.hop_count()), (*reason, ids, hops));
        }
    }
    for (from, to) in [("A", "A"), ("A", "nobody"), ("nobody", "A"), ("", "")] {
        assert_eq!(graph.explain(from, to).reason, PathReason::NoActiveTreatyPath);
        assert_eq!(index.explain(&mut scratch, from, to), graph.explain(from, to));
    }
}

fn at() -> Datetime {
    Datetime::parse("2026-06-01T14:00:00.000120+02:00").unwrap()
}

#[test]
fn decisions_weigh_scope_revocations_and_expiry() {
    let mut graph = graph(vec![
        edge("A", "B", "t1", 0),
        edge("B", "C", "t2", 1),
        edge("A", "D", "t3", 3),
        edge("A", "E", "t4", 0),
        edge("A", "F", "t5", 0),
    ]);
    graph.active_treaties.retain(|treaty| treaty.id() != Some("t5"));
    let revoked = RevokedAttestation {
        id: "att1".into(),
        issuer_sovereign_id: "E".into(),
        feed_id: "f".into(),
        sequence: 4,
        reason: None,
        revoked_at: None,
    };
    graph.revoked_trust_material.push(RevokedMaterial::Attestation(revoked));
    let strict = DecisionRules::Strict;
    let reference = DecisionRules::Reference;
    for (to, role, rules, verdict, reason) in [
        ("B", "role:client", strict, "allow", "active_treaty_path"),
        ("B", "role:client", reference, "warn", "treaty_expiring_soon"),
        ("C", "role:client", strict, "warn", "treaty_expiring_soon"),
        ("B", "role:anchor", strict, "block", "scope_not_in_treaty"),
        ("D", "role:client", strict, "block", "direct_treaty_revoked"),
        ("G", "role:client", strict, "block", "no_active_treaty_path"),
        ("E", "role:client", strict, "escalate", "recognition_under_revocation_pressure"),
        ("E", "role:anchor", strict, "block", "scope_not_in_treaty"),
        ("F", "role:client", strict, "block", "scope_not_in_treaty"),
        ("F", "role:client", reference, "warn", "treaty_expiring_soon"),
    ] {
        let decision = graph.decide("A", to, vec![role.into()], rules, at());
        assert_eq!((decision.verdict.as_str(), decision.reason), (verdict, reason), "{to} {role}");
        let value = decision.to_value();
        assert_eq!(value.get("verdict").and_then(Value::as_str), Some(verdict));
        let evaluated = value.get("evaluated_at").and_then(Value::as_str);
        assert_eq!(evaluated, Some("2026-06-01T12:00:00.000120+00:00"));
    }
}

/// A scope that is not what it should be grants nothing.
#[test]
fn roles_that_are_no_list_of_text_are_not_granted() {
    let scope = |json: &str| RoleScope::of(&parse(json.as_bytes()).unwrap());
    for any in ["{}", r#"{"scope":{}}"#, r#"{"scope":{"allowed_roles":[]}}"#] {
        assert_eq!(scope(any), RoleScope::Any);
    }
    for none in ["\"role:client\"", "[1]", "{}", "7"] {
        let json = format!(r#"{{"scope":{{"allowed_roles":{none}}}}}"#);
        assert_eq!(scope(&json), RoleScope::Only(vec![]), "{none}");
    }
}

#[test]
fn graphs_read_what_they_write_and_name_what_they_cannot_read() {
    let json = br#"{"sovereigns":[{"sovereign_id":"A"}],"recognition_edges":[],"active_treaties":[],
        "revoked_trust_material":[{"type":"recognition_treaty","id":"t","lifecycle_state":"replaced",
        "reason":"replaced_by:u","revoked_at":null},{"type":"membership_attestation","id":"a",
        "issuer_sovereign_id":"B","feed_id":"f","sequence":0,"reason":null,"revoked_at":"x"}]}"#;
    let raw = parse(json).unwrap();
    let graph = RecognitionGraph::read(&raw).unwrap();
    assert_eq!(graph.write(), raw);
    assert_eq!(graph.digest(), graph_digest(&raw));
    let summary = graph.atlas_summary();
    assert_eq!((summary.active_treaty_count, summary.revoked_trust_material_count), (0, 2));
    assert_eq!(summary.graph_digest, graph.digest().to_string());
    let other = parse(br#"{"revoked_trust_material":[{"type":"key","id":"k"}]}"#).unwrap();
    let error = RecognitionGraph::read(&other).unwrap_err();
    assert_eq!(error.path, "revoked_trust_material.0.type");
}
