//! A case for each code of the operators' part.

use comity_authority::limits::PARTNERS_MAX;
use comity_authority::{OperatorWrite, Refusal, Write};
use comity_mesh::continuity::{OfflineNotice, OperatorHeartbeat};
use comity_mesh::keys::SignedObject;
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::operator::assets::AssetManifest;
use comity_mesh::operator::checks::{Check, CheckKind, CheckReport, CheckResult};
use comity_mesh::operator::onboarding::{OnboardingStatement, OnboardingStep, StepEvidence};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};
use comity_wire::sha256;

use crate::refusals::Case;
use crate::refusals::How::{Admin, Run};
use crate::world::{World, key, public};

/// The partner's key.
const PARTNER: u8 = 30;

/// How the partner signs its requests.
const HELPER: (&str, u8) = ("partner:d", PARTNER);

const fn write(write: OperatorWrite) -> Write {
    Write::Operator(write)
}

fn signed<T: SignedObject>(mut object: T, number: u8) -> T {
    object.sign(&key(number), "k");
    object
}

fn wrapped(name: &'static str, value: Value) -> Value {
    Value::from([(name, value)])
}

fn heartbeat(at: Datetime, sovereign: &str, sequence: u64) -> Value {
    let heartbeat = OperatorHeartbeat {
        object_type: OperatorHeartbeat::OBJECT_TYPE.to_owned(),
        heartbeat_id: "h".to_owned(),
        sovereign_id: sovereign.to_owned(),
        sequence,
        issued_at: at,
        duties: Vec::new(),
        trust_changed_at: None,
        next_treaty_expiry: None,
        issued_by: "op".to_owned(),
        signature: None,
    };
    wrapped("heartbeat", signed(heartbeat, 3).write())
}

fn notice(at: Datetime, sovereign: &str, sequence: u64) -> Value {
    let notice = OfflineNotice {
        object_type: OfflineNotice::OBJECT_TYPE.to_owned(),
        notice_id: "n".to_owned(),
        sovereign_id: sovereign.to_owned(),
        sequence,
        issued_at: at,
        from: at.plus(1),
        until: at.plus(3600),
        reason: "holiday".to_owned(),
        replaces: None,
        issued_by: "op".to_owned(),
        signature: None,
    };
    wrapped("notice", signed(notice, 3).write())
}

fn report(at: Datetime, sovereign: &str) -> Value {
    let check = Check {
        kind: CheckKind::Healthz,
        target: "http://x".to_owned(),
        checked_at: at,
        result: CheckResult::Passed,
        detail: String::new(),
        body_sha256: None,
    };
    let report = CheckReport {
        object_type: CheckReport::OBJECT_TYPE.to_owned(),
        report_id: "r".to_owned(),
        sovereign_id: sovereign.to_owned(),
        checked_by: "op".to_owned(),
        issued_at: at,
        checks: vec![check],
        signature: None,
    };
    wrapped("report", signed(report, 3).write())
}

fn statement(at: Datetime) -> Value {
    let statement = OnboardingStatement {
        object_type: OnboardingStatement::OBJECT_TYPE.to_owned(),
        sovereign_id: "alpha".to_owned(),
        sequence: 1,
        step: OnboardingStep::HeartbeatSent,
        done_at: at,
        assisted_by: None,
        evidence: vec![StepEvidence { name: "proof".to_owned(), sha256: sha256(b"x") }],
        prev_statement_digest: None,
        issued_by: "op".to_owned(),
        signature: None,
    };
    wrapped("statement", signed(statement, 3).write())
}

fn manifest(at: Datetime, sovereign: &str) -> Value {
    let manifest = AssetManifest {
        object_type: AssetManifest::OBJECT_TYPE.to_owned(),
        manifest_id: "m".to_owned(),
        sovereign_id: sovereign.to_owned(),
        sequence: 1,
        issued_at: at,
        expires_at: at.plus(3600),
        assets: Vec::new(),
        issued_by: "op".to_owned(),
        signature: None,
    };
    wrapped("manifest", signed(manifest, 3).write())
}

fn delegation(at: Datetime, id: &str, sovereign: &str) -> PartnerDelegation {
    let delegation = PartnerDelegation {
        object_type: PartnerDelegation::OBJECT_TYPE.to_owned(),
        delegation_id: id.to_owned(),
        sovereign_id: sovereign.to_owned(),
        partner_id: "helper".to_owned(),
        partner_public_key: public(PARTNER),
        duties: vec!["bundle_assembly".to_owned()],
        issued_at: at,
        valid_from: at.plus(-60),
        expires_at: at.plus(3600),
        issued_by: "op".to_owned(),
        signature: None,
    };
    signed(delegation, 3)
}

fn grant(world: &mut World, id: &str, sovereign: &str) -> Result<(), Refusal> {
    let body = wrapped("delegation", delegation(world.at, id, sovereign).write());
    world.admin_value(&write(OperatorWrite::GrantPartner), &body).map(drop)
}

fn accept(world: &mut World, by: &str) -> Result<(), Refusal> {
    let delegation = delegation(world.at, "d", "alpha");
    let acceptance = PartnerAcceptance {
        object_type: PartnerAcceptance::OBJECT_TYPE.to_owned(),
        delegation_id: delegation.delegation_id.clone(),
        delegation_digest: delegation.digest(),
        partner_id: by.to_owned(),
        accepted_at: world.at,
        signature: None,
    };
    let body = wrapped("acceptance", signed(acceptance, PARTNER).write());
    world.signed_as(HELPER, &write(OperatorWrite::AcceptPartner), &body).map(drop)
}

fn note(world: &mut World, by: &str) -> Result<(), Refusal> {
    let delegation = delegation(world.at, "d", "alpha");
    let note = AssistanceNote {
        object_type: AssistanceNote::OBJECT_TYPE.to_owned(),
        note_id: "note".to_owned(),
        delegation_id: delegation.delegation_id.clone(),
        delegation_digest: delegation.digest(),
        partner_id: by.to_owned(),
        sequence: 1,
        duty: "bundle_assembly".to_owned(),
        done_at: world.at,
        summary: "looked".to_owned(),
        evidence_sha256: None,
        signature: None,
    };
    let body = wrapped("note", signed(note, PARTNER).write());
    world.signed_as(HELPER, &write(OperatorWrite::PartnerNote), &body).map(drop)
}

fn end(world: &mut World, id: &str, sovereign: &str) -> Refusal {
    let end = DelegationEnd {
        object_type: DelegationEnd::OBJECT_TYPE.to_owned(),
        end_id: "e".to_owned(),
        sovereign_id: sovereign.to_owned(),
        delegation_id: id.to_owned(),
        ended_at: world.at,
        last_note_sequence: 1,
        reason: "over".to_owned(),
        issued_by: "op".to_owned(),
        signature: None,
    };
    let body = wrapped("end", signed(end, 3).write());
    world.admin_value(&write(OperatorWrite::EndPartner(id.to_owned())), &body).unwrap_err()
}

/// Asks twice for the same; the refusal of the second.
fn twice(world: &mut World, what: OperatorWrite, body: &Value) -> Refusal {
    let what = write(what);
    world.admin_value(&what, body).unwrap();
    world.admin_value(&what, body).unwrap_err()
}

fn partner(world: &mut World) {
    grant(world, "d", "alpha").unwrap();
    accept(world, "helper").unwrap();
}

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    [objects(), said(), partners()].into_iter().flatten().collect()
}

fn objects() -> Vec<Case> {
    vec![
        ("invalid_heartbeat", 422, Admin(|| write(OperatorWrite::Heartbeat), "{}")),
        ("invalid_notice", 422, Admin(|| write(OperatorWrite::OfflineNotice), "{}")),
        ("invalid_report", 422, Admin(|| write(OperatorWrite::CheckReport), "{}")),
        ("invalid_onboarding_statement", 422, Admin(|| write(OperatorWrite::Onboarding), "{}")),
        ("invalid_asset_manifest", 422, Admin(|| write(OperatorWrite::Assets), "{}")),
        ("invalid_delegation", 422, Admin(|| write(OperatorWrite::GrantPartner), "{}")),
        ("invalid_acceptance", 422, Admin(|| write(OperatorWrite::AcceptPartner), "{}")),
        ("invalid_note", 422, Admin(|| write(OperatorWrite::PartnerNote), "{}")),
        ("invalid_end", 422, Admin(|| write(OperatorWrite::EndPartner("d".into())), "{}")),
        ("assets_not_published", 404, Run(|it| it.na.assets(None, None, it.at).unwrap_err())),
        (
            "invalid_asset_kind",
            400,
            Run(|it| {
                let body = manifest(it.at, "alpha");
                it.admin_value(&write(OperatorWrite::Assets), &body).unwrap();
                it.na.assets(Some("king"), None, it.at).unwrap_err()
            }),
        ),
    ]
}

fn said() -> Vec<Case> {
    vec![
        (
            "heartbeat_refused",
            400,
            Run(|it| {
                let body = heartbeat(it.at, "beta", 1);
                it.admin_value(&write(OperatorWrite::Heartbeat), &body).unwrap_err()
            }),
        ),
        (
            "heartbeat_refused",
            409,
            Run(|it| {
                let body = heartbeat(it.at, "alpha", 1);
                twice(it, OperatorWrite::Heartbeat, &body)
            }),
        ),
        (
            "notice_refused",
            400,
            Run(|it| {
                let body = notice(it.at, "beta", 1);
                it.admin_value(&write(OperatorWrite::OfflineNotice), &body).unwrap_err()
            }),
        ),
        (
            "notice_refused",
            409,
            Run(|it| {
                let body = notice(it.at, "alpha", 1);
                twice(it, OperatorWrite::OfflineNotice, &body)
            }),
        ),
        (
            "report_refused",
            400,
            Run(|it| {
                let body = report(it.at, "beta");
                it.admin_value(&write(OperatorWrite::CheckReport), &body).unwrap_err()
            }),
        ),
        (
            "onboarding_refused",
            400,
            Run(|it| {
                let body = statement(it.at);
                it.admin_value(&write(OperatorWrite::Onboarding), &body).unwrap_err()
            }),
        ),
        (
            "assets_refused",
            400,
            Run(|it| {
                let body = manifest(it.at, "beta");
                it.admin_value(&write(OperatorWrite::Assets), &body).unwrap_err()
            }),
        ),
        (
            "assets_refused",
            409,
            Run(|it| {
                let body = manifest(it.at, "alpha");
                twice(it, OperatorWrite::Assets, &body)
            }),
        ),
    ]
}

fn partners() -> Vec<Case> {
    vec![
        ("delegation_refused", 400, Run(|it| grant(it, "d", "beta").unwrap_err())),
        (
            "delegation_exists",
            409,
            Run(|it| {
                grant(it, "d", "alpha").unwrap();
                grant(it, "d", "alpha").unwrap_err()
            }),
        ),
        (
            "too_many_delegations",
            409,
            Run(|it| {
                for number in 0..PARTNERS_MAX {
                    grant(it, &format!("d{number}"), "alpha").unwrap();
                }
                grant(it, "d", "alpha").unwrap_err()
            }),
        ),
        (
            "acceptance_refused",
            400,
            Run(|it| {
                grant(it, "d", "alpha").unwrap();
                accept(it, "somebody").unwrap_err()
            }),
        ),
        (
            "delegation_accepted",
            409,
            Run(|it| {
                partner(it);
                accept(it, "helper").unwrap_err()
            }),
        ),
        (
            "note_refused",
            400,
            Run(|it| {
                partner(it);
                note(it, "somebody").unwrap_err()
            }),
        ),
        (
            "note_refused",
            409,
            Run(|it| {
                partner(it);
                note(it, "helper").unwrap();
                note(it, "helper").unwrap_err()
            }),
        ),
        ("delegation_not_found", 404, Run(|it| end(it, "d", "alpha"))),
        (
            "end_refused",
            400,
            Run(|it| {
                grant(it, "d", "alpha").unwrap();
                end(it, "d", "beta")
            }),
        ),
        (
            "partner_delegation_refused",
            403,
            Run(|it| {
                grant(it, "d", "alpha").unwrap();
                it.signed_as(HELPER, &Write::PolicyHistory, &Value::from([])).unwrap_err()
            }),
        ),
        (
            "partner_act_reserved",
            403,
            Run(|it| {
                partner(it);
                it.signed_as(HELPER, &Write::IssueTreaty, &Value::from([])).unwrap_err()
            }),
        ),
        (
            "partner_duty_not_delegated",
            403,
            Run(|it| {
                partner(it);
                it.signed_as(HELPER, &Write::Audit, &Value::from([])).unwrap_err()
            }),
        ),
    ]
}
