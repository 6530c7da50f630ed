//! Kill -9: a child process stores frames and prints their numbers; it is killed; all are there, once.

use crate::{ID, fresh};
use comity_store::{GroupCommit, Log};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    thread,
};

const THREADS: usize = 4;
const ARGUMENT: &str = "comity-store-log=";

/// Stores frames from several threads until `each` is reached, printing `number body` for each only
/// after it was acknowledged. A body is unique over all runs on this log.
fn write_and_print(path: &Path, each: usize) {
    let (log, recovery) = Log::open(path, &ID).unwrap();
    let run = recovery.frames;
    let group = GroupCommit::start(log).unwrap();
    let producer = |thread: usize| {
        let submitter = group.submitter();
        move || {
            for round in 0..each {
                let body = format!("{run}/{thread}/{round}/{}", "x".repeat(round * 37 % 2000));
                let seq = submitter.append(body.clone().into_bytes()).unwrap();
                let line = format!("{seq} {}\n", &body[..body.len().min(60)]);
                if std::io::stdout().lock().write_all(line.as_bytes()).is_err() {
                    return; // nobody listens any more
                }
            }
        }
    };
    let threads: Vec<_> = (0..THREADS).map(|thread| thread::spawn(producer(thread))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// By itself: what is printed is what is stored. With a path among the arguments it is the child of
/// the test below: the harness takes the path for one more name filter, which matches nothing.
#[test]
fn a_writer_prints_only_what_is_stored() {
    let argument = std::env::args().find_map(|arg| arg.strip_prefix(ARGUMENT).map(String::from));
    if let Some(path) = argument {
        return write_and_print(Path::new(&path), usize::MAX);
    }
    let (_dir, path) = fresh();
    write_and_print(&path, 5);
    assert_eq!(Log::open(&path, &ID).unwrap().1.frames, 5 * THREADS as u64);
}

/// Starts a writer, kills it after it has printed `lines` lines, returns every whole line it printed.
fn killed_after(lines: usize, path: &Path) -> Vec<(u64, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::a_writer_prints_only_what_is_stored", "--nocapture"])
        .arg(format!("{ARGUMENT}{}", path.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut printed = Vec::new();
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() != 0 {
        let acknowledged = line.strip_suffix('\n').and_then(|line| line.split_once(' '));
        let parsed = acknowledged.and_then(|(seq, body)| Some((seq.parse().ok()?, body.into())));
        printed.extend(parsed.filter(|(_, body): &(u64, String)| body.contains('/')));
        if printed.len() == lines {
            child.kill().unwrap(); // SIGKILL; what it had printed until then is still read
        }
        line.clear();
    }
    child.wait().unwrap();
    printed
}

#[test]
fn everything_printed_before_kill_9_is_there_once() {
    let (_dir, path) = fresh();
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    let mut seed = 0x2545_F491_u32;
    for round in 0..25 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let lines = 1 + (seed >> 24) as usize;
        let printed = killed_after(lines, &path);
        assert!(lines <= printed.len(), "round {round}: the writer stopped by itself");
        acknowledged.extend(printed);

        let (log, recovery) = Log::open(&path, &ID).unwrap();
        let frames: Vec<_> = log.iter_from(0).map(|frame| frame.unwrap().body).collect();
        assert_eq!(frames.len() as u64, recovery.frames);
        for (seq, body) in &acknowledged {
            let found = &frames[*seq as usize];
            assert!(found.starts_with(body.as_bytes()), "round {round}: frame {seq}");
        }
        let once: BTreeSet<_> = frames.iter().collect();
        assert_eq!(once.len(), frames.len(), "round {round}: a frame is there twice");
    }
    let numbers: BTreeSet<_> = acknowledged.iter().map(|(seq, _)| seq).collect();
    assert_eq!(numbers.len(), acknowledged.len(), "a number was given twice");
}
