//! `comity treaty recognise`, `accept`, `revoke` and `export`: whom a sovereign works with, stated in its record.
//!
//! The treaties are the protocol's own: what `export` writes, `comity mesh verify treaties` checks, as any other
//! implementation does.

use std::path::PathBuf;

use clap::Args;
use comity_mesh::{MeshError, Scope, TreatyError, treaty_text};
use comity_node::{Command, TreatyPlan};
use comity_replay::World;
use comity_wire::{SovereignId, StatementId, Time};

use super::Answer;
use super::shared::{Speaker, statement, time};
use crate::fail::{CliError, one_line};
use crate::home::layout::Home;
use crate::home::session::{Request, Session};
use crate::home::{clock, record, replayed};

/// How long a treaty runs unless --until says otherwise, in seconds: a year.
const TERM_S: i64 = 365 * 86_400;

/// Recognise another sovereign
#[derive(Args, Clone, Debug)]
pub struct RecogniseArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// The other party, by name or id; may be left out if only one record is known
    #[arg(long, value_name = "NAME|ID")]
    pub to: Option<String>,
    /// For what: order, review, escrow, witness; several with commas
    #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
    pub scope: Vec<Scope>,
    /// Last instant covered, e.g. 2027-12-31T23:59:59Z; without it a year from now
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Option<Time>,
}

/// Recognise in return who recognises this sovereign, for the same and as long
#[derive(Args, Clone, Debug)]
pub struct AcceptArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// Accept every treaty that is not answered, if there are several
    #[arg(long)]
    pub all: bool,
}

/// End an own treaty before its time
#[derive(Args, Clone, Debug)]
pub struct RevokeArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// The statement that carries it, as `status` prints it
    #[arg(value_name = "TREATY", value_parser = statement)]
    pub treaty: StatementId,
    /// Why, in words that the other party reads
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Write a treaty of a record as the protocol's own object
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// The home
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
    /// Homes and exports that hold other parties' records
    #[arg(long = "peer", value_name = "DIR")]
    pub peers: Vec<PathBuf>,
    /// The statement that carries it, as `status` prints it
    #[arg(value_name = "TREATY", value_parser = statement)]
    pub treaty: StatementId,
}

fn scope(text: &str) -> Result<Scope, String> {
    match text {
        "order" => Ok(Scope::Order),
        "review" => Ok(Scope::Review),
        "escrow" => Ok(Scope::Escrow),
        "witness" => Ok(Scope::Witness),
        _ => Err("one of order, review, escrow, witness".to_owned()),
    }
}

/// Issues the treaty.
///
/// # Errors
///
/// The party is not known, the rules refuse, or the home cannot be used.
pub fn recognise(args: &RecogniseArgs) -> anyhow::Result<Answer> {
    let mut session = Session::open(&args.speaker.request())?;
    let to = party(session.world(), session.id(), args.to.as_deref())?;
    let not_before = session.now().wall;
    let not_after = args.until.unwrap_or_else(|| not_before.plus(TERM_S));
    let plan = TreatyPlan { to, scopes: args.scope.clone(), not_before, not_after };
    let treaty = session.command(Command::Recognise(plan))?;
    let name = name(session.world(), to);
    let appended = session.commit()?;
    if args.speaker.json {
        let document = serde_json::json!({
            "appended": appended,
            "not_after": not_after.to_string(),
            "to": to.to_string(),
            "treaty": treaty.to_string(),
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    Ok(Answer::done(format!("{name} is recognised until {not_after}\n  treaty  {treaty}\n")))
}

/// Recognises in return.
///
/// # Errors
///
/// Nobody waits for it, more do than was asked for, or the home cannot be used.
pub fn accept(args: &AcceptArgs) -> anyhow::Result<Answer> {
    let home = Home::open(&args.speaker.home)?;
    let mut records = record::gather(&args.speaker.peers)?;
    record::held(&home, &mut records)?;
    let own = record::gather(std::slice::from_ref(&home.path))?;
    for (_, record) in own {
        record::merge(&mut records, record)?;
    }
    let waiting = unanswered(&replayed::replay(&records)?.world, home.id)?;
    match (waiting.len(), args.all) {
        (0, _) => return Err(CliError::NoTreatyToAccept.into()),
        (1, _) | (_, true) => {}
        (count, false) => return Err(CliError::SeveralTreaties { count }.into()),
    }
    let session = Session::open(&Request { accepts_treaties: true, ..args.speaker.request() })?;
    let at = session.now().wall;
    let directory = session.world().directory();
    let all: &dyn Fn(StatementId) -> bool = &|_| true;
    let taken: Vec<(StatementId, String)> = waiting
        .iter()
        .filter_map(|(scopes, by)| {
            let scope = scopes.first()?;
            let own = directory.recognition((home.id, *by), *scope, at, all).ok()?;
            Some((own, name(session.world(), *by)))
        })
        .collect();
    let appended = session.commit()?;
    if args.speaker.json {
        let treaties: Vec<_> = taken.iter().map(|(treaty, _)| treaty.to_string()).collect();
        let document = serde_json::json!({ "accepted": treaties, "appended": appended });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let line = |(treaty, by): &(StatementId, String)| {
        format!("{by} is recognised in return\n  treaty  {treaty}\n")
    };
    Ok(Answer::done(taken.iter().map(line).collect()))
}

/// Revokes an own treaty.
///
/// # Errors
///
/// The treaty is not known, not one's own, or has ended; or the home cannot be used.
pub fn revoke(args: &RevokeArgs) -> anyhow::Result<Answer> {
    let mut session = Session::open(&args.speaker.request())?;
    let to = session.world().directory().treaty(args.treaty)?.to;
    let reason = args.reason.clone();
    let revocation = session.command(Command::RevokeTreaty { treaty: args.treaty, reason })?;
    let name = name(session.world(), to);
    let appended = session.commit()?;
    if args.speaker.json {
        let document = serde_json::json!({
            "appended": appended, "revocation": revocation.to_string(), "treaty": args.treaty.to_string(),
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let treaty = args.treaty;
    Ok(Answer::done(format!("{name} is recognised no longer under\n  treaty  {treaty}\n")))
}

/// Prints a treaty in the protocol's form.
///
/// # Errors
///
/// The treaty is not known, or a record cannot be read.
pub fn export(args: &ExportArgs) -> anyhow::Result<Answer> {
    let home = Home::open(&args.home)?;
    let mut records = record::gather(&args.peers)?;
    record::held(&home, &mut records)?;
    for (_, record) in record::gather(std::slice::from_ref(&home.path))? {
        record::merge(&mut records, record)?;
    }
    let replayed = replayed::replay(&records)?;
    let treaty = replayed.world.directory().treaty(args.treaty)?;
    Ok(Answer::done(format!("{}\n", treaty_text(&treaty.object))))
}

/// Who recognises `me` and waits to be recognised in return, with what for; if all such treaties have expired, that is the
/// refusal.
fn unanswered(world: &World, me: SovereignId) -> Result<Vec<(Vec<Scope>, SovereignId)>, MeshError> {
    let at = clock::now().wall;
    let directory = world.directory();
    let open: Vec<_> = directory
        .treaties()
        .filter(|(_, treaty)| {
            treaty.to == me && treaty.end.is_none() && !directory.is_answered(treaty)
        })
        .collect();
    let (live, expired): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(_, treaty)| treaty.is_live(at));
    match expired.first() {
        Some((_, treaty)) if live.is_empty() => {
            Err(TreatyError::Expired { not_after: treaty.object.expires_at, at }.into())
        }
        _ => {
            Ok(live.into_iter().map(|(_, treaty)| (treaty.scopes().collect(), treaty.by)).collect())
        }
    }
}

/// The one sovereign that is meant.
fn party(world: &World, me: SovereignId, given: Option<&str>) -> Result<SovereignId, CliError> {
    let others = world.directory().sovereigns().filter(|other| other.id != me);
    let matching: Vec<SovereignId> = others
        .filter(|other| {
            given.is_none_or(|given| other.genesis.name == given || other.id.to_string() == given)
        })
        .map(|other| other.id)
        .collect();
    match matching.as_slice() {
        [only] => Ok(*only),
        several => Err(CliError::PartyUnclear {
            given: one_line(given.unwrap_or("any")),
            count: several.len(),
        }),
    }
}

/// A sovereign's name for people.
fn name(world: &World, id: SovereignId) -> String {
    let found = world.directory().sovereign(id);
    found.map_or_else(|_| id.short(), |found| one_line(&found.genesis.name))
}
