use super::*;
use crate::abi::word;

fn returned(words: &[[u8; 32]]) -> Vec<u8> {
    words.concat()
}

fn error(signature: &str, words: &[[u8; 32]]) -> Option<Refusal> {
    let [a, b, c, d] = selector(signature);
    read_refusal(&[vec![a, b, c, d], words.concat()].concat())
}

#[test]
fn refusals_have_their_numbers() {
    let (one, two) = (Digest::from_bytes([1; 32]), Digest::from_bytes([2; 32]));
    let both = [[1; 32], [2; 32]];
    let numbers = [word(7), word(9)];
    let expected = [
        (error("UnknownKind(uint8)", &[word(3)]), Refusal::UnknownKind(3)),
        (
            error("OutOfOrder(bytes32,bytes32)", &both),
            Refusal::OutOfOrder { head: one, previous: two },
        ),
        (
            error("EpochNotLater(uint64,uint64)", &numbers),
            Refusal::EpochNotLater { next: 7, epoch: 9 },
        ),
        (
            error("KeyNotInForce(uint64,uint64)", &numbers),
            Refusal::KeyNotInForce { from: 7, epoch: 9 },
        ),
        (error("AlreadyPublished(uint256)", &numbers), Refusal::AlreadyPublished { number: 7 }),
        (
            error("PayloadTooLong(uint256,uint256)", &numbers),
            Refusal::PayloadTooLong { max: 7, length: 9 },
        ),
        (
            error("PayloadMismatch(bytes32,bytes32)", &both),
            Refusal::PayloadMismatch { commitment: one, found: two },
        ),
        (error("BadSignature()", &[]), Refusal::BadSignature),
        (error("BadKey()", &[]), Refusal::BadKey),
        (
            error("KeyNotLater(uint64,uint64)", &numbers),
            Refusal::KeyNotLater { current: 7, next: 9 },
        ),
        (
            error("NoPrecompile(address)", &[word(15)]),
            Refusal::NoPrecompile(Address(*word(15).last_chunk().unwrap())),
        ),
    ];
    let mut codes = std::collections::BTreeSet::new();
    for (found, expected) in expected {
        assert_eq!(found, Some(expected));
        assert!(codes.insert(expected.code()));
    }
    assert_eq!(error("OwnerOnly()", &[]), None);
    assert_eq!(error("UnknownKind(uint8)", &[word(256)]), None);
    assert_eq!(error("EpochNotLater(uint64,uint64)", &[word(1)]), None);
    assert_eq!(read_refusal(&[]), None);
}

#[test]
fn a_state_has_ten_words_and_an_entry_six() {
    let words: Vec<[u8; 32]> = (0..10).map(word).collect();
    let state = read_state(&returned(&words)).unwrap();
    assert_eq!((state.length, state.next_epoch, state.key_epoch, state.key_from), (2, 3, 4, 5));
    assert_eq!(state.head, Digest::from_bytes(word(1)));
    assert_eq!(state.key[..32], word(6));
    let entry = read_entry(&returned(&words[..6])).unwrap();
    assert_eq!((entry.epoch, entry.key_epoch, entry.block_number, entry.kind), (2, 3, 4, 5));
    for cut in 0..10 {
        assert_eq!(read_state(&returned(&words[..cut])), None);
    }
    assert_eq!(read_entry(&returned(&words)), None);
    let large = [word(0), word(0), [1; 32], word(0), word(0), word(1)];
    assert_eq!(read_entry(&returned(&large)), None);
}

#[test]
fn an_event_is_read_whole_or_not_at_all() {
    let topics = [anchored_topic(), word(4), word(100), [7; 32]];
    let mut payload = [0; 32];
    payload[..3].copy_from_slice(b"abc");
    let data = returned(&[word(1), word(3), [5; 32], [6; 32], word(160), word(3), payload]);
    let anchored = read_anchored(&topics, &data).unwrap();
    let expected = Anchored {
        number: 4,
        epoch: 100,
        commitment: Digest::from_bytes([7; 32]),
        kind: 1,
        key_epoch: 3,
        previous: Digest::from_bytes([5; 32]),
        parameters: Digest::from_bytes([6; 32]),
        payload: b"abc".to_vec(),
    };
    assert_eq!(anchored, expected);
    for cut in 0..=5 * 32 + 3 {
        assert_eq!(read_anchored(&topics, &data[..cut]), None, "{cut}");
    }
    assert_eq!(read_anchored(&topics[..3], &data), None);
    let mut other = topics;
    other[0] = rotated_topic();
    assert_eq!(read_anchored(&other, &data), None);
}
