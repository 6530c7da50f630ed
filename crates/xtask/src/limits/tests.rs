use super::*;

#[test]
fn public_constants_of_limits_files_and_modules_are_found() {
    let mut tree = Tree::default();
    let file = "/// Bytes: one\n/// statement.\npub const PAYLOAD_MAX: usize = 4 * 1024;\n\
                const HIDDEN: u8 = 1;\npub const fn no() -> u8 { 1 }\n";
    tree.files.insert("crates/wire/src/limits.rs".to_owned(), file.into());
    let inline = "pub mod limits {\n    /// Seconds.\n    pub const WAIT_S: u64 = 3;\n}\n\
                  /// Not a limit.\npub const OTHER: u8 = 1;\n";
    tree.files.insert("crates/node/src/lib.rs".to_owned(), inline.into());

    let rows: Vec<_> = scan(&tree).into_iter().map(|l| (l.room, l.name, l.value, l.doc)).collect();
    let row = |a: &str, b: &str, c: &str, d: &str| (a.into(), b.into(), c.into(), d.into());
    assert_eq!(
        rows,
        [
            row("node", "WAIT_S", "3", "Seconds."),
            row("wire", "PAYLOAD_MAX", "4 * 1024", "Bytes: one statement."),
        ]
    );
}
