//! Exports that are consistent as logs, sealed by their owners, and still not right.

use comity_mycel::MycelFact;
use comity_mycel::facts::MipPublished;
use comity_mycel::mip::{MANIFEST, fault_watch};
use comity_replay::report::{Outcome, Report};
use comity_replay::verify::{Options, verify_export};
use comity_wire::{Digest, sha256};

use crate::scene::{Files, House, Scene, Who, export, export_sealed};

fn verify(files: &Files) -> Report {
    verify_export(files, &Options::default()).unwrap()
}

/// Place and code of every refusal, and the number of checks skipped.
fn refusals(report: &Report) -> (Vec<(String, &'static str)>, usize) {
    let mut found = Vec::new();
    let mut skipped = 0;
    for check in &report.checks {
        match &check.outcome {
            Outcome::Refused { place, code, .. } => found.push((place.clone(), *code)),
            Outcome::Skipped { .. } => skipped += 1,
            Outcome::Passed { .. } => {}
        }
    }
    (found, skipped)
}

fn only(files: &Files) -> (String, &'static str) {
    let (found, _) = refusals(&verify(files));
    let [one] = found.as_slice() else { panic!("{found:?}") };
    one.clone()
}

fn at(place: &str, code: &'static str) -> (String, &'static str) {
    (place.to_owned(), code)
}

fn house(houses: &mut [House], who: Who) -> &mut House {
    houses.iter_mut().find(|house| house.who == who).unwrap()
}

#[test]
fn exactly_as_many_cosignatures_as_the_genesis_demands() {
    let scene = Scene::founded();
    let codes = |witnesses| {
        let (found, _) = refusals(&verify(&export_sealed(&scene.houses, witnesses)));
        found.into_iter().map(|(_, code)| code).collect::<Vec<_>>()
    };
    assert_eq!(codes(1), ["tlog.quorum"; 4]);
    assert_eq!(codes(3), ["replay.export_cosignatures"; 4]);
    assert_eq!(codes(2), [""; 0]);
}

#[test]
fn a_witness_that_is_not_in_the_export_does_not_count() {
    let scene = Scene::founded();
    let last = scene.houses.iter().max_by_key(|house| house.id).unwrap().who.name();
    let first = scene.houses.iter().min_by_key(|house| house.id).unwrap().who.name();
    let mut files = scene.export();
    files.retain(|path, _| !path.starts_with(&format!("{last}/")));
    assert!(verify(&files).is_valid(), "nobody needs the cosignature of {last}");
    files.retain(|path, _| !path.starts_with(&format!("{first}/")));
    let (found, _) = refusals(&verify(&files));
    assert!(found.iter().all(|(_, code)| *code == "tlog.unknown_signer"), "{found:?}");
    assert_eq!(found.len(), 2);
}

/// The keeper exports an older record than the others cite. The cause is named once, the rest is skipped.
#[test]
fn a_statement_that_is_cited_and_nowhere_is_named_with_the_line_that_cites_it() {
    let mut houses = Scene::complete().houses;
    house(&mut houses, Who::Keeper).envelopes.truncate(3);
    let (found, skipped) = refusals(&verify(&export(&houses)));
    assert!(!found.is_empty() && found.iter().all(|(_, code)| *code == "replay.citation_missing"));
    assert!(found[0].0.contains("/envelopes.jsonl line "), "{found:?}");
    assert!(0 < skipped, "{found:?}");
}

#[test]
fn a_statement_twice_out_of_order_or_by_a_stranger_is_refused_at_its_line() {
    let scene = Scene::complete();
    let buyer = scene.house(Who::Buyer).envelopes.len();

    let mut houses = scene.houses.clone();
    let again = house(&mut houses, Who::Buyer).envelopes[1].clone();
    house(&mut houses, Who::Buyer).envelopes.push(again);
    let place = format!("buyer/envelopes.jsonl line {}", buyer + 1);
    assert_eq!(only(&export(&houses)), at(&place, "replay.repeated"));

    let mut houses = scene.houses.clone();
    house(&mut houses, Who::Operator).envelopes.swap(1, 2);
    let (found, _) = refusals(&verify(&export(&houses)));
    assert_eq!(found, [at("operator/envelopes.jsonl line 3", "replay.time_backwards")]);

    let mut houses = scene.houses.clone();
    let theirs = scene.house(Who::Keeper).envelopes[1].clone();
    house(&mut houses, Who::Buyer).envelopes.push(theirs);
    let (found, _) = refusals(&verify(&export(&houses)));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, place);
}

#[test]
fn any_statement_left_out_of_a_resealed_record_never_panics_and_mostly_shows() {
    let scene = Scene::complete();
    let (mut accepted, mut count) = (Vec::new(), 0);
    for (index, house) in scene.houses.iter().enumerate() {
        for line in 1..house.envelopes.len() {
            let mut houses = scene.houses.clone();
            houses[index].envelopes.remove(line);
            count += 1;
            if verify(&export(&houses)).is_valid() {
                accepted.push((house.who.name(), line, house.envelopes.len()));
            }
        }
    }
    // Only the last line of a record, cited by nobody, can be missing from an older export.
    assert!(accepted.iter().all(|(_, line, len)| line + 1 == *len), "{accepted:?} of {count}");
}

#[test]
fn a_report_by_another_verifier_than_its_package_has_is_refused() {
    let mut scene = Scene::founded();
    scene.verifier = Some(sha256(b"another"));
    let scene = scene.completed();
    let (found, _) = refusals(&verify(&scene.export()));
    assert_eq!(found.len(), 2, "{found:?}");
    for (place, code) in found {
        assert_eq!(code, "replay.export_other_verifier");
        assert!(place.starts_with("reviewer-house/envelopes.jsonl line "), "{place}");
    }
}

#[test]
fn a_package_under_another_name_is_refused_where_it_is_published() {
    let mut scene = Scene::founded();
    let manifest = sha256(&fault_watch()[MANIFEST]);
    let (name, version) = ("MIP-MFG/fault-watch".to_owned(), "2".to_owned());
    let fact = MycelFact::from(MipPublished { name, version, manifest });
    scene.state(Who::House, None, (fact.kind(), fact.encode().unwrap()), &[]);
    let expected = at("reviewer-house/envelopes.jsonl line 2", "replay.export_package_name");
    assert_eq!(only(&scene.export()), expected);
}

#[test]
fn a_package_must_be_published_complete_and_alone() {
    let mut scene = Scene::founded();
    let id = scene.publish(Who::House);
    let files = scene.export();
    let path = |file: &str| format!("reviewer-house/mip/{id}/{file}");
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        only(&files)
    };
    let (manifest, wasm, extra) = (path("manifest.json"), path("verifier.wasm"), path("notes.txt"));
    let other = format!("reviewer-house/mip/{}/manifest.json", Digest::ZERO);
    let elsewhere = format!("buyer/mip/{id}/manifest.json");
    let missing = "replay.export_missing_file";
    let unexpected = "replay.export_unexpected_file";
    assert_eq!(with(&|files| drop(files.remove(&manifest))), at(&manifest, missing));
    assert_eq!(with(&|files| drop(files.remove(&wasm))), at(&wasm, missing));
    for stray in [&extra, &other, &elsewhere] {
        let added = with(&|files| drop(files.insert(stray.clone(), b"{}".to_vec())));
        assert_eq!(added, at(stray, unexpected));
    }
    let changed = with(&|files| files.get_mut(&wasm).unwrap()[9] ^= 1);
    assert_eq!(changed, at(&wasm, "mycel.mip_hash_mismatch"));
    let changed = with(&|files| files.get_mut(&manifest).unwrap()[9] ^= 1);
    assert_eq!(changed, at(&manifest, "mycel.mip_hash_mismatch"));
}
