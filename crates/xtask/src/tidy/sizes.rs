//! Sizes: crate roots say what is inside, files stay readable in one sitting.

use crate::{
    lex,
    tree::{Tree, Violation, is_test_file},
};

const RULE: &str = "sizes";
/// Lines of code in a `lib.rs`: documentation, `mod`, `pub use`, nothing else.
const LIB_LINES_MAX: usize = 80;
/// Lines of code in a `main.rs`: parse, build, run, report.
const MAIN_LINES_MAX: usize = 100;
/// Lines of code in any other file; half of it is the target.
const FILE_LINES_MAX: usize = 800;

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut broken = Vec::new();
    for (path, src) in tree.texts(".rs").filter(|(path, _)| !is_test_file(path)) {
        let max = match path.strip_prefix("crates/").and_then(|rest| rest.split_once('/')) {
            Some((_, "src/lib.rs")) => LIB_LINES_MAX,
            Some((_, "src/main.rs")) => MAIN_LINES_MAX,
            _ => FILE_LINES_MAX,
        };
        let lines = lex::code_lines(src);
        if max < lines {
            let what = format!("{lines} lines of code, at most {max}: split it by what it does");
            broken.push(Violation::new(path, 0, RULE, what));
        }
    }
    broken
}
