//! Selective disclosure: commitments to capabilities, and proofs of one of them.

use comity_mesh::agreement::AgreementRecord;
use comity_mesh::disclosure::{
    CapabilityCommitment, CapabilityMembershipProof, CapabilityNullifier, DisclosureError,
    DisclosureReason, NULLIFIER_LIFE_SECONDS,
};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

use super::{object, refused, text};
use crate::decide::Done;
use crate::ids::{drawn, id_of};
use crate::limits::CAPABILITIES_MAX;
use crate::{Authority, Body, Call, Refusal};

impl Authority {
    /// `POST /admin/disclosure/commit`: commits to capabilities that an agreement of this sovereign names.
    pub(crate) fn commit(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_commit_fields";
        let capabilities = capabilities(body, missing)?;
        let agreement: AgreementRecord = object(body, "agreement", missing, "invalid_agreement")?;
        let refuse = |reason: &str| {
            refused("commit_failed", "Could not create capability commitment", reason)
        };
        let parties = [&agreement.offerer_sovereign_id, &agreement.responder_sovereign_id];
        if !parties.into_iter().any(|party| party == self.sovereign_id()) {
            return Err(refuse("not_a_party"));
        }
        let granted = &agreement.agreed_terms.capabilities;
        if capabilities.iter().any(|capability| !granted.contains(capability)) {
            return Err(refuse("capability_not_agreed"));
        }
        let commitment = CapabilityCommitment::issue(
            &capabilities,
            drawn(call.id, "commitment"),
            &agreement.agreement_id,
            call.at,
            &self.secret,
            self.sovereign_id(),
        )
        .map_err(|error| refuse(error.code()))?;
        let done = Done { status: 201, ..Done::ok(commitment.write()) };
        let done = done.noting("commitment_id", commitment.commitment_id);
        let done = done.noting("agreement_id", commitment.agreement_id);
        Ok(done.noting("capability_count", commitment.capability_count))
    }

    /// `POST /admin/disclosure/nullifier`: makes a proof good for one showing.
    pub(crate) fn nullify(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let proof: CapabilityMembershipProof =
            object(body, "proof", "missing_proof", "invalid_proof")?;
        proof.check_leaf().map_err(|reason: DisclosureReason| {
            refused("nullifier_failed", "Could not issue nullifier", reason.as_str())
        })?;
        let digest = sha256(drawn(call.id, "nonce").as_bytes());
        let mut nonce = [0; 16];
        nonce.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
        let nullifier = CapabilityNullifier::issue(
            &proof,
            drawn(call.id, "nullifier"),
            nonce,
            (call.at, NULLIFIER_LIFE_SECONDS),
            &self.secret,
            self.sovereign_id(),
        );
        let done = Done { status: 201, ..Done::ok(nullifier.write()) };
        let done = done.noting("nullifier_id", nullifier.nullifier_id);
        Ok(done.noting("proof_id", proof.proof_id).noting("commitment_id", proof.commitment_id))
    }

    /// `POST /disclosure/prove`: computes a proof of what the caller brings; nothing here is consulted. The proof's id
    /// follows from what it says.
    ///
    /// # Errors
    ///
    /// 400 for what is missing or none, 422 `prove_failed` if the capability is not in the commitment.
    pub fn prove(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let missing = "missing_prove_fields";
        let capability = body.required("capability", missing)?;
        let capabilities = capabilities(body, missing)?;
        let commitment: CapabilityCommitment =
            object(body, "commitment", missing, "invalid_commitment")?;
        let prover = body.required("prover_sovereign_id", missing)?;
        let (id, root) = (&commitment.commitment_id, &commitment.merkle_root);
        let about = [id, root, capability, prover, &at.to_string()].map(text);
        let about = String::from_utf8_lossy(&canonical(&Value::List(about.to_vec()))).into_owned();
        let proof = CapabilityMembershipProof::make(
            capability,
            &capabilities,
            &commitment,
            id_of(&about),
            prover,
            at,
        );
        let proof = proof.map_err(|error: DisclosureError| {
            Refusal::new(422, "prove_failed", error.to_string()).with("reason", error.code())
        })?;
        Ok(proof.write())
    }

    /// `POST /disclosure/verify`.
    ///
    /// # Errors
    ///
    /// 400 for a proof, a commitment or keys that are none.
    pub fn verify_disclosure(&self, body: &Body, _: Datetime) -> Result<Value, Refusal> {
        let (missing, invalid) = ("missing_verify_fields", "invalid_input");
        let proof: CapabilityMembershipProof = object(body, "proof", missing, invalid)?;
        let commitment: CapabilityCommitment = object(body, "commitment", missing, invalid)?;
        let keys = self.issuer_keys(body, "issuer_public_keys", "invalid_issuer_public_keys")?;
        let refused = proof.verify(&commitment, &keys, None).err().map(DisclosureReason::as_str);
        Ok(Value::from([
            ("valid", Value::from(refused.is_none())),
            ("reason", text(refused.unwrap_or("valid"))),
            ("commitment_id", text(&commitment.commitment_id)),
        ]))
    }
}

/// Capabilities that a request must bring, at least one and not more than anybody needs.
fn capabilities(body: &Body, missing: &'static str) -> Result<Vec<String>, Refusal> {
    let wrong = || {
        let message = format!("capabilities must be a list of 1 to {CAPABILITIES_MAX} texts");
        Refusal::bad(missing, message)
    };
    let list = body.get("capabilities").ok_or_else(wrong)?;
    let list = Vec::<String>::read(list).map_err(|_| wrong())?;
    if (1..=CAPABILITIES_MAX).contains(&list.len()) { Ok(list) } else { Err(wrong()) }
}
