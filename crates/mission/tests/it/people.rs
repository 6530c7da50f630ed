//! What is said about panels, and missions that people must judge.

use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{
    Decision, Escalated, Flag, Judgement, PanelDecided, PanelOpened, Recused, Reviewed,
    ReviewerReplaced, ReviewerSilent, Scoped,
};
use comity_mission::{MissionError, MissionFact, People};
use comity_wire::StatementId;

use crate::world::{FIVE, Flow, id, key, tasks};

/// Three people of three regions and two organisations.
pub(crate) const THREE: [&str; 3] = ["pat", "quin", "ruth"];

/// The time to answer, in seconds.
pub(crate) const WINDOW_S: i64 = 259_200;

impl Flow {
    /// Five reviewers have approved a mission of which a part is value-laden.
    pub(crate) fn passed_for_people(domain: DomainType, of_task: DomainType) -> Self {
        let mut flow = Self::drafted();
        let scoped = Scoped {
            mission: flow.mission.id(),
            mission_class: "documentation_update".to_owned(),
            risk_tier: RiskTier::R2,
            domain_type: domain,
            scope: "judge".to_owned(),
        };
        flow.must("owner", scoped.into());
        let mut plan = tasks();
        plan[2].domain_type = of_task;
        flow.must("owner", flow.decompose(plan));
        flow.must("owner", flow.start("worker", 1));
        flow.work_and_attach();
        flow.must("owner", flow.open_review(&FIVE));
        flow.review_all(&FIVE, Decision::Approve);
        flow
    }

    /// People are drawn for a normative mission.
    pub(crate) fn before_people(panellists: &[&str]) -> Self {
        let mut flow = Self::passed_for_people(DomainType::Normative, DomainType::Objective);
        flow.must("owner", flow.open_panel(panellists));
        flow
    }

    pub(crate) fn people(&self) -> &People {
        self.mission.phase().panel().unwrap().people.as_ref().unwrap()
    }

    pub(crate) fn open_panel(&self, panellists: &[&str]) -> MissionFact {
        let panellists = panellists.iter().map(|name| key(name)).collect();
        PanelOpened { mission: self.mission.id(), claim: self.claim(), panellists }.into()
    }

    pub(crate) fn judged(&self, judgement: Judgement, reason: &str) -> MissionFact {
        let (mission, claim, reason) = (self.mission.id(), self.claim(), reason.to_owned());
        PanelDecided { mission, claim, judgement, reason }.into()
    }

    pub(crate) fn judge(&mut self, who: &str, judgement: Judgement) {
        let fact = self.judged(judgement, &format!("{who} has weighed it"));
        self.must(who, fact);
    }

    pub(crate) fn approve_by_people(&mut self) {
        for who in THREE {
            self.judge(who, Judgement::Approve);
        }
    }

    pub(crate) fn escalate(&self, reason: &str) -> MissionFact {
        let (mission, claim, reason) = (self.mission.id(), self.claim(), reason.to_owned());
        Escalated { mission, claim, reason }.into()
    }

    pub(crate) fn recuse(&self, who: &str) -> MissionFact {
        let (mission, reason) = (self.mission.id(), "knows the worker".to_owned());
        Recused { mission, reviewer: key(who), reason }.into()
    }

    pub(crate) fn silent(&self, who: &str) -> MissionFact {
        let (mission, claim) = (self.mission.id(), self.claim());
        ReviewerSilent { mission, claim, reviewer: key(who) }.into()
    }

    pub(crate) fn replace(&self, who: &str, by: &str, shown_by: StatementId) -> MissionFact {
        let (mission, claim) = (self.mission.id(), self.claim());
        let (reviewer, replacement) = (key(who), key(by));
        ReviewerReplaced { mission, claim, reviewer, replacement, shown_by }.into()
    }

    /// The window passes, the house says so, and somebody comes.
    pub(crate) fn replace_silent(&mut self, who: &str, by: &str) {
        self.now_s += WINDOW_S;
        let shown_by = self.must("house", self.silent(who));
        self.must("owner", self.replace(who, by, shown_by));
    }
}

const ASKS_FOR_PEOPLE: [(DomainType, DomainType); 4] = [
    (DomainType::Normative, DomainType::Objective),
    (DomainType::Mixed, DomainType::Objective),
    (DomainType::Objective, DomainType::Normative),
    (DomainType::Objective, DomainType::Mixed),
];

#[test]
fn reviewers_alone_never_close_a_mission_for_people() {
    for (domain, of_task) in ASKS_FOR_PEOPLE {
        let mut flow = Flow::passed_for_people(domain, of_task);
        let fact = flow.integrate(&FIVE);
        let refusal = flow.refused("owner", fact.clone());
        assert_eq!(refusal.code(), "mission.human_adjudication_required");
        flow.must("owner", flow.open_panel(&THREE));
        flow.judge("pat", Judgement::Approve);
        flow.judge("quin", Judgement::Approve);
        let refusal = flow.refused("owner", fact.clone());
        assert_eq!(refusal.code(), "mission.human_adjudication_required", "ruth has not spoken");
        flow.judge("ruth", Judgement::Reject);
        flow.must("owner", fact);
        assert_eq!(flow.state(), "integrated");
    }
}

#[test]
fn the_majority_of_the_people_binds_and_dissents_stay_with_their_reasons() {
    let mut flow = Flow::before_people(&THREE);
    flow.judge("pat", Judgement::Reject);
    flow.judge("quin", Judgement::Approve);
    assert_eq!(flow.people().outcome(), None);
    assert_eq!(flow.people().dissents().count(), 0, "nobody dissents from nothing");
    flow.judge("ruth", Judgement::Reject);
    assert_eq!(flow.people().outcome(), Some(Judgement::Reject));
    let fact = flow.integrate(&FIVE);
    assert_eq!(flow.refused("owner", fact), MissionError::PanelRejected);
    let dissents: Vec<_> =
        flow.people().dissents().map(|(who, said)| (who.clone(), said.reason.clone())).collect();
    assert_eq!(dissents, [(key("quin"), "quin has weighed it".to_owned())]);
    flow.must("owner", flow.rework(&FIVE));
    assert_eq!(flow.state(), "in rework");
    assert_eq!(flow.people().dissents().count(), 1, "and are there after the review");
}

#[test]
fn four_people_in_a_tie_approve_nothing() {
    let mut flow = Flow::before_people(&["pat", "quin", "ruth", "sam"]);
    for (who, judgement) in [("pat", Judgement::Approve), ("quin", Judgement::Approve)] {
        flow.judge(who, judgement);
    }
    flow.judge("ruth", Judgement::Reject);
    flow.judge("sam", Judgement::Reject);
    assert_eq!(flow.people().outcome(), Some(Judgement::Reject));
}

#[test]
fn an_objective_mission_goes_to_people_when_its_owner_or_a_reviewer_asks() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.review_all(&FIVE, Decision::Approve);
    let fact = flow.open_panel(&THREE);
    assert_eq!(flow.refused("owner", fact), MissionError::PanelNotDue);
    let mut by_owner = flow.clone();
    let fact = by_owner.escalate(" ");
    assert_eq!(by_owner.refused("owner", fact).code(), "mission.bad_text");
    let fact = by_owner.escalate("it is about people");
    assert_eq!(by_owner.refused("authority", fact.clone()).code(), "mission.not_entitled");
    by_owner.must("owner", fact.clone());
    assert_eq!(by_owner.refused("owner", fact), MissionError::AlreadyEscalated);

    let mut by_reviewer = Flow::under_review(RiskTier::R2, &FIVE);
    by_reviewer.review_all(&FIVE[..4], Decision::Approve);
    let MissionFact::Reviewed(plain) = by_reviewer.reviewed(Decision::Approve, "r") else {
        unreachable!("a review is a review")
    };
    let flagged = Reviewed { flag: Some(Flag::NeedsPeople), ..plain };
    let statement = by_reviewer.must("rev5", flagged.into());
    by_reviewer.reviews.insert(key("rev5"), statement);

    for mut flow in [by_owner, by_reviewer] {
        let fact = flow.integrate(&FIVE);
        let refusal = flow.refused("owner", fact.clone());
        assert_eq!(refusal.code(), "mission.human_adjudication_required");
        flow.must("owner", flow.open_panel(&THREE));
        flow.approve_by_people();
        flow.must("owner", fact);
    }
}

#[test]
fn people_are_asked_about_work_that_passed_and_once() {
    let mut flow = Flow::passed_for_people(DomainType::Normative, DomainType::Objective);
    let fact = flow.open_panel(&THREE);
    assert_eq!(flow.refused("rev1", fact.clone()).code(), "mission.not_entitled");
    flow.must("owner", fact.clone());
    assert_eq!(flow.refused("owner", fact), MissionError::PanelNotDue);

    let mut open = Flow::under_review(RiskTier::R2, &FIVE);
    open.must("owner", open.escalate("values"));
    open.review_all(&FIVE[..3], Decision::Approve);
    let fact = open.open_panel(&THREE);
    assert_eq!(open.refused("owner", fact).code(), "mission.not_passed");
}

#[test]
fn a_panel_is_of_humans_who_have_no_part_in_the_mission() {
    let refused = |panellists: &[&str]| {
        let mut flow = Flow::passed_for_people(DomainType::Mixed, DomainType::Objective);
        let fact = flow.open_panel(panellists);
        flow.refused("owner", fact)
    };
    let machine = MissionError::NotHuman { key: key("rev6"), role: "panellist" };
    assert_eq!(refused(&["pat", "quin", "rev6"]), machine);
    let involved = MissionError::PanellistInvolved { key: key("rev5") };
    assert_eq!(refused(&["pat", "ruth", "rev5"]), involved);
    assert_eq!(refused(&["pat", "ruth", "Cousin"]).code(), "mission.shared_organisation");
    assert_eq!(refused(&["pat", "ruth", "owner"]).code(), "mission.role_missing");
    assert_eq!(refused(&["pat", "ruth", "pat"]).code(), "mission.duplicate_reviewer");
    assert_eq!(refused(&["pat", "ruth", "nobody"]).code(), "mission.unknown_actor");
    let many = ["pat"; comity_mission::limits::REVIEWERS_MAX + 1];
    assert_eq!(refused(&many).code(), "mission.too_many_reviewers");
}

#[test]
fn a_panellist_judges_once_with_a_reason_and_about_this_claim() {
    let mut flow = Flow::before_people(&THREE);
    let silent = flow.judged(Judgement::Approve, " \n\t");
    assert_eq!(flow.refused("pat", silent).code(), "mission.bad_text");
    let stranger = flow.judged(Judgement::Approve, "fine");
    for who in ["sam", "rev1", "owner"] {
        let signer = key(who);
        assert_eq!(flow.refused(who, stranger.clone()), MissionError::NotAssigned { signer });
    }
    let claim = id("another claim");
    let mission = flow.mission.id();
    let replayed =
        PanelDecided { mission, claim, judgement: Judgement::Approve, reason: "fine".to_owned() };
    assert_eq!(flow.refused("pat", replayed.into()).code(), "mission.wrong_claim");
    flow.judge("pat", Judgement::Reject);
    let flip = flow.judged(Judgement::Approve, "on second thoughts");
    assert_eq!(flow.refused("pat", flip).code(), "mission.already_reviewed");
}

#[test]
fn whoever_judged_does_not_decide_at_the_gate() {
    let mut flow = Flow::before_people(&THREE);
    flow.approve_by_people();
    flow.must("owner", flow.integrate(&FIVE));
    flow.must("owner", flow.open_gate());
    let pat = flow.actors.get_mut(&key("pat")).unwrap();
    pat.roles.insert(comity_mission::Role::Gate);
    let fact = flow.gate_decided(comity_mission::facts::GateDecision::Approve);
    assert_eq!(flow.refused("pat", fact), MissionError::GateNotIndependent { key: key("pat") });
}
