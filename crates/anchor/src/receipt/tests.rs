use serde_json::{Value, json};

use super::*;

fn receipt() -> Value {
    json!({
        "chain": "eip155:1",
        "contract": "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        "block_number": 2,
        "block_hash": format!("0x{}", "01".repeat(32)),
        "block_time": 1_795_286_499_u64,
        "transaction": format!("0x{}", "02".repeat(32)),
        "log_index": 0,
        "number": 5,
        "previous": "03".repeat(32),
        "kind": "commitment",
        "epoch": 100,
        "commitment": "04".repeat(32),
        "parameters": "05".repeat(32),
        "key_epoch": 3,
    })
}

fn read(value: &Value) -> Result<AnchorReceipt, String> {
    serde_json::from_value(value.clone()).map_err(|error| error.to_string())
}

#[test]
fn a_receipt_is_written_as_it_was_read() {
    let read_one = read(&receipt()).unwrap();
    assert_eq!(serde_json::to_value(&read_one).unwrap(), receipt());
    assert_eq!(read_one.place.to_string(), "eip155:1:0x5FbDB2315678afecb367f032d93F642f64180aa3");
    let mut stand_in = receipt();
    stand_in["chain"] = json!("stand-in");
    stand_in["kind"] = json!("decision");
    stand_in.as_object_mut().unwrap().remove("contract");
    let read_one = read(&stand_in).unwrap();
    assert_eq!((read_one.place, read_one.kind), (Place::StandIn, Kind::Decision));
    assert_eq!(serde_json::to_value(&read_one).unwrap(), stand_in);
    assert_eq!(read_one.place.to_string(), "stand-in");
}

#[test]
fn the_stand_in_is_no_chain_and_a_chain_has_a_contract() {
    for (member, value) in [
        ("chain", json!("stand-in")),
        ("chain", json!("eip155:01")),
        ("chain", json!("eip155:")),
        ("chain", json!("eip155:+1")),
        ("chain", json!("eip155:18446744073709551616")),
        ("chain", json!("1")),
        ("chain", json!(1)),
        ("contract", Value::Null),
        ("contract", json!("0x00")),
        ("kind", json!("handover")),
        ("kind", json!(1)),
        ("block_hash", json!("01".repeat(32))),
        ("block_hash", json!(format!("0x{}", "AB".repeat(32)))),
        ("epoch", json!(-1)),
        ("more", json!(1)),
    ] {
        let mut other = receipt();
        other[member] = value;
        assert!(read(&other).is_err(), "{other}");
    }
    for member in receipt().as_object().unwrap().keys() {
        let mut other = receipt();
        other.as_object_mut().unwrap().remove(member);
        assert!(read(&other).is_err(), "{other}");
    }
}
