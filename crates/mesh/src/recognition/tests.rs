use super::*;
use crate::schema::Field as _;

const START: &str = "2026-06-01T12:00:00Z";
const END: &str = "2026-07-01T12:00:00Z";

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn key(seed: u8) -> MeshKey {
    MeshKey::from(secret(seed).public())
}

fn draft() -> RecognitionTreaty {
    RecognitionTreaty {
        treaty_id: "t-1".into(),
        issuer_sovereign_id: "S-A".into(),
        subject_sovereign_id: "S-B".into(),
        subject_public_keys: vec![key(2).to_string()],
        scope: RecognitionTreatyScope {
            allowed_roles: vec!["role:client".into()],
            ..RecognitionTreatyScope::default()
        },
        status: Status::Active,
        issued_at: at(START),
        valid_from: at(START),
        expires_at: at(END),
        issued_by: "na-a".into(),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    }
}

fn treaty() -> RecognitionTreaty {
    draft().issue(&secret(1)).unwrap()
}

fn attestation() -> MembershipAttestation {
    let draft = MembershipAttestation {
        attestation_id: "a-1".into(),
        issuer_sovereign_id: "S-B".into(),
        subject_id: "alice".into(),
        subject_public_key: None,
        roles: vec!["role:client".into()],
        status: Status::Active,
        issued_at: at(START),
        valid_from: at(START),
        expires_at: at(END),
        issued_by: "na-b".into(),
        claims: BTreeMap::new(),
        signatures: Vec::new(),
    };
    draft.issue(&secret(2)).unwrap()
}

/// A treaty and a check that come to `reason`.
fn refused(reason: TreatyReason) -> (RecognitionTreaty, TreatyCheck<'static>) {
    let keys: &'static [MeshKey] = Box::leak(Box::new([key(1)]));
    let (mut given, mut check) = (treaty(), TreatyCheck::new(keys, at(START)));
    match reason {
        TreatyReason::WrongIssuer => check.expected_issuer = Some("S-B"),
        TreatyReason::WrongSubject => check.expected_subject = Some("S-A"),
        TreatyReason::LocallyRevoked => check.is_revoked = true,
        TreatyReason::BadStatus => given.status = Status::Suspended,
        TreatyReason::OutsideValidityWindow => check.at = at("2026-07-01T12:05:00.000001Z"),
        TreatyReason::MissingSignature => given.signatures.clear(),
        TreatyReason::InvalidSignature => given.subject_public_keys = vec![key(3).to_string()],
    }
    (given, check)
}

#[test]
fn an_issued_treaty_is_accepted_with_its_issuers_key() {
    let keys = [key(7), key(1)];
    let check = TreatyCheck {
        expected_issuer: Some("S-A"),
        expected_subject: Some("S-B"),
        ..TreatyCheck::new(&keys, at("2026-07-01T12:05:00Z"))
    };
    assert_eq!(treaty().verify(&check), Ok(()));
    assert_eq!(treaty().verify_attestation(&attestation(), &check, false), Ok(()));
    assert_eq!(RecognitionTreaty::read(&treaty().write()).unwrap(), treaty());
}

#[test]
fn every_reason_to_refuse_a_treaty_is_found() {
    for reason in TreatyReason::ALL {
        let (given, check) = refused(*reason);
        assert_eq!(given.verify(&check), Err(*reason));
    }
}

#[test]
fn the_first_reason_wins() {
    let (mut given, mut check) = refused(TreatyReason::InvalidSignature);
    let expect = |given: &RecognitionTreaty, check: &TreatyCheck<'_>, reason| {
        assert_eq!(given.verify(check), Err(reason));
    };
    expect(&given, &check, TreatyReason::InvalidSignature);
    given.signatures.clear();
    expect(&given, &check, TreatyReason::MissingSignature);
    check.at = at("2020-01-01");
    expect(&given, &check, TreatyReason::OutsideValidityWindow);
    given.status = Status::Revoked;
    expect(&given, &check, TreatyReason::BadStatus);
    check.is_revoked = true;
    expect(&given, &check, TreatyReason::LocallyRevoked);
    check.expected_subject = Some("");
    expect(&given, &check, TreatyReason::WrongSubject);
    check.expected_issuer = Some("");
    expect(&given, &check, TreatyReason::WrongIssuer);
}

#[test]
fn every_reason_to_refuse_an_attestation_under_a_treaty_has_its_prefix() {
    for reason in TreatyReason::ALL {
        let (given, mut check) = refused(*reason);
        let mut member = attestation();
        if *reason == TreatyReason::WrongSubject {
            (member.issuer_sovereign_id, check.expected_subject) = ("S-C".into(), Some("S-B"));
        }
        let found = given.verify_attestation(&member, &check, false).unwrap_err();
        assert_eq!(found, TreatyAttestationReason::Treaty(*reason));
        assert_eq!(found.to_string(), format!("treaty_{reason}"));
    }
    for reason in AttestationReason::ALL {
        let prefixed = TreatyAttestationReason::Attestation(*reason);
        assert_eq!(prefixed.to_string(), format!("attestation_{reason}"));
        let (keys, mut member) = ([key(1)], attestation());
        match reason {
            // A treaty about somebody else is refused before.
            AttestationReason::UnknownIssuer => continue,
            AttestationReason::LocallyRevoked | AttestationReason::OutsideValidityWindow => {}
            AttestationReason::BadStatus => member.status = Status::Revoked,
            AttestationReason::RoleNotAllowed => member.roles.push("role:operator".into()),
            AttestationReason::MissingSignature => member.signatures.clear(),
            AttestationReason::InvalidSignature => member.subject_id = "mallory".into(),
        }
        let mut check = TreatyCheck::new(&keys, at(START));
        if *reason == AttestationReason::OutsideValidityWindow {
            member.valid_from = at("2026-06-20T12:00:00Z");
            check.at = at("2026-06-20T11:54:59Z");
        }
        let is_revoked = *reason == AttestationReason::LocallyRevoked;
        let found = treaty().verify_attestation(&member, &check, is_revoked);
        assert_eq!(found, Err(prefixed));
    }
}

#[test]
fn what_would_not_do_is_not_issued() {
    let scope = RecognitionTreatyScope {
        allowed_roles: vec!["researcher".into()],
        ..RecognitionTreatyScope::default()
    };
    let cases = [
        (RecognitionTreaty { scope, ..draft() }, "mesh.invalid_role"),
        (
            RecognitionTreaty { subject_sovereign_id: String::new(), ..draft() },
            "mesh.missing_subject",
        ),
        (RecognitionTreaty { subject_public_keys: vec![], ..draft() }, "mesh.missing_subject_key"),
        (RecognitionTreaty { subject_public_keys: vec!["junk".into()], ..draft() }, "mesh.bad_key"),
        (RecognitionTreaty { expires_at: at(START), ..draft() }, "mesh.schema"),
    ];
    for (draft, code) in cases {
        assert_eq!(draft.issue(&secret(1)).unwrap_err().code(), code);
    }
}

#[test]
fn roles_are_allowed_one_by_one_and_an_empty_list_allows_all() {
    let scope = draft().scope;
    assert!(scope.allows_roles(&["role:client"]));
    assert!(!scope.allows_roles(&["role:client", "role:client:x"]));
    assert!(RecognitionTreatyScope::default().allows_roles(&["anything"]));
}

#[test]
fn a_treatys_life_is_told_from_its_row_and_the_time() {
    use ExpiryRisk as Risk;
    use LifecycleState as State;

    let cases = [
        ("2026-06-28T11:59:59Z", State::Active, Risk::Low, 259_201),
        ("2026-06-28T11:59:59.000001Z", State::ExpiringSoon, Risk::Medium, 259_200),
        ("2026-06-30T11:59:59Z", State::ExpiringSoon, Risk::Medium, 86_401),
        ("2026-06-30T12:00:00Z", State::ExpiringSoon, Risk::High, 86_400),
        ("2026-07-01T11:59:59Z", State::ExpiringSoon, Risk::High, 1),
        ("2026-07-01T11:59:59.000001Z", State::Expired, Risk::Expired, 0),
        ("2026-07-02T00:00:00Z", State::Expired, Risk::Expired, 0),
    ];
    for (time, state, risk, seconds) in cases {
        let life = treaty().lifecycle(None, None, at(time));
        assert_eq!((life.state, life.expiry_risk), (state, risk), "{time}");
        assert_eq!(life.seconds_until_expiry, Some(seconds), "{time}");
        assert_eq!(life.state.is_active(), !matches!(state, State::Expired));
    }
    let reasons = [
        ("breach", State::Revoked, None),
        ("replaced_by:t-2", State::Replaced, Some("t-2")),
        ("renewed_by:t:3", State::Replaced, Some("t:3")),
        ("replaced_by:", State::Revoked, None),
    ];
    for (reason, state, replacement) in reasons {
        let life = treaty().lifecycle(Some(at(END)), Some(reason), at(START));
        assert_eq!((life.state, life.expiry_risk), (state, Risk::None));
        assert_eq!(life.replacement_treaty_id.as_deref(), replacement);
        assert_eq!(life.seconds_until_expiry, None);
        assert!(!life.state.is_active());
    }
    let own = RecognitionTreaty { status: Status::Revoked, ..treaty() };
    assert_eq!(own.lifecycle(None, None, at(START)).state, State::Revoked);
}

#[test]
fn a_life_is_written_with_the_times_of_the_reference() {
    let life = Value::from(&treaty().lifecycle(Some(at(END)), Some("renewed_by:t-2"), at(START)));
    let expected = Value::from([
        ("state", Value::from("replaced")),
        ("expiry_risk", Value::from("none")),
        ("seconds_until_expiry", Value::Null),
        ("expires_at", Value::from("2026-07-01T12:00:00+00:00")),
        ("revoked_at", Value::from("2026-07-01T12:00:00+00:00")),
        ("revocation_reason", Value::from("renewed_by:t-2")),
        ("replacement_treaty_id", Value::from("t-2")),
    ]);
    assert_eq!(life, expected);
}
