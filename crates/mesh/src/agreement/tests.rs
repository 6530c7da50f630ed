#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::{
    AgreementError, AgreementReason, AgreementRecord, AgreementTerms, CapabilityCounter,
    CapabilityOffer, PartyKeys,
};
use crate::boundary::ContextRecord;
use crate::evidence::{Finding, TrustEvidence};
use crate::keys::{MeshKey, SignedObject as _};

pub(crate) fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

/// Noon, when everything is made.
pub(crate) fn noon() -> Datetime {
    at("2026-06-01T12:00:00Z")
}

pub(crate) fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

pub(crate) fn key(seed: u8) -> MeshKey {
    MeshKey::from(secret(seed).public())
}

pub(crate) fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&it| it.to_owned()).collect()
}

pub(crate) fn evidence(source: &str, target: &str, seed: u8) -> TrustEvidence {
    with_verdict(source, target, seed, "allow")
}

fn with_verdict(source: &str, target: &str, seed: u8, verdict: &str) -> TrustEvidence {
    let finding = Finding {
        source_sovereign_id: source.to_owned(),
        target_sovereign_id: target.to_owned(),
        verdict: verdict.to_owned(),
        reason: "active_treaty_path".to_owned(),
        requested_roles: Vec::new(),
        trusted: true,
        hop_count: 1,
        signals: Vec::new(),
        graph_digest: "graph".to_owned(),
        evaluated_at: "2026-06-01T11:59:00+00:00".to_owned(),
    };
    TrustEvidence::issue(finding, "evidence".to_owned(), source, noon(), &secret(seed), "key")
}

pub(crate) fn terms(capabilities: &[&str]) -> AgreementTerms {
    AgreementTerms {
        capabilities: texts(capabilities),
        scope: BTreeMap::new(),
        valid_from: noon(),
        valid_until: at("2026-06-02T12:00:00Z"),
        freshness_commitment: 0,
    }
}

fn draft() -> CapabilityOffer {
    CapabilityOffer {
        offer_id: "offer".to_owned(),
        offerer_sovereign_id: "A".to_owned(),
        responder_sovereign_id: "B".to_owned(),
        requested_terms: terms(&["read", "write"]),
        graph_digest: String::new(),
        offerer_evidence: BTreeMap::new(),
        expires_at: at("2026-06-01T13:00:00Z"),
        created_at: noon(),
        signatures: Vec::new(),
    }
}

fn offer() -> CapabilityOffer {
    CapabilityOffer::issue(draft(), &evidence("A", "B", 1), &secret(1), "a").unwrap()
}

fn counter() -> CapabilityCounter {
    let evidence = evidence("B", "A", 2);
    offer().counter(terms(&["read"]), &evidence, noon(), &secret(2), "b").unwrap()
}

fn accepted() -> AgreementRecord {
    let evidence = evidence("B", "A", 2);
    offer().accept("agreement".to_owned(), &evidence, noon(), &secret(2), "b").unwrap()
}

/// An agreement between A, key 1, and B, key 2.
pub(crate) fn record() -> AgreementRecord {
    accepted().cosign(&offer(), &secret(1), "a").unwrap()
}

/// A request of A under [`record`].
pub(crate) fn context(capability: &str) -> ContextRecord {
    ContextRecord {
        context_id: "context".to_owned(),
        agreement_id: "agreement".to_owned(),
        parent_kind: "agreement".to_owned(),
        requester_sovereign_id: "A".to_owned(),
        provider_sovereign_id: "B".to_owned(),
        requested_capability: capability.to_owned(),
        request_parameters: BTreeMap::new(),
        requested_at: noon(),
        context_freshness_seq: 0,
    }
}

#[test]
fn an_agreement_lets_its_parties_ask_until_it_ends() {
    let mut record = record();
    let agreed = record.agreed();
    assert_eq!((agreed.parties, agreed.agreement_id), (["A", "B"], "agreement"));
    assert_eq!(agreed.valid_until, at("2026-06-02T12:00:00Z"));
    record.expires_at = at("2030-01-01");
    assert_eq!(record.agreed().valid_until, at("2026-06-02T12:00:00Z"));
    record.expires_at = noon();
    assert_eq!(record.agreed().valid_until, noon());
}

#[test]
fn an_accepted_and_a_countered_offer_both_become_agreements() {
    let (offerer, responder) = ([key(9), key(1)], [key(2)]);
    let keys = PartyKeys { offerer: &offerer, responder: &responder };
    assert_eq!(record().verify_in_force(keys, Some("graph"), noon()), Ok(()));
    assert_eq!(offer().verify(&[key(1)], noon()), Ok(()));
    assert_eq!(counter().verify(&[key(2)]), Ok(()));
    let countered =
        counter().accept(&offer(), "agreement".to_owned(), noon(), &secret(1), "a").unwrap();
    assert_eq!(countered.verify_in_force(keys, Some("graph"), noon()), Ok(()));
    assert_eq!(countered.agreed_terms, terms(&["read"]));
    assert_eq!(countered.signatures.len(), 2);
    // One signs what the other signs, whatever is not signed.
    assert_eq!(counter().signed_bytes(), countered.signed_bytes());
}

#[test]
fn an_agreement_holds_on_both_ends_of_its_window() {
    let (offerer, responder) = ([key(1)], [key(2)]);
    let keys = PartyKeys { offerer: &offerer, responder: &responder };
    let in_force = |record: &AgreementRecord, text| record.verify_in_force(keys, None, at(text));
    assert_eq!(in_force(&record(), "2026-06-01T12:00:00Z"), Ok(()));
    assert_eq!(in_force(&record(), "2026-06-02T12:00:00Z"), Ok(()));
    let late = in_force(&record(), "2026-06-02T12:00:00.000001Z");
    assert_eq!(late, Err(AgreementReason::Expired));
    // What is not signed shortens, and does not lengthen.
    let mut record = record();
    record.expires_at = at("2030-01-01T00:00:00Z");
    let late = in_force(&record, "2026-06-02T12:00:01Z");
    assert_eq!(late, Err(AgreementReason::Expired));
    record.expires_at = noon();
    let late = in_force(&record, "2026-06-01T12:00:01Z");
    assert_eq!(late, Err(AgreementReason::Expired));
    assert_eq!(record.verify(keys, None), Ok(()));
}

#[test]
fn every_reason_to_refuse_an_agreement_is_found() {
    for reason in AgreementReason::ALL {
        let mut record = record();
        let (mut offerer, mut responder) = (vec![key(1)], vec![key(2)]);
        let (mut expected, mut now) = ("graph", noon());
        let re_sign = |record: &mut AgreementRecord| {
            record.signatures.clear();
            record.sign(&secret(1), "a");
            record.sign(&secret(2), "b");
        };
        match reason {
            AgreementReason::MissingOffererSignature => record.signatures.clear(),
            AgreementReason::InvalidOffererSignature => offerer = vec![key(3)],
            AgreementReason::MissingResponderSignature => {
                record.signatures.clear();
                record.sign(&secret(1), "a");
            }
            AgreementReason::InvalidResponderSignature => responder = vec![key(3)],
            AgreementReason::GraphDigestMismatch => expected = "other",
            AgreementReason::OneKeyForBoth => responder = vec![key(1)],
            AgreementReason::NotYetValid => now = at("2026-06-01T11:59:59Z"),
            AgreementReason::Expired => now = at("2026-06-03T00:00:00Z"),
            AgreementReason::OffererEvidenceInvalid => {
                record.offerer_evidence = evidence("A", "C", 1).embed();
                re_sign(&mut record);
            }
            AgreementReason::ResponderEvidenceInvalid => {
                record.responder_evidence = evidence("B", "A", 1).embed();
                re_sign(&mut record);
            }
            AgreementReason::OffererEvidenceBlocks => {
                record.offerer_evidence = with_verdict("A", "B", 1, "block").embed();
                re_sign(&mut record);
            }
            AgreementReason::ResponderEvidenceBlocks => {
                record.responder_evidence = with_verdict("B", "A", 2, "block").embed();
                re_sign(&mut record);
            }
        }
        let keys = PartyKeys { offerer: &offerer, responder: &responder };
        let result = record.verify_in_force(keys, Some(expected), now);
        assert_eq!(result, Err(*reason), "{reason}");
    }
}

#[test]
fn a_key_listed_for_both_parties_is_fine_if_two_keys_signed() {
    let both = [key(1), key(2)];
    let keys = PartyKeys { offerer: &both, responder: &both };
    assert_eq!(record().verify(keys, None), Ok(()));
    let mut record = record();
    record.signatures.retain(|signature| signature.key_id == "a");
    record.sign(&secret(1), "b");
    assert_eq!(record.verify(keys, None), Err(AgreementReason::OneKeyForBoth));
}

#[test]
fn steps_that_nobody_could_mean_are_not_taken() {
    let late = at("2026-06-01T13:00:01Z");
    let mut blocked = offer();
    blocked.offerer_evidence = with_verdict("A", "B", 1, "block").embed();
    let ours = evidence("B", "A", 2);
    let id = || "agreement".to_owned();
    let accept = |offer: &CapabilityOffer, ours: &TrustEvidence, when| {
        offer.accept(id(), ours, when, &secret(2), "b").unwrap_err()
    };
    let mut other_counter = counter();
    other_counter.graph_digest = "other".to_owned();
    let mut wide_counter = counter();
    wide_counter.agreed_terms = terms(&["admin"]);
    let take = |counter: &CapabilityCounter, when| {
        counter.accept(&offer(), id(), when, &secret(1), "a").unwrap_err()
    };
    let mut other_record = accepted();
    other_record.agreed_terms.freshness_commitment = 1;
    let cases = [
        (
            offer().counter(terms(&["admin"]), &ours, noon(), &secret(2), "b").unwrap_err(),
            "mesh.agreement_scope_exceeded",
        ),
        (take(&wide_counter, noon()), "mesh.agreement_scope_exceeded"),
        (accept(&blocked, &ours, noon()), "mesh.agreement_blocked"),
        (accept(&offer(), &ours, late), "mesh.agreement_offer_expired"),
        (take(&counter(), late), "mesh.agreement_offer_expired"),
        (offer().verify(&[key(1)], late).unwrap_err(), "mesh.agreement_offer_expired"),
        (take(&other_counter, noon()), "mesh.agreement_not_of_this_offer"),
        (
            other_record.cosign(&offer(), &secret(1), "a").unwrap_err(),
            "mesh.agreement_not_of_this_offer",
        ),
        (accept(&offer(), &evidence("B", "C", 2), noon()), "mesh.agreement_other_evidence"),
        (
            CapabilityOffer::issue(draft(), &evidence("C", "B", 1), &secret(1), "a").unwrap_err(),
            "mesh.agreement_other_evidence",
        ),
        (offer().verify(&[key(2)], noon()).unwrap_err(), "mesh.agreement_bad_signature"),
        (counter().verify(&[key(1)]).unwrap_err(), "mesh.agreement_bad_signature"),
    ];
    for (error, code) in cases {
        assert_eq!(error.code(), code, "{error}");
    }
    assert_eq!(
        take(&other_counter, noon()),
        AgreementError::NotOfThisOffer { member: "graph_digest" }
    );
}

#[test]
fn terms_have_the_digest_of_their_canonical_form() {
    assert_eq!(terms(&["read"]).digest(), terms(&["read"]).digest());
    assert_ne!(terms(&["read"]).digest(), terms(&["write"]).digest());
    assert_eq!(terms(&["read", "admin"]).beyond(&terms(&["read"])), Some("admin"));
    assert_eq!(terms(&["read"]).beyond(&terms(&["read", "admin"])), None);
}
