//! Missions that a record undertakes for itself, and the one tier that only its chambers decide.

use comity_constitution::chamber::Verdict;
use comity_constitution::facts::{Change, Founded, Proposed, Sponsored, Withdrawn};
use comity_constitution::{Charter, DomainType, Nano, RiskTier};
use comity_mesh::{MeshFact, Role};
use comity_mission::facts::{
    Completed, Decision, Decomposed, Drafted, EvidenceAttached, EvidenceOfTrust, EvidenceOfWork,
    Gate, GateDecided, GateDecision, GateOpened, Integrated, Recused, Rejected, ReviewOpened,
    Reviewed, ReworkRequired, Scoped, Started, Task, TaskId,
};
use comity_mission::{MissionFact, draw, route};
use comity_replay::Refusal;
use comity_replay::verify::{Options, verify_export};
use comity_trust::{Ended, TrustFact};
use comity_wire::{Digest, KeyId, StatementId, sha256};

use crate::quorum::Quorum;
use crate::scene::{admission, key, key_id};
use crate::senate::Senate;

const DAY: i64 = 86_400;
const TASK: &str = "write";

/// Owner, worker, gate and five reviewers of four organisations, three regions, three families.
fn staff(senate: &mut Senate) {
    let human = ("human", "human_reviewer");
    let (rule, model) = ("rule_based_deterministic", "reasoning_model");
    for (name, kind, organisation, region, role) in [
        ("olga", human, "bureau", "eu", Role::Owner),
        ("gate", human, "doors", "us", Role::Gate),
        ("smith", ("anvil", rule), "forge", "eu", Role::Worker),
        ("mate", ("anvil", model), "forge", "us", Role::Reviewer),
        ("rev1", ("claude", model), "first", "eu", Role::Reviewer),
        ("rev2", ("gpt", rule), "second", "us", Role::Reviewer),
        ("rev3", ("gemini", "retrieval_augmented"), "third", "apac", Role::Reviewer),
    ] {
        let admitted = MeshFact::from(admission(name, kind, (organisation, region), &[role]));
        senate.state(None, (admitted.kind(), admitted.encode().unwrap())).unwrap();
    }
}

fn tell(
    senate: &mut Senate,
    by: Option<&str>,
    fact: impl Into<MissionFact>,
) -> Result<StatementId, Refusal> {
    let fact = fact.into();
    senate.state(by, (fact.kind(), fact.encode().unwrap()))
}

fn code(told: Result<StatementId, Refusal>) -> &'static str {
    told.map_or_else(|refusal| refusal.code(), |_| "accepted")
}

fn drafted() -> Drafted {
    Drafted { order: None, title: "our own rules".to_owned(), owner: key_id("olga") }
}

fn scope(mission: StatementId, tier: RiskTier) -> Scoped {
    let class = match tier {
        RiskTier::R0 => "documentation_update",
        RiskTier::R1 => "internal_operations_change",
        RiskTier::R2 => "regulated_analysis",
        RiskTier::R3 => "constitutional_change",
    };
    let (mission_class, domain_type) = (class.to_owned(), DomainType::Objective);
    Scoped { mission, mission_class, risk_tier: tier, domain_type, scope: "text".to_owned() }
}

fn share(attempt: u64) -> Digest {
    sha256(&attempt.to_be_bytes())
}

/// From the draft to the plan; the owner speaks.
fn planned(senate: &mut Senate, tier: RiskTier) -> StatementId {
    let mission = tell(senate, Some("olga"), drafted()).unwrap();
    tell(senate, Some("olga"), scope(mission, tier)).unwrap();
    let (id, depends_on) = (TaskId::new(TASK), Vec::new());
    let (title, domain_type) = ("Write it".to_owned(), DomainType::Objective);
    let tasks = vec![Task { id, title, domain_type, depends_on }];
    tell(senate, Some("olga"), Decomposed { mission, tasks }).unwrap();
    mission
}

/// One attempt, from its start to its bundle.
fn work(senate: &mut Senate, mission: StatementId, tier: RiskTier, artifact: Digest) {
    let attempt = senate.world.mission(mission).unwrap().mission.attempts() + 1;
    let share = (tier != RiskTier::R3).then(|| draw::commit(mission, attempt, &share(attempt)));
    let worker = key_id("smith");
    tell(senate, Some("olga"), Started { mission, worker, attempt, share }).unwrap();
    let (task, nonce) = (TaskId::new(TASK), sha256(&senate.now.to_be_bytes()));
    let done = EvidenceOfWork { mission, task, artifact, nonce };
    let done = tell(senate, Some("smith"), done).unwrap();
    let attached = EvidenceAttached { mission, work: vec![done], commitment: None, claim: None };
    tell(senate, Some("olga"), attached).unwrap();
}

fn opening(senate: &Senate, mission: StatementId) -> ReviewOpened {
    let view = senate.world.mission(mission).unwrap();
    let work = view.mission.phase().work().unwrap();
    let share = share(work.attempt);
    let beacon = work.own_beacon(mission, &share);
    let pool = senate.world.reviewer_pool(view).unwrap();
    let reviewers = route(&pool, &view.mission.route_request(beacon).unwrap()).unwrap();
    let (beacon, share) = (Some(beacon), Some(share));
    ReviewOpened { mission, reviewers, beacon, share, amendment: None }
}

fn name_of(key: &KeyId) -> String {
    let people = (0..crate::senate::PEOPLE).map(crate::senate::person);
    let staff = ["mate", "rev1", "rev2", "rev3", "robot", "founder"].map(str::to_owned);
    people.chain(staff).find(|name| key_id(name) == *key).unwrap()
}

/// Everybody who sits approves and vouches; their reviews.
fn approve(senate: &mut Senate, mission: StatementId, artifact: Digest) -> Vec<StatementId> {
    let panel = senate.world.mission(mission).unwrap().panel().unwrap().clone();
    let mut reviews = Vec::new();
    for key in panel.assigned.keys() {
        let (name, reason) = (name_of(key), "read it".to_owned());
        let (claim, decision) = (panel.bundle.claim, Decision::Approve);
        let review = Reviewed { mission, claim, decision, report: None, reason, flag: None };
        let review = tell(senate, Some(&name), review).unwrap();
        let (task, worker) = (TaskId::new(TASK), key_id("smith"));
        let trusted = EvidenceOfTrust { mission, task, artifact, worker, review };
        tell(senate, Some(&name), trusted).unwrap();
        reviews.push(review);
    }
    reviews
}

#[test]
fn a_record_works_for_itself_in_every_tier_and_mints_the_same_trust() {
    for (tier, seats) in [(RiskTier::R0, 1), (RiskTier::R1, 2), (RiskTier::R2, 5)] {
        let mut senate = Senate::peopled();
        staff(&mut senate);
        let artifact = sha256(b"what was made");
        let mission = planned(&mut senate, tier);
        work(&mut senate, mission, tier, artifact);
        let opened = opening(&senate, mission);
        assert_eq!(opened.reviewers.len(), seats);
        tell(&mut senate, Some("olga"), opened).unwrap();
        let reviews = approve(&mut senate, mission, artifact);
        let fact = Integrated { mission, artifact, reviews };
        tell(&mut senate, Some("olga"), fact).unwrap();
        tell(&mut senate, Some("olga"), GateOpened { mission }).unwrap();
        let mut completed = Completed { mission, gate: Gate::Automatic, approval: None };
        if tier == RiskTier::R2 {
            let refused = tell(&mut senate, Some("olga"), completed.clone());
            assert_eq!(code(refused), "mission.human_approval_required");
            let (decision, reason) = (GateDecision::Approve, "as it should be".to_owned());
            let decided = GateDecided { mission, decision, reason };
            let approval = tell(&mut senate, Some("gate"), decided).unwrap();
            completed = Completed { mission, gate: Gate::Human, approval: Some(approval) };
        }
        tell(&mut senate, Some("olga"), completed).unwrap();

        let view = senate.world.mission(mission).unwrap();
        let participants = senate.world.participants(senate.id, view);
        assert_eq!(participants.len(), seats + 1);
        for actor in participants {
            senate.now += 1;
            let gain = update(&mut senate, mission, &actor);
            assert!(Nano::ZERO < gain, "{tier}: {actor} gains nothing");
        }
        senate.close_epoch();
        let report = verify_export(&senate.export(), &Options::default()).unwrap();
        assert!(report.is_valid(), "{:#?}", report.checks);
    }
}

/// Takes a mission into an actor's account; what was gained.
fn update(senate: &mut Senate, mission: StatementId, actor: &KeyId) -> Nano {
    let ending = senate.world.ending(mission).unwrap().unwrap();
    let work = senate.world.work_of(senate.id, mission, actor).unwrap().unwrap();
    let (policy, ledger) = senate.world.trust(senate.id).unwrap();
    let epoch = u64::try_from(senate.now).unwrap() / policy.epoch_s();
    let at = comity_wire::Time::from_unix(senate.now + 1);
    let ended = Ended { mission, at: ending.at };
    let updated = ledger.propose(policy, actor, ended, epoch, work, at).unwrap();
    let gain = updated.gain;
    let fact = TrustFact::from(updated);
    senate.state(None, (fact.kind(), fact.encode().unwrap())).unwrap();
    gain
}

#[test]
fn the_draw_of_a_mission_without_an_order_cannot_be_chosen() {
    let mut senate = Senate::peopled();
    staff(&mut senate);
    let mission = planned(&mut senate, RiskTier::R1);
    work(&mut senate, mission, RiskTier::R1, sha256(b"made"));
    let right = opening(&senate, mission);
    let mut chosen = right.clone();
    chosen.reviewers = ["rev1", "rev2", "rev3"]
        .map(key_id)
        .into_iter()
        .filter(|key| !right.reviewers.contains(key))
        .take(2)
        .collect();
    let refused = tell(&mut senate, Some("olga"), chosen);
    assert_eq!(code(refused), "mission.route_not_the_draw");
    let ground = ReviewOpened { share: Some(share(7)), ..right.clone() };
    assert_eq!(code(tell(&mut senate, Some("olga"), ground)), "mission.draw_mismatch");
    // Whoever is recused after the attempt began stays in the pool, so that nobody can be taken out of a draw.
    let reviewer = right.reviewers[0].clone();
    let recused = Recused { mission, reviewer, reason: "too late".to_owned() };
    tell(&mut senate, None, recused).unwrap();
    assert_eq!(opening(&senate, mission), right);
    tell(&mut senate, Some("olga"), right).unwrap();
    let worker = key("smith").public().key_id();
    let panel = senate.world.mission(mission).unwrap().panel().unwrap();
    assert!(!panel.assigned.contains_key(&worker) && !panel.assigned.contains_key(&key_id("mate")));
}

#[test]
fn a_constitutional_mission_needs_a_constitution_and_a_phase_that_has_chambers() {
    let mut senate = Senate::peopled();
    staff(&mut senate);
    let mission = tell(&mut senate, Some("olga"), drafted()).unwrap();
    let refused = tell(&mut senate, Some("olga"), scope(mission, RiskTier::R3));
    assert_eq!(code(refused), "constitution.not_founded");
    let charter = Charter::founding().hash();
    senate.say(None, Founded { charter, founder: key_id("founder") }).unwrap();
    let refused = tell(&mut senate, Some("olga"), scope(mission, RiskTier::R3));
    assert_eq!(code(refused), "replay.tier_locked");
    tell(&mut senate, Some("olga"), scope(mission, RiskTier::R0)).unwrap();
    // The founder's year passes, and nothing begins any more.
    senate.now += 366 * DAY;
    senate.close_epoch();
    assert_eq!(code(tell(&mut senate, Some("olga"), drafted())), "replay.tier_locked");
}

/// Work whose result is a file of rules, in a record with chambers.
fn rules(quorum: &mut Quorum) -> (StatementId, Change) {
    staff(&mut quorum.senate);
    let change = quorum.senate.change(|file| file.trust.delta_fast = Nano::new(18_000_000));
    let mission = planned(&mut quorum.senate, RiskTier::R3);
    work(&mut quorum.senate, mission, RiskTier::R3, change.to);
    (mission, change)
}

/// Proposed by the person with this number, and sponsored by the next.
fn propose(quorum: &mut Quorum, number: usize, change: Change, text: Digest) -> StatementId {
    let [proposer, sponsor] = [number, number + 1].map(crate::senate::person);
    let amendment = quorum.senate.say(Some(&proposer), Proposed { change, text }).unwrap();
    quorum.senate.say(Some(&sponsor), Sponsored { amendment }).unwrap();
    amendment
}

fn before_chambers(mission: StatementId, amendment: StatementId) -> ReviewOpened {
    let (reviewers, amendment) = (Vec::new(), Some(amendment));
    ReviewOpened { mission, reviewers, beacon: None, share: None, amendment }
}

#[test]
fn an_amendment_makes_a_constitutional_mission_complete() {
    let mut quorum = Quorum::ready();
    let (mission, change) = rules(&mut quorum);
    let other = quorum.senate.change(|file| file.trust.volume_half += 1);
    for (number, change, text) in
        [(2, change, sha256(b"other reasons")), (4, other, mission.digest())]
    {
        let amendment = propose(&mut quorum, number, change, text);
        let fact = before_chambers(mission, amendment);
        assert_eq!(code(tell(&mut quorum.senate, Some("olga"), fact)), "replay.disagrees");
        let proposer = crate::senate::person(number);
        quorum.senate.say(Some(&proposer), Withdrawn { amendment }).unwrap();
    }
    let amendment = propose(&mut quorum, 0, change, mission.digest());
    let senate = &mut quorum.senate;
    let refused = tell(senate, Some("olga"), before_chambers(mission, mission));
    assert_eq!(code(refused), "replay.unknown");
    tell(senate, Some("olga"), before_chambers(mission, amendment)).unwrap();

    let integrated = Integrated { mission, artifact: change.to, reviews: Vec::new() };
    let refused = tell(senate, Some("olga"), integrated.clone());
    assert_eq!(code(refused), "mission.chambers_undecided");
    quorum.carry(amendment);
    tell(&mut quorum.senate, Some("olga"), integrated).unwrap();
    tell(&mut quorum.senate, Some("olga"), GateOpened { mission }).unwrap();
    let completed = Completed { mission, gate: Gate::Human, approval: Some(amendment) };
    let refused = tell(&mut quorum.senate, Some("olga"), completed.clone());
    assert_eq!(code(refused), "mission.chambers_undecided", "confirmed is not in force");

    let activation = quorum.senate.polity().activation_of(amendment).unwrap();
    quorum.certify(activation.decision);
    quorum.anchor();
    quorum.senate.say(None, activation).unwrap();
    tell(&mut quorum.senate, Some("olga"), completed).unwrap();
    let (id, world) = (quorum.senate.id, &quorum.senate.world);
    assert_eq!(world.parameters_of(id).unwrap().hash(), change.to);
    assert!(world.mission(mission).unwrap().mission.phase().is_completed());
    // Chambers judged the rules and nobody the worker: that mints nothing.
    assert_eq!(update(&mut quorum.senate, mission, &key_id("smith")), Nano::ZERO);
    quorum.next_epoch();
    quorum.senate.close_epoch();
    let report = verify_export(&quorum.senate.export(), &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
}

#[test]
fn an_amendment_that_fails_sends_its_mission_back() {
    let mut quorum = Quorum::ready();
    let (mission, change) = rules(&mut quorum);
    let amendment = propose(&mut quorum, 0, change, mission.digest());
    tell(&mut quorum.senate, Some("olga"), before_chambers(mission, amendment)).unwrap();
    let rework = ReworkRequired { mission, reviews: Vec::new() };
    let refused = tell(&mut quorum.senate, Some("olga"), rework.clone());
    assert_eq!(code(refused), "mission.chambers_undecided");
    quorum.seat(amendment);
    quorum.vote(amendment, 0, Verdict::Rejected);
    let integrated = Integrated { mission, artifact: change.to, reviews: Vec::new() };
    let refused = tell(&mut quorum.senate, Some("olga"), integrated);
    assert_eq!(code(refused), "mission.chambers_undecided");
    tell(&mut quorum.senate, Some("olga"), rework).unwrap();
    work(&mut quorum.senate, mission, RiskTier::R3, change.to);
    let again = tell(&mut quorum.senate, Some("olga"), before_chambers(mission, amendment));
    assert_eq!(code(again), "mission.reused");
    let rejected = Rejected { mission, approval: amendment };
    let refused = tell(&mut quorum.senate, Some("olga"), rejected);
    assert_eq!(code(refused), "mission.not_in_this_state");
}

#[test]
fn work_that_used_up_its_attempts_has_failed() {
    let mut senate = Senate::peopled();
    staff(&mut senate);
    let mission = planned(&mut senate, RiskTier::R0);
    for attempt in 1..=16 {
        assert_eq!(senate.world.ending(mission).unwrap(), None, "attempt {attempt}");
        work(&mut senate, mission, RiskTier::R0, sha256(b"poor"));
        let opened = opening(&senate, mission);
        let reviewer = name_of(&opened.reviewers[0]);
        tell(&mut senate, Some("olga"), opened).unwrap();
        let claim = senate.world.mission(mission).unwrap().panel().unwrap().bundle.claim;
        let (decision, reason) = (Decision::Reject, "poor".to_owned());
        let review = Reviewed { mission, claim, decision, report: None, reason, flag: None };
        let review = tell(&mut senate, Some(&reviewer), review).unwrap();
        let rework = ReworkRequired { mission, reviews: vec![review] };
        tell(&mut senate, Some("olga"), rework).unwrap();
    }
    let ending = senate.world.ending(mission).unwrap().unwrap();
    assert!(!ending.accepted);
    assert_eq!(update(&mut senate, mission, &key_id("smith")), Nano::ZERO);
}
