//! That a commitment is under an anchor, for whoever holds nothing of the record.

use comity_wire::Digest;
use serde::{Deserialize, Serialize};

use super::WINDOW_ITEMS_MAX;
use crate::facts::Window;

/// All hashes of a window: the window hash is over their concatenation, so nothing less shows that one is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowProof {
    /// Number of the first item.
    pub from: u64,
    /// Hashes of all items, in order.
    pub hashes: Vec<Digest>,
    /// State of the constitution that the window names.
    pub state_root: Digest,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// No hashes, or more than a window holds, or numbers beyond exact integers.
    #[error("{len} hashes make no window")]
    Length {
        /// Hashes given.
        len: usize,
    },
    /// The hash is not among those of the window.
    #[error("the window does not hold {digest}")]
    NotInside {
        /// The hash asked about.
        digest: Digest,
    },
    /// These hashes are not what was anchored: one was removed, added or exchanged.
    #[error("the hashes give the payload {computed}, anchored is {anchored}")]
    OtherPayload {
        /// Payload of these hashes.
        computed: Digest,
        /// Payload on the chain.
        anchored: Digest,
    },
}

impl ProofError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "commitment.window_proof_length",
            Self::NotInside { .. } => "commitment.window_proof_not_inside",
            Self::OtherPayload { .. } => "commitment.window_proof_payload",
        }
    }
}

impl WindowProof {
    /// The number of the item, if `digest` is under the payload that stands on the chain.
    ///
    /// # Errors
    ///
    /// A [`ProofError`].
    pub fn verify(&self, digest: &Digest, anchored: &Digest) -> Result<u64, ProofError> {
        let len = self.hashes.len();
        let count = u64::try_from(len).unwrap_or(u64::MAX);
        if count == 0 || WINDOW_ITEMS_MAX < count || self.from.checked_add(count).is_none() {
            return Err(ProofError::Length { len });
        }
        let place = self.hashes.iter().position(|hash| hash == digest);
        let window = Window::over(self.from, &self.hashes, self.state_root);
        let computed = window.payload().map_err(|_| ProofError::Length { len })?;
        if computed != *anchored {
            return Err(ProofError::OtherPayload { computed, anchored: *anchored });
        }
        let place = place.and_then(|place| u64::try_from(place).ok());
        place.map(|place| self.from + place).ok_or(ProofError::NotInside { digest: *digest })
    }
}
