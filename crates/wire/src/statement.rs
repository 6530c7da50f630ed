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

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Digest, KeyId, SovereignId, StatementId, Time, WireError, hex, jcs, limits, sha256};

const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementForm<'a> {
    #[serde(rename = "_type", borrow)]
    type_: &'a str,
    #[serde(borrow)]
    predicate: PredicateForm<'a>,
    #[serde(rename = "predicateType")]
    predicate_type: &'a str,
    subject: [SubjectForm<'a>; 1],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateForm<'a> {
    at: Time,
    #[serde(borrow)]
    body: &'a RawValue,
    cites: Vec<StatementId>,
    issuer: Option<SovereignId>,
    signer: KeyId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectForm<'a> {
    digest: DigestForm,
    name: &'a str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DigestForm {
    sha256: Digest,
}

impl Statement {
    /// The canonical payload, at most
    /// [`limits::PAYLOAD_BYTES_MAX`](crate::limits::PAYLOAD_BYTES_MAX) bytes.
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        self.check_header()?;
        jcs::check_member(self.body.get().as_bytes(), BODY_DEPTH)?;
        let bytes = self.write();
        check_len(&bytes)?;
        Ok(bytes)
    }

    fn write(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(1024 + self.body.get().len());
        self.parts(&mut |part| {
            text.extend_from_slice(part);
            true
        });
        text
    }

    /// Whether `bytes` are what [`Self::write`] writes, without writing it.
    fn is_written_as(&self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        let is_prefix = self.parts(&mut |part| match rest.strip_prefix(part) {
            Some(after) => {
                rest = after;
                true
            }
            None => false,
        });
        is_prefix && rest.is_empty()
    }

    /// The pieces of the payload in order, until `take` wants no more; whether it took all.
    fn parts(&self, take: &mut impl FnMut(&[u8]) -> bool) -> bool {
        let mut take = |before: &str, piece: &[u8]| take(before.as_bytes()) && take(piece);
        let digits = |digest: Digest| hex::digits(digest.as_bytes());
        take("{\"_type\":\"", STATEMENT_TYPE.as_bytes())
            && take("\",\"predicate\":{\"at\":\"", self.at.to_string().as_bytes())
            && take("\",\"body\":", self.body.get().as_bytes())
            && take(",\"cites\":[", b"")
            && self.cites.iter().enumerate().all(|(index, cited)| {
                let before = if index == 0 { "\"" } else { ",\"" };
                take(before, &digits(cited.digest())) && take("\"", b"")
            })
            && take("],", b"")
            && self.issuer.is_none_or(|issuer| {
                take("\"issuer\":\"", &digits(issuer.digest())) && take("\",", b"")
            })
            && take("\"signer\":\"", self.signer.as_str().as_bytes())
            && take("\"},\"predicateType\":\"", self.kind.as_bytes())
            && take("\",\"subject\":[{\"digest\":{\"sha256\":\"", &digits(self.subject.sha256))
            && take("\"},\"name\":\"", self.subject.name.as_bytes())
            && take("\"}]}", b"")
    }

    /// Reads a canonical payload; whatever [`Self::encode`] would not write is refused.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        check_len(bytes)?;
        // Whoever reads a document that is not canonical learns where.
        Self::read(bytes).map_err(|error| jcs::check(bytes).err().unwrap_or(error))
    }

    /// All but the body is one form of few values, so what is written as the bytes is canonical if the body is.
    fn read(bytes: &[u8]) -> Result<Self, WireError> {
        let form: StatementForm<'_> =
            serde_json::from_slice(bytes).map_err(|error| jcs::shape::<Self>(&error))?;
        if form.type_ != STATEMENT_TYPE {
            return Err(WireError::Malformed { what: "statement type" });
        }
        let [subject] = form.subject;
        let statement = Self {
            kind: form.predicate_type.to_owned(),
            subject: Subject { name: subject.name.to_owned(), sha256: subject.digest.sha256 },
            issuer: form.predicate.issuer,
            signer: form.predicate.signer,
            at: form.predicate.at,
            cites: form.predicate.cites,
            body: form.predicate.body.to_owned(),
        };
        statement.check_header()?;
        jcs::check_member(statement.body.get().as_bytes(), BODY_DEPTH)?;
        // serde also reads a struct from a list, and an absent issuer from `null`.
        if statement.is_written_as(bytes) {
            Ok(statement)
        } else {
            Err(WireError::NotCanonical { at: 0, what: "not a statement's one form" })
        }
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
