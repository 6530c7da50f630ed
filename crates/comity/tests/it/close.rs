//! Killed while it closes the epoch of a constitution, a home has closed it or not, and closes it once.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use comity::home::clock;
use comity_sign::Claim;
use comity_store::Log;
use comity_wire::{Digest, Statement};

use crate::dice::Dice;
use crate::polity::{Town, parameters};

const CLOSED: &str = "comity:commitment/epoch_closed/v1";
/// Seconds of an epoch, as few as there may be: the clock is real.
const EPOCH_S: i64 = 60;
const KILLS: u64 = 24;

impl Town {
    /// The statements that a home holds.
    fn record(&self, home: &str) -> Vec<Vec<u8>> {
        let path = self.place.path(home).join("record.log");
        let id: Digest = self.place.id(home).parse().unwrap();
        let (log, _) = Log::open(&path, id.as_bytes()).unwrap();
        log.iter_from(0).map(|frame| frame.unwrap().body).collect()
    }

    fn checkpoint(&self, home: &str) -> Vec<u8> {
        std::fs::read(self.place.path(home).join("checkpoint")).unwrap()
    }

    /// A copy of the home in which an epoch is to be closed.
    fn copied(&self, name: &str) {
        self.place.copy("home", name);
    }

    fn clerk(&self, home: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
        let words = ["constitution", "clerk", "--passphrase-file", "pass", "--home", home];
        command.args(words).current_dir(self.place.dir.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Kills the clerk at a moment; or as soon as the record grows, before anything else is written.
    fn kill(&self, home: &str, moment: Option<Duration>) {
        let path = self.place.path(home).join("record.log");
        let len = || path.metadata().unwrap().len();
        let (before, mut child) = (len(), self.clerk(home).stdout(Stdio::piped()).spawn().unwrap());
        let mut out = child.stdout.take().unwrap();
        let (send, ended) = mpsc::channel();
        let reader = thread::spawn(move || send.send(out.read_to_end(&mut Vec::new()).is_ok()));
        match moment {
            Some(moment) => drop(ended.recv_timeout(moment)),
            None => while len() == before && child.try_wait().unwrap().is_none() {},
        }
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap().ok();
    }

    /// How many microseconds the clerk takes when nobody disturbs it, and how many statements it makes.
    fn undisturbed(&self) -> (u64, usize) {
        self.copied("whole");
        let began = clock::moment().instant();
        assert!(self.clerk("whole").status().unwrap().success());
        let took = u64::try_from(clock::moment().instant() - began).unwrap();
        (took, self.record("whole").len() - self.record("home").len())
    }
}

fn statement(envelope: &[u8]) -> (String, i64) {
    let claim = Claim::<Statement>::decode(envelope).unwrap();
    (claim.claimed().kind.clone(), claim.claimed().at.unix())
}

fn closes(record: &[Vec<u8>]) -> usize {
    record.iter().filter(|envelope| statement(envelope).0 == CLOSED).count()
}

#[test]
fn a_home_killed_while_an_epoch_closes_closes_it_once_slow() {
    let founding = parameters(|file| file.commitment.epoch_s = u64::try_from(EPOCH_S).unwrap());
    let town = Town::founded_under(&founding);
    let before = town.record("home");
    let epoch = |at: i64| at.div_euclid(EPOCH_S);
    let last = statement(before.last().unwrap()).1;
    while epoch(clock::now().wall.unix()) <= epoch(last) {
        town.show();
    }
    let (took, due) = town.undisturbed();
    assert!(0 < due);
    let (mut dice, mut outcomes) = (Dice(0x9e37_79b9_7f4a_7c15), BTreeSet::new());
    for number in 0..KILLS {
        let home = format!("home {number}");
        town.copied(&home);
        let moment = (number % 2 == 0).then(|| Duration::from_micros(dice.below(took)));
        town.kill(&home, moment);
        let held = town.record(&home);
        assert!(held.starts_with(&before), "what was durable is gone");
        let stated = held.len() - before.len();
        assert!(stated == 0 || stated == due, "{stated} of {due} statements");
        outcomes.insert((stated, town.checkpoint(&home) == town.checkpoint("home")));

        assert!(town.clerk(&home).status().unwrap().success());
        let after = town.record(&home);
        assert!(after.starts_with(&held));
        let of_epoch = &after[..before.len() + due];
        assert_eq!(closes(of_epoch) - closes(&before), 1, "the epoch is closed once");
        assert_eq!(after.iter().collect::<BTreeSet<_>>().len(), after.len());
        let shown = ["constitution", "show", "--json", "--home", &home];
        let shown = town.place.run(&shown).document();
        assert_eq!(shown["epochs"]["closed"], closes(&after), "{shown}");
    }
    // Before anything was written, and between the record and its checkpoint.
    for met in [(0, true), (due, true)] {
        assert!(outcomes.contains(&met), "no kill came there: {outcomes:?}");
    }
}
