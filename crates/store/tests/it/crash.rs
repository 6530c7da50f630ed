//! A crash at any moment: what was acknowledged is there, what was not is there whole or not at all.

use crate::{file_of, fresh, open_bytes};
use comity_store::Recovery;
use proptest::prelude::*;

fn batches() -> Vec<Vec<Vec<u8>>> {
    let text = |len: usize| (0..len).map(|i| b'a' + (i % 26) as u8).collect::<Vec<_>>();
    vec![vec![text(5)], vec![text(300), text(0)], vec![text(700), text(1), text(900)]]
}

/// The frames of the batches that end at or before `len`, and that end.
fn whole(ends: &[usize], len: usize) -> (Vec<Vec<u8>>, usize) {
    let count = ends.iter().filter(|end| **end <= len).count();
    (batches()[..count].concat(), ends[..count].last().copied().unwrap_or(64))
}

#[test]
fn cut_at_every_byte_the_log_holds_exactly_the_whole_batches() {
    let (_dir, path) = fresh();
    let (file, ends) = file_of(&batches());
    for len in 64..=file.len() {
        let (frames, end) = whole(&ends, len);
        let (found, recovery) = open_bytes(&path, &file[..len]).unwrap();
        let torn_bytes = (len - end) as u64;
        let right = Recovery { frames: frames.len() as u64, torn_bytes, is_new: false };
        assert_eq!((found, recovery), (frames, right), "cut at {len}");
        assert_eq!(std::fs::read(&path).unwrap(), file[..end], "cut at {len}");
    }
}

#[test]
fn zeros_from_any_byte_of_the_last_write_are_cut_off() {
    let (_dir, path) = fresh();
    let (file, ends) = file_of(&batches());
    // The last eight bytes are the mark of a finished write: one of them gone is damage, see below.
    for from in ends[1]..=file.len() - 8 {
        let mut bytes = file.clone();
        bytes[from..].fill(0);
        let (frames, end) = whole(&ends, from);
        let (found, recovery) = open_bytes(&path, &bytes).unwrap();
        assert_eq!((found, recovery.torn_bytes), (frames, (file.len() - end) as u64), "{from}");
    }
}

#[test]
fn every_subset_of_lost_sectors_loses_the_last_batch_and_nothing_else() {
    let (_dir, path) = fresh();
    let (file, ends) = file_of(&batches());
    let start = ends[1];
    let sectors: Vec<_> = (start / 512..file.len().div_ceil(512)).collect();
    assert!((4..12).contains(&sectors.len()), "{} sectors", sectors.len());
    for subset in 1..1_u32 << sectors.len() {
        let mut bytes = file.clone();
        for (bit, sector) in sectors.iter().enumerate() {
            if subset >> bit & 1 == 1 {
                bytes[(sector * 512).max(start)..((sector + 1) * 512).min(file.len())].fill(0);
            }
        }
        let (found, recovery) = open_bytes(&path, &bytes).unwrap();
        let torn_bytes = (file.len() - start) as u64;
        assert_eq!((found, recovery.torn_bytes), (batches()[..2].concat(), torn_bytes), "{subset}");
    }
}

#[test]
fn after_recovery_the_numbers_go_on_without_a_gap() {
    let (_dir, path) = fresh();
    let (file, _) = file_of(&batches());
    open_bytes(&path, &file[..file.len() - 1]).unwrap();
    let (mut log, recovery) = comity_store::Log::open(&path, &crate::ID).unwrap();
    assert_eq!(recovery, Recovery { frames: 3, torn_bytes: 0, is_new: false });
    assert_eq!(log.append("again").unwrap(), 3);
    drop(log);
    let (log, _) = comity_store::Log::open(&path, &crate::ID).unwrap();
    assert_eq!(log.read(3).unwrap(), b"again");
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..900),
        proptest::collection::vec(prop_oneof![9 => Just(0_u8), 1 => any::<u8>()], 0..1800),
        (0..2500_usize).prop_map(|len| vec![0; len]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Invariants 3 and 4 for any bodies, also such that look like lost sectors: whatever a crash
    /// leaves of the last write, no acknowledged frame is lost and no unwritten one appears.
    #[test]
    fn whatever_a_crash_leaves_nothing_acknowledged_is_lost(
        batches in proptest::collection::vec(proptest::collection::vec(body(), 1..4), 1..4),
        lost in any::<u32>(),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let (_dir, path) = fresh();
        let (mut bytes, ends) = file_of(&batches);
        let start = if batches.len() == 1 { 64 } else { ends[batches.len() - 2] };
        let before = batches[..batches.len() - 1].concat();
        let all = batches.concat();
        if let Some(cut) = cut {
            bytes.truncate(start + cut.index(bytes.len() - start + 1));
        }
        for (bit, sector) in (start / 512..bytes.len().div_ceil(512)).enumerate() {
            if lost >> (bit % 32) & 1 == 1 {
                let end = ((sector + 1) * 512).min(bytes.len());
                bytes[(sector * 512).max(start)..end].fill(0);
            }
        }
        match open_bytes(&path, &bytes) {
            Ok((found, _)) => prop_assert!(found == before || found == all),
            // Only in doubt: see "what stays ambiguous" in the source.
            Err(error) => prop_assert_eq!(error.code(), "store.corrupt"),
        }
    }

    /// The same with one changed byte anywhere: it is refused, or it lay in the torn write.
    #[test]
    fn a_changed_byte_anywhere_costs_nothing_acknowledged(
        batches in proptest::collection::vec(proptest::collection::vec(body(), 1..4), 1..4),
        at in any::<proptest::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let (_dir, path) = fresh();
        let (mut bytes, _) = file_of(&batches);
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        let error = open_bytes(&path, &bytes).unwrap_err();
        let holds = matches!(
            error,
            comity_store::StoreError::Corrupt { offset, len, .. }
                if (offset..offset + len).contains(&(at as u64))
        );
        prop_assert!(holds, "byte {}: {}", at, error);
    }
}
