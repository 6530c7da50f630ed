//! Filled by the capability tests in `tests/it`; here only what needs private access.

use super::{OrderAct, OrderState};

#[test]
fn verbs_and_names_read_as_a_sentence() {
    let sentence = format!(
        "cannot {} an order that is {}",
        OrderAct::Dispute.verb(),
        OrderState::Released.name()
    );
    assert_eq!(sentence, "cannot dispute an order that is released");
}
