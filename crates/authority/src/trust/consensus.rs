//! Consensus: votes on a justified decision, and so many of them put together.

use std::collections::BTreeMap;

use comity_mesh::consensus::{
    CONSENSUS_LIFE_SECONDS, CascadeRule, ConsensusCheck, ConsensusProof, ConsensusReason,
    ValidatorVote,
};
use comity_mesh::justification::JustificationProof;
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};
use comity_wire::sha256;

use super::{is_plausible, object, refused, text};
use crate::decide::Done;
use crate::ids::drawn;
use crate::{Authority, Body, Call, Refusal};

const VOTE_FAILED: &str = "vote_failed";
const ASSEMBLY_FAILED: &str = "proof_assembly_failed";

impl Authority {
    /// `POST /consensus/verify`.
    ///
    /// # Errors
    ///
    /// 400 for a proof or keys that are none.
    pub fn verify_consensus(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let proof: ConsensusProof = object(body, "proof", "missing_proof", "invalid_proof")?;
        let code = "invalid_assembler_public_keys";
        let assembler_keys = self.issuer_keys(body, "assembler_public_keys", code)?;
        let check = ConsensusCheck {
            validator_keys: &self.validator_keys(body)?,
            assembler_keys: &assembler_keys,
            justification_proof_id: body.text("justification_proof_id", "invalid_proof_id")?,
            cascade: CascadeRule::default(),
            at,
        };
        let refused = proof.verify(&check).err().map(ConsensusReason::as_str);
        Ok(Value::from([
            ("valid", Value::from(refused.is_none())),
            ("reason", text(refused.unwrap_or("valid"))),
            ("consensus_id", text(&proof.consensus_id)),
        ]))
    }

    /// Validators' keys by id; this authority's under its own names if none are given.
    fn validator_keys(&self, body: &Body) -> Result<BTreeMap<String, MeshKey>, Refusal> {
        let code = "invalid_validator_public_keys";
        let given = body.map("validator_public_keys", code)?;
        if given.is_empty() {
            let names = [self.config.key_id.as_str(), self.sovereign_id()];
            return Ok(names.map(|name| (name.to_owned(), self.own_key.clone())).into());
        }
        let wrong = || Refusal::bad(code, "validator_public_keys must be keys in base64, by id");
        let key = |(id, key): (String, Value)| {
            let key = key.as_str().and_then(|key| MeshKey::parse(key).ok()).ok_or_else(wrong)?;
            Ok((id, key))
        };
        given.into_iter().map(key).collect()
    }

    /// `POST /admin/consensus/vote`: votes on a decision that somebody justifies.
    pub(crate) fn vote(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_vote_fields";
        let justification: JustificationProof =
            object(body, "justification_proof", missing, "invalid_justification")?;
        let vote = match body.get("vote") {
            Some(Value::Bool(vote)) => *vote,
            Some(_) => return Err(Refusal::bad("invalid_vote_type", "vote must be a boolean")),
            None => return Err(Refusal::bad(missing, "vote is required")),
        };
        let reason = body.text("reason", "invalid_reason")?.map(str::to_owned);
        self.check_justification(&justification, VOTE_FAILED)?;
        let looked_at = format!("{}:{}", justification.digest(), drawn(call.id, "state"));
        let draft = ValidatorVote {
            vote_id: drawn(call.id, "vote"),
            proof_id: justification.proof_id,
            decision_id: justification.decision_id,
            validator_sovereign_id: self.sovereign_id().to_owned(),
            vote,
            reason,
            voted_at: call.at,
            context_digest: Some(sha256(looked_at.as_bytes()).to_string()),
            signature: None,
        };
        let cast = ValidatorVote::cast(draft, &self.secret);
        let done = Done { status: 201, ..Done::ok(cast.write()) }.noting("vote", vote);
        let done = done.noting("vote_id", cast.vote_id).noting("proof_id", cast.proof_id);
        Ok(done.noting("decision_id", cast.decision_id))
    }

    /// `POST /admin/consensus/proof`: puts votes together, if they are enough.
    pub(crate) fn assemble(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let (missing, invalid) = ("missing_proof_fields", "invalid_input");
        let justification: JustificationProof =
            object(body, "justification_proof", missing, invalid)?;
        let votes: Vec<ValidatorVote> = object(body, "votes", missing, invalid)?;
        let required_threshold: u64 = object(body, "required_threshold", missing, invalid)?;
        let named: Vec<String> = object(body, "validator_sovereign_ids", missing, invalid)?;
        self.check_justification(&justification, ASSEMBLY_FAILED)?;
        let is_forged = |vote: &ValidatorVote| {
            !is_plausible(vote, &self.known_keys(&vote.validator_sovereign_id))
        };
        if votes.iter().any(|vote| vote.signature.is_some() && is_forged(vote)) {
            return Err(not_assembled(ConsensusReason::InvalidVoteSignature));
        }
        let draft = ConsensusProof {
            consensus_id: drawn(call.id, "consensus"),
            proof_id: justification.proof_id,
            decision_id: justification.decision_id,
            required_threshold,
            validator_sovereign_ids: named,
            votes,
            reached_at: call.at,
            expires_at: call.at.plus(CONSENSUS_LIFE_SECONDS),
            cascade_assessment_digest: None,
            signature: None,
        };
        let (rule, assessment) = (CascadeRule::default(), drawn(call.id, "assessment"));
        let key_id = &self.config.key_id;
        let proof = ConsensusProof::assemble(draft, rule, &assessment, &self.secret, key_id)
            .map_err(not_assembled)?;
        let done = Done { status: 201, ..Done::ok(proof.write()) };
        let done = done.noting("vote_count", proof.votes.len() as u64);
        let done = done.noting("required_threshold", required_threshold);
        Ok(done.noting("consensus_id", proof.consensus_id).noting("proof_id", proof.proof_id))
    }

    /// Whether a justification agrees with itself and is its issuer's, as far as that can be told.
    fn check_justification(
        &self,
        justification: &JustificationProof,
        code: &'static str,
    ) -> Result<(), Refusal> {
        let keys = self.known_keys(&justification.issuer_sovereign_id);
        let result = if keys.is_empty() {
            justification.check_itself()
        } else {
            justification.verify(&keys, None)
        };
        result.map_err(|reason| refused(code, "The justification does not hold", reason.as_str()))
    }
}

fn not_assembled(reason: ConsensusReason) -> Refusal {
    refused(ASSEMBLY_FAILED, "Could not assemble consensus proof", reason.as_str())
}
