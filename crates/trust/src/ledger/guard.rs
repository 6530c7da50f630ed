//! Held updates: people vouch for them, they are released, or they are suspended.

use std::collections::BTreeSet;

use comity_constitution::charter::ReleaseQuorum;
use comity_constitution::{ActorKind, Nano, phase::Phase};
use comity_wire::{KeyId, StatementId, Time};

use super::{Ledger, Stamp, in_service, machine::Claim, not_before};
use crate::{
    account::later,
    error::TrustError,
    facts::{Released, Suspended},
    policy::Policy,
    update::cap_of,
};

/// The phase of a record's constitution, as far as it matters for what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governance {
    /// The phase.
    pub phase: Phase,
    /// When the phase with the first quorum began: no deadline runs before it.
    pub since: Time,
}

impl Governance {
    /// The strictest, for records without a constitution.
    pub const FULL: Self = Self { phase: Phase::G3, since: Time::MIN };
}

/// An update that the guard held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Whose trust.
    pub actor: KeyId,
    /// For which mission.
    pub mission: StatementId,
    /// The rise that waits. Nothing of it has been applied.
    pub rise: Nano,
    /// Since when.
    pub opened: Time,
    /// How much of it was applied, once it was released.
    pub applied: Nano,
    /// How it stands.
    pub state: IncidentState,
}

impl Incident {
    /// Until when it can be released; none while there is no quorum.
    pub fn deadline(&self, policy: &Policy, governance: Governance) -> Option<Time> {
        policy.guard.quorum(governance.phase)?;
        Some(later(self.opened.max(governance.since), policy.guard.deadline_s))
    }
}

/// How an incident stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentState {
    /// People may vouch.
    Open,
    /// Applied, on the word of people.
    Released {
        /// The statement.
        by: StatementId,
    },
    /// Not applied. Only an appeal could change that.
    Suspended {
        /// The statement.
        by: StatementId,
    },
}

/// A person who vouches, with the labels of their admission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorser {
    /// The key that signed.
    pub key: KeyId,
    /// Organisation.
    pub organisation: String,
    /// Region.
    pub region: String,
}

/// Who may not vouch for something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Organisations of the subject: its own, and those that operate it.
    pub organisations: BTreeSet<String>,
    /// Keys that had a part in it.
    pub involved: BTreeSet<KeyId>,
}

/// A person's word, as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endorsement {
    pub(super) about: StatementId,
    by: Endorser,
}

impl Ledger {
    /// A held update, by the statement that carried it.
    pub fn incident(&self, held: StatementId) -> Option<&Incident> {
        self.incidents.get(&held)
    }

    /// Every held update.
    pub fn incidents(&self) -> impl Iterator<Item = (StatementId, &Incident)> {
        self.incidents.iter().map(|(id, incident)| (*id, incident))
    }

    /// The endorsements of a statement, by id.
    pub fn endorsements(&self, about: StatementId) -> impl Iterator<Item = (StatementId, &KeyId)> {
        let about_it = self.endorsements.iter().filter(move |(_, found)| found.about == about);
        about_it.map(|(id, found)| (*id, &found.by.key))
    }

    /// What a statement that can be vouched for is about.
    pub fn subject_of(&self, about: StatementId) -> Option<&KeyId> {
        let held = self.incidents.get(&about).map(|incident| &incident.actor);
        held.or_else(|| match self.claims.get(&about) {
            Some((Claim::Measured | Claim::Alleged, machine)) => Some(machine),
            Some((Claim::Requested, _)) | None => None,
        })
    }

    /// A person vouches for a held update, a measurement or an allegation.
    ///
    /// # Errors
    ///
    /// Why that person cannot vouch, or why nothing can be vouched for any more.
    pub fn endorse(
        &mut self,
        policy: &Policy,
        governance: Governance,
        stamp: Stamp,
        (by, about): (Endorser, StatementId),
        excluded: &Excluded,
    ) -> Result<(), TrustError> {
        let subject = self.require_open(policy, governance, about, stamp.at)?;
        let account = self.known(&by.key)?;
        if account.kind != ActorKind::Human {
            return Err(TrustError::EndorserNotHuman { by: by.key });
        }
        let why = if by.key == subject {
            Some("it is about them")
        } else if excluded.involved.contains(&by.key) {
            Some("they took part in it")
        } else if excluded.organisations.contains(&by.organisation) {
            Some("it is about their organisation")
        } else {
            None
        };
        if let Some(why) = why {
            return Err(TrustError::EndorserInvolved { by: by.key, why });
        }
        self.require_trusted(policy, &by.key, stamp.at)?;
        if !self.endorsed.insert((about, by.key.clone())) {
            return Err(TrustError::EndorsedTwice { by: by.key, about });
        }
        self.endorsements.insert(stamp.id, Endorsement { about, by });
        Ok(())
    }

    /// The release of a held update on these endorsements: what the sovereign signs.
    ///
    /// # Errors
    ///
    /// Why the update cannot be released; never [`TrustError::Differs`].
    pub fn propose_release(
        &self,
        policy: &Policy,
        governance: Governance,
        held: StatementId,
        endorsements: Vec<StatementId>,
        at: Time,
    ) -> Result<Released, TrustError> {
        let incident = self.open_incident(held)?;
        let quorum = policy.guard.quorum(governance.phase);
        let quorum = quorum.ok_or(TrustError::NoQuorum { phase: governance.phase })?;
        if let Some(deadline) = incident.deadline(policy, governance)
            && deadline < at
        {
            return Err(TrustError::DeadlinePast { deadline, at });
        }
        self.require_quorum(policy, held, &endorsements, quorum, at)?;
        let account = self.known(&incident.actor)?;
        not_before(account, at)?;
        in_service(account, policy, &incident.actor, at)?;
        let cap = cap_of(&policy.rules, account.kind, self.people).max(account.trust);
        let after = account.trust.plus(incident.rise).min(cap);
        Ok(Released { after, before: account.trust, endorsements, held })
    }

    /// Recomputes a release and, if both numbers agree, applies what was held.
    ///
    /// A release is outside the guard's account: what rises without a quorum is counted there.
    ///
    /// # Errors
    ///
    /// As [`Self::propose_release`], and [`TrustError::Differs`].
    pub fn release(
        &mut self,
        policy: &Policy,
        governance: Governance,
        stamp: Stamp,
        claimed: &Released,
    ) -> Result<(), TrustError> {
        let (held, named) = (claimed.held, claimed.endorsements.clone());
        let computed = self.propose_release(policy, governance, held, named, stamp.at)?;
        for (field, claimed, computed) in
            [("before", claimed.before, computed.before), ("after", claimed.after, computed.after)]
        {
            if claimed != computed {
                return Err(TrustError::Differs { field, claimed, computed });
            }
        }
        let actor = self.open_incident(held)?.actor.clone();
        self.set_trust(&actor, computed.after, stamp.at);
        if let Some(incident) = self.incidents.get_mut(&held) {
            incident.applied = computed.after.minus(computed.before);
            incident.state = IncidentState::Released { by: stamp.id };
        }
        Ok(())
    }

    /// Closes an incident that nobody released in time. Nothing is applied.
    ///
    /// # Errors
    ///
    /// [`TrustError::DeadlineAhead`] while people may still vouch, [`TrustError::NoQuorum`] in G0.
    pub fn suspend(
        &mut self,
        policy: &Policy,
        governance: Governance,
        stamp: Stamp,
        claimed: Suspended,
    ) -> Result<(), TrustError> {
        let incident = self.open_incident(claimed.held)?;
        let deadline = incident.deadline(policy, governance);
        let deadline = deadline.ok_or(TrustError::NoQuorum { phase: governance.phase })?;
        if stamp.at <= deadline {
            return Err(TrustError::DeadlineAhead { deadline, at: stamp.at });
        }
        if let Some(incident) = self.incidents.get_mut(&claimed.held) {
            incident.state = IncidentState::Suspended { by: stamp.id };
        }
        Ok(())
    }

    pub(super) fn open_incident(&self, held: StatementId) -> Result<&Incident, TrustError> {
        let open = |incident: &&Incident| incident.state == IncidentState::Open;
        let incident = self.incidents.get(&held).filter(open);
        incident.ok_or(TrustError::NotOpen { what: "held update", id: held })
    }

    /// The subject of what can still be vouched for.
    fn require_open(
        &self,
        policy: &Policy,
        governance: Governance,
        about: StatementId,
        at: Time,
    ) -> Result<KeyId, TrustError> {
        let Ok(incident) = self.open_incident(about) else {
            return self.require_open_claim(policy, about, at);
        };
        match incident.deadline(policy, governance) {
            Some(deadline) if deadline < at => Err(TrustError::DeadlinePast { deadline, at }),
            Some(_) | None => Ok(incident.actor.clone()),
        }
    }

    fn require_trusted(&self, policy: &Policy, by: &KeyId, at: Time) -> Result<(), TrustError> {
        let min = policy.endorser_trust_min;
        let trust = self.trust_at(policy, by, at).unwrap_or(Nano::ZERO);
        if trust < min {
            return Err(TrustError::EndorserTrust { by: by.clone(), trust, min });
        }
        Ok(())
    }

    /// Enough people, of enough regions and organisations, who still have the trust they had.
    pub(super) fn require_quorum(
        &self,
        policy: &Policy,
        about: StatementId,
        named: &[StatementId],
        quorum: &ReleaseQuorum,
        at: Time,
    ) -> Result<(), TrustError> {
        let (mut people, mut regions, mut organisations) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for id in named {
            let found = self.endorsements.get(id).filter(|found| found.about == about);
            let by = &found.ok_or(TrustError::NotAnEndorsement { id: *id, about })?.by;
            if !people.insert(&by.key) {
                return Err(TrustError::EndorsedTwice { by: by.key.clone(), about });
            }
            self.require_trusted(policy, &by.key, at)?;
            regions.insert(&by.region);
            organisations.insert(&by.organisation);
        }
        for (what, got, min) in [
            ("people", people.len(), quorum.signatures_min),
            ("regions", regions.len(), quorum.regions_min),
            ("organisations", organisations.len(), quorum.organisations_min),
        ] {
            if (got as u64) < min {
                return Err(TrustError::QuorumShort { what, got: got as u64, min });
            }
        }
        Ok(())
    }
}
