//! Group commit: many producers, one thread that writes, one fsync for all who are waiting.
//!
//! While an fsync runs, requests queue up; the next batch takes all of them, up to the limits. So a
//! lone producer pays one fsync for each request and a crowd shares it, with nothing to tune. The
//! frames of one request stay together: they get neighbouring numbers and share their fate.

use crate::{
    BATCH_BYTES_MAX, BATCH_FRAMES_MAX, Log, QUEUE_REQUESTS_MAX, Reader, StoreError,
    format::{batch_len, check_limits},
};
use std::{
    ops::Range,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{Builder, JoinHandle},
};

type Answer = Result<Range<u64>, StoreError>;

#[derive(Debug)]
enum Request {
    Append { frames: Vec<Vec<u8>>, answer: SyncSender<Answer> },
    Stop,
}

/// Owns the commit thread. Dropping it commits what was submitted before and stops the thread.
#[derive(Debug)]
pub struct GroupCommit {
    submitter: Submitter,
    reader: Reader,
    thread: Option<JoinHandle<Log>>,
}

impl GroupCommit {
    /// Hands the log to a new thread.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if the system gives no thread.
    pub fn start(log: Log) -> Result<Self, StoreError> {
        let reader = log.reader();
        let (queue, requests) = sync_channel(QUEUE_REQUESTS_MAX);
        let thread = Builder::new()
            .name("comity-store".into())
            .spawn(move || run(log, &requests))
            .map_err(StoreError::io("start a thread for"))?;
        Ok(Self { submitter: Submitter { queue }, reader, thread: Some(thread) })
    }

    /// A handle for one more producer.
    pub fn submitter(&self) -> Submitter {
        self.submitter.clone()
    }

    /// A handle for reading what has been acknowledged.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Commits what was submitted before and gives the log back. Later submissions are refused.
    ///
    /// # Errors
    ///
    /// [`StoreError::Closed`] if the thread is gone.
    pub fn close(mut self) -> Result<Log, StoreError> {
        self.stop().ok_or(StoreError::Closed)
    }

    fn stop(&mut self) -> Option<Log> {
        let thread = self.thread.take()?;
        // An error means that the thread has ended already; joining is right in both cases.
        drop(self.submitter.queue.send(Request::Stop));
        thread.join().ok()
    }
}

impl Drop for GroupCommit {
    fn drop(&mut self) {
        drop(self.stop());
    }
}

/// Submits frames to the commit thread; clone one for each producer.
#[derive(Clone, Debug)]
pub struct Submitter {
    queue: SyncSender<Request>,
}

impl Submitter {
    /// Appends one frame and returns its number once it is durable.
    ///
    /// # Errors
    ///
    /// As [`Log::append_batch`]; [`StoreError::Closed`] after the commit thread has stopped.
    pub fn append(&self, frame: Vec<u8>) -> Result<u64, StoreError> {
        self.submit(vec![frame])?.wait().map(|numbers| numbers.start)
    }

    /// Queues frames, which stay together, and returns at once unless the queue is full
    /// ([`QUEUE_REQUESTS_MAX`]). Nothing is promised before [`Ticket::wait`] has returned.
    ///
    /// # Errors
    ///
    /// The limits of [`Log::append_batch`], so that one producer's oversized request cannot spoil a
    /// batch; [`StoreError::Closed`] after the commit thread has stopped.
    pub fn submit(&self, frames: Vec<Vec<u8>>) -> Result<Ticket, StoreError> {
        check_limits(&frames)?;
        let (answer, ticket) = sync_channel(1);
        let request = Request::Append { frames, answer };
        self.queue.send(request).map_err(|_| StoreError::Closed)?;
        Ok(Ticket { answer: ticket })
    }
}

/// A submission under way. Dropping it does not take the frames back.
#[derive(Debug)]
#[must_use = "nothing is durable before `wait` has returned"]
pub struct Ticket {
    answer: Receiver<Answer>,
}

impl Ticket {
    /// Waits for the fsync and returns the numbers of the submitted frames.
    ///
    /// # Errors
    ///
    /// As [`Log::append_batch`]; [`StoreError::Closed`] if the commit thread stopped before it came
    /// to this request.
    pub fn wait(self) -> Result<Range<u64>, StoreError> {
        self.answer.recv().unwrap_or(Err(StoreError::Closed))
    }
}

/// Requests that will share a write.
#[derive(Debug, Default)]
struct Group {
    frames: Vec<Vec<u8>>,
    answers: Vec<(usize, SyncSender<Answer>)>,
    /// Bytes that the requests would take as batches of their own: never less than together.
    len: usize,
}

impl Group {
    fn has_room_for(&self, frames: &[Vec<u8>]) -> bool {
        let len = batch_len(frames.iter().map(Vec::len));
        self.frames.len().saturating_add(frames.len()) <= BATCH_FRAMES_MAX
            && self.len.saturating_add(len) <= BATCH_BYTES_MAX
    }

    fn add(&mut self, frames: Vec<Vec<u8>>, answer: SyncSender<Answer>) {
        self.len = self.len.saturating_add(batch_len(frames.iter().map(Vec::len)));
        self.answers.push((frames.len(), answer));
        self.frames.extend(frames);
    }

    /// One write, one fsync, then every answer. A producer that no longer listens is no error.
    fn commit(self, log: &mut Log) {
        let result = log.append_batch(&self.frames);
        let mut start = result.as_ref().map_or(0, |numbers| numbers.start);
        for (count, answer) in self.answers {
            let end = start.saturating_add(count as u64);
            drop(answer.send(result.clone().map(|_| start..end)));
            start = end;
        }
    }
}

fn run(mut log: Log, requests: &Receiver<Request>) -> Log {
    let mut held = None;
    loop {
        let Some(request) = held.take().or_else(|| requests.recv().ok()) else { return log };
        let mut group = Group::default();
        let mut next = Some(request);
        let mut is_last = false;
        while let Some(request) = next.take() {
            match request {
                Request::Append { frames, answer } if group.has_room_for(&frames) => {
                    group.add(frames, answer);
                    next = requests.try_recv().ok();
                }
                Request::Append { .. } => held = Some(request),
                Request::Stop => is_last = true,
            }
        }
        group.commit(&mut log);
        if is_last {
            return log;
        }
    }
}
