use comity_wire::mesh_json::Value;

use super::{TreatyFilter, confirmed, treaties, treaty, trust_path};
use crate::limits::BUNDLE_BYTES_MAX;
use crate::memory::{ALPHA, Memory, operator, stamp};
use crate::{ClientError, Remote};

#[test]
fn questions_carry_their_arguments_encoded() {
    let endpoint = ALPHA.endpoint();
    let filter = TreatyFilter { subject: Some("b&c"), ..TreatyFilter::default() };
    let asked = treaties(&endpoint, filter);
    assert_eq!(asked.path, "/recognition-treaties?subject_sovereign_id=b%26c");
    assert_eq!(asked.answer_bytes_max, BUNDLE_BYTES_MAX);
    assert_eq!(treaties(&endpoint, TreatyFilter::default()).path, "/recognition-treaties");
    assert_eq!(trust_path(&endpoint, "a b", "c").path, "/connectome/trust-path?from=a%20b&to=c");
    assert_eq!(treaty(&endpoint, "a/b").unwrap().path, "/recognition-treaties/a%2Fb");
    assert_eq!(treaty(&endpoint, ".."), Err(ClientError::BadId));
}

#[test]
fn a_revocation_is_confirmed_for_the_id_that_was_given() {
    let answer = |id: &str, status: &str| {
        Value::from([("treaty_id", Value::from(id)), ("status", Value::from(status))])
    };
    assert_eq!(confirmed(&answer("t", "revoked"), "treaty", "treaty_id", "t"), Ok(()));
    for wrong in [answer("u", "revoked"), answer("t", "active"), Value::Null] {
        let refused = confirmed(&wrong, "treaty", "treaty_id", "t").unwrap_err();
        assert_eq!(refused.code(), "client.other_answer");
    }
}

#[test]
fn revocations_are_signed_posts() {
    let mut memory = Memory::default();
    let endpoint = ALPHA.endpoint();
    let route = "/admin/attestations/a1/revoke";
    let says =
        Value::from([("attestation_id", Value::from("a1")), ("status", Value::from("revoked"))]);
    memory.answer(&format!("POST {}", ALPHA.url(route)), 200, &says);
    let remote = Remote::new(&endpoint, &memory);
    remote.revoke_attestation("a1", "left", &operator(), &stamp("n")).unwrap();
    let asked = memory.asked.borrow();
    assert_eq!(asked[0].body.as_deref(), Some(&br#"{"reason":"left"}"#[..]));
    let names: Vec<_> = asked[0].headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "X-Admin-Version",
            "X-Admin-Key-Id",
            "X-Admin-Timestamp",
            "X-Admin-Nonce",
            "X-Admin-Signature"
        ]
    );
}
