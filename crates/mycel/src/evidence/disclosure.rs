//! What is shown to a reviewer in one private act, and its digest for the public record.

use comity_tlog::Frontier;
use comity_wire::{Digest, sha256_concat};
use serde::{Deserialize, Serialize};

use super::{
    Commitment, EvidenceRecord, Opening, OpeningError, Reading, checked_form, device_signed,
    verify_opening,
};

/// A private opening: some rows with their paths, or all rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// The rows of an audit, class A1.
    Leaves(Vec<Opening>),
    /// Every row, class A3.
    Rows(Vec<EvidenceRecord>),
}

impl Disclosure {
    /// How many rows are shown.
    pub const fn count(&self) -> u64 {
        (match self {
            Self::Leaves(openings) => openings.len(),
            Self::Rows(records) => records.len(),
        }) as u64
    }

    /// What the record keeps of this act:
    /// `SHA-256("comity-disclosure/v1\0" ‖ kind[1] ‖ count[8] ‖ leaf hashes)`, kind 0 for leaves and 1
    /// for rows. The leaf hashes are salted, so the digest says nothing about the readings.
    pub fn digest(&self) -> Result<Digest, OpeningError> {
        let (kind, leaves): (u8, Result<Vec<Digest>, _>) = match self {
            Self::Leaves(openings) => {
                (0, openings.iter().map(|opening| opening.record.leaf()).collect())
            }
            Self::Rows(records) => (1, records.iter().map(EvidenceRecord::leaf).collect()),
        };
        let leaves = leaves?;
        let count = self.count().to_be_bytes();
        let kind = [kind];
        let mut parts: Vec<&[u8]> = vec![b"comity-disclosure/v1\0", &kind, &count];
        parts.extend(leaves.iter().map(|leaf| leaf.as_bytes().as_slice()));
        Ok(sha256_concat(&parts))
    }

    /// Checks every row against the commitment; `drawn` are the rows an audit must show, in ascending
    /// order. All rows are proven, or the first failure is named.
    ///
    /// # Errors
    ///
    /// [`OpeningError::OtherCount`] or [`OpeningError::OtherIndex`] if other rows are shown than drawn;
    /// else what is wrong with a row.
    pub fn verify(
        &self,
        commitment: &Commitment,
        drawn: &[u64],
    ) -> Result<Vec<Reading>, OpeningError> {
        match self {
            Self::Leaves(openings) => audit(openings, commitment, drawn),
            Self::Rows(records) => full(records, commitment),
        }
    }
}

fn audit(
    openings: &[Opening],
    commitment: &Commitment,
    drawn: &[u64],
) -> Result<Vec<Reading>, OpeningError> {
    let (expected, given) = (drawn.len() as u64, openings.len() as u64);
    if expected != given {
        return Err(OpeningError::OtherCount { expected, given });
    }
    let one = |(opening, expected): (&Opening, &u64)| {
        if opening.record.index != *expected {
            let (expected, given) = (*expected, opening.record.index);
            return Err(OpeningError::OtherIndex { expected, given });
        }
        verify_opening(opening, commitment)
    };
    openings.iter().zip(drawn).map(one).collect()
}

/// Every row once and in order: the root is recomputed, no path is needed (invariant 3).
fn full(records: &[EvidenceRecord], commitment: &Commitment) -> Result<Vec<Reading>, OpeningError> {
    let given = records.len() as u64;
    if commitment.rows != given {
        return Err(OpeningError::OtherCount { expected: commitment.rows, given });
    }
    let mut frontier = Frontier::new();
    let mut readings = Vec::with_capacity(records.len());
    for record in records {
        let expected = frontier.size();
        if record.index != expected {
            return Err(OpeningError::OtherIndex { expected, given: record.index });
        }
        readings.push(checked_form(record, commitment)?);
        frontier.append(record.leaf()?);
    }
    let computed = frontier.root();
    if computed != commitment.root {
        return Err(OpeningError::OtherRoot { expected: commitment.root, computed });
    }
    // Signatures last: they cost a thousand times more than hashes.
    records.iter().try_for_each(|record| device_signed(record, commitment))?;
    Ok(readings)
}
