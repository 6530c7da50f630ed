//! Limits of time: what the phase of a record's constitution permits, whether or not anybody has noticed.

use comity_bls::MemberSecret;
use comity_commitment::{CommitmentFact, LifecycleEvent, MemberKeyStated};
use comity_constitution::facts::{Decided, Extended, Founded, Vetoed};
use comity_constitution::phase::Phase;
use comity_constitution::{Charter, ConstitutionFact, DomainType, RiskTier};
use comity_mesh::Scope;
use comity_mission::facts::{Decomposed, Drafted, Scoped, Started, Task, TaskId};
use comity_wire::{StatementId, Time, b64, sha256};

use crate::quorum::Quorum;
use crate::scene::{CAST, Scene, Who, key_id};
use crate::senate::Senate;

const DAY_S: i64 = 86_400;

/// A funded order, and a constitution in the seller's record, on its first day.
fn governed() -> (Scene, StatementId) {
    let mut scene = Scene::founded();
    let mip = scene.prepare();
    let charter = Charter::founding().hash();
    let fact = ConstitutionFact::from(Founded { charter, founder: key_id("anna") });
    scene.state(Who::Operator, None, (fact.kind(), fact.encode().unwrap()), &[]);
    let order = scene.place(CAST, mip);
    (scene, order)
}

fn drafted(scene: &Scene, order: StatementId) -> (Drafted, Vec<StatementId>) {
    let treaties = [(Who::Buyer, Scope::Order), (Who::House, Scope::Review)];
    let mut cites = scene.treaties_of(Who::Operator, &treaties);
    cites.push(scene.head(order));
    let owner = key_id("anna");
    (Drafted { order: Some(order), title: "Watch".to_owned(), owner }, cites)
}

/// The founder's year passes, and the epochs notice.
fn expire(scene: &mut Scene) {
    scene.wait(366 * DAY_S);
    scene.close();
    let polity = scene.world.polity(scene.id(Who::Operator)).unwrap();
    assert_eq!(polity.phase().phase(), None, "it has failed closed");
}

#[test]
fn under_stewardship_ordinary_missions_run() {
    let (mut scene, order) = governed();
    scene.work(CAST, order);
    scene.open_review(CAST, order);
}

#[test]
fn nothing_new_begins_when_a_constitution_has_failed_closed() {
    let (mut scene, order) = governed();
    let (fact, cites) = drafted(&scene, order);
    expire(&mut scene);
    let refused = scene.try_mission(Who::Operator, None, fact, &cites);
    assert_eq!(refused.unwrap_err().code(), "replay.tier_locked");
}

#[test]
fn what_has_begun_goes_no_further() {
    let (mut scene, order) = governed();
    let (fact, cites) = drafted(&scene, order);
    let mission = scene.mission(Who::Operator, None, fact, &cites);
    let scoped = Scoped {
        mission,
        mission_class: "internal_operations_change".to_owned(),
        risk_tier: RiskTier::R1,
        domain_type: DomainType::Objective,
        scope: "the second half".to_owned(),
    };
    let mut before = scene.split();
    expire(&mut before);
    let refused = before.try_mission(Who::Operator, None, scoped.clone(), &[]);
    assert_eq!(refused.unwrap_err().code(), "replay.tier_locked");

    scene.mission(Who::Operator, None, scoped, &[]);
    let tasks = vec![Task {
        id: TaskId::new("report"),
        title: "Report".to_owned(),
        domain_type: DomainType::Objective,
        depends_on: Vec::new(),
    }];
    scene.mission(Who::Operator, None, Decomposed { mission, tasks }, &[]);
    expire(&mut scene);
    let started = Started { mission, worker: key_id("watcher"), attempt: 1, share: None };
    let refused = scene.try_mission(Who::Operator, None, started, &[]);
    assert_eq!(refused.unwrap_err().code(), "replay.tier_locked");
}

#[test]
fn nothing_begins_after_the_last_day_also_when_nobody_has_noticed() {
    let (mut scene, order) = governed();
    let (fact, cites) = drafted(&scene, order);
    scene.wait(366 * DAY_S);
    let (id, now) = (scene.id(Who::Operator), Time::from_unix(scene.now));
    assert_eq!(scene.world.polity(id).unwrap().phase().phase(), Some(Phase::G0));
    assert_eq!(scene.world.polity_at(id, now).unwrap().phase().phase(), None);
    let refused = scene.try_mission(Who::Operator, None, fact, &cites);
    assert_eq!(refused.unwrap_err().code(), "replay.tier_locked");
}

/// A statement that has nothing to do with the constitution.
fn something(senate: &mut Senate, by: &str) -> StatementId {
    let secret = MemberSecret::from_seed(sha256(by.as_bytes()).as_bytes());
    let member = b64::encode(&secret.member().encode());
    let fact = CommitmentFact::from(MemberKeyStated { member });
    senate.state(Some(by), (fact.kind(), fact.encode().unwrap())).unwrap()
}

/// The phase at so many days after the founding.
fn phase_at(senate: &Senate, founded: i64, days: i64) -> Option<Phase> {
    let at = Time::from_unix(founded + days * DAY_S);
    senate.world.polity_at(senate.id, at).unwrap().phase().phase()
}

#[test]
fn g0_is_extended_once_and_ends_to_the_day() {
    let mut senate = Senate::founded();
    let founded = senate.polity().phase().entered(Phase::G0).unwrap().unix();
    let report = sha256(b"status report");
    for days in [150, 300] {
        senate.now = founded + days * DAY_S;
        something(&mut senate, "founder");
    }
    assert_eq!(
        (phase_at(&senate, founded, 365), phase_at(&senate, founded, 366)),
        (Some(Phase::G0), None)
    );
    assert_eq!(senate.code(Some("founder"), Extended { report }), "accepted");
    assert_eq!(
        senate.code(Some("founder"), Extended { report }),
        "constitution.phase_already_extended"
    );
    assert_eq!(
        (phase_at(&senate, founded, 545), phase_at(&senate, founded, 546)),
        (Some(Phase::G0), None)
    );
    senate.now = founded + 546 * DAY_S;
    let expired = Decided { change: None, text: sha256(b"too late") };
    assert_eq!(senate.code(Some("founder"), expired), "constitution.phase_expired");
    assert_eq!(senate.polity().phase().phase(), Some(Phase::G0), "a refusal notes nothing");
    something(&mut senate, "person 9");
    assert_eq!(senate.polity().phase().phase(), None);
}

#[test]
fn a_founder_who_signs_nothing_has_no_veto_on_the_day_that_follows() {
    let mut senate = Senate::founded();
    let change = senate.change(|file| file.trust.volume_half += 1);
    let amendment = senate.proposed(change);
    let signed = senate.polity().phase().entered(Phase::G0).unwrap();
    let veto_at = |senate: &Senate, days: i64| {
        let at = signed.plus(days * DAY_S);
        senate.world.polity_at(senate.id, at).unwrap().phase().veto_ended()
    };
    assert_eq!(veto_at(&senate, 180), None);
    assert_eq!(veto_at(&senate, 181), Some(signed.plus(180 * DAY_S)));
    let veto = Vetoed { amendment, reasons: sha256(b"no") };
    senate.now = signed.unix() + 180 * DAY_S - 1;
    let mut timely = senate.clone();
    assert_eq!(timely.code(Some("founder"), veto), "accepted");
    senate.now += 1;
    assert_eq!(senate.code(Some("founder"), veto), "constitution.phase_veto_ended");
}

#[test]
fn the_first_statement_after_a_limit_notes_it_and_is_anchored_for_it() {
    let mut quorum = Quorum::ready();
    let begun = quorum.senate.polity().phase().entered(Phase::G1).unwrap().unix();
    assert_eq!(phase_at(&quorum.senate, begun, 730), Some(Phase::G1));
    assert_eq!(phase_at(&quorum.senate, begun, 731), Some(Phase::G2));
    quorum.senate.now = begun + 731 * DAY_S;
    let id = something(&mut quorum.senate, "person 9");
    assert_eq!(quorum.senate.polity().phase().phase(), Some(Phase::G2));
    assert_eq!(quorum.events().last(), Some(&LifecycleEvent::PhaseChanged));
    let anchors = quorum.senate.world.record(quorum.senate.id).unwrap().anchors();
    assert!(anchors.item(&id.digest()).is_some());
}

#[test]
fn rules_that_nobody_ratified_fall_with_the_first_statement_after_the_window() {
    let mut senate = Senate::founded();
    let change = senate.change(|file| file.trust.volume_half += 1);
    let decided = Decided { change: Some(change), text: sha256(b"text") };
    assert_eq!(senate.code(Some("founder"), decided), "accepted");
    senate.close_epoch();
    let begun = senate.polity().phase().entered(Phase::G1).unwrap().unix();
    let in_force = |senate: &Senate| senate.world.parameters_of(senate.id).unwrap().hash();
    senate.now = begun + 90 * DAY_S - 1;
    something(&mut senate, "person 9");
    assert_eq!(in_force(&senate), change.to);
    let later = Time::from_unix(senate.now + 1);
    assert_eq!(senate.world.polity_at(senate.id, later).unwrap().parameters(), change.from);
    something(&mut senate, "person 9");
    assert_eq!(in_force(&senate), change.from);
    let (policy, _) = senate.world.trust(senate.id).unwrap();
    assert_eq!(
        *policy,
        comity_trust::Policy::new(
            senate.world.parameters_of(senate.id).unwrap(),
            senate.world.charter_of(senate.id)
        )
    );
}
