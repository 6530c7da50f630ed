//! Runs files of trust updates with stated parameters, of the shape of `trust_updates.json`.
//!
//! Numbers in such a file are decimal texts, so that no float is involved on either side. An
//! answer passes if it lies within the file's tolerance; flags must be equal.

mod decimal;

use comity_constitution::{ActorKind, Nano, ScoreWeights, conformance::CaseResult};
use serde_json::Value;

use crate::{
    population::Population,
    rules::{KindRules, Rules},
    update::{Inputs, Outcome, update},
};

/// Runs every case of a parsed file.
///
/// Anything that cannot be read is a failed case that says so; nothing is skipped.
pub fn trust_updates(file: &Value) -> Vec<CaseResult> {
    let rules = match rules(file) {
        Ok(rules) => rules,
        Err(reason) => return vec![CaseResult::fail("params_for_these_vectors", reason)],
    };
    let tolerance = match number(file, "tolerance") {
        Ok(tolerance) => tolerance,
        Err(reason) => return vec![CaseResult::fail("tolerance", reason)],
    };
    let Some(cases) = file.get("cases").and_then(Value::as_array) else {
        return vec![CaseResult::fail("cases", "the file has no list of cases")];
    };
    cases
        .iter()
        .enumerate()
        .map(|(index, case)| {
            let name = case
                .get("name")
                .and_then(Value::as_str)
                .map_or_else(|| format!("case {index}"), str::to_owned);
            match run(&rules, tolerance, case) {
                Ok(complaints) => CaseResult::from_complaints(name, &complaints),
                Err(reason) => CaseResult::fail(name, reason),
            }
        })
        .collect()
}

/// Whatever the outcome of one case disagrees with.
fn run(rules: &Rules, tolerance: i128, case: &Value) -> Result<Vec<String>, String> {
    let outcome = update(rules, &inputs(member(case, "in")?)?);
    let mut complaints = Vec::new();
    for (name, got) in numbers(&outcome) {
        let expected = number(case, name)?;
        if tolerance < expected.abs_diff(decimal::of_nano(got)).try_into().unwrap_or(i128::MAX) {
            complaints.push(format!("{name}: expected {}, got {got}", member(case, name)?));
        }
    }
    for (name, got) in
        [("quality_gate_pass", outcome.gate_passed), ("suspended_by_delta_guard", outcome.held)]
    {
        let expected = flag(case, name)?;
        if expected != got {
            complaints.push(format!("{name}: expected {expected}, got {got}"));
        }
    }
    Ok(complaints)
}

/// The numbers of an outcome under the names that the file gives them.
const fn numbers(outcome: &Outcome) -> [(&'static str, Nano); 8] {
    [
        ("score", outcome.score),
        ("gain", outcome.gain),
        ("penalty", outcome.penalty),
        ("decay", outcome.decay),
        ("cap", outcome.cap),
        ("T_proposed", outcome.proposed),
        ("delta", outcome.delta),
        ("T_after", outcome.after),
    ]
}

fn rules(file: &Value) -> Result<Rules, String> {
    let params = member(file, "params_for_these_vectors")?;
    let weights = member(params, "w")?;
    let gates = member(params, "Q_min")?;
    let (human, machine) = (member(params, "H")?, member(params, "M")?);
    Ok(Rules {
        cap_k: nano(human, "k")?,
        cap_population_min: 0,
        delta_fast: nano(params, "delta_fast")?,
        effort_max: nano(params, "E_max_credit")?,
        human: kind_rules(human, nano(gates, "H")?)?,
        lambda_age: nano(machine, "lambda_age")?,
        lambda_drift: nano(machine, "lambda_drift")?,
        machine: kind_rules(machine, nano(gates, "M")?)?,
        weights: ScoreWeights {
            e: nano(weights, "E")?,
            q: nano(weights, "Q")?,
            r: nano(weights, "R")?,
            v: nano(weights, "V")?,
        },
    })
}

fn kind_rules(params: &Value, quality_min: Nano) -> Result<KindRules, String> {
    let floor = nano(params, "floor")?;
    Ok(KindRules {
        alpha: nano(params, "alpha")?,
        // The file states the trust before each update, so nobody is admitted here.
        baseline: floor,
        beta: nano(params, "beta")?,
        delta_max: nano(params, "delta_max")?,
        floor,
        gamma: nano(params, "gamma")?,
        quality_min,
        trust_max: nano(params, "T_abs_max")?,
        u_max: nano(params, "u_max")?,
    })
}

fn inputs(given: &Value) -> Result<Inputs, String> {
    let kind = match member(given, "kind")?.as_str() {
        Some("H") => ActorKind::Human,
        Some("M") => ActorKind::Machine,
        Some(_) | None => return Err("kind is neither H nor M".to_owned()),
    };
    let people = match (kind, member(given, "population_T_H")?) {
        (_, Value::Array(people)) => people.as_slice(),
        (ActorKind::Machine, Value::Null) => &[],
        (ActorKind::Machine | ActorKind::Human, _) => {
            return Err("population_T_H is not a list".to_owned());
        }
    };
    let mut population = Population::default();
    for person in people {
        let trust = decimal::parse(person).and_then(decimal::to_nano);
        let trust =
            trust.filter(|trust| trust.is_unit()).ok_or("population_T_H has a bad value")?;
        population.add(trust);
    }
    Ok(Inputs {
        kind,
        trust: nano(given, "T")?,
        q: nano(given, "Q")?,
        r: nano(given, "R")?,
        v: nano(given, "V")?,
        e: nano(given, "E")?,
        proof_of_trust: flag(given, "proof_of_trust")?,
        severe: count(given, "severe_fail")?,
        minor: count(given, "minor_fail")?,
        dormancy: nano(given, "dormancy_decay")?,
        staleness: nano(given, "staleness")?,
        env_drift: nano(given, "env_drift")?,
        population,
        used: nano(given, "positive_delta_already_used_this_epoch")?,
    })
}

fn member<'a>(object: &'a Value, name: &str) -> Result<&'a Value, String> {
    object.get(name).ok_or_else(|| format!("{name} is missing"))
}

fn number(object: &Value, name: &str) -> Result<i128, String> {
    decimal::parse(member(object, name)?).ok_or_else(|| format!("{name} is not a decimal"))
}

fn nano(object: &Value, name: &str) -> Result<Nano, String> {
    decimal::to_nano(number(object, name)?).ok_or_else(|| format!("{name} is too large"))
}

fn flag(object: &Value, name: &str) -> Result<bool, String> {
    member(object, name)?.as_bool().ok_or_else(|| format!("{name} is neither true nor false"))
}

fn count(object: &Value, name: &str) -> Result<u32, String> {
    let count = member(object, name)?.as_u64().and_then(|count| u32::try_from(count).ok());
    count.ok_or_else(|| format!("{name} is not a count"))
}
