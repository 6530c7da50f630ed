//! The operators' part: heartbeats, notices, reports, onboarding, assets, and what managing partners may ask for.
//!
//! ```text
//! operator or partner ──signed headers──▶ permit ──▶ object, signed by itself ──▶ event ──▶ views that carry the objects
//! ```
//!
//! The routes are ours; the reference has none of this.
//!
//! # Invariants
//!
//! 1. An object counts by the signature in it. Headers say who delivers it, and a partner may deliver what only an operator
//!    can sign.
//! 2. A partner's request is granted only while its delegation is in force and accepted, and only if a delegated duty covers
//!    it. What [`ControlAct`] names is refused by name, whatever was delegated.
//! 3. What is published is what was signed, so that whoever knows the root key can compute every status again.
//! 4. Lists are bounded; what falls out of them stays in the record.
//!
//! # Source
//!
//! RFC-007 and RFC-008.

pub(crate) mod decide;
pub(crate) mod event;
mod partner;
pub(crate) mod state;
mod views;

use comity_mesh::managing_partner::{ControlAct, PartnerDuty, Requirement};

use crate::Write;

/// What operators and their partners may ask for in this part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperatorWrite {
    /// Say that the operator is there.
    Heartbeat,
    /// Say in advance that nobody will be there.
    OfflineNotice,
    /// File what was looked at.
    CheckReport,
    /// Take a step of onboarding.
    Onboarding,
    /// Publish what is visible through the sovereign.
    Assets,
    /// Delegate duties to a managing partner.
    GrantPartner,
    /// End a delegation, by its id.
    EndPartner(String),
    /// Take a delegation on.
    AcceptPartner,
    /// Say that one helped.
    PartnerNote,
}

impl OperatorWrite {
    /// What the record calls it.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Heartbeat => "operator_heartbeat_recorded",
            Self::OfflineNotice => "offline_notice_recorded",
            Self::CheckReport => "check_report_filed",
            Self::Onboarding => "onboarding_step_recorded",
            Self::Assets => "assets_published",
            Self::GrantPartner => "partner_granted",
            Self::EndPartner(_) => "partner_ended",
            Self::AcceptPartner => "partner_accepted",
            Self::PartnerNote => "partner_note_recorded",
        }
    }

    /// What it takes if a partner asks.
    const fn requirement(&self) -> Requirement {
        match self {
            Self::Heartbeat => Requirement::OneOf(&[PartnerDuty::ContinuityChecks]),
            Self::OfflineNotice => {
                Requirement::OneOf(&[PartnerDuty::ContinuityChecks, PartnerDuty::Coordination])
            }
            Self::CheckReport => Requirement::OneOf(&[
                PartnerDuty::ContinuityChecks,
                PartnerDuty::Endpoints,
                PartnerDuty::Dns,
            ]),
            Self::Onboarding => Requirement::OneOf(&[PartnerDuty::Onboarding]),
            Self::Assets => Requirement::OneOf(&[PartnerDuty::ClientPackaging]),
            Self::GrantPartner | Self::EndPartner(_) => Requirement::Reserved(ControlAct::Delegate),
            Self::AcceptPartner | Self::PartnerNote => Requirement::AnyDuty,
        }
    }
}

impl Write {
    /// What it takes if a partner asks; `None` if no operator's headers are asked for.
    pub(crate) const fn requirement(&self) -> Option<Requirement> {
        Some(match self {
            Self::IssueTreaty | Self::Offer | Self::Counter | Self::Accept => {
                Requirement::Reserved(ControlAct::SignTreaties)
            }
            Self::IssueAttestation
            | Self::IssueEvidence
            | Self::Invite
            | Self::DecideBoundary
            | Self::Commit
            | Self::Nullify
            | Self::Vote
            | Self::Assemble
            | Self::IntendAccess => Requirement::Reserved(ControlAct::SignAttestations),
            Self::RevokeTreaty(_)
            | Self::RevokeAttestation(_)
            | Self::RevokeCertificate
            | Self::ImportFeed => Requirement::Reserved(ControlAct::SignRevocations),
            Self::SetRecognitionPolicy
            | Self::PublishPolicy
            | Self::RestorePolicy
            | Self::LicenseData => Requirement::Reserved(ControlAct::SignPolicy),
            Self::SeePeer | Self::ArchivePeer => {
                Requirement::OneOf(&[PartnerDuty::ContinuityChecks])
            }
            Self::PolicyHistory => {
                Requirement::OneOf(&[PartnerDuty::ContinuityChecks, PartnerDuty::BundleAssembly])
            }
            Self::Audit => Requirement::OneOf(&[PartnerDuty::ContinuityChecks]),
            Self::Operator(write) => write.requirement(),
            Self::Join
            | Self::Heartbeat
            | Self::Renew
            | Self::RegisterAgent
            | Self::RemoveAgent(_) => return None,
        })
    }
}
