//! Selective disclosure: a signed commitment to a set of capabilities, and proofs that one of them is in it.
//!
//! ```text
//!              root ── in CapabilityCommitment, signed by the issuer
//!            /      \
//!        node        node        node = SHA-256(left ‖ right), over the raw bytes
//!       /    \      /    \
//!   leaf   leaf   leaf   pad     leaf = SHA-256(capability), in the order of the capabilities; pad = SHA-256("")
//! ```
//!
//! A proof names one capability and the siblings on its way to the root. A nullifier makes it good for one showing.
//!
//! # Invariants
//!
//! 1. A path has as many siblings as the tree has levels, and each has 32 bytes. Leaves and nodes are hashed alike, so
//!    nothing else tells them apart.
//! 2. The empty capability is never committed to and never proved: its leaf is the padding.
//! 3. A nullifier counts if the prover signed it for this very proof.
//!
//! # Source
//!
//! The reference's selective disclosure; chapter *Mesh objects* in the book. The 32 bytes of 1, and 2 and 3, are ours.

mod gate;
mod merkle;

use std::collections::BTreeSet;

use comity_sign::SigningKey;
use comity_wire::hex;
use comity_wire::mesh_json::Datetime;

pub use gate::DisclosureGate;
pub use merkle::CapabilityTree;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

/// How long a nullifier holds unless somebody says otherwise, in seconds: as long as the reference's.
pub const NULLIFIER_LIFE_SECONDS: i64 = 60;

objects! {
    /// The root of a tree of capabilities, signed.
    pub struct CapabilityCommitment signed_by signature {
        /// Its id.
        commitment_id: String,
        /// The root, in hexadecimal digits.
        merkle_root: String,
        /// How many capabilities.
        capability_count: u64,
        /// The agreement that they are from.
        agreement_id: String,
        /// When it was signed.
        committed_at: Datetime,
        /// Who signed it.
        issuer_sovereign_id: String,
        /// By the issuer.
        signature: Option<Signature> = None,
    }

    /// One step on the way to the root.
    pub struct MerklePathNode {
        /// The hash beside, in hexadecimal digits.
        sibling_hash: String,
        /// Whether that hash is the left one of the two.
        is_left: bool,
    }

    /// Shows that a capability is in a commitment. Unsigned.
    pub struct CapabilityMembershipProof {
        /// Its id.
        proof_id: String,
        /// The commitment.
        commitment_id: String,
        /// The capability.
        revealed_capability: String,
        /// Its SHA-256, in hexadecimal digits.
        leaf_hash: String,
        /// From the leaf to the root.
        merkle_path: Vec<MerklePathNode>,
        /// Who shows it.
        prover_sovereign_id: String,
        /// When.
        proved_at: Datetime,
    }

    /// Makes a proof good for one showing, signed by the prover.
    pub struct CapabilityNullifier signed_by signature {
        /// Its id, by which verifiers remember it.
        nullifier_id: String,
        /// The proof.
        proof_id: String,
        /// 16 random bytes in hexadecimal digits.
        nonce: String,
        /// When it was signed.
        issued_at: Datetime,
        /// From here on it counts no longer.
        expires_at: Datetime,
        /// Who signed it.
        prover_sovereign_id: String,
        /// By the prover.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a proof is refused. Down to `nullifier_already_used` as in the reference.
    pub enum DisclosureReason {
        /// Nobody signed the commitment.
        CommitmentNotSigned = "commitment_not_signed",
        /// Its signature is not by a key of the issuer.
        CommitmentInvalidSignature = "commitment_invalid_signature",
        /// The path is too long or too short for that many capabilities.
        PathLengthInconsistent = "path_length_inconsistent",
        /// The leaf is not that of the capability.
        LeafHashMismatch = "leaf_hash_mismatch",
        /// The path leads to another root.
        RootMismatch = "root_mismatch",
        /// The nullifier counts no longer.
        NullifierExpired = "nullifier_expired",
        /// It was seen before.
        NullifierAlreadyUsed = "nullifier_already_used",
        /// The proof is about another commitment.
        CommitmentIdMismatch = "commitment_id_mismatch",
        /// The capability is the empty text, whose leaf is the padding.
        EmptyCapability = "empty_capability",
        /// The nullifier is for another proof.
        NullifierProofMismatch = "nullifier_proof_mismatch",
        /// Nobody signed the nullifier.
        NullifierNotSigned = "nullifier_not_signed",
        /// Its signature is not by a key of the prover.
        NullifierInvalidSignature = "nullifier_invalid_signature",
    }
}

/// Why a commitment or a proof is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DisclosureError {
    /// There is nothing to commit to.
    #[error("there are no capabilities to commit to")]
    NoCapabilities,
    /// A capability is the empty text.
    #[error("the empty capability looks like padding")]
    EmptyCapability,
    /// The capability is not in the set.
    #[error("`{capability}` is not one of the capabilities")]
    NotAMember {
        /// The capability.
        capability: String,
    },
    /// The commitment is to another set.
    #[error("commitment has the root {committed}, the capabilities have {given}")]
    OtherCommitment {
        /// Root in the commitment.
        committed: String,
        /// Root of the capabilities given.
        given: String,
    },
}

impl DisclosureError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoCapabilities => "mesh.disclosure_no_capabilities",
            Self::EmptyCapability => "mesh.disclosure_empty_capability",
            Self::NotAMember { .. } => "mesh.disclosure_not_a_member",
            Self::OtherCommitment { .. } => "mesh.disclosure_other_commitment",
        }
    }
}

/// A nullifier, and what it is checked with.
#[derive(Clone, Copy, Debug)]
pub struct NullifierCheck<'a> {
    /// The nullifier.
    pub nullifier: &'a CapabilityNullifier,
    /// Keys of the prover.
    pub prover_keys: &'a [MeshKey],
    /// Ids of those seen before.
    pub used: &'a BTreeSet<String>,
    /// Now.
    pub at: Datetime,
}

impl CapabilityCommitment {
    /// Commits to `capabilities` of an agreement, as `issuer`, whose name for the key is the same.
    ///
    /// # Errors
    ///
    /// [`DisclosureError`] if there are none, or one is empty.
    pub fn issue(
        capabilities: &[String],
        commitment_id: String,
        agreement_id: &str,
        committed_at: Datetime,
        secret: &SigningKey,
        issuer: &str,
    ) -> Result<Self, DisclosureError> {
        if capabilities.iter().any(String::is_empty) {
            return Err(DisclosureError::EmptyCapability);
        }
        let tree = CapabilityTree::new(capabilities)?;
        let mut commitment = Self {
            commitment_id,
            merkle_root: tree.root().to_string(),
            capability_count: tree.count(),
            agreement_id: agreement_id.to_owned(),
            committed_at,
            issuer_sovereign_id: issuer.to_owned(),
            signature: None,
        };
        commitment.sign(secret, issuer);
        Ok(commitment)
    }
}

impl CapabilityMembershipProof {
    /// Proves that `capability` is one of the `capabilities` of `commitment`.
    ///
    /// # Errors
    ///
    /// [`DisclosureError`] if it is not, is empty, or the commitment is to others.
    pub fn make(
        capability: &str,
        capabilities: &[String],
        commitment: &CapabilityCommitment,
        proof_id: String,
        prover: &str,
        proved_at: Datetime,
    ) -> Result<Self, DisclosureError> {
        if capability.is_empty() {
            return Err(DisclosureError::EmptyCapability);
        }
        let tree = CapabilityTree::new(capabilities)?;
        let (committed, given) = (commitment.merkle_root.clone(), tree.root().to_string());
        if committed != given {
            return Err(DisclosureError::OtherCommitment { committed, given });
        }
        let merkle_path = tree
            .path(capability)
            .ok_or_else(|| DisclosureError::NotAMember { capability: capability.to_owned() })?;
        Ok(Self {
            proof_id,
            commitment_id: commitment.commitment_id.clone(),
            revealed_capability: capability.to_owned(),
            leaf_hash: merkle::leaf(capability).to_string(),
            merkle_path,
            prover_sovereign_id: prover.to_owned(),
            proved_at,
        })
    }

    /// Checks what the proof says about its capability, without a commitment.
    ///
    /// # Errors
    ///
    /// [`DisclosureReason::LeafHashMismatch`] or [`DisclosureReason::EmptyCapability`].
    pub fn check_leaf(&self) -> Result<(), DisclosureReason> {
        if self.leaf_hash != merkle::leaf(&self.revealed_capability).to_string() {
            return Err(DisclosureReason::LeafHashMismatch);
        }
        if self.revealed_capability.is_empty() {
            return Err(DisclosureReason::EmptyCapability);
        }
        Ok(())
    }

    /// Checks that the capability is in the commitment, that a key of the issuer signed that, and that the nullifier is
    /// fresh and the prover's, if one is wanted.
    ///
    /// # Errors
    ///
    /// [`DisclosureReason`], the first that applies; what the reference refuses comes before what only we do.
    pub fn verify(
        &self,
        commitment: &CapabilityCommitment,
        issuer_keys: &[MeshKey],
        nullifier: Option<NullifierCheck<'_>>,
    ) -> Result<(), DisclosureReason> {
        match commitment.check_signatures(issuer_keys) {
            SignatureCheck::Missing => return Err(DisclosureReason::CommitmentNotSigned),
            SignatureCheck::Invalid => return Err(DisclosureReason::CommitmentInvalidSignature),
            SignatureCheck::Valid => {}
        }
        let levels = merkle::levels(commitment.capability_count);
        if levels.is_none_or(|levels| levels != self.merkle_path.len()) {
            return Err(DisclosureReason::PathLengthInconsistent);
        }
        let leaf = merkle::leaf(&self.revealed_capability);
        if self.leaf_hash != leaf.to_string() {
            return Err(DisclosureReason::LeafHashMismatch);
        }
        let root = merkle::root_of(leaf, &self.merkle_path).map(|root| root.to_string());
        if root.as_ref() != Some(&commitment.merkle_root) {
            return Err(DisclosureReason::RootMismatch);
        }
        if let Some(check) = nullifier {
            check.is_fresh()?;
        }
        if self.commitment_id != commitment.commitment_id {
            return Err(DisclosureReason::CommitmentIdMismatch);
        }
        if self.revealed_capability.is_empty() {
            return Err(DisclosureReason::EmptyCapability);
        }
        nullifier.map_or(Ok(()), |check| check.is_for(self))
    }
}

impl NullifierCheck<'_> {
    fn is_fresh(self) -> Result<(), DisclosureReason> {
        if self.nullifier.expires_at.instant() <= self.at.instant() {
            return Err(DisclosureReason::NullifierExpired);
        }
        if self.used.contains(&self.nullifier.nullifier_id) {
            return Err(DisclosureReason::NullifierAlreadyUsed);
        }
        Ok(())
    }

    fn is_for(self, proof: &CapabilityMembershipProof) -> Result<(), DisclosureReason> {
        if self.nullifier.proof_id != proof.proof_id {
            return Err(DisclosureReason::NullifierProofMismatch);
        }
        match self.nullifier.check_signatures(self.prover_keys) {
            SignatureCheck::Missing => Err(DisclosureReason::NullifierNotSigned),
            SignatureCheck::Invalid => Err(DisclosureReason::NullifierInvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }
}

impl CapabilityNullifier {
    /// Makes `proof` good for one showing within `life_seconds`, as `prover`, whose name for the key is the same.
    pub fn issue(
        proof: &CapabilityMembershipProof,
        nullifier_id: String,
        nonce: [u8; 16],
        (issued_at, life_seconds): (Datetime, i64),
        secret: &SigningKey,
        prover: &str,
    ) -> Self {
        let mut nullifier = Self {
            nullifier_id,
            proof_id: proof.proof_id.clone(),
            nonce: hex::encode(&nonce),
            issued_at,
            expires_at: issued_at.plus(life_seconds),
            prover_sovereign_id: prover.to_owned(),
            signature: None,
        };
        nullifier.sign(secret, prover);
        nullifier
    }
}

#[cfg(test)]
mod tests;
