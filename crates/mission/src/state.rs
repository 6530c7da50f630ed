//! The mission state machine. One pure function, [`Mission::apply`], holds every transition.

mod gate;
mod panel;
mod people;
mod phase;
mod plan;
mod review;
mod roster;
mod route;
mod seat;
mod step;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::{Parameters, RiskTier, Stage, charter::ReviewParameters};
use comity_wire::{Digest, KeyId, StatementId};

use crate::MissionError;
use crate::event::{Context, MissionEvent};
use crate::facts::MissionFact;
use crate::limits::TITLE_BYTES_MAX;
use crate::profile::{ActorInfo, Independence, Party, Role};

pub use panel::{JudgementRecord, Panel, People, Replacement, ReviewRecord, Turnover};
pub use people::Needs;
pub use phase::{Bundle, GateRecord, Output, Phase, Plan, Scope, Work, WorkRecord};
pub use review::Verdict;

use roster::Roster;

/// One mission: who owns it, where it stands, and what may not be used twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mission {
    id: StatementId,
    order: Option<StatementId>,
    title: String,
    owner: Party,
    drafter: KeyId,
    phase: Phase,
    history: History,
}

/// What holds around a mission while an event is folded in.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The numbers of the constitution.
    pub parameters: &'a Parameters,
    /// How long those who judge have to answer.
    pub review: ReviewParameters,
    /// Whether the order that asked for the work refuses the reports of the reviewers who approve, so
    /// that integrating them would lead nowhere.
    pub order_refuses: bool,
    /// Where the amendment stands that puts the work before human chambers, if one does.
    pub amendment: Option<Stage>,
}

/// What outlives an attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct History {
    /// Attempts started.
    attempts: u64,
    /// Everyone who has worked on the mission, in order, once each.
    workers: Vec<Party>,
    /// Everyone who was ever assigned to review it.
    reviewers: BTreeSet<KeyId>,
    /// Everyone who was ever drawn to judge it as one of the people.
    panellists: BTreeSet<KeyId>,
    /// `recused` statements, by whom they are about.
    recused: BTreeMap<KeyId, StatementId>,
    /// One-time values: nonces, claims, beacons, reports.
    spent: BTreeSet<Digest>,
}

impl History {
    fn spend(&mut self, what: &'static str, value: Digest) -> Result<(), MissionError> {
        if self.spent.insert(value) { Ok(()) } else { Err(MissionError::Reused { what, value }) }
    }
}

impl Mission {
    /// The state before any event: a mission begins with its `drafted` statement, whose id it takes.
    ///
    /// The owner must be a human with the owner role (blueprint §2, "human mission owner").
    pub fn draft(
        event: &MissionEvent,
        actors: &dyn Fn(&KeyId) -> Option<ActorInfo>,
    ) -> Result<Self, MissionError> {
        let MissionFact::Drafted(body) = &event.fact else {
            return Err(MissionError::NotInThisState {
                state: "not drafted",
                event: event.fact.verb(),
            });
        };
        check_text("title", &body.title, TITLE_BYTES_MAX)?;
        let owner = Roster(actors).human(&body.owner, Role::Owner)?;
        Ok(Self {
            id: event.context.id,
            order: body.order,
            title: body.title.clone(),
            owner,
            drafter: event.context.signer.clone(),
            phase: Phase::Draft,
            history: History::default(),
        })
    }

    /// Folds one event into the mission (blueprint §3).
    ///
    /// Pure and total: equal inputs give equal outputs on every machine, and every `(state, event)`
    /// pair is either a transition or a [`MissionError`]. On error the caller still owns the old
    /// state. `actors` answers for the moment of the event; the numbers of `rules` are read at scoping
    /// only, after which the mission keeps the policy of its tier, so that nobody changes them under it.
    pub fn apply(
        &self,
        event: &MissionEvent,
        actors: &dyn Fn(&KeyId) -> Option<ActorInfo>,
        rules: &Rules<'_>,
    ) -> Result<Self, MissionError> {
        if let Some(named) = event.fact.mission()
            && named != self.id
        {
            return Err(MissionError::WrongMission { mission: self.id, named });
        }
        let mut history = self.history.clone();
        let phase = self.step(&mut history, event, &Roster(actors), rules)?;
        Ok(Self {
            id: self.id,
            order: self.order,
            title: self.title.clone(),
            owner: self.owner.clone(),
            drafter: self.drafter.clone(),
            phase,
            history,
        })
    }

    /// Id of the `drafted` statement.
    pub const fn id(&self) -> StatementId {
        self.id
    }

    /// Id of the order that asked for the work, if one did.
    pub const fn order(&self) -> Option<StatementId> {
        self.order
    }

    /// For people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The human who owns the mission.
    pub const fn owner(&self) -> &KeyId {
        &self.owner.key
    }

    /// The key that drafted it.
    pub const fn drafter(&self) -> &KeyId {
        &self.drafter
    }

    /// Where the mission stands.
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Attempts started so far.
    pub const fn attempts(&self) -> u64 {
        self.history.attempts
    }

    /// Who will not judge this mission, with the statements that say so.
    pub const fn recused(&self) -> &BTreeMap<KeyId, StatementId> {
        &self.history.recused
    }

    fn independence(&self, tier: RiskTier) -> Independence {
        // Whoever drafted the mission acts for its owner's house, so it is a party like the owner.
        let organisation = self.owner.organisation.clone();
        let drafter = Party { key: self.drafter.clone(), organisation };
        let own = [self.owner.clone(), drafter];
        let parties = own.into_iter().chain(self.history.workers.iter().cloned()).collect();
        Independence { tier, parties }
    }

    /// Only the human who owns the mission.
    fn check_owner(&self, event: &MissionEvent) -> Result<(), MissionError> {
        let Context { signer, .. } = &event.context;
        if *signer == self.owner.key {
            return Ok(());
        }
        Err(MissionError::NotEntitled { signer: signer.clone(), event: event.fact.verb() })
    }

    fn check_steward(&self, event: &MissionEvent) -> Result<(), MissionError> {
        let Context { signer, .. } = &event.context;
        if *signer == self.owner.key || *signer == self.drafter {
            return Ok(());
        }
        Err(MissionError::NotEntitled { signer: signer.clone(), event: event.fact.verb() })
    }
}

fn check_text(field: &'static str, text: &str, max: usize) -> Result<(), MissionError> {
    let len = text.len();
    if text.trim().is_empty() || max < len {
        return Err(MissionError::BadText { field, len, max });
    }
    Ok(())
}
