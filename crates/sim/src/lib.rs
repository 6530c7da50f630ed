//! Deterministic simulator: n sovereigns run whole orders while their network, machines and clocks fail.
//!
//! ```text
//!                one seed
//!                   │
//!  scenario ─▶ founding ─▶ storm ─▶ calm ─▶ epoch closes ─▶ cosigned ─▶ agree, replay, blame ─▶ digest
//!                            │        │
//!   letters lost, late, twice, in any order; machines cut off; power failing between and within effects;
//!   clocks minutes wrong, jumping either way; a byzantine peer          faults stop: everything must end
//! ```
//!
//! The nodes, vaults, rules and wasm modules are the real ones; only transport, disk, clocks and people are simulated.
//!
//! # What is checked
//!
//! All the time:
//!
//! 1. Nothing is sent before it is durable: every checkpoint, entry, cosignature and opening in a letter is compared
//!    with the sender's disk as it is at that moment.
//! 2. Nothing is stated twice, also across crashes, and no order is settled twice.
//! 3. Money sums to zero in every ledger that any node knows, and no two nodes see an order end in two ways.
//! 4. Private bytes go to the sovereign of an assigned reviewer only, after the opening is in the opener's durable record.
//! 5. A witness never goes back on what it has cosigned.
//! 6. What is durable can be reopened.
//!
//! In the end:
//!
//! 7. Every order is released or refunded, or lapsed: never funded, and past its deadline.
//! 8. Every epoch is closed, everybody who took part in an ended mission has been judged, every record is cosigned.
//! 9. All honest nodes agree on every record, actor, treaty, order, mission, beacon, report, opening, balance and trust.
//! 10. So does a fresh world that is fed the records in another order, twice.
//! 11. The byzantine peer was refused by name by everybody to whom it showed itself, and nobody else was refused.
//! 12. The same seed gives the same records, byte for byte (a test of this crate).
//!
//! # What is simulated
//!
//! One or two buyers, one or two operators, a reviewer house, a ledger keeper, and at times a byzantine peer; one or two
//! orders of tiers R0 to R2, for different machines or the same one, that hold or fail, with one or two attempts, human
//! gates that approve or reject, questions of fact and of values, people who judge, owners who ask for them, reviewers who
//! answer late or never or are recused, operators that open other rows than they committed to, deadlines within the storm,
//! treaties issued from both sides at once. A crash drops the node and everything it had not made durable; of an append that
//! it interrupts some first entries survive.
//!
//! # What is not
//!
//! - Disks that lie or rot: `comity-store` tests those.
//! - A crash while a sovereign is founded: until its genesis is durable there is nobody to speak of.
//! - Byzantine parties to an order, except for the operator above. The byzantine peer holds no treaty: whoever cites a
//!   record that later turns out to be forked shares its fate until witnesses are asked before citing.
//! - A byzantine peer that admits somebody else's public key as its own actor: admission proves no possession yet.
//! - Treaties revoked; orders cancelled or disputed: no command of the node does that yet.

mod cast;
mod dice;
mod disk;
mod end;
mod host;
mod plant;
mod rogue;
mod run;
mod scenario;
mod sim;
mod summary;
mod violation;
mod watch;

#[cfg(test)]
mod tests;

pub use run::{Story, run};
pub use scenario::Form;
pub use violation::Violation;

use comity_wire::Time;

/// 2026-01-01T00:00:00Z: when every simulation begins, by a clock that is right.
pub(crate) const START: Time = Time::from_unix(1_767_225_600);

/// What an order is called: it names the machine.
pub(crate) fn title(machine: usize) -> String {
    format!("watch machine {machine}")
}
