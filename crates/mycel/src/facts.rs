//! What the commercial side of a mission puts on record: orders, commitments, claims, reports, money.
//!
//! Bodies only: who stated them and when travels beside them in the statement. Nothing raw is in
//! any of them: hashes, counts and decisions (DESIGN §6.2, `spec/mycel.md` D.2 to D.5).

use std::collections::BTreeMap;

use comity_constitution::{DomainType, RiskTier};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};
use serde::{Deserialize, Serialize};

comity_wire::facts! {
    /// Facts of the commercial side.
    pub enum MycelFact {
        /// A MIP package exists; anybody may state this.
        MipPublished(MipPublished) = "comity:mycel/mip_published/v1",
        /// A buyer places an order; its statement id names the order from then on.
        OrderPlaced(Order) = "comity:mycel/order_placed/v1",
        /// The seller commits to its evidence, before any audit challenge exists.
        EvidenceCommitted(EvidenceCommitted) = "comity:mycel/evidence_committed/v1",
        /// The seller claims the outcome.
        OutcomeClaimed(OutcomeClaimed) = "comity:mycel/outcome_claimed/v1",
        /// Something was opened privately; the record keeps a hash of what.
        OpeningLogged(OpeningLogged) = "comity:mycel/opening_logged/v1",
        /// A reviewer's verifier run and its verdict.
        Reported(Reported) = "comity:mycel/reported/v1",
        /// Money came in from outside.
        AccountCredited(AccountCredited) = "comity:mycel/account_credited/v1",
        /// The reward is in escrow.
        EscrowFunded(EscrowFunded) = "comity:mycel/escrow_funded/v1",
        /// The reward went to the seller.
        EscrowReleased(EscrowReleased) = "comity:mycel/escrow_released/v1",
        /// The reward went back to the buyer.
        EscrowRefunded(EscrowRefunded) = "comity:mycel/escrow_refunded/v1",
        /// The buyer takes the order back before any work was committed.
        OrderCancelled(OrderCancelled) = "comity:mycel/order_cancelled/v1",
        /// The buyer disputes an accepted claim within the challenge window.
        OrderDisputed(OrderDisputed) = "comity:mycel/order_disputed/v1",
        /// The reviewer house has verified again and decides the dispute.
        DisputeResolved(DisputeResolved) = "comity:mycel/dispute_resolved/v1",
    }
}

/// A stretch of time, `from` inclusive, `to` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First instant, inclusive.
    pub from: Time,
    /// End, exclusive.
    pub to: Time,
}

impl Span {
    /// Whether the two have an instant in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// Whether every instant of `inner` lies in this one.
    pub fn covers(&self, inner: &Self) -> bool {
        self.from <= inner.from && inner.to <= self.to
    }

    /// Whether it has no instant at all.
    pub fn is_empty(&self) -> bool {
        self.to <= self.from
    }
}

/// How strongly a report checks its claim (`spec/mycel.md` D.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Assurance {
    /// Run in the claimant's own vault: proves arithmetic only.
    A0,
    /// Leaves drawn after the commitment and audited.
    A1,
    /// Counter-metered by the buyer.
    A2,
    /// Executed again in full under disclosure.
    A3,
    /// Trusted hardware or zero knowledge, attestation attached.
    A4,
}

/// What a reviewer says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The claim holds.
    Accept,
    /// It does not.
    Reject,
}

/// What was opened to a reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningKind {
    /// Every row of the evidence.
    Rows,
    /// The leaves drawn for an audit.
    Leaves,
    /// The buyer's labelled windows.
    Windows,
    /// The result artifact.
    Result,
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The last attempt was rejected.
    ClaimRejected,
    /// Nothing was accepted in time, or a dispute was not answered in time.
    Deadline,
    /// The dispute was upheld.
    DisputeUpheld,
    /// The order was cancelled before any work was committed.
    Cancelled,
}

/// A MIP package is announced. Bindings are by hash; the name is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MipPublished {
    /// Family and name, e.g. `MIP-MFG/fault-watch`.
    pub name: String,
    /// Version, e.g. `1.0.0`.
    pub version: String,
    /// SHA-256 of the canonical manifest.
    pub manifest: Digest,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reward {
    /// Smallest units of the asset.
    pub amount: u64,
    /// The asset, e.g. `EUR-cent`.
    pub asset: String,
}

/// The terms of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Short title, for people.
    pub title: String,
    /// Who is to deliver the outcome.
    pub seller: SovereignId,
    /// Who reviews the claim.
    pub reviewer_house: SovereignId,
    /// Who holds the escrow.
    pub ledger: SovereignId,
    /// SHA-256 of the manifest of the MIP that judges the claim.
    pub mip: Digest,
    /// Mission class, e.g. `monitoring`.
    pub mission_class: String,
    /// Risk tier.
    pub risk_tier: RiskTier,
    /// Domain type, e.g. `objective`.
    pub domain_type: DomainType,
    /// Acceptance rule over a report's outputs; see [`Predicate`](crate::Predicate).
    pub predicate: String,
    /// Classes that must each be present among the accepting reports.
    pub assurance_min: Vec<Assurance>,
    /// The judged span.
    pub span: Span,
    /// Salted hash of the buyer's private labels.
    pub windows: Digest,
    /// What an accepted claim earns.
    pub reward: Reward,
    /// Who contributes to the randomness drawn after the commitment.
    pub beacon: Vec<SovereignId>,
    /// Leaves an A1 audit opens; a count.
    pub audit_leaves: u64,
    /// Claims the seller may make, the first included.
    pub attempts_max: u64,
    /// How long the buyer can dispute an accepted claim, in seconds.
    pub challenge_window_s: u64,
    /// Last instant at which anything up to the verdict counts, inclusive.
    pub deadline: Time,
}

/// A commitment to evidence that stays in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceCommitted {
    /// The order.
    pub order: StatementId,
    /// The mission that does the work.
    pub mission: StatementId,
    /// Which attempt, from 1.
    pub attempt: u64,
    /// The order's MIP.
    pub mip: Digest,
    /// Merkle root over the salted leaves (RFC 6962).
    pub root: Digest,
    /// Number of leaves.
    pub rows: u64,
    /// Time the rows cover.
    pub window: Span,
    /// The device whose readings they are.
    pub device: KeyId,
    /// The beacon contributions that existed, hashed, before this commitment.
    pub beacon: Vec<StatementId>,
}

/// A claimed outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeClaimed {
    /// The order.
    pub order: StatementId,
    /// The mission.
    pub mission: StatementId,
    /// Which attempt, from 1.
    pub attempt: u64,
    /// The commitment it rests on.
    pub commitment: StatementId,
    /// SHA-256 of the module that produced the result.
    pub module: Digest,
    /// Salted hash of the private result.
    pub result: Digest,
    /// Alarms in the result; a count.
    pub alarms: u64,
    /// Single-use key of (vault, family, device, window); see [`nullifier`](crate::claims::nullifier).
    pub nullifier: Digest,
}

/// A private opening, logged by hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningLogged {
    /// The order.
    pub order: StatementId,
    /// Which attempt, from 1.
    pub attempt: u64,
    /// The reviewer it was opened to.
    pub to: KeyId,
    /// What was opened.
    pub what: OpeningKind,
    /// How many items.
    pub count: u64,
    /// Canonical digest of what was opened.
    pub disclosure: Digest,
}

/// The draw of an A1 audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// Beacon value it was drawn from.
    pub beacon: Digest,
    /// Leaves opened; a count.
    pub leaves: u64,
    /// SHA-256 of the canonical list of drawn indices.
    pub drawn: Digest,
}

/// A verifier run by a reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// The claim judged.
    pub claim: StatementId,
    /// The commitment it rests on.
    pub commitment: StatementId,
    /// The MIP that was run.
    pub mip: Digest,
    /// SHA-256 of the verifier module.
    pub verifier: Digest,
    /// Engine that ran it, with version.
    pub engine: String,
    /// What the reviewer says.
    pub verdict: Verdict,
    /// The verifier's own code, `ok` on acceptance.
    pub code: String,
    /// The verifier's numbers; ratios in millionths.
    pub outputs: BTreeMap<String, i64>,
    /// Fuel spent.
    pub fuel: u64,
    /// How strongly this checks the claim.
    pub assurance: Assurance,
    /// The audit's draw, for class A1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<Audit>,
    /// The logged openings it rests on.
    pub openings: Vec<StatementId>,
    /// The reviewer actor.
    pub reviewer: KeyId,
}

/// Money came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountCredited {
    /// Whose account.
    pub account: SovereignId,
    /// Smallest units.
    pub amount: u64,
    /// The asset.
    pub asset: String,
    /// Reference of the payment outside; single use per ledger.
    pub reference: String,
}

/// The reward is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowFunded {
    /// The order.
    pub order: StatementId,
    /// Who pays.
    pub from: SovereignId,
    /// Smallest units.
    pub amount: u64,
    /// The asset.
    pub asset: String,
}

/// The reward is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowReleased {
    /// The order.
    pub order: StatementId,
    /// Who is paid.
    pub to: SovereignId,
    /// Smallest units.
    pub amount: u64,
    /// The asset.
    pub asset: String,
    /// The statement that completed the mission.
    pub completed: StatementId,
}

/// The reward goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscrowRefunded {
    /// The order.
    pub order: StatementId,
    /// Who gets it back.
    pub to: SovereignId,
    /// Smallest units.
    pub amount: u64,
    /// The asset.
    pub asset: String,
    /// Why.
    pub reason: RefundReason,
}

/// The buyer takes the order back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderCancelled {
    /// The order.
    pub order: StatementId,
}

/// The buyer disputes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderDisputed {
    /// The order.
    pub order: StatementId,
    /// Why, for people.
    pub reason: String,
}

/// The dispute is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeResolved {
    /// The order.
    pub order: StatementId,
    /// Whether the buyer was right.
    pub upheld: bool,
    /// The report of the second verification.
    pub report: StatementId,
}
