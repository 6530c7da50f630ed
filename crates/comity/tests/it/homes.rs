//! `init`, `status`, `treaty`, `mip`: a home is whole or not there, and a refusal changes nothing.

use std::os::unix::fs::PermissionsExt as _;

use comity_store::Log;

use crate::program::Place;

#[test]
fn a_new_home_is_complete_and_its_keys_are_private() {
    let place = Place::empty();
    let said = place.init("buyer").good();
    let id = place.id("buyer");
    assert!(said.contains(&id) && said.contains(&format!("vkey  comity/{id}+")), "{said}");
    let home = place.path("buyer");
    for name in ["README.txt", "parameters.json", "checkpoint", "record.log"] {
        assert!(home.join(name).is_file(), "{name}");
    }
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(home.clone()), mode(home.join("keys.age"))), (0o700, 0o600));
    let keys = comity_keyfile::load(home.join("keys.age"), "correct horse").unwrap();
    let roles: Vec<_> = keys.keys.keys().map(String::as_str).collect();
    assert_eq!(roles, ["authority", "root", "vault"]);
}

#[test]
fn a_home_is_never_made_over_something() {
    let place = Place::founded();
    let before = place.homes();
    place.init("buyer").refused(1, "comity.home_exists");
    place.write("file", "precious");
    place.init("file").refused(1, "comity.home_exists");
    assert_eq!(place.homes(), before);
    assert_eq!(std::fs::read_to_string(place.path("file")).unwrap(), "precious");
}

#[test]
fn a_refused_founding_leaves_nothing_behind() {
    let place = Place::empty();
    let names = || {
        let entries = std::fs::read_dir(place.dir.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    place.private("empty", "\n");
    place.write("open", "secret\n");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(place.path("open"), open).unwrap();
    let before = names();
    let init = |name: &str, pass: &str, more: &[&str]| {
        let words = [
            "init",
            "--home",
            "new",
            "--name",
            name,
            "--organisation",
            "Org",
            "--region",
            "eu",
            "--passphrase-file",
            pass,
        ];
        place.run(&[&words, more].concat())
    };
    init("", "pass", &[]).refused(1, "mesh.bad_label");
    init("two\nlines", "pass", &[]).refused(1, "mesh.bad_label");
    init("new", "empty", &[]).refused(2, "keyfile.empty_passphrase");
    init("new", "open", &[]).refused(2, "comity.passphrase_file_open");
    init("new", "nowhere", &[]).refused(2, "comity.system");
    init("new", "pass", &["--work-factor", "60"]).refused(2, "keyfile.work_factor");
    init("new", "pass", &["--parameters", "pass"]).refused(2, "constitution.wire");
    assert_eq!(names(), before);
}

#[test]
fn a_hybrid_sovereign_signs_twice_and_is_read_without_a_passphrase() {
    let place = Place::empty();
    place
        .run(&[
            "init",
            "--home",
            "lab",
            "--name",
            "lab",
            "--organisation",
            "Lab",
            "--region",
            "eu",
            "--hybrid",
            "--passphrase-file",
            "pass",
            "--work-factor",
            "2",
        ])
        .good();
    place.speak("lab", &["mip", "publish"]).good();
    let status = place.run(&["status", "--home", "lab", "--json"]).document();
    assert_eq!(status["statements"], 2);
    assert_eq!(status["checkpoint"]["size"], 2);
    let keys = comity_keyfile::load(place.path("lab").join("keys.age"), "correct horse").unwrap();
    assert!(keys.keys.contains_key("authority_ml_dsa"));
}

#[test]
fn each_side_states_its_own_treaty() {
    let place = Place::agreed();
    let status = place.run(&["status", "--home", "buyer", "--json"]).document();
    let treaties = status["treaties"].as_array().unwrap();
    assert_eq!(treaties.len(), 4);
    assert!(treaties.iter().all(|treaty| treaty["state"] == "active"), "{status}");
    let before = place.homes();
    place.speak("operator", &["treaty", "accept"]).refused(1, "comity.no_treaty_to_accept");
    let nobody = ["treaty", "recognise", "--to", "nobody", "--scope", "order"];
    place.speak("buyer", &nobody).refused(2, "comity.party_unclear");
    let past = [
        "treaty",
        "recognise",
        "--to",
        "operator",
        "--scope",
        "order",
        "--until",
        "2020-01-01T00:00:00Z",
    ];
    place.speak("buyer", &past).refused(1, "mesh.schema");
    assert_eq!(place.homes(), before);
}

#[test]
fn several_treaties_are_accepted_only_when_all_are_meant() {
    let place = Place::founded();
    for from in ["buyer", "ledger"] {
        let offer = ["treaty", "recognise", "--peer", "operator", "--scope", "witness"];
        place.speak(from, &offer).good();
    }
    let accept = ["treaty", "accept", "--peer", "buyer", "--peer", "ledger"];
    place.speak("operator", &accept).refused(1, "comity.several_treaties");
    let said = place.speak("operator", &[&accept[..], &["--all"]].concat()).good();
    assert_eq!(said.matches("is recognised in return").count(), 2, "{said}");
}

#[test]
fn who_revokes_is_not_bound_any_more_and_only_the_issuer_revokes() {
    let place = Place::agreed();
    let status = place.run(&["status", "--home", "operator", "--json"]).document();
    let treaties = status["treaties"].as_array().unwrap().clone();
    let id = |is_ours: bool| {
        let held = treaties.iter().find(|treaty| treaty["is_ours"] == is_ours).unwrap();
        held["treaty"].as_str().unwrap().to_owned()
    };
    let (ours, theirs) = (id(true), id(false));
    let before = place.homes();
    let leave_for = |treaty: &str, reason| {
        place.speak("operator", &["treaty", "revoke", treaty, "--reason", reason])
    };
    let leave = |treaty: &str| leave_for(treaty, "we move out");
    leave(&theirs).refused(1, "mesh.treaty_not_entitled");
    leave(&"77".repeat(32)).refused(1, "mesh.unknown_treaty");
    assert_eq!(leave("x").status, 2);
    assert_eq!(place.homes(), before);
    leave(&ours).good();
    leave_for(&ours, "and again").refused(1, "mesh.treaty_ended");
    let status = place.run(&["status", "--home", "operator", "--json"]).document();
    let state = status["treaties"].as_array().unwrap().iter().find(|it| it["treaty"] == *ours);
    assert_eq!(state.unwrap()["state"], "revoked");
    // Nothing answers the buyer's treaty again by itself, and the buyer, told of it, cannot order.
    place.speak("operator", &["treaty", "accept"]).refused(1, "comity.no_treaty_to_accept");
    place.write("order.json", &place.terms().to_string());
    place.place("order.json", "pass").refused(1, "mesh.treaty_ended");
}

#[test]
fn a_treaty_of_a_record_is_one_of_the_protocol() {
    let place = Place::agreed();
    let status = place.run(&["status", "--home", "buyer", "--json"]).document();
    let id = status["treaties"][0]["treaty"].as_str().unwrap().to_owned();
    let text = place.run(&["treaty", "export", "--home", "buyer", &id]).good();
    let treaty: serde_json::Value = serde_json::from_str(&text).unwrap();
    let key = treaty["issued_by"].as_str().unwrap();
    place.write("treaty.json", &text);
    place.write("other.json", &text.replace("role:service:", "role:operator:"));
    let verify = |file| place.run(&["mesh", "verify", "treaties", file, "--public-key", key]);
    assert_eq!(verify("treaty.json").document()["valid"], true);
    let other = verify("other.json");
    assert_eq!(other.status, 1);
    assert!(other.stdout.contains("invalid_signature"), "{}", other.stdout);
}

#[test]
fn publishing_again_states_nothing_new() {
    let place = Place::founded();
    let first = place.speak("buyer", &["mip", "publish", "--json"]).document();
    let before = place.homes();
    let second = place.speak("buyer", &["mip", "publish", "--json"]).document();
    assert_eq!((&first["appended"], &second["appended"]), (&1.into(), &0.into()));
    assert_eq!(first["statement"], second["statement"]);
    assert_eq!(place.homes(), before);
}

#[test]
fn status_refuses_a_flipped_byte_and_a_record_that_was_cut() {
    let place = Place::founded();
    let record = place.path("buyer").join("record.log");
    let short = std::fs::read(&record).unwrap();
    place.speak("buyer", &["mip", "publish"]).good();
    let whole = std::fs::read(&record).unwrap();

    let mut flipped = whole.clone();
    flipped[300] ^= 1;
    std::fs::write(&record, flipped).unwrap();
    place.run(&["status", "--home", "buyer"]).refused(1, "store.corrupt");

    // Cut at the end of a batch: intact in itself, and shorter than what was signed.
    std::fs::write(&record, short).unwrap();
    place.run(&["status", "--home", "buyer"]).refused(1, "comity.record_short");
    place.speak("buyer", &["mip", "publish"]).refused(1, "comity.record_short");

    std::fs::write(&record, whole).unwrap();
    place.run(&["status", "--home", "buyer"]).good();
}

#[test]
fn a_home_that_was_rolled_back_does_not_speak_again() {
    let place = Place::founded();
    place.copy("buyer", "backup");
    place.speak("buyer", &["mip", "publish"]).good();
    let offer =
        ["treaty", "recognise", "--to", "operator", "--peer", "operator", "--peer", "buyer"];
    let offer = [&offer[..], &["--scope", "order"]].concat();
    place.speak("backup", &offer).refused(1, "comity.record_short");
    // Without being told, it makes a second history, which whoever reads both refuses.
    place
        .speak("backup", &["treaty", "recognise", "--peer", "operator", "--scope", "order"])
        .good();
    let accept = ["treaty", "accept", "--peer", "buyer", "--peer", "backup"];
    place.speak("operator", &accept).refused(1, "comity.forked");
}

#[test]
fn one_writer_at_a_time() {
    let place = Place::founded();
    let id: comity_wire::Digest = place.id("buyer").parse().unwrap();
    let record = place.path("buyer").join("record.log");
    let (held, _) = Log::open(&record, id.as_bytes()).unwrap();
    place.speak("buyer", &["mip", "publish"]).refused(3, "store.locked");
    place.run(&["status", "--home", "buyer"]).good();
    drop(held);
    place.speak("buyer", &["mip", "publish"]).good();
}

#[test]
fn what_is_not_a_home_is_named() {
    let place = Place::empty();
    place.run(&["status", "--home", "nowhere"]).refused(2, "comity.not_a_home");
    place.speak("nowhere", &["mip", "publish"]).refused(2, "comity.not_a_home");
    place.run(&["mission", "show", "--record", "nowhere"]).refused(2, "comity.system");
    place.run(&["mission", "show", "--record", "."]).refused(2, "comity.no_record");
}
