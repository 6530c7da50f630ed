//! Whom to ask for a capability: one provider after the other, in an order that everybody computes alike, with a trail that
//! says why.
//!
//! ```text
//! offers ──exact tag, signature, window, trusted sovereign──▶ candidates, by agent id and node key
//!                                                              │ first ──fails──▶ next ──fails──▶ … ──▶ none is left
//! ```
//!
//! # Invariants
//!
//! 1. The same offers and the same failures give the same provider, in whatever order the offers came.
//! 2. A provider that failed, or was excluded, is never proposed again in the same search.
//! 3. An offer counts only if its node signed it, it is in its window, it names exactly the capability, and the sovereign
//!    whose registry had it is trusted. Every offer that does not count is in the trail, with the reason.
//!
//! # Source
//!
//! The reference's `examples/agent-network` (provider choice, failover, provenance steps); RFC-005: a descriptor is
//! subordinate to trust.

use std::collections::BTreeMap;

use comity_wire::mesh_json::Datetime;

use crate::descriptor::{AgentDescriptor, DescriptorCheck, DescriptorReason};
use crate::{objects, reasons};

objects! {
    /// One step on the way to a provider.
    pub struct RouteStep {
        /// Who did it: the provider it is about.
        agent: String,
        /// `selected`, `failed`, `reached` or `left_out`.
        action: String,
        /// For what.
        capability: String,
        /// The sovereign in whose registry the provider stands.
        sovereign_id: String,
        /// When.
        at: Datetime,
        /// Why, if there is more to say.
        detail: String = String::new(),
    }
}

reasons! {
    /// Why an offer is left out.
    pub enum OfferReason {
        /// It does not name exactly the capability.
        OtherCapability = "other_capability",
        /// Whoever searches does not want it.
        Excluded = "excluded",
        /// There is no path of trust to the sovereign whose registry had it.
        Untrusted = "sovereign_not_trusted",
        /// The descriptor is not in its window.
        Expired = "descriptor_expired",
        /// The descriptor is for another network than its registry.
        OtherNetwork = "descriptor_network_mismatch",
        /// Its node did not sign it.
        NotSigned = "invalid_signature",
    }
}

/// A descriptor as a registry showed it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The descriptor.
    pub descriptor: AgentDescriptor,
    /// The sovereign whose registry had it.
    pub sovereign_id: String,
    /// Whether that sovereign is trusted by whoever searches.
    pub is_trusted: bool,
}

/// A search for somebody who does one thing.
#[derive(Clone, Debug)]
pub struct Search {
    capability: String,
    /// Who can still be asked, by agent id and node key.
    left: BTreeMap<(String, String), Offer>,
    current: Option<Offer>,
    trail: Vec<RouteStep>,
}

impl Search {
    /// Begins, among `offers`, without the node keys in `excluded`.
    pub fn new(capability: &str, offers: Vec<Offer>, excluded: &[String], at: Datetime) -> Self {
        let mut search = Self {
            capability: capability.to_owned(),
            left: BTreeMap::new(),
            current: None,
            trail: Vec::new(),
        };
        let mut offers = offers;
        offers.sort_by_cached_key(|offer| (order(&offer.descriptor), offer.sovereign_id.clone()));
        for offer in offers {
            match search.check(&offer, excluded, at) {
                Ok(()) => {
                    // The same provider in two registries: the first by sovereign id stands for it.
                    search.left.entry(order(&offer.descriptor)).or_insert(offer);
                }
                Err(reason) => search.note(&offer, "left_out", reason.as_str(), at),
            }
        }
        search
    }

    fn check(&self, offer: &Offer, excluded: &[String], at: Datetime) -> Result<(), OfferReason> {
        let descriptor = &offer.descriptor;
        if !descriptor.capabilities.contains(&self.capability) {
            return Err(OfferReason::OtherCapability);
        }
        if excluded.contains(&descriptor.node_public_key) {
            return Err(OfferReason::Excluded);
        }
        if !offer.is_trusted {
            return Err(OfferReason::Untrusted);
        }
        let check = DescriptorCheck::listed(&offer.sovereign_id, at);
        descriptor.verify(&check).map_err(|reason| match reason {
            DescriptorReason::Expired => OfferReason::Expired,
            DescriptorReason::NetworkMismatch => OfferReason::OtherNetwork,
            DescriptorReason::SignatureRequired
            | DescriptorReason::NoCertificate
            | DescriptorReason::KeyRevoked
            | DescriptorReason::BadNodeKey
            | DescriptorReason::InvalidSignature
            | DescriptorReason::Superseded => OfferReason::NotSigned,
        })
    }

    /// Whom to ask now; `None` if nobody is left. Whoever was proposed before and neither failed nor was reached counts as
    /// failed without a word.
    pub fn propose(&mut self, at: Datetime) -> Option<&Offer> {
        if let Some(before) = self.current.take() {
            self.note(&before, "failed", "", at);
        }
        let (_, offer) = self.left.pop_first()?;
        self.note(&offer, "selected", "", at);
        Some(self.current.insert(offer))
    }

    /// The one who was proposed did not do it.
    pub fn failed(&mut self, why: &str, at: Datetime) {
        if let Some(offer) = self.current.take() {
            self.note(&offer, "failed", why, at);
        }
    }

    /// The one who was proposed can be asked.
    pub fn reached(&mut self, at: Datetime) -> Option<Offer> {
        let offer = self.current.take()?;
        self.note(&offer, "reached", "", at);
        Some(offer)
    }

    /// Everything that happened, in order.
    pub fn trail(&self) -> &[RouteStep] {
        &self.trail
    }

    fn note(&mut self, offer: &Offer, action: &str, detail: &str, at: Datetime) {
        self.trail.push(RouteStep {
            agent: offer.descriptor.agent_id.clone(),
            action: action.to_owned(),
            capability: self.capability.clone(),
            sovereign_id: offer.sovereign_id.clone(),
            at,
            detail: detail.to_owned(),
        });
    }
}

fn order(descriptor: &AgentDescriptor) -> (String, String) {
    (descriptor.agent_id.clone(), descriptor.node_public_key.clone())
}

#[cfg(test)]
mod tests;
