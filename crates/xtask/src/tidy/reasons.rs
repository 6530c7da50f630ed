//! Reasons and error codes that no test names: nobody has seen them come out.
//!
//! A name counts if it stands in a test or in a vector file of ours: the variant of a reason in a test of its crate, the
//! variant of an error behind its type in any test, or the text itself.

use std::collections::BTreeSet;

use crate::{
    codes,
    lex::{self, Kind},
    tree::{Tree, Violation, is_test_file, room},
};

const RULE: &str = "reasons";

/// Rooms whose error codes must stand in a test, too.
const CODES_OF: &[&str] = &["wire", "sign", "mesh", "client", "http"];

/// What tests say.
#[derive(Debug, Default)]
struct Said {
    /// Texts in quotes, of tests and vectors.
    texts: BTreeSet<String>,
    /// `Owner::Variant`, and with the room in place of the owner.
    paths: BTreeSet<(String, String)>,
    /// Types that are named at all.
    words: BTreeSet<String>,
}

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let said = said(tree);
    let mut broken = Vec::new();
    for (path, src) in tree.texts(".rs").filter(|(path, _)| !is_test_file(path)) {
        let Some(room) = room(path).filter(|_| path.contains("/src/")) else { continue };
        for (line, variant, text) in reasons(src) {
            let is_named = said.paths.contains(&(room.to_owned(), variant.clone()));
            if !is_named && !said.texts.contains(&text) {
                let what = format!("no test produces `{text}` ({variant})");
                broken.push(Violation::new(path, line, RULE, what));
            }
        }
    }
    for code in codes::scan(tree).iter().filter(|code| CODES_OF.contains(&code.room())) {
        let variant = |name: &String| said.paths.contains(&(code.owner.clone(), name.clone()));
        let is_only = code.variants.is_empty() && said.words.contains(&code.owner);
        if !said.texts.contains(&code.name) && !code.variants.iter().any(variant) && !is_only {
            let what = format!("no test produces `{}`", code.name);
            broken.push(Violation::new(&code.path, code.line, RULE, what));
        }
    }
    broken
}

/// Line, variant and text of what `reasons!` declares.
fn reasons(src: &str) -> Vec<(usize, String, String)> {
    let masked = lex::mask(src);
    let mut found = Vec::new();
    for (at, _) in masked.match_indices("reasons! {") {
        let Some((from, to)) = lex::block(&masked, at) else { continue };
        let mut before = String::new();
        for piece in lex::pieces(src.get(from..to).unwrap_or_default()) {
            let name = before.trim_end().strip_suffix('=').map(str::trim_end);
            let name = name.and_then(|head| head.rsplit(|c: char| !c.is_alphanumeric()).next());
            if let (Kind::Text, Some(name)) = (piece.kind, name) {
                let text = piece.text.trim_matches('"').to_owned();
                found.push((lex::line(src, from + piece.at), name.to_owned(), text));
            }
            if piece.kind == Kind::Code {
                piece.text.clone_into(&mut before);
            }
        }
    }
    found
}

fn said(tree: &Tree) -> Said {
    let mut said = Said::default();
    for (path, src) in tree.texts(".rs") {
        let Some(room) = room(path) else { continue };
        let masked = lex::mask(src);
        let ranges =
            if is_test_file(path) { vec![(0, src.len())] } else { lex::test_ranges(&masked) };
        for (from, to) in ranges {
            listen(src.get(from..to).unwrap_or_default(), room, &mut said);
        }
    }
    for (path, text) in tree.texts(".json") {
        if path.starts_with("crates/") && path.contains("/vectors/") {
            said.texts.extend(text.split('"').map(str::to_owned));
        }
    }
    said
}

fn listen(src: &str, room: &str, said: &mut Said) {
    for piece in lex::pieces(src) {
        match piece.kind {
            Kind::Comment => {}
            // A code may stand within a longer text, such as a message of the program.
            Kind::Text => {
                let is_part = |c: char| c.is_alphanumeric() || "._".contains(c);
                said.texts.extend(piece.text.split(|c| !is_part(c)).map(str::to_owned));
                said.texts.insert(piece.text.trim_matches('"').to_owned());
            }
            Kind::Code => {
                let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
                for path in piece.text.split(|c| !is_part(c)) {
                    let names: Vec<&str> = path.split("::").collect();
                    said.words.extend(names.iter().map(|name| (*name).to_owned()));
                    for pair in names.windows(2) {
                        if let [owner, variant] = pair {
                            said.paths.insert(((*owner).to_owned(), (*variant).to_owned()));
                            said.paths.insert((room.to_owned(), (*variant).to_owned()));
                        }
                    }
                }
            }
        }
    }
}
