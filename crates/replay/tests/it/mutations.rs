//! Change, drop, add, reorder or truncate anything, and the export is refused, at the file that was touched.

use std::sync::OnceLock;

use comity_replay::report::{Outcome, Report};
use comity_replay::verify::{Options, verify_export};

use crate::scene::{Files, Scene};

/// `SplitMix64`: a seeded stream of choices.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.roll(256)).unwrap()
    }

    fn path(&mut self, files: &Files) -> String {
        files.keys().nth(self.roll(files.len())).unwrap().clone()
    }
}

fn export() -> &'static Files {
    static EXPORT: OnceLock<Files> = OnceLock::new();
    EXPORT.get_or_init(|| Scene::complete().export())
}

/// One change, with the paths that it touches; `None` if it happened to change nothing.
fn mutate(dice: &mut Dice, files: &mut Files) -> Option<(&'static str, Vec<String>)> {
    let before = files.clone();
    let path = dice.path(files);
    let mut touched = vec![path.clone()];
    let kind = match dice.roll(14) {
        kind @ 0..=9 => bytes(kind, dice, files.get_mut(&path).unwrap()),
        10 => {
            let other = dice.path(files);
            let (a, b) = (files[&path].clone(), files[&other].clone());
            files.insert(path, b);
            files.insert(other.clone(), a);
            touched.push(other);
            "two files swapped"
        }
        11 => {
            files.remove(&path);
            "file dropped"
        }
        12 => {
            let tail = ["x", ".p/1", "/x", "1", " "][dice.roll(5)];
            let bytes = files[&path].clone();
            let added = format!("{path}{tail}");
            files.insert(added.clone(), bytes);
            touched.push(added);
            "file added"
        }
        _ => {
            let bytes = files.remove(&path).unwrap();
            let renamed = format!("{path}~");
            files.insert(renamed.clone(), bytes);
            touched.push(renamed);
            "file renamed"
        }
    };
    (*files != before).then_some((kind, touched))
}

fn bytes(kind: usize, dice: &mut Dice, bytes: &mut Vec<u8>) -> &'static str {
    let at = dice.roll(bytes.len());
    match kind {
        0 | 1 => {
            bytes[at] ^= 1 << dice.roll(8);
            "bit flipped"
        }
        2 | 3 => {
            bytes[at] = dice.byte();
            "byte changed"
        }
        4 => {
            bytes.remove(at);
            "byte deleted"
        }
        5 => {
            let byte = dice.byte();
            bytes.insert(at, byte);
            "byte inserted"
        }
        6 => {
            bytes.truncate(at);
            "truncated"
        }
        7 => {
            bytes.push(if dice.roll(2) == 0 { b'\n' } else { dice.byte() });
            "byte appended"
        }
        _ => lines(kind, dice, bytes),
    }
}

fn lines(kind: usize, dice: &mut Dice, bytes: &mut Vec<u8>) -> &'static str {
    let mut lines: Vec<Vec<u8>> =
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
    let name = if kind == 8 {
        lines.swap(a, b);
        "lines swapped"
    } else if dice.roll(2) == 0 {
        lines.remove(a);
        "line dropped"
    } else {
        let line = lines[a].clone();
        lines.insert(b, line);
        "line repeated"
    };
    *bytes = lines.concat();
    name
}

fn refusals(report: &Report) -> Vec<String> {
    let place = |outcome: &Outcome| match outcome {
        Outcome::Refused { place, code, .. } => Some(format!("{place}: {code}")),
        Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
    };
    report.checks.iter().filter_map(|check| place(&check.outcome)).collect()
}

fn all_are_refused(export: &Files, seed: u64, count: usize) {
    let mut dice = Dice(seed);
    let mut made = 0;
    while made < count {
        let mut files = export.clone();
        let Some((kind, touched)) = mutate(&mut dice, &mut files) else { continue };
        made += 1;
        let about = format!("seed {seed}, mutation {made}: {kind} {touched:?}");
        let report = verify_export(&files, &Options::default()).unwrap_or_else(|error| {
            panic!("{about}: {error}");
        });
        assert!(!report.is_valid() && report.summary.is_none(), "{about}: accepted");
        let refusals = refusals(&report);
        // A folder whose envelopes are another record's is named as a whole.
        let is_at = |place: &str, path: &str| {
            place.starts_with(path) || path.starts_with(&format!("{place}/"))
        };
        let names = |it: &String| {
            let place = it.split(": ").next().unwrap();
            touched.iter().any(|path| is_at(place, path))
        };
        let is_named = refusals.iter().any(names);
        assert!(is_named, "{about}: refused elsewhere, {refusals:#?}");
    }
}

#[test]
fn random_mutations_of_a_complete_export_are_refused_where_they_were_made() {
    all_are_refused(export(), 1, 60);
}

#[test]
fn five_hundred_random_mutations_of_a_young_export_are_refused_where_they_were_made() {
    let mut scene = Scene::founded();
    scene.credit("one");
    all_are_refused(&scene.export(), 2, 500);
}

#[test]
fn ten_thousand_random_mutations_are_refused_where_they_were_made_slow() {
    all_are_refused(export(), 3, 10_000);
}

#[test]
fn swapped_renamed_and_dropped_folders_are_refused() {
    let rename = |from: &str, to: &str, files: &Files| -> Files {
        let moved = |(path, bytes): (&String, &Vec<u8>)| {
            let path = path.strip_prefix(from).map_or(path.clone(), |rest| format!("{to}{rest}"));
            (path, bytes.clone())
        };
        files.iter().map(moved).collect()
    };
    let swapped = rename("buyer/", "tmp/", export());
    let swapped = rename("keeper/", "buyer/", &swapped);
    let swapped = rename("tmp/", "keeper/", &swapped);
    let dropped: Files =
        export().iter().filter(|(p, _)| !p.starts_with("house/")).map(own).collect();
    let dropped = rename("reviewer-house/", "gone/", &dropped);
    for (files, code) in [
        (rename("buyer/", "seller/", export()), "replay.export_folder"),
        (swapped, "replay.export_folder"),
        (dropped, "replay.export_folder"),
    ] {
        let report = verify_export(&files, &Options::default()).unwrap();
        assert!(refusals(&report).iter().any(|it| it.ends_with(code)), "{report:#?}");
    }
}

#[test]
fn without_one_record_the_others_lack_a_witness_or_a_citation() {
    for folder in ["buyer/", "operator/", "reviewer-house/", "keeper/"] {
        let files: Files =
            export().iter().filter(|(p, _)| !p.starts_with(folder)).map(own).collect();
        let report = verify_export(&files, &Options::default()).unwrap();
        assert!(!report.is_valid() && !refusals(&report).is_empty(), "{folder}: {report:#?}");
    }
}

fn own((path, bytes): (&String, &Vec<u8>)) -> (String, Vec<u8>) {
    (path.clone(), bytes.clone())
}
