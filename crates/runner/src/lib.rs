//! The only room with wasm engines: runs MIP verifiers and operators' detectors, written by strangers,
//! over private evidence, so that two machines which run the same bytes report the same bytes.
//!
//! Nothing here knows what a claim or a report is, reads a clock, or decides by elapsed time. A module is
//! judged once, at [`Runner::load`]; every [`Module::run`] is a fresh instance that sees the items it is
//! given and nothing else.
//!
//! ```text
//!  bytes ──scan──▶ limits ──wasmi──▶ valid, integers only ──▶ Module ──run(items, limits)──▶ output, fuel
//!            │                 │                                 │
//!            └─ named refusal ─┴── nothing was executed          └─ named trap, no output
//! ```
//!
//! # Wasm ABI 1
//!
//! - Core wasm: MVP without floats, plus mutable globals, sign extension and bulk memory. Refused: floats,
//!   SIMD, threads, exceptions, reference types, multi-value, tail calls, several memories, 64-bit
//!   memories, the component model, start functions.
//! - One import at most: `comity.evidence_read(i: i32, ptr: i32, cap: i32) -> i32` answers the length of
//!   item `i`, or -1 if there is none, and copies the first `min(length, cap)` bytes to `ptr`. `ptr` and
//!   `cap` are unsigned. Copying nothing touches no memory.
//! - Exports `memory` and `run() -> i64`, which answers `ptr << 32 | len` of the output bytes.
//!
//! # Invariants
//!
//! 1. No bytes from outside make this crate panic, neither as a module nor as an item.
//! 2. The same module, items and limits give the same output and the same fuel, or the same error.
//! 3. Fuel, never time, ends a run: one unit per wasm operator that does something (wasmi's default
//!    table), plus one per 64 bytes that a bulk operation, a memory growth or `evidence_read` moves.
//! 4. A module that asks for more memory than the limit is stopped; it is never told, so it cannot behave
//!    differently on a smaller host.
//!
//! # Not promised
//!
//! Recursion depth and fuel are wasmi's own measures: another engine computes the same output but counts
//! differently. A report therefore names [`ENGINE`] beside its fuel.
//!
//! # Sources
//!
//! WebAssembly core specification 2.0 and the wasmi 2.0 documentation; verifier rules of the Mycel
//! protocol (MIP manifest: wasm-core, ABI 1).

mod engine;
mod error;
mod limits;
mod run;
mod runner;
mod scan;

pub use error::{RunError, Trap};
pub use limits::{
    ITEM_BYTES_MAX, ITEMS_MAX, LOCALS_MAX, Limits, MODULE_BYTES_MAX, RECURSION_MAX,
    STACK_BYTES_MAX, TABLE_ELEMENTS_MAX,
};
pub use run::Outcome;
pub use runner::{ENGINE, Module, Runner};
