use super::*;

/// The examples of the specification.
#[test]
fn encodes_what_the_specification_shows() {
    assert_eq!(Rlp::bytes(b"dog").into_bytes(), b"\x83dog");
    assert_eq!(
        Rlp::list(&[Rlp::bytes(b"cat"), Rlp::bytes(b"dog")]).into_bytes(),
        b"\xc8\x83cat\x83dog"
    );
    assert_eq!(Rlp::bytes(b"").into_bytes(), [0x80]);
    assert_eq!(Rlp::list(&[]).into_bytes(), [0xc0]);
    assert_eq!(Rlp::number(0).into_bytes(), [0x80]);
    assert_eq!(Rlp::number(15).into_bytes(), [0x0f]);
    assert_eq!(Rlp::number(1024).into_bytes(), [0x82, 0x04, 0x00]);
    let empty = Rlp::list(&[]);
    let one = Rlp::list(std::slice::from_ref(&empty));
    let three = Rlp::list(&[empty.clone(), one.clone(), Rlp::list(&[empty, one])]);
    assert_eq!(three.into_bytes(), [0xc7, 0xc0, 0xc1, 0xc0, 0xc3, 0xc0, 0xc1, 0xc0]);
    let lorem = b"Lorem ipsum dolor sit amet, consectetur adipisicing elit";
    assert_eq!(Rlp::bytes(lorem).into_bytes(), [&[0xb8, 0x38], &lorem[..]].concat());
}

#[test]
fn lengths_change_form_at_56_and_256() {
    let head = |length: usize| Rlp::bytes(&vec![1; length]).into_bytes()[..3].to_vec();
    assert_eq!(head(55), [0xb7, 1, 1]);
    assert_eq!(head(56), [0xb8, 56, 1]);
    assert_eq!(head(255), [0xb8, 255, 1]);
    assert_eq!(head(256), [0xb9, 1, 0]);
    assert_eq!(Rlp::bytes(&[0x7f]).into_bytes(), [0x7f]);
    assert_eq!(Rlp::bytes(&[0x80]).into_bytes(), [0x81, 0x80]);
}
