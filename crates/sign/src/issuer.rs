//! The key set of an issuer: classical, or hybrid.

use comity_wire::KeyId;
use comity_wire::dsse::EnvelopeSignature;

use crate::table::Ending;
use crate::{KeyError, MlDsaPublicKey, MlDsaSigningKey, PublicKey, SigningKey, VerifyError};

/// What a signature must verify under. A hybrid issuer's must verify under both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKey {
    id: KeyId,
    ed25519: PublicKey,
    ml_dsa: Option<(KeyId, MlDsaPublicKey)>,
}

impl IssuerKey {
    /// A classical key set.
    pub fn classical(ed25519: PublicKey) -> Self {
        Self { id: ed25519.key_id(), ed25519, ml_dsa: None }
    }

    /// A hybrid key set: both signatures are demanded.
    pub fn hybrid(ed25519: PublicKey, ml_dsa: MlDsaPublicKey) -> Self {
        Self { id: ed25519.key_id(), ed25519, ml_dsa: Some((ml_dsa.key_id(), ml_dsa)) }
    }

    /// The key set that is written as one or two names.
    pub fn from_key_ids(ed25519: &KeyId, ml_dsa: Option<&KeyId>) -> Result<Self, KeyError> {
        let ed25519 = PublicKey::from_key_id(ed25519)?;
        Ok(match ml_dsa {
            None => Self::classical(ed25519),
            Some(id) => Self::hybrid(ed25519, MlDsaPublicKey::from_key_id(id)?),
        })
    }

    /// The name under which the issuer signs: its Ed25519 key.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The name of the ML-DSA half, for a hybrid key set.
    pub fn ml_dsa_id(&self) -> Option<&KeyId> {
        self.ml_dsa.as_ref().map(|(id, _)| id)
    }

    /// The Ed25519 half.
    pub const fn ed25519(&self) -> &PublicKey {
        &self.ed25519
    }

    /// Checks every signature that this key set demands, and that there are no others; what is left of the check where its
    /// last step may be put off.
    pub(crate) fn begin(
        &self,
        message: &[u8],
        signatures: &[EnvelopeSignature],
    ) -> Result<Option<Ending>, VerifyError> {
        let expected = if self.ml_dsa.is_some() { 2 } else { 1 };
        let (Some(first), true) = (signatures.first(), signatures.len() == expected) else {
            return Err(VerifyError::SignatureCount { expected, found: signatures.len() });
        };
        check_key(&self.id, &first.keyid)?;
        let signature = first.sig.as_slice().try_into().map_err(|_| VerifyError::BadSignature)?;
        let (Some((id, key)), Some(second)) = (&self.ml_dsa, signatures.get(1)) else {
            return self.ed25519.begin(message, signature);
        };
        self.ed25519.verify(message, signature)?;
        check_key(id, &second.keyid)?;
        key.verify(message, &second.sig)?;
        Ok(None)
    }
}

fn check_key(expected: &KeyId, found: &KeyId) -> Result<(), VerifyError> {
    if expected == found {
        Ok(())
    } else {
        Err(VerifyError::WrongKey { expected: expected.clone(), found: found.clone() })
    }
}

/// The secret half of an [`IssuerKey`].
#[derive(Clone, Debug)]
pub struct IssuerSecret {
    ed25519: SigningKey,
    ml_dsa: Option<MlDsaSigningKey>,
}

impl IssuerSecret {
    /// Signs with Ed25519 alone.
    pub const fn classical(ed25519: SigningKey) -> Self {
        Self { ed25519, ml_dsa: None }
    }

    /// Signs with both.
    pub const fn hybrid(ed25519: SigningKey, ml_dsa: MlDsaSigningKey) -> Self {
        Self { ed25519, ml_dsa: Some(ml_dsa) }
    }

    /// The public half.
    pub fn public(&self) -> IssuerKey {
        match &self.ml_dsa {
            None => IssuerKey::classical(self.ed25519.public()),
            Some(key) => IssuerKey::hybrid(self.ed25519.public(), key.public()),
        }
    }

    /// The name under which it signs.
    pub fn id(&self) -> KeyId {
        self.ed25519.id().clone()
    }

    /// The Ed25519 half, which also signs checkpoints.
    pub const fn ed25519(&self) -> &SigningKey {
        &self.ed25519
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<EnvelopeSignature> {
        let mut signatures =
            vec![EnvelopeSignature { keyid: self.id(), sig: self.ed25519.sign(message).to_vec() }];
        if let Some(key) = &self.ml_dsa {
            signatures
                .push(EnvelopeSignature { keyid: key.public().key_id(), sig: key.sign(message) });
        }
        signatures
    }
}
