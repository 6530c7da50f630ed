//! `comity mesh recognise`: a treaty from one authority's sovereign to another.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use comity_client::review::Identity;
use comity_client::workflow::{Desk, recognise};
use comity_client::{Endpoint, Http};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::args::{Scope, Signer, date, hours, now, remote, stamp, write};
use super::show::{id, pretty};
use crate::cli::Answer;

/// Recognise another sovereign: check who it is, then have a treaty issued at one's own authority
///
/// The treaty names the key that the other authority signs with, so its attestations count from then on. It has one
/// direction: the other sovereign decides for itself. Compare the root key that is printed, or give it with --peer-root.
#[derive(Args, Clone, Debug)]
pub struct RecogniseArgs {
    /// One's own authority, which issues the treaty
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// The authority of the sovereign that is recognised
    #[arg(long, value_name = "URL")]
    pub peer: String,
    /// Root key that the other sovereign must have
    #[arg(long, value_name = "KEY")]
    pub peer_root: Option<String>,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// What is recognised.
    #[command(flatten)]
    pub scope: Scope,
    /// How long the treaty runs, in hours
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub hours: u64,
    /// Where the treaty is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Checks and issues.
///
/// # Errors
///
/// One of the two cannot be asked or does not hold, or the request is refused.
pub fn run(args: &RecogniseArgs) -> anyhow::Result<Answer> {
    let terms = args.scope.terms(args.hours)?;
    let operator = args.signer.operator()?;
    let (at, peer) = (Endpoint::parse(&args.at)?, Endpoint::parse(&args.peer)?);
    let http = Http::default();
    let own = Identity::read(&remote(&at, &http), None, now())?;
    let peer = Identity::read(&remote(&peer, &http), args.peer_root.as_deref(), now())?;
    let metadata =
        BTreeMap::from([("subject_endpoint".to_owned(), Value::from(peer.endpoint.as_str()))]);
    let wish = terms.wish(&peer, metadata);
    let desk = Desk { remote: remote(&at, &http), identity: &own, operator: &operator };
    let done = recognise(&desk, &wish, &stamp()?)?;
    if let Some(path) = &args.out {
        write(path, &done.treaty.write())?;
    }
    if args.json {
        let document = Value::from([
            ("peer", peer.summary()),
            ("treaty", done.treaty.write()),
            ("trust_path", done.path.write()),
        ]);
        return Ok(Answer::done(pretty(&document)));
    }
    Ok(Answer::done(format!(
        "{} recognises {}, until {}\n  treaty     {}\n  roles      {}\n  peer root  {}\n  path       {}\n",
        id(&own.sovereign_id),
        id(&peer.sovereign_id),
        date(done.treaty.expires_at),
        id(&done.treaty.treaty_id),
        roles(&done.treaty.scope.allowed_roles),
        id(&peer.genesis.root_public_key),
        id(&done.path.reason),
    )))
}

/// Roles for people.
pub fn roles(roles: &[String]) -> String {
    if roles.is_empty() { "any".to_owned() } else { id(&roles.join(", ")) }
}
