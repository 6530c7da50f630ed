//! `comity conformance FILE`: runs a file of test vectors, one line per case.

mod mutations;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use comity_constitution::conformance::CaseResult;
use comity_mesh::conformance as mesh;
use comity_wire::{json, limits, mesh_json};
use serde_json::Value;

use super::Answer;
use crate::fail::{CliError, Exit, one_line};
use crate::home::file;

/// Run a file of test vectors against this implementation
///
/// The shape is recognised: `canonical_json`, `merkle`, `trust_updates`, `sortition`, `thresholds`, `bls_threshold`,
/// `mutations_config`, `mutations_examples`, `commitments`, or `mesh`, which is any file of the Genesis Mesh protocol. Paths
/// that a file names are relative to it. Prints `ok NAME` or `FAILED NAME: detail` for each case, and `N passed, M failed`.
#[derive(Args, Clone, Debug)]
pub struct ConformanceArgs {
    /// The vector file
    pub file: PathBuf,
    /// Which Merkle profile of the file to run
    #[arg(long, value_enum, default_value = "recommended")]
    pub profile: Profile,
    /// One JSON document instead of lines
    #[arg(long)]
    pub json: bool,
}

/// A profile of Merkle vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// RFC 6962 nodes, domain-separated: the one that this implementation uses.
    Recommended,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
        }
    }
}

/// What kind of vectors a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    CanonicalJson,
    Merkle,
    Sortition,
    Thresholds,
    TrustUpdates,
    BlsThreshold,
}

impl Shape {
    /// Told by members that only one shape has, at the top or in any case, so that a damaged file is still run and fails
    /// by name.
    fn of(file: &Value) -> Option<Self> {
        let cases = file.get("cases").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let has = |name: &str| {
            file.get(name).is_some() || cases.iter().any(|case| case.get(name).is_some())
        };
        let is = |names: &[&str]| names.iter().any(|name| has(name));
        if is(&["params_for_these_vectors", "T_proposed", "T_after"]) {
            Some(Self::TrustUpdates)
        } else if is(&["canonical_utf8", "must_reject"]) {
            Some(Self::CanonicalJson)
        } else if is(&["records_in_arrival_order", "root_recommended_sep", "must_differ"]) {
            Some(Self::Merkle)
        } else if is(&["public_beacon_value_hex", "chamber_nonce_hex", "pool_generator"]) {
            Some(Self::Sortition)
        } else if is(&["polynomial_coefficients_hex", "subsets_giving_it", "combined_signature"]) {
            Some(Self::BlsThreshold)
        } else if is(&["one_way", "capture_bound", "phase_by_N_H_constitution"]) {
            Some(Self::Thresholds)
        } else {
            None
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::CanonicalJson => "canonical_json",
            Self::Merkle => "merkle",
            Self::Sortition => "sortition",
            Self::Thresholds => "thresholds",
            Self::TrustUpdates => "trust_updates",
            Self::BlsThreshold => "bls_threshold",
        }
    }

    fn run(self, file: &Value, profile: Profile) -> Vec<CaseResult> {
        match (self, profile) {
            (Self::CanonicalJson, _) => comity_commitment::conformance::canonical_json(file),
            (Self::Merkle, Profile::Recommended) => comity_commitment::conformance::merkle(file),
            (Self::Sortition, _) => comity_constitution::conformance::sortition(file),
            (Self::Thresholds, _) => comity_constitution::conformance::thresholds(file),
            (Self::TrustUpdates, _) => comity_trust::conformance::trust_updates(file),
            (Self::BlsThreshold, _) => bls_threshold(file),
        }
    }
}

fn bls_threshold(file: &Value) -> Vec<CaseResult> {
    let cases = comity_bls::conformance::bls_threshold(file);
    cases.iter().map(|case| CaseResult::from_complaints(&case.name, &case.complaints)).collect()
}

/// Runs the file.
///
/// # Errors
///
/// A file that cannot be read, is not I-JSON, has no known shape, or has no case.
pub fn run(args: &ConformanceArgs) -> anyhow::Result<Answer> {
    let (shape, results) = results(&args.file, args.profile)?;
    let failed = results.iter().filter(|case| !case.passed).count();
    let passed = results.len() - failed;
    let exit = if failed == 0 { Exit::Done } else { Exit::Refused };
    let text = if args.json {
        let cases: Vec<Value> = results
            .iter()
            .map(|case| {
                serde_json::json!({
                    "detail": case.detail, "name": case.name, "passed": case.passed,
                })
            })
            .collect();
        let document = serde_json::json!({
            "cases": cases,
            "failed": failed,
            "passed": passed,
            "profile": args.profile.name(),
            "shape": shape,
        });
        format!("{document:#}\n")
    } else {
        let mut text = String::new();
        for case in &results {
            let (name, detail) = (one_line(&case.name), one_line(&case.detail));
            // Writing to a string cannot fail.
            let _ = match (case.passed, detail.is_empty()) {
                (true, _) => writeln!(text, "ok {name}"),
                (false, true) => writeln!(text, "FAILED {name}"),
                (false, false) => writeln!(text, "FAILED {name}: {detail}"),
            };
        }
        let _ = writeln!(text, "{passed} passed, {failed} failed");
        text
    };
    Ok(Answer { text, exit })
}

fn results(path: &Path, profile: Profile) -> anyhow::Result<(&'static str, Vec<CaseResult>)> {
    let max = u64::try_from(limits::JSON_BYTES_MAX).unwrap_or(u64::MAX);
    let bytes = file::read(path, max)?;
    let doing = || format!("read {}", path.display());
    let (shape, results) = if let Some(results) = of_mesh(&bytes) {
        ("mesh", results)
    } else if let Some(found) = mutations::results(path, &bytes)? {
        found
    } else {
        let document = json::parse(&bytes).with_context(doing)?;
        let shape = Shape::of(&document).ok_or(CliError::UnknownVectors).with_context(doing)?;
        (shape.name(), shape.run(&document, profile))
    };
    if results.is_empty() {
        return Err(CliError::NoCases).with_context(doing);
    }
    Ok((shape, results))
}

/// The results of a file of the Mesh's protocol, whose numbers only its own dialect reads; `None` if it is none.
fn of_mesh(bytes: &[u8]) -> Option<Vec<CaseResult>> {
    let file = mesh_json::parse(bytes).ok().filter(mesh::is_vectors)?;
    let results = mesh::run(&file).into_iter().map(|case| CaseResult {
        name: case.name,
        passed: case.passed,
        detail: case.detail,
    });
    Some(results.collect())
}
