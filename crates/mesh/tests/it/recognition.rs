//! Two sovereigns recognise each other, work together, and part.

use std::collections::BTreeMap;

use comity_mesh::attestation::Status;
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::{
    Directory, Genesis, MeshError, MeshFact, Scope, Stamp, TreatyError, TreatyIssued,
    TreatyRevoked, treaty_text,
};
use comity_sign::SigningKey;
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

const BUYER: u8 = 10;
const OPERATOR: u8 = 20;
const BOTH: [(u8, u8); 2] = [(BUYER, OPERATOR), (OPERATOR, BUYER)];

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn key(seed: u8) -> KeyId {
    secret(seed).public().key_id()
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

/// One recognises the other from 10,000 to 90,000, signed at 5,000.
fn draft(by: u8, to: u8) -> RecognitionTreaty {
    RecognitionTreaty {
        treaty_id: format!("treaty {by} {to}"),
        issuer_sovereign_id: sovereign(by).to_string(),
        subject_sovereign_id: sovereign(to).to_string(),
        subject_public_keys: vec![MeshKey::from(secret(to + 1).public()).to_string()],
        scope: RecognitionTreatyScope {
            allowed_roles: vec![Scope::Order.role().into(), Scope::Witness.role().into()],
            ..RecognitionTreatyScope::default()
        },
        status: Status::Active,
        issued_at: at(5_000).into(),
        valid_from: at(10_000).into(),
        expires_at: at(90_000).into(),
        issued_by: "authority".into(),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    }
}

fn signed(mut draft: RecognitionTreaty, seed: u8) -> TreatyIssued {
    draft.signatures.clear();
    draft.sign(&secret(seed), "authority");
    TreatyIssued { treaty: treaty_text(&draft) }
}

fn issued(by: u8, to: u8) -> TreatyIssued {
    signed(draft(by, to), by + 1)
}

fn covers(
    world: &Directory,
    (by, to): (u8, u8),
    scope: Scope,
    seconds: i64,
) -> Result<StatementId, MeshError> {
    world.recognition((sovereign(by), sovereign(to)), scope, at(seconds), &|_| true)
}

#[test]
fn each_recognises_the_other_on_its_own_until_it_revokes() {
    let mut world = world();
    let nothing = covers(&world, (BUYER, OPERATOR), Scope::Order, 20_000);
    let (by, to) = (sovereign(BUYER), sovereign(OPERATOR));
    assert_eq!(nothing, Err(MeshError::NoTreaty { by, to }));
    for (index, (by, to)) in BOTH.into_iter().enumerate() {
        let statement = 50 + u8::try_from(index).unwrap();
        say(&mut world, by, statement, 5_000, issued(by, to)).unwrap();
        assert_eq!(covers(&world, (by, to), Scope::Order, 20_000), Ok(id(statement)));
        assert_eq!(covers(&world, (by, to), Scope::Witness, 90_000), Ok(id(statement)));
        let other = TreatyError::OutOfScope { scope: Scope::Escrow };
        assert_eq!(covers(&world, (by, to), Scope::Escrow, 20_000), Err(other.into()));
    }
    let leave = TreatyRevoked { treaty: id(51), reason: "moved".into() };
    say(&mut world, OPERATOR, 52, 30_000, leave).unwrap();
    let ended = TreatyError::Ended { ended: at(30_000), at: at(30_001) };
    assert_eq!(covers(&world, (OPERATOR, BUYER), Scope::Order, 30_001), Err(ended.into()));
    assert_eq!(
        covers(&world, (BUYER, OPERATOR), Scope::Order, 30_001),
        Ok(id(50)),
        "its own half stands"
    );
    // Who has not read the revocation acts as before.
    let unread = |statement| statement != id(52);
    let pair = (sovereign(OPERATOR), sovereign(BUYER));
    assert_eq!(world.recognition(pair, Scope::Order, at(30_001), &unread), Ok(id(51)));
    // A new treaty heals it.
    let again = RecognitionTreaty { treaty_id: "again".into(), ..draft(OPERATOR, BUYER) };
    say(&mut world, OPERATOR, 60, 31_000, signed(again, OPERATOR + 1)).unwrap();
    assert_eq!(covers(&world, (OPERATOR, BUYER), Scope::Order, 33_000), Ok(id(60)));
}

#[test]
fn a_treaty_is_answered_by_as_much_for_as_long() {
    let mut world = world();
    say(&mut world, BUYER, 50, 5_000, issued(BUYER, OPERATOR)).unwrap();
    let is_answered = |world: &Directory| world.is_answered(world.treaty(id(50)).unwrap());
    assert!(!is_answered(&world));
    let mut shorter = draft(OPERATOR, BUYER);
    shorter.expires_at = at(80_000).into();
    say(&mut world, OPERATOR, 51, 5_000, signed(shorter, OPERATOR + 1)).unwrap();
    assert!(!is_answered(&world));
    let mut less = draft(OPERATOR, BUYER);
    less.treaty_id = "less".into();
    less.scope.allowed_roles.pop();
    say(&mut world, OPERATOR, 52, 5_000, signed(less, OPERATOR + 1)).unwrap();
    assert!(!is_answered(&world));
    let full = RecognitionTreaty { treaty_id: "full".into(), ..draft(OPERATOR, BUYER) };
    say(&mut world, OPERATOR, 53, 5_000, signed(full, OPERATOR + 1)).unwrap();
    assert!(is_answered(&world));
    say(&mut world, OPERATOR, 54, 6_000, TreatyRevoked { treaty: id(53), reason: String::new() })
        .unwrap();
    assert!(is_answered(&world), "an answer that was revoked is not given again by itself");
}

#[test]
fn refused_treaty_facts_are_named_and_change_nothing() {
    let mut world = world();
    say(&mut world, BUYER, 50, 5_000, issued(BUYER, OPERATOR)).unwrap();
    say(&mut world, OPERATOR, 51, 5_000, issued(OPERATOR, BUYER)).unwrap();
    say(&mut world, OPERATOR, 52, 5_000, TreatyRevoked { treaty: id(51), reason: "x".into() })
        .unwrap();
    let before = world.clone();
    let new = |change: fn(&mut RecognitionTreaty)| {
        let mut draft = RecognitionTreaty { treaty_id: "new".into(), ..draft(BUYER, OPERATOR) };
        change(&mut draft);
        MeshFact::from(signed(draft, BUYER + 1))
    };
    let plain = || RecognitionTreaty { treaty_id: "new".into(), ..draft(BUYER, OPERATOR) };
    let revoked = |treaty| MeshFact::from(TreatyRevoked { treaty, reason: String::new() });
    let cases: Vec<(MeshFact, &str)> = vec![
        (issued(BUYER, OPERATOR).into(), "mesh.treaty_known"),
        (issued(OPERATOR, BUYER).into(), "mesh.treaty_with_self"),
        (signed(plain(), OPERATOR + 1).into(), "mesh.treaty_refused"),
        (new(|it| it.issuer_sovereign_id = sovereign(OPERATOR).to_string()), "mesh.treaty_refused"),
        (new(|it| it.status = Status::Suspended), "mesh.treaty_refused"),
        (new(|it| it.expires_at = at(10_001).into()), "mesh.treaty_refused"),
        (new(|it| it.issued_at = at(20_001).into()), "mesh.treaty_from_the_future"),
        (new(|it| it.subject_public_keys = vec!["AAAA".into()]), "mesh.treaty_key_missing"),
        (new(|it| it.subject_sovereign_id = sovereign(77).to_string()), "mesh.unknown_sovereign"),
        (new(|it| it.subject_sovereign_id = "operator".into()), "mesh.treaty_malformed"),
        (TreatyIssued { treaty: "treaty".into() }.into(), "mesh.treaty_not_json"),
        (TreatyIssued { treaty: "{}".into() }.into(), "mesh.treaty_malformed"),
        (revoked(id(51)), "mesh.treaty_not_entitled"),
        (revoked(id(99)), "mesh.unknown_treaty"),
    ];
    for (fact, code) in cases {
        let refusal = say(&mut world, BUYER, 70, 20_000, fact).unwrap_err();
        assert_eq!(refusal.code(), code, "{refusal}");
        assert_eq!(world, before, "{code}");
    }
    let twice = say(&mut world, OPERATOR, 70, 20_000, revoked(id(51))).unwrap_err();
    assert_eq!(twice.code(), "mesh.treaty_ended");
    assert_eq!(world, before);
}

#[test]
fn facts_have_one_wire_form_and_closed_schemas() {
    let fact = MeshFact::from(TreatyRevoked { treaty: id(50), reason: "moved".into() });
    let body = fact.encode().unwrap();
    assert_eq!(MeshFact::decode(fact.kind(), &body).unwrap(), Some(fact.clone()));
    assert_eq!(MeshFact::decode("comity:mission/drafted/v1", &body).unwrap(), None);
    let wider = body.get().replace("{\"reason\"", "{\"extra\":1,\"reason\"");
    let wider = serde_json::value::RawValue::from_string(wider).unwrap();
    assert!(MeshFact::decode(fact.kind(), &wider).is_err());
    assert_eq!(MeshFact::KINDS.len(), 4);
}
