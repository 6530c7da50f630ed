//! Every order of events from a proposal to its activation, explored over the real fold with small chambers.
//!
//! In each state every statement is tried, also those that make no sense there: what the fold refuses leads nowhere, and
//! whatever it accepts is a new state in which all properties must hold. A rival for the same file has passed its
//! chambers already and can be certified, anchored and activated at any moment; or more people may come at any moment.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use comity_constitution::chamber::{Choice, Path, Verdict};
use comity_constitution::charter::Chamber;
use comity_constitution::facts::{Change, Instrument, PoolCommitted, Sponsored, Withdrawn};
use comity_constitution::phase::Phase;
use comity_constitution::vote::Poll;
use comity_constitution::{Nano, Stage};
use comity_wire::{Digest, StatementId, Time};
use stateright::{Checker, Model, Property};

use crate::scene::{DAY, Scene, key, peopled_charter};

/// What is explored: a change of one kind, and what may come between.
#[derive(Clone, Copy, Debug)]
struct Way {
    path: Path,
    /// Whether a rival may be activated at any moment.
    has_rival: bool,
    /// Whether more people may come at any moment, which begins G2.
    has_growth: bool,
}

impl Way {
    /// Steps of fifteen days, longer than a ballot window, the challenge window and the cooling-off: as many as the way
    /// takes, and one more.
    const fn waits_max(self) -> u8 {
        match self.path {
            Path::Ordinary => 2,
            Path::Entrenched => 3,
        }
    }

    /// One round for each chamber, and one for a pool that was void or sent back.
    const fn rounds_max(self) -> u8 {
        match self.path {
            Path::Ordinary => 4,
            Path::Entrenched => 5,
        }
    }
}

/// One reachable state. Two are the same when everything that the fold reads is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reached {
    scene: Scene,
    amendment: StatementId,
    rival: StatementId,
    waits: u8,
    /// Rounds of the beacon that were published for the amendment.
    rounds: u8,
    /// Whether a file was in force that an amendment replaced although its own did not name it.
    has_mixed: bool,
}

impl Hash for Reached {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        struct Into<'a, H>(&'a mut H);
        impl<H: Hasher> std::fmt::Write for Into<'_, H> {
            fn write_str(&mut self, text: &str) -> std::fmt::Result {
                self.0.write(text.as_bytes());
                Ok(())
            }
        }
        // All that differs between states; charters, files and identities are the same in all of them.
        let Scene { polity, around, now, .. } = &self.scene;
        let found = polity.amendment(self.amendment).unwrap();
        let of_amendment = (found.stage(), found.terms().phase, found.sponsors().len());
        let of_votes = (found.vote(), found.tallies(), found.served(), found.waits_until());
        let of_polity = (polity.phase().phase(), polity.parameters(), self.stage(self.rival));
        let people = around.members.values().filter(|member| !member.is_suspended).count();
        let counters = (now, people, self.waits, self.rounds, self.has_mixed);
        let outside = (around.beacons.len(), &around.certified);
        let all = (of_amendment, of_votes, of_polity, counters, outside);
        write!(Into(hasher), "{all:?}").unwrap();
    }
}

/// How many say yes. That nobody votes is the time that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ballots {
    Enough,
    OneTooFew,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Sponsor,
    Withdraw,
    /// A pool for the vote that is due, or for the one after it.
    Commit {
        is_due: bool,
    },
    CloseEpoch,
    Publish,
    Seat,
    Vote(Ballots),
    Count,
    Wait,
    Grow,
    Certify,
    Finalise,
    Activate,
    /// The rival is certified, anchored and activated.
    ActivateRival,
}

impl Reached {
    fn change(&self, id: StatementId) -> Change {
        *self.scene.polity.amendment(id).unwrap().change()
    }

    /// Casts what was chosen among those who have a seat; none if nobody sits or somebody has voted.
    fn vote(&mut self, ballots: Ballots) -> Option<()> {
        let scene = &mut self.scene;
        let found = scene.polity.amendment(self.amendment)?;
        let (set, path) = (found.terms().charter.chambers(found.terms().phase)?, found.path());
        let vote = found.vote()?;
        let size = set.size(vote.poll().chamber());
        let sitting = vote.sitting()?;
        if sitting.has_ballots() || sitting.closes() < Time::from_unix(scene.now) {
            return None;
        }
        let (pass, seats) = (size.pass as usize, size.seats as usize);
        let enough = if path == Path::Entrenched { seats } else { pass };
        let yes = match ballots {
            Ballots::Enough => enough,
            Ballots::OneTooFew => pass - 1,
        };
        scene.cast(self.amendment, [yes, seats - yes, 0]);
        Some(())
    }

    fn act(&mut self, act: Act) -> Option<()> {
        let amendment = self.amendment;
        let scene = &mut self.scene;
        let at = Time::from_unix(scene.now);
        match act {
            Act::Sponsor => scene.say(Some(1), Sponsored { amendment }).ok().map(drop),
            Act::Withdraw => scene.say(Some(0), Withdrawn { amendment }).ok().map(drop),
            Act::Commit { is_due } => {
                let round = scene.round + 1;
                let pool = scene.polity.pool_for(amendment, round, at, &scene.around).ok()?;
                let after = match pool.poll {
                    Poll::Proposal => Poll::Ratification,
                    Poll::Ratification => Poll::Challenge,
                    Poll::Challenge | Poll::Confirmation | Poll::Decision => Poll::Confirmation,
                };
                let poll = if is_due { pool.poll } else { after };
                scene.say(None, PoolCommitted { poll, ..pool }).ok().map(drop)
            }
            Act::CloseEpoch => {
                scene.close_epoch();
                Some(())
            }
            Act::Publish => {
                let awaited = scene.vote(amendment)?.awaits_round()?;
                if awaited <= scene.round {
                    return None;
                }
                scene.publish();
                self.rounds += 1;
                Some(())
            }
            Act::Seat => {
                let seating = scene.polity.seating_for(amendment, &scene.around).ok()?;
                scene.say(None, seating).ok().map(drop)
            }
            Act::Vote(ballots) => self.vote(ballots),
            Act::Count => {
                let count = scene.polity.count_for(amendment, at).ok()?;
                scene.say(None, count).ok().map(drop)
            }
            Act::Wait => {
                self.waits += 1;
                scene.pass(15 * DAY);
                Some(())
            }
            Act::Grow => {
                for member in scene.around.members.values_mut() {
                    member.is_suspended = false;
                }
                Some(())
            }
            Act::Certify | Act::Finalise => {
                let decision = scene.polity.amendment(amendment)?.decision().ok()?;
                let is_final = act == Act::Finalise;
                // What is certified and final stays so.
                let before = scene.around.certified.insert(decision, is_final);
                before.is_none_or(|before| !before && is_final).then_some(())
            }
            Act::Activate => self.activate(amendment),
            Act::ActivateRival => {
                scene.polity.amendment(self.rival)?.decision().ok()?;
                scene.certify(self.rival, true);
                self.activate(self.rival)
            }
        }
    }

    fn activate(&mut self, id: StatementId) -> Option<()> {
        let activation = self.scene.polity.activation_of(id).ok()?;
        let before = self.scene.polity.parameters();
        self.scene.say(None, activation).ok()?;
        let change = self.change(id);
        self.has_mixed |= change.from != before || self.scene.polity.parameters() != change.to;
        Some(())
    }

    fn stage(&self, id: StatementId) -> Stage {
        self.scene.polity.amendment(id).unwrap().stage()
    }

    fn is_activated(&self, id: StatementId) -> bool {
        self.stage(id) == Stage::Activated
    }

    /// Every chamber of the path said yes, by the count of its size in the phase that was used.
    fn has_passed_everywhere(&self, id: StatementId) -> bool {
        let found = self.scene.polity.amendment(id).unwrap();
        let mut polls = vec![Poll::Proposal, Poll::Ratification, Poll::Challenge];
        if found.path() == Path::Entrenched {
            polls.push(Poll::Confirmation);
        }
        let set = found.terms().charter.chambers(found.terms().phase).unwrap();
        let passed = |(tally, poll): (&comity_constitution::vote::Tally, &Poll)| {
            let size = set.size(poll.chamber());
            let cast = tally.yes + tally.no + tally.abstain;
            let four_fifths = cast * 4 <= tally.yes * 5;
            tally.poll == *poll
                && tally.verdict == Verdict::Passed
                && size.pass <= tally.yes
                && (found.path() == Path::Ordinary || four_fifths)
        };
        found.tallies().len() == polls.len() && found.tallies().iter().zip(&polls).all(passed)
    }

    fn seats(&self, id: StatementId) -> usize {
        let found = self.scene.polity.amendment(id).unwrap();
        let set = found.terms().charter.chambers(found.terms().phase).unwrap();
        let seats = |chamber| set.size(chamber).seats as usize;
        let again = if found.path() == Path::Entrenched {
            Chamber::Ratification
        } else {
            return Chamber::ALL.into_iter().map(seats).sum();
        };
        Chamber::ALL.into_iter().chain([again]).map(seats).sum()
    }

    fn is_final(&self, id: StatementId) -> bool {
        let decision: Digest = self.scene.polity.amendment(id).unwrap().decision().unwrap();
        self.scene.around.certified.get(&decision) == Some(&true)
    }
}

impl Model for Way {
    type State = Reached;
    type Action = Act;

    fn init_states(&self) -> Vec<Reached> {
        let mut file = peopled_charter();
        file.phases.g1_humans_max = 24;
        file.amendment.cooling_off_s = file.amendment.ballot_window_s;
        let mut scene = Scene::founded_with(file);
        scene.verify_all();
        scene.around.members.get_mut(&key(23)).unwrap().is_suspended = true;
        scene.close_epoch();
        scene.is_timeless = true;
        let rival = scene.parameters(|file| file.trust.volume_half += 1);
        let rival = scene.propose(2, rival).unwrap();
        scene.say(Some(3), Sponsored { amendment: rival }).unwrap();
        scene.confirm(rival);
        let change = scene.parameters(|file| match self.path {
            Path::Ordinary => file.trust.volume_half += 2,
            Path::Entrenched => {
                file.trust.human.floor = file.trust.human.floor.plus(Nano::EPSILON);
            }
        });
        assert_eq!(change.instrument, Instrument::Parameters);
        let amendment = scene.propose(0, change).unwrap();
        vec![Reached { scene, amendment, rival, waits: 0, rounds: 0, has_mixed: false }]
    }

    fn actions(&self, state: &Reached, acts: &mut Vec<Act>) {
        acts.extend([Act::Sponsor, Act::Withdraw, Act::CloseEpoch, Act::Seat, Act::Count]);
        acts.extend([true, false].map(|is_due| Act::Commit { is_due }));
        acts.extend([Ballots::Enough, Ballots::OneTooFew].map(Act::Vote));
        acts.extend([Act::Certify, Act::Finalise, Act::Activate]);
        if state.rounds < self.rounds_max() {
            acts.push(Act::Publish);
        }
        // Time matters to a vote and to a wait.
        let found = state.scene.polity.amendment(state.amendment).unwrap();
        if state.waits < self.waits_max()
            && (found.vote().is_some() || found.waits_until().is_some())
        {
            acts.push(Act::Wait);
        }
        if self.has_growth && state.scene.polity.phase().phase() == Some(Phase::G1) {
            acts.push(Act::Grow);
        }
        if self.has_rival {
            acts.push(Act::ActivateRival);
        }
    }

    fn next_state(&self, last: &Reached, act: Act) -> Option<Reached> {
        let mut next = last.clone();
        next.act(act)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always("all chambers, each with members of its own", |_, state| {
                [state.amendment, state.rival].into_iter().all(|id| {
                    let members = state.scene.polity.amendment(id).unwrap().served().len();
                    !state.is_activated(id)
                        || state.has_passed_everywhere(id) && members == state.seats(id)
                })
            }),
            Property::<Self>::always("a certificate with a final anchor", |_, state| {
                let ids = [state.amendment, state.rival];
                ids.into_iter().all(|id| !state.is_activated(id) || state.is_final(id))
            }),
            Property::<Self>::always("what is replaced is in force", |_, state| !state.has_mixed),
            Property::<Self>::always("one of two rivals", |_, state| {
                let in_force = state.scene.polity.parameters();
                let [one, other] = [state.amendment, state.rival].map(|id| state.is_activated(id));
                let expected = match (one, other) {
                    (true, true) => return false,
                    (true, false) => state.change(state.amendment).to,
                    (false, true) => state.change(state.rival).to,
                    (false, false) => state.change(state.amendment).from,
                };
                in_force == expected
            }),
            Property::<Self>::sometimes("it is activated", |_, state| {
                state.is_activated(state.amendment)
            }),
            Property::<Self>::sometimes("it is superseded", |way, state| {
                !way.has_rival || state.stage(state.amendment) == Stage::Superseded
            }),
            Property::<Self>::sometimes("it lapses", |_, state| {
                state.stage(state.amendment) == Stage::Lapsed
            }),
            Property::<Self>::sometimes("it is activated by chambers of G2", |way, state| {
                let found = state.scene.polity.amendment(state.amendment).unwrap();
                let is_activated = state.is_activated(state.amendment);
                !way.has_growth || is_activated && found.terms().phase == Phase::G2
            }),
        ]
    }
}

fn explore(way: Way) {
    let checker = way.checker().spawn_bfs().join();
    checker.assert_properties();
    let states = checker.unique_state_count();
    assert!(1_000 < states, "{states}");
}

#[test]
fn an_ordinary_amendment_and_its_rival_are_activated_in_no_wrong_order() {
    explore(Way { path: Path::Ordinary, has_rival: true, has_growth: false });
}

#[test]
fn an_amendment_is_activated_in_no_wrong_order_when_more_people_come() {
    explore(Way { path: Path::Ordinary, has_rival: false, has_growth: true });
}

#[test]
fn an_entrenched_amendment_is_activated_in_no_wrong_order() {
    explore(Way { path: Path::Entrenched, has_rival: false, has_growth: false });
}

#[test]
fn the_model_votes_as_people_do() {
    let way = Way { path: Path::Ordinary, has_rival: true, has_growth: true };
    let mut scene = way.init_states().remove(0);
    assert_eq!(scene.act(Act::Vote(Ballots::Enough)), None);
    let ballot = |scene: &Reached| scene.scene.ballot(scene.amendment, Choice::Yes);
    for act in
        [Act::Sponsor, Act::Commit { is_due: true }, Act::CloseEpoch, Act::Publish, Act::Seat]
    {
        assert_eq!(scene.act(act), Some(()), "{act:?}");
    }
    assert_eq!(ballot(&scene).question, scene.amendment);
    assert_eq!(scene.act(Act::Vote(Ballots::OneTooFew)), Some(()));
    assert_eq!(scene.act(Act::Count), Some(()));
    assert_eq!(scene.stage(scene.amendment), Stage::Rejected);
}
