//! The house rules that neither the compiler nor clippy knows, each a function over the tree.
//!
//! ```text
//! layers     who may depend on whom, and what may never be in a light crate's closure
//! sizes      crate roots and files
//! leftovers  markers of unfinished work, sleeping tests
//! documents  one title each, links that resolve
//! text       ASCII outside comments, no machine paths, no registry hosts
//! codes      error codes unique and in the reference
//! reasons    no reason and no error code that no test produces
//! wasm       committed guests are what their text compiles to
//! ```

mod codes;
mod documents;
mod layers;
mod leftovers;
mod reasons;
mod sizes;
#[cfg(test)]
mod tests;
mod text;
mod wasm;

use std::{path::Path, process::ExitCode};

use crate::tree::{Tree, Violation};

/// Checks every rule; exit status 1 when one is broken.
pub(crate) fn run(root: &Path) -> anyhow::Result<ExitCode> {
    let tree = Tree::load(root)?;
    let mut broken = layers::check(root)?;
    for rule in RULES {
        broken.extend(rule(&tree));
    }
    broken.sort();
    for violation in &broken {
        eprintln!("{violation}");
    }
    println!("tidy: {} files, {} violations", tree.files.len(), broken.len());
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const RULES: &[fn(&Tree) -> Vec<Violation>] = &[
    sizes::check,
    leftovers::check,
    documents::check,
    text::check,
    codes::check,
    reasons::check,
    wasm::check,
];
