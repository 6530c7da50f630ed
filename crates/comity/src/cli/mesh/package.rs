//! `comity mesh package`: what a client gets of a sovereign, with the findings of others that it rests on.

pub mod judge;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use comity_client::operators::{Life, roster};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http, calls, limits};
use comity_mesh::connectome::{DecisionRules, RecognitionGraph, graph_digest};
use comity_mesh::evidence::{Finding, TrustEvidence};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::operator::package::{
    ClientPackage, PackagedEvidence, PackagedKind, PackagedObject,
};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::args::{Signer, document, hours, now, object, remote, roles, stamp, write};
use super::local::{Pen, fresh, named_file, public, require_absent};
use super::refused::ObjectError;
use super::show::{id, pretty};
use crate::cli::Answer;

/// What is done with packages.
#[derive(Debug, Subcommand)]
pub enum Package {
    /// Have one's own authority sign what it finds about another sovereign: the evidence that goes into that one's packages
    Vouch(VouchArgs),
    /// Put a package together and sign it
    Make(Box<MakeArgs>),
    /// Check a package by files and keys alone
    Verify(judge::VerifyArgs),
}

/// About whom.
#[derive(Args, Clone, Debug)]
pub struct VouchArgs {
    /// The sovereign that is looked at
    #[arg(value_name = "SOVEREIGN")]
    pub target: String,
    /// One's own authority, which signs
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// Role that is asked for; repeatable
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
    /// Where the evidence is written to
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// What goes in.
#[derive(Args, Clone, Debug)]
pub struct MakeArgs {
    /// One's own authority, which is only asked
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs.
    #[command(flatten)]
    pub pen: Pen,
    /// Whom it is for
    #[arg(long, value_name = "NAME")]
    pub client: String,
    /// In words
    #[arg(long, value_name = "TEXT")]
    pub summary: String,
    /// What it does not prove; repeatable
    #[arg(long = "not-proven", value_name = "TEXT", required = true)]
    pub not_proven: Vec<String>,
    /// Evidence by another sovereign; repeatable
    #[arg(long = "evidence", value_name = "FILE", required = true)]
    pub evidence: Vec<PathBuf>,
    /// Whoever issued evidence: its id, and its authority's key or the address of its authority; repeatable
    #[arg(long = "issuer", value_name = "SOVEREIGN=KEY|URL", value_parser = super::args::claim, required = true)]
    pub issuers: Vec<(String, String)>,
    /// An object that goes with it, by its hash; a wrong kind lists what there is; repeatable
    #[arg(long = "object", value_name = "KIND=FILE", value_parser = named_object)]
    pub objects: Vec<(PackagedKind, PathBuf)>,
    /// The managing partner who put it together
    #[arg(long, value_name = "NAME")]
    pub prepared_by: Option<String>,
    /// How long it counts, in hours
    #[arg(long, default_value_t = 168, value_parser = hours())]
    pub hours: u64,
    /// Where the package is written to; nothing may be there
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Reads `KIND=FILE`.
fn named_object(text: &str) -> Result<(PackagedKind, PathBuf), String> {
    let (name, path) = named_file(text)?;
    let names: Vec<&str> = PackagedKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let known = PackagedKind::ALL.iter().copied().find(|kind| kind.as_str() == name);
    known.map(|kind| (kind, path)).ok_or_else(|| format!("a kind is one of {}", names.join(", ")))
}

impl Package {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Vouch(args) => args.json,
            Self::Make(args) => args.json,
            Self::Verify(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// An authority cannot be asked or refuses, or the package would not hold.
pub fn run(verb: &Package) -> anyhow::Result<Answer> {
    match verb {
        Package::Vouch(args) => vouch(args),
        Package::Make(args) => make(args),
        Package::Verify(args) => judge::verify(args),
    }
}

fn vouch(args: &VouchArgs) -> anyhow::Result<Answer> {
    let requested = roles(&args.roles)?;
    let operator = args.signer.operator()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let identity = Identity::read(&remote, None, at)?;
    let request = calls::document(&endpoint, "/recognition-graph");
    let export = remote.ask(&request.at_most(limits::BUNDLE_BYTES_MAX))?;
    let graph = RecognitionGraph::read(&export)?;
    let own = &identity.sovereign_id;
    let decision = graph.decide(own, &args.target, requested, DecisionRules::Strict, at);
    let finding = Finding::of(&decision, graph_digest(&export))?;
    let body = Value::from([
        ("decision", finding.write()),
        ("graph_digest", Value::from(finding.graph_digest.as_str())),
    ]);
    let answer = remote.order("/admin/trust-evidence", &body, &operator, &stamp()?)?;
    let evidence = TrustEvidence::read(&answer)?;
    evidence
        .verify(std::slice::from_ref(&identity.authority), Some(&finding.graph_digest))
        .map_err(|reason| ObjectError::refused("the evidence")(reason.as_str()))?;
    if evidence.target_sovereign_id != args.target {
        let (found, expected) = (id(&evidence.target_sovereign_id), args.target.clone());
        return Err(ObjectError::OtherSubject { what: "the evidence", found, expected }.into());
    }
    write(&args.out, &evidence.write())?;
    if args.json {
        return Ok(Answer::done(pretty(&evidence.write())));
    }
    Ok(Answer::done(format!(
        "{} says of {}: {}, {}\n  evidence  {}\nwritten to {}\n",
        id(own),
        id(&evidence.target_sovereign_id),
        id(&evidence.verdict),
        id(&evidence.reason),
        id(&evidence.evidence_id),
        args.out.display(),
    )))
}

/// Keys of whoever issued evidence; an address is asked who answers there.
fn issuers(given: &[(String, String)]) -> anyhow::Result<BTreeMap<String, Vec<MeshKey>>> {
    let http = Http::default();
    let mut issuers: BTreeMap<String, Vec<MeshKey>> = BTreeMap::new();
    for (name, source) in given {
        let key = if source.contains("://") {
            let endpoint = Endpoint::parse(source)?;
            let identity = Identity::read(&remote(&endpoint, &http), None, now())?;
            if identity.sovereign_id != *name {
                let (found, expected) = (id(&identity.sovereign_id), name.clone());
                return Err(ObjectError::OtherSubject { what: "--issuer", found, expected }.into());
            }
            identity.authority
        } else {
            MeshKey::parse(source)?
        };
        issuers.entry(name.clone()).or_default().push(key);
    }
    Ok(issuers)
}

fn make(args: &MakeArgs) -> anyhow::Result<Answer> {
    require_absent(&args.out)?;
    let read = |path: &PathBuf| object::<TrustEvidence>(path, "evidence");
    let evidence = args.evidence.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    let object = |(kind, path): &(PackagedKind, PathBuf)| {
        let sha256 = judge::packaged(*kind, &document(path)?)?;
        anyhow::Ok(PackagedObject { kind: *kind, sha256 })
    };
    let objects = args.objects.iter().map(object).collect::<anyhow::Result<Vec<_>>>()?;
    let issuers = issuers(&args.issuers)?;
    let secret = args.pen.secret()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let identity = Identity::read(&remote, None, at)?;
    let keys = roster(&remote, &identity, at)?.1;
    if !keys.iter().any(|key| key.to_string() == public(&secret)) {
        return Err(ObjectError::NotAnOperator.into());
    }
    let life = Life::read(&remote, &identity, Some(keys), at)?;
    let is_good = |it: &TrustEvidence| it.trusted && ["allow", "warn"].contains(&&*it.verdict);
    let seconds = i64::try_from(args.hours).unwrap_or(i64::MAX).saturating_mul(3600);
    let mut package = ClientPackage {
        object_type: ClientPackage::OBJECT_TYPE.to_owned(),
        package_id: fresh("package")?,
        sovereign_id: identity.sovereign_id.clone(),
        client: args.client.clone(),
        prepared_by: args.prepared_by.clone(),
        issued_at: at,
        expires_at: at.plus(seconds),
        summary: args.summary.clone(),
        not_proven: args.not_proven.clone(),
        trusted: evidence.iter().all(is_good),
        continuity: life.assess(at).status,
        objects,
        evidence: evidence.iter().map(|it| PackagedEvidence::of(it.write())).collect(),
        issued_by: args.pen.key_id.clone(),
        signature: None,
    };
    package.sign(&secret, &args.pen.key_id);
    package
        .verify(&identity.sovereign_id, &life.keys, &issuers, at)
        .map_err(ObjectError::refused("the package"))?;
    write(&args.out, &package.write())?;
    if args.json {
        return Ok(Answer::done(pretty(&package.write())));
    }
    Ok(Answer::done(judge::text(&package)))
}
