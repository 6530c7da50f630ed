//! Seeds. A failing one is repeated with `cargo run --release -p comity-sim -- --seed N`.

#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]

use std::collections::BTreeSet;

use comity_sim::{Form, Story, Violation, run};

/// Runs seeds on two threads and names those that fail.
fn run_all(seeds: std::ops::Range<u64>) -> Vec<Story> {
    let of = |parity: u64| {
        let seeds = seeds.clone().filter(move |seed| seed % 2 == parity);
        seeds.map(|seed| (seed, run(seed))).collect::<Vec<_>>()
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| of(1));
        (of(0), odd.join().unwrap())
    });
    let (stories, failed): (Vec<_>, Vec<_>) =
        even.into_iter().chain(odd).partition(|(_, outcome)| outcome.is_ok());
    let failed: Vec<(u64, Violation)> =
        failed.into_iter().filter_map(|(seed, outcome)| Some((seed, outcome.err()?))).collect();
    assert!(failed.is_empty(), "failing seeds: {failed:#?}");
    stories.into_iter().filter_map(|(_, outcome)| outcome.ok()).collect()
}

/// The seeds are only worth something if they go where it hurts.
fn covers(stories: &[Story], endings: &[&str]) {
    let seen: BTreeSet<&str> =
        stories.iter().flat_map(|story| &story.endings).map(String::as_str).collect();
    for ending in endings {
        assert!(seen.contains(ending), "no order was {ending}: {seen:?}");
    }
    let rogues: BTreeSet<Form> = stories.iter().filter_map(|story| story.rogue).collect();
    assert_eq!(rogues.len(), 3, "byzantine peers: {rogues:?}");
    assert!(stories.iter().any(|story| 0 < story.crashes), "nothing crashed");
    assert!(stories.iter().any(|story| 0 < story.lost), "nothing was lost");
}

#[test]
fn a_handful_of_seeds() {
    let stories = run_all(0..8);
    assert!(stories.iter().any(|story| 0 < story.crashes), "nothing crashed");
}

#[test]
fn the_same_seed_gives_the_same_records() {
    let (first, second) = (run(2).unwrap(), run(2).unwrap());
    assert_eq!(first, second);
    assert_ne!(first.digest, run(11).unwrap().digest);
}

#[test]
fn thousand_seeds_slow() {
    let stories = run_all(0..1_000);
    covers(&stories, &["released", "refunded: ClaimRejected", "refunded: Deadline", "open"]);
}
