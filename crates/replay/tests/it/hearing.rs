//! A committee of three and a case from its complaint to its last day, in any record that can be spoken in.

use comity_bls::{
    Beacon, Ceremony, CommitteeKey, Event, KeyEpoch, MemberSecret, Plan, Round, SecretShare,
};
use comity_commitment::{
    BeaconPublished, CommitmentFact, CommitteeDealt, CommitteeKeyed, CommitteePlanned,
    DealingEnded, KeyBase, MemberKeyStated,
};
use comity_constitution::appeal::facts::{Closed, Decided, Opened, PanelCalled, PanelSeated};
use comity_constitution::appeal::{Code, Finding};
use comity_constitution::facts::LeaveChanged;
use comity_constitution::{AppealFact, ConstitutionFact};
use comity_replay::{Refusal, World};
use comity_wire::private::RawValue;
use comity_wire::{KeyId, SovereignId, StatementId, Time, b64, sha256};

use crate::scene::{Scene, Who, key_id};
use crate::senate::{DAY, Senate, person};

pub(crate) const HOUR: i64 = 3_600;

/// A record in which the first twenty-four people are actors.
pub(crate) trait Record {
    fn world(&self) -> &World;
    fn id(&self) -> SovereignId;
    fn now(&mut self) -> &mut i64;
    fn say(&mut self, by: Option<&str>, body: Body) -> Result<StatementId, Refusal>;
}

type Body = (&'static str, Box<RawValue>);

impl Record for Senate {
    fn world(&self) -> &World {
        &self.world
    }

    fn id(&self) -> SovereignId {
        self.id
    }

    fn now(&mut self) -> &mut i64 {
        &mut self.now
    }

    fn say(&mut self, by: Option<&str>, body: Body) -> Result<StatementId, Refusal> {
        self.state(by, body)
    }
}

/// The operator's record.
impl Record for Scene {
    fn world(&self) -> &World {
        &self.world
    }

    fn id(&self) -> SovereignId {
        Self::id(self, Who::Operator)
    }

    fn now(&mut self) -> &mut i64 {
        &mut self.now
    }

    fn say(&mut self, by: Option<&str>, body: Body) -> Result<StatementId, Refusal> {
        self.try_state(Who::Operator, by, body, &[])
    }
}

fn secret(number: usize) -> MemberSecret {
    MemberSecret::from_seed(sha256(person(number).as_bytes()).as_bytes())
}

pub(crate) fn commit(
    record: &mut impl Record,
    by: Option<&str>,
    fact: impl Into<CommitmentFact>,
) -> StatementId {
    let fact = fact.into();
    record.say(by, (fact.kind(), fact.encode().unwrap())).unwrap()
}

/// States something about a case; what is refused changes nothing.
pub(crate) fn plead(
    record: &mut impl Record,
    by: Option<&str>,
    fact: impl Into<AppealFact>,
) -> Result<StatementId, &'static str> {
    let fact = fact.into();
    let before = format!("{:?}", record.world());
    let said = record.say(by, (fact.kind(), fact.encode().unwrap()));
    if said.is_err() {
        assert_eq!(format!("{:?}", record.world()), before, "a refusal changed something");
    }
    said.map_err(|refusal| refusal.code())
}

/// Key and shares of a committee: two of the first three people sign.
pub(crate) type Keys = (CommitteeKey, Vec<SecretShare>);

pub(crate) fn key_ceremony(record: &mut impl Record) -> Keys {
    let names: Vec<String> = (0..3).map(person).collect();
    for (number, name) in names.iter().enumerate() {
        let member = b64::encode(&secret(number).member().encode());
        commit(record, Some(name), MemberKeyStated { member });
    }
    let members = names.iter().map(|name| key_id(name)).collect();
    let planned = CommitteePlanned { base: KeyBase::Fresh, key_epoch: 1, members, threshold: 2 };
    let plan = commit(record, None, planned);
    let members: Vec<_> = (0..3).map(|number| secret(number).member()).collect();
    let agreed = Plan::fresh(KeyEpoch(1), &plan.digest(), &members, 2).unwrap();
    let mut ceremony = Ceremony::new(agreed.clone());
    for (number, name) in names.iter().enumerate() {
        let dealing = agreed.deal(&secret(number), None, &[7; 32]).unwrap();
        let statement = b64::encode(&dealing.encode());
        commit(record, Some(name), CommitteeDealt { statement });
        ceremony = ceremony.step(&Event::Statement(dealing)).unwrap();
    }
    commit(record, None, DealingEnded { plan });
    *record.now() += HOUR;
    let ended = ceremony.step(&Event::EndDealing).unwrap().step(&Event::EndComplaints).unwrap();
    let outcome = ended.outcome().unwrap();
    let key = b64::encode(&outcome.key().encode());
    commit(record, None, CommitteeKeyed { key, plan });
    let shares = (0..3).map(|number| outcome.share(&secret(number)).unwrap()).collect();
    (outcome.key().clone(), shares)
}

/// Closes the epoch of the last statement, and publishes a round at its date.
pub(crate) fn draw(record: &mut impl Record, (key, shares): &Keys, round: u64) {
    let at = record.world().record(record.id()).unwrap().last;
    let closed = record.world().closing(record.id(), at).unwrap().unwrap();
    *record.now() += HOUR;
    commit(record, None, closed);
    *record.now() = i64::try_from(round).unwrap() * HOUR;
    let partials: Vec<_> = shares[..2].iter().map(|share| Round(round).sign(share)).collect();
    let beacon = Beacon::combine(Round(round), key, &partials).unwrap();
    commit(record, None, BeaconPublished { beacon: b64::encode(&beacon.encode()) });
}

/// Nobody answers, a panel is drawn, and so many of it uphold; it is stated to the day on which nobody has appealed.
pub(crate) fn hear(
    record: &mut impl Record,
    keys: &Keys,
    complaint: Opened,
    upholding: u32,
) -> StatementId {
    let case = plead(record, Some("person 20"), complaint).unwrap();
    *record.now() += 3 * DAY + 1;
    let round = u64::try_from(*record.now() / HOUR).unwrap() + 2;
    let at = Time::from_unix(*record.now() + 1);
    let snapshot = record.world().appeal_pool_for(record.id(), case, at).unwrap();
    plead(record, None, PanelCalled { case, round, snapshot }).unwrap();
    draw(record, keys, round);
    let members: Vec<KeyId> = record.world().appeal_panel_for(record.id(), case).unwrap();
    let seated = plead(record, None, PanelSeated { case, members: members.clone() }).unwrap();
    let names = (0..24).map(person).filter(|name| members.contains(&key_id(name)));
    for name in names.take(upholding as usize) {
        let (code, finding) = (Code::RuleMisapplied, Finding::Upheld);
        let reason = "it is as the complaint says".to_owned();
        plead(record, Some(&name), Decided { case, code, finding, reason, seated }).unwrap();
    }
    *record.now() += 3 * DAY + 1;
    let finding = if 3 <= upholding { Finding::Upheld } else { Finding::Dismissed };
    plead(record, None, Closed { case, dismissing: 0, finding, upholding }).unwrap();
    case
}

/// The window for an appeal passes, and somebody says something.
pub(crate) fn settle(record: &mut impl Record) {
    *record.now() += 3 * DAY + 1;
    let fact = ConstitutionFact::from(LeaveChanged { on_leave: true });
    record.say(Some("person 19"), (fact.kind(), fact.encode().unwrap())).unwrap();
}
