//! Scalars: bytes, hashes, polynomials, Lagrange coefficients. All arithmetic is modulo the order of the groups.

use blstrs::{G1Projective, Scalar};
use comity_wire::sha256_concat;
use ff::Field as _;
use group::Group as _;

use crate::share::Index;

/// The scalar of 32 big-endian bytes; nothing for zero and for what is not below the order.
pub(crate) fn scalar(bytes: &[u8; 32]) -> Option<Scalar> {
    let scalar: Option<Scalar> = Scalar::from_bytes_be(bytes).into();
    scalar.filter(|scalar| !bool::from(scalar.is_zero()))
}

/// `parts`, hashed to a scalar: 512 bits reduced, so that no residue is likelier than another by more than 2^-256.
///
/// The first part is a domain tag that ends in a zero byte; the others have fixed lengths, or their lengths before them.
pub(crate) fn hash(parts: &[&[u8]]) -> Scalar {
    let half = |number: u8| {
        let mut with_number: Vec<&[u8]> = Vec::with_capacity(parts.len() + 1);
        let number = [number];
        with_number.push(&number);
        with_number.extend_from_slice(parts);
        *sha256_concat(&with_number).as_bytes()
    };
    let (high, low) = (half(0), half(1));
    let shift = Scalar::from(1 << 32).square();
    let words = high.iter().chain(&low).copied().collect::<Vec<u8>>();
    words.chunks(8).fold(Scalar::ZERO, |sum, word| {
        let word = word.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
        sum * shift + Scalar::from(word)
    })
}

/// The polynomial with these coefficients, constant first, at `index`.
pub(crate) fn evaluate(coefficients: &[Scalar], index: Index) -> Scalar {
    let x = index.scalar();
    coefficients.iter().rev().fold(Scalar::ZERO, |sum, coefficient| sum * x + coefficient)
}

/// The same in the exponent: what the public share of `index` is, given commitments to the coefficients.
pub(crate) fn evaluate_points(commitments: &[G1Projective], index: Index) -> G1Projective {
    let sum = |sum, point| times(sum, index.get()) + point;
    commitments.iter().rev().fold(G1Projective::identity(), sum)
}

/// A public point times a public number: as many doublings as the number has bits, where a secret scalar takes all 255.
fn times(point: G1Projective, number: u16) -> G1Projective {
    let bits = (0..u16::BITS - number.leading_zeros()).rev();
    bits.fold(G1Projective::identity(), |sum, bit| {
        let sum = sum.double();
        if number >> bit & 1 == 1 { sum + point } else { sum }
    })
}

/// What to weigh the values at `indices` with, so that they sum to the value at zero. The indices are distinct.
pub(crate) fn weights_at_zero(indices: &[Index]) -> Vec<Scalar> {
    let weight = |own: Index| {
        let others = indices.iter().filter(|other| **other != own);
        let (above, below) = others.fold((Scalar::ONE, Scalar::ONE), |(above, below), other| {
            (above * other.scalar(), below * (other.scalar() - own.scalar()))
        });
        let below: Option<Scalar> = below.invert().into();
        above * below.expect("distinct indices below the order differ by something invertible")
    };
    indices.iter().copied().map(weight).collect()
}
