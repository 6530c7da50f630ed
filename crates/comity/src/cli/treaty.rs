//! `comity treaty offer` and `comity treaty accept`: the first, small form of recognition.

use clap::Args;
use comity_mesh::{MeshError, Scope, TreatyError, TreatyState};
use comity_node::{Command, TreatyPlan};
use comity_replay::World;
use comity_wire::{SovereignId, StatementId, Time};

use super::Answer;
use super::shared::Speaker;
use crate::fail::{CliError, one_line};
use crate::home::layout::Home;
use crate::home::session::{Request, Session};
use crate::home::{clock, record, replayed};

/// How long a treaty runs unless --until says otherwise, in seconds: a year.
const TERM_S: i64 = 365 * 86_400;

/// Offer a treaty to another sovereign
#[derive(Args, Clone, Debug)]
pub struct OfferArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// The other party, by name or id; may be left out if only one record is known
    #[arg(long, value_name = "NAME|ID")]
    pub to: Option<String>,
    /// What it covers: order, review, escrow, witness; several with commas
    #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
    pub scope: Vec<Scope>,
    /// Last instant covered, e.g. 2027-12-31T23:59:59Z; without it a year from now
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Option<Time>,
}

/// Accept a treaty that another sovereign offers
#[derive(Args, Clone, Debug)]
pub struct AcceptArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// Accept every open offer, if there are several
    #[arg(long)]
    pub all: bool,
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

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).map_err(|_| "a time like 2027-12-31T23:59:59Z".to_owned())
}

/// Offers the treaty.
///
/// # Errors
///
/// The party is not known, the rules refuse, or the home cannot be used.
pub fn offer(args: &OfferArgs) -> anyhow::Result<Answer> {
    let mut session = Session::open(&args.speaker.request())?;
    let to = party(session.world(), session.id(), args.to.as_deref())?;
    let not_before = session.now().wall;
    let not_after = args.until.unwrap_or_else(|| not_before.plus(TERM_S));
    let plan = TreatyPlan { to, scopes: args.scope.clone(), not_before, not_after };
    let offer = session.command(Command::OfferTreaty(plan))?;
    let name = name(session.world(), to);
    let appended = session.commit()?;
    if args.speaker.json {
        let document = serde_json::json!({
            "appended": appended,
            "not_after": not_after.to_string(),
            "offer": offer.to_string(),
            "to": to.to_string(),
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    Ok(Answer::done(format!("offered to {name}, until {not_after}\n  offer  {offer}\n")))
}

/// Accepts what is offered.
///
/// # Errors
///
/// Nothing is offered, more is offered than was asked for, or the home cannot be used.
pub fn accept(args: &AcceptArgs) -> anyhow::Result<Answer> {
    let home = Home::open(&args.speaker.home)?;
    let mut records = record::gather(&args.speaker.peers)?;
    record::held(&home, &mut records)?;
    let own = record::gather(std::slice::from_ref(&home.path))?;
    for (_, record) in own {
        record::merge(&mut records, record)?;
    }
    let offers = open_offers(&replayed::replay(&records)?.world, home.id)?;
    match (offers.len(), args.all) {
        (0, _) => return Err(CliError::NoOffer.into()),
        (1, _) | (_, true) => {}
        (count, false) => return Err(CliError::SeveralOffers { count }.into()),
    }
    let session = Session::open(&Request { accepts_treaties: true, ..args.speaker.request() })?;
    let taken: Vec<(StatementId, String)> = offers
        .iter()
        .filter(|(offer, _)| {
            let treaty = session.world().directory().treaty(*offer);
            treaty.is_ok_and(|treaty| matches!(treaty.state, TreatyState::InForce { .. }))
        })
        .map(|(offer, by)| (*offer, name(session.world(), *by)))
        .collect();
    let appended = session.commit()?;
    if args.speaker.json {
        let offers: Vec<_> = taken.iter().map(|(offer, _)| offer.to_string()).collect();
        let document = serde_json::json!({ "accepted": offers, "appended": appended });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let line = |(offer, by): &(StatementId, String)| {
        format!("treaty with {by} is in force\n  offer  {offer}\n")
    };
    Ok(Answer::done(taken.iter().map(line).collect()))
}

/// Offers to `me` that can still be accepted; if there are none but expired ones, that is the refusal.
fn open_offers(
    world: &World,
    me: SovereignId,
) -> Result<Vec<(StatementId, SovereignId)>, MeshError> {
    let at = clock::now().wall;
    let treaties = world.directory().treaties();
    let open: Vec<_> = treaties
        .filter(|(_, treaty)| {
            treaty.to == me && matches!(treaty.state, TreatyState::Proposed { .. })
        })
        .collect();
    let (live, expired): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|(_, treaty)| at <= treaty.not_after);
    match expired.first() {
        Some((_, treaty)) if live.is_empty() => {
            Err(TreatyError::Expired { not_after: treaty.not_after, at }.into())
        }
        _ => Ok(live.into_iter().map(|(offer, treaty)| (offer, treaty.by)).collect()),
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
