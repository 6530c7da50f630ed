//! The sitting of a chamber: who may be drawn, the draw, the ballots, the verdict.
//!
//! ```text
//!  people ──eligible──▶ Snapshot ──announce, before the beacon's round is known──▶ Announcement
//!                                                                                      │ nonce, beacon
//!  Verdict ◀──window over, or all have voted── Sitting ◀──cast── ballots ◀─────────────┘
//! ```
//!
//! One chamber at a time; the order of the three, and what follows from their verdicts, belongs to
//! whoever keeps the amendment. Ballots are handed in with their signatures verified.
//!
//! # Invariants
//!
//! 1. A machine is in no snapshot, has no seat and casts no ballot.
//! 2. Snapshot, nonce and round are fixed before the round is known; a draw with any other is refused.
//! 3. Whoever is excluded (proposer, sponsors, members of the other chambers, recused) has no seat.
//! 4. A member has one ballot, within the window, under the charter that the sitting began with.
//! 5. Nothing passes below the chamber's absolute count of yes ballots; an entrenched change needs its
//!    share of the ballots cast and its turnout on top.
//!
//! # Where the rules come from
//!
//! Blueprint §5 and §7. A seat that is vacant counts as one that did not vote. An abstention is a
//! ballot: it counts for turnout and not as yes.

mod error;
mod sitting;
mod snapshot;

pub use error::ChamberRefusal;
pub use sitting::{Ballot, Choice, Path, Sitting, Verdict};
pub use snapshot::{Announcement, Beacon, Person, Snapshot};

#[cfg(test)]
mod tests;
