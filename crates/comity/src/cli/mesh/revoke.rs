//! `comity mesh revoke treaty` and `comity mesh revoke attestation`.

use std::path::Path;

use clap::{Args, Subcommand};
use comity_client::{Endpoint, Http};
use comity_mesh::attestation::MembershipAttestation;
use comity_mesh::recognition::RecognitionTreaty;
use comity_wire::mesh_json::Value;

use super::args::{Signer, object, remote, stamp};
use super::show::{id, pretty};
use crate::cli::Answer;

/// What is taken back.
#[derive(Debug, Subcommand)]
pub enum Revoke {
    /// A treaty of one's own authority: its subject is recognised no more
    Treaty(RevokeArgs),
    /// An attestation of one's own authority: the next feed says so
    Attestation(RevokeArgs),
}

/// Which one, and why.
#[derive(Args, Clone, Debug)]
pub struct RevokeArgs {
    /// The id, or a file with what is taken back
    #[arg(value_name = "FILE|ID")]
    pub id: String,
    /// One's own authority, which issued it
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// Why, in words that others will read
    #[arg(long, default_value = "unspecified")]
    pub reason: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Revoke {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Treaty(args) | Self::Attestation(args) => args.json,
        }
    }
}

/// Has it revoked.
///
/// # Errors
///
/// The authority cannot be asked, or refuses.
pub fn run(verb: &Revoke) -> anyhow::Result<Answer> {
    let (Revoke::Treaty(args) | Revoke::Attestation(args)) = verb;
    let operator = args.signer.operator()?;
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, stamp) = (remote(&at, &http), stamp()?);
    let file = Path::new(&args.id);
    let (what, member, named) = match verb {
        Revoke::Treaty(_) => {
            let of = |treaty: RecognitionTreaty| treaty.treaty_id;
            let named = if file.is_file() { of(object(file, "treaty")?) } else { args.id.clone() };
            remote.revoke_treaty(&named, &args.reason, &operator, &stamp)?;
            ("treaty", "treaty_id", named)
        }
        Revoke::Attestation(_) => {
            let of = |attestation: MembershipAttestation| attestation.attestation_id;
            let named =
                if file.is_file() { of(object(file, "attestation")?) } else { args.id.clone() };
            remote.revoke_attestation(&named, &args.reason, &operator, &stamp)?;
            ("attestation", "attestation_id", named)
        }
    };
    if args.json {
        let document = Value::from([
            (member, Value::from(named.as_str())),
            ("reason", Value::from(args.reason.as_str())),
            ("status", Value::from("revoked")),
        ]);
        return Ok(Answer::done(pretty(&document)));
    }
    Ok(Answer::done(format!("{what} {} is revoked: {}\n", id(&named), id(&args.reason))))
}
