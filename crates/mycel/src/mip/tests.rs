use std::collections::BTreeMap;

use comity_wire::{Time, jcs, json, sha256};
use serde_json::{Value, json};

use super::*;
use crate::facts::{Assurance, Span, Verdict};

type Files = BTreeMap<String, Vec<u8>>;

fn load(files: &Files) -> Result<Package, MipError> {
    Package::load(files)
}

/// fault-watch with its manifest changed by `edit`.
fn edited(edit: impl FnOnce(&mut Value)) -> Files {
    let mut files = fault_watch();
    let mut manifest = json::parse(&files[MANIFEST]).unwrap();
    edit(&mut manifest);
    files.insert(MANIFEST.to_owned(), json::canonicalize(&manifest).unwrap());
    files
}

/// fault-watch with one file replaced and its hash in the manifest put right.
fn replaced(file: &str, bytes: &[u8], hash_at: &str) -> Files {
    let digest = sha256(bytes).to_string();
    let mut files = edited(|manifest| *manifest.pointer_mut(hash_at).unwrap() = json!(digest));
    files.insert(file.to_owned(), bytes.to_vec());
    files
}

#[test]
fn fault_watch_loads_and_is_named_by_its_manifest() {
    let files = fault_watch();
    let package = load(&files).unwrap();
    assert_eq!(package.id(), sha256(&files[MANIFEST]));
    assert_eq!(package.manifest().full_name(), "MIP-MFG/fault-watch");
    assert_eq!(package.manifest().version, "1");
    assert_eq!(package.manifest().tree, Tree::Unregistered);
    assert_eq!(package.manifest().assurance_min, Assurance::A1);
    assert_eq!(package.verifier(), files[VERIFIER]);
    assert_eq!(package.files().len(), files.len());
    assert_eq!(jcs::to_vec(package.manifest()).unwrap(), files[MANIFEST]);
}

#[test]
fn a_manifest_that_is_not_canonical_is_refused() {
    let mut files = fault_watch();
    let spaced = [b" ", files[MANIFEST].as_slice()].concat();
    files.insert(MANIFEST.to_owned(), spaced);
    assert_eq!(load(&files).unwrap_err().code(), "mycel.mip_manifest");
    let unknown = edited(|manifest| manifest["colour"] = json!("blue"));
    assert_eq!(load(&unknown).unwrap_err().code(), "mycel.mip_manifest");
    let cel = edited(|manifest| manifest["verifier"]["kind"] = json!("cel"));
    assert_eq!(load(&cel).unwrap_err().code(), "mycel.mip_manifest");
}

#[test]
fn every_file_is_bound_by_its_hash() {
    for file in fault_watch().into_keys().filter(|file| file != MANIFEST) {
        let mut files = fault_watch();
        files.get_mut(&file).unwrap().push(b'\n');
        let error = load(&files).unwrap_err();
        assert!(matches!(&error, MipError::HashMismatch { file: named, .. } if *named == file));
        files.remove(&file);
        assert_eq!(load(&files).unwrap_err(), MipError::MissingFile { file });
    }
    let error = load(&Files::new()).unwrap_err();
    assert_eq!(error, MipError::MissingFile { file: MANIFEST.to_owned() });
}

#[test]
fn a_file_that_the_manifest_does_not_name_is_refused() {
    let mut files = fault_watch();
    files.insert("verifier.wat".to_owned(), Vec::new());
    assert_eq!(load(&files).unwrap_err(), MipError::ExtraFile { file: "verifier.wat".to_owned() });
}

#[test]
fn three_vectors_of_each_kind_are_needed() {
    for expect in [Expect::Accept, Expect::Reject] {
        let fewer = edited(|manifest| {
            let vectors = manifest["vectors"].as_array_mut().unwrap();
            let mut kept = 0;
            let name = json!(expect);
            vectors.retain(|entry| {
                kept += usize::from(entry["expect"] == name);
                entry["expect"] != name || kept <= 2
            });
        });
        let expected = MipError::VectorCount { expect, count: 2, min: 3, max: 64 };
        assert_eq!(load(&fewer).unwrap_err(), expected);
    }
}

#[test]
fn vector_paths_are_plain_sorted_and_distinct() {
    for path in ["vectors/../x.json", "vectors/A.json", "x.json", "vectors/.json", "vectors/a"] {
        let files = edited(|manifest| manifest["vectors"][0]["file"] = json!(path));
        assert_eq!(load(&files).unwrap_err(), MipError::VectorPath { file: path.to_owned() });
    }
    let swapped = edited(|manifest| manifest["vectors"].as_array_mut().unwrap().swap(0, 1));
    assert_eq!(load(&swapped).unwrap_err().code(), "mycel.mip_vector_path");
    let twice = edited(|manifest| manifest["vectors"][1] = manifest["vectors"][0].clone());
    assert_eq!(load(&twice).unwrap_err().code(), "mycel.mip_vector_path");
}

#[test]
fn a_vector_that_contradicts_the_manifest_is_refused() {
    let code = edited(|manifest| manifest["vectors"][0]["code"] = json!("no_rows"));
    assert_eq!(load(&code).unwrap_err().code(), "mycel.mip_vector");
    let nonsense = replaced("vectors/accept-all-found.json", b"[]", "/vectors/0/sha256");
    assert_eq!(load(&nonsense).unwrap_err().code(), "mycel.mip_vector");
}

#[test]
fn members_have_limits() {
    let cases = [
        ("/family", json!("")),
        ("/family", json!("MIP/MFG")),
        ("/name", json!("x".repeat(129))),
        ("/verifier/abi", json!(2)),
        ("/verifier/fuel_max", json!(0)),
        ("/verifier/fuel_max", json!(limits::FUEL_MAX + 1)),
        ("/verifier/mem_max", json!(limits::MEMORY_BYTES_MAX + 1)),
        ("/maintainers", json!(vec!["x"; limits::LIST_MAX + 1])),
        ("/units", json!({"": "Cel"})),
        ("/privacy/precision", json!(19)),
    ];
    for (at, value) in cases {
        let files = edited(|manifest| *manifest.pointer_mut(at).unwrap() = value.clone());
        assert_eq!(load(&files).unwrap_err().code(), "mycel.mip_member", "{at} {value}");
    }
}

#[test]
fn an_open_schema_is_refused() {
    let open = fault_watch()[CLAIM_SCHEMA].clone();
    let open = String::from_utf8(open).unwrap().replace(": false", ": true");
    let files = replaced(CLAIM_SCHEMA, open.as_bytes(), "/claim_schema");
    let error = load(&files).unwrap_err();
    assert!(matches!(error, MipError::Schema { file: CLAIM_SCHEMA, .. }), "{error}");
}

#[test]
fn a_report_is_read_through_the_schema() {
    let package = load(&fault_watch()).unwrap();
    let good = br#"{"alarm_days":2,"alarm_days_true":1,"code":"ok","precision_ppm":500000,"recall_ppm":1000000,"rows":9,"verdict":"accept","windows":1,"windows_hit":1}"#;
    let report = package.read_report(good).unwrap();
    assert_eq!((report.verdict, report.code.as_str()), (Verdict::Accept, "ok"));
    assert_eq!(report.outputs["precision_ppm"], 500_000);
    assert_eq!(report.outputs.len(), 7);

    let text = std::str::from_utf8(good).unwrap();
    let refused = |from: &str, to: &str| {
        package.read_report(text.replace(from, to).as_bytes()).unwrap_err().code()
    };
    assert_eq!(refused("{", "{ "), "mycel.mip_report_form");
    assert_eq!(refused(r#""rows":9,"#, ""), "mycel.mip_report_shape");
    assert_eq!(refused("accept", "maybe"), "mycel.mip_report_shape");
    assert_eq!(refused("1000000", "1000001"), "mycel.mip_report_shape");
    assert_eq!(refused(r#""windows":1"#, r#""wind":1,"windows":1"#), "mycel.mip_report_shape");
}

#[test]
fn the_schemas_describe_what_travels_privately() {
    let package = load(&fault_watch()).unwrap();
    let salt = "00".repeat(16);
    let result = json!({"alarms": [[7, 1_700_000_000]], "salt": salt});
    package.claim_schema().validate(&result).unwrap();
    let record = json!({
        "calibration": "ab".repeat(32), "device": "did:key:z6Mk", "device_sig": "cd".repeat(64),
        "index": 0, "mip": package.id(), "payload": {"u": "Cel", "v": "73.967322"}, "salt": salt,
        "t0": "2026-01-01T00:00:00Z", "t1": "2026-01-01T00:00:00Z",
    });
    package.evidence_schema().validate(&record).unwrap();
    let mut fahrenheit = record;
    fahrenheit["payload"]["u"] = json!("[degF]");
    package.evidence_schema().validate(&fahrenheit).unwrap_err();
}

#[test]
fn items_are_little_endian_numbers_in_the_order_of_the_abi() {
    let time = Time::from_unix;
    let rows = [Row { index: 3, t: time(70), value_micro: -1 }];
    let alarms = [Alarm { index: 3, t: time(70) }];
    let span = Span { from: time(60), to: time(80) };
    let input =
        Verification { rows_total: 9, rows: &rows, alarms: &alarms, windows: &[span; 2], span };
    let numbers = |bytes: &Vec<u8>| -> Vec<i64> {
        bytes.chunks(8).map(|chunk| i64::from_le_bytes(chunk.try_into().unwrap())).collect()
    };
    let items = input.items();
    assert_eq!(numbers(&items[0]), [1, 9, 1, 1, 2, 60, 80, 0]);
    assert_eq!(numbers(&items[1]), [3, 70, -1]);
    assert_eq!(numbers(&items[2]), [3, 70]);
    assert_eq!(numbers(&items[3]), [60, 80, 60, 80]);
    let detection = Detection::over(&rows, Span { from: time(71), to: time(80) });
    assert_eq!(numbers(&detection.items()[0]), [1, 1, 1, 288, 3_000, 71, 80, 0]);
    assert_eq!(decode_alarms(&items[2]), Ok(alarms.to_vec()));
}

#[test]
fn what_is_not_a_list_of_alarms_is_refused() {
    let code = |number: i64| decode_alarms(&number.to_le_bytes()).unwrap_err();
    assert_eq!(code(-4), AbiError::Refused { reason: "bad_parameters" });
    assert_eq!(code(0), AbiError::Refused { reason: "unknown" });
    assert_eq!(decode_alarms(&[0; 17]), Err(AbiError::Length { len: 17 }));
    let alarm = |index: i64, t: i64| [index.to_le_bytes(), t.to_le_bytes()].concat();
    let out = Err(AbiError::AlarmRange { position: 1 });
    assert_eq!(decode_alarms(&[alarm(0, 0), alarm(-1, 0)].concat()), out);
    assert_eq!(decode_alarms(&[alarm(0, 0), alarm(1, i64::MAX)].concat()), out);
    assert_eq!(decode_alarms(&[]), Ok(Vec::new()));
}
