//! Finds the named limits: `pub const`s in files called `limits.rs` and in `mod limits { … }`.

#[cfg(test)]
mod tests;

use crate::{
    lex,
    tree::{Tree, is_test_file, room},
};

/// One limit where it is defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Limit {
    /// Folder of its crate.
    pub(crate) room: String,
    pub(crate) name: String,
    /// The right-hand side as written.
    pub(crate) value: String,
    /// Its doc comment as one line: the unit and the reason.
    pub(crate) doc: String,
    pub(crate) path: String,
    pub(crate) line: usize,
}

/// All limits, sorted by room and name.
pub(crate) fn scan(tree: &Tree) -> Vec<Limit> {
    let mut found = Vec::new();
    for (path, src) in tree.texts(".rs") {
        let Some(room) = room(path).filter(|_| path.contains("/src/") && !is_test_file(path))
        else {
            continue;
        };
        let masked = lex::mask(src);
        let ranges = if path.ends_with("/limits.rs") {
            vec![(0, src.len())]
        } else {
            let inline = masked.match_indices("mod limits {");
            inline.filter_map(|(at, _)| lex::block(&masked, at)).collect()
        };
        for (from, to) in ranges {
            found.extend(scan_range(room, path, src, &masked, from..to));
        }
    }
    found.sort();
    found
}

fn scan_range(
    room: &str,
    path: &str,
    src: &str,
    masked: &str,
    range: std::ops::Range<usize>,
) -> Vec<Limit> {
    let mut found = Vec::new();
    for (at, mark) in masked.match_indices("pub const ").filter(|(at, _)| range.contains(at)) {
        let Some(item) = masked.get(at + mark.len()..).and_then(|tail| tail.split(';').next())
        else {
            continue;
        };
        // `const fn` is no limit; the right-hand side comes from the source, literals included.
        let (Some((name, _)), Some((head, value))) = (item.split_once(':'), item.split_once('='))
        else {
            continue;
        };
        if name.trim().contains([' ', '(']) {
            continue;
        }
        let value_at = at + mark.len() + head.len() + 1;
        found.push(Limit {
            room: room.to_owned(),
            name: name.trim().to_owned(),
            value: one_line(src.get(value_at..value_at + value.len()).unwrap_or_default()),
            doc: doc_above(src, at),
            path: path.to_owned(),
            line: lex::line(src, at),
        });
    }
    found
}

/// The `///` lines right above a byte offset, joined.
fn doc_above(src: &str, at: usize) -> String {
    let head = src.get(..at).unwrap_or_default();
    let above = head.rsplit_once('\n').map_or("", |(above, _)| above);
    let mut lines: Vec<&str> = above
        .lines()
        .rev()
        .map(str::trim)
        .take_while(|line| line.starts_with("///") || line.starts_with("#["))
        .filter_map(|line| line.strip_prefix("///"))
        .collect();
    lines.reverse();
    one_line(&lines.join(" "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
