//! Evidence commitments, MIPs, orders, claims, reports, settlement: the commercial side of a mission.
//!
//! A buyer orders an outcome, a seller's vault commits to evidence and claims it, reviewers check,
//! money moves on what they found. Raw evidence never leaves the vault; what travels are hashes,
//! counts and decisions. Nothing here opens a socket, reads a clock, draws dice or touches a disk:
//! files come in as [`std::io::BufRead`], secrets and times as arguments.
//!
//! ```text
//!  series ──▶ evidence ──▶ commitment ──▶ claim ──▶ reports ──▶ order ──▶ ledger
//!  sample ──┘    (vault)         windows claimed once ┘   predicate ┘
//! ```
//!
//! # Invariants
//!
//! 1. Every rule is a pure function; a refusal is named and changes nothing.
//! 2. Money is integer, never made, never lost, never stuck, never paid twice ([`order`], [`ledger`]).
//! 3. A leaf of a commitment cannot be guessed without its salt ([`evidence`]).
//! 4. Readers hold bounded memory and never panic, whatever the file ([`series`]).
//!
//! # Where the rules come from
//!
//! `spec/mycel.md` D.2 to D.5, E.1. Values are millionths of the unit, times Unix seconds UTC.

pub mod claims;
pub mod evidence;
pub mod facts;
pub mod ledger;
pub mod mip;
pub mod order;
pub mod predicate;
pub mod sample;
pub mod schema;
pub mod series;
pub mod windows;

pub use facts::MycelFact;
pub use predicate::Predicate;
