//! A record's commitments on their way to the settlement chain.
//!
//! ```text
//!  items    0 epoch  1 epoch  2 event  3 epoch  4 epoch ...      hashes, in the order of the record
//!  L2       one transaction each, payload = the hash
//!  L1       [ 0 .. 2 ]  [ 3 .. 4 ]  ...                            windows without gaps or overlaps
//!
//!  window hash  SHA-256(hash[32] ‖ hash[32] ‖ ...)
//!  payload      SHA-256(canonical JSON of {from, state_root, to, window_hash})
//! ```
//!
//! An item is the hash of an epoch's commitment, or what happened that cannot wait for the close of one: a step in the life
//! of the constitution, by the id of the statement that made it, or a certified decision, by its digest.
//!
//! # Invariants
//!
//! 1. Windows on L1 follow each other: no item is left out, none is anchored twice, none is exchanged.
//! 2. An anchor counts once it is as deep as finality asks; until then it is not stated.
//! 3. The last item of a window, or its payload, is certified by the committee. What stands before an epoch's
//!    commitment is under it by the chain of hashes.
//! 4. Every tier has the same items, payloads and certificates; only the dates differ on which an anchor is due.
//! 5. A refusal changes nothing.
//!
//! # Where the rules come from
//!
//! Blueprint §6. It says neither how hashes are concatenated nor how the state root is attached: here they are raw, and the
//! four members are one canonical object. Items are counted, because events have no epoch of their own.

mod error;
mod proof;

use std::collections::BTreeMap;

use comity_constitution::CommitmentTier;
use comity_wire::{Digest, StatementId, Time, jcs, sha256, sha256_concat};
use serde::Serialize;

use crate::{
    commitment::EpochId,
    committee::{Rules, Stamp, after},
    facts::{Anchored, Layer, Window},
    schedule::LifecycleEvent,
};

pub use error::AnchorError;
pub use proof::{ProofError, WindowProof};

/// Most items of a window: six weeks of hours. A longer backlog takes several anchors.
pub const WINDOW_ITEMS_MAX: u64 = 1024;
/// Longest name of a chain, in bytes.
pub const CHAIN_NAME_BYTES_MAX: usize = 64;

/// The state that a window names: whatever rules are in force when its last item is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConstitutionState {
    /// Hash of the charter.
    pub charter: Digest,
    /// Hash of the parameters.
    pub parameters: Digest,
    /// The phase, or `none` where there is no constitution or it failed closed.
    pub phase: String,
    /// The commitment tier.
    pub tier: CommitmentTier,
}

impl ConstitutionState {
    /// SHA-256 of the canonical JSON.
    pub fn root(&self) -> Digest {
        // Digests and short words always have a canonical form.
        jcs::to_vec(self).map_or(Digest::ZERO, |bytes| sha256(&bytes))
    }
}

impl Window {
    /// The window over these hashes.
    pub fn over(from: u64, hashes: &[Digest], state_root: Digest) -> Self {
        let parts: Vec<&[u8]> = hashes.iter().map(|hash| hash.as_bytes().as_slice()).collect();
        let to = from + (hashes.len() as u64).saturating_sub(1);
        Self { from, state_root, to, window_hash: sha256_concat(&parts) }
    }

    /// What is published on L1: SHA-256 of the canonical JSON.
    ///
    /// # Errors
    ///
    /// [`AnchorError::Wire`] if a number is beyond exact integers in JSON.
    pub fn payload(&self) -> Result<Digest, AnchorError> {
        Ok(sha256(&jcs::to_vec(self)?))
    }
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// The commitment of an epoch.
    Epoch(EpochId),
    /// Something that is anchored at once.
    Event(LifecycleEvent),
}

/// One thing to be anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// What goes into the window hash.
    pub digest: Digest,
    /// What it is.
    pub kind: ItemKind,
    /// When it was made.
    pub at: Time,
    /// State of the constitution at that time.
    pub state_root: Digest,
}

/// An anchor that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnchorView {
    /// What was stated.
    pub anchored: Anchored,
    /// The statement.
    pub statement: StatementId,
    /// Its place in the record.
    pub index: u64,
    /// Seconds between the last moment at which it was in time and its block; zero when it was in time.
    pub late_s: u64,
}

/// Everything of one record that is anchored or waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchors {
    pub(crate) items: Vec<Item>,
    places: BTreeMap<Digest, u64>,
    pub(crate) l1: Vec<AnchorView>,
    pub(crate) l2: Vec<AnchorView>,
    pub(crate) tier: CommitmentTier,
    pub(crate) tier_since: Option<Time>,
    /// Since when anchors are due: there is a committee that can certify them.
    pub(crate) obliged_since: Option<Time>,
}

impl Default for Anchors {
    fn default() -> Self {
        Self::new()
    }
}

impl Anchors {
    /// Nothing to anchor.
    pub const fn new() -> Self {
        Self {
            items: Vec::new(),
            places: BTreeMap::new(),
            l1: Vec::new(),
            l2: Vec::new(),
            tier: CommitmentTier::C0,
            tier_since: None,
            obliged_since: None,
        }
    }

    /// From now on anchors are due.
    pub fn oblige(&mut self, at: Time) {
        self.obliged_since.get_or_insert(at);
    }

    /// The number of people changed: whether the tier rose with it. It never falls.
    pub fn advance(&mut self, rules: &Rules<'_>, humans: u64, at: Time) -> bool {
        self.raise(self.tier.advance(rules.parameters.commitment(), humans), at)
    }

    /// The tier is at least this one from now on: whether it rose.
    pub fn raise(&mut self, tier: CommitmentTier, at: Time) -> bool {
        let has_risen = self.tier < tier;
        if has_risen {
            self.tier = tier;
            self.tier_since = Some(at);
        }
        has_risen
    }

    /// One more item; one whose digest is there already is not added again.
    pub fn push(&mut self, item: Item) {
        let place = self.items.len() as u64;
        if let std::collections::btree_map::Entry::Vacant(vacant) = self.places.entry(item.digest) {
            vacant.insert(place);
            self.items.push(item);
        }
    }

    /// The tier in force.
    pub const fn tier(&self) -> CommitmentTier {
        self.tier
    }

    /// All items, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// All anchors of a layer, in order.
    pub fn of(&self, layer: Layer) -> &[AnchorView] {
        match layer {
            Layer::L1 => &self.l1,
            Layer::L2 => &self.l2,
        }
    }

    /// Anchors that came late.
    pub fn late(&self) -> impl Iterator<Item = &AnchorView> {
        self.l1.iter().chain(&self.l2).filter(|view| 0 < view.late_s)
    }

    /// The first item that no anchor of a layer has reached.
    pub fn next(&self, layer: Layer) -> u64 {
        self.of(layer).last().map_or(0, |view| view.anchored.window.to + 1)
    }

    /// The window of the items from the first that is not anchored on L1 up to `to`.
    ///
    /// # Errors
    ///
    /// [`AnchorError::NoSuchItems`] and [`AnchorError::WindowTooLong`].
    pub fn window(&self, to: u64) -> Result<Window, AnchorError> {
        self.window_of(self.next(Layer::L1), to)
    }

    /// Whether `digest` is the payload of the next window, when that ends with item `to`.
    ///
    /// # Errors
    ///
    /// As [`Self::window`], and [`AnchorError::Payload`] if it is another.
    pub fn is_window(&self, digest: &Digest, to: u64) -> Result<(), AnchorError> {
        let computed = self.window(to)?.payload()?;
        if computed != *digest {
            return Err(AnchorError::Payload { stated: *digest, computed });
        }
        Ok(())
    }

    /// Where a digest stands among the items.
    pub fn item(&self, digest: &Digest) -> Option<(u64, &Item)> {
        let place = *self.places.get(digest)?;
        Some((place, self.items.get(usize::try_from(place).ok()?)?))
    }

    /// The anchor on L1 under which a digest is final, if there is one.
    pub fn final_anchor(&self, digest: &Digest) -> Option<&AnchorView> {
        let (place, _) = self.item(digest)?;
        let after = self.l1.partition_point(|view| view.anchored.window.to < place);
        self.l1.get(after)
    }

    /// The proof that a digest is under the anchor that makes it final.
    pub fn prove(&self, digest: &Digest) -> Option<WindowProof> {
        let window = self.final_anchor(digest)?.anchored.window;
        let hashes = self.hashes(window.from, window.to)?;
        Some(WindowProof { from: window.from, hashes, state_root: window.state_root })
    }

    /// Takes an anchor. `is_certified` says whether the committee certified a digest.
    ///
    /// # Errors
    ///
    /// The first rule that does not hold, in the order of [`AnchorError`].
    pub fn anchor(
        &mut self,
        stamp: &Stamp,
        body: &Anchored,
        is_certified: &dyn Fn(&Digest) -> bool,
        rules: &Rules<'_>,
    ) -> Result<(), AnchorError> {
        self.check_chain(stamp, body, rules)?;
        let last = self.check_window(body)?;
        let made = last.at;
        if body.block.time < made.plus(-skew(rules)) {
            return Err(AnchorError::BeforeItsItems { block: body.block.time, made });
        }
        let certified = is_certified(&last.digest) || is_certified(&body.payload);
        if body.layer == Layer::L1 && !certified {
            return Err(AnchorError::NotCertified { digest: last.digest });
        }
        let due = match body.layer {
            Layer::L1 => self.due_date(Layer::L1, rules),
            Layer::L2 if self.tier == CommitmentTier::C2 => None,
            Layer::L2 => self.obliged_since.map(|since| since.max(made)),
        };
        let deadline = due.map(|due| after(due, rules.charter.anchoring().grace_s));
        let late = deadline.map_or(0, |deadline| body.block.time.unix() - deadline.unix());
        let view = AnchorView {
            anchored: body.clone(),
            statement: stamp.id,
            index: stamp.index,
            late_s: u64::try_from(late).unwrap_or(0),
        };
        match body.layer {
            Layer::L1 => self.l1.push(view),
            Layer::L2 => self.l2.push(view),
        }
        Ok(())
    }

    /// Rules about the transaction: which chain, which block, how deep.
    fn check_chain(
        &self,
        stamp: &Stamp,
        body: &Anchored,
        rules: &Rules<'_>,
    ) -> Result<(), AnchorError> {
        let name = body.chain.name.as_bytes();
        let is_name = (1..=CHAIN_NAME_BYTES_MAX).contains(&name.len())
            && name.iter().all(|byte| (b' '..=b'~').contains(byte));
        if !is_name {
            return Err(AnchorError::ChainName { len: name.len(), max: CHAIN_NAME_BYTES_MAX });
        }
        if !is_address(&body.contract) {
            return Err(AnchorError::Contract);
        }
        let before = self.of(body.layer);
        if let Some(AnchorView { anchored: last, .. }) = before.last() {
            if last.chain != body.chain || last.contract != body.contract {
                let (expected, found) = (last.chain.id, body.chain.id);
                return Err(AnchorError::OtherChain { expected, found });
            }
            let (earlier, later) = (last.block, body.block);
            if later.number < earlier.number || later.time < earlier.time {
                let (last, found) = (earlier.number, later.number);
                return Err(AnchorError::BlockBack { last, found });
            }
        }
        if before.iter().any(|view| view.anchored.transaction == body.transaction) {
            return Err(AnchorError::TransactionTwice { transaction: body.transaction });
        }
        let wanted = match body.layer {
            Layer::L1 => rules.charter.anchoring().finality_depth,
            Layer::L2 => 1,
        };
        if body.depth < wanted {
            return Err(AnchorError::Shallow { depth: body.depth, wanted });
        }
        if stamp.at.plus(skew(rules)) < body.block.time {
            return Err(AnchorError::FromTheFuture { block: body.block.time, at: stamp.at });
        }
        Ok(())
    }

    /// Rules about what was published; the last item of the window.
    fn check_window(&self, body: &Anchored) -> Result<&Item, AnchorError> {
        let Window { from, to, .. } = body.window;
        let expected = self.next(body.layer);
        let follows = match body.layer {
            Layer::L1 => from == expected,
            Layer::L2 => {
                from == to && expected <= from && from <= expected.max(self.next(Layer::L1))
            }
        };
        if !follows {
            return Err(AnchorError::NotNext { layer: body.layer, expected, from });
        }
        let computed = self.window_of(from, to)?;
        if body.window.window_hash != computed.window_hash {
            let (stated, computed) = (body.window.window_hash, computed.window_hash);
            return Err(AnchorError::WindowHash { stated, computed });
        }
        if body.window.state_root != computed.state_root {
            let (stated, computed) = (body.window.state_root, computed.state_root);
            return Err(AnchorError::StateRoot { stated, computed });
        }
        let last = self.at(to).ok_or(AnchorError::NoSuchItems { from, to })?;
        let computed = match body.layer {
            Layer::L1 => computed.payload()?,
            Layer::L2 => last.digest,
        };
        if body.payload != computed {
            return Err(AnchorError::Payload { stated: body.payload, computed });
        }
        Ok(last)
    }

    fn window_of(&self, from: u64, to: u64) -> Result<Window, AnchorError> {
        let count = to.checked_sub(from).ok_or(AnchorError::NoSuchItems { from, to })?;
        if WINDOW_ITEMS_MAX <= count {
            return Err(AnchorError::WindowTooLong { from, to, max: WINDOW_ITEMS_MAX });
        }
        let missing = AnchorError::NoSuchItems { from, to };
        let hashes = self.hashes(from, to).ok_or(missing.clone())?;
        let last = self.at(to).ok_or(missing)?;
        Ok(Window::over(from, &hashes, last.state_root))
    }

    fn hashes(&self, from: u64, to: u64) -> Option<Vec<Digest>> {
        let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
        let items = self.items.get(from..=to)?;
        Some(items.iter().map(|item| item.digest).collect())
    }

    pub(crate) fn at(&self, place: u64) -> Option<&Item> {
        self.items.get(usize::try_from(place).ok()?)
    }
}

fn skew(rules: &Rules<'_>) -> i64 {
    i64::try_from(rules.charter.anchoring().clock_skew_s).unwrap_or(0)
}

/// Nothing, or `0x` and 40 lower-case digits.
fn is_address(text: &str) -> bool {
    text.is_empty()
        || text.strip_prefix("0x").is_some_and(|digits| {
            digits.len() == 40
                && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}
