use comity_wire::{Digest, SovereignId, StatementId};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{AMOUNT_MAX, Account, Holding, Ledger, LedgerError, Step};

fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

fn vault(byte: u8) -> SovereignId {
    SovereignId::from_digest(digest(byte))
}

fn id(byte: u8) -> StatementId {
    StatementId::from_digest(digest(byte))
}

fn credit(to: u8, amount: u64, reference: &str) -> Step {
    Step::Credit { to: vault(to), amount, asset: "EUR".into(), reference: reference.into() }
}

fn fund(order: u8, from: u8, amount: u64) -> Step {
    Step::Fund { order: id(order), from: vault(from), amount, asset: "EUR".into() }
}

fn release(order: u8, to: u8, amount: u64, report: u8, nullifier: u8) -> Step {
    Step::Release {
        order: id(order),
        to: vault(to),
        amount,
        asset: "EUR".into(),
        reports: vec![id(report)],
        nullifier: digest(nullifier),
    }
}

fn refund(order: u8, to: u8, amount: u64) -> Step {
    Step::Refund { order: id(order), to: vault(to), amount, asset: "EUR".into() }
}

fn funded() -> Ledger {
    let mut ledger = Ledger::new();
    ledger.apply(&credit(1, 100, "bank-1")).unwrap();
    ledger.apply(&fund(9, 1, 60)).unwrap();
    ledger
}

#[test]
fn a_reward_moves_through_escrow_once() {
    let mut ledger = funded();
    assert_eq!(ledger.balance(Account::Pending(id(9)), "EUR"), 60);
    ledger.apply(&release(9, 2, 60, 50, 70)).unwrap();
    assert_eq!(ledger.balance(Account::Vault(vault(1)), "EUR"), 40);
    assert_eq!(ledger.balance(Account::Vault(vault(2)), "EUR"), 60);
    assert_eq!(ledger.balance(Account::External, "EUR"), -100);
    assert_eq!(ledger.holding(id(9)), Some(Holding::Posted));
    let again = LedgerError::AlreadySettled { order: id(9), was: Holding::Posted };
    assert_eq!(ledger.apply(&release(9, 2, 60, 51, 71)), Err(again.clone()));
    assert_eq!(ledger.apply(&refund(9, 1, 60)), Err(again));
}

#[test]
fn refused_steps_are_named_and_change_nothing() {
    let mut ledger = funded();
    ledger.apply(&credit(1, 60, "bank-2")).unwrap();
    ledger.apply(&fund(8, 1, 60)).unwrap();
    ledger.apply(&release(8, 2, 60, 50, 70)).unwrap();
    let before = ledger.clone();
    let other_asset = Step::Fund { order: id(7), from: vault(1), amount: 1, asset: "SEK".into() };
    let no_report = Step::Release {
        order: id(9),
        to: vault(2),
        amount: 60,
        asset: "EUR".into(),
        reports: vec![],
        nullifier: digest(71),
    };
    for (step, code) in [
        (credit(1, 5, "bank-1"), "mycel.ledger_reference_used"),
        (credit(1, 0, "bank-3"), "mycel.ledger_bad_amount"),
        (credit(1, AMOUNT_MAX + 1, "bank-3"), "mycel.ledger_bad_amount"),
        (fund(9, 1, 1), "mycel.ledger_already_funded"),
        (fund(7, 1, 41), "mycel.ledger_overdraft"),
        (fund(7, 3, 1), "mycel.ledger_overdraft"),
        (other_asset, "mycel.ledger_overdraft"),
        (release(7, 2, 60, 51, 71), "mycel.ledger_not_funded"),
        (release(9, 2, 59, 51, 71), "mycel.ledger_not_what_is_held"),
        (no_report, "mycel.ledger_no_reports"),
        (release(9, 2, 60, 50, 71), "mycel.ledger_report_used"),
        (release(9, 2, 60, 51, 70), "mycel.ledger_nullifier_used"),
        (refund(9, 2, 60), "mycel.ledger_not_the_funder"),
        (refund(7, 1, 60), "mycel.ledger_not_funded"),
        (refund(8, 1, 60), "mycel.ledger_already_settled"),
    ] {
        assert_eq!(ledger.apply(&step).unwrap_err().code(), code, "{step:?}");
        assert_eq!(ledger, before, "{step:?}");
    }
}

#[test]
fn balances_that_do_not_fit_are_refused_not_wrapped() {
    let mut ledger = Ledger::new();
    let booked =
        (0..2_000).take_while(|n| ledger.apply(&credit(1, AMOUNT_MAX, &n.to_string())).is_ok());
    assert_eq!(booked.count(), 1_024);
    let overflow = LedgerError::Overflow { account: Account::Vault(vault(1)) };
    let error = ledger.apply(&credit(1, AMOUNT_MAX, "more")).unwrap_err();
    assert!(error == overflow || error == LedgerError::Overflow { account: Account::External });
    assert_eq!(ledger.sums()["EUR"], 0);
}

fn any_step() -> impl Strategy<Value = Step> {
    let small = 0..4_u8;
    let amount = prop_oneof![Just(0_u64), 1..50_u64, Just(AMOUNT_MAX)];
    (0..4_u8, small.clone(), small.clone(), amount, small, 0..40_u32).prop_map(
        |(kind, a, b, amount, key, reference)| match kind {
            0 => credit(a, amount, &reference.to_string()),
            1 => fund(b, a, amount),
            2 => release(b, a, amount, key, key),
            _ => refund(b, a, amount),
        },
    )
}

proptest! {
    /// Invariants 1, 2 and 5 under any sequence of steps.
    #[test]
    fn nothing_is_made_or_lost(steps in proptest::collection::vec(any_step(), 0..80)) {
        let mut ledger = Ledger::new();
        for step in &steps {
            let before = ledger.clone();
            if ledger.apply(step).is_err() {
                prop_assert_eq!(&ledger, &before);
            }
            prop_assert!(ledger.sums().values().all(|sum| *sum == 0));
            for (account, _, balance) in ledger.balances() {
                prop_assert!(0 <= balance || account == Account::External);
            }
        }
    }

    /// Invariant 3: however often settlement is tried, each order is settled at most once.
    #[test]
    fn an_escrow_settles_at_most_once(steps in proptest::collection::vec(any_step(), 0..80)) {
        let mut ledger = Ledger::new();
        let mut settled = std::collections::BTreeSet::new();
        for step in &steps {
            let done = ledger.apply(step).is_ok();
            if let (true, Step::Release { order, .. } | Step::Refund { order, .. }) = (done, step) {
                prop_assert!(settled.insert(*order));
                prop_assert_eq!(ledger.balance(Account::Pending(*order), "EUR"), 0);
            }
        }
    }
}
