//! `comity mesh path`: whether an authority sees a way of trust from one sovereign to another.

use std::fmt::Write as _;

use clap::Args;
use comity_client::{Endpoint, Http, workflow};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::args::remote;
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::Exit;

/// Ask an authority whether one sovereign trusts another, and why
///
/// Ends with status 0 if it does, 1 if it does not.
#[derive(Args, Clone, Debug)]
pub struct PathArgs {
    /// Who would trust
    #[arg(value_name = "FROM")]
    pub from: String,
    /// Who would be trusted
    #[arg(value_name = "TO")]
    pub to: String,
    /// The authority that is asked
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Asks.
///
/// # Errors
///
/// The authority cannot be asked.
pub fn run(args: &PathArgs) -> anyhow::Result<Answer> {
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let path = workflow::path(&remote(&at, &http), &args.from, &args.to)?;
    let exit = if path.trusted { Exit::Done } else { Exit::Refused };
    if args.json {
        return Ok(Answer { text: pretty(&path.write()), exit });
    }
    let verdict = if path.trusted { "trusted" } else { "not trusted" };
    let (from, to) = (id(&path.from), id(&path.to));
    let mut text = format!("{from} -> {to}: {verdict}, {}\n", id(&path.reason));
    for edge in &path.path {
        let member = |name: &str| id(edge.get(name).and_then(Value::as_str).unwrap_or("?"));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {} -> {}  {}  treaty {}",
            member("from"),
            member("to"),
            member("lifecycle_state"),
            member("treaty_id"),
        );
    }
    Ok(Answer { text, exit })
}
