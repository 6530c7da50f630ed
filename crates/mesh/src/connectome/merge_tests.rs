use comity_wire::mesh_json::{Datetime, Value};

use super::*;

fn at() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").unwrap()
}

fn edge(from: &str, to: &str, treaty_id: &str, hours: i64) -> Edge {
    Edge {
        from: from.into(),
        to: to.into(),
        treaty_id: treaty_id.into(),
        status: "active".into(),
        lifecycle_state: "active".into(),
        expiry_risk: "low".into(),
        valid_from: at().isoformat(),
        expires_at: at().plus(hours * 3600).isoformat(),
    }
}

fn source(sovereign_id: &str, hours_ago: i64, edges: Vec<Edge>) -> AtlasSource {
    let graph = RecognitionGraph {
        sovereigns: vec![],
        recognition_edges: edges,
        active_treaties: vec![],
        revoked_trust_material: vec![],
    };
    let fetched_at = at().plus(-hours_ago * 3600);
    AtlasSource::of(sovereign_id.into(), graph, fetched_at)
}

#[test]
fn each_authority_speaks_for_itself_and_for_its_time() {
    let mut gone = source("D", 1, vec![edge("D", "A", "t7", 99)]);
    gone.is_archived = true;
    let sources = [
        source("A", 24, vec![edge("A", "B", "t1", 99), edge("A", "C", "t2", 0)]),
        source("A", 30, vec![edge("A", "Z", "t0", 99)]),
        source(
            "B",
            1,
            vec![edge("B", "C", "t3", 99), edge("A", "D", "t4", 99), edge("B", "C", "t3", 1)],
        ),
        source("C", 25, vec![edge("C", "D", "t5", 99)]),
        source("E", -1, vec![]),
        gone,
    ];
    let atlas = MergedAtlas::merge(&sources, at());
    let labels: Vec<_> = atlas
        .authorities
        .iter()
        .map(|it| (it.sovereign_id.as_str(), it.freshness.as_str(), it.hearsay_count))
        .collect();
    assert_eq!(
        labels,
        [
            ("A", "live", 0),
            ("B", "live", 1),
            ("C", "stale", 0),
            ("D", "archived", 0),
            ("E", "stale", 0)
        ]
    );
    let edges: Vec<_> = atlas.edges.iter().map(|it| it.edge.treaty_id.as_str()).collect();
    assert_eq!(edges, ["t1", "t2", "t3", "t5", "t7"]);
    let live = atlas.live_graph();
    assert_eq!(live.explain("A", "C").hop_count(), 2);
    assert_eq!(live.explain("A", "D").reason, PathReason::NoActiveTreatyPath);
    let value = atlas.to_value();
    let first = value.get("recognition_edges").unwrap().items()[0].clone();
    assert_eq!(first.get("freshness"), Some(&Value::from("live")));
    assert_eq!(value.get("sovereigns").unwrap().items().len(), 5);
    assert_eq!(atlas.sovereigns.get("Z"), None);
}

#[test]
fn a_source_says_when_its_labels_change() {
    let fresh = source("A", 1, vec![edge("A", "B", "t1", 2), edge("A", "C", "t2", 99)]);
    assert_eq!(fresh.next_change(at()), Some(at().plus(2 * 3600)));
    let later = at().plus(3 * 3600);
    assert_eq!(fresh.next_change(later), Some(at().plus(23 * 3600 + 1)));
    assert_eq!(fresh.freshness(at().plus(23 * 3600)), Freshness::Live);
    assert_eq!(fresh.freshness(at().plus(23 * 3600 + 1)), Freshness::Stale);
    assert_eq!(fresh.next_change(at().plus(24 * 3600)), Some(at().plus(99 * 3600)));
    assert_eq!(fresh.next_change(at().plus(99 * 3600)), None);
    let ahead = source("A", -1, vec![]);
    assert_eq!(ahead.next_change(at()), Some(at().plus(3600)));
    let archived = AtlasSource { is_archived: true, ..ahead };
    assert_eq!(archived.next_change(at()), None);
}
