//! `comity constitution show`: where the constitution of a record stands, rechecked while it is read.

mod view;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use comity_constitution::ConstitutionRefusal;
use comity_replay::Refusal;

use self::view::{Amendment, Case, Decision, Held, View, Vote};
use crate::cli::Answer;
use crate::home::layout::Home;
use crate::home::{clock, record, replayed};

/// Show where the constitution of a home's record stands; needs no passphrase
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// The home
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
    /// Newer records of others than the home holds; repeatable
    #[arg(long = "peer", value_name = "DIR")]
    pub peers: Vec<PathBuf>,
    /// Also proposals, decisions and cases that have ended
    #[arg(long)]
    pub all: bool,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Reads the record, checks every signature and rule, and says what follows.
///
/// # Errors
///
/// There is no home, its record is damaged or refused, or has no constitution.
pub fn run(args: &ShowArgs) -> anyhow::Result<Answer> {
    let home = Home::open(&args.home)?;
    let mut records = record::gather(std::slice::from_ref(&home.path))?;
    for (_, record) in record::gather(&args.peers)? {
        record::merge(&mut records, record)?;
    }
    let world = replayed::replay(&records)?.world;
    let view = View::of(&world, home.id, clock::now().wall, args.all);
    let view = view.ok_or_else(|| Refusal::from(ConstitutionRefusal::NotFounded))?;
    Ok(Answer::done(if args.json {
        serde_json::to_string_pretty(&view)? + "\n"
    } else {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = write(&mut out, &view);
        out
    }))
}

fn write(out: &mut String, view: &View) -> std::fmt::Result {
    let phase = view.phase.unwrap_or("none: it failed closed");
    writeln!(out, "the constitution of {}", view.name)?;
    writeln!(out, "  phase       {phase}, tier {}", view.tier)?;
    writeln!(out, "  people      {} at the last close of an epoch", view.people)?;
    match &view.veto_ended {
        None => writeln!(out, "  founder     {}, who may veto", view.founder)?,
        Some(at) => writeln!(out, "  founder     {}, without a veto since {at}", view.founder)?,
    }
    writeln!(out, "  charter     {}", view.charter)?;
    writeln!(out, "  parameters  {}", view.parameters)?;
    let epochs = &view.epochs;
    writeln!(
        out,
        "  epochs      {} closed, {} of them certified",
        epochs.closed, epochs.certified
    )?;
    for due in &view.anchors_due {
        let late = if due.is_late { ", late" } else { "" };
        let (layer, since) = (due.layer, &due.since);
        writeln!(
            out,
            "  anchor due  on {layer}, items {} to {}, since {since}{late}",
            due.from, due.to
        )?;
    }
    committee(out, view)?;
    writeln!(out, "\nproposals{}", none(view.amendments.is_empty()))?;
    for found in &view.amendments {
        amendment(out, found)?;
    }
    writeln!(out, "\ndecisions of G0{}", none(view.decisions.is_empty()))?;
    for found in &view.decisions {
        decision(out, found)?;
    }
    writeln!(out, "\ncases{}", none(view.cases.is_empty()))?;
    for found in &view.cases {
        case(out, found)?;
    }
    writeln!(out, "\nheld gains of trust{}", none(view.held.is_empty()))?;
    view.held.iter().try_for_each(|found| held(out, found))
}

fn committee(out: &mut String, view: &View) -> std::fmt::Result {
    writeln!(out, "\ncommittee{}", none(view.committee.is_none()))?;
    if let Some(found) = &view.committee {
        let (threshold, count) = (found.threshold, found.members.len());
        writeln!(
            out,
            "  key {}, {threshold} of {count} sign, until {}",
            found.key_epoch, found.until
        )?;
        names(out, "members", &found.members)?;
    }
    match view.ceremony {
        None => Ok(()),
        Some(state) => writeln!(out, "  the next key is being made: {state}"),
    }
}

fn amendment(out: &mut String, found: &Amendment) -> std::fmt::Result {
    writeln!(out, "  {}", found.id)?;
    let stage = found.stage.replace('_', " ");
    writeln!(out, "    {stage}, {}, by {}", found.path, found.proposer)?;
    writeln!(out, "    {} becomes", found.instrument)?;
    writeln!(out, "      {}", found.to)?;
    let (signed, needed) = (found.sponsors.len(), found.sponsors_min);
    writeln!(out, "    sponsors  {signed} of {needed}")?;
    names(out, "  who", &found.sponsors)?;
    if let Some(until) = &found.waits_until {
        writeln!(out, "    waits     until {until}")?;
    }
    for tally in &found.tallies {
        let counts = format!("{} yes, {} no, {} abstain", tally.yes, tally.no, tally.abstain);
        writeln!(out, "    {}: {}, {counts}", tally.poll, tally.verdict)?;
    }
    found.vote.as_ref().map_or(Ok(()), |found| vote(out, found))
}

fn decision(out: &mut String, found: &Decision) -> std::fmt::Result {
    writeln!(out, "  {}", found.id)?;
    writeln!(out, "    {}", found.standing)?;
    found.vote.as_ref().map_or(Ok(()), |found| vote(out, found))
}

fn vote(out: &mut String, found: &Vote) -> std::fmt::Result {
    if let Some(round) = found.awaits_round {
        return writeln!(out, "    {}: waits for round {round} of the beacon", found.poll);
    }
    let (yes, no, abstain) = (found.yes, found.no, found.abstain);
    writeln!(out, "    {}: {yes} yes, {no} no, {abstain} abstain", found.poll)?;
    if let Some(closes) = &found.closes {
        writeln!(out, "    closes    {closes}")?;
    }
    names(out, "  members", &found.members)
}

fn case(out: &mut String, found: &Case) -> std::fmt::Result {
    writeln!(out, "  {}", found.id)?;
    writeln!(out, "    {}, {}, about", found.ground, found.standing)?;
    writeln!(out, "      {}", found.subject)?;
    for outcome in &found.outcomes {
        let (upholding, dismissing) = (outcome.upholding, outcome.dismissing);
        writeln!(out, "    {}: {upholding} uphold, {dismissing} dismiss", outcome.finding)?;
    }
    writeln!(out, "    effect    {}", found.effect)?;
    names(out, "  panel", &found.panel)
}

fn held(out: &mut String, found: &Held) -> std::fmt::Result {
    let until = found.until.as_ref().map_or_else(String::new, |until| format!(", until {until}"));
    writeln!(out, "  {}", found.id)?;
    writeln!(out, "    {} of {}, {} vouch{until}", found.rise, found.actor, found.endorsements)
}

/// Names, three to a line.
fn names(out: &mut String, what: &str, names: &[String]) -> std::fmt::Result {
    for (number, some) in names.chunks(3).enumerate() {
        let what = if number == 0 { what } else { "" };
        writeln!(out, "  {what:<11} {}", some.join(", "))?;
    }
    Ok(())
}

const fn none(is_empty: bool) -> &'static str {
    if is_empty { ": none" } else { "" }
}
