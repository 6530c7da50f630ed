//! Rechecks an export from its bytes alone.
//!
//! ```text
//!  each record on its own                              all records together           each record again
//!  files ─▶ genesis ─▶ checkpoint ─▶ entries ─▶ tiles ─▶ statements (World::apply, ─▶ keys ─▶ packages
//!                                       └─▶ parameters   side by side by citation)        └─▶ reports, books, expected
//! ```
//!
//! The cheap checks come first, and a record stops at its first refusal. A record that only rests on a refused one is
//! skipped, so that what is printed is the cause. Envelopes are read twice and never held: once to be hashed against
//! the signed root, once to be verified and applied, so memory is 32 bytes per envelope, its tiles, and the state.
//!
//! # Invariants
//!
//! 1. An export is valid only if every check of every record passed; a skipped check is no pass.
//! 2. The same bytes give the same report, on any number of threads.
//! 3. Bytes from outside never panic, and no read is larger than its named limit.
//!
//! # Source
//!
//! DESIGN §2 and §6, blueprint §9; `docs/src/guide/verify.md` for readers.

mod across;
mod fault;
mod fold;
mod histories;
mod lines;
mod packages;
mod reader;
mod record;
mod rules;
mod source;

use std::collections::BTreeMap;

use comity_wire::SovereignId;

pub use fault::Fault;
pub use histories::{History, Relationship};
pub use source::{Entry, EntryKind, Source, SourceError};

use self::record::Book;
use crate::World;
use crate::export::limits::{FILES_MAX, RECORDS_MAX};
use crate::report::{Report, contract, summarise};

/// How to verify.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Threads for hashes and signatures; zero counts as one.
    pub threads: usize,
    /// Sovereigns whose records must be there. Nothing else ties an id to the organisation that a reader means.
    pub expect: Vec<SovereignId>,
}

/// Why nothing could be verified: not an export, or not readable. Says nothing about any record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// The system refused to give the bytes.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// No folder with a checkpoint or envelopes in it.
    #[error("no record in it: no folder holds a checkpoint or envelopes")]
    NoRecords,
    /// More folders than an export has records.
    #[error("{given} folders, an export has at most {max} records")]
    TooManyRecords {
        /// Folders found.
        given: usize,
        /// Most records of an export.
        max: usize,
    },
    /// More files than an export has.
    #[error("more than {max} files")]
    TooManyFiles {
        /// Most files of an export.
        max: usize,
    },
}

impl Unusable {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "replay.unreadable",
            Self::NoRecords => "replay.no_records",
            Self::TooManyRecords { .. } => "replay.too_many_records",
            Self::TooManyFiles { .. } => "replay.too_many_files",
        }
    }
}

/// What a verification of several exports found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// One report per export, in the order given.
    pub reports: Vec<Report>,
    /// How records of one sovereign in two exports stand to each other.
    pub histories: Vec<History>,
}

impl Verification {
    /// Whether every export is valid and none contradicts another.
    pub fn is_valid(&self) -> bool {
        self.reports.iter().all(Report::is_valid)
            && self.histories.iter().all(History::is_consistent)
    }
}

/// Verifies one export.
///
/// # Errors
///
/// [`Unusable`] if there is nothing to verify or it cannot be read. What is refused is in the report.
pub fn verify_export(source: &dyn Source, options: &Options) -> Result<Report, Unusable> {
    examine(source, options).map(|(report, _)| report)
}

/// Verifies several exports, each on its own, and compares the histories of every sovereign that is in two of them.
/// `labels` say how the places of each are written.
///
/// # Errors
///
/// As [`verify_export`], with the position of the export at fault.
pub fn verify_exports(
    exports: &[(&str, &dyn Source)],
    options: &Options,
) -> Result<Verification, (usize, Unusable)> {
    let mut reports = Vec::new();
    let mut traces = Vec::new();
    for (at, (label, source)) in exports.iter().enumerate() {
        let (report, books) = examine(*source, options).map_err(|error| (at, error))?;
        reports.push(report);
        traces.push((at, histories::traces(label, *source, books)));
    }
    let mut found = Vec::new();
    for (at, firsts) in &traces {
        for (other, seconds) in traces.iter().skip(at + 1) {
            let compared = histories::between(firsts, seconds);
            found.extend(compared.map_err(|error| (*other, Unusable::Source(error)))?);
        }
    }
    Ok(Verification { reports, histories: found })
}

fn examine(source: &dyn Source, options: &Options) -> Result<(Report, Vec<Book>), Unusable> {
    let (mut books, strays) = shelve(source)?;
    across::open(source, &mut books)?;
    across::check_alone(source, &mut books, options.threads)?;
    let mut world = world_of(&mut books);
    let changes = fold::fold(&mut world, source, &mut books, options.threads)?;
    let mut verifiers = BTreeMap::new();
    for book in books.iter_mut().filter(|book| book.is_good) {
        book.check_keys(source)?;
        rules::check(book)?;
        packages::check(book, source, &mut verifiers)?;
    }
    let histories = histories::within(&histories::borrowed(source, &books))?;
    let mut checks: Vec<_> = books.iter().flat_map(|book| book.checks.iter().cloned()).collect();
    checks.extend(across::strays(&strays));
    checks.extend(across::expected(&books, &options.expect));
    checks.extend(across::reports(&world, &books, &verifiers));
    checks.extend(across::books(&world));
    checks.extend(histories.iter().map(History::to_check));
    let records = books.iter().map(|book| book.line(&world)).collect();
    let contract = contract(&world, &checks, changes.len());
    let mut report = Report { records, checks, histories, summary: None, contract };
    report.summary = report.is_valid().then(|| summarise(&world, &changes));
    Ok((report, books))
}

/// A world that knows the files of rules that the records carry.
fn world_of(books: &mut [Book]) -> World {
    let (mut parameters, mut charters) = (Vec::new(), Vec::new());
    for book in books {
        parameters.extend(book.parameters.take());
        parameters.append(&mut book.rules.parameters);
        charters.append(&mut book.rules.charters);
    }
    World::new(parameters).with_charters(charters)
}

/// One book per folder, and what lies beside them.
fn shelve(source: &dyn Source) -> Result<(Vec<Book>, Vec<Entry>), Unusable> {
    let entries = source.list()?;
    if FILES_MAX < entries.len() {
        return Err(Unusable::TooManyFiles { max: FILES_MAX });
    }
    let mut strays = Vec::new();
    let mut folders: BTreeMap<String, BTreeMap<String, EntryKind>> = BTreeMap::new();
    for entry in entries {
        match entry.path.split_once('/') {
            Some((folder, rest)) => {
                let files = folders.entry(folder.to_owned()).or_default();
                files.insert(rest.to_owned(), entry.kind);
            }
            None => strays.push(entry),
        }
    }
    strays.sort();
    if RECORDS_MAX < folders.len() {
        return Err(Unusable::TooManyRecords { given: folders.len(), max: RECORDS_MAX });
    }
    let books: Vec<Book> =
        folders.into_iter().map(|(folder, files)| Book::new(folder, files)).collect();
    if books.iter().any(Book::looks_like_a_record) {
        Ok((books, strays))
    } else {
        Err(Unusable::NoRecords)
    }
}
