//! Every order of updates, endorsements, releases, suspensions and hours, over the ledger itself.
//!
//! One machine, three missions, three people who may vouch and one who is of its house, a quorum of two, a deadline of an hour.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use comity_constitution::charter::ReleaseQuorum;
use comity_constitution::{ActorKind, Nano};
use comity_trust::{
    Ended, Excluded, Governance, IncidentState, Ledger, Policy, Released, Suspended,
};
use comity_wire::{StatementId, Time};
use stateright::{Checker, Model, Property};

use crate::scene::{EPOCH, at, endorser, good_work, id, key, mission, stamp, young};

const MISSIONS: u32 = 3;
const PEOPLE: [u32; 4] = [101, 102, 103, 105];
const HOURS_MAX: u32 = 3;
/// The person of the machine's house.
const OWN: u32 = 105;

struct Guard {
    policy: Policy,
    excluded: Excluded,
}

impl Guard {
    fn new() -> Self {
        let mut policy = young();
        let two = ReleaseQuorum { organisations_min: 2, regions_min: 2, signatures_min: 2 };
        policy.guard.g3 = two;
        policy.guard.deadline_s = 3_600;
        let organisations = BTreeSet::from([endorser(OWN).organisation]);
        Self { policy, excluded: Excluded { organisations, involved: BTreeSet::new() } }
    }
}

/// The ledger, and what must be remembered to judge it.
#[derive(Clone, Debug, PartialEq)]
struct State {
    ledger: Ledger,
    hour: u32,
    made: u32,
    /// What has risen without a quorum, per epoch.
    risen: BTreeMap<u32, Nano>,
    /// Who has vouched for what, as the model saw it.
    vouched: BTreeMap<u32, BTreeSet<u32>>,
    /// How often each held update was applied.
    applied: BTreeMap<u32, u32>,
    /// A release went through without two independent people.
    is_unfounded: bool,
    /// Trust changed by something that is neither an update nor a release.
    is_silent: bool,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        format!("{self:?}").hash(hasher);
    }
}

impl State {
    fn trust(&self) -> Nano {
        self.ledger.account(&key(0)).map_or(Nano::ZERO, comity_trust::Account::trust)
    }

    fn now(&self) -> Time {
        at(60 + 3_600 * i64::from(self.hour))
    }

    fn is(&self, wanted: fn(&IncidentState) -> bool) -> bool {
        self.ledger.incidents().any(|(_, incident)| wanted(&incident.state))
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Update,
    Vouch {
        person: u32,
        update: u32,
    },
    /// With everybody's word for the second update, which may be another one's.
    Release {
        update: u32,
        words_for: u32,
    },
    Suspend {
        update: u32,
    },
    Hour,
}

fn word(person: u32, update: u32) -> u32 {
    1_000 * (update + 1) + person
}

impl Model for Guard {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut ledger = Ledger::new();
        ledger.admit(&self.policy, key(0), ActorKind::Machine, at(0)).unwrap();
        for person in PEOPLE {
            ledger.admit(&self.policy, key(person), ActorKind::Human, at(0)).unwrap();
        }
        vec![State {
            ledger,
            hour: 0,
            made: 0,
            risen: BTreeMap::new(),
            vouched: BTreeMap::new(),
            applied: BTreeMap::new(),
            is_unfounded: false,
            is_silent: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.made < MISSIONS {
            actions.push(Action::Update);
        }
        for update in 0..state.made {
            actions.extend(PEOPLE.map(|person| Action::Vouch { person, update }));
            actions.extend((0..state.made).map(|words_for| Action::Release { update, words_for }));
            actions.push(Action::Suspend { update });
        }
        if state.hour < HOURS_MAX {
            actions.push(Action::Hour);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let (mut next, now, governance) = (last.clone(), last.now(), Governance::FULL);
        let (ledger, policy) = (&mut next.ledger, &self.policy);
        match action {
            Action::Hour => next.hour += 1,
            Action::Update => {
                let ended = Ended { mission: mission(last.made), at: now };
                let epoch = EPOCH + u64::from(last.hour);
                let made = ledger.propose(policy, &key(0), ended, epoch, good_work(), now).ok()?;
                ledger.apply(policy, stamp(last.made, now), now, &made).ok()?;
                let rise = made.after.minus(made.before).max(Nano::ZERO);
                let risen = next.risen.entry(last.hour).or_default();
                *risen = risen.plus(rise);
                next.made += 1;
            }
            Action::Vouch { person, update } => {
                let (stamp, by) = (stamp(word(person, update), now), endorser(person));
                let by = (by, id(update));
                ledger.endorse(policy, governance, stamp, by, &self.excluded).ok()?;
                next.vouched.entry(update).or_default().insert(person);
            }
            Action::Release { update, words_for } => {
                let people = last.vouched.get(&words_for).into_iter().flatten();
                let words: Vec<StatementId> =
                    people.map(|person| id(word(*person, words_for))).collect();
                let released: Released =
                    ledger.propose_release(policy, governance, id(update), words, now).ok()?;
                ledger.release(policy, governance, stamp(9_000 + update, now), &released).ok()?;
                *next.applied.entry(update).or_default() += 1;
                let independent = last.vouched.get(&update).map_or(0, BTreeSet::len);
                next.is_unfounded |= independent < 2 || words_for != update;
            }
            Action::Suspend { update } => {
                let suspended = Suspended { held: id(update) };
                let stamp = stamp(8_000 + update, now);
                ledger.suspend(policy, governance, stamp, suspended).ok()?;
            }
        }
        let may_move = matches!(action, Action::Update | Action::Release { .. });
        next.is_silent |= !may_move && next.trust() != last.trust();
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "nothing above the guard without a quorum",
                |model: &Self, state: &State| {
                    state.risen.values().all(|risen| *risen <= model.policy.rules.delta_fast)
                },
            ),
            Property::always("a release rests on two independent people", |_, state: &State| {
                !state.is_unfounded
            }),
            Property::always("nothing is released twice", |_, state: &State| {
                state.applied.values().all(|times| *times <= 1)
            }),
            Property::always("what is suspended is not applied", |_, state: &State| {
                state.ledger.incidents().all(|(held, incident)| {
                    !matches!(incident.state, IncidentState::Suspended { .. })
                        || state.applied.keys().all(|update| id(*update) != held)
                })
            }),
            Property::always("only updates and releases move trust", |_, state: &State| {
                !state.is_silent
            }),
            Property::always("the person of the house never vouches", |_, state: &State| {
                state.vouched.values().all(|people| !people.contains(&OWN))
            }),
            Property::sometimes("an update is held", |_, state: &State| {
                state.is(|incident| matches!(incident, IncidentState::Open))
            }),
            Property::sometimes("a held update is released", |_, state: &State| {
                state.is(|incident| matches!(incident, IncidentState::Released { .. }))
            }),
            Property::sometimes("a held update is suspended", |_, state: &State| {
                state.is(|incident| matches!(incident, IncidentState::Suspended { .. }))
            }),
        ]
    }
}

#[test]
fn no_order_of_events_passes_the_guard() {
    let checker = Guard::new().checker().spawn_bfs().join();
    checker.assert_properties();
    assert!(1_000 < checker.unique_state_count(), "{}", checker.unique_state_count());
}
