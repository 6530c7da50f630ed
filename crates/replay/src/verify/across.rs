//! What is checked over all records: who is who, what reports rest on, whether books add up.

use std::collections::BTreeMap;

use comity_mycel::facts::{Reported, Verdict};
use comity_wire::{Digest, SovereignId};

use super::fault::{Fault, Stop};
use super::record::{Book, refused};
use super::source::{Entry, EntryKind, Source, SourceError};
use crate::World;
use crate::export::{CHECKPOINT, ENVELOPES, folders};
use crate::report::{Check, Outcome};

/// Opens every record, so that each can be the witness of the others.
pub(super) fn open(source: &dyn Source, books: &mut [Book]) -> Result<(), SourceError> {
    for book in books.iter_mut() {
        let files = book.files_check();
        let opened = book.open(source);
        book.note("files", files)?;
        if book.is_good {
            book.note("genesis", opened)?;
        } else if let Err(Stop::Source(error)) = opened {
            return Err(error);
        }
    }
    let names = books.iter().filter_map(|book| book.opening.as_ref());
    let folders = folders(names.map(|opening| (opening.id, opening.genesis.name.as_str())));
    let mut owners: BTreeMap<SovereignId, String> = BTreeMap::new();
    // The record in the right folder is the one that others are copies of.
    for book in books.iter() {
        if let Some(id) = book.id().filter(|id| folders.get(id) == Some(&book.folder)) {
            owners.insert(id, book.folder.clone());
        }
    }
    for book in books.iter_mut().filter(|book| book.is_good) {
        let Some(id) = book.id() else { continue };
        let first = owners.entry(id).or_insert_with(|| book.folder.clone());
        let expected = folders.get(&id).cloned().unwrap_or_default();
        if *first != book.folder {
            let fault = Fault::SecondRecord { first: first.clone() };
            book.note("folder", Err(Stop::refused(book.folder.clone(), fault)))?;
        } else if expected != book.folder {
            book.note(
                "folder",
                Err(Stop::refused(book.folder.clone(), Fault::Folder { expected })),
            )?;
        }
    }
    Ok(())
}

/// Everything about one record that needs no statement to be understood.
pub(super) fn check_alone(
    source: &dyn Source,
    books: &mut [Book],
    at: usize,
) -> Result<(), SourceError> {
    let all_known = books.iter().all(|book| book.opening.is_some());
    let mut witnesses = BTreeMap::new();
    let own = books.get(at).and_then(Book::id);
    for opening in books.iter().filter_map(|book| book.opening.as_ref()) {
        if Some(opening.id) != own {
            witnesses.insert(opening.id, opening.witness.clone());
        }
    }
    let witnesses: Vec<_> = witnesses.into_values().collect();
    let Some(book) = books.get_mut(at).filter(|book| book.has(CHECKPOINT)) else { return Ok(()) };
    let checked = book.checkpoint_check(source, &witnesses, all_known);
    if !book.is_good {
        // Asked all the same: a fork shows in a checkpoint, whatever else is wrong.
        return if let Err(Stop::Source(error)) = checked { Err(error) } else { Ok(()) };
    }
    book.note("checkpoint", checked)?;
    if book.is_good {
        let result = book.entries_check(source);
        book.note("entries", result)?;
    }
    if book.is_good {
        let result = book.tiles_check(source);
        book.note("tiles", result)?;
    }
    if book.is_good {
        let result = book.parameters_check(source);
        book.note("parameters", result)?;
    }
    Ok(())
}

/// What lies beside the records.
pub(super) fn strays(strays: &[Entry]) -> Vec<Check> {
    let fault = |entry: &Entry| match entry.kind {
        EntryKind::File => Fault::UnexpectedFile,
        EntryKind::Folder | EntryKind::Other => Fault::NotAFile,
    };
    strays.iter().map(|entry| check("files", refused(entry.path.clone(), &fault(entry)))).collect()
}

/// Whether the sovereigns that the reader named are there, with records that hold.
pub(super) fn expected(books: &[Book], expect: &[SovereignId]) -> Vec<Check> {
    let is_here = |id: &SovereignId| books.iter().any(|book| book.id() == Some(*id));
    let missing: Vec<Check> = expect
        .iter()
        .filter(|id| !is_here(id))
        .map(|id| check("expected", refused(id.to_string(), &Fault::NotHere { id: *id })))
        .collect();
    if missing.is_empty() && !expect.is_empty() {
        let detail = format!("{} expected sovereigns are here", expect.len());
        return vec![check("expected", Outcome::Passed { detail })];
    }
    missing
}

/// Whether each accepting report names the verifier of the package that it was made with.
pub(super) fn reports(
    world: &World,
    books: &[Book],
    verifiers: &BTreeMap<Digest, Digest>,
) -> Vec<Check> {
    let (mut found, mut count) = (Vec::new(), 0_u64);
    for report in world.reports() {
        let Reported { mip, verifier, verdict, .. } = &report.body;
        // Whoever could not find the package rejects, and has no verifier to name.
        if *verdict == Verdict::Reject {
            continue;
        }
        let Some(expected) = verifiers.get(mip) else { continue };
        count += 1;
        if expected != verifier {
            let fault = Fault::OtherVerifier { expected: *expected, given: *verifier };
            let book = books.iter().find(|book| book.id() == Some(report.by));
            let place = match (book, world.place(report.id)) {
                (Some(book), Some(place)) => book.line_place(place.index),
                _ => format!("{ENVELOPES}, statement {}", report.id),
            };
            found.push(check("reports", refused(place, &fault)));
        }
    }
    if found.is_empty() {
        let detail = format!("{count} accept, each by the verifier of its package");
        found.push(check("reports", Outcome::Passed { detail }));
    }
    found
}

/// Whether every book sums to zero in every asset.
pub(super) fn books(world: &World) -> Vec<Check> {
    let (mut found, mut count) = (Vec::new(), 0_u64);
    for (keeper, ledger) in world.ledgers() {
        for (asset, sum) in ledger.sums() {
            count += 1;
            if sum != 0 {
                let fault = Fault::Books { asset: asset.to_owned(), sum };
                found.push(check("books", refused(format!("books of {keeper}"), &fault)));
            }
        }
    }
    if found.is_empty() {
        let detail = format!("{count} kept, all sum to zero");
        found.push(check("books", Outcome::Passed { detail }));
    }
    found
}

const fn check(name: &'static str, outcome: Outcome) -> Check {
    Check { name, folder: None, outcome }
}
