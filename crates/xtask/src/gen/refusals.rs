//! The codes that a network authority refuses with, read from its table.

use crate::tree::Tree;

/// Where the table is.
const TABLE: &str = "crates/authority/src/codes.rs";

/// A code, its status, and who refuses so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) status: u16,
    pub(super) by: String,
}

/// The table, by code; empty if there is none.
pub(super) fn scan(tree: &Tree) -> Vec<Refusal> {
    let table = tree.texts(".rs").find(|(path, _)| *path == TABLE).map(|(_, text)| text);
    let table = table.and_then(|text| text.split_once("\ncodes! {\n")).map_or("", |(_, rest)| rest);
    let table = table.split_once("\n}").map_or("", |(table, _)| table);
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let table: Vec<&str> = table.lines().filter(code).collect();
    let mut found: Vec<Refusal> = table.join("\n").split(';').flat_map(statement).collect();
    found.sort();
    found
}

/// `Authority 400: "a" "b"`.
fn statement(text: &str) -> Vec<Refusal> {
    let Some((head, codes)) = text.split_once(':') else { return Vec::new() };
    let mut head = head.split_whitespace();
    let (by, status) = (head.next(), head.next().and_then(|it| it.parse().ok()));
    let (Some(by), Some(status)) = (by, status) else { return Vec::new() };
    let refusal = |code: &str| Refusal { code: code.to_owned(), status, by: by.to_lowercase() };
    codes.split('"').skip(1).step_by(2).map(refusal).collect()
}
