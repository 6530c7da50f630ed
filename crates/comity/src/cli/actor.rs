//! `comity actor admit` and `key`: people and machines of a record, and their keys.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use comity_constitution::MethodType;
use comity_keyfile::KeyBundle;
use comity_mesh::{ActorAdmitted, ActorKind, Role};
use comity_node::Command;
use comity_sign::PublicKey;
use comity_wire::KeyId;

use super::Answer;
use super::shared::Speaker;
use crate::fail::one_line;
use crate::home::layout::Home;
use crate::home::passphrase::{self, Purpose};
use crate::home::session::Session;
use crate::home::{actors, keys};

/// People and machines of a record.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each verb carry its text for people")]
pub enum Actor {
    Admit(AdmitArgs),
    Key(KeyArgs),
}

/// Make a key that lives outside of a home, and print its public half
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// The key file; nothing may be there
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Whose it is
    #[arg(long)]
    pub name: String,
    /// File whose first line is its passphrase; without it the terminal asks, twice
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Logarithm of the scrypt iterations
    #[arg(long, value_name = "N", default_value_t = keys::WORK_FACTOR, hide = true)]
    pub work_factor: u8,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Admit a person or a machine to the record
///
/// Draws a key, which is kept in the home under its passphrase; with --key the key lives elsewhere, and only its public half is
/// stated.
#[derive(Args, Clone, Debug)]
pub struct AdmitArgs {
    /// Who speaks.
    #[command(flatten)]
    pub speaker: Speaker,
    /// Its name, unique within the record
    #[arg(long)]
    pub name: String,
    /// What it may do: worker, reviewer, owner, gate, device; several with commas
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',', required = true, value_parser = role)]
    pub roles: Vec<Role>,
    /// A machine, not a person
    #[arg(long, requires_all = ["family", "method"])]
    pub machine: bool,
    /// Family of the machine's model
    #[arg(long, requires = "machine")]
    pub family: Option<String>,
    /// How the machine works
    #[arg(long, value_name = "METHOD", requires = "machine", value_parser = ["reasoning_model", "retrieval_augmented", "rule_based_deterministic"])]
    pub method: Option<String>,
    /// Its organisation; without it that of the sovereign
    #[arg(long, value_name = "ORG")]
    pub organisation: Option<String>,
    /// The region it counts for; without it that of the sovereign
    #[arg(long)]
    pub region: Option<String>,
    /// Its public key, did:key:z..., if it lives elsewhere
    #[arg(long, value_name = "KEY", value_parser = key_id)]
    pub key: Option<KeyId>,
    /// Logarithm of the scrypt iterations
    #[arg(long, value_name = "N", default_value_t = keys::WORK_FACTOR, hide = true)]
    pub work_factor: u8,
}

impl Actor {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// The rules refuse, or the home cannot be used.
    pub fn run(&self) -> anyhow::Result<Answer> {
        match self {
            Self::Admit(args) => admit(args),
            Self::Key(args) => key(args),
        }
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Admit(args) => args.speaker.json,
            Self::Key(args) => args.json,
        }
    }
}

fn role(text: &str) -> Result<Role, String> {
    match text {
        "worker" => Ok(Role::Worker),
        "reviewer" => Ok(Role::Reviewer),
        "owner" => Ok(Role::Owner),
        "gate" => Ok(Role::Gate),
        "device" => Ok(Role::Device),
        _ => Err("one of worker, reviewer, owner, gate, device".to_owned()),
    }
}

fn key_id(text: &str) -> Result<KeyId, String> {
    KeyId::parse(text).map_err(|_| "a public key like did:key:z6Mk...".to_owned())
}

/// What the key of a new actor is, and what has to be kept for it.
struct Keyed {
    key: KeyId,
    new: Option<KeyBundle>,
}

fn keyed(home: &Home, args: &AdmitArgs, passphrase: &str) -> anyhow::Result<Keyed> {
    if let Some(key) = &args.key {
        PublicKey::from_key_id(key).context("read the public key")?;
        return Ok(Keyed { key: key.clone(), new: None });
    }
    // One that was drawn for an admission that came to nothing is as good as a new one.
    if actors::path(home, &args.name)?.exists() {
        let key = actors::load(home, &args.name, passphrase)?.public().key_id();
        return Ok(Keyed { key, new: None });
    }
    let bundle = actors::draw(&args.name)?;
    Ok(Keyed { key: actors::key(&bundle)?.public().key_id(), new: Some(bundle) })
}

fn key(args: &KeyArgs) -> anyhow::Result<Answer> {
    let passphrase = passphrase::obtain(args.passphrase_file.as_deref(), Purpose::Make)?;
    let bundle = actors::draw(&args.name)?;
    comity_keyfile::save(&args.out, &bundle, &passphrase, Some(args.work_factor))?;
    let key = actors::key(&bundle)?.public().key_id();
    if args.json {
        let document = serde_json::json!({ "key": key.as_str() });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    Ok(Answer::done(format!("{key}\n")))
}

fn admit(args: &AdmitArgs) -> anyhow::Result<Answer> {
    let home = Home::open(&args.speaker.home)?;
    let passphrase = passphrase::obtain(args.speaker.passphrase_file.as_deref(), Purpose::Open)?;
    let mut session = Session::open_with(&args.speaker.request(), &passphrase)?;
    let Keyed { key, new } = keyed(&home, args, &passphrase)?;
    let sovereign = session.world().directory().sovereign(session.id())?.genesis.clone();
    let human = (ActorKind::Human, "human", MethodType::HumanReviewer.name());
    let machine = args.family.as_deref().zip(args.method.as_deref());
    let (actor, family, method) =
        machine.map_or(human, |(family, method)| (ActorKind::Machine, family, method));
    let id = session.command(Command::Admit(ActorAdmitted {
        name: args.name.clone(),
        key: key.clone(),
        actor,
        model_family: family.to_owned(),
        method_type: method.to_owned(),
        organisation: args.organisation.clone().unwrap_or(sovereign.organisation),
        region: args.region.clone().unwrap_or(sovereign.region),
        roles: args.roles.clone(),
    }))?;
    // The record must not name a key that could still be lost.
    if let Some(bundle) = &new {
        actors::keep(&home, bundle, &passphrase, args.work_factor)?;
    }
    let appended = session.commit()?;
    if args.speaker.json {
        let document = serde_json::json!({
            "appended": appended, "key": key.as_str(), "name": args.name, "statement": id.to_string(),
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let name = one_line(&args.name);
    Ok(Answer::done(format!("{name} is admitted\n  key  {key}\n  id   {id}\n")))
}
