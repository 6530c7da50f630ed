//! The other implementation of Genesis Mesh: its authority, its command line, and ours, against each other.
//!
//! The published Python package is installed with everything pinned, and mended in two places where it cannot run as it is
//! published; a package with another text there is refused. What is compared is in `outside-checkers/mesh/exchange.py`.
//!
//! # Invariants
//!
//! 1. The protocol's code in the package is what its authors published: the mends concern a page and the tables.
//! 2. Nothing is installed or started outside `target/outside/`, and nothing answers but on the loopback address.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

use super::venv;
use crate::shell;

const SOURCES: &str = "outside-checkers/mesh";
/// A line that Python before 3.12 cannot read, because of the backslashes inside the braces, and the same without them.
const PAGE: &str = "na_service/operator_console/atlas.py";
const PUBLISHED: &str = r#"f"<td>{'<span class=\"pill status-active\">verified</span>' if ev.get('_atlas_verified') else '<span class=\"pill status-revoked\">unverified</span>'}</td>""#;
const MENDED: &str = r#"f'''<td>{'<span class="pill status-active">verified</span>' if ev.get('_atlas_verified') else '<span class="pill status-revoked">unverified</span>'}</td>'''"#;

/// Installs the reference; the inner error is the reason why this machine cannot.
pub(super) fn provision(root: &Path, dir: &Path) -> anyhow::Result<Result<PathBuf, String>> {
    // It asks for Python 3.12 for the sake of that one line.
    let args = ["--no-deps", "--ignore-requires-python"];
    let pins = root.join(SOURCES).join("requirements.txt");
    let python = match venv(&dir.join("mesh-venv"), &pins, &args)? {
        Ok(python) => python,
        Err(why) => return Ok(Err(why)),
    };
    let mut find = Command::new(&python);
    find.args([
        "-c",
        "import genesis_mesh, pathlib; print(pathlib.Path(genesis_mesh.__file__).parent)",
    ]);
    let package = PathBuf::from(shell::capture(&mut find)?.trim());
    mend(&package.join(PAGE))?;
    let tables = package.join("na_service/migrations");
    fs::create_dir_all(&tables)?;
    fs::copy(root.join(SOURCES).join("tables.sql"), tables.join("001_tables.sql"))
        .context("give the reference its tables")?;
    Ok(Ok(python))
}

/// Puts the readable line in the place of the published one, and refuses a file that has neither.
fn mend(page: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(page).with_context(|| format!("read {}", page.display()))?;
    match (text.matches(PUBLISHED).count(), text.matches(MENDED).count()) {
        (1, 0) => Ok(fs::write(page, text.replace(PUBLISHED, MENDED))?),
        (0, 1) => Ok(()),
        found => bail!("{} is not the published one: {found:?}", page.display()),
    }
}

/// Runs the exchange with a program of ours, in an empty folder.
pub(super) fn exchange(
    root: &Path,
    python: &Path,
    comity: &Path,
    dir: &Path,
) -> anyhow::Result<()> {
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    shell::run(command.arg(root.join(SOURCES).join("exchange.py")).arg(comity).arg(dir))
}

#[cfg(test)]
mod tests;
