//! Writes a log in its public forms, for other people's software to check: `emit_tlog DIRECTORY`.
//!
//! ```text
//!  vkey  witness_vkey          verifier keys of the log and of a witness
//!  cp1000  cp700               checkpoints of two sizes
//!  cp1000.cosigned             the larger one with a cosignature/v1 by the witness
//!  tlog.json                   {n,i,leaf,root,path,m,root_m,cons}: inclusion and consistency, in hexadecimal
//!  tile/…                      the tiles and entry bundles of the larger size
//! ```
//!
//! Seeds, entries and times are fixed, so two runs write the same bytes.

use std::error::Error;
use std::fs;
use std::path::Path;

use comity_sign::SigningKey;
use comity_tlog::{Checkpoint, Cosignature, SignedCheckpoint, Tree, Vkey, export_tiles, leaf_hash};
use comity_wire::{Digest, Time, sha256};

const ORIGIN: &str = "comity/example-log";
const WITNESS: &str = "comity/example-witness";
/// Sizes of the two checkpoints, in entries.
const SIZES: [u64; 2] = [1000, 700];
/// The entry whose inclusion is proven.
const INDEX: u64 = 421;

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args_os().nth(1).ok_or("usage: emit_tlog DIRECTORY")?;
    let target = Path::new(&target);
    fs::create_dir_all(target)?;

    let entries: Vec<Digest> =
        (0..SIZES[0]).map(|i| sha256(format!("envelope {i}").as_bytes())).collect();
    let tree: Tree = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();

    let log = SigningKey::from_seed([7; 32]);
    fs::write(target.join("vkey"), Vkey::log(ORIGIN, log.public())?.to_string())?;
    for size in SIZES {
        let checkpoint = Checkpoint::new(ORIGIN, size, tree.root_at(size)?)?;
        let signed = SignedCheckpoint::sign(checkpoint, &log);
        fs::write(target.join(format!("cp{size}")), signed.encode())?;
    }
    let witness = Vkey::witness(WITNESS, witness_key().public())?;
    fs::write(target.join("witness_vkey"), witness.to_string())?;
    fs::write(target.join("cp1000.cosigned"), cosigned(&tree, &log, &witness)?)?;
    fs::write(target.join("tlog.json"), proofs(&tree)?)?;
    for (path, bytes) in export_tiles(&entries) {
        let path = target.join(path);
        fs::create_dir_all(path.parent().ok_or("a tile has a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn witness_key() -> SigningKey {
    SigningKey::from_seed([8; 32])
}

/// The larger checkpoint, signed by the log and cosigned by the witness.
fn cosigned(tree: &Tree, log: &SigningKey, witness: &Vkey) -> Result<Vec<u8>, Box<dyn Error>> {
    let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root())?;
    let time = Time::parse("2026-01-01T00:00:00Z")?;
    let cosignature = Cosignature::sign(WITNESS, &witness_key(), &checkpoint, time)?;
    let mut signed = SignedCheckpoint::sign(checkpoint, log);
    signed.add(cosignature, witness)?;
    Ok(signed.encode())
}

/// One inclusion proof in the larger log, and the consistency proof from the smaller one.
fn proofs(tree: &Tree) -> Result<String, Box<dyn Error>> {
    let [n, m] = SIZES;
    let leaf = usize::try_from(INDEX).ok().and_then(|index| tree.leaves().get(index));
    let leaf = leaf.ok_or("the entry is in the log")?;
    let list = |hashes: Vec<Digest>| {
        hashes.iter().map(|hash| format!("\"{hash}\"")).collect::<Vec<_>>().join(",")
    };
    Ok(format!(
        "{{\"n\":{n},\"i\":{INDEX},\"leaf\":\"{leaf}\",\"root\":\"{}\",\"path\":[{}],\
         \"m\":{m},\"root_m\":\"{}\",\"cons\":[{}]}}\n",
        tree.root(),
        list(tree.inclusion(INDEX, n)?),
        tree.root_at(m)?,
        list(tree.consistency(m, n)?),
    ))
}
