//! The packages that a record publishes: there, complete, and nothing else under `mip/`.

use std::collections::BTreeMap;

use comity_mycel::mip::{MANIFEST, MipError, Package, limits as mip};
use comity_wire::{Digest, sha256};

use super::fault::{Fault, Stop};
use super::record::{Book, Published};
use super::source::{Source, SourceError, read_up_to};
use crate::export::MIP_PREFIX;

/// Most files of a package, a count: manifest, three schemas, verifier, and its vectors.
const FILES_MAX: usize = 5 + 2 * mip::VECTORS_MAX;

/// Checks the packages of a record and remembers their verifiers by package.
pub(super) fn check(
    book: &mut Book,
    source: &dyn Source,
    verifiers: &mut BTreeMap<Digest, Digest>,
) -> Result<(), SourceError> {
    if book.is_good {
        let result = packages(book, source, verifiers);
        book.note("packages", result)?;
    }
    Ok(())
}

fn packages(
    book: &Book,
    source: &dyn Source,
    verifiers: &mut BTreeMap<Digest, Digest>,
) -> Result<String, Stop> {
    let mut files: BTreeMap<Digest, Vec<&str>> = BTreeMap::new();
    for name in book.files.keys() {
        let Some(rest) = name.strip_prefix(MIP_PREFIX) else { continue };
        let named = rest.split_once('/').and_then(|(id, file)| Some((id.parse().ok()?, file)));
        match named.filter(|(id, _)| book.published.contains_key(id)) {
            Some((id, file)) => files.entry(id).or_default().push(file),
            None => return Err(Stop::refused(book.path(name), Fault::UnexpectedFile)),
        }
    }
    for (id, published) in &book.published {
        let package = load(book, source, *id, files.get(id).map_or(&[], Vec::as_slice))?;
        let found = format!("{} {}", package.manifest().full_name(), package.manifest().version);
        let Published { name, version, line } = published;
        if found != format!("{name} {version}") {
            return Err(Stop::refused(book.line_place(*line), Fault::PackageName { found }));
        }
        verifiers.insert(*id, package.manifest().verifier.sha256);
    }
    Ok(format!("{} published, complete", book.published.len()))
}

fn load(book: &Book, source: &dyn Source, id: Digest, names: &[&str]) -> Result<Package, Stop> {
    let path = |file: &str| book.path(&format!("{MIP_PREFIX}{id}/{file}"));
    if !names.contains(&MANIFEST) {
        return Err(Stop::refused(path(MANIFEST), Fault::MissingFile));
    }
    if let Some(extra) = names.get(FILES_MAX) {
        return Err(Stop::refused(path(extra), Fault::UnexpectedFile));
    }
    let mut files = BTreeMap::new();
    for name in names {
        let bytes = read_up_to(source, &path(name), mip::VERIFIER_BYTES_MAX)?;
        files.insert((*name).to_owned(), bytes);
    }
    let refused = |error: MipError| {
        let place = path(file_of(&error));
        if matches!(error, MipError::MissingFile { .. }) {
            Stop::refused(place, Fault::MissingFile)
        } else if matches!(error, MipError::ExtraFile { .. }) {
            Stop::refused(place, Fault::UnexpectedFile)
        } else {
            Stop::refused(place, Box::new(error))
        }
    };
    let actual = files.get(MANIFEST).map_or(Digest::ZERO, |bytes| sha256(bytes));
    if actual != id {
        let file = MANIFEST.to_owned();
        return Err(refused(MipError::HashMismatch { file, expected: id, actual }));
    }
    Package::load(&files).map_err(refused)
}

/// The file that an error is about: the manifest, unless it names another.
fn file_of(error: &MipError) -> &str {
    if let MipError::MissingFile { file }
    | MipError::ExtraFile { file }
    | MipError::HashMismatch { file, .. }
    | MipError::FileTooLarge { file, .. }
    | MipError::Vector { file } = error
    {
        file
    } else if let MipError::Schema { file, .. } = error {
        file
    } else {
        MANIFEST
    }
}
