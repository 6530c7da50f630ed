//! `comity anchor rotate`: the committee's next key.

use std::path::PathBuf;

use clap::Args;
use comity_anchor::{ChainPort as _, Rotation};
use serde_json::json;

use super::args::{Entry, committee_key};
use crate::cli::Answer;

/// Put a committee's next key into the contract, with the present key's certificate over it
#[derive(Args, Clone, Debug)]
pub struct RotateArgs {
    #[command(flatten)]
    entry: Entry,
    /// The next key, encoded the same way
    #[arg(long, value_name = "FILE")]
    committee_key: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// Rotates.
///
/// # Errors
///
/// An input cannot be used, or the chain or the contract says no.
pub(super) fn run(args: &RotateArgs) -> anyhow::Result<Answer> {
    let certificate = args.entry.certificate()?;
    let next = committee_key(&args.committee_key)?;
    let mut evm = args.entry.pay()?;
    evm.rotate(&Rotation { certificate, next })?;
    let gas = evm.gas_used();
    let state = evm.state()?;
    let (epoch, from) = (state.key_epoch, state.key_from);
    let text = if args.json {
        format!("{:#}\n", json!({ "key_epoch": epoch, "key_from": from, "gas": gas }))
    } else {
        format!("key epoch {epoch} in force from epoch {from}, {gas} gas\n")
    };
    Ok(Answer::done(text))
}
