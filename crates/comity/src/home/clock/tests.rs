use super::*;

#[test]
fn a_moment_is_not_before_what_was_signed_just_before_it() {
    // A clock of whole seconds falls behind at once; one of microseconds is never behind.
    let signed = i64::try_from(since_1970().as_micros()).unwrap();
    let moment = moment().instant();
    assert!(moment >= signed, "{moment} is before {signed}");
    assert!(moment - signed < 60_000_000);
    assert!(now().wall.unix() >= signed / 1_000_000);
}
