//! `comity anchor` without a chain: keys, files, and what is said when nobody answers. With a chain: `cargo xtask outside evm`.

use std::os::unix::fs::PermissionsExt as _;

use crate::program::Place;

const KEY: &str = "0x4646464646464646464646464646464646464646464646464646464646464646\n";
const RECEIPT: &str = include_str!("anchor/receipt.json");

fn closed(place: &Place, name: &str, text: &str) {
    place.write(name, text);
    mode(place, name, 0o600);
}

fn mode(place: &Place, name: &str, mode: u32) {
    let path = place.path(name);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_account_has_its_address_and_a_file_that_others_cannot_read() {
    let place = Place::empty();
    closed(&place, "account.key", KEY);
    let address = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F\n";
    assert_eq!(place.run(&["anchor", "key", "account.key"]).good(), address);
    mode(&place, "account.key", 0o644);
    place.run(&["anchor", "key", "account.key"]).refused(2, "comity.key_file_open");
    closed(&place, "other.key", "0x46\n");
    place.run(&["anchor", "key", "other.key"]).refused(2, "comity.anchor_no_key");
    closed(&place, "other.key", &"00".repeat(32));
    place.run(&["anchor", "key", "other.key"]).refused(2, "anchor.bad_key");
}

#[test]
fn a_new_account_opens_with_its_passphrase() {
    let place = Place::empty();
    closed(&place, "passphrase", "correct horse battery staple\n");
    let with = ["--passphrase-file", "passphrase"];
    let cheap = ["anchor", "key", "--new", "account.age", "--work-factor", "10"];
    let make = [&cheap[..], &with].concat();
    let made = place.run(&make).good();
    assert!(made.starts_with("0x") && made.len() == 43, "{made}");
    let show = [&["anchor", "key", "account.age"][..], &with].concat();
    assert_eq!(place.run(&show).good(), made);
    closed(&place, "passphrase", "something else\n");
    place.run(&show).refused(1, "keyfile.wrong_passphrase");
}

#[test]
fn files_that_are_something_else_are_unusable() {
    let place = Place::empty();
    closed(&place, "account.key", KEY);
    place.write("a.cert", "certificate?");
    let contract = "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F";
    let publish = |certificate: &'static str| {
        let words = ["anchor", "publish", "--key", "account.key", "--contract", contract];
        [&words[..], &["--certificate", certificate]].concat()
    };
    place.run(&publish("a.cert")).refused(2, "comity.anchor_not_encoded");
    place.write("a.cert", &"00".repeat(190));
    place.run(&publish("a.cert")).refused(2, "bls.wrong_length");
    place.write("receipt.json", &RECEIPT.replace("eip155:31337", "stand-in"));
    place.run(&["anchor", "check", "receipt.json"]).refused(2, "comity.anchor_not_a_receipt");
    let stand_in = RECEIPT.replace("eip155:31337", "stand-in");
    let lines = stand_in.lines().filter(|line| !line.contains("\"contract\""));
    place.write("receipt.json", &lines.collect::<Vec<_>>().join("\n"));
    place.run(&["anchor", "check", "receipt.json"]).refused(2, "comity.anchor_stand_in");
}

#[test]
fn a_node_that_does_not_answer_is_named() {
    let place = Place::empty();
    place.write("receipt.json", RECEIPT);
    place.run(&["anchor", "check", "receipt.json"]).refused(1, "anchor.other_place");
    let check = ["anchor", "check", "receipt.json", "--chain-id", "31337", "--rpc"];
    let at = |address: &'static str| [&check[..], &[address]].concat();
    // Nothing listens on the port for discarding.
    let ran = place.run(&at("http://127.0.0.1:9"));
    ran.refused(3, "anchor.unreachable");
    place.run(&at("127.0.0.1:8545")).refused(2, "anchor.bad_rpc_address");
    let deep = [&at("http://127.0.0.1:9")[..], &["--depth", "2000"]].concat();
    place.run(&deep).refused(2, "anchor.bad_config");
}
