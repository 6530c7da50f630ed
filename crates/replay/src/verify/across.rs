//! What is checked over all records: who is who, what reports rest on, whether books add up.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use comity_mycel::facts::{Reported, Verdict};
use comity_tlog::Vkey;
use comity_wire::{Digest, SovereignId};

use super::fault::{Fault, Stop};
use super::record::{Book, refused};
use super::rules;
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

/// Everything about each record that needs no statement to be understood; records side by side on `threads` threads.
pub(super) fn check_alone(
    source: &dyn Source,
    books: &mut [Book],
    threads: usize,
) -> Result<(), SourceError> {
    let all_known = books.iter().all(|book| book.opening.is_some());
    let openings = books.iter().filter_map(|book| book.opening.as_ref());
    let witnesses: BTreeMap<SovereignId, Vkey> =
        openings.map(|opening| (opening.id, opening.witness.clone())).collect();
    let queue = Mutex::new(books.iter_mut().enumerate());
    let work = || {
        let mut failed = Vec::new();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((at, book)) = next else { return failed };
            if let Err(error) = check_one(source, book, &witnesses, all_known) {
                failed.push((at, error));
            }
        }
    };
    let failed = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut failed = work();
        for other in others {
            failed.extend(other.join().expect("checks do not panic"));
        }
        failed
    });
    match failed.into_iter().min_by_key(|(at, _)| *at) {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

fn check_one(
    source: &dyn Source,
    book: &mut Book,
    witnesses: &BTreeMap<SovereignId, Vkey>,
    all_known: bool,
) -> Result<(), SourceError> {
    if !book.has(CHECKPOINT) {
        return Ok(());
    }
    let own = book.id();
    let others = witnesses.iter().filter(|(id, _)| Some(**id) != own);
    let witnesses: Vec<Vkey> = others.map(|(_, witness)| witness.clone()).collect();
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
    if book.is_good {
        match rules::read(book, source) {
            // Named again once the statements are replayed.
            Ok(_) => {}
            refused => book.note("rules", refused)?,
        }
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
