//! The rules as Markdown, for the reference.

use std::fmt::Write as _;

use super::schema::{self, Generation};
use super::{File, relation};

/// One line per member of a file.
pub fn members(file: File) -> String {
    let mut text = String::from("| member | must be | from | source |\n|---|---|---|---|\n");
    for key in schema::keys(file) {
        let from = match (file, key.since) {
            (File::Params, Generation::Founding) => "0.3",
            (File::Policy, Generation::Founding) => "0.2",
            (_, Generation::Later) => "0.4",
        };
        let path = cell(key.path);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{path}` | {} | {from} | {} |", key.kind, key.source);
    }
    text
}

/// One line per relation.
pub fn relations() -> String {
    let mut text = String::from("| members | what must hold | source |\n|---|---|---|\n");
    for relation in relation::all() {
        let reads: Vec<String> =
            relation.reads.iter().map(|path| format!("`{}`", cell(path))).collect();
        let only = if relation.is_founding_only { " (0.3 only)" } else { "" };
        let _ = writeln!(
            text,
            "| {} | {}{only} | {} |",
            reads.join(", "),
            relation.says,
            relation.source
        );
    }
    text
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
