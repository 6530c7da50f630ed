//! What is in the file, and where it ends: the rule that tells a crash from a changed byte.
//!
//! # The assumption
//!
//! While a batch is being written the machine may stop. Then any of its 512-byte sectors may be
//! missing: they read as zeros, or lie past the end of the file. Zeros may also begin in the middle
//! of a sector if nothing follows them. A batch is written only after the fsync of the one before it
//! has returned, so *only the last batch of a file can be torn*, and one with any byte after it was
//! acknowledged.
//!
//! # The rule
//!
//! The scan checks every byte, batch after batch. At the first thing that is not right:
//!
//! | found | verdict |
//! |---|---|
//! | less than a header is left: zeros, or the beginning of the right header | torn |
//! | header damaged, and zero from inside it to the end of the file | torn |
//! | header's whole sector zero, no header of a later batch behind it, at most one batch left | torn |
//! | header damaged otherwise | **corrupt** |
//! | header intact, and not of this place (number, chain) | **corrupt** |
//! | header intact, batch longer than the file | torn |
//! | header intact, batch damaged, bytes after it | **corrupt** |
//! | … nothing after it, and it ends in eight zeros | torn |
//! | … nothing after it, and more zero sectors than the header's count of weak ones | torn |
//! | … nothing after it, none of this | **corrupt** |
//!
//! # Why one changed byte is never taken for a crash
//!
//! A length is used only under a right header check, so a flipped length is a damaged header. A
//! damaged header counts as torn only if at least its trailer, eight bytes that are never zero, or
//! its magic is gone. A damaged batch counts as torn only if those eight bytes are all zero, or if
//! some sector is zero now that held at least two bytes which were not. One byte can do none of it.
//!
//! # What stays ambiguous
//!
//! A whole sector of the last batch that *became* zero after its fsync is taken for one that was
//! never written. A torn batch whose missing sectors all were nearly zero when written is refused
//! although nothing acknowledged is lost: in doubt the file stays as it is.

use crate::{
    Part, StoreError,
    format::{
        BATCH_HEADER_LEN, BatchHeader, Chain, FILE_HEADER_LEN, ends_in_zeros, first_sector,
        verify_batch, zero_sectors,
    },
    limits::BATCH_BYTES_MAX,
    window::Window,
};
use std::fs::File;

/// Everything that a scan learned.
#[derive(Debug)]
pub(crate) struct Scan {
    /// Where each frame header lies.
    pub(crate) offsets: Vec<u64>,
    /// End of the last whole batch.
    pub(crate) end: u64,
    /// Start of the last whole batch; equal to `end` if there is none.
    pub(crate) last: u64,
    /// Chain value for the next batch.
    pub(crate) chain: Chain,
}

/// What stands at the end of the whole batches.
enum Next {
    Whole(u64, Chain),
    Torn,
}

/// Reads a log of `len` bytes from behind its file header. What lies between the scan's `end` and
/// `len` is a torn tail.
pub(crate) fn scan(file: &File, len: u64, first_chain: Chain) -> Result<Scan, StoreError> {
    let start = FILE_HEADER_LEN as u64;
    let mut window = Window::default();
    let mut scan = Scan { offsets: Vec::new(), end: start, last: start, chain: first_chain };
    while scan.end < len {
        match next_batch(file, &mut window, len, &mut scan)? {
            Next::Whole(end, chain) => {
                scan.last = scan.end;
                scan.end = end;
                scan.chain = chain;
            }
            Next::Torn => break,
        }
    }
    Ok(scan)
}

fn next_batch(
    file: &File,
    window: &mut Window,
    len: u64,
    scan: &mut Scan,
) -> Result<Next, StoreError> {
    let (at, first) = (scan.end, scan.offsets.len() as u64);
    let left = len.saturating_sub(at);
    let bad_header = corrupt(at, left.min(BATCH_HEADER_LEN as u64), Part::BatchHeader);
    if left < BATCH_HEADER_LEN as u64 {
        let bytes = window.bytes(file, at, usize::try_from(left).unwrap_or(0), len)?;
        return if begins_like(bytes, first) { Ok(Next::Torn) } else { Err(bad_header) };
    }
    let Some(header) = BatchHeader::decode(window.bytes(file, at, BATCH_HEADER_LEN, len)?) else {
        return match usize::try_from(left) {
            Ok(left) if left <= BATCH_BYTES_MAX => {
                let rest = window.bytes(file, at, left, len)?;
                if is_unwritten(at, first, rest) { Ok(Next::Torn) } else { Err(bad_header) }
            }
            _ => Err(bad_header),
        };
    };
    if header.first != first || header.chain != scan.chain {
        return Err(corrupt(at, BATCH_HEADER_LEN as u64, Part::BatchOrder));
    }
    if left < header.len {
        return Ok(Next::Torn);
    }

    let bytes = window.bytes(file, at, usize::try_from(header.len).unwrap_or(0), len)?;
    match verify_batch(at, &header, bytes, &mut scan.offsets) {
        Ok(chain) => Ok(Next::Whole(at.saturating_add(header.len), chain)),
        Err(damage) => {
            scan.offsets.truncate(usize::try_from(first).unwrap_or(0));
            let is_last = left == header.len;
            if is_last && (ends_in_zeros(bytes) || header.weak < zero_sectors(at, bytes)) {
                Ok(Next::Torn)
            } else {
                let offset = at.saturating_add(damage.at as u64);
                Err(corrupt(offset, damage.len as u64, damage.part))
            }
        }
    }
}

/// Whether less than a header could be its beginning: right as far as it is known, or zeros.
fn begins_like(bytes: &[u8], first: u64) -> bool {
    let prefix = BatchHeader::prefix(first);
    let written = bytes.len().saturating_sub(zeros_at_end(bytes));
    bytes.iter().take(written).zip(prefix).all(|(found, right)| *found == right)
}

/// Whether a damaged header is one that never reached the disk. `rest` is all that is left.
fn is_unwritten(at: u64, first: u64, rest: &[u8]) -> bool {
    let written = rest.len().saturating_sub(zeros_at_end(rest));
    let is_lost = first_sector(at, rest).iter().all(|byte| *byte == 0);
    let is_later = |header: BatchHeader| first < header.first;
    written < BATCH_HEADER_LEN
        || is_lost
            && !rest
                .chunks_exact(BATCH_HEADER_LEN)
                .any(|chunk| BatchHeader::decode(chunk).is_some_and(is_later))
}

fn zeros_at_end(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|byte| **byte == 0).count()
}

fn corrupt(offset: u64, len: u64, what: Part) -> StoreError {
    StoreError::Corrupt { offset, len, what }
}
