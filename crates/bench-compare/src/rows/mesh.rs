//! The Mesh's protocol on one core, against the figures that were recorded of the reference implementation.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Mutex;

use anyhow::{Context as _, ensure};
use comity_mesh::connectome::{EdgeIndex, RecognitionGraph, Scratch};
use comity_mesh::keys::{MeshKey, SignatureId, SignatureMemo, SignedObject as _};
use comity_mesh::recognition::{RecognitionTreaty, TreatyCheck};
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical, parse};

use crate::measure::{Cost, Row, absolute, rate, timed};

const TREATIES: usize = 128;
/// Short rounds, and many: on a machine that is shared the best of them is one that nobody interrupted.
const ROUNDS: usize = 100;
/// Operations per second and core of the reference: a parsed treaty, a treaty as text, a path on the large graph.
const REFERENCE: [f64; 3] = [19_700.0, 18_200.0, 10.5];
/// Least ratio for a treaty.
const RATIO: f64 = 1.3;
const SOVEREIGNS: u64 = 10_000;
const EDGES: u64 = 50_000;
const PATHS: usize = 2_000;
/// Paths whose answer is compared with the plain search, which takes a tenth of a second.
const CHECKED: usize = 10;
/// 95 microseconds for a path.
const PATHS_PER_SECOND: f64 = 1e6 / 95.0;

pub(super) fn run() -> anyhow::Result<()> {
    treaties()?;
    paths()
}

fn treaties() -> anyhow::Result<()> {
    let secret = SigningKey::from_seed([7; 32]);
    let keys = [MeshKey::from(secret.public())];
    let at = Datetime::parse("2026-06-02T00:00:00Z")?;
    let treaties: Vec<RecognitionTreaty> =
        (0..TREATIES).map(|number| treaty_of(number, &secret)).collect::<Result<_, _>>()?;
    let texts: Vec<Vec<u8>> = treaties.iter().map(|treaty| canonical(&treaty.write())).collect();
    let check = TreatyCheck::new(&keys, at);
    let is_good = |treaty: &RecognitionTreaty| treaty.verify(&check).is_ok();
    let read = |text: &Vec<u8>| -> anyhow::Result<RecognitionTreaty> {
        Ok(RecognitionTreaty::read(&parse(text)?)?)
    };
    ensure!(treaties.iter().all(is_good), "a good treaty is refused");
    let mut other = treaties.first().context("no treaty")?.clone();
    other.subject_sovereign_id.push('x');
    ensure!(!is_good(&other), "a changed treaty is accepted");
    for (text, treaty) in texts.iter().zip(&treaties) {
        ensure!(read(text)? == *treaty, "a treaty is read as another");
    }
    let parsed =
        || timed(|| Ok(treaties.iter().filter(|treaty| is_good(black_box(treaty))).count()));
    let from_text = || {
        timed(|| {
            let good = |text| read(black_box(text)).is_ok_and(|treaty| is_good(&treaty));
            Ok(texts.iter().filter(|text| good(*text)).count())
        })
    };
    let [parsed_reference, text_reference, _] = REFERENCE;
    line("mesh/treaty=parsed", best(parsed)?, parsed_reference);
    line("mesh/treaty=text", best(from_text)?, text_reference);

    let memo = Remembered::default();
    let is_known = |treaty: &RecognitionTreaty| treaty.verify_with(&check, Some(&memo)).is_ok();
    ensure!(treaties.iter().all(is_known) && !is_known(&other), "a memo changes an answer");
    let again =
        || timed(|| Ok(treaties.iter().filter(|treaty| is_known(black_box(treaty))).count()));
    line("mesh/treaty=parsed,again", best(again)?, parsed_reference);
    Ok(())
}

/// All good signatures there were.
#[derive(Debug, Default)]
struct Remembered(Mutex<BTreeSet<SignatureId>>);

impl SignatureMemo for Remembered {
    fn knows(&self, id: &SignatureId) -> bool {
        self.0.lock().is_ok_and(|known| known.contains(id))
    }

    fn learn(&self, id: SignatureId) {
        if let Ok(mut known) = self.0.lock() {
            known.insert(id);
        }
    }
}

fn line(name: &str, cost: Cost, peer: f64) {
    let name = format!("{name} count={TREATIES} threads=1 peer_is=recorded-reference");
    let ours = rate(TREATIES, cost.wall);
    println!("{}", Row { name: &name, ours, peer, target: Some(RATIO) });
}

fn best(mut work: impl FnMut() -> anyhow::Result<Cost>) -> anyhow::Result<Cost> {
    let mut best = work()?;
    for _ in 1..ROUNDS {
        best = best.least(work()?);
    }
    Ok(best)
}

pub(super) fn treaty_of(number: usize, secret: &SigningKey) -> anyhow::Result<RecognitionTreaty> {
    let key = MeshKey::from(secret.public()).to_string();
    let text = |text: &str| Value::from(text);
    let mut treaty = RecognitionTreaty::read(&Value::from([
        ("treaty_id", Value::from(format!("treaty-{number}"))),
        ("issuer_sovereign_id", text("HARBOUR")),
        ("subject_sovereign_id", Value::from(format!("LAB-{number}"))),
        ("subject_public_keys", Value::from(vec![key])),
        ("scope", Value::from([("allowed_roles", Value::from(vec!["role:operator"]))])),
        ("issued_at", text("2026-06-01T00:00:00Z")),
        ("valid_from", text("2026-06-01T00:00:00Z")),
        ("expires_at", text("2036-07-01T00:00:00Z")),
        ("issued_by", text("na-2026")),
    ]))?;
    treaty.sign(secret, "na-2026");
    Ok(treaty)
}

/// A sequence that looks random and is the same every time.
struct Dice(u64);

impl Dice {
    const fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn paths() -> anyhow::Result<()> {
    let mut dice = Dice(1);
    let mut name = || format!("S{}", dice.below(SOVEREIGNS));
    let edge = |number: u64| {
        let (from, to) = (name(), name());
        Value::from([
            ("from", Value::from(from)),
            ("to", Value::from(to)),
            ("treaty_id", Value::from(format!("t{number}"))),
            ("status", Value::from("active")),
        ])
    };
    let edges: Vec<Value> = (0..EDGES).map(edge).collect();
    let graph = RecognitionGraph::read(&Value::from([("recognition_edges", Value::List(edges))]))?;
    let index = EdgeIndex::of(&graph);
    let pairs: Vec<(String, String)> = (0..PATHS).map(|_| (name(), name())).collect();
    let mut scratch = Scratch::new();
    for (from, to) in pairs.iter().take(CHECKED) {
        let same = index.explain(&mut scratch, from, to) == graph.explain(from, to);
        ensure!(same, "the index and the plain search differ from {from} to {to}");
    }
    let cost = best(|| {
        timed(|| {
            let hops = |(from, to): &(String, String)| {
                index.explain(&mut scratch, black_box(from), black_box(to)).hop_count()
            };
            Ok(pairs.iter().map(hops).sum::<u64>())
        })
    })?;
    let ours = rate(PATHS, cost.wall);
    let [_, _, peer] = REFERENCE;
    let name =
        format!("mesh/path sovereigns={SOVEREIGNS} edges={EDGES} peer_is=recorded-reference");
    println!("{}", Row { name: &name, ours, peer, target: None });
    absolute("mesh/path least=95us-each", ours, PATHS_PER_SECOND);
    Ok(())
}
