//! Actors as the rules see them: what they declare, and what of it counts.
//!
//! [`ActorInfo`] is a declaration, as it stands in a record. [`ReviewerProfile`] is the checked,
//! canonical form that diversity is counted on: "Claude" and "claude " are one family, a human's
//! family is `human`, a method outside the constitution's set is refused.
//!
//! Source: blueprint §4.3 rule 4, §8 "no self-review, reviewer independence"; threat model 16–20.

use std::collections::BTreeSet;

use comity_constitution::{MethodType, RiskTier};
use comity_wire::KeyId;

use crate::limits::LABEL_BYTES_MAX;

/// What an actor may be asked to do. Rights come from the actor's sovereign, never from itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Does tasks.
    Worker,
    /// Reviews claims.
    Reviewer,
    /// Owns missions.
    Owner,
    /// Decides at the final gate.
    Gate,
    /// Signs readings; takes no part in missions.
    Device,
}

impl Role {
    /// The name that records use, e.g. `reviewer`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Reviewer => "reviewer",
            Self::Owner => "owner",
            Self::Gate => "gate",
            Self::Device => "device",
        }
    }

    /// Reads [`name`](Self::name).
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::Worker, Self::Reviewer, Self::Owner, Self::Gate, Self::Device];
        all.into_iter().find(|role| role.name() == name)
    }
}

/// An admitted actor, as its sovereign declared it. Who is revoked or quarantined is left out by
/// whoever answers the look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorInfo {
    /// The actor's key, which is its identity here: one key is one actor whatever its names.
    pub key: KeyId,
    /// For people.
    pub name: String,
    /// Human or machine.
    pub is_human: bool,
    /// Declared model family; ignored for humans.
    pub model_family: String,
    /// Declared method, exactly one of the constitution's set.
    pub method_type: String,
    /// Region, as declared.
    pub region: String,
    /// Organisation, as declared.
    pub organisation: String,
    /// What the actor may do.
    pub roles: BTreeSet<Role>,
}

/// A declared name in the form that is compared: trimmed, lower case, runs of spaces, `-` and `_` as
/// one `-`. Two spellings of one name are one label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(String);

impl Label {
    /// Canonicalises; `None` for what is blank, over [`LABEL_BYTES_MAX`] bytes, or holds anything
    /// but letters, digits, spaces and `-_.&/+'` (so no invisible characters tell twins apart).
    pub fn parse(text: &str) -> Option<Self> {
        if LABEL_BYTES_MAX < text.len() {
            return None;
        }
        let mut label = String::with_capacity(text.len());
        for char in text.chars() {
            match char {
                ' ' | '\t' | '-' | '_' => {
                    if !label.is_empty() && !label.ends_with('-') {
                        label.push('-');
                    }
                }
                '.' | '&' | '/' | '+' | '\'' => label.push(char),
                _ if char.is_alphanumeric() => {
                    label.extend(char.to_lowercase().filter(|lower| lower.is_alphanumeric()));
                }
                _ => return None,
            }
        }
        if label.ends_with('-') {
            label.pop();
        }
        (!label.is_empty()).then_some(Self(label))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a declaration does not make a reviewer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// A field is blank, too long, or holds characters that no name needs.
    #[error("{key} declares no usable {field}")]
    BadLabel {
        /// The actor.
        key: KeyId,
        /// Name of the field.
        field: &'static str,
    },
    /// The method is not in the constitution's set.
    #[error("{key} declares a method type that the constitution does not know")]
    UnknownMethod {
        /// The actor.
        key: KeyId,
    },
    /// A machine that declares a human's family or method, or a human that declares a machine's.
    #[error("{key} declares a {field} that is not of its kind")]
    NotOfItsKind {
        /// The actor.
        key: KeyId,
        /// Name of the field.
        field: &'static str,
    },
}

impl ProfileError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadLabel { .. } => "mission.profile_incomplete",
            Self::UnknownMethod { .. } => "mission.profile_unknown_method",
            Self::NotOfItsKind { .. } => "mission.profile_not_of_its_kind",
        }
    }
}

/// A reviewer whose declaration is complete and canonical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewerProfile {
    key: KeyId,
    is_human: bool,
    family: Label,
    method: MethodType,
    region: Label,
    organisation: Label,
}

/// The family of every human. No machine may declare it.
const HUMAN_FAMILY: &str = "human";

/// The spelling that some tools use for a human's family; canonicalised away (it is a method).
const HUMAN_METHOD_AS_FAMILY: &str = "human-reviewer";

impl ReviewerProfile {
    /// Checks a declaration. Says nothing about roles or about any mission.
    pub fn check(actor: &ActorInfo) -> Result<Self, ProfileError> {
        let label = |field, text| {
            Label::parse(text)
                .ok_or_else(|| ProfileError::BadLabel { key: actor.key.clone(), field })
        };
        label("name", &actor.name)?;
        let not_of_its_kind = |field| ProfileError::NotOfItsKind { key: actor.key.clone(), field };

        let method = MethodType::parse(&actor.method_type)
            .ok_or_else(|| ProfileError::UnknownMethod { key: actor.key.clone() })?;
        if actor.is_human != (method == MethodType::HumanReviewer) {
            return Err(not_of_its_kind("method_type"));
        }
        let family = if actor.is_human {
            Label(HUMAN_FAMILY.to_owned())
        } else {
            label("model_family", &actor.model_family)?
        };
        if !actor.is_human && [HUMAN_FAMILY, HUMAN_METHOD_AS_FAMILY].contains(&family.as_str()) {
            return Err(not_of_its_kind("model_family"));
        }
        Ok(Self {
            key: actor.key.clone(),
            is_human: actor.is_human,
            family,
            method,
            region: label("region", &actor.region)?,
            organisation: label("organisation", &actor.organisation)?,
        })
    }

    /// The reviewer's key.
    pub const fn key(&self) -> &KeyId {
        &self.key
    }

    /// Human or machine.
    pub const fn is_human(&self) -> bool {
        self.is_human
    }

    /// Canonical model family; `human` for humans.
    pub const fn family(&self) -> &Label {
        &self.family
    }

    /// Method type.
    pub const fn method(&self) -> MethodType {
        self.method
    }

    /// Canonical region.
    pub const fn region(&self) -> &Label {
        &self.region
    }

    /// Canonical organisation.
    pub const fn organisation(&self) -> &Label {
        &self.organisation
    }
}

/// Someone with a stake in a mission: its owner, whoever drafted it, a worker of any attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The party's key.
    pub key: KeyId,
    /// Its canonical organisation.
    pub organisation: Label,
}

/// Who may not review a mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Independence {
    /// The mission's tier. From R1 up, a party's organisation is excluded with the party.
    pub tier: RiskTier,
    /// The owner, the drafter and everyone who has worked on the mission.
    pub parties: Vec<Party>,
}

/// Why a reviewer is not independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The reviewer is a party, whatever name it goes by.
    IsParty,
    /// The reviewer belongs to a party's organisation.
    SharesOrganisation,
}

impl Independence {
    /// What stands between a reviewer and this mission, if anything.
    pub fn conflict(&self, reviewer: &ReviewerProfile) -> Option<Conflict> {
        if self.parties.iter().any(|party| party.key == reviewer.key) {
            return Some(Conflict::IsParty);
        }
        let shares = self.parties.iter().any(|party| party.organisation == reviewer.organisation);
        (shares && RiskTier::R1 <= self.tier).then_some(Conflict::SharesOrganisation)
    }
}

#[cfg(test)]
mod tests;
