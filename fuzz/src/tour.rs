//! A real loop to start from: every statement of one tour, its keys, and the world after each.
//!
//! `fixtures/` is written by `cargo run --features seeds --bin seeds`; when the rules change, that is run again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use comity_constitution::Parameters;
use comity_replay::World;
use comity_replay::export::{RecordParts, origin, write_export};
use comity_sign::{IssuerSecret, Signed, SigningKey};
use comity_tlog::{Checkpoint, Cosignature, Frontier, SignedCheckpoint, Vkey, leaf_hash};
use comity_wire::{KeyId, SovereignId, Statement, Time, hex};

const STATEMENTS: &str = include_str!("../fixtures/tour.jsonl");
const KEYS: &str = include_str!("../fixtures/keys.txt");
const PARAMETERS: &[u8] = include_bytes!("../fixtures/parameters.json");

/// One statement in its place.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose record it is in.
    pub record: SovereignId,
    /// The statement, signed.
    pub signed: Signed<Statement>,
}

/// A whole tour.
#[derive(Debug)]
pub struct Tour {
    /// Every statement, in an order in which each finds what it cites.
    pub entries: Vec<Entry>,
    /// The world before each statement, and after the last.
    pub worlds: Vec<World>,
    /// Everybody's keys.
    pub keys: BTreeMap<KeyId, IssuerSecret>,
    /// The parameters that everybody is founded with.
    pub parameters: Parameters,
    /// What the tour's records export.
    pub export: BTreeMap<String, Vec<u8>>,
    envelopes: BTreeSet<Vec<u8>>,
}

/// The tour, read once.
pub fn get() -> &'static Tour {
    static TOUR: OnceLock<Tour> = OnceLock::new();
    TOUR.get_or_init(Tour::read)
}

impl Tour {
    fn read() -> Self {
        let seeds = KEYS.lines().map(|line| hex::decode_array::<32>(line).expect("a seed a line"));
        let keys: BTreeMap<KeyId, IssuerSecret> = seeds
            .map(|seed| IssuerSecret::classical(SigningKey::from_seed(seed)))
            .map(|secret| (secret.id(), secret))
            .collect();
        let parameters =
            Parameters::decode(PARAMETERS).expect("the fixture's parameters are accepted");
        let mut world = World::new([parameters.clone()]);
        let (mut entries, mut worlds) = (Vec::new(), Vec::new());
        for (line, payload) in STATEMENTS.lines().enumerate() {
            worlds.push(world.clone());
            let statement =
                Statement::decode(payload.as_bytes()).expect("the fixture is canonical");
            let signed = Signed::sign(&keys[&statement.signer], statement)
                .expect("the fixture can be signed");
            let record = record_of(&signed);
            if let Err(refusal) = world.apply(record, &signed) {
                panic!(
                    "fixtures/tour.jsonl:{}: {refusal}; run the program `seeds` again",
                    line + 1
                );
            }
            entries.push(Entry { record, signed });
        }
        worlds.push(world);
        let envelopes = entries.iter().map(|entry| entry.signed.bytes().to_vec()).collect();
        let export = export(&entries, worlds.last().expect("at least one"), &keys, &parameters);
        Self { entries, worlds, keys, parameters, export, envelopes }
    }

    /// The world after the whole tour.
    pub fn last(&self) -> &World {
        &self.worlds[self.entries.len()]
    }

    /// Whether these bytes are an envelope of the tour.
    pub fn is_signed(&self, envelope: &[u8]) -> bool {
        self.envelopes.contains(envelope)
    }

    /// The records, in the order in which they open.
    pub fn records(&self) -> Vec<SovereignId> {
        let mut records = Vec::new();
        for entry in &self.entries {
            if !records.contains(&entry.record) {
                records.push(entry.record);
            }
        }
        records
    }
}

/// Whose record a statement is in, by its own words.
pub fn record_of(signed: &Signed<Statement>) -> SovereignId {
    signed.body().issuer.unwrap_or_else(|| SovereignId::of_genesis(signed.id()))
}

fn export(
    entries: &[Entry],
    world: &World,
    keys: &BTreeMap<KeyId, IssuerSecret>,
    parameters: &Parameters,
) -> BTreeMap<String, Vec<u8>> {
    let authorities: BTreeMap<SovereignId, SigningKey> = world
        .directory()
        .sovereigns()
        .map(|sovereign| (sovereign.id, keys[&sovereign.genesis.authority].ed25519().clone()))
        .collect();
    let mut records = Vec::new();
    for (id, key) in &authorities {
        let mine = entries.iter().filter(|entry| entry.record == *id);
        let envelopes: Vec<Box<[u8]>> =
            mine.clone().map(|entry| entry.signed.bytes().into()).collect();
        let log: Frontier = mine.map(|entry| leaf_hash(entry.signed.leaf().as_bytes())).collect();
        let checkpoint =
            Checkpoint::new(&origin(*id), log.size(), log.root()).expect("an origin is a name");
        let mut signed = SignedCheckpoint::sign(checkpoint.clone(), key);
        let last = world.record(*id).map_or(Time::MIN, |record| record.last);
        for (other, witness) in authorities.iter().filter(|(other, _)| *other != id) {
            let name = origin(*other);
            let line = Cosignature::sign(&name, witness, &checkpoint, last.plus(1))
                .expect("a date of our time");
            let vkey = Vkey::witness(&name, witness.public()).expect("an origin is a name");
            signed.add(line, &vkey).expect("an honest cosignature");
        }
        records.push((envelopes, signed));
    }
    let packages = [comity_mycel::mip::fault_watch()];
    let parts: Vec<RecordParts<'_>> = records
        .iter()
        .map(|(envelopes, checkpoint)| RecordParts {
            envelopes,
            checkpoint,
            parameters: parameters.bytes(),
            rules: &[],
            packages: &packages,
        })
        .collect();
    write_export(&parts).expect("a whole tour can be exported")
}
