//! What the record keeps: everything that was answered, chained, and nothing that was not.

use comity_authority::{Entry, FoundError};
use comity_http::{ServeError, Server};
use comity_mesh::identity::GenesisReason;
use comity_mesh::keys::SignedObject as _;
use comity_wire::Digest;
use comity_wire::mesh_json::Value;

use crate::fixture::{Na, genesis, key, now, options, public, refusal};

fn fill(na: &Na) -> String {
    let treaty = na.recognise("beta", &public(9));
    na.recognise("gamma", &public(8));
    let body = Value::from([
        ("subject_id", Value::from("agent-1")),
        ("roles", Value::List(vec![Value::from("role:client")])),
        (
            "claims",
            Value::from([("name", Value::from("\u{e9}\u{1f600}")), ("share", Value::Float(1.0))]),
        ),
    ]);
    let id = na.admin("POST", "/admin/attestations", &body).text("attestation_id");
    na.admin("POST", &format!("/admin/attestations/{id}/revoke"), &Value::from([]));
    na.admin("POST", "/admin/policy", &Value::from([("policy_id", Value::from("p2"))]));
    treaty.get("treaty_id").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn a_restart_keeps_everything() {
    let na = Na::start();
    let id = fill(&na);
    na.admin("POST", &format!("/admin/recognition-treaties/{id}/revoke"), &Value::from([]));
    let (before, head) =
        (na.snapshot(), na.admin("GET", "/admin/audit", &Value::Null).text("head"));
    let na = na.restart();
    assert_eq!(na.snapshot(), before);
    let entries = na.audit();
    assert!(entries.iter().any(|entry| entry.get("prev") == Some(&Value::from(head.as_str()))));
}

#[test]
fn entries_are_chained_by_hash() {
    let na = Na::start();
    fill(&na);
    let mut prev = Digest::ZERO;
    let entries = na.audit();
    assert!(7 <= entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let frame = Entry::parse(&comity_wire::mesh_json::canonical(entry)).unwrap().into_frame();
        assert_eq!((frame.seq, frame.prev), (at as u64, prev.to_string()));
        prev = comity_wire::sha256(&comity_wire::mesh_json::canonical(entry));
    }
    let some = na.admin("GET", "/admin/audit?from=2&limit=3", &Value::Null).json();
    assert_eq!(some.get("entries").unwrap().items(), &entries[2..5]);
}

#[test]
fn reading_writes_nothing() {
    let na = Na::start();
    let treaty = na.recognise("beta", &public(9));
    let size = |na: &Na| std::fs::metadata(na.record()).unwrap().len();
    let before = size(&na);
    na.snapshot();
    let accepted = na.post("/recognition-treaties/verify", &Value::from([("treaty", treaty)]));
    assert_eq!(accepted.text("reason"), "accepted");
    na.get("/connectome/trust-path?from=alpha&to=beta");
    na.get("/no-such-thing");
    assert_eq!(size(&na), before);
}

/// The process dies between the append and the answer: what the client never heard of may be there, but whole.
#[test]
fn an_entry_without_an_answer_is_there_whole_or_not_at_all() {
    let mut na = Na::start();
    let id = fill(&na);
    let server = na.server.take().unwrap();
    server.stop().unwrap();
    let whole = std::fs::read(na.record()).unwrap();
    // Every length that a crash could leave of the last batch; each tenth is enough.
    let na = na.start_again();
    na.admin("POST", &format!("/admin/recognition-treaties/{id}/revoke"), &Value::from([]));
    let mut na = na;
    na.server.take().unwrap().stop().unwrap();
    let longer = std::fs::read(na.record()).unwrap();
    assert_eq!(&longer[..whole.len()], &whole[..]);
    for end in (whole.len()..=longer.len()).rev().step_by(97).chain([longer.len() - 1, whole.len()])
    {
        std::fs::write(na.record(), &longer[..end]).unwrap();
        na = na.start_again();
        let status = na.get(&format!("/recognition-treaties/{id}")).text("status");
        assert_eq!(status, if end == longer.len() { "revoked" } else { "active" }, "cut at {end}");
        na.server.take().unwrap().stop().unwrap();
    }
}

#[test]
fn papers_that_do_not_hold_are_refused() {
    let reason = |error: ServeError| {
        let ServeError::Found(FoundError::Genesis { reason }) = error else { panic!("{error}") };
        reason
    };
    let mut unsigned = genesis("alpha", 1, 2);
    unsigned.signatures.clear();
    assert_eq!(reason(refusal(unsigned)), GenesisReason::MissingSignature);
    let mut foreign = genesis("alpha", 1, 2);
    foreign.signatures.clear();
    foreign.sign(&key(7), "root");
    assert_eq!(reason(refusal(foreign)), GenesisReason::InvalidSignature);
    let mut changed = genesis("alpha", 1, 2);
    changed.network_name = "beta".to_owned();
    assert_eq!(reason(refusal(changed)), GenesisReason::InvalidSignature);
    let mut over = genesis("alpha", 1, 2);
    over.network_authority.valid_to = now().plus(-1);
    over.signatures.clear();
    over.sign(&key(1), "root");
    assert_eq!(reason(refusal(over)), GenesisReason::OutsideValidityWindow);
    let other = refusal(genesis("alpha", 1, 4));
    assert!(matches!(other, ServeError::Found(FoundError::WrongKey { .. })), "{other}");
}

#[test]
fn the_record_of_another_sovereign_is_refused() {
    let mut na = Na::start();
    na.server.take().unwrap().stop().unwrap();
    let folder = na.record().parent().unwrap().to_owned();
    let error =
        Server::start(options(&folder, genesis("beta", 1, 2), false)).map(drop).unwrap_err();
    assert_eq!(error.code(), "store.identity", "{error}");
}

#[test]
fn writers_at_the_same_time_all_get_their_own_answer() {
    let na = Na::start();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let write = |number: usize| {
            let na = &na;
            move || {
                let treaty = na.recognise(&format!("s{number}"), &public(9));
                treaty.get("treaty_id").and_then(Value::as_str).unwrap().to_owned()
            }
        };
        let threads: Vec<_> = (0..16).map(|number| scope.spawn(write(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let na = na.restart();
    for id in ids {
        assert_eq!(na.get(&format!("/recognition-treaties/{id}")).status, 200);
    }
}

#[test]
fn what_the_system_refuses_is_named() {
    let na = Na::start();
    let taken = |options: &mut comity_http::Options| options.listen = na.address;
    let without = |options: &mut comity_http::Options| {
        options.entropy = comity_http::Entropy::new(|_| Err(std::io::Error::other("none")));
    };
    let start = |change: &dyn Fn(&mut comity_http::Options)| {
        let folder = tempfile::tempdir().unwrap();
        let mut options = options(folder.path(), genesis("alpha", 1, 2), false);
        change(&mut options);
        Server::start(options).map(drop).unwrap_err().code()
    };
    assert_eq!(start(&taken), "http.cannot_listen");
    assert_eq!(start(&without), "http.system");
}
