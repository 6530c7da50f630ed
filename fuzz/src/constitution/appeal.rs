//! Cases under random lists of statements: what parties, panellists and the clerk would say next, the same spoiled, and
//! bodies out of bytes. The fold over all that was accepted, from the beginning, gives the state that was reached.

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::appeal::facts::{
    Appealed, Closed, Decided, Opened, PanelCalled, PanelSeated, Responded,
};
use comity_constitution::appeal::{Case, Code, Effect, Finding, Ground, Settled, Standing};
use comity_constitution::polity::Stamp;
use comity_constitution::vote::EpochClose;
use comity_constitution::{AppealFact, Appeals, Chain as _, Charter, Polity};
use comity_wire::{Digest, KeyId, StatementId, Time, sha256};

use super::around::Around;
use super::scene::{self, DAY, PEOPLE, key, keys, publish};
use crate::input::Input;
use crate::oracle;

const CODES: [Code; 5] = [
    Code::EvidenceSupports,
    Code::EvidenceInsufficient,
    Code::RuleFollowed,
    Code::RuleMisapplied,
    Code::OutOfScope,
];

/// What has changed the state, or may have.
#[derive(Clone, Debug)]
enum Event {
    Said(Stamp, AppealFact),
    EpochClosed(EpochClose),
    Published(u64),
    Taken(Time),
}

/// The cases, and the only thing around them that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Court {
    appeals: Appeals,
    around: Around,
}

impl Court {
    /// Folds one event; what became final, or the refusal.
    fn fold(&mut self, event: &Event, polity: &Polity) -> Vec<Settled> {
        let Self { appeals, around } = self;
        match event {
            Event::Said(stamp, fact) => {
                if let Err(refusal) = appeals.apply(stamp, fact, polity, around) {
                    oracle::refusal(refusal.code(), &refusal);
                }
            }
            Event::EpochClosed(close) => appeals.epoch_closed(close, around),
            Event::Published(round) => publish(around, *round),
            Event::Taken(at) => return appeals.take_final(*at),
        }
        Vec::new()
    }
}

struct Run<'a> {
    input: Input<'a>,
    keys: Vec<KeyId>,
    charter: Charter,
    polity: Polity,
    start: Court,
    court: Court,
    at: Time,
    events: Vec<Event>,
    /// Who has a part in each case, the opener first.
    parties: BTreeMap<StatementId, Vec<KeyId>>,
    taken: BTreeSet<(StatementId, Ground)>,
}

impl Run<'_> {
    fn digest(&mut self) -> Digest {
        sha256(&[self.input.byte() % 8])
    }

    fn evidence(&mut self) -> Vec<Digest> {
        (0..self.input.below(4)).map(|_| self.digest()).collect()
    }

    fn case_id(&mut self) -> StatementId {
        let ids: Vec<StatementId> = self.parties.keys().copied().collect();
        let any = StatementId::from_digest(Digest::ZERO);
        if ids.is_empty() { any } else { self.input.pick(&ids) }
    }

    fn finding(&mut self) -> Finding {
        if self.input.once_in(2) { Finding::Dismissed } else { Finding::Upheld }
    }

    fn opened(&mut self) -> Opened {
        let (mut evidence, ground) = (self.evidence(), self.input.pick(&Ground::ALL));
        if evidence.is_empty() && !self.input.once_in(4) {
            evidence.push(self.digest());
        }
        let count = self.input.below(3) + 1;
        let respondents = (0..count).map(|_| self.input.pick(&self.keys)).collect();
        let subject = StatementId::from_digest(self.digest());
        Opened { evidence, ground, respondents, subject }
    }

    fn decided(&mut self, case: StatementId) -> Decided {
        let seated = self.court.appeals.case(case).and_then(Case::seated_by);
        let reason = if self.input.once_in(8) { "  " } else { "it was shown" };
        Decided {
            case,
            code: self.input.pick(&CODES),
            finding: self.finding(),
            reason: reason.to_owned(),
            seated: seated.unwrap_or(case),
        }
    }

    fn called(&mut self, case: StatementId) -> Option<PanelCalled> {
        let Court { appeals, around } = &self.court;
        let snapshot = appeals.pool_for(case, self.at, &self.polity, around).ok()?;
        let round = around.latest_round() + 1 - u64::from(self.input.once_in(8));
        Some(PanelCalled { case, round, snapshot })
    }

    fn seated(&self, case: StatementId) -> Option<PanelSeated> {
        let members = self.court.appeals.panel_for(case, &self.court.around).ok()?;
        Some(PanelSeated { case, members })
    }

    fn counted(&self, case: StatementId) -> Option<Closed> {
        self.court.appeals.case(case)?.count(case, self.at).ok()
    }

    /// What somebody might say next.
    fn fact(&mut self) -> Option<AppealFact> {
        let case = self.case_id();
        Some(match self.input.byte() % 8 {
            0 | 1 => self.opened().into(),
            2 => {
                let (evidence, text) = (self.evidence(), self.digest());
                Responded { case, evidence, text }.into()
            }
            3 => self.called(case)?.into(),
            4 => self.seated(case)?.into(),
            5 => self.decided(case).into(),
            6 => self.counted(case)?.into(),
            _ => {
                let (evidence, text) = (self.evidence(), self.digest());
                Appealed { case, evidence, text }.into()
            }
        })
    }

    fn say(&mut self, fact: AppealFact) {
        let by = if self.input.once_in(2) { key(99) } else { self.input.pick(&self.keys) };
        self.say_as(&by, fact);
    }

    fn say_as(&mut self, by: &KeyId, fact: impl Into<AppealFact>) {
        let fact = fact.into();
        let number = 1_000 + self.events.len() as u64;
        let id = StatementId::from_digest(sha256(&number.to_be_bytes()));
        let is_authority = *by == key(99);
        let stamp = Stamp { id, by: by.clone(), is_authority, at: self.at };
        let before = self.court.clone();
        let Court { appeals, around } = &mut self.court;
        match appeals.apply(&stamp, &fact, &self.polity, around) {
            Ok(()) => {
                if let AppealFact::Opened(opened) = &fact {
                    let parties = [by].into_iter().chain(&opened.respondents).cloned().collect();
                    self.parties.insert(id, parties);
                }
                self.events.push(Event::Said(stamp, fact));
            }
            Err(refusal) => {
                oracle::refusal(refusal.code(), &refusal);
                assert_eq!(self.court, before, "a refusal changes nothing");
            }
        }
    }

    fn happen(&mut self, event: Event) {
        let settled = self.court.fold(&event, &self.polity);
        self.events.push(event);
        for Settled { subject, ground, effect } in settled {
            assert!(effect != Effect::PriorStateActive, "what is final says something");
            assert!(self.taken.insert((subject, ground)), "an outcome is taken once");
        }
    }

    /// Whatever leads a case on, so that random bytes reach its end too.
    fn lead_on(&mut self) -> Option<()> {
        let (id, clerk) = (self.case_id(), key(99));
        let case = self.court.appeals.case(id)?.clone();
        let parties = self.parties.get(&id)?.clone();
        match case.standing() {
            Standing::Responding => {
                if case.may_call(self.at, &self.court.around).is_err() {
                    let by = self.input.pick(&parties);
                    let (evidence, text) = (Vec::new(), self.digest());
                    self.say_as(&by, Responded { case: id, evidence, text });
                    self.at = self.at.plus(i64::from(self.input.byte() % 4) * DAY);
                } else if let Some(called) = self.called(id) {
                    self.say_as(&clerk, called);
                }
            }
            Standing::Called => {
                let (commitment, nonce) = (self.digest(), self.digest());
                self.happen(Event::EpochClosed(EpochClose { commitment, nonce }));
                self.happen(Event::Published(case.awaits_round()?));
                match self.seated(id) {
                    Some(seated) => self.say_as(&clerk, seated),
                    None => self.at = self.at.plus(DAY),
                }
            }
            Standing::Deliberating => {
                for member in case.panel() {
                    let decided = self.decided(id);
                    self.say_as(member, decided);
                }
                self.at = self.at.plus(i64::from(self.input.byte() % 4) * DAY);
                let counted = self.counted(id)?;
                self.say_as(&clerk, counted);
            }
            Standing::Decided => {
                if self.input.once_in(2) {
                    self.at = self.at.plus(15 * DAY);
                } else {
                    let by = self.input.pick(&parties);
                    let (evidence, text) = (Vec::new(), self.digest());
                    self.say_as(&by, Appealed { case: id, evidence, text });
                }
            }
        }
        Some(())
    }

    fn check(&self, before: &Appeals) {
        let appeals = &self.court.appeals;
        assert_eq!(appeals.cases().count(), self.parties.len(), "a case stays");
        for (id, case) in appeals.cases() {
            let parties = self.parties.get(&id).expect("who opened it was noted");
            let mut sat = BTreeSet::new();
            let panels = case.outcomes().iter().map(|outcome| outcome.panel.as_slice());
            for member in panels.chain([case.panel()]).flatten() {
                let machines = &self.keys[usize::from(PEOPLE)..];
                assert!(!parties.contains(member) && !machines.contains(member));
                assert!(sat.insert(member), "nobody sits twice in a case");
            }
            for outcome in case.outcomes() {
                let seats = outcome.panel.len() as u32;
                assert!(outcome.upholding + outcome.dismissing <= seats);
                let is_upheld = self.charter.appeal().uphold_seats() <= outcome.upholding;
                assert_eq!(outcome.finding == Finding::Upheld, is_upheld, "silence is no vote");
            }
            assert!(case.outcomes().len() <= 2, "a case is appealed once");
            let is_final = case.is_final(self.at);
            assert_eq!(case.effect(self.at) == Effect::PriorStateActive, !is_final);
            if let Some(old) = before.case(id) {
                assert!(case.outcomes().starts_with(old.outcomes()), "nothing is erased");
                assert!(case.evidence().is_superset(old.evidence()));
            }
        }
    }

    fn step(&mut self) {
        match self.input.byte() % 16 {
            0 => self.at = self.at.plus(i64::from(self.input.byte()) * DAY / 16),
            1 => {
                let (commitment, nonce) = (self.digest(), self.digest());
                self.happen(Event::EpochClosed(EpochClose { commitment, nonce }));
            }
            2 => self.happen(Event::Published(self.court.around.latest_round() + 1)),
            3 => self.happen(Event::Taken(self.at)),
            4 => {
                let kind = self.input.pick(AppealFact::KINDS);
                let body = scene::body(&mut self.input);
                let fact = body.and_then(|body| scene::read(AppealFact::decode(kind, &body)));
                if let Some(fact) = fact {
                    self.say(fact);
                }
            }
            // Whatever cannot be led on stays where it is.
            5..=10 => drop(self.lead_on()),
            11 => {
                let (person, opened) = (self.input.pick(&self.keys), self.opened());
                self.say_as(&person, opened);
            }
            _ => {
                if let Some(fact) = self.fact() {
                    self.say(fact);
                }
            }
        }
    }
}

pub fn run(data: &[u8]) {
    let (at, around) = (Time::from_unix(1_000_000_000), scene::around());
    let mut polity = scene::founded(at, &around);
    scene::verify_all(&mut polity, at, &around);
    let start = Court { appeals: Appeals::new(), around };
    let mut run = Run {
        input: Input::new(data),
        keys: keys(),
        charter: scene::charter(),
        polity,
        court: start.clone(),
        start,
        at,
        events: Vec::new(),
        parties: BTreeMap::new(),
        taken: BTreeSet::new(),
    };
    // What was reached on the way, and after how many events.
    let mut reached = Vec::new();
    for _ in 0..96 {
        if run.input.is_empty() {
            break;
        }
        let before = run.court.appeals.clone();
        run.step();
        run.check(&before);
        reached.push((run.events.len(), run.court.clone()));
    }
    let mut replayed = run.start.clone();
    let mut folded = 0;
    for (count, court) in reached {
        for event in &run.events[folded..count] {
            replayed.fold(event, &run.polity);
        }
        folded = count;
        assert_eq!(replayed, court, "the fold of a prefix is what was reached there");
    }
}
