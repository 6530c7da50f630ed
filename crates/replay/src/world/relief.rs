//! What final cases change in the world: the accounts of trust, the register of people, and which missions count.
//!
//! ```text
//!  case is final ──▶ first statement of the record from then on is folded ──▶ the finding is taken
//! ```
//!
//! # Invariants
//!
//! 1. Until a finding is taken the prior state is active; it is taken once, after the statement that finds the case final.
//! 2. A complaint that could change nothing is refused, by name: what chambers, committees and books have done is not for a
//!    panel.
//! 3. A finding moves things in the record in which the case was heard, and in no other.
//!
//! # Where the rules come from
//!
//! Blueprint section 8, appeals and disputes: "keep prior state active"; section 9, line 5. What each ground leads to is decided
//! in [`comity_constitution::appeal`].

use std::collections::BTreeSet;

use comity_constitution::appeal::facts::Opened;
use comity_constitution::appeal::{Effect, Ground, Relief, Settled};
use comity_mesh::ActorKind;
use comity_mission::MissionFact;
use comity_wire::{KeyId, SovereignId, StatementId};

use super::World;
use super::record::Step;
use super::trust::{House, stamp};
use crate::refusal::Refusal;

/// What panels of a record have set aside.
#[derive(Clone, Debug, Default)]
pub(super) struct Aside {
    missions: BTreeSet<StatementId>,
    /// People whose admission was found to be wrong.
    people: BTreeSet<KeyId>,
}

impl World {
    /// Whether a panel of this record has found that a mission counts for nobody's trust here.
    pub fn is_set_aside(&self, record: SovereignId, mission: StatementId) -> bool {
        self.trust.get(&record).is_some_and(|house| house.aside.missions.contains(&mission))
    }

    /// Whether a panel of an actor's record has found that the actor should not have been admitted.
    pub(super) fn is_unadmitted(&self, actor: &KeyId) -> bool {
        let home = self.directory.actor(actor).ok().and_then(|it| self.trust.get(&it.sovereign));
        home.is_some_and(|house| house.aside.people.contains(actor))
    }

    /// Refuses complaints about which no panel could do anything.
    pub(super) fn require_appealable(&self, step: &Step<'_>, body: &Opened) -> Result<(), Refusal> {
        let Opened { subject, ground, .. } = *body;
        let is_appealable = match (ground.relief(), ground) {
            (Relief::SetAside, Ground::IdentityMisjudged) => {
                let polity = self.polity(step.record);
                polity.is_some_and(|polity| polity.verified_by(subject).is_some())
                    || self.admitted_by(step, subject).is_some()
            }
            (relief, _) => {
                let is_verdict = relief == Relief::SetAside && self.verdicts.contains_key(&subject);
                let is_disputable = self.trust(step.record).is_some_and(|(policy, ledger)| {
                    ledger.is_disputable(policy, subject, relief, step.place.at)
                });
                is_verdict || is_disputable
            }
        };
        if is_appealable {
            return Ok(());
        }
        Err(Refusal::NotAppealable { subject, ground: ground.name() })
    }

    /// Statements that a panel may set aside for what they made of a mission.
    pub(super) fn note_verdict(&mut self, step: &Step<'_>, id: StatementId, fact: &MissionFact) {
        if let MissionFact::EvidenceAttached(_)
        | MissionFact::Reviewed(_)
        | MissionFact::EvidenceOfTrust(_)
        | MissionFact::PanelDecided(_)
        | MissionFact::GateDecided(_)
        | MissionFact::Completed(_) = fact
        {
            self.verdicts.insert(step.id(), id);
        }
    }

    /// Takes the findings of cases that are final by the date of a statement of their record.
    pub(super) fn cases_settled(&mut self, step: &Step<'_>) {
        let Some(appeals) = self.appeals.get_mut(&step.record) else { return };
        for settled in appeals.take_final(step.place.at) {
            if let Effect::Upheld(relief) = settled.effect {
                self.relieve(step, &settled, relief);
            }
        }
    }

    fn relieve(&mut self, step: &Step<'_>, settled: &Settled, relief: Relief) {
        let (subject, stamp) = (settled.subject, stamp(step));
        let (mission, person) =
            (self.verdicts.get(&subject).copied(), self.admitted_by(step, subject));
        if let (Some(polity), Ground::IdentityMisjudged) =
            (self.polities.get_mut(&step.record), settled.ground)
        {
            polity.unverify(subject);
        }
        let Ok(House { policy, ledger, aside }) = self.house_mut(step.record) else { return };
        match (settled.ground, mission) {
            (Ground::IdentityMisjudged, _) => aside.people.extend(person),
            (_, Some(mission)) if relief == Relief::SetAside => {
                aside.missions.insert(mission);
                ledger.set_mission_aside(policy, stamp, mission);
            }
            (_, Some(_) | None) => ledger.relieve(policy, stamp, subject, relief),
        }
    }

    /// The person whom a statement of the speaker's record admitted.
    fn admitted_by(&self, step: &Step<'_>, statement: StatementId) -> Option<KeyId> {
        let place = self.place(statement).filter(|place| place.record == step.record)?;
        let is_person = |key: &KeyId| {
            self.directory.actor(key).is_ok_and(|actor| actor.kind == ActorKind::Human)
        };
        let mut admitted = self.admitted.iter().filter(|(_, found)| **found == place);
        admitted.find(|(key, _)| is_person(key)).map(|(key, _)| key.clone())
    }
}
