//! How a committee gets a key that nobody holds: a fold over public statements, without a dealer.
//!
//! ```text
//!             Dealing*            EndDealing               Complaint*             EndComplaints
//!  Dealing ──────────────▶ ... ──────────────▶ Complaining ─────────▶ ... ────────────────────▶ Done(CommitteeKey)
//! ```
//!
//! Every dealer commits to the coefficients of a random polynomial and encrypts to each receiver its value at the receiver's
//! index. Whoever gets a value that is not on the committed polynomial shows it to everybody; the dealer is out. The key is the
//! sum of the polynomials that are left. To deal an existing key anew, the old members are the dealers, the constant of each is
//! its old share, and the polynomials are weighed so that their constants sum to the old key.
//!
//! Encryption: a dealer has one ephemeral point `R = r·G` and proves that it knows `r`; the pad of receiver `j` with key `P` is
//! SHA-256 of a tag, session, dealer, `j`, `R` and `r·P`. There is no tag of authenticity beside it: the dealer signs all of it,
//! and whether the value is right is told by the commitments. A complaint shows `r·P` and proves with the logarithm of `P` that
//! it is that point. Because the dealer has to know `r`, nobody can copy another's `R` to make an honest receiver show a point
//! that opens somebody else's value.
//!
//! # Invariants
//!
//! 1. The fold is pure and total: whoever reads the same statements in the same order has the same state, and every pair of
//!    state and event is a transition or a named refusal that changes nothing.
//! 2. A dealer is disqualified only by a proof that anybody can check; an honest dealer never is.
//! 3. Fewer than a threshold of dealers left make no key: one honest one among them makes it secret.
//! 4. Dealing anew keeps the group key; old shares do not combine with new ones.
//!
//! # What it does not give
//!
//! The key is not uniformly distributed. Whoever controls `m` dealers can have each of them caught or not, after seeing all
//! commitments, and so picks the best of `2^m` keys (Gennaro, Jarecki, Krawczyk and Rabin 1999). No signature can be forged by
//! it and a beacon's later values cannot be steered; do not use the key itself as a random number.
//! A dealer that deals a value wrong and a receiver that keeps silent cost that receiver its share, nobody else anything.
//! Members that leave are expected to erase their old shares; a threshold of old shares that were kept can still sign.
//!
//! Sources: Feldman 1987, Pedersen 1991, Gennaro et al. 1999 and 2003; Desmedt and Jajodia 1997 for dealing anew.

mod deal;
mod plan;
mod state;
mod statement;
#[cfg(test)]
mod tests;

pub use deal::DealError;
pub use plan::{Plan, PlanError};
pub use state::{Ceremony, Event, Outcome, Refusal, ShareError};
pub use statement::{Complaint, Dealing, Statement};
