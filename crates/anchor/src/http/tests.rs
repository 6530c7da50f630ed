use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;

/// A server that answers each request with the same bytes.
fn server(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut asked, mut byte) = (Vec::new(), [0]);
            // The first byte of a TLS handshake is 22: whoever begins with it gets the same bytes.
            while !asked.ends_with(b"?")
                && asked != [22]
                && stream.read(&mut byte).is_ok_and(|read| read == 1)
            {
                asked.extend(byte);
            }
            // Whoever has read enough goes away.
            let _ = stream.write_all(&answer);
        }
    });
    address
}

fn ask(answer: &str) -> Result<Vec<u8>, AnchorError> {
    Http::new(&server(answer.as_bytes().to_vec())).unwrap().ask(b"?")
}

fn body(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn an_answer_is_read_whole_and_to_its_limit() {
    assert_eq!(ask(&body("200 OK", "{}")), Ok(b"{}".to_vec()));
    assert_eq!(ask(&body("400 Bad Request", "{\"error\":1}")), Ok(b"{\"error\":1}".to_vec()));
    let long = "x".repeat(ANSWER_BYTES_MAX + 1);
    let refused = ask(&body("200 OK", &long)).unwrap_err();
    assert_eq!(refused, AnchorError::TooLarge { max: ANSWER_BYTES_MAX });
}

#[test]
fn what_is_no_answer_is_said() {
    for (answer, status) in [("500 Oh", 500), ("404 Not Found", 404), ("301 Moved", 301)] {
        let refused = ask(&body(answer, "")).unwrap_err();
        assert_eq!((&refused, refused.code()), (&AnchorError::Status(status), "anchor.status"));
    }
    let refused = ask("SSH-2.0-OpenSSH_9.2\r\n").unwrap_err();
    assert_eq!((&refused, refused.code()), (&AnchorError::NotHttp, "anchor.not_http"));
    let tls = server(body("200 OK", "").into_bytes()).replace("http:", "https:");
    let refused = Http::new(&tls).unwrap().ask(b"?").unwrap_err();
    assert_eq!((&refused, refused.code()), (&AnchorError::Tls, "anchor.tls"));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = Http::new(&format!("http://{closed}")).unwrap().ask(b"?").unwrap_err();
    assert_eq!(refused.code(), "anchor.unreachable");
    let timeout = told(Error::Timeout(ureq::Timeout::Global));
    assert_eq!((&timeout, timeout.code()), (&AnchorError::TimedOut, "anchor.timed_out"));
}

#[test]
fn an_address_has_a_scheme_and_a_host() {
    for address in ["http://127.0.0.1:8545", "https://node.example.org/v1/key?a=b"] {
        assert!(Http::new(address).is_ok(), "{address}");
    }
    let long = format!("http://{}", "x".repeat(RPC_ADDRESS_BYTES_MAX));
    for address in ["", "127.0.0.1:8545", "ftp://node", "http://", "http:// node", long.as_str()] {
        let refused = Http::new(address).unwrap_err();
        assert_eq!(refused.code(), "anchor.bad_rpc_address", "{address}");
    }
}
