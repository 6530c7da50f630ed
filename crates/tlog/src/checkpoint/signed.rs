//! A checkpoint with its signatures: what is exported, served and compared.

use std::cmp::Ordering;

use comity_sign::SigningKey;

use super::{Checkpoint, CheckpointError};
use crate::cosignature::Cosignature;
use crate::note::{Note, NoteSignature};
use crate::vkey::{KeyKind, Vkey};

/// A checkpoint whose signatures have been checked: the log's, and those of the witnesses it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    log: Vkey,
    signature: Vec<u8>,
    /// By name, strictly increasing.
    cosignatures: Vec<Cosignature>,
}

impl SignedCheckpoint {
    /// Signs as the log. The caller sees to it that a log never signs two roots for one size.
    pub fn sign(checkpoint: Checkpoint, key: &SigningKey) -> Self {
        let log = Vkey::of_name(&checkpoint.origin, KeyKind::Log, key.public());
        let signature = key.sign(checkpoint.encode().as_bytes()).to_vec();
        Self { checkpoint, log, signature, cosignatures: Vec::new() }
    }

    /// What has been signed.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log's key, against which the signature was checked.
    pub const fn log(&self) -> &Vkey {
        &self.log
    }

    /// The witnesses' cosignatures, by name.
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.cosignatures
    }

    /// Checks a cosignature and adds it in its place.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::Cosignature`] if it does not hold, [`CheckpointError::RepeatedSigner`] if the
    /// log's own key or name signs, [`CheckpointError::Duplicate`] if the witness has signed already.
    pub fn add(&mut self, cosignature: Cosignature, witness: &Vkey) -> Result<(), CheckpointError> {
        distinct(&self.log, std::slice::from_ref(witness))?;
        cosignature.verify(witness, &self.checkpoint)?;
        let name = |known: &Cosignature| known.name().cmp(cosignature.name());
        match self.cosignatures.binary_search_by(name) {
            Ok(_) => Err(CheckpointError::Duplicate { name: cosignature.name().to_owned() }),
            Err(place) => {
                self.cosignatures.insert(place, cosignature);
                Ok(())
            }
        }
    }

    /// The signed note: the log's signature first, then the witnesses by name.
    pub fn encode(&self) -> Vec<u8> {
        let log = NoteSignature {
            name: self.log.name().to_owned(),
            key_hash: self.log.key_hash(),
            signature: self.signature.clone(),
        };
        let witnesses = self.cosignatures.iter().map(Cosignature::to_line);
        let signatures = std::iter::once(log).chain(witnesses).collect();
        Note { text: self.checkpoint.encode(), signatures }.encode()
    }

    /// Reads a checkpoint of which every byte must count, as an exported record holds it: every signature
    /// is by `log` or one of `witnesses`, holds, stands once and in its place, and at least `quorum` are by
    /// witnesses. So a given set of signatures has exactly one byte form.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`].
    pub fn decode(
        bytes: &[u8],
        log: &Vkey,
        witnesses: &[Vkey],
        quorum: usize,
    ) -> Result<Self, CheckpointError> {
        let (note, mut signed) = Self::unsigned(bytes, log, witnesses)?;
        let mut lines = note.signatures.iter();
        let first = lines.next().filter(|line| line.is_by(log));
        signed.take_log(first.ok_or_else(|| misplaced(&note, log))?)?;
        for line in lines {
            let name = || line.name.clone();
            if line.is_by(log) {
                return Err(CheckpointError::Duplicate { name: name() });
            }
            let witness = witnesses.iter().find(|witness| line.is_by(witness));
            let witness = witness.ok_or_else(|| CheckpointError::UnknownSigner { name: name() })?;
            match signed.cosignatures.last().map(|last| last.name().cmp(&line.name)) {
                None | Some(Ordering::Less) => {}
                Some(Ordering::Equal) => {
                    return Err(CheckpointError::Duplicate { name: name() });
                }
                Some(Ordering::Greater) => {
                    return Err(CheckpointError::OutOfOrder { name: name() });
                }
            }
            let cosignature = Cosignature::decode(line)?;
            cosignature.verify(witness, &signed.checkpoint)?;
            signed.cosignatures.push(cosignature);
        }
        signed.has_quorum(quorum)
    }

    /// Reads a checkpoint as C2SP `signed-note` asks of clients: signatures by strangers are dropped, those
    /// by known keys must hold, wherever they stand. For what arrives over a network.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`].
    pub fn decode_open(
        bytes: &[u8],
        log: &Vkey,
        witnesses: &[Vkey],
        quorum: usize,
    ) -> Result<Self, CheckpointError> {
        let (note, mut signed) = Self::unsigned(bytes, log, witnesses)?;
        let no_log = || CheckpointError::NoLogSignature { name: log.name().to_owned() };
        note.signatures.iter().find(|line| line.is_by(log)).ok_or_else(no_log)?;
        for line in &note.signatures {
            if line.is_by(log) {
                signed.take_log(line)?;
            } else if let Some(witness) = witnesses.iter().find(|witness| line.is_by(witness)) {
                match signed.add(Cosignature::decode(line)?, witness) {
                    Ok(()) | Err(CheckpointError::Duplicate { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        signed.has_quorum(quorum)
    }

    /// Everything but the signatures, cheapest first.
    fn unsigned(
        bytes: &[u8],
        log: &Vkey,
        witnesses: &[Vkey],
    ) -> Result<(Note, Self), CheckpointError> {
        distinct(log, witnesses)?;
        let note = Note::decode(bytes)?;
        let checkpoint = Checkpoint::decode(&note.text)?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::WrongOrigin {
                expected: log.name().to_owned(),
                given: checkpoint.origin,
            });
        }
        let signed =
            Self { checkpoint, log: log.clone(), signature: Vec::new(), cosignatures: Vec::new() };
        Ok((note, signed))
    }

    fn take_log(&mut self, line: &NoteSignature) -> Result<(), CheckpointError> {
        if !self.log.verify(&self.checkpoint.encode(), line) {
            return Err(CheckpointError::BadLogSignature { name: line.name.clone() });
        }
        self.signature.clone_from(&line.signature);
        Ok(())
    }

    fn has_quorum(self, needed: usize) -> Result<Self, CheckpointError> {
        let given = self.cosignatures.len();
        if given < needed { Err(CheckpointError::Quorum { needed, given }) } else { Ok(self) }
    }
}

/// The log's signature is not the first: is it later, or nowhere?
fn misplaced(note: &Note, log: &Vkey) -> CheckpointError {
    let name = log.name().to_owned();
    if note.signatures.iter().any(|line| line.is_by(log)) {
        CheckpointError::OutOfOrder { name }
    } else {
        CheckpointError::NoLogSignature { name }
    }
}

/// A log is not its own witness and no witness counts twice, be it under one name or under one key: the
/// Ed25519 cosignature does not cover the name.
fn distinct(log: &Vkey, witnesses: &[Vkey]) -> Result<(), CheckpointError> {
    let wrong = |vkey: &Vkey| CheckpointError::WrongKind { name: vkey.name().to_owned() };
    if log.kind() != KeyKind::Log {
        return Err(wrong(log));
    }
    for (at, witness) in witnesses.iter().enumerate() {
        if witness.kind() != KeyKind::Witness {
            return Err(wrong(witness));
        }
        let mut before = std::iter::once(log).chain(witnesses.iter().take(at));
        if before.any(|other| other.name() == witness.name() || other.key() == witness.key()) {
            return Err(CheckpointError::RepeatedSigner { name: witness.name().to_owned() });
        }
    }
    Ok(())
}
