//! Plain text: ASCII outside comments, nothing that is true on one machine only.

use crate::{
    lex::{self, Kind},
    tree::{Tree, Violation, is_test_file},
};

const RULE: &str = "text";

/// What prose in comments may use beyond ASCII; box drawing, blocks and Greek letters come on top.
const PROSE: &str = "\u{a7}\u{b0}\u{b1}\u{b2}\u{b5}\u{b7}\u{d7}\u{2013}\u{2014}\u{2016}\u{2026}\
    \u{2070}\u{2190}\u{2191}\u{2192}\u{2193}\u{2194}\u{21d2}\u{2208}\u{2209}\u{2211}\u{2212}\u{2218}\
    \u{221a}\u{221e}\u{2227}\u{2228}\u{2229}\u{222a}\u{2248}\u{2260}\u{2261}\u{2264}\u{2265}\u{2286}\
    \u{2295}\u{2713}\u{2717}\u{2308}\u{2309}\u{230a}\u{230b}\u{25b2}\u{25b6}\u{25bc}\u{25c0}";

/// Paths of one machine, cut in two so that this file does not hold them.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];

/// Hosts of package registries: lock files may name them, nothing else may.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("deb.debian", ".org"),
    concat!("security.debian", ".org"),
    concat!("proxy.golang", ".org"),
];

/// Files whose string literals are prose for a generated document, not protocol or terminal text.
const PROSE_IN_STRINGS: &[&str] =
    &["crates/constitution/src/reference.rs", "crates/constitution/src/reference/rows.rs"];

/// Text that is not Rust but ours: ASCII plus the prose list everywhere.
const PLAIN: &[&str] = &[".py", ".go", ".sh", ".toml", ".wat", ".ci/run", ".js", ".css", ".html"];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut broken = Vec::new();
    for (path, bytes) in &tree.files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if path.ends_with(".rs") {
            for mut piece in lex::pieces(text) {
                // Tests quote formats as they look on paper.
                let prose = is_test_file(path) || PROSE_IN_STRINGS.contains(&path.as_str());
                if piece.kind == Kind::Text && prose {
                    piece.kind = Kind::Comment;
                }
                broken.extend(strange(path, piece.line, piece.text, piece.kind));
            }
        } else if PLAIN.iter().any(|suffix| path.ends_with(suffix)) {
            broken.extend(strange(path, 1, text, Kind::Comment));
        }
        if !path.ends_with(".lock") && !path.ends_with("-lock.json") {
            broken.extend(places(path, text));
        }
    }
    broken
}

/// The first character per line that does not belong in a stretch of this kind.
fn strange(path: &str, line: usize, text: &str, kind: Kind) -> Vec<Violation> {
    if text.is_ascii() {
        return Vec::new();
    }
    let fits = |c: char| c.is_ascii() || (kind == Kind::Comment && is_prose(c));
    let lines = text.split('\n').enumerate();
    lines
        .filter_map(|(n, text)| Some((n, text.chars().find(|c| !fits(*c))?)))
        .map(|(n, c)| {
            let what = format!("U+{:04X}: ASCII here (an escape in strings)", u32::from(c));
            Violation::new(path, line + n, RULE, what)
        })
        .collect()
}

fn is_prose(c: char) -> bool {
    PROSE.contains(c)
        || ('\u{2500}'..='\u{259f}').contains(&c)
        || ('\u{391}'..='\u{3c9}').contains(&c)
}

fn places(path: &str, text: &str) -> Vec<Violation> {
    let mut broken = Vec::new();
    for (n, line) in text.lines().enumerate() {
        for place in MACHINE_PATHS {
            // `network/` and a relative `a/home/` are no machine's paths.
            let absolute = line.match_indices(place).any(|(at, _)| {
                let before = line.get(..at).and_then(|head| head.chars().next_back());
                !before.is_some_and(|c| c.is_alphanumeric() || "._-~/}".contains(c))
            });
            if absolute {
                let what = format!("{place} is a path of one machine");
                broken.push(Violation::new(path, n + 1, RULE, what));
            }
        }
        for host in REGISTRY_HOSTS.iter().filter(|host| line.contains(**host)) {
            let what = format!("{host}: registries are named by their clients' settings");
            broken.push(Violation::new(path, n + 1, RULE, what));
        }
    }
    broken
}
