use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value};

use super::{HeaderVersion, Operator, Stamp};
use crate::{ClientError, Endpoint, Request};

fn signed(version: HeaderVersion, request: &mut Request, body: &Value) -> Operator {
    let operator = Operator::new("ops", SigningKey::from_seed([7; 32]), version).unwrap();
    let at = Datetime::parse("2026-11-21T09:00:00Z").unwrap();
    let stamp = Stamp { at, nonce: "n1".to_owned() };
    operator.authorise(request, body, "its key", &stamp).unwrap();
    operator
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let found: Vec<_> = request.headers.iter().filter(|(have, _)| *have == name).collect();
    assert!(found.len() <= 1, "{name} twice");
    found.first().map(|(_, value)| value.as_str())
}

fn is_over(request: &Request, text: &str) -> bool {
    let sig = b64::decode(header(request, "X-Admin-Signature").unwrap().as_bytes()).unwrap();
    let sig = <[u8; 64]>::try_from(sig.as_slice()).unwrap();
    SigningKey::from_seed([7; 32]).public().verify(text.as_bytes(), &sig).is_ok()
}

#[test]
fn version_1_signs_the_body_as_the_reference_does() {
    let body = Value::from([("reason", Value::from("caf\u{e9}"))]);
    let endpoint = Endpoint::parse("http://na:8443").unwrap();
    let mut request = Request::post(&endpoint, "/admin/x", &body);
    signed(HeaderVersion::V1, &mut request, &body);
    assert_eq!(header(&request, "X-Admin-Version"), None);
    let sent = comity_authority::Body::parse(request.body.as_ref().unwrap()).unwrap();
    let headers = comity_authority::AdminHeaders {
        key_id: "ops",
        timestamp: "2026-11-21T09:00:00+00:00",
        nonce: "n1",
        ..comity_authority::AdminHeaders::default()
    };
    let bytes = comity_authority::admin_v1_bytes(&sent, &headers);
    assert!(is_over(&request, std::str::from_utf8(&bytes).unwrap()), "as our authority reads it");
    assert_eq!(header(&request, "X-Admin-Key-Id"), Some("ops"));
    assert_eq!(header(&request, "X-Admin-Timestamp"), Some("2026-11-21T09:00:00+00:00"));
    assert!(is_over(
        &request,
        r#"{"body":{"reason":"caf\u00e9"},"key_id":"ops","nonce":"n1","timestamp":"2026-11-21T09:00:00+00:00"}"#,
    ));
}

#[test]
fn the_bound_form_signs_method_path_query_body_and_audience() {
    let body = Value::from([("a", Value::from(1_u64))]);
    let endpoint = Endpoint::parse("http://na:8443").unwrap();
    let mut request = Request::post(&endpoint, "/admin/x?y=1&y=2", &body);
    signed(HeaderVersion::Bound, &mut request, &body);
    assert_eq!(header(&request, "X-Admin-Version"), None);
    assert!(is_over(
        &request,
        concat!(
            r#"{"audience":"its key","body":{"a":1},"key_id":"ops","method":"POST","nonce":"n1","path":"/admin/x","#,
            r#""query":{"y":["1","2"]},"timestamp":"2026-11-21T09:00:00+00:00","v":2}"#
        ),
    ));
    let operator =
        Operator::new("o", SigningKey::from_seed([7; 32]), HeaderVersion::Bound).unwrap();
    let stamp = Stamp { at: Datetime::parse("2026-11-21T09:00:00Z").unwrap(), nonce: "n".into() };
    let mut request = Request::post(&endpoint, "/admin/a%20b", &body);
    let refused = operator.authorise(&mut request, &body, "its key", &stamp);
    assert!(matches!(refused, Err(ClientError::AmbiguousPath)));
    assert!(header(&request, "X-Admin-Signature").is_none());
}

#[test]
fn version_2_signs_method_path_host_and_body_bytes() {
    let body = Value::from([("a", Value::from(1_u64))]);
    let endpoint = Endpoint::parse("https://NA.example:443/mesh").unwrap();
    let mut request = Request::post(&endpoint, "/admin/x?y=1", &body);
    signed(HeaderVersion::V2, &mut request, &body);
    assert_eq!(header(&request, "X-Admin-Version"), Some("2"));
    // SHA-256 of {"a":1}.
    let expected = concat!(
        r#"{"body_sha256":"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862","#,
        r#""host":"na.example","key_id":"ops","method":"POST","nonce":"n1","path":"/mesh/admin/x?y=1","#,
        r#""purpose":"comity-admin-v2","timestamp":"2026-11-21T09:00:00+00:00"}"#,
    );
    assert!(is_over(&request, expected));
    for (from, to) in [
        ("015a", "115a"),
        ("na.example", "nb.example"),
        ("POST", "GET"),
        ("/mesh/admin/x", "/mesh/admin/z"),
        ("comity-admin-v2", "comity-admin-v3"),
    ] {
        assert!(!is_over(&request, &expected.replace(from, to)), "{from}");
    }
}

#[test]
fn a_key_id_is_what_a_header_can_carry() {
    let of = |id: &str| Operator::new(id, SigningKey::from_seed([1; 32]), HeaderVersion::V2);
    assert!(of("operator-local").is_ok());
    for id in ["", "a b", "a\r\nX: y", "\u{e9}", &"k".repeat(129)] {
        assert!(matches!(of(id), Err(ClientError::BadKeyId)), "{id}");
    }
}

#[test]
fn an_operator_does_not_print_its_secret() {
    let endpoint = Endpoint::parse("http://na").unwrap();
    let mut request = Request::post(&endpoint, "/", &Value::Null);
    let operator = signed(HeaderVersion::V2, &mut request, &Value::Null);
    let printed = format!("{operator:?}");
    assert!(!printed.contains("7, 7") && !printed.contains("0707"), "{printed}");
}
