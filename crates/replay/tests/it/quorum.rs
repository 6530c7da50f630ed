//! A senate with a committee of three: key, beacon, certificates, anchors, and the votes that they make possible.

use comity_bls::{
    Beacon, Ceremony, Certificate, CommitteeKey, Decision, Event, KeyEpoch, Kind, MemberSecret,
    Plan, Round, SecretShare,
};
use comity_commitment::{
    Anchored, BeaconPublished, Block, Certified, ChainRef, CommitmentFact, CommitteeDealt,
    CommitteeKeyed, CommitteePlanned, DealingEnded, Item, ItemKind, KeyBase, Layer, LifecycleEvent,
    MemberKeyStated,
};
use comity_constitution::chamber::{Choice, Verdict};
use comity_constitution::facts::{BallotCast, Change, SittingClosed};
use comity_constitution::vote::Poll;
use comity_replay::Refusal;
use comity_wire::{Digest, StatementId, Time, b64, sha256};

use crate::scene::key;
use crate::senate::{PEOPLE, Senate, person};

const HOUR: i64 = 3_600;
/// Members of the committee: people like others.
const MEMBERS: [usize; 3] = [21, 22, 23];

/// A senate and the shares of its committee.
#[derive(Debug)]
pub(crate) struct Quorum {
    pub(crate) senate: Senate,
    key: CommitteeKey,
    shares: Vec<SecretShare>,
}

fn secret(number: usize) -> MemberSecret {
    MemberSecret::from_seed(sha256(person(number).as_bytes()).as_bytes())
}

fn state(senate: &mut Senate, by: Option<usize>, fact: impl Into<CommitmentFact>) -> StatementId {
    let (fact, name) = (fact.into(), by.map(person));
    senate.state(name.as_deref(), (fact.kind(), fact.encode().unwrap())).unwrap()
}

/// These people make a key.
fn make_key(
    senate: &mut Senate,
    people: [usize; 3],
    key_epoch: u64,
) -> (CommitteeKey, Vec<SecretShare>) {
    for number in people {
        let member = b64::encode(&secret(number).member().encode());
        state(senate, Some(number), MemberKeyStated { member });
    }
    let members = people.map(|number| key(&person(number)).public().key_id()).to_vec();
    let planned = CommitteePlanned { base: KeyBase::Fresh, key_epoch, members, threshold: 2 };
    let plan = state(senate, None, planned);
    let members = people.map(|number| secret(number).member());
    let agreed = Plan::fresh(KeyEpoch(key_epoch), &plan.digest(), &members, 2).unwrap();
    let mut ceremony = Ceremony::new(agreed.clone());
    for number in people {
        let dealing = agreed.deal(&secret(number), None, &[7; 32]).unwrap();
        let statement = b64::encode(&dealing.encode());
        state(senate, Some(number), CommitteeDealt { statement });
        ceremony = ceremony.step(&Event::Statement(dealing)).unwrap();
    }
    state(senate, None, DealingEnded { plan });
    senate.now += HOUR;
    let ended = ceremony.step(&Event::EndDealing).unwrap().step(&Event::EndComplaints).unwrap();
    let outcome = ended.outcome().unwrap();
    let stated = b64::encode(&outcome.key().encode());
    state(senate, None, CommitteeKeyed { key: stated, plan });
    let shares = people.map(|number| outcome.share(&secret(number)).unwrap()).to_vec();
    (outcome.key().clone(), shares)
}

impl Quorum {
    /// In G1, with a committee that has its key.
    pub(crate) fn ready() -> Self {
        let mut senate = Senate::ready();
        let (key, shares) = make_key(&mut senate, MEMBERS, 1);
        let mut quorum = Self { senate, key, shares };
        quorum.next_epoch();
        quorum
    }

    /// Other people make the next key, which counts from the next epoch on.
    pub(crate) fn rotate(&mut self, people: [usize; 3]) {
        let key_epoch = self.key.epoch().0 + 1;
        (self.key, self.shares) = make_key(&mut self.senate, people, key_epoch);
        self.next_epoch();
    }

    fn epoch(&self) -> u64 {
        u64::try_from(self.senate.now / HOUR).unwrap()
    }

    pub(crate) fn next_epoch(&mut self) {
        self.senate.now += HOUR - self.senate.now.rem_euclid(HOUR);
    }

    /// Publishes the beacon of the current epoch.
    pub(crate) fn publish(&mut self) {
        self.try_publish().unwrap();
    }

    pub(crate) fn try_publish(&mut self) -> Result<StatementId, Refusal> {
        let round = Round(self.epoch());
        let partials: Vec<_> = self.shares.iter().map(|share| round.sign(share)).collect();
        let beacon = Beacon::combine(round, &self.key, &partials).unwrap();
        let fact = CommitmentFact::from(BeaconPublished { beacon: b64::encode(&beacon.encode()) });
        self.senate.state(None, (fact.kind(), fact.encode().unwrap()))
    }

    /// What cannot wait for the close of an epoch, in the order of the record.
    pub(crate) fn events(&self) -> Vec<LifecycleEvent> {
        let items = self.senate.world.record(self.senate.id).unwrap().anchors().items().iter();
        let event = |item: &Item| match item.kind {
            ItemKind::Event(event) => Some(event),
            ItemKind::Epoch(_) => None,
        };
        items.filter_map(event).collect()
    }

    /// A pool under the commitment of this epoch, drawn with the beacon of the next.
    pub(crate) fn seat(&mut self, amendment: StatementId) -> StatementId {
        let round = self.epoch() + 1;
        let pool = self.senate.pool(amendment, round);
        self.senate.say(None, pool).unwrap();
        let at = self.senate.world.record(self.senate.id).unwrap().last;
        let closed = self.senate.world.closing(self.senate.id, at).unwrap().unwrap();
        self.senate.commit(closed);
        self.next_epoch();
        self.publish();
        let seating = self.senate.world.seating_for(self.senate.id, amendment).unwrap();
        self.senate.say(None, seating).unwrap()
    }

    /// Numbers of the members of the chamber that sits.
    pub(crate) fn members(&self, amendment: StatementId) -> Vec<usize> {
        let members = self.senate.vote(amendment).sitting().unwrap().members();
        let is_member = |number: &usize| members.contains(&key(&person(*number)).public().key_id());
        (0..PEOPLE).filter(is_member).collect()
    }

    /// So many say yes, all others no; the count.
    pub(crate) fn vote(&mut self, amendment: StatementId, yes: usize, verdict: Verdict) -> Poll {
        let sitting = self.senate.vote(amendment).seated_by().unwrap();
        let charter = self.senate.polity().charter();
        for (at, number) in self.members(amendment).into_iter().enumerate() {
            let choice = if at < yes { Choice::Yes } else { Choice::No };
            let ballot = BallotCast { charter, choice, question: amendment, sitting };
            self.senate.say(Some(&person(number)), ballot).unwrap();
        }
        let poll = self.senate.vote(amendment).poll();
        let at = Time::from_unix(self.senate.now + 1);
        let count = self.senate.polity().count_for(amendment, at).unwrap();
        let expected = SittingClosed { verdict, ..count };
        assert_eq!(count, expected);
        self.senate.say(None, count).unwrap();
        poll
    }

    /// Proposed, and passed by three chambers in which all say yes.
    pub(crate) fn confirmed(&mut self, change: Change) -> StatementId {
        let amendment = self.senate.proposed(change);
        self.carry(amendment);
        amendment
    }

    /// Passed by three chambers in which all say yes.
    pub(crate) fn carry(&mut self, amendment: StatementId) {
        for poll in [Poll::Proposal, Poll::Ratification, Poll::Challenge] {
            self.wait(amendment);
            assert_eq!(self.unanimous(amendment), poll);
        }
    }

    /// Past the challenge window or the cooling-off, if the amendment is in one.
    pub(crate) fn wait(&mut self, amendment: StatementId) {
        let until = self.senate.polity().amendment(amendment).unwrap().waits_until();
        if let Some(until) = until {
            self.senate.now = until.unix();
            self.next_epoch();
        }
    }

    /// The chamber that is due is seated, and all say yes.
    pub(crate) fn unanimous(&mut self, amendment: StatementId) -> Poll {
        self.seat(amendment);
        let seats = self.members(amendment).len();
        self.vote(amendment, seats, Verdict::Passed)
    }

    /// The committee certifies a digest as a decision.
    pub(crate) fn certify(&mut self, decision: Digest) {
        let parameters = self.senate.polity().parameters();
        let epoch = self.epoch();
        let decision = Decision { kind: Kind::Decision, epoch, commitment: decision, parameters };
        let partials: Vec<_> = self.shares.iter().map(|share| decision.sign(share)).collect();
        let certificate = Certificate::combine(decision, &self.key, &partials).unwrap();
        let certificate = b64::encode(&certificate.encode());
        state(&mut self.senate, None, Certified { certificate, window_to: None });
    }

    /// Anchors everything that waits, deep enough to be final.
    pub(crate) fn anchor(&mut self) {
        let anchors = self.senate.world.record(self.senate.id).unwrap().anchors();
        let window = anchors.window(anchors.items().len() as u64 - 1).unwrap();
        let now = self.senate.now;
        let number = u64::try_from(now).unwrap();
        let anchored = Anchored {
            block: Block { hash: sha256(b"block"), number, time: Time::from_unix(now) },
            chain: ChainRef { id: 1, name: "Ethereum".to_owned() },
            contract: String::new(),
            depth: 64,
            layer: Layer::L1,
            payload: window.payload().unwrap(),
            transaction: sha256(&now.to_be_bytes()),
            window,
        };
        state(&mut self.senate, None, anchored);
    }
}
