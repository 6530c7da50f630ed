//! The only room with wasm engines: cells and MIP verifiers.
