//! Work that needs private data or an engine: asked for as data, done outside the step, answered as data.

use std::collections::BTreeMap;

use comity_mycel::facts::{
    Assurance, Audit, EvidenceCommitted, Order, OutcomeClaimed, Span, Verdict,
};
use comity_wire::{Digest, KeyId, StatementId};

use crate::message::Ask;

/// Something to be done where the private data is. Doing it twice gives the same answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Commit to the evidence of an order.
    Seal {
        /// The order.
        order: StatementId,
        /// Its terms.
        terms: Box<Order>,
    },
    /// Run the worker's module over the judged span.
    Detect {
        /// The order.
        order: StatementId,
        /// Number of the attempt: each is worked anew.
        attempt: u64,
        /// Its terms.
        terms: Box<Order>,
    },
    /// Prepare what a reader may see.
    Disclose {
        /// What is asked, by whom.
        ask: Ask,
        /// Terms of the order.
        terms: Box<Order>,
        /// The attempt's beacon, for audits.
        beacon: Option<Digest>,
    },
    /// Verify a claim.
    Review(Box<Review>),
}

/// Everything a reviewer works from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who reviews.
    pub reviewer: KeyId,
    /// `A3` re-executes on all rows, `A1` audits drawn ones.
    pub class: Assurance,
    /// The order.
    pub order: StatementId,
    /// Its terms.
    pub terms: Order,
    /// The commitment under review.
    pub commitment: EvidenceCommitted,
    /// The claim under review.
    pub claim: OutcomeClaimed,
    /// The claim's id.
    pub claim_id: StatementId,
    /// The attempt's beacon.
    pub beacon: Digest,
    /// Rows or leaves, as given.
    pub evidence: Vec<u8>,
    /// The buyer's labels, as given.
    pub windows: Vec<u8>,
    /// The claimed result, as given.
    pub result: Vec<u8>,
}

impl Job {
    /// What makes two jobs the same, so that none is started twice.
    pub fn key(&self) -> JobKey {
        match self {
            Self::Seal { order, .. } => JobKey::Seal(*order),
            Self::Detect { order, attempt, .. } => JobKey::Detect(*order, *attempt),
            Self::Disclose { ask, .. } => JobKey::Disclose(ask.clone()),
            Self::Review(review) => JobKey::Review(review.claim_id, review.reviewer.clone()),
        }
    }
}

/// Names a job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKey {
    /// Sealing an order's evidence.
    Seal(StatementId),
    /// Detecting in an attempt of an order.
    Detect(StatementId, u64),
    /// Answering a question.
    Disclose(Ask),
    /// Reviewing a claim as one reviewer.
    Review(StatementId, KeyId),
}

impl JobKey {
    /// The order that the job is for, where the key says it.
    pub const fn order(&self) -> Option<StatementId> {
        match self {
            Self::Seal(order) | Self::Detect(order, _) => Some(*order),
            Self::Disclose(ask) => Some(ask.order),
            Self::Review(..) => None,
        }
    }
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Evidence is committed to.
    Sealed {
        /// Root over the salted leaves.
        root: Digest,
        /// Leaves, a count.
        rows: u64,
        /// From the first reading to just after the last.
        window: Span,
        /// The device that signed the readings.
        device: KeyId,
    },
    /// The module has run.
    Detected {
        /// SHA-256 of the module.
        module: Digest,
        /// Salted hash of the private result.
        result: Digest,
        /// Alarms, a count.
        alarms: u64,
    },
    /// An opening is ready to be logged and given.
    Disclosed {
        /// Digest for the record.
        digest: Digest,
        /// Items opened, a count.
        count: u64,
        /// The private bytes.
        bytes: Vec<u8>,
    },
    /// A claim has been verified.
    Reviewed(Finding),
    /// The job cannot be done; the reason is stable.
    Failed {
        /// Stable name.
        code: &'static str,
    },
}

/// What a reviewer found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Accept, or reject.
    pub verdict: Verdict,
    /// Why, stable.
    pub code: String,
    /// Named integers, per the MIP's report schema.
    pub outputs: BTreeMap<String, i64>,
    /// Fuel that the verifier used.
    pub fuel: u64,
    /// SHA-256 of the verifier.
    pub verifier: Digest,
    /// Engine name and version.
    pub engine: &'static str,
    /// The audit, for class A1.
    pub audit: Option<Audit>,
}
