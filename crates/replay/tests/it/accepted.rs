//! Exports that are as they should be.

use comity_constitution::Parameters;
use comity_mycel::facts::Assurance;
use comity_replay::World;
use comity_replay::export::{folders, write_export};
use comity_replay::report::{Money, Outcome, Report};
use comity_replay::verify::{Options, verify_export};
use comity_sign::Claim;
use comity_wire::{Digest, SovereignId, Statement, StatementId};

use crate::scene::{Scene, WITNESSES, Who};

fn verified(scene: &Scene, threads: usize) -> Report {
    let options = Options { threads, expect: vec![scene.id(Who::Buyer)] };
    let report = verify_export(&scene.export(), &options).unwrap();
    let refused: Vec<_> = report.checks.iter().filter(|check| !passed(&check.outcome)).collect();
    assert!(report.is_valid(), "{refused:#?}");
    report
}

const fn passed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Passed { .. })
}

#[test]
fn a_complete_order_verifies_and_is_summarised() {
    let scene = Scene::complete();
    let report = verified(&scene, 2);
    assert_eq!(report.records.len(), 4);
    let summary = report.summary.unwrap();
    assert_eq!(
        summary.statements,
        scene.houses.iter().map(|h| h.envelopes.len() as u64).sum::<u64>()
    );
    assert_eq!((summary.epochs, summary.open_orders()), (4, 0));
    let [order] = summary.orders.as_slice() else { panic!("one order") };
    assert_eq!((order.money, order.amount, order.attempts), (Money::Paid, 1_000, 1));
    assert_eq!(order.mip, "MIP-MFG/fault-watch 1");
    assert!(order.trust.iter().any(|line| line.actor == "watcher"));
    assert!(order.trust.iter().all(|line| line.before != line.after));
    let audit = order.reports.iter().find(|line| line.assurance == Assurance::A1).unwrap();
    let audit = audit.audit.unwrap();
    // 65 leaves were opened, 59 of them were drawn: only those count.
    assert_eq!((audit.leaves, audit.drawn, audit.rows), (65, 59, 22_695));
    assert_eq!(audit.finds_5_percent_ppm, 951_505);
    let [books] = summary.books.as_slice() else { panic!("one asset") };
    assert_eq!((books.came_in, books.held), (5_000, 0));
    let balances: Vec<_> =
        books.vaults.iter().map(|(who, sum)| (who.name.as_str(), *sum)).collect();
    assert!(balances.contains(&("buyer", 4_000)) && balances.contains(&("operator", 1_000)));
}

#[test]
fn the_report_does_not_depend_on_the_number_of_threads() {
    let scene = Scene::complete();
    assert_eq!(verified(&scene, 0), verified(&scene, 7));
}

/// The hybrid statements carry two signatures, which only the genesis demands: the first batch must not look past it.
#[test]
fn a_hybrid_operator_verifies_and_its_second_key_is_listed() {
    let scene = Scene::with_hybrid(Some(Who::Operator)).completed();
    verified(&scene, 1);
    let keys = scene.export()["operator/keys.json"].clone();
    let keys: serde_json::Value = serde_json::from_slice(&keys).unwrap();
    let roles: Vec<_> =
        keys["keys"].as_array().unwrap().iter().map(|k| k["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["root", "authority", "authority", "actor", "actor", "actor"]);
    assert_eq!(keys["vkey"], scene.log_key(Who::Operator).to_string());
}

#[test]
fn sovereigns_that_have_only_been_founded_verify() {
    let report = verified(&Scene::founded(), 1);
    assert_eq!(report.summary.unwrap().orders, []);
}

#[test]
fn a_record_longer_than_a_batch_and_a_tile_verifies() {
    let mut scene = Scene::founded();
    for payment in 0..1_500 {
        scene.credit(&payment.to_string());
    }
    let report = verified(&scene, 2);
    assert_eq!(report.summary.unwrap().books[0].came_in, 7_500_000);
    assert!(scene.export().contains_key("keeper/tile/1/000.p/5"));
}

#[test]
fn folders_are_names_unless_those_are_no_file_names_or_not_alone() {
    let id = |byte| SovereignId::from_digest(Digest::from_bytes([byte; 32]));
    let hex = |byte| id(byte).to_string();
    let given =
        [(id(1), "mill"), (id(2), "Mill"), (id(3), "a/../b"), (id(4), ".x"), (id(5), "ok.1")];
    let found = folders(given);
    let names: Vec<_> = found.values().cloned().collect();
    assert_eq!(names, [hex(1), hex(2), hex(3), hex(4), "ok.1".to_owned()]);
}

#[test]
fn writing_refuses_what_a_verifier_would() {
    let scene = Scene::complete();
    let seals: Vec<_> = (0..4).map(|at| crate::scene::seal(&scene.houses, at, WITNESSES)).collect();
    let parameters = Parameters::founding();
    let part = |at: usize, seal: usize| comity_replay::export::RecordParts {
        envelopes: &scene.houses[at].envelopes,
        checkpoint: &seals[seal],
        parameters: parameters.bytes(),
        rules: &[],
        packages: &[],
    };
    let code =
        |parts: &[comity_replay::export::RecordParts<'_>]| write_export(parts).unwrap_err().code();
    assert_eq!(code(&[part(0, 1)]), "replay.write_other_checkpoint");
    assert_eq!(code(&[part(2, 2)]), "replay.write_package_missing");
    assert_eq!(code(&[part(0, 0), part(0, 0)]), "replay.write_second_record");
    let mut other = part(0, 0);
    other.parameters = b"{}";
    assert_eq!(code(&[other]), "replay.write_other_parameters");
    other.envelopes = &[];
    assert_eq!(code(&[other]), "replay.genesis_place");
}

/// Whoever reads the records in another order, record by record as far as each goes, knows the same world.
#[test]
fn the_world_does_not_depend_on_how_records_are_interleaved() {
    let scene = Scene::complete();
    let mut found = Vec::new();
    // From each record on, forwards and backwards, a statement at a time or as far as it goes.
    let starts = (0..scene.houses.len()).flat_map(|first| [(first, 1), (first, 3)]);
    for (first, stride, most) in
        starts.flat_map(|(first, stride)| [(first, stride, 1), (first, stride, usize::MAX)])
    {
        let mut world = World::new([Parameters::founding()]);
        let mut read = vec![0; scene.houses.len()];
        while read.iter().zip(&scene.houses).any(|(read, house)| *read < house.envelopes.len()) {
            let before = read.clone();
            for step in 0..scene.houses.len() {
                let at = (first + step * stride) % scene.houses.len();
                let house = &scene.houses[at];
                for bytes in house.envelopes[read[at]..].iter().take(most) {
                    let claim = Claim::<Statement>::decode(bytes).unwrap();
                    world.remember_key(&claim.claimed().signer);
                    let signed = world.keyring().verify(claim).unwrap();
                    if world.apply(house.id, &signed).is_err() {
                        break;
                    }
                    read[at] += 1;
                }
            }
            assert_ne!(read, before, "nothing more is accepted");
        }
        found.push(format!("{:?} {:?}", world.records().collect::<Vec<_>>(), rounds(&world)));
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]));
}

fn rounds(world: &World) -> Vec<Vec<StatementId>> {
    let round = |(id, _)| world.round(id, 1).unwrap();
    world
        .orders()
        .map(round)
        .map(|round| round.commits().chain(round.reveals()).collect())
        .collect()
}
