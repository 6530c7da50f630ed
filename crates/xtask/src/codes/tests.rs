use super::*;

const SRC: &str = r#"
/// Why.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// One.
    #[error("{len} bytes, at most \
             {max}")]
    TooLong {
        /// Not `#[error("no")]`.
        len: usize,
        max: usize,
    },
    /// Two.
    #[error("bad key")]
    #[allow(dead_code)]
    BadKey(u8),
    #[error("old key")]
    OldKey,
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl DemoError {
    /// Stable.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { len: _, .. } => "demo.too_long",
            Self::BadKey(_) | Self::OldKey => "demo.key",
            Self::Wire(cause) => cause.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    fn code() -> &'static str { "demo.not_real" }
}
"#;

fn tree(path: &str, src: &str) -> Tree {
    let mut tree = Tree::default();
    tree.files.insert(path.to_owned(), src.as_bytes().to_vec());
    tree
}

#[test]
fn codes_are_found_with_their_words_and_owner() {
    let codes = scan(&tree("crates/demo/src/error.rs", SRC));
    let short: Vec<_> = codes.iter().map(|c| (c.name.as_str(), c.message.as_str())).collect();
    assert_eq!(short, [("demo.key", "bad key"), ("demo.too_long", "{len} bytes, at most {max}")]);
    assert!(codes.iter().all(|c| c.owner == "DemoError" && c.room() == "demo"));
}

#[test]
fn a_struct_and_a_wrapped_code_are_found_too() {
    let src = "#[error(\"busy\")]\npub struct Busy;\nimpl Busy {\n    \
               pub const fn code(&self) -> ErrorCode { ErrorCode(\"store.busy\") }\n}\n";
    let codes = scan(&tree("crates/store/src/lib.rs", src));
    assert_eq!(codes.len(), 1);
    assert_eq!((codes[0].name.as_str(), codes[0].message.as_str()), ("store.busy", "busy"));
}

#[test]
fn tests_and_other_functions_define_no_codes() {
    assert!(scan(&tree("crates/demo/src/error/tests.rs", SRC)).is_empty());
    assert!(scan(&tree("crates/demo/src/a.rs", "fn f() { g(\"demo.not_a_code\") }")).is_empty());
}

#[test]
fn only_two_snake_words_make_a_code() {
    assert!(is_code("wire.too_long"));
    for bad in ["wire", "Wire.x", "wire.", ".x", "wire.too.long", "a.b-c", "file.rs\n"] {
        assert!(!is_code(bad), "{bad}");
    }
}
