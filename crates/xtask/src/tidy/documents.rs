//! Documents: one title each, and relative links that lead somewhere.

use crate::tree::{Tree, Violation};

const RULE: &str = "documents";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut broken = Vec::new();
    for (path, text) in tree.texts(".md") {
        let prose = prose(text);
        let titles = prose.iter().filter(|(_, line)| line.starts_with("# ")).count();
        if titles != 1 {
            let what = format!("{titles} titles (`# `), exactly one is wanted");
            broken.push(Violation::new(path, 0, RULE, what));
        }
        for (line, text) in &prose {
            for target in targets(text) {
                if let Some(what) = dead(tree, path, target) {
                    broken.push(Violation::new(path, *line, RULE, what));
                }
            }
        }
    }
    broken
}

/// The numbered lines outside code fences.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fence: Option<&str> = None;
    let mut out = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let start = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => out.push((n + 1, line)),
            (Some(_), _) => {}
        }
    }
    out
}

/// What the links of a line point at, code spans left out.
fn targets(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for text in line.split('`').step_by(2) {
        for (at, mark) in text.match_indices("](") {
            let tail = text.get(at + mark.len()..).unwrap_or_default();
            let target = tail.split([')', ' ']).next().unwrap_or_default();
            found.push(target.trim_matches(['<', '>']));
        }
    }
    // `[name]: target` defines a link for the whole document.
    if let Some((_, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
        found.push(target.split(' ').next().unwrap_or_default());
    }
    found
}

/// Why `target` leads nowhere, if it does.
fn dead(tree: &Tree, from: &str, target: &str) -> Option<String> {
    let file = target.split(['#', '?']).next().unwrap_or_default();
    let outside =
        ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    if outside || file.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            ".." if parts.pop().is_none() => {
                return Some(format!("{target} leaves the repository"));
            }
            "" | "." | ".." => {}
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let missing = file.starts_with('/') || !tree.has(&path);
    missing.then(|| format!("link to {target}: there is no {path}"))
}
