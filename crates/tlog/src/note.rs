//! Signed notes (C2SP `signed-note`): a text, an empty line, and signature lines.
//!
//! ```text
//!  text\n                                      one line or more, UTF-8, no control characters
//!  \n
//!  — <name> base64( key hash[4] ‖ signature )\n     e2 80 94 20 …; one line or more
//! ```
//!
//! This module only takes notes apart and puts them together. Whether a signature holds is asked where it is
//! known what it means: [`Vkey::verify`] for logs, [`crate::Cosignature`] for witnesses.

use comity_wire::b64;

use crate::limits::{NOTE_BYTES_MAX, SIGNATURES_MAX};
use crate::vkey::{KeyKind, Vkey, is_name};

/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// Why a note was refused. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than accepted.
    #[error("a note has at most {max} bytes, this one {len}")]
    TooLong {
        /// Bytes given.
        len: usize,
        /// Most bytes accepted.
        max: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 from byte {at}")]
    NotUtf8 {
        /// 0-based position of the first byte that is not.
        at: usize,
    },
    /// A control character other than a newline.
    #[error("control character {byte:#04x} at byte {at}")]
    ControlCharacter {
        /// The character.
        byte: u8,
        /// 0-based position.
        at: usize,
    },
    /// The last byte is not a newline.
    #[error("the last line does not end")]
    NoFinalNewline,
    /// There is no empty line with signatures after it.
    #[error("no signatures after an empty line")]
    NoSignatures,
    /// More signature lines than accepted.
    #[error("a note has at most {max} signatures")]
    TooManySignatures {
        /// Most signatures accepted.
        max: usize,
    },
    /// A signature line that is not `— name base64`.
    #[error("line {line} is not a signature line")]
    BadSignatureLine {
        /// The line.
        line: usize,
    },
    /// A signer's name that is empty, too long, or has a space, a plus or a control character.
    #[error("line {line} has no valid key name")]
    BadName {
        /// The line.
        line: usize,
    },
    /// Base64 that is not canonical, or too short for a key hash and a signature.
    #[error("line {line} has no valid base64 signature")]
    BadBase64 {
        /// The line.
        line: usize,
    },
}

impl NoteError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "tlog.note_too_long",
            Self::NotUtf8 { .. } => "tlog.note_not_utf8",
            Self::ControlCharacter { .. } => "tlog.note_control_character",
            Self::NoFinalNewline => "tlog.note_no_final_newline",
            Self::NoSignatures => "tlog.note_no_signatures",
            Self::TooManySignatures { .. } => "tlog.note_too_many_signatures",
            Self::BadSignatureLine { .. } => "tlog.note_bad_signature_line",
            Self::BadName { .. } => "tlog.note_bad_name",
            Self::BadBase64 { .. } => "tlog.note_bad_base64",
        }
    }
}

/// One signature line, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the signer.
    pub name: String,
    /// Key hash of the signer, see [`Vkey::key_hash`].
    pub key_hash: [u8; 4],
    /// What the signer's key made, in the form of its kind.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    /// Whether name and key hash are those of `vkey`. Says nothing about the signature.
    pub fn is_by(&self, vkey: &Vkey) -> bool {
        self.name == vkey.name() && self.key_hash == vkey.key_hash()
    }

    /// The line, with its newline.
    pub fn encode(&self) -> String {
        let blob = [&self.key_hash, self.signature.as_slice()].concat();
        format!("{DASH}{} {}\n", self.name, b64::encode(&blob))
    }

    /// Reads one line with its newline, as a witness answers it.
    ///
    /// # Errors
    ///
    /// [`NoteError`], counting this line as 1.
    pub fn decode(line: &str) -> Result<Self, NoteError> {
        if NOTE_BYTES_MAX < line.len() {
            return Err(NoteError::TooLong { len: line.len(), max: NOTE_BYTES_MAX });
        }
        line.strip_suffix('\n').ok_or(NoteError::NoFinalNewline).and_then(|line| signature(line, 1))
    }
}

/// A text with signatures that nobody has verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The signed text, with its final newline.
    pub text: String,
    /// The signature lines, in order.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// The bytes of the note.
    pub fn encode(&self) -> Vec<u8> {
        let lines: String = self.signatures.iter().map(NoteSignature::encode).collect();
        format!("{}\n{lines}", self.text).into_bytes()
    }

    /// Takes a note apart. Accepts only what [`Note::encode`] produces for a valid text and valid names.
    ///
    /// # Errors
    ///
    /// [`NoteError`]; the size is checked first.
    pub fn decode(bytes: &[u8]) -> Result<Self, NoteError> {
        if NOTE_BYTES_MAX < bytes.len() {
            return Err(NoteError::TooLong { len: bytes.len(), max: NOTE_BYTES_MAX });
        }
        let note = std::str::from_utf8(bytes)
            .map_err(|error| NoteError::NotUtf8 { at: error.valid_up_to() })?;
        let control = bytes.iter().enumerate().find(|(_, byte)| **byte < 0x20 && **byte != b'\n');
        if let Some((at, byte)) = control {
            return Err(NoteError::ControlCharacter { byte: *byte, at });
        }
        let note = note.strip_suffix('\n').ok_or(NoteError::NoFinalNewline)?;
        // The text may contain empty lines, so the last one separates.
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoSignatures)?;
        let first_line = text.split('\n').count() + 2;
        let mut signatures = Vec::new();
        for (at, line) in lines.split('\n').enumerate() {
            if at == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures { max: SIGNATURES_MAX });
            }
            signatures.push(signature(line, first_line + at)?);
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

fn signature(text: &str, line: usize) -> Result<NoteSignature, NoteError> {
    let (name, blob) = text
        .strip_prefix(DASH)
        .and_then(|rest| rest.split_once(' '))
        .ok_or(NoteError::BadSignatureLine { line })?;
    if !is_name(name) {
        return Err(NoteError::BadName { line });
    }
    // The decoder refuses missing padding and trailing bits, so one blob has one text.
    let blob = b64::decode(blob.as_bytes()).map_err(|_| NoteError::BadBase64 { line })?;
    match blob.split_first_chunk::<4>() {
        Some((key_hash, signature)) if !signature.is_empty() => Ok(NoteSignature {
            name: name.to_owned(),
            key_hash: *key_hash,
            signature: signature.to_owned(),
        }),
        _ => Err(NoteError::BadBase64 { line }),
    }
}

impl Vkey {
    /// Whether `signature` is this log key's Ed25519 signature over `text`.
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> bool {
        let Ok(bytes) = signature.signature.as_slice().try_into() else { return false };
        self.kind() == KeyKind::Log
            && signature.is_by(self)
            && self.key().verify(text.as_bytes(), bytes).is_ok()
    }
}
