//! Assets behind a sovereign: things, environments, capabilities, and digital twins of these, as hashes.

use std::collections::BTreeMap;

use comity_wire::Digest;
use comity_wire::mesh_json::Datetime;

use super::words::{closed, ensure, is_future, tagged};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

closed! {
    /// What an asset is.
    pub enum AssetKind expects "a kind of asset" {
        /// A thing: a machine, a meter, a building.
        Physical = "physical",
        /// A place with things in it.
        Environment = "environment",
        /// Something that can be done through the sovereign.
        Capability = "capability",
        /// A body of data.
        Dataset = "dataset",
        /// A model that follows one of the others.
        DigitalTwin = "digital_twin",
    }
}

objects! {
    /// One asset. Its description stays where it is; the hash names it.
    pub struct Asset {
        /// Its id, unique in the manifest.
        asset_id: String,
        /// What it is.
        kind: AssetKind,
        /// SHA-256 of its description.
        sha256: Digest,
        /// For a digital twin: the asset that it follows.
        twin_of: Option<String> = None,
        /// Roles that may see more.
        visible_to_roles: Vec<String> = Vec::new(),
    }

    /// What is visible through a sovereign, signed by it.
    pub struct AssetManifest signed_by signature, settled {
        /// [`AssetManifest::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        manifest_id: String,
        /// Through whom.
        sovereign_id: String,
        /// 1 for the first, then one more each time; a later one replaces the earlier.
        sequence: u64,
        /// When it was signed.
        issued_at: Datetime,
        /// First instant at which it no longer counts.
        expires_at: Datetime,
        /// Sorted by id.
        assets: Vec<Asset> = Vec::new(),
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }
}

impl AssetManifest {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.asset-manifest/v1";
}

impl Settle for AssetManifest {
    fn settle(mut self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(0 < self.sequence, "sequence", "1 or more")?;
        self.assets.sort_by(|a, b| a.asset_id.cmp(&b.asset_id));
        Ok(self)
    }
}

reasons! {
    /// Why a manifest is refused.
    pub enum AssetReason {
        /// It is another sovereign's.
        WrongSovereign = "wrong_sovereign",
        /// One of that sequence or a later one was accepted before.
        StaleSequence = "stale_sequence",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// It has run out.
        Expired = "expired",
        /// An id is there twice.
        DuplicateAsset = "duplicate_asset",
        /// A twin follows nothing, or what is no asset here, or another twin; or what is no twin follows something.
        DanglingTwin = "dangling_twin",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by an operator key.
        InvalidSignature = "invalid_signature",
    }
}

impl AssetManifest {
    /// Checks a manifest `at` a time. `min_sequence` is the highest sequence accepted so far.
    ///
    /// # Errors
    ///
    /// [`AssetReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        keys: &[MeshKey],
        min_sequence: Option<u64>,
        at: Datetime,
    ) -> Result<(), AssetReason> {
        if self.sovereign_id != sovereign_id {
            return Err(AssetReason::WrongSovereign);
        }
        if min_sequence.is_some_and(|min| self.sequence <= min) {
            return Err(AssetReason::StaleSequence);
        }
        if is_future(self.issued_at, at) {
            return Err(AssetReason::IssuedInFuture);
        }
        if self.expires_at.instant() <= at.instant() {
            return Err(AssetReason::Expired);
        }
        let kinds: BTreeMap<&str, AssetKind> =
            self.assets.iter().map(|asset| (asset.asset_id.as_str(), asset.kind)).collect();
        if kinds.len() != self.assets.len() {
            return Err(AssetReason::DuplicateAsset);
        }
        let stands = |asset: &Asset| match (asset.kind == AssetKind::DigitalTwin, &asset.twin_of) {
            (false, None) => true,
            (true, Some(of)) => {
                kinds.get(of.as_str()).is_some_and(|kind| *kind != AssetKind::DigitalTwin)
            }
            (true, None) | (false, Some(_)) => false,
        };
        if !self.assets.iter().all(stands) {
            return Err(AssetReason::DanglingTwin);
        }
        match self.check_signatures(keys) {
            SignatureCheck::Missing => Err(AssetReason::MissingSignature),
            SignatureCheck::Invalid => Err(AssetReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// The twins of an asset, in order.
    pub fn twins_of<'a>(&'a self, asset_id: &'a str) -> impl Iterator<Item = &'a Asset> {
        self.assets.iter().filter(move |asset| asset.twin_of.as_deref() == Some(asset_id))
    }
}
