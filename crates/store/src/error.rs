//! Why the log refused.

use std::{fmt, io, path::PathBuf};

/// A part of the file, as named in a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first 64 bytes: magic, version, identity.
    FileHeader,
    /// The 64 bytes in front of a batch.
    BatchHeader,
    /// The 32 bytes in front of a frame.
    FrameHeader,
    /// The bytes that the caller stored.
    FrameBody,
    /// Zero bytes between the last frame of a batch and its trailer.
    Padding,
    /// The last 32 bytes of a batch.
    BatchTrailer,
    /// A batch that is intact in itself and does not belong in this place.
    BatchOrder,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileHeader => "file header",
            Self::BatchHeader => "batch header",
            Self::FrameHeader => "frame header",
            Self::FrameBody => "frame body",
            Self::Padding => "padding",
            Self::BatchTrailer => "batch trailer",
            Self::BatchOrder => "order of batches",
        })
    }
}

/// Why the log could not be opened, read or extended. Only [`Io`](Self::Io) is worth a retry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another handle, in this or another process, has the log open.
    #[error("the log {path:?} is open elsewhere")]
    Locked {
        /// The log's path as given.
        path: PathBuf,
    },
    /// The file is something else, or not a regular file. It was not touched.
    #[error("{path:?} is not a log")]
    NotALog {
        /// The path as given.
        path: PathBuf,
    },
    /// The log was written in a format that this program does not know.
    #[error("log format {found}, this program knows {known}")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that this program writes.
        known: u32,
    },
    /// The log is intact and belongs to somebody else.
    #[error("the log carries another identity than asked for")]
    Identity {
        /// Identity in the file.
        found: [u8; 32],
        /// Identity asked for.
        wanted: [u8; 32],
    },
    /// Acknowledged bytes have changed. The file was not touched.
    #[error("corrupt {what} in bytes {offset} to {}", offset.saturating_add(*len))]
    Corrupt {
        /// First byte of the damaged part, from the start of the file.
        offset: u64,
        /// Length of the damaged part, in bytes.
        len: u64,
        /// Which part it is.
        what: Part,
    },
    /// One frame is longer than [`FRAME_BYTES_MAX`](crate::FRAME_BYTES_MAX).
    #[error("frame of {len} bytes, at most {max}")]
    FrameTooLong {
        /// Bytes in the frame.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// More frames than [`BATCH_FRAMES_MAX`](crate::BATCH_FRAMES_MAX) at once.
    #[error("batch of {frames} frames, at most {max}")]
    TooManyFrames {
        /// Frames in the batch.
        frames: usize,
        /// Frames allowed.
        max: usize,
    },
    /// A batch longer than [`BATCH_BYTES_MAX`](crate::BATCH_BYTES_MAX).
    #[error("batch of {len} bytes, at most {max}")]
    BatchTooLong {
        /// Bytes in the batch as it would lie in the file.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// No frame has this number yet.
    #[error("no frame {seq}, the next one will be {next}")]
    Absent {
        /// Number asked for.
        seq: u64,
        /// Number that the next frame will get.
        next: u64,
    },
    /// The fsync of this batch failed. Whether it will be there after reopening is unknown.
    #[error("fsync failed ({kind}), the log is closed for writing")]
    SyncFailed {
        /// What the system said.
        kind: io::ErrorKind,
        /// The system's error number.
        os: Option<i32>,
    },
    /// An earlier write or fsync failed, so what the disk holds is unknown until the log is reopened.
    #[error("the log is closed for writing after an earlier failure ({kind}), reopen it")]
    Poisoned {
        /// What the system said then.
        kind: io::ErrorKind,
    },
    /// The commit thread has stopped; the frame was not stored.
    #[error("the log was closed")]
    Closed,
    /// The system refused.
    #[error("cannot {action} the log: {kind}")]
    Io {
        /// Verb of what was tried.
        action: &'static str,
        /// What the system said.
        kind: io::ErrorKind,
        /// The system's error number.
        os: Option<i32>,
    },
}

impl StoreError {
    /// Stable name for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "store.locked",
            Self::NotALog { .. } => "store.not_a_log",
            Self::Version { .. } => "store.version",
            Self::Identity { .. } => "store.identity",
            Self::Corrupt { .. } => "store.corrupt",
            Self::FrameTooLong { .. } => "store.frame_too_long",
            Self::TooManyFrames { .. } => "store.too_many_frames",
            Self::BatchTooLong { .. } => "store.batch_too_long",
            Self::Absent { .. } => "store.absent",
            Self::SyncFailed { .. } => "store.sync_failed",
            Self::Poisoned { .. } => "store.poisoned",
            Self::Closed => "store.closed",
            Self::Io { .. } => "store.io",
        }
    }

    /// Names what was being done when the system refused.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { action, kind: error.kind(), os: error.raw_os_error() }
    }
}
