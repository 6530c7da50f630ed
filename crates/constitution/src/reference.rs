//! What each parameter means: the rows of the reference page.
//!
//! A test walks the founding file and this table together, so that neither can have a row that
//! the other lacks, and checks that the printed page is what [`table`] renders.

mod rows;

use std::fmt::Write as _;

use serde_json::Value;

use crate::{file::ParameterFile, nano::Nano};

pub use rows::ROWS;

/// One parameter, or one per tier or class where the path has a star.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Path in the file, joined by dots; `*` stands for any one name.
    pub path: &'static str,
    /// Unit; `nano` is a fraction in units of 1e-9.
    pub unit: &'static str,
    /// One line for people.
    pub meaning: &'static str,
    /// Where the value comes from.
    pub source: &'static str,
}

impl Row {
    /// True when this row describes the parameter at `path`.
    pub fn covers(&self, path: &str) -> bool {
        let (mut ours, mut theirs) = (self.path.split('.'), path.split('.'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(our), Some(their)) if our == "*" || our == their => {}
                (Some(_), Some(_) | None) | (None, Some(_)) => return false,
            }
        }
    }
}

/// Every leaf of a parameter file as `(path, value)`, in byte order of the path's parts.
pub fn leaves(file: &ParameterFile) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::to_value(file) {
        collect("", &value, &mut found);
    }
    found
}

fn collect(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    let Some(object) = value.as_object() else {
        found.push((path.to_owned(), value.clone()));
        return;
    };
    for (name, inner) in object {
        let joined = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        collect(&joined, inner, found);
    }
}

/// The reference table as Markdown, one line per parameter.
pub fn table(file: &ParameterFile) -> String {
    let mut text = String::from("| parameter | value | unit | meaning | source |\n");
    text.push_str("|---|---|---|---|---|\n");
    for (path, value) in leaves(file) {
        let Some(row) = ROWS.iter().find(|row| row.covers(&path)) else { continue };
        let shown = match (row.unit, value.as_i64()) {
            ("nano", Some(units)) => Nano::new(units).to_string(),
            _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        };
        let Row { unit, meaning, source, .. } = row;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{path}` | {shown} | {unit} | {meaning} | {source} |");
    }
    text
}
