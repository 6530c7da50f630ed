//! One order with its escrow: paid or refunded exactly once, never stuck, never early.

use std::collections::BTreeMap;

use comity_constitution::{DomainType, RiskTier};
use comity_mycel::facts::{
    Assurance, DisputeResolved, EscrowFunded, EscrowRefunded, EscrowReleased, EvidenceCommitted,
    Order, OutcomeClaimed, RefundReason, Reported, Reward, Span, Verdict,
};
use comity_mycel::ledger::{Account, Ledger, Step};
use comity_mycel::order::{Due, OrderAct, OrderEvent, OrderState, PlacedOrder, Report};
use comity_wire::{KeyId, SovereignId, StatementId, Time};

use super::{digest, id, who};
use crate::input::Input;
use crate::oracle;

const ASSET: &str = "EUR-cent";
const REWARD: u64 = 1_000;
const BUYER: u8 = 1;
const SELLER: u8 = 2;
const HOUSE: u8 = 3;
const KEEPER: u8 = 4;

/// The order, its books, and how often its money has moved.
struct Deal {
    order: PlacedOrder,
    books: Ledger,
    settlements: u32,
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let terms = terms(&mut input);
    let order = match PlacedOrder::place(id(9), who(BUYER), Time::from_unix(1_000), terms) {
        Ok(order) => order,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    let mut books = Ledger::new();
    let deposit = Step::Credit {
        to: who(BUYER),
        amount: 2 * REWARD,
        asset: ASSET.to_owned(),
        reference: "deposit".to_owned(),
    };
    books.apply(&deposit).expect("a deposit");
    let mut deal = Deal { order, books, settlements: 0 };
    let mut number = 20;
    while !input.is_empty() && number < 200 {
        let event = event(&mut input, &deal.order, id(number));
        number += 1;
        deal.take(&event);
    }
    deal.end();
}

impl Deal {
    /// Both the order and the books must agree to what moves money, as the world demands.
    fn take(&mut self, event: &OrderEvent) {
        let next = match self.order.apply(event) {
            Ok(next) => next,
            Err(error) => return oracle::refusal(error.code(), &error),
        };
        assert_eq!(
            self.order.apply(event).as_ref(),
            Ok(&next),
            "the same event twice goes two ways"
        );
        assert!(!self.order.state().is_final(), "{} is not the end", self.order.state().name());
        assert!(self.order.at() <= next.at());
        if let Some(step) = self.order.ledger_step(&event.act) {
            let mut books = self.books.clone();
            if let Err(error) = books.apply(&step) {
                return oracle::refusal(error.code(), &error);
            }
            self.books = books;
        }
        self.settlements +=
            u32::from(matches!(event.act, OrderAct::Release(_) | OrderAct::Refund(_)));
        self.order = next;
        self.check();
    }

    fn check(&self) {
        let pending = self.books.balance(Account::Pending(self.order.id()), ASSET);
        let holds = !matches!(
            self.order.state(),
            OrderState::Open
                | OrderState::Cancelled { is_funded: false }
                | OrderState::Released
                | OrderState::Refunded { .. }
        );
        assert_eq!(
            pending,
            if holds { REWARD.cast_signed() } else { 0 },
            "{}",
            self.order.state().name()
        );
        assert!(self.settlements <= 1, "settled twice");
        assert!(self.order.attempt() <= self.order.terms().attempts_max);
        if matches!(self.order.state(), OrderState::Released) {
            assert_eq!(
                self.books.balance(Account::Vault(who(SELLER)), ASSET),
                REWARD.cast_signed()
            );
        }
        if let Some(accepted) = self.order.accepted() {
            assert!(!accepted.reports.is_empty());
        }
    }

    /// Whoever vanishes, the keeper can settle after the last date.
    fn end(&mut self) {
        let late = self.order.at().max(self.order.terms().deadline).plus(100 * 86_400);
        let holds = self.books.balance(Account::Pending(self.order.id()), ASSET) != 0;
        let due = self.order.due(late);
        assert_eq!(
            due.is_some(),
            holds,
            "{} is stuck, or pays for nothing",
            self.order.state().name()
        );
        let act = match due {
            Some(Due::Release(body)) => OrderAct::Release(body),
            Some(Due::Refund(body)) => OrderAct::Refund(body),
            None => return,
        };
        let by = self.order.terms().ledger;
        self.take(&OrderEvent { by, id: id(201), at: late, act });
        assert_eq!(self.settlements, 1, "what is due is refused");
    }
}

fn terms(input: &mut Input<'_>) -> Order {
    let mut terms = Order {
        title: "watch".to_owned(),
        seller: who(SELLER),
        reviewer_house: who(HOUSE),
        ledger: who(KEEPER),
        mip: digest(5),
        mission_class: "monitoring".to_owned(),
        risk_tier: RiskTier::R1,
        domain_type: DomainType::Objective,
        predicate: "report.recall_ppm >= 750000".to_owned(),
        assurance_min: vec![Assurance::A3],
        span: Span { from: Time::from_unix(100), to: Time::from_unix(200) },
        windows: digest(6),
        reward: Reward { amount: REWARD, asset: ASSET.to_owned() },
        beacon: vec![who(SELLER)],
        audit_leaves: 3,
        attempts_max: 1 + u64::from(input.byte() % 3),
        challenge_window_s: u64::from(input.byte()),
        deadline: Time::from_unix(5_000),
    };
    match input.byte() {
        0 => terms.predicate = String::from_utf8_lossy(input.bytes(40)).into_owned(),
        1 => terms.challenge_window_s = input.number(),
        2 => terms.attempts_max = input.number(),
        3 => terms.deadline = Time::from_unix(input.integer()),
        4 => terms.ledger = who(input.byte() % 6),
        5 => terms.title = String::from_utf8_lossy(input.bytes(130)).into_owned(),
        6 => terms.assurance_min.push(Assurance::A3),
        7 => terms.span.to = Time::from_unix(input.integer()),
        8 => terms.beacon = (0..input.below(20)).map(|_| who(input.byte())).collect(),
        9 => terms.audit_leaves = input.number(),
        _ => {}
    }
    terms
}

/// What would come next, or anything.
fn event(input: &mut Input<'_>, order: &PlacedOrder, statement: StatementId) -> OrderEvent {
    let at = match input.below(6) {
        0 => Time::from_unix(i64::from(input.byte()) * 40),
        1 => order.at().plus(i64::from(input.byte()) * 8_640),
        _ => order.at().plus(i64::from(input.byte() % 16)),
    };
    let (by, act) = if input.once_in(3) { any(input, order) } else { next(input, order) };
    let by = if input.once_in(12) { who(input.byte() % 6) } else { by };
    OrderEvent { by, id: statement, at, act }
}

fn next(input: &mut Input<'_>, order: &PlacedOrder) -> (SovereignId, OrderAct) {
    match order.state() {
        OrderState::Open => make(input, order, 0),
        OrderState::Funded | OrderState::Rejected => make(input, order, 1),
        OrderState::Committed { .. } => make(input, order, 2),
        OrderState::Claimed { .. } => {
            let act = if input.once_in(4) { 4 } else { 3 };
            make(input, order, act)
        }
        OrderState::ChallengeWindow { .. } => {
            let act = if input.once_in(3) { 6 } else { 8 };
            make(input, order, act)
        }
        OrderState::Disputed { .. } => make(input, order, 7),
        OrderState::Resolved { .. } => {
            let act = 8 + input.below(2);
            make(input, order, act)
        }
        OrderState::Cancelled { .. } | OrderState::Released | OrderState::Refunded { .. } => {
            make(input, order, 9)
        }
    }
}

fn any(input: &mut Input<'_>, order: &PlacedOrder) -> (SovereignId, OrderAct) {
    let act = input.below(10);
    make(input, order, act)
}

fn make(input: &mut Input<'_>, order: &PlacedOrder, act: usize) -> (SovereignId, OrderAct) {
    let bend = |input: &mut Input<'_>| u64::from(input.once_in(16));
    let (id9, asset) = (order.id(), ASSET.to_owned());
    let amount = REWARD + bend(input);
    match act {
        0 => (
            who(KEEPER),
            OrderAct::Fund(EscrowFunded { order: id9, from: who(BUYER), amount, asset }),
        ),
        1 => (who(SELLER), OrderAct::Commit(commitment(order, order.attempt() + 1 + bend(input)))),
        2 => (who(SELLER), OrderAct::Claim(claim(input, order))),
        3 => {
            let reports =
                (0..=input.below(2)).map(|position| report(input, order, position)).collect();
            (who(SELLER), OrderAct::Accept(reports))
        }
        4 => (who(SELLER), OrderAct::Reject),
        5 => (who(BUYER), OrderAct::Cancel),
        6 => (who(BUYER), OrderAct::Dispute),
        7 => {
            let second = report(input, order, 7);
            let body = DisputeResolved { order: id9, upheld: input.once_in(2), report: second.id };
            (who(HOUSE), OrderAct::Resolve(body, Box::new(second)))
        }
        8 => {
            let completed = order.accepted().map_or(id(0), |accepted| accepted.completed);
            (
                who(KEEPER),
                OrderAct::Release(EscrowReleased {
                    order: id9,
                    to: who(SELLER),
                    amount,
                    asset,
                    completed,
                }),
            )
        }
        _ => {
            let reasons = [
                RefundReason::Deadline,
                RefundReason::ClaimRejected,
                RefundReason::DisputeUpheld,
                RefundReason::Cancelled,
            ];
            let reason = input.pick(&reasons);
            (
                who(KEEPER),
                OrderAct::Refund(EscrowRefunded {
                    order: id9,
                    to: who(BUYER),
                    amount,
                    asset,
                    reason,
                }),
            )
        }
    }
}

fn commitment(order: &PlacedOrder, attempt: u64) -> EvidenceCommitted {
    EvidenceCommitted {
        order: order.id(),
        mission: id(10),
        attempt,
        mip: digest(5),
        root: digest(11),
        rows: 1_000,
        window: Span { from: Time::from_unix(0), to: Time::from_unix(300) },
        device: key("device"),
        beacon: vec![id(12)],
    }
}

fn committed(order: &PlacedOrder) -> StatementId {
    match order.state() {
        OrderState::Committed { commitment } | OrderState::Claimed { commitment, .. } => {
            *commitment
        }
        _ => id(0),
    }
}

fn claim(input: &mut Input<'_>, order: &PlacedOrder) -> OutcomeClaimed {
    OutcomeClaimed {
        order: order.id(),
        mission: id(10),
        attempt: order.attempt() + u64::from(input.once_in(16)),
        commitment: committed(order),
        module: digest(14),
        result: digest(15),
        alarms: 6,
        nullifier: digest(input.byte()),
    }
}

fn report(input: &mut Input<'_>, order: &PlacedOrder, position: usize) -> Report {
    let claim = match order.state() {
        OrderState::Claimed { claim, .. } => *claim,
        _ => order.accepted().map_or(id(0), |accepted| accepted.claim),
    };
    let recall = if input.once_in(4) { 700_000 } else { 1_000_000 };
    let mut outputs = BTreeMap::from([("recall_ppm".to_owned(), recall)]);
    if input.once_in(12) {
        outputs.clear();
    }
    let body = Reported {
        claim,
        commitment: committed(order),
        mip: digest(5),
        verifier: digest(17),
        engine: "wasmi".to_owned(),
        verdict: if input.once_in(5) { Verdict::Reject } else { Verdict::Accept },
        code: "ok".to_owned(),
        outputs,
        fuel: 1,
        assurance: if input.once_in(4) { Assurance::A1 } else { Assurance::A3 },
        audit: None,
        openings: Vec::new(),
        reviewer: key(["one", "two", "three"][if input.once_in(8) { 0 } else { position % 3 }]),
    };
    // Two reports are two statements, so they differ in their ids.
    let number = u8::try_from(210 + position).unwrap_or(u8::MAX);
    Report { id: id(number), by: who(HOUSE), body }
}

fn key(name: &str) -> KeyId {
    KeyId::parse(&format!("did:key:z6Mk{name}")).expect("a short key id")
}
