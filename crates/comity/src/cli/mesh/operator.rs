//! `comity mesh operator`: heartbeats, notices of absence, and how an operator is doing.

pub mod status;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use comity_client::calls::{TreatyFilter, TreatyList, TreatyRow};
use comity_client::operators::{Life, deliver};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http, Remote, calls};
use comity_mesh::attestation::Status;
use comity_mesh::continuity::{Duty, DutyDone, OfflineNotice, OperatorHeartbeat};
use comity_mesh::keys::{MeshKey, SignedObject};
use comity_mesh::schema::Field;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

use super::args::{Signer, document, now, remote, stamp, write};
use super::local::{digest_of, fresh, named_file, public, time};
use super::refused::ObjectError;
use super::show::{id, pretty};
use crate::cli::Answer;

/// What operators say about themselves.
#[derive(Debug, Subcommand)]
pub enum Operator {
    /// Say that one is there, and which duties were done
    Heartbeat(HeartbeatArgs),
    /// Say in advance that nobody will be there
    Offline(OfflineArgs),
    /// Show how an operator is doing, computed from what it signed; ends with status 1 if it is stale
    Status(status::StatusArgs),
    /// Hand in an object that was signed before, by whomever; a partner may do that
    Deliver(DeliverArgs),
}

/// Where a signed object goes.
#[derive(Args, Clone, Debug)]
pub struct Sending {
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs.
    #[command(flatten)]
    pub signer: Signer,
    /// Where the signed object is written to
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Sign and write it, and do not hand it in
    #[arg(long, requires = "out")]
    pub hold: bool,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// What was done.
#[derive(Args, Clone, Debug)]
pub struct HeartbeatArgs {
    /// Where it goes.
    #[command(flatten)]
    pub sending: Sending,
    /// Duty that was done, now or at a time; a wrong name lists them; repeatable
    #[arg(long = "done", value_name = "DUTY[=TIME]", value_parser = done)]
    pub done: Vec<(Duty, Option<Datetime>)>,
    /// File that shows that a duty was done, by its hash; repeatable
    #[arg(long = "evidence", value_name = "DUTY=FILE", value_parser = named_file)]
    pub evidence: Vec<(String, PathBuf)>,
    /// Treaty that may lapse, so that its end is no reason to look; repeatable
    #[arg(long = "lapse", value_name = "TREATY")]
    pub lapse: Vec<String>,
}

/// When nobody will be there.
#[derive(Args, Clone, Debug)]
pub struct OfflineArgs {
    /// Where it goes.
    #[command(flatten)]
    pub sending: Sending,
    /// First instant of the absence; not before now
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Datetime,
    /// First instant after it; at most 90 days later
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Datetime,
    /// Why, in words that others will read
    #[arg(long)]
    pub reason: String,
    /// Earlier notice that no longer stands
    #[arg(long, value_name = "ID")]
    pub replaces: Option<String>,
}

/// What is handed in.
#[derive(Args, Clone, Debug)]
pub struct DeliverArgs {
    /// The signed object; its tag says where it goes
    pub file: PathBuf,
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the request.
    #[command(flatten)]
    pub signer: Signer,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

fn done(text: &str) -> Result<(Duty, Option<Datetime>), String> {
    let (name, at) = text.split_once('=').map_or((text, None), |(name, at)| (name, Some(at)));
    Ok((duty(name)?, at.map(time).transpose()?))
}

fn duty(name: &str) -> Result<Duty, String> {
    let names: Vec<&str> = Duty::ALL.iter().map(|duty| duty.as_str()).collect();
    let known = Duty::ALL.iter().copied().find(|duty| duty.as_str() == name);
    known.ok_or_else(|| format!("one of {}", names.join(", ")))
}

impl Operator {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Heartbeat(args) => args.sending.json,
            Self::Offline(args) => args.sending.json,
            Self::Status(args) => args.json,
            Self::Deliver(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// The authority cannot be asked or refuses, or what was given cannot be signed.
pub fn run(verb: &Operator) -> anyhow::Result<Answer> {
    match verb {
        Operator::Heartbeat(args) => heartbeat(args),
        Operator::Offline(args) => offline(args),
        Operator::Status(args) => status::run(args),
        Operator::Deliver(args) => run_deliver(args),
    }
}

/// An operator at its own authority.
struct Desk {
    life: Life,
    secret: SigningKey,
    at: Datetime,
}

impl Desk {
    fn open(sending: &Sending, remote: &Remote<'_>) -> anyhow::Result<Self> {
        let (secret, at) = (sending.signer.secret()?, now());
        let identity = Identity::read(remote, None, at)?;
        let life = Life::read(remote, &identity, None, at)?;
        let own = public(&secret);
        if !life.keys.iter().any(|key| key.to_string() == own) {
            return Err(ObjectError::NotAnOperator.into());
        }
        Ok(Self { life, secret, at })
    }

    /// The number behind the highest one that an operator signed.
    fn next<T: SignedObject>(&self, objects: &[T], sequence: fn(&T) -> u64) -> u64 {
        let keys: &[MeshKey] = &self.life.keys;
        let signed = objects.iter().filter(|object| {
            object.check_signatures(keys) == comity_mesh::keys::SignatureCheck::Valid
        });
        signed.map(sequence).max().unwrap_or(0).saturating_add(1)
    }
}

impl Sending {
    /// Writes the object, hands it in unless it is held back, and says so.
    fn send(
        &self,
        remote: &Remote<'_>,
        secret: SigningKey,
        object: &Value,
        said: &str,
    ) -> anyhow::Result<Answer> {
        let sent = if self.hold {
            Value::Null
        } else {
            deliver(remote, object, &self.signer.operator_with(secret)?, &stamp()?)?
        };
        if let Some(path) = &self.out {
            write(path, object)?;
        }
        if self.json {
            let document = Value::from([("answer", sent), ("object", object.clone())]);
            return Ok(Answer::done(pretty(&document)));
        }
        let counts = sent.get("counts") != Some(&Value::Bool(false));
        let note = match (self.hold, counts) {
            (true, _) => "held back: nothing was sent\n",
            (false, true) => "",
            (false, false) => "another one has this number: neither counts, sign the next one\n",
        };
        Ok(Answer::done(format!("{said}{note}")))
    }
}

fn heartbeat(args: &HeartbeatArgs) -> anyhow::Result<Answer> {
    let sending = &args.sending;
    let (endpoint, http) = (Endpoint::parse(&sending.at)?, Http::default());
    let remote = remote(&endpoint, &http);
    let shown = evidence(args)?;
    let desk = Desk::open(sending, &remote)?;
    let continuity = desk.life.assess(desk.at);
    let mut duties =
        desk.life.latest(&continuity).map_or_else(Vec::new, |latest| latest.duties.clone());
    for (duty, at) in &args.done {
        duties.retain(|done| done.duty != *duty);
        let evidence_sha256 = shown.iter().find(|(of, _)| of == duty).map(|(_, digest)| *digest);
        duties.push(DutyDone { duty: *duty, done_at: at.unwrap_or(desk.at), evidence_sha256 });
    }
    duties.sort_by_key(|done| done.duty);
    let (changed, expiry) = treaties(&remote, &desk, &args.lapse)?;
    let mut heartbeat = OperatorHeartbeat {
        object_type: OperatorHeartbeat::OBJECT_TYPE.to_owned(),
        heartbeat_id: fresh("heartbeat")?,
        sovereign_id: desk.life.sovereign_id.clone(),
        sequence: desk.next(&desk.life.published.heartbeats, |it| it.sequence),
        issued_at: desk.at,
        duties,
        trust_changed_at: changed,
        next_treaty_expiry: expiry,
        issued_by: sending.signer.key_id.clone(),
        signature: None,
    };
    heartbeat.sign(&desk.secret, &sending.signer.key_id);
    heartbeat
        .verify(&desk.life.sovereign_id, &desk.life.keys, None, desk.at)
        .map_err(ObjectError::refused("the heartbeat"))?;
    let said = format!(
        "heartbeat {} of {}\n  id      {}\n  duties  {}\n",
        heartbeat.sequence,
        id(&heartbeat.sovereign_id),
        heartbeat.heartbeat_id,
        heartbeat.duties.iter().map(|done| done.duty.as_str()).collect::<Vec<_>>().join(", "),
    );
    sending.send(&remote, desk.secret, &heartbeat.write(), &said)
}

/// The hashes of what shows that duties were done.
fn evidence(args: &HeartbeatArgs) -> anyhow::Result<Vec<(Duty, comity_wire::Digest)>> {
    let mut shown = Vec::new();
    for (name, path) in &args.evidence {
        let duty = duty(name).map_err(ObjectError::refused("--evidence"))?;
        if !args.done.iter().any(|(done, _)| *done == duty) {
            return Err(ObjectError::DutyNotDone { duty: duty.as_str() }.into());
        }
        shown.push((duty, digest_of(path)?.0));
    }
    Ok(shown)
}

/// When the sovereign's treaties last changed, and when the first one ends that shall not lapse.
fn treaties(
    remote: &Remote<'_>,
    desk: &Desk,
    lapse: &[String],
) -> anyhow::Result<(Option<Datetime>, Option<Datetime>)> {
    let filter = TreatyFilter { issuer: Some(&desk.life.sovereign_id), ..TreatyFilter::default() };
    let list: TreatyList = remote.read(&calls::treaties(remote.endpoint, filter), "treaties")?;
    let changes = list.recognition_treaties.iter().flat_map(|row| {
        let revoked = row.revoked_at.as_deref().and_then(|at| Datetime::parse(at).ok());
        [Some(row.treaty.issued_at), revoked]
    });
    let changed = changes.flatten().max_by_key(|at| at.instant());
    // The authority's clock may be ahead of this one.
    let changed = changed.map(|at| if desk.at.instant() < at.instant() { desk.at } else { at });
    let stands = |row: &&TreatyRow| {
        row.status == Status::Active
            && matches!(row.lifecycle.state.as_str(), "active" | "expiring_soon")
            && !lapse.contains(&row.treaty.treaty_id)
    };
    let standing = list.recognition_treaties.iter().filter(stands);
    let expiry = standing.map(|row| row.treaty.expires_at).min_by_key(|at| at.instant());
    Ok((changed, expiry))
}

fn offline(args: &OfflineArgs) -> anyhow::Result<Answer> {
    let sending = &args.sending;
    let (endpoint, http) = (Endpoint::parse(&sending.at)?, Http::default());
    let remote = remote(&endpoint, &http);
    let desk = Desk::open(sending, &remote)?;
    let mut notice = OfflineNotice {
        object_type: OfflineNotice::OBJECT_TYPE.to_owned(),
        notice_id: fresh("notice")?,
        sovereign_id: desk.life.sovereign_id.clone(),
        sequence: desk.next(&desk.life.published.notices, |it| it.sequence),
        issued_at: desk.at,
        from: args.from,
        until: args.until,
        reason: args.reason.clone(),
        replaces: args.replaces.clone(),
        issued_by: sending.signer.key_id.clone(),
        signature: None,
    };
    notice.sign(&desk.secret, &sending.signer.key_id);
    notice
        .verify(&desk.life.sovereign_id, &desk.life.keys, desk.at)
        .map_err(ObjectError::refused("the notice"))?;
    let said = format!(
        "notice {} of {}: nobody from {} to {}\n  id  {}\n",
        notice.sequence,
        id(&notice.sovereign_id),
        notice.from,
        notice.until,
        notice.notice_id,
    );
    sending.send(&remote, desk.secret, &notice.write(), &said)
}

fn run_deliver(args: &DeliverArgs) -> anyhow::Result<Answer> {
    let object = document(&args.file)?;
    let operator = args.signer.operator()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let answer = deliver(&remote(&endpoint, &http), &object, &operator, &stamp()?)?;
    if args.json {
        return Ok(Answer::done(pretty(&answer)));
    }
    let tag = object.get("object_type").and_then(Value::as_str).unwrap_or_default();
    Ok(Answer::done(format!("handed in: {}\n", id(tag))))
}
