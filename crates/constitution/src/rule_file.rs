//! A file of rules, whichever of the two kinds it is.

use comity_wire::Digest;
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    charter::{Charter, CharterError},
    error::ParameterError,
    facts::Instrument,
    parameters::Parameters,
};

/// What tells the two kinds apart: only charters have chambers.
#[derive(Deserialize)]
struct Shape {
    #[serde(default)]
    chambers: Option<IgnoredAny>,
}

/// A charter or a parameter file, every relation of which holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleFile {
    /// A charter.
    Charter(Box<Charter>),
    /// A parameter file.
    Parameters(Box<Parameters>),
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
        let shape = serde_json::from_slice::<Shape>(read);
        if shape.is_ok_and(|shape| shape.chambers.is_some()) {
            return Ok(Charter::decode(bytes)?.into());
        }
        Ok(Parameters::decode(bytes).map_err(Box::new)?.into())
    }

    /// Which of the two kinds.
    pub const fn instrument(&self) -> Instrument {
        match self {
            Self::Charter(_) => Instrument::Charter,
            Self::Parameters(_) => Instrument::Parameters,
        }
    }

    /// SHA-256 of the canonical bytes: what statements name.
    pub fn hash(&self) -> Digest {
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
        Self::Charter(Box::new(file))
    }
}

impl From<Parameters> for RuleFile {
    fn from(file: Parameters) -> Self {
        Self::Parameters(Box::new(file))
    }
}

#[cfg(test)]
mod tests;
