//! A conversation with a real node, which `on_a_node --record` wrote down, gone through again: unchanged, and with each of the
//! node's answers changed.

use std::sync::LazyLock;

use comity_anchor::{
    Account, AnchorError, AnchorReceipt, ChainHash, ChainPort as _, Evm, Finality, Founding,
    Publication, Settings, Standing, State, Wire, text,
};
use comity_bls::{Certificate, CommitteeKey};
use comity_wire::{Digest, hex};
use serde_json::{Value, json};

/// The first account of the node.
const SECRET: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

static LINES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let lines = include_str!("../vectors/conversation.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
});

static FOUNDED: LazyLock<(CommitteeKey, Certificate)> = LazyLock::new(|| {
    let bytes = |line: usize, name: &str| hex::decode(LINES[line][name].as_str().unwrap()).unwrap();
    let key = CommitteeKey::decode(&bytes(0, "key")).unwrap();
    (key, Certificate::decode(&bytes(1, "certificate")).unwrap())
});

fn founding() -> Founding {
    Founding { genesis: Digest::ZERO, key: FOUNDED.0.clone(), key_from: 1 }
}

/// Questions and answers.
fn lines() -> &'static [Value] {
    &LINES[3..]
}

/// Answers as it is written; a question that is not there is not answered.
struct Script {
    lines: Vec<Value>,
    at: usize,
}

impl Wire for Script {
    fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, AnchorError> {
        let line = self.lines.get(self.at).ok_or(AnchorError::TimedOut)?;
        self.at += 1;
        if serde_json::from_slice::<Value>(question).unwrap() != line["question"] {
            return Err(AnchorError::TimedOut);
        }
        Ok(line["answer"].to_string().into_bytes())
    }
}

type Seen = (AnchorReceipt, Standing, State);

/// What the anchor makes of it when the answers are changed.
fn run(settings: Settings, change: impl FnOnce(&mut [Value])) -> Result<Seen, AnchorError> {
    let mut lines = lines().to_vec();
    change(&mut lines);
    let account = Account::from_secret(&text::read_array(SECRET).unwrap()).unwrap();
    let wire = Script { lines, at: 0 };
    let mut evm = Evm::new(wire, settings, Some(account), Box::new(|| {})).unwrap();
    evm.deploy(&founding())?;
    let (certificate, previous) = (FOUNDED.1, Digest::ZERO);
    let publication = Publication { certificate, previous, payload: Vec::new() };
    let receipt = evm.publish(&publication)?;
    let standing = evm.standing(&receipt)?;
    Ok((receipt, standing, evm.state()?))
}

fn settings() -> Settings {
    Settings { chain_id: 31_337, finality: Finality::Depth(3), polls: 1, ..Settings::default() }
}

/// The places of the questions for this.
fn asked(method: &str) -> Vec<usize> {
    let is = |line: &Value| line["question"]["method"] == method;
    lines().iter().enumerate().filter(|(_, line)| is(line)).map(|(at, _)| at).collect()
}

fn with(method: &str, which: usize, change: impl FnOnce(&mut Value)) -> AnchorError {
    let at = asked(method)[which];
    run(settings(), |lines| change(&mut lines[at]["answer"]["result"])).unwrap_err()
}

#[test]
fn the_same_questions_get_the_same_receipt() {
    let (receipt, standing, state) = run(settings(), |_| {}).unwrap();
    assert_eq!(serde_json::to_value(&receipt).unwrap(), LINES[2]["receipt"]);
    assert_eq!((standing.depth, standing.is_final), (3, true));
    assert_eq!((state.length, state.head, state.next_epoch), (1, receipt.commitment, 2));
}

#[test]
fn no_answer_can_be_left_out_or_be_something_else() {
    for at in 0..lines().len() {
        let method = lines()[at]["question"]["method"].clone();
        for other in [
            json!({}),
            json!({ "jsonrpc": "2.0", "id": at + 1, "result": null }),
            json!({ "jsonrpc": "2.0", "id": at + 1, "result": {} }),
            json!({ "jsonrpc": "2.0", "id": at + 1, "error": { "code": -32000, "message": "no" } }),
        ] {
            let refused = run(settings(), |lines| lines[at]["answer"] = other.clone());
            assert!(refused.is_err(), "{at} {method}: {other}");
        }
    }
}

#[test]
fn nothing_is_sent_to_another_chain_or_another_contract() {
    let one = Settings { chain_id: 1, ..settings() };
    let refused = run(one, |_| {}).unwrap_err();
    assert_eq!(refused, AnchorError::WrongChain { expected: 1, found: 31_337 });
    assert_eq!(refused.code(), "anchor.wrong_chain");
    assert!(refused.hint().is_some());
    let refused = with("eth_getCode", 1, |code| *code = json!("0x"));
    assert_eq!(refused.code(), "anchor.no_contract");
    let refused = with("eth_getCode", 1, |code| *code = json!("0x5f5ff3"));
    assert_eq!(refused.code(), "anchor.other_code");
}

#[test]
fn nothing_is_sent_that_costs_more_than_allowed() {
    let gas = Settings { gas: 100_000, ..settings() };
    assert_eq!(run(gas, |_| {}).unwrap_err().code(), "anchor.too_much_gas");
    let cheap = Settings { fee_wei: 1_000_000_000, ..settings() };
    let refused = run(cheap, |_| {}).unwrap_err();
    let (asked, allowed) = (2_000_000_000, 1_000_000_000);
    assert_eq!(refused, AnchorError::TooExpensive { asked, allowed });
    assert_eq!(refused.code(), "anchor.too_expensive");
    let refused = with("eth_getBalance", 0, |balance| *balance = json!("0x1"));
    assert_eq!(refused.code(), "anchor.too_little_balance");
}

#[test]
fn settings_have_bounds() {
    let refused = |settings| {
        let script = Script { lines: Vec::new(), at: 0 };
        Evm::new(script, settings, None, Box::new(|| {})).unwrap_err().code()
    };
    let bad = [
        Settings { fee_wei: 10_000_000_000_001, ..settings() },
        Settings { priority_fee_wei: settings().fee_wei + 1, ..settings() },
        Settings { gas: (1 << 24) + 1, ..settings() },
        Settings { finality: Finality::Depth(1025), ..settings() },
    ];
    for settings in bad {
        assert_eq!(refused(settings), "anchor.bad_config");
    }
    assert_eq!(Finality::depth(1025).unwrap_err().code(), "anchor.bad_config");
    assert_eq!(Finality::depth(1024), Ok(Finality::Depth(1024)));
    let script = Script { lines: lines().to_vec(), at: 0 };
    let mut evm = Evm::new(script, settings(), None, Box::new(|| {})).unwrap();
    assert_eq!(evm.state().unwrap_err().code(), "anchor.contract_unknown");
    let at = evm.place().unwrap_err();
    assert_eq!(at, AnchorError::ContractUnknown);
}

#[test]
fn who_has_no_account_sends_nothing() {
    let script = Script { lines: lines().to_vec(), at: 0 };
    let mut evm = Evm::new(script, settings(), None, Box::new(|| {})).unwrap();
    assert_eq!(evm.deploy(&founding()).unwrap_err().code(), "anchor.account_unknown");
}

#[test]
fn a_node_that_contradicts_itself_is_found_out() {
    let other = format!("0x{}", "07".repeat(32));
    let refused = with("eth_sendRawTransaction", 1, |hash| *hash = json!(other));
    assert_eq!(refused.code(), "anchor.other_hash");
    let refused = with("eth_getTransactionReceipt", 0, |receipt| {
        receipt["contractAddress"] = json!(format!("0x{}", "07".repeat(20)));
    });
    assert_eq!(refused.code(), "anchor.other_event");
    let refused = with("eth_getTransactionReceipt", 1, |receipt| *receipt = Value::Null);
    assert_eq!(refused.code(), "anchor.not_included");
    let refused = with("eth_getTransactionReceipt", 1, |receipt| receipt["status"] = json!("0x0"));
    assert_eq!(refused.code(), "anchor.failed");

    // The event, field by field: its contract, its topics, its words, and that it is there at all.
    let event = |change: &dyn Fn(&mut Value)| {
        let refused = with("eth_getTransactionReceipt", 1, |receipt| change(&mut receipt["logs"]));
        assert_eq!(refused.code(), "anchor.other_event");
    };
    event(&|logs| *logs = json!([]));
    event(&|logs| logs[0]["address"] = json!(format!("0x{}", "07".repeat(20))));
    for topic in [0, 2, 3] {
        event(&|logs| logs[0]["topics"][topic] = json!(other));
    }
    for word in 0..4 {
        // All but the key's number, which the publisher does not know.
        if word != 1 {
            event(&|logs| {
                let mut data = logs[0]["data"].as_str().unwrap().to_owned();
                let last = 2 + 64 * (word + 1) - 1;
                data.replace_range(last..=last, "e");
                logs[0]["data"] = json!(data);
            });
        }
    }
    event(&|logs| {
        let twice = logs[0].clone();
        logs.as_array_mut().unwrap().push(twice);
    });
    // The key's number is the contract's to say: its entry and its event must agree.
    let refused = with("eth_call", 0, |entry| {
        let text = entry.as_str().unwrap().to_owned();
        *entry = json!(format!("{}f{}", &text[..2 + 64 * 4 - 1], &text[2 + 64 * 4..]));
    });
    assert_eq!(refused.code(), "anchor.other_event");
}

#[test]
fn a_block_that_is_gone_takes_its_entry_along() {
    let at = |number: &str| {
        let is = |at: &usize| lines()[*at]["question"]["params"][0] == number;
        asked("eth_getBlockByNumber").into_iter().find(is).unwrap()
    };
    let other = format!("0x{}", "07".repeat(32));
    let refused = |at: usize, member: &str| {
        let change = |lines: &mut [Value]| lines[at]["answer"]["result"][member] = json!(other);
        run(settings(), change).unwrap_err()
    };
    let found = Some(ChainHash([7; 32]));
    let gone = refused(at("0x2"), "hash");
    assert!(
        matches!(gone, AnchorError::Reorganised { number: 2, found: other, .. } if other == found)
    );
    assert_eq!(gone.code(), "anchor.reorganised");
    assert_eq!(refused(at("0x3"), "parentHash"), AnchorError::BrokenChain { number: 3 });
    assert_eq!(refused(at("0x3"), "hash"), AnchorError::BrokenChain { number: 4 });
}
