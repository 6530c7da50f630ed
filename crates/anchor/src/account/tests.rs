use super::*;

#[test]
fn keccak_is_not_sha3() {
    let empty = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
    assert_eq!(text::data(&keccak(b"")), empty);
}

/// The examples of EIP-55.
#[test]
fn addresses_have_a_checksum() {
    for address in [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ] {
        assert_eq!(address.parse::<Address>().unwrap().to_string(), address);
        assert_eq!(address.to_lowercase().parse::<Address>().unwrap().to_string(), address);
        let json = serde_json::to_string(&address.parse::<Address>().unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<Address>(&json).unwrap().to_string(), address);
    }
    for text in [
        "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
        "",
    ] {
        let refused = text.parse::<Address>().unwrap_err();
        assert_eq!((&refused, refused.code()), (&AnchorError::BadAddress, "anchor.bad_address"));
    }
}

#[test]
fn a_secret_is_a_number_of_the_group() {
    let account = Account::from_secret(&[0x46; 32]).unwrap();
    assert_eq!(account.address().to_string(), "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
    assert_eq!(format!("{account:?}"), "Account(0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F)");
    for secret in [[0; 32], [0xff; 32]] {
        let refused = Account::from_secret(&secret).unwrap_err();
        assert_eq!((&refused, refused.code()), (&AnchorError::BadKey, "anchor.bad_key"));
    }
}
