//! An order from placing to the last coin: money is paid once, never stuck, never twice.

use comity_mycel::facts::RefundReason;
use comity_mycel::ledger::{Account, Holding, Ledger, Step};
use comity_mycel::order::{Due, OrderAct, OrderError, OrderEvent, OrderState, PlacedOrder};
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

use crate::common::{
    ATTEMPTS, CHALLENGE, DEADLINE, accepted, at, buyer, claim, claimed, commit, disputed, event,
    fund, funded, house, id, keeper, placed, refund, release, report, reports, resolve, run,
    seller, who,
};
use comity_mycel::facts::Assurance;

#[test]
fn an_accepted_claim_is_paid_after_the_challenge_window_and_once() {
    let order = accepted();
    let until = 1_400 + CHALLENGE;
    assert_eq!(order.due(at(until)), None);
    assert_eq!(
        order.apply(&event(keeper(), 33, until, release(32))),
        Err(OrderError::TooEarly { after: at(until), at: at(until) })
    );
    let Some(Due::Release(body)) = order.due(at(until + 1)) else { panic!("release is due") };
    assert_eq!(OrderAct::Release(body), release(32));
    let paid = order.apply(&event(keeper(), 33, until + 1, release(32))).unwrap();
    assert_eq!(*paid.state(), OrderState::Released);
    for act in [release(32), refund(RefundReason::Deadline), fund()] {
        assert!(paid.apply(&event(keeper(), 34, DEADLINE * 9, act)).is_err());
    }
}

#[test]
fn a_rejected_claim_may_be_tried_again_until_attempts_or_time_run_out() {
    let rejected = run(claimed(), &[event(seller(), 33, 1_400, OrderAct::Reject)]).unwrap();
    let too_early = rejected.apply(&event(keeper(), 34, 1_500, refund(RefundReason::Deadline)));
    assert_eq!(too_early, Err(OrderError::TooEarly { after: at(DEADLINE), at: at(1_500) }));
    let again = [
        event(seller(), 35, 1_500, OrderAct::Commit(commit(2))),
        event(seller(), 36, 1_600, OrderAct::Claim(claim(2, 35))),
        event(seller(), 37, 1_700, OrderAct::Reject),
    ];
    let exhausted = run(rejected, &again).unwrap();
    assert_eq!(
        exhausted.apply(&event(seller(), 38, 1_800, OrderAct::Commit(commit(3)))),
        Err(OrderError::AttemptsUsedUp { max: ATTEMPTS })
    );
    let wrong = exhausted.apply(&event(keeper(), 39, 1_800, refund(RefundReason::Deadline)));
    let (expected, given) = (RefundReason::ClaimRejected, RefundReason::Deadline);
    assert_eq!(wrong, Err(OrderError::OtherReason { expected, given }));
    let back = event(keeper(), 39, 1_800, refund(RefundReason::ClaimRejected));
    let refunded = exhausted.apply(&back).unwrap();
    assert_eq!(*refunded.state(), OrderState::Refunded { reason: RefundReason::ClaimRejected });
}

#[test]
fn a_deadline_refund_comes_after_the_deadline_only() {
    for order in [funded(), claimed()] {
        let reason = RefundReason::Deadline;
        assert_eq!(
            order.apply(&event(keeper(), 33, DEADLINE, refund(reason))),
            Err(OrderError::TooEarly { after: at(DEADLINE), at: at(DEADLINE) })
        );
        assert!(order.apply(&event(keeper(), 33, DEADLINE + 1, refund(reason))).is_ok());
    }
    let late = claimed().apply(&event(seller(), 32, DEADLINE + 1, OrderAct::Accept(reports())));
    let (deadline, late_at) = (at(DEADLINE), at(DEADLINE + 1));
    assert_eq!(late, Err(OrderError::AfterDeadline { deadline, at: late_at }));
}

#[test]
fn a_second_escrow_for_the_same_order_is_refused() {
    for order in [funded(), claimed(), accepted(), disputed()] {
        let again = order.apply(&event(keeper(), 21, 2_000, fund()));
        assert_eq!(again, Err(OrderError::AlreadyFunded { order: id(9) }));
    }
}

#[test]
fn a_buyer_can_cancel_until_evidence_is_committed() {
    let cancel = event(buyer(), 50, 1_150, OrderAct::Cancel);
    let unfunded = placed().apply(&cancel).unwrap();
    assert_eq!(*unfunded.state(), OrderState::Cancelled { is_funded: false });
    assert_eq!(unfunded.due(at(DEADLINE * 2)), None);
    let cancelled = funded().apply(&cancel).unwrap();
    let back = event(keeper(), 51, 1_160, refund(RefundReason::Cancelled));
    assert!(cancelled.apply(&back).is_ok());
    let late = event(buyer(), 50, 1_350, OrderAct::Cancel);
    let refused = OrderError::NotInThisState { state: "claimed", event: "cancel" };
    assert_eq!(claimed().apply(&late), Err(refused));
}

/// Books what an event moves; the order and the books go forward together or not at all.
fn settle(
    order: &mut PlacedOrder,
    ledger: &mut Ledger,
    event: &OrderEvent,
) -> Result<(), &'static str> {
    let next = order.apply(event).map_err(|error| error.code())?;
    if let Some(step) = order.ledger_step(&event.act) {
        ledger.apply(&step).map_err(|error| error.code())?;
    }
    *order = next;
    Ok(())
}

fn books() -> Ledger {
    let mut ledger = Ledger::new();
    let (asset, reference) = ("EUR-cent".into(), "bank-1".into());
    ledger.apply(&Step::Credit { to: buyer(), amount: 5_000, asset, reference }).unwrap();
    ledger
}

/// Any act by anybody at any time, near enough to the rules to get far.
fn any_event() -> impl Strategy<Value = OrderEvent> {
    let kinds = 0..18_u8;
    (kinds, 0..8_u8, 0..20_u8, 30..34_u8, 1..3_u64).prop_map(|(kind, by, time, cited, attempt)| {
        let seconds = match time {
            0..=15 => 1_100 + 100 * i64::from(time),
            16 | 17 => DEADLINE + i64::from(time) - 16,
            _ => DEADLINE + 8 * 86_400,
        };
        let (owner, statement, act) = match kind {
            0 | 1 => (keeper(), 20, fund()),
            2..=4 => (seller(), cited, OrderAct::Commit(commit(attempt))),
            5..=7 => (seller(), cited, OrderAct::Claim(claim(attempt, cited.max(31) - 1))),
            8..=10 => {
                let one = report(40, "one", Assurance::A3, cited, cited.max(31) - 1);
                let two = report(41, "two", Assurance::A1, cited, cited.max(31) - 1);
                (seller(), 32, OrderAct::Accept(vec![one, two]))
            }
            11 => (seller(), 33, OrderAct::Reject),
            12 => (buyer(), 50, OrderAct::Cancel),
            13 => (buyer(), 51, OrderAct::Dispute),
            14 => {
                let second = report(52, "three", Assurance::A3, cited, cited.max(31) - 1);
                (house(), 53, resolve(false, second))
            }
            15 => (keeper(), 54, release(32)),
            16 => (keeper(), 55, refund(RefundReason::Deadline)),
            _ => (keeper(), 56, refund(RefundReason::ClaimRejected)),
        };
        // Mostly the entitled party, sometimes somebody else.
        let by = if by < 6 { owner } else { who(by) };
        event(by, statement, seconds, act)
    })
}

/// A shuffled walk along the usual path, so that deep states are reached often.
fn any_history() -> impl Strategy<Value = Vec<OrderEvent>> {
    let usual = [
        event(keeper(), 20, 1_100, fund()),
        event(seller(), 30, 1_200, OrderAct::Commit(commit(1))),
        event(seller(), 31, 1_300, OrderAct::Claim(claim(1, 30))),
        event(seller(), 32, 1_400, OrderAct::Accept(reports())),
        event(buyer(), 50, 1_500, OrderAct::Dispute),
    ];
    (0..=usual.len(), proptest::collection::vec(any_event(), 0..24)).prop_map(
        move |(steps, random)| {
            let mut history: Vec<_> = usual.iter().take(steps).cloned().collect();
            history.extend(random);
            history
        },
    )
}

proptest! {
    /// Order invariants 1 to 3 and ledger invariant 1, together.
    #[test]
    fn money_is_never_stuck_and_never_moves_twice(history in any_history()) {
        let (mut order, mut ledger) = (placed(), books());
        let mut settlements = 0;
        for event in &history {
            let before = (order.clone(), ledger.clone());
            let is_last = matches!(event.act, OrderAct::Release(_) | OrderAct::Refund(_));
            if settle(&mut order, &mut ledger, event).is_ok() {
                settlements += u32::from(is_last);
            } else {
                prop_assert_eq!(&(order.clone(), ledger.clone()), &before);
            }
            prop_assert!(ledger.sums().values().all(|sum| *sum == 0));
        }
        prop_assert!(settlements <= 1);
        // Whoever vanished, time alone makes the keeper able to settle.
        let held = ledger.holding(id(9)) == Some(Holding::Pending);
        prop_assert_eq!(held, order.due(at(i64::MAX)).is_some());
        if held {
            let later = order.at().plus(DEADLINE + 30 * 86_400);
            let act = match order.due(later) {
                Some(Due::Release(body)) => OrderAct::Release(body),
                Some(Due::Refund(body)) => OrderAct::Refund(body),
                None => return Err(proptest::test_runner::TestCaseError::fail("stuck")),
            };
            let last = OrderEvent { by: keeper(), id: id(60), at: later, act };
            prop_assert_eq!(settle(&mut order, &mut ledger, &last), Ok(()));
        }
        prop_assert_eq!(ledger.balance(Account::Pending(id(9)), "EUR-cent"), 0);
        prop_assert!(order.state().is_final() || *order.state() == OrderState::Open);
    }
}

#[test]
fn ten_thousand_releases_of_one_order_pay_once() {
    let (mut order, mut ledger) = (placed(), books());
    for event in [
        event(keeper(), 20, 1_100, fund()),
        event(seller(), 30, 1_200, OrderAct::Commit(commit(1))),
        event(seller(), 31, 1_300, OrderAct::Claim(claim(1, 30))),
        event(seller(), 32, 1_400, OrderAct::Accept(reports())),
    ] {
        settle(&mut order, &mut ledger, &event).unwrap();
    }
    let pay = event(keeper(), 33, 5_000, release(32));
    let paid = (0..10_000).filter(|_| settle(&mut order, &mut ledger, &pay).is_ok()).count();
    assert_eq!(paid, 1);
    assert_eq!(ledger.balance(Account::Vault(seller()), "EUR-cent"), 1_000);
    assert_eq!(ledger.balance(Account::Vault(buyer()), "EUR-cent"), 4_000);
}
