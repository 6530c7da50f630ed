//! `comity constitution`: what is accepted, what is named, and the statuses.

use crate::program::Place;

fn founding() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../constitution/parameters/founding.json");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn our_parameter_file_holds_and_a_broken_relation_is_named() {
    let place = Place::empty();
    place.write("p.json", &founding());
    assert_eq!(
        place.run(&["constitution", "check", "p.json"]).good(),
        "0 violations, 0 warnings\n"
    );
    let text = founding();
    assert!(text.contains("\"committee_t\":10"));
    place.write("p.json", &text.replace("\"committee_t\":10", "\"committee_t\":16"));
    let ran = place.run(&["constitution", "check", "p.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stdout.ends_with("1 violations, 0 warnings\n") && ran.stdout.contains("16"),
        "{ran:?}"
    );
    let twice = text
        .replace("\"committee_t\":10", "\"committee_t\":16")
        .replace("\"machine\":0", "\"machine\":1");
    place.write("p.json", &twice);
    let ran = place.run(&["constitution", "check", "p.json"]);
    assert!(ran.stdout.ends_with("2 violations, 0 warnings\n"), "{ran:?}");
}

#[test]
fn a_charter_is_checked_too() {
    let place = Place::empty();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../constitution/parameters/charter.json");
    let text = std::fs::read_to_string(path).unwrap();
    place.write("c.json", &text);
    let said = place.run(&["constitution", "check", "c.json"]).good();
    assert_eq!(said, "0 violations, 0 warnings\n");
    assert!(text.contains("\"sponsors_min\":2"));
    place.write("c.json", &text.replace("\"sponsors_min\":2", "\"sponsors_min\":1"));
    let ran = place.run(&["constitution", "check", "c.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("sponsors_min"), "{ran:?}");
    place.write("c.json", &format!("{text} "));
    place.run(&["constitution", "check", "c.json"]).refused(2, "constitution.charter_wire");
}

#[test]
fn a_file_of_ours_in_another_form_is_answered_member_by_member() {
    let place = Place::empty();
    let text = founding()
        .replace("\"committee_n\":15,", "")
        .replace("\"committee_t\":10", "\"committee_t\":\"10\",\"dead\":1");
    place.write("p.json", &text);
    let ran = place.run(&["constitution", "check", "p.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    for line in [
        "parameters/commitment/committee_n: is missing",
        "parameters/commitment/committee_t: is \"10\" (text), must be a number",
        "parameters/commitment/dead: is no member of this version",
        "3 violations, 0 warnings",
    ] {
        assert!(ran.stdout.lines().any(|given| given == line), "{line}: {ran:?}");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../constitution/parameters/charter.json");
    let text = std::fs::read_to_string(path).unwrap();
    place.write("c.json", &text.replace("\"sponsors_min\":2", "\"sponsors_min\":-2"));
    let ran = place.run(&["constitution", "check", "c.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.starts_with("charter/amendment/sponsors_min: is -2, must be"), "{ran:?}");
}

#[test]
fn files_that_are_no_parameters_are_unusable() {
    let place = Place::empty();
    place.write("p.json", "not json");
    place.run(&["constitution", "check", "p.json"]).refused(2, "wire.syntax");
    place.run(&["constitution", "check", "nowhere.json"]).refused(2, "comity.system");
    place.write("p.json", "{\"version\": \"0.4\"}");
    place.run(&["constitution", "check", "p.json"]).refused(2, "comity.unknown_parameters");
    place.write("p.json", &format!("{} ", founding()));
    place.run(&["constitution", "check", "p.json"]).refused(2, "constitution.wire");
    let params = shared("founding/constitutional_params");
    place.run(&["constitution", "check", &params, &params]).refused(2, "comity.same_file_twice");
}

fn shared(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution");
    format!("{folder}/{name}.json")
}

#[test]
fn the_authors_files_hold_and_every_broken_rule_is_a_line() {
    let place = Place::empty();
    for set in ["founding", "head"] {
        let (params, policy) = (
            shared(&format!("{set}/constitutional_params")),
            shared(&format!("{set}/runtime_policy")),
        );
        let said = place.run(&["constitution", "check", &params, &policy]).good();
        assert!(said.contains("0 violations, "), "{said}");
        let document = place.run(&["constitution", "check", "--json", &policy, &params]).document();
        assert_eq!(
            (&document["holds"], &document["violations"]),
            (&true.into(), &serde_json::json!([]))
        );
        let warnings = document["warnings"].as_array().unwrap().len();
        assert_eq!(warnings, if set == "head" { 5 } else { 0 });
    }
    let text = std::fs::read_to_string(shared("head/constitutional_params")).unwrap();
    let text =
        text.replace("\"t\": 10", "\"t\": 7").replace("\"w_M_const\": 0.0", "\"w_M_const\": NaN");
    place.write("params.json", &text);
    let ran = place.run(&["constitution", "check", "params.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("params/constitutional_voting/w_M_const: is not a finite number"));
    assert!(lines[1].starts_with("params/commitment_committee/t: a certificate must need more"));
    assert!(lines.last().unwrap().starts_with("2 violations, "));
    let ran = place.run(&["constitution", "check", "params.json", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["violations"][1]["path"], "params/commitment_committee/t");
    assert_eq!(document["violations"][0]["source"], "invariant 1");
}

#[test]
fn the_authors_missions_hold_in_form_and_not_strictly() {
    let place = Place::empty();
    let policy = shared("founding/runtime_policy");
    for (name, count) in [("low_risk_mission", 4), ("high_risk_mission", 4)] {
        let file = shared(&format!("examples/{name}"));
        let check = ["mission", "check", &file, "--mode"];
        let said = place.run(&[&check[..], &["structural", "--policy", &policy]].concat()).good();
        assert_eq!(said, "0 violations, 0 warnings\n");
        let ran = place.run(&[&check[..], &["strict", "--json"]].concat());
        assert_eq!(ran.status, 1, "{ran:?}");
        let document: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(document["violations"].as_array().unwrap().len(), count);
        assert!(ran.stdout.contains("mission/commitment/chamber_nonce"));
    }
    let file = shared("examples/low_risk_mission");
    place.run(&["mission", "check", &policy]).refused(2, "comity.not_a_bundle");
    place.run(&["mission", "check", &file, "--policy", &file]).refused(2, "comity.bad_policy");
    place.write("policy.json", "{\"risk_tiers\": {}}");
    place
        .run(&["mission", "check", &file, "--policy", "policy.json"])
        .refused(2, "comity.bad_policy");
}

#[test]
fn the_odds_of_capture_are_printed_and_drawn() {
    let place = Place::empty();
    let said = place.run(&["constitution", "capture", "--p", "0.35", "--phase", "G3"]).good();
    assert!(said.contains("G3 everywhere: proposal 1.457e-5") && said.contains("joint 7.786e-19"));
    assert!(
        said.contains("G3 5 of 12 regions: ") && said.contains("G3 fewest regions: 5"),
        "{said}"
    );
    let all = ["constitution", "capture", "--p", "0.4", "--svg", "odds.svg", "--json"];
    let document = place.run(&all).document();
    let phases = document["phases"].as_array().unwrap();
    assert_eq!(phases.iter().map(|it| &it["phase"]).collect::<Vec<_>>(), ["G1", "G2", "G3"]);
    let joint = phases[2]["everywhere"]["joint"].as_f64().unwrap();
    assert!((joint / 1.030_185_828_648_490_5e-13 - 1.0).abs() < 1e-12, "{joint:e}");
    let svg = std::fs::read_to_string(place.path("odds.svg")).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert_eq!(svg.matches("<polyline ").count(), 6);
    assert!(!svg.contains("points=\"\""), "a curve without a point");
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

#[test]
fn a_captor_who_owns_too_few_regions_has_no_odds() {
    let place = Place::empty();
    let args = ["constitution", "capture", "--p", "0.9", "--phase", "G3", "--held", "4", "--json"];
    let document = place.run(&args).document();
    assert_eq!(document["phases"][0]["concentrated"]["joint"].as_f64(), Some(0.0));
    for p in ["1.1", "-0.1", "NaN", "half"] {
        assert_eq!(place.run(&["constitution", "capture", &format!("--p={p}")]).status, 2, "{p}");
    }
    assert_eq!(place.run(&["constitution", "capture", "--p", "0.1", "--phase", "G0"]).status, 2);
}
