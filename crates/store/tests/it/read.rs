//! Reading back, limits, and damage that comes after opening.

use crate::{ID, fresh};
use comity_store::{
    BATCH_BYTES_MAX, BATCH_FRAMES_MAX, FRAME_BYTES_MAX, Frame, Log, Part, StoreError,
};
use std::os::unix::fs::FileExt;

#[test]
fn frames_come_back_in_order_from_any_number() {
    let (_dir, path) = fresh();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    assert_eq!(log.append_batch(&["zero", "one"]).unwrap(), 0..2);
    assert_eq!(log.append("two").unwrap(), 2);
    assert_eq!(log.append_batch::<&str>(&[]).unwrap(), 3..3);
    assert_eq!(log.append("").unwrap(), 3);

    assert_eq!(log.read(1).unwrap(), b"one");
    assert_eq!(log.read(3).unwrap(), b"");
    assert_eq!(log.read(4).unwrap_err(), StoreError::Absent { seq: 4, next: 4 });
    assert_eq!(log.read(u64::MAX).unwrap_err(), StoreError::Absent { seq: u64::MAX, next: 4 });
    let from_two: Vec<_> = log.iter_from(2).map(Result::unwrap).collect();
    let frame = |seq, body: &str| Frame { seq, body: body.into() };
    assert_eq!(from_two, [frame(2, "two"), frame(3, "")]);
    assert_eq!(log.iter_from(4).count(), 0);
}

#[test]
fn an_iterator_sees_what_is_acknowledged_while_it_runs() {
    let (_dir, path) = fresh();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    let mut frames = log.iter_from(0);
    assert!(frames.next().is_none());
    for round in 0_u64..50 {
        log.append(round.to_string()).unwrap();
        let frame = frames.next().unwrap().unwrap();
        assert_eq!((frame.seq, frame.body), (round, round.to_string().into_bytes()));
        assert!(frames.next().is_none());
    }
}

#[test]
fn frames_larger_than_the_read_ahead_stream_too() {
    let (_dir, path) = fresh();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    let big: Vec<_> =
        (0..5_u8).map(|fill| vec![fill; FRAME_BYTES_MAX - usize::from(fill)]).collect();
    log.append_batch(&big).unwrap();
    log.append("small").unwrap();
    drop(log);
    let (log, _) = Log::open(&path, &ID).unwrap();
    let found: Vec<_> = log.iter_from(0).map(|frame| frame.unwrap().body).collect();
    assert!(found[..5] == big && found[5] == b"small");
}

#[test]
fn what_exceeds_a_limit_is_refused_before_anything_is_written() {
    let (_dir, path) = fresh();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    let len = path.metadata().unwrap().len();
    let long = vec![b'x'; FRAME_BYTES_MAX + 1];
    let error = log.append(&long).unwrap_err();
    assert_eq!(error, StoreError::FrameTooLong { len: FRAME_BYTES_MAX + 1, max: FRAME_BYTES_MAX });
    let error = log.append_batch(&vec![""; BATCH_FRAMES_MAX + 1]).unwrap_err();
    assert_eq!(error.code(), "store.too_many_frames");
    let error = log.append_batch(&vec![&long[1..]; 16]).unwrap_err();
    assert!(matches!(error, StoreError::BatchTooLong { max: BATCH_BYTES_MAX, .. }), "{error}");
    assert_eq!(path.metadata().unwrap().len(), len);

    assert_eq!(log.append_batch(&vec![&long[1..]; 15]).unwrap(), 0..15);
    assert_eq!(log.append_batch(&vec![""; BATCH_FRAMES_MAX]).unwrap().end, 15 + 4096);
    drop(log);
    assert_eq!(Log::open(&path, &ID).unwrap().1.frames, 15 + 4096);
}

#[test]
fn a_byte_that_changes_under_an_open_log_is_refused_with_its_place() {
    let (_dir, path) = fresh();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    log.append_batch(&["first", "second", "third"]).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    let body = 64 + 64 + (32 + 5) + 32;
    file.write_all_at(b"S", body).unwrap();

    let corrupt = StoreError::Corrupt { offset: body, len: 6, what: Part::FrameBody };
    assert_eq!(log.read(1).unwrap_err(), corrupt);
    assert_eq!(log.read(2).unwrap(), b"third");
    let mut frames = log.iter_from(0);
    assert!(frames.next().unwrap().is_ok());
    assert_eq!(frames.next().unwrap().unwrap_err(), corrupt);
    assert!(frames.next().is_none(), "an iterator ends at damage");
}
