//! Drawing a chamber of 101 from a pool of 100,000, against the blueprint's pseudo code in Python.

use std::collections::BTreeSet;
use std::hint::black_box;

use anyhow::ensure;
use comity_constitution::sortition::{Candidate, Encoding, Quotas, Ranking, SeedInputs, Share};
use comity_wire::{Digest, sha256};

use super::python::Peer;
use crate::measure::{Row, compare, rate, timed};

const COUNT: u64 = 100_000;
const SEATS: u32 = 101;
const REGIONS: u64 = 15;
const ORGANISATIONS: u64 = 500;
const ROUNDS: usize = 8;

pub(super) fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let mut peer = match Peer::start(dir.path()) {
        Ok(peer) => peer,
        Err(error) => {
            println!("sortition SKIPPED: no Python on this machine: {error:#}");
            return Ok(());
        }
    };
    let people: Vec<[String; 3]> = (0..COUNT).map(person).collect();
    let pool: Vec<Candidate<'_>> = people
        .iter()
        .map(|[id, region, organisation]| Candidate {
            id,
            region,
            organisation,
            is_conflicted: false,
        })
        .collect();
    let quotas = Quotas {
        seats: SEATS,
        region_share_max: Share::parse("0.15")?,
        organisation_share_max: None,
        regions_min: 8,
        organisations_min: 8,
    };
    let draw = |beacon: Digest| -> anyhow::Result<Digest> {
        let inputs = SeedInputs {
            beacon: *beacon.as_bytes(),
            previous_commitment: Digest::ZERO,
            nonce: *Digest::ZERO.as_bytes(),
        };
        let ranking = Ranking::new(&inputs.seed(Encoding::Raw32), black_box(&pool))?;
        Ok(ranking.draw(&BTreeSet::new(), &quotas)?.digest())
    };
    let ask = |beacon: Digest| format!("sortition {COUNT} {SEATS} {beacon}");
    for beacon in [1, 2, 3].map(|number: u64| sha256(&number.to_be_bytes())) {
        let (_, theirs) = peer.round(&ask(beacon))?;
        ensure!(draw(beacon)?.to_string() == theirs, "the panels differ");
    }
    let beacon = sha256(b"round");
    let ours = || timed(|| draw(beacon));
    let (ours, theirs) = compare(ROUNDS, ours, || Ok(peer.round(&ask(beacon))?.0))?;
    let name = format!(
        "sortition/{SEATS}_of_{COUNT} threads=1 peer_is=blueprint-pseudo-code-{}",
        peer.version()
    );
    let (ours, peer) = (rate(1, ours.wall), rate(1, theirs.wall));
    println!("{}", Row { name: &name, ours, peer, target: Some(20.0) });
    Ok(())
}

/// The same people as the peer's.
fn person(i: u64) -> [String; 3] {
    let digest = sha256(format!("bench|{i}").as_bytes());
    let u = digest.as_bytes().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let (region, organisation) = (u % REGIONS, (u >> 16) % ORGANISATIONS);
    [format!("bench-{i:06}"), format!("R{region:02}"), format!("O{organisation:03}")]
}
