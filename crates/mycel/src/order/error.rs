//! Why an order refused an event, with both sides of every comparison.

use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

use crate::facts::{Assurance, RefundReason, Span};
use crate::predicate::PredicateError;

/// Why an event was refused. The order is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// The act does not exist in this state.
    #[error("cannot {event} an order that is {state}")]
    NotInThisState {
        /// Name of the current state.
        state: &'static str,
        /// Verb of the refused act.
        event: &'static str,
    },
    /// Another sovereign's act.
    #[error("{by} is not entitled to {event} this order")]
    NotEntitled {
        /// Who tried.
        by: SovereignId,
        /// Verb of the refused act.
        event: &'static str,
    },
    /// Dated before the event it follows.
    #[error("dated {at}, before what it follows ({after})")]
    DatedBefore {
        /// Date of the last event.
        after: Time,
        /// Date of this one.
        at: Time,
    },
    /// The order's deadline has passed.
    #[error("deadline was {deadline}, this is dated {at}")]
    AfterDeadline {
        /// Last instant that counts.
        deadline: Time,
        /// Date of the event.
        at: Time,
    },
    /// The window for a dispute or for its decision has passed.
    #[error("this counted until {until}, it is dated {at}")]
    TooLate {
        /// Last instant that counts.
        until: Time,
        /// Date of the event.
        at: Time,
    },
    /// The money is not due yet.
    #[error("not due until after {after}, this is dated {at}")]
    TooEarly {
        /// Due after this instant.
        after: Time,
        /// Date of the event.
        at: Time,
    },
    /// The order already has an escrow.
    #[error("order {order} already has an escrow")]
    AlreadyFunded {
        /// The order.
        order: StatementId,
    },
    /// The body names another order.
    #[error("order {expected}, the statement names {given}")]
    OtherOrder {
        /// This order.
        expected: StatementId,
        /// The order named.
        given: StatementId,
    },
    /// Another MIP than the one ordered.
    #[error("ordered MIP is {expected}, given is {given}")]
    OtherMip {
        /// The order's.
        expected: Digest,
        /// The statement's.
        given: Digest,
    },
    /// Another attempt than the current one.
    #[error("attempt {expected} is next, the statement says {given}")]
    OtherAttempt {
        /// The current one.
        expected: u64,
        /// The statement's.
        given: u64,
    },
    /// No attempt is left.
    #[error("all {max} attempts are used up")]
    AttemptsUsedUp {
        /// Attempts allowed.
        max: u64,
    },
    /// A commitment to nothing.
    #[error("commitment has no rows")]
    NoRows,
    /// The rows do not cover the judged span.
    #[error("rows cover {window:?}, the order judges {span:?}")]
    SpanNotCovered {
        /// The judged span.
        span: Span,
        /// What is covered.
        window: Span,
    },
    /// Not every contributor's hashed value was cited.
    #[error("{expected} beacon contributions must be cited, {given} are")]
    BeaconCount {
        /// Contributors of the order.
        expected: usize,
        /// Contributions cited.
        given: usize,
    },
    /// Another commitment than the current one.
    #[error("current commitment is {expected}, the statement names {given}")]
    OtherCommitment {
        /// The current one.
        expected: StatementId,
        /// The statement's.
        given: StatementId,
    },
    /// A report on another claim.
    #[error("claim is {expected}, report {report} is about {given}")]
    OtherClaim {
        /// The claim in question.
        expected: StatementId,
        /// The claim reported on.
        given: StatementId,
        /// The report.
        report: StatementId,
    },
    /// A report by another house than the one agreed.
    #[error("report {report} is by {given}, the order names {expected}")]
    OtherHouse {
        /// The order's reviewer house.
        expected: SovereignId,
        /// Who reported.
        given: SovereignId,
        /// The report.
        report: StatementId,
    },
    /// One reviewer reported twice.
    #[error("reviewer {reviewer} reports twice")]
    ReviewerTwice {
        /// The reviewer.
        reviewer: KeyId,
    },
    /// Acceptance without an accepting report.
    #[error("no report accepts the claim")]
    NoAcceptingReport,
    /// An accepting report does not satisfy the order's rule.
    #[error("outputs of report {report} do not satisfy the order's predicate")]
    PredicateFalse {
        /// The report.
        report: StatementId,
    },
    /// The rule cannot be evaluated over a report.
    #[error("report {report}: {source}")]
    Predicate {
        /// The report.
        report: StatementId,
        /// Why.
        source: PredicateError,
    },
    /// A required class is missing among the accepting reports.
    #[error("no accepting report is of class {class:?}")]
    AssuranceMissing {
        /// The class.
        class: Assurance,
    },
    /// Two accepting reports disagree.
    #[error("accepting reports differ in `{field}`: {left} and {right}")]
    OutputsDiffer {
        /// The output.
        field: String,
        /// The first report's value.
        left: i64,
        /// The other's.
        right: i64,
    },
    /// A dispute is decided on a report that was not named, or on one of those disputed.
    #[error("dispute needs a second report, {report} is not one")]
    NotASecondReport {
        /// The report.
        report: StatementId,
    },
    /// A second verification weaker than the first.
    #[error("second report is of class {given:?}, the disputed ones reach {needed:?}")]
    TooWeak {
        /// Strongest class among the disputed reports.
        needed: Assurance,
        /// The second report's.
        given: Assurance,
    },
    /// The decision contradicts the report it rests on.
    #[error("the second report decides is_upheld = {expected}, the statement says {given}")]
    OtherDecision {
        /// What the report says.
        expected: bool,
        /// What the statement says.
        given: bool,
    },
    /// Money for or from somebody else.
    #[error("{role} is {expected}, the statement names {given}")]
    OtherParty {
        /// Payer or payee.
        role: &'static str,
        /// Who it must be.
        expected: SovereignId,
        /// Who is named.
        given: SovereignId,
    },
    /// Another amount than the reward.
    #[error("reward is {expected}, the statement says {given}")]
    OtherAmount {
        /// The reward.
        expected: u64,
        /// The statement's amount.
        given: u64,
    },
    /// Another asset than the reward's.
    #[error("reward is in {expected}, the statement names another asset")]
    OtherAsset {
        /// The reward's asset.
        expected: String,
    },
    /// Another completion than the accepted one.
    #[error("accepted completion is {expected}, the statement names {given}")]
    OtherCompletion {
        /// The accepted one.
        expected: StatementId,
        /// The statement's.
        given: StatementId,
    },
    /// A refund for a reason that does not apply.
    #[error("refund would be due for {expected:?}, the statement says {given:?}")]
    OtherReason {
        /// The reason that applies.
        expected: RefundReason,
        /// The statement's.
        given: RefundReason,
    },
}

impl OrderError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInThisState { .. } => "mycel.order_not_in_this_state",
            Self::NotEntitled { .. } => "mycel.order_not_entitled",
            Self::DatedBefore { .. } => "mycel.order_dated_before",
            Self::AfterDeadline { .. } => "mycel.order_after_deadline",
            Self::TooLate { .. } => "mycel.order_too_late",
            Self::TooEarly { .. } => "mycel.order_too_early",
            Self::AlreadyFunded { .. } => "mycel.order_already_funded",
            Self::OtherOrder { .. } => "mycel.order_other_order",
            Self::OtherMip { .. } => "mycel.order_other_mip",
            Self::OtherAttempt { .. } => "mycel.order_other_attempt",
            Self::AttemptsUsedUp { .. } => "mycel.order_attempts_used_up",
            Self::NoRows => "mycel.order_no_rows",
            Self::SpanNotCovered { .. } => "mycel.order_span_not_covered",
            Self::BeaconCount { .. } => "mycel.order_beacon_count",
            Self::OtherCommitment { .. } => "mycel.order_other_commitment",
            Self::OtherClaim { .. } => "mycel.order_other_claim",
            Self::OtherHouse { .. } => "mycel.order_other_house",
            Self::ReviewerTwice { .. } => "mycel.order_reviewer_twice",
            Self::NoAcceptingReport => "mycel.order_no_accepting_report",
            Self::PredicateFalse { .. } => "mycel.order_predicate_false",
            Self::Predicate { source, .. } => source.code(),
            Self::AssuranceMissing { .. } => "mycel.order_assurance_missing",
            Self::OutputsDiffer { .. } => "mycel.order_outputs_differ",
            Self::NotASecondReport { .. } => "mycel.order_not_a_second_report",
            Self::TooWeak { .. } => "mycel.order_too_weak",
            Self::OtherDecision { .. } => "mycel.order_other_decision",
            Self::OtherParty { .. } => "mycel.order_other_party",
            Self::OtherAmount { .. } => "mycel.order_other_amount",
            Self::OtherAsset { .. } => "mycel.order_other_asset",
            Self::OtherCompletion { .. } => "mycel.order_other_completion",
            Self::OtherReason { .. } => "mycel.order_other_reason",
        }
    }
}
