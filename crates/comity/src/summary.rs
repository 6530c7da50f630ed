//! What a tour shows at its end: who did what, what was proven and how strongly, what was paid, what it does not prove.
//!
//! Collected from the worlds of the four nodes; the verifier says the same from the export alone.

pub(crate) mod page;
mod render;

use comity_mission::facts::Decision;
use comity_mycel::facts::{Assurance, Verdict};
use comity_mycel::order::OrderState;
use comity_replay::{OrderView, World};
use comity_sign::Claim;
use comity_wire::{KeyId, Statement, StatementId};
use serde::Serialize;

use crate::plant::Plant;
use crate::tour::Tour;
use crate::town::Town;

/// Everything a tour has to say.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Where the readings come from.
    pub source: String,
    /// Whether they are made up.
    pub is_simulated: bool,
    /// The seed of all keys.
    pub seed: u64,
    /// Readings, a count.
    pub rows: u64,
    /// How the part before the judged span was used.
    pub calibration: String,
    /// Local clock changes that were tolerated in the series, a count.
    pub clock_folds: u64,
    /// The four.
    pub sovereigns: Vec<SovereignLine>,
    /// Each order, in the order in which they were placed.
    pub orders: Vec<OrderLine>,
    /// Trust before and after, of everybody whose trust was touched.
    pub trust: Vec<TrustLine>,
    /// Sum of all accounts of the ledger keeper, per asset; always zero.
    pub ledger_sums: Vec<(String, i128)>,
    /// Balances of the ledger keeper's accounts.
    pub balances: Vec<(String, i64)>,
    /// What a reader must not conclude.
    pub does_not_prove: Vec<String>,
    /// Where the export is.
    pub exported_to: Option<String>,
}

/// One sovereign and its record.
#[derive(Clone, Debug, Serialize)]
pub struct SovereignLine {
    /// Short name.
    pub name: String,
    /// Organisation.
    pub organisation: String,
    /// Region.
    pub region: String,
    /// Id.
    pub id: String,
    /// Statements in its record, a count.
    pub statements: u64,
    /// Root of its log.
    pub root: String,
    /// Witnesses that cosigned it, a count.
    pub witnesses: u64,
    /// Commitments in its chain, a count.
    pub commitments: u64,
    /// The last commitment's hash.
    pub commitment: String,
}

/// One order from placing to the last coin.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Risk tier.
    pub tier: String,
    /// Domain type.
    pub domain_type: String,
    /// The acceptance rule.
    pub predicate: String,
    /// Reward and asset.
    pub reward: (u64, String),
    /// Judged span.
    pub span: (String, String),
    /// Where it ended.
    pub state: String,
    /// States its mission went through.
    pub path: Vec<String>,
    /// How its final gate was passed, if it was.
    pub gate: Option<String>,
    /// Who worked.
    pub worker: Option<String>,
    /// The evidence commitment.
    pub evidence: Option<EvidenceLine>,
    /// Each review.
    pub reviews: Vec<ReviewLine>,
}

/// What was committed to and claimed.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceLine {
    /// Root over the salted leaves.
    pub root: String,
    /// Leaves, a count.
    pub rows: u64,
    /// Alarms claimed, a count.
    pub alarms: u64,
    /// SHA-256 of the worker's module.
    pub module: String,
}

/// One reviewer's finding.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewLine {
    /// Name.
    pub reviewer: String,
    /// Declared model family.
    pub model_family: String,
    /// Declared method.
    pub method_type: String,
    /// Organisation.
    pub organisation: String,
    /// Region.
    pub region: String,
    /// Assurance class.
    pub assurance: Assurance,
    /// Verdict.
    pub verdict: Verdict,
    /// Code.
    pub code: String,
    /// Decision on the mission.
    pub decision: Option<Decision>,
    /// The verifier's numbers.
    pub outputs: std::collections::BTreeMap<String, i64>,
    /// Fuel used.
    pub fuel: u64,
    /// Rows opened in an audit: those that the beacon drew, and those that raised an alarm.
    pub audited: Option<u64>,
    /// Of those, how many the order has drawn at random.
    pub drawn: u64,
    /// With what probability a random draw of that size meets a false row if 5 % of the rows are false, in ppm.
    pub detection_ppm: u64,
    /// Openings logged for this report, a count.
    pub openings: u64,
}

/// One actor's trust.
#[derive(Clone, Debug, Serialize)]
pub struct TrustLine {
    /// Name.
    pub actor: String,
    /// Whose account.
    pub sovereign: String,
    /// Before, in units of 1e-9.
    pub before: i64,
    /// After, in units of 1e-9.
    pub after: i64,
    /// Held back by the delta guard.
    pub held: bool,
}

impl Summary {
    /// Reads a finished tour.
    pub fn of(tour: &Tour, plant: &Plant, exported_to: Option<String>) -> anyhow::Result<Self> {
        let town = &tour.town;
        let world = town.citizen("operator")?.node.world();
        let mut placed: Vec<(StatementId, &OrderView)> = world.orders().collect();
        placed.sort_by_key(|(id, _)| world.place(*id).map(|place| place.index));
        let mut orders = Vec::new();
        for (id, order) in placed {
            orders.push(order_line(town, world, id, order)?);
        }
        let keeper = town.id("ledger")?;
        let books = town.citizen("ledger")?.node.world().ledger(keeper).cloned();
        let books = books.unwrap_or_default();
        let before = plant.readings.iter().filter(|reading| reading.t < plant.span.from).count();
        Ok(Self {
            source: plant.source.clone(),
            is_simulated: plant.is_simulated,
            seed: tour.seed(),
            rows: plant.readings.len() as u64,
            calibration: format!(
                "the first {before} rows set the detector's band (median and spread of the values); \
                 no label of theirs was used, and no parameter was fitted"
            ),
            clock_folds: plant.folds.len() as u64,
            sovereigns: town
                .citizens()
                .map(|(name, _)| sovereign_line(town, name))
                .collect::<anyhow::Result<_>>()?,
            orders,
            trust: trust_lines(town)?,
            ledger_sums: books
                .sums()
                .into_iter()
                .map(|(asset, sum)| (asset.to_owned(), sum))
                .collect(),
            balances: books
                .balances()
                .map(|(account, asset, amount)| (account_name(town, account, asset), amount))
                .collect(),
            does_not_prove: does_not_prove(plant),
            exported_to,
        })
    }

    /// The summary for a person: at most 80 columns, no colour.
    pub fn render(&self) -> String {
        render::text(self)
    }
}

fn account_name(town: &Town, account: comity_mycel::ledger::Account, asset: &str) -> String {
    use comity_mycel::ledger::Account;
    match account {
        Account::External => format!("outside world ({asset})"),
        Account::Vault(id) => format!("{} ({asset})", town.name(id)),
        Account::Pending(id) => format!("escrow for {} ({asset})", id.short()),
    }
}

fn sovereign_line(town: &Town, name: &str) -> anyhow::Result<SovereignLine> {
    let citizen = town.citizen(name)?;
    let (charter, id) = (citizen.node.charter(), town.id(name)?);
    let record = citizen.node.world().record(id);
    let sealed = citizen.node.sealed();
    let head = record.and_then(|record| record.chain().head().copied());
    Ok(SovereignLine {
        name: name.to_owned(),
        organisation: charter.organisation.clone(),
        region: charter.region.clone(),
        id: id.to_string(),
        statements: citizen.node.envelopes().len() as u64,
        root: record.map(|record| record.log.root().to_string()).unwrap_or_default(),
        witnesses: sealed.map_or(0, |sealed| sealed.cosignatures().len() as u64),
        commitments: record.map_or(0, |record| record.chain().len()),
        commitment: head.map(|head| head.hash.to_string()).unwrap_or_default(),
    })
}

fn order_line(
    town: &Town,
    world: &World,
    id: StatementId,
    order: &OrderView,
) -> anyhow::Result<OrderLine> {
    let terms = order.placed.terms();
    let view = order.mission.and_then(|mission| world.mission(mission).ok());
    let panel = view.and_then(|view| view.panel());
    let evidence = panel.and_then(|panel| {
        let evidence = world.evidence(panel.bundle.commitment?).ok()?;
        let claim = world.claim(panel.bundle.claim).ok()?;
        Some(EvidenceLine {
            root: evidence.root.to_string(),
            rows: evidence.rows,
            alarms: claim.alarms,
            module: claim.module.to_string(),
        })
    });
    let reviews = panel
        .into_iter()
        .flat_map(|panel| panel.assigned.keys().map(move |key| (panel, key)))
        .filter_map(|(panel, key)| review_line(world, order, panel, key))
        .collect();
    let (path, gate) = match order.mission {
        Some(mission) => path(town, mission)?,
        None => (Vec::new(), None),
    };
    let name = |key: &KeyId| world.directory().actor(key).map(|actor| actor.name.clone()).ok();
    Ok(OrderLine {
        id: id.to_string(),
        title: terms.title.clone(),
        tier: terms.risk_tier.name().to_owned(),
        domain_type: terms.domain_type.name().to_owned(),
        predicate: terms.predicate.clone(),
        reward: (terms.reward.amount, terms.reward.asset.clone()),
        span: (terms.span.from.to_string(), terms.span.to.to_string()),
        state: state_text(order.placed.state()),
        path,
        gate,
        worker: panel.and_then(|panel| name(&panel.bundle.work.worker.key)),
        evidence,
        reviews,
    })
}

fn state_text(state: &OrderState) -> String {
    if let OrderState::Refunded { reason } = state {
        return format!("refunded to the buyer: {reason:?}");
    }
    if *state == OrderState::Released {
        return "released: the operator was paid, once".to_owned();
    }
    format!("{state:?}")
}

fn review_line(
    world: &World,
    order: &OrderView,
    panel: &comity_mission::Panel,
    key: &KeyId,
) -> Option<ReviewLine> {
    let rows = world.evidence(panel.bundle.commitment?).ok()?.rows;
    let drawn = order.placed.terms().audit_leaves.min(rows);
    let actor = world.directory().actor(key).ok()?;
    let report = world.report_by(panel.bundle.claim, key)?;
    Some(ReviewLine {
        reviewer: actor.name.clone(),
        model_family: actor.model_family.clone(),
        method_type: actor.method_type.clone(),
        organisation: actor.organisation.clone(),
        region: actor.region.clone(),
        assurance: report.body.assurance,
        verdict: report.body.verdict,
        code: report.body.code.clone(),
        decision: panel.reviews.get(key).map(|review| review.decision),
        outputs: report.body.outputs.clone(),
        fuel: report.body.fuel,
        audited: report.body.audit.as_ref().map(|audit| audit.leaves),
        drawn,
        detection_ppm: comity_replay::report::detection_ppm(drawn, 50_000),
        openings: report.body.openings.len() as u64,
    })
}

/// The states that a mission went through, read off the operator's record, and how its gate was passed.
fn path(town: &Town, mission: StatementId) -> anyhow::Result<(Vec<String>, Option<String>)> {
    use comity_mission::MissionFact as F;
    let (mut path, mut gate) = (Vec::new(), None);
    for bytes in town.citizen("operator")?.node.envelopes() {
        let claim = Claim::<Statement>::decode(bytes)?;
        let statement = claim.claimed();
        let Some(fact) = F::decode(&statement.kind, &statement.body)? else { continue };
        if fact.mission().unwrap_or_else(|| claim.id()) != mission {
            continue;
        }
        let state = match &fact {
            F::Drafted(_) => "Draft",
            F::Scoped(_) => "Scoped",
            F::Decomposed(_) => "Decomposed",
            F::Started(_) => "InProgress",
            F::EvidenceAttached(_) => "EvidenceAttached",
            F::ReviewOpened(_) => "UnderReview",
            F::ReworkRequired(_) => "Rework",
            F::Integrated(_) => "Integrated",
            F::GateOpened(_) => "FinalHumanGate",
            F::Completed(body) => {
                gate = Some(format!("{:?}", body.gate).to_lowercase());
                "Completed"
            }
            F::Rejected(_) => "Rejected",
            F::EvidenceOfWork(_)
            | F::Reviewed(_)
            | F::Recused(_)
            | F::ReviewerSilent(_)
            | F::ReviewerReplaced(_)
            | F::Escalated(_)
            | F::PanelOpened(_)
            | F::PanelDecided(_)
            | F::EvidenceOfTrust(_)
            | F::GateDecided(_) => continue,
        };
        path.push(state.to_owned());
    }
    Ok((path, gate))
}

/// Trust at admission and now, of those whose account was touched.
fn trust_lines(town: &Town) -> anyhow::Result<Vec<TrustLine>> {
    let mut lines = Vec::new();
    for (name, citizen) in town.citizens() {
        let world = citizen.node.world();
        for bytes in citizen.node.envelopes() {
            let claim = Claim::<Statement>::decode(bytes)?;
            let statement = claim.claimed();
            let fact = comity_trust::TrustFact::decode(&statement.kind, &statement.body)?;
            if let Some(comity_trust::TrustFact::Updated(body)) = fact {
                lines.push(TrustLine {
                    actor: world.directory().actor(&body.actor)?.name.clone(),
                    sovereign: name.to_owned(),
                    before: body.before.get(),
                    after: body.after.get(),
                    held: body.held,
                });
            }
        }
    }
    Ok(lines)
}

fn does_not_prove(plant: &Plant) -> Vec<String> {
    let mut lines = vec![
        "That the readings are true: the device's signatures are simulated here, and a sensor that \
         lies, lies under a good signature too."
            .to_owned(),
        "That every row was looked at by an audit (A1): it opens a drawn sample. A re-execution (A3) \
         looks at every row, but sees only what was committed."
            .to_owned(),
        "That reviewers are who and what they declare: model family, method, region and \
         organisation are statements of their house."
            .to_owned(),
        "That the four did not collude: here one program runs them all, with keys made from a \
         seed that is printed above."
            .to_owned(),
        "That the buyer's labels are right: they decide recall and precision, and only their \
         salted hash is public."
            .to_owned(),
    ];
    if plant.is_simulated {
        lines.insert(0, "Anything about a real machine: the plant is simulated.".to_owned());
    }
    lines
}
