//! Keys that check many signatures: a table of the key's multiples takes the doublings out of a check.
//!
//! A record names few keys and carries many statements of each. A table answers as the library's check does, in four
//! fifths of the time; it costs 30 KiB and as much time as some hundred checks save, so a key gets one when it has
//! checked [`CHECKS_MIN`] signatures. At most [`TABLES_MAX`] stand at a time.
//!
//! # Source
//!
//! RFC 8032 §5.1.7, the equation without the cofactor: `[S]B = R + [k]A`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::edwards::EdwardsBasepointTable;
use curve25519_dalek::traits::BasepointTable as _;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha512};

use crate::VerifyError;

/// Checks by one key before it gets a table, a count: about as many as pay for it.
const CHECKS_MIN: u32 = 160;

/// Tables at a time, a count: 8 MiB.
const TABLES_MAX: usize = 256;

static TABLES: AtomicUsize = AtomicUsize::new(0);

/// A table that may be there, and how many checks have been asked for.
#[derive(Default)]
pub(crate) struct Warmth {
    checks: AtomicU32,
    table: OnceLock<Option<Table>>,
}

/// Multiples of a key's inverse.
struct Table(Box<EdwardsBasepointTable>);

/// What is left of a check: whether the computed point is written as the signature's first half. Writing a point takes a
/// division in the field, a tenth of the whole check; many points are written with one division.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    point: EdwardsPoint,
    r: [u8; 32],
}

impl Ending {
    /// Whether the signature is good.
    pub(crate) fn is_good(&self) -> bool {
        *self.point.compress().as_bytes() == self.r
    }

    /// Which of the signatures are good.
    pub(crate) fn are_good(endings: &[Self]) -> Vec<bool> {
        let points: Vec<EdwardsPoint> = endings.iter().map(|ending| ending.point).collect();
        let written = EdwardsPoint::compress_batch_alloc(&points);
        endings.iter().zip(&written).map(|(it, written)| *written.as_bytes() == it.r).collect()
    }
}

impl Warmth {
    /// All but the last step of the check whether `signature` is `key`'s over `message`; `None` if there is no table yet.
    /// Every check asks once.
    pub(crate) fn begin(
        &self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8; 64],
    ) -> Option<Result<Ending, VerifyError>> {
        if self.table.get().is_none()
            && self.checks.fetch_add(1, Ordering::Relaxed).saturating_add(1) < CHECKS_MIN
        {
            return None;
        }
        let table = self.table.get_or_init(|| Table::of(key)).as_ref()?;
        Some(table.begin(key, message, signature).ok_or(VerifyError::BadSignature))
    }
}

impl Table {
    /// A table, if there is room for one more.
    fn of(key: &VerifyingKey) -> Option<Self> {
        let room = |count: usize| (count < TABLES_MAX).then_some(count + 1);
        TABLES.try_update(Ordering::Relaxed, Ordering::Relaxed, room).ok()?;
        Some(Self(Box::new(EdwardsBasepointTable::create(&-key.to_edwards()))))
    }

    /// `[S]B - [k]A`, which a good signature's first half writes; `None` if `S` is not below the group's order.
    fn begin(&self, key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Option<Ending> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(*s.first_chunk()?))?;
        let hash = Sha512::new().chain_update(r).chain_update(key.as_bytes()).chain_update(message);
        let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let point = ED25519_BASEPOINT_TABLE.mul_base(&s) + self.0.mul_base(&k);
        Some(Ending { point, r: *r })
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        TABLES.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gets_its_table_at_the_160th_check_and_gives_its_place_back() {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
        let key = secret.verifying_key();
        let signature = ed25519_dalek::Signer::sign(&secret, b"message").to_bytes();
        let warmth = Warmth::default();
        for _ in 1..CHECKS_MIN {
            assert!(warmth.begin(&key, b"message", &signature).is_none());
        }
        let good = warmth.begin(&key, b"message", &signature).unwrap().unwrap();
        let bad = warmth.begin(&key, b"massage", &signature).unwrap().unwrap();
        assert_eq!([good.is_good(), bad.is_good()], [true, false]);
        assert_eq!(Ending::are_good(&[bad.clone(), good, bad]), [false, true, false]);
        let mut large = signature;
        large[32..].fill(0xff);
        assert!(warmth.begin(&key, b"message", &large).unwrap().is_err());
        let count = TABLES.load(Ordering::Relaxed);
        drop(warmth);
        assert_eq!(TABLES.load(Ordering::Relaxed), count - 1);
    }

    #[test]
    fn without_room_there_is_no_table() {
        let key = ed25519_dalek::SigningKey::from_bytes(&[2; 32]).verifying_key();
        let warmth = Warmth::default();
        warmth.table.get_or_init(|| None);
        assert!(warmth.begin(&key, b"message", &[9; 64]).is_none());
    }
}
