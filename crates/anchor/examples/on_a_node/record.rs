//! Writes down what is asked and answered while something is deployed, published and looked at.

use std::path::Path;
use std::sync::{Arc, Mutex};

use comity_anchor::{AnchorError, ChainPort as _, Evm, Finality, Founding, Http, Settings, Wire};
use comity_wire::Digest;
use serde_json::{Value, json};

use crate::committee::{Committee, commitment};
use crate::node::{Node, pause, rich, settings};

struct Recorder {
    wire: Http,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Wire for Recorder {
    fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, AnchorError> {
        let value = |bytes: &[u8]| -> Value { serde_json::from_slice(bytes).unwrap() };
        let asked = value(question);
        let mut answer = self.wire.ask(question)?;
        // How often one has to ask for a receipt is not the same each time.
        while asked["method"] == "eth_getTransactionReceipt" && value(&answer)["result"].is_null() {
            pause()();
            answer = self.wire.ask(question)?;
        }
        let line = json!({ "question": asked, "answer": value(&answer) });
        self.lines.lock().unwrap().push(line);
        Ok(answer)
    }
}

/// Founding, publication and receipt come first, one a line; then questions and answers.
pub(crate) fn conversation(anvil: &Path, file: &Path) {
    let node = Node::start(anvil, "prague");
    let committee = Committee::new(3, "first");
    let lines = Arc::new(Mutex::new(Vec::new()));
    let wire = Recorder { wire: node.wire(), lines: Arc::clone(&lines) };
    let settings = Settings { finality: Finality::Depth(3), ..settings() };
    let mut evm = Evm::new(wire, settings, Some(rich(0)), pause()).unwrap();
    let key = committee.key.clone();
    evm.deploy(&Founding { genesis: Digest::ZERO, key, key_from: 1 }).unwrap();
    let publication = committee.publication(commitment(1), Digest::ZERO);
    let receipt = evm.publish(&publication).unwrap();
    node.mine(2);
    assert!(evm.standing(&receipt).unwrap().is_final);
    evm.state().unwrap();
    let head = [
        json!({ "key": text(&committee.key.encode()) }),
        json!({ "certificate": text(&publication.certificate.encode()) }),
        json!({ "receipt": receipt }),
    ];
    let lines = lines.lock().unwrap();
    let lines = head.iter().chain(lines.iter()).map(|line| format!("{line}\n"));
    std::fs::write(file, lines.collect::<String>()).unwrap();
}

fn text(bytes: &[u8]) -> String {
    comity_wire::hex::encode(bytes)
}
