//! The node's own record: envelopes, tree, checkpoint, and the witnesses' cosignatures.

use std::collections::BTreeMap;

use comity_replay::export::origin;
use comity_sign::{IssuerSecret, Signed};
use comity_tlog::{
    Checkpoint, Cosignature, NoteSignature, SignedCheckpoint, Tree, Vkey, leaf_hash,
};
use comity_wire::{SovereignId, Statement};

use crate::error::NodeError;
use crate::limits::ENTRIES_PER_MESSAGE_MAX;
use crate::message::Message;

/// A record that this node writes.
#[derive(Debug, Default)]
pub(crate) struct OwnRecord {
    envelopes: Vec<Box<[u8]>>,
    tree: Tree,
    /// Size at the last announcement.
    announced: u64,
    /// The checkpoint for which cosignatures are being collected, with those that came.
    sealing: Option<Sealing>,
}

#[derive(Debug)]
struct Sealing {
    checkpoint: SignedCheckpoint,
    by: BTreeMap<SovereignId, Cosignature>,
}

impl OwnRecord {
    pub(crate) fn size(&self) -> u64 {
        self.tree.size()
    }

    pub(crate) fn push(&mut self, signed: &Signed<Statement>) {
        self.tree.append(leaf_hash(signed.leaf().as_bytes()));
        self.envelopes.push(signed.bytes().into());
    }

    pub(crate) fn envelopes(&self) -> &[Box<[u8]>] {
        &self.envelopes
    }

    /// A signed checkpoint of the first `size` entries.
    pub(crate) fn checkpoint(
        &self,
        me: SovereignId,
        size: u64,
        secret: &IssuerSecret,
    ) -> Result<SignedCheckpoint, NodeError> {
        let checkpoint = Checkpoint::new(&origin(me), size, self.tree.root_at(size)?)?;
        Ok(SignedCheckpoint::sign(checkpoint, secret.ed25519()))
    }

    /// The announcement that is due, if the record has grown since the last.
    pub(crate) fn announcement(
        &mut self,
        me: SovereignId,
        secret: &IssuerSecret,
    ) -> Result<Option<Message>, NodeError> {
        if self.size() == self.announced {
            return Ok(None);
        }
        self.announced = self.size();
        let checkpoint = self.checkpoint(me, self.size(), secret)?.encode();
        Ok(Some(Message::Announce { checkpoint }))
    }

    /// The answer to a fetch: as many entries as one message takes. Empty if there is nothing new.
    pub(crate) fn entries(
        &self,
        me: SovereignId,
        from: u64,
        secret: &IssuerSecret,
    ) -> Result<Option<Message>, NodeError> {
        let start = usize::try_from(from).unwrap_or(usize::MAX);
        let rest = self.envelopes.get(start..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let envelopes: Vec<Vec<u8>> =
            rest.iter().take(ENTRIES_PER_MESSAGE_MAX).map(|bytes| bytes.to_vec()).collect();
        let size = from + envelopes.len() as u64;
        let checkpoint = self.checkpoint(me, size, secret)?.encode();
        Ok(Some(Message::Entries { from, envelopes, checkpoint }))
    }

    /// Starts to collect cosignatures for the record as it is now.
    pub(crate) fn seal(
        &mut self,
        me: SovereignId,
        secret: &IssuerSecret,
    ) -> Result<Message, NodeError> {
        let is_current = |sealing: &Sealing| sealing.checkpoint.checkpoint().size() == self.size();
        if !self.sealing.as_ref().is_some_and(is_current) {
            let checkpoint = self.checkpoint(me, self.size(), secret)?;
            self.sealing = Some(Sealing { checkpoint, by: BTreeMap::new() });
        }
        let checkpoint = self.sealing.as_ref().map(|sealing| sealing.checkpoint.encode());
        Ok(Message::WantCosign { checkpoint: checkpoint.unwrap_or_default() })
    }

    /// Takes a witness's line for the checkpoint being sealed.
    pub(crate) fn cosigned(
        &mut self,
        by: SovereignId,
        size: u64,
        line: &str,
        witness: &Vkey,
    ) -> Result<(), NodeError> {
        let Some(sealing) = &mut self.sealing else { return Ok(()) };
        if sealing.checkpoint.checkpoint().size() != size {
            return Ok(());
        }
        let cosignature = Cosignature::decode(&NoteSignature::decode(line)?)?;
        cosignature.verify(witness, sealing.checkpoint.checkpoint())?;
        sealing.by.entry(by).or_insert(cosignature);
        Ok(())
    }

    /// The checkpoint with exactly the first `witnesses` cosignatures by witness name; `None` until there are as many,
    /// for the record as it is now.
    pub(crate) fn sealed(
        &self,
        witnesses: u64,
        vkey: impl Fn(SovereignId) -> Option<Vkey>,
    ) -> Option<SignedCheckpoint> {
        let sealing = self.sealing.as_ref()?;
        if sealing.checkpoint.checkpoint().size() != self.size() {
            return None;
        }
        let mut sealed = sealing.checkpoint.clone();
        let wanted = usize::try_from(witnesses).ok()?;
        for (by, cosignature) in sealing.by.iter().take(wanted) {
            sealed.add(cosignature.clone(), &vkey(*by)?).ok()?;
        }
        (sealed.cosignatures().len() == wanted).then_some(sealed)
    }
}
