//! What is stated about a constitution, in the record that founded it.
//!
//! The authority of the record states what a clerk does; whoever decides something signs it with a
//! key of their own. Whatever follows from the record is stated too, and compared.

use comity_wire::{Digest, KeyId, StatementId, Time};
use serde::{Deserialize, Serialize};

use crate::{
    chamber::{Choice, Verdict},
    vote::Poll,
};

comity_wire::facts! {
    /// Statements about one constitution.
    pub enum ConstitutionFact {
        /// The record has a constitution from here on. By the authority.
        Founded(Founded) = "comity:constitution/founded/v1",
        /// An identity was verified. By the authority.
        IdentityVerified(IdentityVerified) = "comity:constitution/identity_verified/v1",
        /// An identity signal was seen: an alert, and nothing else. By the authority.
        IdentitySignalled(IdentitySignalled) = "comity:constitution/identity_signalled/v1",
        /// A person leaves for a while or returns. By that person.
        LeaveChanged(LeaveChanged) = "comity:constitution/leave_changed/v1",
        /// G0 is extended. By the founder.
        Extended(Extended) = "comity:constitution/extended/v1",
        /// A provisional decision of G0. By the founder.
        Decided(Decided) = "comity:constitution/decided/v1",
        /// First Light was reached. By the authority.
        FirstLight(FirstLight) = "comity:constitution/first_light/v1",
        /// A change is proposed. By its proposer.
        Proposed(Proposed) = "comity:constitution/proposed/v1",
        /// A proposal has a sponsor more. By the sponsor.
        Sponsored(Sponsored) = "comity:constitution/sponsored/v1",
        /// A proposal is taken back. By its proposer.
        Withdrawn(Withdrawn) = "comity:constitution/withdrawn/v1",
        /// A proposal is rejected. By the founder.
        Vetoed(Vetoed) = "comity:constitution/vetoed/v1",
        /// A person has a conflict of interest. By that person.
        Recused(Recused) = "comity:constitution/recused/v1",
        /// Who may be drawn, before anybody can know who will be. By the authority.
        PoolCommitted(PoolCommitted) = "comity:constitution/pool_committed/v1",
        /// The chamber that was drawn. By the authority.
        ChamberSeated(ChamberSeated) = "comity:constitution/chamber_seated/v1",
        /// A ballot. By the member.
        BallotCast(BallotCast) = "comity:constitution/ballot_cast/v1",
        /// What a chamber decided. By the authority.
        SittingClosed(SittingClosed) = "comity:constitution/sitting_closed/v1",
        /// A confirmed change is in force. By the authority.
        Activated(Activated) = "comity:constitution/activated/v1",
    }
}

impl ConstitutionFact {
    /// The files of rules that the fact names: whoever rechecks a record needs them.
    pub fn files(&self) -> Vec<(Instrument, Digest)> {
        let change = match self {
            Self::Founded(fact) => return vec![(Instrument::Charter, fact.charter)],
            Self::Proposed(fact) => Some(fact.change),
            Self::Decided(fact) => fact.change,
            Self::IdentityVerified(_)
            | Self::IdentitySignalled(_)
            | Self::LeaveChanged(_)
            | Self::Extended(_)
            | Self::FirstLight(_)
            | Self::Sponsored(_)
            | Self::Withdrawn(_)
            | Self::Vetoed(_)
            | Self::Recused(_)
            | Self::PoolCommitted(_)
            | Self::ChamberSeated(_)
            | Self::BallotCast(_)
            | Self::SittingClosed(_)
            | Self::Activated(_) => None,
        };
        let both = |Change { from, instrument, to }| vec![(instrument, from), (instrument, to)];
        change.map_or_else(Vec::new, both)
    }
}

/// The rules that the constitution starts with; its parameters are those of the genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founded {
    /// Hash of the charter.
    pub charter: Digest,
    /// Key of the founder, a person of this record.
    pub founder: KeyId,
}

/// How long an identity counts as verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityVerified {
    /// The person.
    pub actor: KeyId,
    /// The last moment.
    pub until: Time,
}

/// A kind of identity signal (blueprint §4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Something says that this is a person.
    ProofOfPersonhood,
    /// Something says that this is a machine.
    ProofOfAgenthood,
    /// When and how fast it acts.
    TimingProfile,
    /// What its hardware says.
    HardwareAttestation,
}

impl Signal {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::ProofOfPersonhood,
        Self::ProofOfAgenthood,
        Self::TimingProfile,
        Self::HardwareAttestation,
    ];
}

/// A signal and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySignalled {
    /// Whom it is about.
    pub actor: KeyId,
    /// Hash of what was seen.
    pub evidence: Digest,
    /// Which kind.
    pub signal: Signal,
}

/// The signer's leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveChanged {
    /// Whether the signer is away from now on.
    pub on_leave: bool,
}

/// The one extension of G0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extended {
    /// Hash of the published status report.
    pub report: Digest,
}

/// Which file of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instrument {
    /// The charter.
    Charter,
    /// The parameter file.
    Parameters,
}

impl Instrument {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Charter, Self::Parameters];

    /// The name in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Charter => "charter",
            Self::Parameters => "parameters",
        }
    }
}

/// One file of rules in place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Hash of the file that is in force.
    pub from: Digest,
    /// Which file.
    pub instrument: Instrument,
    /// Hash of the file to come.
    pub to: Digest,
}

/// A decision of the founder while there are no chambers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// What it changes at once, if it changes a file of rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Hash of the decision's text.
    pub text: Digest,
}

/// First Light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstLight {
    /// Hash of what shows it.
    pub evidence: Digest,
}

/// A change of rules, for chambers to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// What changes.
    pub change: Change,
    /// Hash of the reasons.
    pub text: Digest,
}

/// A sponsor's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sponsored {
    /// The proposal.
    pub amendment: StatementId,
}

/// The proposer's second thoughts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The proposal.
    pub amendment: StatementId,
}

/// The founder's no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vetoed {
    /// The proposal.
    pub amendment: StatementId,
    /// Hash of the reasons.
    pub reasons: Digest,
}

/// A conflict of interest that the signer declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recused {
    /// A proposal, or a decision of G0.
    pub question: StatementId,
}

/// Fixes a pool and a round of the beacon. The nonce and the commitment of the seed are those of the
/// epoch that closes over this statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolCommitted {
    /// People who may be drawn.
    pub people: u64,
    /// Which vote.
    pub poll: Poll,
    /// A proposal, or a decision of G0.
    pub question: StatementId,
    /// A round of the beacon that nobody knows yet.
    pub round: u64,
    /// Root of the pool.
    pub snapshot: Digest,
}

/// The members that the beacon drew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChamberSeated {
    /// SHA-256 of the members' keys in order of their text, joined by line feeds.
    pub panel: Digest,
    /// Which vote.
    pub poll: Poll,
    /// A proposal, or a decision of G0.
    pub question: StatementId,
}

/// One member's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotCast {
    /// Hash of the charter under which the member votes.
    pub charter: Digest,
    /// What is said.
    pub choice: Choice,
    /// A proposal, or a decision of G0.
    pub question: StatementId,
    /// The statement that seated the chamber.
    pub sitting: StatementId,
}

/// The count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SittingClosed {
    /// Ballots for neither.
    pub abstain: u32,
    /// Ballots against.
    pub no: u32,
    /// Which vote.
    pub poll: Poll,
    /// A proposal, or a decision of G0.
    pub question: StatementId,
    /// What follows.
    pub verdict: Verdict,
    /// Ballots for.
    pub yes: u32,
}

/// The end of an amendment's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activated {
    /// The proposal.
    pub amendment: StatementId,
    /// What the committee certified: [`crate::amendment::Amendment::decision`].
    pub decision: Digest,
}
