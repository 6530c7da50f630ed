use super::*;

fn texts(src: &str, kind: Kind) -> Vec<&str> {
    pieces(src).into_iter().filter(|p| p.kind == kind).map(|p| p.text).collect()
}

#[test]
fn literals_comments_and_code_are_told_apart() {
    let src = concat!(
        "fn f<'a>(x: &'a str) { // tail \"no\"\n",
        "  let _ = (\"a // b\", r#\"raw \"x\" y\"#, b\"\\\"\", '\"', '\\'', b'x', r#type);\n",
        "  /* a /* nested */ \"b\" */\n}\n",
    );
    assert_eq!(texts(src, Kind::Comment), ["// tail \"no\"", "/* a /* nested */ \"b\" */"]);
    assert_eq!(
        texts(src, Kind::Text),
        ["\"a // b\"", "r#\"raw \"x\" y\"#", "b\"\\\"\"", "'\"'", "'\\''", "b'x'"]
    );
    assert_eq!(pieces(src).iter().map(|p| p.text).collect::<String>(), src);
}

#[test]
fn masking_keeps_offsets_and_lines() {
    let src = "a \"\u{2014}x\n\" // \u{a7}\nb";
    let masked = mask(src);
    assert_eq!(masked.len(), src.len());
    assert_eq!(masked.find('b'), src.find('b'));
    assert_eq!(line(&masked, masked.find('b').unwrap()), 3);
}

#[test]
fn broken_input_ends_instead_of_looping() {
    for src in ["\"open", "'", "/* open", "r#\"open", "b'", "'\\", "\u{2014}"] {
        assert_eq!(pieces(src).iter().map(|p| p.text).collect::<String>(), src);
    }
}

#[test]
fn code_lines_leave_out_docs_blanks_and_inline_tests() {
    let src = concat!(
        "//! Doc.\n\n/// Doc.\nfn a() {\n    b(); // why\n}\n\n",
        "#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n",
    );
    assert_eq!(code_lines(src), 3);
    assert_eq!(code_lines("#[cfg(test)]\nmod tests;\nfn a() {}\n"), 3);
}
