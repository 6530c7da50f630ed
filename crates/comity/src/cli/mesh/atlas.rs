//! `comity mesh atlas`: what other authorities publish, in one's own authority's atlas.

use clap::{Args, Subcommand};
use comity_client::workflow::{AtlasPeer, PeerGraph, atlas_archive, atlas_import};
use comity_client::{Endpoint, Http};
use comity_mesh::schema::Field as _;

use super::args::{Signer, now, remote, stamp};
use super::show::{id, pretty};
use crate::cli::Answer;

/// What is done with the atlas.
#[derive(Debug, Subcommand)]
pub enum Atlas {
    /// Fetch another authority's recognition graph and have one's own show it: live for a day, stale from then on
    Import(ImportArgs),
    /// Have one's own authority label another as gone, until it is imported again
    Archive(ArchiveArgs),
}

/// Whose graph, for whom.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// The authority whose graph it is
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// One's own authority, which shows it
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Who is gone, and why.
#[derive(Args, Clone, Debug)]
pub struct ArchiveArgs {
    /// The sovereign whose authority is gone
    #[arg(value_name = "SOVEREIGN")]
    pub sovereign: String,
    /// One's own authority, which labels it
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// Why, for the record
    #[arg(long, default_value = "unspecified")]
    pub reason: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Atlas {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Import(args) => args.json,
            Self::Archive(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// An authority cannot be asked, its documents do not hold, or the request is refused.
pub fn run(verb: &Atlas) -> anyhow::Result<Answer> {
    let http = Http::default();
    let peer = match verb {
        Atlas::Import(args) => {
            let operator = args.signer.operator()?;
            let (from, at) = (Endpoint::parse(&args.from)?, Endpoint::parse(&args.at)?);
            let graph = PeerGraph::fetch(&remote(&from, &http), now())?;
            atlas_import(&remote(&at, &http), &graph, &operator, &stamp()?)?
        }
        Atlas::Archive(args) => {
            let operator = args.signer.operator()?;
            let at = Endpoint::parse(&args.at)?;
            let own = remote(&at, &http);
            atlas_archive(&own, &args.sovereign, &args.reason, &operator, &stamp()?)?
        }
    };
    if verb.is_json() {
        return Ok(Answer::done(pretty(&peer.write())));
    }
    Ok(Answer::done(lines(&peer)))
}

fn lines(peer: &AtlasPeer) -> String {
    let head = format!("{} is {} in the atlas\n", id(&peer.sovereign_id), id(&peer.freshness));
    if peer.graph_digest.is_empty() {
        return head;
    }
    format!(
        "{head}  treaties  {}\n  hearsay   {}\n  graph     {}\n",
        peer.recognition_edge_count,
        peer.hearsay_count,
        id(&peer.graph_digest)
    )
}
