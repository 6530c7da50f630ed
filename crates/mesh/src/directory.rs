//! Who exists: sovereigns by id, actors by key, treaties by the statement that carries them.
//!
//! A fold over verified mesh facts ([`Directory::apply`]) with lookups beside it. Not a registry
//! anybody runs: every node builds its own from the records it holds.

use std::collections::{BTreeMap, BTreeSet};

use comity_sign::PublicKey;
use comity_wire::mesh_json::Datetime;
use comity_wire::{KeyId, SovereignId, StatementId, Time};

use crate::keys::MeshKey;
use crate::recognition::TreatyCheck;
use crate::treaty::{TreatyEnd, read_treaty, subject_of};
use crate::{
    ActorAdmitted, ActorKind, Genesis, MeshError, MeshFact, Role, Scope, Treaty, TreatyError,
    TreatyRevoked,
};

/// Longest name, organisation, region, family or method, in bytes: fits a table cell.
pub const NAME_BYTES_MAX: usize = 64;
/// Most roles an actor can hold: there are no more.
pub const ROLES_MAX: usize = 5;
/// The model family of every person, so that no two people count as different models.
pub const FAMILY_HUMAN: &str = "human";

/// Who stated a fact, and when: what the envelope said once its signature had been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The stating sovereign; absent in a genesis only.
    pub issuer: Option<SovereignId>,
    /// The key that signed.
    pub signer: KeyId,
    /// The statement's id.
    pub id: StatementId,
    /// The statement's date.
    pub at: Time,
}

/// A sovereign as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sovereign {
    /// Its id: the id of its genesis statement.
    pub id: SovereignId,
    /// Its genesis.
    pub genesis: Genesis,
    /// Date of the genesis.
    pub at: Time,
}

/// An admitted actor. Labels are canonical: lower case, `human` for every person's family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The sovereign that admitted it.
    pub sovereign: SovereignId,
    /// Name, as admitted.
    pub name: String,
    /// Its key.
    pub key: KeyId,
    /// Person or machine.
    pub kind: ActorKind,
    /// Canonical model family.
    pub model_family: String,
    /// Canonical method type.
    pub method_type: String,
    /// Canonical organisation.
    pub organisation: String,
    /// Canonical region.
    pub region: String,
    /// What it may do.
    pub roles: BTreeSet<Role>,
    /// Date of admission.
    pub at: Time,
}

/// Everything known about sovereigns, actors and treaties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    sovereigns: BTreeMap<SovereignId, Sovereign>,
    actors: BTreeMap<KeyId, Actor>,
    /// Canonical actor names, so that spelling cannot tell two apart.
    names: BTreeSet<(SovereignId, String)>,
    /// Every key in the world with the name and sovereign it was admitted under (invariant 1).
    keys: BTreeMap<KeyId, (String, SovereignId)>,
    treaties: BTreeMap<StatementId, Treaty>,
    /// Treaties by who recognises whom.
    pairs: BTreeMap<(SovereignId, SovereignId), BTreeSet<StatementId>>,
    /// Ids that issuers have given their treaties.
    treaty_ids: BTreeSet<(SovereignId, String)>,
}

impl Directory {
    /// An empty world.
    pub fn new() -> Self {
        Self::default()
    }

    /// Folds one verified fact in. On refusal nothing has changed (invariant 5).
    pub fn apply(&mut self, stamp: &Stamp, fact: &MeshFact) -> Result<(), MeshError> {
        match fact {
            MeshFact::Genesis(genesis) => self.found(stamp, genesis).map(drop),
            MeshFact::ActorAdmitted(actor) => self.admit(stamp, actor),
            MeshFact::TreatyIssued(issued) => self.recognise(stamp, &issued.treaty),
            MeshFact::TreatyRevoked(revoked) => self.revoke(stamp, revoked),
        }
    }

    /// The sovereign with this id.
    pub fn sovereign(&self, id: SovereignId) -> Result<&Sovereign, MeshError> {
        self.sovereigns.get(&id).ok_or(MeshError::UnknownSovereign { id })
    }

    /// Canonical organisation of a sovereign, as its actors' organisations are written.
    pub fn organisation_of(&self, id: SovereignId) -> Result<String, MeshError> {
        canonical("organisation", &self.sovereign(id)?.genesis.organisation)
    }

    /// All sovereigns, by id.
    pub fn sovereigns(&self) -> impl Iterator<Item = &Sovereign> {
        self.sovereigns.values()
    }

    /// The actor with this key.
    pub fn actor(&self, key: &KeyId) -> Result<&Actor, MeshError> {
        self.actors.get(key).ok_or_else(|| MeshError::UnknownActor { key: key.clone() })
    }

    /// All actors, by key.
    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.actors.values()
    }

    /// The actor with this key, if it has the role.
    pub fn actor_as(&self, key: &KeyId, role: Role) -> Result<&Actor, MeshError> {
        let actor = self.actor(key)?;
        if actor.roles.contains(&role) {
            Ok(actor)
        } else {
            Err(MeshError::RoleMissing { key: key.clone(), role })
        }
    }

    /// The treaty that this statement carries.
    pub fn treaty(&self, id: StatementId) -> Result<&Treaty, MeshError> {
        self.treaties.get(&id).ok_or(MeshError::UnknownTreaty { id })
    }

    /// All treaties with the ids of the statements that carry them.
    pub fn treaties(&self) -> impl Iterator<Item = (StatementId, &Treaty)> {
        self.treaties.iter().map(|(id, treaty)| (*id, treaty))
    }

    /// All treaties by which `by` recognises `to`.
    pub fn treaties_between(
        &self,
        by: SovereignId,
        to: SovereignId,
    ) -> impl Iterator<Item = (StatementId, &Treaty)> {
        let ids = self.pairs.get(&(by, to)).into_iter().flatten();
        ids.filter_map(|id| self.treaties.get(id).map(|treaty| (*id, treaty)))
    }

    /// Whether the subject of a treaty has recognised its issuer for as much and as long, be it that it has revoked since.
    pub fn is_answered(&self, treaty: &Treaty) -> bool {
        self.treaties_between(treaty.to, treaty.by).any(|(_, answer)| {
            treaty.object.expires_at.instant() <= answer.object.expires_at.instant()
                && treaty.scopes().all(|scope| answer.scopes().any(|held| held == scope))
        })
    }

    /// The first treaty by which `by` recognises `to` for an act within `scope` dated `at`. Only treaties and revocations
    /// in the `past` of whoever acts count.
    ///
    /// # Errors
    ///
    /// [`MeshError::NoTreaty`] if there is none, else why the last of them does not cover the act.
    pub fn recognition(
        &self,
        (by, to): (SovereignId, SovereignId),
        scope: Scope,
        at: Time,
        past: &dyn Fn(StatementId) -> bool,
    ) -> Result<StatementId, MeshError> {
        let mut refusal = MeshError::NoTreaty { by, to };
        for (id, treaty) in self.treaties_between(by, to).filter(|(id, _)| past(*id)) {
            match treaty.covers(scope, at, past) {
                Ok(()) => return Ok(id),
                // A treaty about something else says least: keep a better reason if there is one.
                Err(TreatyError::OutOfScope { .. })
                    if !matches!(refusal, MeshError::NoTreaty { .. }) => {}
                Err(error) => refusal = error.into(),
            }
        }
        Err(refusal)
    }

    fn found(&mut self, stamp: &Stamp, genesis: &Genesis) -> Result<SovereignId, MeshError> {
        if stamp.issuer.is_some() {
            return Err(MeshError::GenesisWithIssuer { id: stamp.id });
        }
        let id = SovereignId::of_genesis(stamp.id);
        if self.sovereigns.contains_key(&id) {
            return Err(MeshError::SovereignKnown { id });
        }
        signed_by(&genesis.root, stamp)?;
        label("name", &genesis.name)?;
        label("organisation", &genesis.organisation)?;
        label("region", &genesis.region)?;
        self.key_is_free(&genesis.root)?;
        self.key_is_free(&genesis.authority)?;
        if genesis.root == genesis.authority {
            return Err(MeshError::KeyTaken {
                key: genesis.authority.clone(),
                held_by: format!("{} (root)", genesis.name),
                sovereign: id,
            });
        }
        for (key, what) in [(&genesis.root, "root"), (&genesis.authority, "authority")] {
            self.keys.insert(key.clone(), (format!("{} ({what})", genesis.name), id));
        }
        self.sovereigns.insert(id, Sovereign { id, genesis: genesis.clone(), at: stamp.at });
        Ok(id)
    }

    fn admit(&mut self, stamp: &Stamp, admitted: &ActorAdmitted) -> Result<(), MeshError> {
        let sovereign = self.speaker(stamp)?;
        let model_family = canonical("model_family", &admitted.model_family)?;
        let method_type = canonical("method_type", &admitted.method_type)?;
        let organisation = canonical("organisation", &admitted.organisation)?;
        let region = canonical("region", &admitted.region)?;
        let model_family = match admitted.actor {
            ActorKind::Human => FAMILY_HUMAN.to_owned(),
            ActorKind::Machine if model_family == FAMILY_HUMAN => {
                return Err(MeshError::MachineAsHuman);
            }
            ActorKind::Machine => model_family,
        };
        let roles = roles_of(admitted)?;
        self.key_is_free(&admitted.key)?;
        let name = (sovereign, canonical("name", &admitted.name)?);
        if self.names.contains(&name) {
            return Err(MeshError::NameTaken { name: admitted.name.clone(), sovereign });
        }
        self.names.insert(name);
        self.keys.insert(admitted.key.clone(), (admitted.name.clone(), sovereign));
        let actor = Actor {
            sovereign,
            name: admitted.name.clone(),
            key: admitted.key.clone(),
            kind: admitted.actor,
            model_family,
            method_type,
            organisation,
            region,
            roles,
            at: stamp.at,
        };
        self.actors.insert(admitted.key.clone(), actor);
        Ok(())
    }

    fn recognise(&mut self, stamp: &Stamp, text: &str) -> Result<(), MeshError> {
        let by = self.speaker(stamp)?;
        let object = read_treaty(text)?;
        let to = subject_of(&object)?;
        let (issuer, subject) = (self.sovereign(by)?, self.sovereign(to)?);
        if by == to {
            return Err(MeshError::TreatyWithSelf { id: by });
        }
        let keys = [mesh_key(&issuer.genesis.authority)?];
        let at = Datetime::from(stamp.at);
        let from = object.valid_from;
        let check = TreatyCheck {
            expected_issuer: Some(&by.to_string()),
            ..TreatyCheck::new(&keys, if from.instant() < at.instant() { at } else { from })
        };
        object.verify(&check).map_err(TreatyError::Refused)?;
        let named = mesh_key(&subject.genesis.authority)?.to_string();
        if !object.subject_public_keys.contains(&named) {
            return Err(TreatyError::KeyMissing { to }.into());
        }
        let issued_at = object.issued_at;
        if at.instant() < issued_at.instant() {
            return Err(TreatyError::FromTheFuture { issued_at, at: stamp.at }.into());
        }
        let treaty_id = object.treaty_id.clone();
        if !self.treaty_ids.insert((by, treaty_id.clone())) {
            return Err(TreatyError::Known { treaty_id }.into());
        }
        self.treaties.insert(stamp.id, Treaty { by, to, object, at: stamp.at, end: None });
        self.pairs.entry((by, to)).or_default().insert(stamp.id);
        Ok(())
    }

    fn revoke(&mut self, stamp: &Stamp, revoked: &TreatyRevoked) -> Result<(), MeshError> {
        let by = self.speaker(stamp)?;
        let id = revoked.treaty;
        let treaty = self.treaties.get_mut(&id).ok_or(MeshError::UnknownTreaty { id })?;
        if treaty.by != by {
            return Err(TreatyError::NotEntitled { by }.into());
        }
        if let Some(end) = &treaty.end {
            return Err(TreatyError::Ended { ended: end.at, at: stamp.at }.into());
        }
        let reason = revoked.reason.clone();
        treaty.end = Some(TreatyEnd { id: stamp.id, at: stamp.at, reason });
        Ok(())
    }

    /// The issuing sovereign, once its authority key is known to have signed (invariant 2).
    fn speaker(&self, stamp: &Stamp) -> Result<SovereignId, MeshError> {
        let id = stamp.issuer.ok_or(MeshError::NoIssuer { id: stamp.id })?;
        signed_by(&self.sovereign(id)?.genesis.authority, stamp)?;
        Ok(id)
    }

    fn key_is_free(&self, key: &KeyId) -> Result<(), MeshError> {
        match self.keys.get(key) {
            None => Ok(()),
            Some((held_by, sovereign)) => Err(MeshError::KeyTaken {
                key: key.clone(),
                held_by: held_by.clone(),
                sovereign: *sovereign,
            }),
        }
    }
}

fn signed_by(wanted: &KeyId, stamp: &Stamp) -> Result<(), MeshError> {
    if stamp.signer == *wanted {
        Ok(())
    } else {
        Err(MeshError::WrongSigner { signer: stamp.signer.clone(), wanted: wanted.clone() })
    }
}

/// A key of the directory as the protocol's objects carry it.
fn mesh_key(key: &KeyId) -> Result<MeshKey, MeshError> {
    let key = PublicKey::from_key_id(key).map_err(|_| MeshError::BadKey { key: key.clone() })?;
    Ok(key.into())
}

fn roles_of(admitted: &ActorAdmitted) -> Result<BTreeSet<Role>, MeshError> {
    let roles: BTreeSet<Role> = admitted.roles.iter().copied().collect();
    if roles.is_empty() || roles.len() != admitted.roles.len() {
        return Err(MeshError::BadRoles { count: admitted.roles.len(), max: ROLES_MAX });
    }
    let misfit = match admitted.actor {
        ActorKind::Human => Role::Device,
        ActorKind::Machine => Role::Gate,
    };
    if roles.contains(&misfit) {
        return Err(MeshError::RoleNotAllowed { role: misfit });
    }
    Ok(roles)
}

fn label(field: &'static str, text: &str) -> Result<(), MeshError> {
    let is_clean = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if text.trim().is_empty() || NAME_BYTES_MAX < text.len() || !is_clean {
        return Err(MeshError::BadLabel { field, len: text.len(), max: NAME_BYTES_MAX });
    }
    Ok(())
}

/// Lower case without outer blanks, so that spelling does not fake heterogeneity.
fn canonical(field: &'static str, text: &str) -> Result<String, MeshError> {
    label(field, text)?;
    Ok(text.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
