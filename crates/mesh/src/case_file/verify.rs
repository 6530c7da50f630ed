//! Checking a case file from its first entry to its last.

use std::collections::BTreeSet;

use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, Value};

use super::{
    CaseEntry, CaseFile, CaseReason, Content, EvidenceContent, Outcome, RESPONSE_SECONDS_MIN, Step,
};
use crate::keys::{MeshKey, SignatureCheck, SignedObject as _};
use crate::operator::words::{is_future, seconds_between};

/// Where and why a case file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseFault {
    /// Place of the entry, counted from 1; 0 for the file as a whole.
    pub sequence: u64,
    /// Why.
    pub reason: CaseReason,
}

/// How far a case has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseStanding {
    /// Step of the last entry.
    pub step: Step,
    /// How many entries there are.
    pub entry_count: usize,
    /// Hash of the last entry; with it the whole chain is named.
    pub head: Digest,
    /// How many members are withheld.
    pub withheld_count: usize,
    /// Until when the institution may answer, once it was told.
    pub respond_by: Option<Datetime>,
    /// What it answered last.
    pub outcome: Option<Outcome>,
    /// Whether the case is ready for an authority.
    pub is_escalation_ready: bool,
}

impl CaseFile {
    /// Checks every entry, in order. `keys` are the operator's, from elsewhere.
    ///
    /// # Errors
    ///
    /// [`CaseFault`]: the first entry that is refused, and the first reason that applies to it.
    pub fn verify(&self, keys: &[MeshKey], at: Datetime) -> Result<CaseStanding, CaseFault> {
        let mut walk = Walk::new(self, keys, at);
        for (position, entry) in (1_u64..).zip(&self.entries) {
            let checked = walk.entry(position, entry);
            checked.map_err(|reason| CaseFault { sequence: position, reason })?;
        }
        let last = walk.last.ok_or(CaseFault { sequence: 0, reason: CaseReason::EmptyCase })?;
        Ok(CaseStanding {
            step: last.step,
            entry_count: self.entries.len(),
            head: last.entry_digest(),
            withheld_count: self.entries.iter().map(|entry| entry.withheld().count()).sum(),
            respond_by: walk.respond_by,
            outcome: walk.outcome,
            is_escalation_ready: last.step == Step::Escalation,
        })
    }
}

/// What is known of a case on the way through it.
struct Walk<'a> {
    file: &'a CaseFile,
    keys: &'a [MeshKey],
    at: Datetime,
    last: Option<&'a CaseEntry>,
    respond_by: Option<Datetime>,
    outcome: Option<Outcome>,
    /// Ids of evidence items and claims; `None` once some are withheld.
    evidence: Option<BTreeSet<String>>,
    claims: Option<BTreeSet<String>>,
}

impl<'a> Walk<'a> {
    fn new(file: &'a CaseFile, keys: &'a [MeshKey], at: Datetime) -> Self {
        let (evidence, claims) = (Some(BTreeSet::new()), Some(BTreeSet::new()));
        Self { file, keys, at, last: None, respond_by: None, outcome: None, evidence, claims }
    }

    fn entry(&mut self, position: u64, entry: &'a CaseEntry) -> Result<(), CaseReason> {
        self.place(position, entry)?;
        self.response(entry)?;
        match entry.check_signatures(self.keys) {
            SignatureCheck::Missing => return Err(CaseReason::MissingSignature),
            SignatureCheck::Invalid => return Err(CaseReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        self.seals(entry)?;
        self.content(entry)?;
        self.last = Some(entry);
        Ok(())
    }

    /// Case, sequence, step, chain, dates.
    fn place(&self, position: u64, entry: &CaseEntry) -> Result<(), CaseReason> {
        if entry.case_id != self.file.case_id || entry.sovereign_id != self.file.sovereign_id {
            return Err(CaseReason::WrongCase);
        }
        if entry.sequence != position {
            return Err(CaseReason::SequenceGap);
        }
        if !entry.step.may_follow(self.last.map(|last| last.step)) {
            return Err(CaseReason::StepOutOfOrder);
        }
        if entry.prev_entry_digest != self.last.map(CaseEntry::entry_digest) {
            return Err(CaseReason::ChainBreak);
        }
        let before = self.last.map(|last| last.issued_at.instant());
        if before.is_some_and(|before| entry.issued_at.instant() < before) {
            return Err(CaseReason::TimeWentBack);
        }
        if is_future(entry.issued_at, self.at) {
            return Err(CaseReason::IssuedInFuture);
        }
        Ok(())
    }

    /// The institution's time to answer.
    fn response(&mut self, entry: &CaseEntry) -> Result<(), CaseReason> {
        let is_right = entry.respond_by.is_some() == (entry.step == Step::Notice)
            && entry.outcome.is_some() == (entry.step == Step::Response);
        if !is_right {
            return Err(CaseReason::WrongMembers);
        }
        if let Some(respond_by) = entry.respond_by {
            if seconds_between(entry.issued_at, respond_by) < RESPONSE_SECONDS_MIN {
                return Err(CaseReason::ResponseWindowTooShort);
            }
            self.respond_by = Some(respond_by);
        }
        let is_over = self.respond_by.is_some_and(|by| by.instant() <= entry.issued_at.instant());
        if entry.outcome == Some(Outcome::NoAnswer) && !is_over {
            return Err(CaseReason::ResponseWindowOpen);
        }
        self.outcome = entry.outcome.or(self.outcome);
        if entry.step == Step::Escalation {
            match self.outcome {
                Some(Outcome::Resolved) => return Err(CaseReason::MatterResolved),
                Some(Outcome::Refused | Outcome::Failed) => {}
                Some(Outcome::Handling | Outcome::NoAnswer) | None if is_over => {}
                Some(Outcome::Handling | Outcome::NoAnswer) | None => {
                    return Err(CaseReason::ResponseWindowOpen);
                }
            }
        }
        Ok(())
    }

    /// Open members fit their seals, and what is missing is missing by rule.
    fn seals(&self, entry: &CaseEntry) -> Result<(), CaseReason> {
        for (name, opened) in &entry.content {
            let seal = entry.sealed.get(name).ok_or(CaseReason::UnsealedMember)?;
            if *seal != opened.seal(name) {
                return Err(CaseReason::DigestMismatch);
            }
        }
        let rules = &self.file.redactions;
        for name in entry.sealed.keys() {
            let is_ruled = rules.iter().any(|rule| rule.withholds(entry.step, name));
            match (entry.content.contains_key(name), is_ruled) {
                (false, false) => return Err(CaseReason::UnexplainedRedaction),
                (true, true) => return Err(CaseReason::RuleNotApplied),
                (true, false) | (false, true) => {}
            }
        }
        Ok(())
    }

    /// What is said, as far as it is open.
    fn content(&mut self, entry: &CaseEntry) -> Result<(), CaseReason> {
        if !entry.is_open() {
            match entry.step {
                Step::Evidence => self.evidence = None,
                Step::Claims => self.claims = None,
                Step::Identity | Step::Notice | Step::Response | Step::Escalation => {}
            }
            return Ok(());
        }
        let members = entry.content.iter().map(|(name, it)| (name.clone(), it.value.clone()));
        let content = Content::read(entry.step, &Value::Map(members.collect()));
        match content.map_err(|_| CaseReason::ContentInvalid)? {
            Content::Identity(identity) => {
                let is_known = self.keys.iter().any(|key| key.to_string() == identity.public_key);
                if is_known { Ok(()) } else { Err(CaseReason::UnknownIdentityKey) }
            }
            Content::Evidence(corpus) => self.corpus(corpus),
            Content::Claims(said) => {
                for claim in said.claims {
                    known(self.evidence.as_ref(), &claim.exhibits)?;
                    fresh(self.claims.as_mut(), claim.claim_id)?;
                }
                Ok(())
            }
            Content::Notice(notice) => known(self.claims.as_ref(), &notice.claims),
            Content::Response(response) => {
                let is_silence = entry.outcome == Some(Outcome::NoAnswer);
                if is_silence == response.response_sha256.is_none() {
                    Ok(())
                } else {
                    Err(CaseReason::ContentInvalid)
                }
            }
            Content::Escalation(_) => Ok(()),
        }
    }

    fn corpus(&mut self, corpus: EvidenceContent) -> Result<(), CaseReason> {
        corpus
            .items
            .into_iter()
            .try_for_each(|item| fresh(self.evidence.as_mut(), item.evidence_id))
    }
}

/// All ids are known; nothing can be said once some are withheld.
fn known(ids: Option<&BTreeSet<String>>, cited: &[String]) -> Result<(), CaseReason> {
    let is_known = ids.is_none_or(|ids| cited.iter().all(|id| ids.contains(id)));
    if is_known { Ok(()) } else { Err(CaseReason::UnknownReference) }
}

/// An id means one thing in a case.
fn fresh(ids: Option<&mut BTreeSet<String>>, id: String) -> Result<(), CaseReason> {
    let is_fresh = ids.is_none_or(|ids| ids.insert(id));
    if is_fresh { Ok(()) } else { Err(CaseReason::ContentInvalid) }
}
