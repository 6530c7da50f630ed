//! The operators' proof: two authorities go through recognition and revocation, and what can be shown of it is kept.
//!
//! ```text
//! issuer attests ▶ acceptor recognises ▶ accepted? ▶ issuer revokes ▶ acceptor imports ▶ refused? ▶ path, graph ▶ proof
//! ```
//!
//! The treaty stays in force; the attestation is revoked even if it was not accepted.

use std::collections::BTreeMap;

use comity_mesh::connectome::ViewSummary;
use comity_mesh::operator_proof::{OperatorProof, ProofOperators, ProofParty, ProofStep};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use super::{Desk, Terms, attest, feed, import, recognise};
use crate::calls::{AttestationWish, Verdict};
use crate::review::Identity;
use crate::{ClientError, Stamp, calls};

/// Why the attestation of a proof is revoked.
const REASON: &str = "remote_sovereign_proof_revocation";

/// What the proof is about.
#[derive(Clone, Debug)]
pub struct ProofPlan {
    /// Who is attested.
    pub subject_id: String,
    /// In which role, which is also the role that is recognised.
    pub role: String,
    /// Hours of treaty and attestation.
    pub validity_hours: u64,
    /// Who does this.
    pub operators: ProofOperators,
}

/// Goes through it. What comes back is not inspected yet: [`OperatorProof::make`] does that and dates it.
///
/// # Errors
///
/// [`ClientError`] of the first step that fails. What was issued before it stands.
pub fn prove(
    acceptor: &Desk<'_>,
    issuer: &Desk<'_>,
    plan: &ProofPlan,
    stamps: &[Stamp; 4],
    at: Datetime,
) -> Result<OperatorProof, ClientError> {
    let [attesting, recognising, revoking, importing] = stamps;
    let (own, peer) = (acceptor.identity, issuer.identity);
    if own.sovereign_id == peer.sovereign_id {
        return Err(ClientError::SameSovereign { sovereign: own.sovereign_id.clone() });
    }
    let attestation = AttestationWish {
        subject_id: plan.subject_id.clone(),
        subject_public_key: None,
        roles: vec![plan.role.clone()],
        validity_hours: plan.validity_hours,
        claims: BTreeMap::new(),
    };
    let attestation = attest(issuer, &attestation, attesting)?;
    let metadata = BTreeMap::from([
        ("proof".to_owned(), Value::from("remote-sovereign-proof")),
        ("subject_endpoint".to_owned(), Value::from(peer.endpoint.as_str())),
    ]);
    let terms = Terms {
        roles: vec![plan.role.clone()],
        statuses: Vec::new(),
        claims: BTreeMap::new(),
        validity_hours: plan.validity_hours,
    };
    let treaty = recognise(acceptor, &terms.wish(peer, metadata), recognising)?.treaty;
    let remote = &acceptor.remote;
    let ask = || -> Result<ProofStep, ClientError> {
        let request = calls::check(remote.endpoint, &attestation, &treaty);
        let Verdict { accepted, reason } = remote.read(&request, "a verdict")?;
        Ok(ProofStep { accepted, reason })
    };
    let pre_revocation = ask()?;
    let id = &attestation.attestation_id;
    issuer.remote.revoke_attestation(id, REASON, issuer.operator, revoking)?;
    let feed = feed(&issuer.remote, peer, at)?;
    let imported = import(remote, acceptor.operator, &feed, importing)?;
    let post_revocation = ask()?;
    let connectome = remote.ask(&calls::connectome(remote.endpoint))?;
    let summary = connectome.get("summary").unwrap_or(&Value::Null);
    let connectome_summary =
        ViewSummary::read(summary).map_err(ClientError::wrong_shape("the summary of a graph"))?;
    let trust_path = super::path(remote, &own.sovereign_id, &peer.sovereign_id)?.write();
    Ok(OperatorProof {
        proof: String::new(),
        created_at: String::new(),
        operators: plan.operators.clone(),
        acceptor: party(own),
        issuer: party(peer),
        attestation_id: attestation.attestation_id,
        treaty_id: treaty.treaty_id,
        feed_id: imported.feed_id,
        feed_sequence: imported.sequence,
        pre_revocation,
        post_revocation,
        trust_path,
        connectome_summary,
    })
}

fn party(identity: &Identity) -> ProofParty {
    let key = &identity.genesis.network_authority.public_key;
    ProofParty::new(&identity.sovereign_id, &identity.endpoint, key)
}
