//! A constitution under random statements: what the record would ask next, the same spoiled, and bodies out of bytes.

use comity_constitution::chamber::Choice;
use comity_constitution::facts::{
    BallotCast, Change, Decided, Extended, FirstLight, Founded, IdentitySignalled,
    IdentityVerified, Instrument, LeaveChanged, Proposed, Recused, Signal, Sponsored, Vetoed,
    Withdrawn,
};
use comity_constitution::polity::Stamp;
use comity_constitution::vote::EpochClose;
use comity_constitution::{Chain as _, ConstitutionFact, Polity, Stage};
use comity_wire::{Digest, KeyId, StatementId, Time, sha256};

use self::around::Around;
use self::scene::{DAY, PEOPLE, around, key, keys, publish};
use crate::input::Input;
use crate::oracle;

pub mod appeal;
#[path = "../../crates/constitution/tests/it/around.rs"]
mod around;
mod scene;

struct Run<'a> {
    input: Input<'a>,
    keys: Vec<KeyId>,
    around: Around,
    polity: Polity,
    at: Time,
    statements: u64,
    /// Proposals and decisions, whether they were accepted or not.
    questions: Vec<StatementId>,
}

impl Run<'_> {
    fn question(&mut self) -> StatementId {
        let any = StatementId::from_digest(Digest::ZERO);
        if self.questions.is_empty() { any } else { self.input.pick(&self.questions) }
    }

    fn digest(&mut self) -> Digest {
        sha256(&[self.input.byte() % 4])
    }

    fn change(&mut self) -> Change {
        let files: Vec<Digest> =
            self.around.parameters.keys().chain(self.around.charters.keys()).copied().collect();
        let instrument = self.input.pick(&Instrument::ALL);
        let in_force = match instrument {
            Instrument::Charter => self.polity.charter(),
            Instrument::Parameters => self.polity.parameters(),
        };
        let from = if self.input.once_in(8) { self.input.pick(&files) } else { in_force };
        Change { from, instrument, to: self.input.pick(&files) }
    }

    /// What somebody might say next.
    fn fact(&mut self) -> Option<ConstitutionFact> {
        let fact = match self.input.byte() % 18 {
            0 => {
                let charter = self.polity.charter();
                Founded { charter, founder: self.keys[0].clone() }.into()
            }
            1 | 2 => {
                let actor = self.input.pick(&self.keys);
                let until = self.at.plus(i64::from(self.input.byte()) * 2 * DAY);
                IdentityVerified { actor, until }.into()
            }
            3 => {
                let (actor, evidence) = (self.input.pick(&self.keys), self.digest());
                let signal = self.input.pick(&Signal::ALL);
                IdentitySignalled { actor, evidence, signal }.into()
            }
            4 => LeaveChanged { on_leave: self.input.once_in(2) }.into(),
            5 => Extended { report: self.digest() }.into(),
            6 => {
                let change = if self.input.once_in(2) { Some(self.change()) } else { None };
                Decided { change, text: self.digest() }.into()
            }
            7 => FirstLight { evidence: self.digest() }.into(),
            8 => Proposed { change: self.change(), text: self.digest() }.into(),
            9 => Sponsored { amendment: self.question() }.into(),
            10 => Withdrawn { amendment: self.question() }.into(),
            11 => Vetoed { amendment: self.question(), reasons: self.digest() }.into(),
            12 => Recused { question: self.question() }.into(),
            13 => {
                let (question, round) = (self.question(), self.around.latest_round() + 1);
                self.polity.pool_for(question, round, self.at, &self.around).ok()?.into()
            }
            14 => {
                let question = self.question();
                self.polity.seating_for(question, &self.around).ok()?.into()
            }
            15 => self.ballot()?.into(),
            16 => {
                let question = self.question();
                self.polity.count_for(question, self.at).ok()?.into()
            }
            _ => {
                let amendment = self.question();
                self.polity.activation_of(amendment).ok()?.into()
            }
        };
        Some(fact)
    }

    fn ballot(&mut self) -> Option<BallotCast> {
        let question = self.question();
        self.ballot_on(question)
    }

    fn ballot_on(&mut self, question: StatementId) -> Option<BallotCast> {
        let amendment = self.polity.amendment(question)?;
        let sitting = amendment.vote()?.seated_by()?;
        let charter = amendment.terms().charter.hash();
        let choice = self.input.pick(&[Choice::Yes, Choice::Yes, Choice::No, Choice::Abstain]);
        Some(BallotCast { charter, choice, question, sitting })
    }

    /// A body out of bytes, under any kind of this room.
    fn bytes(&mut self) -> Option<ConstitutionFact> {
        let kind = self.input.pick(ConstitutionFact::KINDS);
        let body = scene::body(&mut self.input)?;
        scene::read(ConstitutionFact::decode(kind, &body))
    }

    fn say(&mut self, fact: &ConstitutionFact) {
        let is_authority = self.input.once_in(2);
        let by = if is_authority { key(99) } else { self.input.pick(&self.keys) };
        // Whoever has something to say about a vote is mostly a member of it.
        let by = self.member(fact).filter(|_| !self.input.once_in(4)).unwrap_or(by);
        self.say_as(&by, fact);
    }

    fn say_as(&mut self, by: &KeyId, fact: &ConstitutionFact) {
        self.statements += 1;
        let id = StatementId::from_digest(sha256(&self.statements.to_be_bytes()));
        let (by, is_authority) = (by.clone(), *by == key(99));
        let stamp = Stamp { id, by, is_authority, at: self.at };
        if matches!(fact, ConstitutionFact::Proposed(_) | ConstitutionFact::Decided(_)) {
            self.questions.push(id);
        }
        let before = self.polity.clone();
        if let Err(refusal) = self.polity.apply(&stamp, fact, &self.around) {
            oracle::refusal(refusal.code(), &refusal);
            assert_eq!(self.polity, before, "a refusal changes nothing");
        }
        self.check(&before);
    }

    /// Whatever leads an amendment on, so that random bytes reach its end too.
    fn lead_on(&mut self) -> Option<()> {
        let (id, clerk) = (self.question(), key(99));
        let amendment = self.polity.amendment(id)?.clone();
        let needed = amendment.terms().charter.amendment().sponsors_min;
        if (amendment.sponsors().len() as u64) < needed {
            let sponsor = self.input.pick(&self.keys);
            self.say_as(&sponsor, &Sponsored { amendment: id }.into());
        } else if let Ok(activation) = self.polity.activation_of(id) {
            self.around.certified.insert(activation.decision, true);
            self.say_as(&clerk, &activation.into());
        } else if let Some(round) = amendment.vote().and_then(|vote| vote.awaits_round()) {
            let (commitment, nonce) = (self.digest(), self.digest());
            let close = EpochClose { commitment, nonce };
            self.polity.epoch_closed(self.at, &close, &self.around);
            publish(&mut self.around, round);
            let seating = self.polity.seating_for(id, &self.around).ok()?;
            self.say_as(&clerk, &seating.into());
        } else if let Some(sitting) = amendment.vote().and_then(|vote| vote.sitting()) {
            for member in sitting.members() {
                let mut ballot = self.ballot_on(id)?;
                ballot.choice = if self.input.once_in(6) { Choice::No } else { Choice::Yes };
                self.say_as(member, &ballot.into());
            }
            let count = self.polity.count_for(id, self.at).ok()?;
            self.say_as(&clerk, &count.into());
        } else {
            if let Some(until) = amendment.waits_until() {
                self.at = self.at.max(until.plus(1));
            }
            let round = self.around.latest_round() + 1;
            let pool = self.polity.pool_for(id, round, self.at, &self.around).ok()?;
            self.say_as(&clerk, &pool.into());
        }
        Some(())
    }

    fn member(&mut self, fact: &ConstitutionFact) -> Option<KeyId> {
        let ConstitutionFact::BallotCast(ballot) = fact else { return None };
        let members = self.polity.amendment(ballot.question)?.vote()?.sitting()?.members();
        let members: Vec<KeyId> = members.iter().cloned().collect();
        Some(self.input.pick(&members))
    }

    fn check(&self, before: &Polity) {
        let Self { polity, around, keys, .. } = self;
        assert!(around.parameters.contains_key(&polity.parameters()));
        assert!(around.charters.contains_key(&polity.charter()));
        assert!(
            polity.phase().phase().is_none() || before.phase().phase() <= polity.phase().phase()
        );
        for (id, amendment) in polity.amendments() {
            let machines = &keys[usize::from(PEOPLE)..];
            assert!(!machines.iter().any(|machine| amendment.served().contains(machine)));
            if let Some(old) = before.amendment(id).filter(|old| old.stage().is_end()) {
                assert_eq!(old.stage(), amendment.stage(), "an end is an end");
            }
            if amendment.stage() == Stage::Activated {
                let decision = amendment.decision().expect("what was activated was decided");
                assert_eq!(around.certified.get(&decision), Some(&true));
            }
        }
    }

    fn step(&mut self) {
        match self.input.byte() % 16 {
            0 => self.at = self.at.plus(i64::from(self.input.byte()) * DAY / 8),
            1 => {
                let close = EpochClose { commitment: self.digest(), nonce: self.digest() };
                let before = self.polity.clone();
                self.polity.epoch_closed(self.at, &close, &self.around);
                self.check(&before);
            }
            2 => {
                let round = self.around.latest_round() + 1;
                publish(&mut self.around, round);
            }
            3 => {
                let id = self.question();
                let decision = self.polity.amendment(id).and_then(|it| it.decision().ok());
                if let Some(decision) = decision {
                    let is_final = self.input.once_in(2);
                    let known = self.around.certified.entry(decision).or_default();
                    *known |= is_final;
                }
            }
            4 => {
                if let Some(fact) = self.bytes() {
                    self.say(&fact);
                }
            }
            5..=8 => {
                let before = self.polity.clone();
                // Whatever cannot be led on stays where it is.
                let _ = self.lead_on();
                self.check(&before);
            }
            _ => {
                if let Some(fact) = self.fact() {
                    self.say(&fact);
                }
            }
        }
    }
}

pub fn run(data: &[u8]) {
    let (keys, around) = (keys(), around());
    let at = Time::from_unix(1_000_000_000);
    let polity = scene::founded(at, &around);
    let input = Input::new(data);
    let mut run = Run { input, keys, around, polity, at, statements: 0, questions: Vec::new() };
    // Half of the inputs begin with everybody verified, where there is more to do.
    if run.input.once_in(2) {
        run.statements = scene::verify_all(&mut run.polity, at, &run.around);
    }
    for _ in 0..96 {
        if run.input.is_empty() {
            break;
        }
        run.step();
    }
}
