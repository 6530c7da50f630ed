//! `comity mesh partner`: help without control. Delegations, what partners say about them, and how they end.

mod helper;
mod judge;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use comity_client::operators::{
    PARTNERS, PublishedPartner, PublishedPartners, deliver, published, roster,
};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http, Remote};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::managing_partner::{DelegationEnd, PartnerDelegation};
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};
use zeroize::Zeroizing;

use super::args::{OPERATOR, Signer, hours, now, remote, stamp, write};
use super::local::{fresh, public, random, require_absent, time};
use super::refused::ObjectError;
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::home::keys::WORK_FACTOR;
use crate::home::passphrase::{self, Purpose};

pub use judge::{ShowArgs, VerifyArgs};

/// What is done with partners.
#[derive(Debug, Subcommand)]
pub enum Partner {
    /// Make a key for a partner, and print its public half
    Key(KeyArgs),
    /// Delegate duties to a partner; signing treaties, attestations or revocations is never among them
    Grant(GrantArgs),
    /// Take a delegation on, as the partner, after checking it
    Accept(AcceptArgs),
    /// Say that one helped, as the partner
    Note(NoteArgs),
    /// Show the delegations of an authority's operators, and where they stand
    Show(ShowArgs),
    /// End a delegation, as the operator; nobody else is asked
    End(EndArgs),
    /// Check a delegation, its ends and a note by files alone
    Verify(VerifyArgs),
}

/// Where the key goes.
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// The key file; nothing may be there
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// File whose first line is the passphrase; without it the terminal asks, twice
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Logarithm of the scrypt iterations
    #[arg(long, value_name = "N", default_value_t = WORK_FACTOR, hide = true)]
    pub work_factor: u8,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// To whom, and what.
#[derive(Args, Clone, Debug)]
pub struct GrantArgs {
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
    /// Name of the partner
    #[arg(long, value_name = "NAME")]
    pub partner: String,
    /// Public key of the partner, base64
    #[arg(long, value_name = "KEY")]
    pub partner_key: String,
    /// Duty of RFC-008, e.g. backups; repeatable
    #[arg(long = "duty", value_name = "DUTY", required = true)]
    pub duties: Vec<String>,
    /// Id of the delegation: letters, digits, - . _; made up without it
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// From when on; now without it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Option<Datetime>,
    /// For how long, in hours
    #[arg(long, default_value_t = 720, value_parser = hours())]
    pub hours: u64,
    /// Where the delegation is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// A partner's key.
#[derive(Args, Clone, Debug)]
pub struct PartnerKey {
    /// The delegation, as a file
    pub file: PathBuf,
    /// The operator's authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// The partner's key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// File whose first line is its passphrase; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which delegation.
#[derive(Args, Clone, Debug)]
pub struct AcceptArgs {
    /// Who accepts what.
    #[command(flatten)]
    pub partner: PartnerKey,
    /// Root key that the operator's sovereign must have
    #[arg(long, value_name = "KEY")]
    pub root: Option<String>,
}

/// What was done.
#[derive(Args, Clone, Debug)]
pub struct NoteArgs {
    /// Who helped.
    #[command(flatten)]
    pub partner: PartnerKey,
    /// Which duty
    #[arg(long, value_name = "DUTY")]
    pub duty: String,
    /// What was done, in words
    #[arg(long)]
    pub summary: String,
    /// File that shows it, by its hash
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
}

/// What ends.
#[derive(Args, Clone, Debug)]
pub struct EndArgs {
    /// Id of the delegation
    #[arg(value_name = "ID")]
    pub id: String,
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
    /// Why, in words that others will read
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Number of the last note that is acknowledged; the last published one without it
    #[arg(long, value_name = "N")]
    pub last_note: Option<u64>,
    /// Where the end is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Partner {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Key(args) => args.json,
            Self::Grant(args) => args.json,
            Self::Accept(args) => args.partner.json,
            Self::Note(args) => args.partner.json,
            Self::Show(args) => args.json,
            Self::End(args) => args.json,
            Self::Verify(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// An authority cannot be asked or refuses, or what was given does not hold.
pub fn run(verb: &Partner) -> anyhow::Result<Answer> {
    match verb {
        Partner::Key(args) => make_key(args),
        Partner::Grant(args) => grant(args),
        Partner::Accept(args) => helper::accept(args),
        Partner::Note(args) => helper::note(args),
        Partner::Show(args) => judge::show(args),
        Partner::End(args) => end(args),
        Partner::Verify(args) => judge::verify(args),
    }
}

/// Every key of a sovereign that an authority names: a partner may have none of them.
fn own_keys(identity: &Identity, operators: Vec<MeshKey>) -> anyhow::Result<Vec<MeshKey>> {
    let mut keys = operators;
    keys.push(identity.authority.clone());
    keys.push(MeshKey::parse(&identity.genesis.root_public_key)?);
    Ok(keys)
}

fn answer(is_json: bool, document: &Value, text: String) -> Answer {
    Answer::done(if is_json { pretty(document) } else { text })
}

fn make_key(args: &KeyArgs) -> anyhow::Result<Answer> {
    require_absent(&args.out)?;
    let passphrase = passphrase::obtain(args.passphrase_file.as_deref(), Purpose::Make)?;
    let seed = Zeroizing::new(random::<32>()?);
    let key = public(&SigningKey::from_seed(*seed));
    let keys = BTreeMap::from([(OPERATOR.to_owned(), seed)]);
    let bundle = comity_keyfile::KeyBundle { name: "partner".to_owned(), keys };
    comity_keyfile::save(&args.out, &bundle, &passphrase, Some(args.work_factor))?;
    let document = Value::from([("public_key", Value::from(key.as_str()))]);
    Ok(answer(args.json, &document, format!("{key}\n")))
}

fn grant(args: &GrantArgs) -> anyhow::Result<Answer> {
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let (remote, at) = (remote(&endpoint, &http), now());
    let secret = args.signer.secret()?;
    let identity = Identity::read(&remote, None, at)?;
    let keys = own_keys(&identity, roster(&remote, &identity, at)?.1)?;
    let from = args.from.unwrap_or(at);
    let seconds = i64::try_from(args.hours).unwrap_or(i64::MAX).saturating_mul(3600);
    let mut duties = args.duties.clone();
    duties.sort_unstable();
    duties.dedup();
    let mut delegation = PartnerDelegation {
        object_type: PartnerDelegation::OBJECT_TYPE.to_owned(),
        delegation_id: args.id.clone().map_or_else(|| fresh("delegation"), Ok)?,
        sovereign_id: identity.sovereign_id.clone(),
        partner_id: args.partner.clone(),
        partner_public_key: args.partner_key.clone(),
        duties,
        issued_at: at,
        valid_from: from,
        expires_at: from.plus(seconds),
        issued_by: args.signer.key_id.clone(),
        signature: None,
    };
    delegation.sign(&secret, &args.signer.key_id);
    delegation
        .verify(&identity.sovereign_id, &keys)
        .map_err(ObjectError::refused("the delegation"))?;
    let operator = args.signer.operator_with(secret)?;
    let object = delegation.write();
    deliver(&remote, &object, &operator, &stamp()?)?;
    if let Some(path) = &args.out {
        write(path, &object)?;
    }
    let text = format!(
        "{} may help {} until {}\n  delegation  {}\n  duties      {}\n  key id      partner:{}\n",
        id(&delegation.partner_id),
        id(&delegation.sovereign_id),
        delegation.expires_at,
        id(&delegation.delegation_id),
        delegation.duties.join(", "),
        id(&delegation.delegation_id),
    );
    Ok(answer(args.json, &object, text))
}

/// A delegation as the authority publishes it.
fn find(remote: &Remote<'_>, delegation_id: &str) -> anyhow::Result<PublishedPartner> {
    let list: PublishedPartners = published(remote, PARTNERS, "a list of delegations")?;
    let found = list.partners.into_iter().find(|it| it.delegation.delegation_id == delegation_id);
    let unknown = || ObjectError::UnknownDelegation {
        id: delegation_id.chars().take(80).flat_map(char::escape_default).collect(),
    };
    Ok(found.ok_or_else(unknown)?)
}

fn end(args: &EndArgs) -> anyhow::Result<Answer> {
    let secret = args.signer.secret()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let remote = remote(&endpoint, &http);
    let known = find(&remote, &args.id)?;
    let last = known.notes.iter().map(|note| note.sequence).max().unwrap_or(0);
    let mut end = DelegationEnd {
        object_type: DelegationEnd::OBJECT_TYPE.to_owned(),
        end_id: fresh("end")?,
        sovereign_id: known.delegation.sovereign_id.clone(),
        delegation_id: args.id.clone(),
        ended_at: now(),
        last_note_sequence: args.last_note.unwrap_or(last),
        reason: args.reason.clone(),
        issued_by: args.signer.key_id.clone(),
        signature: None,
    };
    end.sign(&secret, &args.signer.key_id);
    let object = end.write();
    deliver(&remote, &object, &args.signer.operator_with(secret)?, &stamp()?)?;
    if let Some(path) = &args.out {
        write(path, &object)?;
    }
    let text = format!(
        "{} may no longer help {}\n  delegation  {}\n  notes that count  {}\n",
        id(&known.delegation.partner_id),
        id(&end.sovereign_id),
        id(&args.id),
        end.last_note_sequence,
    );
    Ok(answer(args.json, &object, text))
}
