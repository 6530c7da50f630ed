//! Cosignatures (C2SP `tlog-cosignature`, Ed25519 form `cosignature/v1`): a witness says that, at a time, this
//! was the largest tree it had seen of this log, and that it extends every tree it had seen before.
//!
//! ```text
//!  signed text   cosignature/v1\n                 the domain
//!                time 1767225600\n                Unix seconds
//!                <the checkpoint's three lines>
//!
//!  signature     time[8, big-endian] ‖ Ed25519 signature[64]          in a note line after the key hash
//! ```

use comity_sign::SigningKey;
use comity_wire::Time;

use crate::checkpoint::Checkpoint;
use crate::note::NoteSignature;
use crate::vkey::{KeyKind, Vkey, VkeyError};

/// Bytes of a cosignature after the key hash: the time and the Ed25519 signature.
const BLOB_BYTES: usize = 8 + 64;

/// Why a cosignature was not made or not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignatureError {
    /// The witness's name is not a key name.
    #[error(transparent)]
    Name(#[from] VkeyError),
    /// Not a time in a year from 1970 to 9999, or the epoch itself, which C2SP reserves.
    #[error("a cosignature cannot be dated {unix} seconds from the epoch")]
    BadTime {
        /// Seconds since the Unix epoch, read as signed.
        unix: i64,
    },
    /// The signature is not a time and 64 bytes.
    #[error("a cosignature has {expected} bytes, this one {given}")]
    WrongLength {
        /// Bytes of a cosignature.
        expected: usize,
        /// Bytes given.
        given: usize,
    },
    /// Name, key hash or kind of key are not those of the witness.
    #[error("a cosignature by {given} was checked against the key of {expected}")]
    WrongSigner {
        /// Name of the key.
        expected: String,
        /// Name on the signature line.
        given: String,
    },
    /// The signature does not hold for this checkpoint, time and key.
    #[error("the cosignature by {name} does not verify")]
    BadSignature {
        /// Name of the witness.
        name: String,
    },
}

impl CosignatureError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name(error) => error.code(),
            Self::BadTime { .. } => "tlog.cosignature_bad_time",
            Self::WrongLength { .. } => "tlog.cosignature_wrong_length",
            Self::WrongSigner { .. } => "tlog.cosignature_wrong_signer",
            Self::BadSignature { .. } => "tlog.bad_cosignature",
        }
    }
}

/// A witness's signature over a checkpoint and a time. Not verified until [`Cosignature::verify`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    name: String,
    key_hash: [u8; 4],
    time: Time,
    signature: [u8; 64],
}

impl Cosignature {
    /// Signs `checkpoint` as the witness `name`. Only a [`Witness`](crate::Witness) knows whether it may.
    ///
    /// # Errors
    ///
    /// [`CosignatureError::Name`], [`CosignatureError::BadTime`].
    pub fn sign(
        name: &str,
        key: &SigningKey,
        checkpoint: &Checkpoint,
        time: Time,
    ) -> Result<Self, CosignatureError> {
        let vkey = Vkey::witness(name, key.public())?;
        let time = datable(time.unix())?;
        let signature = key.sign(signed_text(checkpoint, time).as_bytes());
        Ok(Self { name: name.to_owned(), key_hash: vkey.key_hash(), time, signature })
    }

    /// Name of the witness.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When the witness signed, by its own clock.
    pub const fn time(&self) -> Time {
        self.time
    }

    /// The signature line of a note.
    pub fn to_line(&self) -> NoteSignature {
        let signature = [&self.time.unix().to_be_bytes(), self.signature.as_slice()].concat();
        NoteSignature { name: self.name.clone(), key_hash: self.key_hash, signature }
    }

    /// Reads a signature line; says nothing about whether it holds.
    ///
    /// # Errors
    ///
    /// [`CosignatureError::WrongLength`], [`CosignatureError::BadTime`].
    pub fn decode(line: &NoteSignature) -> Result<Self, CosignatureError> {
        let wrong_length =
            CosignatureError::WrongLength { expected: BLOB_BYTES, given: line.signature.len() };
        let Some((time, signature)) = line.signature.split_first_chunk::<8>() else {
            return Err(wrong_length);
        };
        let signature = signature.try_into().map_err(|_| wrong_length)?;
        let time = datable(i64::from_be_bytes(*time))?;
        Ok(Self { name: line.name.clone(), key_hash: line.key_hash, time, signature })
    }

    /// Checks that `witness` signed `checkpoint` at this cosignature's time. Whether that time is recent
    /// enough, or in the future, is for the caller to judge.
    ///
    /// # Errors
    ///
    /// [`CosignatureError::WrongSigner`], [`CosignatureError::BadSignature`].
    pub fn verify(&self, witness: &Vkey, checkpoint: &Checkpoint) -> Result<(), CosignatureError> {
        let is_by = self.name == witness.name() && self.key_hash == witness.key_hash();
        if !is_by || witness.kind() != KeyKind::Witness {
            return Err(CosignatureError::WrongSigner {
                expected: witness.name().to_owned(),
                given: self.name.clone(),
            });
        }
        witness
            .key()
            .verify(signed_text(checkpoint, self.time).as_bytes(), &self.signature)
            .map_err(|_| CosignatureError::BadSignature { name: self.name.clone() })
    }
}

/// The text under the signature.
fn signed_text(checkpoint: &Checkpoint, time: Time) -> String {
    format!("cosignature/v1\ntime {}\n{}", time.unix(), checkpoint.encode())
}

fn datable(unix: i64) -> Result<Time, CosignatureError> {
    if 0 < unix && unix <= Time::MAX.unix() {
        Ok(Time::from_unix(unix))
    } else {
        Err(CosignatureError::BadTime { unix })
    }
}
