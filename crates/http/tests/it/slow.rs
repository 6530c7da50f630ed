//! Clients that take their time, or send too much, do not disturb the others.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use crate::client::{Answer, raw};
use crate::fixture::Na;

#[test]
fn two_hundred_slow_clients_disturb_nobody() {
    let na = Na::start();
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(na.address).unwrap();
            stream.write_all(b"GET /healthz HTTP/1.1\r\nx-slow: ").unwrap();
            stream
        })
        .collect();
    for _ in 0..50 {
        assert_eq!(na.get("/genesis").status, 200);
    }
    drop(slow);
}

#[test]
fn a_body_of_a_hundred_megabytes_is_refused_by_its_announcement() {
    let na = Na::start();
    let before = na.snapshot();
    let head = format!(
        "POST /recognition-treaties/verify HTTP/1.1\r\nhost: {}\r\ncontent-length: 104857600\r\n\r\n",
        na.address
    );
    let answer = Answer::parse(&raw(na.address, head.as_bytes()));
    assert_eq!((answer.status, answer.code()), (413, "payload_too_large".to_owned()));
    assert!(na.has_audited("payload_too_large"));
    assert_eq!(na.snapshot(), before);
}

#[test]
fn a_body_that_grows_without_end_is_cut_off() {
    let na = Na::start();
    let mut request = format!(
        "POST /recognition-treaties/verify HTTP/1.1\r\nhost: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        na.address
    )
    .into_bytes();
    for _ in 0..40 {
        request.extend_from_slice(b"10000\r\n");
        request.extend(std::iter::repeat_n(b' ', 0x10000));
        request.extend_from_slice(b"\r\n");
    }
    let answer = raw(na.address, &request);
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn a_client_that_has_said_everything_is_answered() {
    let na = Na::start();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(na.address).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(Answer::parse(&answer).status, 200);
    }
}
