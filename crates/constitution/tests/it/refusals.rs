//! Every relation, broken by the smallest step, is refused under its own name.

use comity_constitution::{Nano, ParameterError, ParameterFile, Parameters, RiskTier};
use proptest::prelude::*;

fn broken(change: impl FnOnce(&mut ParameterFile)) -> &'static str {
    let mut file = Parameters::founding().to_file();
    change(&mut file);
    match Parameters::new(file) {
        Ok(_) => "accepted",
        Err(error) => error.code(),
    }
}

#[test]
fn every_broken_relation_of_a_file_is_named_at_once() {
    let mut file = Parameters::founding().to_file();
    file.voting.machine = Nano::EPSILON;
    file.tiers.r1.approvals_required = u64::MAX;
    file.tiers.r2.human_final_gate = false;
    file.mission_classes.remove("regulated_analysis");
    file.mission_classes.insert("Shouting".into(), RiskTier::R3);
    file.commitment.committee_t = 16;
    let bytes = comity_wire::jcs::to_vec(&file);
    // A number beyond exact integers has no canonical form.
    assert!(bytes.is_err());
    file.tiers.r1.approvals_required = 1_001;
    let found = Parameters::violations(&comity_wire::jcs::to_vec(&file).unwrap()).unwrap();
    let codes: Vec<&str> = found.iter().map(ParameterError::code).collect();
    assert_eq!(
        codes,
        [
            "machine_vote",
            "count_out_of_range",
            "tier_unsatisfiable",
            "tier_order",
            "gate_missing",
            "class_missing",
            "class_name",
            "committee"
        ]
        .map(|code| format!("constitution.{code}"))
    );
    assert_eq!(Parameters::new(file).unwrap_err().code(), codes[0]);
}

type Change = fn(&mut ParameterFile);

#[test]
fn each_relation_has_its_own_name() {
    let cases: &[(&str, Change)] = &[
        ("version", |f| f.version = 2),
        ("name", |f| f.name.clear()),
        ("name", |f| f.name = "a".repeat(65)),
        ("name", |f| f.name = "line\nbreak".into()),
        ("machine_vote", |f| f.voting.machine = Nano::EPSILON),
        ("machine_vote", |f| f.voting.machine = Nano::new(-100_000_000)),
        ("out_of_range", |f| f.voting.human = Nano::ZERO),
        ("weight_sum", |f| f.trust.weights.r = f.trust.weights.r.plus(Nano::EPSILON)),
        ("weight_sum", |f| f.trust.weights.q = f.trust.weights.q.minus(Nano::EPSILON)),
        ("out_of_range", |f| f.trust.weights.q = Nano::new(699_999_999)),
        ("out_of_range", |f| f.trust.weights.v = Nano::new(100_000_001)),
        ("out_of_range", |f| f.trust.weights.e = Nano::new(-1)),
        ("gate_order", |f| f.trust.machine.quality_min = Nano::new(699_999_999)),
        ("human_floor", |f| f.trust.human.floor = Nano::ZERO),
        ("machine_floor", |f| f.trust.machine.floor = Nano::EPSILON),
        ("gain_reaches_guard", |f| f.trust.human.alpha = f.trust.delta_fast),
        ("gain_reaches_guard", |f| f.trust.machine.alpha = f.trust.delta_fast),
        ("loss_too_slow", |f| f.trust.human.beta = Nano::new(29_999_999)),
        ("minor_above_severe", |f| f.trust.human.gamma = Nano::new(200_000_001)),
        ("baseline_order", |f| f.trust.human.baseline = Nano::new(49_999_999)),
        ("baseline_order", |f| f.trust.human.baseline = Nano::new(950_000_001)),
        ("baseline_order", |f| f.trust.machine.baseline = Nano::new(900_000_001)),
        ("eligibility_order", |f| f.eligibility.tau_prop = f.eligibility.tau_vote),
        ("eligibility_unreachable", |f| f.eligibility.tau_prop = Nano::new(950_000_001)),
        ("out_of_range", |f| f.effort.min.r0 = Nano::new(49_999_999)),
        ("tier_order", |f| f.effort.min.r2 = Nano::new(299_999_999)),
        ("weight_sum", |f| f.quality.worker.evidence = Nano::ZERO),
        ("weight_sum", |f| f.quality.reviewer.alignment = Nano::ONE),
        ("tier_order", |f| f.quality.complexity.r3 = Nano::new(999_999_999)),
        ("tier_order", |f| f.quality.evidence_expected.r3 = 2),
        ("alignment_order", |f| f.quality.alignment.wrong_approve = Nano::new(500_000_001)),
        ("alignment_order", |f| f.quality.alignment.correct_reject = Nano::new(499_999_999)),
        ("calibration_window", |f| f.quality.calibration_window = 4),
        ("count_out_of_range", |f| f.quality.calibration_window = 101),
        ("count_out_of_range", |f| f.normative.panel_size = 2),
        ("count_out_of_range", |f| f.normative.panel_regions_min = 1),
        ("count_out_of_range", |f| f.normative.panel_organisations_min = 4),
        ("count_out_of_range", |f| f.governance.challenge_window_s = 0),
        ("count_out_of_range", |f| f.commitment.epoch_s = 59),
        ("count_out_of_range", |f| f.commitment.epoch_s = 61),
        ("commitment_order", |f| f.commitment.c1_anchor_s = f.commitment.c0_anchor_s),
        ("commitment_order", |f| f.commitment.c1_humans_max = f.commitment.c0_humans_max),
        ("committee", |f| f.commitment.committee_t = 16),
        ("committee", |f| f.commitment.committee_t = 7),
    ];
    for (index, (code, change)) in cases.iter().enumerate() {
        assert_eq!(broken(change), format!("constitution.{code}"), "case {index}");
    }
}

#[test]
fn a_review_topology_weaker_than_the_blueprint_is_refused() {
    let cases: &[(&str, Change)] = &[
        ("tier_below_minimum", |f| f.tiers.r1.min_model_families = 1),
        ("tier_order", |f| f.tiers.r2.min_model_families = 1),
        ("tier_below_minimum", |f| f.tiers.r2.min_method_types = 1),
        ("tier_below_minimum", |f| f.tiers.r2.min_regions = 2),
        ("tier_below_minimum", |f| f.tiers.r2.min_organisations = 2),
        ("tier_below_minimum", |f| f.tiers.r2.approvals_required = 3),
        ("tier_below_minimum", |f| f.tiers.r2.reviewers_required = 4),
        ("tier_below_minimum", |f| f.tiers.r3.min_regions = 7),
        ("gate_missing", |f| f.tiers.r2.human_final_gate = false),
        ("gate_missing", |f| f.tiers.r3.human_final_gate = false),
        ("constitutional_tier", |f| f.tiers.r2.constitutional = true),
        ("constitutional_tier", |f| f.tiers.r3.constitutional = false),
        ("constitutional_tier", |f| f.tiers.r3.reviewers_required = 1),
        ("constitutional_tier", |f| f.tiers.r3.approvals_required = 1),
        ("tier_unsatisfiable", |f| f.tiers.r1.approvals_required = 3),
        ("tier_unsatisfiable", |f| f.tiers.r1.min_regions = 3),
        ("tier_no_majority", |f| f.tiers.r1.reviewers_required = 4),
        ("tier_no_majority", |f| f.tiers.r0.approvals_required = 0),
        ("tier_order", |f| {
            f.tiers.r0.reviewers_required = 3;
            f.tiers.r0.approvals_required = 3;
        }),
        ("count_out_of_range", |f| f.tiers.r2.reviewers_required = 1_001),
    ];
    for (index, (code, change)) in cases.iter().enumerate() {
        assert_eq!(broken(change), format!("constitution.{code}"), "case {index}");
    }
}

#[test]
fn a_class_of_the_blueprint_cannot_be_dropped_or_weakened() {
    let weaker = |class: &'static str, tier| {
        broken(move |f| {
            f.mission_classes.insert(class.into(), tier);
        })
    };
    assert_eq!(weaker("regulated_analysis", RiskTier::R0), "constitution.class_below_minimum");
    assert_eq!(weaker("constitutional_change", RiskTier::R2), "constitution.class_below_minimum");
    assert_eq!(weaker("documentation_update", RiskTier::R2), "accepted");
    assert_eq!(weaker("fault_watch", RiskTier::R1), "accepted");
    assert_eq!(weaker("Fault Watch", RiskTier::R1), "constitution.class_name");
    let dropped = broken(|f| {
        f.mission_classes.remove("regulated_analysis");
    });
    assert_eq!(dropped, "constitution.class_missing");
}

#[test]
fn bytes_that_are_not_the_closed_canonical_form_are_refused() {
    let founding = String::from_utf8(Parameters::founding().bytes().to_vec()).unwrap();
    let spaced = founding.replacen(':', ": ", 1);
    let unknown = founding.replacen("{\"commitment\"", "{\"a\":1,\"commitment\"", 1);
    let float = founding.replacen("\"e\":0", "\"e\":0.0", 1);
    let twice = founding.replacen("{\"commitment\"", "{\"commitment\":1,\"commitment\"", 1);
    let ended = format!("{founding}\n");
    for text in ["", "{}", &spaced, &unknown, &float, &twice, &ended] {
        assert_ne!(text, founding);
        let error = Parameters::decode(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "constitution.wire", "{text}");
    }
    let long = vec![b' '; Parameters::BYTES_MAX + 1];
    let error = Parameters::decode(&long).unwrap_err();
    assert_eq!(error, ParameterError::TooLong { len: long.len(), max: Parameters::BYTES_MAX });
}

proptest! {
    /// Invariants 1 and 2: whatever is accepted satisfies the relations and has one byte form.
    #[test]
    fn invariant_1_and_2_whatever_is_accepted_reads_back(
        alpha in 0..40_000_000_i64, beta in 0..100_000_000_i64,
        floor in -1..400_000_000_i64, baseline in -1..1_000_000_001_i64,
    ) {
        let mut file = Parameters::founding().to_file();
        file.trust.human.alpha = Nano::new(alpha);
        file.trust.human.beta = Nano::new(beta);
        file.trust.human.gamma = Nano::new(1);
        file.trust.human.floor = Nano::new(floor);
        file.trust.human.baseline = Nano::new(baseline);
        let holds = 0 < alpha && alpha < 20_000_000 && 2 * alpha <= beta && 0 < beta
            && 0 < floor && floor <= baseline && baseline <= 950_000_000;
        match Parameters::new(file) {
            Ok(parameters) => {
                prop_assert!(holds);
                prop_assert_eq!(Parameters::decode(parameters.bytes()).unwrap(), parameters);
            }
            Err(_) => prop_assert!(!holds),
        }
    }

    /// No byte string makes the reader panic, and one changed byte never gives the same hash.
    #[test]
    fn one_changed_byte_never_passes_as_the_same_file(at in 0..2_529_usize, byte in any::<u8>()) {
        let founding = Parameters::founding();
        let mut bytes = founding.bytes().to_vec();
        prop_assume!(at < bytes.len() && bytes[at] != byte);
        bytes[at] = byte;
        if let Ok(parameters) = Parameters::decode(&bytes) {
            prop_assert_ne!(parameters.hash(), founding.hash());
        }
    }
}
