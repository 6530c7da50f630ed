//! The fold over every record: identity, orders, missions, money, trust, epochs, in one state.
//!
//! ```text
//!  Signed<Statement> ──▶ header rules ──▶ dependency rules ──▶ the room that owns the kind ──▶ committed
//!                        (entitled, dated)  (cited, held)       (pure apply, may refuse)
//! ```
//!
//! The node, the simulator and the public verifier call [`World::apply`] and nothing else, so their states can only
//! differ where a statement is missing.
//!
//! # Invariants
//!
//! 1. A refusal changes nothing.
//! 2. The state does not depend on how independent records are interleaved: whatever a statement needs from another
//!    record, its own record has cited by then ([`World::require_seen`]).
//! 3. Every statement of every record is covered by exactly one of the four roots of the epoch that closes over it.

mod appeal;
mod clerk;
mod commitment;
mod committee;
mod constitution;
mod dispatch;
mod mission;
mod money;
mod orders;
mod places;
mod record;
mod relief;
mod review;
mod standing;
mod trust;

use std::collections::BTreeMap;

use comity_constitution::{Appeals, Charter, Parameters, Polity};
use comity_mesh::Directory;
use comity_mycel::ledger::Ledger;
use comity_sign::Signed;
use comity_wire::{Digest, SovereignId, Statement, StatementId};

use crate::keyring::Keyring;
use crate::refusal::Refusal;

pub use commitment::Round;
pub use mission::{MissionView, actor_info, last_task};
pub use money::{OpeningKey, claim_nullifier};
pub use orders::OrderView;
pub use record::{Place, RecordView};
pub use trust::Ending;

use self::places::Places;

/// Everything that follows from the statements applied so far.
#[derive(Clone, Debug)]
pub struct World {
    parameters: BTreeMap<Digest, Parameters>,
    founding: Charter,
    charters: BTreeMap<Digest, Charter>,
    polities: BTreeMap<SovereignId, Polity>,
    appeals: BTreeMap<SovereignId, Appeals>,
    keyring: Keyring,
    directory: Directory,
    admitted: BTreeMap<comity_wire::KeyId, Place>,
    records: BTreeMap<SovereignId, RecordView>,
    places: Places,
    orders: BTreeMap<StatementId, OrderView>,
    missions: BTreeMap<StatementId, MissionView>,
    ledgers: BTreeMap<SovereignId, Ledger>,
    facts: money::Facts,
    rounds: BTreeMap<(StatementId, u64), Round>,
    trust: BTreeMap<SovereignId, trust::House>,
    /// What was said about missions that a panel may set aside: the mission, by the statement.
    verdicts: BTreeMap<StatementId, StatementId>,
    /// Who was seated to review whose work.
    seatings: review::Seatings,
}

impl World {
    /// A world without statements, in which sovereigns may name any of `parameters`.
    pub fn new(parameters: impl IntoIterator<Item = Parameters>) -> Self {
        let founding = Charter::founding();
        Self {
            parameters: parameters.into_iter().map(|set| (set.hash(), set)).collect(),
            charters: BTreeMap::from([(founding.hash(), founding.clone())]),
            founding,
            polities: BTreeMap::new(),
            appeals: BTreeMap::new(),
            keyring: Keyring::default(),
            directory: Directory::new(),
            admitted: BTreeMap::new(),
            records: BTreeMap::new(),
            places: Places::default(),
            orders: BTreeMap::new(),
            missions: BTreeMap::new(),
            ledgers: BTreeMap::new(),
            facts: money::Facts::default(),
            rounds: BTreeMap::new(),
            trust: BTreeMap::new(),
            verdicts: BTreeMap::new(),
            seatings: BTreeMap::new(),
        }
    }

    /// Folds one verified statement in at the end of `record`.
    pub fn apply(
        &mut self,
        record: SovereignId,
        signed: &Signed<Statement>,
    ) -> Result<Place, Refusal> {
        let step = self.header(record, signed)?;
        self.dispatch(&step)?;
        Ok(self.commit(step))
    }

    /// Key sets of the sovereigns known so far.
    pub const fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Lets later verifications skip decoding this key.
    pub fn remember_key(&mut self, id: &comity_wire::KeyId) {
        // A name that is no key stays unknown; verification then says so.
        let _ = self.keyring.remember(id);
    }

    /// Sovereigns, actors and treaties.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }

    /// One record's state.
    pub fn record(&self, id: SovereignId) -> Option<&RecordView> {
        self.records.get(&id)
    }

    /// All records, by id.
    pub fn records(&self) -> impl Iterator<Item = (SovereignId, &RecordView)> {
        self.records.iter().map(|(id, record)| (*id, record))
    }

    /// Where a statement stands.
    pub fn place(&self, id: StatementId) -> Option<Place> {
        self.places.get(id)
    }

    /// The parameters in force in a record: those that its genesis names, until its constitution puts others in their
    /// place. What they are by now depends on how far that record was read, so no rule asks this about another record.
    pub fn parameters_of(&self, sovereign: SovereignId) -> Result<&Parameters, Refusal> {
        let named = || self.directory.sovereign(sovereign).map(|found| found.genesis.parameters);
        let hash = self.polities.get(&sovereign).map_or_else(named, |it| Ok(it.parameters()))?;
        self.parameters_by(hash)
    }

    /// A parameter file by its hash.
    pub(crate) fn parameters_by(&self, hash: Digest) -> Result<&Parameters, Refusal> {
        self.parameters.get(&hash).ok_or(Refusal::ParametersUnknown { hash })
    }

    /// An order.
    pub fn order(&self, id: StatementId) -> Result<&OrderView, Refusal> {
        self.orders.get(&id).ok_or(Refusal::Unknown { what: "order", id })
    }

    /// All orders, by id.
    pub fn orders(&self) -> impl Iterator<Item = (StatementId, &OrderView)> {
        self.orders.iter().map(|(id, order)| (*id, order))
    }

    /// A mission.
    pub fn mission(&self, id: StatementId) -> Result<&MissionView, Refusal> {
        self.missions.get(&id).ok_or(Refusal::Unknown { what: "mission", id })
    }

    /// All missions, by id.
    pub fn missions(&self) -> impl Iterator<Item = (StatementId, &MissionView)> {
        self.missions.iter().map(|(id, mission)| (*id, mission))
    }

    /// The books of a ledger keeper; empty for a sovereign that keeps none.
    pub fn ledger(&self, keeper: SovereignId) -> Option<&Ledger> {
        self.ledgers.get(&keeper)
    }

    /// All books, by keeper.
    pub fn ledgers(&self) -> impl Iterator<Item = (SovereignId, &Ledger)> {
        self.ledgers.iter().map(|(keeper, ledger)| (*keeper, ledger))
    }

    /// Refuses a dependency on a statement that `record` has not cited, directly or through a later statement of the
    /// same other record. Without this rule the state would depend on which record a reader happens to read first.
    fn require_seen(&self, step: &record::Step<'_>, needed: StatementId) -> Result<(), Refusal> {
        let place = self.place(needed).ok_or(Refusal::CitationMissing { cited: needed })?;
        if place.record == step.record || self.has_seen(step, place) {
            Ok(())
        } else {
            Err(Refusal::NotCited { needed })
        }
    }

    /// Refuses to name a sovereign whose genesis the speaker has not cited.
    fn require_sovereign(
        &self,
        step: &record::Step<'_>,
        named: SovereignId,
    ) -> Result<(), Refusal> {
        self.require_seen(step, StatementId::from_digest(named.digest()))
    }
}
