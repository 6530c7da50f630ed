//! The contract and the anchor on a real EVM node, with real certificates. `cargo xtask outside evm` runs it:
//!
//! ```text
//! cargo run --release -p comity-anchor --example on_a_node -- path/to/anvil
//! ```
//!
//! With `--program COMITY FOLDER` it also runs the program's commands, in that folder. With `--record FILE` it only writes down one conversation, which the tests without a node go through again.
//!
//! What the contract takes and refuses is compared with the stand-in, call by call.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a check that cannot go on has failed, and it says what it measured"
)]

mod chain;
mod committee;
mod node;
mod program;
mod record;
mod rules;

use std::path::PathBuf;

fn main() {
    let mut args = std::env::args_os().skip(1);
    let anvil = PathBuf::from(args.next().expect("the path of anvil"));
    let rest: Vec<PathBuf> = args.map(PathBuf::from).collect();
    match rest.as_slice() {
        [] => {}
        [word, file] if word.as_os_str() == "--record" => {
            record::conversation(&anvil, file);
            return;
        }
        [word, comity, folder] if word.as_os_str() == "--program" => {
            program::says_the_same(&anvil, comity, folder);
        }
        other => panic!("what is meant by {other:?}?"),
    }
    rules::same_on_both(&anvil);
    rules::every_bit_of_a_signature_counts(&anvil);
    rules::keys_are_read_whole(&anvil);
    chain::needs_the_precompiles(&anvil);
    chain::looks_before_it_sends(&anvil);
    chain::waits_for_depth(&anvil);
    chain::notices_another_chain_of_blocks(&anvil);
    chain::says_what_was_sent_and_not_included(&anvil);
    chain::says_what_was_included_and_failed(&anvil);
}
