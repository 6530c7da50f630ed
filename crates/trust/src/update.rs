//! One trust update: the formula of blueprint §4.1 and the guard of §4.2, as a pure function.

use comity_constitution::{ActorKind, Nano, round_half_even};

use crate::{
    population::Population,
    rules::{KindRules, Rules},
};

/// Everything one update depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// Whose rules.
    pub kind: ActorKind,
    /// Trust now.
    pub trust: Nano,
    /// Quality, taken in 0..=1.
    pub q: Nano,
    /// Reliability, taken in 0..=1.
    pub r: Nano,
    /// Volume, taken in 0..=1.
    pub v: Nano,
    /// Effort, taken from 0 to the rules' clamp.
    pub e: Nano,
    /// Whether independently reviewed evidence stands behind this update.
    pub proof_of_trust: bool,
    /// Severe failures.
    pub severe: u32,
    /// Minor failures.
    pub minor: u32,
    /// Decay of a dormant person; ignored for machines.
    pub dormancy: Nano,
    /// Days since a machine's last verified work, in units of 1e-9 days; ignored for people.
    pub staleness: Nano,
    /// Change of a machine's environment, ignored for people.
    pub env_drift: Nano,
    /// All verified people before the epoch; ignored for machines.
    pub population: Population,
    /// Positive change already made in this epoch.
    pub used: Nano,
}

/// Every number of one update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Weighted score, 0..=1.
    pub score: Nano,
    /// Whether quality reached the gate.
    pub gate_passed: bool,
    /// What the work earned.
    pub gain: Nano,
    /// What the failures cost.
    pub penalty: Nano,
    /// What time and drift cost.
    pub decay: Nano,
    /// Highest trust allowed now.
    pub cap: Nano,
    /// Trust after clipping and the limiter, before the guard.
    pub proposed: Nano,
    /// `proposed` less the trust before.
    pub delta: Nano,
    /// Whether the delta guard holds the update.
    pub held: bool,
    /// Trust after the update: `proposed`, or the trust before if held.
    pub after: Nano,
    /// Whether this is a machine with no trust left (blueprint §4.1, hard rule 5).
    pub quarantined: bool,
}

/// Computes one update, in the order score, gate, gain, penalty, decay, clip, limiter, guard.
///
/// Pure and total. Each published number is rounded half to even once, from exact intermediate
/// values; wide results stop at the ends of the range.
///
/// # Deviations
///
/// The blueprint clips at the cap even when the cap itself has fallen; so does this.
pub fn update(rules: &Rules, inputs: &Inputs) -> Outcome {
    let kind = rules.of(inputs.kind);
    let raw_score = raw_score(rules, inputs);
    let gate_passed = kind.quality_min <= inputs.q;
    let gain =
        if gate_passed && inputs.proof_of_trust { gain(kind, raw_score) } else { Nano::ZERO };
    let penalty = penalty(kind, inputs);
    let decay = decay(rules, inputs);
    let cap = cap_of(rules, inputs.kind, inputs.population);

    let moved = wide(inputs.trust) + wide(gain) - wide(penalty) - wide(decay);
    // The cap is never below the floor, so the range is never empty.
    let clipped = Nano::saturating(moved.clamp(wide(kind.floor.min(cap)), wide(cap)));
    let proposed = clipped.min(inputs.trust.plus(kind.delta_max.max(Nano::ZERO)));
    let delta = proposed.minus(inputs.trust);
    let rises = Nano::ZERO < delta;
    let held = rises && wide(rules.delta_fast) < wide(inputs.used.max(Nano::ZERO)) + wide(delta);
    let after = if held { inputs.trust } else { proposed };
    let quarantined = inputs.kind == ActorKind::Machine && after <= Nano::ZERO;
    Outcome {
        score: Nano::saturating(round_half_even(raw_score, wide(Nano::ONE))),
        gate_passed,
        gain,
        penalty,
        decay,
        cap,
        proposed,
        delta,
        held,
        after,
        quarantined,
    }
}

fn wide(value: Nano) -> i128 {
    i128::from(value.get())
}

/// The score in units of 1e-18, in 0..=1e18: not yet rounded.
fn raw_score(rules: &Rules, inputs: &Inputs) -> i128 {
    let weights = rules.weights;
    let effort = inputs.e.max(Nano::ZERO).min(rules.effort_max.max(Nano::ZERO));
    let sum = wide(weights.q) * wide(inputs.q.clamp_unit())
        + wide(weights.r) * wide(inputs.r.clamp_unit())
        + wide(weights.v) * wide(inputs.v.clamp_unit());
    let sum = sum.saturating_add(wide(weights.e).saturating_mul(wide(effort)));
    sum.clamp(0, wide(Nano::ONE) * wide(Nano::ONE))
}

/// `min(alpha * score, u_max)`, never negative.
fn gain(kind: &KindRules, raw_score: i128) -> Nano {
    let scale = wide(Nano::ONE) * wide(Nano::ONE);
    let earned = round_half_even(wide(kind.alpha).saturating_mul(raw_score), scale);
    Nano::saturating(earned).min(kind.u_max).max(Nano::ZERO)
}

/// `beta * severe + gamma * minor`, never negative.
fn penalty(kind: &KindRules, inputs: &Inputs) -> Nano {
    let severe = wide(kind.beta) * i128::from(inputs.severe);
    let minor = wide(kind.gamma) * i128::from(inputs.minor);
    Nano::saturating(severe + minor).max(Nano::ZERO)
}

/// A person's dormancy, or a machine's `lambda_age * staleness + lambda_drift * drift`.
fn decay(rules: &Rules, inputs: &Inputs) -> Nano {
    match inputs.kind {
        ActorKind::Human => inputs.dormancy.max(Nano::ZERO),
        ActorKind::Machine => {
            let age = wide(rules.lambda_age) * wide(inputs.staleness.max(Nano::ZERO));
            let drift = wide(rules.lambda_drift) * wide(inputs.env_drift.max(Nano::ZERO));
            let sum = round_half_even(age.saturating_add(drift), wide(Nano::ONE));
            Nano::saturating(sum).max(Nano::ZERO)
        }
    }
}

/// `min(trust_max, mean + k * std)` for people, `trust_max` for machines; never below the floor.
pub(crate) fn cap_of(rules: &Rules, kind: ActorKind, population: Population) -> Nano {
    let KindRules { trust_max: absolute, floor, .. } = *rules.of(kind);
    let cap = match kind {
        ActorKind::Machine => absolute,
        ActorKind::Human if u64::from(population.count()) < rules.cap_population_min => absolute,
        ActorKind::Human => {
            population.mean_plus(rules.cap_k).map_or(absolute, |cap| cap.min(absolute))
        }
    };
    cap.max(floor)
}

#[cfg(test)]
mod tests;
