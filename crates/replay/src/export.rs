//! The files of an exported record: what [`write_record`] makes and [`crate::verify`] accepts.
//!
//! ```text
//!  DIR/<folder>/checkpoint              signed note of the log, with its witnesses' cosignatures
//!               tile/...                exactly the tiles of the entries
//!               envelopes.jsonl         line i is the envelope of leaf i, a newline after each
//!               keys.json               who may sign, recomputed from the statements
//!               parameters.json         the parameters that the genesis names
//!               rules/<kind>-<hash>.json  every other file of rules that its constitution names
//!               mip/<manifest>/...      every package that this record publishes
//! ```
//!
//! There is no manifest file: every byte is covered because it is recomputed, or because its hash is signed. The folder
//! is the sovereign's name, if that is a plain file name that no other record of the export has; otherwise its id.
//!
//! # Invariants
//!
//! 1. A record at a checkpoint has exactly one set of files with exactly one content.
//! 2. A verifier accepts that set and no other.
//!
//! # Source
//!
//! DESIGN §2, issue "The loop" items 6 and 7; drawn in `docs/src/spec/record.md`.

mod keys;
mod opening;
mod write;

use std::collections::BTreeMap;

use comity_constitution::facts::Instrument;
use comity_wire::{Digest, SovereignId};

pub use keys::{KeyLine, key_lines, keys_json};
pub use opening::Opening;
pub use write::{RecordParts, WriteError, write_export, write_record};

/// The signed checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// The envelopes, one a line.
pub const ENVELOPES: &str = "envelopes.jsonl";
/// The keys that may sign.
pub const KEYS: &str = "keys.json";
/// The parameters in force.
pub const PARAMETERS: &str = "parameters.json";
/// What the paths of files of rules begin with, other than [`PARAMETERS`].
pub const RULES_PREFIX: &str = "rules/";
/// What the paths of packages begin with.
pub const MIP_PREFIX: &str = "mip/";
/// What the paths of tiles begin with.
pub const TILE_PREFIX: &str = "tile/";

/// What an export may be, so that a stranger's export is cheap to refuse.
pub mod limits {
    /// Most records in one export, a count: each is held open while records are replayed side by side, and half of the
    /// 1,024 files that systems let a program open is left to others.
    pub const RECORDS_MAX: usize = 512;
    /// Most files in one export, a count: the tiles of 30 million statements.
    pub const FILES_MAX: usize = 262_144;
    /// Deepest path in an export, in names: a partial tile of a log of a billion entries has eight.
    pub const DEPTH_MAX: usize = 8;
    /// Shortest line of envelopes, in bytes: half of what an envelope's fixed words and one signature take, so that
    /// memory per line stays in proportion to the file.
    pub const LINE_BYTES_MIN: usize = 128;
    /// Envelopes handed to one thread at once, a count: enough to make the handing over cheap, few enough that every
    /// core has some.
    pub const BATCH_LINES: usize = 64;
    /// Envelopes read, being verified, and not applied yet, per record, a count: enough to occupy every core.
    pub const BATCH_LINES_MAX: usize = 1024;
    /// Envelopes held at once over all records, in bytes.
    pub const BATCH_BYTES_MAX: usize = 32 << 20;
    /// Longest folder name, in bytes: a sovereign's id, or its name.
    pub const FOLDER_BYTES_MAX: usize = 64;
}

/// The origin of a sovereign's log, which is also the name of its key and of its cosignatures.
pub fn origin(id: SovereignId) -> String {
    format!("comity/{id}")
}

/// Where a file of rules is kept.
pub fn rules_path(instrument: Instrument, hash: Digest) -> String {
    format!("{RULES_PREFIX}{}-{hash}.json", instrument.name())
}

/// The folder of each record of an export, given the sovereigns with their names.
pub fn folders<'a>(
    records: impl IntoIterator<Item = (SovereignId, &'a str)>,
) -> BTreeMap<SovereignId, String> {
    let names: BTreeMap<SovereignId, &str> = records.into_iter().collect();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for name in names.values() {
        // Names that differ only in case are one name on some file systems.
        *uses.entry(name.to_ascii_lowercase()).or_default() += 1;
    }
    let folder = |(id, name): (&SovereignId, &&str)| {
        let is_alone = uses.get(&name.to_ascii_lowercase()) == Some(&1);
        let text = if is_alone && is_plain(name) { (*name).to_owned() } else { id.to_string() };
        (*id, text)
    };
    names.iter().map(folder).collect()
}

/// Letters, digits, `-`, `_` and `.`, the last not in front: a file name everywhere.
fn is_plain(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=limits::FOLDER_BYTES_MAX).contains(&name.len())
        && name.bytes().all(fits)
        && !name.starts_with('.')
}
