//! The numbers of the committee and of anchors.

use serde::{Deserialize, Serialize};

/// How the committee makes its keys, and for how long they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitteeRules {
    /// How long receivers may complain, at least.
    pub complaints_s: u64,
    /// How long dealers may deal when not all have.
    pub dealing_s: u64,
    /// Age at which a key certifies nothing more.
    pub key_rotation_s: u64,
}

/// When an anchor counts, and when it is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnchorRules {
    /// By how much a chain's clock may differ from the record's.
    pub clock_skew_s: u64,
    /// Blocks on top of each other, the transaction's own counted, before an anchor counts.
    pub finality_depth: u64,
    /// Time between a due date and being late.
    pub grace_s: u64,
}
