//! `comity mesh endpoint-check`: looks at what a sovereign publishes, one by one.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use comity_client::endpoint_check::look;
use comity_client::{Endpoint, Http};
use comity_mesh::keys::SignedObject as _;
use comity_mesh::operator::checks::CheckReport;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::args::{now, remote, secret, write};
use super::local::fresh;
use super::refused::ObjectError;
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::Exit;

/// Look at the public endpoints of a sovereign: health, genesis, identity, feed, graph, bundle, TLS, continuity
///
/// Ends with status 0 if all that was looked at is as it should be, 1 if something is not.
#[derive(Args, Clone, Debug)]
pub struct EndpointCheckArgs {
    /// The authority
    #[arg(value_name = "URL")]
    pub at: String,
    /// Root key that it must have
    #[arg(long, value_name = "KEY")]
    pub root: Option<String>,
    /// Key file of whoever looks; the report is signed with it
    #[arg(long, value_name = "FILE", requires = "out")]
    pub key: Option<PathBuf>,
    /// Who looks: a key id or the name of a partner
    #[arg(long, value_name = "NAME", default_value = "operator-local")]
    pub by: String,
    /// File whose first line is the passphrase of the key file
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Where the signed report is written to
    #[arg(long, value_name = "FILE", requires = "key")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Looks.
///
/// # Errors
///
/// The arguments or the key cannot be used; or nobody is known whom a report could be about. What does not answer is a
/// finding and no error.
pub fn run(args: &EndpointCheckArgs) -> anyhow::Result<Answer> {
    let secret = args.key.as_deref().map(|key| secret(key, args.passphrase_file.as_deref()));
    let secret = secret.transpose()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let at = now();
    let looked = look(&remote(&endpoint, &http), args.root.as_deref(), at);
    let about = looked.identity.as_ref().map(|identity| identity.sovereign_id.clone());
    let mut report = CheckReport {
        object_type: CheckReport::OBJECT_TYPE.to_owned(),
        report_id: fresh("report")?,
        sovereign_id: about.clone().unwrap_or_default(),
        checked_by: args.by.clone(),
        issued_at: at,
        checks: looked.checks,
        signature: None,
    };
    if let (Some(secret), Some(path)) = (&secret, &args.out) {
        if about.is_none() {
            let reason = "nobody is known whom it could be about".to_owned();
            return Err(ObjectError::Refused { what: "the report", reason }.into());
        }
        report.sign(secret, &args.by);
        write(path, &report.write())?;
    }
    let exit = if report.is_good() { Exit::Done } else { Exit::Refused };
    if args.json {
        let document =
            Value::from([("good", Value::from(report.is_good())), ("report", report.write())]);
        return Ok(Answer { text: pretty(&document), exit });
    }
    let name = about.as_deref().map_or_else(|| "nobody that is known".to_owned(), id);
    let mut text = format!("{name} at {endpoint}\n");
    for check in &report.checks {
        let detail = if check.detail.is_empty() {
            String::new()
        } else {
            format!(": {}", id(&check.detail))
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {:<18}  {}{detail}", check.kind.as_str(), check.result);
    }
    Ok(Answer { text, exit })
}
