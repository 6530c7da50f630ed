//! `comity anchor deploy`: a contract for one committee.

use std::path::PathBuf;

use clap::Args;
use comity_anchor::{ChainPort as _, Founding};
use comity_wire::Digest;
use serde_json::json;

use super::args::{Chain, Payer, committee_key};
use crate::cli::Answer;

/// Deploy the contract that takes what a committee certifies
///
/// The contract has no owner: whoever deploys it has no more rights than anybody.
#[derive(Args, Clone, Debug)]
pub struct DeployArgs {
    #[command(flatten)]
    chain: Chain,
    #[command(flatten)]
    payer: Payer,
    /// The committee's key, encoded: as it is, in hexadecimal or in base64
    #[arg(long, value_name = "FILE")]
    committee_key: PathBuf,
    /// First epoch that the key certifies
    #[arg(long, value_name = "N")]
    from_epoch: u64,
    /// What the commitments are of, 64 hexadecimal digits: the first entry names it as the one before; zeros name nothing
    #[arg(long, value_name = "HASH", default_value_t = Digest::ZERO)]
    genesis: Digest,
    /// One JSON document instead of text
    #[arg(long)]
    pub(super) json: bool,
}

/// Deploys.
///
/// # Errors
///
/// An input cannot be used, or the chain says no.
pub(super) fn run(args: &DeployArgs) -> anyhow::Result<Answer> {
    let key = committee_key(&args.committee_key)?;
    let mut evm = args.chain.pay(None, &args.payer)?;
    let founding = Founding { genesis: args.genesis, key, key_from: args.from_epoch };
    let contract = evm.deploy(&founding)?;
    let (chain, gas) = (evm.place()?.chain(), evm.gas_used());
    let text = if args.json {
        format!("{:#}\n", json!({ "chain": chain, "contract": contract, "gas": gas }))
    } else {
        format!("deployed {contract} on {chain}, {gas} gas\n")
    };
    Ok(Answer::done(text))
}
