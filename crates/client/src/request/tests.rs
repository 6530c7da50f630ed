use comity_wire::mesh_json::Value;

use super::{Method, Reply, Request, query, segment};
use crate::limits::{ANSWER_BYTES_MAX, SAID_CHARS_MAX};
use crate::{ClientError, Endpoint};

fn request() -> Request {
    Request::get(&Endpoint::parse("http://na:1/p").unwrap(), "/genesis")
}

fn reply(status: u16, body: &str) -> Result<Value, ClientError> {
    Reply { status, body: body.as_bytes().to_vec() }.document(&request())
}

#[test]
fn a_request_says_where_it_goes() {
    let asked = request();
    assert_eq!((asked.method, asked.method.as_str()), (Method::Get, "GET"));
    assert_eq!(asked.url, "http://na:1/p/genesis");
    assert_eq!((asked.host.as_str(), asked.path.as_str()), ("na:1", "/p/genesis"));
    assert_eq!((asked.body, asked.answer_bytes_max), (None, ANSWER_BYTES_MAX));
    let body = Value::from([("b", Value::from("\u{e9}")), ("a", Value::Null)]);
    let sent = Request::post(&Endpoint::parse("http://na:1").unwrap(), "/x", &body);
    assert_eq!(sent.body.unwrap(), br#"{"a":null,"b":"\u00e9"}"#);
}

#[test]
fn an_id_cannot_leave_its_segment() {
    assert_eq!(segment("a-1_2.~").unwrap(), "a-1_2.~");
    assert_eq!(segment("../x?y#z %").unwrap(), "..%2Fx%3Fy%23z%20%25");
    for id in ["", ".", "..", &"x".repeat(257)] {
        assert_eq!(segment(id), Err(ClientError::BadId), "{id}");
    }
}

#[test]
fn a_query_has_what_is_given() {
    assert_eq!(query(&[("a", None)]), "");
    assert_eq!(
        query(&[("a", Some("x&y=z")), ("b", None), ("c", Some("\u{e9}"))]),
        "?a=x%26y%3Dz&c=%C3%A9"
    );
}

#[test]
fn statuses_have_names() {
    let url = || "http://na:1/p/genesis".to_owned();
    assert_eq!(reply(200, "{}"), Ok(Value::from([])));
    assert_eq!(reply(201, "[1]"), Ok(Value::from(vec![1_u64])));
    for (status, code) in [
        (301, "client.redirected"),
        (401, "client.not_authorised"),
        (403, "client.not_authorised"),
        (404, "client.not_there"),
        (400, "client.refused"),
        (409, "client.refused"),
        (422, "client.refused"),
        (429, "client.too_many"),
        (500, "client.at_fault"),
        (503, "client.at_fault"),
        (102, "client.at_fault"),
    ] {
        assert_eq!(reply(status, "<html>").unwrap_err().code(), code, "{status}");
    }
    let stale = r#"{"error":{"code":"stale_sequence","message":"m"}}"#;
    assert_eq!(reply(409, stale), Err(ClientError::Stale { url: url() }));
}

#[test]
fn an_answer_must_be_strict_json() {
    for body in ["", "<html>", "{\"a\":1,\"a\":2}", "NaN", "{} {}", &"[".repeat(3000)] {
        assert_eq!(reply(200, body).unwrap_err().code(), "client.not_json", "{body}");
    }
}

#[test]
fn what_an_authority_says_is_one_short_printable_line() {
    let said = |body: &str| reply(400, body).unwrap_err().to_string();
    let start = "http://na:1/p/genesis: refused with status 400: ";
    assert_eq!(
        said(r#"{"error":{"code":"c","message":"a\nb\u001b["}}"#),
        format!("{start}c: a?b?[")
    );
    assert_eq!(said(r#"{"error":"words"}"#), format!("{start}words"));
    assert_eq!(said(r#"{"error":{"code":"c"}}"#), format!("{start}c"));
    for silent in ["{}", "[]", "{\"error\":7}", "no json"] {
        assert_eq!(said(silent), format!("{start}no reason given"), "{silent}");
    }
    let long = said(&format!(r#"{{"error":{{"message":"{}"}}}}"#, "x".repeat(5000)));
    assert_eq!(long.len(), start.len() + SAID_CHARS_MAX);
}
