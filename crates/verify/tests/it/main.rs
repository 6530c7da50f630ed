//! Capability tests: the program on real directories.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed unwrap in a test is a failed test"
)]

mod program;
// One scene for the library and the program.
#[expect(
    dead_code,
    unused_imports,
    reason = "the tests of the library ask for more of the scene than these"
)]
#[path = "../../../replay/tests/it/scene.rs"]
mod scene;
