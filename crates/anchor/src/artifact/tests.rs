use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

/// Name and argument types of everything in the interface, by what it is.
fn interface() -> BTreeMap<String, Vec<String>> {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in file["abi"].as_array().unwrap() {
        let inputs = item["inputs"].as_array().unwrap().iter();
        let types: Vec<&str> = inputs.map(|input| input["type"].as_str().unwrap()).collect();
        let name = item["name"].as_str().unwrap_or_default();
        let kind = item["type"].as_str().unwrap().to_owned();
        found.entry(kind).or_default().push(format!("{name}({})", types.join(",")));
    }
    found
}

#[test]
fn the_interface_is_what_is_called_and_read() {
    let interface = interface();
    let functions = [
        "entry(uint256)",
        "publish(uint8,uint64,bytes32,bytes32,bytes32,bytes,bytes)",
        "rotate(uint64,bytes32,bytes,bytes32[4],bytes)",
        "state()",
    ];
    assert_eq!(interface["function"], functions);
    assert_eq!(interface["constructor"], ["(bytes32,uint64,uint64,bytes32[4])"]);
    let events = [
        "Anchored(uint256,uint64,bytes32,uint8,uint64,bytes32,bytes32,bytes)",
        "Rotated(uint64,uint64,bytes32[4])",
    ];
    assert_eq!(interface["event"], events);
    // Each error of the contract is read as a refusal with a name.
    for error in &interface["error"] {
        let mut bytes = keccak(error.as_bytes())[..4].to_vec();
        bytes.extend([0; 64]);
        assert!(crate::contract::read_refusal(&bytes).is_some(), "{error}");
    }
    assert_eq!(interface["error"].len(), 11);
}

#[test]
fn the_code_is_within_the_protocols_limit() {
    let file: File = serde_json::from_str(FILE).unwrap();
    let runtime = text::read_data(&file.runtime, CODE_BYTES_MAX).unwrap();
    assert_eq!(artifact().code_hash, ChainHash(keccak(&runtime)));
    // What deploys ends with what is deployed.
    assert!(artifact().deploys.ends_with(&runtime));
}
