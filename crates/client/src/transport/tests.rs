use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;
use crate::Endpoint;

/// A root, and a certificate for `localhost` under it with its key; both end in 2126.
const ROOT: &[u8] = include_bytes!("tls/root.der");
const LOCALHOST: &[u8] = include_bytes!("tls/localhost.der");
const LOCALHOST_KEY: &[u8] = include_bytes!("tls/localhost.key.der");

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"status\":\"ok\"}";

fn tls() -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(LOCALHOST_KEY));
    let chain = vec![CertificateDer::from(LOCALHOST)];
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key);
    Arc::new(config.unwrap())
}

/// A server that answers every request over TLS with the same.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let config = tls();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, socket.unwrap());
            let (mut head, mut byte) = (Vec::new(), [0]);
            // A client that does not trust the root goes away here.
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|len| len == 1) {
                head.extend(byte);
            }
            if head.ends_with(b"\r\n\r\n") {
                stream.write_all(ANSWER).unwrap();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        }
    });
    address
}

fn ask(http: &Http, url: &str) -> Result<Reply, ClientError> {
    http.carry(&Request::get(&Endpoint::parse(url).unwrap(), "/healthz"))
}

#[test]
fn an_authority_under_a_trusted_root_is_asked_over_tls() {
    let url = format!("https://localhost:{}", server().port());
    let reply = ask(&Http::trusting(&[ROOT]), &url).unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"{\"status\":\"ok\"}".as_slice()));
}

#[test]
fn a_root_that_is_not_trusted_and_another_name_are_refused() {
    let port = server().port();
    let refused = |http: &Http, name: &str| {
        let error = ask(http, &format!("https://{name}:{port}")).unwrap_err();
        assert!(matches!(error, ClientError::Tls { .. }), "{error:?}");
    };
    refused(&Http::default(), "localhost");
    refused(&Http::trusting(&[LOCALHOST_KEY]), "localhost");
    refused(&Http::trusting(&[ROOT]), "127.0.0.1");
}

#[test]
fn a_host_that_nobody_knows_and_one_that_says_nothing_are_told_apart() {
    let error = ask(&Http::default(), "http://no-such-host.invalid:8443").unwrap_err();
    assert_eq!(error.code(), "client.unknown_host");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hasty = Http::with(RootCerts::WebPki, Duration::from_millis(200));
    assert_eq!(ask(&hasty, &url).unwrap_err().code(), "client.timed_out");
    drop(listener);
    let error = ask(&hasty, &url).unwrap_err();
    assert!(matches!(error, ClientError::Unreachable { kind: ErrorKind::ConnectionRefused, .. }));
}
