//! `comity mesh node`: machines that belong to a sovereign: invited, joined, alive, renewed, revoked.
//!
//! ```text
//! node.key          the node's key, a plain file for its owner only: machines start without a person
//! certificate.json  what the authority says of it
//! ```

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use comity_client::nodes::{InviteWish, Node};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http};
use comity_mesh::certificates::JoinCertificate;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::Value;
use zeroize::Zeroizing;

use super::args::{Signer, date, hours, now, object, remote, roles, stamp, write};
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::cli::na::{plain_secret, write_plain};
use crate::home::file;
use crate::limits::INVITE_BYTES_MAX;

/// The node's key in its folder.
const KEY: &str = "node.key";
/// Its certificate.
const CERTIFICATE: &str = "certificate.json";

/// Why a certificate is revoked, as the protocol names it.
const REASONS: [&str; 4] =
    ["key_compromise", "cessation_of_operation", "superseded", "unspecified"];

/// What becomes of a node.
#[derive(Debug, Subcommand)]
pub enum NodeVerb {
    /// Let one node join; the invite is a secret and is written to a file that only its owner reads
    Invite(InviteArgs),
    /// Become a node: makes a key if there is none, and keeps the certificate beside it
    Join(JoinArgs),
    /// Say that the node is alive
    Heartbeat(HeartbeatArgs),
    /// Get the next certificate
    Renew(RenewArgs),
    /// Revoke a certificate; the node's agents go with it
    Revoke(RevokeArgs),
}

/// An invite.
#[derive(Args, Clone, Debug)]
pub struct InviteArgs {
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// Role of the node, e.g. role:service:counting; repeatable
    #[arg(long = "role", value_name = "ROLE", default_value = "role:client")]
    pub roles: Vec<String>,
    /// Longest validity of its certificates, in hours
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub max_hours: u64,
    /// How long the invite can be used, in hours
    #[arg(long, default_value_t = 24, value_parser = hours())]
    pub invite_hours: u64,
    /// Where the invite is written to
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// A folder and an authority.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// The node's folder
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Joining.
#[derive(Args, Clone, Debug)]
pub struct JoinArgs {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// File with the invite
    #[arg(long, value_name = "FILE")]
    pub invite: PathBuf,
    /// Root key that the sovereign must have, base64
    #[arg(long, value_name = "KEY")]
    pub root: Option<String>,
    /// How long the certificate counts, in hours; the invite has the last word
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub hours: u64,
}

/// A sign of life.
#[derive(Args, Clone, Debug)]
pub struct HeartbeatArgs {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// How it is
    #[arg(long, default_value = "healthy")]
    pub status: String,
}

/// The next certificate.
#[derive(Args, Clone, Debug)]
pub struct RenewArgs {
    /// Where.
    #[command(flatten)]
    pub place: Place,
    /// How long it counts, in hours; the invite has the last word
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub hours: u64,
}

/// A revocation.
#[derive(Args, Clone, Debug)]
pub struct RevokeArgs {
    /// The certificate
    #[arg(value_name = "ID")]
    pub id: String,
    /// One's own authority, which issued it
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// Why
    #[arg(long, default_value = "unspecified", value_parser = REASONS)]
    pub reason: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl NodeVerb {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Invite(args) => args.json,
            Self::Join(args) => args.place.json,
            Self::Heartbeat(args) => args.place.json,
            Self::Renew(args) => args.place.json,
            Self::Revoke(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// The authority cannot be asked or refuses, or a file cannot be used.
pub fn run(verb: &NodeVerb) -> anyhow::Result<Answer> {
    match verb {
        NodeVerb::Invite(args) => invite(args),
        NodeVerb::Join(args) => join(args),
        NodeVerb::Heartbeat(args) => heartbeat(args),
        NodeVerb::Renew(args) => renew(args),
        NodeVerb::Revoke(args) => revoke(args),
    }
}

/// The node in a folder, and its certificate.
pub(super) fn open(dir: &Path) -> anyhow::Result<(Node, JoinCertificate)> {
    let key = dir.join(KEY);
    file::require_closed(&key)?;
    let certificate = object(&dir.join(CERTIFICATE), "certificate")?;
    Ok((Node::new(plain_secret(&key)?), certificate))
}

fn invite(args: &InviteArgs) -> anyhow::Result<Answer> {
    let wish = InviteWish {
        roles: roles(&args.roles)?,
        max_validity_hours: args.max_hours,
        token_expiry_hours: args.invite_hours,
    };
    let operator = args.signer.operator()?;
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let invited = remote(&at, &http).invite(&wish, &operator, &stamp()?)?;
    file::replace_closed(&args.out, format!("{}\n", invited.token_id).as_bytes())?;
    if args.json {
        let path = args.out.display().to_string();
        let document = Value::from([
            ("expires_at", Value::from(invited.expires_at)),
            ("invite_file", Value::from(path)),
        ]);
        return Ok(Answer::done(pretty(&document)));
    }
    let (out, until) = (args.out.display(), id(&invited.expires_at));
    Ok(Answer::done(format!("invite written to {out}, good until {until}\n")))
}

fn join(args: &JoinArgs) -> anyhow::Result<Answer> {
    let (at, http) = (Endpoint::parse(&args.place.at)?, Http::default());
    let token = Zeroizing::new(file::read(&args.invite, INVITE_BYTES_MAX)?);
    let token = std::str::from_utf8(&token).context("read the invite")?.trim();
    let identity = Identity::read(&remote(&at, &http), args.root.as_deref(), now())?;
    file::create_folder(&args.place.dir)?;
    let key = args.place.dir.join(KEY);
    if !key.exists() {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).context("draw a key from the system's entropy")?;
        write_plain(&key, &SigningKey::from_seed(*seed), "node")?;
    }
    file::require_closed(&key)?;
    let node = Node::new(plain_secret(&key)?);
    let wish = (token, args.hours);
    let certificate = remote(&at, &http).join(&node, wish, &identity, &stamp()?)?;
    keep(&args.place, &certificate, "joined")
}

fn heartbeat(args: &HeartbeatArgs) -> anyhow::Result<Answer> {
    let (node, certificate) = open(&args.place.dir)?;
    let (at, http) = (Endpoint::parse(&args.place.at)?, Http::default());
    let said = (certificate.cert_id.as_str(), args.status.as_str());
    remote(&at, &http).heartbeat(&node, said, &stamp()?)?;
    if args.place.json {
        let document = Value::from([("ack", Value::from(true))]);
        return Ok(Answer::done(pretty(&document)));
    }
    Ok(Answer::done(format!("{at} has heard that the node is {}\n", id(&args.status))))
}

fn renew(args: &RenewArgs) -> anyhow::Result<Answer> {
    let (node, old) = open(&args.place.dir)?;
    let (at, http) = (Endpoint::parse(&args.place.at)?, Http::default());
    let identity = Identity::read(&remote(&at, &http), None, now())?;
    let wish = (old.cert_id.as_str(), args.hours);
    let certificate = remote(&at, &http).renew(&node, wish, &identity, &stamp()?)?;
    keep(&args.place, &certificate, "renewed")
}

fn keep(place: &Place, certificate: &JoinCertificate, what: &str) -> anyhow::Result<Answer> {
    write(&place.dir.join(CERTIFICATE), &certificate.write())?;
    if place.json {
        return Ok(Answer::done(pretty(&certificate.write())));
    }
    Ok(Answer::done(format!(
        "{what} {}, until {}\n  certificate  {}\n  node key     {}\n  roles        {}\n",
        id(&certificate.network_name),
        date(certificate.expires_at),
        id(&certificate.cert_id),
        id(&certificate.node_public_key),
        id(&certificate.roles.join(", ")),
    )))
}

fn revoke(args: &RevokeArgs) -> anyhow::Result<Answer> {
    let operator = args.signer.operator()?;
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let remote = remote(&at, &http);
    let sequence = remote.revoke_certificate(&args.id, &args.reason, &operator, &stamp()?)?;
    if args.json {
        let document = Value::from([("crl_sequence", Value::from(sequence))]);
        return Ok(Answer::done(pretty(&document)));
    }
    let (cert, reason) = (id(&args.id), id(&args.reason));
    Ok(Answer::done(format!("certificate {cert} is revoked: {reason}\n  list  {sequence}\n")))
}
