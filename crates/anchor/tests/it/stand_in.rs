//! The stand-in: the contract's rules, and what it says of itself. That both say the same is checked on a node.

use comity_anchor::limits::STAND_IN_MAX;
use comity_anchor::{
    Address, AnchorError, AnchorReceipt, ChainPort as _, Founding, Place, Refusal, StandIn,
};
use comity_bls::{Decision, Kind};
use comity_wire::{Digest, sha256};

use crate::committee::{Committee, commitment, verdict};

fn stand_in(committee: &Committee, depth: u64) -> StandIn {
    let key = committee.key.clone();
    StandIn::new(&Founding { genesis: Digest::ZERO, key, key_from: 100 }, depth).unwrap()
}

fn published(chain: &mut StandIn, committee: &Committee, decision: Decision) -> AnchorReceipt {
    let head = chain.state().unwrap().head;
    chain.publish(&committee.publication(decision, head)).unwrap()
}

#[test]
fn an_entry_is_final_when_blocks_are_built_on_it() {
    let committee = Committee::new(3, "first");
    let mut chain = stand_in(&committee, 3);
    let receipt = published(&mut chain, &committee, commitment(100));
    let json = serde_json::to_value(&receipt).unwrap();
    assert_eq!((&json["chain"], json.get("contract")), (&"stand-in".into(), None));
    let standing = |chain: &mut StandIn| {
        let standing = chain.standing(&receipt).unwrap();
        (standing.depth, standing.is_final)
    };
    assert_eq!(standing(&mut chain), (1, false));
    published(&mut chain, &committee, commitment(101));
    assert_eq!(standing(&mut chain), (2, false));
    chain.mine(1).unwrap();
    assert_eq!(standing(&mut chain), (3, true));
    assert_eq!(chain.place(), Ok(Place::StandIn));
}

#[test]
fn blocks_are_dated_with_their_number_or_with_what_the_stand_in_is_told() {
    let committee = Committee::new(3, "first");
    let mut chain = stand_in(&committee, 3);
    assert_eq!(published(&mut chain, &committee, commitment(100)).block_time, 0);
    chain.set_time(1_767_225_600);
    let receipt = published(&mut chain, &committee, commitment(101));
    assert_eq!((receipt.block_number, receipt.block_time), (1, 1_767_225_600));
    assert!(!chain.standing(&receipt).unwrap().is_final);
}

#[test]
fn nine_shares_make_a_signature_that_is_refused() {
    let committee = Committee::new(3, "first");
    let mut chain = stand_in(&committee, 0);
    let decision = commitment(100);
    assert_eq!(committee.interpolated(decision, 10), committee.certify(decision));
    let mut publication = committee.publication(decision, Digest::ZERO);
    publication.certificate = committee.interpolated(decision, 9);
    let refused = chain.publish(&publication).unwrap_err();
    assert_eq!(refused, AnchorError::Refused(Refusal::BadSignature));
    assert_eq!(refused.code(), "anchor.bad_signature");
    assert!(refused.hint().is_some());
    assert_eq!(chain.state().unwrap().length, 0);
}

#[test]
fn refusals_change_nothing() {
    let (first, second) = (Committee::new(3, "first"), Committee::new(4, "second"));
    let mut chain = stand_in(&first, 0);
    published(&mut chain, &first, commitment(100));
    published(&mut chain, &first, verdict(102, "at once"));
    let state = chain.state().unwrap();
    let head = state.head;
    let mut long = first.publication(verdict(103, "x"), head);
    long.payload = vec![0; 4097];
    let mut other = long.clone();
    other.payload = b"y".to_vec();
    let handover = Decision { kind: Kind::Handover, ..verdict(103, "key") };
    for (publication, code) in [
        (first.publication(commitment(101), sha256(b"other")), "anchor.out_of_order"),
        (first.publication(commitment(100), head), "anchor.epoch_not_later"),
        (first.publication(verdict(99, "early"), head), "anchor.key_not_in_force"),
        (first.publication(verdict(102, "at once"), head), "anchor.already_published"),
        (first.publication(handover, head), "anchor.unknown_kind"),
        (second.publication(commitment(101), head), "anchor.bad_signature"),
        (long, "anchor.payload_too_long"),
        (other, "anchor.payload_mismatch"),
    ] {
        assert_eq!(chain.publish(&publication).unwrap_err().code(), code);
        assert_eq!(chain.state().unwrap(), state);
    }
    for (rotation, code) in [
        (first.hand_over(&second, 101), "anchor.epoch_not_later"),
        (first.hand_over(&second, 99), "anchor.key_not_in_force"),
        (first.hand_over(&Committee::new(3, "third"), 102), "anchor.key_not_later"),
        (second.hand_over(&second, 102), "anchor.bad_signature"),
    ] {
        assert_eq!(chain.rotate(&rotation).unwrap_err().code(), code);
        assert_eq!(chain.state().unwrap(), state);
    }
    chain.rotate(&first.hand_over(&second, 102)).unwrap();
    let receipt = published(&mut chain, &second, commitment(103));
    assert_eq!((receipt.key_epoch, receipt.number), (4, 2));
}

#[test]
fn a_receipt_of_something_else_does_not_stand() {
    let committee = Committee::new(3, "first");
    let mut chain = stand_in(&committee, 0);
    let receipt = published(&mut chain, &committee, commitment(100));
    let mut code = |receipt: &AnchorReceipt| chain.standing(receipt).unwrap_err().code();
    let mut other = receipt;
    other.commitment = Digest::ZERO;
    assert_eq!(code(&other), "anchor.other_event");
    other.block_number += 1;
    assert_eq!(code(&other), "anchor.reorganised");
    other.place = Place::Evm { chain_id: 1, contract: Address([1; 20]) };
    assert_eq!(code(&other), "anchor.other_place");
}

#[test]
fn it_holds_so_much_and_no_more() {
    let committee = Committee::new(3, "first");
    let mut chain = stand_in(&committee, 0);
    chain.mine(STAND_IN_MAX).unwrap();
    let refused = chain.mine(1).unwrap_err();
    assert_eq!(
        (&refused, refused.code()),
        (&AnchorError::Full { max: STAND_IN_MAX }, "anchor.full")
    );
    let publication = committee.publication(commitment(100), Digest::ZERO);
    assert_eq!(chain.publish(&publication).unwrap_err().code(), "anchor.full");
    assert_eq!(chain.state().unwrap().length, 0);
    let founding = Founding { genesis: Digest::ZERO, key: committee.key, key_from: 0 };
    assert_eq!(StandIn::new(&founding, 1025).unwrap_err().code(), "anchor.bad_config");
}
