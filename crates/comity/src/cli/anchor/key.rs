//! `comity anchor key`: an account of one's own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comity_anchor::{Account, Address};
use comity_keyfile::KeyBundle;
use serde_json::json;
use zeroize::Zeroizing;

use super::args::{ROLE, account};
use crate::cli::Answer;
use crate::home::keys::WORK_FACTOR;
use crate::home::passphrase::{self, Purpose};

/// Make the key of an account, or print the address of one
///
/// With --new a key is made and written to FILE under a passphrase. The account needs some of the chain's money before it can
/// publish.
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// The key file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Make the file, which must not exist yet
    #[arg(long)]
    pub new: bool,
    /// File whose first line is the passphrase; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Logarithm of the scrypt iterations
    #[arg(long, value_name = "N", default_value_t = WORK_FACTOR, hide = true)]
    pub work_factor: u8,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Makes the file if asked to, and prints the address.
///
/// # Errors
///
/// The file exists, cannot be written, or holds no key.
pub(super) fn run(args: &KeyArgs) -> anyhow::Result<Answer> {
    if args.new {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut()).context("draw a key")?;
        // Nearly every number is a key; the one in 2^127 that is not is refused here.
        let address = Account::from_secret(&secret)?.address();
        let passphrase = passphrase::obtain(args.passphrase_file.as_deref(), Purpose::Make)?;
        let keys = BTreeMap::from([(ROLE.to_owned(), secret)]);
        let bundle = KeyBundle { name: ROLE.to_owned(), keys };
        comity_keyfile::save(&args.file, &bundle, &passphrase, Some(args.work_factor))
            .with_context(|| format!("write {}", args.file.display()))?;
        return Ok(answer(address, args.json));
    }
    let address = account(&args.file, args.passphrase_file.as_deref())
        .with_context(|| format!("read {}", args.file.display()))?
        .address();
    Ok(answer(address, args.json))
}

fn answer(address: Address, is_json: bool) -> Answer {
    Answer::done(if is_json {
        format!("{:#}\n", json!({ "address": address }))
    } else {
        format!("{address}\n")
    })
}
