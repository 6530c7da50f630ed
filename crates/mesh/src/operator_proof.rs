//! The operators' proof: two sovereigns recognised each other, one revoked, the other followed, and nothing private shows.
//!
//! A proof is a record to be read by people. It carries no signature and grants nothing; it points at the signed objects
//! by their ids.
//!
//! # Invariants
//!
//! 1. A proof that is made here passes its own inspection.
//! 2. A proof with private members, key texts or paths of somebody's disk is refused, when it is made and when it is read.
//!
//! # Source
//!
//! The reference's `workflows/proof.py`, whose messages [`inspect`] repeats, and its `docs/operators/proof-bundle-schema.md`
//! for what must not be in it, which the reference writes down and does not check.

use comity_wire::mesh_json::{Datetime, Value};

use crate::bundle::{has_private_text, is_truthy, or};
use crate::connectome::ViewSummary;
use crate::objects;
use crate::schema::Field as _;

/// What a proof calls itself.
pub const PROOF: &str = "remote-sovereign-recognition-revocation";
/// Characters of a key that a proof shows.
const KEY_PREFIX: usize = 24;
/// Members that a proof must not have.
const PRIVATE_NAMES: [&str; 11] = [
    "private_key",
    "signature",
    "nonce",
    "header",
    "genesis",
    "db_path",
    "bearer",
    "credential",
    "password",
    "secret",
    "token",
];

objects! {
    /// Who runs the accepting side.
    pub struct AcceptorOperator {
        /// Its name.
        operator_label: String = "unspecified".to_owned(),
        /// `maintainer`, `external`, or what it calls itself.
        operator_type: String = "unknown".to_owned(),
    }

    /// Who runs the issuing side.
    pub struct IssuerOperator {
        /// Its name.
        operator_label: String = "unspecified".to_owned(),
        /// `maintainer`, `external`, or what it calls itself.
        operator_type: String = "unknown".to_owned(),
        /// Whether it holds its own keys.
        controls_keys: bool = false,
        /// Whether it runs its own machines.
        controls_infrastructure: bool = false,
    }

    /// Who did this, and with whose help.
    pub struct ProofOperators {
        /// The accepting side.
        acceptor: AcceptorOperator,
        /// The issuing side.
        issuer: IssuerOperator,
        /// Who helped, with what.
        assistance_notes: Vec<String> = Vec::new(),
        /// Whether this is to show that somebody independent took part.
        adoption_proof: bool = false,
    }

    /// One side.
    pub struct ProofParty {
        /// Its network.
        network_name: String,
        /// Where it answers.
        endpoint: String,
        /// The beginning of its authority's key.
        na_public_key_prefix: String,
    }

    /// What a verification said.
    pub struct ProofStep {
        /// Whether it accepted.
        accepted: bool,
        /// Why, or why not.
        reason: String,
    }

    /// The proof.
    pub struct OperatorProof {
        /// [`PROOF`].
        proof: String,
        /// When.
        created_at: String,
        /// Who did this.
        operators: ProofOperators,
        /// Who recognised.
        acceptor: ProofParty,
        /// Who was recognised.
        issuer: ProofParty,
        /// The attestation that was revoked.
        attestation_id: String,
        /// The treaty that it was accepted under.
        treaty_id: String,
        /// The feed that carried the revocation.
        feed_id: String,
        /// The feed's sequence.
        feed_sequence: u64,
        /// Before.
        pre_revocation: ProofStep,
        /// After.
        post_revocation: ProofStep,
        /// The path between the two.
        trust_path: Value,
        /// The accepting side's connectome, counted.
        connectome_summary: ViewSummary,
    }
}

/// Why a proof is not made: what its inspection would say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} errors, the first: {}", errors.len(), errors.first().map_or("", String::as_str))]
pub struct ProofError {
    /// Every error.
    pub errors: Vec<String>,
}

impl ProofError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        "mesh.proof_invalid"
    }
}

/// What an inspection found.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// What is wrong; nothing if the proof holds.
    pub errors: Vec<String>,
    /// The part of it that the connectome file contradicts, if there was one to compare with.
    pub artifact_errors: Option<Vec<String>>,
    /// The proof in a few lines.
    pub report: Value,
}

impl ProofParty {
    /// A side with the beginning of its key.
    pub fn new(network_name: &str, endpoint: &str, authority_key: &str) -> Self {
        Self {
            network_name: network_name.to_owned(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            na_public_key_prefix: authority_key.chars().take(KEY_PREFIX).collect(),
        }
    }
}

impl OperatorProof {
    /// The proof, dated, if it holds.
    ///
    /// # Errors
    ///
    /// [`ProofError`].
    pub fn make(mut self, at: Datetime) -> Result<Self, ProofError> {
        PROOF.clone_into(&mut self.proof);
        self.created_at = at.isoformat();
        let errors = inspect(&self.write(), None).errors;
        if errors.is_empty() { Ok(self) } else { Err(ProofError { errors }) }
    }
}

/// Checks a proof, and against a connectome file if there is one.
pub fn inspect(proof: &Value, artifact: Option<&Value>) -> Inspection {
    let mut errors = steps(proof);
    let artifact_errors = artifact.map(|artifact| contradictions(proof, artifact));
    errors.extend(artifact_errors.clone().into_iter().flatten());
    errors.extend(adoption(proof));
    errors.extend(redaction(proof));
    let report = report(proof, &errors, artifact_errors.as_deref());
    Inspection { errors, artifact_errors, report }
}

/// A member of a member; `null` if it is not there.
fn at<'p>(proof: &'p Value, path: &[&str]) -> &'p Value {
    path.iter().try_fold(proof, |value, name| value.get(name)).unwrap_or(&Value::Null)
}

/// A count; 0 if it is none.
fn count(proof: &Value, path: &[&str]) -> u64 {
    u64::read(at(proof, path)).unwrap_or(0)
}

/// What the steps of the proof say, in the words of the reference.
fn steps(proof: &Value) -> Vec<String> {
    let text = |path: &[&str]| at(proof, path).as_str();
    let is = |path: &[&str], wanted: bool| *at(proof, path) == Value::from(wanted);
    let name = |side: &str| at(proof, &[side, "network_name"]);
    let ends = ["from", "to"].map(|end| at(proof, &["trust_path", end]));
    let summary = |name: &str| count(proof, &["connectome_summary", name]);
    let checks = [
        (text(&["proof"]) == Some(PROOF), "unexpected proof type"),
        (is_truthy(at(proof, &["attestation_id"])), "missing attestation_id"),
        (is_truthy(at(proof, &["treaty_id"])), "missing treaty_id"),
        (is_truthy(at(proof, &["feed_id"])), "missing feed_id"),
        (is_truthy(name("acceptor")), "missing acceptor network name"),
        (is_truthy(name("issuer")), "missing issuer network name"),
        (
            is(&["pre_revocation", "accepted"], true)
                && text(&["pre_revocation", "reason"]) == Some("accepted"),
            "pre-revocation result is not accepted",
        ),
        (
            is(&["post_revocation", "accepted"], false)
                && text(&["post_revocation", "reason"]) == Some("attestation_locally_revoked"),
            "post-revocation result is not locally revoked",
        ),
        (is(&["trust_path", "trusted"], true), "trust path is not trusted"),
        (
            ends == [name("acceptor"), name("issuer")],
            "trust path endpoints do not match acceptor/issuer",
        ),
        (1 <= count(proof, &["trust_path", "hop_count"]), "trust path has no hops"),
        (2 <= summary("sovereign_count"), "connectome has fewer than two sovereigns"),
        (1 <= summary("active_edge_count"), "connectome has no active recognition edge"),
        (1 <= summary("imported_revocation_count"), "connectome has no imported revocation"),
        (1 <= summary("revoked_trust_material_count"), "connectome has no revoked trust material"),
    ];
    let failed = checks.into_iter().filter(|(holds, _)| !holds);
    failed.map(|(_, message)| message.to_owned()).collect()
}

const COUNTS: [&str; 4] = [
    "sovereign_count",
    "active_edge_count",
    "imported_revocation_count",
    "revoked_trust_material_count",
];

/// Where a connectome file says otherwise, in the words of the reference.
fn contradictions(proof: &Value, artifact: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    for name in COUNTS {
        let expected = count(proof, &["connectome_summary", name]);
        let actual = count(artifact, &["summary", name]);
        if actual != expected {
            errors.push(format!("connectome {name} mismatch: expected {expected}, got {actual}"));
        }
    }
    let has = |list: &str, wanted: &[(&str, &Value)]| {
        let items = at(artifact, &[list]).items();
        items.iter().any(|item| wanted.iter().all(|(name, value)| at(item, &[name]) == *value))
    };
    let edge = [
        ("from", at(proof, &["acceptor", "network_name"])),
        ("to", at(proof, &["issuer", "network_name"])),
        ("treaty_id", at(proof, &["treaty_id"])),
    ];
    if !has("recognition_edges", &edge) {
        errors.push("connectome recognition edge missing for proof treaty".to_owned());
    }
    let revoked = [("id", at(proof, &["attestation_id"])), ("feed_id", at(proof, &["feed_id"]))];
    if !has("revoked_trust_material", &revoked) {
        let error = "connectome revoked trust material missing for proof attestation";
        errors.push(error.to_owned());
    }
    errors
}

/// What a proof must show that claims an independent operator.
fn adoption(proof: &Value) -> Option<String> {
    let is_true = |path: &[&str]| *at(proof, path) == Value::Bool(true);
    let is_independent = at(proof, &["operators", "issuer", "operator_type"]).as_str()
        == Some("external")
        && is_true(&["operators", "issuer", "controls_keys"])
        && is_true(&["operators", "issuer", "controls_infrastructure"]);
    (is_true(&["operators", "adoption_proof"]) && !is_independent)
        .then(|| "adoption proof without an external issuer in control of keys and machines".into())
}

/// What must not be in a proof.
fn redaction(proof: &Value) -> Option<String> {
    if has_private_name(proof) {
        return Some("proof contains private, signed or request material".to_owned());
    }
    if has_private_text(proof) {
        return Some("proof contains the text of a private key".to_owned());
    }
    has_local_path(proof).then(|| "proof contains a local path".to_owned())
}

fn has_private_name(value: &Value) -> bool {
    if let Value::Map(members) = value {
        let is_private = |name: &str| {
            let name = name.to_lowercase();
            PRIVATE_NAMES.iter().any(|private| name.contains(private))
        };
        return members.iter().any(|(name, value)| is_private(name) || has_private_name(value));
    }
    value.items().iter().any(has_private_name)
}

fn has_local_path(value: &Value) -> bool {
    match value {
        Value::Text(text) => {
            ["/", "~/", "\\\\", "file:"].iter().any(|start| text.starts_with(start))
                || text.get(1..3) == Some(":\\")
        }
        Value::Map(members) => members.values().any(has_local_path),
        Value::List(items) => items.iter().any(has_local_path),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
    }
}

fn report(proof: &Value, errors: &[String], artifact: Option<&[String]>) -> Value {
    let known = |path: &[&str]| or(Some(at(proof, path)), Some(&Value::from("unknown")));
    let list = |errors: &[String]| errors.to_vec().write();
    let counts =
        COUNTS.map(|name| (name, Value::from(count(proof, &["connectome_summary", name]))));
    let artifact = artifact.map_or(Value::Null, |errors| {
        Value::from([("matched", Value::from(errors.is_empty())), ("errors", list(errors))])
    });
    Value::from([
        ("valid", Value::from(errors.is_empty())),
        ("errors", list(errors)),
        ("proof", known(&["proof"])),
        ("acceptor", known(&["acceptor", "network_name"])),
        ("issuer", known(&["issuer", "network_name"])),
        ("attestation_id", known(&["attestation_id"])),
        ("treaty_id", known(&["treaty_id"])),
        ("feed_id", known(&["feed_id"])),
        ("feed_sequence", known(&["feed_sequence"])),
        ("pre_revocation_reason", known(&["pre_revocation", "reason"])),
        ("post_revocation_reason", known(&["post_revocation", "reason"])),
        ("trust_path_reason", known(&["trust_path", "reason"])),
        ("trust_path_hops", Value::from(count(proof, &["trust_path", "hop_count"]))),
        ("connectome", Value::from(counts)),
        ("connectome_artifact", artifact),
    ])
}

#[cfg(test)]
mod tests;
