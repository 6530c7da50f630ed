//! The secret keys of one home.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use comity_keyfile::KeyBundle;
use comity_mesh::Genesis;
use comity_node::Secrets;
use comity_sign::{IssuerSecret, MlDsaSigningKey, SigningKey};
use zeroize::Zeroizing;

use crate::fail::CliError;

/// Logarithm of the scrypt iterations of new key files: a quarter of a second and 64 MiB. Stock age takes 18.
pub const WORK_FACTOR: u8 = 16;

const ROOT: &str = "root";
const AUTHORITY: &str = "authority";
const AUTHORITY_ML_DSA: &str = "authority_ml_dsa";
const VAULT: &str = "vault";

/// New seeds, from the system's entropy.
///
/// # Errors
///
/// What the system says.
pub fn draw(name: &str, is_hybrid: bool) -> anyhow::Result<KeyBundle> {
    let mut roles = vec![ROOT, AUTHORITY, VAULT];
    if is_hybrid {
        roles.push(AUTHORITY_ML_DSA);
    }
    let mut keys = BTreeMap::new();
    for role in roles {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).context("draw keys from the system's entropy")?;
        keys.insert(role.to_owned(), seed);
    }
    Ok(KeyBundle { name: name.to_owned(), keys })
}

/// The keys in the form that a node signs with.
///
/// # Errors
///
/// [`comity_keyfile::KeyfileError::NoSuchRole`].
pub fn secrets(bundle: &KeyBundle) -> anyhow::Result<Secrets> {
    let key = |role: &str| -> anyhow::Result<SigningKey> {
        Ok(SigningKey::from_seed(*bundle.key(role)?))
    };
    let authority = match bundle.keys.get(AUTHORITY_ML_DSA) {
        None => IssuerSecret::classical(key(AUTHORITY)?),
        Some(seed) => IssuerSecret::hybrid(key(AUTHORITY)?, MlDsaSigningKey::from_seed(**seed)),
    };
    Ok(Secrets { root: key(ROOT)?, authority, actors: Vec::new() })
}

/// Opens a key file and holds it against the genesis whose keys it should be.
///
/// # Errors
///
/// [`comity_keyfile::KeyfileError`], or [`CliError::WrongKey`].
pub fn load(path: &Path, passphrase: &str, genesis: &Genesis) -> anyhow::Result<Secrets> {
    let bundle = comity_keyfile::load(path, passphrase)
        .with_context(|| format!("open {}", path.display()))?;
    let secrets = secrets(&bundle)?;
    let public = secrets.authority.public();
    let second = public.ml_dsa_id().map(comity_wire::KeyId::as_str);
    if *public.id() != genesis.authority {
        let (expected, found) = (genesis.authority.clone(), public.id().clone());
        return Err(CliError::WrongKey { expected, found }.into());
    }
    if second != genesis.authority_ml_dsa.as_deref() {
        let (expected, found) = (genesis.authority.clone(), public.id().clone());
        return Err(CliError::WrongKey { expected, found })
            .context("the post-quantum half of the authority differs");
    }
    Ok(secrets)
}
