//! One document, checked as a suite checks its cases: what `comity mesh verify` does.
//!
//! A document is either the object itself or an input as vector files have it. Keys, time and further documents come from
//! the caller and win over what the document says about them.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value, canonical};

use super::{CaseError, Keys, Operation, agreement, decision, operators, recognition};
use crate::keys::{MeshKey, Signature};
use crate::schema::Field as _;

/// What a suite needs.
struct Suite {
    name: &'static str,
    /// The member of an input that is the object.
    object: &'static str,
    /// The member that is the list of keys.
    keys: &'static str,
    operation: Operation,
}

const fn suite(
    name: &'static str,
    object: &'static str,
    keys: &'static str,
    operation: Operation,
) -> Suite {
    Suite { name, object, keys, operation }
}

const ISSUER: &str = "issuer_public_keys";
const AGENT: &str = "agent_public_keys";

const SUITES: &[Suite] = &[
    suite("agreements", "agreement", "offerer_public_keys", agreement::agreement),
    suite("attestations", "attestation", AGENT, recognition::attestations),
    suite("consensus", "proof", "assembler_public_keys", agreement::consensus_suite),
    suite("data_usage", "intent", AGENT, decision::verify_data_usage),
    suite("delegations", "root", "root_offerer_public_keys", agreement::delegation_chain),
    suite("freshness", "proof", ISSUER, decision::freshness_suite),
    suite("ibct", "token", ISSUER, agreement::token_suite),
    suite(
        "membership",
        "attestation",
        "treaty_issuer_public_keys",
        recognition::verify_attestation_with_treaty,
    ),
    suite("revocation", "feed", ISSUER, recognition::revocation),
    suite("selective_disclosure", "proof", ISSUER, agreement::disclosure_suite),
    suite("signatures", "object", "public_keys", signatures),
    suite("treaties", "treaty", ISSUER, recognition::verify_treaty),
    suite("trust_evidence", "evidence", ISSUER, agreement::evidence_suite),
];

/// The reason where the object is none: it says nothing about signatures or times, and is nobody's forgery.
pub const MALFORMED: &str = "malformed";

/// Why a document could not be checked at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nothing here is called that.
    #[error("no suite of this name; there are {}", names())]
    UnknownSuite,
    /// A key that was given is none.
    #[error("a public key is not 32 bytes in base64 that are a key")]
    BadKey,
    /// Neither the caller nor the document gives a key.
    #[error("no public key was given")]
    NoKey,
    /// The document lacks what the suite needs beside the object.
    #[error("{0}")]
    Input(String),
}

impl Unusable {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSuite => "mesh.unknown_suite",
            Self::BadKey => "mesh.bad_public_key",
            Self::NoKey => "mesh.no_public_key",
            Self::Input(_) => "mesh.verify_input",
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whether the object is good.
    pub is_valid: bool,
    /// The reason in the protocol's word for it.
    pub reason: String,
    /// Everything that the suite says.
    pub answer: Value,
}

/// Checks one document. `with` are further members of the input by name, `at` is when.
///
/// # Errors
///
/// [`Unusable`]; an object of the wrong form is an answer, with the reason [`MALFORMED`].
pub fn verify(
    suite: &str,
    document: &Value,
    public_keys: &[String],
    at: Datetime,
    with: &BTreeMap<String, Value>,
) -> Result<Verdict, Unusable> {
    MeshKey::parse_all(public_keys).map_err(|_| Unusable::BadKey)?;
    let (operation, input) = match operators::SUITES.iter().find(|(known, _)| *known == suite) {
        Some((_, operation)) => {
            if public_keys.is_empty() {
                return Err(Unusable::NoKey);
            }
            let input = operators::input_of(suite, document, public_keys, at);
            (*operation, input.members().cloned().unwrap_or_default())
        }
        None => input_of(suite, document, public_keys, at)?,
    };
    let input = input.into_iter().chain(with.clone()).collect();
    match operation(&Value::Map(input), &Keys(Vec::new())) {
        Ok(answer) => Ok(verdict(answer)),
        Err(CaseError::Schema(error)) => {
            let answer = Value::from([("detail", Value::from(error.to_string()))]);
            Ok(Verdict { is_valid: false, reason: MALFORMED.to_owned(), answer })
        }
        Err(error) => Err(Unusable::Input(error.to_string())),
    }
}

/// What a suite of the reference does, and the input that it does it with.
fn input_of(
    suite: &str,
    document: &Value,
    public_keys: &[String],
    at: Datetime,
) -> Result<(Operation, BTreeMap<String, Value>), Unusable> {
    let suite = SUITES.iter().find(|known| known.name == suite).ok_or(Unusable::UnknownSuite)?;
    let is_input = document.get(suite.object).is_some_and(|object| object.members().is_some());
    let mut input = if is_input {
        document.members().cloned().unwrap_or_default()
    } else {
        BTreeMap::from([(suite.object.to_owned(), document.clone())])
    };
    input.insert("at_time".to_owned(), Value::from(at));
    if !public_keys.is_empty() {
        input.insert(suite.keys.to_owned(), public_keys.to_vec().write());
    }
    if input.get(suite.keys).is_none_or(|keys| keys.items().is_empty()) {
        return Err(Unusable::NoKey);
    }
    Ok((suite.operation, input))
}

fn verdict(answer: Value) -> Verdict {
    let is_valid =
        ["valid", "accepted"].into_iter().any(|name| answer.get(name) == Some(&Value::Bool(true)));
    let said = ["reason", "violation_reason"]
        .into_iter()
        .find_map(|name| answer.get(name).and_then(Value::as_str));
    let reason = said.unwrap_or(if is_valid { "valid" } else { "invalid" }).to_owned();
    Verdict { is_valid, reason, answer }
}

/// The names of all suites.
fn names() -> String {
    let operators = operators::SUITES.iter().map(|(name, _)| *name);
    let mut names: Vec<&str> = SUITES.iter().map(|suite| suite.name).chain(operators).collect();
    names.sort_unstable();
    names.join(", ")
}

/// Any object as it stands: all its members but the signatures, in canonical form, signed by one of the keys.
fn signatures(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let object = input.get("object").ok_or(CaseError::Other("no object"))?;
    let keys = input.get("public_keys").map(Vec::<String>::read).transpose()?.unwrap_or_default();
    let keys = MeshKey::parse_all(&keys).map_err(|_| CaseError::Other("a public key is none"))?;
    let mut members = object.members().cloned().ok_or(CaseError::Other("no object"))?;
    let list =
        members.remove("signatures").map(|list| Vec::<Signature>::read(&list)).transpose()?;
    let one = members.remove("signature").map(|one| Option::read(&one)).transpose()?.flatten();
    let signatures: Vec<Signature> = list.unwrap_or_default().into_iter().chain(one).collect();
    let bytes = canonical(&Value::Map(members));
    let is_valid = signatures
        .iter()
        .any(|signature| keys.iter().any(|key| key.has_signed(&bytes, &signature.sig)));
    let reason = match (is_valid, signatures.is_empty()) {
        (true, _) => "valid",
        (false, true) => "missing_signature",
        (false, false) => "invalid_signature",
    };
    Ok(Value::from([("valid", Value::from(is_valid)), ("reason", Value::from(reason))]))
}

#[cfg(test)]
mod tests;
