//! The two calls whose failure the log must survive, behind pointers so that a test can fail them.

use std::{fs::File, io, os::unix::fs::FileExt};

/// How bytes reach the file and how they are made to stay there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk {
    /// Writes all bytes at a position.
    pub(crate) write: fn(&File, &[u8], u64) -> io::Result<()>,
    /// Returns once everything written is durable, including the file's length.
    pub(crate) sync: fn(&File) -> io::Result<()>,
}

impl Disk {
    /// The operating system's.
    pub(crate) const REAL: Self = Self {
        write: |file, bytes, at| file.write_all_at(bytes, at),
        sync: |file| file.sync_data(),
    };
}
