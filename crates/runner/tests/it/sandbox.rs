//! Modules that misbehave while they run, and what running costs.

use comity_runner::{Limits, Module, Outcome, RunError, Runner, TABLE_ELEMENTS_MAX, Trap};

use crate::{DETECTOR, item};

const PAGE: u64 = 1 << 16;

const LIMITS: Limits =
    Limits { fuel_max: 1_000_000, memory_max_bytes: 16 * PAGE, output_max_bytes: 64 };

/// Loads a module whose `run` has the given body, after the given other parts.
fn load(parts: &str, body: &str) -> Module {
    let import = r#"(import "comity" "evidence_read"
        (func $evidence_read (param i32 i32 i32) (result i32)))"#;
    let run = format!(r#"(func $run (export "run") (result i64) {body})"#);
    let memory = if parts.contains("(memory") { "" } else { r#"(memory (export "memory") 1)"# };
    let wat = format!("(module {import} {memory} {parts} {run})");
    Runner::new().load(&wat::parse_str(wat).unwrap()).unwrap()
}

fn run(parts: &str, body: &str) -> Result<Outcome, RunError> {
    load(parts, body).run(&[], &LIMITS)
}

fn trap(parts: &str, body: &str) -> Trap {
    match run(parts, body) {
        Err(RunError::Trapped(trap)) => trap,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_loop_without_end_runs_out_of_fuel() {
    assert_eq!(trap("", "(loop $again (br $again)) (i64.const 0)"), Trap::OutOfFuel);
    let idle = "(loop $again (br_if $again (i32.const 1))) (i64.const 0)";
    assert_eq!(trap("", idle), Trap::OutOfFuel);
}

#[test]
fn memory_beyond_the_limit_stops_the_module_instead_of_telling_it() {
    let grow = "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (i64.const 0)";
    assert_eq!(trap("", grow), Trap::MemoryLimit);
    assert_eq!(trap(r#"(memory (export "memory") 17)"#, "(i64.const 0)"), Trap::MemoryLimit);
    // The module's own maximum is its own affair: it is told.
    let own = r#"(memory (export "memory") 1 2)"#;
    let body = "(drop (memory.grow (i32.const 2))) (i64.const 0)";
    assert_eq!(run(own, body).unwrap().output, [0_u8; 0]);
}

#[test]
fn a_table_beyond_the_limit_stops_the_module() {
    let table = |elements| format!("(table {elements} funcref)");
    run(&table(TABLE_ELEMENTS_MAX), "(i64.const 0)").unwrap();
    assert_eq!(trap(&table(TABLE_ELEMENTS_MAX + 1), "(i64.const 0)"), Trap::TableLimit);
}

#[test]
fn every_trap_has_its_name() {
    let table = "(table 2 funcref) (elem (i32.const 0) $run)";
    let call = |index| {
        format!(
            "(drop (call_indirect (param i32) (result i64) (i32.const 0) (i32.const {index}))) (i64.const 0)"
        )
    };
    let max = "0x8000000000000000";
    assert_eq!(trap("", "(unreachable)"), Trap::Unreachable);
    assert_eq!(trap("", "(i64.load (i32.const 65529))"), Trap::OutOfBounds);
    assert_eq!(trap("", "(i64.div_s (i64.const 1) (i64.const 0))"), Trap::DivByZero);
    assert_eq!(trap("", "(i64.rem_u (i64.const 1) (i64.const 0))"), Trap::DivByZero);
    let overflow = format!("(i64.div_s (i64.const {max}) (i64.const -1))");
    assert_eq!(trap("", &overflow), Trap::IntegerOverflow);
    assert_eq!(trap(table, &call(2)), Trap::TableOutOfBounds);
    assert_eq!(trap(table, &call(1)), Trap::NullCall);
    assert_eq!(trap(table, &call(0)), Trap::BadSignature);
    assert_eq!(trap("", "(call $run)"), Trap::StackOverflow);
}

#[test]
fn deep_recursion_with_large_frames_overflows_before_the_host_does() {
    let locals = "i64 ".repeat(512);
    let parts = format!("(func $deep (result i64) (local {locals}) (call $deep))");
    assert_eq!(trap(&parts, "(call $deep)"), Trap::StackOverflow);
}

#[test]
fn segments_outside_memory_or_table_are_traps_at_the_start_of_a_run() {
    assert_eq!(trap(r#"(data (i32.const 65535) "xy")"#, "(i64.const 0)"), Trap::OutOfBounds);
    let elements = "(table 1 funcref) (elem (i32.const 1) $run)";
    assert_eq!(trap(elements, "(i64.const 0)"), Trap::TableOutOfBounds);
}

#[test]
fn the_output_must_lie_in_the_memory_and_within_its_limit() {
    let answer = |ptr: u64, len: u64| run("", &format!("(i64.const {})", ptr << 32 | len));
    assert_eq!(answer(PAGE - 8, 8).unwrap().output, [0; 8]);
    assert_eq!(answer(PAGE, 0).unwrap().output, [0_u8; 0]);
    let outside = |ptr, len| RunError::OutputOutOfBounds { ptr, len, memory: 65_536 };
    assert_eq!(answer(PAGE - 8, 9), Err(outside(65_528, 9)));
    assert_eq!(answer(PAGE + 1, 0), Err(outside(65_537, 0)));
    assert_eq!(answer(0xffff_ffff, 64), Err(outside(u32::MAX, 64)));
    assert_eq!(answer(0, 65), Err(RunError::OutputTooLong { len: 65, max: 64 }));
    let everything = RunError::OutputTooLong { len: u32::MAX, max: 64 };
    assert_eq!(run("", "(i64.const -1)"), Err(everything));
}

#[test]
fn items_are_read_as_the_abi_says() {
    let read = |args: &str, items: &[&[u8]]| {
        let body = format!(
            "(i64.store (i32.const 32) (i64.extend_i32_s (call $evidence_read {args})))
            (i64.const {})", // 8 bytes at 32, and what was copied to 40
            32_u64 << 32 | 16
        );
        let output = load("", &body).run(items, &LIMITS)?.output;
        let (len, copied) = output.split_at(8);
        Ok::<_, RunError>((i64::from_le_bytes(len.try_into().unwrap()), copied.to_vec()))
    };
    let const_of =
        |[i, ptr, cap]: [i64; 3]| format!("(i32.const {i}) (i32.const {ptr}) (i32.const {cap})");
    let items: [&[u8]; 2] = [b"abc", b""];
    let read = |args| read(&const_of(args), &items);
    let head = |text: &[u8]| [text, &[0; 8][text.len()..]].concat();
    assert_eq!(read([0, 40, 3]), Ok((3, head(b"abc"))), "exactly");
    assert_eq!(read([0, 40, 8]), Ok((3, head(b"abc"))), "more room than needed");
    assert_eq!(read([0, 40, -1]), Ok((3, head(b"abc"))), "cap is unsigned");
    assert_eq!(read([0, 40, 2]), Ok((3, head(b"ab"))), "less room than needed");
    assert_eq!(read([0, -1, 0]), Ok((3, head(b""))), "copying nothing touches nothing");
    assert_eq!(read([1, -1, 9]), Ok((0, head(b""))), "an empty item");
    assert_eq!(read([2, 40, 8]), Ok((-1, head(b""))), "no such item");
    assert_eq!(read([-1, 40, 8]), Ok((-1, head(b""))), "no such item");
    let outside = Err(RunError::Trapped(Trap::OutOfBounds));
    assert_eq!(read([0, 65_534, 3]), outside);
    assert_eq!(read([0, -1, 3]), outside);
}

#[test]
fn copying_evidence_costs_fuel() {
    let body =
        "(drop (call $evidence_read (i32.const 0) (i32.const 0) (i32.const 65536))) (i64.const 0)";
    let module = load("", body);
    let used = |len| module.run(&[&vec![7; len]], &LIMITS).unwrap().fuel_used;
    assert_eq!(used(65_536) - used(0), 65_536 / 64);
    let short = Limits { fuel_max: 1_000, ..LIMITS };
    let spent = module.run(&[&vec![7; 65_536]], &short);
    assert_eq!(spent, Err(RunError::Trapped(Trap::OutOfFuel)));
}

#[test]
fn too_many_items_are_refused_before_the_run() {
    let module = load("", "(i64.const 0)");
    let items: Vec<&[u8]> = vec![b"ab"; 1_025];
    assert_eq!(module.run(&items, &LIMITS), Err(RunError::Items { count: 1_025, longest: 2 }));
}

#[test]
fn the_same_run_costs_the_same_and_exactly_that_is_enough() {
    let rows: Vec<i64> = (0..2_000).flat_map(|i| [i, 300 * i, i * i % 977]).collect();
    let items = [item(&[1, 2_000, 900, 12, 500, 300_000, 700_000, 0]), item(&rows)];
    let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
    let limits = |fuel_max| Limits { fuel_max, ..crate::LIMITS };
    let first = DETECTOR.run(&items, &limits(1_000_000_000)).unwrap();
    assert!(!first.output.is_empty());
    let again = Runner::new().load(comity_mycel::mip::band_watch()).unwrap();
    assert_eq!(again.run(&items, &limits(1_000_000_000)), Ok(first.clone()));
    assert_eq!(again.run(&items, &limits(first.fuel_used)), Ok(first.clone()));
    let short = again.run(&items, &limits(first.fuel_used - 1));
    assert_eq!(short, Err(RunError::Trapped(Trap::OutOfFuel)));
}

#[test]
fn no_run_sees_what_another_left_behind() {
    let parts = "(global $runs (mut i64) (i64.const 0))";
    let body = format!(
        "(global.set $runs (i64.add (global.get $runs) (i64.const 1)))
        (i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (global.get $runs)))
        (i64.const {})",
        8
    );
    let module = load(parts, &body);
    let first = module.run(&[], &LIMITS).unwrap();
    assert_eq!(first.output, 1_i64.to_le_bytes());
    assert_eq!(module.run(&[], &LIMITS), Ok(first));
}

#[test]
fn runs_on_several_threads_agree() {
    let module = load("", "(i64.store (i32.const 0) (i64.const 42)) (i64.const 8)");
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| module.run(&[], &LIMITS))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
}
