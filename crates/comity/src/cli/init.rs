//! `comity init`: founds a sovereign and makes its home.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comity_constitution::Parameters;

use super::Answer;
use crate::home::found::{Plan, found, require_free};
use crate::home::passphrase::{self, Purpose};
use crate::home::{file, keys};

/// Found a sovereign: draw its keys, state its genesis, make its home
///
/// The keys come from the system's entropy and are kept under a passphrase, in a file that stock age opens. Nobody can
/// reset the passphrase.
#[derive(Args, Clone, Debug)]
pub struct InitArgs {
    /// Where the home will be; nothing may be there
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
    /// Short name, shown to people
    #[arg(long)]
    pub name: String,
    /// Organisation behind it
    #[arg(long, value_name = "ORG")]
    pub organisation: String,
    /// Region it counts for, e.g. eu-north
    #[arg(long)]
    pub region: String,
    /// Sign with ML-DSA-65 as well, so that both signatures are needed
    #[arg(long)]
    pub hybrid: bool,
    /// Cosignatures that checkpoints of this sovereign will need; cannot be changed later
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=16))]
    pub witnesses: u8,
    /// Parameter file to bind itself to, canonical JSON; without it the founding set
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
    /// File whose first line is the passphrase; without it the terminal asks, twice
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Logarithm of the scrypt iterations
    #[arg(long, value_name = "N", default_value_t = keys::WORK_FACTOR, hide = true)]
    pub work_factor: u8,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Founds the sovereign.
///
/// # Errors
///
/// Something is at the path, a name is refused, the passphrase cannot be had, or the disk cannot be written. Then there
/// is no home.
pub fn run(args: &InitArgs) -> anyhow::Result<Answer> {
    // Before anybody thinks of a passphrase.
    require_free(&args.home)?;
    let parameters = match &args.parameters {
        None => Parameters::founding(),
        Some(path) => {
            let max = u64::try_from(Parameters::BYTES_MAX).unwrap_or(u64::MAX);
            let bytes = file::read(path, max)?;
            Parameters::decode(&bytes).with_context(|| format!("read {}", path.display()))?
        }
    };
    let plan = Plan {
        home: args.home.clone(),
        name: args.name.clone(),
        organisation: args.organisation.clone(),
        region: args.region.clone(),
        is_hybrid: args.hybrid,
        witnesses_min: u64::from(args.witnesses),
        parameters,
        work_factor: args.work_factor,
    };
    let passphrase = passphrase::obtain(args.passphrase_file.as_deref(), Purpose::Make)?;
    let opening = found(&plan, &passphrase)?;
    let (id, vkey) = (opening.id, opening.log.to_string());
    if args.json {
        let document = serde_json::json!({
            "home": args.home.display().to_string(),
            "hybrid": args.hybrid,
            "id": id.to_string(),
            "name": args.name,
            "parameters": opening.genesis.parameters.to_string(),
            "vkey": vkey,
            "witnesses_min": args.witnesses,
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    Ok(Answer::done(format!(
        "{} is founded in {}\n  id    {id}\n  vkey  {vkey}\n\nKeep the passphrase: nobody can reset it. \
         Back the folder up.\n",
        args.name,
        args.home.display(),
    )))
}
