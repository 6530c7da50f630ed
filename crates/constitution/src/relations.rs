//! What must hold between parameters. One function per group, one named refusal per relation.
//!
//! The relations come from blueprint §4 and §6, from the invariants of the threat model, and from
//! the trust constitution where the blueprint only says how values compare (`beta >= 2 alpha`).

use crate::{
    error::ParameterError,
    file::{
        AlignmentScores, ByTier, CommitmentParameters, EffortParameters, ParameterFile,
        QualityParameters, SharedTrust, TierPolicy, TrustParameters,
    },
    nano::Nano,
    vocabulary::RiskTier,
};

/// The shape this release reads.
pub const VERSION: u64 = 1;
/// Longest name of a file or of a mission class, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// Least weight of quality in the score.
pub const QUALITY_WEIGHT_MIN: Nano = Nano::new(700_000_000);
/// Greatest weight of volume in the score: numbers must not buy trust.
pub const VOLUME_WEIGHT_MAX: Nano = Nano::new(100_000_000);
/// Greatest weight of effort in the score.
pub const EFFORT_WEIGHT_MAX: Nano = Nano::new(100_000_000);
/// Greatest number of standard deviations in the human cap; keeps the arithmetic in range.
pub const CAP_K_MAX: Nano = Nano::new(10_000_000_000);
/// Longest calibration window, in reviews; bounds what a ledger keeps per reviewer.
pub const CALIBRATION_WINDOW_MAX: u64 = 100;
/// Shortest and longest epoch, in seconds: one minute to one day, in whole minutes.
pub const EPOCH_S: (u64, u64) = (60, 86_400);
/// Greatest count of anything per tier; far above any review topology.
pub const TIER_COUNT_MAX: u64 = 1_000;
/// Longest duration, in seconds: ten years.
pub const DURATION_S_MAX: u64 = 315_360_000;

/// The blueprint's mission classes and the least tier each may have (§4.5).
pub const CLASS_MINIMA: [(&str, RiskTier); 4] = [
    ("constitutional_change", RiskTier::R3),
    ("documentation_update", RiskTier::R0),
    ("internal_operations_change", RiskTier::R1),
    ("regulated_analysis", RiskTier::R2),
];

type Checked = Result<(), ParameterError>;

/// Checks every relation, in a fixed order.
///
/// # Errors
///
/// The first relation that does not hold.
pub fn check(file: &ParameterFile) -> Checked {
    violations(file).into_iter().next().map_or(Ok(()), Err)
}

/// Every relation that does not hold, in a fixed order. A file of another version is not looked into.
pub fn violations(file: &ParameterFile) -> Vec<ParameterError> {
    if file.version != VERSION {
        return vec![ParameterError::Version { got: file.version, known: VERSION }];
    }
    let mut found = Found(Vec::new());
    let name = file.name.as_bytes();
    if name.is_empty() || NAME_BYTES_MAX < name.len() || !name.iter().all(u8::is_ascii_graphic) {
        found.push(ParameterError::Name { len: name.len(), max: NAME_BYTES_MAX });
    }
    voting(&mut found, file);
    trust(&mut found, &file.trust);
    eligibility(&mut found, file);
    effort(&mut found, &file.effort);
    quality(&mut found, &file.quality);
    tiers(&mut found, &file.tiers);
    mission_classes(&mut found, file);
    normative(&mut found, file);
    let window = file.governance.challenge_window_s;
    found.note(count("governance.challenge_window_s", window, 1, DURATION_S_MAX));
    commitment(&mut found, &file.commitment);
    found.0
}

/// What does not hold, in the order in which it was looked at.
struct Found(Vec<ParameterError>);

impl Found {
    fn note(&mut self, checked: Checked) {
        self.0.extend(checked.err());
    }

    fn push(&mut self, error: ParameterError) {
        self.0.push(error);
    }
}

fn range(name: &'static str, got: Nano, min: Nano, max: Nano) -> Checked {
    if (min..=max).contains(&got) {
        Ok(())
    } else {
        Err(ParameterError::OutOfRange { name, got, min, max })
    }
}

fn unit(name: &'static str, got: Nano) -> Checked {
    range(name, got, Nano::ZERO, Nano::ONE)
}

fn positive(name: &'static str, got: Nano) -> Checked {
    range(name, got, Nano::EPSILON, Nano::ONE)
}

fn count(name: &'static str, got: u64, min: u64, max: u64) -> Checked {
    if (min..=max).contains(&got) {
        Ok(())
    } else {
        Err(ParameterError::CountOutOfRange { name, got, min, max })
    }
}

fn whole(name: &'static str, parts: &[Nano]) -> Checked {
    let sum = parts.iter().fold(Nano::ZERO, |sum, part| sum.plus(*part));
    if sum == Nano::ONE {
        Ok(())
    } else {
        Err(ParameterError::WeightSum { name, sum, whole: Nano::ONE })
    }
}

/// Invariant 1 of the threat model: machine trust never counts in constitutional votes.
fn voting(found: &mut Found, file: &ParameterFile) {
    if file.voting.machine != Nano::ZERO {
        found.push(ParameterError::MachineVote { got: file.voting.machine });
    }
    found.note(range("voting.human", file.voting.human, Nano::ONE, Nano::ONE));
}

/// Blueprint §4.1 and §4.2.
fn trust(found: &mut Found, trust: &TrustParameters) {
    let weights = trust.weights;
    found.note(range("trust.weights.q", weights.q, QUALITY_WEIGHT_MIN, Nano::ONE));
    found.note(unit("trust.weights.r", weights.r));
    found.note(range("trust.weights.v", weights.v, Nano::ZERO, VOLUME_WEIGHT_MAX));
    found.note(range("trust.weights.e", weights.e, Nano::ZERO, EFFORT_WEIGHT_MAX));
    found.note(whole("trust.weights", &[weights.q, weights.r, weights.v, weights.e]));
    found.note(positive("trust.delta_fast", trust.delta_fast));
    found.note(count("trust.volume_half", trust.volume_half, 1, 1_000_000));

    let (human, machine) = (trust.human, trust.machine);
    if machine.quality_min < human.quality_min {
        let (human, machine) = (human.quality_min, machine.quality_min);
        found.push(ParameterError::GateOrder { human, machine });
    }
    if human.floor <= Nano::ZERO {
        found.push(ParameterError::HumanFloor { got: human.floor });
    }
    if machine.floor != Nano::ZERO {
        found.push(ParameterError::MachineFloor { got: machine.floor });
    }
    found.note(range("trust.human.cap_k", human.cap_k, Nano::ZERO, CAP_K_MAX));
    found.note(count(
        "trust.human.cap_population_min",
        human.cap_population_min,
        0,
        u64::from(u32::MAX),
    ));
    found.note(count("trust.human.dormancy_grace_days", human.dormancy_grace_days, 1, 3_650));
    found.note(unit("trust.human.dormancy_per_day", human.dormancy_per_day));
    found.note(unit("trust.machine.lambda_age", machine.lambda_age));
    found.note(unit("trust.machine.lambda_drift", machine.lambda_drift));
    kind(found, &human.shared(), trust.delta_fast);
    kind(found, &machine.shared(), trust.delta_fast);
}

/// Relations that hold for people and machines alike.
fn kind(found: &mut Found, rules: &SharedTrust, delta_fast: Nano) {
    let SharedTrust { kind, alpha, baseline, beta, floor, gamma, trust_max, .. } = *rules;
    found.note(positive("trust.*.alpha", alpha));
    found.note(positive("trust.*.u_max", rules.u_max));
    found.note(positive("trust.*.delta_max", rules.delta_max));
    found.note(positive("trust.*.quality_min", rules.quality_min));
    found.note(positive("trust.*.beta", beta));
    found.note(positive("trust.*.gamma", gamma));
    found.note(unit("trust.*.trust_max", trust_max));
    // The gain at a perfect score is alpha times one.
    if delta_fast <= alpha {
        found.push(ParameterError::GainReachesGuard { kind, alpha, delta_fast });
    }
    if beta < alpha.plus(alpha) {
        found.push(ParameterError::LossTooSlow { kind, beta, alpha });
    }
    if beta < gamma {
        found.push(ParameterError::MinorAboveSevere { kind, gamma, beta });
    }
    if baseline < floor || trust_max < baseline || trust_max <= floor {
        found.push(ParameterError::BaselineOrder { kind, floor, baseline, trust_max });
    }
}

fn eligibility(found: &mut Found, file: &ParameterFile) {
    let (tau_prop, tau_vote) = (file.eligibility.tau_prop, file.eligibility.tau_vote);
    let trust_max = file.trust.human.trust_max;
    found.note(positive("eligibility.tau_vote", tau_vote));
    if tau_prop <= tau_vote {
        found.push(ParameterError::EligibilityOrder { tau_prop, tau_vote });
    }
    if trust_max < tau_prop {
        found.push(ParameterError::EligibilityUnreachable { tau_prop, trust_max });
    }
}

/// Refuses a value that falls from one tier to the next.
fn rising<T: Copy + PartialOrd>(found: &mut Found, name: &'static str, values: &[(RiskTier, T)]) {
    for pair in values.windows(2) {
        if let [(_, below), (tier, value)] = pair
            && value < below
        {
            found.push(ParameterError::TierOrder { tier: *tier, name });
        }
    }
}

fn all_tiers<T: Copy>(values: &ByTier<T>) -> [(RiskTier, T); 4] {
    RiskTier::ALL.map(|tier| (tier, *values.of(tier)))
}

fn effort(found: &mut Found, effort: &EffortParameters) {
    found.note(positive("effort.max_credit", effort.max_credit));
    found.note(unit("effort.suspicious_low", effort.suspicious_low));
    for (_, min) in all_tiers(&effort.min) {
        found.note(range("effort.min", min, effort.suspicious_low, effort.max_credit));
    }
    rising(found, "effort.min", &all_tiers(&effort.min));
}

fn quality(found: &mut Found, quality: &QualityParameters) {
    let (worker, reviewer) = (quality.worker, quality.reviewer);
    let worker = [worker.consensus, worker.evidence, worker.complexity];
    let reviewer = [reviewer.alignment, reviewer.calibration];
    for part in worker {
        found.note(unit("quality.worker", part));
    }
    for part in reviewer {
        found.note(unit("quality.reviewer", part));
    }
    found.note(whole("quality.worker", &worker));
    found.note(whole("quality.reviewer", &reviewer));
    for (_, multiplier) in all_tiers(&quality.complexity) {
        found.note(range("quality.complexity", multiplier, Nano::ZERO, Nano::new(2_000_000_000)));
    }
    rising(found, "quality.complexity", &all_tiers(&quality.complexity));
    for (_, expected) in all_tiers(&quality.evidence_expected) {
        found.note(count("quality.evidence_expected", expected, 1, TIER_COUNT_MAX));
    }
    rising(found, "quality.evidence_expected", &all_tiers(&quality.evidence_expected));
    found.note(unit("quality.calibration_prior", quality.calibration_prior));
    let (window, min) = (quality.calibration_window, quality.calibration_min);
    found.note(count("quality.calibration_window", window, 1, CALIBRATION_WINDOW_MAX));
    if window < min {
        found.push(ParameterError::CalibrationWindow { window, min });
    }
    alignment(found, &quality.alignment);
}

/// Right scores at least as much as silence, silence at least as much as wrong.
fn alignment(found: &mut Found, scores: &AlignmentScores) {
    let abstain = scores.abstain;
    found.note(unit("quality.alignment.abstain", abstain));
    let right =
        [("correct_approve", scores.correct_approve), ("correct_reject", scores.correct_reject)];
    for (name, got) in right {
        found.note(unit("quality.alignment.correct", got));
        if got < abstain {
            found.push(ParameterError::AlignmentOrder { name, got });
        }
    }
    let wrong = [("wrong_approve", scores.wrong_approve), ("wrong_reject", scores.wrong_reject)];
    for (name, got) in wrong {
        found.note(unit("quality.alignment.wrong", got));
        if abstain < got {
            found.push(ParameterError::AlignmentOrder { name, got });
        }
    }
}

/// Blueprint §4.3; invariants 16 to 18 of the threat model.
fn tiers(found: &mut Found, tiers: &ByTier<TierPolicy>) {
    use RiskTier::{R0, R1, R2, R3};

    for tier in RiskTier::ALL {
        topology(found, tier, tiers.of(tier));
    }
    // R3 is decided by chambers, so its reviewer counts are zero and do not rise.
    let reviewed = [R0, R1, R2].map(|tier| (tier, *tiers.of(tier)));
    for (name, field) in FIELDS {
        rising(found, name, &reviewed.map(|(tier, policy)| (tier, field(&policy))));
    }
    rising(
        found,
        "human_final_gate",
        &reviewed.map(|(tier, policy)| (tier, policy.human_final_gate)),
    );
    for (tier, minima) in [
        (R0, [1, 1, 1, 1, 0, 0]),
        (R1, [2, 2, 2, 1, 0, 0]),
        (R2, [5, 4, 2, 2, 3, 3]),
        (R3, [0, 0, 0, 0, 8, 8]),
    ] {
        for ((name, field), min) in FIELDS.into_iter().zip(minima) {
            let got = field(tiers.of(tier));
            if got < min {
                found.push(ParameterError::TierBelowMinimum { tier, name, got, min });
            }
        }
    }
    for tier in [R2, R3] {
        if !tiers.of(tier).human_final_gate {
            found.push(ParameterError::GateMissing { tier });
        }
    }
}

type Field = fn(&TierPolicy) -> u64;

/// The counted fields of a tier, in the order of the minima above.
const FIELDS: [(&str, Field); 6] = [
    ("reviewers_required", |policy| policy.reviewers_required),
    ("approvals_required", |policy| policy.approvals_required),
    ("min_model_families", |policy| policy.min_model_families),
    ("min_method_types", |policy| policy.min_method_types),
    ("min_regions", |policy| policy.min_regions),
    ("min_organisations", |policy| policy.min_organisations),
];

/// One tier on its own: marked rightly, and satisfiable by its reviewers.
fn topology(found: &mut Found, tier: RiskTier, policy: &TierPolicy) {
    for (name, field) in FIELDS {
        found.note(count(name, field(policy), 0, TIER_COUNT_MAX));
    }
    let reviewers = policy.reviewers_required;
    if tier == RiskTier::R3 {
        if !policy.constitutional || reviewers != 0 || policy.approvals_required != 0 {
            found.push(ParameterError::ConstitutionalTier { tier });
        }
        return;
    }
    if policy.constitutional {
        found.push(ParameterError::ConstitutionalTier { tier });
    }
    for (name, field) in FIELDS {
        let got = field(policy);
        if reviewers < got {
            found.push(ParameterError::TierUnsatisfiable { tier, name, got, reviewers });
        }
    }
    let approvals = policy.approvals_required;
    if approvals.saturating_mul(2) <= reviewers {
        found.push(ParameterError::TierNoMajority { tier, approvals, reviewers });
    }
}

/// Blueprint §4.5: the four classes exist, and none is reviewed more weakly than there.
fn mission_classes(found: &mut Found, file: &ParameterFile) {
    for (class, min) in CLASS_MINIMA {
        match file.mission_classes.get(class) {
            None => found.push(ParameterError::ClassMissing { class }),
            Some(got) if *got < min => {
                found.push(ParameterError::ClassBelowMinimum { class, got: *got, min });
            }
            Some(_) => {}
        }
    }
    for class in file.mission_classes.keys() {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if class.is_empty() || NAME_BYTES_MAX < class.len() || !class.bytes().all(plain) {
            found.push(ParameterError::ClassName { len: class.len(), max: NAME_BYTES_MAX });
        }
    }
}

/// Invariant 22 of the threat model: at least three people, two regions, two organisations.
fn normative(found: &mut Found, file: &ParameterFile) {
    let panel = file.normative;
    let size = panel.panel_size;
    found.note(range(
        "normative.agreement_min",
        panel.agreement_min,
        Nano::new(500_000_000),
        Nano::ONE,
    ));
    found.note(count("normative.panel_size", size, 3, TIER_COUNT_MAX));
    found.note(count("normative.panel_regions_min", panel.panel_regions_min, 2, size));
    found.note(count("normative.panel_organisations_min", panel.panel_organisations_min, 2, size));
}

/// Blueprint §6; invariants 27 and 28 of the threat model.
fn commitment(found: &mut Found, commitment: &CommitmentParameters) {
    let &CommitmentParameters { c0_anchor_s, c1_anchor_s, committee_n: n, committee_t: t, .. } =
        commitment;
    let epoch_s = commitment.epoch_s;
    found.note(count("commitment.epoch_s", epoch_s, EPOCH_S.0, EPOCH_S.1));
    found.note(count("commitment.c0_anchor_s", c0_anchor_s, epoch_s, DURATION_S_MAX));
    found.note(count("commitment.c1_anchor_s", c1_anchor_s, epoch_s, DURATION_S_MAX));
    if !epoch_s.is_multiple_of(60) {
        found.push(ParameterError::CountOutOfRange {
            name: "commitment.epoch_s modulo 60",
            got: epoch_s % 60,
            min: 0,
            max: 0,
        });
    }
    found.note(ordered("commitment.c1_anchor_s, c0_anchor_s", c1_anchor_s, c0_anchor_s));
    let (c0, c1) = (commitment.c0_humans_max, commitment.c1_humans_max);
    found.note(count("commitment.c0_humans_max", c0, 1, u64::from(u32::MAX)));
    found.note(count("commitment.c1_humans_max", c1, 1, u64::from(u32::MAX)));
    found.note(ordered("commitment.c0_humans_max, c1_humans_max", c0, c1));
    found.note(count("commitment.committee_n", n, 1, TIER_COUNT_MAX));
    if n < t || t <= n / 2 {
        found.push(ParameterError::Committee { n, t });
    }
}

fn ordered(name: &'static str, lower: u64, upper: u64) -> Checked {
    if lower < upper { Ok(()) } else { Err(ParameterError::CommitmentOrder { name, lower, upper }) }
}
