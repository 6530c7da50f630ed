use super::*;
use crate::text;

/// What the coder of ethers 6.17.0 makes of (uint64, bytes, bytes32[4], bytes).
#[test]
fn arguments_are_laid_out_as_another_implementation_does() {
    let array: Vec<u8> = (1..=4).flat_map(word).collect();
    let arguments = Arguments::default().number(7).bytes(&[0xab; 33]).words(&array).bytes(&[]);
    let words = [
        "7",
        "e0",
        "1",
        "2",
        "3",
        "4",
        "140",
        "21",
        "abababababababababababababababababababababababababababababababab",
        "ab00000000000000000000000000000000000000000000000000000000000000",
        "0",
    ];
    let expected: Vec<String> = words.iter().map(|word| format!("{word:0>64}")).collect();
    assert_eq!(text::data(&arguments.encode(&[])), format!("0x{}", expected.concat()));
    let bytes = arguments.encode(&[1, 2]);
    assert_eq!(bytes[..2], [1, 2]);

    let returned = Returned::new(&bytes[2..]);
    assert_eq!(returned.number(0), Some(7));
    assert_eq!(returned.bytes(1), Some(&[0xab; 33][..]));
    assert_eq!(returned.bytes(6), Some(&[][..]));
    assert_eq!(returned.word(5), Some(word(4)));
    assert!(returned.is(11) && !returned.is(10));
}

#[test]
fn what_is_not_there_is_not_read() {
    assert_eq!(number(&[1; 32]), None);
    assert_eq!(number(&word(u64::MAX)), Some(u64::MAX));
    let returned = Returned::new(&[0; 31]);
    assert_eq!((returned.word(0), returned.word(usize::MAX)), (None, None));
    // An offset behind the end, a length behind the end, and a length beyond the limit.
    let at = |offset: u64, length: u64| {
        let bytes = [word(offset), word(length)].concat();
        Returned::new(&bytes).bytes(0).map(<[u8]>::to_vec)
    };
    assert_eq!(at(32, 0), Some(Vec::new()));
    assert_eq!(at(64, 0), None);
    assert_eq!(at(u64::MAX, 0), None);
    assert_eq!(at(32, 1), None);
    let long = [word(32), word(DATA_BYTES_MAX as u64 + 1)].concat();
    let long = [long, vec![0; DATA_BYTES_MAX + 64]].concat();
    assert_eq!(Returned::new(&long).bytes(0), None);
}
