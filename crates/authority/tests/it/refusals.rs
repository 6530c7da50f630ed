//! The table of codes: each has a case here that produces it, and nothing else is ever produced.

use std::collections::BTreeSet;

use comity_authority::codes::{CODES, RefusedBy};
use comity_authority::{Authority, Body, Refusal, Write};
use comity_wire::mesh_json::{Datetime, Value};

use crate::world::{World, json};
use crate::{cases, operators};

/// A check of what somebody shows.
pub(crate) type Check = fn(&Authority, &Body, Datetime) -> Result<Value, Refusal>;

/// How a refusal comes about.
pub(crate) enum How {
    /// An operator asks for it.
    Admin(fn() -> Write, &'static str),
    /// Anybody asks for it.
    Public(fn() -> Write, &'static str),
    /// Anybody has something checked.
    Check(Check, &'static str),
    /// Something happens first.
    Run(fn(&mut World) -> Refusal),
}

/// A code, its status, and how it comes about.
pub(crate) type Case = (&'static str, u16, How);

fn produce(how: &How) -> Refusal {
    let mut world = World::new();
    match how {
        How::Admin(write, text) => world.admin(&write(), text).expect_err(text),
        How::Public(write, text) => {
            let body = json(world.at, text);
            world.public(&write(), &body).expect_err(text)
        }
        How::Check(check, text) => check(&world.na, &world.body(text), world.at).expect_err(text),
        How::Run(run) => run(&mut world),
    }
}

#[test]
fn every_code_is_produced_with_every_status_it_has() {
    let mut produced = BTreeSet::new();
    for (code, status, how) in cases::all().iter().chain(&operators::all()) {
        let refusal = produce(how);
        assert_eq!((refusal.code, refusal.status), (*code, *status), "{refusal:?}");
        assert!(!refusal.message.is_empty());
        produced.insert((*code, *status));
    }
    let listed: BTreeSet<_> = CODES
        .iter()
        .filter(|it| it.by == RefusedBy::Authority)
        .map(|it| (it.code, it.status))
        .collect();
    let without_case: Vec<_> = listed.difference(&produced).collect();
    assert!(without_case.is_empty(), "codes without a case: {without_case:?}");
    let not_listed: Vec<_> = produced.difference(&listed).collect();
    assert!(not_listed.is_empty(), "cases of codes that are not listed: {not_listed:?}");
}

#[test]
fn a_code_is_listed_once_for_a_status_and_named_in_small_words() {
    let mut seen = BTreeSet::new();
    for it in CODES {
        assert!(seen.insert((it.code, it.status)), "{} {} is listed twice", it.code, it.status);
        let is_plain = it.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(is_plain && (200..600).contains(&it.status), "{it:?}");
    }
}
