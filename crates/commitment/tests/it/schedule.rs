//! When anchors are due, and which of them came late.

use comity_bls::Kind;
use comity_commitment::schedule::Reason;
use comity_commitment::{Due, Layer, LifecycleEvent};
use comity_constitution::CommitmentTier;
use comity_wire::Time;
use proptest::prelude::*;

use crate::council::{Council, DAY, HOUR, Made};

/// Closes and certifies an epoch; its number among the items.
fn epoch(council: &mut Council, made: &Made) -> u64 {
    let closed = council.close();
    council.certified(made, Kind::Commitment, closed.hash);
    council.anchors.items().len() as u64 - 1
}

fn due(council: &Council, layer: Layer) -> Option<Due> {
    let due = council.anchors.due(council.now, &council.rules());
    due.into_iter().find(|due| due.layer == layer)
}

fn people(council: &mut Council, humans: u64) {
    let (charter, parameters) = (council.charter.clone(), council.parameters.clone());
    let rules = comity_commitment::Rules { charter: &charter, parameters: &parameters };
    council.anchors.advance(&rules, humans, council.now);
}

#[test]
fn without_a_committee_nothing_is_due() {
    let mut council = Council::of(2, 3);
    council.close();
    council.wait(100 * DAY);
    assert_eq!(council.anchors.due(council.now, &council.rules()), []);
    assert!(!council.anchors.is_violated(council.now, &council.rules()));
}

#[test]
fn each_tier_has_its_interval_and_the_rollup_is_hourly_until_l1_is() {
    for (humans, tier, interval) in [
        (499, CommitmentTier::C0, DAY),
        (500, CommitmentTier::C1, 6 * HOUR),
        (5_000, CommitmentTier::C2, HOUR),
    ] {
        let (mut council, made) = Council::keyed(2, 3);
        people(&mut council, humans);
        assert_eq!(council.anchors.tier(), tier);
        let item = epoch(&mut council, &made);
        let l2 = due(&council, Layer::L2);
        assert_eq!(l2.is_some(), tier != CommitmentTier::C2);
        assert!(
            l2.is_none_or(|due| (due.from, due.to, due.reason) == (item, item, Reason::Commitment))
        );
        council.wait(interval - 1);
        assert_eq!(due(&council, Layer::L1), None, "{tier}");
        council.wait(1);
        let since = council.now;
        let found = due(&council, Layer::L1).unwrap();
        assert_eq!(
            (found.reason, found.since, found.is_late),
            (Reason::Interval(tier), since, false)
        );
        council.wait(HOUR);
        assert!(!due(&council, Layer::L1).unwrap().is_late);
        council.wait(1);
        assert!(due(&council, Layer::L1).unwrap().is_late);
        assert!(council.anchors.is_violated(council.now, &council.rules()));
    }
}

#[test]
fn the_interval_counts_from_the_last_anchors_block() {
    let (mut council, made) = Council::keyed(2, 3);
    let first = epoch(&mut council, &made);
    council.wait(100);
    let body = council.anchored(Layer::L1, first);
    council.anchor(&body).unwrap();
    let anchored = council.now;
    council.next_epoch();
    epoch(&mut council, &made);
    council.now = anchored.plus(DAY - 1);
    assert_eq!(due(&council, Layer::L1), None);
    council.wait(1);
    assert!(due(&council, Layer::L1).is_some());
}

#[test]
fn a_late_anchor_stays_visible() {
    let (mut council, made) = Council::keyed(2, 3);
    let item = epoch(&mut council, &made);
    let l2 = council.anchored(Layer::L2, item);
    council.anchor(&l2).unwrap();
    council.wait(DAY + HOUR + 7);
    let body = council.anchored(Layer::L1, item);
    council.anchor(&body).unwrap();
    assert_eq!(due(&council, Layer::L1), None);
    let late: Vec<u64> = council.anchors.late().map(|view| view.late_s).collect();
    assert_eq!(late, [7]);
    assert!(council.anchors.is_violated(council.now, &council.rules()));
}

#[test]
fn a_rollup_commitment_that_comes_late_is_visible_too() {
    let (mut council, made) = Council::keyed(2, 3);
    let item = epoch(&mut council, &made);
    council.wait(2 * HOUR);
    let body = council.anchored(Layer::L2, item);
    council.anchor(&body).unwrap();
    assert_eq!(council.anchors.late().next().unwrap().late_s, u64::try_from(HOUR).unwrap());
}

#[test]
fn a_rise_of_the_tier_makes_nothing_late_in_hindsight() {
    let (mut council, made) = Council::keyed(2, 3);
    epoch(&mut council, &made);
    council.wait(20 * HOUR);
    people(&mut council, 500);
    let found = due(&council, Layer::L1).unwrap();
    assert_eq!((found.since, found.is_late), (council.now, false));
}

/// Threat model, invariant 26.
#[test]
fn invariant_26_each_lifecycle_event_is_due_at_once_a_minute_after_an_anchor() {
    for event in LifecycleEvent::ALL {
        let (mut council, made) = Council::keyed(2, 3);
        let item = epoch(&mut council, &made);
        let body = council.anchored(Layer::L1, item);
        council.anchor(&body).unwrap();
        assert_eq!(council.anchors.tier(), CommitmentTier::C0);
        council.wait(60);
        let digest = council.event(event);
        let found = due(&council, Layer::L1).unwrap();
        assert_eq!((found.reason, found.since), (Reason::Event(event), council.now));
        assert_eq!((found.from, found.to), (item + 1, item + 1));
        // It takes along what stands before it, and it is done once it is final.
        council.certified(&made, Kind::Decision, digest);
        let body = council.anchored(Layer::L1, item + 1);
        council.anchor(&body).unwrap();
        assert_eq!(due(&council, Layer::L1), None);
        assert!(council.anchors.final_anchor(&digest).is_some());
    }
}

/// Threat model, invariant 27: the interval of C1 is below that of C0.
#[test]
fn invariant_27_c1_anchors_more_often_than_c0() {
    let mut file = comity_constitution::Parameters::founding().to_file();
    file.commitment.c1_anchor_s = file.commitment.c0_anchor_s;
    let error = comity_constitution::Parameters::new(file).unwrap_err();
    assert_eq!(error.code(), "constitution.commitment_order");
}

/// Threat model, invariant 28: C0 ends before C1 does.
#[test]
fn invariant_28_c0_ends_before_c1() {
    let mut file = comity_constitution::Parameters::founding().to_file();
    file.commitment.c1_humans_max = file.commitment.c0_humans_max;
    let error = comity_constitution::Parameters::new(file).unwrap_err();
    assert_eq!(error.code(), "constitution.commitment_order");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Threat model, invariant 25: whatever the tier, the same items give the same windows, payloads and proofs, and every
    /// L2 commitment is provable from its L1 anchor.
    #[test]
    fn invariant_25_no_tier_weakens_what_an_anchor_shows(
        hours in 1_usize..7, cut in 0_u64..7, humans in prop::sample::select(vec![0, 500, 5_000_u64]),
    ) {
        let run = |humans| {
            let (mut council, made) = Council::keyed(2, 3);
            people(&mut council, humans);
            for _ in 0..hours {
                epoch(&mut council, &made);
                council.next_epoch();
            }
            let last = hours as u64 - 1;
            let stops = if cut < last { vec![cut, last] } else { vec![last] };
            for to in stops {
                council.wait(12);
                let body = council.anchored(Layer::L1, to);
                council.anchor(&body).unwrap();
            }
            council
        };
        let (lowest, other) = (run(0), run(humans));
        prop_assert_eq!(lowest.anchors.items(), other.anchors.items());
        for item in other.anchors.items() {
            let proof = other.anchors.prove(&item.digest).unwrap();
            let payload = other.anchors.final_anchor(&item.digest).unwrap().anchored.payload;
            prop_assert!(proof.verify(&item.digest, &payload).is_ok());
            let same = lowest.anchors.prove(&item.digest);
            prop_assert_eq!(Some(&proof), same.as_ref());
            for place in 0..proof.hashes.len() {
                let mut shorter = proof.clone();
                shorter.hashes.remove(place);
                prop_assert!(shorter.verify(&item.digest, &payload).is_err());
            }
        }
    }

    /// Tiers only rise, whatever number of people comes after which.
    #[test]
    fn tiers_never_fall(steps in prop::collection::vec(0_u64..6_000, 1..20)) {
        let mut council = Council::of(2, 3);
        let mut last = CommitmentTier::C0;
        for humans in steps {
            people(&mut council, humans);
            prop_assert!(last <= council.anchors.tier());
            last = council.anchors.tier();
        }
    }

    /// What is due once stays due until it is anchored, and its date does not move with the clock.
    #[test]
    fn what_is_due_stays_due(wait in 0_i64..10 * DAY, more in 0_i64..10 * DAY) {
        let (mut council, made) = Council::keyed(2, 3);
        epoch(&mut council, &made);
        let at = |seconds| council.anchors.due(Time::from_unix(council.now.unix() + seconds), &council.rules());
        for due in at(wait) {
            let later = at(wait + more).into_iter().find(|other| other.layer == due.layer).unwrap();
            prop_assert_eq!((due.since, due.from, due.to), (later.since, later.from, later.to));
            prop_assert!(!due.is_late || later.is_late);
        }
    }
}
