//! What dealers and receivers say, in bytes.
//!
//! ```text
//!  statement  "comity-key-ceremony/v1" 00 ‖ kind u8 ‖ session[32] ‖ author u16 BE ‖ body ‖ signature[96]
//!  dealing    (1)  threshold u16 ‖ members u16 ‖ commitments[48·threshold] ‖ ephemeral[48]
//!                  ‖ proof of the constant[64] ‖ proof of the ephemeral[64] ‖ sealed values[32·members]
//!  complaint  (2)  dealer u16 ‖ shared point[48] ‖ proof[64]
//! ```
//!
//! The signature is the author's, with its member key, over the SHA-256 of everything before it.

use blstrs::{G1Affine, G1Projective, G2Affine, Scalar};
use comity_wire::{Digest, sha256, sha256_concat};

use crate::bytes::Reader;
use crate::error::{BadSignature, DecodeError};
use crate::field;
use crate::limits::STATEMENT_BYTES_MAX;
use crate::member::{MemberKey, MemberSecret};
use crate::point::{self, G1_BYTES, G2_BYTES};
use crate::proof::Proof;
use crate::share::{Index, Quorum};

const TAG: &str = "comity-key-ceremony/v1";

/// A dealer's commitments, and a value for each receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealing {
    pub(super) session: Digest,
    pub(super) dealer: Index,
    pub(super) commitments: Vec<G1Affine>,
    pub(super) ephemeral: G1Affine,
    pub(super) constant_proof: Proof,
    pub(super) ephemeral_proof: Proof,
    pub(super) sealed: Vec<[u8; 32]>,
    pub(super) signature: G2Affine,
}

impl Dealing {
    /// Who deals.
    pub const fn dealer(&self) -> Index {
        self.dealer
    }

    /// The value for `receiver`, given the point that only dealer and receiver know; nothing when it is not on the polynomial.
    pub(super) fn open(&self, receiver: Index, shared: &G1Affine) -> Option<Scalar> {
        let sealed = self.sealed.get(receiver.place())?;
        let pad = pad(&self.session, self.dealer, receiver, &self.ephemeral, shared);
        let value = field::scalar(&xor(sealed, &pad))?;
        let commitments: Vec<_> = self.commitments.iter().map(G1Projective::from).collect();
        let expected = field::evaluate_points(&commitments, receiver);
        (point::generator() * value == expected).then_some(value)
    }

    /// What the proofs of this dealing are bound to.
    pub(super) fn context(session: &Digest, dealer: Index, part: &[u8]) -> Digest {
        let dealer = dealer.get().to_be_bytes();
        sha256_concat(&[b"comity-dealing-proof/v1\0", session.as_bytes(), &dealer, part])
    }

    fn unsigned(&self) -> Vec<u8> {
        let mut bytes = head(1, &self.session, self.dealer);
        let count = |list: usize| u16::try_from(list).unwrap_or(u16::MAX).to_be_bytes();
        bytes.extend(count(self.commitments.len()));
        bytes.extend(count(self.sealed.len()));
        bytes.extend(self.commitments.iter().flat_map(G1Affine::to_compressed));
        bytes.extend(self.ephemeral.to_compressed());
        bytes.extend(self.constant_proof.encode());
        bytes.extend(self.ephemeral_proof.encode());
        bytes.extend(self.sealed.iter().flatten());
        bytes
    }

    fn read(session: Digest, dealer: Index, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let threshold = u16::from_be_bytes(reader.take()?);
        let quorum = Quorum::new(threshold, u16::from_be_bytes(reader.take()?))?;
        let commitments = (0..threshold).map(|_| read_g1(reader)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            session,
            dealer,
            commitments,
            ephemeral: read_g1(reader)?,
            constant_proof: Proof::read(reader)?,
            ephemeral_proof: Proof::read(reader)?,
            sealed: quorum.indices().map(|_| reader.take()).collect::<Result<_, _>>()?,
            signature: point::g2(&reader.take::<G2_BYTES>()?)?,
        })
    }
}

/// A receiver shows what it was dealt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub(super) session: Digest,
    pub(super) receiver: Index,
    pub(super) dealer: Index,
    pub(super) shared: G1Affine,
    pub(super) proof: Proof,
    pub(super) signature: G2Affine,
}

impl Complaint {
    /// Who complains.
    pub const fn receiver(&self) -> Index {
        self.receiver
    }

    /// About whom.
    pub const fn dealer(&self) -> Index {
        self.dealer
    }

    /// What the proof of a complaint is bound to.
    pub(super) fn context(session: &Digest, receiver: Index, dealer: Index) -> Digest {
        let (receiver, dealer) = (receiver.get().to_be_bytes(), dealer.get().to_be_bytes());
        sha256_concat(&[b"comity-complaint-proof/v1\0", session.as_bytes(), &receiver, &dealer])
    }

    fn unsigned(&self) -> Vec<u8> {
        let mut bytes = head(2, &self.session, self.receiver);
        bytes.extend(self.dealer.get().to_be_bytes());
        bytes.extend(self.shared.to_compressed());
        bytes.extend(self.proof.encode());
        bytes
    }

    fn read(
        session: Digest,
        receiver: Index,
        reader: &mut Reader<'_>,
    ) -> Result<Self, DecodeError> {
        Ok(Self {
            session,
            receiver,
            dealer: Index::new(u16::from_be_bytes(reader.take()?))?,
            shared: read_g1(reader)?,
            proof: Proof::read(reader)?,
            signature: point::g2(&reader.take::<G2_BYTES>()?)?,
        })
    }
}

/// One public statement of a ceremony.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A dealer deals.
    Dealing(Box<Dealing>),
    /// A receiver complains.
    Complaint(Box<Complaint>),
}

impl Statement {
    /// The ceremony that it belongs to.
    pub const fn session(&self) -> &Digest {
        match self {
            Self::Dealing(dealing) => &dealing.session,
            Self::Complaint(complaint) => &complaint.session,
        }
    }

    /// The dealer of a dealing, the receiver of a complaint.
    pub const fn author(&self) -> Index {
        match self {
            Self::Dealing(dealing) => dealing.dealer,
            Self::Complaint(complaint) => complaint.receiver,
        }
    }

    fn unsigned(&self) -> Vec<u8> {
        match self {
            Self::Dealing(dealing) => dealing.unsigned(),
            Self::Complaint(complaint) => complaint.unsigned(),
        }
    }

    const fn signature(&self) -> &G2Affine {
        match self {
            Self::Dealing(dealing) => &dealing.signature,
            Self::Complaint(complaint) => &complaint.signature,
        }
    }

    /// The same, signed.
    pub(super) fn signed(mut self, secret: &MemberSecret) -> Self {
        let signature = secret.sign(sha256(&self.unsigned()).as_bytes());
        match &mut self {
            Self::Dealing(dealing) => dealing.signature = signature,
            Self::Complaint(complaint) => complaint.signature = signature,
        }
        self
    }

    pub(super) fn verify(&self, author: &MemberKey) -> Result<(), BadSignature> {
        author.verify(sha256(&self.unsigned()).as_bytes(), self.signature())
    }

    /// The bytes of the module's head.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.unsigned();
        bytes.extend(self.signature().to_compressed());
        bytes
    }

    /// Reads [`Statement::encode`]. The signature is verified where the statement is applied.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if STATEMENT_BYTES_MAX < bytes.len() {
            let (expected, found) = (STATEMENT_BYTES_MAX, bytes.len());
            return Err(DecodeError::WrongLength { expected, found });
        }
        let mut reader = Reader::new(bytes);
        reader.tag(TAG)?;
        let [kind] = reader.take::<1>()?;
        let session = Digest::from_bytes(reader.take()?);
        let author = Index::new(u16::from_be_bytes(reader.take()?))?;
        let statement = match kind {
            1 => Self::Dealing(Box::new(Dealing::read(session, author, &mut reader)?)),
            2 => Self::Complaint(Box::new(Complaint::read(session, author, &mut reader)?)),
            other => return Err(DecodeError::UnknownKind(other)),
        };
        reader.end()?;
        Ok(statement)
    }
}

fn head(kind: u8, session: &Digest, author: Index) -> Vec<u8> {
    let author = author.get().to_be_bytes();
    [TAG.as_bytes(), &[0, kind], session.as_bytes(), &author].concat()
}

fn read_g1(reader: &mut Reader<'_>) -> Result<G1Affine, DecodeError> {
    point::g1(&reader.take::<G1_BYTES>()?)
}

/// What hides the value that `dealer` sends to `receiver`. Used once: a dealer has one ephemeral point in a session.
pub(super) fn pad(
    session: &Digest,
    dealer: Index,
    receiver: Index,
    ephemeral: &G1Affine,
    shared: &G1Affine,
) -> [u8; 32] {
    let digest = sha256_concat(&[
        b"comity-sealed-share/v1\0",
        session.as_bytes(),
        &dealer.get().to_be_bytes(),
        &receiver.get().to_be_bytes(),
        &ephemeral.to_compressed(),
        &shared.to_compressed(),
    ]);
    *digest.as_bytes()
}

pub(super) fn xor(one: &[u8; 32], two: &[u8; 32]) -> [u8; 32] {
    let mut both = *one;
    for (byte, other) in both.iter_mut().zip(two) {
        *byte ^= other;
    }
    both
}
