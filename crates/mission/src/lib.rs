//! Missions: how a piece of work is scoped, done, independently reviewed and let through the gate.
//!
//! Nothing here verifies a signature, opens a socket or reads a clock: callers verify statements,
//! feed them as [`MissionEvent`]s to [`Mission::apply`] and store what comes back. What a review
//! *found* is another room's business; here only who may decide, and when that decision counts.
//!
//! ```text
//!  Draft ─▶ Scoped ─▶ Decomposed ─▶ InProgress ─▶ EvidenceAttached ─▶ UnderReview
//!                         ▲             ▲                              │     │
//!                         │             └─────────── Rework ◀── failed ┘     │ passed
//!                         │                                                  ▼
//!                      Rejected ◀── reject ── FinalHumanGate ◀────────── Integrated
//!                                                   └── approve, or automatic ──▶ Completed
//! ```
//!
//! # Invariants
//!
//! 1. `apply` is total: every state and event is a transition or a named refusal, and a refusal
//!    changes nothing.
//! 2. `Completed` is absorbing; that somebody will not judge is noted in any state and moves none.
//! 3. A mission of a tier with a human gate is never `Completed` without the approval of a human
//!    who holds the gate role and neither worked on the mission nor reviewed it.
//! 4. No reviewer is a party to the mission, and every counted set of reviewers (the assigned and
//!    the approving) is as large and as diverse as the tier demands.
//! 5. The order in which reviews arrive changes nothing.
//! 6. The reviewers drawn for a mission follow from the beacon and the pool alone, and a draw
//!    succeeds exactly when some admissible set exists (within a named search bound).
//! 7. Machine consensus alone never closes a normative or mixed mission: humans who have no other part
//!    in it must approve, with written reasons.
//! 8. Who takes a seat follows from the same draw, and the panel stays as diverse as the tier demands.
//!
//! # Where the rules come from
//!
//! Genesis blueprint §3 (states), §4.3 (tiers), §4.5 (class mapping), §8 (control matrix), and the
//! threat model's invariants 16 to 24. Numbers come from the constitution's parameters.
//!
//! # Decisions where the blueprint is silent
//!
//! - Every axis of diversity is counted on the assigned *and* on the approving set; more reviewers
//!   than the tier's minimum raise the approvals needed in proportion.
//! - People judge every normative or mixed mission (the blueprint would let agreement decide), others on
//!   request, and only work that has passed its review; a tie rejects.
//! - The output is the artifact of the one final task. The gate's human may not have been a worker
//!   or an assigned reviewer of any attempt; a human decision binds below high risk too.
//! - A reviewer who stays silent is replaced when its house has said so. This is the one place where
//!   dates are compared: the house's with that of the statement which seated the reviewer.
//! - Who is revoked or quarantined is not found by the caller's look-up.

pub mod diversity;
pub mod draw;
mod error;
mod event;
pub mod facts;
pub mod foreign;
pub mod graph;
pub mod limits;
pub mod profile;
pub mod router;
mod state;
mod undertaking;

pub use diversity::{Axis, Shortfall};
pub use error::MissionError;
pub use event::{Context, MissionEvent};
pub use facts::MissionFact;
pub use graph::{GraphError, TaskGraph};
pub use profile::{ActorInfo, Independence, Label, Party, ProfileError, ReviewerProfile, Role};
pub use router::{
    NextRequest, Purpose, RouteError, RouteRequest, route, route_next, verify_next, verify_route,
};
pub use state::{
    Bundle, GateRecord, JudgementRecord, Mission, Needs, Output, Panel, People, Phase, Plan,
    Replacement, ReviewRecord, Rules, Scope, Turnover, Verdict, Work, WorkRecord,
};
pub use undertaking::UndertakingError;
