//! `comity status`: what a home's record says, rechecked while it is read.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comity_mesh::{Actor, ActorKind, Treaty};
use comity_replay::{OrderView, World};
use comity_wire::{SovereignId, StatementId, Time};
use serde_json::{Value, json};

use super::Answer;
use crate::fail::one_line;
use crate::home::clock;
use crate::home::layout::Home;
use crate::home::record::{self, Record, Records};
use crate::home::replayed::{self, Replayed};

/// Show what a sovereign's record says; needs no passphrase
#[derive(Args, Clone, Debug)]
pub struct StatusArgs {
    /// The home
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
    /// Newer records of others than the home holds; repeatable
    #[arg(long = "peer", value_name = "DIR")]
    pub peers: Vec<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Reads the record, checks every signature and rule, and says what follows.
///
/// # Errors
///
/// There is no home, or its record is damaged or refused.
pub fn run(args: &StatusArgs) -> anyhow::Result<Answer> {
    let home = Home::open(&args.home)?;
    let mut records = record::gather(std::slice::from_ref(&home.path))?;
    for (_, record) in record::gather(&args.peers)? {
        record::merge(&mut records, record)?;
    }
    let replayed = replayed::replay(&records)?;
    let view = View::of(home.id, &records, &replayed)?;
    Ok(Answer::done(if args.json { format!("{:#}\n", view.to_json()) } else { view.render() }))
}

/// What is shown.
struct View<'a> {
    id: SovereignId,
    own: &'a Record,
    replayed: &'a Replayed,
    /// When the question is asked.
    now: Time,
}

impl<'a> View<'a> {
    fn of(id: SovereignId, records: &'a Records, replayed: &'a Replayed) -> anyhow::Result<Self> {
        let own = records.get(&id).context("the home's record is there")?;
        Ok(Self { id, own, replayed, now: clock::now().wall })
    }

    const fn world(&self) -> &World {
        &self.replayed.world
    }

    fn name(&self, id: SovereignId) -> String {
        let found = self.world().directory().sovereign(id);
        found.map_or_else(|_| id.short(), |found| one_line(&found.genesis.name))
    }

    fn treaties(&self) -> impl Iterator<Item = (StatementId, SovereignId, &Treaty)> {
        let treaties = self.world().directory().treaties();
        treaties.filter_map(|(id, treaty)| {
            let other = if treaty.by == self.id { treaty.to } else { treaty.by };
            (treaty.by == self.id || treaty.to == self.id).then_some((id, other, treaty))
        })
    }

    fn state(&self, treaty: &Treaty) -> &'static str {
        treaty.lifecycle(self.now).state.as_str()
    }

    fn orders(&self) -> impl Iterator<Item = (StatementId, &'static str, &OrderView)> {
        self.world().orders().filter_map(|(id, order)| {
            let terms = order.placed.terms();
            let parts = [
                (order.placed.buyer(), "buyer"),
                (terms.seller, "seller"),
                (terms.reviewer_house, "reviewer house"),
                (terms.ledger, "ledger keeper"),
            ];
            let part = parts.into_iter().find(|(who, _)| *who == self.id)?;
            Some((id, part.1, order))
        })
    }

    fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.world().directory().actors().filter(|actor| actor.sovereign == self.id)
    }

    fn trust(&self, actor: &Actor) -> String {
        let house = self.world().trust(self.id);
        let account = house.and_then(|(_, ledger)| ledger.account(&actor.key));
        account.map_or_else(String::new, |account| account.trust().to_string())
    }

    fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let genesis = &self.own.opening.genesis;
        let (organisation, region) = (one_line(&genesis.organisation), one_line(&genesis.region));
        let statements = self.own.envelopes.len();
        let checkpoint = self.own.checkpoint.checkpoint();
        writeln!(out, "{} ({organisation}, {region})", one_line(&genesis.name))?;
        writeln!(out, "  id          {}", self.id)?;
        writeln!(out, "  vkey        {}", self.own.opening.log)?;
        match self.world().record(self.id).map(|view| view.last) {
            Some(last) => writeln!(out, "  statements  {statements}, the last of {last}")?,
            None => writeln!(out, "  statements  {statements}")?,
        }
        writeln!(out, "  checkpoint  {} statements, root", checkpoint.size())?;
        writeln!(out, "              {}", checkpoint.root())?;
        writeln!(out, "  parameters  {}", genesis.parameters)?;
        let epochs = self.world().record(self.id).map_or(0, |view| view.chain().len());
        writeln!(out, "  epochs      {epochs} closed")?;
        if let Ok(parameters) = self.world().parameters_of(self.id) {
            let classes = parameters.mission_classes();
            let classes: Vec<String> =
                classes.map(|(class, tier)| format!("{class} {}", tier.name())).collect();
            writeln!(out, "\nmission classes\n  {}", classes.join("\n  "))?;
        }
        writeln!(out, "\nactors{}", none(self.actors().next().is_none()))?;
        for actor in self.actors() {
            let roles: Vec<String> =
                actor.roles.iter().map(|role| format!("{role:?}").to_lowercase()).collect();
            let (name, trust) = (one_line(&actor.name), self.trust(actor));
            writeln!(out, "  {name:<16} {:<8} trust {trust}  {}", kind(actor), roles.join(", "))?;
        }
        writeln!(out, "\ntreaties{}", none(self.treaties().next().is_none()))?;
        for (id, other, treaty) in self.treaties() {
            let (name, state) = (self.name(other), self.state(treaty));
            let verb = if treaty.by == self.id { "recognised" } else { "recognises us" };
            let (until, scopes) = (treaty.object.expires_at, scopes(treaty).join(", "));
            writeln!(out, "  {name:<16} {verb}, {state}, until {until}: {scopes}")?;
            writeln!(out, "    treaty {id}")?;
        }
        writeln!(out, "\norders{}", none(self.orders().next().is_none()))?;
        for (id, part, order) in self.orders() {
            let (title, state) = (one_line(&order.placed.terms().title), order.placed.state());
            writeln!(out, "  {title}: {}, as {part}\n    order {id}", state.name())?;
        }
        for waiting in &self.replayed.waiting {
            let (name, index) = (self.name(waiting.record), waiting.index);
            writeln!(out, "\nnot shown: what follows entry {index} of {name}, which cites")?;
            writeln!(out, "  {} (give the record that holds it with --peer)", waiting.cited)?;
        }
        Ok(())
    }

    fn to_json(&self) -> Value {
        let genesis = &self.own.opening.genesis;
        let checkpoint = self.own.checkpoint.checkpoint();
        let view = self.world().record(self.id);
        let actors = self.actors().map(|actor| {
            json!({
                "key": actor.key.as_str(), "kind": kind(actor), "name": actor.name,
                "roles": actor.roles, "trust": self.trust(actor),
            })
        });
        let treaties = self.treaties().map(|(id, other, treaty)| {
            let object = &treaty.object;
            json!({
                "expires_at": object.expires_at.to_string(), "is_ours": treaty.by == self.id,
                "scopes": scopes(treaty), "state": self.state(treaty), "treaty": id.to_string(),
                "valid_from": object.valid_from.to_string(),
                "with": { "id": other.to_string(), "name": self.name(other) },
            })
        });
        let orders = self.orders().map(|(id, part, order)| {
            json!({
                "as": part, "id": id.to_string(), "state": order.placed.state().name(),
                "title": order.placed.terms().title,
            })
        });
        let waiting = self.replayed.waiting.iter().map(|waiting| {
            json!({
                "cites": waiting.cited.to_string(), "entry": waiting.index,
                "record": waiting.record.to_string(),
            })
        });
        json!({
            "actors": actors.collect::<Vec<_>>(),
            "checkpoint": { "root": checkpoint.root().to_string(), "size": checkpoint.size() },
            "epochs": view.map_or(0, |view| view.chain().len()),
            "id": self.id.to_string(),
            "last": view.map(|view| view.last.to_string()),
            "name": genesis.name,
            "orders": orders.collect::<Vec<_>>(),
            "organisation": genesis.organisation,
            "parameters": genesis.parameters.to_string(),
            "region": genesis.region,
            "statements": self.own.envelopes.len(),
            "treaties": treaties.collect::<Vec<_>>(),
            "vkey": self.own.opening.log.to_string(),
            "waiting": waiting.collect::<Vec<_>>(),
            "witnesses_min": genesis.witnesses_min,
        })
    }
}

const fn none(is_empty: bool) -> &'static str {
    if is_empty { ": none" } else { "" }
}

const fn kind(actor: &Actor) -> &'static str {
    match actor.kind {
        ActorKind::Human => "human",
        ActorKind::Machine => "machine",
    }
}

fn scopes(treaty: &Treaty) -> Vec<String> {
    treaty.scopes().map(|scope| format!("{scope:?}").to_lowercase()).collect()
}
