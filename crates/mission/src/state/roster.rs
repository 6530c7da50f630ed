//! Looking actors up, and being sure of what was found.

use comity_wire::KeyId;

use crate::MissionError;
use crate::profile::{ActorInfo, Label, Party, ProfileError, ReviewerProfile, Role};

/// The caller's look-up.
pub(super) struct Roster<'a>(pub(super) &'a dyn Fn(&KeyId) -> Option<ActorInfo>);

impl Roster<'_> {
    /// An actor with this key and this role.
    fn actor(&self, key: &KeyId, role: Role) -> Result<ActorInfo, MissionError> {
        let actor = (self.0)(key)
            .filter(|actor| actor.key == *key)
            .ok_or_else(|| MissionError::UnknownActor { key: key.clone() })?;
        if actor.roles.contains(&role) {
            Ok(actor)
        } else {
            Err(MissionError::RoleMissing { key: key.clone(), role: role.name() })
        }
    }

    /// An actor who takes a side in the mission.
    pub(super) fn party(&self, key: &KeyId, role: Role) -> Result<Party, MissionError> {
        party_of(&self.actor(key, role)?)
    }

    /// A human who takes a side in the mission, or decides on it.
    pub(super) fn human(&self, key: &KeyId, role: Role) -> Result<Party, MissionError> {
        let actor = self.actor(key, role)?;
        if actor.is_human {
            party_of(&actor)
        } else {
            Err(MissionError::NotHuman { key: key.clone(), role: role.name() })
        }
    }

    /// A reviewer with a complete declaration.
    pub(super) fn reviewer(&self, key: &KeyId) -> Result<ReviewerProfile, MissionError> {
        Ok(ReviewerProfile::check(&self.actor(key, Role::Reviewer)?)?)
    }
}

fn party_of(actor: &ActorInfo) -> Result<Party, MissionError> {
    let key = actor.key.clone();
    match Label::parse(&actor.organisation) {
        Some(organisation) => Ok(Party { key, organisation }),
        None => Err(ProfileError::BadLabel { key, field: "organisation" }.into()),
    }
}
