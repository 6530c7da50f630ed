//! Signed files that operators of the reference have published, at times inside and outside their windows.

use std::path::Path;

use comity_mesh::attestation::{AttestationReason, MembershipAttestation, Status};
use comity_mesh::certificates::{
    CertificateCheck, CertificateReason, JoinCertificate, PolicyManifest,
};
use comity_mesh::identity::{GenesisBlock, GenesisReason};
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{
    LifecycleState, MAINTAINER_DELEGATED_ROLE, MAINTAINER_ROLE, MaintainerDemand, MaintainerReason,
    RecognitionTreaty, TreatyAttestationReason, TreatyCheck, TreatyReason,
};
use comity_mesh::revocation::{FeedCheck, FeedReason, SovereignRevocationFeed};
use comity_mesh::schema::Field;
use comity_wire::mesh_json::{Datetime, Value, parse};

fn bytes(file: &str) -> Vec<u8> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/mesh");
    std::fs::read(Path::new(root).join(file)).unwrap()
}

fn read<T: Field>(file: &str) -> T {
    T::read(&parse(&bytes(file)).unwrap()).unwrap()
}

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

#[test]
fn every_genesis_is_signed_by_its_root() {
    let cases = [
        ("001-na", "2026-06-06T10:22:05.230676Z", "2026-09-04T10:22:05.230677Z"),
        ("miraos-na", "2026-06-06T09:54:01.756668Z", "2026-09-04T09:54:01.756669Z"),
        ("naive-datetimes", "2026-01-21T16:44:37.925424Z", "2026-04-21T16:44:37.925425Z"),
    ];
    for (operator, inside, after) in cases {
        let genesis: GenesisBlock = read(&format!("operators/{operator}/genesis.signed.json"));
        assert_eq!(genesis.verify(at(inside)), Ok(()), "{operator}");
        let late = genesis.verify(at(after));
        assert_eq!(late, Err(GenesisReason::OutsideValidityWindow), "{operator}");
        let naive = genesis.network_authority.valid_from.is_naive();
        assert_eq!(naive, operator == "naive-datetimes");
        // The file beside it is the same genesis before it was signed; one operator signed that one, too.
        let plain: GenesisBlock = read(&format!("operators/{operator}/genesis.json"));
        let expected = if naive { Ok(()) } else { Err(GenesisReason::MissingSignature) };
        assert_eq!(plain.verify(at(inside)), expected, "{operator}");
        assert_eq!(GenesisBlock { signatures: genesis.signatures.clone(), ..plain }, genesis);
    }
}

#[test]
fn policy_and_certificate_are_signed_by_the_authority_of_the_genesis() {
    let genesis: GenesisBlock = read("operators/miraos-na/genesis.signed.json");
    let authority = MeshKey::parse(&genesis.network_authority.public_key).unwrap();
    let policy: PolicyManifest = read("operators/miraos-na/policy.json");
    assert_eq!(policy.verify(&authority), Ok(()));
    let certificate: JoinCertificate = read("operators/miraos-na/node.cert.json");
    let cases = [
        ("2026-06-06T09:49:58.139837Z", Err(CertificateReason::OutsideValidityWindow)),
        ("2026-06-06T09:49:58.139838Z", Ok(())),
        ("2026-06-13T09:59:58.139838Z", Ok(())),
        ("2026-06-13T09:59:58.139839Z", Err(CertificateReason::OutsideValidityWindow)),
    ];
    for (time, expected) in cases {
        let network_name = genesis.network_name.as_str();
        let (authority, at) = (&authority, at(time));
        let check = CertificateCheck { authority, network_name, revoked: None, at };
        assert_eq!(certificate.verify(&check), expected, "{time}");
    }
}

/// As the reference's `supply-chain verify` does it: the treaty by the given key, the attestation and the feed by the
/// subject's keys in the treaty.
#[test]
fn the_maintainer_is_accepted_under_the_treaty_until_the_feed_revokes_it() {
    let key = String::from_utf8(bytes("supply-chain/treaty-issuer-public-key.txt")).unwrap();
    let issuer_keys = [MeshKey::parse(key.trim()).unwrap()];
    let treaty: RecognitionTreaty = read("supply-chain/recognition-treaty.json");
    let attestation: MembershipAttestation = read("supply-chain/maintainer-attestation.json");
    let feed: SovereignRevocationFeed = read("supply-chain/revocation-feed.json");
    assert_eq!(attestation.status, Status::Active);

    let check = TreatyCheck {
        expected_issuer: Some("project-b"),
        ..TreatyCheck::new(&issuer_keys, at("2026-07-01T00:00:00Z"))
    };
    let expected_subject = Some("project-a");
    assert_eq!(treaty.verify(&TreatyCheck { expected_subject, ..check }), Ok(()));
    assert_eq!(treaty.lifecycle(None, None, check.at).state, LifecycleState::Active);
    assert_eq!(treaty.verify_attestation(&attestation, &check, false), Ok(()));

    let subject_keys = MeshKey::parse_all(&treaty.subject_public_keys).unwrap();
    let expected_issuer = Some(attestation.issuer_sovereign_id.as_str());
    let last = FeedCheck { issuer_keys: &subject_keys, expected_issuer, last_sequence: Some(1) };
    assert_eq!(feed.verify(&last), Ok(()));
    let is_revoked = feed.revokes(&attestation.attestation_id);
    let refused = TreatyAttestationReason::Attestation(AttestationReason::LocallyRevoked);
    assert_eq!(treaty.verify_attestation(&attestation, &check, is_revoked), Err(refused));
}

/// The gate refuses for every reason that it has of its own, and passes on those of feeds and treaties.
#[test]
fn the_maintainer_gate_answers_as_the_reference_does() {
    use MaintainerReason as Reason;

    let key = String::from_utf8(bytes("supply-chain/treaty-issuer-public-key.txt")).unwrap();
    let issuer_keys = [MeshKey::parse(key.trim()).unwrap()];
    let treaty: RecognitionTreaty = read("supply-chain/recognition-treaty.json");
    let attestation: MembershipAttestation = read("supply-chain/maintainer-attestation.json");
    let feeds: [SovereignRevocationFeed; 1] = [read("supply-chain/revocation-feed.json")];
    let check = TreatyCheck::new(&issuer_keys, at("2026-07-01T00:00:00Z"));
    let demand = MaintainerDemand {
        project_id: "pypi:demo-package",
        repository: Some("https://github.com/example/demo-package"),
        delegated_role: MAINTAINER_DELEGATED_ROLE,
        role: MAINTAINER_ROLE,
        feeds: &[],
        last_sequence: None,
    };
    let ask =
        |demand: &MaintainerDemand<'_>| treaty.verify_maintainer(&attestation, demand, &check);
    assert_eq!(ask(&demand), Ok(()));
    assert_eq!(ask(&MaintainerDemand { repository: None, ..demand }), Ok(()));

    let mut other = attestation.clone();
    other.claims.insert("profile".to_owned(), Value::Null);
    let result = treaty.verify_maintainer(&other, &demand, &check);
    assert_eq!(result, Err(Reason::ProfileMissing));

    let revoked = TreatyAttestationReason::Attestation(AttestationReason::LocallyRevoked);
    let stale = Reason::Feed(FeedReason::StaleSequence);
    let cases = [
        (
            MaintainerDemand { project_id: "x", ..demand },
            Reason::ProjectMismatch,
            "project_mismatch",
        ),
        (
            MaintainerDemand { repository: Some("x"), ..demand },
            Reason::RepositoryMismatch,
            "repository_mismatch",
        ),
        (
            MaintainerDemand { delegated_role: "x", ..demand },
            Reason::DelegatedRoleMismatch,
            "delegated_role_mismatch",
        ),
        (MaintainerDemand { role: "x", ..demand }, Reason::RoleNotAllowed, "role_not_allowed"),
        (
            MaintainerDemand { feeds: &feeds, last_sequence: Some(2), ..demand },
            stale,
            "revocation_feed_stale_sequence",
        ),
        (
            MaintainerDemand { feeds: &feeds, ..demand },
            Reason::Recognition(revoked),
            "attestation_locally_revoked",
        ),
    ];
    for (demand, reason, name) in cases {
        assert_eq!(ask(&demand), Err(reason));
        assert_eq!(reason.to_string(), name);
    }
    let late = TreatyCheck { at: at("2040-01-01"), ..check };
    let expired = TreatyAttestationReason::Treaty(TreatyReason::OutsideValidityWindow);
    let result = treaty.verify_maintainer(&attestation, &demand, &late);
    assert_eq!(result, Err(Reason::Recognition(expired)));
    for reason in FeedReason::ALL {
        let name = reason.as_str().trim_start_matches("feed_");
        assert_eq!(Reason::Feed(*reason).to_string(), format!("revocation_feed_{name}"));
    }
}
