//! The maintainer gate: whether a release of a project may be made by a member of another sovereign.
//!
//! The question comes from a build: a treaty of the sovereign that runs it, an attestation that names the project in its
//! claims, and the revocation feeds at hand. Claims are read first, then feeds, then treaty and attestation.
//!
//! # Source
//!
//! The reference's `trust/supply_chain.py`.

use std::fmt;

use comity_wire::mesh_json::Value;

use super::{RecognitionTreaty, TreatyAttestationReason, TreatyCheck};
use crate::attestation::MembershipAttestation;
use crate::keys::MeshKey;
use crate::revocation::{FeedCheck, FeedReason, SovereignRevocationFeed};

/// What the claims of a maintainer's attestation must name as their profile.
pub const MAINTAINER_PROFILE: &str = "genesis-mesh/supply-chain-maintainer/v1";
/// The role that is asked for unless another is.
pub const MAINTAINER_ROLE: &str = "role:supply-chain:release-maintainer";
/// The delegated role in the claims that is asked for unless another is.
pub const MAINTAINER_DELEGATED_ROLE: &str = "release-maintainer";

/// What a build asks for.
#[derive(Clone, Copy, Debug)]
pub struct MaintainerDemand<'a> {
    /// The project.
    pub project_id: &'a str,
    /// The repository, if it matters.
    pub repository: Option<&'a str>,
    /// The delegated role in the claims.
    pub delegated_role: &'a str,
    /// The role in the attestation.
    pub role: &'a str,
    /// Feeds of the attestation's issuer.
    pub feeds: &'a [SovereignRevocationFeed],
    /// A sequence that every feed must be above.
    pub last_sequence: Option<u64>,
}

/// Why a release is not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MaintainerReason {
    /// The claims are of another kind.
    ProfileMissing,
    /// They name another project.
    ProjectMismatch,
    /// They name another repository.
    RepositoryMismatch,
    /// They delegate another role.
    DelegatedRoleMismatch,
    /// The attestation lacks the role.
    RoleNotAllowed,
    /// A feed is refused.
    Feed(FeedReason),
    /// The treaty or the attestation is refused.
    Recognition(TreatyAttestationReason),
}

impl MaintainerReason {
    /// The reason's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProfileMissing => "profile_missing",
            Self::ProjectMismatch => "project_mismatch",
            Self::RepositoryMismatch => "repository_mismatch",
            Self::DelegatedRoleMismatch => "delegated_role_mismatch",
            Self::RoleNotAllowed => "role_not_allowed",
            Self::Feed(FeedReason::WrongIssuer) => "revocation_feed_wrong_issuer",
            Self::Feed(FeedReason::StaleSequence) => "revocation_feed_stale_sequence",
            Self::Feed(FeedReason::MissingSignature) => "revocation_feed_missing_signature",
            Self::Feed(FeedReason::InvalidSignature) => "revocation_feed_invalid_signature",
            Self::Feed(FeedReason::InvalidPromise) => "revocation_feed_invalid_promise",
            Self::Feed(FeedReason::Overdue) => "revocation_feed_overdue",
            Self::Recognition(reason) => reason.as_str(),
        }
    }
}

impl fmt::Display for MaintainerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl MaintainerDemand<'_> {
    /// Checks what the attestation claims, and nothing about who signed it.
    fn check_claims(&self, attestation: &MembershipAttestation) -> Result<(), MaintainerReason> {
        let claims = |name: &str, wanted: &str| {
            attestation.claims.get(name).and_then(Value::as_str) == Some(wanted)
        };
        if !claims("profile", MAINTAINER_PROFILE) {
            return Err(MaintainerReason::ProfileMissing);
        }
        if !claims("project_id", self.project_id) {
            return Err(MaintainerReason::ProjectMismatch);
        }
        if self.repository.is_some_and(|repository| !claims("repository", repository)) {
            return Err(MaintainerReason::RepositoryMismatch);
        }
        if !claims("delegated_role", self.delegated_role) {
            return Err(MaintainerReason::DelegatedRoleMismatch);
        }
        if !attestation.roles.iter().any(|role| role == self.role) {
            return Err(MaintainerReason::RoleNotAllowed);
        }
        Ok(())
    }
}

impl RecognitionTreaty {
    /// Checks whether the subject of `attestation` may do what `demand` asks for.
    ///
    /// # Errors
    ///
    /// [`MaintainerReason`], the first that applies.
    pub fn verify_maintainer(
        &self,
        attestation: &MembershipAttestation,
        demand: &MaintainerDemand<'_>,
        check: &TreatyCheck<'_>,
    ) -> Result<(), MaintainerReason> {
        demand.check_claims(attestation)?;
        let keys = self.subject_public_keys.iter().filter_map(|key| MeshKey::parse(key).ok());
        let keys: Vec<MeshKey> = keys.collect();
        let feed_check = FeedCheck {
            issuer_keys: &keys,
            expected_issuer: Some(&attestation.issuer_sovereign_id),
            last_sequence: demand.last_sequence,
        };
        let mut is_revoked = false;
        for feed in demand.feeds {
            feed.verify(&feed_check).map_err(MaintainerReason::Feed)?;
            is_revoked |= feed.revokes(&attestation.attestation_id);
        }
        self.verify_attestation(attestation, check, is_revoked)
            .map_err(MaintainerReason::Recognition)
    }
}
