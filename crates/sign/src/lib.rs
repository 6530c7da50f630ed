//! Keys and signatures: what was received and what was verified are different types.
//!
//! ```text
//!  bytes ──decode──▶ Claim<T> ──verify(issuer key)──▶ Signed<T>      the only other road: Signed::sign
//! ```
//!
//! Nothing here knows what a statement means, reads a clock, makes randomness or touches a disk.
//!
//! # Invariants
//!
//! 1. A [`Signed<T>`] exists only after every signature that its issuer's key demands has been checked
//!    over the exact bytes received.
//! 2. Ed25519 is checked as `verify_strict` does: small-order keys and `R`, non-canonical points and
//!    malleable `S` are refused, so a signature has one byte form.
//! 3. A hybrid issuer's statement carries both signatures or is refused; one alone never counts.
//!
//! # Sources
//!
//! RFC 8032, FIPS 204 (ML-DSA-65), DSSE 1.0, the `did:key` method.

mod claim;
mod error;
mod issuer;
mod keys;
mod post_quantum;
mod table;

pub use claim::{Begun, Claim, Signable, Signed, finish_all};
pub use error::{KeyError, VerifyError};
pub use issuer::{IssuerKey, IssuerSecret};
pub use keys::{PublicKey, SigningKey};
pub use post_quantum::{ML_DSA_SIGNATURE_BYTES, MlDsaPublicKey, MlDsaSigningKey};
