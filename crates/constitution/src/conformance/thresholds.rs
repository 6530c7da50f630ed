//! Runs files of thresholds, of the shape of `thresholds.json`: phases and tiers by number of people,
//! sequences that must not go back, and the odds of capture.
#![expect(clippy::float_arithmetic, reason = "the odds of capture are floats in the file, too")]

use comity_wire::{KeyId, Time};
use serde_json::Value;

use super::{CaseResult, fields};
use crate::{
    capture::Odds,
    charter::{Chamber, Charter},
    commitment_tier::CommitmentTier,
    parameters::Parameters,
    phase::{Act, Phase, PhaseEvent, PhaseRules, PhaseState},
};

/// How far a probability may be from the file's, as a part of it.
const TOLERANCE: f64 = 1e-12;
/// Whoever founded the constitutions of a file.
const FOUNDER: &str = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";

/// Runs every entry of a parsed file with the founding numbers.
///
/// Anything that cannot be read is a failed case that says so. Members with another reading of the
/// bounds than the constitution's (`phase_by_...`, `tier_by_...`) fail by name.
pub fn thresholds(file: &Value) -> Vec<CaseResult> {
    let Some(members) = file.as_object() else {
        return vec![CaseResult::fail("file", "the file is not an object")];
    };
    let mut results = Vec::new();
    for (name, value) in members {
        match name.as_str() {
            "phase_by_N_H" | "phase_by_N_H_constitution" => {
                by_count(name, value, &mut results, phase);
            }
            "tier_by_N_H" | "tier_by_N_H_constitution" => by_count(name, value, &mut results, tier),
            "one_way" => sequences(value, &mut results),
            "capture_bound" => bounds(value, &mut results),
            other if other.starts_with("phase_by") || other.starts_with("tier_by") => {
                results.push(CaseResult::fail(other, "an unknown reading of the bounds"));
            }
            _ => {}
        }
    }
    results
}

fn phase(humans: u64) -> String {
    Phase::of(Charter::founding().phases(), humans).to_string()
}

fn tier(humans: u64) -> String {
    CommitmentTier::of(Parameters::founding().commitment(), humans).to_string()
}

fn by_count(name: &str, value: &Value, results: &mut Vec<CaseResult>, got: fn(u64) -> String) {
    let Some(entries) = value.as_object() else {
        results.push(CaseResult::fail(name, "is not an object"));
        return;
    };
    for (count, expected) in entries {
        let case = format!("{name}/{count}");
        results.push(match (count.parse().map(got), expected.as_str()) {
            (Ok(got), Some(expected)) if got == expected => CaseResult::pass(case),
            (Ok(got), _) => CaseResult::fail(case, format!("expected {expected}, got {got}")),
            (Err(_), _) => CaseResult::fail(case, "is no number of people"),
        });
    }
}

fn sequences(value: &Value, results: &mut Vec<CaseResult>) {
    let Some(cases) = value.as_array() else {
        results.push(CaseResult::fail("one_way", "is not a list"));
        return;
    };
    for (index, case) in cases.iter().enumerate() {
        let name = format!("one_way/{index}");
        results.push(match sequence(case) {
            Ok(complaints) => CaseResult::from_complaints(name, &complaints),
            Err(reason) => CaseResult::fail(name, reason),
        });
    }
}

/// The fold itself, one count after the other at one moment.
fn sequence(case: &Value) -> Result<Vec<String>, String> {
    let (charter, parameters) = (Charter::founding(), Parameters::founding());
    let rules = PhaseRules { charter: &charter, parameters: &parameters };
    let at = Time::from_unix(0);
    let founder = KeyId::parse(FOUNDER).map_err(|error| error.to_string())?;
    let mut state = PhaseState::founded(founder, at);
    let (mut phases, mut tiers) = (Vec::new(), Vec::new());
    for count in fields::list(case, "sequence_N_H")? {
        let humans = count.as_u64().ok_or("sequence_N_H holds something that is no count")?;
        let event = PhaseEvent { at, act: Act::Counted { humans } };
        state = state.step(&event, &rules).map_err(|refusal| refusal.to_string())?.state;
        phases.push(state.phase().map_or("none", Phase::name).to_owned());
        tiers.push(state.tier().to_string());
    }
    let mut complaints = Vec::new();
    let mut compare = |name: &str, got: Vec<String>| -> Result<(), String> {
        let expected = fields::texts(case, name)?.into_iter().map(str::to_owned).collect();
        fields::same(&mut complaints, name, expected, got);
        Ok(())
    };
    let has_tiers = case.get("expected_tier").is_some();
    if case.get("expected_phase").is_some() || !has_tiers {
        compare("expected_phase", phases)?;
    }
    if has_tiers {
        compare("expected_tier", tiers)?;
    }
    Ok(complaints)
}

fn bounds(value: &Value, results: &mut Vec<CaseResult>) {
    let Some(entries) = value.as_object() else {
        results.push(CaseResult::fail("capture_bound", "is not an object"));
        return;
    };
    for (share, expected) in entries {
        let name = format!("capture_bound/{share}");
        results.push(match bound(share, expected) {
            Ok(complaints) => CaseResult::from_complaints(name, &complaints),
            Err(reason) => CaseResult::fail(name, reason),
        });
    }
}

fn bound(share: &str, expected: &Value) -> Result<Vec<String>, String> {
    let p: f64 = share.parse().map_err(|_| "the share is no number")?;
    let charter = Charter::founding();
    let set = charter.chambers(Phase::G3).ok_or("no chambers")?;
    let odds = Odds::spread(set, p);
    let entries = expected.as_object().filter(|entries| !entries.is_empty());
    let mut complaints = Vec::new();
    for (name, expected) in entries.ok_or("no probabilities")? {
        let chamber = Chamber::ALL.iter().zip(odds.chambers).find(|(it, _)| it.name() == name);
        let got = match (chamber, name.as_str()) {
            (Some((_, odds)), _) => odds,
            (None, "joint") => odds.joint,
            (None, _) => return Err(format!("{name} is no chamber")),
        };
        let expected = expected.as_f64().ok_or_else(|| format!("{name} is no number"))?;
        let is_near = (got - expected).abs() <= TOLERANCE * expected.abs();
        if !is_near {
            complaints.push(format!("{name}: expected {expected:e}, got {got:e}"));
        }
    }
    Ok(complaints)
}
