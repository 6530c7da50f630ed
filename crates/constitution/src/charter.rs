//! The numbers of phases, chambers and amendments, as a file of their own with a hash.
//!
//! The parameter file of [`crate::Parameters`] is named by every genesis; what chambers need came
//! later and must not change it. A charter is read and checked in the same way: closed, canonical,
//! integers only, every relation under a name.
//!
//! # Invariants
//!
//! 1. A [`Charter`] satisfies every relation of [`CharterFile::check`]; there is no setter.
//! 2. `Charter::decode(c.bytes())` gives `c`, and `c.hash()` is the SHA-256 of `c.bytes()`.
//!
//! # Where the values come from
//!
//! Blueprint §5.1 and the parameter files of its date. Where they are silent the charter sets:
//! two sponsors; a cap on an organisation's share equal to that on a region's, as the reference
//! tools read it; two organisations at least in G1 and G2, eight in G3 as the constitutional tier
//! of the runtime policy asks; an hour each for dealing and for complaints about it, two epochs of the
//! settlement chain as its finality (64 blocks), a minute between clocks, and an hour before an anchor is late.

mod appeal;
mod error;
mod relations;
mod settlement;
mod trust;

use std::fmt;

use comity_wire::{Digest, jcs, sha256};
use serde::{Deserialize, Serialize};

use crate::{
    nano::Nano,
    phase::Phase,
    sortition::{DrawError, Quotas, Share},
};

pub use appeal::AppealRules;
pub use error::CharterError;
pub use settlement::{AnchorRules, CommitteeRules};
pub use trust::{MachineParameters, ReleaseQuorum, TrustGuardParameters};

/// The founding charter.
const FOUNDING: &[u8] = include_bytes!("../parameters/charter.json");
/// The charter of a few dozen people.
const SMALL: &[u8] = include_bytes!("../parameters/small.json");

/// A whole charter, before any relation has been checked. Durations are seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharterFile {
    /// The path of an amendment.
    pub amendment: AmendmentParameters,
    /// When anchors count and when they are late.
    pub anchoring: AnchorRules,
    /// Appeals and disputes.
    pub appeal: AppealRules,
    /// Chambers per phase; there are none in G0.
    pub chambers: ByPhase,
    /// Keys of the threshold committee.
    pub committee: CommitteeRules,
    /// What the founder may do, and for how long.
    pub founder: FounderParameters,
    /// Identity of people.
    pub identity: IdentityParameters,
    /// How a machine without trust comes back, or not.
    pub machines: MachineParameters,
    /// A short name for people, 1 to 64 bytes.
    pub name: String,
    /// Bounds and clocks of phases.
    pub phases: PhaseParameters,
    /// How long reviewers and panellists have to answer.
    pub review: ReviewParameters,
    /// When a rise in trust is held, and who can release it.
    pub trust_guard: TrustGuardParameters,
    /// Version of this shape; only 1 exists.
    pub version: u64,
}

/// The path of an amendment (blueprint §5). The challenge window is in the parameter file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendmentParameters {
    /// How long a chamber may vote.
    pub ballot_window_s: u64,
    /// Wait between challenge and confirmation of an entrenched change.
    pub cooling_off_s: u64,
    /// Turnout that an entrenched change needs in each chamber.
    pub entrenched_turnout_min: Nano,
    /// Share of the ballots cast that an entrenched change needs in each chamber.
    pub entrenched_yes_min: Nano,
    /// Sponsors that a proposal needs, its proposer included.
    pub sponsors_min: u64,
    /// Turnout below which a vote lapses.
    pub turnout_min: Nano,
}

/// The chambers of each phase that has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByPhase {
    /// Provisional chambers.
    #[serde(rename = "G1")]
    pub g1: ChamberSet,
    /// Scaled chambers.
    #[serde(rename = "G2")]
    pub g2: ChamberSet,
    /// Full chambers.
    #[serde(rename = "G3")]
    pub g3: ChamberSet,
}

/// The three chambers of one phase and who may sit in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChamberSet {
    /// Votes after the public window.
    pub challenge: ChamberSize,
    /// Greatest share of one organisation in a chamber.
    pub organisation_share_max: Nano,
    /// Least number of organisations in a chamber.
    pub organisations_min: u64,
    /// Votes first.
    pub proposal: ChamberSize,
    /// Votes second.
    pub ratification: ChamberSize,
    /// Greatest share of one region in a chamber.
    pub region_share_max: Nano,
    /// Least number of regions in a chamber.
    pub regions_min: u64,
}

/// Seats of a chamber and the yes ballots that pass, an absolute count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChamberSize {
    /// Yes ballots that pass.
    pub pass: u32,
    /// Seats.
    pub seats: u32,
}

/// What the founder may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FounderParameters {
    /// Time without an action signed by the founder after which the founder's authority dissolves.
    pub inactive_s: u64,
}

/// Identity of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityParameters {
    /// Longest time for which an identity counts as verified.
    pub valid_max_s: u64,
}

/// Bounds and clocks of phases (blueprint §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseParameters {
    /// What one extension adds to G0.
    pub g0_extension_s: u64,
    /// Verified people at which G0 ends, exclusive.
    pub g0_humans_max: u64,
    /// How long G0 may last.
    pub g0_max_s: u64,
    /// Verified people at which G1 ends, exclusive.
    pub g1_humans_max: u64,
    /// How long G1 may last.
    pub g1_max_s: u64,
    /// Verified people at which G2 ends, exclusive.
    pub g2_humans_max: u64,
    /// How long after the start of G1 the decisions of G0 can be ratified.
    pub ratification_window_s: u64,
}

/// How long those who were drawn to judge work have to answer. The source gives no number for
/// reviewers; its adjudication gives a party seventy-two hours, and so does this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewParameters {
    /// Time after which a reviewer or panellist who has said nothing may be replaced.
    pub response_window_s: u64,
}

/// One of the three chambers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chamber {
    /// Votes first.
    Proposal,
    /// Votes second, and again to confirm an entrenched change.
    Ratification,
    /// Votes after the public window.
    Challenge,
}

impl Chamber {
    /// In the order in which they vote.
    pub const ALL: [Self; 3] = [Self::Proposal, Self::Ratification, Self::Challenge];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Ratification => "ratification",
            Self::Challenge => "challenge",
        }
    }
}

impl ChamberSet {
    /// Size of one chamber.
    pub const fn size(&self, chamber: Chamber) -> ChamberSize {
        match chamber {
            Chamber::Proposal => self.proposal,
            Chamber::Ratification => self.ratification,
            Chamber::Challenge => self.challenge,
        }
    }

    /// The quotas of a draw.
    ///
    /// # Errors
    ///
    /// [`DrawError::Share`] when a share is out of range, which no checked charter has.
    pub fn quotas(&self, chamber: Chamber) -> Result<Quotas, DrawError> {
        let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Quotas {
            seats: self.size(chamber).seats,
            region_share_max: Share::from_nano(self.region_share_max)?,
            organisation_share_max: Some(Share::from_nano(self.organisation_share_max)?),
            regions_min: narrow(self.regions_min),
            organisations_min: narrow(self.organisations_min),
        })
    }
}

/// A charter whose every relation holds, with its canonical bytes and its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Charter {
    file: CharterFile,
    bytes: Vec<u8>,
    hash: Digest,
}

/// By name and hash, which says the rest.
impl fmt::Debug for Charter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charter")
            .field("name", &self.file.name)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

impl Charter {
    /// Longest charter that is read, in bytes: eight times the founding one.
    pub const BYTES_MAX: usize = 16_384;

    /// Reads canonical bytes and checks every relation.
    ///
    /// # Errors
    ///
    /// [`CharterError::TooLong`] and [`CharterError::Wire`] for the bytes, any other variant for
    /// the first relation that does not hold.
    pub fn decode(bytes: &[u8]) -> Result<Self, CharterError> {
        if Self::BYTES_MAX < bytes.len() {
            return Err(CharterError::TooLong { len: bytes.len(), max: Self::BYTES_MAX });
        }
        Self::new(jcs::from_slice(bytes)?)
    }

    /// Checks every relation of a charter made in memory.
    ///
    /// # Errors
    ///
    /// As [`Self::decode`].
    pub fn new(file: CharterFile) -> Result<Self, CharterError> {
        file.check()?;
        let bytes = jcs::to_vec(&file)?;
        let hash = sha256(&bytes);
        Ok(Self { file, bytes, hash })
    }

    /// The charter this release was founded with.
    pub fn founding() -> Self {
        Self::decode(FOUNDING).expect("the embedded file is decoded by a test")
    }

    /// The founding charter for a few dozen people: chambers of three to seven seats, and six people for G1.
    pub fn small() -> Self {
        Self::decode(SMALL).expect("the embedded file is decoded by a test")
    }

    /// SHA-256 of the canonical bytes.
    pub const fn hash(&self) -> Digest {
        self.hash
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A copy of the plain data, for making an amended charter.
    pub fn to_file(&self) -> CharterFile {
        self.file.clone()
    }

    /// Bounds and clocks of phases.
    pub const fn phases(&self) -> &PhaseParameters {
        &self.file.phases
    }

    /// What the founder may do.
    pub const fn founder(&self) -> &FounderParameters {
        &self.file.founder
    }

    /// Identity of people.
    pub const fn identity(&self) -> &IdentityParameters {
        &self.file.identity
    }

    /// The path of an amendment.
    pub const fn amendment(&self) -> &AmendmentParameters {
        &self.file.amendment
    }

    /// When anchors count and when they are late.
    pub const fn anchoring(&self) -> &AnchorRules {
        &self.file.anchoring
    }

    /// Appeals and disputes.
    pub const fn appeal(&self) -> &AppealRules {
        &self.file.appeal
    }

    /// Keys of the threshold committee.
    pub const fn committee(&self) -> &CommitteeRules {
        &self.file.committee
    }

    /// How long reviewers and panellists have to answer.
    pub const fn review(&self) -> &ReviewParameters {
        &self.file.review
    }

    /// When a rise in trust is held, and who can release it.
    pub const fn trust_guard(&self) -> &TrustGuardParameters {
        &self.file.trust_guard
    }

    /// How a machine without trust comes back, or not.
    pub const fn machines(&self) -> &MachineParameters {
        &self.file.machines
    }

    /// The chamber that ratifies decisions of G0: the proposal chamber of G1.
    pub const fn ratifies_decisions(&self) -> ChamberSize {
        self.file.chambers.g1.proposal
    }

    /// The chambers of a phase; none in G0.
    pub const fn chambers(&self, phase: Phase) -> Option<&ChamberSet> {
        match phase {
            Phase::G0 => None,
            Phase::G1 => Some(&self.file.chambers.g1),
            Phase::G2 => Some(&self.file.chambers.g2),
            Phase::G3 => Some(&self.file.chambers.g3),
        }
    }
}
