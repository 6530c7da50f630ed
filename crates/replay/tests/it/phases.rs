//! Missions of a record that has a constitution: what its phase permits.

use comity_constitution::facts::Founded;
use comity_constitution::{Charter, ConstitutionFact, DomainType, RiskTier};
use comity_mesh::Scope;
use comity_mission::facts::{Decomposed, Drafted, Scoped, Started, Task, TaskId};
use comity_wire::StatementId;

use crate::scene::{CAST, Scene, Who, key_id};

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
