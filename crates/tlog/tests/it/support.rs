//! Entries, keys and logs from fixed seeds.

use comity_sign::SigningKey;
use comity_tlog::{Checkpoint, SignedCheckpoint, Tree, Vkey, leaf_hash};
use comity_wire::{Digest, sha256};

pub(crate) const ORIGIN: &str = "comity/log";

/// `count` entries as a record has them: SHA-256 of something.
pub(crate) fn entries(count: usize) -> Vec<Digest> {
    (0..count).map(|i| sha256(format!("envelope {i}").as_bytes())).collect()
}

pub(crate) fn tree(entries: &[Digest]) -> Tree {
    entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect()
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

pub(crate) fn log_vkey() -> Vkey {
    Vkey::log(ORIGIN, key(7).public()).unwrap()
}

/// The witness number `n`: its name and its key.
pub(crate) fn witness(n: u8) -> (String, SigningKey, Vkey) {
    let (name, key) = (format!("witness.example/w{n}"), key(100 + n));
    let vkey = Vkey::witness(&name, key.public()).unwrap();
    (name, key, vkey)
}

/// The checkpoint of the first `size` leaves, signed by the log.
pub(crate) fn signed(tree: &Tree, size: u64) -> SignedCheckpoint {
    let root = tree.root_at(size).unwrap();
    SignedCheckpoint::sign(Checkpoint::new(ORIGIN, size, root).unwrap(), &key(7))
}

/// A digest that differs in the lowest bit of byte `at`.
pub(crate) fn flipped(digest: &Digest, at: usize) -> Digest {
    let mut bytes = *digest.as_bytes();
    bytes[at % 32] ^= 1;
    Digest::from_bytes(bytes)
}
