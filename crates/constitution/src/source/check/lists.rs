//! Rules over members that are no numbers: classes, lists, gates, and what is only worth a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::super::report::Report;
use super::super::schema::is_plain;
use super::super::{File, Value};
use crate::relations::CLASS_MINIMA;
use crate::vocabulary::RiskTier;

/// Days at zero trust that the constitution's text gives, where the author's later file has 90.
const ZERO_DAYS: &str = "180";

pub(super) fn check(file: File, value: &Value, report: &mut Report) {
    if file == File::Policy {
        classes(value, report);
        gates(value, report);
        categories(value, report);
    }
}

/// Blueprint §4.5: the four classes are there, and none is reviewed more weakly than there.
fn classes(policy: &Value, report: &mut Report) {
    const PATH: &str = "policy/mission_class_to_tier";
    const SOURCE: &str = "blueprint 4.5";
    let Some(map @ Value::Map(members)) = policy.get("mission_class_to_tier") else { return };
    let mut seen = BTreeSet::new();
    for (class, tier) in members {
        let here = format!("{PATH}/{class}");
        if !seen.insert(class) {
            report.violation(&here, "is there twice", SOURCE);
        } else if !is_plain(class) {
            report.violation(&here, "a class is lower-case letters, digits and _", SOURCE);
        }
        let parsed = tier.as_text().and_then(RiskTier::parse);
        let least = CLASS_MINIMA.iter().find(|(name, _)| name == class).map(|(_, least)| *least);
        match (parsed, least) {
            (None, _) => {
                let what = format!("is {}, must be R0, R1, R2 or R3", tier.brief(60));
                report.violation(&here, what, SOURCE);
            }
            (Some(tier), Some(least)) if tier < least => {
                report.violation(&here, format!("is {tier}, the least is {least}"), SOURCE);
            }
            (Some(_), _) => {}
        }
    }
    for (class, _) in CLASS_MINIMA {
        if map.get(class).is_none() {
            report.violation(format!("{PATH}/{class}"), "is missing", SOURCE);
        }
    }
}

/// A gate that a lower tier has, a higher one has too.
fn gates(policy: &Value, report: &mut Report) {
    let gate = |tier| policy.at(&["risk_tiers", tier, "human_final_gate"]).and_then(Value::as_bool);
    if let (Some(true), Some(false)) = (gate("R0"), gate("R1")) {
        let what = "a higher tier must not ask for less: R0 has a human gate";
        report.violation("policy/risk_tiers/R1/human_final_gate", what, "blueprint 4.3");
    }
}

/// What never lapses must be prohibited in the first place.
fn categories(policy: &Value, report: &mut Report) {
    let list = |name| policy.at(&["compliance", name]).map(Value::items).unwrap_or_default();
    let prohibited: BTreeSet<&str> =
        list("prohibited_categories").iter().filter_map(Value::as_text).collect();
    let unlimited = list("no_statute_limit_categories").iter().filter_map(Value::as_text);
    for category in unlimited.filter(|category| !prohibited.contains(category)) {
        let what = format!("{category} never lapses and is not prohibited");
        let path = "policy/compliance/no_statute_limit_categories";
        report.violation(path, what, "check_invariants.py");
    }
}

/// What sources disagree on, and what a file itself declares unfinished.
pub(super) fn warn(files: &BTreeMap<File, &Value>, report: &mut Report) {
    let Some(params) = files.get(&File::Params) else { return };
    let at = |path: &[&str]| params.at(path);
    let days = at(&["machine_decommission", "M_ZERO_DECOMMISSION_DAYS"]).and_then(Value::as_number);
    if let Some(days) = days.filter(|days| days.as_str() != ZERO_DAYS && days.to_count().is_ok()) {
        let what = format!("is {days}, the constitution's text says {ZERO_DAYS}, which is taken");
        report.warning("params/machine_decommission/M_ZERO_DECOMMISSION_DAYS", what, "A13");
    }
    let expiry = at(&["genesis", "founder_veto_expiry"]).and_then(Value::as_text);
    if expiry == Some("first_light") {
        let what =
            "is first_light, the blueprint ends the veto with G1: the earlier of both is taken";
        report.warning("params/genesis/founder_veto_expiry", what, "A13");
    }
    for (name, stub) in [
        ("VOICE_VERIFICATION_MODE", "stub"),
        ("SIGNATURE_MODE", "format_validation"),
        ("PERSISTENCE_BACKEND", "json_flat"),
    ] {
        if at(&["stub_configuration", name]).and_then(Value::as_text) == Some(stub) {
            let what = format!("is {stub}, which its author declares unfinished");
            report.warning(format!("params/stub_configuration/{name}"), what, "A1");
        }
    }
}
