//! Records read from anywhere: a home, a folder of an export, or a folder of these.
//!
//! What comes out has a genesis that its own root key signed and entries that lead to a root that its authority signed.
//! Signatures of the statements are checked when they are folded, in [`super::replayed`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_constitution::{Parameters, RuleFile};
use comity_replay::export::{CHECKPOINT, ENVELOPES, Opening, PARAMETERS};
use comity_store::Log;
use comity_tlog::{Frontier, SignedCheckpoint, leaf_hash};
use comity_wire::{SovereignId, sha256};

use super::layout::Home;
use super::{file, rules};
use crate::fail::CliError;
use crate::limits::{CHECKPOINT_BYTES_MAX, FOLDER_ENTRIES_MAX, RECORD_BYTES_MAX};

/// One record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Whose it is.
    pub opening: Opening,
    /// Its entries, in order.
    pub envelopes: Vec<Vec<u8>>,
    /// The last root that its authority signed over these entries, or over the first of them.
    pub checkpoint: SignedCheckpoint,
    /// The parameters that lie beside it.
    pub parameters: Option<Parameters>,
    /// Other files of rules that lie beside it.
    pub rules: Vec<RuleFile>,
}

impl Record {
    /// Every file of rules that is at hand for it.
    pub fn all_rules(&self) -> impl Iterator<Item = RuleFile> {
        let parameters = self.parameters.clone().map(RuleFile::from);
        parameters.into_iter().chain(self.rules.iter().cloned())
    }

    /// Whose it is.
    pub const fn id(&self) -> SovereignId {
        self.opening.id
    }

    /// Entries that the checkpoint covers.
    pub fn sealed(&self) -> &[Vec<u8>] {
        let size = usize::try_from(self.checkpoint.checkpoint().size()).unwrap_or(usize::MAX);
        self.envelopes.get(..size).unwrap_or(&self.envelopes)
    }
}

/// Records by sovereign; of two copies of one, the longer.
pub type Records = BTreeMap<SovereignId, Record>;

/// Reads every record at these paths.
///
/// # Errors
///
/// [`CliError::NoRecord`] for a path without any, [`CliError::Forked`] if two copies contradict each other, and whatever
/// is wrong with a record, with its path.
pub fn gather(paths: &[PathBuf]) -> anyhow::Result<Records> {
    let mut records = Records::new();
    for path in paths {
        let before = records.len();
        let found = gather_at(path, &mut records)?;
        if before == records.len() && !found {
            return Err(CliError::NoRecord { path: path.clone() }.into());
        }
    }
    Ok(records)
}

fn gather_at(path: &Path, records: &mut Records) -> anyhow::Result<bool> {
    if !path.is_dir() {
        // Says whether it is missing, or a file.
        path.metadata().with_context(|| format!("read {}", path.display()))?;
        return Ok(false);
    }
    if let Some(record) = read(path)? {
        merge(records, record)?;
        if Home::is_at(path) {
            held(&Home::open(path)?, records)?;
        }
        return Ok(true);
    }
    let mut found = false;
    for below in folders(path)? {
        if let Some(record) = read(&below)? {
            merge(records, record)?;
            found = true;
            if Home::is_at(&below) {
                held(&Home::open(&below)?, records)?;
            }
        }
    }
    Ok(found)
}

/// Adds what a home holds of others.
///
/// # Errors
///
/// As [`gather`].
pub fn held(home: &Home, records: &mut Records) -> anyhow::Result<()> {
    let peers = home.peers();
    if !peers.is_dir() {
        return Ok(());
    }
    for below in folders(&peers)? {
        if let Some(record) = read(&below)? {
            merge(records, record)?;
        }
    }
    Ok(())
}

/// The folders below a folder, but for those still being made, whose names begin with a dot.
fn folders(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let is_hidden = |below: &PathBuf| {
        below.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
    };
    let mut found = file::list(path, FOLDER_ENTRIES_MAX)?;
    found.retain(|below| below.is_dir() && !is_hidden(below));
    Ok(found)
}

/// Adds a record, or keeps the longer of two copies of it.
///
/// # Errors
///
/// [`CliError::Forked`] if neither continues the other.
pub fn merge(records: &mut Records, record: Record) -> anyhow::Result<()> {
    let id = record.id();
    let Some(known) = records.get(&id) else {
        records.insert(id, record);
        return Ok(());
    };
    let pairs = known.envelopes.iter().zip(&record.envelopes);
    if let Some(index) = pairs.enumerate().find_map(|(at, (a, b))| (a != b).then_some(at as u64)) {
        return Err(CliError::Forked { record: id, index }.into());
    }
    let mut rules = known.rules.clone();
    rules.extend(record.rules.iter().filter(|file| !known.rules.contains(file)).cloned());
    let parameters = known.parameters.clone().or_else(|| record.parameters.clone());
    let longer =
        if known.envelopes.len() < record.envelopes.len() { record } else { known.clone() };
    records.insert(id, Record { parameters, rules, ..longer });
    Ok(())
}

/// The record right at `path`, if one is there.
fn read(path: &Path) -> anyhow::Result<Option<Record>> {
    let doing = || format!("read the record in {}", path.display());
    let (envelopes, is_home) = if Home::is_at(path) {
        (of_home(&Home::open(path)?).with_context(doing)?, true)
    } else if path.join(ENVELOPES).exists() {
        (lines(&file::read(&path.join(ENVELOPES), RECORD_BYTES_MAX)?), false)
    } else {
        return Ok(None);
    };
    assemble(path, envelopes, is_home).map(Some)
}

/// What lies in `path`, with these entries, held against each other.
///
/// # Errors
///
/// Whatever does not fit, with the path.
pub(super) fn assemble(
    path: &Path,
    envelopes: Vec<Vec<u8>>,
    is_home: bool,
) -> anyhow::Result<Record> {
    let doing = || format!("read the record in {}", path.display());
    let first = envelopes.first().ok_or_else(|| CliError::NoRecord { path: path.to_owned() })?;
    let opening = Opening::read(first).with_context(doing)?;
    let note = file::read(&path.join(CHECKPOINT), CHECKPOINT_BYTES_MAX)?;
    let checkpoint =
        SignedCheckpoint::decode_open(&note, &opening.log, &[], 0).with_context(doing)?;
    check(&opening, &envelopes, &checkpoint, is_home).with_context(doing)?;
    let parameters = path.join(PARAMETERS);
    let parameters = if parameters.exists() {
        let max = u64::try_from(Parameters::BYTES_MAX).unwrap_or(u64::MAX);
        let bytes = file::read(&parameters, max)?;
        Some(Parameters::decode(&bytes).with_context(|| format!("read {}", parameters.display()))?)
    } else {
        None
    };
    let rules = rules::load(path)?;
    Ok(Record { opening, envelopes, checkpoint, parameters, rules })
}

/// Holds entries against the signed root. In a home the root may be one append behind: it is signed after it.
fn check(
    opening: &Opening,
    envelopes: &[Vec<u8>],
    signed: &SignedCheckpoint,
    is_home: bool,
) -> Result<(), CliError> {
    let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
    let held = envelopes.len() as u64;
    let record = opening.id;
    if held < size {
        return Err(CliError::RecordShort { record, size, held });
    }
    let covered = usize::try_from(size).unwrap_or(usize::MAX);
    let covered = if is_home { covered } else { envelopes.len() };
    let mut log = Frontier::new();
    for bytes in envelopes.iter().take(covered) {
        log.append(leaf_hash(sha256(bytes).as_bytes()));
    }
    if log.root() == root {
        Ok(())
    } else {
        Err(CliError::CheckpointMismatch { record, size, signed: root, computed: log.root() })
    }
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if body.is_empty() {
        return Vec::new();
    }
    body.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Entries of a home, read from a copy: opening the log itself would lock it, and might settle its end.
fn of_home(home: &Home) -> anyhow::Result<Vec<Vec<u8>>> {
    let path = home.record();
    let len = path.metadata().with_context(|| format!("read {}", path.display()))?.len();
    if RECORD_BYTES_MAX < len {
        return Err(CliError::too_large(&path, len, RECORD_BYTES_MAX).into());
    }
    let copy = file::Scratch::copy_of(&path)?;
    let (log, _) = Log::open(copy.path(), home.id.digest().as_bytes())
        .with_context(|| format!("open {}", path.display()))?;
    let envelopes = bodies(&log)?;
    belongs(home, &envelopes)?;
    Ok(envelopes)
}

/// Every entry of a log.
///
/// # Errors
///
/// [`comity_store::StoreError`].
pub fn bodies(log: &Log) -> anyhow::Result<Vec<Vec<u8>>> {
    log.iter_from(0).map(|frame| Ok(frame?.body)).collect()
}

/// Refuses a home whose label and record disagree.
///
/// # Errors
///
/// [`CliError::HomeDisagrees`].
pub fn belongs(home: &Home, envelopes: &[Vec<u8>]) -> anyhow::Result<()> {
    let none = || CliError::NoRecord { path: home.record() };
    let opening = Opening::read(envelopes.first().ok_or_else(none)?)?;
    if opening.id == home.id {
        return Ok(());
    }
    let (found, expected) = (home.id.to_string(), opening.id.to_string());
    Err(CliError::HomeDisagrees { what: "id", found, expected }.into())
}
