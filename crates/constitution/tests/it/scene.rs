//! A record around a constitution, made of plain values: twenty-four people, two machines, small chambers.

use std::collections::BTreeSet;
use std::sync::Arc;

use comity_constitution::chamber::{Choice, Sitting, Verdict};
use comity_constitution::facts::{
    Activated, BallotCast, ChamberSeated, Change, Founded, IdentityVerified, Instrument,
    PoolCommitted, Proposed, SittingClosed, Sponsored,
};
use comity_constitution::polity::Stamp;
use comity_constitution::vote::{EpochClose, Poll, Vote};
use comity_constitution::{
    ActorKind, Charter, CharterFile, ConstitutionFact, ConstitutionRefusal, Member, Nano,
    ParameterFile, Parameters, Polity,
};
use comity_wire::{Digest, KeyId, StatementId, Time, sha256};

use crate::around::Around;

pub(crate) const DAY: i64 = 86_400;
pub(crate) const START: i64 = 1_000_000_000;
/// People 0 to 23 are the ones whom chambers are drawn from; the founder is person 24.
pub(crate) const PEOPLE: u8 = 24;
pub(crate) const FOUNDER: u8 = 24;
/// Numbers of machines.
pub(crate) const MACHINES: [u8; 2] = [40, 41];

pub(crate) fn key(number: u8) -> KeyId {
    let letters = b"abcdefghijk";
    let [tens, ones] = [number / 10, number % 10].map(|it| char::from(letters[usize::from(it)]));
    KeyId::parse(&format!("did:key:z6Mk{tens}{ones}")).unwrap()
}

pub(crate) fn digest(name: &str) -> Digest {
    sha256(name.as_bytes())
}

/// Small chambers, and phases that two dozen people pass through.
pub(crate) fn peopled_charter() -> CharterFile {
    let mut file = Charter::small().to_file();
    file.phases.g1_humans_max = 60;
    file.phases.g2_humans_max = 90;
    file
}

fn member(number: u8) -> Member {
    let kind = if MACHINES.contains(&number) { ActorKind::Machine } else { ActorKind::Human };
    Member {
        kind,
        region: format!("r{}", number % 5),
        organisation: format!("o{}", number % 7),
        trust: Nano::new(900_000_000),
        is_suspended: false,
    }
}

/// A constitution and what is around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    pub(crate) around: Around,
    pub(crate) polity: Polity,
    pub(crate) now: i64,
    pub(crate) round: u64,
    statements: u64,
    epochs: u64,
    /// Whether ids follow from what is said and epochs take no time, so that what was reached in two ways is one state.
    pub(crate) is_timeless: bool,
}

pub(crate) type Said = Result<StatementId, ConstitutionRefusal>;

fn around() -> Around {
    let numbers = (0..=FOUNDER).chain(MACHINES);
    let mut around = Around {
        members: numbers.map(|number| (key(number), member(number))).collect(),
        ..Around::default()
    };
    let founding = Parameters::founding();
    Arc::make_mut(&mut around.parameters).insert(founding.hash(), founding);
    around
}

/// The authority's key, which is no actor's.
pub(crate) fn authority() -> KeyId {
    key(99)
}

fn stamp(number: u64, by: Option<u8>, at: i64) -> Stamp {
    Stamp {
        id: StatementId::from_digest(sha256(&number.to_be_bytes())),
        by: by.map_or_else(authority, key),
        is_authority: by.is_none(),
        at: Time::from_unix(at),
    }
}

impl Scene {
    /// Just founded, nobody verified: G0.
    pub(crate) fn founded() -> Self {
        Self::founded_with(peopled_charter())
    }

    pub(crate) fn founded_with(file: CharterFile) -> Self {
        let mut around = around();
        let charter = Charter::new(file).unwrap();
        let fact = Founded { charter: charter.hash(), founder: key(FOUNDER) };
        Arc::make_mut(&mut around.charters).insert(charter.hash(), charter);
        let parameters = Parameters::founding().hash();
        let polity = Polity::found(&stamp(0, None, START), &fact, parameters, &around).unwrap();
        Self { around, polity, now: START, round: 0, statements: 0, epochs: 0, is_timeless: false }
    }

    /// Everybody verified and counted: G1.
    pub(crate) fn peopled() -> Self {
        let mut scene = Self::founded();
        scene.verify_all();
        scene.close_epoch();
        scene
    }

    pub(crate) fn verify_all(&mut self) {
        for number in 0..PEOPLE {
            let until = Time::from_unix(self.now + 365 * DAY);
            self.say(None, IdentityVerified { actor: key(number), until }).unwrap();
        }
    }

    /// States a fact at the current time, by a person or by the authority.
    pub(crate) fn say(&mut self, by: Option<u8>, fact: impl Into<ConstitutionFact>) -> Said {
        let fact = fact.into();
        let mut stamp = self.stamp(by);
        if self.is_timeless {
            stamp.id = StatementId::from_digest(sha256(format!("{by:?} {fact:?}").as_bytes()));
        }
        let before = self.polity.clone();
        let said = self.polity.apply(&stamp, &fact, &self.around);
        // Models try thousands of statements that are refused.
        if said.is_err() && !self.is_timeless {
            assert_eq!(self.polity, before, "a refusal changes nothing");
        }
        said.map(|()| stamp.id)
    }

    pub(crate) fn code(
        &mut self,
        by: Option<u8>,
        fact: impl Into<ConstitutionFact>,
    ) -> &'static str {
        self.say(by, fact).map_or_else(|refusal| refusal.code(), |_| "accepted")
    }

    fn stamp(&mut self, by: Option<u8>) -> Stamp {
        if !self.is_timeless {
            self.statements += 1;
        }
        stamp(self.statements, by, self.now)
    }

    /// A statement of another room.
    pub(crate) fn other_statement(&mut self, by: u8) {
        let stamp = self.stamp(Some(by));
        self.polity.signed(&stamp, &self.around);
    }

    pub(crate) fn pass(&mut self, seconds: i64) {
        self.now += seconds;
    }

    pub(crate) fn close_epoch(&mut self) {
        if !self.is_timeless {
            self.epochs += 1;
            self.pass(3_600);
        }
        let named = |what: &str| sha256(format!("{what} {}", self.epochs).as_bytes());
        let close = EpochClose { commitment: named("commitment"), nonce: named("nonce") };
        self.polity.epoch_closed(Time::from_unix(self.now), &close, &self.around);
    }

    /// Publishes the next round of the beacon.
    pub(crate) fn publish(&mut self) -> u64 {
        self.round += 1;
        self.around.beacons.insert(self.round, sha256(&self.round.to_be_bytes()));
        self.round
    }

    pub(crate) fn parameters(&mut self, change: impl FnOnce(&mut ParameterFile)) -> Change {
        let from = self.polity.parameters();
        let mut file = self.around.parameters[&from].to_file();
        change(&mut file);
        let file = Parameters::new(file).unwrap();
        let to = file.hash();
        Arc::make_mut(&mut self.around.parameters).insert(to, file);
        Change { from, instrument: Instrument::Parameters, to }
    }

    pub(crate) fn charter(&mut self, change: impl FnOnce(&mut CharterFile)) -> Change {
        let from = self.polity.charter();
        let mut file = self.around.charters[&from].to_file();
        change(&mut file);
        let file = Charter::new(file).unwrap();
        let to = file.hash();
        Arc::make_mut(&mut self.around.charters).insert(to, file);
        Change { from, instrument: Instrument::Charter, to }
    }

    /// A change of the parameters that is not entrenched.
    pub(crate) fn ordinary(&mut self) -> Change {
        self.parameters(|file| file.trust.volume_half += 1)
    }

    /// A change of the parameters that is.
    pub(crate) fn entrenched(&mut self) -> Change {
        self.parameters(|file| file.governance.challenge_window_s += 1)
    }

    pub(crate) fn propose(&mut self, by: u8, change: Change) -> Said {
        self.say(Some(by), Proposed { change, text: digest("reasons") })
    }

    /// Proposed by person 0 and sponsored by person 1.
    pub(crate) fn sponsored(&mut self, change: Change) -> StatementId {
        let amendment = self.propose(0, change).unwrap();
        self.say(Some(1), Sponsored { amendment }).unwrap();
        amendment
    }

    /// The pool as it would be stated now, for any poll.
    pub(crate) fn pool(&self, question: StatementId, poll: Poll, round: u64) -> PoolCommitted {
        let at = Time::from_unix(self.now);
        let pool = self.polity.pool_for(question, round, at, &self.around);
        PoolCommitted { poll, ..pool.unwrap() }
    }

    pub(crate) fn vote(&self, question: StatementId) -> Option<Vote> {
        if let Some(amendment) = self.polity.amendment(question) {
            return amendment.vote().cloned();
        }
        self.polity.decision(question)?.vote().map(|(vote, _)| vote.clone())
    }

    /// The seating that the beacon has drawn.
    pub(crate) fn seating(&self, question: StatementId) -> ChamberSeated {
        self.polity.seating_for(question, &self.around).unwrap()
    }

    /// Pool, epoch, beacon, chamber: the statement that seats it.
    pub(crate) fn seat(&mut self, question: StatementId, poll: Poll) -> StatementId {
        let pool = self.pool(question, poll, self.round + 1);
        self.say(None, pool).unwrap();
        self.close_epoch();
        self.publish();
        let seating = self.seating(question);
        self.say(None, seating).unwrap()
    }

    pub(crate) fn members(&self, question: StatementId) -> Vec<u8> {
        let vote = self.vote(question).unwrap();
        let members = vote.sitting().unwrap().members().clone();
        (0..=FOUNDER).filter(|number| members.contains(&key(*number))).collect()
    }

    pub(crate) fn ballot(&self, question: StatementId, choice: Choice) -> BallotCast {
        let vote = self.vote(question).unwrap();
        let charter = match self.polity.amendment(question) {
            Some(amendment) => amendment.terms().charter.hash(),
            None => self.polity.charter(),
        };
        BallotCast { charter, choice, question, sitting: vote.seated_by().unwrap() }
    }

    /// So many yes, then no, then abstentions, by the members in order of their numbers.
    pub(crate) fn cast(&mut self, question: StatementId, counts: [usize; 3]) {
        let choices = [Choice::Yes, Choice::No, Choice::Abstain];
        let all = choices.into_iter().zip(counts);
        let all = all.flat_map(|(choice, count)| std::iter::repeat_n(choice, count));
        for (number, choice) in self.members(question).into_iter().zip(all) {
            let ballot = self.ballot(question, choice);
            self.say(Some(number), ballot).unwrap();
        }
    }

    /// The count as it would be stated now.
    pub(crate) fn count(&self, question: StatementId, verdict: Verdict) -> SittingClosed {
        let vote = self.vote(question).unwrap();
        let (yes, no, abstain) = vote.sitting().map_or((0, 0, 0), Sitting::counts);
        SittingClosed { abstain, no, poll: vote.poll(), question, verdict, yes }
    }

    /// Seats a chamber in which all say yes, and counts.
    pub(crate) fn approve(&mut self, question: StatementId, poll: Poll) {
        self.seat(question, poll);
        let seats = self.members(question).len();
        self.cast(question, [seats, 0, 0]);
        let count = self.polity.count_for(question, Time::from_unix(self.now)).unwrap();
        assert_eq!(count, self.count(question, Verdict::Passed));
        self.say(None, count).unwrap();
    }

    /// Everything up to the committee.
    pub(crate) fn confirmed(&mut self, change: Change) -> StatementId {
        let amendment = self.sponsored(change);
        self.confirm(amendment);
        amendment
    }

    pub(crate) fn confirm(&mut self, amendment: StatementId) {
        self.approve(amendment, Poll::Proposal);
        self.approve(amendment, Poll::Ratification);
        self.wait(amendment);
        self.approve(amendment, Poll::Challenge);
        if self.polity.amendment(amendment).unwrap().waits_until().is_some() {
            self.wait(amendment);
            self.approve(amendment, Poll::Confirmation);
        }
    }

    /// Until the challenge window or the cooling-off is over.
    pub(crate) fn wait(&mut self, amendment: StatementId) {
        let until = self.polity.amendment(amendment).unwrap().waits_until().unwrap();
        self.now = until.unix() + 1;
    }

    pub(crate) fn certify(&mut self, amendment: StatementId, is_final: bool) {
        let decision = self.polity.amendment(amendment).unwrap().decision().unwrap();
        self.around.certified.insert(decision, is_final);
    }

    pub(crate) fn activation(&self, amendment: StatementId) -> Activated {
        self.polity.activation_of(amendment).unwrap()
    }

    pub(crate) fn activate(&mut self, amendment: StatementId) -> Said {
        let fact = self.activation(amendment);
        self.say(None, fact)
    }

    /// The members of every chamber so far, and whoever proposed and sponsored.
    pub(crate) fn involved(&self, amendment: StatementId) -> BTreeSet<KeyId> {
        let found = self.polity.amendment(amendment).unwrap();
        found.served().union(found.sponsors()).cloned().collect()
    }
}
