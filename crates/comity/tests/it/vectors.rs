//! `comity conformance`: the shapes are recognised, and a file that is none of them is named.

use crate::program::Place;

fn shared(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution");
    format!("{folder}/{name}.json")
}

#[test]
fn every_case_of_the_constitutions_vectors_passes() {
    let place = Place::empty();
    for (name, cases) in [
        ("canonical_json", 11),
        ("merkle", 7),
        ("mutations_config", 9),
        ("mutations_examples", 6),
        ("commitments", 1),
        ("trust_updates", 7),
        ("sortition", 18),
        ("bls_threshold", 27),
        ("thresholds", 10),
    ] {
        let said = place.run(&["conformance", &shared(name)]).good();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.last(), Some(&format!("{cases} passed, 0 failed").as_str()));
        assert_eq!(lines.iter().filter(|line| line.starts_with("ok ")).count(), cases);
        let document = place.run(&["conformance", &shared(name), "--json"]).document();
        assert_eq!((&document["shape"], &document["failed"]), (&name.into(), &0.into()));
    }
}

#[test]
fn a_wrong_answer_is_a_failed_case_and_status_1() {
    let place = Place::empty();
    for (name, from, to) in [
        ("canonical_json", "\"sha256\": \"d3", "\"sha256\": \"d4"),
        ("merkle", "\"n\": 2,", "\"n\": 3,"),
        ("trust_updates", "\"T_after\": \"0", "\"T_after\": \"7"),
        ("thresholds", "\"500\": \"G2\"", "\"500\": \"G1\""),
        ("sortition", "\"region_cap_count\": 4", "\"region_cap_count\": 5"),
        ("bls_threshold", "\"partial_signature\": \"abee", "\"partial_signature\": \"abef"),
    ] {
        let text = std::fs::read_to_string(shared(name)).unwrap();
        assert!(text.contains(from), "{name}");
        place.write("vectors.json", &text.replacen(from, to, 1));
        let ran = place.run(&["conformance", "vectors.json"]);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("FAILED ")).count(), 1);
        assert!(ran.stdout.ends_with(" passed, 1 failed\n"), "{}", ran.stdout);
    }
}

#[test]
fn files_that_hold_no_known_vectors_are_unusable() {
    let place = Place::empty();
    for (text, code) in [
        ("{}", "comity.unknown_vectors"),
        ("[1, 2]", "comity.unknown_vectors"),
        (r#"{"cases": []}"#, "comity.unknown_vectors"),
        (r#"{"cases": [], "must_reject": []}"#, "comity.no_cases"),
        (r#"{"cases": [], "cases": []}"#, "wire.duplicate_key"),
        ("not json", "wire.syntax"),
    ] {
        place.write("vectors.json", text);
        place.run(&["conformance", "vectors.json"]).refused(2, code);
    }
    place.write("vectors.json", &"{\"a\":".repeat(5_000));
    place.run(&["conformance", "vectors.json"]).refused(2, "wire.too_deep");
    place.huge("vectors.json", "{");
    let ran = place.run_within(600_000, &["conformance", "vectors.json"]);
    ran.refused(2, "comity.file_too_large");
    place.run(&["conformance", "nowhere.json"]).refused(2, "comity.system");
    place.run(&["conformance", "."]).refused(2, "comity.not_a_file");
}

#[test]
fn the_base_of_mutations_lies_beside_their_file() {
    let place = Place::empty();
    let case = |verdict: &str| {
        format!(
            r#"{{"base": "set", "cases": [{{"file": "policy", "path": "adjudication/panel_size",
                "new_value": NaN, "careful_checker": "{verdict}"}}]}}"#
        )
    };
    std::fs::create_dir_all(place.path("deep/set")).unwrap();
    place.write("deep/vectors.json", &case("reject"));
    place.run(&["conformance", "deep/vectors.json"]).refused(2, "comity.system");
    for name in ["constitutional_params", "runtime_policy"] {
        let text = std::fs::read_to_string(shared(&format!("head/{name}"))).unwrap();
        place.write(&format!("deep/set/{name}.json"), &text);
    }
    place.run(&["conformance", "deep/vectors.json"]).good();
    place.write("deep/vectors.json", &case("accept"));
    let ran = place.run(&["conformance", "deep/vectors.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("must be a whole number from 3"), "{}", ran.stdout);
}
