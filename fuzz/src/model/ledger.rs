//! The books: money is never made, lost, overdrawn or paid twice.

use std::collections::BTreeMap;

use comity_mycel::ledger::{Account, Holding, Ledger, Step};
use comity_wire::StatementId;

use super::{digest, id, who};
use crate::input::Input;
use crate::oracle;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let mut ledger = Ledger::new();
    let mut settled: BTreeMap<StatementId, Holding> = BTreeMap::new();
    let mut held: BTreeMap<StatementId, (u64, String)> = BTreeMap::new();
    while !input.is_empty() {
        let step = step(&mut input, &held);
        let before = ledger.clone();
        match ledger.apply(&step) {
            Ok(()) => match &step {
                Step::Credit { .. } => {}
                Step::Fund { order, amount, asset, .. } => {
                    assert!(
                        held.insert(*order, (*amount, asset.clone())).is_none(),
                        "funded twice"
                    );
                    assert_eq!(ledger.holding(*order), Some(Holding::Pending));
                }
                Step::Release { order, amount, asset, .. }
                | Step::Refund { order, amount, asset, .. } => {
                    assert_eq!(
                        held.get(order),
                        Some(&(*amount, asset.clone())),
                        "not what was held"
                    );
                    let holding = ledger.holding(*order).expect("a hold stays");
                    assert_eq!(settled.insert(*order, holding), None, "settled twice");
                }
            },
            Err(error) => {
                oracle::refusal(error.code(), &error);
                assert_eq!(ledger, before, "a refusal changed the books");
            }
        }
        check(&ledger, &held, &settled);
    }
}

fn check(
    ledger: &Ledger,
    held: &BTreeMap<StatementId, (u64, String)>,
    settled: &BTreeMap<StatementId, Holding>,
) {
    assert!(ledger.sums().values().all(|sum| *sum == 0), "money was made or lost");
    for (account, asset, balance) in ledger.balances() {
        assert!(account == Account::External || 0 <= balance, "{account:?} owes {asset}");
    }
    for (order, (amount, asset)) in held {
        let open = ledger.balance(Account::Pending(*order), asset);
        let expected = if settled.contains_key(order) { 0 } else { amount.cast_signed() };
        assert_eq!(open, expected);
        assert_eq!(
            ledger.holding(*order),
            Some(settled.get(order).copied().unwrap_or(Holding::Pending))
        );
    }
}

fn step(input: &mut Input<'_>, held: &BTreeMap<StatementId, (u64, String)>) -> Step {
    let kind = input.below(4);
    let order = id(input.byte() % 4);
    let party = who(input.byte() % 3);
    let (amount, asset) = match held.get(&order) {
        // Mostly what is held, so that settlements happen.
        Some(found) if !input.once_in(4) => found.clone(),
        _ => {
            let amount = match input.below(4) {
                0 => input.number(),
                1 => 1 << 52,
                _ => u64::from(input.byte()),
            };
            (amount, input.pick(&["EUR-cent", "Wh"]).to_owned())
        }
    };
    match kind {
        0 => Step::Credit {
            to: party,
            amount,
            asset,
            reference: format!("payment {}", input.byte()),
        },
        1 => Step::Fund { order, from: party, amount, asset },
        2 => {
            let reports = (0..input.below(3)).map(|_| id(input.byte() % 8)).collect();
            let nullifier = digest(input.byte() % 8);
            Step::Release { order, to: party, amount, asset, reports, nullifier }
        }
        _ => Step::Refund { order, to: party, amount, asset },
    }
}
