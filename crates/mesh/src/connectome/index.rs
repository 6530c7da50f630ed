//! The graph kept ready for paths: one treaty more, less or relabelled is one small change.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::graph::{Edge, RecognitionGraph};
use super::path::TrustPath;
use super::search::{Adjacency, Hop, Scratch};

/// Edges by treaty, with everything that a path needs kept sorted.
///
/// A treaty id names one edge; putting another edge under it replaces the first. Sovereigns get a number when they are first
/// mentioned and keep it.
#[derive(Clone, Debug, Default)]
pub struct EdgeIndex {
    numbers: BTreeMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    edges: Vec<Option<Slot>>,
    free: Vec<u32>,
    by_treaty: BTreeMap<String, u32>,
    out: Vec<Vec<Hop>>,
    into: Vec<Vec<u32>>,
    /// Revoked edges from one sovereign to another, by treaty id.
    revoked: BTreeMap<(u32, u32), Vec<u32>>,
}

/// An edge and the numbers of its ends.
#[derive(Clone, Debug)]
struct Slot {
    edge: Edge,
    from: u32,
    to: u32,
}

impl EdgeIndex {
    /// Of no edges.
    pub const fn new() -> Self {
        Self {
            numbers: BTreeMap::new(),
            names: Vec::new(),
            edges: Vec::new(),
            free: Vec::new(),
            by_treaty: BTreeMap::new(),
            out: Vec::new(),
            into: Vec::new(),
            revoked: BTreeMap::new(),
        }
    }

    /// Of a graph. Where it has several edges of one treaty, the last counts.
    pub fn of(graph: &RecognitionGraph) -> Self {
        let mut index = Self::new();
        for edge in &graph.recognition_edges {
            index.put(edge.clone());
        }
        index
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.by_treaty.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_treaty.is_empty()
    }

    /// The edge of a treaty.
    pub fn edge(&self, treaty_id: &str) -> Option<&Edge> {
        self.slot(*self.by_treaty.get(treaty_id)?).map(|slot| &slot.edge)
    }

    /// All edges, by treaty.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.by_treaty.values().filter_map(|number| Some(&self.slot(*number)?.edge))
    }

    /// Adds an edge, or replaces the one that its treaty has.
    pub fn put(&mut self, edge: Edge) {
        self.remove(&edge.treaty_id);
        let (from, to) = (self.number_of(&edge.from), self.number_of(&edge.to));
        let number = self.free.pop().unwrap_or_else(|| {
            self.edges.push(None);
            fits(self.edges.len() - 1)
        });
        self.by_treaty.insert(edge.treaty_id.clone(), number);
        if let Some(place) = self.edges.get_mut(number as usize) {
            *place = Some(Slot { edge, from, to });
        }
        self.link(number);
    }

    /// Removes the edge of a treaty.
    pub fn remove(&mut self, treaty_id: &str) -> Option<Edge> {
        let number = self.by_treaty.remove(treaty_id)?;
        self.unlink(number);
        self.free.push(number);
        Some(self.edges.get_mut(number as usize)?.take()?.edge)
    }

    /// Changes what is said about a treaty; whether there is one.
    pub fn relabel(&mut self, treaty_id: &str, status: &str, state: &str, risk: &str) -> bool {
        let Some(number) = self.by_treaty.get(treaty_id).copied() else { return false };
        self.unlink(number);
        if let Some(Some(slot)) = self.edges.get_mut(number as usize) {
            status.clone_into(&mut slot.edge.status);
            state.clone_into(&mut slot.edge.lifecycle_state);
            risk.clone_into(&mut slot.edge.expiry_risk);
        }
        self.link(number);
        true
    }

    /// Whether and how `from` reaches `to`; what [`RecognitionGraph::explain`] says of the same edges.
    pub fn explain(&self, scratch: &mut Scratch, from: &str, to: &str) -> TrustPath<'_> {
        let ends = self.numbers.get(from).copied().zip(self.numbers.get(to).copied());
        let path = ends.and_then(|(from, to)| {
            let edges = scratch.path(Adjacency { out: &self.out, into: &self.into }, from, to)?;
            edges.into_iter().map(|number| Some(&self.slot(number)?.edge)).collect()
        });
        let revoked = || {
            let number = *self.revoked.get(&ends?)?.first()?;
            self.slot(number).map(|slot| &slot.edge)
        };
        TrustPath::new(from, to, path, revoked)
    }

    fn slot(&self, number: u32) -> Option<&Slot> {
        self.edges.get(number as usize)?.as_ref()
    }

    fn number_of(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let (name, number): (Arc<str>, u32) = (Arc::from(name), fits(self.names.len()));
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        self.out.push(Vec::new());
        self.into.push(Vec::new());
        number
    }

    /// Enters an edge where paths look for it.
    fn link(&mut self, number: u32) {
        let Some(slot) = self.slot(number) else { return };
        let (from, to) = (slot.from, slot.to);
        let place = if slot.edge.is_active() && !slot.edge.to.is_empty() {
            let hops = self.out.get(from as usize);
            Place::Out(
                hops.map_or(0, |hops| hops.partition_point(|hop| self.is_before(*hop, slot))),
            )
        } else if slot.edge.is_revoked() {
            let known = self.revoked.get(&(from, to));
            let id = &slot.edge.treaty_id;
            let is_before =
                |known: &u32| self.slot(*known).is_some_and(|it| it.edge.treaty_id < *id);
            Place::Revoked(known.map_or(0, |known| known.partition_point(is_before)))
        } else {
            return;
        };
        match place {
            Place::Out(at) => {
                if let Some(hops) = self.out.get_mut(from as usize) {
                    hops.insert(at, Hop { to, edge: number });
                }
                if let Some(from_all) = self.into.get_mut(to as usize) {
                    from_all.push(from);
                }
            }
            Place::Revoked(at) => self.revoked.entry((from, to)).or_default().insert(at, number),
        }
    }

    /// Takes an edge out of where paths look for it.
    fn unlink(&mut self, number: u32) {
        let Some(slot) = self.slot(number) else { return };
        let (from, to) = (slot.from, slot.to);
        let hops = self.out.get(from as usize);
        let start = hops.map_or(0, |hops| hops.partition_point(|hop| self.is_before(*hop, slot)));
        let is_linked = hops.and_then(|hops| hops.get(start)).is_some_and(|hop| hop.edge == number);
        if is_linked {
            if let Some(hops) = self.out.get_mut(from as usize) {
                hops.remove(start);
            }
            if let Some(from_all) = self.into.get_mut(to as usize)
                && let Some(at) = from_all.iter().position(|it| *it == from)
            {
                from_all.swap_remove(at);
            }
        } else if let Some(known) = self.revoked.get_mut(&(from, to)) {
            known.retain(|it| *it != number);
            if known.is_empty() {
                self.revoked.remove(&(from, to));
            }
        }
    }

    /// Whether a hop comes before an edge in the list of the sovereign that both start from.
    fn is_before(&self, hop: Hop, slot: &Slot) -> bool {
        let Some(known) = self.slot(hop.edge) else { return false };
        (&known.edge.to, &known.edge.treaty_id) < (&slot.edge.to, &slot.edge.treaty_id)
    }
}

/// Where an edge belongs in its list.
enum Place {
    Out(usize),
    Revoked(usize),
}

/// A number that counts things in memory.
///
/// # Panics
///
/// Never: four thousand million edges or sovereigns take more memory than a process is given.
fn fits(number: usize) -> u32 {
    u32::try_from(number).expect("fewer than 2^32 edges and sovereigns")
}
