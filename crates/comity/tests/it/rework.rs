//! An attempt that reviewers rejected is worked again, with what there is by then.

use comity::plant::Plant;
use comity::tour::{PREDICATE, Tour, Wish, title};
use comity::town::Town;
use comity_constitution::RiskTier;
use comity_mycel::MycelFact;
use comity_mycel::facts::OutcomeClaimed;
use comity_mycel::mip;
use comity_node::{Machine, Vault};
use comity_sign::Claim;
use comity_wire::{Statement, sha256};

use crate::rehearsal::{Silent, options, short_plant};

/// A worker's module that finds nothing: exports `memory` and `run`, which answers an empty output.
const BLIND: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x05\x01\x60\0\x01\x7e\
    \x03\x02\x01\0\
    \x05\x03\x01\0\x01\
    \x07\x10\x02\x06memory\x02\0\x03run\0\0\
    \x0a\x06\x01\x04\0\x42\0\x0b";

/// Has the operator's machine worked by a module that finds nothing from now on.
fn work_blindly(tour: &mut Tour, plant: &Plant) {
    let device = comity::cast::Seed(tour.seed()).key("operator", "device 0");
    let machine = Machine {
        readings: plant.readings.clone(),
        device,
        unit: tour.package.manifest().units.values().next().unwrap().clone(),
        calibration: sha256(b"no calibration certificate: simulated device"),
        module: BLIND.to_vec(),
    };
    tour.town.citizen_mut("operator").unwrap().vault.add_machine(title(0), machine);
}

#[test]
fn an_attempt_after_a_rejection_is_worked_anew() {
    let dir = tempfile::tempdir().unwrap();
    let plant = short_plant(7);
    let mut tour = Tour::open(options(dir.path(), RiskTier::R1)).unwrap();
    tour.prepare(&mut Silent).unwrap();
    let predicate = PREDICATE.to_owned();
    let wish = Wish { tier: RiskTier::R1, predicate, attempts_max: 2 };
    let id = tour.place_as(0, &plant, &wish).unwrap();
    work_blindly(&mut tour, &plant);
    tour.town.citizen_mut("reviewers").unwrap().vault.add_module(BLIND.to_vec());
    // As long as the buyer has nothing to open, the review waits.
    let buyer = &mut tour.town.citizen_mut("buyer").unwrap().vault;
    let labels = std::mem::replace(buyer, Vault::new([0; 32]));
    let order = |town: &Town| {
        let world = town.citizen("operator").unwrap().node.world();
        world.order(id).ok().map(|order| (order.placed.attempt(), order.placed.state().name()))
    };
    assert!(tour.town.run_until(|town| order(town) == Some((1, "claimed"))).unwrap());
    // What has been claimed is opened as it was claimed; the next attempt finds with what is there then.
    tour.town.citizen_mut("buyer").unwrap().vault = labels;
    tour.install(0, &plant).unwrap();
    tour.settle(id, &mut Silent).unwrap();
    assert_eq!(order(&tour.town), Some((2, "released")));
    let claims: Vec<_> = tour
        .town
        .citizen("operator")
        .unwrap()
        .node
        .envelopes()
        .iter()
        .filter_map(|bytes| claimed(bytes))
        .collect();
    let found: Vec<_> = claims.iter().map(|claim| (claim.attempt, claim.module)).collect();
    let hashes = [BLIND, mip::band_watch()].map(sha256);
    assert_eq!(found, [(1, hashes[0]), (2, hashes[1])]);
    assert!(claims[0].alarms == 0 && 0 < claims[1].alarms);
}

fn claimed(envelope: &[u8]) -> Option<OutcomeClaimed> {
    let claim = Claim::<Statement>::decode(envelope).unwrap();
    let fact = MycelFact::decode(&claim.claimed().kind, &claim.claimed().body).unwrap();
    if let Some(MycelFact::OutcomeClaimed(claimed)) = fact { Some(claimed) } else { None }
}
