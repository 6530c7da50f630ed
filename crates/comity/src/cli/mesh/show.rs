//! `comity mesh show`: who answers at an address. Also how documents are printed.

use std::fmt::Write as _;

use clap::Args;
use comity_client::review::Identity;
use comity_client::{Endpoint, Http};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical};

use super::args::{date, now, remote};
use crate::cli::Answer;
use crate::fail::one_line;

/// Show who answers at an address, after checking genesis and identity document
///
/// Compare the root key with one that came another way before you rely on it.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The authority
    #[arg(value_name = "URL")]
    pub at: String,
    /// Root key that it must have
    #[arg(long, value_name = "KEY")]
    pub root: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Asks and checks.
///
/// # Errors
///
/// The authority cannot be asked, or its documents do not hold.
pub fn run(args: &ShowArgs) -> anyhow::Result<Answer> {
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let identity = Identity::read(&remote(&endpoint, &http), args.root.as_deref(), now())?;
    if args.json {
        let document = Value::from([
            ("genesis", identity.genesis.write()),
            ("sovereign", identity.document.clone()),
            ("summary", identity.summary()),
        ]);
        return Ok(Answer::done(pretty(&document)));
    }
    let authority = &identity.genesis.network_authority;
    let version = one_line(&identity.genesis.network_version);
    Ok(Answer::done(format!(
        "{} ({version}) answers at {endpoint}\n  root       {}\n  authority  {}\n  in office  {} to {}\n",
        one_line(&identity.sovereign_id),
        one_line(&identity.genesis.root_public_key),
        one_line(&authority.public_key),
        date(authority.valid_from),
        date(authority.valid_to),
    )))
}

/// Someone, for text output.
pub fn id(text: &str) -> String {
    one_line(text)
}

/// A document with one member a line. Numbers keep their digits.
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    lay(value, 0, &mut out);
    out.push('\n');
    out
}

fn lay(value: &Value, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth + 1);
    match value {
        Value::Map(members) if !members.is_empty() => {
            out.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                // Writing to a string cannot fail.
                let _ = write!(out, "{comma}\n{pad}{}: ", scalar(&Value::from(name.as_str())));
                lay(member, depth + 1, out);
            }
            let _ = write!(out, "\n{}}}", "  ".repeat(depth));
        }
        Value::List(items) if !items.is_empty() => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let _ = write!(out, "{comma}\n{pad}");
                lay(item, depth + 1, out);
            }
            let _ = write!(out, "\n{}]", "  ".repeat(depth));
        }
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Map(_) => out.push_str(&scalar(value)),
    }
}

/// What has no lines of its own; canonical bytes are printable ASCII.
fn scalar(value: &Value) -> String {
    String::from_utf8_lossy(&canonical(value)).into_owned()
}
