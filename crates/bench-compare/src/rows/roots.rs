//! The root over an epoch's records with their canonical JSON, and a proof that one record is under it, against both in Python.

use std::hint::black_box;

use anyhow::{Context as _, anyhow, ensure};
use comity_commitment::merkle::Leaf;
use comity_commitment::{EventRecord, EventTree, OrderKey};
use comity_wire::{Digest, Time, sha256, sha256_concat};
use serde_json::json;

use super::python::Peer;
use crate::machine::cores;
use crate::measure::{Cost, Row, compare, rate, timed};

const COUNT: u64 = 100_000;
const ROUNDS: usize = 6;
/// Proofs of one round; of the peer, which searches for each from the front.
const PROOFS: u64 = 10_000;
const PROOFS_OF_PEER: u64 = 50;

pub(super) fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let mut peer = match Peer::start(dir.path()) {
        Ok(peer) => peer,
        Err(error) => {
            println!("roots SKIPPED: no Python on this machine: {error:#}");
            return Ok(());
        }
    };
    let records: Vec<EventRecord> = (0..COUNT).map(record).collect::<Result<_, _>>()?;
    let tree = EventTree::of_records(&records)?;
    root(&mut peer, &records, &tree)?;
    proof(&mut peer, &records, &tree)
}

fn root(peer: &mut Peer, records: &[EventRecord], tree: &EventTree) -> anyhow::Result<()> {
    for (writer, target) in [("rfc8785-0.1.4", Some(15.0)), ("json.dumps", None)] {
        let ask = format!("root {COUNT} {}", writer.split('-').next().unwrap_or(writer));
        ensure!(made(records)?.root() == tree.root(), "the two ways of building differ");
        ensure!(tree.root().hash.to_string() == peer.round(&ask)?.1, "the roots differ");
        let ours = || timed(|| Ok(made(black_box(records))?.root()));
        let (ours, theirs) = compare(ROUNDS, ours, || Ok(peer.round(&ask)?.0))?;
        let name = format!(
            "roots/records={COUNT} threads={} peer_is={writer}-{}",
            cores(),
            peer.version()
        );
        let (ours, peer) = (rate(records.len(), ours.wall), rate(records.len(), theirs.wall));
        println!("{}", Row { name: &name, ours, peer, target });
    }
    Ok(())
}

/// The leaves are made and sorted on every core; runs that are sorted are merged fast.
fn made(records: &[EventRecord]) -> anyhow::Result<EventTree> {
    let leaves = |records: &[EventRecord]| -> anyhow::Result<Vec<Leaf>> {
        let mut leaves = records.iter().map(EventRecord::leaf).collect::<Result<Vec<_>, _>>()?;
        leaves.sort();
        Ok(leaves)
    };
    let made = std::thread::scope(|scope| -> anyhow::Result<_> {
        let parts = records.chunks(records.len().div_ceil(cores()).max(1));
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || leaves(part))).collect();
        let mut made = Vec::with_capacity(records.len());
        for part in parts {
            made.extend(part.join().map_err(|_| anyhow!("a thread died"))??);
        }
        Ok(made)
    })?;
    Ok(EventTree::new(made)?)
}

fn proof(peer: &mut Peer, records: &[EventRecord], tree: &EventTree) -> anyhow::Result<()> {
    let root = tree.root();
    let places: Vec<OrderKey> = records.iter().map(place).collect();
    let prove = |number: u64| -> anyhow::Result<_> {
        let place = usize::try_from(number).ok().and_then(|number| places.get(number));
        let index = tree.index_of(place.context("no such record")?);
        Ok(tree.prove(index.context("the record is not in the tree")?)?)
    };
    for number in [0, 1, COUNT / 3, COUNT - 1] {
        let found = prove(number)?;
        let leaf = records.get(usize::try_from(number)?).context("no record")?.leaf()?;
        found.verify(&leaf.hash, &root)?;
        let path: Vec<&[u8]> = found.path.iter().map(|node| node.as_bytes().as_slice()).collect();
        let (_, theirs) = peer.round(&format!("proof {COUNT} {number}"))?;
        ensure!(sha256_concat(&path).to_string() == theirs, "the proofs differ");
    }
    let numbers = |count: u64| (0..count).map(move |turn| turn * (COUNT / count));
    let ours = || {
        timed(|| {
            let found = numbers(PROOFS).map(|number| prove(black_box(number)));
            found.collect::<anyhow::Result<Vec<_>>>()
        })
    };
    let theirs = || {
        let mut sum = Cost::ZERO;
        for number in numbers(PROOFS_OF_PEER) {
            sum = sum.plus(peer.round(&format!("proof {COUNT} {number}"))?.0);
        }
        Ok(sum)
    };
    let (ours, theirs) = compare(ROUNDS, ours, theirs)?;
    let name = format!("proof/records={COUNT} threads=1 peer_is=linear-search-{}", peer.version());
    let count = |count: u64| usize::try_from(count);
    let ours = rate(count(PROOFS)?, ours.wall);
    let peer = rate(count(PROOFS_OF_PEER)?, theirs.wall);
    println!("{}", Row { name: &name, ours, peer, target: Some(1000.0) });
    Ok(())
}

fn place(record: &EventRecord) -> OrderKey {
    OrderKey {
        event_type: record.event_type.clone(),
        event_id: record.event_id.clone(),
        event_timestamp: record.event_timestamp.to_string(),
        actor_id: record.actor_id.clone(),
    }
}

/// The same records as the peer's.
fn record(i: u64) -> anyhow::Result<EventRecord> {
    let digest: Digest = sha256(format!("bench|{i}").as_bytes());
    Ok(EventRecord {
        actor_id: format!("actor-{}", i * 7919 % 997),
        event_id: format!("EVT-{i:08}"),
        event_timestamp: Time::parse(&format!("2026-02-13T13:{:02}:{:02}Z", i / 60 % 60, i % 60))?,
        event_type: ["mission.completed", "trust.updated", "review.decided"]
            .get(usize::try_from(i % 3)?)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        payload: json!({
            "delta": i * 37 % 41,
            "evidence": digest.to_string(),
            "mission_id": format!("M-{}", i % 13),
            "note": if i.is_multiple_of(5) { "\u{17e}lu\u{165}" } else { "ok" },
        }),
    })
}
