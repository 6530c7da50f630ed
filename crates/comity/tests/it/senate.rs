//! A constitution from its founding to its first appeal, by one command.

use std::path::Path;
use std::process::Command;

use comity::senate::Senate;
use comity_replay::report::Standing;
use comity_replay::verify::{Options, verify_export};

use crate::mutation::{Export, refuse};
use crate::rehearsal::{Silent, files};

/// What the library plays with a seed.
fn play(seed: u64) -> Export {
    let dir = tempfile::tempdir().unwrap();
    let mut senate = Senate::open(seed, dir.path().to_owned()).unwrap();
    senate.play(&mut Silent).unwrap();
    let out = dir.path().join("export");
    comity::export::write(&senate.tour, &out).unwrap();
    files(&out, &out)
}

/// What the command exports and prints with a seed.
fn run(seed: u64, dir: &Path) -> (Export, String) {
    let out = dir.join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    command.args(["constitution", "tour", "--quiet", "--seed", &seed.to_string(), "--out"]);
    let ran = command.arg(&out).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let out = out.join("export");
    (files(&out, &out), String::from_utf8(ran.stdout).unwrap())
}

/// What the story must tell, in this order.
const TOLD: [&str; 38] = [
    "ada-owner founds it",
    "phase G1, tier C0",
    "deal a key that none of them holds",
    "R0, 1 reviewer: closed without a person",
    "R1, 2 reviewers: closed without a person",
    "R2, 5 reviewers: sent back at the human gate, done again and approved",
    "watcher writes down who gets water first",
    "approve it and cannot close it: the mission is normative",
    "are drawn to judge it: 3 people, 2 regions, 3 organisations",
    "a judgement without a reason is refused by name: mission.bad_text",
    "2 approve and 1 rejects: the panel says Approve",
    "dissent stays in the record: households on wells would wait longest",
    "ada-owner has watcher write a file of parameters",
    "alma proposes that trust.delta_fast be 0.018",
    "the proposal chamber passes it",
    "the ratification chamber passes it",
    "the challenge window is open for 14 days",
    "the challenge chamber passes it",
    "any two of the committee certify the decision",
    "constitution.amendment_not_final",
    "certified, anchored and final, it is in force",
    "the next epoch is closed under the new parameters",
    "ada-owner's mission is completed: chambers decided, no machine",
    "refused by name, nothing recorded: constitution.amendment_fixed",
    "3 of 4 ratify it, which is less than four fifths: Rejected",
    "constitution.amendment_wrong_stage",
    "the same statement quarantines it",
    "finn complains that the quarantine is unfounded",
    "2 uphold and 3 dismiss: Dismissed",
    "until the case is final the quarantine stands",
    "4 uphold and 1 dismiss: Upheld",
    "nobody sat on both panels; the machine may be certified again",
    "constitution.appeal_appealed_twice",
    "an order of tier R0 waits",
    "trust.endorser_not_human",
    "on probation for 100 tasks",
    "99 tasks are left",
    "anchors on the embedded stand-in",
];

#[test]
fn a_constitution_is_founded_used_amended_and_appealed_to() {
    let dir = tempfile::tempdir().unwrap();
    let (export, story) = run(42, dir.path());
    assert_eq!(export, play(42), "one seed, two records");
    let words = story.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = words.as_str();
    for told in TOLD {
        let (_, after) = rest.split_once(told).unwrap_or_else(|| panic!("`{told}`:\n{story}"));
        rest = after;
    }
    assert!(!words.contains(" 0 reviewers were found silent"), "{story}");
    for line in story.lines() {
        assert!(line.chars().count() <= 80 && line.is_ascii(), "{line}");
    }
    let report = verify_export(&export, &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
    let open: Vec<_> =
        report.contract.iter().filter(|line| line.standing != Standing::Proven).collect();
    assert!(open.is_empty(), "{open:#?}");
    assert_eq!(dissents(&dir.path().join("out/export")), [(3, 1), (0, 0)]);
}

/// Of the missions that the cooperative has undertaken: how many people judged, and how many of them against the panel.
fn dissents(export: &Path) -> Vec<(usize, usize)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    let ran = command.args(["mission", "show", "--json", "--record"]).arg(export).output().unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let missions = shown["missions"].as_array().unwrap().iter();
    let mut counted: Vec<_> = missions
        .map(|shown| {
            let people = shown["mission"]["people"].as_array().unwrap();
            let against = people.iter().filter(|line| line["dissents"] == true);
            (people.len(), against.count())
        })
        .collect();
    counted.sort_unstable_by(|a, b| b.cmp(a));
    counted
}

#[test]
fn a_tour_does_not_write_over_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("export")).unwrap();
    std::fs::write(dir.path().join("export/mine"), "mine").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    let ran = command.args(["constitution", "tour", "--quiet", "--out"]).arg(dir.path()).output();
    let ran = ran.unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("comity.not_empty"));
}

#[test]
fn ten_thousand_mutations_of_a_constitution_are_refused_slow() {
    refuse(&play(42), 10_000, 0x005e_ed0f_ac05_eed1);
}
