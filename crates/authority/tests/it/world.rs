//! A sovereign whose clock the test holds.

use std::collections::{BTreeMap, BTreeSet};

use comity_authority::limits::AGENTS_MAX;
use comity_authority::{
    AdminHeaders, AgentRegistered, Answer, Authority, Body, Call, Config, Event, Frame, Refusal,
    Write, admin_v2_bytes,
};
use comity_mesh::descriptor::{AgentDescriptor, AgentEndpoint};
use comity_mesh::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value, canonical, parse};

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

pub(crate) fn public(number: u8) -> String {
    MeshKey::from(key(number).public()).to_string()
}

/// JSON with single quotes; `KEYn` is the public key of that number, `NOW+s` a date so many seconds off.
pub(crate) fn json(at: Datetime, text: &str) -> Value {
    let mut text = text.replace('\'', "\"");
    for number in [2, 5, 12, 20] {
        text = text.replace(&format!("KEY{number}."), &public(number));
    }
    for seconds in [-3600, 3600, 0] {
        text = text.replace(&format!("NOW{seconds:+}."), &at.plus(seconds).isoformat());
    }
    parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// An authority, the time, and how often it was asked.
pub(crate) struct World {
    pub(crate) na: Authority,
    pub(crate) at: Datetime,
    asked: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of("alpha", 1, 2)
    }

    pub(crate) fn of(name: &str, root: u8, authority: u8) -> Self {
        let mut world = Self::unfounded(name, root, authority);
        let entry = world.na.begin(world.at, "r").unwrap();
        world.na.apply(&entry).unwrap();
        world
    }

    /// Before the first entry of the record.
    pub(crate) fn unfounded(name: &str, root: u8, authority: u8) -> Self {
        let at = Datetime::parse("2026-06-01T12:00:00Z").unwrap();
        let mut genesis = GenesisBlock {
            network_name: name.to_owned(),
            network_version: "v1".to_owned(),
            root_public_key: public(root),
            network_authority: NetworkAuthority {
                public_key: public(authority),
                valid_from: at.plus(-86_400),
                valid_to: at.plus(86_400 * 30),
            },
            allowed_crypto_suites: vec!["ed25519".to_owned()],
            allowed_transports: vec!["quic".to_owned()],
            policy_manifest: PolicyManifestRef { hash: "sha256:00".to_owned(), url: None },
            bootstrap_anchors: Vec::new(),
            signatures: Vec::new(),
        };
        genesis.sign(&key(root), "root");
        let config = Config {
            genesis,
            key_id: "na-1".to_owned(),
            operators: BTreeMap::from([("op".to_owned(), MeshKey::parse(&public(3)).unwrap())]),
            hosts: BTreeSet::from(["na".to_owned()]),
            accepts_admin_v1: false,
        };
        Self { na: Authority::new(config, key(authority), at).unwrap(), at, asked: 0 }
    }

    /// Decides, applies what follows, and holds the entry against the answer.
    fn decide(
        &mut self,
        write: &Write,
        body: &[u8],
        signer: Option<(&str, u8)>,
    ) -> Result<Answer, Refusal> {
        self.asked += 1;
        let id = format!("{:08x}-secret", self.asked);
        let (timestamp, path) = (self.at.to_string(), "/p");
        let key_id = signer.map_or("", |(key_id, _)| key_id);
        let headers =
            AdminHeaders { version: "2", key_id, timestamp: &timestamp, nonce: &id, signature: "" };
        let bytes = admin_v2_bytes("POST", path, "na", body, &headers);
        let signature = signer.map(|(_, number)| b64::encode(&key(number).sign(&bytes)));
        let call = Call {
            at: self.at,
            id: &id,
            request_id: "r",
            remote: "x",
            method: "POST",
            path,
            host: "na",
            admin: AdminHeaders { signature: signature.as_deref().unwrap_or_default(), ..headers },
            body,
        };
        self.na.tick(self.at);
        let decision = self.na.decide(write, &call);
        let outcome = decision.answer.as_ref().map_or_else(|refusal| refusal.code, |_| "done");
        assert_eq!(decision.entry.frame().outcome, outcome);
        if decision.answer.is_err() {
            let changes = |event: &Event| !matches!(event, Event::NonceUsed(_));
            assert!(
                !decision.entry.frame().events.iter().any(changes),
                "a refusal changes nothing"
            );
        }
        self.na.apply(&decision.entry).unwrap();
        decision.answer
    }

    pub(crate) fn raw(&mut self, write: &Write, body: &[u8]) -> Result<Answer, Refusal> {
        self.decide(write, body, Some(("op", 3)))
    }

    /// As the operator.
    pub(crate) fn admin(&mut self, write: &Write, text: &str) -> Result<Answer, Refusal> {
        let body = canonical(&json(self.at, text));
        self.raw(write, &body)
    }

    pub(crate) fn admin_value(&mut self, write: &Write, body: &Value) -> Result<Answer, Refusal> {
        self.raw(write, &canonical(body))
    }

    /// As somebody with a key of his own.
    pub(crate) fn signed_as(
        &mut self,
        signer: (&str, u8),
        write: &Write,
        body: &Value,
    ) -> Result<Answer, Refusal> {
        self.decide(write, &canonical(body), Some(signer))
    }

    /// As anybody.
    pub(crate) fn public(&mut self, write: &Write, body: &Value) -> Result<Answer, Refusal> {
        self.decide(write, &canonical(body), None)
    }

    /// As a node, which signs the body.
    pub(crate) fn node(
        &mut self,
        number: u8,
        write: &Write,
        text: &str,
    ) -> Result<Answer, Refusal> {
        let Value::Map(mut body) = json(self.at, text) else { panic!("an object") };
        body.insert("node_public_key".to_owned(), Value::from(public(number)));
        body.insert("timestamp".to_owned(), Value::from(self.at.to_string()));
        body.insert("nonce".to_owned(), Value::from(format!("n{}", self.asked)));
        let signature = b64::encode(&key(number).sign(&canonical(&Value::Map(body.clone()))));
        body.insert("signature".to_owned(), Value::from(signature));
        self.public(write, &Value::Map(body))
    }

    /// Has as many agents registered as there is room for, as a record could say it.
    pub(crate) fn fill_registry(&mut self) {
        let (at, end) = (self.at, self.at.plus(3600));
        let agent = |number: usize| {
            let descriptor = AgentDescriptor {
                agent_id: "a".to_owned(),
                node_public_key: format!("node-{number}"),
                network_name: "alpha".to_owned(),
                capabilities: Vec::new(),
                endpoint: AgentEndpoint { host: "h".to_owned(), port: 1, scheme: "ws".to_owned() },
                registered_at: at,
                expires_at: end,
                metadata: BTreeMap::new(),
                signatures: Vec::new(),
            };
            Event::from(AgentRegistered { descriptor })
        };
        let frame = Frame {
            seq: self.na.len(),
            prev: self.na.head().to_string(),
            at,
            request_id: "r".to_owned(),
            remote: "x".to_owned(),
            actor: "test".to_owned(),
            action: "agent_registered".to_owned(),
            outcome: "done".to_owned(),
            details: BTreeMap::new(),
            events: (0..AGENTS_MAX).map(agent).collect(),
        };
        self.na.apply(&frame.seal()).unwrap();
    }

    pub(crate) fn body(&self, text: &str) -> Body {
        Body::parse(&canonical(&json(self.at, text))).unwrap()
    }

    /// A text of what was made.
    pub(crate) fn made(&mut self, write: &Write, text: &str, name: &str) -> String {
        let answer = self.admin(write, text).unwrap();
        answer.body.get(name).and_then(Value::as_str).unwrap().to_owned()
    }

    /// Lets a node of that key in; its certificate's id.
    pub(crate) fn join(&mut self, number: u8) -> String {
        let token = self.made(&Write::Invite, "{}", "token_id");
        let text = format!("{{'invite_token':'{token}'}}");
        let joined = self.node(number, &Write::Join, &text).unwrap();
        joined.body.get("cert_id").and_then(Value::as_str).unwrap().to_owned()
    }
}
