use super::*;
use crate::schema::Field as _;

const START: &str = "2026-06-01T12:00:00Z";
const END: &str = "2026-06-08T12:00:00Z";

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn key(seed: u8) -> MeshKey {
    MeshKey::from(secret(seed).public())
}

fn draft() -> JoinCertificate {
    JoinCertificate {
        cert_id: "c-1".into(),
        node_public_key: key(5).to_string(),
        network_name: "USG".into(),
        roles: vec!["role:anchor".into()],
        issued_at: at(START),
        expires_at: at(END),
        issued_by: "na".into(),
        signatures: Vec::new(),
    }
}

fn service() -> ServiceManifest {
    ServiceManifest {
        service_name: "kb".into(),
        service_key: key(6).to_string(),
        endpoints: vec!["wss://kb.example".into()],
        issued_at: at(START),
        valid_to: at(END),
        issued_by: "na".into(),
        signatures: Vec::new(),
    }
}

fn policy() -> PolicyManifest {
    PolicyManifest {
        policy_id: "p-1".into(),
        issued_at: at(START),
        issued_by: "na".into(),
        min_client_version: "0.1.0".into(),
        allowed_ports: vec![443],
        allowed_services: Vec::new(),
        routing: RoutingConfig::default(),
        signatures: Vec::new(),
    }
}

fn empty_list() -> CertificateRevocationList {
    CertificateRevocationList::empty("l-0".into(), "na".into(), at(START))
}

fn entry(cert_id: &str) -> RevokedCertificate {
    RevokedCertificate {
        certificate_id: cert_id.into(),
        revoked_at: at("2026-06-02T12:00:00Z"),
        reason: RevocationReason::KeyCompromise.to_string(),
        issuer: "na".into(),
    }
}

#[test]
fn every_reason_to_refuse_a_certificate_is_found() {
    let authority = key(1);
    let list = empty_list().revoking("l-1".into(), entry("c-1")).unwrap();
    for reason in CertificateReason::ALL {
        let mut given = draft().issue(&secret(1)).unwrap();
        let (authority, network_name) = (&authority, "USG");
        let mut check = CertificateCheck { authority, network_name, revoked: None, at: at(END) };
        assert_eq!(given.verify(&check), Ok(()));
        match reason {
            CertificateReason::NetworkMismatch => check.network_name = "usg",
            CertificateReason::OutsideValidityWindow => check.at = at("2026-06-01T11:54:59Z"),
            CertificateReason::Revoked => check.revoked = Some(&list),
            CertificateReason::MissingSignature => given.signatures.clear(),
            CertificateReason::InvalidSignature => given.roles.push("role:operator".into()),
            CertificateReason::BadNodeKey => {
                given.node_public_key = "junk".into();
                given.sign(&secret(1), "na");
            }
        }
        assert_eq!(given.verify(&check), Err(*reason));
    }
}

#[test]
fn nodes_tolerate_five_minutes_and_the_authority_none() {
    let authority = key(1);
    let given = draft().issue(&secret(1)).unwrap();
    let cases = [
        ("2026-06-01T11:55:00Z", true, Err(StandingReason::NotYetValid)),
        (START, true, Ok(())),
        (END, true, Err(StandingReason::Expired)),
        ("2026-06-08T12:05:00Z", true, Err(StandingReason::Expired)),
        ("2026-06-08T12:05:00.000001Z", false, Err(StandingReason::Expired)),
    ];
    for (time, is_inside, standing) in cases {
        let (authority, at) = (&authority, at(time));
        let check = CertificateCheck { authority, network_name: "USG", revoked: None, at };
        assert_eq!(given.verify(&check).is_ok(), is_inside, "{time}");
        assert_eq!(given.check_standing(at), standing, "{time}");
    }
}

#[test]
fn every_reason_to_refuse_a_service_is_found() {
    for reason in ServiceReason::ALL {
        let mut given = service().issue(&secret(1)).unwrap();
        let mut time = END;
        assert_eq!(given.verify(&key(1), at(time)), Ok(()));
        match reason {
            ServiceReason::OutsideValidityWindow => time = "2026-06-08T12:00:00.000001Z",
            ServiceReason::MissingSignature => given.signatures.clear(),
            ServiceReason::InvalidSignature => given.endpoints.clear(),
            ServiceReason::BadServiceKey => {
                given.service_key = "junk".into();
                given.sign(&secret(1), "na");
            }
        }
        assert_eq!(given.verify(&key(1), at(time)), Err(*reason));
    }
}

#[test]
fn every_reason_to_refuse_a_policy_is_found() {
    for reason in PolicyReason::ALL {
        let mut given = policy().issue(&secret(1)).unwrap();
        assert_eq!(given.verify(&key(1)), Ok(()));
        match reason {
            PolicyReason::MissingSignature => given.signatures.clear(),
            PolicyReason::InvalidSignature => given.allowed_ports.push(22),
        }
        assert_eq!(given.verify(&key(1)), Err(*reason));
    }
    let port = PolicyManifest { allowed_ports: vec![65_536], ..policy() };
    assert_eq!(PolicyManifest::read(&port.write()).unwrap_err().path, "allowed_ports");
    assert_eq!(port.issue(&secret(1)).unwrap_err().code(), "mesh.schema");
}

#[test]
fn every_reason_to_refuse_a_list_is_found() {
    for reason in CrlReason::ALL {
        let mut given = empty_list().issue(&secret(1));
        let (mut last, mut time) = (None, "2026-06-02T12:00:00Z");
        match reason {
            CrlReason::MissingSignature => given.signatures.clear(),
            CrlReason::InvalidSignature => given.sequence = 7,
            CrlReason::StaleSequence => last = Some(0),
            CrlReason::Overdue => time = "2026-06-02T12:00:00.000001Z",
        }
        let result = given.verify(&key(1), last).and_then(|()| given.check_due(at(time)));
        assert_eq!(result, Err(*reason));
    }
    let fine = empty_list().issue(&secret(1));
    assert_eq!(fine.verify(&key(1), None), Ok(()));
    assert_eq!(fine.check_due(at("2026-06-02T12:00:00Z")), Ok(()));
}

#[test]
fn a_list_is_followed_by_one_that_holds_all_of_it() {
    let one = empty_list().revoking("l-1".into(), entry("c-1")).unwrap();
    assert_eq!((one.sequence, one.revoked_certificates.len()), (1, 1));
    assert_eq!(one.next_update, at("2026-06-03T12:00:00Z"));
    assert_eq!(one.revoking("l-2".into(), entry("c-1")), None);
    let two = one.revoking("l-2".into(), entry("c-2")).unwrap();
    assert_eq!(two.entry("c-1"), one.entry("c-1"));
    let three = two.reissued("l-3".into(), at("2026-06-03T12:00:00Z")).unwrap();
    assert_eq!((three.sequence, &three.revoked_certificates), (3, &two.revoked_certificates));
    let last = CertificateRevocationList { sequence: u64::MAX, ..three };
    assert_eq!(last.reissued("l-4".into(), at(END)), None);
    for reason in RevocationReason::ALL {
        assert_eq!(RevocationReason::read(&reason.write()), Ok(*reason));
    }
}

#[test]
fn what_would_not_do_is_not_issued() {
    let cases = [
        (JoinCertificate { roles: vec!["admin".into()], ..draft() }, "mesh.invalid_role"),
        (JoinCertificate { node_public_key: "junk".into(), ..draft() }, "mesh.bad_key"),
        (JoinCertificate { expires_at: at(START), ..draft() }, "mesh.schema"),
    ];
    for (draft, code) in cases {
        assert_eq!(draft.issue(&secret(1)).unwrap_err().code(), code);
    }
    let keyless = ServiceManifest { service_key: String::new(), ..service() };
    assert_eq!(keyless.issue(&secret(1)).unwrap_err().code(), "mesh.bad_key");
    let timeless = ServiceManifest { valid_to: at(START), ..service() };
    assert_eq!(timeless.issue(&secret(1)).unwrap_err().code(), "mesh.schema");
}

fn invite() -> InviteToken {
    let secret = InviteSecret::new("tell nobody".into());
    InviteToken::new(secret, vec!["role:client".into()], 48, at(START), 24).unwrap()
}

#[test]
fn an_invite_lets_one_node_in_once_and_in_time() {
    let closing = at("2026-06-02T12:00:00Z");
    for reason in InviteReason::ALL {
        let (mut invite, mut time) = (invite(), closing);
        assert_eq!(invite.check(time), Ok(()));
        match reason {
            InviteReason::Used => invite.redeem(&key(5), time).unwrap(),
            InviteReason::Expired => time = at("2026-06-02T12:00:00.000001Z"),
        }
        let before = invite.clone();
        assert_eq!(invite.redeem(&key(6), time), Err(*reason));
        assert_eq!(invite, before);
    }
    let mut used = invite();
    used.redeem(&key(5), closing).unwrap();
    assert_eq!((used.used_at, used.used_by_key.clone()), (Some(closing), Some(key(5).to_string())));
    assert_eq!(InviteToken::read(&used.write()).unwrap(), used);
    assert_eq!([used.validity_hours(168), used.validity_hours(1)], [48, 1]);
}

#[test]
fn an_invites_secret_is_not_printed() {
    let printed = format!("{:?}", invite());
    assert!(printed.contains("***") && !printed.contains("tell nobody"));
    assert_eq!(invite().token_id.fingerprint().len(), 16);
    assert_eq!(invite().token_id.reveal(), "tell nobody");
}

#[test]
fn invites_and_windows_need_sane_hours() {
    let made = |roles: &str, hours, open_hours| {
        let secret = InviteSecret::new("s".into());
        InviteToken::new(secret, vec![roles.into()], hours, at(START), open_hours)
    };
    assert_eq!(made("role:x", 1, 1).unwrap_err().code(), "mesh.invalid_role");
    assert_eq!(made("role:client", 0, 1).unwrap_err().code(), "mesh.bad_hours");
    assert_eq!(made("role:client", 1, 876_601).unwrap_err().code(), "mesh.bad_hours");
    assert_eq!(made("role:client", u64::MAX, 1).unwrap_err().code(), "mesh.bad_hours");
    assert_eq!(hours_after(at(START), 168), Ok(at(END)));
}
