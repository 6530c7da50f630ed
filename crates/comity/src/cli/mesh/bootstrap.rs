//! `comity mesh bootstrap`: recognise a sovereign with everything looked at before and after, and evidence kept.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comity_client::workflow::{Bootstrap, Outcome, bootstrap};
use comity_client::{ClientError, Endpoint, Http};
use comity_wire::mesh_json::Value;

use super::args::{AdminVersion, Scope, Signer, date, document, hours, now, remote, stamp, write};
use super::recognise::roles;
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::{CliError, Exit};

/// Look at two sovereigns closely, preview a treaty, issue it, and keep evidence
///
/// With --dry-run nothing is changed and no key is needed. Otherwise the treaty is issued, and the path is asked for again:
/// if it does not turn to trusted the verb ends with status 1, and the evidence says which treaty to revoke.
#[derive(Args, Clone, Debug)]
pub struct BootstrapArgs {
    /// One's own authority, which would issue the treaty
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// The authority of the sovereign that would be recognised; may be left out if a bundle names it
    #[arg(long, value_name = "URL", required_unless_present = "bundle")]
    pub peer: Option<String>,
    /// Bundle of that sovereign, to be held against what it publishes now
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// Root key that the other sovereign must have
    #[arg(long, value_name = "KEY")]
    pub peer_root: Option<String>,
    /// Look and preview only
    #[arg(long)]
    pub dry_run: bool,
    /// The operator's key file: operator.age of an authority's folder, or a plain file that only its owner may read
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pub key: Option<PathBuf>,
    /// What the authority calls that key
    #[arg(long, value_name = "ID", default_value = "operator-local")]
    pub key_id: String,
    /// File whose first line is the passphrase of an age file; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Version of the signed headers: 2 covers method, path and host; 1 is for the Python reference and covers the body
    #[arg(long, value_enum, value_name = "1|2", default_value = "2")]
    pub admin_version: AdminVersion,
    /// What would be recognised.
    #[command(flatten)]
    pub scope: Scope,
    /// How long the treaty would run, in hours
    #[arg(long, default_value_t = 24, value_parser = hours())]
    pub hours: u64,
    /// Where the evidence is written to
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Looks, issues, looks again.
///
/// # Errors
///
/// One of the two cannot be asked or does not hold, or the request is refused.
pub fn run(args: &BootstrapArgs) -> anyhow::Result<Answer> {
    let terms = args.scope.terms(args.hours)?;
    let operator = match (&args.key, args.dry_run) {
        (Some(key), false) => {
            let signer = Signer {
                key: key.clone(),
                key_id: args.key_id.clone(),
                passphrase_file: args.passphrase_file.clone(),
                admin_version: args.admin_version,
            };
            Some(signer.operator()?)
        }
        (None, false) => return Err(CliError::NoOperatorKey.into()),
        (_, true) => None,
    };
    let bundle = args.bundle.as_deref().map(document).transpose()?;
    let named = bundle.as_ref().and_then(|bundle| bundle.get("source_endpoint")?.as_str());
    let peer = args.peer.as_deref().or(named).unwrap_or_default();
    let (at, peer) = (Endpoint::parse(&args.at)?, Endpoint::parse(peer)?);
    let http = Http::default();
    let root = args.peer_root.as_deref();
    let mut plan = bootstrap(remote(&at, &http), remote(&peer, &http), &terms, root, now())?;
    if let (Some(bundle), Some(path)) = (&bundle, &args.bundle) {
        plan.check_bundle(bundle, &path.display().to_string()).with_context(|| {
            format!("hold {} against {}", path.display(), plan.peer.identity.endpoint)
        })?;
    }
    let outcome = match &operator {
        None => None,
        Some(operator) => Some(plan.issue(operator, &stamp()?)?),
    };
    let evidence = plan.evidence(outcome.as_ref());
    if let Some(path) = &args.evidence {
        write(path, &evidence)?;
    }
    let failed = outcome.as_ref().filter(|outcome| !outcome.path.trusted);
    if let (Some(outcome), false) = (failed, args.json) {
        let (treaty_id, reason) = (outcome.treaty.treaty_id.clone(), id(&outcome.path.reason));
        return Err(ClientError::NoPath { treaty_id, reason }.into());
    }
    let exit = if failed.is_none() { Exit::Done } else { Exit::Refused };
    let text = if args.json { pretty(&evidence) } else { text(&plan, outcome.as_ref()) };
    Ok(Answer { text, exit })
}

fn text(plan: &Bootstrap<'_>, outcome: Option<&Outcome>) -> String {
    let side = |label: &str, side: &comity_client::review::Reviewed| {
        let identity = &side.identity;
        let check = |name: &str| {
            let status = side.checks.get(name).and_then(|check| check.get("status"));
            id(status.and_then(Value::as_str).unwrap_or("?"))
        };
        format!(
            "{label} {} at {}\n  root       {}\n  authority  until {}\n  checks     healthz {}, readyz {}, \
             connectome {}, recognition policy {}\n",
            id(&identity.sovereign_id),
            identity.endpoint,
            id(&identity.genesis.root_public_key),
            date(identity.genesis.network_authority.valid_to),
            check("healthz"),
            check("readyz"),
            check("connectome"),
            check("recognition_policy"),
        )
    };
    let sides = side("acceptor", &plan.own) + &side("issuer  ", &plan.peer);
    let treaty = format!(
        "treaty {} -> {}\n  roles      {}\n  hours      {}\n",
        id(&plan.own.identity.sovereign_id),
        id(&plan.peer.identity.sovereign_id),
        roles(&plan.wish.scope.allowed_roles),
        plan.wish.validity_hours,
    );
    let end = match outcome {
        None => "nothing was issued (--dry-run)\n".to_owned(),
        Some(outcome) => format!(
            "issued\n  treaty     {}\n  path       {}\n",
            id(&outcome.treaty.treaty_id),
            id(&outcome.path.reason),
        ),
    };
    sides + &treaty + &end
}
