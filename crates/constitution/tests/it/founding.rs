//! The embedded file: readable, canonical, and equal to the files of the seed's date where they
//! have the value.

use comity_constitution::{Nano, ParameterFile, Parameters, RiskTier};
use comity_wire::{json, sha256};
use serde_json::Value;

const FILE: &[u8] = include_bytes!("../../parameters/founding.json");

fn outside(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution/");
    json::parse(&std::fs::read(format!("{folder}{name}")).unwrap()).unwrap()
}

/// A decimal of an outside file in units of 1e-9; those files have at most three decimals.
fn nano(value: &Value) -> Nano {
    let text = value.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    assert!(decimals.len() <= 9, "{text}");
    Nano::new(format!("{whole}{decimals:0<9}").parse().unwrap())
}

#[test]
fn the_embedded_file_is_canonical_and_named_by_its_hash() {
    let founding = Parameters::founding();
    assert_eq!(founding.bytes(), FILE);
    assert_eq!(founding.hash(), sha256(FILE));
    assert_eq!(Parameters::decode(founding.bytes()).unwrap(), founding);
    assert_eq!(Parameters::new(founding.to_file()).unwrap(), founding);
}

#[test]
fn the_values_of_the_seeds_date_are_kept() {
    let outside = outside("founding/constitutional_params.json");
    let founding = Parameters::founding();
    let trust = founding.trust();
    let pairs = [
        ("/trust_weights/w_Q", trust.weights.q),
        ("/trust_weights/w_R", trust.weights.r),
        ("/trust_weights/w_V", trust.weights.v),
        ("/quality_gates/Q_min_H", trust.human.quality_min),
        ("/quality_gates/Q_min_M", trust.machine.quality_min),
        ("/trust_floors/T_floor_M", trust.machine.floor),
        ("/eligibility/tau_vote", founding.eligibility().tau_vote),
        ("/eligibility/tau_prop", founding.eligibility().tau_prop),
        ("/fast_elevation/delta_fast", trust.delta_fast),
        ("/constitutional_voting/w_H_const", founding.voting().human),
        ("/constitutional_voting/w_M_const", founding.voting().machine),
        ("/normative_resolution/NORMATIVE_AGREEMENT_THRESHOLD", founding.normative().agreement_min),
    ];
    for (pointer, ours) in pairs {
        assert_eq!(ours, nano(outside.pointer(pointer).unwrap()), "{pointer}");
    }
    assert_eq!(trust.weights.e, Nano::ZERO);

    let commitment = founding.commitment();
    let normative = founding.normative();
    let counts = [
        ("/commitment_tiers/EPOCH_HOURS", commitment.epoch_s / 3_600),
        ("/commitment_tiers/C0_L1_anchor_interval_hours", commitment.c0_anchor_s / 3_600),
        ("/commitment_tiers/C1_L1_anchor_interval_hours", commitment.c1_anchor_s / 3_600),
        ("/commitment_tiers/C0_max_humans", commitment.c0_humans_max),
        ("/commitment_tiers/C1_max_humans", commitment.c1_humans_max),
        ("/commitment_committee/n", commitment.committee_n),
        ("/commitment_committee/t", commitment.committee_t),
        ("/normative_resolution/NORMATIVE_PANEL_SIZE", normative.panel_size),
        ("/normative_resolution/NORMATIVE_PANEL_REGIONS", normative.panel_regions_min),
        ("/normative_resolution/NORMATIVE_PANEL_ORGS", normative.panel_organisations_min),
    ];
    for (pointer, ours) in counts {
        assert_eq!(Some(ours), outside.pointer(pointer).unwrap().as_u64(), "{pointer}");
    }
}

#[test]
fn the_review_topology_of_the_seeds_date_is_kept() {
    let outside = outside("founding/runtime_policy.json");
    let founding = Parameters::founding();
    for tier in RiskTier::ALL {
        let policy = founding.tier(tier);
        let theirs = outside.pointer(&format!("/risk_tiers/{tier}")).unwrap();
        let counts = [
            ("reviewers_required", policy.reviewers_required),
            ("approvals_required", policy.approvals_required),
            ("min_regions", policy.min_regions),
            ("min_organizations", policy.min_organisations),
            ("min_model_families", policy.min_model_families),
            ("min_method_types", policy.min_method_types),
        ];
        for (name, ours) in counts {
            assert_eq!(Some(ours), theirs[name].as_u64(), "{tier} {name}");
        }
        assert_eq!(Some(policy.human_final_gate), theirs["human_final_gate"].as_bool());
        assert_eq!(Some(policy.constitutional), theirs["constitutional_flow"].as_bool());
    }
    let classes = outside["mission_class_to_tier"].as_object().unwrap();
    let ours: Vec<_> =
        founding.mission_classes().map(|(class, tier)| (class, tier.name())).collect();
    let theirs: Vec<_> =
        classes.iter().map(|(class, tier)| (class.as_str(), tier.as_str().unwrap())).collect();
    assert_eq!(ours, theirs);
    assert_eq!(founding.tier_of("make_coffee"), None);
    assert_eq!(founding.tier_of("regulated_analysis"), Some(RiskTier::R2));
}

#[test]
fn the_later_weights_are_acceptable_too() {
    let outside = outside("head/constitutional_params.json");
    let mut file: ParameterFile = Parameters::founding().to_file();
    let weights = &outside["trust_weights"];
    file.trust.weights.q = nano(&weights["w_Q"]);
    file.trust.weights.r = nano(&weights["w_R"]);
    file.trust.weights.v = nano(&weights["w_V"]);
    file.trust.weights.e = nano(&weights["w_E"]);
    file.eligibility.tau_vote = nano(&outside["eligibility"]["tau_vote"]);
    file.eligibility.tau_prop = nano(&outside["eligibility"]["tau_prop"]);
    let head = Parameters::new(file).unwrap();
    assert_ne!(head.hash(), Parameters::founding().hash());
    let quality = &outside["quality_assessment"];
    assert_eq!(head.quality().worker.consensus, nano(&quality["worker_weights"]["consensus"]));
    assert_eq!(
        head.quality().reviewer.calibration,
        nano(&quality["reviewer_weights"]["calibration"])
    );
    for tier in RiskTier::ALL {
        let complexity = nano(&quality["complexity_multipliers"][tier.name()]);
        assert_eq!(*head.quality().complexity.of(tier), complexity, "{tier}");
        let effort = nano(&outside["effort_thresholds"]["E_min_per_tier"][tier.name()]);
        assert_eq!(*head.effort().min.of(tier), effort, "{tier}");
    }
}
