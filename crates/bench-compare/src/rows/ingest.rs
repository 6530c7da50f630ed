//! Taking statements in: decode, verify, apply, append durably; against raw verification.

use std::collections::VecDeque;

use anyhow::{Context as _, ensure};
use comity_replay::{World, with_verifiers};
use comity_store::{GroupCommit, Log};
use comity_wire::SovereignId;

use super::limit;
use crate::machine::cores;
use crate::measure::{Cost, Row, absolute, compare, rate, timed};
use crate::stream::Stream;

/// Statements that share an fsync.
const BATCH: usize = 1024;
/// Statements that one thread verifies at once.
const PIECE: usize = 64;
/// Pieces on their way to be verified.
const AHEAD: usize = 16;
/// Batches that may wait for their fsync.
const BATCHES_OPEN: usize = 1;
const ROUNDS: usize = 8;

pub(super) fn run(stream: &Stream) -> anyhow::Result<()> {
    let batches: Vec<&[(SovereignId, Vec<u8>)]> = stream.statements.chunks(BATCH).collect();
    let raw = limit::prepare(stream.statements.iter().map(|(_, bytes)| bytes.as_slice()))?;
    let expected = roots(&stream.world()?);

    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let mut round = 0;
    let mut ours = || -> anyhow::Result<Cost> {
        round += 1;
        let path = dir.path().join(format!("log-{round}"));
        let (log, _) = Log::open(&path, &[7; 32])?;
        let mut world = World::new([Stream::parameters()]);
        let mut kept = None;
        let cost = timed(|| {
            kept = Some(ingest(&mut world, log, &batches)?);
            Ok(())
        })?;
        ensure!(roots(&world) == expected, "the world is another");
        let log = kept.context("no log")?;
        ensure!(log.len() == stream.statements.len() as u64, "the log has {} frames", log.len());
        drop(log);
        std::fs::remove_file(path)?;
        Ok(cost)
    };
    ours()?;
    let (ours, peer) = compare(ROUNDS, ours, || limit::verify(&raw, cores()))?;
    let count = stream.statements.len();
    let name = format!(
        "ingest/statements={count} batch={BATCH} threads={} peer_is=verify_strict",
        cores()
    );
    let (ours_rate, peer_rate) = (rate(count, ours.wall), rate(count, peer.wall));
    println!("{}", Row { name: &name, ours: ours_rate, peer: peer_rate, target: Some(0.6) });
    let (ours_cpu, peer_cpu) = (rate(count, ours.cpu), rate(count, peer.cpu));
    println!(
        "{}",
        Row { name: "ingest/per=cpu_second", ours: ours_cpu, peer: peer_cpu, target: None }
    );
    absolute("ingest/durable=fsync", ours_rate, 20_000.0);
    Ok(())
}

/// Verifies on all cores ahead of a single thread that applies in order; each batch goes to the commit thread, which
/// writes and syncs it while the next is applied. All answers are waited for, so all of it is on the disk in the end.
pub(super) fn ingest(
    world: &mut World,
    log: Log,
    batches: &[&[(SovereignId, Vec<u8>)]],
) -> anyhow::Result<Log> {
    let group = GroupCommit::start(log)?;
    let submitter = group.submitter();
    with_verifiers(&world.keyring().clone(), cores(), |verifiers| -> anyhow::Result<()> {
        let pieces = batches.iter().flat_map(|batch| batch.chunks(PIECE));
        let mut pending = pieces.map(|piece| {
            (piece, verifiers.submit(piece.iter().map(|(_, bytes)| bytes.clone()).collect()))
        });
        let mut ahead: VecDeque<_> = pending.by_ref().take(AHEAD).collect();
        let (mut frames, mut tickets) = (Vec::with_capacity(BATCH), VecDeque::new());
        while let Some((piece, answers)) = ahead.pop_front() {
            for ((record, _), signed) in piece.iter().zip(answers.wait()) {
                let signed = signed?;
                world.apply(*record, &signed)?;
                frames.push(signed.into_bytes());
            }
            ahead.extend(pending.next());
            if BATCH <= frames.len() || ahead.is_empty() {
                tickets.push_back(submitter.submit(std::mem::take(&mut frames))?);
                if BATCHES_OPEN < tickets.len()
                    && let Some(ticket) = tickets.pop_front()
                {
                    ticket.wait()?;
                }
            }
        }
        for ticket in tickets {
            ticket.wait()?;
        }
        Ok(())
    })?;
    Ok(group.close()?)
}

/// What a world came to, in short: the root of every record.
pub(super) fn roots(world: &World) -> Vec<(SovereignId, u64, comity_wire::Digest)> {
    world.records().map(|(id, record)| (id, record.log.size(), record.log.root())).collect()
}
