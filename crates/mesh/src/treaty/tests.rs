use comity_wire::{Digest, SovereignId, Time};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{EndReason, Treaty, TreatyAct, TreatyEvent, TreatyState};
use crate::{Scope, TreatyError};

fn who(byte: u8) -> SovereignId {
    SovereignId::from_digest(Digest::from_bytes([byte; 32]))
}

fn at(seconds: i64) -> Time {
    Time::from_unix(seconds)
}

fn offer() -> Treaty {
    Treaty {
        by: who(1),
        to: who(2),
        scopes: [Scope::Order].into(),
        not_before: at(50),
        not_after: at(100),
        state: TreatyState::Proposed { at: at(10) },
    }
}

fn event(by: u8, seconds: i64, act: TreatyAct) -> TreatyEvent {
    TreatyEvent { by: who(by), at: at(seconds), act }
}

#[test]
fn acceptance_on_the_last_second_counts_and_one_later_does_not() {
    let treaty = offer().apply(&event(2, 100, TreatyAct::Accept)).unwrap();
    assert_eq!(treaty.state, TreatyState::InForce { since: at(100) });
    let refusal = offer().apply(&event(2, 101, TreatyAct::Accept)).unwrap_err();
    assert_eq!(refusal, TreatyError::Expired { not_after: at(100), at: at(101) });
    assert_eq!(refusal.code(), "mesh.treaty_expired");
}

#[test]
fn the_offerer_cannot_accept_its_own_offer_but_can_take_it_back() {
    let refusal = offer().apply(&event(1, 20, TreatyAct::Accept)).unwrap_err();
    assert_eq!(refusal, TreatyError::NotEntitled { by: who(1), event: "accept" });
    let taken_back = offer().apply(&event(1, 20, TreatyAct::Withdraw)).unwrap();
    let ended = TreatyState::Ended { reason: EndReason::Withdrawn, at: at(20), since: None };
    assert_eq!(taken_back.state, ended);
}

#[test]
fn an_answer_dated_before_the_offer_is_refused() {
    let refusal = offer().apply(&event(2, 9, TreatyAct::Accept)).unwrap_err();
    assert_eq!(refusal, TreatyError::DatedBefore { after: at(10), at: at(9) });
}

#[test]
fn what_is_covered_depends_on_dates_only() {
    let treaty = offer().apply(&event(2, 60, TreatyAct::Accept)).unwrap();
    let left = treaty.apply(&event(2, 90, TreatyAct::Withdraw)).unwrap();
    for held in [&treaty, &left] {
        assert_eq!(
            held.covers(Scope::Order, at(59)),
            Err(TreatyError::NotYet { from: at(60), at: at(59) })
        );
        assert_eq!(held.covers(Scope::Order, at(89)), Ok(()));
        assert_eq!(
            held.covers(Scope::Review, at(70)),
            Err(TreatyError::OutOfScope { scope: Scope::Review })
        );
        assert_eq!(
            held.covers(Scope::Order, at(101)),
            Err(TreatyError::Expired { not_after: at(100), at: at(101) })
        );
    }
    assert_eq!(treaty.covers(Scope::Order, at(100)), Ok(()));
    assert_eq!(
        left.covers(Scope::Order, at(90)),
        Err(TreatyError::Ended { ended: at(90), at: at(90) })
    );
    assert_eq!(
        offer().covers(Scope::Order, at(70)),
        Err(TreatyError::NotInForce { state: "proposed" })
    );
}

fn any_event() -> impl Strategy<Value = TreatyEvent> {
    let act =
        prop_oneof![Just(TreatyAct::Accept), Just(TreatyAct::Reject), Just(TreatyAct::Withdraw)];
    (1..4_u8, 0..200_i64, act).prop_map(|(by, seconds, act)| event(by, seconds, act))
}

proptest! {
    /// Invariant 3: once ended, always ended; a stranger never moves a treaty.
    #[test]
    fn ended_is_absorbing_and_strangers_move_nothing(
        history in proptest::collection::vec(any_event(), 0..16),
    ) {
        let mut treaty = offer();
        for event in &history {
            let next = treaty.apply(event);
            if matches!(treaty.state, TreatyState::Ended { .. }) || event.by == who(3) {
                prop_assert!(next.is_err());
            }
            if let Ok(next) = next {
                prop_assert_eq!(&next.scopes, &treaty.scopes);
                treaty = next;
            }
        }
    }
}
