//! The case file: from who speaks to the point where an authority can take over, as a signed chain.
//!
//! ```text
//! identity ─▶ evidence ─▶ claims ─▶ notice ─▶ response ─▶ escalation
//!    one        1..        1..        one        1..          one
//!            corpus,     claims,    to the     received,    ready to be
//!            hashes      exhibits,  institu-   or none by   handed to an
//!                        risks      tion       the date     authority
//! ```
//!
//! An operator opens a case, adds entries, and may stop anywhere. Every entry is signed and names the SHA-256 of the entry
//! before. What an entry says is sealed member by member: signed are the salted hashes, so a member can be withheld from
//! an export without touching signature or chain. Whoever exports says by which rule members are withheld.
//!
//! # Invariants
//!
//! 1. Steps never go back, and none is skipped.
//! 2. A redacted file has the same entry hashes, the same head and the same signatures as the whole one.
//! 3. A member that is missing is named by a rule in the file, and a member that a rule names is missing.
//! 4. Nothing is escalated before the institution's time to answer has run out, unless it refused or failed to handle it.
//! 5. A refused entry changes nothing.
//!
//! # Source
//!
//! The reference describes this flow as *rollout closure*, in prose. Format and rules are ours, chapter *Operators*.

mod build;
mod content;
mod redact;
mod verify;

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::{Digest, hex, sha256};

use crate::keys::{Signature, without};
use crate::operator::words::{closed, ensure, tagged};
use crate::schema::{Field, SchemaError, Settle};
use crate::{objects, reasons};

pub use build::{CaseError, Draft};
pub use content::{
    Claim, ClaimsContent, Content, EscalationContent, EvidenceContent, EvidenceItem,
    IdentityContent, NoticeContent, ResponseContent, RiskCategory,
};
pub use redact::RedactionRule;
pub use verify::{CaseFault, CaseStanding};

/// Shortest time that an institution is given to answer, in seconds: one day.
pub const RESPONSE_SECONDS_MIN: i64 = 86_400;

/// Most entries in one case file, a count: a case is read by people.
pub const ENTRIES_MAX: usize = 1024;

closed! {
    /// Where an entry belongs.
    pub enum Step expects "a step of a case" {
        /// Who speaks.
        Identity = "identity",
        /// What there is, as hashes.
        Evidence = "evidence",
        /// What is said on the strength of which exhibits, and which risks that means.
        Claims = "claims",
        /// The institution is told, and until when it may answer.
        Notice = "notice",
        /// What it answered, or that it did not.
        Response = "response",
        /// Ready for the authority that is next.
        Escalation = "escalation",
    }
}

impl Step {
    /// Whether a case may have several of it.
    pub const fn may_repeat(self) -> bool {
        matches!(self, Self::Evidence | Self::Claims | Self::Response)
    }

    /// Whether an entry of this step may stand behind one of `before`; `None` is the beginning.
    pub fn may_follow(self, before: Option<Self>) -> bool {
        let next = match before {
            None => Some(Self::Identity),
            Some(Self::Identity) => Some(Self::Evidence),
            Some(Self::Evidence) => Some(Self::Claims),
            Some(Self::Claims) => Some(Self::Notice),
            Some(Self::Notice) => Some(Self::Response),
            Some(Self::Response) => Some(Self::Escalation),
            Some(Self::Escalation) => None,
        };
        next == Some(self) || (before == Some(self) && self.may_repeat())
    }
}

closed! {
    /// How an institution answered.
    pub enum Outcome expects "an outcome of a notice" {
        /// It takes care of the matter.
        Handling = "handling",
        /// It took care of it.
        Resolved = "resolved",
        /// It said that it will not.
        Refused = "refused",
        /// It tried, and the matter stands.
        Failed = "failed",
        /// It said nothing in time.
        NoAnswer = "no_answer",
    }
}

objects! {
    /// One member of an entry's content, open.
    pub struct Opened {
        /// 16 bytes in hexadecimal digits, so that nobody finds a short value by trying.
        salt: String,
        /// The value.
        value: Value,
    }

    /// One entry of a case.
    pub struct CaseEntry signed_by signature over [
        "object_type", "case_id", "sovereign_id", "sequence", "step", "issued_at", "respond_by",
        "outcome", "sealed", "prev_entry_digest", "issued_by",
    ], settled {
        /// [`CaseEntry::OBJECT_TYPE`].
        object_type: String,
        /// The case it belongs to.
        case_id: String,
        /// Whose operator speaks.
        sovereign_id: String,
        /// 1 for the first, then one more each time.
        sequence: u64,
        /// Where it belongs.
        step: Step,
        /// When it was signed.
        issued_at: Datetime,
        /// In a notice: until when the institution may answer. Never withheld.
        respond_by: Option<Datetime> = None,
        /// In a response: what it was. Never withheld.
        outcome: Option<Outcome> = None,
        /// Seal of each member of the content.
        sealed: BTreeMap<String, Digest>,
        /// Members that are open.
        content: BTreeMap<String, Opened> = BTreeMap::new(),
        /// Hash of the entry before; `null` in the first.
        prev_entry_digest: Option<Digest> = None,
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }

    /// A case, whole or redacted.
    pub struct CaseFile, settled {
        /// [`CaseFile::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        case_id: String,
        /// Whose operator speaks.
        sovereign_id: String,
        /// What happened, in order.
        entries: Vec<CaseEntry> = Vec::new(),
        /// By which rules members are withheld.
        redactions: Vec<RedactionRule> = Vec::new(),
    }
}

impl CaseEntry {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.case-entry/v1";

    /// What the next entry names: SHA-256 of everything but the open members.
    pub fn entry_digest(&self) -> Digest {
        sha256(&canonical(&without(self.write(), "content")))
    }

    /// Whether every member is open.
    pub fn is_open(&self) -> bool {
        self.sealed.len() == self.content.len()
    }

    /// Members that are withheld.
    pub fn withheld(&self) -> impl Iterator<Item = &str> {
        self.sealed.keys().map(String::as_str).filter(|name| !self.content.contains_key(*name))
    }
}

impl CaseFile {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.case-file/v1";

    /// A case without entries.
    pub fn new(case_id: &str, sovereign_id: &str) -> Self {
        Self {
            object_type: Self::OBJECT_TYPE.to_owned(),
            case_id: case_id.to_owned(),
            sovereign_id: sovereign_id.to_owned(),
            entries: Vec::new(),
            redactions: Vec::new(),
        }
    }

    /// The file as it travels: canonical bytes.
    pub fn export(&self) -> Vec<u8> {
        canonical(&self.write())
    }

    /// Hash of the last entry.
    pub fn head(&self) -> Option<Digest> {
        self.entries.last().map(CaseEntry::entry_digest)
    }
}

impl Settle for CaseEntry {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(!self.sealed.is_empty(), "sealed", "a member or more")?;
        Ok(self)
    }
}

impl Settle for CaseFile {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(self.entries.len() <= ENTRIES_MAX, "entries", "at most 1024 entries")?;
        Ok(self)
    }
}

impl Opened {
    /// The seal of this member: SHA-256 of the canonical `[name, salt, value]`.
    pub fn seal(&self, name: &str) -> Digest {
        let salt = Value::from(self.salt.as_str());
        sha256(&canonical(&Value::List(vec![Value::from(name), salt, self.value.clone()])))
    }

    /// A member under a salt drawn from an entry's seed.
    pub(crate) fn salted(seed: &[u8; 32], name: &str, value: Value) -> Self {
        let drawn = comity_wire::sha256_concat(&[seed, name.as_bytes()]);
        let salt = drawn.as_bytes().first_chunk::<16>().map(|salt| hex::encode(salt));
        Self { salt: salt.unwrap_or_default(), value }
    }
}

reasons! {
    /// Why a case file is refused.
    pub enum CaseReason {
        /// There are no entries.
        EmptyCase = "empty_case",
        /// An entry belongs to another case or speaks for another sovereign.
        WrongCase = "wrong_case",
        /// Sequences do not count 1, 2, 3.
        SequenceGap = "sequence_gap",
        /// A step is skipped, repeated or gone back to.
        StepOutOfOrder = "step_out_of_order",
        /// An entry does not name the hash of the one before.
        ChainBreak = "chain_break",
        /// An entry is dated before the one in front of it.
        TimeWentBack = "time_went_back",
        /// An entry is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// A date to answer or an outcome is missing, or stands where none belongs.
        WrongMembers = "wrong_members",
        /// The institution is given less than the shortest time.
        ResponseWindowTooShort = "response_window_too_short",
        /// Silence is recorded, or the case escalated, while the institution may still answer.
        ResponseWindowOpen = "response_window_open",
        /// The institution resolved the matter, so there is nothing to escalate.
        MatterResolved = "matter_resolved",
        /// Nobody signed an entry.
        MissingSignature = "missing_signature",
        /// A signature is not by an operator key.
        InvalidSignature = "invalid_signature",
        /// An open member has no seal.
        UnsealedMember = "unsealed_member",
        /// An open member does not fit its seal.
        DigestMismatch = "digest_mismatch",
        /// A member is withheld, and no rule says so.
        UnexplainedRedaction = "unexplained_redaction",
        /// A rule says that a member is withheld, and it is open.
        RuleNotApplied = "rule_not_applied",
        /// The members are not those of the step.
        ContentInvalid = "content_invalid",
        /// The identity names a key that the verifier was not given.
        UnknownIdentityKey = "unknown_identity_key",
        /// A claim rests on an exhibit that is not in the corpus, or a notice on a claim that was not made.
        UnknownReference = "unknown_reference",
    }
}
