//! Exports with something changed: every byte of them counts.

use comity_replay::verify::{Options, verify_export};

use crate::input::Input;
use crate::{mutate, oracle, tour};

/// A tour's export with a few changes: refused, whatever they are.
pub fn run(data: &[u8]) {
    let tour = tour::get();
    let mut input = Input::new(data);
    let mut files = tour.export.clone();
    for _ in 0..=input.below(3) {
        mutate::files(&mut input, &mut files);
    }
    let options = Options { threads: 1, expect: tour.records() };
    let is_changed = files != tour.export;
    match verify_export(&files, &options) {
        Ok(report) => {
            assert_eq!(
                report.is_valid(),
                !is_changed,
                "a changed export is accepted, or an honest one refused"
            );
            assert_eq!(report.refusals().next().is_some(), is_changed, "a refusal has a line");
        }
        Err(error) => {
            assert!(is_changed, "an honest export is unusable: {error}");
            oracle::refusal(error.code(), &error);
        }
    }
}
