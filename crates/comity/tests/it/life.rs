//! Operator life with the program's verbs: heartbeats, absences, partners, case files.

use std::path::Path;

use serde_json::Value;

use crate::mesh::{Na, member, mesh, private, public};
use crate::program::Ran;

fn document(path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn status(na: &Na, more: &[&str]) -> Ran {
    na.asked(&[&["operator", "status"], more].concat())
}

const DUTIES: [&str; 5] = ["health", "connectome", "treaty_expiry", "bundle", "revocation_proof"];

/// A heartbeat with every duty done.
fn beat(na: &Na) -> Ran {
    let done: Vec<&str> = DUTIES.iter().flat_map(|duty| ["--done", duty]).collect();
    na.signed(&[&["operator", "heartbeat"], &done[..]].concat())
}

#[test]
fn an_operator_is_healthy_late_away_and_back() {
    let alpha = Na::start("alpha", 10, false);
    let first = status(&alpha, &[]);
    assert_eq!(first.status, 1);
    assert!(first.stdout.contains("alpha: stale") && first.stdout.contains("no_heartbeat"));
    let report = alpha.path("report");
    std::fs::write(&report, "all well").unwrap();
    let shown = format!("health={report}");
    alpha
        .signed(&["operator", "heartbeat", "--done", "health", "--evidence", &shown, "--json"])
        .good();
    let watch = status(&alpha, &["--json"]).document();
    assert_eq!(member(&watch, "/continuity/status"), "watch");
    assert_eq!(member(&watch, "/duties/0/state"), "in_time");
    assert_eq!(member(&watch, "/duties/4/state"), "never");
    beat(&alpha).good();
    let healthy = status(&alpha, &[]).good();
    assert!(healthy.starts_with("alpha: healthy"), "{healthy}");
    assert!(healthy.contains("heartbeat         2,"), "{healthy}");
    // The evidence of a duty that is done again goes, the others' stays.
    alpha.signed(&["operator", "heartbeat", "--done", "bundle"]).good();
    assert!(status(&alpha, &[]).good().starts_with("alpha: healthy"));

    let later = "2099-01-01T00:00:00Z";
    let unseen = status(&alpha, &["--now", later]);
    unseen.refused(1, "client.genesis_refused");
    let (from, until) = (soon(3600), soon(7200));
    let away = ["operator", "offline", "--from", &from, "--until", &until, "--reason", "holiday"];
    let notice = alpha.path("notice.json");
    alpha.signed(&[&away[..], &["--out", &notice]].concat()).good();
    let on_leave = status(&alpha, &["--now", &soon(4000)]).good();
    assert!(on_leave.starts_with("alpha: declared_offline"), "{on_leave}");
    assert!(status(&alpha, &["--now", &soon(7300)]).good().starts_with("alpha: healthy"));
    let late = status(&alpha, &["--now", &soon(86_400 + 60)]);
    assert!(late.stdout.contains("health            late"), "{late:?}");
    assert_eq!(late.status, 1, "the feed is overdue by then");
    mesh(&["verify", "offline_notice", &notice, "--public-key", &public(12)]).good();
}

/// A time so many seconds from now.
fn soon(seconds: i64) -> String {
    let now = comity_wire::mesh_json::Datetime::from(comity::home::clock::now().wall);
    now.plus(seconds).to_string()
}

#[test]
fn what_cannot_be_said_is_refused_before_it_is_sent() {
    let alpha = Na::start("alpha", 10, false);
    let shown = format!("health={}", alpha.path("pass"));
    let refused = alpha.signed(&["operator", "heartbeat", "--evidence", &shown]);
    refused.refused(2, "comity.duty_not_done");
    assert_eq!(alpha.signed(&["operator", "heartbeat", "--done", "sleep"]).status, 2);
    let future = format!("health={}", soon(600));
    let refused = alpha.signed(&["operator", "heartbeat", "--done", &future]);
    refused.refused(1, "comity.object_refused");
    assert!(refused.stderr.contains("duty_after_heartbeat"));
    for (from, until, reason) in [
        (soon(-600), soon(600), "not_in_advance"),
        (soon(600), soon(600), "empty_window"),
        (soon(600), soon(600 + 91 * 86_400), "window_too_long"),
    ] {
        let args =
            ["operator", "offline", "--from", &from, "--until", &until, "--reason", "holiday"];
        let refused = alpha.signed(&args);
        refused.refused(1, "comity.object_refused");
        assert!(refused.stderr.contains(reason), "{refused:?}");
    }
    let beta = Na::start("beta", 20, false);
    let foreign = ["operator", "heartbeat", "--key", &beta.path("operator.key")];
    alpha.asked(&foreign).refused(1, "comity.not_an_operator");
    assert!(status(&alpha, &[]).stdout.contains("none that counts"));
    let wrong_key = status(&alpha, &["--operator-key", &public(22), "--json"]);
    assert_eq!(wrong_key.status, 1);
}

/// A partner of alpha with a key, granted these duties.
fn granted(alpha: &Na, duties: &[&str]) -> (String, String) {
    let (key, file) = (alpha.path("partner.age"), alpha.path("delegation.json"));
    let pass = alpha.path("pass");
    let made = ["partner", "key", "--out", &key, "--passphrase-file", &pass, "--work-factor", "4"];
    let public = mesh(&made).good();
    let named: Vec<&str> = duties.iter().flat_map(|duty| ["--duty", duty]).collect();
    let grant = ["partner", "grant", "--partner", "helper", "--id", "d1", "--out", &file];
    alpha.signed(&[&grant[..], &["--partner-key", public.trim()], &named[..]].concat()).good();
    (key, file)
}

/// A verb that the partner signs the request of.
fn as_partner(alpha: &Na, key: &str, args: &[&str]) -> Ran {
    let pass = alpha.path("pass");
    let signer = ["--key", key, "--key-id", "partner:d1", "--passphrase-file", &pass];
    alpha.asked(&[args, &signer].concat())
}

#[test]
fn a_partner_helps_within_its_list_until_the_operator_ends_it() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let (key, file) = granted(&alpha, &["continuity_checks", "client_packaging"]);
    let (held, pass) = (alpha.path("held.json"), alpha.path("pass"));
    let hold = ["operator", "heartbeat", "--done", "health", "--out", &held, "--hold"];
    alpha.signed(&hold).good();
    let deliver = || as_partner(&alpha, &key, &["operator", "deliver", &held]);
    let early = deliver();
    early.refused(1, "client.not_authorised");
    assert!(early.stderr.contains("not_accepted"), "{early:?}");
    let accept = ["partner", "accept", &file, "--key", &key, "--passphrase-file", &pass];
    alpha.asked(&accept).good();
    deliver().good();
    assert!(status(&alpha, &[]).stdout.contains("heartbeat         1,"));
    let note = ["partner", "note", &file, "--key", &key, "--passphrase-file", &pass];
    let said = ["--duty", "continuity_checks", "--summary", "looked", "--evidence", &held];
    alpha.asked(&[&note[..], &said[..]].concat()).good();
    let undelegated = ["--duty", "dns", "--summary", "looked"];
    alpha.asked(&[&note[..], &undelegated[..]].concat()).refused(1, "client.refused");

    let recognise = ["recognise", "--peer", &beta.url()];
    let refused = as_partner(&alpha, &key, &recognise);
    refused.refused(1, "client.not_authorised");
    assert!(refused.stderr.contains("partner_act_reserved"), "{refused:?}");
    let revoke = as_partner(&alpha, &key, &["revoke", "attestation", "x"]);
    assert!(revoke.stderr.contains("sign_revocations"), "{revoke:?}");
    let attest = ["attest", "--subject", "ann", "--role", "client"];
    assert!(as_partner(&alpha, &key, &attest).stderr.contains("sign_attestations"));

    let shown = alpha.asked(&["partner", "show", "d1"]).good();
    assert!(shown.contains("helper, in force") && shown.contains("1 that count of 1"), "{shown}");
    let end = alpha.path("end.json");
    alpha.signed(&["partner", "end", "d1", "--reason", "over", "--out", &end]).good();
    let after = deliver();
    after.refused(1, "client.not_authorised");
    assert!(after.stderr.contains("ended"), "{after:?}");
    assert!(alpha.asked(&["partner", "show", "--json"]).good().contains("\"ended\""));
    let op = public(12);
    let verify = ["partner", "verify", &file, "--operator-key", &op];
    mesh(&verify).good();
    let over = mesh(&[&verify[..], &["--end", &end, "--json"]].concat());
    assert_eq!((over.status, over.stdout.contains("\"ended\"")), (1, true));
    alpha.signed(&["partner", "end", "d9"]).refused(1, "comity.unknown_delegation");
    alpha.asked(&["partner", "show", "d9"]).refused(1, "comity.unknown_delegation");
}

#[test]
fn a_delegation_that_gives_control_away_is_never_signed() {
    let alpha = Na::start("alpha", 10, false);
    let grant = |duty: &str, key: &str| {
        let args = ["partner", "grant", "--partner", "x", "--partner-key", key, "--duty", duty];
        alpha.signed(&args)
    };
    for (duty, key, reason) in [
        ("sign_treaties", public(99), "forbidden_duty"),
        ("hold_operator_key", public(99), "forbidden_duty"),
        ("cook", public(99), "unknown_duty"),
        ("dns", public(12), "partner_holds_operator_key"),
        ("dns", public(10), "partner_holds_operator_key"),
        ("dns", "x".to_owned(), "bad_partner_key"),
    ] {
        let refused = grant(duty, &key);
        refused.refused(1, "comity.object_refused");
        assert!(refused.stderr.contains(reason), "{refused:?}");
    }
    assert_eq!(alpha.asked(&["partner", "show"]).good(), "0 delegations\n");
    let (_, file) = granted(&alpha, &["dns"]);
    let stranger = ["partner", "accept", &file, "--key", &alpha.path("operator.key")];
    alpha.asked(&stranger).refused(1, "comity.not_the_partner");
    let key = alpha.path("partner.age");
    let again = ["partner", "key", "--out", &key, "--passphrase-file", &alpha.path("pass")];
    mesh(&again).refused(2, "comity.file_exists");
}

/// A case with its files, and who signs.
struct Desk {
    alpha: Na,
    case: String,
    pen: [String; 4],
}

impl Desk {
    fn open() -> Self {
        let alpha = Na::start("alpha", 10, false);
        let shown = mesh(&["show", &alpha.url(), "--json"]).document();
        std::fs::write(alpha.path("genesis.json"), shown["genesis"].to_string()).unwrap();
        for name in ["log", "letter", "answer", "package"] {
            std::fs::write(alpha.path(name), name).unwrap();
        }
        let flag = |text: &str| text.to_owned();
        let pen = [flag("--key"), alpha.path("operator.key"), flag("--key-id"), flag("op")];
        Self { case: alpha.path("case.json"), alpha, pen }
    }

    /// A verb that adds an entry on a day of January.
    fn add(&self, day: u8, args: &[&str]) -> Ran {
        let now = format!("2026-01-{day:02}T00:00:00Z");
        let pen: Vec<&str> = self.pen.iter().map(String::as_str).collect();
        let (verb, rest) = args.split_first().unwrap();
        mesh(&[&["case", verb, &self.case], &pen[..], &["--now", &now], rest].concat())
    }

    fn begin(&self) -> Ran {
        let genesis = self.alpha.path("genesis.json");
        let who = ["open", "--genesis", &genesis, "--operator", "Ann", "--id", "case-1"];
        self.add(1, &who)
    }

    fn filled(self) -> Self {
        self.begin().good();
        let log = format!("e1={}", self.alpha.path("log"));
        self.add(2, &["exhibit", "--item", &log, "--kind", "log"]).good();
        let claim = ["claim", "--id", "c1", "--text", "it leaks", "--exhibit", "e1"];
        self.add(3, &[&claim[..], &["--risk", "privacy"]].concat()).good();
        let letter = self.alpha.path("letter");
        let told = ["notice", "--institution", "Bank", "--addressee", "Bob", "--channel", "post"];
        let what = ["--notice", &letter, "--claim", "c1", "--respond-by", "2026-01-10T00:00:00Z"];
        self.add(4, &[&told[..], &what[..]].concat()).good();
        self
    }
}

fn verify(file: &str, more: &[&str]) -> Ran {
    let key = public(12);
    let args = ["case", "verify", file, "--public-key", &key];
    mesh(&[&args[..], more].concat())
}

#[test]
fn a_case_goes_from_who_speaks_to_who_is_next() {
    let desk = Desk::open().filled();
    let package = desk.alpha.path("package");
    let next = ["escalate", "--authority", "Regulator", "--package", &package, "--grounds", "none"];
    let silence = ["response", "--outcome", "no_answer", "--summary", "nothing came"];
    let early = desk.add(5, &silence);
    early.refused(1, "mesh.case_refused");
    assert!(early.stderr.contains("response_window_open"), "{early:?}");
    let skipped = desk.add(20, &next);
    assert!(skipped.stderr.contains("step_out_of_order"), "{skipped:?}");
    desk.add(11, &silence).good();
    let ready = desk.add(12, &next).good();
    assert!(ready.contains("ready for the next authority"), "{ready}");
    let holds = verify(&desk.case, &["--json"]).document();
    assert_eq!(holds["valid"], Value::Bool(true));
    let head = member(&holds, "/head");
    verify(&desk.case, &["--head", &head]).good();

    let export = desk.alpha.path("export.json");
    let withhold = ["--withhold", "identity.operator", "--withhold", "evidence.*"];
    let out = ["case", "export", &desk.case, "--out", &export, "--reason", "privacy"];
    mesh(&[&out[..], &withhold[..]].concat()).good();
    let text = std::fs::read_to_string(&export).unwrap();
    assert!(!text.contains("Ann") && text.contains("Regulator"));
    let stranger = verify(&export, &["--head", &head, "--json"]).document();
    assert_eq!((stranger["withheld_count"].as_u64(), member(&stranger, "/head")), (Some(2), head));
    assert!(mesh(&["case", "show", &export]).good().contains("withheld"));
    mesh(&["verify", "case_file", &export, "--public-key", &public(12)]).good();
    let pen: Vec<&str> = desk.pen.iter().map(String::as_str).collect();
    let add =
        [&["case", "response", &export], &pen[..], &["--outcome", "failed", "--summary", "x"]];
    mesh(&add.concat()).refused(1, "mesh.case_redacted");
}

#[test]
fn a_case_that_was_touched_does_not_hold() {
    let desk = Desk::open().filled();
    let text = std::fs::read_to_string(&desk.case).unwrap();
    let copy = desk.alpha.path("copy.json");
    for (old, new, reason) in [
        ("it leaks", "it leeks", "digest_mismatch"),
        ("2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z", "invalid_signature"),
        ("\"sequence\":2", "\"sequence\":3", "sequence_gap"),
    ] {
        std::fs::write(&copy, text.replace(old, new)).unwrap();
        let refused = verify(&copy, &[]);
        assert_eq!(refused.status, 1);
        assert!(refused.stdout.contains(reason), "{refused:?}");
    }
    let other = verify(&desk.case, &["--head", &"0".repeat(64)]);
    assert!(other.status == 1 && other.stdout.contains("other_head"), "{other:?}");
    let stranger = mesh(&["case", "verify", &desk.case, "--public-key", &public(99)]);
    assert!(stranger.status == 1 && stranger.stdout.contains("invalid_signature"));
    let early = verify(&desk.case, &["--now", "2025-01-01T00:00:00Z"]);
    assert!(early.status == 1 && early.stdout.contains("issued_in_future"));
}

#[test]
fn an_entry_that_does_not_fit_leaves_the_file_as_it_was() {
    let desk = Desk::open();
    let before = |desk: &Desk| std::fs::read(&desk.case).ok();
    desk.add(1, &["claim", "--id", "c", "--text", "x", "--exhibit", "e", "--risk", "safety"])
        .refused(2, "comity.system");
    assert!(!Path::new(&desk.case).exists());
    desk.begin().good();
    desk.begin().refused(2, "comity.file_exists");
    let whole = before(&desk);
    let unknown = ["claim", "--id", "c", "--text", "x", "--exhibit", "e9", "--risk", "safety"];
    desk.add(2, &unknown).refused(1, "mesh.case_refused");
    let log = format!("e1={}", desk.alpha.path("log"));
    desk.add(2, &["exhibit", "--item", &log]).good();
    assert_ne!(before(&desk), whole);
    let whole = before(&desk);
    desk.add(3, &unknown).refused(1, "mesh.case_refused");
    let back = desk.add(1, &["exhibit", "--item", &log.replace("e1", "e2")]);
    assert!(back.stderr.contains("time_went_back"), "{back:?}");
    desk.add(3, &["exhibit", "--item", "e2=/nonexistent"]).refused(2, "comity.system");
    assert_eq!(before(&desk), whole);
    let out = desk.alpha.path("out.json");
    let nothing = ["case", "export", &desk.case, "--out", &out, "--withhold", "notice.addressee"];
    mesh(&nothing).refused(1, "comity.object_refused");
    let foreign = desk.alpha.path("foreign.key");
    private(Path::new(&foreign), &format!("{}\n", comity_wire::b64::encode(&[77; 32])));
    let args = ["case", "exhibit", &desk.case, "--key", &foreign, "--item", &log];
    mesh(&[&args[..], &["--now", "2026-01-03T00:00:00Z"]].concat()).refused(1, "mesh.case_refused");
    assert_eq!(before(&desk), whole);
    assert_eq!(document(&desk.case)["entries"].as_array().unwrap().len(), 2);
}
