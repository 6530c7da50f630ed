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

impl Frame {
    /// The bytes that are stored and hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_canonical()
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// [`FoldError::NotAFrame`] unless the bytes are exactly what [`Self::to_bytes`] writes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FoldError> {
        let not_a_frame = |detail: String| FoldError::NotAFrame { detail };
        let value = parse(bytes).map_err(|error| not_a_frame(error.to_string()))?;
        let frame =
            Self::read(&value).map_err(|error: SchemaError| not_a_frame(error.to_string()))?;
        if frame.to_bytes() == bytes {
            Ok(frame)
        } else {
            Err(not_a_frame("another spelling".to_owned()))
        }
    }

    /// Its hash, which the next entry names.
    pub fn digest(&self) -> Digest {
        sha256(&self.to_bytes())
    }
}
