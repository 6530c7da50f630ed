use comity_wire::mesh_json::parse;

use super::*;
use crate::schema::Field as _;

const START: &str = "2026-06-01T12:00:00Z";

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn public(seed: u8) -> String {
    MeshKey::from(secret(seed).public()).to_string()
}

fn draft() -> MembershipAttestation {
    MembershipAttestation {
        attestation_id: "a-1".into(),
        issuer_sovereign_id: "S-B".into(),
        subject_id: "alice".into(),
        subject_public_key: Some(public(9)),
        roles: vec!["role:client".into()],
        status: Status::Active,
        issued_at: at(START),
        valid_from: at(START),
        expires_at: at("2026-06-08T12:00:00Z"),
        issued_by: "na-b".into(),
        claims: BTreeMap::new(),
        signatures: Vec::new(),
    }
}

fn policy() -> RecognitionPolicy {
    RecognitionPolicy {
        local_sovereign_id: "S-A".into(),
        recognized_issuers: vec![RecognizedIssuer {
            sovereign_id: "S-B".into(),
            public_keys: vec!["no key".into(), public(1)],
            allowed_roles: vec!["role:client".into()],
            accepted_statuses: vec![Status::Active],
        }],
        revoked_attestation_ids: Vec::new(),
    }
}

#[test]
fn an_issued_attestation_is_accepted_by_who_recognises_its_issuer() {
    let issued = draft().issue(&secret(1)).unwrap();
    assert_eq!(issued.signatures[0].key_id, "na-b");
    assert_eq!(issued.verify(&policy(), false, at(START)), Ok(()));
    let again = MembershipAttestation::read(&issued.write()).unwrap();
    assert_eq!(again, issued);
}

#[test]
fn every_reason_to_refuse_an_attestation_is_found() {
    use AttestationReason as Reason;

    for reason in Reason::ALL {
        let (mut policy, mut given) = (policy(), draft().issue(&secret(1)).unwrap());
        let mut time = START;
        match reason {
            Reason::UnknownIssuer => given.issuer_sovereign_id = "S-C".into(),
            Reason::LocallyRevoked => policy.revoked_attestation_ids.push("a-1".into()),
            Reason::BadStatus => given.status = Status::Suspended,
            Reason::OutsideValidityWindow => time = "2026-06-08T12:05:00.000001Z",
            Reason::RoleNotAllowed => given.roles.push("role:operator".into()),
            Reason::MissingSignature => given.signatures.clear(),
            Reason::InvalidSignature => given.subject_id = "mallory".into(),
        }
        assert_eq!(given.verify(&policy, false, at(time)), Err(*reason));
    }
    let given = draft().issue(&secret(1)).unwrap();
    assert_eq!(given.verify(&policy(), true, at(START)), Err(Reason::LocallyRevoked));
}

#[test]
fn five_minutes_of_skew_count_on_both_sides() {
    let given = draft().issue(&secret(1)).unwrap();
    let cases = [
        ("2026-06-01T11:54:59.999999Z", false),
        ("2026-06-01T11:55:00Z", true),
        ("2026-06-01T11:55:00", true),
        ("2026-06-01T13:55:00+02:00", true),
        ("2026-06-08T12:05:00Z", true),
        ("2026-06-08T12:05:00.000001Z", false),
    ];
    for (time, is_inside) in cases {
        assert_eq!(given.verify(&policy(), false, at(time)).is_ok(), is_inside, "{time}");
    }
}

#[test]
fn a_suspended_attestation_is_outside_its_window_even_where_its_status_is_accepted() {
    let mut policy = policy();
    policy.recognized_issuers[0].accepted_statuses.push(Status::Suspended);
    let given = MembershipAttestation { status: Status::Suspended, ..draft() };
    let given = given.issue(&secret(1)).unwrap();
    let result = given.verify(&policy, false, at(START));
    assert_eq!(result, Err(AttestationReason::OutsideValidityWindow));
}

#[test]
fn what_would_not_do_is_not_issued() {
    let cases = [
        (
            MembershipAttestation { roles: vec!["role:admin".into()], ..draft() },
            "mesh.invalid_role",
        ),
        (
            MembershipAttestation { roles: vec!["role:service".into()], ..draft() },
            "mesh.invalid_role",
        ),
        (MembershipAttestation { roles: vec![], ..draft() }, "mesh.missing_subject"),
        (MembershipAttestation { subject_id: String::new(), ..draft() }, "mesh.missing_subject"),
        (
            MembershipAttestation {
                subject_public_key: Some("YWxpY2UtZGVtby1wdWJsaWMta2V5".into()),
                ..draft()
            },
            "mesh.bad_key",
        ),
        (MembershipAttestation { expires_at: at(START), ..draft() }, "mesh.schema"),
        (MembershipAttestation { issued_at: at("2027-01-01"), ..draft() }, "mesh.schema"),
    ];
    for (draft, code) in cases {
        assert_eq!(draft.issue(&secret(1)).unwrap_err().code(), code);
    }
    for role in ["role:anchor", "role:bridge:eu", "role:client", "role:operator", "role:service:x"]
    {
        assert_eq!(check_roles(&[role]), Ok(()));
    }
}

#[test]
fn defaults_and_rules_of_reading() {
    let policy = parse(
        br#"{"local_sovereign_id":"S-A","revoked_attestation_ids":["b","a","b"],
            "recognized_issuers":[{"sovereign_id":"S-B","public_keys":["k"]}],"other":1}"#,
    );
    let policy = RecognitionPolicy::read(&policy.unwrap()).unwrap();
    assert_eq!(policy.revoked_attestation_ids, ["a", "b"]);
    assert_eq!(policy.recognized_issuers[0].accepted_statuses, [Status::Active]);
    let keyless = parse(br#"{"sovereign_id":"S-B","public_keys":[]}"#).unwrap();
    assert_eq!(RecognizedIssuer::read(&keyless).unwrap_err().path, "public_keys");
    let strange = parse(br#"{"sovereign_id":"S-B","public_keys":["k"],"accepted_statuses":["x"]}"#);
    let error = RecognizedIssuer::read(&strange.unwrap()).unwrap_err();
    assert_eq!(error.path, "accepted_statuses.0");
}
