//! `order place` and `mission show`: good terms are placed durably, bad ones are refused by name and change nothing.

use std::process::Command;

use crate::program::Place;
use serde_json::{Value, json};

#[test]
fn an_order_is_placed_durably_and_everybody_can_read_it() {
    let place = Place::agreed();
    place.write("order.json", &place.terms().to_string());
    let placed = place.place("order.json", "pass").good();
    let shown = place.run(&["mission", "show", "--record", ".", "--json"]).document();
    let order = &shown["orders"][0];
    let id = order["id"].as_str().unwrap();
    assert!(placed.contains(id), "{placed}");
    assert_eq!((&order["state"], &order["seller"]["name"]), (&json!("open"), &json!("operator")));
    let one = place.run(&["mission", "show", "--record", "buyer", &id[..8]]).good();
    assert!(one.contains("watch pump 7: open") && one.contains("25000 EUR-cent"), "{one}");
    let status = place.run(&["status", "--home", "operator", "--peer", "buyer"]).good();
    assert!(status.contains("watch pump 7: open, as seller"), "{status}");
    let none = ["mission", "show", "--record", "buyer", "ffffffff"];
    place.run(&none).refused(2, "comity.mission_unclear");
}

#[test]
fn what_a_home_relies_on_is_kept_in_it() {
    let place = Place::agreed();
    place.write("order.json", &place.terms().to_string());
    place.place("order.json", "pass").good();
    // The others are gone; the buyer still has what its statements cite.
    for name in ["operator", "reviewers", "ledger"] {
        std::fs::rename(place.path(name), place.path(&format!("gone-{name}"))).unwrap();
    }
    let status = place.run(&["status", "--home", "buyer", "--json"]).document();
    assert_eq!(status["waiting"], json!([]));
    assert_eq!(status["orders"][0]["title"], "watch pump 7");
}

/// Refusals of terms that are JSON, after a change: member, its value, status, code.
fn changes(place: &Place) -> Vec<(&'static str, Value, i32, &'static str)> {
    vec![
        ("surprise", json!(1), 2, "comity.order_unknown_field"),
        ("title", Value::Null, 2, "comity.order_missing_field"),
        ("seller", json!("operator"), 2, "comity.order_shape"),
        ("risk_tier", json!("R9"), 2, "comity.order_shape"),
        ("reward", json!({ "amount": 1, "asset": "x", "tip": 1 }), 2, "comity.order_unknown_field"),
        ("reward", json!({ "amount": -1, "asset": "x" }), 2, "comity.order_shape"),
        ("reward", json!({ "amount": 0, "asset": "x" }), 1, "mycel.terms_out_of_range"),
        ("audit_leaves", json!(1.5), 2, "comity.order_shape"),
        ("mip", json!("22".repeat(32)), 1, "comity.unknown_mip"),
        ("mission_class", json!("warfare"), 1, "comity.unmapped_class"),
        ("mission_class", json!("regulated_analysis"), 1, "comity.tier_too_weak"),
        ("seller", json!("33".repeat(32)), 1, "mesh.unknown_sovereign"),
        ("seller", json!(place.id("reviewers")), 1, "mesh.no_treaty"),
        ("ledger", json!(place.id("operator")), 1, "mesh.treaty_out_of_scope"),
        ("predicate", json!("report.recall_ppm >= (1)"), 1, "mycel.predicate_expected"),
        ("deadline", json!("2001-01-01T00:00:00Z"), 1, "mycel.terms_deadline_passed"),
        ("beacon", json!([place.id("buyer")]), 1, "replay.disagrees"),
        ("title", json!("x".repeat(200)), 1, "mycel.terms_bad_text"),
        ("title", json!("x".repeat(5_000)), 1, "wire.too_long"),
    ]
}

#[test]
fn bad_terms_are_refused_by_name_and_change_no_byte() {
    let place = Place::agreed();
    let terms = place.terms();
    let before = place.homes();
    for (member, value, status, code) in changes(&place) {
        let mut terms = terms.clone();
        if value.is_null() {
            terms.as_object_mut().unwrap().remove(member);
        } else {
            terms[member] = value;
        }
        place.write("order.json", &terms.to_string());
        let ran = place.place("order.json", "pass");
        ran.refused(status, code);
        assert!(ran.stdout.is_empty());
    }
    assert_eq!(place.homes(), before);
}

#[test]
fn files_that_are_no_order_are_refused_by_name_and_change_no_byte() {
    let place = Place::agreed();
    let good = place.terms().to_string();
    let before = place.homes();
    let twice = good.replacen('{', "{\"title\":\"another\",", 1);
    let bomb = "[".repeat(10_000);
    for (text, code) in [
        (twice.as_str(), "wire.duplicate_key"),
        (bomb.as_str(), "wire.too_deep"),
        (&good.replace("25000", "9007199254740992"), "wire.integer_range"),
        (&good.replace("25000", "18446744073709551616"), "wire.integer_range"),
        (&good.replace("25000", "NaN"), "wire.syntax"),
        (&good.replace("watch", "\\ud800"), "wire.not_unicode"),
        (&good[..good.len() / 2], "wire.syntax"),
        ("", "wire.syntax"),
    ] {
        place.write("order.json", text);
        place.place("order.json", "pass").refused(2, code);
    }
    place.huge("order.json", &good);
    place.place("order.json", "pass").refused(2, "comity.file_too_large");
    place.place("nowhere.json", "pass").refused(2, "comity.system");
    place.place("buyer", "pass").refused(2, "comity.not_a_file");
    assert_eq!(place.homes(), before);
}

#[test]
fn a_wrong_passphrase_and_a_wrong_key_change_no_byte() {
    let place = Place::agreed();
    place.write("order.json", &place.terms().to_string());
    let before = place.homes();
    place.place("order.json", "wrong").refused(1, "keyfile.wrong_passphrase");
    assert_eq!(place.homes(), before);

    let keys = place.path("buyer").join("keys.age");
    std::fs::copy(place.path("operator").join("keys.age"), &keys).unwrap();
    let before = place.homes();
    place.place("order.json", "pass").refused(1, "comity.wrong_key");
    std::fs::write(&keys, "no key file").unwrap();
    place.place("order.json", "pass").refused(2, "keyfile.not_a_key_file");
    let mut after = place.homes();
    after.insert(keys.clone(), before[&keys].clone());
    assert_eq!(after, before);
}

/// Four homes with treaties that run for so many seconds from now; `None` if this machine was slower than that.
fn agreed_for(seconds: u32) -> Option<Place> {
    let place = Place::founded();
    let until = ["-u", "-d", &format!("+{seconds} seconds"), "+%Y-%m-%dT%H:%M:%SZ"];
    let until = Command::new("date").args(until).output().unwrap();
    let until = String::from_utf8(until.stdout).unwrap();
    for (to, scope) in [("operator", "order"), ("ledger", "escrow")] {
        let offer = ["treaty", "recognise", "--to", to, "--peer", to, "--scope", scope];
        let offered = place.speak("buyer", &[&offer[..], &["--until", until.trim()]].concat());
        if offered.status != 0
            || place.speak(to, &["treaty", "accept", "--peer", "buyer"]).status != 0
        {
            return None;
        }
    }
    let peers = ["mip", "publish", "--peer", "operator", "--peer", "ledger"];
    place.speak("buyer", &peers).good();
    Command::new("sleep").arg((seconds + 1).to_string()).status().unwrap();
    Some(place)
}

#[test]
fn an_expired_treaty_carries_no_order() {
    let place = [4, 30].into_iter().find_map(agreed_for).unwrap();
    place.write("order.json", &place.terms().to_string());
    let before = place.homes();
    place.place("order.json", "pass").refused(1, "mesh.treaty_expired");
    assert_eq!(place.homes(), before);
}

#[test]
fn a_record_that_rests_on_a_missing_one_is_named() {
    let place = Place::agreed();
    place.write("order.json", &place.terms().to_string());
    let before = place.homes();
    // The operator's record cites the buyer's; here it comes without what the operator holds of others.
    place.copy("operator", "bare");
    std::fs::remove_dir_all(place.path("bare").join("peers")).unwrap();
    let offer = ["treaty", "recognise", "--to", "operator", "--peer", "bare", "--scope", "review"];
    let ran = place.speak("reviewers", &offer);
    ran.refused(1, "comity.record_waits");
    assert!(ran.stderr.contains("--peer"), "{}", ran.stderr);
    assert_eq!(place.homes(), before);
}

#[test]
fn a_refusal_with_json_is_one_document_too() {
    let place = Place::empty();
    let ran = place.run(&["status", "--home", "nowhere", "--json"]);
    ran.refused(2, "comity.not_a_home");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(document["error"]["code"], "comity.not_a_home");
    assert_eq!(document["error"]["exit"], 2);
}
