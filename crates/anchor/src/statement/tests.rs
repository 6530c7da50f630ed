use comity_bls::Kind;
use comity_wire::sha256;

use super::*;
use crate::receipt::ChainHash;

fn window() -> Window {
    Window::over(4, &[sha256(b"one"), sha256(b"two")], sha256(b"state"))
}

fn receipt(place: Place) -> AnchorReceipt {
    AnchorReceipt {
        place,
        block_number: 7,
        block_hash: ChainHash([1; 32]),
        block_time: 1_795_286_499,
        transaction: ChainHash([2; 32]),
        log_index: 0,
        number: 3,
        previous: Digest::ZERO,
        kind: Kind::Decision,
        epoch: 100,
        commitment: window().payload().unwrap(),
        parameters: Digest::ZERO,
        key_epoch: 1,
    }
}

const FINAL: Standing = Standing { depth: 64, is_final: true };

#[test]
fn a_chain_is_stated_with_its_number_and_contract_and_the_stand_in_with_neither() {
    let contract = "0x5FbDB2315678afecb367f032d93F642f64180aa3".parse().unwrap();
    let evm = receipt(Place::Evm { chain_id: 1, contract });
    let body = anchored(&evm, &FINAL, Layer::L1, window()).unwrap();
    assert_eq!(body.chain, ChainRef { id: 1, name: "eip155:1".to_owned() });
    assert_eq!(body.contract, "0x5fbdb2315678afecb367f032d93f642f64180aa3");
    assert_eq!((body.depth, body.payload, body.window), (64, evm.commitment, window()));
    assert_eq!((body.block.number, body.block.time.unix()), (7, 1_795_286_499));
    assert_eq!(body.block.hash, Digest::from_bytes([1; 32]));
    assert_eq!(body.transaction, Digest::from_bytes([2; 32]));
    let body = anchored(&receipt(Place::StandIn), &FINAL, Layer::L1, window()).unwrap();
    assert_eq!(body.chain, ChainRef { id: 0, name: "stand-in".to_owned() });
    assert_eq!(body.contract, "");
}

#[test]
fn what_is_not_final_or_something_else_is_not_stated() {
    let receipt = receipt(Place::StandIn);
    let standing = Standing { depth: 3, is_final: false };
    let refused = anchored(&receipt, &standing, Layer::L1, window()).unwrap_err();
    assert_eq!(
        (&refused, refused.code()),
        (&AnchorError::NotFinal { depth: 3 }, "anchor.not_final")
    );
    let other = Window { from: 5, ..window() };
    let refused = anchored(&receipt, &FINAL, Layer::L1, other).unwrap_err();
    assert_eq!(refused.code(), "anchor.other_event");
    // On L2 it is one item, whatever a window over it would be.
    let body = anchored(&receipt, &FINAL, Layer::L2, other).unwrap();
    assert_eq!(body.payload, receipt.commitment);
}
