use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

use super::{Directory, FAMILY_HUMAN, NAME_BYTES_MAX, ROLES_MAX, Stamp};
use crate::{ActorAdmitted, ActorKind, Genesis, MeshError, MeshFact, Role};

fn key(seed: u8) -> KeyId {
    let (tens, ones) = (char::from(b'a' + seed / 10), char::from(b'a' + seed % 10));
    KeyId::parse(&format!("did:key:z6Mk{tens}{ones}")).unwrap()
}

fn statement(byte: u8) -> StatementId {
    StatementId::from_digest(Digest::from_bytes([byte; 32]))
}

fn stamp(issuer: Option<SovereignId>, signer: KeyId, id: u8) -> Stamp {
    Stamp { issuer, signer, id: statement(id), at: Time::from_unix(1_000) }
}

fn genesis(root: u8, authority: u8) -> Genesis {
    Genesis {
        name: "Plant".into(),
        organisation: "Plant Co-op".into(),
        region: "eu-north".into(),
        root: key(root),
        authority: key(authority),
        authority_ml_dsa: None,
        parameters: Digest::ZERO,
        witnesses_min: 1,
    }
}

/// A directory with one sovereign: statement 1, root key 10, authority key 11.
fn world() -> (Directory, SovereignId) {
    let mut world = Directory::new();
    world.apply(&stamp(None, key(10), 1), &genesis(10, 11).into()).unwrap();
    (world, SovereignId::of_genesis(statement(1)))
}

fn machine(name: &str, seed: u8) -> ActorAdmitted {
    ActorAdmitted {
        name: name.into(),
        key: key(seed),
        actor: ActorKind::Machine,
        model_family: "Robust-Statistics".into(),
        method_type: "statistics".into(),
        organisation: "Plant Co-op".into(),
        region: "eu-north".into(),
        roles: vec![Role::Worker],
    }
}

fn admit(world: &mut Directory, by: SovereignId, actor: ActorAdmitted) -> Result<(), MeshError> {
    world.apply(&stamp(Some(by), key(11), 2), &actor.into())
}

#[test]
fn the_same_key_under_another_name_is_refused_in_the_whole_world() {
    let (mut world, plant) = world();
    admit(&mut world, plant, machine("detector", 20)).unwrap();
    let before = world.clone();
    let taken = MeshError::KeyTaken { key: key(20), held_by: "detector".into(), sovereign: plant };
    assert_eq!(admit(&mut world, plant, machine("somebody else", 20)), Err(taken.clone()));
    // In another sovereign, and as a root key, it is the same key still.
    world.apply(&stamp(None, key(30), 3), &genesis(30, 31).into()).unwrap();
    let other = SovereignId::of_genesis(statement(3));
    let fact = MeshFact::from(machine("reviewer", 20));
    assert_eq!(world.apply(&stamp(Some(other), key(31), 4), &fact), Err(taken.clone()));
    assert_eq!(world.apply(&stamp(None, key(20), 5), &genesis(20, 40).into()), Err(taken));
    assert_eq!(before.actors().count(), 1);
    assert_eq!(world.actors().count(), 1);
}

#[test]
fn root_and_authority_keys_cannot_be_actors_nor_each_other() {
    let (mut world, plant) = world();
    for (seed, held_by) in [(10, "Plant (root)"), (11, "Plant (authority)")] {
        assert_eq!(
            admit(&mut world, plant, machine("worker", seed)),
            Err(MeshError::KeyTaken { key: key(seed), held_by: held_by.into(), sovereign: plant })
        );
    }
    let refusal = world.apply(&stamp(None, key(50), 6), &genesis(50, 50).into()).unwrap_err();
    assert_eq!(refusal.code(), "mesh.key_taken");
}

#[test]
fn a_name_is_taken_once_however_it_is_spelled() {
    let (mut world, plant) = world();
    admit(&mut world, plant, machine("Detector", 20)).unwrap();
    let refusal = admit(&mut world, plant, machine(" detector", 21)).unwrap_err();
    assert_eq!(refusal, MeshError::NameTaken { name: " detector".into(), sovereign: plant });
}

#[test]
fn families_are_canonical_and_people_are_all_of_one_family() {
    let (mut world, plant) = world();
    admit(&mut world, plant, machine("detector", 20)).unwrap();
    assert_eq!(world.actor(&key(20)).unwrap().model_family, "robust-statistics");
    let human = ActorAdmitted {
        actor: ActorKind::Human,
        model_family: "Engineer".into(),
        roles: vec![Role::Reviewer, Role::Gate],
        ..machine("Ada", 21)
    };
    admit(&mut world, plant, human).unwrap();
    assert_eq!(world.actor(&key(21)).unwrap().model_family, FAMILY_HUMAN);
    let fake = ActorAdmitted { model_family: " HUMAN ".into(), ..machine("mask", 22) };
    assert_eq!(admit(&mut world, plant, fake), Err(MeshError::MachineAsHuman));
}

#[test]
fn roles_are_checked_against_the_kind_of_actor() {
    let (mut world, plant) = world();
    let gate = ActorAdmitted { roles: vec![Role::Gate], ..machine("gate", 20) };
    assert_eq!(admit(&mut world, plant, gate), Err(MeshError::RoleNotAllowed { role: Role::Gate }));
    let device = ActorAdmitted {
        actor: ActorKind::Human,
        roles: vec![Role::Device],
        ..machine("thermometer", 20)
    };
    assert_eq!(
        admit(&mut world, plant, device),
        Err(MeshError::RoleNotAllowed { role: Role::Device })
    );
    for roles in [vec![], vec![Role::Worker, Role::Worker]] {
        let count = roles.len();
        let actor = ActorAdmitted { roles, ..machine("worker", 20) };
        assert_eq!(
            admit(&mut world, plant, actor),
            Err(MeshError::BadRoles { count, max: ROLES_MAX })
        );
    }
    admit(&mut world, plant, machine("worker", 20)).unwrap();
    assert!(world.actor_as(&key(20), Role::Worker).is_ok());
    assert_eq!(
        world.actor_as(&key(20), Role::Reviewer).unwrap_err(),
        MeshError::RoleMissing { key: key(20), role: Role::Reviewer }
    );
}

#[test]
fn labels_are_printable_and_bounded() {
    let (mut world, plant) = world();
    for bad in ["", "   ", "na\u{ef}ve", "tab\there", &"x".repeat(NAME_BYTES_MAX + 1)] {
        let refusal = admit(&mut world, plant, machine(bad, 20)).unwrap_err();
        let expected = MeshError::BadLabel { field: "name", len: bad.len(), max: NAME_BYTES_MAX };
        assert_eq!(refusal, expected);
    }
    assert!(admit(&mut world, plant, machine(&"x".repeat(NAME_BYTES_MAX), 20)).is_ok());
}

#[test]
fn only_the_right_key_speaks() {
    let (mut world, plant) = world();
    let fact = MeshFact::from(machine("detector", 20));
    assert_eq!(
        world.apply(&stamp(Some(plant), key(10), 2), &fact),
        Err(MeshError::WrongSigner { signer: key(10), wanted: key(11) })
    );
    assert_eq!(
        world.apply(&stamp(None, key(11), 2), &fact),
        Err(MeshError::NoIssuer { id: statement(2) })
    );
    let stranger = SovereignId::of_genesis(statement(99));
    assert_eq!(
        world.apply(&stamp(Some(stranger), key(11), 2), &fact),
        Err(MeshError::UnknownSovereign { id: stranger })
    );
    assert_eq!(
        world.apply(&stamp(None, key(31), 3), &genesis(30, 31).into()),
        Err(MeshError::WrongSigner { signer: key(31), wanted: key(30) })
    );
    assert_eq!(
        world.apply(&stamp(None, key(10), 1), &genesis(10, 11).into()),
        Err(MeshError::SovereignKnown { id: plant })
    );
    assert_eq!(
        world.apply(&stamp(Some(plant), key(30), 3), &genesis(30, 31).into()),
        Err(MeshError::GenesisWithIssuer { id: statement(3) })
    );
}

#[test]
fn an_unknown_actor_and_a_founding_key_that_is_none_are_named() {
    let (mut world, plant) = world();
    assert_eq!(world.actor(&key(99)), Err(MeshError::UnknownActor { key: key(99) }));

    // Another sovereign, and a treaty with it: the keys of these tests are names that stand for no point.
    world.apply(&stamp(None, key(30), 3), &genesis(30, 31).into()).unwrap();
    let other = SovereignId::of_genesis(statement(3));
    let text = format!(
        "{{\"expires_at\":\"2026-07-01T00:00:00Z\",\"issued_at\":\"1970-01-01T00:00:00Z\",\"issued_by\":\"na\",\
         \"issuer_sovereign_id\":\"{plant}\",\"metadata\":{{}},\"scope\":{{\"accepted_statuses\":[\"active\"],\
         \"allowed_roles\":[],\"claims\":{{}}}},\"signatures\":[],\"status\":\"active\",\"subject_public_keys\":[\"a\"],\
         \"subject_sovereign_id\":\"{other}\",\"treaty_id\":\"t\",\"valid_from\":\"1970-01-01T00:00:00Z\"}}"
    );
    let issued = MeshFact::from(crate::TreatyIssued { treaty: text });
    let refused = world.apply(&stamp(Some(plant), key(11), 4), &issued);
    assert_eq!(refused, Err(MeshError::BadKey { key: key(11) }));
}
