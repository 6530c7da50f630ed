//! The committed guests are what their sources say.

use std::path::Path;

use comity_wire::sha256;

use crate::{DETECTOR, VERIFIER};

#[test]
fn every_committed_guest_is_its_compiled_source() {
    let mips = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mips/fault-watch");
    for name in ["verifier", "modules/band-watch"] {
        let compiled = wat::parse_file(mips.join(name).with_extension("wat")).unwrap();
        let committed = std::fs::read(mips.join(name).with_extension("wasm")).unwrap();
        assert!(compiled == committed, "{name}.wasm is stale: run `cargo xtask gen`");
    }
}

#[test]
fn a_module_is_named_by_the_hash_of_its_bytes() {
    let [verifier, detector] = [VERIFIER.digest(), DETECTOR.digest()];
    assert_eq!(verifier, sha256(&comity_mycel::mip::fault_watch()["verifier.wasm"]));
    assert_eq!(detector, sha256(comity_mycel::mip::band_watch()));
}
