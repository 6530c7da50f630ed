//! Silence, replacement, recusal and people, as several records see them.

use comity_constitution::RiskTier;
use comity_mesh::Role;
use comity_mission::facts::{
    Decision, Escalated, Integrated, Judgement, PanelDecided, PanelOpened, Recused, Reviewed,
    ReviewerReplaced, ReviewerSilent,
};
use comity_mission::{Phase, route, route_next};
use comity_mycel::facts::Assurance;
use comity_replay::{Refusal, World};
use comity_sign::Claim;
use comity_wire::{Digest, KeyId, Statement, StatementId};

use crate::scene::{CAST, Cast, Scene, Who, key_id};

const WINDOW_S: i64 = 259_200;

/// A mission under review at a house with reviewers and people to spare.
struct Under {
    scene: Scene,
    mission: StatementId,
    claim: StatementId,
    opened: StatementId,
}

const SPARE: [(&str, &str, &str); 2] =
    [("third", "gauge", "retrieval_augmented"), ("fourth", "scale", "reasoning_model")];
const PEOPLE: [(&str, &str, &str); 4] = [
    ("pat", "Circle", "eu-north"),
    ("quin", "Circle", "us-east"),
    ("ruth", "Guild", "apac"),
    ("sam", "Guild", "us-east"),
];

impl Under {
    fn review() -> Self {
        let mut scene = Scene::founded();
        let mip = scene.prepare();
        for (name, family, method) in SPARE {
            let at = ("reviewer-house ltd", "eu-north");
            scene.admit_of(Who::House, name, (family, method), at, &[Role::Reviewer]);
        }
        for (name, organisation, region) in PEOPLE {
            let (kind, at) = (("human", "human_reviewer"), (organisation, region));
            scene.admit_of(Who::House, name, kind, at, &[Role::Reviewer]);
        }
        let order = scene.place(CAST, mip);
        let claim = scene.work(CAST, order);
        let (mission, opened) = scene.open_review(CAST, order);
        Self { scene, mission, claim, opened }
    }

    fn reviewers(&self) -> Vec<&'static str> {
        let panel = self.scene.world.mission(self.mission).unwrap().panel().unwrap();
        named(|key| panel.assigned.contains_key(key))
    }

    fn next(&self, leaving: &str) -> &'static str {
        let view = self.scene.world.mission(self.mission).unwrap();
        let pool = self.scene.world.reviewer_pool(view).unwrap();
        let next =
            route_next(&pool, &view.mission.next_request(&key_id(leaving)).unwrap()).unwrap();
        named(|key| *key == next)[0]
    }

    fn silent(&self, who: &str) -> ReviewerSilent {
        ReviewerSilent { mission: self.mission, claim: self.claim, reviewer: key_id(who) }
    }

    fn replaced(&self, who: &str, by: &str, shown_by: StatementId) -> ReviewerReplaced {
        let (mission, claim) = (self.mission, self.claim);
        let (reviewer, replacement) = (key_id(who), key_id(by));
        ReviewerReplaced { mission, claim, reviewer, replacement, shown_by }
    }

    fn answer(&mut self, name: &str, assurance: Assurance) -> Vec<StatementId> {
        self.scene.review(self.mission, self.claim, self.opened, name, assurance)
    }

    /// Both reviewers answer; what must be cited to end the review.
    fn answered(&mut self) -> Vec<StatementId> {
        let names = self.reviewers();
        let classes = [Assurance::A3, Assurance::A1];
        names.iter().zip(classes).flat_map(|(name, class)| self.answer(name, class)).collect()
    }

    fn integrated(&self) -> Integrated {
        let panel = self.scene.world.mission(self.mission).unwrap().panel().unwrap();
        let reviews = panel.reviews.values().map(|review| review.statement).collect();
        Integrated { mission: self.mission, artifact: digest("result"), reviews }
    }
}

/// The names of the house's reviewers whose keys are so.
fn named(is: impl Fn(&KeyId) -> bool) -> Vec<&'static str> {
    let names = ["replayer", "auditor"].into_iter();
    let names = names.chain(SPARE.map(|(name, ..)| name)).chain(PEOPLE.map(|(name, ..)| name));
    names.filter(|name| is(&key_id(name))).collect()
}

fn digest(name: &str) -> Digest {
    comity_wire::sha256(name.as_bytes())
}

fn code(refused: Result<StatementId, Refusal>) -> &'static str {
    refused.unwrap_err().code()
}

/// What a reader knows of the mission who reads the records in this order, each as far as it can be read.
fn read(scene: &Scene, mission: StatementId, order: [Who; 4]) -> String {
    let mut world = World::new([comity_constitution::Parameters::founding()]);
    let mut read = [0_usize; 4];
    while read.iter().zip(order).any(|(read, who)| *read < scene.house(who).envelopes.len()) {
        for (place, who) in order.into_iter().enumerate() {
            let house = scene.house(who);
            while let Some(bytes) = house.envelopes.get(read[place]) {
                let claim = Claim::<Statement>::decode(bytes).unwrap();
                world.remember_key(&claim.claimed().signer);
                let Ok(signed) = world.keyring().verify(claim) else { break };
                match world.apply(house.id, &signed) {
                    Ok(_) => read[place] += 1,
                    Err(Refusal::CitationMissing { .. }) => break,
                    Err(refusal) => panic!("{who:?} at {}: {refusal}", read[place]),
                }
            }
        }
    }
    format!("{:?}", world.mission(mission).unwrap())
}

fn everybody_agrees(under: &Under) {
    use Who::{Buyer, House, Keeper, Operator};
    let orders = [
        [House, Operator, Keeper, Buyer],
        [Operator, House, Buyer, Keeper],
        [Keeper, Buyer, House, Operator],
    ];
    let known = orders.map(|order| read(&under.scene, under.mission, order));
    assert_eq!(known[0], known[1]);
    assert_eq!(known[0], known[2]);
}

#[test]
fn silence_is_said_by_the_house_in_its_record_after_the_window() {
    let mut under = Under::review();
    let mute = under.reviewers()[1];
    let (fact, opened) = (under.silent(mute), under.opened);
    let early = under.scene.try_mission(Who::House, None, fact.clone(), &[opened]);
    assert_eq!(code(early), "mission.too_early");
    under.scene.wait(WINDOW_S);
    let by_actor = under.scene.try_mission(Who::House, Some("third"), fact.clone(), &[opened]);
    assert_eq!(code(by_actor), "replay.authority_only");
    let by_steward = under.scene.try_mission(Who::Operator, None, fact.clone(), &[]);
    assert_eq!(code(by_steward), "replay.wrong_record");
    let blind = under.scene.try_mission(Who::House, None, fact.clone(), &[]);
    assert_eq!(code(blind), "replay.not_cited");
    under.scene.mission(Who::House, None, fact, &[opened]);
    let names = under.reviewers();
    assert_eq!(names.len(), 2, "silence alone moves nobody");
    everybody_agrees(&under);
}

#[test]
fn a_silent_reviewer_is_replaced_by_the_next_of_the_draw_and_the_order_ends_well() {
    let mut under = Under::review();
    let [first, mute] = under.reviewers()[..] else { panic!("two reviewers") };
    let mut cites = under.answer(first, Assurance::A3);
    under.scene.wait(WINDOW_S);
    let silent = under.silent(mute);
    let opened = under.opened;
    let shown_by = under.scene.mission(Who::House, None, silent, &[opened]);

    let next = under.next(mute);
    let fact = under.replaced(mute, next, shown_by);
    let blind = under.scene.try_mission(Who::Operator, None, fact.clone(), &[]);
    assert_eq!(code(blind), "replay.not_cited");
    let wish = named(|key| *key != key_id(first) && *key != key_id(mute));
    let wish = wish.into_iter().find(|name| *name != next).unwrap();
    let chosen = under.replaced(mute, wish, shown_by);
    let chosen = under.scene.try_mission(Who::Operator, None, chosen, &[shown_by]);
    assert_eq!(code(chosen), "mission.route_not_the_next");
    let nobody = under.replaced(wish, next, shown_by);
    let nobody = under.scene.try_mission(Who::Operator, None, nobody, &[shown_by]);
    assert_eq!(code(nobody), "replay.disagrees");
    let seated = under.scene.mission(Who::Operator, None, fact, &[shown_by]);
    assert_eq!(under.reviewers().len(), 2);

    under.opened = seated;
    cites.extend(under.answer(next, Assurance::A1));
    let fact = under.integrated();
    under.scene.mission(Who::Operator, None, fact, &cites);
    everybody_agrees(&under);
}

/// The report stands already, the decision comes too late: in the house's record, where it would stand.
#[test]
fn a_late_decision_is_refused_whether_or_not_the_reader_knows_of_the_replacement() {
    let mut under = Under::review();
    let mute = under.reviewers()[1];
    under.scene.wait(WINDOW_S);
    let (silent, opened) = (under.silent(mute), under.opened);
    let shown_by = under.scene.mission(Who::House, None, silent, &[opened]);
    let late = Reviewed {
        mission: under.mission,
        claim: under.claim,
        decision: Decision::Reject,
        report: Some(shown_by),
        reason: "at last".to_owned(),
        flag: None,
    };
    // No report was filed, which is refused first; a filed one changes nothing about the order in the record.
    let refused = under.scene.try_mission(Who::House, Some(mute), late.clone(), &[opened]);
    assert_eq!(code(refused), "replay.unknown");
    let next = under.next(mute);
    let fact = under.replaced(mute, next, shown_by);
    under.scene.mission(Who::Operator, None, fact, &[shown_by]);
    assert!(under.scene.try_mission(Who::House, Some(mute), late, &[opened]).is_err());
    everybody_agrees(&under);
}

#[test]
fn an_answer_and_a_silence_exclude_each_other() {
    let mut under = Under::review();
    let [first, second] = under.reviewers()[..] else { panic!("two reviewers") };
    under.answer(first, Assurance::A3);
    under.scene.wait(WINDOW_S);
    let (silent, opened) = (under.silent(first), under.opened);
    let refused = under.scene.try_mission(Who::House, None, silent, &[opened]);
    assert_eq!(code(refused), "mission.already_reviewed");
    // What the steward may not overlook: the decision is there, whoever has cited it.
    let shown_by = under.scene.mission(Who::House, None, under.silent(second), &[opened]);
    let fact = under.replaced(first, under.next(first), shown_by);
    let refused = under.scene.try_mission(Who::Operator, None, fact, &[shown_by]);
    assert_eq!(code(refused), "mission.unknown_statement");
    everybody_agrees(&under);
}

#[test]
fn the_recused_are_not_drawn_and_only_they_or_their_house_say_so() {
    let mut under = Under::review();
    let (mission, reason) = (under.mission, "knows the worker".to_owned());
    let [first, second] = under.reviewers()[..] else { panic!("two reviewers") };
    let fact = Recused { mission, reviewer: key_id(first), reason };
    for (who, actor) in [(Who::House, Some(second)), (Who::House, Some("third"))] {
        let refused = under.scene.try_mission(who, actor, fact.clone(), &[mission]);
        assert_eq!(code(refused), "replay.not_entitled");
    }
    let refused = under.scene.try_mission(Who::Operator, None, fact.clone(), &[]);
    assert_eq!(code(refused), "replay.wrong_record");
    let opened = under.opened;
    let shown_by = under.scene.mission(Who::House, Some(first), fact, &[opened]);
    let replaced = under.replaced(first, under.next(first), shown_by);
    under.scene.mission(Who::Operator, None, replaced, &[shown_by]);
    everybody_agrees(&under);

    // Before the house commits to its share of the beacon, a recusal keeps somebody out of the pool.
    let mut scene = Scene::founded();
    let mip = scene.prepare();
    let at = ("reviewer-house ltd", "eu-north");
    let kind = ("gauge", "retrieval_augmented");
    scene.admit_of(Who::House, "third", kind, at, &[Role::Reviewer]);
    let order = scene.place(CAST, mip);
    scene.recuses = Some("third");
    scene.work(CAST, order);
    let mission = scene.world.order(order).unwrap().mission.unwrap();
    let pool = scene.world.reviewer_pool(scene.world.mission(mission).unwrap()).unwrap();
    assert_eq!(pool.len(), 2);
    assert!(pool.iter().all(|who| *who.key() != key_id("third")));
}

#[test]
fn people_are_drawn_by_the_beacon_and_heard_before_the_review_ends() {
    let mut under = Under::review();
    let cites = under.answered();
    let (mission, claim) = (under.mission, under.claim);
    let escalated = Escalated { mission, claim, reason: "it is about people".to_owned() };
    let by_house = under.scene.try_mission(Who::House, None, escalated.clone(), &[]);
    assert_eq!(code(by_house), "replay.wrong_record");
    under.scene.mission(Who::Operator, Some("anna"), escalated, &cites);

    let view = under.scene.world.mission(mission).unwrap();
    let pool = under.scene.world.reviewer_pool(view).unwrap();
    let panellists = route(&pool, &view.mission.people_request().unwrap()).unwrap();
    let mut swapped = panellists.clone();
    swapped[0] = PEOPLE
        .map(|(name, ..)| key_id(name))
        .into_iter()
        .find(|key| !panellists.contains(key))
        .unwrap();
    let fact = PanelOpened { mission, claim, panellists: swapped };
    let refused = under.scene.try_mission(Who::Operator, None, fact, &[]);
    assert_eq!(code(refused), "mission.route_not_the_draw");
    let fact = PanelOpened { mission, claim, panellists: panellists.clone() };
    let drawn = under.scene.mission(Who::Operator, None, fact.clone(), &[]);
    assert_eq!(code(under.scene.try_mission(Who::Operator, None, fact, &[])), "replay.disagrees");

    let judged = |judgement, reason: &str| {
        let reason = reason.to_owned();
        PanelDecided { mission, claim, judgement, reason }
    };
    let seated = named(|key| panellists.contains(key));
    let mut heard = Vec::new();
    for (number, who) in seated.into_iter().enumerate() {
        let judgement = if number == 0 { Judgement::Reject } else { Judgement::Approve };
        let blank = judged(judgement, " ");
        let blank = under.scene.try_mission(Who::House, Some(who), blank, &[drawn]);
        assert_eq!(code(blank), "mission.bad_text");
        let fact = under.integrated();
        let early = under.scene.try_mission(Who::Operator, None, fact, &heard);
        assert_eq!(code(early), "mission.human_adjudication_required");
        let fact = judged(judgement, "weighed");
        heard.push(under.scene.mission(Who::House, Some(who), fact, &[drawn]));
    }
    let fact = under.integrated();
    let deaf = under.scene.try_mission(Who::Operator, None, fact.clone(), &heard[..2]);
    assert_eq!(code(deaf), "replay.not_cited");
    under.scene.mission(Who::Operator, None, fact, &heard);
    let view = under.scene.world.mission(mission).unwrap();
    assert!(matches!(view.mission.phase(), Phase::Integrated { .. }));
    assert_eq!(view.panel().unwrap().people.as_ref().unwrap().dissents().count(), 1);
    everybody_agrees(&under);
}

#[test]
fn people_are_not_asked_before_every_reviewer_has_been_heard() {
    let mut under = Under::review();
    let first = under.reviewers()[0];
    let cites = under.answer(first, Assurance::A3);
    let (mission, claim) = (under.mission, under.claim);
    let fact = PanelOpened { mission, claim, panellists: vec![key_id("pat")] };
    let refused = under.scene.try_mission(Who::Operator, None, fact, &cites);
    assert_eq!(code(refused), "replay.disagrees");
}

/// The other way round: the house sells, the operator reviews.
const TURNED: Cast = Cast {
    seller: Who::House,
    house: Who::Operator,
    owner: "olga",
    worker: "replayer",
    device: "probe",
};

#[test]
fn two_do_not_review_each_others_work_in_one_epoch() {
    let mut scene = Scene::founded();
    let mip = scene.prepare_both();
    let mine = scene.place(CAST, mip);
    let theirs = scene.place(TURNED, mip);
    let claim = scene.work(CAST, mine);
    scene.work(TURNED, theirs);
    let (mission, opened) = scene.open_review(CAST, mine);
    let (other, _) = scene.open_review(TURNED, theirs);
    let panel = scene.world.mission(other).unwrap().panel().unwrap();
    assert!(panel.assigned.contains_key(&key_id("watcher")), "who works there reviews here");
    assert_eq!(panel.scope().tier, RiskTier::R1);
    let view = scene.world.mission(mission).unwrap();
    assert!(view.panel().unwrap().assigned.contains_key(&key_id("replayer")));
    assert!(scene.world.is_reciprocal_now(view, &key_id("replayer")));
    assert!(!scene.world.is_reciprocal_now(view, &key_id("auditor")));
    let refused = scene.try_review(mission, claim, opened, "replayer", Assurance::A3);
    assert_eq!(code(refused), "replay.reciprocal_review");
    scene.review(mission, claim, opened, "auditor", Assurance::A1);
}
