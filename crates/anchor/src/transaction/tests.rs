//! Transactions that ethers 6.17.0 made of the same fields.

use super::*;
use crate::text;

const CALLED: &str = "0x3535353535353535353535353535353535353535";

fn check(secret: &[u8; 32], transaction: &Transaction, raw: &str, hash: &str) {
    let sealed = transaction.sign(&Account::from_secret(secret).unwrap());
    assert_eq!(text::data(&sealed.raw), raw);
    assert_eq!(text::data(&sealed.hash), hash);
}

#[test]
fn a_call_is_what_another_implementation_makes() {
    let call = Transaction {
        chain_id: 1,
        nonce: 9,
        priority_fee_wei: 1_000_000_000,
        fee_wei: 30_000_000_000,
        gas: 400_000,
        to: Some(CALLED.parse().unwrap()),
        data: vec![0, 1, 2, 3, 0xff],
    };
    check(
        &[0x46; 32],
        &call,
        "0x02f8710109843b9aca008506fc23ac0083061a80943535353535353535353535353535353535353535\
         808500010203ffc001a03e85b09ed1956e07cd8f37fe015ba8d5b2575b775a433e85a1d20ec186d515cc\
         a00919f599975e1413b5d0c001c4a61dc1507f1fa2b37afd927dada882db2dacb2",
        "0xb1c6397dea26349535dab4b7c253808e17a58d6a8656d9fc469573a919dbb8eb",
    );
}

#[test]
fn a_deployment_has_no_receiver_and_a_long_string() {
    let secret = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    let deployment = Transaction {
        chain_id: 31_337,
        nonce: 0,
        priority_fee_wei: 0,
        fee_wei: 2_000_000_007,
        gas: 1 << 24,
        to: None,
        data: vec![0x60; 300],
    };
    let body = "60".repeat(300);
    check(
        &text::read_array(secret).unwrap(),
        &deployment,
        &format!(
            "0x02f90184827a698080847735940784010000008080b9012c{body}c001a088452144f34ab62bbfcd06b2\
             8525dcc25dcb3288934dc628038a2b8372ee2532a06cee86ceab465ea3142afd5a35d7ece5d6fb6458a08b8\
             fbcaee4726cf8526515"
        ),
        "0xd740ff44295ea0577a4e8c24a04f38bd5b41bb59bc656ea7f0cba6aa9ae029c1",
    );
}

#[test]
fn a_leading_zero_of_a_signature_is_left_out() {
    let transaction = Transaction {
        chain_id: 11_155_111,
        nonce: 112,
        priority_fee_wei: 1,
        fee_wei: 2,
        gas: 21_000,
        to: Some(CALLED.parse().unwrap()),
        data: Vec::new(),
    };
    check(
        &[7; 32],
        &transaction,
        "0x02f86483aa36a77001028252089435353535353535353535353535353535353535358080c080a0719e22bf85\
         9b147260ff2cb1902589e37703f19496715da49d65d52bca1aa23e9f8debe4e4ee16d407d00016677a204a8bbdd\
         9432724c4d271ab9cf5d9bcc448",
        "0xf4349d9d6c96e5a05977ee26c4ca6faae81343f01af16a31f3a41e62b880293c",
    );
}
