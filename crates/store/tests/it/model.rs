//! The log beside the simplest thing it could be: a vector.

use crate::{ID, fresh};
use comity_store::{Log, Recovery};
use proptest::prelude::*;
use std::io::Write;

#[derive(Clone, Debug)]
enum Op {
    Append(Vec<Vec<u8>>),
    Read(proptest::sample::Index),
    Iterate(proptest::sample::Index),
    Reopen,
    /// Dies while writing this batch, with this share of it in the file.
    Crash(Vec<Vec<u8>>, proptest::sample::Index),
}

fn op() -> impl Strategy<Value = Op> {
    let frames = || {
        let body = proptest::collection::vec(any::<u8>(), 0..200);
        proptest::collection::vec(body, 0..6)
    };
    prop_oneof![
        5 => frames().prop_map(Op::Append),
        2 => any::<proptest::sample::Index>().prop_map(Op::Read),
        1 => any::<proptest::sample::Index>().prop_map(Op::Iterate),
        1 => Just(Op::Reopen),
        1 => (frames(), any::<proptest::sample::Index>()).prop_map(|(f, i)| Op::Crash(f, i)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_log_is_a_durable_vector(ops in proptest::collection::vec(op(), 1..40)) {
        let (_dir, path) = fresh();
        let (mut log, _) = Log::open(&path, &ID).unwrap();
        let mut model: Vec<Vec<u8>> = Vec::new();
        for op in ops {
            let len = model.len() as u64;
            match op {
                Op::Append(frames) => {
                    let numbers = log.append_batch(&frames).unwrap();
                    prop_assert_eq!(numbers, len..len + frames.len() as u64);
                    model.extend(frames);
                }
                Op::Read(index) => {
                    let seq = index.index(model.len() + 1);
                    prop_assert_eq!(log.read(seq as u64).ok(), model.get(seq).cloned());
                }
                Op::Iterate(index) => {
                    let seq = index.index(model.len() + 1);
                    let found: Vec<_> =
                        log.iter_from(seq as u64).map(|frame| frame.unwrap().body).collect();
                    prop_assert_eq!(&found, &model[seq..]);
                }
                Op::Reopen => {
                    drop(log);
                    let right = Recovery { frames: len, torn_bytes: 0, is_new: false };
                    let (again, recovery) = Log::open(&path, &ID).unwrap();
                    prop_assert_eq!(recovery, right);
                    log = again;
                }
                Op::Crash(frames, share) => {
                    let end = path.metadata().unwrap().len();
                    log.append_batch(&frames).unwrap();
                    drop(log);
                    let written = path.metadata().unwrap().len() - end;
                    let kept = share.index(written as usize + 1) as u64;
                    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
                    file.set_len(end + kept).unwrap();
                    file.flush().unwrap();
                    drop(file);
                    let (again, recovery) = Log::open(&path, &ID).unwrap();
                    if kept == written {
                        model.extend(frames);
                    }
                    let torn_bytes = if kept == written { 0 } else { kept };
                    let frames = model.len() as u64;
                    prop_assert_eq!(recovery, Recovery { frames, torn_bytes, is_new: false });
                    log = again;
                }
            }
            prop_assert_eq!(log.len(), model.len() as u64);
        }
    }
}
