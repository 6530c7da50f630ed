//! Who reviewed, whether they may, and whether there are enough of them and different enough.

use std::collections::BTreeSet;

use comity_constitution::source::Value;
use comity_constitution::{DomainType, MethodType, RiskTier, TierPolicy};

use super::fields::Fields;
use super::{FORM, Policy, SOURCE};
use crate::profile::Label;

const REVIEWERS: &str = "mission/reviewers";
const DECISIONS: &str = "mission/review_decisions";
/// The two words that the author's texts have for the family of a person.
const HUMAN: [&str; 2] = ["human", "human-reviewer"];

/// A reviewer with everything that is counted, in canonical words.
struct Reviewer<'a> {
    id: &'a str,
    axes: [Option<String>; 4],
}

/// What each axis is called.
const AXES: [&str; 4] = ["regions", "organizations", "model families", "method types"];

pub(super) fn check(bundle: &Value, policy: &Policy, fields: &mut Fields) {
    let tier = tier(bundle, policy, fields);
    if let Some(domain) = fields.text("mission/domain_type", bundle.get("domain_type"))
        && DomainType::parse(domain).is_none()
    {
        let what = format!("{domain} is no domain type");
        fields.report.violation("mission/domain_type", what, "invariant 24");
    }
    let worker = fields.text("mission/worker_id", bundle.get("worker_id")).map(str::trim);
    let reviewers = reviewers(bundle, worker, fields);
    let approving = approving(bundle, &reviewers, fields);
    let gate = bundle.get("human_final_approval");
    if let Some(value) = gate.filter(|value| value.as_bool().is_none()) {
        let what = format!("is {}, must be true or false", value.brief(40));
        fields.report.violation("mission/human_final_approval", what, FORM);
    }
    let Some((tier, topology)) = tier else { return };
    if topology.constitutional {
        let what = format!("{tier} is decided by human chambers, never by reviewers");
        fields.report.violation("mission/risk_tier", what, "blueprint 4.3");
        return;
    }
    if topology.human_final_gate && gate.and_then(Value::as_bool) == Some(false) {
        let what = format!("{tier} needs a person's approval");
        fields.report.violation("mission/human_final_approval", what, SOURCE);
    }
    topology_of(&reviewers, &approving, topology, fields);
}

/// The tier that the class demands; the bundle must say the same.
fn tier<'a>(
    bundle: &Value,
    policy: &'a Policy,
    fields: &mut Fields,
) -> Option<(RiskTier, &'a TierPolicy)> {
    let class = fields.text("mission/mission_class", bundle.get("mission_class"));
    let given = fields.text("mission/risk_tier", bundle.get("risk_tier"));
    let class = class?;
    let Some((tier, topology)) = policy.tier_of(class) else {
        let what = format!("{class} is mapped to no tier");
        fields.report.violation("mission/mission_class", what, SOURCE);
        return None;
    };
    if given.is_some_and(|given| given != tier.name()) {
        let what = format!("is not {tier}, to which the class is mapped");
        fields.report.violation("mission/risk_tier", what, SOURCE);
    }
    Some((tier, topology))
}

fn reviewers<'a>(
    bundle: &'a Value,
    worker: Option<&str>,
    fields: &mut Fields,
) -> Vec<Reviewer<'a>> {
    let items = fields.list(REVIEWERS, bundle.get("reviewers")).unwrap_or_default();
    let mut found: Vec<Reviewer<'a>> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let path = format!("{REVIEWERS}/{at}");
        let names = ["id", "model_family", "method_type", "region", "organization"];
        if !fields.object(&path, item, &names) {
            continue;
        }
        let id = fields.text(&format!("{path}/id"), item.get("id")).map_or("", str::trim);
        let mut label = |name: &str| {
            let here = format!("{path}/{name}");
            let text = fields.text(&here, item.get(name))?;
            let label = Label::parse(text);
            if label.is_none() {
                fields.report.violation(here, "has characters that no name needs", FORM);
            }
            label.map(|label| label.as_str().to_owned())
        };
        let (region, organization) = (label("region"), label("organization"));
        let family = label("model_family").map(|family| {
            if HUMAN.contains(&family.as_str()) { "human".to_owned() } else { family }
        });
        let method = fields.text(&format!("{path}/method_type"), item.get("method_type"));
        let known = method.filter(|method| MethodType::parse(method).is_some());
        if let Some(method) = method.filter(|_| known.is_none()) {
            let what = format!("{method} is no method type");
            fields.report.violation(format!("{path}/method_type"), what, "invariant 20");
        }
        if !id.is_empty() && worker == Some(id) {
            fields.report.violation(format!("{path}/id"), "is the worker", SOURCE);
        }
        if !id.is_empty() && found.iter().any(|reviewer| reviewer.id == id) {
            fields.report.violation(format!("{path}/id"), "is assigned twice", FORM);
        }
        let axes = [region, organization, family, known.map(str::to_owned)];
        found.push(Reviewer { id, axes });
    }
    found
}

/// The assigned reviewers who approve.
fn approving<'a>(
    bundle: &Value,
    reviewers: &'a [Reviewer<'a>],
    fields: &mut Fields,
) -> Vec<&'a Reviewer<'a>> {
    let items = fields.list(DECISIONS, bundle.get("review_decisions")).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let path = format!("{DECISIONS}/{at}");
        if !fields.object(&path, item, &["reviewer_id", "decision", "notes"]) {
            continue;
        }
        fields.text(&format!("{path}/notes"), item.get("notes"));
        let here = format!("{path}/reviewer_id");
        let id = fields.text(&here, item.get("reviewer_id")).map(str::trim);
        let decision = fields.text(&format!("{path}/decision"), item.get("decision"));
        if let Some(decision) = decision.filter(|it| !["APPROVE", "REJECT", "ABSTAIN"].contains(it))
        {
            let what = format!("{decision} is not APPROVE, REJECT or ABSTAIN");
            fields.report.violation(format!("{path}/decision"), what, FORM);
        }
        let Some(id) = id else { continue };
        let reviewer = reviewers.iter().find(|reviewer| reviewer.id == id);
        if reviewer.is_none() {
            fields.report.violation(&here, format!("{id} is not assigned"), FORM);
        }
        if !seen.insert(id) {
            fields.report.violation(&here, format!("{id} has decided already"), FORM);
        } else if decision == Some("APPROVE") {
            found.extend(reviewer);
        }
    }
    found
}

fn topology_of(
    reviewers: &[Reviewer<'_>],
    approving: &[&Reviewer<'_>],
    topology: &TierPolicy,
    fields: &mut Fields,
) {
    let count = |len: usize| u64::try_from(len).unwrap_or(u64::MAX);
    let (have, need) = (count(reviewers.len()), topology.reviewers_required);
    if have != need {
        let what = format!("has {have} reviewers, the tier has exactly {need}");
        fields.report.violation(REVIEWERS, what, SOURCE);
    }
    let (have, need) = (count(approving.len()), topology.approvals_required);
    if have < need {
        fields.report.violation(DECISIONS, format!("has {have} approvals, {need} needed"), SOURCE);
    }
    let minima = [
        topology.min_regions,
        topology.min_organisations,
        topology.min_model_families,
        topology.min_method_types,
    ];
    let all: Vec<&Reviewer<'_>> = reviewers.iter().collect();
    for (path, set, who) in [(REVIEWERS, &all[..], "assigned"), (DECISIONS, approving, "approving")]
    {
        for (at, (axis, need)) in AXES.into_iter().zip(minima).enumerate() {
            let values: BTreeSet<&String> =
                set.iter().filter_map(|reviewer| reviewer.axes.get(at)?.as_ref()).collect();
            if count(values.len()) < need {
                let have = values.len();
                let what = format!("{have} {axis} among the {who} reviewers, {need} needed");
                fields.report.violation(path, what, "A5");
            }
        }
    }
}
