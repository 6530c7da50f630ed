//! What the assurance classes catch, measured on the real series (spec/mycel.md E.1 test 11).
//!
//! A seller alters 5 % of the rows before committing. It cannot make the device sign them. A0 (run in
//! its own vault) accepts all the same: that is what A0 means. A1 opens 59 drawn leaves.

use comity_mycel::evidence::{
    Binding, Commitment, OpeningError, Reading, Sealed, Sealer, device_sign, draw_leaves,
};
use comity_mycel::series::read_series;
use comity_sign::SigningKey;
use comity_wire::{StatementId, sha256};

use crate::common::{digest, id};

/// The real series, as far as `rows`.
fn real_rows(rows: usize) -> Vec<Reading> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/nab/machine_temperature_system_failure.csv"
    );
    let file = std::fs::File::open(path).unwrap();
    let mut readings = read_series(std::io::BufReader::new(file)).unwrap().readings;
    readings.truncate(rows);
    readings
}

fn binding() -> Binding {
    Binding { mip: digest(5), calibration: digest(6), unit: "1".into() }
}

/// Commits to honest rows with every twentieth altered after the device signed it.
fn forged(device: &SigningKey, order: StatementId, rows: &[Reading]) -> Sealed {
    let mut sealer = Sealer::new([7; 32], order, binding(), device.public().key_id());
    for reading in rows {
        let honest = device_sign(device, &binding(), reading).unwrap();
        let is_altered = reading.index % 20 == 7;
        let micro = if is_altered { reading.micro + 20_000_000 } else { reading.micro };
        sealer.push(Reading { micro, ..*reading }, honest).unwrap();
    }
    sealer.finish()
}

#[test]
fn an_audit_of_59_leaves_catches_one_row_in_twenty_and_a0_does_not() {
    let device = SigningKey::from_seed([42; 32]);
    let rows = real_rows(2_000);
    let sealed = forged(&device, id(9), &rows);
    let commitment = Commitment {
        root: sealed.root(),
        rows: sealed.rows(),
        device: device.public(),
        mip: digest(5),
        unit: "1".into(),
    };
    // A0: whoever made the commitment finds nothing wrong with it. It proves arithmetic only.
    assert_eq!(sealed.rows(), 2_000);
    let mut caught = 0;
    for seed in 0..100_u8 {
        let beacon = sha256(&[seed]);
        let drawn = draw_leaves(&beacon, commitment.rows, 59);
        let shown = sealed.open_all(&drawn).unwrap();
        match shown.verify(&commitment, &drawn) {
            Err(OpeningError::BadDeviceSignature { .. }) => caught += 1,
            Ok(readings) => assert_eq!(readings.len(), 59),
            Err(other) => panic!("{other}"),
        }
    }
    assert!(90 <= caught, "{caught} of 100 audits caught 5 % of altered rows");
    // A3 sees every row.
    let full = sealed.disclose().unwrap().verify(&commitment, &[]);
    assert_eq!(full, Err(OpeningError::BadDeviceSignature { index: 7 }));
}

#[test]
fn a_row_altered_after_the_commitment_is_always_caught() {
    let device = SigningKey::from_seed([42; 32]);
    let rows = real_rows(64);
    let sealed = comity_mycel::evidence::seal(rows, [7; 32], &device, id(9), binding()).unwrap();
    let commitment = Commitment {
        root: sealed.root(),
        rows: 64,
        device: device.public(),
        mip: digest(5),
        unit: "1".into(),
    };
    for index in 0..64 {
        let mut opening = sealed.open(index).unwrap();
        assert!(comity_mycel::evidence::verify_opening(&opening, &commitment).is_ok());
        opening.record.payload.v = "90.5".parse().unwrap();
        let refusal = comity_mycel::evidence::verify_opening(&opening, &commitment).unwrap_err();
        assert_eq!(refusal.code(), "mycel.opening_path");
    }
}
