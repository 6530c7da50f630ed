//! The manifest: the one file of a package whose hash is the package's name.

use std::collections::BTreeMap;

use comity_wire::Digest;
use serde::{Deserialize, Serialize};

use crate::facts::Assurance;

/// A package's manifest. Travels and is hashed as canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The weakest assurance class worth having for such an outcome; orders may ask for more.
    pub assurance_min: Assurance,
    /// Hash of `claim.schema.json`.
    pub claim_schema: Digest,
    /// Hash of `evidence.schema.json`.
    pub evidence_schema: Digest,
    /// The family, e.g. `MIP-MFG` for manufacturing.
    pub family: String,
    /// Who looks after the package: names for people, no authority follows from them.
    pub maintainers: Vec<String>,
    /// How evidence and report map to standards of the trade. For readers, never on the wire.
    pub maps_to: Vec<Mapping>,
    /// The name within the family, e.g. `fault-watch`.
    pub name: String,
    /// What claims must respect so that readings cannot be guessed from them.
    pub privacy: Privacy,
    /// Hash of `report.schema.json`.
    pub report_schema: Digest,
    /// The package that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Digest>,
    /// Which part of the name space the name is in.
    pub tree: Tree,
    /// Unit of each number, by its name in evidence or report.
    pub units: BTreeMap<String, String>,
    /// The vectors, by path in strictly increasing order.
    pub vectors: Vec<VectorEntry>,
    /// The verifier.
    pub verifier: Verifier,
    /// Version, e.g. `1`.
    pub version: String,
}

impl Manifest {
    /// Family and name, as orders show it: `MIP-MFG/fault-watch`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.family, self.name)
    }
}

/// A part of the name space, after RFC 6838.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tree {
    /// Agreed: needs the maintainers' threshold and an objection period.
    #[serde(rename = "std")]
    Standard,
    /// A vendor's own.
    #[serde(rename = "vnd")]
    Vendor,
    /// A person's own.
    #[serde(rename = "prs")]
    Personal,
    /// Unregistered: nobody's leave is needed, nobody's agreement is claimed.
    #[serde(rename = "x")]
    Unregistered,
}

/// The verifier and what it may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verifier {
    /// ABI of the module.
    pub abi: u64,
    /// Most fuel of one run, in the runner's units.
    pub fuel_max: u64,
    /// What kind of program it is.
    pub kind: VerifierKind,
    /// Largest linear memory, in bytes.
    pub mem_max: u64,
    /// Hash of `verifier.wasm`.
    pub sha256: Digest,
}

/// What kind of program a verifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VerifierKind {
    /// Core wasm without floats.
    #[serde(rename = "wasm-core")]
    WasmCore,
}

/// One vector: a file, and what the verifier must answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorEntry {
    /// The code in the expected report.
    pub code: String,
    /// The verdict in the expected report.
    pub expect: Expect,
    /// Path in the package: `vectors/<name>.json`.
    pub file: String,
    /// Hash of the file.
    pub sha256: Digest,
}

/// What a vector expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// The verifier accepts.
    Accept,
    /// The verifier refuses.
    Reject,
}

/// A named file and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHash {
    /// Path in the package.
    pub file: String,
    /// Hash of its bytes.
    pub sha256: Digest,
}

/// Where a part of this package has its counterpart in a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The part: `evidence`, `claim` or `report`.
    pub part: String,
    /// The counterpart's place in the standard.
    pub place: String,
    /// The standard.
    pub standard: String,
}

/// Limits on what a claim may reveal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Windows of one vault, device and family never overlap.
    pub disjoint_windows: bool,
    /// Fewest rows under one commitment.
    pub min_count: u64,
    /// Most digits after the point in a payload.
    pub precision: u64,
    /// Shortest evidence window, in seconds.
    pub window_min_s: u64,
}
