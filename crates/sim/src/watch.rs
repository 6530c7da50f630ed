//! What is checked while it happens: after each append, before each send, after each step.

use std::collections::{BTreeMap, BTreeSet};

use comity_mycel::MycelFact;
use comity_mycel::order::OrderState;
use comity_node::{Addressed, Ask, Message};
use comity_replay::World;
use comity_tlog::SignedCheckpoint;
use comity_wire::{SovereignId, Statement, StatementId, sha256};

use crate::host::Host;
use crate::violation::Violation;

/// A mission that a human has turned down is planned again and comes to the gate again, in the same words.
const REPEATABLE: [&str; 2] = ["comity:mission/decomposed/v1", "comity:mission/gate_opened/v1"];

/// Memory of what may happen only once.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Kind and body of everything stated, by record.
    bodies: BTreeSet<(SovereignId, String, comity_wire::Digest)>,
    /// How each order's money left escrow.
    pub(crate) settled: BTreeMap<StatementId, &'static str>,
    finals: BTreeMap<StatementId, OrderState>,
}

impl Watch {
    /// A statement has become durable.
    pub(crate) fn appended(
        &mut self,
        record: SovereignId,
        statement: &Statement,
    ) -> Result<(), Violation> {
        let body = sha256(statement.body.get().as_bytes());
        let is_repeatable = REPEATABLE.contains(&statement.kind.as_str());
        if !is_repeatable && !self.bodies.insert((record, statement.kind.clone(), body)) {
            let what = format!("{} by {record}: {}", statement.kind, statement.body.get());
            return Err(Violation::new("nothing is stated twice", what));
        }
        let fact = MycelFact::decode(&statement.kind, &statement.body).ok().flatten();
        let settled = match fact {
            Some(MycelFact::EscrowReleased(body)) => Some((body.order, "released")),
            Some(MycelFact::EscrowRefunded(body)) => Some((body.order, "refunded")),
            _ => None,
        };
        let Some((order, how)) = settled else { return Ok(()) };
        match self.settled.insert(order, how) {
            None => Ok(()),
            Some(before) => {
                let what = format!("order {order}: {before}, then {how}");
                Err(Violation::new("an order is settled once", what))
            }
        }
    }

    /// A node has come to rest after a step.
    pub(crate) fn stepped(&mut self, world: &World) -> Result<(), Violation> {
        for (keeper, ledger) in world.ledgers() {
            if let Some((asset, sum)) = ledger.sums().into_iter().find(|(_, sum)| *sum != 0) {
                let what = format!("{keeper} has {sum} {asset} too much");
                return Err(Violation::new("money sums to zero", what));
            }
        }
        for (id, order) in world.orders() {
            let state = order.placed.state();
            if !state.is_final() {
                continue;
            }
            let known = self.finals.entry(id).or_insert_with(|| state.clone());
            if known != state {
                let what = format!("order {id}: {known:?} and {state:?}");
                return Err(Violation::new("an order ends one way", what));
            }
        }
        Ok(())
    }
}

/// Persist before send: whatever a letter rests on is on the sender's disk by now.
pub(crate) fn check_letter(host: &Host, letter: &Addressed) -> Result<(), Violation> {
    let not_durable = |what: &str| {
        let what = format!("{} sends {what}", host.name());
        Err(Violation::new("nothing is sent before it is durable", what))
    };
    match &letter.message {
        Message::Announce { checkpoint } | Message::WantCosign { checkpoint } => {
            check_checkpoint(host, checkpoint, None)
        }
        Message::Entries { from, envelopes, checkpoint } => {
            let start = usize::try_from(*from).unwrap_or(usize::MAX);
            let durable = host.disk.envelopes().get(start..).unwrap_or_default();
            if !durable.starts_with(envelopes) {
                return not_durable("entries that are not");
            }
            check_checkpoint(host, checkpoint, Some(from + envelopes.len() as u64))
        }
        Message::Cosign { size, .. } => {
            let seen = host.disk.witnessed_of(letter.to).is_some_and(|seen| seen.size == *size);
            if seen { Ok(()) } else { not_durable("a cosignature that it may forget") }
        }
        Message::Give { ask, opening, .. } => {
            let statement = host.disk.statement(*opening);
            let body = statement
                .and_then(|found| MycelFact::decode(&found.kind, &found.body).ok().flatten());
            let Some(MycelFact::OpeningLogged(body)) = body else {
                return not_durable("an opening before logging it");
            };
            let same = body.order == ask.order
                && body.attempt == ask.attempt
                && body.what == ask.what
                && body.to == ask.reader;
            if !same {
                return not_durable("another opening than it logged");
            }
            check_reader(host, letter.to, ask)
        }
        Message::Fetch { .. } | Message::Ask(_) => Ok(()),
    }
}

fn check_checkpoint(host: &Host, note: &[u8], size: Option<u64>) -> Result<(), Violation> {
    let wrong = |what: String| {
        let what = format!("{}: {what}", host.name());
        Err(Violation::new("a signed checkpoint is one of the durable record", what))
    };
    let Some(vkey) = host.log_key() else { return wrong("no log key".to_owned()) };
    let signed = match SignedCheckpoint::decode_open(note, &vkey, &[], 0) {
        Ok(signed) => signed,
        Err(error) => return wrong(error.to_string()),
    };
    let found = signed.checkpoint();
    if size.is_some_and(|size| size != found.size())
        || host.disk.root_at(found.size()) != Some(found.root())
    {
        return wrong(format!("size {} of {} durable", found.size(), host.disk.len()));
    }
    Ok(())
}

/// Private bytes go to the sovereign of a reviewer whom the record assigns, and nowhere else.
fn check_reader(host: &Host, to: SovereignId, ask: &Ask) -> Result<(), Violation> {
    let entitled = host.node.as_ref().is_some_and(|node| {
        let world = node.world();
        let view = world.order(ask.order).ok().and_then(|order| order.mission);
        let view = view.and_then(|mission| world.mission(mission).ok());
        let assigned = view
            .and_then(|view| view.panel())
            .is_some_and(|panel| panel.assigned.contains_key(&ask.reader));
        let reader = world.directory().actor(&ask.reader);
        assigned && reader.is_ok_and(|reader| reader.sovereign == to)
    });
    if entitled {
        Ok(())
    } else {
        let what = format!("{} opens {:?} to {to}", host.name(), ask.what);
        Err(Violation::new("private bytes go to assigned reviewers only", what))
    }
}
