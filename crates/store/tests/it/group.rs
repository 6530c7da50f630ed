//! Many producers behind one fsync.

use crate::{ID, fresh};
use comity_store::{BATCH_FRAMES_MAX, FRAME_BYTES_MAX, GroupCommit, Log};
use std::{collections::BTreeMap, thread};

#[test]
fn eight_producers_get_distinct_numbers_for_what_they_stored() {
    const THREADS: u64 = 8;
    const EACH: u64 = 100;
    let (_dir, path) = fresh();
    let group = GroupCommit::start(Log::open(&path, &ID).unwrap().0).unwrap();
    let reader = group.reader();

    let producer = |thread: u64| {
        let (submitter, reader) = (group.submitter(), reader.clone());
        move || {
            let mut stored = BTreeMap::new();
            for round in 0..EACH {
                let body = format!("{thread}/{round}").into_bytes();
                let seq = submitter.append(body.clone()).unwrap();
                assert_eq!(reader.read(seq).unwrap(), body, "acknowledged means readable");
                assert!(stored.last_key_value().is_none_or(|(last, _)| *last < seq));
                assert_eq!(stored.insert(seq, body), None);
            }
            stored
        }
    };
    let threads: Vec<_> = (0..THREADS).map(|thread| thread::spawn(producer(thread))).collect();
    let stored: BTreeMap<_, _> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
    assert_eq!(stored.len() as u64, THREADS * EACH);

    let log = group.close().unwrap();
    let found: BTreeMap<_, _> =
        log.iter_from(0).map(Result::unwrap).map(|f| (f.seq, f.body)).collect();
    assert_eq!(found, stored);
    drop(log);
    assert_eq!(Log::open(&path, &ID).unwrap().1.frames, THREADS * EACH);
}

#[test]
fn tickets_are_numbered_in_the_order_of_submission_and_requests_stay_together() {
    let (_dir, path) = fresh();
    let group = GroupCommit::start(Log::open(&path, &ID).unwrap().0).unwrap();
    let submitter = group.submitter();
    let frames = |n: usize| (0..n).map(|i| format!("{n}/{i}").into_bytes()).collect::<Vec<_>>();
    // Together more than one batch may hold.
    let sizes: Vec<_> = (0..200).chain([BATCH_FRAMES_MAX, 1, BATCH_FRAMES_MAX - 1, 5]).collect();
    let tickets: Vec<_> = sizes.iter().map(|n| submitter.submit(frames(*n)).unwrap()).collect();
    let mut next = 0;
    for (n, ticket) in sizes.iter().zip(tickets) {
        assert_eq!(ticket.wait().unwrap(), next..next + *n as u64);
        next += *n as u64;
    }
    let bodies: Vec<_> = group.reader().iter_from(0).map(|frame| frame.unwrap().body).collect();
    assert_eq!(bodies, sizes.iter().flat_map(|n| frames(*n)).collect::<Vec<_>>());
}

#[test]
fn large_requests_are_spread_over_batches() {
    let (_dir, path) = fresh();
    let group = GroupCommit::start(Log::open(&path, &ID).unwrap().0).unwrap();
    let submitter = group.submitter();
    let request = |fill: u8| vec![vec![fill; FRAME_BYTES_MAX]; 6];
    let tickets: Vec<_> = (0..6).map(|fill| submitter.submit(request(fill)).unwrap()).collect();
    for (round, ticket) in (0..).zip(tickets) {
        assert_eq!(ticket.wait().unwrap(), round * 6..(round + 1) * 6);
    }
    drop(group);
    assert_eq!(Log::open(&path, &ID).unwrap().1.frames, 36);
}

#[test]
fn one_producers_oversized_frame_troubles_nobody_else() {
    let (_dir, path) = fresh();
    let group = GroupCommit::start(Log::open(&path, &ID).unwrap().0).unwrap();
    let submitter = group.submitter();
    let good = submitter.submit(vec![b"good".to_vec()]).unwrap();
    let error = submitter.append(vec![0; FRAME_BYTES_MAX + 1]).unwrap_err();
    assert_eq!(error.code(), "store.frame_too_long");
    assert_eq!(good.wait().unwrap(), 0..1);
}

#[test]
fn closing_commits_what_was_submitted_and_refuses_what_comes_after() {
    let (_dir, path) = fresh();
    let group = GroupCommit::start(Log::open(&path, &ID).unwrap().0).unwrap();
    let submitter = group.submitter();
    let tickets: Vec<_> =
        (0..100_u8).map(|byte| submitter.submit(vec![vec![byte]]).unwrap()).collect();
    let log = group.close().unwrap();
    assert_eq!(log.len(), 100);
    assert!(tickets.into_iter().map(|ticket| ticket.wait().unwrap().start).eq(0..100));
    assert_eq!(submitter.append(b"late".to_vec()).unwrap_err().code(), "store.closed");
}
