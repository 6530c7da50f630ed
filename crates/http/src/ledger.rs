//! The record and the two states that follow from it: the one that decides, and the one that readers see.
//!
//! ```text
//! decide + apply on `deciding` (one lock) ──▶ queue of the store ──▶ write, fsync
//!                                    └──────▶ queue of the applier ──▶ waits for the fsync ──▶ apply on `visible` ──▶ answer
//! ```
//!
//! So many writers share an fsync, and nobody sees what a crash could take back.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{Builder, JoinHandle};

use comity_authority::{Answer, Authority, Call, Entry, Frame, Refusal, Write};
use comity_store::{GroupCommit, Log, Reader, StoreError, Submitter, Ticket};
use comity_wire::mesh_json::Datetime;
use tokio::sync::oneshot;

use crate::ServeError;

/// The record, open for writing.
#[derive(Debug)]
pub(crate) struct Ledger {
    deciding: Mutex<Writer>,
    visible: Arc<RwLock<Authority>>,
    has_failed: Arc<AtomicBool>,
    reader: Reader,
}

/// What stops when the server stops.
#[derive(Debug)]
pub(crate) struct Keeper {
    commit: GroupCommit,
    applier: JoinHandle<()>,
}

#[derive(Debug)]
struct Writer {
    authority: Authority,
    /// `None` once the record is closed.
    queues: Option<(Submitter, Sender<Pending>)>,
}

/// An entry on its way to the disk.
#[derive(Debug)]
struct Pending {
    entry: Entry,
    ticket: Ticket,
    done: oneshot::Sender<()>,
}

/// Nothing can be written any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closed;

impl Ledger {
    /// Reads the record at `path`, or begins one.
    pub(crate) fn open(
        path: &Path,
        mut authority: Authority,
        call: &Call<'_>,
    ) -> Result<(Self, Keeper), ServeError> {
        let identity = Authority::record_identity(&authority.config().genesis);
        let (mut log, _) = Log::open(path, identity.as_bytes())?;
        for stored in log.iter_from(0) {
            authority.apply(&Entry::parse(&stored?.body)?)?;
        }
        let begun = authority.begin(call.at, call.request_id);
        if let Some(entry) = begun {
            log.append(entry.bytes())?;
            authority.apply(&entry)?;
        }
        authority.tick(call.at);
        let reader = log.reader();
        let visible = Arc::new(RwLock::new(authority.clone()));
        let has_failed = Arc::new(AtomicBool::new(false));
        let commit = GroupCommit::start(log)?;
        let (queue, pending) = channel();
        let applier = {
            let (visible, has_failed) = (Arc::clone(&visible), Arc::clone(&has_failed));
            let thread = Builder::new().name("comity-applier".to_owned());
            let run = move || apply_all(&pending, &visible, &has_failed);
            thread.spawn(run).map_err(ServeError::system("start a thread"))?
        };
        let writer = Writer { authority, queues: Some((commit.submitter(), queue)) };
        let ledger = Self { deciding: Mutex::new(writer), visible, has_failed, reader };
        Ok((ledger, Keeper { commit, applier }))
    }

    /// Reads the state.
    pub(crate) fn read<T>(&self, at: Datetime, look: impl FnOnce(&Authority) -> T) -> T {
        let visible = self.visible.read().unwrap_or_else(PoisonError::into_inner);
        if !visible.is_due(at) {
            return look(&visible);
        }
        drop(visible);
        let mut visible = self.visible.write().unwrap_or_else(PoisonError::into_inner);
        visible.tick(at);
        look(&visible)
    }

    /// Decides, and answers once that is durable.
    pub(crate) async fn write(
        &self,
        write: &Write,
        call: &Call<'_>,
    ) -> Result<Result<Answer, Refusal>, Closed> {
        let (answer, done) = {
            let mut writer = self.deciding.lock().unwrap_or_else(PoisonError::into_inner);
            writer.authority.tick(call.at);
            let decision = writer.authority.decide(write, call);
            (decision.answer, self.submit(&mut writer, decision.entry)?)
        };
        done.await.map_err(|_| Closed)?;
        Ok(answer)
    }

    /// Records an entry that `make` derives from the state, if it does; nobody waits for it.
    pub(crate) fn note(
        &self,
        make: impl FnOnce(&Authority) -> Option<Entry>,
    ) -> Result<(), Closed> {
        let mut writer = self.deciding.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = make(&writer.authority) else { return Ok(()) };
        self.submit(&mut writer, entry).map(drop)
    }

    /// Whether writes can be made.
    pub(crate) fn is_open(&self) -> bool {
        !self.has_failed.load(Ordering::Acquire)
    }

    /// Entries of the record, from `from` on.
    pub(crate) fn entries(&self, from: u64, max: u64) -> Result<Vec<Frame>, ServeError> {
        let end = self.reader.len().min(from.saturating_add(max));
        (from..end).map(|seq| Ok(Entry::parse(&self.reader.read(seq)?)?.into_frame())).collect()
    }

    /// Refuses further writes; those under way go on.
    pub(crate) fn close(&self) {
        self.deciding.lock().unwrap_or_else(PoisonError::into_inner).queues = None;
    }

    fn submit(&self, writer: &mut Writer, entry: Entry) -> Result<oneshot::Receiver<()>, Closed> {
        let Some((submitter, queue)) = &writer.queues else { return Err(Closed) };
        let (done, is_done) = oneshot::channel();
        // The state goes first, so that the record never holds what the state would not take.
        let applied = self.is_open() && writer.authority.apply(&entry).is_ok();
        let ticket = applied.then(|| submitter.submit(vec![entry.bytes().to_vec()]).ok()).flatten();
        let sent = ticket.and_then(|ticket| queue.send(Pending { entry, ticket, done }).ok());
        sent.map(|()| is_done).ok_or_else(|| {
            self.has_failed.store(true, Ordering::Release);
            Closed
        })
    }
}

impl Keeper {
    /// Waits until everything that was decided is durable, and closes the record. Call [`Ledger::close`] before.
    pub(crate) fn finish(self) -> Result<(), StoreError> {
        // A thread that panicked has said so already.
        drop(self.applier.join());
        self.commit.close().map(drop)
    }
}

/// Shows entries to readers in their order, each after its fsync.
fn apply_all(pending: &Receiver<Pending>, visible: &RwLock<Authority>, has_failed: &AtomicBool) {
    while let Ok(Pending { entry, ticket, done }) = pending.recv() {
        let is_durable = !has_failed.load(Ordering::Acquire) && ticket.wait().is_ok();
        let mut visible = visible.write().unwrap_or_else(PoisonError::into_inner);
        if is_durable && visible.apply(&entry).is_ok() {
            drop(visible);
            // Who asked may have gone.
            let _ = done.send(());
        } else {
            has_failed.store(true, Ordering::Release);
        }
    }
}
