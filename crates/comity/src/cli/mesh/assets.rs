//! `comity mesh assets`: what is visible through a sovereign, and the digital twins of that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use comity_client::operators::{ASSETS, PublishedAssets, assets, deliver, published, roster};
use comity_client::review::Identity;
use comity_client::{ClientError, Endpoint, Http};
use comity_mesh::keys::SignedObject as _;
use comity_mesh::objects;
use comity_mesh::operator::assets::{Asset, AssetKind, AssetManifest};
use comity_mesh::schema::Field as _;
use comity_wire::Digest;
use comity_wire::mesh_json::Value;

use super::args::{Signer, document, hours, now, remote, stamp, write};
use super::local::{digest_of, fresh};
use super::refused::ObjectError;
use super::show::{id, pretty};
use crate::cli::Answer;

objects! {
    /// One asset as an operator writes it down: described by a file, or by the hash of something that is elsewhere.
    pub struct AssetDraft {
        /// Its id.
        asset_id: String,
        /// What it is.
        kind: AssetKind,
        /// Its description, beside the list.
        file: Option<String> = None,
        /// SHA-256 of its description.
        sha256: Option<Digest> = None,
        /// For a digital twin: the asset that it follows.
        twin_of: Option<String> = None,
        /// Roles that may see more.
        visible_to_roles: Vec<String> = Vec::new(),
    }
}

/// What is done with assets.
#[derive(Debug, Subcommand)]
pub enum Assets {
    /// Publish a list of assets; it replaces the one before
    Publish(PublishArgs),
    /// Show the assets of a sovereign, after checking who signed them
    List(ListArgs),
}

/// Which assets.
#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
    /// A JSON list of assets, each with `asset_id`, `kind`, `file` or `sha256`, and for a twin `twin_of`
    pub file: PathBuf,
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
    /// How long it counts, in hours
    #[arg(long, default_value_t = 720, value_parser = hours())]
    pub hours: u64,
    /// Where the manifest is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Whose assets.
#[derive(Args, Clone, Debug)]
pub struct ListArgs {
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Only those of a kind: physical, environment, capability, dataset, `digital_twin`
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only the twins of this asset
    #[arg(long, value_name = "ID")]
    pub twin_of: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Assets {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Publish(args) => args.json,
            Self::List(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// The authority cannot be asked or refuses, or the list or the manifest does not hold.
pub fn run(verb: &Assets) -> anyhow::Result<Answer> {
    match verb {
        Assets::Publish(args) => publish(args),
        Assets::List(args) => list(args),
    }
}

fn drafted(path: &Path) -> anyhow::Result<Vec<Asset>> {
    let drafts = Vec::<AssetDraft>::read(&document(path)?)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let asset = |draft: AssetDraft| {
        let sha256 = match (&draft.file, draft.sha256) {
            (Some(file), None) => digest_of(&folder.join(file))?.0,
            (None, Some(sha256)) => sha256,
            (Some(_), Some(_)) | (None, None) => {
                let reason = format!("{} needs a file or a sha256", id(&draft.asset_id));
                return Err(ObjectError::Refused { what: "the list", reason }.into());
            }
        };
        let AssetDraft { asset_id, kind, twin_of, visible_to_roles, .. } = draft;
        anyhow::Ok(Asset { asset_id, kind, sha256, twin_of, visible_to_roles })
    };
    drafts.into_iter().map(asset).collect()
}

fn publish(args: &PublishArgs) -> anyhow::Result<Answer> {
    let assets = drafted(&args.file)?;
    let secret = args.signer.secret()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let identity = Identity::read(&remote, None, at)?;
    let keys = roster(&remote, &identity, at)?.1;
    let last = match published::<PublishedAssets>(&remote, ASSETS, "a manifest of assets") {
        Ok(before) => before.manifest.sequence,
        Err(ClientError::NotThere { .. }) => 0,
        Err(error) => return Err(error.into()),
    };
    let seconds = i64::try_from(args.hours).unwrap_or(i64::MAX).saturating_mul(3600);
    let draft = AssetManifest {
        object_type: AssetManifest::OBJECT_TYPE.to_owned(),
        manifest_id: fresh("assets")?,
        sovereign_id: identity.sovereign_id.clone(),
        sequence: last.saturating_add(1),
        issued_at: at,
        expires_at: at.plus(seconds),
        assets,
        issued_by: args.signer.key_id.clone(),
        signature: None,
    };
    // Reading it back puts it into the order in which it is signed.
    let mut manifest = AssetManifest::read(&draft.write())?;
    manifest.sign(&secret, &args.signer.key_id);
    manifest
        .verify(&identity.sovereign_id, &keys, None, at)
        .map_err(ObjectError::refused("the manifest"))?;
    let object = manifest.write();
    deliver(&remote, &object, &args.signer.operator_with(secret)?, &stamp()?)?;
    if let Some(path) = &args.out {
        write(path, &object)?;
    }
    if args.json {
        return Ok(Answer::done(pretty(&object)));
    }
    Ok(Answer::done(format!(
        "{} shows {} assets until {}\n  manifest  {}\n  number    {}\n",
        id(&manifest.sovereign_id),
        manifest.assets.len(),
        manifest.expires_at,
        id(&manifest.manifest_id),
        manifest.sequence,
    )))
}

fn list(args: &ListArgs) -> anyhow::Result<Answer> {
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let identity = Identity::read(&remote, None, at)?;
    let keys = roster(&remote, &identity, at)?.1;
    let (kind, twin_of) = (args.kind.as_deref(), args.twin_of.as_deref());
    let answered: PublishedAssets =
        remote.read(&assets(&remote, kind, twin_of), "a manifest of assets")?;
    let manifest = answered.manifest;
    manifest
        .verify(&identity.sovereign_id, &keys, None, at)
        .map_err(ObjectError::refused("the manifest"))?;
    // What is shown is chosen here, from what was signed.
    let wanted: Vec<&Asset> = manifest
        .assets
        .iter()
        .filter(|asset| kind.is_none_or(|kind| asset.kind.as_str() == kind))
        .filter(|asset| twin_of.is_none_or(|of| asset.twin_of.as_deref() == Some(of)))
        .collect();
    if args.json {
        let assets = wanted.iter().map(|asset| asset.write()).collect();
        let document =
            Value::from([("assets", Value::List(assets)), ("manifest", manifest.write())]);
        return Ok(Answer::done(pretty(&document)));
    }
    let mut text = format!(
        "{} of {} assets of {}, until {}\n",
        wanted.len(),
        manifest.assets.len(),
        id(&manifest.sovereign_id),
        manifest.expires_at,
    );
    for asset in wanted {
        let twin =
            asset.twin_of.as_deref().map_or_else(String::new, |of| format!(" of {}", id(of)));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {}  {}{twin}  {}", id(&asset.asset_id), asset.kind, asset.sha256);
    }
    Ok(Answer::done(text))
}
