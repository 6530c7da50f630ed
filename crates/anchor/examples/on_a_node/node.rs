//! A node of its own for each check, on a free port, stopped when the check ends.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use comity_anchor::{Account, AnchorError, Evm, Http, Pause, Settings, Wire as _, rpc, text};
use serde_json::{Value, json};

/// The accounts that the node gives money to, by its own fixed phrase.
pub(crate) const RICH: [&str; 2] = [
    "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
];

pub(crate) struct Node {
    child: Child,
    address: String,
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    pub(crate) fn start(binary: &Path, hardfork: &str) -> Self {
        let mut command = Command::new(binary);
        command.args(["--host", "127.0.0.1", "--port", "0", "--hardfork", hardfork]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // It says so when it answers; when it ends instead, so do its lines.
        let mut lines = lines.map_while(Result::ok);
        let listening = lines.find_map(|line| Some(line.strip_prefix("Listening on ")?.to_owned()));
        let address = format!("http://{}", listening.expect("the node says where it listens"));
        // The rest is read, so that the node never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    pub(crate) fn wire(&self) -> Http {
        Http::new(&self.address).unwrap()
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A question that is none of the anchor's.
    pub(crate) fn ask(&self, method: &'static str, params: &Value) -> Result<Value, AnchorError> {
        let answer = self.wire().ask(&rpc::question(1, method, params))?;
        rpc::answer(1, method, &answer)
    }

    pub(crate) fn mine(&self, blocks: u64) {
        self.ask("anvil_mine", &json!([text::quantity(blocks.into())])).unwrap();
    }

    /// The contract as one of the rich accounts sees it.
    pub(crate) fn evm(&self, settings: Settings) -> Evm<Http> {
        Evm::new(self.wire(), settings, Some(rich(0)), pause()).unwrap()
    }
}

pub(crate) fn rich(number: usize) -> Account {
    Account::from_secret(&text::read_array(RICH[number]).unwrap()).unwrap()
}

/// Between two questions; the node makes its block while it answers somebody else.
#[expect(clippy::disallowed_methods, reason = "how long a node takes is its own affair")]
pub(crate) fn pause() -> Pause {
    Box::new(|| std::thread::sleep(std::time::Duration::from_millis(5)))
}

/// The node's chain.
pub(crate) fn settings() -> Settings {
    Settings { chain_id: 31_337, polls: 2000, ..Settings::default() }
}
