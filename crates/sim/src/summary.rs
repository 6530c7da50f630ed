//! A world as lines: what all honest nodes must agree on, word for word.

use std::collections::BTreeSet;

use comity_replay::World;
use comity_wire::{Digest, SovereignId, sha256};

/// Everything in `world` that concerns the records of `honest`. Sorted, without anything that depends on the order in
/// which records were read.
pub(crate) fn lines(world: &World, honest: &BTreeSet<SovereignId>) -> Vec<String> {
    let mut lines = Vec::new();
    for (id, record) in world.records().filter(|(id, _)| honest.contains(id)) {
        lines.push(format!("record {id} {} {}", record.log.size(), record.log.root()));
        let (last, chain) = (record.last, record.chain());
        lines.push(format!("chain {id} {last} {} {}", chain.len(), chain.previous()));
    }
    for actor in world.directory().actors().filter(|actor| honest.contains(&actor.sovereign)) {
        lines.push(format!("actor {actor:?}"));
    }
    for (id, treaty) in world.directory().treaties() {
        if honest.contains(&treaty.by) && honest.contains(&treaty.to) {
            lines.push(format!("treaty {id} {treaty:?}"));
        }
    }
    for (id, order) in world.orders() {
        lines.push(format!("order {id} {:?} {:?}", order.head, order.mission));
        lines.push(format!("placed {id} {:?}", order.placed));
        for attempt in 1..=order.placed.terms().attempts_max {
            let Some(round) = world.round(id, attempt) else { continue };
            let commits: BTreeSet<_> = round.commits().collect();
            let reveals: BTreeSet<_> = round.reveals().collect();
            lines
                .push(format!("beacon {id} {attempt} {:?} {commits:?} {reveals:?}", round.value()));
        }
    }
    lines.extend(world.missions().map(|(id, view)| format!("mission {id} {view:?}")));
    for (keeper, ledger) in world.ledgers() {
        lines.extend(ledger.balances().map(|balance| format!("balance {keeper} {balance:?}")));
        lines.extend(
            world.orders().map(|(id, _)| format!("holding {keeper} {id} {:?}", ledger.holding(id))),
        );
    }
    for id in honest {
        let Some((_, ledger)) = world.trust(*id) else { continue };
        lines.extend(ledger.accounts().map(|account| format!("trust {id} {account:?}")));
    }
    lines.extend(world.reports().map(|report| format!("report {report:?}")));
    lines.extend(world.openings().map(|opening| format!("opening {opening:?}")));
    lines.sort_unstable();
    lines
}

/// One hash of all lines.
pub(crate) fn digest(lines: &[String]) -> Digest {
    sha256(lines.join("\n").as_bytes())
}

/// The first line in which two worlds differ.
pub(crate) fn difference(left: &[String], right: &[String]) -> Option<String> {
    let left_only = left.iter().find(|line| right.binary_search(line).is_err());
    let right_only = right.iter().find(|line| left.binary_search(line).is_err());
    if left_only.is_none() && right_only.is_none() {
        return None;
    }
    let short = |line: Option<&String>| {
        line.map_or_else(|| "-".to_owned(), |line| line.chars().take(1200).collect())
    };
    Some(format!("\n  one has   {}\n  other has {}", short(left_only), short(right_only)))
}
