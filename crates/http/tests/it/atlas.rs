//! The atlas of several authorities, and the dashboard.

use comity_wire::mesh_json::{Datetime, Value};

use crate::client::Answer;
use crate::fixture::{Na, genesis, key, now, public};

const PEERS: &str = "/admin/atlas/peers";

fn edge(from: &str, to: &str, id: &str) -> Value {
    Value::from([
        ("from", Value::from(from)),
        ("to", Value::from(to)),
        ("treaty_id", Value::from(id)),
        ("status", Value::from("active")),
        ("expires_at", Value::from(now().plus(90_000).isoformat())),
    ])
}

fn part(sovereign: &str, fetched_at: Datetime, edges: Vec<Value>) -> Value {
    Value::from([
        ("sovereign_id", Value::from(sovereign)),
        ("endpoint", Value::from("https://na.example/")),
        ("fetched_at", Value::from(fetched_at.isoformat())),
        ("graph", Value::from([("recognition_edges", Value::List(edges))])),
    ])
}

/// The labels of authorities, and of treaties by id.
fn labels(na: &Na) -> (Vec<(String, String)>, Vec<(String, String)>) {
    let atlas = na.get("/atlas.json").json();
    let pairs = |list: &Value, name: &str| {
        let pair = |it: &Value| {
            let text = |name: &str| it.get(name).and_then(Value::as_str).unwrap().to_owned();
            (text(name), text("freshness"))
        };
        list.items().iter().map(pair).collect()
    };
    let edges = atlas.get("merged").and_then(|it| it.get("recognition_edges")).unwrap();
    (pairs(atlas.get("authorities").unwrap(), "sovereign_id"), pairs(edges, "treaty_id"))
}

fn label(list: &[(String, String)], name: &str) -> String {
    list.iter().find(|(known, _)| known == name).unwrap().1.clone()
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

#[test]
fn an_atlas_of_one_is_the_references_with_labels_beside() {
    let na = Na::start();
    let treaty = na.recognise("beta", &public(5));
    let (atlas, graph) = (na.get("/atlas.json").json(), na.get("/recognition-graph").json());
    for name in ["sovereigns", "recognition_edges"] {
        assert_eq!(atlas.get(name), graph.get(name));
    }
    assert_eq!(atlas.get("active_treaty_count"), Some(&Value::from(1_u64)));
    let digest = comity_mesh::connectome::graph_digest(&graph).to_string();
    assert_eq!(atlas.get("graph_digest"), Some(&Value::from(digest)));
    let id = treaty.get("treaty_id").and_then(Value::as_str).unwrap().to_owned();
    let live = |name: &str| vec![(name.to_owned(), "live".to_owned())];
    assert_eq!(labels(&na), (live("alpha"), live(&id)));
}

#[test]
fn what_others_published_is_live_stale_or_archived_also_after_a_restart() {
    let na = Na::start();
    let treaty = na.recognise("delta", &public(5));
    let treaty = treaty.get("treaty_id").and_then(Value::as_str).unwrap().to_owned();
    let edges = vec![edge("beta", "gamma", "t-b"), edge("gamma", "beta", "t-hearsay")];
    let answer = na.admin("POST", PEERS, &part("beta", now(), edges));
    assert_eq!((answer.status, answer.text("freshness")), (201, "live".to_owned()));
    assert_eq!(answer.json().get("hearsay_count"), Some(&Value::from(1_u64)));
    let old = now().plus(-86_500);
    let answer = na.admin("POST", PEERS, &part("gamma", old, vec![edge("gamma", "beta", "t-c")]));
    assert_eq!(answer.text("freshness"), "stale");
    na.admin("POST", PEERS, &part("delta", now(), vec![edge("delta", "alpha", "t-d")]));
    assert_eq!(label(&labels(&na).0, "delta"), "live");
    na.admin("POST", &format!("/admin/recognition-treaties/{treaty}/revoke"), &Value::from([]));
    let na = na.restart();
    let (authorities, edges) = labels(&na);
    let stands: Vec<_> = authorities.iter().map(|(_, freshness)| freshness.as_str()).collect();
    assert_eq!(stands, ["live", "live", "archived", "stale"]);
    assert_eq!(label(&edges, "t-b"), "live");
    assert_eq!(label(&edges, "t-c"), "stale");
    assert_eq!(label(&edges, "t-d"), "archived");
    assert!(!edges.iter().any(|(id, _)| id == "t-hearsay"));

    let gone = Value::from([("sovereign_id", Value::from("beta"))]);
    let answer = na.admin("POST", "/admin/atlas/archive", &gone);
    assert_eq!((answer.status, answer.text("freshness")), (200, "archived".to_owned()));
    assert_eq!(na.admin("POST", "/admin/atlas/archive", &gone).status, 200);
    assert_eq!(label(&labels(&na).0, "beta"), "archived");
    let again = part("beta", now().plus(1), vec![]);
    assert_eq!(na.admin("POST", PEERS, &again).status, 201);
    assert_eq!(label(&labels(&na).0, "beta"), "live");
}

#[test]
fn parts_that_cannot_be_are_refused() {
    let na = Na::start();
    assert_eq!(na.admin("POST", PEERS, &part("beta", now().plus(-50), vec![])).status, 201);
    let with = |name: &str, value: Value| {
        let mut part = part("gamma", now(), vec![]);
        if let Value::Map(members) = &mut part {
            members.insert(name.to_owned(), value);
        }
        na.admin("POST", PEERS, &part)
    };
    let before = na.get("/atlas.json").json().get("merged").cloned();
    let cases = [
        (
            409,
            "atlas_snapshot_superseded",
            na.admin("POST", PEERS, &part("beta", now().plus(-50), vec![])),
        ),
        (400, "atlas_own_graph", na.admin("POST", PEERS, &part("alpha", now(), vec![]))),
        (
            400,
            "atlas_snapshot_ahead",
            na.admin("POST", PEERS, &part("gamma", now().plus(400), vec![])),
        ),
        (400, "missing_atlas_peer_fields", na.admin("POST", PEERS, &Value::from([]))),
        (400, "invalid_timestamps", with("fetched_at", Value::from("2026-01-01T00:00:00"))),
        (400, "invalid_endpoint", with("endpoint", Value::from("file:///etc/passwd"))),
        (400, "invalid_graph_digest", with("graph_digest", Value::from("abc"))),
        (
            422,
            "invalid_recognition_graph",
            with("graph", Value::from([("recognition_edges", Value::from(1_u64))])),
        ),
        (
            404,
            "atlas_peer_not_found",
            na.admin(
                "POST",
                "/admin/atlas/archive",
                &Value::from([("sovereign_id", Value::from("x"))]),
            ),
        ),
    ];
    for (status, name, answer) in cases {
        assert_eq!(code(&answer), (status, name.to_owned()));
        assert!(na.has_audited(name));
    }
    assert_eq!(na.get("/atlas.json").json().get("merged").cloned(), before);
}

#[test]
fn the_dashboard_says_how_the_sovereign_stands() {
    let na = Na::start();
    let empty = na.get("/dashboard.json").json();
    let at = |value: &Value, path: &[&str]| {
        path.iter().fold(value.clone(), |value, name| value.get(name).cloned().unwrap())
    };
    assert_eq!(at(&empty, &["sovereign", "id"]), Value::from("alpha"));
    assert_eq!(at(&empty, &["readiness", "status"]), Value::from("ready"));
    assert_eq!(at(&empty, &["treaty_summary", "total"]), Value::from(0_u64));
    assert_eq!(at(&empty, &["revocation_feed_summary", "freshness"]), Value::from("none"));
    assert_eq!(at(&empty, &["links", "connectome_json"]), Value::from("/connectome.json"));

    na.recognise("beta", &public(12));
    let short = Value::from([
        ("subject_sovereign_id", Value::from("gamma")),
        ("subject_public_keys", Value::List(vec![Value::from(public(5))])),
        ("validity_hours", Value::from(1_u64)),
    ]);
    na.admin("POST", "/admin/recognition-treaties", &short);
    let beta = Na::with(|options| {
        options.config.genesis = genesis("beta", 11, 12);
        options.secret = key(12);
    });
    let wish = Value::from([
        ("subject_id", Value::from("dora")),
        ("roles", Value::List(vec![Value::from("role:client")])),
    ]);
    let id = beta.admin("POST", "/admin/attestations", &wish).text("attestation_id");
    beta.admin("POST", &format!("/admin/attestations/{id}/revoke"), &Value::from([]));
    let feed = beta.get("/sovereign-revocation-feed").json();
    let import = Value::from([("feed", feed)]);
    let imported = na.admin("POST", "/admin/sovereign-revocation-feeds/import", &import);
    assert_eq!(imported.status, 200, "{imported:?}");

    let full = na.get("/dashboard.json").json();
    assert_eq!(at(&full, &["connectome_summary", "active_edge_count"]), Value::from(2_u64));
    assert_eq!(at(&full, &["treaty_summary", "expiring_soon"]), Value::from(1_u64));
    let first = at(&full, &["treaties"]).items()[0].clone();
    assert_eq!(first.get("subject_sovereign_id"), Some(&Value::from("gamma")));
    assert_eq!(first.get("expiry_risk"), Some(&Value::from("high")));
    let warnings = at(&full, &["warnings"]).items().to_vec();
    assert_eq!(warnings, [Value::from("1 treaty is expiring soon.")]);
    let feed = at(&full, &["revocation_feeds"]).items()[0].clone();
    assert_eq!(feed.get("freshness"), Some(&Value::from("fresh")));
    assert_eq!(feed.get("revoked_count"), Some(&Value::from(1_u64)));
    let changes = at(&full, &["recent_changes"]).items().to_vec();
    let titles: Vec<_> = changes.iter().map(|it| at(it, &["summary", "title"])).collect();
    let wanted = ["Revocation feed imported", "Treaty issued", "Treaty issued"];
    assert_eq!(titles, wanted.map(Value::from));
    let text = String::from_utf8(na.get("/dashboard.json").bytes).unwrap();
    assert!(!text.contains("nonce") && !text.contains("token_sha256") && !text.contains("/admin/"));
}
