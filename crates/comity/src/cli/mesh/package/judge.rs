//! Checking a package without asking anybody.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use comity_mesh::case_file::CaseFile;
use comity_mesh::keys::MeshKey;
use comity_mesh::operator::package::{ClientPackage, PackageReason, PackagedKind};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical};
use comity_wire::{Digest, sha256};

use super::named_object;
use crate::cli::Answer;
use crate::cli::mesh::args::{claim, document, object};
use crate::cli::mesh::local::{Clock, public_key};
use crate::cli::mesh::show::{id, pretty};
use crate::fail::Exit;

/// What is checked, and against which keys.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The package
    pub file: PathBuf,
    /// Key of the sovereign's operator, base64; repeatable
    #[arg(long = "public-key", value_name = "KEY", value_parser = public_key, required = true)]
    pub public_keys: Vec<MeshKey>,
    /// Whoever issued evidence, with its authority's key; repeatable
    #[arg(long = "issuer", value_name = "SOVEREIGN=KEY", value_parser = claim, required = true)]
    pub issuers: Vec<(String, String)>,
    /// The sovereign that it should be about; the one it names without it
    #[arg(long, value_name = "ID")]
    pub sovereign: Option<String>,
    /// An object that came with it, to be held against its hash; repeatable
    #[arg(long = "object", value_name = "KIND=FILE", value_parser = named_object)]
    pub objects: Vec<(PackagedKind, PathBuf)>,
    /// The time of the question.
    #[command(flatten)]
    pub clock: Clock,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// The hash by which a package names an object: of a case file its head, of onboarding its last statement.
///
/// # Errors
///
/// A case file that is none.
pub fn packaged(kind: PackagedKind, document: &Value) -> anyhow::Result<Digest> {
    Ok(match kind {
        PackagedKind::CaseFile => {
            let head = CaseFile::read(document)?.head();
            head.unwrap_or_else(|| sha256(&canonical(document)))
        }
        PackagedKind::Onboarding => sha256(&canonical(document.items().last().unwrap_or(document))),
        PackagedKind::Heartbeat
        | PackagedKind::CheckReport
        | PackagedKind::RecognitionMap
        | PackagedKind::AssetManifest
        | PackagedKind::PartnerDelegation
        | PackagedKind::TrustBundle => sha256(&canonical(document)),
    })
}

/// A package in words.
pub fn text(package: &ClientPackage) -> String {
    let word = if package.trusted { "trusted by others" } else { "not trusted by all" };
    let not_proven = package.not_proven.iter().map(|it| format!("  not proven  {}\n", id(it)));
    format!(
        "{} for {}, until {}\n  package     {}\n  verdict     {word}\n  continuity  {}\n  evidence    {}\n  objects     {}\n  summary     {}\n{}",
        id(&package.sovereign_id),
        id(&package.client),
        package.expires_at,
        id(&package.package_id),
        package.continuity,
        package.evidence.len(),
        package.objects.len(),
        id(&package.summary),
        not_proven.collect::<String>(),
    )
}

pub(super) fn verify(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let package: ClientPackage = object(&args.file, "package")?;
    let mut issuers: BTreeMap<String, Vec<MeshKey>> = BTreeMap::new();
    for (name, key) in &args.issuers {
        issuers.entry(name.clone()).or_default().push(MeshKey::parse(key)?);
    }
    let sovereign = args.sovereign.as_ref().unwrap_or(&package.sovereign_id);
    let judged = package.verify(sovereign, &args.public_keys, &issuers, args.clock.time());
    let mut reason = judged.err().map(PackageReason::as_str);
    for (kind, path) in &args.objects {
        let sha256 = packaged(*kind, &document(path)?)?;
        let is_there = package.objects.iter().any(|it| it.kind == *kind && it.sha256 == sha256);
        if reason.is_none() && !is_there {
            reason = Some("other_object");
        }
    }
    let exit = if reason.is_none() { Exit::Done } else { Exit::Refused };
    if args.json {
        let document = Value::from([
            ("package_id", Value::from(package.package_id.as_str())),
            ("reason", Value::from(reason.unwrap_or("accepted"))),
            ("sovereign_id", Value::from(package.sovereign_id.as_str())),
            ("trusted", Value::from(package.trusted)),
            ("valid", Value::from(reason.is_none())),
        ]);
        return Ok(Answer { text: pretty(&document), exit });
    }
    let text = match reason {
        None => format!("holds\n{}", text(&package)),
        Some(reason) => format!("does not hold: {reason}\n"),
    };
    Ok(Answer { text, exit })
}
