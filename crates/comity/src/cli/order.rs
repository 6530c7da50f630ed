//! `comity order place`: reads the terms, places the order durably, prints its id.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comity_mycel::facts::Order;
use comity_node::Command;
use comity_replay::World;
use comity_wire::{SovereignId, json};
use serde_json::Value;

use super::Answer;
use super::shared::Speaker;
use crate::fail::{CliError, one_line};
use crate::home::file;
use crate::home::session::Session;
use crate::limits::ORDER_BYTES_MAX;

/// Longest quotation from an order file in a message, in characters.
const QUOTED_CHARS_MAX: usize = 96;

/// Place an order
///
/// Needs treaties in force with the seller (scope order) and the ledger keeper (scope escrow), and the records of
/// seller, reviewer house and ledger keeper. Prints the order's id once it is durable.
#[derive(Args, Clone, Debug)]
pub struct PlaceArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// The terms, as JSON
    #[arg(long, value_name = "FILE")]
    pub order: PathBuf,
}

/// Places the order.
///
/// # Errors
///
/// What is wrong with the file, what the rules refuse, or what is wrong with the home. Then no record has changed.
pub fn run(args: &PlaceArgs) -> anyhow::Result<Answer> {
    let order = read(&args.order)?;
    let mut session = Session::open(&args.speaker.request())?;
    check(session.world(), session.id(), &order)?;
    let title = order.title.clone();
    let id = session.command(Command::Place(Box::new(order)))?;
    let appended = session.commit()?;
    if args.speaker.json {
        let document = serde_json::json!({
            "appended": appended,
            "order": id.to_string(),
            "title": title,
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    Ok(Answer::done(format!("ordered: {}\n  order  {id}\n", one_line(&title))))
}

/// Reads the terms: I-JSON, then exactly the members of an order.
fn read(path: &Path) -> anyhow::Result<Order> {
    let bytes = file::read(path, ORDER_BYTES_MAX)?;
    let doing = || format!("read {}", path.display());
    let value = json::parse(&bytes).with_context(doing)?;
    parse(value).with_context(doing)
}

/// The terms in a document.
fn parse(value: Value) -> Result<Order, CliError> {
    serde_json::from_value(value).map_err(|error| {
        let text: String = one_line(&error.to_string()).chars().take(QUOTED_CHARS_MAX).collect();
        let name = || text.split('`').nth(1).unwrap_or_default().to_owned();
        if text.starts_with("unknown field") {
            CliError::OrderUnknownField { name: name() }
        } else if text.starts_with("missing field") {
            CliError::OrderMissingField { name: name() }
        } else {
            CliError::OrderShape { message: text }
        }
    })
}

/// What would only come to light when the seller takes the order up, and what deserves a name of its own.
fn check(world: &World, buyer: SovereignId, order: &Order) -> anyhow::Result<()> {
    for party in [order.seller, order.reviewer_house, order.ledger] {
        world.directory().sovereign(party)?;
    }
    if world.mip(order.mip).is_none() {
        return Err(CliError::UnknownMip { mip: order.mip }.into());
    }
    let class = &order.mission_class;
    for sovereign in [buyer, order.seller] {
        let parameters = world.parameters_of(sovereign)?;
        let class = class.clone();
        let Some(mapped) = parameters.tier_of(&class) else {
            return Err(CliError::UnmappedClass { class, sovereign }.into());
        };
        if order.risk_tier < mapped {
            let (mapped, given) = (mapped.name(), order.risk_tier.name());
            return Err(CliError::TierTooWeak { class, mapped, given }.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
