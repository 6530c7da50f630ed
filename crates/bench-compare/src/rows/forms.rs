//! Two of the small parts that everything rests on: the Merkle root and the canonical form.

use std::hint::black_box;

use anyhow::ensure;
use comity_tlog::{Frontier, leaf_hash};
use comity_wire::dsse::Envelope;
use comity_wire::{Digest, jcs};
use sha2::{Digest as _, Sha256};

use crate::measure::{Row, compare, rate, timed};
use crate::stream::Stream;

const LEAVES: u64 = 1_000_000;
const ROUNDS: usize = 4;

/// The incremental tree against RFC 6962 §2.1 as it is written.
pub(super) fn merkle() -> anyhow::Result<()> {
    let leaves: Vec<Digest> = (0..LEAVES).map(|number| leaf_hash(&number.to_be_bytes())).collect();
    let expected = textbook(&leaves);
    ensure!(root(&leaves) == expected, "the roots differ");
    let ours = || timed(|| Ok(root(black_box(&leaves))));
    let (ours, peer) = compare(ROUNDS, ours, || timed(|| Ok(textbook(black_box(&leaves)))))?;
    let name = format!("merkle/leaves={LEAVES} peer_is=rfc6962-recursion");
    let count = leaves.len();
    let (ours, peer) = (rate(count, ours.wall), rate(count, peer.wall));
    println!("{}", Row { name: &name, ours, peer, target: None });
    Ok(())
}

fn root(leaves: &[Digest]) -> Digest {
    leaves.iter().copied().collect::<Frontier>().root()
}

fn textbook(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::from_bytes(Sha256::digest([]).into()),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let hash = Sha256::new()
                .chain_update([1])
                .chain_update(textbook(left).as_bytes())
                .chain_update(textbook(right).as_bytes());
            Digest::from_bytes(hash.finalize().into())
        }
    }
}

/// Checking that a document is canonical against writing it again and comparing.
pub(super) fn canonical(stream: &Stream) -> anyhow::Result<()> {
    let documents: Vec<Vec<u8>> = stream
        .statements
        .iter()
        .map(|(_, bytes)| Envelope::decode(bytes).map(|envelope| envelope.payload))
        .collect::<Result<_, _>>()?;
    ensure!(documents.iter().all(|bytes| jcs::check(bytes).is_ok()), "a document is refused");
    let ours = || {
        timed(|| Ok(documents.iter().filter(|bytes| jcs::check(black_box(bytes)).is_ok()).count()))
    };
    let peer = || {
        timed(|| {
            let same = documents.iter().filter(|bytes| rewritten(black_box(bytes))).count();
            ensure!(same == documents.len(), "{same} documents are their own canonical form");
            Ok(same)
        })
    };
    let (ours, peer) = compare(ROUNDS, ours, peer)?;
    let count = documents.len();
    let name = format!("canonical/documents={count} peer_is=serde_json_canonicalizer-rewrite");
    let (ours, peer) = (rate(count, ours.wall), rate(count, peer.wall));
    println!("{}", Row { name: &name, ours, peer, target: None });
    Ok(())
}

fn rewritten(bytes: &[u8]) -> bool {
    let value: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
    let written =
        value.map_err(drop).and_then(|it| serde_json_canonicalizer::to_vec(&it).map_err(drop));
    written.is_ok_and(|written| written == bytes)
}
