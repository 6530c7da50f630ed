//! The fact travels in one form only.

use comity_trust::TrustFact;
use comity_wire::jcs;

use crate::scene::{EPOCH, at, good_review, good_work, ledger, propose};

#[test]
fn an_update_reads_back_and_fits_into_a_statement() {
    let ledger = ledger();
    for (actor, work) in [(0, good_work()), (5, good_review())] {
        let updated = propose(&ledger, actor, 0, EPOCH, work, at(60)).unwrap();
        let fact = TrustFact::Updated(updated);
        let body = fact.encode().unwrap();
        assert_eq!(TrustFact::decode(fact.kind(), &body).unwrap(), Some(fact));
        assert!(body.get().len() < 1_500, "{}", body.get().len());
    }
}

#[test]
fn unknown_fields_are_refused() {
    let updated = propose(&ledger(), 0, 0, EPOCH, good_work(), at(60)).unwrap();
    let text = String::from_utf8(jcs::to_vec(&updated).unwrap()).unwrap();
    let widened = text.replacen("\"work\":{\"accepted\"", "\"work\":{\"a\":1,\"accepted\"", 1);
    assert_ne!(widened, text);
    assert!(jcs::from_slice::<comity_trust::Updated>(widened.as_bytes()).is_err());
}
