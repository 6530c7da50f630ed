//! Who signed what in a bundle, item by item: the genesis by its root, everything else by the authority that it names.

use comity_wire::mesh_json::{Datetime, Value};

use super::validate::authority_key;
use crate::identity::{GenesisBlock, GenesisReason};
use crate::keys::MeshKey;
use crate::reasons;
use crate::recognition::{RecognitionTreaty, TreatyCheck, TreatyReason};
use crate::revocation::{FeedCheck, FeedReason, SovereignRevocationFeed};
use crate::schema::Field as _;

/// What an item of a bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// The genesis.
    Genesis,
    /// The authority that the genesis names.
    Authority,
    /// A treaty.
    Treaty,
    /// The revocation feed.
    Feed,
}

impl ItemKind {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Genesis => "genesis",
            Self::Authority => "network_authority",
            Self::Treaty => "recognition_treaty",
            Self::Feed => "revocation_feed",
        }
    }
}

reasons! {
    /// Why an item is refused before its own check says anything.
    pub enum BundleReason {
        /// It does not have the shape of what it should be.
        Unreadable = "unreadable",
        /// The genesis is not signed by its root, so there is no authority to check against.
        GenesisNotVerified = "genesis_not_verified",
        /// The genesis and the sovereign's own document name different authorities.
        AuthorityDiffers = "authority_differs",
    }
}

/// One item and what its check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleItem {
    /// What it is.
    pub kind: ItemKind,
    /// Its id.
    pub id: String,
    /// Nothing, or the reason why not.
    pub result: Result<(), &'static str>,
}

impl BundleItem {
    /// Why the whole bundle is refused for this item. A treaty out of its window is no reason for that.
    pub fn refusal(&self) -> Option<&'static str> {
        let reason = self.result.err()?;
        let is_past =
            self.kind == ItemKind::Treaty && reason == TreatyReason::OutsideValidityWindow.as_str();
        (!is_past).then_some(reason)
    }

    /// As it is printed.
    pub fn to_value(&self) -> Value {
        Value::from([
            ("item", Value::from(self.kind.as_str())),
            ("id", Value::from(self.id.as_str())),
            ("accepted", Value::from(self.result.is_ok())),
            ("reason", Value::from(self.result.err().unwrap_or("valid"))),
        ])
    }
}

/// Checks every signature in a bundle `at` that time: genesis, authority, treaties, feed.
pub fn signature_report(bundle: &Value, at: Datetime) -> Vec<BundleItem> {
    let genesis = bundle.get("genesis").and_then(|genesis| GenesisBlock::read(genesis).ok());
    let Some(genesis) = genesis else {
        let items = report(bundle, "", None, at);
        return [item(ItemKind::Genesis, "", Err(BundleReason::Unreadable.as_str()))]
            .into_iter()
            .chain(items)
            .collect();
    };
    let name = genesis.network_name.as_str();
    let (by_root, authority) = match genesis.verify(at) {
        Ok(()) => (Ok(()), Ok(())),
        Err(reason @ (GenesisReason::OutsideValidityWindow | GenesisReason::BadAuthorityKey)) => {
            (Ok(()), Err(reason.as_str()))
        }
        Err(reason) => (Err(reason.as_str()), Err(BundleReason::GenesisNotVerified.as_str())),
    };
    let named = bundle.get("sovereign_metadata").and_then(authority_key);
    let authority = match named {
        Some(key) if key.as_str() != Some(&genesis.network_authority.public_key) => {
            authority.and(Err(BundleReason::AuthorityDiffers.as_str()))
        }
        _ => authority,
    };
    let key =
        by_root.ok().and_then(|()| MeshKey::parse(&genesis.network_authority.public_key).ok());
    let mut items = vec![
        item(ItemKind::Genesis, name, by_root),
        item(ItemKind::Authority, &genesis.network_authority.public_key, authority),
    ];
    items.extend(report(bundle, name, key, at));
    items
}

fn item(kind: ItemKind, id: &str, result: Result<(), &'static str>) -> BundleItem {
    BundleItem { kind, id: id.to_owned(), result }
}

/// The treaties and the feed, which the authority's key must have signed.
fn report(bundle: &Value, name: &str, key: Option<MeshKey>, at: Datetime) -> Vec<BundleItem> {
    let keys: Vec<MeshKey> = key.into_iter().collect();
    let unverified = || Err(BundleReason::GenesisNotVerified.as_str());
    let id = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let treaties = bundle.get("connectome").and_then(|it| it.get("active_treaties"));
    let treaties = treaties.map(Value::items).unwrap_or_default().iter().map(|value| {
        let result = match RecognitionTreaty::read(value) {
            Err(_) => Err(BundleReason::Unreadable.as_str()),
            Ok(_) if keys.is_empty() => unverified(),
            Ok(treaty) => {
                let check =
                    TreatyCheck { expected_issuer: Some(name), ..TreatyCheck::new(&keys, at) };
                treaty.verify(&check).map_err(TreatyReason::as_str)
            }
        };
        BundleItem { kind: ItemKind::Treaty, id: id(value, "treaty_id"), result }
    });
    let feed = bundle.get("revocation_feed");
    let feed = feed.filter(|feed| feed.get("status").and_then(Value::as_str) == Some("ok"));
    let feed = feed.map(|feed| {
        let payload = feed.get("payload").unwrap_or(&Value::Null);
        let result = match SovereignRevocationFeed::read(payload) {
            Err(_) => Err(BundleReason::Unreadable.as_str()),
            Ok(_) if keys.is_empty() => unverified(),
            Ok(feed) => {
                let check = FeedCheck {
                    issuer_keys: &keys,
                    expected_issuer: Some(name),
                    last_sequence: None,
                };
                feed.verify(&check).map_err(FeedReason::as_str)
            }
        };
        BundleItem { kind: ItemKind::Feed, id: id(payload, "feed_id"), result }
    });
    treaties.chain(feed).collect()
}
