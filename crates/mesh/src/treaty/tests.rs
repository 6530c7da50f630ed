use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;
use comity_wire::{Digest, SovereignId, StatementId, Time};
use proptest::prelude::{prop_assert_eq, proptest};

use super::{Treaty, TreatyEnd, read_treaty, treaty_text};
use crate::attestation::Status;
use crate::keys::MeshKey;
use crate::recognition::{LifecycleState, RecognitionTreaty, RecognitionTreatyScope};
use crate::{Scope, TreatyError};

fn who(byte: u8) -> SovereignId {
    SovereignId::from_digest(Digest::from_bytes([byte; 32]))
}

fn id(byte: u8) -> StatementId {
    StatementId::from_digest(Digest::from_bytes([byte; 32]))
}

fn at(seconds: i64) -> Time {
    Time::from_unix(seconds)
}

fn object(roles: &[&str]) -> RecognitionTreaty {
    let key = SigningKey::from_seed([1; 32]);
    let draft = RecognitionTreaty {
        treaty_id: "t".into(),
        issuer_sovereign_id: who(1).to_string(),
        subject_sovereign_id: who(2).to_string(),
        subject_public_keys: vec![MeshKey::from(key.public()).to_string()],
        scope: RecognitionTreatyScope {
            allowed_roles: roles.iter().map(ToString::to_string).collect(),
            ..RecognitionTreatyScope::default()
        },
        status: Status::Active,
        issued_at: at(5_000).into(),
        valid_from: at(10_000).into(),
        expires_at: at(20_000).into(),
        issued_by: "authority".into(),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    };
    draft.issue(&key).unwrap()
}

fn treaty(end: Option<TreatyEnd>) -> Treaty {
    Treaty { by: who(1), to: who(2), object: object(&[Scope::Order.role()]), at: at(5_000), end }
}

#[test]
fn the_window_is_meant_to_the_second() {
    let all = |_| true;
    let held = treaty(None);
    for (seconds, is_covered) in [(9_999, false), (10_000, true), (20_000, true), (20_001, false)] {
        assert_eq!(held.covers(Scope::Order, at(seconds), &all).is_ok(), is_covered, "{seconds}");
    }
    let early = held.covers(Scope::Order, at(0), &all).unwrap_err();
    assert_eq!(early, TreatyError::NotYet { from: Datetime::from(at(10_000)), at: at(0) });
    let late = held.covers(Scope::Order, at(30_000), &all).unwrap_err();
    assert_eq!(late.code(), "mesh.treaty_expired");
    let other = held.covers(Scope::Escrow, at(15_000), &all).unwrap_err();
    assert_eq!(other, TreatyError::OutOfScope { scope: Scope::Escrow });
}

#[test]
fn a_treaty_without_roles_covers_everything_and_one_about_others_nothing() {
    let open = Treaty { object: object(&[]), ..treaty(None) };
    assert_eq!(open.scopes().collect::<Vec<_>>(), Scope::ALL);
    let foreign = Treaty { object: object(&["role:client"]), ..treaty(None) };
    assert_eq!(foreign.scopes().count(), 0);
}

#[test]
fn treaties_have_one_spelling() {
    let text = treaty_text(&object(&[]));
    assert_eq!(treaty_text(&read_treaty(&text).unwrap()), text);
    let cases = [
        (text.replace(",\"", ", \""), "mesh.treaty_not_canonical"),
        (text.replace("\"t\"", "\"t\",\"extra\":1"), "mesh.treaty_not_canonical"),
        (text.replace("active", "lively"), "mesh.treaty_malformed"),
        (text.replace('{', "("), "mesh.treaty_not_json"),
    ];
    for (wrong, code) in cases {
        assert_eq!(read_treaty(&wrong).unwrap_err().code(), code, "{wrong}");
    }
}

#[test]
fn the_lifecycle_is_the_protocols() {
    let end = TreatyEnd { id: id(9), at: at(12_000), reason: "moved".into() };
    assert_eq!(treaty(None).lifecycle(at(21_000)).state, LifecycleState::Expired);
    assert_eq!(treaty(Some(end)).lifecycle(at(13_000)).state, LifecycleState::Revoked);
}

proptest! {
    /// A revocation counts for who has it in the past, and for nobody else.
    #[test]
    fn a_revocation_counts_for_whoever_knows_it(seconds in 0_i64..30_000, knows: bool) {
        let end = TreatyEnd { id: id(9), at: at(12_000), reason: "moved".into() };
        let past = |statement| knows && statement == id(9);
        let without = treaty(None).covers(Scope::Order, at(seconds), &past);
        let with = treaty(Some(end)).covers(Scope::Order, at(seconds), &past);
        if without.is_ok() && knows {
            prop_assert_eq!(with, Err(TreatyError::Ended { ended: at(12_000), at: at(seconds) }));
        } else {
            prop_assert_eq!(with, without);
        }
    }
}
