//! Operators' own routes: what they say of themselves.

use comity_mesh::continuity::{Duty, DutyDone, OfflineNotice, OperatorHeartbeat};
use comity_mesh::keys::{MeshKey, SignedObject};
use comity_mesh::operator::assets::{Asset, AssetKind, AssetManifest};
use comity_mesh::operator::onboarding::{OnboardingStatement, OnboardingStep, StepEvidence};
use comity_mesh::operator::roster::OperatorRoster;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;
use comity_wire::sha256;

use crate::client::{Answer, send};
use crate::fixture::{Na, key, now, public};

pub(crate) fn signed<T: SignedObject>(mut object: T, number: u8) -> T {
    object.sign(&key(number), "k");
    object
}

pub(crate) fn wrapped(name: &'static str, value: Value) -> Value {
    Value::from([(name, value)])
}

pub(crate) fn reason(answer: &Answer) -> String {
    let value = answer.json();
    let details = value.get("error").and_then(|error| error.get("details"));
    let reason = details.and_then(|it| it.get("reason")).and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

pub(crate) fn heartbeat(sequence: u64, change: impl FnOnce(&mut OperatorHeartbeat)) -> Value {
    let done = |duty: &Duty| DutyDone { duty: *duty, done_at: now(), evidence_sha256: None };
    let mut heartbeat = OperatorHeartbeat {
        object_type: OperatorHeartbeat::OBJECT_TYPE.to_owned(),
        heartbeat_id: format!("h{sequence}"),
        sovereign_id: "alpha".to_owned(),
        sequence,
        issued_at: now(),
        duties: Duty::ALL.iter().map(done).collect(),
        trust_changed_at: None,
        next_treaty_expiry: None,
        issued_by: "op".to_owned(),
        signature: None,
    };
    change(&mut heartbeat);
    wrapped("heartbeat", signed(heartbeat, 3).write())
}

pub(crate) fn notice(sequence: u64, change: impl FnOnce(&mut OfflineNotice)) -> Value {
    let mut notice = OfflineNotice {
        object_type: OfflineNotice::OBJECT_TYPE.to_owned(),
        notice_id: format!("n{sequence}"),
        sovereign_id: "alpha".to_owned(),
        sequence,
        issued_at: now(),
        from: now().plus(1),
        until: now().plus(3600),
        reason: "holiday".to_owned(),
        replaces: None,
        issued_by: "op".to_owned(),
        signature: None,
    };
    change(&mut notice);
    wrapped("notice", signed(notice, 3).write())
}

fn status(na: &Na) -> String {
    let value = na.get("/operator/continuity").json();
    let status = value.get("continuity").and_then(|it| it.get("status")).and_then(Value::as_str);
    status.unwrap().to_owned()
}

#[test]
fn heartbeats_and_notices_make_a_status_that_outlives_a_restart() {
    let na = Na::start();
    assert_eq!(status(&na), "stale");
    let path = "/operator/heartbeats";
    let first = heartbeat(1, |_| {});
    assert_eq!(na.admin("POST", path, &first).status, 201);
    assert_eq!(status(&na), "healthy");
    let again = na.admin("POST", path, &first);
    assert_eq!((again.status, reason(&again)), (409, "stale_sequence".to_owned()));
    let late = |it: &mut OperatorHeartbeat| it.duties.truncate(2);
    assert_eq!(na.admin("POST", path, &heartbeat(7, late)).status, 201);
    assert_eq!(status(&na), "watch");
    let away = |it: &mut OfflineNotice| it.from = it.issued_at;
    assert_eq!(na.admin("POST", "/operator/offline-notices", &notice(1, away)).status, 201);
    let before = na.get("/operator/continuity").json();
    let na = na.restart();
    let after = na.get("/operator/continuity").json();
    for name in ["heartbeats", "notices"] {
        assert_eq!(before.get(name), after.get(name));
    }
    let duties = after.get("duties").unwrap().items().to_vec();
    let states: Vec<_> =
        duties.iter().map(|it| it.get("state").and_then(Value::as_str).unwrap()).collect();
    assert_eq!(states, ["in_time", "in_time", "never", "never", "never"]);
}

#[test]
fn a_declared_absence_shows_until_the_next_heartbeat() {
    let na = Na::start();
    let old = |it: &mut OperatorHeartbeat| {
        it.issued_at = now().plus(-10);
        it.duties.clear();
    };
    na.admin("POST", "/operator/heartbeats", &heartbeat(1, old));
    let away = |it: &mut OfflineNotice| {
        it.issued_at = now().plus(-5);
        it.from = now().plus(-4);
    };
    assert_eq!(na.admin("POST", "/operator/offline-notices", &notice(1, away)).status, 201);
    assert_eq!(status(&na), "declared_offline");
    assert_eq!(na.admin("POST", "/operator/heartbeats", &heartbeat(2, |_| {})).status, 201);
    assert_eq!(status(&na), "healthy");
}

#[test]
fn a_sequence_used_twice_is_kept_as_evidence() {
    let na = Na::start();
    let path = "/operator/heartbeats";
    na.admin("POST", path, &heartbeat(1, |_| {}));
    let other = |it: &mut OperatorHeartbeat| it.heartbeat_id = "other".to_owned();
    let second = na.admin("POST", path, &heartbeat(1, other));
    assert_eq!((second.status, second.json().get("counts").cloned()), (201, Some(false.into())));
    assert_eq!(status(&na), "stale");
    let third = |it: &mut OperatorHeartbeat| it.heartbeat_id = "third".to_owned();
    assert_eq!(reason(&na.admin("POST", path, &heartbeat(1, third))), "stale_sequence");
    assert_eq!(na.admin("POST", path, &heartbeat(2, |_| {})).status, 201);
    assert_eq!(status(&na), "watch");
}

#[test]
fn what_operators_say_is_refused_for_every_reason() {
    let na = Na::start();
    na.admin("POST", "/operator/heartbeats", &heartbeat(5, |_| {}));
    na.admin("POST", "/operator/offline-notices", &notice(5, |_| {}));
    let before = na.get("/operator/continuity").json();
    let unsigned = |value: &Value, name: &'static str| {
        let inner = comity_mesh::keys::without(value.get(name).unwrap().clone(), "signature");
        wrapped(name, inner)
    };
    let beats = [
        (heartbeat(6, |it| it.sovereign_id = "beta".to_owned()), "wrong_sovereign"),
        (heartbeat(4, |_| {}), "stale_sequence"),
        (heartbeat(6, |it| it.issued_at = now().plus(999)), "issued_in_future"),
        (heartbeat(6, |it| it.issued_at = now().plus(-60)), "duty_after_heartbeat"),
        (unsigned(&heartbeat(6, |_| {}), "heartbeat"), "missing_signature"),
    ];
    for (body, wanted) in &beats {
        let answer = na.admin("POST", "/operator/heartbeats", body);
        assert_eq!(
            (answer.code(), reason(&answer)),
            ("heartbeat_refused".into(), (*wanted).into())
        );
    }
    let notices = [
        (notice(6, |it| it.sovereign_id = "beta".to_owned()), "wrong_sovereign"),
        (notice(4, |_| {}), "stale_sequence"),
        (notice(6, |it| it.issued_at = now().plus(999)), "issued_in_future"),
        (notice(6, |it| it.until = it.from), "empty_window"),
        (notice(6, |it| it.until = it.from.plus(91 * 86_400)), "window_too_long"),
        (notice(6, |it| it.from = now().plus(-60)), "not_in_advance"),
        (unsigned(&notice(6, |_| {}), "notice"), "missing_signature"),
    ];
    for (body, wanted) in &notices {
        let answer = na.admin("POST", "/operator/offline-notices", body);
        assert_eq!((answer.code(), reason(&answer)), ("notice_refused".into(), (*wanted).into()));
    }
    for path in ["/operator/heartbeats", "/operator/offline-notices"] {
        let answer = na.admin("POST", path, &Value::from([]));
        assert_eq!(answer.status, 422, "{answer:?}");
        assert_eq!(na.post(path, &heartbeat(9, |_| {})).status, 401);
    }
    let after = na.get("/operator/continuity").json();
    assert_eq!(before.get("heartbeats"), after.get("heartbeats"));
    assert_eq!(before.get("notices"), after.get("notices"));
    assert!(na.has_audited("heartbeat_refused") && na.has_audited("notice_refused"));
}

#[test]
fn the_roster_leads_from_the_authority_to_its_operators() {
    let na = Na::start();
    let roster = OperatorRoster::read(&na.get("/operator/keys").json()).unwrap();
    let authority = MeshKey::parse(&public(2)).unwrap();
    let keys = roster.verify("alpha", &authority, now()).unwrap();
    assert_eq!(keys.first().unwrap().to_string(), public(3));
}

fn step(step: OnboardingStep, before: Option<&OnboardingStatement>) -> OnboardingStatement {
    let statement = OnboardingStatement {
        object_type: OnboardingStatement::OBJECT_TYPE.to_owned(),
        sovereign_id: "alpha".to_owned(),
        sequence: before.map_or(1, |before| before.sequence + 1),
        step,
        done_at: now(),
        assisted_by: None,
        evidence: vec![StepEvidence { name: "proof".to_owned(), sha256: sha256(b"x") }],
        prev_statement_digest: before.map(OnboardingStatement::statement_digest),
        issued_by: "op".to_owned(),
        signature: None,
    };
    signed(statement, 3)
}

#[test]
fn onboarding_is_a_chain_that_the_authority_continues() {
    let na = Na::start();
    let take = |it: &OnboardingStatement| {
        na.admin("POST", "/operator/onboarding", &wrapped("statement", it.write()))
    };
    let first = step(OnboardingStep::KeysMade, None);
    assert_eq!(take(&first).status, 201);
    let early = step(OnboardingStep::HeartbeatSent, Some(&first));
    let refused = take(&early);
    assert_eq!(
        (refused.code(), reason(&refused)),
        ("onboarding_refused".into(), "step_out_of_order".into())
    );
    assert_eq!(reason(&take(&first)), "sequence_gap");
    let second = step(OnboardingStep::GenesisSigned, Some(&first));
    let answer = take(&second);
    assert_eq!(answer.json().get("done").unwrap().items().len(), 2);
    let list = na.restart().get("/operator/onboarding").json();
    assert_eq!(list.get("statements").unwrap().items().len(), 2);
    assert_eq!(list.get("reason"), Some(&Value::Null));
}

fn manifest(sequence: u64, change: impl FnOnce(&mut AssetManifest)) -> Value {
    let asset = |id: &str, kind, twin_of: Option<&str>| Asset {
        asset_id: id.to_owned(),
        kind,
        sha256: sha256(id.as_bytes()),
        twin_of: twin_of.map(str::to_owned),
        visible_to_roles: Vec::new(),
    };
    let mut manifest = AssetManifest {
        object_type: AssetManifest::OBJECT_TYPE.to_owned(),
        manifest_id: format!("m{sequence}"),
        sovereign_id: "alpha".to_owned(),
        sequence,
        issued_at: now(),
        expires_at: now().plus(3600),
        assets: vec![
            asset("pump-7", AssetKind::Physical, None),
            asset("pump-7-twin", AssetKind::DigitalTwin, Some("pump-7")),
        ],
        issued_by: "op".to_owned(),
        signature: None,
    };
    change(&mut manifest);
    wrapped("manifest", signed(manifest, 3).write())
}

#[test]
fn assets_and_their_twins_are_visible_through_the_sovereign() {
    let na = Na::start();
    assert_eq!(na.get("/assets").code(), "assets_not_published");
    let publish = |body: &Value| na.admin("POST", "/admin/assets", body);
    assert_eq!(publish(&manifest(1, |_| {})).status, 201);
    let ids = |query: &str| {
        let list = na.get(&format!("/assets{query}")).json();
        let assets = list.get("assets").unwrap().items().to_vec();
        let id = |it: &Value| it.get("asset_id").and_then(Value::as_str).unwrap().to_owned();
        assets.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(ids(""), ["pump-7", "pump-7-twin"]);
    assert_eq!(ids("?kind=physical"), ["pump-7"]);
    assert_eq!(ids("?twin_of=pump-7"), ["pump-7-twin"]);
    assert_eq!(ids("?kind=dataset"), [""; 0]);
    assert_eq!(na.get("/assets?kind=king").code(), "invalid_asset_kind");
    let cases = [
        (manifest(2, |it| it.sovereign_id = "beta".to_owned()), "wrong_sovereign"),
        (manifest(1, |_| {}), "stale_sequence"),
        (manifest(2, |it| it.issued_at = now().plus(999)), "issued_in_future"),
        (manifest(2, |it| it.expires_at = now()), "expired"),
        (manifest(2, |it| it.assets.push(it.assets[0].clone())), "duplicate_asset"),
        (manifest(2, |it| drop(it.assets.remove(0))), "dangling_twin"),
    ];
    for (body, wanted) in &cases {
        let refused = publish(body);
        assert_eq!((refused.code(), reason(&refused)), ("assets_refused".into(), (*wanted).into()));
    }
    assert_eq!(ids("").len(), 2);
}

#[test]
fn old_sequences_fall_out_and_the_first_one_stays() {
    let na = Na::start();
    let kept = comity_authority::limits::SEQUENCES_KEPT as u64;
    for sequence in 1..=kept + 3 {
        na.admin("POST", "/operator/heartbeats", &heartbeat(sequence, |_| {}));
    }
    let list = na.get("/operator/continuity").json();
    let sequence = |it: &Value| u64::read(it.get("sequence").unwrap()).unwrap();
    let all: Vec<u64> = list.get("heartbeats").unwrap().items().iter().map(sequence).collect();
    assert_eq!((all.len() as u64, all[0], all[1]), (kept, 1, 5));
    // Nobody gets in without headers.
    assert_eq!(send(na.address, "POST", "/admin/assets", &[], b"{}").status, 401);
}
