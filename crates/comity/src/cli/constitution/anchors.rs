//! What a constitution has to put on a chain, and the receipts that come back.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use comity_anchor::{ChainPort as _, anchored as body};
use comity_commitment::{CommitmentFact, Layer};
use comity_node::{AnchorDue, By, Command};
use comity_wire::jcs;
use serde_json::json;

use super::speak::finish;
use crate::cli::Answer;
use crate::cli::anchor::args::{Chain, Final};
use crate::cli::anchor::check::receipt;
use crate::cli::shared::Speaker;
use crate::fail::ActError;
use crate::home::file;
use crate::home::session::Session;

/// Write what has to be published on a chain now: certificates, windows, and the committee's key
///
/// `comity anchor` deploys the contract with the key and publishes the certificates.
#[derive(Args, Clone, Debug)]
pub struct AnchorsArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// The folder to write to; files of the same names are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// State that what was due is on a chain and final, after asking the chain
#[derive(Args, Clone, Debug)]
pub struct AnchoredArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// The receipt, as `comity anchor publish --receipt` wrote it
    #[arg(value_name = "FILE")]
    receipt: PathBuf,
    /// On which of the two chains
    #[arg(long, value_parser = ["L1", "L2"], default_value = "L1")]
    layer: String,
    #[command(flatten)]
    chain: Chain,
    #[command(flatten)]
    end: Final,
}

/// One thing to be published, and where it was written.
struct Written {
    due: AnchorDue,
    /// None while there is no certificate.
    name: Option<String>,
}

pub(super) fn anchors(args: &AnchorsArgs) -> anyhow::Result<Answer> {
    let session = Session::open(&args.speaker.request())?;
    let due = session.anchors_due();
    let view = session.world().record(session.id());
    let key = view.and_then(|view| view.committee().terms().last());
    let key = key.map(|term| (term.key.encode(), term.from));
    // What is written may rest on what has just been stated.
    session.commit()?;
    file::create_folder(&args.out)?;
    if let Some((key, _)) = &key {
        file::replace(&args.out.join("committee.key"), key)?;
    }
    let written = due.into_iter().map(|due| write(&args.out, due));
    let written = written.collect::<anyhow::Result<Vec<_>>>()?;
    let from = key.map(|(_, from)| from);
    Ok(Answer::done(if args.speaker.json {
        document(from, &written)
    } else {
        text(from, &written)
    }))
}

fn write(out: &Path, due: AnchorDue) -> anyhow::Result<Written> {
    let name = format!("{}-{}-{}", layer(due.layer), due.window.from, due.window.to);
    let Some(certificate) = &due.certificate else { return Ok(Written { due, name: None }) };
    file::replace(&out.join(format!("{name}.cert")), certificate)?;
    if due.layer == Layer::L1 {
        file::replace(&out.join(format!("{name}.window")), &jcs::to_vec(&due.window)?)?;
    }
    Ok(Written { due, name: Some(name) })
}

fn text(key_from: Option<u64>, written: &[Written]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = match key_from {
        Some(from) => writeln!(out, "committee.key, which certifies from epoch {from} on"),
        None => writeln!(out, "no committee has a key"),
    };
    for Written { due, name } in written {
        let late = if due.is_late { ", late" } else { "" };
        let what = name.as_deref().unwrap_or("not certified yet");
        let _ = writeln!(out, "{what}: {}, due since {}{late}", layer(due.layer), due.since);
        let _ = writeln!(out, "  {}", due.payload);
    }
    out
}

fn document(key_from: Option<u64>, written: &[Written]) -> String {
    let one = |Written { due, name }: &Written| {
        json!({
            "layer": layer(due.layer), "late": due.is_late, "name": name,
            "payload": due.payload.to_string(), "since": due.since.to_string(),
        })
    };
    let due: Vec<_> = written.iter().map(one).collect();
    format!("{:#}\n", json!({ "due": due, "key_from": key_from }))
}

const fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::L1 => "L1",
        Layer::L2 => "L2",
    }
}

pub(super) fn anchored(args: &AnchoredArgs) -> anyhow::Result<Answer> {
    let session = Session::open(&args.speaker.request())?;
    let (receipt, contract) = receipt(&args.receipt)?;
    let wanted =
        |due: &AnchorDue| layer(due.layer) == args.layer && due.payload == receipt.commitment;
    let due = session.anchors_due().into_iter().find(wanted);
    let due = due.ok_or(ActError::NotDue { payload: receipt.commitment })?;
    let standing = args.chain.look(Some(contract), &args.end)?.standing(&receipt)?;
    let fact = CommitmentFact::from(body(&receipt, &standing, due.layer, due.window)?);
    finish(session, &args.speaker, "anchored", Command::act(By::Authority, fact))
}
