use super::*;

fn grading() -> Grading {
    Grading::from_parameters(&Parameters::founding())
}

const fn trust(units: i64) -> Nano {
    Nano::new(units)
}

#[test]
fn agreed_and_complete_work_of_a_moderate_tier_is_worth_98_percent() {
    let full = grading().worker_quality(RiskTier::R1, trust(200_000_000), trust(200_000_000), 2);
    assert_eq!(full, trust(980_000_000));
    let four_of_five =
        grading().worker_quality(RiskTier::R2, trust(400_000_000), trust(500_000_000), 9);
    assert_eq!(four_of_five, trust(880_000_000));
    let refused = grading().worker_quality(RiskTier::R1, Nano::ZERO, trust(200_000_000), 2);
    assert_eq!(refused, trust(380_000_000));
}

#[test]
fn reviewers_without_trust_decide_nothing() {
    let quality = grading().worker_quality(RiskTier::R1, Nano::ZERO, Nano::ZERO, 2);
    assert_eq!(quality, trust(380_000_000));
}

#[test]
fn the_highest_tier_does_not_lift_quality_above_one() {
    let quality = grading().worker_quality(RiskTier::R3, Nano::ONE, Nano::ONE, 3);
    assert_eq!(quality, Nano::ONE);
}

fn review(alignment: Alignment) -> Work {
    Work {
        accepted: true,
        alignment: Some(alignment),
        approving: Nano::ZERO,
        deciding: Nano::ZERO,
        env_drift: Nano::ZERO,
        evidence: 1,
        minor: 0,
        proof_of_trust: None,
        risk_tier: RiskTier::R1,
        role: Role::Reviewer,
        severe: 0,
    }
}

fn history(reviews: &[(Alignment, usize)]) -> History {
    let mut history = History::default();
    for (alignment, times) in reviews {
        for _ in 0..*times {
            history.record(&grading(), &review(*alignment));
        }
    }
    history
}

#[test]
fn a_reviewer_who_is_always_right_is_calibrated() {
    use Alignment::{CorrectApprove, CorrectReject, WrongApprove};
    assert_eq!(grading().calibration(&history(&[(CorrectApprove, 4)])), trust(500_000_000));
    assert_eq!(grading().calibration(&history(&[(CorrectApprove, 5)])), Nano::ONE);
    let mixed = history(&[(CorrectReject, 10), (WrongApprove, 10)]);
    assert_eq!(grading().calibration(&mixed), trust(600_000_000));
    let better = grading().reviewer_quality(CorrectApprove, &history(&[(CorrectApprove, 20)]));
    let chance = grading().reviewer_quality(CorrectApprove, &mixed);
    assert_eq!((better, chance), (Nano::ONE, trust(880_000_000)));
}

#[test]
fn calibration_looks_at_the_window_only() {
    use Alignment::{CorrectApprove, WrongApprove};
    let old = history(&[(WrongApprove, 100), (CorrectApprove, 20)]);
    assert_eq!(old.alignments.len(), 20);
    assert_eq!(grading().calibration(&old), Nano::ONE);
    assert_eq!(old.tally(Role::Reviewer), Tally { accepted: 20, rejected: 100 });
}

#[test]
fn abstaining_is_below_the_gate_and_counts_neither_way() {
    let abstained = history(&[(Alignment::Abstain, 3)]);
    assert_eq!(abstained.tally(Role::Reviewer), Tally::default());
    let quality = grading().reviewer_quality(Alignment::Abstain, &History::default());
    assert_eq!(quality, trust(500_000_000));
}

#[test]
fn reliability_starts_in_the_middle_and_volume_at_nothing() {
    let tally = |accepted, rejected| Tally { accepted, rejected };
    assert_eq!(grading().reliability(tally(0, 0)), trust(500_000_000));
    assert_eq!(grading().reliability(tally(8, 0)), trust(900_000_000));
    assert_eq!(grading().reliability(tally(0, 8)), trust(100_000_000));
    assert_eq!(grading().reliability(tally(u64::MAX, u64::MAX)), Nano::ONE);
    assert_eq!(grading().volume(tally(0, 1_000)), Nano::ZERO);
    assert_eq!(grading().volume(tally(20, 0)), trust(500_000_000));
    assert!(grading().volume(tally(1_000_000, 0)) < Nano::ONE);
}

#[test]
fn effort_is_the_share_of_the_expected_evidence() {
    assert_eq!(grading().effort(RiskTier::R2, 0), Nano::ZERO);
    assert_eq!(grading().effort(RiskTier::R2, 1), trust(333_333_333));
    assert_eq!(grading().effort(RiskTier::R2, 3), Nano::ONE);
    assert_eq!(grading().effort(RiskTier::R2, u64::MAX), Nano::ONE);
}
