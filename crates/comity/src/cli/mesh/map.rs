//! `comity mesh map`: who recognises whom, from an authority's live graph.

use std::fmt::Write as _;

use clap::Args;
use comity_client::review::Identity;
use comity_client::{Endpoint, Http, calls, limits};
use comity_mesh::operator::map::{MapEdge, RecognitionMap, summarise};
use comity_mesh::schema::{Field as _, member, members};

use super::args::{now, remote};
use super::show::{id, pretty};
use crate::cli::Answer;

/// Show who recognises whom, around one sovereign, from the graph that an authority publishes
#[derive(Args, Clone, Debug)]
pub struct MapArgs {
    /// The sovereign in the middle; the authority's own without it
    #[arg(value_name = "SOVEREIGN")]
    pub sovereign: Option<String>,
    /// The authority whose graph it is
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Reads the graph.
///
/// # Errors
///
/// The authority cannot be asked, or what it publishes is no graph.
pub fn run(args: &MapArgs) -> anyhow::Result<Answer> {
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let remote = remote(&endpoint, &http);
    let middle = match &args.sovereign {
        Some(sovereign) => sovereign.clone(),
        None => Identity::read(&remote, None, now())?.sovereign_id,
    };
    let request = calls::document(&endpoint, "/recognition-graph");
    let graph = remote.ask(&request.at_most(limits::BUNDLE_BYTES_MAX))?;
    let map = summarise(&graph, &middle)?;
    if args.json {
        return Ok(Answer::done(pretty(&map.write())));
    }
    let edges: Vec<MapEdge> = member(members(&graph)?, "recognition_edges", None)?;
    Ok(Answer::done(text(&map, &edges)))
}

fn text(map: &RecognitionMap, edges: &[MapEdge]) -> String {
    let names = |names: &[String]| {
        if names.is_empty() { "nobody".to_owned() } else { id(&names.join(", ")) }
    };
    let mut text = format!(
        "{}\n  recognises     {}\n  recognised by  {}\n  both           {}\n  revoked        {}\n  run out        {}\n",
        id(&map.sovereign_id),
        names(&map.recognises),
        names(&map.recognised_by),
        names(&map.mutual),
        map.revoked_count,
        map.expired_count,
    );
    // Writing to a string cannot fail.
    for edge in edges {
        let is_soon = map.expiring.iter().any(|it| it.treaty_id == edge.treaty_id);
        let until = edge.expires_at.as_deref().map_or("no date", |at| at);
        let _ = writeln!(
            text,
            "{} -> {}  {}{}  until {}  treaty {}",
            id(&edge.from),
            id(&edge.to),
            id(&edge.lifecycle_state),
            if is_soon { ", ends soon" } else { "" },
            id(until),
            id(&edge.treaty_id),
        );
    }
    let _ = writeln!(text, "graph {}", map.graph_digest);
    text
}
