//! Nobody is paid twice for the same hours of the same machine.
//!
//! The windows that one vault claims for one family and one device must be disjoint intervals; the
//! nullifier names such a window, and the ledger spends it on release. What this cannot see: one
//! device registered under two vaults with two keys (`spec/mycel.md` E.4) needs a site visit.

use std::collections::BTreeMap;

use comity_wire::{Digest, KeyId, SovereignId, StatementId, sha256_concat};

use crate::facts::Span;

/// Whose evidence a claim rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimant {
    /// The vault: the seller.
    pub vault: SovereignId,
    /// Family of the MIP, e.g. `MIP-MFG`.
    pub family: String,
    /// The device.
    pub device: KeyId,
}

/// Why a window cannot be claimed. The register is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// A window without an instant.
    #[error("window {window:?} is empty")]
    Empty {
        /// The window.
        window: Span,
    },
    /// The claim's single-use key is not that of its window.
    #[error("nullifier should be {expected}, the claim says {given}")]
    WrongNullifier {
        /// What it should be.
        expected: Digest,
        /// What the claim says.
        given: Digest,
    },
    /// Another order holds part of the window.
    #[error("window {claimed:?} overlaps {held:?}, held by order {holder}")]
    Overlap {
        /// The window claimed.
        claimed: Span,
        /// The window held.
        held: Span,
        /// The order that holds it.
        holder: StatementId,
    },
}

impl WindowError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "mycel.window_empty",
            Self::WrongNullifier { .. } => "mycel.window_wrong_nullifier",
            Self::Overlap { .. } => "mycel.window_overlap",
        }
    }
}

/// The single-use key of a claimed window:
/// `SHA-256("comity-nullifier/v1\0" ‖ vault[32] ‖ len[2] ‖ family ‖ len[2] ‖ device ‖ from[8] ‖ to[8])`,
/// lengths and Unix seconds big-endian.
pub fn nullifier(claimant: &Claimant, window: &Span) -> Digest {
    let family = claimant.family.as_bytes();
    let device = claimant.device.as_str().as_bytes();
    sha256_concat(&[
        b"comity-nullifier/v1\0",
        claimant.vault.digest().as_bytes(),
        &length(family),
        family,
        &length(device),
        device,
        &window.from.unix().to_be_bytes(),
        &window.to.unix().to_be_bytes(),
    ])
}

/// Family names and key ids are far shorter than this saturates at.
fn length(text: &[u8]) -> [u8; 2] {
    u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes()
}

/// Which windows are held by which orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowRegister {
    held: BTreeMap<Claimant, BTreeMap<StatementId, Span>>,
}

impl WindowRegister {
    /// Nothing held.
    pub fn new() -> Self {
        Self::default()
    }

    /// Holds a window for an order. A further attempt of the same order replaces its window.
    ///
    /// # Errors
    ///
    /// [`WindowError::Overlap`] names both windows and the order that holds the other.
    pub fn claim(
        &mut self,
        claimant: &Claimant,
        window: Span,
        order: StatementId,
        given: Digest,
    ) -> Result<(), WindowError> {
        if window.is_empty() {
            return Err(WindowError::Empty { window });
        }
        let expected = nullifier(claimant, &window);
        if expected != given {
            return Err(WindowError::WrongNullifier { expected, given });
        }
        for (holder, other) in self.held.get(claimant).into_iter().flatten() {
            if *holder != order && other.overlaps(&window) {
                return Err(WindowError::Overlap {
                    claimed: window,
                    held: *other,
                    holder: *holder,
                });
            }
        }
        self.held.entry(claimant.clone()).or_default().insert(order, window);
        Ok(())
    }

    /// Gives the windows of a refunded order back. A released order keeps its windows for good.
    pub fn free(&mut self, order: StatementId) {
        for held in self.held.values_mut() {
            held.remove(&order);
        }
    }

    /// The window that an order holds, if any.
    pub fn held_by(&self, claimant: &Claimant, order: StatementId) -> Option<Span> {
        self.held.get(claimant)?.get(&order).copied()
    }
}

#[cfg(test)]
mod tests;
