//! Outside checkers: stock software that other people wrote verifies what our binaries export.
//!
//! Everything is provisioned under `target/outside/` and nothing of it is committed: a Python
//! environment from pinned requirements, and Go with its own copies of `sumdb/note` and
//! `sumdb/tlog` from Debian's packages, and an EVM node and a Solidity compiler from npm.
//!
//! ```text
//! comity tour --out ─▶ export/<sovereign>/ ─▶ check_export.py   DSSE, in-toto, RFC 8785, did:key
//!                                          └▶ tlogcheck (Go)    note, tiles, inclusion, consistency
//! comity-wire example emit_jcs ─▶ pairs    ─▶ differential_jcs.py
//! comity na, comity mesh ◀─▶ exchange.py ◀─▶ genesis-mesh       both implementations of Genesis Mesh
//! comity-anchor example on_a_node ◀─▶ anvil                     a contract, certificates, blocks, reorganisations
//! ```
//!
//! # Invariants
//!
//! 1. A checker counts only if it also refuses mutated copies, which it makes itself.
//! 2. Before any export, the checkers run on a fixture that shares no code with us.
//! 3. Each implementation of Genesis Mesh is asked to accept something that was altered on its way, and must refuse.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};

use crate::{shell, suite::Outcome};

pub(crate) mod evm;
mod mesh;

/// The real series and its labels, beside the repository; without them that run is skipped.
const SERIES: &str = "../shared/data/nab/machine_temperature_system_failure.csv";
const WINDOWS: &str = "../shared/data/nab/windows.json";
/// Debian's Go: the compiler and the sources that hold the vendored `x/mod`.
const GO_PACKAGES: &[&str] = &["golang-1.19-go", "golang-1.19-src"];

/// The provisioned checkers.
struct Checkers {
    root: PathBuf,
    /// `target/outside`.
    dir: PathBuf,
    python: PathBuf,
    tlogcheck: PathBuf,
}

/// `cargo xtask outside [DIR...]`: checks the given exports, or fresh ones. `cargo xtask outside mesh`: only the exchange
/// with the other implementation of Genesis Mesh. `cargo xtask outside evm`: only the contract on an EVM node.
pub(crate) fn run(root: &Path, exports: &[&str]) -> anyhow::Result<ExitCode> {
    match exports {
        [] => return Ok(ended(step(root)?)),
        ["mesh"] => return Ok(ended(mesh_step(root)?)),
        ["evm"] => return Ok(ended(evm::step(root)?)),
        _ => {}
    }
    match provision(root)? {
        Ok(checkers) => {
            for export in exports {
                checkers.export(Path::new(export))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => bail!("the checkers could not be provisioned: {why}"),
    }
}

fn ended(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Done => ExitCode::SUCCESS,
        Outcome::Skipped(why) => {
            println!("SKIPPED: outside checkers: {why}");
            if shell::is_ci() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
    }
}

/// The exchange with the other implementation of Genesis Mesh, with a release build.
fn mesh_step(root: &Path) -> anyhow::Result<Outcome> {
    let Some(comity) = build_comity(root)? else {
        return Ok(Outcome::Skipped("the Mesh (crates/comity is not in this tree)".to_owned()));
    };
    let dir = outside_dir(root)?;
    match mesh::provision(root, &dir)? {
        Ok(python) => {
            mesh::exchange(root, &python, &comity, &fresh(&dir, "mesh")?)?;
            Ok(Outcome::Done)
        }
        Err(why) => Ok(Outcome::Skipped(format!("the Mesh's reference: {why}"))),
    }
}

/// Where everything is provisioned.
fn outside_dir(root: &Path) -> anyhow::Result<PathBuf> {
    let dir = shell::target_dir(root).join("outside");
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// An empty folder under `dir`.
fn fresh(dir: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let dir = dir.join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("empty {}", dir.display()))?;
    }
    fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// Builds the program; `None` if this tree has none.
fn build_comity(root: &Path) -> anyhow::Result<Option<PathBuf>> {
    if !root.join("crates/comity/Cargo.toml").is_file() {
        return Ok(None);
    }
    let build = ["build", "--locked", "--release", "-p", "comity"];
    shell::run(&mut shell::cargo(root, &build))?;
    Ok(Some(shell::target_dir(root).join("release/comity")))
}

/// The step of `cargo xtask test`: provision, fixture, then whatever this tree can export.
pub(crate) fn step(root: &Path) -> anyhow::Result<Outcome> {
    let checkers = match provision(root)? {
        Ok(checkers) => checkers,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    checkers.fixture()?;
    let mut skipped = Vec::new();
    skipped.extend(checkers.tours()?);
    skipped.extend(checkers.large_log()?);
    skipped.extend(checkers.canonical_json()?);
    for outcome in [mesh_step(root)?, evm::step(root)?] {
        if let Outcome::Skipped(why) = outcome {
            skipped.push(why);
        }
    }
    if skipped.is_empty() { Ok(Outcome::Done) } else { Ok(Outcome::Skipped(skipped.join("; "))) }
}

impl Checkers {
    fn python(&self, script: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command.arg(self.root.join("outside-checkers").join(script));
        command
    }

    /// Every sovereign's folder of an export, by both checkers.
    fn export(&self, export: &Path) -> anyhow::Result<()> {
        let mut records = Vec::new();
        for entry in fs::read_dir(export).with_context(|| format!("list {}", export.display()))? {
            let path = entry?.path();
            if path.join("checkpoint").is_file() {
                records.push(path);
            }
        }
        if records.is_empty() {
            bail!("no folder of {} holds a checkpoint", export.display());
        }
        records.sort();
        for record in &records {
            shell::run(self.python("check_export.py").arg(record))?;
            shell::run(Command::new(&self.tlogcheck).arg(record))?;
        }
        Ok(())
    }

    /// A record and pairs made in Python from the specifications, over several tile widths.
    fn fixture(&self) -> anyhow::Result<()> {
        let dir = self.fresh("fixture")?;
        shell::run(self.python("fixture.py").arg(&dir))?;
        self.export(&dir.join("export"))?;
        shell::run(self.python("differential_jcs.py").arg(dir.join("jcs.jsonl")))
    }

    fn tours(&self) -> anyhow::Result<Vec<String>> {
        let Some(comity) = build_comity(&self.root)? else {
            return Ok(vec!["exports (crates/comity is not in this tree)".to_owned()]);
        };
        let simulated = self.fresh("tour-simulated")?;
        shell::run(Command::new(&comity).arg("tour").arg("--out").arg(&simulated))?;
        self.export(&simulated)?;

        let (series, windows) = (self.root.join(SERIES), self.root.join(WINDOWS));
        if !series.is_file() || !windows.is_file() {
            return Ok(vec![format!("the tour on real data ({SERIES} is not there)")]);
        }
        let real = self.fresh("tour-real")?;
        let mut tour = Command::new(&comity);
        tour.arg("tour")
            .arg("--series")
            .arg(&series)
            .arg("--windows")
            .arg(&windows)
            .arg("--out")
            .arg(&real);
        shell::run(&mut tour)?;
        self.export(&real)?;
        Ok(Vec::new())
    }

    /// A log of several tiles with proofs and a cosignature, written by our tree and read by Go's.
    fn large_log(&self) -> anyhow::Result<Option<String>> {
        if !self.root.join("crates/tlog/examples/emit_tlog.rs").is_file() {
            return Ok(Some("a log with proofs (comity-tlog has no example emit_tlog)".to_owned()));
        }
        let dir = self.fresh("log")?;
        let example =
            ["run", "--locked", "--release", "-p", "comity-tlog", "--example", "emit_tlog"];
        shell::run(shell::cargo(&self.root, &example).arg("--").arg(&dir))?;
        shell::run(Command::new(&self.tlogcheck).arg(&dir))?;
        Ok(None)
    }

    /// Our canonical form against another implementation's, on many inputs.
    fn canonical_json(&self) -> anyhow::Result<Option<String>> {
        if !self.root.join("crates/wire/examples/emit_jcs.rs").is_file() {
            return Ok(Some("canonical JSON (comity-wire has no example emit_jcs)".to_owned()));
        }
        let pairs = self.fresh("jcs")?.join("pairs.jsonl");
        let example =
            ["run", "--locked", "--release", "-p", "comity-wire", "--example", "emit_jcs"];
        shell::run(shell::cargo(&self.root, &example).arg("--").arg(&pairs))?;
        shell::run(self.python("differential_jcs.py").arg(&pairs))?;
        Ok(None)
    }

    /// An empty folder under `target/outside`.
    fn fresh(&self, name: &str) -> anyhow::Result<PathBuf> {
        fresh(&self.dir, name)
    }
}

/// Installs what is missing; the inner error is the reason why this machine cannot.
fn provision(root: &Path) -> anyhow::Result<Result<Checkers, String>> {
    let dir = outside_dir(root)?;
    let pins = root.join("outside-checkers/requirements.txt");
    let python = match venv(&dir.join("venv"), &pins, &[])? {
        Ok(python) => python,
        Err(why) => return Ok(Err(why)),
    };
    let tlogcheck = match go(&dir)? {
        Ok(goroot) => build_tlogcheck(root, &dir, &goroot)?,
        Err(why) => return Ok(Err(why)),
    };
    Ok(Ok(Checkers { root: root.to_path_buf(), dir, python, tlogcheck }))
}

/// A virtual environment with the pinned requirements; rebuilt when the pins change.
fn venv(venv: &Path, pins: &Path, args: &[&str]) -> anyhow::Result<Result<PathBuf, String>> {
    let wanted = fs::read(pins).with_context(|| format!("read {}", pins.display()))?;
    let (python, stamp) = (venv.join("bin/python"), venv.join("pins.txt"));
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(Ok(python));
    }
    let mut create = Command::new("python3");
    create.args(["-m", "venv", "--clear"]).arg(venv);
    if let Err(error) = shell::run(&mut create) {
        return Ok(Err(format!("no Python virtual environment: {error}")));
    }
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(args)
        .arg("-r")
        .arg(pins);
    if let Err(error) = shell::run(&mut install) {
        return Ok(Err(format!("the pinned Python packages: {error}")));
    }
    fs::write(&stamp, &wanted)?;
    Ok(Ok(python))
}

/// The root of Debian's Go, unpacked without installing it.
fn go(dir: &Path) -> anyhow::Result<Result<PathBuf, String>> {
    let go = dir.join("go");
    let goroot = go.join("usr/lib/go-1.19");
    // The library tree holds links into /usr/share, relative ones, so both packages are unpacked
    // into one folder.
    let vendored = goroot.join("src/cmd/vendor/golang.org/x/mod/sumdb/tlog/tlog.go");
    if vendored.is_file() && goroot.join("bin/go").is_file() {
        return Ok(Ok(goroot));
    }
    fs::create_dir_all(&go)?;
    let download = || {
        let mut apt = Command::new("apt-get");
        apt.current_dir(&go).args(["download", "--quiet"]).args(GO_PACKAGES);
        apt
    };
    if !shell::succeeds(&mut download()) {
        // A new machine has no package lists yet.
        if let Err(error) = shell::run(Command::new("apt-get").args(["update", "--quiet"])) {
            return Ok(Err(format!("Debian's Go packages: {error}")));
        }
        if let Err(error) = shell::run(&mut download()) {
            return Ok(Err(format!("Debian's Go packages: {error}")));
        }
    }
    for entry in fs::read_dir(&go)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            shell::run(Command::new("dpkg").arg("-x").arg(&path).arg(&go))?;
            fs::remove_file(&path)?;
        }
    }
    if !vendored.is_file() {
        bail!("Debian's Go sources hold no {}", vendored.display());
    }
    Ok(Ok(goroot))
}

/// Builds our Go program against copies of Go's own `note` and `tlog`.
fn build_tlogcheck(root: &Path, dir: &Path, goroot: &Path) -> anyhow::Result<PathBuf> {
    let module = dir.join("tlogcheck");
    let sumdb = goroot.join("src/cmd/vendor/golang.org/x/mod/sumdb");
    for package in ["note", "tlog"] {
        let to = module.join(package);
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(sumdb.join(package))? {
            let path = entry?.path();
            let text = fs::read_to_string(&path)?;
            // The one import that the vendored copy spells as a module of its own.
            let text = text.replace("\"golang.org/x/crypto/ed25519\"", "\"crypto/ed25519\"");
            fs::write(to.join(path.file_name().context("a file has a name")?), text)?;
        }
    }
    fs::write(module.join("go.mod"), "module tlogcheck\n\ngo 1.19\n")?;
    for file in ["main.go", "given.go"] {
        fs::copy(root.join("outside-checkers/tlogcheck").join(file), module.join(file))?;
    }
    let binary = module.join("tlogcheck");
    let mut build = Command::new(goroot.join("bin/go"));
    build.current_dir(&module).args(["build", "-trimpath", "-o"]).arg(&binary).arg(".");
    build.env("GOROOT", goroot).env("GOPROXY", "off").env("GOFLAGS", "-mod=mod");
    build.env("GOCACHE", dir.join("go-cache")).env("GOPATH", dir.join("go-path"));
    build.env("GO111MODULE", "on").env("CGO_ENABLED", "0");
    shell::run(&mut build)?;
    Ok(binary)
}
