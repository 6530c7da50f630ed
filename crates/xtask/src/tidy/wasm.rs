//! Guests: the committed wasm is exactly what its text compiles to.

use crate::{
    r#gen,
    tree::{Tree, Violation},
};

const RULE: &str = "wasm";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let (wanted, mut broken) = r#gen::modules(tree);
    for (path, bytes) in &wanted {
        if tree.files.get(path) != Some(bytes) {
            let what = "is not what its .wat compiles to: run `cargo xtask gen`";
            broken.push(Violation::new(path, 0, RULE, what));
        }
    }
    let guests =
        tree.files.keys().filter(|path| path.starts_with("mips/") && path.ends_with(".wasm"));
    for orphan in guests.filter(|path| !wanted.contains_key(*path)) {
        let stem = orphan.strip_suffix(".wasm").unwrap_or(orphan);
        if !tree.files.contains_key(&format!("{stem}.wat")) {
            broken.push(Violation::new(orphan, 0, RULE, "has no .wat beside it"));
        }
    }
    broken
}
