//! What nodes and their agents ask of an authority: to join, to live on, to be found.
//!
//! A node signs the body of its request, `signature` left out, in canonical form; time and nonce are members of the body.
//! What comes back is checked: a certificate must be the authority's and name this node's key, a descriptor must be its
//! node's own.

use std::collections::BTreeMap;

use comity_mesh::certificates::{CertificateCheck, JoinCertificate};
use comity_mesh::descriptor::{AgentDescriptor, deregistration_text};
use comity_mesh::keys::MeshKey;
use comity_mesh::objects;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use crate::limits::BUNDLE_BYTES_MAX;
use crate::request::{query, segment};
use crate::review::Identity;
use crate::{ClientError, Operator, Remote, Request, Stamp};

objects! {
    /// An invite that was made. Its id is the secret that lets one node in.
    pub struct Invited {
        /// The secret.
        token_id: String,
        /// Until when it can be used, as the authority writes times.
        expires_at: String,
    }

    /// What became of a certificate that is revoked.
    pub struct RevokedCertificate {
        /// Number of the list that says so.
        crl_sequence: u64,
    }

    /// Agents as a registry lists them; each is still to be looked at.
    pub struct AgentList {
        /// Descriptors.
        agents: Vec<Value>,
    }
}

/// A node that signs for itself.
#[derive(Clone, Debug)]
pub struct Node {
    secret: SigningKey,
}

/// What an invite gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteWish {
    /// Roles of the node.
    pub roles: Vec<String>,
    /// Longest validity of its certificates, in hours.
    pub max_validity_hours: u64,
    /// How long the invite can be used, in hours.
    pub token_expiry_hours: u64,
}

impl Node {
    /// The node with this key.
    pub const fn new(secret: SigningKey) -> Self {
        Self { secret }
    }

    /// Its public key, base64.
    pub fn public_key(&self) -> String {
        MeshKey::from(self.secret.public()).to_string()
    }

    /// A body with time, nonce, key and signature.
    fn signed(&self, members: &[(&str, Value)], stamp: &Stamp) -> Value {
        let given = members.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let mut body: BTreeMap<String, Value> = given.collect();
        let mut put = |name: &str, value| body.insert(name.to_owned(), value);
        put("node_public_key", Value::from(self.public_key()));
        put("timestamp", Value::from(stamp.at.isoformat()));
        put("nonce", Value::from(stamp.nonce.as_str()));
        let signature = b64::encode(&self.secret.sign(&canonical(&Value::Map(body.clone()))));
        body.insert("signature".to_owned(), Value::from(signature));
        Value::Map(body)
    }
}

impl Remote<'_> {
    /// Has an invite made.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn invite(
        &self,
        wish: &InviteWish,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<Invited, ClientError> {
        let body = Value::from([
            ("roles", wish.roles.write()),
            ("max_validity_hours", wish.max_validity_hours.write()),
            ("token_expiry_hours", wish.token_expiry_hours.write()),
        ]);
        let invited = self.order("/admin/invite", &body, operator, stamp)?;
        Invited::read(&invited).map_err(ClientError::wrong_shape("an invite"))
    }

    /// Has a certificate revoked; the number of the list that says so.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn revoke_certificate(
        &self,
        cert_id: &str,
        reason: &str,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<u64, ClientError> {
        let body =
            Value::from([("cert_id", Value::from(cert_id)), ("reason", Value::from(reason))]);
        let answer = self.order("/admin/revoke", &body, operator, stamp)?;
        let listed = RevokedCertificate::read(&answer);
        listed
            .map(|listed| listed.crl_sequence)
            .map_err(ClientError::wrong_shape("the outcome of a revocation"))
    }

    /// Becomes a node of the sovereign that answers.
    ///
    /// # Errors
    ///
    /// [`ClientError`]; [`ClientError::BadCertificate`] if what came does not hold.
    pub fn join(
        &self,
        node: &Node,
        (invite, hours): (&str, u64),
        identity: &Identity,
        stamp: &Stamp,
    ) -> Result<JoinCertificate, ClientError> {
        let members = [("invite_token", Value::from(invite)), ("validity_hours", hours.write())];
        let body = node.signed(&members, stamp);
        self.certificate("/join", node, &body, identity, stamp.at)
    }

    /// Gets the next certificate.
    ///
    /// # Errors
    ///
    /// As [`Self::join`].
    pub fn renew(
        &self,
        node: &Node,
        (cert_id, hours): (&str, u64),
        identity: &Identity,
        stamp: &Stamp,
    ) -> Result<JoinCertificate, ClientError> {
        let members = [("cert_id", Value::from(cert_id)), ("validity_hours", hours.write())];
        let body = node.signed(&members, stamp);
        self.certificate("/renew", node, &body, identity, stamp.at)
    }

    fn certificate(
        &self,
        route: &str,
        node: &Node,
        body: &Value,
        identity: &Identity,
        at: Datetime,
    ) -> Result<JoinCertificate, ClientError> {
        let request = Request::post(self.endpoint, route, body);
        let certificate: JoinCertificate = self.read(&request, "a certificate")?;
        let check = CertificateCheck {
            authority: &identity.authority,
            network_name: &identity.sovereign_id,
            revoked: None,
            at,
        };
        certificate.verify(&check).map_err(|reason| ClientError::BadCertificate { reason })?;
        if certificate.node_public_key == node.public_key() {
            return Ok(certificate);
        }
        Err(ClientError::OtherAnswer {
            what: "certificate",
            asked: node.public_key(),
            answered: certificate.node_public_key,
        })
    }

    /// Says that a node is alive.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn heartbeat(
        &self,
        node: &Node,
        (cert_id, status): (&str, &str),
        stamp: &Stamp,
    ) -> Result<(), ClientError> {
        let members = [("cert_id", Value::from(cert_id)), ("status", Value::from(status))];
        let body = node.signed(&members, stamp);
        self.ask(&Request::post(self.endpoint, "/heartbeat", &body)).map(drop)
    }

    /// Puts an agent into the registry.
    ///
    /// # Errors
    ///
    /// [`ClientError`]; [`ClientError::BadDescriptor`] if the descriptor would not do, in which case nobody was asked.
    pub fn register(
        &self,
        node: &Node,
        descriptor: AgentDescriptor,
    ) -> Result<AgentDescriptor, ClientError> {
        let issued = descriptor.issue(&node.secret, "node");
        let issued = issued.map_err(|source| ClientError::BadDescriptor { source })?;
        self.ask(&Request::post(self.endpoint, "/agents", &issued.write()))?;
        Ok(issued)
    }

    /// Takes a node's agent out of the registry.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn deregister(&self, node: &Node, at: Datetime) -> Result<(), ClientError> {
        let key = node.public_key();
        let signed_at = at.isoformat();
        let text = deregistration_text(&key, &signed_at);
        let body = Value::from([
            ("signature", Value::from(b64::encode(&node.secret.sign(text.as_bytes())))),
            ("signed_at", Value::from(signed_at)),
            ("version", Value::from("v1")),
        ]);
        let route = format!("/agents/{}", segment(&key)?);
        self.ask(&Request::delete(self.endpoint, &route, &body)).map(drop)
    }

    /// The agents in a registry. Those whose descriptors have not the schema are left out and counted.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn agents(
        &self,
        capability: Option<&str>,
    ) -> Result<(Vec<AgentDescriptor>, usize), ClientError> {
        let route = format!("/agents{}", query(&[("capability", capability)]));
        let request = Request::get(self.endpoint, &route).at_most(BUNDLE_BYTES_MAX);
        let list: AgentList = self.read(&request, "a list of agents")?;
        let count = list.agents.len();
        let read: Vec<AgentDescriptor> =
            list.agents.iter().filter_map(|value| AgentDescriptor::read(value).ok()).collect();
        let odd = count - read.len();
        Ok((read, odd))
    }
}

#[cfg(test)]
mod tests;
