//! The files of rules that a record's constitution names: read before the statements are replayed, since those rest on
//! them, and compared afterwards with what the statements name.

use std::collections::BTreeSet;

use comity_constitution::facts::Instrument;
use comity_constitution::{Charter, Parameters};
use comity_wire::{Digest, sha256};

use super::fault::{Fault, Stop};
use super::record::Book;
use super::source::{Source, SourceError, read_up_to};
use crate::Refusal;
use crate::export::{RULES_PREFIX, rules_path};

/// The files of rules of one record.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Charters that were read.
    pub(super) charters: Vec<Charter>,
    /// Parameter files that were read, without the one that the genesis names.
    pub(super) parameters: Vec<Parameters>,
    /// What the statements name.
    pub(super) named: BTreeSet<(Instrument, Digest)>,
}

/// Reads every file under `rules/`: each has the name that follows from its bytes, and every relation holds in it.
pub(super) fn read(book: &mut Book, source: &dyn Source) -> Result<String, Stop> {
    let given: Vec<String> =
        book.files.keys().filter(|name| name.starts_with(RULES_PREFIX)).cloned().collect();
    for name in &given {
        let path = book.path(name);
        let bytes = read_up_to(source, &path, Parameters::BYTES_MAX.max(Charter::BYTES_MAX))?;
        let hash = sha256(&bytes);
        if *name == rules_path(Instrument::Charter, hash) {
            let charter = Charter::decode(&bytes);
            let charter = charter.map_err(|error| Stop::refused(path, Box::new(error)))?;
            book.rules.charters.push(charter);
        } else if *name == rules_path(Instrument::Parameters, hash) {
            let parameters = Parameters::decode(&bytes);
            let parameters = parameters.map_err(|error| Stop::refused(path, Box::new(error)))?;
            book.rules.parameters.push(parameters);
        } else {
            let stem = name.strip_suffix(".json").unwrap_or(name);
            let stated = stem.rsplit_once('-').and_then(|(_, text)| text.parse().ok());
            let refused = match stated {
                Some(expected) => Stop::refused(
                    path,
                    Refusal::Mismatch { what: "hash of the rules", expected, found: hash },
                ),
                None => Stop::refused(path, Fault::UnexpectedFile),
            };
            return Err(refused);
        }
    }
    Ok(format!("{} files of rules, each with the hash in its name", given.len()))
}

/// The files are those that the statements name, and no others.
pub(super) fn check(book: &mut Book) -> Result<(), SourceError> {
    // What the genesis names is in a file of its own.
    if let Some(opening) = &book.opening {
        book.rules.named.remove(&(Instrument::Parameters, opening.genesis.parameters));
    }
    let is_given = book.files.keys().any(|name| name.starts_with(RULES_PREFIX));
    if book.rules.named.is_empty() && !is_given {
        return Ok(());
    }
    let result = compare(book);
    book.note("rules", result)
}

fn compare(book: &Book) -> Result<String, Stop> {
    let named: BTreeSet<String> =
        book.rules.named.iter().map(|(instrument, hash)| rules_path(*instrument, *hash)).collect();
    let mut given = book.files.keys().filter(|name| name.starts_with(RULES_PREFIX));
    if let Some(name) = given.find(|name| !named.contains(*name)) {
        return Err(Stop::refused(book.path(name), Fault::UnexpectedFile));
    }
    if let Some(name) = named.iter().find(|name| !book.has(name)) {
        return Err(Stop::refused(book.path(name), Fault::MissingFile));
    }
    Ok(format!("{} files of rules, those that the constitution names", named.len()))
}
