//! Which key set a signer's name stands for.
//!
//! A `did:key` *is* a classical key, so any statement's signature can be checked before it is known whether the
//! signer is entitled to anything. Only a hybrid authority needs looking up, and it is known from the first
//! statement of its record on.

use std::collections::BTreeMap;
use std::sync::Arc;

use comity_sign::{Claim, IssuerKey, KeyError, Signed, VerifyError};
use comity_wire::{KeyId, Statement};

/// Key sets seen so far, decoded once.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    keys: BTreeMap<KeyId, Arc<IssuerKey>>,
}

impl Keyring {
    /// Remembers a key set under its Ed25519 name, replacing a classical guess.
    pub fn insert(&mut self, key: IssuerKey) {
        self.keys.insert(key.id().clone(), Arc::new(key));
    }

    /// Remembers the classical key that `id` stands for, unless something is known about it.
    pub fn remember(&mut self, id: &KeyId) -> Result<(), KeyError> {
        if !self.keys.contains_key(id) {
            self.insert(IssuerKey::from_key_ids(id, None)?);
        }
        Ok(())
    }

    /// The key set that is remembered of a name.
    pub fn get(&self, id: &KeyId) -> Option<&Arc<IssuerKey>> {
        self.keys.get(id)
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Verifies `claim` under the key set of its signer.
    pub fn verify(&self, claim: Claim<Statement>) -> Result<Signed<Statement>, VerifyError> {
        let signer = &claim.claimed().signer;
        match self.get(signer) {
            Some(key) => claim.verify(key),
            None => match IssuerKey::from_key_ids(signer, None) {
                Ok(key) => claim.verify(&key),
                Err(_) => Err(VerifyError::BadSignature),
            },
        }
    }
}
