//! What a bundle is checked against: classes, and the topology of each tier.

use std::collections::BTreeMap;

use comity_constitution::source::Value;
use comity_constitution::{Parameters, RiskTier, TierPolicy};

/// Mission classes with their tiers, and what each tier asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    classes: BTreeMap<String, RiskTier>,
    tiers: BTreeMap<RiskTier, TierPolicy>,
}

impl Policy {
    /// The policy of a parameter file of ours.
    pub fn of(parameters: &Parameters) -> Self {
        let classes = parameters.mission_classes();
        Self {
            classes: classes.map(|(class, tier)| (class.to_owned(), tier)).collect(),
            tiers: RiskTier::ALL.into_iter().map(|tier| (tier, *parameters.tier(tier))).collect(),
        }
    }

    /// The policy in the author's `runtime_policy.json`; none if a member is missing or of another type, which
    /// [`comity_constitution::source::check`] names.
    pub fn from_value(policy: &Value) -> Option<Self> {
        let mut tiers = BTreeMap::new();
        for tier in RiskTier::ALL {
            let row = policy.at(&["risk_tiers", tier.name()])?;
            let count = |name| u64::try_from(row.get(name)?.as_number()?.to_count().ok()?).ok();
            let flag = |name| row.get(name)?.as_bool();
            let policy = TierPolicy {
                approvals_required: count("approvals_required")?,
                constitutional: flag("constitutional_flow")?,
                human_final_gate: flag("human_final_gate")?,
                min_method_types: count("min_method_types")?,
                min_model_families: count("min_model_families")?,
                min_organisations: count("min_organizations")?,
                min_regions: count("min_regions")?,
                reviewers_required: count("reviewers_required")?,
            };
            tiers.insert(tier, policy);
        }
        let mut classes = BTreeMap::new();
        for (class, tier) in policy.get("mission_class_to_tier")?.members() {
            classes.insert(class.clone(), RiskTier::parse(tier.as_text()?)?);
        }
        Some(Self { classes, tiers })
    }

    pub(super) fn tier_of(&self, class: &str) -> Option<(RiskTier, &TierPolicy)> {
        let tier = *self.classes.get(class)?;
        Some((tier, self.tiers.get(&tier)?))
    }
}
