use std::sync::LazyLock;

use comity_constitution::Parameters;
use proptest::prelude::*;

use super::*;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::from_parameters(&Parameters::founding()));

fn rules() -> Rules {
    *RULES
}

/// Perfect, proven work by someone in the middle of the range.
fn perfect(kind: ActorKind) -> Inputs {
    Inputs {
        kind,
        trust: Nano::new(500_000_000),
        q: Nano::ONE,
        r: Nano::ONE,
        v: Nano::ONE,
        e: Nano::ONE,
        proof_of_trust: true,
        severe: 0,
        minor: 0,
        dormancy: Nano::ZERO,
        staleness: Nano::ZERO,
        env_drift: Nano::ZERO,
        population: Population::default(),
        used: Nano::ZERO,
    }
}

#[test]
fn quality_equal_to_the_gate_passes_and_one_unit_below_does_not() {
    for kind in [ActorKind::Human, ActorKind::Machine] {
        let gate = rules().of(kind).quality_min;
        let at = update(&rules(), &Inputs { q: gate, ..perfect(kind) });
        let below = update(&rules(), &Inputs { q: gate.minus(Nano::EPSILON), ..perfect(kind) });
        assert!(at.gate_passed && Nano::ZERO < at.gain);
        assert!(!below.gate_passed);
        assert_eq!((below.gain, below.delta), (Nano::ZERO, Nano::ZERO));
    }
}

#[test]
fn the_guard_lets_exactly_delta_fast_pass_and_holds_one_unit_more() {
    let mut inputs = perfect(ActorKind::Machine);
    let gain = update(&rules(), &inputs).gain;
    assert_eq!(gain, Nano::new(15_000_000));
    inputs.used = Nano::new(5_000_000);
    let passes = update(&rules(), &inputs);
    assert!(!passes.held);
    assert_eq!(passes.after, inputs.trust.plus(gain));
    inputs.used = Nano::new(5_000_001);
    let held = update(&rules(), &inputs);
    assert!(held.held);
    assert_eq!((held.after, held.proposed), (inputs.trust, passes.proposed));
}

#[test]
fn losses_are_never_held() {
    let inputs = Inputs { severe: 1, used: Nano::ONE, ..perfect(ActorKind::Human) };
    let outcome = update(&rules(), &inputs);
    assert!(!outcome.held);
    assert_eq!(outcome.after, Nano::new(315_000_000));
}

#[test]
fn the_floor_and_zero_are_reached_and_not_passed() {
    let human = Inputs { severe: u32::MAX, ..perfect(ActorKind::Human) };
    let outcome = update(&rules(), &human);
    assert_eq!(outcome.after, rules().human.floor);
    assert!(!outcome.quarantined);
    let machine = Inputs { severe: 2, proof_of_trust: false, ..perfect(ActorKind::Machine) };
    let outcome = update(&rules(), &machine);
    assert_eq!(outcome.after, Nano::ZERO);
    assert!(outcome.quarantined);
    let last = Inputs { trust: Nano::new(600_000_001), ..machine };
    let outcome = update(&rules(), &last);
    assert_eq!(outcome.after, Nano::EPSILON);
    assert!(!outcome.quarantined);
}

#[test]
fn the_limiter_binds_increases_only() {
    let mut rules = rules();
    rules.human.delta_max = Nano::new(1_000_000);
    let outcome = update(&rules, &perfect(ActorKind::Human));
    assert_eq!(outcome.delta, Nano::new(1_000_000));
    let fall = Inputs { severe: 1, ..perfect(ActorKind::Human) };
    assert_eq!(update(&rules, &fall).delta, Nano::new(-185_000_000));
}

#[test]
fn a_small_population_does_not_freeze_its_members_and_the_bare_formula_does() {
    let flat = Population::of([Nano::new(500_000_000); 8]);
    let inputs = Inputs { population: flat, ..perfect(ActorKind::Human) };
    let mut rules = rules();
    assert_eq!(update(&rules, &inputs).cap, rules.human.trust_max);
    rules.cap_population_min = 0;
    let bare = update(&rules, &inputs);
    assert_eq!((bare.cap, bare.delta), (inputs.trust, Nano::ZERO));
}

#[test]
fn a_cap_below_the_floor_is_the_floor() {
    let mut rules = rules();
    rules.cap_population_min = 0;
    let population = Population::of([Nano::ZERO; 3]);
    let outcome = update(&rules, &Inputs { population, ..perfect(ActorKind::Human) });
    assert_eq!((outcome.cap, outcome.after), (rules.human.floor, rules.human.floor));
}

#[test]
fn the_spread_of_a_population_is_exact_where_it_can_be() {
    let tenths = (1..=8).map(|tenth| Nano::new(tenth * 100_000_000));
    let population = Population::of(tenths);
    assert_eq!(population.mean_plus(Nano::ZERO), Some(Nano::new(450_000_000)));
    // 0.45 + 2 * sqrt(0.0525) = 0.908257569495...
    let two = Nano::new(2_000_000_000);
    assert_eq!(population.mean_plus(two), Some(Nano::new(908_257_569)));
    let extremes = Population::of([Nano::ZERO, Nano::ONE]);
    assert_eq!(extremes.mean_plus(Nano::ONE), Some(Nano::ONE));
    let thirds = Population::of([Nano::ZERO, Nano::ZERO, Nano::ONE]);
    assert_eq!(thirds.mean_plus(Nano::ZERO), Some(Nano::new(333_333_333)));
    assert_eq!(Population::default().mean_plus(two), None);
}

fn wild() -> impl Strategy<Value = Nano> {
    let trust = prop_oneof![0..=1_000_000_000_i64, -10..10_i64, any::<i64>()];
    trust.prop_map(Nano::new)
}

fn unit() -> impl Strategy<Value = Nano> {
    (0..=1_000_000_000_i64).prop_map(Nano::new)
}

prop_compose! {
    fn inputs()(
        is_human in any::<bool>(), trust in unit(), (q, r, v, e) in (unit(), unit(), unit(), unit()),
        proof_of_trust in any::<bool>(), severe in 0..3_u32, minor in 0..5_u32,
        (dormancy, staleness, env_drift, used) in (0..50_000_000_i64, 0..100_000_000_000_i64, unit(), 0..30_000_000_i64),
        people in prop::collection::vec(unit(), 0..80),
    ) -> Inputs {
        Inputs {
            kind: if is_human { ActorKind::Human } else { ActorKind::Machine },
            trust, q, r, v, e, proof_of_trust, severe, minor,
            dormancy: Nano::new(dormancy), staleness: Nano::new(staleness), env_drift,
            population: Population::of(people), used: Nano::new(used),
        }
    }
}

proptest! {
    #[test]
    fn invariant_1_any_input_and_any_rule_give_an_outcome(
        numbers in prop::collection::vec(wild(), 24), counts in (any::<u32>(), any::<u32>()),
        proof_of_trust in any::<bool>(), is_human in any::<bool>(),
        people in prop::collection::vec(wild(), 0..5),
    ) {
        let mut rules = rules();
        rules.cap_population_min = 0;
        let slots = [
            &mut rules.cap_k, &mut rules.delta_fast, &mut rules.effort_max, &mut rules.lambda_age,
            &mut rules.lambda_drift, &mut rules.weights.q, &mut rules.weights.e,
            &mut rules.human.alpha, &mut rules.human.beta, &mut rules.human.gamma,
            &mut rules.human.floor, &mut rules.human.u_max, &mut rules.human.trust_max,
            &mut rules.human.delta_max, &mut rules.machine.floor,
        ];
        for (slot, value) in slots.into_iter().zip(&numbers) {
            *slot = *value;
        }
        let inputs = Inputs {
            kind: if is_human { ActorKind::Human } else { ActorKind::Machine },
            trust: numbers[15], q: numbers[16], r: numbers[17], v: numbers[18], e: numbers[19],
            proof_of_trust, severe: counts.0, minor: counts.1, dormancy: numbers[20],
            staleness: numbers[21], env_drift: numbers[22], population: Population::of(people),
            used: numbers[23],
        };
        prop_assert_eq!(update(&rules, &inputs), update(&rules, &inputs));
    }

    #[test]
    fn invariant_2_below_the_gate_nothing_is_gained(mut inputs in inputs(), below in 1..700_000_000_i64) {
        inputs.q = rules().of(inputs.kind).quality_min.minus(Nano::new(below));
        inputs.v = Nano::ONE;
        let outcome = update(&rules(), &inputs);
        prop_assert_eq!(outcome.gain, Nano::ZERO);
        prop_assert!(!outcome.gate_passed);
    }

    #[test]
    fn invariant_3_without_proof_of_trust_nothing_is_gained(mut inputs in inputs()) {
        inputs.proof_of_trust = false;
        let floor = rules().of(inputs.kind).floor;
        let outcome = update(&rules(), &inputs);
        prop_assert_eq!(outcome.gain, Nano::ZERO);
        prop_assert!(outcome.after <= inputs.trust.max(floor));
    }

    #[test]
    fn invariants_4_5_and_7_floor_cap_and_quarantine(mut inputs in inputs()) {
        let rules = rules();
        let floor = rules.of(inputs.kind).floor;
        inputs.trust = inputs.trust.max(floor);
        let outcome = update(&rules, &inputs);
        prop_assert!(floor <= outcome.after);
        prop_assert!(outcome.after <= outcome.cap);
        prop_assert!(outcome.cap <= rules.of(inputs.kind).trust_max.max(floor));
        let empty_machine = inputs.kind == ActorKind::Machine && outcome.after == Nano::ZERO;
        prop_assert_eq!(outcome.quarantined, empty_machine);
    }

    #[test]
    fn invariant_6_split_gains_cannot_pass_the_guard(
        mut inputs in inputs(), steps in prop::collection::vec(unit(), 1..40),
    ) {
        let rules = rules();
        inputs.used = Nano::ZERO;
        inputs.trust = inputs.trust.max(rules.of(inputs.kind).floor);
        let mut risen = Nano::ZERO;
        for q in steps {
            inputs.q = q;
            let outcome = update(&rules, &inputs);
            let rise = outcome.after.minus(inputs.trust).max(Nano::ZERO);
            risen = risen.plus(rise);
            inputs.used = inputs.used.plus(rise);
            inputs.trust = outcome.after;
        }
        prop_assert!(risen <= rules.delta_fast);
    }

    #[test]
    fn a_better_score_never_gains_less(inputs in inputs(), more in 0..1_000_000_000_i64) {
        let better = Inputs { r: inputs.r.plus(Nano::new(more)), ..inputs };
        prop_assert!(update(&rules(), &inputs).gain <= update(&rules(), &better).gain);
    }

    #[test]
    fn a_population_does_not_remember_the_order_of_its_changes(
        before in prop::collection::vec(unit(), 1..20), after in unit(),
    ) {
        let mut changed = Population::of(before.iter().copied());
        changed.change(before[0], after);
        let rest = before[1..].iter().copied();
        prop_assert_eq!(changed, Population::of(rest.chain([after])));
    }

    #[test]
    fn the_cap_lies_within_a_unit_of_the_real_one(
        people in prop::collection::vec(unit(), 1..200), k in 0..3_000_000_000_i64,
    ) {
        let ours = Population::of(people.iter().copied()).mean_plus(Nano::new(k)).unwrap();
        // (n * cap - sum)^2 = k^2 * (n * sum of squares - sum^2), both sides in integers.
        let n = i128::try_from(people.len()).unwrap();
        let sum: i128 = people.iter().map(|trust| i128::from(trust.get())).sum();
        let squares: i128 = people.iter().map(|trust| i128::from(trust.get()).pow(2)).sum();
        let spread = n * squares - sum * sum;
        let excess = |cap: i128| (n * cap - sum).max(0);
        let square = |cap: i128| excess(cap) * 1_000_000_000 / i128::from(k.max(1));
        let cap = i128::from(ours.get());
        if 0 < k {
            prop_assert!(square(cap - 1).pow(2) <= spread);
            prop_assert!(spread <= (square(cap + 1) + 1).pow(2));
        }
    }
}
