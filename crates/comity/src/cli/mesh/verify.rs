//! `comity mesh verify`: whether one object holds, by file and keys alone. The runner contract of the protocol.

use std::path::PathBuf;

use clap::Args;
use comity_mesh::conformance::{MALFORMED, verify};
use comity_mesh::keys::MeshKey;
use comity_sign::PublicKey;
use comity_wire::KeyId;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use super::args::{document, now};
use super::local::time;
use crate::cli::Answer;
use crate::fail::Exit;

/// Verify one object of the protocol
///
/// Prints one line of JSON with `valid` and `reason`. Ends with status 0 if it is valid, 1 if it is not, 2 if the file is not
/// the object that the suite is about. Asks nobody.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// What the object is, e.g. treaties, revocation, ibct; a wrong name lists all
    pub suite: String,
    /// The object, or a whole input as vector files have it
    pub file: PathBuf,
    /// Key that may have signed it, base64 or did:key; repeatable
    #[arg(long = "public-key", value_name = "KEY")]
    pub public_keys: Vec<String>,
    /// The time of the question; now without it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<Datetime>,
    /// Further document of the suite's input, e.g. policy=FILE; repeatable
    #[arg(long, value_name = "NAME=FILE", value_parser = super::args::claim)]
    pub with: Vec<(String, String)>,
    /// For the other verbs' sake: the answer is one JSON document anyway
    #[arg(long)]
    pub json: bool,
}

/// A key as records name it becomes one as the protocol does; what is neither is named when it is used.
fn key(text: &str) -> String {
    let named = KeyId::parse(text).ok().and_then(|id| PublicKey::from_key_id(&id).ok());
    named.map_or_else(|| text.to_owned(), |key| MeshKey::from(key).to_string())
}

/// Verifies it.
///
/// # Errors
///
/// A file cannot be read, or there is no such suite, or no good key.
pub fn run(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let object = document(&args.file)?;
    let with = args.with.iter().map(|(name, path)| {
        let document = document(&PathBuf::from(path))?;
        anyhow::Ok((name.clone(), document))
    });
    let with = with.collect::<anyhow::Result<_>>()?;
    let at = args.at.unwrap_or_else(now);
    let keys: Vec<String> = args.public_keys.iter().map(|text| key(text)).collect();
    let verdict = verify(&args.suite, &object, &keys, at, &with)?;
    let exit = match (verdict.is_valid, verdict.reason.as_str()) {
        (true, _) => Exit::Done,
        (false, MALFORMED) => Exit::Unusable,
        (false, _) => Exit::Refused,
    };
    let mut members = verdict.answer.members().cloned().unwrap_or_default();
    members.insert("valid".to_owned(), Value::from(verdict.is_valid));
    members.insert("reason".to_owned(), Value::from(verdict.reason));
    let mut text = String::from_utf8_lossy(&canonical(&Value::Map(members))).into_owned();
    text.push('\n');
    Ok(Answer { text, exit })
}
