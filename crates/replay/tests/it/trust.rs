//! What is held, who is quarantined, and what a new key inherits, over real signed statements.

use comity_bls::MemberSecret;
use comity_commitment::{
    CommitmentFact, CommitteePlanned, ItemKind, KeyBase, LifecycleEvent, MemberKeyStated,
};
use comity_constitution::facts::{IdentitySignalled, Signal};
use comity_constitution::{Nano, Parameters, RiskTier};
use comity_mesh::Role;
use comity_mission::MissionFact;
use comity_mission::facts::Started;
use comity_replay::verify::{Options, verify_export};
use comity_trust::{
    DecommissionCause, Decommissioned, Endorsed, IncidentState, LineageDeclared, MaliceAlleged,
    RecertificationMeasured, RecertificationRequested, Recertified, Standing, Suspended, TrustFact,
};
use comity_wire::{Digest, StatementId, Time, b64, sha256};

use crate::scene::{CAST, Scene, Who, key_id};
use crate::senate::{DAY, Senate, person};

fn trust(
    senate: &mut Senate,
    by: Option<&str>,
    fact: impl Into<TrustFact>,
) -> Result<StatementId, &'static str> {
    let fact = fact.into();
    let before = senate.world.trust(senate.id).map(|(_, ledger)| ledger.clone());
    let made = senate.state(by, (fact.kind(), fact.encode().unwrap()));
    if made.is_err() {
        assert_eq!(senate.world.trust(senate.id).map(|(_, ledger)| ledger.clone()), before);
    }
    made.map_err(|refusal| refusal.code())
}

pub(crate) fn decayed(senate: &Senate, machine: &str) -> TrustFact {
    let (policy, ledger) = senate.world.trust(senate.id).unwrap();
    let at = Time::from_unix(senate.now + 1);
    ledger.propose_decay(policy, &key_id(machine), at).unwrap().into()
}

fn standing(senate: &Senate, machine: &str) -> Standing {
    senate.world.standing(&key_id(machine), Time::from_unix(senate.now)).unwrap()
}

fn measured(request: StatementId) -> RecertificationMeasured {
    RecertificationMeasured {
        cases: 2_000,
        correct: 1_950,
        report: sha256(b"report"),
        reproduced: 1_990,
        request,
        severe: 3,
    }
}

/// The senate's robot has idled until nothing was left.
fn idle() -> Senate {
    let mut senate = Senate::ready();
    senate.now += 101 * DAY;
    let fact = decayed(&senate, "robot");
    trust(&mut senate, None, fact).unwrap();
    senate
}

#[test]
fn control_machine_lifecycle_in_a_record() {
    let mut senate = Senate::ready();
    let requested = RecertificationRequested { machine: key_id("robot") };
    let early = trust(&mut senate, None, requested.clone());
    assert_eq!(early, Err("trust.not_quarantined"));
    let mut senate = idle();
    assert!(matches!(standing(&senate, "robot"), Standing::Quarantined { .. }));
    let by_itself = trust(&mut senate, Some("robot"), requested.clone());
    assert_eq!(by_itself, Err("replay.authority_only"));
    let request = trust(&mut senate, None, requested).unwrap();
    let about = trust(&mut senate, None, measured(request)).unwrap();
    let vouched = Endorsed { about };
    assert_eq!(trust(&mut senate, None, vouched), Err("replay.not_entitled"));
    assert_eq!(trust(&mut senate, Some("robot"), vouched), Err("trust.endorser_not_human"));
    // Person 1 is of the robot's organisation, however it is spelled; so is person 8.
    assert_eq!(trust(&mut senate, Some("person 8"), vouched), Err("trust.endorser_involved"));
    let mut endorsements = Vec::new();
    for number in [0, 2, 3, 4] {
        endorsements.push(trust(&mut senate, Some(&person(number)), vouched).unwrap());
    }
    assert_eq!(trust(&mut senate, Some("person 4"), vouched), Err("trust.endorsed_twice"));
    let recertified = |endorsements: &[StatementId]| Recertified {
        endorsements: endorsements.to_vec(),
        measured: about,
    };
    let short = trust(&mut senate, None, recertified(&endorsements));
    assert_eq!(short, Err("trust.quorum_short"));
    endorsements.push(trust(&mut senate, Some("person 5"), vouched).unwrap());
    trust(&mut senate, None, recertified(&endorsements)).unwrap();
    assert_eq!(standing(&senate, "robot"), Standing::Probation { left: 100 });
    let at = Time::from_unix(senate.now);
    assert!(senate.world.is_privileged(&key_id("robot"), RiskTier::R0, at));
    assert!(!senate.world.is_privileged(&key_id("robot"), RiskTier::R1, at));
    assert!(!senate.world.is_privileged(&key_id("nobody"), RiskTier::R0, at));
    let report = verify_export(&senate.export(), &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
}

/// Blueprint section 8, machine lifecycle: without trust, no part in what is decided.
#[test]
fn a_quarantined_machine_gets_no_share_of_a_key() {
    let stated = |senate: &mut Senate, name: &str| {
        let secret = MemberSecret::from_seed(sha256(name.as_bytes()).as_bytes());
        let member = b64::encode(&secret.member().encode());
        let fact = CommitmentFact::from(MemberKeyStated { member });
        let made = senate.state(Some(name), (fact.kind(), fact.encode().unwrap()));
        made.map_err(|refusal| refusal.code())
    };
    let mut senate = Senate::ready();
    for name in ["robot", "person 1", "person 2"] {
        stated(&mut senate, name).unwrap();
    }
    let members = ["robot", "person 1", "person 2"].map(key_id).to_vec();
    let plan = CommitteePlanned { base: KeyBase::Fresh, key_epoch: 1, members, threshold: 2 };
    senate.now += 101 * DAY;
    let fact = CommitmentFact::from(plan);
    let body = || (fact.kind(), fact.encode().unwrap());
    // Nobody has said yet that its trust is gone.
    let refused = senate.state(None, body()).unwrap_err();
    assert_eq!(refused.code(), "replay.out_of_service");
    assert_eq!(stated(&mut senate, "robot"), Err("replay.out_of_service"));
    let at = Time::from_unix(senate.now);
    assert_eq!(senate.world.suspension(&key_id("robot"), at), Some("quarantined"));
    assert_eq!(senate.world.suspension(&key_id("person 1"), at), None);
    senate.now -= 101 * DAY;
    senate.state(None, body()).unwrap();
}

#[test]
fn malice_needs_a_person_to_say_it_and_five_to_vouch() {
    let mut senate = Senate::ready();
    let alleged = MaliceAlleged {
        machine: key_id("robot"),
        reason: "it invents evidence".to_owned(),
        report: sha256(b"report"),
    };
    assert_eq!(trust(&mut senate, Some("robot"), alleged.clone()), Err("replay.authority_only"));
    let about = trust(&mut senate, Some("person 3"), alleged).unwrap();
    let mut endorsements = Vec::new();
    for number in [0, 2, 3, 4, 5] {
        let vouched = Endorsed { about };
        endorsements.push(trust(&mut senate, Some(&person(number)), vouched).unwrap());
    }
    let cause = DecommissionCause::Malice { alleged: about, endorsements };
    let ended = Decommissioned { cause, machine: key_id("robot") };
    assert_eq!(trust(&mut senate, Some("person 0"), ended.clone()), Err("replay.authority_only"));
    let end = trust(&mut senate, None, ended).unwrap();
    assert!(matches!(standing(&senate, "robot"), Standing::Decommissioned { .. }));
    let anchors = senate.world.record(senate.id).unwrap().anchors();
    let (_, item) = anchors.item(&end.digest()).unwrap();
    assert_eq!(item.kind, ItemKind::Event(LifecycleEvent::Decommissioned));
}

#[test]
fn invariant_05_a_new_key_inherits_what_the_old_one_did() {
    let mut senate = idle();
    let operator = ("engine", "reasoning_model");
    senate.admit_machine("robot two", operator);
    assert_eq!(standing(&senate, "robot two"), Standing::Active);
    let declared = LineageDeclared { machine: key_id("robot two"), predecessor: key_id("robot") };
    for stranger in ["person 0", "robot"] {
        let refused = trust(&mut senate, Some(stranger), declared.clone());
        assert_eq!(refused, Err("replay.not_theirs"));
    }
    let nobody = LineageDeclared { predecessor: key_id("nobody"), ..declared.clone() };
    assert_eq!(trust(&mut senate, None, nobody), Err("mesh.unknown_actor"));
    // The new key says so itself.
    trust(&mut senate, Some("robot two"), declared).unwrap();
    assert!(matches!(standing(&senate, "robot two"), Standing::Quarantined { .. }));
    // The old key under another name, here or at another operator: a key is admitted once.
    assert_eq!(senate.readmit("robot three", "robot"), "mesh.key_taken");
}

#[test]
fn a_predecessor_elsewhere_must_have_been_cited() {
    let mut scene = Scene::founded();
    scene.prepare();
    let declared = LineageDeclared { machine: key_id("watcher"), predecessor: key_id("replayer") };
    let fact = TrustFact::from(declared);
    let body = (fact.kind(), fact.encode().unwrap());
    let refused = scene.try_state(Who::Operator, None, body.clone(), &[]).unwrap_err();
    assert_eq!(refused.code(), "replay.not_seen");
    let published = scene.publish_again(Who::House);
    scene.try_state(Who::Operator, None, body, &[published]).unwrap();
    let (policy, ledger) = scene.world.trust(scene.id(Who::Operator)).unwrap();
    let found = ledger.account(&key_id("watcher")).unwrap().trust();
    assert_eq!(found, policy.machines.probation_trust);
}

/// Machines that lose everything within a day.
fn frail() -> Parameters {
    let mut file = Parameters::founding().to_file();
    file.trust.machine.baseline = Nano::EPSILON;
    Parameters::new(file).unwrap()
}

#[test]
fn invariant_04_a_machine_without_trust_is_named_for_nothing() {
    let mut scene = Scene::under(frail());
    let mip = scene.prepare();
    scene.now += DAY;
    let order = scene.place(CAST, mip);
    let mission = scene.plan(CAST, order);
    let fact =
        MissionFact::from(Started { mission, worker: key_id("watcher"), attempt: 1, share: None });
    let body = (fact.kind(), fact.encode().unwrap());
    // Nobody has said that its trust is gone; it is gone all the same.
    let refused = scene.try_state(Who::Operator, None, body, &[]).unwrap_err();
    assert_eq!(refused.code(), "replay.standing");
    let at = Time::from_unix(scene.now);
    assert!(!scene.world.is_privileged(&key_id("watcher"), RiskTier::R1, at));
}

#[test]
fn invariant_04_a_reviewer_is_drawn_as_it_stood_before_the_beacon() {
    let pool = |says_so: bool| {
        let mut scene = Scene::under(frail());
        let mip = scene.prepare();
        if says_so {
            scene.now += DAY;
            let (policy, ledger) = scene.world.trust(scene.id(Who::House)).unwrap();
            let at = Time::from_unix(scene.now + 1);
            let fact =
                TrustFact::from(ledger.propose_decay(policy, &key_id("replayer"), at).unwrap());
            scene.state(Who::House, None, (fact.kind(), fact.encode().unwrap()), &[]);
            // The worker must not be without trust as well.
            scene.admit_of(
                Who::Operator,
                "second watcher",
                ("band-watch", "rule_based_deterministic"),
                ("operator ltd", "eu-north"),
                &[Role::Worker],
            );
        }
        let order = scene.place(CAST, mip);
        let mission = scene.plan(CAST, order);
        let worker = key_id(if says_so { "second watcher" } else { "watcher" });
        let fact = MissionFact::from(Started { mission, worker, attempt: 1, share: None });
        let started = scene.state(Who::Operator, None, (fact.kind(), fact.encode().unwrap()), &[]);
        scene.beacon_commits(CAST, order, started);
        let view = scene.world.mission(mission).unwrap();
        scene.world.reviewer_pool(view).unwrap().len()
    };
    assert_eq!((pool(false), pool(true)), (2, 1));
}

#[test]
fn invariant_08_identity_signals_raise_alerts_and_mint_nothing() {
    let mut senate = Senate::ready();
    let view = |senate: &Senate| {
        let (policy, ledger) = senate.world.trust(senate.id).unwrap();
        // All at one date: time itself moves trust.
        let at = Time::from_unix(1_800_000_000);
        let robot = key_id("robot");
        let privileged = RiskTier::ALL
            .map(|tier| senate.world.is_privileged(&robot, tier, Time::from_unix(senate.now)));
        let trust: Vec<_> =
            ledger.accounts().map(|(key, _)| ledger.trust_at(policy, key, at)).collect();
        (ledger.clone(), trust, privileged, senate.polity().humans())
    };
    let before = view(&senate);
    for signal in Signal::ALL {
        for actor in ["robot", "person 0"] {
            let evidence = sha256(b"seen");
            let fact = IdentitySignalled { actor: key_id(actor), evidence, signal };
            senate.say(None, fact).unwrap();
        }
    }
    assert_eq!(senate.polity().alerts().len(), 8);
    assert_eq!(view(&senate), before);
}

/// The founding parameters, under which newcomers are trusted enough to vouch.
pub(crate) fn trusting() -> Parameters {
    let mut file = Parameters::founding().to_file();
    file.trust.human.baseline = Nano::new(900_000_000);
    file.commitment.committee_n = 3;
    file.commitment.committee_t = 2;
    Parameters::new(file).unwrap()
}

/// A mission from its order to the money.
fn settled(scene: &mut Scene, mip: Digest) -> StatementId {
    let order = scene.place(CAST, mip);
    let claim = scene.work(CAST, order);
    scene.review_and_settle(order, claim);
    // The readings of one order are not those of the next.
    scene.now += 10_000;
    scene.world.order(order).unwrap().mission.unwrap()
}

/// So many people belong to the operator's record.
pub(crate) fn people(scene: &mut Scene, count: usize) {
    for number in 0..count {
        let (organisation, region) =
            (format!("org {}", number % 4), format!("region {}", number % 3));
        let (kind, labels) = (("human", "human_reviewer"), (&*organisation, &*region));
        scene.admit_of(Who::Operator, &person(number), kind, labels, &[Role::Owner]);
    }
}

/// Two good missions of one worker are closed in one epoch, and thirty people belong to the record. The second is held.
pub(crate) fn held() -> (Scene, [StatementId; 2], StatementId) {
    let mut scene = Scene::under(trusting());
    let mip = scene.prepare();
    people(&mut scene, 31);
    let missions = [(); 2].map(|()| settled(&mut scene, mip));
    scene.now += 3_600;
    for mission in missions {
        scene.update_trust(Who::Operator, mission);
    }
    let (_, ledger) = scene.world.trust(scene.id(Who::Operator)).unwrap();
    let (held, incident) = ledger.incidents().next().unwrap();
    assert_eq!((incident.mission, incident.state), (missions[1], IncidentState::Open));
    (scene, missions, held)
}

fn say(
    scene: &mut Scene,
    by: Option<&str>,
    fact: impl Into<TrustFact>,
) -> Result<StatementId, &'static str> {
    let fact = fact.into();
    let body = (fact.kind(), fact.encode().unwrap());
    scene.try_state(Who::Operator, by, body, &[]).map_err(|refusal| refusal.code())
}

#[test]
fn control_fast_elevation_guard_in_a_record() {
    let (mut scene, missions, held) = held();
    let watcher = key_id("watcher");
    let trust = |scene: &Scene| {
        let (_, ledger) = scene.world.trust(scene.id(Who::Operator)).unwrap();
        ledger.account(&watcher).unwrap().trust()
    };
    let before = trust(&scene);
    let vouched = Endorsed { about: held };
    // Anna owns the mission and is of the operator's house; the worker is a machine.
    assert_eq!(say(&mut scene, Some("anna"), vouched), Err("trust.endorser_involved"));
    assert_eq!(say(&mut scene, Some("watcher"), vouched), Err("trust.endorser_not_human"));
    assert_eq!(say(&mut scene, None, vouched), Err("replay.not_entitled"));
    let elsewhere = Endorsed { about: missions[1] };
    assert_eq!(say(&mut scene, Some("person 0"), elsewhere), Err("trust.not_open"));
    let mut endorsements = Vec::new();
    for number in 0..30 {
        endorsements.push(say(&mut scene, Some(&person(number)), vouched).unwrap());
    }
    assert_eq!(say(&mut scene, Some("person 0"), vouched), Err("trust.endorsed_twice"));
    assert_eq!(trust(&scene), before, "held is held");
    let early = Suspended { held };
    assert_eq!(say(&mut scene, None, early), Err("trust.deadline_ahead"));
    let (policy, ledger) = scene.world.trust(scene.id(Who::Operator)).unwrap();
    let at = Time::from_unix(scene.now + 1);
    let governance = comity_trust::Governance::FULL;
    let released =
        ledger.propose_release(policy, governance, held, endorsements.clone(), at).unwrap();
    let mut few = released.clone();
    few.endorsements.pop();
    assert_eq!(say(&mut scene, None, few), Err("trust.quorum_short"));
    assert_eq!(say(&mut scene, Some("person 0"), released.clone()), Err("replay.authority_only"));
    say(&mut scene, None, released.clone()).unwrap();
    assert_eq!(trust(&scene), released.after);
    assert_eq!(say(&mut scene, None, released), Err("trust.not_open"));
}

#[test]
fn nobody_vouched_in_time() {
    let (mut scene, _, held) = held();
    scene.now += 14 * DAY;
    assert_eq!(
        say(&mut scene, Some("person 0"), Endorsed { about: held }),
        Err("trust.deadline_past")
    );
    say(&mut scene, None, Suspended { held }).unwrap();
    let (_, ledger) = scene.world.trust(scene.id(Who::Operator)).unwrap();
    assert!(matches!(ledger.incident(held).unwrap().state, IncidentState::Suspended { .. }));
}

/// Ghost workers, replayed evidence and flipped reviews: what is claimed must be what the mission's record shows.
#[test]
fn control_trust_minting_in_a_record() {
    let mut scene = Scene::under(trusting());
    let mip = scene.prepare();
    let missions = [(); 2].map(|()| settled(&mut scene, mip));
    scene.now += 3_600;
    let id = scene.id(Who::Operator);
    let at = Time::from_unix(scene.now + 1);
    let epoch = u64::try_from(at.unix()).unwrap() / 3_600;
    let ending = scene.world.ending(missions[0]).unwrap().unwrap();
    let ended = comity_trust::Ended { mission: missions[0], at: ending.at };
    let work = |scene: &Scene, mission, actor: &str| {
        scene.world.work_of(id, mission, &key_id(actor)).unwrap()
    };
    let (real, other) = (
        work(&scene, missions[0], "watcher").unwrap(),
        work(&scene, missions[1], "watcher").unwrap(),
    );
    assert_ne!(real.proof_of_trust, other.proof_of_trust);
    let propose = |scene: &Scene, actor: &str, work: comity_trust::Work| {
        let (policy, ledger) = scene.world.trust(id).unwrap();
        TrustFact::from(ledger.propose(policy, &key_id(actor), ended, epoch, work, at).unwrap())
    };
    // Who took no part, and the evidence of the other mission.
    assert_eq!(work(&scene, missions[0], "sensor"), None);
    let ghost = propose(&scene, "sensor", real.clone());
    let replayed = propose(&scene, "watcher", other);
    let mut rejected = real.clone();
    rejected.minor = 1;
    let flipped = propose(&scene, "watcher", rejected);
    for (fact, what) in [(ghost, "ghost"), (replayed, "replayed"), (flipped, "flipped")] {
        let made = say(&mut scene, None, fact);
        assert_eq!(made, Err("replay.disagrees"), "{what}");
        // A refused statement still used its second.
        scene.now -= 1;
    }
    let honest = propose(&scene, "watcher", real);
    let body = (honest.kind(), honest.encode().unwrap());
    scene.state(Who::Operator, None, body, &[ending.shown_by]);
}
