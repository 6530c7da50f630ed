use super::Endpoint;
use crate::ClientError;

#[test]
fn an_address_has_one_spelling() {
    for (given, expected, host) in [
        ("http://127.0.0.1:8443", "http://127.0.0.1:8443", "127.0.0.1:8443"),
        ("http://127.0.0.1:8443///", "http://127.0.0.1:8443", "127.0.0.1:8443"),
        ("https://NA.Example.org:443/mesh/", "https://na.example.org/mesh", "na.example.org"),
        ("http://localhost:80", "http://localhost", "localhost"),
        ("http://[::1]:9000", "http://[::1]:9000", "[::1]:9000"),
    ] {
        let endpoint = Endpoint::parse(given).unwrap();
        assert_eq!((endpoint.to_string().as_str(), endpoint.host()), (expected, host), "{given}");
    }
}

#[test]
fn what_is_no_address_of_an_authority_is_refused() {
    for given in [
        "",
        "127.0.0.1:8443",
        "ftp://host",
        "file:///etc/passwd",
        "http://",
        "http://:80",
        "http://user@host",
        "http://user:secret@host:80",
        "http://host:0",
        "http://host:80:80",
        "https://[::1]:443:443",
        "http://host:65536",
        "http://host:+1",
        "http://host:",
        "http://ho st",
        "http://host/a?b=c",
        "http://host/#a",
        "http://host/../a",
        "http://host/%2e",
        "http://h\u{f6}st",
        "http://host\r\nX: y",
        "http://[::1",
        "http://[zz]",
    ] {
        let refused = Endpoint::parse(given);
        assert!(matches!(refused, Err(ClientError::BadEndpoint { .. })), "{given}: {refused:?}");
    }
    let long = format!("http://{}", "a".repeat(600));
    assert!(Endpoint::parse(&long).is_err());
}
