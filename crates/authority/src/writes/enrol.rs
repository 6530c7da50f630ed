//! Nodes: invites, certificates, heartbeats.

use comity_mesh::attestation::check_roles;
use comity_mesh::certificates::JoinCertificate;
use comity_mesh::keys::SignedObject as _;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};
use comity_wire::sha256;

use super::after;
use crate::decide::{Asker, Done};
use crate::event::{CertificateIssued, HeartbeatSeen, InviteMade, InviteUsed};
use crate::state::{Certified, Invite};
use crate::{Authority, Body, Call, Refusal};

impl Authority {
    pub(crate) fn invite(call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let roles = body.texts("roles", "invalid_role")?;
        let roles = roles.unwrap_or_else(|| vec!["role:client".to_owned()]);
        check_roles(&roles).map_err(|error| Refusal::bad("invalid_role", error.to_string()))?;
        let code = "invalid_max_validity_hours";
        let max_validity_hours = body.hours("max_validity_hours", 168, code)?;
        let expiry = body.hours("token_expiry_hours", 24, "invalid_token_expiry_hours")?;
        let expires_at = after(call.at, expiry);
        let token_sha256 = sha256(call.id.as_bytes()).to_string();
        let answer = Value::from([
            ("token_id", Value::from(call.id)),
            ("expires_at", Value::from(expires_at.isoformat())),
        ]);
        let noted = token_sha256.clone();
        let made = InviteMade { token_sha256, roles, max_validity_hours, expires_at };
        Ok(Done::created(answer, made).noting("token_sha256", noted))
    }

    pub(crate) fn join(
        &self,
        call: &Call<'_>,
        body: &Body,
        asker: &mut Asker,
    ) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let hours = body.hours("validity_hours", 168, "invalid_validity_hours")?;
        let key = body.required("node_public_key", "missing_node_public_key")?;
        let token = body.text("invite_token", "missing_invite_token")?;
        let missing = || Refusal::forbidden("missing_invite_token", "invite_token required");
        let token_sha256 = sha256(token.ok_or_else(missing)?.as_bytes()).to_string();
        if self.is_compromised(key) {
            let message = "Node public key has been compromised";
            return Err(Refusal::forbidden("node_key_compromised", message));
        }
        let invite = self.open_invite(&token_sha256, call.at)?;
        asker.fresh = Some(self.check_node(call, body, key, format!("join:{key}"))?);
        let (made, used) = (&invite.made, token_sha256.clone());
        let hours = hours.min(made.max_validity_hours);
        let certificate = self.certificate(call, key, made.roles.clone(), hours);
        let event = CertificateIssued {
            certificate,
            max_validity_hours: made.max_validity_hours,
            renewed_from: None,
        };
        let done = Done::created(event.certificate.write(), event);
        let node_public_key = key.to_owned();
        let done = done.because(InviteUsed { token_sha256: used, node_public_key });
        Ok(done.noting("cert_id", call.id).noting("token_sha256", token_sha256))
    }

    pub(crate) fn heartbeat(
        &self,
        call: &Call<'_>,
        body: &Body,
        asker: &mut Asker,
    ) -> Result<Done, Refusal> {
        let status = body.text("status", "invalid_status")?.unwrap_or("unknown");
        let certified = self.node(call, body, asker)?;
        let cert_id = certified.row.object.cert_id.clone();
        let answer = Value::from([
            ("ack", Value::from(true)),
            ("server_time", Value::from(call.at.isoformat())),
        ]);
        let done = Done::ok(answer).noting("cert_id", cert_id.as_str());
        Ok(done.because(HeartbeatSeen { cert_id, status: status.to_owned() }))
    }

    pub(crate) fn renew(
        &self,
        call: &Call<'_>,
        body: &Body,
        asker: &mut Asker,
    ) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let hours = body.hours("validity_hours", 168, "invalid_validity_hours")?;
        let certified = self.node(call, body, asker)?;
        let old = &certified.row.object;
        if let Some(mut roles) = body.texts("roles", "invalid_role")? {
            let mut held = old.roles.clone();
            roles.sort_unstable();
            held.sort_unstable();
            if roles != held {
                let message = "Role changes are not permitted during renewal";
                return Err(Refusal::forbidden("renewal_role_change_forbidden", message));
            }
        }
        let max_validity_hours = certified.max_validity_hours;
        let hours = hours.min(max_validity_hours);
        let certificate = self.certificate(call, &old.node_public_key, old.roles.clone(), hours);
        let renewed_from = Some(old.cert_id.clone());
        let event = CertificateIssued { certificate, max_validity_hours, renewed_from };
        let done = Done::created(event.certificate.write(), event);
        Ok(done.noting("old_cert_id", old.cert_id.as_str()).noting("new_cert_id", call.id))
    }

    /// The certificate that a request names, if the request is its holder's and it is in force.
    fn node(&self, call: &Call<'_>, body: &Body, asker: &mut Asker) -> Result<&Certified, Refusal> {
        let missing = "missing_certificate_identity";
        let cert_id = body.required("cert_id", missing)?;
        let key = body.required("node_public_key", missing)?;
        let unknown = || Refusal::forbidden("certificate_not_found", "Unknown certificate");
        let certified = self.state.certificates.get(cert_id).ok_or_else(unknown)?;
        if certified.row.object.node_public_key != key {
            let message = "Public key does not match certificate";
            return Err(Refusal::forbidden("certificate_key_mismatch", message));
        }
        if certified.row.revoked.is_some() {
            return Err(Refusal::forbidden("certificate_revoked", "Certificate revoked"));
        }
        asker.fresh = Some(self.check_node(call, body, key, format!("node:{key}"))?);
        let certificate = &certified.row.object;
        if call.at.instant() < certificate.issued_at.instant() {
            let message = "Certificate is not yet valid";
            return Err(Refusal::forbidden("certificate_not_yet_valid", message));
        }
        if certificate.expires_at.instant() <= call.at.instant() {
            let message = "Certificate expired; re-enrollment required";
            return Err(Refusal::forbidden("certificate_expired", message));
        }
        Ok(certified)
    }

    /// An invite that may still be used.
    fn open_invite(&self, token_sha256: &str, at: Datetime) -> Result<&Invite, Refusal> {
        let invite = self.state.invites.get(token_sha256);
        let is_open =
            |invite: &&Invite| !invite.is_used && at.instant() <= invite.made.expires_at.instant();
        let message = "Invalid, expired, or used invite token";
        invite.filter(is_open).ok_or_else(|| Refusal::forbidden("invalid_invite_token", message))
    }

    fn certificate(
        &self,
        call: &Call<'_>,
        node_public_key: &str,
        roles: Vec<String>,
        hours: u64,
    ) -> JoinCertificate {
        let mut certificate = JoinCertificate {
            cert_id: call.id.to_owned(),
            node_public_key: node_public_key.to_owned(),
            network_name: self.sovereign_id().to_owned(),
            roles,
            issued_at: call.at,
            expires_at: after(call.at, hours),
            issued_by: self.config.key_id.clone(),
            signatures: Vec::new(),
        };
        certificate.sign(&self.secret, &self.config.key_id);
        certificate
    }

    /// Whether a certificate of that node was revoked because somebody else has its key.
    pub(crate) fn is_compromised(&self, node_public_key: &str) -> bool {
        self.certificates_of(node_public_key)
            .any(|certified| certified.row.reason() == Some("key_compromise"))
    }

    /// Whether a node has a certificate in force.
    pub(crate) fn is_certified(&self, node_public_key: &str, at: Datetime) -> bool {
        self.certificates_of(node_public_key).any(|certified| {
            let expires_at = certified.row.object.expires_at.instant();
            certified.row.revoked.is_none() && at.instant() < expires_at
        })
    }

    fn certificates_of(&self, node_public_key: &str) -> impl Iterator<Item = &Certified> {
        let ids = self.state.by_node.get(node_public_key).into_iter().flatten();
        ids.filter_map(|id| self.state.certificates.get(id))
    }
}
