//! The one form of fact: an in-toto Statement v1 whose predicate has a uniform header.
//!
//! ```text
//! {"_type":"https://in-toto.io/Statement/v1",
//!  "predicate":{"at":"2026-01-01T00:00:00Z",        when, by the signer's clock
//!               "body":{…},                         what, by kind
//!               "cites":["<statement id>",…],       what it depends on, in any record
//!               "issuer":"<sovereign id>",          whose record it belongs to; absent only in a genesis
//!               "signer":"did:key:z…"},             who says it; must equal the envelope's key id
//!  "predicateType":"comity:<area>/<fact>/v<n>",
//!  "subject":[{"digest":{"sha256":"<hex>"},"name":"<what the digest is of>"}]}
//! ```
//!
//! The header is inside the payload, so signer, time and citations are under the signature.

use serde_json::value::RawValue;

use crate::reader::Reader;
use crate::scan::prefix;
use crate::{Digest, KeyId, SovereignId, StatementId, Time, WireError, hex, jcs, limits, sha256};

/// What stands before each piece of a payload, and at its end.
struct Form {
    at: &'static str,
    body: &'static str,
    cites: &'static str,
    issuer: &'static str,
    signer: &'static str,
    kind: &'static str,
    sha256: &'static str,
    name: &'static str,
    end: &'static str,
}

const FORM: Form = Form {
    at: "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"at\":\"",
    body: "\",\"body\":",
    cites: ",\"cites\":[",
    issuer: "\"issuer\":\"",
    signer: "\"signer\":\"",
    kind: "\"},\"predicateType\":\"",
    sha256: "\",\"subject\":[{\"digest\":{\"sha256\":\"",
    name: "\"},\"name\":\"",
    end: "\"}]}",
};

/// Levels above the body.
const BODY_DEPTH: usize = 2;

/// What a statement is about: a name for people and a digest for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Printable ASCII without quotes or backslashes, at most
    /// [`limits::NAME_BYTES_MAX`](crate::limits::NAME_BYTES_MAX) bytes.
    pub name: String,
    /// SHA-256 of the thing, or its id.
    pub sha256: Digest,
}

/// A decoded statement. Says nothing about signatures: see the room of keys.
#[derive(Clone, Debug)]
pub struct Statement {
    /// `predicateType`, e.g. `comity:mission/scoped/v1`.
    pub kind: String,
    /// What it is about.
    pub subject: Subject,
    /// Whose record it belongs to; `None` only in a genesis, whose id *is* the sovereign's.
    pub issuer: Option<SovereignId>,
    /// Who says it.
    pub signer: KeyId,
    /// When, by the signer's clock.
    pub at: Time,
    /// Statements that this one depends on; whoever accepts it must hold them. At most
    /// [`limits::CITES_MAX`](crate::limits::CITES_MAX), no repetition.
    pub cites: Vec<StatementId>,
    /// The fact itself, still in canonical JSON; [`facts!`](crate::facts) types decode it.
    pub body: Box<RawValue>,
}

impl Statement {
    /// The canonical payload, at most
    /// [`limits::PAYLOAD_BYTES_MAX`](crate::limits::PAYLOAD_BYTES_MAX) bytes.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        self.check_header()?;
        let body = self.body.get();
        if prefix(body.as_bytes(), BODY_DEPTH)?.len() != body.len() {
            return Err(WireError::Malformed { what: "body" });
        }
        let bytes = self.write();
        check_len(&bytes)?;
        Ok(bytes)
    }

    fn write(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(1024 + self.body.get().len());
        let mut put = |before: &str, piece: &[u8]| {
            text.extend_from_slice(before.as_bytes());
            text.extend_from_slice(piece);
        };
        let digits = |digest: Digest| hex::digits(digest.as_bytes());
        put(FORM.at, self.at.to_string().as_bytes());
        put(FORM.body, self.body.get().as_bytes());
        put(FORM.cites, b"");
        for (index, cited) in self.cites.iter().enumerate() {
            put(if index == 0 { "\"" } else { ",\"" }, &digits(cited.digest()));
            put("\"", b"");
        }
        put("],", b"");
        if let Some(issuer) = self.issuer {
            put(FORM.issuer, &digits(issuer.digest()));
            put("\",", b"");
        }
        put(FORM.signer, self.signer.as_str().as_bytes());
        put(FORM.kind, self.kind.as_bytes());
        put(FORM.sha256, &digits(self.subject.sha256));
        put(FORM.name, self.subject.name.as_bytes());
        put(FORM.end, b"");
        text
    }

    /// Reads a canonical payload; whatever [`Self::encode`] would not write is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        check_len(bytes)?;
        // Whoever sends a document that is not canonical learns where.
        Self::read(bytes).map_err(|error| jcs::check(bytes).err().unwrap_or(error))
    }

    /// What [`Self::write`] writes, piece by piece: each piece has one spelling, so there are no other bytes for it.
    fn read(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes, "not a statement's one form");
        reader.literal(FORM.at)?;
        let at = Time::parse(reader.text()?)?;
        reader.literal(FORM.body)?;
        let body = reader.value(BODY_DEPTH)?;
        reader.literal(FORM.cites)?;
        let mut cites = Vec::new();
        if reader.skips("\"") {
            cites.push(reader.text()?.parse()?);
            while reader.skips("\",\"") {
                cites.push(reader.text()?.parse()?);
            }
            reader.literal("\"")?;
        }
        reader.literal("],")?;
        let issuer = if reader.skips(FORM.issuer) {
            let issuer = reader.text()?.parse()?;
            reader.literal("\",")?;
            Some(issuer)
        } else {
            None
        };
        reader.literal(FORM.signer)?;
        let signer = KeyId::parse(reader.text()?)?;
        reader.literal(FORM.kind)?;
        let kind = reader.text()?.to_owned();
        reader.literal(FORM.sha256)?;
        let sha256 = reader.text()?.parse()?;
        reader.literal(FORM.name)?;
        let name = reader.text()?.to_owned();
        reader.literal(FORM.end)?;
        reader.end("bytes after the statement")?;
        let body = RawValue::from_string(body.to_owned())
            .map_err(|_| WireError::Malformed { what: "body" })?;
        let subject = Subject { name, sha256 };
        let statement = Self { kind, subject, issuer, signer, at, cites, body };
        statement.check_header()?;
        Ok(statement)
    }

    /// The id of a payload.
    pub fn id_of(payload: &[u8]) -> StatementId {
        StatementId::from_digest(sha256(payload))
    }

    fn check_header(&self) -> Result<(), WireError> {
        let is_kind = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":/_.-".contains(&byte)
        };
        let kind_ok = self.kind.starts_with("comity:")
            && self.kind.len() <= limits::NAME_BYTES_MAX
            && self.kind.bytes().all(is_kind);
        if !kind_ok {
            return Err(WireError::Malformed { what: "predicate type" });
        }
        let is_name = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        let name = &self.subject.name;
        if name.is_empty() || limits::NAME_BYTES_MAX < name.len() || !name.bytes().all(is_name) {
            return Err(WireError::Malformed { what: "subject name" });
        }
        if limits::CITES_MAX < self.cites.len() {
            return Err(WireError::TooLong {
                what: "cites",
                len: self.cites.len(),
                max: limits::CITES_MAX,
            });
        }
        let repeats =
            |(index, id)| self.cites.iter().skip(index + 1).any(|other: &StatementId| other == id);
        if self.cites.iter().enumerate().any(repeats) {
            return Err(WireError::Malformed { what: "cites: one statement twice" });
        }
        Ok(())
    }
}

const fn check_len(bytes: &[u8]) -> Result<(), WireError> {
    if limits::PAYLOAD_BYTES_MAX < bytes.len() {
        return Err(WireError::TooLong {
            what: "payload",
            len: bytes.len(),
            max: limits::PAYLOAD_BYTES_MAX,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
