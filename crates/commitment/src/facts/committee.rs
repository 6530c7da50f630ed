//! Bodies about the threshold committee. Bytes of `comity_bls` travel in base64.

use comity_wire::{KeyId, StatementId};
use serde::{Deserialize, Serialize};

/// The signer's key for the committee, with its proof of possession: `comity_bls::Member`. A later one replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberKeyStated {
    /// Key and proof, in base64.
    pub member: String,
}

/// The key that an actor has stated is no longer to be used. Stated by the actor or by the authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberKeyRevoked {
    /// The actor.
    pub actor: KeyId,
}

/// Whether a ceremony makes a new key or deals the old one anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyBase {
    /// A new key.
    Fresh,
    /// New shares of the key before. They do not make it younger.
    Anew,
}

/// A key ceremony begins: size and threshold are those of the parameters, its context is the id of this statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteePlanned {
    /// A new key or new shares.
    pub base: KeyBase,
    /// Number of the key that is to come: one more than the last.
    pub key_epoch: u64,
    /// The members, in the order of their shares; each has stated a key.
    pub members: Vec<KeyId>,
    /// How many of them sign.
    pub threshold: u16,
}

/// A dealing; its dealer signs this statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeDealt {
    /// `comity_bls::Statement`, in base64.
    pub statement: String,
}

/// Dealing is over: all have dealt, or the time for it has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DealingEnded {
    /// The plan.
    pub plan: StatementId,
}

/// A complaint; its receiver signs this statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeComplained {
    /// `comity_bls::Statement`, in base64.
    pub statement: String,
}

/// The time for complaints has passed, and the dealings that are left make this key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeKeyed {
    /// `comity_bls::CommitteeKey`, in base64: what every reader recomputes.
    pub key: String,
    /// The plan.
    pub plan: StatementId,
}

/// A certificate that the committee made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    /// `comity_bls::Certificate`, in base64.
    pub certificate: String,
    /// Number of the last item, if the decision is to anchor the window that ends there: its digest is the window's payload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_to: Option<u64>,
}

/// The committee's beacon. The number of its round is the number of an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconPublished {
    /// `comity_bls::Beacon`, in base64.
    pub beacon: String,
}
