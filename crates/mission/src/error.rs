//! What can go wrong with a mission, said in the words of the domain.

use comity_constitution::RiskTier;
use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::diversity::Shortfall;
use crate::facts::TaskId;
use crate::graph::GraphError;
use crate::profile::ProfileError;
use crate::state::Needs;
use crate::undertaking::UndertakingError;

/// Why an event was refused. The state it was applied to is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MissionError {
    // Anywhere.
    /// The event does not exist in this state, e.g. completing a mission under review.
    #[error("a mission that is {state} cannot {event}")]
    NotInThisState {
        /// Name of the current state.
        state: &'static str,
        /// Verb of the refused event.
        event: &'static str,
    },
    /// The event names another mission.
    #[error("the event is about mission {named}, not {mission}")]
    WrongMission {
        /// This mission.
        mission: StatementId,
        /// The one the event names.
        named: StatementId,
    },
    /// Only the owner and the key that drafted the mission may move it.
    #[error("{signer} neither owns nor drafted this mission, so it cannot {event}")]
    NotEntitled {
        /// Who signed.
        signer: KeyId,
        /// Verb of the refused event.
        event: &'static str,
    },
    /// A required text is blank or too long.
    #[error("{field} has {len} bytes: 1 to {max} bytes, not blank")]
    BadText {
        /// Name of the field.
        field: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// A one-time value of this mission was used before.
    #[error("{what} {value} was already used in this mission")]
    Reused {
        /// `nonce`, `claim`, `beacon` or `report`.
        what: &'static str,
        /// The value.
        value: Digest,
    },
    /// A statement is listed twice.
    #[error("statement {id} is listed twice")]
    ListedTwice {
        /// The statement.
        id: StatementId,
    },
    /// A statement is listed that is not known in this attempt.
    #[error("statement {id} is no {what} of this attempt")]
    Unknown {
        /// `evidence of work`, `review` or `gate decision`.
        what: &'static str,
        /// The statement.
        id: StatementId,
    },

    // Actors.
    /// No such actor, or none in good standing.
    #[error("{key} is no admitted actor")]
    UnknownActor {
        /// The key.
        key: KeyId,
    },
    /// The actor lacks the role.
    #[error("{key} does not have the role {role}")]
    RoleMissing {
        /// The actor.
        key: KeyId,
        /// Name of the role.
        role: &'static str,
    },
    /// The move is reserved to humans.
    #[error("{key} is a machine, only a human may be {role}")]
    NotHuman {
        /// The actor.
        key: KeyId,
        /// Name of the role.
        role: &'static str,
    },
    /// The actor's declaration is incomplete or not canonical.
    #[error(transparent)]
    Profile(#[from] ProfileError),

    // Scope and plan.
    /// The class is not in the constitution's table.
    #[error("mission class {class:?} maps to no risk tier")]
    UnmappedClass {
        /// The class, at most 64 bytes of it.
        class: String,
    },
    /// The tier asked for is weaker than the class demands.
    #[error("risk tier {requested} is weaker than {mapped}, which the mission class demands")]
    TierTooWeak {
        /// Asked for.
        requested: RiskTier,
        /// Demanded.
        mapped: RiskTier,
    },
    /// Constitutional missions are for human chambers: nobody orders one, no reviewer or gate decides it.
    #[error("tier {tier} is decided by human chambers only")]
    HumanChambersOnly {
        /// The tier.
        tier: RiskTier,
    },
    /// The mission is not of the sort that the event is made for.
    #[error(transparent)]
    Undertaking(#[from] UndertakingError),
    /// The task list is not a valid graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The attempt number is not the next one.
    #[error("attempt {found} was started, the next one is {expected}")]
    AttemptOutOfOrder {
        /// The next attempt.
        expected: u64,
        /// The attempt the event names.
        found: u64,
    },
    /// The mission has used up its attempts.
    #[error("attempt {attempt} is more than the {max} allowed")]
    AttemptsExhausted {
        /// The next attempt.
        attempt: u64,
        /// The limit.
        max: u64,
    },

    // Work.
    /// Only the worker of this attempt signs evidence of work.
    #[error("{signer} signed evidence of work, the worker is {worker}")]
    NotTheWorker {
        /// Who signed.
        signer: KeyId,
        /// Who works.
        worker: KeyId,
    },
    /// The task is not in the graph.
    #[error("the graph has no such task")]
    UnknownTask,
    /// The task has evidence of work in this attempt.
    #[error("task {task} already has evidence of work")]
    WorkRepeated {
        /// The task.
        task: TaskId,
    },
    /// A dependency has no evidence of work yet.
    #[error("task {task} waits for {depends_on}")]
    DependencyOpen {
        /// The task.
        task: TaskId,
        /// What it waits for.
        depends_on: TaskId,
    },
    /// The bundle lacks the evidence of work of a task.
    #[error("task {task} has no evidence of work in the bundle")]
    WorkMissing {
        /// The task.
        task: TaskId,
    },

    // Review.
    /// More reviewers than the limit.
    #[error("{count} reviewers, at most {max} are allowed")]
    TooManyReviewers {
        /// Reviewers given.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// One key is listed twice as a reviewer.
    #[error("{key} is listed twice as a reviewer")]
    DuplicateReviewer {
        /// The key.
        key: KeyId,
    },
    /// The reviewer owns the mission or has worked on it.
    #[error("{key} is a party to this mission and cannot review it")]
    SelfReview {
        /// The reviewer.
        key: KeyId,
    },
    /// The reviewer belongs to the organisation of a party.
    #[error("{key} shares the organisation of a party, which tier {tier} excludes")]
    SharedOrganisation {
        /// The reviewer.
        key: KeyId,
        /// The mission's tier.
        tier: RiskTier,
    },
    /// The set assigned is too small or too uniform for the tier.
    #[error("the reviewers assigned fall short: {0}")]
    PanelTooWeak(Shortfall),
    /// Someone who is not assigned reviewed or vouched.
    #[error("{signer} is not an assigned reviewer of this attempt")]
    NotAssigned {
        /// Who signed.
        signer: KeyId,
    },
    /// A reviewer decides once; a decision does not flip.
    #[error("{reviewer} has already decided")]
    AlreadyReviewed {
        /// The reviewer.
        reviewer: KeyId,
    },
    /// The review is about another claim.
    #[error("the review is about claim {named}, under review is {claim}")]
    WrongClaim {
        /// The claim under review.
        claim: StatementId,
        /// The one the review names.
        named: StatementId,
    },
    /// The review rests on no report.
    #[error("a review must rest on a report")]
    ReportMissing,
    /// The listed reviews do not pass the rule yet.
    #[error("the listed reviews do not pass: {0}")]
    NotPassed(Shortfall),
    /// The listed reviews leave approval within reach.
    #[error("the listed reviews leave approval within reach")]
    NotFailed,
    /// People must judge, and no panel has spoken.
    #[error("{needs}: reviewers alone cannot close it, a panel of people must")]
    HumanAdjudicationRequired {
        /// Why people must.
        needs: Needs,
    },
    /// The people turned the work down.
    #[error("the panel of people turned the work down")]
    PanelRejected,
    /// People are not needed, or have been drawn.
    #[error("no panel of people is due")]
    PanelNotDue,
    /// The owner asked for people before.
    #[error("the owner has already asked for people")]
    AlreadyEscalated,
    /// Who has reviewed a mission does not judge it as one of the people.
    #[error("{key} has reviewed this mission and cannot sit among the people who judge it")]
    PanellistInvolved {
        /// The actor.
        key: KeyId,
    },
    /// The time to answer has not passed.
    #[error("{reviewer} has until {until} to answer")]
    TooEarly {
        /// The reviewer.
        reviewer: KeyId,
        /// When it may be called silent.
        until: Time,
    },
    /// Who has been found silent says nothing more, and is found silent once.
    #[error("{reviewer} did not answer in time")]
    Silent {
        /// The reviewer.
        reviewer: KeyId,
    },
    /// Who is recused does not decide, and is recused once.
    #[error("{reviewer} is recused from this mission")]
    Recused {
        /// The reviewer.
        reviewer: KeyId,
    },
    /// The artifact is not the one the work produced.
    #[error("artifact {found} was named, the work produced {expected}")]
    ArtifactMismatch {
        /// As in the evidence of work.
        expected: Digest,
        /// As named.
        found: Digest,
    },

    // Trust.
    /// Only an approving reviewer vouches, and only with the own review.
    #[error("{signer} has not approved with review {review}")]
    NotApproved {
        /// Who signed.
        signer: KeyId,
        /// The review that is named.
        review: StatementId,
    },
    /// The evidence of trust names another worker.
    #[error("{named} did not do this work, {worker} did")]
    WrongWorker {
        /// Who works.
        worker: KeyId,
        /// Who is named.
        named: KeyId,
    },
    /// The reviewer has already vouched for this task.
    #[error("{reviewer} has already vouched for task {task}")]
    TrustRepeated {
        /// The reviewer.
        reviewer: KeyId,
        /// The task.
        task: TaskId,
    },

    // Gate.
    /// The human at the gate worked on the mission or reviewed it.
    #[error("{key} has worked on this mission or reviewed it and cannot decide at its gate")]
    GateNotIndependent {
        /// The actor.
        key: KeyId,
    },
    /// The gate has been decided.
    #[error("the gate is already decided by {by}")]
    GateAlreadyDecided {
        /// Who decided.
        by: KeyId,
    },
    /// The tier demands a human decision and there is none.
    #[error("tier {tier} cannot be completed without a human approval")]
    HumanApprovalRequired {
        /// The mission's tier.
        tier: RiskTier,
    },
    /// The event says something else about the gate than what was decided there.
    #[error("the event does not say what was decided at the gate")]
    GateMismatch,
}

impl MissionError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInThisState { .. } => "mission.not_in_this_state",
            Self::WrongMission { .. } => "mission.wrong_mission",
            Self::NotEntitled { .. } => "mission.not_entitled",
            Self::BadText { .. } => "mission.bad_text",
            Self::Reused { .. } => "mission.reused",
            Self::ListedTwice { .. } => "mission.listed_twice",
            Self::Unknown { .. } => "mission.unknown_statement",
            Self::UnknownActor { .. } => "mission.unknown_actor",
            Self::RoleMissing { .. } => "mission.role_missing",
            Self::NotHuman { .. } => "mission.not_human",
            Self::Profile(error) => error.code(),
            Self::UnmappedClass { .. } => "mission.unmapped_class",
            Self::TierTooWeak { .. } => "mission.tier_too_weak",
            Self::HumanChambersOnly { .. } => "mission.human_chambers_only",
            Self::Undertaking(error) => error.code(),
            Self::Graph(error) => error.code(),
            Self::AttemptOutOfOrder { .. } => "mission.attempt_out_of_order",
            Self::AttemptsExhausted { .. } => "mission.attempts_exhausted",
            Self::NotTheWorker { .. } => "mission.not_the_worker",
            Self::UnknownTask => "mission.unknown_task",
            Self::WorkRepeated { .. } => "mission.work_repeated",
            Self::DependencyOpen { .. } => "mission.dependency_open",
            Self::WorkMissing { .. } => "mission.work_missing",
            Self::TooManyReviewers { .. } => "mission.too_many_reviewers",
            Self::DuplicateReviewer { .. } => "mission.duplicate_reviewer",
            Self::SelfReview { .. } => "mission.self_review",
            Self::SharedOrganisation { .. } => "mission.shared_organisation",
            Self::PanelTooWeak(_) => "mission.panel_too_weak",
            Self::NotAssigned { .. } => "mission.not_assigned",
            Self::AlreadyReviewed { .. } => "mission.already_reviewed",
            Self::WrongClaim { .. } => "mission.wrong_claim",
            Self::ReportMissing => "mission.report_missing",
            Self::NotPassed(_) => "mission.not_passed",
            Self::NotFailed => "mission.not_failed",
            Self::HumanAdjudicationRequired { .. } => "mission.human_adjudication_required",
            Self::PanelRejected => "mission.panel_rejected",
            Self::PanelNotDue => "mission.panel_not_due",
            Self::AlreadyEscalated => "mission.already_escalated",
            Self::PanellistInvolved { .. } => "mission.panellist_involved",
            Self::TooEarly { .. } => "mission.too_early",
            Self::Silent { .. } => "mission.silent",
            Self::Recused { .. } => "mission.recused",
            Self::ArtifactMismatch { .. } => "mission.artifact_mismatch",
            Self::NotApproved { .. } => "mission.not_approved",
            Self::WrongWorker { .. } => "mission.wrong_worker",
            Self::TrustRepeated { .. } => "mission.trust_repeated",
            Self::GateNotIndependent { .. } => "mission.gate_not_independent",
            Self::GateAlreadyDecided { .. } => "mission.gate_already_decided",
            Self::HumanApprovalRequired { .. } => "mission.human_approval_required",
            Self::GateMismatch => "mission.gate_mismatch",
        }
    }
}
