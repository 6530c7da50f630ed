//! Points in the form of the precompiles: each number of the field in 64 bytes, both coordinates.
//!
//! Of a coordinate in G2 the real part comes first; the uncompressed form of everybody else has it second.

use comity_bls::{GroupKey, ThresholdSignature};

/// Bytes of a number of the field, without and with padding.
const FIELD: usize = 48;
const PADDED: usize = 64;

/// Bytes of a point of G1.
pub const G1_BYTES: usize = 2 * PADDED;
/// Bytes of a point of G2.
pub const G2_BYTES: usize = 4 * PADDED;

/// A committee's key.
pub fn g1(key: &GroupKey) -> [u8; G1_BYTES] {
    spread(&key.coordinates(), [0, 1])
}

/// A committee's signature.
pub fn g2(signature: &ThresholdSignature) -> [u8; G2_BYTES] {
    spread(&signature.coordinates(), [1, 0, 3, 2])
}

fn spread<const N: usize, const OUT: usize>(bytes: &[u8], order: [usize; N]) -> [u8; OUT] {
    let mut out = [0; OUT];
    let numbers: Vec<&[u8]> = bytes.chunks_exact(FIELD).collect();
    for (place, from) in out.chunks_exact_mut(PADDED).zip(order) {
        if let (Some(place), Some(number)) = (place.last_chunk_mut::<FIELD>(), numbers.get(from)) {
            place.copy_from_slice(number);
        }
    }
    out
}
