use super::*;
use crate::receipt::ChainHash;

fn block(number: u64, hash: u8, parent: u8) -> Block {
    let (hash, parent) = (ChainHash([hash; 32]), ChainHash([parent; 32]));
    Block { number, hash, parent, time: 0, base_fee_wei: 0 }
}

#[test]
fn blocks_follow_each_other_by_hash_and_by_height() {
    assert_eq!(follows(&[]), Ok(()));
    assert_eq!(follows(&[block(5, 1, 0)]), Ok(()));
    assert_eq!(follows(&[block(5, 1, 0), block(6, 2, 1), block(7, 3, 2)]), Ok(()));
    let refused = follows(&[block(5, 1, 0), block(6, 2, 1), block(7, 3, 9)]).unwrap_err();
    let broken = AnchorError::BrokenChain { number: 7 };
    assert_eq!((&refused, refused.code()), (&broken, "anchor.broken_chain"));
    let refused = follows(&[block(5, 1, 0), block(7, 2, 1)]);
    assert_eq!(refused, Err(AnchorError::BrokenChain { number: 7 }));
    let refused = follows(&[block(u64::MAX, 1, 0), block(0, 2, 1)]);
    assert_eq!(refused, Err(AnchorError::BrokenChain { number: 0 }));
}
