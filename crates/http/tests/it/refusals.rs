//! What the shell refuses before the authority is asked: each code of its own has a case here.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use comity_authority::codes::{CODES, RefusedBy};
use comity_wire::mesh_json::Value;

use crate::client::{Answer, raw, send};
use crate::fixture::{Na, public};

/// Announces a body and sends none.
fn waits_in_vain(na: &Na) -> Answer {
    let mut stream = TcpStream::connect(na.address).expect("the server listens");
    let head = format!("POST /join HTTP/1.1\r\nhost: {}\r\ncontent-length: 9\r\n\r\n", na.address);
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Answer::parse(&answer)
}

/// A treaty with another subject than was signed: refused as a verdict, so it shows in the record only.
fn is_recorded(na: &Na) -> bool {
    let Value::Map(mut treaty) = na.recognise("beta", &public(5)) else { panic!("an object") };
    treaty.insert("subject_sovereign_id".to_owned(), Value::from("gamma"));
    let answer =
        na.post("/recognition-treaties/verify", &Value::from([("treaty", Value::Map(treaty))]));
    assert_eq!(answer.status, 200);
    na.has_audited("not_accepted")
}

/// The answer that has this code.
fn produce(na: &Na, code: &str) -> Answer {
    let long = vec![b' '; (1 << 20) + 1];
    match code {
        "bad_request" => Answer::parse(&raw(
            na.address,
            format!(
                "GET /agents/%ff HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
                na.address
            )
            .as_bytes(),
        )),
        "invalid_audit_range" => na.admin("GET", "/admin/audit?from=x", &Value::Null),
        "not_found" => na.get("/nothing"),
        "method_not_allowed" => na.post("/genesis", &Value::from([])),
        "request_timeout" => waits_in_vain(na),
        "payload_too_large" => send(na.address, "POST", "/join", &[], &long),
        "rate_limit_exceeded" => {
            na.post("/boundary/verify", &Value::from([]));
            na.post("/boundary/verify", &Value::from([]))
        }
        other => panic!("no case for {other}"),
    }
}

#[test]
fn every_code_of_the_shell_is_produced() {
    let na = Na::with(|options| options.rates.trust_checks = 1);
    for it in CODES.iter().filter(|it| it.by == RefusedBy::Shell) {
        if it.code == "not_accepted" {
            assert!(is_recorded(&na));
            continue;
        }
        let answer = produce(&na, it.code);
        assert_eq!((answer.code(), answer.status), (it.code.to_owned(), it.status));
        assert!(answer.header("x-request-id").is_some());
    }
}
