//! Drawing reviewers: deterministic, checkable, and complete where brute force is.

use std::collections::BTreeSet;

use comity_constitution::{Parameters, RiskTier, TierPolicy};
use comity_mission::diversity;
use comity_mission::limits::{POOL_MAX, SEARCH_STEPS_MAX};
use comity_mission::{
    Axis, Independence, Label, Party, Purpose, ReviewerProfile, RouteError, RouteRequest,
    Shortfall, route, verify_route,
};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

use crate::world::{FIVE, Flow, actors, digest, id, key, machine, profile};

const METHODS: [&str; 3] = ["reasoning_model", "retrieval_augmented", "rule_based_deterministic"];

fn request(tier: RiskTier, beacon: &str) -> RouteRequest {
    let organisation = Label::parse("Operator").unwrap();
    RouteRequest {
        mission: id("mission"),
        beacon: digest(beacon),
        policy: *Parameters::founding().tier(tier),
        independence: Independence {
            tier,
            parties: vec![Party { key: key("worker"), organisation }],
        },
        purpose: Purpose::Reviewers,
        involved: BTreeSet::new(),
    }
}

/// A candidate from four small numbers.
fn candidate(index: usize, [family, method, region, org]: [usize; 4]) -> ReviewerProfile {
    let name: String = format!("c{index}").replace('0', "z");
    profile(&machine(
        &name,
        &format!("family {family}"),
        METHODS[method % METHODS.len()],
        &format!("region {region}"),
        &format!("house {org}"),
    ))
}

fn five() -> Vec<ReviewerProfile> {
    let actors = actors();
    FIVE.iter().map(|name| profile(&actors[&key(name)])).collect()
}

#[test]
fn a_mission_draws_its_reviewers_and_the_state_accepts_them() {
    let mut flow = Flow::attached(RiskTier::R2);
    let pool = five();
    let request = flow.mission.route_request(digest("beacon 1")).unwrap();
    let drawn = route(&pool, &request).unwrap();
    assert_eq!(verify_route(&pool, &request, &drawn), Ok(()));
    let names: Vec<&str> =
        drawn.iter().map(|key| key.as_str().trim_start_matches("did:key:z6Mk")).collect();
    flow.must("owner", flow.open_review(&names));
    assert!(flow.mission.route_request(digest("beacon 2")).is_none(), "the review is open");
}

#[test]
fn the_draw_follows_from_the_beacon_and_not_from_the_order_of_the_pool() {
    let pool: Vec<_> = (0..40).map(|i| candidate(i, [i % 5, i % 3, i % 4, i])).collect();
    let mut reversed = pool.clone();
    reversed.reverse();
    let request = |beacon: &str| request(RiskTier::R2, beacon);
    let first = route(&pool, &request("a")).unwrap();
    assert_eq!(route(&reversed, &request("a")).unwrap(), first);
    assert_ne!(route(&pool, &request("b")).unwrap(), first);
    let other = RouteRequest { mission: id("other"), ..request("a") };
    assert_ne!(route(&pool, &other).unwrap(), first);
}

#[test]
fn a_draw_is_checked_in_any_order_and_a_swapped_reviewer_is_found() {
    let pool: Vec<_> = (0..9).map(|i| candidate(i, [i, i, i, i])).collect();
    let request = request(RiskTier::R1, "a");
    let mut named = route(&pool, &request).unwrap();
    named.reverse();
    assert_eq!(verify_route(&pool, &request, &named), Ok(()));
    let outsider = pool.iter().find(|who| !named.contains(who.key())).unwrap();
    named[0] = outsider.key().clone();
    let refusal = verify_route(&pool, &request, &named).unwrap_err();
    assert_eq!(refusal.code(), "mission.route_not_the_draw");
    assert!(verify_route(&pool, &request, &[]).is_err());
}

#[test]
fn parties_and_their_colleagues_are_left_out() {
    let worker = profile(&machine("worker", "gpt", METHODS[0], "us", "Elsewhere"));
    let mate = profile(&machine("mate", "gpt", METHODS[0], "us", " operator"));
    let other = profile(&machine("rev1", "claude", METHODS[1], "us", "House"));
    let third = profile(&machine("rev2", "gemini", METHODS[1], "us", "House"));
    let pool = [worker.clone(), mate.clone(), other.clone(), third];
    let r1 = request(RiskTier::R1, "a");
    for beacon in ["a", "b", "c", "d"] {
        let mut drawn =
            route(&pool, &RouteRequest { beacon: digest(beacon), ..r1.clone() }).unwrap();
        drawn.sort();
        assert_eq!(drawn, [key("rev1"), key("rev2")]);
    }
    let short = Shortfall { axis: Axis::Reviewers, have: 1, need: 2 };
    let refusal = route(&[worker.clone(), mate.clone(), other], &r1).unwrap_err();
    assert_eq!(refusal, RouteError::PoolFallsShort(short));
    // At R0 a colleague may review, the worker may not.
    let drawn = route(&[worker, mate], &request(RiskTier::R0, "a")).unwrap();
    assert_eq!(drawn, [key("mate")]);
}

#[test]
fn a_shortfall_is_named_with_both_numbers() {
    let short = |pool: &[ReviewerProfile], axis, have, need| {
        let refusal = route(pool, &request(RiskTier::R2, "a")).unwrap_err();
        assert_eq!(refusal, RouteError::PoolFallsShort(Shortfall { axis, have, need }));
    };
    let pool = |shape: fn(usize) -> [usize; 4]| -> Vec<_> {
        (0..6).map(|i| candidate(i, shape(i))).collect()
    };
    short(&[], Axis::Reviewers, 0, 5);
    short(&pool(|i| [1, i, i, i]), Axis::ModelFamilies, 1, 2);
    short(&pool(|i| [i, 1, i, i]), Axis::MethodTypes, 1, 2);
    short(&pool(|i| [i, i, i % 2, i]), Axis::Regions, 2, 3);
    short(&pool(|i| [i, i, i, i % 2]), Axis::Organisations, 2, 3);
}

#[test]
fn demands_that_no_one_set_meets_are_said_so_however_large_the_pool() {
    // Each rare value stands on a candidate of its own: seven candidates would be needed.
    let rare = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 2, 0], [0, 0, 0, 1], [0, 0, 0, 2]];
    for alike in [2, POOL_MAX - rare.len()] {
        let mut pool: Vec<_> = (0..alike).map(|i| candidate(i, [0, 0, 0, 0])).collect();
        pool.extend(rare.iter().enumerate().map(|(i, shape)| candidate(alike + i, *shape)));
        let refusal = route(&pool, &request(RiskTier::R2, "a")).unwrap_err();
        let (candidates, reviewers) = (pool.len(), 5);
        assert_eq!(refusal, RouteError::NoAdmissibleSet { candidates, reviewers });
    }
}

#[test]
fn a_rare_region_is_found_in_the_largest_pool() {
    // All but two candidates are alike; the set needs both, wherever the beacon ranks them.
    let mut pool: Vec<_> = (0..POOL_MAX - 2).map(|i| candidate(i, [0, 0, 0, 0])).collect();
    pool.push(candidate(POOL_MAX, [1, 1, 1, 1]));
    pool.push(candidate(POOL_MAX + 1, [0, 0, 2, 2]));
    for beacon in ["a", "b", "c"] {
        let drawn = route(&pool, &request(RiskTier::R2, beacon)).unwrap();
        assert_eq!(drawn.len(), 5);
    }
    pool.push(candidate(POOL_MAX + 2, [0, 0, 0, 0]));
    let refusal = route(&pool, &request(RiskTier::R2, "a")).unwrap_err();
    assert_eq!(refusal, RouteError::PoolTooLarge { count: POOL_MAX + 1, max: POOL_MAX });
}

#[test]
fn candidates_that_cannot_help_are_not_searched_through() {
    // Everybody is different, yet only the last two bring the regions that the tier asks for.
    let common = POOL_MAX - 2;
    let mut pool: Vec<_> = (0..common).map(|i| candidate(i, [i, i, 0, i])).collect();
    pool.push(candidate(common, [0, 0, 1, 0]));
    pool.push(candidate(common + 1, [0, 0, 2, 0]));
    for beacon in ["a", "b", "c"] {
        let drawn = route(&pool, &request(RiskTier::R2, beacon)).unwrap();
        assert!(pool[common..].iter().all(|rare| drawn.contains(rare.key())));
    }
}

#[test]
fn the_only_admissible_set_is_found_among_hundreds_of_different_candidates() {
    // Each rare value stands on a candidate of its own, so the draw has no choice at all.
    let rare = [[0, 1, 0, 0], [1, 0, 1, 0], [2, 0, 2, 0], [3, 0, 0, 1], [4, 0, 0, 2]];
    let mut pool: Vec<_> = rare.iter().enumerate().map(|(i, shape)| candidate(i, *shape)).collect();
    pool.extend((rare.len()..400).map(|i| candidate(i, [i, 0, 0, 0])));
    let mut drawn = route(&pool, &request(RiskTier::R2, "a")).unwrap();
    drawn.sort();
    let mut only: Vec<_> = pool[..5].iter().map(|who| who.key().clone()).collect();
    only.sort();
    assert_eq!(drawn, only);
}

#[test]
fn an_endless_search_ends_by_name() {
    // Far beyond any tier: a transversal of a cyclic Latin square of even order. There is none, and
    // no count of values shows it (Euler, 1782).
    let order = 14;
    let pool: Vec<_> = (0..order * order)
        .map(|i| candidate(i, [i / order, 0, i % order, (i / order + i % order) % order]))
        .collect();
    let request = RouteRequest {
        policy: TierPolicy {
            reviewers_required: 14,
            min_model_families: 14,
            min_method_types: 1,
            min_regions: 14,
            min_organisations: 14,
            ..request(RiskTier::R2, "a").policy
        },
        ..request(RiskTier::R2, "a")
    };
    let refusal = route(&pool, &request).unwrap_err();
    let RouteError::SearchTooLong { steps, max } = refusal else { panic!("{refusal}") };
    assert!(max == SEARCH_STEPS_MAX && max < steps);
}

#[test]
fn one_key_stands_in_a_pool_once() {
    let twin = profile(&machine("rev1", "gpt", METHODS[0], "us", "Elsewhere"));
    let pool = [five(), vec![twin]].concat();
    let refusal = route(&pool, &request(RiskTier::R2, "a")).unwrap_err();
    assert_eq!(refusal, RouteError::DuplicateKey { key: key("rev1") });
}

#[test]
fn constitutional_tiers_draw_nobody() {
    let refusal = route(&five(), &request(RiskTier::R3, "a")).unwrap_err();
    assert_eq!(refusal, RouteError::HumanChambersOnly);
}

/// Up to nine candidates of few kinds, so that joint demands often fail.
fn small_pool() -> impl Strategy<Value = Vec<ReviewerProfile>> {
    let shape = (0..3_usize, 0..3_usize, 0..4_usize, 0..4_usize);
    proptest::collection::vec(shape, 0..10).prop_map(|shapes| {
        let shapes = shapes.into_iter().enumerate();
        shapes.map(|(i, (f, m, r, o))| candidate(i, [f, m, r, o])).collect()
    })
}

proptest! {
    /// Invariant 6: a draw succeeds exactly when some admissible set exists, and is admissible.
    #[test]
    fn a_set_is_drawn_iff_brute_force_finds_one(
        pool in small_pool(), beacon in any::<u64>(), high in any::<bool>(),
    ) {
        let tier = if high { RiskTier::R2 } else { RiskTier::R1 };
        let request = request(tier, &beacon.to_string());
        let RouteRequest { policy, .. } = &request;
        let need = policy.reviewers_required;
        let exists = (0_u32..1 << pool.len()).any(|mask| {
            let set: Vec<_> =
                pool.iter().enumerate().filter(|(i, _)| mask & (1 << i) != 0).map(|(_, w)| w).collect();
            set.len() as u64 == need && diversity::check(set, need, policy).is_ok()
        });
        match route(&pool, &request) {
            Ok(drawn) => {
                prop_assert!(exists);
                prop_assert_eq!(drawn.len() as u64, need);
                let set = pool.iter().filter(|who| drawn.contains(who.key()));
                prop_assert_eq!(diversity::check(set, need, policy), Ok(()));
            }
            Err(RouteError::PoolFallsShort(_) | RouteError::NoAdmissibleSet { .. }) => {
                prop_assert!(!exists);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
