//! `comity mesh attest`: a sovereign says that somebody belongs to it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comity_client::calls::AttestationWish;
use comity_client::review::Identity;
use comity_client::workflow::{Desk, attest};
use comity_client::{Endpoint, Http};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;

use super::args::{Signer, claim, claims, date, hours, now, remote, roles, stamp, write};
use super::show::{id, pretty};
use crate::cli::Answer;

/// Attest that somebody belongs to one's sovereign, in given roles
#[derive(Args, Clone, Debug)]
pub struct AttestArgs {
    /// One's own authority, which issues the attestation
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// About whom: a person, a program, a service
    #[arg(long, value_name = "ID")]
    pub subject: String,
    /// The subject's public key, base64
    #[arg(long, value_name = "KEY")]
    pub subject_key: Option<String>,
    /// Role, e.g. role:service:maintainer; repeatable
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub roles: Vec<String>,
    /// Anything else about the subject; repeatable
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    pub claims: Vec<(String, String)>,
    /// How long it counts, in hours
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub hours: u64,
    /// Where the attestation is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Has it issued.
///
/// # Errors
///
/// The authority cannot be asked, refuses, or issues something that does not hold.
pub fn run(args: &AttestArgs) -> anyhow::Result<Answer> {
    if let Some(key) = &args.subject_key {
        MeshKey::parse(key).context("read --subject-key")?;
    }
    let wish = AttestationWish {
        subject_id: args.subject.clone(),
        subject_public_key: args.subject_key.clone(),
        roles: roles(&args.roles)?,
        validity_hours: args.hours,
        claims: claims(&args.claims),
    };
    let operator = args.signer.operator()?;
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let own = Identity::read(&remote(&at, &http), None, now())?;
    let desk = Desk { remote: remote(&at, &http), identity: &own, operator: &operator };
    let attestation = attest(&desk, &wish, &stamp()?)?;
    if let Some(path) = &args.out {
        write(path, &attestation.write())?;
    }
    if args.json {
        return Ok(Answer::done(pretty(&attestation.write())));
    }
    Ok(Answer::done(format!(
        "{} attests {}, until {}\n  attestation  {}\n  roles        {}\n",
        id(&own.sovereign_id),
        id(&attestation.subject_id),
        date(attestation.expires_at),
        id(&attestation.attestation_id),
        id(&attestation.roles.join(", ")),
    )))
}
