//! What a node says to who anchors there, starting from one conversation with a real node.

use std::sync::LazyLock;

use comity_anchor::{
    AnchorError, AnchorReceipt, ChainPort as _, Evm, Finality, Place, Settings, Wire, contract,
    limits, rpc,
};
use serde_json::{Value, json};

use crate::oracle;

static LINES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let lines = include_str!("../../crates/anchor/tests/vectors/conversation.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a line is a document")).collect()
});

static RECEIPT: LazyLock<AnchorReceipt> =
    LazyLock::new(|| serde_json::from_value(LINES[2]["receipt"].clone()).expect("a receipt"));

/// The first answer to a question for this.
fn answered(method: &str) -> &'static Value {
    let is = |line: &&Value| line["question"]["method"] == method;
    &LINES.iter().find(is).expect("it was asked")["answer"]["result"]
}

/// The results that a node gives, one after the other, in answers that are well formed; number and code are always right, so
/// that something else is looked at.
struct Script<'a> {
    results: std::slice::Split<'a, u8, fn(&u8) -> bool>,
}

impl Wire for Script<'_> {
    fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, AnchorError> {
        let asked: Value = serde_json::from_slice(question).expect("a question is a document");
        let fixed = ["eth_chainId", "eth_getCode"].iter().find(|word| asked["method"] == **word);
        let result = match fixed {
            Some(method) => answered(method).to_string().into_bytes(),
            None => self.results.next().ok_or(AnchorError::TimedOut)?.to_vec(),
        };
        let head = format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":", asked["id"]);
        Ok([head.as_bytes(), &result, b"}"].concat())
    }
}

/// Whatever a node says is read or refused by name, and a receipt stands only on what says the same.
pub fn rpc_answer(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    match kind % 4 {
        0 => match rpc::answer(1, "eth_call", bytes) {
            Ok(result) => read(&result),
            Err(error) => oracle::refusal(error.code(), &error),
        },
        1 => returned(bytes),
        2 => {
            let Ok(value) = comity_wire::json::parse(bytes) else { return };
            let Ok(receipt) = serde_json::from_value::<AnchorReceipt>(value.clone()) else {
                return;
            };
            let again = serde_json::to_value(&receipt).expect("a receipt is written");
            let read: AnchorReceipt = serde_json::from_value(again.clone()).expect("and read");
            assert_eq!(read, receipt);
            assert_eq!(again["chain"] == "stand-in", again.get("contract").is_none());
        }
        _ => standing(bytes),
    }
}

fn read(result: &Value) {
    if let Some(inclusion) = rpc::read_inclusion(result) {
        assert!(inclusion.logs.len() <= limits::LOGS_MAX);
        for log in inclusion.logs {
            assert!(log.topics.len() <= 4 && log.data.len() <= limits::DATA_BYTES_MAX);
            if let Some(anchored) = contract::read_anchored(&log.topics, &log.data) {
                assert!(anchored.payload.len() <= limits::PAYLOAD_BYTES_MAX);
            }
        }
    }
    let _ = (rpc::read_block(result), rpc::read_quantity(result), rpc::read_hash(result));
    if let Some(bytes) = rpc::read_data(result, limits::CODE_BYTES_MAX) {
        assert!(bytes.len() <= limits::CODE_BYTES_MAX);
        returned(&bytes);
    }
}

fn returned(bytes: &[u8]) {
    assert!(contract::read_state(bytes).is_none() || bytes.len() == 10 * 32);
    assert!(contract::read_entry(bytes).is_none() || bytes.len() == 6 * 32);
    if let Some(refusal) = contract::read_refusal(bytes) {
        oracle::refusal(refusal.code(), &refusal);
    }
    let (words, _) = bytes.as_chunks::<32>();
    if let Some((topics, _)) = words.split_first_chunk::<4>() {
        let anchored = contract::read_anchored(topics, &bytes[4 * 32..]);
        assert!(anchored.is_none_or(|it| it.payload.len() <= limits::PAYLOAD_BYTES_MAX));
    }
}

fn standing(bytes: &[u8]) {
    let is_end: fn(&u8) -> bool = |byte| *byte == b'\n';
    let Place::Evm { contract, .. } = RECEIPT.place else { return };
    let (contract, finality) = (Some(contract), Finality::Depth(3));
    let settings = Settings { chain_id: 31_337, contract, finality, ..Settings::default() };
    let script = Script { results: bytes.split(is_end) };
    let mut evm = Evm::new(script, settings, None, Box::new(|| {})).expect("within the limits");
    match evm.standing(&RECEIPT) {
        Ok(standing) => {
            assert_eq!(standing.is_final, 3 <= standing.depth);
            let words = [RECEIPT.block_hash, RECEIPT.transaction].map(|hash| hash.to_string());
            let said = String::from_utf8_lossy(bytes).to_ascii_lowercase();
            assert!(words.iter().all(|word| said.contains(word)), "{said}");
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// Real things for the corpus of a target.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    if name != "anchor_rpc" {
        return Vec::new();
    }
    let tagged = |kind: u8, bytes: &[u8]| [&[kind], bytes].concat();
    let text = |value: &Value| tagged(0, value.to_string().as_bytes());
    let data = "0x4eabc9bd000000000000000000000000000000000000000000000000000000000000000f";
    let error = json!({ "code": 3, "message": "execution reverted", "data": data });
    let mut seeds = vec![
        tagged(2, LINES[2]["receipt"].to_string().as_bytes()),
        text(&json!({ "jsonrpc": "2.0", "id": 1, "error": error })),
    ];
    let mut results = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for line in &LINES[3..] {
        let (method, result) = (line["question"]["method"].as_str(), &line["answer"]["result"]);
        let mut result = result.clone();
        // Long, and looked at by nobody.
        result.as_object_mut().map(|members| members.remove("logsBloom"));
        match method {
            Some("eth_chainId" | "eth_getCode") => continue,
            // The last look begins with it.
            Some("eth_getTransactionReceipt") => results.clear(),
            _ => {}
        }
        results.push(result.to_string());
        let bytes = rpc::read_data(&result, limits::DATA_BYTES_MAX);
        if method == Some("eth_call") {
            seeds.extend(bytes.map(|bytes| tagged(1, &bytes)));
        }
        if seen.insert(method) {
            seeds.push(text(&json!({ "jsonrpc": "2.0", "id": 1, "result": result })));
        }
    }
    // The state was asked for after the look.
    results.pop();
    seeds.push(tagged(3, results.join("\n").as_bytes()));
    seeds
}
