//! Checked parameters: the only form that rules accept.

use comity_wire::{Digest, jcs, sha256};

use crate::{
    error::ParameterError,
    file::{
        CommitmentParameters, EffortParameters, EligibilityParameters, GovernanceParameters,
        NormativeParameters, ParameterFile, QualityParameters, TierPolicy, TrustParameters,
        VotingParameters,
    },
    relations,
    vocabulary::RiskTier,
};

/// The founding parameters, as committed to by hash in genesis statements.
const FOUNDING: &[u8] = include_bytes!("../parameters/founding.json");

/// A parameter file whose every relation holds, with its canonical bytes and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    file: ParameterFile,
    bytes: Vec<u8>,
    hash: Digest,
}

impl Parameters {
    /// Longest parameter file that is read, in bytes: ten times the founding file.
    pub const BYTES_MAX: usize = 32_768;

    /// Reads canonical bytes and checks every relation.
    ///
    /// # Errors
    ///
    /// [`ParameterError::TooLong`] and [`ParameterError::Wire`] for the bytes, any other variant
    /// for the first relation that does not hold.
    pub fn decode(bytes: &[u8]) -> Result<Self, ParameterError> {
        Self::new(read(bytes)?)
    }

    /// Every relation that does not hold in a file, in a fixed order; none exactly when [`Self::decode`] reads it.
    ///
    /// # Errors
    ///
    /// [`ParameterError::TooLong`] and [`ParameterError::Wire`] for the bytes.
    pub fn violations(bytes: &[u8]) -> Result<Vec<ParameterError>, ParameterError> {
        Ok(relations::violations(&read(bytes)?))
    }

    /// Checks every relation of a file made in memory.
    ///
    /// # Errors
    ///
    /// As [`Self::decode`].
    pub fn new(file: ParameterFile) -> Result<Self, ParameterError> {
        relations::check(&file)?;
        let bytes = jcs::to_vec(&file)?;
        if Self::BYTES_MAX < bytes.len() {
            return Err(ParameterError::TooLong { len: bytes.len(), max: Self::BYTES_MAX });
        }
        let hash = sha256(&bytes);
        Ok(Self { file, bytes, hash })
    }

    /// The parameters this release was founded with.
    pub fn founding() -> Self {
        Self::decode(FOUNDING).expect("the embedded file is decoded by a test")
    }

    /// SHA-256 of the canonical bytes: what genesis and commitments name.
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A copy of the plain data, for making an amended file.
    pub fn to_file(&self) -> ParameterFile {
        self.file.clone()
    }

    /// The file's name for people.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Review topology of a tier.
    pub const fn tier(&self, tier: RiskTier) -> &TierPolicy {
        self.file.tiers.of(tier)
    }

    /// The tier of a mission class; none means that such a mission must not be executed.
    pub fn tier_of(&self, mission_class: &str) -> Option<RiskTier> {
        self.file.mission_classes.get(mission_class).copied()
    }

    /// Every mission class with its tier, in byte order of the class.
    pub fn mission_classes(&self) -> impl Iterator<Item = (&str, RiskTier)> {
        self.file.mission_classes.iter().map(|(class, tier)| (class.as_str(), *tier))
    }

    /// Trust arithmetic.
    pub const fn trust(&self) -> &TrustParameters {
        &self.file.trust
    }

    /// How quality is graded.
    pub const fn quality(&self) -> &QualityParameters {
        &self.file.quality
    }

    /// Effort levels.
    pub const fn effort(&self) -> &EffortParameters {
        &self.file.effort
    }

    /// Trust that constitutional rights need.
    pub const fn eligibility(&self) -> &EligibilityParameters {
        &self.file.eligibility
    }

    /// Weight of a ballot.
    pub const fn voting(&self) -> &VotingParameters {
        &self.file.voting
    }

    /// Windows of constitutional procedures.
    pub const fn governance(&self) -> &GovernanceParameters {
        &self.file.governance
    }

    /// Panels for value-laden questions.
    pub const fn normative(&self) -> &NormativeParameters {
        &self.file.normative
    }

    /// Epochs, anchors and the committee.
    pub const fn commitment(&self) -> &CommitmentParameters {
        &self.file.commitment
    }
}

fn read(bytes: &[u8]) -> Result<ParameterFile, ParameterError> {
    let (len, max) = (bytes.len(), Parameters::BYTES_MAX);
    if max < len {
        return Err(ParameterError::TooLong { len, max });
    }
    Ok(jcs::from_slice(bytes)?)
}
