//! One order and the hands that move it, for all capability tests.

use std::collections::BTreeMap;

use comity_constitution::{DomainType, RiskTier};
use comity_mycel::facts::{
    Assurance, DisputeResolved, EscrowFunded, EscrowRefunded, EscrowReleased, EvidenceCommitted,
    Order, OutcomeClaimed, RefundReason, Reported, Reward, Span, Verdict,
};
use comity_mycel::order::{OrderAct, OrderError, OrderEvent, PlacedOrder, Report};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

pub(crate) const DEADLINE: i64 = 10_000;
pub(crate) const CHALLENGE: i64 = 500;
pub(crate) const ATTEMPTS: u64 = 2;

pub(crate) fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

pub(crate) fn id(byte: u8) -> StatementId {
    StatementId::from_digest(digest(byte))
}

pub(crate) fn who(byte: u8) -> SovereignId {
    SovereignId::from_digest(digest(byte))
}

pub(crate) fn buyer() -> SovereignId {
    who(1)
}

pub(crate) fn seller() -> SovereignId {
    who(2)
}

pub(crate) fn house() -> SovereignId {
    who(3)
}

pub(crate) fn keeper() -> SovereignId {
    who(4)
}

pub(crate) fn at(seconds: i64) -> Time {
    Time::from_unix(seconds)
}

pub(crate) fn key(name: &str) -> KeyId {
    KeyId::parse(&format!("did:key:z6Mk{name}")).unwrap()
}

pub(crate) fn span(from: i64, to: i64) -> Span {
    Span { from: at(from), to: at(to) }
}

pub(crate) fn terms() -> Order {
    Order {
        title: "Watch the machine and report its faults".into(),
        seller: seller(),
        reviewer_house: house(),
        ledger: keeper(),
        mip: digest(5),
        mission_class: "monitoring".into(),
        risk_tier: RiskTier::R1,
        domain_type: DomainType::Objective,
        predicate: "report.recall_ppm >= 750000 && report.precision_ppm >= 500000".into(),
        assurance_min: vec![Assurance::A3, Assurance::A1],
        span: span(100, 200),
        windows: digest(6),
        reward: Reward { amount: 1_000, asset: "EUR-cent".into() },
        beacon: vec![seller(), house()],
        audit_leaves: 59,
        attempts_max: ATTEMPTS,
        challenge_window_s: CHALLENGE.unsigned_abs(),
        deadline: at(DEADLINE),
    }
}

/// Order 9, placed at 1000.
pub(crate) fn placed() -> PlacedOrder {
    PlacedOrder::place(id(9), buyer(), at(1_000), terms()).unwrap()
}

pub(crate) fn event(by: SovereignId, statement: u8, seconds: i64, act: OrderAct) -> OrderEvent {
    OrderEvent { by, id: id(statement), at: at(seconds), act }
}

pub(crate) fn fund() -> OrderAct {
    let (order, from, asset) = (id(9), buyer(), "EUR-cent".into());
    OrderAct::Fund(EscrowFunded { order, from, amount: 1_000, asset })
}

pub(crate) fn commit(attempt: u64) -> EvidenceCommitted {
    EvidenceCommitted {
        order: id(9),
        mission: id(10),
        attempt,
        mip: digest(5),
        root: digest(11),
        rows: 1_000,
        window: span(0, 200),
        device: key("device"),
        beacon: vec![id(12), id(13)],
    }
}

pub(crate) fn claim(attempt: u64, commitment: u8) -> OutcomeClaimed {
    OutcomeClaimed {
        order: id(9),
        mission: id(10),
        attempt,
        commitment: id(commitment),
        module: digest(14),
        result: digest(15),
        alarms: 6,
        nullifier: digest(16),
    }
}

pub(crate) fn report(
    statement: u8,
    reviewer: &str,
    assurance: Assurance,
    claim: u8,
    commitment: u8,
) -> Report {
    let outputs = [("recall_ppm", 1_000_000), ("precision_ppm", 666_666)];
    let outputs: BTreeMap<String, i64> =
        outputs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let body = Reported {
        claim: id(claim),
        commitment: id(commitment),
        mip: digest(5),
        verifier: digest(17),
        engine: "wasmi 2.0.0".into(),
        verdict: Verdict::Accept,
        code: "ok".into(),
        outputs,
        fuel: 1,
        assurance,
        audit: None,
        openings: vec![],
        reviewer: key(reviewer),
    };
    Report { id: id(statement), by: house(), body }
}

/// The two reports that accept claim 31 on commitment 30.
pub(crate) fn reports() -> Vec<Report> {
    vec![report(40, "one", Assurance::A3, 31, 30), report(41, "two", Assurance::A1, 31, 30)]
}

pub(crate) fn release(completed: u8) -> OrderAct {
    OrderAct::Release(EscrowReleased {
        order: id(9),
        to: seller(),
        amount: 1_000,
        asset: "EUR-cent".into(),
        completed: id(completed),
    })
}

pub(crate) fn refund(reason: RefundReason) -> OrderAct {
    OrderAct::Refund(EscrowRefunded {
        order: id(9),
        to: buyer(),
        amount: 1_000,
        asset: "EUR-cent".into(),
        reason,
    })
}

pub(crate) fn resolve(is_upheld: bool, second: Report) -> OrderAct {
    let body = DisputeResolved { order: id(9), upheld: is_upheld, report: second.id };
    OrderAct::Resolve(body, Box::new(second))
}

pub(crate) fn run(order: PlacedOrder, events: &[OrderEvent]) -> Result<PlacedOrder, OrderError> {
    events.iter().try_fold(order, |order, event| order.apply(event))
}

pub(crate) fn funded() -> PlacedOrder {
    run(placed(), &[event(keeper(), 20, 1_100, fund())]).unwrap()
}

pub(crate) fn claimed() -> PlacedOrder {
    let events = [
        event(seller(), 30, 1_200, OrderAct::Commit(commit(1))),
        event(seller(), 31, 1_300, OrderAct::Claim(claim(1, 30))),
    ];
    run(funded(), &events).unwrap()
}

/// Accepted at 1400 by statement 32.
pub(crate) fn accepted() -> PlacedOrder {
    run(claimed(), &[event(seller(), 32, 1_400, OrderAct::Accept(reports()))]).unwrap()
}

/// Disputed at 1500.
pub(crate) fn disputed() -> PlacedOrder {
    run(accepted(), &[event(buyer(), 50, 1_500, OrderAct::Dispute)]).unwrap()
}
