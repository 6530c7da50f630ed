//! Real objects: a tour as it happens, and what can be taken out of it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use anyhow::Context as _;
use comity::cast::{Seed, members, parameters};
use comity::plant::Plant;
use comity::tour::{Options, PREDICATE, Progress, Tour};
use comity_constitution::{Charter, Parameters, RiskTier};
use comity_fuzz::{decode, files, log, tour};
use comity_mycel::evidence::Disclosure;
use comity_mycel::mip::{VERIFIER, band_watch, fault_watch};
use comity_sign::Claim;
use comity_tlog::{
    Checkpoint, Cosignature, ForkProof, PrefixProof, Relation, SignedCheckpoint, TileKind,
    TilePath, Vkey, fork,
};
use comity_wire::dsse::Envelope;
use comity_wire::{Statement, Time, hex, jcs};

const SEED: u64 = 42;

struct Silent;

impl Progress for Silent {
    fn stage(&mut self, _: &str) {}
}

/// Runs one order and writes every statement in the order of its append, with the keys of the four.
pub fn tour(dir: &Path) -> anyhow::Result<()> {
    let state = tempfile::tempdir()?;
    let appended: Rc<RefCell<Vec<Vec<u8>>>> = Rc::default();
    let options = Options {
        seed: SEED,
        tier: RiskTier::R1,
        orders: 1,
        state: state.path().to_path_buf(),
        predicate: PREDICATE.to_owned(),
    };
    let mut tour = Tour::open(options)?;
    for (_, citizen) in tour.town.citizens() {
        appended.borrow_mut().extend(citizen.node.envelopes().iter().map(|bytes| bytes.to_vec()));
    }
    let sink = Rc::clone(&appended);
    tour.town.on_append(move |_, _, envelope| sink.borrow_mut().push(envelope.to_vec()));
    tour.prepare(&mut Silent)?;
    let plant = Plant::simulated(SEED);
    let order = tour.place(0, &plant)?;
    tour.settle(order, &mut Silent)?;
    tour.close_epoch(&mut Silent)?;

    let mut lines = Vec::new();
    for envelope in appended.borrow().iter() {
        lines.extend(Envelope::decode(envelope)?.payload);
        lines.push(b'\n');
    }
    let mut keys = String::new();
    for member in members(Seed(SEED), &parameters(), 1) {
        let secrets = member.secrets;
        let all = [&secrets.root, secrets.authority.ed25519()];
        for key in all.into_iter().chain(&secrets.actors).chain(&member.devices) {
            keys.push_str(&hex::encode(key.seed()));
            keys.push('\n');
        }
    }
    fs::create_dir_all(dir)?;
    fs::write(dir.join("tour.jsonl"), lines).context("write the tour")?;
    fs::write(dir.join("keys.txt"), keys)?;
    fs::write(dir.join("parameters.json"), parameters().bytes())?;
    Ok(())
}

/// Real objects for one target.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    match name {
        "facts" => facts(),
        "wire_statement" | "wire_jcs" => statements(if name == "wire_jcs" { 6 } else { 14 }),
        "wire_envelope" | "sign_claim" => envelopes(4),
        "sign_keys" => {
            tour::get().keys.keys().take(2).map(|key| key.as_str().as_bytes().to_vec()).collect()
        }
        "constitution_parameters" => {
            vec![tour::get().parameters.bytes().to_vec(), Parameters::founding().bytes().to_vec()]
        }
        "constitution_charter" => vec![Charter::founding().bytes().to_vec()],
        "mycel_package" => package(),
        "mycel_schema" => schemas(),
        "mycel_vector" => package_files("vectors/").into_iter().map(|(_, bytes)| bytes).collect(),
        "mycel_disclosure" => disclosures(),
        "runner_module" => vec![fault_watch()[VERIFIER].clone(), band_watch().to_vec()],
        "tlog_note" | "tlog_checkpoint" => checkpoints(),
        "tlog_fork" => forks(),
        "tlog_vkey" => vkeys(),
        "store_log" => {
            let log = files::log_of(&[
                vec![b"one".to_vec()],
                vec![b"two".to_vec(), Vec::new()],
                vec![vec![7; 90]],
            ]);
            vec![[&[0], log.as_slice()].concat(), [&[0], &log[..log.len() - 3]].concat()]
        }
        "keyfile" => keyfile(),
        _ => Vec::new(),
    }
}

/// One body of every kind that the tour has, after the number of its kind.
fn facts() -> Vec<Vec<u8>> {
    let kinds = decode::kinds();
    let mut seen = BTreeSet::new();
    let mut seeds = Vec::new();
    for entry in &tour::get().entries {
        let Statement { kind, body, .. } = entry.signed.body();
        if seen.insert(kind.clone())
            && let Some(at) = kinds.iter().position(|known| known == kind)
            && let Ok(at) = u8::try_from(at)
        {
            seeds.push([&[at], body.get().as_bytes()].concat());
        }
    }
    seeds
}

fn statements(count: usize) -> Vec<Vec<u8>> {
    let entries = &tour::get().entries;
    let mut kinds = BTreeSet::new();
    let distinct = entries.iter().filter(|entry| kinds.insert(entry.signed.body().kind.clone()));
    let chosen = distinct.take(count).map(|entry| Envelope::decode(entry.signed.bytes()));
    chosen.flatten().map(|envelope| envelope.payload).collect()
}

fn envelopes(count: usize) -> Vec<Vec<u8>> {
    let entries = tour::get().entries.iter();
    let claims = entries.take(count).map(|entry| Claim::<Statement>::decode(entry.signed.bytes()));
    claims.flatten().map(|claim| claim.bytes().to_vec()).collect()
}

fn package_files(prefix: &str) -> Vec<(usize, Vec<u8>)> {
    let files = fault_watch();
    let numbered = files.into_iter().enumerate();
    numbered
        .filter(|(_, (name, _))| name.starts_with(prefix))
        .map(|(at, (_, bytes))| (at, bytes))
        .collect()
}

fn package() -> Vec<Vec<u8>> {
    let parts = ["manifest", "report.schema", "vectors/"].map(package_files);
    let small = parts.into_iter().flatten().filter(|(_, bytes)| bytes.len() < 6_000);
    small.map(|(at, bytes)| [&[at.to_le_bytes()[0], 0], bytes.as_slice()].concat()).collect()
}

fn schemas() -> Vec<Vec<u8>> {
    let vectors = package_files("vectors/");
    let report = vectors.first().and_then(|(_, bytes)| {
        let vector: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        jcs::to_vec(vector.get("report")?).ok()
    });
    let report = report.unwrap_or_default();
    let files = ["claim.schema", "evidence.schema", "report.schema"].map(package_files);
    files
        .into_iter()
        .flatten()
        .map(|(_, schema)| [&schema, [0].as_slice(), &report].concat())
        .collect()
}

fn disclosures() -> Vec<Vec<u8>> {
    use comity_mycel::evidence::{Binding, Reading, Sealer, device_sign};
    let device = comity_sign::SigningKey::from_seed([7; 32]);
    let order = tour::get()
        .entries
        .first()
        .map_or_else(|| Statement::id_of(b""), |entry| entry.signed.id());
    let zero = comity_wire::Digest::ZERO;
    let binding = Binding { mip: zero, calibration: zero, unit: "Cel".to_owned() };
    let mut sealer = Sealer::new([3; 32], order, binding.clone(), device.public().key_id());
    for index in 0..4 {
        let t = Time::from_unix(1_767_225_600 + 300 * i64::try_from(index).unwrap_or(0));
        let reading = Reading { index, t, micro: 73_967_322 };
        if let Ok(signature) = device_sign(&device, &binding, &reading) {
            let _ = sealer.push(reading, signature);
        }
    }
    let sealed = sealer.finish();
    let made = [sealed.open_all(&[0, 2]), sealed.disclose(), Ok(Disclosure::Leaves(Vec::new()))];
    made.into_iter().flatten().filter_map(|disclosure| jcs::to_vec(&disclosure).ok()).collect()
}

fn signed(tree: usize, size: u64) -> Option<SignedCheckpoint> {
    let root = log::trees()[tree].root_at(size).ok()?;
    Some(SignedCheckpoint::sign(Checkpoint::new(log::ORIGIN, size, root).ok()?, &log::log_key()))
}

fn checkpoints() -> Vec<Vec<u8>> {
    let plain = [signed(0, 0), signed(0, 3), signed(1, 9)]
        .into_iter()
        .flatten()
        .map(|signed| signed.encode());
    let mut seeds: Vec<Vec<u8>> = plain.collect();
    let cosigned = || -> Option<Vec<u8>> {
        let mut checkpoint = signed(0, 9)?;
        let at = Time::from_unix(1_767_225_600);
        let line =
            Cosignature::sign(log::WITNESS, &log::witness_key(), checkpoint.checkpoint(), at)
                .ok()?;
        let vkey = Vkey::witness(log::WITNESS, log::witness_key().public()).ok()?;
        checkpoint.add(line, &vkey).ok()?;
        Some(checkpoint.encode())
    };
    seeds.extend(cosigned());
    seeds.extend(signed(0, 3).map(|signed| signed.checkpoint().encode().into_bytes()));
    seeds
}

fn forks() -> Vec<Vec<u8>> {
    let same_size =
        || -> Option<Relation> { fork::detect(&signed(0, 9)?, &signed(1, 9)?, None).ok() };
    let grown = || -> Option<Relation> {
        let prefix = PrefixProof::from_tree(&log::trees()[1], 5, 9).ok()?;
        fork::detect(&signed(0, 5)?, &signed(1, 9)?, Some(&prefix)).ok()
    };
    let proof = |relation: Relation| match relation {
        Relation::Forked(proof) => Some(ForkProof::encode(&proof)),
        Relation::Same | Relation::Extends | Relation::Unproven => None,
    };
    [same_size(), grown()].into_iter().flatten().filter_map(proof).collect()
}

fn vkeys() -> Vec<Vec<u8>> {
    let keys = [
        Vkey::log(log::ORIGIN, log::log_key().public()),
        Vkey::witness(log::WITNESS, log::witness_key().public()),
    ];
    let keys = keys.into_iter().flatten().map(|vkey| vkey.to_string());
    let paths = [(TileKind::Entries, 1_234_067, 1 << 40), (TileKind::Entries, 3, 900)];
    let paths = paths.into_iter().filter_map(|(kind, index, size)| TilePath::at(kind, index, size));
    keys.chain(paths.map(|path| path.to_string())).map(String::into_bytes).collect()
}

/// A real key file, whose work factor is then made too large to be tried.
fn keyfile() -> Vec<Vec<u8>> {
    let header = "age-encryption.org/v1\n-> scrypt rCBvAAQWGsTBYXRGyy/YlA 63\n";
    let body = "kL4HXxLHI9KzJTFwGDKv7R2DzXuXQ4VHhZ3C8cQm8Ek\n--- Z3C8cQm8EkkL4HXxLHI9KzJTFwGDKv7R2DzXuXQ4VHh\n";
    vec![format!("{header}{body}").into_bytes(), header.as_bytes().to_vec()]
}
