//! Cases from complaint to effect, and everything that is refused on the way.

use comity_constitution::appeal::facts::{
    Appealed, Closed, Decided, Opened, PanelCalled, PanelSeated, Responded,
};
use comity_constitution::appeal::{Case, Code, Effect, Finding, Ground, Outcome, Relief, Standing};
use comity_constitution::polity::Stamp;
use comity_constitution::vote::EpochClose;
use comity_constitution::{ActorKind, AppealFact, Appeals, Nano};
use comity_wire::{Digest, KeyId, StatementId, Time, sha256};
use proptest::prelude::*;

use crate::scene::{DAY, MACHINES, Scene, authority, digest, key};

const WINDOW: i64 = 3 * DAY;
const OPENER: u8 = 0;
const RESPONDENT: u8 = 1;

/// Cases beside a constitution whose people are verified.
#[derive(Clone, Debug)]
struct Court {
    scene: Scene,
    appeals: Appeals,
    said: u64,
    round: u64,
}

impl Court {
    fn new() -> Self {
        Self { scene: Scene::peopled(), appeals: Appeals::new(), said: 1_000, round: 0 }
    }

    fn say(
        &mut self,
        by: Option<u8>,
        fact: impl Into<AppealFact>,
    ) -> Result<StatementId, &'static str> {
        self.said += 1;
        let stamp = Stamp {
            id: StatementId::from_digest(sha256(&self.said.to_be_bytes())),
            by: by.map_or_else(authority, key),
            is_authority: by.is_none(),
            at: Time::from_unix(self.scene.now),
        };
        let before = self.appeals.clone();
        let Scene { polity, around, .. } = &self.scene;
        let said = self.appeals.apply(&stamp, &fact.into(), polity, around);
        if said.is_err() {
            assert_eq!(self.appeals, before, "a refusal changes nothing");
        }
        said.map(|()| stamp.id).map_err(|refusal| refusal.code())
    }

    fn now(&self) -> Time {
        Time::from_unix(self.scene.now)
    }

    fn open(&mut self, ground: Ground) -> StatementId {
        self.say(Some(OPENER), complaint(ground)).unwrap()
    }

    fn case(&self, id: StatementId) -> &Case {
        self.appeals.case(id).unwrap()
    }

    fn pool(&self, case: StatementId, round: u64) -> PanelCalled {
        let Scene { polity, around, .. } = &self.scene;
        let snapshot = self.appeals.pool_for(case, self.now(), polity, around).unwrap();
        PanelCalled { case, round, snapshot }
    }

    /// Calls a panel, lets an epoch close over the pool, and publishes the round; what was drawn.
    fn draw(&mut self, case: StatementId) -> Vec<KeyId> {
        self.round += 1;
        let pool = self.pool(case, self.round);
        self.say(None, pool).unwrap();
        self.close_epoch();
        self.publish(self.round);
        self.appeals.panel_for(case, &self.scene.around).unwrap()
    }

    fn close_epoch(&mut self) {
        let close = EpochClose { commitment: digest("epoch"), nonce: digest("nonce") };
        self.appeals.epoch_closed(&close, &self.scene.around);
    }

    fn publish(&mut self, round: u64) {
        let value = sha256(format!("round {round}").as_bytes());
        self.scene.around.beacons.insert(round, value);
    }

    /// A panel that deliberates.
    fn seat(&mut self, case: StatementId) -> (StatementId, Vec<u8>) {
        let members = self.draw(case);
        let seated = self.say(None, PanelSeated { case, members: members.clone() }).unwrap();
        let number = |id: &KeyId| (0..100).find(|number| key(*number) == *id).unwrap();
        (seated, members.iter().map(number).collect())
    }

    /// As many of the panel uphold and dismiss as asked; the others are silent.
    fn count(
        &mut self,
        case: StatementId,
        uphold: usize,
        dismiss: usize,
    ) -> Result<Finding, &'static str> {
        let (seated, members) = self.seat(case);
        for (place, member) in members.iter().enumerate().take(uphold + dismiss) {
            let finding = if place < uphold { Finding::Upheld } else { Finding::Dismissed };
            self.say(Some(*member), decision(case, seated, finding))?;
        }
        if uphold + dismiss < members.len() {
            self.scene.now += WINDOW + 1;
        }
        let finding = if 3 <= uphold { Finding::Upheld } else { Finding::Dismissed };
        self.say(None, closed(case, uphold, dismiss, finding))?;
        Ok(finding)
    }

    /// A case that waits for its panel.
    fn heard(ground: Ground) -> (Self, StatementId) {
        let mut court = Self::new();
        let case = court.open(ground);
        court.scene.now += WINDOW + 1;
        (court, case)
    }
}

fn complaint(ground: Ground) -> Opened {
    Opened {
        evidence: vec![digest("evidence")],
        ground,
        respondents: vec![key(RESPONDENT)],
        subject: StatementId::from_digest(digest("subject")),
    }
}

fn answer(case: StatementId) -> Responded {
    Responded { case, evidence: vec![digest("answer")], text: digest("text") }
}

fn decision(case: StatementId, seated: StatementId, finding: Finding) -> Decided {
    let reason = "the log shows it".to_owned();
    Decided { case, code: Code::EvidenceSupports, finding, reason, seated }
}

fn closed(case: StatementId, uphold: usize, dismiss: usize, finding: Finding) -> Closed {
    let narrow = |count| u32::try_from(count).unwrap();
    Closed { case, dismissing: narrow(dismiss), finding, upholding: narrow(uphold) }
}

fn appeal(case: StatementId) -> Appealed {
    Appealed { case, evidence: vec![digest("more")], text: digest("reasons") }
}

#[test]
fn a_complaint_is_heard_and_takes_effect_when_nobody_appeals() {
    for (ground, relief) in [
        (Ground::DeltaEarned, Relief::ReleaseDelta),
        (Ground::DeltaUnearned, Relief::DropDelta),
        (Ground::QuarantineUnfounded, Relief::OpenRecertification),
        (Ground::ReviewerConflict, Relief::SetAside),
    ] {
        let (mut court, case) = Court::heard(ground);
        assert_eq!(court.case(case).standing(), Standing::Responding);
        assert_eq!(court.count(case, 3, 2), Ok(Finding::Upheld));
        assert_eq!(court.case(case).standing(), Standing::Decided);
        assert_eq!(court.case(case).effect(court.now()), Effect::PriorStateActive);
        court.scene.now += WINDOW;
        assert_eq!(court.case(case).effect(court.now()), Effect::PriorStateActive);
        court.scene.now += 1;
        assert_eq!(court.case(case).effect(court.now()), Effect::Upheld(relief));
    }
}

#[test]
fn silence_is_no_vote_and_stalls_nothing() {
    let (mut court, case) = Court::heard(Ground::EvidenceInvalid);
    assert_eq!(court.count(case, 2, 0), Ok(Finding::Dismissed), "two of five, three silent");
    let (mut court, case) = Court::heard(Ground::EvidenceInvalid);
    assert_eq!(court.count(case, 3, 0), Ok(Finding::Upheld), "three of five, two silent");
    let (mut court, case) = Court::heard(Ground::EvidenceInvalid);
    assert_eq!(court.count(case, 0, 0), Ok(Finding::Dismissed), "nobody said anything");
    court.scene.now += WINDOW + 1;
    assert_eq!(court.case(case).effect(court.now()), Effect::Dismissed);
}

#[test]
fn a_panel_is_five_people_with_trust_and_none_of_the_parties() {
    let mut court = Court::new();
    // Trust below the charter's keeps out, whatever chambers ask for.
    for number in 5..10 {
        let member = court.scene.around.members.get_mut(&key(number)).unwrap();
        member.trust = Nano::new(599_999_999);
    }
    let case = court.open(Ground::DeltaEarned);
    court.scene.now += WINDOW + 1;
    let members = court.draw(case);
    assert_eq!(members.len(), 5);
    let known = |id: &KeyId| &court.scene.around.members[id];
    assert!(members.iter().all(|id| known(id).kind == ActorKind::Human));
    assert!(members.iter().all(|id| Nano::new(600_000_000) <= known(id).trust));
    assert!(!members.contains(&key(OPENER)) && !members.contains(&key(RESPONDENT)));
    let regions: std::collections::BTreeSet<_> =
        members.iter().map(|id| &known(id).region).collect();
    assert!(2 <= regions.len());
}

#[test]
fn a_panel_without_regions_or_organisations_or_people_is_not_seated() {
    type Change = fn(&mut comity_constitution::Member);
    let changes: [(Change, &str); 3] = [
        (|member| member.region = "one".to_owned(), "constitution.draw_too_few_members"),
        (|member| member.organisation = "one".to_owned(), "constitution.draw_too_few_members"),
        (|member| member.trust = Nano::ZERO, "constitution.draw_too_few_members"),
    ];
    for (change, expected) in changes {
        let (mut court, case) = Court::heard(Ground::DeltaEarned);
        court.scene.around.members.values_mut().for_each(change);
        let pool = court.pool(case, 1);
        court.say(None, pool).unwrap();
        court.close_epoch();
        court.publish(1);
        let failed = court.appeals.panel_for(case, &court.scene.around).unwrap_err();
        assert_eq!(failed.code(), expected);
        let seated = court.say(None, PanelSeated { case, members: Vec::new() });
        assert_eq!(seated, Err(expected));
        // The draw failed for all to see: another round may be tried.
        let pool = court.pool(case, 2);
        court.say(None, pool).unwrap();
    }
}

#[test]
fn one_appeal_by_a_party_goes_to_a_panel_that_shares_nobody_with_the_first() {
    let (mut court, case) = Court::heard(Ground::DeltaEarned);
    court.count(case, 5, 0).unwrap();
    assert_eq!(court.say(Some(9), appeal(case)), Err("constitution.appeal_not_party"));
    let mut stale = appeal(case);
    stale.evidence = vec![digest("evidence")];
    assert_eq!(court.say(Some(RESPONDENT), stale), Err("constitution.appeal_evidence"));
    let mut late = court.clone();
    late.scene.now += WINDOW + 1;
    assert_eq!(late.say(Some(RESPONDENT), appeal(case)), Err("constitution.appeal_too_late"));
    court.say(Some(RESPONDENT), appeal(case)).unwrap();
    assert_eq!(court.case(case).effect(court.now().plus(100 * DAY)), Effect::PriorStateActive);
    // Responses are heard again.
    let mut second = answer(case);
    second.evidence = Vec::new();
    court.say(Some(RESPONDENT), second).unwrap();
    court.count(case, 2, 3).unwrap();
    let outcomes: Vec<Outcome> = court.case(case).outcomes().to_vec();
    assert_eq!(outcomes.len(), 2, "nothing is erased");
    assert!(outcomes[0].panel.iter().all(|id| !outcomes[1].panel.contains(id)));
    assert_eq!(court.case(case).effect(court.now()), Effect::Dismissed, "final at once");
    assert_eq!(court.say(Some(OPENER), appeal(case)), Err("constitution.appeal_appealed_twice"));
}

#[test]
fn a_complaint_needs_a_person_evidence_and_somebody_else() {
    let mut court = Court::new();
    let good = complaint(Ground::ProcedureBroken);
    let person = "constitution.appeal_not_person";
    assert_eq!(court.say(Some(MACHINES[0]), good.clone()), Err(person));
    assert_eq!(court.say(Some(90), good.clone()), Err(person));
    let mut refused = |change: &dyn Fn(&mut Opened), expected| {
        let mut bad = good.clone();
        change(&mut bad);
        assert_eq!(court.say(Some(OPENER), bad), Err(expected));
    };
    let respondents = "constitution.appeal_respondents";
    refused(&|bad| bad.respondents.clear(), respondents);
    refused(&|bad| bad.respondents.push(key(RESPONDENT)), respondents);
    refused(&|bad| bad.respondents = vec![key(OPENER)], respondents);
    refused(&|bad| bad.respondents = vec![key(90)], respondents);
    refused(&|bad| bad.respondents = (2..19).map(key).collect(), respondents);
    let evidence = "constitution.appeal_evidence";
    refused(&|bad| bad.evidence.clear(), evidence);
    refused(&|bad| bad.evidence.push(digest("evidence")), evidence);
    refused(&|bad| bad.evidence = (0..65_u8).map(|it| sha256(&[it])).collect(), evidence);
    let mut without_rules = court.clone();
    without_rules.scene.around.charters = std::sync::Arc::default();
    let unknown = without_rules.say(Some(OPENER), good.clone());
    assert_eq!(unknown, Err("constitution.appeal_charter_unknown"));
    // The authority raises incidents; the same complaint is heard once, another ground is another case.
    let case = court.say(None, good.clone()).unwrap();
    assert_eq!(court.say(Some(OPENER), good), Err("constitution.appeal_heard_already"));
    assert_eq!(
        court.appeals.about(court.case(case).subject(), Ground::ProcedureBroken).unwrap().0,
        case
    );
    court.open(Ground::DeltaEarned);
    assert_eq!(court.appeals.cases().count(), 2);
}

#[test]
fn responses_are_the_respondents_in_time_and_once() {
    let mut court = Court::new();
    let case = court.open(Ground::DeltaEarned);
    assert_eq!(court.say(Some(2), answer(case)), Err("constitution.appeal_not_party"));
    let pool = court.pool(case, 1);
    assert_eq!(court.say(None, pool), Err("constitution.appeal_responses_open"));
    let mut late = court.clone();
    late.scene.now += WINDOW + 1;
    assert_eq!(late.say(Some(RESPONDENT), answer(case)), Err("constitution.appeal_too_late"));
    court.say(Some(RESPONDENT), answer(case)).unwrap();
    assert_eq!(
        court.say(Some(RESPONDENT), answer(case)),
        Err("constitution.appeal_responded_twice")
    );
    assert_eq!(court.case(case).evidence().len(), 2);
    // All have responded: the panel need not wait.
    court.say(None, pool).unwrap();
    assert_eq!(court.say(Some(RESPONDENT), answer(case)), Err("constitution.appeal_wrong_stage"));
    let unknown = StatementId::from_digest(Digest::ZERO);
    assert_eq!(court.say(Some(RESPONDENT), answer(unknown)), Err("constitution.appeal_unknown"));
}

#[test]
fn a_panel_is_the_one_that_the_beacon_draws_from_the_pool_that_was_fixed_before() {
    let (mut court, case) = Court::heard(Ground::DeltaEarned);
    let good = court.pool(case, 2);
    assert_eq!(court.say(Some(OPENER), good), Err("constitution.appeal_not_authority"));
    let other = PanelCalled { snapshot: Digest::ZERO, ..good };
    assert_eq!(court.say(None, other), Err("constitution.appeal_other_pool"));
    court.publish(1);
    let known = PanelCalled { round: 1, ..good };
    assert_eq!(court.say(None, known), Err("constitution.chamber_round_known"));
    court.say(None, good).unwrap();
    assert_eq!(court.say(None, good), Err("constitution.appeal_panel_pending"));
    let seated = |members: Vec<KeyId>| PanelSeated { case, members };
    assert_eq!(court.say(None, seated(Vec::new())), Err("constitution.appeal_not_announced"));
    // Nobody announces a draw whose round is out.
    let mut late = court.clone();
    late.publish(2);
    late.close_epoch();
    assert_eq!(late.say(None, seated(Vec::new())), Err("constitution.appeal_not_announced"));
    court.close_epoch();
    assert_eq!(court.say(None, seated(Vec::new())), Err("constitution.appeal_beacon_missing"));
    // A round that never comes is replaced, but only when the panel should have decided by then.
    let next = court.pool(case, 3);
    assert_eq!(court.say(None, next), Err("constitution.appeal_panel_pending"));
    let mut waited = court.clone();
    waited.scene.now += WINDOW + 1;
    let next = waited.pool(case, 3);
    waited.say(None, next).unwrap();
    court.publish(2);
    let drawn = court.appeals.panel_for(case, &court.scene.around).unwrap();
    let next = court.pool(case, 3);
    assert_eq!(court.say(None, next), Err("constitution.appeal_panel_pending"));
    let mut turned = drawn.clone();
    turned.reverse();
    assert_eq!(court.say(None, seated(turned)), Err("constitution.appeal_other_panel"));
    assert_eq!(court.say(Some(5), seated(drawn.clone())), Err("constitution.appeal_not_authority"));
    court.say(None, seated(drawn.clone())).unwrap();
    assert_eq!(court.say(None, seated(drawn)), Err("constitution.appeal_wrong_stage"));
}

#[test]
fn decisions_are_the_panellists_in_time_once_and_with_reasons() {
    let (mut court, case) = Court::heard(Ground::DeltaEarned);
    let early = decision(case, case, Finding::Upheld);
    assert_eq!(court.say(Some(5), early), Err("constitution.appeal_wrong_stage"));
    let (seated, members) = court.seat(case);
    assert_eq!(court.case(case).panel().len(), 5);
    let good = decision(case, seated, Finding::Upheld);
    let stranger = (0..24).find(|number| !members.contains(number)).unwrap();
    assert_eq!(court.say(Some(stranger), good.clone()), Err("constitution.appeal_not_panellist"));
    assert_eq!(court.say(None, good.clone()), Err("constitution.appeal_not_panellist"));
    let mut refused = |change: &dyn Fn(&mut Decided), expected| {
        let mut bad = good.clone();
        change(&mut bad);
        assert_eq!(court.say(Some(members[0]), bad), Err(expected));
    };
    refused(&|bad| bad.reason = " \n".to_owned(), "constitution.appeal_reason");
    refused(&|bad| bad.reason = "x".repeat(2_001), "constitution.appeal_reason");
    refused(&|bad| bad.seated = case, "constitution.appeal_other_seating");
    court.say(Some(members[0]), good.clone()).unwrap();
    let flipped = decision(case, seated, Finding::Dismissed);
    assert_eq!(court.say(Some(members[0]), flipped), Err("constitution.appeal_decided_twice"));
    let count = closed(case, 1, 0, Finding::Dismissed);
    assert_eq!(court.say(None, count), Err("constitution.appeal_deliberating"));
    court.scene.now += WINDOW + 1;
    assert_eq!(court.say(Some(members[1]), good), Err("constitution.appeal_too_late"));
    assert_eq!(court.say(Some(members[1]), count), Err("constitution.appeal_not_authority"));
    let wrong = closed(case, 1, 0, Finding::Upheld);
    assert_eq!(court.say(None, wrong), Err("constitution.appeal_other_count"));
    court.say(None, count).unwrap();
    assert_eq!(court.say(None, count), Err("constitution.appeal_wrong_stage"));
    let later = court.pool(case, 9);
    assert_eq!(court.say(None, later), Err("constitution.appeal_wrong_stage"));
    assert!(court.appeals.panel_for(case, &court.scene.around).is_err());
}

#[test]
fn an_appeal_waits_for_a_decision() {
    let (mut court, case) = Court::heard(Ground::DeltaEarned);
    assert_eq!(court.say(Some(OPENER), appeal(case)), Err("constitution.appeal_wrong_stage"));
}

/// Blueprint §8, appeals and disputes. Invariants: a signed audit trail and reason codes. Gate: the prior state stays active.
#[test]
fn control_appeals_and_disputes() {
    let (mut court, case) = Court::heard(Ground::DeltaEarned);
    let active = |court: &Court| {
        assert_eq!(
            court.case(case).effect(court.now().plus(1_000 * DAY)),
            Effect::PriorStateActive
        );
    };
    active(&court);
    let (seated, members) = court.seat(case);
    active(&court);
    // A decision without words is none, and neither is one that nobody of the panel signed.
    let mut bare = decision(case, seated, Finding::Upheld);
    bare.reason.clear();
    assert!(court.say(Some(members[0]), bare).is_err());
    assert!(court.say(Some(OPENER), decision(case, seated, Finding::Upheld)).is_err());
    for member in &members[..2] {
        court.say(Some(*member), decision(case, seated, Finding::Upheld)).unwrap();
    }
    active(&court);
    court.scene.now += WINDOW + 1;
    // Two of five do not uphold, and no clerk can say that they do.
    assert!(court.say(None, closed(case, 2, 0, Finding::Upheld)).is_err());
    assert!(court.say(None, closed(case, 3, 0, Finding::Upheld)).is_err());
    court.say(None, closed(case, 2, 0, Finding::Dismissed)).unwrap();
    court.say(Some(OPENER), appeal(case)).unwrap();
    active(&court);
    assert_eq!(court.case(case).outcomes().len(), 1, "the first outcome stays in the record");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The share of all seats, rounded up exactly: 0.6 of five is three.
    #[test]
    fn a_complaint_is_upheld_by_the_exact_share_of_the_seats(panel in 3_u32..1_000, units in 500_000_001_i64..=1_000_000_000) {
        let mut rules = *comity_constitution::Charter::founding().appeal();
        prop_assert_eq!((rules.panel, rules.uphold_seats()), (5, 3));
        (rules.panel, rules.uphold_min) = (panel, Nano::new(units));
        let seats = i64::from(rules.uphold_seats());
        prop_assert!(units * i64::from(panel) <= seats * 1_000_000_000);
        prop_assert!((seats - 1) * 1_000_000_000 < units * i64::from(panel));
    }

    /// Whoever votes how, an outcome follows, and it is the one that the count gives.
    #[test]
    fn every_count_gives_its_outcome(uphold in 0_usize..6, dismiss in 0_usize..6) {
        let dismiss = dismiss.min(5 - uphold);
        let (mut court, case) = Court::heard(Ground::DeltaEarned);
        let wanted = if 3 <= uphold { Finding::Upheld } else { Finding::Dismissed };
        prop_assert_eq!(court.count(case, uphold, dismiss), Ok(wanted));
    }
}
