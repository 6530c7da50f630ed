//! The clerk's work: from a proposal to rules in force by what people do and by time alone.

use comity_commitment::{
    Anchored, Block, ChainRef, CommitmentFact, CommitteePlanned, KeyBase, Layer,
};
use comity_constitution::appeal::facts::{Decided, Opened, Responded};
use comity_constitution::appeal::{Code, Finding, Ground, Standing};
use comity_constitution::chamber::{Choice, Verdict};
use comity_constitution::facts::{
    BallotCast, Change, IdentityVerified, Instrument, Proposed, Sponsored,
};
use comity_constitution::{AppealFact, Parameters, Stage};
use comity_node::{By, Command, Input, Partial};
use comity_wire::{Digest, StatementId, Time, sha256};

use crate::polis::{DAY, HOUR, PEOPLE, Polis, actor, changed, key_id, person, trusting};

const MEMBERS: [usize; 3] = [21, 22, 23];

impl Polis {
    /// In G1, with a committee of three whose key is made.
    pub(crate) fn settled() -> Self {
        let mut polis = Self::founded();
        polis.next_epoch();
        polis.committee(1);
        polis
    }

    fn committee(&mut self, key_epoch: u64) {
        for number in MEMBERS {
            let actor = key_id(&person(number));
            self.command(Command::OfferKey { actor }).unwrap();
        }
        let members = MEMBERS.iter().map(|number| key_id(&person(*number))).collect();
        let planned = CommitteePlanned { base: KeyBase::Fresh, key_epoch, members, threshold: 2 };
        self.act(By::Authority, CommitmentFact::from(planned)).unwrap();
        assert_eq!(self.committee_of().ceremony(), Some("receivers complain"));
        self.now += 2 * HOUR;
        self.tick();
        assert_eq!(self.committee_of().terms().len() as u64, key_epoch);
        self.next_epoch();
    }

    fn committee_of(&self) -> &comity_commitment::Committee {
        self.node.world().record(self.id()).unwrap().committee()
    }

    pub(crate) fn stage(&self, amendment: StatementId) -> Stage {
        self.polity().amendment(amendment).unwrap().stage()
    }

    fn proposed(&mut self, file: Parameters) -> StatementId {
        self.proposed_for(sha256(b"reasons"), file)
    }

    /// Proposed and sponsored, for the reasons with this hash.
    pub(crate) fn proposed_for(&mut self, text: Digest, file: Parameters) -> StatementId {
        let amendment = self.propose(0, text, file);
        self.say(actor("person 1"), Sponsored { amendment }).unwrap();
        amendment
    }

    pub(crate) fn propose(&mut self, by: usize, text: Digest, file: Parameters) -> StatementId {
        let change = Change {
            from: self.polity().parameters(),
            instrument: Instrument::Parameters,
            to: file.hash(),
        };
        self.learn(file.into());
        self.say(actor(&person(by)), Proposed { change, text }).unwrap()
    }

    /// Hours pass until a chamber sits; then all of its members vote the same.
    pub(crate) fn vote(&mut self, amendment: StatementId, choice: Choice) {
        let vote = |polis: &Self| {
            polis
                .polity()
                .amendment(amendment)
                .unwrap()
                .vote()
                .and_then(|vote| Some((vote.seated_by()?, vote.sitting()?.members().clone())))
        };
        for _ in 0..4 {
            if vote(self).is_none() {
                self.next_epoch();
            }
        }
        let (sitting, members) = vote(self).unwrap();
        let charter = self.polity().charter();
        for number in (0..PEOPLE).filter(|it| members.contains(&key_id(&person(*it)))) {
            let ballot = BallotCast { charter, choice, question: amendment, sitting };
            self.say(actor(&person(number)), ballot).unwrap();
        }
    }

    /// A chain that takes everything at once; how many anchors that were.
    pub(crate) fn anchor(&mut self) -> usize {
        let mut count = 0;
        while let Some(due) = self.node.anchors_due(self.clock()).into_iter().next() {
            assert!(count < 9, "{due:?}");
            count += 1;
            let number = u64::try_from(self.now).unwrap();
            let anchored = Anchored {
                block: Block { hash: sha256(b"block"), number, time: Time::from_unix(self.now) },
                chain: ChainRef { id: 1, name: "Ethereum".to_owned() },
                contract: String::new(),
                depth: 64,
                layer: due.layer,
                payload: due.payload,
                transaction: sha256(
                    format!("{} {}", self.record.len(), due.window.from).as_bytes(),
                ),
                window: due.window,
            };
            self.act(By::Authority, CommitmentFact::from(anchored)).unwrap();
        }
        count
    }
}

#[test]
fn an_amendment_comes_into_force_by_what_people_do_and_by_time() {
    let mut polis = Polis::settled();
    let file = changed(&trusting(), |file| file.governance.challenge_window_s += 60);
    let amendment = polis.proposed(file.clone());
    // The window of challenges is entrenched: four chambers, and two waits.
    for stage in [
        Stage::RatificationChamberVoting,
        Stage::ChallengeWindow,
        Stage::CoolingOff,
        Stage::Confirmed,
    ] {
        let until = polis.polity().amendment(amendment).unwrap().waits_until();
        if let Some(until) = until {
            polis.now = until.unix();
            polis.next_epoch();
            // No key outlives the cooling-off.
            if polis.stage(amendment) == Stage::CoolingOff {
                polis.committee(2);
            }
        }
        polis.vote(amendment, Choice::Yes);
        assert_eq!(polis.stage(amendment), stage);
    }
    let decision = polis.polity().amendment(amendment).unwrap().decision().unwrap();
    assert!(polis.committee_of().certificate(&decision).is_some());
    assert!(0 < polis.anchor());
    assert_eq!(polis.stage(amendment), Stage::Activated);
    assert_eq!(polis.polity().parameters(), file.hash());
    assert_eq!(polis.refused, Vec::<&str>::new());
}

#[test]
fn a_node_that_is_opened_again_has_the_same_duties() {
    let mut polis = Polis::settled();
    polis.reopens = true;
    let file = changed(&trusting(), |file| file.governance.challenge_window_s += 1);
    let amendment = polis.proposed(file);
    polis.vote(amendment, Choice::No);
    assert_eq!(polis.stage(amendment), Stage::Rejected);
    let before = polis.record.len();
    polis.tick();
    assert_eq!(polis.record.len(), before, "at rest");
}

#[test]
fn a_vote_that_nobody_attends_lapses_and_the_epochs_close_all_the_while() {
    let mut polis = Polis::settled();
    let file = changed(&trusting(), |file| file.governance.challenge_window_s += 1);
    let amendment = polis.proposed(file);
    for _ in 0..4 {
        polis.next_epoch();
    }
    let closes =
        polis.polity().amendment(amendment).unwrap().vote().unwrap().sitting().unwrap().closes();
    let epochs = polis.committee_of().closes().len();
    polis.now = closes.unix() + 1;
    polis.tick();
    let tally = polis.polity().amendment(amendment).unwrap().tallies()[0];
    assert_eq!((tally.verdict, polis.stage(amendment)), (Verdict::Lapsed, Stage::Lapsed));
    assert!(epochs < polis.committee_of().closes().len());
    let waits = |close: &&comity_commitment::committee::Close| {
        polis.committee_of().certificate(&close.hash).is_none()
    };
    let term = &polis.committee_of().terms()[0];
    let since = polis.committee_of().closes().iter().filter(|close| term.from <= close.number);
    assert_eq!(since.filter(waits).count(), 0, "every commitment is certified");
}

#[test]
fn a_complaint_is_heard_by_the_panel_that_the_beacon_draws() {
    let mut polis = Polis::settled();
    let (person, until) = (key_id("person 6"), Time::from_unix(polis.now + DAY));
    let verified = IdentityVerified { actor: person, until };
    let subject = polis.say(By::Authority, verified).unwrap();
    let opened = Opened {
        evidence: vec![sha256(b"seen")],
        ground: Ground::IdentityMisjudged,
        respondents: vec![key_id("person 6")],
        subject,
    };
    let case = polis.act(actor("person 5"), AppealFact::from(opened)).unwrap();
    let answer = Responded { case, evidence: Vec::new(), text: sha256(b"no") };
    polis.act(actor("person 6"), AppealFact::from(answer)).unwrap();
    let standing = |polis: &Polis| {
        let appeals = polis.node.world().appeals(polis.id()).unwrap();
        let case = appeals.case(case).unwrap();
        (case.standing(), case.seated_by(), case.panel().to_vec())
    };
    assert_eq!(standing(&polis).0, Standing::Called);
    for _ in 0..2 {
        polis.next_epoch();
    }
    let (_, seated, panel) = standing(&polis);
    for member in panel {
        let decided = Decided {
            case,
            code: Code::EvidenceSupports,
            finding: Finding::Upheld,
            reason: "it was shown".to_owned(),
            seated: seated.unwrap(),
        };
        polis.act(By::Actor(member), AppealFact::from(decided)).unwrap();
    }
    assert_eq!(standing(&polis).0, Standing::Decided);
    assert_eq!(polis.refused, Vec::<&str>::new());
}

#[test]
fn members_elsewhere_send_their_parts() {
    let mut polis = Polis::settled();
    // Two of three members live in a node of their own from now on.
    polis.without = vec![person(21), person(22)];
    polis.reopen();
    polis.next_epoch();
    let round = u64::try_from(polis.now / HOUR).unwrap();
    assert!(polis.committee_of().beacon(round).is_none());
    let only = |number: usize| {
        let others = (0..PEOPLE).filter(|other| *other != number).map(person);
        polis.open(&others.collect::<Vec<_>>())
    };
    let (now, id) = (polis.clock(), polis.id());
    let parts = only(21).partials(now, id);
    let bad = |partial: Partial, message: Digest, last: u8| {
        let mut part = partial.part;
        *part.last_mut().unwrap() ^= last;
        Partial { message, part }
    };
    let first = parts[0].clone();
    for (partial, code) in [
        (bad(first.clone(), Digest::ZERO, 0), "node.part_unwanted"),
        (Partial { part: vec![1], ..first.clone() }, "bls.wrong_length"),
        (bad(first, parts[1].message, 0), "bls.bad_partial"),
    ] {
        polis.feed(Input::Partial(partial));
        assert_eq!(polis.refused.pop(), Some(code));
    }
    assert!(polis.committee_of().beacon(round).is_none());
    for partial in parts {
        polis.feed(Input::Partial(partial));
    }
    assert!(polis.committee_of().beacon(round).is_some());
    assert_eq!(polis.refused, Vec::<&str>::new());
    let missing = Command::OfferKey { actor: key_id(&person(21)) };
    assert_eq!(polis.command(missing).unwrap_err().code(), "node.no_secret");
}

#[test]
fn what_is_due_on_a_chain_is_named_with_its_certificate() {
    let mut polis = Polis::settled();
    let due = polis.node.anchors_due(polis.clock());
    let on_l1 = due.iter().find(|due| due.layer == Layer::L1).unwrap();
    let bytes = on_l1.certificate.clone().unwrap();
    let certificate = comity_bls::Certificate::decode(&bytes).unwrap();
    assert_eq!(certificate.decision().commitment, on_l1.payload);
    assert_eq!(on_l1.window.payload().unwrap(), on_l1.payload);
    polis.anchor();
    assert!(polis.node.anchors_due(polis.clock()).is_empty());
}
