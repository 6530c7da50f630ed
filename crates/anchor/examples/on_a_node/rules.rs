//! What is published and refused, by the contract and by the stand-in.

use std::path::Path;

use comity_anchor::{
    AnchorError, AnchorReceipt, ChainPort, Evm, Founding, Http, Place, Publication, Refusal,
    Rotation, StandIn, text,
};
use comity_bls::{Certificate, Decision, Kind};
use comity_wire::{Digest, sha256};
use serde_json::json;

use crate::committee::{Committee, commitment, verdict};
use crate::node::{Node, settings};

/// Both places, which must say the same.
struct Both {
    evm: Evm<Http>,
    stand_in: StandIn,
}

impl Both {
    fn publish(&mut self, publication: &Publication) -> Result<AnchorReceipt, AnchorError> {
        let (one, two) = (self.evm.publish(publication), self.stand_in.publish(publication));
        if let (Ok(one), Ok(two)) = (&one, &two) {
            assert_eq!(two.place, Place::StandIn);
            let entry = |receipt: &AnchorReceipt| {
                let AnchorReceipt { number, previous, kind, epoch, .. } = *receipt;
                (
                    number,
                    previous,
                    kind,
                    epoch,
                    receipt.commitment,
                    receipt.parameters,
                    receipt.key_epoch,
                )
            };
            assert_eq!(entry(one), entry(two));
        } else {
            assert_eq!(one.as_ref().err(), two.as_ref().err());
        }
        self.same_state();
        one
    }

    fn rotate(&mut self, rotation: &Rotation) -> Result<(), AnchorError> {
        let (one, two) = (self.evm.rotate(rotation), self.stand_in.rotate(rotation));
        assert_eq!(one, two);
        self.same_state();
        one
    }

    fn same_state(&mut self) {
        assert_eq!(self.evm.state().unwrap(), self.stand_in.state().unwrap());
    }

    fn refused(&mut self, publication: &Publication) -> Refusal {
        match self.publish(publication) {
            Err(AnchorError::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }
}

fn founding(committee: &Committee) -> Founding {
    Founding { genesis: sha256(b"genesis"), key: committee.key.clone(), key_from: 100 }
}

fn deployed(node: &Node, committee: &Committee) -> Evm<Http> {
    let mut evm = node.evm(settings());
    evm.deploy(&founding(committee)).unwrap();
    evm
}

/// The same certificate, saying that it is about something else.
fn about(certificate: &Certificate, decision: Decision, by: &Committee) -> Certificate {
    let mut bytes = by.certify(decision).encode();
    let signature = certificate.signature().to_bytes();
    let at = bytes.len() - signature.len();
    bytes[at..].copy_from_slice(&signature);
    Certificate::decode(&bytes).unwrap()
}

pub(crate) fn same_on_both(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let (first, second) = (Committee::new(3, "first"), Committee::new(4, "second"));
    let mut evm = node.evm(settings());
    evm.deploy(&founding(&first)).unwrap();
    println!("anchor/deploy_gas={}", evm.gas_used());
    let stand_in = StandIn::new(&founding(&first), 2).unwrap();
    let mut both = Both { evm, stand_in };
    let genesis = sha256(b"genesis");
    let head = taken(&mut both, &first, genesis);
    let head = decisions(&mut both, &first, head);
    signatures(&mut both, &first, head);
    rotation(&mut both, &first, &second, head);
}

/// In order, once, and no epoch twice. The epochs 100 and 102 are there afterwards.
fn taken(both: &mut Both, committee: &Committee, genesis: Digest) -> Digest {
    let early = committee.publication(commitment(99), genesis);
    assert_eq!(both.refused(&early), Refusal::KeyNotInForce { from: 100, epoch: 99 });
    let last = committee.publication(commitment(u64::MAX), genesis);
    assert_eq!(both.refused(&last), Refusal::KeyNotInForce { from: 100, epoch: u64::MAX });

    let first = committee.publication(commitment(100), genesis);
    let receipt = both.publish(&first).unwrap();
    println!("anchor/publish_gas={}", both.evm.gas_used());
    assert_eq!((receipt.number, receipt.epoch, receipt.key_epoch), (0, 100, 3));
    let head = commitment(100).commitment;
    assert_eq!(both.evm.entry(0).unwrap().commitment, head);

    // The same once more, from where it was and from where it would go now.
    let previous = genesis;
    assert_eq!(both.refused(&first), Refusal::OutOfOrder { head, previous });
    let again = committee.publication(commitment(100), head);
    assert_eq!(both.refused(&again), Refusal::EpochNotLater { next: 101, epoch: 100 });

    // An epoch may be left out, and then it stays so.
    both.publish(&committee.publication(commitment(102), head)).unwrap();
    println!("anchor/publish_again_gas={}", both.evm.gas_used());
    let head = commitment(102).commitment;
    let left_out = committee.publication(commitment(101), head);
    assert_eq!(both.refused(&left_out), Refusal::EpochNotLater { next: 103, epoch: 101 });
    head
}

/// Decisions go beside the commitments, at once, with their text if somebody wants it read.
fn decisions(both: &mut Both, committee: &Committee, head: Digest) -> Digest {
    let payload = vec![b'x'; 4096];
    let long = verdict(102, &"x".repeat(4096));
    let full = Publication { payload, ..committee.publication(long, head) };
    assert_eq!(long.commitment, sha256(&full.payload));
    let mut longer = full.clone();
    longer.payload.push(b'x');
    assert_eq!(both.refused(&longer), Refusal::PayloadTooLong { max: 4096, length: 4097 });
    let mut other = full.clone();
    other.payload.pop();
    let (certified, found) = (long.commitment, sha256(&other.payload));
    assert_eq!(both.refused(&other), Refusal::PayloadMismatch { commitment: certified, found });
    assert_eq!(both.publish(&full).unwrap().number, 2);
    println!("anchor/publish_decision_4096_byte_payload_gas={}", both.evm.gas_used());
    let head = long.commitment;

    let again = committee.publication(long, head);
    assert_eq!(both.refused(&again), Refusal::AlreadyPublished { number: 2 });
    let late = committee.publication(verdict(101, "late"), head);
    assert_eq!(both.refused(&late), Refusal::EpochNotLater { next: 102, epoch: 101 });
    let handover = Decision { kind: Kind::Handover, ..verdict(103, "key") };
    let handover = committee.publication(handover, head);
    assert_eq!(both.refused(&handover), Refusal::UnknownKind(3));
    both.publish(&committee.publication(verdict(103, "next"), head)).unwrap();
    verdict(103, "next").commitment
}

/// Ten shares are enough, whichever they are; nine are not, nor a signature for something else.
fn signatures(both: &mut Both, committee: &Committee, head: Digest) {
    let decision = commitment(104);
    let ten = committee.interpolated(decision, 10);
    assert_eq!(ten, committee.certify(decision));
    let mut refused = |certificate| {
        let publication = Publication { certificate, previous: head, payload: Vec::new() };
        assert_eq!(both.refused(&publication), Refusal::BadSignature);
    };
    refused(committee.interpolated(decision, 9));
    for other in [
        Decision { epoch: 105, ..decision },
        Decision { kind: Kind::Decision, ..decision },
        Decision { commitment: sha256(b"other"), ..decision },
        Decision { parameters: sha256(b"other"), ..decision },
    ] {
        refused(about(&ten, other, committee));
    }
    // The other point with the same x: one bit of the certificate.
    let mut bytes = ten.encode();
    let at = bytes.len() - 96;
    bytes[at] ^= 0x20;
    refused(Certificate::decode(&bytes).unwrap());
    // Another committee.
    refused(Committee::new(3, "third").certify(decision));
}

/// The old key ends where the new one begins.
fn rotation(both: &mut Both, first: &Committee, second: &Committee, head: Digest) {
    let refused = |both: &mut Both, rotation: &Rotation| match both.rotate(rotation) {
        Err(AnchorError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    // The last decision is of epoch 103.
    let early = first.hand_over(second, 102);
    assert_eq!(refused(both, &early), Refusal::EpochNotLater { next: 103, epoch: 102 });
    let early = first.hand_over(second, 99);
    assert_eq!(refused(both, &early), Refusal::KeyNotInForce { from: 100, epoch: 99 });
    let same = first.hand_over(&Committee::new(3, "third"), 104);
    assert_eq!(refused(both, &same), Refusal::KeyNotLater { current: 3, next: 3 });
    let by_itself = second.hand_over(second, 104);
    assert_eq!(refused(both, &by_itself), Refusal::BadSignature);
    let rotation = first.hand_over(second, 104);
    let mut other = rotation.clone();
    other.next = Committee::new(5, "third").key;
    assert_eq!(refused(both, &other), Refusal::BadSignature);

    both.rotate(&rotation).unwrap();
    println!("anchor/rotate_gas={}", both.evm.gas_used());
    assert_eq!(refused(both, &rotation), Refusal::KeyNotInForce { from: 105, epoch: 104 });
    let by_old = first.publication(commitment(105), head);
    assert_eq!(both.refused(&by_old), Refusal::BadSignature);
    let before = second.publication(commitment(104), head);
    assert_eq!(both.refused(&before), Refusal::KeyNotInForce { from: 105, epoch: 104 });
    let receipt = both.publish(&second.publication(commitment(105), head)).unwrap();
    assert_eq!((receipt.number, receipt.key_epoch), (4, 4));
}

/// One bit of the signature changed, wherever it is: the call is refused, and unchanged it would be taken.
pub(crate) fn every_bit_of_a_signature_counts(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let committee = Committee::new(3, "first");
    let evm = deployed(&node, &committee);
    let publication = committee.publication(commitment(100), sha256(b"genesis"));
    let call = publication.call();
    let at = call.len() - 256;
    let try_call = |call: &[u8]| {
        let to = evm.settings().contract.unwrap().to_string();
        let params = json!([{ "to": to, "data": text::data(call) }, "latest"]);
        node.ask("eth_call", &params)
    };
    try_call(&call).unwrap();
    for bit in 0..256 * 8 {
        let mut call = call.clone();
        call[at + bit / 8] ^= 1 << (bit % 8);
        let refused = try_call(&call).unwrap_err();
        assert_eq!(refused, AnchorError::Refused(Refusal::BadSignature), "bit {bit}");
    }
    println!("anchor/signature_bits_refused={}", 256 * 8);
}

/// Both coordinates of the next key must be those of the key that is certified.
pub(crate) fn keys_are_read_whole(anvil: &Path) {
    let node = Node::start(anvil, "prague");
    let committee = Committee::new(3, "first");
    let evm = deployed(&node, &committee);
    let call = committee.hand_over(&Committee::new(4, "second"), 100).call();
    let try_call = |call: &[u8]| {
        let to = evm.settings().contract.unwrap().to_string();
        let params = json!([{ "to": to, "data": text::data(call) }, "latest"]);
        node.ask("eth_call", &params)
    };
    try_call(&call).unwrap();
    // Selector, epoch, parameters, offset; then the key's four words.
    let key = 4 + 3 * 32..4 + 7 * 32;
    for bit in (key.start * 8..key.end * 8).step_by(5) {
        let mut call = call.clone();
        call[bit / 8] ^= 1 << (bit % 8);
        let refused = try_call(&call).unwrap_err();
        assert_eq!(refused, AnchorError::Refused(Refusal::BadKey), "bit {bit}");
    }
    // The point at infinity would verify what nobody signed.
    let mut infinity = call;
    infinity[key].fill(0);
    let refused = try_call(&infinity).unwrap_err();
    assert_eq!(refused, AnchorError::Refused(Refusal::BadKey));
}
