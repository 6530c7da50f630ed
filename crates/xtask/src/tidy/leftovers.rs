//! Leftovers: what marks unfinished work, and tests that wait by the clock.

use crate::{
    lex::{self, Kind},
    tree::{Tree, Violation, is_test_file},
};

const RULE: &str = "leftovers";

/// What may not stand in code, and what to do instead.
const IN_CODE: &[(&str, &str)] = &[
    ("todo!", "write it or return a named error"),
    ("unimplemented!", "write it or return a named error"),
    ("dbg!", "remove it"),
    ("#[ignore", "end the test's name in _slow, or fix it"),
    ("#[should_panic", "assert the error instead"),
];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut broken = Vec::new();
    for (path, src) in tree.texts(".rs") {
        let masked = lex::mask(src);
        for (mark, instead) in IN_CODE {
            for at in words(&masked, mark) {
                let what = format!("`{mark}`: {instead}");
                broken.push(Violation::new(path, lex::line(src, at), RULE, what));
            }
        }
        broken.extend(sleeps(path, src, &masked));
        for piece in lex::pieces(src).iter().filter(|piece| piece.kind == Kind::Comment) {
            broken.extend(unowned(path, piece.line, piece.text));
        }
    }
    for suffix in [".py", ".go", ".sh", ".toml", ".wat", ".yml"] {
        for (path, text) in tree.texts(suffix) {
            broken.extend(unowned(path, 1, text));
        }
    }
    broken
}

/// Offsets of `mark` where it is not the tail of a longer word.
fn words<'a>(masked: &'a str, mark: &'a str) -> impl Iterator<Item = usize> + 'a {
    let starts = |at: usize| {
        let before = masked.get(..at).and_then(|head| head.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    };
    masked.match_indices(mark).map(|(at, _)| at).filter(move |at| starts(*at))
}

/// Tests wait for conditions, not for time to pass.
fn sleeps(path: &str, src: &str, masked: &str) -> Vec<Violation> {
    let ranges =
        if is_test_file(path) { vec![(0, masked.len())] } else { lex::test_ranges(masked) };
    let in_test = |at: usize| ranges.iter().any(|(from, to)| (*from..*to).contains(&at));
    let found = masked.match_indices("thread::sleep").filter(|(at, _)| in_test(*at));
    let what = "`thread::sleep` in a test: wait on a condition with a bound";
    found.map(|(at, _)| Violation::new(path, lex::line(src, at), RULE, what)).collect()
}

/// Notes to oneself: the first mark names its issue, as in `(#12)`; the second is never committed.
fn unowned(path: &str, line: usize, text: &str) -> Vec<Violation> {
    let mut broken = Vec::new();
    for (n, text) in text.lines().enumerate() {
        for (mark, allowed) in [("TO\u{44}O", "(#"), ("FIX\u{4d}E", "\0")] {
            for (at, _) in text.match_indices(mark) {
                if !text.get(at + mark.len()..).unwrap_or_default().starts_with(allowed) {
                    let what = format!("`{mark}` without an issue");
                    broken.push(Violation::new(path, line + n, RULE, what));
                }
            }
        }
    }
    broken
}
