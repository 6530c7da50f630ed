//! The program as a person uses it, and four homes to use it on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

/// The names of the four homes.
pub(crate) const HOMES: [&str; 4] = ["buyer", "operator", "reviewers", "ledger"];

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// Standard output of a run that must have worked.
    pub(crate) fn good(self) -> String {
        assert_eq!(self.status, 0, "{}", self.stderr);
        self.stdout
    }

    /// The same as a document.
    pub(crate) fn document(self) -> Value {
        serde_json::from_str(&self.good()).unwrap()
    }

    /// A run that must have been refused with this status and code, in the one form that errors have.
    pub(crate) fn refused(&self, status: i32, code: &str) {
        let what = format!("{self:?}");
        assert_eq!(self.status, status, "{what}");
        let first = self.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with("error: ") && first.ends_with(&format!("[{code}]")), "{what}");
        for line in self.stderr.lines().skip(1) {
            assert!(line.starts_with("  caused by: ") || line.starts_with("hint: "), "{what}");
        }
        assert!(!self.stderr.contains("panicked"), "{what}");
    }
}

/// A folder in which the program runs.
pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn empty() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        place.private("pass", "correct horse\n");
        place.private("wrong", "wrong horse\n");
        place
    }

    /// Four founded sovereigns.
    pub(crate) fn founded() -> Self {
        let place = Self::empty();
        for name in HOMES {
            place.init(name).good();
        }
        place
    }

    /// The same, with the treaties and the package that an order needs.
    pub(crate) fn agreed() -> Self {
        let place = Self::founded();
        for (to, scope) in [("operator", "order,witness"), ("ledger", "escrow")] {
            place
                .speak(
                    "buyer",
                    &["treaty", "recognise", "--to", to, "--peer", to, "--scope", scope],
                )
                .good();
            place.speak(to, &["treaty", "accept", "--peer", "buyer"]).good();
        }
        let peers = ["mip", "publish", "--peer", "operator", "--peer", "ledger"];
        place.speak("buyer", &peers).good();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
        Ran::of(&command.args(args).current_dir(self.dir.path()).output().unwrap())
    }

    /// Runs with at most this much address space, so that reading without a bound cannot pass.
    pub(crate) fn run_within(&self, kibibytes: u64, args: &[&str]) -> Ran {
        let script = format!("ulimit -v {kibibytes}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_comity")]).args(args);
        Ran::of(&command.current_dir(self.dir.path()).output().unwrap())
    }

    pub(crate) fn init(&self, name: &str) -> Ran {
        let organisation = format!("Organisation {name}");
        self.run(&[
            "init",
            "--home",
            name,
            "--name",
            name,
            "--organisation",
            &organisation,
            "--region",
            "eu-north",
            "--passphrase-file",
            "pass",
            "--work-factor",
            "2",
        ])
    }

    /// A command that a home signs.
    pub(crate) fn speak(&self, home: &str, words: &[&str]) -> Ran {
        self.run(&[words, &["--home", home, "--passphrase-file", "pass"]].concat())
    }

    /// Places the order in a file, with every record that it can need.
    pub(crate) fn place(&self, file: &str, passphrase: &str) -> Ran {
        self.run(&[
            "order",
            "place",
            "--home",
            "buyer",
            "--peer",
            "operator",
            "--peer",
            "reviewers",
            "--peer",
            "ledger",
            "--order",
            file,
            "--passphrase-file",
            passphrase,
        ])
    }

    pub(crate) fn id(&self, home: &str) -> String {
        let label = std::fs::read(self.path(home).join("sovereign.json")).unwrap();
        let label: Value = serde_json::from_slice(&label).unwrap();
        label["id"].as_str().unwrap().to_owned()
    }

    /// Terms that are in order.
    pub(crate) fn terms(&self) -> Value {
        let published = self.speak("buyer", &["mip", "publish", "--json"]).document();
        json!({
            "title": "watch pump 7",
            "seller": self.id("operator"),
            "reviewer_house": self.id("reviewers"),
            "ledger": self.id("ledger"),
            "mip": published["manifest"],
            "mission_class": "internal_operations_change",
            "risk_tier": "R1",
            "domain_type": "objective",
            "predicate": "report.recall_ppm >= 750000 && report.precision_ppm >= 500000",
            "assurance_min": ["A1", "A3"],
            "span": { "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z" },
            "windows": "11".repeat(32),
            "reward": { "amount": 25_000, "asset": "EUR-cent" },
            "beacon": [self.id("buyer"), self.id("reviewers"), self.id("ledger")],
            "audit_leaves": 59,
            "attempts_max": 1,
            "challenge_window_s": 1800,
            "deadline": "2034-01-01T00:00:00Z",
        })
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn private(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.write(name, text);
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(self.path(name), private).unwrap();
    }

    /// A file of ten gigabytes that begins with `text`; it takes no room on the disk.
    pub(crate) fn huge(&self, name: &str, text: &str) {
        self.write(name, text);
        let file = std::fs::OpenOptions::new().write(true).open(self.path(name)).unwrap();
        file.set_len(10 << 30).unwrap();
    }

    /// Every byte of every home.
    pub(crate) fn homes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        for home in HOMES {
            files(&self.path(home), &mut found);
        }
        found
    }

    pub(crate) fn copy(&self, from: &str, to: &str) {
        let mut found = BTreeMap::new();
        files(&self.path(from), &mut found);
        let (from, to) = (self.path(from), self.path(to));
        for (path, bytes) in found {
            use std::os::unix::fs::PermissionsExt as _;
            let target = to.join(path.strip_prefix(&from).unwrap());
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(&target, bytes).unwrap();
            std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

pub(crate) fn files(path: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else if path.exists() {
        found.insert(path.to_owned(), std::fs::read(path).unwrap());
    }
}
