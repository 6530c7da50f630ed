//! Vector files of the protocol: each case names an operation or belongs to a suite, and says what must come out.
//!
//! Two shapes are known. *Operations*: `{keys, vectors: [{id, op, input, expected}]}`, where `input` says everything,
//! times included. *Suites*: `{suite, vectors: [{id, input, expected}]}`, where the suite says what is done, the time is
//! [`SUITE_TIME`] and the keys have the seeds of [`suite_key`].
//!
//! A case passes if every member of `expected` equals what came out.

mod agreement;
mod bundle;
mod connectome;
mod decision;
mod identity;
mod operators;
mod recognition;
mod verify;

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use crate::schema::{Field as _, SchemaError};

pub use self::verify::{MALFORMED, Unusable, Verdict, verify};

/// When the cases of suites happen, unless their input has an `at_time`.
pub const SUITE_TIME: &str = "2026-01-01T00:00:00Z";

/// What became of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    /// The case's id.
    pub name: String,
    /// Whether everything expected came out.
    pub passed: bool,
    /// What did not; empty if it passed.
    pub detail: String,
}

/// Why a case could not be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CaseError {
    /// Nothing here does that.
    #[error("no operation of this name")]
    UnknownOperation,
    /// The input is not what the operation needs.
    #[error("input: {0}")]
    Schema(#[from] SchemaError),
    /// The input lacks something, or the answer could not be formed.
    #[error("{0}")]
    Other(&'static str),
}

/// Does what an operation or a suite does: from the input and the file's keys to everything that could be expected.
type Operation = fn(&Value, &Keys) -> Result<Value, CaseError>;

const OPERATIONS: &[(&str, Operation)] = &[
    ("canonical", identity::canonical_form),
    ("connectome", connectome::connectome),
    ("trust_bundle", bundle::trust_bundle),
    ("trust_decision", connectome::trust_decision),
    ("verify_attestation_with_treaty", recognition::verify_attestation_with_treaty),
    ("verify_data_usage", decision::verify_data_usage),
    ("verify_feed", recognition::verify_feed),
    ("verify_freshness", decision::verify_freshness),
    ("verify_model_attestation", decision::verify_model),
    ("verify_treaty", recognition::verify_treaty),
    ("verify_agreement", agreement::agreement),
    ("verify_delegation_chain", agreement::delegation_chain),
    ("verify_ibct", agreement::token),
    ("merkle", agreement::merkle),
];

const SUITES: &[(&str, Operation)] = &[
    ("asset_manifest", operators::asset_manifest),
    ("attestations", recognition::attestations),
    ("case_file", operators::case_file),
    ("check_report", operators::check_report),
    ("client_package", operators::client_package),
    ("continuity", operators::continuity),
    ("data_usage", decision::verify_data_usage),
    ("delegation_end", operators::delegation_end),
    ("managing_partner", operators::managing_partner),
    ("offline_notice", operators::offline_notice),
    ("onboarding", operators::onboarding),
    ("operator_heartbeat", operators::heartbeat),
    ("recognition_map", operators::recognition_map),
    ("revocation", recognition::revocation),
    ("signatures", recognition::signatures),
    ("treaties", recognition::treaties),
    ("trust_evidence", agreement::evidence_suite),
    ("ibct", agreement::token_suite),
    ("selective_disclosure", agreement::disclosure_suite),
    ("consensus", agreement::consensus_suite),
];

/// When a case happens.
pub(crate) fn suite_time(input: &Value) -> Result<Datetime, CaseError> {
    match input.get("at_time") {
        Some(at) => Ok(Datetime::read(at)?),
        None => Datetime::parse(SUITE_TIME).map_err(|_| CaseError::Other("no time")),
    }
}

/// The secret keys of a vector file.
pub(crate) struct Keys(Vec<(String, SigningKey)>);

impl Keys {
    /// The key of that name.
    pub(crate) fn get(&self, name: &str) -> Result<&SigningKey, CaseError> {
        let key = self.0.iter().find(|(known, _)| known == name).map(|(_, key)| key);
        key.ok_or(CaseError::Other("the file has no key of that name"))
    }
}

/// The keys of suites: `a`, `b`, `c` have the seeds of bytes 0 to 31, 32 to 63, 64 to 95.
pub fn suite_key(name: &str) -> Option<SigningKey> {
    let from: u8 = match name {
        "a" => 0,
        "b" => 32,
        "c" => 64,
        _ => return None,
    };
    let mut seed = [0; 32];
    for (byte, value) in seed.iter_mut().zip(from..) {
        *byte = value;
    }
    Some(SigningKey::from_seed(seed))
}

/// Whether a document has the shape of a vector file of the protocol.
pub fn is_vectors(file: &Value) -> bool {
    let vectors = file.get("vectors").map(Value::items).unwrap_or_default();
    let is_suite = |name: &str| SUITES.iter().any(|(known, _)| *known == name);
    vectors.iter().any(|case| case.get("op").is_some())
        || file.get("suite").and_then(Value::as_str).is_some_and(is_suite)
}

/// Runs every case of a file.
pub fn run(file: &Value) -> Vec<CaseResult> {
    let suite = file.get("suite").and_then(Value::as_str).unwrap_or_default();
    let keys = keys(file);
    let vectors = file.get("vectors").map(Value::items).unwrap_or_default();
    vectors.iter().map(|case| run_case(case, suite, &keys)).collect()
}

/// The keys in the file, and those of suites.
fn keys(file: &Value) -> Keys {
    let of_suites = ["a", "b", "c"].into_iter().filter_map(|name| {
        let key = suite_key(name)?;
        Some((name.to_owned(), key))
    });
    let given = file.get("keys").and_then(Value::members).into_iter().flatten();
    let given = given.filter_map(|(name, key)| {
        let seed = comity_wire::hex::decode_array(key.get("seed_hex")?.as_str()?).ok()?;
        Some((name.clone(), SigningKey::from_seed(seed)))
    });
    Keys(given.chain(of_suites).collect())
}

fn run_case(case: &Value, suite: &str, keys: &Keys) -> CaseResult {
    let text = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default();
    let (name, op) = (text("id").to_owned(), text("op"));
    let (table, wanted) = if op.is_empty() { (SUITES, suite) } else { (OPERATIONS, op) };
    let result = (|| {
        let found = table.iter().find(|(known, _)| *known == wanted);
        let (_, operation) = found.ok_or(CaseError::UnknownOperation)?;
        let input = case.get("input").ok_or(CaseError::Other("no input"))?;
        let expected = case.get("expected").and_then(Value::members);
        let expected = expected.ok_or(CaseError::Other("nothing expected"))?;
        if expected.is_empty() {
            return Err(CaseError::Other("nothing expected"));
        }
        let got = if op.is_empty() {
            operation(&with_expected(input, expected), keys)?
        } else {
            operation(input, keys)?
        };
        let other = expected.iter().find(|(member, value)| got.get(member) != Some(*value));
        Ok(other.map(|(member, value)| {
            let got = got.get(member).map_or_else(|| "nothing".to_owned(), brief);
            format!("{member}: expected {}, got {got}", brief(value))
        }))
    })();
    match result {
        Ok(None) => CaseResult { name, passed: true, detail: String::new() },
        Ok(Some(detail)) => CaseResult { name, passed: false, detail },
        Err(error) => CaseResult { name, passed: false, detail: error.to_string() },
    }
}

/// The input of a suite's case, with what is expected beside it: some cases ask for random objects, which can only be
/// checked, or say there what to look for.
fn with_expected(input: &Value, expected: &BTreeMap<String, Value>) -> Value {
    let mut members = input.members().cloned().unwrap_or_default();
    members.insert("expected".to_owned(), Value::Map(expected.clone()));
    Value::Map(members)
}

/// A value as one short line.
fn brief(value: &Value) -> String {
    let text = String::from_utf8_lossy(&canonical(value)).into_owned();
    text.get(..200).map_or_else(|| text.clone(), |head| format!("{head}..."))
}
