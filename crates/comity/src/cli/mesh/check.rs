//! `comity mesh check`: whether an attestation counts under a treaty, asked of an authority or decided here.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comity_client::calls::{self, AttestationRow, TreatyRow, Verdict};
use comity_client::{Endpoint, Http};
use comity_mesh::attestation::MembershipAttestation;
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{RecognitionTreaty, TreatyCheck};
use comity_mesh::revocation::{FeedCheck, PublishedFeed};
use comity_wire::mesh_json::{Datetime, Value};

use super::args::{genesis_of, now, object, remote};
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::{CliError, Exit};

/// Check an attestation under a treaty
///
/// With --at the authority that issued the treaty is asked, which also knows what was revoked. With --genesis nobody is
/// asked: the treaty must be signed by the authority in that genesis, and what is revoked is what the feeds say that are
/// given. Ends with status 0 if the attestation counts, 1 if it does not.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The attestation: a file, or an id at --from
    #[arg(value_name = "FILE|ID")]
    pub attestation: String,
    /// The treaty: a file, or an id at --at
    #[arg(long, value_name = "FILE|ID")]
    pub treaty: String,
    /// The authority that issued the treaty and is asked
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "genesis",
        required_unless_present = "genesis"
    )]
    pub at: Option<String>,
    /// The authority that issued the attestation; only for an id
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,
    /// Genesis of the sovereign that issued the treaty; then nobody is asked
    #[arg(long, value_name = "FILE")]
    pub genesis: Option<PathBuf>,
    /// Feed of what the attestation's issuer took back, signed with a key that the treaty names; repeatable
    #[arg(long = "feed", value_name = "FILE", requires = "genesis")]
    pub feeds: Vec<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Checks it.
///
/// # Errors
///
/// Something cannot be read, or the authority cannot be asked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Answer> {
    let http = Http::default();
    let attestation = attestation(args, &http)?;
    let treaty = treaty(args, &http)?;
    let (verdict, asked) = match (&args.at, &args.genesis) {
        (Some(at), _) => {
            let at = Endpoint::parse(at)?;
            let request = calls::check(&at, &attestation, &treaty);
            let verdict: Verdict = remote(&at, &http).read(&request, "a verdict")?;
            (verdict, at.to_string())
        }
        (None, Some(genesis)) => {
            let reason = offline(&attestation, &treaty, genesis, &args.feeds, now())?;
            let accepted = reason == ACCEPTED;
            (Verdict { accepted, reason }, "nobody".to_owned())
        }
        (None, None) => return Err(CliError::NoAuthority.into()),
    };
    let exit = if verdict.accepted { Exit::Done } else { Exit::Refused };
    if args.json {
        let document = Value::from([
            ("accepted", Value::from(verdict.accepted)),
            ("asked", Value::from(asked)),
            ("attestation_id", Value::from(attestation.attestation_id)),
            ("reason", Value::from(verdict.reason)),
            ("treaty_id", Value::from(treaty.treaty_id)),
        ]);
        return Ok(Answer { text: pretty(&document), exit });
    }
    let word = if verdict.accepted { "accepted" } else { "refused" };
    let reason =
        if verdict.accepted { String::new() } else { format!(": {}", id(&verdict.reason)) };
    let text = format!("attestation {} is {word}{reason}\n", id(&attestation.attestation_id));
    Ok(Answer { text, exit })
}

const ACCEPTED: &str = "accepted";

fn attestation(args: &CheckArgs, http: &Http) -> anyhow::Result<MembershipAttestation> {
    let given = Path::new(&args.attestation);
    let Some(from) = args.from.as_deref() else { return object(given, "attestation") };
    let from = Endpoint::parse(from)?;
    let request = calls::attestation(&from, &args.attestation)?;
    let row: AttestationRow = remote(&from, http).read(&request, "an attestation")?;
    Ok(row.attestation)
}

fn treaty(args: &CheckArgs, http: &Http) -> anyhow::Result<RecognitionTreaty> {
    let given = Path::new(&args.treaty);
    let at = args.at.as_deref().filter(|_| !given.exists());
    let Some(at) = at else { return object(given, "treaty") };
    let at = Endpoint::parse(at)?;
    let request = calls::treaty(&at, &args.treaty)?;
    let row: TreatyRow = remote(&at, http).read(&request, "a treaty")?;
    Ok(row.treaty)
}

/// The reason, by the rules of this implementation and the files alone.
fn offline(
    attestation: &MembershipAttestation,
    treaty: &RecognitionTreaty,
    genesis: &Path,
    feeds: &[PathBuf],
    at: Datetime,
) -> anyhow::Result<String> {
    let genesis = genesis_of(genesis, at)?;
    let keys = [MeshKey::parse(&genesis.network_authority.public_key)?];
    let subject_keys: Vec<MeshKey> =
        treaty.subject_public_keys.iter().filter_map(|key| MeshKey::parse(key).ok()).collect();
    let mut is_revoked = false;
    for path in feeds {
        let feed: PublishedFeed = object(path, "feed")?;
        let check = FeedCheck {
            issuer_keys: &subject_keys,
            expected_issuer: Some(&attestation.issuer_sovereign_id),
            last_sequence: None,
        };
        feed.verify(&check, at)
            .map_err(|reason| comity_client::ClientError::Feed {
                issuer: id(&feed.feed.issuer_sovereign_id),
                reason,
            })
            .with_context(|| format!("read {}", path.display()))?;
        is_revoked |= feed.feed.revokes(&attestation.attestation_id);
    }
    let check =
        TreatyCheck { expected_issuer: Some(&genesis.network_name), ..TreatyCheck::new(&keys, at) };
    let verdict = treaty.verify_attestation(attestation, &check, is_revoked);
    Ok(verdict.map_or_else(|reason| reason.to_string(), |()| ACCEPTED.to_owned()))
}
