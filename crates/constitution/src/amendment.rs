//! The way of one amendment, from its proposal to the rules that it puts in force.
//!
//! ```text
//!  proposed ─▶ proposal chamber ─▶ ratification chamber ─▶ challenge window ─▶ challenge chamber
//!     │             each: pool, epoch, beacon, ballots, count                     │        │
//!     │                                                            entrenched: cooling off  │
//!     │                                                            ─▶ confirmation vote     │
//!     │ withdrawn before the first ballot                                         ▼         ▼
//!     └ vetoed until ratification                    certificate, final anchor ─▶ confirmed ─▶ activated
//! ```
//!
//! A fold: [`Amendment::step`] takes what happened and gives the next state, or a named refusal and
//! no change. Time is the date of the statement. Beacon, certificate and anchor are asked of a
//! [`crate::Chain`], which answers only with what was verified.
//!
//! # Invariants
//!
//! 1. Nothing is activated that has not passed every chamber of its path, each with its own members.
//! 2. Nothing is activated without a certificate over its decision whose anchor is final, or while
//!    the file that it replaces is not in force.
//! 3. The challenge window and the cooling-off lie between two votes and cannot be shortened: the
//!    pool of the next chamber is refused until they are over.
//! 4. Whether a change is entrenched follows from the two files ([`Diff`]), never from what a
//!    proposal says about itself.
//! 5. Rules that change while an amendment is on its way apply to it if nobody has voted, and it
//!    starts again; once somebody has, it ends under the rules that it began with.
//!
//! # Where the rules come from
//!
//! Blueprint §5; `spec/constitution.md` A10 and A13. The challenge chamber always votes, on whether
//! the amendment stands. Emergency changes do not exist. Nobody sits twice on one amendment.

mod change;
mod error;
mod guard;
mod state;

pub use change::Diff;
pub use error::AmendmentRefusal;
pub use guard::{GUARDED, Guard, Guarded};
pub use state::{Amendment, Event, Signer};
