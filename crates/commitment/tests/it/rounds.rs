//! The committee's beacon: one round for each epoch, and about what it may decide.

use comity_bls::Beacon;
use comity_commitment::BeaconPublished;
use comity_wire::{Time, b64};

use crate::council::{Council, HOUR, code};

#[test]
fn a_round_is_an_epoch_that_has_begun_and_rounds_rise() {
    let (mut council, made) = Council::keyed(2, 3);
    let now = council.number();
    assert_eq!(code(council.publish(&made.beacon(now + 1))), "commitment.round_ahead");
    assert_eq!(code(council.publish(&made.beacon(now - 1))), "commitment.no_key");
    let mut forged = made.beacon(now);
    let other = Council::keyed(2, 3).1.beacon(now - 1);
    // The signature of another round under this number.
    let place = Beacon::BYTES - 96;
    forged[place..].copy_from_slice(&other[place..]);
    assert_eq!(code(council.publish(&forged)), "commitment.bad_beacon");
    let beacon = council.publish(&made.beacon(now)).unwrap();
    let decoded = Beacon::decode(&made.beacon(now)).unwrap();
    assert_eq!(Ok(beacon.value), decoded.verify(&made.key.group()));
    assert_eq!(council.committee.beacon(now), Some(&beacon));
    assert_eq!(code(council.publish(&made.beacon(now))), "commitment.round_not_after");
    // Epochs may pass without a beacon; their rounds can be shown until a later one is.
    council.wait(3 * HOUR);
    council.publish(&made.beacon(now + 2)).unwrap();
    assert_eq!(code(council.publish(&made.beacon(now + 1))), "commitment.round_not_after");
    assert_eq!(council.committee.last_round(), Some(now + 2));
    assert_eq!(council.committee.beacons().count(), 2);
    assert!(council.committee.beacon(now + 1).is_none(), "a missing beacon has no value");
}

#[test]
fn the_round_of_the_last_commitment_is_a_floor() {
    let (mut council, made) = Council::keyed(2, 3);
    let (round, stamp) = (council.number(), council.authority());
    let body = BeaconPublished { beacon: b64::encode(&made.beacon(round)) };
    let floor = round + 1;
    let result = council.step(|committee, rules| committee.publish(&stamp, &body, floor, rules));
    assert_eq!(code(result), "commitment.round_not_after");
}

#[test]
fn a_value_decides_only_about_what_was_committed_to_before_in_an_earlier_epoch() {
    let (mut council, made) = Council::keyed(2, 3);
    let first = council.publish(&made.beacon(council.number())).unwrap();
    assert!(!first.may_decide(0), "no epoch was closed before");
    let announced = council.authority().index;
    council.close();
    let after_close = council.authority().index;
    // The same epoch: the members could have known its value when the announcement was made.
    assert!(council.publish(&made.beacon(council.number())).is_err());
    council.next_epoch();
    let next = council.publish(&made.beacon(council.number())).unwrap();
    assert!(next.may_decide(announced));
    assert!(!next.may_decide(after_close), "not under a closed epoch");
    // A close in the round's own epoch comes too late for it.
    council.next_epoch();
    let late = council.authority().index;
    council.close();
    let same = council.publish(&made.beacon(council.number())).unwrap();
    assert!(!same.may_decide(late));
    assert!(same.may_decide(announced));
}

#[test]
fn a_round_is_a_number_that_time_gives() {
    let (mut council, made) = Council::keyed(2, 3);
    council.now = Time::from_unix(council.now.unix() + 10 * HOUR);
    let round = council.number();
    let rules = council.rules();
    assert_eq!(council.committee.latest_knowable(council.now, &rules), round, "not yet published");
    let published = council.publish(&made.beacon(round)).unwrap();
    assert_eq!((published.round, published.at), (round, council.now));
}
