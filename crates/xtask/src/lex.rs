//! Just enough of Rust's lexer to tell code, comments and literals apart.
//!
//! It does not know tokens beyond that. It handles nested block comments, raw strings, byte and C
//! strings, character literals and lifetimes; on broken input it returns the rest as code.

#[cfg(test)]
mod tests;

/// What a stretch of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    /// Line, block and doc comments, delimiters included.
    Comment,
    /// String, byte-string, C-string and character literals, quotes included.
    Text,
}

/// A stretch of source of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Byte offset in the source.
    pub(crate) at: usize,
    /// 1-based line of its first byte.
    pub(crate) line: usize,
}

/// Cuts the whole source into pieces; their texts concatenate to it.
pub(crate) fn pieces(src: &str) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::new();
    let (mut at, mut code_from) = (0, 0);
    while let Some(rest) = src.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, len) = token(rest);
        if kind != Kind::Code {
            push(&mut out, src, Kind::Code, code_from, at);
            push(&mut out, src, kind, at, at + len);
            code_from = at + len;
        }
        at += len;
    }
    push(&mut out, src, Kind::Code, code_from, at);
    out
}

fn push<'a>(out: &mut Vec<Piece<'a>>, src: &'a str, kind: Kind, from: usize, to: usize) {
    if let Some(text) = src.get(from..to).filter(|text| !text.is_empty()) {
        let line = out.last().map_or(1, |last| last.line + last.text.matches('\n').count());
        out.push(Piece { kind, text, at: from, line });
    }
}

/// Kind and length in bytes of what `rest` starts with; `rest` is not empty.
fn token(rest: &str) -> (Kind, usize) {
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if rest.starts_with('"') {
        return (Kind::Text, quoted(rest, '"'));
    }
    if rest.starts_with('\'') {
        return quote(rest);
    }
    let ident = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let Some((word, tail)) = rest.split_at_checked(ident).filter(|_| 0 < ident) else {
        return (Kind::Code, rest.chars().next().map_or(1, char::len_utf8));
    };
    match word {
        "r" | "br" | "cr" => match raw(tail) {
            Some(len) => (Kind::Text, ident + len),
            None => (Kind::Code, ident),
        },
        "b" | "c" if tail.starts_with('"') => (Kind::Text, ident + quoted(tail, '"')),
        "b" if tail.starts_with('\'') => (Kind::Text, ident + quoted(tail, '\'')),
        _ => (Kind::Code, ident),
    }
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Length of a literal that starts and ends with `mark`, escapes skipped.
fn quoted(rest: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == mark => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal or the tick of a lifetime.
fn quote(rest: &str) -> (Kind, usize) {
    let mut chars = rest.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => (Kind::Text, quoted(rest, '\'')),
        _ => (Kind::Code, 1),
    }
}

/// Length of `#*"…"#*`, if that is what follows an `r`.
fn raw(tail: &str) -> Option<usize> {
    let hashes = tail.len() - tail.trim_start_matches('#').len();
    let body = tail.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let len = body.find(&end)?;
    Some(hashes + 1 + len + end.len())
}

/// The source with comments and literals blanked out, byte offsets and lines unchanged.
pub(crate) fn mask(src: &str) -> String {
    let mut out = String::with_capacity(src.len());
    for piece in pieces(src) {
        if piece.kind == Kind::Code {
            out.push_str(piece.text);
        } else {
            out.extend(piece.text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    out
}

/// 1-based line of a byte offset.
pub(crate) fn line(src: &str, at: usize) -> usize {
    1 + src.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// Byte range from the first `{` at or after `from` to its partner, both included, in masked source.
pub(crate) fn block(masked: &str, from: usize) -> Option<(usize, usize)> {
    let open = from + masked.get(from..)?.find('{')?;
    let mut depth = 0_usize;
    for (at, byte) in masked.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((open, at + 1));
        }
    }
    None
}

/// Byte ranges of inline `#[cfg(test)] mod name { … }` in masked source.
pub(crate) fn test_ranges(masked: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    for (at, attribute) in masked.match_indices("#[cfg(test)]") {
        let rest = masked.get(at + attribute.len()..).unwrap_or_default();
        let inline = rest.trim_start().starts_with("mod ")
            && rest.find('{').unwrap_or(usize::MAX) < rest.find(';').unwrap_or(usize::MAX);
        if inline && let Some((_, end)) = block(masked, at) {
            ranges.push((at, end));
        }
    }
    ranges
}

/// Lines that hold code or literals outside inline test modules.
pub(crate) fn code_lines(src: &str) -> usize {
    let masked = mask(src);
    let tests = test_ranges(&masked);
    let mut lines = std::collections::BTreeSet::new();
    for piece in pieces(src).iter().filter(|piece| piece.kind != Kind::Comment) {
        let mut at = piece.at;
        for (n, text) in piece.text.split('\n').enumerate() {
            if !text.trim().is_empty() && !tests.iter().any(|(a, b)| (*a..*b).contains(&at)) {
                lines.insert(piece.line + n);
            }
            at += text.len() + 1;
        }
    }
    lines.len()
}
