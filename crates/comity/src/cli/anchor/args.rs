//! Arguments that several verbs take, and what they become.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use comity_anchor::{Account, Address, Evm, Finality, Http, Settings, limits};
use comity_bls::{Certificate, CommitteeKey};
use comity_wire::{b64, hex};
use zeroize::Zeroizing;

use super::InputError;
use crate::home::file;
use crate::home::passphrase::{self, Purpose};
use crate::limits::ANCHOR_FILE_BYTES_MAX;

/// How an age file begins.
const AGE_MAGIC: &[u8] = b"age-encryption.org/";
/// Role of an account's key in a key file.
pub(super) const ROLE: &str = "anchor";
/// A billionth of the chain's money, in which fees are said.
const GWEI: u128 = 1_000_000_000;

/// The chain, and the node that is asked about it.
#[derive(Args, Clone, Debug)]
pub struct Chain {
    /// Address of a node's JSON-RPC
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8545")]
    pub rpc: String,
    /// Number of the chain that the node must be of; 1 is Ethereum's main network
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub chain_id: u64,
}

/// When an entry is final.
#[derive(Args, Clone, Debug)]
pub struct Final {
    /// Blocks from the entry's to the last, both counted, after which it is final
    #[arg(long, value_name = "N", default_value_t = 64, conflicts_with = "finalized")]
    pub depth: u64,
    /// It is final when the node calls its block finalized
    #[arg(long)]
    pub finalized: bool,
}

/// The account that pays, and how much.
#[derive(Args, Clone, Debug)]
pub struct Payer {
    /// The account's key: a file of `comity anchor key`, or 64 hexadecimal digits in a file that only its owner may read
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// File whose first line is the passphrase of an age file; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// What a unit of gas may cost at most, in gwei
    #[arg(long, value_name = "GWEI", default_value_t = 100)]
    pub max_fee_gwei: u64,
    /// What the maker of the block gets of it, in gwei
    #[arg(long, value_name = "GWEI", default_value_t = 1)]
    pub priority_fee_gwei: u64,
    /// Most gas that a transaction may use
    #[arg(long, value_name = "N", default_value_t = 5_000_000)]
    pub max_gas: u64,
    /// Seconds to wait until a transaction is in a block
    #[arg(long, value_name = "S", default_value_t = 120)]
    pub wait: u32,
}

/// What is put into the contract under a committee's certificate, and who pays for it.
#[derive(Args, Clone, Debug)]
pub struct Entry {
    #[command(flatten)]
    chain: Chain,
    #[command(flatten)]
    payer: Payer,
    /// The contract
    #[arg(long, value_name = "ADDRESS")]
    contract: Address,
    /// The certificate over it, encoded: as it is, in hexadecimal or in base64
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
}

impl Entry {
    /// The certificate.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is none.
    pub fn certificate(&self) -> anyhow::Result<Certificate> {
        let path = &self.certificate;
        let bytes = bytes(path, |given| given.len() == Certificate::BYTES)?;
        Certificate::decode(&bytes).with_context(|| format!("read {}", path.display()))
    }

    /// The contract.
    ///
    /// # Errors
    ///
    /// As [`Chain::pay`].
    pub fn pay(&self) -> anyhow::Result<Evm<Http>> {
        self.chain.pay(Some(self.contract), &self.payer)
    }
}

impl Chain {
    /// The contract, for who only looks.
    ///
    /// # Errors
    ///
    /// An address or a depth that cannot be.
    pub fn look(&self, contract: Option<Address>, end: &Final) -> anyhow::Result<Evm<Http>> {
        let (chain_id, finality) = (self.chain_id, end.finality()?);
        let settings = Settings { chain_id, contract, finality, ..Settings::default() };
        Ok(Evm::new(Http::new(&self.rpc)?, settings, None, Box::new(|| {}))?)
    }

    /// The contract, for who publishes.
    ///
    /// # Errors
    ///
    /// As [`Self::look`], or a key file that cannot be used.
    pub fn pay(&self, contract: Option<Address>, payer: &Payer) -> anyhow::Result<Evm<Http>> {
        let settings = Settings {
            chain_id: self.chain_id,
            contract,
            finality: Finality::Depth(1),
            fee_wei: u128::from(payer.max_fee_gwei).saturating_mul(GWEI),
            priority_fee_wei: u128::from(payer.priority_fee_gwei).saturating_mul(GWEI),
            gas: payer.max_gas,
            polls: payer.wait.saturating_add(1),
        };
        let wire = Http::new(&self.rpc)?;
        Ok(Evm::new(wire, settings, Some(payer.account()?), Box::new(second))?)
    }
}

#[expect(clippy::disallowed_methods, reason = "a block takes its time, and this is the binary")]
fn second() {
    std::thread::sleep(Duration::from_secs(1));
}

impl Final {
    fn finality(&self) -> anyhow::Result<Finality> {
        Ok(if self.finalized { Finality::Tag } else { Finality::depth(self.depth)? })
    }
}

impl Payer {
    fn account(&self) -> anyhow::Result<Account> {
        account(&self.key, self.passphrase_file.as_deref())
            .with_context(|| format!("read {}", self.key.display()))
    }
}

/// The account whose key is in this file.
///
/// # Errors
///
/// The file is open to others or holds no key.
pub(super) fn account(path: &Path, passphrase_file: Option<&Path>) -> anyhow::Result<Account> {
    file::require_closed(path)?;
    let bytes = Zeroizing::new(file::read(path, ANCHOR_FILE_BYTES_MAX)?);
    if bytes.starts_with(AGE_MAGIC) {
        let passphrase = passphrase::obtain(passphrase_file, Purpose::Open)?;
        let bundle = comity_keyfile::load(path, &passphrase)?;
        return Ok(Account::from_secret(bundle.key(ROLE)?)?);
    }
    let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
    let text = Zeroizing::new(text.strip_prefix("0x").unwrap_or(text).to_ascii_lowercase());
    let secret = hex::decode_array::<32>(&text).map(Zeroizing::new);
    let Ok(secret) = secret else { return Err(InputError::NoKey.into()) };
    Ok(Account::from_secret(&secret)?)
}

/// Bytes from a file: as they are, or as hexadecimal or base64 text.
fn bytes(path: &Path, is_plain: impl Fn(&[u8]) -> bool) -> anyhow::Result<Vec<u8>> {
    let given = file::read(path, ANCHOR_FILE_BYTES_MAX)?;
    if is_plain(&given) {
        return Ok(given);
    }
    let text = given.trim_ascii();
    let digits = std::str::from_utf8(text).unwrap_or_default();
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let decoded = hex::decode(digits).or_else(|_| b64::decode(text));
    decoded.map_err(|_| InputError::NotEncoded { path: path.to_owned() }.into())
}

/// A committee's key in a file.
///
/// # Errors
///
/// It cannot be read, or is none.
pub(super) fn committee_key(path: &Path) -> anyhow::Result<CommitteeKey> {
    let bytes = bytes(path, |given| given.starts_with(CommitteeKey::TAG.as_bytes()))?;
    CommitteeKey::decode(&bytes).with_context(|| format!("read {}", path.display()))
}

/// What is published with a commitment; nothing without a file.
///
/// # Errors
///
/// It cannot be read, or is too long.
pub(super) fn payload(path: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let max = u64::try_from(limits::PAYLOAD_BYTES_MAX).unwrap_or(u64::MAX);
    path.map_or_else(|| Ok(Vec::new()), |path| file::read(path, max))
}
