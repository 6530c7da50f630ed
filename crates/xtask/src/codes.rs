//! Finds the stable error codes: string literals `"room.snake_case"` inside `fn code(` bodies.
//!
//! It reads sources, not types: the arm's pattern names the variants, and the variant's `#[error]`
//! attribute in the same file gives the words for people.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::{
    lex::{self, Kind},
    tree::{Tree, is_test_file, room},
};

/// One code where it is defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Code {
    /// The code as machines see it, e.g. `wire.too_long`.
    pub(crate) name: String,
    /// The words for people, with the field names in braces.
    pub(crate) message: String,
    /// The error type.
    pub(crate) owner: String,
    /// The variants that have it; none for a type with one code.
    pub(crate) variants: Vec<String>,
    pub(crate) path: String,
    pub(crate) line: usize,
}

impl Code {
    /// The part before the dot, which is the crate's folder name.
    pub(crate) fn room(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// All codes of the crates in `tree`, sorted; a code that is defined twice is there twice.
pub(crate) fn scan(tree: &Tree) -> Vec<Code> {
    let mut found = Vec::new();
    for (path, src) in tree.texts(".rs") {
        let ours = room(path).is_some_and(|room| room != "xtask") && path.contains("/src/");
        if ours && !is_test_file(path) && src.contains("fn code(") {
            found.extend(scan_file(path, src));
        }
    }
    found.sort();
    found
}

fn scan_file(path: &str, src: &str) -> Vec<Code> {
    let masked = lex::mask(src);
    let tests = lex::test_ranges(&masked);
    let mut found = Vec::new();
    for (at, _) in masked.match_indices("fn code(") {
        if tests.iter().any(|(from, to)| (*from..*to).contains(&at)) {
            continue;
        }
        let Some((from, to)) = lex::block(&masked, at) else { continue };
        let owner = owner(&masked, at);
        let messages = messages(src, &masked, &owner);
        for arm in arms(src, &masked, from, to) {
            found.push(Code {
                message: arm
                    .variants
                    .iter()
                    .chain([&owner])
                    .find_map(|name| messages.get(name).cloned())
                    .unwrap_or_default(),
                name: arm.code,
                owner: owner.clone(),
                variants: arm.variants.clone(),
                path: path.to_owned(),
                line: lex::line(src, arm.at),
            });
        }
    }
    found
}

/// The type of the last `impl` before `at`: the word after `for`, else the first word.
fn owner(masked: &str, at: usize) -> String {
    let before = masked.get(..at).unwrap_or_default();
    let header = before.rsplit_once("impl").map_or("", |(_, tail)| tail);
    let header = header.split('{').next().unwrap_or_default();
    let name = header.rsplit_once(" for ").map_or(header, |(_, name)| name);
    let name = name.trim_start_matches(|c: char| c == '<' || c == '\'' || c.is_whitespace());
    name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

struct Arm {
    code: String,
    variants: Vec<String>,
    at: usize,
}

/// The code literals between `from` and `to`, each with the variant names of its match arm.
fn arms(src: &str, masked: &str, from: usize, to: usize) -> Vec<Arm> {
    let mut found = Vec::new();
    for piece in lex::pieces(src.get(from..to).unwrap_or_default()) {
        let literal = piece.text.trim_matches('"');
        if piece.kind == Kind::Text && is_code(literal) {
            let at = from + piece.at;
            let variants = variants(masked.get(from..at).unwrap_or_default());
            found.push(Arm { code: literal.to_owned(), variants, at });
        }
    }
    found
}

/// The names after `::` in the pattern of the arm that `before` ends in.
fn variants(before: &str) -> Vec<String> {
    let Some((head, _)) = before.rsplit_once("=>") else { return Vec::new() };
    // The arm starts behind the last comma or brace that is not inside its own pattern.
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in head.char_indices().rev() {
        match c {
            '}' | ')' | ']' if head.get(at..).is_some_and(closes_pattern) => depth += 1,
            '{' | '(' | '[' if 0 < depth => depth -= 1,
            ',' | '{' | '}' if depth == 0 => {
                start = at + 1;
                break;
            }
            _ => {}
        }
    }
    let pattern = head.get(start..).unwrap_or_default();
    let names = pattern.split("::").skip(1);
    names
        .map(|tail| tail.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

/// Whether a closing bracket belongs to a pattern: what follows is `|`, `if`, or the end.
fn closes_pattern(tail: &str) -> bool {
    let next = tail.get(1..).unwrap_or_default().trim_start();
    next.is_empty() || [")", "}", "]", "|", "if "].iter().any(|mark| next.starts_with(mark))
}

/// `room.snake_case`: two or more dot-free words of lower-case letters, digits and underscores.
pub(crate) fn is_code(text: &str) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_".contains(c))
    };
    text.split_once('.').is_some_and(|(room, name)| word(room) && word(name))
}

/// Variant (or struct) name to `#[error]` words inside the definition of `owner`.
fn messages(src: &str, masked: &str, owner: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let defined = [format!("enum {owner}"), format!("struct {owner}")];
    let Some(at) = defined.iter().find_map(|text| masked.find(text.as_str())) else {
        return found;
    };
    // A struct's attribute stands before it; an enum's stand inside.
    let end = lex::block(masked, at).map_or(at, |(_, end)| end);
    let begin = masked.get(..at).and_then(|head| head.rfind("}\n")).unwrap_or(0);
    for (attribute, mark) in masked.get(begin..end).unwrap_or_default().match_indices("#[error(") {
        let open = begin + attribute + mark.len();
        let Some(close) = masked.get(open..).and_then(|tail| tail.find(")]")) else { continue };
        let argument = src.get(open..open + close).unwrap_or_default();
        let tail = masked.get(open + close + 2..).unwrap_or_default();
        found.insert(next_name(tail), words(argument));
    }
    found
}

/// The first identifier that is neither an attribute nor a keyword.
fn next_name(masked: &str) -> String {
    let mut rest = masked.trim_start();
    while let Some(tail) = rest.strip_prefix("#[") {
        rest = tail.split_once(']').map_or("", |(_, tail)| tail.trim_start());
    }
    rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .find(|word| !["", "pub", "crate", "struct", "enum"].contains(word))
        .unwrap_or_default()
        .to_owned()
}

/// The literal of an `#[error]` attribute as one line.
fn words(argument: &str) -> String {
    if argument.trim() == "transparent" {
        return "(the words of its cause)".to_owned();
    }
    let text = argument.trim().trim_start_matches('"');
    let text = text.rsplit_once('"').map_or(text, |(text, _)| text);
    let joined = text.split("\\\n").map(str::trim_start).collect::<String>();
    joined.replace("\\\"", "\"")
}
