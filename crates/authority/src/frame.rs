//! One entry of the record: what was asked, by whom, what came of it, and the events that follow from it.
//!
//! The record is the audit log: each entry names the hash of the one before, so nothing can be taken out, added or
//! reordered without a trace. An entry without events is a refusal or a note.

use std::collections::BTreeMap;

use comity_mesh::objects;
use comity_mesh::schema::{Field as _, SchemaError};
use comity_wire::mesh_json::{Datetime, Value, parse};
use comity_wire::{Digest, sha256};

use crate::{Event, FoldError};

objects! {
    /// One entry of the record.
    pub struct Frame {
        /// Its number, from 0.
        seq: u64,
        /// SHA-256 of the entry before, hexadecimal; zeros before the first.
        prev: String,
        /// When.
        at: Datetime,
        /// The request that led to it.
        request_id: String,
        /// Where it came from.
        remote: String,
        /// Who asked: `admin:` or `node:` and a key, `anyone`, or `authority` itself.
        actor: String,
        /// What was asked for.
        action: String,
        /// `done`, or the code of the refusal.
        outcome: String,
        /// More for the auditor; no secrets.
        details: BTreeMap<String, Value>,
        /// What changed.
        events: Vec<Event>,
    }
}

/// An entry with the bytes that are stored and hashed, written once.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    frame: Frame,
    bytes: Vec<u8>,
    digest: Digest,
}

impl Frame {
    /// The entry of these members.
    pub fn seal(self) -> Entry {
        let bytes = self.to_canonical();
        Entry { digest: sha256(&bytes), frame: self, bytes }
    }
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// [`FoldError::NotAFrame`] unless the bytes are exactly what [`Frame::seal`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FoldError> {
        let not_a_frame = |detail: String| FoldError::NotAFrame { detail };
        let value = parse(bytes).map_err(|error| not_a_frame(error.to_string()))?;
        let frame =
            Frame::read(&value).map_err(|error: SchemaError| not_a_frame(error.to_string()))?;
        let entry = frame.seal();
        if entry.bytes == bytes {
            Ok(entry)
        } else {
            Err(not_a_frame("another spelling".to_owned()))
        }
    }

    /// Its members.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Its members, without the bytes.
    pub fn into_frame(self) -> Frame {
        self.frame
    }

    /// The bytes that are stored and hashed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its hash, which the next entry names.
    pub const fn digest(&self) -> Digest {
        self.digest
    }
}
