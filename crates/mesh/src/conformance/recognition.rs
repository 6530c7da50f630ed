//! Treaties, attestations under them, revocation feeds, and the signed bytes of what an authority issues.

use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Value, parse};

use super::{CaseError, Keys, decision, suite_time};
use crate::attestation::MembershipAttestation;
use crate::certificates::{
    CertificateRevocationList, JoinCertificate, PolicyManifest, ServiceManifest,
};
use crate::descriptor::AgentDescriptor;
use crate::keys::{MeshKey, SignedObject};
use crate::recognition::{RecognitionTreaty, TreatyAttestationReason, TreatyCheck, TreatyReason};
use crate::revocation::{FeedCheck, FeedReason, SovereignRevocationFeed};
use crate::schema::{Field, Object, member, members};

/// Suite `attestations`: model attestations, at the time of suites.
pub(super) fn attestations(input: &Value, keys: &Keys) -> Result<Value, CaseError> {
    let mut timed = members(input)?.clone();
    timed.insert("at_time".to_owned(), Value::from(suite_time(input)?));
    decision::verify_model(&Value::Map(timed), keys)
}

/// The bytes of an object that are signed, by the object's name.
pub(super) fn signed_bytes(model: &str, json: &Value) -> Result<Vec<u8>, CaseError> {
    fn bytes<T: SignedObject + Object>(json: &Value) -> Result<Vec<u8>, CaseError> {
        Ok(T::read(json)?.signed_bytes())
    }
    match model {
        AgentDescriptor::NAME => bytes::<AgentDescriptor>(json),
        CertificateRevocationList::NAME => bytes::<CertificateRevocationList>(json),
        JoinCertificate::NAME => bytes::<JoinCertificate>(json),
        MembershipAttestation::NAME => bytes::<MembershipAttestation>(json),
        PolicyManifest::NAME => bytes::<PolicyManifest>(json),
        RecognitionTreaty::NAME => bytes::<RecognitionTreaty>(json),
        ServiceManifest::NAME => bytes::<ServiceManifest>(json),
        SovereignRevocationFeed::NAME => bytes::<SovereignRevocationFeed>(json),
        _ => Err(CaseError::Other("no object of this name")),
    }
}

/// `verify_treaty`.
pub(super) fn verify_treaty(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let treaty: RecognitionTreaty = required(input, "treaty")?;
    let issuer_keys = keys(input, "issuer_public_keys")?;
    let check = TreatyCheck {
        issuer_keys: &issuer_keys,
        expected_issuer: text(input, "expected_issuer_sovereign_id"),
        expected_subject: text(input, "expected_subject_sovereign_id"),
        is_revoked: lists(input, "revoked_treaty_ids", &treaty.treaty_id),
        at: required(input, "at_time")?,
    };
    Ok(treaty_answer(&treaty, &check))
}

/// Suite `treaties`: the treaty is from and about whom it says.
pub(super) fn treaties(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let treaty: RecognitionTreaty = required(input, "treaty")?;
    let issuer_keys = keys(input, "issuer_public_keys")?;
    let check = TreatyCheck {
        expected_issuer: Some(&treaty.issuer_sovereign_id),
        expected_subject: Some(&treaty.subject_sovereign_id),
        ..TreatyCheck::new(&issuer_keys, suite_time(input)?)
    };
    Ok(treaty_answer(&treaty, &check))
}

/// `verify_attestation_with_treaty`.
pub(super) fn verify_attestation_with_treaty(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let attestation: MembershipAttestation = required(input, "attestation")?;
    let treaty: RecognitionTreaty = required(input, "treaty")?;
    let issuer_keys = keys(input, "treaty_issuer_public_keys")?;
    let check = TreatyCheck {
        is_revoked: lists(input, "revoked_treaty_ids", &treaty.treaty_id),
        ..TreatyCheck::new(&issuer_keys, required(input, "at_time")?)
    };
    let is_revoked = lists(input, "revoked_attestation_ids", &attestation.attestation_id);
    let result = treaty.verify_attestation(&attestation, &check, is_revoked);
    Ok(Value::from([
        ("accepted", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(TreatyAttestationReason::as_str, |()| ACCEPTED))),
        ("treaty_id", Value::from(treaty.treaty_id)),
        ("attestation_id", Value::from(attestation.attestation_id)),
        ("issuer_sovereign_id", Value::from(treaty.issuer_sovereign_id)),
        ("subject_sovereign_id", Value::from(treaty.subject_sovereign_id)),
    ]))
}

/// `verify_feed`.
pub(super) fn verify_feed(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let feed: SovereignRevocationFeed = required(input, "feed")?;
    let issuer_keys = keys(input, "issuer_public_keys")?;
    let last_sequence = member(members(input)?, "min_sequence", Some(None))?;
    let expected_issuer = text(input, "expected_issuer_sovereign_id");
    let check = FeedCheck { issuer_keys: &issuer_keys, expected_issuer, last_sequence };
    feed_answer(&feed, &check)
}

/// Suite `revocation`: the feed is from whom it says.
pub(super) fn revocation(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let feed: SovereignRevocationFeed = required(input, "feed")?;
    let issuer_keys = keys(input, "issuer_public_keys")?;
    let expected_issuer = Some(feed.issuer_sovereign_id.as_str());
    let check = FeedCheck { issuer_keys: &issuer_keys, expected_issuer, last_sequence: None };
    feed_answer(&feed, &check)
}

/// Suite `signatures`: a treaty is signed with the key called `key-<name>` unless a signature is given, and checked with
/// the public key.
pub(super) fn signatures(input: &Value, keys: &Keys) -> Result<Value, CaseError> {
    let json = text(input, "canonical_json").ok_or(CaseError::Other("no canonical_json"))?;
    let json = parse(json.as_bytes()).map_err(|_| CaseError::Other("canonical_json: no JSON"))?;
    let bytes = RecognitionTreaty::read(&json)?.signed_bytes();
    let public = text(input, "public_key_b64").ok_or(CaseError::Other("no public_key_b64"))?;
    let public = MeshKey::parse(public).map_err(|_| CaseError::Other("public_key_b64: no key"))?;
    let signature = match text(input, "signature_b64") {
        Some(given) => given.to_owned(),
        None => b64::encode(&signer(input, keys)?.sign(&bytes)),
    };
    Ok(Value::from([
        ("valid", Value::from(public.has_signed(&bytes, &signature))),
        ("signature_b64", Value::from(signature)),
    ]))
}

const ACCEPTED: &str = "accepted";

fn signer<'a>(input: &Value, keys: &'a Keys) -> Result<&'a SigningKey, CaseError> {
    keys.get(text(input, "key_id").and_then(|id| id.strip_prefix("key-")).unwrap_or("a"))
}

fn treaty_answer(treaty: &RecognitionTreaty, check: &TreatyCheck<'_>) -> Value {
    let result = treaty.verify(check);
    Value::from([
        ("accepted", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(TreatyReason::as_str, |()| ACCEPTED))),
        ("treaty_id", Value::from(treaty.treaty_id.as_str())),
        ("issuer_sovereign_id", Value::from(treaty.issuer_sovereign_id.as_str())),
        ("subject_sovereign_id", Value::from(treaty.subject_sovereign_id.as_str())),
    ])
}

fn feed_answer(feed: &SovereignRevocationFeed, check: &FeedCheck<'_>) -> Result<Value, CaseError> {
    let result = feed.verify(check);
    let count = u64::try_from(feed.revoked_count());
    Ok(Value::from([
        ("accepted", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(FeedReason::as_str, |()| ACCEPTED))),
        ("feed_id", Value::from(feed.feed_id.as_str())),
        ("issuer_sovereign_id", Value::from(feed.issuer_sovereign_id.as_str())),
        ("sequence", Value::from(feed.sequence)),
        ("revoked_count", Value::from(count.map_err(|_| CaseError::Other("too many ids"))?)),
    ]))
}

fn required<T: Field>(input: &Value, name: &str) -> Result<T, CaseError> {
    Ok(member(members(input)?, name, None)?)
}

fn text<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input.get(name)?.as_str()
}

/// Whether the list of that name holds `id`.
fn lists(input: &Value, name: &str, id: &str) -> bool {
    let items = input.get(name).map(Value::items).unwrap_or_default();
    items.iter().any(|item| item.as_str() == Some(id))
}

fn keys(input: &Value, name: &str) -> Result<Vec<MeshKey>, CaseError> {
    let texts: Vec<String> = required(input, name)?;
    MeshKey::parse_all(&texts).map_err(|_| CaseError::Other("a public key is none"))
}
