//! Operators' own routes: what they say of themselves, and what their partners may ask for.

use comity_mesh::continuity::{Duty, DutyDone, OfflineNotice, OperatorHeartbeat};
use comity_mesh::keys::{MeshKey, SignedObject};
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::operator::assets::{Asset, AssetKind, AssetManifest};
use comity_mesh::operator::checks::{Check, CheckKind, CheckReport, CheckResult};
use comity_mesh::operator::onboarding::{OnboardingStatement, OnboardingStep, StepEvidence};
use comity_mesh::operator::roster::OperatorRoster;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical};
use comity_wire::{Digest, sha256};

use crate::client::{Answer, send};
use crate::fixture::{Na, key, nonce, now, public};

/// The partner's key.
const PARTNER: u8 = 30;

fn signed<T: SignedObject>(mut object: T, number: u8) -> T {
    object.sign(&key(number), "k");
    object
}

fn wrapped(name: &'static str, value: Value) -> Value {
    Value::from([(name, value)])
}

fn reason(answer: &Answer) -> String {
    let value = answer.json();
    let details = value.get("error").and_then(|error| error.get("details"));
    let reason = details.and_then(|it| it.get("reason")).and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

fn heartbeat(sequence: u64, change: impl FnOnce(&mut OperatorHeartbeat)) -> Value {
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

fn notice(sequence: u64, change: impl FnOnce(&mut OfflineNotice)) -> Value {
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

fn delegation(
    id: &str,
    duties: &[&str],
    change: impl FnOnce(&mut PartnerDelegation),
) -> PartnerDelegation {
    let mut delegation = PartnerDelegation {
        object_type: PartnerDelegation::OBJECT_TYPE.to_owned(),
        delegation_id: id.to_owned(),
        sovereign_id: "alpha".to_owned(),
        partner_id: "helper".to_owned(),
        partner_public_key: public(PARTNER),
        duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
        issued_at: now(),
        valid_from: now().plus(-60),
        expires_at: now().plus(3600),
        issued_by: "op".to_owned(),
        signature: None,
    };
    change(&mut delegation);
    delegation.duties.sort();
    signed(delegation, 3)
}

fn acceptance(delegation: &PartnerDelegation) -> PartnerAcceptance {
    let acceptance = PartnerAcceptance {
        object_type: PartnerAcceptance::OBJECT_TYPE.to_owned(),
        delegation_id: delegation.delegation_id.clone(),
        delegation_digest: delegation.digest(),
        partner_id: "helper".to_owned(),
        accepted_at: now(),
        signature: None,
    };
    signed(acceptance, PARTNER)
}

fn note(delegation: &PartnerDelegation, sequence: u64, duty: &str) -> AssistanceNote {
    let note = AssistanceNote {
        object_type: AssistanceNote::OBJECT_TYPE.to_owned(),
        note_id: format!("note-{sequence}"),
        delegation_id: delegation.delegation_id.clone(),
        delegation_digest: delegation.digest(),
        partner_id: "helper".to_owned(),
        sequence,
        duty: duty.to_owned(),
        done_at: now(),
        summary: "looked".to_owned(),
        evidence_sha256: None,
        signature: None,
    };
    signed(note, PARTNER)
}

fn report(by: &str, number: u8) -> CheckReport {
    let check = Check {
        kind: CheckKind::Healthz,
        target: "http://x".to_owned(),
        checked_at: now(),
        result: CheckResult::Passed,
        detail: String::new(),
        body_sha256: None,
    };
    let report = CheckReport {
        object_type: CheckReport::OBJECT_TYPE.to_owned(),
        report_id: "r".to_owned(),
        sovereign_id: "alpha".to_owned(),
        checked_by: by.to_owned(),
        issued_at: now(),
        checks: vec![check],
        signature: None,
    };
    signed(report, number)
}

fn as_partner(na: &Na, method: &str, path: &str, body: &Value) -> Answer {
    let body = if method == "GET" { Vec::new() } else { canonical(body) };
    na.signed_as(("partner:d", PARTNER), method, path, &body, &nonce())
}

fn accepted(na: &Na, duties: &[&str]) -> PartnerDelegation {
    let delegation = delegation("d", duties, |_| {});
    let grant = wrapped("delegation", delegation.write());
    assert_eq!(na.admin("POST", "/admin/partners", &grant).status, 201);
    let accept = wrapped("acceptance", acceptance(&delegation).write());
    let answer = as_partner(na, "POST", "/partner/acceptances", &accept);
    assert_eq!(answer.status, 201, "{answer:?}");
    delegation
}

fn end(number: u8, change: impl FnOnce(&mut DelegationEnd)) -> Value {
    let mut end = DelegationEnd {
        object_type: DelegationEnd::OBJECT_TYPE.to_owned(),
        end_id: "e".to_owned(),
        sovereign_id: "alpha".to_owned(),
        delegation_id: "d".to_owned(),
        ended_at: now(),
        last_note_sequence: 1,
        reason: "the contract ended".to_owned(),
        issued_by: "op".to_owned(),
        signature: None,
    };
    change(&mut end);
    wrapped("end", signed(end, number).write())
}

#[test]
fn a_partner_does_what_was_delegated_until_the_operator_ends_it() {
    let na = Na::start();
    let delegation = accepted(&na, &["continuity_checks", "bundle_assembly"]);
    let beat = heartbeat(1, |_| {});
    assert_eq!(as_partner(&na, "POST", "/operator/heartbeats", &beat).status, 201);
    assert_eq!(as_partner(&na, "GET", "/admin/audit", &Value::Null).status, 200);
    assert_eq!(as_partner(&na, "GET", "/admin/policy/history", &Value::Null).status, 200);
    let filed = wrapped("report", report("helper", PARTNER).write());
    assert_eq!(as_partner(&na, "POST", "/operator/check-reports", &filed).status, 201);
    let noted = wrapped("note", note(&delegation, 1, "bundle_assembly").write());
    assert_eq!(as_partner(&na, "POST", "/partner/notes", &noted).status, 201);
    let na = na.restart();
    let list = na.get("/operator/partners").json();
    let partner = list.get("partners").unwrap().items()[0].clone();
    assert_eq!(partner.get("status").and_then(Value::as_str), Some("in_force"));
    assert_eq!(partner.get("notes").unwrap().items().len(), 1);
    assert_eq!(as_partner(&na, "GET", "/admin/audit", &Value::Null).status, 200);

    let over = na.admin("POST", "/admin/partners/d/end", &end(3, |_| {}));
    assert_eq!(over.status, 200, "{over:?}");
    let requests = [
        ("POST", "/operator/heartbeats", heartbeat(2, |_| {})),
        ("POST", "/operator/check-reports", filed),
        (
            "POST",
            "/partner/notes",
            wrapped("note", note(&delegation, 2, "bundle_assembly").write()),
        ),
        ("POST", "/admin/recognition-treaties", Value::from([])),
        ("GET", "/admin/audit", Value::Null),
    ];
    for (method, path, body) in &requests {
        let refused = as_partner(&na, method, path, body);
        assert_eq!((refused.status, refused.code()), (403, "partner_delegation_refused".into()));
        assert_eq!(reason(&refused), "ended");
    }
    let again = na.admin("POST", "/admin/partners/d/end", &end(3, |_| {}));
    assert_eq!(again.status, 200);
    let entries = na.audit();
    let by_partner = |entry: &&Value| {
        entry.get("actor").and_then(Value::as_str) == Some("partner:d")
            && entry.get("outcome").and_then(Value::as_str) == Some("partner_delegation_refused")
    };
    assert_eq!(entries.iter().filter(by_partner).count(), requests.len());
}

#[test]
fn what_stays_with_the_operator_is_refused_by_name() {
    let na = Na::start();
    accepted(
        &na,
        &[
            "public_endpoints",
            "dns",
            "runbooks",
            "continuity_checks",
            "bundle_assembly",
            "backups",
            "onboarding",
            "client_packaging",
            "coordination",
        ],
    );
    let treaty = na.recognise("beta", &public(9));
    let id = treaty.get("treaty_id").and_then(Value::as_str).unwrap();
    let revoke = format!("/admin/recognition-treaties/{id}/revoke");
    let before = na.snapshot();
    let acts = [
        ("/admin/recognition-treaties", "sign_treaties"),
        (revoke.as_str(), "sign_revocations"),
        ("/admin/attestations", "sign_attestations"),
        ("/admin/attestations/x/revoke", "sign_revocations"),
        ("/admin/trust-evidence", "sign_attestations"),
        ("/admin/invite", "sign_attestations"),
        ("/admin/revoke", "sign_revocations"),
        ("/admin/policy", "sign_policy"),
        ("/admin/policy/rollback", "sign_policy"),
        ("/admin/recognition-policy", "sign_policy"),
        ("/admin/sovereign-revocation-feeds/import", "sign_revocations"),
        ("/admin/partners", "delegate"),
        ("/admin/partners/d/end", "delegate"),
    ];
    for (path, act) in acts {
        let refused = as_partner(&na, "POST", path, &end(3, |_| {}));
        assert_eq!(
            (refused.status, refused.code()),
            (403, "partner_act_reserved".into()),
            "{path}"
        );
        let details = refused.json().get("error").unwrap().get("details").cloned().unwrap();
        assert_eq!(details.get("act").and_then(Value::as_str), Some(act), "{path}");
    }
    assert_eq!(na.snapshot(), before);
    let audited = na.audit();
    let refused = audited.iter().filter(|entry| {
        entry.get("outcome").and_then(Value::as_str) == Some("partner_act_reserved")
            && entry.get("actor").and_then(Value::as_str) == Some("partner:d")
    });
    assert_eq!(refused.count(), acts.len());
}

#[test]
fn a_duty_that_was_not_delegated_is_not_there() {
    let na = Na::start();
    let delegation = accepted(&na, &["backups"]);
    let requests = [
        ("POST", "/operator/heartbeats", heartbeat(1, |_| {})),
        ("POST", "/operator/offline-notices", notice(1, |_| {})),
        ("POST", "/operator/check-reports", wrapped("report", report("helper", PARTNER).write())),
        ("POST", "/operator/onboarding", Value::from([])),
        ("POST", "/admin/assets", Value::from([])),
        ("GET", "/admin/audit", Value::Null),
        ("GET", "/admin/policy/history", Value::Null),
    ];
    for (method, path, body) in &requests {
        let refused = as_partner(&na, method, path, body);
        assert_eq!(refused.code(), "partner_duty_not_delegated", "{path}");
    }
    let wrong = wrapped("note", note(&delegation, 1, "dns").write());
    let refused = as_partner(&na, "POST", "/partner/notes", &wrong);
    assert_eq!(
        (refused.code(), reason(&refused)),
        ("note_refused".into(), "duty_not_delegated".into())
    );
    // A right signature under a partner's name uses its nonce up; another key's does not get that far.
    let stranger = na.signed_as(("partner:d", 31), "GET", "/admin/audit", b"", &nonce());
    assert_eq!(
        (stranger.code(), reason(&stranger)),
        ("admin_auth_failed".into(), "invalid_signature".into())
    );
    let unknown = na.signed_as(("partner:x", PARTNER), "GET", "/admin/audit", b"", &nonce());
    assert_eq!(reason(&unknown), "unknown_key");
    let once = nonce();
    na.signed_as(("partner:d", PARTNER), "GET", "/admin/audit", b"", &once);
    let again = na.signed_as(("partner:d", PARTNER), "GET", "/admin/audit", b"", &once);
    assert_eq!(reason(&again), "nonce_replay");
}

#[test]
fn delegations_are_refused_for_every_reason() {
    let na = Na::start();
    let grant = |delegation: &PartnerDelegation| {
        na.admin("POST", "/admin/partners", &wrapped("delegation", delegation.write()))
    };
    let good = ["backups"];
    let cases = [
        (delegation("a", &good, |it| it.sovereign_id = "beta".to_owned()), "wrong_sovereign"),
        (delegation("a", &["sign_treaties"], |_| {}), "forbidden_duty"),
        (delegation("a", &["sign_heartbeats"], |_| {}), "forbidden_duty"),
        (delegation("a", &["cook"], |_| {}), "unknown_duty"),
        (delegation("a", &[], |_| {}), "no_duties"),
        (delegation("a", &good, |it| it.partner_public_key = "x".to_owned()), "bad_partner_key"),
        (
            delegation("a", &good, |it| it.partner_public_key = public(3)),
            "partner_holds_operator_key",
        ),
        (
            delegation("a", &good, |it| it.partner_public_key = public(2)),
            "partner_holds_operator_key",
        ),
        (
            delegation("a", &good, |it| it.partner_public_key = public(1)),
            "partner_holds_operator_key",
        ),
        (
            PartnerDelegation { signature: None, ..delegation("a", &good, |_| {}) },
            "missing_signature",
        ),
        (signed(delegation("a", &good, |_| {}), PARTNER), "invalid_signature"),
        (delegation("a b", &good, |_| {}), "bad_delegation_id"),
        (delegation("a", &good, |it| it.expires_at = now().plus(-1)), "outside_validity_window"),
    ];
    for (delegation, wanted) in &cases {
        let refused = grant(delegation);
        assert_eq!(
            (refused.code(), reason(&refused)),
            ("delegation_refused".into(), (*wanted).into())
        );
    }
    let one = delegation("d", &good, |_| {});
    assert_eq!(grant(&one).status, 201);
    assert_eq!(grant(&one).code(), "delegation_exists");
    let later = delegation("l", &good, |it| it.valid_from = now().plus(600));
    assert_eq!(grant(&later).status, 201);
    let early = na.signed_as(("partner:l", PARTNER), "GET", "/admin/audit", b"", &nonce());
    assert_eq!(reason(&early), "outside_validity_window");
    assert_eq!(reason(&as_partner(&na, "GET", "/admin/audit", &Value::Null)), "not_accepted");

    let accept = |it: &PartnerAcceptance| {
        as_partner(&na, "POST", "/partner/acceptances", &wrapped("acceptance", it.write()))
    };
    let other = PartnerAcceptance { delegation_digest: Digest::ZERO, ..acceptance(&one) };
    let refused = accept(&signed(other, PARTNER));
    assert_eq!(
        (refused.code(), reason(&refused)),
        ("acceptance_refused".into(), "wrong_delegation".into())
    );
    let unknown = PartnerAcceptance { delegation_id: "x".to_owned(), ..acceptance(&one) };
    assert_eq!(accept(&signed(unknown, PARTNER)).code(), "delegation_not_found");
    assert_eq!(accept(&acceptance(&one)).status, 201);
    assert_eq!(accept(&acceptance(&one)).code(), "delegation_accepted");

    let path = "/admin/partners/d/end";
    let ends = [
        (end(3, |it| it.sovereign_id = "beta".to_owned()), "wrong_sovereign"),
        (end(3, |it| it.delegation_id = "l".to_owned()), "wrong_delegation"),
        (end(PARTNER, |_| {}), "invalid_signature"),
    ];
    for (body, wanted) in &ends {
        let refused = na.admin("POST", path, body);
        assert_eq!((refused.code(), reason(&refused)), ("end_refused".into(), (*wanted).into()));
    }
    assert_eq!(
        na.admin("POST", "/admin/partners/x/end", &end(3, |_| {})).code(),
        "delegation_not_found"
    );
    let noted = wrapped("note", note(&one, 3, "backups").write());
    assert_eq!(as_partner(&na, "POST", "/partner/notes", &noted).status, 201);
    assert_eq!(reason(&as_partner(&na, "POST", "/partner/notes", &noted)), "stale_sequence");
}

#[test]
fn no_more_delegations_are_kept_than_there_is_room_for() {
    let na = Na::start();
    let grant = |id: String| {
        let delegation = delegation(&id, &["backups"], |_| {});
        na.admin("POST", "/admin/partners", &wrapped("delegation", delegation.write()))
    };
    for number in 0..comity_authority::limits::PARTNERS_MAX {
        assert_eq!(grant(format!("d{number}")).status, 201);
    }
    assert_eq!(grant("more".to_owned()).code(), "too_many_delegations");
}

#[test]
fn reports_are_filed_by_whoever_looked() {
    let na = Na::start();
    let file = |report: &CheckReport| {
        na.admin("POST", "/operator/check-reports", &wrapped("report", report.write()))
    };
    assert_eq!(file(&report("op", 3)).status, 201);
    assert_eq!(reason(&file(&report("op", 9))), "invalid_signature");
    accepted(&na, &["dns"]);
    let as_other = wrapped("report", report("op", PARTNER).write());
    let refused = as_partner(&na, "POST", "/operator/check-reports", &as_other);
    assert_eq!(
        (refused.code(), reason(&refused)),
        ("report_refused".into(), "wrong_partner".into())
    );
    let kept = comity_authority::limits::REPORTS_KEPT;
    for _ in 0..kept {
        assert_eq!(file(&report("op", 3)).status, 201);
    }
    let list = na.get("/operator/check-reports").json();
    assert_eq!(list.get("reports").unwrap().items().len(), kept);
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
