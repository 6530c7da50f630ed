//! What a key file holds.

use crate::KeyfileError;
use std::{collections::BTreeMap, fmt};
use zeroize::Zeroizing;

/// Longest name, in bytes: it goes into one line that people read.
pub const NAME_BYTES_MAX: usize = 128;
/// Longest role, in bytes.
pub const ROLE_BYTES_MAX: usize = 32;
/// Most keys in one file. A sovereign has two, and its actors and devices a few.
pub const ROLES_MAX: usize = 64;

/// The seeds of one key holder, by role.
#[derive(Clone)]
pub struct KeyBundle {
    /// Whose keys these are, for people: 1 to [`NAME_BYTES_MAX`] bytes, no control characters, no
    /// space at either end.
    pub name: String,
    /// 32-byte seeds by role, for example `root` and `authority`. A role is a lower-case ASCII
    /// letter followed by up to 31 letters, digits or underscores.
    pub keys: BTreeMap<String, Zeroizing<[u8; 32]>>,
}

impl KeyBundle {
    /// The seed of one role.
    ///
    /// # Errors
    ///
    /// [`KeyfileError::NoSuchRole`] if the bundle has none.
    pub fn key(&self, role: &str) -> Result<&[u8; 32], KeyfileError> {
        let seed = self.keys.get(role).map(|seed| &**seed);
        seed.ok_or_else(|| KeyfileError::NoSuchRole {
            role: role.chars().take(ROLE_BYTES_MAX).collect(),
        })
    }

    /// Refuses a bundle that has no text form.
    pub(crate) fn check(&self) -> Result<(), KeyfileError> {
        if !is_name(&self.name) {
            return Err(KeyfileError::BadName { len: self.name.len(), max: NAME_BYTES_MAX });
        }
        if self.keys.is_empty() || ROLES_MAX < self.keys.len() {
            return Err(KeyfileError::BadRoleCount { count: self.keys.len(), max: ROLES_MAX });
        }
        match self.keys.keys().find(|role| !is_role(role)) {
            Some(role) => {
                Err(KeyfileError::BadRole { role: role.chars().take(ROLE_BYTES_MAX).collect() })
            }
            None => Ok(()),
        }
    }
}

impl fmt::Debug for KeyBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.keys().map(|role| (role, "***"));
        f.debug_struct("KeyBundle")
            .field("name", &self.name)
            .field("keys", &keys.collect::<BTreeMap<_, _>>())
            .finish()
    }
}

pub(crate) fn is_name(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.trim() == name
        && !name.chars().any(char::is_control)
}

pub(crate) fn is_role(role: &str) -> bool {
    let inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    role.len() <= ROLE_BYTES_MAX
        && role.starts_with(|first: char| first.is_ascii_lowercase())
        && role.bytes().all(inner)
}
