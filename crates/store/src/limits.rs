//! Every limit of the log, with its unit and its reason.

/// Largest frame, in bytes. An envelope is a few KiB; 1 MiB leaves room for a disclosure and still
/// bounds what one reader must hold.
pub const FRAME_BYTES_MAX: usize = 1 << 20;

/// Most frames in one batch. More would not make an fsync cheaper, only its latency worse.
pub const BATCH_FRAMES_MAX: usize = 4096;

/// Largest batch as it lies in the file, in bytes: what recovery may have to hold in memory, and the
/// most that a crash can tear off.
pub const BATCH_BYTES_MAX: usize = 16 << 20;

/// Requests that may wait in front of the commit thread; the next producer blocks. Two full batches
/// of single frames would be more than a disk can use.
pub const QUEUE_REQUESTS_MAX: usize = 1024;

/// Bytes read ahead by a scan or an iterator.
pub(crate) const READ_AHEAD_BYTES: usize = 256 << 10;

/// Aligned run of bytes that a disk writes whole or not at all. 512 is the smallest in use; a disk
/// with larger sectors tears at a subset of the same places.
pub(crate) const SECTOR_BYTES: usize = 512;
