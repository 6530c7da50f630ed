//! Rechecking an export from its bytes, as `comity-verify` does; against raw verification.

use anyhow::{Context as _, ensure};
use comity_replay::report::{Outcome, Report};
use comity_replay::verify::{Options, verify_export};

use super::limit;
use crate::machine::cores;
use crate::measure::{Row, compare, rate, timed};
use crate::stream::Stream;

const ROUNDS: usize = 8;

pub(super) fn run(stream: &Stream) -> anyhow::Result<()> {
    let raw = limit::prepare(stream.statements.iter().map(|(_, bytes)| bytes.as_slice()))?;
    let options = Options { threads: cores(), expect: Vec::new() };
    let count = stream.statements.len();
    check(&verify_export(&stream.files, &options)?, count)?;
    let ours = || timed(|| check(&verify_export(&stream.files, &options)?, count));
    let (ours, peer) = compare(ROUNDS, ours, || limit::verify(&raw, cores()))?;
    let name = format!("replay/statements={count} threads={} peer_is=verify_strict", cores());
    let (ours_rate, peer_rate) = (rate(count, ours.wall), rate(count, peer.wall));
    println!("{}", Row { name: &name, ours: ours_rate, peer: peer_rate, target: Some(0.7) });
    let (ours, peer) = (rate(count, ours.cpu), rate(count, peer.cpu));
    println!("{}", Row { name: "replay/per=cpu_second", ours, peer, target: None });
    Ok(())
}

/// Every check passed, and everything was read.
pub(super) fn check(report: &Report, count: usize) -> anyhow::Result<()> {
    let failed =
        report.checks.iter().find(|check| !matches!(check.outcome, Outcome::Passed { .. }));
    ensure!(report.is_valid(), "the export is refused: {failed:?}");
    let read: u64 = report.records.iter().map(|record| record.statements).sum();
    ensure!(usize::try_from(read).context("count")? == count, "{read} statements were read");
    Ok(())
}
