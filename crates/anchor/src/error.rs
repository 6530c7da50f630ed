//! Why something was not anchored, or cannot be said to be.

use std::io::ErrorKind;

use crate::account::Address;
use crate::receipt::ChainHash;
use crate::refusal::Refusal;

/// What went wrong. Where a variant says that something was sent, it may still be included later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// Text that is no address of an account or a contract.
    #[error(
        "an address is 0x and 40 hexadecimal digits, with the checksum of EIP-55 if both cases appear"
    )]
    BadAddress,
    /// Bytes that are no secret key of an account.
    #[error("an account's key is 32 bytes, not zero and below the order of secp256k1")]
    BadKey,
    /// Text that is no address of a node.
    #[error("a node's address begins with http:// or https:// and has at most {max} bytes")]
    BadRpcAddress {
        /// The limit.
        max: usize,
    },
    /// A configuration that contradicts itself.
    #[error("the configuration is out of bounds: {what}")]
    BadConfig {
        /// Which number, and what it may be.
        what: &'static str,
    },
    /// No contract is configured, and the call needs one.
    #[error("no contract is configured")]
    ContractUnknown,
    /// No account is configured, and the transaction needs one.
    #[error("no account is configured to pay for the transaction")]
    AccountUnknown,
    /// The node is of another chain.
    #[error("the node is of chain {found}, configured is chain {expected}")]
    WrongChain {
        /// What is configured.
        expected: u64,
        /// What the node says.
        found: u64,
    },
    /// The receipt is of another chain or another contract than is asked.
    #[error("the receipt is of {found}, asked is {expected}")]
    OtherPlace {
        /// What is asked.
        expected: String,
        /// What the receipt says.
        found: String,
    },
    /// Nothing is at that address.
    #[error("there is no contract at {address}")]
    NoContract {
        /// Where.
        address: Address,
    },
    /// Something else is at that address.
    #[error(
        "the contract at {address} is another program: the hash of its code is {found}, not {expected}"
    )]
    OtherCode {
        /// Where.
        address: Address,
        /// The hash of the contract that this program brings.
        expected: ChainHash,
        /// The hash of what is there.
        found: ChainHash,
    },
    /// The contract, or the stand-in, says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The call failed for another reason than the contract has names for.
    #[error("the call is reverted: {said}")]
    Reverted {
        /// What the node said, or the bytes that it returned.
        said: String,
    },
    /// It was included and failed.
    #[error("transaction {transaction} was included and failed")]
    Failed {
        /// Which.
        transaction: ChainHash,
    },
    /// It was sent and is in no block yet.
    #[error("transaction {transaction} is in no block after {polls} questions")]
    NotIncluded {
        /// Which.
        transaction: ChainHash,
        /// How often the node was asked.
        polls: u32,
    },
    /// The block is no longer the one of its height, or the transaction no longer in it.
    #[error("block {number} is no longer {expected}")]
    Reorganised {
        /// The height.
        number: u64,
        /// The block that included it.
        expected: ChainHash,
        /// The block of that height now, if the node names one.
        found: Option<ChainHash>,
    },
    /// The blocks that the node shows do not follow each other.
    #[error("the node shows a block {number} that does not follow the one before")]
    BrokenChain {
        /// The height.
        number: u64,
    },
    /// The transaction has another effect than the receipt says.
    #[error("the transaction does not show what the receipt says: {what}")]
    OtherEvent {
        /// What differs.
        what: &'static str,
    },
    /// The chain may still replace the block.
    #[error("the entry is {depth} blocks deep, which is not final")]
    NotFinal {
        /// Blocks from its own to the last, both counted.
        depth: u64,
    },
    /// The account cannot pay for it.
    #[error("the account has {have} wei, the transaction may cost {need}")]
    TooLittleBalance {
        /// What it has.
        have: u128,
        /// What it may need.
        need: u128,
    },
    /// A unit of gas costs more than was allowed.
    #[error("a unit of gas costs {asked} wei, allowed are {allowed}")]
    TooExpensive {
        /// What the last block asks, the priority fee included.
        asked: u128,
        /// What is configured.
        allowed: u128,
    },
    /// The node estimates more gas than was allowed.
    #[error("the transaction would use {asked} gas, allowed are {allowed}")]
    TooMuchGas {
        /// The estimate, with a margin.
        asked: u64,
        /// What is configured.
        allowed: u64,
    },
    /// The node names another hash than the transaction has.
    #[error("the node calls the transaction {found}, its hash is {expected}")]
    OtherHash {
        /// The hash.
        expected: ChainHash,
        /// What the node says.
        found: ChainHash,
    },
    /// The node answers with an error.
    #[error("the node refuses {method}: {code}: {said}")]
    Rpc {
        /// What was asked.
        method: &'static str,
        /// Its code.
        code: i64,
        /// Its words, shortened.
        said: String,
    },
    /// An answer that is not what the question asks for.
    #[error("the node's answer to {method} is not {what}")]
    BadAnswer {
        /// What was asked.
        method: &'static str,
        /// What is expected.
        what: &'static str,
    },
    /// A longer answer than is read.
    #[error("the node's answer is longer than {max} bytes")]
    TooLarge {
        /// Bytes that are read.
        max: usize,
    },
    /// Another status than 200.
    #[error("the node answers with HTTP status {0}")]
    Status(u16),
    /// No connection, or it broke. What was sent may have arrived.
    #[error("the node cannot be reached: {kind}")]
    Unreachable {
        /// What the system said.
        kind: ErrorKind,
    },
    /// No whole answer in time. What was sent may have arrived.
    #[error("no whole answer of the node in time")]
    TimedOut,
    /// The node did not show who it is.
    #[error("no TLS connection to the node, or a certificate that nobody vouches for")]
    Tls,
    /// What answers does not speak HTTP.
    #[error("what answers does not speak HTTP")]
    NotHttp,
    /// The stand-in holds no more.
    #[error("the stand-in holds {max} blocks and entries, and no more")]
    Full {
        /// The limit.
        max: usize,
    },
}

impl AnchorError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadAddress => "anchor.bad_address",
            Self::BadKey => "anchor.bad_key",
            Self::BadRpcAddress { .. } => "anchor.bad_rpc_address",
            Self::BadConfig { .. } => "anchor.bad_config",
            Self::ContractUnknown => "anchor.contract_unknown",
            Self::AccountUnknown => "anchor.account_unknown",
            Self::WrongChain { .. } => "anchor.wrong_chain",
            Self::OtherPlace { .. } => "anchor.other_place",
            Self::NoContract { .. } => "anchor.no_contract",
            Self::OtherCode { .. } => "anchor.other_code",
            Self::Refused(refusal) => refusal.code(),
            Self::Reverted { .. } => "anchor.reverted",
            Self::Failed { .. } => "anchor.failed",
            Self::NotIncluded { .. } => "anchor.not_included",
            Self::Reorganised { .. } => "anchor.reorganised",
            Self::BrokenChain { .. } => "anchor.broken_chain",
            Self::OtherEvent { .. } => "anchor.other_event",
            Self::NotFinal { .. } => "anchor.not_final",
            Self::TooLittleBalance { .. } => "anchor.too_little_balance",
            Self::TooExpensive { .. } => "anchor.too_expensive",
            Self::TooMuchGas { .. } => "anchor.too_much_gas",
            Self::OtherHash { .. } => "anchor.other_hash",
            Self::Rpc { .. } => "anchor.rpc",
            Self::BadAnswer { .. } => "anchor.bad_answer",
            Self::TooLarge { .. } => "anchor.too_large",
            Self::Status(_) => "anchor.status",
            Self::Unreachable { .. } => "anchor.unreachable",
            Self::TimedOut => "anchor.timed_out",
            Self::Tls => "anchor.tls",
            Self::NotHttp => "anchor.not_http",
            Self::Full { .. } => "anchor.full",
        }
    }

    /// What a person can do about it, if there is something.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most need no hint beside their words")]
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::WrongChain { .. } => "name the node's chain with --chain-id, or ask another node",
            Self::OtherPlace { .. } => "ask the chain and the contract that the receipt names",
            Self::NoContract { .. } | Self::ContractUnknown => {
                "deploy the contract with `comity anchor deploy`, or name the one that is there"
            }
            Self::OtherCode { .. } => {
                "that contract does not check what ours checks: do not publish there"
            }
            Self::NotIncluded { .. } => {
                "wait and ask for the transaction by its hash; sending it again may cost twice"
            }
            Self::Reorganised { .. } => {
                "the chain chose other blocks: publish again and wait longer"
            }
            Self::BrokenChain { .. } | Self::OtherEvent { .. } | Self::OtherHash { .. } => {
                "the node contradicts itself or the receipt: ask another one"
            }
            Self::NotFinal { .. } => "wait for more blocks",
            Self::TooLittleBalance { .. } => "send the account some of the chain's money",
            Self::TooExpensive { .. } => "wait, or allow more with --max-fee-gwei",
            Self::Unreachable { .. } | Self::TimedOut => {
                "is the node running, and its address right?"
            }
            Self::Tls => "an address with https:// needs a certificate of a public authority",
            Self::NotHttp | Self::Status(_) => "the address must be that of a node's JSON-RPC",
            Self::Refused(Refusal::OutOfOrder { .. }) => {
                "read the head again and publish what follows it"
            }
            Self::Refused(Refusal::BadSignature) => {
                "check the certificate against the key that the contract holds"
            }
            Self::Refused(Refusal::NoPrecompile(_)) => {
                "the chain must have EIP-2537 (Prague or later)"
            }
            _ => return None,
        })
    }
}
