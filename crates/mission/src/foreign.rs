//! Mission bundles in the shape of the blueprint's author: everything that is wrong with one.
//!
//! ```text
//!  bytes ──Value::parse──▶ Value ──check(policy, mode)──▶ Report: violations at paths
//! ```
//!
//! # Invariants
//!
//! 1. Every fault is reported, not only the first.
//! 2. What the author's `verify_examples.py` refuses is refused in both modes.
//! 3. All four axes of diversity are counted on the assigned and on the approving reviewers, in canonical words.
//! 4. [`Mode::Strict`] adds lengths of digests and signatures, and nothing else: the author's own examples have wrong ones.
//!
//! # Source
//!
//! Blueprint §4.3 and §4.5, invariants 16 to 24 of the threat model, the author's checker and examples.

pub mod conformance;
mod fields;
mod policy;
mod review;

use comity_constitution::source::{COMMITMENT_MEMBERS, Report, Value};

pub use policy::Policy;

use fields::Fields;

/// Longest bundle that is read, in bytes: a hundred times the longest example.
pub const BYTES_MAX: usize = 1 << 20;

/// How much is asked of digests and signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Form and rules; a digest is hexadecimal of any length.
    Structural,
    /// Also 32 bytes in each digest and 64 in each signature.
    Strict,
}

/// The members of a bundle.
const MEMBERS: [&str; 10] = [
    "mission_id",
    "mission_title",
    "mission_class",
    "risk_tier",
    "domain_type",
    "worker_id",
    "reviewers",
    "review_decisions",
    "human_final_approval",
    "evidence",
];
const SOURCE: &str = "verify_examples.py";
const FORM: &str = "closed here";

/// Whether this looks like a bundle at all.
pub fn is_bundle(value: &Value) -> bool {
    1 < ["mission_class", "reviewers", "review_decisions", "evidence"]
        .iter()
        .filter(|name| value.get(name).is_some())
        .count()
}

/// Checks a bundle.
pub fn check(bundle: &Value, policy: &Policy, mode: Mode) -> Report {
    let mut fields = Fields { report: Report::default(), mode };
    let members: Vec<&str> = MEMBERS.into_iter().chain(["commitment"]).collect();
    if !fields.object("mission", bundle, &members) {
        return fields.report;
    }
    for name in ["mission_id", "mission_title"] {
        fields.text(&format!("mission/{name}"), bundle.get(name));
    }
    review::check(bundle, policy, &mut fields);
    evidence(bundle, &mut fields);
    commitment(bundle, &mut fields);
    fields.report
}

fn evidence(bundle: &Value, fields: &mut Fields) {
    let Some(items) = fields.list("mission/evidence", bundle.get("evidence")) else { return };
    let mut seen = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let path = format!("mission/evidence/{at}");
        if !fields.object(&path, item, &["artifact_hash", "signature"]) {
            continue;
        }
        fields.digest(&format!("{path}/artifact_hash"), item.get("artifact_hash"), "sha256:", 64);
        fields.digest(&format!("{path}/signature"), item.get("signature"), "ed25519:", 128);
        if seen.contains(&item.get("artifact_hash")) {
            fields.report.violation(format!("{path}/artifact_hash"), "is there twice", FORM);
        }
        seen.push(item.get("artifact_hash"));
    }
}

fn commitment(bundle: &Value, fields: &mut Fields) {
    const PATH: &str = "mission/commitment";
    let Some(commitment) = bundle.get("commitment") else { return };
    if !fields.object(PATH, commitment, &COMMITMENT_MEMBERS) {
        return;
    }
    for name in COMMITMENT_MEMBERS {
        let path = format!("{PATH}/{name}");
        let value = commitment.get(name);
        match name {
            "commitment_version" => fields.text(&path, value).map_or((), drop),
            "epoch_id" => fields.time(&path, value, "Z", ":00Z"),
            "timestamp_utc" => fields.time(&path, value, "Z", "Z"),
            "public_beacon_round" => fields.round(&path, value),
            _ => fields.digest(&path, value, "sha256:", 64),
        }
    }
}

#[cfg(test)]
mod tests;
