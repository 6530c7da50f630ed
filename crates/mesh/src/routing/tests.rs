use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::Time;
use comity_wire::mesh_json::Datetime;
use proptest::prelude::{Just, Strategy as _, prop_assert_eq, proptest};

use super::{Offer, OfferReason, Search};
use crate::descriptor::{AgentDescriptor, AgentEndpoint};
use crate::keys::MeshKey;

fn at(seconds: i64) -> Datetime {
    Time::from_unix(seconds).into()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn node(seed: u8) -> String {
    MeshKey::from(key(seed).public()).to_string()
}

fn offer(agent: &str, seed: u8) -> Offer {
    let descriptor = AgentDescriptor {
        agent_id: agent.to_owned(),
        node_public_key: node(seed),
        network_name: "alpha".to_owned(),
        capabilities: vec!["count".to_owned()],
        endpoint: AgentEndpoint { host: "localhost".to_owned(), port: 1, scheme: "ws".to_owned() },
        registered_at: at(1_000),
        expires_at: at(9_000),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    };
    let descriptor = descriptor.issue(&key(seed), "node").unwrap();
    Offer { descriptor, sovereign_id: "alpha".to_owned(), is_trusted: true }
}

fn agents(search: &mut Search) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(offer) = search.propose(at(2_000)) {
        found.push(offer.descriptor.agent_id.clone());
        search.failed("no answer", at(2_000));
    }
    found
}

proptest! {
    #[test]
    fn the_order_of_offers_does_not_matter(
        offers in Just((1_u8..8).map(|seed| offer(&format!("agent {}", seed % 4), seed)).collect::<Vec<_>>())
            .prop_shuffle(),
    ) {
        let mut expected: Vec<_> =
            offers.iter().map(|it| (it.descriptor.agent_id.clone(), it.descriptor.node_public_key.clone())).collect();
        expected.sort_unstable();
        let names: Vec<String> = expected.into_iter().map(|(agent, _)| agent).collect();
        prop_assert_eq!(agents(&mut Search::new("count", offers, &[], at(2_000))), names);
    }
}

#[test]
fn who_fails_is_followed_by_the_next_and_the_trail_says_so() {
    let offers = vec![offer("b", 2), offer("a", 1), offer("c", 3)];
    let mut search = Search::new("count", offers, &[], at(2_000));
    assert_eq!(search.propose(at(2_001)).unwrap().descriptor.agent_id, "a");
    search.failed("connection refused", at(2_002));
    assert_eq!(search.propose(at(2_003)).unwrap().descriptor.agent_id, "b");
    assert_eq!(search.reached(at(2_004)).unwrap().descriptor.agent_id, "b");
    assert!(search.reached(at(2_004)).is_none());
    let steps: Vec<_> = search
        .trail()
        .iter()
        .map(|step| (step.agent.as_str(), step.action.as_str(), step.detail.as_str()))
        .collect();
    let expected = [
        ("a", "selected", ""),
        ("a", "failed", "connection refused"),
        ("b", "selected", ""),
        ("b", "reached", ""),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn one_provider_in_two_registries_is_asked_once() {
    let second = Offer { sovereign_id: "alpha".to_owned(), ..offer("a", 1) };
    let mut search = Search::new("count", vec![offer("a", 1), second], &[], at(2_000));
    assert_eq!(agents(&mut search), ["a"]);
}

#[test]
fn every_reason_to_leave_an_offer_out_is_found() {
    let made = |change: fn(&mut Offer)| {
        let mut made = offer("a", 1);
        change(&mut made);
        made
    };
    for reason in OfferReason::ALL {
        let (offered, capability, excluded) = match reason {
            OfferReason::OtherCapability => (offer("a", 1), "coun_", vec![]),
            OfferReason::Excluded => (offer("a", 1), "count", vec![node(1)]),
            OfferReason::Untrusted => (made(|it| it.is_trusted = false), "count", vec![]),
            OfferReason::Expired => {
                (made(|it| it.descriptor.expires_at = at(1_500)), "count", vec![])
            }
            OfferReason::OtherNetwork => {
                (made(|it| it.sovereign_id = "beta".to_owned()), "count", vec![])
            }
            OfferReason::NotSigned => {
                (made(|it| it.descriptor.agent_id = "z".to_owned()), "count", vec![])
            }
        };
        let mut search = Search::new(capability, vec![offered], &excluded, at(2_000));
        assert!(search.propose(at(2_000)).is_none(), "{reason:?}");
        let step = search.trail().first().unwrap();
        assert_eq!((step.action.as_str(), step.detail.as_str()), ("left_out", reason.as_str()));
    }
}
