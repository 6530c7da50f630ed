//! What the verbs of operator life refuse themselves, beside what the rooms refuse.

use std::path::PathBuf;

use crate::fail::Exit;

/// A refusal. Nothing was sent, and no file was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// An object does not hold.
    #[error("{what} is refused: {reason}")]
    Refused {
        /// What it is.
        what: &'static str,
        /// Its reason code.
        reason: String,
    },
    /// A file is where a new one should be.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The key is none of the operators' keys.
    #[error("the authority does not know this key as an operator's")]
    NotAnOperator,
    /// The key is not the one that the delegation names.
    #[error("the delegation names another key")]
    NotThePartner,
    /// There is no delegation of that id.
    #[error("the authority has no delegation `{id}`")]
    UnknownDelegation {
        /// The id, shortened.
        id: String,
    },
    /// A duty has evidence and is not said to be done.
    #[error("evidence is given for {duty}, and --done is not")]
    DutyNotDone {
        /// The duty.
        duty: &'static str,
    },
    /// A file of another case, folder or sovereign.
    #[error("{what} is about {found}, not about {expected}")]
    OtherSubject {
        /// What.
        what: &'static str,
        /// What it says, shortened.
        found: String,
        /// What it should say.
        expected: String,
    },
}

impl ObjectError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "comity.object_refused",
            Self::Exists { .. } => "comity.file_exists",
            Self::NotAnOperator => "comity.not_an_operator",
            Self::NotThePartner => "comity.not_the_partner",
            Self::UnknownDelegation { .. } => "comity.unknown_delegation",
            Self::DutyNotDone { .. } => "comity.duty_not_done",
            Self::OtherSubject { .. } => "comity.other_subject",
        }
    }

    /// The status that the program ends with.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Refused { .. }
            | Self::NotAnOperator
            | Self::NotThePartner
            | Self::UnknownDelegation { .. }
            | Self::OtherSubject { .. } => Exit::Refused,
            Self::Exists { .. } | Self::DutyNotDone { .. } => Exit::Unusable,
        }
    }

    /// An object that does not hold.
    pub fn refused<R: ToString>(what: &'static str) -> impl Fn(R) -> Self {
        move |reason| Self::Refused { what, reason: reason.to_string() }
    }
}
