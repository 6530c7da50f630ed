//! One record's envelopes on their way into the world: read, verified ahead on other threads, applied by the fold.

use std::collections::VecDeque;

use comity_sign::{Claim, Signed, VerifyError};
use comity_wire::{SovereignId, Statement, StatementId};

use super::fault::Stop;
use super::lines::Lines;
use super::source::SourceError;
use crate::export::limits::{BATCH_LINES, BATCH_LINES_MAX};
use crate::{Keyring, Pending, Verifiers};

/// A record being read.
pub(super) struct Reader<'a> {
    /// Which of the books.
    pub(super) book: usize,
    pub(super) record: SovereignId,
    /// Verified, not applied yet.
    pub(super) batch: VecDeque<Result<Signed<Statement>, VerifyError>>,
    pub(super) applied: u64,
    /// What it waits for.
    pub(super) blocked: Option<StatementId>,
    pub(super) ended: Option<Result<String, Stop>>,
    lines: Lines<'a>,
    ahead: VecDeque<Ahead>,
    /// Why no more is read, for when all that was read has been applied.
    cut: Option<Cut>,
}

/// Why a file is not read any further.
enum Cut {
    /// It is at its end.
    End,
    /// Something is wrong with it.
    Fault(Stop),
}

/// Envelopes being verified.
struct Ahead {
    lines: usize,
    bytes: usize,
    pending: Pending,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(book: usize, record: SovereignId, lines: Lines<'a>) -> Self {
        Self {
            book,
            record,
            batch: VecDeque::new(),
            applied: 0,
            blocked: None,
            ended: None,
            lines,
            ahead: VecDeque::new(),
            cut: None,
        }
    }

    /// Sees to it that the next statement is there, if there is one: alone, under `keyring`. For the genesis, which
    /// says what key the others need.
    pub(super) fn fill_one(&mut self, keyring: &Keyring) -> Result<(), Stop> {
        if self.batch.is_empty()
            && let Some(line) = self.lines.next()?
        {
            let claim = Claim::<Statement>::decode(&line);
            self.batch.push_back(claim.and_then(|claim| keyring.verify(claim)));
        }
        Ok(())
    }

    /// Sees to it that the next statement is there, if there is one, and that others are on their way.
    pub(super) fn fill(&mut self, verifiers: &Verifiers, bytes_max: usize) -> Result<(), Stop> {
        if !self.batch.is_empty() {
            return Ok(());
        }
        self.read_ahead(verifiers, bytes_max);
        match self.ahead.pop_front() {
            Some(Ahead { pending, .. }) => {
                self.batch.extend(pending.wait());
                Ok(())
            }
            None => match self.cut.take() {
                Some(Cut::Fault(stop)) => Err(stop),
                Some(Cut::End) | None => Ok(()),
            },
        }
    }

    /// Keeps as much on its way as the limits allow. What is wrong with a line is said when it is its turn.
    fn read_ahead(&mut self, verifiers: &Verifiers, bytes_max: usize) {
        while self.cut.is_none() {
            let lines: usize = self.ahead.iter().map(|ahead| ahead.lines).sum();
            let held: usize = self.ahead.iter().map(|ahead| ahead.bytes).sum();
            if BATCH_LINES_MAX < lines + BATCH_LINES || (bytes_max <= held && 0 < lines) {
                return;
            }
            let (mut envelopes, mut bytes) = (Vec::new(), 0);
            while envelopes.len() < BATCH_LINES && held + bytes < bytes_max && self.cut.is_none() {
                match self.lines.next() {
                    Ok(Some(line)) => {
                        bytes += line.len();
                        envelopes.push(line);
                    }
                    Ok(None) => self.cut = Some(Cut::End),
                    Err(stop) => self.cut = Some(Cut::Fault(stop)),
                }
            }
            if !envelopes.is_empty() {
                let lines = envelopes.len();
                let pending = verifiers.submit(envelopes);
                self.ahead.push_back(Ahead { lines, bytes, pending });
            }
        }
    }

    /// The ids of everything that a stuck record has not applied, with their lines' indices.
    pub(super) fn rest(&mut self) -> Result<Vec<(u64, StatementId)>, SourceError> {
        let ahead = std::mem::take(&mut self.ahead).into_iter();
        self.batch.extend(ahead.flat_map(|ahead| ahead.pending.wait()));
        let mut ids = Vec::new();
        let mut index = self.applied;
        for signed in &self.batch {
            if let Ok(signed) = signed {
                ids.push((index, signed.id()));
            }
            index += 1;
        }
        let mut cut = self.cut.take();
        loop {
            let next = match cut.take() {
                None => self.lines.next(),
                Some(Cut::End) => Ok(None),
                Some(Cut::Fault(stop)) => Err(stop),
            };
            match next {
                Ok(Some(line)) => {
                    if let Ok(claim) = Claim::<Statement>::decode(&line) {
                        ids.push((index, claim.id()));
                    }
                    index += 1;
                }
                Ok(None) | Err(Stop::Refused(..) | Stop::Skipped(_)) => return Ok(ids),
                Err(Stop::Source(error)) => return Err(error),
            }
        }
    }
}
