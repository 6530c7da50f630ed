//! The operator network with the program's verbs: onboarding, map, endpoint checks, assets, packages.

use comity_mesh::keys::SignedObject as _;
use comity_mesh::operator::onboarding::OnboardingStatement;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{canonical, parse};
use serde_json::{Value, json};

use crate::mesh::{Na, key, member, mesh, public};
use crate::program::Ran;

fn pair() -> (Na, Na) {
    (Na::start("alpha", 10, false), Na::start("beta", 20, false))
}

/// A verb that alpha's operator signs and sends nothing with.
fn penned(na: &Na, args: &[&str]) -> Ran {
    let (url, key, pass) = (na.url(), na.path("operator.age"), na.path("pass"));
    mesh(&[args, &["--at", &url, "--key", &key, "--passphrase-file", &pass]].concat())
}

fn state(ran: &Value, step: &str) -> (String, String) {
    let row = ran["steps"].as_array().unwrap().iter().find(|row| row["step"] == step).unwrap();
    (member(row, "/state"), member(row, "/reason"))
}

#[test]
fn a_new_operator_comes_aboard_step_by_step() {
    let (alpha, beta) = pair();
    let dir = alpha.path("onboarding");
    let run = |more: &[&str]| penned(&alpha, &[&["onboard", "run", &dir, "--json"], more].concat());
    let first = run(&[]).document();
    for step in ["keys_made", "genesis_signed", "endpoints_open"] {
        assert_eq!(state(&first, step), ("taken".into(), String::new()), "{step}");
    }
    for (step, reason) in [
        ("backup_restored", "client.step_needs_backup"),
        ("treaty_given", "client.step_no_treaty"),
        ("treaty_received", "client.step_needs_peer"),
        ("bundle_exported", "client.step_needs_bundle"),
        ("heartbeat_sent", "client.step_no_heartbeat"),
    ] {
        assert_eq!(state(&first, step), ("not_shown".into(), reason.into()));
    }
    assert_eq!(state(&first, "revocation_proven"), ("not_yet".into(), "treaty_received".into()));

    alpha.signed(&["recognise", "--peer", &beta.url()]).good();
    alpha.signed(&["operator", "heartbeat", "--done", "health"]).good();
    // Alpha attests and revokes, beta recognises and follows.
    let (proof, bundle) = (alpha.path("proof.json"), alpha.path("bundle.json"));
    let (receipt, backup) = (alpha.path("receipt.json"), alpha.path("backup.json"));
    let (peer, peer_key) = (alpha.url(), alpha.path("operator.key"));
    beta.signed(&["proof", "run", "--peer", &peer, "--peer-key", &peer_key, "--out", &proof])
        .good();
    alpha.asked(&["bundle", "export", "--out", &bundle]).good();
    mesh(&["bundle", "import", &bundle, "--receipt", &receipt]).good();
    std::fs::write(&backup, r#"{"restored_on":"another machine"}"#).unwrap();

    // What others did shows nothing.
    let others = alpha.path("others.json");
    let (peer, peer_key) = (beta.url(), beta.path("operator.key"));
    let reverse = ["proof", "run", "--peer", &peer, "--peer-key", &peer_key, "--out", &others];
    alpha.signed(&reverse).good();
    let foreign = alpha.path("foreign.json");
    beta.asked(&["bundle", "export", "--out", &foreign]).good();
    let beta_url = beta.url();
    let wrong =
        ["--proof", &others, "--bundle", &foreign, "--receipt", &receipt, "--peer", &beta_url];
    let second = run(&wrong).document();
    assert_eq!(state(&second, "treaty_received").0, "taken");
    let reason = |step| state(&second, step).1;
    assert_eq!(reason("revocation_proven"), "client.step_other_proof");
    assert_eq!(reason("bundle_exported"), "client.step_other_bundle");

    let papers =
        ["--proof", &proof, "--bundle", &bundle, "--receipt", &receipt, "--backup", &backup];
    let last = run(&papers).document();
    assert_eq!(last["checklist"]["complete"], Value::Bool(true), "{last}");
    let own = public(12);
    let verify = || mesh(&["onboard", "verify", &dir, "--public-key", &own]);
    assert!(verify().good().starts_with("holds: 9 of 9 steps of alpha"));
    assert_eq!(
        alpha.signed(&["onboard", "publish", &dir]).good(),
        "9 steps handed in, 0 were there\n"
    );
    assert_eq!(
        alpha.signed(&["onboard", "publish", &dir]).good(),
        "0 steps handed in, 9 were there\n"
    );

    let file = format!("{dir}/evidence/backup_restored.backup.json");
    std::fs::write(&file, "{}").unwrap();
    let changed = verify();
    assert!(changed.status == 1 && changed.stdout.contains("evidence_changed"), "{changed:?}");
    std::fs::remove_file(&file).unwrap();
    assert!(verify().stdout.contains("evidence_missing"));
    let stranger = mesh(&["onboard", "verify", &dir, "--public-key", &public(99), "--json"]);
    assert_eq!((stranger.status, stranger.stdout.contains("invalid_signature")), (1, true));
    penned(&beta, &["onboard", "run", &dir]).refused(1, "comity.object_refused");
}

#[test]
fn evidence_is_never_looked_for_outside_the_folder() {
    let alpha = Na::start("alpha", 10, false);
    let dir = alpha.path("onboarding");
    penned(&alpha, &["onboard", "run", &dir]).good();
    // A statement that an operator signed with a name that leads out.
    let path = format!("{dir}/statements.json");
    let text = std::fs::read(&path).unwrap();
    let mut list = Vec::<OnboardingStatement>::read(&parse(&text).unwrap()).unwrap();
    list.truncate(1);
    list[0].evidence[0].name = "../statements.json".to_owned();
    list[0].signature = None;
    list[0].sign(&key(12), "op");
    std::fs::write(&path, canonical(&list.write())).unwrap();
    let refused = mesh(&["onboard", "verify", &dir, "--public-key", &public(12)]);
    assert!(refused.status == 1 && refused.stdout.contains("evidence_bad_name"), "{refused:?}");
}

#[test]
fn the_map_shows_who_recognises_whom() {
    let (alpha, beta) = pair();
    let nobody = alpha.asked(&["map"]).good();
    assert!(nobody.contains("recognises     nobody"), "{nobody}");
    let treaty = alpha.signed(&["recognise", "--peer", &beta.url(), "--json"]).document();
    let map = alpha.asked(&["map"]).good();
    assert!(map.contains("recognises     beta") && map.contains("alpha -> beta  active"), "{map}");
    let around = alpha.asked(&["map", "beta", "--json"]).document();
    assert_eq!(around["map"]["recognised_by"], json!(["alpha"]));
    // Who recognises alpha is known to others.
    beta.signed(&["recognise", "--peer", &alpha.url()]).good();
    assert_eq!(alpha.asked(&["map", "--json"]).document()["map"]["mutual"], json!([]));
    let both = alpha.asked(&["map", "alpha", "--at", &beta.url(), "--json"]).document();
    assert_eq!(both["map"]["mutual"], json!(["beta"]));
    assert_eq!(
        (both["asked"].clone(), both["edges"].as_array().unwrap().len()),
        (json!(["beta", "alpha"]), 2)
    );
    let id = member(&treaty, "/treaty/treaty_id");
    alpha.signed(&["revoke", "treaty", &id]).good();
    assert_eq!(alpha.asked(&["map", "--json"]).document()["map"]["revoked_count"], json!(1));
}

#[test]
fn endpoints_are_looked_at_one_by_one() {
    let alpha = Na::start("alpha", 10, false);
    let check = |more: &[&str]| mesh(&[&["endpoint-check", &alpha.url()], more].concat());
    let stale = check(&[]);
    assert_eq!(stale.status, 1);
    assert!(stale.stdout.contains("continuity          failed: stale"), "{stale:?}");
    alpha.signed(&["operator", "heartbeat", "--done", "health"]).good();
    let (report, pen) = (alpha.path("report.json"), alpha.path("operator.key"));
    let good = check(&["--key", &pen, "--by", "operator-local", "--out", &report]).good();
    assert!(good.contains("trust_bundle        passed"), "{good}");
    assert!(good.contains("tls                 skipped: plain_http"), "{good}");
    mesh(&["verify", "check_report", &report, "--public-key", &public(12)]).good();
    alpha.signed(&["operator", "deliver", &report]).good();
    let wrong_root = check(&["--root", &public(99), "--json"]);
    assert!(wrong_root.status == 1 && wrong_root.stdout.contains("client.other_root"));
    let nobody = mesh(&["endpoint-check", "http://127.0.0.1:1", "--json"]);
    assert!(nobody.status == 1 && nobody.stdout.contains("unreachable"), "{nobody:?}");
    let nameless = ["endpoint-check", "http://127.0.0.1:1", "--key", &pen, "--out", &report];
    mesh(&nameless).refused(1, "comity.object_refused");
}

#[test]
fn assets_and_twins_are_published_and_listed() {
    let alpha = Na::start("alpha", 10, false);
    let write = |name: &str, value: &Value| {
        std::fs::write(alpha.path(name), value.to_string()).unwrap();
        alpha.path(name)
    };
    write("pump.json", &json!({"maker": "x"}));
    let drafts = json!([
        {"asset_id": "pump-7", "kind": "physical", "file": "pump.json"},
        {"asset_id": "pump-7-twin", "kind": "digital_twin", "sha256": "ab".repeat(32), "twin_of": "pump-7"},
    ]);
    let file = write("assets-draft.json", &drafts);
    alpha.asked(&["assets", "list"]).refused(1, "client.not_there");
    let manifest = alpha.path("manifest.json");
    alpha.signed(&["assets", "publish", &file, "--out", &manifest]).good();
    let list = alpha.asked(&["assets", "list"]).good();
    assert!(list.starts_with("2 of 2 assets of alpha") && list.contains("digital_twin of pump-7"));
    let twins = alpha.asked(&["assets", "list", "--twin-of", "pump-7", "--json"]).document();
    assert_eq!(member(&twins, "/assets/0/asset_id"), "pump-7-twin");
    alpha.asked(&["assets", "list", "--kind", "king"]).refused(1, "client.refused");
    mesh(&["verify", "asset_manifest", &manifest, "--public-key", &public(12)]).good();
    alpha.signed(&["assets", "publish", &file]).good();
    for (value, status, code) in [
        (json!([{"asset_id": "a", "kind": "physical"}]), 1, "comity.object_refused"),
        (json!([{"asset_id": "a", "kind": "ghost", "file": "pump.json"}]), 2, "mesh.schema"),
        (json!([{"asset_id": "a", "kind": "physical", "file": "none"}]), 2, "comity.system"),
        (
            json!([{"asset_id": "t", "kind": "digital_twin", "file": "pump.json", "twin_of": "x"}]),
            1,
            "comity.object_refused",
        ),
    ] {
        let bad = write("bad.json", &value);
        alpha.signed(&["assets", "publish", &bad]).refused(status, code);
    }
    assert!(alpha.asked(&["assets", "list"]).good().starts_with("2 of 2"));
}

#[test]
fn a_client_checks_a_package_without_asking_anybody() {
    let (alpha, beta) = pair();
    beta.signed(&["recognise", "--peer", &alpha.url(), "--role", "client", "--hours", "2000"])
        .good();
    let (evidence, package) = (alpha.path("evidence.json"), alpha.path("package.json"));
    let found = beta.signed(&["package", "vouch", "alpha", "--out", &evidence]).good();
    assert!(found.starts_with("beta says of alpha: allow"), "{found}");
    let heartbeat = alpha.path("heartbeat.json");
    alpha.signed(&["operator", "heartbeat", "--done", "health", "--out", &heartbeat]).good();
    let (issuer, object) = (format!("beta={}", beta.url()), format!("heartbeat={heartbeat}"));
    let make = |issuer: &str, evidence: &str, out: &str| {
        let args = [
            "package",
            "make",
            "--client",
            "Acme",
            "--summary",
            "pumps, watched",
            "--not-proven",
            "that the pumps work",
            "--evidence",
            evidence,
            "--issuer",
            issuer,
            "--object",
            &object,
            "--out",
            out,
        ];
        penned(&alpha, &args)
    };
    make(&issuer, &evidence, &package).good();
    make(&issuer, &evidence, &package).refused(2, "comity.file_exists");
    let (own_key, issuer_key) = (public(12), format!("beta={}", public(21)));
    let verify = |more: &[&str]| {
        let args =
            ["package", "verify", &package, "--public-key", &own_key, "--issuer", &issuer_key];
        mesh(&[&args[..], more].concat())
    };
    let holds = verify(&["--object", &object, "--json"]).document();
    assert_eq!((holds["valid"].clone(), holds["trusted"].clone()), (json!(true), json!(true)));
    let other = verify(&["--object", &format!("heartbeat={evidence}")]);
    assert!(other.status == 1 && other.stdout.contains("other_object"), "{other:?}");
    for (more, reason) in [
        (["--sovereign", "gamma"], "wrong_sovereign"),
        (["--now", "2020-01-01T00:00:00Z"], "issued_in_future"),
        (["--now", "2099-01-01T00:00:00Z"], "expired"),
    ] {
        let refused = verify(&more);
        assert!(refused.status == 1 && refused.stdout.contains(reason), "{refused:?}");
    }
    // The evidence of the sovereign about itself is none, and a key of somebody else opens nothing.
    let own = alpha.path("own.json");
    alpha.signed(&["package", "vouch", "beta", "--out", &own]).good();
    let out = alpha.path("second.json");
    let refused = make(&issuer, &own, &out);
    refused.refused(1, "comity.object_refused");
    assert!(refused.stderr.contains("evidence_wrong_subject"), "{refused:?}");
    let refused = make(&format!("beta={}", public(99)), &evidence, &out);
    assert!(refused.stderr.contains("evidence_invalid_signature"), "{refused:?}");
    let wrong_name = format!("gamma={}", beta.url());
    make(&wrong_name, &evidence, &out).refused(1, "comity.other_subject");
    let text = std::fs::read_to_string(&package).unwrap();
    std::fs::write(&package, text.replace("pumps, watched", "pumps, guarded")).unwrap();
    assert!(verify(&[]).stdout.contains("invalid_signature"));
}
