//! What network authorities and their members hand around: Mesh JSON, its objects, and what is concluded from them.

pub mod case_file;
pub mod objects;

use std::collections::{BTreeMap, BTreeSet};

use comity_mesh::bundle::{
    BundleError, LiveMaterial, bundle_hash, has_private_material, import, signature_report,
    summary, validate,
};
use comity_mesh::conformance::{self, MALFORMED, suite_key};
use comity_mesh::connectome::{EdgeIndex, RecognitionGraph, Scratch, View, graph_digest};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;
use comity_wire::WireError;
use comity_wire::mesh_json::{self, Datetime, Value, canonical};

use crate::input::Input;
use crate::oracle;

/// The suites that one document can be checked by; a test compares the list.
pub const SUITES: &[&str] = &[
    "agreements",
    "asset_manifest",
    "attestations",
    "case_file",
    "check_report",
    "client_package",
    "consensus",
    "data_usage",
    "delegation_end",
    "delegations",
    "freshness",
    "ibct",
    "managing_partner",
    "membership",
    "offline_notice",
    "onboarding",
    "operator_heartbeat",
    "revocation",
    "selective_disclosure",
    "signatures",
    "treaties",
    "trust_evidence",
];

/// Most names of one graph between which paths are asked for, a count.
const NAMES_MAX: usize = 6;

/// Most keys that are taken out of one document, a count.
const KEYS_MAX: usize = 3;

/// A document, or nothing after the refusal was looked at.
fn document(data: &[u8]) -> Option<Value> {
    mesh_json::parse(data).map_err(|error| oracle::refusal(error.code(), &error)).ok()
}

/// When things are asked.
fn time(choice: u8) -> Datetime {
    const TIMES: [&str; 4] =
        ["2026-06-01T12:00:00Z", "2026-01-01T00:00:00Z", "0001-01-01", "9999-12-31T23:59:59-23:59"];
    let text = TIMES[usize::from(choice) % TIMES.len()];
    Datetime::parse(text).expect("a datetime")
}

/// The keys of suites, and those that a document names.
fn keys(document: &Value) -> Vec<MeshKey> {
    let suites = ["a", "b", "c"].into_iter().filter_map(suite_key);
    let mut keys: Vec<MeshKey> = suites.map(|key| MeshKey::from(key.public())).collect();
    named(document, &mut keys);
    keys
}

fn named(value: &Value, keys: &mut Vec<MeshKey>) {
    match value {
        _ if KEYS_MAX + 3 <= keys.len() => {}
        Value::Text(text) => keys.extend(MeshKey::parse(text).ok()),
        Value::List(items) => items.iter().for_each(|item| named(item, keys)),
        Value::Map(members) => members.values().for_each(|member| named(member, keys)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => {}
    }
}

/// What is read has one canonical form, which is read as the same.
pub fn json(data: &[u8]) {
    let Some(value) = document(data) else { return };
    let bytes = canonical(&value);
    assert!(bytes.iter().all(|byte| (b' '..=b'~').contains(byte)), "not printable ASCII");
    match mesh_json::parse(&bytes) {
        Ok(again) => {
            assert_eq!(again, value, "the canonical form says something else");
            assert_eq!(canonical(&again), bytes, "a canonical form is canonical");
        }
        // Escapes are longer than what they stand for.
        Err(error) => assert!(matches!(error, WireError::TooLong { .. }), "{error}"),
    }
}

/// What is printed is read as the same, and names the same instant.
pub fn datetime(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let datetime = match Datetime::parse(text) {
        Ok(datetime) => datetime,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    for printed in [datetime.to_string(), datetime.isoformat()] {
        assert_eq!(Datetime::parse(&printed).as_ref(), Ok(&datetime), "{printed}");
    }
    assert_eq!(Datetime::from_value(&Value::from(datetime)).as_ref(), Ok(&datetime));
    for seconds in [0, 1, -1, i64::MAX, i64::MIN] {
        let moved = datetime.plus(seconds);
        assert_eq!(moved.is_naive(), datetime.is_naive());
        assert_eq!(Datetime::parse(&moved.to_string()).as_ref(), Ok(&moved), "{seconds} later");
        assert!((seconds < 0) == (moved.instant() < datetime.instant()) || moved == datetime);
    }
    assert!(datetime.to_time().unix() <= datetime.instant().div_euclid(1_000_000));
}

/// A review grants nothing, and there is no receipt for what the checks find fault with.
pub fn bundle(data: &[u8]) {
    let mut input = Input::new(data);
    let at = time(input.byte());
    let Some(bundle) = document(input.rest()) else { return };
    let hash = bundle_hash(&bundle);
    assert_eq!(hash.len(), "sha256:".len() + 64);
    assert!(summary(&bundle).members().is_some());
    let part = |name: &str| bundle.get(name).cloned().unwrap_or(Value::Null);
    let live = LiveMaterial {
        endpoint: bundle.get("source_endpoint").and_then(Value::as_str).map(str::to_owned),
        sovereign_metadata: part("sovereign_metadata"),
        genesis: part("genesis"),
    };
    let items = signature_report(&bundle, at);
    assert_eq!(items, signature_report(&bundle, at));
    for live in [None, Some(&live)] {
        let validation = validate(&bundle, live);
        assert!(!has_private_material(&bundle) || !validation.errors.is_empty());
        match import(&bundle, "bundle.json", live, at) {
            Ok(receipt) => {
                assert!(validation.errors.is_empty());
                assert!(items.iter().all(|item| item.refusal().is_none()));
                assert_eq!(receipt.get("trust_granted"), Some(&Value::Bool(false)));
                assert_eq!(receipt.get("bundle_hash"), Some(&Value::from(hash.as_str())));
            }
            Err(BundleError::Invalid { errors }) => assert_eq!(errors, validation.errors),
            Err(error) => oracle::refusal(error.code(), &error),
        }
    }
}

/// However a graph is kept, its paths are the same.
pub fn graph(data: &[u8]) {
    let Some(value) = document(data) else { return };
    let graph = match RecognitionGraph::read(&value) {
        Ok(graph) => graph,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    assert_eq!(graph.digest(), graph_digest(&graph.write()));
    let view = graph.clone().into_view();
    assert_eq!(View::read(&view.write()).as_ref(), Ok(&view));
    let atlas = graph.atlas_summary();
    assert_eq!(atlas.graph_digest, graph.digest().to_string());
    assert_eq!(atlas.active_treaty_count, graph.active_treaties.len() as u64);
    let edges = &graph.recognition_edges;
    let ids: BTreeSet<&str> = edges.iter().map(|edge| edge.treaty_id.as_str()).collect();
    if ids.len() < edges.len() {
        assert_eq!(EdgeIndex::of(&graph).len(), ids.len());
        return;
    }
    let straight = EdgeIndex::of(&graph);
    // The same edges by way of removals and other labels.
    let mut detour = EdgeIndex::new();
    for edge in edges.iter().rev() {
        detour.put(edge.clone());
        detour.relabel(&edge.treaty_id, "revoked", "revoked", "none");
    }
    for (number, edge) in edges.iter().enumerate() {
        if number % 2 == 0 {
            assert!(detour.remove(&edge.treaty_id).is_some());
            detour.put(edge.clone());
        } else {
            let (status, state) = (&edge.status, &edge.lifecycle_state);
            assert!(detour.relabel(&edge.treaty_id, status, state, &edge.expiry_risk));
        }
    }
    let ends = edges.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]);
    let names: BTreeSet<&str> = ends.chain(["nobody"]).collect();
    let mut scratch = Scratch::new();
    for from in names.iter().take(NAMES_MAX) {
        for to in names.iter().rev().take(NAMES_MAX) {
            let plain = graph.explain(from, to);
            assert_eq!(straight.explain(&mut scratch, from, to), plain);
            assert_eq!(detour.explain(&mut scratch, from, to), plain);
            assert!(plain.path.iter().all(|edge| edge.is_active() == plain.is_trusted()));
        }
    }
}

/// Any JSON as a vector file: one line for each case, the same each time.
pub fn vectors(data: &[u8]) {
    let Some(file) = document(data) else { return };
    let results = conformance::run(&file);
    assert_eq!(results.len(), file.get("vectors").map_or(0, |cases| cases.items().len()));
    assert!(results.iter().all(|case| case.passed == case.detail.is_empty()));
    assert_eq!(conformance::run(&file), results);
}

/// Any document under any suite: an answer with a reason, or why there is none.
pub fn verify(data: &[u8]) {
    let mut input = Input::new(data);
    let suite = input.pick(SUITES);
    let given = input.byte();
    let at = time(input.byte());
    let Some(document) = document(input.rest()) else { return };
    let keys: Vec<String> = match given % 4 {
        0 => Vec::new(),
        1 => vec!["AAAA".to_owned()],
        _ => keys(&document).iter().map(MeshKey::to_string).collect(),
    };
    let with = document.get("with").and_then(Value::members).cloned().unwrap_or_default();
    for with in [BTreeMap::new(), with] {
        let answer = conformance::verify(suite, &document, &keys, at, &with);
        assert_eq!(conformance::verify(suite, &document, &keys, at, &with), answer);
        match answer {
            Ok(verdict) => {
                assert!(!verdict.reason.is_empty());
                assert!(!verdict.is_valid || verdict.reason != MALFORMED);
            }
            Err(error) => oracle::refusal(error.code(), &error),
        }
    }
}
