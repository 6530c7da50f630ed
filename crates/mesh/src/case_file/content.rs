//! What entries say, by step.

use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, Value};

use super::Step;
use crate::objects;
use crate::operator::words::closed;
use crate::schema::{Field, SchemaError};

closed! {
    /// Kinds of harm that a claim is about.
    pub enum RiskCategory expects "a risk category" {
        /// Life, health, safety of people.
        Safety = "safety",
        /// Personal data.
        Privacy = "privacy",
        /// Systems and keys.
        Security = "security",
        /// Money.
        Financial = "financial",
        /// Duties under law or contract.
        Compliance = "compliance",
        /// Whether records are true and whole.
        Integrity = "integrity",
        /// Soil, water, air.
        Environment = "environment",
        /// Anything else.
        Other = "other",
    }
}

objects! {
    /// Who speaks.
    pub struct IdentityContent {
        /// Name of the operator, for people.
        operator: String,
        /// The key that signs this case, base64.
        public_key: String,
        /// SHA-256 of the sovereign's signed genesis.
        genesis_sha256: Digest,
        /// In what capacity, for people.
        capacity: String = String::new(),
    }

    /// One thing in the corpus. The thing itself stays where it is.
    pub struct EvidenceItem {
        /// Its id within the case; claims cite it as an exhibit.
        evidence_id: String,
        /// What it is: `document`, `log`, `image`.
        kind: String,
        /// SHA-256 of its bytes.
        sha256: Digest,
        /// Length in bytes.
        bytes: u64,
        /// When it was collected.
        collected_at: Datetime,
        /// For people.
        description: String = String::new(),
    }

    /// The corpus, or one more part of it.
    pub struct EvidenceContent {
        /// What there is.
        items: Vec<EvidenceItem>,
    }

    /// One thing that is said.
    pub struct Claim {
        /// Its id within the case.
        claim_id: String,
        /// What is said.
        text: String,
        /// Ids of evidence items that it rests on.
        exhibits: Vec<String>,
        /// What kinds of harm it is about.
        risk_categories: Vec<RiskCategory>,
    }

    /// What is said.
    pub struct ClaimsContent {
        /// One by one.
        claims: Vec<Claim>,
    }

    /// The institution is told.
    pub struct NoticeContent {
        /// Which institution.
        institution: String,
        /// Who there is answerable.
        addressee: String,
        /// By which way it was sent.
        channel: String,
        /// SHA-256 of the notice as sent.
        notice_sha256: Digest,
        /// Ids of the claims that it makes.
        claims: Vec<String>,
    }

    /// What came back.
    pub struct ResponseContent {
        /// SHA-256 of the answer as received; `null` if there is none.
        response_sha256: Option<Digest> = None,
        /// For people.
        summary: String,
    }

    /// What is ready, and for whom.
    pub struct EscalationContent {
        /// Which authority is next.
        authority: String,
        /// SHA-256 of the package that it would get.
        package_sha256: Digest,
        /// Why it is its turn, for people.
        grounds: String,
    }
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Who speaks.
    Identity(IdentityContent),
    /// What there is.
    Evidence(EvidenceContent),
    /// What is said.
    Claims(ClaimsContent),
    /// The institution is told.
    Notice(NoticeContent),
    /// What came back.
    Response(ResponseContent),
    /// What is ready.
    Escalation(EscalationContent),
}

impl Content {
    /// Where it belongs.
    pub const fn step(&self) -> Step {
        match self {
            Self::Identity(_) => Step::Identity,
            Self::Evidence(_) => Step::Evidence,
            Self::Claims(_) => Step::Claims,
            Self::Notice(_) => Step::Notice,
            Self::Response(_) => Step::Response,
            Self::Escalation(_) => Step::Escalation,
        }
    }

    /// Reads the content of a step.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] with the place; also for an empty list, and for members that the step does not have.
    pub fn read(step: Step, value: &Value) -> Result<Self, SchemaError> {
        let content = match step {
            Step::Identity => IdentityContent::read(value).map(Self::Identity),
            Step::Evidence => EvidenceContent::read(value).map(Self::Evidence),
            Step::Claims => ClaimsContent::read(value).map(Self::Claims),
            Step::Notice => NoticeContent::read(value).map(Self::Notice),
            Step::Response => ResponseContent::read(value).map(Self::Response),
            Step::Escalation => EscalationContent::read(value).map(Self::Escalation),
        }?;
        if content.is_empty() {
            return Err(SchemaError::expected("a list that is not empty"));
        }
        // A sealed member is never dropped: what the step does not know it must not carry.
        if content.write() == *value {
            Ok(content)
        } else {
            Err(SchemaError::expected("the members of the step, all of them, and no others"))
        }
    }

    /// As members.
    pub fn write(&self) -> Value {
        match self {
            Self::Identity(content) => content.write(),
            Self::Evidence(content) => content.write(),
            Self::Claims(content) => content.write(),
            Self::Notice(content) => content.write(),
            Self::Response(content) => content.write(),
            Self::Escalation(content) => content.write(),
        }
    }

    const fn is_empty(&self) -> bool {
        match self {
            Self::Identity(_) | Self::Response(_) | Self::Escalation(_) => false,
            Self::Evidence(content) => content.items.is_empty(),
            Self::Claims(content) => content.claims.is_empty(),
            Self::Notice(content) => content.claims.is_empty(),
        }
    }
}
