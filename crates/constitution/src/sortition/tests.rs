use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{Nano, limits};

fn inputs() -> SeedInputs {
    SeedInputs { beacon: [1; 32], previous_commitment: Digest::from_bytes([2; 32]), nonce: [3; 32] }
}

fn seed() -> Digest {
    inputs().seed(Encoding::Raw32)
}

fn quotas(seats: u32) -> Quotas {
    Quotas {
        seats,
        region_share_max: Share::WHOLE,
        organisation_share_max: None,
        regions_min: 0,
        organisations_min: 0,
    }
}

/// `count` people, one each of `regions` and `organisations` in turn.
fn people(count: usize, regions: usize, organisations: usize) -> Vec<[String; 3]> {
    (0..count)
        .map(|i| [format!("p{i}"), format!("r{}", i % regions), format!("o{}", i % organisations)])
        .collect()
}

fn pool(people: &[[String; 3]]) -> Vec<Candidate<'_>> {
    people
        .iter()
        .map(|[id, region, organisation]| Candidate {
            id,
            region,
            organisation,
            is_conflicted: false,
        })
        .collect()
}

#[test]
fn a_seed_has_three_inputs_of_32_bytes() {
    let made = SeedInputs::from_slices(&[1; 32], &[2; 32], &[3; 32]);
    assert_eq!(made, Ok(inputs()));
    for (what, lens) in [
        ("beacon value", [31, 32, 32]),
        ("previous commitment", [32, 33, 32]),
        ("chamber nonce", [32, 32, 0]),
    ] {
        let [a, b, c] = lens.map(|len| vec![7; len]);
        let len = lens.into_iter().find(|len| *len != 32).unwrap();
        let refusal = SeedInputs::from_slices(&a, &b, &c).unwrap_err();
        assert_eq!(refusal, DrawError::SeedInput { what, len });
        assert_eq!(refusal.code(), "constitution.draw_seed_input");
        assert_eq!((refusal.reason(), refusal.selected()), (None, None));
    }
    assert_ne!(seed(), inputs().seed(Encoding::Utf8));
}

#[test]
fn a_share_is_exact() {
    for (text, seats, cap) in [
        ("0.29", 100, 29),
        ("0.15", 41, 6),
        ("0.15", 101, 15),
        ("0.40", 11, 4),
        ("0.40", 25, 10),
        ("0.25", 51, 12),
        ("1", 17, 17),
        ("1.000", 17, 17),
        ("0", 17, 0),
        ("0.999999999999999999999999999", 1_000, 999),
        ("0.100000000000000000000000000000", 10, 1),
        ("1", u32::MAX, u32::MAX),
    ] {
        assert_eq!(Share::parse(text).unwrap().of(seats), cap, "{text} of {seats}");
    }
    for text in [
        "",
        ".",
        ".5",
        "1.",
        "-0.1",
        "+0.1",
        "1.1",
        "2",
        "0,5",
        "1e-1",
        "NaN",
        " 0.1",
        "0.1.1",
        "0.0000000000000000000000000001",
        "99999999999999999999",
    ] {
        let refusal = Share::parse(text).unwrap_err();
        assert_eq!(refusal.code(), "constitution.draw_share", "{text}");
    }
    assert_eq!(Share::from_nano(Nano::new(150_000_000)), Share::parse("0.15"));
    assert!(Share::from_nano(Nano::new(-1)).is_err());
    assert!(Share::from_nano(Nano::ONE.plus(Nano::EPSILON)).is_err());
}

#[test]
fn an_id_twice_in_the_pool_is_refused_wherever_it_ranks() {
    let people = people(200, 5, 5);
    for (first, second) in [(0, 1), (0, 199), (57, 130)] {
        let mut pool = pool(&people);
        pool[second].id = pool[first].id;
        let refusal = Ranking::new(&seed(), &pool).unwrap_err();
        assert_eq!(refusal, DrawError::DuplicateId { first, second });
        assert_eq!(refusal.code(), "constitution.draw_duplicate_id");
    }
}

#[test]
fn a_pool_above_its_limit_is_refused() {
    let one = Candidate { id: "a", region: "r", organisation: "o", is_conflicted: false };
    let pool = vec![one; limits::POOL_MAX + 1];
    let refusal = Ranking::new(&seed(), &pool).unwrap_err();
    let expected = DrawError::PoolTooLarge { len: pool.len(), max: limits::POOL_MAX };
    assert_eq!(refusal, expected);
    assert_eq!(refusal.code(), "constitution.draw_pool_too_large");
}

#[test]
fn a_draw_fails_closed_and_says_why_in_order() {
    let people = people(40, 2, 1);
    let pool = pool(&people);
    let ranking = Ranking::new(&seed(), &pool).unwrap();
    let nobody = BTreeSet::new();
    let draw = |quotas: Quotas| ranking.draw(&nobody, &quotas).unwrap_err();
    let wanting = Quotas { regions_min: 3, organisations_min: 2, ..quotas(41) };
    let few = draw(wanting);
    assert_eq!(few, DrawError::TooFewMembers { selected: 40, seats: 41 });
    assert_eq!(few.code(), "constitution.draw_too_few_members");
    let regions = draw(Quotas { seats: 40, ..wanting });
    assert_eq!(regions, DrawError::TooFewRegions { got: 2, min: 3, selected: 40 });
    assert_eq!(regions.code(), "constitution.draw_too_few_regions");
    let organisations = draw(Quotas { seats: 40, regions_min: 2, ..wanting });
    assert_eq!(organisations, DrawError::TooFewOrganisations { got: 1, min: 2, selected: 40 });
    assert_eq!(organisations.code(), "constitution.draw_too_few_organisations");
    for refusal in [few, regions, organisations] {
        assert!(refusal.to_string().starts_with(refusal.reason().unwrap()));
        assert_eq!(refusal.selected(), Some(40));
    }
}

#[test]
fn the_cap_of_an_organisation_holds_when_there_is_one() {
    let people = people(100, 10, 4);
    let pool = pool(&people);
    let ranking = Ranking::new(&seed(), &pool).unwrap();
    let capped = Quotas { organisation_share_max: Share::parse("0.25").ok(), ..quotas(16) };
    let panel = ranking.draw(&BTreeSet::new(), &capped).unwrap();
    assert!(panel.organisations().values().all(|count| *count == 4), "{panel:?}");
    let tighter = Quotas { organisation_share_max: Share::parse("0.2").ok(), ..capped };
    let refusal = ranking.draw(&BTreeSet::new(), &tighter).unwrap_err();
    assert_eq!(refusal, DrawError::TooFewMembers { selected: 12, seats: 16 });
}

proptest! {
    #[test]
    fn invariant_1_the_order_of_the_pool_does_not_matter(
        beacon: [u8; 32], turn in 0..60_usize, seats in 0..30_u32,
    ) {
        let people = people(60, 7, 5);
        let (pool, mut turned) = (pool(&people), pool(&people));
        turned.rotate_left(turn);
        turned.reverse();
        let seed = SeedInputs { beacon, ..inputs() }.seed(Encoding::Raw32);
        let (one, other) = (Ranking::new(&seed, &pool).unwrap(), Ranking::new(&seed, &turned).unwrap());
        let quotas = Quotas { region_share_max: Share::parse("0.2").unwrap(), ..quotas(seats) };
        prop_assert_eq!(one.draw(&BTreeSet::new(), &quotas), other.draw(&BTreeSet::new(), &quotas));
    }

    #[test]
    fn invariant_2_a_panel_is_what_was_asked_for(
        beacon: [u8; 32],
        conflicts: [bool; 60],
        recused in proptest::collection::btree_set(0..60_usize, 0..20),
        seats in 1..40_u32,
        cap in 0..=1_000_000_000_i64,
    ) {
        let people = people(60, 7, 5);
        let mut pool = pool(&people);
        for (candidate, is_conflicted) in pool.iter_mut().zip(conflicts) {
            candidate.is_conflicted = is_conflicted;
        }
        let recused: BTreeSet<&str> = recused.iter().map(|i| people[*i][0].as_str()).collect();
        let quotas = Quotas {
            region_share_max: Share::from_nano(Nano::new(cap)).unwrap(),
            organisation_share_max: Some(Share::parse("0.5").unwrap()),
            regions_min: 3,
            organisations_min: 2,
            ..quotas(seats)
        };
        let seed = SeedInputs { beacon, ..inputs() }.seed(Encoding::Raw32);
        let Ok(panel) = Ranking::new(&seed, &pool).unwrap().draw(&recused, &quotas) else {
            return Ok(());
        };
        let ids: BTreeSet<&str> = panel.members().iter().map(|member| member.id).collect();
        prop_assert_eq!(ids.len(), seats as usize);
        prop_assert!(ids.is_disjoint(&recused));
        prop_assert!(panel.members().iter().all(|member| !member.is_conflicted));
        prop_assert!(panel.regions().values().all(|count| *count <= quotas.region_cap()));
        prop_assert!(panel.organisations().values().all(|count| *count <= quotas.organisation_cap()));
        prop_assert!(3 <= panel.regions().len() && 2 <= panel.organisations().len());
    }
}
