//! Managing partners: what they may ask for, until the operator ends it.

use comity_mesh::keys::SignedObject as _;
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::operator::checks::{Check, CheckKind, CheckReport, CheckResult};
use comity_mesh::schema::Field as _;
use comity_wire::Digest;
use comity_wire::mesh_json::{Value, canonical};

use crate::client::Answer;
use crate::fixture::{Na, nonce, now, public};
use crate::operators::{heartbeat, notice, reason, signed, wrapped};

/// The partner's key.
const PARTNER: u8 = 30;

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
}

#[test]
fn acceptances_ends_and_notes_are_refused_for_their_reasons() {
    let na = Na::start();
    let one = delegation("d", &["backups"], |_| {});
    na.admin("POST", "/admin/partners", &wrapped("delegation", one.write()));
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
    // What is over makes room, also when the record is read again.
    let over = end(3, |it| it.delegation_id = "d5".to_owned());
    assert_eq!(na.admin("POST", "/admin/partners/d5/end", &over).status, 200);
    assert_eq!(grant("more".to_owned()).status, 201);
    let ids = |na: &Na| {
        let list = na.get("/operator/partners").json();
        let id = |it: &Value| it.get("delegation").and_then(|it| it.get("delegation_id")).cloned();
        list.get("partners").unwrap().items().iter().filter_map(id).collect::<Vec<_>>()
    };
    let before = ids(&na);
    assert_eq!(before.len(), comity_authority::limits::PARTNERS_MAX);
    assert!(!before.contains(&Value::from("d5")) && before.contains(&Value::from("more")));
    assert_eq!(ids(&na.restart()), before);
}

#[test]
fn an_end_that_was_announced_for_later_can_be_brought_forward() {
    let na = Na::start();
    accepted(&na, &["continuity_checks"]);
    let read = || as_partner(&na, "GET", "/admin/audit", &Value::Null).status;
    for days in 1..10 {
        let later = end(3, |it| it.ended_at = now().plus(86_400 * (20 - days)));
        assert_eq!(na.admin("POST", "/admin/partners/d/end", &later).status, 200);
    }
    assert_eq!(read(), 200);
    na.admin("POST", "/admin/partners/d/end", &end(3, |_| {}));
    assert_eq!(read(), 403);
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
