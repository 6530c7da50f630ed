//! Every rule refuses something and accepts its neighbour.

use std::collections::BTreeSet;

use super::{
    codes, documents,
    layers::{self, Manifest, Need},
    leftovers, reasons, sizes, text, wasm,
};
use crate::tree::{Tree, Violation};

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::default();
    for (path, text) in files {
        tree.files.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    tree
}

fn places(broken: &[Violation]) -> Vec<(&str, usize)> {
    broken.iter().map(|v| (v.path.as_str(), v.line)).collect()
}

fn member(folder: &str, needs: &[(&str, bool)]) -> Manifest {
    let needs = needs.iter().map(|(name, dev)| Need { package: (*name).to_owned(), dev: *dev });
    Manifest {
        package: format!("comity-{folder}"),
        folder: folder.to_owned(),
        needs: needs.collect(),
    }
}

#[test]
fn an_arrow_that_points_up_is_refused() {
    let down = [member("wire", &[]), member("mission", &[("comity-wire", false)])];
    assert_eq!(layers::arrows(&down), []);
    let up = [member("wire", &[("comity-mission", false)]), member("mission", &[])];
    let broken = layers::arrows(&up);
    assert_eq!(places(&broken), [("crates/wire/Cargo.toml", 0)]);
}

#[test]
fn shells_do_not_know_each_other_and_nobody_links_a_binary() {
    let house = [
        member("store", &[("comity-runner", false)]),
        member("runner", &[]),
        member("verify", &[]),
        member("bench", &[("comity-verify", false)]),
    ];
    assert_eq!(layers::arrows(&house).len(), 2);
}

#[test]
fn dev_crates_are_for_tests_only() {
    let sim = member("sim", &[]);
    assert_eq!(layers::arrows(&[sim.clone(), member("node", &[("comity-sim", true)])]), []);
    assert_eq!(layers::arrows(&[sim, member("node", &[("comity-sim", false)])]).len(), 1);
}

#[test]
fn a_heavy_dependency_has_one_owner_and_a_crate_has_a_room() {
    assert_eq!(layers::arrows(&[member("runner", &[("wasmi", false)])]), []);
    assert_eq!(layers::arrows(&[member("mycel", &[("wasmi", false)])]).len(), 1);
    assert_eq!(layers::arrows(&[member("common", &[])]).len(), 1);
    let misplaced = Manifest { folder: "sign".to_owned(), ..member("wire", &[]) };
    assert_eq!(layers::arrows(&[misplaced]).len(), 1);
}

#[test]
fn a_forbidden_family_is_found_in_a_closure_and_a_namesake_is_not() {
    let closure = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let found =
        layers::offenders(&closure(&["serde", "tokio-util", "age", "agenda"]), &["tokio", "age"]);
    assert_eq!(found, ["age", "tokio-util"]);
}

#[test]
fn manifests_are_read_from_cargo_metadata() {
    let json = serde_json::json!({"packages": [{
        "name": "comity-sign", "manifest_path": "/x/crates/sign/Cargo.toml",
        "dependencies": [{"name": "comity-wire", "kind": null}, {"name": "proptest", "kind": "dev"}],
    }]});
    let found = layers::manifests(&json);
    assert_eq!((found[0].package.as_str(), found[0].folder.as_str()), ("comity-sign", "sign"));
    assert_eq!(found[0].needs.iter().map(|n| n.dev).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_long_root_and_a_long_file_are_refused_and_docs_do_not_count() {
    let lines = |n: usize| "const A: u8 = 1;\n".repeat(n);
    let docs = format!("{}{}", "//! Doc.\n".repeat(200), lines(80));
    let good = tree(&[
        ("crates/a/src/lib.rs", &docs),
        ("crates/a/src/b.rs", &lines(800)),
        ("crates/a/src/b/tests.rs", &lines(2_000)),
    ]);
    assert_eq!(sizes::check(&good), []);
    let bad = tree(&[
        ("crates/a/src/lib.rs", &lines(81)),
        ("crates/a/src/main.rs", &lines(101)),
        ("crates/a/src/b.rs", &lines(801)),
    ]);
    assert_eq!(sizes::check(&bad).len(), 3);
}

#[test]
fn markers_are_refused_in_code_and_allowed_in_strings() {
    let marks = ["todo!()", "unimplemented!()", "dbg!(1)", "#[ignore]", "#[should_panic]"];
    for mark in marks {
        let broken = leftovers::check(&tree(&[("crates/a/src/a.rs", &format!("\n{mark}\n"))]));
        assert_eq!(places(&broken), [("crates/a/src/a.rs", 2)], "{mark}");
        let quoted = format!("const A: &str = \"{mark}\"; // {mark}\n");
        assert_eq!(leftovers::check(&tree(&[("crates/a/src/a.rs", &quoted)])), []);
    }
    assert_eq!(leftovers::check(&tree(&[("crates/a/src/a.rs", "my_todo!()")])), []);
}

#[test]
fn a_note_to_oneself_names_its_issue() {
    let (todo, fixme) = (concat!("TO", "DO"), concat!("FIX", "ME"));
    let refused = |src: String| leftovers::check(&tree(&[("crates/a/src/a.rs", &src)])).len();
    assert_eq!(refused(format!("// {todo}: later\n")), 1);
    assert_eq!(refused(format!("// {todo}(#12): later\n")), 0);
    assert_eq!(refused(format!("/* {fixme}(#12) */\n")), 1);
    let script = tree(&[("a.py", &format!("# {todo} later\n"))]);
    assert_eq!(leftovers::check(&script).len(), 1);
}

#[test]
fn sleeping_is_refused_in_tests() {
    let nap = "fn f() { std::thread::sleep(d); }\n";
    let refused = |path: &str, src: &str| leftovers::check(&tree(&[(path, src)])).len();
    assert_eq!(refused("crates/a/tests/it/main.rs", nap), 1);
    assert_eq!(refused("crates/a/src/b/tests.rs", nap), 1);
    assert_eq!(refused("crates/a/src/b.rs", &format!("#[cfg(test)]\nmod tests {{ {nap} }}")), 1);
    assert_eq!(refused("crates/a/src/b.rs", nap), 0);
}

#[test]
fn a_document_has_one_title() {
    let refused = |text: &str| documents::check(&tree(&[("docs/a.md", text)])).len();
    assert_eq!(refused("# One\n\n```\n# not a title\n```\n\n## Two\n"), 0);
    assert_eq!(refused("# One\n\n# Two\n"), 1);
    assert_eq!(refused("no title\n"), 1);
}

#[test]
fn a_relative_link_leads_somewhere() {
    let check = |link: &str| {
        let text = format!("# A\n\nsee {link}\n");
        documents::check(&tree(&[("docs/src/a.md", &text), ("docs/b/c.md", "# C\n")]))
    };
    for good in
        ["[x](../b/c.md#part)", "[x](../b)", "[x](#here)", "[x](https://a.b/c)", "`[x](no)`"]
    {
        assert_eq!(check(good), [], "{good}");
    }
    for bad in ["[x](c.md)", "![x](../b/d.png)", "[x](/docs/b/c.md)", "[x](../../../c.md)"] {
        assert_eq!(places(&check(bad)), [("docs/src/a.md", 3)], "{bad}");
    }
    let defined = tree(&[("a.md", "# A\n\n[x]: gone.md\n")]);
    assert_eq!(documents::check(&defined).len(), 1);
}

#[test]
fn only_prose_in_comments_leaves_ascii() {
    let refused = |path: &str, src: &str| text::check(&tree(&[(path, src)])).len();
    assert_eq!(refused("a.rs", "// \u{a7}3 \u{2192} \u{3b1} \u{2264} 1 \u{2500}\n"), 0);
    assert_eq!(refused("a.rs", "// \u{1f600}\n"), 1);
    assert_eq!(refused("a.rs", "const A: &str = \"\u{2014}\";\n"), 1);
    assert_eq!(refused("a.rs", "const A: &str = \"\\u{2014}\";\n"), 0);
    assert_eq!(refused("crates/a/tests/it/b.rs", "const A: &str = \"\u{2014}\";\n"), 0);
    assert_eq!(refused("crates/a/tests/it/b.rs", "const A: &str = \"\u{e4}\";\n"), 1);
    assert_eq!(refused("a.rs", "let \u{e4} = 1;\n"), 1);
    assert_eq!(refused("a.py", "# \u{2014}\n# \u{fffd}\n"), 1);
    assert_eq!(refused("a.md", "\u{fffd}\n"), 0);
}

#[test]
fn machine_paths_and_registry_hosts_are_refused() {
    let refused = |path: &str, src: &str| text::check(&tree(&[(path, src)])).len();
    assert_eq!(refused("a.md", concat!("in /ho", "me/me/x\n")), 1);
    assert_eq!(refused("a.md", concat!("at \"/wo", "rk/x\"\n")), 1);
    assert_eq!(refused("a.md", concat!("our net/wo", "rk/x\n")), 0);
    assert_eq!(refused("a.toml", concat!("u = \"https://crates", ".io\"\n")), 1);
    assert_eq!(refused("Cargo.lock", concat!("u = \"https://crates", ".io\"\n")), 0);
}

#[test]
fn a_code_is_unique_named_after_its_room_explained_and_listed() {
    let source = |code: &str| {
        format!(
            "#[error(\"no\")]\npub struct E;\nimpl E {{ fn code(&self) -> &str {{ \"{code}\" }} }}\n"
        )
    };
    let page = "# E\n\n| `a.x` | no | `E` |\n";
    let one = ("crates/a/src/lib.rs", source("a.x"));
    let listed = ("docs/src/reference/errors.md", page);
    assert_eq!(codes::check(&tree(&[(one.0, &one.1), listed])), []);
    assert_eq!(codes::check(&tree(&[(one.0, &one.1)])).len(), 1);
    let twice = codes::check(&tree(&[(one.0, &one.1), ("crates/a/src/b.rs", &one.1), listed]));
    assert_eq!(twice.len(), 1);
    let foreign = codes::check(&tree(&[("crates/b/src/lib.rs", &one.1), listed]));
    assert_eq!(foreign.len(), 1);
    let mute = one.1.replace("#[error(\"no\")]\n", "");
    assert_eq!(codes::check(&tree(&[(one.0, &mute), listed])).len(), 1);
}

#[test]
fn a_guest_is_what_its_text_compiles_to() {
    let mut good = tree(&[("mips/a/g.wat", "(module)")]);
    assert_eq!(wasm::check(&good).len(), 1, "the module is missing");
    good.files.insert("mips/a/g.wasm".to_owned(), b"\0asm\x01\0\0\0".to_vec());
    assert_eq!(wasm::check(&good), []);
    good.files.insert("mips/a/g.wasm".to_owned(), b"\0asm\x01\0\0\x01".to_vec());
    assert_eq!(wasm::check(&good).len(), 1, "the module differs");
    assert_eq!(wasm::check(&tree(&[("mips/a/h.wasm", "")])).len(), 1, "no text");
    assert_eq!(wasm::check(&tree(&[("mips/a/g.wat", "(mod")])).len(), 1, "broken text");
}

#[test]
fn a_reason_or_a_code_that_no_test_produces_is_refused() {
    const REASONS: &str = "reasons! {\n    /// Why.\n    pub enum Why {\n        /// A \"b\".\n        \
        LateNight = \"late_night\",\n        Early = \"early\",\n        Odd = \"odd\",\n    }\n}\n";
    const ERRORS: &str = "impl LoadError {\n    fn code(&self) -> &str {\n        match self {\n            \
        Self::Gone => \"mesh.gone\",\n            Self::Long { .. } => \"mesh.long\",\n            \
        Self::Deep => \"mesh.deep\",\n        }\n    }\n}\n";
    let with = |test: &str| {
        let files = [
            ("crates/mesh/src/why.rs", REASONS),
            ("crates/mesh/src/load.rs", ERRORS),
            ("crates/mesh/tests/it/a.rs", test),
            ("crates/mesh/vectors/a.json", "{\"reason\":\"odd\"}"),
        ];
        let broken = reasons::check(&tree(&files));
        let places = broken.iter().map(|it| (it.path.clone(), it.line));
        places.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let why = |line| ("crates/mesh/src/why.rs".to_owned(), line);
    let load = |line| ("crates/mesh/src/load.rs".to_owned(), line);
    assert_eq!(with("// Why::LateNight \"early\""), [load(4), load(5), load(6), why(5), why(6)]);
    assert_eq!(with("f(Why::LateNight); LoadError::Gone; g(\"[mesh.long] x\")"), [load(6), why(6)]);
    assert_eq!(with("early(\"early\"); Why::LateNight; Other::Gone; Other::Deep").len(), 3);
}
