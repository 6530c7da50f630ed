//! `comity mip publish`: announces a package, so that orders can name it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comity_mycel::facts::MipPublished;
use comity_mycel::mip::{self, Package};
use comity_node::Command;

use super::Answer;
use super::shared::Speaker;
use crate::fail::CliError;
use crate::home::file;
use crate::home::layout::Home;
use crate::home::session::Session;
use crate::limits::{PACKAGE_DEPTH_MAX, PACKAGE_FILE_BYTES_MAX, PACKAGE_FILES_MAX};

/// Publish a MIP package: state its name, version and hash
#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// Folder with manifest.json and what it names; without it the built-in MIP-MFG/fault-watch
    #[arg(long, value_name = "DIR")]
    pub package: Option<PathBuf>,
}

/// Publishes the package, or says that it has been.
///
/// # Errors
///
/// What is wrong with the package, the home, or the passphrase.
pub fn run(args: &PublishArgs) -> anyhow::Result<Answer> {
    let files = match &args.package {
        None => mip::fault_watch(),
        Some(folder) => read(folder)?,
    };
    let package = Package::load(&files).context("read the package")?;
    let (manifest, name) = (package.id(), package.manifest().full_name());
    let version = package.manifest().version.clone();
    let mut session = Session::open(&args.speaker.request())?;
    let known = session.world().mip(manifest).map(|(id, _)| id);
    let known = known
        .filter(|id| session.world().place(*id).is_some_and(|place| place.record == session.id()));
    let (id, appended) = if let Some(id) = known {
        (id, 0)
    } else {
        let body = MipPublished { name: name.clone(), version: version.clone(), manifest };
        let id = session.command(Command::Publish(body))?;
        keep(session.home(), &manifest.to_string(), &files)?;
        (id, session.commit()?)
    };
    if args.speaker.json {
        let document = serde_json::json!({
            "appended": appended,
            "manifest": manifest.to_string(),
            "name": name,
            "statement": id.to_string(),
            "version": version,
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let verb = if appended == 0 { "was published before" } else { "is published" };
    Ok(Answer::done(format!(
        "{name} {version} {verb}\n  mip        {manifest}\n  statement  {id}\n"
    )))
}

/// Keeps the files, before the statement that names them.
fn keep(home: &Home, manifest: &str, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let folder = home.packages().join(manifest);
    if folder.exists() {
        return Ok(());
    }
    let draft = home.packages().join(format!(".{manifest}.tmp"));
    for (path, bytes) in files {
        let path = draft.join(path);
        file::create_folder(path.parent().unwrap_or(&draft))?;
        file::replace(&path, bytes)?;
    }
    file::exchange(&draft, &folder)
}

/// The files of a package, by their path in it.
fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((path, depth)) = open.pop() {
        for below in file::list(&path, PACKAGE_FILES_MAX)? {
            if below.is_dir() && depth < PACKAGE_DEPTH_MAX {
                open.push((below, depth + 1));
                continue;
            }
            if PACKAGE_FILES_MAX <= files.len() {
                let (path, max) = (folder.to_owned(), PACKAGE_FILES_MAX);
                return Err(CliError::TooManyEntries { path, max }.into());
            }
            let name = below.strip_prefix(folder).ok().and_then(Path::to_str);
            let name = name.ok_or_else(|| CliError::NotText { path: below.clone() })?;
            files.insert(name.to_owned(), file::read(&below, PACKAGE_FILE_BYTES_MAX)?);
        }
    }
    Ok(files)
}
