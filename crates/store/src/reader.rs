//! Reading acknowledged frames, beside the writer and from any thread.
//!
//! A reader never sees a frame whose fsync has not returned: the index grows after it. Every read
//! checks the frame again, so a byte that changed since the log was opened is refused too.

use crate::{
    Part, StoreError,
    format::{FRAME_HEADER_LEN, FrameHeader},
    window::Window,
};
use std::{
    fs::File,
    sync::{Arc, PoisonError, RwLock},
};

/// Where the acknowledged frames lie: 8 bytes of memory for each.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) offsets: Vec<u64>,
    /// End of the last acknowledged batch.
    pub(crate) end: u64,
}

/// What the writer and all readers share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) file: File,
    pub(crate) index: RwLock<Index>,
}

impl Shared {
    /// Makes the frames of a batch visible; called after its fsync.
    pub(crate) fn publish(&self, offsets: &[u64], end: u64) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.offsets.extend(offsets);
        index.end = end;
    }

    fn len(&self) -> u64 {
        self.index.read().unwrap_or_else(PoisonError::into_inner).offsets.len() as u64
    }

    /// Position of a frame and the end of what may be read.
    fn find(&self, seq: u64) -> Result<(u64, u64), StoreError> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let at = usize::try_from(seq).ok().and_then(|seq| index.offsets.get(seq));
        let next = index.offsets.len() as u64;
        at.map(|at| (*at, index.end)).ok_or(StoreError::Absent { seq, next })
    }
}

/// One stored frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its number, counted from 0.
    pub seq: u64,
    /// The bytes that were stored.
    pub body: Vec<u8>,
}

/// A cheap handle for reading acknowledged frames while the log is written.
///
/// It keeps the file open but not the lock: it may outlive the [`Log`](crate::Log).
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) shared: Arc<Shared>,
}

impl Reader {
    /// Number of acknowledged frames, which is the number the next one will get.
    pub fn len(&self) -> u64 {
        self.shared.len()
    }

    /// Whether no frame has been acknowledged yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The body of one frame.
    ///
    /// # Errors
    ///
    /// [`StoreError::Absent`] if there is no such frame, [`StoreError::Corrupt`] if its bytes have
    /// changed since they were acknowledged, [`StoreError::Io`].
    pub fn read(&self, seq: u64) -> Result<Vec<u8>, StoreError> {
        read(&self.shared, &mut Window::default(), seq, Ahead::No)
    }

    /// All frames from `seq` on, in order, in memory bounded by one frame and a read-ahead buffer.
    ///
    /// Starts empty if `seq` is not there yet; frames acknowledged while it runs are included. After
    /// an error it ends.
    pub fn iter_from(&self, seq: u64) -> Frames {
        Frames { shared: Arc::clone(&self.shared), window: Window::default(), next: Some(seq) }
    }
}

/// Iterator over acknowledged frames, see [`Reader::iter_from`].
#[derive(Debug)]
pub struct Frames {
    shared: Arc<Shared>,
    window: Window,
    next: Option<u64>,
}

impl Iterator for Frames {
    type Item = Result<Frame, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let seq = self.next.filter(|seq| *seq < self.shared.len())?;
        let body = read(&self.shared, &mut self.window, seq, Ahead::Yes);
        self.next = if body.is_ok() { seq.checked_add(1) } else { None };
        Some(body.map(|body| Frame { seq, body }))
    }
}

/// Whether frames behind this one will be wanted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ahead {
    Yes,
    No,
}

fn read(
    shared: &Shared,
    window: &mut Window,
    seq: u64,
    ahead: Ahead,
) -> Result<Vec<u8>, StoreError> {
    let (at, end) = shared.find(seq)?;
    let head_len = FRAME_HEADER_LEN as u64;
    let body_at = at.saturating_add(head_len);
    let limit = |exact: u64| if ahead == Ahead::Yes { end } else { exact };

    let head = window.bytes(&shared.file, at, FRAME_HEADER_LEN, limit(body_at))?;
    let header = FrameHeader::decode(head)
        .filter(|header| header.seq == seq)
        .filter(|header| body_at.saturating_add(header.len as u64) <= end)
        .ok_or(StoreError::Corrupt { offset: at, len: head_len, what: Part::FrameHeader })?;
    let len = header.len as u64;
    let body =
        window.bytes(&shared.file, body_at, header.len, limit(body_at.saturating_add(len)))?;
    if header.matches(body) {
        Ok(body.to_vec())
    } else {
        Err(StoreError::Corrupt { offset: body_at, len, what: Part::FrameBody })
    }
}
