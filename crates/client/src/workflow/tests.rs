use std::collections::BTreeMap;

use comity_mesh::attestation::Status;
use comity_mesh::recognition::RecognitionTreaty;
use comity_mesh::revocation::FeedReason;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::{Change, Desk, Terms, attest, bootstrap, feed, import, path, recognise, renew};
use crate::calls::AttestationWish;
use crate::memory::{ALPHA, BETA, Memory, World, at, operator, stamp};
use crate::review::Identity;
use crate::{ClientError, Remote};

const TREATIES: &str = "/admin/recognition-treaties";

fn memory() -> Memory {
    let mut memory = Memory::default();
    ALPHA.answer(&mut memory);
    BETA.answer(&mut memory);
    memory
}

fn identity(world: &World) -> Identity {
    let (genesis, document) = (world.genesis().write(), world.document());
    Identity::check(world.url(""), genesis, document, None, at()).unwrap()
}

fn terms() -> Terms {
    Terms {
        roles: vec!["role:client".to_owned()],
        statuses: Vec::new(),
        claims: BTreeMap::new(),
        validity_hours: 1,
    }
}

fn says_path(memory: &mut Memory, trusted: bool, reason: &str) {
    let route = format!("GET {}", ALPHA.url("/connectome/trust-path?from=alpha&to=beta"));
    memory.answer(&route, 200, &ALPHA.path(&BETA, trusted, reason));
}

fn issues(memory: &mut Memory, treaty: &RecognitionTreaty) {
    memory.answer(&format!("POST {}", ALPHA.url(TREATIES)), 201, &treaty.write());
}

/// Runs `verb` at the desk of alpha.
fn at_alpha<T>(memory: &Memory, verb: impl FnOnce(&Desk<'_>) -> T) -> T {
    let (endpoint, identity, operator) = (ALPHA.endpoint(), identity(&ALPHA), operator());
    let remote = Remote::new(&endpoint, memory);
    verb(&Desk { remote, identity: &identity, operator: &operator })
}

fn recognised(memory: &Memory) -> Result<super::Recognised, ClientError> {
    let wish = terms().wish(&identity(&BETA), BTreeMap::new());
    at_alpha(memory, |desk| recognise(desk, &wish, &stamp("n")))
}

#[test]
fn recognition_is_a_verified_treaty_and_a_path() {
    let mut memory = memory();
    issues(&mut memory, &ALPHA.treaty("t1", &BETA));
    says_path(&mut memory, true, "active_treaty_path");
    let done = recognised(&memory).unwrap();
    assert_eq!(
        (done.treaty.treaty_id.as_str(), done.path.reason.as_str()),
        ("t1", "active_treaty_path")
    );
    assert_eq!(
        memory.log(),
        ["POST /admin/recognition-treaties", "GET /connectome/trust-path?from=alpha&to=beta"]
    );
    let asked = memory.asked.borrow();
    let body = comity_wire::mesh_json::parse(asked[0].body.as_ref().unwrap()).unwrap();
    assert_eq!(body.get("subject_public_keys").unwrap(), &Value::from(vec![BETA.authority_key()]));
    assert_eq!(body.get("validity_hours"), Some(&Value::from(1_u64)));
    let statuses = body.get("scope").and_then(|scope| scope.get("accepted_statuses"));
    assert_eq!(statuses, Some(&Value::from(vec!["active"])));
    assert!(asked[0].headers.iter().any(|(name, _)| *name == "X-Admin-Signature"));
    assert!(asked[1].headers.is_empty(), "a question is not signed");
}

#[test]
fn a_treaty_that_does_not_hold_is_not_passed_on() {
    let mut forged = ALPHA.treaty("t1", &BETA);
    forged.treaty_id = "t2".to_owned();
    let of_another = BETA.treaty("t1", &ALPHA);
    let about_another = ALPHA.treaty("t1", &World { name: "gamma", number: 30 });
    for treaty in [forged, of_another, about_another] {
        let mut memory = memory();
        issues(&mut memory, &treaty);
        assert_eq!(recognised(&memory).unwrap_err().code(), "client.treaty_refused");
    }
}

#[test]
fn a_treaty_without_a_path_is_told_with_its_id() {
    let mut memory = memory();
    issues(&mut memory, &ALPHA.treaty("t1", &BETA));
    says_path(&mut memory, false, "no_active_treaty_path");
    let expected = ClientError::NoPath {
        treaty_id: "t1".to_owned(),
        reason: "no_active_treaty_path".to_owned(),
    };
    assert_eq!(recognised(&memory).unwrap_err(), expected);
}

#[test]
fn nobody_recognises_itself() {
    let memory = memory();
    let wish = terms().wish(&identity(&ALPHA), BTreeMap::new());
    let refused = at_alpha(&memory, |desk| recognise(desk, &wish, &stamp("n"))).unwrap_err();
    assert_eq!(refused.code(), "client.same_sovereign");
    assert!(memory.log().is_empty());
}

#[test]
fn a_path_between_others_is_no_answer() {
    let mut memory = Memory::default();
    let route = format!("GET {}", ALPHA.url("/connectome/trust-path?from=alpha&to=beta"));
    memory.answer(&route, 200, &BETA.path(&ALPHA, true, "active_treaty_path"));
    let endpoint = ALPHA.endpoint();
    let refused = path(&Remote::new(&endpoint, &memory), "alpha", "beta").unwrap_err();
    assert_eq!(refused.code(), "client.other_answer");
}

fn wish() -> AttestationWish {
    AttestationWish {
        subject_id: "ann".to_owned(),
        subject_public_key: None,
        roles: vec!["role:client".to_owned()],
        validity_hours: 1,
        claims: BTreeMap::new(),
    }
}

#[test]
fn an_attestation_is_verified_before_it_is_passed_on() {
    let attested = |issued: Value| {
        let mut memory = memory();
        memory.answer(&format!("POST {}", ALPHA.url("/admin/attestations")), 201, &issued);
        at_alpha(&memory, |desk| attest(desk, &wish(), &stamp("n")))
    };
    let good = ALPHA.attestation("ann");
    assert_eq!(attested(good.write()).unwrap(), good);
    let mut forged = good;
    forged.subject_id = "eve".to_owned();
    assert_eq!(attested(forged.write()).unwrap_err().code(), "client.attestation_refused");
    let other = ALPHA.attestation("eve");
    assert_eq!(attested(other.write()).unwrap_err().code(), "client.other_answer");
    assert_eq!(attested(Value::from([])).unwrap_err().code(), "client.wrong_shape");
    assert!(wish().body().get("subject_public_key").is_none());
}

fn fed(served: &Value) -> Result<comity_mesh::revocation::PublishedFeed, ClientError> {
    let mut memory = memory();
    let route = format!("GET {}", BETA.url("/sovereign-revocation-feed?issuer_sovereign_id=beta"));
    memory.answer(&route, 200, served);
    let endpoint = BETA.endpoint();
    feed(&Remote::new(&endpoint, &memory), &identity(&BETA), at())
}

#[test]
fn a_feed_is_verified_before_it_is_handed_on() {
    assert_eq!(fed(&BETA.feed().write()).unwrap().feed, BETA.feed());
    let mut forged = BETA.feed();
    forged.sequence = 2;
    let overdue = BETA.feed().promise(at().plus(-1), &BETA.authority());
    for (served, expected) in [
        (forged.write(), FeedReason::InvalidSignature),
        (ALPHA.feed().write(), FeedReason::WrongIssuer),
        (overdue.write(), FeedReason::Overdue),
    ] {
        let refused = fed(&served).unwrap_err();
        assert_eq!(refused, ClientError::Feed { issuer: "beta".to_owned(), reason: expected });
    }
}

#[test]
fn an_import_is_confirmed_by_feed() {
    let imported = |answer: Value, status: u16| {
        let mut memory = memory();
        let route = "/admin/sovereign-revocation-feeds/import";
        memory.answer(&format!("POST {}", ALPHA.url(route)), status, &answer);
        let endpoint = ALPHA.endpoint();
        let feed = fed(&BETA.feed().write()).unwrap();
        import(&Remote::new(&endpoint, &memory), &operator(), &feed, &stamp("n"))
    };
    let says = |feed_id: &str| {
        Value::from([
            ("accepted", Value::from(true)),
            ("reason", Value::from("accepted")),
            ("feed_id", Value::from(feed_id)),
            ("issuer_sovereign_id", Value::from("beta")),
            ("sequence", Value::from(1_u64)),
            ("revoked_count", Value::from(1_u64)),
        ])
    };
    assert_eq!(imported(says("feed-1"), 200).unwrap().revoked_count, 1);
    assert_eq!(imported(says("feed-2"), 200).unwrap_err().code(), "client.other_answer");
    let stale = Value::from([("error", Value::from([("code", Value::from("stale_sequence"))]))]);
    assert_eq!(imported(stale, 409).unwrap_err().code(), "client.stale_sequence");
}

fn row(treaty: &RecognitionTreaty, status: Status) -> Value {
    Value::from([("treaty", treaty.write()), ("status", status.write())])
}

fn renewed(memory: &Memory, change: &Change) -> Result<super::Renewed, ClientError> {
    let stamps = [stamp("n1"), stamp("n2")];
    at_alpha(memory, |desk| renew(desk, "t1", change, 5, &stamps))
}

#[test]
fn renewal_issues_and_then_revokes_with_the_new_id() {
    let mut memory = memory();
    let old = ALPHA.treaty("t1", &BETA);
    let route = format!("GET {}", ALPHA.url("/recognition-treaties/t1"));
    memory.answer(&route, 200, &row(&old, Status::Active));
    issues(&mut memory, &ALPHA.treaty("t2", &BETA));
    let revoke = format!("{TREATIES}/t1/revoke");
    let revoked =
        Value::from([("treaty_id", Value::from("t1")), ("status", Value::from("revoked"))]);
    memory.answer(&format!("POST {}", ALPHA.url(&revoke)), 200, &revoked);

    assert_eq!(renewed(&memory, &Change::Renew).unwrap().treaty.treaty_id, "t2");
    let roles = Some(vec!["role:operator".to_owned()]);
    let change = Change::Replace { roles, statuses: None, claims: None };
    assert_eq!(renewed(&memory, &change).unwrap().old, "t1");

    let asked = memory.asked.borrow();
    let bodies: Vec<_> = asked
        .iter()
        .filter_map(|asked| asked.body.as_deref())
        .map(|body| String::from_utf8(body.to_vec()).unwrap())
        .collect();
    assert!(bodies[0].contains(r#""renew_of":"t1""#), "{}", bodies[0]);
    assert_eq!(bodies[1], r#"{"reason":"renewed_by:t2"}"#);
    assert!(bodies[2].contains(r#""allowed_roles":["role:operator"]"#), "{}", bodies[2]);
    assert!(bodies[2].contains(r#""replace_of":"t1""#), "{}", bodies[2]);
    assert_eq!(bodies[3], r#"{"reason":"replaced_by:t2"}"#);
}

#[test]
fn what_has_ended_is_not_renewed() {
    let mut memory = memory();
    let route = format!("GET {}", ALPHA.url("/recognition-treaties/t1"));
    memory.answer(&route, 200, &row(&ALPHA.treaty("t1", &BETA), Status::Revoked));
    assert_eq!(renewed(&memory, &Change::Renew).unwrap_err().code(), "client.treaty_refused");
    memory.answer(&route, 200, &row(&ALPHA.treaty("t9", &BETA), Status::Active));
    assert_eq!(renewed(&memory, &Change::Renew).unwrap_err().code(), "client.other_answer");
    assert!(memory.log().iter().all(|line| line.starts_with("GET ")));
}

#[test]
fn a_dry_run_changes_nothing_and_shows_no_key() {
    let memory = memory();
    let (alpha, beta) = (ALPHA.endpoint(), BETA.endpoint());
    let remote = |endpoint| Remote::new(endpoint, &memory);
    let plan = bootstrap(remote(&alpha), remote(&beta), &terms(), None, at()).unwrap();
    let evidence = plan.evidence(None);
    assert_eq!(evidence.get("dry_run"), Some(&Value::from(true)));
    let text = String::from_utf8(comity_wire::mesh_json::canonical(&evidence)).unwrap();
    assert!(!text.contains(&BETA.authority_key()) && !text.contains("signatures"), "{text}");
    assert!(memory.log().iter().all(|line| line.starts_with("GET ")), "{:?}", memory.log());
}

#[test]
fn evidence_says_whether_the_path_turned() {
    for (trusted, status) in [(true, "passed"), (false, "failed")] {
        let mut memory = memory();
        issues(&mut memory, &ALPHA.treaty("t1", &BETA));
        says_path(&mut memory, trusted, "why");
        let (alpha, beta) = (ALPHA.endpoint(), BETA.endpoint());
        let remote = |endpoint| Remote::new(endpoint, &memory);
        let plan = bootstrap(remote(&alpha), remote(&beta), &terms(), None, at()).unwrap();
        let outcome = plan.issue(&operator(), &stamp("n")).unwrap();
        let evidence = plan.evidence(Some(&outcome));
        let verification = evidence.get("verification").unwrap();
        assert_eq!(verification.get("status").and_then(Value::as_str), Some(status));
        assert_eq!(evidence.get("treaty_id").and_then(Value::as_str), Some("t1"));
        let text = String::from_utf8(comity_wire::mesh_json::canonical(&evidence)).unwrap();
        assert!(!text.contains("X-Admin") && !text.contains("signature"), "{text}");
    }
}
