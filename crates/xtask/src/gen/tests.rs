use super::*;

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, text) in files {
        tree.files.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    tree
}

#[test]
fn modules_compile_and_broken_ones_are_named() {
    let tree = tree(&[
        ("mips/a/guest.wat", "(module)"),
        ("mips/b/guest.wat", "(module (func)"),
        ("elsewhere/c.wat", "nonsense"),
    ]);
    let (wanted, broken) = modules(&tree);
    assert_eq!(&wanted["mips/a/guest.wasm"], b"\0asm\x01\0\0\0");
    assert_eq!(wanted.len(), 1);
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].path, "mips/b/guest.wat");
}

#[test]
fn the_pages_are_the_same_for_the_same_sources_and_escape_cells() {
    let src = "#[error(\"a | b\")]\npub struct E;\nimpl E { fn code(&self) -> &str { \"x.e\" } }";
    let tree = tree(&[("crates/x/src/lib.rs", src)]);
    let page = errors_md(&tree);
    assert!(page.contains("\n## x\n"));
    assert!(page.ends_with("| `x.e` | a \\| b | `E` |\n"), "{page}");
    assert_eq!(generate(&tree), generate(&tree));
}

#[test]
fn refusals_are_listed_with_every_status() {
    let src = "use x;\ncodes! {\n    // Two; words.\n    Shell 400: \"b_x\";\n    Authority 409: \"b_x\"\n        \"a\";\n}\n\nfn f() {}\n";
    let tree = tree(&[("crates/authority/src/codes.rs", src)]);
    let page = errors_md(&tree);
    let rows = "| `a` | 409 | authority |\n| `b_x` | 400 | shell |\n| `b_x` | 409 | authority |\n";
    assert!(page.ends_with(rows), "{page}");
}
