//! Changed bytes are refused with their place; nothing acknowledged is ever cut off for them.

use crate::{file_of, fresh, open_bytes};
use comity_store::{Part, StoreError};

/// Three batches with bodies of every awkward kind: empty, tiny, all zeros over sectors, one byte.
fn awkward() -> Vec<Vec<Vec<u8>>> {
    let mut lonely = vec![0; 1300];
    lonely[700] = 1;
    vec![
        vec![b"genesis".to_vec(), Vec::new()],
        vec![vec![0; 1100]],
        vec![b"last but one".to_vec(), lonely, vec![b'x'; 600], vec![1]],
    ]
}

fn assert_refused_at(path: &std::path::Path, bytes: &[u8], at: usize) {
    match open_bytes(path, bytes) {
        Err(StoreError::Corrupt { offset, len, .. }) => {
            assert!((offset..offset + len).contains(&(at as u64)), "byte {at}: {offset}+{len}");
        }
        other => panic!("byte {at} changed, and: {other:?}"),
    }
}

#[test]
fn every_single_changed_byte_is_refused_with_its_place() {
    let (_dir, path) = fresh();
    let (file, _) = file_of(&awkward());
    for at in 0..file.len() {
        // One bit, and the value that looks most like a lost sector.
        for change in [file[at] ^ 1, 0] {
            if change != file[at] {
                let mut bytes = file.clone();
                bytes[at] = change;
                assert_refused_at(&path, &bytes, at);
            }
        }
    }
}

#[test]
fn a_changed_byte_is_refused_even_behind_it_a_write_was_torn() {
    let (_dir, path) = fresh();
    let (file, ends) = file_of(&awkward());
    let acknowledged = ends[1];
    let mut cut = file[..file.len() - 100].to_vec();
    let mut lost = file;
    lost[acknowledged..].fill(0);
    for torn in [&mut cut, &mut lost] {
        let (frames, _) = open_bytes(&path, torn).unwrap();
        assert_eq!(frames, awkward()[..2].concat());
        for at in 0..acknowledged {
            let mut bytes = torn.clone();
            bytes[at] ^= 0x10;
            assert_refused_at(&path, &bytes, at);
        }
    }
}

#[test]
fn a_changed_length_in_the_middle_never_costs_a_later_frame() {
    let (_dir, path) = fresh();
    let (file, ends) = file_of(&awkward());
    for (start, what, len_at) in
        [(64, Part::BatchHeader, 24..32), (ends[0] + 64, Part::FrameHeader, 4..8)]
    {
        for (field, value) in [(len_at.clone(), 0xFF), (len_at, 0)] {
            let mut bytes = file.clone();
            bytes[start + field.start..start + field.end].fill(value);
            let error = open_bytes(&path, &bytes).unwrap_err();
            assert!(matches!(error, StoreError::Corrupt { what: part, .. } if part == what));
        }
    }
}

#[test]
fn a_batch_that_is_dropped_doubled_swapped_or_borrowed_is_refused() {
    let (_dir, path) = fresh();
    let same = |text: &str| vec![text.as_bytes().to_vec()];
    let (file, ends) = file_of(&[same("one"), same("two"), same("six")]);
    let [first, second, third] =
        [&file[64..ends[0]], &file[ends[0]..ends[1]], &file[ends[1]..ends[2]]];
    let (other, _) = file_of(&[same("uno"), same("two"), same("six")]);

    let cases = [
        [second, third, &[]].concat(),
        [first, third, &[]].concat(),
        [first, first, second, third].concat(),
        [first, third, second].concat(),
        [first, &other[ends[0]..ends[1]], third].concat(),
    ];
    for (case, batches) in cases.iter().enumerate() {
        let error = open_bytes(&path, &[&file[..64], batches].concat()).unwrap_err();
        let what = Part::BatchOrder;
        assert!(matches!(error, StoreError::Corrupt { what: w, .. } if w == what), "{case}");
    }
}

#[test]
fn bytes_that_the_log_did_not_write_are_refused_not_cut_off() {
    let (_dir, path) = fresh();
    let (file, _) = file_of(&awkward());
    for garbage in [&b"x"[..], b"\0x", b"hello, this is not a batch", &[0x5A; 5000]] {
        let error = open_bytes(&path, &[&file[..], garbage].concat()).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { offset, .. } if offset == file.len() as u64));
    }
    // More zeros than any one write could have left.
    let zeros = vec![0; comity_store::BATCH_BYTES_MAX + 1];
    let error = open_bytes(&path, &[file, zeros].concat()).unwrap_err();
    assert_eq!(error.code(), "store.corrupt");
}

#[test]
fn a_lost_sector_in_the_middle_is_refused() {
    let (_dir, path) = fresh();
    let text = || vec![vec![b'x'; 3000]];
    let (file, ends) = file_of(&[text(), text(), text()]);
    for sector in (0..ends[1]).step_by(512) {
        let mut bytes = file.clone();
        bytes[sector..sector + 512].fill(0);
        let error = open_bytes(&path, &bytes).unwrap_err();
        assert!(matches!(error.code(), "store.corrupt" | "store.not_a_log"), "{sector}: {error}");
    }
}

/// Zeroed header sectors look like a write that never finished, unless a later batch was begun.
#[test]
fn a_lost_header_is_refused_if_a_later_batch_is_there() {
    let (_dir, path) = fresh();
    let text = || vec![vec![b'x'; 3000]];
    let (file, ends) = file_of(&[text(), text(), text()]);
    let lose_from = |start: usize| {
        let mut bytes = file.clone();
        bytes[start..start.next_multiple_of(512)].fill(0);
        bytes
    };
    assert_eq!(ends[0] % 512, 128, "the header shares its sector with the batch before");
    let len = 64;
    for start in [64, ends[0]] {
        let offset = start as u64;
        let right = StoreError::Corrupt { offset, len, what: Part::BatchHeader };
        assert_eq!(open_bytes(&path, &lose_from(start)).unwrap_err(), right);
    }
    let (frames, _) = open_bytes(&path, &lose_from(ends[1])).unwrap();
    assert_eq!(frames, [text(), text()].concat());
}
