//! Constitutional parameters as data, with the relations they must satisfy.
//!
//! A sovereign's rules read every number from one parameter file. The file is closed (unknown
//! fields are refused), canonical (one byte form, RFC 8785) and named by its SHA-256, which the
//! genesis statement and every epoch commitment carry. Nothing here changes a parameter: chambers
//! do that, elsewhere. Nothing here reads a clock, a disk or the environment.
//!
//! ```text
//!  bytes ──decode──▶ ParameterFile ──check every relation──▶ Parameters (valid by construction)
//!                     (plain data)         │
//!                                          └──▶ ParameterError (named, with both values)
//! ```
//!
//! # Invariants
//!
//! 1. A [`Parameters`] value satisfies every relation of [`relations`]; there is no setter.
//! 2. `Parameters::decode(p.bytes())` gives `p`, and `p.hash()` is the SHA-256 of `p.bytes()`.
//! 3. Fractions are integers in units of 1e-9 ([`Nano`]); there is no float in the file.
//! 4. The weight of a machine in constitutional votes is exactly zero.
//!
//! # Where the rules come from
//!
//! Genesis blueprint §4 and §6 and the parameter files of its date; the constants it leaves open
//! are set in `parameters/founding.json` and explained in the reference (`parameters.md`).

pub mod amendment;
pub mod appeal;
pub mod capture;
pub mod chamber;
pub mod charter;
mod commitment_tier;
pub mod conformance;
mod error;
pub mod facts;
mod file;
pub mod limits;
mod nano;
mod parameters;
pub mod phase;
pub mod polity;
pub mod reference;
pub mod relations;
mod rule_file;
pub mod sortition;
pub mod source;
mod stage;
mod surroundings;
mod vocabulary;
pub mod vote;

pub use appeal::{AppealFact, AppealRefusal, Appeals};
pub use charter::{Charter, CharterError, CharterFile};
pub use commitment_tier::CommitmentTier;
pub use error::ParameterError;
pub use facts::ConstitutionFact;
pub use file::{
    AlignmentScores, ByTier, CommitmentParameters, EffortParameters, EligibilityParameters,
    GovernanceParameters, HumanTrust, MachineTrust, NormativeParameters, ParameterFile,
    QualityParameters, ReviewerWeights, ScoreWeights, TierPolicy, TrustParameters,
    VotingParameters, WorkerWeights,
};
pub use nano::{Nano, round_half_even};
pub use parameters::Parameters;
pub use polity::{ConstitutionRefusal, Polity};
pub use rule_file::{RuleFile, RuleFileError};
pub use stage::Stage;
pub use surroundings::{Certified, Chain, Member, Surroundings};
pub use vocabulary::{ActorKind, DomainType, MethodType, RiskTier};
