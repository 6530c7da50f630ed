//! A package: the manifest and every file it names, checked against each other once.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, WireError, jcs, sha256};

use super::error::MipError;
use super::manifest::{Expect, FileHash, Manifest, VectorEntry};
use super::report::Report;
use super::vector::Vector;
use crate::schema::Schema;

/// Path of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Path of the schema of a record in a vault.
pub const EVIDENCE_SCHEMA: &str = "evidence.schema.json";
/// Path of the schema of the claimant's private result.
pub const CLAIM_SCHEMA: &str = "claim.schema.json";
/// Path of the schema of the verifier's answer.
pub const REPORT_SCHEMA: &str = "report.schema.json";
/// Path of the verifier.
pub const VERIFIER: &str = "verifier.wasm";

/// What a package may be. Each limit keeps a stranger's package cheap to hold and to check.
pub mod limits {
    /// Longest manifest, in bytes: 128 vectors fit.
    pub const MANIFEST_BYTES_MAX: usize = 64 << 10;
    /// Longest schema file, in bytes.
    pub const SCHEMA_BYTES_MAX: usize = 64 << 10;
    /// Longest vector file, in bytes: a vector is for people to read.
    pub const VECTOR_BYTES_MAX: usize = 256 << 10;
    /// Longest verifier, in bytes: what a runner loads.
    pub const VERIFIER_BYTES_MAX: usize = 1 << 20;
    /// Fewest vectors of each kind.
    pub const VECTORS_MIN: usize = 3;
    /// Most vectors of each kind.
    pub const VECTORS_MAX: usize = 64;
    /// Longest name, unit, code or other short text of a manifest, in bytes.
    pub const TEXT_BYTES_MAX: usize = 128;
    /// Most entries of a manifest's short lists.
    pub const LIST_MAX: usize = 32;
    /// Most fuel that a verifier may ask for, in the runner's units: minutes, not hours, of one core.
    pub const FUEL_MAX: u64 = 20_000_000_000;
    /// Most memory that a verifier may ask for, in bytes.
    pub const MEMORY_BYTES_MAX: u64 = 256 << 20;
}

/// A complete package.
#[derive(Clone, Debug)]
pub struct Package {
    id: Digest,
    manifest: Manifest,
    evidence_schema: Schema,
    claim_schema: Schema,
    report_schema: Schema,
    verifier: Vec<u8>,
    vectors: Vec<(VectorEntry, Vector)>,
}

impl Package {
    /// Checks `files` (by path) and keeps what is needed of them.
    ///
    /// # Errors
    ///
    /// The first of: a malformed manifest, a missing or changed file, a file that is not named, a schema
    /// that is not closed, a vector that contradicts the manifest.
    pub fn load(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, MipError> {
        let bytes = file(files, MANIFEST)?;
        at_most(MANIFEST, bytes, limits::MANIFEST_BYTES_MAX)?;
        let manifest: Manifest = jcs::from_slice(bytes).map_err(MipError::Manifest)?;
        check_members(&manifest)?;
        check_vector_list(&manifest.vectors)?;

        let verifier =
            hashed(files, VERIFIER, manifest.verifier.sha256, limits::VERIFIER_BYTES_MAX)?;
        let vectors: Result<_, _> =
            manifest.vectors.iter().map(|entry| load_vector(files, entry)).collect();
        let package = Self {
            id: sha256(bytes),
            evidence_schema: load_schema(files, EVIDENCE_SCHEMA, manifest.evidence_schema)?,
            claim_schema: load_schema(files, CLAIM_SCHEMA, manifest.claim_schema)?,
            report_schema: load_schema(files, REPORT_SCHEMA, manifest.report_schema)?,
            verifier: verifier.to_vec(),
            vectors: vectors?,
            manifest,
        };
        package.check_no_extra(files)?;
        package.check_expected_reports()?;
        Ok(package)
    }

    /// The package's id: SHA-256 of its manifest's bytes.
    pub const fn id(&self) -> Digest {
        self.id
    }

    /// The manifest.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Bytes of the verifier module.
    pub fn verifier(&self) -> &[u8] {
        &self.verifier
    }

    /// The vectors and what the manifest says of each, in the manifest's order.
    pub fn vectors(&self) -> &[(VectorEntry, Vector)] {
        &self.vectors
    }

    /// What a record in a vault looks like.
    pub const fn evidence_schema(&self) -> &Schema {
        &self.evidence_schema
    }

    /// What the claimant's private result looks like.
    pub const fn claim_schema(&self) -> &Schema {
        &self.claim_schema
    }

    /// What the verifier answers.
    pub const fn report_schema(&self) -> &Schema {
        &self.report_schema
    }

    /// Reads what the verifier answered: canonical, and by the report schema.
    pub fn read_report(&self, output: &[u8]) -> Result<Report, MipError> {
        Report::read(output, &self.report_schema)
    }

    /// Every file of the package with its hash, the manifest first.
    pub fn files(&self) -> Vec<FileHash> {
        let own = [
            (MANIFEST, self.id),
            (EVIDENCE_SCHEMA, self.manifest.evidence_schema),
            (CLAIM_SCHEMA, self.manifest.claim_schema),
            (REPORT_SCHEMA, self.manifest.report_schema),
            (VERIFIER, self.manifest.verifier.sha256),
        ];
        let own = own.map(|(file, sha256)| FileHash { file: file.to_owned(), sha256 });
        let vectors = self.manifest.vectors.iter();
        let vectors =
            vectors.map(|entry| FileHash { file: entry.file.clone(), sha256: entry.sha256 });
        own.into_iter().chain(vectors).collect()
    }

    fn check_no_extra(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), MipError> {
        let named: BTreeSet<String> = self.files().into_iter().map(|named| named.file).collect();
        match files.keys().find(|file| !named.contains(*file)) {
            Some(file) => Err(MipError::ExtraFile { file: shorten(file) }),
            None => Ok(()),
        }
    }

    fn check_expected_reports(&self) -> Result<(), MipError> {
        self.vectors.iter().try_for_each(|(entry, vector)| {
            let report = Report::from_value(&vector.report, &self.report_schema);
            let agrees = report.is_ok_and(|report| {
                report.code == entry.code && report.verdict == entry.expect.verdict()
            });
            let contradiction = MipError::Vector { file: entry.file.clone() };
            agrees.then_some(()).ok_or(contradiction)
        })
    }
}

/// Members whose type says less than their rule.
fn check_members(manifest: &Manifest) -> Result<(), MipError> {
    let text = |text: &String| (1..=limits::TEXT_BYTES_MAX).contains(&text.len());
    let list = |len: usize| len <= limits::LIST_MAX;
    let verifier = &manifest.verifier;
    let mapped = |m: &super::Mapping| text(&m.part) && text(&m.place) && text(&m.standard);
    let rules = [
        ("family", text(&manifest.family) && !manifest.family.contains('/')),
        ("maintainers", list(manifest.maintainers.len()) && manifest.maintainers.iter().all(text)),
        ("maps_to", list(manifest.maps_to.len()) && manifest.maps_to.iter().all(mapped)),
        ("name", text(&manifest.name) && !manifest.name.contains('/')),
        ("privacy", manifest.privacy.precision <= 18),
        ("units", list(manifest.units.len())),
        ("units", manifest.units.iter().all(|(name, unit)| text(name) && text(unit))),
        ("vectors", manifest.vectors.iter().all(|entry| text(&entry.code))),
        ("verifier.abi", verifier.abi == 1),
        ("verifier.fuel_max", (1..=limits::FUEL_MAX).contains(&verifier.fuel_max)),
        ("verifier.mem_max", (1..=limits::MEMORY_BYTES_MAX).contains(&verifier.mem_max)),
        ("version", text(&manifest.version)),
    ];
    let broken = rules.into_iter().find(|(_, holds)| !holds);
    broken.map_or(Ok(()), |(member, _)| Err(MipError::Member { member }))
}

fn check_vector_list(vectors: &[VectorEntry]) -> Result<(), MipError> {
    for expect in [Expect::Accept, Expect::Reject] {
        let count = vectors.iter().filter(|entry| entry.expect == expect).count();
        let (min, max) = (limits::VECTORS_MIN, limits::VECTORS_MAX);
        if !(min..=max).contains(&count) {
            return Err(MipError::VectorCount { expect, count, min, max });
        }
    }
    let mut last = "";
    for entry in vectors {
        if !is_vector_path(&entry.file) || entry.file.as_str() <= last {
            return Err(MipError::VectorPath { file: shorten(&entry.file) });
        }
        last = &entry.file;
    }
    Ok(())
}

/// `vectors/<name>.json`, the name of lower-case letters, digits and hyphens: safe on any file system.
fn is_vector_path(file: &str) -> bool {
    let name = file.strip_prefix("vectors/").and_then(|rest| rest.strip_suffix(".json"));
    name.is_some_and(|name| {
        (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    })
}

fn load_schema(
    files: &BTreeMap<String, Vec<u8>>,
    name: &'static str,
    expected: Digest,
) -> Result<Schema, MipError> {
    let bytes = hashed(files, name, expected, limits::SCHEMA_BYTES_MAX)?;
    Schema::parse(bytes).map_err(|error| MipError::Schema { file: name, error })
}

fn load_vector(
    files: &BTreeMap<String, Vec<u8>>,
    entry: &VectorEntry,
) -> Result<(VectorEntry, Vector), MipError> {
    let bytes = hashed(files, &entry.file, entry.sha256, limits::VECTOR_BYTES_MAX)?;
    let vector: Result<_, WireError> = Vector::parse(bytes);
    let vector = vector.map_err(|_| MipError::Vector { file: entry.file.clone() })?;
    Ok((entry.clone(), vector))
}

fn hashed<'a>(
    files: &'a BTreeMap<String, Vec<u8>>,
    name: &str,
    expected: Digest,
    max: usize,
) -> Result<&'a [u8], MipError> {
    let bytes = file(files, name)?;
    at_most(name, bytes, max)?;
    let actual = sha256(bytes);
    if actual == expected {
        Ok(bytes)
    } else {
        Err(MipError::HashMismatch { file: name.to_owned(), expected, actual })
    }
}

fn file<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> Result<&'a [u8], MipError> {
    files
        .get(name)
        .map(Vec::as_slice)
        .ok_or_else(|| MipError::MissingFile { file: name.to_owned() })
}

fn at_most(name: &str, bytes: &[u8], max: usize) -> Result<(), MipError> {
    if bytes.len() <= max {
        Ok(())
    } else {
        Err(MipError::FileTooLarge { file: name.to_owned(), len: bytes.len(), max })
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(limits::TEXT_BYTES_MAX).collect()
}
