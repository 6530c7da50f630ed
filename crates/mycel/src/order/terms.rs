//! Whether an order's terms make sense, before anybody relies on them.

use std::collections::BTreeSet;

use comity_wire::{SovereignId, Time};

use super::DISPUTE_ANSWER_S;
use crate::facts::{Assurance, Order, Span};
use crate::ledger::AMOUNT_MAX;
use crate::predicate::{Predicate, PredicateError};

/// Longest title, in bytes: one line of a summary.
pub const TITLE_BYTES_MAX: usize = 120;
/// Longest asset, mission class or domain type, in bytes.
pub const WORD_BYTES_MAX: usize = 32;
/// Most attempts: a seller that failed this often has failed.
pub const ATTEMPTS_MAX: u64 = 16;
/// Longest challenge window, in seconds: 90 days.
pub const CHALLENGE_WINDOW_S_MAX: u64 = 90 * 86_400;
/// Most leaves an audit opens: 1 % of fraud is found with 99 % certainty by 459 of them.
pub const AUDIT_LEAVES_MAX: u64 = 4_096;
/// Most contributors to the beacon.
pub const BEACON_MAX: usize = 16;
/// Longest life of an order, from its date to its deadline, in seconds: ten years. Money in escrow must be
/// able to move while those who put it there are still around.
pub const LIFE_S_MAX: u64 = 3_653 * 86_400;

/// Why an order cannot be placed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermsError {
    /// Two roles that must be apart are held by one sovereign.
    #[error("{who} is both {first} and {second}")]
    SameParty {
        /// One role.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// Who holds both.
        who: SovereignId,
    },
    /// A text is empty, too long or not printable ASCII.
    #[error("{field} must be 1 to {max} printable ASCII characters, got {len} bytes")]
    BadText {
        /// Which.
        field: &'static str,
        /// Bytes it has.
        len: usize,
        /// Bytes it may have.
        max: usize,
    },
    /// A number is out of its range.
    #[error("{field} must be {min} to {max}, got {given}")]
    OutOfRange {
        /// Which.
        field: &'static str,
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
        /// The value given.
        given: u64,
    },
    /// The judged span is empty.
    #[error("judged span {span:?} is empty")]
    EmptySpan {
        /// The span.
        span: Span,
    },
    /// The deadline is not after the order.
    #[error("deadline {deadline} is not after the order, dated {at}")]
    DeadlinePassed {
        /// The deadline.
        deadline: Time,
        /// Date of the order.
        at: Time,
    },
    /// No assurance class is required, or one is named twice.
    #[error("assurance classes must be 1 to 5 different ones, got {count}")]
    BadAssurance {
        /// Classes given.
        count: usize,
    },
    /// The beacon needs contributors, each once: without one, whoever is audited could pick the leaves.
    #[error("beacon needs 1 to {max} different contributors, got {count}")]
    BadBeacon {
        /// Contributors given.
        count: usize,
        /// Contributors allowed.
        max: usize,
    },
    /// The acceptance rule cannot be read.
    #[error("predicate: {0}")]
    Predicate(#[from] PredicateError),
}

impl TermsError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SameParty { .. } => "mycel.terms_same_party",
            Self::BadText { .. } => "mycel.terms_bad_text",
            Self::OutOfRange { .. } => "mycel.terms_out_of_range",
            Self::EmptySpan { .. } => "mycel.terms_empty_span",
            Self::DeadlinePassed { .. } => "mycel.terms_deadline_passed",
            Self::BadAssurance { .. } => "mycel.terms_bad_assurance",
            Self::BadBeacon { .. } => "mycel.terms_bad_beacon",
            Self::Predicate(error) => error.code(),
        }
    }
}

/// Checks the terms and hands back the parsed acceptance rule.
pub(super) fn check(buyer: SovereignId, at: Time, terms: &Order) -> Result<Predicate, TermsError> {
    parties_are_apart(buyer, terms)?;
    text("title", &terms.title, TITLE_BYTES_MAX)?;
    text("mission_class", &terms.mission_class, WORD_BYTES_MAX)?;
    text("asset", &terms.reward.asset, WORD_BYTES_MAX)?;
    within("reward", 1, AMOUNT_MAX, terms.reward.amount)?;
    within("attempts_max", 1, ATTEMPTS_MAX, terms.attempts_max)?;
    within("challenge_window_s", 0, CHALLENGE_WINDOW_S_MAX, terms.challenge_window_s)?;
    let audits = terms.assurance_min.contains(&Assurance::A1);
    within("audit_leaves", u64::from(audits), AUDIT_LEAVES_MAX, terms.audit_leaves)?;
    if terms.span.is_empty() {
        return Err(TermsError::EmptySpan { span: terms.span });
    }
    if terms.deadline <= at {
        return Err(TermsError::DeadlinePassed { deadline: terms.deadline, at });
    }
    let life_s = seconds(at, terms.deadline);
    within("deadline, in seconds from the order", 1, life_s_max(at), life_s)?;
    let count = terms.assurance_min.len();
    let classes: BTreeSet<_> = terms.assurance_min.iter().collect();
    if classes.is_empty() || classes.len() != count {
        return Err(TermsError::BadAssurance { count });
    }
    let count = terms.beacon.len();
    let contributors: BTreeSet<_> = terms.beacon.iter().collect();
    if contributors.is_empty() || contributors.len() != count || BEACON_MAX < count {
        return Err(TermsError::BadBeacon { count, max: BEACON_MAX });
    }
    Ok(Predicate::parse(&terms.predicate)?)
}

/// Buyer, seller, reviewer house and ledger keeper are four: nobody judges or holds its own money.
/// What is left of the calendar after `at`, less the time that a last dispute may take: otherwise no date
/// would be late enough for the keeper to settle.
fn life_s_max(at: Time) -> u64 {
    let dispute_s = CHALLENGE_WINDOW_S_MAX + DISPUTE_ANSWER_S.unsigned_abs();
    LIFE_S_MAX.min(seconds(at, Time::MAX).saturating_sub(dispute_s + 1))
}

/// Seconds from `from` to `to`, or 0.
fn seconds(from: Time, to: Time) -> u64 {
    u64::try_from(to.unix().saturating_sub(from.unix())).unwrap_or(0)
}

fn parties_are_apart(buyer: SovereignId, terms: &Order) -> Result<(), TermsError> {
    let mut roles = std::collections::BTreeMap::new();
    for (second, who) in [
        ("buyer", buyer),
        ("seller", terms.seller),
        ("reviewer house", terms.reviewer_house),
        ("ledger keeper", terms.ledger),
    ] {
        if let Some(first) = roles.insert(who, second) {
            return Err(TermsError::SameParty { first, second, who });
        }
    }
    Ok(())
}

fn text(field: &'static str, given: &str, max: usize) -> Result<(), TermsError> {
    let is_clean = given.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if given.trim().is_empty() || max < given.len() || !is_clean {
        return Err(TermsError::BadText { field, len: given.len(), max });
    }
    Ok(())
}

fn within(field: &'static str, min: u64, max: u64, given: u64) -> Result<(), TermsError> {
    if (min..=max).contains(&given) {
        Ok(())
    } else {
        Err(TermsError::OutOfRange { field, min, max, given })
    }
}
