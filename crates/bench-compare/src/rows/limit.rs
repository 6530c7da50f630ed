//! The limit that statements are held against: `verify_strict` over the same bytes on the same cores, and nothing else.

use anyhow::Context as _;
use comity_sign::PublicKey;
use comity_wire::dsse::Envelope;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::measure::{Cost, timed};

/// One signature with everything decoded beforehand.
pub(super) struct Raw {
    key: VerifyingKey,
    message: Vec<u8>,
    signature: Signature,
}

/// Decodes the envelopes, outside of any timing.
pub(super) fn prepare<'a>(
    envelopes: impl IntoIterator<Item = &'a [u8]>,
) -> anyhow::Result<Vec<Raw>> {
    envelopes
        .into_iter()
        .map(|bytes| {
            let envelope = Envelope::decode(bytes)?;
            let first = envelope.signatures.first().context("no signature")?;
            Ok(Raw {
                key: VerifyingKey::from_bytes(PublicKey::from_key_id(&first.keyid)?.as_bytes())?,
                message: envelope.pae(),
                signature: Signature::from_slice(&first.sig)?,
            })
        })
        .collect()
}

/// Verifies all of them on `threads` threads.
pub(super) fn verify(raw: &[Raw], threads: usize) -> anyhow::Result<Cost> {
    let share = raw.len().div_ceil(threads).max(1);
    timed(|| {
        let good: usize = std::thread::scope(|scope| {
            let chunk = |chunk: &[Raw]| chunk.iter().filter(|raw| raw.is_good()).count();
            let handles: Vec<_> =
                raw.chunks(share).map(|part| scope.spawn(move || chunk(part))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap_or(0)).sum()
        });
        anyhow::ensure!(good == raw.len(), "{good} of {} signatures verify", raw.len());
        Ok(())
    })
}

impl Raw {
    fn is_good(&self) -> bool {
        self.key.verify_strict(&self.message, &self.signature).is_ok()
    }
}
