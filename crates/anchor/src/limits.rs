//! Limits of what is sent to a node and read from it, each with its unit and its reason.

/// Largest answer of a node that is read, in bytes: a receipt with a few logs is some thousands, the code 14 kilobytes.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Most logs of one transaction that are read, a count: ours makes one.
pub const LOGS_MAX: usize = 64;

/// Most data of one log or answer to a call, in bytes: a full payload and its circumstances.
pub const DATA_BYTES_MAX: usize = 8 << 10;

/// Largest code of a contract, in bytes (EIP-170).
pub const CODE_BYTES_MAX: usize = 24_576;

/// Largest payload that is published with a commitment, in bytes; the contract has the same limit.
pub const PAYLOAD_BYTES_MAX: usize = 4096;

/// Most characters of a node's words that are shown, a count.
pub const SAID_CHARS_MAX: usize = 200;

/// How long connecting may take, TLS included, in seconds.
pub const CONNECT_S_MAX: u64 = 5;

/// How long one request may take from its first to its last byte, in seconds.
pub const REQUEST_S_MAX: u64 = 20;

/// Longest address of a node, in bytes: providers put long keys into it.
pub const RPC_ADDRESS_BYTES_MAX: usize = 512;

/// Largest depth that may be asked for, in blocks: each is one request. Ethereum finalises within 96.
pub const DEPTH_MAX: u64 = 1024;

/// Most gas for one transaction, a count: the protocol's own limit since EIP-7825.
pub const GAS_MAX: u64 = 1 << 24;

/// Largest fee for one unit of gas that may be configured, in wei: 10,000 gwei.
pub const FEE_WEI_MAX: u128 = 10_000_000_000_000;

/// Most entries, blocks and decisions that the stand-in holds, a count each.
pub const STAND_IN_MAX: usize = 65_536;
