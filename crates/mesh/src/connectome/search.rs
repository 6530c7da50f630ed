//! The search behind the index: breadth first from both ends.
//!
//! The half that starts at the source visits sovereigns in exactly the order of the plain search, so every sovereign in it
//! has the parent that the plain search would give it. The half that starts at the target only measures distances. Let them
//! meet after `f` hops from the source and `b` from the target. Among shortest paths the plain search takes the one that is
//! first hop by hop; so it passes the first sovereign in the forward queue's last level that is `b` hops away from the
//! target, and from there on takes the first edge that brings it one hop closer.

/// An edge of one sovereign's list: whom it reaches, and which edge it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    /// Number of the sovereign that is recognised.
    pub(super) to: u32,
    /// Number of the edge.
    pub(super) edge: u32,
}

/// Active edges by sovereign: `out` in the order of (to, treaty id), `into` (who recognises it) in any order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Adjacency<'g> {
    pub(super) out: &'g [Vec<Hop>],
    pub(super) into: &'g [Vec<u32>],
}

/// What a search knows about one sovereign.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// The search that reached it from the source.
    forward: u32,
    /// The search that reached it from the target.
    backward: u32,
    /// From whom it was reached from the source.
    parent: u32,
    /// By which edge.
    edge: u32,
    /// Hops to the target.
    distance: u32,
}

/// Room for searches, used again and again. One per thread.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    marks: Vec<Mark>,
    search: u32,
    forward: Vec<u32>,
    backward: Vec<u32>,
}

impl Scratch {
    /// Room that grows when it is used.
    pub fn new() -> Self {
        Self::default()
    }

    /// The numbers of the edges that lead from `from` to `to`, if active edges do and the two differ.
    pub(super) fn path(&mut self, graph: Adjacency<'_>, from: u32, to: u32) -> Option<Vec<u32>> {
        if from == to {
            return None;
        }
        self.begin(graph.out.len(), from, to)?;
        let meeting = self.meet(graph)?;
        let mut edges = self.first_half(meeting, from)?;
        self.second_half(graph, meeting, &mut edges)?;
        Some(edges)
    }

    fn begin(&mut self, sovereigns: usize, from: u32, to: u32) -> Option<()> {
        if self.marks.len() < sovereigns {
            self.marks.resize(sovereigns, Mark::default());
        }
        if self.search == u32::MAX {
            self.marks.fill(Mark::default());
            self.search = 0;
        }
        self.search += 1;
        self.forward.clear();
        self.backward.clear();
        self.forward.push(from);
        self.backward.push(to);
        self.mark(from)?.forward = self.search;
        let search = self.search;
        let target = self.mark(to)?;
        (target.backward, target.distance) = (search, 0);
        Some(())
    }

    fn mark(&mut self, sovereign: u32) -> Option<&mut Mark> {
        self.marks.get_mut(sovereign as usize)
    }

    /// Takes one level after the other, always from the end that has fewer sovereigns to look at.
    fn meet(&mut self, graph: Adjacency<'_>) -> Option<u32> {
        let (mut forward, mut backward) = (0, 0);
        let mut distance = 0;
        loop {
            let (forward_end, backward_end) = (self.forward.len(), self.backward.len());
            if forward == forward_end || backward == backward_end {
                return None;
            }
            if forward_end - forward <= backward_end - backward {
                if let Some(meeting) = self.forward_level(graph, forward, forward_end) {
                    return Some(meeting);
                }
                forward = forward_end;
            } else {
                distance += 1;
                if self.backward_level(graph, backward..backward_end, distance) {
                    let level = self.forward.get(forward..forward_end)?;
                    return level.iter().copied().find(|sovereign| self.is_near(*sovereign));
                }
                backward = backward_end;
            }
        }
    }

    /// Whether the search from the target has been there.
    fn is_near(&self, sovereign: u32) -> bool {
        self.marks.get(sovereign as usize).is_some_and(|mark| mark.backward == self.search)
    }

    /// Goes one hop further from the source; the first sovereign that the other end knows is the meeting.
    fn forward_level(&mut self, graph: Adjacency<'_>, at: usize, end: usize) -> Option<u32> {
        for place in at..end {
            let parent = *self.forward.get(place)?;
            for hop in graph.out.get(parent as usize)? {
                let mark = self.marks.get_mut(hop.to as usize)?;
                if mark.forward == self.search {
                    continue;
                }
                (mark.forward, mark.parent, mark.edge) = (self.search, parent, hop.edge);
                if mark.backward == self.search {
                    return Some(hop.to);
                }
                self.forward.push(hop.to);
            }
        }
        None
    }

    /// Goes one hop further from the target; whether it reached one that the other end knows.
    fn backward_level(
        &mut self,
        graph: Adjacency<'_>,
        level: std::ops::Range<usize>,
        distance: u32,
    ) -> bool {
        let mut has_met = false;
        for place in level {
            let Some(sovereign) = self.backward.get(place) else { break };
            for from in graph.into.get(*sovereign as usize).into_iter().flatten() {
                let Some(mark) = self.marks.get_mut(*from as usize) else { continue };
                if mark.backward == self.search {
                    continue;
                }
                (mark.backward, mark.distance) = (self.search, distance);
                has_met |= mark.forward == self.search;
                self.backward.push(*from);
            }
        }
        has_met
    }

    /// The edges from the source to the meeting.
    fn first_half(&self, meeting: u32, from: u32) -> Option<Vec<u32>> {
        let (mut edges, mut at) = (Vec::new(), meeting);
        while at != from {
            let mark = self.marks.get(at as usize)?;
            edges.push(mark.edge);
            at = mark.parent;
        }
        edges.reverse();
        Some(edges)
    }

    /// The edges from the meeting to the target.
    fn second_half(&self, graph: Adjacency<'_>, meeting: u32, edges: &mut Vec<u32>) -> Option<()> {
        let mut at = meeting;
        for left in (0..self.marks.get(meeting as usize)?.distance).rev() {
            let is_closer = |hop: &&Hop| {
                let mark = self.marks.get(hop.to as usize);
                mark.is_some_and(|mark| mark.backward == self.search && mark.distance == left)
            };
            let hop = graph.out.get(at as usize)?.iter().find(is_closer)?;
            edges.push(hop.edge);
            at = hop.to;
        }
        Some(())
    }
}
