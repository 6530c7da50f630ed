//! The constitution of one record: its phase, its people, its rules in force and what is voted on.
//!
//! ```text
//!  ConstitutionFact ──who may state it──▶ Polity::apply ──▶ phase ──▶ rules in force ──▶ amendments
//!  epoch closed     ───────────────────▶ pools announced, people counted ──▶ phase ──▶ ...
//! ```
//!
//! A fold over the statements of one record, in their order. What lies outside (actors, their
//! trust, the committee's beacon and certificates, the files of rules) is asked of
//! [`Surroundings`] at the date of each statement.
//!
//! # Invariants
//!
//! 1. A refusal changes nothing, not even the time.
//! 2. At any moment exactly one charter and one parameter file are in force.
//! 3. People are counted here, at the close of each epoch; nobody states their number.
//! 4. An identity signal raises an alert and changes nothing else.
//! 5. What a reversed decision of G0 put in force is in force no longer.
//!
//! # Where the rules come from
//!
//! Blueprint §4.4, §5 and §5.1; `spec/constitution.md` A6 and A10. Proposals may wait in G0, where
//! there are no chambers to call: that is what the founder's veto is for. A decision of the founder
//! cannot change what is entrenched.

mod apply;
mod clerk;
mod decision;
mod error;
mod in_force;
mod questions;

use std::{collections::BTreeMap, sync::Arc};

use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::{
    amendment::Amendment,
    chamber::Person,
    facts::{Instrument, Signal},
    phase::PhaseState,
    surroundings::{Member, Surroundings},
};

pub use apply::Stamp;
pub use decision::Decision;
pub use error::ConstitutionRefusal;
pub use in_force::InForce;

/// What is known of one person's identity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Citizen {
    /// The last moment at which the identity counts as verified.
    pub verified_until: Option<Time>,
    /// The statement that says so.
    pub verified_by: Option<StatementId>,
    /// Whether the person is away.
    pub on_leave: bool,
}

/// Where a constitution stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polity {
    founder: KeyId,
    phase: PhaseState,
    humans: u64,
    charter: InForce,
    parameters: InForce,
    people: Arc<BTreeMap<KeyId, Citizen>>,
    alerts: Arc<BTreeMap<(KeyId, Signal), u64>>,
    amendments: BTreeMap<StatementId, Arc<Amendment>>,
    decisions: BTreeMap<StatementId, Arc<Decision>>,
    lifecycle: u64,
}

impl Polity {
    /// Key of the founder.
    pub const fn founder(&self) -> &KeyId {
        &self.founder
    }

    /// Phase, tier, veto and decisions of G0.
    pub const fn phase(&self) -> &PhaseState {
        &self.phase
    }

    /// Verified people with trust at or above the floor, at the last close of an epoch.
    pub const fn humans(&self) -> u64 {
        self.humans
    }

    /// Hash of the charter in force.
    pub fn charter(&self) -> Digest {
        self.charter.hash()
    }

    /// Hash of the parameter file in force.
    pub fn parameters(&self) -> Digest {
        self.parameters.hash()
    }

    /// One person's identity, if anything was stated about it.
    pub fn citizen(&self, key: &KeyId) -> Option<Citizen> {
        self.people.get(key).copied()
    }

    /// Whose identity a statement verifies, if nothing later says otherwise.
    pub fn verified_by(&self, statement: StatementId) -> Option<&KeyId> {
        let found = self.people.iter().find(|(_, it)| it.verified_by == Some(statement));
        found.map(|(key, _)| key)
    }

    /// A panel has found that this verification was wrong: the person counts as never verified, until somebody verifies them
    /// again.
    pub fn unverify(&mut self, statement: StatementId) {
        let Some(key) = self.verified_by(statement).cloned() else { return };
        if let Some(citizen) = Arc::make_mut(&mut self.people).get_mut(&key) {
            (citizen.verified_until, citizen.verified_by) = (None, None);
        }
    }

    /// How often each signal was seen about each actor.
    pub fn alerts(&self) -> &BTreeMap<(KeyId, Signal), u64> {
        &self.alerts
    }

    /// An amendment, by the statement that proposed it.
    pub fn amendment(&self, id: StatementId) -> Option<&Amendment> {
        self.amendments.get(&id).map(AsRef::as_ref)
    }

    /// All amendments, by the statements that proposed them.
    pub fn amendments(&self) -> impl Iterator<Item = (StatementId, &Amendment)> {
        self.amendments.iter().map(|(id, found)| (*id, found.as_ref()))
    }

    /// A decision of G0, by its statement.
    pub fn decision(&self, id: StatementId) -> Option<&Decision> {
        self.decisions.get(&id).map(AsRef::as_ref)
    }

    /// All decisions of G0, by their statements.
    pub fn decisions(&self) -> impl Iterator<Item = (StatementId, &Decision)> {
        self.decisions.iter().map(|(id, found)| (*id, found.as_ref()))
    }

    /// How many events of the constitution's life so far are to be anchored at once: chambers that
    /// decided, rules that came into force or fell, phases, tiers, First Light.
    pub const fn lifecycle(&self) -> u64 {
        self.lifecycle
    }

    /// Everybody in the register, as chambers see them.
    pub fn register(&self, at: Time, around: &dyn Surroundings) -> Vec<Person> {
        let members = around.members().into_iter();
        members.map(|(key, member)| self.person_of(key, member, at)).collect()
    }

    fn person(&self, key: &KeyId, at: Time, around: &dyn Surroundings) -> Option<Person> {
        around.member(key).map(|member| self.person_of(key.clone(), member, at))
    }

    fn person_of(&self, id: KeyId, member: Member, at: Time) -> Person {
        let citizen = self.citizen(&id).unwrap_or_default();
        Person {
            id,
            kind: member.kind,
            region: member.region,
            organisation: member.organisation,
            trust: member.trust,
            // Never verified is verified until before now.
            verified_until: citizen.verified_until.unwrap_or_else(|| at.plus(-1)),
            is_active: !citizen.on_leave && !member.is_suspended,
            is_conflicted: false,
        }
    }

    const fn of(&self, instrument: Instrument) -> &InForce {
        match instrument {
            Instrument::Charter => &self.charter,
            Instrument::Parameters => &self.parameters,
        }
    }

    const fn of_mut(&mut self, instrument: Instrument) -> &mut InForce {
        match instrument {
            Instrument::Charter => &mut self.charter,
            Instrument::Parameters => &mut self.parameters,
        }
    }
}
