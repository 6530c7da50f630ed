//! With a memo of good signatures every check answers as without one, whatever was checked before.

use std::collections::BTreeSet;
use std::sync::Mutex;

use comity_mesh::attestation::{
    MembershipAttestation, RecognitionPolicy, RecognizedIssuer, Status,
};
use comity_mesh::keys::{MeshKey, SignatureId, SignatureMemo, SignedObject as _};
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope, TreatyCheck};
use comity_mesh::revocation::{FeedCheck, PublishedFeed, SovereignRevocationFeed};
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::Datetime;
use proptest::prelude::*;

#[derive(Debug, Default)]
struct All(Mutex<BTreeSet<SignatureId>>);

impl All {
    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl SignatureMemo for All {
    fn knows(&self, id: &SignatureId) -> bool {
        self.0.lock().unwrap().contains(id)
    }

    fn learn(&self, id: SignatureId) {
        self.0.lock().unwrap().insert(id);
    }
}

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn key(seed: u8) -> MeshKey {
    MeshKey::from(secret(seed).public())
}

fn treaty() -> RecognitionTreaty {
    let draft = RecognitionTreaty {
        treaty_id: "t-1".into(),
        issuer_sovereign_id: "S-A".into(),
        subject_sovereign_id: "S-B".into(),
        subject_public_keys: vec![key(2).to_string()],
        scope: RecognitionTreatyScope::default(),
        status: Status::Active,
        issued_at: at("2026-06-01T12:00:00Z"),
        valid_from: at("2026-06-01T12:00:00Z"),
        expires_at: at("2026-07-01T12:00:00Z"),
        issued_by: "na-a".into(),
        metadata: std::collections::BTreeMap::new(),
        signatures: Vec::new(),
    };
    draft.issue(&secret(1)).unwrap()
}

fn attestation() -> MembershipAttestation {
    let draft = MembershipAttestation {
        attestation_id: "a-1".into(),
        issuer_sovereign_id: "S-B".into(),
        subject_id: "alice".into(),
        subject_public_key: None,
        roles: vec!["role:client".into()],
        status: Status::Active,
        issued_at: at("2026-06-01T12:00:00Z"),
        valid_from: at("2026-06-01T12:00:00Z"),
        expires_at: at("2026-07-01T12:00:00Z"),
        issued_by: "na-b".into(),
        claims: std::collections::BTreeMap::new(),
        signatures: Vec::new(),
    };
    draft.issue(&secret(2)).unwrap()
}

fn feed() -> PublishedFeed {
    let draft = SovereignRevocationFeed {
        feed_id: "f-1".into(),
        issuer_sovereign_id: "S-B".into(),
        sequence: 4,
        issued_at: at("2026-06-01T12:00:00Z"),
        revoked_attestation_ids: vec!["a-7".into()],
        revocation_reasons: std::collections::BTreeMap::new(),
        issued_by: "na-b".into(),
        signatures: Vec::new(),
    };
    let feed = draft.issue(&secret(2)).unwrap();
    feed.promise(at("2026-06-02T12:00:00Z"), &secret(2))
}

/// One bit of a signature, still in base64.
fn bend(sig: &mut String, bit: usize) {
    let mut raw = b64::decode(sig.as_bytes()).unwrap();
    raw[bit / 8] ^= 1 << (bit % 8);
    *sig = b64::encode(&raw);
}

fn change_treaty(treaty: &mut RecognitionTreaty, how: u8, bit: usize) {
    match how {
        0 => {}
        1 => bend(&mut treaty.signatures[0].sig, bit),
        2 => treaty.subject_sovereign_id.push('x'),
        3 => treaty.status = Status::Suspended,
        4 => treaty.expires_at = treaty.expires_at.plus(1),
        5 => treaty.signatures.clear(),
        6 => treaty.signatures[0].sig.push('='),
        7 => treaty.sign(&secret(9), "other"),
        _ => treaty.scope.allowed_roles.push("role:operator".into()),
    }
}

fn change_attestation(attestation: &mut MembershipAttestation, how: u8, bit: usize) {
    match how {
        0 => {}
        1 => bend(&mut attestation.signatures[0].sig, bit),
        2 => attestation.subject_id.push('x'),
        3 => attestation.status = Status::Suspended,
        4 => attestation.signatures.clear(),
        _ => attestation.roles.push("role:operator".into()),
    }
}

fn change_feed(published: &mut PublishedFeed, how: u8, bit: usize) {
    match how {
        0 => {}
        1 => bend(&mut published.feed.signatures[0].sig, bit),
        2 => published.feed.sequence += 1,
        3 => published.feed.revoked_attestation_ids.push("a-8".into()),
        4 => published.feed.signatures.clear(),
        _ => published.promise = None,
    }
}

proptest! {
    #[test]
    fn a_memo_changes_no_answer(
        steps in prop::collection::vec((0_u8..9, 0_u8..6, 0_usize..512, 0_u8..4, any::<bool>(), 1_u8..4), 1..12),
    ) {
        let memo = All::default();
        let with: Option<&dyn SignatureMemo> = Some(&memo);
        let times = ["2026-06-10T00:00:00Z", "2026-05-01T00:00:00Z", "2026-07-01T12:04:00Z", "2027-01-01T00:00:00Z"];
        for (first, second, bit, when, is_revoked, signer) in steps {
            let (mut treaty, mut attestation, mut feed) = (treaty(), attestation(), feed());
            change_treaty(&mut treaty, first, bit);
            change_attestation(&mut attestation, second, bit);
            change_feed(&mut feed, second, bit);
            let at = at(times[usize::from(when)]);
            let keys = [key(signer)];
            let check = TreatyCheck { is_revoked, ..TreatyCheck::new(&keys, at) };
            let known = memo.len();
            let plain = treaty.verify(&check);
            prop_assert_eq!(treaty.verify_with(&check, with), plain);
            prop_assert!(plain.is_ok() || memo.len() == known, "learned from a refusal");
            prop_assert_eq!(
                treaty.verify_attestation_with(&attestation, &check, is_revoked, with),
                treaty.verify_attestation(&attestation, &check, is_revoked)
            );
            let policy = RecognitionPolicy {
                local_sovereign_id: "S-A".into(),
                recognized_issuers: vec![RecognizedIssuer {
                    sovereign_id: "S-B".into(),
                    public_keys: vec![key(signer).to_string()],
                    allowed_roles: Vec::new(),
                    accepted_statuses: vec![Status::Active, Status::Suspended],
                }],
                revoked_attestation_ids: Vec::new(),
            };
            prop_assert_eq!(
                attestation.verify_with(&policy, is_revoked, at, with),
                attestation.verify(&policy, is_revoked, at)
            );
            let last_sequence = is_revoked.then_some(4);
            let check = FeedCheck { issuer_keys: &keys, expected_issuer: Some("S-B"), last_sequence };
            prop_assert_eq!(feed.verify_with(&check, at, with), feed.verify(&check, at));
        }
    }
}

#[test]
fn what_was_good_is_not_computed_again_and_what_was_bad_is() {
    let memo = All::default();
    let keys = [key(3), key(1)];
    let check = TreatyCheck::new(&keys, at("2026-06-10T00:00:00Z"));
    assert_eq!(treaty().verify_with(&check, Some(&memo)), Ok(()));
    assert_eq!(memo.len(), 1, "the wrong key's answer is not kept");
    assert_eq!(treaty().verify_with(&check, Some(&memo)), Ok(()));
    let mut other = treaty();
    other.treaty_id.push('x');
    assert!(other.verify_with(&check, Some(&memo)).is_err());
    assert_eq!(memo.len(), 1);
}
