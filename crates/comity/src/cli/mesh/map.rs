//! `comity mesh map`: who recognises whom, from the live graphs of authorities.
//!
//! An authority knows the treaties that it issued. So recognition of somebody by others shows only if they are asked too, and
//! of each authority only its own treaties are taken.

use std::fmt::Write as _;

use clap::Args;
use comity_client::review::Identity;
use comity_client::{Endpoint, Http, calls, limits};
use comity_mesh::operator::map::{MapEdge, RecognitionMap, summarise};
use comity_mesh::schema::{Field as _, member, members};
use comity_wire::mesh_json::Value;

use super::args::{now, remote};
use super::show::{id, pretty};
use crate::cli::Answer;

/// Show who recognises whom, around one sovereign, from the graphs that authorities publish
#[derive(Args, Clone, Debug)]
pub struct MapArgs {
    /// The sovereign in the middle; that of the first authority without it
    #[arg(value_name = "SOVEREIGN")]
    pub sovereign: Option<String>,
    /// An authority that is asked for its treaties; repeatable
    #[arg(long, value_name = "URL", required = true)]
    pub at: Vec<String>,
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
    let http = Http::default();
    let (mut edges, mut names): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
    for at in &args.at {
        let endpoint = Endpoint::parse(at)?;
        let remote = remote(&endpoint, &http);
        let name = Identity::read(&remote, None, now())?.sovereign_id;
        let request = calls::document(&endpoint, "/recognition-graph");
        let graph = remote.ask(&request.at_most(limits::BUNDLE_BYTES_MAX))?;
        let own: Vec<Value> = member(members(&graph)?, "recognition_edges", None)?;
        let issued = |edge: &Value| edge.get("from").and_then(Value::as_str) == Some(&name);
        edges.extend(own.into_iter().filter(issued));
        names.push(name);
    }
    let middle = args.sovereign.as_ref().or(names.first()).map_or("", String::as_str);
    let graph = Value::from([("recognition_edges", Value::List(edges))]);
    let map = summarise(&graph, middle)?;
    let edges: Vec<MapEdge> = member(members(&graph)?, "recognition_edges", None)?;
    if args.json {
        let document =
            Value::from([("asked", names.write()), ("edges", edges.write()), ("map", map.write())]);
        return Ok(Answer::done(pretty(&document)));
    }
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
    let _ = writeln!(text, "edges {}", map.graph_digest);
    text
}
