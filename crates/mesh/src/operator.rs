//! The operator network: what is known of an operator, as data that others can check.
//!
//! ```text
//! onboarding  a checklist, each step a signed statement with its evidence, chained
//! map         who recognises whom, read from a graph's export
//! checks      what was looked at, when, and what came of it
//! assets      what stands behind a sovereign: things, environments, their digital twins, as hashes
//! roster      whose keys give a sovereign orders, signed by its authority
//! package     all of it for a client: a signed summary with the trust paths it rests on
//! ```
//!
//! Nothing here grants trust. A package says what was found; whoever reads it checks the evidence itself.
//!
//! # Invariants
//!
//! 1. No step, check, asset or summary counts without the hash of what shows it, or the signature of who says it.
//! 2. A package that says more than its evidence does is refused.
//! 3. A package with private material in it is refused, whoever signed it.
//!
//! # Source
//!
//! The seed's fifth pillar (operator network) and RFC-008. The reference has no format for any of this.

pub mod assets;
pub mod checks;
pub mod map;
pub mod onboarding;
pub mod package;
pub mod roster;
pub(crate) mod words;
