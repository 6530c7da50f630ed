//! The authority as a program over its socket, with 2,000 treaties, against the figures that were recorded of the reference.
//!
//! Client and server share the cores, as in the recorded runs. Processor time of the server alone is printed beside the
//! rates: it does not depend on who else uses the machine.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Value, canonical, parse};

use super::mesh::treaty_of;
use crate::authority::{Authority, NAME, subject};
use crate::load::{self, Case, Connection, Load, Nuisance};
use crate::machine;
use crate::measure::{Row, absolute, at_most, rate};

/// Treaties of the authority, as in the recorded runs.
const TREATIES: usize = 2_000;
/// Treaties that are checked for the first time: more than the server remembers signatures of.
const FRESH: usize = 60_000;
const CONNECTIONS: usize = 64;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(5);
/// Requests per second of the reference, the better of what was recorded: a treaty, a path.
const REFERENCE: [f64; 2] = [226.0, 4.8];
/// Processor time of the reference for a treaty and for a path, in milliseconds: the better of what was recorded.
const REFERENCE_CPU_MS: [f64; 2] = [0.81, 81.0];
/// Least requests per second.
const LEAST: f64 = 10_000.0;
/// Least ratio for a treaty.
const RATIO: f64 = 50.0;
const START_MS: f64 = 200.0;
const RESIDENT_MIB: f64 = 60.0;

/// The long load: connections, its time, and clients that drip.
const MANY: usize = 256;
const LONG: Duration = Duration::from_mins(1);
const SLOW: usize = 64;

pub(super) fn run() -> anyhow::Result<()> {
    let mut authority = Authority::found()?;
    let secret = SigningKey::from_seed([7; 32]);
    let key = MeshKey::from(secret.public()).to_string();
    authority.recognise(TREATIES, &key)?;
    let started: Vec<Duration> =
        (0..ROUNDS).map(|_| authority.restart()).collect::<Result<_, _>>()?;
    let best = started.into_iter().min().context("a start")?;
    let name = format!("http/start treaties={TREATIES}");
    at_most(&name, best.as_secs_f64() * 1e3, "ms", START_MS);

    let again = Arc::new(verifications(&authority, &secret, &key, TREATIES)?);
    let paths = Arc::new(paths(&authority)?);
    let [treaty, path] = REFERENCE;
    let [treaty_cpu, path_cpu] = REFERENCE_CPU_MS;
    {
        let fresh = Arc::new(verifications(&authority, &secret, &key, FRESH)?);
        row(&authority, "http/treaty_verify=first", &fresh, treaty, treaty_cpu, Some(RATIO))?;
    }
    row(&authority, "http/treaty_verify=again", &again, treaty, treaty_cpu, Some(RATIO))?;
    row(&authority, "http/trust_path", &paths, path, path_cpu, None)?;
    long(&authority, &again)?;
    let (now, most) = authority.resident_kib();
    for (name, kib) in [("http/resident=now", now), ("http/resident=most", most)] {
        at_most(name, mib(kib), "MiB", RESIDENT_MIB);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// Requests to check so many treaties, each with the answer that was looked at.
fn verifications(
    authority: &Authority,
    secret: &SigningKey,
    key: &str,
    count: usize,
) -> anyhow::Result<Vec<Case>> {
    let request = |number: usize| {
        let treaty = treaty_of(number, secret)?;
        let body = Value::from([
            ("treaty", treaty.write()),
            ("issuer_public_keys", Value::from(vec![key])),
        ]);
        Ok(load::post(authority.address, "/recognition-treaties/verify", &canonical(&body)))
    };
    let requests: Vec<Vec<u8>> = (0..count).map(request).collect::<anyhow::Result<_>>()?;
    checked(authority, requests, |answer| answer.get("accepted") == Some(&Value::Bool(true)))
}

fn paths(authority: &Authority) -> anyhow::Result<Vec<Case>> {
    let request = |number| {
        let path = format!("/connectome/trust-path?from={NAME}&to={}", subject(number));
        load::get(authority.address, &path)
    };
    let requests = (0..TREATIES).map(request).collect();
    checked(authority, requests, |answer| {
        answer.get("reason").and_then(Value::as_str) == Some("active_treaty_path")
    })
}

/// Sends each request once and keeps its answer, if that is the right one.
fn checked(
    authority: &Authority,
    requests: Vec<Vec<u8>>,
    is_right: impl Fn(&Value) -> bool,
) -> anyhow::Result<Vec<Case>> {
    let mut connection = Connection::open(authority.address)?;
    let check = |request: Vec<u8>| {
        let (status, body) = connection.ask(&request)?;
        let answer = body.to_vec();
        let is_right = status == 200 && is_right(&parse(&answer)?);
        ensure!(is_right, "{status}: {}", String::from_utf8_lossy(&answer));
        Ok(Case { request, answer })
    };
    requests.into_iter().map(check).collect()
}

fn row(
    authority: &Authority,
    name: &str,
    cases: &Arc<Vec<Case>>,
    peer: f64,
    peer_cpu_ms: f64,
    target: Option<f64>,
) -> anyhow::Result<()> {
    let (mut best, mut best_cpu_ms) = (0.0_f64, f64::MAX);
    for _ in 0..ROUNDS {
        let before = authority.cpu_ms();
        let load = load::run(authority.address, cases, CONNECTIONS, ROUND)?;
        ensure!(load.bad == 0, "{} wrong answers or broken connections", load.bad);
        best = best.max(of(load));
        best_cpu_ms = best_cpu_ms.min(cpu_ms(authority.cpu_ms() - before, load.good));
    }
    let name = format!("{name} treaties={TREATIES} connections={CONNECTIONS}");
    let compared = format!("{name} peer_is=recorded-reference");
    println!("{}", Row { name: &compared, ours: best, peer, target });
    absolute(&name, best, LEAST);
    let ratio = peer_cpu_ms / best_cpu_ms;
    println!("{name} server_cpu ours={best_cpu_ms:.4}ms peer={peer_cpu_ms}ms ratio={ratio:.1}");
    Ok(())
}

fn of(load: Load) -> f64 {
    rate(usize::try_from(load.good).unwrap_or_default(), load.elapsed)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn cpu_ms(total: u64, count: u64) -> f64 {
    total as f64 / count.max(1) as f64
}

/// Many connections for a minute, while slow, oversized and silent clients do what they do.
fn long(authority: &Authority, cases: &Arc<Vec<Case>>) -> anyhow::Result<()> {
    let nuisance = Nuisance::default();
    nuisance.slow(authority.address, SLOW)?;
    nuisance.oversized(authority.address)?;
    nuisance.silent(authority.address)?;
    let load = load::run(authority.address, cases, MANY, LONG)?;
    let count =
        |number: &std::sync::atomic::AtomicU64| number.load(std::sync::atomic::Ordering::Relaxed);
    println!(
        "http/long connections={MANY} seconds={} slow_clients={SLOW} answers={} per_second={:.0} errors={} \
         nuisance_connections={} oversized_refused={} load={}",
        LONG.as_secs(),
        load.good,
        of(load),
        load.bad,
        count(&nuisance.opened),
        count(&nuisance.refused),
        machine::load(),
    );
    ensure!(load.bad == 0, "{} wrong answers or broken connections", load.bad);
    ensure!(0 < count(&nuisance.refused), "no oversized body was refused");
    Ok(())
}
