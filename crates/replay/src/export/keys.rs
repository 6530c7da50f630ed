//! `keys.json`: for tools that check signatures without knowing what a statement means.
//!
//! Nothing trusts this file. It follows from the statements, so a verifier recomputes it and compares bytes.

use comity_sign::PublicKey;
use comity_wire::{KeyId, WireError, hex, jcs};
use serde::Serialize;

use super::Opening;

/// One key that may sign statements of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyLine {
    /// The 32 bytes of an Ed25519 key in hexadecimal; absent for the post-quantum half of an authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ed25519: Option<String>,
    /// The key's name.
    pub keyid: String,
    /// Name of the actor, or of the sovereign.
    pub name: String,
    /// `root`, `authority` or `actor`.
    pub role: &'static str,
}

#[derive(Serialize)]
struct KeysFile<'a> {
    keys: &'a [KeyLine],
    name: &'a str,
    sovereign: String,
    vkey: String,
}

/// The keys of a record: root, authority with its post-quantum half if it has one, then `actors` (name, key) in the
/// order of their admission.
///
/// # Errors
///
/// [`WireError::Malformed`] if a name does not decode to a key.
pub fn key_lines(opening: &Opening, actors: &[(String, KeyId)]) -> Result<Vec<KeyLine>, WireError> {
    let genesis = &opening.genesis;
    let mut lines = vec![
        classical(&genesis.root, &genesis.name, "root")?,
        classical(&genesis.authority, &genesis.name, "authority")?,
    ];
    if let Some(keyid) = &genesis.authority_ml_dsa {
        let (keyid, name) = (keyid.clone(), genesis.name.clone());
        lines.push(KeyLine { ed25519: None, keyid, name, role: "authority" });
    }
    for (name, key) in actors {
        lines.push(classical(key, name, "actor")?);
    }
    Ok(lines)
}

/// The one content of a record's `keys.json`, canonical JSON.
///
/// # Errors
///
/// As [`key_lines`].
pub fn keys_json(opening: &Opening, actors: &[(String, KeyId)]) -> Result<Vec<u8>, WireError> {
    jcs::to_vec(&KeysFile {
        keys: &key_lines(opening, actors)?,
        name: &opening.genesis.name,
        sovereign: opening.id.to_string(),
        vkey: opening.log.to_string(),
    })
}

fn classical(id: &KeyId, name: &str, role: &'static str) -> Result<KeyLine, WireError> {
    let key = PublicKey::from_key_id(id).map_err(|_| WireError::Malformed { what: "key id" })?;
    Ok(KeyLine {
        ed25519: Some(hex::encode(key.as_bytes())),
        keyid: id.as_str().to_owned(),
        name: name.to_owned(),
        role,
    })
}
