//! What is due on a chain: a node speaks to none, so a shell asks, publishes, and states the receipt.

use comity_commitment::{Certified, CommitmentFact, Layer, Window};
use comity_sign::Claim;
use comity_wire::{Digest, Statement, Time, b64};

use crate::duty::certified_window;
use crate::io::Now;
use crate::node::Node;

/// An anchor that a shell has to make. What comes of it is stated with [`crate::Command::act`], as the authority, by the body
/// `Anchored` with this layer, payload and window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorDue {
    /// On which of the two chains.
    pub layer: Layer,
    /// Which items.
    pub window: Window,
    /// What is published.
    pub payload: Digest,
    /// The committee's certificate over the payload, encoded; none for an item on L2 that has none.
    pub certificate: Option<Vec<u8>>,
    /// Since when it is due.
    pub since: Time,
    /// Whether it is late by now.
    pub is_late: bool,
}

impl Node {
    /// What has to be anchored now, L1 first. A window for L1 is not named before the committee has certified it.
    pub fn anchors_due(&self, now: Now) -> Vec<AnchorDue> {
        let Some((me, view)) = self.me.and_then(|me| Some((me, self.world.record(me)?))) else {
            return Vec::new();
        };
        let Ok(rules) = self.world.rules_of(me) else { return Vec::new() };
        let at = self.date(now, &[]);
        let due = view.anchors().due(at, &rules).into_iter();
        let named = due.filter_map(|due| {
            let (window, payload) = match due.layer {
                Layer::L1 => {
                    let window = certified_window(view, at, &rules)?;
                    (window, window.payload().ok()?)
                }
                Layer::L2 => {
                    let place = usize::try_from(due.from).ok()?;
                    let item = view.anchors().items().get(place)?;
                    (Window::over(due.from, &[item.digest], item.state_root), item.digest)
                }
            };
            let (layer, since, is_late) = (due.layer, due.since, due.is_late);
            let certificate = self.certificate(&payload);
            Some(AnchorDue { layer, window, payload, certificate, since, is_late })
        });
        named.collect()
    }

    /// The certificate over a digest, as this record shows it.
    fn certificate(&self, digest: &Digest) -> Option<Vec<u8>> {
        let index = self.world.certificate_of(self.me?, digest)?.index;
        let envelope = self.envelopes().get(usize::try_from(index).ok()?)?;
        let claim = Claim::<Statement>::decode(envelope).ok()?;
        let Statement { kind, body, .. } = claim.claimed();
        match CommitmentFact::decode(kind, body) {
            Ok(Some(CommitmentFact::Certified(Certified { certificate, .. }))) => {
                b64::decode(certificate.as_bytes()).ok()
            }
            _ => None,
        }
    }
}
