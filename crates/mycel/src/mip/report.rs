//! A verifier's answer, read through its package's schema.

use std::collections::BTreeMap;

use comity_wire::jcs;
use serde_json::Value;

use super::error::MipError;
use super::manifest::Expect;
use crate::facts::Verdict;
use crate::schema::{Schema, SchemaError};

/// What a verifier answered: a verdict, a code, and whole numbers by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whether the evidence is in order. Whether the outcome is good enough is the order's predicate.
    pub verdict: Verdict,
    /// `ok`, or why the evidence was refused.
    pub code: String,
    /// The other members, which are all integers.
    pub outputs: BTreeMap<String, i64>,
}

impl Expect {
    /// The verdict that a vector of this kind asks for.
    pub const fn verdict(self) -> Verdict {
        match self {
            Self::Accept => Verdict::Accept,
            Self::Reject => Verdict::Reject,
        }
    }
}

impl Report {
    pub(super) fn read(output: &[u8], schema: &Schema) -> Result<Self, MipError> {
        let value: Value = jcs::from_slice(output).map_err(MipError::ReportForm)?;
        Self::from_value(&value, schema)
    }

    pub(super) fn from_value(value: &Value, schema: &Schema) -> Result<Self, MipError> {
        schema.validate(value).map_err(MipError::ReportShape)?;
        let lacking = || MipError::ReportShape(SchemaError::Type { at: "/".to_owned() });
        let verdict = match value.get("verdict").and_then(Value::as_str) {
            Some("accept") => Verdict::Accept,
            Some("reject") => Verdict::Reject,
            Some(_) | None => return Err(lacking()),
        };
        let code = value.get("code").and_then(Value::as_str).ok_or_else(lacking)?.to_owned();
        let members = value.as_object().into_iter().flatten();
        let numbers = members.filter(|(name, _)| !matches!(name.as_str(), "verdict" | "code"));
        let outputs: Option<_> =
            numbers.map(|(name, value)| Some((name.clone(), value.as_i64()?))).collect();
        Ok(Self { verdict, code, outputs: outputs.ok_or_else(lacking)? })
    }
}
