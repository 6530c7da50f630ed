//! `comity na init`: keys, genesis and settings of an authority.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use comity_authority::Authority;
use comity_mesh::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;
use zeroize::Zeroizing;

use super::folder::{self, AUTHORITY, Folder, OPERATOR, OPERATOR_NAME, ROOT, Settings};
use crate::cli::Answer;
use crate::home::found::require_free;
use crate::home::passphrase::{self, Purpose};
use crate::home::{clock, file, keys};
use crate::limits::GENESIS_BYTES_MAX;

/// Logarithm of the scrypt iterations of the authority's own key file. Its passphrase is read from a file each time a
/// machine starts, so a long derivation protects little and delays every start.
const ONLINE_WORK_FACTOR: u8 = 14;

/// Found a network: draw keys, sign a genesis, make the folder of its authority
#[derive(Args, Clone, Debug)]
pub struct InitArgs {
    /// Where the folder will be; nothing may be there
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// Name of the network, which is the sovereign's id
    #[arg(long, required_unless_present = "genesis")]
    pub name: Option<String>,
    /// Version of the network
    #[arg(long, value_name = "VERSION", default_value = "v0.1")]
    pub network_version: String,
    /// Name of the authority's key in its signatures
    #[arg(long, value_name = "NAME", default_value = "na-1")]
    pub key_id: String,
    /// Days for which the root appoints the authority
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub valid_days: u16,
    /// Take over this signed genesis instead of making one
    #[arg(long, value_name = "FILE", requires = "na_key", conflicts_with = "name")]
    pub genesis: Option<PathBuf>,
    /// Plain key file of the authority that the genesis names; it is kept encrypted here
    #[arg(long, value_name = "FILE", requires = "genesis")]
    pub na_key: Option<PathBuf>,
    /// Also write the operator's key here, unencrypted, for tools that read no other key files
    #[arg(long, value_name = "FILE")]
    pub plain_operator_key: Option<PathBuf>,
    /// File whose first line is the passphrase; without it the terminal asks, twice
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Logarithm of the scrypt iterations of the keys that stay offline
    #[arg(long, value_name = "N", default_value_t = keys::WORK_FACTOR, hide = true)]
    pub work_factor: u8,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// A genesis with the keys that belong to it.
struct Founding {
    genesis: GenesisBlock,
    authority: SigningKey,
    root: Option<SigningKey>,
}

/// Makes the folder of an authority.
///
/// # Errors
///
/// Something is at the path, the genesis or the key cannot be used, or the disk cannot be written.
pub fn init(args: &InitArgs) -> anyhow::Result<Answer> {
    require_free(&args.dir)?;
    let founding = match (&args.genesis, &args.na_key) {
        (Some(genesis), Some(key)) => Founding {
            genesis: folder::object(genesis, GENESIS_BYTES_MAX)?,
            authority: folder::plain_secret(key)?,
            root: None,
        },
        _ => found(args)?,
    };
    let operator = draw()?;
    let operators = BTreeMap::from([(OPERATOR_NAME.to_owned(), MeshKey::from(operator.public()))]);
    let texts = operators.iter().map(|(name, key)| (name.clone(), key.to_string())).collect();
    let settings = Settings { key_id: args.key_id.clone(), operators: texts };
    let config = comity_authority::Config {
        genesis: founding.genesis.clone(),
        key_id: args.key_id.clone(),
        operators,
        hosts: std::collections::BTreeSet::new(),
        accepts_admin_v1: false,
    };
    // What would not start is not made.
    Authority::new(config, founding.authority.clone(), Datetime::from(clock::now().wall))?;

    let passphrase = passphrase::obtain(args.passphrase_file.as_deref(), Purpose::Make)?;
    file::create_folder(&args.dir)?;
    let folder = Folder::new(&args.dir);
    let name = founding.genesis.network_name.as_str();
    let online = ONLINE_WORK_FACTOR.min(args.work_factor);
    folder.keep(name, AUTHORITY, &founding.authority, &passphrase, online)?;
    folder.keep(name, OPERATOR, &operator, &passphrase, args.work_factor)?;
    if let Some(root) = &founding.root {
        folder.keep(name, ROOT, root, &passphrase, args.work_factor)?;
    }
    if let Some(path) = &args.plain_operator_key {
        folder::write_plain(path, &operator, OPERATOR_NAME)?;
    }
    folder.write(&founding.genesis, &settings)?;
    Ok(Answer::done(describe(args, &founding.genesis, &settings)))
}

/// Draws keys and signs a genesis.
fn found(args: &InitArgs) -> anyhow::Result<Founding> {
    let (root, authority) = (draw()?, draw()?);
    let valid_from = Datetime::from(clock::now().wall);
    let public = |key: &SigningKey| MeshKey::from(key.public()).to_string();
    let mut genesis = GenesisBlock {
        network_name: args.name.clone().unwrap_or_default(),
        network_version: args.network_version.clone(),
        root_public_key: public(&root),
        network_authority: NetworkAuthority {
            public_key: public(&authority),
            valid_from,
            valid_to: valid_from.plus(i64::from(args.valid_days) * 86_400),
        },
        allowed_crypto_suites: vec!["ed25519".to_owned(), "x25519".to_owned()],
        allowed_transports: vec!["quic".to_owned(), "wireguard".to_owned()],
        policy_manifest: PolicyManifestRef { hash: String::new(), url: None },
        bootstrap_anchors: Vec::new(),
        signatures: Vec::new(),
    };
    genesis.policy_manifest.hash = Authority::founding_policy_hash(&genesis, &args.key_id);
    genesis.sign(&root, ROOT);
    Ok(Founding { genesis, authority, root: Some(root) })
}

fn draw() -> anyhow::Result<SigningKey> {
    let mut seed = Zeroizing::new([0; 32]);
    anyhow::Context::context(
        getrandom::fill(seed.as_mut()),
        "draw keys from the system's entropy",
    )?;
    Ok(SigningKey::from_seed(*seed))
}

fn describe(args: &InitArgs, genesis: &GenesisBlock, settings: &Settings) -> String {
    let operator = settings.operators.get(OPERATOR_NAME).map_or("", String::as_str);
    let authority = &genesis.network_authority;
    if args.json {
        let document = serde_json::json!({
            "authority_public_key": authority.public_key,
            "dir": args.dir.display().to_string(),
            "key_id": settings.key_id,
            "operator_public_key": operator,
            "root_public_key": genesis.root_public_key,
            "sovereign_id": genesis.network_name,
            "valid_to": authority.valid_to.to_string(),
        });
        return format!("{document:#}\n");
    }
    format!(
        "{} is founded in {}\n  authority  {}\n  operator   {operator}\n  root       {}\n  valid to   {}\n\n\
         Keep the passphrase: nobody can reset it. Move root.age and operator.age to where they are used.\n",
        genesis.network_name,
        args.dir.display(),
        authority.public_key,
        genesis.root_public_key,
        authority.valid_to,
    )
}
