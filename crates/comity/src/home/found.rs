//! Founding a sovereign: keys, genesis, and a home that appears whole or not at all.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_constitution::Parameters;
use comity_node::{Charter, Effect, Input, Node};
use comity_replay::export::{CHECKPOINT, Opening, PARAMETERS};
use comity_store::Log;
use comity_wire::SovereignId;

use super::session::{checkpoint, refuse};
use super::{clock, file, keys, layout};
use crate::fail::CliError;

/// What a sovereign is founded with.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where its home will be.
    pub home: PathBuf,
    /// Short name.
    pub name: String,
    /// Organisation behind it.
    pub organisation: String,
    /// Region.
    pub region: String,
    /// Whether its authority also signs with ML-DSA-65.
    pub is_hybrid: bool,
    /// Cosignatures that its checkpoints will need, a count.
    pub witnesses_min: u64,
    /// What it binds itself to.
    pub parameters: Parameters,
    /// Logarithm of the scrypt iterations.
    pub work_factor: u8,
}

/// Refuses a path at which something is, but for an empty folder.
///
/// # Errors
///
/// [`CliError::HomeExists`], or what the system says.
pub fn require_free(path: &Path) -> anyhow::Result<()> {
    let exists = || CliError::HomeExists { path: path.to_owned() };
    match path.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
        Ok(meta) if !meta.is_dir() => Err(exists().into()),
        Ok(_) => match file::list(path, 1) {
            Ok(found) if found.is_empty() => Ok(()),
            _ => Err(exists().into()),
        },
    }
}

/// Founds a sovereign and makes its home.
///
/// # Errors
///
/// [`CliError::HomeExists`]; the node's refusal of a name or parameter; a passphrase that protects nothing; what the
/// system says. Then there is no home.
pub fn found(plan: &Plan, passphrase: &str) -> anyhow::Result<Opening> {
    require_free(&plan.home)?;
    let bundle = keys::draw(&plan.name, plan.is_hybrid)?;
    let secrets = keys::secrets(&bundle)?;
    let (id, envelopes) = genesis(plan, secrets.clone())?;
    let first = envelopes.first().context("a founded sovereign has a genesis")?;
    let opening = Opening::read(first)?;

    let draft = Draft::beside(&plan.home)?;
    let path = |name: &str| draft.path.join(name);
    comity_keyfile::save(path("keys.age"), &bundle, passphrase, Some(plan.work_factor))?;
    file::replace(&path(PARAMETERS), plan.parameters.bytes())?;
    for (name, text) in layout::labels(&opening)? {
        file::replace(&path(name), text.as_bytes())?;
    }
    let (mut log, _) = Log::open(path("record.log"), id.digest().as_bytes())?;
    log.append_batch(&envelopes)?;
    drop(log);
    let signed = checkpoint(id, &envelopes, &secrets.authority)?;
    file::replace(&path(CHECKPOINT), &signed)?;
    draft.settle(&plan.home)?;
    Ok(opening)
}

/// The first statements of a new record.
fn genesis(
    plan: &Plan,
    secrets: comity_node::Secrets,
) -> anyhow::Result<(SovereignId, Vec<Vec<u8>>)> {
    let charter = Charter {
        name: plan.name.clone(),
        organisation: plan.organisation.clone(),
        region: plan.region.clone(),
        parameters: plan.parameters.hash(),
        witnesses_min: plan.witnesses_min,
        actors: Vec::new(),
        accepts_treaties: false,
    };
    let mut node = Node::open(charter, secrets, vec![plan.parameters.clone()], &[], [])?;
    let mut envelopes = Vec::new();
    for effect in node.step(clock::now(), Input::Tick) {
        match effect {
            Effect::Append(batch) => envelopes.extend(batch),
            Effect::Refused { what, code, message } => return Err(refuse(what, code, message)),
            Effect::Send(_) | Effect::Run(_) | Effect::Witness(_) => {}
        }
    }
    let id = node.id().context("the node made no genesis")?;
    Ok((id, envelopes))
}

/// A home being made under a name of its own; removed unless it is settled.
struct Draft {
    path: PathBuf,
    is_settled: bool,
}

impl Draft {
    fn beside(home: &Path) -> anyhow::Result<Self> {
        let name = home.file_name().context("the home needs a name of its own")?;
        let name = format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id());
        let path = home.with_file_name(name);
        file::create_folder(&path)?;
        Ok(Self { path, is_settled: false })
    }

    /// One rename, so that nobody ever sees half a home. It replaces an empty folder and nothing else.
    fn settle(mut self, home: &Path) -> anyhow::Result<()> {
        let parent = home.parent().filter(|parent| !parent.as_os_str().is_empty());
        let doing = || format!("create {}", home.display());
        std::fs::rename(&self.path, home).with_context(doing)?;
        self.is_settled = true;
        file::sync_folder(parent.unwrap_or(Path::new(".")))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_settled {
            // Already failing; what matters has been said.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
