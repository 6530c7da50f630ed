//! What the runner refuses and stops, and what the guests in `mips/` compute, against models in plain Rust.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod detector;
mod guests;
mod model;
mod nab;
mod refusals;
mod sandbox;
mod vectors;
mod verifier;

use std::sync::LazyLock;

use comity_mycel::mip;
use comity_runner::{Limits, Module, Outcome, RunError, Runner};

/// Generous limits for the guests.
const LIMITS: Limits =
    Limits { fuel_max: 10_000_000_000, memory_max_bytes: 32 << 20, output_max_bytes: 2 << 20 };

static VERIFIER: LazyLock<Module> =
    LazyLock::new(|| Runner::new().load(&mip::fault_watch()["verifier.wasm"]).unwrap());

static DETECTOR: LazyLock<Module> =
    LazyLock::new(|| Runner::new().load(mip::band_watch()).unwrap());

/// Runs `module` over `items` with `LIMITS`.
fn run<T: AsRef<[u8]>>(module: &Module, items: &[T]) -> Result<Outcome, RunError> {
    let items: Vec<&[u8]> = items.iter().map(AsRef::as_ref).collect();
    module.run(&items, &LIMITS)
}

/// `numbers` as an item.
fn item(numbers: &[i64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}
