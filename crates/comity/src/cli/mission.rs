//! `comity mission show`: orders and the missions that work on them, and missions without an order, from records alone.

mod own;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use comity_mission::facts::{Decision, Judgement};
use comity_mycel::facts::Verdict;
use comity_mycel::ledger::Holding;
use comity_replay::{MissionView, OrderView, World};
use comity_wire::{KeyId, SovereignId, StatementId};
use serde_json::{Value, json};

use super::Answer;
use crate::fail::{CliError, one_line};
use crate::home::record;
use crate::home::replayed::{self, Replayed};

/// Fewest hexadecimal digits that stand for an id.
const PREFIX_DIGITS_MIN: usize = 6;

/// Show orders and missions: state, reviewers, reports, people, money
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// Where the records are: an export as `comity tour --out` writes it, a home, or a folder of these; repeatable
    #[arg(long = "record", value_name = "DIR", required = true)]
    pub records: Vec<PathBuf>,
    /// One order or mission, by the first digits of its id; without it all are listed
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Reads the records, checks every signature and rule, and shows what follows.
///
/// # Errors
///
/// No record there, a record that is refused, or an id that nothing or more than one thing has.
pub fn run(args: &ShowArgs) -> anyhow::Result<Answer> {
    let replayed = replayed::replay(&record::gather(&args.records)?)?;
    let world = &replayed.world;
    let shown: Vec<Shown<'_>> = match &args.id {
        None => all(world).collect(),
        Some(given) => vec![find(world, given)?],
    };
    let is_full = args.id.is_some();
    let text = if args.json {
        let of = |one: fn(&World, &Shown<'_>) -> Option<Value>| {
            shown.iter().filter_map(|shown| one(world, shown)).collect::<Vec<_>>()
        };
        let waiting: Vec<String> =
            replayed.waiting.iter().map(|waiting| waiting.record.to_string()).collect();
        let (missions, orders) = (of(Shown::own_json), of(Shown::order_json));
        format!("{:#}\n", json!({ "incomplete": waiting, "missions": missions, "orders": orders }))
    } else {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = write(&mut out, &replayed, &shown, is_full);
        out
    };
    Ok(Answer::done(text))
}

/// What can be shown.
#[derive(Clone, Copy)]
enum Shown<'a> {
    /// An order, with its mission.
    Order(StatementId, &'a OrderView),
    /// A mission that nobody has ordered.
    Own(StatementId, &'a MissionView),
}

impl Shown<'_> {
    /// Whether one of its ids is meant.
    fn fits(&self, is_meant: impl Fn(StatementId) -> bool) -> bool {
        match self {
            Self::Order(id, order) => is_meant(*id) || order.mission.is_some_and(is_meant),
            Self::Own(id, _) => is_meant(*id),
        }
    }

    fn order_json(world: &World, shown: &Shown<'_>) -> Option<Value> {
        let Shown::Order(id, order) = shown else { return None };
        Some(to_json(world, *id, order))
    }

    fn own_json(world: &World, shown: &Shown<'_>) -> Option<Value> {
        let Shown::Own(id, view) = shown else { return None };
        Some(own::to_json(world, (*id, view)))
    }
}

fn all(world: &World) -> impl Iterator<Item = Shown<'_>> {
    let orders = world.orders().map(|(id, order)| Shown::Order(id, order));
    orders.chain(own::all(world).map(|(id, view)| Shown::Own(id, view)))
}

/// The order or mission with this id.
fn find<'a>(world: &'a World, given: &str) -> Result<Shown<'a>, CliError> {
    let is_meant = |id: StatementId| {
        PREFIX_DIGITS_MIN <= given.len() && id.to_string().starts_with(&given.to_lowercase())
    };
    let found: Vec<_> = all(world).filter(|shown| shown.fits(is_meant)).collect();
    match found.as_slice() {
        [only] => Ok(*only),
        several => {
            let given = one_line(given).chars().take(64).collect();
            Err(CliError::MissionUnclear { given, count: several.len() })
        }
    }
}

fn write(
    out: &mut String,
    replayed: &Replayed,
    shown: &[Shown<'_>],
    is_full: bool,
) -> std::fmt::Result {
    let world = &replayed.world;
    if shown.is_empty() {
        writeln!(out, "no orders")?;
    }
    for shown in shown {
        match *shown {
            Shown::Order(id, order) => {
                summary(out, world, id, order)?;
                if is_full {
                    details(out, world, order)?;
                }
            }
            Shown::Own(id, view) => own::write(out, world, (id, view), is_full)?,
        }
    }
    for waiting in &replayed.waiting {
        let name = name(world, waiting.record);
        writeln!(out, "not shown: what follows entry {} of {name}, which cites", waiting.index)?;
        writeln!(out, "  {} (in no record given)", waiting.cited)?;
    }
    Ok(())
}

fn summary(
    out: &mut String,
    world: &World,
    id: StatementId,
    order: &OrderView,
) -> std::fmt::Result {
    let terms = order.placed.terms();
    let (buyer, seller) = (name(world, order.placed.buyer()), name(world, terms.seller));
    writeln!(out, "{}: {}", one_line(&terms.title), order.placed.state().name())?;
    writeln!(out, "  order    {id}")?;
    if let Some((mission, view)) = mission(world, order) {
        let (phase, attempts) = (view.mission.phase().name(), view.mission.attempts());
        writeln!(out, "  mission  {mission}")?;
        writeln!(out, "           {phase}, attempt {attempts} of {}", terms.attempts_max)?;
    } else {
        writeln!(out, "  mission  none yet")?;
    }
    writeln!(out, "  parties  {buyer} orders from {seller}")?;
    let (amount, asset) = (terms.reward.amount, one_line(&terms.reward.asset));
    writeln!(out, "  money    {amount} {asset}, {}", money(world, id, order))
}

fn details(out: &mut String, world: &World, order: &OrderView) -> std::fmt::Result {
    let terms = order.placed.terms();
    writeln!(
        out,
        "  class    {}, tier {}",
        one_line(&terms.mission_class),
        terms.risk_tier.name()
    )?;
    writeln!(out, "  accepts  {}", one_line(&terms.predicate))?;
    writeln!(out, "  house    {}", name(world, terms.reviewer_house))?;
    writeln!(out, "  keeper   {}", name(world, terms.ledger))?;
    writeln!(out, "  span     {} to {}", terms.span.from, terms.span.to)?;
    writeln!(out, "  deadline {}", terms.deadline)?;
    let Some((_, view)) = mission(world, order) else { return Ok(()) };
    writeln!(out, "  owner    {}", actor(world, view.mission.owner()))?;
    judges(out, world, view)
}

/// Who judges, and what each has said.
fn judges(out: &mut String, world: &World, view: &MissionView) -> std::fmt::Result {
    for line in reviews(world, view) {
        writeln!(out, "  review   {} ({}): {}", line.name, line.method, line.decision)?;
        if let Some((report, numbers)) = &line.report {
            writeln!(out, "           {report}")?;
            let numbers = numbers.iter();
            let numbers: Vec<String> =
                numbers.map(|(name, value)| format!("{} {value}", one_line(name))).collect();
            for pair in numbers.chunks(2) {
                writeln!(out, "             {}", pair.join(", "))?;
            }
        }
    }
    for line in people(world, view) {
        let dissents = if line.dissents { ", against the panel" } else { "" };
        writeln!(out, "  person   {}: {}{dissents}", line.name, line.judgement)?;
        if let Some(reason) = &line.reason {
            writeln!(out, "           {}", one_line(reason))?;
        }
    }
    Ok(())
}

/// One reviewer of the current attempt.
struct ReviewLine {
    name: String,
    method: String,
    decision: &'static str,
    /// Class and verdict, and the verifier's numbers.
    report: Option<(String, BTreeMap<String, i64>)>,
}

fn reviews(world: &World, view: &MissionView) -> Vec<ReviewLine> {
    let Some(panel) = view.panel() else { return Vec::new() };
    let line = |key: &KeyId| {
        let known = world.directory().actor(key);
        let method = known.map(|actor| format!("{}, {}", actor.model_family, actor.method_type));
        let decision =
            panel.reviews.get(key).map_or("not decided", |review| match review.decision {
                Decision::Approve => "approves",
                Decision::Reject => "rejects",
                Decision::Abstain => "abstains",
            });
        let report = world.report_by(panel.bundle.claim, key).map(|report| {
            let verdict = match report.body.verdict {
                Verdict::Accept => "accepts",
                Verdict::Reject => "refuses",
            };
            let class = report.body.assurance;
            (format!("report {class:?} {verdict}"), report.body.outputs.clone())
        });
        let method = one_line(&method.unwrap_or_default());
        ReviewLine { name: actor(world, key), method, decision, report }
    };
    panel.assigned.keys().map(line).collect()
}

/// One of the people of the current attempt.
struct PersonLine {
    name: String,
    judgement: &'static str,
    reason: Option<String>,
    /// Whether the panel has decided otherwise.
    dissents: bool,
}

fn people(world: &World, view: &MissionView) -> Vec<PersonLine> {
    let Some(people) = view.panel().and_then(|panel| panel.people.as_ref()) else {
        return Vec::new();
    };
    let dissenting: Vec<&KeyId> = people.dissents().map(|(who, _)| who).collect();
    let line = |key: &KeyId| {
        let said = people.judgements.get(key);
        PersonLine {
            name: actor(world, key),
            judgement: said.map_or("not decided", |said| match said.judgement {
                Judgement::Approve => "approves",
                Judgement::Reject => "rejects",
            }),
            reason: said.map(|said| said.reason.clone()),
            dissents: dissenting.contains(&key),
        }
    };
    people.assigned.keys().map(line).collect()
}

fn mission<'a>(world: &'a World, order: &OrderView) -> Option<(StatementId, &'a MissionView)> {
    let id = order.mission?;
    Some((id, world.mission(id).ok()?))
}

/// What became of the reward, by the keeper's books.
fn money(world: &World, id: StatementId, order: &OrderView) -> &'static str {
    let ledger = world.ledger(order.placed.terms().ledger);
    match ledger.and_then(|ledger| ledger.holding(id)) {
        None => "not in escrow",
        Some(Holding::Pending) => "in escrow",
        Some(Holding::Posted) => "paid to the seller",
        Some(Holding::Voided) => "returned to the buyer",
    }
}

fn name(world: &World, id: SovereignId) -> String {
    let found = world.directory().sovereign(id);
    found.map_or_else(|_| id.short(), |found| one_line(&found.genesis.name))
}

fn actor(world: &World, key: &KeyId) -> String {
    let found = world.directory().actor(key);
    found.map_or_else(|_| key.short().to_owned(), |found| one_line(&found.name))
}

fn to_json(world: &World, id: StatementId, order: &OrderView) -> Value {
    let terms = order.placed.terms();
    let party = |id: SovereignId| json!({ "id": id.to_string(), "name": name(world, id) });
    let mission = mission(world, order).map(|(id, view)| mission_json(world, id, view));
    json!({
        "buyer": party(order.placed.buyer()),
        "deadline": terms.deadline.to_string(),
        "house": party(terms.reviewer_house),
        "id": id.to_string(),
        "keeper": party(terms.ledger),
        "mission": mission,
        "money": {
            "amount": terms.reward.amount, "asset": terms.reward.asset,
            "state": money(world, id, order),
        },
        "predicate": terms.predicate,
        "seller": party(terms.seller),
        "state": order.placed.state().name(),
        "tier": terms.risk_tier.name(),
        "title": terms.title,
    })
}

fn mission_json(world: &World, id: StatementId, view: &MissionView) -> Value {
    let reviews = reviews(world, view).into_iter().map(|line| {
        json!({
            "decision": line.decision, "method": line.method,
            "numbers": line.report.as_ref().map(|(_, numbers)| numbers),
            "report": line.report.as_ref().map(|(report, _)| report),
            "reviewer": line.name,
        })
    });
    let people = people(world, view).into_iter().map(|line| {
        json!({
            "dissents": line.dissents, "judgement": line.judgement,
            "panellist": line.name, "reason": line.reason,
        })
    });
    json!({
        "attempts": view.mission.attempts(),
        "id": id.to_string(),
        "owner": actor(world, view.mission.owner()),
        "people": people.collect::<Vec<_>>(),
        "phase": view.mission.phase().name(),
        "reviews": reviews.collect::<Vec<_>>(),
    })
}
