//! What can happen in the operators' part. Each event carries the object that was signed.

use comity_mesh::continuity::{OfflineNotice, OperatorHeartbeat};
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::objects;
use comity_mesh::operator::assets::AssetManifest;
use comity_mesh::operator::checks::CheckReport;
use comity_mesh::operator::onboarding::OnboardingStatement;

objects! {
    /// The operator is there.
    pub struct OperatorHeartbeatRecorded {
        /// Its word, signed.
        heartbeat: OperatorHeartbeat,
    }

    /// The operator will be away.
    pub struct OfflineNoticeRecorded {
        /// Its word, signed in advance.
        notice: OfflineNotice,
    }

    /// Somebody looked.
    pub struct CheckReportFiled {
        /// What came of it, signed by whoever looked.
        report: CheckReport,
    }

    /// A step of onboarding was taken.
    pub struct OnboardingStepRecorded {
        /// The operator's word, signed and chained.
        statement: OnboardingStatement,
    }

    /// What is visible through the sovereign.
    pub struct AssetsPublished {
        /// The manifest, signed.
        manifest: AssetManifest,
    }

    /// Duties are delegated.
    pub struct PartnerGranted {
        /// The delegation, signed by an operator.
        delegation: PartnerDelegation,
    }

    /// The partner took them on.
    pub struct PartnerAccepted {
        /// Its word, signed with its own key.
        acceptance: PartnerAcceptance,
    }

    /// The partner helped.
    pub struct PartnerNoted {
        /// Its word, signed with its own key.
        note: AssistanceNote,
    }

    /// The operator ended a delegation.
    pub struct PartnerEnded {
        /// Its word, signed.
        end: DelegationEnd,
    }
}
