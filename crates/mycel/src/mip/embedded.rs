//! The package and the detector that come with the program, from the `mips/` folder of the repository.

use std::collections::BTreeMap;

macro_rules! package {
    ($folder:literal: $($file:literal,)*) => {
        [$((
            $file.to_owned(),
            include_bytes!(concat!("../../../../mips/", $folder, "/", $file)).to_vec(),
        ),)*]
    };
}

/// The files of `MIP-MFG/fault-watch` version 1, by path, for [`Package::load`](super::Package::load).
pub fn fault_watch() -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from(package! { "fault-watch":
        "manifest.json",
        "evidence.schema.json",
        "claim.schema.json",
        "report.schema.json",
        "verifier.wasm",
        "vectors/accept-all-found.json",
        "vectors/accept-clock-step-before-span.json",
        "vectors/accept-day-touches-window.json",
        "vectors/accept-false-alarm.json",
        "vectors/accept-missed-window.json",
        "vectors/accept-negative-values.json",
        "vectors/accept-no-alarms.json",
        "vectors/accept-opened-rows-only.json",
        "vectors/accept-window-across-midnight.json",
        "vectors/accept-window-beyond-span.json",
        "vectors/accept-window-edges.json",
        "vectors/reject-abi.json",
        "vectors/reject-alarm-day-repeated.json",
        "vectors/reject-alarm-outside-span.json",
        "vectors/reject-alarm-row-not-opened.json",
        "vectors/reject-alarm-time-forged.json",
        "vectors/reject-alarms-unsorted.json",
        "vectors/reject-header-count.json",
        "vectors/reject-header-negative.json",
        "vectors/reject-header-reserved.json",
        "vectors/reject-more-rows-than-committed.json",
        "vectors/reject-no-rows.json",
        "vectors/reject-no-windows.json",
        "vectors/reject-row-out-of-range.json",
        "vectors/reject-row-repeated.json",
        "vectors/reject-rows-unsorted.json",
        "vectors/reject-span-reversed.json",
        "vectors/reject-span-too-long.json",
        "vectors/reject-times-unsorted.json",
        "vectors/reject-too-large.json",
        "vectors/reject-value-out-of-range.json",
        "vectors/reject-window-empty.json",
        "vectors/reject-window-outside-span.json",
        "vectors/reject-windows-overlap.json",
    })
}

/// The operator's detector of the demonstration: core wasm, ABI 1.
pub const fn band_watch() -> &'static [u8] {
    include_bytes!("../../../../mips/fault-watch/modules/band-watch.wasm")
}
