//! What may be stated on a person's word: the facts of a constitution, its appeals, its committee, and trust.

use comity_commitment::CommitmentFact;
use comity_constitution::{AppealFact, ConstitutionFact};
use comity_trust::TrustFact;
use comity_wire::{KeyId, StatementId, WireError, sha256};

use crate::duty::{Draft, Speaker};

/// Who states a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The authority of the record, as its clerk.
    Authority,
    /// An actor whose key lives in this node.
    Actor(KeyId),
}

impl From<By> for Speaker {
    fn from(by: By) -> Self {
        match by {
            By::Authority => Self::Authority,
            By::Actor(key) => Self::Actor(key),
        }
    }
}

/// A fact that somebody may decide to state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// About the constitution.
    Constitution(ConstitutionFact),
    /// About an appeal.
    Appeal(AppealFact),
    /// About the committee and what it certifies.
    Commitment(CommitmentFact),
    /// About trust.
    Trust(TrustFact),
}

impl Fact {
    /// The statement to be. What it is about is its own body.
    pub(crate) fn draft(&self) -> Result<Draft, WireError> {
        let (kind, body) = match self {
            Self::Constitution(fact) => (fact.kind(), fact.encode()?),
            Self::Appeal(fact) => (fact.kind(), fact.encode()?),
            Self::Commitment(fact) => (fact.kind(), fact.encode()?),
            Self::Trust(fact) => (fact.kind(), fact.encode()?),
        };
        let about = ("fact", sha256(body.get().as_bytes()));
        Ok(Draft::new(kind, body, about).citing(self.rests_on()))
    }

    /// A statement that may stand in another record.
    fn rests_on(&self) -> Option<StatementId> {
        match self {
            Self::Appeal(AppealFact::Opened(body)) => Some(body.subject),
            Self::Appeal(_) | Self::Constitution(_) | Self::Commitment(_) | Self::Trust(_) => None,
        }
    }
}

macro_rules! facts {
    ($($variant:ident($fact:ty)),+ $(,)?) => {
        $(impl From<$fact> for Fact {
            fn from(fact: $fact) -> Self {
                Self::$variant(fact)
            }
        })+
    };
}

facts!(
    Constitution(ConstitutionFact),
    Appeal(AppealFact),
    Commitment(CommitmentFact),
    Trust(TrustFact),
);
