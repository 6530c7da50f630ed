use comity_wire::mesh_json::parse;

use super::*;

/// The first case of a suite of the reference, as an input.
fn case(suite: &str) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/mesh/conformance");
    let file = parse(&std::fs::read(format!("{root}/{suite}.json")).unwrap()).unwrap();
    file.get("vectors").unwrap().items()[0].get("input").unwrap().clone()
}

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn none() -> BTreeMap<String, Value> {
    BTreeMap::new()
}

#[test]
fn the_cases_of_the_reference_are_valid_in_time_and_some_are_not_later() {
    let (now, later) = (at(super::super::SUITE_TIME), at("2036-01-01T00:00:00Z"));
    for (suite, ages) in [
        ("attestations", true),
        ("consensus", true),
        ("data_usage", true),
        ("ibct", true),
        ("revocation", false),
        ("selective_disclosure", false),
        ("treaties", true),
        ("trust_evidence", false),
    ] {
        let input = case(suite);
        let verdict = verify(suite, &input, &[], now, &none()).unwrap();
        assert!(verdict.is_valid, "{suite}: {verdict:?}");
        let verdict = verify(suite, &input, &[], later, &none()).unwrap();
        assert_eq!(verdict.is_valid, !ages, "{suite}: {verdict:?}");
    }
}

#[test]
fn an_object_alone_is_checked_with_the_keys_given() {
    let input = case("treaties");
    let treaty = input.get("treaty").unwrap();
    let key = input.get("issuer_public_keys").unwrap().items()[0].as_str().unwrap().to_owned();
    let other = "Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc=".to_owned();
    let now = at(super::super::SUITE_TIME);
    let reason = |suite, keys: &[String]| verify(suite, treaty, keys, now, &none()).unwrap().reason;
    for suite in ["treaties", "signatures"] {
        assert_ne!(reason(suite, std::slice::from_ref(&key)), "invalid_signature");
        assert_eq!(reason(suite, std::slice::from_ref(&other)), "invalid_signature");
    }
    let wrong = Value::from([("treaty_id", Value::from(1_u64))]);
    let verdict = verify("treaties", &wrong, &[key], now, &none()).unwrap();
    assert_eq!((verdict.is_valid, verdict.reason.as_str()), (false, "malformed"));
}

#[test]
fn what_cannot_be_checked_is_unusable() {
    let now = at(super::super::SUITE_TIME);
    let input = case("treaties");
    let treaty = input.get("treaty").unwrap();
    let error = |suite, keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        verify(suite, treaty, &keys, now, &none()).unwrap_err().code()
    };
    assert_eq!(error("trees", &[]), "mesh.unknown_suite");
    assert_eq!(error("treaties", &["AAAA"]), "mesh.bad_public_key");
    assert_eq!(error("treaties", &[]), "mesh.no_public_key");
    let key = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
    let now_and_bad = BTreeMap::from([("public_keys".to_owned(), vec!["AAAA".to_owned()].write())]);
    let bad = verify("signatures", treaty, &[key.to_owned()], now, &now_and_bad).unwrap_err();
    assert_eq!(bad.code(), "mesh.verify_input");
    let token = case("ibct");
    for suite in ["membership", "freshness", "case_file"] {
        let verdict = verify(suite, &token, &[key.to_owned()], now, &none()).unwrap();
        assert_eq!((verdict.is_valid, verdict.reason.as_str()), (false, MALFORMED), "{suite}");
    }
}

/// The first published case of an operation that is accepted, as an input.
fn accepted_case(operation: &str) -> BTreeMap<String, Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/mesh/public.json");
    let file = parse(&std::fs::read(path).unwrap()).unwrap();
    let is_wanted = |case: &&Value| {
        let expected = case.get("expected").unwrap();
        case.get("op").and_then(Value::as_str) == Some(operation)
            && ["valid", "accepted"]
                .into_iter()
                .any(|name| expected.get(name) == Some(&Value::Bool(true)))
    };
    let case = file.get("vectors").unwrap().items().iter().find(is_wanted).unwrap();
    case.get("input").unwrap().members().cloned().unwrap()
}

fn keys_in(value: &Value) -> Vec<String> {
    Vec::<String>::read(value).unwrap()
}

#[test]
fn a_freshness_proof_alone_demands_no_number_of_the_feed() {
    let mut input = accepted_case("verify_freshness");
    let now = Datetime::from_value(&input["at_time"]).unwrap();
    let keys = keys_in(&input["issuer_public_keys"]);
    let proof = input.remove("proof").unwrap();
    let verdict = verify("freshness", &proof, &keys, now, &none()).unwrap();
    assert_eq!(verdict.reason, "valid");
    let much = BTreeMap::from([("required_sequence".to_owned(), Value::from(1_u64 << 40))]);
    let verdict = verify("freshness", &proof, &keys, now, &much).unwrap();
    assert_eq!((verdict.is_valid, verdict.reason.as_str()), (false, "sequence_insufficient"));
    let later = verify("freshness", &proof, &keys, now.plus(1_000_000), &none()).unwrap();
    assert_eq!(later.reason, "expired");
}

#[test]
fn agreements_and_delegations_are_checked_with_the_keys_of_each_party() {
    let now = at(super::super::SUITE_TIME);
    let mut input = accepted_case("verify_agreement");
    let agreement = input.remove("agreement").unwrap();
    let (offerer, responder) =
        (keys_in(&input["offerer_public_keys"]), input["responder_public_keys"].clone());
    let with = BTreeMap::from([("responder_public_keys".to_owned(), responder.clone())]);
    let verdict = verify("agreements", &agreement, &offerer, now, &with).unwrap();
    assert_eq!((verdict.is_valid, verdict.reason.as_str()), (true, "accepted"));
    let verdict = verify("agreements", &agreement, &keys_in(&responder), now, &with).unwrap();
    assert!(!verdict.is_valid);

    let input = Value::Map(accepted_case("verify_delegation_chain"));
    let verdict = verify("delegations", &input, &[], now, &none()).unwrap();
    assert_eq!((verdict.is_valid, verdict.reason.as_str()), (true, "accepted"));
    let wrong = keys_in(input.get("root_responder_public_keys").unwrap());
    let verdict = verify("delegations", &input, &wrong, now, &none()).unwrap();
    assert_eq!(verdict.reason, "root_agreement_invalid");
}
