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
    assert_eq!(place.run(&["constitution", "check", "p.json"]).good(), "0 violations\n");
    let text = founding();
    assert!(text.contains("\"committee_t\":10"));
    place.write("p.json", &text.replace("\"committee_t\":10", "\"committee_t\":16"));
    let ran = place.run(&["constitution", "check", "p.json"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.ends_with("1 violations\n") && ran.stdout.contains("16"), "{ran:?}");
}

#[test]
fn files_that_are_no_parameters_are_unusable() {
    let place = Place::empty();
    place.write("p.json", "not json");
    place.run(&["constitution", "check", "p.json"]).refused(2, "constitution.wire");
    place.run(&["constitution", "check", "nowhere.json"]).refused(2, "comity.system");
}
