//! `comity anchor show`: what a contract holds.

use clap::Args;
use comity_anchor::{Address, ChainPort as _, State};
use comity_wire::hex;
use serde_json::json;

use super::args::{Chain, Final};
use crate::cli::Answer;

/// Print what a contract holds: its head, its committee's key, and which epochs it takes
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    #[command(flatten)]
    chain: Chain,
    /// The contract
    #[arg(long, value_name = "ADDRESS")]
    contract: Address,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// Asks and prints.
///
/// # Errors
///
/// The node cannot be asked, or nothing of ours is there.
pub(super) fn run(args: &ShowArgs) -> anyhow::Result<Answer> {
    let end = Final { depth: 1, finalized: false };
    let mut evm = args.chain.look(Some(args.contract), &end)?;
    let State { genesis, head, length, next_epoch, key_epoch, key_from, key } = evm.state()?;
    let key = hex::encode(&key);
    let text = if args.json {
        let document = json!({
            "genesis": genesis, "head": head, "length": length, "next_epoch": next_epoch,
            "key_epoch": key_epoch, "key_from": key_from, "key": key,
        });
        format!("{document:#}\n")
    } else {
        format!(
            "genesis    {genesis}\nhead       {head}\nentries    {length}\nnext epoch {next_epoch}\n\
             key epoch  {key_epoch}, in force from epoch {key_from}\nkey        {key}\n"
        )
    };
    Ok(Answer::done(text))
}
