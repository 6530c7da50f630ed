use super::{
    CommitmentTier::{C0, C1, C2},
    *,
};
use crate::Parameters;

#[test]
fn the_bounds_are_exclusive() {
    let founding = Parameters::founding();
    let parameters = founding.commitment();
    let tiers = [0, 499, 500, 4_999, 5_000].map(|humans| CommitmentTier::of(parameters, humans));
    assert_eq!(tiers, [C0, C0, C1, C1, C2]);
}

#[test]
fn a_tier_never_goes_back() {
    let founding = Parameters::founding();
    let parameters = founding.commitment();
    let mut tier = C0;
    let mut seen = Vec::new();
    for humans in [10, 600, 10, 5_000, 0] {
        tier = tier.advance(parameters, humans);
        seen.push(tier);
    }
    assert_eq!(seen, [C0, C1, C1, C2, C2]);
}

#[test]
fn higher_tiers_anchor_more_often() {
    let founding = Parameters::founding();
    let parameters = founding.commitment();
    let intervals = [C0, C1, C2].map(|tier| tier.anchor_interval_s(parameters));
    assert_eq!(intervals, [86_400, 21_600, 3_600]);
}
