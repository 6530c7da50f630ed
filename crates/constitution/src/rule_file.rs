//! A file of rules, whichever of the two kinds it is.

use std::collections::BTreeMap;

use comity_wire::Digest;
use serde::de::IgnoredAny;

use crate::{
    charter::{Charter, CharterError},
    error::ParameterError,
    facts::Instrument,
    parameters::Parameters,
};

/// The member that only charters have.
const CHARTER_MEMBER: &str = "chambers";

/// A charter or a parameter file, every relation of which holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleFile {
    /// A charter.
    Charter(Charter),
    /// A parameter file.
    Parameters(Parameters),
}

/// Why bytes are no file of rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFileError {
    /// It has the shape of a charter.
    #[error(transparent)]
    Charter(#[from] CharterError),
    /// It has another shape.
    #[error(transparent)]
    Parameters(#[from] Box<ParameterError>),
}

impl RuleFileError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Charter(error) => error.code(),
            Self::Parameters(error) => error.code(),
        }
    }
}

impl RuleFile {
    /// Longest file of either kind that is read, in bytes.
    pub const BYTES_MAX: usize = if Charter::BYTES_MAX < Parameters::BYTES_MAX {
        Parameters::BYTES_MAX
    } else {
        Charter::BYTES_MAX
    };

    /// Reads canonical bytes: as a charter if they have chambers, as parameters otherwise.
    ///
    /// # Errors
    ///
    /// As [`Charter::decode`] and [`Parameters::decode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RuleFileError> {
        let read = bytes.get(..Self::BYTES_MAX).unwrap_or(bytes);
        let members = serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(read);
        if members.is_ok_and(|members| members.contains_key(CHARTER_MEMBER)) {
            return Ok(Self::Charter(Charter::decode(bytes)?));
        }
        Ok(Self::Parameters(Parameters::decode(bytes).map_err(Box::new)?))
    }

    /// Which of the two kinds.
    pub const fn instrument(&self) -> Instrument {
        match self {
            Self::Charter(_) => Instrument::Charter,
            Self::Parameters(_) => Instrument::Parameters,
        }
    }

    /// SHA-256 of the canonical bytes: what statements name.
    pub const fn hash(&self) -> Digest {
        match self {
            Self::Charter(file) => file.hash(),
            Self::Parameters(file) => file.hash(),
        }
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Charter(file) => file.bytes(),
            Self::Parameters(file) => file.bytes(),
        }
    }
}

impl From<Charter> for RuleFile {
    fn from(file: Charter) -> Self {
        Self::Charter(file)
    }
}

impl From<Parameters> for RuleFile {
    fn from(file: Parameters) -> Self {
        Self::Parameters(file)
    }
}

#[cfg(test)]
mod tests;
