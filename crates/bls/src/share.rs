//! Shares: whose number they have, which key they belong to, and what one of them signs.

use std::fmt;

use blstrs::{G2Affine, Scalar};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::error::DecodeError;
use crate::limits::MEMBERS_MAX;
use crate::point::{self, G2_BYTES, PublicShare, SIGNATURE_DST};
use crate::{field, point::message_point};

/// Which share of a key, from 1. Zero would be the key itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index(u16);

impl Index {
    /// From 1 to [`MEMBERS_MAX`].
    pub const fn new(index: u16) -> Result<Self, DecodeError> {
        if index == 0 || MEMBERS_MAX < index {
            return Err(DecodeError::BadIndex(index));
        }
        Ok(Self(index))
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    pub(crate) fn scalar(self) -> Scalar {
        Scalar::from(u64::from(self.0))
    }

    /// Place in a list that begins with share 1.
    pub(crate) fn place(self) -> usize {
        usize::from(self.0) - 1
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The number of a committee's key: every ceremony that ends, a new key or new shares of the old one, makes the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyEpoch(pub u64);

impl fmt::Display for KeyEpoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// How many of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    threshold: u16,
    members: u16,
}

impl Quorum {
    /// `1 <= threshold <= members <= MEMBERS_MAX`.
    pub const fn new(threshold: u16, members: u16) -> Result<Self, DecodeError> {
        if threshold == 0 || members < threshold || MEMBERS_MAX < members {
            return Err(DecodeError::BadQuorum { threshold, members });
        }
        Ok(Self { threshold, members })
    }

    /// How many have to sign.
    pub const fn threshold(self) -> u16 {
        self.threshold
    }

    /// How many there are.
    pub const fn members(self) -> u16 {
        self.members
    }

    /// Whether two quorums always have a member in common, and fewer than a quorum are left when the others fail.
    pub const fn is_majority(self) -> bool {
        self.members < self.threshold * 2
    }

    /// All indices.
    pub fn indices(self) -> impl Iterator<Item = Index> {
        (1..=self.members).map(Index)
    }
}

/// A member's secret share of a committee's key. Erased from memory when dropped; never printed.
///
/// The arithmetic library copies a scalar while it computes, and those copies on the stack are not erased.
#[derive(Clone, ZeroizeOnDrop)]
pub struct SecretShare {
    #[zeroize(skip)]
    epoch: KeyEpoch,
    #[zeroize(skip)]
    index: Index,
    scalar: [u8; 32],
}

impl fmt::Debug for SecretShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretShare {{ epoch: {}, index: {}, scalar: *** }}", self.epoch, self.index)
    }
}

impl SecretShare {
    /// The share with this big-endian scalar.
    pub fn from_bytes(
        epoch: KeyEpoch,
        index: Index,
        scalar: &[u8; 32],
    ) -> Result<Self, DecodeError> {
        field::scalar(scalar).ok_or(DecodeError::BadScalar)?;
        Ok(Self { epoch, index, scalar: *scalar })
    }

    pub(crate) fn from_scalar(epoch: KeyEpoch, index: Index, scalar: &Scalar) -> Self {
        Self { epoch, index, scalar: scalar.to_bytes_be() }
    }

    /// The secret scalar, for whoever stores it under a passphrase. The caller erases it.
    pub fn expose(&self) -> [u8; 32] {
        self.scalar
    }

    /// Which key it is a share of.
    pub const fn epoch(&self) -> KeyEpoch {
        self.epoch
    }

    /// Which share it is.
    pub const fn index(&self) -> Index {
        self.index
    }

    /// What its partial signatures are verified with.
    pub fn public(&self) -> PublicShare {
        PublicShare::of(point::generator() * self.scalar())
    }

    /// Signs `message`. Whoever puts meaning into it sees to it that no two meanings have one message.
    pub fn sign(&self, message: &[u8]) -> PartialSignature {
        let signature = message_point(message, SIGNATURE_DST) * self.scalar();
        PartialSignature { epoch: self.epoch, index: self.index, signature: signature.into() }
    }

    pub(crate) fn scalar(&self) -> Scalar {
        let scalar: Option<Scalar> = Scalar::from_bytes_be(&self.scalar).into();
        scalar.expect("a share is made of a scalar")
    }

    /// Erases the scalar now. What remains signs nothing that verifies.
    pub fn erase(&mut self) {
        self.scalar.zeroize();
    }
}

/// What one share signs. It says which share of which key made it, and [`crate::CommitteeKey`] checks that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PartialSignature {
    pub(crate) epoch: KeyEpoch,
    pub(crate) index: Index,
    pub(crate) signature: G2Affine,
}

impl fmt::Debug for PartialSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:", self.epoch, self.index)?;
        point::show(f, &self.signature.to_compressed())
    }
}

impl PartialSignature {
    /// Bytes of its form.
    pub const BYTES: usize = 8 + 2 + G2_BYTES;

    /// A partial signature as it came from outside; `signature` is a compressed point.
    pub fn new(epoch: KeyEpoch, index: Index, signature: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self { epoch, index, signature: point::g2(signature)? })
    }

    /// Which key it says it is by.
    pub const fn epoch(&self) -> KeyEpoch {
        self.epoch
    }

    /// Which share it says it is by.
    pub const fn index(&self) -> Index {
        self.index
    }

    /// The point alone, compressed.
    pub fn point(&self) -> [u8; G2_BYTES] {
        self.signature.to_compressed()
    }

    /// Epoch and index, big-endian, and the point.
    pub fn encode(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (head, point) = bytes.split_at_mut(10);
        let (epoch, index) = head.split_at_mut(8);
        epoch.copy_from_slice(&self.epoch.0.to_be_bytes());
        index.copy_from_slice(&self.index.0.to_be_bytes());
        point.copy_from_slice(&self.point());
        bytes
    }

    /// Reads [`PartialSignature::encode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = crate::bytes::Reader::exactly(bytes, Self::BYTES)?;
        let epoch = KeyEpoch(u64::from_be_bytes(reader.take()?));
        let index = Index::new(u16::from_be_bytes(reader.take()?))?;
        Self::new(epoch, index, &reader.take::<G2_BYTES>()?)
    }
}
