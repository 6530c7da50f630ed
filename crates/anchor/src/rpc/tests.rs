use super::*;
use crate::refusal::Refusal;

fn answered(document: &Value) -> Result<Value, AnchorError> {
    answer(7, "eth_call", document.to_string().as_bytes())
}

#[test]
fn a_question_has_a_number_and_its_answer_the_same() {
    let asked = question(7, "eth_chainId", &json!([]));
    let expected = json!({ "jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": [] });
    assert_eq!(serde_json::from_slice::<Value>(&asked).unwrap(), expected);
    let result = answered(&json!({ "jsonrpc": "2.0", "id": 7, "result": "0x1" }));
    assert_eq!(result, Ok(json!("0x1")));
    let null = answered(&json!({ "jsonrpc": "2.0", "id": 7, "result": null, "error": null }));
    assert_eq!(null, Ok(Value::Null));
    for (document, what) in [
        (json!({ "jsonrpc": "2.0", "id": 8, "result": 1 }), "an answer to this question"),
        (json!({ "jsonrpc": "1.0", "id": 7, "result": 1 }), "an answer to this question"),
        (json!([]), "an answer to this question"),
        (json!({ "jsonrpc": "2.0", "id": 7 }), "a result"),
    ] {
        let method = "eth_call";
        assert_eq!(answered(&document), Err(AnchorError::BadAnswer { method, what }));
    }
    let refused = answer(7, "eth_call", b"<html>").unwrap_err();
    assert_eq!(refused.code(), "anchor.bad_answer");
    let refused = answer(7, "eth_call", &vec![b' '; ANSWER_BYTES_MAX + 1]).unwrap_err();
    assert_eq!(
        (&refused, refused.code()),
        (&AnchorError::TooLarge { max: ANSWER_BYTES_MAX }, "anchor.too_large")
    );
}

/// As anvil 1.7.1, geth and a node without that method say it.
#[test]
fn the_contracts_reason_comes_before_the_nodes() {
    let error =
        |error: Value| answered(&json!({ "jsonrpc": "2.0", "id": 7, "error": error })).unwrap_err();
    let data = text::data(&crate::keccak(b"BadSignature()")[..4]);
    let message = format!("execution reverted: custom error {data}");
    let said = json!({ "code": 3, "message": message, "data": data });
    assert_eq!(error(said), AnchorError::Refused(Refusal::BadSignature));
    let said = json!({ "code": 3, "message": "execution reverted", "data": "0x" });
    let refused = error(said);
    assert_eq!(refused, AnchorError::Reverted { said: "execution reverted".to_owned() });
    assert_eq!(refused.code(), "anchor.reverted");
    let refused = error(json!({ "code": -32601, "message": "Method\n not found" }));
    let said = "Method? not found".to_owned();
    assert_eq!(refused, AnchorError::Rpc { method: "eth_call", code: -32601, said });
    assert_eq!(refused.code(), "anchor.rpc");
    let AnchorError::Rpc { said, .. } = error(json!({ "message": "x".repeat(1000) })) else {
        panic!("another error")
    };
    assert_eq!(said.len(), SAID_CHARS_MAX);
}

#[test]
fn logs_are_few_and_have_four_topics_at_most() {
    let hash = format!("0x{}", "01".repeat(32));
    let log = json!({
        "address": format!("0x{}", "02".repeat(20)), "topics": [hash, hash, hash, hash],
        "data": "0x", "logIndex": "0x0",
    });
    let receipt = |logs: Vec<Value>| {
        json!({
            "transactionHash": hash, "blockHash": hash, "blockNumber": "0x1", "status": "0x0",
            "gasUsed": "0x5208", "contractAddress": null, "logs": logs,
        })
    };
    let read = read_inclusion(&receipt(vec![log.clone(); LOGS_MAX])).unwrap();
    assert_eq!(
        (read.logs.len(), read.succeeded, read.gas, read.deployed),
        (64, false, 21_000, None)
    );
    assert_eq!(read_inclusion(&receipt(vec![log.clone(); LOGS_MAX + 1])), None);
    let mut more = log.clone();
    more["topics"] = json!([hash, hash, hash, hash, hash]);
    assert_eq!(read_inclusion(&receipt(vec![more])), None);
    let mut long = log;
    long["data"] = json!(format!("0x{}", "00".repeat(DATA_BYTES_MAX + 1)));
    assert_eq!(read_inclusion(&receipt(vec![long])), None);
    let good = receipt(Vec::new());
    for member in ["transactionHash", "blockHash", "blockNumber", "status", "gasUsed", "logs"] {
        let mut other = good.clone();
        other.as_object_mut().unwrap().remove(member);
        assert_eq!(read_inclusion(&other), None, "{member}");
    }
    let mut deployed = good;
    deployed["contractAddress"] = json!("0x");
    assert_eq!(read_inclusion(&deployed), None);
}
