//! The people, files and clocks that a constitution is fuzzed in.

use std::sync::Arc;

use comity_constitution::facts::{Founded, IdentityVerified};
use comity_constitution::polity::Stamp;
use comity_constitution::vote::EpochClose;
use comity_constitution::{
    ActorKind, Chain as _, Charter, ConstitutionFact, Member, Nano, Parameters, Polity,
};
use comity_sign::SigningKey;
use comity_wire::{Digest, KeyId, StatementId, Time, WireError, sha256};
use serde_json::value::RawValue;

use super::around::Around;
use crate::input::Input;
use crate::oracle;

pub(super) const DAY: i64 = 86_400;
/// Seeds of people; the two after them are machines.
pub(super) const PEOPLE: u8 = 18;

pub(super) fn key(seed: u8) -> KeyId {
    SigningKey::from_seed([seed; 32]).public().key_id()
}

/// Everybody's key, people first.
pub(super) fn keys() -> Vec<KeyId> {
    (1..=PEOPLE + 2).map(key).collect()
}

/// Chambers of three, four and five from six people on.
pub(super) fn charter() -> Charter {
    let mut file = Charter::small().to_file();
    file.phases.g1_humans_max = 15;
    file.phases.g2_humans_max = 90;
    Charter::new(file).expect("small chambers are chambers")
}

/// The beacon of every round up to this one.
pub(super) fn publish(around: &mut Around, round: u64) {
    for round in around.latest_round() + 1..=round {
        around.beacons.insert(round, sha256(&round.to_be_bytes()));
    }
}

pub(super) fn around() -> Around {
    let mut around = Around::default();
    for (number, key) in (0..).zip(keys()) {
        let kind = if number < PEOPLE { ActorKind::Human } else { ActorKind::Machine };
        let member = Member {
            kind,
            region: format!("r{}", number % 5),
            organisation: format!("o{}", number % 7),
            trust: Nano::new(900_000_000),
            is_suspended: false,
        };
        around.members.insert(key, member);
    }
    let known = Arc::make_mut(&mut around.parameters);
    for more in 0..3 {
        let mut file = Parameters::founding().to_file();
        file.trust.volume_half += more;
        let parameters = Parameters::new(file).expect("an ordinary change");
        known.insert(parameters.hash(), parameters);
    }
    let mut file = Parameters::founding().to_file();
    file.governance.challenge_window_s += 1;
    let parameters = Parameters::new(file).expect("an entrenched change");
    known.insert(parameters.hash(), parameters);
    for charter in [charter(), Charter::founding()] {
        Arc::make_mut(&mut around.charters).insert(charter.hash(), charter);
    }
    around
}

/// The stamp of the authority's statement with this number.
fn by_authority(number: u64, at: Time) -> Stamp {
    let id = StatementId::from_digest(sha256(&number.to_be_bytes()));
    Stamp { id, by: key(99), is_authority: true, at }
}

/// Founded by the first of the people.
pub(super) fn founded(at: Time, around: &Around) -> Polity {
    let fact = Founded { charter: charter().hash(), founder: key(1) };
    let parameters = Parameters::founding().hash();
    Polity::found(&by_authority(0, at), &fact, parameters, around).expect("a person, a charter")
}

/// Verifies everybody and counts them at the close of an epoch. How many statements that took.
pub(super) fn verify_all(polity: &mut Polity, at: Time, around: &Around) -> u64 {
    for (number, actor) in (1..).zip(keys().into_iter().take(usize::from(PEOPLE))) {
        let fact = ConstitutionFact::from(IdentityVerified { actor, until: at.plus(365 * DAY) });
        polity.apply(&by_authority(number, at), &fact, around).expect("everybody is a person");
    }
    let close = EpochClose { commitment: Digest::ZERO, nonce: Digest::ZERO };
    polity.epoch_closed(at, &close, around);
    PEOPLE.into()
}

/// A body out of bytes, if they are JSON.
pub(super) fn body(input: &mut Input<'_>) -> Option<Box<RawValue>> {
    let text = std::str::from_utf8(input.bytes(255)).ok()?;
    RawValue::from_string(text.to_owned()).ok()
}

/// A fact that was read, or whose refusal is one.
pub(super) fn read<T>(read: Result<Option<T>, WireError>) -> Option<T> {
    read.unwrap_or_else(|error| {
        oracle::refusal(error.code(), &error);
        None
    })
}
