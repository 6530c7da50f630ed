//! Evidence: committed to in the vault, opened in private, checked by anybody who was shown it.
//!
//! ```text
//!  device           vault                                        reviewer
//!  reading + sig ─▶ record = reading ‖ sig ‖ salt ─▶ leaf ─┐
//!                   record …                        leaf ─┴▶ root ──▶ commitment (travels)
//!                   open(index) = record + path ────────────────────▶ verify ─▶ reading, or why not
//! ```
//!
//! The leaf is `SHA-256(0x00 ‖ JCS(record))` (RFC 6962). The 16-byte salt stops anybody from guessing
//! low-entropy readings out of a leaf. The device's signature is no substitute: Ed25519 is deterministic,
//! so whoever made the device, or simulates it, can recompute it for every guess.
//!
//! # What this does not prove
//!
//! That the device told the truth, or was where it should have been: a commitment to invented readings
//! with good signatures verifies. See the assurance classes in `spec/mycel.md` D.4.
//!
//! # Invariants
//!
//! 1. An opening verifies against exactly one commitment, index, device, MIP and unit.
//! 2. The same readings, secret and order give the same commitment; other secrets give unlinkable ones.
//! 3. A full disclosure verifies only if it is every row, once, in order.
//!
//! # Where the rules come from
//!
//! `spec/mycel.md` D.2, D.4 (A1, A3), E.1 tests 1 and 11. Values are millionths of the unit.

mod disclosure;
mod draw;
mod error;

use std::fmt;

use comity_sign::{PublicKey, SigningKey};
use comity_tlog::{Tree, leaf_hash, verify_inclusion};
use comity_wire::{Decimal, Digest, KeyId, Quantity, StatementId, Time, hex, jcs, sha256_concat};
use serde::{Deserialize, Serialize};

pub use disclosure::Disclosure;
pub use draw::draw_leaves;
pub use error::OpeningError;

/// Digits after the point that a reading keeps.
pub const VALUE_DIGITS: u32 = 6;
/// Bytes of salt in a record.
pub const SALT_BYTES: usize = 16;
/// What a device signs begins with this.
const DEVICE_DOMAIN: &[u8] = b"comity-device/v1\0";

/// One reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    /// Position in the series, from 0.
    pub index: u64,
    /// When it was taken.
    pub t: Time,
    /// Its value, in millionths of the unit.
    pub micro: i64,
}

/// What all records of one commitment have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The MIP that will judge the evidence.
    pub mip: Digest,
    /// Digest of the device's calibration certificate.
    pub calibration: Digest,
    /// UCUM code of the unit; `1` if there is none.
    pub unit: String,
}

/// A record of evidence. Stays in the vault, except in private openings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRecord {
    /// Digest of the device's calibration certificate.
    pub calibration: Digest,
    /// The device.
    pub device: KeyId,
    /// Its Ed25519 signature over everything but itself and the salt, in hex.
    pub device_sig: String,
    /// Position in the series, from 0.
    pub index: u64,
    /// The MIP that judges it.
    pub mip: Digest,
    /// The value.
    pub payload: Quantity,
    /// 16 bytes in hex.
    pub salt: String,
    /// Start of the measured interval; equal to `t1` for an instantaneous reading.
    pub t0: Time,
    /// Its end.
    pub t1: Time,
}

/// The part of a record that a device signs.
#[derive(Serialize)]
struct DeviceView<'a> {
    calibration: &'a Digest,
    device: &'a KeyId,
    index: u64,
    mip: &'a Digest,
    payload: &'a Quantity,
    t0: Time,
    t1: Time,
}

impl EvidenceRecord {
    /// The leaf hash of the record's canonical form.
    pub fn leaf(&self) -> Result<Digest, OpeningError> {
        Ok(leaf_hash(&jcs::to_vec(self)?))
    }

    /// The bytes that the device signs.
    pub fn device_message(&self) -> Result<Vec<u8>, OpeningError> {
        let Self { calibration, device, index, mip, payload, t0, t1, .. } = self;
        let (index, t0, t1) = (*index, *t0, *t1);
        let view = DeviceView { calibration, device, index, mip, payload, t0, t1 };
        Ok([DEVICE_DOMAIN, &jcs::to_vec(&view)?].concat())
    }

    /// The record of a reading, not yet signed nor salted.
    fn unsigned(reading: &Reading, binding: &Binding, device: &KeyId) -> Self {
        Self {
            calibration: binding.calibration,
            device: device.clone(),
            device_sig: String::new(),
            index: reading.index,
            mip: binding.mip,
            payload: Quantity {
                u: binding.unit.clone(),
                v: Decimal::from_scaled(reading.micro, VALUE_DIGITS),
            },
            salt: String::new(),
            t0: reading.t,
            t1: reading.t,
        }
    }
}

/// What a (simulated) device does: signs a reading.
pub fn device_sign(
    device: &SigningKey,
    binding: &Binding,
    reading: &Reading,
) -> Result<[u8; 64], OpeningError> {
    let record = EvidenceRecord::unsigned(reading, binding, &device.public().key_id());
    Ok(device.sign(&record.device_message()?))
}

/// The salt of row `index`: the first 16 bytes of
/// `SHA-256("comity-salt/v1\0" ‖ secret[32] ‖ order[32] ‖ index[8])`, big-endian. All parts have fixed
/// lengths and half the hash is dropped, so a prefix key is as good as an HMAC here.
pub fn derive_salt(secret: &[u8; 32], order: StatementId, index: u64) -> [u8; SALT_BYTES] {
    let hash = sha256_concat(&[
        b"comity-salt/v1\0",
        secret,
        order.digest().as_bytes(),
        &index.to_be_bytes(),
    ]);
    let mut salt = [0; SALT_BYTES];
    for (to, from) in salt.iter_mut().zip(hash.as_bytes()) {
        *to = *from;
    }
    salt
}

/// A hash that hides `bytes` from whoever does not know the salt: private labels, private results.
pub fn salted_hash(salt: &[u8; SALT_BYTES], bytes: &[u8]) -> Digest {
    sha256_concat(&[b"comity-salted/v1\0", salt, bytes])
}

/// Builds a commitment row by row.
pub struct Sealer {
    secret: [u8; 32],
    order: StatementId,
    binding: Binding,
    device: KeyId,
    rows: Vec<(Reading, [u8; 64])>,
    tree: Tree,
}

impl Sealer {
    /// Starts a commitment of readings by `device`, salted with the vault's secret.
    pub fn new(secret: [u8; 32], order: StatementId, binding: Binding, device: KeyId) -> Self {
        Self { secret, order, binding, device, rows: Vec::new(), tree: Tree::new() }
    }

    /// Adds a reading with its device's signature. The signature is kept, not checked: a vault that
    /// commits to a bad one will be found out.
    pub fn push(&mut self, reading: Reading, device_sig: [u8; 64]) -> Result<(), OpeningError> {
        let next = self.tree.size();
        if reading.index != next {
            return Err(OpeningError::OtherIndex { expected: next, given: reading.index });
        }
        let leaf = self.record(&reading, &device_sig).leaf()?;
        self.tree.append(leaf);
        self.rows.push((reading, device_sig));
        Ok(())
    }

    /// The finished commitment.
    pub fn finish(self) -> Sealed {
        Sealed { root: self.tree.root(), inner: self }
    }

    fn record(&self, reading: &Reading, device_sig: &[u8; 64]) -> EvidenceRecord {
        let salt = derive_salt(&self.secret, self.order, reading.index);
        EvidenceRecord {
            device_sig: hex::encode(device_sig),
            salt: hex::encode(&salt),
            ..EvidenceRecord::unsigned(reading, &self.binding, &self.device)
        }
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} rows, ***)", self.rows.len())
    }
}

/// A commitment with everything needed to open it. Private to the vault: `Debug` shows no row. About
/// 150 bytes per row.
pub struct Sealed {
    root: Digest,
    inner: Sealer,
}

impl Sealed {
    /// The Merkle root that travels.
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.inner.tree.size()
    }

    /// The leaf hashes, in order.
    pub fn leaves(&self) -> &[Digest] {
        self.inner.tree.leaves()
    }

    /// The device.
    pub const fn device(&self) -> &KeyId {
        &self.inner.device
    }

    /// One record with its path. `O(log n)` hashes.
    pub fn open(&self, index: u64) -> Result<Opening, OpeningError> {
        let record = self.record(index)?;
        let path = self.inner.tree.inclusion(index, self.rows())?;
        Ok(Opening { record, path })
    }

    /// The openings of an audit, in ascending order of index.
    pub fn open_all(&self, indices: &[u64]) -> Result<Disclosure, OpeningError> {
        let openings: Result<_, _> = indices.iter().map(|index| self.open(*index)).collect();
        Ok(Disclosure::Leaves(openings?))
    }

    /// Every record: the full disclosure of class A3.
    pub fn disclose(&self) -> Result<Disclosure, OpeningError> {
        let records: Result<_, _> = (0..self.rows()).map(|index| self.record(index)).collect();
        Ok(Disclosure::Rows(records?))
    }

    fn record(&self, index: u64) -> Result<EvidenceRecord, OpeningError> {
        let row = usize::try_from(index).ok().and_then(|index| self.inner.rows.get(index));
        let beyond = OpeningError::NoSuchRow { index, rows: self.rows() };
        let (reading, device_sig) = row.ok_or(beyond)?;
        Ok(self.inner.record(reading, device_sig))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} rows, root {}, ***)", self.rows(), self.root)
    }
}

/// Signs every reading with a simulated device and commits to them all.
pub fn seal(
    readings: impl IntoIterator<Item = Reading>,
    secret: [u8; 32],
    device: &SigningKey,
    order: StatementId,
    binding: Binding,
) -> Result<Sealed, OpeningError> {
    let mut sealer = Sealer::new(secret, order, binding, device.public().key_id());
    for reading in readings {
        let device_sig = device_sign(device, &sealer.binding, &reading)?;
        sealer.push(reading, device_sig)?;
    }
    Ok(sealer.finish())
}

/// One record with the path that ties it to a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The record.
    pub record: EvidenceRecord,
    /// Hashes from the leaf to the root.
    pub path: Vec<Digest>,
}

/// What an opening is checked against: the public commitment, and what its MIP demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// The Merkle root.
    pub root: Digest,
    /// Number of rows.
    pub rows: u64,
    /// The device.
    pub device: PublicKey,
    /// The MIP.
    pub mip: Digest,
    /// UCUM code of the unit, from the MIP's manifest.
    pub unit: String,
}

/// Checks an opening against a commitment and hands back the reading it proves.
///
/// # Errors
///
/// The first of: salt length, MIP, unit, interval, device, index, path, value, device signature.
pub fn verify_opening(opening: &Opening, commitment: &Commitment) -> Result<Reading, OpeningError> {
    let record = &opening.record;
    let checked = checked_form(record, commitment)?;
    let index = record.index;
    if commitment.rows <= index {
        return Err(OpeningError::NoSuchRow { index, rows: commitment.rows });
    }
    verify_inclusion(&record.leaf()?, index, commitment.rows, &opening.path, &commitment.root)
        .map_err(|source| OpeningError::Path { index, source })?;
    device_signed(record, commitment)?;
    Ok(checked)
}

/// Everything about a record that needs no hashing.
fn checked_form(record: &EvidenceRecord, commitment: &Commitment) -> Result<Reading, OpeningError> {
    let index = record.index;
    let is_salt = hex::decode(&record.salt).is_ok_and(|salt| salt.len() == SALT_BYTES);
    if !is_salt {
        return Err(OpeningError::BadSalt { index, expected: SALT_BYTES });
    }
    if record.mip != commitment.mip {
        return Err(OpeningError::OtherMip { expected: commitment.mip, given: record.mip });
    }
    if record.payload.u != commitment.unit {
        return Err(OpeningError::OtherUnit { index, expected: commitment.unit.clone() });
    }
    if record.t0 != record.t1 {
        return Err(OpeningError::NotAnInstant { index, t0: record.t0, t1: record.t1 });
    }
    if record.device != commitment.device.key_id() {
        let (expected, given) = (commitment.device.key_id(), record.device.clone());
        return Err(OpeningError::OtherDevice { expected, given });
    }
    let micro = record.payload.v.to_scaled(VALUE_DIGITS);
    let micro = micro.ok_or(OpeningError::BadValue { index, digits: VALUE_DIGITS })?;
    Ok(Reading { index, t: record.t0, micro })
}

fn device_signed(record: &EvidenceRecord, commitment: &Commitment) -> Result<(), OpeningError> {
    let refusal = OpeningError::BadDeviceSignature { index: record.index };
    let signature = hex::decode(&record.device_sig).ok();
    let signature: Option<[u8; 64]> = signature.and_then(|bytes| bytes.try_into().ok());
    let signature = signature.ok_or_else(|| refusal.clone())?;
    commitment.device.verify(&record.device_message()?, &signature).map_err(|_| refusal)
}

#[cfg(test)]
mod tests;
