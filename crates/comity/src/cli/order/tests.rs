use comity_wire::json;

use super::parse;
use crate::fail::CliError;

fn refusal(text: &str) -> CliError {
    parse(json::parse(text.as_bytes()).unwrap()).unwrap_err()
}

#[test]
fn a_member_that_orders_do_not_have_is_named() {
    let refused = refusal(r#"{"title": "x", "surprise": 1}"#);
    assert_eq!(refused, CliError::OrderUnknownField { name: "surprise".to_owned() });
}

#[test]
fn a_member_that_is_missing_is_named() {
    let refused = refusal(r#"{"title": "x"}"#);
    assert_eq!(refused, CliError::OrderMissingField { name: "seller".to_owned() });
}

#[test]
fn a_member_of_another_type_is_a_shape_and_its_quotation_is_short() {
    let long = "x".repeat(10_000);
    let CliError::OrderShape { message } = refusal(&format!(r#"{{"seller": "{long}"}}"#)) else {
        panic!("another refusal");
    };
    assert!(message.len() <= super::QUOTED_CHARS_MAX, "{message}");
}
