//! [`Claim`]: what arrived. [`Signed`]: what survived verification.

use comity_wire::dsse::{Envelope, pae};
use comity_wire::{Digest, KeyId, Statement, StatementId, WireError, sha256};

use crate::table::Ending;
use crate::{IssuerKey, IssuerSecret, VerifyError};

/// A body with one canonical byte form that names its signer inside.
pub trait Signable: Sized {
    /// The canonical bytes.
    fn encode(&self) -> Result<Vec<u8>, WireError>;
    /// Reads canonical bytes; refuses whatever `encode` would not write.
    fn decode(bytes: &[u8]) -> Result<Self, WireError>;
    /// Who the body says has signed it.
    fn signer(&self) -> &KeyId;
}

impl Signable for Statement {
    fn encode(&self) -> Result<Vec<u8>, WireError> {
        Self::encode(self)
    }

    fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        Self::decode(bytes)
    }

    fn signer(&self) -> &KeyId {
        &self.signer
    }
}

/// A well-formed envelope as it came off the wire. Its signatures have not been checked, so its body is
/// good for routing and for finding the key, not for decisions.
#[derive(Clone, Debug)]
pub struct Claim<T> {
    envelope: Envelope,
    bytes: Box<[u8]>,
    body: T,
}

/// A body whose signatures have been checked against its issuer's key set.
#[derive(Clone, Debug)]
pub struct Signed<T> {
    id: StatementId,
    leaf: Digest,
    bytes: Box<[u8]>,
    body: T,
}

impl<T: Signable> Claim<T> {
    /// Reads an envelope in its one byte form around a body in its one byte form.
    pub fn decode(bytes: &[u8]) -> Result<Self, VerifyError> {
        let (envelope, body) = read(bytes)?;
        Ok(Self { envelope, bytes: bytes.into(), body })
    }

    /// As [`decode`](Self::decode), and keeps the buffer: from the wire to the log nothing is copied.
    pub fn take(bytes: Vec<u8>) -> Result<Self, VerifyError> {
        let (envelope, body) = read(&bytes)?;
        Ok(Self { envelope, bytes: bytes.into(), body })
    }

    /// The unverified body.
    pub const fn claimed(&self) -> &T {
        &self.body
    }

    /// The id that the payload has, verified or not.
    pub fn id(&self) -> StatementId {
        Statement::id_of(&self.envelope.payload)
    }

    /// The envelope bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Checks every signature that `key` demands, over the bytes received.
    pub fn verify(self, key: &IssuerKey) -> Result<Signed<T>, VerifyError> {
        let Begun { signed, ending } = self.begin(key)?;
        if ending.is_some_and(|ending| !ending.is_good()) {
            return Err(VerifyError::BadSignature);
        }
        Ok(signed)
    }

    /// As [`verify`](Self::verify), but for the last step, which [`finish_all`] takes for many at once.
    pub fn begin(self, key: &IssuerKey) -> Result<Begun<T>, VerifyError> {
        let ending = key.begin(&self.envelope.pae(), &self.envelope.signatures)?;
        let Self { envelope, bytes, body } = self;
        let (id, leaf) = (Statement::id_of(&envelope.payload), sha256(&bytes));
        Ok(Begun { signed: Signed { id, leaf, bytes, body }, ending })
    }
}

fn read<T: Signable>(bytes: &[u8]) -> Result<(Envelope, T), VerifyError> {
    let envelope = Envelope::decode(bytes)?;
    let body = T::decode(&envelope.payload)?;
    match envelope.signatures.first() {
        Some(first) if first.keyid == *body.signer() => Ok((envelope, body)),
        Some(first) => Err(VerifyError::SignerMismatch {
            envelope: first.keyid.clone(),
            body: body.signer().clone(),
        }),
        None => Err(VerifyError::SignatureCount { expected: 1, found: 0 }),
    }
}

/// A claim whose check lacks the last step.
#[derive(Debug)]
pub struct Begun<T> {
    signed: Signed<T>,
    ending: Option<Ending>,
}

/// Ends checks that were begun: each answer is that of [`Claim::verify`], in the order given.
pub fn finish_all<T>(
    begun: impl IntoIterator<Item = Result<Begun<T>, VerifyError>>,
) -> Vec<Result<Signed<T>, VerifyError>> {
    let mut endings = Vec::new();
    let mut note = |Begun { signed, ending }: Begun<T>| {
        let is_open = ending.is_some();
        endings.extend(ending);
        (signed, is_open)
    };
    let begun: Vec<_> = begun.into_iter().map(|begun| begun.map(&mut note)).collect();
    let mut good = Ending::are_good(&endings).into_iter();
    let mut finish = |(signed, is_open): (Signed<T>, bool)| {
        let is_good = !is_open || good.next().is_some_and(|good| good);
        is_good.then_some(signed).ok_or(VerifyError::BadSignature)
    };
    begun.into_iter().map(|begun| begun.and_then(&mut finish)).collect()
}

impl<T: Signable> Signed<T> {
    /// Signs `body`, which must name the secret's key as its signer. Deterministic.
    pub fn sign(secret: &IssuerSecret, body: T) -> Result<Self, VerifyError> {
        let id = secret.id();
        if *body.signer() != id {
            return Err(VerifyError::WrongKey { expected: body.signer().clone(), found: id });
        }
        let payload = body.encode()?;
        let signatures = secret.sign(&pae(&payload));
        let envelope = Envelope { payload, signatures };
        let bytes = envelope.encode().into_boxed_slice();
        Ok(Self { id: Statement::id_of(&envelope.payload), leaf: sha256(&bytes), bytes, body })
    }

    /// The verified body.
    pub const fn body(&self) -> &T {
        &self.body
    }

    /// SHA-256 of the payload.
    pub const fn id(&self) -> StatementId {
        self.id
    }

    /// SHA-256 of the envelope bytes: what the record's log holds.
    pub const fn leaf(&self) -> Digest {
        self.leaf
    }

    /// The envelope bytes, exactly as received or signed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, for a log: nothing is copied.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_vec()
    }
}
