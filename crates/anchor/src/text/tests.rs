use super::*;

#[test]
fn quantities_have_one_spelling() {
    for (number, text) in
        [(0, "0x0"), (1, "0x1"), (31, "0x1f"), (u128::MAX, "0xffffffffffffffffffffffffffffffff")]
    {
        assert_eq!(quantity(number), text);
        assert_eq!(read_quantity(text), Some(number));
    }
    for text in [
        "",
        "0x",
        "0x00",
        "0x01",
        "1f",
        "0x+1",
        "0x-1",
        "0xg",
        "0x100000000000000000000000000000000",
    ] {
        assert_eq!(read_quantity(text), None, "{text}");
    }
}

#[test]
fn data_is_as_long_as_it_may_be() {
    assert_eq!(data(&[0, 0x1f]), "0x001f");
    assert_eq!(read_data("0x001F", 2), Some(vec![0, 0x1f]));
    assert_eq!(read_data("0x", 0), Some(Vec::new()));
    assert_eq!(read_data("0x001f", 1), None);
    assert_eq!(read_data("0x001", 4), None);
    assert_eq!(read_data("001f", 4), None);
    assert_eq!(read_array::<2>("0x001f"), Some([0, 0x1f]));
    assert_eq!(read_array::<2>("0x00001f"), None);
}
