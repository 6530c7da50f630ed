//! A case in a record whose committee draws the panel.

use comity_bls::{
    Beacon, Ceremony, CommitteeKey, Event, KeyEpoch, MemberSecret, Plan, Round, SecretShare,
};
use comity_commitment::{
    BeaconPublished, CommitmentFact, CommitteeDealt, CommitteeKeyed, CommitteePlanned,
    DealingEnded, KeyBase, MemberKeyRevoked, MemberKeyStated,
};
use comity_constitution::AppealFact;
use comity_constitution::appeal::facts::{Closed, Decided, Opened, PanelCalled, PanelSeated};
use comity_constitution::appeal::{Code, Effect, Finding, Ground, Relief};
use comity_replay::verify::{Options, verify_export};
use comity_wire::{Digest, KeyId, StatementId, Time, b64, sha256};

use crate::scene::key;
use crate::senate::{DAY, Senate, person};

const HOUR: i64 = 3_600;

fn key_id(name: &str) -> KeyId {
    key(name).public().key_id()
}

fn secret(number: usize) -> MemberSecret {
    MemberSecret::from_seed(sha256(person(number).as_bytes()).as_bytes())
}

fn commit(senate: &mut Senate, by: &str, fact: impl Into<CommitmentFact>) -> StatementId {
    let fact = fact.into();
    senate.state(Some(by), (fact.kind(), fact.encode().unwrap())).unwrap()
}

fn say(
    senate: &mut Senate,
    by: Option<&str>,
    fact: impl Into<AppealFact>,
) -> Result<StatementId, &'static str> {
    let fact = fact.into();
    let before = format!("{:?}", senate.world);
    let said = senate.state(by, (fact.kind(), fact.encode().unwrap()));
    if said.is_err() {
        assert_eq!(format!("{:?}", senate.world), before, "a refusal changed something");
    }
    said.map_err(|refusal| refusal.code())
}

/// The first three people make a key; two of them sign.
fn key_ceremony(senate: &mut Senate) -> (CommitteeKey, Vec<SecretShare>) {
    let names: Vec<String> = (0..3).map(person).collect();
    for (number, name) in names.iter().enumerate() {
        let member = b64::encode(&secret(number).member().encode());
        commit(senate, name, MemberKeyStated { member });
    }
    let members = names.iter().map(|name| key_id(name)).collect();
    let planned = CommitteePlanned { base: KeyBase::Fresh, key_epoch: 1, members, threshold: 2 };
    let plan = senate.commit(planned);
    let members: Vec<_> = (0..3).map(|number| secret(number).member()).collect();
    let agreed = Plan::fresh(KeyEpoch(1), &plan.digest(), &members, 2).unwrap();
    let mut ceremony = Ceremony::new(agreed.clone());
    for (number, name) in names.iter().enumerate() {
        let dealing = agreed.deal(&secret(number), None, &[7; 32]).unwrap();
        commit(senate, name, CommitteeDealt { statement: b64::encode(&dealing.encode()) });
        ceremony = ceremony.step(&Event::Statement(dealing)).unwrap();
    }
    senate.commit(DealingEnded { plan });
    senate.now += HOUR;
    let ended = ceremony.step(&Event::EndDealing).unwrap().step(&Event::EndComplaints).unwrap();
    let outcome = ended.outcome().unwrap();
    senate.commit(CommitteeKeyed { key: b64::encode(&outcome.key().encode()), plan });
    let shares = (0..3).map(|number| outcome.share(&secret(number)).unwrap()).collect();
    (outcome.key().clone(), shares)
}

fn publish(senate: &mut Senate, (key, shares): &(CommitteeKey, Vec<SecretShare>), round: Round) {
    let partials: Vec<_> = shares[..2].iter().map(|share| round.sign(share)).collect();
    let beacon = Beacon::combine(round, key, &partials).unwrap();
    senate.commit(BeaconPublished { beacon: b64::encode(&beacon.encode()) });
}

fn complaint(subject: StatementId) -> Opened {
    Opened {
        evidence: vec![sha256(b"what was disclosed")],
        ground: Ground::QuarantineUnfounded,
        respondents: vec![key_id("founder")],
        subject,
    }
}

#[test]
fn a_panel_drawn_by_the_committees_beacon_decides() {
    let mut senate = Senate::ready();
    let keys = key_ceremony(&mut senate);
    let subject = senate.commit(MemberKeyRevoked { actor: key_id(&person(2)) });
    let unheard = StatementId::from_digest(Digest::ZERO);
    let missing = say(&mut senate, Some("person 20"), complaint(unheard));
    assert_eq!(missing, Err("replay.citation_missing"));
    let machine = say(&mut senate, Some("robot"), complaint(subject));
    assert_eq!(machine, Err("constitution.appeal_not_person"));
    let case = say(&mut senate, Some("person 20"), complaint(subject)).unwrap();
    senate.now += 3 * DAY + 1;

    // A round that members could know by now is refused, also one that nobody has published.
    let now = u64::try_from(senate.now / HOUR).unwrap();
    let at = Time::from_unix(senate.now + 1);
    let snapshot = senate.world.appeal_pool_for(senate.id, case, at).unwrap();
    let early = say(&mut senate, None, PanelCalled { case, round: now, snapshot });
    assert_eq!(early, Err("constitution.chamber_round_known"));
    let round = now + 2;
    say(&mut senate, None, PanelCalled { case, round, snapshot }).unwrap();
    senate.close_epoch();
    senate.now = i64::try_from(round).unwrap() * HOUR;
    publish(&mut senate, &keys, Round(round));
    let beacon = *senate.world.beacon_of(senate.id, round).unwrap();
    assert!(beacon.may_decide(senate.world.place(case).unwrap().index));

    let members = senate.world.appeal_panel_for(senate.id, case).unwrap();
    assert_eq!(members.len(), 5);
    assert!(!members.contains(&key_id("founder")) && !members.contains(&key_id("person 20")));
    let seated = say(&mut senate, None, PanelSeated { case, members: members.clone() }).unwrap();
    let names: Vec<String> =
        (0..24).map(person).filter(|name| members.contains(&key_id(name))).collect();
    for name in &names[..3] {
        let (code, finding) = (Code::RuleMisapplied, Finding::Upheld);
        let reason = "the benchmark was not the one that the rules name".to_owned();
        say(&mut senate, Some(name), Decided { case, code, finding, reason, seated }).unwrap();
    }
    senate.now += 3 * DAY + 1;
    let count = Closed { case, dismissing: 0, finding: Finding::Upheld, upholding: 3 };
    say(&mut senate, None, count).unwrap();
    let found = senate.world.appeals(senate.id).unwrap().case(case).unwrap();
    let now = Time::from_unix(senate.now);
    assert_eq!(found.effect(now), Effect::PriorStateActive);
    let later = now.plus(3 * DAY + 1);
    assert_eq!(found.effect(later), Effect::Upheld(Relief::OpenRecertification));

    let report = verify_export(&senate.export(), &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
}

#[test]
fn without_a_constitution_there_are_no_appeals() {
    let mut senate = Senate::peopled();
    let subject = StatementId::from_digest(senate.id.digest());
    let refused = say(&mut senate, Some("person 20"), complaint(subject));
    assert_eq!(refused, Err("constitution.not_founded"));
    assert!(senate.world.appeals(senate.id).is_none());
}
