//! The registry: who offers what, now.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::mesh_json::Datetime;

use super::{
    AgentDescriptor, Deregistration, DeregistrationReason, DescriptorCheck, DescriptorReason,
};

/// What is known of one node.
#[derive(Clone, Debug)]
struct Slot {
    /// What it offers, unless it was taken out.
    live: Option<AgentDescriptor>,
    /// Earliest time that its next descriptor may bear, in microseconds: that of its last word.
    not_before: i64,
    /// When the longest-lived descriptor seen of it is over, in microseconds. Until then old ones could be sent again.
    until: i64,
}

/// Descriptors that were verified, one per node key, found by capability.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    slots: BTreeMap<String, Slot>,
    /// Agent id and node key of every live descriptor, by capability.
    offers: BTreeMap<String, BTreeSet<(String, String)>>,
}

impl Registry {
    /// An empty one.
    pub const fn new() -> Self {
        Self { slots: BTreeMap::new(), offers: BTreeMap::new() }
    }

    /// Checks a descriptor and puts it in the place of the one that its node had.
    ///
    /// # Errors
    ///
    /// [`DescriptorReason`]; nothing has changed.
    pub fn register(
        &mut self,
        descriptor: AgentDescriptor,
        check: &DescriptorCheck<'_>,
    ) -> Result<(), DescriptorReason> {
        descriptor.verify(check)?;
        let from = descriptor.registered_at.instant();
        let known = self.slots.get(&descriptor.node_public_key);
        if known.is_some_and(|slot| from < slot.not_before) {
            return Err(DescriptorReason::Superseded);
        }
        let until = known.map_or(i64::MIN, |slot| slot.until);
        let until = until.max(descriptor.expires_at.instant());
        let node = descriptor.node_public_key.clone();
        self.take(&node);
        for capability in &descriptor.capabilities {
            let offer = (descriptor.agent_id.clone(), node.clone());
            self.offers.entry(capability.clone()).or_default().insert(offer);
        }
        self.slots.insert(node, Slot { live: Some(descriptor), not_before: from, until });
        Ok(())
    }

    /// Takes a node out at its own word. Descriptors that it signed until then do not count any more.
    ///
    /// # Errors
    ///
    /// [`DeregistrationReason`]; nothing has changed.
    pub fn deregister(
        &mut self,
        node_public_key: &str,
        request: &Deregistration,
        at: Datetime,
    ) -> Result<(), DeregistrationReason> {
        let signed_at = request.verify(node_public_key, at)?.instant();
        let live = self.get(node_public_key, at).ok_or(DeregistrationReason::NotRegistered)?;
        if signed_at < live.registered_at.instant() {
            return Err(DeregistrationReason::Superseded);
        }
        self.take(node_public_key);
        if let Some(slot) = self.slots.get_mut(node_public_key) {
            slot.not_before = signed_at.saturating_add(1);
        }
        Ok(())
    }

    /// Takes a node out because a certificate of its key was revoked. Tells whether there was one.
    pub fn evict(&mut self, node_public_key: &str) -> bool {
        self.take(node_public_key).is_some()
    }

    /// Forgets what is over `at` that time. Tells how many descriptors went.
    pub fn expire(&mut self, at: Datetime) -> usize {
        let is_over = |slot: &Slot| slot.live.as_ref().is_some_and(|live| !is_live(live, at));
        let over =
            self.slots.iter().filter(|(_, slot)| is_over(slot)).map(|(node, _)| node.clone());
        let over: Vec<String> = over.collect();
        for node in &over {
            self.take(node);
        }
        self.slots.retain(|_, slot| slot.live.is_some() || at.instant() <= slot.until);
        over.len()
    }

    /// What a node offers `at` that time.
    pub fn get(&self, node_public_key: &str, at: Datetime) -> Option<&AgentDescriptor> {
        let live = self.slots.get(node_public_key)?.live.as_ref();
        live.filter(|descriptor| is_live(descriptor, at))
    }

    /// Every descriptor, or those that offer exactly `capability`; the newest first, then by node key.
    pub fn list(&self, capability: Option<&str>, at: Datetime) -> Vec<&AgentDescriptor> {
        let mut found: Vec<_> = match capability {
            Some(capability) => self.providers(capability, &BTreeSet::new(), at),
            None => self.slots.values().filter_map(|slot| slot.live.as_ref()).collect(),
        };
        found.retain(|descriptor| is_live(descriptor, at));
        found.sort_by(|a, b| {
            let newest_first = b.registered_at.instant().cmp(&a.registered_at.instant());
            newest_first.then_with(|| a.node_public_key.cmp(&b.node_public_key))
        });
        found
    }

    /// Who offers exactly `capability`, without the node keys in `excluded`: in the order in which to try them, by agent id
    /// and then by node key.
    pub fn providers(
        &self,
        capability: &str,
        excluded: &BTreeSet<String>,
        at: Datetime,
    ) -> Vec<&AgentDescriptor> {
        let offers = self.offers.get(capability).into_iter().flatten();
        let nodes = offers.map(|(_, node)| node).filter(|node| !excluded.contains(*node));
        nodes.filter_map(|node| self.get(node, at)).collect()
    }

    /// Whom to ask for `capability`. A caller whose attempt fails adds the node to `excluded` and asks again.
    pub fn choose(
        &self,
        capability: &str,
        excluded: &BTreeSet<String>,
        at: Datetime,
    ) -> Option<&AgentDescriptor> {
        self.providers(capability, excluded, at).into_iter().next()
    }

    /// Takes what a node offers out of everything; what is remembered of its last word stays.
    fn take(&mut self, node_public_key: &str) -> Option<AgentDescriptor> {
        let taken = self.slots.get_mut(node_public_key)?.live.take()?;
        let offer = (taken.agent_id.clone(), taken.node_public_key.clone());
        for capability in &taken.capabilities {
            if let Some(offers) = self.offers.get_mut(capability) {
                offers.remove(&offer);
                if offers.is_empty() {
                    self.offers.remove(capability);
                }
            }
        }
        Some(taken)
    }
}

/// The registry drops a descriptor at its last instant, like the reference's.
const fn is_live(descriptor: &AgentDescriptor, at: Datetime) -> bool {
    at.instant() < descriptor.expires_at.instant()
}
