use super::*;

#[test]
fn ties_go_to_the_even_neighbour_on_both_sides_of_zero() {
    let cases = [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (1, 3, 0), (2, 3, 1), (-1, 3, 0)];
    for (numerator, denominator, expected) in cases {
        assert_eq!(round_half_even(numerator, denominator), expected, "{numerator}/{denominator}");
    }
    assert_eq!(round_half_even(7, 0), 0);
    assert_eq!(round_half_even(i128::MAX, 1), i128::MAX);
    assert_eq!(round_half_even(i128::MIN, 1), i128::MIN);
}

#[test]
fn a_ratio_is_a_share_and_nothing_of_nothing_is_nothing() {
    assert_eq!(Nano::ratio(1, 3), Nano::new(333_333_333));
    assert_eq!(Nano::ratio(2, 3), Nano::new(666_666_667));
    assert_eq!(Nano::ratio(3, 3), Nano::ONE);
    assert_eq!(Nano::ratio(3, 0), Nano::ZERO);
    assert_eq!(Nano::ratio(u64::MAX, 1), Nano::new(i64::MAX));
}

#[test]
fn the_ends_of_the_range_hold() {
    assert_eq!(Nano::new(i64::MAX).plus(Nano::EPSILON), Nano::new(i64::MAX));
    assert_eq!(Nano::new(i64::MIN).minus(Nano::EPSILON), Nano::new(i64::MIN));
    assert_eq!(Nano::saturating(i128::MAX), Nano::new(i64::MAX));
    assert_eq!(Nano::saturating(i128::MIN), Nano::new(i64::MIN));
    assert_eq!(Nano::ONE.plus(Nano::EPSILON).clamp_unit(), Nano::ONE);
    assert_eq!(Nano::new(-1).clamp_unit(), Nano::ZERO);
}

#[test]
fn it_prints_nine_decimals_with_its_sign() {
    assert_eq!(Nano::new(-20_000_001).to_string(), "-0.020000001");
    assert_eq!(Nano::new(1_500_000_000).to_string(), "1.500000000");
    assert_eq!(format!("{:?}", Nano::new(i64::MIN)), "-9223372036.854775808");
}
