//! Seeds for the targets of the Mesh protocol: vectors of ours, one small object of each kind, and nasty ones.

#[path = "made.rs"]
mod made;

use comity_fuzz::mesh::SUITES;
use comity_fuzz::mesh::objects::KINDS;
use comity_wire::mesh_json::{Value, canonical, parse};

use made::{bundle, example};

const OBJECTS: &str = include_str!("../../../../crates/mesh/vectors/objects.json");

/// Vector files of operators: suite, member of the input that is the document, file.
const OPERATORS: &[(&str, &str, &str)] = &[
    (
        "asset_manifest",
        "manifest",
        include_str!("../../../../crates/mesh/vectors/operators/asset_manifest.json"),
    ),
    (
        "case_file",
        "case_file",
        include_str!("../../../../crates/mesh/vectors/operators/case_file.json"),
    ),
    (
        "check_report",
        "report",
        include_str!("../../../../crates/mesh/vectors/operators/check_report.json"),
    ),
    (
        "client_package",
        "package",
        include_str!("../../../../crates/mesh/vectors/operators/client_package.json"),
    ),
    (
        "delegation_end",
        "end",
        include_str!("../../../../crates/mesh/vectors/operators/delegation_end.json"),
    ),
    (
        "managing_partner",
        "delegation",
        include_str!("../../../../crates/mesh/vectors/operators/managing_partner.json"),
    ),
    (
        "offline_notice",
        "notice",
        include_str!("../../../../crates/mesh/vectors/operators/offline_notice.json"),
    ),
    (
        "operator_heartbeat",
        "heartbeat",
        include_str!("../../../../crates/mesh/vectors/operators/operator_heartbeat.json"),
    ),
    (
        "recognition_map",
        "export",
        include_str!("../../../../crates/mesh/vectors/operators/recognition_map.json"),
    ),
];

/// Inputs for one target.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    match name {
        "mesh_json" => json(),
        "mesh_datetime" => datetimes(),
        "mesh_objects" => objects(),
        "mesh_bundle" => bundles(),
        "mesh_graph" => graphs(),
        "mesh_vectors" => vectors(),
        "mesh_verify" => verify(),
        "mesh_case_file" => case_files(),
        _ => Vec::new(),
    }
}

fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// The cases of a vector file.
fn cases(file: &str) -> Vec<Value> {
    let file = parse(file.as_bytes()).unwrap_or(Value::Null);
    file.get("vectors").map(Value::items).unwrap_or_default().to_vec()
}

fn behind(decisions: &[u8], document: &Value) -> Vec<u8> {
    [decisions, &canonical(document)].concat()
}

fn index(of: &str, names: &[&str]) -> u8 {
    names.iter().zip(0..).find(|(name, _)| **name == of).map_or(0, |(_, at)| at)
}

fn json() -> Vec<Vec<u8>> {
    texts(&[
        "{\"b\":[1,1.0,-0,-0.0,1e16,1e-7,123456789012345678901234567890],\"a\":null}",
        "{\"a\":1,\"a\":2}",
        "\"\\u00e9\\ud83d\\ude00\\u2028\\u007f\\/\\b\"",
        "\"\u{e9}\u{1f600}\u{7f}\"",
        "\"\\ud800\"",
        "[5e-324,1.7976931348623157e308,1e22,1e23,0.1,100000.0]",
        "[1e400,-1e400]",
        "{\"\u{e000}\":1,\"\u{1d4f1}\":2}",
        " [ true , false ] ",
        "NaN",
        "01",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    ])
}

fn datetimes() -> Vec<Vec<u8>> {
    texts(&[
        "2026-06-01T12:00:00Z",
        "2026-06-01T17:30:00.123456789+05:30",
        "2026-06-01t12:00-2359",
        "2026-06-01 12:00:00",
        "2024-02-29_00:00:00.000001z",
        "2026-02-29",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999999-23:59",
        "1780315200",
        "20000000001",
        "-0.5",
        "253402300800",
        "-62135596800",
        "2026-06-01T24:00:00Z",
        "2026-06-01T12:00:60Z",
    ])
}

/// One of each kind, the smallest that is read; and those of the vectors.
fn objects() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (kind, number) in KINDS.iter().zip(0_u8..) {
        seeds.push(behind(&[number, 0], &example(kind)));
    }
    for (suite, name) in [
        ("asset_manifest", "AssetManifest"),
        ("check_report", "CheckReport"),
        ("client_package", "ClientPackage"),
        ("operator_heartbeat", "OperatorHeartbeat"),
    ] {
        let known = KINDS.iter().zip(0_u8..).find(|(kind, _)| kind.name == name);
        let object = documents(suite).next();
        seeds.extend(known.zip(object).map(|((_, number), object)| behind(&[number, 1], &object)));
    }
    let mut last = Value::Null;
    for case in cases(OBJECTS) {
        let input = case.get("input").cloned().unwrap_or(Value::Null);
        let model = input.get("model").cloned().unwrap_or(Value::Null);
        let known = KINDS.iter().zip(0_u8..).find(|(kind, _)| Some(kind.name) == model.as_str());
        if let (Some((_, number)), Some(json)) = (known, input.get("json"))
            && model != last
        {
            seeds.push(behind(&[number, 1], json));
            last = model;
        }
    }
    seeds
}

fn bundles() -> Vec<Vec<u8>> {
    let mut seeds = texts(&[
        "\u{0}{}",
        "\u{0}[]",
        "\u{0}{\"bundle_type\":\"genesis-mesh.trust-bundle\",\"bundle_version\":\"v1\",\"private_key\":\"x\"}",
        "\u{1}{\"genesis\":{\"signatures\":1},\"connectome\":{\"active_treaties\":[null]},\"revocation_feed\":{\"status\":\"ok\"}}",
    ]);
    seeds.push(behind(&[0], &bundle()));
    seeds
}

fn graphs() -> Vec<Vec<u8>> {
    let edge = |from: &str, to: &str, id: &str, status: &str, state: &str| {
        Value::from([
            ("from", Value::from(from)),
            ("to", Value::from(to)),
            ("treaty_id", Value::from(id)),
            ("status", Value::from(status)),
            ("lifecycle_state", Value::from(state)),
        ])
    };
    let graph =
        |edges: Vec<Value>| canonical(&Value::from([("recognition_edges", Value::List(edges))]));
    let (on, off) = ("active", "revoked");
    let mut seeds = vec![
        graph(vec![
            edge("A", "B", "t1", on, on),
            edge("B", "C", "t2", on, "expiring_soon"),
            edge("A", "C", "t3", off, off),
            edge("A", "D", "t4", on, "replaced"),
            edge("C", "A", "t5", on, on),
        ]),
        graph(vec![
            edge("A", "B", "t2", on, on),
            edge("A", "B", "t1", on, on),
            edge("B", "", "t3", on, on),
            edge("", "A", "t4", on, on),
            edge("A", "A", "t5", on, on),
        ]),
        graph(vec![edge("A", "B", "t", on, on), edge("B", "A", "t", off, off)]),
        b"{\"revoked_trust_material\":[{\"type\":\"recognition_treaty\",\"id\":\"t\",\"lifecycle_state\":\"revoked\"},{\"type\":\"membership_attestation\",\"id\":\"a\",\"issuer_sovereign_id\":\"A\",\"feed_id\":\"f\",\"sequence\":1}]}".to_vec(),
    ];
    seeds.extend(documents("recognition_map").take(1).map(|it| canonical(&it)));
    seeds
}

/// The documents in the cases of a suite.
fn documents(suite: &str) -> impl Iterator<Item = Value> {
    let found = OPERATORS.iter().find(|(name, ..)| *name == suite);
    found.into_iter().flat_map(|(_, member, file)| {
        cases(file).into_iter().filter_map(|case| case.get("input")?.get(member).cloned())
    })
}

fn vectors() -> Vec<Vec<u8>> {
    const OPERATIONS: [&str; 16] = [
        "canonical",
        "connectome",
        "trust_bundle",
        "trust_decision",
        "verify_attestation_with_treaty",
        "verify_data_usage",
        "verify_feed",
        "verify_freshness",
        "verify_model_attestation",
        "verify_treaty",
        "verify_agreement",
        "verify_delegation_chain",
        "verify_ibct",
        "merkle",
        "",
        "unknown",
    ];
    let expected = Value::from([("valid", Value::from(true))]);
    let mut seeds = texts(&[
        "{}",
        "{\"vectors\":[null,{}]}",
        "{\"suite\":\"treaties\",\"vectors\":[{\"id\":\"a\"}]}",
    ]);
    for op in OPERATIONS {
        let case = Value::from([
            ("id", Value::from("a")),
            ("op", Value::from(op)),
            ("input", everything()),
            ("expected", expected.clone()),
        ]);
        seeds.push(canonical(&Value::from([("vectors", Value::List(vec![case]))])));
    }
    for (suite, _, file) in OPERATORS {
        let cases = cases(file).into_iter().filter(|case| canonical(case).len() < 2_500).take(1);
        let cases = Value::List(cases.collect());
        seeds.push(canonical(&Value::from([("suite", Value::from(*suite)), ("vectors", cases)])));
    }
    seeds
}

/// An input in which most operations find what they look for.
fn everything() -> Value {
    const MEMBERS: [(&str, &str); 9] = [
        ("attestation", "MembershipAttestation"),
        ("treaty", "RecognitionTreaty"),
        ("feed", "SovereignRevocationFeed"),
        ("proof", "FreshnessProof"),
        ("agreement", "AgreementRecord"),
        ("token", "InvocationToken"),
        ("intent", "DataAccessIntent"),
        ("policy", "DataLicensePolicy"),
        ("graph", "RecognitionGraph"),
    ];
    let of = |(member, name): (&str, &str)| {
        let kind = KINDS.iter().find(|kind| kind.name == name)?;
        Some((member.to_owned(), example(kind)))
    };
    Value::Map(MEMBERS.into_iter().filter_map(of).collect())
}

fn verify() -> Vec<Vec<u8>> {
    const OBJECTS: [(&str, &str); 13] = [
        ("agreements", "AgreementRecord"),
        ("attestations", "MembershipAttestation"),
        ("consensus", "ConsensusProof"),
        ("data_usage", "DataAccessIntent"),
        ("delegations", "DelegatedAgreementRecord"),
        ("freshness", "FreshnessProof"),
        ("ibct", "InvocationToken"),
        ("membership", "MembershipAttestation"),
        ("revocation", "SovereignRevocationFeed"),
        ("selective_disclosure", "CapabilityMembershipProof"),
        ("signatures", "Signature"),
        ("treaties", "RecognitionTreaty"),
        ("trust_evidence", "TrustEvidence"),
    ];
    let mut seeds = texts(&["\u{0}\u{0}\u{0}{}", "\u{1}\u{1}\u{1}{}", "\u{2}\u{2}\u{0}[]"]);
    for (suite, name) in OBJECTS {
        if let Some(kind) = KINDS.iter().find(|kind| kind.name == name) {
            seeds.push(behind(&[index(suite, SUITES), 2, 0], &example(kind)));
        }
    }
    for (suite, ..) in OPERATORS {
        let small = documents(suite).find(|it| canonical(it).len() < 2_500);
        seeds.extend(small.map(|it| behind(&[index(suite, SUITES), 2, 0], &it)));
    }
    seeds
}

fn case_files() -> Vec<Vec<u8>> {
    let mut seeds = texts(&[
        "\u{0}\u{0}{\"object_type\":\"comity.case-file/v1\",\"case_id\":\"c\",\"sovereign_id\":\"A\"}",
    ]);
    let whole: Vec<Value> = documents("case_file").take(2).collect();
    seeds.extend(whole.iter().zip(0_u8..).map(|(file, which)| behind(&[which, 1], file)));
    let redacted = documents("case_file")
        .find(|file| file.get("redactions").is_some_and(|rules| !rules.items().is_empty()));
    seeds.extend(redacted.map(|file| behind(&[2, 0], &file)));
    seeds
}
