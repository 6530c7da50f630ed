//! Making the files of an export. Pure: the caller puts them on a disk.

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::ConstitutionFact;
use comity_constitution::facts::Instrument;
use comity_mesh::MeshFact;
use comity_mycel::MycelFact;
use comity_mycel::mip::{MANIFEST, MipError, Package};
use comity_sign::{Claim, VerifyError};
use comity_tlog::{Frontier, SignedCheckpoint, export_tiles, leaf_hash};
use comity_wire::{Digest, KeyId, SovereignId, Statement, WireError, sha256};

use super::{
    CHECKPOINT, ENVELOPES, KEYS, MIP_PREFIX, Opening, PARAMETERS, folders, keys_json, rules_path,
};
use crate::Refusal;

/// What a record's export is made of.
#[derive(Clone, Copy, Debug)]
pub struct RecordParts<'a> {
    /// Every envelope of the record, in order.
    pub envelopes: &'a [Box<[u8]>],
    /// The checkpoint over all of them, with the cosignatures that the genesis demands.
    pub checkpoint: &'a SignedCheckpoint,
    /// Canonical bytes of the parameters that the genesis names.
    pub parameters: &'a [u8],
    /// Canonical bytes of charters and parameter files; those that the record's constitution does not name are left out.
    pub rules: &'a [Vec<u8>],
    /// The files of packages, by path; those that the record does not publish are left out.
    pub packages: &'a [BTreeMap<String, Vec<u8>>],
}

/// Why an export cannot be made of these parts. The caller's fault; a verifier would refuse the result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// There is no first envelope, or it is no genesis.
    #[error("first envelope: {0}")]
    Opening(Box<Refusal>),
    /// An envelope is not in its one form.
    #[error("envelope {index}: {source}")]
    Envelope {
        /// Its index, from 0.
        index: u64,
        /// What is wrong with it.
        source: VerifyError,
    },
    /// A body or a key is not in its one form.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The checkpoint is over other entries.
    #[error(
        "the checkpoint is over {size} entries with root {root}, these {given} have {computed}"
    )]
    OtherCheckpoint {
        /// Size of the checkpoint, in entries.
        size: u64,
        /// Root of the checkpoint.
        root: Digest,
        /// Envelopes given.
        given: u64,
        /// Their root.
        computed: Digest,
    },
    /// The parameters are not those that the genesis names.
    #[error("the genesis names parameters {expected}, these are {given}")]
    OtherParameters {
        /// Hash in the genesis.
        expected: Digest,
        /// Hash of the bytes given.
        given: Digest,
    },
    /// The record's constitution names a file of rules that was not given.
    #[error("the {} {hash} are named but were not given", instrument.name())]
    RulesMissing {
        /// Which kind of file.
        instrument: Instrument,
        /// Its hash.
        hash: Digest,
    },
    /// The files of a package are not a package.
    #[error("package: {0}")]
    Package(Box<MipError>),
    /// The record publishes a package that was not given.
    #[error("package {manifest} is published but was not given")]
    PackageMissing {
        /// Hash of its manifest.
        manifest: Digest,
    },
    /// Two records of one sovereign.
    #[error("two records of {id}")]
    SecondRecord {
        /// The sovereign.
        id: SovereignId,
    },
}

impl WriteError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Opening(refusal) => refusal.code(),
            Self::Envelope { source, .. } => source.code(),
            Self::Wire(error) => error.code(),
            Self::OtherCheckpoint { .. } => "replay.write_other_checkpoint",
            Self::OtherParameters { .. } => "replay.write_other_parameters",
            Self::RulesMissing { .. } => "replay.write_rules_missing",
            Self::Package(error) => error.code(),
            Self::PackageMissing { .. } => "replay.write_package_missing",
            Self::SecondRecord { .. } => "replay.write_second_record",
        }
    }
}

/// The files of a whole export, by path relative to its directory.
///
/// # Errors
///
/// [`WriteError`], for the first record that has one.
pub fn write_export(records: &[RecordParts<'_>]) -> Result<BTreeMap<String, Vec<u8>>, WriteError> {
    let openings: Vec<Opening> =
        records.iter().map(|parts| opening(parts)).collect::<Result<_, _>>()?;
    let mut seen = BTreeSet::new();
    for Opening { id, .. } in &openings {
        if !seen.insert(*id) {
            return Err(WriteError::SecondRecord { id: *id });
        }
    }
    let names = openings.iter().map(|opening| (opening.id, opening.genesis.name.as_str()));
    let folders = folders(names);
    let mut files = BTreeMap::new();
    for (parts, opening) in records.iter().zip(&openings) {
        let folder = folders.get(&opening.id).map_or("", String::as_str);
        files.extend(write_record(folder, parts)?);
    }
    Ok(files)
}

/// The files of one record under `folder/`, by path. [`folders`] says which folder an export demands;
/// [`write_export`] does both.
///
/// # Errors
///
/// [`WriteError`].
pub fn write_record(
    folder: &str,
    parts: &RecordParts<'_>,
) -> Result<BTreeMap<String, Vec<u8>>, WriteError> {
    let opening = opening(parts)?;
    let given = sha256(parts.parameters);
    if given != opening.genesis.parameters {
        return Err(WriteError::OtherParameters { expected: opening.genesis.parameters, given });
    }
    let entries: Vec<Digest> = parts.envelopes.iter().map(|bytes| sha256(bytes)).collect();
    check_checkpoint(parts.checkpoint, &entries)?;
    let Named { actors, published, mut rules } = named(parts.envelopes)?;
    // The parameters of the genesis are there already.
    rules.remove(&(Instrument::Parameters, given));

    let mut files = export_tiles(&entries);
    files.insert(CHECKPOINT.to_owned(), parts.checkpoint.encode());
    files.insert(ENVELOPES.to_owned(), lines(parts.envelopes));
    files.insert(KEYS.to_owned(), keys_json(&opening, &actors)?);
    files.insert(PARAMETERS.to_owned(), parts.parameters.to_vec());
    for (instrument, hash) in rules {
        let bytes = parts.rules.iter().find(|bytes| sha256(bytes) == hash);
        let bytes = bytes.ok_or(WriteError::RulesMissing { instrument, hash })?;
        files.insert(rules_path(instrument, hash), bytes.clone());
    }
    for manifest in published {
        let has = |package: &&BTreeMap<String, Vec<u8>>| {
            package.get(MANIFEST).is_some_and(|bytes| sha256(bytes) == manifest)
        };
        let package = parts.packages.iter().find(has);
        let package = package.ok_or(WriteError::PackageMissing { manifest })?;
        Package::load(package).map_err(|error| WriteError::Package(Box::new(error)))?;
        for (path, bytes) in package {
            files.insert(format!("{MIP_PREFIX}{manifest}/{path}"), bytes.clone());
        }
    }
    Ok(files.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)).collect())
}

fn opening(parts: &RecordParts<'_>) -> Result<Opening, WriteError> {
    let refused = |refusal| WriteError::Opening(Box::new(refusal));
    let first = parts.envelopes.first().ok_or_else(|| refused(Refusal::GenesisPlace))?;
    Opening::read(first).map_err(refused)
}

fn check_checkpoint(signed: &SignedCheckpoint, entries: &[Digest]) -> Result<(), WriteError> {
    let log: Frontier = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
    let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
    let (given, computed) = (log.size(), log.root());
    if (size, root) == (given, computed) {
        Ok(())
    } else {
        Err(WriteError::OtherCheckpoint { size, root, given, computed })
    }
}

/// What the statements of a record name.
#[derive(Default)]
struct Named {
    /// Actors admitted, with their names.
    actors: Vec<(String, KeyId)>,
    /// Packages published.
    published: BTreeSet<Digest>,
    /// Files of rules.
    rules: BTreeSet<(Instrument, Digest)>,
}

fn named(envelopes: &[Box<[u8]>]) -> Result<Named, WriteError> {
    let mut named = Named::default();
    for (index, bytes) in (0..).zip(envelopes) {
        let claim = Claim::<Statement>::decode(bytes)
            .map_err(|source| WriteError::Envelope { index, source })?;
        let Statement { kind, body, .. } = claim.claimed();
        if let Some(MeshFact::ActorAdmitted(actor)) = MeshFact::decode(kind, body)? {
            named.actors.push((actor.name, actor.key));
        }
        if let Some(MycelFact::MipPublished(mip)) = MycelFact::decode(kind, body)? {
            named.published.insert(mip.manifest);
        }
        if let Some(fact) = ConstitutionFact::decode(kind, body)? {
            named.rules.extend(fact.files());
        }
    }
    Ok(named)
}

fn lines(envelopes: &[Box<[u8]>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(envelopes.iter().map(|line| line.len() + 1).sum());
    for line in envelopes {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    bytes
}
