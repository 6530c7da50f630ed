//! Trust arithmetic in integer units of 1e-9.
//!
//! Trust is earned by independently reviewed work and lost faster than it is earned. This room
//! computes it and keeps the running account; it does not decide who reviews, does not check
//! signatures, and reads no clock: times and epochs come in with the statements.
//!
//! ```text
//!  Work ──Grading──▶ Q R V E ──┐
//!  (what a statement claims)   ├─▶ update(Rules, Inputs) ─▶ Outcome ─▶ Updated (the fact)
//!  Account, Population ────────┘     score, gate, gain, penalty, decay,      │
//!        ▲                           cap, clip, limiter, delta guard         │
//!        └────────────── Ledger::apply recomputes and compares ◀─────────────┘
//!                                │ above the guard
//!                                ▼
//!                        Incident ─ endorsed ─▶ released, or suspended
//! ```
//!
//! # Invariants
//!
//! 1. [`update`] is pure and total: every input gives an outcome, without overflow.
//! 2. Below the quality gate nothing is gained, whatever the volume (threat model, invariant 2).
//! 3. Without proof of trust nothing is gained: proof of work alone mints nothing (invariant 3).
//! 4. A person's trust never falls below the floor, which is positive; a machine's never below 0.
//! 5. A person's trust after an update is never above the cap of that update.
//! 6. The positive changes of one actor in one epoch never sum to more than `delta_fast`: a large
//!    gain split into small ones is held like the large one.
//! 7. A machine whose trust reaches zero is quarantined in the same update (invariant 4).
//! 8. Updates of different actors in one epoch commute: the population is taken at its start.
//! 9. A ledger that refuses a fact is unchanged.
//! 10. What the guard holds is applied by a release with a quorum of people, once, or not at all.
//! 11. Taking decay at two dates is taking it at the later one; taking it twice at one is refused.
//! 12. A quarantined machine comes back by a benchmark, people and probation only; a decommissioned one never, under any
//!     key of its lineage (invariant 5).
//!
//! # Where the rules come from
//!
//! Genesis blueprint §4.1 and §4.2, in the reading of the trust constitution. Rounding is
//! [`comity_constitution::round_half_even`], once per published number.

mod account;
pub mod conformance;
mod error;
mod facts;
mod grading;
mod ledger;
mod policy;
mod population;
mod rules;
mod update;

pub use account::{Account, Mark, Standing};
pub use comity_constitution::Nano;
pub use error::TrustError;
pub use facts::{
    Alignment, Decayed, DecommissionCause, Decommissioned, Derived, Endorsed, LineageDeclared,
    MaliceAlleged, RecertificationMeasured, RecertificationRequested, Recertified, Released, Role,
    Suspended, TrustFact, Updated, Work,
};
pub use grading::{Grading, History, Tally};
pub use ledger::{
    Ancestry, Ended, Endorser, Excluded, Governance, Incident, IncidentState, Ledger, Stamp,
};
pub use policy::Policy;
pub use population::Population;
pub use rules::{KindRules, Rules};
pub use update::{Inputs, Outcome, update};

/// Named bounds of this room.
pub mod limits {
    /// Most severe or minor failures that one update may count. Far above any mission; keeps every
    /// number in the fact exact in JSON.
    pub const FAILURES_MAX: u32 = 1_000;
    /// Most evidence items that one update may count.
    pub const EVIDENCE_MAX: u64 = 1_000_000;
    /// Largest sum of reviewers' trust in one consensus, in units of 1e-9: a thousand full votes.
    pub const CONSENSUS_MAX: i64 = 1_000_000_000_000;
    /// Most cases of a benchmark, so that their shares are exact.
    pub const CASES_MAX: u64 = 1_000_000_000;
    /// Longest reason of an allegation, in bytes: a page of text.
    pub const REASON_BYTES_MAX: usize = 2_048;
    /// Epochs by which an update may lag behind its date. One, so that an epoch can be closed just
    /// after its end, while a backlog cannot be spread over past epochs to pass the delta guard.
    pub const EPOCH_LAG_MAX: u64 = 1;
}
