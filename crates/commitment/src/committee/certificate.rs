//! What the committee certified.

use comity_bls::{Certificate, Decision, KeyEpoch, Kind};
use comity_wire::{Digest, StatementId, Time, sha256};

use super::{Committee, CommitteeError, Rules, Stamp, bytes};
use crate::facts::Certified;

/// A digest with a certificate that was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertifiedDigest {
    /// What is certified: kind, epoch, digest, parameters.
    pub decision: Decision,
    /// The key that signed.
    pub key_epoch: KeyEpoch,
    /// The statement that shows the certificate.
    pub statement: StatementId,
    /// Its place in the record.
    pub index: u64,
    /// Its date.
    pub at: Time,
}

impl Committee {
    /// Takes a certificate.
    ///
    /// # Errors
    ///
    /// Not about this record or this time, a key that is overdue, revoked or of another epoch, a
    /// signature that does not verify, a digest that is certified already.
    pub fn certify(
        &mut self,
        stamp: &Stamp,
        body: &Certified,
        rules: &Rules<'_>,
    ) -> Result<CertifiedDigest, CommitteeError> {
        let certificate = Certificate::decode(&bytes(&body.certificate)?)?;
        if body.window_to.is_some() && certificate.decision().kind != Kind::Decision {
            return Err(CommitteeError::NoDecision);
        }
        let found = *certificate.decision();
        let wanted = match found.kind {
            Kind::Commitment => self.commitment(&found)?,
            Kind::Decision | Kind::Handover => timely(&found, stamp, rules)?,
        };
        let term = self.usable(found.epoch, stamp.at)?;
        if found.kind == Kind::Handover {
            let next = self.terms.last().filter(|next| term.key.epoch() < next.key.epoch());
            if next.map(|next| sha256(&next.key.encode())) != Some(found.commitment) {
                return Err(CommitteeError::NotTheNextKey { digest: found.commitment });
            }
        }
        let digest = found.commitment;
        if self.certified.contains_key(&digest) {
            return Err(CommitteeError::CertifiedTwice { digest });
        }
        let ring = self.ring.as_ref().ok_or(CommitteeError::NoKey { epoch: found.epoch })?;
        certificate.verify(ring, &wanted)?;
        let certified = CertifiedDigest {
            decision: found,
            key_epoch: term.key.epoch(),
            statement: stamp.id,
            index: stamp.index,
            at: stamp.at,
        };
        self.certified.insert(digest, certified);
        Ok(certified)
    }

    /// The certificate over a digest, if there is one.
    pub fn certificate(&self, digest: &Digest) -> Option<&CertifiedDigest> {
        self.certified.get(digest)
    }

    /// Every certificate, by digest.
    pub fn certificates(&self) -> impl Iterator<Item = &CertifiedDigest> {
        self.certified.values()
    }

    /// What a certificate over the commitment of this record's epoch must say.
    fn commitment(&self, found: &Decision) -> Result<Decision, CommitteeError> {
        let (epoch, digest) = (found.epoch, found.commitment);
        let close = self.closes.iter().rev().find(|close| close.number == epoch);
        let close = close.filter(|close| close.hash == digest);
        let close = close.ok_or(CommitteeError::NoSuchCommitment { epoch, digest })?;
        let Decision { kind, epoch, commitment, .. } = *found;
        Ok(Decision { kind, epoch, commitment, parameters: close.parameters })
    }
}

/// What a certificate over something decided now must say. One epoch back is now, so that an hour may end between
/// signing and stating; further back would let a key that was rotated out speak.
fn timely(found: &Decision, stamp: &Stamp, rules: &Rules<'_>) -> Result<Decision, CommitteeError> {
    let (epoch, now) = (found.epoch, rules.epoch_number(stamp.at));
    if now < epoch || epoch.saturating_add(1) < now {
        return Err(CommitteeError::StaleEpoch { epoch, now });
    }
    Ok(Decision { parameters: rules.parameters.hash(), ..*found })
}
