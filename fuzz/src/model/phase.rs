//! Phases under random events: one-way, no veto after its end, and a refusal changes nothing.

use comity_constitution::phase::{Act, Change, PhaseEvent, PhaseRules, PhaseState, Standing};
use comity_constitution::{Charter, Parameters, Stage};
use comity_sign::SigningKey;
use comity_wire::Time;

use super::digest;
use crate::input::Input;
use crate::oracle;

const DAY: i64 = 86_400;

fn act(input: &mut Input<'_>) -> Act {
    let seed = if input.once_in(8) { 2 } else { 1 };
    let by = SigningKey::from_seed([seed; 32]).public().key_id();
    let decision = digest(input.byte() % 4);
    match input.byte() % 8 {
        0 => Act::Passed,
        1 => Act::Counted { humans: input.pick(&[0, 49, 50, 499, 500, 2_000, 5_000, u64::MAX]) },
        2 => Act::Extended { by, report: decision },
        3 => Act::Signed { by },
        4 => Act::Decided { by, decision },
        5 => Act::Vetoed { by, amendment: decision, stage: input.pick(&Stage::ALL) },
        6 => {
            let (yes, cast) = (u32::from(input.byte() % 14), u32::from(input.byte() % 14));
            Act::Voted { decision, yes, cast }
        }
        _ => Act::FirstLight,
    }
}

pub fn run(data: &[u8]) {
    let (charter, parameters) = (Charter::founding(), Parameters::founding());
    let rules = PhaseRules { charter: &charter, parameters: &parameters };
    let mut input = Input::new(data);
    let mut at = Time::from_unix(0);
    let founder = SigningKey::from_seed([1; 32]).public().key_id();
    let mut state = PhaseState::founded(founder, at);
    for _ in 0..64 {
        at = at.plus(i64::from(input.byte()) * DAY / 4);
        let event = PhaseEvent { at, act: act(&mut input) };
        match state.step(&event, &rules) {
            Err(refusal) => oracle::refusal(refusal.code(), &refusal),
            Ok(step) => {
                let next = step.state;
                if state.phase().is_none() {
                    assert_eq!(event.act, Act::Passed, "an expired constitution decides nothing");
                }
                assert!(next.phase().is_none() || state.phase() <= next.phase());
                assert!(state.tier() <= next.tier());
                let vetoed = |change: &Change| matches!(change, Change::AmendmentRejected { .. });
                assert!(!step.changes.iter().any(vetoed) || next.veto_ended().is_none());
                for number in 0..4 {
                    let (old, new) =
                        (state.decision(&digest(number)), next.decision(&digest(number)));
                    let settled = [Some(Standing::Ratified), Some(Standing::Reversed)];
                    assert!(!settled.contains(&old) || old == new, "what is settled stays");
                }
                state = next;
            }
        }
    }
}
