//! What anybody may read about operators.

use comity_mesh::continuity::{Continuity, Received, assess, standings};
use comity_mesh::operator::assets::AssetKind;
use comity_mesh::operator::onboarding::verify as verify_steps;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::operators::state::Partner;
use crate::{Authority, Refusal};

/// A list with its length.
fn counted(name: &str, items: Vec<Value>) -> Value {
    Value::from([("count", Value::from(items.len() as u64)), (name, Value::List(items))])
}

impl Authority {
    /// `GET /operator/keys`: whose orders this authority takes, signed by it.
    pub fn operator_roster(&self) -> Value {
        self.roster.write()
    }

    /// `GET /operator/continuity`: the status, and all that it is computed from but the feed.
    pub fn operator_continuity(&self, at: Datetime) -> Value {
        let operators = &self.state.operators;
        let (heartbeats, notices) = (operators.heartbeats.all(), operators.notices.all());
        let feed_issued_at = self.state.feed.changed_at;
        let keys = self.operator_keys();
        let continuity: Continuity = assess(
            &Received {
                sovereign_id: self.sovereign_id(),
                keys: &keys,
                heartbeats: &heartbeats,
                notices: &notices,
                feed_issued_at: Some(feed_issued_at),
            },
            at,
        );
        let latest =
            heartbeats.iter().find(|it| Some(it.sequence) == continuity.heartbeat_sequence);
        Value::from([
            ("continuity", continuity.write()),
            ("duties", standings(latest, at).write()),
            ("feed_issued_at", feed_issued_at.write()),
            ("heartbeats", heartbeats.write()),
            ("notices", notices.write()),
        ])
    }

    /// `GET /operator/check-reports`: the newest ones, oldest first.
    pub fn check_reports(&self, _: Datetime) -> Value {
        let reports = self.state.operators.reports.iter();
        counted("reports", reports.map(comity_mesh::schema::Field::write).collect())
    }

    /// `GET /operator/onboarding`: the statements, and what they come to.
    pub fn onboarding(&self, at: Datetime) -> Value {
        let steps = &self.state.operators.onboarding;
        let list = verify_steps(self.sovereign_id(), steps, &self.operator_keys(), at);
        let (list, reason) = match list {
            Ok(list) => (list.write(), Value::Null),
            // An operator's key was replaced since.
            Err(reason) => (Value::Null, Value::from(reason.as_str())),
        };
        Value::from([("checklist", list), ("reason", reason), ("statements", steps.write())])
    }

    /// `GET /operator/partners`: delegations, and what became of them.
    pub fn partners(&self, at: Datetime) -> Value {
        let one = |partner: &Partner| {
            let notes: Vec<Value> =
                partner.notes.iter().map(comity_mesh::schema::Field::write).collect();
            Value::from([
                ("acceptance", partner.acceptance.write()),
                ("delegation", partner.delegation.write()),
                ("ends", partner.ends.write()),
                ("notes", Value::List(notes)),
                ("status", Value::from(self.partner_status(partner, at))),
            ])
        };
        counted("partners", self.state.operators.partners.values().map(one).collect())
    }

    /// `GET /assets`: the manifest, and the assets in it of a kind, or that follow another one.
    ///
    /// # Errors
    ///
    /// 404 `assets_not_published`; 400 `invalid_asset_kind`.
    pub fn assets(
        &self,
        kind: Option<&str>,
        twin_of: Option<&str>,
        at: Datetime,
    ) -> Result<Value, Refusal> {
        let absent = || Refusal::absent("assets_not_published", "No assets were published");
        let manifest = self.state.operators.assets.as_ref().ok_or_else(absent)?;
        let kind =
            kind.filter(|kind| !kind.is_empty()).map(|kind| {
                AssetKind::ALL.iter().copied().find(|known| known.as_str() == kind).ok_or_else(
                    || Refusal::bad("invalid_asset_kind", "There is no such kind of asset"),
                )
            });
        let kind = kind.transpose()?;
        let twin_of = twin_of.filter(|id| !id.is_empty());
        let wanted = manifest.assets.iter().filter(|asset| {
            kind.is_none_or(|kind| asset.kind == kind)
                && twin_of.is_none_or(|id| asset.twin_of.as_deref() == Some(id))
        });
        let assets: Vec<Value> = wanted.map(comity_mesh::schema::Field::write).collect();
        let is_expired = manifest.expires_at.instant() <= at.instant();
        Ok(Value::from([
            ("assets", Value::List(assets.clone())),
            ("count", Value::from(assets.len() as u64)),
            ("expired", Value::from(is_expired)),
            ("manifest", manifest.write()),
        ]))
    }
}
