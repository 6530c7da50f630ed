//! `comity anchor publish`: one entry.

use std::path::PathBuf;

use clap::Args;
use comity_anchor::{AnchorReceipt, ChainPort as _, Publication};
use comity_wire::Digest;

use super::args::{Entry, payload};
use crate::cli::Answer;
use crate::home::file;

/// Publish what a committee certified
///
/// Ends when the entry is in a block; `comity anchor check` says when it is final. With --json the answer is the receipt.
#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
    #[command(flatten)]
    entry: Entry,
    /// The commitment that must be the last one there; without it the contract is asked which it is
    #[arg(long, value_name = "HASH")]
    previous: Option<Digest>,
    /// What the commitment is the SHA-256 of, for everybody to read on the chain; at most 4,096 bytes
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Where to write the receipt
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// Publishes.
///
/// # Errors
///
/// An input cannot be used, or the chain or the contract says no.
pub(super) fn run(args: &PublishArgs) -> anyhow::Result<Answer> {
    let certificate = args.entry.certificate()?;
    let payload = payload(args.payload.as_deref())?;
    let mut evm = args.entry.pay()?;
    let previous = match args.previous {
        Some(previous) => previous,
        None => evm.state()?.head,
    };
    let receipt = evm.publish(&Publication { certificate, previous, payload })?;
    let document = format!("{:#}\n", serde_json::to_value(&receipt)?);
    if let Some(path) = &args.receipt {
        file::replace(path, document.as_bytes())?;
    }
    let gas = evm.gas_used();
    let text = if args.json { document } else { lines(&receipt, gas) };
    Ok(Answer::done(text))
}

fn lines(receipt: &AnchorReceipt, gas: u64) -> String {
    let AnchorReceipt { number, block_number, commitment, transaction, .. } = receipt;
    format!(
        "entry {number} in block {block_number}: {} {commitment} of epoch {}\n\
         transaction {transaction}, {gas} gas\n",
        receipt.kind.name(),
        receipt.epoch
    )
}
