use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::schema::Field as _;

const START: &str = "2026-06-01T12:00:00Z";
const LATER: &str = "2026-06-01T12:10:00Z";
const END: &str = "2026-06-01T13:00:00Z";

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn node(seed: u8) -> String {
    MeshKey::from(secret(seed).public()).to_string()
}

fn draft(seed: u8) -> AgentDescriptor {
    AgentDescriptor {
        agent_id: format!("agent-{seed}"),
        node_public_key: node(seed),
        network_name: "USG".into(),
        capabilities: vec!["llm:chat".into(), "kb_security".into(), "llm:chat".into()],
        endpoint: AgentEndpoint { host: "a.example".into(), port: 7777, scheme: "wss".into() },
        registered_at: at(START),
        expires_at: at(END),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    }
}

fn issued(draft: AgentDescriptor, seed: u8) -> AgentDescriptor {
    draft.issue(&secret(seed), "node").unwrap()
}

fn check(time: &str) -> DescriptorCheck<'static> {
    DescriptorCheck {
        network_name: "USG",
        has_certificate: true,
        is_compromised: false,
        at: at(time),
    }
}

fn sign_off(seed: u8, signed_at: &str) -> Deregistration {
    let text = deregistration_text(&node(seed), signed_at);
    let signature = comity_wire::b64::encode(&secret(seed).sign(text.as_bytes()));
    Deregistration { signature, signed_at: signed_at.into(), version: "v1".into() }
}

fn registry(seeds: &[u8]) -> Registry {
    let mut registry = Registry::new();
    for seed in seeds {
        registry.register(issued(draft(*seed), *seed), &check(START)).unwrap();
    }
    registry
}

fn ids<'a>(found: impl IntoIterator<Item = &'a AgentDescriptor>) -> Vec<&'a str> {
    found.into_iter().map(|descriptor| descriptor.agent_id.as_str()).collect()
}

#[test]
fn every_reason_to_refuse_a_descriptor_is_found() {
    for reason in DescriptorReason::ALL {
        let mut registry = registry(&[1]);
        let (mut given, mut check) = (issued(draft(1), 1), check(START));
        assert_eq!(given.verify(&check), Ok(()));
        match reason {
            DescriptorReason::SignatureRequired => given.signatures.clear(),
            DescriptorReason::Expired => check.at = at("2026-06-01T13:00:00.000001Z"),
            DescriptorReason::NetworkMismatch => check.network_name = "other",
            DescriptorReason::NoCertificate => check.has_certificate = false,
            DescriptorReason::KeyRevoked => check.is_compromised = true,
            DescriptorReason::BadNodeKey => given.node_public_key = "junk".into(),
            DescriptorReason::InvalidSignature => {
                let good = given.signatures[0].clone();
                given.signatures[0].sig.replace_range(..1, "#");
                given.signatures.push(good);
            }
            DescriptorReason::Superseded => {
                let newer = AgentDescriptor { registered_at: at(LATER), ..draft(1) };
                check.at = at(LATER);
                registry.register(issued(newer, 1), &check).unwrap();
            }
        }
        let before = format!("{registry:?}");
        assert_eq!(registry.register(given, &check), Err(*reason));
        assert_eq!(format!("{registry:?}"), before);
    }
}

#[test]
fn skew_counts_before_the_window_only() {
    let given = issued(draft(1), 1);
    let cases = [
        ("2026-06-01T11:54:59.999999Z", false),
        ("2026-06-01T11:55:00Z", true),
        (END, true),
        ("2026-06-01T13:00:00.000001Z", false),
    ];
    for (time, is_active) in cases {
        assert_eq!(given.is_active(at(time)), is_active, "{time}");
    }
}

#[test]
fn what_would_not_do_is_neither_read_nor_issued() {
    let endpoint = |port| AgentEndpoint { port, ..draft(1).endpoint };
    for port in [0, 65_536] {
        let error = AgentDescriptor::read(
            &AgentDescriptor { endpoint: endpoint(port), ..draft(1) }.write(),
        );
        assert_eq!(error.unwrap_err().path, "endpoint.port");
    }
    assert_eq!(endpoint(65_535).settle().unwrap().to_uri(), "wss://a.example:65535");
    let timeless = AgentDescriptor { expires_at: at(START), ..draft(1) };
    assert_eq!(timeless.issue(&secret(1), "node").unwrap_err().code(), "mesh.schema");
    assert_eq!(draft(1).issue(&secret(2), "node").unwrap_err().code(), "mesh.other_key");
}

#[test]
fn every_reason_not_to_sign_a_node_off_is_found() {
    for reason in DeregistrationReason::ALL {
        let mut registry = registry(&[1]);
        let (mut request, mut key, mut time) = (sign_off(1, LATER), node(1), LATER);
        match reason {
            DeregistrationReason::SignatureRequired => request.signed_at.clear(),
            DeregistrationReason::InvalidSignedAt => request.signed_at = "yesterday".into(),
            DeregistrationReason::OutsideWindow => time = "2026-06-01T12:15:00.000001Z",
            DeregistrationReason::UnknownVersion => request.version = "v2".into(),
            DeregistrationReason::BadNodeKey => key = "junk".into(),
            DeregistrationReason::InvalidSignature => request = sign_off(2, LATER),
            DeregistrationReason::NotRegistered => {
                assert!(registry.evict(&key));
            }
            DeregistrationReason::Superseded => {
                request = sign_off(1, "2026-06-01T11:59:59Z");
                time = START;
            }
        }
        let before = format!("{registry:?}");
        assert_eq!(registry.deregister(&key, &request, at(time)), Err(*reason));
        assert_eq!(format!("{registry:?}"), before);
    }
}

#[test]
fn a_node_that_signed_off_does_not_come_back_by_repetition() {
    let mut registry = registry(&[1]);
    registry.deregister(&node(1), &sign_off(1, LATER), at(LATER)).unwrap();
    assert_eq!(registry.get(&node(1), at(LATER)), None);
    let old = registry.register(issued(draft(1), 1), &check(LATER));
    assert_eq!(old, Err(DescriptorReason::Superseded));
    assert_eq!(registry.expire(at(LATER)), 0);
    let new = AgentDescriptor { registered_at: at("2026-06-01T12:10:00.000001Z"), ..draft(1) };
    registry.register(issued(new, 1), &check(LATER)).unwrap();
    let replay = registry.deregister(&node(1), &sign_off(1, LATER), at(LATER));
    assert_eq!(replay, Err(DeregistrationReason::Superseded));
    assert_eq!(registry.list(None, at(LATER)).len(), 1);
}

#[test]
fn a_capability_is_found_by_its_exact_text() {
    let registry = registry(&[1]);
    for strange in
        ["llm:%", "LLM:chat", "kb-security", "kb_securit_", "%", "", "llm:chat,kb_security"]
    {
        assert_eq!(registry.list(Some(strange), at(START)), Vec::<&AgentDescriptor>::new());
    }
    for known in ["llm:chat", "kb_security"] {
        assert_eq!(ids(registry.list(Some(known), at(START))), ["agent-1"]);
    }
}

#[test]
fn one_descriptor_per_node_and_the_newest_counts() {
    let mut registry = registry(&[1, 2]);
    let newer = AgentDescriptor {
        agent_id: "renamed".into(),
        capabilities: vec!["kb:eu".into()],
        registered_at: at(LATER),
        ..draft(1)
    };
    registry.register(issued(newer, 1), &check(LATER)).unwrap();
    assert_eq!(ids(registry.list(None, at(LATER))), ["renamed", "agent-2"]);
    assert_eq!(ids(registry.list(Some("llm:chat"), at(LATER))), ["agent-2"]);
    assert_eq!(ids(registry.list(Some("kb:eu"), at(LATER))), ["renamed"]);
    assert_eq!(registry.get(&node(1), at(END)), None);
    assert_eq!(registry.expire(at(END)), 2);
    assert_eq!(registry.list(None, at(START)).len(), 0);
    assert!(!registry.evict(&node(1)));
}

#[test]
fn providers_are_tried_in_one_order_without_the_excluded() {
    let mut registry = registry(&[3, 1, 2]);
    let twin = AgentDescriptor { agent_id: "agent-1".into(), ..draft(4) };
    registry.register(issued(twin, 4), &check(START)).unwrap();
    let mut ones = [node(1), node(4)];
    ones.sort();
    let mut excluded = BTreeSet::new();
    let mut tried = Vec::new();
    while let Some(next) = registry.choose("llm:chat", &excluded, at(LATER)) {
        tried.push(next.node_public_key.clone());
        excluded.insert(next.node_public_key.clone());
    }
    assert_eq!(tried, [ones[0].clone(), ones[1].clone(), node(2), node(3)]);
    registry.evict(&ones[0]);
    let left = registry.providers("llm:chat", &BTreeSet::from([node(2)]), at(LATER));
    assert_eq!(ids(left), ["agent-1", "agent-3"]);
    assert_eq!(registry.choose("llm:chat", &BTreeSet::new(), at(END)), None);
}

/// One step of a random history; small numbers so that nodes and names collide.
#[derive(Clone, Debug)]
enum Step {
    Register { seed: u8, agent: u8, minute: u8, tags: Vec<u8> },
    SignOff { seed: u8, minute: u8 },
    Evict { seed: u8 },
    Expire { minute: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let tags = proptest::collection::vec(0..3_u8, 0..3);
    let step = prop_oneof![
        4 => (1..4_u8, 0..2_u8, 0..60_u8, tags)
            .prop_map(|(seed, agent, minute, tags)| Step::Register { seed, agent, minute, tags }),
        1 => (1..4_u8, 0..60_u8).prop_map(|(seed, minute)| Step::SignOff { seed, minute }),
        1 => (1..4_u8).prop_map(|seed| Step::Evict { seed }),
        1 => (0..60_u8).prop_map(|minute| Step::Expire { minute }),
    ];
    proptest::collection::vec(step, 0..24)
}

fn take_step(registry: &mut Registry, step: &Step) {
    let time = |minute: u8| format!("2026-06-01T12:{minute:02}:00Z");
    match step {
        Step::Register { seed, agent, minute, tags } => {
            let descriptor = AgentDescriptor {
                agent_id: format!("agent-{agent}"),
                capabilities: tags.iter().map(|tag| format!("tag-{tag}")).collect(),
                registered_at: at(&time(*minute)),
                expires_at: at(&time(*minute)).plus(600),
                ..draft(*seed)
            };
            let check = check(&time(*minute));
            let _ = registry.register(issued(descriptor, *seed), &check);
        }
        Step::SignOff { seed, minute } => {
            let time = time(*minute);
            let _ = registry.deregister(&node(*seed), &sign_off(*seed, &time), at(&time));
        }
        Step::Evict { seed } => {
            registry.evict(&node(*seed));
        }
        Step::Expire { minute } => {
            registry.expire(at(&time(*minute)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Invariants 2 and 3: the index by capability says what a look at every descriptor says.
    #[test]
    fn the_index_and_the_descriptors_agree(steps in steps(), minute in 0..60_u8) {
        let mut registry = Registry::new();
        for step in &steps {
            take_step(&mut registry, step);
        }
        let now = at(&format!("2026-06-01T12:{minute:02}:30Z"));
        for tag in ["tag-0", "tag-1", "tag-2"] {
            let mut expected = registry.list(None, now);
            expected.retain(|live| live.capabilities.iter().any(|known| known == tag));
            expected.sort_by_key(|live| (&live.agent_id, &live.node_public_key));
            prop_assert_eq!(registry.providers(tag, &BTreeSet::new(), now), expected);
        }
    }
}
