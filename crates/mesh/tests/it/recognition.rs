//! Two sovereigns recognise each other, work together, and part.

use comity_mesh::{
    Directory, Genesis, MeshError, MeshFact, Scope, Stamp, TreatyAccepted, TreatyError,
    TreatyOffered, TreatyRejected, TreatyWithdrawn,
};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

const BUYER: u8 = 10;
const OPERATOR: u8 = 20;

fn key(seed: u8) -> KeyId {
    let (tens, ones) = (char::from(b'a' + seed / 10), char::from(b'a' + seed % 10));
    KeyId::parse(&format!("did:key:z6Mk{tens}{ones}")).unwrap()
}

fn id(byte: u8) -> StatementId {
    StatementId::from_digest(Digest::from_bytes([byte; 32]))
}

fn sovereign(seed: u8) -> SovereignId {
    SovereignId::of_genesis(id(seed))
}

fn at(seconds: i64) -> Time {
    Time::from_unix(seconds)
}

/// Says something as the sovereign founded from `seed`, with its authority key.
fn say(
    world: &mut Directory,
    seed: u8,
    statement: u8,
    seconds: i64,
    fact: impl Into<MeshFact>,
) -> Result<(), MeshError> {
    let stamp = Stamp {
        issuer: Some(sovereign(seed)),
        signer: key(seed + 1),
        id: id(statement),
        at: at(seconds),
    };
    world.apply(&stamp, &fact.into())
}

fn world() -> Directory {
    let mut world = Directory::new();
    for seed in [BUYER, OPERATOR] {
        let genesis = Genesis {
            name: format!("sovereign {seed}"),
            organisation: format!("organisation {seed}"),
            region: "eu-north".into(),
            root: key(seed),
            authority: key(seed + 1),
            authority_ml_dsa: None,
            parameters: Digest::ZERO,
            witnesses_min: 0,
        };
        let stamp = Stamp { issuer: None, signer: key(seed), id: id(seed), at: at(0) };
        world.apply(&stamp, &genesis.into()).unwrap();
    }
    world
}

fn offer() -> TreatyOffered {
    TreatyOffered {
        to: sovereign(OPERATOR),
        scopes: vec![Scope::Order, Scope::Witness],
        not_before: at(100),
        not_after: at(900),
    }
}

#[test]
fn an_accepted_treaty_covers_both_directions_until_somebody_leaves() {
    let mut world = world();
    let (buyer, operator) = (sovereign(BUYER), sovereign(OPERATOR));
    assert_eq!(
        world.treaty_between(buyer, operator, Scope::Order, at(200)),
        Err(MeshError::NoTreaty { a: buyer, b: operator })
    );
    say(&mut world, BUYER, 50, 10, offer()).unwrap();
    say(&mut world, OPERATOR, 51, 20, TreatyAccepted { offer: id(50) }).unwrap();
    assert_eq!(world.treaty_between(buyer, operator, Scope::Order, at(200)), Ok(id(50)));
    assert_eq!(world.treaty_between(operator, buyer, Scope::Order, at(900)), Ok(id(50)));
    assert_eq!(
        world.treaty_between(buyer, operator, Scope::Order, at(901)),
        Err(TreatyError::Expired { not_after: at(900), at: at(901) }.into())
    );
    assert_eq!(
        world.treaty_between(buyer, operator, Scope::Escrow, at(200)),
        Err(TreatyError::OutOfScope { scope: Scope::Escrow }.into())
    );
    let leave = TreatyWithdrawn { offer: id(50), reason: "moved".into() };
    say(&mut world, OPERATOR, 52, 300, leave).unwrap();
    assert_eq!(world.treaty_between(buyer, operator, Scope::Order, at(299)), Ok(id(50)));
    assert_eq!(
        world.treaty_between(buyer, operator, Scope::Order, at(300)),
        Err(TreatyError::Ended { ended: at(300), at: at(300) }.into())
    );
    // A new treaty heals it.
    say(&mut world, BUYER, 60, 310, offer()).unwrap();
    say(&mut world, OPERATOR, 61, 320, TreatyAccepted { offer: id(60) }).unwrap();
    assert_eq!(world.treaty_between(buyer, operator, Scope::Order, at(330)), Ok(id(60)));
}

#[test]
fn refused_treaty_facts_are_named_and_change_nothing() {
    let mut world = world();
    say(&mut world, BUYER, 50, 10, offer()).unwrap();
    let before = world.clone();
    let cases: Vec<(u8, MeshFact, &str)> = vec![
        (BUYER, offer().into(), "mesh.offer_known"),
        (OPERATOR, offer().into(), "mesh.treaty_with_self"),
        (BUYER, TreatyOffered { to: sovereign(77), ..offer() }.into(), "mesh.unknown_sovereign"),
        (BUYER, TreatyOffered { scopes: vec![], ..offer() }.into(), "mesh.bad_scopes"),
        (
            BUYER,
            TreatyOffered { scopes: vec![Scope::Order; 2], ..offer() }.into(),
            "mesh.bad_scopes",
        ),
        (BUYER, TreatyOffered { not_after: at(99), ..offer() }.into(), "mesh.bad_term"),
        (BUYER, TreatyAccepted { offer: id(50) }.into(), "mesh.treaty_not_entitled"),
        (OPERATOR, TreatyAccepted { offer: id(51) }.into(), "mesh.unknown_offer"),
        (BUYER, TreatyRejected { offer: id(50) }.into(), "mesh.treaty_not_entitled"),
    ];
    for (seed, fact, code) in cases {
        let kind = fact.kind();
        let refusal = say(&mut world, seed, 50, 20, fact).unwrap_err();
        assert_eq!(refusal.code(), code, "{kind}");
        assert_eq!(world, before, "{kind}");
    }
}

#[test]
fn facts_have_one_wire_form_and_closed_schemas() {
    let fact = MeshFact::from(offer());
    let body = fact.encode().unwrap();
    assert_eq!(MeshFact::decode(fact.kind(), &body).unwrap(), Some(fact.clone()));
    assert_eq!(MeshFact::decode("comity:mission/drafted/v1", &body).unwrap(), None);
    let wider = body.get().replace("{\"not_after\"", "{\"extra\":1,\"not_after\"");
    let wider = serde_json::value::RawValue::from_string(wider).unwrap();
    assert!(MeshFact::decode(fact.kind(), &wider).is_err());
    assert_eq!(MeshFact::KINDS.len(), 6);
}
