//! Letters that no honest node would send.

use comity_mycel::facts::OpeningKind;
use comity_node::{Ask, Message};
use comity_replay::World;
use comity_wire::{Digest, KeyId, StatementId};

use super::Rogue;
use crate::dice::Dice;

const KINDS: [OpeningKind; 4] =
    [OpeningKind::Rows, OpeningKind::Leaves, OpeningKind::Result, OpeningKind::Windows];

impl Rogue {
    /// Garbage, a forgery made from public knowledge, or somebody else's letter.
    pub(crate) fn garbage(dice: &mut Dice, world: &World, overheard: &[Message]) -> Message {
        let len = dice.index(200);
        let noise = dice.bytes(len);
        match dice.below(9) {
            0 => Message::Announce { checkpoint: noise },
            1 => Message::Fetch { from: u64::MAX - dice.below(3) },
            2 => Message::Entries {
                from: dice.below(5),
                envelopes: vec![noise.clone()],
                checkpoint: noise,
            },
            3 => Message::WantCosign { checkpoint: noise },
            4 => Message::Cosign {
                size: dice.below(60),
                line: "\u{2014} nobody AAAAAAA=".to_owned(),
            },
            5 => Message::Ask(ask(dice, world)),
            6 | 7 => {
                let openings: Vec<StatementId> = world.openings().map(|(id, ..)| id).collect();
                let opening = dice.pick(&openings).copied().unwrap_or(nothing());
                Message::Give { ask: ask(dice, world), opening, disclosure: noise }
            }
            _ => match dice.pick(overheard) {
                Some(message) => message.clone(),
                None => Message::Fetch { from: 0 },
            },
        }
    }
}

/// A question that an assigned reviewer could have asked, as far as the record shows.
fn ask(dice: &mut Dice, world: &World) -> Ask {
    let mut asks = Vec::new();
    for (_, view) in world.missions() {
        let readers = view.panel().into_iter().flat_map(|panel| panel.assigned.keys());
        let Some(order) = view.mission.order() else { continue };
        for reader in readers {
            asks.push((order, view.mission.attempts(), reader.clone()));
        }
    }
    let what = dice.pick(&KINDS).copied().unwrap_or(OpeningKind::Rows);
    match dice.pick(&asks) {
        Some((order, attempt, reader)) => {
            Ask { order: *order, attempt: *attempt, what, reader: reader.clone() }
        }
        None => Ask { order: nothing(), attempt: 1, what, reader: nobody() },
    }
}

const fn nothing() -> StatementId {
    StatementId::from_digest(Digest::ZERO)
}

fn nobody() -> KeyId {
    KeyId::parse("did:key:z1").expect("one base58 digit is a key id by its alphabet")
}
