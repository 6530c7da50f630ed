use serde_json::json;

use super::*;

#[test]
fn decimals_are_read_exactly_to_eighteen_places() {
    let cases = [
        (json!("0.860000000000"), 860_000_000_000_000_000),
        (json!("0E-12"), 0),
        (json!("-0.100000000000"), -100_000_000_000_000_000),
        (json!("1e-9"), 1_000_000_000),
        (json!("25E+1"), 250_000_000_000_000_000_000),
        (json!("0.000000000000000001"), 1),
        (json!("0.0000000000000000010"), 1),
        (json!("0.3333333333333333333333333333"), 333_333_333_333_333_333),
        (json!(30), 30_000_000_000_000_000_000),
        (json!(0.5), 500_000_000_000_000_000),
    ];
    for (value, expected) in cases {
        assert_eq!(parse(&value), Some(expected), "{value}");
    }
}

#[test]
fn what_is_no_decimal_or_does_not_fit_is_not_read() {
    let long = "1".repeat(65);
    for text in
        ["", "9e37", "-", ".5", "5.", "1e", "1e99", "0x1", "NaN", "1_000", "+1", " 1", &long]
    {
        assert_eq!(parse(&json!(text)), None, "{text:?}");
    }
    for value in [json!(null), json!(true), json!([]), json!({})] {
        assert_eq!(parse(&value), None, "{value}");
    }
}

#[test]
fn rounding_to_the_unit_is_half_even() {
    assert_eq!(to_nano(1_500_000_000), Some(Nano::new(2)));
    assert_eq!(to_nano(2_500_000_000), Some(Nano::new(2)));
    assert_eq!(to_nano(of_nano(Nano::new(-7))), Some(Nano::new(-7)));
    assert_eq!(to_nano(i128::MAX), None);
}
