//! What the replayed statements prove, order by order, read off the world.

use std::collections::BTreeMap;

use comity_constitution::{Nano, RiskTier};
use comity_mycel::facts::{Assurance, RefundReason, Verdict};
use comity_mycel::ledger::Account;
use comity_mycel::order::{OrderState, Report};
use comity_wire::{KeyId, SovereignId, StatementId};

use super::detection::detection_ppm;
use crate::World;

/// A sovereign with the name that its genesis gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Its name; not unique in the world.
    pub name: String,
    /// Its id.
    pub id: SovereignId,
}

/// Everything that the statements prove, if every check passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Statements replayed, over all records.
    pub statements: u64,
    /// Epochs closed, over all records; every root was recomputed.
    pub epochs: u64,
    /// Every order, by id.
    pub orders: Vec<OrderLine>,
    /// Every ledger keeper's books, by keeper and asset.
    pub books: Vec<BooksLine>,
}

impl Summary {
    /// Orders in which something can still happen.
    pub fn open_orders(&self) -> usize {
        self.orders.iter().filter(|order| !order.is_final).count()
    }
}

/// One order and what is proven about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// The order.
    pub id: StatementId,
    /// Its title.
    pub title: String,
    /// Who ordered.
    pub buyer: Party,
    /// Who delivers.
    pub seller: Party,
    /// Who reviews.
    pub house: Party,
    /// Who holds the money.
    pub keeper: Party,
    /// Name and version of the package that judges.
    pub mip: String,
    /// Risk tier.
    pub tier: RiskTier,
    /// The acceptance rule.
    pub predicate: String,
    /// Smallest units of the reward.
    pub amount: u64,
    /// Asset of the reward.
    pub asset: String,
    /// Where it stands.
    pub state: &'static str,
    /// Whether nothing can follow.
    pub is_final: bool,
    /// Attempts started.
    pub attempts: u64,
    /// What became of the money.
    pub money: Money,
    /// Every report on its claims, by id.
    pub reports: Vec<ReportLine>,
    /// Every change of trust that followed from its mission, in the order of the records.
    pub trust: Vec<TrustLine>,
}

/// What became of an order's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// Not in escrow yet, or no longer wanted.
    None,
    /// In escrow.
    Held,
    /// Released to the seller, once.
    Paid,
    /// Returned to the buyer, once.
    Returned {
        /// Why.
        reason: RefundReason,
    },
}

/// One reviewer's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportLine {
    /// The statement.
    pub id: StatementId,
    /// Name of the reviewer.
    pub reviewer: String,
    /// Its key.
    pub key: KeyId,
    /// Model family and method, as declared.
    pub declared: String,
    /// How strongly the report checks the claim.
    pub assurance: Assurance,
    /// What it says.
    pub verdict: Verdict,
    /// The verifier's code.
    pub code: String,
    /// The verifier's numbers.
    pub outputs: BTreeMap<String, i64>,
    /// Engine that ran the verifier.
    pub engine: String,
    /// Fuel spent.
    pub fuel: u64,
    /// The audit, for class A1.
    pub audit: Option<AuditLine>,
}

/// What an audit can find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// Leaves opened, those of the claimed alarms included.
    pub leaves: u64,
    /// Leaves drawn at random after the commitment, at most what the order asked for: only these find what they are
    /// not led to.
    pub drawn: u64,
    /// Leaves committed to.
    pub rows: u64,
    /// Probability, in millionths, that it finds 5 % of false rows.
    pub finds_5_percent_ppm: u64,
    /// Probability, in millionths, that it finds 1 % of false rows.
    pub finds_1_percent_ppm: u64,
}

/// One change of trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustLine {
    /// Whose record keeps the account.
    pub sovereign: Party,
    /// Name of the actor.
    pub actor: String,
    /// Its key.
    pub key: KeyId,
    /// Trust before, in units of 1e-9.
    pub before: Nano,
    /// Trust after.
    pub after: Nano,
    /// Whether the delta guard held the change back.
    pub is_held: bool,
}

/// One ledger keeper's books in one asset. They sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BooksLine {
    /// Who keeps them.
    pub keeper: Party,
    /// The asset.
    pub asset: String,
    /// Money that came in from outside, in smallest units.
    pub came_in: i64,
    /// What each sovereign has, in smallest units.
    pub vaults: Vec<(Party, i64)>,
    /// What is held for orders, in smallest units.
    pub held: i64,
}

/// A change of trust as the fold saw it go by.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) record: SovereignId,
    pub(crate) actor: KeyId,
    pub(crate) mission: StatementId,
    pub(crate) before: Nano,
    pub(crate) after: Nano,
    pub(crate) is_held: bool,
}

/// Reads the summary of a world that was replayed without a refusal.
pub(crate) fn summarise(world: &World, changes: &[Change]) -> Summary {
    let mut reports: BTreeMap<StatementId, Vec<ReportLine>> = BTreeMap::new();
    for report in world.reports() {
        if let Ok(claim) = world.claim(report.body.claim) {
            reports.entry(claim.order).or_default().push(report_line(world, report));
        }
    }
    let mut trust: BTreeMap<StatementId, Vec<TrustLine>> = BTreeMap::new();
    for change in changes {
        trust.entry(change.mission).or_default().push(TrustLine {
            sovereign: party(world, change.record),
            actor: actor(world, &change.actor),
            key: change.actor.clone(),
            before: change.before,
            after: change.after,
            is_held: change.is_held,
        });
    }
    let orders = world.orders().map(|(id, view)| {
        let terms = view.placed.terms();
        let mip = world.mip(terms.mip).map(|(_, mip)| format!("{} {}", mip.name, mip.version));
        OrderLine {
            id,
            title: terms.title.clone(),
            buyer: party(world, view.placed.buyer()),
            seller: party(world, terms.seller),
            house: party(world, terms.reviewer_house),
            keeper: party(world, terms.ledger),
            mip: mip.unwrap_or_default(),
            tier: terms.risk_tier,
            predicate: terms.predicate.clone(),
            amount: terms.reward.amount,
            asset: terms.reward.asset.clone(),
            state: view.placed.state().name(),
            is_final: view.placed.state().is_final(),
            attempts: view.placed.attempt(),
            money: money(view.placed.state()),
            reports: reports.remove(&id).unwrap_or_default(),
            trust: view.mission.and_then(|mission| trust.remove(&mission)).unwrap_or_default(),
        }
    });
    Summary {
        orders: orders.collect(),
        statements: world.records().map(|(_, record)| record.log.size()).sum(),
        epochs: world.records().map(|(_, record)| record.chain().len()).sum(),
        books: books(world),
    }
}

fn report_line(world: &World, report: &Report) -> ReportLine {
    let body = &report.body;
    let declared = world.directory().actor(&body.reviewer);
    let asked = world.claim(body.claim).ok().and_then(|claim| world.order(claim.order).ok());
    let asked = asked.map_or(0, |order| order.placed.terms().audit_leaves);
    let rows = world.evidence(body.commitment).map_or(0, |evidence| evidence.rows);
    ReportLine {
        id: report.id,
        reviewer: actor(world, &body.reviewer),
        key: body.reviewer.clone(),
        declared: declared
            .map(|actor| format!("{}, {}", actor.model_family, actor.method_type))
            .unwrap_or_default(),
        assurance: body.assurance,
        verdict: body.verdict,
        code: body.code.clone(),
        outputs: body.outputs.clone(),
        engine: body.engine.clone(),
        fuel: body.fuel,
        audit: body.audit.as_ref().map(|audit| {
            let drawn = audit.leaves.min(asked);
            AuditLine {
                leaves: audit.leaves,
                drawn,
                rows,
                finds_5_percent_ppm: detection_ppm(drawn, 50_000),
                finds_1_percent_ppm: detection_ppm(drawn, 10_000),
            }
        }),
    }
}

const fn money(state: &OrderState) -> Money {
    match state {
        OrderState::Open | OrderState::Cancelled { is_funded: false } => Money::None,
        OrderState::Funded
        | OrderState::Committed { .. }
        | OrderState::Claimed { .. }
        | OrderState::Rejected
        | OrderState::ChallengeWindow { .. }
        | OrderState::Disputed { .. }
        | OrderState::Resolved { .. }
        | OrderState::Cancelled { is_funded: true } => Money::Held,
        OrderState::Released => Money::Paid,
        OrderState::Refunded { reason } => Money::Returned { reason: *reason },
    }
}

fn books(world: &World) -> Vec<BooksLine> {
    let mut lines: BTreeMap<(SovereignId, String), BooksLine> = BTreeMap::new();
    for (keeper, ledger) in world.ledgers() {
        for (account, asset, balance) in ledger.balances() {
            let line = lines.entry((keeper, asset.to_owned())).or_insert_with(|| BooksLine {
                keeper: party(world, keeper),
                asset: asset.to_owned(),
                came_in: 0,
                vaults: Vec::new(),
                held: 0,
            });
            match account {
                Account::External => line.came_in = balance.saturating_neg(),
                Account::Vault(id) => line.vaults.push((party(world, id), balance)),
                Account::Pending(_) => line.held = line.held.saturating_add(balance),
            }
        }
    }
    lines.into_values().collect()
}

fn party(world: &World, id: SovereignId) -> Party {
    let name = world.directory().sovereign(id).map(|found| found.genesis.name.clone());
    Party { name: name.unwrap_or_default(), id }
}

fn actor(world: &World, key: &KeyId) -> String {
    world.directory().actor(key).map(|found| found.name.clone()).unwrap_or_default()
}
