//! Error codes: one meaning each, named after their room, and printed in the reference.

use std::collections::BTreeMap;

use crate::{
    codes, r#gen,
    tree::{Tree, Violation, room},
};

const RULE: &str = "codes";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let page = tree.files.get(r#gen::ERRORS_MD).map(|bytes| String::from_utf8_lossy(bytes));
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let (mut broken, mut unlisted) = (Vec::new(), Vec::new());
    for code in codes::scan(tree) {
        let mut refuse =
            |what: String| broken.push(Violation::new(&code.path, code.line, RULE, what));
        let name = &code.name;
        if Some(code.room()) != room(&code.path) {
            refuse(format!("{name} is not named after its crate"));
        }
        if code.message.is_empty() {
            refuse(format!("{name} has no #[error] words beside it"));
        }
        let place = format!("{} in {}:{}", code.owner, code.path, code.line);
        if let Some(other) = first.get(name) {
            refuse(format!("{name} is already the code of {other}"));
        } else {
            first.insert(name.clone(), place);
        }
        if !page.as_ref().is_some_and(|page| page.contains(&format!("| `{name}` |"))) {
            unlisted.push(name.clone());
        }
    }
    if let Some(example) = unlisted.first() {
        let what =
            format!("{} codes are missing ({example}): run `cargo xtask gen`", unlisted.len());
        broken.push(Violation::new(r#gen::ERRORS_MD, 0, RULE, what));
    }
    broken
}
