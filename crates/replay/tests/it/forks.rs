//! Two histories of one log.

use comity_replay::report::Outcome;
use comity_replay::verify::{History, Options, Relationship, verify_export, verify_exports};

use crate::scene::{Files, Scene, Who};

fn codes(report: &comity_replay::report::Report) -> Vec<&'static str> {
    let code = |outcome: &Outcome| match outcome {
        Outcome::Refused { code, .. } => Some(*code),
        Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
    };
    report.checks.iter().filter_map(|check| code(&check.outcome)).collect()
}

fn compare(first: &Files, second: &Files) -> Vec<Relationship> {
    let verification = verify_exports(&[("a", first), ("b", second)], &Options::default()).unwrap();
    assert_eq!(verification.is_valid(), verification.histories.iter().all(History::is_consistent));
    verification.histories.into_iter().map(|history| history.relationship).collect()
}

const fn is_forked(relationship: &Relationship) -> bool {
    matches!(relationship, Relationship::Forked { .. })
}

#[test]
fn the_same_export_twice_is_one_history() {
    let files = Scene::founded().export();
    assert_eq!(compare(&files, &files), vec![Relationship::Same; 4]);
}

#[test]
fn a_longer_export_extends_a_shorter_one_in_either_order() {
    let mut scene = Scene::founded();
    let short = scene.export();
    for payment in ["a", "b", "c"] {
        scene.credit(payment);
    }
    let long = scene.export();
    for (a, b) in [(&short, &long), (&long, &short)] {
        let found = compare(a, b);
        assert_eq!(found.iter().filter(|it| **it == Relationship::Extends).count(), 1);
        assert_eq!(found.iter().filter(|it| **it == Relationship::Same).count(), 3);
    }
}

#[test]
fn forks_of_equal_and_of_different_length_are_equivocation() {
    for extra in 0..4 {
        let mut one = Scene::founded();
        one.credit("before");
        let mut other = one.split();
        one.credit("on the one hand");
        other.credit("on the other");
        for more in 0..extra {
            other.credit(&more.to_string());
        }
        let (one, other) = (one.export(), other.export());
        for (a, b) in [(&one, &other), (&other, &one)] {
            assert_eq!(compare(a, b).iter().filter(|it| is_forked(it)).count(), 1, "{extra}");
        }
    }
}

/// A witness that saw the first history does not cosign the second, but the log's own signature is enough.
#[test]
fn a_fork_without_its_cosignatures_is_refused_and_still_equivocation() {
    let mut one = Scene::founded();
    let mut other = one.split();
    one.credit("one");
    other.credit("two");
    other.credit("three");
    let (one, mut other) = (one.export(), other.export());
    let note = other.get_mut("keeper/checkpoint").unwrap();
    let text = String::from_utf8(note.clone()).unwrap();
    let log_only: Vec<&str> = text.split_inclusive('\n').take(5).collect();
    *note = log_only.concat().into_bytes();
    let verification = verify_exports(&[("a", &one), ("b", &other)], &Options::default()).unwrap();
    assert_eq!(codes(&verification.reports[1]), ["tlog.quorum"]);
    assert!(verification.histories.iter().any(|history| is_forked(&history.relationship)));
}

#[test]
fn a_second_record_of_a_sovereign_in_one_export_is_refused_and_compared() {
    let mut one = Scene::founded();
    let other = one.split();
    one.credit("one");
    let files = one.export();
    let mut fork = other.split();
    fork.credit("two");
    let copy_of = |files: &Files| -> Files {
        let copied = files.iter().filter_map(|(path, bytes)| {
            let rest = path.strip_prefix("keeper/")?;
            Some((format!("keeper-2/{rest}"), bytes.clone()))
        });
        copied.collect()
    };
    // A copy, a prefix and a fork: none belongs there, one is a lie as well.
    for (second, lies) in
        [(copy_of(&files), 0), (copy_of(&other.export()), 0), (copy_of(&fork.export()), 1)]
    {
        let mut both = files.clone();
        both.extend(second);
        let report = verify_export(&both, &Options::default()).unwrap();
        let codes = codes(&report);
        assert!(codes.contains(&"replay.export_second_record"), "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == "replay.equivocation").count(), lies);
        assert_eq!(report.histories.len(), 1);
        assert_eq!(report.histories[0].sovereign, one.id(Who::Keeper));
    }
}
