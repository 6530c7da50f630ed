use std::collections::BTreeSet;

use comity_constitution::{Parameters, RiskTier};
use comity_wire::{KeyId, StatementId, sha256};
use proptest::prelude::{any, prop_assert_eq, proptest};

use super::{Purpose, RouteRequest, rank, route};
use crate::diversity;
use crate::profile::{ActorInfo, Independence, ReviewerProfile};

fn request(beacon: u64) -> RouteRequest {
    RouteRequest {
        mission: StatementId::from_digest(sha256(b"mission")),
        beacon: sha256(&beacon.to_be_bytes()),
        policy: *Parameters::founding().tier(RiskTier::R2),
        independence: Independence { tier: RiskTier::R2, parties: Vec::new() },
        purpose: Purpose::Reviewers,
        involved: BTreeSet::new(),
    }
}

fn candidate(index: usize, shape: [u8; 3]) -> ReviewerProfile {
    let [family, region, organisation] = shape.map(|value| format!("v{value}"));
    let name = format!("did:key:z6Mkc{}", "x".repeat(index + 1));
    let method =
        if index.is_multiple_of(3) { "reasoning_model" } else { "rule_based_deterministic" };
    let actor = ActorInfo {
        key: KeyId::parse(&name).unwrap(),
        name: "c".to_owned(),
        is_human: false,
        model_family: family,
        method_type: method.to_owned(),
        region,
        organisation,
        roles: BTreeSet::new(),
    };
    ReviewerProfile::check(&actor).unwrap()
}

#[test]
fn the_rank_is_the_hash_that_the_module_states() {
    let request = request(7);
    let who = candidate(0, [0, 0, 0]);
    let bytes = [
        b"comity-route/v1\0".as_slice(),
        request.beacon.as_bytes(),
        request.mission.digest().as_bytes(),
        b"did:key:z6Mkcx",
    ]
    .concat();
    assert_eq!(rank(&request, who.key()), sha256(&bytes));
}

proptest! {
    /// The draw is the first admissible set in rank order, as a naive enumeration finds it.
    #[test]
    fn the_draw_is_the_first_admissible_set_in_rank_order(
        shapes in proptest::collection::vec([0..3_u8, 0..4_u8, 0..4_u8], 5..10),
        beacon in any::<u64>(),
    ) {
        let request = request(beacon);
        let pool: Vec<_> =
            shapes.into_iter().enumerate().map(|(index, shape)| candidate(index, shape)).collect();
        let mut ranked: Vec<_> = pool.iter().collect();
        ranked.sort_by_key(|who| rank(&request, who.key()));
        // Best rank in the highest bit: descending masks enumerate sets in rank order.
        let first = (0_u32..1 << ranked.len()).rev().find_map(|mask| {
            let at = |place: usize| 1 << (ranked.len() - 1 - place);
            let members = ranked.iter().enumerate().filter(|(place, _)| mask & at(*place) != 0);
            let set: Vec<_> = members.map(|(_, who)| *who).collect();
            let fits = set.len() == 5 && diversity::check(set.iter().copied(), 5, &request.policy).is_ok();
            fits.then(|| set.into_iter().map(|who| who.key().clone()).collect::<Vec<_>>())
        });
        prop_assert_eq!(route(&pool, &request).ok(), first);
    }
}
