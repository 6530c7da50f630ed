//! Files that people hand in: parameters, packages, schemas, series, windows, vectors, disclosures.

use std::collections::BTreeMap;

use comity_constitution::{Charter, Parameters};
use comity_mycel::evidence::{Commitment, Disclosure};
use comity_mycel::mip::{MANIFEST, Package, Vector, fault_watch};
use comity_mycel::schema::Schema;
use comity_mycel::series::{SeriesReader, read_series};
use comity_mycel::windows::read_windows;
use comity_sign::SigningKey;
use comity_wire::{Digest, jcs, json, sha256};

use crate::input::Input;
use crate::oracle;

pub fn parameters(data: &[u8]) {
    match Parameters::decode(data) {
        Ok(parameters) => {
            assert_eq!(parameters.bytes(), data);
            assert_eq!(parameters.hash(), sha256(data));
            assert_eq!(Parameters::new(parameters.to_file()), Ok(parameters));
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

pub fn charter(data: &[u8]) {
    match Charter::decode(data) {
        Ok(charter) => {
            assert_eq!(charter.bytes(), data);
            assert_eq!(charter.hash(), sha256(data));
            assert_eq!(Charter::new(charter.to_file()), Ok(charter));
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// The conformance files: any JSON at all must give named lines.
pub fn conformance(data: &[u8]) {
    let mut input = Input::new(data);
    let which = input.byte();
    let Ok(value) = json::parse(input.rest()) else { return };
    let lines = match which % 6 {
        0 => comity_commitment::conformance::canonical_json(&value).len(),
        1 => comity_commitment::conformance::merkle(&value).len(),
        2 => comity_trust::conformance::trust_updates(&value).len(),
        3 => comity_bls::conformance::bls_threshold(&value).len(),
        4 => comity_constitution::conformance::sortition(&value).len(),
        _ => comity_constitution::conformance::thresholds(&value).len(),
    };
    assert!(lines <= data.len().max(4) * 4, "{lines} lines from {} bytes", data.len());
}

/// The real package with one file replaced; its hash in the manifest follows, so that the file itself is judged.
pub fn package(data: &[u8]) {
    let mut files = fault_watch();
    let names: Vec<String> = files.keys().cloned().collect();
    let mut input = Input::new(data);
    let name = input.pick(&names);
    let follows = !input.once_in(4);
    let bytes = input.rest().to_vec();
    if follows && name != MANIFEST {
        let old = sha256(&files[&name]).to_string();
        let new = sha256(&bytes).to_string();
        let manifest = String::from_utf8(files[MANIFEST].clone()).expect("a manifest is text");
        files.insert(MANIFEST.to_owned(), manifest.replace(&old, &new).into_bytes());
    }
    let is_same = files.get(&name) == Some(&bytes);
    files.insert(name.clone(), bytes);
    match Package::load(&files) {
        Ok(package) => {
            assert!(
                follows || is_same || name == MANIFEST,
                "{name} was changed behind the manifest's back"
            );
            assert_eq!(package.id(), sha256(&files[MANIFEST]));
            let named: BTreeMap<String, Digest> =
                package.files().into_iter().map(|file| (file.file, file.sha256)).collect();
            let given: BTreeMap<String, Digest> =
                files.iter().map(|(name, bytes)| (name.clone(), sha256(bytes))).collect();
            assert_eq!(named, given);
            let report = package.vectors().first().map(|(_, vector)| jcs::to_vec(&vector.report));
            if let Some(Ok(report)) = report {
                assert!(package.read_report(&report).is_ok());
            }
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// A schema and a document, separated by a zero byte.
pub fn schema(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (schema, document) = data.split_at(at);
    match Schema::parse(schema) {
        Ok(schema) => {
            let document = document.get(1..).unwrap_or_default();
            let Ok(document) = json::parse(document) else { return };
            let verdict = schema.validate(&document);
            assert_eq!(schema.validate(&document), verdict);
            if let Err(error) = verdict {
                oracle::refusal(error.code(), &error);
            }
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// Read at once or through a buffer of a few bytes, a series is the same.
pub fn series(data: &[u8]) {
    let whole = read_series(data);
    let buffered = std::io::BufReader::with_capacity(7, data);
    assert_eq!(read_series(buffered), whole, "the buffer's size changes what is read");
    match whole {
        Ok(series) => {
            assert!(!series.readings.is_empty());
            assert!((0..).zip(&series.readings).all(|(index, reading)| reading.index == index));
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
    // Whatever is wrong with a line, the reader ends there.
    if let Ok(mut reader) = SeriesReader::new(data) {
        let errors = reader.by_ref().take(data.len() + 2).filter(Result::is_err).count();
        assert!(errors <= 1 && reader.next().is_none());
    }
}

pub fn windows(data: &[u8]) {
    match read_windows(data, "machine_temperature_system_failure.csv") {
        Ok(windows) => {
            assert!(windows.iter().all(|window| !window.is_empty()));
            assert!(windows.is_sorted_by(|a, b| a.to <= b.from));
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

pub fn vector(data: &[u8]) {
    match Vector::parse(data) {
        Ok(vector) => {
            let items = vector.items();
            assert_eq!(items[0].len(), 64);
            assert_eq!(items[1].len(), vector.input.rows.len() * 24);
            assert_eq!(items, vector.items());
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// What a seller hands to a reviewer: nothing that was not committed to is proven by it.
pub fn disclosure(data: &[u8]) {
    let Ok(disclosure) = jcs::from_slice::<Disclosure>(data) else { return };
    assert_eq!(jcs::to_vec(&disclosure).as_deref(), Ok(data), "accepted, but written otherwise");
    let count = disclosure.count();
    let digest = disclosure.digest();
    assert_eq!(digest, disclosure.digest());
    if let Err(error) = &digest {
        oracle::refusal(error.code(), error);
    }
    let commitment = Commitment {
        root: Digest::ZERO,
        rows: count,
        device: SigningKey::from_seed([7; 32]).public(),
        mip: Digest::ZERO,
        unit: "Cel".to_owned(),
    };
    let drawn: Vec<u64> = (0..count).collect();
    match disclosure.verify(&commitment, &drawn) {
        Ok(readings) => assert!(readings.is_empty(), "readings are proven under a root of zeros"),
        Err(error) => oracle::refusal(error.code(), &error),
    }
}
