#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

use super::{
    Invocation, InvocationToken, InvocationUseRecord, TOKEN_LIFE_SECONDS, TokenGrant, TokenReason,
    TokenSource, TokenSourceReason, UseReason, UseRefusal, verify_uses,
};
use crate::agreement::tests::{at, evidence, key, noon, record, secret, terms, texts};
use crate::delegation::{DelegatedAgreementRecord, Parent};
use crate::keys::SignedObject as _;
use crate::schema::Field as _;

fn grant() -> TokenGrant {
    TokenGrant {
        token_id: "token".to_owned(),
        bearer_sovereign_id: "B".to_owned(),
        capabilities: texts(&["read"]),
        max_invocations: Some(2),
        policy_constraints: texts(&[
            "not_before:2026-06-01T12:00:30+00:00",
            "peer_sovereign:B",
            "moon:full",
        ]),
        issued_at: noon(),
        life_seconds: TOKEN_LIFE_SECONDS,
    }
}

fn token() -> InvocationToken {
    let record = record();
    let source = TokenSource { agreement: &record, delegation: None };
    InvocationToken::issue(source, grant(), &secret(1), "a").unwrap()
}

/// What verifies.
fn invocation() -> Invocation<'static> {
    Invocation {
        capability: "read",
        bearer_sovereign_id: "B",
        uses: 1,
        at: at("2026-06-01T12:05:00Z"),
    }
}

#[test]
fn a_token_covers_its_last_second_and_its_last_use() {
    assert_eq!(token().verify(&[key(9), key(1)], invocation()), Ok(()));
    assert_eq!(InvocationToken::read(&token().write()), Ok(token()));
}

#[test]
fn every_reason_to_refuse_a_token_is_found() {
    for reason in TokenReason::ALL {
        let (mut token, mut invocation) = (token(), invocation());
        match reason {
            TokenReason::MissingSignature => token.signature = None,
            TokenReason::InvalidSignature => token.max_invocations = None,
            TokenReason::BearerMismatch => invocation.bearer_sovereign_id = "C",
            TokenReason::Expired => invocation.at = at("2026-06-01T12:05:00.000001Z"),
            TokenReason::CapabilityNotGranted => invocation.capability = "write",
            TokenReason::BudgetExhausted => invocation.uses = 2,
            TokenReason::PolicyViolated => invocation.at = at("2026-06-01T12:00:29Z"),
        }
        assert_eq!(token.verify(&[key(1)], invocation), Err(*reason), "{reason}");
    }
}

#[test]
fn constraints_that_cannot_be_read_do_not_hold() {
    let holds = |constraint: &str| {
        let mut token = token();
        token.policy_constraints = texts(&[constraint]);
        token.sign(&secret(1), "a");
        token.verify(&[key(1)], invocation()).is_ok()
    };
    assert!(holds("not_before:2026-06-01T12:05:00"));
    assert!(holds("not_before:2026-06-01"));
    assert!(holds("peer_sovereign:B"));
    assert!(holds("unheard_of"));
    for constraint in [
        "not_before:2026-06-01T12:05:01",
        "not_before:garbage",
        "not_before:",
        "not_before:1700000000",
        "peer_sovereign:",
        "peer_sovereign:b",
    ] {
        assert!(!holds(constraint), "{constraint}");
    }
}

#[test]
fn a_token_is_not_issued_for_more_than_there_is() {
    let record = record();
    let source = TokenSource { agreement: &record, delegation: None };
    let issue = |grant| {
        let token = InvocationToken::issue(source, grant, &secret(1), "a");
        token.map(drop).map_err(|error| error.code())
    };
    let wide = TokenGrant { capabilities: texts(&["read", "admin"]), ..grant() };
    assert_eq!(issue(wide), Err("mesh.token_scope_exceeded"));
    let none = TokenGrant { max_invocations: Some(0), ..grant() };
    assert_eq!(issue(none), Err("mesh.token_no_uses"));
    let mut none = token();
    none.max_invocations = Some(0);
    assert_eq!(InvocationToken::read(&none.write()).unwrap_err().path, "max_invocations");
}

#[test]
fn every_way_to_exceed_a_tokens_source_is_found() {
    let record = record();
    let delegation = DelegatedAgreementRecord::issue(
        Parent::Agreement(&record),
        "delegation".to_owned(),
        terms(&["read"]),
        &evidence("B", "C", 2),
        noon(),
        &secret(2),
        "b",
    )
    .unwrap();
    let source = TokenSource { agreement: &record, delegation: Some(&delegation) };
    let token = InvocationToken::issue(source, grant(), &secret(2), "b").unwrap();
    assert_eq!(token.issuer_sovereign_id, "B");
    assert_eq!(token.verify_source(source), Ok(()));
    for reason in TokenSourceReason::ALL {
        let mut token = token.clone();
        match reason {
            TokenSourceReason::AgreementMismatch => token.agreement_id = "x".to_owned(),
            TokenSourceReason::DelegationMismatch => token.delegation_id = None,
            TokenSourceReason::IssuerMismatch => token.issuer_sovereign_id = "A".to_owned(),
            TokenSourceReason::ScopeEscalation => token.capabilities = texts(&["write"]),
            TokenSourceReason::ValidityEscalation => {
                token.expires_at = at("2026-06-02T12:00:00.000001Z");
            }
        }
        assert_eq!(token.verify_source(source), Err(*reason), "{reason}");
    }
}

fn uses() -> Vec<InvocationUseRecord> {
    let make = |id: &str, before: Option<&InvocationUseRecord>| {
        let what = ("read".to_owned(), "success".to_owned());
        InvocationUseRecord::issue(&token(), before, id.to_owned(), what, noon(), &secret(2), "b")
    };
    let first = make("1", None);
    let second = make("2", Some(&first));
    vec![first, second]
}

#[test]
fn every_break_in_the_record_of_uses_is_found() {
    assert_eq!(verify_uses(&token(), &uses(), &[key(2)]), Ok(()));
    for &reason in UseReason::ALL {
        let mut uses = uses();
        let last = uses.last_mut().unwrap();
        match reason {
            UseReason::OtherToken => last.token_id = "x".to_owned(),
            UseReason::OtherBearer => last.used_by_sovereign_id = "C".to_owned(),
            UseReason::MissingSignature => last.signature = None,
            UseReason::InvalidSignature => last.outcome = "failure".to_owned(),
            UseReason::BrokenChain => {
                last.prev_use_digest = None;
                last.sign(&secret(2), "b");
            }
        }
        let refusal = UseRefusal { reason, failed_at_use: 2 };
        assert_eq!(verify_uses(&token(), &uses, &[key(2)]), Err(refusal), "{reason}");
    }
    // A use that was left out is missed by the next.
    let rest = uses().split_off(1);
    let refusal = UseRefusal { reason: UseReason::BrokenChain, failed_at_use: 1 };
    assert_eq!(verify_uses(&token(), &rest, &[key(2)]), Err(refusal));
}
