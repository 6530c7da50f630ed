//! `comity anchor check`: whether a receipt is true, and final.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comity_anchor::{Address, AnchorReceipt, ChainPort as _, Place, Standing};
use comity_wire::json as outside;
use serde_json::json;

use super::InputError;
use super::args::{Chain, Final};
use crate::cli::Answer;
use crate::fail::{Exit, one_line};
use crate::home::file;
use crate::limits::ANCHOR_FILE_BYTES_MAX;

/// Ask the chain whether what a receipt says is there, and final
///
/// Ends with status 0 if it is there and final, 1 if it is not, or not final yet.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The receipt, as `comity anchor publish --receipt` wrote it
    #[arg(value_name = "FILE")]
    receipt: PathBuf,
    #[command(flatten)]
    chain: Chain,
    #[command(flatten)]
    end: Final,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// Asks and prints.
///
/// # Errors
///
/// The receipt cannot be read or is not true.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Answer> {
    let (receipt, contract) = receipt(&args.receipt)?;
    let mut evm = args.chain.look(Some(contract), &args.end)?;
    let Standing { depth, is_final } = evm.standing(&receipt)?;
    let text = if args.json {
        format!("{:#}\n", json!({ "final": is_final, "depth": depth, "receipt": receipt }))
    } else {
        let word = if is_final { "final" } else { "not final yet" };
        let AnchorReceipt { number, block_number, .. } = receipt;
        format!(
            "entry {number} in block {block_number} of {}: {word}, {depth} deep\n",
            receipt.place
        )
    };
    Ok(Answer { text, exit: if is_final { Exit::Done } else { Exit::Refused } })
}

/// A receipt, and the contract that it is of.
///
/// # Errors
///
/// It cannot be read, or is of no chain.
pub(in crate::cli) fn receipt(path: &Path) -> anyhow::Result<(AnchorReceipt, Address)> {
    let doing = || format!("read {}", path.display());
    let bytes = file::read(path, ANCHOR_FILE_BYTES_MAX)?;
    let value = outside::parse(&bytes).with_context(doing)?;
    let receipt: AnchorReceipt = serde_json::from_value(value)
        .map_err(|error| InputError::NotAReceipt { message: one_line(&error.to_string()) })
        .with_context(doing)?;
    match receipt.place {
        Place::Evm { contract, .. } => Ok((receipt, contract)),
        // Nobody but the process that kept it can be asked.
        Place::StandIn => Err(InputError::StandIn).with_context(doing),
    }
}
