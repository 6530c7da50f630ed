//! The bytes of the log file: made here, read here, nowhere else.
//!
//! All numbers are big-endian. `check` is the first 8 bytes of the SHA-256 of what stands before it
//! in the same part; it finds accidents, not forgers.
//!
//! ```text
//! file   = file header, batch*
//! batch  = batch header, frame+, padding, batch trailer        length: a multiple of 64
//! frame  = frame header, body
//!
//! file header, 64 bytes                     batch header, 64 bytes
//!   0  8  magic   89 "Comity" 0A              0  8  magic   C3 "batch" B5 0A
//!   8  4  version 1                           8  8  number of its first frame
//!  12 12  zero                               16  4  frames, at least 1
//!  24 32  identity (the caller's)            20  4  weak sectors, see below
//!  56  8  check over bytes 8..56             24  8  length of the batch, header to trailer
//!                                            32 24  chain: digest of the batch before it
//!                                            56  8  check
//! frame header, 32 bytes
//!   0  4  mark    "frm" 01                  batch trailer, 32 bytes
//!   4  4  length of the body                  0 24  digest: SHA-256(batch header ‖ all frame
//!   8  8  number of the frame                       headers), its first 24 bytes
//!  16  8  first 8 bytes of SHA-256(body)     24  8  end     B5 "end" C3 "end"
//!  24  8  check
//!
//! body: 0 to 1,048,576 bytes, as given      padding: 0 to 63 zero bytes
//! ```
//!
//! The chain of the first batch is the digest of the file header, so a batch fits only in one place
//! of one log. Every byte of the file is under a checksum, a constant, or must be zero.
//!
//! Three choices serve recovery ([`crate::scan`]): a batch starts at a multiple of 64, so its header
//! never straddles two sectors; it ends with eight bytes that are never zero; and its header counts
//! its *weak* sectors, those 512-byte sectors (or parts of one, at the ends of the batch) in which at
//! most one byte is not zero, so that a sector which the disk never wrote can be told from one that
//! the caller filled with zeros.

use crate::{
    Part, StoreError,
    limits::{BATCH_BYTES_MAX, BATCH_FRAMES_MAX, FRAME_BYTES_MAX, SECTOR_BYTES},
};
use comity_wire::sha256_concat;

/// Version written and read.
pub(crate) const VERSION: u32 = 1;
/// Bytes in the file header.
pub(crate) const FILE_HEADER_LEN: usize = 64;
/// Bytes in a batch header; batches start and end at multiples of it.
pub(crate) const BATCH_HEADER_LEN: usize = 64;
/// Bytes in a frame header.
pub(crate) const FRAME_HEADER_LEN: usize = 32;
/// Bytes in a batch trailer.
pub(crate) const TRAILER_LEN: usize = 32;
/// The smallest batch: one empty frame.
const BATCH_LEN_MIN: usize = 128;

const FILE_MAGIC: [u8; 8] = *b"\x89Comity\n";
const BATCH_MAGIC: [u8; 8] = *b"\xC3batch\xB5\n";
const FRAME_MARK: [u8; 4] = *b"frm\x01";
const END: [u8; 8] = *b"\xB5end\xC3end";

/// What ties a batch to everything before it.
pub(crate) type Chain = [u8; 24];

fn digest<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    sha256_concat(parts).as_bytes().first_chunk().copied().unwrap_or([0; N])
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*head)
}

/// Appends the check over everything in `part` and returns it as an array; `N` is its full length.
fn sealed<const N: usize>(mut part: Vec<u8>) -> [u8; N] {
    let check: [u8; 8] = digest(&[&part]);
    part.extend(check);
    part.first_chunk().copied().unwrap_or([0; N])
}

/// The part without its check, if the check is right.
fn unsealed(part: &[u8]) -> Option<&[u8]> {
    let (inner, check) = part.split_last_chunk::<8>()?;
    (digest::<8>(&[inner]) == *check).then_some(inner)
}

/// The file header of a log with this identity.
pub(crate) fn file_header(identity: &[u8; 32]) -> [u8; FILE_HEADER_LEN] {
    let inner = [&VERSION.to_be_bytes()[..], &[0; 12], identity].concat();
    let check: [u8; 8] = digest(&[&inner]);
    [&FILE_MAGIC[..], &inner, &check].concat().first_chunk().copied().unwrap_or([0; 64])
}

/// The chain value of a log's first batch.
pub(crate) fn first_chain(header: &[u8; FILE_HEADER_LEN]) -> Chain {
    digest(&[header])
}

/// What a file header turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileHeader {
    /// Intact.
    Of { version: u32, identity: [u8; 32] },
    /// Ours, and changed.
    Damaged,
    /// Not ours.
    Foreign,
}

/// Reads a file header. A wrong magic in front of a right check is damage, not another file.
pub(crate) fn read_file_header(header: &[u8; FILE_HEADER_LEN]) -> FileHeader {
    let mut rest = header.as_slice();
    let magic = take::<8>(&mut rest) == Some(FILE_MAGIC);
    match (magic, unsealed(rest)) {
        (true, Some(mut inner)) => {
            let version = take(&mut inner).map(u32::from_be_bytes);
            let zero = take::<12>(&mut inner).filter(|zero| *zero == [0; 12]);
            match (version, zero, take(&mut inner)) {
                (Some(version), Some(_), Some(identity)) => FileHeader::Of { version, identity },
                _ => FileHeader::Damaged,
            }
        }
        (true, None) | (false, Some(_)) => FileHeader::Damaged,
        (false, None) => FileHeader::Foreign,
    }
}

/// The 64 bytes in front of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BatchHeader {
    /// Number of the first frame.
    pub(crate) first: u64,
    /// Frames in the batch.
    pub(crate) frames: u32,
    /// Sectors of the batch with at most one byte that is not zero.
    pub(crate) weak: u32,
    /// Bytes from this header to the end of the trailer.
    pub(crate) len: u64,
    /// Digest of the batch before this one.
    pub(crate) chain: Chain,
}

impl BatchHeader {
    fn encode(&self) -> [u8; BATCH_HEADER_LEN] {
        let mut out = Vec::with_capacity(BATCH_HEADER_LEN);
        out.extend(BATCH_MAGIC);
        out.extend(self.first.to_be_bytes());
        out.extend(self.frames.to_be_bytes());
        out.extend(self.weak.to_be_bytes());
        out.extend(self.len.to_be_bytes());
        out.extend(self.chain);
        sealed(out)
    }

    /// `None` if the check is wrong or a field is outside its range.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        // The magic is looked at first: a search for headers asks this of every 64 bytes.
        bytes.strip_prefix(&BATCH_MAGIC)?;
        let mut rest = unsealed(bytes)?;
        take::<8>(&mut rest)?;
        let header = Self {
            first: u64::from_be_bytes(take(&mut rest)?),
            frames: u32::from_be_bytes(take(&mut rest)?),
            weak: u32::from_be_bytes(take(&mut rest)?),
            len: u64::from_be_bytes(take(&mut rest)?),
            chain: take(&mut rest)?,
        };
        let len = usize::try_from(header.len).ok()?;
        let in_range = (BATCH_LEN_MIN..=BATCH_BYTES_MAX).contains(&len)
            && len.is_multiple_of(BATCH_HEADER_LEN)
            && (1..=BATCH_FRAMES_MAX).contains(&usize::try_from(header.frames).ok()?);
        (in_range && rest.is_empty()).then_some(header)
    }

    /// How a header of a batch starting with frame `first` begins: magic and number.
    pub(crate) fn prefix(first: u64) -> [u8; 16] {
        let [number, magic] = [first.to_be_bytes(), BATCH_MAGIC];
        [magic, number].concat().first_chunk().copied().unwrap_or([0; 16])
    }
}

/// The 32 bytes in front of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// Bytes in the body.
    pub(crate) len: usize,
    /// Number of the frame.
    pub(crate) seq: u64,
    check: [u8; 8],
}

impl FrameHeader {
    fn encode(seq: u64, body: &[u8]) -> [u8; FRAME_HEADER_LEN] {
        let len = u32::try_from(body.len()).unwrap_or(u32::MAX); // checked against FRAME_BYTES_MAX
        let check: [u8; 8] = digest(&[body]);
        let parts = [&FRAME_MARK[..], &len.to_be_bytes(), &seq.to_be_bytes(), &check];
        sealed(parts.concat())
    }

    /// `None` if the check is wrong or the length is outside its range.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = unsealed(bytes)?.strip_prefix(&FRAME_MARK)?;
        let len = usize::try_from(u32::from_be_bytes(take(&mut rest)?)).ok()?;
        let seq = u64::from_be_bytes(take(&mut rest)?);
        let check = take(&mut rest)?;
        (len <= FRAME_BYTES_MAX && rest.is_empty()).then_some(Self { len, seq, check })
    }

    /// Whether this is the body that was stored.
    pub(crate) fn matches(&self, body: &[u8]) -> bool {
        body.len() == self.len && digest::<8>(&[body]) == self.check
    }
}

/// A batch ready to be written.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// The bytes, header to trailer.
    pub(crate) bytes: Vec<u8>,
    /// Where each frame header lies in the file.
    pub(crate) offsets: Vec<u64>,
    /// Chain value for the batch after this one.
    pub(crate) chain: Chain,
}

/// Bytes that a batch of frames with these body lengths takes in the file.
pub(crate) fn batch_len(bodies: impl Iterator<Item = usize>) -> usize {
    bodies
        .map(|len| FRAME_HEADER_LEN.saturating_add(len))
        .fold(BATCH_HEADER_LEN + TRAILER_LEN, usize::saturating_add)
        .checked_next_multiple_of(BATCH_HEADER_LEN)
        .unwrap_or(usize::MAX)
}

/// Refuses what does not fit in one batch.
pub(crate) fn check_limits<T: AsRef<[u8]>>(frames: &[T]) -> Result<(), StoreError> {
    if BATCH_FRAMES_MAX < frames.len() {
        return Err(StoreError::TooManyFrames { frames: frames.len(), max: BATCH_FRAMES_MAX });
    }
    let longest = frames.iter().map(|frame| frame.as_ref().len()).max().unwrap_or(0);
    if FRAME_BYTES_MAX < longest {
        return Err(StoreError::FrameTooLong { len: longest, max: FRAME_BYTES_MAX });
    }
    let len = batch_len(frames.iter().map(|frame| frame.as_ref().len()));
    if BATCH_BYTES_MAX < len {
        return Err(StoreError::BatchTooLong { len, max: BATCH_BYTES_MAX });
    }
    Ok(())
}

/// Lays out a batch that will start at byte `at` of the file. Needs at least one frame.
pub(crate) fn encode_batch<T: AsRef<[u8]>>(
    at: u64,
    first: u64,
    chain: Chain,
    frames: &[T],
) -> Result<Encoded, StoreError> {
    check_limits(frames)?;
    let len = batch_len(frames.iter().map(|frame| frame.as_ref().len()));
    let mut bytes = Vec::with_capacity(len);
    let mut heads = vec![0; BATCH_HEADER_LEN];
    let mut offsets = Vec::with_capacity(frames.len());
    bytes.resize(BATCH_HEADER_LEN, 0);
    for (seq, frame) in (first..).zip(frames) {
        let head = FrameHeader::encode(seq, frame.as_ref());
        offsets.push(at.saturating_add(bytes.len() as u64));
        heads.extend(head);
        bytes.extend(head);
        bytes.extend(frame.as_ref());
    }
    bytes.resize(len.saturating_sub(END.len()), 0);
    bytes.extend(END);

    let header = BatchHeader {
        first,
        frames: u32::try_from(frames.len()).unwrap_or(u32::MAX), // checked against BATCH_FRAMES_MAX
        weak: weak_sectors(at, &bytes),
        len: len as u64,
        chain,
    }
    .encode();
    if let (Some(one), Some(two)) = (bytes.first_chunk_mut(), heads.first_chunk_mut()) {
        (*one, *two) = (header, header);
    }
    let chain: Chain = digest(&[&heads]);
    if let Some(trailer) = bytes.last_chunk_mut::<TRAILER_LEN>() {
        trailer.first_chunk_mut().into_iter().for_each(|place| *place = chain);
    }
    Ok(Encoded { bytes, offsets, chain })
}

/// A damaged part of a batch; `at` counts from the start of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) at: usize,
    pub(crate) len: usize,
    pub(crate) part: Part,
}

/// Checks every byte of a batch whose header has been decoded. Appends where its frames lie to
/// `offsets` (undefined on damage) and returns the chain value for the next batch.
pub(crate) fn verify_batch(
    at: u64,
    header: &BatchHeader,
    bytes: &[u8],
    offsets: &mut Vec<u64>,
) -> Result<Chain, Damage> {
    let mut heads = bytes.get(..BATCH_HEADER_LEN).unwrap_or_default().to_vec();
    let mut here = BATCH_HEADER_LEN;
    let trailer_at = bytes.len().saturating_sub(TRAILER_LEN);
    for seq in (header.first..).take(header.frames as usize) {
        let bad_head = Damage { at: here, len: FRAME_HEADER_LEN, part: Part::FrameHeader };
        let body_at = here.saturating_add(FRAME_HEADER_LEN);
        let head = bytes.get(here..body_at).ok_or(bad_head)?;
        let frame = FrameHeader::decode(head).filter(|frame| frame.seq == seq).ok_or(bad_head)?;
        let end = body_at.saturating_add(frame.len);
        let body = bytes.get(body_at..end.min(trailer_at)).ok_or(bad_head)?;
        if !frame.matches(body) {
            return Err(Damage { at: body_at, len: frame.len, part: Part::FrameBody });
        }
        offsets.push(at.saturating_add(here as u64));
        heads.extend(head);
        here = end;
    }

    let padding = bytes.get(here..trailer_at).unwrap_or_default();
    if BATCH_HEADER_LEN <= padding.len() || padding.iter().any(|byte| *byte != 0) {
        return Err(Damage { at: here, len: padding.len(), part: Part::Padding });
    }
    let chain: Chain = digest(&[&heads]);
    if bytes.get(trailer_at..) == Some(&[&chain[..], &END].concat()) {
        Ok(chain)
    } else {
        Err(Damage { at: trailer_at, len: TRAILER_LEN, part: Part::BatchTrailer })
    }
}

/// The parts of `bytes`, which lie at `at` in the file, that fall into one sector each.
fn sectors(at: u64, bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let into = usize::try_from(at % SECTOR_BYTES as u64).unwrap_or(0);
    let (first, rest) = bytes.split_at(bytes.len().min(SECTOR_BYTES.saturating_sub(into)));
    std::iter::once(first).chain(rest.chunks(SECTOR_BYTES))
}

/// Sectors with at most one byte that is not zero. The first and the last one of a batch hold its
/// magic and its end, so they never are, whatever their other bytes.
fn weak_sectors(at: u64, batch: &[u8]) -> u32 {
    let weak = |sector: &&[u8]| sector.iter().filter(|byte| **byte != 0).take(2).count() < 2;
    u32::try_from(sectors(at, batch).skip(1).filter(weak).count()).unwrap_or(u32::MAX)
}

/// Sectors in which every byte is zero.
pub(crate) fn zero_sectors(at: u64, bytes: &[u8]) -> u32 {
    let zero = |sector: &&[u8]| sector.iter().all(|byte| *byte == 0);
    u32::try_from(sectors(at, bytes).filter(zero).count()).unwrap_or(u32::MAX)
}

/// Whether the last eight bytes are zero, which those of a written batch never are.
pub(crate) fn ends_in_zeros(bytes: &[u8]) -> bool {
    bytes.last_chunk::<8>() == Some(&[0; 8])
}

/// The part of `bytes`, which lie at `at`, that falls into the first sector.
pub(crate) fn first_sector(at: u64, bytes: &[u8]) -> &[u8] {
    sectors(at, bytes).next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
