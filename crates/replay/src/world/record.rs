//! Records as the fold sees them: who may speak, in which order, depending on what.

use std::collections::BTreeMap;

use comity_commitment::{Chain, EpochRecords};
use comity_mesh::{MeshError, MeshFact, Scope, read_treaty, subject_of};
use comity_sign::{IssuerKey, Signed};
use comity_tlog::{Frontier, leaf_hash};
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Time};

use super::World;
use super::committee::Settlement;
use crate::refusal::Refusal;

/// Where a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In whose record.
    pub record: SovereignId,
    /// At which index, from 0.
    pub index: u64,
    /// Dated when.
    pub at: Time,
}

/// One record: its log, and what it has seen of others.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// Name, from the genesis.
    pub name: String,
    /// The log over all leaves so far.
    pub log: Frontier,
    /// Date of the last statement.
    pub last: Time,
    /// For each other record, how many of its statements lie in this one's past.
    pub(super) seen: BTreeMap<SovereignId, u64>,
    /// Statements since the last epoch close.
    pub(super) epoch: EpochRecords,
    /// Date of the first of them.
    pub(super) opened: Option<Time>,
    /// Commitments so far.
    pub(super) chain: Chain,
    /// Beacon values that this record has revealed.
    pub(super) revealed: u64,
    /// Committee and anchors.
    pub(super) settlement: Settlement,
}

impl RecordView {
    /// Statements since the last epoch close.
    pub const fn epoch(&self) -> &EpochRecords {
        &self.epoch
    }

    /// Date of the first statement since the last epoch close.
    pub const fn opened(&self) -> Option<Time> {
        self.opened
    }

    /// Commitments so far.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Beacon values that this record has revealed, a count.
    pub const fn revealed(&self) -> u64 {
        self.revealed
    }
}

/// A statement on its way in: header checked, nothing changed yet.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(super) signed: &'a Signed<Statement>,
    pub(super) record: SovereignId,
    pub(super) place: Place,
    /// Whether an actor speaks, and not the authority itself.
    is_actors: bool,
    /// What it cites beyond what its record had seen: how many statements of which other records.
    newly_seen: Vec<(SovereignId, u64)>,
}

impl Step<'_> {
    pub(super) fn statement(&self) -> &Statement {
        self.signed.body()
    }

    pub(super) fn id(&self) -> StatementId {
        self.signed.id()
    }

    /// Whether the authority itself speaks.
    pub(super) const fn is_authority(&self) -> bool {
        !self.is_actors
    }

    /// The actor that speaks; none for the authority.
    pub(super) fn actor(&self) -> Option<&KeyId> {
        self.is_actors.then_some(&self.statement().signer)
    }

    /// Refuses actors.
    pub(super) fn authority_only(&self) -> Result<(), Refusal> {
        if self.is_actors {
            Err(Refusal::AuthorityOnly { signer: self.statement().signer.clone() })
        } else {
            Ok(())
        }
    }
}

impl World {
    /// Everything that can be said about a statement without knowing its kind.
    pub(super) fn header<'a>(
        &self,
        record: SovereignId,
        signed: &'a Signed<Statement>,
    ) -> Result<Step<'a>, Refusal> {
        let (statement, id) = (signed.body(), signed.id());
        if self.places.get(id).is_some() {
            return Err(Refusal::Repeated { id });
        }
        let view = self.records.get(&record);
        let index = view.map_or(0, |view| view.log.size());
        let opens = statement.issuer.is_none();
        if opens != (index == 0) || (opens && SovereignId::of_genesis(id) != record) {
            return Err(Refusal::GenesisPlace);
        }
        if let Some(issuer) = statement.issuer.filter(|issuer| *issuer != record) {
            return Err(Refusal::WrongRecord { record, issuer });
        }
        let last = view.map_or(Time::MIN, |view| view.last);
        if statement.at < last {
            return Err(Refusal::TimeBackwards { last, at: statement.at });
        }
        let mut newly_seen: Vec<(SovereignId, u64)> = Vec::new();
        for cited in &statement.cites {
            let place = self.place(*cited).ok_or(Refusal::CitationMissing { cited: *cited })?;
            if statement.at < place.at {
                return Err(Refusal::FromTheFuture { at: statement.at, cited: place.at });
            }
            if place.record != record && self.seen(record, place.record) <= place.index {
                newly_seen.push((place.record, place.index + 1));
            }
        }
        let is_actors = !opens && self.is_actors(record, statement)?;
        let place = Place { record, index, at: statement.at };
        Ok(Step { signed, record, place, is_actors, newly_seen })
    }

    /// Whether one of the record's actors speaks, or its authority; anybody else is refused.
    fn is_actors(&self, record: SovereignId, statement: &Statement) -> Result<bool, Refusal> {
        let signer = &statement.signer;
        if self.directory.sovereign(record)?.genesis.authority == *signer {
            return Ok(false);
        }
        match self.directory.actor(signer) {
            Ok(actor) if actor.sovereign == record => Ok(true),
            _ => Err(Refusal::NotEntitled { signer: signer.clone(), record }),
        }
    }

    /// Makes an accepted statement part of its record. Cannot fail.
    pub(super) fn commit(&mut self, step: Step<'_>) -> Place {
        self.constitution_signed(&step);
        self.cases_settled(&step);
        self.machines_ended(&step);
        let Step { signed, record, place, newly_seen, .. } = step;
        let epoch_s = self.parameters_of(record).map_or(3600, |set| set.commitment().epoch_s);
        let name = || self.directory.sovereign(record).map(|found| found.genesis.name.clone());
        let view = self.records.entry(record).or_insert_with(|| RecordView {
            name: name().unwrap_or_default(),
            log: Frontier::new(),
            last: place.at,
            seen: BTreeMap::new(),
            epoch: EpochRecords::new(),
            opened: None,
            chain: Chain::new(epoch_s),
            revealed: 0,
            settlement: Settlement::default(),
        });
        view.log.append(leaf_hash(signed.leaf().as_bytes()));
        view.last = place.at;
        for (other, count) in newly_seen {
            let seen = view.seen.entry(other).or_default();
            *seen = (*seen).max(count);
        }
        view.epoch.add(signed.id(), signed.body());
        if !view.epoch.is_empty() {
            view.opened.get_or_insert(place.at);
        }
        self.places.insert(signed.id(), place);
        place
    }

    /// Facts of identity: the directory decides, the keyring and the books follow.
    pub(super) fn apply_mesh(&mut self, step: &Step<'_>, fact: &MeshFact) -> Result<(), Refusal> {
        let statement = step.statement();
        let key = match fact {
            MeshFact::Genesis(genesis) => {
                if !self.parameters.contains_key(&genesis.parameters) {
                    return Err(Refusal::ParametersUnknown { hash: genesis.parameters });
                }
                Some(authority_key(genesis)?)
            }
            MeshFact::ActorAdmitted(admitted) => {
                step.authority_only()?;
                Some(
                    IssuerKey::from_key_ids(&admitted.key, None)
                        .map_err(|_| Refusal::Disagrees { what: "actor key" })?,
                )
            }
            MeshFact::TreatyIssued(issued) => {
                step.authority_only()?;
                let treaty = read_treaty(&issued.treaty).map_err(MeshError::from)?;
                self.require_sovereign(step, subject_of(&treaty).map_err(MeshError::from)?)?;
                None
            }
            MeshFact::TreatyRevoked(revoked) => {
                step.authority_only()?;
                self.require_seen(step, revoked.treaty)?;
                None
            }
        };
        let stamp = comity_mesh::Stamp {
            issuer: statement.issuer,
            signer: statement.signer.clone(),
            id: step.id(),
            at: statement.at,
        };
        self.directory.apply(&stamp, fact)?;
        if let Some(key) = key {
            self.keyring.insert(key);
        }
        match fact {
            MeshFact::Genesis(_) => self.found_trust(step.record)?,
            MeshFact::ActorAdmitted(admitted) => {
                self.admitted.insert(admitted.key.clone(), step.place);
                self.admit_to_trust(step, admitted);
                if admitted.actor == comity_mesh::ActorKind::Human {
                    self.count_human(step)?;
                }
            }
            MeshFact::TreatyIssued(_) | MeshFact::TreatyRevoked(_) => {}
        }
        Ok(())
    }

    /// How many statements of `other` lie in the past of `record`.
    fn seen(&self, record: SovereignId, other: SovereignId) -> u64 {
        let view = self.records.get(&record);
        view.and_then(|view| view.seen.get(&other)).copied().unwrap_or(0)
    }

    /// Whether a statement on its way in has a place of another record in its past.
    pub(super) fn has_seen(&self, step: &Step<'_>, place: Place) -> bool {
        let cites =
            |(other, count): &(SovereignId, u64)| *other == place.record && place.index < *count;
        place.index < self.seen(step.record, place.record) || step.newly_seen.iter().any(cites)
    }

    /// Those of `ids` that stand in other records and that `record` has not cited yet, once each.
    pub fn unseen(&self, record: SovereignId, ids: &[StatementId]) -> Vec<StatementId> {
        let mut unseen: Vec<StatementId> = Vec::new();
        for id in ids {
            let Some(place) = self.place(*id) else { continue };
            let count = self.seen(record, place.record);
            if place.record != record && count <= place.index && !unseen.contains(id) {
                unseen.push(*id);
            }
        }
        unseen
    }

    /// The statement by which `other` recognises `me` for this; whoever acts under it cites it. All that has been read
    /// counts, so this can refuse what the rules still allow: that `other` has revoked, and `me` has not cited it yet.
    ///
    /// # Errors
    ///
    /// Why one of the two does not recognise the other for this.
    pub fn treaty_in_force(
        &self,
        me: SovereignId,
        other: SovereignId,
        scope: Scope,
        at: Time,
    ) -> Result<StatementId, Refusal> {
        let all = |_| true;
        self.directory.recognition((me, other), scope, at, &all)?;
        Ok(self.directory.recognition((other, me), scope, at, &all)?)
    }

    /// Refuses unless the speaker and `other` recognise each other for `scope`, as far as lies in the speaker's past: which
    /// other treaties and revocations there are depends on how far other records have been read.
    pub(super) fn require_treaty(
        &self,
        step: &Step<'_>,
        other: SovereignId,
        scope: Scope,
    ) -> Result<(), Refusal> {
        let (me, at) = (step.record, step.statement().at);
        let past = |id| self.require_seen(step, id).is_ok();
        self.directory.recognition((me, other), scope, at, &past)?;
        if self.directory.recognition((other, me), scope, at, &past).is_ok() {
            return Ok(());
        }
        // The refusal names what is known by now, which tells more.
        let needed = self.directory.recognition((other, me), scope, at, &|_| true)?;
        Err(Refusal::NotCited { needed })
    }
}

fn authority_key(genesis: &comity_mesh::Genesis) -> Result<IssuerKey, Refusal> {
    let wrong = |_| Refusal::Disagrees { what: "authority key" };
    let ml_dsa = match &genesis.authority_ml_dsa {
        None => None,
        Some(text) => Some(text.parse().map_err(Refusal::Wire)?),
    };
    IssuerKey::from_key_ids(&genesis.authority, ml_dsa.as_ref()).map_err(wrong)
}
