//! Replays the statements of all records side by side. A record is read on until it cites what is not there yet; the
//! statement that it waits for wakes it up. So every statement is tried about once, in whatever order records were kept.

use std::collections::{BTreeMap, VecDeque};

use comity_constitution::ConstitutionFact;
use comity_mesh::MeshFact;
use comity_mycel::MycelFact;
use comity_sign::Signed;
use comity_trust::TrustFact;
use comity_wire::limits::ENVELOPE_BYTES_MAX;
use comity_wire::{SovereignId, Statement, StatementId};

use super::fault::{Fault, Stop};
use super::lines::Lines;
use super::reader::Reader;
use super::record::{Book, Published};
use super::source::{Source, SourceError};
use crate::export::ENVELOPES;
use crate::export::limits::BATCH_BYTES_MAX;
use crate::report::Change;
use crate::{Refusal, Verifiers, World, with_verifiers};

/// Name of the check.
const STATEMENTS: &str = "statements";

struct Fold<'a, 'b> {
    world: &'b mut World,
    books: &'b mut [Book],
    readers: Vec<Reader<'a>>,
    waiting: BTreeMap<StatementId, Vec<usize>>,
    changes: Vec<Change>,
    batch_bytes: usize,
}

/// Applies every statement of every record that is good so far; notes in each book how it went.
pub(super) fn fold(
    world: &mut World,
    source: &dyn Source,
    books: &mut [Book],
    threads: usize,
) -> Result<Vec<Change>, SourceError> {
    let mut readers = Vec::new();
    for (at, book) in books.iter().enumerate() {
        if let Some(record) = book.id().filter(|_| book.is_good) {
            let lines = Lines::open(source, &book.path(ENVELOPES))?;
            readers.push(Reader::new(at, record, lines));
        }
    }
    let any_refused = books.iter().any(|book| !book.is_good);
    let batch_bytes = (BATCH_BYTES_MAX / readers.len().max(1)).max(ENVELOPE_BYTES_MAX);
    let (waiting, changes) = (BTreeMap::new(), Vec::new());
    let mut fold = Fold { world, books, readers, waiting, changes, batch_bytes };
    let ready = fold.open()?;
    // The geneses have said which keys are hybrid; any other name is its own key.
    let keyring = fold.world.keyring().clone();
    with_verifiers(&keyring, threads, |verifiers| fold.run(ready, verifiers))?;
    fold.unravel(any_refused)?;
    let Fold { books, readers, changes, .. } = fold;
    for reader in readers {
        if let (Some(book), Some(ended)) = (books.get_mut(reader.book), reader.ended) {
            book.note(STATEMENTS, ended)?;
        }
    }
    Ok(changes)
}

impl Fold<'_, '_> {
    /// Every genesis first: whoever is named afterwards is known.
    fn open(&mut self) -> Result<VecDeque<usize>, SourceError> {
        let mut ready: VecDeque<usize> = VecDeque::new();
        for at in 0..self.readers.len() {
            self.advance(at, None, &mut ready)?;
            ready.push_back(at);
        }
        Ok(ready)
    }

    fn run(
        &mut self,
        mut ready: VecDeque<usize>,
        verifiers: &Verifiers,
    ) -> Result<(), SourceError> {
        while let Some(at) = ready.pop_front() {
            self.advance(at, Some(verifiers), &mut ready)?;
        }
        Ok(())
    }

    /// Reads a record on until it waits or ends; without verifiers, only its genesis. Whoever waited for one of its
    /// statements is made ready.
    fn advance(
        &mut self,
        at: usize,
        verifiers: Option<&Verifiers>,
        ready: &mut VecDeque<usize>,
    ) -> Result<(), SourceError> {
        let Some(reader) = self.readers.get_mut(at) else { return Ok(()) };
        let Some(book) = self.books.get_mut(reader.book) else { return Ok(()) };
        reader.blocked = None;
        let steps = if verifiers.is_none() { 1 } else { u64::MAX };
        for _ in 0..steps {
            if reader.ended.is_some() {
                break;
            }
            match step(self.world, reader, book, verifiers, self.batch_bytes) {
                Ok(Step::Applied(signed)) => {
                    observe(book, reader.applied, &signed, reader.record, &mut self.changes);
                    reader.applied += 1;
                    ready.extend(self.waiting.remove(&signed.id()).unwrap_or_default());
                }
                Ok(Step::Waits(cited)) => {
                    reader.blocked = Some(cited);
                    self.waiting.entry(cited).or_default().push(at);
                    break;
                }
                Ok(Step::Ended) => {
                    reader.ended = Some(Ok(format!(
                        "{} signatures verified, every rule replayed",
                        reader.applied
                    )));
                }
                Err(Stop::Source(error)) => return Err(error),
                Err(stop) => reader.ended = Some(Err(stop)),
            }
        }
        Ok(())
    }

    /// Names the cause of what is stuck: the statement that cites something that is nowhere. Whoever waits for a
    /// statement that is itself stuck, or may stand in a record that is refused, is skipped.
    fn unravel(&mut self, mut any_refused: bool) -> Result<(), SourceError> {
        any_refused |= self.readers.iter().any(|reader| matches!(reader.ended, Some(Err(_))));
        let mut held: BTreeMap<StatementId, String> = BTreeMap::new();
        if !any_refused {
            for reader in self.readers.iter_mut().filter(|reader| reader.blocked.is_some()) {
                let Some(book) = self.books.get(reader.book) else { continue };
                for (line, id) in reader.rest()? {
                    if self.waiting.contains_key(&id) {
                        held.insert(id, book.line_place(line));
                    }
                }
            }
        }
        let blocked = self.readers.iter().filter_map(|reader| reader.blocked);
        // Only a ring of citations holds everybody up with nothing missing; then all of it is refused.
        let is_ring = blocked.clone().all(|cited| held.contains_key(&cited));
        for reader in &mut self.readers {
            let Some(cited) = reader.blocked else { continue };
            let Some(book) = self.books.get(reader.book) else { continue };
            let stop = match held.get(&cited) {
                Some(place) if !is_ring => Stop::Skipped(format!("waits for {place}")),
                None if any_refused => {
                    let line = book.line_place(reader.applied);
                    Stop::Skipped(format!("{line} waits for a record that is refused"))
                }
                Some(_) | None => Stop::refused(
                    book.line_place(reader.applied),
                    Refusal::CitationMissing { cited },
                ),
            };
            reader.ended = Some(Err(stop));
        }
        Ok(())
    }
}

enum Step {
    Applied(Box<Signed<Statement>>),
    Waits(StatementId),
    Ended,
}

/// Applies the next statement of a record.
fn step(
    world: &mut World,
    reader: &mut Reader<'_>,
    book: &Book,
    verifiers: Option<&Verifiers>,
    batch_bytes: usize,
) -> Result<Step, Stop> {
    match verifiers {
        Some(verifiers) => reader.fill(verifiers, batch_bytes)?,
        None => reader.fill_one(world.keyring())?,
    }
    let place = || book.line_place(reader.applied);
    let signed = match reader.batch.front() {
        None => return Ok(Step::Ended),
        Some(Err(error)) => return Err(Stop::refused(place(), Refusal::from(error.clone()))),
        Some(Ok(signed)) => signed,
    };
    // The bytes may have changed since they were hashed against the signed root.
    let index = usize::try_from(reader.applied).unwrap_or(usize::MAX);
    let logged = book.entries.get(index).copied();
    if logged != Some(signed.leaf()) {
        let (logged, given) = (logged.unwrap_or(comity_wire::Digest::ZERO), signed.leaf());
        return Err(Stop::refused(place(), Fault::OtherEnvelope { logged, given }));
    }
    match world.apply(reader.record, signed) {
        Ok(_) => match reader.batch.pop_front() {
            Some(Ok(signed)) => Ok(Step::Applied(Box::new(signed))),
            _ => Ok(Step::Ended),
        },
        Err(Refusal::CitationMissing { cited }) if world.place(cited).is_none() => {
            Ok(Step::Waits(cited))
        }
        Err(refusal) => Err(Stop::refused(place(), refusal)),
    }
}

/// Keeps what later checks and the summary need.
fn observe(
    book: &mut Book,
    index: u64,
    signed: &Signed<Statement>,
    record: SovereignId,
    changes: &mut Vec<Change>,
) {
    let Statement { kind, body, .. } = signed.body();
    // Decoded a second time, so only the kinds that matter.
    match kind.as_str() {
        "comity:mesh/actor_admitted/v1" => {
            if let Ok(Some(MeshFact::ActorAdmitted(actor))) = MeshFact::decode(kind, body) {
                book.actors.push((actor.name, actor.key));
            }
        }
        "comity:mycel/mip_published/v1" => {
            if let Ok(Some(MycelFact::MipPublished(mip))) = MycelFact::decode(kind, body) {
                let (name, version) = (mip.name, mip.version);
                let published = Published { name, version, line: index };
                book.published.entry(mip.manifest).or_insert(published);
            }
        }
        "comity:trust/updated/v1" => {
            if let Ok(Some(TrustFact::Updated(body))) = TrustFact::decode(kind, body) {
                changes.push(Change {
                    record,
                    actor: body.actor,
                    mission: body.mission,
                    before: body.before,
                    after: body.after,
                    is_held: body.held,
                });
            }
        }
        _ if kind.starts_with("comity:constitution/") => {
            if let Ok(Some(fact)) = ConstitutionFact::decode(kind, body) {
                book.rules.named.extend(fact.files());
            }
        }
        _ => {}
    }
}
