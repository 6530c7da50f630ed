//! Whatever is done to the export of a tour, it is refused, and nothing panics.

use std::collections::BTreeMap;

use comity_constitution::RiskTier;
use comity_replay::verify::{Options as Verify, verify_export};

use crate::dice::Dice;
use crate::rehearsal::{options, run, short_plant};

/// An export by path.
pub(crate) type Export = BTreeMap<String, Vec<u8>>;

/// One random change. `None` where the dice hit nothing to change.
fn mutate(export: &Export, dice: &mut Dice) -> Option<(Export, String)> {
    let paths: Vec<&String> = export.keys().collect();
    let pick = |dice: &mut Dice| paths[dice.index(paths.len())].clone();
    let mut changed = export.clone();
    let path = pick(dice);
    let bytes = changed.get_mut(&path)?;
    let what = match dice.below(10) {
        0..=2 => {
            let at = dice.index(bytes.len());
            let bit = dice.below(8);
            *bytes.get_mut(at)? ^= 1 << bit;
            format!("bit {bit} of byte {at} in {path}")
        }
        3 => {
            let at = dice.index(bytes.len());
            bytes.remove(at);
            format!("byte {at} dropped from {path}")
        }
        4 => {
            let at = dice.index(bytes.len() + 1);
            bytes.insert(at, u8::try_from(dice.below(256)).unwrap());
            format!("a byte added at {at} in {path}")
        }
        5 => {
            let len = dice.index(bytes.len());
            bytes.truncate(len);
            format!("{path} cut to {len} bytes")
        }
        6 => {
            let mut lines: Vec<Vec<u8>> =
                bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            let (a, b) = (dice.index(lines.len()), dice.index(lines.len()));
            lines.swap(a, b);
            *bytes = lines.concat();
            format!("lines {a} and {b} of {path} swapped")
        }
        7 => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            let at = dice.index(lines.len());
            lines.remove(at);
            *bytes = lines.concat();
            format!("line {at} of {path} dropped")
        }
        8 => {
            changed.remove(&path);
            format!("{path} dropped")
        }
        _ => {
            let other = pick(dice);
            let (one, two) = (export[&path].clone(), export[&other].clone());
            changed.insert(path.clone(), two);
            changed.insert(other.clone(), one);
            format!("{path} and {other} swapped")
        }
    };
    (changed != *export).then_some((changed, what))
}

/// The export of a real tour.
fn export() -> Export {
    let dir = tempfile::tempdir().unwrap();
    run(options(dir.path(), RiskTier::R1), &short_plant(7)).export
}

/// So many changes of a good export, each of which must be refused: two halves side by side, each with its own dice.
pub(crate) fn refuse(export: &Export, count: usize, seed: u64) {
    assert!(verify_export(export, &Verify::default()).unwrap().is_valid());
    let half = |seed| {
        let (mut dice, mut refused) = (Dice(seed), 0);
        while refused < count / 2 {
            let Some((changed, what)) = mutate(export, &mut dice) else { continue };
            // An export that cannot even be begun is refused as well.
            let valid =
                verify_export(&changed, &Verify::default()).is_ok_and(|report| report.is_valid());
            assert!(!valid, "{what} was not noticed");
            refused += 1;
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| half(seed));
        half(!seed);
    });
}

#[test]
fn a_hundred_mutations_of_a_tour_are_refused() {
    refuse(&export(), 100, 0x1234_5678_9abc_def1);
}

#[test]
fn ten_thousand_mutations_of_a_tour_are_refused_slow() {
    refuse(&export(), 10_000, 0x0dd0_feed_0ddb_a11d);
}
