//! Evidence, agreements, delegations, tokens, disclosure and consensus.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Value, canonical};

use super::{CaseError, Keys, suite_time};
use crate::agreement::{AgreementReason, AgreementRecord, PartyKeys};
use crate::consensus::{CascadeRule, ConsensusCheck, ConsensusProof, ConsensusReason};
use crate::delegation::{ChainKeys, DelegatedAgreementRecord, DelegationChain};
use crate::disclosure::{
    CapabilityCommitment, CapabilityMembershipProof, CapabilityNullifier, CapabilityTree,
    DisclosureReason,
};
use crate::evidence::{EvidenceReason, TrustEvidence};
use crate::keys::{MeshKey, SignatureCheck, SignedObject as _};
use crate::schema::{Field, member, members};
use crate::token::{Invocation, InvocationToken, InvocationUseRecord, TokenReason};

/// A member of the input.
fn read<T: Field>(input: &Value, name: &str) -> Result<T, CaseError> {
    Ok(member(members(input)?, name, None)?)
}

/// A member of the input that is a list of public keys.
fn read_keys(input: &Value, name: &str) -> Result<Vec<MeshKey>, CaseError> {
    parse_keys(&read::<Vec<String>>(input, name)?)
}

fn parse_keys(texts: &[String]) -> Result<Vec<MeshKey>, CaseError> {
    MeshKey::parse_all(texts).map_err(|_| CaseError::Other("a public key is none"))
}

/// Whether an agreement holds, and what its parties signed.
pub(super) fn agreement(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let record: AgreementRecord = read(input, "agreement")?;
    let offerer = read_keys(input, "offerer_public_keys")?;
    let responder = read_keys(input, "responder_public_keys")?;
    let expected: Option<String> = member(members(input)?, "expected_graph_digest", Some(None))?;
    let keys = PartyKeys { offerer: &offerer, responder: &responder };
    let result = record.verify(keys, expected.as_deref());
    Ok(Value::from([
        ("accepted", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(AgreementReason::as_str, |()| "accepted"))),
        ("canonical_json", Value::from(text(&record.signed_value()))),
        ("agreement_id", Value::from(record.agreement_id.as_str())),
    ]))
}

/// An object's canonical form.
fn text(value: &Value) -> String {
    String::from_utf8_lossy(&canonical(value)).into_owned()
}

/// Whether a chain of delegations holds, and where it breaks.
pub(super) fn delegation_chain(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let root: AgreementRecord = read(input, "root")?;
    let hops: Vec<DelegatedAgreementRecord> = read(input, "hops")?;
    let offerer = read_keys(input, "root_offerer_public_keys")?;
    let responder = read_keys(input, "root_responder_public_keys")?;
    let of_hops: Option<BTreeMap<String, Vec<String>>> =
        member(members(input)?, "per_hop_keys", Some(None))?;
    let of_hops = of_hops.unwrap_or_default().into_iter();
    let of_hops: Result<BTreeMap<_, _>, CaseError> =
        of_hops.map(|(id, texts)| Ok((id, parse_keys(&texts)?))).collect();
    let root_keys = PartyKeys { offerer: &offerer, responder: &responder };
    let chain = DelegationChain { root, hops };
    let result = chain.verify(ChainKeys { root: root_keys, hops: &of_hops? });
    let reason = result.map_or_else(|refusal| refusal.reason.as_str(), |()| "accepted");
    let hop = result.err().and_then(|refusal| refusal.failed_at_hop);
    Ok(Value::from([
        ("accepted", Value::from(result.is_ok())),
        ("reason", Value::from(reason)),
        ("chain_length", Value::from(chain.hops.len() as u64)),
        ("failed_at_hop", hop.map_or(Value::Null, |hop| Value::from(hop as u64))),
    ]))
}

/// Whether a token covers a use.
pub(super) fn token(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let token: InvocationToken = read(input, "token")?;
    let keys = read_keys(input, "issuer_public_keys")?;
    let (capability, bearer): (String, String) =
        (read(input, "requested_capability")?, read(input, "bearer_sovereign_id")?);
    let uses: Option<Vec<InvocationUseRecord>> =
        member(members(input)?, "use_records", Some(None))?;
    let invocation = Invocation {
        capability: &capability,
        bearer_sovereign_id: &bearer,
        uses: uses.map_or(0, |uses| uses.len()),
        at: read(input, "at_time")?,
    };
    Ok(token_result(&token, token.verify(&keys, invocation)))
}

fn token_result(token: &InvocationToken, result: Result<(), TokenReason>) -> Value {
    Value::from([
        ("valid", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(TokenReason::as_str, |()| "valid"))),
        ("capabilities", Value::from(token.capabilities.clone())),
        ("canonical_json", Value::from(text(&token.signed_value()))),
    ])
}

/// The root of a tree of capabilities, and whether a proof leads to that of a commitment.
pub(super) fn merkle(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let capabilities: Vec<String> = read(input, "capabilities")?;
    let tree = CapabilityTree::new(&capabilities);
    let tree = tree.map_err(|_| CaseError::Other("no tree of these capabilities"))?;
    let (proof, result) = disclosed(input)?;
    Ok(Value::from([
        ("merkle_root", Value::from(tree.root().to_string())),
        ("valid", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(DisclosureReason::as_str, |()| "valid"))),
        ("capability", Value::from(proof.revealed_capability)),
    ]))
}

type Disclosed = (CapabilityMembershipProof, Result<(), DisclosureReason>);

fn disclosed(input: &Value) -> Result<Disclosed, CaseError> {
    let commitment: CapabilityCommitment = read(input, "commitment")?;
    let proof: CapabilityMembershipProof = read(input, "proof")?;
    let result = proof.verify(&commitment, &read_keys(input, "issuer_public_keys")?, None);
    Ok((proof, result))
}

/// Evidence, its graph, and its verdict.
pub(super) fn evidence_suite(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let evidence: TrustEvidence = read(input, "evidence")?;
    let keys = read_keys(input, "issuer_public_keys")?;
    let expected: Option<String> = member(members(input)?, "expected_graph_digest", Some(None))?;
    let result = evidence.verify(&keys, expected.as_deref());
    Ok(Value::from([
        ("accepted", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(EvidenceReason::as_str, |()| "accepted"))),
        ("evidence_id", Value::from(evidence.evidence_id)),
        ("verdict", Value::from(evidence.verdict)),
    ]))
}

/// A token in the hands of its bearer, for the first capability that is expected of it.
pub(super) fn token_suite(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let token: InvocationToken = read(input, "token")?;
    let expected = input.get("expected").and_then(|expected| expected.get("capabilities"));
    let wanted = expected.and_then(|list| list.items().first()).and_then(Value::as_str);
    let own = token.capabilities.first().map(String::as_str);
    let invocation = Invocation {
        capability: wanted.or(own).unwrap_or_default(),
        bearer_sovereign_id: &token.bearer_sovereign_id,
        uses: 0,
        at: suite_time(input)?,
    };
    let result = token.verify(&read_keys(input, "issuer_public_keys")?, invocation);
    Ok(token_result(&token, result))
}

/// A proof and its commitment; or the nullifier that is expected of a proof, by key `b`, and random but for that.
pub(super) fn disclosure_suite(input: &Value, keys: &Keys) -> Result<Value, CaseError> {
    let expected = input.get("expected").and_then(|expected| expected.get("nullifier"));
    if let Some(nullifier) = expected {
        let (proof, nullifier): (CapabilityMembershipProof, CapabilityNullifier) =
            (read(input, "proof")?, Field::read(nullifier)?);
        let key = MeshKey::from(keys.get("b")?.public());
        let at = suite_time(input)?.instant();
        let is_good = nullifier.check_signatures(&[key]) == SignatureCheck::Valid
            && nullifier.proof_id == proof.proof_id
            && (nullifier.issued_at.instant()..nullifier.expires_at.instant()).contains(&at);
        let nullifier = if is_good { nullifier.write() } else { Value::Null };
        return Ok(Value::from([("nullifier", nullifier)]));
    }
    let (proof, result) = disclosed(input)?;
    Ok(Value::from([
        ("valid", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(DisclosureReason::as_str, |()| "valid"))),
        ("capability", Value::from(proof.revealed_capability)),
    ]))
}

/// A proof of consensus, with the reference's rule for copied votes.
pub(super) fn consensus_suite(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let proof: ConsensusProof = read(input, "proof")?;
    let validators: BTreeMap<String, String> = read(input, "validator_public_keys")?;
    let validators: Result<BTreeMap<_, _>, _> =
        validators.into_iter().map(|(id, key)| Ok((id, MeshKey::parse(&key)?))).collect();
    let validators = validators
        .map_err(|_: crate::keys::MeshKeyError| CaseError::Other("a public key is none"))?;
    let result = proof.verify(&ConsensusCheck {
        validator_keys: &validators,
        assembler_keys: &read_keys(input, "assembler_public_keys")?,
        justification_proof_id: None,
        cascade: CascadeRule::default(),
        at: suite_time(input)?,
    });
    Ok(Value::from([
        ("valid", Value::from(result.is_ok())),
        ("reason", Value::from(result.map_or_else(ConsensusReason::as_str, |()| "valid"))),
        ("vote_count", Value::from(proof.votes.len() as u64)),
    ]))
}
