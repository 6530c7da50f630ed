//! One record on its own: its files, its checkpoint, its envelopes as bytes, its tiles, its parameters, its keys.

use std::collections::BTreeMap;

use comity_constitution::Parameters;
use comity_tlog::limits::NOTE_BYTES_MAX;
use comity_tlog::{
    CheckpointError, Frontier, SignedCheckpoint, TileKind, TilePath, Vkey, export_tiles, leaf_hash,
};
use comity_wire::{Digest, KeyId, SovereignId, sha256};

use super::fault::{Fault, Stop};
use super::lines::Lines;
use super::rules::Rules;
use super::source::{EntryKind, Source, SourceError, read_up_to};
use crate::export::{
    CHECKPOINT, ENVELOPES, KEYS, MIP_PREFIX, Opening, PARAMETERS, RULES_PREFIX, TILE_PREFIX,
    keys_json,
};
use crate::report::{Check, Outcome, RecordLine};
use crate::{Refusal, World};

/// A package as the record announces it.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) name: String,
    pub(super) version: String,
    /// Line of the announcement.
    pub(super) line: u64,
}

/// A record under examination.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) folder: String,
    /// What is in the folder, by path inside it.
    pub(super) files: BTreeMap<String, EntryKind>,
    pub(super) opening: Option<Opening>,
    /// The checkpoint if the log's own signature holds, whoever else has signed.
    pub(super) signed: Option<SignedCheckpoint>,
    /// SHA-256 of each envelope, once they lead to the signed root.
    pub(super) entries: Vec<Digest>,
    pub(super) parameters: Option<Parameters>,
    /// Files of rules other than the parameters of the genesis.
    pub(super) rules: Rules,
    /// Actors admitted, in order.
    pub(super) actors: Vec<(String, KeyId)>,
    pub(super) published: BTreeMap<Digest, Published>,
    pub(super) checks: Vec<Check>,
    /// Whether every check so far has passed.
    pub(super) is_good: bool,
}

impl Book {
    pub(super) fn new(folder: String, files: BTreeMap<String, EntryKind>) -> Self {
        Self {
            folder,
            files,
            opening: None,
            signed: None,
            entries: Vec::new(),
            parameters: None,
            rules: Rules::default(),
            actors: Vec::new(),
            published: BTreeMap::new(),
            checks: Vec::new(),
            is_good: true,
        }
    }

    pub(super) fn looks_like_a_record(&self) -> bool {
        self.has(CHECKPOINT) || self.has(ENVELOPES)
    }

    pub(super) fn has(&self, file: &str) -> bool {
        self.files.get(file) == Some(&EntryKind::File)
    }

    pub(super) fn id(&self) -> Option<SovereignId> {
        self.opening.as_ref().map(|opening| opening.id)
    }

    /// Path of a file of this record in the export.
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.folder)
    }

    /// Where the envelope with this index stands.
    pub(super) fn line_place(&self, index: u64) -> String {
        format!("{}/{ENVELOPES} line {}", self.folder, index.saturating_add(1))
    }

    /// Keeps what a check came to. Reading errors are nobody's verdict and go up.
    pub(super) fn note(
        &mut self,
        name: &'static str,
        result: Result<String, Stop>,
    ) -> Result<(), SourceError> {
        let outcome = match result {
            Ok(detail) => Outcome::Passed { detail },
            Err(Stop::Source(error)) => return Err(error),
            Err(Stop::Refused(place, fault)) => refused(place, &fault),
            Err(Stop::Skipped(because)) => Outcome::Skipped { because },
        };
        self.is_good &= matches!(outcome, Outcome::Passed { .. });
        self.checks.push(Check { name, folder: Some(self.folder.clone()), outcome });
        Ok(())
    }

    /// Whether everything in the folder is a file with a name that a record can have, and what every record has is there.
    pub(super) fn files_check(&self) -> Result<String, Stop> {
        for (name, kind) in &self.files {
            if *kind != EntryKind::File {
                return Err(Stop::refused(self.path(name), Fault::NotAFile));
            }
            let fixed = [CHECKPOINT, ENVELOPES, KEYS, PARAMETERS].contains(&name.as_str());
            let is_tile = name.starts_with(TILE_PREFIX) && name.parse::<TilePath>().is_ok();
            let is_checked_later = name.starts_with(MIP_PREFIX) || name.starts_with(RULES_PREFIX);
            if !fixed && !is_tile && !is_checked_later {
                return Err(Stop::refused(self.path(name), Fault::UnexpectedFile));
            }
        }
        for name in [CHECKPOINT, ENVELOPES, KEYS, PARAMETERS] {
            if !self.has(name) {
                return Err(Stop::refused(self.path(name), Fault::MissingFile));
            }
        }
        Ok(format!("{} files", self.files.len()))
    }

    /// Reads the genesis. What it says is kept whatever else is wrong with the record, for others to lean on.
    pub(super) fn open(&mut self, source: &dyn Source) -> Result<String, Stop> {
        let path = self.path(ENVELOPES);
        if !self.has(ENVELOPES) {
            return Err(Stop::refused(path, Fault::MissingFile));
        }
        let first = Lines::open(source, &path)?.next()?;
        let first = first.ok_or_else(|| Stop::refused(path, Refusal::GenesisPlace))?;
        let opening =
            Opening::read(&first).map_err(|refusal| Stop::refused(self.line_place(0), refusal))?;
        self.opening = Some(opening);
        Ok("signed by its root key; its hash is the sovereign's id".to_owned())
    }

    /// The checkpoint in its closed form: the log's signature and exactly the cosignatures that the genesis demands.
    pub(super) fn checkpoint_check(
        &mut self,
        source: &dyn Source,
        witnesses: &[Vkey],
        all_known: bool,
    ) -> Result<String, Stop> {
        let path = self.path(CHECKPOINT);
        let Some(opening) = &self.opening else { return Err(no_genesis()) };
        let bytes = read_up_to(source, &path, NOTE_BYTES_MAX)?;
        self.signed = SignedCheckpoint::decode_open(&bytes, &opening.log, &[], 0).ok();
        let needed = opening.genesis.witnesses_min;
        let quorum = usize::try_from(needed).unwrap_or(usize::MAX);
        let closed = SignedCheckpoint::decode(&bytes, &opening.log, witnesses, quorum);
        let signed = closed.map_err(|error| {
            let is_stranger = matches!(error, CheckpointError::UnknownSigner { .. });
            if is_stranger && !all_known {
                Stop::Skipped(format!("{error}; it may be a record that could not be opened"))
            } else {
                Stop::refused(path.clone(), Box::new(error))
            }
        })?;
        let given = signed.cosignatures().len() as u64;
        if given != needed {
            return Err(Stop::refused(path, Fault::Cosignatures { expected: needed, given }));
        }
        let detail = format!(
            "signed by its log over {} entries, {given} witnesses",
            signed.checkpoint().size()
        );
        self.signed = Some(signed);
        Ok(detail)
    }

    /// Hashes the envelopes up to the signed root, and finds the line that does not belong.
    pub(super) fn entries_check(&mut self, source: &dyn Source) -> Result<String, Stop> {
        let Some(signed) = &self.signed else { return Err(no_genesis()) };
        let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
        let entries = hash_lines(source, &self.path(ENVELOPES), size)?;
        let log: Frontier = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        if (log.size(), log.root()) == (size, root) {
            self.entries = entries;
            return Ok(format!("{size} envelopes hash to the signed root"));
        }
        if let Some((index, logged)) = self.first_other(source, &entries)? {
            let given = entries.get(index).copied().unwrap_or(Digest::ZERO);
            let fault = Fault::OtherEnvelope { logged, given };
            return Err(Stop::refused(self.line_place(index as u64), fault));
        }
        let path = self.path(ENVELOPES);
        Err(if log.size() == size {
            Stop::refused(path, Fault::Root { signed: root, computed: log.root() })
        } else {
            Stop::refused(path, Fault::LineCount { expected: size, given: log.size() })
        })
    }

    /// The first envelope that is not the one in the entry bundles. Only asked when the root is wrong, to name the place.
    fn first_other(
        &self,
        source: &dyn Source,
        entries: &[Digest],
    ) -> Result<Option<(usize, Digest)>, Stop> {
        let width = usize::from(comity_tlog::limits::TILE_WIDTH);
        let size = self.signed.as_ref().map_or(0, |signed| signed.checkpoint().size());
        for (at, given) in entries.chunks(width).enumerate() {
            let Some(path) = TilePath::at(TileKind::Entries, at as u64, size) else { break };
            if !self.has(&path.to_string()) {
                break;
            }
            let bytes = read_up_to(source, &self.path(&path.to_string()), width * 34)?;
            let logged = bytes.as_chunks::<34>().0.iter().map(|[_, _, entry @ ..]| *entry);
            let mut pairs = given.iter().zip(logged.map(Digest::from_bytes)).enumerate();
            if let Some((place, (_, logged))) = pairs.find(|(_, (given, logged))| *given != logged)
            {
                return Ok(Some((at * width + place, logged)));
            }
        }
        Ok(None)
    }

    /// The tiles are those of the entries: no other, none missing, every byte.
    pub(super) fn tiles_check(&self, source: &dyn Source) -> Result<String, Stop> {
        let tiles = export_tiles(&self.entries);
        let mut given = self.files.keys().filter(|name| name.starts_with(TILE_PREFIX));
        if let Some(name) = given.find(|name| !tiles.contains_key(*name)) {
            return Err(Stop::refused(self.path(name), Fault::UnexpectedFile));
        }
        for (name, expected) in &tiles {
            if !self.has(name) {
                return Err(Stop::refused(self.path(name), Fault::MissingFile));
            }
            self.same_bytes(source, name, expected)?;
        }
        Ok(format!("{} files, every byte recomputed", tiles.len()))
    }

    /// The parameters that the genesis names.
    pub(super) fn parameters_check(&mut self, source: &dyn Source) -> Result<String, Stop> {
        let path = self.path(PARAMETERS);
        let Some(opening) = &self.opening else { return Err(no_genesis()) };
        let bytes = read_up_to(source, &path, Parameters::BYTES_MAX)?;
        let (expected, found) = (opening.genesis.parameters, sha256(&bytes));
        if found != expected {
            let refusal = Refusal::Mismatch { what: "hash of the parameters", expected, found };
            return Err(Stop::refused(path, refusal));
        }
        let parameters =
            Parameters::decode(&bytes).map_err(|error| Stop::refused(path, Box::new(error)))?;
        let detail = format!("{}, with the hash that the genesis names", parameters.name());
        self.parameters = Some(parameters);
        Ok(detail)
    }

    /// The keys, recomputed from the statements.
    pub(super) fn check_keys(&mut self, source: &dyn Source) -> Result<(), SourceError> {
        let result = self.keys_check(source);
        self.note("keys", result)
    }

    fn keys_check(&self, source: &dyn Source) -> Result<String, Stop> {
        let Some(opening) = &self.opening else { return Err(no_genesis()) };
        let expected = keys_json(opening, &self.actors)
            .map_err(|error| Stop::refused(self.path(KEYS), error))?;
        self.same_bytes(source, KEYS, &expected)?;
        Ok(format!("root, authority and {} actors, recomputed", self.actors.len()))
    }

    /// Refuses the first byte of a file that is not as expected.
    fn same_bytes(&self, source: &dyn Source, name: &str, expected: &[u8]) -> Result<(), Stop> {
        let path = self.path(name);
        let given = read_up_to(source, &path, expected.len())?;
        if given == expected {
            return Ok(());
        }
        let same = given.iter().zip(expected).take_while(|(a, b)| a == b).count();
        let fault = Fault::OtherBytes { at: same, expected: expected.len(), given: given.len() };
        Err(Stop::refused(path, fault))
    }

    /// The record as a report shows it.
    pub(super) fn line(&self, world: &World) -> RecordLine {
        let genesis = self.opening.as_ref().map(|opening| &opening.genesis);
        let view = self.id().and_then(|id| world.record(id));
        RecordLine {
            folder: self.folder.clone(),
            sovereign: self.id(),
            name: genesis.map(|it| it.name.clone()).unwrap_or_default(),
            organisation: genesis.map(|it| it.organisation.clone()).unwrap_or_default(),
            region: genesis.map(|it| it.region.clone()).unwrap_or_default(),
            statements: self.signed.as_ref().map_or(0, |signed| signed.checkpoint().size()),
            root: self.signed.as_ref().map(|signed| signed.checkpoint().root()),
            parameters: genesis.map(|it| it.parameters),
            epochs: view.map_or(0, |view| view.chain().len()),
            last: view.map(|view| view.last),
        }
    }
}

/// A check that needs what an earlier one of the same record did not give.
fn no_genesis() -> Stop {
    Stop::Skipped("the record could not be opened".to_owned())
}

/// What a fault looks like in a report.
pub(super) fn refused(place: String, fault: &Fault) -> Outcome {
    Outcome::Refused { place, code: fault.code(), message: fault.to_string() }
}

/// SHA-256 of each line. Stops one line after `size`, so that a file cannot be longer than what was signed.
pub(super) fn hash_lines(source: &dyn Source, path: &str, size: u64) -> Result<Vec<Digest>, Stop> {
    let mut lines = Lines::open(source, path)?;
    let mut entries = Vec::new();
    while let Some(line) = lines.next()? {
        entries.push(sha256(&line));
        if size < lines.read() {
            break;
        }
    }
    Ok(entries)
}
