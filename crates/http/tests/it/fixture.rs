//! A sovereign with an operator, and its server.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use comity_authority::{AdminHeaders, Body, Config, admin_v1_bytes, admin_v2_bytes};
use comity_http::{Entropy, Options, Rates, ServeError, Server};
use comity_mesh::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::{Time, b64, sha256};
use tempfile::TempDir;

use crate::client::{Answer, send};

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

pub(crate) fn public(number: u8) -> String {
    MeshKey::from(key(number).public()).to_string()
}

pub(crate) fn now() -> Datetime {
    #[allow(clippy::disallowed_methods, reason = "the test is a client with a clock")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Datetime::from(Time::from_unix(since.as_secs().try_into().unwrap()))
}

/// A genesis by root key `root`, for authority key `authority`.
pub(crate) fn genesis(name: &str, root: u8, authority: u8) -> GenesisBlock {
    let mut genesis = GenesisBlock {
        network_name: name.to_owned(),
        network_version: "v1".to_owned(),
        root_public_key: public(root),
        network_authority: NetworkAuthority {
            public_key: public(authority),
            valid_from: now().plus(-86_400),
            valid_to: now().plus(86_400 * 30),
        },
        allowed_crypto_suites: vec!["ed25519".to_owned()],
        allowed_transports: vec!["quic".to_owned()],
        policy_manifest: PolicyManifestRef { hash: "sha256:00".to_owned(), url: None },
        bootstrap_anchors: Vec::new(),
        signatures: Vec::new(),
    };
    genesis.sign(&key(root), "root");
    genesis
}

/// A running authority.
pub(crate) struct Na {
    pub(crate) server: Option<Server>,
    pub(crate) address: SocketAddr,
    folder: PathBuf,
    _owned: Option<TempDir>,
    pub(crate) v1: bool,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

pub(crate) fn options(folder: &Path, genesis: GenesisBlock, v1: bool) -> Options {
    let operators = [("op".to_owned(), MeshKey::parse(&public(3)).unwrap())];
    let config = Config {
        genesis,
        key_id: "na-1".to_owned(),
        operators: BTreeMap::from(operators),
        hosts: BTreeSet::new(),
        accepts_admin_v1: v1,
    };
    let entropy = Entropy::new(|bytes| {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let seed = sha256(format!("{number} {}", std::process::id()).as_bytes());
        bytes.copy_from_slice(&seed.as_bytes()[..bytes.len()]);
        Ok(())
    });
    let rates = Rates { admin: 10_000, registry: 10_000, join: 10_000, ..Rates::default() };
    let listen = "127.0.0.1:0".parse().unwrap();
    Options { config, secret: key(2), record: folder.join("record"), listen, rates, entropy }
}

impl Na {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Self {
        let owned = tempfile::tempdir().unwrap();
        let folder = owned.path().to_owned();
        let mut options = options(&folder, genesis("alpha", 1, 2), false);
        change(&mut options);
        let v1 = options.config.accepts_admin_v1;
        let server = Server::start(options).expect("the papers hold");
        Self { address: server.address(), server: Some(server), folder, _owned: Some(owned), v1 }
    }

    /// Stops and starts again on the same record.
    pub(crate) fn restart(mut self) -> Self {
        self.server.take().unwrap().stop().unwrap();
        self.start_again()
    }

    pub(crate) fn start_again(mut self) -> Self {
        let server = Server::start(options(&self.folder, genesis("alpha", 1, 2), self.v1)).unwrap();
        self.address = server.address();
        self.server = Some(server);
        self
    }

    pub(crate) fn record(&self) -> PathBuf {
        self.folder.join("record")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        send(self.address, "GET", path, &[], &[])
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.address, "POST", path, &[], &canonical(body))
    }

    /// As the operator, with headers of version 2.
    pub(crate) fn admin(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if method == "GET" { Vec::new() } else { canonical(body) };
        self.admin_raw(method, path, &body, &nonce())
    }

    pub(crate) fn admin_raw(&self, method: &str, path: &str, body: &[u8], nonce: &str) -> Answer {
        self.signed_as(("op", 3), method, path, body, nonce)
    }

    /// With headers of version 2 by the key of that id and number.
    pub(crate) fn signed_as(
        &self,
        (key_id, number): (&str, u8),
        method: &str,
        path: &str,
        body: &[u8],
        nonce: &str,
    ) -> Answer {
        let timestamp = now().to_string();
        let headers =
            AdminHeaders { version: "2", key_id, timestamp: &timestamp, nonce, signature: "" };
        let host = self.address.to_string();
        let signature =
            b64::encode(&key(number).sign(&admin_v2_bytes(method, path, &host, body, &headers)));
        self.send_signed(method, path, body, &AdminHeaders { signature: &signature, ..headers })
    }

    /// As the operator, with headers of version 1.
    pub(crate) fn admin_v1(&self, path: &str, body: &[u8]) -> Answer {
        let (timestamp, nonce) = (now().to_string(), nonce());
        let headers = AdminHeaders {
            version: "",
            key_id: "op",
            timestamp: &timestamp,
            nonce: &nonce,
            signature: "",
        };
        let parsed = Body::parse(body).expect("an object");
        let signature = b64::encode(&key(3).sign(&admin_v1_bytes(&parsed, &headers)));
        self.send_signed("POST", path, body, &AdminHeaders { signature: &signature, ..headers })
    }

    pub(crate) fn send_signed(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        headers: &AdminHeaders<'_>,
    ) -> Answer {
        let headers = [
            ("x-admin-version", headers.version),
            ("x-admin-key-id", headers.key_id),
            ("x-admin-timestamp", headers.timestamp),
            ("x-admin-nonce", headers.nonce),
            ("x-admin-signature", headers.signature),
        ];
        let given: Vec<_> = headers.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        send(self.address, method, path, &given, body)
    }

    /// Recognises a sovereign and returns the treaty.
    pub(crate) fn recognise(&self, subject: &str, subject_key: &str) -> Value {
        let body = Value::from([
            ("subject_sovereign_id", Value::from(subject)),
            ("subject_public_keys", Value::List(vec![Value::from(subject_key)])),
        ]);
        let answer = self.admin("POST", "/admin/recognition-treaties", &body);
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    }

    /// The entries of the record.
    pub(crate) fn audit(&self) -> Vec<Value> {
        let answer = self.admin("GET", "/admin/audit", &Value::Null);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json().get("entries").unwrap().items().to_vec()
    }

    /// Whether the record has an entry with that outcome.
    pub(crate) fn has_audited(&self, outcome: &str) -> bool {
        let is_it = |entry: &Value| entry.get("outcome").and_then(Value::as_str) == Some(outcome);
        self.audit().iter().any(is_it)
    }

    /// Everything that a change would show in.
    pub(crate) fn snapshot(&self) -> Vec<Vec<u8>> {
        let paths = [
            "/recognition-graph",
            "/attestations",
            "/agents",
            "/crl",
            "/policy",
            "/nodes",
            "/sovereign-revocation-feed",
            "/recognition-treaties",
            "/operator/partners",
            "/operator/onboarding",
            "/operator/check-reports",
        ];
        let untimed = |path: &&str| {
            let text = String::from_utf8(self.get(path).bytes).unwrap();
            // The seconds until expiry count down by themselves.
            let parts = text.split("\"seconds_until_expiry\":");
            parts
                .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()))
                .collect::<String>()
                .into_bytes()
        };
        paths.iter().map(untimed).collect()
    }
}

pub(crate) fn nonce() -> String {
    format!("nonce-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Why a server with that genesis does not start.
pub(crate) fn refusal(genesis: GenesisBlock) -> ServeError {
    let folder = tempfile::tempdir().unwrap();
    Server::start(options(folder.path(), genesis, false))
        .map(drop)
        .expect_err("the papers do not hold")
}
