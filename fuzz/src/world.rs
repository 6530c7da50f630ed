//! The fold over all records, and a node, under statements that are well signed and say anything.

use std::collections::BTreeMap;

use comity_mycel::facts::OpeningKind;
use comity_node::{Ask, Charter, Effect, Input as NodeInput, Message, Node, Now, Secrets};
use comity_replay::World;
use comity_replay::export::CHECKPOINT;
use comity_sign::Signed;
use comity_wire::{KeyId, SovereignId, Statement, StatementId, sha256};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::input::Input;
use crate::oracle::{fingerprint, refusal};
use crate::tour::{self, Tour};

/// A few statements, honest or bent, on top of some prefix of the tour.
pub fn apply(data: &[u8]) {
    let tour = tour::get();
    let mut input = Input::new(data);
    let mut at = input.below(tour.worlds.len());
    let mut world = tour.worlds[at].clone();
    for _ in 0..=input.below(6) {
        let honest =
            tour.entries.get(at.min(tour.entries.len() - 1)).expect("a tour has statements");
        let Some((record, signed)) = (match input.below(8) {
            0 => {
                at += 1;
                Some((honest.record, honest.signed.clone()))
            }
            1 => {
                let other = input.below(tour.entries.len());
                Some((tour.entries[other].record, tour.entries[other].signed.clone()))
            }
            2 => bent(&mut input, tour, &honest.signed)
                .map(|signed| (input.pick(&tour.records()), signed)),
            3 => {
                let other = input.below(tour.entries.len());
                bent(&mut input, tour, &tour.entries[other].signed)
                    .map(|signed| (tour::record_of(&signed), signed))
            }
            _ => bent(&mut input, tour, &honest.signed)
                .map(|signed| (tour::record_of(&signed), signed)),
        }) else {
            continue;
        };
        fold(&mut world, record, &signed);
    }
}

/// Invariant 1 of the world, and what must hold of it whatever it has been told.
fn fold(world: &mut World, record: SovereignId, signed: &Signed<Statement>) {
    let size = |world: &World| world.record(record).map_or(0, |record| record.log.size());
    let (before, index) = (fingerprint(world), size(world));
    match world.apply(record, signed) {
        Ok(place) => {
            assert_eq!((place.record, place.index), (record, index));
            assert_eq!(size(world), index + 1);
            assert_eq!(world.place(signed.id()), Some(place));
            for (_, ledger) in world.ledgers() {
                assert!(ledger.sums().values().all(|sum| *sum == 0), "money was made or lost");
            }
            let after = fingerprint(world);
            assert!(world.apply(record, signed).is_err(), "the same statement twice");
            assert_eq!(fingerprint(world), after, "a refused repetition changed the world");
        }
        Err(error) => {
            refusal(error.code(), &error);
            assert_eq!(fingerprint(world), before, "a refusal changed the world: {error}");
        }
    }
}

/// The statement with some of its words changed, signed by whoever it then names.
fn bent(
    input: &mut Input<'_>,
    tour: &Tour,
    honest: &Signed<Statement>,
) -> Option<Signed<Statement>> {
    let mut statement = honest.body().clone();
    let ids: Vec<StatementId> = tour.entries.iter().map(|entry| entry.signed.id()).collect();
    for _ in 0..=input.below(3) {
        match input.below(12) {
            0 => statement.at = statement.at.plus(input.integer() % (400 * 86_400)),
            1 => {
                let keys: Vec<KeyId> = tour.keys.keys().cloned().collect();
                statement.signer = input.pick(&keys);
            }
            2 => statement.issuer = Some(input.pick(&tour.records())),
            3 => statement.cites.push(input.pick(&ids)),
            4 if !statement.cites.is_empty() => {
                statement.cites.remove(input.below(statement.cites.len()));
            }
            5 => statement.kind = input.pick(&crate::decode::kinds()).to_owned(),
            6 => statement.subject.sha256 = sha256(&[input.byte()]),
            7 => statement.issuer = None,
            _ => statement.body = bent_body(input, tour, &statement.body)?,
        }
    }
    Signed::sign(tour.keys.get(&statement.signer)?, statement).ok()
}

/// The body with one of its values changed for another of the tour's, or for one that rules trip over.
fn bent_body(input: &mut Input<'_>, tour: &Tour, body: &RawValue) -> Option<Box<RawValue>> {
    let mut value: Value = serde_json::from_str(body.get()).ok()?;
    let count = leaves(&mut value).len();
    let other = &tour.entries[input.below(tour.entries.len())].signed.body().body;
    let mut other: Value = serde_json::from_str(other.get()).ok()?;
    let donors: Vec<Value> = leaves(&mut other).into_iter().map(|leaf| leaf.clone()).collect();
    let at = input.below(count.max(1));
    let mut places = leaves(&mut value);
    let leaf = places.get_mut(at)?;
    **leaf = match (&**leaf, input.below(4)) {
        (_, 0) if !donors.is_empty() => input.pick(&donors),
        (Value::Number(_), 1) => Value::from(input.integer().clamp(-(1 << 53) + 1, (1 << 53) - 1)),
        (Value::Number(number), _) => {
            Value::from(number.as_i64().unwrap_or(0).saturating_add(i64::from(input.byte()) - 128))
        }
        (Value::Bool(bool), _) => Value::Bool(!bool),
        (Value::String(_), 1) => {
            Value::from(String::from_utf8_lossy(input.bytes(140)).into_owned())
        }
        (Value::String(_), 2) => Value::from(sha256(&[input.byte()]).to_string()),
        (Value::Array(list), _) => {
            let mut list = list.clone();
            list.extend(donors.first().cloned());
            Value::Array(list)
        }
        _ => Value::Null,
    };
    let bytes = comity_wire::jcs::to_vec(&value).ok()?;
    RawValue::from_string(String::from_utf8(bytes).ok()?).ok()
}

/// Every value that holds no other, and every list.
fn leaves(value: &mut Value) -> Vec<&mut Value> {
    if let Value::Object(members) = value {
        return members.values_mut().flat_map(leaves).collect();
    }
    if value.as_array().is_some_and(|list| list.iter().any(Value::is_object)) {
        return value.as_array_mut().into_iter().flatten().flat_map(leaves).collect();
    }
    vec![value]
}

/// Records interleaved in any order that respects their own, and citations: the same world comes out.
pub fn order(data: &[u8]) {
    let tour = tour::get();
    let mut input = Input::new(data);
    let mut queues: BTreeMap<SovereignId, Vec<&Signed<Statement>>> = BTreeMap::new();
    for entry in tour.entries.iter().rev() {
        queues.entry(entry.record).or_default().push(&entry.signed);
    }
    let records: Vec<SovereignId> = queues.keys().copied().collect();
    let mut world = World::new([tour.parameters.clone()]);
    while queues.values().any(|queue| !queue.is_empty()) {
        let first = input.below(records.len());
        let moved = (0..records.len()).any(|step| {
            let record = records[(first + step) % records.len()];
            let Some(next) = queues.get(&record).and_then(|queue| queue.last()) else {
                return false;
            };
            let is_applied = world.apply(record, next).is_ok();
            if is_applied && let Some(queue) = queues.get_mut(&record) {
                queue.pop();
            }
            is_applied
        });
        assert!(moved, "an interleaving that respects every citation does not go on");
    }
    assert_eq!(
        fingerprint(&world),
        fingerprint(tour.last()),
        "the state depends on the interleaving"
    );
}

/// A node that reads its own record again and gets letters with anything in them.
pub fn message(data: &[u8]) {
    let tour = tour::get();
    let mut input = Input::new(data);
    let me = input.pick(&tour.records());
    let mut node = node(tour, me);
    node.follow(tour.records());
    let end = tour.last().record(me).map_or(comity_wire::Time::MIN, |record| record.last);
    let mut size = node.envelopes().len();
    for step in 0..=input.below(8) as u64 {
        let now = Now { wall: end.plus(i64::from(input.byte())), mono_ms: step * 1_000 };
        let from = input.pick(&tour.records());
        let fed = if input.once_in(6) {
            NodeInput::Tick
        } else {
            NodeInput::Message { from, message: letter(&mut input, tour, from) }
        };
        for effect in node.step(now, fed) {
            match effect {
                Effect::Append(envelopes) => size += envelopes.len(),
                Effect::Refused { what, code, message } => {
                    assert!(!what.is_empty());
                    refusal(code, &message);
                }
                Effect::Witness(_) | Effect::Send(_) | Effect::Run(_) => {}
            }
        }
        assert_eq!(node.envelopes().len(), size, "the record and what was to be appended differ");
    }
}

fn node(tour: &Tour, me: SovereignId) -> Node {
    let genesis = &tour.last().directory().sovereign(me).expect("a sovereign of the tour").genesis;
    let charter = Charter {
        name: genesis.name.clone(),
        organisation: genesis.organisation.clone(),
        region: genesis.region.clone(),
        parameters: genesis.parameters,
        witnesses_min: genesis.witnesses_min,
        actors: Vec::new(),
        accepts_treaties: true,
    };
    let mine = tour.last().directory().actors().filter(|actor| actor.sovereign == me);
    let secrets = Secrets {
        root: tour.keys[&genesis.root].ed25519().clone(),
        authority: tour.keys[&genesis.authority].clone(),
        actors: mine
            .filter_map(|actor| Some(tour.keys.get(&actor.key)?.ed25519().clone()))
            .collect(),
    };
    Node::open(charter, secrets, vec![tour.parameters.clone()], &envelopes(tour, me), [])
        .expect("its own record is accepted")
}

fn envelopes(tour: &Tour, record: SovereignId) -> Vec<Vec<u8>> {
    let mine = tour.entries.iter().filter(|entry| entry.record == record);
    mine.map(|entry| entry.signed.bytes().to_vec()).collect()
}

fn letter(input: &mut Input<'_>, tour: &Tour, from: SovereignId) -> Message {
    let name = tour.last().record(from).map(|record| record.name.as_str()).unwrap_or_default();
    let mut checkpoint =
        tour.export.get(&format!("{name}/{CHECKPOINT}")).cloned().unwrap_or_default();
    let mut all = envelopes(tour, from);
    if input.once_in(3) {
        crate::mutate::bytes(input, &mut checkpoint);
    }
    let start = if input.once_in(3) { input.below(all.len()) } else { 0 };
    let mut given = all.split_off(start);
    if input.once_in(3) && !given.is_empty() {
        let at = input.below(given.len());
        crate::mutate::bytes(input, &mut given[at]);
    }
    let kinds = [OpeningKind::Rows, OpeningKind::Leaves, OpeningKind::Windows, OpeningKind::Result];
    let ids: Vec<StatementId> = tour.entries.iter().map(|entry| entry.signed.id()).collect();
    let readers: Vec<KeyId> = tour.keys.keys().cloned().collect();
    let mut ask = || Ask {
        order: tour.last().orders().next().map_or_else(|| input.pick(&ids), |(id, _)| id),
        attempt: u64::from(input.byte() % 3),
        what: input.pick(&kinds),
        reader: input.pick(&readers),
    };
    let ask = ask();
    match input.below(8) {
        0 => Message::Announce { checkpoint },
        1 => Message::Fetch { from: input.number() % 200 },
        2 => Message::WantCosign { checkpoint },
        3 => Message::Cosign {
            size: input.number() % 200,
            line: String::from_utf8_lossy(input.bytes(200)).into_owned(),
        },
        4 => Message::Ask(ask),
        5 => {
            Message::Give { ask, opening: input.pick(&ids), disclosure: input.bytes(200).to_vec() }
        }
        _ => Message::Entries { from: start as u64, envelopes: given, checkpoint },
    }
}
