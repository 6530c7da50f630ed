//! Where commitments are anchored: the embedded stand-in for a chain.

use anyhow::Context as _;
use comity_anchor::{ChainPort as _, Founding, Publication, StandIn, anchored};
use comity_bls::CommitteeKey;
use comity_commitment::Layer;
use comity_commitment::anchor::WINDOW_ITEMS_MAX;
use comity_wire::jcs;

use super::Senate;

/// The stand-in, and how deep its entries must be.
#[derive(Debug)]
pub(super) struct Harbour {
    chain: StandIn,
    depth: u64,
}

impl Senate {
    /// Puts the committee's key where anchors go.
    pub(super) fn found_harbour(&mut self, key: &CommitteeKey) -> anyhow::Result<()> {
        let (genesis, key_from) = (self.id()?.digest(), self.epoch()?);
        let depth = self.world()?.charter_of(self.id()?).anchoring().finality_depth;
        let chain = StandIn::new(&Founding { genesis, key: key.clone(), key_from }, depth)?;
        self.harbour = Some(Harbour { chain, depth });
        Ok(())
    }

    /// Anchors everything that waits for it, as deep as finality asks.
    pub(super) fn anchor(&mut self) -> anyhow::Result<()> {
        if self.committee.is_none() {
            return Ok(());
        }
        loop {
            let record = self.world()?.record(self.id()?).context("no record")?;
            let anchors = record.anchors();
            let (from, items) = (anchors.next(Layer::L1), anchors.items().len() as u64);
            if items <= from {
                return Ok(());
            }
            let to = (items - 1).min(from + WINDOW_ITEMS_MAX - 1);
            let window = anchors.window(to)?;
            let certificate = self.certify(window.payload()?, Some(to))?;
            let time = u64::try_from(self.at()?.unix())?;
            let Harbour { chain, depth } = self.harbour.as_mut().context("no harbour")?;
            chain.set_time(time);
            let (previous, payload) = (chain.state()?.head, jcs::to_vec(&window)?);
            let receipt = chain.publish(&Publication { certificate, previous, payload })?;
            chain.mine(usize::try_from(depth.saturating_sub(1))?)?;
            let standing = chain.standing(&receipt)?;
            self.sign(None, anchored(&receipt, &standing, Layer::L1, window)?)?;
        }
    }
}
