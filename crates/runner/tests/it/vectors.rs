//! Every vector of the package, under wasmi, with the limits of its manifest.

use std::collections::BTreeMap;
use std::path::Path;

use comity_mycel::mip::{self, Expect, Package, REPORT_BYTES_MAX};
use comity_runner::{Limits, Runner};
use comity_wire::json;

fn package() -> Package {
    Package::load(&mip::fault_watch()).unwrap()
}

fn limits(package: &Package) -> Limits {
    let verifier = &package.manifest().verifier;
    Limits {
        fuel_max: verifier.fuel_max,
        memory_max_bytes: verifier.mem_max,
        output_max_bytes: REPORT_BYTES_MAX,
    }
}

#[test]
fn every_vector_gets_the_report_it_asks_for() {
    let package = package();
    let verifier = Runner::new().load(package.verifier()).unwrap();
    let mut counts = BTreeMap::new();
    for (entry, vector) in package.vectors() {
        let items = vector.items();
        let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
        let output = verifier.run(&items, &limits(&package)).unwrap().output;
        let expected = json::canonicalize(&vector.report).unwrap();
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(show(&output), show(&expected), "{}: {}", entry.file, vector.about);
        let report = package.read_report(&output).unwrap();
        assert_eq!((report.verdict, &report.code), (entry.expect.verdict(), &entry.code));
        *counts.entry(entry.expect).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([(Expect::Accept, 11), (Expect::Reject, 23)]));
}

#[test]
fn every_code_of_the_report_schema_has_a_vector() {
    let schema = json::parse(&mip::fault_watch()[mip::REPORT_SCHEMA]).unwrap();
    let mut codes: Vec<_> =
        schema["properties"]["code"]["enum"].as_array().unwrap().iter().collect();
    let package = package();
    let shown = |code: &str| package.vectors().iter().any(|(entry, _)| entry.code == code);
    codes.retain(|code| !shown(code.as_str().unwrap()));
    assert!(codes.is_empty(), "no vector shows {codes:?}");
}

#[test]
fn the_embedded_package_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mips/fault-watch");
    let files = mip::fault_watch();
    let vectors = folder.join("vectors").read_dir().unwrap().count();
    assert_eq!(files.keys().filter(|file| file.starts_with("vectors/")).count(), vectors);
    for (file, bytes) in files {
        assert!(bytes == std::fs::read(folder.join(&file)).unwrap(), "{file}");
    }
}

#[test]
fn the_largest_input_needs_less_than_the_manifest_s_fuel() {
    let package = package();
    let rows: Vec<i64> = (0..1_048_576).flat_map(|i| [i, 1_000 + i, i]).collect();
    let item = crate::item;
    let items = [
        item(&[1, 1_048_576, 1_048_576, 0, 1, 0, 10_000_000, 0]),
        item(&rows),
        Vec::new(),
        item(&[0, 10_000_000]),
    ];
    let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
    let verifier = Runner::new().load(package.verifier()).unwrap();
    let outcome = verifier.run(&items, &limits(&package)).unwrap();
    assert!(outcome.fuel_used * 2 < limits(&package).fuel_max, "{} units", outcome.fuel_used);
}
