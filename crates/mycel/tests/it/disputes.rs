//! A buyer disputes, the house verifies again, and silence returns the money.

use comity_mycel::facts::{Assurance, RefundReason, Verdict};
use comity_mycel::order::{DISPUTE_ANSWER_S, Due, OrderAct, OrderError, OrderState};

use crate::common::{
    CHALLENGE, accepted, at, buyer, disputed, event, house, id, keeper, refund, release, report,
    resolve,
};

#[test]
fn a_dispute_counts_until_the_window_closes() {
    let until = 1_400 + CHALLENGE;
    assert!(accepted().apply(&event(buyer(), 50, until, OrderAct::Dispute)).is_ok());
    assert_eq!(
        accepted().apply(&event(buyer(), 50, until + 1, OrderAct::Dispute)),
        Err(OrderError::TooLate { until: at(until), at: at(until + 1) })
    );
}

#[test]
fn a_dispute_that_is_not_upheld_pays_the_seller_at_once() {
    let second = report(52, "three", Assurance::A3, 31, 30);
    let resolved = disputed().apply(&event(house(), 53, 1_600, resolve(false, second))).unwrap();
    assert!(matches!(resolved.due(at(1_600)), Some(Due::Release(_))));
    assert!(resolved.apply(&event(keeper(), 54, 1_600, release(32))).is_ok());
    let wrong = resolved.apply(&event(keeper(), 54, 1_600, refund(RefundReason::DisputeUpheld)));
    assert_eq!(wrong.unwrap_err().code(), "mycel.order_not_in_this_state");
}

#[test]
fn a_dispute_that_is_upheld_pays_the_buyer_back() {
    let mut second = report(52, "three", Assurance::A3, 31, 30);
    second.body.outputs.insert("recall_ppm".into(), 0);
    let resolved = disputed().apply(&event(house(), 53, 1_600, resolve(true, second))).unwrap();
    assert!(resolved.apply(&event(keeper(), 54, 1_600, release(32))).is_err());
    let back = event(keeper(), 54, 1_600, refund(RefundReason::DisputeUpheld));
    let reason = RefundReason::DisputeUpheld;
    assert_eq!(*resolved.apply(&back).unwrap().state(), OrderState::Refunded { reason });
}

#[test]
fn a_decision_must_follow_its_report_and_the_report_must_be_a_second_one() {
    let good = || report(52, "three", Assurance::A3, 31, 30);
    let refuse = |act| disputed().apply(&event(house(), 53, 1_600, act)).unwrap_err().code();
    assert_eq!(refuse(resolve(true, good())), "mycel.order_other_decision");
    let mut rejecting = good();
    rejecting.body.verdict = Verdict::Reject;
    assert_eq!(refuse(resolve(false, rejecting)), "mycel.order_other_decision");
    let first = report(40, "one", Assurance::A3, 31, 30);
    assert_eq!(refuse(resolve(false, first)), "mycel.order_not_a_second_report");
    let weak = report(52, "three", Assurance::A1, 31, 30);
    assert_eq!(refuse(resolve(false, weak)), "mycel.order_too_weak");
    let other = report(52, "three", Assurance::A3, 29, 30);
    assert_eq!(refuse(resolve(false, other)), "mycel.order_other_claim");
}

#[test]
fn a_house_that_vanishes_cannot_hold_the_money() {
    let until = 1_500 + DISPUTE_ANSWER_S;
    let order = disputed();
    let back = refund(RefundReason::Deadline);
    assert_eq!(
        order.apply(&event(keeper(), 54, until, back.clone())),
        Err(OrderError::TooEarly { after: at(until), at: at(until) })
    );
    assert!(order.apply(&event(keeper(), 54, until + 1, back)).is_ok());
    let second = report(52, "three", Assurance::A3, 31, 30);
    let late = order.apply(&event(house(), 53, until + 1, resolve(false, second)));
    assert_eq!(late, Err(OrderError::TooLate { until: at(until), at: at(until + 1) }));
    assert_eq!(order.accepted().unwrap().completed, id(32));
}
