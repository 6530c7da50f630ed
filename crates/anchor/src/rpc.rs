//! JSON-RPC 2.0: questions as bytes, and answers as the few values that are asked for.
//!
//! Everything here is a function of its arguments. What a node says is material: it is bounded, and refused unless it has
//! the form that the question asks for.

use comity_wire::json;
use serde_json::{Value, json};

use crate::account::Address;
use crate::contract::read_refusal;
use crate::error::AnchorError;
use crate::limits::{ANSWER_BYTES_MAX, DATA_BYTES_MAX, LOGS_MAX, SAID_CHARS_MAX};
use crate::receipt::ChainHash;
use crate::text;

/// A question, as it is sent.
pub fn question(id: u64, method: &'static str, params: &Value) -> Vec<u8> {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
        .to_string()
        .into_bytes()
}

/// The result in an answer to the question with this id; `null` is a result.
///
/// # Errors
///
/// [`AnchorError::TooLarge`], [`AnchorError::BadAnswer`]; if the node refuses, [`AnchorError::Refused`] with the contract's
/// reason, [`AnchorError::Reverted`] with another, [`AnchorError::Rpc`] otherwise.
pub fn answer(id: u64, method: &'static str, bytes: &[u8]) -> Result<Value, AnchorError> {
    if ANSWER_BYTES_MAX < bytes.len() {
        return Err(AnchorError::TooLarge { max: ANSWER_BYTES_MAX });
    }
    let bad = |what| AnchorError::BadAnswer { method, what };
    let mut document = json::parse(bytes).map_err(|_| bad("a JSON document"))?;
    let version = document.get("jsonrpc").and_then(Value::as_str);
    if version != Some("2.0") || document.get("id").and_then(Value::as_u64) != Some(id) {
        return Err(bad("an answer to this question"));
    }
    if let Some(error) = document.get("error").filter(|error| !error.is_null()) {
        return Err(refused(method, error));
    }
    let result = document.get_mut("result").map(Value::take);
    result.ok_or_else(|| bad("a result"))
}

fn refused(method: &'static str, error: &Value) -> AnchorError {
    let said = said(error.get("message").and_then(Value::as_str).unwrap_or_default());
    let data = error.get("data").and_then(Value::as_str);
    let data = data.and_then(|data| text::read_data(data, DATA_BYTES_MAX));
    if let Some(refusal) = data.as_deref().and_then(read_refusal) {
        return refusal.into();
    }
    let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
    // Code 3 is a call that fails, here as everywhere.
    if code == 3 || said.contains("revert") {
        return AnchorError::Reverted { said };
    }
    AnchorError::Rpc { method, code, said }
}

fn said(words: &str) -> String {
    let printable = |c: char| if c.is_control() { '?' } else { c };
    words.chars().take(SAID_CHARS_MAX).map(printable).collect()
}

/// A block, as far as it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its height.
    pub number: u64,
    /// Its hash.
    pub hash: ChainHash,
    /// The hash of the block below.
    pub parent: ChainHash,
    /// Its date, in seconds since 1970.
    pub time: u64,
    /// What it asks for a unit of gas, in wei.
    pub base_fee_wei: u128,
}

/// What a contract logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The contract.
    pub address: Address,
    /// The kind of event, and what can be searched by.
    pub topics: Vec<[u8; 32]>,
    /// The rest.
    pub data: Vec<u8>,
    /// Its number in the block.
    pub index: u64,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// The transaction.
    pub transaction: ChainHash,
    /// The height of its block.
    pub block_number: u64,
    /// The hash of its block.
    pub block_hash: ChainHash,
    /// Whether it did what it was to do.
    pub succeeded: bool,
    /// The gas that it used.
    pub gas: u64,
    /// The contract that it deployed.
    pub deployed: Option<Address>,
    /// What was logged.
    pub logs: Vec<Log>,
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn hash(value: &Value, name: &str) -> Option<ChainHash> {
    text::read_array(text_of(value, name)?).map(ChainHash)
}

fn number(value: &Value, name: &str) -> Option<u64> {
    u64::try_from(text::read_quantity(text_of(value, name)?)?).ok()
}

/// A quantity.
pub fn read_quantity(value: &Value) -> Option<u128> {
    text::read_quantity(value.as_str()?)
}

/// Bytes of at most `max`.
pub fn read_data(value: &Value, max: usize) -> Option<Vec<u8>> {
    text::read_data(value.as_str()?, max)
}

/// A hash.
pub fn read_hash(value: &Value) -> Option<ChainHash> {
    text::read_array(value.as_str()?).map(ChainHash)
}

/// A block.
pub fn read_block(value: &Value) -> Option<Block> {
    Some(Block {
        number: number(value, "number")?,
        hash: hash(value, "hash")?,
        parent: hash(value, "parentHash")?,
        time: number(value, "timestamp")?,
        base_fee_wei: text::read_quantity(text_of(value, "baseFeePerGas")?)?,
    })
}

/// What became of a transaction.
pub fn read_inclusion(value: &Value) -> Option<Inclusion> {
    let logs = value.get("logs")?.as_array().filter(|logs| logs.len() <= LOGS_MAX)?;
    let deployed = match value.get("contractAddress") {
        None | Some(Value::Null) => None,
        Some(address) => Some(Address(text::read_array(address.as_str()?)?)),
    };
    Some(Inclusion {
        transaction: hash(value, "transactionHash")?,
        block_number: number(value, "blockNumber")?,
        block_hash: hash(value, "blockHash")?,
        succeeded: number(value, "status")? == 1,
        gas: number(value, "gasUsed")?,
        deployed,
        logs: logs.iter().map(read_log).collect::<Option<_>>()?,
    })
}

fn read_log(value: &Value) -> Option<Log> {
    let topics = value.get("topics")?.as_array().filter(|topics| topics.len() <= 4)?;
    let topics = topics.iter().map(|topic| text::read_array(topic.as_str()?));
    Some(Log {
        address: Address(text::read_array(text_of(value, "address")?)?),
        topics: topics.collect::<Option<_>>()?,
        data: text::read_data(text_of(value, "data")?, DATA_BYTES_MAX)?,
        index: number(value, "logIndex")?,
    })
}

#[cfg(test)]
mod tests;
