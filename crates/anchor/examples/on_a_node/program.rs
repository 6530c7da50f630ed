//! The same through the command line, as the guide says it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use comity_bls::KeyEpoch;
use comity_wire::hex;
use serde_json::Value;

use crate::committee::{Committee, commitment, verdict};
use crate::node::{Node, RICH};

struct Program {
    binary: PathBuf,
    folder: PathBuf,
    rpc: String,
}

impl Program {
    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    /// Status and answer of `comity anchor VERB … --json`.
    fn run(&self, words: &[&str]) -> (i32, Value) {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).arg("anchor").args(words);
        command.args(["--rpc", &self.rpc, "--chain-id", "31337", "--json"]);
        let output = command.output().unwrap();
        let value = serde_json::from_slice(&output.stdout);
        (output.status.code().unwrap(), value.unwrap_or_else(|_| panic!("{words:?}: {output:?}")))
    }

    fn done(&self, words: &[&str]) -> Value {
        let (status, value) = self.run(words);
        assert_eq!(status, 0, "{words:?}: {value:#}");
        value
    }

    /// Status and code of a refusal.
    fn refused(&self, words: &[&str]) -> (i32, String) {
        let (status, value) = self.run(words);
        (status, value["error"]["code"].as_str().unwrap_or_default().to_owned())
    }
}

fn account(program: &Program) {
    program.write("account.key", RICH[0].as_bytes());
    let path = program.folder.join("account.key");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
    fs::set_permissions(&path, permissions).unwrap();
}

pub(crate) fn says_the_same(anvil: &Path, binary: &Path, folder: &Path) {
    let node = Node::start(anvil, "prague");
    fs::create_dir_all(folder).unwrap();
    let (binary, folder) = (binary.canonicalize().unwrap(), folder.canonicalize().unwrap());
    let program = Program { binary, folder, rpc: node.address().to_owned() };
    account(&program);
    let (first, second) = (Committee::new(3, "first"), Committee::new(4, "second"));
    assert_eq!(first.key.epoch(), KeyEpoch(3));
    // The three forms in which bytes are read.
    program.write("first.key", &first.key.encode());
    program.write("second.key", hex::encode(&second.key.encode()).as_bytes());
    let certificate = first.certify(commitment(100)).encode();
    program.write("100.cert", comity_wire::b64::encode(&certificate).as_bytes());
    let decision = first.certify(verdict(100, "the text")).encode();
    program.write("decision.cert", hex::encode(&decision).as_bytes());
    program.write("decision.txt", b"the text");
    let handover = first.hand_over(&second, 100).certificate.encode();
    program.write("handover.cert", &handover);

    let pays = ["--key", "account.key"];
    let words = |words: &[&'static str]| [words, &pays].concat();
    let deploy = words(&["deploy", "--committee-key", "first.key", "--from-epoch", "100"]);
    let deployed = program.done(&deploy);
    let contract = deployed["contract"].as_str().unwrap().to_owned();
    let at = |words: &[&'static str]| -> Vec<String> {
        let all = [words, &pays, &["--contract"]].concat();
        all.into_iter().map(str::to_owned).chain([contract.clone()]).collect()
    };
    let done = |words: &[&'static str]| {
        let all = at(words);
        program.done(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = |words: &[&'static str]| {
        let all = at(words);
        program.refused(&all.iter().map(String::as_str).collect::<Vec<_>>())
    };

    let receipt = done(&["publish", "--certificate", "100.cert", "--receipt", "100.json"]);
    assert_eq!(receipt["chain"], "eip155:31337");
    let again = refused(&["publish", "--certificate", "100.cert"]);
    assert_eq!(again, (1, "anchor.epoch_not_later".to_owned()));
    done(&["publish", "--certificate", "decision.cert", "--payload", "decision.txt"]);
    let rotated =
        done(&["rotate", "--certificate", "handover.cert", "--committee-key", "second.key"]);
    assert_eq!((&rotated["key_epoch"], &rotated["key_from"]), (&4.into(), &101.into()));
    let shown = program.done(&["show", "--contract", &contract]);
    assert_eq!((&shown["length"], &shown["key_epoch"]), (&2.into(), &4.into()));

    let (status, standing) = program.run(&["check", "100.json", "--depth", "10"]);
    assert_eq!((status, &standing["final"], &standing["depth"]), (1, &false.into(), &3.into()));
    node.mine(7);
    let standing = program.done(&["check", "100.json", "--depth", "10"]);
    assert_eq!((&standing["final"], &standing["depth"]), (&true.into(), &10.into()));
    let other = receipt.to_string().replace("\"epoch\":100", "\"epoch\":101");
    program.write("other.json", other.as_bytes());
    let refused = program.refused(&["check", "other.json"]);
    assert_eq!(refused, (1, "anchor.other_event".to_owned()));
}
