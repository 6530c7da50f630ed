//! Cheats that the command line has no words for, tried on the world of a running tour.

use comity::cast::Seed;
use comity::tour::Tour;
use comity_constitution::RiskTier;
use comity_mesh::{ActorAdmitted, ActorKind, MeshFact, Role};
use comity_mycel::MycelFact;
use comity_mycel::facts::EscrowFunded;
use comity_replay::{Refusal, World};
use comity_sign::{IssuerSecret, Signed, SigningKey};
use comity_wire::private::RawValue;
use comity_wire::{Digest, SovereignId, Statement, StatementId, Subject};

use crate::rehearsal::{Silent, options, short_plant};

/// A statement as the authority of `who` would sign it, citing whatever of `needs` its record has not seen.
fn signed(
    world: &World,
    (who, record): (&str, SovereignId),
    (kind, body): (&str, Box<RawValue>),
    needs: &[StatementId],
) -> Signed<Statement> {
    let authority = SigningKey::from_seed(Seed(7).bytes(who, "authority"));
    let cites = world.unseen(record, needs);
    let dates = cites.iter().map(|id| world.place(*id).unwrap().at);
    let at = dates.fold(world.record(record).unwrap().last, Ord::max);
    let statement = Statement {
        kind: kind.to_owned(),
        subject: Subject { name: "cheat".to_owned(), sha256: Digest::ZERO },
        issuer: Some(record),
        signer: authority.public().key_id(),
        at,
        cites,
        body,
    };
    Signed::sign(&IssuerSecret::classical(authority), statement).unwrap()
}

fn refusal(world: &mut World, record: SovereignId, signed: &Signed<Statement>) -> Refusal {
    let before = format!("{world:?}");
    let refusal = world.apply(record, signed).unwrap_err();
    assert_eq!(format!("{world:?}"), before, "a refusal changes nothing");
    refusal
}

#[test]
fn a_second_escrow_for_the_same_order_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut tour = Tour::open(options(dir.path(), RiskTier::R1)).unwrap();
    tour.prepare(&mut Silent).unwrap();
    let order = tour.place(0, &short_plant(7)).unwrap();
    let (buyer, keeper) = (tour.town.id("buyer").unwrap(), tour.town.id("ledger").unwrap());
    let funded = tour.town.run_until(|town| {
        let world = town.citizen("ledger").unwrap().node.world();
        world.ledger(keeper).is_some_and(|ledger| ledger.holding(order).is_some())
    });
    assert!(funded.unwrap());
    let mut world = tour.town.citizen("ledger").unwrap().node.world().clone();
    let terms = world.order(order).unwrap().placed.terms().reward.clone();
    let (amount, asset) = (terms.amount, terms.asset);
    let fact = MycelFact::from(EscrowFunded { order, from: buyer, amount, asset });
    let needs = [world.order(order).unwrap().head];
    let again = (fact.kind(), fact.encode().unwrap());
    let again = signed(&world, ("ledger", keeper), again, &needs);
    let code = refusal(&mut world, keeper, &again).code();
    assert_eq!(code, "mycel.order_already_funded");
}

#[test]
fn a_reviewer_with_the_workers_key_under_another_name_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut tour = Tour::open(options(dir.path(), RiskTier::R1)).unwrap();
    tour.prepare(&mut Silent).unwrap();
    let house = tour.town.id("reviewers").unwrap();
    let mut world = tour.town.citizen("reviewers").unwrap().node.world().clone();
    let worker = world.directory().actors().find(|actor| actor.roles.contains(&Role::Worker));
    let fact = MeshFact::from(ActorAdmitted {
        name: "somebody else".to_owned(),
        key: worker.unwrap().key.clone(),
        actor: ActorKind::Machine,
        model_family: "independent".to_owned(),
        method_type: "reasoning_model".to_owned(),
        organisation: "Elsewhere".to_owned(),
        region: "eu-west".to_owned(),
        roles: vec![Role::Reviewer],
    });
    let admission = (fact.kind(), fact.encode().unwrap());
    let admission = signed(&world, ("reviewers", house), admission, &[]);
    assert_eq!(refusal(&mut world, house, &admission).code(), "mesh.key_taken");
}
