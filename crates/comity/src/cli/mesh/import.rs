//! `comity mesh import`: one sovereign learns what another has taken back.

use std::path::PathBuf;

use clap::Args;
use comity_client::review::Identity;
use comity_client::workflow::{feed, import};
use comity_client::{Endpoint, Http};
use comity_mesh::schema::Field as _;

use super::args::{Signer, now, remote, stamp, write};
use super::show::{id, pretty};
use crate::cli::Answer;

/// Fetch another sovereign's revocation feed, check it, and have one's own authority take it in
///
/// One's own authority decides by the keys that its treaties name. A feed that it has already, or an older one, is refused.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// The authority whose feed it is
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// One's own authority, which takes it in
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// Where the feed is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Fetches, checks, hands on.
///
/// # Errors
///
/// One of the two cannot be asked, the feed does not hold, or the request is refused.
pub fn run(args: &ImportArgs) -> anyhow::Result<Answer> {
    let operator = args.signer.operator()?;
    let (from, at) = (Endpoint::parse(&args.from)?, Endpoint::parse(&args.at)?);
    let http = Http::default();
    let from = remote(&from, &http);
    let issuer = Identity::read(&from, None, now())?;
    let feed = feed(&from, &issuer, now())?;
    if let Some(path) = &args.out {
        write(path, &feed.write())?;
    }
    let imported = import(&remote(&at, &http), &operator, &feed, &stamp()?)?;
    if args.json {
        return Ok(Answer::done(pretty(&imported.write())));
    }
    Ok(Answer::done(format!(
        "feed {} of {} is imported\n  revoked  {}\n  feed     {}\n",
        imported.sequence,
        id(&imported.issuer_sovereign_id),
        imported.revoked_count,
        id(&imported.feed_id),
    )))
}
