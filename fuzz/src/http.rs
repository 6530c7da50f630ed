//! Bytes on a socket of a real server: every answer has a status of ours, and the server is there afterwards.
//!
//! The server lives as long as the process, in a folder of its own, so a finding replays as long as it needs no more than
//! one connection.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use comity_authority::Config;
use comity_http::{Entropy, Options, Rates, Server};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_sign::SigningKey;
use comity_wire::Time;
use comity_wire::mesh_json::Datetime;
use tempfile::TempDir;

use crate::authority::{genesis, key};

/// Longest wait for an answer; longer is a finding.
const ANSWER_MAX: Duration = Duration::from_secs(30);

static SERVER: LazyLock<(TempDir, Server, SocketAddr)> = LazyLock::new(start);
static DRAWN: AtomicU64 = AtomicU64::new(0);

#[expect(clippy::disallowed_methods, reason = "a server's papers must hold now")]
fn now() -> Datetime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Datetime::from(Time::from_unix(since.as_secs().cast_signed()))
}

fn start() -> (TempDir, Server, SocketAddr) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut genesis = genesis();
    genesis.network_authority.valid_from = now().plus(-86_400);
    genesis.network_authority.valid_to = now().plus(86_400 * 30);
    genesis.signatures.clear();
    let root = SigningKey::from_seed([1; 32]);
    genesis.sign(&root, "root");
    let operator = MeshKey::parse(&key(3)).expect("a key");
    let most = 1_000_000_000;
    let server = Server::start(Options {
        config: Config {
            genesis,
            key_id: "na-1".to_owned(),
            operators: BTreeMap::from([("op".to_owned(), operator)]),
            hosts: BTreeSet::new(),
            accepts_admin_v1: true,
        },
        secret: SigningKey::from_seed([2; 32]),
        record: folder.path().join("record"),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        // Nothing is limited but what is written to the disk.
        rates: Rates {
            admin: most,
            join: 60,
            bad_invite: 60,
            registry: 60,
            node: 60,
            trust_checks: most,
            notes: 60,
            ..Rates::default()
        },
        entropy: Entropy::new(|bytes| {
            let number = DRAWN.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            bytes.iter_mut().zip(number.iter().cycle()).for_each(|(byte, of)| *byte = *of);
            Ok(())
        }),
    });
    let server = server.expect("a server");
    let address = server.address();
    (folder, server, address)
}

/// Sends the bytes and reads until the server closes.
fn send(bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(SERVER.2).expect("the server accepts");
    stream.set_read_timeout(Some(ANSWER_MAX)).expect("a timeout");
    // The server may answer and close before it has read everything.
    drop(stream.write_all(bytes));
    drop(stream.shutdown(Shutdown::Write));
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "no answer came");
        }
    }
    answer
}

/// Any bytes as requests.
pub fn request(data: &[u8]) {
    let answer = send(data);
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    if !line.is_empty() {
        let status = line.strip_prefix(b"HTTP/1.1 ").or_else(|| line.strip_prefix(b"HTTP/1.0 "));
        let status = status.expect("an answer begins with its status");
        let is_fault = status.starts_with(b"5") && !status.starts_with(b"503");
        assert!(!is_fault, "{}", String::from_utf8_lossy(&answer));
    }
    if data.len().is_multiple_of(64) {
        let alive = send(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        assert!(alive.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&alive));
    }
}
