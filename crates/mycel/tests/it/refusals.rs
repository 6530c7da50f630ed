//! What an order refuses, by name, and that refusals change nothing.

use comity_mycel::facts::{
    Assurance, EscrowFunded, EvidenceCommitted, Order, OutcomeClaimed, RefundReason, Verdict,
};
use comity_mycel::order::{Due, OrderAct, OrderError, PlacedOrder, Report};
use comity_mycel::predicate::PredicateError;

use crate::common::{
    accepted, at, buyer, claim, claimed, commit, digest, disputed, event, fund, funded, house, id,
    keeper, placed, refund, release, report, reports, resolve, seller, span, terms, who,
};

/// The code of a refusal, and how to earn it.
type Mutant<T> = (&'static str, fn(&mut T));

#[test]
fn terms_that_make_no_sense_are_refused_before_anybody_relies_on_them() {
    let mutants: Vec<Mutant<Order>> = vec![
        ("mycel.terms_same_party", |t| t.seller = buyer()),
        ("mycel.terms_same_party", |t| t.reviewer_house = seller()),
        ("mycel.terms_same_party", |t| t.ledger = seller()),
        ("mycel.terms_same_party", |t| t.ledger = house()),
        ("mycel.terms_bad_text", |t| t.title = String::new()),
        ("mycel.terms_bad_text", |t| t.title = "x".repeat(121)),
        ("mycel.terms_bad_text", |t| t.reward.asset = "\u{20ac}".into()),
        ("mycel.terms_out_of_range", |t| t.reward.amount = 0),
        ("mycel.terms_out_of_range", |t| t.attempts_max = 0),
        ("mycel.terms_out_of_range", |t| t.challenge_window_s = u64::MAX),
        ("mycel.terms_out_of_range", |t| t.audit_leaves = 0),
        ("mycel.terms_empty_span", |t| t.span = span(200, 200)),
        ("mycel.terms_deadline_passed", |t| t.deadline = at(1_000)),
        ("mycel.terms_out_of_range", |t| t.deadline = at(1_001 + 3_653 * 86_400)),
        ("mycel.terms_bad_assurance", |t| t.assurance_min.clear()),
        ("mycel.terms_bad_assurance", |t| t.assurance_min = vec![Assurance::A1; 2]),
        ("mycel.terms_bad_beacon", |t| t.beacon.clear()),
        ("mycel.terms_bad_beacon", |t| t.beacon = vec![seller(), seller()]),
        ("mycel.predicate_expected", |t| t.predicate = "recall > 1".into()),
    ];
    for (code, spoil) in mutants {
        let mut spoiled = terms();
        spoil(&mut spoiled);
        let refusal = PlacedOrder::place(id(9), buyer(), at(1_000), spoiled).unwrap_err();
        assert_eq!(refusal.code(), code);
    }
}

/// A date is never later than the calendar's last, so a deadline there would hold its money for ever.
#[test]
fn an_order_that_ends_with_the_calendar_is_refused() {
    let last = comity_wire::Time::MAX;
    let terms = Order { deadline: last, ..terms() };
    let refusal = PlacedOrder::place(id(9), buyer(), last.plus(-86_400), terms).unwrap_err();
    assert_eq!(refusal.code(), "mycel.terms_out_of_range");
}

#[test]
fn an_escrow_must_be_exactly_what_was_ordered() {
    let mutants: Vec<Mutant<EscrowFunded>> = vec![
        ("mycel.order_other_order", |f| f.order = id(8)),
        ("mycel.order_other_party", |f| f.from = seller()),
        ("mycel.order_other_amount", |f| f.amount = 999),
        ("mycel.order_other_asset", |f| f.asset = "SEK".into()),
    ];
    for (code, spoil) in mutants {
        let OrderAct::Fund(mut body) = fund() else { panic!("fund is a fund") };
        spoil(&mut body);
        let refusal = placed().apply(&event(keeper(), 20, 1_100, OrderAct::Fund(body)));
        assert_eq!(refusal.unwrap_err().code(), code);
    }
    let late = placed().apply(&event(keeper(), 20, 10_001, fund()));
    assert_eq!(late.unwrap_err().code(), "mycel.order_after_deadline");
    let early = placed().apply(&event(keeper(), 20, 999, fund()));
    assert_eq!(early, Err(OrderError::DatedBefore { after: at(1_000), at: at(999) }));
}

#[test]
fn a_commitment_must_fit_its_order() {
    let mutants: Vec<Mutant<EvidenceCommitted>> = vec![
        ("mycel.order_other_order", |c| c.order = id(8)),
        ("mycel.order_other_attempt", |c| c.attempt = 2),
        ("mycel.order_other_mip", |c| c.mip = digest(99)),
        ("mycel.order_no_rows", |c| c.rows = 0),
        ("mycel.order_span_not_covered", |c| c.window = span(101, 200)),
        ("mycel.order_beacon_count", |c| c.beacon.truncate(1)),
    ];
    for (code, spoil) in mutants {
        let mut body = commit(1);
        spoil(&mut body);
        let refusal = funded().apply(&event(seller(), 30, 1_200, OrderAct::Commit(body)));
        assert_eq!(refusal.unwrap_err().code(), code);
    }
}

#[test]
fn a_claim_must_rest_on_the_current_commitment() {
    let committed =
        funded().apply(&event(seller(), 30, 1_200, OrderAct::Commit(commit(1)))).unwrap();
    let mutants: Vec<Mutant<OutcomeClaimed>> = vec![
        ("mycel.order_other_order", |c| c.order = id(8)),
        ("mycel.order_other_attempt", |c| c.attempt = 2),
        ("mycel.order_other_commitment", |c| c.commitment = id(29)),
    ];
    for (code, spoil) in mutants {
        let mut body = claim(1, 30);
        spoil(&mut body);
        let refusal = committed.apply(&event(seller(), 31, 1_300, OrderAct::Claim(body)));
        assert_eq!(refusal.unwrap_err().code(), code);
    }
}

fn accept_with(spoil: impl FnOnce(&mut Vec<Report>)) -> Result<PlacedOrder, OrderError> {
    let mut reports = reports();
    spoil(&mut reports);
    claimed().apply(&event(seller(), 32, 1_400, OrderAct::Accept(reports)))
}

#[test]
fn acceptance_checks_every_report() {
    let mutants: Vec<Mutant<Vec<Report>>> = vec![
        ("mycel.order_no_accepting_report", Vec::clear),
        ("mycel.order_other_house", |r| r[1].by = seller()),
        ("mycel.order_other_claim", |r| r[1].body.claim = id(29)),
        ("mycel.order_other_commitment", |r| r[1].body.commitment = id(29)),
        ("mycel.order_other_mip", |r| r[1].body.mip = digest(99)),
        ("mycel.order_reviewer_twice", |r| r[1].body.reviewer = r[0].body.reviewer.clone()),
        ("mycel.order_assurance_missing", |r| r.truncate(1)),
        ("mycel.order_assurance_missing", |r| r[1].body.verdict = Verdict::Reject),
        ("mycel.order_predicate_false", |r| {
            r[0].body.outputs.insert("recall_ppm".into(), 749_999);
        }),
        ("mycel.order_outputs_differ", |r| {
            r[1].body.outputs.insert("recall_ppm".into(), 999_999);
        }),
        ("mycel.predicate_missing_field", |r| {
            r[1].body.outputs.remove("recall_ppm");
        }),
    ];
    for (code, spoil) in mutants {
        assert_eq!(accept_with(spoil).unwrap_err().code(), code);
    }
    let missing = accept_with(|r| r[1].body.outputs.retain(|name, _| name != "recall_ppm"));
    let source = PredicateError::MissingField { field: "recall_ppm".into() };
    assert_eq!(missing, Err(OrderError::Predicate { report: id(41), source }));
}

#[test]
fn a_rejecting_minority_does_not_stop_acceptance_but_releases_nothing_itself() {
    let with_minority = accept_with(|reports| {
        let mut third = report(42, "three", Assurance::A3, 31, 30);
        third.body.verdict = Verdict::Reject;
        third.body.outputs.insert("recall_ppm".into(), 0);
        reports.push(third);
    });
    assert_eq!(with_minority.unwrap().accepted().unwrap().reports, [id(40), id(41)]);
}

#[test]
fn nobody_acts_for_another() {
    let stranger = who(77);
    let cases = [
        (placed(), fund(), "fund"),
        (placed(), OrderAct::Cancel, "cancel"),
        (funded(), OrderAct::Commit(commit(1)), "commit evidence to"),
        (claimed(), OrderAct::Accept(reports()), "accept"),
        (claimed(), OrderAct::Reject, "reject"),
        (accepted(), OrderAct::Dispute, "dispute"),
        (accepted(), release(32), "release"),
    ];
    for (order, act, verb) in cases {
        assert_eq!(
            order.apply(&event(stranger, 70, 2_000, act)),
            Err(OrderError::NotEntitled { by: stranger, event: verb })
        );
    }
}

/// Every state with the acts that leave it, in the order of `acts` below.
fn states() -> Vec<(PlacedOrder, &'static [&'static str])> {
    let late = 9_000;
    let commit_1 = event(seller(), 30, 1_200, OrderAct::Commit(commit(1)));
    let rejected = claimed().reject(id(33), at(1_400)).unwrap();
    let cancel = event(buyer(), 50, 1_150, OrderAct::Cancel);
    let second = || report(52, "three", Assurance::A3, 31, 30);
    let upheld = || {
        let mut report = second();
        report.body.verdict = Verdict::Reject;
        report
    };
    let resolve_as = |is_upheld, report| {
        disputed().apply(&event(house(), 53, 1_600, resolve(is_upheld, report))).unwrap()
    };
    let released = accepted().apply(&event(keeper(), 33, late, release(32))).unwrap();
    let back = event(keeper(), 51, 1_160, refund(RefundReason::Cancelled));
    let refunded = funded().apply(&cancel).unwrap().apply(&back).unwrap();
    vec![
        (placed(), &["fund", "cancel"]),
        (funded(), &["commit evidence to", "cancel"]),
        (funded().apply(&commit_1).unwrap(), &["claim"]),
        (claimed(), &["accept", "reject"]),
        (rejected, &["commit evidence to"]),
        (accepted(), &["dispute", "release"]),
        (disputed(), &["resolve"]),
        (resolve_as(false, second()), &["release"]),
        (resolve_as(true, upheld()), &["refund"]),
        (placed().apply(&cancel).unwrap(), &[]),
        (funded().apply(&cancel).unwrap(), &["refund"]),
        (released, &[]),
        (refunded, &[]),
    ]
}

/// Before the deadline, with everything else in order, exactly the drawn transitions exist.
#[test]
fn every_pair_of_state_and_act_is_a_transition_or_a_named_refusal() {
    for (order, expected) in states() {
        let attempt = order.attempt() + 1;
        let reason = match order.due(at(1_700)) {
            Some(Due::Refund(body)) => body.reason,
            Some(Due::Release(_)) | None => RefundReason::Deadline,
        };
        let second = report(52, "three", Assurance::A3, 31, 30);
        let acts = [
            (keeper(), fund()),
            (seller(), OrderAct::Commit(commit(attempt))),
            (seller(), OrderAct::Claim(claim(1, 30))),
            (seller(), OrderAct::Accept(reports())),
            (seller(), OrderAct::Reject),
            (buyer(), OrderAct::Cancel),
            (buyer(), OrderAct::Dispute),
            (house(), resolve(false, second)),
            (keeper(), release(32)),
            (keeper(), refund(reason)),
        ];
        let mut left = Vec::new();
        for (by, act) in acts {
            let verb = act.verb();
            // A release is due after the challenge window only; a dispute before its end only.
            let when = if verb == "release" { 9_000 } else { 1_700 };
            match order.apply(&event(by, 70, when, act)) {
                Ok(next) => {
                    assert_ne!(next.state(), order.state());
                    left.push(verb);
                }
                Err(refusal) => assert!(refusal.code().starts_with("mycel.order_")),
            }
        }
        assert_eq!(left, expected, "{}", order.state().name());
    }
}
