//! Modules that are refused at load, each with its name.

use comity_runner::{LOCALS_MAX, MODULE_BYTES_MAX, RunError, Runner};
use proptest::prelude::*;

/// A module with the two exports that ABI 1 asks for, and `extra` between them.
fn module(extra: &str) -> Vec<u8> {
    let run = r#"(func (export "run") (result i64) (i64.const 0))"#;
    wat::parse_str(format!(r#"(module {extra} (memory (export "memory") 1) {run})"#)).unwrap()
}

fn refusal(wasm: &[u8]) -> RunError {
    Runner::new().load(wasm).unwrap_err()
}

fn text(wat: &str) -> &'static str {
    refusal(&wat::parse_str(wat).unwrap()).code()
}

#[test]
fn the_smallest_module_of_the_abi_is_loaded() {
    Runner::new().load(&module("")).unwrap();
}

#[test]
fn what_is_not_core_wasm_is_refused() {
    assert_eq!(refusal(b"(module)"), RunError::NotCoreWasm);
    assert_eq!(refusal(b"\0asm\x0d\0\x01\0"), RunError::NotCoreWasm, "a component");
    assert_eq!(refusal(b"\0asm\x02\0\0\0"), RunError::NotCoreWasm);
    assert_eq!(refusal(b""), RunError::Malformed { at: 0 });
    assert_eq!(refusal(b"\0asm"), RunError::Malformed { at: 4 });
}

#[test]
fn an_empty_module_lacks_its_exports() {
    assert_eq!(refusal(b"\0asm\x01\0\0\0"), RunError::MissingExport { name: "memory" });
}

#[test]
fn a_module_truncated_anywhere_is_refused() {
    let whole = comity_mycel::mip::band_watch();
    let runner = Runner::new();
    let loaded = (0..whole.len()).filter(|len| runner.load(&whole[..*len]).is_ok());
    // Without its last section, the names for debuggers, a module is whole.
    let custom_section = whole.windows(6).rposition(|bytes| bytes.ends_with(b"\x04name"));
    assert_eq!(loaded.count(), 1);
    assert!(custom_section.is_some_and(|at| runner.load(&whole[..at - 2]).is_ok()));
}

#[test]
fn floats_are_refused_by_name_wherever_they_stand() {
    let extras = [
        "(func (param f32))",
        "(func (result f64) (f64.const 1))",
        "(func (local f32))",
        "(func (drop (f64.const 0)))",
        "(func (drop (f32.load (i32.const 0))))",
        "(func (drop (i32.trunc_sat_f32_s (f32.reinterpret_i32 (i32.const 0)))))",
        "(global f64 (f64.const 0))",
        "(type (func (param f64)))",
    ];
    for extra in extras {
        assert_eq!(refusal(&module(extra)), RunError::Float, "{extra}");
    }
}

#[test]
fn a_start_function_is_refused() {
    assert_eq!(refusal(&module("(func $begin) (start $begin)")), RunError::StartFunction);
}

#[test]
fn only_evidence_read_can_be_imported() {
    let clock = r#"(import "wasi_snapshot_preview1" "clock_time_get"
        (func (param i32 i64 i32) (result i32)))"#;
    let expected = RunError::Import {
        module: "wasi_snapshot_preview1".to_owned(),
        name: "clock_time_get".to_owned(),
    };
    assert_eq!(refusal(&module(clock)), expected);
    let twice = r#"(import "comity" "evidence_read" (func (param i32 i32 i32) (result i32)))"#;
    Runner::new().load(&module(twice)).unwrap();
    let many = RunError::TooMany { what: "imports", count: 2, max: 1 };
    assert_eq!(refusal(&module(&twice.repeat(2))), many);
    for kind in
        ["(func (param i32 i32) (result i32))", "(func)", "(global i32)", "(table 1 funcref)"]
    {
        let import = format!(r#"(import "comity" "evidence_read" {kind})"#);
        assert_eq!(refusal(&module(&import)), RunError::ImportType, "{kind}");
    }
}

#[test]
fn an_imported_name_is_repeated_only_in_part() {
    let name = "\u{e9}".repeat(10_000);
    let error = refusal(&module(&format!(r#"(import "{name}" "x" (func))"#)));
    assert_eq!(error, RunError::Import { module: "\u{e9}".repeat(32), name: "x".to_owned() });
}

#[test]
fn both_exports_are_required_with_their_types() {
    let run = r#"(func (export "run") (result i64) (i64.const 0))"#;
    let memory = r#"(memory (export "memory") 1)"#;
    assert_eq!(text(&format!("(module {run})")), "runner.missing_export");
    assert_eq!(text(&format!("(module {memory})")), "runner.missing_export");
    assert_eq!(text(&format!(r#"(module {run} (func (export "memory")))"#)), "runner.export_type");
    for kind in ["(func (export \"run\"))", "(global (export \"run\") i64 (i64.const 0))"] {
        assert_eq!(text(&format!("(module {memory} {kind})")), "runner.export_type", "{kind}");
    }
}

#[test]
fn proposals_outside_the_abi_are_refused() {
    let extras = [
        "(memory 1)",                                          // a second memory
        "(func (result i32 i32) (i32.const 0) (i32.const 0))", // multi-value
        "(func (param externref))",                            // reference types
        "(func $f (return_call $f))",                          // tail call
        "(global i32 (i32.add (i32.const 1) (i32.const 2)))",  // extended constants
        "(func (drop (v128.const i64x2 0 0)))",                // SIMD
        "(tag)",                                               // exceptions
    ];
    for extra in extras {
        let error = refusal(&module(extra));
        let named =
            matches!(error, RunError::Invalid { .. } | RunError::TooMany { what: "memories", .. });
        assert!(named, "{extra}: {error}");
    }
    let wide = r#"(module (memory (export "memory") i64 1)
        (func (export "run") (result i64) (i64.const 0)))"#;
    assert_eq!(text(wide), "runner.invalid");
    let shared = r#"(module (memory (export "memory") 1 1 shared)
        (func (export "run") (result i64) (i64.const 0)))"#;
    assert_eq!(text(shared), "runner.invalid");
}

#[test]
fn bulk_memory_and_sign_extension_are_part_of_the_abi() {
    let bulk = "(func (memory.copy (i32.const 0) (i32.const 1) (i32.const 2)))
        (func (memory.fill (i32.const 0) (i32.const 1) (i32.const 2)))
        (func (drop (i32.extend8_s (i32.const 200)))) (global (mut i32) (i32.const 0))";
    Runner::new().load(&module(bulk)).unwrap();
}

#[test]
fn there_is_a_limit_on_everything() {
    let many = |what: &str, extra: String| {
        let error = refusal(&module(&extra));
        let named = matches!(
            error,
            RunError::TooMany { what: named, count, max } if named == what && max < count
        );
        assert!(named, "{what}: {error}");
    };
    many("functions", "(func)".repeat(10_001));
    many("globals", "(global i32 (i32.const 0))".repeat(1_001));
    many("tables", "(table 1 funcref)".repeat(2));
    many("types", (0..1_001).map(|_| "(type (func))").collect());
    many("data segments", r#"(data "")"#.repeat(1_001));
    many(
        "exports",
        (0..100).fold(String::new(), |all, i| format!(r#"{all}(func (export "{i}"))"#)),
    );
    let locals = |count| format!("(func (local {}))", "i32 ".repeat(count));
    let locals_max = usize::try_from(LOCALS_MAX).unwrap();
    Runner::new().load(&module(&locals(locals_max))).unwrap();
    many("locals in one function", locals(locals_max + 1));
    let large = vec![0; MODULE_BYTES_MAX + 1];
    let expected = RunError::ModuleTooLarge { len: MODULE_BYTES_MAX + 1, max: MODULE_BYTES_MAX };
    assert_eq!(refusal(&large), expected);
}

#[test]
fn a_section_that_claims_to_be_longer_than_the_module_is_malformed() {
    let claims = |body: &[u8]| refusal(&[b"\0asm\x01\0\0\0", body].concat());
    assert_eq!(claims(&[1, 5, 0]), RunError::Malformed { at: 10 });
    assert_eq!(claims(&[1, 0xff, 0xff, 0xff, 0xff, 0x7f]), RunError::Malformed { at: 13 });
    assert_eq!(claims(&[10, 1, 1]), RunError::Malformed { at: 11 });
    assert_eq!(claims(&[1, 0x80]), RunError::Malformed { at: 10 });
}

#[test]
fn every_error_has_its_own_code() {
    let errors = [
        RunError::ModuleTooLarge { len: 2, max: 1 },
        RunError::NotCoreWasm,
        RunError::Malformed { at: 0 },
        RunError::StartFunction,
        RunError::Float,
        RunError::ImportType,
        RunError::HostMemory,
        RunError::Trapped(comity_runner::Trap::OutOfFuel),
        RunError::Trapped(comity_runner::Trap::MemoryLimit),
    ];
    let codes: std::collections::BTreeSet<_> = errors.iter().map(RunError::code).collect();
    assert_eq!(codes.len(), errors.len());
    assert!(codes.iter().all(|code| code.starts_with("runner.")));
}

proptest! {
    #[test]
    fn no_bytes_make_the_runner_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Runner::new().load(&bytes);
        let _ = Runner::new().load(&[b"\0asm\x01\0\0\0", bytes.as_slice()].concat());
    }

    #[test]
    fn a_damaged_module_is_refused_or_runs_to_a_named_end(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut wasm = comity_mycel::mip::band_watch().to_vec();
        for (at, byte) in changes {
            let at = at.index(wasm.len());
            wasm[at] = byte;
        }
        if let Ok(module) = Runner::new().load(&wasm) {
            let header = crate::item(&[1, 2, 1, 1, 1, 5, 9, 0]);
            let rows = crate::item(&[0, 5, 1, 1, 6, 2]);
            let limits = comity_runner::Limits {
                fuel_max: 100_000,
                memory_max_bytes: 1 << 20,
                output_max_bytes: 1 << 10,
            };
            let items: [&[u8]; 2] = [&header, &rows];
            prop_assert_eq!(module.run(&items, &limits), module.run(&items, &limits));
        }
    }
}
