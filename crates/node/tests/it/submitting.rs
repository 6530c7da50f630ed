//! Statements that people sign elsewhere: in the record by the same rules, all of them or none.

use comity_constitution::ConstitutionFact;
use comity_constitution::facts::LeaveChanged;
use comity_node::{Effect, Fact, NodeError, sign_away};
use comity_wire::Time;

use crate::polis::{Polis, key, key_id, person};

/// What somebody signs over a copy of the record, so many seconds from now.
fn signed(polis: &Polis, name: &str, later: i64, on_leave: bool) -> Result<Vec<u8>, NodeError> {
    let fact = Fact::from(ConstitutionFact::from(LeaveChanged { on_leave }));
    let at = Time::from_unix(polis.now + later);
    let signed = sign_away(polis.node.world(), polis.id(), &key(name), &fact, at)?;
    Ok(signed.bytes().to_vec())
}

#[test]
fn what_people_sign_elsewhere_is_taken_in_before_what_is_due() {
    let mut polis = Polis::founded();
    let (first, second) = (person(1), person(2));
    polis.without = vec![first.clone(), second.clone()];
    polis.reopen();
    let envelopes =
        vec![signed(&polis, &first, 0, true).unwrap(), signed(&polis, &second, 1, true).unwrap()];
    // By now an epoch has to be closed, which is stated with a later date.
    polis.now += 3_600;
    let (ids, effects) = polis.node.submit(polis.clock(), &envelopes).unwrap();
    assert_eq!(ids.len(), 2);
    let Some(Effect::Append(batch)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(batch[..2], envelopes[..]);
    assert!(2 < batch.len(), "the epoch is closed with it");
    for name in [first, second] {
        assert!(polis.polity().citizen(&key_id(&name)).unwrap().on_leave);
    }
}

#[test]
fn what_is_refused_leaves_no_trace_of_what_came_with_it() {
    let mut polis = Polis::founded();
    let good = signed(&polis, &person(1), 0, true).unwrap();
    assert_eq!(signed(&polis, "stranger", 0, true).unwrap_err().code(), "node.not_by_actor");
    let unchanged = signed(&polis, &person(2), 0, false).unwrap_err();
    assert_eq!(unchanged.code(), "constitution.leave_unchanged");
    let early = signed(&polis, &person(2), 60, true).unwrap();
    let clerks = polis.record.last().unwrap().clone();
    let mut forged = signed(&polis, &person(2), 0, true).unwrap();
    let place = forged.len() - 20;
    forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
    let before = polis.node.envelopes().len();
    for (bad, code) in [
        (good.clone(), "replay.repeated"),
        (early, "node.from_the_future"),
        (clerks, "node.not_by_actor"),
        (b"{}".to_vec(), "wire.not_canonical"),
        (forged, "sign.bad_signature"),
    ] {
        let refused = polis.node.submit(polis.clock(), &[good.clone(), bad]).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        assert_eq!(polis.node.envelopes().len(), before);
        assert!(!polis.polity().citizen(&key_id(&person(1))).unwrap().on_leave);
    }
    polis.now += 1;
    polis.say(crate::polis::actor(&person(3)), LeaveChanged { on_leave: true }).unwrap();
    let late = polis.node.submit(polis.clock(), &[good]).unwrap_err();
    assert_eq!(late.code(), "replay.time_backwards");
}
