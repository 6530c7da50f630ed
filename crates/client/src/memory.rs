//! For tests: authorities that answer from memory, and documents that they sign.

use std::cell::RefCell;
use std::collections::BTreeMap;

use comity_mesh::attestation::{MembershipAttestation, Status};
use comity_mesh::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::revocation::SovereignRevocationFeed;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use crate::{Carry, ClientError, Endpoint, HeaderVersion, Operator, Reply, Request, Stamp};

/// Answers by method and address; whatever has no answer is not there.
#[derive(Default)]
pub(crate) struct Memory {
    answers: BTreeMap<String, Reply>,
    pub(crate) asked: RefCell<Vec<Request>>,
}

impl Memory {
    pub(crate) fn answer(&mut self, what: &str, status: u16, body: &Value) -> &mut Self {
        self.answers.insert(what.to_owned(), Reply { status, body: canonical(body) });
        self
    }

    /// What was sent, as `METHOD path`.
    pub(crate) fn log(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        asked.iter().map(|it| format!("{} {}", it.method.as_str(), it.path)).collect()
    }
}

impl Carry for Memory {
    fn carry(&self, request: &Request) -> Result<Reply, ClientError> {
        self.asked.borrow_mut().push(request.clone());
        let what = format!("{} {}", request.method.as_str(), request.url);
        Ok(self.answers.get(&what).cloned().unwrap_or(Reply { status: 404, body: Vec::new() }))
    }
}

pub(crate) fn at() -> Datetime {
    Datetime::parse("2026-11-21T09:00:00Z").unwrap()
}

pub(crate) fn stamp(nonce: &str) -> Stamp {
    Stamp { at: at(), nonce: nonce.to_owned() }
}

pub(crate) fn operator() -> Operator {
    Operator::new("ops", SigningKey::from_seed([3; 32]), HeaderVersion::V2).unwrap()
}

/// A sovereign by its name; its keys follow from a number.
pub(crate) struct World {
    pub(crate) name: &'static str,
    pub(crate) number: u8,
}

pub(crate) const ALPHA: World = World { name: "alpha", number: 10 };
pub(crate) const BETA: World = World { name: "beta", number: 20 };

impl World {
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&self.url("")).unwrap()
    }

    pub(crate) fn url(&self, route: &str) -> String {
        format!("http://{}:8443{route}", self.name)
    }

    pub(crate) fn root(&self) -> SigningKey {
        SigningKey::from_seed([self.number; 32])
    }

    pub(crate) fn authority(&self) -> SigningKey {
        SigningKey::from_seed([self.number + 1; 32])
    }

    pub(crate) fn authority_key(&self) -> String {
        MeshKey::from(self.authority().public()).to_string()
    }

    pub(crate) fn genesis(&self) -> GenesisBlock {
        let mut genesis = GenesisBlock {
            network_name: self.name.to_owned(),
            network_version: "v1".to_owned(),
            root_public_key: MeshKey::from(self.root().public()).to_string(),
            network_authority: NetworkAuthority {
                public_key: self.authority_key(),
                valid_from: at().plus(-3600),
                valid_to: at().plus(3600 * 24),
            },
            allowed_crypto_suites: Vec::new(),
            allowed_transports: Vec::new(),
            policy_manifest: PolicyManifestRef { hash: "sha256:0".to_owned(), url: None },
            bootstrap_anchors: Vec::new(),
            signatures: Vec::new(),
        };
        genesis.sign(&self.root(), "root");
        genesis
    }

    pub(crate) fn document(&self) -> Value {
        Value::from([
            ("sovereign_id", Value::from(self.name)),
            ("network_authority", self.genesis().network_authority.write()),
            ("root_public_key", Value::from(self.genesis().root_public_key)),
        ])
    }

    /// Answers what every authority answers.
    pub(crate) fn answer(&self, memory: &mut Memory) {
        let get = |route: &str| format!("GET {}", self.url(route));
        let ok = Value::from([("status", Value::from("ok"))]);
        let summary = Value::from([("sovereign_count", Value::from(0_u64))]);
        memory
            .answer(&get("/genesis"), 200, &self.genesis().write())
            .answer(&get("/sovereign.json"), 200, &self.document())
            .answer(&get("/healthz"), 200, &ok)
            .answer(&get("/readyz"), 200, &ok)
            .answer(&get("/connectome.json"), 200, &Value::from([("summary", summary)]));
    }

    pub(crate) fn treaty(&self, id: &str, subject: &Self) -> RecognitionTreaty {
        let treaty = RecognitionTreaty {
            treaty_id: id.to_owned(),
            issuer_sovereign_id: self.name.to_owned(),
            subject_sovereign_id: subject.name.to_owned(),
            subject_public_keys: vec![subject.authority_key()],
            scope: RecognitionTreatyScope::default(),
            status: Status::Active,
            issued_at: at(),
            valid_from: at(),
            expires_at: at().plus(3600),
            issued_by: "na".to_owned(),
            metadata: BTreeMap::new(),
            signatures: Vec::new(),
        };
        treaty.issue(&self.authority()).unwrap()
    }

    pub(crate) fn attestation(&self, subject: &str) -> MembershipAttestation {
        let attestation = MembershipAttestation {
            attestation_id: "att-1".to_owned(),
            issuer_sovereign_id: self.name.to_owned(),
            subject_id: subject.to_owned(),
            subject_public_key: None,
            roles: vec!["role:client".to_owned()],
            status: Status::Active,
            issued_at: at(),
            valid_from: at(),
            expires_at: at().plus(3600),
            issued_by: "na".to_owned(),
            claims: BTreeMap::new(),
            signatures: Vec::new(),
        };
        attestation.issue(&self.authority()).unwrap()
    }

    pub(crate) fn feed(&self) -> SovereignRevocationFeed {
        let feed = SovereignRevocationFeed {
            feed_id: "feed-1".to_owned(),
            issuer_sovereign_id: self.name.to_owned(),
            sequence: 1,
            issued_at: at(),
            revoked_attestation_ids: vec!["att-1".to_owned()],
            revocation_reasons: BTreeMap::new(),
            issued_by: "na".to_owned(),
            signatures: Vec::new(),
        };
        feed.issue(&self.authority()).unwrap()
    }

    /// What `self` says about the way to `to`.
    pub(crate) fn path(&self, to: &Self, trusted: bool, reason: &str) -> Value {
        Value::from([
            ("from", Value::from(self.name)),
            ("to", Value::from(to.name)),
            ("trusted", Value::from(trusted)),
            ("reason", Value::from(reason)),
        ])
    }
}
