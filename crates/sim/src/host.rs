//! A sovereign's machine: a node that can be dropped at any time, a disk that stays, a clock that may be wrong.

use std::collections::BTreeSet;

use comity_constitution::Parameters;
use comity_mycel::mip::{self, Package};
use comity_node::{Labels, Machine, Node, Now, Vault};
use comity_replay::export::origin;
use comity_tlog::Vkey;
use comity_wire::{SovereignId, Time, sha256};

use crate::cast::{Member, Part};
use crate::disk::Disk;
use crate::plant::Plant;
use crate::violation::Violation;
use crate::{START, title};

/// One sovereign's machine.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) member: Member,
    /// Zero until it is founded.
    pub(crate) id: SovereignId,
    /// `None` while the machine is down.
    pub(crate) node: Option<Node>,
    pub(crate) vault: Vault,
    pub(crate) disk: Disk,
    /// How far its calendar is off, in seconds.
    pub(crate) skew_s: i64,
    /// Counts starts, so that what an earlier life began does not reach a later one.
    pub(crate) boot: u64,
    /// When the monotonic clock was last reset.
    pub(crate) booted_ms: u64,
    /// What its people have got done, so that they do not ask for it again.
    pub(crate) notes: BTreeSet<String>,
}

impl Host {
    /// A machine that has not been switched on.
    pub(crate) fn new(member: Member, package: &Package) -> Self {
        let mut vault = Vault::new(member.vault);
        vault.add_package(package.clone());
        vault.add_module(mip::band_watch().to_vec());
        Self {
            member,
            id: SovereignId::from_digest(comity_wire::Digest::ZERO),
            node: None,
            vault,
            disk: Disk::default(),
            skew_s: 0,
            boot: 0,
            booted_ms: 0,
            notes: BTreeSet::new(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.member.charter.name
    }

    /// Gives an operator its machines, a buyer its labels.
    pub(crate) fn install(&mut self, number: usize, plant: &Plant, package: &Package) {
        match self.member.part {
            Part::Operator => {
                let unit = package.manifest().units.values().next().cloned().unwrap_or_default();
                let Some(device) = self.member.devices.get(number) else { return };
                let machine = Machine {
                    readings: plant.readings.clone(),
                    device: device.clone(),
                    unit,
                    calibration: sha256(b"simulated"),
                    module: mip::band_watch().to_vec(),
                };
                self.vault.add_machine(title(number), machine);
            }
            Part::Buyer => {
                let salt = self.vault.salt("windows", title(number).as_bytes());
                self.vault.add_labels(Labels { salt, windows: plant.windows.clone() });
            }
            Part::House | Part::Keeper => {}
        }
    }

    /// Opens the node from what is durable, and nothing else.
    pub(crate) fn start(
        &mut self,
        parameters: &Parameters,
        peers: &[SovereignId],
        now_ms: u64,
    ) -> Result<(), Violation> {
        let Member { charter, secrets, .. } = self.member.clone();
        let witnessed: Vec<_> = self.disk.witnessed().collect();
        let envelopes = self.disk.envelopes();
        let parameters = vec![parameters.clone()];
        let mut node = Node::open(charter, secrets, parameters, envelopes, witnessed)
            .map_err(|error| Violation::new("what is durable can be reopened", error))?;
        node.follow(peers.iter().copied());
        self.node = Some(node);
        self.boot += 1;
        self.booted_ms = now_ms;
        Ok(())
    }

    /// The machine's own clocks at a simulated instant.
    pub(crate) fn now(&self, now_ms: u64) -> Now {
        let elapsed = i64::try_from(now_ms / 1000).unwrap_or(i64::MAX);
        let wall: Time = START.plus(elapsed + self.skew_s);
        Now { wall, mono_ms: now_ms.saturating_sub(self.booted_ms) }
    }

    /// The key under which its log is signed.
    pub(crate) fn log_key(&self) -> Option<Vkey> {
        let key = self.member.secrets.authority.ed25519().public();
        Vkey::log(&origin(self.id), key).ok()
    }

    /// The node, if the machine is up and has read its own record again.
    pub(crate) fn ready(&self) -> Option<&Node> {
        self.node.as_ref().filter(|node| node.is_caught_up())
    }
}
