//! Killed at random moments, a loop of orders loses nothing that it acknowledged and does nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use comity_replay::verify::{Options as Verify, verify_export};
use comity_store::Log;
use comity_wire::sha256;

use crate::dice::Dice;
use crate::rehearsal::files;
use crate::tour::write_series;

/// What was acknowledged: per sovereign, the digest at each index.
type Acknowledged = BTreeMap<String, BTreeMap<u64, String>>;

fn tour(dir: &Path, orders: usize) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    let (csv, windows) = (dir.join("plant.csv"), dir.join("windows.json"));
    command
        .args(["tour", "--quiet", "--acks", "--orders", &orders.to_string(), "--state"])
        .arg(dir.join("state"));
    command.arg("--series").arg(csv).arg("--windows").arg(windows);
    command
}

/// When to kill: after so many acknowledgements, and then so much later.
struct Moment {
    acks: u64,
    later: Duration,
}

/// Runs until the moment has come, and notes what was acknowledged before. `true` if the run came to its end first.
fn run_and_kill(
    dir: &Path,
    orders: usize,
    moment: &Moment,
    acknowledged: &mut Acknowledged,
) -> bool {
    let mut child = tour(dir, orders).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        out.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });
    let mut seen = 0;
    let mut killed = moment.acks == 0 && {
        // A kill before the first acknowledgement meets the program while it reads its stores.
        matches!(lines.recv_timeout(moment.later), Err(RecvTimeoutError::Timeout)) && {
            child.kill().unwrap();
            true
        }
    };
    while let Ok(line) = lines.recv() {
        seen += 1;
        note(&line, acknowledged);
        if !killed && seen == moment.acks {
            // What arrives in this little while was acknowledged before the kill.
            if let Ok(line) = lines.recv_timeout(moment.later) {
                seen += 1;
                note(&line, acknowledged);
            }
            child.kill().unwrap();
            killed = true;
        }
    }
    reader.join().unwrap().ok();
    let status = child.wait().unwrap();
    assert!(status.success() || killed, "{status}");
    status.success()
}

fn note(line: &str, acknowledged: &mut Acknowledged) {
    let words: Vec<&str> = line.split(' ').collect();
    // The last line may be cut off by the kill: then it was not acknowledged.
    if let ["ack", name, index, digest] = words[..]
        && digest.len() == 64
    {
        let index: u64 = index.parse().unwrap();
        let entries = acknowledged.entry(name.to_owned()).or_default();
        let before = entries.insert(index, digest.to_owned());
        assert!(before.is_none(), "{name} {index} was acknowledged twice");
    }
}

/// Everything acknowledged is stored at its place, and no statement is stored twice.
fn check(dir: &Path, acknowledged: &Acknowledged) {
    for (name, entries) in acknowledged {
        let path = dir.join("state").join(name).join("record.log");
        let (log, _) = Log::open(&path, sha256(name.as_bytes()).as_bytes()).unwrap();
        let stored: Vec<String> =
            log.iter_from(0).map(|frame| sha256(&frame.unwrap().body).to_string()).collect();
        for (index, digest) in entries {
            assert_eq!(&stored[usize::try_from(*index).unwrap()], digest, "{name} {index}");
        }
        assert_eq!(
            stored.iter().collect::<BTreeSet<_>>().len(),
            stored.len(),
            "{name} repeats itself"
        );
    }
}

fn kill_and_restart(kills: u32, orders: usize, seed: u64) {
    let dir = tempfile::tempdir().unwrap();
    write_series(dir.path());
    let (mut dice, mut acknowledged) = (Dice(seed), Acknowledged::new());
    for number in 0..kills {
        // One in eight while starting up, the others at work.
        let (acks, spread) =
            if dice.below(8) == 0 { (0, 300_000) } else { (1 + dice.below(30), 15_000) };
        let moment = Moment { acks, later: Duration::from_micros(dice.below(spread)) };
        let finished = run_and_kill(dir.path(), orders, &moment, &mut acknowledged);
        check(dir.path(), &acknowledged);
        if finished && number + 1 < kills {
            // All orders are done: begin again in an empty town, so that every kill meets a working one.
            std::fs::remove_dir_all(dir.path().join("state")).unwrap();
            acknowledged.clear();
        }
    }
    let out = dir.path().join("out");
    let ended = tour(dir.path(), orders).arg("--json").arg("--out").arg(&out).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let text = String::from_utf8(ended.stdout).unwrap();
    let document: serde_json::Value =
        serde_json::from_str(&text[text.find("\n{").map_or(0, |at| at + 1)..]).unwrap();
    for order in document["orders"].as_array().unwrap() {
        assert_eq!(order["state"], "released: the operator was paid, once");
    }
    assert_eq!(document["orders"].as_array().unwrap().len(), orders);
    for sum in document["ledger_sums"].as_array().unwrap() {
        assert_eq!(sum[1], 0, "escrow does not sum to zero");
    }
    check(dir.path(), &acknowledged);
    let report = verify_export(&files(&out, &out), &Verify::default()).unwrap();
    assert!(report.is_valid(), "{:?}", report.refusals().collect::<Vec<_>>());
}

#[test]
fn a_few_kills_lose_nothing() {
    kill_and_restart(6, 2, 0x9e37_79b9_7f4a_7c15);
}

#[test]
fn two_hundred_kills_lose_nothing_slow() {
    kill_and_restart(200, 8, 0x2545_f491_4f6c_dd1d);
}
