//! What follows from what operators hand in.

use comity_mesh::continuity::{HeartbeatReason, OfflineNotice, OperatorHeartbeat};
use comity_mesh::keys::{MeshKey, SignedObject};
use comity_mesh::operator::assets::{AssetManifest, AssetReason};
use comity_mesh::operator::checks::CheckReport;
use comity_mesh::operator::onboarding::{OnboardingStatement, verify as verify_steps};
use comity_mesh::schema::Field;
use comity_wire::mesh_json::Value;

use super::OperatorWrite;
use super::event::{
    AssetsPublished, CheckReportFiled, OfflineNoticeRecorded, OnboardingStepRecorded,
    OperatorHeartbeatRecorded,
};
use super::state::{Place, Sequenced};
use crate::decide::{Asker, Done};
use crate::{Authority, Body, Call, Event, Refusal};

/// Reads the object that a request hands in.
pub(super) fn object<T: Field>(
    body: &Body,
    name: &'static str,
    code: &'static str,
) -> Result<T, Refusal> {
    T::read(body.object(name)).map_err(|error| Refusal::schema(code, name, &error))
}

/// Refuses an object for a reason of its own.
pub(super) fn refuse(code: &'static str, reason: &str) -> Refusal {
    let status = if reason == HeartbeatReason::StaleSequence.as_str() { 409 } else { 400 };
    Refusal::new(status, code, format!("refused: {reason}")).with("reason", reason)
}

/// Whether a numbered object is taken, and whether it counts.
fn place<T: SignedObject>(
    kept: &Sequenced<T>,
    sequence: u64,
    object: &T,
    code: &'static str,
) -> Result<bool, Refusal> {
    match kept.place(sequence, object) {
        Place::Newest => Ok(true),
        Place::Contradicts => Ok(false),
        Place::Stale => Err(refuse(code, HeartbeatReason::StaleSequence.as_str())),
    }
}

/// What is answered about a numbered object.
fn taken(id: &str, sequence: u64, counts: bool, event: impl Into<Event>) -> Done {
    let answer = [
        ("id", Value::from(id)),
        ("sequence", Value::from(sequence)),
        // Two of one sequence are kept, as evidence, and neither counts.
        ("counts", Value::from(counts)),
    ];
    Done::created(Value::from(answer), event).noting("id", id).noting("counts", counts)
}

impl Authority {
    /// Decides about a request of this part. Who asks was checked before.
    pub(crate) fn attempt_operator(
        &self,
        write: &OperatorWrite,
        call: &Call<'_>,
        body: &Body,
        asker: &Asker,
    ) -> Result<Done, Refusal> {
        match write {
            OperatorWrite::Heartbeat => self.operator_heartbeat(call, body),
            OperatorWrite::OfflineNotice => self.offline_notice(call, body),
            OperatorWrite::CheckReport => self.check_report(call, body, asker),
            OperatorWrite::Onboarding => self.onboarding_step(call, body),
            OperatorWrite::Assets => self.publish_assets(call, body),
            OperatorWrite::GrantPartner => self.grant_partner(call, body),
            OperatorWrite::EndPartner(id) => self.end_partner(id, body),
            OperatorWrite::AcceptPartner => self.accept_partner(call, body),
            OperatorWrite::PartnerNote => self.partner_note(call, body),
        }
    }

    /// The operators' keys.
    pub(super) fn operator_keys(&self) -> Vec<MeshKey> {
        self.config.operators.values().cloned().collect()
    }

    fn operator_heartbeat(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let heartbeat: OperatorHeartbeat = object(body, "heartbeat", "invalid_heartbeat")?;
        let code = "heartbeat_refused";
        heartbeat
            .verify(self.sovereign_id(), &self.operator_keys(), None, call.at)
            .map_err(|reason| refuse(code, reason.as_str()))?;
        let (id, sequence) = (heartbeat.heartbeat_id.clone(), heartbeat.sequence);
        let counts = place(&self.state.operators.heartbeats, sequence, &heartbeat, code)?;
        Ok(taken(&id, sequence, counts, OperatorHeartbeatRecorded { heartbeat }))
    }

    fn offline_notice(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let notice: OfflineNotice = object(body, "notice", "invalid_notice")?;
        let code = "notice_refused";
        notice
            .verify(self.sovereign_id(), &self.operator_keys(), call.at)
            .map_err(|reason| refuse(code, reason.as_str()))?;
        let (id, sequence) = (notice.notice_id.clone(), notice.sequence);
        let counts = place(&self.state.operators.notices, sequence, &notice, code)?;
        Ok(taken(&id, sequence, counts, OfflineNoticeRecorded { notice }))
    }

    /// A report is signed by whoever looked: an operator, or the partner who files it.
    fn check_report(&self, call: &Call<'_>, body: &Body, asker: &Asker) -> Result<Done, Refusal> {
        let report: CheckReport = object(body, "report", "invalid_report")?;
        let code = "report_refused";
        let mut keys = self.operator_keys();
        if let Some(partner) = self.asking_partner(asker) {
            let is_its_own = report.checked_by == partner.delegation.partner_id;
            is_its_own.then_some(()).ok_or_else(|| refuse(code, "wrong_partner"))?;
            keys = MeshKey::parse(&partner.delegation.partner_public_key).into_iter().collect();
        }
        report
            .verify(self.sovereign_id(), &keys, call.at)
            .map_err(|reason| refuse(code, reason.as_str()))?;
        let answer = Value::from([
            ("id", Value::from(report.report_id.as_str())),
            ("good", Value::from(report.is_good())),
        ]);
        let done = Done::ok(answer).noting("id", report.report_id.as_str());
        Ok(Done { status: 201, ..done.because(CheckReportFiled { report }) })
    }

    fn onboarding_step(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let statement: OnboardingStatement =
            object(body, "statement", "invalid_onboarding_statement")?;
        let mut steps = self.state.operators.onboarding.clone();
        steps.push(statement.clone());
        let list = verify_steps(self.sovereign_id(), &steps, &self.operator_keys(), call.at)
            .map_err(|reason| refuse("onboarding_refused", reason.as_str()))?;
        let step = statement.step.as_str();
        Ok(Done::created(list.write(), OnboardingStepRecorded { statement }).noting("step", step))
    }

    fn publish_assets(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let manifest: AssetManifest = object(body, "manifest", "invalid_asset_manifest")?;
        let last = self.state.operators.assets.as_ref().map(|manifest| manifest.sequence);
        manifest
            .verify(self.sovereign_id(), &self.operator_keys(), last, call.at)
            .map_err(|reason: AssetReason| refuse("assets_refused", reason.as_str()))?;
        let (id, count) = (manifest.manifest_id.clone(), manifest.assets.len() as u64);
        let answer = Value::from([
            ("id", Value::from(id.as_str())),
            ("sequence", Value::from(manifest.sequence)),
            ("count", Value::from(count)),
        ]);
        Ok(Done::created(answer, AssetsPublished { manifest }).noting("id", id))
    }
}
