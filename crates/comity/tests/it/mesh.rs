//! Two sovereigns on two ports: the whole exchange with the program's verbs, against this implementation's authority.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use comity_authority::Config;
use comity_http::{Entropy, Options, Rates, Server};
use comity_mesh::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;
use comity_wire::{b64, sha256};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::Ran;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A sovereign whose authority answers; its keys follow from a number.
pub(crate) struct Na {
    pub(crate) server: Server,
    name: &'static str,
    number: u8,
    folder: TempDir,
}

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

pub(crate) fn public(number: u8) -> String {
    MeshKey::from(key(number).public()).to_string()
}

fn genesis(name: &str, number: u8) -> GenesisBlock {
    let now = Datetime::from(comity::home::clock::now().wall);
    let mut genesis = GenesisBlock {
        network_name: name.to_owned(),
        network_version: "v1".to_owned(),
        root_public_key: public(number),
        network_authority: NetworkAuthority {
            public_key: public(number + 1),
            valid_from: now.plus(-3600),
            valid_to: now.plus(86_400 * 30),
        },
        allowed_crypto_suites: vec!["ed25519".to_owned()],
        allowed_transports: vec!["quic".to_owned()],
        policy_manifest: PolicyManifestRef { hash: "sha256:00".to_owned(), url: None },
        bootstrap_anchors: Vec::new(),
        signatures: Vec::new(),
    };
    genesis.sign(&key(number), "root");
    genesis
}

impl Na {
    pub(crate) fn start(name: &'static str, number: u8, accepts_admin_v1: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let operator = MeshKey::from(key(number + 2).public());
        let config = Config {
            genesis: genesis(name, number),
            key_id: "na-1".to_owned(),
            operators: BTreeMap::from([("operator-local".to_owned(), operator)]),
            hosts: BTreeSet::new(),
            accepts_admin_v1,
        };
        let entropy = Entropy::new(|bytes| {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let seed = sha256(format!("{number} {}", std::process::id()).as_bytes());
            bytes.copy_from_slice(&seed.as_bytes()[..bytes.len()]);
            Ok(())
        });
        let server = Server::start(Options {
            config,
            secret: key(number + 1),
            record: folder.path().join("record"),
            listen: "127.0.0.1:0".parse().unwrap(),
            rates: Rates { admin: 10_000, ..Rates::default() },
            entropy,
        });
        let na = Self { server: server.unwrap(), name, number, folder };
        na.write_keys();
        na
    }

    /// The operator's key, encrypted and plain, and the passphrase.
    fn write_keys(&self) {
        let secret = key(self.number + 2);
        let seed = zeroize::Zeroizing::new(*secret.seed());
        let keys = BTreeMap::from([("operator".to_owned(), seed)]);
        let bundle = comity_keyfile::KeyBundle { name: self.name.to_owned(), keys };
        comity_keyfile::save(self.path("operator.age"), &bundle, "correct horse", Some(4)).unwrap();
        private(&self.folder.path().join("pass"), "correct horse\n");
        let text = format!("# Ed25519 Private Key\n{}\n", b64::encode(secret.seed()));
        private(&self.folder.path().join("operator.key"), &text);
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The key that its authority signs with.
    pub(crate) fn authority(&self) -> SigningKey {
        key(self.number + 1)
    }

    /// What it says of itself.
    pub(crate) fn show(&self) -> Value {
        mesh(&["show", &self.url(), "--json"]).document()
    }

    /// A verb that this sovereign's operator signs.
    pub(crate) fn signed(&self, args: &[&str]) -> Ran {
        let (url, key, pass) = (self.url(), self.path("operator.age"), self.path("pass"));
        mesh(&[args, &["--at", &url, "--key", &key, "--passphrase-file", &pass]].concat())
    }

    pub(crate) fn asked(&self, args: &[&str]) -> Ran {
        mesh(&[args, &["--at", &self.url()]].concat())
    }
}

pub(crate) fn private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

pub(crate) fn mesh(args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    Ran::of(&command.arg("mesh").args(args).output().unwrap())
}

pub(crate) fn member(document: &Value, path: &str) -> String {
    document.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[test]
fn trust_is_made_used_taken_back_and_followed() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let (treaty, attestation) = (alpha.path("treaty.json"), alpha.path("attestation.json"));
    let role = "role:service:maintainer";
    let path = || alpha.asked(&["path", "alpha", "beta"]);
    assert_eq!((path().status, path().stdout.contains("no_active_treaty_path")), (1, true));

    let (peer, root) = (beta.url(), public(20));
    let recognised = alpha.signed(&[
        "recognise",
        "--peer",
        &peer,
        "--peer-root",
        &root,
        "--role",
        role,
        "--hours",
        "200",
        "--out",
        &treaty,
        "--json",
    ]);
    let recognised = recognised.document();
    let treaty_id = member(&recognised, "/treaty/treaty_id");
    assert_eq!(
        path().good(),
        format!(
            "alpha -> beta: trusted, active_treaty_path\n  alpha -> beta  active  treaty {treaty_id}\n"
        )
    );

    let attested = ["attest", "--subject", "ann", "--role", role, "--out", &attestation, "--json"];
    let attestation_id = member(&beta.signed(&attested).document(), "/attestation_id");
    let check = || alpha.asked(&["check", &attestation, "--treaty", &treaty]);
    let accepted = format!("attestation {attestation_id} is accepted\n");
    assert_eq!(check().good(), accepted);
    let by_id = ["check", &attestation_id, "--from", &beta.url(), "--treaty", &treaty_id];
    assert_eq!(alpha.asked(&by_id).good(), accepted);

    beta.signed(&["revoke", "attestation", &attestation_id, "--reason", "left"]).good();
    assert_eq!(check().good(), accepted, "alpha has not heard of it");
    let feed = alpha.path("feed.json");
    alpha.signed(&["import", "--from", &beta.url(), "--out", &feed]).good();
    let refused = check();
    assert_eq!(refused.status, 1);
    assert!(refused.stdout.contains("attestation_locally_revoked"), "{refused:?}");
    alpha.signed(&["import", "--from", &beta.url()]).refused(1, "client.stale_sequence");

    let renewed = alpha.signed(&["treaties", "renew", &treaty_id, "--hours", "300", "--json"]);
    let renewed = member(&renewed.document(), "/treaty/treaty_id");
    assert_eq!(path().status, 0);
    alpha.signed(&["revoke", "treaty", &renewed, "--reason", "policy"]).good();
    let turned = path();
    assert_eq!(turned.status, 1);
    assert!(turned.stdout.starts_with("alpha -> beta: not trusted, direct_treaty_revoked\n"));
    let list = alpha.asked(&["treaties", "list", "--json"]).document();
    assert_eq!(list["recognition_treaties"].as_array().unwrap().len(), 2);
}

#[test]
fn a_check_without_an_authority_knows_what_the_files_say() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let of = |name: &str| alpha.path(name);
    let (treaty, attestation, genesis) = (of("t.json"), of("a.json"), of("g.json"));
    alpha.signed(&["recognise", "--peer", &beta.url(), "--out", &treaty]).good();
    let attest =
        ["attest", "--subject", "ann", "--role", "client", "--out", &attestation, "--json"];
    let id = member(&beta.signed(&attest).document(), "/attestation_id");
    let shown = mesh(&["show", &alpha.url(), "--json"]).document();
    std::fs::write(&genesis, shown["genesis"].to_string()).unwrap();
    let files = ["check", &attestation, "--treaty", &treaty, "--genesis", &genesis];
    mesh(&files).good();

    beta.signed(&["revoke", "attestation", &id]).good();
    let feed = of("f.json");
    alpha.signed(&["import", "--from", &beta.url(), "--out", &feed]).good();
    let with_feed = [&files[..], &["--feed", &feed]].concat();
    let refused = mesh(&with_feed);
    assert!(refused.status == 1 && refused.stdout.contains("attestation_locally_revoked"));

    // The genesis of another sovereign is not that of the treaty's issuer.
    let other = mesh(&["show", &beta.url(), "--json"]).document();
    std::fs::write(&genesis, other["genesis"].to_string()).unwrap();
    let refused = mesh(&files);
    assert!(refused.status == 1 && refused.stdout.contains("treaty_wrong_issuer"), "{refused:?}");
}

#[test]
fn bundles_travel_and_a_bootstrap_keeps_evidence() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let (bundle, evidence) = (alpha.path("bundle.json"), alpha.path("evidence.json"));
    beta.asked(&["bundle", "export", "--out", &bundle]).good();
    assert!(beta.asked(&["bundle", "validate", &bundle]).good().starts_with("valid  sha256:"));
    assert_eq!(alpha.asked(&["bundle", "validate", &bundle]).status, 1, "another sovereign's");
    let receipt = mesh(&["bundle", "import", &bundle, "--json"]).document();
    assert_eq!(receipt["trust_granted"], Value::Bool(false));

    let dry = alpha.asked(&["bootstrap", "--bundle", &bundle, "--dry-run", "--json"]).document();
    assert_eq!(dry["dry_run"], Value::Bool(true));
    assert_eq!(alpha.asked(&["path", "alpha", "beta"]).status, 1);
    alpha.signed(&["bootstrap", "--bundle", &bundle, "--evidence", &evidence]).good();
    let evidence: Value = serde_json::from_slice(&std::fs::read(&evidence).unwrap()).unwrap();
    assert_eq!(member(&evidence, "/verification/status"), "passed");
    assert_eq!(member(&evidence, "/trust_path/reason"), "active_treaty_path");
    alpha.asked(&["path", "alpha", "beta"]).good();

    let damaged = std::fs::read_to_string(&bundle).unwrap().replace("\"v1\"", "\"v2\"");
    std::fs::write(&bundle, damaged).unwrap();
    mesh(&["bundle", "import", &bundle]).refused(1, "mesh.bundle_invalid");
}

#[test]
fn a_proof_is_made_and_holds() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let (proof, graph) = (alpha.path("proof.json"), alpha.path("graph.json"));
    let (peer, peer_key) = (beta.url(), beta.path("operator.key"));
    let run = ["proof", "run", "--peer", &peer, "--peer-key", &peer_key, "--out", &proof, "--json"];
    let made = alpha.signed(&run).document();
    assert_eq!(member(&made, "/pre_revocation/reason"), "accepted");
    assert_eq!(member(&made, "/post_revocation/reason"), "attestation_locally_revoked");
    mesh(&["proof", "inspect", &proof]).good();
    let bundle = alpha.path("bundle.json");
    alpha.asked(&["bundle", "export", "--out", &bundle]).good();
    let bundle: Value = serde_json::from_slice(&std::fs::read(&bundle).unwrap()).unwrap();
    std::fs::write(&graph, bundle["connectome"].to_string()).unwrap();
    mesh(&["proof", "inspect", &proof, "--connectome", &graph]).good();
    let text = std::fs::read_to_string(&proof).unwrap();
    std::fs::write(&proof, text.replace("\"accepted\":true", "\"accepted\":false")).unwrap();
    let refused = mesh(&["proof", "inspect", &proof]);
    assert!(refused.status == 1 && refused.stdout.contains("does not hold"), "{refused:?}");
}

#[test]
fn a_plain_key_and_old_headers_work_where_they_are_accepted() {
    let (old, new, peer) =
        (Na::start("old", 40, true), Na::start("new", 50, false), Na::start("peer", 60, false));
    let recognise = |na: &Na, version: &str| {
        let key = na.path("operator.key");
        let args = ["recognise", "--peer", &peer.url(), "--key", &key, "--admin-version", version];
        na.asked(&args)
    };
    recognise(&old, "1").good();
    recognise(&old, "2").good();
    recognise(&new, "2").good();
    recognise(&new, "bound").good();
    recognise(&new, "1").refused(1, "client.not_authorised");
}

#[test]
fn whoever_is_not_who_is_meant_is_refused_before_anything_is_signed() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    let peer = beta.url();
    let wrong_root = ["recognise", "--peer", &peer, "--peer-root", &public(99)];
    alpha.signed(&wrong_root).refused(1, "client.other_root");
    alpha.signed(&["recognise", "--peer", &alpha.url()]).refused(1, "client.same_sovereign");
    let foreign = ["recognise", "--peer", &peer, "--key", &beta.path("operator.key")];
    alpha.asked(&foreign).refused(1, "client.not_authorised");
    let open = alpha.path("open.key");
    std::fs::write(&open, "x").unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    alpha.asked(&["recognise", "--peer", &peer, "--key", &open]).refused(2, "comity.key_file_open");
    alpha.signed(&["revoke", "treaty", "nothing"]).refused(1, "client.not_there");
    alpha.signed(&["revoke", "treaty", ".."]).refused(2, "client.bad_id");
    alpha
        .signed(&["attest", "--subject", "x", "--role", "researcher"])
        .refused(2, "mesh.invalid_role");
    mesh(&["show", "ftp://x"]).refused(2, "client.bad_endpoint");
    assert_eq!(alpha.asked(&["treaties", "list"]).good(), "0 treaties\n");
}

/// Answers each request with these bytes and closes the connection.
fn answering(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).unwrap();
            // The client may hang up first.
            let _ = stream.write_all(&bytes);
        }
    });
    url
}

#[test]
fn a_hostile_answer_has_a_name() {
    let big =
        format!("HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n{}", " ".repeat(2_000_000));
    for (answer, status, code) in [
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            1,
            "client.redirected",
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", 1, "client.wrong_shape"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>", 1, "client.not_json"),
        ("HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", 3, "client.at_fault"),
        ("HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n", 3, "client.too_many"),
        ("SSH-2.0-OpenSSH\r\n\r\n", 3, "client.not_http"),
        (big.as_str(), 1, "client.too_large"),
    ] {
        mesh(&["show", &answering(answer.as_bytes().to_vec())]).refused(status, code);
    }
    let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    mesh(&["show", &format!("http://{refused}")]).refused(3, "client.unreachable");
    mesh(&[
        "show",
        &format!("https://{}", answering(b"no tls here".to_vec()).replace("http://", "")),
    ])
    .refused(1, "client.tls");
}

#[test]
fn an_atlas_shows_what_a_peer_publishes_until_it_is_gone() {
    let (alpha, beta) = (Na::start("alpha", 10, false), Na::start("beta", 20, false));
    beta.signed(&["recognise", "--peer", &alpha.url(), "--role", "role:client"]).good();
    let imported = alpha.signed(&["atlas", "import", "--from", &beta.url()]).good();
    assert!(imported.starts_with("beta is live in the atlas\n  treaties  1\n"), "{imported}");
    let atlas = |pointer: &str| {
        let body = get(&alpha, "/atlas.json");
        member(&serde_json::from_str(&body).unwrap(), pointer)
    };
    assert_eq!(atlas("/merged/recognition_edges/0/from"), "beta");
    assert_eq!(atlas("/merged/recognition_edges/0/freshness"), "live");
    assert_eq!(atlas("/authorities/1/endpoint"), beta.url());
    let gone = alpha.signed(&["atlas", "archive", "beta", "--reason", "closed", "--json"]);
    assert_eq!(member(&gone.document(), "/freshness"), "archived");
    assert_eq!(atlas("/authorities/1/freshness"), "archived");
    alpha.signed(&["atlas", "archive", "gamma"]).refused(1, "client.not_there");
    alpha.signed(&["atlas", "import", "--from", &alpha.url()]).refused(1, "client.refused");
}

/// The body of a public document.
fn get(na: &Na, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(na.server.address()).unwrap();
    let host = na.server.address();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
