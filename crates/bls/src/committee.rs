//! The public half of a shared key: who verifies partial signatures and makes one signature of them.
//!
//! # Invariants
//!
//! 1. Any `threshold` valid partial signatures of distinct shares give the same signature; fewer give none.
//! 2. What [`CommitteeKey::combine`] returns has been verified under the group key.
//! 3. A partial signature of another key epoch is refused, whatever it is worth.

use std::collections::BTreeSet;

use blstrs::{G1Projective, G2Projective};
use group::Group as _;

use crate::bytes::Reader;
use crate::error::{CombineError, DecodeError};
use crate::field;
use crate::point::{
    self, G1_BYTES, GroupKey, PublicShare, SIGNATURE_DST, ThresholdSignature, message_point,
};
use crate::share::{Index, KeyEpoch, PartialSignature, Quorum};

/// A committee's key: commitments to the polynomial that the shares lie on, and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitteeKey {
    epoch: KeyEpoch,
    quorum: Quorum,
    commitments: Vec<GroupKey>,
    shares: Vec<PublicShare>,
}

impl CommitteeKey {
    /// First bytes of the encoded form.
    pub const TAG: &'static str = "comity-committee-key/v1";

    /// The key whose polynomial has these commitments, constant first: as many as the threshold.
    pub(crate) fn new(epoch: KeyEpoch, quorum: Quorum, commitments: &[G1Projective]) -> Self {
        assert_eq!(commitments.len(), usize::from(quorum.threshold()), "one for each coefficient");
        let share = |index| PublicShare::of(field::evaluate_points(commitments, index));
        Self {
            epoch,
            quorum,
            commitments: commitments.iter().map(|point| GroupKey::of(*point)).collect(),
            shares: quorum.indices().map(share).collect(),
        }
    }

    /// Which of the committee's keys it is.
    pub const fn epoch(&self) -> KeyEpoch {
        self.epoch
    }

    /// How many of how many sign.
    pub const fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// What outsiders verify with.
    pub fn group(&self) -> GroupKey {
        *self.commitments.first().expect("a threshold is at least one")
    }

    /// What the partial signatures of `index` are verified with.
    pub fn share(&self, index: Index) -> Option<PublicShare> {
        self.shares.get(index.place()).copied()
    }

    /// Whether the share that is named made this partial signature of `message`.
    pub fn verify_partial(
        &self,
        message: &[u8],
        partial: &PartialSignature,
    ) -> Result<(), CombineError> {
        check(&message_point(message, SIGNATURE_DST), partial, self.known(partial)?)
    }

    /// One signature of `threshold` partial ones.
    ///
    /// All must name distinct shares of this key. When there are more than needed, those that do not verify are left
    /// out; when that leaves too few, the first of them is named.
    pub fn combine(
        &self,
        message: &[u8],
        partials: &[PartialSignature],
    ) -> Result<ThresholdSignature, CombineError> {
        let mut seen = BTreeSet::new();
        for partial in partials {
            self.known(partial)?;
            if !seen.insert(partial.index) {
                return Err(CombineError::Duplicate(partial.index));
            }
        }
        let needed = usize::from(self.quorum.threshold());
        let first =
            partials.get(..needed).ok_or(CombineError::TooFew { needed, found: partials.len() })?;
        let message = message_point(message, SIGNATURE_DST);
        let signature = interpolate(first);
        if point::verify(&self.group().0, &message, &signature.0).is_ok() {
            return Ok(signature);
        }
        // Somebody lied: pay for looking at each.
        let mut bad = None;
        let mut good = Vec::with_capacity(needed);
        for partial in partials {
            match self.known(partial).and_then(|share| check(&message, partial, share)) {
                Ok(()) => good.push(*partial),
                Err(error) => bad = bad.or(Some(error)),
            }
        }
        let too_few = CombineError::TooFew { needed, found: good.len() };
        let good = good.get(..needed).ok_or(bad.unwrap_or(too_few))?;
        Ok(interpolate(good))
    }

    /// The public share that a partial signature names.
    fn known(&self, partial: &PartialSignature) -> Result<PublicShare, CombineError> {
        if partial.epoch != self.epoch {
            let (expected, found) = (self.epoch, partial.epoch);
            return Err(CombineError::OtherKeyEpoch { expected, found });
        }
        let (index, members) = (partial.index, self.quorum.members());
        self.share(index).ok_or(CombineError::NoSuchShare { index, members })
    }

    /// Tag, epoch, threshold, members, commitments.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = [Self::TAG.as_bytes(), &[0], &self.epoch.0.to_be_bytes()].concat();
        bytes.extend(self.quorum.threshold().to_be_bytes());
        bytes.extend(self.quorum.members().to_be_bytes());
        bytes.extend(self.commitments.iter().flat_map(GroupKey::to_bytes));
        bytes
    }

    /// Reads [`CommitteeKey::encode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.tag(Self::TAG)?;
        let epoch = KeyEpoch(u64::from_be_bytes(reader.take()?));
        let threshold = u16::from_be_bytes(reader.take()?);
        let quorum = Quorum::new(threshold, u16::from_be_bytes(reader.take()?))?;
        let commitments: Vec<G1Projective> = (0..threshold)
            .map(|_| point::g1(&reader.take::<G1_BYTES>()?).map(G1Projective::from))
            .collect::<Result<_, _>>()?;
        reader.end()?;
        Ok(Self::new(epoch, quorum, &commitments))
    }
}

fn check(
    message: &G2Projective,
    partial: &PartialSignature,
    share: PublicShare,
) -> Result<(), CombineError> {
    point::verify(&share.0, message, &partial.signature)
        .map_err(|_| CombineError::BadPartial(partial.index))
}

/// The value at zero of the polynomial through these points, whatever they are worth.
pub(crate) fn interpolate(partials: &[PartialSignature]) -> ThresholdSignature {
    let indices: Vec<_> = partials.iter().map(PartialSignature::index).collect();
    let weights = field::weights_at_zero(&indices);
    let points = partials.iter().zip(weights);
    let sum = points.fold(G2Projective::identity(), |sum, (partial, weight)| {
        sum + G2Projective::from(partial.signature) * weight
    });
    ThresholdSignature::of(sum)
}
