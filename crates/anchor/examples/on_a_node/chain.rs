//! What the chain does to a transaction, and what is said about it.

use std::path::Path;

use comity_anchor::{
    Account, Address, AnchorError, ChainPort as _, Evm, Finality, Founding, Http, Refusal,
    Settings, Wire,
};
use comity_wire::{Digest, sha256};
use serde_json::json;

use crate::committee::{Committee, commitment};
use crate::node::{Node, pause, rich, settings};

fn founding() -> (Committee, Founding) {
    let committee = Committee::new(3, "first");
    let key = committee.key.clone();
    (committee, Founding { genesis: Digest::ZERO, key, key_from: 1 })
}

pub(crate) fn needs_the_precompiles(anvil: &Path) {
    let node = Node::start(anvil, "cancun");
    let refused = node.evm(settings()).deploy(&founding().1).unwrap_err();
    let AnchorError::Refused(Refusal::NoPrecompile(address)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(address.0.last(), Some(&0x0f));
}

pub(crate) fn looks_before_it_sends(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let (committee, founding) = founding();
    let mut evm = node.evm(settings());
    let contract = evm.deploy(&founding).unwrap();
    let publication = committee.publication(commitment(1), Digest::ZERO);
    let ours = Settings { contract: Some(contract), ..settings() };
    let code = |settings: Settings| node.evm(settings).publish(&publication).unwrap_err().code();

    assert_eq!(code(Settings { chain_id: 1, ..ours }), "anchor.wrong_chain");
    assert_eq!(code(settings()), "anchor.contract_unknown");
    let empty = Address([9; 20]);
    assert_eq!(code(Settings { contract: Some(empty), ..ours }), "anchor.no_contract");
    node.ask("anvil_setCode", &json!([empty.to_string(), "0x5f5ff3"])).unwrap();
    assert_eq!(code(Settings { contract: Some(empty), ..ours }), "anchor.other_code");
    let cheap = Settings { fee_wei: 1, priority_fee_wei: 1, ..ours };
    assert_eq!(code(cheap), "anchor.too_expensive");
    assert_eq!(code(Settings { gas: 100_000, ..ours }), "anchor.too_much_gas");

    let poor = Account::from_secret(&[7; 32]).unwrap();
    let with = |account| Evm::new(node.wire(), ours, account, pause()).unwrap();
    let refused = with(Some(poor)).publish(&publication).unwrap_err();
    assert_eq!(refused.code(), "anchor.too_little_balance");
    let refused = with(None).publish(&publication).unwrap_err();
    assert_eq!(refused, AnchorError::AccountUnknown);

    let refused = node.ask("eth_noSuchThing", &json!([])).unwrap_err();
    assert_eq!(refused.code(), "anchor.rpc");
    let refused = evm.entry(0).unwrap_err();
    assert_eq!(refused.code(), "anchor.reverted");
    // Nothing of this has changed anything.
    assert_eq!(evm.state().unwrap().length, 0);
    with(Some(rich(1))).publish(&publication).unwrap();

    let wire = node.wire();
    drop(node);
    let mut gone = Evm::new(wire, ours, None, pause()).unwrap();
    assert_eq!(gone.state().unwrap_err().code(), "anchor.unreachable");
}

pub(crate) fn waits_for_depth(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let (committee, founding) = founding();
    let mut evm = node.evm(Settings { finality: Finality::Depth(5), ..settings() });
    let contract = evm.deploy(&founding).unwrap();
    let publication = committee.publication(commitment(1), Digest::ZERO);
    let receipt = evm.publish(&publication).unwrap();
    let expect = |finality, depth, is_final| {
        let settings = Settings { finality, contract: Some(contract), ..settings() };
        // Who only looks needs no account.
        let mut reader = Evm::new(node.wire(), settings, None, pause()).unwrap();
        let standing = reader.standing(&receipt).unwrap();
        assert_eq!((standing.depth, standing.is_final), (depth, is_final));
    };
    expect(Finality::Depth(1), 1, true);
    expect(Finality::Depth(2), 1, false);
    node.mine(3);
    expect(Finality::Depth(5), 4, false);
    expect(Finality::Tag, 4, false);
    node.mine(1);
    expect(Finality::Depth(5), 5, true);
    node.mine(200);
    expect(Finality::Depth(64), 205, true);
    expect(Finality::Tag, 205, true);

    // What was never there.
    let mut refused = |receipt| evm.standing(&receipt).unwrap_err().code();
    let mut other = receipt.clone();
    other.commitment = sha256(b"other");
    assert_eq!(refused(other), "anchor.other_event");
    let mut other = receipt.clone();
    other.number = 1;
    assert_eq!(refused(other), "anchor.other_event");
    let mut other = receipt.clone();
    other.log_index = 1;
    assert_eq!(refused(other), "anchor.other_event");
    let mut other = receipt.clone();
    other.block_time += 1;
    assert_eq!(refused(other), "anchor.other_event");
    let mut other = receipt.clone();
    other.block_number += 1;
    assert_eq!(refused(other), "anchor.reorganised");
    let mut other = receipt.clone();
    other.place = comity_anchor::Place::StandIn;
    assert_eq!(refused(other), "anchor.other_place");
    let mut other = receipt;
    other.transaction.0[0] ^= 1;
    assert_eq!(refused(other), "anchor.reorganised");
}

pub(crate) fn notices_another_chain_of_blocks(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let (committee, founding) = founding();
    let mut evm = node.evm(Settings { finality: Finality::Depth(3), ..settings() });
    evm.deploy(&founding).unwrap();
    let before = node.ask("evm_snapshot", &json!([])).unwrap();
    let publication = committee.publication(commitment(1), Digest::ZERO);
    let receipt = evm.publish(&publication).unwrap();
    node.mine(2);
    assert!(evm.standing(&receipt).unwrap().is_final);

    // The node forgets the block, and for a while has none at that height.
    node.ask("evm_revert", &json!([before])).unwrap();
    let refused = evm.standing(&receipt).unwrap_err();
    let (number, expected) = (receipt.block_number, receipt.block_hash);
    assert_eq!(refused, AnchorError::Reorganised { number, expected, found: None });
    // Then it has another one.
    node.ask("evm_increaseTime", &json!([60])).unwrap();
    node.mine(3);
    let refused = evm.standing(&receipt).unwrap_err();
    assert!(
        matches!(refused, AnchorError::Reorganised { found: Some(found), .. } if found != expected)
    );
    // What was published is published again.
    let again = evm.publish(&publication).unwrap();
    assert_ne!(again.block_hash, receipt.block_hash);
    node.mine(2);
    assert!(evm.standing(&again).unwrap().is_final);

    // The same by the node's own means: the last three blocks are replaced by empty ones.
    node.ask("anvil_reorg", &json!([3, []])).unwrap();
    let refused = evm.standing(&again).unwrap_err();
    assert_eq!(refused.code(), "anchor.reorganised");
}

pub(crate) fn says_what_was_sent_and_not_included(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let (committee, founding) = founding();
    let mut evm = node.evm(settings());
    evm.deploy(&founding).unwrap();
    let contract = evm.settings().contract;
    let mut evm = node.evm(Settings { polls: 3, contract, ..settings() });
    node.ask("evm_setAutomine", &json!([false])).unwrap();
    let publication = committee.publication(commitment(1), Digest::ZERO);
    let AnchorError::NotIncluded { transaction, polls: 3 } = evm.publish(&publication).unwrap_err()
    else {
        panic!("it was included")
    };
    assert_eq!(evm.inclusion(transaction).unwrap(), None);
    node.mine(1);
    assert!(evm.inclusion(transaction).unwrap().unwrap().succeeded);
    assert_eq!(evm.state().unwrap().head, commitment(1).commitment);
}

/// The way to a node, on which somebody else is faster: before the first question for the account's number, `first` happens.
struct Race<F> {
    wire: Http,
    first: Option<F>,
}

impl<F: FnOnce()> Wire for Race<F> {
    fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, AnchorError> {
        let text = String::from_utf8_lossy(question);
        if let Some(first) = self.first.take_if(|_| text.contains("eth_getTransactionCount")) {
            first();
        }
        self.wire.ask(question)
    }
}

/// Two publish the same; the first to be included wins, and the second learns that it failed.
pub(crate) fn says_what_was_included_and_failed(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let (committee, founding) = founding();
    let mut evm = node.evm(settings());
    let contract = evm.deploy(&founding).unwrap();
    let publication = committee.publication(commitment(1), Digest::ZERO);
    let ours = Settings { contract: Some(contract), ..settings() };
    let mut faster = Evm::new(node.wire(), ours, Some(rich(1)), pause()).unwrap();
    let first = || assert!(faster.publish(&publication).is_ok());
    let race = Race { wire: node.wire(), first: Some(first) };
    let mut second = Evm::new(race, ours, Some(rich(0)), pause()).unwrap();
    assert_eq!(second.publish(&publication).unwrap_err().code(), "anchor.failed");
    assert_eq!(second.state().unwrap().length, 1);
}
