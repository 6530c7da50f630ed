//! Wasm modules by strangers.

use std::sync::OnceLock;

use comity_mycel::mip::{VERIFIER, band_watch, fault_watch};
use comity_runner::{Limits, Module, RunError, Runner};

use crate::input::Input;
use crate::oracle;

fn runner() -> &'static Runner {
    static RUNNER: OnceLock<Runner> = OnceLock::new();
    RUNNER.get_or_init(Runner::new)
}

fn limits(fuel_max: u64) -> Limits {
    Limits { fuel_max, memory_max_bytes: 2 << 20, output_max_bytes: 1 << 16 }
}

fn run_twice(module: &Module, items: &[&[u8]], limits: &Limits) -> bool {
    let first = module.run(items, limits);
    assert_eq!(module.run(items, limits), first, "a second run differs");
    match first {
        Ok(outcome) => {
            assert!(
                outcome.fuel_used <= limits.fuel_max
                    && outcome.output.len() as u64 <= limits.output_max_bytes
            );
            true
        }
        Err(error) => {
            oracle::refusal(error.code(), &error);
            false
        }
    }
}

fn refused(error: &RunError) {
    oracle::refusal(error.code(), error);
}

/// Any bytes as a module: refused by name, or run within tiny limits.
pub fn module(data: &[u8]) {
    match runner().load(data) {
        Ok(module) => {
            assert_eq!(module.digest(), comity_wire::sha256(data));
            run_twice(&module, &[&[0; 64], b"item"], &limits(20_000));
        }
        Err(error) => refused(&error),
    }
}

/// The two guests of the workspace over any items and little fuel.
pub fn run(data: &[u8]) {
    static GUESTS: OnceLock<[Module; 2]> = OnceLock::new();
    let guests = GUESTS.get_or_init(|| {
        let files = fault_watch();
        [files[VERIFIER].as_slice(), band_watch()]
            .map(|wasm| runner().load(wasm).expect("our own guests load"))
    });
    let mut input = Input::new(data);
    let guest = &guests[input.below(2)];
    let fuel = 1 + input.number() % 300_000;
    let mut items: Vec<Vec<u8>> = Vec::new();
    for _ in 0..input.below(6) {
        // Items of the ABI are lists of numbers, so mostly numbers.
        let numbers = input.below(40);
        items.push((0..numbers).flat_map(|_| input.integer().to_le_bytes()).collect());
    }
    items.push(input.rest().to_vec());
    let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
    let Ok(outcome) = guest.run(&items, &limits(fuel)) else {
        run_twice(guest, &items, &limits(fuel));
        return;
    };
    let less = limits(outcome.fuel_used.saturating_sub(1));
    assert!(!run_twice(guest, &items, &less), "less fuel than was used was enough");
    assert!(
        run_twice(guest, &items, &limits(outcome.fuel_used)),
        "the fuel that was used is not enough"
    );
}
