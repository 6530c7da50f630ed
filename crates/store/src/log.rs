//! Opening the log and extending it.

use crate::{
    Frames, Part, Reader, StoreError,
    disk::Disk,
    format::{
        Chain, FILE_HEADER_LEN, FileHeader, VERSION, check_limits, encode_batch, ends_in_zeros,
        file_header, first_chain, read_file_header,
    },
    reader::{Index, Shared},
    scan::{Scan, scan},
};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    ops::Range,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
    sync::{Arc, RwLock},
};

/// What opening found and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Frames in the log. Those whose acknowledgement was lost in a crash are among them.
    pub frames: u64,
    /// Bytes of a torn, never acknowledged write that were cut off.
    pub torn_bytes: u64,
    /// Whether the log was made by this call.
    pub is_new: bool,
}

/// The only writer of a log file. Holds an exclusive lock until it is dropped.
#[derive(Debug)]
pub struct Log {
    shared: Arc<Shared>,
    disk: Disk,
    next: u64,
    end: u64,
    chain: Chain,
    failed: Option<io::ErrorKind>,
}

impl Log {
    /// Opens the log at `path`, or makes one, readable by its owner only.
    ///
    /// `identity` is written into a new log and must be found in an old one; the record uses the
    /// sovereign's id. Checks every byte of the file (sequential read, one SHA-256 of each frame),
    /// cuts a torn tail off, and returns once everything that it found is durable.
    ///
    /// # Errors
    ///
    /// [`StoreError::Locked`] if a writer has it; [`StoreError::NotALog`], [`StoreError::Version`],
    /// [`StoreError::Identity`] if it is another file; [`StoreError::Corrupt`] with the place if
    /// acknowledged bytes have changed. In these cases the file is untouched. [`StoreError::Io`].
    pub fn open(
        path: impl AsRef<Path>,
        identity: &[u8; 32],
    ) -> Result<(Self, Recovery), StoreError> {
        Self::open_on(path.as_ref(), identity, Disk::REAL)
    }

    fn open_on(
        path: &Path,
        identity: &[u8; 32],
        disk: Disk,
    ) -> Result<(Self, Recovery), StoreError> {
        let file = lock(path)?;
        let header = file_header(identity);
        let old_len = file.metadata().map_err(StoreError::io("inspect"))?.len();
        let is_new = !has_header(&file, path, old_len, identity)?;
        if is_new {
            create(&file, path, &header)?;
        }
        let len = if is_new { FILE_HEADER_LEN as u64 } else { old_len };
        let Scan { offsets, end, last, chain } = scan(&file, len, first_chain(&header))?;
        settle(&file, disk, last, end, len)?;

        let next = offsets.len() as u64;
        let torn_bytes = if is_new { old_len } else { len.saturating_sub(end) };
        let recovery = Recovery { frames: next, torn_bytes, is_new };
        let shared = Arc::new(Shared { file, index: RwLock::new(Index { offsets, end }) });
        Ok((Self { shared, disk, next, end, chain, failed: None }, recovery))
    }

    /// Appends one frame and returns its number once it is durable.
    ///
    /// # Errors
    ///
    /// As [`append_batch`](Self::append_batch).
    pub fn append(&mut self, frame: impl AsRef<[u8]>) -> Result<u64, StoreError> {
        self.append_batch(&[frame]).map(|numbers| numbers.start)
    }

    /// Appends frames together and returns their numbers once all are durable: one write, one fsync.
    /// After a crash either all of them are there or none. Without frames it does nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::FrameTooLong`], [`StoreError::TooManyFrames`], [`StoreError::BatchTooLong`]
    /// before anything is written; [`StoreError::Io`] if the write failed and was undone (disk full:
    /// may be tried again); [`StoreError::SyncFailed`], and from then on [`StoreError::Poisoned`].
    pub fn append_batch<T: AsRef<[u8]>>(&mut self, frames: &[T]) -> Result<Range<u64>, StoreError> {
        if let Some(kind) = self.failed {
            return Err(StoreError::Poisoned { kind });
        }
        check_limits(frames)?;
        if frames.is_empty() {
            return Ok(self.next..self.next);
        }
        let batch = encode_batch(self.end, self.next, self.chain, frames)?;
        let file = &self.shared.file;
        if let Err(error) = (self.disk.write)(file, &batch.bytes, self.end) {
            // Nothing was synced, so what reached the file may be taken back and the log goes on.
            if file.set_len(self.end).is_err() {
                self.failed = Some(error.kind());
            }
            return Err(StoreError::io("write")(error));
        }
        if let Err(error) = (self.disk.sync)(file) {
            // The kernel may have dropped the pages and would call a second fsync a success.
            self.failed = Some(error.kind());
            return Err(StoreError::SyncFailed { kind: error.kind(), os: error.raw_os_error() });
        }

        let first = self.next;
        self.next = first.saturating_add(frames.len() as u64);
        self.end = self.end.saturating_add(batch.bytes.len() as u64);
        self.chain = batch.chain;
        self.shared.publish(&batch.offsets, self.end);
        Ok(first..self.next)
    }

    /// Number of acknowledged frames, which is the number the next one will get.
    pub fn len(&self) -> u64 {
        self.next
    }

    /// Whether the log has no frames.
    pub fn is_empty(&self) -> bool {
        self.next == 0
    }

    /// A handle for reading from other threads.
    pub fn reader(&self) -> Reader {
        Reader { shared: Arc::clone(&self.shared) }
    }

    /// The body of one frame; see [`Reader::read`].
    ///
    /// # Errors
    ///
    /// As [`Reader::read`].
    pub fn read(&self, seq: u64) -> Result<Vec<u8>, StoreError> {
        self.reader().read(seq)
    }

    /// All frames from `seq` on; see [`Reader::iter_from`].
    pub fn iter_from(&self, seq: u64) -> Frames {
        self.reader().iter_from(seq)
    }
}

impl Drop for Log {
    /// Lets the next writer in even if readers still hold the file open.
    fn drop(&mut self) {
        // Closing the last handle unlocks too, so a failure here only delays that.
        drop(self.shared.file.unlock());
    }
}

fn lock(path: &Path) -> Result<File, StoreError> {
    // A pipe or device would be opened with side effects, so look first.
    if path.metadata().is_ok_and(|meta| !meta.is_file()) {
        return Err(StoreError::NotALog { path: path.into() });
    }
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(StoreError::io("open"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: path.into() }),
        Err(TryLockError::Error(error)) => Err(StoreError::io("lock")(error)),
    }
}

/// Whether a right header is there. `false` if its writing never finished, so that nothing can have
/// been acknowledged: the file is at most a header long and holds its beginning or zeros.
fn has_header(file: &File, path: &Path, len: u64, wanted: &[u8; 32]) -> Result<bool, StoreError> {
    let mut found = [0; FILE_HEADER_LEN];
    let have = usize::try_from(len).unwrap_or(usize::MAX).min(FILE_HEADER_LEN);
    let bytes = found.get_mut(..have).unwrap_or_default();
    file.read_exact_at(bytes, 0).map_err(StoreError::io("read"))?;

    let is_short = have < FILE_HEADER_LEN || len == have as u64 && ends_in_zeros(bytes);
    let is_beginning = file_header(wanted).iter().zip(&*bytes).all(|(w, f)| *f == 0 || f == w);
    if is_short {
        let not_a_log = StoreError::NotALog { path: path.into() };
        return if is_beginning { Ok(false) } else { Err(not_a_log) };
    }
    match read_file_header(&found) {
        FileHeader::Foreign => Err(StoreError::NotALog { path: path.into() }),
        FileHeader::Damaged => {
            let len = FILE_HEADER_LEN as u64;
            Err(StoreError::Corrupt { offset: 0, len, what: Part::FileHeader })
        }
        FileHeader::Of { version, .. } if version != VERSION => {
            Err(StoreError::Version { found: version, known: VERSION })
        }
        FileHeader::Of { identity, .. } if identity != *wanted => {
            Err(StoreError::Identity { found: identity, wanted: *wanted })
        }
        FileHeader::Of { .. } => Ok(true),
    }
}

/// Writes the file header and makes it and the directory entry durable.
fn create(file: &File, path: &Path, header: &[u8]) -> Result<(), StoreError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    file.write_all_at(header, 0)
        .and_then(|()| file.sync_all())
        .and_then(|()| File::open(parent.unwrap_or(Path::new(".")))?.sync_all())
        .map_err(StoreError::io("create"))
}

/// Makes what the scan accepted durable: cuts the tail, then writes the last batch once more in
/// place and syncs.
///
/// The last batch may be in the page cache only: its writer died before the fsync, or the fsync
/// failed and the kernel marked the pages clean. Then a mere fsync would succeed without writing.
fn settle(file: &File, disk: Disk, last: u64, end: u64, len: u64) -> Result<(), StoreError> {
    if end < len {
        file.set_len(end).map_err(StoreError::io("cut"))?;
    }
    let mut batch = vec![0; usize::try_from(end.saturating_sub(last)).unwrap_or(0)];
    file.read_exact_at(&mut batch, last).map_err(StoreError::io("read"))?;
    (disk.write)(file, &batch, last).map_err(StoreError::io("settle"))?;
    (disk.sync)(file).map_err(StoreError::io("sync"))
}

#[cfg(test)]
mod tests;
