//! Adding entries.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::verify::{CaseFault, CaseStanding};
use super::{CaseEntry, CaseFile, Content, Opened, Outcome};
use crate::keys::{MeshKey, SignedObject as _};
use crate::schema::SchemaError;

/// What an operator wants to add.
#[derive(Clone, Debug)]
pub struct Draft {
    /// When.
    pub issued_at: Datetime,
    /// What.
    pub content: Content,
    /// For a notice: until when the institution may answer.
    pub respond_by: Option<Datetime>,
    /// For a response: what it was.
    pub outcome: Option<Outcome>,
    /// 32 random bytes that nobody else knows; the salts of the members come from it.
    pub seed: [u8; 32],
}

/// Why an entry is not added. The file is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The file would not verify with it.
    #[error("entry {}: {}", .0.sequence, .0.reason)]
    Refused(CaseFault),
    /// The content is not what its step demands.
    #[error("content: {0}")]
    Content(SchemaError),
    /// Something is withheld in the file; entries are added to the whole one.
    #[error("the case file is redacted")]
    Redacted,
}

impl CaseError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "mesh.case_refused",
            Self::Content(_) => "mesh.case_content",
            Self::Redacted => "mesh.case_redacted",
        }
    }
}

impl CaseFile {
    /// Adds an entry signed with `secret`, and checks the whole file with it.
    ///
    /// # Errors
    ///
    /// [`CaseError`]; the file is unchanged then.
    pub fn append(
        &mut self,
        draft: &Draft,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<CaseStanding, CaseError> {
        if !self.redactions.is_empty() || self.entries.iter().any(|entry| !entry.is_open()) {
            return Err(CaseError::Redacted);
        }
        let written = draft.content.write();
        Content::read(draft.content.step(), &written).map_err(CaseError::Content)?;
        let members = written.members().into_iter().flatten();
        let content: BTreeMap<_, _> = members
            .map(|(name, value)| (name.clone(), Opened::salted(&draft.seed, name, value.clone())))
            .collect();
        let mut entry = CaseEntry {
            object_type: CaseEntry::OBJECT_TYPE.to_owned(),
            case_id: self.case_id.clone(),
            sovereign_id: self.sovereign_id.clone(),
            sequence: self.entries.len() as u64 + 1,
            step: draft.content.step(),
            issued_at: draft.issued_at,
            respond_by: draft.respond_by,
            outcome: draft.outcome,
            sealed: content
                .iter()
                .map(|(name, opened)| (name.clone(), opened.seal(name)))
                .collect(),
            content,
            prev_entry_digest: self.head(),
            issued_by: key_id.to_owned(),
            signature: None,
        };
        entry.sign(secret, key_id);
        let mut keys = vec![MeshKey::from(secret.public())];
        // Entries before may be by an earlier key of the operator; the identity names it.
        keys.extend(self.identity_key());
        // The draft's date is the clock, unless the file is ahead of it: then the dates are what is wrong.
        let dates = self.entries.iter().map(|entry| entry.issued_at);
        let at = dates.fold(draft.issued_at, |a, b| if a.instant() < b.instant() { b } else { a });
        let mut longer = self.clone();
        longer.entries.push(entry);
        let standing = longer.verify(&keys, at).map_err(CaseError::Refused)?;
        *self = longer;
        Ok(standing)
    }

    /// The key that the first entry names.
    fn identity_key(&self) -> Option<MeshKey> {
        let named = self.entries.first()?.content.get("public_key")?.value.as_str()?;
        MeshKey::parse(named).ok()
    }
}
