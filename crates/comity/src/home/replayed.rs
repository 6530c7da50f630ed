//! The fold over records that were read, for verbs that only look.

use std::collections::BTreeMap;

use comity_constitution::Parameters;
use comity_replay::{Refusal, World};
use comity_sign::Claim;
use comity_wire::{SovereignId, Statement, StatementId};

use super::record::{Record, Records};

/// What follows from the records, and where they stop.
#[derive(Debug)]
pub struct Replayed {
    /// The state.
    pub world: World,
    /// Records that cite what none of them holds.
    pub waiting: Vec<Waiting>,
}

/// A record that could not be folded to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Whose record.
    pub record: SovereignId,
    /// The first entry that was not folded in, from 0.
    pub index: u64,
    /// What it cites.
    pub cited: StatementId,
}

/// Folds every record as far as what it cites is there. Every signature is checked.
///
/// # Errors
///
/// [`Refusal`] with record and entry for the first statement that the rules refuse.
pub fn replay(records: &Records) -> anyhow::Result<Replayed> {
    let mut world = World::new([Parameters::founding()]);
    for file in records.values().flat_map(Record::all_rules) {
        world.learn(file);
    }
    let mut folded: BTreeMap<SovereignId, usize> = BTreeMap::new();
    loop {
        let (mut waiting, mut progress) = (Vec::new(), false);
        for id in records.keys() {
            let from = folded.get(id).copied().unwrap_or(0);
            let (next, missing) = advance(&mut world, records, *id, from)?;
            progress |= from < next;
            folded.insert(*id, next);
            let waits = |cited| Waiting { record: *id, index: next as u64, cited };
            waiting.extend(missing.map(waits));
        }
        if waiting.is_empty() || !progress {
            return Ok(Replayed { world, waiting });
        }
    }
}

/// Folds one record on; where it stopped, and what it cites there that is missing.
fn advance(
    world: &mut World,
    records: &Records,
    id: SovereignId,
    from: usize,
) -> anyhow::Result<(usize, Option<StatementId>)> {
    let envelopes = records.get(&id).map_or(&[][..], |record| record.envelopes.as_slice());
    for (index, bytes) in envelopes.iter().enumerate().skip(from) {
        let at = |refusal: Refusal| {
            anyhow::Error::from(refusal).context(format!("record of {id}, entry {index}"))
        };
        let claim = Claim::<Statement>::decode(bytes).map_err(|error| at(error.into()))?;
        world.remember_key(&claim.claimed().signer);
        let signed = world.keyring().verify(claim).map_err(|error| at(error.into()))?;
        match world.apply(id, &signed) {
            Ok(_) => {}
            Err(Refusal::CitationMissing { cited }) => return Ok((index, Some(cited))),
            Err(refusal) => return Err(at(refusal)),
        }
    }
    Ok((envelopes.len(), None))
}
