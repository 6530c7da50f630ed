#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

use std::collections::BTreeMap;

use super::{
    ChainKeys, ChainReason, ChainRefusal, DelegatedAgreementRecord, DelegationChain, Parent,
};
use crate::agreement::PartyKeys;
use crate::agreement::tests::{at, evidence, key, noon, record, secret, terms};
use crate::keys::{MeshKey, SignedObject as _};

/// What `from` passes on to `to`, signed by both; a sovereign's letter gives its key.
fn hop(parent: Parent<'_>, from: &str, to: &str) -> DelegatedAgreementRecord {
    let (seed, other) = (seed_of(from), seed_of(to));
    DelegatedAgreementRecord::issue(
        parent,
        format!("{from}-{to}"),
        terms(&["read"]),
        &evidence(from, to, seed),
        noon(),
        &secret(seed),
        from,
    )
    .unwrap()
    .cosign(&evidence(to, from, other), &secret(other), to)
}

fn seed_of(sovereign: &str) -> u8 {
    sovereign.bytes().next().unwrap() - b'A' + 1
}

/// A and B agree; B passes on to C, C to D.
fn chain() -> DelegationChain {
    let root = record();
    let first = hop(Parent::Agreement(&root), "B", "C");
    let second = hop(Parent::Delegation(&first), "C", "D");
    DelegationChain { root, hops: vec![first, second] }
}

fn keys() -> BTreeMap<String, Vec<MeshKey>> {
    ["A", "B", "C", "D"].map(|id| (id.to_owned(), vec![key(seed_of(id))])).into()
}

fn verify(
    chain: &DelegationChain,
    hops: &BTreeMap<String, Vec<MeshKey>>,
    now: &str,
) -> Result<(), ChainRefusal> {
    let (offerer, responder) = ([key(1)], [key(2)]);
    let root = PartyKeys { offerer: &offerer, responder: &responder };
    chain.verify_in_force(ChainKeys { root, hops }, at(now))
}

/// Both parties of a hop sign what it now says.
fn re_sign(hop: &mut DelegatedAgreementRecord) {
    hop.signatures.clear();
    for sovereign in [hop.delegator_sovereign_id.clone(), hop.delegate_sovereign_id.clone()] {
        hop.sign(&secret(seed_of(&sovereign)), &sovereign);
    }
}

#[test]
fn a_chain_holds_while_all_of_it_holds() {
    assert_eq!(verify(&chain(), &keys(), "2026-06-01T12:00:00Z"), Ok(()));
    assert_eq!(verify(&chain(), &keys(), "2026-06-02T12:00:00Z"), Ok(()));
    assert_eq!(chain().hops[1].agreed().parties, ["C", "D"]);
}

/// The second hop's reasons, at that hop.
fn broken(reason: ChainReason) -> (DelegationChain, BTreeMap<String, Vec<MeshKey>>, &'static str) {
    let (mut chain, mut keys, mut now) = (chain(), keys(), "2026-06-01T12:00:00Z");
    match reason {
        ChainReason::EmptyChain => chain.hops.clear(),
        ChainReason::RootAgreementInvalid => chain.root.signatures.clear(),
        ChainReason::ParentIdMismatch => chain.hops[1].parent_id = "x".to_owned(),
        ChainReason::TermsDigestMismatch => chain.hops[1].parent_terms_digest = "x".to_owned(),
        ChainReason::ScopeEscalation => {
            chain.hops[1].delegated_terms.capabilities.push("write".to_owned());
        }
        ChainReason::ValidityEscalation => {
            chain.hops[1].expires_at = at("2026-06-02T12:00:00.000001Z");
        }
        ChainReason::MissingDelegatorSignature => {
            chain.hops[1].delegator_sovereign_id = "X".to_owned();
            keys.insert("X".to_owned(), vec![]);
        }
        ChainReason::MissingDelegateSignature => drop(keys.remove("D")),
        ChainReason::InvalidDelegatorSignature => drop(chain.hops[1].signatures.remove(0)),
        ChainReason::InvalidDelegateSignature => drop(chain.hops[1].signatures.remove(1)),
        ChainReason::ParentKindMismatch => {
            chain.hops[1].parent_kind = "agreement".to_owned();
            re_sign(&mut chain.hops[1]);
        }
        ChainReason::DelegatorNotParty => {
            chain.hops[1].delegator_sovereign_id = "A".to_owned();
            re_sign(&mut chain.hops[1]);
        }
        ChainReason::TermsOutliveParent => {
            chain.hops[1].delegated_terms.valid_until = at("2026-06-03T00:00:00Z");
            re_sign(&mut chain.hops[1]);
        }
        ChainReason::OneKeyForBoth => {
            keys.insert("D".to_owned(), vec![key(seed_of("C"))]);
        }
        ChainReason::RootNotInForce => now = "2026-06-03T00:00:00Z",
        ChainReason::NotYetValid => {
            chain.hops[1].delegated_terms.valid_from = at("2026-06-01T13:00:00Z");
            re_sign(&mut chain.hops[1]);
        }
        ChainReason::Expired => chain.hops[1].expires_at = at("2026-06-01T11:00:00Z"),
    }
    (chain, keys, now)
}

#[test]
fn every_reason_to_refuse_a_chain_is_found_at_its_hop() {
    for &reason in ChainReason::ALL {
        let (chain, keys, now) = broken(reason);
        let of_whole = [
            ChainReason::EmptyChain,
            ChainReason::RootAgreementInvalid,
            ChainReason::RootNotInForce,
        ];
        let failed_at_hop = (!of_whole.contains(&reason)).then_some(2);
        let refusal = ChainRefusal { reason, failed_at_hop };
        assert_eq!(verify(&chain, &keys, now), Err(refusal), "{reason}");
    }
}

#[test]
fn more_than_there_is_is_not_delegated() {
    let root = record();
    let issue = |from: &str, terms| {
        let seed = seed_of(from);
        let (parent, id) = (Parent::Agreement(&root), "id".to_owned());
        let evidence = evidence(from, "C", seed);
        DelegatedAgreementRecord::issue(parent, id, terms, &evidence, noon(), &secret(seed), from)
            .map_err(|error| error.code())
    };
    assert!(issue("B", terms(&["read", "write"])).is_ok());
    assert_eq!(issue("D", terms(&["read"])), Err("mesh.delegation_not_party"));
    assert_eq!(issue("B", terms(&["admin"])), Err("mesh.delegation_scope_exceeded"));
    let mut long = terms(&["read"]);
    long.valid_until = at("2026-06-02T12:00:01Z");
    assert_eq!(issue("B", long), Err("mesh.delegation_outlives_parent"));
}
