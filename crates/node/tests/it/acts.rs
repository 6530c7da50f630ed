//! What people state by command, and what is refused: nothing is recorded then.

use comity_constitution::facts::{Change, Founded, Instrument, LeaveChanged, Proposed, Sponsored};
use comity_constitution::{AppealFact, Charter, ConstitutionFact, Stage};
use comity_node::{By, Fact};
use comity_trust::{MaliceAlleged, TrustFact};
use comity_wire::{Digest, StatementId, sha256};

use crate::polis::{Polis, actor, changed, key_id, trusting};

#[test]
fn people_and_the_clerk_state_facts_in_their_own_name() {
    let mut polis = Polis::founded();
    polis.say(actor("person 3"), LeaveChanged { on_leave: true }).unwrap();
    assert!(polis.polity().citizen(&key_id("person 3")).unwrap().on_leave);
    let next = changed(&trusting(), |file| file.governance.challenge_window_s += 1);
    let change =
        Change { from: trusting().hash(), instrument: Instrument::Parameters, to: next.hash() };
    let proposed = || Proposed { change, text: sha256(b"reasons") };
    // A file that nobody has shown cannot be proposed.
    let unknown = polis.say(actor("person 0"), proposed()).unwrap_err();
    assert_eq!(unknown.code(), "constitution.amendment_file_unknown");
    polis.node.learn(next.into());
    let amendment = polis.say(actor("person 0"), proposed()).unwrap();
    polis.say(actor("person 1"), Sponsored { amendment }).unwrap();
    let found = polis.polity().amendment(amendment).unwrap();
    assert_eq!((found.stage(), found.sponsors().len()), (Stage::Proposed, 2));
    let alleged = MaliceAlleged {
        machine: key_id("robot"),
        reason: "it lied".to_owned(),
        report: Digest::ZERO,
    };
    polis.act(actor("person 2"), TrustFact::from(alleged)).unwrap();
    assert_eq!(polis.refused, Vec::<&str>::new());
}

#[test]
fn a_refused_act_is_named_and_leaves_no_trace() {
    let mut polis = Polis::founded();
    let before = polis.record.clone();
    let amendment = StatementId::from_digest(Digest::ZERO);
    let opened = comity_constitution::appeal::facts::Opened {
        evidence: vec![sha256(b"seen")],
        ground: comity_constitution::appeal::Ground::ProcedureBroken,
        respondents: vec![key_id("person 1")],
        subject: amendment,
    };
    let sponsored = || Fact::from(ConstitutionFact::from(Sponsored { amendment }));
    let founded = Founded { charter: Charter::small().hash(), founder: key_id("founder") };
    let cases: [(By, Fact, &str); 5] = [
        (actor("person 0"), sponsored(), "constitution.unknown_question"),
        (By::Authority, sponsored(), "constitution.not_in_person"),
        (actor("stranger"), sponsored(), "node.no_secret"),
        (By::Authority, ConstitutionFact::from(founded).into(), "constitution.founded_twice"),
        (actor("person 0"), AppealFact::from(opened).into(), "replay.citation_missing"),
    ];
    for (by, fact, code) in cases {
        assert_eq!(polis.act(by, fact).unwrap_err().code(), code);
    }
    assert_eq!(polis.record, before);
    assert_eq!(polis.node.envelopes().len(), before.len());
}
