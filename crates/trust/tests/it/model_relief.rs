//! Every order of work, releases and findings of panels, from four beginnings: a new machine, one that has failed once, one
//! without trust, and a person.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use comity_constitution::appeal::Relief;
use comity_constitution::charter::ReleaseQuorum;
use comity_constitution::{ActorKind, RiskTier};
use comity_trust::{Ended, Excluded, Governance, IncidentState, Ledger, Policy, Standing, Work};
use comity_wire::{StatementId, Time};
use stateright::{Checker, Model, Property};

use crate::scene::{EPOCH, at, endorser, good_work, id, key, mission, stamp, young};

const MISSIONS: u32 = 3;
const HOURS_MAX: u32 = 1;
/// Who vouches: two people of two regions and two organisations.
const PEOPLE: [u32; 2] = [101, 102];
/// The mission before the beginning.
const BEFORE: u32 = 90;
const RELIEFS: [Relief; 4] =
    [Relief::ReleaseDelta, Relief::DropDelta, Relief::OpenRecertification, Relief::SetAside];

struct Panels {
    policy: Policy,
}

/// The ledger, and what must be remembered to judge it.
#[derive(Clone, Debug, PartialEq)]
struct State {
    ledger: Ledger,
    hour: u32,
    made: u32,
    /// Trust at the beginning, less the decay of time that was taken since.
    rest: i64,
    /// What of each mission stands.
    stands: BTreeMap<u32, i64>,
    /// Which finding was taken about which statement: the index of the relief.
    found: BTreeSet<(u32, usize)>,
    /// A mark went, or a finding that was taken again changed something.
    is_broken: bool,
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        format!("{self:?}").hash(hasher);
    }
}

impl State {
    fn trust(&self) -> i64 {
        self.ledger.account(&key(0)).map_or(0, |account| account.trust().get())
    }

    fn now(&self) -> Time {
        at(60 + 3_600 * i64::from(self.hour))
    }

    fn standing(&self) -> Standing {
        self.ledger.standing(&young(), &key(0), self.now()).unwrap()
    }

    fn incidents(&self, wanted: fn(&comity_trust::Incident) -> bool) -> bool {
        self.ledger.incidents().any(|(_, incident)| wanted(incident))
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Work { is_good: bool },
    Release { update: u32 },
    Find { subject: u32, relief: usize },
    Hour,
}

impl Panels {
    fn new() -> Self {
        let mut policy = young();
        let two = ReleaseQuorum { organisations_min: 2, regions_min: 2, signatures_min: 2 };
        policy.guard.g3 = two;
        Self { policy }
    }

    fn begin(&self, kind: ActorKind, before: Option<Work>) -> State {
        let mut ledger = Ledger::new();
        ledger.admit(&self.policy, key(0), kind, at(60)).unwrap();
        for person in PEOPLE {
            ledger.admit(&self.policy, key(person), ActorKind::Human, at(60)).unwrap();
        }
        let mut state = State {
            ledger,
            hour: 0,
            made: 0,
            rest: 0,
            stands: BTreeMap::new(),
            found: BTreeSet::new(),
            is_broken: false,
        };
        state.rest = state.trust();
        if let Some(work) = before {
            self.work(&mut state, BEFORE, work).unwrap();
        }
        state
    }

    fn work(&self, state: &mut State, number: u32, work: Work) -> Option<()> {
        let now = state.now();
        let ended = Ended { mission: mission(number), at: now };
        let epoch = EPOCH + u64::from(state.hour);
        let made = state.ledger.propose(&self.policy, &key(0), ended, epoch, work, now).ok()?;
        state.ledger.apply(&self.policy, stamp(number, now), now, &made).ok()?;
        if !made.held {
            state.rest -= made.decay.get();
            let moved = made.after.get() - made.before.get() + made.decay.get();
            state.stands.insert(number, moved);
        }
        Some(())
    }

    fn release(&self, state: &mut State, update: u32) -> Option<()> {
        let (now, governance) = (state.now(), Governance::FULL);
        let (ledger, policy) = (&mut state.ledger, &self.policy);
        let mut words: Vec<StatementId> = Vec::new();
        for person in PEOPLE {
            let word = stamp(1_000 * (update + 1) + person, now);
            let by = (endorser(person), id(update));
            ledger.endorse(policy, governance, word, by, &Excluded::default()).ok()?;
            words.push(word.id);
        }
        let released = ledger.propose_release(policy, governance, id(update), words, now).ok()?;
        ledger.release(policy, governance, stamp(9_000 + update, now), &released).ok()?;
        state.stands.insert(update, released.after.get() - released.before.get());
        Some(())
    }

    fn find(&self, state: &mut State, subject: u32, index: usize) -> Option<()> {
        let (relief, now) = (*RELIEFS.get(index)?, state.now());
        if !state.ledger.is_disputable(&self.policy, id(subject), relief, now) {
            return None;
        }
        let number = 5_000 + 10 * subject + u32::try_from(index).ok()?;
        let before = state.ledger.clone();
        state.ledger.relieve(&self.policy, stamp(number, now), id(subject), relief);
        let marks = |ledger: &Ledger| ledger.account(&key(0)).unwrap().marks().to_vec();
        state.is_broken |= !marks(&state.ledger).starts_with(&marks(&before));
        if relief != Relief::OpenRecertification {
            let mut twice = state.ledger.clone();
            twice.relieve(&self.policy, stamp(number, now), id(subject), relief);
            state.is_broken |= twice != state.ledger;
        }
        let applied = state.ledger.incident(id(subject)).map_or(0, |found| found.applied.get());
        if relief != Relief::OpenRecertification {
            state.stands.insert(subject, applied);
        }
        state.found.insert((subject, index));
        Some(())
    }
}

impl Model for Panels {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let failed = Work { minor: 1, accepted: false, proof_of_trust: None, ..good_work() };
        let ruined = Work { severe: 1, ..failed };
        vec![
            self.begin(ActorKind::Machine, None),
            self.begin(ActorKind::Machine, Some(failed)),
            self.begin(ActorKind::Machine, Some(ruined)),
            self.begin(ActorKind::Human, None),
        ]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.made < MISSIONS {
            actions.extend([true, false].map(|is_good| Action::Work { is_good }));
        }
        for subject in (0..state.made).chain([BEFORE]) {
            actions.push(Action::Release { update: subject });
            let is_new = |relief: &usize| !state.found.contains(&(subject, *relief));
            let reliefs = (0..RELIEFS.len()).filter(is_new);
            actions.extend(reliefs.map(|relief| Action::Find { subject, relief }));
        }
        if state.hour < HOURS_MAX {
            actions.push(Action::Hour);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        match action {
            Action::Work { is_good } => {
                let failed =
                    Work { minor: 1, accepted: false, proof_of_trust: None, ..good_work() };
                let work = if is_good { good_work() } else { failed };
                self.work(&mut next, last.made, work)?;
                next.made += 1;
            }
            Action::Release { update } => self.release(&mut next, update)?,
            Action::Find { subject, relief } => self.find(&mut next, subject, relief)?,
            Action::Hour => next.hour += 1,
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("trust is what stands, or a machine is out", |_, state: &State| {
                let sum = state.rest + state.stands.values().sum::<i64>();
                let is_out = !state.standing().allows(RiskTier::R0);
                if is_out { state.trust() == 0 } else { state.trust() == sum }
            }),
            Property::always("what is suspended has applied nothing", |_, state: &State| {
                !state.incidents(|incident| {
                    matches!(incident.state, IncidentState::Suspended { .. })
                        && incident.applied.get() != 0
                })
            }),
            Property::always("no mark goes, and nothing is taken twice", |_, state: &State| {
                !state.is_broken
            }),
            Property::sometimes("a panel applies what was held", |_, state: &State| {
                state.found.iter().any(|found| found.1 == 0)
                    && state.incidents(|incident| 0 < incident.applied.get())
            }),
            Property::sometimes("a panel drops what people released", |_, state: &State| {
                state.found.iter().any(|found| found.1 == 1)
                    && state.ledger.endorsements(id(1)).count() == PEOPLE.len()
                    && state.incidents(|incident| {
                        matches!(incident.state, IncidentState::Suspended { .. })
                    })
            }),
            Property::sometimes("a quarantine begins anew", |_, state: &State| {
                state.found.contains(&(BEFORE, 2))
            }),
            Property::sometimes("a loss is given back", |_, state: &State| {
                state.found.contains(&(BEFORE, 3)) && state.standing() == Standing::Active
            }),
        ]
    }
}

#[test]
fn no_order_of_findings_makes_trust_out_of_nothing() {
    let checker = Panels::new().checker().spawn_bfs().join();
    checker.assert_properties();
    assert!(1_000 < checker.unique_state_count(), "{}", checker.unique_state_count());
}
