//! Where commitments are anchored: the embedded stand-in for a chain, once for each layer.

use anyhow::Context as _;
use comity_anchor::{ChainPort as _, Founding, Publication, StandIn, anchored};
use comity_bls::{Certificate, CommitteeKey};
use comity_commitment::Layer;
use comity_node::AnchorDue;
use comity_wire::{Time, jcs};

use super::{Senate, cast};

/// The stand-ins, and how deep their entries must be.
#[derive(Debug)]
pub(super) struct Harbour {
    l1: Berth,
    l2: Berth,
}

#[derive(Debug)]
struct Berth {
    chain: StandIn,
    depth: u64,
}

impl Senate {
    /// Puts the committee's key where anchors go.
    pub(super) fn found_harbour(&mut self, key: &CommitteeKey) -> anyhow::Result<()> {
        let (genesis, key_from) = (self.id()?.digest(), self.epoch()?);
        let depth = self.world()?.charter_of(self.id()?).anchoring().finality_depth;
        let founding = Founding { genesis, key: key.clone(), key_from };
        let berth = |depth| anyhow::Ok(Berth { chain: StandIn::new(&founding, depth)?, depth });
        self.harbour = Some(Harbour { l1: berth(depth)?, l2: berth(1)? });
        Ok(())
    }

    /// Anchors what the node says is due, as deep as finality asks. What has no certificate waits for the window on L1.
    pub(super) fn anchor(&mut self) -> anyhow::Result<()> {
        if self.harbour.is_none() {
            return Ok(());
        }
        loop {
            let now = self.tour.town.now();
            let node = &self.tour.town.citizen(cast::HOME)?.node;
            let due = node.anchors_due(now).into_iter().find(|due| due.certificate.is_some());
            let Some(due) = due else { return Ok(()) };
            self.moor(&due)?;
        }
    }

    /// When the next window is due on L1.
    pub(super) fn next_anchor(&self) -> anyhow::Result<Option<Time>> {
        let (world, id) = (self.world()?, self.id()?);
        let anchors = world.record(id).context("no record")?.anchors();
        let due = anchors.due_date(Layer::L1, &world.rules_of(id)?);
        Ok(due.filter(|_| self.harbour.is_some()))
    }

    fn moor(&mut self, due: &AnchorDue) -> anyhow::Result<()> {
        let time = u64::try_from(self.at()?.unix())?;
        let certificate = due.certificate.as_deref().context("no certificate")?;
        let certificate = Certificate::decode(certificate)?;
        let Harbour { l1, l2 } = self.harbour.as_mut().context("no harbour")?;
        let (Berth { chain, depth }, payload) = match due.layer {
            Layer::L1 => (l1, jcs::to_vec(&due.window)?),
            Layer::L2 => (l2, Vec::new()),
        };
        chain.set_time(time);
        let previous = chain.state()?.head;
        let receipt = chain.publish(&Publication { certificate, previous, payload })?;
        chain.mine(usize::try_from(depth.saturating_sub(1))?)?;
        let standing = chain.standing(&receipt)?;
        self.sign(None, anchored(&receipt, &standing, due.layer, due.window)?)?;
        Ok(())
    }
}
