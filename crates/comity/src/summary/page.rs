//! Text for a terminal: 80 columns, no colour.

use std::fmt::Write as _;

const WIDTH: usize = 78;

/// A heading that a rule fills up.
pub(crate) fn heading(out: &mut String, text: &str) {
    let rule = "-".repeat(WIDTH.saturating_sub(text.chars().count() + 1));
    let _ = writeln!(out, "\n{text} {rule}");
}

/// A paragraph.
pub(crate) fn line(out: &mut String, text: &str) {
    wrapped(out, "  ", text);
}

/// Breaks at spaces so that no line is longer than the width; what follows is indented like what came first.
pub(crate) fn wrapped(out: &mut String, prefix: &str, text: &str) {
    let lead: String = text.chars().take_while(|char| *char == ' ').collect();
    let indent = " ".repeat(prefix.chars().count() + lead.len());
    let mut current = format!("{prefix}{lead}");
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let needed = current.chars().count() + word.chars().count() + usize::from(!is_empty);
        if WIDTH < needed && !is_empty {
            let _ = writeln!(out, "{current}");
            current.clone_from(&indent);
            is_empty = true;
        }
        if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
        is_empty = false;
    }
    let _ = writeln!(out, "{current}");
}

/// The beginning of a digest.
pub(crate) fn short(hex: &str) -> String {
    hex.chars().take(16).collect()
}
