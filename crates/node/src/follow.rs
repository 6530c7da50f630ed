//! Records of others, followed entry by entry.

use std::collections::VecDeque;

use comity_mesh::MeshFact;
use comity_sign::{Claim, PublicKey};
use comity_tlog::{Frontier, SignedCheckpoint, Vkey, leaf_hash};
use comity_wire::{Digest, SovereignId, Statement, sha256};

use crate::error::NodeError;
use comity_replay::export::origin;

/// A record that this node reads.
#[derive(Debug, Default)]
pub(crate) struct Follow {
    /// Everything received and proven to be in the log.
    log: Frontier,
    /// Roots of the log at the sizes at which a checkpoint was verified; the last one is what may be cosigned.
    proven: Option<(u64, Digest)>,
    /// Received, not yet applied: waiting for what they cite.
    pub(crate) waiting: VecDeque<Box<[u8]>>,
    /// A checkpoint that the owner wants cosigned when it has been reached.
    pub(crate) wanted: Option<SignedCheckpoint>,
    /// Why the record is not followed any further.
    pub(crate) refused: Option<&'static str>,
    /// Highest size announced.
    pub(crate) announced: u64,
    vkey: Option<Vkey>,
}

impl Follow {
    pub(crate) const fn size(&self) -> u64 {
        self.log.size()
    }

    pub(crate) const fn proven(&self) -> Option<(u64, Digest)> {
        self.proven
    }

    pub(crate) const fn vkey(&self) -> Option<&Vkey> {
        self.vkey.as_ref()
    }

    /// Takes entries in, if they continue the log to a root that its owner signed. Repetitions are ignored, gaps wait
    /// for the next fetch. A signed root that the entries do not lead to is the owner's contradiction.
    pub(crate) fn take(
        &mut self,
        owner: SovereignId,
        from: u64,
        envelopes: &[Vec<u8>],
        checkpoint: &[u8],
    ) -> Result<(), NodeError> {
        let known = self.size().checked_sub(from).and_then(|known| usize::try_from(known).ok());
        let Some(fresh) = known.and_then(|known| envelopes.get(known..)) else { return Ok(()) };
        if fresh.is_empty() {
            return Ok(());
        }
        if self.vkey.is_none() {
            let genesis = fresh.first().ok_or(NodeError::BadGenesis)?;
            self.vkey = Some(log_key(owner, genesis)?);
        }
        let vkey = self.vkey.as_ref().ok_or(NodeError::BadGenesis)?;
        let signed = SignedCheckpoint::decode_open(checkpoint, vkey, &[], 0)?;
        let mut log = self.log.clone();
        for bytes in fresh {
            log.append(leaf_hash(sha256(bytes).as_bytes()));
        }
        let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
        if size != log.size() {
            return Ok(());
        }
        if root != log.root() {
            return Err(NodeError::Forked { size });
        }
        self.log = log;
        self.proven = Some((size, root));
        self.waiting.extend(fresh.iter().map(|bytes| bytes.clone().into_boxed_slice()));
        Ok(())
    }
}

/// The key of a sovereign's log, from its self-certifying genesis.
pub(crate) fn log_key(owner: SovereignId, genesis: &[u8]) -> Result<Vkey, NodeError> {
    let claim = Claim::<Statement>::decode(genesis)?;
    if SovereignId::of_genesis(claim.id()) != owner {
        return Err(NodeError::BadGenesis);
    }
    let statement = claim.claimed();
    match MeshFact::decode(&statement.kind, &statement.body)? {
        Some(MeshFact::Genesis(genesis)) => {
            let key =
                PublicKey::from_key_id(&genesis.authority).map_err(|_| NodeError::BadGenesis)?;
            Ok(Vkey::log(&origin(owner), key)?)
        }
        _ => Err(NodeError::BadGenesis),
    }
}

/// The name under which a sovereign cosigns.
pub(crate) fn witness_key(log: &Vkey) -> Option<Vkey> {
    Vkey::witness(log.name(), log.key().clone()).ok()
}
