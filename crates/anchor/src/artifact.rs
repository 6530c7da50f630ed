//! The contract as it is compiled: `contracts/CommitmentAnchor.json`, which `cargo xtask contract` makes of its source.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::account::keccak;
use crate::limits::CODE_BYTES_MAX;
use crate::receipt::ChainHash;
use crate::text;

const FILE: &str = include_str!("../../../contracts/CommitmentAnchor.json");

#[derive(Deserialize)]
struct File {
    bytecode: String,
    runtime: String,
}

/// What is deployed.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The code that deploys; the constructor's arguments come after it.
    pub deploys: Vec<u8>,
    /// The hash of the code that is at the contract's address afterwards, the same everywhere.
    pub code_hash: ChainHash,
}

static ARTIFACT: LazyLock<Artifact> = LazyLock::new(|| {
    let file: File = serde_json::from_str(FILE).expect("the committed artifact is of this shape");
    let code = |text: &str| {
        text::read_data(text, 2 * CODE_BYTES_MAX).expect("the committed code is hexadecimal")
    };
    let code_hash = ChainHash(keccak(&code(&file.runtime)));
    Artifact { deploys: code(&file.bytecode), code_hash }
});

/// The contract that this program brings.
pub fn artifact() -> &'static Artifact {
    &ARTIFACT
}

#[cfg(test)]
mod tests;
