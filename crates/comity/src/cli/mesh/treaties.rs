//! `comity mesh treaties`: what an authority has agreed, and new treaties in the place of old ones.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use comity_client::calls::{self, TreatyFilter, TreatyList, TreatyRow};
use comity_client::review::Identity;
use comity_client::workflow::{Change, Desk, renew};
use comity_client::{Endpoint, Http};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::args::{Scope, Signer, claims, date, hours, now, remote, roles, stamp, write};
use super::recognise;
use super::show::{id, pretty};
use crate::cli::Answer;

/// What is done with treaties.
#[derive(Debug, Subcommand)]
pub enum Treaties {
    /// List them, each with where it stands
    List(ListArgs),
    /// Show one
    Show(ShowArgs),
    /// Have a treaty with the same terms and a later end issued in the place of one
    Renew(RenewArgs),
    /// Have a treaty with other terms issued in the place of one
    Replace(Box<ReplaceArgs>),
}

/// Which ones are listed.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Only those of this sovereign
    #[arg(long, value_name = "ID")]
    pub issuer: Option<String>,
    /// Only those that recognise this sovereign
    #[arg(long, value_name = "ID")]
    pub subject: Option<String>,
    /// Only those with this status
    #[arg(long)]
    pub status: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which one is shown.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The treaty
    #[arg(value_name = "ID")]
    pub id: String,
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Where the treaty is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which one is renewed.
#[derive(Args, Clone, Debug)]
pub struct RenewArgs {
    /// The treaty
    #[arg(value_name = "ID")]
    pub id: String,
    /// One's own authority, which issued it
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// How long the new one runs, in hours
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub hours: u64,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which one is replaced, and what is different.
#[derive(Args, Clone, Debug)]
pub struct ReplaceArgs {
    /// Which one.
    #[command(flatten)]
    pub renew: RenewArgs,
    /// What is different; the rest stays.
    #[command(flatten)]
    pub scope: Scope,
}

impl Treaties {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::List(args) => args.json,
            Self::Show(args) => args.json,
            Self::Renew(args) => args.json,
            Self::Replace(args) => args.renew.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// The authority cannot be asked, or refuses.
pub fn run(verb: &Treaties) -> anyhow::Result<Answer> {
    match verb {
        Treaties::List(args) => list(args),
        Treaties::Show(args) => show(args),
        Treaties::Renew(args) => replace(args, &Change::Renew),
        Treaties::Replace(args) => {
            let given = |any: bool| any.then_some(());
            let scope = &args.scope;
            let change = Change::Replace {
                roles: given(!scope.roles.is_empty()).map(|()| roles(&scope.roles)).transpose()?,
                statuses: given(!scope.statuses.is_empty()).map(|()| scope.statuses.clone()),
                claims: given(!scope.claims.is_empty()).map(|()| claims(&scope.claims)),
            };
            replace(&args.renew, &change)
        }
    }
}

fn list(args: &ListArgs) -> anyhow::Result<Answer> {
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let filter = TreatyFilter {
        issuer: args.issuer.as_deref(),
        subject: args.subject.as_deref(),
        status: args.status.as_deref(),
    };
    let list: TreatyList = remote(&at, &http).read(&calls::treaties(&at, filter), "treaties")?;
    if args.json {
        return Ok(Answer::done(pretty(&list.write())));
    }
    let lines: String = list.recognition_treaties.iter().map(lines).collect();
    Ok(Answer::done(format!("{} treaties\n{lines}", list.recognition_treaties.len())))
}

fn show(args: &ShowArgs) -> anyhow::Result<Answer> {
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let row: TreatyRow = remote(&at, &http).read(&calls::treaty(&at, &args.id)?, "a treaty")?;
    if let Some(path) = &args.out {
        write(path, &row.treaty.write())?;
    }
    if args.json {
        return Ok(Answer::done(pretty(&row.write())));
    }
    let mut text = lines(&row);
    for key in &row.treaty.subject_public_keys {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    subject key  {}", id(key));
    }
    for (name, value) in [("claims", &row.treaty.scope.claims), ("metadata", &row.treaty.metadata)]
    {
        if !value.is_empty() {
            let value = Value::Map(value.clone());
            let value = comity_wire::mesh_json::canonical(&value);
            let _ = writeln!(text, "    {name}  {}", id(&String::from_utf8_lossy(&value)));
        }
    }
    Ok(Answer::done(text))
}

fn lines(row: &TreatyRow) -> String {
    let treaty = &row.treaty;
    let reason = row.revocation_reason.as_ref().map(|reason| format!(": {}", id(reason)));
    format!(
        "  {}\n    {} -> {}  {}{}, until {} (risk {})\n    roles  {}\n",
        id(&treaty.treaty_id),
        id(&treaty.issuer_sovereign_id),
        id(&treaty.subject_sovereign_id),
        id(&row.lifecycle.state),
        reason.unwrap_or_default(),
        date(treaty.expires_at),
        id(&row.lifecycle.expiry_risk),
        recognise::roles(&treaty.scope.allowed_roles),
    )
}

fn replace(args: &RenewArgs, change: &Change) -> anyhow::Result<Answer> {
    let operator = args.signer.operator()?;
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let own = Identity::read(&remote(&at, &http), None, now())?;
    let desk = Desk { remote: remote(&at, &http), identity: &own, operator: &operator };
    let done = renew(&desk, &args.id, change, args.hours, &[stamp()?, stamp()?])?;
    if args.json {
        let document =
            Value::from([("old", Value::from(done.old.as_str())), ("treaty", done.treaty.write())]);
        return Ok(Answer::done(pretty(&document)));
    }
    let word = if *change == Change::Renew { "renewed" } else { "replaced" };
    Ok(Answer::done(format!(
        "treaty with {} is {word}, until {}\n  old  {}\n  new  {}\n",
        id(&done.treaty.subject_sovereign_id),
        date(done.treaty.expires_at),
        id(&done.old),
        id(&done.treaty.treaty_id),
    )))
}
