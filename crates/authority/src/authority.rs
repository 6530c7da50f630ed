//! The authority itself: its papers, its key, its state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use comity_mesh::certificates::{PolicyManifest, RoutingConfig};
use comity_mesh::identity::GenesisBlock;
use comity_mesh::keys::{MeshKey, SignatureMemo, SignedObject as _};
use comity_mesh::operator::roster::OperatorRoster;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::{Digest, sha256};

use crate::event::{Event, Founded};
use crate::limits::TEXT_BYTES_MAX;
use crate::state::State;
use crate::{Entry, FoldError, FoundError, Frame};

/// What an authority is told at its start; nothing of it is in the record.
#[derive(Clone, Debug)]
pub struct Config {
    /// The root of everything it says.
    pub genesis: GenesisBlock,
    /// Its name for its key, as signatures carry it.
    pub key_id: String,
    /// Keys of operators, by the name that their headers carry.
    pub operators: BTreeMap<String, MeshKey>,
    /// The values of the Host header that mean this authority.
    pub hosts: BTreeSet<String>,
    /// Whether headers are accepted that bind neither method nor path.
    pub accepts_admin_v1: bool,
}

/// A network authority.
#[derive(Clone, Debug)]
pub struct Authority {
    pub(crate) config: Arc<Config>,
    pub(crate) secret: Arc<SigningKey>,
    pub(crate) own_key: MeshKey,
    /// Whose orders it takes, signed.
    pub(crate) roster: Arc<OperatorRoster>,
    pub(crate) state: State,
    memo: Option<Arc<dyn SignatureMemo>>,
}

impl Authority {
    /// An authority with an empty record.
    ///
    /// # Errors
    ///
    /// [`FoundError`] unless the genesis holds `at` that time and names this key.
    pub fn new(config: Config, secret: SigningKey, at: Datetime) -> Result<Self, FoundError> {
        config.genesis.verify(at).map_err(|reason| FoundError::Genesis { reason })?;
        let own_key = MeshKey::from(secret.public());
        let named = &config.genesis.network_authority.public_key;
        if own_key.to_string() != *named {
            return Err(FoundError::WrongKey { found: own_key.to_string(), named: named.clone() });
        }
        if config.key_id.is_empty() || TEXT_BYTES_MAX < config.key_id.len() {
            return Err(FoundError::BadKeyId { max: TEXT_BYTES_MAX });
        }
        let roster = Arc::new(roster(&config, &secret, at));
        let (config, secret) = (Arc::new(config), Arc::new(secret));
        Ok(Self { config, secret, own_key, roster, state: State::empty(at), memo: None })
    }

    /// What its record is known by: the sovereign's name and root key, which outlive authorities.
    pub fn record_identity(genesis: &GenesisBlock) -> Digest {
        sha256(&canonical(&Value::from([
            ("purpose", Value::from("comity-authority-record/v1")),
            ("root_public_key", Value::from(genesis.root_public_key.as_str())),
            ("sovereign_id", Value::from(genesis.network_name.as_str())),
        ])))
    }

    /// The first entry of a new record; `None` if there is one.
    pub fn begin(&self, at: Datetime, request_id: &str) -> Option<Entry> {
        let genesis = &self.config.genesis;
        let founded = || Founded {
            sovereign_id: genesis.network_name.clone(),
            root_public_key: genesis.root_public_key.clone(),
            policy: self.signed_founding_policy(),
        };
        let first = || Frame {
            seq: 0,
            prev: Digest::ZERO.to_string(),
            at,
            request_id: request_id.to_owned(),
            remote: String::new(),
            actor: "authority".to_owned(),
            action: "authority_founded".to_owned(),
            outcome: "done".to_owned(),
            details: BTreeMap::new(),
            events: vec![Event::from(founded())],
        };
        (self.state.next == 0).then(|| first().seal())
    }

    /// Takes the next entry of the record.
    ///
    /// # Errors
    ///
    /// [`FoldError`]; after it the authority must not go on.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), FoldError> {
        if let Some(Event::Founded(founded)) = entry.frame().events.first() {
            let genesis = &self.config.genesis;
            let (found, wanted) = (&founded.sovereign_id, &genesis.network_name);
            if found != wanted || founded.root_public_key != genesis.root_public_key {
                return Err(FoldError::Foreign { found: found.clone(), wanted: wanted.clone() });
            }
        }
        self.state.apply(entry, &self.config.key_id)
    }

    /// Has signatures remembered that were found good. Answers stay the same; they come sooner.
    #[must_use]
    pub fn remembering(self, memo: Arc<dyn SignatureMemo>) -> Self {
        Self { memo: Some(memo), ..self }
    }

    /// Signatures that were found good before.
    pub(crate) fn memo(&self) -> Option<&dyn SignatureMemo> {
        self.memo.as_deref()
    }

    /// What it was told at its start.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The sovereign's id.
    pub fn sovereign_id(&self) -> &str {
        &self.config.genesis.network_name
    }

    /// Number of entries in the record.
    pub const fn len(&self) -> u64 {
        self.state.next
    }

    /// Whether the record has no entries.
    pub const fn is_empty(&self) -> bool {
        self.state.next == 0
    }

    /// Hash of the last entry.
    pub const fn head(&self) -> Digest {
        self.state.head
    }

    /// The policy that is in force until another is published, unsigned. It follows from the genesis, so that the genesis
    /// can name its digest: [`Self::founding_policy_hash`].
    pub fn founding_policy(genesis: &GenesisBlock, key_id: &str) -> PolicyManifest {
        PolicyManifest {
            policy_id: format!("policy-{}-{}", genesis.network_name, genesis.network_version),
            issued_at: genesis.network_authority.valid_from,
            issued_by: key_id.to_owned(),
            min_client_version: "0.1.0".to_owned(),
            allowed_ports: vec![443, 8443],
            allowed_services: vec!["service-1".to_owned(), "service-2".to_owned()],
            routing: RoutingConfig::default(),
            signatures: Vec::new(),
        }
    }

    /// What a genesis says about its founding policy: the digest of the bytes that the authority will sign.
    pub fn founding_policy_hash(genesis: &GenesisBlock, key_id: &str) -> String {
        format!("sha256:{}", Self::founding_policy(genesis, key_id).digest())
    }

    fn signed_founding_policy(&self) -> PolicyManifest {
        let mut policy = Self::founding_policy(&self.config.genesis, &self.config.key_id);
        policy.sign(&self.secret, &self.config.key_id);
        policy
    }
}

/// Names the operators.
fn roster(config: &Config, secret: &SigningKey, at: Datetime) -> OperatorRoster {
    let named = config.operators.iter().map(|(name, key)| (name.clone(), key.to_string()));
    let mut roster = OperatorRoster {
        object_type: OperatorRoster::OBJECT_TYPE.to_owned(),
        sovereign_id: config.genesis.network_name.clone(),
        issued_at: at,
        operators: named.collect(),
        issued_by: config.key_id.clone(),
        signature: None,
    };
    roster.sign(secret, &config.key_id);
    roster
}
