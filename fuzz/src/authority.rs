//! What clients and disks hand to a network authority: bodies, headers, queries, entries of its record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use comity_authority::{
    AdminHeaders, Authority, Body, Call, Config, Decision, Entry, Event, ListQuery, OperatorWrite,
    Refusal, Write, admin_v2_bytes,
};
use comity_mesh::connectome::Scratch;
use comity_mesh::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value, canonical, parse};

use crate::input::Input;
use crate::oracle;

const HOST: &str = "na.example:8443";
const OPERATOR: &str = "op";

type Check = fn(&Authority, &Body, Datetime) -> Result<Value, Refusal>;

/// What everybody may have checked.
pub const CHECKS: &[Check] = &[
    Authority::verify_treaty,
    Authority::verify_attestation,
    Authority::verify_with_treaty,
    Authority::verify_evidence,
    Authority::verify_agreement,
    Authority::verify_boundary,
    Authority::verify_consensus,
    Authority::verify_data_usage,
    Authority::verify_disclosure,
];

/// What may be asked for, with ids that exist.
pub const WRITES: &[fn() -> Write] = &[
    || Write::IssueTreaty,
    || Write::RevokeTreaty("id-1".to_owned()),
    || Write::IssueAttestation,
    || Write::RevokeAttestation("id-2".to_owned()),
    || Write::SetRecognitionPolicy,
    || Write::ImportFeed,
    || Write::IssueEvidence,
    || Write::Invite,
    || Write::RevokeCertificate,
    || Write::PublishPolicy,
    || Write::RestorePolicy,
    || Write::PolicyHistory,
    || Write::Audit,
    || Write::Join,
    || Write::Heartbeat,
    || Write::Renew,
    || Write::RegisterAgent,
    || Write::RemoveAgent(key(4)),
    || Write::Operator(OperatorWrite::Heartbeat),
    || Write::Operator(OperatorWrite::OfflineNotice),
    || Write::Operator(OperatorWrite::CheckReport),
    || Write::Operator(OperatorWrite::Onboarding),
    || Write::Operator(OperatorWrite::Assets),
    || Write::Operator(OperatorWrite::GrantPartner),
    || Write::Operator(OperatorWrite::EndPartner("id-1".to_owned())),
    || Write::Operator(OperatorWrite::AcceptPartner),
    || Write::Operator(OperatorWrite::PartnerNote),
    || Write::Offer,
    || Write::Counter,
    || Write::Accept,
    || Write::DecideBoundary,
    || Write::Commit,
    || Write::Nullify,
    || Write::Vote,
    || Write::Assemble,
    || Write::SeePeer,
    || Write::ArchivePeer,
    || Write::LicenseData,
    || Write::IntendAccess,
];

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

/// The public key of a seed.
pub fn key(seed: u8) -> String {
    MeshKey::from(secret(seed).public()).to_string()
}

fn now() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").expect("a datetime")
}

/// What the authority's root says.
pub fn genesis() -> GenesisBlock {
    let mut genesis = GenesisBlock {
        network_name: "alpha".to_owned(),
        network_version: "v1".to_owned(),
        root_public_key: key(1),
        network_authority: NetworkAuthority {
            public_key: key(2),
            valid_from: now().plus(-86_400),
            valid_to: now().plus(86_400 * 300),
        },
        allowed_crypto_suites: vec!["ed25519".to_owned()],
        allowed_transports: vec!["quic".to_owned()],
        policy_manifest: PolicyManifestRef { hash: "sha256:00".to_owned(), url: None },
        bootstrap_anchors: Vec::new(),
        signatures: Vec::new(),
    };
    genesis.sign(&secret(1), "root");
    genesis
}

/// Bodies that the authority grants, each with its number among [`WRITES`]; the first two make what others end.
pub fn granted() -> Vec<(u8, Value)> {
    let subject = [
        ("subject_sovereign_id", Value::from("beta")),
        ("subject_public_keys", Value::from(vec![key(5)])),
    ];
    let member =
        [("subject_id", Value::from("alice")), ("roles", Value::from(vec!["role:client"]))];
    vec![
        (0, Value::from(subject)),
        (2, Value::from(member)),
        (1, Value::from([("reason", Value::from("over"))])),
        (3, Value::from([("reason", Value::from("left"))])),
        (7, Value::from([("roles", Value::from(vec!["role:client"]))])),
        (12, Value::from([])),
    ]
}

/// The entries of a record in which each of [`granted`] was asked for, once.
pub fn entries() -> Vec<Entry> {
    let mut authority = empty();
    let mut entries: Vec<Entry> = authority.begin(now(), "r-0").into_iter().collect();
    entries.iter().for_each(|entry| authority.apply(entry).expect("the first entry"));
    for (number, (write, body)) in granted().into_iter().enumerate() {
        let (id, nonce) = (format!("id-{}", number + 1), format!("n-{number}"));
        let ask = Ask { write: &WRITES[usize::from(write)](), id: &id, body: &canonical(&body) };
        let decision = ask.signed(&authority, &nonce);
        authority.apply(&decision.entry).expect("its own entry");
        entries.push(decision.entry);
    }
    entries
}

fn empty() -> Authority {
    let operator = MeshKey::parse(&key(3)).expect("a key");
    let config = Config {
        genesis: genesis(),
        key_id: "na-1".to_owned(),
        operators: BTreeMap::from([(OPERATOR.to_owned(), operator)]),
        hosts: BTreeSet::from([HOST.to_owned()]),
        accepts_admin_v1: false,
    };
    Authority::new(config, secret(2), now()).expect("its papers hold")
}

/// The authority after its first three entries: a treaty and an attestation stand.
static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let mut authority = empty();
    for entry in entries().iter().take(3) {
        authority.apply(entry).expect("its own entry");
    }
    authority
});

struct Ask<'a> {
    write: &'a Write,
    id: &'a str,
    body: &'a [u8],
}

impl Ask<'_> {
    fn decide(&self, authority: &Authority, admin: AdminHeaders<'_>) -> Decision {
        let call = Call {
            at: now(),
            id: self.id,
            request_id: "r-1",
            remote: "127.0.0.1",
            method: "POST",
            path: "/admin",
            host: HOST,
            admin,
            body: self.body,
        };
        let decision = authority.decide(self.write, &call);
        assert_eq!(authority.decide(self.write, &call), decision, "asked twice");
        decision
    }

    /// With an operator's headers.
    fn signed(&self, authority: &Authority, nonce: &str) -> Decision {
        let at = now().to_string();
        let headers =
            AdminHeaders { version: "2", key_id: OPERATOR, timestamp: &at, nonce, signature: "" };
        let bytes = admin_v2_bytes("POST", "/admin", HOST, self.body, &headers);
        let signature = b64::encode(&secret(3).sign(&bytes));
        self.decide(authority, AdminHeaders { signature: &signature, ..headers })
    }
}

/// A refusal is the client's fault, or nobody's.
fn check_refusal(refusal: &Refusal) {
    assert!((400..500).contains(&refusal.status) || refusal.status == 503, "{refusal:?}");
    oracle::refusal(&format!("authority.{}", refusal.code), &refusal.message);
    let envelope = canonical(&refusal.to_value("r-1"));
    assert!(parse(&envelope).is_ok());
}

/// What a decision must be, and what follows from it.
fn check_decision(decision: &Decision) {
    let entry = &decision.entry;
    assert_eq!(Entry::parse(entry.bytes()).as_ref(), Ok(entry));
    let mut next = AUTHORITY.clone();
    assert_eq!(next.apply(entry), Ok(()), "{}", entry.frame().action);
    match &decision.answer {
        Ok(answer) => assert!(matches!(answer.status, 200 | 201), "{answer:?}"),
        Err(refusal) => {
            check_refusal(refusal);
            let is_nonce = |event: &Event| matches!(event, Event::NonceUsed(_));
            assert!(entry.frame().events.iter().all(is_nonce), "a refusal changes something");
            assert_eq!(next.graph_version(), AUTHORITY.graph_version());
            assert_eq!(next.feed_sequence(), AUTHORITY.feed_sequence());
        }
    }
    look(&mut next);
}

/// Every view of the state, whatever it is.
fn look(authority: &mut Authority) {
    authority.tick(now().plus(60));
    let at = now().plus(60);
    let list = ListQuery { issuer: None, subject: None, status: None };
    let lists = [authority.treaties(&list, at), authority.attestations(&list)];
    assert!(lists.iter().all(|list| list.members().is_some()));
    let graph = authority.recognition_graph();
    assert_eq!(graph.clone().into_view().sovereigns.len(), graph.sovereigns.len());
    for value in [authority.nodes(at), authority.agents(None, at), authority.health()] {
        assert!(parse(&canonical(&value)).is_ok());
    }
    assert!(authority.feed(None).is_ok_and(|feed| feed.body.members().is_some()));
    assert!(authority.crl().body.members().is_some());
    assert!(authority.operator_continuity(at).members().is_some());
}

/// A body under any route: a check answers and changes nothing, a wish is decided.
pub fn body(data: &[u8]) {
    let mut input = Input::new(data);
    let route = input.below(CHECKS.len() + WRITES.len());
    let is_signed = !input.once_in(8);
    let bytes = input.rest();
    let Some(check) = CHECKS.get(route) else {
        let write = WRITES[route - CHECKS.len()]();
        let ask = Ask { write: &write, id: "id-9", body: bytes };
        let decision = if is_signed {
            ask.signed(&AUTHORITY, "n-9")
        } else {
            ask.decide(&AUTHORITY, AdminHeaders::default())
        };
        assert!(is_signed || !write.is_admin() || decision.answer.is_err(), "nobody asked");
        return check_decision(&decision);
    };
    match Body::parse(bytes) {
        Err(refusal) => check_refusal(&refusal),
        Ok(body) => {
            assert_eq!(Body::parse(&canonical(&body.to_value())).as_ref(), Ok(&body));
            match check(&AUTHORITY, &body, now()) {
                Err(refusal) => check_refusal(&refusal),
                Ok(verdict) => {
                    let said = verdict.get("accepted").or_else(|| verdict.get("valid"));
                    assert!(matches!(said, Some(Value::Bool(_))), "{verdict:?}");
                    assert!(verdict.get("reason").and_then(Value::as_str).is_some());
                }
            }
        }
    }
}

/// Headers of an operator, all but one as they were signed: another text in any of them is refused.
pub fn headers(data: &[u8]) {
    let mut input = Input::new(data);
    let which = input.below(5);
    let Ok(text) = std::str::from_utf8(input.rest()) else { return };
    let at = now().to_string();
    let good = AdminHeaders {
        version: "2",
        key_id: OPERATOR,
        timestamp: &at,
        nonce: "n-9",
        signature: "",
    };
    let body = b"{\"roles\":[\"role:client\"]}";
    let bytes = admin_v2_bytes("POST", "/admin", HOST, body, &good);
    let signature = b64::encode(&secret(3).sign(&bytes));
    let good = AdminHeaders { signature: &signature, ..good };
    let mut given = good;
    let members = [
        &mut given.version,
        &mut given.key_id,
        &mut given.timestamp,
        &mut given.nonce,
        &mut given.signature,
    ];
    for (at, member) in members.into_iter().enumerate() {
        if at == which {
            *member = text;
        }
    }
    let ask = Ask { write: &Write::Invite, id: "id-9", body };
    let decision = ask.decide(&AUTHORITY, given);
    match &decision.answer {
        Ok(_) => assert_eq!(given, good, "headers that nobody signed"),
        Err(refusal) => {
            assert_eq!((refusal.status, refusal.code), (401, "admin_auth_failed"));
            assert!(decision.entry.frame().events.is_empty(), "a nonce is used up by nobody");
        }
    }
    check_decision(&decision);
}

/// An entry has one spelling, and any entry is taken or refused by name.
pub fn frame(data: &[u8]) {
    let entry = match Entry::parse(data) {
        Ok(entry) => entry,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    assert_eq!(entry.bytes(), data, "an entry has two spellings");
    let mut authority = AUTHORITY.clone();
    if let Err(error) = authority.apply(&entry) {
        oracle::refusal(error.code(), &error);
    }
    // The same events as the next entry of the record.
    let mut authority = AUTHORITY.clone();
    let mut frame = entry.into_frame();
    frame.seq = authority.len();
    frame.prev = authority.head().to_string();
    let entry = frame.seal();
    match authority.apply(&entry) {
        Ok(()) => {
            assert_eq!(authority.head(), entry.digest());
            look(&mut authority);
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// Queries: texts with zero bytes between.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut texts = text.split('\0');
    let (issuer, subject, status, id) = (texts.next(), texts.next(), texts.next(), texts.next());
    let list = ListQuery { issuer, subject, status };
    for value in [AUTHORITY.treaties(&list, now()), AUTHORITY.attestations(&list)] {
        assert!(parse(&canonical(&value)).is_ok());
    }
    let id = id.unwrap_or_default();
    let found = [
        AUTHORITY.treaty(id, now()),
        AUTHORITY.attestation(id),
        AUTHORITY.agent(id, now()),
        AUTHORITY.explain(&mut Scratch::new(), issuer, subject),
        AUTHORITY.check_feed_issuer(issuer).map(|()| Value::Null),
    ];
    found.iter().filter_map(|it| it.as_ref().err()).for_each(check_refusal);
    assert!(AUTHORITY.agents(status, now()).members().is_some());
    assert!(AUTHORITY.sovereign(id).members().is_some());
}
