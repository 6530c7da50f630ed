//! The repository's files in memory, so that every rule is a function that tests can feed.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::Context as _;

/// What is never ours: build output, version control, rendered book.
const SKIPPED: &[&str] = &[".git", "target", "node_modules", "docs/book", "fuzz/target"];

/// All files by their `/`-separated path relative to the repository root.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads every file under `root`.
    pub(crate) fn load(root: &Path) -> anyhow::Result<Self> {
        let mut tree = Self::default();
        tree.visit(root, "")?;
        Ok(tree)
    }

    fn visit(&mut self, root: &Path, prefix: &str) -> anyhow::Result<()> {
        let dir = root.join(prefix);
        for entry in fs::read_dir(&dir).with_context(|| format!("list {}", dir.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let kind = entry.file_type()?;
            // In a second working tree `.git` is a file.
            if SKIPPED.contains(&path.as_str()) {
                continue;
            }
            if kind.is_dir() && !path.ends_with("__pycache__") {
                self.visit(root, &path)?;
            } else if kind.is_file() && !path.ends_with(".tmp") {
                // A file that vanished between listing and reading is not a finding.
                if let Ok(bytes) = fs::read(entry.path()) {
                    self.files.insert(path, bytes);
                }
            }
        }
        Ok(())
    }

    /// The UTF-8 files whose path ends with `suffix`.
    pub(crate) fn texts<'a>(
        &'a self,
        suffix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        self.files
            .iter()
            .filter(move |(path, _)| path.ends_with(suffix))
            .filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
    }

    /// Whether `path` is a file or a folder here.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(p, _)| p.starts_with(&folder))
    }
}

/// The folder under `crates/` that a path belongs to.
pub(crate) fn room(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

/// Whether a Rust file holds nothing but tests.
pub(crate) fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// One broken rule at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    pub(crate) path: String,
    /// 1-based; 0 when the whole file is meant.
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    pub(crate) what: String,
}

impl Violation {
    pub(crate) fn new(
        path: &str,
        line: usize,
        rule: &'static str,
        what: impl Into<String>,
    ) -> Self {
        Self { path: path.to_owned(), line, rule, what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, what } = self;
        if *line == 0 {
            write!(f, "{path}: [{rule}] {what}")
        } else {
            write!(f, "{path}:{line}: [{rule}] {what}")
        }
    }
}
