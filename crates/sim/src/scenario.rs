//! What happens in a run: how many take part, what they order, what goes wrong. All of it follows from the seed.

use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{GateDecision, Judgement};

use crate::cast::REVIEWERS;
use crate::dice::Dice;

/// How the network and the machines misbehave during the storm, in thousandths and milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faults {
    pub(crate) drop_pm: u64,
    pub(crate) repeat_pm: u64,
    pub(crate) delay_ms: u64,
    /// Chance that a step which appends ends in a crash; other steps crash at a tenth of it.
    pub(crate) crash_pm: u64,
    pub(crate) crashes_max: u64,
    /// How far a calendar clock may be off, in seconds, either way.
    pub(crate) skew_s: i64,
    pub(crate) storm_ms: u64,
}

/// What a byzantine peer does. It holds a record of its own and a place in nobody's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Sends garbage, forgeries and replays.
    Garbage,
    /// Shows one peer another record than everybody else.
    Fork,
    /// Has an entry with a bad signature in its record.
    BadSignature,
}

/// One order to be placed.
#[derive(Clone, Debug)]
pub(crate) struct OrderPlan {
    pub(crate) buyer: usize,
    pub(crate) operator: usize,
    /// Machine at the operator; two orders may name the same one.
    pub(crate) machine: usize,
    pub(crate) tier: RiskTier,
    pub(crate) predicate: &'static str,
    pub(crate) attempts_max: u64,
    pub(crate) challenge_s: u64,
    pub(crate) deadline_s: i64,
    /// Placed only when this other order is settled.
    pub(crate) after: Option<usize>,
    /// The human at the gate, one decision per attempt; the last one repeats.
    pub(crate) gate: Vec<GateDecision>,
    /// Whether the operator opens other rows than it committed to.
    pub(crate) is_cheat: bool,
    /// Whether the outcome is a matter of fact or of values.
    pub(crate) domain: DomainType,
    /// What people judge, one after another by key; the list begins again at its end.
    pub(crate) judgements: Vec<Judgement>,
    /// Whether the owner asks for people.
    pub(crate) escalates: bool,
    /// A reviewer whom the house recuses as soon as it thinks of it.
    pub(crate) recused: Option<&'static str>,
}

/// A reviewer who does not answer as others do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mute {
    pub(crate) name: &'static str,
    /// How long its verification takes; it never ends if there is no number.
    pub(crate) answer_ms: Option<u64>,
}

/// A whole run.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    pub(crate) buyers: usize,
    pub(crate) operators: usize,
    pub(crate) machines: usize,
    pub(crate) faults: Faults,
    pub(crate) rogue: Option<Form>,
    pub(crate) orders: Vec<OrderPlan>,
    /// Whether both sides of a pair offer the treaty, at the same time.
    pub(crate) is_eager: bool,
    /// Reviewers who are silent, or late.
    pub(crate) mute: Vec<Mute>,
}

/// Satisfied by a good detection, by almost any, by none.
pub(crate) const PREDICATES: [&str; 3] = [
    "report.recall_ppm >= 750000 && report.precision_ppm >= 500000",
    "report.recall_ppm >= 0",
    "report.recall_ppm > 1000000",
];

impl Scenario {
    /// One buyer, one operator, no faults, these orders.
    #[cfg(test)]
    pub(crate) fn calm(seed: u64, orders: Vec<OrderPlan>) -> Self {
        let (buyers, operators) = (1, 1);
        let machines = orders.len();
        Self {
            seed,
            buyers,
            operators,
            machines,
            faults: CALM,
            rogue: None,
            orders,
            is_eager: false,
            mute: Vec::new(),
        }
    }

    /// The run of this seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "scenario");
        let is_tight = dice.chance(250);
        let faults = faults(&mut dice);
        let rogue = match dice.below(6) {
            0 => Some(Form::Garbage),
            1 => Some(Form::Fork),
            2 => Some(Form::BadSignature),
            _ => None,
        };
        let (buyers, operators) = match dice.below(4) {
            0 => (2, 1),
            1 => (1, 2),
            _ => (1, 1),
        };
        let count = if dice.chance(400) { 2 } else { buyers.max(operators) };
        let shares_machine = dice.chance(300);
        let orders: Vec<OrderPlan> = (0..count)
            .map(|number| {
                let mut plan = plan(&mut dice, is_tight);
                plan.buyer = number % buyers;
                plan.operator = number % operators;
                plan.machine = if shares_machine { 0 } else { number };
                plan.after = (shares_machine && 0 < number).then_some(0);
                if plan.after.is_some() {
                    // Only the deadline ends this: hours that were paid for cannot be sold again.
                    plan.deadline_s = dice.within(120, 900);
                }
                plan
            })
            .collect();
        let is_eager = dice.chance(300);
        let mute = mute(&mut dice);
        Self { seed, buyers, operators, machines: count, faults, rogue, orders, is_eager, mute }
    }
}

const CALM: Faults = Faults {
    drop_pm: 0,
    repeat_pm: 0,
    delay_ms: 20,
    crash_pm: 0,
    crashes_max: 0,
    skew_s: 0,
    storm_ms: 0,
};

fn faults(dice: &mut Dice) -> Faults {
    if dice.chance(50) {
        // Some runs are calm: what fails there needs no fault.
        return CALM;
    }
    Faults {
        drop_pm: dice.below(300),
        repeat_pm: dice.below(200),
        delay_ms: dice.span(20, 2_500),
        crash_pm: dice.below(150),
        crashes_max: dice.below(9),
        skew_s: dice.within(0, 240),
        storm_ms: dice.span(20_000, 90_000),
    }
}

/// Nobody, or up to three who answer late or never.
fn mute(dice: &mut Dice) -> Vec<Mute> {
    let count = if dice.chance(400) { dice.span(1, 3) } else { 0 };
    let one = |dice: &mut Dice| {
        let name = REVIEWERS.get(dice.index(REVIEWERS.len())).copied().unwrap_or("rule-1");
        let answer_ms = dice.chance(500).then(|| dice.span(5_000, 60_000));
        Mute { name, answer_ms }
    };
    (0..count).map(|_| one(dice)).collect()
}

pub(crate) fn plan(dice: &mut Dice, is_tight: bool) -> OrderPlan {
    let tier = match dice.below(10) {
        0..=2 => RiskTier::R0,
        3..=8 => RiskTier::R1,
        _ => RiskTier::R2,
    };
    let predicate = match dice.below(10) {
        0..=5 => PREDICATES[0],
        6..=8 => PREDICATES[1],
        _ => PREDICATES[2],
    };
    let decide = |dice: &mut Dice| {
        if dice.chance(300) { GateDecision::Reject } else { GateDecision::Approve }
    };
    OrderPlan {
        buyer: 0,
        operator: 0,
        machine: 0,
        tier,
        predicate,
        attempts_max: dice.span(1, 2),
        challenge_s: dice.span(0, 60),
        deadline_s: if is_tight { dice.within(15, 240) } else { 30 * 86_400 },
        after: None,
        gate: vec![decide(dice), decide(dice)],
        is_cheat: dice.chance(120),
        domain: match dice.below(10) {
            0 => DomainType::Normative,
            1 => DomainType::Mixed,
            _ => DomainType::Objective,
        },
        judgements: (0..3)
            .map(|_| if dice.chance(250) { Judgement::Reject } else { Judgement::Approve })
            .collect(),
        escalates: dice.chance(100),
        recused: dice
            .chance(200)
            .then(|| REVIEWERS.get(dice.index(REVIEWERS.len())).copied())
            .flatten(),
    }
}
