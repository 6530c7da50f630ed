//! `comity mesh overlay`: where sovereigns can be reached when no name service says so: announcements that they sign
//! themselves, kept in a file. Nothing gets into the file unverified.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use comity_mesh::keys::MeshKey;
use comity_mesh::objects;
use comity_mesh::overlay::{OverlayCache, OverlayChange, OverlayDiscoveryRecord};
use comity_mesh::schema::Field as _;
use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, Value};

use super::args::{date, document, genesis_of, hours, now, object, secret_of, stamp, write};
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::{CliError, Exit};

/// Role of an authority's key in its key file.
const AUTHORITY: &str = "authority";

objects! {
    /// What is kept: verified announcements, and the keys that hold the names.
    pub struct OverlayFile {
        /// Keys by sovereign, from geneses.
        tied: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new(),
        /// Announcements; each is verified again when it is read.
        records: Vec<OverlayDiscoveryRecord> = Vec::new(),
    }
}

/// What is done about announcements.
#[derive(Debug, Subcommand)]
pub enum Overlay {
    /// Sign where one's own sovereign answers
    Announce(AnnounceArgs),
    /// Take announcements of others in, after checking them; ends with status 1 if one was refused
    Merge(MergeArgs),
    /// Where a sovereign answers, by what was taken in; ends with status 1 if that is not known
    Lookup(LookupArgs),
}

/// An announcement.
#[derive(Args, Clone, Debug)]
pub struct AnnounceArgs {
    /// One's own genesis, which names the sovereign and the key
    #[arg(long, value_name = "FILE")]
    pub genesis: PathBuf,
    /// The authority's key file: authority.age of its folder, or a plain file that only its owner may read
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// File whose first line is the passphrase of an age file; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Where it answers, best first; repeatable
    #[arg(long = "endpoint", value_name = "URL", required = true)]
    pub endpoints: Vec<String>,
    /// SHA-256 of what it can do, as the sovereign publishes it
    #[arg(long, value_name = "HEX", value_parser = digest)]
    pub capabilities_hash: Digest,
    /// Number of the announcement, higher than that of the last
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub sequence: u64,
    /// How long it is good for, in hours
    #[arg(long, default_value_t = 24, value_parser = hours())]
    pub hours: u64,
    /// Where it is written to
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Announcements of others.
#[derive(Args, Clone, Debug)]
pub struct MergeArgs {
    /// What was taken in before; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub cache: PathBuf,
    /// Genesis of a sovereign: only its authority's key announces for it; repeatable
    #[arg(long = "genesis", value_name = "FILE")]
    pub geneses: Vec<PathBuf>,
    /// Announcements
    #[arg(value_name = "FILE")]
    pub records: Vec<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// A question.
#[derive(Args, Clone, Debug)]
pub struct LookupArgs {
    /// The sovereign
    #[arg(value_name = "ID")]
    pub sovereign: String,
    /// What was taken in
    #[arg(long, value_name = "FILE")]
    pub cache: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Overlay {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Announce(args) => args.json,
            Self::Merge(args) => args.json,
            Self::Lookup(args) => args.json,
        }
    }
}

fn digest(text: &str) -> Result<Digest, String> {
    text.parse().map_err(|_| "64 hexadecimal digits".to_owned())
}

/// Carries the verb out.
///
/// # Errors
///
/// A file cannot be used, or what is announced would not do.
pub fn run(verb: &Overlay) -> anyhow::Result<Answer> {
    match verb {
        Overlay::Announce(args) => announce(args),
        Overlay::Merge(args) => merge(args),
        Overlay::Lookup(args) => lookup(args),
    }
}

fn announce(args: &AnnounceArgs) -> anyhow::Result<Answer> {
    let at = now();
    let genesis = genesis_of(&args.genesis, at)?;
    let secret = secret_of(&args.key, args.passphrase_file.as_deref(), AUTHORITY)?;
    let record = OverlayDiscoveryRecord {
        record_id: stamp()?.nonce,
        sovereign_id: genesis.network_name,
        na_public_key_b64: genesis.network_authority.public_key,
        endpoints: args.endpoints.clone(),
        capabilities_hash: args.capabilities_hash.to_string(),
        announced_at: at,
        valid_until: at.plus(i64::try_from(args.hours).unwrap_or(24) * 3600),
        sequence_no: args.sequence,
        signature: None,
    };
    let record = record.announce(&secret)?;
    write(&args.out, &record.write())?;
    if args.json {
        return Ok(Answer::done(pretty(&record.write())));
    }
    let (who, until) = (id(&record.sovereign_id), date(record.valid_until));
    Ok(Answer::done(format!("{who} is announced, number {}, until {until}\n", args.sequence)))
}

/// The file's content, each announcement verified anew: what has expired or was tampered with is not in it.
fn open(path: &Path, at: Datetime) -> anyhow::Result<(OverlayCache, OverlayFile)> {
    let mut file = if path.exists() {
        object(path, "overlay")?
    } else {
        OverlayFile { tied: [].into(), records: Vec::new() }
    };
    let mut cache = OverlayCache::new();
    for (sovereign, key) in &file.tied {
        let key = MeshKey::parse(key)?;
        cache
            .tie(sovereign, &key)
            .map_err(|reason| CliError::OverlayRefused { reason: reason.as_str() })?;
    }
    file.records.retain(|record| cache.offer(record, at).is_ok());
    Ok((cache, file))
}

fn merge(args: &MergeArgs) -> anyhow::Result<Answer> {
    let at = now();
    let (mut cache, mut file) = open(&args.cache, at)?;
    for path in &args.geneses {
        let genesis = genesis_of(path, at)?;
        let key = MeshKey::parse(&genesis.network_authority.public_key)?;
        cache
            .tie(&genesis.network_name, &key)
            .map_err(|reason| CliError::OverlayRefused { reason: reason.as_str() })?;
        file.tied.insert(genesis.network_name, key.to_string());
    }
    let mut rows = Vec::new();
    let mut is_refused = false;
    for path in &args.records {
        let record = OverlayDiscoveryRecord::read(&document(path)?)?;
        let outcome = match cache.offer(&record, at) {
            Ok(OverlayChange::Added) => "added",
            Ok(OverlayChange::Updated) => "updated",
            Ok(OverlayChange::SeenAgain) => "seen_again",
            Err(reason) => {
                is_refused = true;
                reason.as_str()
            }
        };
        rows.push((record.sovereign_id, outcome));
    }
    file.records = cache.entries(at).map(|entry| entry.record.clone()).collect();
    write(&args.cache, &file.write())?;
    let exit = if is_refused { Exit::Refused } else { Exit::Done };
    if args.json {
        let row = |(who, outcome): &(String, &str)| {
            Value::from([
                ("outcome", Value::from(*outcome)),
                ("sovereign_id", Value::from(who.as_str())),
            ])
        };
        let rows = Value::List(rows.iter().map(row).collect());
        return Ok(Answer { text: pretty(&Value::from([("records", rows)])), exit });
    }
    let mut text = String::new();
    for (who, outcome) in &rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<20} {outcome}", id(who));
    }
    Ok(Answer { text, exit })
}

fn lookup(args: &LookupArgs) -> anyhow::Result<Answer> {
    let at = now();
    let (cache, _) = open(&args.cache, at)?;
    let Some(entry) = cache.lookup(&args.sovereign, at) else {
        let text = if args.json {
            pretty(&Value::Null)
        } else {
            format!("{} is not known, or no longer\n", id(&args.sovereign))
        };
        return Ok(Answer { text, exit: Exit::Refused });
    };
    let record = &entry.record;
    if args.json {
        return Ok(Answer::done(pretty(&record.write())));
    }
    let mut text = format!("{} until {}\n", id(&record.sovereign_id), date(record.valid_until));
    for endpoint in &record.endpoints {
        let _ = writeln!(text, "  {}", id(endpoint));
    }
    Ok(Answer::done(text))
}
