//! Cases in a record whose committee draws the panel, and what their findings change.

use comity_commitment::{CommitmentFact, MemberKeyStated};
use comity_constitution::appeal::facts::{Opened, PanelCalled};
use comity_constitution::appeal::{Effect, Ground, Relief};
use comity_constitution::facts::{Founded, IdentityVerified};
use comity_constitution::{Charter, ConstitutionFact};
use comity_replay::verify::{Options, verify_export};
use comity_sign::Claim;
use comity_trust::{Ended, Endorsed, IncidentState, MaliceAlleged, Standing, TrustFact};
use comity_wire::{Digest, Statement, StatementId, Time, sha256};

use crate::hearing::{HOUR, Keys, hear, key_ceremony, plead, settle};
use crate::scene::{CAST, Scene, Who, key_id};
use crate::senate::{DAY, PEOPLE, Senate, person};
use crate::trust::{decayed, held, people, trusting};

fn about(subject: StatementId, ground: Ground) -> Opened {
    Opened {
        evidence: vec![sha256(b"what was disclosed")],
        ground,
        respondents: vec![key_id("person 18")],
        subject,
    }
}

/// The senate's robot was quarantined by this statement.
fn quarantined() -> (Senate, StatementId) {
    let mut senate = Senate::ready();
    senate.now += 101 * DAY;
    let fact = decayed(&senate, "robot");
    let subject = senate.state(None, (fact.kind(), fact.encode().unwrap())).unwrap();
    (senate, subject)
}

fn standing(senate: &Senate) -> Standing {
    senate.world.standing(&key_id("robot"), Time::from_unix(senate.now)).unwrap()
}

#[test]
fn a_panel_drawn_by_the_committees_beacon_decides() {
    let (mut senate, subject) = quarantined();
    let keys = key_ceremony(&mut senate);
    let complaint = about(subject, Ground::QuarantineUnfounded);
    let unheard = StatementId::from_digest(Digest::ZERO);
    let missing = about(unheard, Ground::QuarantineUnfounded);
    let missing = plead(&mut senate, Some("person 20"), missing);
    assert_eq!(missing, Err("replay.citation_missing"));
    let machine = plead(&mut senate, Some("robot"), complaint.clone());
    assert_eq!(machine, Err("constitution.appeal_not_person"));

    // A round that members could know by now is refused, also one that nobody has published.
    let mut early = senate.clone();
    let case = plead(&mut early, Some("person 20"), complaint.clone()).unwrap();
    early.now += 3 * DAY + 1;
    let round = u64::try_from(early.now / HOUR).unwrap();
    let at = Time::from_unix(early.now + 1);
    let snapshot = early.world.appeal_pool_for(early.id, case, at).unwrap();
    let refused = plead(&mut early, None, PanelCalled { case, round, snapshot });
    assert_eq!(refused, Err("constitution.chamber_round_known"));

    let before = standing(&senate);
    let case = hear(&mut senate, &keys, complaint, 3);
    let found = senate.world.appeals(senate.id).unwrap().case(case).unwrap();
    let panel = &found.outcomes()[0].panel;
    assert_eq!(panel.len(), 5);
    assert!(!panel.contains(&key_id("person 18")) && !panel.contains(&key_id("person 20")));
    let now = Time::from_unix(senate.now);
    assert_eq!(found.effect(now), Effect::PriorStateActive);
    let later = now.plus(3 * DAY + 1);
    assert_eq!(found.effect(later), Effect::Upheld(Relief::OpenRecertification));

    // Until somebody says something after the last day, the prior state is active; then the clock begins anew.
    assert_eq!(standing(&senate), before);
    settle(&mut senate);
    let since = Time::from_unix(senate.now);
    assert_eq!(standing(&senate), Standing::Quarantined { since });
    assert_ne!(standing(&senate), before);
    let report = verify_export(&senate.export(), &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
}

fn verified(senate: &mut Senate, name: &str) -> StatementId {
    let until = Time::from_unix(senate.now + 200 * DAY);
    senate.say(None, IdentityVerified { actor: key_id(name), until }).unwrap()
}

/// The statement at a place of the senate's record.
fn at(senate: &Senate, index: usize) -> StatementId {
    Claim::<Statement>::decode(&senate.envelopes[index]).unwrap().id()
}

#[test]
fn a_complaint_that_could_change_nothing_is_refused() {
    let (mut senate, quarantine) = quarantined();
    let verification = verified(&mut senate, "person 5");
    let [genesis, admission, robot] = [0, 1, PEOPLE + 2].map(|index| at(&senate, index));
    for (subject, grounds) in [
        (quarantine, vec![Ground::QuarantineUnfounded]),
        (verification, vec![Ground::IdentityMisjudged]),
        (admission, vec![Ground::IdentityMisjudged]),
        (robot, vec![]),
        (genesis, vec![]),
    ] {
        for ground in Ground::ALL {
            let said = plead(&mut senate.clone(), Some("person 20"), about(subject, ground));
            let wanted = grounds.contains(&ground);
            assert_eq!(said.is_ok(), wanted, "{ground:?} about {subject}");
            assert_eq!(said.err().unwrap_or("replay.not_appealable"), "replay.not_appealable");
        }
    }
}

#[test]
fn a_dismissed_complaint_changes_nothing() {
    let (mut senate, subject) = quarantined();
    let keys = key_ceremony(&mut senate);
    let before = standing(&senate);
    let case = hear(&mut senate, &keys, about(subject, Ground::QuarantineUnfounded), 2);
    settle(&mut senate);
    assert_eq!(standing(&senate), before);
    let found = senate.world.appeals(senate.id).unwrap().case(case).unwrap();
    assert_eq!(found.effect(Time::from_unix(senate.now)), Effect::Dismissed);
}

#[test]
fn a_misjudged_identity_leaves_the_pools() {
    let mut senate = Senate::ready();
    let keys = key_ceremony(&mut senate);
    let eligible = |senate: &mut Senate| {
        let change = senate.change(|file| file.trust.volume_half += 1);
        let mut asking = senate.clone();
        let amendment = asking.proposed(change);
        asking.pool(amendment, 10_000_000).people
    };
    let before = eligible(&mut senate);
    let subject = verified(&mut senate, "person 5");
    hear(&mut senate, &keys, about(subject, Ground::IdentityMisjudged), 3);
    assert_eq!(eligible(&mut senate), before, "nothing is final yet");
    settle(&mut senate);
    // Person 19 is on leave, person 5 is not verified.
    assert_eq!(eligible(&mut senate), before - 2);
    let citizen = senate.polity().citizen(&key_id("person 5")).unwrap();
    assert_eq!((citizen.verified_until, citizen.verified_by), (None, None));
    verified(&mut senate, "person 5");
    assert_eq!(eligible(&mut senate), before - 1);
}

#[test]
fn whoever_should_not_have_been_admitted_has_no_part_in_what_is_decided() {
    let mut senate = Senate::ready();
    let keys = key_ceremony(&mut senate);
    let subject = at(&senate, 1 + 6);
    hear(&mut senate, &keys, about(subject, Ground::IdentityMisjudged), 5);
    let now = Time::from_unix(senate.now + 3 * DAY + 2);
    assert_eq!(senate.world.suspension(&key_id("person 6"), now), None);
    settle(&mut senate);
    assert_eq!(senate.world.suspension(&key_id("person 6"), now), Some("suspended"));
    let alleged = TrustFact::from(MaliceAlleged {
        machine: key_id("robot"),
        reason: "it invents evidence".to_owned(),
        report: sha256(b"report"),
    });
    let about = senate.state(None, (alleged.kind(), alleged.encode().unwrap())).unwrap();
    let secret = comity_bls::MemberSecret::from_seed(&[6; 32]);
    let member = comity_wire::b64::encode(&secret.member().encode());
    let key = CommitmentFact::from(MemberKeyStated { member });
    let vouched = TrustFact::from(Endorsed { about });
    for (kind, body) in
        [(key.kind(), key.encode().unwrap()), (vouched.kind(), vouched.encode().unwrap())]
    {
        let refused = senate.state(Some("person 6"), (kind, body)).unwrap_err();
        assert_eq!(refused.code(), "replay.out_of_service", "{kind}");
    }
    let mine = self::about(at(&senate, 1 + 7), Ground::IdentityMisjudged);
    let refused = plead(&mut senate, Some("person 6"), mine);
    assert_eq!(refused, Err("constitution.appeal_not_person"));
}

/// The operator's record has a constitution and a committee.
fn governed(mut scene: Scene) -> (Scene, Keys) {
    let charter = Charter::founding().hash();
    let mut say = |fact: ConstitutionFact| {
        scene.state(Who::Operator, None, (fact.kind(), fact.encode().unwrap()), &[]);
        scene.now
    };
    let mut now = say(Founded { charter, founder: key_id("anna") }.into());
    for number in 0..PEOPLE {
        let until = Time::from_unix(now + 200 * DAY);
        now = say(IdentityVerified { actor: key_id(&person(number)), until }.into());
    }
    let keys = key_ceremony(&mut scene);
    (scene, keys)
}

#[test]
fn a_held_gain_that_was_earned_is_applied_by_the_panel() {
    let (scene, _, update) = held();
    let (mut scene, keys) = governed(scene);
    let watcher = key_id("watcher");
    let account = |scene: &Scene| {
        let (_, ledger) = scene.world.trust(scene.id(Who::Operator)).unwrap();
        (ledger.account(&watcher).unwrap().trust(), ledger.incident(update).unwrap().clone())
    };
    let (before, incident) = account(&scene);
    hear(&mut scene, &keys, about(update, Ground::DeltaEarned), 4);
    assert_eq!(account(&scene), (before, incident.clone()));
    settle(&mut scene);
    let (after, released) = account(&scene);
    assert_eq!(after, before.plus(incident.rise));
    assert!(matches!(released.state, IncidentState::Released { .. }));
    let refused = plead(&mut scene, Some("person 20"), about(update, Ground::DeltaUnearned));
    assert!(refused.is_ok(), "what was released can be complained about");
}

#[test]
fn a_mission_set_aside_moves_nobodys_trust() {
    let mut scene = Scene::under(trusting());
    let mip = scene.prepare();
    people(&mut scene, PEOPLE);
    let order = scene.place(CAST, mip);
    let claim = scene.work(CAST, order);
    scene.review_and_settle(order, claim);
    let mission = scene.world.order(order).unwrap().mission.unwrap();
    let (mut scene, keys) = governed(scene);
    let (id, watcher) = (scene.id(Who::Operator), key_id("watcher"));
    let ending = scene.world.ending(mission).unwrap().unwrap();
    let work = scene.world.work_of(id, mission, &watcher).unwrap().unwrap();
    let propose = |scene: &Scene| {
        let (policy, ledger) = scene.world.trust(id).unwrap();
        let at = Time::from_unix(scene.now + 1);
        let epoch = u64::try_from(at.unix()).unwrap() / 3_600;
        let ended = Ended { mission, at: ending.at };
        let made = ledger.propose(policy, &watcher, ended, epoch, work.clone(), at).unwrap();
        let fact = TrustFact::from(made);
        (fact.kind(), fact.encode().unwrap())
    };
    // Before and after an update: what it moved goes, and nothing comes later.
    let mut updated = scene.split();
    let body = propose(&updated);
    updated.state(Who::Operator, None, body, &[ending.shown_by]);
    for (scene, is_updated) in [(&mut scene, false), (&mut updated, true)] {
        hear(scene, &keys, about(ending.shown_by, Ground::EvidenceInvalid), 3);
        let trust =
            |scene: &Scene| scene.world.trust(id).unwrap().1.account(&watcher).unwrap().trust();
        let before = trust(scene);
        settle(scene);
        assert_eq!(trust(scene) < before, is_updated);
        assert!(scene.world.is_set_aside(id, mission));
        assert_eq!(scene.world.work_of(id, mission, &watcher).unwrap(), None);
    }
    let body = propose(&scene);
    let refused = scene.try_state(Who::Operator, None, body, &[ending.shown_by]).unwrap_err();
    assert_eq!(refused.code(), "replay.set_aside");
}

#[test]
fn without_a_constitution_there_are_no_appeals() {
    let mut senate = Senate::peopled();
    let subject = at(&senate, 1);
    let refused = plead(&mut senate, Some("person 20"), about(subject, Ground::IdentityMisjudged));
    assert_eq!(refused, Err("constitution.not_founded"));
    assert!(senate.world.appeals(senate.id).is_none());
}
