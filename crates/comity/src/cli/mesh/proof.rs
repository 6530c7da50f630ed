//! `comity mesh proof`: evidence that two sovereigns recognised each other, and that a revocation was followed.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use comity_client::review::Identity;
use comity_client::workflow::{Desk, ProofPlan, prove};
use comity_client::{Endpoint, Http};
use comity_mesh::operator_proof::{AcceptorOperator, IssuerOperator, ProofOperators, inspect};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::args::{AdminVersion, Signer, document, hours, now, remote, roles, stamp, write};
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::Exit;

/// What is done with proofs.
#[derive(Debug, Subcommand)]
pub enum Proof {
    /// Go through recognition and revocation with two authorities, and keep what can be shown of it
    Run(Box<RunArgs>),
    /// Check a proof; with --connectome also against a graph
    Inspect(InspectArgs),
}

/// Who takes part.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// The authority that recognises
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// The authority that attests and revokes
    #[arg(long, value_name = "URL")]
    pub peer: String,
    /// Who signs at the authority that recognises.
    #[command(flatten)]
    pub signer: Signer,
    /// The operator's key file at the other authority
    #[arg(long, value_name = "FILE")]
    pub peer_key: PathBuf,
    /// What the other authority calls that key
    #[arg(long, value_name = "ID", default_value = "operator-local")]
    pub peer_key_id: String,
    /// File whose first line is the passphrase of that key file
    #[arg(long, value_name = "FILE")]
    pub peer_passphrase_file: Option<PathBuf>,
    /// Version of the signed headers for the other authority
    #[arg(long, value_enum, value_name = "1|2", default_value = "2")]
    pub peer_admin_version: AdminVersion,
    /// Role that is attested and recognised
    #[arg(long, default_value = "role:service:maintainer")]
    pub role: String,
    /// Who is attested
    #[arg(long, value_name = "ID", default_value = "proof-subject")]
    pub subject: String,
    /// How long treaty and attestation run, in hours
    #[arg(long, default_value_t = 24, value_parser = hours())]
    pub hours: u64,
    /// Who the operators are.
    #[command(flatten)]
    pub operators: OperatorArgs,
    /// Where the proof is written to
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Who the operators are, as the proof says it.
#[derive(Args, Clone, Debug)]
pub struct OperatorArgs {
    /// Who runs the authority that recognises
    #[arg(long, value_name = "NAME", default_value = "unspecified")]
    pub acceptor_label: String,
    /// What they are: maintainer, external or unknown
    #[arg(long, value_name = "TYPE", default_value = "unknown", value_parser = ["maintainer", "external", "unknown"])]
    pub acceptor_type: String,
    /// Who runs the other authority
    #[arg(long, value_name = "NAME", default_value = "unspecified")]
    pub issuer_label: String,
    /// What they are: maintainer, external or unknown
    #[arg(long, value_name = "TYPE", default_value = "unknown", value_parser = ["maintainer", "external", "unknown"])]
    pub issuer_type: String,
    /// They hold their own keys
    #[arg(long)]
    pub issuer_controls_keys: bool,
    /// They run their own machines
    #[arg(long)]
    pub issuer_controls_infrastructure: bool,
    /// Who helped, with what; repeatable
    #[arg(long = "note", value_name = "TEXT")]
    pub notes: Vec<String>,
    /// The proof is to show that somebody independent took part
    #[arg(long)]
    pub adoption_proof: bool,
}

/// Which proof.
#[derive(Args, Clone, Debug)]
pub struct InspectArgs {
    /// The proof
    pub file: PathBuf,
    /// The graph that the recognising authority published, as JSON
    #[arg(long, value_name = "FILE")]
    pub connectome: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Proof {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Run(args) => args.json,
            Self::Inspect(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// An authority cannot be asked or refuses, or the proof does not hold.
pub fn run(verb: &Proof) -> anyhow::Result<Answer> {
    match verb {
        Proof::Run(args) => run_proof(args),
        Proof::Inspect(args) => run_inspect(args),
    }
}

fn run_proof(args: &RunArgs) -> anyhow::Result<Answer> {
    let own_operator = args.signer.operator()?;
    let peer_signer = Signer {
        key: args.peer_key.clone(),
        key_id: args.peer_key_id.clone(),
        passphrase_file: args.peer_passphrase_file.clone(),
        admin_version: args.peer_admin_version,
    };
    let peer_operator = peer_signer.operator()?;
    let role = roles(std::slice::from_ref(&args.role))?.concat();
    let (at, peer) = (Endpoint::parse(&args.at)?, Endpoint::parse(&args.peer)?);
    let http = Http::default();
    let own = Identity::read(&remote(&at, &http), None, now())?;
    let other = Identity::read(&remote(&peer, &http), None, now())?;
    let acceptor = Desk { remote: remote(&at, &http), identity: &own, operator: &own_operator };
    let issuer = Desk { remote: remote(&peer, &http), identity: &other, operator: &peer_operator };
    let plan = ProofPlan {
        subject_id: args.subject.clone(),
        role,
        validity_hours: args.hours,
        operators: args.operators.named(),
    };
    let stamps = [stamp()?, stamp()?, stamp()?, stamp()?];
    let proof = prove(&acceptor, &issuer, &plan, &stamps, now())?;
    let proof = proof.make(now()).context("inspect the proof")?;
    write(&args.out, &proof.write())?;
    if args.json {
        return Ok(Answer::done(pretty(&proof.write())));
    }
    Ok(Answer::done(format!(
        "{} recognised {}, and followed its revocation\n  attestation  {}\n  treaty       {}\n  feed         {} ({})\n  \
         before       {}\n  after        {}\nwritten to {}\n",
        id(&proof.acceptor.network_name),
        id(&proof.issuer.network_name),
        id(&proof.attestation_id),
        id(&proof.treaty_id),
        id(&proof.feed_id),
        proof.feed_sequence,
        id(&proof.pre_revocation.reason),
        id(&proof.post_revocation.reason),
        args.out.display(),
    )))
}

impl OperatorArgs {
    fn named(&self) -> ProofOperators {
        ProofOperators {
            acceptor: AcceptorOperator {
                operator_label: self.acceptor_label.clone(),
                operator_type: self.acceptor_type.clone(),
            },
            issuer: IssuerOperator {
                operator_label: self.issuer_label.clone(),
                operator_type: self.issuer_type.clone(),
                controls_keys: self.issuer_controls_keys,
                controls_infrastructure: self.issuer_controls_infrastructure,
            },
            assistance_notes: self.notes.clone(),
            adoption_proof: self.adoption_proof,
        }
    }
}

fn run_inspect(args: &InspectArgs) -> anyhow::Result<Answer> {
    let proof = document(&args.file)?;
    let connectome = args.connectome.as_deref().map(document).transpose()?;
    let found = inspect(&proof, connectome.as_ref());
    let exit = if found.errors.is_empty() { Exit::Done } else { Exit::Refused };
    if args.json {
        return Ok(Answer { text: pretty(&found.report), exit });
    }
    let word = if found.errors.is_empty() { "holds" } else { "does not hold" };
    let member = |name: &str| id(found.report.get(name).and_then(Value::as_str).unwrap_or("?"));
    let error = |error: &String| format!("  error: {}\n", id(error));
    let errors: String = found.errors.iter().map(error).collect();
    let text = format!(
        "the proof {word}\n  acceptor     {}\n  issuer       {}\n  treaty       {}\n  attestation  {}\n{errors}",
        member("acceptor"),
        member("issuer"),
        member("treaty_id"),
        member("attestation_id"),
    );
    Ok(Answer { text, exit })
}
