//! The settlement ledger: double entry, one escrow per order, nothing twice.
//!
//! ```text
//!  External ──credit──▶ Vault(buyer) ──fund──▶ Pending(order) ──release──▶ Vault(seller)
//!                            ▲                       │
//!                            └────────refund─────────┘
//! ```
//!
//! Whether a release or refund is *due* is the order's business ([`crate::order`]); this module only
//! sees to it that money is neither made, lost nor moved twice. No clock, no store: callers persist.
//!
//! # Invariants
//!
//! 1. The sum of all balances, per asset, is zero after every step.
//! 2. Only `External` may be negative: an overdraft is refused.
//! 3. What was funded for an order is posted or voided exactly once, in full.
//! 4. Payment references, orders, report ids and nullifiers are single use.
//! 5. A refused step changes nothing.
//!
//! # Where the rules come from
//!
//! `spec/mycel.md` D.5. Amounts are smallest units of an asset, as integers.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, SovereignId, StatementId};

/// Largest amount in one step: what every JSON reader keeps exact.
pub const AMOUNT_MAX: u64 = (1 << 53) - 1;

/// An account, per asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// The world outside; its balance is minus all the money inside.
    External,
    /// A sovereign's money.
    Vault(SovereignId),
    /// Money held for an order.
    Pending(StatementId),
}

/// One step. Each moves an amount from one account to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Money comes in from outside.
    Credit {
        /// Whose account.
        to: SovereignId,
        /// Smallest units.
        amount: u64,
        /// The asset.
        asset: String,
        /// Reference of the payment outside; single use.
        reference: String,
    },
    /// The buyer's reward is held for an order.
    Fund {
        /// The order; single use.
        order: StatementId,
        /// Who pays.
        from: SovereignId,
        /// Smallest units.
        amount: u64,
        /// The asset.
        asset: String,
    },
    /// The held amount is posted to the seller.
    Release {
        /// The order.
        order: StatementId,
        /// Who is paid.
        to: SovereignId,
        /// Smallest units; all that is held.
        amount: u64,
        /// The asset.
        asset: String,
        /// The accepting reports; each single use.
        reports: Vec<StatementId>,
        /// The claim's nullifier; single use.
        nullifier: Digest,
    },
    /// The held amount is voided, back to who funded it.
    Refund {
        /// The order.
        order: StatementId,
        /// Who gets it back.
        to: SovereignId,
        /// Smallest units; all that is held.
        amount: u64,
        /// The asset.
        asset: String,
    },
}

/// What became of an order's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Still held.
    Pending,
    /// Paid to the seller.
    Posted,
    /// Returned to the buyer.
    Voided,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Hold {
    from: SovereignId,
    amount: u64,
    asset: String,
    holding: Holding,
}

/// Why a step was refused. The ledger is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Zero, or more than [`AMOUNT_MAX`].
    #[error("amount {amount} is not between 1 and {max}")]
    BadAmount {
        /// The amount.
        amount: u64,
        /// The limit.
        max: u64,
    },
    /// The account holds less.
    #[error("{account:?} holds {balance} {asset}, {amount} was asked for")]
    Overdraft {
        /// The account.
        account: Account,
        /// The asset.
        asset: String,
        /// What it holds.
        balance: i64,
        /// What was asked for.
        amount: u64,
    },
    /// A balance would not fit 64 bits.
    #[error("balance of {account:?} would not fit 64 bits")]
    Overflow {
        /// The account.
        account: Account,
    },
    /// The payment from outside was already booked.
    #[error("payment `{reference}` is already booked")]
    ReferenceUsed {
        /// Its reference.
        reference: String,
    },
    /// The order already has an escrow.
    #[error("order {order} already has an escrow")]
    AlreadyFunded {
        /// The order.
        order: StatementId,
    },
    /// The order has no escrow here.
    #[error("order {order} has no escrow here")]
    NotFunded {
        /// The order.
        order: StatementId,
    },
    /// The escrow was posted or voided before.
    #[error("escrow of order {order} is already {was:?}")]
    AlreadySettled {
        /// The order.
        order: StatementId,
        /// What became of it.
        was: Holding,
    },
    /// Amount or asset differ from what is held.
    #[error("{held} {held_asset} is held for order {order}, the step says {given} {given_asset}")]
    NotWhatIsHeld {
        /// The order.
        order: StatementId,
        /// Amount held.
        held: u64,
        /// Asset held.
        held_asset: String,
        /// Amount given.
        given: u64,
        /// Asset given.
        given_asset: String,
    },
    /// A refund goes to who funded, nobody else.
    #[error("order {order} was funded by {from}, refund names {to}")]
    NotTheFunder {
        /// The order.
        order: StatementId,
        /// Who funded it.
        from: SovereignId,
        /// Who was named.
        to: SovereignId,
    },
    /// A release rests on at least one report.
    #[error("release of order {order} names no report")]
    NoReports {
        /// The order.
        order: StatementId,
    },
    /// The report already released money, or is named twice.
    #[error("report {report} was already used for a release")]
    ReportUsed {
        /// The report.
        report: StatementId,
    },
    /// The same outcome was already paid for.
    #[error("nullifier {nullifier} was already used: this outcome is paid for")]
    NullifierUsed {
        /// The nullifier.
        nullifier: Digest,
    },
}

impl LedgerError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadAmount { .. } => "mycel.ledger_bad_amount",
            Self::Overdraft { .. } => "mycel.ledger_overdraft",
            Self::Overflow { .. } => "mycel.ledger_overflow",
            Self::ReferenceUsed { .. } => "mycel.ledger_reference_used",
            Self::AlreadyFunded { .. } => "mycel.ledger_already_funded",
            Self::NotFunded { .. } => "mycel.ledger_not_funded",
            Self::AlreadySettled { .. } => "mycel.ledger_already_settled",
            Self::NotWhatIsHeld { .. } => "mycel.ledger_not_what_is_held",
            Self::NotTheFunder { .. } => "mycel.ledger_not_the_funder",
            Self::NoReports { .. } => "mycel.ledger_no_reports",
            Self::ReportUsed { .. } => "mycel.ledger_report_used",
            Self::NullifierUsed { .. } => "mycel.ledger_nullifier_used",
        }
    }
}

/// The books of one ledger keeper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    balances: BTreeMap<(Account, String), i64>,
    holds: BTreeMap<StatementId, Hold>,
    references: BTreeSet<String>,
    reports: BTreeSet<StatementId>,
    nullifiers: BTreeSet<Digest>,
}

impl Ledger {
    /// Empty books.
    pub fn new() -> Self {
        Self::default()
    }

    /// Books one step, or refuses it and changes nothing. `O(log n)`.
    pub fn apply(&mut self, step: &Step) -> Result<(), LedgerError> {
        match step {
            Step::Credit { to, amount, asset, reference } => {
                if self.references.contains(reference) {
                    return Err(LedgerError::ReferenceUsed { reference: reference.clone() });
                }
                self.move_money(Account::External, Account::Vault(*to), *amount, asset)?;
                self.references.insert(reference.clone());
            }
            Step::Fund { order, from, amount, asset } => {
                if self.holds.contains_key(order) {
                    return Err(LedgerError::AlreadyFunded { order: *order });
                }
                self.move_money(Account::Vault(*from), Account::Pending(*order), *amount, asset)?;
                let (from, amount, asset) = (*from, *amount, asset.clone());
                let hold = Hold { from, amount, asset, holding: Holding::Pending };
                self.holds.insert(*order, hold);
            }
            Step::Release { order, to, amount, asset, reports, nullifier } => {
                self.held(*order, *amount, asset)?;
                self.keys_are_fresh(*order, reports, *nullifier)?;
                self.settle(*order, *to, *amount, asset, Holding::Posted)?;
                self.reports.extend(reports);
                self.nullifiers.insert(*nullifier);
            }
            Step::Refund { order, to, amount, asset } => {
                let from = self.held(*order, *amount, asset)?;
                if from != *to {
                    return Err(LedgerError::NotTheFunder { order: *order, from, to: *to });
                }
                self.settle(*order, *to, *amount, asset, Holding::Voided)?;
            }
        }
        Ok(())
    }

    /// What an account holds, in smallest units.
    pub fn balance(&self, account: Account, asset: &str) -> i64 {
        self.balances.get(&(account, asset.to_owned())).copied().unwrap_or(0)
    }

    /// All accounts that ever held something: account, asset, balance.
    pub fn balances(&self) -> impl Iterator<Item = (Account, &str, i64)> {
        self.balances.iter().map(|((account, asset), sum)| (*account, asset.as_str(), *sum))
    }

    /// What became of an order's money; `None` if it was never funded here.
    pub fn holding(&self, order: StatementId) -> Option<Holding> {
        self.holds.get(&order).map(|hold| hold.holding)
    }

    /// The sum of all balances per asset: all zero, always (invariant 1). An auditor's check.
    pub fn sums(&self) -> BTreeMap<&str, i128> {
        let mut sums = BTreeMap::new();
        for ((_, asset), balance) in &self.balances {
            *sums.entry(asset.as_str()).or_insert(0) += i128::from(*balance);
        }
        sums
    }

    /// Moves money between two accounts. All checks come before the first change.
    fn move_money(
        &mut self,
        from: Account,
        to: Account,
        amount: u64,
        asset: &str,
    ) -> Result<(), LedgerError> {
        let units = i64::try_from(amount).ok().filter(|_| (1..=AMOUNT_MAX).contains(&amount));
        let units = units.ok_or(LedgerError::BadAmount { amount, max: AMOUNT_MAX })?;
        let balance = self.balance(from, asset);
        let less = balance.checked_sub(units).ok_or(LedgerError::Overflow { account: from })?;
        if less < 0 && from != Account::External {
            let asset = asset.to_owned();
            return Err(LedgerError::Overdraft { account: from, asset, balance, amount });
        }
        let more = self.balance(to, asset).checked_add(units);
        let more = more.ok_or(LedgerError::Overflow { account: to })?;
        self.balances.insert((from, asset.to_owned()), less);
        self.balances.insert((to, asset.to_owned()), more);
        Ok(())
    }

    /// Who funded the order, if exactly this is still held for it.
    fn held(
        &self,
        order: StatementId,
        amount: u64,
        asset: &str,
    ) -> Result<SovereignId, LedgerError> {
        let hold = self.holds.get(&order).ok_or(LedgerError::NotFunded { order })?;
        if hold.holding != Holding::Pending {
            return Err(LedgerError::AlreadySettled { order, was: hold.holding });
        }
        if hold.amount != amount || hold.asset != asset {
            return Err(LedgerError::NotWhatIsHeld {
                order,
                held: hold.amount,
                held_asset: hold.asset.clone(),
                given: amount,
                given_asset: asset.to_owned(),
            });
        }
        Ok(hold.from)
    }

    fn keys_are_fresh(
        &self,
        order: StatementId,
        reports: &[StatementId],
        nullifier: Digest,
    ) -> Result<(), LedgerError> {
        if reports.is_empty() {
            return Err(LedgerError::NoReports { order });
        }
        let mut named = BTreeSet::new();
        for report in reports {
            if self.reports.contains(report) || !named.insert(*report) {
                return Err(LedgerError::ReportUsed { report: *report });
            }
        }
        if self.nullifiers.contains(&nullifier) {
            return Err(LedgerError::NullifierUsed { nullifier });
        }
        Ok(())
    }

    fn settle(
        &mut self,
        order: StatementId,
        to: SovereignId,
        amount: u64,
        asset: &str,
        holding: Holding,
    ) -> Result<(), LedgerError> {
        self.move_money(Account::Pending(order), Account::Vault(to), amount, asset)?;
        if let Some(hold) = self.holds.get_mut(&order) {
            hold.holding = holding;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
