use comity_wire::mesh_json::{Datetime, Value, parse};

use super::*;

fn time() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").unwrap()
}

fn draft() -> OperatorProof {
    let key = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    OperatorProof {
        proof: String::new(),
        created_at: String::new(),
        operators: ProofOperators {
            acceptor: AcceptorOperator { operator_label: "a".into(), operator_type: "maintainer".into() },
            issuer: IssuerOperator {
                operator_label: "b".into(),
                operator_type: "external".into(),
                controls_keys: true,
                controls_infrastructure: true,
            },
            assistance_notes: vec!["watched".into()],
            adoption_proof: true,
        },
        acceptor: ProofParty::new("A", "https://a/", key),
        issuer: ProofParty::new("B", "https://b", key),
        attestation_id: "att".into(),
        treaty_id: "t".into(),
        feed_id: "f".into(),
        feed_sequence: 1,
        pre_revocation: ProofStep { accepted: true, reason: "accepted".into() },
        post_revocation: ProofStep { accepted: false, reason: "attestation_locally_revoked".into() },
        trust_path: parse(br#"{"from":"A","to":"B","trusted":true,"reason":"active_treaty_path","path":[],"hop_count":1}"#).unwrap(),
        connectome_summary: ViewSummary {
            sovereign_count: 2,
            recognition_edge_count: 1,
            active_edge_count: 1,
            revoked_edge_count: 0,
            revoked_trust_material_count: 1,
            imported_revocation_count: 1,
        },
    }
}

fn artifact() -> Value {
    let json = br#"{"summary":{"sovereign_count":2,"active_edge_count":1,"imported_revocation_count":1,
        "revoked_trust_material_count":1},"recognition_edges":[{"from":"A","to":"B","treaty_id":"t"}],
        "revoked_trust_material":[{"id":"att","feed_id":"f"}]}"#;
    parse(json).unwrap()
}

#[test]
fn a_proof_holds_and_shows_only_the_beginning_of_keys() {
    let proof = draft().make(time()).unwrap();
    assert_eq!(proof.created_at, "2026-06-01T12:00:00+00:00");
    assert_eq!(proof.acceptor.na_public_key_prefix, "A6EHv/POEL4dcN0Y50vAmWfk");
    assert_eq!(proof.acceptor.endpoint, "https://a");
    let found = inspect(&proof.write(), Some(&artifact()));
    assert_eq!((found.errors.len(), found.artifact_errors), (0, Some(vec![])));
    assert_eq!(found.report.get("valid"), Some(&Value::from(true)));
    assert_eq!(OperatorProof::read(&proof.write()), Ok(proof));
}

#[test]
fn every_message_has_a_proof_that_earns_it() {
    let edits: [(&str, &[&str], &str); 20] = [
        ("unexpected proof type", &["proof"], "\"x\""),
        ("missing attestation_id", &["attestation_id"], "\"\""),
        ("missing treaty_id", &["treaty_id"], "null"),
        ("missing feed_id", &["feed_id"], "\"\""),
        ("missing acceptor network name", &["acceptor"], "7"),
        ("missing issuer network name", &["issuer", "network_name"], "\"\""),
        ("pre-revocation result is not accepted", &["pre_revocation", "accepted"], "1"),
        ("post-revocation result is not locally revoked", &["post_revocation", "reason"], "\"x\""),
        ("trust path is not trusted", &["trust_path", "trusted"], "false"),
        ("trust path endpoints do not match acceptor/issuer", &["trust_path", "to"], "\"C\""),
        ("trust path has no hops", &["trust_path", "hop_count"], "0"),
        (
            "connectome has fewer than two sovereigns",
            &["connectome_summary", "sovereign_count"],
            "1",
        ),
        (
            "connectome has no active recognition edge",
            &["connectome_summary", "active_edge_count"],
            "-1",
        ),
        (
            "connectome has no imported revocation",
            &["connectome_summary", "imported_revocation_count"],
            "0",
        ),
        (
            "connectome has no revoked trust material",
            &["connectome_summary", "revoked_trust_material_count"],
            "null",
        ),
        (
            "adoption proof without an external issuer in control of keys and machines",
            &["operators", "issuer", "controls_keys"],
            "false",
        ),
        ("proof contains private, signed or request material", &["operators", "Admin_Nonce"], "1"),
        (
            "proof contains the text of a private key",
            &["operators", "note"],
            "[\"my private key is\"]",
        ),
        ("proof contains a local path", &["trust_path", "reason"], "\"/x/y.key\""),
        ("proof contains a local path", &["operators", "note"], "\"C:\\\\keys\""),
    ];
    let good = draft().make(time()).unwrap().write();
    for (message, path, new) in edits {
        let mut proof = good.clone();
        let mut place = &mut proof;
        for name in path {
            let Value::Map(members) = place else { panic!("no object above {name}") };
            place = members.entry((*name).to_owned()).or_insert(Value::Null);
        }
        *place = parse(new.as_bytes()).unwrap();
        let found = inspect(&proof, None);
        assert!(found.errors.iter().any(|error| error == message), "{message}: {found:?}");
        assert_eq!(found.report.get("valid"), Some(&Value::from(false)));
    }
    let mut unfinished = draft();
    unfinished.post_revocation.accepted = true;
    let error = unfinished.make(time()).unwrap_err();
    assert_eq!((error.code(), error.errors.len()), ("mesh.proof_invalid", 1));
}

#[test]
fn a_connectome_file_may_contradict() {
    let proof = draft().make(time()).unwrap().write();
    let found = inspect(&proof, Some(&parse(br#"{"summary":{"sovereign_count":3}}"#).unwrap()));
    assert_eq!(
        found.artifact_errors.unwrap(),
        [
            "connectome sovereign_count mismatch: expected 2, got 3",
            "connectome active_edge_count mismatch: expected 1, got 0",
            "connectome imported_revocation_count mismatch: expected 1, got 0",
            "connectome revoked_trust_material_count mismatch: expected 1, got 0",
            "connectome recognition edge missing for proof treaty",
            "connectome revoked trust material missing for proof attestation",
        ]
    );
}
