use comity_sign::SigningKey;
use comity_wire::{Digest, StatementId, Time, hex};
use proptest::prelude::{prop_assert, proptest};

use super::{
    Binding, Commitment, EvidenceRecord, Opening, OpeningError, Reading, SALT_BYTES, Sealed,
    derive_salt, device_sign, draw_leaves, salted_hash, seal, verify_opening,
};

const SECRET: [u8; 32] = [7; 32];

fn device() -> SigningKey {
    SigningKey::from_seed([42; 32])
}

fn order() -> StatementId {
    StatementId::from_digest(Digest::from_bytes([9; 32]))
}

fn binding() -> Binding {
    Binding {
        mip: Digest::from_bytes([1; 32]),
        calibration: Digest::from_bytes([2; 32]),
        unit: "Cel".into(),
    }
}

fn reading(index: u64) -> Reading {
    let step = i64::try_from(index).unwrap();
    Reading { index, t: Time::from_unix(1_000 + 300 * step), micro: 73_967_322 + 100_000 * step }
}

fn sealed(rows: u64) -> Sealed {
    seal((0..rows).map(reading), SECRET, &device(), order(), binding()).unwrap()
}

fn commitment(sealed: &Sealed) -> Commitment {
    Commitment {
        root: sealed.root(),
        rows: sealed.rows(),
        device: device().public(),
        mip: binding().mip,
        unit: "Cel".into(),
    }
}

#[test]
fn every_row_opens_and_all_rows_open_together() {
    let sealed = sealed(11);
    let commitment = commitment(&sealed);
    for index in 0..11 {
        let opening = sealed.open(index).unwrap();
        assert_eq!(verify_opening(&opening, &commitment), Ok(reading(index)));
    }
    let all = sealed.disclose().unwrap();
    assert_eq!(all.verify(&commitment, &[]), Ok((0..11).map(reading).collect()));
    let some = sealed.open_all(&[1, 4, 9]).unwrap();
    assert_eq!(some.verify(&commitment, &[1, 4, 9]), Ok([1, 4, 9].map(reading).to_vec()));
    assert_ne!(some.digest(), all.digest());
    assert_eq!(sealed.open(11).unwrap_err(), OpeningError::NoSuchRow { index: 11, rows: 11 });
}

/// One way to spoil an opening, and the refusal it must meet.
type Mutant = (&'static str, fn(&mut Opening));

#[test]
fn spoiled_openings_are_refused_by_name() {
    let sealed = sealed(11);
    let commitment = commitment(&sealed);
    let mutants: [Mutant; 11] = [
        ("mycel.opening_bad_salt", |o| o.record.salt.truncate(30)),
        ("mycel.opening_bad_salt", |o| o.record.salt = "zz".repeat(16)),
        ("mycel.opening_other_mip", |o| o.record.mip = Digest::ZERO),
        ("mycel.opening_other_unit", |o| o.record.payload.u = "K".into()),
        ("mycel.opening_not_an_instant", |o| o.record.t1 = o.record.t1.plus(1)),
        ("mycel.opening_other_device", |o| {
            o.record.device = SigningKey::from_seed([1; 32]).public().key_id();
        }),
        ("mycel.opening_no_such_row", |o| o.record.index = 11),
        ("mycel.opening_path", |o| o.record.index = 4),
        ("mycel.opening_path", |o| o.record.payload.v = "80".parse().unwrap()),
        ("mycel.opening_path", |o| {
            o.path.pop();
        }),
        ("mycel.opening_bad_value", |o| o.record.payload.v = "1.1234567".parse().unwrap()),
    ];
    for (code, spoil) in mutants {
        let mut opening = sealed.open(5).unwrap();
        spoil(&mut opening);
        assert_eq!(verify_opening(&opening, &commitment).unwrap_err().code(), code);
    }
}

#[test]
fn a_reading_altered_before_the_commitment_fails_its_device_signature() {
    let mut sealer = super::Sealer::new(SECRET, order(), binding(), device().public().key_id());
    let honest = device_sign(&device(), &binding(), &reading(0)).unwrap();
    sealer.push(Reading { micro: 1, ..reading(0) }, honest).unwrap();
    let sealed = sealer.finish();
    assert_eq!(
        verify_opening(&sealed.open(0).unwrap(), &commitment(&sealed)),
        Err(OpeningError::BadDeviceSignature { index: 0 })
    );
}

#[test]
fn a_full_disclosure_is_every_row_once_in_order() {
    let sealed = sealed(5);
    let commitment = commitment(&sealed);
    let records: Vec<EvidenceRecord> =
        (0..5).map(|index| sealed.open(index).unwrap().record).collect();
    let verify = |records: Vec<EvidenceRecord>| {
        super::Disclosure::Rows(records).verify(&commitment, &[]).unwrap_err()
    };
    assert_eq!(verify(records[..4].to_vec()), OpeningError::OtherCount { expected: 5, given: 4 });
    let mut swapped = records.clone();
    swapped.swap(1, 2);
    assert_eq!(verify(swapped), OpeningError::OtherIndex { expected: 1, given: 2 });
    let mut altered = records;
    altered[3].payload.v = "1".parse().unwrap();
    assert_eq!(verify(altered).code(), "mycel.opening_other_root");
}

#[test]
fn an_audit_shows_exactly_what_was_drawn() {
    let sealed = sealed(11);
    let commitment = commitment(&sealed);
    let shown = sealed.open_all(&[1, 4]).unwrap();
    assert_eq!(
        shown.verify(&commitment, &[1, 5]),
        Err(OpeningError::OtherIndex { expected: 5, given: 4 })
    );
    assert_eq!(
        shown.verify(&commitment, &[1]),
        Err(OpeningError::OtherCount { expected: 1, given: 2 })
    );
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let text = format!("{:?}", sealed(3));
    assert!(text.contains("***") && !text.contains("73967322") && !text.contains("7, 7"));
}

/// Guesses row 0 of a commitment from its public leaf: every value of a thermometer with one decimal,
/// by somebody who can make the device sign (its maker, or whoever simulates it).
fn dictionary_attack(leaf: Digest, salt: [u8; SALT_BYTES]) -> Option<i64> {
    let (device, binding) = (device(), binding());
    (0..1_500_i64).map(|tenths| tenths * 100_000).find(|micro| {
        let guess = Reading { micro: *micro, ..reading(0) };
        let device_sig = device_sign(&device, &binding, &guess).unwrap();
        let record = EvidenceRecord {
            device_sig: hex::encode(&device_sig),
            salt: hex::encode(&salt),
            ..EvidenceRecord::unsigned(&guess, &binding, &device.public().key_id())
        };
        record.leaf().unwrap() == leaf
    })
}

#[test]
fn without_the_salt_a_leaf_can_be_guessed_and_with_it_not() {
    let rows = [Reading { micro: 74_500_000, ..reading(0) }];
    let sealed = seal(rows, SECRET, &device(), order(), binding()).unwrap();
    let no_salt = [0; SALT_BYTES];
    assert_eq!(dictionary_attack(sealed.leaves()[0], no_salt), None);
    // The same row as a build without salts would commit to it.
    let unsalted = EvidenceRecord { salt: hex::encode(&no_salt), ..sealed.open(0).unwrap().record };
    assert_eq!(dictionary_attack(unsalted.leaf().unwrap(), no_salt), Some(74_500_000));
}

#[test]
fn salts_differ_by_row_order_and_secret() {
    let other = StatementId::from_digest(Digest::ZERO);
    let base = derive_salt(&SECRET, order(), 0);
    assert_eq!(base, derive_salt(&SECRET, order(), 0));
    assert_ne!(base, derive_salt(&SECRET, order(), 1));
    assert_ne!(base, derive_salt(&SECRET, other, 0));
    assert_ne!(base, derive_salt(&[8; 32], order(), 0));
    assert_ne!(salted_hash(&base, b"labels"), salted_hash(&[0; SALT_BYTES], b"labels"));
}

#[test]
fn a_draw_is_repeatable_distinct_and_within_the_rows() {
    let beacon = Digest::from_bytes([3; 32]);
    let drawn = draw_leaves(&beacon, 22_695, 59);
    assert_eq!(drawn, draw_leaves(&beacon, 22_695, 59));
    assert_eq!(drawn.len(), 59);
    assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]) && drawn[58] < 22_695);
    assert_ne!(drawn, draw_leaves(&Digest::ZERO, 22_695, 59));
    assert_eq!(draw_leaves(&beacon, 3, 59), [0, 1, 2]);
    assert_eq!(draw_leaves(&beacon, 0, 59), [0_u64; 0]);
}

proptest! {
    /// Invariant 1: an opening of one commitment proves nothing to another.
    #[test]
    fn an_opening_belongs_to_one_commitment(rows in 1..20_u64, pick in 0..20_u64, flip in 0..32_usize) {
        let sealed = sealed(rows);
        let opening = sealed.open(pick % rows).unwrap();
        let mut other = commitment(&sealed);
        let mut root = *other.root.as_bytes();
        root[flip] ^= 1;
        other.root = Digest::from_bytes(root);
        prop_assert!(verify_opening(&opening, &other).is_err());
    }
}
