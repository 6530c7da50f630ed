//! Facts have one wire form, closed schemas, and fit a statement.

use comity_mycel::MycelFact;
use comity_mycel::facts::{
    Assurance, Audit, MipPublished, OpeningKind, OpeningLogged, OrderCancelled, OrderDisputed,
};

use crate::common::{
    at, claim, commit, digest, fund, id, key, refund, release, report, resolve, terms,
};
use comity_mycel::facts::{AccountCredited, RefundReason};
use comity_mycel::order::OrderAct;

fn every_fact() -> Vec<MycelFact> {
    let mut reported = report(40, "one", Assurance::A1, 31, 30).body;
    reported.audit = Some(Audit { beacon: digest(1), leaves: 59, drawn: digest(2) });
    let (OrderAct::Fund(funded), OrderAct::Release(released)) = (fund(), release(32)) else {
        panic!("fund and release");
    };
    let OrderAct::Refund(refunded) = refund(RefundReason::DisputeUpheld) else {
        panic!("refund");
    };
    let second = report(52, "three", Assurance::A3, 31, 30);
    let OrderAct::Resolve(resolved, _) = resolve(true, second) else { panic!("resolve") };
    vec![
        MipPublished {
            name: "MIP-MFG/fault-watch".into(),
            version: "1.0.0".into(),
            manifest: digest(5),
        }
        .into(),
        terms().into(),
        commit(1).into(),
        claim(1, 30).into(),
        OpeningLogged {
            order: id(9),
            attempt: 1,
            to: key("one"),
            what: OpeningKind::Leaves,
            count: 59,
            disclosure: digest(3),
        }
        .into(),
        reported.into(),
        AccountCredited {
            account: crate::common::buyer(),
            amount: 5_000,
            asset: "EUR-cent".into(),
            reference: "bank-1".into(),
        }
        .into(),
        funded.into(),
        released.into(),
        refunded.into(),
        OrderCancelled { order: id(9) }.into(),
        OrderDisputed { order: id(9), reason: "the alarm came late".into() }.into(),
        resolved.into(),
    ]
}

#[test]
fn every_fact_has_one_form_and_leaves_room_for_the_statement_around_it() {
    let facts = every_fact();
    let kinds: Vec<_> = facts.iter().map(MycelFact::kind).collect();
    assert_eq!(kinds, MycelFact::KINDS);
    for fact in facts {
        let body = fact.encode().unwrap();
        assert!(body.get().len() < 3_000, "{} takes {} bytes", fact.kind(), body.get().len());
        assert_eq!(MycelFact::decode(fact.kind(), &body).unwrap(), Some(fact.clone()));
        let wider = body.get().replacen('{', "{\" \":1,", 1);
        let wider = serde_json::value::RawValue::from_string(wider).unwrap();
        assert!(MycelFact::decode(fact.kind(), &wider).is_err(), "{}", fact.kind());
    }
}

#[test]
fn enumerations_travel_as_the_words_of_the_specification() {
    let body = MycelFact::from(terms()).encode().unwrap();
    assert!(body.get().contains("\"assurance_min\":[\"A3\",\"A1\"]"));
    assert!(body.get().contains("\"risk_tier\":\"R1\""));
    assert!(body.get().contains(&format!("\"deadline\":\"{}\"", at(10_000))));
    let OrderAct::Refund(refunded) = refund(RefundReason::ClaimRejected) else { panic!("refund") };
    let body = MycelFact::from(refunded).encode().unwrap();
    assert!(body.get().contains("\"reason\":\"claim_rejected\""));
}
