//! A treaty: who may move it, and when it covers anything.

use comity_mesh::{Scope, Treaty, TreatyAct, TreatyEvent, TreatyState};
use comity_wire::Time;

use super::who;
use crate::input::Input;
use crate::oracle;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let time = |input: &mut Input<'_>| Time::from_unix(i64::from(input.byte()));
    let mut treaty = Treaty {
        by: who(1),
        to: who(2),
        scopes: [Scope::Order, Scope::Witness].into(),
        not_before: time(&mut input),
        not_after: time(&mut input),
        state: TreatyState::Proposed { at: time(&mut input) },
    };
    let mut was_ended = false;
    while !input.is_empty() {
        let acts = [TreatyAct::Accept, TreatyAct::Reject, TreatyAct::Withdraw];
        let event = TreatyEvent {
            by: who(input.byte() % 3 + 1),
            at: time(&mut input),
            act: input.pick(&acts),
        };
        match treaty.apply(&event) {
            Ok(next) => {
                assert!(!was_ended, "an ended treaty moved");
                assert_ne!(event.by, who(3), "a stranger moved it");
                assert_ne!(next.state, treaty.state);
                treaty = next;
            }
            Err(error) => oracle::refusal(error.code(), &error),
        }
        was_ended = matches!(treaty.state, TreatyState::Ended { .. });
        let at = time(&mut input);
        let covers = treaty.covers(Scope::Order, at);
        assert!(treaty.covers(Scope::Escrow, at).is_err(), "a scope that nobody agreed to");
        if covers.is_ok() {
            assert!(treaty.not_before <= at && at <= treaty.not_after);
            assert!(
                !matches!(treaty.state, TreatyState::Proposed { .. }),
                "an offer covers nothing"
            );
        }
    }
}
