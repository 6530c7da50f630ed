//! Why an authority could not be asked, or its answer not be used.

use std::io::ErrorKind;

use comity_mesh::attestation::IssueError;
use comity_mesh::certificates::CertificateReason;
use comity_mesh::identity::GenesisReason;
use comity_mesh::keys::MeshKeyError;
use comity_mesh::operator::roster::RosterReason;
use comity_mesh::recognition::{TreatyAttestationReason, TreatyReason};
use comity_mesh::revocation::FeedReason;
use comity_mesh::schema::SchemaError;
use comity_wire::WireError;
use comity_wire::mesh_json::Value;

use crate::limits::SAID_CHARS_MAX;

/// What an authority says when it refuses, as one printable line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Its code.
    pub code: String,
    /// Its words.
    pub message: String,
}

impl Said {
    /// From `{"error": {"code", "message"}}`, or `{"error": "words"}`; empty if it is neither.
    pub(crate) fn read(document: Option<&Value>) -> Self {
        let error = document.and_then(|document| document.get("error"));
        let text = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str).unwrap_or_default();
            let printable = |c: char| if c.is_control() { '?' } else { c };
            text.chars().take(SAID_CHARS_MAX).map(printable).collect::<String>()
        };
        let member = |name: &str| text(error.and_then(|error| error.get(name)));
        let (code, message) = (member("code"), member("message"));
        Self { code, message: if message.is_empty() { text(error) } else { message } }
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", "") => f.write_str("no reason given"),
            (code, "") => f.write_str(code),
            ("", message) => f.write_str(message),
            (code, message) => write!(f, "{code}: {message}"),
        }
    }
}

/// A refusal of this crate. Unless a variant says so, the authority has done nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Text that is no address of an authority.
    #[error("`{given}` is no address of an authority: {what}")]
    BadEndpoint {
        /// What was given, shortened.
        given: String,
        /// What an address is.
        what: &'static str,
    },
    /// An id that cannot be part of a path.
    #[error("an id is 1 to 256 bytes, and neither . nor ..")]
    BadId,
    /// A file without an operator's key.
    #[error("no Ed25519 seed of 32 bytes in base64")]
    BadOperatorKey,
    /// A key id that no header can carry.
    #[error("a key id is 1 to 128 printable ASCII characters without spaces")]
    BadKeyId,
    /// A path that two readers would not read as the same one.
    #[error("a path with % or + cannot be signed in the form that names an audience")]
    AmbiguousPath,
    /// Text that is no public key.
    #[error(transparent)]
    BadKey(#[from] MeshKeyError),
    /// No such host.
    #[error("{url}: no such host")]
    UnknownHost {
        /// What was asked.
        url: String,
    },
    /// No connection, or it broke. What was sent may have been done.
    #[error("{url}: {kind}")]
    Unreachable {
        /// What was asked.
        url: String,
        /// What the system said.
        kind: ErrorKind,
    },
    /// No whole answer in time. What was sent may have been done.
    #[error("{url}: no whole answer in time")]
    TimedOut {
        /// What was asked.
        url: String,
    },
    /// The host did not show who it is.
    #[error("{url}: no TLS connection, or a certificate that nobody vouches for")]
    Tls {
        /// What was asked.
        url: String,
    },
    /// What answers does not speak HTTP as expected. What was sent may have been done.
    #[error("{url}: the answer is not HTTP")]
    NotHttp {
        /// What was asked.
        url: String,
    },
    /// A longer answer than is read. What was sent may have been done.
    #[error("{url}: the answer is longer than {max} bytes")]
    TooLarge {
        /// What was asked.
        url: String,
        /// Bytes that are read.
        max: u64,
    },
    /// The host sends elsewhere.
    #[error("{url}: status {status}, a redirect, which is not followed")]
    Redirected {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
    },
    /// An answer that is not strict JSON.
    #[error("{url}: the answer cannot be read")]
    NotJson {
        /// What was asked.
        url: String,
        /// Why.
        source: WireError,
    },
    /// A document that is not what it should be.
    #[error("not {what}")]
    WrongShape {
        /// What was expected.
        what: &'static str,
        /// What is wrong with it.
        source: SchemaError,
    },
    /// The authority does not accept who asks.
    #[error("{url}: not authorised: {said}")]
    NotAuthorised {
        /// What was asked.
        url: String,
        /// What it said.
        said: Said,
    },
    /// There is no such thing there.
    #[error("{url}: not there: {said}")]
    NotThere {
        /// What was asked.
        url: String,
        /// What it said.
        said: Said,
    },
    /// The authority has this feed, or a newer one.
    #[error("{url}: a feed with this number or a higher one was imported before")]
    Stale {
        /// What was asked.
        url: String,
    },
    /// The authority answers that often only.
    #[error("{url}: too many requests")]
    TooMany {
        /// What was asked.
        url: String,
    },
    /// The authority refuses.
    #[error("{url}: refused with status {status}: {said}")]
    Refused {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
        /// What it said.
        said: Said,
    },
    /// The authority failed. What was sent may have been done.
    #[error("{url}: failed with status {status}: {said}")]
    AtFault {
        /// What was asked.
        url: String,
        /// The status.
        status: u16,
        /// What it said.
        said: Said,
    },
    /// A genesis that does not hold.
    #[error("{sovereign}: its genesis is refused: {reason}")]
    Genesis {
        /// What it calls itself.
        sovereign: String,
        /// Why.
        reason: GenesisReason,
    },
    /// Genesis and identity document contradict each other.
    #[error("{member}: {genesis} in the genesis, {document} in the identity document")]
    Inconsistent {
        /// The member.
        member: &'static str,
        /// What the genesis has.
        genesis: String,
        /// What the document has.
        document: String,
    },
    /// Another root key than the one that was expected.
    #[error("root key {found}, expected {expected}")]
    OtherRoot {
        /// What was expected.
        expected: String,
        /// What the genesis has.
        found: String,
    },
    /// A sovereign would recognise itself.
    #[error("both addresses answer for {sovereign}")]
    SameSovereign {
        /// Its id.
        sovereign: String,
    },
    /// A certificate that does not hold. The authority has issued it.
    #[error("the certificate does not hold: {reason}")]
    BadCertificate {
        /// Why.
        reason: CertificateReason,
    },
    /// A descriptor that no registry would take. Nobody was asked.
    #[error("the descriptor cannot be signed: {source}")]
    BadDescriptor {
        /// Why.
        source: IssueError,
    },
    /// A treaty that does not hold. If it was just issued, it stands at its issuer.
    #[error("treaty {treaty_id} is refused: {reason}")]
    Treaty {
        /// Its id.
        treaty_id: String,
        /// Why.
        reason: TreatyReason,
    },
    /// The treaty was issued, and the authority still sees no path. It stands.
    #[error("treaty {treaty_id} was issued, and yet there is no path: {reason}")]
    NoPath {
        /// The treaty.
        treaty_id: String,
        /// What the authority says about the path.
        reason: String,
    },
    /// A revocation feed that does not hold.
    #[error("the feed of {issuer} is refused: {reason}")]
    Feed {
        /// Whose it is.
        issuer: String,
        /// Why.
        reason: FeedReason,
    },
    /// A roster of operators that does not hold.
    #[error("the operators of {sovereign} are not known: {reason}")]
    Roster {
        /// Whose.
        sovereign: String,
        /// Why.
        reason: RosterReason,
    },
    /// An attestation that does not hold under the treaty that issued it.
    #[error("attestation {attestation_id} is refused: {reason}")]
    Attestation {
        /// Its id.
        attestation_id: String,
        /// Why.
        reason: TreatyAttestationReason,
    },
    /// The authority confirms something else than it was asked for.
    #[error("asked for {what} {asked}, the authority answers about {answered}")]
    OtherAnswer {
        /// What it is about.
        what: &'static str,
        /// What was asked for.
        asked: String,
        /// What the answer is about.
        answered: String,
    },
}

impl ClientError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadEndpoint { .. } => "client.bad_endpoint",
            Self::BadId => "client.bad_id",
            Self::BadOperatorKey => "client.bad_operator_key",
            Self::BadKeyId => "client.bad_key_id",
            Self::AmbiguousPath => "client.ambiguous_path",
            Self::BadKey(error) => error.code(),
            Self::UnknownHost { .. } => "client.unknown_host",
            Self::Unreachable { .. } => "client.unreachable",
            Self::TimedOut { .. } => "client.timed_out",
            Self::Tls { .. } => "client.tls",
            Self::NotHttp { .. } => "client.not_http",
            Self::TooLarge { .. } => "client.too_large",
            Self::Redirected { .. } => "client.redirected",
            Self::NotJson { .. } => "client.not_json",
            Self::WrongShape { .. } => "client.wrong_shape",
            Self::NotAuthorised { .. } => "client.not_authorised",
            Self::NotThere { .. } => "client.not_there",
            Self::Stale { .. } => "client.stale_sequence",
            Self::TooMany { .. } => "client.too_many",
            Self::Refused { .. } => "client.refused",
            Self::AtFault { .. } => "client.at_fault",
            Self::Genesis { .. } => "client.genesis_refused",
            Self::Inconsistent { .. } => "client.inconsistent",
            Self::OtherRoot { .. } => "client.other_root",
            Self::SameSovereign { .. } => "client.same_sovereign",
            Self::Treaty { .. } => "client.treaty_refused",
            Self::NoPath { .. } => "client.no_path",
            Self::Feed { .. } => "client.feed_refused",
            Self::Roster { .. } => "client.roster_refused",
            Self::Attestation { .. } => "client.attestation_refused",
            Self::BadCertificate { .. } => "client.bad_certificate",
            Self::BadDescriptor { .. } => "client.bad_descriptor",
            Self::OtherAnswer { .. } => "client.other_answer",
        }
    }

    /// A document that is not `what`.
    pub const fn wrong_shape(what: &'static str) -> impl Fn(SchemaError) -> Self {
        move |source| Self::WrongShape { what, source }
    }
}
