#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

use std::collections::BTreeMap;

use comity_wire::mesh_json::Datetime;

use super::{
    CascadeRule, ConsensusCheck, ConsensusGate, ConsensusProof, ConsensusReason,
    EPHEMERAL_LIFE_SECONDS, EphemeralExecutionIdentity, EphemeralReason, EphemeralUse, VOTES_MAX,
    ValidatorVote,
};
use crate::agreement::tests::{at, context, key, noon, record, secret, texts};
use crate::boundary::Gate as _;
use crate::keys::{MeshKey, SignedObject as _};

pub(super) fn draft_vote(
    validator: &str,
    context: Option<&str>,
    voted_at: Datetime,
) -> ValidatorVote {
    ValidatorVote {
        vote_id: format!("vote-{validator}"),
        proof_id: "proof".to_owned(),
        decision_id: "decision".to_owned(),
        validator_sovereign_id: validator.to_owned(),
        vote: true,
        reason: None,
        voted_at,
        context_digest: context.map(ToOwned::to_owned),
        signature: None,
    }
}

/// The vote of V1, V2 or V3, whose keys are 1, 2 and 3.
fn vote(number: u8) -> ValidatorVote {
    let draft = draft_vote(&format!("V{number}"), Some(&format!("context-{number}")), noon());
    ValidatorVote::cast(draft, &secret(number))
}

fn draft() -> ConsensusProof {
    ConsensusProof {
        consensus_id: "consensus".to_owned(),
        proof_id: "proof".to_owned(),
        decision_id: "decision".to_owned(),
        required_threshold: 3,
        validator_sovereign_ids: texts(&["V1", "V2", "V3", "V4"]),
        votes: vec![vote(1), vote(2), vote(3)],
        reached_at: noon(),
        expires_at: at("2026-06-01T12:05:00Z"),
        cascade_assessment_digest: None,
        signature: None,
    }
}

fn keys() -> BTreeMap<String, MeshKey> {
    [1, 2, 3].map(|number| (format!("V{number}"), key(number))).into()
}

fn assemble(draft: ConsensusProof) -> Result<ConsensusProof, ConsensusReason> {
    ConsensusProof::assemble(draft, CascadeRule::default(), "assessment", &secret(9), "z")
}

#[test]
fn enough_independent_votes_are_a_consensus() {
    let proof = assemble(draft()).unwrap();
    let check = ConsensusCheck {
        validator_keys: &keys(),
        assembler_keys: &[key(9)],
        justification_proof_id: Some("proof"),
        cascade: CascadeRule::default(),
        at: at("2026-06-01T12:04:59.999999Z"),
    };
    assert_eq!(proof.verify(&check), Ok(()));
    assert_eq!(proof.cascade_assessment_digest.map(|digest| digest.len()), Some(64));
}

/// Makes the proof one that is refused for `reason`. The assembler signs what it has become.
fn spoil(reason: ConsensusReason, proof: &mut ConsensusProof) {
    match reason {
        ConsensusReason::TooManyVotes => proof.votes = vec![vote(1); VOTES_MAX + 1],
        ConsensusReason::InvalidVoteSignature => proof.votes[2].reason = Some("x".to_owned()),
        ConsensusReason::VoteNotInValidatorSet => drop(proof.validator_sovereign_ids.remove(0)),
        ConsensusReason::ThresholdNotMet => proof.required_threshold = 4,
        ConsensusReason::MissingContextDigest => {
            let draft = draft_vote("V3", None, noon());
            proof.votes[2] = ValidatorVote::cast(draft, &secret(3));
        }
        ConsensusReason::CascadeDetected => {
            let draft = draft_vote("V3", Some("context-2"), noon());
            proof.votes[2] = ValidatorVote::cast(draft, &secret(3));
        }
        ConsensusReason::Expired => proof.expires_at = noon(),
        ConsensusReason::ThresholdZero => proof.required_threshold = 0,
        ConsensusReason::UnsignedVote => proof.votes[2].signature = None,
        ConsensusReason::UnknownValidatorKey => {
            let draft = draft_vote("V4", Some("context-4"), noon());
            proof.votes[2] = ValidatorVote::cast(draft, &secret(4));
        }
        ConsensusReason::VoteForOtherProof => {
            proof.votes[2].decision_id = "other".to_owned();
            proof.votes[2] = ValidatorVote::cast(proof.votes[2].clone(), &secret(3));
        }
        ConsensusReason::RepeatedVote => {
            let again = draft_vote("V2", Some("context-3"), noon());
            proof.votes[2] = ValidatorVote::cast(again, &secret(2));
        }
        ConsensusReason::SharedValidatorKey => {
            let draft = draft_vote("V4", Some("context-4"), noon());
            proof.votes[2] = ValidatorVote::cast(draft, &secret(2));
        }
        ConsensusReason::MissingSignature
        | ConsensusReason::InvalidAssemblerSignature
        | ConsensusReason::ProofIdMismatch => {}
    }
}

#[test]
fn every_reason_to_refuse_a_proof_is_found() {
    for &reason in ConsensusReason::ALL {
        let mut proof = draft();
        spoil(reason, &mut proof);
        proof.sign(&secret(9), "z");
        let (mut keys, mut expected, mut assembler) = (keys(), "proof", key(9));
        if reason == ConsensusReason::MissingSignature {
            proof.signature = None;
        } else if reason == ConsensusReason::InvalidAssemblerSignature {
            assembler = key(1);
        } else if reason == ConsensusReason::ProofIdMismatch {
            expected = "other";
        } else if reason == ConsensusReason::SharedValidatorKey {
            keys.insert("V4".to_owned(), key(2));
        }
        let result = proof.verify(&ConsensusCheck {
            validator_keys: &keys,
            assembler_keys: &[assembler],
            justification_proof_id: Some(expected),
            cascade: CascadeRule::default(),
            at: noon(),
        });
        assert_eq!(result, Err(reason), "{reason}");
    }
}

#[test]
fn nothing_is_assembled_that_is_refused_without_keys() {
    for &reason in ConsensusReason::ALL {
        let mut draft = draft();
        spoil(reason, &mut draft);
        // The others take keys, a clock or the justification.
        let refused = [
            ConsensusReason::TooManyVotes,
            ConsensusReason::VoteNotInValidatorSet,
            ConsensusReason::ThresholdNotMet,
            ConsensusReason::MissingContextDigest,
            ConsensusReason::CascadeDetected,
            ConsensusReason::ThresholdZero,
            ConsensusReason::UnsignedVote,
            ConsensusReason::VoteForOtherProof,
            ConsensusReason::RepeatedVote,
        ];
        let refused = if refused.contains(&reason) { Err(reason) } else { Ok(()) };
        assert_eq!(assemble(draft).map(drop), refused, "{reason}");
    }
}

#[test]
fn every_reason_to_refuse_an_identity_is_found() {
    let consensus = assemble(draft()).unwrap();
    let allowed = texts(&["read"]);
    let (id, times) = ("identity".to_owned(), (noon(), EPHEMERAL_LIFE_SECONDS));
    let good =
        EphemeralExecutionIdentity::issue(&consensus, id, ("B", &allowed), times, &secret(9), "z");
    let last = at("2026-06-01T12:01:59.999999Z");
    let usage = EphemeralUse { capability: "read", bearer_sovereign_id: "B", at: last };
    assert_eq!(good.verify(&[key(9)], Some(&consensus), usage), Ok(()));
    for &reason in EphemeralReason::ALL {
        let (mut identity, mut consensus, mut usage) = (good.clone(), consensus.clone(), usage);
        match reason {
            EphemeralReason::MissingSignature => identity.signature = None,
            EphemeralReason::InvalidSignature => identity.expires_at = at("2027-01-01"),
            EphemeralReason::BearerMismatch => usage.bearer_sovereign_id = "C",
            EphemeralReason::CapabilityNotGranted => usage.capability = "write",
            EphemeralReason::ConsensusIdMismatch => consensus.consensus_id = "x".to_owned(),
            EphemeralReason::Expired => usage.at = at("2026-06-01T12:02:00Z"),
            EphemeralReason::DecisionIdMismatch => consensus.decision_id = "x".to_owned(),
        }
        let result = identity.verify(&[key(9)], Some(&consensus), usage);
        assert_eq!(result, Err(reason), "{reason}");
    }
}

#[test]
fn the_gate_opens_on_a_consensus_at_the_time_of_the_request() {
    let (proof, keys, assembler) = (assemble(draft()).unwrap(), keys(), [key(9)]);
    let check = ConsensusCheck {
        validator_keys: &keys,
        assembler_keys: &assembler,
        justification_proof_id: None,
        cascade: CascadeRule::default(),
        at: at("2030-01-01"),
    };
    let (gate, record) = (ConsensusGate { proof: &proof, check }, record());
    let open = |when| gate.check(&context("read"), &record.agreed(), when);
    assert_eq!(open(noon()), Ok("consensus proof consensus valid".to_owned()));
    let late = open(at("2026-06-01T12:05:00Z"));
    assert_eq!(late, Err("consensus proof invalid: expired".to_owned()));
    assert_eq!(gate.name(), "consensus_required");
}
